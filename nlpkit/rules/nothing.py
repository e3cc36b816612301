"""Says why no itemset or no rule was found, and names the options that would give some."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlpkit.choices import RULE_SORT
from nlpkit.errors import Notice, Option
from nlpkit.itemsets import Itemsets
from nlpkit.rules.generation import association_rules
from nlpkit.transactions import Transactions

#: What leaves out rules: the option, its value that leaves out none, and how more rules come. Where one of two options
#: must change, the first one is named.
_LOOSER: tuple[tuple[str, Any, str], ...] = (
    ("fdr", None, "with a higher "),
    ("min_lift", None, "with a lower "),
    ("min_improvement", None, "with a lower "),
    ("non_redundant", False, "without "),
    ("min_confidence", "0", "with a lower "),
    ("max_consequent", None, "with a higher "),
    ("consequent", (), "without "),
    ("antecedent", (), "without "),
    ("contains", (), "without "),
    ("min_length", 1, "with a lower "),
)
_FEW = 200_000  # itemsets, of which rules are made again and again within seconds


def why_no_itemsets(transactions: Transactions, query: Mapping[str, Any]) -> Notice:
    """Returns the end of a report of no itemsets. query: the options of `apriori`."""
    return _why(transactions, 1, _looser_sets(query))


def why_no_rules(
    transactions: Transactions,
    itemsets: Itemsets,
    query: Mapping[str, Any],
    chosen: Mapping[str, Any],
    memory: int | None = None,
) -> Notice:
    """Returns the end of a report of no rules.

    query: the options of `apriori`, which found `itemsets`. chosen: the options of `association_rules`, all of them.
    memory: as for `association_rules`.
    """
    return _why(transactions, 2, _looser_rules(itemsets, chosen, memory) or _looser_sets(query))


def _why(transactions: Transactions, least: int, looser: tuple[str, ...]) -> Notice:
    """least: the items that some transaction must have. looser: what gives more."""
    longest = int((transactions.offsets[1:] - transactions.offsets[:-1]).max(initial=0))
    if longest < least:
        return Notice(" (no transaction has ", "two items)" if longest else "an item)")
    return Notice(" (more ", *looser, ")")


def _looser_sets(query: Mapping[str, Any]) -> tuple[str, ...]:
    """Returns the ways to more itemsets."""
    filters = [
        Option(name)
        for name in ("min_length", "contains", "exclude", "closed", "maximal")
        if name in query and query[name] not in ((), 1, False)
    ]
    without = [part for option in filters for part in (", ", option)]
    return ("with a lower ", Option("min_support"), *([" or without ", *without[1:]] if filters else []))


def _looser_rules(itemsets: Itemsets, chosen: Mapping[str, Any], memory: int | None) -> tuple[str, ...]:
    """Returns the way to more rules where there are none: the options that must change together; nothing if there are
    none with any options. Of many itemsets all options are named, without a search for those that suffice."""
    tried = {**chosen, "measures": (), "sort": RULE_SORT, "top": 1, "memory": memory}
    filters = [row for row in _LOOSER if chosen[row[0]] != row[1]]
    tried |= {name: loosest for name, loosest, _ in filters}
    if len(itemsets.depths) <= _FEW:
        if not len(association_rules(itemsets, **tried)):
            return ()
        for row in reversed(filters):
            name, loosest, _ = row
            tried[name] = chosen[name]
            if len(association_rules(itemsets, **tried)):
                filters.remove(row)
            else:
                tried[name] = loosest
    return tuple(part for name, _, way in filters for part in (" and ", way, Option(name)))[1:]
