"""What the values of columns say about them: how often they repeat, and which column determines another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from nlpkit.kernels.types import I64
from nlpkit.transactions.names import Role, role_of
from nlpkit.transactions.numbers import DECIMAL, INTEGER, NUMBER, WHOLE
from nlpkit.transactions.truth import truth

__all__ = [
    "FEWEST_ROWS",
    "FEW_ROWS",
    "MANY_ROWS",
    "Column",
    "Groups",
    "columns_of",
    "determines",
    "ends_blank",
    "is_zero",
    "named_by_cells",
    "repeats_within",
    "specificity",
    "without",
]

FEWEST_ROWS = 4  # that tell a table from baskets
FEW_ROWS = 10  # from which values that never repeat are ids, and two words between spaces may be an id and an item
MANY_ROWS = 20  # from which values tell baskets and categories without a header from each other

_DATE = re.compile(
    r"\d{1,4}[-/.年년]\s?\d{1,2}[-/.月월]\s?\d{1,4}[日일]?(?:[ T].*)?|\d{4}[-/年년]\s?\d{1,2}[月월]?"
    r"|\d{1,2}:\d{2}(?::\d{2}.*)?|\d{1,2}[- ][A-Za-z]{3}[- ]\d{2,4}"
)
_CODE = re.compile(r"(?=.*\d)[\w#@.:/+-]+")
_COUNTED = re.compile(r"(\D*)([0-9]{1,18})")
_FEWEST_COUNTED = 10  # values
_SURE = 0.98  # of the repeats must agree for a column to determine another
_ENOUGH = 3  # repeats
_BY_CHANCE = 0.01  # the probability of as many agreements, if the columns had nothing to do with each other


class Groups:
    """Rows grouped by what some cells hold.

    codes: int64, the group of each row. firsts: int64, the first row of each group. count: the number of groups.
    """

    def __init__(self, codes: I64) -> None:
        _, self.firsts, self.codes = np.unique(codes, return_index=True, return_inverse=True)
        self.count = int(self.firsts.size)

    @property
    def repeats(self) -> int:
        """The number of rows that are not the first of their group."""
        return int(self.codes.size) - self.count

    @property
    def are_together(self) -> bool:
        """Whether the rows of each group follow each other."""
        return int(np.count_nonzero(np.diff(self.codes))) == self.count - 1

    def __and__(self, other: Groups) -> Groups:
        """Returns the groups of rows that are in the same group here and there."""
        return Groups(self.codes * other.count + other.codes)


class Column:
    """A column of the first rows: its name ('' if it has none), and its cells, which are lazily looked at.

    is_alone: no other column has its name.
    """

    def __init__(self, place: int, name: str, cells: Sequence[str], is_alone: bool = True) -> None:
        self.place, self.name, self.cells, self._is_alone = place, name, cells, is_alone
        self.role = role_of(name) if name else Role.NONE

    def with_cells(self, cells: Sequence[str]) -> Column:
        """Returns the column with other cells."""
        return Column(self.place, self.name, cells, self._is_alone)

    @property
    def ref(self) -> str:
        """What options call it: its name, or else its number."""
        return self.name if self.name and self._is_alone else str(self.place + 1)

    @property
    def shown(self) -> str:
        """What a message calls it."""
        return self.name if self.name and self._is_alone else f"column {self.place + 1}"

    @cached_property
    def filled(self) -> list[str]:
        """The cells that are not blank."""
        return [cell for cell in self.cells if cell]

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value occurs."""
        return Counter(self.filled)

    @property
    def distinct(self) -> int:
        """The number of values."""
        return len(self.counts)

    @property
    def is_unique(self) -> bool:
        """Whether no value occurs twice."""
        return self.distinct == len(self.filled) > 0

    def _share(self, pattern: re.Pattern[str]) -> float:
        counts = self.counts
        return sum(n for value, n in counts.items() if pattern.fullmatch(value)) / max(1, len(self.filled))

    @cached_property
    def is_numeric(self) -> bool:
        """Whether all values are numbers, bar one in fifty."""
        return self._share(NUMBER) >= _SURE

    @cached_property
    def is_integer(self) -> bool:
        """Whether all values are whole numbers without a sign."""
        return self._share(INTEGER) >= _SURE

    @cached_property
    def is_decimal(self) -> bool:
        """Whether most values are decimal fractions."""
        return self._share(DECIMAL) > 0.5 and not self.is_date

    @cached_property
    def is_whole(self) -> bool:
        """Whether the values are whole numbers, also written as 1.0 or 1,200, or truth values."""
        return all(WHOLE.fullmatch(value) or truth(value) is not None for value in self.counts)

    @cached_property
    def is_date(self) -> bool:
        """Whether the values look like dates or times."""
        return self._share(_DATE) > 0.9

    @cached_property
    def is_code(self) -> bool:
        """Whether the values are numbers or codes with digits, without spaces."""
        return self._share(_CODE) >= 0.95

    @cached_property
    def is_truth(self) -> bool:
        """Whether all values are truth values, as in a one-hot table."""
        return all(truth(value) is not None for value in self.counts)

    @cached_property
    def holds_zero(self) -> bool:
        """Whether some cell is blank, 0 or false."""
        return len(self.filled) < len(self.cells) or any(is_zero(value) for value in self.counts)

    @cached_property
    def rises(self) -> bool:
        """Whether the values are whole numbers that rise by one from row to row."""
        if not self.is_integer or len(self.filled) < 2 or len(self.filled) < len(self.cells):
            return False
        numbers = [int(value) for value in self.filled if value.isdecimal()]
        steps = sum(b - a == 1 for a, b in pairwise(numbers))
        return len(numbers) == len(self.filled) and self.is_unique and steps >= _SURE * (len(numbers) - 1)

    @cached_property
    def numbers(self) -> list[int]:
        """The whole numbers in the cells, perhaps behind letters that are the same in all; none, if one lacks it."""
        letters: str | None = None
        number_of: dict[str, int] = {}
        for value in self.counts:
            match = _COUNTED.fullmatch(value)
            if match is None or letters not in (None, match[1]):
                return []
            letters, number_of[value] = match[1], int(match[2])
        return [number_of[cell] for cell in self.cells] if len(self.filled) == len(self.cells) else []

    @cached_property
    def counts_up(self) -> bool:
        """Whether the numbers stay, or rise (or fall) by one, from row to row, and none begins again."""
        size = len(self.cells)
        if not _FEWEST_COUNTED <= self.distinct < size or size - self.runs > self.distinct or not self.numbers:
            return False
        steps = Counter(b - a for a, b in pairwise(self.numbers))
        return steps[0] + max(steps[1], steps[-1]) >= _SURE * (size - 1)

    @cached_property
    def runs(self) -> int:
        """How many cells equal the one before."""
        return sum(a == b for a, b in pairwise(self.cells) if a)

    @cached_property
    def groups(self) -> Groups:
        """The rows grouped by the values of the column."""
        numbers: dict[str, int] = {}
        return Groups(np.array([numbers.setdefault(cell, len(numbers)) for cell in self.cells], np.int64))

    @cached_property
    def chance(self) -> float:
        """The probability that two of its cells, drawn at random, are equal."""
        size = max(1, len(self.filled))
        return sum((n / size) ** 2 for n in self.counts.values())


