"""Counts the n-grams of words of a corpus, order by order, with their neighbours: exact, in bounded memory.

Each pass knows the frequent n-grams of one order, and counts what stands beside them. What stands to the right, where
it is frequent, makes the n-grams of the next order (Agrawal and Srikant 1994: all parts of a frequent n-gram are
frequent).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import accumulate, pairwise, starmap
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Corpus
from nlpkit.corpus.types import begins_file
from nlpkit.discovery.candidates import Index
from nlpkit.executors import Executor, Progress
from nlpkit.frequencies.counting import items
from nlpkit.kernels import candidates as pmi_kernel
from nlpkit.kernels import word_ngrams as kernel
from nlpkit.memory import BESIDE_WORDS
from nlpkit.multiword.stretches import (
    NOTHING,
    Beside,
    Cut,
    Kept,
    Parts,
    Stretch,
    add_beside,
    add_cuts,
    count_beside,
    cut_stretch,
    no_capitals,
)
from nlpkit.multiword.units import UnitReader, Vocabulary
from nlpkit.runs import KeyTable, SortedKeys, Spill, SpilledKeys, sorted_keys

Neighbours: TypeAlias = list[tuple[int, int]]  # (unit, occurrences), the most frequent first

_32 = np.uint64(32)
_SHOWN = 5  # neighbours
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class WordNgrams:
    """The frequent n-grams of words: nodes, by order, then by the node of their first words, then by their last word.

    vocabulary: the words. words: how many words all runs have together, numbers and rare words too. runs: their number.
    levels: int64[L + 1], the first node of each order. The other arrays are by node. units: int64, the last unit.
    parent, suffix: uint32, the nodes without the last and without the first unit, 0 for single words. counts: int64.
    documents, blocks: int64, in how many documents and in how many blocks of BLOCK words it occurs. pmi: float64, the
    smallest PMI of the splits in two, nats; 0 for single words. left, right: float64, branching entropies in nats.
    begins, ends: int64, how many runs it begins and ends. spacings: int64, bit j is set where white space stands after
    word j in most occurrences; all are -1 where the tokenizer does not tell. capitals: int64[3, words + 1], see
    count_capitals in kernels/word_ngrams.py; int64[3, 0] of a language without. indexes: of the keys of each order from
    two on.
    """

    vocabulary: Vocabulary
    words: int
    runs: int
    levels: NDArray[np.int64]
    units: NDArray[np.int64]
    parent: NDArray[np.uint32]
    suffix: NDArray[np.uint32]
    counts: NDArray[np.int64]
    documents: NDArray[np.int64]
    blocks: NDArray[np.int64]
    pmi: NDArray[np.float64]
    left: NDArray[np.float64]
    right: NDArray[np.float64]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    spacings: NDArray[np.int64]
    capitals: NDArray[np.int64]
    indexes: tuple[Index, ...]

    @cached_property
    def orders(self) -> NDArray[np.int64]:
        """int64 by node: how many words it has."""
        return np.repeat(np.arange(1, self.levels.size), np.diff(self.levels))

    def rows(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """int64[m, L]: the units of nodes, a row each, filled up with 0."""
        out = np.zeros((nodes.size, self.levels.size - 1), np.int64)
        orders, at = self.orders[nodes], nodes.copy()
        for column in range(self.levels.size - 2, -1, -1):
            here = np.flatnonzero(orders > column)
            out[here, column] = self.units[at[here]]
            at[here] = self.parent[at[here]]
        return out

    def find(self, units: Sequence[int]) -> int:
        """Returns the node of an n-gram, given by its units; -1 if it is not frequent."""
        local = _find(self.indexes, units)
        node = local + int(self.levels[len(units) - 1]) if local >= 0 else -1
        return node if node >= 0 and self.counts[node] else -1  # the number may not occur


class NgramCounter:
    """Counts the n-grams of words of a corpus.

    reader: reads units. vocabulary: the words. max_words: of the longest n-grams. min_count: occurrences of a frequent
    one. The frequent n-grams are in memory, at some 100 bytes each; what stands beside them goes to disk where it
    outgrows the memory. The units of the text are kept on disk, 8 bytes a word, so that it is cut once.
    """

    def __init__(
        self, corpus: Corpus, reader: UnitReader, vocabulary: Vocabulary, min_count: int, pool: Executor, spill: Spill
    ) -> None:
        self.corpus, self.reader, self.vocabulary = corpus, reader, vocabulary
        self.min_count, self.pool, self.spill = min_count, pool, spill
        self.neighbours: dict[tuple[int, ...], tuple[Neighbours, Neighbours]] = {}
        self._kept: list[Kept] = []
        self._before: list[int] = []  # words before each stretch

    def count(self, max_words: int, progress: Progress | None, asked: Sequence[tuple[int, ...]] = ()) -> WordNgrams:
        """Counts all orders.

        progress: called with bytes, the size of the corpus for each order. asked: n-grams, as units, whose most
        frequent neighbours, to the left and to the right, are put into `neighbours`.
        """
        words = len(self.vocabulary.words)
        levels = [_Level(np.arange(kernel.NUMBER, kernel.NUMBER + words + 1, dtype=np.uint64))]
        cut = self._cut(progress)
        for order in range(1, max_words + 1):
            level = levels[-1]
            spill = self.spill.beside(sum(level.nbytes for level in levels)).share(BESIDE_WORDS)
            beside = self._count_beside(levels, spill, progress)
            left, right = (sorted_keys(side, spill, 32) for side in (beside.left, beside.right))
            self._measure(level, beside, left, right, spill)
            indexes = [found.index for found in levels[1:]]
            for units in asked:
                if len(units) == order and (local := _find(indexes, units)) >= 0:
                    self.neighbours[units] = _most_frequent(left, local), _most_frequent(right, local)
            following = [_frequent(part, self.min_count) for part in right.tables()] if order < max_words else []
            keys = np.concatenate([np.empty(0, np.uint64), *following])
            if not keys.size:
                break
            levels.append(_Level(keys))
        return _joined(self.vocabulary, cut, levels)

    def _cut(self, progress: Progress | None) -> Cut:
        """Cuts the corpus into units, which are kept in files where workers share them."""
        task = partial(cut_stretch, reader=self.reader, spill=self.spill if self.pool.shares_files else None)
        found = self.pool.map_merge(task, self._stretches(), add_cuts, progress)
        if found is None:
            return Cut((), 0, no_capitals(self.reader))
        self._before = [0, *accumulate(found.words)]
        self._kept = [replace(kept, before=n) for kept, n in zip(found.kept, self._before, strict=False)]
        return found

    def _count_beside(self, levels: Sequence[_Level], spill: Spill, progress: Progress | None) -> Beside:
        """Counts what stands beside the n-grams of the last level."""
        indexes = [level.index for level in (levels[1:][-1:] if self._kept else levels[1:])]
        size = levels[-1].keys.size
        task = partial(count_beside, reader=self.reader, order=len(levels), indexes=indexes, size=size)
        work: Iterator[Stretch | Kept] = iter(self._kept) if self._kept else self._stretches()
        return self.pool.map_merge(task, work, partial(add_beside, spill=spill), progress) or NOTHING

    def _stretches(self) -> Iterator[Stretch]:
        """Yields the corpus as stretches of whole lines."""
        own_files = not self.pool.shares_files
        at_nul = self.reader.tokenizer.name == "words"
        file = -1
        work = items(self.corpus.chunks(in_order=True, own_files=own_files, at_nul=at_nul), True)
        for number, item in enumerate(work):
            parts = item.chunk.parts
            if parts and not item.continues:
                file += 1
            yield Stretch(item, max(0, file), self._before[number] if self._before else 0)
            file += sum(starmap(begins_file, pairwise(parts)))

    def _measure(self, level: _Level, beside: Beside, left: SortedKeys, right: SortedKeys, spill: Spill) -> None:
        """Fills in the figures of a level."""
        size = level.keys.size
        level.left, level.right = self.pool.together([partial(_branch, table, size) for table in (left, right)])
        level.documents, level.blocks = (_parts(found, spill, size) for found in (beside.documents, beside.blocks))
        if self.reader.tokenizer.keep_space:
            level.spacings = _usual_spacings(beside.spacings, spill, level.left.totals)
        else:
            level.spacings = np.full(size, -1, np.int64)


class _Side(NamedTuple):
    """Of the neighbours on one side, by node: occurrences of the node (int64), of these at the end of a run (int64),
    and the branching entropy (float64, nats)."""

    totals: NDArray[np.int64]
    boundaries: NDArray[np.int64]
    entropy: NDArray[np.float64]


class _Level:
    """The n-grams of one order while they are counted; arrays by local number.

    keys: uint64, see kernels/word_ngrams.py. The others are filled in by a pass over the corpus.
    """

    left: _Side
    right: _Side
    documents: NDArray[np.int64]
    blocks: NDArray[np.int64]
    spacings: NDArray[np.int64]

    def __init__(self, keys: NDArray[np.uint64]) -> None:
        self.keys = keys

    @cached_property
    def index(self) -> Index:
        """The index of the keys."""
        return Index.of(self.keys)

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays, about."""
        return 100 * self.keys.size


