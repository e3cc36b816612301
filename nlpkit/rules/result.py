"""What `association_rules` gives: rules as columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.association import Floats, Ints, Tables, jaccard, leverage, lift
from nlpkit.errors import OptionError
from nlpkit.itemsets.result import objects
from nlpkit.itemsets.writing import write_lines
from nlpkit.kernels.subsets import spell
from nlpkit.rules import measures
from nlpkit.rules.search import Nodes
from nlpkit.rules.writing import lines

if TYPE_CHECKING:
    import pandas as pd

    from nlpkit.itemsets import Itemsets

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
"""Columns of mlxtend's frame; representativity is 1 where no value is missing."""

_THERE = frozenset([*_MLXTEND, "zhang"])


class Rule(NamedTuple):
    """One rule. count: transactions with the whole of it. Its measures can also be had by name, as in rule.lift."""

    antecedent: tuple[str, ...]
    consequent: tuple[str, ...]
    count: float  # type: ignore[assignment]  # tuple.count is not missed
    measures: dict[str, float]

    def __getattr__(self, name: str) -> float:
        try:
            return self.measures[name]
        except KeyError:
            raise AttributeError(f"a rule has no {name!r}; the measures are {', '.join(self.measures)}") from None


@dataclass(frozen=True, eq=False)
class Sets:
    """Itemsets that rules are made of: int32 items, ranks in names, end to end, the rarest of a set first; set i is
    items[offsets[i]:offsets[i + 1]]."""

    names: list[str]
    items: NDArray[np.int32]
    offsets: Ints

    def __len__(self) -> int:
        return self.offsets.size - 1

    def texts(self, names: list[str]) -> Iterator[list[str]]:
        """The items of each set as other names."""
        flat = [names[item] for item in self.items.tolist()]
        for begin, end in pairwise(self.offsets.tolist()):
            yield flat[begin:end]

    @cached_property
    def tuples(self) -> NDArray[np.object_]:
        return objects(map(tuple, self.texts(self.names)), len(self))


def spelled(tree: Itemsets, rules: Nodes) -> tuple[Sets, Nodes, Nodes]:
    """The sets that are an antecedent or consequent, and each rule's two among them. rules: as of `blocks`."""
    is_used = np.zeros(tree.depths.size, np.uint8)
    is_used[rules[1]] = 1
    is_used[rules[2]] = 1
    nodes = np.flatnonzero(is_used)
    offsets = np.zeros(nodes.size + 1, np.int64)
    np.cumsum(tree.depths[nodes], out=offsets[1:])
    items = np.empty(int(offsets[-1]), np.int32)
    spell(tree.depths, tree.items, is_used, items)
    sets = Sets(list(tree.names), items, offsets)
    number = np.cumsum(is_used, dtype=np.uint32) - np.uint32(1)
    return sets, number[rules[1]], number[rules[2]]


@dataclass(frozen=True, repr=False, eq=False)
class Rules:
    """Rules as columns, one entry a rule, in the order that was asked for. Each measure is an attribute, too.

    sets: all antecedents and consequents; antecedents, consequents: uint32, their numbers in it. tables: the different
    counts that rules have, in units of 1 / scale, a power of 10 that is 1 unless weights have decimals; table: int32,
    their number of each rule. values: float64, the measures of each table, by name.
    """

    sets: Sets
    antecedents: Nodes
    consequents: Nodes
    tables: Tables
    table: NDArray[np.int32]
    values: dict[str, Floats]
    scale: int = 1

    def __len__(self) -> int:
        return self.table.size

    def __repr__(self) -> str:
        return f"<Rules: {len(self):,} rules; {', '.join(self.values)}>"

    def __getattr__(self, name: str) -> Floats:
        if name in self.__dict__.get("values", ()):
            return self.measures[name]
        raise AttributeError(f"rules have no {name!r}; the measures are {', '.join(self.__dict__.get('values', ()))}")

    @cached_property
    def count(self) -> Ints:
        """int64, transactions with the whole rule, in units of 1 / scale."""
        return self.tables.both[self.table]

    @cached_property
    def measures(self) -> dict[str, Floats]:
        """float64 by name; where they are infinite or undefined (NaN), their functions in `measures` say."""
        return {name: values[self.table] for name, values in self.values.items()}

    @cached_property
    def antecedent(self) -> NDArray[np.object_]:
        """Tuples of names, the rarest item first."""
        return self.sets.tuples[self.antecedents]

    @cached_property
    def consequent(self) -> NDArray[np.object_]:
        """Tuples of names, the rarest item first."""
        return self.sets.tuples[self.consequents]

    @property
    def columns(self) -> dict[str, NDArray[Any]]:
        """The columns that are written, by name; count with decimal weights float64."""
        count = self.count if self.scale == 1 else self.count / self.scale
        return {"antecedent": self.antecedent, "consequent": self.consequent, "count": count, **self.measures}

    def __iter__(self) -> Iterator[Rule]:
        names = list(self.values)
        columns = [column.tolist() for column in self.columns.values()]
        for antecedent, consequent, count, *values in zip(*columns, strict=True):
            yield Rule(antecedent, consequent, count, dict(zip(names, values, strict=True)))

    def to_pandas(self) -> pd.DataFrame:
        """A frame that takes the place of mlxtend's: its columns, frozensets in the first two, and then those of our
        measures that it does not have. Raises OptionError where pandas is not installed."""
        try:
            import pandas as pd
        except ImportError as error:
            raise OptionError("pandas is not installed: pip install 'nlpkit[pandas]'") from error
        sets = objects(map(frozenset, self.sets.texts(self.sets.names)), len(self.sets))
        of_tables = {
            "antecedent support": self.tables.a / self.tables.n,
            "consequent support": self.tables.c / self.tables.n,
            **{name: compute(self.tables) for name, compute in _MLXTEND.items()},
            **{name: values for name, values in self.values.items() if name not in _THERE},
        }
        columns: dict[str, Any] = {"antecedents": sets[self.antecedents], "consequents": sets[self.consequents]}
        columns.update({name: values[self.table] for name, values in of_tables.items()})
        return pd.DataFrame(columns)

    def save(self, path: str | PathLike[str] | BinaryIO | None, format: str = "tsv") -> None:
        """Writes a row a rule to a path ('-' or None: stdout) or a binary file, after a header row in tsv and csv.

        Columns: antecedent, consequent, count, measures. In tsv and csv the cell of a set is a record of CSV: items
        with commas between them, quoted where they hold a comma, a quote or a line end, or begin or end in white space;
        csv quotes the whole cell once more. In tsv a tab or line end in an item is written as its symbol: U+2409,
        U+240A, U+240D. Floats have six decimals, p-values six significant digits; infinite is `inf`, undefined an empty
        cell. In jsonl sets are arrays, floats in full, infinite and undefined null.

        Raises OptionError for another format, OutputError.
        """
        write_lines(path, lines(self, format))
