"""Looks at the first bytes of a source for what an option would read better: HTML, tables, JSON Lines."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from itertools import islice

from nlpkit.corpus.formats.registry import delimiter_of, format_of, open_format
from nlpkit.corpus.options import ReadingOptions
from nlpkit.errors import NlpkitError, Notice, Repeated, Setting

_ROWS = 50
_LEAST_MARKS = 2  # tags and entities in the texts of records
_LEAST_SHARE = 0.1  # of the characters of a text that is HTML, which its tags are
_LONG_TEXT = 8  # characters
_LONG_NAME = 40  # characters of the name of a column
_FEW = 2  # rows of the smallest table
_MANY = 5  # rows that all have a cell for each name are a table, whatever is in them
_WRITTEN = re.compile(r"\s|[^\x00-\x7f]")  # what texts have, and addresses, paths and keys have not
_TAG = re.compile(
    r"</?(?:a|b|body|br|div|em|font|h[1-6]|head|html|i|img|li|link|meta|ol|p|script|span|strong|style|table|td|th|title"
    r"|tr|u|ul)\b[^<>]{0,1000}>",
    re.IGNORECASE,
)
_ENTITY = re.compile(
    r"&(?:amp|lt|gt|quot|apos|nbsp|ldquo|rdquo|lsquo|rsquo|hellip|mdash|middot|#[0-9]{1,7}|#x[0-9a-f]{1,6});"
)
_PAGE = re.compile(
    r"\s*(?:<\?xml[^<>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_SENTENCE = re.compile(r"[。！？；…，、]|[.!?;,]\s|[.!?]$")
_VALUE = re.compile(
    r"[-+]?[0-9][0-9.,:]*%?|[0-9]{1,4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,4}.*|[a-z]+://.*|www\..*|[^\s@]+@[^\s@]+\.[a-z]+",
    re.IGNORECASE,
)


def hint_of(name: str, format: str, text: str, options: ReadingOptions) -> Notice | None:
    """Returns a line for the user about how a source may be meant, None if there is nothing to say.

    name: of the source. format: as in Reading. text: its beginning.
    """
    if format in ("csv", "tsv") and options.header and (cell := _cell_of_data(format, text, options)):
        doubt = f"{name}: the first row is taken for the header, but looks like data ({cell!r}); "
        return Notice(doubt, Setting("header", False), " reads it as data")
    if format == "parquet" or options.text_from != "text":
        return None
    if format == "text" and (field := _field_of_text(text)):
        return Notice(f"{name}: looks like JSON Lines; ", Setting("field", field), " reads the text in it")
    if format == "text" and (columns := _columns_of_text(name, text, options)):
        named = Setting("column", *columns) if len(columns) == 1 else Repeated("column", *columns)
        return Notice(f"{name}: looks like a table; ", named, " reads the text in it")
    found = ("HTML" if _is_page(text) else "") if format == "text" else _marks_of_records(name, format, text, options)
    return (
        Notice(f"{name}: looks like {found}; ", Setting("text_from", "html"), " takes the text out") if found else None
    )


def _field_of_text(text: str) -> str:
    """Returns the field of JSON Lines with the longest texts, nothing if the lines are no JSON objects."""
    if not text.startswith("{"):
        return ""
    lines = text.splitlines()[:_ROWS]
    sizes: dict[str, int] = {}
    for number, line in enumerate(lines):
        try:
            record = json.loads(line)
        except ValueError:
            if number and number + 1 == len(lines):
                break  # it is cut
            return ""
        if not isinstance(record, dict):
            return ""
        for key, value in record.items():
            if isinstance(value, str):
                sizes[key] = sizes.get(key, 0) + len(value)
    return max(sizes, key=lambda key: sizes[key], default="")


def _columns_of_text(name: str, text: str, options: ReadingOptions) -> list[str]:
    """Returns the names of the columns of a table that hold texts, nothing if the lines are no table with a header."""
    first = text.partition("\n")[0].rstrip("\r")
    delimiter = delimiter_of(format_of(name, first.encode(), column=True), first, options.delimiter)
    cells = first.split(delimiter)
    if len(cells) < 2 or max(map(len, cells)) > _LONG_NAME:
        return []  # before rows are read: most texts end here
    try:
        names, *rows = filter(None, islice(csv.reader(io.StringIO(text), delimiter=delimiter), _ROWS))
    except (csv.Error, ValueError):
        return []
    if rows and len(rows[-1]) < len(names) and not text.endswith("\n"):
        rows.pop()  # it is cut
    if len(rows) < _FEW or any(len(row) != len(names) for row in rows):
        return []
    columns = list(zip(*rows, strict=True))
    if len(set(names)) < len(names) or not all(map(_is_name, names, columns)):
        return []
    are_values = [all(cell == "" or _VALUE.fullmatch(cell) for cell in column) for column in columns]
    has_quotes = any(delimiter in cell for row in rows for cell in row)
    if len(rows) < _MANY and not (any(are_values) or has_quotes):
        return []
    sizes = [0.0 if is_values else _size_of_texts(cells) for cells, is_values in zip(columns, are_values, strict=True)]
    return [name for name, size in zip(names, sizes, strict=True) if size >= max(_LONG_TEXT, max(sizes) / 2)]


def _is_name(cell: str, others: Sequence[str]) -> bool:
    """Returns whether a cell of the first row may be the name of its column. others: the cells below."""
    if cell == "":
        return all(map(str.isdecimal, others))  # the numbers of rows, as pandas writes them
    if cell != cell.strip() or _VALUE.fullmatch(cell) or _SENTENCE.search(cell) or cell in others:
        return False
    usual = _usual_length(others)
    return usual < _LONG_TEXT or len(cell) <= usual / 2 or (cell.isascii() and cell.isidentifier())


def _size_of_texts(cells: Sequence[str]) -> float:
    """Returns how long the texts of a column are on average, 0 if they are addresses, paths or keys."""
    filled = [cell for cell in cells if cell]
    if 2 * sum(_WRITTEN.search(cell) is not None for cell in filled) <= len(filled):
        return 0.0
    return sum(map(len, filled)) / len(filled)


def _is_page(text: str) -> bool:
    if _PAGE.match(text):
        return True
    tags = _TAG.findall(text)
    return len(tags) > _LEAST_MARKS and sum(map(len, tags)) > _LEAST_SHARE * len(text)


def _marks_of_records(name: str, format: str, text: str, options: ReadingOptions) -> str:
    """Returns what the texts of records have of HTML, nothing if that is not much."""
    if not (_TAG.search(text) or _ENTITY.search(text)):
        return ""
    whole = text[: text.rfind("\n") + 1] or text
    texts: list[str] = []
    try:
        for block in open_format(format, name, options).feed([whole.encode("utf-8", "replace")]):
            texts.append(block.decode())
    except NlpkitError:
        pass  # it is cut, or will be reported
    found = "\n".join(texts)
    marks = [match[0] for kind in (_TAG, _ENTITY) for match in islice(kind.finditer(found), _LEAST_MARKS)]
    return f"text with HTML in it ({', '.join(dict.fromkeys(marks[:2]))})" if len(marks) >= _LEAST_MARKS else ""


def _cell_of_data(format: str, text: str, options: ReadingOptions) -> str:
    """Returns the cell by which the first row looks like data, nothing if it does not."""
    if not options.column or not all(column.isdecimal() for column in options.column):
        return ""
    lines = text.splitlines(keepends=True)
    try:
        delimiter = delimiter_of(format, lines[0], options.delimiter)
        first, *rows = islice(csv.reader(lines, delimiter=delimiter), _ROWS)
    except (csv.Error, IndexError, ValueError):
        return ""
    if first in ([str(place + start) for place in range(len(first))] for start in (0, 1)):
        return ""
    texts = [first.index(column) if column in first else int(column) - 1 for column in options.column]
    for place, cell in enumerate(first):
        column = [row[place] for row in rows if len(row) > place]
        if _is_text_of_data(cell, column) if place in texts else _is_value_of_data(cell, column):
            return cell
    return ""


def _usual_length(cells: Sequence[str]) -> float:
    """Returns the median of the lengths of cells, of which there is one at least, in characters."""
    from statistics import median  # here, because few texts need it

    return median(map(len, cells))


def _is_text_of_data(cell: str, others: Sequence[str]) -> bool:
    if _SENTENCE.search(cell):
        return True
    usual = _usual_length(others) if others else 0
    is_name = cell.isascii() and cell.isidentifier()
    return usual >= _LONG_TEXT and len(cell) > usual / 2 and not is_name


def _is_value_of_data(cell: str, others: Sequence[str]) -> bool:
    return bool(cell) and (_VALUE.fullmatch(cell) is not None or cell in others or cell[-1] in "。！？")
