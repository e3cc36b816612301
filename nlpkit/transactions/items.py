"""Numbers the items of cells: a cell is the name of an item, or stands for one or several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from nlpkit.kernels.baskets import expand, first_seen, renumber
from nlpkit.kernels.types import I32, I64
from nlpkit.transactions.cell_lists import split_cell
from nlpkit.transactions.cells import FIRST_COLUMN, ITEM, DistinctCells
from nlpkit.transactions.columns import Columns, unprotected


def number_items(cells: DistinctCells, columns: Columns, numbers: I32) -> tuple[list[str], I32, I64 | None]:
    """Returns the names of the items; the numbers of the items of cells, end to end, int32; and how many items each
    cell has, int64, None if each has one.

    numbers: int32, the cells in the order of the input, -1 for none; they may be changed.
    """
    tags = cells.tags
    is_item = (tags == ITEM) | (tags >= FIRST_COLUMN)
    if not columns.sifted and columns.separator is None and columns.layout != "table":
        if is_item.all():
            return cells.texts(), numbers, None
        renumber(np.cumsum(is_item, dtype=np.int32) - np.int32(1), numbers)
        return cells.texts(is_item), numbers, None
    order = distinct(numbers, len(cells))[0] if columns.sifted else np.flatnonzero(is_item)
    return _named(_names_of(cells, columns, order), order, len(cells), numbers)


def distinct(numbers: I32, size: int) -> tuple[I32, I32]:
    """Returns the distinct numbers in the order of their first occurrence, without negative ones, and the place of each
    of `size` numbers in this order, -1 if it does not occur; int32 each."""
    places, order = np.full(size, -1, np.int32), np.empty(size, np.int32)
    return order[: first_seen(numbers, places, order)], places


def _names_of(cells: DistinctCells, columns: Columns, order: I32 | I64) -> Iterator[Sequence[str]]:
    """Yields the names of the items of cells."""
    tags, separator, trim = cells.tags, columns.separator, columns.trim
    for number in order.tolist():
        text, tag = cells.text(number), int(tags[number])
        text = unprotected(text) if columns.protected else text
        if columns.layout == "table":
            yield (f"{columns.names[tag - FIRST_COLUMN]}={text}",)
        elif separator is None:
            yield (columns.renamed(tag, text),)
        else:
            parts = split_cell(text, separator, trim)
            columns.blanked.update(columns.missing.intersection(parts))
            yield [columns.renamed(tag, part) for part in parts if part not in columns.missing]


def _named(
    of_cells: Iterable[Sequence[str]], order: I32 | I64, size: int, numbers: I32
) -> tuple[list[str], I32, I64 | None]:
    """Returns what number_items returns. of_cells: the names of the items of the cells in `order`, of `size` in all."""
    found: dict[str, int] = {}
    parts = [[found.setdefault(name, len(found)) for name in names] for names in of_cells]
    sizes = np.zeros(size, np.int64)
    sizes[order] = [len(part) for part in parts]
    if all(len(part) == 1 for part in parts):
        places = np.full(size, -1, np.int32)
        places[order] = [part[0] for part in parts]
        renumber(places, numbers)
        return list(found), numbers, None
    bounds = np.zeros(size + 1, np.int64)
    np.cumsum(sizes, out=bounds[1:])
    flat = np.array([number for place in np.argsort(order) for number in parts[place]], np.int32)
    each = np.where(numbers >= 0, sizes[numbers], 0)
    items = np.empty(int(each.sum()), np.int32)
    expand(numbers, bounds, flat, items)
    return list(found), items, each
