"""The frequent n-grams of a corpus and their statistics, from which every method chooses its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Chunk, Corpus
from nlpkit.discovery.branching import (
    Branching,
    Neighbours,
    Side,
    branch_entropies,
    branch_right,
    branch_sides,
    count_neighbours,
    merge_neighbours,
    neighbours_of,
)
from nlpkit.discovery.strings import Alphabet
from nlpkit.executors import Executor, Progress
from nlpkit.kernels import candidates as kernel
from nlpkit.kernels import ngrams
from nlpkit.memory import give_back
from nlpkit.ngrams.counting import WORD, Windows, symbol_ids
from nlpkit.ngrams.symbols import Block, ahead
from nlpkit.runs import KeyTable, SortedKeys, Spill

_LOW = np.uint64(0xFFFF)
_16 = np.uint64(16)
_NONE = np.empty(0)


@dataclass(frozen=True)
class Candidates:
    """Chosen frequent n-grams and all their parts, as the nodes of a trie: by length, then in code-point order.

    total: the number of symbols in runs. levels: int64[L + 1], the first node of each length. The other arrays are by
    node. keys: uint64, see kernels/candidates.py. counts: int64. parent, suffix: int64, the nodes of the n-gram without
    its last and without its first symbol, -1 for single symbols. symbol: int64, the id of the last symbol. pmi:
    float64, the smallest PMI over the splits in nats, 0 for single symbols.
    """

    alphabet: Alphabet
    total: int
    levels: NDArray[np.int64]
    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]
    parent: NDArray[np.int64]
    suffix: NDArray[np.int64]
    symbol: NDArray[np.int64]
    pmi: NDArray[np.float64]

    @cached_property
    def length(self) -> NDArray[np.int64]:
        """int64 by node: the number of symbols."""
        return np.repeat(np.arange(1, self.levels.size), np.diff(self.levels))

    @cached_property
    def index(self) -> Index:
        """The index of all keys."""
        return Index.of(self.keys)

    def rows(self, nodes: NDArray[np.int64]) -> NDArray[np.uint32]:
        """uint32[m, L]: the ids of the symbols of nodes, a row each, filled up with 0."""
        out = np.zeros((nodes.size, self.levels.size - 1), np.uint32)
        places, at, column = np.arange(nodes.size), nodes, self.length[nodes] - 1
        while places.size:
            out[places, column] = self.symbol[at]
            at, column = self.parent[at], column - 1
            places, at, column = places[at >= 0], at[at >= 0], column[at >= 0]
        return out

    def find(self, ids: Sequence[int]) -> int:
        """The node of an n-gram, given by its symbols' ids; -1 if it has none."""
        return _find(self.levels, self.keys, ids)

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays by node."""
        return 6 * self.keys.nbytes


def _find(levels: NDArray[np.int64], keys: NDArray[np.uint64], ids: Sequence[int]) -> int:
    node = -1
    for k, symbol in enumerate(ids):
        if k + 1 >= levels.size or symbol == 0:
            return -1
        head = int(keys[node]) if 0 < k < WORD else 0
        key = head | symbol << (48 - 16 * k) if k < WORD else node << 16 | symbol
        node = int(levels[k] + np.searchsorted(keys[levels[k] : levels[k + 1]], np.uint64(key)))
        if node == levels[k + 1] or int(keys[node]) != key:
            return -1
    return node


@dataclass(frozen=True)
class Index:
    """A hash table of the places of keys in an array: see build_index in kernels/candidates.py."""

    keys: NDArray[np.uint64]
    slots: NDArray[np.uint32]
    bits: int

    @classmethod
    def of(cls, keys: NDArray[np.uint64]) -> Index:
        """The index of distinct keys. At least half of the table is empty."""
        bits = max(4, (2 * keys.size - 1).bit_length())
        return cls(keys, kernel.build_index(keys, bits), bits)

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """int64: the place of each key, -1 for a key that is not there."""
        places: NDArray[np.int64] = kernel.find_all(self.slots, self.bits, self.keys, keys)
        return places


@dataclass(frozen=True)
class Measured:
    """All frequent n-grams, in as little memory as possible; arrays by node, as those of Candidates.

    parent, suffix: uint32, 0 for single symbols. left, right: float64, branching entropies in nats, empty if they are
    not measured.
    """

    levels: NDArray[np.int64]
    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]
    parent: NDArray[np.uint32]
    suffix: NDArray[np.uint32]
    pmi: NDArray[np.float64]
    left: NDArray[np.float64]
    right: NDArray[np.float64]

    def level(self, k: int) -> slice:
        """The nodes of n-grams of k symbols."""
        return slice(int(self.levels[k - 1]), int(self.levels[k]))

    def find(self, ids: Sequence[int]) -> int:
        """The node of an n-gram, given by its symbols' ids; -1 if it has none."""
        return _find(self.levels, self.keys, ids)


