"""`nlpkit count`: text -> frequencies."""

import os
import re
from typing import TYPE_CHECKING, Any

import click

import nlpkit
from nlpkit.choices import LIST_FORMATS
from nlpkit.cli import options
from nlpkit.cli.options import Number, Options
from nlpkit.cli.progress import Console
from nlpkit.cli.segment import CUTTING
from nlpkit.errors import OptionError
from nlpkit.output import check_not_input, check_output

if TYPE_CHECKING:
    from nlpkit.frequencies import Frequencies

_FILE = click.Path(readable=False)
_LONGEST = 99  # n-grams
_TABLES = (".tsv", ".csv", ".jsonl")
_SPEED = 10_000_000  # bytes, from which on the speed is not that of starting


def _orders(text: str) -> tuple[int, int]:
    """2, or 1-4."""
    found = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", text, re.ASCII)
    lowest, highest = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= lowest <= highest <= _LONGEST:
        raise click.BadParameter(f"{text!r} is no range of orders from 1 to {_LONGEST}; write 2, or 1-4")
    return lowest, highest


TOKENS = Options(
    "tokens",
    "Tokens",
    [
        click.Option(
            ["--tokenizer"],
            type=click.Choice(["words", "jieba", "space", "char", "regex"]),
            help="words as `segment` cuts them; by the jieba library; between white space; characters; by --pattern.  "
            "[default: words; regex with --pattern]",
        ),
        click.Option(["--pattern"], metavar="REGEX", help="What a token is, within a line: '\\p{L}+'."),
        click.Option(["--normalize"], is_flag=True, help="Count tokens in the Unicode form NFKC: Ａ as A."),
        click.Option(["--casefold"], is_flag=True, help="Count tokens without regard to case."),
        click.Option(["--match"], metavar="REGEX", help="Only tokens in which this is found: '^\\p{Han}+$'."),
        click.Option(
            ["--stopwords"],
            type=_FILE,
            metavar="FILE",
            multiple=True,
            help="Not the tokens of this list, a word a line; repeatable.",
        ),
        click.Option(
            ["--min-length"],
            type=click.IntRange(min=1),
            default=1,
            metavar="N",
            help="Only tokens of N characters or more.",
        ),
    ],
)

COUNTING = Options(
    "counting",
    "Counting",
    [
        click.Option(
            ["--ngram"],
            type=_orders,
            default="1",
            metavar="N[-M]",
            help="n-grams of N (to M) tokens; a removed token and a line end break them.  [default: 1]",
        ),
        click.Option(
            ["--separator"], metavar="TEXT", help="Between the tokens of an n-gram.  [default: a space; char: nothing]"
        ),
        click.Option(["--df"], is_flag=True, help="Also the number of documents that a token is in."),
        click.Option(
            ["--document"],
            type=click.Choice(["line", "file", "row"]),
            default="line",
            show_default=True,
            help="What a document is; row: a record of JSON Lines or CSV.",
        ),
        click.Option(["--merge"], is_flag=True, help="INPUTs are frequency lists, which are added up."),
    ],
)

CHOICE = Options(
    "choice",
    "What to write",
    [
        click.Option(
            ["--min-count"],
            type=click.IntRange(min=1),
            default=1,
            metavar="N",
            help="Only tokens that occur N times or more.",
        ),
        click.Option(
            ["--top"], type=click.IntRange(min=1), metavar="N", help="Only the first N rows; with --negative N of each."
        ),
        click.Option(["--per-million"], is_flag=True, help="Also the rate in a million tokens."),
        click.Option(["--stats"], is_flag=True, help="Instead: tokens, types, entropy, Zipf exponent, growth, ..."),
        click.Option(
            ["--against"],
            metavar="BACKGROUND",
            help="Instead: keywords, what is typical beside this text, directory or frequency list.",
        ),
    ],
)

KEYNESS = Options(
    "keyness",
    "Keywords (--against)",
    [
        click.Option(
            ["--max-p"],
            type=Number(0, 1),
            default=0.05,
            show_default=True,
            metavar="P",
            help="Largest p-value of the log-likelihood G2, after correction for the number of tokens (Bonferroni).",
        ),
        click.Option(["--no-correction"], is_flag=True, help="Without that correction."),
        click.Option(["--negative"], is_flag=True, help="Also, behind them, what is untypically rare."),
        click.Option(
            ["--cells"],
            type=click.Choice(["4", "2"]),
            default="4",
            show_default=True,
            help="G2 of the whole table, as AntConc and WordSmith; or of two cells, as Rayson's calculator.",
        ),
    ],
)


