"""Slow twins of the reader of transactions: Python's csv, lists and dicts."""

import csv
import re
from collections.abc import Iterator
from fractions import Fraction

Basket = tuple[list[str], Fraction | None]

_TRUE, _FALSE = ("1", "true", "t", "yes", "y"), ("0", "false", "f", "no", "n")


def cells(text: str, delimiter: str, trim: bool = True) -> Iterator[list[str]]:
    """The rows; [] for an empty line. Raises csv.Error."""
    *lines, last = text.removeprefix("\ufeff").split("\n")
    lines = [line + "\n" for line in lines] + [last] * bool(last)
    if delimiter == " ":
        rows = [[cell for cell in re.split("[ \t]+", re.sub("\r?\n?$", "", line)) if cell] for line in lines]
    else:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=trim))
    for row in rows:
        yield [cell.strip() for cell in row] if trim else row


def baskets(rows: Iterator[list[str]], weight: int | None = None) -> list[Basket]:
    """A row is a transaction; weight: the column, from 0, of what it weighs."""
    out: list[Basket] = []
    for row in rows:
        items = [cell for i, cell in enumerate(row) if cell and i != weight]
        if weight is None:
            out.append((items, None))
        elif any(row):
            out.append((items, Fraction(row[weight])))
    return out


def long(rows: Iterator[list[str]], owner: int, item: int, weight: int | None = None) -> list[Basket]:
    """A row has an id and an item."""
    out: dict[str, Basket] = {}
    for row in rows:
        row = row + [""] * (3 - len(row))
        if row[owner]:
            out.setdefault(row[owner], ([], None if weight is None else Fraction(row[weight])))
            out[row[owner]][0].extend([row[item]] * bool(row[item]))
    return list(out.values())


def onehot(rows: Iterator[list[str]]) -> list[Basket]:
    """The first row has the items."""
    header = next(row for row in rows if any(row))
    out: list[Basket] = []
    for row in rows:
        if len(row) > 1 or any(row):
            assert all(cell.lower() in (*_TRUE, *_FALSE, "") for cell in row)
            out.append(([name for name, cell in zip(header, row, strict=False) if cell.lower() in _TRUE], None))
    return out


def table(rows: Iterator[list[str]]) -> list[Basket]:
    """The first row has the names of the columns."""
    header = next(row for row in rows if any(row))
    return [
        ([f"{name}={cell}" for name, cell in zip(header, row, strict=False) if cell], None)
        for row in rows
        if len(row) > 1 or any(row)
    ]
