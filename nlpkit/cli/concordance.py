"""`nlpkit concordance`: text -> what is looked for, in its lines."""

import shutil
import sys
from dataclasses import replace
from itertools import chain
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import click

import nlpkit
from nlpkit import choices
from nlpkit.cli import counting, options
from nlpkit.cli.command import given, with_options
from nlpkit.cli.options import Options
from nlpkit.cli.plotting import Plot, has_colours, plotting
from nlpkit.cli.progress import Console, counted
from nlpkit.cli.reporting import Report, check_places, reporting, title_of
from nlpkit.cli.writing import Output, find_output
from nlpkit.errors import Option, OptionError
from nlpkit.options import NoEffect, check_effects
from nlpkit.output import STDOUT

if TYPE_CHECKING:
    from nlpkit.kwic.feed import Feed
    from nlpkit.kwic.keeping import Kept
    from nlpkit.kwic.options import ConcordanceOptions
    from nlpkit.kwic.writing import Writer

_TEXT = "text"

LOOKING = Options(
    "looking",
    "What to look for",
    [
        click.Argument(["query"], metavar="QUERY"),
        click.Option(["--word"], is_flag=True, help="QUERY is one token: 会议 is not found in 机会议论."),
        click.Option(
            ["--phrase"],
            is_flag=True,
            help="QUERY is tokens in a row, with white space between; without any it is cut by the tokenizer.",
        ),
        click.Option(["--regex"], is_flag=True, help="QUERY is a regular expression, for each line: '第.{1,3}条'."),
        click.Option(["--casefold"], is_flag=True, help="Ignore case."),
    ],
)

TOKENS = Options(
    "tokens",
    "Tokens, for --word, --phrase, --sort and --context 5w",
    [
        *(param for param in counting.tokens.params if param.name in ("language", "tokenizer", "pattern")),
        click.Option(["--normalize"], is_flag=True, help="Compare tokens in the Unicode form NFKC: Ａ is A."),
    ],
)

LINES = Options(
    "lines",
    "What to write",
    [
        click.Option(
            ["--context"],
            metavar="N|Nw",
            help="N characters, or Nw words, on each side of a hit, within its line.  "
            f"[default: {choices.CONTEXT}; on a terminal what fits]",
        ),
        click.Option(
            ["--sort"],
            metavar="PLACES",
            help="By the words beside the hit: R1 is the first to the right, L1 to the left; several: R1,R2.  "
            "[default: as in the text]",
        ),
        click.Option(
            ["--by-frequency"],
            is_flag=True,
            help="With --sort: hits with the most frequent neighbour (at its first place) first.",
        ),
        click.Option(["--sample"], type=int, metavar="N", help="Only N hits, chosen at random."),
        click.Option(["--seed"], type=int, metavar="N", help="Another seed gives another sample.  [default: 0]"),
        click.Option(["--top"], type=int, metavar="N", help="Only the first N rows."),
        click.Option(["--count-only"], is_flag=True, help="Instead: how many hits each file has."),
    ],
)


def _output(output: str | None, format: str | None, bom: bool) -> Output:
    on_terminal = _is_terminal(output)
    if click.get_current_context().params["count_only"]:
        return find_output(output, format, choices.TABLE_FORMATS, bom)
    shown = _TEXT if format is None and on_terminal and not bom else format
    return find_output(output, shown, choices.CONCORDANCE_FORMATS, bom)


WRITING = options.writing_in(
    choices.CONCORDANCE_FORMATS,
    "tsv or csv, with a header row; jsonl, with the place in bytes; text: aligned lines.  "
    "[default: by the name of FILE, else tsv; on a terminal text]",
    _output,
)


_NO_EFFECTS = (NoEffect(("plot", "report"), "count_only", (True,), "it lists no hits"),)


