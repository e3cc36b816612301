"""Transactions made ready for the search: frequent items by rank, rows sorted and, where they fit a mask, merged."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import InputError, Option, OptionError, Setting
from nlpkit.itemsets.options import Wanted, any_of
from nlpkit.kernels import itemset_rows as kernel
from nlpkit.suggest import hint
from nlpkit.transactions import Transactions

_NONE = np.empty(0, np.int64)
_SUGGESTED = 100_000  # items among which the nearest is looked for
_MOST = 1 << 32  # occurrences that uint32 can point to
_OCCURRENCES, _RANGES = 1 << 18, 8  # occurrences that are worth a worker; ranges of transactions at most

Together = Callable[[list[Callable[[], Any]]], object]


@dataclass(frozen=True)
class ItemCounts:
    """How many transactions have each item, by its number.

    rows: int64[ranges, items], the transactions with the item in each range that a worker takes at a time. supports:
    int64[items], in units of the weights.
    """

    rows: NDArray[np.int64]
    supports: NDArray[np.int64]

    def of(self, numbers: NDArray[np.int64]) -> ItemCounts:
        """Returns the counts of some items, by their places in `numbers`."""
        return ItemCounts(self.rows[:, numbers], self.supports[numbers])


@dataclass(frozen=True)
class Ranking:
    """The frequent items by rank: the most frequent first, equal ones by their code points.

    names: the items. ids: int64, their numbers in the transactions. counts: how many transactions have them. size: how
    many items the transactions have, frequent or not.
    """

    names: list[str]
    ids: NDArray[np.int64]
    counts: ItemCounts
    size: int

    def ranks(self) -> NDArray[np.int32]:
        """Returns the rank of each item by its number: int32, -1 for an item that is not frequent."""
        ranks = np.full(self.size, -1, np.int32)
        ranks[self.ids] = np.arange(self.ids.size, dtype=np.int32)
        return ranks

    def frequent(self, least: int, counts: ItemCounts | None = None) -> tuple[Ranking, NDArray[np.int32]]:
        """Returns the items with supports of at least `least`, in the same order, and their ranks here (int32).

        counts: of all items by number, if they are not those of the ranking.
        """
        own = self.counts if counts is None else counts.of(self.ids)
        kept = np.flatnonzero(own.supports >= least)
        names = [self.names[rank] for rank in kept.tolist()]
        return Ranking(names, self.ids[kept], own.of(kept), self.size), kept.astype(np.int32)


def rank_items(names: list[str], counts: ItemCounts, least: int) -> Ranking:
    """Ranks the items with supports of at least `least`."""
    kept = np.flatnonzero(counts.supports >= least)
    texts = [names[number] for number in kept.tolist()]
    by_text = np.array(sorted(range(kept.size), key=texts.__getitem__), np.int64)
    order = by_text[np.argsort(-counts.supports[kept][by_text], kind="stable")]
    ids = kept[order]
    return Ranking([texts[k] for k in order.tolist()], ids, counts.of(ids), len(names))


def count_items(transactions: Transactions, together: Together, exclude: Collection[str] = ()) -> ItemCounts:
    """Counts the items; those that are excluded have 0. Raises OptionError for an excluded item that never occurs."""
    unwanted = numbers_of(transactions, exclude, "exclude")
    ids, offsets, weights = transactions.ids, transactions.offsets, _weights(transactions)
    ranges = _row_ranges(transactions)
    counts = np.zeros((len(ranges), len(transactions.names)), np.int64)
    supports = np.zeros_like(counts) if weights.size else counts
    count = partial(kernel.count_items, ids, offsets, weights)
    together([partial(count, *rows, counts[k], supports[k]) for k, rows in enumerate(ranges)])
    counts[:, unwanted] = 0
    supports[:, unwanted] = 0
    return ItemCounts(counts, supports.sum(axis=0))


def numbers_of(transactions: Transactions, items: Wanted, option: str) -> list[list[int]]:
    """Returns the numbers of items that an option names, those together of which any will do. Raises OptionError for an
    item that never occurs."""
    if not items:
        return []
    numbers = {name: number for number, name in enumerate(transactions.names)}
    wanted = [any_of(item, numbers) for item in items]
    for item in chain.from_iterable(wanted):
        if item not in numbers:
            near = hint(item, transactions.names[:_SUGGESTED], show=repr, before="; ")
            raise OptionError(Option(option), f": no transaction has the item {item!r}{near}")
    return [[numbers[item] for item in choices] for choices in wanted]


def with_all(transactions: Transactions, numbers: list[list[int]]) -> Transactions:
    """Returns the transactions that have an item of each of these lists."""
    rows = np.repeat(np.arange(len(transactions)), np.diff(transactions.offsets))
    kept = np.ones(len(transactions), np.bool_)
    for choices in numbers:
        has = np.zeros(len(transactions), np.bool_)
        for number in choices:
            has[rows[transactions.ids == number]] = True
        kept &= has
    lengths = np.diff(transactions.offsets)[kept]
    offsets = np.zeros(lengths.size + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    weights = None if transactions.weights is None else transactions.weights[kept]
    return Transactions(transactions.names, transactions.ids[kept[rows]], offsets, weights, transactions.scale)


def build_rows(transactions: Transactions, ranking: Ranking, together: Together) -> kernel.Rows:
    """Returns the transactions as the search needs them.

    Raises InputError for 2**32 or more occurrences of frequent items.
    """
    ids, offsets, weights = transactions.ids, transactions.offsets, _weights(transactions)
    ranks, size, ranges, counts = ranking.ranks(), len(ranking.names), _row_ranges(transactions), ranking.counts.rows
    if size <= kernel.MOST_ITEMS:
        masks = np.empty(len(transactions), np.uint64)
        together([partial(kernel.row_masks, ids, offsets, ranks, *rows, masks) for rows in ranges])
        masks, weights = _merge_equal(masks, weights)
        ids, offsets = kernel.split_masks(masks)
        ranks, ranges = np.arange(size, dtype=np.int32), [(0, masks.size)]
        counts = np.bincount(ids, minlength=size).astype(np.int64)[None, :]
    total = int(counts.sum())
    if total >= _MOST:
        ways = ("take ", Option("min_support"), " up, or ", Setting("executor", "dask"))
        raise InputError(f"{total:,} occurrences of frequent items; ", *ways)
    starts = np.zeros(size + 1, np.int64)
    np.cumsum(counts.sum(axis=0), out=starts[1:])
    fill = starts[:-1] + np.concatenate([np.zeros((1, size), np.int64), counts.cumsum(axis=0)[:-1]])
    begins = np.concatenate([[0], counts.sum(axis=1).cumsum()[:-1]]).tolist()
    items, occurrences, row_begins = (np.empty(total, np.uint32) for _ in range(3))
    row_weights = np.empty(total if weights.size else 0, np.int64)
    sort = partial(kernel.sort_rows, ids, offsets, weights, ranks)
    arrays = (items, occurrences, row_begins, row_weights)
    together([partial(sort, *rows, fill[k], begins[k], *arrays) for k, rows in enumerate(ranges)])
    labels = np.arange(size, dtype=np.int32)
    return kernel.Rows(items, occurrences, row_begins, starts, row_weights, ranking.counts.supports, labels)


def one_by_one(calls: list[Callable[[], Any]]) -> None:
    """Makes the calls one after the other, without workers."""
    for call in calls:
        call()


def _row_ranges(transactions: Transactions) -> list[tuple[int, int]]:
    """Returns the ranges of transactions that one worker takes at a time: the first, and the first after them."""
    rows = len(transactions)
    wanted = min(_RANGES, max(1, transactions.ids.size // _OCCURRENCES))
    cuts = [rows * k // wanted for k in range(wanted + 1)]
    return list(pairwise(cuts))


def _weights(transactions: Transactions) -> NDArray[np.int64]:
    return _NONE if transactions.weights is None else transactions.weights


def _merge_equal(masks: NDArray[np.uint64], weights: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Makes equal masks one, with the sum of their weights, and leaves out masks without an item."""
    if weights.size:
        order = np.argsort(masks, kind="stable")
        masks, weights = masks[order], weights[order]
    else:
        masks = np.sort(masks)
    first = np.flatnonzero(np.concatenate([[True], masks[1:] != masks[:-1]])) if masks.size else _NONE
    sums = np.add.reduceat(weights, first) if weights.size else np.diff(np.append(first, masks.size))
    masks = masks[first]
    kept = masks != 0
    masks, sums = masks[kept], sums[kept]
    return masks, _NONE if (sums == 1).all() else sums
