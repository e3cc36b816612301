"""Transactions as rows of item ranks: counts items, makes bit masks, sorts rows, projects them onto an item.

Items are numbered by rank: 0 is the most frequent.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.processor import lowest_bit, ones
from nlpkit.kernels.types import I32, I64, U32, U64

#: The most items of a class that fit a row's mask.
MOST_ITEMS = 64


class Rows(NamedTuple):
    """Transactions, and the occurrences of each item.

    items: uint32, the ranks of each transaction in ascending order, transactions end to end. occurrences: uint32,
    places in `items` of rank 0, then of rank 1, ...; those of rank r are occurrences[starts[r]:starts[r + 1]]. begins:
    uint32, where the transaction of each occurrence begins in `items`. weights: int64, the weight of each occurrence's
    transaction; empty if each counts once. supports: int64 by rank. labels: int32 by rank, the number of the item in
    the result.
    """

    items: U32
    occurrences: U32
    begins: U32
    starts: I64
    weights: I64
    supports: I64
    labels: I32


@njit()
def count_items(ids: I32, offsets: I64, weights: I64, first: int, last: int, counts: I64, supports: I64) -> None:
    """Adds up, over transactions[first:last], how many contain each item, and their weights.

    ids, offsets: the items of transactions end to end. counts, supports: int64 by item; supports are not written if
    weights are empty. An item that is twice in a transaction counts once.
    """
    seen = np.full(counts.size, -1, np.int64)
    for row in range(first, last):
        for k in range(offsets[row], offsets[row + 1]):
            item = ids[k]
            if seen[item] != row:
                seen[item] = row
                counts[item] += 1
                if weights.size:
                    supports[item] += weights[row]


@njit()
def row_masks(ids: I32, offsets: I64, ranks: I32, first: int, last: int, masks: U64) -> None:
    """Writes the set of ranks of each of transactions[first:last] to masks[first:last]: bit r for rank r. ranks: int32
    by item, 0 to 63, or -1 for an item to leave out."""
    for row in range(first, last):
        mask = np.uint64(0)
        for k in range(offsets[row], offsets[row + 1]):
            rank = ranks[ids[k]]
            if rank >= 0:
                mask |= np.uint64(1) << np.uint64(rank)
        masks[row] = mask


@njit()
def split_masks(masks: U64) -> tuple[I32, I64]:
    """Returns the places of the set bits of each mask, ascending, end to end (int32), and where those of each begin."""
    total = 0
    for mask in masks:
        total += ones(mask)
    ids = np.empty(total, np.int32)
    offsets = np.zeros(masks.size + 1, np.int64)
    used = 0
    one = np.uint64(1)
    for row in range(masks.size):
        rest = masks[row]
        while rest:
            ids[used] = lowest_bit(rest)
            used += 1
            rest &= rest - one
        offsets[row + 1] = used
    return ids, offsets


@njit()
def _sort_row(ids: I32, first: int, last: int, ranks: I32, bits: U64, middle: int, items: U32, begin: int) -> int:
    """Writes the distinct ranks of a transaction from items[begin] on, ascending. Returns where they end. bits: uint64,
    zeros: a bit for each rank, then, from `middle` on, a bit for each of these words."""
    end = begin
    one, low = np.uint64(1), np.uint64(63)
    for k in range(first, last):
        rank = ranks[ids[k]]
        if rank >= 0:
            word = rank >> 6
            bits[word] |= one << (np.uint64(rank) & low)
            bits[middle + (word >> 6)] |= one << (np.uint64(word) & low)
    for group in range(middle, bits.size):
        words = bits[group]
        bits[group] = 0
        while words:
            word = 64 * (group - middle) + lowest_bit(words)
            words &= words - one
            rest = bits[word]
            bits[word] = 0
            while rest:
                items[end] = 64 * word + lowest_bit(rest)
                end += 1
                rest &= rest - one
    return end


@njit()
def sort_rows(
    ids: I32,
    offsets: I64,
    weights: I64,
    ranks: I32,
    first: int,
    last: int,
    fill: I64,
    begin: int,
    items: U32,
    occurrences: U32,
    begins: U32,
    row_weights: I64,
) -> None:
    """Writes transactions[first:last] to the arrays of a Rows.

    ranks: int32 by item, -1 for an item to leave out. fill: int64 by rank, where its next occurrence is written; is
    advanced. begin: where these transactions begin in `items`. items, occurrences, begins, row_weights: arrays of Rows.
    """
    words = (fill.size + 63) // 64
    bits = np.zeros(words + (words + 63) // 64, np.uint64)
    for row in range(first, last):
        end = _sort_row(ids, offsets[row], offsets[row + 1], ranks, bits, words, items, begin)
        for place in range(begin, end):
            rank = items[place]
            at = fill[rank]
            fill[rank] = at + 1
            occurrences[at] = place
            begins[at] = begin
            if weights.size:
                row_weights[at] = weights[row]
        begin = end


@njit()
def count_class(rows: Rows, item: int, counts: I64) -> int:
    """Adds to counts[rank], for each rank below `item`, the support of the pair. Returns the number of items read."""
    steps = 0
    items, occurrences, begins, weights = rows.items, rows.occurrences, rows.begins, rows.weights
    if weights.size:
        for k in range(rows.starts[item], rows.starts[item + 1]):
            steps += occurrences[k] - begins[k]
            for place in range(begins[k], occurrences[k]):
                counts[items[place]] += weights[k]
    else:
        for k in range(rows.starts[item], rows.starts[item + 1]):
            steps += occurrences[k] - begins[k]
            for place in range(begins[k], occurrences[k]):
                counts[items[place]] += 1
    return steps


@njit()
def project(rows: Rows, item: int, least: int) -> Rows:
    """Returns the transactions with `item`, reduced to the items of lower rank whose support with it is at least
    `least`."""
    supports = np.zeros(item, np.int64)
    count_class(rows, item, supports)
    kept = np.flatnonzero(supports >= least)
    ranks = np.full(item, -1, np.int32)
    for rank in range(kept.size):
        ranks[kept[rank]] = rank
    items, occurrences, begins = rows.items, rows.occurrences, rows.begins
    first, last = rows.starts[item], rows.starts[item + 1]
    total = 0
    for k in range(first, last):
        total += occurrences[k] - begins[k]
    ids = np.empty(total, np.int32)
    offsets = np.zeros(last - first + 1, np.int64)
    counts = np.zeros(kept.size, np.int64)
    used = 0
    for k in range(first, last):
        for place in range(begins[k], occurrences[k]):
            rank = ranks[items[place]]
            if rank >= 0:
                ids[used] = rank
                counts[rank] += 1
                used += 1
        offsets[k - first + 1] = used
    weights = rows.weights[first:last].copy() if rows.weights.size else rows.weights
    starts = np.zeros(kept.size + 1, np.int64)
    for rank in range(kept.size):
        starts[rank + 1] = starts[rank] + counts[rank]
    found = np.empty(used, np.uint32)
    places = np.empty(used, np.uint32)
    row_begins = np.empty(used, np.uint32)
    row_weights = np.empty(used if weights.size else 0, np.int64)
    same = np.arange(kept.size).astype(np.int32)
    fill = starts[: kept.size].copy()
    sort_rows(ids, offsets, weights, same, 0, last - first, fill, 0, found, places, row_begins, row_weights)
    return Rows(found, places, row_begins, starts, row_weights, supports[kept], rows.labels[kept])