def _branch(table: SortedKeys, size: int) -> _Side:
    side = _Side(np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size))
    for part in table.tables():
        kernel.branch(part.keys, part.counts, side.totals, side.boundaries, side.entropy)
    return side


def _find(indexes: Sequence[Index], units: Sequence[int]) -> int:
    """The local number of an n-gram, -1 if it is not frequent. indexes: of the keys of each order from two on."""
    if len(units) > len(indexes) + 1 or min(units) < kernel.NUMBER:
        return -1
    local = units[0] - kernel.NUMBER
    for index, unit in zip(indexes, units[1:], strict=False):
        if local >= 0:
            local = int(index.find(np.array([local << 32 | unit], np.uint64))[0])
    return local


def _most_frequent(table: SortedKeys, local: int) -> Neighbours:
    found: Counter[int] = Counter()
    for part in table.tables():
        begin, end = np.searchsorted(part.keys, np.array([local << 32, (local + 1) << 32], np.uint64)).tolist()
        units = np.maximum(part.keys[begin:end] & _LOW, kernel.BREAK).tolist()  # all ends of runs are one
        for unit, n in zip(units, part.counts[begin:end].tolist(), strict=True):
            found[unit] += n
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]


def _frequent(table: KeyTable, min_count: int) -> NDArray[np.uint64]:
    keys: NDArray[np.uint64] = table.keys[(table.counts >= min_count) & ((table.keys & _LOW) >= kernel.NUMBER)]
    return keys


