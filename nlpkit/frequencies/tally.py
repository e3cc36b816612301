"""A table of counted strings that grows, and the place of a stretch of text in its corpus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from nlpkit.kernels.strings import NumberedStrings, enlarged
from nlpkit.runs.strings import Bytes, Ints, StringTable, add_documents


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
        """The size of all arrays in bytes."""
        return self.strings.nbytes + self.counts.nbytes + self.documents.nbytes + self.firsts.nbytes

    def fit(self) -> None:
        """Makes room for the figures of as many strings as `strings` has room for."""
        used, size = self.counts.size, self.strings.capacity
        if size > used:
            self.counts = enlarged(self.counts, used, size)
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

    def count(
        self, data: Bytes, begins: Ints, ends: Ints, counts: Ints | None = None, documents: Ints | None = None
    ) -> None:
        """Counts the strings data[begins[i]:ends[i]], equal ones too, counts[i] times each (default: once).

        documents: in how many documents each of them is, which are different ones; their places are all 0.
        """
        numbers = self.strings.put(data, begins, ends)
        self.fit()
        np.add.at(self.counts, numbers, 1 if counts is None else counts)
        if documents is not None:
            np.add.at(self.documents[0], numbers, documents)

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


def merge_tallies(a: Tally, before: Extent, b: Tally, continues: bool) -> Tally:
    """Adds up the tallies of two neighbouring stretches; neither must be used afterwards.

    before: the extent of the first. continues: whether the second begins in a document of the first.
    """
    b.move(*before.shift(continues))
    larger, smaller = (a, b) if len(a) >= len(b) else (b, a)
    larger.add(smaller.table())
    return larger
