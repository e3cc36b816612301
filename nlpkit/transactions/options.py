"""How transactions are read from tables: the options and their checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from nlpkit.choices import LAYOUTS
from nlpkit.corpus.options import check_delimiter
from nlpkit.errors import Option, OptionError
from nlpkit.options import NoEffect, check_choice, check_effects, unescaped

Column: TypeAlias = "str | int"
"""A name in the header, or a number from 1."""

_IDLE = (
    NoEffect(("item",), "layout", ("onehot", "table"), "only the layouts 'long' and 'basket' have columns of items"),
)


@dataclass(frozen=True, slots=True)
class TransactionOptions:
    """How tables are read; the fields mean what the arguments of read_transactions mean.

    Once made, `id` and `item` are tuples of strings, and `\\t` as `delimiter` is a tab. Raises OptionError.
    """

    layout: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    id: Column | Sequence[Column] | None = ()
    item: Column | Sequence[Column] | None = ()
    weight: Column | None = None
    trim: bool = True

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
        check_effects(self, _IDLE)

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
