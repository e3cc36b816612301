"""Transactions made ready for the search: frequent items by rank, rows sorted and, where they fit a mask, merged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus.transactions import Transactions
from nlpkit.errors import InputError, OptionError
from nlpkit.kernels import itemsets as kernel

_NONE = np.empty(0, np.int64)
_MOST = 1 << 32  # occurrences that uint32 can point to


@dataclass(frozen=True)
class Counts:
    """Of each item, by number, the transactions that have it, and its support in units of the weights: int64."""

    rows: NDArray[np.int64]
    supports: NDArray[np.int64]


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
        own = self.counts if counts is None else Counts(counts.rows[self.ids], counts.supports[self.ids])
        kept = np.flatnonzero(own.supports >= least)
        names = [self.names[rank] for rank in kept.tolist()]
        return Ranking(names, self.ids[kept], Counts(own.rows[kept], own.supports[kept]), self.size), kept.astype(
            np.int32
        )


def rank_items(names: list[str], counts: Counts, least: int) -> Ranking:
    """The items with supports of at least `least`."""
    kept = np.flatnonzero(counts.supports >= least)
    texts = [names[number] for number in kept.tolist()]
    by_text = np.array(sorted(range(kept.size), key=texts.__getitem__), np.int64)
    order = by_text[np.argsort(-counts.supports[kept][by_text], kind="stable")]
    ids = kept[order]
    return Ranking([texts[k] for k in order.tolist()], ids, Counts(counts.rows[ids], counts.supports[ids]), len(names))


def count_items(transactions: Transactions, exclude: Collection[str] = ()) -> Counts:
    """By item number, 0 for those that are excluded. Raises OptionError for excluded ones that never occur."""
    rows, supports = kernel.count_items(
        transactions.ids, transactions.offsets, _weights(transactions), len(transactions.names)
    )
    for number in numbers_of(transactions, exclude, "exclude"):
        rows[number] = supports[number] = 0
    return Counts(rows, supports)


def numbers_of(transactions: Transactions, items: Collection[str], option: str) -> list[int]:
    """The numbers of items. Raises OptionError for those that are not there, with what comes near."""
    if isinstance(items, str):
        raise OptionError(f"{option} is {items!r}; give a list of items")
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


def build_rows(transactions: Transactions, ranking: Ranking) -> kernel.Rows:
    """The transactions as the search wants them. Raises InputError for 2**32 occurrences of frequent items and more."""
    ids, offsets, weights = transactions.ids, transactions.offsets, _weights(transactions)
    ranks, size = ranking.ranks(), len(ranking.names)
    if size <= kernel.MOST_ITEMS:
        masks = kernel.row_masks(ids, offsets, ranks)
        masks, weights = _merged(masks, weights)
        ids, offsets = kernel.split_masks(masks)
        ranks = np.arange(size, dtype=np.int32)
        counts = np.bincount(ids, minlength=size).astype(np.int64)
    else:
        counts = ranking.counts.rows
    if int(counts.sum()) >= _MOST:
        raise InputError(f"{int(counts.sum()):,} occurrences of frequent items; take executor dask, or min_support up")
    rows = kernel.sort_rows(ids, offsets, weights, ranks, counts)
    return kernel.Rows(*rows, ranking.counts.supports, np.arange(size, dtype=np.int32))


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
