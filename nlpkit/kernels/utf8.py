"""UTF-8 of whole texts: their symbols, whether they are valid, white space, encoding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit
from nlpkit.kernels.characters import character_size, read_character

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
I64 = NDArray[np.int64]

#: The longest stretch of digits or letters that is one collapsed symbol.
LONGEST_COLLAPSED = 65_536


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
