"""One merge for all sorted tables, whatever their entries are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

R = TypeVar("R")
T = TypeVar("T", bound="Table")


class Table(Protocol):
    """A sorted table in memory: distinct entries in ascending order, with figures for each."""

    @property
    def size(self) -> int:
        """The number of distinct entries."""

    @property
    def nbytes(self) -> int:
        """The size of all arrays in bytes."""

    @property
    def open_size(self) -> int:
        """Bytes of memory that a file of such tables takes while it is merged."""

    def slice(self: T, start: int, stop: int) -> T:
        """Returns the entries start..stop as a view."""

    def frames(self: T) -> Iterator[T]:
        """Yields the table in slices, each of which fits a frame of a file."""

    def last(self) -> Any:
        """Returns the last entry, to compare it with those of others."""

    def count_up_to(self, entry: Any) -> int:
        """Returns how many entries are not greater than one that `last` returned."""

    def join(self: T, others: Sequence[T]) -> T:
        """Returns this table and others, whose entries are all greater, as one."""

    def plus(self: T, others: Sequence[T]) -> T:
        """Returns the sum of this table and others: the figures of equal entries are added up."""

    def pack(self) -> bytes:
        """Returns the table as bytes."""

    def unpack(self: T, size: int, data: bytes) -> T:
        """Returns the table that `pack` made into these bytes: `size` entries, of this table's kind."""


def nothing_like(table: T) -> T:
    """Returns a table of the same kind without entries, which shares no memory with this one."""
    return table.unpack(0, b"")


def merge_as_they_come(parts: Iterable[R], merge: Callable[[list[R]], R]) -> R | None:
    """Merges parts in a balanced tree, and keeps at most one part per level. Returns None if there are no parts."""
    levels: list[list[R]] = []  # one part or none; those of higher levels come first
    for part in parts:
        for level in levels:
            if not level:
                level.append(part)
                break
            part = merge([level.pop(), part])
        else:
            levels.append([part])
    rest = [part for level in reversed(levels) for part in level]
    while len(rest) > 1:  # the smallest are last
        rest[-2:] = [merge(rest[-2:])]
    return rest[0] if rest else None


def side_by_side(streams: Sequence[Iterator[T]], empty: T) -> Iterator[list[T]]:
    """Reads sorted streams of tables together: yields for each step a table per stream, with all entries up to a common
    bound. Some of these may be empty, but not all."""
    tables = [_following(stream, empty) for stream in streams]
    while any(table.size for table in tables):
        bound = min(table.last() for table in tables if table.size)
        stops = [table.count_up_to(bound) if table.size else 0 for table in tables]
        yield [table.slice(0, stop) for table, stop in zip(tables, stops, strict=True)]
        for number, (table, stop) in enumerate(zip(tables, stops, strict=True)):
            if stop == table.size:
                tables[number] = _following(streams[number], empty)
            elif stop:
                tables[number] = table.slice(stop, table.size)


def _following(stream: Iterator[T], empty: T) -> T:
    return next((table for table in stream if table.size), empty)


def merge_sorted(streams: Sequence[Iterator[T]], empty: T) -> Iterator[T]:
    """Merges sorted streams of tables: yields consecutive tables that are not empty."""
    for tables in side_by_side(streams, empty):
        first, *others = (table for table in tables if table.size)
        yield first.plus(others)


def regroup(
    tables: Iterable[T], nbytes: int, empty: T, group: Callable[[T], NDArray[np.uint64]] | None = None
) -> Iterator[T]:
    """Joins consecutive tables to tables of `nbytes` bytes or more; yields at least one.

    group: returns a number for each entry of a table, in ascending order; entries with the same number stay together.
    """
    waiting: list[T] = []
    size, has_yielded = 0, False
    for table in tables:
        if not table.size:
            continue
        waiting.append(table)
        size += table.nbytes
        if size < nbytes or (group is not None and _is_one_group(waiting, group)):
            continue
        joined = waiting[0].join(waiting[1:])
        waiting, size = [], 0
        cut = joined.size
        if group is not None:
            groups = group(joined)
            cut = int(np.searchsorted(groups, groups[-1], "left"))
            rest = joined.slice(cut, joined.size).join([empty])  # a copy, so that it does not hold on to all
            waiting, size = [rest], rest.nbytes
        yield joined.slice(0, cut)
        has_yielded = True
    if waiting or not has_yielded:
        yield waiting[0].join(waiting[1:]) if waiting else empty


def _is_one_group(tables: list[T], group: Callable[[T], NDArray[np.uint64]]) -> bool:
    last = tables[-1]
    return bool(group(tables[0].slice(0, 1))[0] == group(last.slice(last.size - 1, last.size))[0])