def is_zero(value: str) -> bool:
    """Returns whether a cell of a matrix says that its item is absent."""
    return truth(value) is False or bool(re.fullmatch(r"0+(?:[.,]0*)?", value))


def columns_of(names: Sequence[str] | None, rows: Sequence[Sequence[str]]) -> list[Column]:
    """Returns the columns of rows of the same width. names: those of the header, if there is one."""
    width = len(rows[0]) if rows else len(names or ())
    names = names or [""] * width
    counts = Counter(names)
    return [Column(i, names[i], [row[i] for row in rows], counts[names[i]] == 1) for i in range(width)]


def determines(key: Groups, value: Column) -> bool:
    """Returns whether equal keys have equal values, and that is not so by chance."""
    repeats = key.repeats
    if value.chance > 0.9 or repeats < _ENOUGH:
        return False
    codes = value.groups.codes
    agreeing = int((codes == codes[key.firsts[key.codes]]).sum()) - key.count
    return bool(agreeing >= _SURE * repeats and value.chance**agreeing < _BY_CHANCE)


# ---- what several columns have in common


def without(columns: Sequence[Column], some: Sequence[Column]) -> list[Column]:
    """Returns the columns that are not among some others."""
    places = {column.place for column in some}
    return [column for column in columns if column.place not in places]


def named_by_cells(columns: Sequence[Column]) -> list[Column]:
    """Returns the columns that hold nothing but their own names and blank cells, as forms write several answers to one
    question; none, if they are fewer than two, or may be baskets with blank cells at the ends of rows."""
    found = [column for column in columns if column.counts.keys() <= {column.name} and not all(column.cells)]
    return found if sum(bool(column.filled) for column in found) > 1 and not ends_blank(found) else []


def ends_blank(columns: Sequence[Column]) -> bool:
    """Returns whether blank cells stand at the ends of rows only, in at least a third of the rows."""
    blank = 0
    rows = list(zip(*(column.cells for column in columns), strict=True))
    for row in rows:
        filled = sum(1 for cell in row if cell)
        if any(row[filled:]):
            return False
        blank += filled < len(row)
    return 3 * blank >= len(rows)


def repeats_within(columns: Sequence[Column]) -> float:
    """Returns the share of rows in which a value stands twice: a basket has an item once."""
    rows = list(zip(*(column.cells for column in columns), strict=True))
    twice = 0
    for row in rows:
        cells = [cell for cell in row if cell]
        twice += len(set(cells)) < len(cells)
    return twice / max(1, len(rows))


def specificity(columns: Sequence[Column]) -> float:
    """Returns which share of the cells stand in the column in which their value is the most frequent."""
    total: Counter[str] = Counter()
    most: Counter[str] = Counter()
    for column in columns:
        for value, n in column.counts.items():
            total[value] += n
            most[value] = max(most[value], n)
    return most.total() / max(1, total.total())
