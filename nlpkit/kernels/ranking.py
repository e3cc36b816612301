"""Counts of anything: how many of each there are, and their order, the largest first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit

I64 = NDArray[np.int64]

#: Counts below this are sorted by a table; few counts are not.
SMALL = 1 << 16


@njit()
def histogram(counts: I64, low: int, high: int) -> I64:
    """int64[SMALL + 1]: how many of the counts from `low` to `high` there are of each value; the last entry is for all
    from SMALL on."""
    out = np.zeros(SMALL + 1, np.int64)
    for count in counts:
        if count >= low and count <= high:
            out[min(count, SMALL)] += 1
    return out


def by_count(counts: I64, low: int, high: int) -> I64:
    """int64: the places of the counts from `low` to `high`, the largest count first, equal counts in order of place."""
    order, large = _by_small_count(counts, low, high)
    first = order[:large]
    order[:large] = first[np.argsort(-counts[first], kind="stable")]
    return order


@njit()
def _by_small_count(counts: I64, low: int, high: int) -> tuple[I64, int]:
    """(int64: the places of the counts from `low` to `high`, the largest count first, places of equal counts in order;
    n). The first n places, those of counts of SMALL or more, are in the order of places only.
    """
    sizes = histogram(counts, low, high)
    begins = np.empty(SMALL + 1, np.int64)
    total = 0
    for count in range(SMALL, -1, -1):
        begins[count] = total
        total += sizes[count]
    out = np.empty(total, np.int64)
    for i in range(counts.size):
        count = counts[i]
        if count >= low and count <= high:
            count = min(count, SMALL)
            out[begins[count]] = i
            begins[count] += 1
    return out, sizes[SMALL]
