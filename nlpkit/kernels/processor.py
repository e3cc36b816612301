"""Operations of one or two processor instructions: counts bits, loads eight bytes, copies sixteen bytes."""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import copy_function, njit, ones_function
from nlpkit.kernels.types import U8

_1 = np.uint64(1)
_8, _16, _24, _32, _40, _48, _56 = (np.uint64(bits) for bits in (8, 16, 24, 32, 40, 48, 56))
_P2, _P3, _P4, _P5, _P6, _P7 = (np.uint64(place) for place in (2, 3, 4, 5, 6, 7))

#: ones(word) -> int64: the number of set bits of a uint64.
ones = ones_function()

#: copy_sixteen(out, at, source, begin): out[at:at + 16] = source[begin:begin + 16]; both arrays are uint8.
copy_sixteen = copy_function()


@njit(inline="always")
def lowest_bit(word: np.uint64) -> int:
    """Returns the place of the lowest set bit of a uint64 that is not 0: 0 to 63."""
    return ones((word & (~word + _1)) - _1)


@njit()
def load_eight(data: U8, place: int) -> np.uint64:
    """Returns data[place:place + 8] as a uint64; the first byte has the lowest bits."""
    at = np.uint64(place)  # unsigned, so that the compiler makes one load of eight bytes
    return (
        np.uint64(data[at])
        | (np.uint64(data[at + _1]) << _8)
        | (np.uint64(data[at + _P2]) << _16)
        | (np.uint64(data[at + _P3]) << _24)
        | (np.uint64(data[at + _P4]) << _32)
        | (np.uint64(data[at + _P5]) << _40)
        | (np.uint64(data[at + _P6]) << _48)
        | (np.uint64(data[at + _P7]) << _56)
    )
