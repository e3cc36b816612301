"""`nlpkit discover`: raw text -> lexicon."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import click

import nlpkit
from nlpkit import choices
from nlpkit.cli import options
from nlpkit.cli.command import given, with_options
from nlpkit.cli.options import Options, number, numbers
from nlpkit.cli.plotting import Plot, plotting
from nlpkit.cli.progress import Console, counted
from nlpkit.cli.reporting import Lines, Report, check_places, reporting, title_of
from nlpkit.cli.writing import Output, tell_contradiction
from nlpkit.errors import Option, OptionError
from nlpkit.options import NoEffect, check_effects
from nlpkit.output import STDOUT, check_not_input, check_output, open_output

if TYPE_CHECKING:
    from nlpkit.discovery import Discovery


def _defaults(option: str) -> str:
    """The defaults of an option that are not the same for all methods: `2,4,6 for pmi; 1 for entropy`."""
    shown = []
    for name, method in choices.METHOD_CHOICES.items():
        value = getattr(method, option)
        if value:
            values = value if isinstance(value, tuple) else (value,)
            shown.append(f"{','.join(f'{n:g}' for n in values).replace('e-0', 'e-')} for {name}")
    return "; ".join(shown)


METHOD = Options(
    "method",
    "Finding words",
    [
        click.Option(
            ["--method"],
            type=click.Choice(choices.METHODS),
            default=choices.METHOD,
            show_default=True,
            help="; ".join(f"{name}: {method.help}" for name, method in choices.METHOD_CHOICES.items()) + ".",
        ),
        click.Option(
            ["--charset"],
            type=click.Choice(choices.CHARSETS),
            default=choices.CHARSET,
            show_default=True,
            help="The characters that words are made of; all others separate words.",
        ),
        click.Option(
            ["--min-count"],
            type=int,
            metavar="N",
            help="Ignore n-grams that occur fewer than N times.  [default: 2 below 8 million characters, else 3]",
        ),
        click.Option(
            ["--min-pmi"],
            type=numbers,
            metavar="NATS[,NATS...]",
            help="The smallest pointwise mutual information: a number, or one for each length from 2 on.  "
            f"[default: {_defaults('min_pmi')}]",
        ),
        click.Option(
            ["--min-prob"],
            type=number,
            metavar="P",
            help=f"The smallest probability.  [default: {_defaults('min_prob')}]",
        ),
        click.Option(
            ["--min-entropy"],
            type=number,
            metavar="NATS",
            help="The smallest entropy of the neighbours, on the side where it is smaller.",
        ),
        click.Option(
            ["--min-length"],
            type=int,
            metavar="N",
            default=1,
            show_default=True,
            help="The shortest word that is written, in characters; of a dictionary, too.",
        ),
        click.Option(
            ["--max-length"],
            type=int,
            metavar="N",
            help="The longest word, in characters; a number, or a run of Latin letters, is one.  "
            f"[default: {_defaults('max_length')}, else none]",
        ),
        click.Option(
            ["--split-quantities/--no-split-quantities"],
            default=None,
            help="A numeral and a unit are two words (一年, 三个, but not 一定); method auto.  [default: split]",
        ),
    ],
)

CHOICE = Options(
    "choice",
    "Choosing from the words found",
    [
        click.Option(
            ["--sort"],
            type=click.Choice(choices.DISCOVERY_SORTS),
            help="Order, largest first.  [default: score; count for -f jieba and tokenizer]",
        ),
        click.Option(["--top"], type=int, metavar="N", help="Only the first N words."),
        click.Option(["--list-numerals"], is_flag=True, help="Also numerals (第四十五条, 500米)."),
        click.Option(["--new-only"], is_flag=True, help="Leave out the words of jieba's dictionary."),
        options.word_lists("--known", help="Leave out the words of this lexicon."),
    ],
)

EXPLANATION = Options(
    "explained",
    "Asking why",
    [
        click.Option(
            ["--explain"],
            metavar="WORD",
            multiple=True,
            help="Instead of the list, tell why WORD is in it or not; repeatable, or several in quotes.",
        )
    ],
    lambda explain: _words(explain),
)


KEPT = Options(
    "kept",
    "Counting once",
    [
        click.Option(
            ["--save-counts"],
            type=options.FILE,
            metavar="FILE",
            help="Keep the n-gram counts, so that thresholds can be tried without counting again.",
        ),
        click.Option(
            ["--counts"],
            type=options.FILE,
            metavar="FILE",
            help="Use what --save-counts kept of the same INPUTs.",
        ),
    ],
)

WRITING = options.writing_in(
    choices.DISCOVERY_FORMATS,
    "tsv or csv, with a header row; jsonl; jieba: a dictionary that jieba loads; words: a word a line; tokenizer: a "
    "tokenizer.json for the library tokenizers.",
)


def _words(explain: tuple[str, ...]) -> list[str]:
    words = " ".join(explain).split()
    if explain and not words:
        raise OptionError(Option("explain"), ": no word given")
    return words


_NO_EFFECTS = (
    NoEffect(
        (*options.names(CHOICE.params), "format", "bom", "plot", "report"), "explain", (True,), "it lists no words"
    ),
    NoEffect(("list_numerals",), "format", choices.PROGRAM_FORMATS, "numerals are in that list"),
)


@with_options(
    options.reading, METHOD, CHOICE, EXPLANATION, KEPT, options.running, WRITING, plotting, reporting, options.talking
)
def command(
    corpus: "nlpkit.Corpus",
    method: dict[str, Any],
    choice: dict[str, Any],
    explained: list[str],
    kept: dict[str, Any],
    running: dict[str, Any],
    output: Output,
    plot: Plot,
    report: Report,
    console: Console,
) -> None:
    """Find the words of raw text.

    INPUTs are files of text, JSON Lines (--field), CSV or Parquet (--column), compressed or not, directories (all
    files below), or - for standard input, which is read when none is given. The words go to stdout as a table: word,
    count, pmi, left_entropy, right_entropy (nats) and score.

    The list is made for people, best first: without single characters, numerals and pieces of longer words. With
    -f jieba or -f tokenizer it is for a program: every word, by count.

    \b
    nlpkit discover laws.txt
    nlpkit discover news/ more.txt --new-only --top 100
    cat laws.txt | nlpkit discover - --new-only -f jieba > userdict.txt
    """
    from nlpkit.discovery.options import DiscoveryOptions, SelectionOptions
    from nlpkit.excerpts.wanted import Strings  # here, because --help must not wait for what they import
    from nlpkit.lexicon import read_words

    check_effects(SimpleNamespace(explain=bool(explained), format=output.format), _NO_EFFECTS, given())
    choice["everything"] = output.format in choices.PROGRAM_FORMATS
    SelectionOptions(**choice)
    neighbours = not choice["everything"] or bool(explained) or choice["sort"] not in (None, "count", "pmi")
    finding = {**method, **kept, "explain": explained, "neighbours": neighbours}
    DiscoveryOptions(**finding)
    _check_files(corpus, kept, output, report, choice["known"])
    for path in choice["known"]:
        read_words(path, corpus.options.encoding, console.say)  # a wrong one is found out before hours of work
    lines = Lines(corpus, running, console, Strings)
    with report.keep(corpus):
        with console.progress(corpus) as progress:
            found = nlpkit.discover(corpus, **finding, **running, progress=progress, notify=console.say)
        if explained:
            tell_contradiction(output.path, "text", "--explain does")
            with open_output(output.path, folder=corpus.tmp_dir) as file:
                file.write(found.explanation.typed(console.flags).encode(errors="backslashreplace"))
            return
        words = found.select(**choice, encoding=corpus.options.encoding, notify=console.say)
        column = choice["sort"] or found.default_sort(choice["everything"])
        with (
            plot.after(lambda: [words.bars(column, "word")]),
            report.beside(words.page, title_of("Words", corpus.inputs), console, lines),
            output.open(corpus.tmp_dir) as file,
        ):
            words.save(file, output.format)
        console.say(_report(found, len(words), method, choice, console))


def _check_files(
    corpus: "nlpkit.Corpus", kept: dict[str, Any], output: Output, report: Report, known: Sequence[str]
) -> None:
    """Raises OptionError if a file that is written is also read, or if counts would be kept among the texts."""
    save, counts = kept["save_counts"], kept["counts"]
    check_output(save, is_result=False)
    if save in STDOUT:
        raise OptionError(Option("save_counts"), f" {save}: counts are not text; keep them in a file")
    if save is not None and save == output.path:
        raise OptionError(Option("save_counts"), f" {save}: the words go there; keep the counts in another file")
    check_places(output, report, [*corpus.inputs, *known, *filter(None, [counts, save])], corpus.glob)
    check_not_input(save, known)  # `discover` looks at the corpus


def _no_words(found: "Discovery", method: dict[str, Any], choice: dict[str, Any], is_empty: bool) -> str:
    """Says why there is no word to write, and what to change."""
    import numpy as np  # here, because --help must not wait for it

    if not found.characters:
        why = "is empty" if is_empty else "has none of the characters that words are made of (see --charset)"
        return f"no words to write: the input {why}"
    if not len(found):
        lower = ["--min-count"] + ["--min-pmi"] * bool(choices.METHOD_CHOICES[method["method"]].min_pmi)
        lower += ["--min-length"] * (method["min_length"] > 1)
        return f"no words to write: none was found; more with a lower {' or '.join(lower)}, or more text"
    rest = np.ones(len(found), np.bool_)
    causes = []
    for cause, mask in found.left_out(choice["list_numerals"]).items():
        if (rest & mask).any():
            causes.append(f"{int((rest & mask).sum()):,} left out ({cause})")
        rest &= ~mask
    if rest.any():
        causes.append(f"{int(rest.sum()):,} known already")
    way = "" if choice["new_only"] or choice["known"] else "; -f jieba writes all"
    return f"no words to write: of {counted(len(found), 'word')} found {', '.join(causes)}{way}"


def _report(found: "Discovery", written: int, method: dict[str, Any], choice: dict[str, Any], console: Console) -> str:
    words = (
        f"{counted(len(found), 'word')} found, {written:,} written"
        if written
        else _no_words(found, method, choice, not console.size)
    )
    if not written and found.characters and all(map(str.isascii, found.word)):
        words += " (no Chinese: see --charset)"
    return (
        f"{counted(found.characters, 'character')}, {words}, "
        f"{found.nats_before:.3f} -> {found.nats_after:.3f} nats a character, "
        f"{console.time()}"
    )
