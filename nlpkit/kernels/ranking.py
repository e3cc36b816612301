"""Counts: how many there are of each, and their order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit

I64 = NDArray[np.int64]

#: Counts below this are told apart by a table; there are few that are not.
SMALL = 1 << 16


@njit()
def histogram(counts: I64, low: int, high: int) -> I64:
    """int64[SMALL + 1]: how many counts from `low` to `high` there are of each below SMALL, and of the others."""
    out = np.zeros(SMALL + 1, np.int64)
    for count in counts:
        if count >= low and count <= high:
            out[min(count, SMALL)] += 1
    return out


@njit()
def by_count(counts: I64, low: int, high: int) -> tuple[I64, int]:
    """The places of the counts from `low` to `high`, the largest first, equal ones in order; the first so many, which
    are SMALL or more, are in order only."""
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
