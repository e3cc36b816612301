"""Sorted byte strings and how often each occurs, in how many documents, and where it comes first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.kernels import ranking
from nlpkit.kernels import strings as kernel
from nlpkit.kernels.strings import texts_of
from nlpkit.runs.merging import Table, merge_as_they_come
from nlpkit.runs.tables import Run, SortedTable, Spilled

Bytes: TypeAlias = NDArray[np.uint8]
Ints: TypeAlias = NDArray[np.int64]

_FRAME = 1 << 14  # strings, at most
_FRAME_SIZE = 1 << 18  # bytes of them, about
_OPEN_SIZE, _OPEN_SIZE_WITH_DOCUMENTS = 4 << 20, 8 << 20
_NONE = np.empty(0, np.int64)


@dataclass(frozen=True)
class StringTable(Table):
    """Distinct byte strings with figures; sorted by their bytes wherever tables are merged.

    data: uint8, the strings end to end. offsets: int64[n + 1], string i is data[offsets[i]:offsets[i + 1]]. counts:
    int64[n], occurrences. documents: int64[3, n], in how many documents of a stretch of text a string occurs, the first
    and the last of these, counted from 0; or [0, 0] where documents are not counted. firsts: int64[n], the place of its
    first token in the stretch, counted from 0; or [0] where first places are not kept.
    """

    data: Bytes
    offsets: Ints
    counts: Ints
    documents: Ints = field(default_factory=lambda: np.empty((0, 0), np.int64))
    firsts: Ints = field(default_factory=lambda: _NONE)

    @classmethod
    def empty(cls, documents: bool = False) -> StringTable:
        """Returns a table without strings. documents: whether documents are counted."""
        rows = 3 if documents else 0
        return cls(np.empty(0, np.uint8), np.zeros(1, np.int64), _NONE, np.empty((rows, 0), np.int64))

    def __len__(self) -> int:
        return self.counts.size

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """All arrays; the counts come first."""
        return self.counts, self.data, self.offsets, self.documents, self.firsts

    def of_columns(self, *columns: NDArray[Any]) -> StringTable:
        """Returns other strings as a table."""
        counts, data, offsets, *others = columns
        return StringTable(data, offsets, counts, *others)

    @property
    def open_size(self) -> int:
        """Bytes of memory that a file of strings takes while it is merged."""
        return _OPEN_SIZE_WITH_DOCUMENTS if self.documents.shape[0] else _OPEN_SIZE

    def texts(self) -> list[str]:
        """Returns the strings, which must be UTF-8."""
        return texts_of(self.data, self.offsets)

    def bare(self) -> StringTable:
        """Returns the strings with their counts alone."""
        return StringTable(self.data, self.offsets, self.counts)

    def take(self, which: Ints) -> StringTable:
        """Returns the strings with these numbers, in this order."""
        offsets = np.zeros(which.size + 1, np.int64)
        lengths = (self.offsets[1:] - self.offsets[:-1])[which]
        data = np.empty(int(lengths.sum()), np.uint8)
        kernel.copy_strings(self.data, self.offsets, which, data, offsets)
        documents = self.documents[:, which] if self.documents.size else self.documents
        firsts = self.firsts[which] if self.firsts.size else _NONE
        return StringTable(data, offsets, self.counts[which], documents, firsts)

    def sorted(self) -> StringTable:
        """Returns the strings in the order of their bytes, which for UTF-8 is the order of code points."""
        heads = kernel.heads(self.data, self.offsets)
        order = np.argsort(heads, kind="stable")
        kernel.sort_ties(order, heads, self.data, self.offsets, np.empty_like(order))
        return self.take(order)

    def moved(self, documents: int, tokens: int) -> StringTable:
        """Returns the same strings, with these numbers added to the places of documents and of tokens."""
        moved = StringTable(self.data, self.offsets, self.counts, self.documents.copy(), self.firsts.copy())
        moved.documents[1:] += documents
        moved.firsts[:] += tokens
        return moved

    def slice(self, start: int, stop: int) -> StringTable:
        """Returns the strings start..stop as a view."""
        begin, end = self.offsets[start], self.offsets[stop]
        return StringTable(
            self.data[begin:end],
            self.offsets[start : stop + 1] - begin,
            self.counts[start:stop],
            self.documents[:, start:stop],
            self.firsts[start:stop],
        )

    def frames(self) -> Iterator[StringTable]:
        """Yields the table in slices of a frame each."""
        start = 0
        while start < self.size:
            stop = min(start + _FRAME, int(np.searchsorted(self.offsets, self.offsets[start] + _FRAME_SIZE)))
            stop = min(self.size, max(start + 1, stop))
            yield self.slice(start, stop)
            start = stop

    def last(self) -> bytes:
        """Returns the last string."""
        return self.data[self.offsets[-2] : self.offsets[-1]].tobytes()

    def count_up_to(self, entry: bytes) -> int:
        """Returns how many strings are not greater than another."""
        return int(kernel.count_up_to(self.data, self.offsets, np.frombuffer(entry, np.uint8)))

    def join(self, others: Sequence[StringTable]) -> StringTable:
        """Returns the strings of this table and then those of others, which must have the same figures or be empty."""
        if not others:
            return self
        tables = [self, *others]
        lengths = np.concatenate([table.offsets[1:] - table.offsets[:-1] for table in tables])
        offsets = np.zeros(lengths.size + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        rows = max(table.documents.shape[0] for table in tables)
        return StringTable(
            np.concatenate([table.data[table.offsets[0] : table.offsets[-1]] for table in tables]),
            offsets,
            np.concatenate([table.counts for table in tables]),
            np.concatenate([table.documents for table in tables if table.documents.shape[0] == rows], axis=1),
            np.concatenate([table.firsts for table in tables]),
        )

    def plus(self, others: Sequence[StringTable]) -> StringTable:
        """Returns the sum of this sorted table and others, whose places are counted from the same point; sorted."""
        merged = merge_as_they_come([self, *others], _add_two)
        return self if merged is None else merged

    def pack(self) -> bytes:
        """Returns lengths, counts and the other figures (int64, little-endian), then the strings: neighbours are much
        alike, so zstd packs them to a fifth."""
        columns = [self.offsets[1:] - self.offsets[:-1], self.counts, *self.documents]
        if self.firsts.size:
            columns.append(self.firsts)
        return b"".join(column.astype("<i8").tobytes() for column in columns) + self.data.tobytes()

    def unpack(self, size: int, data: bytes) -> StringTable:
        """Returns the table of which `pack` made these bytes; of this table's kind where there are none."""
        if not size:
            return StringTable.empty(self.documents.shape[0] > 0)
        offsets = np.zeros(size + 1, np.int64)
        np.cumsum(np.frombuffer(data, "<i8", size), out=offsets[1:])
        columns = (len(data) - int(offsets[-1])) // (8 * size)
        figures = np.frombuffer(data, "<i8", columns * size).astype(np.int64).reshape(columns, size)
        rows = 3 if columns >= 5 else 0
        return StringTable(
            np.frombuffer(data, np.uint8, int(offsets[-1]), 8 * columns * size),
            offsets,
            figures[1],
            figures[2:5] if rows else np.empty((0, 0), np.int64),
            figures[-1] if columns > 2 + rows else _NONE,
        )

    def spelled(self) -> StringTable:
        """Returns the strings: itself."""
        return self

    def rows(self, separator: str, to_quote: bytes) -> bytes | None:
        """Returns lines of `string<separator>count`, and documents where they were counted; None where a string has one
        of the bytes `to_quote`."""
        if any(map(self.data.tobytes().__contains__, to_quote)):
            return None
        figures = np.stack([self.counts, *self.documents[:1]])
        out = np.empty(self.data.size + len(self) * (1 + 20 * len(figures)), np.uint8)
        size = kernel.write_rows(self.data, self.offsets, figures, ord(separator), out)
        return out[:size].tobytes()

    def ranked(self, low: int, high: int, rows: int) -> Iterator[StringTable]:
        """Yields the strings with counts from `low` to `high`, the largest first, equal ones in order; `rows` at a
        time."""
        order = ranking.by_count(self.counts, low, high)
        for start in range(0, order.size, rows):
            yield self.take(order[start : start + rows])


