"""Renumbers the items of transactions, and groups items by the transaction that they belong to."""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.hashing import slot_of
from nlpkit.kernels.types import I32, I64


@njit()
def renumber(numbers: I32, sequence: I32) -> None:
    """Replaces each value i >= 0 of `sequence` by numbers[i], in place; negative values stay."""
    for i in range(sequence.size):
        if sequence[i] >= 0:
            sequence[i] = numbers[sequence[i]]


@njit()
def first_seen(numbers: I32, places: I32, order: I32) -> int:
    """Finds the distinct values of `numbers`, without negative ones, in order of their first occurrence.

    places: int32, -1 for each value that may occur; receives its place in that order. order: int32, receives the
    values. Returns how many there are.
    """
    count = 0
    for i in range(numbers.size):
        if numbers[i] >= 0 and places[numbers[i]] < 0:
            places[numbers[i]] = count
            order[count] = numbers[i]
            count += 1
    return count


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


@njit()
def _bits(slots: int) -> int:
    """Returns the binary logarithm of a power of two."""
    bits = 0
    while 1 << bits < slots:
        bits += 1
    return bits


@njit()
def number_pairs(left: I32, right: I32, numbers: I32, keys: I64, slots: I32, count: int, start: int) -> tuple[int, int]:
    """Numbers the pairs (left[i], right[i]), for i from `start` on, in order of their first occurrence.

    left, right: int32[n], 0 or more. numbers: int32[n], receives the numbers. keys: int64, left << 32 | right of each
    pair that has a number, `count` of them, with room for more. slots: int32, a power of two, more than twice the size
    of `keys`: an open-addressing table of numbers + 1. Returns (the number of pairs that have a number, the pair to go
    on with: n, or less if there is no room in `keys`).
    """
    bits = _bits(slots.size)
    mask = slots.size - 1
    i = start
    while i < left.size:
        key = (np.int64(left[i]) << 32) | np.int64(right[i])
        at = slot_of(np.uint64(key), bits)
        while slots[at] != 0 and keys[slots[at] - 1] != key:
            at = (at + 1) & mask
        if slots[at] == 0:
            if count == keys.size:
                break
            keys[count] = key
            count += 1
            slots[at] = count
        numbers[i] = slots[at] - 1
        i += 1
    return count, i


@njit()
def fill_pairs(keys: I64, slots: I32, count: int) -> None:
    """Enters `count` keys in `slots`, which are zeros; see number_pairs."""
    bits = _bits(slots.size)
    mask = slots.size - 1
    for number in range(count):
        at = slot_of(np.uint64(keys[number]), bits)
        while slots[at] != 0:
            at = (at + 1) & mask
        slots[at] = number + 1


@njit()
def expand(numbers: I32, bounds: I64, parts: I32, out: I32) -> None:
    """Replaces each number c of `numbers` by parts[bounds[c]:bounds[c + 1]], and leaves out negative ones.

    out: int32, receives them end to end; exactly as many as there are.
    """
    at = 0
    for i in range(numbers.size):
        if numbers[i] >= 0:
            for k in range(bounds[numbers[i]], bounds[numbers[i] + 1]):
                out[at] = parts[k]
                at += 1
