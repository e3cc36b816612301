"""Itemsets as prefix trees in arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class SetTree(NamedTuple):
    """Sets as a prefix tree in pre-order: a set's items are those of the nodes on the path to it.

    depths: uint16, the number of items of each set. items: int32, the rank of its last item, the most frequent one; its
    other items are those of the last set before it whose depth is one less. counts: int64, its support, in units of the
    weights.
    """

    depths: NDArray[np.uint16]
    items: NDArray[np.int32]
    counts: NDArray[np.int64]


EMPTY = SetTree(np.empty(0, np.uint16), np.empty(0, np.int32), np.empty(0, np.int64))


def copied(tree: SetTree) -> SetTree:
    """Returns the tree in arrays of its own."""
    return SetTree(tree.depths.copy(), tree.items.copy(), tree.counts.copy())


def concatenated(trees: list[SetTree]) -> SetTree:
    """Returns one tree of several."""
    trees = [tree for tree in trees if tree.depths.size]
    if len(trees) < 2:
        return trees[0] if trees else EMPTY
    return SetTree(
        np.concatenate([tree.depths for tree in trees]),
        np.concatenate([tree.items for tree in trees]),
        np.concatenate([tree.counts for tree in trees]),
    )
