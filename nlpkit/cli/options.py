"""Options that mean the same in every command, in groups.

A command gets each group as one argument, so that its signature stays readable, and its help shows the groups as
sections.
"""

import math
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

import nlpkit
from nlpkit.choices import LIST_FORMATS
from nlpkit.cli.progress import Console
from nlpkit.errors import OptionError
from nlpkit.memory import LEAST
from nlpkit.output import check_output

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


@dataclass(frozen=True)
class Options:
    """Options that a command gets as one argument, `name` = build(**their values)."""

    name: str
    title: str
    params: Sequence[click.Parameter]
    build: Callable[..., Any] = dict


@dataclass(frozen=True)
class Output:
    """Where to write (None: stdout), and in which of choices.LIST_FORMATS."""

    path: str | None
    format: str


class Command(click.Command):
    """A command whose help shows its options under the titles of their groups."""

    groups: Sequence[Options] = ()

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections of options; called by click."""
        grouped = {id(param) for group in self.groups for param in group.params}
        others = Options("", "Help", [param for param in self.get_params(ctx) if id(param) not in grouped])
        for group in (*self.groups, others):
            shown = (param.get_help_record(ctx) for param in group.params if isinstance(param, click.Option))
            records = [record for record in shown if record]
            if records:
                with formatter.section(group.title):
                    formatter.write_dl(records)


def command(*groups: Options) -> Callable[[Callable[..., None]], Command]:
    """Make a function a command that gets each group of options as the argument of the group's name."""

    def decorate(function: Callable[..., None]) -> Command:
        @wraps(function)
        def callback(**values: Any) -> None:
            try:
                built = {g.name: g.build(**{p.name: values[p.name] for p in g.params if p.name}) for g in groups}
                if "corpus" in built and "console" in built:
                    built["corpus"].notify = built["console"].say
                function(**built)
            except OptionError as error:
                raise click.UsageError(_as_typed(error, params), click.get_current_context()) from error

        params = [param for group in groups for param in group.params]
        made = click.command(cls=Command, params=params, context_settings={"help_option_names": ["-h", "--help"]})(
            callback
        )
        made.groups = groups
        return made

    return decorate


def _as_typed(error: OptionError, params: Sequence[click.Parameter]) -> str:
    """The library calls `min_count` what the user typed as `--min-count`."""
    message = error.typed({param.name: param.opts[-1] for param in params if param.name})
    for param in params:
        if param.name and "_" in param.name:
            message = re.sub(rf"\b{param.name}\b", param.opts[-1], message)
    return message


def given() -> set[str | None]:
    """The options that the user has typed."""
    context = click.get_current_context()
    typed = click.core.ParameterSource.COMMANDLINE
    return {name for name in context.params if context.get_parameter_source(name) == typed}


def listed(names: set[str | None]) -> str:
    """Options as they are typed, in the order of the help."""
    params = click.get_current_context().command.params
    return ", ".join(param.opts[-1] for param in params if param.name in names)


def size(text: str) -> int:
    """A number of bytes, at least 1: 4096, 64k, 8M, 1.5G."""
    match = re.fullmatch(r"(\d{1,15}(?:\.\d+)?) ?([kmg]?)(?:i?b)?", text, re.IGNORECASE | re.ASCII)
    number = int(float(match[1]) * _UNITS[match[2].lower()]) if match else 0
    if number < 1:
        raise click.BadParameter(f"{text!r} is not a size; write it like 65536, 64k or 8M")
    return number


def memory_size(text: str) -> int:
    """A size that the tables can do with."""
    number = size(text)
    if number < LEAST:
        raise click.BadParameter(f"{text!r} is too little; it must be at least {LEAST >> 20}M")
    return number


class Number(click.FloatRange):
    """A finite number within bounds."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """-> the number."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number", param, ctx)
        return number


def numbers(text: str) -> float | tuple[float, ...]:
    """One number, or several that are separated by commas."""
    values = tuple(Number().convert(part, None, None) for part in text.split(","))
    return values[0] if len(values) == 1 else values


