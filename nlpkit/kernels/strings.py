"""Byte strings: numbers, counts, sorts, merges, copies and writes them.

Strings lie end to end in a uint8 array: string i is data[offsets[i]:offsets[i + 1]]. A table numbers them in order of
first appearance. A kernel that runs out of room returns what it lacks, and is called again with more room.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit
from nlpkit.kernels.hashing import fnv, fnv_slot, mix
from nlpkit.kernels.types import I32, I64, U8, U32, U64

#: How a kernel ended: all is done; the table has no room for another string; it has no room for its bytes.
DONE, MORE_SLOTS, MORE_DATA = 0, 1, 2
#: Places in Numbering.sizes.
STRINGS, BYTES = 0, 1

_FEWEST = 1 << 12  # slots of a new table
_BYTES_A_STRING = 8  # room in a new table

_LOW = np.uint64(0xFFFFFFFF)
_0, _32 = np.uint64(0), np.uint64(32)


class Numbering(NamedTuple):
    """Distinct byte strings by number, with room for more, as arrays for kernels.

    slots: uint64, a hash table: (hash << 32) | (number + 1), or 0 in free slots; their number is a power of two, at
    least twice the number of strings. data: uint8, the strings end to end. offsets: int64, where each begins, starting
    with 0. sizes: int64[2], the number of strings and the number of their bytes.
    """

    slots: U64
    data: U8
    offsets: I64
    sizes: I64


@njit()
def put(text: U8, begin: int, end: int, h: np.uint64, table: Numbering) -> int:
    """Returns the number of the string text[begin:end], whose FNV-1a hash is h; gives a new string the next number.
    Returns -MORE_SLOTS or -MORE_DATA if the table has no room for a new string."""
    slots, data, offsets, sizes = table
    mask = slots.size - 1
    size = end - begin
    at = fnv_slot(h, slots.size)
    while True:
        slot = slots[at]
        if slot == 0:
            break
        if (slot >> _32) == h:
            number = np.int64(slot & _LOW) - 1
            other = offsets[number]
            if offsets[number + 1] - other == size:
                i = 0
                while i < size and text[begin + i] == data[other + i]:
                    i += 1
                if i == size:
                    return number
        at = (at + 1) & mask
    number = sizes[STRINGS]
    other = sizes[BYTES]
    if 2 * (number + 1) > slots.size or number + 1 >= offsets.size:
        return -MORE_SLOTS
    if other + size > data.size:
        return -MORE_DATA
    for i in range(size):
        data[other + i] = text[begin + i]
    offsets[number + 1] = other + size
    slots[at] = (h << _32) | np.uint64(number + 1)
    sizes[STRINGS] = number + 1
    sizes[BYTES] = other + size
    return number


@njit()
def _find_all(text: U8, offsets: I64, table: Numbering) -> I32:
    """Returns the numbers of the strings text[offsets[i]:offsets[i + 1]], int32, -1 for those not in the table."""
    slots, data, others, _ = table
    mask = slots.size - 1
    numbers = np.full(offsets.size - 1, -1, np.int32)
    for string in range(numbers.size):
        begin, size = offsets[string], offsets[string + 1] - offsets[string]
        h = fnv(text, begin, begin + size)
        at = fnv_slot(h, slots.size)
        while slots[at] != 0:
            number = np.int64(slots[at] & _LOW) - 1
            other = others[number]
            if (slots[at] >> _32) == h and others[number + 1] - other == size:
                i = 0
                while i < size and text[begin + i] == data[other + i]:
                    i += 1
                if i == size:
                    numbers[string] = number
                    break
            at = (at + 1) & mask
    return numbers


@njit()
def _put_all(text: U8, begins: I64, ends: I64, start: int, table: Numbering, numbers: I64) -> tuple[int, int]:
    """Writes the numbers of the strings text[begins[i]:ends[i]] to `numbers`, int64, for i from `start` on. Returns
    (the next i, how it ended)."""
    for i in range(start, begins.size):
        number = put(text, begins[i], ends[i], fnv(text, begins[i], ends[i]), table)
        if number < 0:
            return i, -number
        numbers[i] = number
    return begins.size, DONE


@njit()
def _fill_slots(old: U64, slots: U64) -> None:
    """Copies the entries of a hash table to a larger one, which is all zeros."""
    mask = slots.size - 1
    for slot in old:
        if slot != 0:
            at = fnv_slot(slot >> _32, slots.size)
            while slots[at] != 0:
                at = (at + 1) & mask
            slots[at] = slot


@njit()
def _index(data: U8, offsets: I64, count: int, slots: U64) -> None:
    """Enters the first `count` strings, which are distinct, in a hash table of zeros."""
    mask = slots.size - 1
    for i in range(count):
        h = fnv(data, offsets[i], offsets[i + 1])
        at = fnv_slot(h, slots.size)
        while slots[at] != 0:
            at = (at + 1) & mask
        slots[at] = (h << _32) | np.uint64(i + 1)


class NumberedStrings:
    """Distinct byte strings, numbered from 0 in order of first appearance. data, offsets: uint8 and int64, distinct
    strings to start with. They are not copied, nor written to before a string is added."""

    def __init__(self, data: U8 | None = None, offsets: I64 | None = None) -> None:
        slots = _FEWEST
        if data is None or offsets is None:
            data = np.empty(_BYTES_A_STRING * slots, np.uint8)
            offsets = np.zeros(slots // 2 + 1, np.int64)
            sizes = np.zeros(2, np.int64)
        else:
            sizes = np.array([offsets.size - 1, data.size])
            slots = max(slots, 1 << (2 * offsets.size).bit_length())
        self.table = Numbering(np.zeros(slots, np.uint64), data, offsets, sizes)
        if len(self):
            _index(data, offsets, len(self), self.table.slots)

    def __len__(self) -> int:
        return int(self.table.sizes[STRINGS])

    @property
    def data(self) -> U8:
        """The strings end to end, followed by room for more."""
        return self.table.data

    @property
    def offsets(self) -> I64:
        """Where each string begins in `data`, followed by room for more."""
        return self.table.offsets

    @property
    def capacity(self) -> int:
        """The number of strings that `offsets` has room for."""
        return self.table.offsets.size - 1

    @property
    def nbytes(self) -> int:
        """The size of all arrays in bytes."""
        return sum(array.nbytes for array in self.table)

    def grow(self, lacking: int) -> bool:
        """Makes room after a kernel ended with `lacking`; returns whether the kernel must be called again."""
        table = self.table
        if lacking == MORE_DATA:
            self.reserve(1 + table.data.size - int(table.sizes[BYTES]))
        elif lacking == MORE_SLOTS:
            slots = np.zeros(2 * table.slots.size, np.uint64)
            _fill_slots(table.slots, slots)
            offsets = enlarged(table.offsets, len(self) + 1, slots.size // 2 + 1)
            self.table = table._replace(slots=slots, offsets=offsets)
        return lacking in (MORE_DATA, MORE_SLOTS)

    def reserve(self, size: int) -> None:
        """Makes room for `size` more bytes."""
        data, used = self.table.data, int(self.table.sizes[BYTES])
        if used + size > data.size:
            self.table = self.table._replace(data=enlarged(data, used, max(used + size, 2 * data.size)))

    def put(self, data: U8, begins: I64, ends: I64) -> I64:
        """Returns the numbers of the strings data[begins[i]:ends[i]], int64; new strings get the next numbers."""
        numbers = np.empty(begins.size, np.int64)
        self.reserve(int((ends - begins).max(initial=0)))
        at, lacking = _put_all(data, begins, ends, 0, self.table, numbers)
        while self.grow(lacking):
            at, lacking = _put_all(data, begins, ends, at, self.table, numbers)
        return numbers

    def find(self, data: U8, offsets: I64) -> I32:
        """Returns the numbers of the strings data[offsets[i]:offsets[i + 1]], int32, -1 for those that have none."""
        return _find_all(data, offsets, self.table)

    def append(self, data: U8, offsets: I64) -> None:
        """Gives the next numbers to strings, even if they are not new. `put` does not find these strings."""
        count, end = len(self), int(self.table.sizes[BYTES])
        self.reserve(data.size)
        self.table.data[end : end + data.size] = data
        if self.capacity < count + offsets.size - 1:
            larger = enlarged(self.offsets, count + 1, max(count + offsets.size, 2 * self.offsets.size))
            self.table = self.table._replace(offsets=larger)
        self.offsets[count : count + offsets.size] = end + offsets
        self.table.sizes[:] = count + offsets.size - 1, end + data.size

    def packed(self) -> tuple[U8, I64]:
        """Returns data and offsets without the room for more."""
        return self.data[: self.table.sizes[BYTES]], self.offsets[: len(self) + 1]

    def texts(self, start: int = 0) -> list[str]:
        """Returns the strings from number `start` on, decoded."""
        return texts_of(self.data, self.offsets[start : len(self) + 1])


def texts_of(data: U8, offsets: I64) -> list[str]:
    """Returns the strings data[offsets[i]:offsets[i + 1]], decoded from UTF-8."""
    begin, end = int(offsets[0]), int(offsets[-1])
    text = data[begin:end].tobytes()
    places = (offsets - begin).tolist()
    return [text[a:b].decode() for a, b in pairwise(places)]


def enlarged(array: NDArray[Any], used: int, size: int) -> NDArray[Any]:
    """Returns a copy of array[:used] with zeros up to `size` elements."""
    out = np.zeros(size, array.dtype)
    out[:used] = array[:used]
    return out


def count_spans(data: U8, begins: I64, ends: I64, weights: I64 | None = None) -> tuple[I64, I64]:
    """Counts the distinct byte strings among data[begins[i]:ends[i]], in order of first appearance.

    weights: int64, the weight of each span, 1 by default. Returns (int64, the first i of each string; int64, the sum of
    its weights). At most 2**31 - 1 distinct strings.
    """
    strings = NumberedStrings()
    numbers = strings.put(data, begins, ends)
    return _sum_by_number(numbers, np.empty(0, np.int64) if weights is None else weights, len(strings))


@njit()
def _sum_by_number(numbers: I64, weights: I64, count: int) -> tuple[I64, I64]:
    """Returns (int64[count], where each number appears first; int64[count], the sums of their weights). Numbers are
    below `count`, and each appears only after all smaller ones. weights: empty if all are 1."""
    firsts, totals = np.empty(count, np.int64), np.zeros(count, np.int64)
    used = 0
    for i in range(numbers.size):
        number = numbers[i]
        if number == used:
            firsts[used] = i
            used += 1
        totals[number] += weights[i] if weights.size else 1
    return firsts, totals


@njit()
def shards_of(data: U8, offsets: I64, shards: int) -> I64:
    """Returns the shard of each string by its hash: int64, 0 to shards - 1."""
    out = np.empty(offsets.size - 1, np.int64)
    for i in range(out.size):
        out[i] = np.int64((mix(_0, fnv(data, offsets[i], offsets[i + 1])) >> _32) % np.uint64(shards))
    return out


@njit()
def heads(data: U8, offsets: I64) -> U64:
    """Returns the first eight bytes of each string, filled with zeros, as a uint64 that sorts as they do."""
    count = offsets.size - 1
    out = np.empty(count, np.uint64)
    for i in range(count):
        head = np.uint64(0)
        begin = offsets[i]
        size = offsets[i + 1] - begin
        for k in range(8):
            head = (head << np.uint64(8)) | (np.uint64(data[begin + k]) if k < size else np.uint64(0))
        out[i] = head
    return out


@njit()
def _compare(a: U8, a_begin: int, a_end: int, b: U8, b_begin: int, b_end: int) -> int:
    """Returns a number below, equal to or above 0: the first string sorts before, equals or sorts after the second."""
    size = min(a_end - a_begin, b_end - b_begin)
    for i in range(size):
        x, y = np.int64(a[a_begin + i]), np.int64(b[b_begin + i])
        if x != y:
            return x - y
    return (a_end - a_begin) - (b_end - b_begin)


@njit()
def sort_ties(order: I64, heads: U64, data: U8, offsets: I64, spare: I64) -> None:
    """Sorts the strings that have the same head; all must be in the order of their `heads` already. order: int64, their
    numbers, is sorted in place. spare: int64, working memory of the same size."""
    count = order.size
    begin = 0
    while begin < count:
        end = begin + 1
        while end < count and heads[order[end]] == heads[order[begin]]:
            end += 1
        width = 1
        while width < end - begin:  # merge sort, from pairs upwards
            low = begin
            while low < end:
                middle, high = min(low + width, end), min(low + 2 * width, end)
                i, j = low, middle
                for k in range(low, high):
                    if j == high:
                        left = True
                    elif i == middle:
                        left = False
                    else:
                        a, b = order[i], order[j]
                        left = _compare(data, offsets[a], offsets[a + 1], data, offsets[b], offsets[b + 1]) <= 0
                    if left:
                        spare[k] = order[i]
                        i += 1
                    else:
                        spare[k] = order[j]
                        j += 1
                low = high
            for k in range(begin, end):
                order[k] = spare[k]
            width *= 2
        begin = end


@njit()
def copy_strings(data: U8, offsets: I64, which: I64, out: U8, out_offsets: I64) -> None:
    """Copies the strings with the numbers `which`, int64, to `out`, end to end from out_offsets[0] on. out_offsets:
    int64[which.size + 1], receives where each ends."""
    o = out_offsets[0]
    for i in range(which.size):
        begin = offsets[which[i]]
        end = offsets[which[i] + 1]
        for k in range(begin, end):
            out[o] = data[k]
            o += 1
        out_offsets[i + 1] = o


@njit()
def count_up_to(data: U8, offsets: I64, bound: U8) -> int:
    """Returns how many of the strings, which are sorted, do not sort after `bound`."""
    low, high = 0, offsets.size - 1
    while low < high:
        middle = (low + high) // 2
        if _compare(data, offsets[middle], offsets[middle + 1], bound, 0, bound.size) <= 0:
            low = middle + 1
        else:
            high = middle
    return low


@njit()
def interleave(data_a: U8, offsets_a: I64, data_b: U8, offsets_b: I64, of_a: I64, of_b: I64) -> int:
    """Merges two sorted arrays of distinct strings; returns the number of strings in their union. of_a, of_b: int64,
    receive the place of each string in the sorted union."""
    i = j = used = 0
    size_a, size_b = offsets_a.size - 1, offsets_b.size - 1
    while i < size_a or j < size_b:
        if i == size_a:
            way = 1
        elif j == size_b:
            way = -1
        else:
            way = _compare(data_a, offsets_a[i], offsets_a[i + 1], data_b, offsets_b[j], offsets_b[j + 1])
        if way <= 0:
            of_a[i] = used
            i += 1
        if way >= 0:
            of_b[j] = used
            j += 1
        used += 1
    return used


@njit()
def write_rows(data: U8, offsets: I64, columns: I64, separator: int, out: U8) -> int:
    """Writes `string<separator>number<separator>number...LF` for each string; returns the number of bytes. columns:
    int64[c, n], c numbers of 0 or more for each of n strings."""
    o = 0
    for r in range(offsets.size - 1):
        for k in range(offsets[r], offsets[r + 1]):
            out[o] = data[k]
            o += 1
        for c in range(columns.shape[0]):
            out[o] = separator
            o += 1
            value = columns[c, r]
            digits = 1
            rest = value
            while rest > 9:
                rest //= 10
                digits += 1
            for k in range(digits - 1, -1, -1):
                out[o + k] = 48 + value % 10
                value //= 10
            o += digits
        out[o] = 10
        o += 1
    return o


@njit()
def copy_spans(data: U32, begins: I64, offsets: I64) -> U32:
    """Copies spans of uint32 data end to end: out[offsets[i]:offsets[i + 1]] = data[begins[i]:...]."""
    out = np.empty(offsets[offsets.size - 1], np.uint32)
    for span in range(begins.size):
        shift = begins[span] - offsets[span]
        for i in range(offsets[span], offsets[span + 1]):
            out[i] = data[i + shift]
    return out
