"""What stands beside words and n-grams: its counts, and its branching entropy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Corpus
from nlpkit.executors import Executor, Progress
from nlpkit.kernels import candidates as kernel
from nlpkit.memory import SIDES
from nlpkit.ngrams import chunks_for
from nlpkit.runs import KeyTable, SortedKeys, Spill, SpilledKeys, add, merge_as_they_come, sorted_keys

#: Counts of what stands to the left, and of what stands to the right.
Sides: TypeAlias = tuple[SpilledKeys, SpilledKeys]


@dataclass(frozen=True)
class Side:
    """What stands on one side of words or nodes: branching entropy (float64, nats), occurrences of the commonest
    neighbour and at a boundary (int64)."""

    entropy: NDArray[np.float64]
    commonest: NDArray[np.int64]
    boundary: NDArray[np.int64]

    @classmethod
    def zeros(cls, size: int) -> Side:
        """To be added to."""
        return cls(np.zeros(size), np.zeros(size, np.int64), np.zeros(size, np.int64))

    @classmethod
    def of_entropies(cls, size: int) -> Side:
        """Where nothing else is asked for."""
        return cls(np.zeros(size), np.empty(0, np.int64), np.empty(0, np.int64))

    @classmethod
    def concatenate(cls, sides: Sequence[Side]) -> Side:
        """One after the other."""
        return cls(
            np.concatenate([side.entropy for side in sides]),
            np.concatenate([side.commonest for side in sides]),
            np.concatenate([side.boundary for side in sides]),
        )

    def __getitem__(self, places: Any) -> Side:
        return Side(self.entropy[places], self.commonest[places], self.boundary[places])


@dataclass(frozen=True)
class Branching:
    """What stands beside words or nodes, on either side."""

    left: Side
    right: Side

    def __getitem__(self, places: Any) -> Branching:
        return Branching(self.left[places], self.right[places])


def branch_right(
    table: KeyTable,
    shift: int,
    groups: NDArray[np.uint64],
    group_shift: int,
    counts: NDArray[np.int64],
    side: Side,
) -> None:
    """Adds up what stands to the right of groups: see kernels/candidates.py."""
    kernel.branch_right(*table, shift, groups, group_shift, counts, side.entropy, side.commonest, side.boundary)


def branch_groups(table: SortedKeys, groups: NDArray[np.uint64], counts: NDArray[np.int64], side: Side) -> None:
    """Adds up what stands beside groups, of a table of (group << 16 | neighbour)."""
    for part in table.tables():
        branch_right(part, 0, groups, 0, counts, side)


def branch_entropies(table: SortedKeys, groups: NDArray[np.uint64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Branching entropies alone of groups, of a table of (group << 16 | neighbour)."""
    side = Side.of_entropies(groups.size)
    branch_groups(table, groups, counts, side)
    return side.entropy


def branch_sides(
    tables: tuple[SortedKeys, SortedKeys], groups: NDArray[np.uint64], counts: NDArray[np.int64], pool: Executor
) -> Branching:
    """What stands to the left and to the right of groups, of tables of (group << 16 | neighbour)."""
    sides = [Side.zeros(groups.size) for _ in tables]
    pool.together(
        [partial(branch_groups, table, groups, counts, side) for table, side in zip(tables, sides, strict=True)]
    )
    return Branching(*sides)


def count_sides(
    corpus: Corpus,
    pool: Executor,
    task: Callable[..., Sides],
    spill: Spill,
    progress: Progress | None,
) -> tuple[SortedKeys, SortedKeys]:
    """Tables of what a task finds to the left and to the right, summed up over a corpus: task(chunk, spill=spill)."""
    spill = spill.share(SIDES)
    merge = partial(_add_sides, spill=spill)
    found = pool.map_merge(partial(task, spill=spill), chunks_for(corpus, pool), merge, progress) or _nothing()
    return sorted_keys(found[0], spill, 16), sorted_keys(found[1], spill, 16)


def merge_sides(parts: Iterable[Sides], spill: Spill) -> Sides:
    """Adds up tables of what stands to the left, and of what stands to the right."""
    return merge_as_they_come(parts, partial(_add_sides, spill=spill)) or _nothing()


def _nothing() -> Sides:
    return SpilledKeys(KeyTable.empty()), SpilledKeys(KeyTable.empty())


def _add_sides(parts: Sequence[Sides], spill: Spill) -> Sides:
    return add([part[0] for part in parts], spill), add([part[1] for part in parts], spill)


def table_sides(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> Sides:
    """Counts of unsorted keys; both arrays are sorted in place."""
    left.sort()
    right.sort()
    return SpilledKeys(KeyTable.of(left)), SpilledKeys(KeyTable.of(right))
