"""Counted strings: a table that grows, and what becomes of several of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.frequencies.ranking import Ints, by_count
from nlpkit.kernels import strings as kernel

_LEAST_BITS = 12
_BYTES_A_STRING = 8  # to begin with
_NONE = np.empty(0, np.int64)

Bytes = NDArray[np.uint8]


class Strings:
    """Distinct byte strings, numbered in the order in which they came first.

    data: uint8, the strings end to end. offsets: int64, string i is data[offsets[i]:offsets[i + 1]]; both have room for
    more. state: int64[8], see kernels/strings.py.
    """

    def __init__(self, data: Bytes | None = None, offsets: Ints | None = None) -> None:
        self.state = np.zeros(8, np.int64)
        bits = _LEAST_BITS
        if data is None or offsets is None:
            self.data = np.empty(_BYTES_A_STRING << bits, np.uint8)
            self.offsets = np.zeros((1 << bits) // 2 + 1, np.int64)
        else:
            self.data, self.offsets = data, offsets
            self.state[kernel.USED], self.state[kernel.BYTES] = offsets.size - 1, data.size
            bits = max(bits, (2 * offsets.size).bit_length())
        self.slots = np.zeros(1 << bits, np.uint64)
        if len(self):
            kernel.index(self.data, self.offsets, len(self), self.slots)

    def __len__(self) -> int:
        return int(self.state[kernel.USED])

    @property
    def capacity(self) -> int:
        """How many strings `offsets` has room for."""
        return self.offsets.size - 1

    @property
    def nbytes(self) -> int:
        """Of all arrays."""
        return self.data.nbytes + self.offsets.nbytes + self.slots.nbytes

    def grow(self) -> bool:
        """Makes the room that a kernel lacked; -> whether it lacked any, and is to be called again."""
        status = self.state[kernel.STATUS]
        if status == kernel.MORE_DATA:
            self.data = _enlarged(self.data, int(self.state[kernel.BYTES]), 2 * self.data.size)
        elif status == kernel.MORE_SLOTS:
            slots = np.zeros(2 * self.slots.size, np.uint64)
            kernel.fill_slots(self.slots, slots)
            self.slots = slots
            self.offsets = _enlarged(self.offsets, len(self) + 1, slots.size // 2 + 1)
        return status in (kernel.MORE_DATA, kernel.MORE_SLOTS)

    def reserve(self, size: int) -> None:
        """Room for a string of so many bytes more."""
        needed = int(self.state[kernel.BYTES]) + size
        if needed > self.data.size:
            self.data = _enlarged(self.data, int(self.state[kernel.BYTES]), max(needed, 2 * self.data.size))

    def put(self, data: Bytes, begins: Ints, ends: Ints) -> Ints:
        """The numbers (int64) of the strings data[begins:ends]; those that are not there yet get one."""
        numbers = np.empty(begins.size, np.int64)
        self.reserve(int((ends - begins).max(initial=0)))
        self.state[kernel.AT] = 0
        while True:
            kernel.put_spans(data, begins, ends, numbers, self.slots, self.data, self.offsets, self.state)
            if not self.grow():
                return numbers

    def packed(self) -> tuple[Bytes, Ints]:
        """data and offsets without the room for more."""
        return self.data[: self.state[kernel.BYTES]], self.offsets[: len(self) + 1]

    def texts(self, start: int = 0) -> list[str]:
        """The strings from number `start` on."""
        return texts_of(self.data, self.offsets[start : len(self) + 1])


def texts_of(data: Bytes, offsets: Ints) -> list[str]:
    """Strings that lie end to end, as str."""
    begin, end = int(offsets[0]), int(offsets[-1])
    text = data[begin:end].tobytes()
    places = (offsets - begin).tolist()
    return [text[a:b].decode() for a, b in pairwise(places)]


def end_to_end(texts: Iterable[bytes]) -> tuple[Bytes, Ints]:
    """Byte strings -> data and offsets."""
    parts = list(texts)
    offsets = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(part) for part in parts], out=offsets[1:])
    return np.frombuffer(b"".join(parts), np.uint8), offsets


def _enlarged(array: NDArray[Any], used: int, size: int) -> NDArray[Any]:
    out = np.zeros(size, array.dtype)
    out[:used] = array[:used]
    return out


@dataclass(frozen=True)
class Extent:
    """What a stretch of text is in the corpus: the places of neighbours are told by it.

    tokens: how many it has, those that filters leave out not counted. documents: how many it has a part of. continues:
    it begins in the midst of a document, that of the stretch before it.
    """

    tokens: int = 0
    documents: int = 0
    continues: bool = False

    def __add__(self, other: Extent) -> Extent:
        if not self.documents:
            return Extent(self.tokens + other.tokens, other.documents, other.continues)
        if not other.documents:
            return Extent(self.tokens + other.tokens, self.documents, self.continues)
        documents = self.documents + other.documents - other.continues
        return Extent(self.tokens + other.tokens, documents, self.continues)


@dataclass(frozen=True)
class Table:
    """Distinct strings with figures, in any order.

    data, offsets: see Strings. counts: int64. documents: int64[3, n], how many of the stretch's documents a string
    occurs in, the first and the last of these, counted from 0; or [3, 0] where it was not asked for. firsts: int64, the
    place of its first token in the stretch, or of size 0.
    """

    data: Bytes
    offsets: Ints
    counts: Ints
    documents: Ints = field(default_factory=lambda: np.empty((3, 0), np.int64))
    firsts: Ints = field(default_factory=lambda: _NONE)

    def __len__(self) -> int:
        return self.counts.size

    @property
    def nbytes(self) -> int:
        """Of all arrays."""
        return sum(a.nbytes for a in (self.data, self.offsets, self.counts, self.documents, self.firsts))

    def take(self, which: Ints) -> Table:
        """The strings of these numbers, in this order."""
        offsets = np.zeros(which.size + 1, np.int64)
        lengths = (self.offsets[1:] - self.offsets[:-1])[which]
        data = np.empty(int(lengths.sum()), np.uint8)
        kernel.copy_strings(self.data, self.offsets, which, data, offsets)
        documents = self.documents[:, which] if self.documents.size else self.documents
        return Table(data, offsets, self.counts[which], documents, self.firsts[which] if self.firsts.size else _NONE)

    def slice(self, start: int, stop: int) -> Table:
        """Those from `start` to `stop`, as a view."""
        begin, end = self.offsets[start], self.offsets[stop]
        return Table(
            self.data[begin:end],
            self.offsets[start : stop + 1] - begin,
            self.counts[start:stop],
            self.documents[:, start:stop],
            self.firsts[start:stop],
        )

    def sorted(self) -> Table:
        """By their bytes, which is by code points."""
        heads = kernel.heads(self.data, self.offsets)
        order = np.argsort(heads, kind="stable")
        kernel.sort_ties(order, heads, self.data, self.offsets, np.empty_like(order))
        return self.take(order)

    def after(self, extent: Extent, continues: bool) -> Table:
        """The same, its places counted from the beginning of a stretch that ends where this one begins."""
        moved = Table(self.data, self.offsets, self.counts, self.documents.copy(), self.firsts.copy())
        _move(moved.documents, moved.firsts, extent, continues)
        return moved

    def bare(self) -> Table:
        """Strings and counts alone."""
        return Table(self.data, self.offsets, self.counts)

    def spelled(self) -> Table:
        """As strings: itself."""
        return self

    def rows(self, separator: str, to_quote: bytes) -> bytes | None:
        """Lines of `string<separator>count`, and documents where they were counted; None where there are bytes
        `to_quote`."""
        if any(map(self.data.tobytes().__contains__, to_quote)):
            return None
        figures = np.stack([self.counts, *(self.documents[:1] if self.documents.size else ())])
        out = np.empty(self.data.size + len(self) * (1 + 20 * len(figures)), np.uint8)
        size = kernel.write_rows(self.data, self.offsets, figures, ord(separator), out)
        return out[:size].tobytes()

    def ranked(self, low: int, high: int, rows: int) -> Iterator[Table]:
        """Those with counts from `low` to `high`, the largest first, equal ones in order; so many rows at a time."""
        order = by_count(self.counts, low, high)
        for start in range(0, order.size, rows):
            yield self.take(order[start : start + rows])

    def join(self, others: Sequence[Table]) -> Table:
        """With others behind it."""
        return joined([self, *others])

    def texts(self) -> list[str]:
        """The strings as str."""
        return texts_of(self.data, self.offsets)


class Tally:
    """A table that grows. tracks: whether documents are counted; whether first places are kept."""

    def __init__(self, tracks: tuple[bool, bool] = (False, False), table: Table | None = None) -> None:
        self.tracks = tracks
        self.strings = Strings() if table is None else Strings(table.data, table.offsets)
        if table is None:
            self.counts = np.zeros(self.strings.capacity, np.int64)
            self.documents = np.zeros((3, self.strings.capacity if tracks[0] else 0), np.int64)
            self.firsts = np.full(self.strings.capacity if tracks[1] else 0, -1, np.int64)
        else:
            self.counts, self.documents, self.firsts = table.counts, table.documents, table.firsts

    def __len__(self) -> int:
        return len(self.strings)

    def __reduce__(self) -> tuple[Any, ...]:
        """Without the slots, which are made again."""
        return Tally, (self.tracks, self.table())

    @property
    def nbytes(self) -> int:
        """Of all arrays."""
        return self.strings.nbytes + self.counts.nbytes + self.documents.nbytes + self.firsts.nbytes

    def fit(self) -> None:
        """Room for the figures of all strings that there is room for."""
        used, size = self.counts.size, self.strings.capacity
        if size > used:
            self.counts = _enlarged(self.counts, used, size)
            if self.tracks[0]:
                documents = np.zeros((3, size), np.int64)
                documents[:, :used] = self.documents
                self.documents = documents
            if self.tracks[1]:
                self.firsts = np.concatenate([self.firsts, np.full(size - used, -1, np.int64)])

    def table(self) -> Table:
        """What there is, as views of the arrays."""
        used = len(self)
        return Table(*self.strings.packed(), self.counts[:used], self.documents[:, :used], self.firsts[:used])

    def move(self, extent: Extent, continues: bool) -> None:
        """As Table.after, in place."""
        used = len(self)
        _move(self.documents[:, :used], self.firsts[:used], extent, continues)

    def count(self, data: Bytes, begins: Ints, ends: Ints, counts: Ints | None = None) -> None:
        """Counts the strings data[begins:ends], each as often as `counts` says (once), though it may come again."""
        numbers = self.strings.put(data, begins, ends)
        self.fit()
        np.add.at(self.counts, numbers, 1 if counts is None else counts)

    def add(self, other: Table) -> None:
        """Adds figures of a stretch, whose places are counted from where this one's are, and lie before or behind."""
        numbers = self.strings.put(other.data, other.offsets[:-1], other.offsets[1:])
        self.fit()
        was = np.zeros(0, np.bool_)
        if self.tracks[0] or self.tracks[1]:
            was = self.counts[numbers] > 0
        self.counts[numbers] += other.counts
        if self.tracks[0]:
            self.documents[:, numbers] = _joined(self.documents[:, numbers], other.documents, was)
        if self.tracks[1]:
            before = self.firsts[numbers]
            self.firsts[numbers] = np.where(was, np.minimum(before, other.firsts), other.firsts)


