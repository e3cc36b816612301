"""Numbers tuples of numbers: the keys of transactions that several columns name together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlpkit.kernels.baskets import fill_pairs, number_pairs
from nlpkit.kernels.types import I32, I64

_FEWEST = 1 << 9  # the room at first, in keys


class Keys:
    """The distinct tuples that were numbered, in order of their first occurrence.

    A tuple of three is numbered as the pair of (the number of its first two, the third), and so on.
    """

    def __init__(self, width: int) -> None:
        self._pairs = [_Pairs() for _ in range(width - 1)]

    def __len__(self) -> int:
        return len(self._pairs[-1])

    def number(self, parts: Sequence[I32]) -> I32:
        """Returns the number of each tuple, int32. parts: int32, 0 or more, for each place of the tuples."""
        numbers = parts[0]
        for pairs, part in zip(self._pairs, parts[1:], strict=True):
            numbers = pairs.number(numbers, part)
        return numbers

    def parts(self, number: int) -> tuple[int, ...]:
        """Returns the tuple that has a number."""
        found = []
        for pairs in reversed(self._pairs):
            number, last = pairs.pair(number)
            found.append(last)
        return (number, *reversed(found))


class _Pairs:
    def __init__(self) -> None:
        self._count = 0
        self._keys: I64 = np.empty(_FEWEST, np.int64)
        self._slots = np.zeros(4 * _FEWEST, np.int32)

    def __len__(self) -> int:
        return self._count

    def number(self, left: I32, right: I32) -> I32:
        numbers = np.empty(left.size, np.int32)
        done = 0
        while True:
            self._count, done = number_pairs(left, right, numbers, self._keys, self._slots, self._count, done)
            if done == left.size:
                return numbers
            self._keys = np.concatenate([self._keys, np.empty_like(self._keys)])
            self._slots = np.zeros(2 * self._slots.size, np.int32)
            fill_pairs(self._keys, self._slots, self._count)

    def pair(self, number: int) -> tuple[int, int]:
        left, right = divmod(int(self._keys[number]), 1 << 32)
        return left, right
