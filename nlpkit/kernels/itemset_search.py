"""Searches frequent itemsets, one equivalence class after another.

An itemset is a path of falling ranks in a prefix tree. Itemsets come in pre-order: a set is followed by its children,
each with one more item of a lower rank. This is the order of binary numbers whose digits are the ranks. The class of a
set is the subtree below it.
"""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.itemset_classes import (
    CANDIDATES,
    FIRST,
    HERE,
    ITEM,
    LEVEL,
    NEED,
    PATTERNS,
    PLANES,
    SPENT,
    STAGE,
    TOP,
    TOPS,
    USED,
    WIDTH,
    WORDS,
    Progress,
    SearchMemory,
    Sets,
    add_up,
    emit_patterns,
    gather,
    lay_out,
    merge_equal_rows,
    sum_patterns,
)
from nlpkit.kernels.itemset_rows import MOST_ITEMS, Rows, count_class
from nlpkit.kernels.processor import ones
from nlpkit.kernels.types import I64, U32, U64

#: How `search` ended: all is done; it needs room for state[NEED] more sets, or for state[NEED] words; a class has too
#: many items for masks, and its rows must be projected; a pause, in which the caller may stop it.
DONE, MORE_SETS, MORE_WORDS, WIDE, PAUSED = 0, 1, 2, 3, 4
#: state[STAGE]: the item has not begun; the rows of its class are gathered; its class is being searched.
NEXT, GATHERED, SEARCHING = 0, 1, 2
_FEW = 3  # fewer candidates than this among the TOP items of a class are counted one by one
_STRETCH = 1 << 28  # steps between pauses; a step is a word of a tid-bitset, an item of a row, or a set


@njit()
def _and(words: U64, indices: U32, size: int, row: U64, out: U64, places: U32) -> int:
    """Intersects a sparse tid-bitset with the full one `row`: writes nonzero words and places. Returns how many."""
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
    """Returns how many bits words[first:last] of a sparse tid-bitset share with the full tid-bitset `row`."""
    count = 0
    for k in range(first, last):
        count += ones(words[k] & row[indices[k]])
    return count


@njit()
def _enter(
    work: SearchMemory, width: int, length: int, planes: int, level: int, pick: int, support: int, least: int
) -> None:
    """Enters a level of the search: the set of the level above with its candidate `pick`, of support `support`. Keeps
    the candidates below `pick` that are frequent together with the new set."""
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
    while k < pick and candidates[above, k] >> 1 < TOP:
        k += 1
    if k >= _FEW:
        sum_patterns(work, mine, places, level, planes)
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
        if candidate & 1:  # the item is in all rows of the set above
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
    levels[level, CANDIDATES] = found
    levels[level, HERE] = 0 if not top else -1  # next candidate; -1: the patterns must be written first
    levels[level, TOPS] = top


@njit()
def _begin(work: SearchMemory, width: int, planes: int, support: int, used: int) -> None:
    """Sets up the first level of the search through a class: its own set, with all of its items as candidates."""
    levels, candidates, supports, found = work.levels, work.candidates, work.supports, work.found
    for bit in range(width):
        candidates[0, bit] = bit << 1 | (found[bit] == support)
        supports[0, bit] = found[bit]
    levels[0, CANDIDATES] = width
    levels[0, HERE] = -1
    levels[0, TOPS] = min(width, TOP)
    levels[0, FIRST] = used
    sums, segments, patterns, starts, bounds = work.sums, work.segments, work.patterns, work.segment_starts, work.planes
    sums[:PATTERNS] = 0
    for plane in range(planes):
        for k in range(starts[bounds[2 * plane]], starts[bounds[2 * plane + 2]]):
            sums[patterns[k]] += ones(segments[k]) << bounds[2 * plane + 1]
    add_up(sums, TOP)
    for bit in range(min(width, TOP)):
        sums[1 << bit] = found[bit]  # `gather` leaves out rows with one item


