"""Which rules are wanted, checked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from numbers import Rational
from typing import TypeAlias

from nlpkit.errors import OptionError
from nlpkit.rules.measures import MEASURES

Number: TypeAlias = "str | float | Fraction"
"""A number by its digits: those of a float are the ones that Python writes."""

_LONGEST = 1 << 16  # a set has no more items


@dataclass(frozen=True)
class Wanted:
    """min_lift: None for any. antecedent, consequent, contains: ranks of items that must be there, all of them, the
    last on either side. max_consequent: items of it. lengths: the fewest and most items of a rule. measures, sort: see
    MEASURES. fdr: the largest adjusted p-value, None where it is not asked for. top: how many rules, None for all."""

    min_confidence: Fraction
    min_lift: Fraction | None
    antecedent: frozenset[int]
    consequent: frozenset[int]
    contains: frozenset[int]
    max_consequent: int
    lengths: tuple[int, int]
    measures: tuple[str, ...]
    sort: str
    fdr: float | None
    top: int | None


def number(name: str, value: Number, highest: float = math.inf) -> Fraction:
    """Exactly the digits of `value`, a share also in %, which must be finite and from 0 to `highest`.

    Raises OptionError.
    """
    text = str(value) if isinstance(value, (str, Rational)) else repr(float(value))
    digits, percent, after = text.partition("%")
    parts = 100 if percent else 1
    try:
        if after:
            raise ValueError
        size = float(value if isinstance(value, Rational) else digits) / parts
    except ValueError:
        raise OptionError(f"{name} {text!r}: is no number; give one such as 0.5") from None
    if not 0 <= size <= highest or math.isinf(size):
        raise OptionError(f"{name} {text}: must be {'0 or more' if math.isinf(highest) else f'from 0 to {highest:g}'}")
    if isinstance(value, Rational):
        return Fraction(value)
    exact = Fraction(digits) / parts if size else Fraction(0)  # what is less than any float is no threshold
    if exact > highest:
        raise OptionError(f"{name} {text}: must be from 0 to {highest:g}")
    return exact


def measure(name: str, what: str = "measure") -> str:
    """The name as it is in MEASURES, also where it has hyphens. Raises OptionError."""
    known = name.replace("-", "_")
    if known in MEASURES:
        return known
    near = get_close_matches(known, MEASURES, n=1)
    hint = f"did you mean {near[0]}?" if near else f"choose from {', '.join(MEASURES)}"
    raise OptionError(f"{what} {name!r}: is no measure of rules; {hint}")


def ranks(what: str, wanted: str | Iterable[str], names: Sequence[str]) -> frozenset[int]:
    """The ranks of items by name; one may stand alone. Raises OptionError for one that is in no itemset."""
    texts = [wanted] if isinstance(wanted, str) else list(wanted)
    if not texts:
        return frozenset()
    by_name = {name: rank for rank, name in enumerate(names)}
    for text in texts:
        if text not in by_name:
            near = get_close_matches(text, names, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "check its spelling, or lower the support"
            raise OptionError(f"{what} {text!r}: no such item is frequent; {hint}")
    return frozenset(by_name[text] for text in texts)


def wanted(
    names: Sequence[str],
    *,
    min_confidence: Number,
    min_lift: Number | None,
    antecedent: str | Iterable[str],
    consequent: str | Iterable[str],
    contains: str | Iterable[str],
    max_consequent: int | None,
    min_length: int,
    max_length: int | None,
    measures: str | Sequence[str],
    sort: str,
    fdr: float | None,
    top: int | None,
) -> Wanted:
    """What `association_rules` is asked for. names: of the items, by rank. Raises OptionError."""
    for name, value, lowest in (("max_consequent", max_consequent, 1), ("top", top, 1), ("max_length", max_length, 2)):
        if value is not None and value < lowest:
            raise OptionError(f"{name} {value}: must be {lowest} or more")
    if max_length is not None and max_length < min_length:
        raise OptionError(f"min_length {min_length}: is above max_length {max_length}; no rule has such a length")
    if fdr is not None and not 0 < fdr <= 1:
        raise OptionError(f"fdr {fdr}: must be above 0 and at most 1, such as 0.05")
    columns = [measure(name) for name in ([measures] if isinstance(measures, str) else measures)]
    order = measure(sort, "sort")
    if fdr is None and "fdr" in (*columns, order):
        raise OptionError("fdr: has to know how many false discoveries are allowed; set fdr, 1 for all rules")
    if fdr is not None:
        columns += ["fisher", "fdr"]
    left, right = ranks("antecedent", antecedent, names), ranks("consequent", consequent, names)
    if both := left & right:
        raise OptionError(f"item {names[min(both)]!r}: cannot be both in the antecedent and in the consequent")
    if max_consequent is not None and len(right) > max_consequent:
        raise OptionError(f"consequent: {len(right)} items, but max_consequent {max_consequent} allows fewer; raise it")
    return Wanted(
        number("min_confidence", min_confidence, 1),
        None if min_lift is None else number("min_lift", min_lift),
        left,
        right,
        ranks("contains", contains, names),
        _LONGEST if max_consequent is None else max_consequent,
        (min_length, _LONGEST if max_length is None else max_length),
        tuple(dict.fromkeys(columns)),
        order,
        fdr,
        top,
    )
