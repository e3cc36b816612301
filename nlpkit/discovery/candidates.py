"""Frequent n-grams of a corpus with their statistics: what every discovery method chooses from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Chunk, Corpus
from nlpkit.executors import Executor, Progress
from nlpkit.kernels import candidates as kernel
from nlpkit.kernels import ngrams
from nlpkit.ngrams import WORD, NgramCounts, symbol_ids
from nlpkit.symbols import Block, ahead, symbol_blocks

#: Sorted keys (uint64) and their counts (int64).
Table: TypeAlias = tuple[NDArray[np.uint64], NDArray[np.int64]]

_LOW = np.uint64(0xFFFF)
_16 = np.uint64(16)


@dataclass(frozen=True)
class Alphabet:
    """What the symbols of a corpus are.

    table: uint32 by code point, 0 where it ends a run. collapsed: the symbols of which a stretch counts as one, 0 for
    none. codes: uint32, the symbols that occur, in code-point order; a symbol's id is its place + 1. ids: uint32 by
    code point, the id of its symbol, 0 for none. collapsed_ids: those of the collapsed symbols, 0 for none.
    """

    table: NDArray[np.uint32]
    collapsed: tuple[int, int]
    codes: NDArray[np.uint32]
    ids: NDArray[np.uint32]
    collapsed_ids: tuple[int, int]

    @classmethod
    def of(cls, table: NDArray[np.uint32], collapsed: tuple[int, int], codes: NDArray[np.uint32]) -> Alphabet:
        """From the first three."""
        by_symbol = np.zeros(table.size, np.uint32)
        by_symbol[codes] = np.arange(1, codes.size + 1, dtype=np.uint32)
        digits, letters = (int(by_symbol[symbol]) for symbol in collapsed)
        return cls(table, collapsed, codes, by_symbol[table], (digits, letters))

    def blocks(self, chunk: Chunk, cut: Callable[[NDArray[np.uint32]], int], starts: bool = False) -> Iterator[Block]:
        """The ids of a chunk's text, block by block (see symbols.symbol_blocks)."""
        return symbol_blocks(chunk, self.ids, self.collapsed_ids, cut, starts)


