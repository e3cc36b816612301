"""Records -> text: one field of JSON Lines, one column of CSV or TSV; each record's text becomes lines.

Everything is streamed: memory grows with the longest record, not with the file. `errors` says what becomes of damaged
records: `strict` stops, `skip` leaves them out, `replace` puts U+FFFD for characters that are none (a raw NUL in a JSON
string, a lone surrogate) and stops where there is more to mend than characters.
"""

from __future__ import annotations

import csv
import difflib
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any

import orjson

from nlpkit.corpus.encodings import MARK
from nlpkit.errors import InputError, OptionError

_BY_SUFFIX = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
}
_BLOCK_SIZE = 1 << 20  # characters that are passed on at a time
#: Bytes of one record that are read however much memory there is; more than that is no record.
LONGEST_RECORD = 1 << 28
_MOST_NAMES, _DEEPEST_PATH = 20, 8  # in a message
_NUMBER = re.compile("[0-9]{1,9}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
_ABSENT = object()


def format_of(name: str, head: bytes, field: str | None, column: str | None) -> str:
    """'text', 'jsonl', 'csv', 'tsv' or 'parquet'.

    By the file's name (without the suffix of its compression), else by the option that is given and, for a column, the
    first bytes, `head`.
    """
    for suffix, kind in _BY_SUFFIX.items():
        if name.lower().endswith(suffix):
            return kind
    if field is not None:
        return "jsonl"
    if column is None:
        return "text"
    if head.startswith(b"PAR1"):
        return "parquet"
    header = head.partition(b"\n")[0]
    return "tsv" if b"\t" in header and b"," not in header else "csv"


@dataclass(frozen=True, slots=True)
class Rows:
    """Records and the text of each, None where it has none.

    A record is a line of JSON as it is, or the list of a CSV row's cells; then `header` is the first row, and
    `delimiter` stands between cells.
    """

    records: Sequence[Any]
    texts: Sequence[str | None]
    header: Sequence[str] = ()
    delimiter: str = ""


class Extractor(ABC):
    """Takes the text out of a stream of records, once.

    Attributes, counted meanwhile: `records` read in all; `missing`, those of them that have no such field or cell, or
    null; `damaged`, those that `errors` mended or left out.
    """

    #: What is often the matter with a record that is too long.
    doubt: str
    #: That rows are passed on before more is read, since that may take its time.
    at_once = False

    def __init__(self, name: str, errors: str, longest: int) -> None:
        self.name = name
        self.errors = errors
        self.longest = longest
        self.records = self.missing = self.damaged = 0
        self._line = 1  # on which the current record begins

    @abstractmethod
    def rows(self, blocks: Iterable[bytes]) -> Iterator[Rows]:
        """The same, some records at a time, all of them that are not left out, and with their texts."""

    @abstractmethod
    def feed(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """UTF-8 (no byte order mark), cut anywhere -> UTF-8: the text of each record with a line feed after it.

        A block that comes out holds whole records. Where errors are skipped, records that hold MARK are damaged.
        Raises InputError (`name:line: cause; way out`, lines from 1), also for a record of more than `longest` bytes.
        """

    def _lines(self, blocks: Iterable[bytes]) -> Iterator[list[bytes]]:
        """Whole lines without their line feeds, those that end in a block at a time."""
        begun: list[bytes] = []
        size = 0
        for block in blocks:
            lines = block.split(b"\n")
            del block
            begun.append(lines[0])
            size += len(lines[0])
            if size > self.longest:
                raise self._too_long()
            if len(lines) > 1:
                lines[0], begun = b"".join(begun), [lines.pop()]
                size = len(begun[0])
                yield lines
        if last := b"".join(begun):
            begun.clear()
            yield [last]

    def _too_long(self) -> InputError:
        more = ", or raise --memory" if self.longest < LONGEST_RECORD else ""
        return InputError(
            f"{self.name}:{self._line}: a record of more than {self.longest >> 20} MB; {self.doubt}{more}"
        )


def open_format(
    kind: str,
    name: str,
    *,
    field: str | None,
    column: str | None,
    delimiter: str | None = None,
    errors: str = "strict",
    longest: int = LONGEST_RECORD,
) -> Extractor:
    """The extractor for 'jsonl', 'csv' or 'tsv'; `name` is for messages.

    field: a path into JSON objects, `text.body`; numbers are places in arrays. A key that holds dots wins over nesting.
    column: a name in the header, or else a number from 1. delimiter: one character; a comma by default (a semicolon
    where the header has that and no comma), in 'tsv' a tab. longest: bytes of a record, up to LONGEST_RECORD.
    Raises OptionError for another delimiter.
    """
    if kind == "jsonl":
        return _JsonLines(name, errors, longest, field)
    check_delimiter(delimiter)
    return _Table(name, errors, longest, column, "\t" if kind == "tsv" and delimiter is None else delimiter)


def check_delimiter(delimiter: str | None) -> None:
    """Raises OptionError for what cannot stand between cells."""
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '\r\n"\0' or _SURROGATE.match(delimiter)):
        raise OptionError(f"delimiter is {delimiter!r}; it must be one character, no quote and no line end")


def _listed(names: Iterable[str]) -> str:
    shown = [name if name.isprintable() and name else repr(name) for name in names]
    more = len(shown) - _MOST_NAMES
    return ", ".join(shown[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _did_you_mean(wanted: str, names: Iterable[str]) -> str:
    by_lower = {name.lower(): name for name in names}
    near = difflib.get_close_matches(wanted.lower(), by_lower, n=1)
    return f"; did you mean {_listed([by_lower[near[0]]])}?" if near else ""


# ---- JSON Lines


class _JsonLines(Extractor):
    """One JSON document a line; blank lines are none. Numbers are text, as they are written.

    What orjson refuses gets a second chance with Python's parser, which takes what programs do write: NaN (as null),
    numbers of any size, and lone surrogates, which matter in the text only.
    """

    doubt = "each line is one in JSON Lines (jq -c '.[]' makes lines of an array)"

    def __init__(self, name: str, errors: str, longest: int, field: str | None) -> None:
        super().__init__(name, errors, longest)
        self._field = field
        self._textless: object = None  # the first record without text
        self._mended: bytes | None = None  # the current line, where something was put in place of what is no character

    def feed(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        found = False
        for lines in self._lines(blocks):
            texts = [text for text in self._texts(lines, None) if text is not None]
            self._line += len(lines)
            if texts:
                found = True
                texts.append("")
                yield "\n".join(texts).encode()
        if self.missing and not found:
            raise self._no_text(self._textless)

    def rows(self, blocks: Iterable[bytes]) -> Iterator[Rows]:
        found = False
        for lines in self._lines(blocks):
            records: list[bytes] = []
            texts = self._texts(lines, records)
            self._line += len(lines)
            found = found or any(text is not None for text in texts)
            yield Rows(records, texts)
        if self.missing and not found:
            raise self._no_text(self._textless)

    def _texts(self, lines: list[bytes], records: list[bytes] | None) -> list[str | None]:
        """The texts of records that are not left out; `records` receives their lines."""
        field = self._field
        texts: list[str | None] = []
        for number, line in enumerate(lines, self._line):
            if not line:
                continue
            try:
                record = orjson.loads(line)
            except json.JSONDecodeError:
                damaged, count = self.damaged, self.records
                text = self._parse_again(line, number)
                if text is None and (self.damaged > damaged or self.records == count):
                    continue
            else:
                self.records += 1
                text = _find(record, field)
                if text.__class__ is not str:
                    text = self._as_text(text, record, line, number)
            texts.append(text)
            if records is not None:
                records.append(line if self._mended is None else self._mended)
                self._mended = None
        return texts

    def _parse_again(self, line: bytes, number: int) -> str | None:
        """The text of a line that orjson refused, mended if need be; None where there is none."""
        if MARK in line:
            self.records += 1
            self.damaged += 1
            return None
        written = line.decode()
        if not written.strip():
            return None
        self.records += 1
        mend = ", --errors replace puts U+FFFD for what is no character"
        try:
            record = _parse(written)
            text = self._as_text(_find(record, self._field), record, line, number)
            if text is None or not (lone := _SURROGATE.search(text)):
                return text
            fault = f"a lone surrogate (\\u{ord(lone[0]):x}, half a character) in the text"
        except json.JSONDecodeError as error:
            fault = f"not valid JSON ({error.msg.lower().removesuffix(' at')}, column {error.colno})"
            mend = mend if written[error.pos : error.pos + 1] == "\0" and "control" in error.msg else ""
        except RecursionError:
            fault, mend = "JSON nested too deeply", ""
        self.damaged += 1
        if self.errors == "skip":
            return None
        if self.errors == "replace" and mend:
            mend = ""
            with suppress(json.JSONDecodeError, RecursionError):
                mended = written.replace("\0", _REPLACEMENT)
                record = _parse(mended)
                self._mended = mended.encode()
                text = self._as_text(_find(record, self._field), record, line, number)
                return None if text is None else _SURROGATE.sub(_REPLACEMENT, text)
        hint = f"--errors skip leaves such records out{mend}"
        if self.records == 1:
            hint = f"is it JSON Lines, one record a line (jq -c . makes it so)? {hint}"
        raise InputError(f"{self.name}:{number}: {fault}; {hint}")

    def _as_text(self, value: object, record: object, line: bytes, number: int) -> str | None:
        """A value that orjson gave: None is counted as missing, a number is read again as it is written."""
        if isinstance(value, str):
            return value
        if self._field is None:
            raise self._no_text(record)
        if value is None or value is _ABSENT:
            if not self.missing:
                self._textless = record
            self.missing += 1
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(_find(_parse(line.decode()), self._field))
        what = {bool: "true or false", list: "an array", dict: "an object"}[type(value)]
        paths = [f"{self._field}.{path}" for path in _paths(value)]
        hint = f"; name one of {_listed(paths)}" if paths else "; name another with --field"
        raise InputError(f"{self.name}:{number}: the field {self._field!r} holds {what}, no text{hint}")

    def _no_text(self, record: object) -> InputError:
        paths = _paths(record)
        what = f"the first one has {_listed(paths)}" if paths else "the first one is no object"
        if isinstance(record, list) and record and isinstance(record[0], dict):
            paths, what = [], "the first one is an array: jq -c '.[]' makes a line of each of its records"
        if self._field is None:
            return InputError(f"{self.name}: which field holds the text? Name it with --field ({what})")
        return InputError(
            f"{self.name}: no record has text in the field {self._field!r}; {what}{_did_you_mean(self._field, paths)}"
        )


def _parse(line: str) -> Any:
    """Python's parser: lets lone surrogates pass, NaN is null, numbers are strings as they are written."""
    return json.loads(line, parse_int=str, parse_float=str, parse_constant=lambda _: None)


def _find(value: Any, path: str | None) -> Any:
    """The value at a dotted path, or _ABSENT; longer keys win, so `a.b` is the key 'a.b' where there is one."""
    if path is None:
        return _ABSENT
    if value.__class__ is dict:
        if path in value:
            return value[path]
        cut = path.rfind(".")
        while cut >= 0:
            if path[:cut] in value and (found := _find(value[path[:cut]], path[cut + 1 :])) is not _ABSENT:
                return found
            cut = path.rfind(".", 0, cut)
    elif value.__class__ is list:
        index, _, rest = path.partition(".")
        if _NUMBER.fullmatch(index) and int(index) < len(value):
            return _find(value[int(index)], rest) if rest else value[int(index)]
    return _ABSENT


def _paths(value: object, prefix: str = "", depth: int = 0) -> list[str]:
    """The paths to what is neither object nor array, in order, an array's by its first item."""
    if isinstance(value, list):
        value = {"0": value[0]} if value else {}
    if not isinstance(value, dict) or depth == _DEEPEST_PATH:
        return [prefix] if depth else []
    return [path for key, item in value.items() for path in _paths(item, prefix + "." * (depth > 0) + key, depth + 1)]


# ---- CSV, TSV


class _Table(Extractor):
    """CSV by RFC 4180, strictly: a cell is quoted as a whole or not at all. The first row is the header.

    A row's place is the line on which it begins. Rows that are too short count as missing.
    """

    doubt = "is a quote in it never closed? Cells with quotes in them must be quoted and their quotes doubled"

    def __init__(self, name: str, errors: str, longest: int, column: str | None, delimiter: str | None) -> None:
        super().__init__(name, errors, longest)
        self._column = column
        self._delimiter = delimiter
        self._place: int | None = None  # of the column, once the header is read
        self._size = 0  # bytes of the current row so far
        self._waiting = 0  # lines that have come and are still to be taken
        self._marked = False  # that it holds a mark
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
        delimiter = self._delimiter or _guess_delimiter(first)
        header: list[str] = []
        records: list[list[str]] = []
        texts: list[str | None] = []
        size = 0
        told = False
        for row in self._rows(csv.reader(chain([first], lines), delimiter=delimiter, strict=True)):
            if self._place is None:
                self._place = column_index(self.name, self._column, row)
                header = row
                continue
            place = self._place
            self.records += 1
            text = row[place] if len(row) > place else None
            if text is None:
                self.missing += 1
            records.append(row)
            texts.append(text)
            size += sum(map(len, row)) + 1
            if size >= _BLOCK_SIZE or (self.at_once and not self._waiting):
                yield Rows(records, texts, header, delimiter)
                records, texts, size = [], [], 0
                told = True
        if records or (header and not told):
            yield Rows(records, texts, header, delimiter)

    def _lines_of_rows(self, blocks: Iterable[bytes]) -> Iterator[str]:
        """The lines, which csv takes as it needs them for a row."""
        # Not str.splitlines, which also cuts at U+0085, U+2028 and others.
        for lines in self._lines(blocks):
            self._waiting = len(lines)
            for line in lines:
                self._waiting -= 1
                self._size += len(line) + 1
                if self._size > self.longest:
                    raise self._too_long()
                try:
                    text = line.decode()
                except UnicodeDecodeError:
                    self._marked = True
                    text = line.decode(errors="surrogatepass")
                yield text + "\n"

    def _rows(self, rows: Any) -> Iterator[list[str]]:
        while True:
            self._line, self._size, self._marked = rows.line_num + 1, 0, False
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                self._report(str(error))
                continue
            if self._marked and self._place is not None:
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
        if lost or self._place is None:
            raise InputError(f"{self.name}:{self._line}: {fault}; {hint}")
        if self.errors != "skip":
            raise InputError(f"{self.name}:{self._line}: {fault}; {hint}, or leave such rows out with --errors skip")
        self.records += 1
        self.damaged += 1


def _guess_delimiter(header: str) -> str:
    return ";" if ";" in header and "," not in header else ","


def column_index(name: str, column: str | None, columns: list[str]) -> int:
    """Where the column is: the first of that name, else that number, from 1."""
    if column is None:
        raise InputError(f"{name}: which column holds the text? Name it with --column ({_listed(columns)})")
    if column in columns:
        return columns.index(column)
    if _NUMBER.fullmatch(column) and 1 <= int(column) <= len(columns):
        return int(column) - 1
    raise InputError(f"{name}: no column {column!r}; there are {_listed(columns)}{_did_you_mean(column, columns)}")
