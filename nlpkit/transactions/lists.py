"""Cells that hold several items: `milk, bread`, `['milk', 'bread']`, `{milk,bread}`."""

from __future__ import annotations

import json
import re
from ast import literal_eval
from collections import Counter
from collections.abc import Sequence

from nlpkit.transactions.evidence import Column

__all__ = ["separator_of"]

_SEPARATORS = (";", "|", "、", "，", "；", ",", "/")
_LIST = re.compile(r"[\[({].*[\])}]", re.DOTALL)
_FEWEST = 3  # cells from which a list is told
_MANY = 20  # cells of which more is asked
_LONGEST = 40  # characters of an item, on average


def separator_of(column: Column) -> str | None:
    """Returns what stands between the items of a column's cells, None if they are no lists.

    It is a comma for lists in brackets, as Python, JSON and R write them.
    """
    cells = column.filled
    if sum(bool(_LIST.fullmatch(cell)) for cell in cells) >= 0.9 * len(cells) > 0:
        listed = [parts for cell in cells if (parts := bracketed(cell)) is not None]
        if len(listed) >= 0.9 * len(cells) and any(len(parts) > 1 for parts in listed):
            return ","
    if len(cells) < _FEWEST or column.is_numeric or column.is_date:
        return None
    return next((mark for mark in _SEPARATORS if _separates(mark, cells)), None)


def _separates(mark: str, cells: Sequence[str]) -> bool:
    """Returns whether most cells are lists: of different lengths, and the same items come again in several cells."""
    held = [cell for cell in cells if mark in cell]
    if 2 * len(held) < len(cells):
        return False
    lists = [[part.strip() for part in cell.split(mark)] for cell in cells]
    if len({len(parts) for parts in lists}) < 2:
        return False
    parts = [part for parts in lists for part in parts if part]
    if sum(map(len, parts)) > _LONGEST * len(parts):
        return False
    if len({cell for cell in cells}) * 4 < len(cells):  # whole cells come again, more often than a list would
        return False
    return len(parts) >= 1.5 * len(set(parts)) and _move(lists)


def _move(lists: Sequence[Sequence[str]]) -> bool:
    """Returns whether items stand both first and not first: a state stands after the city, never before it."""
    total = Counter(part for parts in lists for part in parts if part)
    both = {parts[0] for parts in lists} & {part for parts in lists for part in parts[1:]}
    moving = sum(n for part, n in total.items() if part in both)
    return moving >= (0.15 if len(lists) < _MANY else 0.3) * total.total()


def bracketed(cell: str) -> list[str] | None:
    """Returns the items of a list in brackets, None if the cell is no such list."""
    if not _LIST.fullmatch(cell):
        return None
    for read in (json.loads, literal_eval):
        try:
            found = read(cell)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        if isinstance(found, (list, tuple, set, frozenset)):
            return [str(part) for part in found]
    inside = cell[1:-1].strip()
    return [part.strip().strip("'\"") for part in inside.split(",")] if inside else []
