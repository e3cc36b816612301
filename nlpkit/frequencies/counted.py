"""What was counted in a stretch of a corpus: stretches are added up, spilled to disk, and split for a cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from nlpkit.frequencies.statistics import Spectrum, spectrum_of
from nlpkit.frequencies.tally import Extent, Tally, merge_tallies
from nlpkit.kernels import strings as kernel
from nlpkit.runs import KeyTable, Spill, SpilledStrings, StringRun, StringTable, write_run


@dataclass(frozen=True)
class Counted:
    """What was counted in a stretch of the corpus.

    tally: counts in memory, of the last part of the stretch. extent: of that part. runs: counts on disk, of the parts
    before it, in order, each with its extent. known: counts of words by their places in the dictionary. missing: the
    number of records without text, by file. stopped: the stop words that were left out.
    """

    tally: Tally
    extent: Extent
    runs: tuple[tuple[StringRun, Extent], ...] = ()
    known: KeyTable | None = None
    missing: Counter[str] = field(default_factory=Counter)
    stopped: frozenset[str] = frozenset()

    @property
    def whole(self) -> Extent:
        """The extent of the whole stretch."""
        total = Extent()
        for _, extent in self.runs:
            total = total + extent
        return total + self.extent


def add_counted(parts: Sequence[Counted], spill: Spill | None) -> Counted:
    """Adds up neighbouring stretches, given in their order, which must not be used afterwards. Raises OutputError."""
    first, *others = parts
    for other in others:
        first = spill_tally(_add(first, other, spill), spill)
    return first


def _add(a: Counted, b: Counted, spill: Spill | None) -> Counted:
    tables = [part.known for part in (a, b) if part.known is not None]
    known = tables[0].plus(tables[1:]) if tables else None
    missing, stopped = a.missing + b.missing, a.stopped | b.stopped
    tracked = any(a.tally.tracked)
    has_extent = a.extent.tokens or a.extent.documents  # also where nothing of it counts
    if spill is not None and b.runs and tracked and (len(a.tally) or has_extent):  # the runs stay in order
        return Counted(b.tally, b.extent, (*a.runs, _write(a, spill), *b.runs), known, missing, stopped)
    if b.runs and tracked:
        return Counted(b.tally, b.extent, (*a.runs, *b.runs), known, missing, stopped)
    tally = merge_tallies(a.tally, a.extent, b.tally, b.extent.continues)
    return Counted(tally, a.extent + b.extent, (*a.runs, *b.runs), known, missing, stopped)


def spill_tally(counted: Counted, spill: Spill | None) -> Counted:
    """Returns the same counts, with the tally on disk if it takes more than spill.limit. Raises OutputError."""
    tally = counted.tally
    if spill is None or tally.nbytes <= spill.limit:
        return counted
    nothing = Extent(0, 0, True)
    return replace(counted, tally=Tally(tally.tracked), extent=nothing, runs=(*counted.runs, _write(counted, spill)))


def _write(counted: Counted, spill: Spill) -> tuple[StringRun, Extent]:
    """Writes the tally to disk; returns it with its extent."""
    table = counted.tally.table().sorted()
    return write_run([table], StringTable.empty(counted.tally.tracked.documents), spill), counted.extent


def whole_sum(counted: Counted) -> SpilledStrings:
    """Returns all that was counted, with places that are counted from the beginning of the first stretch."""
    table = counted.tally.table().sorted()
    if not any(counted.tally.tracked):
        return SpilledStrings(table, tuple(run for run, _ in counted.runs))
    runs, before = list[StringRun](), Extent()
    for run, extent in counted.runs:
        if before != Extent():
            run = replace(run, change=partial(_moved, shift=before.shift(extent.continues)))
        runs.append(run)
        before = before + extent
    return SpilledStrings(table.moved(*before.shift(counted.extent.continues)) if runs else table, tuple(runs))


def _moved(tables: Iterator[StringTable], shift: tuple[int, int]) -> Iterator[StringTable]:
    return (table.moved(*shift) for table in tables)


@dataclass(frozen=True)
class Finished:
    """One shard of the counts of a corpus: the strings of one range of hashes.

    table: those that are frequent, sorted. spectrum: of all strings of the shard. extent: of the corpus. missing: the
    number of records without text, by file. stopped: the stop words that were left out.
    """

    table: StringTable
    spectrum: Spectrum
    extent: Extent
    missing: Counter[str]
    stopped: frozenset[str]


def split(counted: Counted, shards: int) -> list[Counted]:
    """Divides the strings in memory into `shards` parts by their hashes."""
    table = counted.tally.table()
    of = kernel.shards_of(table.data, table.offsets, shards)
    parts = [table.take(np.flatnonzero(of == i)) for i in range(shards)]
    return [replace(counted, tally=Tally(counted.tally.tracked, part)) for part in parts]


def finish(counted: Counted, min_count: int) -> Finished:
    """Returns a shard with the strings that occur `min_count` times or more."""
    table = counted.tally.table()
    kept = table.take(np.flatnonzero(table.counts >= min_count)).sorted()
    return Finished(kept, spectrum_of(table.counts), counted.extent, counted.missing, counted.stopped)
