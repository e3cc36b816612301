"""128-bit hashes of lines: MurmurHash3 x64 128 (Austin Appleby, public domain), seed 0.

A line can be hashed in parts; its hash does not depend on how it is divided.
"""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.processor import load_eight
from nlpkit.kernels.types import I64, U8, U64

_1, _8, _16 = np.uint64(1), np.uint64(8), np.uint64(16)
_C1, _C2 = np.uint64(0x87C37B91114253D5), np.uint64(0x4CF5AD432745937F)
_N1, _N2 = np.uint64(0x52DCE729), np.uint64(0x38495AB5)
_M1, _M2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_5 = np.uint64(5)


@njit(inline="always")
def _rotate(x: np.uint64, by: int) -> np.uint64:
    return (x << np.uint64(by)) | (x >> np.uint64(64 - by))


@njit(inline="always")
def _mix(x: np.uint64) -> np.uint64:
    x = (x ^ (x >> np.uint64(33))) * _M1
    x = (x ^ (x >> np.uint64(33))) * _M2
    return x ^ (x >> np.uint64(33))


@njit(inline="always")
def _body(data: U8, start: int, stop: int, h1: np.uint64, h2: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Adds groups of 16 bytes to the hash."""
    at = np.uint64(start)
    end = np.uint64(stop)
    while at < end:
        h1 ^= _rotate(load_eight(data, at) * _C1, 31) * _C2
        h1 = (_rotate(h1, 27) + h2) * _5 + _N1
        h2 ^= _rotate(load_eight(data, at + _8) * _C2, 33) * _C1
        h2 = (_rotate(h2, 31) + h1) * _5 + _N2
        at += _16
    return h1, h2


@njit(inline="always")
def _tail(data: U8, start: int, stop: int, length: int, h1: np.uint64, h2: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Adds the last 0 to 15 bytes and finishes the hash. length: bytes of the whole line."""
    k1 = np.uint64(0)
    k2 = np.uint64(0)
    for i in range(stop - 1, start - 1, -1):
        if i - start >= 8:
            k2 = (k2 << _8) | np.uint64(data[i])
        else:
            k1 = (k1 << _8) | np.uint64(data[i])
    h2 ^= _rotate(k2 * _C2, 33) * _C1
    h1 ^= _rotate(k1 * _C1, 31) * _C2
    h1 ^= np.uint64(length)
    h2 ^= np.uint64(length)
    h1 += h2
    h2 += h1
    h1 = _mix(h1)
    h2 = _mix(h2)
    h1 += h2
    h2 += h1
    return h1, h2


@njit()
def hash_lines(data: U8, ends: I64) -> U64:
    """Returns the hashes of n lines without their line ends: uint64[n, 2], (0, 0) for an empty line. data: uint8, lines
    end to end. ends: int64, where each line ends, after its line end (LF, CR LF, or none)."""
    out = np.empty((ends.size, 2), np.uint64)
    start = 0
    for line in range(ends.size):
        stop = ends[line]
        if stop > start and data[stop - 1] == 10:
            stop -= 1
            if stop > start and data[stop - 1] == 13:
                stop -= 1
        rest = stop - (stop - start) % 16
        h1, h2 = _body(data, start, rest, np.uint64(0), np.uint64(0))
        h1, h2 = _tail(data, rest, stop, stop - start, h1, h2)
        out[line, 0] = h1
        out[line, 1] = h2
        start = ends[line]
    return out


class LineHash:
    """The hash of one line that comes in parts."""

    def __init__(self) -> None:
        self._state = np.zeros(3, np.uint64)

    def add(self, part: bytes) -> None:
        """Takes in the next part of the line: a multiple of 16 bytes."""
        _hash_part(np.frombuffer(part, np.uint8), self._state, False)

    def finish(self, part: bytes) -> U64:
        """Takes in the last part, without the line end; returns uint64[1, 2], as `hash_lines` does."""
        _hash_part(np.frombuffer(part, np.uint8), self._state, True)
        return self._state[:2].reshape(1, 2)


@njit()
def _hash_part(data: U8, state: U64, finish: bool) -> None:
    """Adds a part of one line to its hash.

    data: uint8; a multiple of 16 bytes, except for the last part (`finish`), which must not have the line end. state:
    uint64[3], zeros before the first part; receives the two halves of the hash and the number of bytes.
    """
    stop = data.size
    rest = stop - stop % 16
    h1, h2 = _body(data, 0, rest, state[0], state[1])
    state[2] += np.uint64(stop)
    if finish:
        h1, h2 = _tail(data, rest, stop, np.int64(state[2]), h1, h2)
    state[0] = h1
    state[1] = h2
