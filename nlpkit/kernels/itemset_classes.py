"""An equivalence class of itemsets: its rows as bit masks and tid-bitsets, and the supports of its frequent itemsets.

The class of an itemset is the subtree below it in the prefix tree (see itemset_search.py).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.hashing import slot_of
from nlpkit.kernels.itemset_rows import Rows
from nlpkit.kernels.processor import lowest_bit, ones
from nlpkit.kernels.types import I32, I64, U8, U16, U32, U64

#: Places in the state of a search, int64[9]: the next item, its stage, the number of sets found, the room that
#: is needed; for the class that is searched: the level (before the search: the number of rows), words of a tid-bitset,
#: items, planes; steps since the last pause.
ITEM, STAGE, USED, NEED, LEVEL, WORDS, WIDTH, PLANES, SPENT = 0, 1, 2, 3, 4, 5, 6, 7, 8
#: Columns of SearchMemory.levels: how many candidates a level has, where to go on (-1: its patterns are still to be
#: written), how many candidates are patterns, the place of its first set.
CANDIDATES, HERE, TOPS, FIRST = 0, 1, 2, 3
TOP = 8  # number of items, the most frequent of a class, whose sets are all counted together
PATTERNS = 1 << TOP
_SAMPLE = 512  # rows that decide whether it is worth merging equal rows
_MOST_PLANES = 63


class Progress(NamedTuple):
    """The state of a search by name; see above."""

    item: int = 0
    stage: int = 0
    used: int = 0
    need: int = 0
    level: int = 0
    words: int = 0
    width: int = 0
    planes: int = 0
    spent: int = 0


class Sets(NamedTuple):
    """Output of a search, in its order: the number of items of each set, the label of its last item, its support."""

    depths: U16
    items: I32
    counts: I64


class SearchMemory(NamedTuple):
    """Memory of a search. A pattern is the part of a row's mask for the TOP most frequent items.

    counts: int64 by rank. bits: uint64 by rank, the bit of an item of the class, 0 for other items. found, labels:
    int64 by bit, the supports and labels of the class's items. masks, weights: the rows of the class. order: int32, the
    rows sorted by pattern. table: int32, a hash table to find equal rows. words: uint64, the tid-bitsets of the class's
    items, then one without zero words per level; indices: uint32, the places of the words that are left. planes: int64,
    for each plane its first word and the binary logarithm of the weight of its rows; level_planes: int64[level, plane],
    where the planes of a level begin. segments: uint64, parts of words whose rows have the same pattern; patterns:
    uint8, that pattern; segment_starts: int64 by word, its first segment. levels: int64[level, 4]: number of
    candidates, next candidate, number of candidates among the TOP items, first set. candidates: int64[level, k],
    ascending: 2 * bit, plus 1 for an item that is in all rows; supports: int64[level, k]. sums: int64 by pattern.
    """

    counts: I64
    bits: U64
    found: I64
    masks: U64
    weights: I64
    order: I32
    words: U64
    indices: U32
    segments: U64
    patterns: U8
    segment_starts: I64
    planes: I64
    levels: I64
    level_planes: I64
    candidates: I64
    supports: I64
    table: I32
    sums: I64
    labels: I64


@njit()
def gather(rows: Rows, item: int, work: SearchMemory) -> int:
    """Writes the masks and weights of the rows of a class that have two or more of its items; returns their number.
    item: the rank of the item whose class it is."""
    items, occurrences, begins, row_weights = rows.items, rows.occurrences, rows.begins, rows.weights
    bits, masks, weights = work.bits, work.masks, work.weights
    used = 0
    for k in range(rows.starts[item], rows.starts[item + 1]):
        mask = np.uint64(0)
        for place in range(begins[k], occurrences[k]):
            mask |= bits[items[place]]
        masks[used] = mask
        weights[used] = row_weights[k] if row_weights.size else 1
        used += ones(mask) > 1
    return used


@njit()
def add_up(sums: I64, bits: int) -> None:
    """Sums over supersets (zeta transform): sums[m] becomes the sum of all sums[n] where n has the bits of m."""
    step = 1
    while step < 1 << bits:
        for base in range(0, 1 << bits, 2 * step):
            for k in range(base, base + step):
                sums[k] += sums[k + step]
        step *= 2


@njit()
def emit_patterns(
    sums: I64, bits: int, labels: I64, least: int, depth: int, deepest: int, sets: Sets, used: int
) -> int:
    """Writes the frequent sets of the lowest `bits` items, whose supports are `sums`. Returns how many sets there are
    now.

    labels: int64 by bit. least: smallest support. depth: number of items that all the sets share; deepest: of the
    longest sets. An infrequent set is skipped together with its supersets.
    """
    depths, items, counts = sets.depths, sets.items, sets.counts
    mask = 1
    while mask < 1 << bits:
        low = mask & -mask
        if sums[mask] < least:
            mask += low
            continue
        level = depth + ones(np.uint64(mask))
        if level <= deepest:
            depths[used] = level
            items[used] = labels[ones(np.uint64(low - 1))]
            counts[used] = sums[mask]
            used += 1
        mask += 1 if level < deepest else low
    return used


@njit()
def merge_equal_rows(work: SearchMemory, size: int) -> int:
    """Merges equal rows of a class, if many of its first rows are equal. Returns how many of the `size` rows remain."""
    masks, weights, table = work.masks, work.weights, work.table
    if size < 64:
        return size
    bits = 10
    used = 0
    done = 0
    limit = min(size, _SAMPLE)
    while True:
        slots = (1 << bits) - 1
        table[: slots + 1] = -1
        for k in range(used):  # enter the rows so far in a larger table
            at = slot_of(masks[k], bits)
            while table[at] >= 0:
                at = (at + 1) & slots
            table[at] = k
        while done < limit:
            mask = masks[done]
            at = slot_of(mask, bits)
            while table[at] >= 0 and masks[table[at]] != mask:
                at = (at + 1) & slots
            if table[at] >= 0:
                weights[table[at]] += weights[done]
            else:
                masks[used], weights[used] = mask, weights[done]
                table[at] = used
                used += 1
                if 2 * used > slots:
                    done += 1
                    break
            done += 1
        if done == size:
            return used
        if done == _SAMPLE and 4 * used > 3 * done:
            for k in range(done, size):
                masks[used + k - done], weights[used + k - done] = masks[k], weights[k]
            return used + size - done
        limit = size
        if 2 * used > slots:
            bits += 2


@njit()
def lay_out(work: SearchMemory, size: int, width: int, state: I64) -> bool:
    """Makes the tid-bitsets of a class, equal rows side by side. Returns whether there was room.

    size: number of rows. width: number of items. A weight is a sum of powers of two; each power has a plane, which is a
    range of words; in a plane, rows are ordered by pattern. Sets state[WORDS] and state[PLANES], or state[NEED] if
    there is no room.
    """
    masks, weights, order, planes = work.masks, work.weights, work.order, work.planes
    counts = work.sums  # by pattern
    counts[:PATTERNS] = 0
    every = np.int64(0)
    for row in range(size):
        counts[np.int64(masks[row] & np.uint64(PATTERNS - 1))] += 1
        every |= weights[row]
    total = 0
    for pattern in range(PATTERNS):
        count = counts[pattern]
        counts[pattern] = total
        total += count
    for row in range(size):
        pattern = np.int64(masks[row] & np.uint64(PATTERNS - 1))
        order[counts[pattern]] = row
        counts[pattern] += 1
    used = 0
    length = 0
    for shift in range(_MOST_PLANES):
        if (every >> shift) & 1:
            if every == 1:
                found = size
            else:
                found = 0
                for row in range(size):
                    found += (weights[row] >> shift) & 1
            planes[2 * used] = length
            planes[2 * used + 1] = shift
            length += (found + 63) // 64
            used += 1
    planes[2 * used] = length
    state[WORDS], state[PLANES] = length, used
    needed = 2 * width * length
    if needed > work.words.size or 64 * length > work.segments.size:
        state[NEED] = max(needed, 64 * length)
        return False
    _fill(work, size, width, length, used)
    return True


@njit()
def _fill(work: SearchMemory, size: int, width: int, length: int, used: int) -> None:
    masks, weights, order, planes, words = work.masks, work.weights, work.order, work.planes, work.words
    segments, patterns, starts = work.segments, work.patterns, work.segment_starts
    words[: width * length] = 0
    one = np.uint64(1)
    segment = -1
    for plane in range(used):
        word = planes[2 * plane] - 1
        shift = planes[2 * plane + 1]
        bit = 64
        last = -1
        for k in range(size):
            row = order[k]
            if not (weights[row] >> shift) & 1:
                continue
            if bit == 64:
                bit = 0
                word += 1
                starts[word] = segment + 1
                last = -1
            mask = masks[row]
            pattern = np.int64(mask & np.uint64(PATTERNS - 1))
            if pattern != last:
                segment += 1
                segments[segment] = 0
                patterns[segment] = pattern
                last = pattern
            here = one << np.uint64(bit)
            segments[segment] |= here
            while mask:
                words[lowest_bit(mask) * length + word] |= here
                mask &= mask - one
            bit += 1
    starts[length] = segment + 1


@njit()
def sum_patterns(work: SearchMemory, words: U64, indices: U32, level: int, planes: int) -> None:
    """Sets work.sums to the support of each pattern's items together with the set of a level. words, indices: the
    tid-bitset of the level, without zero words. planes: number of planes."""
    sums, segments, patterns, starts, bounds = work.sums, work.segments, work.patterns, work.segment_starts, work.planes
    level_planes = work.level_planes
    sums[:PATTERNS] = 0
    for plane in range(planes):
        shift = bounds[2 * plane + 1]
        for k in range(level_planes[level, plane], level_planes[level, plane + 1]):
            word = words[k]
            index = np.int64(indices[k])
            for segment in range(starts[index], starts[index + 1]):
                sums[patterns[segment]] += ones(word & segments[segment]) << shift
    add_up(sums, TOP)
