"""The line that shows how a table was read, so that a person can judge a guess."""

from __future__ import annotations

from collections.abc import Sequence

from nlpkit.errors import Notice, Option, counted
from nlpkit.transactions.columns import Columns
from nlpkit.transactions.guess import Guess
from nlpkit.transactions.model import Transactions

__all__ = ["made_of", "mark_of", "shown"]

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
    parts.append(made_of(columns.guess, columns.has_row_names, len(columns.names) if transactions else None))
    if transactions:
        first = list(dict.fromkeys(next((items for items in transactions if items), [])))
        parts.append(f"; the first: {_listed(first)}" if first else "")
    parts.append(" (guessed")
    if "delimiter" in guessed:
        parts.append(f", with {mark_of(delimiter)} between cells")
    options = [part for option in guessed for part in (", ", Option(option))][1:]
    return Notice(*parts, "; ", *options, f" {'says' if len(guessed) == 1 else 'say'} otherwise)")


def mark_of(delimiter: str) -> str:
    """Returns how a delimiter is shown: ',' in quotes, others by their names."""
    return _MARKS.get(delimiter, repr(delimiter))


def made_of(guess: Guess, has_row_names: bool = False, count: int | None = None) -> str:
    """Returns the middle of the line: what the transactions are made of.

    has_row_names: whether the first column, which has no name, is left out. count: of columns that are items.
    """
    further = f" and {len(guess.item) - _MOST_ITEMS} further columns" if len(guess.item) > _MOST_ITEMS else ""
    item = " and ".join(map(_named, guess.item[:_MOST_ITEMS])) + further
    header = "" if guess.header else ", no header"
    separator = f", separated by {guess.item_separator!r}" if guess.item_separator is not None else ""
    if guess.layout == "long":
        return f" by {' and '.join(map(_named, guess.id))}, items from {item}{separator}{header}"
    unnamed = ["the first column, which has no name,"] * has_row_names
    ids = ", ".join([*unnamed, *map(_named, guess.id)])
    left_out = f"; {ids} left out" if ids else ""
    if guess.layout == "basket":
        header = " after a header" if guess.header else ""
        if guess.named:
            header = f" after the header {_listed(guess.named)}"
        items = f", items from {item}" if item else ", items from its cells" if separator else ""
        return f", one a row{header}{items}{separator}{left_out}"
    if guess.layout == "onehot":
        columns = "columns" if count is None else counted(count, "column")
        return f", one a row; the {columns} are items{header}{left_out}"
    return f", one a row, items column=value{header}{left_out}"


def _named(column: str) -> str:
    return f"column {column}" if column.isdecimal() else column


def _listed(items: Sequence[str]) -> str:
    further = ", ..." if len(items) > _MOST_ITEMS else ""
    return f"{', '.join(map(_short, items[:_MOST_ITEMS]))}{further}"


def _short(item: str) -> str:
    item = item if len(item) <= _LONGEST else item[: _LONGEST - 3] + "..."
    return repr(item) if any(mark in item for mark in ",\r\n") else item