def _joined(a: Ints, b: Ints, both: NDArray[np.bool_]) -> Ints:
    """Numbers of documents with the first and the last, of two stretches that lie one behind the other."""
    shared = (a[2] == b[1]) | (a[1] == b[2])
    joined = np.stack([a[0] + b[0] - shared, np.minimum(a[1], b[1]), np.maximum(a[2], b[2])])
    return np.where(both, joined, b)


def _move(documents: Ints, firsts: Ints, extent: Extent, continues: bool) -> None:
    documents[1:] += extent.documents - (continues and extent.documents > 0)
    firsts += extent.tokens


def merge(a: Tally, before: Extent, b: Tally, continues: bool) -> Tally:
    """Adds up tallies of two neighbouring stretches, of which the first one's extent is `before`; both are used up."""
    b.move(before, continues)
    larger, smaller = (a, b) if len(a) >= len(b) else (b, a)
    larger.add(smaller.table())
    return larger


def add_sorted(a: Table, b: Table) -> Table:
    """The sum of two sorted tables, whose places are counted from the same point on; sorted."""
    which, of_b, added = _interleaved(a, b)
    out = joined([a, b]).take(which)
    places = of_b[added]
    out.counts[places] += b.counts[added]
    if out.documents.size:
        out.documents[:, places] = _joined(out.documents[:, places], b.documents[:, added], added[added])
    if out.firsts.size:
        out.firsts[places] = np.minimum(out.firsts[places], b.firsts[added])
    return out


