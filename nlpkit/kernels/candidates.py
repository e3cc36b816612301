"""Frequent n-grams as a trie: an index of keys, branching entropies, split PMI, longer orders, best splits.

A node is an n-gram that occurs min_count times or more; so are then all its parts, and every node has a parent (itself
without its last symbol) and a suffix (without its first). Its key is the packed one up to four symbols, left-aligned,
and (node of the first symbols << 16) | last symbol above, which is always smaller.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

_16 = np.uint64(16)
_LOW = np.uint64(0xFFFF)


@njit(cache=True, nogil=True, inline="always")
def _slot(key: np.uint64, bits: int) -> int:
    # 32 x 32 bit product: never overflows, so the pure Python run gives the same
    mixed = (key ^ (key >> np.uint64(29)) ^ (key >> np.uint64(43))) & np.uint64(0xFFFFFFFF)
    product = (mixed * np.uint64(0x9E3779B1)) & np.uint64(0xFFFFFFFF)
    return np.int64(product >> np.uint64(32 - bits))


@njit(cache=True, nogil=True, inline="always")
def _find(slots: U64, bits: int, key: np.uint64) -> int:
    mask = (1 << bits) - 1
    at = _slot(key, bits)
    while True:
        found = slots[2 * at]
        if found == key:
            return np.int64(slots[2 * at + 1])
        if found == 0:
            return -1
        at = (at + 1) & mask


@njit(cache=True, nogil=True)
def build_index(keys: U64, first: int, bits: int) -> U64:
    """Open-addressing table of distinct non-zero keys -> first, first + 1, ...: uint64[2 << bits], key and value."""
    slots = np.zeros(2 << bits, np.uint64)
    mask = (1 << bits) - 1
    for i in range(keys.size):
        at = _slot(keys[i], bits)
        while slots[2 * at] != 0:
            at = (at + 1) & mask
        slots[2 * at] = keys[i]
        slots[2 * at + 1] = np.uint64(first + i)
    return slots


@njit(cache=True, nogil=True)
def find_all(slots: U64, bits: int, keys: U64) -> I64:
    """int64 values of uint64 keys, -1 for those that the index does not hold."""
    out = np.empty(keys.size, np.int64)
    for i in range(keys.size):
        out[i] = _find(slots, bits, keys[i])
    return out


@njit(cache=True, nogil=True)
def branch_right(keys: U64, counts: I64, shift: int, groups: U64, totals: I64) -> tuple[F64, I64, I64]:
    """What stands to the right of each group: (branching entropy in nats, occurrences of the commonest neighbour,
    occurrences at a boundary).

    keys, counts: a sorted table; key >> (shift + 16) is the n-gram, the 16 bits below its neighbour, 0 a boundary.
    groups: sorted uint64 n-grams asked for, totals: int64, their counts. Each of the b boundaries among c occurrences
    is a neighbour of its own and adds (b / c) ln c; it is never the commonest.
    """
    entropy = np.zeros(groups.size)
    commonest = np.zeros(groups.size, np.int64)
    boundary = np.zeros(groups.size, np.int64)
    shift = np.uint64(shift)
    i = 0
    for g in range(groups.size):
        while i < keys.size and ((keys[i] >> shift) >> _16) < groups[g]:
            i += 1
        c = totals[g]
        h = 0.0
        while i < keys.size and ((keys[i] >> shift) >> _16) == groups[g]:
            both = keys[i] >> shift
            n = 0
            while i < keys.size and (keys[i] >> shift) == both:
                n += counts[i]
                i += 1
            if (both & _LOW) == 0:
                h += (n / c) * math.log(c)
                boundary[g] = n
            else:
                h -= (n / c) * math.log(n / c)
                commonest[g] = max(commonest[g], n)
        entropy[g] = h
    return entropy, commonest, boundary


@njit(cache=True, nogil=True)
def branch_left(
    keys: U64, counts: I64, order: int, slots: U64, bits: int, totals: I64, entropy: F64, commonest: I64, boundary: I64
) -> None:
    """As branch_right to the left, for the nodes of one order (1 to 3): written to arrays by node.

    keys, counts: sorted windows of more than `order` symbols, those that start at a boundary included. totals: int64 by
    node.
    """
    shift = np.uint64(48 - 16 * order)
    i = 0
    while i < keys.size:
        both = keys[i] >> shift
        n = 0
        while i < keys.size and (keys[i] >> shift) == both:
            n += counts[i]
            i += 1
        if (both & _LOW) == 0:
            continue
        node = _find(slots, bits, (both << shift) << _16)
        if node < 0:
            continue
        c = totals[node]
        if (keys[i - 1] >> np.uint64(48)) == 0:
            entropy[node] += (n / c) * math.log(c)
            boundary[node] = n
        else:
            entropy[node] -= (n / c) * math.log(n / c)
            commonest[node] = max(commonest[node], n)


@njit(cache=True, nogil=True)
def mark_seen(keys: U64) -> U8:
    """A bitmap (uint8[1 << 20]) that tells most keys that are not among these, and stays in the cache."""
    seen = np.zeros(1 << 20, np.uint8)
    for key in keys:
        bit = _slot(key, 23)
        seen[bit >> 3] |= np.uint8(1 << (bit & 7))
    return seen


@njit(cache=True, nogil=True)
def neighbours(ids: U32, stop: int, slots: U64, bits: int, order: int, seen: U8) -> tuple[U64, U64]:
    """Occurrences of the nodes of one order (4 or more) with what stands beside them.

    ids: uint32, 0 at boundaries; only occurrences that start at 1..stop are looked at. seen: of mark_seen. Returns two
    uint64 arrays (node << 16 | id of the neighbour, 0 for a boundary), to the right and to the left, in text order.
    """
    right = np.empty(stop, np.uint64)
    left = np.empty(stop, np.uint64)
    used = 0
    key = np.uint64(0)
    length = 0
    for end in range(ids.size):  # `key` holds the last four symbols
        if ids[end] == 0:
            length = 0
            continue
        length += 1
        key = (key << _16) | np.uint64(ids[end])
        begin = end - 3
        if length < 4 or begin < 1 or begin > stop or begin + order > ids.size:
            continue
        bit = _slot(key, 23)
        if (seen[bit >> 3] >> (bit & 7)) & 1 == 0:
            continue
        node = _find(slots, bits, key)
        i = end + 1
        while node >= 0 and i < begin + order:
            node = _find(slots, bits, (np.uint64(node) << _16) | np.uint64(ids[i])) if ids[i] != 0 else -1
            i += 1
        if node < 0:
            continue
        head = np.uint64(node) << _16
        right[used] = head | (np.uint64(ids[begin + order]) if begin + order < ids.size else np.uint64(0))
        left[used] = head | np.uint64(ids[begin - 1])
        used += 1
    return right[:used], left[:used]


@njit(cache=True, nogil=True)
def split_pmi(order: I64, parent: I64, suffix: I64, counts: I64, total: int, first: int, stop: int) -> F64:
    """Smallest PMI over the splits of nodes first..stop, ln(N c / (c(left) c(right))) in nats; 0 for single symbols."""
    out = np.zeros(stop - first)
    for node in range(first, stop):
        length = order[node]
        if length < 2:
            continue
        smallest = math.inf
        left = node
        for n in range(length - 1, 0, -1):
            left = parent[left]
            right = node
            for _ in range(n):
                right = suffix[right]
            value = math.log(
                (np.float64(total) * np.float64(counts[node])) / (np.float64(counts[left]) * np.float64(counts[right]))
            )
            smallest = min(smallest, value)
        out[node - first] = smallest
    return out


@njit(cache=True, nogil=True)
def best_splits(order: I64, parent: I64, suffix: I64, value: F64) -> F64:
    """Largest sum of values over the ways to write each node as two or more nodes; -inf for single symbols.

    value: float64 by node, -inf for what is no word. Summed from the right, as the segmentation does.
    """
    split = np.full(order.size, -math.inf)
    best = value.copy()
    for node in range(order.size):  # shorter ones come first
        left = node
        for n in range(order[node] - 1, 0, -1):
            left = parent[left]
            rest = node
            for _ in range(n):
                rest = suffix[rest]
            split[node] = max(split[node], value[left] + best[rest])
        best[node] = max(best[node], split[node])
    return split


@njit(cache=True, nogil=True)
def judge(
    length: I64,
    parent: I64,
    suffix: I64,
    occurrences: I64,
    counts: I64,
    total: int,
    eligible: Bool,
    needed: F64,
    entry: float,
    bound: float,
    gain: F64,
) -> I64:
    """The tokens that each node has in the next segmentation, 0 for what is no word: int64 by node.

    counts: int64, tokens of the last segmentation, total: their sum. A word stays if it is needed[node] nats likelier
    than its best parts, or if a part occurs almost only in it: `bound` of the part's tokens or more. The parts' counts
    hold its own tokens, as if it were no word. A node that is no word but eligible[node] comes in if it is needed +
    entry nats likelier, with as many tokens as it or its rarest part has. gain: float64, receives the nats, inf for
    single symbols and -inf for what is not judged.
    """
    out = np.zeros(length.size, np.int64)
    longest = length[length.size - 1] if length.size else 0
    node_of = np.zeros((longest + 1, longest + 1), np.int64)
    best = np.zeros(longest + 1)
    choice = np.zeros(longest + 1, np.int64)
    for node in range(length.size):
        size = length[node]
        own = counts[node]
        gain[node] = math.inf if size == 1 else -math.inf
        if size == 1:
            out[node] = own
        if size == 1 or (own == 0 and not eligible[node]):
            continue
        head = node
        for j in range(size, 0, -1):
            part = head
            for i in range(j):
                node_of[i, j] = part
                part = suffix[part]
            head = parent[head]
        best[size] = 0.0
        for i in range(size - 1, -1, -1):
            best[i] = -math.inf
            for j in range(i + 1, size + 1):
                c = counts[node_of[i, j]]
                if j - i == size or (c == 0 and j - i > 1):
                    continue
                value = (math.log(max(1, c + own)) - math.log(total)) + best[j]
                if value > best[i]:
                    best[i] = value
                    choice[i] = j
        rarest = np.int64(1) << 62
        i = 0
        while i < size:
            rarest = min(rarest, counts[node_of[i, choice[i]]] + own)
            i = choice[i]
        n = own if own > 0 else min(occurrences[node], rarest)
        if n == 0:
            continue
        gain[node] = (math.log(n) - math.log(total)) - best[0]
        if own > 0:
            stays = gain[node] >= needed[node] or n >= bound * rarest
        else:
            stays = gain[node] >= needed[node] + entry
        if stays:
            out[node] = n
    return out


@njit(cache=True, nogil=True)
def z_scores(x: F64) -> F64:
    """(x - mean) / population standard deviation; 0 where that is 0. Sums run in order."""
    mean = 0.0
    for v in x:
        mean += v
    mean /= max(1, x.size)
    variance = 0.0
    for v in x:
        variance += (v - mean) * (v - mean)
    variance /= max(1, x.size)
    out = np.zeros(x.size)
    if variance > 0.0:
        deviation = math.sqrt(variance)
        for i in range(x.size):
            out[i] = (x[i] - mean) / deviation
    return out


@njit(cache=True, nogil=True)
def log_probabilities(counts: I64, total: int) -> F64:
    """ln c - ln total of int64 counts, in nats; -inf for 0. (numpy's log may differ from machine to machine.)"""
    out = np.full(counts.size, -math.inf)
    for i in range(counts.size):
        if counts[i] > 0:
            out[i] = math.log(counts[i]) - math.log(total)
    return out
