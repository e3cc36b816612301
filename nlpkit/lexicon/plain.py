"""Reads plain lists of words: stop words, and words that are cut wherever they occur."""

from __future__ import annotations

import ast
import os
import re
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import resources

import orjson

from nlpkit.choices import ENCODING
from nlpkit.errors import LexiconError, Option, counted
from nlpkit.lexicon.files import LONGEST, lines_of, read_text
from nlpkit.lexicon.forms import MOST_PARSED, Numbered
from nlpkit.lexicon.names import word_columns

Notify = Callable[[str], object]

STOP_LIST = "a stop list has one word a line"
FORCED_LIST = "a list of words to cut out has one word a line"

_TAGGED = re.compile(".+ [0-9]+ [a-z]+")
_COUNTED = re.compile(r"(\S+) +([0-9]+)")
_QUOTED = re.compile(r"""\s*(["'])(.+)\1\s*,?\s*""")
_COMMENT = re.compile(r"//\s+\S.*")
_REMARK = re.compile(r"(\S+)\s+#\s.*")  # a comment after a word
_ITEM = re.compile(r"- +(\S.*)")  # of a YAML list
_ASSIGNED = re.compile(r"\A\w+\s*=\s*(?=[\[{(])")  # Python: `stopwords = {`
_SEPARATORS = ("\t", ",", "，", "、", ";", "；", "|", " ", "\u3000")
_LEAST_WORDS = 3  # lines of three words on average hold several words each, not one word with spaces


def read_stop_words(path: str | os.PathLike[str], encoding: str = ENCODING, notify: Notify | None = None) -> list[str]:
    """Returns the words of a stop list, whatever characters they have: a word a line.

    White space around words is removed, as are blank lines and comments (`# text`, `// text`, what follows ` # `, and
    ` | ` as in Snowball's lists); of a line with tabs only what is before the first one is taken. A list that is
    plainly not a word a line is read as what it is: a JSON array, a YAML list, a set of Python, quoted words, several
    words a line with one separator, or lines of `word count`.
    encoding, notify: as in list_lines; notify is also called with a line that says so.

    Raises InputError, EncodingError; LexiconError for tables and what else is no list of words.
    """
    name = os.fspath(path)
    data = read_text(name, encoding, notify)
    tell = notify or (lambda _: None)
    if (words := _array(name, data, STOP_LIST)) is not None:
        tell(f"{name}: a JSON array of {counted(len(words), 'word')}")
        return words
    numbered: Numbered = [
        (number, line.strip() if "\t" not in line else line) for number, line in lines_of(name, data, STOP_LIST)
    ]
    numbered = [(number, line) for number, line in _without_remarks(numbered) if not _COMMENT.fullmatch(line)]
    numbered = _bare_items(name, numbered, tell)
    lines = [line for _, line in numbered]
    if len(lines) > 1 and all(found := [_QUOTED.fullmatch(line) for line in lines]):
        tell(f"{name}: {counted(len(lines), 'word')} in quotes")
        return [match[2] for match in found if match]
    if separator := _separator(lines):
        words = [word for line in lines for word in _split(line, separator) if word]
        tell(f"{name}: {counted(len(words), 'word')}, several a line, separated by {separator!r}")
        return words
    found = [_COUNTED.fullmatch(line) for line in lines]
    counts = [int(match[2]) for match in found if match]
    if len(lines) > 1 and all(found) and counts == sorted(counts, reverse=True):
        tell(f"{name}: {counted(len(lines), 'word')}, each with a count")
        return [match[1] for match in found if match]
    if len(lines) > 1 and sum(len(_split(line, ",")) > 1 for line in lines) * 10 >= len(lines) * 8:
        raise LexiconError(f"{name}: {lines[0]!r} looks like a row of a table; {STOP_LIST}")
    return _bare(name, numbered, STOP_LIST)


def bundled_stop_words(language: str) -> list[str]:
    """Returns the words of the stop list of a language that comes with the package: one of choices.STOP_LISTS."""
    path = resources.files("nlpkit.lexicon").joinpath(f"stopwords/{language}.txt")
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line and not line.startswith("# ")]


def read_forced_words(
    path: str | os.PathLike[str], encoding: str = ENCODING, notify: Notify | None = None
) -> list[str]:
    """Returns the words of a list of words that are cut out, whatever characters they have: a word a line.

    White space around words is removed, as are blank lines and comments (`# text`); of a line with tabs only what is
    before the first one is taken. Or the file is a JSON array of words. encoding, notify: as in list_lines; notify is
    also called if the only line has several words, as it seems. Raises InputError, EncodingError, LexiconError.
    """
    name = os.fspath(path)
    data = read_text(name, encoding, notify)
    if (words := _array(name, data, FORCED_LIST)) is not None:
        return words
    words = _bare(name, list(lines_of(name, data, FORCED_LIST)), FORCED_LIST)
    if len(words) == 1 and notify is not None and _separator(words):
        notify(f"{name}: its one line is taken for one word; {FORCED_LIST}")
    return words


