"""The options of `document_keywords`, checked in one place."""

from __future__ import annotations

from dataclasses import dataclass, field
from os import PathLike

from nlpkit.choices import DOCUMENT_TOP
from nlpkit.frequencies import Frequencies
from nlpkit.frequencies.options import CountOptions
from nlpkit.options import check_at_least

_SHORTEST = 2  # characters of a word, as in jieba.analyse


@dataclass(frozen=True)
class DocumentOptions:
    """Which keywords of documents are wanted. Raises OptionError for a value that makes no sense.

    counting: what a word and what a document is; words and their documents are counted. top, idf: as in
    `document_keywords`.
    """

    counting: CountOptions = field(default_factory=lambda: CountOptions(df=True))
    top: int | None = DOCUMENT_TOP
    idf: str | PathLike[str] | Frequencies | None = None

    def __post_init__(self) -> None:
        check_at_least("top", self.top, 1)


def least_length(tokenizer: str) -> int:
    """Returns how many characters a word has at least, by default."""
    return 1 if tokenizer == "char" else _SHORTEST
