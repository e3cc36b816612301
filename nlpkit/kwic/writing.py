"""Writes hits as they come: as tables, or as lines for people, aligned and in colour."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
import orjson

from nlpkit.kwic.hits import Hits, Row
from nlpkit.reports.terminal import shown
from nlpkit.results import visible

COLUMNS = ("file", "line", "left", "hit", "right")
_NAMES = ("file", "line", "offset", "left", "hit", "right")  # in jsonl
_QUOTED = re.compile('[,"\n\r]')
_ROWS = 1 << 12  # that are written at a time
_BYTES = 1 << 22  # of their cells
_NAME, _LINE = 24, 6  # cells of a file's name, at most, and digits of a line, at least
_GAP = "  "
_NARROW = 60  # cells of a line
_HIT, _DIM, _PLAIN = "\x1b[1;31m", "\x1b[2m", "\x1b[0m"


def header(format: str) -> bytes:
    """Returns the header row of a format, empty if it has none."""
    separator = {"tsv": "\t", "csv": ","}.get(format)
    return f"{separator.join(COLUMNS)}\n".encode() if separator else b""


class Writer:
    """Makes text of hits.

    format: one of choices.CONCORDANCE_FORMATS. The rest is about 'text'. field: cells of the left context, which is
    aligned right. cells: of a line, whose contexts are cut to it; None for all of the contexts. colour: the hit is red,
    and its place dim.
    """

    def __init__(self, format: str, field: int = 60, cells: int | None = None, colour: bool = False) -> None:
        self._format, self._field, self._cells, self._colour = format, field, cells, colour
        self._location = 0  # cells of the widest place so far

    def hits(self, hits: Hits) -> Iterator[bytes]:
        """Yields hits in one file as text."""
        for start in range(0, len(hits), _ROWS):
            part = hits.slice(start, start + _ROWS)
            if self._format == "tsv" and hits.compiled:
                yield from _compiled_rows(part)
            else:
                yield self.rows(part.rows())

    def rows(self, rows: Sequence[Row]) -> bytes:
        """Returns rows as text."""
        if self._format == "text":
            return "".join(map(self._line, rows)).encode()
        if self._format == "jsonl":
            return b"".join(map(_object, rows))
        if self._format == "csv":
            return "".join(map(_quoted, rows)).encode()
        return "".join(map(_tabbed, rows)).encode()

    def _line(self, row: Row) -> str:
        file, number, _, left, hit, right = row
        name, cells = shown(file), self._cells
        is_narrow = cells is not None and cells < _NARROW
        most = min(_NAME, cells // (8 if is_narrow else 4)) if cells is not None else _NAME
        if width(name) > most:
            name = "\u2026" + last_cells(name, most - 1)
        place = f"{name}:{number}"
        spare = 0 if is_narrow else max(0, _LINE - len(str(number)))
        self._location = max(self._location, width(place) + spare)
        left, hit, right = shown(left), shown(hit), shown(right)
        field = self._field
        if cells is not None:
            room = cells - self._location - 3 * len(_GAP)
            field = max(0, (room - min(width(hit), cells // 4)) // 2)
            left = last_cells(left, field)
            hit = _shortened(hit, max(1, room - field))
            right = first_cells(right, room - field - width(hit))
        after = " " * (self._location - width(place))
        before = " " * (field - width(left))
        if self._colour:
            place, hit = f"{_DIM}{place}{_PLAIN}", f"{_HIT}{hit}{_PLAIN}"
        return f"{place}{after}{_GAP}{before}{left}{_GAP}{hit}{_GAP}{right}".rstrip(" ") + "\n"


def _compiled_rows(hits: Hits) -> Iterator[bytes]:
    """Yields rows of tsv that a kernel writes."""
    from nlpkit.kernels import search

    name = np.frombuffer(visible(hits.file).encode(), np.uint8)
    sizes = 3 * (hits.bounds[:, 3] - hits.bounds[:, 0]) + name.size + 24
    begin = 0
    totals = np.cumsum(sizes)
    while begin < len(hits):
        done = int(totals[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(totals, done + _BYTES, "right")))
        out = np.empty(int(totals[end - 1]) - done, np.uint8)
        part = hits.slice(begin, end)
        size = search.write_rows(part.text, part.bounds, part.lines, name, _symbols(), out)
        yield out[:size].tobytes()
        begin = end


def _symbols() -> np.ndarray:
    """Returns the bytes that stand for control characters in tsv: see write_rows."""
    table = np.zeros((32, 4), np.uint8)
    for code in range(32):
        symbol = visible(chr(code)).encode()
        table[code, 0] = len(symbol)
        table[code, 1 : 1 + len(symbol)] = list(symbol)
    return table


def _tabbed(row: Row) -> str:
    cells = "\t".join(map(visible, row[3:]))
    return f"{visible(row[0])}\t{row[1]}\t{cells}\n"


def _quoted(row: Row) -> str:
    cells = (row[0], str(row[1]), *row[3:])
    return ",".join('"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell for cell in cells) + "\n"


def _object(row: Row) -> bytes:
    parts = [b'"%s": %s' % (name.encode(), orjson.dumps(value)) for name, value in zip(_NAMES, row, strict=True)]
    return b"{" + b", ".join(parts) + b"}\n"


def _shortened(text: str, cells: int) -> str:
    return text if width(text) <= cells else first_cells(text, cells - 1) + "\u2026"


def width(text: str) -> int:
    """Returns how many cells of a terminal a text takes: two for wide characters of East Asia, none for marks."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 0 if unicodedata.category(character) in ("Mn", "Me", "Cf") else 1


def first_cells(text: str, cells: int) -> str:
    """Returns as much of the beginning of a text as fits."""
    for place, character in enumerate(text):
        cells -= _width(character)
        if cells < 0:
            return text[:place]
    return text


def last_cells(text: str, cells: int) -> str:
    """Returns as much of the end of a text as fits."""
    return first_cells(text[::-1], cells)[::-1]
