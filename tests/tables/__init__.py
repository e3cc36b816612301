"""Tables of transactions as people have them, each with the transactions that are in it.

Order systems, spreadsheets, R, pandas, SQL, tills, surveys and collections of data sets write them: in several
languages, with columns in any order, ids, dates, prices, row numbers, quantities, and marks of other programs. The
tables were written before the code that guesses how to read them. Every third table of a layout is `aside`: it was not
looked at while that code was made, and its figure is given separately. `late`, `latest` and `newest` hold kinds that
were thought of after the guess had been made, and were first read once, blind. The kinds of `mended` were found to be
wrong by a person who tried files of her own; its tables were written when they had been mended.
"""

from __future__ import annotations

from dataclasses import replace

from tests.tables import (  # noqa: F401  (they register tables)
    basket,
    categories,
    late,
    latest,
    long,
    mended,
    newest,
    onehot,
)
from tests.tables.making import MADE, Table

__all__ = ["Table", "tables"]


def tables(lap: int = 1) -> list[Table]:
    """Returns the tables of a lap; every third of a layout is aside, and all of the later laps."""
    places: dict[str, int] = {}
    out = []
    for table in MADE:
        if table.lap == lap:
            place = places[table.layout] = places.get(table.layout, -1) + 1
            out.append(replace(table, aside=lap > 1 or place % 3 == 2))
    return out
