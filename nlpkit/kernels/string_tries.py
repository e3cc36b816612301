"""Finds many strings in UTF-8 at once, each at most once a line, with their lines."""

from __future__ import annotations

from nlpkit.compilation import njit
from nlpkit.kernels.characters import read_character
from nlpkit.kernels.types import I64, U8, Bool
from nlpkit.kernels.utf8 import wide_space

#: White space that one space of a string stands for, at most: bytes.
LONGEST_SPACE = 64
#: A string begins, or ends, with a letter or a digit of an alphabet, and must not stand within a longer word.
AT_BEGIN, AT_END = 1, 2
_LF, _SPACE = 10, 32


@njit()
def _space_size(data: U8, at: int) -> int:
    """Returns the bytes of the white space character at data[at] that is no line feed, 0 if there is none."""
    byte = data[at]
    if byte < 0x80:
        return int(byte == 32 or byte == 9 or (byte >= 11 and byte <= 13) or (byte >= 28 and byte <= 31))
    return wide_space(byte, data[at + 1], data[at + 2])


@njit()
def _is_letter(data: U8, at: int, letters: Bool) -> bool:
    """Returns whether the character at data[at] is a letter or a digit of an alphabet."""
    byte = data[at]
    if byte < 0x80:
        return letters[byte]
    code = read_character(data, at, at + 4)
    return code >= 0 and code < letters.size and letters[code]


@njit()
def find_strings(
    data: U8, start: int, stop: int, cells: I64, edges: U8, letters: Bool, last: I64, state: I64, out: I64
) -> int:
    """Finds strings in data[state[0]:stop], each once a line; returns the number of places, at most len(out).

    data: uint8, with a line feed or more before `start`, and four or more bytes from `stop` on, which are line feeds.
    cells: the trie of the strings, by their bytes (see kernels/trie.py), of which one space stands for any white space,
    and the value of the string i is i + 1. edges: uint8 by string, AT_BEGIN and AT_END. letters: bool by code point,
    whether it is a letter or a digit of an alphabet; others are none. last: int64 by string, the last line in which it
    was found, -1 if in none; a number that is larger than all lines if it is not looked for. state: int64[2], where to
    go on, and the number of the line there. out: int64[n, 4], receives string, begin, end and line. All is done when
    state[0] is `stop`.
    """
    at, line, found = state[0], state[1], 0
    room = out.shape[0]
    while at < stop:
        first = data[at]
        if first == _LF:
            line += 1
            at += 1
            continue
        cell = cells[first]
        base = cell >> 36
        if base == 0 and cell & 0xFFFFF == 0:
            at += 1
            continue
        end = at + 1
        before = found
        while True:
            value = cell & 0xFFFFF
            if value > 0 and last[value - 1] < line:
                text = value - 1
                fits = True
                if edges[text] & AT_BEGIN:
                    begin = at - 1
                    while begin > start and data[begin] & 0xC0 == 0x80:
                        begin -= 1
                    fits = not _is_letter(data, begin, letters)
                if fits and edges[text] & AT_END:
                    fits = not _is_letter(data, end, letters)
                if fits:
                    if found == room:
                        for i in range(before, found):
                            last[out[i, 0]] = -1
                        state[0], state[1] = at, line
                        return before
                    out[found, 0], out[found, 1], out[found, 2], out[found, 3] = text, at, end, line
                    found += 1
                    last[text] = line
            base = cell >> 36
            if base == 0:
                break
            byte = data[end]
            cell = cells[base + byte]
            if (cell >> 20) & 0xFFFF == byte and byte != _SPACE:
                end += 1
                continue
            size = _space_size(data, end)
            cell = cells[base + _SPACE]
            if size == 0 or (cell >> 20) & 0xFFFF != _SPACE:
                break
            limit = end + LONGEST_SPACE
            while size > 0 and end + size <= limit:
                end += size
                size = _space_size(data, end)
            if size > 0:
                break
        at += 1
    state[0], state[1] = at, line
    return found
