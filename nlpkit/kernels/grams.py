"""Counts the n-grams of up to four characters (packed keys) in windows that contain them, and spells them as UTF-8."""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.types import I64, U8, U32, U64

_16 = np.uint64(16)
_48 = np.uint64(48)
_32 = np.uint64(32)
_LOW = np.uint64(0xFFFF)
_LOW_32 = np.uint64(0xFFFFFFFF)
_REST = np.uint64(0xFFFFFFFFFFFF)


@njit()
def _expand(
    keys: U64,
    counts: I64,
    lowest: int,
    highest: int,
    firsts: I64,
    last: int,
    min_count: int,
    out: U64,
    sums: I64,
    histogram: I64,
) -> int:
    used = 0
    before = np.uint64(0)
    places = np.full(5, -1, np.int64)  # by order: the place of the n-gram that the next window may continue
    most = histogram.size - 1
    for i in range(keys.size + 1):
        key = keys[i] if i < keys.size else np.uint64(0)
        differs = key ^ before
        before = key
        fresh = 1 if differs >> _48 != 0 else 2 if differs >> _32 != 0 else 3 if differs >> _16 != 0 else 4
        # No frequent n-gram begins with a rare one, so the rare one is the last that was written.
        for order in range(highest - 1, max(fresh, lowest) - 1, -1):
            place = places[order]
            if place >= 0:
                places[order] = -1
                histogram[min(sums[place], most)] += 1
                if sums[place] < min_count:
                    used = place
        if i == keys.size:
            break
        length = 4 if key & _LOW != 0 else 3 if key & _LOW_32 != 0 else 2 if key & _REST != 0 else 1
        for order in range(lowest, min(length, highest - 1) + 1):
            if places[order] < 0:
                if order == 1 and np.int64(key >> _48) == last:
                    continue
                shift = np.uint64(16 * (4 - order))
                places[order] = used
                out[used] = (key >> shift) << shift
                sums[used] = firsts[np.int64(key >> _48) - 1] if order == 1 else 0
                used += 1
            if order > 1:
                sums[places[order]] += counts[i]
        if length >= highest and (highest > 1 or np.int64(key >> _48) != last):
            histogram[min(counts[i], most)] += 1
            out[used] = key
            sums[used] = counts[i]
            used += 1 if counts[i] >= min_count else 0
    return used


def expand(
    keys: U64, counts: I64, lowest: int, highest: int, firsts: I64, last: int, min_count: int, histogram: I64
) -> tuple[U64, I64]:
    """Counts the n-grams of orders `lowest` to `highest`, and returns the frequent ones: (sorted keys, int64 counts).

    keys, counts: uint64 and int64, a sorted table of windows. firsts: int64 by id - 1, the count of each single
    character. last: id of a character that an earlier call has returned; it is skipped. min_count: the smallest count
    of the result. histogram: int64, receives how many n-grams have each count, rare ones too; the last entry is for all
    larger counts.
    """
    most = keys.size * (highest - lowest + 1)  # the system provides only the pages that are written to
    out, sums = np.empty(most, np.uint64), np.empty(most, np.int64)
    used = _expand(keys, counts, lowest, highest, firsts, last, min_count, out, sums, histogram)
    return out[:used], sums[:used]


@njit()
def _put(key: np.uint64, characters: U32, out: U8, o: int) -> int:
    """Writes the characters of a key, and up to three more bytes, from out[o] on. Returns where the characters end."""
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
    """Writes the characters of each key as UTF-8, end to end. characters: uint32 by id - 1, from utf8.encode. offsets:
    int64[keys.size + 1], receives where each n-gram ends."""
    o = 0
    for i in range(keys.size):
        o = _put(keys[i], characters, out, o)
        offsets[i + 1] = o


@njit()
def write_rows(keys: U64, counts: I64, characters: U32, separator: int, out: U8) -> int:
    """Writes `n-gram<separator>count LF` for each key; returns the number of bytes. out: room for 40 bytes a row and 4
    more."""
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
