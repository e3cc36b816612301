"""`nlpkit collocations`: text -> the words that stand near each other."""

from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import click

import nlpkit
from nlpkit import choices
from nlpkit.cli import counting, options
from nlpkit.cli.command import given, with_options
from nlpkit.cli.counting import cutter
from nlpkit.cli.options import Options
from nlpkit.cli.plotting import Plot, plotting
from nlpkit.cli.progress import Console, counted
from nlpkit.cli.reporting import Lines, Report, check_places, reporting, title_of
from nlpkit.cli.writing import Output
from nlpkit.errors import Option, OptionError
from nlpkit.options import check_effects

if TYPE_CHECKING:
    from nlpkit.cooccurrence.options import CollocationOptions
    from nlpkit.excerpts.wanted import Pairs


def _window(text: str) -> int | tuple[int, int]:
    """Converts a window: 5, or 0,3."""
    sides = text.split(",")
    if not (1 <= len(sides) <= 2 and all(side.strip().isdecimal() and len(side) < 10 for side in sides)):
        raise click.BadParameter(f"{text!r} is no window; write 5, or 0,3 for three words after the node")
    found = tuple(map(int, sides))
    return found[0] if len(found) == 1 else (found[0], found[1])


CHOICE = Options(
    "choice",
    "Collocations",
    [
        click.Option(
            ["--node"],
            multiple=True,
            metavar="WORD",
            help="What stands near WORD; repeatable.  [default: all pairs of words]",
        ),
        click.Option(
            ["--window"],
            type=_window,
            default=str(choices.WINDOW),
            show_default=True,
            metavar="N[,M]",
            help="N words on each side, or N before and M after.",
        ),
        click.Option(
            ["--within"],
            type=click.Choice(choices.WITHIN),
            default=choices.WITHIN[0],
            show_default=True,
            help="Windows end with a line, or with a sentence in it.",
        ),
        click.Option(
            ["--sort"],
            type=click.Choice(choices.COLLOCATION_SORTS),
            default=choices.COLLOCATION_SORT,
            show_default=True,
            metavar="COLUMN",
            help="Order, largest first: " + ", ".join(choices.COLLOCATION_SORTS) + ".",
        ),
        click.Option(
            ["--min-count"],
            type=int,
            default=5,
            show_default=True,
            metavar="N",
            help="Only pairs that stand together N times or more.",
        ),
        click.Option(
            ["--min-frequency"],
            type=int,
            default=5,
            show_default=True,
            metavar="N",
            help="Only words that occur N times or more.",
        ),
        click.Option(["--top"], type=int, metavar="N", help="Only the first N pairs."),
    ],
)

WRITING = options.writing_in(choices.TABLE_FORMATS, "tsv or csv, with a header row; jsonl.")


@with_options(
    CHOICE,
    options.reading,
    counting.tokens,
    options.cutting,
    options.running,
    WRITING,
    plotting,
    reporting,
    options.talking,
)
def command(
    choice: dict[str, Any],
    corpus: "nlpkit.Corpus",
    tokens: dict[str, Any],
    cutting: dict[str, Any],
    running: dict[str, Any],
    output: Output,
    plot: Plot,
    report: Report,
    console: Console,
) -> None:
    """Find the words that stand near each other, or near one word.

    INPUTs are as for `discover`. Pairs of words that stand together more often than by chance go to stdout as a table:
    node, collocate, o11 (how often the collocate stands in a window of the node), e11 (by chance), left, right,
    f_node and f_collocate (how often each word occurs), and all measures.

    \b
    nlpkit collocations laws/ --node 责任 --top 50
    nlpkit collocations laws/ --node 责任 --window 0,3 --sort g2
    nlpkit collocations laws/ --top 500 --stopwords zh
    """
    from nlpkit.cooccurrence.options import CollocationOptions  # here, because --help must not wait for it

    choice["node"] = choice["node"] or None
    chosen = CollocationOptions(**choice)
    check_effects(SimpleNamespace(**tokens), counting.CUTTING_NO_EFFECTS, given())
    if cutting["mode"] != choices.MODES[0]:
        raise OptionError(Option("mode"), f" {cutting['mode']}: words of a window do not overlap")
    check_places(output, report, [*corpus.inputs, *counting.files_of(tokens, cutting)], corpus.glob)
    cuts = {**tokens, **cutter(counting.tokenizer_of(tokens), cutting, corpus, console)}
    lines = Lines(corpus, running, console, partial(_occurrences, corpus, chosen, cuts))
    with report.keep(corpus):
        with console.progress(corpus) as progress:
            found = nlpkit.collocations(corpus, **choice, **cuts, **running, progress=progress, notify=console.say)
        title = title_of("Collocations", corpus.inputs)
        with (
            plot.after(lambda: [found.bars(choice["sort"], "pair")]),
            report.beside(found.page, title, console, lines),
            output.open(corpus.tmp_dir) as file,
        ):
            found.save(file, output.format)
    pairs = counted(found.found, "pair") if found.found else "no pairs"
    if len(found) < found.found:
        pairs += f", {len(found):,} written"
    said = f"{counted(found.words, 'word')}, {pairs}"
    console.say(f"{said}{'' if found.words else console.is_empty()}, {console.time()}")


def _occurrences(corpus: "nlpkit.Corpus", chosen: "CollocationOptions", cuts: dict[str, Any]) -> "Pairs":
    """Returns what the occurrences of a pair of words are. cuts: what a word is, as arguments of the library."""
    from nlpkit.cooccurrence.words import Words  # here, because few runs make a page
    from nlpkit.excerpts.wanted import Pairs
    from nlpkit.frequencies.options import CountOptions

    options = CountOptions(**cuts)
    filters, _ = options.read_filters(corpus.options.encoding, None)
    words = Words(options.make_tokenizer(None), filters, *chosen.sides, chosen.within == "sentence")
    return Pairs(words)
