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
from nlpkit.itemsets.mining import Found, ItemRange, Ledger, Search
from nlpkit.itemsets.options import UNBOUNDED
from nlpkit.itemsets.trees import EMPTY, SetTree, copied
from nlpkit.kernels import prefix_trees
from nlpkit.transactions import Transactions

_ROWS = 1 << 15  # of a partition at least
_LEAST = 32  # local count below which partitions would have too many candidates
_MOST = 64  # partitions

CandidateTree = tuple[NDArray[np.uint16], NDArray[np.int32]]
"""Sets without counts: depths and items as in SetTree."""


@dataclass(frozen=True)
class Partition:
    """Some of the transactions; `size` is how many."""

    transactions: Transactions
    size: int


def search_partitions(
    transactions: Transactions,
    ranking: Ranking,
    least: int,
    deepest: int,
    most: int,
    pool: Executor,
) -> SetTree:
    """Returns all frequent sets, as a search of the whole gives them. Raises TooManySetsError for more than `most`."""
    total = transactions.total
    if total < least:
        return EMPTY
    parts = list(cut(transactions, least))
    trees = pool.map_merge(FindCandidates(ranking, least, total, deepest, most), parts, merge_candidates)
    if trees is None:
        return EMPTY
    depths, items = trees
    counts = pool.map_merge(CountCandidates(ranking.ranks(), len(ranking.names), depths, items), parts, add_supports)
    assert counts is not None
    kept = counts >= least
    return SetTree(depths[kept], items[kept], counts[kept])


def cut(transactions: Transactions, least: int) -> Iterator[Partition]:
    """Yields partitions with about equal numbers of transactions, so few that the support in each is not tiny."""
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
class FindCandidates:
    """The task of the first pass: finds the sets that are frequent in a partition."""

    ranking: Ranking
    least: int
    total: int
    deepest: int
    most: int

    def __call__(self, part: Partition) -> CandidateTree:
        """Returns the candidates; their items are ranks among all transactions."""
        transactions = part.transactions
        least = max(1, -(-self.least * transactions.total // self.total))
        ranking, labels = self.ranking.frequent(least, count_items(transactions, one_by_one))
        rows = build_rows(transactions, ranking, one_by_one)._replace(labels=labels)
        ledger = Ledger(most=self.most)
        search = Search(rows, least, self.deepest, UNBOUNDED, UNBOUNDED, ledger, copied)
        found = search(ItemRange(0, labels.size, 0))
        assert isinstance(found, Found)  # the block has no bound
        return found.made.depths, found.made.items


@dataclass(frozen=True)
class CountCandidates:
    """The task of the second pass: counts the supports of all candidates in a partition."""

    ranks: NDArray[np.int32]
    size: int
    depths: NDArray[np.uint16]
    items: NDArray[np.int32]

    def __call__(self, part: Partition) -> NDArray[np.int64]:
        """Returns the supports of the candidates: int64."""
        t = part.transactions
        weights = np.empty(0, np.int64) if t.weights is None else t.weights
        counts: NDArray[np.int64] = prefix_trees.count_sets(
            t.ids, t.offsets, weights, self.ranks, self.size, self.depths, self.items
        )
        return counts


def merge_candidates(trees: list[CandidateTree]) -> CandidateTree:
    """Returns one tree with the candidates of several."""
    depths, items = trees[0]
    for other_depths, other_items in trees[1:]:
        depths, items = prefix_trees.merge_trees(depths, items, other_depths, other_items)
    return depths, items


def add_supports(counts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Returns the sums of several supports of the same candidates."""
    total: NDArray[np.int64] = counts[0].copy()
    for other in counts[1:]:
        total += other
    return total
