"""Orders counts, the largest first, and tells how many counts there are of each value."""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.types import I64

#: Counts below this are sorted by a table of values; larger ones are few.
SMALL = 1 << 16


@njit()
def histogram(counts: I64, low: int, high: int) -> I64:
    """Returns how many of the counts from `low` to `high` have each value: int64[SMALL + 1]. The last entry is for all
    values of SMALL or more."""
    out = np.zeros(SMALL + 1, np.int64)
    for count in counts:
        if count >= low and count <= high:
            out[min(count, SMALL)] += 1
    return out


def by_count(counts: I64, low: int, high: int) -> I64:
    """Returns the places of the counts from `low` to `high`: int64, the largest count first, ties in order of place."""
    order, large = _by_small_count(counts, low, high)
    first = order[:large]
    order[:large] = first[np.argsort(-counts[first], kind="stable")]
    return order


@njit()
def _by_small_count(counts: I64, low: int, high: int) -> tuple[I64, int]:
    """Sorts as by_count does, but for the counts of SMALL or more: (int64 places, how many of these counts there are).
    Their places come first, in ascending order."""
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
