"""Sorted tables of uint64 keys and how often each occurs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.kernels import ngrams as kernel
from nlpkit.runs.files import Spill
from nlpkit.runs.merging import merge_as_they_come
from nlpkit.runs.tables import Run, SortedTable, Spilled

_FRAME = 1 << 15  # keys, at most
_OPEN_SIZE = 1 << 19


class KeyTable(NamedTuple):
    """Distinct keys (uint64, ascending) and how often each occurs (int64)."""

    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]

    @classmethod
    def empty(cls) -> KeyTable:
        """Returns a table without keys."""
        return cls(np.empty(0, np.uint64), np.empty(0, np.int64))

    @classmethod
    def of(cls, keys: NDArray[np.uint64]) -> KeyTable:
        """Returns the distinct keys among sorted keys, and how often each occurs."""
        return cls(*kernel.count_runs(keys))

    @property
    def size(self) -> int:
        """The number of distinct keys."""
        return self.keys.size

    @property
    def nbytes(self) -> int:
        """The size of both arrays in bytes."""
        return self.keys.nbytes + self.counts.nbytes

    @property
    def open_size(self) -> int:
        """Bytes of memory that a file of keys takes while it is merged."""
        return _OPEN_SIZE

    def slice(self, start: int, stop: int) -> KeyTable:
        """Returns the keys start..stop as a view."""
        return KeyTable(self.keys[start:stop], self.counts[start:stop])

    def frames(self) -> Iterator[KeyTable]:
        """Yields the table in slices of a frame each."""
        for start in range(0, self.size, _FRAME):
            yield self.slice(start, start + _FRAME)

    def last(self) -> np.uint64:
        """Returns the largest key."""
        key: np.uint64 = self.keys[-1]
        return key

    def count_up_to(self, entry: np.uint64) -> int:
        """Returns how many keys are not greater than `entry`."""
        return int(np.searchsorted(self.keys, entry, "right"))

    def join(self, others: Sequence[KeyTable]) -> KeyTable:
        """Returns this table and others, whose keys are all greater, as one."""
        if not others:
            return self
        tables = [self, *others]
        return KeyTable(
            np.concatenate([table.keys for table in tables]), np.concatenate([table.counts for table in tables])
        )

    def plus(self, others: Sequence[KeyTable]) -> KeyTable:
        """Returns the sum of this table and others."""
        return merge_as_they_come([self, *others], _add_two) or self

    def pack(self) -> bytes:
        """Returns the first key and the differences between keys (uint64), then the counts (int64), little-endian; zstd
        packs these to a third."""
        steps = np.diff(self.keys, prepend=np.uint64(0)).astype("<u8")
        return steps.tobytes() + self.counts.astype("<i8").tobytes()

    def unpack(self, size: int, data: bytes) -> KeyTable:
        """Returns the table that `pack` made into these bytes."""
        steps = np.frombuffer(data, "<u8", size).astype(np.uint64)
        counts = np.frombuffer(data, "<i8", size, 8 * size).astype(np.int64)
        return KeyTable(np.cumsum(steps, dtype=np.uint64), counts)


KeyRun: TypeAlias = Run[KeyTable]
SpilledKeys: TypeAlias = Spilled[KeyTable]
SortedKeys: TypeAlias = SortedTable[KeyTable]


def sorted_keys(spilled: SpilledKeys, spill: Spill, shift: int) -> SortedKeys:
    """Returns a sum of keys that can be read several times. Keys that differ in their lowest `shift` bits only are in
    the same part."""
    return SortedTable(spilled, spill, partial(_heads, shift=np.uint64(shift)) if shift else None)


def _heads(table: KeyTable, shift: np.uint64) -> NDArray[np.uint64]:
    heads: NDArray[np.uint64] = table.keys >> shift
    return heads


def _add_two(tables: list[KeyTable]) -> KeyTable:
    a, b = tables
    return KeyTable(*kernel.merge_runs(*a, *b))
