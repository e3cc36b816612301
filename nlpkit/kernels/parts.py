"""Compares words and other strings of ids with their best split into words of a trie (see word_tries.py)."""

from __future__ import annotations

import math

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.types import F64, I64, U32, U64, Bool
from nlpkit.kernels.word_tries import next_node


@njit()
def _best_parts(
    ids: U32,
    begin: int,
    end: int,
    slots: U64,
    bits: int,
    word: I64,
    counts: I64,
    total: int,
    whole: bool,
    ends: I64,
    parts: I64,
) -> tuple[float, int]:
    """Finds the most probable split of ids[begin:end] into words: (sum of ln c - ln total, number of parts).

    slots, bits: the trie. word: int64 by node, the number of its word, or -1. counts: int64 by word; a single symbol of
    count 0 counts as 1. whole: whether ids[begin:end] itself may be a part. ends, parts: int64, receive where each part
    ends, counted from `begin`, and its word. Works from right to left; a tie goes to the longer part.
    """
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
            node = next_node(slots, bits, node, ids[begin + j])
            if node == 0:
                break
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


@njit()
def remove_redundant(
    ids: U32, offsets: I64, order: I64, slots: U64, bits: int, word: I64, counts: I64, max_length: int
) -> None:
    """Removes words that their parts explain, in the given order; adds the count of each to its parts at once.

    ids, offsets: as in word_tries.insert_words; each single symbol must be a word, of count 0 if it does not occur as
    one. order: int64, numbers of words. counts: int64 by word, changed in place: 0 for a removed word. A word w stays
    if it has at most max_length symbols and ln p(w) - sum ln p(part) >= len(w) - 1 (nats), with p(w) = c(w) / T,
    p(part) = c(part) / (T - c(w)), and T the current sum of counts. Other arguments: as in _best_parts.
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


@njit()
def segment_strings(ids: U32, offsets: I64, weights: I64, slots: U64, bits: int, word: I64, counts: I64) -> I64:
    """Segments strings with the scores ln c - ln T of words: returns how often each word is used, int64. ids, offsets:
    the strings end to end. weights: int64, how often each string counts. Others: as in remove_redundant."""
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


@njit()
def made_of(ids: U32, offsets: I64, slots: U64, bits: int, kept: Bool, order: int) -> Bool:
    """Returns whether each string is a kept n-gram or, above `order` symbols, whether all its windows are: bool.
    Strings of one or two symbols always are. ids, offsets: the strings end to end. kept: bool by node of the trie."""
    out = np.ones(offsets.size - 1, np.bool_)
    for s in range(out.size):
        size = offsets[s + 1] - offsets[s]
        if size < 3:
            continue
        width = min(size, order)
        for begin in range(offsets[s], offsets[s + 1] - width + 1):
            node = np.int64(ids[begin])
            for i in range(begin + 1, begin + width):
                if node != 0:
                    node = next_node(slots, bits, node, ids[i])
            if node == 0 or not kept[node]:
                out[s] = False
    return out


@njit()
def list_scores(
    ids: U32,
    offsets: I64,
    slots: U64,
    bits: int,
    word: I64,
    counts: I64,
    occurrences: I64,
    boundary_left: I64,
    boundary_right: I64,
    alone: F64,
    begins: float,
    again: F64,
) -> F64:
    """Returns a score of each word for a word list, float64: gain * ln n * whole * within * edge * part; 0 for single
    symbols.

    gain: nats by which the word is more probable than its best split. whole: n / c. within: 1 - the largest `alone` of
    its symbols. edge: below 1 for a word that occurs beside a boundary, or away from one, less than a quarter as often
    as words do. ids, offsets, slots, bits, word, counts (n): as in remove_redundant. occurrences (c): int64 by word, in
    the text; boundary_left, boundary_right: after and before a boundary. alone: float64 by id, the share of a symbol's
    occurrences that are words by themselves. begins: the share of words that follow a boundary. part: the product of
    `again`, float64 by id, of the first and of the last part of the best split where that is a single symbol.
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
        value, used = _best_parts(ids, offsets[w], offsets[w + 1], slots, bits, word, counts, total, False, ends, parts)
        part = 1.0
        if ends[0] == 1:
            part *= again[ids[offsets[w]]]
        if ends[used - 1] - ends[used - 2] == 1:
            part *= again[ids[offsets[w + 1] - 1]]
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
        out[w] = gain * math.log(n) * (n / c) * (1.0 - within) * edge * part
    return out
