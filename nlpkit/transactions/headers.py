"""Whether the first row of a table holds the names of its columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from nlpkit.transactions.evidence import FEWEST_ROWS, Column, columns_of, named_by_cells
from nlpkit.transactions.names import Role, are_places, names_items, role_of
from nlpkit.transactions.numbers import NUMBER
from nlpkit.transactions.truth import truth

__all__ = ["is_header", "is_numbering"]

_NAMES = (Role.ORDER, Role.PERSON, Role.ITEM, Role.DATE, Role.QUANTITY, Role.PRICE, Role.CATEGORY, Role.LINE)
_NEW = 0.05  # the probability at which a row of data would be as new as the first row


def is_numbering(names: Sequence[str]) -> bool:
    """Returns whether names are 0, 1, 2, ..., as pandas calls columns without a name."""
    return list(names) == [str(i) for i in range(len(names))]


def is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Returns whether the first row of a table holds the names of its columns. rows: the first ones.

    It does if its cells are numbered names, if columns hold nothing but their names, if numbers or dates stand below
    words, if they are names of columns in some language and nothing that stands below, or if all rows are as wide and
    the cells are new where hardly any other value is. Dates, and what occurs again among other values of its own
    column, are no names.
    """
    first, body = list(rows[0]), rows[1:]
    if not body or not any(first):
        return False
    rest = first[1:] if not first[0] else first
    if is_numbering(rest) and len(rest) > 1 and all(len(row) <= len(first) for row in body):
        return True
    if len(set(first)) < len(first) or not all(rest):
        return False
    even = all(len(row) == len(first) for row in body)
    columns = columns_of(None, body) if even else []  # ragged rows have none to judge by
    if not _may_be_names(first, columns, body):
        return False
    if _has_words_above_numbers(first, columns):
        return True
    if not first[0] and len(first) > 1 and even:
        return True
    if even and 2 * len(named_by_cells(columns_of(first, body))) >= len(first):
        return True
    below = Counter(cell for row in body for cell in row if cell)
    if any(cell in below for cell in rest):
        return False
    if even and all(truth(cell) is not None for row in body for cell in row if cell):
        return any(truth(cell) is None for cell in first)
    if any(NUMBER.fullmatch(cell) for cell in first):
        return False
    if are_places(rest) or are_places(first[1:]):
        return True
    roles = [role_of(cell) for cell in first]
    known = sum(role in _NAMES for role in roles)
    if known >= 2 and 2 * known >= len(first):
        return True
    if len(first) == 1:
        return names_items(first[0]) and len(body) > 2 and (not even or _hold_lists(first[0], body))
    return even and len(body) >= FEWEST_ROWS and _is_new(columns)


def _hold_lists(name: str, body: Sequence[Sequence[str]]) -> bool:
    """Returns whether most cells below the name of a single column hold several items, and it is none of these."""
    marks = [mark for mark in ",;|、" if mark not in name]
    parts = {part.strip() for row in body for part in re.split("[,;|、]", row[0])}
    return name not in parts and 2 * sum(any(mark in row[0] for mark in marks) for row in body) > len(body)


def _may_be_names(first: Sequence[str], columns: Sequence[Column], body: Sequence[Sequence[str]]) -> bool:
    """Returns whether no cell is a date above dates, or occurs again among other values of its own column.

    A whole header may come again, where tables were put one below the other.
    """
    own = columns_of(None, [first])
    if any(one.is_date and column.is_date for one, column in zip(own, columns, strict=False)):
        return False
    below = set().union(*body)
    again = any(
        one.filled and one.cells[0] in below and one.cells[0] in column.counts and column.distinct > 1
        for one, column in zip(own, columns, strict=False)
    )
    if not again or any(one.is_numeric for one in own):
        return not again
    return any([row[0].removeprefix("\ufeff"), *row[1:]] == list(first) for row in body)


def _has_words_above_numbers(first: Sequence[str], columns: Sequence[Column]) -> bool:
    return any(
        cell and not NUMBER.fullmatch(cell) and column.filled and (column.is_numeric or column.is_date)
        for cell, column in zip(first, columns, strict=False)
    )


def _is_new(columns: Sequence[Column]) -> bool:
    """Returns whether a row of values of which none stands below would be unlikely.

    The probability of a new value is estimated by the share of those that occur once (Good and Turing).
    """
    likely = 1.0
    for column in columns:
        singles = sum(n == 1 for n in column.counts.values())
        likely *= (singles + 1) / (len(column.filled) + 1)
    values = [column.counts.keys() for column in columns]
    apart = sum(map(len, values)) == len(set().union(*values))
    return likely < (0.3 if apart else _NEW)
