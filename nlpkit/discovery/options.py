"""The options of `discover`: their checks, and what holds where the user gives none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from math import inf
from os import PathLike

import numpy as np

from nlpkit.choices import CHARSETS, DISCOVERY_SORTS, METHOD_CHOICES, METHODS
from nlpkit.errors import Option, OptionError
from nlpkit.ngrams.symbols import FOLD
from nlpkit.options import NoEffect, check_at_least, check_choice, check_effects

#: Symbols; no limit, because no run is longer.
ANY_LENGTH = 1 << 40

_USE_PROBABILITY = tuple(name for name, choice in METHOD_CHOICES.items() if choice.min_prob is not None)
#: Options that do nothing beside others.
NO_EFFECT = (
    NoEffect(
        ("min_prob",),
        "method",
        tuple(name for name in METHODS if name not in _USE_PROBABILITY),
        f"only {', '.join(_USE_PROBABILITY)} uses it",
    ),
    NoEffect(("split_quantities",), "method", tuple(name for name in METHODS if name != "auto"), "only auto does"),
)
_SELECTION_NO_EFFECT = (NoEffect(("list_numerals",), "everything", (True,), "numerals are in that list"),)


@dataclass(frozen=True)
class DiscoveryOptions:
    """The options of `discover`, as its caller gave them; None where the default of the method holds.

    Raises OptionError for a value that makes no sense, and for an option that the method does not use.
    """

    method: str
    charset: str
    min_count: int | None = None
    min_pmi: float | Sequence[float] | None = None
    min_prob: float | None = None
    min_entropy: float | None = None
    min_length: int = 1
    max_length: int | None = None
    split_quantities: bool | None = None
    neighbours: bool = True
    explain: Sequence[str] = ()
    save_counts: str | PathLike[str] | None = None
    counts: str | PathLike[str] | None = None

    def __post_init__(self) -> None:
        check_choice("method", self.method, METHODS)
        check_choice("charset", self.charset, CHARSETS)
        check_at_least("min_count", self.min_count, 1)
        check_at_least("min_length", self.min_length, 1)
        check_at_least("max_length", self.max_length, 1)
        if self.min_length > self.longest:
            limit = (Option("max_length"), f", {self.longest}")
            raise OptionError(Option("min_length"), f" is {self.min_length}, above ", *limit)
        given = {field.name for field in fields(self) if getattr(self, field.name) is not None}
        check_effects(self, NO_EFFECT, given)
        if self.min_prob is not None and not 0 <= self.min_prob <= 1:
            raise OptionError(Option("min_prob"), f" is {self.min_prob}; it must be between 0 and 1")
        if self.min_entropy is not None and not 0 <= self.min_entropy < inf:
            raise OptionError(Option("min_entropy"), f" is {self.min_entropy}; it must be 0 or more (nats), and finite")
        _ = self.thresholds  # checks min_pmi
        if self.counts is not None and self.save_counts is not None:
            raise OptionError(Option("save_counts"), " and ", Option("counts"), ": give one of them")

    @cached_property
    def thresholds(self) -> tuple[float, ...]:
        """The least PMI of n-grams of 2, 3, ... symbols, in nats; empty where no word is left out by it."""
        try:
            given = () if self.min_pmi is None else tuple(np.atleast_1d(np.asarray(self.min_pmi, np.float64)).tolist())
        except ValueError as error:
            raise OptionError(Option("min_pmi"), f" is {self.min_pmi!r}; it must be numbers (nats)") from error
        shown = ", ".join(f"{value:g}" for value in given)
        if not all(-inf < value < inf for value in given):
            raise OptionError(Option("min_pmi"), f" is {shown}; it must be finite numbers (nats)")
        defaults = METHOD_CHOICES[self.method].min_pmi
        lengths = len(defaults) or self.longest - 1
        if len(given) > max(1, lengths):
            taken = "1 number" if lengths <= 1 else f"1 number, or up to {lengths}: one for each length from 2 on"
            raise OptionError(
                Option("min_pmi"), f" is {shown}; with ", Option("method"), f" {self.method} it takes {taken}"
            )
        return given + given[-1:] * (lengths - len(given)) if given else defaults

    @property
    def wanted_pmi(self) -> tuple[float, ...]:
        """The thresholds, where they are for the words found: the method has none of its own for n-grams."""
        return () if METHOD_CHOICES[self.method].min_pmi else self.thresholds

    @property
    def longest(self) -> int:
        """The length of the longest word in symbols."""
        return self.max_length or METHOD_CHOICES[self.method].max_length or ANY_LENGTH

    @property
    def least_probability(self) -> float:
        """The least probability of a pair and of a word; 0 for a method that does not use it."""
        return (METHOD_CHOICES[self.method].min_prob or 0.0) if self.min_prob is None else self.min_prob

    @property
    def splits_quantities(self) -> bool:
        """Whether a numeral and a unit are two words: yes by default."""
        return self.split_quantities is not False

    @property
    def measures_neighbours(self) -> bool:
        """Whether the neighbours of words are wanted: for the columns, or because words are chosen by them."""
        return self.neighbours or bool(self.min_entropy)

    @cached_property
    def asked(self) -> list[str]:
        """The words to explain, as they are spelled in runs: with `han+alnum` full-width letters and digits folded."""
        words = [self.explain] if isinstance(self.explain, str) else list(self.explain)
        return [word.translate(FOLD) for word in words] if self.charset == "han+alnum" else words


@dataclass(frozen=True)
class SelectionOptions:
    """Which words are listed, and in which order. The fields are the arguments of `Discovery.select` with these names.

    Raises OptionError for a value that makes no sense, and for `list_numerals` with `everything`.
    """

    everything: bool = False
    list_numerals: bool = False
    new_only: bool = False
    known: Iterable[str | PathLike[str]] = ()
    sort: str | None = None
    top: int | None = None

    def __post_init__(self) -> None:
        if self.sort is not None:
            check_choice("sort", self.sort, DISCOVERY_SORTS)
        check_at_least("top", self.top, 1)
        check_effects(self, _SELECTION_NO_EFFECT)
