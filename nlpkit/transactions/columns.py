"""Which column of a table holds what, as the options say or as the first rows suggest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from nlpkit.corpus.formats.tables import column_index
from nlpkit.errors import InputError, Option, Repeated, Setting
from nlpkit.kernels.types import I32
from nlpkit.transactions.cells import EXTRA, FIRST_COLUMN, FIRST_ID, FIRST_TESTED, ITEM, SKIPPED, WEIGHT
from nlpkit.transactions.guess import Guess, guess_table, has_row_names
from nlpkit.transactions.options import TransactionOptions


@dataclass(frozen=True, slots=True)
class TaggedColumns:
    """What the columns of a file hold.

    tags: int32, the tag of each column, and at last that of all further ones. tests: of each condition on rows the tag
    of its column, and its place among all conditions.
    """

    tags: I32
    tests: tuple[tuple[int, int], ...] = ()


_PROTECTED = re.compile('="([^"]*)"')


def unprotected(cell: str) -> str:
    """Returns a cell without what keeps Excel from reading it as a number: 0123 for `="0123"`."""
    match = _PROTECTED.fullmatch(cell)
    return match[1].strip() if match else cell


class Columns:
    """Which columns hold what: as the options say, or else as `decide` guesses.

    layout, header, id, item, weight: as in TransactionOptions, the columns as strings. names: of the columns in all
    headers so far, in the layouts that name items by them. separator, trim: of items in a cell. missing: items of such
    cells that are as if not there. blanked: those of them that occur. sifted: whether cells or rows may be left out, or
    items be called otherwise than their cells: then not every distinct cell is an item. protected: some cells are
    written as `="0123"`, as is done for Excel; the item is what stands in the quotes. fills: blank ids are those of the
    row above.
    """

    def __init__(self, options: TransactionOptions) -> None:
        self._given = options
        self._take(Guess(options.layout or "", bool(options.header), options.ids, options.items))
        self.weight = None if options.weight is None else str(options.weight)
        self.separator, self.trim = options.item_separator, options.trim
        self.missing = frozenset(options.missing)
        self.blanked: set[str] = set()
        self.sifted = bool(options.missing or options.where)
        self.has_row_names = self.protected = False
        self.names: list[str] = []
        self._own_tags: dict[tuple[str, int], int] = {}
        self._aliases: dict[int, Mapping[str, str]] = {}
        self._numbers: dict[str, int] = {}

    def _take(self, guess: Guess) -> None:
        self.layout, self.header, self.id, self.item = guess.layout, guess.header, guess.id, guess.item
        self.hints, self._named_items = guess.hints, guess.named
        self.fills = guess.fills and not self._given.conditions

    @property
    def guess(self) -> Guess:
        """How tables are read."""
        return Guess(self.layout, self.header, self.id, self.item, (), self.separator, self.fills, self._named_items)

    def decide(self, rows: Sequence[Sequence[str]], delimiter: str, is_named: bool = False) -> list[str]:
        """Guesses what is not given, by the first rows of the first file; returns the names of the options that were
        guessed.

        is_named: the first row holds the names of the columns for sure.
        """
        self.protected = any(map(_PROTECTED.fullmatch, set(chain.from_iterable(rows))))
        if self.protected:
            rows = [[unprotected(cell) for cell in row] for row in rows]
            self.sifted = True
        given = self._given if not is_named else replace(self._given, header=True)
        guess = guess_table(rows, delimiter, given)
        guess = replace(guess, id=given.ids or guess.id, item=given.items or guess.item)  # what is given holds
        self._take(guess)
        self.has_row_names = bool(rows) and guess.header and guess.layout != "long" and has_row_names(rows[0])
        guessed = [] if given.layout else ["layout"]
        guessed += ["id"] if guess.id != given.ids or (self.has_row_names and not given.ids) else []
        guessed += ["item"] if guess.item != given.items else []
        if guess.item_separator is not None and self.separator is None:
            self.separator = guess.item_separator
            guessed.append("item_separator")
        by_default = (guess.layout == "basket" and not guess.header) or guess.layout in ("onehot", "table")
        if given.header is None and not by_default and not (guess.layout == "long" and self._is_named()):
            guessed.append("header")
        return guessed

    def _is_named(self) -> bool:
        return any(not column.isdecimal() for _, column in self._wanted())

    def read_header(self, name: str, first: Sequence[str], place: int, items: Mapping[str, str]) -> TaggedColumns:
        """Returns what the columns of a file hold, by its first row.

        name: of the file. place: of the file among all. items: the names of items in this file, by their cells.
        Raises InputError for a column that does not exist.
        """
        at = [(tag, self._place(name, column, list(first))) for tag, column in self._wanted()]
        places = [place for _, place in at]
        if len(set(places)) < len(places):
            raise InputError(f"{name}: ", *self._named_twice(places))
        tested = [self._place(name, condition.column, list(first), "where") for condition in self._given.conditions]
        item = ITEM
        if items and self.layout in ("basket", "long"):
            item = self._own_tag("file", place)
            self._aliases[item], self.sifted = items, True
        if self.layout in ("onehot", "table"):
            tags = self._named(first, places)
        else:
            is_long = self.layout == "long"
            size = max(len(first) if self.header else 0, *places, *tested, 0) + 2
            tags = np.full(size, SKIPPED if is_long or self.item else item, np.int32)
            if self.header and not is_long and has_row_names(first):
                tags[0] = SKIPPED
            if is_long and self.header:
                tags = tags[: len(first) + 1]
                tags[-1] = EXTRA
        for tag, column in at:
            is_skipped = tag >= FIRST_ID and self.layout != "long"
            tags[column] = SKIPPED if is_skipped else item if tag == ITEM else tag
        return TaggedColumns(tags, tuple((self._tested(tags, column, i), i) for i, column in enumerate(tested)))

    def _tested(self, tags: I32, place: int, condition: int) -> int:
        """Returns the tag of a column that a condition is about, which it gets if it shares its tag or has none."""
        tag = int(tags[place])
        if tag == SKIPPED:
            tags[place] = FIRST_TESTED + condition
        elif np.count_nonzero(tags == tag) > 1:
            if self.layout in ("onehot", "table"):
                name = self.names[tag - FIRST_COLUMN]
                raise InputError(f"two columns are called {name!r}; ", Option("where"), " cannot be about one of them")
            own = self._own_tag(f"condition on {tag}", condition)
            self._aliases[own] = self._aliases.get(tag, {})
            tags[place] = own
        return int(tags[place])

    def _own_tag(self, kind: str, number: int) -> int:
        return self._own_tags.setdefault((kind, number), FIRST_COLUMN + len(self._own_tags))

    def renamed(self, tag: int, item: str) -> str:
        """Returns the name of an item in the layouts 'basket' and 'long'. tag: that of its cell."""
        return self._aliases[tag].get(item, item) if tag in self._aliases else item

    def _named(self, first: Sequence[str], taken: Sequence[int]) -> I32:
        """Returns the tags of columns that are items, or name items."""
        tags = np.full(len(first) + 1, EXTRA, np.int32)
        taken = [*taken, *([0] if self.header and has_row_names(first) else [])]
        tags[:-1] = [
            SKIPPED if i in taken else FIRST_COLUMN + self._number((self.header and cell) or f"column {i + 1}")
            for i, cell in enumerate(first)
        ]
        return tags

    def _named_twice(self, places: Sequence[int]) -> tuple[str, ...]:
        """Returns which options name the same column, parts of a message. places: of the columns that are wanted."""
        place = next(place for place in places if places.count(place) > 1)
        named = [
            (Option({ITEM: "item", WEIGHT: "weight"}.get(tag, "id")), column)
            for (tag, column), at in zip(self._wanted(), places, strict=True)
            if at == place
        ]
        (one, column), (other, _) = named[:2]
        return (one, f" names the column {column!r} twice") if one == other else (
            one, " and ", other, f" both name the column {column!r}; they must be different columns",
        )  # fmt: skip

    def _wanted(self) -> Iterator[tuple[int, str]]:
        for place, column in enumerate(self.id):
            yield FIRST_ID + place, column
        for column in self.item:
            yield ITEM, column
        if self.weight is not None:
            yield WEIGHT, self.weight

    def _place(self, name: str, column: str, first: list[str], option: str = "") -> int:
        if self.header:
            if first.count(column) > 1:
                raise InputError(f"{name}: {first.count(column)} columns are called {column!r}; give the number of one")
            if not option:
                self._check_pair(name, column, first)
            return column_index(name, column, first)
        if not column.isdecimal():
            raise InputError(
                f"{name}: no column {column!r}, for there is no header; give its number, or ", Setting("header", True)
            )
        ragged = self.layout == "basket"
        if int(column) < 1 or (int(column) > len(first) and not ragged):
            there = f"{name}: no column {column}; there are {len(first)}: is the "
            raise InputError(there, Option("delimiter"), " right?")
        return int(column) - 1

    def _check_pair(self, name: str, column: str, first: list[str]) -> None:
        """Raises InputError for several columns in one name, and says how they are given."""
        parts = [part.strip() for part in column.split(",")]
        if column not in first and len(parts) > 1 and all(part in first or part.isdecimal() for part in parts):
            option = "id" if column in self.id else "item"
            if column in (*self.id, *self.item):
                raise InputError(f"{name}: no column {column!r}; several columns are ", Repeated(option, *parts))

    def _number(self, name: str) -> int:
        number = self._numbers.setdefault(name, len(self._numbers))
        if number == len(self.names):
            self.names.append(name)
        return number
