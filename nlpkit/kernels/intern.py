"""Byte strings -> dense ids, by one open-addressing table; and how often each string occurs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]

_LOW = np.uint64(0xFFFFFFFF)


@njit()
def _hash(data: U8, begin: int, end: int) -> np.uint64:
    h = np.uint64(0x811C9DC5)  # FNV-1a, 32 bits in 64: no overflow
    for i in range(begin, end):
        h = ((h ^ np.uint64(data[i])) * np.uint64(0x01000193)) & _LOW
    return h


@njit()
def hash_spans(data: U8, begins: I64, ends: I64) -> U64:
    """32-bit hashes of byte strings data[begins:ends]."""
    out = np.empty(begins.size, np.uint64)
    for span in range(begins.size):
        out[span] = _hash(data, begins[span], ends[span])
    return out


@njit()
def _intern(
    data: U8,
    begins: I64,
    ends: I64,
    weights: I64,
    start: int,
    slots: U64,
    bits: int,
    firsts: I64,
    totals: I64,
    used: int,
) -> tuple[int, int]:
    """Interns spans start.. until half the table is full; returns (next span, ids in use).

    slots: uint64[1 << bits], hash << 32 | id + 1, 0 where free. firsts, totals: int64 with room for half the slots.
    """
    mask = (1 << bits) - 1
    room = 1 << (bits - 1)
    for span in range(start, begins.size):
        if used == room:
            return span, used
        begin = begins[span]
        size = ends[span] - begin
        h = _hash(data, begin, ends[span])
        at = np.int64(((h * np.uint64(0x9E3779B1)) & _LOW) >> np.uint64(32 - bits))
        while True:
            slot = slots[at]
            if slot == 0:
                slots[at] = (h << np.uint64(32)) | np.uint64(used + 1)
                firsts[used] = span
                totals[used] = weights[span] if weights.size else 1
                used += 1
                break
            if (slot >> np.uint64(32)) == h:
                index = np.int64(slot & _LOW) - 1
                other = begins[firsts[index]]
                same = ends[firsts[index]] - other == size
                i = 0
                while same and i < size:
                    same = data[begin + i] == data[other + i]
                    i += 1
                if same:
                    totals[index] += weights[span] if weights.size else 1
                    break
            at = (at + 1) & mask
    return begins.size, used


@njit()
def _grow(slots: U64, old_bits: int, bits: int) -> U64:
    """The same entries in a table of another size."""
    out = np.zeros(1 << bits, np.uint64)
    mask = (1 << bits) - 1
    for i in range(1 << old_bits):
        slot = slots[i]
        if slot == 0:
            continue
        at = np.int64((((slot >> np.uint64(32)) * np.uint64(0x9E3779B1)) & _LOW) >> np.uint64(32 - bits))
        while out[at] != 0:
            at = (at + 1) & mask
        out[at] = slot
    return out


@njit()
def copy_spans(data: U32, begins: I64, offsets: I64) -> U32:
    """Spans of uint32 data end to end: out[offsets[i]:offsets[i + 1]] = data[begins[i]:...]."""
    out = np.empty(offsets[offsets.size - 1], np.uint32)
    for span in range(begins.size):
        shift = begins[span] - offsets[span]
        for i in range(offsets[span], offsets[span + 1]):
            out[i] = data[i + shift]
    return out


def count_spans(
    data: NDArray[np.uint8],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    weights: NDArray[np.int64] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Distinct byte strings data[begins:ends]: (int64 first span of each, in order of appearance; int64 counts).

    weights: int64, what each span counts (1 by default). At most 2**31 - 1 distinct strings.
    """
    bits = 12
    slots = np.zeros(1 << bits, np.uint64)
    firsts, totals = np.empty(1 << (bits - 1), np.int64), np.empty(1 << (bits - 1), np.int64)
    weights = np.empty(0, np.int64) if weights is None else weights
    at = used = 0
    while True:
        at, used = _intern(data, begins, ends, weights, at, slots, bits, firsts, totals, used)
        if at == begins.size:
            return firsts[:used], totals[:used]
        slots = _grow(slots, bits, bits + 2)
        bits += 2
        more = np.empty((1 << (bits - 1)) - firsts.size, np.int64)
        firsts, totals = np.concatenate([firsts, more]), np.concatenate([totals, more])
