"""Rows of cells (CSV, or words between spaces): found in text, and their strings numbered.

Strings lie end to end in one uint8 array, string i at data[offsets[i]:offsets[i + 1]], each with a tag: equal bytes
with different tags are different strings. They are numbered by an open-addressing table in the order in which they come
first. A slot is two uint64: the string's key, which of up to eight bytes is as good as the string itself and of a
longer one a hash; and its tag, size and number. Kernels that run out of room say so and are called again with more.

What is done for each cell is written out: a call counts references to the arrays it is given, which takes longer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit, ones_function

U8 = NDArray[np.uint8]
U64 = NDArray[np.uint64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

#: What a byte is to `find_cells`: part of a cell; the (first) byte of a delimiter; a line feed; a carriage return.
INSIDE, DELIMITER, LINE_FEED, RETURN = 0, 1, 2, 3
#: What a quote at the beginning of a cell is: a character like others; a reason to stop; that of a quoted cell.
ORDINARY, STOP, QUOTED = 0, 1, 2
#: The tag of columns that are not read.
SKIP = -1
# How a kernel ended: all is done; there is no more room for cells or rows; the table is full; its text is; a quote;
# bytes that are no UTF-8; a quote that is never closed; a cell that goes on after its closing quote; a carriage return
# within a line.
DONE, ROOM, MORE_SLOTS, MORE_DATA, QUOTE, NOT_UTF8, OPEN, AFTER_QUOTE, LONE_RETURN = 0, 1, 2, 3, 4, 5, 6, 7, 8
# Places in the state of find_cells: how it ended; where to go on in the text; cells and rows written; the column of the
# next cell; whether its row has begun; where what stopped it stands; where that row begins.
STATUS, AT, CELLS, ROWS, COLUMN, BEGUN, FAULT, ROW_AT = 0, 1, 2, 3, 4, 5, 6, 7
# And of number_strings, which has the same state: how it ended; strings in the table, bytes of them; where to go on.
TABLE_STATUS, USED, BYTES, NEXT = 8, 9, 10, 11
STATE_SIZE = 12

_C1 = np.uint64(0x9E3779B97F4A7C15)
_C2 = np.uint64(0xD6E8FEB86659FD93)
_LOW = np.uint64(0xFFFFFFFF)
_EACH, _TOPS = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)  # bytes of 1, of 0x80
_0, _1, _2, _3, _4 = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
_5, _6, _7, _8, _16 = np.uint64(5), np.uint64(6), np.uint64(7), np.uint64(8), np.uint64(16)
_24, _29, _32, _40, _48, _56 = (np.uint64(n) for n in (24, 29, 32, 40, 48, 56))
_LONG = 9  # stands for all sizes over eight

_ones = ones_function()


@njit()
def _word(text: U8, place: int) -> np.uint64:
    """Eight bytes, the first one lowest."""
    at = np.uint64(place)  # which cannot be negative, so the compiler makes one load of the eight
    return (
        np.uint64(text[at])
        | (np.uint64(text[at + _1]) << _8)
        | (np.uint64(text[at + _2]) << _16)
        | (np.uint64(text[at + _3]) << _24)
        | (np.uint64(text[at + _4]) << _32)
        | (np.uint64(text[at + _5]) << _40)
        | (np.uint64(text[at + _6]) << _48)
        | (np.uint64(text[at + _7]) << _56)
    )


@njit()
def _part(text: U8, begin: int, end: int) -> np.uint64:
    """The same of up to seven bytes, zeros behind them."""
    word = shift = _0
    for i in range(begin, end):
        word |= np.uint64(text[i]) << shift
        shift += _8
    return word


@njit()
def _zeros(word: np.uint64) -> np.uint64:
    """The highest bit of a byte is set where it is the first of 0, and none below it."""
    return (word - _EACH) & ~word & _TOPS


@njit()
def _roll(h: np.uint64, word: np.uint64) -> np.uint64:
    h = (h ^ word) * _C1
    return h ^ (h >> _29)


@njit()
def _key(text: U8, begin: int, end: int) -> np.uint64:
    """A string of up to eight bytes as a number that no other of its size has, or the hash of a longer one."""
    h = _0
    i = begin
    while i + 8 <= end:
        h = _roll(h, _word(text, i))
        i += 8
    if end - begin < 8:
        return _part(text, i, end)
    return _roll(h, _part(text, i, end)) if i < end else h


@njit()
def _home(key: np.uint64, tag: np.uint64, mask: int) -> int:
    h = (key ^ (tag * _C2)) * _C1
    h = (h ^ (h >> _32)) * _C2
    return np.int64((h >> _32) & np.uint64(mask))


@njit()
def _is_valid(text: U8, begin: int, end: int) -> bool:
    """Whether the bytes are UTF-8."""
    i = begin
    while i < end:
        b = text[i]
        if b < 0x80:
            i += 1
            continue
        if b < 0xC2 or b > 0xF4:
            return False
        more = 1 if b < 0xE0 else 2 if b < 0xF0 else 3
        if i + more >= end:
            return False
        low, high = 0x80, 0xBF
        if b == 0xE0:
            low = 0xA0
        elif b == 0xED:
            high = 0x9F
        elif b == 0xF0:
            low = 0x90
        elif b == 0xF4:
            high = 0x8F
        if text[i + 1] < low or text[i + 1] > high:
            return False
        for k in range(2, more + 1):
            if text[i + k] & 0xC0 != 0x80:
                return False
        i += more + 1
    return True


@njit()
def _spaces_before(text: U8, begin: int, end: int) -> int:
    """Where the white space (as str.isspace has it) that text[begin:end] begins with ends."""
    i = begin
    while i < end:
        a = text[i]
        if a == 32 or (a >= 9 and a <= 13) or (a >= 28 and a <= 31):
            i += 1
        elif a == 0xC2 and i + 1 < end and (text[i + 1] == 0x85 or text[i + 1] == 0xA0):
            i += 2
        elif (a == 0xE1 or a == 0xE2 or a == 0xE3) and i + 2 < end and _is_wide_space(a, text[i + 1], text[i + 2]):
            i += 3
        else:
            break
    return i


@njit()
def _spaces_after(text: U8, begin: int, end: int) -> int:
    """Where the white space that text[begin:end] ends with begins."""
    i = end
    while i > begin:
        c = text[i - 1]
        if c == 32 or (c >= 9 and c <= 13) or (c >= 28 and c <= 31):
            i -= 1
        elif (c == 0x85 or c == 0xA0) and i - 2 >= begin and text[i - 2] == 0xC2:
            i -= 2
        elif c >= 0x80 and c < 0xC0 and i - 3 >= begin and _is_wide_space(text[i - 3], text[i - 2], c):
            i -= 3
        else:
            break
    return i


@njit()
def _is_wide_space(a: int, b: int, c: int) -> bool:
    if a == 0xE1:
        return b == 0x9A and c == 0x80
    if a == 0xE2:
        if b == 0x80:
            return (c >= 0x80 and c <= 0x8A) or c == 0xA8 or c == 0xA9 or c == 0xAF
        return b == 0x81 and c == 0x9F
    return a == 0xE3 and b == 0x80 and c == 0x80


@njit()
def find_cells(
    text: U8,
    final: bool,
    kinds: U8,
    delimiter: U8,
    spaces: bool,
    trim: bool,
    quotes: int,
    empty_rows: bool,
    columns: I32,
    begins: I64,
    ends: I64,
    keys: U64,
    marks: I32,
    row_ends: I64,
    state: I64,
) -> None:
    """Where cells are in `text` from state[AT] on, but for blank ones, and how many of them before each row's end.

    final: the text ends here; else its last cell, if nothing follows it, is left for the next call. kinds: uint8[256].
    delimiter: its bytes. spaces: several delimiters are as one. trim: white space around cells does not count, nor do
    spaces before a quote. quotes: what they are. empty_rows: lines without any cell, or with one that is blank, are
    rows too. columns: int32, the tag of each column, or SKIP; the last one is that of all further columns.
    begins, ends: int64, of each cell; where two quotes in it stand for one, its end is negative. keys: uint64, marks:
    int32, their keys and tags. row_ends: int64. state: int64[12].
    """
    size = text.size
    mark1 = np.uint64(delimiter[0]) * _EACH
    mark2 = (np.uint64(9) if spaces else np.uint64(13)) * _EACH
    mark3 = np.uint64(10) * _EACH
    last_column = columns.size - 1
    room, most_rows = begins.size, row_ends.size
    i = at = state[AT]
    row_at = state[ROW_AT]
    cells = state[CELLS]
    rows = state[ROWS]
    column = state[COLUMN]
    begun = state[BEGUN] != 0
    status = DONE
    while i < size or (final and begun):
        at = i
        if rows == most_rows or cells == room:
            status = ROOM
            break
        if trim and not spaces:
            while i < size and text[np.uint64(i)] == 32 and kinds[32] == INSIDE:
                i += 1
        begin = i
        end = i
        doubled = False
        known = True
        key = _0
        if quotes != ORDINARY and i < size and text[np.uint64(i)] == 34:
            if quotes == STOP:
                status = QUOTE
                break
            known = False
            begin = i + 1
            end = -1
            k = begin
            while k < size:
                if text[k] == 34:
                    if k + 1 < size and text[k + 1] == 34:
                        doubled = True
                        k += 1
                    else:
                        end = k if k + 1 < size or final else -1
                        break
                k += 1
            if end < 0:
                if final:
                    status = OPEN
                    state[FAULT] = i
                break
            i = end + 1
        else:
            while True:
                word = _word(text, i) if i + 8 <= size else _part(text, i, size)
                found = _zeros(word ^ mark1) | _zeros(word ^ mark2) | _zeros(word ^ mark3)
                if found == 0:
                    if i + 8 > size:
                        key = word if i == begin else _roll(key, word) if i < size else key
                        i = size
                        break
                    key = _roll(key, word)
                    i += 8
                    continue
                bits = _ones((found & (~found + _1)) - _1) - 7  # of what is before the first of the three
                rest = word & ((_1 << np.uint64(bits)) - _1)
                key = rest if i == begin else _roll(key, rest) if bits > 0 else key
                i += bits >> 3
                if kinds[text[np.uint64(i)]] != DELIMITER or delimiter.size == 1:
                    break
                k = 1
                while k < delimiter.size and i + k < size and text[i + k] == delimiter[k]:
                    k += 1
                if k == delimiter.size or (i + k == size and not final):
                    break
                known = False  # a character that only begins as the delimiter does
                i += 1
            end = i
        # What follows the cell: a delimiter, a line end (which the end of the text is, too), or what must not.
        ends_row = True
        if i == size:
            if not final:
                break
        else:
            kind = kinds[text[np.uint64(i)]]
            if kind == LINE_FEED:
                i += 1
            elif kind == DELIMITER:
                k = 1
                while k < delimiter.size and i + k < size and text[i + k] == delimiter[k]:
                    k += 1
                if k < delimiter.size:
                    if i + k == size and not final:
                        break
                    status = AFTER_QUOTE
                    state[FAULT] = begin - 1
                    break
                i += k
                ends_row = False
            elif kind == RETURN:
                k = i
                while k < size and text[k] == 13:
                    k += 1
                if k < size and text[k] != 10:
                    status = LONE_RETURN
                    state[FAULT] = i
                    break
                if k == size and not final:
                    break
                i = min(k + 1, size)
            else:
                status = AFTER_QUOTE
                state[FAULT] = begin - 1
                break
        if spaces and ends_row and end > begin and text[np.uint64(end - 1)] == 13:
            end -= 1
            known = False
        if end > begin or not spaces:
            tag = columns[np.uint64(min(column, last_column))]
            column += 1
        else:
            tag = SKIP
        blank = end == begin or tag >= 0
        if tag >= 0 and end > begin:
            first = begin
            stop = end
            if trim:
                c = text[np.uint64(first)]
                if c <= 32 or c == 0xC2 or (c >= 0xE1 and c <= 0xE3):
                    first = _spaces_before(text, first, stop)
                c = text[np.uint64(stop - 1)]
                wide = c >= 0x80 and stop - first >= 2 and text[stop - 2] == 0xC2
                if c >= 0x80 and stop - first >= 3 and text[stop - 3] >= 0xE1 and text[stop - 3] <= 0xE3:
                    wide = True
                if c <= 32 or wide:
                    stop = _spaces_after(text, first, stop)
                known = known and first == begin and stop == end
            if first < stop:
                blank = False
                begins[np.uint64(cells)] = first
                ends[np.uint64(cells)] = -stop if doubled else stop
                keys[np.uint64(cells)] = key if known or doubled else _key(text, first, stop)
                marks[np.uint64(cells)] = tag
                cells += 1
        begun = True
        if ends_row:
            if empty_rows or column > 1 or not blank:
                row_ends[rows] = cells
                rows += 1
            column = 0
            begun = False
            row_at = i
        at = i
    state[STATUS] = status
    state[AT] = at
    state[ROW_AT] = row_at
    state[CELLS] = cells
    state[ROWS] = rows
    state[COLUMN] = column
    state[BEGUN] = 1 if begun else 0


@njit()
def number_strings(
    text: U8,
    begins: I64,
    ends: I64,
    keys: U64,
    marks: I32,
    numbers: I32,
    slots: U64,
    data: U8,
    offsets: I64,
    table_keys: U64,
    tags: I32,
    state: I64,
) -> None:
    """Numbers the strings text[begins[i]:ends[i]] with the tags marks[i], from state[NEXT] on.

    begins, ends, keys, marks: as find_cells gives them. numbers: int32, receives their numbers. slots: uint64, a power
    of two of pairs, data: uint8, offsets: int64, from 0 on, table_keys: uint64, tags: int32: the table. [TABLE_STATUS]
    NOT_UTF8: the string of [NEXT] is none.
    """
    mask = (slots.size >> 1) - 1
    most = min(tags.size, (mask + 1) >> 1)
    used = state[USED]
    top = state[BYTES]
    i = state[NEXT]
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
            place = top  # written there, whether it is new or not
            k = begin
            while k < -end:
                data[place] = text[k]
                place += 1
                k += 2 if text[k] == 34 else 1
            size = place - top
            key = _key(data, top, place)
        mark = (tag << _4) | np.uint64(min(size, _LONG))
        at = _home(key, tag, mask)
        number = -1
        while slots[np.uint64(2 * at + 1)] != 0:
            if slots[np.uint64(2 * at)] == key and (slots[np.uint64(2 * at + 1)] >> _32) == mark:
                number = np.int64(slots[np.uint64(2 * at + 1)] & _LOW) - 1
                if size < _LONG:
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
                        while k + 8 < size and _word(text, begin + k) == _word(data, other + k):
                            k += 8
                        if k + 8 >= size and _word(text, end - 8) == _word(data, other + size - 8):
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
            if every >= 0x80 and not _is_valid(data, top, top + size):
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
    state[TABLE_STATUS] = status
    state[USED] = used
    state[BYTES] = top
    state[NEXT] = i


@njit()
def fill_slots(data_ends: I64, keys: U64, tags: I32, count: int, slots: U64) -> None:
    """The table of `count` strings, in slots of zeros. data_ends: int64, the offsets of the strings."""
    mask = (slots.size >> 1) - 1
    for i in range(count):
        tag = np.uint64(tags[i])
        mark = (tag << _4) | np.uint64(min(data_ends[i + 1] - data_ends[i], _LONG))
        at = _home(keys[i], tag, mask)
        while slots[2 * at + 1] != 0:
            at = (at + 1) & mask
        slots[2 * at] = keys[i]
        slots[2 * at + 1] = (mark << _32) | np.uint64(i + 1)


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
