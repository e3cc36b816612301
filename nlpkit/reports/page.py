"""A page: a title, pictures, a table and lines of the text, written as one file of HTML that needs no network.

What stands on it is text: everything from the corpus is escaped, or is data within JSON. The same result gives the same
bytes with the same versions of the libraries.
"""

from __future__ import annotations

import hashlib
import json
import os
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from math import isfinite
from typing import Any

import numpy as np
import orjson

from nlpkit.errors import Option, OptionError, counted
from nlpkit.output import STDOUT, check_output, open_output
from nlpkit.reports.libraries import load_libraries
from nlpkit.reports.picture import Excerpt, Picture, shortened, spelled
from nlpkit.version import __version__

#: Characters of a text on the page.
LONGEST = 200
_DECIMALS = 4  # of floats; significant digits of those below 1
_SUFFIXES = (".html", ".htm")


@dataclass(frozen=True, repr=False)
class Page:
    """A page of a result: `found.page("Words of the law").save("words.html")`.

    title: its heading. summary: what the result is, in one line. pictures: in order. columns: name -> values of the
    rows of the table, of which there are at most MOST_ROWS. keys: of these rows, by which lines are found. size: rows
    of the result. lines: key -> places in the text. command: what was typed to make it, "" where that is not known.
    """

    title: str
    summary: str
    pictures: Sequence[Picture]
    columns: Mapping[str, Any]
    keys: Sequence[str]
    size: int
    lines: Mapping[str, Sequence[Excerpt]] = field(default_factory=dict)
    command: str = ""

    def __repr__(self) -> str:
        pictures = ", ".join(picture.name for picture in self.pictures)
        return f"<Page {self.title!r}: {counted(self.size, 'row')}; {pictures or 'no pictures'}>"

    @property
    def drawn_keys(self) -> list[str]:
        """The keys of all rows that are drawn, each once: what lines of the text are wanted for."""
        return list(dict.fromkeys(key for picture in self.pictures for key in picture.keys))

    def with_lines(self, lines: Mapping[str, Sequence[Excerpt]]) -> Page:
        """Returns the page with lines of the text. lines: those of each key, for instance of `drawn_keys`."""
        return replace(self, lines=lines)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the page to a file, which is replaced when all is written. Raises OptionError, OutputError."""
        check_page(os.fspath(path))
        with open_output(path, is_result=False) as file:
            file.write(self.html().encode("utf-8", "replace"))

    def html(self) -> str:
        """Returns the page. Raises OptionError where a library is not installed."""
        libraries, script = load_libraries(), _part("page.js")
        template = _environment().get_template("page.html")
        return str(
            template.render(
                page=self,
                version=__version__,
                libraries=libraries,
                style=_part("page.css"),
                script=script,
                hashes=" ".join(map(_hash, (libraries.vega, script))),
                data=_for_html(_json(self._data())),
                rows=counted(self.size, "row"),
                shown=len(self.keys),
            )
        )

    def _data(self) -> dict[str, Any]:
        """What the script of the page reads."""
        keys = [*map(_key, self.keys)]
        files = {place.file: None for places in self.lines.values() for place in places}
        numbers = {file: number for number, file in enumerate(files)}
        first = next(iter(self.columns.values()), ())
        return {
            "pictures": [
                {"name": picture.name, "height": picture.height, "spec": _with_short_keys(picture.chart.to_dict())}
                for picture in self.pictures
            ],
            "columns": [
                {"name": name, "isNumber": np.asarray(values).dtype.kind in "iuf"}
                for name, values in self.columns.items()
            ],
            "rows": [*zip(*(_cells(values) for values in self.columns.values()), strict=True)],
            "keys": None if keys == [*first] else keys,
            "drawn": [*map(_key, self.drawn_keys)] if self.lines else [],
            "files": [*files],
            "lines": {
                _key(key): [(numbers[p.file], p.line, p.left, shortened(p.hit, LONGEST), p.right) for p in places]
                for key, places in self.lines.items()
            },
        }


def check_page(path: str) -> None:
    """Finds out before hours of work that a page cannot be written to `path`.

    Raises OptionError, also where a library is missing or does not fit, OutputError.
    """
    if path in STDOUT or (os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)):
        raise OptionError(Option("report"), f" {path}: a page is a file; name one, such as report.html")
    check_output(path, is_result=False)
    stem, suffix = os.path.splitext(path)
    if suffix.lower() not in _SUFFIXES:
        name = f"{stem.removesuffix('.html')}.html"
        raise OptionError(Option("report"), f" {path}: pages are written as HTML; name it {name}")
    load_libraries()


def _hash(script: str) -> str:
    """What the policy of a page calls a script that may run; others do not, such as handlers of events in HTML."""
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _cells(values: Any) -> Iterator[Any]:
    """The cells of a column as JSON has them: sets of items as texts, floats rounded, NaN and infinities as null."""
    array = np.asarray(values)
    if array.dtype.kind == "f":
        return map(_number, array.tolist())
    cells = map(spelled, array.tolist())
    return (shortened(cell, LONGEST) if isinstance(cell, str) else cell for cell in cells)


def _key(key: str) -> str:
    """A key as the page has it: of a long one the beginning, and a digest that tells it from others."""
    if len(key) <= LONGEST:
        return key
    return f"{key[:LONGEST]}… {hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:16]}"


def _with_short_keys(spec: Any) -> Any:
    """A chart with the keys of its records as the page has them."""
    if isinstance(spec, dict):
        return {
            name: _key(value) if name == "key" and isinstance(value, str) else _with_short_keys(value)
            for name, value in spec.items()
        }
    return [*map(_with_short_keys, spec)] if isinstance(spec, list) else spec


def _number(value: float) -> float | None:
    """A float as tables of tsv round it, or more exactly where it is small: p-values and shares."""
    if not isfinite(value):
        return None
    return round(value, _DECIMALS) if abs(value) >= 1 else float(f"{value:.{_DECIMALS}g}")


def _json(data: Any) -> str:
    try:
        return orjson.dumps(data).decode()
    except TypeError:  # names of files that are not UTF-8 hold surrogates, which orjson does not write
        return json.dumps(data)


def _for_html(text: str) -> str:
    """JSON that cannot end the element of HTML that it stands in."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _part(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


@cache
def _environment() -> Any:
    import jinja2  # here, because few runs make a page

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_part), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
