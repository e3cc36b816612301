"""Options that mean the same in every command, in groups.

A command gets each group as one argument, so that its signature stays readable, and its help shows the groups as
sections.
"""

import copy
import re
import shlex
import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, BinaryIO

import click

import nlpkit
from nlpkit import choices
from nlpkit.cli.progress import Console
from nlpkit.errors import Option, OptionError, Setting
from nlpkit.options import check_choice
from nlpkit.output import check_output, format_by_name, open_output, promised_format

FILE = click.Path(readable=False)
#: Options that the library calls otherwise than the command line does.
_OTHER_NAMES = {"bonferroni": "--no-correction", "everything": "--format jieba"}
_WITH_BOM = ("csv", "tsv")
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
    """Where to write (None: stdout), in which format, and whether with a byte order mark."""

    path: str | None
    format: str
    bom: bool = False

    @contextmanager
    def open(self, folder: str | None) -> Iterator[BinaryIO]:
        """Opens the place for writing, which gets its new content when the block ends well.

        folder: for temporary files.
        """
        with open_output(self.path, folder=folder) as file:
            if self.bom:
                file.write(BOM_UTF8)
            yield file


class Command(click.Command):
    """A command whose help shows its options under the titles of their groups, and of shared ones the names.

    own: shared groups that this command is about; its help explains them. moved: options that other commands have now:
    option -> command.
    """

    groups: Sequence[Options] = ()
    own: Sequence[Options] = ()
    moved: Mapping[str, str] = {}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses what the user typed; called by click. Raises UsageError for an option that another command has now."""
        options = args[: args.index("--")] if "--" in args else args
        for option in () if ctx.resilient_parsing else (arg.partition("=")[0] for arg in options):
            if option in self.moved:
                typed = shlex.join(["nlpkit", self.moved[option], *args])
                raise click.UsageError(f"{option} is an option of `nlpkit {self.moved[option]}`: type `{typed}`", ctx)
        if not ctx.resilient_parsing:
            self._refuse_repeats(ctx, args)
        return super().parse_args(ctx, args)

    def _refuse_repeats(self, ctx: click.Context, args: list[str]) -> None:
        """Raises UsageError for an option that takes one value and is given several, or for a switch and its opposite.

        A switch that is repeated says nothing else than one that is not.
        """
        single = {param.name: param for param in self.params if isinstance(param, click.Option) and not param.multiple}
        several = click.Command(None, params=[_repeatable(param) for param in self.params])
        found, _, _ = several.make_parser(ctx).parse_args(list(args))
        for name, values in found.items():
            if name not in single or not isinstance(values, list) or len(values) < 2:
                continue
            param = single[name]
            flag = max(param.opts, key=len)
            if not param.is_flag:
                typed = [f"{flag} {shlex.quote(str(value))}" for value in values]
                times = "twice" if len(values) == 2 else f"{len(values)} times"
                raise click.UsageError(f"{' and '.join(typed)}: {flag} is given {times}; give it once", ctx)
            if len(set(values)) > 1:
                opposite = max(param.secondary_opts, key=len)
                raise click.UsageError(f"{flag} and {opposite} contradict each other; give one of them", ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections of options; called by click."""
        grouped = {id(param) for group in self.groups for param in group.params}
        brief = [group for group in SHARED if group not in self.own]
        named = {id(param) for group in brief for param in group.params}
        for group in self.groups:
            _write_section(ctx, formatter, group.title, [param for param in group.params if id(param) not in named])
        rows = [
            (group.title, [_spelled(p) for p in group.params if id(p) in grouped and _is_shown(p)]) for group in brief
        ]
        if any(names for _, names in rows):
            with formatter.section("Shared by commands, explained by `nlpkit help options`"):
                formatter.write_dl([(title, ", ".join(names)) for title, names in rows if names])
        _write_section(ctx, formatter, "Help", [param for param in self.get_params(ctx) if id(param) not in grouped])


def shared_help(ctx: click.Context) -> str:
    """Returns what `nlpkit help options` writes: the options that commands share, each with its help."""
    formatter = ctx.make_formatter()
    formatter.write("Options that mean the same in every command that has them; `nlpkit COMMAND --help` names those.\n")
    for group in SHARED:
        _write_section(ctx, formatter, group.title, group.params)
    return formatter.getvalue().rstrip("\n")


def _write_section(
    ctx: click.Context, formatter: click.HelpFormatter, title: str, params: Sequence[click.Parameter]
) -> None:
    records = [record for param in params if _is_shown(param) and (record := param.get_help_record(ctx))]
    if records:
        with formatter.section(title):
            formatter.write_dl(records)


def _is_shown(param: click.Parameter) -> bool:
    return isinstance(param, click.Option) and not param.hidden


def _spelled(param: click.Parameter) -> str:
    """Returns an option as a list of options shows it: -j/--jobs, --progress/--no-progress."""
    return "/".join((*param.opts, *param.secondary_opts))


def _repeatable(param: click.Parameter) -> click.Parameter:
    """Returns a copy of a parameter of which, if it is an option, the parser keeps all values that are typed."""
    twin = copy.copy(param)
    if isinstance(twin, click.Option):
        twin.multiple = True
    return twin


