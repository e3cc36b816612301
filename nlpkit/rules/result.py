"""The result of `association_rules`: rules as columns, and as text (tsv, csv, jsonl)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.association import Floats, Ints, Tables, jaccard, leverage, lift
from nlpkit.errors import counted
from nlpkit.itemsets.result import objects
from nlpkit.itemsets.writing import ITEM_TEXTS, count_text, decimal_text
from nlpkit.reports.picture import MOST_POINTS, Picture
from nlpkit.reports.terminal import MOST_BARS, Bars, first_bars
from nlpkit.results import ResultTable, data_frame
from nlpkit.rules import measures
from nlpkit.rules.measures import MEASURES
from nlpkit.rules.search import Nodes
from nlpkit.rules.sides import SideSets

if TYPE_CHECKING:
    import pandas

_MLXTEND = {
    "support": measures.support,
    "confidence": measures.confidence,
    "lift": lift,
    "representativity": lambda t: np.ones(t.both.size, np.float64),
    "leverage": leverage,
    "conviction": measures.conviction,
    "zhangs_metric": measures.zhang,
    "jaccard": jaccard,
    "certainty": measures.certainty,
    "kulczynski": measures.kulczynski,
}
"""The columns of mlxtend's frame, with their formulas; representativity is 1 where no value is missing."""

_ROWS = 1 << 16  # that are written at once
_THERE = frozenset([*_MLXTEND, "zhang"])  # measures that the frame has in any case


class Rule(NamedTuple):
    """One rule.

    count: how many transactions have all its items. measures: by name; each is an attribute, too, as in rule.lift.
    """

    antecedent: tuple[str, ...]
    consequent: tuple[str, ...]
    count: float  # type: ignore[assignment]  # tuple.count is not missed
    measures: dict[str, float]

    def __getattr__(self, name: str) -> float:
        try:
            return self.measures[name]
        except KeyError:
            raise AttributeError(f"a rule has no {name!r}; the measures are {', '.join(self.measures)}") from None


