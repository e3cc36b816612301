"""Lines that were read before are left out: a first pass hashes all lines, every later one knows which to keep.

Lines are equal if 128 bits of hash are. Hashes that outgrow the memory lie on disk, sorted, and are compared range by
range; one bit a line remains.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import OutputError, cause_of
from nlpkit.kernels.lines import hash_lines, hash_part

_Hashes: TypeAlias = NDArray[np.uint64]  # [n, 2]
_Numbers: TypeAlias = NDArray[np.int64]  # of lines, from 0

_BYTES_A_LINE = 112  # while hashes are sorted: themselves up to four times, order, numbers
_BINS = 1024  # ranges of hashes that a file can be read by


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
        self._folder = folder
        self._most = max(_BINS, memory // _BYTES_A_LINE)  # lines whose hashes may be in memory
        self._hashes: list[_Hashes] = []
        self._held = self._added = 0  # lines: in memory, in all
        self._runs: list[_Run] = []
        self._bits = np.zeros(1 << 10, np.uint8)  # a line is bit (number & 7) of byte (number >> 3): 1 if repeated
        self._state, self._rest = np.zeros(3, np.uint64), b""  # of a line that goes on in the next block
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
        if self._runs:
            self._spill()
            total = sum(run.offsets[-1] for run in self._runs)
            ranges = int(min(_BINS, -(-total // self._most)))
            bounds = np.linspace(0, _BINS, ranges + 1).astype(int).tolist()
            for low, high in pairwise(bounds):
                parts = [run.read(low, high) for run in self._runs]
                self._settle(np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts]))
            for run in self._runs:
                run.remove()
            self._runs = []
        elif self._hashes:
            self._settle(*self._take())

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
            hash_part(np.frombuffer(part[:cut], np.uint8), self._state, False)
            self._rest = part[cut:]
            return
        if part.endswith(b"\n"):
            part = part[:-1].removesuffix(b"\r")
        hash_part(np.frombuffer(part, np.uint8), self._state, True)
        self._collect(self._state[:2].reshape(1, 2))
        self._state, self._rest = np.zeros(3, np.uint64), b""

    def _collect(self, hashes: _Hashes) -> None:
        self._hashes.append(hashes)
        self._held += len(hashes)
        self._added += len(hashes)
        if self._held >= self._most:
            self._spill()

    def _take(self) -> tuple[_Hashes, _Numbers]:
        """What is in memory, which is empty then."""
        hashes = np.concatenate(self._hashes) if self._hashes else np.empty((0, 2), np.uint64)
        numbers = np.arange(self._added - self._held, self._added)
        self._hashes, self._held = [], 0
        return hashes, numbers

    def _spill(self) -> None:
        self._runs.append(_write(self._folder(), *self._settle(*self._take())))

    def _settle(self, hashes: _Hashes, numbers: _Numbers) -> tuple[_Hashes, _Numbers]:
        """Mark the lines whose hash another one with a smaller number has; what is left, by hash.

        Lines with equal hashes must come in the order of their numbers.
        """
        order = np.argsort(hashes[:, 0], kind="stable")  # thrice as fast as by both halves, and as good but for chance
        high, low = hashes[order].T
        if ((high[1:] == high[:-1]) & (low[1:] != low[:-1])).any():
            order = np.lexsort((hashes[:, 1], hashes[:, 0]))
        hashes, numbers = hashes[order], numbers[order]
        high, low = hashes.T
        again = np.zeros(order.size, np.bool_)
        again[1:] = (high[1:] == high[:-1]) & (low[1:] == low[:-1])
        self._mark(numbers[again & ((high | low) != 0)])  # a blank line's hash is 0
        return hashes[~again], numbers[~again]

    def _mark(self, numbers: _Numbers) -> None:
        size = (self._added + 7) >> 3
        if size > self._bits.size:
            self._bits = np.concatenate([self._bits, np.zeros(max(size, 2 * self._bits.size), np.uint8)])
        np.bitwise_or.at(self._bits, numbers >> 3, np.left_shift(1, numbers & 7).astype(np.uint8))
        self.repeated += numbers.size


@dataclass(frozen=True)
class _Run:
    """A file of hashes in order, then their lines' numbers; offsets[i] is the first hash with i or more in its highest
    bits."""

    path: str
    offsets: NDArray[np.int64]

    def read(self, low: int, high: int) -> tuple[_Hashes, _Numbers]:
        """Those of bins low..high."""
        size, begin, end = (int(self.offsets[i]) for i in (-1, low, high))
        try:
            with open(self.path, "rb") as file:
                hashes = np.fromfile(file, np.uint64, 2 * (end - begin), offset=16 * begin)
                file.seek(16 * size + 8 * begin)
                numbers = np.fromfile(file, np.int64, end - begin)
        except OSError as error:
            raise _spill_error(self.path, error) from error
        if hashes.size != 2 * numbers.size or numbers.size != end - begin:
            raise _spill_error(self.path, OSError(0, "is shorter than it was"))
        return hashes.reshape(-1, 2), numbers

    def remove(self) -> None:
        with suppress(OSError):
            os.unlink(self.path)


def _write(folder: str, hashes: _Hashes, numbers: _Numbers) -> _Run:
    path = os.path.join(folder, f"{secrets.token_hex(8)}.lines")
    bins = np.arange(1, _BINS, dtype=np.uint64) << np.uint64(64 - _BINS.bit_length() + 1)
    inner = np.searchsorted(hashes[:, 0], bins)
    try:
        with open(path, "xb") as file:
            file.write(hashes.data)
            file.write(numbers.data)
    except OSError as error:
        with suppress(OSError):
            os.unlink(path)
        raise _spill_error(folder, error) from error
    return _Run(path, np.concatenate([[0], inner, [len(hashes)]]))


def _line_ends(data: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Where each line ends, after its line feed; the last may lack one."""
    ends = np.flatnonzero(data == 10) + 1
    if data.size and (not ends.size or ends[-1] != data.size):
        ends = np.append(ends, data.size)
    return ends


def _spill_error(path: str, error: OSError) -> OutputError:
    return OutputError(
        f"{path}: {cause_of(error)}; what --unique-lines cannot hold in --memory is kept there "
        "for a while: name another folder with --tmp-dir, or raise --memory"
    )
