"""The search for rules: blocks of them, from frequent itemsets as a prefix tree."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from nlpkit.association import Ints
from nlpkit.errors import Option, OptionError
from nlpkit.executors import undisturbed
from nlpkit.itemsets import Itemsets
from nlpkit.kernels import subsets
from nlpkit.rules.options import LONGEST, RuleOptions, WantedRanks

Nodes = NDArray[np.uint32]

_BLOCK = 1 << 18  # rules at once
_MOST = (1 << 32) - 2  # sets that have a number


def needed(counts: Ints, confidence: Fraction) -> Ints:
    """Returns for each count of an antecedent the smallest count of a rule with at least this confidence; exact."""
    above, below = confidence.numerator, confidence.denominator
    if counts.size and int(counts.max()) * above + below > np.iinfo(np.int64).max:
        different, place = np.unique(counts, return_inverse=True)
        return np.array([-(-count * above // below) for count in different.tolist()], np.int64)[place]
    result = counts * -above
    result //= below
    return np.negative(result, out=result)


def blocks(tree: Itemsets, options: RuleOptions, wanted: WantedRanks) -> Iterator[Nodes]:
    """Yields the rules with the confidence, the items and the lengths that the options ask for.

    Each block is uint32[3, n]: the places in the tree of the whole rule, of the antecedent and of the consequent. Rules
    are in the order of their whole sets, those of one set in the order of their consequents.

    Raises OptionError if a subset of a set is missing, and for more sets than can be numbered.
    """
    depths, items, counts = tree.depths, tree.items, tree.counts
    size = depths.size
    if size > _MOST:
        limit = f"{size:,} itemsets are more than rules can be made of ({_MOST:,}); raise "
        raise OptionError(limit, Option("min_support"))
    if not size:
        return
    first, nodes, node_items = undisturbed(subsets.children, depths, items)
    singles = node_items[first[size] :]
    if not np.array_equal(singles, np.arange(singles.size)):
        raise incomplete()
    roles, limits = _limits(options, wanted, singles.size)
    least = needed(counts, options.confidence)
    deepest = int(depths.max())
    path, square = np.full(deepest + 1, size, np.int64), (deepest + 1, deepest + 1)
    links, at = np.full(square, size, np.int64), np.zeros(square, np.int64)
    shared = (depths, items, counts, least, first, nodes, node_items, roles, limits, path)
    most = min(options.max_consequent or deepest, deepest)
    bounds = np.array([_subsets(depth, most) for depth in range(deepest + 1)], np.int64)
    out = np.empty((3, max(_BLOCK, int(bounds[deepest]))), np.uint32)
    if most > 1:
        offsets = np.zeros(size + 1, np.int64)
        np.cumsum(depths, out=offsets[1:])
        smaller = np.empty(int(offsets[size]), np.uint32)
        if not subsets.all_links(depths, items, first, nodes, node_items, path, links, at, smaller):
            raise incomplete()
    begin = 0
    while begin < size:
        if most > 1:
            begin, used = undisturbed(subsets.rules, *shared, smaller, offsets, bounds, begin, out)
        else:
            begin, used = undisturbed(subsets.single_rules, *shared, links, at, begin, out)
        if begin == subsets.INCOMPLETE:
            raise incomplete()
        yield out[:, :used].copy()


def _subsets(depth: int, most: int) -> int:
    """Returns how many subsets of 1 to `most` items a set of `depth` items has."""
    total, choices = 0, 1
    for size in range(1, min(depth, most) + 1):
        choices = choices * (depth - size + 1) // size
        total += choices
    return total


def _limits(options: RuleOptions, wanted: WantedRanks, size: int) -> tuple[NDArray[np.uint8], Ints]:
    """Returns the roles of items by rank, and the limits of rules, as the kernels of `subsets` take them."""
    roles = np.zeros(size, np.uint8)
    for ranks, role in (
        (wanted.antecedent, subsets.IN_ANTECEDENT),
        (wanted.consequent, subsets.IN_CONSEQUENT),
        (wanted.contains, subsets.ANYWHERE),
    ):
        roles[list(ranks)] |= role
    found = np.count_nonzero(roles)
    lengths = options.min_length, options.max_length or LONGEST
    return roles, np.array([found, len(wanted.consequent), *lengths, options.max_consequent or LONGEST], np.int64)


def incomplete() -> OptionError:
    """Returns the error for itemsets of which some are missing."""
    return OptionError("itemsets: some have been left out; rules need all frequent itemsets, so mine without filters")
