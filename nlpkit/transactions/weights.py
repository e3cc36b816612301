"""Weights of transactions, as cells of a table hold them."""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import InputError
from nlpkit.kernels.types import I32, I64
from nlpkit.transactions.cells import WEIGHT, DistinctCells

#: The most decimal places that a weight may have.
MOST_DECIMALS = 9

_DECIMAL = re.compile(r"\+?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_HIGHEST = np.iinfo(np.int64).max


class Weights:
    """The weights that cells hold, exactly: in units of 1e-9 until all are known."""

    def __init__(self, cells: DistinctCells) -> None:
        self._cells = cells
        self._values: list[int] = []  # of those cells that hold weights
        self._place = np.empty(0, np.int32)  # in _values, by the number of the cell; -1: it holds no weight
        self._wrong: dict[int, str] = {}
        self._decimals = 0

    def look(self, begin: int) -> None:
        """Parses the cells from a number on."""
        tags = self._cells.tags[begin:]
        place = np.full(tags.size, -1, np.int32)
        for i in np.flatnonzero(tags == WEIGHT).tolist():
            value = self._value(begin + i)
            if value is not None:
                place[i] = len(self._values)
                self._values.append(value)
        self._place = np.concatenate([self._place, place])

    def _value(self, number: int) -> int | None:
        text = self._cells.text(number)
        if not _DECIMAL.fullmatch(text):
            self._wrong[number] = "is not a number of 0 or more"
            return None
        _, figures, exponent = Decimal(text).as_tuple()
        digits = "".join(map(str, figures))
        significant = digits.rstrip("0")
        if not significant:
            return 0
        exponent = int(exponent) + len(digits) - len(significant)
        if -exponent > MOST_DECIMALS:
            self._wrong[number] = f"has {-exponent} decimals; {MOST_DECIMALS} are the most"
            return None
        value: int = int(significant) * 10 ** (exponent + MOST_DECIMALS)
        if value > _HIGHEST * 10**MOST_DECIMALS:
            self._wrong[number] = "is too large"
            return None
        self._decimals = max(self._decimals, -exponent)
        return value

    def are_wrong(self, numbers: I32) -> NDArray[np.bool_]:
        """Returns bool, for each of the numbers whether it is not that of a weight; -1 stands for a missing cell."""
        if not self._place.size:
            return np.ones(numbers.size, np.bool_)
        return (numbers < 0) | (self._place[numbers] < 0)

    def cause(self, number: int) -> tuple[str, ...]:
        """Returns what is wrong with a cell that holds no weight, parts of a message; -1 stands for a missing cell."""
        if number < 0:
            return ("the row has no weight",)
        return (f"the weight {self._cells.text(number)!r} {self._wrong[number]}",)

    def values(self) -> tuple[list[int], int]:
        """Returns the weight of each cell, in units of 1/scale, 0 for cells that hold none; and the scale."""
        unit = 10 ** (MOST_DECIMALS - self._decimals)
        return [self._values[i] // unit if i >= 0 else 0 for i in self._place.tolist()], 10**self._decimals


def looked_up(values: list[int], numbers: I32) -> I64:
    """Returns the weights of cells, int64. values: of each cell. numbers: of the cells. Raises InputError."""
    if max(values, default=0) > _HIGHEST:
        raise InputError(f"a weight of {max(values)} units does not fit into 64 bits; give weights fewer decimals")
    return np.array(values, np.int64)[numbers]


def checked_sum(weights: I64) -> I64:
    """Returns the weights if their sum fits into 64 bits; else raises InputError."""
    if (int((weights >> 32).sum()) << 32) + int((weights & 0xFFFFFFFF).sum()) > _HIGHEST:
        raise InputError(
            "the weights add up to more than 2**63 - 1 of their smallest unit, which is that of the one with most "
            "decimals; give them fewer digits"
        )
    return weights