def _parts(found: Parts, spill: Spill, size: int) -> NDArray[np.int64]:
    """int64 by node: the number of parts that it occurs in."""
    sums = np.zeros(size, np.int64)
    for keys, counts in sorted_keys(found.whole, spill, 0).tables():
        sums[keys.astype(np.int64)] = counts
    for keys, _ in sorted_keys(found.across, spill, 0).tables():
        np.add.at(sums, (keys >> np.uint64(33)).astype(np.int64), 1)
    return sums


def _usual_spacings(table: SpilledKeys, spill: Spill, totals: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64 by node: the most frequent places of white space; of equally frequent ones the first in the order of bits,
    where none comes first."""
    usual, most = np.zeros(totals.size, np.int64), totals.copy()
    found = sorted_keys(table, spill, 8)
    for keys, counts in found.tables():
        np.subtract.at(most, (keys >> np.uint64(8)).astype(np.int64), counts)
    for keys, counts in found.tables():
        kernel.choose_most(keys, counts, most, usual)
    return usual


def _joined(vocabulary: Vocabulary, cut: Cut, counted: Sequence[_Level]) -> WordNgrams:
    words = sum(cut.words)
    levels = np.array([0, *accumulate(level.keys.size for level in counted)], np.int64)
    size = int(levels[-1])
    units = np.concatenate([(level.keys & _LOW).astype(np.int64) for level in counted])
    counts = np.concatenate([level.left.totals for level in counted])
    parent, suffix = np.zeros(size, np.uint32), np.zeros(size, np.uint32)
    pmi = np.zeros(size)
    for order in range(2, levels.size):
        at = slice(int(levels[order - 1]), int(levels[order]))
        before = levels[order - 2]  # the first node of the order before
        parent[at] = (counted[order - 1].keys >> _32).astype(np.int64) + before
        if order == 2:
            suffix[at] = units[at] - kernel.NUMBER
        else:
            local = suffix[parent[at]].astype(np.int64) - levels[order - 3]
            keys = local.astype(np.uint64) << _32 | units[at].astype(np.uint64)
            suffix[at] = counted[order - 2].index.find(keys) + before
        pmi[at] = pmi_kernel.split_pmi(parent[at], suffix[at], order, parent, suffix, counts, counts[at], words)
    return WordNgrams(
        vocabulary,
        words,
        cut.runs,
        levels,
        units,
        parent,
        suffix,
        counts,
        np.concatenate([level.documents for level in counted]),
        np.concatenate([level.blocks for level in counted]),
        pmi,
        np.concatenate([level.left.entropy for level in counted]),
        np.concatenate([level.right.entropy for level in counted]),
        np.concatenate([level.left.boundaries for level in counted]),
        np.concatenate([level.right.boundaries for level in counted]),
        np.concatenate([level.spacings for level in counted]),
        cut.capitals,
        tuple(level.index for level in counted[1:]),
    )
