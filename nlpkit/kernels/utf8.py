"""UTF-8 of whole texts: decodes it to symbols, validates it, finds white space, encodes code points."""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.characters import character_size, read_character
from nlpkit.kernels.types import I64, U8, U32

#: The most digits or letters in a row that become one symbol.
LONGEST_COLLAPSED = 65_536


@njit()
def is_valid(data: U8, begin: int, end: int) -> bool:
    """Returns whether data[begin:end] is valid UTF-8."""
    i = begin
    while i < end:
        c = read_character(data, i, end)
        if c < 0:
            return False
        i += character_size(c)
    return True


@njit()
def wide_space(a: int, b: int, c: int) -> int:
    """Returns the size of the non-ASCII white space (see str.isspace) that the bytes begin with: 2 or 3, else 0."""
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
    """Decodes data to symbols, which it writes to out[used:]. Returns (how many symbols there are then, fault).

    data: uint8, whole UTF-8 characters. table: uint32 by code point, symbols, 0 for a boundary; of adjacent boundaries
    the first is kept, and none at the beginning. digit, letter: symbols that collapse: adjacent ones become one; or 0.
    starts: int64, receives the first byte of each symbol, or of size 0. out: uint32, with room for a symbol per byte.
    fault: the first byte that begins no UTF-8 character, or -1.
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
    """Returns the UTF-8 of each code point: uint32, the first byte has the lowest bits."""
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
