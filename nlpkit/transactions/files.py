"""The files of a corpus as tables: their first rows, their bytes, and the line on which a fault is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import chain

from nlpkit.corpus import Corpus
from nlpkit.corpus.encodings import not_utf8
from nlpkit.corpus.formats.extractor import LONGEST_RECORD
from nlpkit.corpus.lines import whole_lines, without_mark
from nlpkit.corpus.pieces import read_pieces
from nlpkit.corpus.streams import Stream
from nlpkit.corpus.types import Reading, Span
from nlpkit.errors import InputError
from nlpkit.kernels import cells as kernel
from nlpkit.kernels import tagged_strings
from nlpkit.kernels.types import I32
from nlpkit.transactions.cells import DistinctCells, Fault, Form
from nlpkit.transactions.delimiters import guess_delimiter
from nlpkit.transactions.heads import Head, arff_row, is_quoted_by_r, read_head, titles_above

_HEAD_SIZE = 256 << 10
_MOST_HEAD_ROWS = 3000
_SAMPLES, _SAMPLE_SIZE = 4, 16 << 10  # pieces of a large file, beside its head, and their bytes
_QUOTED = "cells with quotes in them must be quoted and their quotes doubled"
_FAULTS = {
    kernel.OPEN: f"a quote opens here and is never closed; {_QUOTED}",
    kernel.AFTER_QUOTE: f"the cell that is quoted here goes on after its closing quote; {_QUOTED}",
    kernel.LONE_RETURN: "a carriage return within a line; cells with line ends in them must be quoted",
}


class TableFile:
    """One file of an open corpus; `index` is its place there.

    delimiter: what is known of it. titled: whether lines may stand above its header; `titles` is how many do.
    """

    def __init__(self, corpus: Corpus, index: int, delimiter: str | None = None, titled: bool = False) -> None:
        self._corpus, self.index = corpus, index
        self.source = corpus.sources[index]
        self.reading: Reading = corpus.as_text(index).reading
        self.name = self.source.name
        self.said = Head()
        self._first, self._has_more = self._first_blocks()
        self.said = read_head(self.name, (line for _, line in self._lines()))
        if self.said.arff:
            self._first, self._has_more = self._first_blocks()
        self.head = self._head()
        self.titles = 0
        if titled and self.said == Head():
            self.titles = self._titles(delimiter)
            if self.titles:
                self.said = Head(lines=self.titles)
                self.head = self._head()

    def _titles(self, delimiter: str | None) -> int:
        lines = self.head_lines()
        delimiter = delimiter or guess_delimiter(self.name, lines[len(lines) // 2 :])
        try:
            return 0 if delimiter == " " else titles_above(lines, delimiter)
        except csv.Error:
            return 0

    def stream(self) -> Stream:
        """Returns its text, to be read once more."""
        return self._corpus.as_text(self.index)

    def blocks(self, stream: Stream | None = None) -> Iterator[tuple[int, bytes]]:
        """Yields (offset, bytes) of the text as it is, without a byte order mark. stream: what `stream` returned."""
        with closing(iter((stream or self.stream()).blocks())) as blocks:  # type: ignore[type-var]
            place, text = without_mark(blocks)
            for block in self._as_csv(text) if self.said.arff else text:
                if block:
                    yield place, block
                place += len(block)

    def _as_csv(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Yields the text with rows of ARFF as rows of CSV; the head, and the number of lines, stay as they are."""
        count = 0
        for stretch in whole_lines(blocks):
            *lines, rest = stretch.split(b"\n")
            rows = [self._csv_row(line, count + i) + b"\n" for i, line in enumerate(lines)]
            count += len(lines)
            yield b"".join([*rows, self._csv_row(rest, count)] if rest else rows)

    def _csv_row(self, line: bytes, number: int) -> bytes:
        """Returns a line of ARFF as one of CSV. number: from 0."""
        if number < self.said.lines or not any(mark in line for mark in (b"'", b"\\", b"{", b"%")):
            return line
        out = io.StringIO()
        try:
            row = arff_row(self._decoded(line, 0), self.said.absent)
        except ValueError as error:
            raise InputError(f"{self.name}:{number + 1}: {error}") from error
        csv.writer(out, lineterminator="").writerow(row)
        return out.getvalue().encode()

    def _first_blocks(self) -> tuple[list[tuple[int, bytes]], bool]:
        """Returns the first blocks, and whether there may be more."""
        first: list[tuple[int, bytes]] = []
        size = 0
        for place, block in self.blocks():
            first.append((place, block))
            size += len(block)
            if size >= _HEAD_SIZE:
                return first, True
        return first, False

    def _all_blocks(self) -> Iterator[tuple[int, bytes]]:
        """Yields what `blocks` does, and opens the file only for what follows the first blocks."""
        yield from self._first
        if self._has_more:
            end = self._first[-1][0] + len(self._first[-1][1])
            for place, block in self.blocks():
                if place + len(block) > end:
                    yield max(place, end), block[max(0, end - place) :]

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """Yields (the offset of the next line, a line with its end)."""

        def too_long() -> InputError:
            return InputError(f"{self.name}: the header is longer than {LONGEST_RECORD >> 20} MB")

        place = self._first[0][0] if self._first else 0
        for stretch in whole_lines((block for _, block in self._all_blocks()), LONGEST_RECORD, too_long):
            *lines, rest = stretch.split(b"\n")
            for line in lines:
                place += len(line) + 1
                yield place, line + b"\n"
            if rest:
                yield place + len(rest), rest

    @property
    def begin(self) -> int:
        """The offset of the first line after what the file says of itself."""
        for count, (place, _) in enumerate(self._lines(), 1):
            if count >= self.said.lines:
                return place if self.said.lines else 0
        return self.source.size

    def _head(self) -> bytes:
        """Returns the first bytes of the rows."""
        head = bytearray()
        begin = self.begin if self.said.lines else 0
        for place, block in self._all_blocks():
            head += block[max(0, begin - place) :]
            if len(head) >= _HEAD_SIZE:
                break
        return bytes(head[:_HEAD_SIZE])

    def head_lines(self) -> list[str]:
        """Returns the first lines; bytes that are not valid become U+FFFD."""
        lines = self.head.decode(errors="replace").split("\n")
        if not lines[-1] or (len(self.head) == _HEAD_SIZE and len(lines) > 1):
            lines.pop()
        return [line.removesuffix("\r") for line in lines[:_MOST_HEAD_ROWS]]

    def head_rows(self, form: Form, whole: bool = True) -> list[list[str]]:
        """Returns the first rows that are not empty, as far as they can be read. whole: with the name that R leaves
        out of a header."""
        rows: list[list[str]] = [list(self.said.columns)] if self.said.columns else []
        try:
            for row in _rows(iter(self.head_lines()), form):
                if any(row):
                    rows.append(row)
        except csv.Error:  # perhaps a row that the head cuts; a fault in it is reported when it is read
            pass
        if whole and rows:
            rows[0] = self._whole(rows[0], form)
        return rows

    def sample_rows(self, form: Form) -> list[list[str]]:
        """Returns the first rows; of a large plain file on this machine also some from the rest of it: if the file
        is sorted, its first rows may all be of one item."""
        rows = self.head_rows(form)
        size, width = self.source.size, {len(row) for row in rows}
        if not self.reading.plain or self.source.is_remote or size < 4 * _HEAD_SIZE or len(width) != 1:
            return rows
        for i in range(1, _SAMPLES + 1):
            begin = size * i // (_SAMPLES + 1)
            text = b"".join(
                piece.data for piece in read_pieces(Span(self.source, begin, begin + _SAMPLE_SIZE), _SAMPLE_SIZE)
            )
            lines = text.decode(errors="replace").split("\n")[1:-1]
            try:
                rows += [row for row in _rows(iter(lines), form) if len(row) in width and any(row)]
            except csv.Error:  # the piece begins in a quoted cell
                continue
        return rows

    def form(self, form: Form) -> Form:
        """Returns how the cells of this file are written. form: how those of others are."""
        delimiter = self.said.delimiter or form.delimiter
        return replace(form, delimiter=delimiter, quoted=delimiter == " " and is_quoted_by_r(self.head_lines()))

    def header(self, form: Form) -> tuple[list[str], int]:
        """Returns the cells of the first row that is not empty, and the offset of the next row; no cells if
        there is no such row. Raises InputError, EncodingError."""
        place = begin = self.begin

        def lines() -> Iterator[str]:
            nonlocal place, begin
            for count, (end, line) in enumerate(self._lines()):
                if count >= self.said.lines:
                    begin = begin or end - len(line)
                    text = self._decoded(line.removesuffix(b"\n"), end - len(line))
                    place = end
                    yield text

        try:
            for row in _rows(lines(), form):
                if any(row):
                    return self._whole(row, form), place
                begin = place
        except csv.Error as error:
            kind = kernel.OPEN if "end of data" in str(error) else kernel.AFTER_QUOTE
            kind = kind if kind == kernel.OPEN or " expected after " in str(error) else kernel.LONE_RETURN
            raise self.fault(Fault(kind, begin)) from error
        return [], place

    def _whole(self, header: list[str], form: Form) -> list[str]:
        """Returns a header with the name of the first column, "", which R leaves out."""
        if form.spaces and form.quoted:
            further = self.head_rows(form, whole=False)[1:]
            if further and all(len(row) == len(header) + 1 for row in further):
                return ["", *header]
        return header

    def _decoded(self, line: bytes, place: int) -> str:
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            raise not_utf8(self.source, place + error.start) from error

    def line_at(self, byte: int) -> int:
        """Returns the line, from 1, that holds a byte of the text."""
        line = 1
        for start, block in self.blocks():
            line += block[: max(0, byte - start)].count(b"\n")
            if start + len(block) > byte:
                break
        return line

    def fault(self, fault: Fault) -> InputError:
        """Returns the error for what stopped the kernel."""
        if fault.kind == tagged_strings.NOT_UTF8:
            return not_utf8(self.source, fault.byte)
        return InputError(f"{self.name}:{self.line_at(fault.byte)}: {_FAULTS[fault.kind]}")

    def line_of_row(self, row: int, start: int, form: Form, columns: I32) -> int:
        """Returns the line, from 1, on which a row begins. row: its number, from 0 at the offset `start`."""
        cells = DistinctCells()
        quotes = form.quotes
        rest, place = b"", start
        for begin, block in chain(self.blocks(), [(0, b"")]):
            block = block[max(0, start - begin) :]
            if not rest and place <= start < begin + len(block):
                place = max(start, begin)  # a byte order mark lies before it
            text = rest + block
            if row:
                _, row_ends, _ = cells.read(text, not block, form, quotes, columns, row)
                row -= row_ends.size
                text = text[cells.consumed :]
                place += cells.consumed
            blank = 0 if form.empty_rows or row else len(text) - len(text.lstrip())
            if not row and (blank < len(text) or not block):
                place += text.rfind(b"\n", 0, blank) + 1
                break
            rest = text
        return self.line_at(place)


def _rows(lines: Iterator[str], form: Form) -> Iterator[list[str]]:
    """Yields rows of cells, trimmed if the form says so. Raises csv.Error."""
    csv.field_size_limit(max(LONGEST_RECORD, csv.field_size_limit()))
    if form.spaces and not form.quoted:
        cells = (line.removesuffix("\r").replace("\t", " ").split(" ") for line in lines)
        if form.trim:
            return ([bare for cell in row if (bare := cell.strip())] for row in cells)
        return ([cell for cell in row if cell] for row in cells)
    with_ends = (line + "\n" for line in lines)
    rows = csv.reader(with_ends, delimiter=form.delimiter, strict=True, skipinitialspace=form.trim)
    return ([cell.strip() for cell in row] for row in rows) if form.trim else rows
