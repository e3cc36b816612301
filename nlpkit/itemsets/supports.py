"""The smallest support that counts as frequent: a share or a number of transactions, taken exactly."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Rational, Real

from nlpkit.errors import OptionError

_COUNT = re.compile(r"[0-9]{1,40}")
_SHARE = re.compile(r"(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,3})? ?(%?)")


def smallest_count(min_support: str | float | Fraction | Decimal, total: int, scale: int = 1) -> int:
    """The smallest frequent count, in units of 1/scale, of transactions that are `total` such units together.

    min_support: an integer is a count; a share has a decimal point or is a percentage ('1%'), and is taken by its
    digits: 0.07 of 100 is 7. A float is what it is written as.

    Raises OptionError for what is no support, 0, negative, or more than there is.
    """
    text = str(min_support).strip()
    if isinstance(min_support, bool) or not isinstance(min_support, (str, Real, Decimal)):
        raise OptionError(f"min_support is {min_support!r}; give a count, 20, or a share, 0.01 or '1%'")
    is_count = isinstance(min_support, Integral) or _COUNT.fullmatch(text) is not None
    match = _SHARE.fullmatch(text)
    if isinstance(min_support, Rational):
        value = Fraction(min_support)
    elif match is None:
        if text.startswith("-"):
            raise OptionError(f"min_support is {text}; it must be above 0")
        raise OptionError(f"min_support is {text!r}; give a count, 20, or a share, 0.01 or 1%")
    else:
        value = Fraction(text.rstrip("% ")) / (100 if match[1] else 1)
    if value <= 0:
        raise OptionError(f"min_support is {text}; it must be above 0")
    if not is_count:
        if value > 1:
            hint = f"; write {value} for a count" if value.denominator == 1 else "; a count is an integer"
            raise OptionError(f"min_support is {text}: more than all transactions{hint}")
        return max(1, -(-value.numerator * total // value.denominator))
    least = int(value) * scale
    if least > total:  # also where there are more digits than any count has
        raise OptionError(f"min_support is {text}, but there are {as_count(total, scale)} transactions")
    return least


def as_count(units: int, scale: int) -> str:
    """A number of transactions for people: 1,234 or, with decimal weights, 1,234.5."""
    whole, rest = divmod(units, scale)
    return f"{whole:,}" + (f".{rest:0{len(str(scale)) - 1}d}".rstrip("0") if rest else "")
