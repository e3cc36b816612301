"""Supports and other thresholds as people write them, parsed exactly: '20', '0.01', '1%', 0.07."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Rational, Real
from typing import TypeAlias

from nlpkit.choices import MIN_SUPPORT
from nlpkit.errors import Option, OptionError

Number: TypeAlias = str | float | Fraction | Decimal
"""A number as a user gives it. Of a float, the digits that Python writes count: 0.07 is exactly 7/100."""

LEAST_TRUSTED, MOST_TRUSTED = 2, 5
"""Transactions that an itemset has at least by default: of fewer than 11 transactions, of 50 or more."""

_COUNT = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"(-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?) ?(%?)")
_LONGEST = 1000  # characters of a number
_UNITS = {"": 1, "%": 100}


def parse_number(value: Number) -> Fraction | None:
    """Returns exactly the number that `value` is or writes, None if it is not a finite number.

    value: a number, or a text with digits, an exponent (1e-3), and a unit, which is % or nothing: '1%' is 1/100.
    """
    if isinstance(value, bool) or not isinstance(value, (str, Real, Decimal)):
        return None
    if isinstance(value, Rational):
        return Fraction(value)
    text = str(value).strip()
    match = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
    return Fraction(match[1]) / _UNITS[match[2]] if match else None


def smallest_count(min_support: Number, total: int, scale: int = 1) -> int:
    """Returns the smallest frequent count, in units of 1/scale, among transactions that are `total` such units.

    min_support: an integer is a count; a share has a decimal point or is a percentage ('1%'), and is taken exactly:
    0.07 of 100 is 7.

    Raises OptionError for a value that is not a support, is 0 or negative, or is more than there is.
    """
    name, text, value = Option("min_support"), str(min_support).strip(), parse_number(min_support)
    if value is None:
        raise OptionError(name, f" is {_shown(min_support)}; give a count, 20, or a share, 0.01 or 1%")
    if value <= 0:
        raise OptionError(name, f" is {text}; it must be above 0")
    if not (isinstance(min_support, Integral) or _COUNT.fullmatch(text)):
        if value > 1:
            hint = f"; write {value} for a count" if value.denominator == 1 else "; a count is an integer"
            raise OptionError(name, f" is {text}: more than all transactions{hint}")
        return max(1, -(-value.numerator * total // value.denominator))
    least = int(value) * scale
    if least > total:  # also where there are more digits than any count has
        there = "is 1 transaction" if total == scale else f"are {as_count(total, scale)} transactions"
        raise OptionError(name, f" is {text}, but there {there}")
    return least


def default_count(rows: int, total: int, scale: int = 1) -> tuple[int, int]:
    """Returns the smallest frequent count where the user gives none: 1 %, or more where that is too few transactions.

    rows: the transactions as they were read. total: the sum of their weights, in units of 1/scale.

    5 transactions are the least, which is the rule of thumb for counts that a test may rest on (Cochran 1954); of fewer
    than 50 transactions a tenth, rounded up; 2 in any case, because what occurs once says nothing about the next
    transaction. Where weights are shares (their sum is below the number of rows), a transaction is a row of the
    mean weight.

    Returns the count and what 1 % is, both in units of 1/scale. The count may be more than there is.
    """
    share = smallest_count(MIN_SUPPORT, total, scale)
    transactions = max(rows, total // scale)
    trusted = max(LEAST_TRUSTED, min(MOST_TRUSTED, -(-transactions // 10)))
    return max(share, -(-trusted * total // transactions)), share


def threshold(option: str, value: Number, highest: int | None = None) -> Fraction:
    """Returns exactly the number that the option `option` has.

    Raises OptionError if it is not a number, negative, or above `highest`.
    """
    number = parse_number(value)
    if number is None:
        raise OptionError(Option(option), f" is {_shown(value)}; give a number, such as 0.5")
    if number < 0 or (highest is not None and number > highest):
        allowed = "0 or more" if highest is None else f"from 0 to {highest}"
        text = str(value).strip()
        hint = f"; for {text} % write {text}%" if highest == 1 < number <= 100 and "%" not in text else ""
        raise OptionError(Option(option), f" is {text}; it must be {allowed}{hint}")
    return number


def as_count(units: int, scale: int) -> str:
    """Returns a number of transactions as people write it: 1,234 or, with decimal weights, 1,234.5."""
    whole, rest = divmod(units, scale)
    return f"{whole:,}" + (f".{rest:0{len(str(scale)) - 1}d}".rstrip("0") if rest else "")


def _shown(value: object) -> str:
    return repr(str(value).strip() if isinstance(value, (str, Real)) and not isinstance(value, bool) else value)
