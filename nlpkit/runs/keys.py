"""Sorted uint64 keys and how often each occurs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.kernels import ngrams as kernel
from nlpkit.runs.files import Spill
from nlpkit.runs.merging import Table, merge_as_they_come
from nlpkit.runs.tables import Run, SortedTable, Spilled


class _Columns(NamedTuple):
    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]


class KeyTable(_Columns, Table):
    """Distinct keys (uint64, ascending) and how often each occurs (int64)."""

    _frame, _open_size = 1 << 15, 1 << 19

    @classmethod
    def empty(cls) -> KeyTable:
        """Returns a table without keys."""
        return cls(np.empty(0, np.uint64), np.empty(0, np.int64))

    @classmethod
    def of(cls, keys: NDArray[np.uint64]) -> KeyTable:
        """Counts sorted keys, of which some may be equal."""
        return cls(*kernel.count_equal_keys(keys))

    @property
    def columns(self) -> KeyTable:
        """The keys and the counts."""
        return self

    def of_columns(self, *columns: NDArray[Any]) -> KeyTable:
        """Returns other keys and counts as a table."""
        return KeyTable(*columns)

    def last(self) -> np.uint64:
        """Returns the last key."""
        key: np.uint64 = self.keys[-1]
        return key

    def count_up_to(self, entry: np.uint64) -> int:
        """Returns how many keys are not greater than another."""
        return int(np.searchsorted(self.keys, entry, "right"))

    def plus(self, others: Sequence[KeyTable]) -> KeyTable:
        """Returns the sum of this table and others."""
        return merge_as_they_come([self, *others], _add_two) or self

    def pack(self) -> bytes:
        """Returns the first key and the differences of the others (uint64), then the counts (int64), little-endian:
        zstd packs these to a third."""
        steps = np.diff(self.keys, prepend=np.uint64(0)).astype("<u8")
        return steps.tobytes() + self.counts.astype("<i8").tobytes()

    def unpack(self, size: int, data: bytes) -> KeyTable:
        """Returns the table of which `pack` made these bytes."""
        steps = np.frombuffer(data, "<u8", size).astype(np.uint64)
        counts = np.frombuffer(data, "<i8", size, 8 * size).astype(np.int64)
        return KeyTable(np.cumsum(steps, dtype=np.uint64), counts)


KeyRun: TypeAlias = Run[KeyTable]
SpilledKeys: TypeAlias = Spilled[KeyTable]
SortedKeys: TypeAlias = SortedTable[KeyTable]


def sorted_keys(spilled: SpilledKeys, spill: Spill, shift: int) -> SortedKeys:
    """Returns a sum of keys that can be gone through several times, in parts that end where keys differ above their
    lowest `shift` bits."""
    return SortedTable(spilled, spill, partial(_heads, shift=np.uint64(shift)) if shift else None)


def _heads(table: KeyTable, shift: np.uint64) -> NDArray[np.uint64]:
    heads: NDArray[np.uint64] = table.keys >> shift
    return heads


def _add_two(tables: list[KeyTable]) -> KeyTable:
    a, b = tables
    return KeyTable(*kernel.merge_keys(*a, *b))
