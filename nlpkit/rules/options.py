"""The options of `association_rules`, checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from nlpkit.choices import DEFAULT_RULE_MEASURES, MAX_CONSEQUENT, MIN_CONFIDENCE, RULE_SORT
from nlpkit.errors import Option, OptionError, counted
from nlpkit.itemsets.options import as_items
from nlpkit.itemsets.supports import Number, threshold
from nlpkit.options import check_at_least, check_choice
from nlpkit.rules.measures import MEASURES
from nlpkit.suggest import nearest

Items: TypeAlias = "str | Iterable[str]"
"""One item, or several."""

LONGEST = 1 << 16
"""More items than any set has."""


@dataclass(frozen=True)
class RuleOptions:
    """Which rules `association_rules` finds. The fields are its arguments with the same names.

    Once made, the thresholds are exact fractions, antecedent, consequent, contains and measures are tuples, measures
    and sort are names of MEASURES, and `fdr` has added the measures fisher and fdr.

    Raises OptionError for a value that makes no sense.
    """

    min_confidence: Number = MIN_CONFIDENCE
    min_lift: Number | None = None
    antecedent: Items = ()
    consequent: Items = ()
    contains: Items = ()
    max_consequent: int | None = MAX_CONSEQUENT
    min_length: int = 2
    max_length: int | None = None
    measures: str | Sequence[str] = DEFAULT_RULE_MEASURES
    fdr: float | None = None
    sort: str = RULE_SORT
    top: int | None = None

    def __post_init__(self) -> None:
        check_at_least("max_consequent", self.max_consequent, 1)
        check_at_least("top", self.top, 1)
        check_at_least("min_length", self.min_length, 1)
        check_at_least("max_length", self.max_length, 2)
        if self.max_length is not None and self.max_length < self.min_length:
            limit = (Option("max_length"), f", {self.max_length}; no rule has such a length")
            raise OptionError(Option("min_length"), f" is {self.min_length}, above ", *limit)
        if self.fdr is not None and not 0 < self.fdr <= 1:
            raise OptionError(Option("fdr"), f" is {self.fdr}; it must be above 0 and at most 1, such as 0.05")
        for name in ("antecedent", "consequent", "contains", "measures"):
            self._set(name, as_items(getattr(self, name)))
        columns = [_measure("measures", name) for name in self.measures]
        self._set("sort", _measure("sort", self.sort))
        if self.fdr is None and "fdr" in (*columns, self.sort):
            raise OptionError(Option("fdr"), ": give the share of false discoveries to allow; 1 keeps all rules")
        self._set("measures", tuple(dict.fromkeys([*columns, *(("fisher", "fdr") if self.fdr is not None else ())])))
        if both := set(self.antecedent) & set(self.consequent):
            raise OptionError(Option("antecedent"), " and ", Option("consequent"), f" both name {min(both)!r}")
        wanted = len(set(self.consequent))
        if self.max_consequent is not None and wanted > self.max_consequent:
            limit = (Option("max_consequent"), f" {self.max_consequent} allows fewer; raise it")
            raise OptionError(Option("consequent"), f": {counted(wanted, 'item')}, but ", *limit)
        self._set("min_confidence", threshold("min_confidence", self.min_confidence, 1))
        if self.min_lift is not None:
            self._set("min_lift", threshold("min_lift", self.min_lift))

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    @property
    def confidence(self) -> Fraction:
        """The minimum confidence as an exact fraction."""
        assert isinstance(self.min_confidence, Fraction)
        return self.min_confidence

    @property
    def lift(self) -> Fraction | None:
        """The smallest lift, exactly; None for any."""
        assert self.min_lift is None or isinstance(self.min_lift, Fraction)
        return self.min_lift


class WantedRanks(NamedTuple):
    """Ranks of the items that a rule must have: in its antecedent, in its consequent, on either side."""

    antecedent: frozenset[int]
    consequent: frozenset[int]
    contains: frozenset[int]


def wanted_ranks(options: RuleOptions, names: Sequence[str]) -> WantedRanks:
    """Finds the items that the options name among `names`, which are in the order of their ranks.

    Raises OptionError for an item that is not there.
    """
    named = options.antecedent or options.consequent or options.contains
    by_name = {name: rank for rank, name in enumerate(names)} if named else {}

    def ranks(option: str) -> frozenset[int]:
        items = getattr(options, option)
        for item in items:
            if item not in by_name:
                near = nearest(item, names)
                ways = (
                    (f"did you mean {near!r}?",) if near else ("check its spelling, or lower ", Option("min_support"))
                )
                raise OptionError(Option(option), f" {item!r}: no such item is frequent; ", *ways)
        return frozenset(by_name[item] for item in items)

    return WantedRanks(ranks("antecedent"), ranks("consequent"), ranks("contains"))


def _measure(option: str, name: str) -> str:
    """Returns the name of a measure as it is in MEASURES, where it may have hyphens. Raises OptionError."""
    known = name.replace("-", "_")
    check_choice(option, known, tuple(MEASURES))
    return known
