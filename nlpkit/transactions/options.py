"""How transactions are read from tables: the options and their checks."""

from __future__ import annotations

from dataclasses import dataclass

from nlpkit.choices import LAYOUTS
from nlpkit.corpus.options import check_delimiter
from nlpkit.errors import Option, OptionError
from nlpkit.options import NoEffect, check_choice, check_effects, unescaped

_IDLE = (NoEffect(("item",), "layout", ("basket", "onehot", "table"), "only the layout 'long' has a column of items"),)


@dataclass(frozen=True, slots=True)
class TransactionOptions:
    """How tables are read; the fields mean what the arguments of read_transactions mean.

    `\\t` as `delimiter` becomes a tab. Raises OptionError.
    """

    layout: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    id: str | int | None = None
    item: str | int | None = None
    weight: str | int | None = None
    trim: bool = True

    def __post_init__(self) -> None:
        if self.layout is not None:
            check_choice("layout", self.layout, LAYOUTS)
        if self.delimiter is not None:
            object.__setattr__(self, "delimiter", unescaped(self.delimiter))
            check_delimiter(self.delimiter)
        check_effects(self, _IDLE)
        for name in ("id", "item", "weight"):
            column = getattr(self, name)
            if isinstance(column, int) and column < 1:
                raise OptionError(Option(name), f" is {column}; columns are numbered from 1")
