"""An equivalence class of itemsets: its rows as bit masks and as tid-bitsets, and the supports of its frequent sets.

The class of a set is what lies below it in the prefix tree (see itemset_search.py).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit
from nlpkit.kernels.hashing import slot_of
from nlpkit.kernels.itemset_rows import Rows
from nlpkit.kernels.processor import lowest_bit, ones

U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

#: Places in the state of a search, int64[9]: the item to go on with, what is done of it, sets found, room that
#: is needed; of the search through one class: level (before it: rows), words of a tid-bitset, items, planes; steps
#: since the last pause.
ITEM, STAGE, USED, NEED, LEVEL, WORDS, WIDTH, PLANES, SPENT = 0, 1, 2, 3, 4, 5, 6, 7, 8
#: Columns of SearchMemory.levels: how many candidates a level has, where to go on (-1: its patterns are still to be
#: written), how many candidates are patterns, the place of its first set.
CANDIDATES, HERE, TOPS, FIRST = 0, 1, 2, 3
TOP = 8  # items of a class, the most frequent, whose sets are counted together
PATTERNS = 1 << TOP
_SAMPLE = 512  # rows by which to judge whether equal ones are worth merging
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
    """Room for itemsets in their order: number of items, label of the last one, support."""

    depths: U16
    items: I32
    counts: I64


class SearchMemory(NamedTuple):
    """Memory of a search.

    counts: int64 by rank. bits: uint64 by rank, the bit of an item of the class, else 0. found, labels: int64 by bit,
    supports of the class's items and what they are called. masks, weights, order: the class's rows and these sorted;
    table: int32, room to find equal ones. words: uint64, tid-bitsets of the class's items, then one for each level,
    without words that are 0; indices: uint32, where these stand. planes: int64, of each plane its first word and the
    binary logarithm of the weight of its rows; level_planes: int64 by level, where planes begin. segments: uint64,
    parts of words with rows of one pattern; patterns: uint8, which; segment_starts: int64, of each word its first.
    levels: int64 by level: candidates, where to go on, how many of them are patterns, first set. candidates: int64 by
    level, ascending, twice the bit, and 1 where it is in all rows; supports alike. sums: int64 by pattern.
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
    """Masks and weights of the rows of a class, those with two of its items or more; -> how many."""
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
    """Sums over supersets: sums[m] becomes the sum of all sums[n] where n has the bits of m (zeta transform)."""
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
    """Writes the frequent sets of the lowest `bits` items, whose supports are `sums`; -> sets found so far.

    labels: of the class's items, by bit. A set is skipped with all that have its items where it is not frequent.
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
def merge(work: SearchMemory, size: int) -> int:
    """Makes equal rows of a class one, if many of the first ones are equal; -> how many there are now."""
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
        for k in range(used):  # a larger table, in which those so far find their places
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
    """Tid-bitsets of a class: rows of equal weight and pattern stand side by side; -> whether there was room.

    A weight is a sum of powers of two, and for each there is a plane, a range of words. Sets state[WORDS], [PLANES].
    """
    masks, weights, order, planes = work.masks, work.weights, work.order, work.planes
    counts = work.sums  # of patterns
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
    """work.sums: of every pattern the support of the set of its items together with the set of this level."""
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
