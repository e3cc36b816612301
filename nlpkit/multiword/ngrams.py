"""Counts the n-grams of words of a corpus, order by order, with their neighbours: exact, in bounded memory.

Each pass knows the frequent n-grams of one order, and counts what stands beside them. What stands to the right, where
it is frequent, makes the n-grams of the next order (Agrawal and Srikant 1994: all parts of a frequent n-gram are
frequent).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate, pairwise, starmap
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Corpus
from nlpkit.discovery.candidates import Index
from nlpkit.executors import Executor, Progress
from nlpkit.frequencies.counting import Item, begins_file, items
from nlpkit.kernels import candidates as pmi_kernel
from nlpkit.kernels import word_ngrams as kernel
from nlpkit.memory import SIDES
from nlpkit.multiword.units import UnitReader, Vocabulary
from nlpkit.runs import KeyTable, SortedKeys, Spill, SpilledKeys, add, sorted_keys
from nlpkit.runs.files import no_room, vanished

Neighbours: TypeAlias = list[tuple[int, int]]  # (unit, occurrences), the most frequent first

_32 = np.uint64(32)
_SHOWN = 5  # neighbours
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class WordNgrams:
    """The frequent n-grams of words: nodes, by order, then by the node of their first words, then by their last word.

    vocabulary: the words. words: how many words all runs have together, numbers and rare words too. runs: their number.
    levels: int64[L + 1], the first node of each order. The other arrays are by node. units: int64, the last unit.
    parent, suffix: uint32, the nodes without the last and without the first unit, 0 for single words. counts,
    documents: int64. pmi: float64, the smallest PMI of the splits in two, nats; 0 for single words. left, right:
    float64, branching entropies in nats. begins, ends: int64, how many runs it begins and ends. spacings: int64, bit j
    is set where white space stands after word j in most occurrences. indexes: of the keys of each order from two on.
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
    pmi: NDArray[np.float64]
    left: NDArray[np.float64]
    right: NDArray[np.float64]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    spacings: NDArray[np.int64]
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
        node = -1
        for order, unit in enumerate(units):
            if order + 1 >= self.levels.size or unit < kernel.NUMBER:
                return -1
            at = slice(int(self.levels[order]), int(self.levels[order + 1]))
            is_it = self.units[at] == unit
            if order:
                is_it &= self.parent[at] == node
            places = np.flatnonzero(is_it)
            if not places.size:
                return -1
            node = at.start + int(places[0])
        return node


class NgramCounter:
    """Counts the n-grams of words of a corpus.

    reader: reads units. vocabulary: the words. max_words: of the longest n-grams. min_count: occurrences of a frequent
    one. The frequent n-grams are in memory, at some 100 bytes each; what stands beside them goes to disk where it
    outgrows the memory, and so do the units of the text, so that it is cut once.
    """

    def __init__(
        self, corpus: Corpus, reader: UnitReader, vocabulary: Vocabulary, min_count: int, pool: Executor, spill: Spill
    ) -> None:
        self.corpus, self.reader, self.vocabulary = corpus, reader, vocabulary
        self.min_count, self.pool, self.spill = min_count, pool, spill
        self.neighbours: dict[tuple[int, ...], tuple[Neighbours, Neighbours]] = {}
        self._kept: list[_Kept] = []

    def count(self, max_words: int, progress: Progress | None, asked: Sequence[tuple[int, ...]] = ()) -> WordNgrams:
        """Counts all orders.

        progress: called with bytes, the size of the corpus for each order. asked: n-grams, as units, whose most
        frequent neighbours, to the left and to the right, are put into `neighbours`.
        """
        words = len(self.vocabulary.words)
        levels = [_Level(np.arange(kernel.NUMBER, kernel.NUMBER + words + 1, dtype=np.uint64))]
        total = runs = 0
        for order in range(1, max_words + 1):
            level = levels[-1]
            beside = self._count_beside(levels, progress)
            if order == 1:
                total, runs = beside.words, beside.runs
            left, right = (sorted_keys(side, self.spill, 32) for side in (beside.left, beside.right))
            self._measure(level, beside, order, left, right)
            for units in asked:
                if len(units) == order and (local := _find(levels, units)) >= 0:
                    self.neighbours[units] = _most_frequent(left, local), _most_frequent(right, local)
            following = [_frequent(part, self.min_count) for part in right.tables()] if order < max_words else []
            keys = np.concatenate([np.empty(0, np.uint64), *following])
            if not keys.size:
                break
            levels.append(_Level(keys))
        return _joined(self.vocabulary, total, runs, levels)

    def _count_beside(self, levels: Sequence[_Level], progress: Progress | None) -> Beside:
        """Counts what stands beside the n-grams of the last level."""
        spill = self.spill.beside(sum(level.nbytes for level in levels)).share(SIDES)
        task = partial(
            count_beside,
            reader=self.reader,
            indexes=[level.index for level in levels[1:]],
            size=levels[-1].keys.size,
            spill=spill,
            keeps=self.pool.shares_files,
        )
        work: Iterator[Stretch | _Kept] = iter(self._kept) if self._kept else self._stretches()
        found = self.pool.map_merge(task, work, partial(_add_beside, spill=spill), progress) or _NOTHING
        self._kept = list(found.kept)
        return found

    def _stretches(self) -> Iterator[Stretch]:
        """Yields the corpus as stretches of whole lines."""
        own_files = not self.pool.shares_files
        at_nul = self.reader.tokenizer.name == "words"
        file = -1
        for item in items(self.corpus.chunks(in_order=True, own_files=own_files, at_nul=at_nul), True):
            parts = item.chunk.parts
            if parts and not item.continues:
                file += 1
            yield Stretch(item, max(0, file))
            file += sum(starmap(begins_file, pairwise(parts)))

    def _measure(self, level: _Level, beside: Beside, order: int, left: SortedKeys, right: SortedKeys) -> None:
        """Fills in the figures of a level."""
        size = level.keys.size
        level.left, level.right = self.pool.together([partial(_branch, table, size) for table in (left, right)])
        level.documents = _sums(beside.documents, self.spill, size)
        for part in sorted_keys(beside.across, self.spill, 0).tables():
            np.add.at(level.documents, (part.keys >> _32).astype(np.int64), 1)
        if self.reader.tokenizer.keep_space:
            level.spacings = _usual_spacings(beside.spacings, self.spill, level.left.totals)
        else:
            level.spacings = np.full(size, (1 << (order - 1)) - 1, np.int64)


