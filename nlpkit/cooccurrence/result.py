"""The result of `collocations`: pairs of words with their counts and measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.association import Floats, Ints, Tables
from nlpkit.choices import COLLOCATION_MEASURES, COLLOCATION_SORT, TABLE_FORMATS
from nlpkit.cooccurrence.measures import MEASURES
from nlpkit.cooccurrence.pairs import Pairs, joined
from nlpkit.errors import counted
from nlpkit.reports.picture import Picture
from nlpkit.results import ResultTable, table_text
from nlpkit.runs import StringTable

_COUNTS = ("o11", "e11", "left", "right", "f_node", "f_collocate")
_ROWS = 1 << 18  # beyond twice as many as are wanted, before the best are chosen
_SHARES = ("delta_p_2_given_1", "delta_p_1_given_2", "dice")


class Margins(NamedTuple):
    """Of words: occurrences; words in their windows; windows that they are in. int64."""

    frequencies: Ints
    windows: Ints
    inside: Ints


@dataclass(frozen=True, repr=False, eq=False)
class Collocations(ResultTable):
    """Words that stand near each other more often than by chance: columns of equal length, one entry a pair.

    Each measure of choices.COLLOCATION_MEASURES is an attribute, too, float64: `found.log_dice`. The largest values of
    the measure that was asked for come first, then the largest o11, then the order of code points of both words.

    Example: `nlpkit.collocations("laws.txt", node="责任", top=20).save("collocates.csv")`.

    node, collocate: object (str). o11: int64, how often the collocate stands in a window of the node: `left` times on
    its left, `right` times on its right. r1: int64, words in all windows of the node; c1: windows that the collocate is
    in, of whatever word. f_node, f_collocate: int64, how often they occur. pairs: N, the sum of r1 over all words of
    the text. words: their number. found: how many pairs there are before `top`. sort: the measure by which they are
    ordered. nodes: those that were asked for; empty if every word was.
    """

    formats = TABLE_FORMATS
    column_names = ("node", "collocate", *_COUNTS, *COLLOCATION_MEASURES)

    node: NDArray[np.object_]
    collocate: NDArray[np.object_]
    left: Ints
    right: Ints
    r1: Ints
    c1: Ints
    f_node: Ints
    f_collocate: Ints
    pairs: int
    words: int
    found: int
    sort: str = COLLOCATION_SORT
    nodes: tuple[str, ...] = ()

    @property
    def o11(self) -> Ints:
        """How often the collocate stands in a window of the node: int64."""
        return self.left + self.right

    @property
    def e11(self) -> Floats:
        """How often it would by chance, r1 c1 / pairs: float64."""
        return self.tables.a * self.tables.c / self.tables.n

    @cached_property
    def tables(self) -> Tables:
        """The tables of 2 x 2 cells."""
        return Tables(self.o11, self.r1, self.c1, self.pairs)

    def __getattr__(self, name: str) -> Floats:
        if name not in MEASURES:
            raise AttributeError(f"collocations have no {name!r}; the measures are {', '.join(MEASURES)}")
        measure = MEASURES[name]
        of_words = Tables(self.o11, self.f_node, self.f_collocate, self.pairs)
        return measure.compute(of_words if measure.is_of_words else self.tables)

    def pictures(self) -> Sequence[Picture]:
        """Returns the pictures `network`, a network of the strongest pairs, and with nodes `sides`: on which side of
        them words stand."""
        from nlpkit.cooccurrence.pictures import (  # here, because few results are drawn
            MOST_PAIRS,
            FirstPairs,
            pictures_of,
        )

        first = self.head(MOST_PAIRS), self.row_keys(MOST_PAIRS)
        return pictures_of(FirstPairs(*first, len(self), self.sort, self.nodes))

    def head(self, rows: int) -> dict[str, Any]:
        """Returns the first rows of the columns; only of these rows measures are computed."""
        return self._take(np.arange(min(rows, len(self)))).columns

    def row_keys(self, rows: int) -> list[str]:
        """Returns what stands for each of the first rows in pictures, and in the text: node and collocate, with a tab
        between them."""
        return [*map("\t".join, zip(self.node[:rows].tolist(), self.collocate[:rows].tolist(), strict=True))]

    def _before_top(self) -> int:
        return self.found

    def _summary(self) -> str:
        return f"{counted(len(self), 'pair')} of {counted(self.words, 'word')}"

    def _labels(self, rows: int) -> list[str]:
        return [
            f"{node} + {collocate}" for node, collocate in zip(self.node[:rows], self.collocate[:rows], strict=True)
        ]

    def _text(self, format: str) -> Iterator[bytes]:
        """The table; in tsv and csv shares have six decimals, as most are small."""
        columns = self.columns
        if format != "jsonl":
            for name in _SHARES:
                columns[name] = np.array([f"{x:.6f}" if x == x else "" for x in columns[name].tolist()], np.object_)
        return table_text(columns, format)


class Best:
    """The best pairs of those that are added: they occur together more often than by chance.

    words: in the order of code points. margins: by places in `words`. totals: the number of words and of pairs of the
    corpus. sort: a column. top: how many pairs, None for all. nodes: those that were asked for.
    """

    def __init__(
        self,
        words: StringTable,
        margins: Margins,
        totals: tuple[int, int],
        sort: str,
        top: int | None,
        nodes: tuple[str, ...] = (),
    ) -> None:
        self._nodes = nodes
        self._words, self._margins, self._totals, self._sort, self._top = words, margins, totals, sort, top
        self._parts: list[tuple[Pairs, NDArray[Any]]] = []  # with the values of the measure
        self._found = 0

    def add(self, pairs: Pairs) -> None:
        """Adds pairs, by places in `words`."""
        table = self._table(pairs)
        attracted = np.flatnonzero(table.tables.difference > 0)
        self._found += attracted.size
        self._parts.append((_take(pairs, attracted), getattr(table, self._sort)[attracted]))
        if self._top is not None and sum(part.node.size for part, _ in self._parts) > 2 * self._top + _ROWS:
            self._parts = [self._ordered()]

    def result(self) -> Collocations:
        """Returns them in order."""
        pairs, _ = self._ordered()
        texts = np.array([*self._words.texts(), ""], np.object_)  # of one dimension, even without words
        found = self._table(pairs)
        return replace(found, node=texts[pairs.node], collocate=texts[pairs.collocate])

    def _ordered(self) -> tuple[Pairs, NDArray[Any]]:
        pairs = joined([part for part, _ in self._parts])
        values = np.concatenate([np.empty(0), *(values for _, values in self._parts)])
        order = np.lexsort((pairs.collocate, pairs.node, -(pairs.left + pairs.right), -values))[: self._top]
        return _take(pairs, order), values[order]

    def _table(self, pairs: Pairs) -> Collocations:
        """The pairs with their counts, without the words."""
        margins, none = self._margins, np.empty(pairs.node.size, np.object_)
        return Collocations(
            none,
            none,
            pairs.left,
            pairs.right,
            margins.windows[pairs.node],
            margins.inside[pairs.collocate],
            margins.frequencies[pairs.node],
            margins.frequencies[pairs.collocate],
            words=self._totals[0],
            pairs=self._totals[1],
            found=self._found,
            sort=self._sort,
            nodes=self._nodes,
        )


def _take(pairs: Pairs, rows: Ints) -> Pairs:
    return Pairs(*(column[rows] for column in pairs))
