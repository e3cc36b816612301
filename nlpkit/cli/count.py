"""`nlpkit count`: text -> frequencies."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import click

import nlpkit
from nlpkit import choices
from nlpkit.cli import counting, options
from nlpkit.cli.command import given, with_options
from nlpkit.cli.counting import Counter
from nlpkit.cli.options import Options
from nlpkit.cli.plotting import Plot, plotting
from nlpkit.cli.progress import Console, counted
from nlpkit.cli.reporting import Lines, Report, check_places, reporting, title_of
from nlpkit.cli.writing import Output, find_output
from nlpkit.errors import OptionError, Setting
from nlpkit.options import NoEffect, check_effects

if TYPE_CHECKING:
    from nlpkit.frequencies import Statistics
    from nlpkit.reports.terminal import Bars

COUNTING = Options(
    "counting",
    "Counting",
    [
        *counting.ngrams,
        *counting.documents,
        click.Option(
            ["--dispersion"],
            is_flag=True,
            help="Also how evenly a token is spread over documents that have tokens: range, Juilland's D, Carroll's "
            "D2, DP, ARF.",
        ),
        click.Option(["--parts"], type=int, metavar="N", help="Dispersion over N parts of equal size instead."),
        counting.merge,
    ],
)

CHOICE = Options(
    "choice",
    "What to write",
    [
        counting.min_count,
        click.Option(["--top"], type=int, metavar="N", help="Only the first N rows."),
        click.Option(["--per-million"], is_flag=True, help="Also the rate in a million tokens."),
        click.Option(["--stats"], is_flag=True, help="Instead: tokens, types, entropy, Zipf exponent, growth, ..."),
    ],
)


def _output(output: str | None, format: str | None, bom: bool) -> Output:
    stats = click.get_current_context().params["stats"]
    return find_output(output, format, choices.SUMMARY_FORMATS if stats else choices.COUNT_FORMATS, bom)


WRITING = options.writing_in(
    [*choices.COUNT_FORMATS, "text"],
    "tsv or csv, with a header row; jsonl; jieba: a dictionary; words: a word a line; idf: a table of IDF for "
    "jieba.analyse and `keywords --each`, with --df; text: of --stats.  "
    "[default: by the name of FILE, else tsv; --stats: text]",
    _output,
)

_NO_EFFECTS = (
    NoEffect(
        ("ngram", "separator", "df", "dispersion", "min_count", "top", "per_million"),
        "stats",
        (True,),
        "it is about all tokens",
    ),
)


@with_options(
    options.reading,
    counting.tokens,
    options.cutting,
    COUNTING,
    CHOICE,
    options.running,
    WRITING,
    plotting,
    reporting,
    options.talking,
    moved={"--against": "keywords"},
)
def command(
    corpus: "nlpkit.Corpus",
    tokens: dict[str, Any],
    cutting: dict[str, Any],
    counting: dict[str, Any],
    choice: dict[str, Any],
    running: dict[str, Any],
    output: Output,
    plot: Plot,
    report: Report,
    console: Console,
) -> None:
    """Count words, or n-grams of them.

    INPUTs are as for `discover`. The list goes to stdout as a table, most frequent first: token, count. It is exact for
    texts of any size: what outgrows --memory goes to temporary files.

    \b
    nlpkit count corpus/ -o words.tsv
    nlpkit count corpus/ --tokenizer char --ngram 1-4 --min-count 5
    nlpkit count --merge yesterday.tsv today.tsv
    """
    from nlpkit.frequencies.options import document_effects  # here, because --help must not wait for it
    from nlpkit.frequencies.result import WRITING_NO_EFFECTS

    stats, per_million = choice.pop("stats"), choice.pop("per_million")
    if output.format == "idf":
        counting["df"] = True
        if counting["merge"]:
            raise OptionError(Setting("format", "idf"), ": lists do not say how many documents there are; count texts")
    counter = Counter(corpus, tokens, cutting, {**counting, **choice}, running, console)
    spread = {name: counter.how[name] for name in ("df", "dispersion", "parts")}
    shown = SimpleNamespace(stats=stats, format=output.format, **spread)
    check_effects(shown, (*_NO_EFFECTS, *WRITING_NO_EFFECTS, *document_effects(**spread)), given())
    check_places(output, report, [*corpus.inputs, *counter.files], corpus.glob)
    lines = None if counter.merge else Lines(corpus, running, console, counter.occurrences)
    with report.keep(corpus) if lines else nullcontext(), counter.count(firsts=stats or bool(report)) as found:
        said = f"{counted(found.tokens, 'token')}, {counted(found.types, 'type')}"
        if found.documents is not None:
            said += f", {counted(found.documents, 'document')} (a {counting['document']} each)"
        if not found.tokens and not counter.merge:
            said += console.is_empty()
        statistics = found.statistics() if stats else None
        with (
            plot.after(lambda: _pictures(found, statistics)),
            report.beside(found.page, title_of("Frequencies", corpus.inputs), console, lines),
            output.open(corpus.tmp_dir) as file,
        ):
            if statistics is not None:
                statistics.save(file, output.format)
            else:
                found.save(file, output.format, per_million, console.say)
        if not stats:
            said += f", {len(found) - found.left_out:,} written"
            said += f", {found.left_out:,} left out" if found.left_out else ""
        console.say(f"{said}, {console.time()}")


def _pictures(found: "nlpkit.Frequencies", statistics: "Statistics | None") -> list["Bars"]:
    """Returns what a terminal shows of a list, or of its statistics."""
    from nlpkit.frequencies.curves import growth_bars, rank_bars

    if statistics is None:
        return [found.bars(), rank_bars(found.spectrum)]
    return [rank_bars(found.spectrum), growth_bars(statistics.curve)]