def _output(output: str | None, format: str | None) -> tuple[str | None, str | None]:
    check_output(output)
    return output, format


WRITING = Options(
    "output",
    "Writing",
    [
        options.output,
        click.Option(
            ["-f", "--format"],
            type=click.Choice([*LIST_FORMATS, "text"]),
            help="tsv and csv have a header row; jieba is a dictionary; words is a word a line; text is for --stats.  "
            "[default: tsv; --stats: text]",
        ),
    ],
    _output,
)


@options.command(options.reading, TOKENS, CUTTING, COUNTING, CHOICE, KEYNESS, options.running, WRITING, options.talking)
def command(
    corpus: "nlpkit.Corpus",
    tokens: dict[str, Any],
    cutting: dict[str, Any],
    counting: dict[str, Any],
    choice: dict[str, Any],
    keyness: dict[str, Any],
    running: dict[str, Any],
    output: tuple[str | None, str | None],
    console: Console,
) -> None:
    """Count words, or n-grams of them.

    INPUTs are as for `discover`. The list goes to stdout as a table, most frequent first: token, count; every token but
    white space counts. It is exact for texts of any size: what outgrows --memory goes to temporary files.

    \b
    nlpkit count corpus/ -o words.tsv
    nlpkit count corpus/ --tokenizer char --ngram 1-4 --min-count 5
    nlpkit count law/ --against news/ --top 100
    nlpkit count --merge yesterday.tsv today.tsv
    """
    job = _Job(corpus, tokens, cutting, counting, running, console)
    against, stats, merge = choice.pop("against"), choice.pop("stats"), counting["merge"]
    path, layout = output
    _check(against, stats, merge, choice, counting, layout)
    _check_given(stats, against, merge, counting["df"])
    check_not_input(path, [*corpus.inputs, *job.files, *filter(None, [against])], corpus.glob)
    per_million = choice.pop("per_million")
    if against is not None:
        job.check_background(against)
        with job.count(corpus, {}) as own, job.background(against) as reference:
            found = nlpkit.keywords(
                own,
                reference,
                **choice,
                max_p=keyness["max_p"],
                bonferroni=not keyness["no_correction"],
                negative=keyness["negative"],
                cells=int(keyness["cells"]),
            )
            found.save(path, layout or "tsv")
            console.say(f"{own.tokens:,} tokens against {reference.tokens:,}, {_keywords(len(found))}, {job.time()}")
    elif stats:
        with job.count(corpus, {} if merge else {"firsts": True}) as counted:
            counted.statistics().save(path, layout or "text")
            console.say(f"{counted.tokens:,} tokens, {counted.types:,} types, {job.time()}")
    else:
        with job.count(corpus, choice) as counted:
            counted.save(path, layout or "tsv", per_million)
            console.say(f"{counted.tokens:,} tokens, {counted.types:,} types, {len(counted):,} written, {job.time()}")


