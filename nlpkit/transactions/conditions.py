"""Conditions that rows must meet: `Qty > 0`, `Date >= 2026-11-01`, `Invoice !~ ^C`."""

from __future__ import annotations

import operator
import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from nlpkit.errors import Option, OptionError, Repeated
from nlpkit.transactions.numbers import Marks, TwoWays, plain, readings
from nlpkit.transactions.truth import MISSING

_FORM = re.compile(r"""\s*(?:"([^"]+)"|'([^']+)'|(.+?))\s*(!=|<=|>=|==|=|<|>|!~|~)\s*(.*?)\s*""", re.DOTALL)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SIGNS = {"<>": "!=", "=>": ">=", "=<": "<=", "=!": "!=", "=~": "~", "~=": "~", "~~": "~", "==": "=", "!==": "!="}
_SIGN = re.compile(r"(?:[=<>~]|!(?=[=<>~\s])|\s+(?=[=<>~]))+")
_ALSO = re.compile(r"\s(?:and|or)\s|\s*(?:&&|\|\|)|\s&\s|\s*且", re.IGNORECASE)
_FURTHER = re.compile(rf"(?:{_ALSO.pattern}).+?[=<>~]", re.IGNORECASE | re.DOTALL)
_TIME = r"(?:[T ]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(.*))?"
_YEAR_FIRST = re.compile(
    r"([0-9]{4})(?:([-/.])|\s*年\s*)([0-9]{1,2})(?:(?:\2|\s*月\s*)([0-9]{1,2}))?\s*[月日]?" + _TIME
)
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})" + _TIME)
_NUMERIC_DATE = re.compile(r"([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4})" + _TIME)
_FIGURES = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_YEAR_OF_TWO = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2}(?![0-9]).*")
_MARKS = ("", "-", "-", " ", ":", ":")  # before the parts of a date
_UNCLEAR = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})(?![0-9]).*")

Date = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """Whether a cell that can be read in two ways meets a condition, in each."""

    first: bool
    second: bool


Verdict = bool | Ways | tuple[str, ...]
"""Whether a cell meets a condition; or why that cannot be said, parts of a message."""


class Judge:
    """Says whether cells meet a condition; "" is an empty one.

    Some cells can be read in two ways: 1.250 with a decimal point or a comma, 1/2/2026 with the day or the month first.
    They are read as the other cells of the column show, before and after them.
    """

    def __init__(self, verdict: Callable[[str], Verdict]) -> None:
        self._verdict = verdict

    def __call__(self, cell: str) -> Verdict:
        return self._verdict(cell)

    def way(self, is_all: bool) -> int | None:
        """Returns in which way cells are read: 0 or 1; None if that is not known yet, or never will be: with two
        decimal marks in the column, say. is_all: there are no further cells."""
        return None

    @property
    def is_torn(self) -> bool:
        """Whether some cells show one way, and some the other."""
        return False

    def doubt(self, cell: str) -> tuple[str, ...]:
        """Returns why a cell cannot be judged that can be read in two ways, parts of a message."""
        return ()


@dataclass(frozen=True)
class Condition:
    """One condition. column: a name, or a number from 1. operator: one of those in _COMPARE, `~` or `!~`.

    value: what cells are compared with. is_text: whether cells are compared with it as texts.
    """

    column: str
    operator: str
    value: str
    is_text: bool = False

    def judge(self) -> Judge:
        """Returns what says whether a cell meets the condition; it must get all distinct cells of the column."""
        if self.operator in ("~", "!~"):
            found = re.compile(self.value).search
            return Judge(lambda cell: (found(cell) is not None) == (self.operator == "~"))
        compare = _COMPARE[self.operator]
        point, comma = (None, None) if self.is_text else readings(self.value)
        date = None if self.is_text else _date(self.value)
        if point is not None or comma is not None:
            return _Numbers(self, comma if point is None else point, point if comma is None else comma)
        if date is not None:
            return _Dates(self, date)
        is_order = self.operator not in ("=", "!=")

        def verdict(cell: str) -> Verdict:
            if is_order and not self.is_text and (_date(cell) or any(value is not None for value in readings(cell))):
                way = Repeated("where", stated(self.column, self.operator, f'"{self.value}"'))
                return f"{self.value!r} is neither a number nor a date, as {cell!r} is; compare texts by ", way
            return bool(cell or not is_order) and compare(cell, self.value)

        return Judge(verdict)