@dataclass(frozen=True)
class Candidates:
    """n-grams that occur min_count times or more, by length, then in code-point order; all arrays by node.

    levels: int64[L + 1], where the nodes of each length begin. keys: uint64, see kernels/candidates.py; slots, bits:
    their index. parent, suffix: int64, the node without its last and without its first symbol, -1 for single symbols.
    symbol: int64, id of the last symbol. counts: int64. pmi: float64, smallest PMI over the splits in nats, 0 for
    single symbols. total: number of symbols in runs.
    """

    alphabet: Alphabet
    total: int
    levels: NDArray[np.int64]
    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]
    slots: NDArray[np.uint64]
    bits: int
    parent: NDArray[np.int64]
    suffix: NDArray[np.int64]
    symbol: NDArray[np.int64]
    pmi: NDArray[np.float64]

    @cached_property
    def length(self) -> NDArray[np.int64]:
        """Symbols of each node."""
        return np.repeat(np.arange(1, self.levels.size), np.diff(self.levels))

    def best_splits(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Largest sum of values over the ways to write each node as two or more nodes."""
        best: NDArray[np.float64] = kernel.best_splits(self.length, self.parent, self.suffix, values)
        return best

    def rows(self, nodes: NDArray[np.int64]) -> NDArray[np.uint32]:
        """uint32[m, L]: the ids of the nodes' symbols, filled with 0."""
        out = np.zeros((nodes.size, self.levels.size - 1), np.uint32)
        places, at, column = np.arange(nodes.size), nodes, self.length[nodes] - 1
        while places.size:
            out[places, column] = self.symbol[at]
            at, column = self.parent[at], column - 1
            places, at, column = places[at >= 0], at[at >= 0], column[at >= 0]
        return out

    def find(self, ids: NDArray[np.int64]) -> int:
        """The node of a string of ids, or -1."""
        node = -1
        for k, symbol in enumerate(ids.tolist()):
            if k < WORD:
                key = 0 if k == 0 else int(self.keys[node])
                key |= symbol << (48 - 16 * k)
            else:
                key = node << 16 | symbol
            node = int(kernel.find_all(self.slots, self.bits, np.array([key], np.uint64))[0])
            if node < 0 or symbol == 0:
                return -1
        return node


@dataclass(frozen=True)
class Side:
    """What stands on one side of words or nodes: branching entropy (float64, nats), occurrences of the commonest
    neighbour and at a boundary (int64)."""

    entropy: NDArray[np.float64]
    commonest: NDArray[np.int64]
    boundary: NDArray[np.int64]

    @classmethod
    def concatenate(cls, sides: Sequence[Side]) -> Side:
        """One after the other."""
        return cls(
            np.concatenate([side.entropy for side in sides]),
            np.concatenate([side.commonest for side in sides]),
            np.concatenate([side.boundary for side in sides]),
        )

    def __getitem__(self, places: Any) -> Side:
        return Side(self.entropy[places], self.commonest[places], self.boundary[places])


@dataclass(frozen=True)
class Branching:
    """What stands beside words or nodes, on either side."""

    left: Side
    right: Side

    def __getitem__(self, places: Any) -> Branching:
        return Branching(self.left[places], self.right[places])


def _bits(entries: int) -> int:
    """Of a table that is half empty."""
    return max(4, (2 * entries).bit_length())


def default_min_count(symbols: int) -> int:
    """2 below 8 million symbols, 5 above."""
    return 2 if symbols < 8_000_000 else 5


class CandidateFinder:
    """Finds the candidates of a corpus length by length, from the counts of its windows of up to four symbols."""

    def __init__(
        self,
        windows: NgramCounts,
        alphabet: Alphabet,
        symbol_counts: NDArray[np.int64],
        min_count: int,
        pool: Executor,
    ) -> None:
        self.windows, self.alphabet, self.min_count, self.pool = windows, alphabet, min_count, pool
        self.symbol_counts, self.total = symbol_counts, int(symbol_counts.sum())
        frequent = np.flatnonzero(symbol_counts >= min_count)
        longer = pool.together(
            [partial(ngrams.prefixes, windows.keys, windows.counts, k, min_count) for k in range(2, windows.order + 1)]
        )
        self.keys = [(frequent + 1).astype(np.uint64) << np.uint64(48), *(keys for keys, _ in longer)]
        self.counts = [symbol_counts[frequent], *(counts for _, counts in longer)]
        self._index()

    def _index(self) -> None:
        keys = np.concatenate(self.keys)
        self.levels = np.cumsum([0, *(keys.size for keys in self.keys)])
        self.bits = _bits(keys.size)
        self.slots = kernel.build_index(keys, 0, self.bits)

    def measure(self, corpus: Corpus, max_length: int, progress: Progress | None) -> tuple[Candidates, Branching]:
        """Candidates of up to max_length symbols with what branches off them.

        The windows must have four symbols, those that start at a boundary included; each length from four on costs a
        pass over the corpus.
        """
        short = self._branch_short(min(max_length, WORD - 1))
        left, right = [side for side, _ in short], [side for _, side in short]
        for k in range(WORD, max_length + 1):
            if self.levels[k] == self.levels[k - 1]:  # nothing so long is frequent, and so nothing longer
                del self.keys[k:], self.counts[k:]
                break
            to_right, to_left = self._neighbours(corpus, k, progress)
            groups = np.arange(self.levels[k - 1], self.levels[k], dtype=np.uint64)
            calls = [
                partial(kernel.branch_right, *table, 0, groups, self.counts[k - 1]) for table in (to_left, to_right)
            ]
            for sides, found in zip((left, right), self.pool.together(calls), strict=True):
                sides.append(Side(*found))
            if k < max_length:
                keys, counts = to_right
                longer = (counts >= self.min_count) & ((keys & _LOW) != 0)
                self.keys.append(keys[longer])
                self.counts.append(counts[longer])
                self._index()
        if len(self.keys) > max_length:
            del self.keys[max_length:], self.counts[max_length:]
            self._index()
        return self.candidates(), Branching(Side.concatenate(left), Side.concatenate(right))

    def _branch_short(self, longest: int) -> list[tuple[Side, Side]]:
        """What stands to the left and the right of the nodes of each length up to `longest`, three at most."""
        w, totals = self.windows, np.concatenate(self.counts)
        left = Side(np.zeros(totals.size), np.zeros(totals.size, np.int64), np.zeros(totals.size, np.int64))
        calls: list[Callable[[], Any]] = []
        for k in range(longest, 0, -1):  # the longest take longest
            shift = 16 * (WORD - 1 - k)
            groups = self.keys[k - 1] >> np.uint64(shift + 16)
            arrays = (self.slots, self.bits, totals, left.entropy, left.commonest, left.boundary)
            calls += [
                partial(kernel.branch_left, w.keys, w.counts, k, *arrays),
                partial(kernel.branch_right, w.keys, w.counts, shift, groups, self.counts[k - 1]),
            ]
        right = self.pool.together(calls)[1::2][::-1]
        return [(left[self.levels[k] : self.levels[k + 1]], Side(*right[k])) for k in range(longest)]

    def _neighbours(self, corpus: Corpus, order: int, progress: Progress | None) -> tuple[Table, Table]:
        keys = np.concatenate(self.keys[WORD - 1 :])
        bits = _bits(keys.size)
        slots = kernel.build_index(keys, self.levels[WORD - 1], bits)
        seen = kernel.mark_seen(self.keys[WORD - 1])
        task = partial(_count_neighbours, alphabet=self.alphabet, slots=slots, bits=bits, seen=seen, order=order)
        empty = (np.empty(0, np.uint64), np.empty(0, np.int64))
        return self.pool.map_merge(task, corpus.chunks(), merge_pairs, progress) or (empty, empty)

    def candidates(self) -> Candidates:
        """The candidates of all lengths found so far."""
        keys, levels, counts = np.concatenate(self.keys), self.levels, np.concatenate(self.counts)
        parent, suffix = np.full(keys.size, -1, np.int64), np.full(keys.size, -1, np.int64)
        symbol = np.empty(keys.size, np.int64)
        find = partial(kernel.find_all, self.slots, self.bits)
        for k in range(1, len(self.keys) + 1):
            at = slice(levels[k - 1], levels[k])
            if k > WORD:
                parent[at], symbol[at] = keys[at] >> _16, keys[at] & _LOW
                # the suffix of (parent, symbol) is (suffix of the parent, symbol)
                head = suffix[parent[at]]
                rest: NDArray[np.uint64] = keys[head] if k == WORD + 1 else head.astype(np.uint64) << _16
                suffix[at] = find(np.bitwise_or(rest, symbol[at].astype(np.uint64)))
                continue
            symbol[at] = symbol_ids(keys[at], k)[:, -1]
            if k > 1:
                shift = np.uint64(80 - 16 * k)
                calls = [partial(find, keys[at] >> shift << shift), partial(find, keys[at] << _16)]
                parent[at], suffix[at] = self.pool.together(calls)
        length = np.repeat(np.arange(1, levels.size), np.diff(levels))
        shares = np.linspace(0, keys.size, self.pool.jobs + 1).astype(np.int64)
        pmi = self.pool.together(
            [
                partial(kernel.split_pmi, length, parent, suffix, counts, self.total, first, stop)
                for first, stop in pairwise(shares)
            ]
        )
        return Candidates(
            self.alphabet,
            self.total,
            levels,
            keys,
            counts,
            self.slots,
            self.bits,
            parent,
            suffix,
            symbol,
            np.concatenate(pmi),
        )


def _count_neighbours(
    chunk: Chunk, alphabet: Alphabet, slots: NDArray[np.uint64], bits: int, seen: NDArray[np.uint8], order: int
) -> tuple[Table, Table]:
    tables: list[tuple[Table, Table]] = []
    for block in alphabet.blocks(chunk, ahead(order + 2)):
        right, left = kernel.neighbours(block.symbols, block.stop, slots, bits, order, seen)
        right.sort()
        left.sort()
        tables.append((ngrams.count_runs(right), ngrams.count_runs(left)))
    return merge_pairs(tables)


def merge_pairs(tables: list[tuple[Table, Table]]) -> tuple[Table, Table]:
    """Adds up pairs of tables."""
    first, *others = tables
    for other in others:
        first = (merge_tables(first[0], other[0]), merge_tables(first[1], other[1]))
    return first


def merge_tables(a: Table, b: Table) -> Table:
    """Adds up two tables."""
    merged: Table = ngrams.merge_runs(*a, *b)
    return merged
