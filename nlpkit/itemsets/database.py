"""Transactions made ready for the search: frequent items by rank, rows sorted and, where they fit a mask, merged."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import InputError, OptionError
from nlpkit.kernels import itemsets as kernel
from nlpkit.transactions import Transactions

_NONE = np.empty(0, np.int64)
_MOST = 1 << 32  # occurrences that uint32 can point to
_PART, _PARTS = 1 << 18, 8  # occurrences that are worth a worker, and into how many parts transactions are cut at most

Together = Callable[[list[Callable[[], Any]]], object]


@dataclass(frozen=True)
class Counts:
    """Of each item, by number, the transactions that have it, and its support in units of the weights: int64.

    parts: int64[parts, items], the transactions of each part that workers take at a time.
    """

    parts: NDArray[np.int64]
    supports: NDArray[np.int64]

    def of(self, numbers: NDArray[np.int64]) -> Counts:
        """Those of some items, by their places in `numbers`."""
        return Counts(self.parts[:, numbers], self.supports[numbers])


@dataclass(frozen=True)
class Ranking:
    """Frequent items: the most frequent first, then by their texts' code points.

    names: by rank. ids: int64 by rank, their numbers in the transactions. counts: by rank. size: items of the
    transactions, frequent or not.
    """

    names: list[str]
    ids: NDArray[np.int64]
    counts: Counts
    size: int

    def ranks(self) -> NDArray[np.int32]:
        """int32 by item number: its rank, -1 for what is not frequent."""
        ranks = np.full(self.size, -1, np.int32)
        ranks[self.ids] = np.arange(self.ids.size, dtype=np.int32)
        return ranks

    def frequent(self, least: int, counts: Counts | None = None) -> tuple[Ranking, NDArray[np.int32]]:
        """Those with supports of at least `least`, in the same order, and their ranks here.

        counts: by item number, where these are others than the ranking's.
        """
        own = self.counts if counts is None else counts.of(self.ids)
        kept = np.flatnonzero(own.supports >= least)
        names = [self.names[rank] for rank in kept.tolist()]
        return Ranking(names, self.ids[kept], own.of(kept), self.size), kept.astype(np.int32)


def rank_items(names: list[str], counts: Counts, least: int) -> Ranking:
    """The items with supports of at least `least`."""
    kept = np.flatnonzero(counts.supports >= least)
    texts = [names[number] for number in kept.tolist()]
    by_text = np.array(sorted(range(kept.size), key=texts.__getitem__), np.int64)
    order = by_text[np.argsort(-counts.supports[kept][by_text], kind="stable")]
    ids = kept[order]
    return Ranking([texts[k] for k in order.tolist()], ids, counts.of(ids), len(names))


def count_items(transactions: Transactions, together: Together, exclude: Collection[str] = ()) -> Counts:
    """By item number, 0 for those that are excluded. Raises OptionError for excluded ones that never occur."""
    unwanted = numbers_of(transactions, exclude, "exclude")
    ids, offsets, weights = transactions.ids, transactions.offsets, _weights(transactions)
    parts = _parts(transactions)
    counts = np.zeros((len(parts), len(transactions.names)), np.int64)
    supports = np.zeros_like(counts) if weights.size else counts
    count = partial(kernel.count_items, ids, offsets, weights)
    together([partial(count, *part, counts[k], supports[k]) for k, part in enumerate(parts)])
    counts[:, unwanted] = 0
    supports[:, unwanted] = 0
    return Counts(counts, supports.sum(axis=0))


def numbers_of(transactions: Transactions, items: Collection[str], option: str) -> list[int]:
    """The numbers of items. Raises OptionError for those that are not there, with what comes near."""
    if not items:
        return []
    numbers = {name: number for number, name in enumerate(transactions.names)}
    for item in items:
        if item not in numbers:
            near = get_close_matches(item, transactions.names[:100_000], n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise OptionError(f"{option}: no transaction has the item {item!r}{hint}")
    return [numbers[item] for item in items]


def with_all(transactions: Transactions, numbers: list[int]) -> Transactions:
    """Those transactions that have all of these items."""
    rows = np.repeat(np.arange(len(transactions)), np.diff(transactions.offsets))
    kept = np.ones(len(transactions), np.bool_)
    for number in numbers:
        has = np.zeros(len(transactions), np.bool_)
        has[rows[transactions.ids == number]] = True
        kept &= has
    lengths = np.diff(transactions.offsets)[kept]
    offsets = np.zeros(lengths.size + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    weights = None if transactions.weights is None else transactions.weights[kept]
    return Transactions(transactions.names, transactions.ids[kept[rows]], offsets, weights, transactions.scale)


def build_rows(transactions: Transactions, ranking: Ranking, together: Together) -> kernel.Rows:
    """The transactions as the search wants them. Raises InputError for 2**32 occurrences of frequent items and more."""
    ids, offsets, weights = transactions.ids, transactions.offsets, _weights(transactions)
    ranks, size, parts, counts = ranking.ranks(), len(ranking.names), _parts(transactions), ranking.counts.parts
    if size <= kernel.MOST_ITEMS:
        masks = np.empty(len(transactions), np.uint64)
        together([partial(kernel.row_masks, ids, offsets, ranks, *part, masks) for part in parts])
        masks, weights = _merged(masks, weights)
        ids, offsets = kernel.split_masks(masks)
        ranks, parts = np.arange(size, dtype=np.int32), [(0, masks.size)]
        counts = np.bincount(ids, minlength=size).astype(np.int64)[None, :]
    total = int(counts.sum())
    if total >= _MOST:
        raise InputError(f"{total:,} occurrences of frequent items; take min_support up, or --executor dask")
    starts = np.zeros(size + 1, np.int64)
    np.cumsum(counts.sum(axis=0), out=starts[1:])
    fill = starts[:-1] + np.concatenate([np.zeros((1, size), np.int64), counts.cumsum(axis=0)[:-1]])
    begins = np.concatenate([[0], counts.sum(axis=1).cumsum()[:-1]]).tolist()
    items, occurrences, row_begins = (np.empty(total, np.uint32) for _ in range(3))
    row_weights = np.empty(total if weights.size else 0, np.int64)
    sort = partial(kernel.sort_rows, ids, offsets, weights, ranks)
    arrays = (items, occurrences, row_begins, row_weights)
    together([partial(sort, *part, fill[k], begins[k], *arrays) for k, part in enumerate(parts)])
    labels = np.arange(size, dtype=np.int32)
    return kernel.Rows(items, occurrences, row_begins, starts, row_weights, ranking.counts.supports, labels)


def one_by_one(calls: list[Callable[[], Any]]) -> None:
    """In place of workers."""
    for call in calls:
        call()


def _parts(transactions: Transactions) -> list[tuple[int, int]]:
    """Rows that one worker takes at a time: the first, and the first behind them."""
    rows = len(transactions)
    wanted = min(_PARTS, max(1, transactions.ids.size // _PART))
    cuts = [rows * k // wanted for k in range(wanted + 1)]
    return list(pairwise(cuts))


def _weights(transactions: Transactions) -> NDArray[np.int64]:
    return _NONE if transactions.weights is None else transactions.weights


def _merged(masks: NDArray[np.uint64], weights: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Equal masks as one, with the sum of their weights; without those of no item."""
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
