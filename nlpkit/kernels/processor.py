"""What a processor does in one instruction or two: counting bits, loading eight bytes, copying sixteen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import copy_function, njit, ones_function

U8 = NDArray[np.uint8]

_1 = np.uint64(1)
_8, _16, _24, _32, _40, _48, _56 = (np.uint64(bits) for bits in (8, 16, 24, 32, 40, 48, 56))
_P2, _P3, _P4, _P5, _P6, _P7 = (np.uint64(place) for place in (2, 3, 4, 5, 6, 7))

#: ones(word) -> int64: how many bits of a uint64 are set.
ones = ones_function()

#: copy_sixteen(out, at, source, begin): out[at:at + 16] = source[begin:begin + 16]; both arrays are uint8.
copy_sixteen = copy_function()


@njit(inline="always")
def lowest_bit(word: np.uint64) -> int:
    """The place of the lowest bit that is set, 0 to 63. At least one bit of the uint64 must be set."""
    return ones((word & (~word + _1)) - _1)


@njit()
def load_eight(data: U8, place: int) -> np.uint64:
    """data[place:place + 8] as a uint64; the first byte is the lowest."""
    at = np.uint64(place)  # which cannot be negative, so that the compiler makes one load of the eight
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
