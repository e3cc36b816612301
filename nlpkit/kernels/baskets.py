"""Renumbers the items of transactions, and groups items by the transaction that they belong to."""

from __future__ import annotations

from nlpkit.compilation import njit
from nlpkit.kernels.types import I32, I64


@njit()
def renumber(numbers: I32, sequence: I32) -> None:
    """Replaces each value i >= 0 of `sequence` by numbers[i], in place; negative values stay."""
    for i in range(sequence.size):
        if sequence[i] >= 0:
            sequence[i] = numbers[sequence[i]]


@njit()
def group_items(owners: I32, items: I32, offsets: I64, out: I32) -> None:
    """Groups items by owner, in input order, and leaves out negative items.

    owners, items: int32[n], the owner (0 to m - 1) and the number of each item. offsets: int64[m + 1], zeros; receives
    the bounds: the items of owner k are out[offsets[k]:offsets[k + 1]]. out: int32, with room for all items.
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
