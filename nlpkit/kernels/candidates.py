"""Frequent n-grams as nodes of a trie: index of keys, branching entropies, split PMI, longer n-grams, best splits.

A node is an n-gram that occurs min_count times or more. All parts of a node are nodes too, so each node has a parent
(the n-gram without its last symbol) and a suffix (the n-gram without its first symbol). The key of a node of up to four
symbols is its packed key (see ngrams.py). The key of a longer node is (number of its parent << 16) | id of its last
symbol, which is smaller than any packed key.
"""

from __future__ import annotations

import math

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.hashing import slot_of
from nlpkit.kernels.types import F64, I64, U8, U32, U64, Bool

_16 = np.uint64(16)
_LOW = np.uint64(0xFFFF)


@njit(inline="always")
def find_key(slots: U32, bits: int, keys: U64, key: np.uint64) -> int:
    """Returns the place of a key in `keys`, -1 if it is not there. slots, bits: the index of `keys` (build_index)."""
    mask = (1 << bits) - 1
    at = slot_of(key, bits)
    while slots[at] != 0:
        place = np.int64(slots[at]) - 1
        if keys[place] == key:
            return place
        at = (at + 1) & mask
    return -1


@njit()
def build_index(keys: U64, bits: int) -> U32:
    """Builds a hash table of distinct uint64 keys: uint32[1 << bits], place of the key + 1, or 0 in free slots."""
    slots = np.zeros(1 << bits, np.uint32)
    mask = (1 << bits) - 1
    for i in range(keys.size):
        at = slot_of(keys[i], bits)
        while slots[at] != 0:
            at = (at + 1) & mask
        slots[at] = np.uint32(i + 1)
    return slots


@njit()
def find_all(slots: U32, bits: int, keys: U64, wanted: U64) -> I64:
    """Returns the place of each wanted key in `keys`: int64[wanted.size], -1 for a key that is not in `keys`. slots,
    bits: the index of `keys` (see build_index)."""
    out = np.empty(wanted.size, np.int64)
    for i in range(wanted.size):
        out[i] = find_key(slots, bits, keys, wanted[i])
    return out


@njit()
def branch_right(
    keys: U64,
    counts: I64,
    shift: int,
    groups: U64,
    group_shift: int,
    totals: I64,
    entropy: F64,
    commonest: I64,
    boundary: I64,
) -> None:
    """Adds the branching entropies of n-grams to the right, and counts of their neighbours, to arrays by group.

    keys, counts: a part of a sorted table of windows. Parts come in order, and all windows that hold the same n-gram
    with the same neighbour are in one part. key >> (shift + 16) is the n-gram; the 16 bits below it are its neighbour,
    0 at a boundary. groups: uint64, sorted; group >> group_shift is an n-gram to measure. totals: int64, counts of
    these n-grams. entropy: float64, nats. commonest, boundary: int64, occurrences beside the most frequent neighbour
    that is not a boundary, and at a boundary; or both empty. Each of b boundaries among c occurrences counts as a
    different neighbour: together they add (b / c) ln c to the entropy.
    """
    shift = np.uint64(shift)
    group_shift = np.uint64(group_shift)
    g = 0
    if keys.size:
        high = groups.size
        while g < high:
            middle = (g + high) // 2
            if (groups[middle] >> group_shift) < ((keys[0] >> shift) >> _16):
                g = middle + 1
            else:
                high = middle
    i = 0
    while i < keys.size and g < groups.size:
        head = (keys[i] >> shift) >> _16
        group = groups[g] >> group_shift
        if head < group:
            i += 1
            continue
        if head > group:
            g += 1
            continue
        c = totals[g]
        h = entropy[g]
        while i < keys.size and ((keys[i] >> shift) >> _16) == group:
            both = keys[i] >> shift
            n = 0
            while i < keys.size and (keys[i] >> shift) == both:
                n += counts[i]
                i += 1
            at_boundary = (both & _LOW) == 0
            if at_boundary:
                h += (n / c) * math.log(c)
            else:
                h -= (n / c) * math.log(n / c)
            if commonest.size:
                if at_boundary:
                    boundary[g] = n
                else:
                    commonest[g] = max(commonest[g], n)
        entropy[g] = h


@njit()
def branch_left(
    keys: U64,
    counts: I64,
    order: int,
    slots: U32,
    bits: int,
    indexed: U64,
    totals: I64,
    entropy: F64,
    commonest: I64,
    boundary: I64,
) -> None:
    """Does what branch_right does, but to the left and for the nodes of one order (1 to 3); adds to arrays by node.

    keys, counts: a sorted table of windows of more than `order` symbols, with the windows that start at a boundary.
    slots, bits, indexed: the index of the keys of nodes, `indexed`. totals: int64, the nodes' counts.
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
        node = find_key(slots, bits, indexed, (both << shift) << _16)
        if node < 0:
            continue
        c = totals[node]
        at_boundary = (keys[i - 1] >> np.uint64(48)) == 0
        if at_boundary:
            entropy[node] += (n / c) * math.log(c)
        else:
            entropy[node] -= (n / c) * math.log(n / c)
        if commonest.size:
            if at_boundary:
                boundary[node] = n
            else:
                commonest[node] = max(commonest[node], n)


@njit()
def mark_seen(keys: U64) -> U8:
    """Returns a bitmap with one bit per key, uint8[1 << 20]: a key whose bit is 0 is not among `keys`. It rules out
    most keys without a look at the index, and fits the processor's cache."""
    seen = np.zeros(1 << 20, np.uint8)
    for key in keys:
        bit = slot_of(key, 23)
        seen[bit >> 3] |= np.uint8(1 << (bit & 7))
    return seen


