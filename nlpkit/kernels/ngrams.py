"""n-gram keys (four 16-bit symbols in a uint64): packs symbols, counts sorted keys, merges tables of counts.

The first symbol has the highest bits. A key of fewer than four symbols, or of a window that meets a boundary, is filled
with zeros (0 is the boundary). So a shorter n-gram is a prefix of longer ones, and one sorted array has the counts of
all orders.
"""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.types import I64, U32, U64, Bool

_16 = np.uint64(16)


@njit()
def pack(symbols: U32, rank: U32, size: int, order: int, starts: bool) -> U64:
    """Returns the keys of the windows of `order` (1 to 4) symbols that start in symbols[:size]: uint64, last one first.

    symbols: uint32, 0 at boundaries. rank: uint32 by symbol, its dense id (1 to 65,535). starts: adds a window for each
    boundary before a symbol; its first id is 0, and it counts the boundary as the left neighbour of what follows.
    """
    keys = np.empty(size, np.uint64)
    drop = np.uint64(16 * (4 - order))
    key = np.uint64(0)
    used = 0
    last = min(symbols.size, size + order - 1)
    for i in range(last - 1, -1, -1):
        symbol = symbols[i]
        if symbol == 0:
            if starts and i < size and key != 0:
                keys[used] = ((key >> _16) >> drop) << drop
                used += 1
            key = np.uint64(0)
        else:
            key = (key >> _16) | (np.uint64(rank[symbol]) << np.uint64(48))
            if i < size:
                keys[used] = (key >> drop) << drop
                used += 1
    return keys[:used]


@njit()
def count_equal_keys(keys: U64) -> tuple[U64, I64]:
    """Counts equal keys in a sorted uint64 array: returns (distinct keys, int64 counts)."""
    distinct = 0
    for i in range(keys.size):
        if i == 0 or keys[i] != keys[i - 1]:
            distinct += 1
    out = np.empty(distinct, np.uint64)
    counts = np.empty(distinct, np.int64)
    at = -1
    begin = 0
    for i in range(keys.size):
        if i == 0 or keys[i] != keys[i - 1]:
            if at >= 0:
                counts[at] = i - begin
            at += 1
            out[at] = keys[i]
            begin = i
    if at >= 0:
        counts[at] = keys.size - begin
    return out, counts


@njit()
def merge_keys(keys_a: U64, counts_a: I64, keys_b: U64, counts_b: I64) -> tuple[U64, I64]:
    """Merges two sorted tables of keys and counts to one, and adds up the counts of equal keys."""
    size_a = keys_a.size
    size_b = keys_b.size
    keys = np.empty(size_a + size_b, np.uint64)
    counts = np.empty(size_a + size_b, np.int64)
    i = 0
    j = 0
    used = 0
    while i < size_a and j < size_b:
        a = keys_a[i]
        b = keys_b[j]
        from_a = a <= b
        from_b = b <= a
        keys[used] = a if from_a else b
        counts[used] = (counts_a[i] if from_a else 0) + (counts_b[j] if from_b else 0)
        i += 1 if from_a else 0
        j += 1 if from_b else 0
        used += 1
    while i < size_a:
        keys[used] = keys_a[i]
        counts[used] = counts_a[i]
        i += 1
        used += 1
    while j < size_b:
        keys[used] = keys_b[j]
        counts[used] = counts_b[j]
        j += 1
        used += 1
    return keys[:used], counts[:used]


@njit()
def map_ids(keys: U64, ids: U64) -> U64:
    """Returns keys with each of their four ids replaced by ids[id]. ids: uint64[65536]; ids[0] = 0; strictly increasing
    over the ids that occur, so that the keys stay sorted."""
    low = np.uint64(0xFFFF)
    out = np.empty(keys.size, np.uint64)
    for i in range(keys.size):
        k = keys[i]
        out[i] = (
            (ids[k >> np.uint64(48)] << np.uint64(48))
            | (ids[(k >> np.uint64(32)) & low] << np.uint64(32))
            | (ids[(k >> _16) & low] << _16)
            | ids[k & low]
        )
    return out


