"""Which tokens count, and as what."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import Any

import regex

from nlpkit.errors import OptionError
from nlpkit.lexicon.files import read_plain


@dataclass(frozen=True)
class Filters:
    """What becomes of tokens, in this order: NFKC, case folding; only those in which the regular expression `match` is
    found; no stop words (which are normalised and folded as the tokens are); at least `min_length` characters."""

    normalize: bool = False
    casefold: bool = False
    match: str | None = None
    stopwords: frozenset[str] = frozenset()
    min_length: int = 1

    @property
    def keeps_all(self) -> bool:
        """Whether every token counts as what it is."""
        return self == _NOTHING

    @property
    def keeps_forms(self) -> bool:
        """Whether tokens count as what they are, those that count."""
        return not (self.normalize or self.casefold)

    @cached_property
    def _pattern(self) -> Any:
        return None if self.match is None else compiled(self.match, "match")

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_pattern"}

    def form(self, token: str) -> str:
        """What a token counts as, if it does."""
        if self.normalize:
            token = unicodedata.normalize("NFKC", token)
        return token.casefold() if self.casefold else token

    def apply(self, tokens: Iterable[str]) -> list[str | None]:
        """What each token counts as; None for those that do not count."""
        pattern, stopwords, least = self._pattern, self.stopwords, self.min_length
        forms: list[str | None] = []
        for token in map(self.form, tokens):
            keeps = len(token) >= least and token not in stopwords and (pattern is None or pattern.search(token))
            forms.append(token if keeps and not token.isspace() else None)
        return forms


_NOTHING = Filters()


def make_filters(
    normalize: bool,
    casefold: bool,
    match: str | None,
    stopwords: str | PathLike[str] | Sequence[str | PathLike[str]],
    min_length: int,
) -> Filters:
    """Filters as the options have them; stopwords: files of a word a line. Raises OptionError, InputError."""
    if min_length < 1:
        raise OptionError(f"min_length is {min_length}; it must be at least 1 character")
    if match is not None:
        compiled(match, "match")
    paths = [stopwords] if isinstance(stopwords, (str, PathLike)) else stopwords
    plain = Filters(normalize, casefold)
    words = frozenset(plain.form(word) for path in paths for word in read_plain(path))
    return Filters(normalize, casefold, match, words, min_length)


def compiled(pattern: str, option: str) -> Any:
    """A regular expression. Raises OptionError where it is none."""
    try:
        return regex.compile(pattern)
    except regex.error as error:
        raise OptionError(f"{option} {pattern!r} is no regular expression: {error}") from error
