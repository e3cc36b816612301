"""Guesses how a table is read: the layout, the header, and the columns of ids and items, by names and values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile

from nlpkit.transactions.evidence import (
    FEW_ROWS,
    FEWEST_ROWS,
    MANY_ROWS,
    Column,
    columns_of,
    ends_blank,
    named_by_cells,
    repeats_within,
    specificity,
    without,
)
from nlpkit.transactions.headers import is_header, is_numbering
from nlpkit.transactions.hints import (
    Hint,
    blank_hint,
    colon_hint,
    dates_hint,
    list_hint,
    long_hint,
    missing_hint,
    text_hint,
)
from nlpkit.transactions.ids import Front, ids_beside_flags, ids_of_rows, is_measure
from nlpkit.transactions.lists import is_survey_answer, separator_of
from nlpkit.transactions.names import Role, are_places, first_place, is_total, role_of
from nlpkit.transactions.options import TransactionOptions
from nlpkit.transactions.pairs import Pair, filled_down, find_pair, groups_of, is_sure
from nlpkit.transactions.returns import return_hint, state_hint, total_hint

__all__ = ["Guess", "guess_table", "has_row_names"]

_MOST_RAGGED = 300  # rows that are looked at if they differ in length
_MANY_EVEN = 0.8  # share of rows with the width of the first row, from which ragged rows are ignored
_RARE = 0.02  # share of rows: the most ragged rows in a table of categories
_MOST_BESIDE_LISTS = 4  # columns of a table, beside one of lists whose name does not say that it holds items
_MOST_BEHIND = 3  # columns of numbers or dates behind those of items


@dataclass(frozen=True, slots=True)
class Guess:
    """How a table is read: what the user says, and what its first rows suggest for the rest.

    layout: one of choices.LAYOUTS. header: whether the first row names the columns.
    id, item: columns, as names in the header, or as numbers from 1. Layout 'long': the columns that name the
    transaction together, and those of its items. Other layouts: the columns that hold no items. Layout 'basket': the
    columns of items, none for all others. item_separator: what stands between the items of a cell. fills: blank ids are
    those of the row above. hints: lines for the user, each in parts of which some name options. named: the cells of a
    header above baskets that could be items.
    """

    layout: str
    header: bool
    id: tuple[str, ...] = ()
    item: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()
    item_separator: str | None = None
    fills: bool = False
    named: tuple[str, ...] = ()


def guess_table(rows: Sequence[Sequence[str]], delimiter: str, given: TransactionOptions) -> Guess:
    """Returns how a table is read. rows: its first ones, and perhaps some others. given: what the user says, which
    holds. A few rows that are longer or shorter than all others do not make baskets of a table."""
    even = [row for row in rows if len(row) == len(rows[0])]
    if delimiter != " " and _MANY_EVEN * len(rows) <= len(even) < len(rows):
        guess = _Guesser(even, delimiter, given).guess()
        is_rare = len(rows) - len(even) <= max(1, _RARE * len(rows)) and len(rows[0]) > 2 and len(even) > FEW_ROWS
        if guess.layout in ("long", "onehot") or (guess.layout == "table" and is_rare):
            return guess
    return _Guesser(rows, delimiter, given).guess()


def has_row_names(header: Sequence[str]) -> bool:
    """Returns whether only the first column has no name: pandas and R write the numbers of rows into such a column."""
    return len(header) > 1 and not header[0] and all(header[1:])


class _Guesser:
    """The decisions, in order; each property is one of them."""

    def __init__(self, rows: Sequence[Sequence[str]], delimiter: str, given: TransactionOptions) -> None:
        if len({len(row) for row in rows}) > 1:
            rows = rows[:_MOST_RAGGED]
        self.rows, self.delimiter, self.given = rows, delimiter, given

    def guess(self) -> Guess:
        """Returns how the table is read."""
        given = self.given
        if not self.rows:
            return Guess(given.layout or "basket", bool(given.header) or self._is_named, given.ids, given.items)
        layout = given.layout or self._layout()
        guess = {"long": self._long, "basket": self._basket, "onehot": self._named, "table": self._named}[layout](
            layout
        )
        ids = given.ids or tuple(column for column in guess.id if column not in given.items)
        items = given.items or guess.item
        return replace(guess, id=ids, item=items, hints=self._hints(guess), named=self._names_of_baskets(guess))

    def _names_of_baskets(self, guess: Guess) -> tuple[str, ...]:
        """Returns the cells of a header above baskets, if nobody said that it is one and they are not numbered."""
        if guess.layout != "basket" or not guess.header or guess.item or self.given.header or self._is_named:
            return ()
        names = [column.name for column in self.columns if column.name and column.name not in guess.id]
        return () if are_places(names) else tuple(names)

    def _hints(self, guess: Guess) -> tuple[Hint, ...]:
        """Returns lines for the user about what the rows hold."""
        taken = {*self._places(guess.id), *self._places(self.given.ids)}
        items = [column for column in self.others if column.place not in taken]
        found: list[Hint | None] = []
        if guess.layout == "long" and self._pair is not None:
            taken |= {column.place for column in (*self._pair.id, self._pair.item)}
            held = [column for column in self.columns if column.place not in taken]
            columns, above = self._filled
            if guess.fills and above is not None:
                found.append(blank_hint(above, self.given))
            found += [missing_hint([self._pair.item], self.given)]
            if not self.given.where:  # it may leave out these very rows
                found += [return_hint(held, self.given.weight), state_hint(held)]
            if not self.given.ids:
                found.append(dates_hint(columns, self._pair))
        elif guess.layout != "onehot":
            found.append(missing_hint(items, self.given))
        if guess.layout == "onehot":
            last = [(column.ref, column.cells[-1]) for column in self._flag_ids or []]
            found += [total_hint(column, cell) for column, cell in last if is_total(cell)]
        if guess.layout == "basket" and self.delimiter != " ":
            found.append(colon_hint(self.rows))
        if guess.layout == "table":
            found.append(list_hint(items))
        if guess.layout == "basket":
            text = text_hint(self.rows, self.delimiter) if guess.item_separator is None else None
            is_long = self.given.layout is not None and self.is_even and not self.given.items and self.delimiter != " "
            found += [text, long_hint(self._pair) if is_long else None]
        return tuple(hint for hint in found if hint is not None)

    # ---- what the first rows are

    @cached_property
    def _is_named(self) -> bool:
        """Whether a column is given by a name, so that there must be a header."""
        given = self.given
        columns = (*given.ids, *given.items, *([] if given.weight is None else [str(given.weight)]))
        return any(not column.isdecimal() for column in columns)

    @cached_property
    def is_even(self) -> bool:
        """Whether all rows have as many cells as the first."""
        return len({len(row) for row in self.rows}) == 1

    @cached_property
    def header(self) -> bool:
        """Whether the first row names the columns."""
        if self.given.header is not None:
            return self.given.header
        return self._is_named or is_header(self.rows)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns; short rows are filled up."""
        width = max(map(len, self.rows))
        if not self.is_even and self.header:
            width = max(width, len(self.rows[0]))
        rows = [[*row, *[""] * (width - len(row))] for row in self.rows]
        names = rows.pop(0) if self.header else None
        return columns_of(names, rows)

    def _refs(self, columns: Sequence[Column]) -> tuple[str, ...]:
        """Returns how columns are written as options; one of row numbers without a name is left out anyway."""
        unnamed = self.header and has_row_names(self.rows[0])
        return tuple(column.ref for column in columns if not (unnamed and column.place == 0))

    def _places(self, columns: Sequence[str]) -> list[int]:
        """Returns the places of columns that are given; those that do not exist are left out."""
        places = {column.name: column.place for column in reversed(self.columns)}
        return [
            places[column] if column in places else int(column) - 1
            for column in columns
            if column in places or (column.isdecimal() and 0 < int(column) <= len(self.columns))
        ]

    @cached_property
    def others(self) -> list[Column]:
        """The columns that the user does not give as ids, or as weights."""
        given = self.given
        weight = [] if given.weight is None else [str(given.weight)]
        taken = self._places([*given.ids, *weight])
        return [column for column in self.columns if column.place not in taken]

    # ---- the layout

    def _layout(self) -> str:
        given = self.given
        if given.items:
            is_long = self._are_ids_repeated if len(given.items) > 1 else self._pair_of_item()
            return "long" if is_long else "basket"
        if given.item_separator is not None:
            return "long" if is_sure(self._pair) and not self._is_list_of_row else "basket"
        if self.delimiter == " " and not self._is_named:
            return "long" if self._are_spaced_pairs() else "basket"
        if not self.is_even or len(self.rows[0]) < 2 or len(self.rows) < 2:
            return "basket"
        if self._flag_ids is not None:
            return "onehot"
        if self._item_columns:
            return "basket"
        if is_sure(self._pair) and not self._is_list_of_row:
            return "long"
        if self._list is not None or self._are_padded:
            return "basket"
        return "table" if self._are_categories() else "basket"

    def _are_spaced_pairs(self) -> bool:
        """Whether each line has a number, which repeats, and a word."""
        body = self.rows[self.header :]
        if len(body) < FEW_ROWS or any(len(row) != 2 for row in body):
            return False
        first = self.columns[0]
        return first.is_integer and first.runs * 3 >= len(body) and is_sure(self._pair)

    @cached_property
    def _filled(self) -> tuple[list[Column], Column | None]:
        """The columns that may hold ids and items, and that of ids which stand in the first rows of transactions only,
        if there is one: then blank cells are as those above them."""
        places = {column.place for column in self.others} | set(self._places(self.given.ids))
        return filled_down([column for column in self.columns if column.place in places])

    @cached_property
    def _pair(self) -> Pair | None:
        ids = self._places(self.given.ids)
        items = self._places(self.given.items)
        columns, _ = self._filled
        if len(columns) < 2:
            return None
        places = {column.place: place for place, column in enumerate(columns)}
        item = places.get(items[0]) if items else None
        return find_pair(columns, [places[i] for i in ids if i in places], item)

    def _pair_of_item(self) -> bool:
        """Whether another column can be that of ids, beside the one of items that is given."""
        return bool(self.given.ids) or (self._pair is not None and self._pair.score > 0) or self._list is None

    @cached_property
    def _are_ids_repeated(self) -> bool:
        """Whether rows have the same ids in the columns that are given for them."""
        ids = [self.columns[place] for place in self._places(self.given.ids)] if self.is_even else []
        return bool(ids) and groups_of(ids).repeats > 0 and all(column.filled for column in ids)

    @cached_property
    def _flag_ids(self) -> list[Column] | None:
        """The columns that are no items, if all others are flags; None otherwise."""
        return ids_beside_flags(self.others, self.header, bool(self.given.ids))

    @cached_property
    def _item_columns(self) -> list[Column]:
        """The columns that hold one item of a basket each, by their names: Item 1, Item 2, ...; or 0, 1, 2, ...; or the
        name of their only item."""
        if not self.header:
            return []
        named = named_by_cells(self.others)
        if (rest := without(self.others, named)) == ids_of_rows(rest, self.header) and named:
            return named
        behind = sum(1 for _ in takewhile(is_measure, self.others[: -_MOST_BEHIND - 1 : -1]))
        for end in range(len(self.others), len(self.others) - behind - 1, -1):
            names = [column.name for column in self.others[:end]]
            if (start := first_place(names)) is not None:
                columns = self.others[start:end]
                return columns if self._hold_items(columns, names[start:]) else []
        return []

    def _hold_items(self, columns: Sequence[Column], names: Sequence[str]) -> bool:
        if role_of(names[0].rstrip("0123456789 _.-([])#")) is Role.ITEM:
            return True
        if is_numbering(names) or ends_blank(columns):
            return not all(column.is_truth for column in columns) and repeats_within(columns) < 0.02
        return False

    @cached_property
    def _front(self) -> list[Column]:
        """The columns in front of a basket that are no items."""
        return Front(self.others, self.header).ids

    @cached_property
    def _list(self) -> tuple[Column, str] | None:
        """The column whose cells are lists of items, and what separates these.

        None if layout and delimiter are given: then it has been said what separates items.
        """
        if (given := self.given.item_separator) is not None:
            held = max(self.others, key=lambda column: sum(given in cell for cell in column.filled), default=None)
            is_held = held is not None and any(given in cell for cell in held.filled)
            return (held, given) if held is not None and is_held and self.is_even else None
        if self.given.layout is not None and self.given.delimiter is not None:
            return None
        found = [(column, mark) for column in self.others if (mark := separator_of(column)) is not None]
        if len(found) > 1:
            named = [(column, mark) for column, mark in found if column.role is Role.ITEM]
            found = named or [max(found, key=lambda each: sum(map(len, each[0].filled)))]
        if found and is_survey_answer(*found[-1]):
            return found[-1]
        if found and found[-1][0].role is not Role.ITEM and len(self.others) > _MOST_BESIDE_LISTS:
            return None
        return found[-1] if found else None

    @cached_property
    def _is_list_of_row(self) -> bool:
        """Whether each row has a list of items and is a transaction of its own."""
        if self.given.ids or self._pair is None or separator_of(self._pair.item) is None:
            return False
        return self._pair.id[0].role is not Role.ORDER or self.others[0].is_unique

    @cached_property
    def _are_padded(self) -> bool:
        """Whether rows are baskets that a spreadsheet filled up with blank cells."""
        columns = self.others[len(self._front) :]
        if len(columns) < 2 or not ends_blank(columns):
            return False
        return repeats_within(columns) < 0.02 and specificity(columns) < 0.9

    def _are_categories(self) -> bool:
        """Whether each cell is the value of its column, and not one of several items."""
        ids = ids_of_rows(self.others, self.header)
        columns = without(self.others, ids)
        body = len(self.rows) - self.header
        if not columns:
            return self.header
        if self.header and 2 * sum(c.is_numeric for c in columns if c.role is not Role.ITEM) >= len(columns):
            return True
        if body < (FEWEST_ROWS if self.header else MANY_ROWS):
            return False
        if self.header and any(column.role is not Role.ITEM for column in columns):
            return len(columns) == 1 or repeats_within(columns) >= 0.02 or specificity(columns) >= 0.6
        if self.header:
            return specificity(columns) >= 0.9
        return repeats_within(columns) >= 0.05 or specificity(columns) >= 0.75

    # ---- the columns

    def _long(self, layout: str) -> Guess:
        pair = self._pair
        if pair is None:
            ids = self.given.ids or ("2" if "1" in self.given.items else "1",)
            items = self.given.items or ("1" if "2" in ids else "2",)
            return Guess(layout, self.header, ids, items)
        item = pair.item.ref
        separator = self._list[1] if self._list is not None and self._list[0] is pair.item else None
        above = self._filled[1]
        fills = above is not None and [column.place for column in pair.id] == [above.place]
        return Guess(layout, self.header, tuple(column.ref for column in pair.id), (item,), (), separator, fills)

    def _named(self, layout: str) -> Guess:
        if self.given.header is None:
            if layout == "onehot" and not self.header:
                self._set_header(not all(column.is_truth for column in columns_of(None, [self.rows[0]])))
            elif layout == "table" and self.given.layout is not None:
                self._set_header(True)
        ids = self._flag_ids if layout == "onehot" else None
        if ids is None:
            ids = ids_of_rows(self.others, self.header)
        return Guess(layout, self.header, self._refs(ids if len(ids) < len(self.others) else []))

    def _set_header(self, header: bool) -> None:
        """Decides anew whether the first row names the columns, which follow from that."""
        self.header = header
        for name in ("columns", "others"):
            self.__dict__.pop(name, None)

    def _basket(self, layout: str) -> Guess:
        if self.delimiter == " " and not self._is_named:
            return Guess(layout, bool(self.given.header))
        if self._item_columns:
            items = self._item_columns
            rest = without(self.others, items)
            if rest and self.given.ids:
                return Guess(layout, self.header, item=self._refs(items))
            return Guess(layout, self.header, self._refs(rest))
        if self._list is not None and self._has_list_only:
            column, mark = self._list
            alone = len(self.columns) == 1
            return Guess(layout, self.header, item=() if alone else (column.ref,), item_separator=mark)
        if self.given.ids or self.given.items:
            return Guess(layout, self.header)
        return Guess(layout, self.header, self._refs(self._front))

    @property
    def _has_list_only(self) -> bool:
        """Whether the items are in one column, and all others say something about the transaction."""
        return self.is_even or (self.header and len(self.rows[0]) == len(self.columns))
