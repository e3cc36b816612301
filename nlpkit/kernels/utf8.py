"""UTF-8: one strict decoder (RFC 3629), and what is built on it: symbols of a text, validity, white space, encoding."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import Lazy, njit

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
I64 = NDArray[np.int64]

#: The longest stretch of digits or letters that is one collapsed symbol.
LONGEST_COLLAPSED = 65_536


@Lazy
def read_character(data: Any, i: int, size: int) -> int:
    """The code point of the character that begins at data[i], or -1 if no whole character lies in data[i:size].

    data: uint8. The character takes `character_size` bytes.
    """
    b = int(data[i]) & 255
    if b < 0x80:
        return b
    if b >= 0xE0 and b < 0xF0:
        if i + 2 >= size:
            return -1
        x, y = int(data[i + 1]) & 255, int(data[i + 2]) & 255
        c = ((b & 15) << 12) | ((x & 63) << 6) | (y & 63)
        if ((x ^ 0x80) | (y ^ 0x80)) & 0xC0 != 0 or c < 0x800 or (c >= 0xD800 and c < 0xE000):
            return -1
        return c
    if b < 0xE0:
        if b < 0xC2 or i + 1 >= size or (int(data[i + 1]) & 0xC0) != 0x80:
            return -1
        return ((b & 31) << 6) | (int(data[i + 1]) & 63)
    if b > 0xF4 or i + 3 >= size:
        return -1
    x, y, z = int(data[i + 1]) & 255, int(data[i + 2]) & 255, int(data[i + 3]) & 255
    c = ((b & 7) << 18) | ((x & 63) << 12) | ((y & 63) << 6) | (z & 63)
    if ((x ^ 0x80) | (y ^ 0x80) | (z ^ 0x80)) & 0xC0 != 0 or c < 0x10000 or c > 0x10FFFF:
        return -1
    return c


@Lazy
def character_size(code_point: int) -> int:
    """How many bytes a code point takes: 1 to 4."""
    if code_point >= 0x800:
        return 3 if code_point < 0x10000 else 4
    return 1 if code_point < 0x80 else 2


@njit()
def is_valid(data: U8, begin: int, end: int) -> bool:
    """Whether data[begin:end] is UTF-8."""
    i = begin
    while i < end:
        c = read_character(data, i, end)
        if c < 0:
            return False
        i += character_size(c)
    return True


@njit()
def wide_space(a: int, b: int, c: int) -> int:
    """How many of the bytes a, b, c are the white space (as str.isspace has it) beyond ASCII that they begin with: 2 or
    3, 0 for any other character."""
    if a == 0xC2:
        return 2 if b == 0x85 or b == 0xA0 else 0
    if a == 0xE1:
        return 3 if b == 0x9A and c == 0x80 else 0
    if a == 0xE2:
        if b == 0x80:
            return 3 if (c >= 0x80 and c <= 0x8A) or c == 0xA8 or c == 0xA9 or c == 0xAF else 0
        return 3 if b == 0x81 and c == 0x9F else 0
    return 3 if a == 0xE3 and b == 0x80 and c == 0x80 else 0


@njit()
def decode(data: U8, table: U32, digit: int, letter: int, starts: I64, out: U32, used: int) -> tuple[int, int]:
    """Appends the symbols of `data` to `out[used:]` and returns (used, fault).

    data: uint8, whole UTF-8 characters. table: uint32 by code point, the symbol of each, 0 for a boundary (one is kept
    of several, and none in front). digit, letter: symbols of which a stretch counts as one, 0 for none. starts: int64,
    receives the byte at which each symbol begins, or of size 0. out: uint32 with room for one symbol a byte.
    fault: the byte at which no character of UTF-8 begins, or -1.
    """
    last = np.uint32(0)
    stretch = 0
    keep_starts = starts.size > 0
    i = 0
    while i < data.size:
        begin = i
        c = read_character(data, i, data.size)
        if c < 0:
            return used, begin
        i += character_size(c)
        symbol = table[c]
        if symbol == last:
            if symbol == 0:
                continue
            if symbol == digit or symbol == letter:
                stretch += 1
                if stretch <= LONGEST_COLLAPSED:
                    continue
        stretch = 1
        last = symbol
        out[used] = symbol
        if keep_starts:
            starts[used] = begin
        used += 1
    return used, -1


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
