"""What results have in common: named columns that are selected, ordered, saved as text, drawn, made frames of pandas.

`ResultTable` is the base of results that are tables, `Summary` of those that are one record of numbers. `table_text`
knows the text formats: a new one is a name in choices.py and a branch here. All text is UTF-8 with LF line ends.
"""

from __future__ import annotations

import csv
import io
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from html import escape
from json.encoder import encode_basestring
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, TypeAlias, TypeVar, cast

import numpy as np
import orjson
from numpy.typing import NDArray

from nlpkit.arguments import checked
from nlpkit.choices import SUMMARY_FORMATS, TABLE_FORMATS
from nlpkit.errors import OptionError, counted
from nlpkit.options import check_choice
from nlpkit.output import format_by_name, write_blocks
from nlpkit.reports.picture import MOST_ROWS, Picture, spelled
from nlpkit.reports.terminal import MOST_BARS, Bars, first_bars

if TYPE_CHECKING:
    import altair
    import pandas

    from nlpkit.reports.page import Page

Target: TypeAlias = str | PathLike[str] | BinaryIO | None
Column: TypeAlias = "Sequence[object] | NDArray[Any]"

_WIDTH = 640  # pixels of a picture in a notebook
_SHOWN_ROWS = 20  # of a table in a notebook
_ROWS = 1 << 16  # written at once: bounds the memory, and `| head` need not wait for the last row
_LONGEST = 64  # characters of the longest text, up to which fixed width sorts faster than Python's strings
_FEW_TIES = 0.05  # the share of rows up to which they are ordered one group after the other
_SMALLEST_PLAIN, _LARGEST_PLAIN = 1e-4, 1e15  # floats that Python writes without an exponent
_CONTROL = re.compile(r"[\t\n\r]")
_SYMBOLS = str.maketrans("\t\n\r", "\u2409\u240a\u240d")

T = TypeVar("T", bound="ResultTable")


class _Result:
    """A result that can be saved. formats: the names of its formats, see choices.py; the first is the default."""

    formats: ClassVar[tuple[str, ...]]

    def _format(self, target: Target, format: str | None) -> str:
        """The format that is asked for, by default that of the target's name, else the first of `formats`."""
        return format or format_by_name(target, self.formats) or self.formats[0]

    def _write(self, target: Target, format: str, blocks: Iterable[Any]) -> None:
        """Checks the format, then makes the blocks and writes them."""
        check_choice("format", format, self.formats)
        write_blocks(target, blocks)