@njit()
def _search_class(work: SearchMemory, sets: Sets, depth: int, deepest: int, least: int, labels: I64, state: I64) -> int:
    """Writes the frequent sets of a class whose tid-bitsets have been laid out. Returns DONE, or MORE_SETS or PAUSED,
    after which another call continues."""
    levels, candidates, supports, sums = work.levels, work.candidates, work.supports, work.sums
    depths, items, counts = sets.depths, sets.items, sets.counts
    width, length, planes = state[WIDTH], state[WORDS], state[PLANES]
    level, used = state[LEVEL], state[USED]
    room = depths.size
    while level >= 0:
        pick = levels[level, HERE]
        here = depth + level  # number of items in the set of this level
        needed = PATTERNS
        copies = pick >= 0 and pick < levels[level, CANDIDATES] and candidates[level, pick] & 1 != 0
        if copies:
            needed += used - levels[level, FIRST]
        if used + needed > room:
            state[LEVEL], state[USED], state[NEED] = level, used, needed
            return MORE_SETS
        if state[SPENT] > _STRETCH:
            state[LEVEL], state[USED], state[SPENT] = level, used, 0
            return PAUSED
        if pick < 0:
            state[SPENT] -= used
            used = emit_patterns(sums, TOP, labels, least, here, deepest, sets, used)
            state[SPENT] += used
            levels[level, HERE] = levels[level, TOPS]
        elif pick == levels[level, CANDIDATES]:
            level -= 1
        else:
            levels[level, HERE] = pick + 1
            depths[used] = here + 1
            items[used] = labels[candidates[level, pick] >> 1]
            counts[used] = supports[level, pick]
            used += 1
            if here + 1 == deepest:
                continue
            if copies:
                state[SPENT] += needed
                for k in range(levels[level, FIRST], used - 1):
                    if depths[k] < deepest:
                        depths[used] = depths[k] + 1
                        items[used] = items[k]
                        counts[used] = counts[k]
                        used += 1
            elif pick:
                _enter(work, width, length, planes, level + 1, pick, supports[level, pick], least)
                level += 1
                levels[level, FIRST] = used
                state[SPENT] += pick * length
    state[USED] = used
    return DONE


def search(
    rows: Rows, last: int, least: int, depth: int, deepest: int, sets: Sets, work: SearchMemory, progress: Progress
) -> tuple[int, Progress]:
    """Searches a range of rows from `progress` on, as `_search` does; returns how that ended, and how far it came."""
    state = np.array(progress)
    status = _search(rows, last, least, depth, deepest, sets, work, state)
    return status, Progress(*state.tolist())


def count_complete(work: SearchMemory, progress: Progress) -> int:
    """Returns how many of the first sets are not going to be copied any more."""
    levels, candidates = work.levels, work.candidates
    done = progress.used
    for level in range(progress.level + 1 if progress.stage == SEARCHING else 0):
        at = int(levels[level, HERE] if levels[level, HERE] >= 0 else levels[level, TOPS])
        if (candidates[level, at : levels[level, CANDIDATES]] & 1).any():
            done = min(done, int(levels[level, FIRST]))
    return done


def forget(work: SearchMemory, progress: Progress, done: int) -> Progress:
    """Moves the places of sets, as the first `done` sets are dropped; returns how far the search has come then."""
    work.levels[:, FIRST] -= done
    return progress._replace(used=progress.used - done)


@njit()
def _search(
    rows: Rows, last: int, least: int, depth: int, deepest: int, sets: Sets, work: SearchMemory, state: I64
) -> int:
    """Writes the frequent sets whose rarest item is in state[ITEM]:last. Returns how it ended (DONE, ...).

    least: smallest support. depth: number of items that all the sets have in addition; deepest: of the longest sets.
    Another call continues: after MORE_SETS and MORE_WORDS with more room, after WIDE when the caller has written the
    sets of that class (of item state[ITEM] - 1). The caller may use `work` to write them, because nothing in it is
    needed then.
    """
    counts, bits, found = work.counts, work.bits, work.found
    labels = work.labels
    while state[ITEM] < last:
        item = state[ITEM]
        if state[STAGE] == NEXT:
            if state[SPENT] > _STRETCH:
                state[SPENT] = 0
                return PAUSED
            if state[USED] + item + 1 + PATTERNS > sets.depths.size:
                state[NEED] = item + 1 + PATTERNS
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
            state[SPENT] += 2 * count_class(rows, item, counts)
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
            if width <= TOP:
                _search_small(rows, item, work, width, depth + 1, deepest, least, labels, sets, state)
                state[ITEM] += 1
                continue
            state[STAGE] = GATHERED
            state[LEVEL] = merge_equal_rows(work, gather(rows, item, work))
        if state[STAGE] == GATHERED:
            if not lay_out(work, state[LEVEL], state[WIDTH], state):
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
    work: SearchMemory,
    width: int,
    depth: int,
    deepest: int,
    least: int,
    labels: I64,
    sets: Sets,
    state: I64,
) -> None:
    """Writes the frequent sets of a class of at most TOP items: supports are sums over the rows with equal masks."""
    items, occurrences, begins, weights = rows.items, rows.occurrences, rows.begins, rows.weights
    bits, sums = work.bits, work.sums
    sums[: 1 << width] = 0
    for k in range(rows.starts[item], rows.starts[item + 1]):
        mask = np.uint64(0)
        for place in range(begins[k], occurrences[k]):
            mask |= bits[items[place]]
        sums[mask] += weights[k] if weights.size else 1
    add_up(sums, width)
    state[USED] = emit_patterns(sums, width, labels, least, depth, deepest, sets, state[USED])
