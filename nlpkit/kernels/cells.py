"""Finds rows of cells in text: CSV, or words between spaces.

The work for each cell is written out in one long loop, because a call counts references to the arrays that it is given,
even if numba inlines it. With four calls a cell, `find_cells` took 40 ms instead of 9 for 4 MB.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.hashing import mix
from nlpkit.kernels.processor import load_eight, lowest_bit
from nlpkit.kernels.tagged_strings import key_of, load_part
from nlpkit.kernels.types import I32, I64, U8, U64
from nlpkit.kernels.utf8 import wide_space

#: Kinds of bytes: part of a cell; the first byte of the delimiter; a line feed; a carriage return.
INSIDE, DELIMITER, LINE_FEED, RETURN = 0, 1, 2, 3
#: What a quote at the beginning of a cell does: nothing; it ends `find_cells`; it opens a quoted cell.
ORDINARY, STOP, QUOTED = 0, 1, 2
#: The tag of columns that are not read.
SKIP = -1
#: How `find_cells` ended: all is done; no room for another cell or row; a quote; a quote that is never closed; text
#: after a closing quote; a carriage return within a line. tagged_strings.py uses other numbers, except for DONE.
DONE, ROOM, QUOTE, OPEN, AFTER_QUOTE, LONE_RETURN = 0, 1, 4, 6, 7, 8

_EACH, _TOPS = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)  # bytes of 1, of 0x80
_0, _1 = np.uint64(0), np.uint64(1)


class Position(NamedTuple):
    """How far `find_cells` has come in a text.

    status: how it ended. at: the byte to go on with. cells, rows: how many the last call wrote. column: that of the
    next cell. begun: whether the row of this cell has begun. row_at: the byte at which this row begins. fault: the byte
    of what stopped the search, if something did.
    """

    status: int
    at: int
    cells: int
    rows: int
    column: int
    begun: bool
    row_at: int
    fault: int


START = Position(DONE, 0, 0, 0, 0, False, 0, 0)


@njit()
def _zeros(word: np.uint64) -> np.uint64:
    """Returns a uint64 whose lowest set bit is the highest bit of the first zero byte of `word`; 0 if there is none."""
    return (word - _EACH) & ~word & _TOPS


@njit()
def _spaces_before(text: U8, begin: int, end: int) -> int:
    """Returns where the white space (see str.isspace) at the beginning of text[begin:end] ends."""
    i = begin
    while i < end:
        a = text[i]
        if a == 32 or (a >= 9 and a <= 13) or (a >= 28 and a <= 31):
            i += 1
        else:
            size = wide_space(a, text[i + 1] if i + 1 < end else 0, text[i + 2] if i + 2 < end else 0)
            if size == 0:
                break
            i += size
    return i


@njit()
def _spaces_after(text: U8, begin: int, end: int) -> int:
    """Returns where the white space at the end of text[begin:end] begins."""
    i = end
    while i > begin:
        c = text[i - 1]
        if c == 32 or (c >= 9 and c <= 13) or (c >= 28 and c <= 31):
            i -= 1
        elif i - 2 >= begin and wide_space(text[i - 2], c, 0) == 2:
            i -= 2
        elif i - 3 >= begin and wide_space(text[i - 3], text[i - 2], c) == 3:
            i -= 3
        else:
            break
    return i


@njit()
def _find_closing_quote(text: U8, begin: int, final: bool) -> tuple[int, bool]:
    """Returns (place of the quote that closes a cell whose text begins at `begin`, or -1; whether it has doubled
    quotes). A quote that is the last byte of the text closes the cell only if `final`."""
    doubled = False
    k = begin
    while k < text.size:
        if text[k] == 34:
            if k + 1 == text.size:
                return k if final else -1, doubled
            if text[k + 1] != 34:
                return k, doubled
            doubled = True
            k += 1
        k += 1
    return -1, doubled


@njit()
def _matches(text: U8, i: int, delimiter: U8) -> int:
    """Returns how many bytes of the delimiter text[i:] begins with; the first byte must be equal."""
    k = 1
    while k < delimiter.size and i + k < text.size and text[i + k] == delimiter[k]:
        k += 1
    return k


@njit()
def _pass_separator(text: U8, i: int, final: bool, kind: int, delimiter: U8) -> tuple[int, bool, int]:
    """Reads the separator after a cell: (where the next cell begins, whether the row ends, DONE).

    i: the end of the cell. kind: the kind of text[i], not LINE_FEED. Instead of DONE: ROOM if more text is needed to
    decide, AFTER_QUOTE for text after a closing quote, LONE_RETURN for a carriage return without line feed.
    """
    size = text.size
    if kind == DELIMITER:
        k = _matches(text, i, delimiter)
        if k == delimiter.size:
            return i + k, False, DONE
        return i, False, ROOM if i + k == size and not final else AFTER_QUOTE
    if kind != RETURN:
        return i, True, AFTER_QUOTE
    k = i
    while k < size and text[k] == 13:
        k += 1
    if k < size and text[k] != 10:
        return i, True, LONE_RETURN
    if k == size and not final:
        return i, True, ROOM
    return min(k + 1, size), True, DONE


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
    position: Position,
) -> Position:
    """Finds the cells of `text` that are not blank, from byte position.at on, and where rows end.

    final: whether the text ends here; if not, a last cell without separator is left for the next call. kinds:
    uint8[256], the kind of each byte. delimiter: its bytes. spaces: adjacent delimiters count as one. trim: ignores
    white space around cells, and spaces before an opening quote. quotes: ORDINARY, STOP or QUOTED. empty_rows: lines
    without cells, or with one blank cell, are rows too. columns: int32, the tag of each column, or SKIP; the last one
    applies to all further columns.
    begins, ends: int64, receive the bytes of each cell; the end is negative if the cell has doubled quotes. keys:
    uint64, marks: int32, receive the cells' keys (see tagged_strings.key_of) and tags. row_ends: int64, receives the
    number of cells up to the end of each row. Returns the position to continue
    from.
    """
    size = text.size
    mark1 = np.uint64(delimiter[0]) * _EACH
    mark2 = (np.uint64(9) if spaces else np.uint64(13)) * _EACH
    mark3 = np.uint64(10) * _EACH
    last_column = columns.size - 1
    room, most_rows = begins.size, row_ends.size
    i = at = position.at
    row_at = position.row_at
    column = position.column
    begun = position.begun
    fault = position.fault
    cells = rows = 0
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
        doubled = False
        known = True
        key = _0
        if quotes != ORDINARY and i < size and text[np.uint64(i)] == 34:
            if quotes == STOP:
                status = QUOTE
                break
            begin = i + 1
            end, doubled = _find_closing_quote(text, begin, final)
            if end < 0:
                status = OPEN if final else DONE
                fault = i
                break
            i = end + 1
            known = False
        else:
            while True:
                word = load_eight(text, i) if i + 8 <= size else load_part(text, i, size)
                found = _zeros(word ^ mark1) | _zeros(word ^ mark2) | _zeros(word ^ mark3)
                if found == 0:
                    if i + 8 > size:
                        key = word if i == begin else mix(key, word) if i < size else key
                        i = size
                        break
                    key = mix(key, word)
                    i += 8
                    continue
                bits = lowest_bit(found) - 7  # bits before the first of the three bytes
                rest = word & ((_1 << np.uint64(bits)) - _1)
                key = rest if i == begin else mix(key, rest) if bits > 0 else key
                i += bits >> 3
                if kinds[text[np.uint64(i)]] != DELIMITER or delimiter.size == 1:
                    break
                k = _matches(text, i, delimiter)
                if k == delimiter.size or (i + k == size and not final):
                    break
                known = False  # a character that shares only its first bytes with the delimiter
                i += 1
            end = i
        # A delimiter, a line end, or the end of the text must follow.
        ends_row = True
        if i == size:
            if not final:
                break
        else:
            kind = kinds[text[np.uint64(i)]]
            if kind == LINE_FEED:
                i += 1
            elif kind == DELIMITER and delimiter.size == 1:
                i += 1
                ends_row = False
            else:
                i, ends_row, status = _pass_separator(text, i, final, kind, delimiter)
                if status != DONE:
                    fault = i if status == LONE_RETURN else begin - 1
                    status = DONE if status == ROOM else status
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
                keys[np.uint64(cells)] = key if known or doubled else key_of(text, first, stop)
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
    return Position(status, at, cells, rows, column, begun, row_at, fault)
