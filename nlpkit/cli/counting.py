"""What `count` and `keywords` share: the options of tokens and n-grams, and counting texts or adding up lists."""

import os
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import click

import nlpkit
from nlpkit import choices
from nlpkit.cli import options
from nlpkit.cli.command import given
from nlpkit.cli.options import Options
from nlpkit.cli.progress import Console
from nlpkit.errors import InputError, Option, OptionError
from nlpkit.options import NoEffect, check_effects
from nlpkit.places.folders import is_hidden, matches

if TYPE_CHECKING:
    from nlpkit.excerpts.wanted import Tokens
    from nlpkit.frequencies import Frequencies
    from nlpkit.frequencies.references import Reference

_LONGEST = 99  # n-grams
_NO_TOKENS = "has no tokens, so there is nothing to compare with"
_LISTS = (".tsv", ".csv", ".jsonl")


def cutter(tokenizer: str | None, cutting: dict[str, Any], corpus: "nlpkit.Corpus", console: Console) -> dict[str, Any]:
    """Returns what cuts words, as arguments of the library. cutting: the options of a Segmenter."""
    from nlpkit.frequencies import Jieba
    from nlpkit.segmentation import Segmenter

    how: dict[str, Any] = {"encoding": corpus.options.encoding, "notify": console.say}
    if tokenizer == "words":
        return {"segmenter": Segmenter(**cutting, **how)}
    if tokenizer != "jieba":
        return {}
    dictionary, *more = cutting["dictionary"] or (None,)
    if more:
        raise OptionError(
            Option("dictionary"), ": the jieba library takes one; give others as ", Option("user_dictionary")
        )
    return {"jieba": Jieba(dictionary, cutting["user_dictionary"], cutting["hmm"], cutting["mode"], **how)}


def tokenizer_of(tokens: dict[str, Any]) -> str | None:
    """Returns the tokenizer that a command has, None where the words are those of an alphabet."""
    return None if tokens["language"] == "en" else tokens["tokenizer"]


def files_of(tokens: dict[str, Any], cutting: dict[str, Any]) -> list[str]:
    """Returns the files that say what a word is and which words to leave out."""
    files = [path for name in ("dictionary", "user_dictionary", "force") for path in cutting[name]]
    return files + [path for path in tokens["stopwords"] if path not in choices.STOP_LISTS]


def _orders(text: str) -> int | tuple[int, int]:
    """Converts the orders of n-grams: 2, or 1-4."""
    found = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", text, re.ASCII)
    lowest, highest = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= lowest <= highest <= _LONGEST:
        raise click.BadParameter(f"{text!r} is not a range of orders from 1 to {_LONGEST}; write 2, or 1-4")
    return lowest if lowest == highest else (lowest, highest)


def _tokens(tokenizer: str | None, pattern: str | None, **how: Any) -> dict[str, Any]:
    return {"tokenizer": tokenizer or ("words" if pattern is None else "regex"), "pattern": pattern, **how}


tokens = Options(
    "tokens",
    "Tokens",
    [
        click.Option(
            ["--language"],
            type=click.Choice(choices.LANGUAGES),
            help="en: words of an alphabet, without case; zh: as `segment` cuts.  [default: by --tokenizer]",
        ),
        click.Option(
            ["--tokenizer"],
            type=click.Choice(choices.TOKENIZERS),
            metavar="NAME",
            help="words: as `segment` cuts; jieba: as that library cuts; space: between white space; char: characters; "
            "regex: by --pattern.  [default: words; regex with --pattern]",
        ),
        click.Option(
            ["--pattern"], metavar="REGEX", help="A token is what this, or its one group, matches in a line: '\\p{L}+'."
        ),
        click.Option(["--normalize"], is_flag=True, help="Count tokens in the Unicode form NFKC: Ａ as A."),
        click.Option(["--casefold"], is_flag=True, help="Count tokens without regard to case."),
        click.Option(["--match"], metavar="REGEX", help="Only tokens in which this is found: '^\\p{Han}+$'."),
        options.word_lists(
            "--stopwords",
            help="Leave out the words of this list: zh, en, or a file with a word a line.",
            names=choices.STOP_LISTS,
        ),
        click.Option(
            ["--min-length"],
            type=int,
            default=1,
            metavar="N",
            help="Only tokens of N characters or more.",
        ),
    ],
    _tokens,
)
"""-> tokens: the arguments of `count` about tokens, as a dict."""

ngrams = [
    click.Option(
        ["--ngram"],
        type=_orders,
        default="1",
        metavar="N[-M]",
        help="n-grams of N (to M) tokens in a line, without gaps by tokens that were left out.  [default: 1]",
    ),
    click.Option(
        ["--separator"], metavar="TEXT", help="Between the tokens of an n-gram.  [default: a space; char: nothing]"
    ),
]
documents = [
    click.Option(["--df"], is_flag=True, help="Also the number of documents in which a token occurs."),
    click.Option(
        ["--document"],
        type=click.Choice(choices.DOCUMENTS),
        default=choices.DOCUMENT,
        show_default=True,
        metavar="NAME",
        help="What a document is: line, file, or row (a record of JSON Lines or CSV).",
    ),
]
merge = click.Option(["--merge"], is_flag=True, help="INPUTs are frequency lists, which are added up.")
min_count = click.Option(
    ["--min-count"], type=int, default=1, metavar="N", help="Only tokens that occur N times or more."
)


_TEXT = (
    *("errors", "field", "column", "delimiter", "header"),
    *("text_from", "join_lines", "unique_lines", "chunk_size"),
)
_OF_COUNTING = (
    *options.names([*tokens.params, *options.cutting.params, *ngrams]),
    *("document", "dispersion", "parts"),
    *options.names(options.running.params),
)
NOT_JIEBA = ("force", "fold", "whole", "graphemes")
_OTHERS = tuple(name for name in choices.TOKENIZERS if name not in ("words", "jieba"))

