"""Finds the lines of many strings in a text, in one pass with a trie of them all."""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.kernels import string_tries as kernel
from nlpkit.kernels import trie
from nlpkit.kwic.wanted import Strings
from nlpkit.languages import BY_NAME

#: The last line of a text that is not looked for any more.
DONE = np.iinfo(np.int64).max
_PAD = b"\n" * 4
_BYTES = 256  # ids of a trie
_ROOM = 1 << 12  # places that a kernel finds at a time
_LAST_ALPHABET = 0x2E80  # what follows are characters of East Asia
_WIDE = (0xFF10, 0xFF5B)  # full-width digits and letters


class Hit(NamedTuple):
    """A place of a text. line: its number. source: the line, or what is at hand of it; begin, end: bytes in it."""

    text: int
    line: int
    source: bytes
    begin: int
    end: int


class Cut(NamedTuple):
    """A stretch of text. marked: the same as a tokenizer has cut it."""

    data: bytes
    marked: bytes


class Finder(ABC):
    """Finds texts in lines, each once a line, as long as they are wanted."""

    @abstractmethod
    def cut(self, data: bytes, in_line: bool, final: bool) -> tuple[Cut, int, bool]:
        """Cuts some text, as `Tokenizer.marked` does: (what is cut, its bytes, `in_line` for the next call)."""

    @abstractmethod
    def joined(self, before: Cut, cut: Cut) -> tuple[Cut, int]:
        """Returns as much of what comes before as is needed, and what follows, as one; and from where on in it places
        have not been found yet."""

    @abstractmethod
    def kept(self, view: Cut, cut: Cut) -> Cut:
        """Returns what is needed of a stretch for the one that follows. view: as `joined` has returned it."""

    @abstractmethod
    def hits(self, cut: Cut, line: int, start: int = 0) -> Iterator[Hit]:
        """Yields the places in whole lines, or in a part of one, line by line. line: the number of the first one, which
        only grows. start: what lies before this byte has been searched. Raises UnicodeDecodeError."""

    @abstractmethod
    def begin_line(self, line: int, found: Collection[int]) -> None:
        """Is called before another part of a line is searched. found: texts that are not looked for in this line."""

    @abstractmethod
    def drop(self, text: int) -> None:
        """Looks for a text no more."""


class StringFinder(Finder):
    """Finds strings."""

    def __init__(self, how: Strings, texts: Sequence[str], wanted: Sequence[int]) -> None:
        """texts: distinct, as `string_key` returns them. wanted: which of them are looked for."""
        self._folds = how.casefold
        keys = sorted((texts[text].encode(errors="replace"), text) for text in wanted if texts[text])
        self._texts = [text for _, text in keys]
        self._places = {text: place for place, text in enumerate(self._texts)}
        ids = np.frombuffer(b"".join(key for key, _ in keys), np.uint8).astype(np.uint16)
        ends = np.cumsum([len(key) for key, _ in keys], dtype=np.int64)
        self._cells = trie.build(ids, ends, np.arange(1, len(keys) + 1), _BYTES)
        self._edges = np.array([_edges(texts[text]) for text in self._texts], np.uint8)
        self._last = np.full(len(keys), -1, np.int64)
        # Bytes of a text with all its white space, at most.
        self._reach = max((len(key) + key.count(b" ") * kernel.LONGEST_SPACE for key, _ in keys), default=1)

    def cut(self, data: bytes, in_line: bool, final: bool) -> tuple[Cut, int, bool]:
        """See Finder."""
        return Cut(data, b""), len(data), True

    def joined(self, before: Cut, cut: Cut) -> tuple[Cut, int]:
        """See Finder."""
        kept = 2 * MARGIN + self._reach
        if len(before.data) <= kept:
            return Cut(before.data + cut.data, b""), 0
        first = _character(before.data, len(before.data) - kept)
        start = _character(before.data, first + MARGIN)
        return Cut(before.data[first:] + cut.data, b""), start - first

    def kept(self, view: Cut, cut: Cut) -> Cut:
        """See Finder."""
        return view

    def hits(self, cut: Cut, line: int, start: int = 0) -> Iterator[Hit]:
        """See Finder."""
        data = cut.data
        searched = data
        if self._folds:
            searched = _folded(data)
            start = len(_folded(data[:start]))
        lines, others = Lines(data, line), Lines(searched, line)
        for place, begin, end, number in self._found(searched, line, start):
            if self._last[place] == DONE:
                continue
            low, whole = lines.line(number)
            if self._folds:
                low, other = others.line(number)
                begin, end = _unfolded(whole, other, begin - low, end - low)
            else:
                begin, end = begin - low, end - low
            yield Hit(self._texts[place], number, whole, begin, end)

    def _found(self, data: bytes, line: int, start: int) -> Iterator[tuple[int, int, int, int]]:
        """Yields (place of the string in the trie, begin, end, line)."""
        pad = len(_PAD)
        array = np.frombuffer(b"".join((_PAD, data, _PAD)), np.uint8)
        state = np.array([pad + start, line], np.int64)
        out = np.empty((max(_ROOM, self._last.size), 4), np.int64)
        stop = pad + len(data)
        while state[0] < stop:
            found = kernel.find_strings(array, pad, stop, self._cells, self._edges, _letters(), self._last, state, out)
            for place, begin, end, number in out[:found].tolist():
                yield place, begin - pad, end - pad, number

    def begin_line(self, line: int, found: Collection[int]) -> None:
        """See Finder."""
        last = self._last
        last[last == line] = -1
        places = [self._places[text] for text in found]
        last[places] = np.maximum(last[places], line)

    def drop(self, text: int) -> None:
        """See Finder."""
        self._last[self._places[text]] = DONE


#: Bytes on each side of a place that must be at hand to show what is around it.
MARGIN = 192


class Lines:
    """The lines of a text. first: the number of the first."""

    def __init__(self, data: bytes, first: int) -> None:
        self._data, self._first = data, first
        feeds = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
        self._ends = np.append(feeds, len(data))
        self._number, self._low, self._line = -1, 0, b""

    def line(self, number: int) -> tuple[int, bytes]:
        """Returns where a line begins, and the line without its end."""
        if number != self._number:
            at = number - self._first
            self._number, self._low = number, int(self._ends[at - 1]) + 1 if at else 0
            self._line = self._data[self._low : int(self._ends[at])]
        return self._low, self._line


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
