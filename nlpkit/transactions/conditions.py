"""Conditions that rows must meet: `Qty > 0`, `Date >= 2026-11-01`, `Invoice !~ ^C`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from nlpkit.errors import Option, OptionError, Repeated
from nlpkit.transactions.numbers import Marks, readings

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
_UNCLEAR = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})(?![0-9]).*")

Date = tuple[int, ...]
Verdict = bool | tuple[str, ...]
"""Whether a cell meets a condition; or why that cannot be said, parts of a message."""


@dataclass(frozen=True)
class Condition:
    """One condition. column: a name, or a number from 1. operator: one of those in _COMPARE, `~` or `!~`.

    value: what cells are compared with. is_text: whether cells are compared with it as texts.
    """

    column: str
    operator: str
    value: str
    is_text: bool = False

    def judge(self) -> Callable[[str], Verdict]:
        """Returns a function that says whether a cell meets the condition; it gets the distinct cells in the order of
        their first occurrence, "" for an empty one."""
        if self.operator in ("~", "!~"):
            found = re.compile(self.value).search
            return lambda cell: (found(cell) is not None) == (self.operator == "~")
        compare = _COMPARE[self.operator]
        number = None if self.is_text else next((value for value in readings(self.value) if value is not None), None)
        date = None if self.is_text or number is not None else _date(self.value)
        if number is not None:
            return _Numbers(self, number).judge
        if date is not None:
            return lambda cell: self._of_dates(cell, date)
        is_order = self.operator not in ("=", "!=")
        return lambda cell: bool(cell or not is_order) and compare(cell, self.value)

    def _of_dates(self, cell: str, date: Date) -> Verdict:
        """Compares dates as far as both are given: 2026-11-05 is 2026-11."""
        if not cell:
            return self.operator == "!="
        found = _date(cell)
        if found is None or len(found) < len(date):
            if self.operator in ("=", "!=") and not _UNCLEAR.fullmatch(cell):
                return self.operator == "!="
            return self._unclear(cell)
        return _COMPARE[self.operator](found[: len(date)], date)

    def _unclear(self, cell: str) -> tuple[str, ...]:
        cause = f"the column {self.column!r} holds {cell!r}, a date that cannot be compared with {self.value}: "
        if not _UNCLEAR.fullmatch(cell):
            cause = f"the column {self.column!r} holds {cell!r}, which is no date to compare with {self.value}: "
        way = "dates are compared if the year comes first, or as 31.12.2026; choose others by a pattern: "
        return cause, way, Repeated("where", stated(self.column, "~", "PATTERN"))


class _Numbers:
    """Compares the numbers of a column with one number, exactly."""

    def __init__(self, condition: Condition, number: Decimal) -> None:
        self._condition, self._number = condition, number
        self._compare = _COMPARE[condition.operator]
        self._marks = Marks()

    def judge(self, cell: str) -> Verdict:
        is_order = self._condition.operator not in ("=", "!=")
        point, comma = readings(cell)
        if point is None and comma is None:
            if not cell or not is_order:
                return self._condition.operator == "!="
            there = f"the column {self._condition.column!r} holds {cell!r}, which is not a number to compare with "
            out = (Repeated("missing", cell), " makes such cells empty")
            return f"{there}{self._condition.value}; ", *out
        both = {self._compare(value, self._number) for value in (point, comma) if value is not None}
        number = self._marks.read(cell)
        if isinstance(number, Decimal):
            return self._compare(number, self._number)
        return both.pop() if len(both) == 1 else (f"the column {self._condition.column!r}: {number}",)


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
    *figures, rest = parts
    found = [int(part) for part in figures if part is not None]
    if rest and rest.strip() and not re.fullmatch(r"\.0*", rest):
        found = found[:3]  # AM, a zone, parts of a second: only the day is sure
    if not 1 <= found[1] <= 12 or (len(found) > 2 and not 1 <= found[2] <= 31):
        return None
    return tuple(found)