@with_options(
    LOOKING,
    options.reading,
    TOKENS,
    options.cutting,
    LINES,
    options.running,
    WRITING,
    plotting,
    reporting,
    options.talking,
)
def command(
    looking: dict[str, Any],
    corpus: "nlpkit.Corpus",
    tokens: dict[str, Any],
    cutting: dict[str, Any],
    lines: dict[str, Any],
    running: dict[str, Any],
    output: Output,
    plot: Plot,
    report: Report,
    console: Console,
) -> None:
    """Look a word up in its lines.

    INPUTs are as for `discover`. Each hit is written with its context: file, line, left, hit, right; as they are found,
    in the order of the text, unless they are sorted. `line` is the number of the line, or of the record of JSON Lines
    and CSV.

    \b
    nlpkit concordance 养犬 laws/
    nlpkit concordance 会议 laws/ --word --sort R1,R2 --sample 50 -f csv
    nlpkit concordance '第.{1,3}条' laws/ --regex --count-only
    """
    from nlpkit.executors import RunningOptions  # here, because --help must not wait for what they import
    from nlpkit.kwic.feed import Feed
    from nlpkit.kwic.spread import Spread

    on_terminal = _is_terminal(output.path)
    context = lines.pop("context")
    fits = context is None and on_terminal and output.format == _TEXT
    cells = shutil.get_terminal_size().columns
    lines["context"] = cells if fits else context or choices.CONTEXT
    check_effects(SimpleNamespace(count_only=lines["count_only"]), _NO_EFFECTS, given())
    chosen = _options(looking, tokens, cutting, lines, corpus, console)
    lists = [path for name in ("dictionary", "user_dictionary", "force") for path in cutting[name]]
    check_places(output, report, [*corpus.inputs, *lists], corpus.glob)
    in_stream = on_terminal or "-" in corpus.inputs
    spread, kept = Spread(), _kept() if report else None
    with (
        plot.after(lambda: [spread.strips(looking["query"])]),
        console.progress(None if in_stream else corpus) as progress,
    ):
        notify = None if click.get_current_context().params["quiet"] else console.say
        how, watched = RunningOptions(**running), spread if plot else None
        feed = Feed(corpus, chosen, how, progress, notify, kept=kept, spread=watched)
        if lines["count_only"]:
            _write_counts(feed, output)
        else:
            title = f"{looking['query']}: {title_of('lines', corpus.inputs)}"
            with report.beside(feed.page, title, console):
                _write_lines(feed, output, _writer(output, cells if fits else None, lines["context"]))
    console.say(_report(feed, console, lines))


def _kept() -> "Kept":
    """Returns what keeps as many hits as a page shows."""
    from nlpkit.kwic.keeping import Kept  # here, because few runs make a page
    from nlpkit.reports.picture import MOST_POINTS, MOST_ROWS

    return Kept(MOST_ROWS, MOST_POINTS)


def _options(
    looking: dict[str, Any],
    tokens: dict[str, Any],
    cutting: dict[str, Any],
    lines: dict[str, Any],
    corpus: "nlpkit.Corpus",
    console: Console,
) -> "ConcordanceOptions":
    """Returns the options of the library. Raises OptionError."""
    from nlpkit.kwic.options import TOKENS_UNUSED, ConcordanceOptions

    tokenizer = tokens.pop("tokenizer") or ("words" if tokens["pattern"] is None else "regex")
    chosen = ConcordanceOptions(**looking, **tokens, tokenizer=tokenizer, **lines)
    typed = given()
    if not chosen.needs_tokens:
        idle = [name for name in options.names(options.cutting.params) if name in typed]
        if idle:
            raise OptionError(Option(idle[0]), *TOKENS_UNUSED)
        return chosen
    check_effects(chosen, counting.CUTTING_NO_EFFECTS, typed)
    if chosen.cased.pattern is not None:
        return chosen
    if tokenizer == "words":
        from nlpkit.segmentation import Segmenter

        segmenter = Segmenter(**cutting, encoding=corpus.options.encoding, notify=console.say)
        return replace(chosen, segmenter=segmenter)
    return replace(chosen, **counting.cutter(tokenizer, cutting, corpus, console))


def _writer(output: Output, cells: int | None, context: int | str) -> "Writer":
    from nlpkit.kwic.writing import Writer

    colour = _is_terminal(output.path) and has_colours(sys.stdout)
    return Writer(output.format, _field(context), cells, colour)


def _field(context: int | str) -> int:
    """Returns how many cells the left context gets where it is not what fits: two a character, eight a token."""
    number, in_tokens = int(str(context).removesuffix("w")), str(context).endswith("w")
    return min(number * (8 if in_tokens else 2), 2 * choices.CONTEXT)


def _write_lines(feed: "Feed", output: Output, writer: "Writer") -> None:
    from nlpkit.kwic.writing import header

    blocks = feed.blocks(writer)
    first = next(blocks, None)  # so that nothing is written if the inputs cannot be opened
    with output.open(feed.corpus.tmp_dir) as file:
        file.write(header(output.format))
        for block in chain([first], blocks):
            if block is None:
                file.flush()
            else:
                file.write(block)


def _write_counts(feed: "Feed", output: Output) -> None:
    from nlpkit.results import table_text

    for _ in feed.batches():
        pass
    names, counts = [name for name, _ in feed.counts], [count for _, count in feed.counts]
    with output.open(feed.corpus.tmp_dir) as file:
        for block in table_text({"file": names, "count": counts}, output.format):
            file.write(block)


def _report(feed: "Feed", console: Console, lines: dict[str, Any]) -> str:
    if feed.stopped:
        return f"{counted(feed.rows, 'hit')} written, the rest was not searched, {console.seconds:.1f} s"
    if not feed.total:
        return f"no hits{console.is_empty()}, {console.time()}"
    files = counted(len(feed.counts), "file")
    written = "" if lines["count_only"] else f", {feed.rows:,} written"
    return f"{counted(feed.total, 'hit')} in {files}{written}, {console.time()}"


def _is_terminal(path: str | None) -> bool:
    return (path is None or path in STDOUT) and sys.stdout is not None and sys.stdout.isatty()
