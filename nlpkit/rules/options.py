"""The options of `association_rules`, checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import NamedTuple

from nlpkit.choices import DEFAULT_RULE_MEASURES, MAX_CONSEQUENT, MIN_CONFIDENCE, RULE_SORT
from nlpkit.errors import Option, OptionError, counted
from nlpkit.itemsets.options import Wanted, any_of, as_items, as_wanted
from nlpkit.itemsets.supports import Number, threshold
from nlpkit.options import check_at_least, check_choice
from nlpkit.rules.measures import MEASURES
from nlpkit.suggest import nearest

_CAPITAL = re.compile("(?<=[a-z])([A-Z])")

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
    non_redundant: bool = False
    min_improvement: Number | None = None
    antecedent: Wanted = ()
    consequent: Wanted = ()
    contains: Wanted = ()
    max_consequent: int | None = MAX_CONSEQUENT
    min_length: int = 2
    max_length: int | None = None
    measures: str | Sequence[str] = DEFAULT_RULE_MEASURES
    fdr: Number | None = None
    sort: str = RULE_SORT
    top: int | None = None

    def __post_init__(self) -> None:
        check_at_least("max_consequent", self.max_consequent, 1)
        check_at_least("top", self.top, 1)
        check_at_least("min_length", self.min_length, 1)
        check_at_least("max_length", self.max_length, 1)
        if self.max_length == 1:
            raise OptionError(Option("max_length"), " is 1; a rule has at least 2 items")
        if self.max_length is not None and self.max_length < self.min_length:
            limit = (Option("max_length"), f", {self.max_length}; no rule has such a length")
            raise OptionError(Option("min_length"), f" is {self.min_length}, above ", *limit)
        if self.fdr is not None:
            self._set("fdr", threshold("fdr", self.fdr, 1))
            if not self.fdr:
                raise OptionError(Option("fdr"), " is 0; it must be above 0, such as 0.05")
        for name in ("antecedent", "consequent", "contains"):
            self._set(name, as_wanted(getattr(self, name)))
        self._set("measures", as_items(self.measures))
        columns = [_measure("measures", name) for name in self.measures]
        self._set("sort", _measure("sort", self.sort))
        if self.fdr is None and "fdr" in (*columns, self.sort):
            raise OptionError(Option("fdr"), ": give the share of false discoveries to allow; 1 keeps all rules")
        self._set("measures", tuple(dict.fromkeys([*columns, *(("fisher", "fdr") if self.fdr is not None else ())])))
        antecedent, consequent = (
            {item for item in items if isinstance(item, str)} for items in (self.antecedent, self.consequent)
        )
        if both := {item for item in antecedent & consequent if "|" not in item}:
            raise OptionError(Option("antecedent"), " and ", Option("consequent"), f" both name {min(both)!r}")
        wanted = len([item for item in consequent if "|" not in item])
        if self.max_consequent is not None and wanted > self.max_consequent:
            limit = (Option("max_consequent"), f" {self.max_consequent} allows fewer; raise it")
            raise OptionError(Option("consequent"), f": {counted(wanted, 'item')}, but ", *limit)
        self._set("min_confidence", threshold("min_confidence", self.min_confidence, 1))
        if self.min_lift is not None:
            self._set("min_lift", threshold("min_lift", self.min_lift))
        if self.min_improvement is not None:
            self._set("min_improvement", threshold("min_improvement", self.min_improvement, 1))

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

    @property
    def improvement(self) -> Fraction | None:
        """The smallest improvement, exactly; None for any."""
        assert self.min_improvement is None or isinstance(self.min_improvement, Fraction)
        return self.min_improvement

    @property
    def false_share(self) -> float:
        """The share of false discoveries that is allowed."""
        return 1.0 if self.fdr is None else float(self.fdr)

    @property
    def drops_parts(self) -> bool:
        """Whether rules are left out because of those with a part of their antecedents."""
        return self.non_redundant or self.min_improvement is not None

    @property
    def drops_redundant(self) -> bool:
        """Whether a rule is left out in any case if one with a part of its antecedent is as sure."""
        return self.non_redundant or bool(self.min_improvement)

    @property
    def compares_parts(self) -> bool:
        """Whether rules are compared with those with a part of their antecedents."""
        return self.drops_parts or any(MEASURES[name].is_of_parts for name in (*self.measures, self.sort))


class WantedRanks(NamedTuple):
    """Ranks of the items that a rule must have: in its antecedent, in its consequent, on either side.

    any: the same three for items of which one must be there, each a list of choices.
    """

    antecedent: frozenset[int]
    consequent: frozenset[int]
    contains: frozenset[int]
    any: tuple[list[list[int]], list[list[int]], list[list[int]]] = ([], [], [])


def wanted_ranks(options: RuleOptions, names: Sequence[str]) -> WantedRanks:
    """Finds the items that the options name among `names`, which are in the order of their ranks.

    Raises OptionError for an item that is not there.
    """
    named = options.antecedent or options.consequent or options.contains
    by_name = {name: rank for rank, name in enumerate(names)} if named else {}

    def ranks(option: str) -> list[list[int]]:
        wanted = [any_of(item, by_name) for item in getattr(options, option)]
        for item in chain.from_iterable(wanted):
            if item not in by_name:
                near = nearest(item, names)
                ways = (
                    (f"did you mean {near!r}?",) if near else ("check its spelling, or lower ", Option("min_support"))
                )
                raise OptionError(Option(option), f" {item!r}: no such item is frequent; ", *ways)
        return [[by_name[item] for item in choices] for choices in wanted]

    sides = [ranks(option) for option in ("antecedent", "consequent", "contains")]
    antecedent, consequent, contains = (
        frozenset(choices[0] for choices in side if len(choices) == 1) for side in sides
    )
    some = [[choices for choices in side if len(choices) != 1] for side in sides]
    return WantedRanks(antecedent, consequent, contains, (some[0], some[1], some[2]))


def _measure(option: str, name: str) -> str:
    """Returns the name of a measure as it is in MEASURES, where it may have hyphens or capitals: oddsRatio. Raises
    OptionError."""
    known = name if name in MEASURES else _CAPITAL.sub(r"_\1", name.replace("-", "_")).lower()
    check_choice(option, known, tuple(MEASURES))
    return known
