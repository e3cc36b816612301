"""Guesses the delimiter, the layout and the header of a table, by its name and its first lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from nlpkit.places.compression import bare_name
from nlpkit.transactions.options import TransactionOptions
from nlpkit.transactions.truth import truth

_DELIMITERS = (",", ";", "\t", "|")
_TABBED = (".tsv", ".tab")
_ONE_IN = 4  # at least one line in four has the delimiter
_FEWEST_ROWS = 4  # that tell a table from baskets
_ID = re.compile(
    r"(^|[^a-z])(id|key|no|nr|number)$|[a-z]id$|order|transaction|invoice|basket|ticket|receipt|session|customer|member|user"
    r"|订单|单号|编号|交易|用户|客户|会员",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"item|product|article|sku|stock|goods|description|title|movie|page|name|word|term|商品|产品|货|品名|名称",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Guess:
    """How a table is read: what the user says, and what its first rows suggest for the rest.

    layout: one of choices.LAYOUTS. header: whether the first row names the columns.
    id, item: columns, as names in the header, or as numbers from 1. Layout 'long': the columns that name the
    transaction together, and those of its items. Other layouts: the columns that hold no items. Layout 'basket': the
    columns of items, none for all others. hints: lines for the user.
    """

    layout: str
    header: bool
    id: tuple[str, ...] = ()
    item: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


def guess_table(rows: Sequence[Sequence[str]], delimiter: str, given: TransactionOptions) -> Guess:
    """Returns how a table is read. rows: its first ones. given: what the user says, which holds."""
    layout = given.layout or _layout_beside(rows, delimiter, given)
    ids, items, header = given.ids, given.items, given.header
    if layout != "long":
        if header is None:
            header = layout in ("onehot", "table") or _are_named(given, ids, items)
        return Guess(layout, header, ids, items)
    if not ids and not items and header is not False:
        found = guess_long(rows)
        if found is not None:
            ids, items = (rows[0][found[0]],), (rows[0][found[1]],)
    ids = ids or ("2" if "1" in items else "1",)
    items = items or ("1" if "2" in ids else "2",)
    if header is None:
        header = _are_named(given, ids, items) or guess_header(rows)
    return Guess(layout, header, ids, items)


def _layout_beside(rows: Sequence[Sequence[str]], delimiter: str, given: TransactionOptions) -> str:
    if given.items:
        return "basket" if len(given.items) > 1 and not given.ids else "long"
    return guess_layout(rows, delimiter)


def _are_named(given: TransactionOptions, ids: Sequence[str], items: Sequence[str]) -> bool:
    """Returns whether a column is given by its name, so that there must be a header."""
    columns = (*ids, *items, *([] if given.weight is None else [str(given.weight)]))
    return any(not column.isdecimal() for column in columns)


def guess_delimiter(name: str, lines: Sequence[str]) -> str:
    """Returns a comma, a semicolon, a tab, | or a space, which means any run of white space.

    name: of the file. lines: its first ones.
    """
    lower = bare_name(name).lower()
    if lower.endswith(_TABBED):
        return "\t"
    filled = [re.sub('"[^"]*"', "", line) for line in lines if line.strip()]
    counts = {mark: sum(mark in line for line in filled) for mark in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda mark: counts[mark])
    if counts[best] and counts[best] * _ONE_IN >= len(filled):
        return best
    spaced = any(" " in line.strip() or "\t" in line.strip() for line in filled)
    if not lower.endswith(".csv") and (spaced or not counts[best]):
        return " "
    return best


def guess_layout(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    """Returns 'basket', 'long', 'onehot' or 'table'. rows: the first ones."""
    if delimiter == " " or not rows:
        return "basket"
    skipped = int(has_row_names(rows[0]))
    header, body = rows[0][skipped:], [row[skipped:] for row in rows[1:]]
    width = len(header)
    if not width or width + skipped < 2 or not body or any(len(row) != width for row in body):
        return "basket"
    if _is_onehot(header, body):
        return "onehot"
    if guess_long(rows) is not None or (width == 2 and looks_long(rows)):
        return "long"
    if len(body) >= _FEWEST_ROWS and _names_columns(header, body):
        return "table"
    return "basket"


def has_row_names(header: Sequence[str]) -> bool:
    """Returns whether only the first column has no name: pandas and R write the numbers of rows into such a column."""
    return len(header) > 1 and not header[0] and all(header[1:])


def _is_onehot(header: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    if all(not cell or truth(cell) is not None for cell in header):
        return False
    return any(any(row) for row in body) and all(not cell or truth(cell) is not None for row in body for cell in row)


def _names_columns(header: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Returns whether the first row holds names of columns: distinct, not numbers, and in no other row."""
    names = {name for name in header if name}
    if len(names) < len(header) or any(_NUMBER.fullmatch(name) for name in names):
        return False
    return not any(cell in names for row in body for cell in row)


def guess_long(rows: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    """Returns the places of the columns of ids and items, by their names in the header; None if these do not tell."""
    header, body = rows[0], rows[1:]
    ids = [i for i, name in enumerate(header) if _ID.search(name)]
    items = [i for i, name in enumerate(header) if _ITEM.search(name) and not (i in ids and len(ids) > 1)]
    for owner in ids:
        for item in items:
            if owner != item and body and _repeats([row[owner] for row in body if len(row) > owner]):
                return owner, item
    return None


def looks_long(rows: Sequence[Sequence[str]]) -> bool:
    """Returns whether two columns are those of ids and items: the values of the first are numbers that repeat in
    successive rows, and none of them is in the second."""
    body = rows[1:] if rows and guess_header(rows) else rows
    if len(body) < _FEWEST_ROWS or any(len(row) != 2 for row in body):
        return False
    ids = [row[0] for row in body]
    numbered = all(_NUMBER.fullmatch(value) for value in ids)
    return _repeats(ids) and numbered and not set(ids) & {row[1] for row in body}


def _repeats(values: Sequence[str]) -> bool:
    repeated = sum(a == b for a, b in pairwise(values))
    return repeated > 0 and 10 * len(set(values)) <= 9 * len(values)


def guess_header(rows: Sequence[Sequence[str]]) -> bool:
    """Returns whether the first row of a table of layout long holds the names of its columns."""
    if not rows:
        return False
    header, body = rows[0], rows[1:]
    if any(_NUMBER.fullmatch(cell) for cell in header):
        return False
    numbered = [
        i
        for i in range(len(header))
        if body and all(len(row) > i and (not row[i] or _NUMBER.fullmatch(row[i])) for row in body)
    ]
    return bool(numbered) or any(_ID.search(name) for name in header)
