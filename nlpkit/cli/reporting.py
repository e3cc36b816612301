"""The option --report: beside the result a page to look at."""

import os
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from nlpkit.cli.command import TYPED
from nlpkit.cli.options import FILE, Options
from nlpkit.cli.progress import Console
from nlpkit.cli.writing import Output, then
from nlpkit.errors import Option, OptionError
from nlpkit.output import check_not_input
from nlpkit.places.sources import shown_name

if TYPE_CHECKING:
    import nlpkit
    from nlpkit.excerpts.wanted import How
    from nlpkit.reports.page import Page
    from nlpkit.reports.picture import Excerpt

#: Options that change neither the result nor the page.
_IDLE = (
    *("report", "plot", "output", "bom", "quiet", "progress", "save_counts"),
    *("jobs", "executor", "scheduler", "memory", "chunk_size", "tmp_dir"),
)
_NAMES = 3  # of inputs in a title
_MOST_LINES, _FEWER_LINES = 3, 2  # of the text for each key; fewer where several pictures have keys of their own

FindLines: TypeAlias = Callable[[Sequence[str]], Mapping[str, Sequence["Excerpt"]]]


@dataclass(frozen=True)
class Report:
    """Where the page goes; None: there is none."""

    path: str | None

    def __bool__(self) -> bool:
        return self.path is not None

    def keep(self, corpus: "nlpkit.Corpus") -> AbstractContextManager[object]:
        """Returns a block in which the corpus stays open, if a page is to be written: lines are then read from it."""
        return nullcontext() if self.path is None else corpus

    def beside(
        self, make: Callable[[str], "Page"], title: str, console: Console, find_lines: FindLines | None = None
    ) -> AbstractContextManager[None]:
        """Writes the page when the block, which writes the result, ends; see `then`.

        make: returns the page with a title. find_lines: returns lines of the text in which what the keys stand for
        occurs.
        """

        def write() -> None:
            if self.path is not None:
                page = make(shown_name(title))
                lines = find_lines(page.drawn_keys) if find_lines is not None and page.drawn_keys else {}
                replace(page, lines=lines, command=_command()).save(self.path)
                console.say(f"{shown_name(self.path)}: a page of {os.path.getsize(self.path) / 1e6:.1f} MB")

        return then(write)


@dataclass(frozen=True)
class Lines:
    """Finds lines of the text for the keys of a page: in one pass over the corpus, which is open.

    how: returns what the occurrences of a key are; of Pairs a key is two words with a tab between them.
    """

    corpus: "nlpkit.Corpus"
    running: Mapping[str, Any]
    console: Console
    how: Callable[[], "How"]

    def __call__(self, keys: Sequence[str]) -> dict[str, list["Excerpt"]]:
        """Returns the first lines in which each key occurs; a key that does not occur has no entry."""
        from nlpkit.excerpts.finding import find_lines  # here, because few runs make a page
        from nlpkit.excerpts.wanted import Pairs
        from nlpkit.reports.picture import MOST_POINTS

        how = self.how()
        texts: Sequence[Any] = [tuple(key.split("\t")) for key in keys] if isinstance(how, Pairs) else keys
        most = _MOST_LINES if len(texts) <= MOST_POINTS else _FEWER_LINES
        with self.console.progress(self.corpus) as progress:
            found = find_lines(self.corpus, texts, how=how, most=most, **self.running, progress=progress)
        return {key: found[text] for key, text in zip(keys, texts, strict=True) if text in found}


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
    if output.path is not None and os.path.realpath(report.path) == os.path.realpath(output.path):
        raise OptionError(Option("report"), f" {report.path}: the result goes there; name another file for the page")


def _command() -> str:
    """Returns what was typed, without the options that do not change the page."""
    context = click.get_current_context()
    idle = [param for param in context.command.params if param.name in _IDLE and isinstance(param, click.Option)]
    flags = {flag: param.is_flag for param in idle for flag in (*param.opts, *param.secondary_opts)}
    shown, typed = ["nlpkit", context.info_name or ""], iter(context.meta[TYPED])
    for word in typed:
        if word in flags:
            if not flags[word]:
                next(typed, None)
        elif not any(word.startswith(f"{flag}=" if flag.startswith("--") else flag) for flag in flags):
            shown.append(word)
    return shlex.join(shown)


def title_of(what: str, inputs: Sequence[object]) -> str:
    """Returns the title of a page: `Words of laws.txt`. what: `Words`."""
    names = ["standard input" if item == "-" else str(item) for item in inputs]
    return f"{what} of {', '.join(names[:_NAMES])}{', …' * (len(names) > _NAMES)}"
