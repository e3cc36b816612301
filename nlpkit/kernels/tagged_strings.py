"""Numbers byte strings that have tags: equal bytes with different tags are different strings.

Strings lie end to end in a uint8 array: string i is data[offsets[i]:offsets[i + 1]]. An open-addressing table numbers
them in order of first appearance. A slot is two uint64: the string's key (up to eight bytes: the bytes; more: a hash),
and its tag, size and number. This table is faster than that of strings.py if most strings are short and their keys are
already known.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.hashing import mix
from nlpkit.kernels.processor import load_eight
from nlpkit.kernels.types import I32, I64, U8, U64
from nlpkit.kernels.utf8 import is_valid

#: How `number_strings` ended: all is done; the table is full; `data` is full; a string is not UTF-8.
DONE, MORE_SLOTS, MORE_DATA, NOT_UTF8 = 0, 2, 3, 5

_C1 = np.uint64(0x9E3779B97F4A7C15)
_C2 = np.uint64(0xD6E8FEB86659FD93)
_LOW = np.uint64(0xFFFFFFFF)
_0, _4, _8, _32 = np.uint64(0), np.uint64(4), np.uint64(8), np.uint64(32)
LONG = 9  # the size noted for all strings of more than eight bytes


class TaggedStrings(NamedTuple):
    """Distinct strings with tags by number, with room for more, as arrays for kernels.

    slots: uint64, a power of two of pairs, at least twice as many pairs as strings. data: uint8, the strings end to
    end. offsets: int64, where each begins, from 0 on, and where the last one ends. keys: uint64. tags: int32.
    """

    slots: U64
    data: U8
    offsets: I64
    keys: U64
    tags: I32


@njit()
def load_part(data: U8, begin: int, end: int) -> np.uint64:
    """Returns data[begin:end], up to seven bytes, as a uint64; the first byte has the lowest bits."""
    word = shift = _0
    for i in range(begin, end):
        word |= np.uint64(data[i]) << shift
        shift += _8
    return word


@njit()
def key_of(text: U8, begin: int, end: int) -> np.uint64:
    """Returns a uint64 that only equal strings of the same size share, if they have up to eight bytes; else a hash."""
    h = _0
    i = begin
    while i + 8 <= end:
        h = mix(h, load_eight(text, i))
        i += 8
    if end - begin < 8:
        return load_part(text, i, end)
    return mix(h, load_part(text, i, end)) if i < end else h


@njit()
def _home(key: np.uint64, tag: np.uint64, mask: int) -> int:
    h = (key ^ (tag * _C2)) * _C1
    h = (h ^ (h >> _32)) * _C2
    return np.int64((h >> _32) & np.uint64(mask))


@njit()
def number_strings(
    text: U8,
    begins: I64,
    ends: I64,
    keys: U64,
    marks: I32,
    numbers: I32,
    table: TaggedStrings,
    used: int,
    start: int,
) -> tuple[int, int, int]:
    """Numbers the strings text[begins[i]:ends[i]] with the tags marks[i], for i from `start` on.

    begins, ends, keys, marks: from cells.find_cells. numbers: int32, receives the numbers. used: the number of strings
    in the table. Returns (the number of strings in the table, the string to continue with, how it ended). If that is
    NOT_UTF8, the string to continue with is not UTF-8.
    """
    slots, data, offsets, table_keys, tags = table
    mask = (slots.size >> 1) - 1
    most = min(tags.size, (mask + 1) >> 1)
    top = offsets[used]
    i = start
    status = DONE
    while i < numbers.size:
        begin = begins[np.uint64(i)]
        end = ends[np.uint64(i)]
        key = keys[np.uint64(i)]
        tag = np.uint64(marks[np.uint64(i)])
        doubled = end < 0
        size = end - begin
        if doubled:
            size = -end - begin
            if top + size > data.size:
                status = MORE_DATA
                break
            place = top  # the string is written there even if it is not new
            k = begin
            while k < -end:
                data[place] = text[k]
                place += 1
                k += 2 if text[k] == 34 else 1
            size = place - top
            key = key_of(data, top, place)
        mark = (tag << _4) | np.uint64(min(size, LONG))
        at = _home(key, tag, mask)
        number = -1
        while slots[np.uint64(2 * at + 1)] != 0:
            if slots[np.uint64(2 * at)] == key and (slots[np.uint64(2 * at + 1)] >> _32) == mark:
                number = np.int64(slots[np.uint64(2 * at + 1)] & _LOW) - 1
                if size < LONG:
                    break
                other = offsets[number]
                if offsets[number + 1] - other == size:
                    k = 0
                    if doubled:
                        while k < size and data[top + k] == data[other + k]:
                            k += 1
                        if k == size:
                            break
                    else:
                        while k + 8 < size and load_eight(text, begin + k) == load_eight(data, other + k):
                            k += 8
                        if k + 8 >= size and load_eight(text, end - 8) == load_eight(data, other + size - 8):
                            break
                number = -1
            at = (at + 1) & mask
        if number < 0:
            if used == most:
                status = MORE_SLOTS
                break
            if top + size > data.size:
                status = MORE_DATA
                break
            every = np.uint8(0)
            if not doubled:
                for k in range(size):
                    data[top + k] = text[begin + k]
            for k in range(size):
                every |= data[top + k]
            if every >= 0x80 and not is_valid(data, top, top + size):
                status = NOT_UTF8
                break
            number = used
            table_keys[used] = key
            tags[used] = marks[i]
            slots[np.uint64(2 * at)] = key
            slots[np.uint64(2 * at + 1)] = (mark << _32) | np.uint64(used + 1)
            used += 1
            top += size
            offsets[used] = top
        numbers[np.uint64(i)] = number
        i += 1
    return used, i, status


@njit()
def fill_slots(table: TaggedStrings, count: int) -> None:
    """Enters the `count` strings of a table in its slots, which are zeros."""
    slots, _, offsets, keys, tags = table
    mask = (slots.size >> 1) - 1
    for i in range(count):
        tag = np.uint64(tags[i])
        mark = (tag << _4) | np.uint64(min(offsets[i + 1] - offsets[i], LONG))
        at = _home(keys[i], tag, mask)
        while slots[2 * at + 1] != 0:
            at = (at + 1) & mask
        slots[2 * at] = keys[i]
        slots[2 * at + 1] = (mark << _32) | np.uint64(i + 1)
