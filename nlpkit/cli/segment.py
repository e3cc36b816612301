"""`nlpkit segment`: text -> words."""

from typing import TYPE_CHECKING, Any

import click

import nlpkit
from nlpkit.cli import options
from nlpkit.cli.command import with_options
from nlpkit.cli.options import Options
from nlpkit.cli.progress import Console, counted
from nlpkit.cli.writing import tell_contradiction
from nlpkit.output import check_not_input, check_output

if TYPE_CHECKING:
    from nlpkit.segmentation import Layout


def _layout(output: str | None, out_dir: str | None, format: str | None, **how: Any) -> dict[str, Any]:
    from nlpkit.segmentation import Layout  # here, because --help must not wait for it
    from nlpkit.segmentation.options import check_outputs

    check_outputs(output, out_dir)
    check_output(output)
    if format is not None:
        tell_contradiction(output, format)
    return {"output": output, "out_dir": out_dir, "layout": Layout(format or "rows", **how)}


WRITING = Options(
    "writing",
    "Writing",
    [
        options.output,
        click.Option(
            ["--out-dir"],
            type=click.Path(readable=False, file_okay=False),
            metavar="DIR",
            help="Write a file for each INPUT here.",
        ),
        click.Option(
            ["-f", "--format"],
            type=click.Choice(["text", "jsonl", "conll"]),
            help="text: the words of a line on a line; jsonl: tokens; conll: a word a line.  "
            "[default: by the name of FILE, else text; records come back with their words]",
        ),
        click.Option(["--separator"], default=" ", metavar="TEXT", help="Between words.  [default: a space]"),
        click.Option(["--keep-space"], is_flag=True, help="White space is a word too; needs a visible --separator."),
        click.Option(["--offsets"], is_flag=True, help="Also where words begin and end, in characters and in bytes."),
    ],
    _layout,
)


RUNNING = Options(
    "running", "Running", options.running.params[:1], options.running.build
)  # --jobs: threads share the dictionary


@with_options(options.reading, options.cutting, WRITING, RUNNING, options.talking, own=[options.cutting])
def command(
    corpus: "nlpkit.Corpus",
    cutting: dict[str, Any],
    writing: dict[str, Any],
    running: dict[str, Any],
    console: Console,
) -> None:
    """Cut text into words.

    INPUTs are as for `discover`; standard input is read if none is given. If its lines come slowly, each is answered at
    once. Words are those of jieba.cut(text, HMM=False), with --hmm those of jieba.cut(text); white space is left out.
    Records of JSON Lines (--field) and CSV (--column) come back with their words added.

    \b
    cat novel.txt | nlpkit segment > novel.seg
    nlpkit segment -d words.txt big.txt.zst -o big.seg -j 2
    nlpkit segment posts.jsonl --field text --force names.txt
    """
    from nlpkit.segmentation import Segmenter, segment  # here, because --help must not wait for what they import

    lists = [path for name in ("dictionary", "user_dictionary", "force") for path in cutting[name]]
    check_not_input(writing["output"], [*corpus.inputs, *lists], corpus.glob)
    segmenter = Segmenter(**cutting, encoding=corpus.options.encoding, notify=console.say)
    if not corpus.options.field:  # in JSON words are told apart anyhow
        _warn(segmenter.forced_words, writing["layout"], console)
    with console.progress(None if "-" in corpus.inputs else corpus) as progress:
        lines = segment(corpus, segmenter=segmenter, **writing, **running, progress=progress)
    console.say(f"{counted(lines, 'line')} written{console.is_empty()}, {console.time()}")


def _warn(words: list[str], layout: "Layout", console: Console) -> None:
    held = [word for word in words if layout.separator in word]
    if held and layout.format in ("text", "rows"):
        console.say(
            f"words with the separator {layout.separator!r} in them cannot be told from several: {', '.join(held[:3])}"
            f"{', ...' if len(held) > 3 else ''}; choose another --separator, or -f jsonl"
        )