def default_min_count(symbols: int) -> int:
    """Returns 2 for a corpus of fewer than 8 million symbols, else 3."""
    return 2 if symbols < 8_000_000 else 3


@dataclass(frozen=True)
class SymbolStatistics:
    """What is known of the single symbols of a corpus.

    counts: int64 by symbol of the alphabet, occurrences. runs: the number of runs. min_count: the least occurrences of
    a frequent n-gram.
    """

    alphabet: Alphabet
    counts: NDArray[np.int64]
    runs: int
    min_count: int

    @property
    def total(self) -> int:
        """The number of symbols in runs."""
        return int(self.counts.sum())


class CandidateFinder:
    """Finds the frequent n-grams of a corpus length by length, from the counts of its windows of up to four symbols.

    windows: the counts. min_count: occurrences of a frequent n-gram. max_length: symbols of the longest n-grams that
    are wanted. The windows, and the counts of the neighbours of longer n-grams, may be on disk. The frequent n-grams
    are in memory, at some 40 bytes each.
    """

    def __init__(
        self, windows: Windows, alphabet: Alphabet, min_count: int, max_length: int, pool: Executor, spill: Spill
    ) -> None:
        self.windows, self.min_count, self.pool, self.spill = windows, min_count, pool, spill
        self.symbols = SymbolStatistics(alphabet, windows.symbol_counts, windows.runs, min_count)
        self.neighbours: list[tuple[SortedKeys, SortedKeys]] = []  # left and right ones of n-grams of 4, 5, ... symbols
        frequent = np.flatnonzero(windows.symbol_counts >= min_count)
        found = [[(frequent + 1).astype(np.uint64) << np.uint64(48)]]
        totals = [[windows.symbol_counts[frequent]]]
        orders = range(2, min(windows.order, max_length) + 1)
        found += [[] for _ in orders]
        totals += [[] for _ in orders]
        for table in windows.sorted.tables():
            calls = [partial(ngrams.prefixes, *table, k, min_count) for k in orders]
            for k, (keys, counts) in zip(orders, pool.together(calls), strict=True):
                found[k - 1].append(keys)
                totals[k - 1].append(counts)
        self._set(found, totals)
        del found, totals
        give_back()

    def _set(self, keys: list[list[NDArray[np.uint64]]], counts: list[list[NDArray[np.int64]]]) -> None:
        """Takes the arrays of each length, up to the first length of which no n-gram is frequent."""
        sizes = [sum(part.size for part in parts) for parts in keys]
        used = sizes.index(0) if 0 in sizes[1:] and sizes[0] else len(sizes)
        self.levels = np.cumsum([0, *sizes[:used]])
        self.keys = _concatenate(keys[:used])
        self.counts = _concatenate(counts[:used])

    @property
    def nbytes(self) -> int:
        """Bytes that the frequent n-grams take once they are measured."""
        return 5 * self.keys.nbytes

    def measure(self, corpus: Corpus, max_length: int, progress: Progress | None) -> Measured:
        """The frequent n-grams of up to max_length symbols with their branching entropies.

        The windows must have four symbols and include those that start at a boundary. Each length from four on takes a
        pass over the corpus.
        """
        left, right = self._short_entropies()
        for k in range(WORD, max_length + 1):
            if k >= self.levels.size:
                break
            to_left, to_right = self._count_beside(corpus, k, progress)
            self.neighbours.append((to_left, to_right))
            nodes = np.arange(self.levels[k - 1], self.levels[k], dtype=np.uint64)
            counts = self.counts[self.levels[k - 1] :]
            calls = [partial(branch_entropies, table, nodes, counts) for table in (to_left, to_right)]
            for entropies, found in zip((left, right), self.pool.together(calls), strict=True):
                entropies.append(found)
            if k < max_length:
                self._lengthen(to_right)
        return self.measured(np.concatenate(left), np.concatenate(right))

    def _short_entropies(self) -> tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]:
        """The left and right branching entropies of n-grams of up to three symbols, an array for each length."""
        used = min(WORD, self.levels.size) - 1
        size = self.levels[used]
        left, right = Side.of_entropies(size), Side.of_entropies(size)
        self._branch(left, right, self.levels[: used + 1], self.keys, self.counts)
        spans = [slice(a, b) for a, b in self._spans(used)]
        return [left.entropy[at] for at in spans], [right.entropy[at] for at in spans]

    def _spans(self, used: int) -> Iterable[tuple[int, int]]:
        return zip(self.levels[:used].tolist(), self.levels[1 : used + 1].tolist(), strict=True)

    def _branch(
        self,
        left: Side,
        right: Side,
        levels: NDArray[np.int64],
        keys: NDArray[np.uint64],
        counts: NDArray[np.int64],
    ) -> None:
        """Adds the neighbours of n-grams of up to three symbols, whose first nodes are `levels`, to both sides."""
        index = Index.of(keys[: levels[-1]])
        for table in self.windows.sorted.tables():
            calls: list[Callable[[], None]] = []
            for k in range(levels.size - 1, 0, -1):  # the longest take longest
                at, shift = slice(levels[k - 1], levels[k]), 16 * (WORD - 1 - k)
                calls += [
                    partial(_branch_left, table, k, index, counts, left),
                    partial(branch_right, table, shift, keys[at], shift + 16, counts[at], right[at]),
                ]
            self.pool.together(calls)

    def forget(self) -> None:
        """Frees the memory of the n-grams that were not chosen."""
        self.keys, self.counts = self.keys[:0], self.counts[:0]
        give_back()

    def branching(self, c: Candidates, nodes: NDArray[np.int64]) -> Branching:
        """The neighbours of the candidates, which are these nodes of what `measure` returned."""
        used = min(WORD, c.levels.size) - 1
        found = Branching(Side.zeros(c.keys.size), Side.zeros(c.keys.size))
        short = found[: int(c.levels[used])]
        self._branch(short.left, short.right, c.levels[: used + 1], c.keys, c.counts)
        for k, tables in zip(range(WORD, c.levels.size), self.neighbours, strict=False):
            at = slice(int(c.levels[k - 1]), int(c.levels[k]))
            branch_sides(tables, nodes[at].astype(np.uint64), c.counts[at], found[at], self.pool)
        return found

    def _count_beside(self, corpus: Corpus, order: int, progress: Progress | None) -> tuple[SortedKeys, SortedKeys]:
        first = int(self.levels[WORD - 1])
        index = Index.of(self.keys[first:])
        seen = kernel.mark_seen(self.keys[first : self.levels[WORD]])
        spill = self.spill.beside(self.nbytes)
        task = partial(
            _count_beside_ngrams, alphabet=self.symbols.alphabet, index=index, first=first, seen=seen, order=order
        )
        return count_neighbours(corpus, self.pool, task, spill, progress)

    def _lengthen(self, to_right: SortedKeys) -> None:
        keys: list[NDArray[np.uint64]] = []
        counts: list[NDArray[np.int64]] = []
        for table in to_right.tables():
            longer = (table.counts >= self.min_count) & ((table.keys & _LOW) != 0)
            keys.append(table.keys[longer])
            counts.append(table.counts[longer])
        spans = [slice(a, b) for a, b in self._spans(self.levels.size - 1)]
        self._set([*([self.keys[at]] for at in spans), keys], [*([self.counts[at]] for at in spans), counts])

    def measured(self, left: NDArray[np.float64] = _NONE, right: NDArray[np.float64] = _NONE) -> Measured:
        """The n-grams found so far with their PMI, and with the given branching entropies by node."""
        keys, levels, counts = self.keys, self.levels, self.counts
        parent, suffix = np.zeros(keys.size, np.uint32), np.zeros(keys.size, np.uint32)
        pmi = np.zeros(keys.size)
        index = Index.of(keys[: levels[-2]] if levels.size > 2 else keys[:0])
        for k in range(2, levels.size):
            at = slice(int(levels[k - 1]), int(levels[k]))
            shares = [part for part in np.array_split(np.arange(at.start, at.stop), 4 * self.pool.jobs) if part.size]
            calls = [
                partial(self._relate, slice(int(share[0]), int(share[-1]) + 1), k, index, parent, suffix, pmi)
                for share in shares
            ]
            self.pool.together(calls)
        give_back()
        return Measured(levels, keys, counts, parent, suffix, pmi, left, right)

    def _relate(
        self,
        at: slice,
        k: int,
        index: Index,
        parent: NDArray[np.uint32],
        suffix: NDArray[np.uint32],
        pmi: NDArray[np.float64],
    ) -> None:
        """Writes the parents, suffixes and PMI of the nodes `at`, which have k symbols."""
        keys = self.keys[at]
        if k > WORD:
            parent[at] = keys >> _16
            head = suffix[parent[at]]  # the suffix of (parent, symbol) is (suffix of the parent, symbol)
            rest: NDArray[np.uint64] = self.keys[head] if k == WORD + 1 else head.astype(np.uint64) << _16
            suffix[at] = index.find(np.bitwise_or(rest, keys & _LOW))
        else:
            shift = np.uint64(80 - 16 * k)
            parent[at] = index.find(keys >> shift << shift)
            suffix[at] = index.find(keys << _16)
        pmi[at] = kernel.split_pmi(
            parent[at], suffix[at], k, parent, suffix, self.counts, self.counts[at], self.symbols.total
        )

    def choose(self, m: Measured, keep: NDArray[np.bool_]) -> tuple[Candidates, NDArray[np.int64]]:
        """(the n-grams to keep, bool by node, with all their parts; int64, which nodes of `m` these are)."""
        for k in range(m.levels.size - 1, 1, -1):
            kept = np.flatnonzero(keep[m.level(k)]) + m.levels[k - 1]
            keep[m.parent[kept]] = True
            keep[m.suffix[kept]] = True
        nodes = np.flatnonzero(keep)
        levels = np.searchsorted(nodes, m.levels)
        place = np.zeros(keep.size, np.uint32)
        place[nodes] = np.arange(nodes.size, dtype=np.uint32)
        parent, suffix = (place[x[nodes]].astype(np.int64) for x in (m.parent, m.suffix))
        parent[: levels[1]] = suffix[: levels[1]] = -1
        keys, symbol = m.keys[nodes], np.empty(nodes.size, np.int64)
        for k in range(1, levels.size):
            at = slice(levels[k - 1], levels[k])
            if k <= WORD:
                symbol[at] = symbol_ids(keys[at], k)[:, -1]
            else:
                symbol[at] = keys[at] & _LOW
                keys[at] = parent[at].astype(np.uint64) << _16 | symbol[at].astype(np.uint64)
        c = Candidates(
            self.symbols.alphabet,
            self.symbols.total,
            levels,
            keys,
            m.counts[nodes],
            parent,
            suffix,
            symbol,
            m.pmi[nodes],
        )
        return c, nodes


def _concatenate(levels: list[list[NDArray[Any]]]) -> NDArray[Any]:
    return np.concatenate([part for parts in levels for part in parts])


def _branch_left(table: KeyTable, order: int, index: Index, counts: NDArray[np.int64], side: Side) -> None:
    kernel.branch_left(
        *table, order, index.slots, index.bits, index.keys, counts, side.entropy, side.commonest, side.boundary
    )


def _count_beside_ngrams(
    chunk: Chunk, alphabet: Alphabet, index: Index, first: int, seen: NDArray[np.uint8], order: int, spill: Spill
) -> Neighbours:
    def count(block: Block) -> Neighbours:
        right, left = kernel.neighbours(
            block.symbols, block.stop, index.slots, index.bits, index.keys, first, order, seen
        )
        return neighbours_of(left, right)

    return merge_neighbours(map(count, alphabet.blocks(chunk, ahead(order + 2))), spill)
