"""Itemsets as prefix trees in arrays, and how many of them fit in the shares of the memory (nlpkit/memory.py)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.memory import FLYING_SETS, KEPT_SETS, PENDING_SETS


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


SET_BYTES = 14
"""Bytes of a set in a SetTree: depth 2, item 4, count 8."""

KEPT_BYTES = 34
"""Bytes of a set that is kept, with what is made of it: 28 while an array grows and while trees are joined, 30 while it
is compared with its subsets, 34 while rules are made."""

ORDERED_BYTES = 56
"""Bytes of a set that is kept while all of them are put in order."""


class Room(NamedTuple):
    """How many sets there is room for.

    kept: in the result of a search. pending: of one range that one worker searches. flying: of one block that a worker
    hands over, and in the array that it keeps for its next search.
    """

    kept: int
    pending: int
    flying: int


def divide_memory(memory: int, jobs: int, is_ordered: bool, is_chosen: bool) -> Room:
    """Divides `memory` (bytes) among `jobs` workers.

    is_ordered: whether the result is put in another order. is_chosen: whether some sets of a range are chosen before
    they are written.
    """
    kept, one = KEPT_SETS.of(memory), ORDERED_BYTES if is_ordered else KEPT_BYTES
    pending, flying = PENDING_SETS.of(memory), FLYING_SETS.of(memory) // jobs
    return Room(kept // one, pending // (KEPT_BYTES if is_chosen else SET_BYTES), flying // SET_BYTES)