@dataclass(frozen=True)
class Stretch:
    """A part of the corpus: its text. file: the number of the file that it begins in."""

    item: Item
    file: int

    @property
    def size(self) -> int:
        """Bytes of the text."""
        return self.item.size


@dataclass(frozen=True)
class _Kept:
    """The units of a stretch, and the nodes that begin at each, in files. size: bytes of the text."""

    units: str
    nodes: str
    file: int
    size: int


class Beside(NamedTuple):
    """What a pass over one order counts; node is the local number of an n-gram.

    left, right: node << 32 | unit that stands beside it. documents: node -> number of documents that lie in one
    stretch. across: node << 32 | number of a file that may lie in several stretches. spacings: node << 8 | places of
    white space within it. words, runs: how many there are. kept: files of units, empty where they are not kept.
    """

    left: SpilledKeys
    right: SpilledKeys
    documents: SpilledKeys
    across: SpilledKeys
    spacings: SpilledKeys
    words: int = 0
    runs: int = 0
    kept: tuple[_Kept, ...] = ()


_EMPTY = SpilledKeys(KeyTable.empty())
_NOTHING = Beside(_EMPTY, _EMPTY, _EMPTY, _EMPTY, _EMPTY)


def count_beside(
    stretch: Stretch | _Kept, reader: UnitReader, indexes: Sequence[Index], size: int, spill: Spill, keeps: bool
) -> Beside:
    """Counts what stands beside the n-grams of order len(indexes) + 1 in a stretch.

    indexes: of the keys of each order from two on. size: the number of n-grams of this order. keeps: whether units and
    nodes are kept in files.
    """
    order = len(indexes) + 1
    units, nodes = _read(stretch, reader, indexes)
    kept = (_keep(stretch, units, nodes, spill),) if keeps else ()
    sides = kernel.beside(units, nodes, order)
    for side in sides:
        side.sort()
    left, right = (SpilledKeys(KeyTable.of(side)) for side in sides)
    documents, across = _count_documents(units, nodes, size, stretch.file if reader.document == "file" else None)
    spacings = kernel.spacings(units, nodes, order)
    spacings.sort()
    words, runs = kernel.count_words(units)
    return Beside(left, right, documents, across, SpilledKeys(KeyTable.of(spacings)), words, runs, kept)


def _read(
    stretch: Stretch | _Kept, reader: UnitReader, indexes: Sequence[Index]
) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """The units of a stretch, and the nodes of order len(indexes) + 1 that begin at each."""
    if isinstance(stretch, _Kept):
        try:
            units, nodes = np.fromfile(stretch.units, np.uint32), np.fromfile(stretch.nodes, np.int32)
        except OSError as error:
            raise no_room(stretch.units, error) from error
        if units.size != nodes.size:
            raise vanished(stretch.units)
        first = len(indexes) - 1
    else:
        units = reader.read(stretch.item)
        nodes = kernel.first_nodes(units)
        first = 0
    for number in range(first, len(indexes)):
        extend_nodes(units, nodes, number + 2, indexes[number])
    return units, nodes


