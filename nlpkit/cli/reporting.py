"""The option --report: beside the result a page to look at."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import click

from nlpkit.cli.options import FILE, Options
from nlpkit.cli.writing import Output
from nlpkit.errors import Option, OptionError
from nlpkit.output import check_not_input

if TYPE_CHECKING:
    from nlpkit.reports.page import Page
    from nlpkit.reports.picture import Excerpt

_NAMES = 3  # of inputs in a title

FindLines: TypeAlias = Callable[[Sequence[str]], Mapping[str, Sequence["Excerpt"]]]


@dataclass(frozen=True)
class Report:
    """Where the page goes; None: there is none."""

    path: str | None

    def __bool__(self) -> bool:
        return self.path is not None

    @contextmanager
    def beside(self, make: Callable[[str], "Page"], title: str, find_lines: FindLines | None = None) -> Iterator[None]:
        """Writes the page when the block, which writes the result, ends, also where the reader of a pipe has left.

        make: returns the page with a title. find_lines: returns lines of the text in which what the keys stand for
        occurs.
        """
        try:
            yield
        except BrokenPipeError:
            self._write(make, title, find_lines)
            raise
        self._write(make, title, find_lines)

    def _write(self, make: Callable[[str], "Page"], title: str, find_lines: FindLines | None) -> None:
        if self.path is None:
            return
        page = make(title)
        if find_lines is not None and page.drawn_keys:
            page.lines = find_lines(page.drawn_keys)
        page.save(self.path)


def _report(report: str | None) -> Report:
    if report is not None:
        from nlpkit.reports.page import check_page  # here, because few runs make a page

        check_page(report)
    return Report(report)


reporting = Options(
    "report",
    "Looking at it",
    [
        click.Option(
            ["--report"],
            type=FILE,
            metavar="FILE.html",
            help="Also write a page with pictures, the table, and lines of the text, which opens in any browser.",
        )
    ],
    _report,
)
"""-> report: Report."""


def check_places(output: Output, report: Report, inputs: Iterable[object], glob: str | None) -> None:
    """Raises OptionError where the result or the page would replace an input, or each other."""
    inputs = list(inputs)
    check_not_input(output.path, inputs, glob)
    if report.path is None:
        return
    check_not_input(report.path, inputs, glob)
    if report.path == output.path:
        raise OptionError(Option("report"), f" {report.path}: the result goes there; name another file for the page")


def title_of(what: str, inputs: Sequence[object]) -> str:
    """Returns the title of a page: `Words of laws.txt`. what: `Words`."""
    names = ["standard input" if item == "-" else str(item) for item in inputs]
    return f"{what} of {', '.join(names[:_NAMES])}{', …' * (len(names) > _NAMES)}"
