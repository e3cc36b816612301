"""Supports of itemsets: transactions as rows of ranks, and the search through one equivalence class after another.

Items are numbered by rank: 0 is the most frequent. A set is a path in a prefix tree along which ranks fall, and sets
come in the order of binary numbers whose digits are the ranks: a set's children, each with one more item of a lower
rank, follow it. The class of a set is what lies below it in the tree.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit, ones_function

U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I8 = NDArray[np.int8]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

#: How `search` ended: all done; room wanted for sets, or for words, as much as state[NEED] says; a class that is too
#: wide for masks, whose rows are to be projected; time to look whether anybody still wants it.
DONE, MORE_SETS, MORE_WORDS, WIDE, PAUSED = 0, 1, 2, 3, 4
#: Places in the state of a search: item to go on with, what is done of it, sets found, room needed; of the search
#: through one class: level (before it: rows), words of a tid-bitset, items, planes; steps since the last pause.
ITEM, STAGE, USED, NEED, LEVEL, WORDS, WIDTH, PLANES, SPENT = 0, 1, 2, 3, 4, 5, 6, 7, 8
STATE_SIZE = 9
#: state[STAGE]: an item is next; its rows are gathered; its class is being searched.
NEXT, GATHERED, SEARCHING = 0, 1, 2
#: Items of a class that fit a row's mask.
MOST_ITEMS = 64

_TOP = 8  # items of a class, the most frequent, whose sets are counted together
_PATTERNS = 1 << _TOP
_FEW = 3  # of these, below which each is counted alone
_SAMPLE = 512  # rows by which to judge whether equal ones are worth merging
_MOST_PLANES = 63
_STRETCH = 1 << 28  # steps between pauses: words of tid-bitsets, items of rows, sets

_LOW = np.uint64(0xFFFFFFFF)
_MIX = np.uint64(0x9E3779B1)
_32 = np.uint64(32)

_ones = ones_function()


class Rows(NamedTuple):
    """Transactions. items: uint32, the ranks of each in ascending order, one transaction after the other.

    occurrences: uint32, places in `items` of rank 0, then of rank 1, ...; those of rank r at starts[r]:starts[r + 1].
    begins: uint32, where the transaction of each occurrence begins. weights: int64, of each occurrence's transaction;
    empty where each counts once. supports: int64 by rank. labels: int32 by rank, what an item is called in the result.
    """

    items: U32
    occurrences: U32
    begins: U32
    starts: I64
    weights: I64
    supports: I64
    labels: I32


class Sets(NamedTuple):
    """Room for itemsets in their order: number of items, label of the last one, support."""

    depths: U16
    items: I32
    counts: I64


class Work(NamedTuple):
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
def count_items(ids: I32, offsets: I64, weights: I64, first: int, last: int, counts: I64, supports: I64) -> None:
    """Adds up, of the transactions `first` to `last` (not included), how many have each item, and their weights.

    counts, supports: int64 by item; supports are not written where there are no weights. An item that is twice in a
    transaction counts once.
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
    """Of the transactions `first` to `last` (not included) the sets of ranks, bit r for rank r, into masks[first:last].

    ranks: int32 by item, -1 for none, at most 63.
    """
    for row in range(first, last):
        mask = np.uint64(0)
        for k in range(offsets[row], offsets[row + 1]):
            rank = ranks[ids[k]]
            if rank >= 0:
                mask |= np.uint64(1) << np.uint64(rank)
        masks[row] = mask


@njit()
def split_masks(masks: U64) -> tuple[I32, I64]:
    """The places of the bits that are set, ascending, and where those of each mask begin."""
    total = 0
    for mask in masks:
        total += _ones(mask)
    ids = np.empty(total, np.int32)
    offsets = np.zeros(masks.size + 1, np.int64)
    used = 0
    one = np.uint64(1)
    for row in range(masks.size):
        rest = masks[row]
        while rest:
            ids[used] = _ones((rest & (~rest + one)) - one)
            used += 1
            rest &= rest - one
        offsets[row + 1] = used
    return ids, offsets


