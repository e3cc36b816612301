"""The options of `count`, checked in one place."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from os import PathLike, fspath

from nlpkit.choices import DOCUMENT, DOCUMENTS, LANGUAGES, STOP_LISTS, TOKENIZERS
from nlpkit.errors import InputError, Option, OptionError
from nlpkit.frequencies.filters import Filters, compiled
from nlpkit.frequencies.tally import Tracked
from nlpkit.frequencies.tokens import Jieba, Tokenizer
from nlpkit.languages import of_pattern
from nlpkit.lexicon.plain import bundled_stop_words, read_stop_words
from nlpkit.options import NoEffect, check_at_least, check_choice, check_effects, unescaped
from nlpkit.segmentation import Segmenter

#: Which options of `count` do nothing beside which others.
NO_EFFECTS = (
    *(
        NoEffect((option,), "tokenizer", tuple(name for name in TOKENIZERS if name != only), f"only {only} has one")
        for option, only in (("pattern", "regex"), ("segmenter", "words"), ("jieba", "jieba"))
    ),
    NoEffect(("separator",), "ngram", (1, (1, 1)), "it stands between the tokens of an n-gram"),
    NoEffect(("tokenizer", "pattern"), "language", LANGUAGES, "it says what a word is"),
    NoEffect(("segmenter",), "language", ("en",), "it does not cut with a dictionary"),
    NoEffect(("casefold",), "language", ("en",), "its words have no case"),
    NoEffect(("parts",), "dispersion", (False,), "give both"),
)


def document_effects(df: bool, dispersion: bool, parts: int | None) -> tuple[NoEffect, ...]:
    """Returns when `document` does nothing, with these values of other options."""
    if df or (dispersion and parts is None):
        return ()
    if dispersion:
        return (NoEffect(("document",), "parts", (parts,), "parts are cut wherever documents end"),)
    return (NoEffect(("document",), "df", (False,), ("give both, or ", Option("dispersion"))),)


@dataclass(frozen=True)
class CountOptions:
    """What `count` counts. The fields are the arguments of `nlpkit.count` with the same names.

    Raises OptionError for a value that makes no sense, and for an option that does nothing beside the others.
    """

    language: str | None = None
    tokenizer: str = "words"
    segmenter: Segmenter | None = None
    jieba: Jieba | None = None
    pattern: str | None = None
    normalize: bool = False
    casefold: bool = False
    match: str | None = None
    stopwords: str | PathLike[str] | Sequence[str | PathLike[str]] = ()
    min_length: int = 1
    ngram: int | tuple[int, int] = 1
    separator: str | None = None
    df: bool = False
    document: str = DOCUMENT
    dispersion: bool = False
    parts: int | None = None
    firsts: bool = False
    min_count: int = 1
    top: int | None = None

    def __post_init__(self) -> None:
        if self.language is not None:
            check_choice("language", self.language, LANGUAGES)
        check_choice("tokenizer", self.tokenizer, TOKENIZERS)
        if isinstance(self.segmenter, (str, PathLike)):
            raise OptionError(Option("segmenter"), f" is a path; give Segmenter({fspath(self.segmenter)!r})")
        if self.tokenizer == "regex":
            check_pattern(self.pattern)
        if self.match is not None:
            compiled(self.match, "match")
        check_at_least("min_length", self.min_length, 1)
        self._check_ngram()
        check_choice("document", self.document, DOCUMENTS)
        check_at_least("min_count", self.min_count, 1)
        check_at_least("top", self.top, 1)
        check_at_least("parts", self.parts, 2)
        check_effects(self, (*NO_EFFECTS, *document_effects(self.df, self.dispersion, self.parts)))

    def _check_ngram(self) -> None:
        lowest, highest = self.orders
        if not 1 <= lowest <= highest:
            raise OptionError(
                Option("ngram"), f" is {lowest}-{highest}; orders are 1 or more, and the lowest comes first"
            )
        if self.separator is None:
            return
        object.__setattr__(self, "separator", unescaped(self.separator))
        if "\n" in self.separator or "\t" in self.separator:
            raise OptionError(Option("separator"), " holds a tab or line end; rows of the list could not be told apart")

    @property
    def orders(self) -> tuple[int, int]:
        """The lowest and the highest order of n-grams."""
        return (self.ngram, self.ngram) if isinstance(self.ngram, int) else self.ngram

    @property
    def joint(self) -> str:
        """The text between the tokens of an n-gram: `separator`, or its default, which depends on the tokenizer."""
        if self.separator is not None:
            return self.separator
        return "" if self.tokenizer == "char" else " "

    @property
    def counted_document(self) -> str | None:
        """What a document is, None if documents are not counted."""
        return self.document if self.df else None

    @property
    def part(self) -> str | None:
        """The document that is a part of the text where dispersion is measured; None for parts of equal size."""
        return self.document if self.parts is None else None

    @property
    def tracked(self) -> Tracked:
        """What is kept of each string beside its count."""
        return Tracked(self.df, self.firsts)

    def read_filters(
        self, encoding: str, notify: Callable[[str], object] | None
    ) -> tuple[Filters, dict[str, frozenset[str]]]:
        """Reads the stop words; encoding, notify: as in list_lines.

        Returns the filters, and the stop words of each list in the form in which they are compared. Raises InputError.
        """
        names = [self.stopwords] if isinstance(self.stopwords, (str, PathLike)) else self.stopwords
        plain = Filters(self.normalize, self.casefold, of_pattern(self.language))
        for name in names:
            _check_stop_list(name)
        lists = {
            fspath(name): frozenset(plain.form(word) for word in _stop_words(name, encoding, notify)) for name in names
        }
        words = frozenset[str]().union(*lists.values())
        return replace(plain, match=self.match, stopwords=words, min_length=self.min_length), lists

    def make_tokenizer(self, notify: Callable[[str], object] | None) -> Tokenizer:
        """Returns the tokenizer, with jieba's dictionary if it needs one and has none. Raises LexiconError."""
        pattern = of_pattern(self.language).pattern
        if pattern is not None:
            return Tokenizer("regex", pattern=pattern)
        segmenter = self.segmenter if self.tokenizer == "words" else None
        if self.tokenizer == "words" and segmenter is None:
            segmenter = Segmenter(notify=notify)
        return Tokenizer(self.tokenizer, segmenter, self.jieba, self.pattern)