def _bare(name: str, numbered: Numbered, kind: str) -> list[str]:
    """Returns the word of each line; the header of a table is left out.

    kind: what the file should be. Raises LexiconError if the file is not a list of words.
    """
    words = []
    for place, (number, line) in enumerate(numbered):
        word = line.partition("\t")[0].strip()
        if word and not (place == 0 and "\t" in line and word_columns([word])):
            if len(word) > LONGEST:
                raise LexiconError(f"{name}:{number}: a word of {len(word):,} characters; {kind}")
            words.append(word)
    if not words:
        raise LexiconError(f"{name}: holds no words; {kind}")
    if 2 * sum(map(bool, map(_TAGGED.fullmatch, words))) > len(words):
        raise LexiconError(
            f"{name}: its words have counts and tags, as in {words[0]!r}; bare words are wanted here, dictionaries are "
            "for ",
            Option("dictionary"),
            " and ",
            Option("user_dictionary"),
        )
    return words


def _array(name: str, data: bytes, kind: str) -> list[str] | None:
    """Returns the words of a JSON (or Python) array, or of an object that holds one; None if it is neither."""
    text = _ASSIGNED.sub("", data.decode("utf-8-sig").strip().rstrip(";"), count=1)
    if len(data) > MOST_PARSED or text[:1] + text[-1:] not in ("[]", "{}", "()"):
        return None
    try:
        value = orjson.loads(text)
    except ValueError:
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return None
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    if not isinstance(value, (list, tuple, set)) or not all(isinstance(word, str) for word in value):
        raise LexiconError(f"{name}: is JSON, but not an array of words; {kind}")
    words = [word.strip() for word in value if word.strip()]
    if not words:
        raise LexiconError(f"{name}: holds no words; {kind}")
    return words


def _bare_items(name: str, numbered: Numbered, tell: Notify) -> Numbered:
    """Returns lines without comments after a word, and without the dashes of a YAML list; says what was left out."""
    remarks = [match for _, line in numbered if (match := _REMARK.fullmatch(line))]
    if remarks:
        tell(f"{name}: what follows ' # ' is read as a comment, as in {remarks[0][0]!r}")
        numbered = [(number, match[1] if (match := _REMARK.fullmatch(line)) else line) for number, line in numbered]
    begin = 1 if len(numbered) > 1 and numbered[0][1].endswith(":") else 0  # `stopwords:`
    items = [(number, _ITEM.fullmatch(line)) for number, line in numbered[begin:]]
    if not items or not all(match for _, match in items):
        return numbered
    tell(f"{name}: a YAML list of {counted(len(items), 'word')}")
    return [(number, match[1].strip("\"'")) for number, match in items if match]


def _without_remarks(numbered: Numbered) -> Numbered:
    """Returns lines without what follows ` | `, if several of them are comments as in Snowball's lists."""
    lines = [line for _, line in numbered]
    if sum(re.match(r"\s*\| ", line) is not None or " | " in line for line in lines) < 2:
        return numbered
    if not any(re.match(r"\s*\|\s", line) for line in lines):
        return numbered
    bare = [(number, re.split(r"(?:^|\s)\|(?:\s|$)", line)[0].strip()) for number, line in numbered]
    return [(number, line) for number, line in bare if line]


def _separator(lines: Sequence[str]) -> str | None:
    """Returns what separates several words on each line, beyond doubt; None for a word a line."""
    for separator in _SEPARATORS:
        if separator == "\t" and len(lines) > 1:
            continue  # the columns of a table
        sizes = [len(_split(line, separator)) for line in lines]
        if not sizes or sum(sizes) < _LEAST_WORDS * len(sizes) - (len(sizes) == 1 and separator not in " \u3000"):
            continue
        if sum(size > 1 for size in sizes) * 10 < len(sizes) * 8:
            continue
        words = Counter(part for line in lines for part in _split(line, separator))
        numbers = sum(count for word, count in words.items() if word.replace(".", "").isdecimal())
        if numbers * 4 < sum(words.values()):
            return separator
    return None


def _split(line: str, separator: str) -> list[str]:
    parts = line.split() if separator == " " else line.split(separator)
    return [word for part in parts if (word := part.strip().strip("\"'"))]
