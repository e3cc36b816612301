"""The options of `concordance`, checked in one place."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

import regex

from nlpkit.choices import CONTEXT, LANGUAGES, TOKENIZERS
from nlpkit.errors import Option, OptionError, Setting
from nlpkit.languages import Language, of_pattern
from nlpkit.options import NoEffect, check_at_least, check_choice, check_effects
from nlpkit.segmentation import Segmenter

if TYPE_CHECKING:
    from nlpkit.frequencies import Jieba

_KINDS = ("word", "phrase", "regex")
_UNSET = (None, "words")
_MOST_CONTEXT = 10_000
_SAMPLES = ("", "a", "\u4e00", " ", "\t", "1", ".")  # in which a regular expression may match the empty string
_SECONDS = 0.1  # that this may take

#: Why an option of tokens does nothing: parts of a message after its name.
TOKENS_UNUSED = (
    *(": no effect without tokens; these are for ", Option("word"), ", ", Option("phrase"), ", ", Option("sort")),
    *(" and ", Setting("context", "5w")),
)

_NO_EFFECTS = (
    NoEffect(("seed",), "sample", (None,), "it is of a sample"),
    NoEffect(
        ("context", "sort", "by_frequency", "sample", "seed", "top"), "count_only", (True,), "no lines are written"
    ),
    NoEffect(("tokenizer", "pattern"), "language", LANGUAGES, "it says what a word is"),
    NoEffect(("segmenter",), "language", ("en",), "it does not cut with a dictionary"),
    NoEffect(("pattern",), "tokenizer", tuple(name for name in TOKENIZERS if name != "regex"), "only regex has one"),
    NoEffect(("segmenter",), "tokenizer", tuple(n for n in TOKENIZERS if n != "words"), "only words has one"),
    NoEffect(("jieba",), "tokenizer", tuple(n for n in TOKENIZERS if n != "jieba"), "only jieba has one"),
)


@dataclass(frozen=True)
class ConcordanceOptions:
    """What `concordance` looks for, and what it shows. The fields are the arguments of `nlpkit.concordance`.

    Raises OptionError for a value that makes no sense, and for an option that does nothing beside the others.
    """

    query: str
    word: bool = False
    phrase: bool = False
    regex: bool = False
    language: str | None = None
    tokenizer: str = "words"
    segmenter: Segmenter | None = None
    jieba: Jieba | None = None
    pattern: str | None = None
    normalize: bool = False
    casefold: bool = False
    context: int | str = CONTEXT
    sort: str | None = None
    by_frequency: bool = False
    sample: int | None = None
    seed: int | None = None
    top: int | None = None
    count_only: bool = False

    def __post_init__(self) -> None:
        self._check_query()
        if self.language is not None:
            check_choice("language", self.language, LANGUAGES)
        check_choice("tokenizer", self.tokenizer, TOKENIZERS)
        if isinstance(self.segmenter, (str, PathLike)):
            raise OptionError(Option("segmenter"), f" is a path; give Segmenter({fspath(self.segmenter)!r})")
        if self.tokenizer == "regex":
            from nlpkit.frequencies.options import check_pattern  # here, because it loads kernels

            check_pattern(self.pattern)
        check_at_least("sample", self.sample, 1)
        check_at_least("top", self.top, 1)
        check_effects(self, _NO_EFFECTS)
        self.width, self.positions  # noqa: B018 - raise errors
        if self.by_frequency and not self.positions:
            raise OptionError(
                Option("by_frequency"), ": of which neighbour? Name it with ", Setting("sort", "R1"), ", for example"
            )
        mode = self.segmenter.mode if self.segmenter is not None else self.jieba.mode if self.jieba else "default"
        if mode != "default":
            raise OptionError(
                Option("mode"), f" {mode}: tokens overlap, so that none stands beside another; leave it out"
            )
        self._check_tokens()

    def _check_tokens(self) -> None:
        cutting = ("language", "pattern", "tokenizer", "segmenter", "jieba")
        unused = [name for name in cutting if getattr(self, name) not in _UNSET]
        if unused and not self.needs_tokens:
            raise OptionError(Option(unused[0]), *TOKENS_UNUSED)
        if self.normalize and not (self.has_token_query or self.positions):
            named = (Option("word"), ", ", Option("phrase"), " or ", Option("sort"))
            raise OptionError(Option("normalize"), ": no effect without ", *named, "; it is of tokens")
        if self.casefold and self.has_token_query and self.cased.casefold:
            raise OptionError(
                Option("casefold"),
                ": no effect with ",
                Setting("language", str(self.language)),
                "; its words have no case",
            )

    def _check_query(self) -> None:
        kinds = [name for name in _KINDS if getattr(self, name)]
        if len(kinds) > 1:
            named = [part for name in kinds for part in (" and ", Option(name))][1:]
            raise OptionError(*named, " exclude each other; give one of them")
        if not self.query or (self.has_token_query and self.query.isspace()):
            raise OptionError(Option("query"), " is empty; say what to look for")
        if "\n" in self.query or "\r" in self.query:
            raise OptionError(Option("query"), f" {self.query!r} holds a line end; what is found lies within one line")
        try:
            self.query.encode()
        except UnicodeEncodeError as error:
            raise OptionError(Option("query"), f" {self.query!r} is not valid text") from error
        if self.regex and self._matches_nothing():
            raise OptionError(
                Option("query"), f" {self.query!r} matches the empty string, which is everywhere; see + and {{1,}}"
            )

    def _matches_nothing(self) -> bool:
        """Whether the regular expression matches the empty string in one of a few texts. Raises OptionError."""
        pattern = compiled_query(self.query)
        for text in (*_SAMPLES, self.query):
            with suppress(TimeoutError):
                if any(found.start() == found.end() for found in pattern.finditer(text, timeout=_SECONDS)):
                    return True
        return False

    @property
    def cased(self) -> Language:
        """The language whose words are matches of a pattern, and have a form of their own."""
        return of_pattern(self.language)

    @property
    def has_token_query(self) -> bool:
        """Whether tokens are looked for."""
        return self.word or self.phrase

    @property
    def needs_tokens(self) -> bool:
        """Whether lines with hits have to be cut into tokens."""
        return self.has_token_query or bool(self.positions) or self.width[1]

    @cached_property
    def width(self) -> tuple[int, bool]:
        """How far the context goes on each side, and whether that is in words rather than in characters."""
        found = re.fullmatch(r"(\d{1,9})(w?)", str(self.context), re.ASCII)
        if not found or not 1 <= int(found[1]) <= _MOST_CONTEXT:
            shown = repr(self.context) if isinstance(self.context, str) else self.context
            raise OptionError(
                Option("context"),
                f" is {shown}; write 30 for characters, 5w for words on each side, from 1 to {_MOST_CONTEXT:,}",
            )
        return int(found[1]), bool(found[2])

    @cached_property
    def positions(self) -> tuple[int, ...]:
        """The words by which hits are sorted: 1 is the first to the right of the hit, -1 the first to the left."""
        if self.sort is None:
            return ()
        places = []
        for name in self.sort.split(","):
            found = re.fullmatch(r"\s*([LR])(\d{1,2})\s*", name, re.ASCII | re.IGNORECASE)
            if not found or int(found[2]) < 1:
                raise OptionError(
                    Option("sort"),
                    f" {self.sort!r}: {name!r} is not a place beside the hit; write L1, R1, R2 or several: R1,R2",
                )
            places.append(int(found[2]) * (1 if found[1].upper() == "R" else -1))
        if len(set(places)) < len(places):
            raise OptionError(Option("sort"), f" {self.sort!r} names a place twice")
        return tuple(places)

    def make_segmenter(self, notify: Callable[[str], object] | None) -> Segmenter | None:
        """Returns the segmenter that cuts tokens, jieba's dictionary if none is given; None if none does."""
        if not self.needs_tokens or self.tokenizer != "words" or self.cased.pattern is not None:
            return None
        return self.segmenter or Segmenter(notify=notify)


def compiled_query(query: str, casefold: bool = False) -> Any:
    """Returns a query that is a regular expression, compiled. Raises OptionError if it is not valid."""
    try:
        return regex.compile(query, regex.IGNORECASE if casefold else 0)
    except regex.error as error:
        raise OptionError(Option("query"), f" {query!r} is not a regular expression: {error}") from error