#: Which options of tokens and of cutting do nothing beside which languages and tokenizers.
CUTTING_NO_EFFECTS = (
    NoEffect(("tokenizer", "pattern"), "language", choices.LANGUAGES, "it says what a word is"),
    NoEffect(options.names(options.cutting.params), "language", ("en",), "it does not cut with a dictionary"),
    NoEffect(options.names(options.cutting.params), "tokenizer", _OTHERS, "it does not cut with a dictionary"),
    NoEffect(NOT_JIEBA, "tokenizer", ("jieba",), "the jieba library does not have it"),
)
#: Which options do nothing beside which others, as far as the library does not know these.
_NO_EFFECTS = (
    NoEffect((*_TEXT, *_OF_COUNTING), "merge", (True,), "it adds up lists as they are"),
    *CUTTING_NO_EFFECTS,
)


def _may_be_list(path: str, glob: str | None) -> bool:
    """Whether an input is a file with the name of a table, or a folder of which only such files are read."""
    if os.path.isdir(path):
        names = [name for name in os.listdir(path) if not is_hidden(name) and (glob is None or matches(name, glob))]
        return bool(names) and all(name.endswith(_LISTS) for name in names)
    return path.endswith(_LISTS) and os.path.isfile(path)


class Counter:
    """Counts texts, or adds up lists, as the options of a command say. Raises OptionError.

    counting: the arguments of `count` about n-grams, documents and rows, and `merge`.
    """

    def __init__(
        self,
        corpus: "nlpkit.Corpus",
        tokens: dict[str, Any],
        cutting: dict[str, Any],
        counting: dict[str, Any],
        running: dict[str, Any],
        console: Console,
    ) -> None:
        self.corpus, self.console, self.tokens = corpus, console, tokens
        self.merge = counting.pop("merge")
        self.how, self.cutting = {**tokens, **counting, **running}, cutting
        check_effects(SimpleNamespace(merge=self.merge, **tokens), _NO_EFFECTS, given())
        from nlpkit.frequencies.options import CountOptions  # here, because --help must not wait for it

        self._counting = {**tokens, **counting}
        CountOptions(**self._counting)
        #: The files that are read besides the corpus.
        self.files = files_of(tokens, cutting)

    def count(self, firsts: bool = False) -> "Frequencies":
        """Returns the frequencies of the corpus."""
        if not self.merge:
            return self._count(self.corpus, firsts=firsts)
        from nlpkit.frequencies import read_lists  # here, because --help must not wait for it

        paths = [path for path in self.corpus.inputs if isinstance(path, str)]
        rows = {name: self.how[name] for name in ("min_count", "top") if name in self.how}
        corpus = self.corpus
        return read_lists(
            paths,
            glob=corpus.glob,
            encoding=corpus.options.encoding,
            df=self.how["df"],
            **rows,
            memory=corpus.memory,
            tmp_dir=corpus.tmp_dir,
            notify=self.console.say,
        )

    def occurrences(self) -> "Tokens":
        """Returns what the occurrences of a counted string in the corpus are."""
        from nlpkit.excerpts.wanted import Tokens  # here, because few runs make a page
        from nlpkit.frequencies.options import CountOptions

        options = CountOptions(
            **self._counting, **cutter(tokenizer_of(self.how), self.cutting, self.corpus, self.console)
        )
        filters, _ = options.read_filters(self.corpus.options.encoding, None)
        return Tokens.of(options, options.make_tokenizer(None), filters)

    def target(self) -> "Frequencies":
        """Returns the frequencies of the corpus, for a comparison. Raises InputError if it has no tokens."""
        found = self.count()
        if not found.total:
            found.close()
            names = ["<stdin>" if item == "-" else str(item) for item in self.corpus.inputs]
            raise InputError(f"{', '.join(names[:3])}{', ...' * (len(names) > 3)}: {_NO_TOKENS}")
        return found

    def reference(self, reference: "Reference") -> "Frequencies":
        """Returns the frequencies of what the corpus is compared with. Raises InputError if it has no tokens."""
        if self.merge and not reference.is_list:
            reason = f" {reference.path}: is not a frequency list, and with "
            raise OptionError(Option("against"), reason, Option("merge"), " lists are compared")
        how = {name: self.how[name] for name in ("df", "normalize", "casefold", "language")}
        found = reference.read(self._count, **how, notify=self.console.say)
        if not found.total:
            found.close()
            raise InputError(f"{reference.path}: {_NO_TOKENS}")
        return found

    @property
    def _is_plain(self) -> bool:
        return not (self.corpus.options.field or self.corpus.options.column)

    def _count(self, corpus: "nlpkit.Corpus", **further: Any) -> "Frequencies":
        from nlpkit.frequencies import count, is_list

        inputs = [path for path in corpus.inputs if isinstance(path, str)]
        for path in inputs if self._is_plain else ():
            if _may_be_list(path, corpus.glob) and is_list(path, corpus.options.encoding, glob=corpus.glob):
                ways = (Option("merge"), " adds lists up, ", Option("column"), " names the column of a text")
                what = "is a frequency list" if os.path.isfile(path) else "holds frequency lists"
                raise OptionError(f"{path}: {what}; ", *ways)
        with self.console.progress(corpus) as progress:
            how = {**self.how, **further, **cutter(tokenizer_of(self.how), self.cutting, corpus, self.console)}
            return count(corpus, **how, progress=progress, notify=self.console.say)
