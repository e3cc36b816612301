"""A page: a title, pictures, a table and lines of the text, written as one file of HTML that needs no network.

What stands on it is text: everything from the corpus is escaped, or is data within JSON. The same result gives the same
bytes with the same versions of the libraries.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import isfinite
from typing import Any

import numpy as np
import orjson

from nlpkit.errors import Option, OptionError, counted
from nlpkit.output import STDOUT, check_output, open_output
from nlpkit.reports.libraries import check_installed, load_libraries
from nlpkit.reports.picture import Excerpt, Picture, spelled
from nlpkit.version import __version__

#: Rows of the table.
MOST_ROWS = 10_000
_DIGITS = 6  # significant ones of floats
_SUFFIXES = (".html", ".htm")


@dataclass
class Page:
    """A page of a result.

    title: its heading. summary: what the result is, in one line. pictures: in order. columns: name -> values of the
    rows of the table, of which there are at most MOST_ROWS. keys: of these rows, by which lines are found. size: rows
    of the result. lines: key -> places in the text; may be set after the page is made.
    """

    title: str
    summary: str
    pictures: Sequence[Picture]
    columns: Mapping[str, Any]
    keys: Sequence[str]
    size: int
    lines: Mapping[str, Sequence[Excerpt]] = field(default_factory=dict)

    @property
    def drawn_keys(self) -> list[str]:
        """The keys of all rows that are drawn, each once: what lines of the text are wanted for."""
        return list(dict.fromkeys(key for picture in self.pictures for key in picture.keys))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the page to a file, which is replaced when all is written. Raises OptionError, OutputError."""
        check_page(os.fspath(path))
        with open_output(path, is_result=False) as file:
            file.write(self.html().encode("utf-8", "replace"))

    def html(self) -> str:
        """Returns the page. Raises OptionError where a library is not installed."""
        libraries = load_libraries()
        template = _environment().get_template("page.html")
        return str(
            template.render(
                page=self,
                version=__version__,
                libraries=libraries,
                style=_part("page.css"),
                script=_part("page.js"),
                data=_for_html(orjson.dumps(self._data(), option=orjson.OPT_SERIALIZE_NUMPY).decode()),
                rows=counted(self.size, "row"),
                shown=len(self.keys),
            )
        )

    def _data(self) -> dict[str, Any]:
        """What the script of the page reads."""
        keys = [*self.keys]
        files = {place.file: None for places in self.lines.values() for place in places}
        numbers = {file: number for number, file in enumerate(files)}
        first = next(iter(self.columns.values()), ())
        return {
            "pictures": [
                {"name": picture.name, "height": picture.height, "spec": picture.chart.to_dict()}
                for picture in self.pictures
            ],
            "columns": [
                {"name": name, "isNumber": np.asarray(values).dtype.kind in "iuf"}
                for name, values in self.columns.items()
            ],
            "rows": [*zip(*(_cells(values) for values in self.columns.values()), strict=True)],
            "keys": None if keys == [*first] else keys,
            "files": [*files],
            "lines": {key: [(numbers[file], *place) for file, *place in places] for key, places in self.lines.items()},
        }


def check_page(path: str) -> None:
    """Finds out before hours of work that a page cannot be written to `path`. Raises OptionError, OutputError."""
    if path in STDOUT:
        raise OptionError(Option("report"), f" {path}: a page is a file; name one, such as report.html")
    if not path.lower().endswith(_SUFFIXES):
        stem = os.path.splitext(path)[0] or path
        raise OptionError(Option("report"), f" {path}: pages are written as HTML; name it {stem}.html")
    check_output(path, is_result=False)
    check_installed()


def _cells(values: Any) -> Iterator[Any]:
    """The cells of a column as JSON has them: sets of items as texts, floats rounded, NaN and infinities as null."""
    array = np.asarray(values)
    if array.dtype.kind == "f":
        return (float(f"{x:.{_DIGITS}g}") if isfinite(x) else None for x in array.tolist())
    return map(spelled, array.tolist())


def _for_html(json: str) -> str:
    """JSON that cannot end the element of HTML that it stands in."""
    return json.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _part(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


@cache
def _environment() -> Any:
    import jinja2  # here, because few runs make a page

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_part), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
