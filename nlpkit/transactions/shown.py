"""The line that shows how a table was read, so that a person can judge a guess."""

from __future__ import annotations

from collections.abc import Sequence

from nlpkit.errors import Notice, Option, counted
from nlpkit.transactions.columns import Columns
from nlpkit.transactions.model import Transactions

__all__ = ["shown"]

_MOST_ITEMS = 5
_LONGEST = 40  # characters of an item
_MARKS = {"\t": "tabs", " ": "white space"}


def shown(
    name: str, columns: Columns, guessed: Sequence[str], delimiter: str, transactions: Transactions | None
) -> Notice:
    """Returns the line: how many transactions there are, which columns they are made of, and the first of them.

    name: of the file. guessed: the names of the options that were guessed. transactions: None if reading failed.
    """
    parts: list[str] = [f"{name}: ", counted(len(transactions), "transaction") if transactions else "read"]
    parts.append(_columns(columns, transactions))
    if transactions:
        first = next((items for items in transactions if items), [])
        further = ", ..." if len(first) > _MOST_ITEMS else ""
        parts.append(f"; the first: {', '.join(map(_short, first[:_MOST_ITEMS]))}{further}" if first else "")
    parts.append(" (guessed")
    if "delimiter" in guessed:
        parts.append(f", with {_MARKS.get(delimiter, repr(delimiter))} between cells")
    options = [part for option in guessed for part in (", ", Option(option))][1:]
    return Notice(*parts, "; ", *options, f" {'says' if len(guessed) == 1 else 'say'} otherwise)")


def _columns(columns: Columns, transactions: Transactions | None) -> str:
    """Returns the middle of the line: what the transactions are made of."""
    item = " and ".join(_named(columns, column) for column in columns.item)
    ids = ", ".join(_named(columns, column) for column in columns.id)
    separator = f", separated by {columns.separator!r}" if columns.separator is not None else ""
    if columns.layout == "long":
        ids = " and ".join(_named(columns, column) for column in columns.id)
        header = "" if columns.header else ", no header"
        return f" by {ids}, items from {item}{separator}{header}"
    left_out = f"; {ids} left out" if ids else ""
    if columns.layout == "basket":
        header = " after a header" if columns.header else ""
        items = f", items from {item}" if item else ", items from its cells" if separator else ""
        return f", one a row{header}{items}{separator}{left_out}"
    if columns.layout == "onehot":
        count = counted(len(columns.names), "column") if transactions else "columns"
        header = "" if columns.header else ", no header"
        return f", one a row; the {count} are items{header}{left_out}"
    header = "" if columns.header else ", no header"
    return f", one a row, items column=value{header}{left_out}"


def _named(columns: Columns, column: str) -> str:
    return f"column {column}" if column.isdecimal() else column


def _short(item: str) -> str:
    item = item if len(item) <= _LONGEST else item[: _LONGEST - 3] + "..."
    return repr(item) if "," in item else item
