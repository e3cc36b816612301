"""Finds the columns of a table with one item a row: which name the transaction, and which is the item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_
from typing import NamedTuple

from nlpkit.transactions.evidence import Column, Groups, determines
from nlpkit.transactions.names import Role, is_numbered

__all__ = ["Pair", "begins_again", "filled_down", "find_pair", "groups_of", "is_sure"]

_KEYS = {Role.ORDER: 4.0, Role.PERSON: 2.5, Role.NONE: 0.0, Role.NAME: 0.0, Role.DATE: -1.5, Role.LINE: -2.0}
_ITEMS = {Role.ITEM: 4.0, Role.NAME: 2.0, Role.NONE: 0.0, Role.PLACE: -2.0, Role.OTHER: -1.5, Role.PERSON: -2.0}
_ITEMS[Role.CATEGORY] = -1.0
_UNLIKELY = -4.0
_FEWEST_BLANK = 3  # ids
_FEW_IDS = 10
_ENOUGH = 6.0  # that can speak for each of the two
_MOST = 8  # columns that are looked at
_SURE = 3.0  # the least score of two columns that are taken for ids and items


class Pair(NamedTuple):
    """The columns of ids, which are one key together, that of items, and how much speaks for them."""

    id: tuple[Column, ...]
    item: Column
    score: float


def find_pair(columns: Sequence[Column], ids: Sequence[int] = (), item: int | None = None) -> Pair | None:
    """Returns the columns of ids and items for which most speaks, None if there are no two columns.

    ids, item: the places of those that are known.
    """
    keys = [tuple(columns[i] for i in ids)] if ids else _keys(columns)
    items = [columns[item]] if item is not None else [column for (column,) in _likely(columns, _item_score)]
    pairs = [
        Pair(key, it, _score(columns, key, it, bool(ids), item is not None))
        for key in keys
        for it in items
        if it not in key and it.filled and all(column.filled for column in key)
    ]
    best = max(pairs, key=lambda pair: pair.score, default=None)
    if best is None:
        return None
    if item is None:
        best = best._replace(item=_readable(columns, best))
    if not ids:
        best = best._replace(id=_with_date(columns, best))
    return best


def _keys(columns: Sequence[Column]) -> list[tuple[Column, ...]]:
    """Returns what may name the transactions: single columns, and numbers with the column within which they begin again
    if the rows of each number are scattered, but not those of both."""
    keys = _likely(columns, _key_score)
    for (column,) in keys[:]:
        other = begins_again(column, columns)
        if other is not None and not column.groups.are_together and groups_of((other, column)).are_together:
            keys[keys.index((column,))] = (column, other)
    roles = {column.role for column in columns}
    if Role.ITEM in roles and roles.isdisjoint((Role.ORDER, Role.PERSON)):
        unknown = [column for column in columns if column.name and column.role is Role.NONE and not column.is_date]
        dated = [(column, _days_of(columns, column)) for column in unknown[:_MOST]]
        keys += [(column, date) for column, date in dated if date is not None]
    return keys


def begins_again(column: Column, columns: Sequence[Column]) -> Column | None:
    """Returns the column of shops or dates within each value of which the numbers of orders begin again, None if there
    is none."""
    numbers = column.numbers
    if column.role is not Role.ORDER or not numbers:
        return None
    least = min(numbers)
    for other in columns:
        if other is column or not (other.role in (Role.PLACE, Role.DATE) or other.is_date) or other.distinct < 2:
            continue
        both = groups_of((other, column))
        begun = {cell for cell, number in zip(other.cells, numbers, strict=True) if number == least}
        if 2 * len(begun) >= other.distinct and 2 * both.count >= 3 * column.distinct and both.repeats >= _FEWEST_BLANK:
            return other
    return None


def filled_down(columns: Sequence[Column]) -> tuple[list[Column], Column | None]:
    """Returns the columns, with blank cells as the cells above them if ids stand in the first rows of transactions
    only; and the column of these ids, None if there is none.

    Each of these ids occurs once, and the rows without one have cells in other columns.
    """
    for key in columns:
        blank = [i for i, cell in enumerate(key.cells) if not cell]
        is_key = key.role is Role.ORDER or (key.place == 0 and key.role in (Role.PERSON, Role.NONE))
        if not is_key or not key.name or 0 in blank:
            continue
        held = [column for column in columns if all(column.cells[i] for i in blank)]
        if key.is_unique and len(blank) >= max(_FEWEST_BLANK, len(key.cells) / 5) and held:
            above = [column for column in columns if not any(column.cells[i] for i in blank)]
            return [_filled(column) if column in above else column for column in columns], key
    return list(columns), None


def _filled(column: Column) -> Column:
    cells: list[str] = []
    for cell in column.cells:
        cells.append(cell or (cells[-1] if cells else ""))
    return Column(column.place, column.name, cells)


def _likely(columns: Sequence[Column], score: Callable[[Column], float]) -> list[tuple[Column, ...]]:
    """Returns the columns, each as a tuple, for which most speaks by themselves, in the order of the table."""
    best = sorted(columns, key=score, reverse=True)[:_MOST]
    return [(column,) for column in columns if column in best]


def is_sure(pair: Pair | None) -> bool:
    """Returns whether enough speaks for a pair to read the table so."""
    return pair is not None and pair.score >= _SURE


def _score(
    columns: Sequence[Column], key: tuple[Column, ...], item: Column, given_key: bool, given_item: bool
) -> float:
    """Returns how much speaks for a pair. It has two parts, of which neither makes up for the lack of the other."""
    rows = groups_of(key)
    n = len(item.cells)
    repeats = rows.repeats
    if not repeats and not given_key:
        return 2 * _UNLIKELY
    others = [column for column in columns if column not in key and column is not item][:_MOST]
    of_key = sum(determines(rows, column) and not determines(item.groups, column) for column in others)
    of_item = sum(determines(item.groups, column) and not determines(rows, column) for column in others)
    for_key = _SURE if given_key else _key_score(key[0], rows.count) + _grouping(key, rows) + min(2, of_key)
    for_item = _SURE if given_item else _item_score(item) + 0.5 * min(2, of_item)
    if len(key) > 1 and key[0].role is Role.NONE and not given_key:
        for_key += 2  # with the date
    is_known = given_key or (len(key) == 1 and key[0].counts_up)
    if is_known and item.is_code and not (item.is_decimal or item.is_date):
        for_item += 0.75  # where ids are sure, numbers may be the items, if there are no names
    if item.distinct > 0.8 * n >= 8 and key[0].role not in (Role.ORDER, Role.PERSON) and not (given_key or given_item):
        for_item += _UNLIKELY  # names of the rows
    score = min(for_key, _ENOUGH) + min(for_item, _ENOUGH) - (0 if for_key >= 1 and for_item >= 0.5 else 3)
    if not repeats:
        score += _UNLIKELY
    # the rows of an order have different items, but there are not as many values as rows
    distinct = (rows & item.groups).count / n
    score += (-4 if distinct < 0.5 else -2 if distinct < 0.7 else 0) - (1 - distinct)
    score += _UNLIKELY if determines(rows, item) else 0
    if len(key) == 1 and not is_known:
        shared = key[0].counts.keys() & item.counts.keys()
        score += _UNLIKELY if len(shared) * 20 > min(key[0].distinct, item.distinct) else 0
        score += _UNLIKELY / 2 if determines(item.groups, key[0]) else 0
    return score


def _grouping(key: Sequence[Column], rows: Groups) -> float:
    """Returns what speaks for a key whose equal values follow each other: all of them, or more than by chance.

    rows: grouped by it.
    """
    column, repeats = key[0], rows.repeats
    if len(key) == 1 and column.counts_up:
        return 3
    if repeats >= 3 and rows.are_together:
        return 2
    grouped = column.runs > 3 * len(column.cells) * column.chance and 2 * column.runs > repeats
    return 1 if grouped else 0


def groups_of(key: Sequence[Column]) -> Groups:
    """Returns the rows grouped by transactions."""
    return reduce(and_, (column.groups for column in key))


def _key_score(column: Column, distinct: int = 0) -> float:
    """Returns how much a column by itself looks like one of ids. distinct: the number of transactions, if others are
    in the key; 0: that of its values."""
    distinct = max(distinct, column.distinct)
    score = _KEYS.get(column.role, _UNLIKELY)
    if column.is_decimal:
        score -= 3
    elif column.is_date and column.role is not Role.DATE:
        score -= 1
    elif column.is_code:
        score += 0.5
    n = len(column.cells)
    score -= 3 if distinct < _FEW_IDS and distinct * 10 < n else 0
    score -= 2 * (1 - len(column.filled) / n)
    return score


def _item_score(column: Column) -> float:
    """Returns how much a column by itself looks like one of items."""
    score = _ITEMS.get(column.role, _UNLIKELY)
    n = len(column.filled)
    if column.is_decimal or column.is_date:
        score -= 3
    elif not column.is_code:
        score += 1
    if column.distinct > 0.8 * n >= 8:
        score -= 3
    score -= 2 if column.distinct < 3 < n else 0
    return score


def _readable(columns: Sequence[Column], best: Pair) -> Column:
    """Returns the column of names where the table has items as both numbers and names: each determines the other."""

    def is_plain(column: Column) -> bool:
        return not column.is_code and not is_numbered(column.name)

    if is_plain(best.item):
        return best.item
    for column in columns:
        if column in best.id or column.role not in (Role.ITEM, Role.NAME, Role.NONE) or not is_plain(column):
            continue
        if column.is_decimal or column.is_date or not determines(best.item.groups, column):
            continue
        if determines(column.groups, best.item):
            return column
    return best.item


def _with_date(columns: Sequence[Column], best: Pair) -> tuple[Column, ...]:
    """Returns the ids; with the date, where a person has several transactions and these have no number."""
    key = best.id
    if key[0].role is not Role.PERSON or any(c.role is Role.ORDER and not c.is_date for c in columns):
        return key
    date = _days_of([column for column in columns if column is not best.item], key[0])
    return key if date is None or len(key) > 1 else (*key, date)


def _days_of(columns: Sequence[Column], person: Column) -> Column | None:
    """Returns the date that is equal in several rows of a person more often than by chance, None if there is none, or
    if a person has one date only."""
    for column in columns:
        if column is person or not (column.role is Role.DATE or column.is_date):
            continue
        n, repeats = len(column.cells), groups_of((person, column)).repeats
        by_chance = n * n / 2 * person.chance * column.chance
        is_common = repeats > 2 * by_chance or 5 * repeats > n
        if repeats >= 3 and is_common and not determines(person.groups, column):
            return column
    return None
