"""A slow twin of `nlpkit collocations`: from lists of tokens to pairs of words, with lists, counters and fractions.

Written from the definitions in docs/algorithms.md and in the docstrings of the result, and sharing no code with the
package.

A line is a list of tokens. BREAK stands where a sentence ends in the text between two tokens. A stretch is a list of
words within which windows reach: of a line, or of a sentence; None is a word that is left out, which keeps its place.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import regex

BREAK = None
Line = Sequence[str | None]
Stretch = list[str | None]

_ENDS = "。！？｡．…‥!?."
_CLOSERS = "'\"’”」』）)》】]"


# ---- words


def is_word(token: str) -> bool:
    return any(char.isalnum() for char in token)


def split_words(line: str) -> Line:
    """The text between white space."""
    return line.split()


def characters(line: str) -> Line:
    """All characters but white space."""
    return list("".join(line.split()))


def matched_words(pattern: str, line: str) -> Line:
    """What a regular expression, or its one group, finds; BREAK where a sentence ends between two words."""
    group = regex.compile(pattern).groups
    line = line.removesuffix("\r")
    tokens: list[str | None] = []
    stop = None
    for match in regex.finditer(pattern, line):
        token = match.group(group)
        if token and token.strip():
            start = match.start(group)
            if stop is not None and any(ends_sentence(line, i) for i in range(stop, start)):
                tokens.append(BREAK)
            tokens.append(token)
            stop = match.end(group)
    return tokens


def ends_sentence(line: str, place: int) -> bool:
    """Whether a character is an end of a sentence; a point is none before a letter, a digit or another point."""
    if line[place] != ".":
        return line[place] in _ENDS
    after = line[place + 1 : place + 2]
    return not after.isalnum() and after not in ("_", ".")


def stretches(line: Line, form: Callable[[str], str | None], sentences: bool) -> Iterator[Stretch]:
    """The stretches of a line. form: that of a word, None if it is left out."""
    found: Stretch = []
    for number, token in enumerate(line):
        after = line[number + 1] if number + 1 < len(line) else None
        ends = token is BREAK
        if token is not BREAK:
            if is_word(token):
                found.append(form(token))
            if token == ".":  # of a number that is cut up, if a number follows
                ends = after is BREAK or not re.match(r"\d", after)
            else:
                ends = token.rstrip(_CLOSERS)[-1:] in tuple(_ENDS)
        if ends and sentences:
            yield found
            found = []
    yield found


# ---- counts


@dataclass
class Counts:
    """What is counted of a text.

    words: all words. pairs: of all words and one in their windows. frequency: of a word. near: words in its windows.
    windows: in how many windows it is. left, right: how often the second word stands on that side of the first.
    """

    words: int = 0
    pairs: int = 0
    frequency: Counter[str] = field(default_factory=Counter)
    near: Counter[str] = field(default_factory=Counter)
    windows: Counter[str] = field(default_factory=Counter)
    left: Counter[tuple[str, str]] = field(default_factory=Counter)
    right: Counter[tuple[str, str]] = field(default_factory=Counter)


def count(text: Iterable[Stretch], before: int, after: int) -> Counts:
    """Counts the words of stretches, with windows of some words before and after each word."""
    found = Counts()
    for stretch in text:
        for place, word in enumerate(stretch):
            start = max(0, place - before)
            sides = (found.left, stretch[start:place]), (found.right, stretch[place + 1 : place + 1 + after])
            found.words += 1
            if word is not None:
                found.frequency[word] += 1
            for side, others in sides:
                found.pairs += len(others)
                if word is not None:
                    found.near[word] += len(others)
                for other in others:
                    if other is not None:
                        found.windows[other] += 1
                    if word is not None and other is not None:
                        side[word, other] += 1
    return found


class Pair(NamedTuple):
    """A row of the table, with exact numbers."""

    node: str
    collocate: str
    left: int
    right: int
    r1: int
    c1: int
    f_node: int
    f_collocate: int
    total: int

    @property
    def o11(self) -> int:
        return self.left + self.right

    @property
    def e11(self) -> Fraction:
        return Fraction(self.r1 * self.c1, self.total)


def attracted(counts: Counts, nodes: Iterable[str] | None, both_ways: bool, least: int, frequent: int) -> list[Pair]:
    """The pairs that stand together more often than by chance, in any order.

    nodes: None for all pairs of two different words: each once, the word first that more often stands first; both_ways:
    each word as the node. least: co-occurrences of a pair; frequent: occurrences of a collocate and, of all pairs, of
    both words.
    """
    pairs = []
    for node, collocate in counts.left | counts.right:
        left, right = counts.left[node, collocate], counts.right[node, collocate]
        frequencies = counts.frequency[node], counts.frequency[collocate]
        if nodes is not None:
            is_wanted = node in nodes and frequencies[1] >= frequent
        else:
            is_wanted = node != collocate and min(frequencies) >= frequent
            if not both_ways:
                is_wanted &= right > left or (right == left and node < collocate)
        pair = Pair(
            node, collocate, left, right, counts.near[node], counts.windows[collocate], *frequencies, counts.pairs
        )
        if is_wanted and pair.o11 >= least and pair.o11 > pair.e11:
            pairs.append(pair)
    return pairs


# ---- measures


def measures(pair: Pair) -> dict[str, float]:
    """All measures of a pair whose words attract each other, by their names."""
    o, r1, c1, n = pair.o11, pair.r1, pair.c1, pair.total
    o12, o21, o22 = r1 - o, c1 - o, n - r1 - c1 + o
    r2, c2 = n - r1, n - c1
    cells = (o, r1, c1), (o12, r1, c2), (o21, r2, c1), (o22, r2, c2)
    dice = Fraction(2 * o, pair.f_node + pair.f_collocate)
    half = Fraction(1, 2)
    beyond = o - pair.e11
    mi = math.log2(o / pair.e11)
    return {
        "g2": 2 * math.fsum(x * math.log(Fraction(x * n, row * column)) for x, row, column in cells if x),
        "log_dice": 14 + math.log2(dice),
        "mi": mi,
        "mi3": math.log2(o**3 / pair.e11),
        "npmi": mi / -math.log2(Fraction(o, n)) if o < n else math.nan,
        "t_score": beyond / math.sqrt(o),
        "z_score": beyond / math.sqrt(pair.e11),
        "delta_p_2_given_1": float(Fraction(o, r1) - Fraction(o21, r2)) if r2 else math.nan,
        "delta_p_1_given_2": float(Fraction(o, c1) - Fraction(o12, c2)) if c2 else math.nan,
        "dice": float(dice),
        "log_odds_ratio": math.log((o + half) * (o22 + half) / ((o12 + half) * (o21 + half))),
    }
