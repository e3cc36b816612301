"""Aligns two sequences: the longest common subsequence, which pairs what they have in common in the same order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: The most cells of the table of two sequences, without what they begin and end with in common.
MOST_CELLS = 1 << 25


def common_subsequence(first: Sequence[str], second: Sequence[str]) -> list[tuple[int, int]] | None:
    """Returns the places in both of the longest sequence that is part of both, in rising order.

    Of several longest ones it is the one whose last pairs lie furthest to the end. Returns None if the sequences are
    too long: time and memory grow with the product of the lengths of what lies between their common beginning and end.

    Source: Wagner and Fischer 1974, "The String-to-String Correction Problem", section 4.

    >>> common_subsequence(["a", "b", "c"], ["a", "x", "c"])
    [(0, 0), (2, 2)]
    """
    shorter = min(len(first), len(second))
    begin = next((i for i in range(shorter) if first[i] != second[i]), shorter)
    rest = shorter - begin
    end = next((i for i in range(rest) if first[-1 - i] != second[-1 - i]), rest)
    middle = _middle(first[begin : len(first) - end], second[begin : len(second) - end])
    if middle is None:
        return None
    pairs = [(i, i) for i in range(begin)]
    pairs += [(begin + i, begin + j) for i, j in middle]
    pairs += [(len(first) - i, len(second) - i) for i in range(end, 0, -1)]
    return pairs


def _middle(first: Sequence[str], second: Sequence[str]) -> list[tuple[int, int]] | None:
    if not (first and second):
        return []
    if len(first) * len(second) > MOST_CELLS:
        return None
    numbers: dict[str, int] = {}
    left, right = ([numbers.setdefault(item, len(numbers)) for item in items] for items in (first, second))
    columns = np.array(right, np.int64)
    lengths: NDArray[np.int32] = np.zeros((len(left) + 1, len(right) + 1), np.int32)
    for row, item in enumerate(left, 1):
        before = lengths[row - 1]
        paired = np.where(columns == item, before[:-1] + 1, before[1:])
        lengths[row, 1:] = np.maximum.accumulate(paired)
    pairs = []
    i, j = len(left), len(right)
    while i and j:
        if left[i - 1] == right[j - 1]:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif lengths[i - 1, j] >= lengths[i, j - 1]:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]
