"""How many itemsets fit in the shares of the memory that nlpkit/memory.py names."""

from __future__ import annotations

from typing import NamedTuple

from nlpkit.memory import FLYING_SETS, KEPT_SETS, PENDING_SETS

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


def divide(memory: int, jobs: int, is_ordered: bool, is_chosen: bool) -> Room:
    """Divides `memory` (bytes) among `jobs` workers.

    is_ordered: whether the result is put in another order. is_chosen: whether some sets of a range are chosen before
    they are written.
    """
    kept, one = KEPT_SETS.of(memory), ORDERED_BYTES if is_ordered else KEPT_BYTES
    pending, flying = PENDING_SETS.of(memory), FLYING_SETS.of(memory) // jobs
    return Room(kept // one, pending // (KEPT_BYTES if is_chosen else SET_BYTES), flying // SET_BYTES)
