"""Whether the further tables of a command fit the reading that the first one suggests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nlpkit.corpus.formats.extractor import listed
from nlpkit.errors import InputError, Option
from nlpkit.transactions.columns import Columns
from nlpkit.transactions.guess import Guess, guess_table
from nlpkit.transactions.heads import find_delimiter
from nlpkit.transactions.hints import Hint
from nlpkit.transactions.options import TransactionOptions
from nlpkit.transactions.shown import made_of, mark_of

__all__ = ["FirstTable"]

_MOST_ROWS = 100  # that are looked at
_MANY = 20  # rows from which baskets and categories are told from each other
_LONGEST = 60  # characters of a row in a message


@dataclass(frozen=True, slots=True)
class FirstTable:
    """The table from which was guessed how all are read.

    name: of its file. first: its first row. delimiter: between its cells. guessed: the names of the options that were
    guessed.
    """

    name: str
    first: Sequence[str]
    delimiter: str
    columns: Columns
    given: TransactionOptions
    guessed: Sequence[str]

    @property
    def header(self) -> Sequence[str]:
        """Its first row, if that names the columns."""
        return self.first if self.columns.header else ()

    def is_alike(self, first: Sequence[str]) -> bool:
        """Returns whether a table with this first row is read alike, whatever stands below it."""
        return self._has_header(first) and not self.columns.fills

    def _has_header(self, first: Sequence[str]) -> bool:
        return self.columns.header and set(first) == set(self.header) and self.columns.separator is None

    def doubt(self, name: str, lines: Sequence[str], rows: Sequence[Sequence[str]]) -> Hint | None:
        """Returns a line about a further table that is read otherwise if it is read by itself, None if it is not.

        name: of its file. lines, rows: its first ones; the rows are cut like those of the first table. lines: none if
        its delimiter is known. Raises InputError for a table that makes no sense if it is read like the first.
        """
        rows = rows[:_MOST_ROWS]
        if self.columns.fills and (blank := self._blank_ids(name, rows)):
            return blank
        if not self.guessed or not rows or self._has_header(rows[0]):
            return None
        if self.given.delimiter is None and lines and (hint := self._other_delimiter(name, lines, rows)):
            return hint
        columns = self.columns
        own = guess_table(rows, self.delimiter, self.given)
        if columns.header:
            self._check_names(name, rows[0], own)
        if self._is_like(own) or not self._is_telling(own, rows):
            return None
        mine = columns.guess
        return (
            f"{name}: looks like transactions{made_of(own)}, but is read like {self.name}{made_of(mine)}; read it by "
            "itself, or say with ", Option("layout"), " how all are read",
        )  # fmt: skip

    def _blank_ids(self, name: str, rows: Sequence[Sequence[str]]) -> Hint | None:
        """Returns a line about a table with blank ids, which are read as those above them, although one occurs twice:
        so they do not stand in the first rows of transactions only."""
        (column,) = self.columns.id
        if not rows or column not in rows[0]:
            return None
        place = rows[0].index(column)
        counts = Counter(row[place] for row in rows[1:] if place < len(row))
        blank = counts.pop("", 0)
        twice = next((cell for cell, count in counts.items() if count > 1), None)
        if not blank or twice is None:
            return None
        said = f"{name}: {column} is blank in some rows, but {twice!r} stands in more than one; "
        return (f"{said}blank cells are read as the cell above them; where an id is missing, write it in",)

    def _other_delimiter(self, name: str, lines: Sequence[str], rows: Sequence[Sequence[str]]) -> Hint | None:
        if self.delimiter != " " and any(len(row) > 1 for row in rows):
            return None
        own = find_delimiter(name, lines[:_MOST_ROWS])
        if own in (self.delimiter, " "):
            return None
        said = f"{name}: its cells seem to be separated by {mark_of(own)}, those of {self.name} by "
        said += mark_of(self.delimiter)
        all_alike = (Option("delimiter"), " says how all are read")
        if self.delimiter == " ":
            return f"{said}; ", *all_alike
        raise InputError(f"{said}; a first line sep={own} in it says so; ", *all_alike)

    def _check_names(self, name: str, first: Sequence[str], own: Guess) -> None:
        """Raises InputError if a table lacks the columns that the first one is read by, or has no header."""
        columns = self.columns
        here = ", ".join(first)
        here = here if len(here) <= _LONGEST else f"{here[: _LONGEST - 3]}..."
        lost = next((c for c in (*columns.id, *columns.item) if c in self.header and c not in first), None)
        by_names = columns.layout in ("onehot", "table")
        if not own.header and not set(first) & set(self.header) and (lost is not None or by_names):
            said = f"{name}: its first row ({here}) is no header, and {self.name} has one; "
            raise InputError(f"{said}give it the same, or read it by itself")
        if lost is not None:
            there = f"{name}: no column {lost!r}, by which {self.name} is read; there are {listed(first)}; "
            raise InputError(
                there, "read it by itself, or give columns by numbers: ", Option("id"), ", ", Option("item")
            )

    def _is_like(self, own: Guess) -> bool:
        """Returns whether a table is read alike if it is read by itself."""
        columns = self.columns
        if (own.layout, own.header) != (columns.layout, columns.header):
            return False
        if self.given.item_separator is None and own.item_separator != columns.separator:
            return False
        if own.layout == "long" and own.header:  # then columns are found by their names
            return True
        return (set(own.id), own.item) == (set(columns.id), columns.item)

    def _is_telling(self, own: Guess, rows: Sequence[Sequence[str]]) -> bool:
        """Returns whether a guess is more than what is taken if nothing is known."""
        if own.layout in ("long", "onehot") or own.header or len({len(row) for row in rows}) > 1:
            return True
        return len(rows) >= _MANY and (own.layout == "basket" or len(rows[0]) != len(self.first))