def _check_stop_list(name: str | PathLike[str]) -> None:
    """Raises InputError for a word in place of a list."""
    path = fspath(name)
    is_word = path != "-" and "." not in path and os.sep not in path and name not in STOP_LISTS
    if is_word and not os.path.lexists(path):
        names = f" takes {', '.join(STOP_LISTS)}, or a file with a word a line"
        raise InputError(f"{path}: no such file; ", Option("stopwords"), names)


def _stop_words(name: str | PathLike[str], encoding: str, notify: Callable[[str], object] | None) -> list[str]:
    """Returns the words of a list that comes with the package, or of a file."""
    if name not in STOP_LISTS:
        return read_stop_words(name, encoding, notify)
    if notify is not None and os.path.lexists(name):
        notify(f"{name}: the stop list of nlpkit, not the file, which is {os.path.join(os.curdir, name)}")
    return bundled_stop_words(fspath(name))


def check_pattern(pattern: str | None) -> None:
    """Raises OptionError if the pattern of tokens is missing, or if its matches cannot be tokens."""
    if pattern is None:
        example = "such as '\\p{L}+'"
        raise OptionError(Option("tokenizer"), " regex: say what a token is with ", Option("pattern"), f", {example}")
    found = compiled(pattern, "pattern")
    if found.search(""):
        raise OptionError(
            Option("pattern"), f" {pattern!r} matches the empty string, which is not a token; see + and {{1,}}"
        )
    if found.groups > 1:
        raise OptionError(
            Option("pattern"),
            f" {pattern!r} has {found.groups} groups; a token is what the whole pattern matches, or its one "
            "group: write (?:...) for groups that only hold together",
        )
