"""What stands before the rows of a file and says how they are read: `sep=;`, the heads of ARFF and SPMF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says of its own rows.

    size: the bytes of the text before the first row: the head, with the row of names if `columns` has them.
    delimiter: the character between cells; None: that of the other files.
    quoted: cells between spaces may be quoted, as R writes them; other delimiters allow it always.
    columns: the names of the columns; none: the first row has them, if there is a header.
    items: the names of the items, by the cells that stand for them.
    missing: cells that are as if empty.
    sparse: a row is `{place value, ...}` with places from 0, as in ARFF.
    """

    size: int = 0
    delimiter: str | None = None
    quoted: bool = False
    columns: tuple[str, ...] = ()
    items: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    sparse: bool = False
