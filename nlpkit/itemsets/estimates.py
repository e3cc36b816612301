"""How many itemsets there are at least, and how many at higher supports: what to change where there are too many."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from math import comb, isqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.itemsets.mining import Ledger, RangeSearch, Search, TooManySetsError
from nlpkit.kernels.itemset_rows import Rows

_FEW = 200_000  # sets that are no trouble
_SECONDS = 5.0  # that numbers may take
_STEP = 3  # by which the support goes down
_NEAR = 20  # a support is found up to this part of it
_ITEMS = 4096  # among which a large set is looked for
_DIGITS = 2  # of a support that is proposed
_LONGEST = 4  # items of a set, of which a number is proposed where no support helps
_TINY = 100  # sets that are no answer, if there was no time for a better one


class Proposal(NamedTuple):
    """What to change: the smallest support, or (where `length` is not None) the largest number of items; how many sets
    there are then."""

    support: int
    length: int | None
    sets: int


class _Clock(Ledger):
    """A ledger that ends a search which takes too long."""

    def __init__(self, most: int, until: float) -> None:
        super().__init__(most=most)
        self._until = until

    def add(self, found: int, share: float = 0.0) -> None:
        super().add(found, share)
        if time.perf_counter() > self._until:
            raise TooManySetsError


def propose(
    search: Search, scale: int = 1, shortest: int = 1, few: int = _FEW, seconds: float = _SECONDS
) -> Proposal | None:
    """Returns about the smallest support at which there are not more than `few` sets, and exactly how many there are.

    Where there are more at every support, a number of items takes its place. None where nothing helps, or where no
    answer was found within `seconds`.

    search: one with more sets. scale: counts are in units of 1/scale. shortest: the smallest number of items of a set
    that is asked for.
    """
    until = time.perf_counter() + seconds
    low, high = search.least, int(search.rows.supports.max(initial=0))
    best = None
    if high > low:
        counts, is_whole = _count(replace(search, least=high), few, until)
        best = counts if is_whole else None
    while best is not None and high - low > high // _NEAR and time.perf_counter() < until:
        # High supports cost little: go down in steps until there are too many sets, then bisect.
        support = max(low + 1, isqrt(low * high), high // _STEP if low == search.least else 0)
        if support == high:
            break
        counts, is_whole = _count(replace(search, least=support), few, until)
        if is_whole:
            best, high = counts, support
            continue
        low = support
        if counts.size > few:  # at some higher supports there are too many sets already
            low = max(low, int(np.partition(counts, counts.size - few - 1)[counts.size - few - 1]))
    if best is not None and (best.size >= _TINY or time.perf_counter() < until):
        support = min(_rounded_up(high, scale), int(search.rows.supports.max()))
        return Proposal(support, None, int(np.count_nonzero(best >= support)))
    found = None
    for length in range(max(shortest, 2), min(search.deepest, _LONGEST + 1)):
        counts, is_whole = _count(replace(search, deepest=length), few, max(until, time.perf_counter() + 1))
        if not is_whole:
            break
        found = Proposal(search.least, length, counts.size)
    return found


def least_number(rows: Rows, least: int, deepest: int) -> int:
    """Returns a number of frequent sets that there are at least: the subsets of one frequent set that is large.

    It has the most frequent items, each of which is taken if the set remains frequent. deepest: as in Search.
    """
    starts = rows.starts.tolist()
    has_all = np.ones(rows.items.size + 1, np.bool_)  # by the place where a transaction begins
    size = 0
    for first, last in pairwise(starts[: _ITEMS + 1]):
        begins = rows.begins[first:last]
        held = has_all[begins]
        support = int(rows.weights[first:last][held].sum()) if rows.weights.size else int(np.count_nonzero(held))
        if support >= least:
            kept = begins[held]
            has_all = np.zeros_like(has_all)
            has_all[kept] = True
            size += 1
    return (1 << size) - 1 if deepest >= size else sum(comb(size, k) for k in range(1, deepest + 1))


def number_text(number: int) -> str:
    """Returns a number as people read it: 31,580,641 or 10^18."""
    return f"{number:,}" if number < 10**15 else f"10^{len(str(number)) - 1}"


def _count(search: Search, most: int, until: float) -> tuple[NDArray[np.int64], bool]:
    """Returns the supports of the sets that were found, and whether these are all of them: not more than `most`."""
    first_items = np.flatnonzero(search.rows.supports >= search.least).tolist()
    found: list[NDArray[np.int64]] = []
    timed = replace(search, block=2 * most, pending=8 * most, ledger=_Clock(most, until))
    ranges = RangeSearch(timed, timed.block)
    try:
        for first, last in _stretches(first_items):
            ranges.used = 0
            for _ in ranges.run(search.rows, first, last, 0):
                raise TooManySetsError
            found.append(ranges.sets.counts[: ranges.used].copy())
    except TooManySetsError:
        found.append(ranges.sets.counts[: ranges.used].copy())
        return np.concatenate(found), False
    return np.concatenate([np.empty(0, np.int64), *found]), True


def _stretches(ranks: list[int]) -> list[tuple[int, int]]:
    """Returns the ranges (the first rank, and the first after them) of which these ascending ranks consist."""
    ends = [k + 1 for k, (a, b) in enumerate(pairwise(ranks)) if b > a + 1]
    return [(ranks[a], ranks[b - 1] + 1) for a, b in pairwise([0, *ends, len(ranks)]) if ranks]


def _rounded_up(support: int, scale: int) -> int:
    """Returns a support with few digits that is not smaller; a count, if it is one or more."""
    if support < scale:
        return support
    count = -(-support // scale)
    step = 10 ** max(0, len(str(count)) - _DIGITS)
    rounded: int = -(-count // step) * step * scale
    return rounded