def union(a: Table, b: Table) -> tuple[Table, Ints, Ints]:
    """The strings of two sorted tables, sorted, with the counts that they have in either."""
    which, of_b, _ = _interleaved(a, b)
    out = joined([a.bare(), b.bare()]).take(which)
    counts = np.where(which < len(a), out.counts, 0)
    others = np.zeros(len(out), np.int64)
    others[of_b] = b.counts
    return out, counts, others


def _interleaved(a: Table, b: Table) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Of the union of two sorted tables, sorted: the places of its strings in a and, where they are not there, behind
    it in b; the place of each string of b, and whether a has it too."""
    of_a, of_b = np.empty(len(a), np.int64), np.empty(len(b), np.int64)
    size = kernel.merge_sorted(a.data, a.offsets, b.data, b.offsets, of_a, of_b)
    which = np.empty(size, np.int64)
    which[of_b] = len(a) + np.arange(len(b))
    which[of_a] = np.arange(len(a))
    in_a = np.zeros(size, np.bool_)
    in_a[of_a] = True
    return which, of_b, in_a[of_b]


def joined(tables: Sequence[Table]) -> Table:
    """Tables one behind the other."""
    if len(tables) == 1:
        return tables[0]
    lengths = np.concatenate([table.offsets[1:] - table.offsets[:-1] for table in tables])
    offsets = np.zeros(lengths.size + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return Table(
        np.concatenate([table.data[table.offsets[0] : table.offsets[-1]] for table in tables]),
        offsets,
        np.concatenate([table.counts for table in tables]),
        np.concatenate([table.documents for table in tables], axis=1),
        np.concatenate([table.firsts for table in tables]),
    )


def empty(tracks: tuple[bool, bool] = (False, False)) -> Table:
    """A table of nothing."""
    return Tally(tracks).table()
