"""`nlpkit terms`: raw text -> the terms of its field, of one word or several."""

from functools import partial
from types import SimpleNamespace
from typing import Any

import click

import nlpkit
from nlpkit import choices
from nlpkit.cli import options
from nlpkit.cli.command import given, with_options
from nlpkit.cli.counting import NOT_JIEBA, cutter
from nlpkit.cli.options import Options
from nlpkit.cli.plotting import Plot, plotting
from nlpkit.cli.progress import Console, counted
from nlpkit.cli.reporting import Lines, Report, check_places, reporting, title_of
from nlpkit.cli.writing import Output, tell_contradiction
from nlpkit.errors import Option, OptionError
from nlpkit.options import NoEffect, check_effects
from nlpkit.output import open_output

WORDS = Options(
    "words",
    "Words, of which terms are made",
    [
        click.Option(
            ["--language"],
            type=click.Choice(choices.LANGUAGES),
            help="zh: the words are found in the text, as `discover` does, or cut with -d; en: words of an alphabet, "
            "without case.  [default: by the letters of the text]",
        ),
        click.Option(
            ["--tokenizer"],
            type=click.Choice(choices.TERM_TOKENIZERS),
            metavar="NAME",
            help="Instead of a language: space: between white space; regex: by --pattern; jieba: as that library cuts.",
        ),
        click.Option(["--pattern"], metavar="REGEX", help="A word is what this, or its one group, matches in a line."),
    ],
)

CHOICE = Options(
    "choice",
    "Terms",
    [
        click.Option(
            ["--against"],
            type=options.FILE,
            metavar="REFERENCE",
            help="A text, directory or frequency list: terms are what is typical beside it.  "
            "[default: zh: jieba's dictionary; en: wordfreq]",
        ),
        click.Option(
            ["--min-count"],
            type=int,
            metavar="N",
            help="Only terms that occur N times or more.  [default: 5; en: 2, below 200,000 words 1]",
        ),
        click.Option(
            ["--max-words"],
            type=int,
            default=choices.MAX_WORDS,
            show_default=True,
            metavar="N",
            help="The longest terms, in words.",
        ),
        click.Option(
            ["--document"],
            type=click.Choice(choices.TERM_DOCUMENTS),
            metavar="NAME",
            help="What a document is: line or file.  [default: file if there are several]",
        ),
        click.Option(
            ["--sort"],
            type=click.Choice(choices.TERM_SORTS),
            default=choices.TERM_SORTS[0],
            show_default=True,
            metavar="COLUMN",
            help="Order, largest first.",
        ),
        click.Option(["--top"], type=int, metavar="N", help="Only the first N terms."),
        click.Option(["--examples"], type=int, default=0, metavar="N", help="Also N sentences with each term."),
        click.Option(
            ["--explain"],
            metavar="TERM",
            multiple=True,
            help="Instead of the list, tell why TERM is where it is in it, or not in it; repeatable.",
        ),
    ],
)

WRITING = options.writing_in(
    choices.LIST_FORMATS,
    "tsv or csv, with a header row; jsonl; jieba: a dictionary, without terms with spaces; words: a term a line.",
)

_CUTTING = options.names(options.cutting.params)
_NO_EFFECTS = (
    NoEffect(_CUTTING, "tokenizer", ("space", "regex"), "it does not cut with a dictionary"),
    NoEffect(_CUTTING, "language", ("en",), "it does not cut with a dictionary"),
    NoEffect(NOT_JIEBA, "tokenizer", ("jieba",), "the jieba library does not have it"),
    NoEffect(("examples",), "format", ("jieba", "words"), "it has no such column"),
    NoEffect(("format", "bom", "plot", "report"), "explain", (True,), "it lists no terms"),
)


@with_options(
    options.reading, WORDS, options.cutting, CHOICE, options.running, WRITING, plotting, reporting, options.talking
)
def command(
    corpus: "nlpkit.Corpus",
    words: dict[str, Any],
    cutting: dict[str, Any],
    choice: dict[str, Any],
    running: dict[str, Any],
    output: Output,
    plot: Plot,
    report: Report,
    console: Console,
) -> None:
    """Find the terms of a field: its words, and terms of several words.

    INPUTs are as for `discover`. The terms go to stdout as a table, best first: term, words (how it is cut), count,
    documents, pmi, left_entropy, right_entropy, keyness (nats) and score. In a term N stands for a number.

    \b
    nlpkit terms laws.txt --top 1000 --examples 3
    nlpkit terms laws.txt --against news.txt -o terms.csv
    nlpkit terms laws.txt -f words > terms.txt; nlpkit segment laws.txt --force terms.txt
    """
    from nlpkit.excerpts.wanted import Strings  # here, because --help must not wait for these
    from nlpkit.frequencies.references import Reference
    from nlpkit.multiword.options import TermOptions

    against = choice.pop("against")
    tokenizer = TermOptions(**words, **choice).word_tokenizer or "words"
    shown = {**words, **cutting, "tokenizer": tokenizer, "explain": bool(choice["explain"]), "format": output.format}
    check_effects(SimpleNamespace(**shown), _NO_EFFECTS, given())
    for name in _CUTTING if tokenizer != "jieba" else ():
        if name in given() and not cutting["dictionary"]:
            raise OptionError(
                Option(name), ": no effect without ", Option("dictionary"), "; words are those of the text"
            )
    if cutting["mode"] != choices.MODES[0]:
        raise OptionError(Option("mode"), f" {cutting['mode']}: terms are made of words that do not overlap")
    files = [p for name in ("dictionary", "user_dictionary", "force") for p in cutting[name]]
    check_places(output, report, [*corpus.inputs, *files, *filter(None, [against])], corpus.glob)
    reference = None if against is None else Reference(against, corpus)  # fails before anything is counted
    lines = Lines(corpus, running, console, partial(Strings, casefold=True))
    with report.keep(corpus):
        with console.progress(corpus) as progress:
            cuts = cutter(tokenizer, cutting, corpus, console) if cutting["dictionary"] or tokenizer == "jieba" else {}
            how = {**words, **choice, **running, **cuts}
            found = nlpkit.terms(corpus, against=reference, **how, progress=progress, notify=console.say)
        if choice["explain"]:
            tell_contradiction(output.path, "text", "--explain does")
            with open_output(output.path, folder=corpus.tmp_dir) as file:
                file.write(found.explanation.typed(console.flags).encode(errors="backslashreplace"))
            return
        with (
            plot.after(lambda: [found.bars(choice["sort"], "term")]),
            report.beside(found.page, title_of("Terms", corpus.inputs), console, lines),
            output.open(corpus.tmp_dir) as file,
        ):
            found.save(file, output.format)
    console.say(_report(found, output.format, console))


def _report(found: "nlpkit.Terms", format: str, console: Console) -> str:
    """The closing line."""
    terms = f"{counted(found.found, 'term')}"
    if len(found) < found.found:
        terms += f", {len(found):,} written"
    if not found.found:
        terms = "no terms" + ("; a lower --min-count may give some" if found.tokens and found.min_count > 1 else "")
        terms += console.is_empty()
    for cause, mask in found.left_out(format).items():
        if mask.any():
            terms += f", {int(mask.sum()):,} left out ({cause})"
    return f"{counted(found.tokens, 'word')} in {counted(found.runs, 'run')}, {terms}, {console.time()}"
