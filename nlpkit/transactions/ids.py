"""Finds the columns that hold no items in tables with a transaction a row: ids, dates, numbers of rows, sums."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from nlpkit.transactions.evidence import Column, is_zero, without
from nlpkit.transactions.names import Role, is_total

__all__ = ["Front", "ids_beside_flags", "ids_of_rows", "is_measure"]

_FEW = 10  # rows from which values that never repeat are ids
_FEWEST_ROWS = 4  # that tell a table from baskets
_MEASURES = (Role.QUANTITY, Role.PRICE, Role.DATE)
_NO_ITEMS = (Role.PLACE, Role.OTHER, Role.PRICE, Role.QUANTITY, Role.CATEGORY)
_IDS = (Role.ORDER, Role.PERSON, Role.DATE, Role.LINE, Role.PLACE, Role.NAME)


# ---- one-hot tables


def ids_beside_flags(columns: Sequence[Column], header: bool, are_given: bool) -> list[Column] | None:
    """Returns the columns that are no items, if all others say for each item whether the row has it; None otherwise.

    header: whether there is one. are_given: further columns are given as ids.
    """
    if not header and not (
        len(columns) > 2 and len(columns[0].cells) >= _FEWEST_ROWS and all(column.is_truth for column in columns)
    ):
        return None
    sums = [column for column in columns if is_total(column.name) and not column.is_truth]
    columns = without(columns, sums)
    measures = _measures(columns)
    columns = without(columns, measures)
    ids = [column for column in columns if not _is_flag(column)]
    flags = without(columns, ids)
    if not flags or any(not _names_rows(column, header) for column in ids) or len(flags) < len(ids):
        return None
    if len(flags) < 2 and len(columns) > 1 and not are_given:
        return None
    if not ids and _numbers_rows(columns[0]):
        ids, flags = [columns[0]], list(columns[1:])
    return [*ids, *measures, *sums] if _are_flags(flags) and any(column.filled for column in flags) else None


def _measures(columns: Sequence[Column]) -> list[Column]:
    """Returns the columns of numbers which every row has, such as ages, beside at least three times as many that say
    yes or no, or, if their names say that they are no items, beside quantities."""
    held = [column for column in columns if column.is_numeric and not column.is_truth and not column.holds_zero]
    others = without(columns, held)
    if not all(column.is_truth or not _is_flag(column) for column in others):
        held = [column for column in held if column.role in _NO_ITEMS]
    held = [column for column in held if _is_flag(column) or column.is_decimal]
    return held if 3 * len(held) <= sum(_is_flag(column) for column in others) else []


def _are_flags(flags: Sequence[Column]) -> bool:
    """Returns whether columns of whole numbers and truth values are flags and quantities of items."""
    counted = [column for column in flags if not column.is_truth]
    if not counted:
        return True
    cells = sum(len(column.cells) for column in flags)
    zeros = sum(len(c.cells) - len(c.filled) + sum(n for v, n in c.counts.items() if is_zero(v)) for c in flags)
    lacking = sum(not column.holds_zero for column in counted)
    below = sum(n for column in counted for value, n in column.counts.items() if value[0] in "-−")
    if 4 * zeros < cells or 3 * lacking > len(flags) or 10 * below > cells:
        return False
    if 2 * len(counted) < len(flags) and lacking:
        return False
    return all(column.role not in (Role.QUANTITY, Role.PRICE) for column in counted)


def _is_flag(column: Column) -> bool:
    if not column.name and column.place == 0 and not column.is_truth:
        return False
    return column.is_truth or (
        column.is_whole
        and not column.rises
        and column.role not in (Role.ORDER, Role.PERSON, Role.LINE, Role.DATE)
        and not (column.is_unique and not column.holds_zero and column.place == 0)
    )


def _numbers_rows(column: Column) -> bool:
    return column.place == 0 and column.role in (Role.ORDER, Role.LINE, Role.PERSON) and column.rises


def _names_rows(column: Column, header: bool) -> bool:
    """Returns whether a column names rows, so that its values are no items."""
    if not column.filled:
        return False
    if column.place == 0 and header and not column.name:
        return True
    return column.role in _IDS or (column.is_unique and (column.place == 0 or len(column.cells) >= _FEW))


# ---- tables of categories


def ids_of_rows(columns: Sequence[Column], header: bool) -> list[Column]:
    """Returns the columns that number or name the rows of a table: no value comes twice. header: whether there is
    one."""
    return [column for column in columns if _is_row_id(column, header)]


def _is_row_id(column: Column, header: bool) -> bool:
    if column.place == 0 and header and not column.name:
        return True
    n = len(column.cells)
    if column.is_unique and len(column.filled) == n and not column.is_decimal:
        named = column.role in _IDS
        return n >= _FEW or (n >= _FEWEST_ROWS and (named or (column.place == 0 and column.rises)))
    return column.role is Role.DATE and n >= _FEW and column.distinct > 0.9 * n


# ---- baskets


def is_measure(column: Column) -> bool:
    """Returns whether a column behind those of items holds numbers or dates, such as their sum."""
    is_measured = column.is_numeric or column.is_decimal or column.is_date or column.role in _MEASURES
    return is_measured and bool(column.filled)


class Front:
    """What stands in front of a basket. columns: all of the table. header: whether there is one."""

    def __init__(self, columns: Sequence[Column], header: bool) -> None:
        self._columns, self._header = columns, header

    @property
    def ids(self) -> list[Column]:
        """The columns in front of a basket that are no items: ids, dates, the number of items."""
        columns = self._columns
        for place, column in enumerate(columns[:-1]):
            if not (self._is_id(place, column) or _counts_cells(column, columns[place + 1 :])):
                return list(columns[:place])
        return list(columns[:-1])

    def _is_id(self, place: int, column: Column) -> bool:
        """Whether a column names transactions. place: its own, among all."""
        n = len(column.cells)
        if n < 3 or len(column.filled) < n:
            return False
        if self._header and column.role in (Role.ORDER, Role.PERSON, Role.DATE, Role.LINE):
            return True
        if self._header and column.place == 0 and not column.name:
            return True
        if not column.is_unique or n < 5 or not column.is_code:
            return column.is_date and n >= 5
        if any(self._last_places[value] > place for value in column.counts):
            return False
        return column.rises or self._last_of_words > place

    @cached_property
    def _last_places(self) -> dict[str, int]:
        """The place of the last column that has a value, for each value."""
        return {value: place for place, column in enumerate(self._columns) for value in column.counts}

    @cached_property
    def _last_of_words(self) -> int:
        """The place of the last column that does not hold codes, -1 if all do."""
        places = range(len(self._columns) - 1, -1, -1)
        return next((i for i in places if self._columns[i].filled and not self._columns[i].is_code), -1)


def _counts_cells(column: Column, rest: Sequence[Column]) -> bool:
    """Returns whether a column holds the number of the filled cells after it."""
    if not column.is_integer:
        return False
    filled = [sum(map(bool, row)) for row in zip(*(other.cells for other in rest), strict=True)]
    return len(set(filled)) > 1 and all(cell == str(n) for cell, n in zip(column.cells, filled, strict=True))
