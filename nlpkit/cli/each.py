"""`nlpkit keywords --each`: the keywords of each document by TF-IDF."""

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import click

from nlpkit import choices
from nlpkit.cli import options
from nlpkit.cli.command import given
from nlpkit.cli.counting import Counter, cutter, tokenizer_of
from nlpkit.cli.options import Options
from nlpkit.cli.progress import counted
from nlpkit.cli.reporting import Report, check_places, title_of
from nlpkit.cli.writing import Output
from nlpkit.errors import Option, OptionError
from nlpkit.options import NoEffect, check_effects

if TYPE_CHECKING:
    from nlpkit.reports.page import Page

EACH = Options(
    "each",
    "Keywords of each document",
    [
        click.Option(
            ["--each"],
            type=click.Choice(choices.DOCUMENTS_OF_KEYWORDS),
            metavar="NAME",
            help="Instead of --against: the words of the largest TF-IDF of each file, row (a record of JSON Lines or "
            "CSV) or line; --top is 20, --min-length 2 (1 for char).",
        ),
        click.Option(
            ["--idf"],
            type=options.FILE,
            metavar="jieba|FILE",
            help="How rare words are: by jieba.analyse's table (without its English stop words), or by one of "
            "`count -f idf`.  [default: by INPUTs]",
        ),
    ],
)
"""-> each: `each` and `idf`, as a dict."""


def check(each: dict[str, Any], keyness: dict[str, Any]) -> None:
    """Raises OptionError for options that do nothing with --each, or nothing without it."""
    kinds = choices.DOCUMENTS_OF_KEYWORDS
    idle = tuple(
        name
        for name in (*keyness, "no_correction", "ngram", "separator", "df", "document", "merge", "plot")
        if name != "top"
    )
    table = (
        NoEffect(idle, "each", kinds, "words of a document are ranked by TF-IDF"),
        NoEffect(("idf",), "each", (None,), "it is for the words of each document"),
    )
    check_effects(SimpleNamespace(**each), table, given())


def check_against(against: str | None) -> None:
    """Raises OptionError where neither --against nor --each is given."""
    if against is None and click.get_current_context().params["each"] is None:
        ways = (Option("against"), "', a text or list to compare with, or '", Option("each"), "'")
        raise OptionError("missing option '", *ways)


def write(
    counter: Counter,
    each: dict[str, Any],
    top: int | None,
    running: dict[str, Any],
    output: Output,
    report: Report,
) -> None:
    """Writes the keywords of each document as they are found, and says how many there are."""
    from nlpkit.executors import RunningOptions  # here, because --help must not wait for these
    from nlpkit.frequencies.options import CountOptions
    from nlpkit.reports.picture import MOST_ROWS
    from nlpkit.tfidf import DocumentKeywords, each_document
    from nlpkit.tfidf.options import DocumentOptions, least_length

    corpus, console, tokens = counter.corpus, counter.console, counter.tokens
    if "min_length" not in given():
        tokens = {**tokens, "min_length": least_length(tokens["tokenizer"])}
    files = [] if each["idf"] in (None, "jieba") else [each["idf"]]
    check_places(output, report, [*corpus.inputs, *counter.files, *files], corpus.glob)
    cut = cutter(tokenizer_of(tokens), counter.cutting, corpus, console)
    most = choices.DOCUMENT_TOP if top is None else top
    chosen = DocumentOptions(CountOptions(**tokens, **cut, df=True, document=each["each"]), most, each["idf"])
    how = RunningOptions(**running, tmp_dir=corpus.tmp_dir)
    documents = rows = 0
    shown: list[DocumentKeywords] = []  # as many rows as a page shows

    def page(title: str) -> "Page":
        summary = f"{counted(rows, 'keyword')} of {counted(documents, 'document')}"
        return replace(DocumentKeywords.of(shown).page(title), size=rows, summary=summary)

    title = title_of("Keywords of each document", corpus.inputs)
    try:
        with (
            report.beside(page, title, console),
            console.progress(corpus) as progress,
            output.open(corpus.tmp_dir) as file,
        ):
            parts = each_document(corpus, chosen, how, progress=progress, notify=console.say)
            for number, found in enumerate(parts):
                for text in found.text(output.format, header=number == 0):
                    file.write(text)
                if report and rows < MOST_ROWS:
                    shown.append(found)
                documents, rows = documents + found.documents, rows + len(found)
    except OptionError as error:  # in which --each is called `document`
        parts_of_message = [Option("each") if part == Option("document") else part for part in error.args]
        raise OptionError(*parts_of_message) from error
    console.say(f"{counted(documents, 'document')}, {counted(rows, 'keyword')}, {console.time()}")
