"""Tables of strings that outgrow memory: sorted runs on disk, merged block by block.

Neighbours in a sorted table are much alike, so that packed they take a fifth of their room.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

import numpy as np

from nlpkit.frequencies.tally import Extent, Table, add_sorted, empty, joined
from nlpkit.kernels import strings as kernel
from nlpkit.memory import give_back
from nlpkit.runs import DamagedBlockError, Spill, most_files, no_room, read_frames, vanished, write_frames

_BLOCK = 1 << 14  # strings of a block, at most
_BLOCK_SIZE = 1 << 18  # bytes of them, about
_MOST = 1 << 40  # bytes of a block; a string may be as long as a text
_OPEN = {False: 8 << 20, True: 16 << 20}  # bytes of memory that a run takes which is open, with documents or not


@dataclass(frozen=True)
class Run:
    """A sorted table in a file, of a stretch of this extent."""

    path: str
    extent: Extent
    tracks: tuple[bool, bool]

    def tables(self, before: Extent) -> Iterator[Table]:
        """Block by block, places counted from the beginning of what is `before` the stretch.

        Raises OutputError where the file is not as it was.
        """
        try:
            with open(self.path, "rb") as file:
                for table in _read_blocks(file, self.tracks):
                    yield table.after(before, self.extent.continues) if any(self.tracks) else table
        except OSError as error:
            raise no_room(self.path, error) from error
        except DamagedBlockError as error:
            raise vanished(self.path) from error

    def regrouped(self, size: int) -> Iterator[Table]:
        """All of it, in tables of `size` bytes or more; at least one."""
        return _regrouped(self.tables(Extent()), size, self.tracks)

    def remove(self) -> None:
        """Give the room on the disk back."""
        with suppress(OSError):
            os.unlink(self.path)


def write_run(tables: Iterable[Table], extent: Extent, tracks: tuple[bool, bool], spill: Spill) -> Run:
    """Writes sorted tables that follow each other as one run. Raises OutputError where there is no room."""
    return Run(spill.save(lambda file: _write_blocks(file, tables)), extent, tracks)


def merge_runs(runs: Sequence[Run], last: Table, tracks: tuple[bool, bool], spill: Spill) -> Run:
    """Runs of neighbouring stretches in order, and the sorted table of the stretch behind them, as one run."""
    rest = list(runs)
    files = max(2, min(most_files(), spill.memory // _OPEN[tracks[0]]))
    while len(rest) > files:  # one file handle and one block of memory each
        rest = [_merged(rest[i : i + files], [], tracks, spill) for i in range(0, len(rest), files)]
    return _merged(rest, [last] if len(last) else [], tracks, spill)


def _merged(runs: Sequence[Run], last: Sequence[Table], tracks: tuple[bool, bool], spill: Spill) -> Run:
    before = Extent()
    streams: list[Iterator[Table]] = []
    for run in runs:
        streams.append(run.tables(before))
        before = before + run.extent
    streams += [_slices(table) for table in last]
    merged = write_run(_merge_sorted(streams), before, tracks, spill)
    for run in runs:
        run.remove()
    give_back()
    return merged


def _merge_sorted(streams: Sequence[Iterator[Table]]) -> Iterator[Table]:
    """The sum of sorted streams, sorted."""
    for parts in side_by_side(streams):
        level = [part for part in parts if len(part)]
        while len(level) > 1:
            pairs = [add_sorted(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
            level = [*pairs, *level[len(level) & ~1 :]]
        yield level[0]


def side_by_side(streams: Sequence[Iterator[Table]]) -> Iterator[list[Table]]:
    """Of sorted streams what lies up to the smallest string that a stream's table in memory ends with, and so on: a
    table of each stream at a time, some of them empty."""
    tables = [_following(stream) for stream in streams]
    while any(map(len, tables)):
        bound = min(_last(table) for table in tables if len(table))
        bytes_of_bound = np.frombuffer(bound, np.uint8)
        stops = [kernel.count_up_to(table.data, table.offsets, bytes_of_bound) for table in tables]
        yield [table.slice(0, stop) for table, stop in zip(tables, stops, strict=True)]
        for number, (table, stop) in enumerate(zip(tables, stops, strict=True)):
            rest = table.slice(stop, len(table))
            tables[number] = rest if len(rest) or not len(table) else _following(streams[number])


def _following(stream: Iterator[Table]) -> Table:
    return next((table for table in stream if len(table)), empty())


def _last(table: Table) -> bytes:
    return table.data[table.offsets[-2] : table.offsets[-1]].tobytes()


def _slices(table: Table) -> Iterator[Table]:
    start = 0
    while start < len(table):
        stop = min(start + _BLOCK, int(np.searchsorted(table.offsets, table.offsets[start] + _BLOCK_SIZE)))
        stop = min(len(table), max(start + 1, stop))
        yield table.slice(start, stop)
        start = stop


def _regrouped(tables: Iterable[Table], size: int, tracks: tuple[bool, bool]) -> Iterator[Table]:
    """Tables joined to ones of `size` bytes or more; at least one."""
    waiting: list[Table] = []
    total = 0
    told = False
    for table in tables:
        waiting.append(table)
        total += table.nbytes
        if total >= size:
            yield joined(waiting)
            waiting, total, told = [], 0, True
    if waiting or not told:
        yield joined(waiting or [empty(tracks)])


def _write_blocks(file: BinaryIO, tables: Iterable[Table]) -> None:
    """Each block a frame: lengths, counts and what else is kept, 8 bytes each, little-endian; then the strings."""

    def frames() -> Iterator[tuple[int, bytes]]:
        for table in chain.from_iterable(map(_slices, tables)):
            columns = [table.offsets[1:] - table.offsets[:-1], table.counts, *table.documents, table.firsts]
            yield len(table), b"".join(column.astype("<i8").tobytes() for column in columns) + table.data.tobytes()

    write_frames(file, frames())


def _read_blocks(file: BinaryIO, tracks: tuple[bool, bool]) -> Iterator[Table]:
    columns = 2 + 3 * tracks[0] + tracks[1]
    for count, data in read_frames(file, _BLOCK, _MOST):
        figures = np.frombuffer(data, "<i8", columns * count).astype(np.int64).reshape(columns, count)
        offsets = np.zeros(count + 1, np.int64)
        np.cumsum(figures[0], out=offsets[1:])
        yield Table(
            np.frombuffer(data, np.uint8, int(offsets[-1]), 8 * columns * count),
            offsets,
            figures[1],
            figures[2:5] if tracks[0] else np.empty((3, 0), np.int64),
            figures[-1] if tracks[1] else np.empty(0, np.int64),
        )