@dataclass(frozen=True, repr=False, eq=False)
class Rules(ResultTable):
    """The result of `association_rules`: columns with one entry for each rule, in the order that was asked for.

    Iterating yields Rule tuples. Each measure is an attribute, too: `rules.lift` is its column.

    sets: all antecedents and consequents. antecedents, consequents: uint32, their numbers in `sets`.
    tables: the different counts that rules have, in units of 1 / scale, a power of 10 that is 1 unless weights have
    decimals. table: int32, the number of each rule's table. values: float64, the measures of each table, by name.
    """

    sets: SideSets
    antecedents: Nodes
    consequents: Nodes
    tables: Tables
    table: NDArray[np.int32]
    values: dict[str, Floats]
    scale: int = 1

    def __len__(self) -> int:
        return self.table.size

    def _summary(self) -> str:
        return f"{counted(len(self), 'rule')}; {', '.join(self.values)}"

    def __getattr__(self, name: str) -> Floats:
        if name in self.__dict__.get("values", ()):
            return self.measures[name]
        raise AttributeError(f"rules have no {name!r}; the measures are {', '.join(self.__dict__.get('values', ()))}")

    @cached_property
    def count(self) -> Ints:
        """How many transactions have all items of the rule, in units of 1 / scale: int64."""
        return self.tables.both[self.table]

    @cached_property
    def measures(self) -> dict[str, Floats]:
        """The measures by name: float64; their formulas say where they are infinite or undefined (NaN)."""
        return {name: values[self.table] for name, values in self.values.items()}

    @cached_property
    def antecedent(self) -> NDArray[np.object_]:
        """The items as tuples, the rarest first: object."""
        return self.sets.tuples[self.antecedents]

    @cached_property
    def consequent(self) -> NDArray[np.object_]:
        """The items as tuples, the rarest first: object."""
        return self.sets.tuples[self.consequents]

    @property
    def columns(self) -> dict[str, NDArray[Any]]:
        """The columns that are written, by name; with decimal weights, count is float64."""
        count = self.count if self.scale == 1 else self.count / self.scale
        return {"antecedent": self.antecedent, "consequent": self.consequent, "count": count, **self.measures}

    def head(self, rows: int) -> dict[str, NDArray[Any]]:
        """Returns the first rows of the columns; only of these rows tuples are made."""
        table = self.table[:rows]
        count = self.tables.both[table]
        sides = (self.sets.some(numbers[:rows]) for numbers in (self.antecedents, self.consequents))
        return {
            **dict(zip(("antecedent", "consequent"), sides, strict=True)),
            "count": count if self.scale == 1 else count / self.scale,
            **{name: values[table] for name, values in self.values.items()},
        }

    def row_keys(self, rows: int) -> list[str]:
        """Returns the numbers of the first rows, from 1: rules with the same text may differ in their items."""
        return [*map(str, range(1, min(rows, len(self)) + 1))]

    def pictures(self) -> Sequence[Picture]:
        """Returns the pictures `scatter`, support against confidence, and the strongest rules as `graph`, `matrix`."""
        from nlpkit.rules.pictures import FirstRules, pictures_of  # here, because few results are drawn

        first, tables = self.head(MOST_POINTS), self.tables.take(self.table[:MOST_POINTS])
        sides = zip(first["antecedent"].tolist(), first["consequent"].tolist(), strict=True)
        return pictures_of(FirstRules(list(sides), tables, self.row_keys(MOST_POINTS), len(self)))

    def bars(self, column: str, noun: str = "rule") -> Bars:
        """Returns the first twenty rules as bars; see `ResultTable.bars`. The bar of a p-value is its logarithm: the
        smaller, the longer.

        column: a measure, which need not be among those of the table.
        """
        drawn, measure = min(len(self), MOST_BARS), MEASURES[column]
        values = self.values[column] if measure.compute is None else measure.compute(self.tables)
        lengths = values[self.table[:drawn]].tolist()
        if measure.is_p:
            lengths = [-math.log10(p) if p > 0 else math.inf if p == 0 else p for p in lengths]
        title = first_bars(f"{'-log10 of ' * measure.is_p}{column}", drawn, len(self), noun)
        return Bars(title, self._labels(drawn), lengths)

    def _labels(self, rows: int) -> list[str]:
        first = self.head(rows)
        sides = zip(first["antecedent"], first["consequent"], strict=True)
        return [f"{', '.join(a)} -> {', '.join(c)}" for a, c in sides]

    def __iter__(self) -> Iterator[Rule]:
        names = list(self.values)
        columns = [column.tolist() for column in self.columns.values()]
        for antecedent, consequent, count, *values in zip(*columns, strict=True):
            yield Rule(antecedent, consequent, count, dict(zip(names, values, strict=True)))

    def to_pandas(self) -> pandas.DataFrame:
        """Returns a frame as mlxtend's: its columns, frozensets in the first two, then our measures that it lacks.

        Raises OptionError where pandas is not installed.
        """
        sets = objects(map(frozenset, self.sets.texts(self.sets.names)), len(self.sets))
        of_tables = {
            "antecedent support": self.tables.a / self.tables.n,
            "consequent support": self.tables.c / self.tables.n,
            **{name: compute(self.tables) for name, compute in _MLXTEND.items()},
            **{name: values for name, values in self.values.items() if name not in _THERE},
        }
        columns: dict[str, Any] = {"antecedents": sets[self.antecedents], "consequents": sets[self.consequents]}
        columns.update({name: values[self.table] for name, values in of_tables.items()})
        return data_frame(columns)

    def _text(self, format: str) -> Iterator[bytes]:
        """A row for each rule: antecedent, consequent, count, measures.

        In tsv and csv the cell of a set is a record of CSV: items with commas between them, quoted where they hold a
        comma, a quote or a line end, or begin or end in white space; csv quotes the whole cell once more. In tsv a tab
        or line end in an item is written as its symbol: U+2409, U+240A, U+240D. Floats have six decimals, p-values six
        significant digits; infinite is `inf`, undefined an empty cell. In jsonl sets are arrays, floats in full,
        infinite and undefined null.
        """
        names = ["antecedent", "consequent", "count", *self.values]
        if format == "jsonl":
            sides = '{"antecedent": [%s], "consequent": [%s], %s}'
            rest = ", ".join([f'"{name}": %s' for name in names[2:]])
        else:
            separator = "," if format == "csv" else "\t"
            yield f"{separator.join(names)}\n".encode()
            sides = '"%s","%s",%s' if format == "csv" else "%s\t%s\t%s"
            rest = separator.join(["%s"] * (len(names) - 2))
        sets = np.empty(len(self.sets), np.object_)
        comma = ", " if format == "jsonl" else ","
        sets[:] = list(map(comma.join, self.sets.texts(list(map(ITEM_TEXTS[format], self.sets.names)))))
        for begin in range(0, len(self), _ROWS):
            rows = slice(begin, begin + _ROWS)
            tables, place = np.unique(self.table[rows], return_inverse=True)
            ends = np.array([*map(rest.__mod__, zip(*self._numbers(tables, format), strict=True)), None], np.object_)
            columns = (sets[self.antecedents[rows]], sets[self.consequents[rows]], ends[place])
            rows_of_text = map(sides.__mod__, zip(*(column.tolist() for column in columns), strict=True))
            yield "\n".join([*rows_of_text, ""]).encode("utf-8", "replace")

    def _numbers(self, tables: NDArray[np.int32], format: str) -> Iterator[list[str]]:
        """Yields the count and the measures of some tables."""
        yield [count_text(units, self.scale) for units in self.tables.both[tables].tolist()]
        for name, values in self.values.items():
            yield _texts(values[tables], format, MEASURES[name].is_p)


def _texts(values: Floats, format: str, is_p: bool) -> list[str]:
    if format == "jsonl":
        return [repr(value) if math.isfinite(value) else "null" for value in values.tolist()]
    if is_p:
        return [f"{value:.6g}" if value == value else "" for value in values.tolist()]
    rounded = values.round(6) + 0.0  # makes -0.0 plain 0.0
    return [
        "" if value != value else decimal_text(value) if math.isfinite(value) else repr(value)
        for value in rounded.tolist()
    ]