class ResultTable(_Result, ABC):
    """A result of named columns of equal length, one entry a row.

    A subclass names its columns and formats, and has each column as an attribute (an array, or a property that computes
    it when it is asked for). What is larger than memory overrides `_text`, which is written in blocks.

    column_names: the columns that are saved, in their order; the first one holds the texts.
    """

    formats: ClassVar[tuple[str, ...]] = TABLE_FORMATS
    column_names: ClassVar[tuple[str, ...]]

    def __len__(self) -> int:
        return len(getattr(self, self.column_names[0]))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._summary()}>"

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """Yields the values of each row, as Python objects, in the order of `columns`."""
        return zip(*(column.tolist() for column in self.columns.values()), strict=True)

    @property
    def columns(self) -> dict[str, Any]:
        """The columns that are saved: name -> array."""
        return {name: getattr(self, name) for name in self.column_names}

    @checked
    def save(self, path: Target, format: str | None = None) -> None:
        """Writes the table to a path (`-` or None: standard output), a URL, or a binary file.

        format: one of `formats`; `table_text` says what they look like. By default that of the file's name (`.csv`,
        `.tsv`, `.jsonl`), else `tsv`. A name that ends in `.gz`, `.bz2`, `.xz` or `.zst` packs the file. It is replaced
        when all is written.

        Raises OptionError for another format, OutputError where the place cannot be written, BrokenPipeError.
        """
        chosen = self._format(path, format)
        self._write(path, chosen, self._text(chosen))

    def to_pandas(self) -> pandas.DataFrame:
        """Returns the columns as a pandas frame. Raises OptionError where pandas is not installed."""
        return data_frame(self.columns)

    @checked
    def plot(self, name: str | None = None) -> altair.Chart | altair.LayerChart:
        """Returns a picture of the result: a chart of the library altair, which a notebook shows.

        name: which one, by default the first. Raises OptionError where there is none of this name, or where altair is
        not installed.
        """
        found = {picture.name: picture for picture in self.pictures()}
        if not found:
            raise OptionError(
                f"{type(self).__name__} has no picture; a notebook shows its table, and `page` makes a page"
            )
        name = name or next(iter(found))
        check_choice("name", name, tuple(found))
        picture = found[name]
        chart: altair.Chart | altair.LayerChart = picture.chart.properties(
            title=picture.title, width=_WIDTH, height=picture.height
        )
        return chart

    def pictures(self) -> Sequence[Picture]:
        """Returns the pictures of the result, the most telling one first; none by default.

        Raises OptionError where altair is not installed.
        """
        return ()

    def page(self, title: str | None = None) -> Page:
        """Returns a page of the result, with its pictures and the first 10,000 rows: `found.page().save("found.html")`.

        title: its heading, by default the kind of the result. Raises OptionError where a library that draws is not
        installed.
        """
        from nlpkit.reports.libraries import check_installed  # here, because few runs make a page
        from nlpkit.reports.page import Page

        check_installed()
        return Page(
            title or type(self).__name__,
            self._summary(),
            self.pictures() if len(self) else (),
            self.listed(MOST_ROWS),
            self.row_keys(MOST_ROWS),
            len(self),
        )

    def listed(self, rows: int) -> dict[str, Any]:
        """Returns the first rows of the columns of a page's table: name -> array; by default those that are saved."""
        return self.head(rows)

    def head(self, rows: int) -> dict[str, Any]:
        """Returns the first rows of the columns that are saved: name -> array."""
        return {name: column[:rows] for name, column in self.columns.items()}

    def row_keys(self, rows: int) -> list[str]:
        """Returns what stands for each of the first rows in pictures, and in the text: by default the first column."""
        return [str(spelled(text)) for text in next(iter(self.head(rows).values()))]

    def bars(self, column: str, noun: str) -> Bars:
        """Returns the first twenty rows as bars, which a terminal shows.

        column: whose numbers they are, by which the rows are ordered. noun: what a row is, in the singular.
        """
        drawn = min(len(self), MOST_BARS)
        values = getattr(self, column)[:drawn].tolist()
        return Bars(first_bars(column, drawn, self._before_top(), noun), self._labels(drawn), values)

    def _before_top(self) -> int:
        """How many rows there were before the first ones were chosen, as far as the result knows."""
        return len(self)

    def _labels(self, rows: int) -> list[str]:
        """What stands beside the first bars."""
        return [*map(str, getattr(self, self.column_names[0])[:rows])]

    def _repr_html_(self) -> str:
        """Returns the first rows as a table of HTML, which a notebook shows."""
        shown = {name: [*map(spelled, column.tolist())] for name, column in self.head(_SHOWN_ROWS).items()}
        return html_table(shown, len(self), self._summary())

    @abstractmethod
    def _summary(self) -> str:
        """What `repr` shows of the table."""

    def _text(self, format: str) -> Iterator[Any]:
        """The table in one of `formats`, as blocks of bytes."""
        return table_text(self.columns, format)

    def _take(self: T, rows: NDArray[np.int64]) -> T:
        """The table of these rows, in this order: of a dataclass, in which every array is a column."""
        table: T = replace(cast(Any, self), **{name: getattr(self, name)[rows] for name in self._arrays()})
        return table

    def _arrays(self) -> list[str]:
        """The names of a dataclass' fields that are arrays."""
        names = [field.name for field in fields(cast(Any, self))]
        return [name for name in names if isinstance(getattr(self, name), np.ndarray)]


