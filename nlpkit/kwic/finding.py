"""Finds what is looked for in whole lines of UTF-8: strings, strings without regard to case, regular expressions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import Option, OptionError
from nlpkit.kwic.options import compiled_query

#: Seconds that a regular expression may take for a line, and characters a second for long lines.
SECONDS, SPEED = 3.0, 1e6
_ROOM = 1 << 14  # hits that are written down at a time


class LineFaultError(Exception):
    """A line that cannot be searched. line: from 0. cause: parts of a message."""

    def __init__(self, line: int, *cause: str) -> None:
        super().__init__(line, *cause)
        self.line, self.cause = line, cause


@dataclass(frozen=True, slots=True)
class Matches:
    """Where something was found in a text: begins, ends, int64, in bytes; lines: int64, the line feeds before each.
    feeds: line feeds of the whole text."""

    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    lines: NDArray[np.int64]
    feeds: int

    @staticmethod
    def of(found: list[tuple[int, int, int]], feeds: int) -> Matches:
        """Returns matches, given as (begin, end, line)."""
        table = np.array(found, np.int64).reshape(-1, 3)
        return Matches(table[:, 0], table[:, 1], table[:, 2], feeds)


class Finder(Protocol):
    """Finds something in whole lines."""

    def find(self, text: Text) -> Matches:
        """Returns the hits in a text, in order. Raises UnicodeDecodeError if it is not UTF-8, and LineFaultError."""


class Text:
    """UTF-8, for kernels too. compiled: whether kernels work on it, for which a short text does not wait."""

    def __init__(self, data: bytes, compiled: bool) -> None:
        self.data, self.compiled = data, compiled

    @cached_property
    def padded(self) -> NDArray[np.uint8]:
        """The bytes with line feeds before and after them, as kernels read them."""
        from nlpkit.kernels.search import PAD

        return np.frombuffer(b"".join((b"\n" * PAD, self.data, b"\n" * PAD)), np.uint8)


@dataclass(frozen=True)
class StringFinder:
    """Finds a string, byte by byte. overlap: hits may overlap; otherwise each begins after the end of the last."""

    needle: bytes
    overlap: bool = False

    def find(self, text: Text) -> Matches:
        """See Finder."""
        return self._find_compiled(text) if text.compiled else self._find_plain(text.data)

    def _find_plain(self, data: bytes) -> Matches:
        data.decode()
        found = []
        at, counted, line = 0, 0, 0
        step = 1 if self.overlap else len(self.needle)
        while (at := data.find(self.needle, at)) >= 0:
            line += data.count(b"\n", counted, at)
            counted = at
            found.append((at, at + len(self.needle), line))
            at += step
        return Matches.of(found, line + data.count(b"\n", counted))

    def _find_compiled(self, text: Text) -> Matches:
        from nlpkit.kernels import search

        padded, stop = text.padded, search.PAD + len(text.data)
        needle = np.frombuffer(self.needle, np.uint8)
        state = np.array([search.PAD, 0, 0, 0], np.int64)
        rare = _rare_places(self.needle)
        tables: list[NDArray[np.int64]] = []
        while state[0] < stop or not tables:
            places = np.empty((_ROOM, 2), np.int64)
            n = search.find(padded, search.PAD, stop, needle, rare, self.overlap, places, state)
            tables.append(places[:n] if 2 * n > _ROOM else places[:n].copy())
        if state[3]:
            text.data.decode()  # raises the error, which says where
            raise AssertionError("the kernel takes this for invalid UTF-8")
        table = tables[0] if len(tables) == 1 else np.concatenate(tables)
        begins = table[:, 0] - search.PAD
        return Matches(begins, begins + len(self.needle), table[:, 1], int(state[1]))


def _rare_places(needle: bytes) -> tuple[int, int]:
    """Returns the places of two bytes that are seldom equal to those of other texts: the last ones of the first and of
    the last character, or the last two. They are below PAD, so that the kernel does not look beyond its array."""
    from nlpkit.kernels.search import PAD

    needle = needle[:PAD].decode(errors="ignore").encode()
    if len(needle) == 1:
        return 0, 0
    leads = [i for i, byte in enumerate(needle) if byte & 0xC0 != 0x80]
    if len(leads) == 1:
        return len(needle) - 2, len(needle) - 1
    return leads[1] - 1, len(needle) - 1


@dataclass(frozen=True)
class FoldedFinder:
    """Finds a string without regard to case: where the folded string is in the folded line, between characters."""

    query: str
    overlap: bool = False

    def find(self, text: Text) -> Matches:
        """See Finder."""
        whole = text.data.decode()
        feeds = text.data.count(b"\n")
        folded, wanted = whole.casefold(), self.query.casefold()
        if wanted not in folded:
            return Matches.of([], feeds)
        found = []
        at = 0
        for number, (line, other) in enumerate(zip(whole.split("\n"), folded.split("\n"), strict=True)):
            if wanted in other:
                spans = folded_spans(line, wanted, self.overlap)
                found += [(at + begin, at + end, number) for begin, end in in_bytes(line, spans)]
            at += len(line.encode()) + 1
        return Matches.of(found, feeds)


def folded_spans(line: str, wanted: str, overlap: bool) -> Iterator[tuple[int, int]]:
    """Yields where a folded string is in a line, in characters of the line, of which some fold to several."""
    folds = [character.casefold() for character in line]
    places = {0: 0}  # in the folded line -> in the line, where characters begin
    size = 0
    for i, fold in enumerate(folds):
        size += len(fold)
        places[size] = i + 1
    folded = "".join(folds)
    at = 0
    while (at := folded.find(wanted, at)) >= 0:
        stop = at + len(wanted)
        if at in places and stop in places:
            yield places[at], places[stop]
            at = at + 1 if overlap else stop
        else:
            at += 1


def in_bytes(line: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yields spans of characters, in order, as spans of bytes in UTF-8."""
    place = done = 0
    for begin, end in spans:
        place += len(line[done:begin].encode())
        done = begin
        yield place, place + len(line[begin:end].encode())


