"""Hash functions for open-addressing tables: of numbers, of sequences of numbers, and of byte strings.

Only speed depends on the hashes, results do not, except where `families` in kernels/word_ngrams.py takes equal hashes
for equal letters. 32-bit factors keep products within 64 bits, except in `mix`, so that numpy has no overflow to warn
of where these functions are not compiled.
"""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.types import U8

#: The hash of the empty byte string.
FNV_BASIS = np.uint64(0x811C9DC5)

_LOW = np.uint64(0xFFFFFFFF)
_FNV_PRIME = np.uint64(0x01000193)
_MIX_32 = np.uint64(0x9E3779B1)
_MIX_64 = np.uint64(0x9E3779B97F4A7C15)
_7, _29, _32, _43 = np.uint64(7), np.uint64(29), np.uint64(32), np.uint64(43)


@njit(inline="always")
def slot_of(key: np.uint64, bits: int) -> int:
    """Returns the first slot to look at for a uint64 key in a table of 1 << bits slots; bits: 1 to 32."""
    mixed = (key ^ (key >> _29) ^ (key >> _43)) & _LOW
    product = (mixed * _MIX_32) & _LOW
    return np.int64(product >> np.uint64(32 - bits))


@njit(inline="always")
def mix(h: np.uint64, word: np.uint64) -> np.uint64:
    """Adds a uint64 word to the hash h of a sequence of words; the hash of an empty sequence is 0. The upper 32 bits
    are the better ones. The product overflows."""
    h = (h ^ word) * _MIX_64
    return h ^ (h >> _29)


@njit(inline="always")
def fnv_add(h: np.uint64, byte: int) -> np.uint64:
    """Adds a byte to the FNV-1a hash h (Fowler, Noll, Vo; 32 bits) of the bytes before it."""
    return ((h ^ np.uint64(byte)) * _FNV_PRIME) & _LOW


@njit()
def fnv(data: U8, begin: int, end: int) -> np.uint64:
    """Returns the FNV-1a hash of data[begin:end]: 32 bits, as uint64."""
    h = FNV_BASIS
    for i in range(begin, end):
        h = fnv_add(h, data[i])
    return h


@njit(inline="always")
def fnv_slot(h: np.uint64, slots: int) -> int:
    """Returns the first slot to look at for the FNV-1a hash h in a table of `slots` slots, a power of two."""
    return np.int64((h * _MIX_32 >> _7) & np.uint64(slots - 1))
