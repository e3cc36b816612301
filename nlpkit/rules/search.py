"""The search for rules: blocks of them, from frequent itemsets as a prefix tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from nlpkit.association import Ints
from nlpkit.errors import Option, OptionError
from nlpkit.executors import undisturbed
from nlpkit.itemsets import Itemsets
from nlpkit.itemsets.selection import sets_with_any
from nlpkit.kernels import rule_parts, subsets
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


def blocks(
    tree: Itemsets, options: RuleOptions, wanted: WantedRanks, progress: Callable[[float], object] | None = None
) -> Iterator[Nodes]:
    """Yields the rules with the confidence, the items and the lengths that the options ask for.

    Each block is uint32[3, n]: the places in the tree of the whole rule, of the antecedent and of the consequent. Where
    the options compare rules with those of a part of the antecedent, it is uint32[5, n], with the whole set and the
    antecedent of the surest of these; the place of the empty set is the number of sets. Rules are in the order of their
    whole sets, those of one set in the order of their consequents. progress: is called with shares of the sets that are
    done.

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
    needs_links = most > 1 or options.compares_parts
    if needs_links:
        offsets = np.zeros(size + 1, np.int64)
        np.cumsum(depths, out=offsets[1:])
        smaller = np.empty(int(offsets[size]), np.uint32)
        if not subsets.all_links(depths, items, first, nodes, node_items, path, links, at, smaller):
            raise incomplete()
    has_any = [
        (row, sets_with_any(tree.tree, choices, singles.size))
        for row, side in ((1, wanted.any[0]), (2, wanted.any[1]), (0, wanted.any[2]))
        for choices in side
    ]
    with_parts = _Parts(tree, smaller, offsets, most, options.drops_redundant) if options.compares_parts else None
    begin = 0
    while (done := begin) < size:
        if needs_links:
            begin, used = undisturbed(subsets.rules, *shared, smaller, offsets, bounds, begin, out)
        else:
            begin, used = undisturbed(subsets.single_rules, *shared, links, at, begin, out)
        if begin == subsets.INCOMPLETE:
            raise incomplete()
        found = out[:, :used]
        for row, held in has_any:
            found = found[:, held[found[row]]]
        yield with_parts(found) if with_parts else found.copy()
        if progress is not None:
            progress((begin - done) / size)


class _Parts:
    """Adds to rules the surest ones with a part of their antecedents (kernels/rule_parts.py)."""

    def __init__(self, tree: Itemsets, links: Nodes, offsets: Ints, most: int, until_as_sure: bool) -> None:
        self._depths, self._links, self._offsets = tree.depths, links, offsets
        self._counts = np.append(tree.counts, np.int64(tree.total))
        self._items, self._until_as_sure = tree.items, until_as_sure
        self._best: NDArray[np.uint64] | None = None
        if most == 1:
            self._best = undisturbed(rule_parts.surest_parts, self._depths, self._counts, links, offsets)

    def __call__(self, rules: Nodes) -> Nodes:
        out = np.empty((5, rules.shape[1]), np.uint32)
        out[:3] = rules
        where = (out[:3], self._depths, self._counts, self._links, self._offsets)
        if self._best is not None:
            undisturbed(rule_parts.parts_of_single, *where, self._best, out[3:])
        else:
            undisturbed(rule_parts.parts_of_any, *where, self._items, self._until_as_sure, out[3:])
        return out


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
