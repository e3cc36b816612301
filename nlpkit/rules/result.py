"""The result of `association_rules`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.association import Floats, Ints, jaccard, leverage, lift
from nlpkit.errors import counted
from nlpkit.itemsets.result import objects
from nlpkit.results import ResultTable, data_frame
from nlpkit.rules import measures
from nlpkit.rules.columns import RuleColumns
from nlpkit.rules.writing import lines

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


class Rules(RuleColumns, ResultTable):
    """The result of `association_rules`: columns with one entry for each rule, in the order that was asked for.

    Iterating yields Rule tuples. Each measure is an attribute, too: `rules.lift` is its column.
    """

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
        return lines(self, format)
