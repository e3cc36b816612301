"""n-grams of up to four characters, as packed keys, out of the windows that hold them, and their spelling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]

_16 = np.uint64(16)
_48 = np.uint64(48)
_LOW = np.uint64(0xFFFF)


@njit()
def _expand(keys: U64, counts: I64, lowest: int, highest: int, firsts: I64, last: int, out: U64, sums: I64) -> int:
    """The n-grams of `expand`; only their number where `out` has no room for any."""
    fills = out.size > 0
    used = 0
    before = np.uint64(0)
    slots = np.zeros(5, np.int64)
    for i in range(keys.size):
        key = keys[i]
        differs = key ^ before
        fresh = i == 0
        for order in range(1, highest + 1):
            shift = np.uint64(16 * (4 - order))
            if (key >> shift) & _LOW == 0:
                break
            if (differs >> shift) != 0:
                fresh = True
            if fresh and order >= lowest:
                new = order > 1 or np.int64(key >> _48) != last
                slots[order] = used if new else -1
                if new:
                    if fills:
                        out[used] = (key >> shift) << shift
                        sums[used] = firsts[np.int64(key >> _48) - 1] if order == 1 else 0
                    used += 1
            if fills and order > 1 and order >= lowest:
                sums[slots[order]] += counts[i]
        before = key
    return used


def expand(keys: U64, counts: I64, lowest: int, highest: int, firsts: I64, last: int) -> tuple[U64, I64]:
    """All n-grams of orders `lowest` to `highest` in a sorted table of windows: (sorted keys, int64 counts).

    firsts: int64 by id - 1, the count of each single character; that with the id `last` has been given before.
    """
    size = _expand(keys, counts, lowest, highest, firsts, last, np.empty(0, np.uint64), np.empty(0, np.int64))
    out, sums = np.empty(size, np.uint64), np.empty(size, np.int64)
    if size:
        _expand(keys, counts, lowest, highest, firsts, last, out, sums)
    return out, sums


@njit()
def spell(keys: U64, alphabet: U32, out: U8, offsets: I64) -> None:
    """The characters of each key as UTF-8, end to end. alphabet: code points by id - 1."""
    o = 0
    for i in range(keys.size):
        key = keys[i]
        while key != 0:
            c = np.int64(alphabet[np.int64(key >> _48) - 1])
            key = (key & np.uint64(0xFFFFFFFFFFFF)) << _16
            if c < 0x80:
                out[o] = c
                o += 1
            elif c < 0x800:
                out[o] = 0xC0 | (c >> 6)
                out[o + 1] = 0x80 | (c & 63)
                o += 2
            elif c < 0x10000:
                out[o] = 0xE0 | (c >> 12)
                out[o + 1] = 0x80 | ((c >> 6) & 63)
                out[o + 2] = 0x80 | (c & 63)
                o += 3
            else:
                out[o] = 0xF0 | (c >> 18)
                out[o + 1] = 0x80 | ((c >> 12) & 63)
                out[o + 2] = 0x80 | ((c >> 6) & 63)
                out[o + 3] = 0x80 | (c & 63)
                o += 4
        offsets[i + 1] = o