@dataclass(frozen=True)
class RegexFinder:
    """Finds what a regular expression matches, line by line. casefold: without regard to case."""

    query: str
    casefold: bool

    def find(self, text: Text) -> Matches:
        """See Finder."""
        found = []
        at = number = 0
        for number, line in enumerate(text.data.decode().split("\n")):
            spans = self._spans(line.removesuffix("\r"), number)
            found += [(at + begin, at + end, number) for begin, end in in_bytes(line, spans)]
            at += len(line.encode()) + 1
        return Matches.of(found, number)

    def _spans(self, line: str, number: int) -> list[tuple[int, int]]:
        try:
            spans = [found.span() for found in self._compiled.finditer(line, timeout=SECONDS + len(line) / SPEED)]
        except TimeoutError:
            raise LineFaultError(
                number,
                f"the regular expression takes longer than {SECONDS:.0f} s in this line; write it without nested "
                "repetition, such as (a+)+",
            ) from None
        if any(begin == end for begin, end in spans):
            raise OptionError(Option("query"), f" {self.query!r} matches the empty string; see + and {{1,}}")
        return spans

    @cached_property
    def _compiled(self) -> Any:
        return compiled_query(self.query, self.casefold)

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_compiled"}


@dataclass(frozen=True)
class AllLines:
    """Finds the begin of every line that is not empty: where only its tokens can tell."""

    def find(self, text: Text) -> Matches:
        """See Finder."""
        text.data.decode()
        array = np.frombuffer(text.data, np.uint8)
        feeds = np.flatnonzero(array == 10)
        begins = np.append(0, feeds + 1)
        ends = np.append(feeds, array.size)
        kept = np.flatnonzero(ends > begins)
        return Matches(begins[kept], begins[kept], kept, feeds.size)
