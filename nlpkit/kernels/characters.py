"""Reads single UTF-8 characters strictly (RFC 3629); compiled, or as plain Python for short texts."""

from __future__ import annotations

from typing import Any

from nlpkit.compilation import Lazy


@Lazy
def read_character(data: Any, i: int, size: int) -> int:
    """Returns the code point of the character at data[i], or -1 if data[i:size] does not begin with a valid character.
    data: uint8. The character takes `character_size` bytes."""
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
    """Returns how many bytes of UTF-8 a code point takes: 1 to 4."""
    if code_point >= 0x800:
        return 3 if code_point < 0x10000 else 4
    return 1 if code_point < 0x80 else 2
