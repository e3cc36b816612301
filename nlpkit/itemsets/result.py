"""The result of `apriori`: frequent itemsets as a prefix tree, and which of its sets are selected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import counted
from nlpkit.executors import undisturbed
from nlpkit.itemsets.trees import SetTree
from nlpkit.itemsets.writing import MOST_COUNTS, Lines
from nlpkit.kernels import itemset_text as kernel
from nlpkit.memory import without_collection
from nlpkit.reports.picture import Picture
from nlpkit.reports.terminal import MOST_BARS, Bars
from nlpkit.results import ResultTable, data_frame

if TYPE_CHECKING:
    import pandas

_BLOCK = 1 << 16  # sets that are made Python objects at a time


class Itemset(NamedTuple):
    """One itemset.

    items: the rarest first. count: how many transactions have all of them. support: that as a share of all.
    """

    items: tuple[str, ...]
    count: float  # type: ignore[assignment]  # tuple.count is not missed
    support: float


class Itemsets(ResultTable):
    """Frequent itemsets, in the order of binary numbers whose most significant digit is the rarest item.

    Iterating yields Itemset tuples.

    names: the frequent items by rank: the most frequent first, equal ones by code points.
    tree: sets, with counts in units of 1/scale; see SetTree. Its arrays are also attributes: depths, items, counts.
    total: the sum of all transactions, in these units. transactions: how many rows these are.
    chosen: int64, places in the tree of the sets that are here, in their order; None: all.
    complete: whether every frequent set is in the tree. has_default_support: whether nobody gave the smallest support.
    """

    def __init__(
        self,
        names: list[str],
        tree: SetTree,
        total: int,
        transactions: int,
        scale: int = 1,
        chosen: NDArray[np.int64] | None = None,
        complete: bool = True,
        has_default_support: bool = False,
    ) -> None:
        self.names, self.tree = names, tree
        self.depths, self.items, self.counts = tree
        self.total, self.transactions, self.scale, self.chosen = total, transactions, scale, chosen
        self.complete, self.has_default_support = complete, has_default_support

    def __len__(self) -> int:
        return self.depths.size if self.chosen is None else self.chosen.size

    def _summary(self) -> str:
        items, transactions = counted(len(self.names), "item"), counted(self.transactions, "transaction")
        return f"{counted(len(self), 'itemset')} of {items} in {transactions}"

    def __iter__(self) -> Iterator[Itemset]:
        counts, supports = self._shared()
        start = 0
        for items in self._tuples():
            part = slice(start, start + len(items))
            start += len(items)
            with without_collection():
                made = list(map(Itemset._make, zip(items, counts[part].tolist(), supports[part].tolist(), strict=True)))
            yield from made

    @property
    def columns(self) -> dict[str, NDArray[Any]]:
        """The columns by name: count (int64, with decimal weights float64), support (float64, count / total), length
        (int64, the number of items)."""
        return self._columns(self.units, self.lengths)

    @property
    def units(self) -> NDArray[np.int64]:
        """The count of each set, in units of 1/scale: int64."""
        return self.counts if self.chosen is None else self.counts[self.chosen]

    @property
    def lengths(self) -> NDArray[np.uint16]:
        """The number of items of each set: uint16."""
        return self.depths if self.chosen is None else self.depths[self.chosen]

    def head(self, rows: int) -> dict[str, NDArray[Any]]:
        """Returns the items (tuples, the rarest first) and the columns of the first rows."""
        first = np.arange(min(rows, len(self)))
        nodes = first if self.chosen is None else self.chosen[first]
        numbers = self._columns(self.counts[nodes], self.depths[nodes])
        return {"items": objects(self.some(first), first.size), **numbers}

    def row_keys(self, rows: int) -> list[str]:
        """Returns the numbers of the first rows, from 1: sets with the same text may differ in their items."""
        return [*map(str, range(1, min(rows, len(self)) + 1))]

    def pictures(self) -> Sequence[Picture]:
        """Returns the pictures `supports`, the most frequent sets, and `graph`, the most frequent pairs of items."""
        from nlpkit.itemsets.pictures import Sets, pictures_of  # here, because few results are drawn

        return pictures_of(Sets(self.units, self.lengths, self.total, self.scale, self.some))

    def some(self, rows: NDArray[np.int64]) -> list[tuple[str, ...]]:
        """Returns the items of some sets, the rarest first. rows: int64, places in the result."""
        return self._spelled(rows if self.chosen is None else self.chosen[rows])

    def _columns(self, units: NDArray[np.int64], depths: NDArray[np.uint16]) -> dict[str, NDArray[Any]]:
        return {
            "count": units if self.scale == 1 else units / self.scale,
            "support": units / max(1, self.total),
            "length": depths.astype(np.int64),
        }

    @property
    def itemsets(self) -> list[tuple[str, ...]]:
        """The items of each set, the rarest first."""
        with without_collection():
            return list(chain.from_iterable(self._tuples()))

    def to_list(self) -> list[tuple[tuple[str, ...], float]]:
        """Returns (items, count) of each set: the fastest way to get all of them as Python objects."""
        counts = (self.units if self.scale == 1 else self.units / self.scale).tolist()
        with without_collection():
            return list(zip(chain.from_iterable(self._tuples()), counts, strict=True))

    def bars(self, column: str = "support", noun: str = "itemset") -> Bars:
        """Returns the support of the twenty most frequent itemsets as bars, whatever the order is."""
        drawn = min(len(self), MOST_BARS)
        best = np.argsort(-self.units, kind="stable")[:drawn]
        chosen = best if self.chosen is None else self.chosen[best]
        most = self.select(chosen=chosen)
        which = f"the {drawn} most frequent of " * (drawn < len(self))
        return Bars(
            f"{column} of {which}{counted(len(self), noun)}",
            [*map(", ".join, most.itemsets)],
            most.columns[column].tolist(),
        )

    def to_pandas(self) -> pandas.DataFrame:
        """Returns a frame as mlxtend's: support (float64), itemsets (frozensets of str).

        Raises OptionError where pandas is not installed.
        """
        sets = objects(map(frozenset, self.itemsets), len(self))
        return data_frame({"support": self.columns["support"], "itemsets": sets})

    def _text(self, format: str) -> Iterator[Any]:
        """A row for each set: items, count, support; see docs/itemsets.md."""
        lines = Lines(self.names, self.total, self.scale, format)
        yield lines.header
        yield from lines.of(*self.tree, self.chosen)

    def select(self, *, min_length: int = 1, chosen: NDArray[np.int64] | None = None) -> Itemsets:
        """Returns the sets of at least `min_length` items.

        chosen: int64, the places in the tree to select from, in the order of the result; None: those of this result.
        """
        if chosen is None:
            chosen = np.arange(self.depths.size, dtype=np.int64) if self.chosen is None else self.chosen
        if min_length > 1:
            chosen = chosen[self.depths[chosen] >= min_length]
        return Itemsets(
            self.names,
            self.tree,
            self.total,
            self.transactions,
            self.scale,
            chosen=chosen,
            complete=self.complete,
            has_default_support=self.has_default_support,
        )

    def _shared(self) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """Counts and supports, one object for all that are equal."""
        units = self.units
        if self.total <= MOST_COUNTS:
            different = np.flatnonzero(np.bincount(units))
            places = np.zeros(self.total + 1, np.int64)
            places[different] = np.arange(different.size)
            places = places[units]
        else:
            different, places = np.unique(units, return_inverse=True)
        shown = (different if self.scale == 1 else different / self.scale, different / max(1, self.total))
        counts, supports = (objects(values.tolist(), different.size)[places] for values in shown)
        return counts, supports

    @cached_property
    def _parents(self) -> NDArray[np.int64]:
        return undisturbed(kernel.find_parents, self.depths)

    def _tuples(self) -> Iterator[list[tuple[str, ...]]]:
        """The items of each set, some sets at a time."""
        if self.chosen is None:
            paths: list[tuple[str, ...]] = [()] * (int(self.depths.max(initial=0)) + 1)
            last = [(name,) for name in self.names]
            for start in range(0, len(self), _BLOCK):
                part = slice(start, start + _BLOCK)
                found: list[tuple[str, ...]] = []
                append = found.append
                with without_collection():
                    for depth, item in zip(self.depths[part].tolist(), self.items[part].tolist(), strict=True):
                        path = paths[depth] = paths[depth - 1] + last[item]
                        append(path)
                yield found
            return
        for start in range(0, len(self), _BLOCK):
            yield self._spelled(self.chosen[start : start + _BLOCK])

    def _spelled(self, nodes: NDArray[np.int64]) -> list[tuple[str, ...]]:
        """The items of the sets at these places in the tree."""
        if not nodes.size:
            return []
        ranks = undisturbed(kernel.spell, self.depths, self.items, self._parents, nodes)
        with without_collection():
            texts = [self.names[rank] for rank in ranks.tolist()]
            ends = np.cumsum(self.depths[nodes].astype(np.int64)).tolist()
            return [tuple(texts[a:b]) for a, b in zip([0, *ends[:-1]], ends, strict=True)]


def objects(values: Iterable[Any], size: int) -> NDArray[np.object_]:
    """Returns an array of `size` objects, which may be tuples."""
    return np.fromiter(values, np.object_, size)
