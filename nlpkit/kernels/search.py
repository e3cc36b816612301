"""Finds strings in UTF-8, and counts line ends and checks all bytes meanwhile; cuts the context of hits, writes rows.

Texts have PAD bytes before and after them, so that no kernel looks beyond an array. They are line feeds, so that the
first line begins, and the last one ends, as the others do.
"""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.types import I64, U8, Bool

#: Bytes before and after a text.
PAD = 64
_BLOCK = 128  # bytes that are looked at at a time: at most 255, since their line feeds are counted in one byte

_LF, _CR = np.uint8(10), np.uint8(13)
_0, _80, _8F, _90, _9F, _A0 = (np.uint8(byte) for byte in (0, 0x80, 0x8F, 0x90, 0x9F, 0xA0))
_C0, _C1, _E0, _ED, _F0, _F4 = (np.uint8(byte) for byte in (0xC0, 0xC1, 0xE0, 0xED, 0xF0, 0xF4))


@njit()
def _sweep(
    data: U8, start: int, size: int, first: int, a: np.uint8, second: int, b: np.uint8
) -> tuple[int, bool, bool]:
    """Looks at data[start:start + size], at most 255 bytes.

    Returns (line feeds; whether there is a place i with data[i + first] == a and data[i + second] == b; whether
    `_is_wrong` has to look at it).
    """
    here, one, two = data[start : start + size], data[start - 1 : start - 1 + size], data[start - 2 : start - 2 + size]
    three = data[start - 3 : start - 3 + size]
    left, right = data[start + first : start + first + size], data[start + second : start + second + size]
    feeds, found, rare = _0, _0, _0
    for i in range(size):  # operations on single bytes without branches: the compiler makes vectors of them
        x = here[i]
        feeds = np.uint8(feeds + np.uint8(x == _LF))
        found = np.uint8(found | np.uint8((left[i] == a) & (right[i] == b)))
        follows = (one[i] >= _C0) | (two[i] >= _E0) | (three[i] >= _F0)
        wrong = ((x & _C0) == _80) != follows
        rare = np.uint8(rare | np.uint8(wrong | (x == _E0) | (x == _ED) | (x >= _F0) | (x == _C0) | (x == _C1)))
    return int(feeds), found != _0, rare != _0


@njit()
def _is_wrong(data: U8, start: int, size: int) -> bool:
    """Returns whether data[start:start + size] is not UTF-8: a byte follows a character where it must not, or does not
    where it must; or it is a surrogate, too long, or above U+10FFFF. A character that ends later is looked at later."""
    faults = False
    for i in range(start, start + size):
        x, p = data[i], data[i - 1]
        follows = p >= _C0 or data[i - 2] >= _E0 or data[i - 3] >= _F0
        faults |= ((x & _C0) == _80) != follows or x == _C0 or x == _C1 or x > _F4
        faults |= (p == _E0 and x < _A0) or (p == _ED and x > _9F) or (p == _F0 and x < _90) or (p == _F4 and x > _8F)
    return faults


@njit()
def find(
    data: U8, start: int, stop: int, needle: U8, first: int, second: int, overlap: bool, places: I64, state: I64
) -> int:
    """Finds a string in data[start:stop], from left to right; returns the number of hits, at most len(places).

    data: uint8, with PAD bytes around the text. needle: uint8, the string. first, second: places in it of two bytes
    that are rare. overlap: hits may overlap. places: int64[n, 2] with n > 192, receives where each hit begins and how
    many line feeds there are before it. state: int64[4]: where to go on (before the first call `start`), line feeds up
    to there, the least place of the next hit, and whether something is not UTF-8. All is done when state[0] is `stop`.
    """
    at, feeds, least, faults = state[0], state[1], state[2], state[3] != 0
    a, b = needle[first], needle[second]
    length, found = needle.size, 0
    while at < stop and found + _BLOCK <= places.shape[0]:
        size = min(_BLOCK, stop - at)
        here, has_hit, is_rare = _sweep(data, at, size, first, a, second, b)
        if is_rare and not faults:  # with the byte after, since the first one of a character may be the last here
            faults = _is_wrong(data, at, size + 1)
        if has_hit:
            before = feeds
            for i in range(at, at + size):
                if data[i] == _LF:
                    before += 1
                elif data[i + first] == a and data[i + second] == b and i >= least and i + length <= stop:
                    same = 0
                    while same < length and data[i + same] == needle[same]:
                        same += 1
                    if same == length:
                        places[found, 0] = i
                        places[found, 1] = before
                        found += 1
                        least = i + 1 if overlap else i + length
        feeds += here
        at += size
    if at >= stop:  # the last character must end before what comes after the text
        for i in range(max(start, stop - 3), stop):
            size = 2 if data[i] >= _C0 and data[i] < _E0 else 3 if data[i] >= _E0 and data[i] < _F0 else 4
            faults |= data[i] >= _C0 and i + size > stop
    state[0], state[1], state[2], state[3] = at, feeds, least, int(faults)
    return found


