"""Makes transactions of rows of numbered cells: one class for each layout."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import InputError, Option, Repeated, Setting
from nlpkit.kernels.baskets import group_items, renumber
from nlpkit.kernels.types import I32, I64
from nlpkit.transactions.cell_lists import holds_objects
from nlpkit.transactions.cells import EXTRA, FIRST_COLUMN, FIRST_ID, ITEM, WEIGHT, DistinctCells
from nlpkit.transactions.columns import Columns
from nlpkit.transactions.conditions import stated
from nlpkit.transactions.items import distinct, number_items
from nlpkit.transactions.keys import Keys
from nlpkit.transactions.model import Transactions
from nlpkit.transactions.truth import presence
from nlpkit.transactions.weights import Values, Weights

_LONGEST = 60  # characters of a cell that a message shows


class RowError(Protocol):
    """Makes the error for a row, which names its line."""

    def __call__(self, row: int, *cause: str) -> InputError:
        """Returns the error. row: from 0 in the whole input. cause: what is wrong with it, parts of a message."""


class Collector(ABC):
    """Takes rows, some at a time, and makes transactions of them at the end.

    cells: the distinct cells. columns: what their columns hold. error: makes the error for a row.
    """

    def __init__(self, cells: DistinctCells, columns: Columns, error: RowError) -> None:
        self.cells, self.columns = cells, columns
        self._weights = None if columns.weight is None else Weights(cells, columns.weight)
        self.rows = 0  # that were added
        self._error = error
        self._seen = 0  # distinct cells that have been looked at
        self._sequences: list[I32] = []
        self._ends: list[I64] = []
        self._kept_cells = 0
        self._objects: list[int] = []  # cells of items that hold objects

    def add(self, sequence: I32, row_ends: I64) -> None:
        """Adds whole rows; see SpanRows. Raises InputError for cells that do not belong there."""
        self._look()
        if self.columns.separator is not None:
            self._refuse_objects(sequence, row_ends)
        self._seen = len(self.cells)
        self._add(sequence, row_ends)
        self.rows += row_ends.size

    def _refuse_objects(self, sequence: I32, row_ends: I64) -> None:
        """Raises InputError for cells of items that hold objects."""
        tags = self.cells.tags[self._seen :]
        new = np.flatnonzero((tags == ITEM) | (tags >= FIRST_COLUMN)) + self._seen
        self._objects += [number for number in new.tolist() if holds_objects(self.cells.text(number))]
        if self._objects and (wrong := np.isin(sequence, self._objects)).any():
            raise self._fail(sequence, row_ends, wrong, self._object)

    def _object(self, number: int) -> tuple[str, ...]:
        text = self.cells.text(number)
        shown = text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
        return (f"the cell {shown!r} holds objects, not items; leave in it the names of items only",)

    @property
    def notes(self) -> list[str]:
        """Lines for the user, once `finish` has been called."""
        return [] if self._weights is None else self._weights.notes

    @abstractmethod
    def finish(self) -> Transactions:
        """Returns the transactions of all rows."""

    def begin_file(self) -> None:  # noqa: B027 - most layouts have nothing to do
        """Is called before the first rows of each file."""

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

    def __init__(self, cells: DistinctCells, columns: Columns, error: RowError) -> None:
        super().__init__(cells, columns, error)
        self._row_weights: list[I32] = []
        self._filled: list[NDArray[np.bool_]] = []  # for each row, whether it has cells

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
        self._filled.append(filled)
        return sequence[~is_weight], np.cumsum((lengths - 1)[filled])

    def _check(self, weights: Weights, found: I32, empty: NDArray[np.bool_]) -> None:
        wrong = weights.are_wrong(found) & ~empty
        if wrong.any():
            row = int(np.argmax(wrong))
            raise self._error(self.rows + row, *weights.cause(int(found[row])))

    def finish(self) -> Transactions:
        cells, offsets = self._kept()
        names, ids, sizes = number_items(self.cells, self.columns, cells)
        if sizes is not None:
            ends = np.zeros(sizes.size + 1, np.int64)
            np.cumsum(sizes, out=ends[1:])
            offsets = ends[offsets]
        return Transactions(names, ids, offsets, *self.weights())

    def weights(self) -> tuple[I64 | None, int]:
        """Returns the weight of each row, and their scale."""
        if self._weights is None:
            return None, 1
        found = _joined(self._row_weights, np.int32)
        rows = np.flatnonzero(np.concatenate(self._filled)) if self._filled else found
        values = self._weights.values(found, lambda place, cause: self._error(int(rows[place]), cause))
        return self._weights.units(found, values)

    def kept(self) -> tuple[I32, I64]:
        """Returns the cells of all rows, and where the rows begin; frees what was collected."""
        return self._kept()


class Long(Collector):
    """A row has the id of a transaction, in one column or several, and items of it.

    Entries: an item with the transaction that it belongs to, both as numbers; -1 for a row without one of them.
    """

    def __init__(self, cells: DistinctCells, columns: Columns, error: RowError) -> None:
        super().__init__(cells, columns, error)
        self._keys = Keys(len(columns.id)) if len(columns.id) > 1 else None
        self._owners: list[I32] = []
        self._items: list[I32] = []
        self._entry_weights: list[I32] = []
        self._entry_rows: list[I64] = []  # of entries with weights, if rows may have several
        self._has_more = False  # that some row has more cells than the header
        self._last = np.int32(-1)  # the id in this file that blank ones below it stand for

    def begin_file(self) -> None:
        """As in Collector."""
        self._last = np.int32(-1)

    def _look(self) -> None:
        self._has_more |= bool((self.cells.tags[self._seen :] == EXTRA).any())
        if self._weights is not None:
            self._weights.look(self._seen)

    def _add(self, sequence: I32, row_ends: I64) -> None:
        if self._has_more and (wrong := self.cells.tags[sequence] == EXTRA).any():
            raise self._fail(sequence, row_ends, wrong, self._cause)
        if not self._add_pairs(sequence, row_ends):
            self._add_rows(sequence, row_ends)

    def _cause(self, number: int) -> tuple[str, ...]:
        first = "header" if self.columns.header else "first row"
        place = f"the cell {self.cells.text(number)!r} is beyond the last column of the {first}; "
        return place, "is there an unquoted ", Option("delimiter"), " in a cell?"

    def _add_pairs(self, sequence: I32, row_ends: I64) -> bool:
        """Adds rows of one id and one item each; returns False if they are not such rows."""
        count = row_ends.size
        is_simple = self._weights is None and self._keys is None and len(self.columns.item) == 1
        is_simple &= not self.columns.fills
        if not is_simple or not np.array_equal(row_ends, np.arange(2, 2 * count + 2, 2)):
            return False
        pairs = sequence.reshape(-1, 2)
        first = 0 if count == 0 or self.cells.tags[sequence[0]] == FIRST_ID else 1
        self._owners.append(pairs[:, first].copy())
        self._items.append(pairs[:, 1 - first].copy())
        return True

    def _add_rows(self, sequence: I32, row_ends: I64) -> None:
        tags, count = self.cells.tags[sequence], row_ends.size
        rows = np.repeat(np.arange(count, dtype=np.int32), np.diff(row_ends, prepend=0))

        def cells_of(tag: int) -> I32:
            found = np.full(count, -1, np.int32)
            which = tags == tag
            found[rows[which]] = sequence[which]
            return found

        is_item = (tags == ITEM) | (tags >= FIRST_COLUMN)
        sizes = np.bincount(rows[is_item], minlength=count)
        owners = self._owners_of([cells_of(FIRST_ID + place) for place in range(len(self.columns.id))], sizes)
        if (lost := (owners < 0) & (sizes > 0)).any():
            row = int(np.argmax(lost))
            raise self._lost(row, int(sequence[is_item & (rows == row)][0]), tags[rows == row].tolist())
        entries = np.maximum(sizes, 1)
        if self._weights is not None:
            weights = cells_of(WEIGHT)
            wrong = self._weights.are_wrong(weights) & (owners >= 0)
            if wrong.any():
                row = int(np.argmax(wrong))
                raise self._error(self.rows + row, *self._weights.cause(int(weights[row])))
            self._entry_weights.append(np.repeat(weights, entries))
            if len(self.columns.item) > 1:
                self._entry_rows.append(np.repeat(np.arange(self.rows, self.rows + count), entries))
        self._owners.append(np.repeat(owners, entries))
        items = np.full(int(entries.sum()), -1, np.int32)
        items[np.repeat(sizes > 0, entries)] = sequence[is_item]
        self._items.append(items)

    def _owners_of(self, parts: list[I32], sizes: I64) -> I32:
        """Returns the number of each row's transaction, -1 if a part of its key is missing."""
        if self._keys is None:
            return self._filled(parts[0]) if self.columns.fills else parts[0]
        owners = np.full(sizes.size, -1, np.int32)
        whole = np.logical_and.reduce([part >= 0 for part in parts])
        owners[whole] = self._keys.number([part[whole] for part in parts])
        return owners

    def _filled(self, owners: I32) -> I32:
        """Returns ids in which blank ones, -1, are those of the row above."""
        above = np.maximum.accumulate(np.where(owners >= 0, np.arange(owners.size), -1))
        owners = np.where(above >= 0, owners[above], self._last)
        self._last = owners[-1] if owners.size else self._last
        return owners

    def _lost(self, row: int, item: int, tags: list[int]) -> InputError:
        """Returns the error for an item without an id. tags: of the cells of its row."""
        if self.columns.fills:
            cause = f"the item {self.cells.text(item)!r} has no id, and no row above it in this file has one; "
            return self._error(self.rows + row, f"{cause}write its id into it, or leave the row out")
        missing = next(column for place, column in enumerate(self.columns.id) if FIRST_ID + place not in tags)
        name = "id" if self._keys is None else f"id in the column {missing!r}"
        out = Repeated("where", stated(missing, "!=", '""'))
        ways = (f"if a blank cell of {missing!r} means the one above it, fill it in first; if not, ", out)
        every = (Setting("layout", "long"), " needs one; ", *ways, " leaves such rows out")
        cause = f"the item {self.cells.text(item)!r} has no {name}; every row of "
        return self._error(self.rows + row, cause, *every)

    def finish(self) -> Transactions:
        owners, entries = _joined(self._owners, np.int32), _joined(self._items, np.int32)
        self._owners, self._items = [], []
        held = owners >= 0
        names, items, sizes = number_items(self.cells, self.columns, entries[held] if not held.all() else entries)
        if not held.all():
            owners = owners[held]
        count, label = self._number_owners(owners)
        weights, scale = None, 1
        if self._weights is not None:
            of_ids = self._weights_of_ids(self._weights, owners, held, count, label)
            weights, scale = self._weights.units(*of_ids)
        if sizes is not None:
            owners = np.repeat(owners, sizes)
        offsets = np.zeros(count + 1, np.int64)
        ids = np.empty(int((items >= 0).sum()), np.int32)
        group_items(owners, items, offsets, ids)
        return Transactions(names, ids, offsets, weights, scale)

    def _number_owners(self, owners: I32) -> tuple[int, Callable[[int], str]]:
        """Numbers the transactions in place, in order of their first occurrence; returns how many there are, and what
        tells the id of one."""
        keys, cells = self._keys, self.cells
        if keys is not None:
            return len(keys), lambda owner: ", ".join(map(cells.text, keys.parts(owner)))
        if self.columns.sifted:
            order, owner_of = distinct(owners, len(cells))
        else:
            is_id = cells.tags == FIRST_ID
            order = np.flatnonzero(is_id).astype(np.int32)
            owner_of = np.cumsum(is_id, dtype=np.int32) - np.int32(1)
        renumber(owner_of, owners)
        return order.size, lambda owner: cells.text(int(order[owner]))

    def _weights_of_ids(
        self, weights: Weights, of: I32, held: NDArray[np.bool_], count: int, label: Callable[[int], str]
    ) -> tuple[I32, Values]:
        """Returns the cell of the weight of each id, which must be the same in all its rows, and the cells' values."""
        rows = np.concatenate(self._entry_rows) if self._entry_rows else np.arange(held.size)
        rows = rows[held]
        found = _joined(self._entry_weights, np.int32)[held]
        values = weights.values(found, lambda place, cause: self._error(int(rows[place]), cause))
        distinct_values: dict[Decimal, int] = {}
        value_of = np.full(len(self.cells), -1, np.int32)
        for number, value in values.items():
            value_of[number] = distinct_values.setdefault(value, len(distinct_values))
        first_entries = np.full(count, of.size, np.int64)
        np.minimum.at(first_entries, of, np.arange(of.size))
        firsts = found[first_entries]
        differs = value_of[firsts[of]] != value_of[found]
        if differs.any():
            entry = int(np.argmax(differs))
            here, before = (self.cells.text(int(cell)) for cell in (found[entry], firsts[of[entry]]))
            raise self._error(
                int(rows[entry]),
                f"the weight of {label(int(of[entry]))!r} is {here} here and {before} before; it must be the same "
                "in all rows of an id, as it is the weight of the whole transaction",
            )
        return firsts, values


