"""Baskets: items, as numbers of their strings, renumbered and grouped by what they belong to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@njit()
def renumber(numbers: I32, sequence: I32) -> None:
    """Puts numbers[i] in place of each i of the sequence, but for those below 0."""
    for i in range(sequence.size):
        if sequence[i] >= 0:
            sequence[i] = numbers[sequence[i]]


@njit()
def group_items(owners: I32, items: I32, offsets: I64, out: I32) -> None:
    """The items of each owner, in the order in which they come; those below 0 are none.

    owners, items: int32, as many. offsets: int64, zeros, one more than there are owners: receives where the items of
    each begin. out: int32, room for all items.
    """
    for i in range(owners.size):
        if items[i] >= 0:
            offsets[owners[i] + 1] += 1
    for k in range(offsets.size - 1):
        offsets[k + 1] += offsets[k]
    for i in range(owners.size):
        if items[i] >= 0:
            out[offsets[owners[i]]] = items[i]
            offsets[owners[i]] += 1
    for k in range(offsets.size - 1, 0, -1):
        offsets[k] = offsets[k - 1]
    offsets[0] = 0
