"""Filters of tokens, stop words among them: which tokens are counted, and in which form."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import regex

from nlpkit.errors import Option, OptionError
from nlpkit.languages import NO_LANGUAGE, Language


@dataclass(frozen=True)
class Filters:
    """What is done to tokens, in this order.

    normalize: to the Unicode form NFKC. casefold: without regard to case; or language: in its form of a word. match:
    leave out tokens in which this regular expression is not found. stopwords: leave out these, which are in the form of
    the tokens. min_length: leave out tokens of fewer characters.
    """

    normalize: bool = False
    casefold: bool = False
    language: Language = NO_LANGUAGE
    match: str | None = None
    stopwords: frozenset[str] = frozenset()
    min_length: int = 1

    @property
    def keeps_all(self) -> bool:
        """Whether every token is counted unchanged."""
        return self == _NOTHING

    @property
    def keeps_forms(self) -> bool:
        """Whether the tokens that are counted are counted unchanged."""
        return not (self.normalize or self.casefold or self.language.casefold)

    @cached_property
    def _pattern(self) -> Any:
        return None if self.match is None else compiled(self.match, "match")

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_pattern"}

    def form(self, token: str) -> str:
        """Returns the form in which a token is counted."""
        if self.normalize:
            token = unicodedata.normalize("NFKC", token)
        return token.casefold() if self.casefold else self.language.form(token)

    def apply(self, tokens: Iterable[str], met: set[str] | None = None) -> list[str | None]:
        """Returns the form of each token, None for a token that is left out. met: gets the stop words among them."""
        pattern, stopwords, least = self._pattern, self.stopwords, self.min_length
        forms: list[str | None] = []
        for token in map(self.form, tokens):
            is_stop = token in stopwords
            if is_stop and met is not None:
                met.add(token)
            keeps = len(token) >= least and not is_stop and (pattern is None or pattern.search(token))
            forms.append(token if keeps and not token.isspace() else None)
        return forms


_NOTHING = Filters()


def compiled(pattern: str, option: str) -> Any:
    """Returns a compiled regular expression. Raises OptionError, which names the option, if it is not valid."""
    try:
        return regex.compile(pattern)
    except regex.error as error:
        raise OptionError(Option(option), f" {pattern!r} is not a regular expression: {error}") from error


def idle_lists(lists: Mapping[str, Set[str]], met: Set[str]) -> Iterator[str]:
    """Yields a line for the user for each list of stop words of which no word has occurred.

    lists: name -> words. met: the words that have occurred.
    """
    for name, words in lists.items():
        if words.isdisjoint(met):
            what = "its word does not occur" if len(words) == 1 else f"none of its {len(words):,} words occurs"
            yield f"{name}: {what} as a token, so nothing was left out"
