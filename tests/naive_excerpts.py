"""A slow twin of `find_lines`: lines of files -> the first lines of each text, with str and lists alone.

Written from the docstrings of nlpkit/excerpts/{finding,wanted}.py, and sharing no code with the package.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from tests import naive_collocations, naive_kwic

Span = tuple[int, int]
#: file, line, left, hit, right
Excerpt = tuple[str, int, str, str, str]
#: (a line, a text) -> where it stands first
Place = Callable[[str, object], Span | None]


def first_lines(files: Sequence[tuple[str, str]], texts: Iterable[object], place: Place, most: int) -> dict:
    """The first lines of each text that differ. files: name, text."""
    found: dict[object, dict[str, Excerpt]] = {text: {} for text in texts}
    for name, content in files:
        for number, line in enumerate(content.split("\n"), 1):
            line = line.removesuffix("\r")
            for text, lines in found.items():
                span = place(line, text) if len(lines) < most and line not in lines else None
                if span is not None:
                    begin, end = span
                    around = line[max(0, begin - 30) : begin], line[begin:end], line[end : end + 30]
                    lines[line] = name, number, *around
    return {text: [*lines.values()] for text, lines in found.items() if lines}


def string(line: str, text: object, casefold: bool = False) -> Span | None:
    """Where a string is."""
    form = str.lower if casefold else str
    wanted = [*map(form, " ".join(str(text).split()))]
    for begin in range(len(line)):
        at, place = begin, 0
        while wanted and place < len(wanted) and at < len(line):
            if wanted[place] == " " and line[at].isspace():
                while at < len(line) and line[at].isspace():
                    at += 1
            elif form(line[at]) == wanted[place]:
                at += 1
            else:
                break
            place += 1
        if wanted and place == len(wanted) and not joins(line, begin) and not joins(line, at):
            return begin, at
    return None


def joins(line: str, place: int) -> bool:
    """Whether letters or digits of alphabets stand on both sides of a place."""
    return 0 < place < len(line) and is_letter(line[place - 1]) and is_letter(line[place])


def is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" + "N" * character.isdecimal() and character < "\u2e80"


def gram(
    line: str,
    text: object,
    tokenizer: str,
    form: Callable[[str], str | None],
    orders: Span = (1, 1),
    joint: str = " ",
    pattern: str = "",
) -> Span | None:
    """Where an n-gram of tokens is that ends first."""
    spans = naive_kwic.tokens_of(tokenizer, line, pattern)
    forms = [form(line[a:b]) for a, b in spans]
    gaps = [line[a[1] : b[0]] for a, b in pairwise(spans)]
    for last in range(len(spans)):
        for order in range(orders[0], orders[1] + 1):
            first = last - order + 1
            if first < 0 or None in forms[first : last + 1]:
                continue
            between = gaps[first:last]
            if (tokenizer == "char" and any(between)) or (tokenizer == "regex" and any(gap.strip() for gap in between)):
                continue
            if joint.join(str(part) for part in forms[first : last + 1]) == text:
                return spans[first][0], spans[last][1]
    return None


def pair(line: str, text: object, form: Callable[[str], str | None], left: int, right: int) -> Span | None:
    """Where two words are of which the second is in the window of the first; windows end with sentences."""
    spans = naive_kwic.tokens_of("words", line)
    tokens = [line[a:b] for a, b in spans]
    words = [place for place, token in enumerate(tokens) if naive_collocations.is_word(token)]
    stretches = [*naive_collocations.stretches(tokens, lambda token: token, True)]
    assert [token for stretch in stretches for token in stretch] == [tokens[place] for place in words]
    rest = iter(words)
    found = []
    for stretch in stretches:
        here = [next(rest) for _ in stretch]
        for i, node in enumerate(here):
            for j, other in enumerate(here):
                if i != j and i - left <= j <= i + right and (form(tokens[node]), form(tokens[other])) == text:
                    found.append((max(node, other), -min(node, other)))
    if not found:
        return None
    last, first = min(found)
    return spans[-first][0], spans[last][1]