class _Either(Judge):
    """A judge of cells of which some can be read in two ways, and some in one of these. ways: of this column."""

    def __init__(self, condition: Condition, ways: TwoWays) -> None:
        super().__init__(self._judge)
        self._ways = ways
        self._condition = condition
        self._compare = _COMPARE[condition.operator]
        self._is_order = condition.operator not in ("=", "!=")

    def way(self, is_all: bool) -> int | None:
        return self._ways.way(is_all)

    @property
    def is_torn(self) -> bool:
        return self._ways.is_torn

    def _judge(self, cell: str) -> Verdict:
        raise NotImplementedError

    @staticmethod
    def _either(met: list[bool | None]) -> Verdict:
        """Returns the verdict on a cell. met: whether it meets the condition in each way, None if it is not to be read
        so."""
        first, second = met
        if first is None or second is None:
            return bool(second if first is None else first)
        return first if first == second else Ways(first, second)

    def _there(self, cell: str) -> str:
        return f"the column {self._condition.column!r} holds {cell!r}"

    def _pattern(self) -> tuple[str, ...]:
        return "choose others by a pattern: ", Repeated("where", stated(self._condition.column, "~", "PATTERN"))


class _Numbers(_Either):
    """Compares the numbers of a column with one number, exactly. The first way is that with a decimal point.

    point, comma: the number with either decimal mark: that of the condition is read as those of the column are.
    """

    def __init__(self, condition: Condition, point: Decimal | None, comma: Decimal | None) -> None:
        self._marks = Marks()
        super().__init__(condition, self._marks)
        self._numbers = (point, comma)
        self._year = int(condition.value) if re.fullmatch("[0-9]{4}", condition.value) else None

    def _judge(self, cell: str) -> Verdict:
        values = self._marks.read(cell)
        if values == (None, None):
            return self._of_no_number(cell)
        if self.is_torn and self._numbers[0] != self._numbers[1]:
            return self.doubt(cell)
        both = zip(values, self._numbers, strict=True)
        return self._either([None if value is None else self._compare(value, number) for value, number in both])

    def _of_no_number(self, cell: str) -> Verdict:
        year = None if self._year is None else _year(cell)
        if year is not None:
            return self._compare(year, self._year)
        if not cell or not self._is_order:
            return self._condition.operator == "!="
        there = f"{self._there(cell)}, which is not a number to compare with {self._condition.value}; "
        if _date(cell) is not None or _UNCLEAR.fullmatch(cell):
            return (f"{there}compare it with a date, written as 2026-01-31",)
        if cell.lower() not in MISSING:
            return (there, *self._pattern())
        return there, Repeated("missing", cell), " makes such cells empty"

    def doubt(self, cell: str) -> tuple[str, ...]:
        name = self._condition.column
        if self._numbers[0] == self._numbers[1]:
            return (f"the column {name!r}: {self._marks.doubt(cell)}",)
        cause = self._marks.contradiction if self.is_torn else "no cell of the column shows which"
        one, other = map(plain, self._numbers)
        said = f"{self._condition.value} is {one} or {other}, and {cause}; write the number as {one} or as {other}"
        return (f"the column {name!r}: {said}",)


class _Dates(_Either):
    """Compares the dates of a column with one date, as far as both are given: 2026-11-05 is 2026-11. The first way is
    that with the day first."""

    def __init__(self, condition: Condition, date: Date) -> None:
        super().__init__(condition, TwoWays())
        self._date = date

    def _judge(self, cell: str) -> Verdict:
        if not cell:
            return self._condition.operator == "!="
        found = _read(cell)
        if all(one is None or len(one) < len(self._date) for one in found):
            if not self._is_order and not _UNCLEAR.fullmatch(cell):
                return self._condition.operator == "!="
            return self.doubt(cell)
        met = [None if one is None else self._compare(one[: len(self._date)], self._date) for one in found]
        self._ways.note(cell, met[0] is not None, met[1] is not None)
        return self._either(met)

    def doubt(self, cell: str) -> tuple[str, ...]:
        there, found = self._there(cell), _read(cell)
        sure = [date for date in dict.fromkeys(found) if date is not None and len(date) < len(self._date)]
        if sure:
            short = _written(self._date[: len(sure[0])])
            said = f"{there}, of which only {' or '.join(map(_written, sure))} is certain; "
            way = Repeated("where", stated(self._condition.column, self._condition.operator, short))
            return f"{said}compare it with a date as short: ", way
        if None not in found:
            cause = "no cell with a day above 12 shows whether the day or the month comes first"
            if self.is_torn:
                cause = f"the day comes first in {self._ways.shown[0]!r}, and the month in {self._ways.shown[1]!r}"
        elif _YEAR_OF_TWO.fullmatch(cell):
            cause = "its year has two digits"
        elif any(form.fullmatch(cell) for form in (_YEAR_FIRST, _DAY_FIRST, _NUMERIC_DATE, _FIGURES)):
            cause = "there is no such day"
        else:
            return f"{there}, which is no date to compare with {self._condition.value}; ", *self._pattern()
        return f"{there}, a date that cannot be compared with {self._condition.value}: {cause}; ", *self._pattern()


