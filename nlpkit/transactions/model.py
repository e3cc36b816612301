"""Transactions: sets of items, as arrays."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import Option, OptionError, counted
from nlpkit.places.sources import is_frame

if TYPE_CHECKING:
    import pandas

_FLAGS = (bool, int, float, np.bool_, np.number)


class Transactions:
    """Transactions in the order of the input, each with its items by number.

    names: the texts of the items by number, in the order of their first occurrence.
    ids: int32[occurrences], the numbers of the items of all transactions, end to end, as they were read: an item may
    occur twice in a transaction.
    offsets: int64[transactions + 1]; transaction i is ids[offsets[i]:offsets[i + 1]].
    weights: int64[transactions], in units of 1/scale; None: each counts once. scale: a power of ten; if it is 100, a
    weight of 0.25 is 25.

    Iterating gives each transaction's items as a list of strings.

    >>> transactions = Transactions.from_lists([["beer", "bread"], ["beer"]])
    >>> len(transactions), transactions.names
    (2, ['beer', 'bread'])
    """

    __slots__ = ("ids", "names", "offsets", "scale", "weights")

    def __init__(
        self,
        names: list[str],
        ids: NDArray[np.int32],
        offsets: NDArray[np.int64],
        weights: NDArray[np.int64] | None = None,
        scale: int = 1,
    ) -> None:
        self.names, self.ids, self.offsets, self.weights, self.scale = names, ids, offsets, weights, scale

    @classmethod
    def from_lists(cls, transactions: Iterable[Iterable[str]]) -> Transactions:
        """Makes transactions of any iterable of transactions, each an iterable of its items (str).

        Raises OptionError for items that are not strings, and for a string in place of a transaction.
        """
        numbers: dict[str, int] = {}
        ids: list[int] = []
        ends = [0]
        for number, transaction in enumerate(transactions):
            if isinstance(transaction, (str, bytes)):
                raise OptionError(f"transaction {number} is {transaction!r}; give a list of items")
            for item in transaction:
                if not isinstance(item, str):
                    raise OptionError(f"transaction {number} holds {item!r}; items are strings")
                ids.append(numbers.setdefault(item, len(numbers)))
            ends.append(len(ids))
        return cls(list(numbers), np.array(ids, np.int32), np.array(ends, np.int64))

    @classmethod
    def from_frame(cls, frame: pandas.DataFrame) -> Transactions:
        """Makes transactions of a one-hot pandas frame: a row is a transaction, a column is an item, named by its
        label; the cells are bool, or quantities, of which those above 0 count. Cells without a value (NaN) are as 0.
        Raises OptionError for other values."""
        if not is_frame(frame):
            raise OptionError(f"{type(frame).__name__} is not a pandas frame; lists of items go to from_lists")
        names = [str(label) for label in frame.columns]
        if len(set(names)) < len(names):
            raise OptionError(f"two columns are called {max(names, key=names.count)!r}; an item has one")
        rows: list[Any] = []
        columns: list[Any] = []
        for i in range(len(names)):
            cells = frame.iloc[:, i].to_numpy()
            if cells.dtype.kind in "biuf":
                held, fits = cells > 0, ~(cells < 0)
            else:
                said = [_presence(cell) for cell in cells]
                held = np.array([has is True for has in said], np.bool_)
                fits = np.array([has is not None for has in said], np.bool_)
            if not fits.all():
                row = int(np.argmin(fits))
                raise OptionError(
                    f"row {row} of the column {names[i]!r} holds {cells[row]!r}; the cells of a one-hot frame are True "
                    "and False, or quantities of 0 or more"
                )
            rows.append(np.flatnonzero(held))
            columns.append(np.full(rows[-1].size, i, np.int32))
        owners = np.concatenate(rows) if rows else np.empty(0, np.int64)
        ids = np.concatenate(columns) if columns else np.empty(0, np.int32)
        offsets = np.zeros(len(frame) + 1, np.int64)
        np.cumsum(np.bincount(owners, minlength=len(frame)), out=offsets[1:])
        return cls(names, ids[np.argsort(owners, kind="stable")], offsets)

    def __len__(self) -> int:
        return self.offsets.size - 1

    @property
    def total(self) -> int:
        """The sum of all weights, in units of 1/scale; without weights the number of transactions."""
        return len(self) if self.weights is None else int(self.weights.sum())

    def __iter__(self) -> Iterator[list[str]]:
        names, ids = self.names, self.ids
        begin = 0
        for end in self.offsets[1:].tolist():
            yield [names[i] for i in ids[begin:end].tolist()]
            begin = end

    def shown(self, most: int, exclude: Container[str] = ()) -> Iterator[str]:
        """Yields the first transactions, `most` or fewer, as lines for people: `milk, bread`, `milk (weight 2.5)`,
        `(no items)`; items with a comma or a quote in them are quoted as in CSV, and their line ends are `\\n`.

        exclude: items that are left out.
        """
        for number, items in enumerate(islice(self, most)):
            kept = [_quoted(item) for item in dict.fromkeys(items) if item not in exclude]
            line = ", ".join(kept) or "(no items)"
            if self.weights is not None:
                whole, rest = divmod(int(self.weights[number]), self.scale)
                figures = f"{rest:0{len(str(self.scale)) - 1}d}".rstrip("0") if rest else ""
                line += f" (weight {whole}{figures and '.'}{figures})"
            yield line

    def __repr__(self) -> str:
        weighted = "" if self.weights is None else f", weights in units of 1/{self.scale}"
        return (
            f"<Transactions: {len(self):,} of {counted(len(self.names), 'item')}, {self.ids.size:,} in all{weighted}>"
        )


def refuse_frame(name: str, given: object) -> None:
    """Raises OptionError for a pandas frame. name: of the argument."""
    if is_frame(given):
        raise OptionError(
            Option(name),
            " is a pandas frame; give apriori Transactions.from_frame(frame) if it is one-hot, or "
            "frame.groupby(ID)[ITEM].agg(list) if a row has one item",
        )


def _presence(cell: object) -> bool | None:
    """Returns whether a cell of a frame says that the item is there; None if it says neither."""
    if cell is None or type(cell).__name__ == "NAType" or cell != cell:
        return False
    return bool(cell > 0) if isinstance(cell, _FLAGS) and cell >= 0 else None


def _quoted(item: str) -> str:
    """Returns an item as it stands among others in a line."""
    item = item.replace("\r", "\\r").replace("\n", "\\n")
    return '"' + item.replace('"', '""') + '"' if "," in item or '"' in item else item
