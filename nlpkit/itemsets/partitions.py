"""Itemsets of transactions in partitions, for a cluster (Savasere, Omiecinski and Navathe 1995).

A set that is frequent is so, at the same share, in one partition at least: the sets that are frequent in some partition
are all candidates, and a second pass counts them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlpkit.executors import Executor
from nlpkit.itemsets.database import Ranking, build_rows, count_items, one_by_one
from nlpkit.itemsets.mining import EMPTY, Block, Range, Search, Shared, copied
from nlpkit.kernels import prefix_trees
from nlpkit.transactions import Transactions

_ROWS = 1 << 15  # of a partition at least
_LEAST = 32  # local count below which partitions would have too many candidates
_MOST = 64  # partitions

Tree = tuple[NDArray[np.uint16], NDArray[np.int32]]


@dataclass(frozen=True)
class Partition:
    """Some of the transactions, `size` of them."""

    transactions: Transactions
    size: int


def search_partitions(
    transactions: Transactions,
    ranking: Ranking,
    least: int,
    deepest: int,
    most: int,
    pool: Executor,
) -> Block:
    """All frequent sets, as a search of the whole gives them."""
    total = transactions.total
    if total < least:
        return EMPTY
    parts = list(cut(transactions, least))
    trees = pool.map_merge(Candidates(ranking, least, total, deepest, most), parts, merge)
    if trees is None:
        return EMPTY
    depths, items = trees
    counts = pool.map_merge(Counts(ranking.ranks(), len(ranking.names), depths, items), parts, add)
    assert counts is not None
    kept = counts >= least
    return Block(depths[kept], items[kept], counts[kept])


def cut(transactions: Transactions, least: int) -> Iterator[Partition]:
    """Partitions of about equal numbers of transactions, so few that the support in each is no tiny number."""
    size = len(transactions)
    number = max(1, min(_MOST, size // _ROWS, least // _LEAST))
    ids, offsets, weights = transactions.ids, transactions.offsets, transactions.weights
    for k in range(number):
        a, b = size * k // number, size * (k + 1) // number
        first, last = int(offsets[a]), int(offsets[b])
        part = Transactions(
            transactions.names,
            ids[first:last],
            offsets[a : b + 1] - first,
            None if weights is None else weights[a:b],
            transactions.scale,
        )
        yield Partition(part, b - a)


@dataclass(frozen=True)
class Candidates:
    """The task of the first pass: the sets that are frequent in a partition."""

    ranking: Ranking
    least: int
    total: int
    deepest: int
    most: int

    def __call__(self, part: Partition) -> Tree:
        """-> depths, items, the latter by global rank."""
        transactions = part.transactions
        least = max(1, -(-self.least * transactions.total // self.total))
        ranking, labels = self.ranking.frequent(least, count_items(transactions, one_by_one))
        rows = build_rows(transactions, ranking, one_by_one)._replace(labels=labels)
        block = Search(rows, least, self.deepest, self.most, Shared(), copied)(Range(0, labels.size, 0))
        return block.depths, block.items


@dataclass(frozen=True)
class Counts:
    """The task of the second pass: supports of all candidates in a partition."""

    ranks: NDArray[np.int32]
    size: int
    depths: NDArray[np.uint16]
    items: NDArray[np.int32]

    def __call__(self, part: Partition) -> NDArray[np.int64]:
        """-> int64 by candidate."""
        t = part.transactions
        weights = np.empty(0, np.int64) if t.weights is None else t.weights
        counts: NDArray[np.int64] = prefix_trees.count_sets(
            t.ids, t.offsets, weights, self.ranks, self.size, self.depths, self.items
        )
        return counts


def merge(trees: list[Tree]) -> Tree:
    """One tree of several."""
    depths, items = trees[0]
    for other_depths, other_items in trees[1:]:
        depths, items = prefix_trees.merge_trees(depths, items, other_depths, other_items)
    return depths, items


def add(counts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """The sum of counts of the same candidates."""
    total: NDArray[np.int64] = counts[0].copy()
    for other in counts[1:]:
        total += other
    return total
