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
_REST = np.uint64(0xFFFFFFFFFFFF)


@njit()
def _expand(keys: U64, counts: I64, lowest: int, highest: int, firsts: I64, last: int, out: U64, sums: I64) -> int:
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
            if order < lowest:
                continue
            if order == 1:
                if fresh and np.int64(key >> _48) != last:
                    out[used] = (key >> _48) << _48
                    sums[used] = firsts[np.int64(key >> _48) - 1]
                    used += 1
                continue
            if fresh:
                slots[order] = used
                out[used] = (key >> shift) << shift
                sums[used] = 0
                used += 1
            sums[slots[order]] += counts[i]
        before = key
    return used


def expand(keys: U64, counts: I64, lowest: int, highest: int, firsts: I64, last: int) -> tuple[U64, I64]:
    """All n-grams of orders `lowest` to `highest` in a sorted table of windows: (sorted keys, int64 counts).

    firsts: int64 by id - 1, the count of each single character; that with the id `last` has been given before.
    """
    most = keys.size * (highest - lowest + 1)  # what is not used of it the system never gives
    out, sums = np.empty(most, np.uint64), np.empty(most, np.int64)
    used = _expand(keys, counts, lowest, highest, firsts, last, out, sums)
    return out[:used], sums[:used]


@njit()
def encode(alphabet: U32) -> U32:
    """The UTF-8 of each code point: uint32, the first byte lowest."""
    out = np.zeros(alphabet.size, np.uint32)
    for i in range(alphabet.size):
        c = np.int64(alphabet[i])
        if c < 0x80:
            out[i] = c
        elif c < 0x800:
            out[i] = (0xC0 | (c >> 6)) | (0x80 | (c & 63)) << 8
        elif c < 0x10000:
            out[i] = (0xE0 | (c >> 12)) | (0x80 | ((c >> 6) & 63)) << 8 | (0x80 | (c & 63)) << 16
        else:
            low = (0x80 | ((c >> 6) & 63)) << 16 | (0x80 | (c & 63)) << 24
            out[i] = (0xF0 | (c >> 18)) | (0x80 | ((c >> 12) & 63)) << 8 | low
    return out


@njit()
def _put(key: np.uint64, characters: U32, out: U8, o: int) -> int:
    """Writes the characters of a key, and up to three bytes more; -> where they end."""
    while key != 0:
        code = np.int64(characters[np.int64(key >> _48) - 1])
        key = (key & _REST) << _16
        out[o] = code & 255
        out[o + 1] = (code >> 8) & 255
        out[o + 2] = (code >> 16) & 255
        out[o + 3] = code >> 24
        o += 1 if code < 0x100 else 2 if code < 0x10000 else 3 if code < 0x1000000 else 4
    return o


@njit()
def spell(keys: U64, characters: U32, out: U8, offsets: I64) -> None:
    """The characters of each key as UTF-8, end to end. characters: those of `encode`, by id - 1."""
    o = 0
    for i in range(keys.size):
        o = _put(keys[i], characters, out, o)
        offsets[i + 1] = o


@njit()
def write_rows(keys: U64, counts: I64, characters: U32, separator: int, out: U8) -> int:
    """`n-gram<separator>count LF` for each key; -> bytes written. out: with room for 40 bytes a row, and 4 more."""
    o = 0
    for i in range(keys.size):
        o = _put(keys[i], characters, out, o)
        out[o] = separator
        value = counts[i]
        digits = 1
        power = 10
        while power <= value:
            digits += 1
            power *= 10
        for k in range(o + digits, o, -1):
            out[k] = 48 + value % 10
            value //= 10
        o += digits + 1
        out[o] = 10
        o += 1
    return o
