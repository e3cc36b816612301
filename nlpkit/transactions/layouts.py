"""Makes transactions of rows of numbered cells: one class for each layout."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import InputError, Option, Setting
from nlpkit.kernels.baskets import group_items, renumber
from nlpkit.kernels.types import I32, I64
from nlpkit.transactions.cells import EXTRA, FIRST_COLUMN, ID, ITEM, WEIGHT, DistinctCells
from nlpkit.transactions.model import Transactions
from nlpkit.transactions.weights import Weights, checked_sum, looked_up

_TRUE, _FALSE = {"1", "true", "t", "yes", "y"}, {"0", "false", "f", "no", "n"}


class RowError(Protocol):
    """Makes the error for a row, which names its line."""

    def __call__(self, row: int, *cause: str) -> InputError:
        """Returns the error. row: from 0 in the whole input. cause: what is wrong with it, parts of a message."""


def truth(text: str) -> bool | None:
    """Returns what a cell of a one-hot table means; None if it cannot be a cell of such a table."""
    word = text.lower()
    return True if word in _TRUE else False if word in _FALSE else None


class Collector(ABC):
    """Takes rows, some at a time, and makes transactions of them at the end.

    cells: the distinct cells. columns: the names of columns, for cells whose tag is FIRST_COLUMN + the name's place.
    error: makes the error for a row.
    """

    def __init__(self, cells: DistinctCells, columns: Sequence[str], error: RowError) -> None:
        self.cells, self.columns = cells, columns
        self.rows = 0  # that were added
        self._error = error
        self._seen = 0  # distinct cells that have been looked at
        self._sequences: list[I32] = []
        self._ends: list[I64] = []
        self._kept_cells = 0

    def add(self, sequence: I32, row_ends: I64) -> None:
        """Adds whole rows; see SpanRows. Raises InputError for cells that do not belong there."""
        self._look()
        self._seen = len(self.cells)
        self._add(sequence, row_ends)
        self.rows += row_ends.size

    @abstractmethod
    def finish(self) -> Transactions:
        """Returns the transactions of all rows."""

    @abstractmethod
    def _add(self, sequence: I32, row_ends: I64) -> None: ...

    @abstractmethod
    def _look(self) -> None:
        """Looks at distinct cells that are new, from self._seen on."""

    def _keep(self, sequence: I32, row_ends: I64) -> None:
        self._sequences.append(sequence)
        self._ends.append(row_ends + self._kept_cells)
        self._kept_cells += sequence.size

    def _fail(
        self, sequence: I32, row_ends: I64, wrong: NDArray[np.bool_], cause: Callable[[int], Sequence[str]]
    ) -> InputError:
        """Returns the error for the first cell that is wrong.

        cause: called with the cell's number; returns what is wrong with it, parts of a message.
        """
        cell = int(np.argmax(wrong))
        row = int(np.searchsorted(row_ends, cell, side="right"))
        return self._error(self.rows + row, *cause(int(sequence[cell])))

    def _kept(self) -> tuple[I32, I64]:
        """Returns all cells, and where the rows begin; frees what was collected."""
        sequence = _joined(self._sequences, np.int32)
        self._sequences = []
        offsets = np.zeros(sum(ends.size for ends in self._ends) + 1, np.int64)
        if self._ends:
            np.concatenate(self._ends, out=offsets[1:])
        self._ends = []
        return sequence, offsets


class Baskets(Collector):
    """A row is a transaction; its cells are items."""

    def __init__(self, cells: DistinctCells, columns: Sequence[str], error: RowError, weighted: bool) -> None:
        super().__init__(cells, columns, error)
        self._weights = Weights(cells) if weighted else None
        self._row_weights: list[I32] = []

    def _look(self) -> None:
        if self._weights is not None:
            self._weights.look(self._seen)

    def _add(self, sequence: I32, row_ends: I64) -> None:
        if self._weights is not None:
            sequence, row_ends = self._split_weights(self._weights, sequence, row_ends)
        self._keep(sequence, row_ends)

    def _split_weights(self, weights: Weights, sequence: I32, row_ends: I64) -> tuple[I32, I64]:
        lengths = np.diff(row_ends, prepend=0)
        is_weight = self.cells.tags[sequence] == WEIGHT
        rows = np.repeat(np.arange(row_ends.size, dtype=np.int32), lengths)[is_weight]
        found = np.full(row_ends.size, -1, np.int32)
        found[rows] = sequence[is_weight]
        self._check(weights, found, lengths == 0)
        filled = lengths > 0
        self._row_weights.append(found[filled])
        return sequence[~is_weight], np.cumsum((lengths - 1)[filled])

    def _check(self, weights: Weights, found: I32, empty: NDArray[np.bool_]) -> None:
        wrong = weights.are_wrong(found) & ~empty
        if wrong.any():
            row = int(np.argmax(wrong))
            raise self._error(self.rows + row, weights.cause(int(found[row])))

    def finish(self) -> Transactions:
        ids, offsets = self._kept()
        names, ids = _items(self.cells, ids)
        if self._weights is None:
            return Transactions(names, ids, offsets)
        found = _joined(self._row_weights, np.int32)
        values, scale = self._weights.values()
        return Transactions(names, ids, offsets, checked_sum(looked_up(values, found)), scale)


class Long(Collector):
    """A row is an item of a transaction, which its id names."""

    def __init__(self, cells: DistinctCells, columns: Sequence[str], error: RowError, weighted: bool) -> None:
        super().__init__(cells, columns, error)
        self._weights = Weights(cells) if weighted else None
        self._owners: list[I32] = []
        self._items: list[I32] = []
        self._row_weights: list[I32] = []
        self._has_more = False  # that some row has more cells than the header

    def _look(self) -> None:
        self._has_more |= bool((self.cells.tags[self._seen :] == EXTRA).any())
        if self._weights is not None:
            self._weights.look(self._seen)

    def _add(self, sequence: I32, row_ends: I64) -> None:
        if self._has_more and (wrong := self.cells.tags[sequence] == EXTRA).any():
            raise self._fail(sequence, row_ends, wrong, self._cause)
        owners, items, weights = self._split(sequence, row_ends)
        if (lost := (owners < 0) & (items >= 0)).any():
            row = int(np.argmax(lost))
            item = self.cells.text(int(items[row]))
            every = (Setting("layout", "long"), " needs one")
            raise self._error(self.rows + row, f"the item {item!r} has no id; every row of ", *every)
        if self._weights is not None:
            wrong = self._weights.are_wrong(weights) & (owners >= 0)
            if wrong.any():
                row = int(np.argmax(wrong))
                raise self._error(self.rows + row, self._weights.cause(int(weights[row])))
            self._row_weights.append(weights)
        self._owners.append(owners)
        self._items.append(items)

    def _cause(self, number: int) -> tuple[str, ...]:
        place = f"the cell {self.cells.text(number)!r} is beyond the last column of the header; "
        return place, "is there an unquoted ", Option("delimiter"), " in a cell?"

    def _split(self, sequence: I32, row_ends: I64) -> tuple[I32, I32, I32]:
        """Returns the id, the item and the weight of each row, int32 each, -1 if it has none."""
        tags = self.cells.tags
        count = row_ends.size
        if self._weights is None and np.array_equal(row_ends, np.arange(2, 2 * count + 2, 2)):
            columns = sequence.reshape(-1, 2)
            first = 0 if count == 0 or tags[sequence[0]] == ID else 1
            return columns[:, first].copy(), columns[:, 1 - first].copy(), np.empty(0, np.int32)
        rows = np.repeat(np.arange(count, dtype=np.int32), np.diff(row_ends, prepend=0))
        parts = []
        for tag in (ID, ITEM, WEIGHT):
            part = np.full(count, -1, np.int32)
            which = tags[sequence] == tag
            part[rows[which]] = sequence[which]
            parts.append(part)
        return parts[0], parts[1], parts[2]

    def finish(self) -> Transactions:
        owners, items = _joined(self._owners, np.int32), _joined(self._items, np.int32)
        self._owners, self._items = [], []
        tags = self.cells.tags
        owner_of, count = _places(tags == ID)
        names, items = _items(self.cells, items)
        held = owners >= 0
        if not held.all():
            owners, items = owners[held], items[held]
        renumber(owner_of, owners)
        weights, scale = None, 1
        if self._weights is not None:
            values, scale = self._weights.values()
            of_rows = looked_up(values, _joined(self._row_weights, np.int32)[held])
            weights = checked_sum(self._of_ids(owners, of_rows, held, count, scale))
        offsets = np.zeros(count + 1, np.int64)
        ids = np.empty(int((items >= 0).sum()), np.int32)
        group_items(owners, items, offsets, ids)
        return Transactions(names, ids, offsets, weights, scale)

    def _of_ids(self, of: I32, weights: I64, held: NDArray[np.bool_], count: int, scale: int) -> I64:
        """Returns the weight of each id, which must be the same in all its rows."""
        first_rows = np.full(count, of.size, np.int64)
        np.minimum.at(first_rows, of, np.arange(of.size))
        firsts = weights[first_rows]
        differs = firsts[of] != weights
        if differs.any():
            row = int(np.argmax(differs))
            name = self.cells.texts(self.cells.tags == ID)[of[row]]
            here, before = (Decimal(int(weight[i])) / scale for weight, i in ((weights, row), (firsts, of[row])))
            raise self._error(
                int(np.flatnonzero(held)[row]),
                f"the weight of {name!r} is {here} here and {before} before; it must be the same in all rows of an id",
            )
        return firsts


class NamedColumns(Collector):
    """A row is a transaction; its items are cells with the names of their columns."""

    def __init__(self, cells: DistinctCells, columns: Sequence[str], error: RowError, weighted: bool) -> None:
        super().__init__(cells, columns, error)
        self._baskets = Baskets(cells, columns, error, weighted)
        self._item_of = np.empty(0, np.int32)  # by the number of the cell; -1: no item, -2: a weight, -3: an error

    def _add(self, sequence: I32, row_ends: I64) -> None:
        of = self._item_of[sequence]
        if (wrong := of == -3).any():
            raise self._fail(sequence, row_ends, wrong, self._cause)
        kept = of != -1
        if not kept.all():
            ends = np.zeros(sequence.size + 1, np.int64)
            np.cumsum(kept, out=ends[1:])
            sequence, row_ends = sequence[kept], ends[row_ends]
        self._baskets.add(sequence, row_ends)

    def _look(self) -> None:
        tags = self.cells.tags[self._seen :]
        of = np.full(tags.size, 0, np.int32)
        of[tags == EXTRA] = -3
        of[tags == WEIGHT] = -2
        self._judge(of, tags)
        self._item_of = np.concatenate([self._item_of, of])

    def _judge(self, of: I32, tags: I32) -> None:
        """Marks those new cells that are not items."""

    def _cause(self, number: int) -> tuple[str, ...]:
        place = f"the cell {self.cells.text(number)!r} is beyond the last of {len(self.columns)} columns; "
        return place, "is the ", Option("delimiter"), " right?"

    def finish(self) -> Transactions:
        return self._baskets.finish()


class Categories(NamedColumns):
    """Every cell is an item: column=value."""

    def finish(self) -> Transactions:
        t = super().finish()
        tags = self.cells.tags
        columns = tags[tags >= FIRST_COLUMN] - FIRST_COLUMN
        names = [f"{self.columns[column]}={value}" for column, value in zip(columns.tolist(), t.names, strict=True)]
        return _united(names, t)


class OneHot(NamedColumns):
    """A column is an item, which the transaction has where the cell is true."""

    def _judge(self, of: I32, tags: I32) -> None:
        for i in np.flatnonzero(tags >= FIRST_COLUMN).tolist():
            held = truth(self.cells.text(self._seen + i))
            of[i] = 0 if held else -1 if held is False else -3

    def _cause(self, number: int) -> tuple[str, ...]:
        tag = int(self.cells.tags[number])
        if tag == EXTRA:
            return super()._cause(number)
        return (
            f"the column {self.columns[tag - FIRST_COLUMN]!r} holds {self.cells.text(number)!r}, neither 0 nor 1; ",
            Setting("layout", "table"),
            " makes an item of every cell",
        )

    def finish(self) -> Transactions:
        t = super().finish()
        tags = self.cells.tags
        columns = tags[tags >= FIRST_COLUMN] - FIRST_COLUMN
        ids = columns[t.ids] if columns.size else t.ids
        return Transactions(list(self.columns), ids, t.offsets, t.weights, t.scale)


def _joined(parts: list[NDArray[np.int32]], dtype: type) -> NDArray[np.int32]:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, dtype)


def _places(which: NDArray[np.bool_]) -> tuple[I32, int]:
    """Returns for each one its place among those that are marked, and how many are marked."""
    places = np.cumsum(which, dtype=np.int32) - np.int32(1)
    return places, int(places[-1]) + 1 if places.size else 0


def _items(cells: DistinctCells, numbers: I32) -> tuple[list[str], I32]:
    """Returns the texts of the items, and the numbers (of cells, or -1), which become those of items, in place."""
    tags = cells.tags
    is_item = (tags == ITEM) | (tags >= FIRST_COLUMN)
    if is_item.all():
        return cells.texts(), numbers
    names = cells.texts(is_item)
    places, _ = _places(is_item)
    renumber(places, numbers)
    return names, numbers


def _united(names: list[str], t: Transactions) -> Transactions:
    """Returns the transactions with one number for all items of the same name."""
    numbers: dict[str, int] = {}
    places = [numbers.setdefault(name, len(numbers)) for name in names]
    ids = t.ids if len(numbers) == len(names) else np.array(places, np.int32)[t.ids]
    return Transactions(list(numbers), ids, t.offsets, t.weights, t.scale)
