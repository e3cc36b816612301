"""`nlpkit score`: a segmentation against a gold standard -> precision, recall, F1."""

from typing import Any

import click

import nlpkit
from nlpkit import choices
from nlpkit.cli import options
from nlpkit.cli.command import with_options
from nlpkit.cli.options import Options
from nlpkit.cli.progress import Console
from nlpkit.cli.writing import Output
from nlpkit.errors import Option, OptionError
from nlpkit.output import check_not_input


def _texts(gold: str, predicted: str, **how: Any) -> "tuple[nlpkit.Corpus, nlpkit.Corpus]":
    from nlpkit.corpus.formats.registry import format_of
    from nlpkit.places.compression import bare_name  # here, because --help must not wait for it

    for path in (gold, predicted):
        kind = format_of(bare_name(path), b"")
        if kind != "text":
            raise OptionError(f"{path}: its name is that of {kind}; score compares plain text: rename it if it is text")
    made = options.reading.build
    return made((gold,), **how), made((predicted,), **how)


READING = Options(
    "texts",
    "Reading",
    [
        click.Argument(["gold"], type=options.FILE),
        click.Argument(["predicted"], type=options.FILE),
        *(param for param in options.reading.params if param.name in ("encoding", "errors", "tmp_dir")),
    ],
    _texts,
)

MEASURING = Options(
    "measuring",
    "Measuring",
    [
        options.word_lists(
            "--lexicon",
            help="The words of the training text, one a line: adds the recall of words that are in it (IV) and of the "
            "others (OOV).",
        ),
        click.Option(
            ["--show"],
            type=click.IntRange(min=1),
            metavar="N",
            help="Also the N most frequent disagreements; in tsv, csv and jsonl only these.",
        ),
    ],
)

WRITING = options.writing_in(
    choices.SUMMARY_FORMATS,
    "text: for people; tsv or csv: with a header row; jsonl: all digits.",
)


@with_options(READING, MEASURING, WRITING, options.talking)
def command(
    texts: "tuple[nlpkit.Corpus, nlpkit.Corpus]", measuring: dict[str, Any], output: Output, console: Console
) -> None:
    """Score a segmentation against a gold standard.

    GOLD and PREDICTED are text files, compressed or not, one of them perhaps - for standard input. Words are separated
    by any white space; without it, both must be the same text, line by line. Lines that differ a little are compared by
    alignment, and reported. A predicted word is correct where a gold word begins and ends at the same places. Precision
    is the share of correct words among those predicted, recall among those of the gold standard, F1 their harmonic
    mean: the figures of the SIGHAN bakeoffs.

    \b
    nlpkit score gold.txt my.seg
    nlpkit score gold.txt my.seg --lexicon training_words.txt --show 20
    nlpkit segment < raw.txt | nlpkit score gold.txt - -f jsonl
    """
    from nlpkit.scoring import score  # here, because --help must not wait for what it imports

    lexicon, show = measuring["lexicon"], measuring["show"]
    if lexicon and show and output.format != "text":
        alone = f" in {output.format}, which has only the disagreements"
        raise OptionError(Option("lexicon"), ": no effect with ", Option("show"), alone)
    for corpus in texts:
        corpus.notify = console.say
    check_not_input(output.path, [*texts[0].inputs, *texts[1].inputs, *lexicon])
    with console.progress(texts[0]) as progress:
        result = score(*texts, lexicon=lexicon, show=show or 0, progress=progress, notify=console.say)
    with output.open(texts[0].tmp_dir) as file:
        result.save(file, output.format, disagreements=show is not None)