class Summary(_Result, ABC):
    """A result that is one record of numbers: `str` makes it text for people.

    No ResultTable, because it has no rows: a number that does not exist is left out of the text, and each format
    arranges the numbers in its own way.
    """

    formats: ClassVar[tuple[str, ...]] = SUMMARY_FORMATS

    @abstractmethod
    def __str__(self) -> str:
        """The numbers as lines of text."""

    def _repr_html_(self) -> str:
        """Returns the text for people, which a notebook shows."""
        return f"<pre>{escape(str(self))}</pre>"

    def _write(self, target: Target, format: str, blocks: Iterable[Any]) -> None:
        super()._write(target, format, [str(self).encode()] if format == "text" else blocks)


def html_table(columns: Mapping[str, Column], size: int, summary: str) -> str:
    """Returns rows as a table of HTML, with a line below that says how many rows there are in all.

    columns: name -> values of the rows to show. size: how many rows there are. summary: what the rows are.
    """
    names = list(columns)
    cells = [[*map(escape, _cells(_array(columns[name])))] for name in names]
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    rows = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>\n" for row in zip(*cells, strict=True))
    shown = len(cells[0]) if cells else 0
    more = f"; the first {shown:,} of {counted(size, 'row')}" if shown < size else ""
    table = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>"
    return f"<div>\n{table}\n<p>{escape(summary)}{more}</p>\n</div>"