@njit()
def cut_characters(data: U8, begins: I64, ends: I64, most: int, out: I64) -> None:
    """Finds the context of hits: up to `most` characters on each side, within the line.

    begins, ends: int64, of each hit. out: int64[n, 2], receives where the context begins and where it ends.
    """
    for hit in range(begins.size):
        at, characters = begins[hit], 0
        while characters < most and data[at - 1] != _LF:
            at -= 1
            characters += (data[at] & _C0) != _80
        out[hit, 0] = at
        at, characters = ends[hit], 0
        while data[at] != _LF:
            if (data[at] & _C0) != _80:
                if characters == most:
                    break
                characters += 1
            at += 1
        if data[at] == _LF and data[at - 1] == _CR and at > ends[hit]:
            at -= 1
        out[hit, 1] = at


@njit()
def write_rows(text: U8, bounds: I64, lines: I64, name: U8, symbols: U8, out: U8) -> int:
    """Writes rows of tsv: name, line, left, hit, right; returns the number of bytes.

    text: uint8. bounds: int64[n, 4], where the left begins, the hit begins, the hit ends and the right ends. lines:
    int64. symbols: uint8[32, 4], for each control character: how many bytes stand for it, and these bytes. out: uint8,
    with room for three times the bytes of the cells, and for the name and 24 bytes more of each row.
    """
    at = 0
    digits = np.empty(20, np.uint8)
    for row in range(lines.size):
        out[at : at + name.size] = name
        at += name.size
        out[at] = 9
        at += 1
        number, count = lines[row], 0
        while number > 0 or count == 0:
            digits[count] = 48 + number % 10
            number //= 10
            count += 1
        for i in range(count - 1, -1, -1):
            out[at] = digits[i]
            at += 1
        for cell in range(3):
            out[at] = 9
            at += 1
            for i in range(bounds[row, cell], bounds[row, cell + 1]):
                byte = text[i]
                if byte >= 32:
                    out[at] = byte
                    at += 1
                else:
                    for j in range(symbols[byte, 0]):
                        out[at] = symbols[byte, 1 + j]
                        at += 1
        out[at] = 10
        at += 1
    return at


@njit()
def find_edges(marked: U8, mark: int, edges: I64) -> int:
    """Finds where tokens begin and end in a text, of which `marked` has a byte `mark` between each two tokens.

    edges: int64, receives places in the text without these bytes: of each mark, of each line feed and after it; none
    twice. Returns their number.
    """
    count, at, last = 0, 0, -1
    for i in range(marked.size):
        if marked[i] == mark or marked[i] == _LF:
            if at != last:
                edges[count] = at
                count += 1
                last = at
            if marked[i] == _LF:
                at += 1
                edges[count] = at
                count += 1
                last = at
        else:
            at += 1
    return count


@njit()
def is_space(data: U8, begins: I64, out: Bool) -> None:
    """Finds which tokens are white space, as str.isspace has it. begins: int64, of each token. data: uint8, followed by
    two bytes or more. out: bool, receives the result."""
    for i in range(begins.size):
        at = begins[i]
        x, y, z = data[at], data[at + 1], data[at + 2]
        if x < 0x80:
            out[i] = x == 32 or (x >= 9 and x <= 13) or (x >= 28 and x <= 31)
        elif x == 0xC2:
            out[i] = y == 0x85 or y == 0xA0
        elif x == 0xE1:
            out[i] = y == 0x9A and z == 0x80
        elif x == 0xE2:
            wide = y == 0x80 and ((z >= 0x80 and z <= 0x8A) or z == 0xA8 or z == 0xA9 or z == 0xAF)
            out[i] = wide or (y == 0x81 and z == 0x9F)
        else:
            out[i] = x == 0xE3 and y == 0x80 and z == 0x80
