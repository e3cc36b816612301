"""The options of `terms`: their checks, and what holds where the user gives none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlpkit.choices import LANGUAGES, MAX_WORDS, TERM_DOCUMENTS, TERM_SORTS, TERM_TOKENIZERS
from nlpkit.errors import Option, OptionError, Setting
from nlpkit.frequencies import Jieba
from nlpkit.frequencies.options import check_pattern
from nlpkit.options import NoEffect, check_at_least, check_choice, check_effects
from nlpkit.segmentation import Segmenter

#: The most words of a term: where white space stands within it is kept in eight bits.
MOST_WORDS = 9

_NO_EFFECTS = (
    NoEffect(("language",), "tokenizer", ("space", "regex", "jieba"), "it says by itself what a word is"),
    NoEffect(("pattern",), "tokenizer", ("words", "space", "jieba"), "only regex uses it"),
    NoEffect(("pattern",), "language", LANGUAGES, "it says what a word is"),
)


@dataclass(frozen=True)
class TermOptions:
    """Which terms are wanted. The fields are the arguments of `terms` with the same names.

    Raises OptionError for a value that makes no sense.
    """

    language: str | None = None
    tokenizer: str | None = None
    pattern: str | None = None
    min_count: int | None = None
    max_words: int = MAX_WORDS
    document: str | None = None
    examples: int = 0
    explain: Sequence[str] = ()
    sort: str = TERM_SORTS[0]
    top: int | None = None

    def __post_init__(self) -> None:
        if self.language is not None:
            check_choice("language", self.language, LANGUAGES)
        if self.tokenizer is not None:
            check_choice("tokenizer", self.tokenizer, TERM_TOKENIZERS)
        if self.word_tokenizer == "regex":
            check_pattern(self.pattern)
        check_at_least("min_count", self.min_count, 1)
        check_at_least("max_words", self.max_words, 1)
        if self.max_words > MOST_WORDS:
            raise OptionError(Option("max_words"), f" is {self.max_words}; it must be at most {MOST_WORDS}")
        if self.document is not None:
            check_choice("document", self.document, TERM_DOCUMENTS)
        check_at_least("examples", self.examples, 0)
        check_choice("sort", self.sort, TERM_SORTS)
        check_at_least("top", self.top, 1)
        check_effects(self, _NO_EFFECTS)
        idle = [name for name in ("examples", "sort", "top") if getattr(self, name) != getattr(type(self), name)]
        if self.explain and idle:
            raise OptionError(Option(idle[0]), ": no effect with ", Option("explain"), "; it lists no terms")

    def check_cutters(self, segmenter: Segmenter | None, jieba: Jieba | None) -> None:
        """Raises OptionError for what cuts words where words are something else."""
        if segmenter is not None and self.language == "en":
            raise OptionError(Option("segmenter"), ": no effect with ", Setting("language", "en"))
        if segmenter is not None and self.word_tokenizer not in (None, "words"):
            raise OptionError(Option("segmenter"), ": no effect with ", Setting("tokenizer", str(self.word_tokenizer)))
        if jieba is not None and self.word_tokenizer != "jieba":
            raise OptionError(Option("jieba"), ": no effect without ", Setting("tokenizer", "jieba"))

    @property
    def word_tokenizer(self) -> str | None:
        """The tokenizer that was asked for, None if it is that of the language."""
        return self.tokenizer or (None if self.pattern is None else "regex")
