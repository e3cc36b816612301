"""Sums of sorted tables that are partly in temporary files: adds tables up, and reads the sum in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Generic

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import NlpkitError
from nlpkit.memory import READ_TABLE, give_back
from nlpkit.runs.files import DamagedFileError, Spill, no_room, read_frames, remove, vanished, write_frames
from nlpkit.runs.merging import T, merge_sorted, nothing_like, regroup


@dataclass(frozen=True)
class Run(Generic[T]):
    """A sorted table in a file.

    empty: a table of the same kind without entries. change: is applied to the tables that are read, in order.
    """

    path: str
    empty: T
    change: Callable[[Iterator[T]], Iterator[T]] | None = None

    def tables(self) -> Iterator[T]:
        """Yields the table in consecutive parts. Raises OutputError if the file is damaged or gone."""
        return self._read() if self.change is None else self.change(self._read())

    def _read(self) -> Iterator[T]:
        try:
            yield from self.read()
        except (OSError, DamagedFileError) as error:
            raise self.broken(error) from error

    def read(self) -> Iterator[T]:
        """Yields the tables in the file. Raises OSError, DamagedFileError."""
        with open(self.path, "rb") as file:
            for size, data in read_frames(file):
                yield self.empty.unpack(size, data)

    def broken(self, error: OSError | DamagedFileError) -> NlpkitError:
        """Returns the error to raise if the file cannot be read or is damaged."""
        return no_room(self.path, error) if isinstance(error, OSError) else vanished(self.path)

    def remove(self) -> None:
        """Deletes the file."""
        remove(self.path)


def write_run(tables: Iterable[T], empty: T, spill: Spill) -> Run[T]:
    """Writes consecutive sorted tables to one file. Raises OutputError if there is no room on the disk."""
    frames = ((part.size, part.pack()) for table in tables for part in table.frames())
    return Run(spill.save(lambda file: write_frames(file, frames)), empty)


def merge_runs(runs: Sequence[Run[T]], table: T, spill: Spill) -> Iterator[T]:
    """Yields the sum of runs and of a table in memory as consecutive tables that are not empty, and deletes the runs.
    Equal entries are added up in the order of the runs, the table last. Raises OutputError."""
    rest = list(runs)
    empty = nothing_like(table)
    files = spill.files(table.open_size)
    while len(rest) > files:  # one file handle and one frame of memory each
        groups = [rest[i : i + files] for i in range(0, len(rest), files)]
        rest = [
            group[0] if len(group) == 1 else write_run(_merge_and_remove(group, empty), empty, spill)
            for group in groups
        ]
    yield from _merge_and_remove(rest, table)


def _merge_and_remove(runs: Sequence[Run[T]], table: T) -> Iterator[T]:
    yield from merge_sorted([*(run.tables() for run in runs), table.frames()], nothing_like(table))
    for run in runs:
        run.remove()
    give_back()


@dataclass(frozen=True)
class Spilled(Generic[T]):
    """A sum of tables: one sorted table in memory, and sorted tables on disk that are not added to it yet."""

    table: T
    runs: tuple[Run[T], ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the whole sum is in memory."""
        return not self.runs


def add(parts: Sequence[Spilled[T]], spill: Spill) -> Spilled[T]:
    """Adds up one part or more; a sum that exceeds spill.limit goes to disk. Raises OutputError."""
    first, *others = (part.table for part in parts)
    table = first.plus(others)
    runs = tuple(chain.from_iterable(part.runs for part in parts))
    if table.nbytes <= spill.limit:
        return Spilled(table, runs)
    empty = nothing_like(table)
    return Spilled(empty, (*runs, write_run([table], empty, spill)))


class SortedTable(Generic[T]):
    """A sum that can be read several times: from memory, or from one file, which the first reading makes.

    group: as in merging.regroup.
    """

    def __init__(
        self, spilled: Spilled[T], spill: Spill, group: Callable[[T], NDArray[np.uint64]] | None = None
    ) -> None:
        self._spilled, self._spill, self._group = spilled, spill, group

    @cached_property
    def _run(self) -> Run[T]:
        table, runs = self._spilled.table, self._spilled.runs
        if len(runs) == 1 and runs[0].change is None and not table.size:
            return runs[0]
        empty = nothing_like(table)
        run = write_run(merge_runs(runs, table, self._spill), empty, self._spill)
        self._spilled = Spilled(empty, (run,))
        return run

    @property
    def is_whole(self) -> bool:
        """Whether the whole sum is in memory."""
        return self._spilled.is_whole

    def tables(self) -> Iterator[T]:
        """Yields the sum as one or more consecutive tables. Raises OutputError."""
        if self._spilled.is_whole:
            yield self._spilled.table
            return
        yield from regroup(self._run.tables(), READ_TABLE.of(self._spill.memory), self._spilled.table, self._group)