def parse_condition(text: str) -> Condition:
    """Returns the condition that a text like `Qty > 0` states. Raises OptionError."""
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise OptionError(
            Option("where"), f" is {text!r}; write a column, one of = != < <= > >= ~ !~, and a value: 'Quantity > 0'"
        )
    column = match[1] or match[2] or match[3]
    name, value = "=" if match[4] == "==" else match[4], match[5]
    is_text = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    if doubt := _doubt(column, name, value, text[match.end(4) :][:1].isspace(), is_text):
        raise OptionError(Option("where"), f" is {text!r}; ", *doubt)
    value = value[1:-1] if is_text else value
    condition = Condition(column, name, value, is_text)
    if name in ("~", "!~"):
        try:
            re.compile(value)
        except re.error as error:
            raise OptionError(
                Option("where"), f" is {text!r}; {value!r} is not a regular expression: {error}"
            ) from error
    elif name in ("<", "<=", ">", ">="):
        if not value:
            raise OptionError(Option("where"), f" is {text!r}; there is no value after {name}")
        if not is_text and _date(value) is None and (_DAY_FIRST.fullmatch(value) or _YEAR_FIRST.fullmatch(value)):
            raise OptionError(Option("where"), f" is {text!r}; there is no such day; write a date as 2026-12-31")
        if not is_text and _date(value) is None and _UNCLEAR.fullmatch(value):
            raise OptionError(
                Option("where"), f" is {text!r}; write the date with the year first: 2026-12-31, or as 31.12.2026"
            )
    return condition


def _doubt(column: str, name: str, value: str, is_apart: bool, is_text: bool) -> tuple[str, ...]:
    """Returns why a value is probably none, parts of a message; () if it is one.

    is_apart: white space stands before it. is_text: quotes stand around it.
    """
    is_search = name in ("~", "!~")
    sign = _SIGN.match(value)
    if sign and not (is_search and is_apart):
        written = name + "".join(sign[0].split())
        rest = value[sign.end() :].strip()
        right = _SIGNS.get(written, _SIGNS.get(written[:2], name))
        return f"write {stated(column, right, rest)}, or put the value in quotes: ", stated(column, name, f'"{value}"')
    inside = value.lstrip(value[0]).partition(value[0])[2] if is_text else value
    also = _FURTHER.search(inside)
    if also is None and not is_text and name in ("<", "<=", ">", ">="):
        also = _ALSO.search(inside) or re.search("[=<>~]", inside)
    if also is None:
        return ()
    each = "give one condition each time: ", Option("where"), " may be repeated, and all conditions must hold"
    return each if is_text else (*each, "; put a value that has such words in it in quotes")


def stated(column: str, operator: str, value: str) -> str:
    """Returns a condition as it is written."""
    quote = "'" if '"' in column else '"'
    shown = f"{quote}{column}{quote}" if re.search("[=<>~!'\"]", column) else column
    return f"{shown} {operator} {value}"


def _date(text: str) -> Date | None:
    """Returns (year, month, day, hour, minute, second) as far as they are given; None for what is not such a date."""
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        parts = (match[1], match[3], match[4], *match.groups()[4:])
    else:
        match = _DAY_FIRST.fullmatch(text)
        if not match:
            return None
        parts = (match[3], match[2], match[1], *match.groups()[3:])
    return _made(parts)


def _dates(text: str) -> list[Date | None]:
    """Returns a date like 1/2/2026 as _date does, read with the day first, and with the month first."""
    match = _NUMERIC_DATE.fullmatch(text)
    if not match:
        return [None, None]
    one, _, other, year, *time = match.groups()
    return [_made((year, other, one, *time)), _made((year, one, other, *time))]


def _read(cell: str) -> list[Date | None]:
    """Returns the dates that a cell holds, with the day first and with the month first; the same for most forms."""
    date = _date(f"{match[1]}-{match[2]}-{match[3]}" if (match := _FIGURES.fullmatch(cell)) else cell)
    return [date, date] if date is not None else _dates(cell)


def _year(text: str) -> int | None:
    date = next((date for date in (_date(text), *_dates(text)) if date is not None), None)
    return None if date is None else date[0]


def _made(parts: Sequence[str | None]) -> Date | None:
    """Returns a date of year, month, day, hour, minute, second, and what stands after them; None if there is no such
    month or day."""
    *figures, rest = parts
    found = [int(part) for part in figures if part is not None]
    if rest and rest.strip() and not re.fullmatch(r"\.0*", rest):
        found = found[:3]  # AM, a time zone or parts of a second follow, so only the day is certain
    year, month, day = (*found, 1)[:3]
    if not 1 <= month <= 12 or not 1 <= day <= (monthrange(year, month)[1] if year else 31):
        return None
    return tuple(found)


def _written(date: Date) -> str:
    """Returns a date as it is written in a condition: 2026-11, 2026-11-05, 2026-11-05 08:26."""
    width = (4, 2, 2, 2, 2, 2)
    return "".join(f"{mark}{part:0{size}d}" for mark, part, size in zip(_MARKS, date, width, strict=False))
