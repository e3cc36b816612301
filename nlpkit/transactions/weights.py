"""Weights of transactions, as cells of a table hold them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import InputError, Repeated
from nlpkit.kernels.types import I32, I64
from nlpkit.transactions.cells import WEIGHT, DistinctCells
from nlpkit.transactions.conditions import stated
from nlpkit.transactions.items import distinct
from nlpkit.transactions.numbers import Marks, readings

#: Weights keep all their decimals if their sum then fits into 64 bits; else as many as fit, but at least these.
FEWEST_DECIMALS = 9

_MOST_DECIMALS = 18  # of a unit whose inverse fits into 64 bits
_HIGHEST = np.iinfo(np.int64).max

Values: TypeAlias = dict[int, Decimal]
"""The weight that each cell holds, by the number of the cell."""


class Weights:
    """The weights that cells hold, exactly. cells: the distinct cells. column: of the weights, for messages."""

    def __init__(self, cells: DistinctCells, column: str) -> None:
        self._cells, self._column = cells, column
        self._is_right = np.empty(0, np.bool_)
        self._wrong: dict[int, tuple[str, ...]] = {}
        self.notes: list[str] = []

    def look(self, begin: int) -> None:
        """Looks at the cells from a number on."""
        tags = self._cells.tags[begin:]
        is_right = np.zeros(tags.size, np.bool_)
        for i in np.flatnonzero(tags == WEIGHT).tolist():
            wrong = self._fault(self._cells.text(begin + i))
            if wrong:
                self._wrong[begin + i] = wrong
            else:
                is_right[i] = True
        self._is_right = np.concatenate([self._is_right, is_right])

    def _fault(self, text: str) -> tuple[str, ...]:
        """Returns what is wrong with the text of a weight, parts of a message; () for nothing."""
        values = [value for value in readings(text) if value is not None]
        if not values:
            return (" is not a number of 0 or more",)
        if min(values) < 0:
            out = Repeated("where", stated(self._column, ">", "0"))
            return " is negative; ", out, " leaves such rows out"
        return () if min(values) <= _HIGHEST else (" is too large",)

    def are_wrong(self, numbers: I32) -> NDArray[np.bool_]:
        """Returns bool, for each of the numbers whether it is not that of a weight; -1 stands for a missing cell."""
        if not self._is_right.size:
            return np.ones(numbers.size, np.bool_)
        return (numbers < 0) | ~self._is_right[numbers]

    def cause(self, number: int) -> tuple[str, ...]:
        """Returns what is wrong with a cell that holds no weight, parts of a message; -1 stands for a missing cell."""
        if number < 0:
            return ("the row has no weight",)
        return f"the weight {self._cells.text(number)!r}", *self._wrong[number]

    def values(self, found: I32, error: Callable[[int, str], InputError]) -> Values:
        """Returns the weights that cells hold: all have the same decimal mark.

        found: the cells of weights, in the order of the input. error: makes the error for one of them, by its place.
        """
        marks = Marks()
        texts = {number: self._cells.text(number) for number in distinct(found, len(self._cells))[0].tolist()}
        for number, text in texts.items():
            marks.read(text)
            if marks.is_torn:
                raise error(int(np.argmax(found == number)), f"the weight {marks.contradiction}")
        values = {}
        for number, text in texts.items():
            value = marks.number(text)
            if value is None:
                raise error(int(np.argmax(found == number)), f"the weight {marks.doubt(text)}")
            values[number] = value
        return values

    def units(self, found: I32, values: Values) -> tuple[I64, int]:
        """Returns the weights of transactions in units of 1/scale, int64, and the scale, a power of ten.

        found: their cells. The weights are exact, unless their sum would not fit into 64 bits; then they are rounded to
        as many decimals as fit, 9 or more, and `notes` says so. Raises InputError if that does not do.
        """
        numbers, counts = np.unique(found, return_counts=True)
        parts = [_figures(values[number]) for number in numbers.tolist()]
        decimals = max((-exponent for _, exponent in parts), default=0)
        decimals = max(decimals, 0)
        exact = [figures * 10 ** (exponent + decimals) for figures, exponent in parts]
        kept, units = decimals, exact
        if not _fits(units, counts) or decimals > _MOST_DECIMALS:
            kept, units = _rounded(exact, counts, decimals)
            self.notes.append(f"weights are rounded to {kept} decimals; with more their sum does not fit into 64 bits")
        by_cell = np.zeros(len(self._cells), np.int64)
        by_cell[numbers] = units
        return by_cell[found], 10**kept


def _figures(value: Decimal) -> tuple[int, int]:
    """Returns (figures, exponent) without zeros at the end: 2.50 is (25, -1)."""
    _, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits))
    significant = text.rstrip("0")
    return (int(significant), int(exponent) + len(text) - len(significant)) if significant else (0, 0)


def _fits(units: list[int], counts: I64) -> bool:
    total: int = sum(unit * count for unit, count in zip(units, counts.tolist(), strict=True))
    return total <= 2**63 - 1


def _rounded(exact: list[int], counts: I64, decimals: int) -> tuple[int, list[int]]:
    """Returns the most decimals with which the sum fits into 64 bits, and the weights in units of them."""
    for kept in range(min(decimals - 1, _MOST_DECIMALS), FEWEST_DECIMALS - 1, -1):
        unit = 10 ** (decimals - kept)
        units = [(2 * value + unit) // (2 * unit) for value in exact]  # half a unit goes up
        if _fits(units, counts):
            if any(value and not rounded for value, rounded in zip(exact, units, strict=True)):
                break
            return kept, units
    raise InputError(
        "the weights add up to more than 2**63 - 1 of their smallest unit, which is that of the one with most "
        "decimals; give them fewer digits"
    )
