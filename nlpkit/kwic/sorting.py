"""Rows in order: by the tokens beside the hit, by how often these occur, or a random sample; within the memory."""

from __future__ import annotations

import hashlib
import heapq
import pickle
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby, islice
from typing import Any, TypeAlias

from nlpkit.kwic.hits import Hits, Row
from nlpkit.kwic.options import ConcordanceOptions
from nlpkit.runs import DamagedFileError, Spill
from nlpkit.runs.files import read_frames, remove, vanished, write_frames

#: (what it is sorted by; the row); no two keys are equal.
Keyed: TypeAlias = tuple[tuple[Any, ...], Row]

_FRAME = 1024  # rows that are written to a file at a time
_OBJECTS = 600  # bytes of the Python objects of a row, beside those of its text


class RowSorter:
    """Sorts rows by their keys. What outgrows `size` bytes goes to files, as sorted runs. keep: only the first n."""

    def __init__(self, spill: Spill, size: int, keep: int | None = None) -> None:
        self._spill, self._most, self._keep = spill, size, keep
        self._rows: list[Keyed] = []
        self._size = 0
        self._runs: list[str] = []

    def add(self, key: tuple[Any, ...], row: Row) -> None:
        """Adds a row. Raises OutputError if there is no room for temporary files."""
        self._rows.append((key, row))
        self._size += _OBJECTS + 2 * (len(row[3]) + len(row[4]) + len(row[5])) + 64 * len(key)
        if self._size > self._most:
            self._shrink()

    def _shrink(self) -> None:
        """Keeps the first rows, or writes a run of all."""
        self._rows.sort()
        if self._keep is not None and self._keep < len(self._rows) // 2:
            self._size = self._size * self._keep // len(self._rows)
            del self._rows[self._keep :]
            if self._size <= self._most // 2:
                return
        self._runs.append(self._write(self._rows[: self._keep]))
        self._rows, self._size = [], 0
        if len(self._runs) >= self._spill.files(_FRAME * _OBJECTS):
            merged = self._write(islice(heapq.merge(*map(_read, self._runs)), self._keep))
            for path in self._runs:
                remove(path)
            self._runs = [merged]

    def _write(self, rows: Iterable[Keyed]) -> str:
        def frames() -> Iterator[tuple[int, bytes]]:
            coming = iter(rows)
            while block := list(islice(coming, _FRAME)):
                yield len(block), pickle.dumps(block, pickle.HIGHEST_PROTOCOL)

        return self._spill.save(lambda file: write_frames(file, frames()))

    def sorted(self) -> Iterator[Keyed]:
        """Yields the rows in order; it may be called again. Raises OutputError."""
        self._rows.sort()
        return islice(heapq.merge(*map(_read, self._runs), iter(self._rows)), self._keep)

    def remove(self) -> None:
        """Removes the rows and their files."""
        for path in self._runs:
            remove(path)
        self._runs, self._rows, self._size = [], [], 0


def _read(path: str) -> Iterator[Keyed]:
    try:
        with open(path, "rb") as file:
            for _, data in read_frames(file):
                yield from pickle.loads(data)
    except (OSError, DamagedFileError) as error:
        raise vanished(path) from error


def arrange(batches: Iterable[Hits | None], options: ConcordanceOptions, spill: Spill, size: int) -> Iterator[Row]:
    """Yields rows in the order that the options ask for, all of them or a sample.

    batches: all hits, in the order of the text. size: bytes of rows that are kept in memory.
    """
    made: list[RowSorter] = []

    def sorter(keep: int | None = None) -> RowSorter:
        made.append(RowSorter(spill, size, keep))
        return made[-1]

    try:
        keyed = _keyed(batches)
        if options.sample is not None:
            keyed = _sampled(keyed, sorter(options.sample), options.seed or 0)
        rows = sorter()
        for key, row in keyed:
            rows.add(key, row)
        if options.by_frequency:
            rows = _by_frequency(rows, sorter())
        for _, row in rows.sorted():
            yield row
    finally:
        for one in made:
            with suppress(OSError):
                one.remove()


def _keyed(batches: Iterable[Hits | None]) -> Iterator[Keyed]:
    """Yields rows with their keys: the tokens beside the hit, then the place."""
    for hits in batches:
        if hits is not None:
            keys = hits.keys or [()] * len(hits)
            for key, row in zip(keys, hits.rows(), strict=True):
                yield (*key, hits.number, row[1], row[2]), row


def _sampled(keyed: Iterable[Keyed], sorter: RowSorter, seed: int) -> Iterator[Keyed]:
    """Yields those whose places have the smallest hashes, which are the same however the corpus is read."""
    for key, row in keyed:
        place = ",".join(map(str, (seed, *key[-3:]))).encode()
        sorter.add((hashlib.blake2b(place, digest_size=8).digest(), *key), row)
    for key, row in sorter.sorted():
        yield key[1:], row
    sorter.remove()


def _by_frequency(rows: RowSorter, to: RowSorter) -> RowSorter:
    """Returns the rows sorted by how often their first key occurs, the most frequent first, then as before; the last
    ones are those without a neighbour there."""

    def first(keyed: Keyed) -> Any:
        return keyed[0][0]

    again = rows.sorted()
    for neighbour, group in groupby(rows.sorted(), first):
        size = sum(1 for _ in group)
        count = size if neighbour else 0
        for key, row in islice(again, size):
            to.add((-count, *key), row)
    rows.remove()
    return to
