"""Hints for the user about what the first rows of a table hold: text, cells for missing values, a better layout."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from nlpkit.errors import Option, Repeated, Setting
from nlpkit.transactions.evidence import Column
from nlpkit.transactions.lists import separator_of
from nlpkit.transactions.names import Role
from nlpkit.transactions.options import TransactionOptions
from nlpkit.transactions.pairs import Pair, begins_again, is_sure
from nlpkit.transactions.truth import MISSING

__all__ = ["Hint", "blank_hint", "colon_hint", "dates_hint", "list_hint", "long_hint", "missing_hint", "text_hint"]

Hint = tuple[str, ...]
"""A line, in parts of which some name options."""

_COMMON = 0.01  # of the cells
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_LONG_HAN, _LONG = 12, 25  # characters of a cell, on average, that is no item but text
_FEWEST = 5  # cells from which text is told
_FRONT = re.compile(r"(\w[\w#.-]*)\s?: *\S")
_END = re.compile(r"\w[.,;:!?]['\"”’)]*")


def missing_hint(columns: Iterable[Column], given: TransactionOptions) -> Hint | None:
    """Returns a hint at cells such as NA that will be items. columns: those of items."""
    counts: Counter[str] = Counter()
    total = 0
    for column in columns:
        total += len(column.cells)
        for value, n in column.counts.items():
            if value.lower() in MISSING and value not in given.missing:
                counts[value] += n
    if not counts or counts.total() < max(2, _COMMON * total):
        return None
    value, n = counts.most_common(1)[0]
    share = max(1, round(100 * n / total))
    said = f"{share} % of the cells of its first rows are {value!r}, which is an item like any other; "
    return said, Setting("missing", ",".join(sorted(counts))), " leaves such cells out"


def text_hint(rows: Sequence[Sequence[str]], delimiter: str) -> Hint | None:
    """Returns a hint at text that is not cut into words. rows: baskets."""
    cells = [cell for row in rows for cell in row if cell]
    if len(cells) < _FEWEST:
        return None
    if delimiter == " " and 20 * sum(bool(_END.search(cell[-3:])) for cell in cells) > len(cells) > 10 * _FEWEST:
        words = "words with punctuation marks; `nlpkit segment` separates them"
        return (f"looks like running text, so that items are {words}",)
    length = sum(map(len, cells)) / len(cells)
    is_han = 2 * sum(bool(_HAN.search(cell)) for cell in cells) > len(cells)
    if length < (_LONG_HAN if is_han else _LONG) or 10 * len(set(cells)) < 8 * len(cells):
        return None
    return ("looks like running text, so that an item is a whole sentence; `nlpkit segment` cuts text into words",)


def long_hint(pair: Pair | None) -> Hint | None:
    """Returns a hint at a table with one item a row that is read as baskets."""
    if pair is None or not is_sure(pair):
        return None
    ids = " and ".join(column.shown for column in pair.id)
    said = f" (a transaction of each {ids}, items from {pair.item.shown}), but is read as baskets"
    return "looks like ", Setting("layout", "long"), said


def dates_hint(columns: Sequence[Column], pair: Pair) -> Hint | None:
    """Returns a hint at dates, where the transaction of a person holds all that he ever bought; or at what numbers
    begin again in: the shop, the day."""
    key = pair.id[0]
    if len(pair.id) > 1:
        return None
    if key.role is Role.PERSON and not any(column.role is Role.ORDER for column in columns):
        other = next((column for column in columns if column.role is Role.DATE and column.distinct > 1), None)
    else:
        other = begins_again(key, columns)
    if other is None or not other.name:
        return None
    each = f"a transaction holds all rows of one {key.shown}; "
    return each, Repeated("id", key.ref, other.ref), f" makes one for each {other.shown}"


def blank_hint(column: Column, given: TransactionOptions) -> Hint:
    """Returns a hint at blank ids below the first row of each transaction."""
    blank = len(column.cells) - len(column.filled)
    said = (
        f"{column.shown} is blank in {blank:,} of the {len(column.cells):,} rows that were looked at, as it stands in "
    )
    said += "the first row of each transaction; "
    if given.conditions:
        return f"{said}fill these cells before ", Option("where"), " can be used"
    return (f"{said}blank cells are read as the cell above them",)


def colon_hint(rows: Sequence[Sequence[str]]) -> Hint | None:
    """Returns a hint at an id and a colon in front of each basket: `T100: milk, bread`."""
    found = [_FRONT.match(row[0]) for row in rows if row]
    ids = [match[1] for match in found if match is not None]
    if len(ids) < len(found) or len(set(ids)) < len(ids) or len(ids) < 2:
        return None
    return (
        f"{ids[0]}: and the like stand in front of its rows and become part of items: sed 's/^[^:]*: *//' removes them",
    )


def list_hint(columns: Iterable[Column]) -> Hint | None:
    """Returns a hint at a column of lists which is not taken for the one with the items."""
    for column in columns:
        mark = separator_of(column)
        if mark is not None and column.name:
            return (
                f"the cells of {column.shown} are lists; ", Setting("item", column.ref), " with ",
                Setting("item_separator", mark), " makes transactions of them",
            )  # fmt: skip
    return None
