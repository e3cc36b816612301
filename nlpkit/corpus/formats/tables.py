"""CSV and TSV -> the text of one column, or several, of each row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from nlpkit.corpus.formats.extractor import LONGEST_RECORD, Extractor, did_you_mean, joined, listed
from nlpkit.corpus.types import Rows
from nlpkit.errors import InputError, Option, Repeated, Setting, counted

_BLOCK_SIZE = 1 << 20  # bytes of rows that are passed on at a time
_DATA = re.compile(r"[a-z]+://.*|[0-9]{4}[-/.年][0-9]{1,2}[-/.月].*|-?[0-9]+[.,][0-9]+|.*[。！？]", re.DOTALL)
_NUMBER = re.compile("[0-9]{1,9}")


class DelimitedText(Extractor):
    """Takes the text out of CSV as in RFC 4180, strictly: a cell is quoted as a whole or not at all.

    columns: names in the first row, the header, or else numbers from 1. delimiter: the character between cells; None
    is a comma, or a semicolon if the first row has that and no comma. header: whether there is one. A row's line is the
    one on which it begins. Rows that are too short for all columns count as missing.
    """

    doubt = "is a quote in it never closed? Cells with quotes in them must be quoted and their quotes doubled"

    def __init__(
        self,
        name: str,
        errors: str,
        longest: int,
        columns: tuple[str, ...],
        delimiter: str | None,
        header: bool = True,
    ) -> None:
        super().__init__(name, errors, longest)
        self._columns = columns
        self._delimiter = delimiter
        self._header = header
        self._places: list[int] | None = None  # of the columns, once the first row is read
        self._size = 0  # bytes of the current row so far
        self._waiting = 0  # lines that were read and are still to be taken
        self._marked = False  # whether the current row holds INVALID
        csv.field_size_limit(max(LONGEST_RECORD, csv.field_size_limit()))

    def feed(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        for rows in self.rows(blocks):
            texts = [text for text in rows.texts if text is not None]
            if texts:
                texts.append("")
                yield "\n".join(texts).encode()

    def rows(self, blocks: Iterable[bytes]) -> Iterator[Rows]:
        lines = self._lines_of_rows(blocks)
        first = next(lines, "")
        delimiter = self._delimiter or guess_delimiter(first)
        header: list[str] = []
        names: list[str] = []
        records: list[list[str]] = []
        width = size = needed = 0
        told = False
        for row in self._rows(csv.reader(chain([first], lines), delimiter=delimiter, strict=True)):
            if self._places is None:
                width = len(row)
                self._places = column_indices(self.name, self._columns, row, self._header)
                needed = min(self._places) + 1
                if len(self._places) > 1:
                    names = [row[place] for place in self._places] if self._header else list(self._columns)
                if self._header:
                    header = row
                    continue
            self.records += 1
            records.append(row)
            if len(row) < needed:
                self.missing += 1
            size += self._size
            if size >= _BLOCK_SIZE or (self.at_once and not self._waiting):
                yield Rows(records, *self._texts(records), header, delimiter, width, names)
                records, size = [], 0
                told = True
        if records or (header and not told):
            yield Rows(records, *self._texts(records), header, delimiter, width, names)

    def _lines_of_rows(self, blocks: Iterable[bytes]) -> Iterator[str]:
        """Yields the lines, which csv takes as it needs them for a row."""
        # Not str.splitlines, which also cuts at U+0085, U+2028 and others.
        for lines in self.lines(blocks):
            self._waiting = len(lines)
            for line in lines:
                self._waiting -= 1
                self._size += len(line) + 1
                if self._size > self.longest:
                    raise self.too_long()
                try:
                    text = line.decode()
                except UnicodeDecodeError:
                    self._marked = True
                    text = line.decode(errors="surrogatepass")
                yield text + "\n"

    def _rows(self, rows: Any) -> Iterator[list[str]]:
        while True:
            self.line, self._size, self._marked = rows.line_num + 1, 0, False
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                self._report(str(error))
                continue
            if self._marked and self._places is not None:
                self.records += 1
                self.damaged += 1
            elif row:
                yield row

    def _report(self, cause: str) -> None:
        fault = cause.partition(" - ")[0]  # what follows is for programmers
        hint = "cells with quotes in them must be quoted and their quotes doubled"
        lost = "end of data" in cause
        if lost:
            fault = "a quote opens in the row that begins here and is never closed"
        elif " expected after " in cause:
            fault = "a cell goes on after its closing quote"
        else:
            hint = "cells with line ends in them must be quoted"
        if lost or (self._header and self._places is None):
            raise InputError(f"{self.name}:{self.line}: {fault}; {hint}")
        if self.errors != "skip":
            skip = (", or leave such rows out with ", Setting("errors", "skip"))
            raise InputError(f"{self.name}:{self.line}: {fault}; {hint}", *skip)
        self.records += 1
        self.damaged += 1

    def _texts(self, rows: list[list[str]]) -> tuple[list[str | None], list[list[str | None]]]:
        """Returns the text of each row, and, if there are several columns, its texts by column."""
        places, clean = self._places or [], self.clean
        if len(places) > 1:
            values = [[row[place] if len(row) > place else None for place in places] for row in rows]
            if clean is not None:
                values = [[None if text is None else clean(text) for text in row] for row in values]
            texts = [joined(row) for row in values]
        else:
            values = []
            place = places[0] if places else 0
            texts = [row[place] if len(row) > place else None for row in rows]
            if clean is not None:
                texts = [None if text is None else clean(text) for text in texts]
        return texts, values


def guess_delimiter(header: str) -> str:
    """Returns the delimiter of a table, by its first row."""
    return ";" if ";" in header and "," not in header else ","


def column_indices(name: str, wanted: tuple[str, ...], first: list[str], header: bool = True) -> list[int]:
    """Returns the places, from 0, of the columns of the text. first: the first row; header: whether it is a header.

    Raises InputError.
    """
    if header or not wanted:
        places = [column_index(name, column, first) for column in wanted or (None,)]
    else:
        places = [_numbered(name, column, len(first)) for column in wanted]
    for column, place in zip(wanted, places, strict=False):
        if places.count(place) > 1:
            other = wanted[places.index(place, places.index(place) + 1)]
            raise InputError(f"{name}: {column!r} and {other!r} are the same column; name it once")
    return places


def _numbered(name: str, column: str, count: int) -> int:
    """Returns the place of a column of a table without a header, which has a number."""
    if not _NUMBER.fullmatch(column):
        raise InputError(
            f"{name}: no column {column!r}: with ", Setting("header", False), " columns are numbers from 1"
        )
    if not 1 <= int(column) <= count:
        raise InputError(f"{name}: no column {column}; the first row has {counted(count, 'cell')}")
    return int(column) - 1


def column_index(name: str, column: str | None, columns: list[str]) -> int:
    """Returns the place, from 0, of a column: the first one of that name, else that number, from 1.

    name: of the source, for messages. columns: the names in the header. Raises InputError.
    """
    if column is None:
        there = f" ({listed(columns)})"
        raise InputError(f"{name}: which column holds the text? Name it with ", Option("column"), there)
    if column in columns:
        return columns.index(column)
    if _NUMBER.fullmatch(column) and 1 <= int(column) <= len(columns):
        return int(column) - 1
    parts = [part.strip() for part in column.split(",")]
    if len(parts) > 1 and all(part in columns or part.isdecimal() for part in parts):
        raise InputError(f"{name}: no column {column!r}; several columns are ", Repeated("column", *parts))
    there = f"{name}: no column {column!r}; there are {listed(columns)}"
    for delimiter in (";", "\t", "|", ","):
        if column in [part.strip() for cell in columns for part in cell.split(delimiter)]:
            shown = "\\t" if delimiter == "\t" else delimiter
            raise InputError(f"{there}; the cells seem to be separated by ", Setting("delimiter", shown))
    if any(map(_DATA.fullmatch, columns)):
        raise InputError(f"{there}, which look like data; if there is no header, ", Setting("header", False))
    raise InputError(f"{there}{did_you_mean(column, columns)}")
