"""Which of all frequent itemsets are meant: closed, maximal, with given items, the most frequent."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import OptionError
from nlpkit.executors import undisturbed
from nlpkit.itemsets.mining import Block
from nlpkit.kernels import prefix_trees, subsets

_MARKS = np.uint8


def closed_sets(block: Block) -> NDArray[np.bool_]:
    """Where no set with one item more has the same count, of a tree with all frequent sets."""
    return _marks(block)[0]


def maximal_sets(block: Block) -> NDArray[np.bool_]:
    """Where no set with one item more is frequent, of a tree with all frequent sets."""
    return _marks(block)[1]


def sets_with(block: Block, names: Collection[str], items: Collection[str]) -> NDArray[np.bool_]:
    """Where a set has all these items, of which `names` gives the rank."""
    ranks = {name: rank for rank, name in enumerate(names)}
    if not all(item in ranks for item in items):
        return np.zeros(block.depths.size, np.bool_)
    wanted = np.zeros(len(names), np.uint8)
    wanted[[ranks[item] for item in items]] = 1
    held = undisturbed(prefix_trees.holding, block.depths, block.items, wanted, int(wanted.sum()))
    return held.view(np.bool_)


def most_frequent(block: Block, places: NDArray[np.int64], top: int) -> NDArray[np.int64]:
    """Of these places the `top` ones by count, then those of fewer items, then as they come; in this order."""
    counts = block.counts[places]
    if places.size > top:
        least = np.partition(counts, counts.size - top)[counts.size - top]
        places = places[counts >= least]
    order = np.lexsort((block.depths[places], -block.counts[places]))
    return places[order][:top]


def _marks(block: Block) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    closed, maximal = np.ones(block.depths.size, _MARKS), np.ones(block.depths.size, _MARKS)
    if not subsets.mark_subsets(*block, closed, maximal):
        raise OptionError("closed and maximal itemsets need all frequent ones; take the list without a selection")
    return closed.view(np.bool_), maximal.view(np.bool_)