class _Job:
    """Counts as the options say."""

    def __init__(
        self,
        corpus: "nlpkit.Corpus",
        tokens: dict[str, Any],
        cutting: dict[str, Any],
        counting: dict[str, Any],
        running: dict[str, Any],
        console: Console,
    ) -> None:
        self.corpus, self.console = corpus, console
        tokens["tokenizer"] = tokens["tokenizer"] or ("regex" if tokens["pattern"] is not None else "words")
        self.how = {**tokens, **running, "ngram": counting["ngram"], "separator": counting["separator"]}
        self.documents = {"df": counting["df"], "document": counting["document"]}
        self.merge = counting["merge"]
        self.files = [p for name in ("dictionary", "user_dictionary", "force") for p in cutting[name]]
        self.files += tokens["stopwords"]
        self.cutting = cutting

    def count(self, corpus: "nlpkit.Corpus", further: dict[str, Any]) -> "Frequencies":
        """The frequencies of a corpus, or of lists."""
        from nlpkit.frequencies import count, is_list, read_lists  # here, because --help must not wait for them

        paths = [path for path in corpus.inputs if isinstance(path, str)]
        if self.merge:
            return read_lists(paths, memory=corpus.memory, tmp_dir=corpus.tmp_dir, **further)
        if corpus.options.field is corpus.options.column is None:
            for path in paths:
                if path.endswith(_TABLES) and os.path.isfile(path) and is_list(path):
                    raise OptionError(f"{path}: is a frequency list; --merge adds lists up, --column names a text's")
        with self.console.progress(corpus) as progress:
            how = {**self.how, **self.documents, **further, **self._cutter()}
            return count(corpus, **how, progress=progress, notify=self.console.say)

    def check_background(self, path: str) -> None:
        """Finds out at once that it is not there."""
        if path == "-":
            raise OptionError("--against -: standard input is for the text; name a file or directory")
        with self.corpus.restricted((path,)):
            pass

    def background(self, path: str) -> "Frequencies":
        """The frequencies of what the corpus is compared with."""
        from nlpkit.frequencies import is_list, read_lists

        if self.corpus.options.field is self.corpus.options.column is None and is_list(path):
            self.console.say(f"{path}: read as a frequency list")
            return read_lists(path, memory=self.corpus.memory, tmp_dir=self.corpus.tmp_dir)
        if self.merge:
            raise OptionError(f"--against {path}: is no frequency list, and with --merge there is nothing to count")
        return self.count(self.corpus.restricted((path,)), {})

    def _cutter(self) -> dict[str, Any]:
        from nlpkit.frequencies import Jieba
        from nlpkit.segmentation import Segmenter

        tokenizer = self.how["tokenizer"]
        used = {name: value for name, value in self.cutting.items() if value not in (False, (), "default")}
        if tokenizer == "words":
            return {"segmenter": Segmenter(**self.cutting, notify=self.console.say)}
        allowed = {"dictionary", "user_dictionary", "hmm", "mode"} if tokenizer == "jieba" else set()
        if further := sorted(set(used) - allowed):
            names = ", ".join(f"--{name.replace('_', '-').replace('dictionary', 'dict')}" for name in further)
            raise OptionError(f"{names}: not with --tokenizer {tokenizer}, which does not cut by our dictionary")
        if tokenizer != "jieba":
            return {}
        if len(self.cutting["dictionary"]) > 1:
            raise OptionError("--dict: the jieba library takes one; give further ones as --user-dict")
        one = next(iter(self.cutting["dictionary"]), None)
        return {"jieba": Jieba(one, tuple(self.cutting["user_dictionary"]), self.cutting["hmm"], self.cutting["mode"])}

    def time(self) -> str:
        """For the closing report."""
        seconds = self.console.seconds
        size = self.console.size
        return f"{seconds:.1f} s" + (f", {size / 1e6 / seconds:.1f} MB/s" if size >= _SPEED else "")


def _check(
    against: str | None,
    stats: bool,
    merge: bool,
    choice: dict[str, Any],
    counting: dict[str, Any],
    format: str | None,
) -> None:
    """Raises OptionError for options that do not go together."""
    if stats and against is not None:
        raise OptionError("--stats and --against: give one of them")
    if stats and format not in (None, "text", "tsv", "csv", "jsonl"):
        raise OptionError(f"--stats: no format {format}; choose from text, tsv, csv, jsonl")
    if not stats and format == "text":
        raise OptionError("--format text is for --stats; choose from tsv, csv, jsonl, jieba, words")
    if against is not None and format == "jieba":
        raise OptionError("--against: no format jieba; choose from tsv, csv, jsonl, words")
    defaults = {"top": None, "min_count": 1, "per_million": False}
    given = [f"--{name.replace('_', '-')}" for name, value in defaults.items() if choice[name] != value]
    if stats and given:
        raise OptionError(f"--stats are of all tokens; leave out {', '.join(given)}")
    if counting["df"] and (stats or against is not None or merge):
        raise OptionError(f"--df: not with {'--stats' if stats else '--merge' if merge else '--against'}")


def _check_given(stats: bool, against: str | None, merge: bool, df: bool) -> None:
    """Raises OptionError for options that would have no effect."""
    given = options.given()
    texts = [
        *TOKENS.params,
        *CUTTING.params,
        *(p for p in COUNTING.params if p.name != "merge"),
        *options.running.params,
    ]
    if merge and (idle := given & {param.name for param in texts}):
        raise OptionError(f"{options.listed(idle)}: not with --merge, which adds up lists as they are")
    if against is None and (idle := given & {param.name for param in KEYNESS.params}):
        raise OptionError(f"{options.listed(idle)}: only with --against")
    if not df and "document" in given:
        raise OptionError("--document says what --df counts; give both")
    if against is not None and "per_million" in given:
        raise OptionError("--per-million: keywords have their rates anyway")
    if stats and (idle := given & {"ngram", "separator"}):
        raise OptionError(f"{options.listed(idle)}: --stats are of tokens")


def _keywords(found: int) -> str:
    return f"{found:,} keywords" if found else "no keywords (see --max-p, --no-correction)"