def data_frame(columns: Mapping[str, Column]) -> pandas.DataFrame:
    """Returns columns (name -> values, all of one length) as a pandas frame.

    Raises OptionError where pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise OptionError("pandas is not installed: pip install 'nlpkit[pandas]'") from error
    return pandas.DataFrame(columns)


def order_of(texts: NDArray[np.object_], *keys: NDArray[Any]) -> NDArray[np.int64]:
    """Returns the order of rows (int64, row numbers) by the keys, each from the largest down.

    texts: the str of each row; rows whose keys are all equal are ordered by the code points of their texts. keys: the
    numbers of each row, signed or float; NaN comes last. The first key counts most.
    """
    if not texts.size:
        return np.empty(0, np.int64)
    by_keys = np.lexsort([-key for key in reversed(keys)])
    if not any(key.dtype.kind == "f" and np.isnan(key).any() for key in keys):
        ties = np.logical_and.reduce([key[by_keys[1:]] == key[by_keys[:-1]] for key in keys])
        if np.count_nonzero(ties) < _FEW_TIES * texts.size:
            return _break_ties(by_keys, ties, texts)
    longest = max(map(len, texts))
    if longest <= _LONGEST and not any("\0" in text for text in texts):  # numpy takes NUL at the end for padding
        texts = texts.astype(f"<U{longest}")
    by_text = np.argsort(texts, kind="stable")
    return by_text[np.lexsort([-key[by_text] for key in reversed(keys)])]


def _break_ties(order: NDArray[np.int64], ties: NDArray[np.bool_], texts: NDArray[np.object_]) -> NDArray[np.int64]:
    """Orders the rows of `order` by their texts where they tie with the row before: ties[i] is about row i + 1."""
    begins = np.flatnonzero(np.append(True, ~ties))
    ends = np.append(begins[1:], order.size)
    for begin, end in zip(begins[ends - begins > 1].tolist(), ends[ends - begins > 1].tolist(), strict=True):
        order[begin:end] = sorted(order[begin:end].tolist(), key=lambda row: str(texts[row]))
    return order


def align(rows: Sequence[tuple[str, str]], side: str = "<") -> list[str]:
    """Returns rows of two cells as lines: the second column is aligned right, the first left (`side` `>`: right)."""
    left, right = (max(map(len, cells)) for cells in zip(*rows, strict=True))
    return [f"{first:{side}{left}}  {second:>{right}}" for first, second in rows]


def table_text(columns: Mapping[str, Column], format: str, header: bool = True) -> Iterator[bytes]:
    """Yields a table as text, a row a line, in blocks of 65,536 rows.

    columns: name -> values, all of one length. format: one of choices.LIST_FORMATS. `tsv` and `csv` start with a header
    row and round floats to 4 decimals. `jsonl` writes an object for each row, floats in full. `jieba` writes
    `word count`, or `word count tag`: the first column and those called `count` and `tag`. `words` writes the first
    column alone. NaN is an empty cell; in jsonl it is null. In tsv a tab or line end in a cell is written as its
    symbol: U+2409, U+240A, U+240D.
    header: whether the header row is written; the rest of a table comes without.
    """
    names = list(columns)
    named = [name for name in ("count", "tag") if name in columns]
    names = {"jieba": [names[0], *named], "words": names[:1]}.get(format, names)
    separator = {"csv": ",", "jieba": " "}.get(format, "\t")
    if header and format in ("tsv", "csv"):
        yield f"{separator.join(names)}\n".encode()
    arrays = [_array(columns[name]) for name in names]
    for start in range(0, len(arrays[0]), _ROWS):
        block = [array[start : start + _ROWS] for array in arrays]
        if format == "jsonl":
            text = _objects(names, block)
        elif format == "csv":
            text = _quoted(block)
        else:
            cells = list(map(_cells, block))
            if format == "tsv" and any(map(_CONTROL.search, cells[0])):
                cells = [list(map(visible, column)) for column in cells]
            text = "\n".join(map(separator.join, zip(*cells, strict=True))) + "\n"
        yield text.encode()


def visible(text: str) -> str:
    """Returns the text with tabs and line ends replaced by their symbols, so that it fits a cell of tsv."""
    return text.translate(_SYMBOLS)


def _array(values: Column) -> NDArray[Any]:
    if isinstance(values, np.ndarray):
        return values
    return np.array(values, dtype=np.float64 if values and isinstance(values[0], float) else object)


def _objects(names: Sequence[str], block: Sequence[NDArray[Any]]) -> str:
    encode = json.JSONEncoder(ensure_ascii=False).encode
    keys = [f"{encode(name)}: " for name in names]
    columns = [map(key.__add__, _texts(values, encode, "null")) for key, values in zip(keys, block, strict=True)]
    return "{" + "}\n{".join(map(", ".join, zip(*columns, strict=True))) + "}\n"


def _quoted(block: Sequence[NDArray[Any]]) -> str:
    text = io.StringIO()
    cells = list(map(_cells, block))
    if any("\r" in cell for column in cells for cell in column):  # which it would not quote otherwise
        writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    else:
        writer = csv.writer(text, lineterminator="\n")
    writer.writerows(zip(*cells, strict=True))
    return text.getvalue()


def _cells(values: NDArray[Any]) -> list[str]:
    return _texts(values.round(4) + 0.0 if values.dtype.kind == "f" else values)  # + 0.0 makes -0.0 plain 0.0


def _texts(values: NDArray[Any], encode: Callable[[Any], str] = str, nan: str = "") -> list[str]:
    """Each value as text: a float as the shortest digits that read back, NaN as `nan`, the rest by `encode`."""
    if values.dtype.kind == "f":
        return _float_texts(values, nan)
    cells = values.tolist()
    if values.dtype.kind in "iu":
        return list(map(str, cells))
    if encode is not str and set(map(type, cells)) == {str}:
        return list(map(encode_basestring, cells))  # which JSONEncoder calls, at a third of the speed
    return list(map(encode, cells))


def _float_texts(values: NDArray[Any], nan: str) -> list[str]:
    """Floats as the shortest digits that read back, NaN as `nan`."""
    sizes = np.abs(values[values != 0])
    if values.size and not np.any((sizes < _SMALLEST_PLAIN) | (sizes > _LARGEST_PLAIN)):  # NaN is neither
        text = orjson.dumps(values.tolist()).decode()[1:-1]  # the same digits, five times as fast as repr
        return text.replace("null", nan).split(",")
    return [repr(item) if item == item else nan for item in values.tolist()]
