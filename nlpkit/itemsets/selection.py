"""Selects frequent itemsets: closed ones, maximal ones, those with given items, the most frequent."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import Option, OptionError
from nlpkit.executors import undisturbed
from nlpkit.itemsets.options import Wanted, any_of
from nlpkit.itemsets.trees import SetTree
from nlpkit.kernels import prefix_trees, subsets

_MARKS = np.uint8


def closed_sets(tree: SetTree) -> NDArray[np.bool_]:
    """Returns a mask of the sets that are more frequent than each set with one item more.

    tree: all frequent sets. Raises OptionError if one is missing.
    """
    return _marks(tree)[0]


def maximal_sets(tree: SetTree) -> NDArray[np.bool_]:
    """Returns a mask of the sets of which no set with one item more is frequent.

    tree: all frequent sets. Raises OptionError if one is missing.
    """
    return _marks(tree)[1]


def sets_with(tree: SetTree, names: Collection[str], items: Wanted) -> NDArray[np.bool_]:
    """Returns a mask of the sets that have all these items, or of several that stand for one, any.

    names: of items, by rank.
    """
    ranks = {name: rank for rank, name in enumerate(names)}
    held = np.ones(tree.depths.size, np.bool_)
    for item in items:
        held &= sets_with_any(tree, [ranks[name] for name in any_of(item, ranks) if name in ranks], len(ranks))
    return held


def sets_with_any(tree: SetTree, ranks: Collection[int], size: int) -> NDArray[np.bool_]:
    """Returns a mask of the sets that have any of these items. size: how many ranks there are."""
    wanted = np.zeros(size, np.uint8)
    wanted[list(ranks)] = 1
    return undisturbed(prefix_trees.holding, tree.depths, tree.items, wanted, 1).view(np.bool_)


def most_frequent(tree: SetTree, places: NDArray[np.int64], top: int) -> NDArray[np.int64]:
    """Returns the `top` best of these places, the best first: by count, the largest first, then by the number of
    items, the smallest first, then as they come."""
    if places.size > top:
        counts = tree.counts[places]
        least = np.partition(counts, counts.size - top)[counts.size - top]
        above, ties = places[counts > least], places[counts == least]
        depths = tree.depths[ties]
        longest = np.partition(depths, top - above.size - 1)[top - above.size - 1]
        ties = ties[depths <= longest]
        places = np.sort(np.concatenate([above, ties]))
    order = np.lexsort((tree.depths[places], -tree.counts[places]))
    return places[order][:top]


def _marks(tree: SetTree) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    closed, maximal = np.ones(tree.depths.size, _MARKS), np.ones(tree.depths.size, _MARKS)
    if not subsets.mark_subsets(*tree, closed, maximal):
        way = " itemsets need all frequent ones; take the list without a selection"
        raise OptionError(Option("closed"), " and ", Option("maximal"), way)
    return closed.view(np.bool_), maximal.view(np.bool_)
