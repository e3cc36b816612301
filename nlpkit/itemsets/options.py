"""The options of `apriori` and `write_itemsets`, checked."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from nlpkit.choices import MIN_SUPPORT
from nlpkit.errors import Option, OptionError
from nlpkit.itemsets.supports import Number, smallest_count
from nlpkit.options import NoEffect, check_at_least, check_effects

Items: TypeAlias = str | Collection[str]
"""One item, or several."""

Wanted: TypeAlias = str | Iterable[str | Iterable[str]]
"""One item, or several, each of which may be several of which any will do."""

UNBOUNDED = 1 << 30
"""More items than any set has."""

_MANY = 10**1000  # transactions: more than any count that an option gives

#: Which options do nothing beside which others.
NO_EFFECTS = (NoEffect(("closed",), "maximal", (True,), "maximal itemsets are closed"),)


@dataclass(frozen=True)
class AprioriOptions:
    """Which sets `apriori` finds. The fields are its arguments with the same names.

    support: min_support, or its default. Once made, contains and exclude are tuples.

    Raises OptionError for a value that makes no sense, and for an option that does nothing beside the others.
    """

    min_support: Number | None = None
    min_length: int = 1
    max_length: int | None = None
    closed: bool = False
    maximal: bool = False
    contains: Wanted = ()
    exclude: Items = ()
    top: int | None = None
    sort: str | None = None
    support: Number = field(init=False)

    def __post_init__(self) -> None:
        default = MIN_SUPPORT if self.top is None or self.maximal else 1
        object.__setattr__(self, "support", default if self.min_support is None else self.min_support)
        object.__setattr__(self, "contains", as_wanted(self.contains))
        object.__setattr__(self, "exclude", as_items(self.exclude))
        smallest_count(self.support, _MANY)
        check_at_least("min_length", self.min_length, 1)
        check_at_least("top", self.top, 1)
        if self.max_length is not None and self.max_length < self.min_length:
            limit = (Option("min_length"), f", {self.min_length}")
            raise OptionError(Option("max_length"), f" is {self.max_length}; it must be at least ", *limit)
        if self.sort not in (None, "support"):
            reason = "itemsets are sorted by support, or keep the order in which they are found"
            raise OptionError(Option("sort"), f" is {self.sort!r}; {reason}")
        check_effects(self, NO_EFFECTS)
        for item in self.contains:
            if item in self.exclude:
                raise OptionError(Option("contains"), " and ", Option("exclude"), f" both name {item!r}")

    @property
    def has_default_support(self) -> bool:
        """Whether the data decide about the smallest support: see `supports.default_count`."""
        return self.min_support is None and (self.top is None or self.maximal)

    @property
    def deepest(self) -> int:
        """The number of items of the longest sets to search for: to judge a set takes those with one item more."""
        longest = UNBOUNDED if self.max_length is None else self.max_length
        return longest + (self.closed or self.maximal)

    @property
    def is_ordered(self) -> bool:
        """Whether the sets are to be put in another order than that in which they are found."""
        return self.top is not None or self.sort is not None

    @property
    def takes_all(self) -> bool:
        """Whether every frequent set that is found is kept, in its place."""
        return self.min_length == 1 and not (self.closed or self.maximal or self.contains or self.is_ordered)


def as_wanted(items: Wanted) -> tuple[str | tuple[str, ...], ...]:
    """Returns the items that are wanted, of which one may be given by itself: each one, or a tuple of which any will
    do."""
    if isinstance(items, str):
        return (items,)
    return tuple(item if isinstance(item, str) else tuple(item) for item in items)


def any_of(item: str | Iterable[str], known: Container[str]) -> tuple[str, ...]:
    """Returns the items of which any will do: a text that is not a known item stands for those between its bars, as in
    `milk|tea`."""
    if not isinstance(item, str):
        return tuple(item)
    return (item,) if item in known or "|" not in item else tuple(part.strip() for part in item.split("|"))


def as_items(items: Items) -> tuple[str, ...]:
    """Returns the items, of which one may be given by itself."""
    return (items,) if isinstance(items, str) else tuple(items)