def extend_nodes(units: NDArray[np.uint32], nodes: NDArray[np.int32], order: int, index: Index) -> None:
    """Replaces the nodes of order - 1 that begin at each place of a text by those of `order`, -1 where there is none.

    index: of the keys of nodes of `order`.
    """
    kernel.extend(units, nodes, order, index.slots, index.bits, index.keys)


def _keep(stretch: Stretch | _Kept, units: NDArray[np.uint32], nodes: NDArray[np.int32], spill: Spill) -> _Kept:
    if isinstance(stretch, Stretch):
        path = spill.save(lambda file: file.write(units.data))
        return _Kept(path, spill.save(lambda file: file.write(nodes.data)), stretch.file, stretch.size)
    try:
        nodes.tofile(stretch.nodes)
    except OSError as error:
        raise no_room(stretch.nodes, error) from error
    return stretch


def _count_documents(
    units: NDArray[np.uint32], nodes: NDArray[np.int32], size: int, file: int | None
) -> tuple[SpilledKeys, SpilledKeys]:
    """(Beside.documents, Beside.across) of a stretch. file: the number of its first file; None: lines are documents."""
    counts, seen = np.zeros(size, np.int64), np.zeros(size, np.int32)
    across = [np.empty(0, np.uint64)]
    begin, stop = 0, units.size
    if file is not None:
        marks = np.flatnonzero(units == kernel.DOCUMENT)
        begin, stop = (int(marks[0]), int(marks[-1])) if marks.size else (stop, stop)
        for number, part in ((file, nodes[:begin]), (file + marks.size, nodes[stop:])):
            found = np.unique(part[part >= 0]).astype(np.uint64)
            across.append(found << _32 | np.uint64(number))
    kernel.count_documents(units, nodes, begin, stop, seen, counts)
    places = np.flatnonzero(counts)
    whole = KeyTable(places.astype(np.uint64), counts[places])
    return SpilledKeys(whole), SpilledKeys(KeyTable.of(np.unique(np.concatenate(across))))


def _add_beside(parts: Sequence[Beside], spill: Spill) -> Beside:
    return Beside(
        add([part.left for part in parts], spill),
        add([part.right for part in parts], spill),
        add([part.documents for part in parts], spill),
        add([part.across for part in parts], spill),
        add([part.spacings for part in parts], spill),
        sum(part.words for part in parts),
        sum(part.runs for part in parts),
        tuple(kept for part in parts for kept in part.kept),
    )


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


def _find(levels: Sequence[_Level], units: Sequence[int]) -> int:
    """The local number of an n-gram, -1 if it is not frequent."""
    local = units[0] - kernel.NUMBER if units[0] >= kernel.NUMBER else -1
    for level, unit in zip(levels[1:], units[1:], strict=False):
        key = np.array([local << 32 | unit if local >= 0 and unit >= kernel.NUMBER else 0], np.uint64)
        local = int(level.index.find(key)[0])
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


def _sums(table: SpilledKeys, spill: Spill, size: int) -> NDArray[np.int64]:
    sums = np.zeros(size, np.int64)
    for keys, counts in sorted_keys(table, spill, 0).tables():
        sums[keys.astype(np.int64)] = counts
    return sums


def _usual_spacings(table: SpilledKeys, spill: Spill, totals: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64 by node: the most frequent places of white space; of equally frequent ones the first in the order of bits,
    where none comes first."""
    usual, most = np.zeros(totals.size, np.int64), totals.copy()
    for keys, counts in sorted_keys(table, spill, 8).tables():
        np.subtract.at(most, (keys >> np.uint64(8)).astype(np.int64), counts)
    for keys, counts in sorted_keys(table, spill, 8).tables():
        kernel.choose_most(keys, counts, most, usual)
    return usual


def _joined(vocabulary: Vocabulary, words: int, runs: int, counted: Sequence[_Level]) -> WordNgrams:
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
        runs,
        levels,
        units,
        parent,
        suffix,
        counts,
        np.concatenate([level.documents for level in counted]),
        pmi,
        np.concatenate([level.left.entropy for level in counted]),
        np.concatenate([level.right.entropy for level in counted]),
        np.concatenate([level.left.boundaries for level in counted]),
        np.concatenate([level.right.boundaries for level in counted]),
        np.concatenate([level.spacings for level in counted]),
        tuple(level.index for level in counted[1:]),
    )
