"""`nlpkit segment`: text -> words."""

from typing import TYPE_CHECKING, Any

import click

import nlpkit
from nlpkit.cli import options
from nlpkit.cli.options import Options
from nlpkit.cli.progress import Console
from nlpkit.errors import OptionError
from nlpkit.options import unescaped
from nlpkit.output import check_not_input, check_output

if TYPE_CHECKING:
    from nlpkit.segmentation import Layout

_FILE = click.Path(readable=False)

CUTTING = Options(
    "cutting",
    "Cutting",
    [
        click.Option(
            ["-d", "--dict", "dictionary"],
            type=_FILE,
            metavar="FILE",
            multiple=True,
            help="A dictionary in place of jieba's: its format, or what `discover` writes; repeatable.",
        ),
        click.Option(
            ["-u", "--user-dict", "user_dictionary"],
            type=_FILE,
            metavar="FILE",
            multiple=True,
            help="Words on top of it; one without a count gets the least that makes it win; repeatable.",
        ),
        click.Option(
            ["--force"],
            type=_FILE,
            metavar="FILE",
            multiple=True,
            help="Words that are cut out wherever they occur: New York, C++, SK-II; repeatable.",
        ),
        click.Option(["--hmm"], is_flag=True, help="Guess unknown words by jieba's hidden Markov model."),
        click.Option(
            ["--mode"],
            type=click.Choice(["default", "search", "full"]),
            default="default",
            show_default=True,
            help="search: also the shorter words in longer ones; full: all words of the dictionary.",
        ),
        click.Option(["--fold"], is_flag=True, help="Look words up without regard to case and width: 5g, ５Ｇ."),
        click.Option(["--whole"], is_flag=True, help="Keep English words, numbers, URLs, addresses and @names whole."),
        click.Option(["--graphemes"], is_flag=True, help="Keep emoji sequences and combining marks whole."),
    ],
)


def _layout(output: str | None, out_dir: str | None, format: str | None, **how: Any) -> dict[str, Any]:
    from nlpkit.segmentation import Layout  # here, because --help must not wait for it

    if output is not None and out_dir is not None:
        raise OptionError("--output is for one file, --out-dir for a file each; give one of them")
    check_output(output)
    how["separator"] = unescaped(how["separator"])
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
            help="A file for each INPUT.",
        ),
        click.Option(
            ["-f", "--format"],
            type=click.Choice(["text", "jsonl", "conll"]),
            help="text: words, a line a line; jsonl: tokens; conll: a word a line.  "
            "[default: text; records come back with their words]",
        ),
        click.Option(["--separator"], default=" ", metavar="TEXT", help="Between words.  [default: a space]"),
        click.Option(["--keep-space"], is_flag=True, help="White space is words too; name a --separator one can see."),
        click.Option(["--offsets"], is_flag=True, help="With where words begin and end, in characters and in bytes."),
    ],
    _layout,
)


RUNNING = Options("running", "Running", options.running.params[:1])  # threads share the dictionary; nothing else would


@options.command(options.reading, CUTTING, WRITING, RUNNING, options.talking)
def command(
    corpus: "nlpkit.Corpus",
    cutting: dict[str, Any],
    writing: dict[str, Any],
    running: dict[str, Any],
    console: Console,
) -> None:
    """Cut text into words.

    INPUTs are as for `discover`; standard input is read when none is given, and each of its lines answered at once
    where they come slowly. Words are those of jieba.cut(text, HMM=False), with --hmm those of jieba.cut(text); white
    space is left out. Records of JSON Lines (--field) and CSV (--column) come back with their words added.

    \b
    cat novel.txt | nlpkit segment > novel.seg
    nlpkit segment -d words.txt big.txt.zst -o big.seg -j 2
    nlpkit segment posts.jsonl --field text --force names.txt
    """
    from nlpkit.segmentation import Segmenter, segment  # here, because --help must not wait for what they import

    lists = [path for name in ("dictionary", "user_dictionary", "force") for path in cutting[name]]
    check_not_input(writing["output"], [*corpus.inputs, *lists], corpus.glob)
    segmenter = Segmenter(**cutting, notify=console.say)
    if corpus.options.field is None:  # in JSON words are told apart anyhow
        _warn(segmenter.forced_words, writing["layout"], console)
    if "-" in corpus.inputs:
        segment(corpus, segmenter=segmenter, **writing, **running)
        return
    with console.progress(corpus) as progress:
        segment(corpus, segmenter=segmenter, **writing, **running, progress=progress)


def _warn(words: list[str], layout: "Layout", console: Console) -> None:
    held = [word for word in words if layout.separator in word]
    if held and layout.format in ("text", "rows"):
        console.say(
            f"words with the separator {layout.separator!r} in them cannot be told from several: {', '.join(held[:3])}"
            f"{', ...' if len(held) > 3 else ''}; choose another --separator, or -f jsonl"
        )
