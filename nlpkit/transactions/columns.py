"""Which column of a table holds what, as the options say or as the first rows suggest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from nlpkit.corpus.formats.tables import column_index
from nlpkit.errors import InputError, Option, Setting
from nlpkit.kernels.types import I32
from nlpkit.transactions.cells import EXTRA, FIRST_COLUMN, ID, ITEM, SKIPPED, WEIGHT
from nlpkit.transactions.guess import guess_header, guess_layout, guess_long, has_row_names
from nlpkit.transactions.options import TransactionOptions


class Columns:
    """Which columns hold what: as the options say, or else as `decide` guesses.

    layout, header, id, item, weight: as in TransactionOptions, the columns as strings. names: of the columns in all
    headers so far, in the layouts that name items by them.
    """

    def __init__(self, options: TransactionOptions) -> None:
        self.layout, self.header = options.layout, options.header
        self.id, self.item, self.weight = (
            None if column is None else str(column) for column in (options.id, options.item, options.weight)
        )
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}

    def decide(self, rows: Sequence[Sequence[str]], delimiter: str) -> list[str]:
        """Guesses what is not given, by the first rows of the first file; returns what was guessed, as options."""
        guessed = []
        if self.layout is None:
            long = self.item is not None or (self.id is not None and guess_layout(rows, delimiter) == "long")
            self.layout = "long" if long else guess_layout(rows, delimiter)
            guessed.append(f"--layout {self.layout}")
        if self.layout != "long":
            if self.header is None:
                self.header = self.layout in ("onehot", "table") or self._has_names()
            return guessed
        if self.id is None and self.item is None and self.header is not False:
            found = guess_long(rows)
            if found is not None:
                self.id, self.item = (rows[0][place] for place in found)
                guessed += [f"--id {self.id}", f"--item {self.item}"]
        if self.id is None:
            self.id = "1" if self.item != "1" else "2"
            guessed.append(f"--id {self.id}")
        if self.item is None:
            self.item = "2" if self.id != "2" else "1"
            guessed.append(f"--item {self.item}")
        if self.header is None:
            self.header = self._has_names()
            if not self.header:
                self.header = guess_header(rows)
                guessed.append("--header" if self.header else "--no-header")
        return guessed

    def _has_names(self) -> bool:
        return any(not column.isdecimal() for _, column in self._wanted())

    def tags(self, name: str, first: Sequence[str]) -> I32:
        """Returns int32: the tag of each column of a file, by its first row, and at last that of all further columns.

        name: of the file. Raises InputError for a column that does not exist.
        """
        at = {tag: self._place(name, column, list(first)) for tag, column in self._wanted()}
        if len(set(at.values())) < len(at):
            shown = ", ".join(column for _, column in self._wanted())
            raise InputError(f"{name}: id, item and weight ({shown}) must be different columns")
        if self.layout in ("onehot", "table"):
            tags = np.full(len(first) + 1, EXTRA, np.int32)
            taken = {*at.values(), *([0] if self.header and has_row_names(first) else [])}
            tags[:-1] = [
                SKIPPED if i in taken else FIRST_COLUMN + self._number((self.header and cell) or f"column {i + 1}")
                for i, cell in enumerate(first)
            ]
        else:
            is_long = self.layout == "long"
            size = len(first) + 1 if is_long and self.header else max(at.values(), default=-1) + 2
            tags = np.full(size, SKIPPED if is_long else ITEM, np.int32)
            if is_long and self.header:
                tags[-1] = EXTRA
        for tag, place in at.items():
            tags[place] = SKIPPED if tag == ID and self.layout != "long" else tag
        return tags

    def _wanted(self) -> Iterator[tuple[int, str]]:
        for tag, column in ((ID, self.id), (ITEM, self.item), (WEIGHT, self.weight)):
            if column is not None:
                yield tag, column

    def _place(self, name: str, column: str, first: list[str]) -> int:
        if self.header:
            if first.count(column) > 1:
                raise InputError(f"{name}: {first.count(column)} columns are called {column!r}; give the number of one")
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

    def _number(self, name: str) -> int:
        number = self._numbers.setdefault(name, len(self._numbers))
        if number == len(self.names):
            self.names.append(name)
        return number
