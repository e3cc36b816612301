"""How transactions are read from tables: the options and their checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from nlpkit.choices import LAYOUTS
from nlpkit.corpus.options import check_delimiter
from nlpkit.errors import Option, OptionError
from nlpkit.options import NoEffect, check_choice, check_effects, unescaped
from nlpkit.transactions.conditions import Condition, parse_condition

Column: TypeAlias = str | int
"""A name in the header, or a number from 1."""

_IDLE = (
    NoEffect(("item",), "layout", ("onehot", "table"), "only the layouts 'long' and 'basket' have columns of items"),
    NoEffect(
        ("item_separator",), "layout", ("onehot", "table"), "only the layouts 'long' and 'basket' have cells of items"
    ),
)


@dataclass(frozen=True, slots=True)
class TransactionOptions:
    """How tables are read; the fields mean what the arguments of read_transactions mean.

    Once made, `id`, `item`, `missing` and `where` are tuples of strings, and `\\t` in `delimiter` and `item_separator`
    is a tab. Raises OptionError.
    """

    layout: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    id: Column | Sequence[Column] | None = ()
    item: Column | Sequence[Column] | None = ()
    weight: Column | None = None
    trim: bool = True
    item_separator: str | None = None
    missing: str | Sequence[str] = ()
    where: str | Sequence[str] = ()
    conditions: tuple[Condition, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        if self.layout is not None:
            check_choice("layout", self.layout, LAYOUTS)
        if self.delimiter is not None:
            object.__setattr__(self, "delimiter", unescaped(self.delimiter))
            check_delimiter(self.delimiter)
        for name in ("id", "item"):
            object.__setattr__(self, name, _columns(name, getattr(self, name)))
        if self.weight is not None:
            object.__setattr__(self, "weight", *_columns("weight", self.weight))
        if self.item_separator is not None:
            object.__setattr__(self, "item_separator", unescaped(self.item_separator))
            if not self.item_separator or "\n" in self.item_separator:
                raise OptionError(Option("item_separator"), f" is {self.item_separator!r}; give what separates items")
        missing = self.missing.split(",") if isinstance(self.missing, str) else self.missing
        object.__setattr__(self, "missing", tuple(filter(None, (cell.strip() for cell in missing))))
        if missing and not self.missing:
            raise OptionError(Option("missing"), " names no cell; empty ones are missing in any case; give others: NA")
        object.__setattr__(self, "where", (self.where,) if isinstance(self.where, str) else tuple(self.where))
        check_effects(self, _IDLE)
        object.__setattr__(self, "conditions", tuple(map(parse_condition, self.where)))

    @property
    def ids(self) -> tuple[str, ...]:
        """The columns that name the transaction, together."""
        return self.id  # type: ignore[return-value]

    @property
    def items(self) -> tuple[str, ...]:
        """The columns of items."""
        return self.item  # type: ignore[return-value]


def _columns(option: str, given: Column | Sequence[Column] | None) -> tuple[str, ...]:
    """Returns the columns that were given as strings."""
    columns = () if given is None else (given,) if isinstance(given, (str, int)) else tuple(given)
    for column in columns:
        if isinstance(column, int) and column < 1:
            raise OptionError(Option(option), f" is {column}; columns are numbered from 1")
        if columns.count(column) > 1:
            raise OptionError(Option(option), f" names the column {column!r} twice")
    return tuple(map(str, columns))
