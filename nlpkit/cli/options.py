"""Options that mean the same in every command, in groups, and how their values are converted.

A command gets each group as one argument, so that its signature stays readable.
"""

import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import click

import nlpkit
from nlpkit import choices
from nlpkit.cli.progress import Console
from nlpkit.cli.writing import find_output
from nlpkit.errors import Option, OptionError, Setting
from nlpkit.places.sources import is_url

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class _File(click.Path):
    """A file or folder, which has a name; whether it is there is found out later."""

    def __init__(self) -> None:
        super().__init__(readable=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns what was typed; called by click."""
        if value == "":
            self.fail("the name is empty; name a file", param, ctx)
        return super().convert(value, param, ctx)


FILE = _File()
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


@dataclass(frozen=True)
class Options:
    """Options that a command gets as one argument, `name` = build(**their values)."""

    name: str
    title: str
    params: Sequence[click.Parameter]
    build: Callable[..., Any] = dict


def names(params: Sequence[click.Parameter]) -> tuple[str, ...]:
    """Returns the names of parameters, as a row of NoEffect takes them."""
    return tuple(param.name for param in params if param.name)


def size(text: str) -> int:
    """Converts a number of bytes, at least 1: 4096, 64k, 8M, 1.5G."""
    match = re.fullmatch(r"(\d{1,15}(?:\.\d+)?) ?([kmg]?)(?:i?b)?", text, re.IGNORECASE | re.ASCII)
    found = int(float(match[1]) * _UNITS[match[2].lower()]) if match else 0
    if found < 1:
        raise click.BadParameter(f"{text!r} is not a size; write it like 65536, 64k or 8M")
    return found


def number(text: str) -> float:
    """Converts a number; its bounds are those of the library."""
    try:
        return float(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not a number") from error


def numbers(text: str) -> float | tuple[float, ...]:
    """Converts one number, or several that are separated by commas."""
    values = tuple(map(number, text.split(",")))
    return values[0] if len(values) == 1 else values


class _NameOrFile(_File):
    """A file, or one of some names, which completion offers beside files."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = names

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        """Returns files, and the names that begin as what was typed; called by click."""
        from click.shell_completion import CompletionItem  # here, because --help must not wait for it

        files = super().shell_complete(ctx, param, incomplete)
        return [*files, *(CompletionItem(name) for name in self.names if name.startswith(incomplete))]


def word_lists(*flags: str, help: str, names: Sequence[str] = ()) -> click.Option:
    """Returns an option that takes files of words, one each time. names: what it takes beside files."""
    kind, metavar = (_NameOrFile(names), "LIST") if names else (FILE, "FILE")
    return click.Option(flags, type=kind, metavar=metavar, multiple=True, help=help.removesuffix(".") + "; repeatable.")


def _corpus(inputs: tuple[str, ...], **how: Any) -> "nlpkit.Corpus":
    context = click.get_current_context()
    inputs = inputs or ("-",)
    if "-" in inputs and sys.stdin is not None and sys.stdin.isatty() and not context.params.get("quiet"):
        click.echo(f"reading what you type, up to Ctrl-D; see `{context.command_path} --help` for files", err=True)
    places = (*inputs, context.params.get("against") or "")
    if how.get("glob") is not None and not any(os.path.isdir(path) or is_url(path) for path in places):
        raise OptionError(Option("glob"), f" {how['glob']!r}: no effect without a directory among the inputs")
    return nlpkit.Corpus(inputs, **how)


def _running(**how: Any) -> dict[str, Any]:
    from nlpkit.executors import RunningOptions  # here, because --help must not wait for it

    RunningOptions(**how)
    if how.get("executor") == "serial" and (how["jobs"] or 1) > 1:
        raise OptionError(Option("jobs"), f" {how['jobs']}: no effect with ", Setting("executor", "serial"))
    return how


reading = Options(
    "corpus",
    "Reading",
    [
        click.Argument(["inputs"], nargs=-1, type=FILE, metavar="[INPUT]..."),
        click.Option(["--glob"], metavar="PATTERN", help="In directories read only files whose name matches: '*.txt'."),
        click.Option(
            ["--encoding"],
            default=choices.ENCODING,
            show_default=True,
            metavar="NAME",
            help="gb18030, big5, utf-16, ...; auto detects and reports it.",
        ),
        click.Option(
            ["--errors"],
            type=click.Choice(choices.ERROR_HANDLERS),
            default=choices.ERRORS,
            show_default=True,
            metavar="HOW",
            help="For invalid bytes and damaged records: strict stops, replace gives U+FFFD, skip leaves out lines.",
        ),
        click.Option(
            ["--field"],
            metavar="PATH",
            multiple=True,
            help="Where the text is in JSON: text, post.body.0, data.*.text (* is each item); repeatable.",
        ),
        click.Option(
            ["--column"],
            metavar="NAME",
            multiple=True,
            help="Where the text is in CSV, TSV and Parquet: a name, or a number from 1; repeatable.",
        ),
        click.Option(
            ["--header/--no-header"],
            default=True,
            help="Whether the first row of CSV and TSV names the columns.  [default: it does]",
        ),
        click.Option(["--delimiter"], metavar="CHAR", help="Between the cells of CSV.  [default: that of the header]"),
        click.Option(
            ["--text-from"],
            type=click.Choice(choices.TEXT_FROM),
            default=choices.TEXT_FROM[0],
            show_default=True,
            metavar="KIND",
            help="html: take the text out of HTML, without tags and scripts, with entities decoded.",
        ),
        click.Option(
            ["--join-lines"], is_flag=True, help="Join lines that are broken within a sentence: text out of PDF, mail."
        ),
        click.Option(["--unique-lines"], is_flag=True, help="Leave out repeated lines."),
        click.Option(
            ["--memory"],
            type=size,
            metavar="SIZE",
            help="For all tables and buffers, at least 64M.  [default: a quarter of the memory]",
        ),
        click.Option(
            ["--chunk-size"],
            type=size,
            default=f"{choices.CHUNK_SIZE >> 20}M",
            show_default=True,
            help="Bytes that a worker reads at a time.",
        ),
        click.Option(
            ["--tmp-dir"], type=FILE, metavar="DIR", help="For temporary files.  [default: the system's directory]"
        ),
    ],
    _corpus,
)
"""-> corpus: nlpkit.Corpus."""

cutting = Options(
    "cutting",
    "Cutting",
    [
        word_lists(
            "-d", "--dict", "dictionary", help="A dictionary that replaces jieba's, in its format or from `discover`."
        ),
        word_lists(
            "-u",
            "--user-dict",
            "user_dictionary",
            help="Further words; one without a count gets the smallest count with which it is cut.",
        ),
        word_lists("--force", help="Words that are cut wherever they occur: New York, C++."),
        click.Option(["--hmm"], is_flag=True, help="Guess unknown words with jieba's hidden Markov model."),
        click.Option(
            ["--mode"],
            type=click.Choice(choices.MODES),
            default="default",
            show_default=True,
            metavar="NAME",
            help="search: also shorter words in longer ones; full: all words of the dictionary.",
        ),
        click.Option(["--fold"], is_flag=True, help="Look words up without regard to case and width: 5g, ５Ｇ."),
        click.Option(["--whole"], is_flag=True, help="Keep English words, numbers, URLs and @names whole."),
        click.Option(["--graphemes"], is_flag=True, help="Keep emoji sequences and combining marks whole."),
    ],
)
"""-> cutting: the library's options of a Segmenter, as a dict."""

running = Options(
    "running",
    "Running",
    [
        click.Option(
            ["-j", "--jobs"],
            type=int,
            metavar="N",
            help="Number of workers.  [default: one per processor]",
        ),
        click.Option(
            ["--executor"],
            type=click.Choice(choices.EXECUTORS),
            default=choices.EXECUTOR,
            show_default=True,
            metavar="NAME",
            help="How they run: auto, serial, threads, processes, dask; the result is the same.",
        ),
        click.Option(["--scheduler"], metavar="ADDRESS", help="A Dask cluster that does the work: tcp://host:8786."),
    ],
    _running,
)
"""-> running: the library's jobs, executor and scheduler, as a dict."""

output = click.Option(
    ["-o", "--output"],
    type=FILE,
    metavar="FILE",
    help="Where to write: a file, packed if it ends in .gz, .bz2, .xz or .zst; s3://...  [default: stdout]",
)
bom = click.Option(["--bom"], is_flag=True, help="Begin csv and tsv with a byte order mark, as Excel wants it.")


class _Formats(click.Choice[str]):
    """Formats, for completion. `build` checks what is typed, because other options may leave fewer of them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns what was typed; called by click."""
        return value


def writing_in(formats: Sequence[str], help: str, build: Callable[..., Any] | None = None) -> Options:
    """Returns the group of where to write (--output) and in which of `formats` (--format).

    formats: the first is the default where the name of the file says nothing. help: of --format. build: makes what the
    command gets, of the values of --output, --format and --bom; by default `find_output` does.
    """
    default = "" if "[default" in help else f"  [default: by the name of FILE, else {formats[0]}]"
    choice = click.Option(["-f", "--format"], type=_Formats(formats), metavar="NAME", help=help + default)
    return Options("output", "Writing", [output, choice, bom], build or partial(find_output, formats=formats))


talking = Options(
    "console",
    "Messages (on stderr)",
    [
        click.Option(["-q", "--quiet"], is_flag=True, help="Write only errors."),
        click.Option(["--progress/--no-progress"], default=None, help="Show a progress bar.  [default: on a terminal]"),
    ],
    Console,
)
"""-> console: Console."""

SHARED = (reading, cutting, Options("output", "Writing", [output, bom]), running, talking)
"""The groups that commands share: the help of a command names their options, `nlpkit help options` explains them."""