class NamedColumns(Collector):
    """A row is a transaction; its items are cells with the names of their columns."""

    def __init__(self, cells: DistinctCells, columns: Columns, error: RowError) -> None:
        super().__init__(cells, columns, error)
        self._baskets = Baskets(cells, columns, error)
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
        place = f"the cell {self.cells.text(number)!r} is beyond the last of {len(self.columns.names)} columns; "
        return place, "is the ", Option("delimiter"), " right?"

    @property
    def notes(self) -> list[str]:
        """As in Collector."""
        return self._baskets.notes

    def finish(self) -> Transactions:
        return self._baskets.finish()


class Categories(NamedColumns):
    """Every cell is an item: column=value."""


class OneHot(NamedColumns):
    """A column is an item, which the transaction has where the cell says so: a quantity above 0, or a word for yes."""

    def _judge(self, of: I32, tags: I32) -> None:
        for i in np.flatnonzero(tags >= FIRST_COLUMN).tolist():
            said = presence(self.cells.text(self._seen + i))
            of[i] = -3 if said is None or said < 0 else said - 1

    def _cause(self, number: int) -> tuple[str, ...]:
        tag = int(self.cells.tags[number])
        if tag == EXTRA:
            return super()._cause(number)
        text = self.cells.text(number)
        column = self.columns.names[tag - FIRST_COLUMN]
        cause = f"the column {column!r} holds {text!r}, "
        if presence(text) == -1:
            out = Repeated("where", stated(column, "!~", f"^{text[0]}"))  # not >= 0, which no blank cell is
            return f"{cause}a quantity below 0 (a return?); ", out, " leaves such transactions out"
        return f"{cause}neither 0 nor 1; ", Setting("layout", "table"), " makes an item of every cell"

    def finish(self) -> Transactions:
        cells, offsets = self._baskets.kept()
        renumber(self.cells.tags - np.int32(FIRST_COLUMN), cells)
        return Transactions(list(self.columns.names), cells, offsets, *self._baskets.weights())


def _joined(parts: list[NDArray[np.int32]], dtype: type) -> NDArray[np.int32]:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, dtype)
