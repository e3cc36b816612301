"""Dispersion: how evenly the strings of a frequency list are spread over documents, or over parts of equal size.

The text is read once more, in order. Workers tell which strings follow each other (`traces`), and one kernel goes
through them: so the result is the same whatever the chunks are, although sums are floats. Formulas and sources are in
docs/algorithms.md, section Dispersion.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.association import each
from nlpkit.errors import InputError, Notice, Option, Setting, counted
from nlpkit.executors import undisturbed
from nlpkit.frequencies.options import CountOptions
from nlpkit.frequencies.traces import SavedTrace, Trace
from nlpkit.kernels import dispersion as kernel
from nlpkit.kernels.strings import NumberedStrings
from nlpkit.memory import DISPERSED
from nlpkit.runs import DamagedFileError, Spill, StringTable
from nlpkit.runs.files import no_room, read_frames, vanished, write_frames
from nlpkit.runs.strings import Ints

_ROW = 256  # bytes in memory of what is known of a row, besides its string
_EXAMPLE = 10  # parts, in advice

Traces = Iterable[Sequence[Trace | SavedTrace]]


class Dispersion(NamedTuple):
    """How evenly strings are spread over the parts of a text, as arrays by string.

    range: int64, the number of parts in which it occurs. The others are float64. juilland_d (Juilland's D), carroll_d2
    (Carroll's D2): 1 is even, 0 all in one part. dp (Gries' deviation of proportions), dp_norm (the same from 0 to 1;
    Lijffijt and Gries 2012): 0 is even. arf (average reduced frequency; Savický and Hlaváčová 2002): from 1, all
    occurrences in one place, to the count, all at the same distance.
    """

    range: Ints
    juilland_d: NDArray[np.float64]
    carroll_d2: NDArray[np.float64]
    dp: NDArray[np.float64]
    dp_norm: NDArray[np.float64]
    arf: NDArray[np.float64]

    @classmethod
    def empty(cls) -> Dispersion:
        """Returns the dispersion of no strings."""
        return cls(np.empty(0, np.int64), *(np.empty(0) for _ in cls._fields[1:]))

    def slice(self, start: int, stop: int) -> Dispersion:
        """Returns the strings start..stop."""
        return Dispersion._make(column[start:stop] for column in self)

    def join(self, others: Sequence[Dispersion]) -> Dispersion:
        """Returns these strings and then others."""
        return Dispersion._make(map(np.concatenate, zip(self, *others, strict=True)))

    def pack(self) -> bytes:
        """Returns the columns as bytes, little-endian."""
        return b"".join(column.astype(column.dtype.newbyteorder("<")).tobytes() for column in self)

    @classmethod
    def unpack(cls, data: bytes) -> Dispersion:
        """Returns the columns of which `pack` made these bytes."""
        columns = np.frombuffer(data, "<i8").reshape(len(cls._fields), -1)
        return cls(columns[0].astype(np.int64), *(column.view("<f8").astype(np.float64) for column in columns[1:]))


class Spread:
    """How some strings are spread over a text, which is passed to `add` in order.

    table: the strings, with their counts in the text. tokens: of the text. parts: how many parts of equal size there
    are; 0 where parts are documents.
    """

    def __init__(self, table: StringTable, tokens: int, parts: int) -> None:
        self._strings = NumberedStrings(table.data, table.offsets)
        self._tokens, self._parts = tokens, parts
        self._whole = np.zeros((len(table), 8), np.int64)
        self._whole[:, kernel.COUNT] = table.counts
        self._whole[:, kernel.AVERAGE] = tokens // table.counts
        self._whole[:, [kernel.FIRST, kernel.LAST]] = -1
        self._sums = np.zeros((len(table), 5))
        self._touched = np.empty(len(table), np.int32)
        self._state = np.zeros(5, np.int64)

    def add(self, trace: Trace) -> None:
        """Goes on with the next stretch of the text."""
        undisturbed(self._follow, trace)  # not to the half: an interrupt comes afterwards

    def _follow(self, trace: Trace) -> None:
        rows = self._strings.find(trace.data, trace.offsets)
        kernel.follow(trace.order, rows, self._tokens, self._parts, self._whole, self._sums, self._touched, self._state)

    def finish(self) -> int:
        """Ends the text; returns the number of parts."""
        kernel.close_part(self._tokens, self._whole, self._sums, self._touched, self._state)
        kernel.close_circle(self._tokens, self._whole)
        return int(self._state[kernel.PARTS])

    def dispersion(self) -> Dispersion:
        """Returns the measures; there must be two parts or more."""
        counts, among, larger, smaller = (
            self._whole[:, column] for column in (kernel.COUNT, kernel.RANGE, kernel.LARGER, kernel.SMALLER)
        )
        sizes, differences, excess, squares, entropy = self._sums.T
        parts, smallest = int(self._state[kernel.PARTS]), int(self._state[kernel.SMALLEST])
        without = parts - among  # their rate is 0
        mean = (excess - without) / parts  # of the rates, less 1
        variance = np.maximum(0, (squares + without) / parts - mean**2)
        d = 1 - np.sqrt(variance) / (1 + mean) / np.sqrt(parts - 1)
        rates = parts * (1 + mean)
        d2 = (each(math.log, rates) - entropy / rates) / math.log(parts)
        dp = (differences + (self._tokens - sizes) / self._tokens) / 2
        norm = dp / (1 - smallest / self._tokens)
        arf = larger + smaller * counts.astype(np.float64) / self._tokens
        return Dispersion(among.copy(), np.clip(d, 0, 1), np.clip(d2, 0, 1), dp, np.clip(norm, 0, 1), arf)


@dataclass(frozen=True)
class Measuring:
    """What is needed to measure the dispersion of a list.

    options: of `count`. tokens: of the text. blocks: yields the list in its order, in blocks, and may be called again.
    read: reads the text; the traces of it, in order. memory: bytes for all tables and buffers. notify: called with a
    line for the user if the text is read more than once.
    """

    options: CountOptions
    tokens: int
    blocks: Callable[[], Generator[StringTable, None, None]]
    read: Callable[[], Traces]
    memory: int
    notify: Callable[[str], object] | None = None

    def measure(self) -> Iterator[Dispersion]:
        """Yields the dispersion of each block of the list.

        Reads the text once for as many blocks as fit in their share of the memory. Raises InputError where the text has
        fewer parts than two, or fewer tokens than parts.
        """
        parts = self.options.parts or 0
        if 0 < self.tokens < parts:
            few = f"the text has {counted(self.tokens, 'token')}, fewer than "
            raise InputError(few, Option("parts"), f" {parts}; a part has a token or more")
        done = rows = 0
        while group := self._group(done):
            if rows and self.notify is not None:
                again = f"dispersion: the text is read again for the rows after the first {rows:,} ("
                self.notify(Notice(again, Option("memory"), ")"))
            spread = Spread(group[0].join(group[1:]), self.tokens, parts)
            for traces in self.read():
                for trace in traces:
                    spread.add(trace.load())
            if spread.finish() < 2:
                raise InputError(
                    "all tokens are in one document (",
                    Setting("document", self.options.document),
                    "), and dispersion needs two or more; see ",
                    Setting("parts", _EXAMPLE),
                )
            whole, at = spread.dispersion(), 0
            for block in group:
                yield whole.slice(at, at + len(block))
                at += len(block)
            done, rows = done + len(group), rows + at

    def _group(self, done: int) -> list[StringTable]:
        """Returns the next blocks after the first `done` ones: as many as fit in their share, at least one."""
        group, size = list[StringTable](), 0
        with closing(self.blocks()) as blocks:
            for block in islice(blocks, done, None):
                size += block.data.nbytes + _ROW * len(block)
                if group and size > DISPERSED.of(self.memory):
                    break
                group.append(block.bare())
        return group


def in_memory(parts: Iterator[Dispersion]) -> Callable[[], Iterator[Dispersion]]:
    """Returns a function that yields these parts, which are kept in memory."""
    kept = list(parts)
    return lambda: iter(kept)


def in_file(parts: Iterator[Dispersion], spill: Spill) -> Callable[[], Iterator[Dispersion]]:
    """Returns a function that yields these parts, which are kept in a temporary file. Raises OutputError."""
    path = spill.save(lambda file: write_frames(file, ((part.range.size, part.pack()) for part in parts)))

    def read() -> Iterator[Dispersion]:
        try:
            with open(path, "rb") as file:
                yield from (Dispersion.unpack(data) for _, data in read_frames(file))
        except OSError as error:
            raise no_room(path, error) from error
        except DamagedFileError as error:
            raise vanished(path) from error

    return read
