"""`nlpkit keywords`: a text and a reference -> the tokens that are typical of the text."""

from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import click

import nlpkit
from nlpkit import choices
from nlpkit.cli import counting, options
from nlpkit.cli import each as documents
from nlpkit.cli.command import given, with_options
from nlpkit.cli.counting import Counter
from nlpkit.cli.options import Options
from nlpkit.cli.plotting import Plot, plotting
from nlpkit.cli.progress import Console, counted
from nlpkit.cli.reporting import Lines, Report, check_places, reporting, title_of
from nlpkit.cli.writing import Output, find_output
from nlpkit.options import NoEffect, check_effects


def _keyness(against: str | None, no_correction: bool, cells: str, **how: Any) -> dict[str, Any]:
    documents.check_against(against)
    from nlpkit.keyness import KeynessOptions  # here, because --help must not wait for it

    chosen = {**how, "bonferroni": not no_correction, "cells": int(cells)}
    KeynessOptions(**chosen)
    return {"against": against, **chosen}


KEYNESS = Options(
    "keyness",
    "Keywords",
    [
        click.Option(
            ["--against"],
            type=options.FILE,
            metavar="REFERENCE",
            help="The text, directory or frequency list to compare with.",
        ),
        click.Option(
            ["--max-p"],
            type=options.number,
            default=choices.MAX_P,
            show_default=True,
            metavar="P",
            help="Largest p-value of the log-likelihood G2, corrected for the number of tokens (Bonferroni).",
        ),
        click.Option(["--no-correction"], is_flag=True, help="Without that correction."),
        click.Option(["--negative"], is_flag=True, help="Also, after them, tokens that are rarer than in REFERENCE."),
        click.Option(
            ["--cells"],
            type=click.Choice(list(map(str, choices.CELLS))),
            default=str(choices.CELLS[0]),
            show_default=True,
            help="4: G2 of the whole table, as in AntConc; 2: as in Rayson's calculator and WordSmith.",
        ),
        click.Option(
            ["--sort"],
            type=click.Choice(choices.KEYNESS_SORTS),
            default=choices.KEYNESS_SORTS[0],
            show_default=True,
            metavar="MEASURE",
            help="Order, strongest first, and a column of its own: g2, log_ratio, log_ratio_low (its "
            "limit nearer to 0), difference (%DIFF), odds_ratio, simple_maths, bic; with --df also text_g2, G2 of "
            "documents.",
        ),
        counting.min_count,
        click.Option(
            ["--top"],
            type=int,
            metavar="N",
            help="Only the first N; with --negative N of both kinds.",
        ),
    ],
    _keyness,
)

COUNTING = Options("counting", "Counting", [*counting.ngrams, *counting.documents, counting.merge])


def _output(output: str | None, format: str | None, bom: bool) -> Output:
    each = click.get_current_context().params["each"]
    return find_output(output, format, choices.TABLE_FORMATS if each else choices.KEYNESS_FORMATS, bom)


WRITING = options.writing_in(
    choices.KEYNESS_FORMATS,
    "tsv or csv, with a header row; jsonl; words: a word a line, without --each.",
    _output,
)


_NO_COLUMN = (NoEffect(("df",), "format", ("words",), "it has no such column"),)
_NO_DOCUMENTS = (NoEffect(("document",), "df", (False,), "give both"),)


@with_options(
    KEYNESS,
    documents.EACH,
    options.reading,
    counting.tokens,
    options.cutting,
    COUNTING,
    options.running,
    WRITING,
    plotting,
    reporting,
    options.talking,
)
def command(
    keyness: dict[str, Any],
    each: dict[str, Any],
    corpus: "nlpkit.Corpus",
    tokens: dict[str, Any],
    cutting: dict[str, Any],
    counting: dict[str, Any],
    running: dict[str, Any],
    output: Output,
    plot: Plot,
    report: Report,
    console: Console,
) -> None:
    """Find the words that are typical of a text beside another one.

    INPUTs are as for `discover`, or frequency lists with --merge. Keywords go to stdout as a table, most typical first:
    the counts and rates in both texts, log ratio, log-likelihood G2, its p-value and significance. With --each they
    are the words of each document, best first: count, share, IDF and weight.

    \b
    nlpkit keywords law/ --against news/ --top 100
    nlpkit keywords law/ --against news.tsv --tokenizer char --ngram 2-3
    nlpkit keywords --merge law.tsv --against news.tsv --negative
    nlpkit keywords docs/ --each file --top 5
    nlpkit keywords posts.jsonl --field text --each row --idf jieba --hmm
    """
    documents.check(each, keyness)
    from nlpkit.frequencies.references import Reference  # here, because --help must not wait for it
    from nlpkit.keyness import check_documents

    check_effects(SimpleNamespace(df=counting["df"]), _NO_DOCUMENTS, given())
    against = keyness.pop("against")
    counter = Counter(corpus, tokens, cutting, counting, running, console)
    if against is None:
        documents.write(counter, each, keyness["top"], running, output, report)
        return
    check_places(output, report, [*corpus.inputs, *counter.files, against], corpus.glob)
    other = Reference(against, corpus)
    if keyness["sort"] == "text_g2":
        known = None if counter.merge or other.is_list else 0
        check_documents(counting["df"], (known, known))
    else:
        check_effects(SimpleNamespace(format=output.format), _NO_COLUMN, given())
    with ExitStack() as opened:
        if not counter.merge:
            opened.enter_context(report.keep(corpus))
        first = opened.enter_context(counter.reference(other)) if other.is_list else None  # what it lacks is said soon
        own = opened.enter_context(counter.target())
        reference = opened.enter_context(counter.reference(other)) if first is None else first
        found = nlpkit.keywords(own, reference, **keyness, notify=console.say)
        title = f"{title_of('Keywords', corpus.inputs)} beside {against}"
        lines = None if counter.merge else Lines(corpus, running, console, counter.occurrences)
        with (
            plot.after(lambda: [found.bars()]),
            report.beside(found.page, title, console, lines),
            output.open(corpus.tmp_dir) as file,
        ):
            found.save(file, output.format)
        words = counted(len(found), "keyword") if len(found) else "no keywords"
        texts = ""
        if own.documents is not None:
            texts = f"{counted(own.documents, 'document')} (a {counting['document']} each), "
        console.say(f"{counted(own.tokens, 'token')} against {reference.tokens:,}, {texts}{words}, {console.time()}")
