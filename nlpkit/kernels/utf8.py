"""UTF-8 bytes -> symbols: strict decoding (RFC 3629), a table look-up, and runs parted by single boundaries."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
I64 = NDArray[np.int64]

#: The longest stretch of digits or letters that is one collapsed symbol.
LONGEST_COLLAPSED = 65_536


@njit()
def decode(data: U8, table: U32, digit: int, letter: int, starts: I64, out: U32, used: int) -> tuple[int, int]:
    """Appends the symbols of `data` to `out[used:]` and returns (used, fault).

    data: uint8, whole UTF-8 characters. table: uint32 by code point, the symbol of each, 0 for a boundary (one is kept
    of several, and none in front). digit, letter: symbols of which a stretch counts as one, 0 for none. starts: int64,
    receives the byte at which each symbol begins, or of size 0. out: uint32 with room for one symbol a byte.
    fault: the byte that is not UTF-8, or -1.
    """
    size = data.size
    last = np.uint32(0)
    stretch = 0
    keep_starts = starts.size > 0
    i = 0
    while i < size:
        begin = i
        b = np.uint32(data[i])
        if b < 0x80:
            c = b
            i += 1
        elif b < 0xE0:
            if b < 0xC2 or i + 1 >= size or (data[i + 1] & 0xC0) != 0x80:
                return used, begin
            c = ((b & np.uint32(0x1F)) << np.uint32(6)) | np.uint32(data[i + 1] & 0x3F)
            i += 2
        elif b < 0xF0:
            if i + 2 >= size or (data[i + 1] & 0xC0) != 0x80 or (data[i + 2] & 0xC0) != 0x80:
                return used, begin
            c = (
                ((b & np.uint32(0xF)) << np.uint32(12))
                | (np.uint32(data[i + 1] & 0x3F) << np.uint32(6))
                | np.uint32(data[i + 2] & 0x3F)
            )
            if c < 0x800 or (c >= 0xD800 and c < 0xE000):
                return used, begin
            i += 3
        else:
            if b > 0xF4 or i + 3 >= size or (data[i + 1] & 0xC0) != 0x80:
                return used, begin
            if (data[i + 2] & 0xC0) != 0x80 or (data[i + 3] & 0xC0) != 0x80:
                return used, begin
            c = (
                ((b & np.uint32(7)) << np.uint32(18))
                | (np.uint32(data[i + 1] & 0x3F) << np.uint32(12))
                | (np.uint32(data[i + 2] & 0x3F) << np.uint32(6))
                | np.uint32(data[i + 3] & 0x3F)
            )
            if c < 0x10000 or c > 0x10FFFF:
                return used, begin
            i += 4
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
