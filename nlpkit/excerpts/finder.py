"""What finds wanted texts in lines, however they are looked for, and what it works on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Bytes on each side of a place that must be at hand to show what is around it.
MARGIN = 192


class Hit(NamedTuple):
    """A place of a text. line: its number. source: the line, or what is at hand of it; begin, end: bytes in it."""

    text: int
    line: int
    source: bytes
    begin: int
    end: int


class CutText(NamedTuple):
    """A stretch of text. marked: the same as a tokenizer has cut it."""

    data: bytes
    marked: bytes


class TextFinder(ABC):
    """Finds texts in lines, each once a line, as long as they are wanted."""

    @abstractmethod
    def cut(self, data: bytes, in_line: bool, final: bool) -> tuple[CutText, int, bool]:
        """Cuts some text, as `Tokenizer.marked` does: (what is cut, its bytes, `in_line` for the next call)."""

    def cut_lines(self, data: bytes) -> CutText:
        """Cuts whole lines. Of lines in which nothing can be found it may leave nothing but their ends."""
        return self.cut(data, False, True)[0]

    @abstractmethod
    def joined(self, before: CutText, cut: CutText) -> tuple[CutText, int]:
        """Returns as much of what comes before as is needed, and what follows, as one; and from where on in it places
        have not been found yet."""

    @abstractmethod
    def kept(self, view: CutText, cut: CutText) -> CutText:
        """Returns what is needed of a stretch for the one that follows. view: as `joined` has returned it."""

    @abstractmethod
    def hits(self, cut: CutText, line: int, start: int = 0) -> Iterator[Hit]:
        """Yields the places in whole lines, or in a part of one, line by line. line: the number of the first one, which
        only grows. start: what lies before this byte has been searched. Raises UnicodeDecodeError."""

    @abstractmethod
    def begin_line(self, line: int, found: Collection[int]) -> None:
        """Is called before another part of a line is searched. found: texts that are not looked for in this line."""

    @abstractmethod
    def drop(self, text: int) -> None:
        """Looks for a text no more."""


def line_ends(data: bytes) -> NDArray[np.int64]:
    """Returns where lines end, the last one with the data."""
    return np.append(np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")), len(data))


class LineTable:
    """The lines of a text. first: the number of the first."""

    def __init__(self, data: bytes, first: int) -> None:
        self._data, self._first = data, first
        self._ends = line_ends(data)
        self._number, self._low, self._line = -1, 0, b""

    def line(self, number: int) -> tuple[int, bytes]:
        """Returns where a line begins, and the line without its end."""
        if number != self._number:
            at = number - self._first
            self._number, self._low = number, int(self._ends[at - 1]) + 1 if at else 0
            self._line = self._data[self._low : int(self._ends[at])]
        return self._low, self._line