@njit()
def mark_ids(keys: U64) -> Bool:
    """Returns which ids (0 excepted) occur in keys: bool[65536]."""
    low = np.uint64(0xFFFF)
    occurs = np.zeros(1 << 16, np.bool_)
    for k in keys:
        occurs[k >> np.uint64(48)] = True
        occurs[(k >> np.uint64(32)) & low] = True
        occurs[(k >> _16) & low] = True
        occurs[k & low] = True
    occurs[0] = False
    return occurs


@njit()
def prefixes(keys: U64, counts: I64, order: int, min_count: int) -> tuple[U64, I64]:
    """Returns the n-grams of one order that occur min_count times or more in a sorted table of windows: (keys, int64
    counts). Skips windows that start at a boundary (first id 0) and windows that end before `order` symbols."""
    shift = np.uint64(64 - 16 * order)
    first = np.uint64(48)
    low = np.uint64(0xFFFF)
    found = 0
    out = np.empty(0, np.uint64)
    totals = np.empty(0, np.int64)
    for fill in range(2):
        found = 0
        i = 0
        while i < keys.size:
            head = keys[i] >> shift
            total = 0
            begin = i
            while i < keys.size and (keys[i] >> shift) == head:
                total += counts[i]
                i += 1
            if total >= min_count and (keys[begin] >> first) != 0 and (head & low) != 0:
                if fill:
                    out[found] = head << shift
                    totals[found] = total
                found += 1
        if not fill:
            out = np.empty(found, np.uint64)
            totals = np.empty(found, np.int64)
    return out, totals


@njit()
def count_firsts(keys: U64, counts: I64, firsts: I64) -> int:
    """Adds to firsts (int64 by id) how often each symbol begins a window of order two or more. Returns the number of
    windows with one symbol only, the last one before a boundary: the number of runs of symbols."""
    runs = 0
    for i in range(keys.size):
        first = keys[i] >> np.uint64(48)
        if first != 0:
            firsts[first] += counts[i]
            if (keys[i] >> np.uint64(32)) & np.uint64(0xFFFF) == 0:
                runs += counts[i]
    return runs


@njit()
def pack_wide(symbols: U32, rank: U32, size: int, order: int) -> U64:
    """Packs windows of more than four symbols: uint64[m, words], four symbols a word, no windows at boundaries."""
    words = (order + 3) // 4
    narrow = np.zeros(symbols.size + 1, np.uint64)
    key = np.uint64(0)
    total = 0
    for i in range(symbols.size - 1, -1, -1):
        if symbols[i] == 0:
            key = np.uint64(0)
        else:
            key = (key >> _16) | (np.uint64(rank[symbols[i]]) << np.uint64(48))
            if i < size:
                total += 1
        narrow[i] = key
    keys = np.zeros((total, words), np.uint64)
    drop = np.uint64(16 * (4 * words - order))
    used = 0
    for i in range(min(size, symbols.size)):
        if symbols[i] == 0:
            continue
        for j in range(words):
            key = narrow[i + 4 * j]
            if j == words - 1:
                key = (key >> drop) << drop
            keys[used, j] = key
            if (key & np.uint64(0xFFFF)) == 0 or i + 4 * j + 4 >= symbols.size:
                break
        used += 1
    return keys


@njit()
def count_rows(keys: U64, counts: I64) -> tuple[U64, I64]:
    """Merges equal rows of a sorted uint64[m, words] array: returns (distinct rows, int64 sums of their counts)."""
    size, words = keys.shape
    out = np.empty((size, words), np.uint64)
    totals = np.empty(size, np.int64)
    used = 0
    for i in range(size):
        same = used > 0
        for j in range(words):
            if same and keys[i, j] != out[used - 1, j]:
                same = False
        if same:
            totals[used - 1] += counts[i]
        else:
            for j in range(words):
                out[used, j] = keys[i, j]
            totals[used] = counts[i]
            used += 1
    return out[:used].copy(), totals[:used].copy()