@njit()
def neighbours(
    ids: U32, stop: int, slots: U32, bits: int, indexed: U64, first: int, order: int, seen: U8
) -> tuple[U64, U64]:
    """Finds the occurrences of the nodes of one order (4 or more), with their neighbours.

    ids: uint32, 0 at boundaries; only occurrences that start at ids[1] to ids[stop] count. slots, bits, indexed: the
    index of the keys of the nodes from number `first` on, which have four symbols or more. seen: from mark_seen.
    Returns two uint64 arrays in text order, for the right and the left side: (node << 16) | id of the neighbour, 0 for
    a boundary.
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
        bit = slot_of(key, 23)
        if (seen[bit >> 3] >> (bit & 7)) & 1 == 0:
            continue
        node = find_key(slots, bits, indexed, key)
        i = end + 1
        while node >= 0 and i < begin + order:
            parent = np.uint64(node + first) << _16
            node = find_key(slots, bits, indexed, parent | np.uint64(ids[i])) if ids[i] != 0 else -1
            i += 1
        if node < 0:
            continue
        head = np.uint64(node + first) << _16
        right[used] = head | (np.uint64(ids[begin + order]) if begin + order < ids.size else np.uint64(0))
        left[used] = head | np.uint64(ids[begin - 1])
        used += 1
    return right[:used], left[:used]


@njit()
def split_pmi(heads: U32, tails: U32, length: int, parent: U32, suffix: U32, counts: I64, own: I64, total: int) -> F64:
    """Returns the smallest PMI over the splits in two of each n-gram: float64, nats.

    The PMI of a split is ln(N c / (c(left) c(right))), N = total. heads, tails: uint32, the nodes of each n-gram
    without its last and without its first symbol. length: of all n-grams, 2 or more. own: int64, their counts c.
    parent, suffix (uint32), counts (int64): by node.
    """
    out = np.empty(heads.size)
    for i in range(heads.size):
        smallest = math.inf
        left = np.int64(heads[i])
        for n in range(length - 1, 0, -1):
            if n < length - 1:
                left = np.int64(parent[left])
            right = np.int64(tails[i])
            for _ in range(n - 1):
                right = np.int64(suffix[right])
            value = math.log(
                (np.float64(total) * np.float64(own[i])) / (np.float64(counts[left]) * np.float64(counts[right]))
            )
            smallest = min(smallest, value)
        out[i] = smallest
    return out


@njit()
def best_splits(heads: U32, tails: U32, length: int, parent: U32, suffix: U32, value: F64, best: F64) -> F64:
    """Returns the largest sum of values over the splits of each n-gram into two or more nodes: float64.

    heads, tails, length, parent, suffix: as in split_pmi. value: float64 by node. best: float64 by node, the larger one
    of its value and of its best split. Sums are added from the right, as in the segmentation.
    """
    split = np.empty(heads.size)
    for i in range(heads.size):
        largest = -math.inf
        left = np.int64(heads[i])
        for n in range(length - 1, 0, -1):
            if n < length - 1:
                left = np.int64(parent[left])
            rest = np.int64(tails[i])
            for _ in range(n - 1):
                rest = np.int64(suffix[rest])
            largest = max(largest, value[left] + best[rest])
        split[i] = largest
    return split


@njit()
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
    """Decides which nodes are words in the next segmentation: returns the tokens of each node, int64, 0 for a non-word.

    length, parent, suffix: int64 by node, shortest nodes first. occurrences: int64 by node, in the text. counts: int64
    by node, tokens of the last segmentation; total: their sum. A word stays if it is needed[node] nats more probable
    than its best split into words, or if it has at least the share `bound` of the tokens of the rarest part of that
    split. Here the parts' counts include the tokens of the word. A non-word with eligible[node] becomes a word if it is
    needed[node] + entry nats more probable; it gets the smaller one of its occurrences and the count of its rarest
    part. gain: float64, receives these nats: inf for single symbols, -inf for nodes that are not judged.
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


@njit()
def moments(values: F64, others: F64, at: U32) -> tuple[float, float]:
    """Returns the mean and the population standard deviation of values[i] - others[at[i]], or of values if `at` is
    empty. Sums are added in order."""
    mean = 0.0
    for i in range(values.size):
        mean += values[i] - others[at[i]] if at.size else values[i]
    mean /= max(1, values.size)
    variance = 0.0
    for i in range(values.size):
        v = values[i] - others[at[i]] if at.size else values[i]
        variance += (v - mean) * (v - mean)
    variance /= max(1, values.size)
    return mean, math.sqrt(variance)


@njit()
def log_probabilities(counts: I64, total: int) -> F64:
    """Returns ln c - ln total for int64 counts: float64, nats; -inf for 0. (numpy's log may vary between machines.)"""
    out = np.full(counts.size, -math.inf)
    for i in range(counts.size):
        if counts[i] > 0:
            out[i] = math.log(counts[i]) - math.log(total)
    return out
