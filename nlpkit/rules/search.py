"""Rules in blocks, from frequent itemsets as a tree in arrays."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlpkit.association import Ints
from nlpkit.errors import OptionError
from nlpkit.executors import undisturbed
from nlpkit.kernels import subsets
from nlpkit.rules.options import Wanted

if TYPE_CHECKING:
    from nlpkit.itemsets import Itemsets

Nodes = NDArray[np.uint32]

_BLOCK = 1 << 18  # rules at once
_MOST = (1 << 32) - 2  # sets that have a number


def needed(counts: Ints, confidence: Fraction) -> Ints:
    """For each count of an antecedent the smallest count of a rule with at least this confidence; exact."""
    above, below = confidence.numerator, confidence.denominator
    if counts.size and int(counts.max()) * above + below > np.iinfo(np.int64).max:
        different, place = np.unique(counts, return_inverse=True)
        return np.array([-(-count * above // below) for count in different.tolist()], np.int64)[place]
    return -(-counts * above // below)


def blocks(tree: Itemsets, wanted: Wanted) -> Iterator[Nodes]:
    """The rules with the confidence, items and lengths that are wanted, as sets of the tree: uint32[3, some] of them
    whole, of antecedents and of consequents. In the order of the whole, of one in that of the consequents.

    Raises OptionError where a subset of a set is not there, and where there are more sets than can be numbered.
    """
    depths, items, counts = tree.depths, tree.items, tree.counts
    size = depths.size
    if size > _MOST:
        raise OptionError(f"{size:,} itemsets are more than rules can be made of ({_MOST:,}); raise the support")
    if not size:
        return
    first, nodes, node_items = undisturbed(subsets.children, depths, items)
    singles = node_items[first[size] :]
    if not np.array_equal(singles, np.arange(singles.size)):
        raise incomplete()
    roles, limits = _limits(wanted, singles.size)
    least = needed(counts, wanted.min_confidence)
    deepest = int(depths.max())
    path, square = np.full(deepest + 1, size, np.int64), (deepest + 1, deepest + 1)
    links, at = np.full(square, size, np.int64), np.zeros(square, np.int64)
    shared = (depths, items, counts, least, first, nodes, node_items, roles, limits, path)
    most = min(wanted.max_consequent, deepest)
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
    """How many subsets a set has that have from 1 to `most` items."""
    total, choices = 0, 1
    for size in range(1, min(depth, most) + 1):
        choices = choices * (depth - size + 1) // size
        total += choices
    return total


def _limits(wanted: Wanted, size: int) -> tuple[NDArray[np.uint8], Ints]:
    roles = np.zeros(size, np.uint8)
    for ranks, role in (
        (wanted.antecedent, subsets.IN_ANTECEDENT),
        (wanted.consequent, subsets.IN_CONSEQUENT),
        (wanted.contains, subsets.ANYWHERE),
    ):
        roles[list(ranks)] |= role
    found = np.count_nonzero(roles)
    return roles, np.array([found, len(wanted.consequent), *wanted.lengths, wanted.max_consequent], np.int64)


def incomplete() -> OptionError:
    """The error for itemsets of which some are not there."""
    return OptionError("itemsets: some have been left out; rules need all frequent itemsets, so mine without filters")
