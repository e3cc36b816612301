"""Best paths over the words of a text: a hashed trie of words, and the segmentation of symbol runs by it."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

_16 = np.uint64(16)
#: Runs are cut after as many symbols, counted from their start.
LONGEST_RUN = 65_536


@njit(cache=True, nogil=True, inline="always")
def _slot(key, bits):
    mixed = (key ^ (key >> np.uint64(29))) & np.uint64(0xFFFFFFFF)
    product = (mixed * np.uint64(0x9E3779B1)) & np.uint64(0xFFFFFFFF)
    return np.int64(product >> np.uint64(32 - bits))


@njit(cache=True, nogil=True)
def insert_words(ids, offsets, bits):
    """A trie of words as a table of transitions: (slots, node of each word, number of nodes).

    ids: uint32, the words' ids end to end; word i is ids[offsets[i]:offsets[i + 1]]. slots: uint64[2 << bits], pairs of
    (from << 16 | id) and to. The node of a single symbol is its id; others are counted from 65,536.
    """
    slots = np.zeros(2 << bits, np.uint64)
    mask = (1 << bits) - 1
    nodes = np.empty(offsets.size - 1, np.int64)
    used = 0
    for word in range(nodes.size):
        node = np.int64(ids[offsets[word]])
        for i in range(offsets[word] + 1, offsets[word + 1]):
            key = (np.uint64(node) << _16) | np.uint64(ids[i])
            at = _slot(key, bits)
            while slots[2 * at] != key and slots[2 * at] != 0:
                at = (at + 1) & mask
            if slots[2 * at] == 0:
                slots[2 * at] = key
                slots[2 * at + 1] = np.uint64(65_536 + used)
                used += 1
            node = np.int64(slots[2 * at + 1])
        nodes[word] = node
    return slots, nodes, used


@njit(cache=True, nogil=True)
def join(symbols, stop, rank, slots, bits, kept, begins, ends):
    """Cuts the runs of symbols[:stop] between neighbours that no kept n-gram spans; returns the number of pieces.

    kept: bool by node of a trie. begins, ends: int64, receive the pieces (places in symbols).
    """
    mask = (1 << bits) - 1
    used = 0
    reach = 0  # the piece goes on at least to here
    run = 0
    for i in range(stop):
        if symbols[i] == 0:
            if used and ends[used - 1] < 0:
                ends[used - 1] = i
            continue
        fresh = i == 0 or symbols[i - 1] == 0 or i - run == LONGEST_RUN
        if fresh:
            run = i
        if fresh or reach <= i:
            if used and ends[used - 1] < 0:
                ends[used - 1] = i
            begins[used] = i
            ends[used] = -1
            used += 1
            reach = i + 1
        node = np.int64(rank[symbols[i]])
        j = i + 1
        while j < stop and symbols[j] != 0 and j - run < LONGEST_RUN:
            key = (np.uint64(node) << _16) | np.uint64(rank[symbols[j]])
            at = _slot(key, bits)
            while slots[2 * at] != key and slots[2 * at] != 0:
                at = (at + 1) & mask
            if slots[2 * at] == 0:
                break
            node = np.int64(slots[2 * at + 1])
            j += 1
            if kept[node] and j > reach:
                reach = j
    if used and ends[used - 1] < 0:
        ends[used - 1] = stop
    return used


@njit(cache=True, nogil=True)
def occurrences(symbols, stop, rank, slots, bits, word, right, left):
    """Where the words of a trie occur, overlapping or not: (word << 16 | id of the neighbour), 0 for a boundary.

    word: int64 by node, its word's number or -1. Occurrences that start at 1..stop are looked at. right, left: uint64,
    receive the keys while there is room. Returns the number of keys that there should be room for.
    """
    mask = (1 << bits) - 1
    used = 0
    for i in range(1, min(stop + 1, symbols.size)):
        if symbols[i] == 0:
            continue
        node = np.int64(rank[symbols[i]])
        j = i + 1
        while j < symbols.size and symbols[j] != 0:
            key = (np.uint64(node) << _16) | np.uint64(rank[symbols[j]])
            at = _slot(key, bits)
            while slots[2 * at] != key and slots[2 * at] != 0:
                at = (at + 1) & mask
            if slots[2 * at] == 0:
                break
            node = np.int64(slots[2 * at + 1])
            j += 1
            if word[node] >= 0:
                if used < right.size:
                    head = np.uint64(word[node]) << _16
                    right[used] = head
                    if j < symbols.size and symbols[j] != 0:
                        right[used] = head | np.uint64(rank[symbols[j]])
                    left[used] = head
                    if symbols[i - 1] != 0:
                        left[used] = head | np.uint64(rank[symbols[i - 1]])
                used += 1
    return used


@njit(cache=True, nogil=True)
def _best_parts(ids, begin, end, slots, bits, word, counts, total, whole, ends, parts):
    """The best way to write ids[begin:end] as words: (sum of ln c - ln total, number of parts).

    word: int64 by node, the number of its word or -1. A single symbol counts 1 where its count is 0. The whole itself
    is left out where `whole` is false. ends, parts: int64, receive each part's end in ids and its word. Right to left,
    ties to the longer part.
    """
    mask = (1 << bits) - 1
    size = end - begin
    best = np.zeros(size + 1)
    choice = np.zeros(size, np.int64)
    chosen = np.zeros(size, np.int64)
    ln_total = math.log(total)
    for i in range(size - 1, -1, -1):
        node = np.int64(ids[begin + i])
        top = (math.log(max(1, counts[word[node]])) - ln_total) + best[i + 1]
        choice[i] = i + 1
        chosen[i] = word[node]
        for j in range(i + 1, size):
            key = (np.uint64(node) << _16) | np.uint64(ids[begin + j])
            at = _slot(key, bits)
            while slots[2 * at] != key and slots[2 * at] != 0:
                at = (at + 1) & mask
            if slots[2 * at] == 0:
                break
            node = np.int64(slots[2 * at + 1])
            if word[node] < 0 or counts[word[node]] == 0 or (i == 0 and j == size - 1 and not whole):
                continue
            value = (math.log(counts[word[node]]) - ln_total) + best[j + 1]
            if value >= top:
                top = value
                choice[i] = j + 1
                chosen[i] = word[node]
        best[i] = top
    used = 0
    i = 0
    while i < size:
        ends[used] = choice[i]
        parts[used] = chosen[i]
        used += 1
        i = choice[i]
    return best[0], used


@njit(cache=True, nogil=True)
def remove_redundant(ids, offsets, order, slots, bits, word, counts, max_length):
    """Takes out, in the given order, every word that its parts explain; its count goes to them at once.

    ids, offsets: as in insert_words, every single symbol being a word (of count 0 where it is none). counts: int64 by
    word, changed in place, 0 for a word taken out. A word w stays if ln p(w) - sum ln p(part) >= len(w) - 1 (nats) and
    it has at most max_length symbols; p(w) = c / T, p(part) = c(part) / (T - c(w)), T the current sum of counts.
    """
    total = 0
    longest = 1
    for w in range(counts.size):
        total += counts[w]
        longest = max(longest, offsets[w + 1] - offsets[w])
    ends = np.zeros(longest, np.int64)
    parts = np.zeros(longest, np.int64)
    for w in order:
        size = offsets[w + 1] - offsets[w]
        c = counts[w]
        if size < 2 or c == 0:
            continue
        value, used = _best_parts(
            ids, offsets[w], offsets[w + 1], slots, bits, word, counts, max(1, total - c), False, ends, parts
        )
        if (math.log(c) - math.log(total)) - value >= size - 1 and size <= max_length:
            continue
        counts[w] = 0
        for k in range(used):
            counts[parts[k]] += c
        total += c * (used - 1)


@njit(cache=True, nogil=True)
def segment_strings(ids, offsets, weights, slots, bits, word, counts):
    """How often each word is used when strings, each `weights` times, are segmented with ln c - ln T.

    ids, offsets: the strings end to end. Otherwise as in remove_redundant.
    """
    total = 0
    for w in range(counts.size):
        total += counts[w]
    longest = 1
    for s in range(weights.size):
        longest = max(longest, offsets[s + 1] - offsets[s])
    ends = np.zeros(longest, np.int64)
    parts = np.zeros(longest, np.int64)
    used_counts = np.zeros(counts.size, np.int64)
    for s in range(weights.size):
        _, used = _best_parts(
            ids, offsets[s], offsets[s + 1], slots, bits, word, counts, max(1, total), True, ends, parts
        )
        for k in range(used):
            used_counts[parts[k]] += weights[s]
    return used_counts


@njit(cache=True, nogil=True)
def segment(symbols, stop, rank, slots, bits, value, length, special, counts, begins, ends, nodes):
    """Cuts the runs of symbols[:stop] into words and counts them: adds to counts, returns the number of spans.

    symbols: uint32, 0 at boundaries; rank: uint32, their ids. value, length: of the trie's nodes, ids of single symbols
    first (65,536 of them); value is -inf for what is no word. Of all paths the one with the largest sum of values, from
    right to left, ties to the longer word. counts: int64 by node. Words of which special[node] holds are not counted,
    but written to begins, ends (places in symbols) and nodes.
    """
    mask = (1 << bits) - 1
    best = np.zeros(LONGEST_RUN + 1)
    choice = np.zeros(LONGEST_RUN + 1, np.int64)
    used = 0
    begin = 0
    while begin < stop:
        if symbols[begin] == 0:
            begin += 1
            continue
        end = begin
        while end < stop and symbols[end] != 0 and end - begin < LONGEST_RUN:
            end += 1
        size = end - begin
        best[size] = 0.0
        for i in range(size - 1, -1, -1):
            node = np.int64(rank[symbols[begin + i]])
            top = value[node] + best[i + 1]
            word = node
            for j in range(i + 1, size):
                key = (np.uint64(node) << _16) | np.uint64(rank[symbols[begin + j]])
                at = _slot(key, bits)
                while slots[2 * at] != key and slots[2 * at] != 0:
                    at = (at + 1) & mask
                if slots[2 * at] == 0:
                    break
                node = np.int64(slots[2 * at + 1])
                sum_ = value[node] + best[j + 1]
                if sum_ >= top:
                    top = sum_
                    word = node
            best[i] = top
            choice[i] = word
        i = 0
        while i < size:
            word = choice[i]
            if special[word]:
                begins[used] = begin + i
                ends[used] = begin + i + length[word]
                nodes[used] = word
                used += 1
            else:
                counts[word] += 1
            i += length[word]
        begin = end
    return used


@njit(cache=True, nogil=True)
def made_of(ids, offsets, slots, bits, kept, order):
    """Whether each string of three symbols or more is a kept n-gram or, above `order`, has only kept windows."""
    mask = (1 << bits) - 1
    out = np.ones(offsets.size - 1, np.bool_)
    for s in range(out.size):
        size = offsets[s + 1] - offsets[s]
        if size < 3:
            continue
        width = min(size, order)
        for begin in range(offsets[s], offsets[s + 1] - width + 1):
            node = np.int64(ids[begin])
            for i in range(begin + 1, begin + width):
                key = (np.uint64(node) << _16) | np.uint64(ids[i])
                at = _slot(key, bits)
                while slots[2 * at] != key and slots[2 * at] != 0:
                    at = (at + 1) & mask
                node = np.int64(slots[2 * at + 1]) if slots[2 * at] else np.int64(0)
                if node == 0:
                    break
            if node == 0 or not kept[node]:
                out[s] = False
    return out


@njit(cache=True, nogil=True)
def list_scores(ids, offsets, slots, bits, word, counts, occurrences, boundary_left, boundary_right, alone, begins):
    """How sure each word is, and how frequent: gain * ln n * whole * within * edge; 0 for single symbols.

    ids, offsets, slots, bits, word, counts (n): as in remove_redundant. occurrences (c): in the text; boundary_left,
    boundary_right: those that begin and end a run. alone: float64 by id, the share of a symbol's occurrences that are
    words by themselves. begins: the share of words that begin a run.
    """
    total = 0
    longest = 1
    for w in range(counts.size):
        total += counts[w]
        longest = max(longest, offsets[w + 1] - offsets[w])
    ends = np.zeros(longest, np.int64)
    parts = np.zeros(longest, np.int64)
    out = np.zeros(counts.size)
    for w in range(counts.size):
        n = counts[w]
        if offsets[w + 1] - offsets[w] < 2 or n == 0:
            continue
        value, _ = _best_parts(ids, offsets[w], offsets[w + 1], slots, bits, word, counts, total, False, ends, parts)
        gain = max(0.0, (math.log(n) - math.log(total)) - value)
        c = max(n, occurrences[w])
        within = 0.0
        for i in range(offsets[w], offsets[w + 1]):
            within = max(within, alone[ids[i]])
        at_boundary = min(boundary_left[w], boundary_right[w])
        elsewhere = min(c - boundary_left[w], c - boundary_right[w])
        edge = 1.0
        if begins > 0.0:
            edge = min(edge, at_boundary / (0.25 * begins * c))
        if begins < 1.0:
            edge = min(edge, elsewhere / (0.25 * (1.0 - begins) * c))
        out[w] = gain * math.log(n) * (n / c) * (1.0 - within) * edge
    return out
