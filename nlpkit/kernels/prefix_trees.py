"""Prefix trees of itemsets in pre-order: finds sets that contain given items, merges two trees, counts supports."""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.processor import lowest_bit, ones
from nlpkit.kernels.types import I32, I64, U8, U16, U64

_ROWS = 1 << 13  # transactions per block of tid-bitsets


@njit()
def holding(depths: U16, items: I32, wanted: U8, least: int) -> U8:
    """Returns 1 for each set with `least` or more items that have wanted[item] = 1, else 0: uint8. wanted: uint8."""
    deepest = 0
    for depth in depths:
        deepest = max(deepest, np.int64(depth))
    held = np.zeros(deepest + 1, np.int64)
    found = np.zeros(depths.size, np.uint8)
    for node in range(depths.size):
        depth = np.int64(depths[node])
        held[depth] = held[depth - 1] + wanted[items[node]]
        found[node] = held[depth] >= least
    return found


@njit()
def merge_trees(depths: U16, items: I32, other_depths: U16, other_items: I32) -> tuple[U16, I32]:
    """Merges two trees whose children are in ascending order of items: returns the depths and the items of one tree."""
    sizes = np.array([depths.size, other_depths.size])
    out_depths = np.empty(sizes.sum(), np.uint16)
    out_items = np.empty(sizes.sum(), np.int32)
    paths = np.full((2, 65536), -1, np.int32)
    at = np.zeros(2, np.int64)
    used = 0
    for side in range(2):
        if sizes[side]:
            paths[side, 0] = items[0] if side == 0 else other_items[0]
    while at[0] < sizes[0] or at[1] < sizes[1]:
        if at[0] == sizes[0]:
            order = 1
        elif at[1] == sizes[1]:
            order = -1
        else:
            first, second = np.int64(depths[at[0]]), np.int64(other_depths[at[1]])
            order = 0
            for level in range(min(first, second)):
                a, b = paths[0, level], paths[1, level]
                if a != b:
                    order = -1 if a < b else 1
                    break
            if order == 0:
                order = 0 if first == second else (-1 if first < second else 1)
        if order <= 0:
            out_depths[used], out_items[used] = depths[at[0]], items[at[0]]
        else:
            out_depths[used], out_items[used] = other_depths[at[1]], other_items[at[1]]
        used += 1
        if order <= 0:
            at[0] += 1
            if at[0] < sizes[0]:
                paths[0, np.int64(depths[at[0]]) - 1] = items[at[0]]
        if order >= 0:
            at[1] += 1
            if at[1] < sizes[1]:
                paths[1, np.int64(other_depths[at[1]]) - 1] = other_items[at[1]]
    return out_depths[:used].copy(), out_items[:used].copy()


@njit()
def _add_supports(depths: U16, items: I32, tids: U64, levels: U64, weights: I64, counts: I64) -> None:
    """Adds to `counts` the supports of the sets of a tree in a block of transactions. tids: uint64[items, words],
    tid-bitsets. levels: uint64[depths, words], working memory; levels[0] is all ones."""
    words = tids.shape[1]
    one = np.uint64(1)
    for node in range(depths.size):
        depth = np.int64(depths[node])
        above, here, row = levels[depth - 1], levels[depth], tids[items[node]]
        count = 0
        for k in range(words):
            word = above[k] & row[k]
            here[k] = word
            count += ones(word)
        if weights.size and count:
            count = 0
            for k in range(words):
                rest = here[k]
                while rest:
                    count += weights[64 * k + lowest_bit(rest)]
                    rest &= rest - one
        counts[node] += count


@njit()
def count_sets(ids: I32, offsets: I64, weights: I64, ranks: I32, size: int, depths: U16, items: I32) -> I64:
    """Returns the supports of the sets of a tree (depths, items) in transactions: int64.

    ids, offsets, weights: as in Transactions; weights are empty if each counts once. ranks: int32 by item number, the
    item in the tree, or -1 for an item that is in no set. size: the number of ranks.
    """
    counts = np.zeros(depths.size, np.int64)
    deepest = 0
    for depth in depths:
        deepest = max(deepest, np.int64(depth))
    words = _ROWS // 64
    tids = np.zeros((size, words), np.uint64)
    levels = np.zeros((deepest + 1, words), np.uint64)
    levels[0] = ~np.uint64(0)
    one = np.uint64(1)
    for first in range(0, offsets.size - 1, _ROWS):
        last = min(first + _ROWS, offsets.size - 1)
        tids[:] = 0
        for row in range(first, last):
            bit = one << np.uint64((row - first) & 63)
            word = (row - first) >> 6
            for k in range(offsets[row], offsets[row + 1]):
                rank = ranks[ids[k]]
                if rank >= 0:
                    tids[rank, word] |= bit
        _add_supports(depths, items, tids, levels, weights[first:last] if weights.size else weights, counts)
    return counts