@njit()
def _sort_row(ids: I32, first: int, last: int, ranks: I32, bits: U64, middle: int, items: U32, begin: int) -> int:
    """Writes the ranks of a transaction, ascending and each once, from items[begin] on; -> where they end.

    bits: uint64, a bit for each rank, then, from `middle` on, one for each word of these; all 0.
    """
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
            word = 64 * (group - middle) + _ones((words & (~words + one)) - one)
            words &= words - one
            rest = bits[word]
            bits[word] = 0
            while rest:
                items[end] = 64 * word + _ones((rest & (~rest + one)) - one)
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
    """Writes the transactions `first` to `last` (not included) as Rows wants them.

    ranks: int32 by item, -1 for none. fill: int64 by rank, where its occurrences are to be written, which goes on by as
    many; begin: where in `items` these transactions begin. The other arrays receive what Rows calls so.
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
def _count_class(rows: Rows, item: int, counts: I64) -> int:
    """Adds to `counts`, for each rank below `item`, how often it occurs together with it; -> items looked at."""
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
def _gather(rows: Rows, item: int, work: Work) -> int:
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
        used += _ones(mask) > 1
    return used


@njit()
def _add_up(sums: I64, bits: int) -> None:
    """Sums over supersets: sums[m] becomes the sum of all sums[n] where n has the bits of m (zeta transform)."""
    step = 1
    while step < 1 << bits:
        for base in range(0, 1 << bits, 2 * step):
            for k in range(base, base + step):
                sums[k] += sums[k + step]
        step *= 2


@njit()
def _emit_patterns(
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
        level = depth + _ones(np.uint64(mask))
        if level <= deepest:
            depths[used] = level
            items[used] = labels[_ones(np.uint64(low - 1))]
            counts[used] = sums[mask]
            used += 1
        mask += 1 if level < deepest else low
    return used


@njit()
def _hash(mask: np.uint64, bits: int) -> int:
    return np.int64((((mask ^ (mask >> _32)) & _LOW) * _MIX & _LOW) >> np.uint64(32 - bits))


@njit()
def _merge(work: Work, size: int) -> int:
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
            at = _hash(masks[k], bits)
            while table[at] >= 0:
                at = (at + 1) & slots
            table[at] = k
        while done < limit:
            mask = masks[done]
            at = _hash(mask, bits)
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
def _lay_out(work: Work, size: int, width: int, state: I64) -> bool:
    """Tid-bitsets of a class: rows of equal weight and pattern stand side by side; -> whether there was room.

    A weight is a sum of powers of two, and for each there is a plane, a range of words. Sets state[WORDS], [PLANES].
    """
    masks, weights, order, planes = work.masks, work.weights, work.order, work.planes
    counts = work.sums  # of patterns
    counts[:_PATTERNS] = 0
    every = np.int64(0)
    for row in range(size):
        counts[np.int64(masks[row] & np.uint64(_PATTERNS - 1))] += 1
        every |= weights[row]
    total = 0
    for pattern in range(_PATTERNS):
        count = counts[pattern]
        counts[pattern] = total
        total += count
    for row in range(size):
        pattern = np.int64(masks[row] & np.uint64(_PATTERNS - 1))
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
def _fill(work: Work, size: int, width: int, length: int, used: int) -> None:
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
            pattern = np.int64(mask & np.uint64(_PATTERNS - 1))
            if pattern != last:
                segment += 1
                segments[segment] = 0
                patterns[segment] = pattern
                last = pattern
            here = one << np.uint64(bit)
            segments[segment] |= here
            while mask:
                words[_ones((mask & (~mask + one)) - one) * length + word] |= here
                mask &= mask - one
            bit += 1
    starts[length] = segment + 1


@njit()
def _and(words: U64, indices: U32, size: int, row: U64, out: U64, places: U32) -> int:
    """The words that two tid-bitsets share, without those that are 0; -> how many."""
    used = 0
    for k in range(size):
        index = indices[k]
        word = words[k] & row[index]
        out[used] = word
        places[used] = index
        used += word != 0
    return used


@njit()
def _count_and(words: U64, indices: U32, first: int, last: int, row: U64) -> int:
    """How many bits two tid-bitsets share."""
    count = 0
    for k in range(first, last):
        count += _ones(words[k] & row[indices[k]])
    return count


@njit()
def _enter(work: Work, width: int, length: int, planes: int, level: int, pick: int, support: int, least: int) -> None:
    """Makes a level of the search: the set of the level above with its candidate `pick`.

    Of the candidates below `pick` those stay that are frequent with the new set.
    """
    levels, candidates, supports, level_planes = work.levels, work.candidates, work.supports, work.level_planes
    words, indices, bounds = work.words, work.indices, work.planes
    above = level - 1
    bit = candidates[above, pick] >> 1
    row = words[bit * length : (bit + 1) * length]
    to = (width + level) * length
    mine, places = words[to : to + length], indices[level * length : (level + 1) * length]
    used = 0
    if level == 1:
        for plane in range(planes):
            level_planes[level, plane] = used
            for k in range(bounds[2 * plane], bounds[2 * plane + 2]):
                mine[used] = row[k]
                places[used] = k
                used += row[k] != 0
    else:
        source = (width + above) * length
        theirs, old = words[source : source + length], indices[above * length : (above + 1) * length]
        for plane in range(planes):
            level_planes[level, plane] = used
            a, b = level_planes[above, plane], level_planes[above, plane + 1]
            used += _and(theirs[a:b], old[a:b], b - a, row, mine[used:], places[used:])
    level_planes[level, planes] = used
    found = 0
    k = 0
    top = 0
    while k < pick and candidates[above, k] >> 1 < _TOP:
        k += 1
    if k >= _FEW:
        _sum_patterns(work, mine, places, level, planes)
        sums = work.sums
        for j in range(k):
            other = candidates[above, j] >> 1
            if sums[1 << other] >= least:
                candidates[level, found] = other << 1
                supports[level, found] = sums[1 << other]
                found += 1
        top = found
    else:
        k = 0
    while k < pick:
        candidate = candidates[above, k]
        other = candidate >> 1
        k += 1
        if candidate & 1:  # in all rows of the set above
            count = support
        else:
            count = 0
            tids = words[other * length : (other + 1) * length]
            for plane in range(planes):
                a, b = level_planes[level, plane], level_planes[level, plane + 1]
                count += _count_and(mine, places, a, b, tids) << bounds[2 * plane + 1]
        if count >= least:
            candidates[level, found] = other << 1 | (count == support)
            supports[level, found] = count
            found += 1
    levels[level, 0] = found
    levels[level, 1] = 0 if not top else -1  # where to go on; -1: the patterns are still to be written
    levels[level, 2] = top


@njit()
def _sum_patterns(work: Work, words: U64, indices: U32, level: int, planes: int) -> None:
    """work.sums: of every pattern the support of the set of its items together with the set of this level."""
    sums, segments, patterns, starts, bounds = work.sums, work.segments, work.patterns, work.segment_starts, work.planes
    level_planes = work.level_planes
    sums[:_PATTERNS] = 0
    for plane in range(planes):
        shift = bounds[2 * plane + 1]
        for k in range(level_planes[level, plane], level_planes[level, plane + 1]):
            word = words[k]
            index = np.int64(indices[k])
            for segment in range(starts[index], starts[index + 1]):
                sums[patterns[segment]] += _ones(word & segments[segment]) << shift
    _add_up(sums, _TOP)


@njit()
def _begin(work: Work, width: int, planes: int, support: int, used: int) -> None:
    """The first level of the search through a class: the set that it is of, and all of its items."""
    levels, candidates, supports, found = work.levels, work.candidates, work.supports, work.found
    for bit in range(width):
        candidates[0, bit] = bit << 1 | (found[bit] == support)
        supports[0, bit] = found[bit]
    levels[0, 0] = width
    levels[0, 1] = -1
    levels[0, 2] = min(width, _TOP)
    levels[0, 3] = used
    sums, segments, patterns, starts, bounds = work.sums, work.segments, work.patterns, work.segment_starts, work.planes
    sums[:_PATTERNS] = 0
    for plane in range(planes):
        for k in range(starts[bounds[2 * plane]], starts[bounds[2 * plane + 2]]):
            sums[patterns[k]] += _ones(segments[k]) << bounds[2 * plane + 1]
    _add_up(sums, _TOP)
    for bit in range(min(width, _TOP)):
        sums[1 << bit] = found[bit]  # rows with one item were left out


@njit()
def _search_class(work: Work, sets: Sets, depth: int, deepest: int, least: int, labels: I64, state: I64) -> int:
    """Writes the sets of a class, whose tid-bitsets lie ready; -> DONE, MORE_SETS or PAUSED, after which it goes on."""
    levels, candidates, supports, sums = work.levels, work.candidates, work.supports, work.sums
    depths, items, counts = sets.depths, sets.items, sets.counts
    width, length, planes = state[WIDTH], state[WORDS], state[PLANES]
    level, used = state[LEVEL], state[USED]
    room = depths.size
    while level >= 0:
        pick = levels[level, 1]
        here = depth + level  # items of the set of this level
        needed = _PATTERNS
        copies = pick >= 0 and pick < levels[level, 0] and candidates[level, pick] & 1 != 0
        if copies:
            needed += used - levels[level, 3]
        if used + needed > room:
            state[LEVEL], state[USED], state[NEED] = level, used, needed
            return MORE_SETS
        if state[SPENT] > _STRETCH:
            state[LEVEL], state[USED], state[SPENT] = level, used, 0
            return PAUSED
        if pick < 0:
            state[SPENT] -= used
            used = _emit_patterns(sums, _TOP, labels, least, here, deepest, sets, used)
            state[SPENT] += used
            levels[level, 1] = levels[level, 2]
        elif pick == levels[level, 0]:
            level -= 1
        else:
            levels[level, 1] = pick + 1
            depths[used] = here + 1
            items[used] = labels[candidates[level, pick] >> 1]
            counts[used] = supports[level, pick]
            used += 1
            if here + 1 == deepest:
                continue
            if copies:
                state[SPENT] += needed
                for k in range(levels[level, 3], used - 1):
                    if depths[k] < deepest:
                        depths[used] = depths[k] + 1
                        items[used] = items[k]
                        counts[used] = counts[k]
                        used += 1
            elif pick:
                _enter(work, width, length, planes, level + 1, pick, supports[level, pick], least)
                level += 1
                levels[level, 3] = used
                state[SPENT] += pick * length
    state[USED] = used
    return DONE


@njit()
def search(rows: Rows, last: int, least: int, depth: int, deepest: int, sets: Sets, work: Work, state: I64) -> int:
    """Writes the frequent sets whose rarest item is state[ITEM] to `last` (not included); -> DONE, or what is lacking.

    least: the smallest support. depth: number of items that all sets have besides, `deepest`: of the longest sets.
    Called again with more room, or for WIDE with the class's sets written, it goes on where it stopped. For these sets
    `work` may be used: WIDE is told at NEXT, where nothing in it is still needed.
    """
    counts, bits, found = work.counts, work.bits, work.found
    labels = work.labels
    while state[ITEM] < last:
        item = state[ITEM]
        if state[STAGE] == NEXT:
            if state[SPENT] > _STRETCH:
                state[SPENT] = 0
                return PAUSED
            if state[USED] + item + 1 + _PATTERNS > sets.depths.size:
                state[NEED] = item + 1 + _PATTERNS
                return MORE_SETS
            used = state[USED]
            sets.depths[used] = depth + 1
            sets.items[used] = rows.labels[item]
            sets.counts[used] = rows.supports[item]
            state[USED] += 1
            if depth + 1 == deepest or item == 0:
                state[ITEM] += 1
                continue
            counts[:item] = 0
            state[SPENT] += 2 * _count_class(rows, item, counts)
            width = 0
            for rank in range(item):
                if counts[rank] >= least:
                    if width < MOST_ITEMS:
                        found[width] = counts[rank]
                        labels[width] = rows.labels[rank]
                    width += 1
            if width <= 1 or depth + 2 == deepest:
                used = state[USED]
                for rank in range(item):
                    if counts[rank] >= least:
                        sets.depths[used] = depth + 2
                        sets.items[used] = rows.labels[rank]
                        sets.counts[used] = counts[rank]
                        used += 1
                state[USED] = used
                state[ITEM] += 1
                continue
            if width > MOST_ITEMS:
                state[ITEM] += 1
                return WIDE
            state[WIDTH] = width
            width = 0
            for rank in range(item):
                bits[rank] = 0
                if counts[rank] >= least:
                    bits[rank] = np.uint64(1) << np.uint64(width)
                    width += 1
            if width <= _TOP:
                _search_small(rows, item, work, width, depth + 1, deepest, least, labels, sets, state)
                state[ITEM] += 1
                continue
            state[STAGE] = GATHERED
            state[LEVEL] = _merge(work, _gather(rows, item, work))
        if state[STAGE] == GATHERED:
            if not _lay_out(work, state[LEVEL], state[WIDTH], state):
                return MORE_WORDS
            _begin(work, state[WIDTH], state[PLANES], rows.supports[item], state[USED])
            state[LEVEL] = 0
            state[STAGE] = SEARCHING
        status = _search_class(work, sets, depth + 1, deepest, least, labels, state)
        if status != DONE:
            return status
        state[STAGE] = NEXT
        state[ITEM] += 1
    return DONE


@njit()
def _search_small(
    rows: Rows,
    item: int,
    work: Work,
    width: int,
    depth: int,
    deepest: int,
    least: int,
    labels: I64,
    sets: Sets,
    state: I64,
) -> None:
    """Writes the sets of a class of few items: their supports are sums of the numbers of rows with the same items."""
    items, occurrences, begins, weights = rows.items, rows.occurrences, rows.begins, rows.weights
    bits, sums = work.bits, work.sums
    sums[: 1 << width] = 0
    for k in range(rows.starts[item], rows.starts[item + 1]):
        mask = np.uint64(0)
        for place in range(begins[k], occurrences[k]):
            mask |= bits[items[place]]
        sums[mask] += weights[k] if weights.size else 1
    _add_up(sums, width)
    state[USED] = _emit_patterns(sums, width, labels, least, depth, deepest, sets, state[USED])


@njit()
def project(rows: Rows, item: int, least: int) -> Rows:
    """The transactions with `item`, of them the items of lower rank that are frequent together with it."""
    supports = np.zeros(item, np.int64)
    _count_class(rows, item, supports)
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
