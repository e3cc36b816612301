"""Byte strings: numbered, counted, sorted, merged, copied and written.

Strings lie end to end in one uint8 array, string i at data[offsets[i]:offsets[i + 1]]. A table numbers them in the
order in which they come first. Kernels that run out of room say so and are called again with more.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit
from nlpkit.kernels.hashing import fnv, fnv_slot, mix

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]

#: How a kernel ended: all is done; the table has no room for another string, or for its bytes.
DONE, MORE_SLOTS, MORE_DATA = 0, 1, 2
#: Places in Numbering.sizes.
STRINGS, BYTES = 0, 1

_FEWEST = 1 << 12  # slots of a new table
_BYTES_A_STRING = 8  # of a new table

_LOW = np.uint64(0xFFFFFFFF)
_0, _32 = np.uint64(0), np.uint64(32)


class Numbering(NamedTuple):
    """Distinct byte strings by number, with room for more, as arrays for kernels.

    slots: uint64, a power of two of them, at least twice as many as strings: hash << 32 | number + 1, or 0 where free.
    data: uint8, the strings end to end. offsets: int64, where each begins, from 0 on. sizes: int64[2], how many strings
    there are, and how many bytes they have together.
    """

    slots: U64
    data: U8
    offsets: I64
    sizes: I64


@njit()
def put(text: U8, begin: int, end: int, h: np.uint64, table: Numbering) -> int:
    """The number of the string text[begin:end], whose FNV-1a hash is h: that of the strings so far if it is new.
    -MORE_SLOTS or -MORE_DATA where there is no room for it."""
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
def _put_all(text: U8, begins: I64, ends: I64, start: int, table: Numbering, numbers: I64) -> tuple[int, int]:
    """Writes the numbers of the strings text[begins:ends] to `numbers`, int64, from the string `start` on.

    -> (the string to go on with, how it ended).
    """
    for i in range(start, begins.size):
        number = put(text, begins[i], ends[i], fnv(text, begins[i], ends[i]), table)
        if number < 0:
            return i, -number
        numbers[i] = number
    return begins.size, DONE


@njit()
def _fill_slots(old: U64, slots: U64) -> None:
    """Copies the entries of one table to another one, larger and of zeros."""
    mask = slots.size - 1
    for slot in old:
        if slot != 0:
            at = fnv_slot(slot >> _32, slots.size)
            while slots[at] != 0:
                at = (at + 1) & mask
            slots[at] = slot


@njit()
def _index(data: U8, offsets: I64, count: int, slots: U64) -> None:
    """Makes the slots, of zeros so far, of the first `count` strings, which are distinct."""
    mask = slots.size - 1
    for i in range(count):
        h = fnv(data, offsets[i], offsets[i + 1])
        at = fnv_slot(h, slots.size)
        while slots[at] != 0:
            at = (at + 1) & mask
        slots[at] = (h << _32) | np.uint64(i + 1)


class NumberedStrings:
    """Distinct byte strings, numbered from 0 in the order in which they come first.

    data, offsets: uint8 and int64, distinct strings to begin with. They are kept, and not written to before there are
    more strings.
    """

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
        """The strings end to end, and room for more."""
        return self.table.data

    @property
    def offsets(self) -> I64:
        """Where each string begins, and room for more."""
        return self.table.offsets

    @property
    def capacity(self) -> int:
        """How many strings `offsets` has room for."""
        return self.table.offsets.size - 1

    @property
    def nbytes(self) -> int:
        """Of all arrays."""
        return sum(array.nbytes for array in self.table)

    def grow(self, lacking: int) -> bool:
        """Makes room after a kernel ended with `lacking`; -> whether it lacked any, and is to be called again."""
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
        """Makes room for `size` bytes more."""
        data, used = self.table.data, int(self.table.sizes[BYTES])
        if used + size > data.size:
            self.table = self.table._replace(data=enlarged(data, used, max(used + size, 2 * data.size)))

    def put(self, data: U8, begins: I64, ends: I64) -> I64:
        """int64: the numbers of the strings data[begins:ends]; those that are not there yet get one."""
        numbers = np.empty(begins.size, np.int64)
        self.reserve(int((ends - begins).max(initial=0)))
        at, lacking = _put_all(data, begins, ends, 0, self.table, numbers)
        while self.grow(lacking):
            at, lacking = _put_all(data, begins, ends, at, self.table, numbers)
        return numbers

    def append(self, data: U8, offsets: I64) -> None:
        """Gives the next numbers to strings, whether they are new or not. Such strings are never looked up."""
        count, end = len(self), int(self.table.sizes[BYTES])
        self.reserve(data.size)
        self.table.data[end : end + data.size] = data
        if self.capacity < count + offsets.size - 1:
            larger = enlarged(self.offsets, count + 1, max(count + offsets.size, 2 * self.offsets.size))
            self.table = self.table._replace(offsets=larger)
        self.offsets[count : count + offsets.size] = end + offsets
        self.table.sizes[:] = count + offsets.size - 1, end + data.size

    def packed(self) -> tuple[U8, I64]:
        """data and offsets without the room for more."""
        return self.data[: self.table.sizes[BYTES]], self.offsets[: len(self) + 1]

    def texts(self, start: int = 0) -> list[str]:
        """The strings from number `start` on, decoded."""
        return texts_of(self.data, self.offsets[start : len(self) + 1])


def texts_of(data: U8, offsets: I64) -> list[str]:
    """Strings that lie end to end, decoded from UTF-8."""
    begin, end = int(offsets[0]), int(offsets[-1])
    text = data[begin:end].tobytes()
    places = (offsets - begin).tolist()
    return [text[a:b].decode() for a, b in pairwise(places)]


def enlarged(array: NDArray[Any], used: int, size: int) -> NDArray[Any]:
    """A copy of array[:used] with zeros up to `size`."""
    out = np.zeros(size, array.dtype)
    out[:used] = array[:used]
    return out


def count_spans(data: U8, begins: I64, ends: I64, weights: I64 | None = None) -> tuple[I64, I64]:
    """Of the distinct byte strings among data[begins:ends], in the order in which they come first: (int64, the place of
    each in `begins`; int64, how often each comes).

    weights: int64, what each span counts (1 by default). At most 2**31 - 1 distinct strings.
    """
    strings = NumberedStrings()
    numbers = strings.put(data, begins, ends)
    return _sum_by_number(numbers, np.empty(0, np.int64) if weights is None else weights, len(strings))


@njit()
def _sum_by_number(numbers: I64, weights: I64, count: int) -> tuple[I64, I64]:
    """(int64[count]: where each number comes first, int64[count]: the sums of their weights, which are 1 if empty).

    Numbers are below `count`, and each comes after all smaller ones have come.
    """
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
    """int64: which shard each string belongs to by its hash, 0 to shards - 1."""
    out = np.empty(offsets.size - 1, np.int64)
    for i in range(out.size):
        out[i] = np.int64((mix(_0, fnv(data, offsets[i], offsets[i + 1])) >> _32) % np.uint64(shards))
    return out


@njit()
def heads(data: U8, offsets: I64) -> U64:
    """uint64: the first eight bytes of each string, or all and zeros, as a number that sorts as they do."""
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
    """Less than 0, 0, or more than 0: as the first string sorts before the second, equals it, or sorts after it."""
    size = min(a_end - a_begin, b_end - b_begin)
    for i in range(size):
        x, y = np.int64(a[a_begin + i]), np.int64(b[b_begin + i])
        if x != y:
            return x - y
    return (a_end - a_begin) - (b_end - b_begin)


@njit()
def sort_ties(order: I64, heads: U64, data: U8, offsets: I64, spare: I64) -> None:
    """Finishes the sort of strings by their `heads`. order: int64, their numbers. spare: int64, of the same size."""
    count = order.size
    begin = 0
    while begin < count:
        end = begin + 1
        while end < count and heads[order[end]] == heads[order[begin]]:
            end += 1
        width = 1
        while width < end - begin:  # a merge sort, from pairs upwards
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
    """Copies the strings of the numbers `which`, int64, to `out`, end to end from out_offsets[0] on."""
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
    """How many of the strings, which are sorted, are not after `bound`."""
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
    """Writes to of_a and of_b, int64, where each string of two sorted arrays of distinct strings goes in their union,
    sorted; -> the size of the union."""
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
    """Writes `string<separator>number<separator>number...LF` for each string; -> how many bytes these are.

    columns: int64[c, n], the numbers of n strings, none below 0.
    """
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
