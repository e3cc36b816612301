"""Finds what separates the items of cells that hold several: `milk, bread`, `['milk', 'bread']`, `{milk,bread}`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from nlpkit.transactions.cell_lists import split_cell
from nlpkit.transactions.evidence import Column

__all__ = ["are_lists", "is_survey_answer", "separator_of"]

_SEPARATORS = ("┋", ";", "|", "、", "，", "；", ",", "/", "+")
_LIST = re.compile(r"(?:frozenset|set|array|list|tuple|c|character)\(.*\)|[\[({].*[\])}]", re.DOTALL)
_FEWEST = 3  # cells that must look like lists
_MANY = 20  # cells; of fewer, a smaller share of items need change their places
_LONGEST = 40  # characters of an item, on average


def separator_of(column: Column) -> str | None:
    """Returns what stands between the items of a column's cells, None if they are no lists.

    Of lists in brackets it is what separates the most cells: in those of Python, JSON and R a comma.
    """
    cells = column.filled
    if sum(bool(_LIST.fullmatch(cell)) for cell in cells) >= 0.9 * len(cells) > 0:
        cut = {mark: sum(len(split_cell(cell, mark)) > 1 for cell in cells) for mark in (",", *_SEPARATORS)}
        best = max(cut, key=cut.__getitem__)
        if cut[best]:
            return best
    if len(cells) < _FEWEST or column.is_numeric or column.is_date:
        return None
    return next((mark for mark in _SEPARATORS if _separates(mark, cells)), None)


def is_survey_answer(column: Column, mark: str) -> bool:
    """Returns whether cells are written as survey tools write several answers in one: `milk┋bread`, `milk;bread;`."""
    return mark == "┋" or all(cell.endswith(mark) for cell in column.filled)


def are_lists(lines: Sequence[str]) -> bool:
    """Returns whether each line is a list in brackets: `['milk', 'bread']`."""
    filled = [line.strip() for line in lines if line.strip()]
    return (
        len(filled) > 1 and all(_LIST.fullmatch(line) for line in filled) and not any("\t" in line for line in filled)
    )


def _separates(mark: str, cells: Sequence[str]) -> bool:
    """Returns whether most cells are lists: of different lengths, and the same items come again in several cells."""
    held = [cell for cell in cells if mark in cell]
    if 2 * len(held) < len(cells):
        return False
    lists = [split_cell(cell, mark) for cell in cells]
    if len({len(parts) for parts in lists}) < 2:
        return False
    parts = [part for parts in lists for part in parts]
    if sum(map(len, parts)) > _LONGEST * len(parts):
        return False
    if len(set(cells)) * 4 < len(cells):  # cells repeat, more often than lists of items do
        return False
    return len(parts) >= 1.5 * len(set(parts)) and _move(lists)


def _move(lists: Sequence[Sequence[str]]) -> bool:
    """Returns whether items stand both first and not first: a state stands after the city, never before it."""
    total = Counter(part for parts in lists for part in parts)
    both = {part for parts in lists for part in parts[:1]} & {part for parts in lists for part in parts[1:]}
    moving = sum(n for part, n in total.items() if part in both)
    return moving >= (0.15 if len(lists) < _MANY else 0.3) * total.total()
