"""A table of counted strings that grows, and the place of a stretch of text in its corpus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.kernels import strings as kernel
from nlpkit.runs.strings import Bytes, Ints, StringTable, add_documents, texts_of

_LEAST_BITS = 12
_BYTES_A_STRING = 8  # to begin with


class NumberedStrings:
    """Different byte strings, numbered in the order in which they come first.

    data: uint8, the strings end to end. offsets: int64, string i is data[offsets[i]:offsets[i + 1]]. Both arrays have
    room for more strings. state: int64[8], see kernels/strings.py.
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
        """The number of strings that `offsets` has room for."""
        return self.offsets.size - 1

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self.data.nbytes + self.offsets.nbytes + self.slots.nbytes

    def grow(self) -> bool:
        """Makes the room that a kernel lacked; returns whether it lacked any and must be called again."""
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
        """Makes room for a string of `size` bytes."""
        needed = int(self.state[kernel.BYTES]) + size
        if needed > self.data.size:
            self.data = _enlarged(self.data, int(self.state[kernel.BYTES]), max(needed, 2 * self.data.size))

    def put(self, data: Bytes, begins: Ints, ends: Ints) -> Ints:
        """Returns the numbers (int64) of the strings data[begins[i]:ends[i]]; new strings get a number."""
        numbers = np.empty(begins.size, np.int64)
        self.reserve(int((ends - begins).max(initial=0)))
        self.state[kernel.AT] = 0
        while True:
            kernel.put_spans(data, begins, ends, numbers, self.slots, self.data, self.offsets, self.state)
            if not self.grow():
                return numbers

    def packed(self) -> tuple[Bytes, Ints]:
        """Returns data and offsets without the room for more."""
        return self.data[: self.state[kernel.BYTES]], self.offsets[: len(self) + 1]

    def texts(self, start: int = 0) -> list[str]:
        """Returns the strings from number `start` on; they must be UTF-8."""
        return texts_of(self.data, self.offsets[start : len(self) + 1])


def _enlarged(array: NDArray[Any], used: int, size: int) -> NDArray[Any]:
    out = np.zeros(size, array.dtype)
    out[:used] = array[:used]
    return out


@dataclass(frozen=True)
class Extent:
    """The size of a stretch of text, from which the places of the next stretch follow.

    tokens: the number of tokens, without those that filters leave out. documents: the number of documents of which the
    stretch has a part. continues: whether it begins in the middle of a document, which began in the stretch before.
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

    def shift(self, continues: bool) -> tuple[int, int]:
        """Returns what is to be added to the places of documents and of tokens in the stretch that follows, so that
        they are counted from the beginning of this one. continues: whether that stretch begins in a document of this
        one."""
        return self.documents - (continues and self.documents > 0), self.tokens


class Tracked(NamedTuple):
    """What is kept of each string beside its count: in how many documents it occurs; where it occurs first."""

    documents: bool = False
    firsts: bool = False


_NEITHER = Tracked()


class Tally:
    """A table of strings that grows. table: what it begins with."""

    def __init__(self, tracked: Tracked = _NEITHER, table: StringTable | None = None) -> None:
        self.tracked = tracked
        self.strings = NumberedStrings() if table is None else NumberedStrings(table.data, table.offsets)
        if table is None:
            self.counts = np.zeros(self.strings.capacity, np.int64)
            self.documents = np.zeros((3, self.strings.capacity) if tracked.documents else (0, 0), np.int64)
            self.firsts = np.full(self.strings.capacity if tracked.firsts else 0, -1, np.int64)
        else:
            self.counts, self.documents, self.firsts = table.counts, table.documents, table.firsts

    def __len__(self) -> int:
        return len(self.strings)

    def __reduce__(self) -> tuple[Any, ...]:
        """Leaves out the slots, which are made again."""
        return Tally, (self.tracked, self.table())

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self.strings.nbytes + self.counts.nbytes + self.documents.nbytes + self.firsts.nbytes

    def fit(self) -> None:
        """Makes room for the figures of as many strings as `strings` has room for."""
        used, size = self.counts.size, self.strings.capacity
        if size > used:
            self.counts = _enlarged(self.counts, used, size)
            if self.tracked.documents:
                documents = np.zeros((3, size), np.int64)
                documents[:, :used] = self.documents
                self.documents = documents
            if self.tracked.firsts:
                self.firsts = np.concatenate([self.firsts, np.full(size - used, -1, np.int64)])

    def table(self) -> StringTable:
        """Returns the strings and figures as views of the arrays."""
        used = len(self)
        return StringTable(*self.strings.packed(), self.counts[:used], self.documents[:, :used], self.firsts[:used])

    def move(self, documents: int, tokens: int) -> None:
        """Adds these numbers to the places of documents and of tokens, as StringTable.moved does."""
        used = len(self)
        self.documents[1:, :used] += documents
        self.firsts[:used] += tokens

    def count(self, data: Bytes, begins: Ints, ends: Ints, counts: Ints | None = None) -> None:
        """Counts the strings data[begins[i]:ends[i]], equal ones too, counts[i] times each (default: once)."""
        numbers = self.strings.put(data, begins, ends)
        self.fit()
        np.add.at(self.counts, numbers, 1 if counts is None else counts)

    def add(self, other: StringTable) -> None:
        """Adds the figures of a stretch before or after this one, whose places are counted from the same point."""
        numbers = self.strings.put(other.data, other.offsets[:-1], other.offsets[1:])
        self.fit()
        was = np.zeros(0, np.bool_)
        if any(self.tracked):
            was = self.counts[numbers] > 0
        self.counts[numbers] += other.counts
        if self.tracked.documents:
            self.documents[:, numbers] = add_documents(self.documents[:, numbers], other.documents, was)
        if self.tracked.firsts:
            before = self.firsts[numbers]
            self.firsts[numbers] = np.where(was, np.minimum(before, other.firsts), other.firsts)


def merge(a: Tally, before: Extent, b: Tally, continues: bool) -> Tally:
    """Adds up the tallies of two neighbouring stretches; neither must be used afterwards.

    before: the extent of the first. continues: whether the second begins in a document of the first.
    """
    b.move(*before.shift(continues))
    larger, smaller = (a, b) if len(a) >= len(b) else (b, a)
    larger.add(smaller.table())
    return larger