def _corpus(inputs: tuple[str, ...], **how: Any) -> "nlpkit.Corpus":
    context = click.get_current_context()
    inputs = inputs or ("-",)
    if "-" in inputs and sys.stdin is not None and sys.stdin.isatty() and not context.params.get("quiet"):
        click.echo(f"reading what you type, up to Ctrl-D; see `{context.command_path} --help` for files", err=True)
    return nlpkit.Corpus(inputs, **how)


def _output(output: str | None, format: str) -> Output:
    check_output(output)
    return Output(output, format)


reading = Options(
    "corpus",
    "Reading",
    [
        click.Argument(["inputs"], nargs=-1, type=click.Path(readable=False), metavar="[INPUT]..."),
        click.Option(
            ["--glob"], metavar="PATTERN", help="Of directories read only the files whose name fits: '*.txt'."
        ),
        click.Option(
            ["--encoding"],
            default="utf-8",
            show_default=True,
            metavar="NAME",
            help="gb18030, big5, utf-16, shift_jis, ... or auto, which looks and says what it found.",
        ),
        click.Option(
            ["--errors"],
            type=click.Choice(["strict", "replace", "skip"]),
            default="strict",
            show_default=True,
            help="Bytes that are not valid: stop, put U+FFFD, or leave out the line; so too with damaged records.",
        ),
        click.Option(["--field"], metavar="PATH", help="Where the text is in JSON Lines: text, or post.body.0."),
        click.Option(
            ["--column"], metavar="NAME", help="Where the text is in CSV, TSV and Parquet: a name, or a number from 1."
        ),
        click.Option(
            ["--delimiter"], metavar="CHAR", help="Between the cells of CSV.  [default: as the header has it]"
        ),
        click.Option(["--unique-lines"], is_flag=True, help="Leave out lines that came before."),
        click.Option(
            ["--memory"],
            type=memory_size,
            metavar="SIZE",
            help="For all tables and buffers together, at least 64M.  [default: a quarter of the memory]",
        ),
        click.Option(
            ["--chunk-size"], type=size, default="8M", show_default=True, help="Bytes that a worker reads at a time."
        ),
        click.Option(
            ["--tmp-dir"],
            type=click.Path(readable=False),
            metavar="DIR",
            help="For temporary files.  [default: the system's folder]",
        ),
    ],
    _corpus,
)
"""-> corpus: nlpkit.Corpus."""

running = Options(
    "running",
    "Running",
    [
        click.Option(
            ["-j", "--jobs"], type=click.IntRange(min=1), metavar="N", help="Workers.  [default: one a processor]"
        ),
        click.Option(
            ["--executor"],
            type=click.Choice(["auto", "serial", "threads", "processes", "dask"]),
            default="auto",
            show_default=True,
            help="What the workers are; the result is always the same.",
        ),
        click.Option(
            ["--scheduler"], metavar="ADDRESS", help="Of a Dask cluster whose workers do the work: tcp://host:8786."
        ),
    ],
)
"""-> running: the library's jobs, executor and scheduler, as a dict."""

output = click.Option(
    ["-o", "--output"],
    type=click.Path(readable=False),
    metavar="FILE",
    help="Where to write.  [default: stdout]",
)

writing = Options(
    "output",
    "Writing",
    [
        output,
        click.Option(
            ["-f", "--format"],
            type=click.Choice(LIST_FORMATS),
            default="tsv",
            show_default=True,
            help="tsv and csv have a header row; jieba is a dictionary that jieba loads; words is a word a line.",
        ),
    ],
    _output,
)
"""-> output: Output."""

talking = Options(
    "console",
    "Talking (on stderr)",
    [
        click.Option(["-q", "--quiet"], is_flag=True, help="Say nothing but errors."),
        click.Option(
            ["--progress/--no-progress"], default=None, help="Show a progress bar.  [default: on a terminal only]"
        ),
    ],
    Console,
)
"""-> console: Console."""
