"""One merge for all sorted tables, whatever their entries are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

R = TypeVar("R")
T = TypeVar("T", bound="Table")


class Table(ABC):
    """A sorted table in memory: different entries in ascending order, and figures for each.

    The base's own methods are for tables of columns of equal length, one entry a row; others override them.
    """

    _frame: ClassVar[int]  # entries of a frame of a file, at most
    _open_size: ClassVar[int]

    @property
    @abstractmethod
    def columns(self) -> Sequence[NDArray[Any]]:
        """The arrays of the table."""

    @abstractmethod
    def of_columns(self: T, *columns: NDArray[Any]) -> T:
        """Returns a table of this one's kind with other arrays, in the order of `columns`."""

    @property
    def size(self) -> int:
        """The number of entries."""
        return self.columns[0].size

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(column.nbytes for column in self.columns)

    @property
    def open_size(self) -> int:
        """Bytes of memory that a file of such tables takes while it is merged."""
        return self._open_size

    def slice(self: T, start: int, stop: int) -> T:
        """Returns the entries start..stop as a view."""
        return self.of_columns(*(column[start:stop] for column in self.columns))

    def frames(self: T) -> Iterator[T]:
        """Yields the table in slices, each of which fits a frame of a file."""
        for start in range(0, self.size, self._frame):
            yield self.slice(start, start + self._frame)

    def join(self: T, others: Sequence[T]) -> T:
        """Returns this table and others, whose entries are all greater, as one."""
        if not others:
            return self
        columns = zip(self.columns, *(other.columns for other in others), strict=True)
        return self.of_columns(*map(np.concatenate, columns))

    @abstractmethod
    def last(self) -> Any:
        """Returns the last entry, to compare it with those of others."""

    @abstractmethod
    def count_up_to(self, entry: Any) -> int:
        """Returns how many entries are not greater than one that `last` returned."""

    @abstractmethod
    def plus(self: T, others: Sequence[T]) -> T:
        """Returns the sum of this table and others: the figures of equal entries are added up."""

    @abstractmethod
    def pack(self) -> bytes:
        """Returns the table as bytes."""

    @abstractmethod
    def unpack(self: T, size: int, data: bytes) -> T:
        """Returns the table of which `pack` made these bytes; `size` entries, of this table's kind."""


def nothing_like(table: T) -> T:
    """Returns a table of this one's kind without entries, which holds on to no memory."""
    return table.unpack(0, b"")


def merge_as_they_come(parts: Iterable[R], merge: Callable[[list[R]], R]) -> R | None:
    """Merges neighbours as a balanced tree, of which only as many parts are kept as it has levels; None for nothing."""
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
    """Goes through sorted streams of tables together: yields a table of each stream, with all its entries up to a bound
    that is the same for all of them. Some may be empty, but not all."""
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
    """Merges sorted streams of tables: yields tables that follow each other, none of them empty."""
    for tables in side_by_side(streams, empty):
        first, *others = (table for table in tables if table.size)
        yield first.plus(others)


def regroup(
    tables: Iterable[T], nbytes: int, empty: T, group: Callable[[T], NDArray[np.uint64]] | None = None
) -> Iterator[T]:
    """Joins tables that follow each other to ones of `nbytes` bytes or more; yields at least one.

    group: returns a number for each entry of a table, which never falls; entries with the same number stay together.
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
