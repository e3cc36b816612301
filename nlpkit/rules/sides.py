"""The sets that are a side of some rule, numbered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nlpkit.association import Ints
from nlpkit.itemsets import Itemsets
from nlpkit.itemsets.result import objects
from nlpkit.kernels.subsets import spell
from nlpkit.rules.search import Nodes


@dataclass(frozen=True, eq=False)
class SideSets:
    """The sets that are the antecedent or the consequent of some rule.

    names: the items, by rank. items: int32, ranks, the sets end to end, the rarest item of a set first. offsets: int64;
    set i is items[offsets[i]:offsets[i + 1]].
    """

    names: list[str]
    items: NDArray[np.int32]
    offsets: Ints

    def __len__(self) -> int:
        return self.offsets.size - 1

    def texts(self, names: list[str]) -> Iterator[list[str]]:
        """Yields the items of each set, called by `names` instead."""
        flat = [names[item] for item in self.items.tolist()]
        for begin, end in pairwise(self.offsets.tolist()):
            yield flat[begin:end]

    def some(self, numbers: Nodes) -> NDArray[np.object_]:
        """Returns the items of some sets as tuples."""
        bounds = zip(self.offsets[numbers].tolist(), self.offsets[numbers + np.uint32(1)].tolist(), strict=True)
        sets = (tuple(self.names[item] for item in self.items[begin:end].tolist()) for begin, end in bounds)
        return objects(sets, numbers.size)

    @cached_property
    def tuples(self) -> NDArray[np.object_]:
        """The items of each set as a tuple."""
        return objects(map(tuple, self.texts(self.names)), len(self))


def number_sides(itemsets: Itemsets, rules: Nodes) -> tuple[SideSets, Nodes, Nodes]:
    """Returns the sets that are an antecedent or a consequent, and the numbers of each rule's two among them.

    rules: as `search.blocks` yields them.
    """
    _, antecedents, consequents = rules[:3]
    is_used = np.zeros(itemsets.depths.size, np.uint8)
    is_used[antecedents] = 1
    is_used[consequents] = 1
    nodes = np.flatnonzero(is_used)
    offsets = np.zeros(nodes.size + 1, np.int64)
    np.cumsum(itemsets.depths[nodes], out=offsets[1:])
    items = np.empty(int(offsets[-1]), np.int32)
    spell(itemsets.depths, itemsets.items, is_used, items)
    sets = SideSets(list(itemsets.names), items, offsets)
    number = np.cumsum(is_used, dtype=np.uint32) - np.uint32(1)
    return sets, number[antecedents], number[consequents]
