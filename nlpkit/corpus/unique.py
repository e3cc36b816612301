"""Lines that were read before are left out: a first pass hashes all lines, every later one knows which to keep.

Lines are equal if 128 bits of hash are. Hashes that outgrow the memory lie in sorted runs on disk, which are merged;
one bit a line remains.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.kernels.lines import LineHash, hash_lines
from nlpkit.runs import Run, Spill, merge_runs, write_run
from nlpkit.runs.merging import Table, nothing_like

_BYTES_A_LINE = 112  # while hashes are sorted: themselves up to four times, order, numbers
_LEAST = 1 << 10  # lines whose hashes are in memory in any case


class UniqueLines:
    """Which lines of a corpus come again after their first time.

    memory: bytes that may be in use while hashes are collected and compared. folder: called for the folder to keep
    hashes in, when they outgrow that.

    First every block of the corpus goes to `add`, in order, then comes `finish`. Each later pass begins with
    `start_pass` and sends the same text through `keep`, however it is cut. A block begins with a line if
    `first`, and its last line ends with it, line feed or not, if `last`. Line ends (LF, CR LF) are no part of
    what is compared, and blank lines are never repeated ones.
    """

    def __init__(self, memory: int, folder: Callable[[], str]) -> None:
        self.repeated = 0  #: lines that are left out, known after `finish`
        self._spill = Spill(folder, memory)
        self._most = max(_LEAST, memory // _BYTES_A_LINE)  # lines whose hashes may be in memory
        self._hashes: list[NDArray[np.uint64]] = []
        self._held = self._added = 0  # lines: in memory, in all
        self._runs: list[Run[_HashedLines]] = []
        self._bits = np.zeros(1 << 10, np.uint8)  # a line is bit (number & 7) of byte (number >> 3): 1 if repeated
        self._hash, self._rest = LineHash(), b""  # of a line that goes on in the next block
        self._line = 0  # the next one to keep or leave out

    def add(self, block: bytes, first: bool, last: bool) -> None:
        """Take in the next block. Raises OutputError where the disk has no room."""
        data = np.frombuffer(block, np.uint8)
        ends = _line_ends(data)
        begin = 0
        if not first:
            begin = int(ends[0]) if ends.size else 0
            self._go_on(block[:begin], last or ends.size > 1)
            ends = ends[1:]
        if not last and ends.size:
            self._go_on(block[int(ends[-2]) if ends.size > 1 else begin :], False)
            ends = ends[:-1]
        for i in range(0, ends.size, self._most):
            part = ends[i : i + self._most]
            self._collect(hash_lines(data[begin:], part - begin))
            begin = int(part[-1])

    def finish(self) -> None:
        """Compare what `add` collected. Raises OutputError."""
        lines = self._take()
        if self._runs:
            for _ in merge_runs(self._runs, lines, self._spill):
                pass  # repeated lines are marked on the way
            self._runs = []

    def start_pass(self) -> None:
        """Begin the corpus anew."""
        self._line = 0

    def keep(self, block: bytes, first: bool, last: bool) -> bytes:
        """The block without the lines, and parts of lines, that are repeated."""
        if not block:
            return block
        data = np.frombuffer(block, np.uint8)
        ends = _line_ends(data)
        line = self._line if first else self._line - 1
        self._line = line + ends.size
        bits = self._bits[line >> 3 : (self._line + 7) >> 3]
        repeated = np.unpackbits(bits, count=(line & 7) + ends.size, bitorder="little")[line & 7 :]
        if not repeated.any():
            return block
        return bytes(data[np.repeat(repeated == 0, np.diff(ends, prepend=0))])

    def _go_on(self, part: bytes, finished: bool) -> None:
        """Hash a part of a line that does not lie in one block."""
        part = self._rest + part
        if not finished:
            cut = max(0, (len(part) - 1) // 16 * 16)  # a CR at the end may belong to the line end
            self._hash.add(part[:cut])
            self._rest = part[cut:]
            return
        if part.endswith(b"\n"):
            part = part[:-1].removesuffix(b"\r")
        self._collect(self._hash.finish(part))
        self._hash, self._rest = LineHash(), b""

    def _collect(self, hashes: NDArray[np.uint64]) -> None:
        self._hashes.append(hashes)
        self._held += len(hashes)
        self._added += len(hashes)
        if self._held >= self._most:
            lines = self._take()
            self._runs.append(write_run([lines], nothing_like(lines), self._spill))

    def _take(self) -> _HashedLines:
        """What is in memory, which is empty then."""
        hashes = np.concatenate([np.empty((0, 2), np.uint64), *self._hashes])
        numbers = np.arange(self._added - self._held, self._added)
        self._hashes, self._held = [], 0
        return _HashedLines(hashes[:, 0], hashes[:, 1], numbers, self._mark).distinct()

    def _mark(self, numbers: NDArray[np.int64]) -> None:
        size = (self._added + 7) >> 3
        if size > self._bits.size:
            self._bits = np.concatenate([self._bits, np.zeros(max(size, 2 * self._bits.size), np.uint8)])
        np.bitwise_or.at(self._bits, numbers >> 3, np.left_shift(1, numbers & 7).astype(np.uint8))
        self.repeated += numbers.size


@dataclass(frozen=True)
class _HashedLines(Table):
    """Lines in ascending order of their hashes.

    high, low: uint64[n], the halves of each hash. numbers: int64[n], the lines' numbers in the corpus. repeated: called
    with the numbers of lines that are left out of a sum because another one has the same hash.
    """

    high: NDArray[np.uint64]
    low: NDArray[np.uint64]
    numbers: NDArray[np.int64]
    repeated: Callable[[NDArray[np.int64]], None]

    _frame, _open_size = 1 << 13, 1 << 18

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """The halves of the hashes, and the numbers."""
        return self.high, self.low, self.numbers

    def of_columns(self, *columns: NDArray[Any]) -> _HashedLines:
        """Returns other lines as a table."""
        high, low, numbers = columns
        return _HashedLines(high, low, numbers, self.repeated)

    def last(self) -> tuple[np.uint64, np.uint64]:
        """Returns the last hash."""
        return self.high[-1], self.low[-1]

    def count_up_to(self, entry: tuple[np.uint64, np.uint64]) -> int:
        """Returns how many hashes are not greater than another."""
        begin = int(np.searchsorted(self.high, entry[0], "left"))
        end = int(np.searchsorted(self.high, entry[0], "right"))
        return begin + int(np.searchsorted(self.low[begin:end], entry[1], "right"))

    def plus(self, others: Sequence[_HashedLines]) -> _HashedLines:
        """Returns the lines of this table and of others without those whose hash an earlier one has."""
        return self.join(others).distinct() if others else self

    def distinct(self) -> _HashedLines:
        """Returns the lines in the order of their hashes, of equal ones only the first."""
        order = np.argsort(self.high, kind="stable")  # thrice as fast as by both halves, and as good but for chance
        high, low = self.high[order], self.low[order]
        if ((high[1:] == high[:-1]) & (low[1:] != low[:-1])).any():
            order = np.lexsort((self.low, self.high))
            high, low = self.high[order], self.low[order]
        numbers = self.numbers[order]
        again = np.zeros(order.size, np.bool_)
        again[1:] = (high[1:] == high[:-1]) & (low[1:] == low[:-1])
        self.repeated(numbers[again & ((high | low) != 0)])  # a blank line's hash is 0
        return self.of_columns(high[~again], low[~again], numbers[~again])

    def pack(self) -> bytes:
        """Returns the arrays, one after the other, little-endian."""
        return b"".join(array.astype("<i8").tobytes() for array in self.columns)

    def unpack(self, size: int, data: bytes) -> _HashedLines:
        """Returns the table of which `pack` made these bytes."""
        high, low, numbers = np.frombuffer(data, "<i8").astype(np.int64).reshape(3, size)
        return self.of_columns(high.view(np.uint64), low.view(np.uint64), numbers)


def _line_ends(data: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Where each line ends, after its line feed; the last may lack one."""
    ends = np.flatnonzero(data == 10) + 1
    if data.size and (not ends.size or ends[-1] != data.size):
        ends = np.append(ends, data.size)
    return ends
