"""Finds the lines of many strings in a text, in one pass with a trie of them all."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from nlpkit.excerpts.finder import MARGIN, CutText, Hit, LineTable, TextFinder, line_ends
from nlpkit.excerpts.wanted import Strings
from nlpkit.kernels import string_tries as kernel
from nlpkit.kernels import trie
from nlpkit.languages import BY_NAME

#: The last line of a text that is not looked for any more.
DONE = np.iinfo(np.int64).max
_PAD = b"\n" * 4
_BYTES = 256  # ids of a trie
_ROOM = 1 << 12  # places that a kernel finds at a time
_LAST_ALPHABET = 0x2E80  # what follows are characters of East Asia
_WIDE = (0xFF10, 0xFF5B)  # full-width digits and letters


class StringTrie:
    """A trie of the strings that are looked for.

    texts: which string stands at each of its places. places: of the strings. last: by place, the last line in which the
    string was found, DONE if it is not looked for. reach: bytes of a string with all its white space, at most.
    """

    def __init__(self, texts: Sequence[str], wanted: Sequence[int], in_words: bool) -> None:
        """texts: distinct. wanted: which of them are looked for. in_words: they may stand within longer words."""
        keys = sorted((texts[text].encode(errors="replace"), text) for text in wanted if texts[text])
        self.texts = [text for _, text in keys]
        self.places = {text: place for place, text in enumerate(self.texts)}
        ids = np.frombuffer(b"".join(key for key, _ in keys), np.uint8).astype(np.uint16)
        ends = np.cumsum([len(key) for key, _ in keys], dtype=np.int64)
        self._cells = trie.build(ids, ends, np.arange(1, len(keys) + 1), _BYTES)
        self._edges = np.array([0 if in_words else _edges(texts[text]) for text in self.texts], np.uint8)
        self.last = np.full(len(keys), -1, np.int64)
        self.reach = max((len(key) + key.count(b" ") * kernel.LONGEST_SPACE for key, _ in keys), default=1)

    def find(self, data: bytes, line: int, start: int = 0) -> Iterator[NDArray[np.int64]]:
        """Yields what is found from data[start] on, each string once a line, some at a time: int64[n, 4], place in the
        trie, begin, end, line. line: the number of the first one, which only grows."""
        pad = len(_PAD)
        array = np.frombuffer(b"".join((_PAD, data, _PAD)), np.uint8)
        state = np.array([pad + start, line], np.int64)
        out = np.empty((max(_ROOM, self.last.size), 4), np.int64)
        stop = pad + len(data)
        while state[0] < stop:
            found = kernel.find_strings(array, pad, stop, self._cells, self._edges, _letters(), self.last, state, out)
            yield out[:found] - np.array([0, pad, pad, 0])

    def drop(self, text: int) -> None:
        """Looks for a string no more."""
        self.last[self.places[text]] = DONE


class LineFilter:
    """Leaves of whole lines those in which strings occur that are looked for, as long as they are."""

    def __init__(self, texts: Sequence[str], wanted: Sequence[int]) -> None:
        """texts: without white space, equal ones may be among them. wanted: which of them are looked for."""
        self._numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
        self._number_of = [self._numbers[text] for text in texts]
        self._wanted = Counter(self._number_of[text] for text in wanted)
        self._trie = StringTrie([*self._numbers], [*self._wanted], in_words=True)
        self._line = 0

    def kept(self, data: bytes) -> bytes:
        """Returns the lines, of which others are empty, unless most of them are kept."""
        first, ends = self._line, line_ends(data).tolist()
        has = np.zeros(len(ends), np.bool_)
        for found in self._trie.find(data, first):
            has[found[:, 3] - first] = True
        self._line += len(ends)
        places = np.flatnonzero(has).tolist()
        if 2 * len(places) > len(ends):
            return data
        lines = [b""] * len(ends)
        for place in places:
            lines[place] = data[ends[place - 1] + 1 if place else 0 : ends[place]]
        return b"\n".join(lines)

    def drop(self, text: int) -> None:
        """Looks for a text no more."""
        number = self._number_of[text]
        self._wanted[number] -= 1
        if not self._wanted[number] and number in self._trie.places:
            self._trie.drop(number)


class TrieFinder(TextFinder):
    """Finds strings."""

    def __init__(self, how: Strings, texts: Sequence[str], wanted: Sequence[int]) -> None:
        """texts: distinct, as `string_key` returns them. wanted: which of them are looked for."""
        self._folds = how.casefold
        self._trie = StringTrie(texts, wanted, in_words=False)

    def cut(self, data: bytes, in_line: bool, final: bool) -> tuple[CutText, int, bool]:
        """See TextFinder."""
        return CutText(data, b""), len(data), True

    def joined(self, before: CutText, cut: CutText) -> tuple[CutText, int]:
        """See TextFinder."""
        kept = 2 * MARGIN + self._trie.reach
        if len(before.data) <= kept:
            return CutText(before.data + cut.data, b""), 0
        first = _character(before.data, len(before.data) - kept)
        start = _character(before.data, first + MARGIN)
        return CutText(before.data[first:] + cut.data, b""), start - first

    def kept(self, view: CutText, cut: CutText) -> CutText:
        """See TextFinder."""
        return view

    def hits(self, cut: CutText, line: int, start: int = 0) -> Iterator[Hit]:
        """See TextFinder."""
        data = cut.data
        searched = data
        if self._folds:
            searched = _folded(data)
            start = len(_folded(data[:start]))
        lines, others = LineTable(data, line), LineTable(searched, line)
        trie = self._trie
        for place, begin, end, number in chain.from_iterable(map(np.ndarray.tolist, trie.find(searched, line, start))):
            if trie.last[place] == DONE:
                continue
            low, whole = lines.line(number)
            if self._folds:
                low, other = others.line(number)
                begin, end = _unfolded(whole, other, begin - low, end - low)
            else:
                begin, end = begin - low, end - low
            yield Hit(trie.texts[place], number, whole, begin, end)

    def begin_line(self, line: int, found: Collection[int]) -> None:
        """See TextFinder."""
        last = self._trie.last
        last[last == line] = -1
        places = [self._trie.places[text] for text in found]
        last[places] = np.maximum(last[places], line)

    def drop(self, text: int) -> None:
        """See TextFinder."""
        self._trie.drop(text)


def _character(data: bytes, place: int) -> int:
    """Returns where the character at a place begins."""
    while place > 0 and data[place] & 0xC0 == 0x80:
        place -= 1
    return place


def string_key(text: str, casefold: bool) -> str:
    """Returns what stands for a text: texts of one key are found at the same places."""
    return " ".join((folded(text) if casefold else text).split())


def folded(text: str) -> str:
    """Returns the form in which texts are compared without regard to case."""
    return BY_NAME["en"].form(text).replace("\u03c2", "\u03c3")  # the final sigma depends on what follows


def _folded(data: bytes) -> bytes:
    return data.lower() if data.isascii() else folded(data.decode()).encode()


def _unfolded(line: bytes, other: bytes, begin: int, end: int) -> tuple[int, int]:
    """Returns a place in a folded line as a place in the line, in bytes."""
    if line.isascii():
        return begin, end
    text = line.decode()
    first, stop = len(other[:begin].decode()), len(other[:end].decode())
    if len(text) != len(other.decode()):  # some characters fold to several
        sizes = np.cumsum([len(folded(character)) for character in text])
        first, stop = int(np.searchsorted(sizes, first, "right")), int(np.searchsorted(sizes, stop)) + 1
    low = len(text[:first].encode())
    return low, low + len(text[first:stop].encode())


@cache
def _letters() -> NDArray[np.bool_]:
    """Returns for each code point of two bytes whether it is a letter, a mark or a digit of an alphabet."""
    letters = np.zeros(1 << 16, np.bool_)
    for code in (*range(_LAST_ALPHABET), *range(*_WIDE)):
        letters[code] = unicodedata.category(chr(code)) in ("Ll", "Lu", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd")
    return letters


def _edges(text: str) -> int:
    return kernel.AT_BEGIN * _is_letter(text[0]) | kernel.AT_END * _is_letter(text[-1])


def _is_letter(character: str) -> bool:
    return ord(character) < _letters().size and bool(_letters()[ord(character)])