StringRun: TypeAlias = Run[StringTable]
SpilledStrings: TypeAlias = Spilled[StringTable]
SortedStrings: TypeAlias = SortedTable[StringTable]


def end_to_end(texts: Iterable[bytes]) -> tuple[Bytes, Ints]:
    """Returns byte strings as the `data` and `offsets` of a StringTable."""
    parts = list(texts)
    offsets = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(part) for part in parts], out=offsets[1:])
    return np.frombuffer(b"".join(parts), np.uint8), offsets


def union(a: StringTable, b: StringTable) -> tuple[StringTable, Ints, Ints]:
    """Returns the strings of two sorted tables, sorted, with the counts (int64) that they have in either."""
    out, figures, others = union_of_figures(a, b, documents=False)
    return out, figures[0], others[0]


def union_of_figures(a: StringTable, b: StringTable, documents: bool) -> tuple[StringTable, Ints, Ints]:
    """Returns the strings of two sorted tables, sorted, with the figures that they have in either: int64[1, n], counts;
    with `documents` int64[2, n], counts and in how many documents they occur. 0 where a table does not have them."""
    which, of_b, _ = _interleave(a, b)
    out = a.bare().join([b.bare()]).take(which)
    figures, others = (np.zeros((1 + documents, len(out)), np.int64) for _ in range(2))
    for of, places, table in ((figures, which < len(a), a), (others, of_b, b)):
        of[0, places] = table.counts
        if documents:
            of[1, places] = table.documents[0]
    return out, figures, others


def add_documents(a: Ints, b: Ints, both: NDArray[np.bool_]) -> Ints:
    """Adds up the documents (int64[3, n]) of two stretches of text of which one follows the other.

    both: bool[n], whether a string occurs in the first one too; where it does not, `a` does not count.
    """
    shared = (a[2] == b[1]) | (a[1] == b[2])
    together = np.stack([a[0] + b[0] - shared, np.minimum(a[1], b[1]), np.maximum(a[2], b[2])])
    return np.where(both, together, b)


def _add_two(tables: list[StringTable]) -> StringTable:
    a, b = tables
    which, of_b, added = _interleave(a, b)
    out = a.join([b]).take(which)
    places = of_b[added]
    out.counts[places] += b.counts[added]
    if out.documents.size:
        out.documents[:, places] = add_documents(out.documents[:, places], b.documents[:, added], added[added])
    if out.firsts.size:
        out.firsts[places] = np.minimum(out.firsts[places], b.firsts[added])
    return out


def _interleave(a: StringTable, b: StringTable) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Returns, of the sorted union of two sorted tables: the place of each of its strings in a, or, where it is not
    there, that in b plus len(a); the place in the union of each string of b; and whether a has that string too."""
    of_a, of_b = np.empty(len(a), np.int64), np.empty(len(b), np.int64)
    size = kernel.interleave(a.data, a.offsets, b.data, b.offsets, of_a, of_b)
    which = np.empty(size, np.int64)
    which[of_b] = len(a) + np.arange(len(b))
    which[of_a] = np.arange(len(a))
    in_a = np.zeros(size, np.bool_)
    in_a[of_a] = True
    return which, of_b, in_a[of_b]