def command(
    *groups: Options, own: Sequence[Options] = (), moved: Mapping[str, str] | None = None
) -> Callable[[Callable[..., None]], Command]:
    """Makes a function a command, which gets each group of options as the argument with the group's name.

    own, moved: see Command.
    """

    def decorate(function: Callable[..., None]) -> Command:
        @wraps(function)
        def callback(**values: Any) -> None:
            from nlpkit.compilation import hide_scipy  # here, because --help does without

            hide_scipy()
            try:
                built = {g.name: g.build(**{p.name: values[p.name] for p in g.params if p.name}) for g in groups}
                if "console" in built:
                    built["console"].flags = flags(params)
                if "corpus" in built and "console" in built:
                    built["corpus"].notify = built["console"].say
                function(**built)
            except OptionError as error:
                raise click.UsageError(error.typed(flags(params)), click.get_current_context()) from error

        params = [param for group in groups for param in group.params]
        made = click.command(cls=Command, params=params, context_settings={"help_option_names": ["-h", "--help"]})(
            callback
        )
        made.groups, made.own, made.moved = groups, own, moved or {}
        return made

    return decorate


def flags(params: Sequence[click.Parameter]) -> dict[str, str]:
    """Returns the flag of each option by the library's name. params: those of the command that runs.

    Messages about files and memory name options of these groups, whether the command has them or not.
    """
    known = (*reading.params, *cutting.params, *running.params, *params)
    return {**_OTHER_NAMES, **{param.name: param.opts[-1] for param in known if param.name}}


def given() -> set[str]:
    """Returns the names of the options that the user has typed."""
    context = click.get_current_context()
    typed = click.core.ParameterSource.COMMANDLINE
    return {name for name in context.params if context.get_parameter_source(name) == typed}


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


def _corpus(inputs: tuple[str, ...], **how: Any) -> "nlpkit.Corpus":
    context = click.get_current_context()
    inputs = inputs or ("-",)
    if "-" in inputs and sys.stdin is not None and sys.stdin.isatty() and not context.params.get("quiet"):
        click.echo(f"reading what you type, up to Ctrl-D; see `{context.command_path} --help` for files", err=True)
    return nlpkit.Corpus(inputs, **how)


def _running(**how: Any) -> dict[str, Any]:
    from nlpkit.executors import RunningOptions  # here, because --help must not wait for it

    RunningOptions(**how)
    return how


def find_output(output: str | None, format: str | None, formats: Sequence[str], bom: bool = False) -> Output:
    """Returns where to write and how, by what the user typed. Raises OptionError, OutputError.

    format: as typed, None if it was not: then it is that of the file's name, else the first of `formats`.
    """
    check_output(output)
    named = format_by_name(output, formats) if format is None else None
    chosen = format or named or formats[0]
    check_choice("format", chosen, formats)
    if bom and chosen not in _WITH_BOM:
        raise OptionError(Option("bom"), " is for tables of a spreadsheet, ", Setting("format", *_WITH_BOM))
    if format is not None:
        tell_contradiction(output, format)
    return Output(output, chosen, bom)


def tell_contradiction(output: str | None, format: str) -> None:
    """Says that a file is not in the format that its name promises."""
    promised = promised_format(output)
    if promised not in (None, format) and not click.get_current_context().params.get("quiet"):
        click.echo(f"{output}: is written as {format}, as --format says, not as {promised}", err=True)


def tell_text(output: str | None, option: str) -> None:
    """Says that a file is text because of an option, although its name promises a table or records."""
    promised = promised_format(output)
    context = click.get_current_context()
    if promised is not None and not context.params.get("quiet"):
        flag = flags(context.command.params)[option]
        click.echo(f"{output}: is written as text, as {flag} does, not as {promised}", err=True)


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
        click.Option(
            ["-d", "--dict", "dictionary"],
            type=FILE,
            metavar="FILE",
            multiple=True,
            help="A dictionary that replaces jieba's, in its format or from `discover`; repeatable.",
        ),
        click.Option(
            ["-u", "--user-dict", "user_dictionary"],
            type=FILE,
            metavar="FILE",
            multiple=True,
            help="Further words; one without a count gets the smallest count with which it is cut; repeatable.",
        ),
        click.Option(
            ["--force"],
            type=FILE,
            metavar="FILE",
            multiple=True,
            help="Words that are cut wherever they occur: New York, C++; repeatable.",
        ),
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


def writing_in(formats: Sequence[str], help: str, build: Callable[..., Any] | None = None) -> Options:
    """Returns the group of where to write (--output) and in which of `formats` (--format).

    formats: the first is the default where the name of the file says nothing. help: of --format. build: makes what the
    command gets, of the values of --output, --format and --bom; by default `find_output` does.
    """
    default = "" if "[default" in help else f"  [default: by the name of FILE, else {formats[0]}]"
    choice = click.Option(["-f", "--format"], type=click.Choice(formats), metavar="NAME", help=help + default)
    return Options("output", "Writing", [output, choice, bom], build or partial(find_output, formats=formats))


writing = writing_in(
    choices.LIST_FORMATS,
    "tsv or csv, with a header row; jsonl; jieba: a dictionary that jieba loads; words: a word a line.",
)
"""-> output: Output."""

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
