"""Numbers as tables hold them: with a decimal point or a decimal comma, with groups of thousands or without."""

from __future__ import annotations

import re
from decimal import Decimal

_LAYOUT = (
    r"(?=[+-]?[.,]?[0-9])[+-]?(?:[0-9]+|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+)?(?:{mark}[0-9]*)?"
    r"(?:[eE][+-]?[0-9]{{1,3}})?"
)
_POINT = re.compile(_LAYOUT.format(group=",", mark=r"\."))
_COMMA = re.compile(_LAYOUT.format(group=r"\.", mark=","))
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}([ \u00a0\u2009\u202f'’])[0-9]{3}(?:\1[0-9]{3})*(?![0-9])")


def readings(text: str) -> tuple[Decimal | None, Decimal | None]:
    """Returns the number that a cell holds if the decimal mark is a point, and if it is a comma; None for no number.

    Exact. Both differ only for cells such as `1,250` and `1.250`, which are 1250 or 1.25.
    """
    text = text.replace("\u2212", "-")
    if grouped := _GROUPED.match(text):
        text = grouped[0].replace(grouped[1], "") + text[grouped.end() :]
    point = Decimal(text.replace(",", "")) if _POINT.fullmatch(text) else None
    comma = Decimal(text.replace(".", "").replace(",", ".")) if _COMMA.fullmatch(text) else None
    return point, comma


class Marks:
    """Which decimal mark the numbers of a column have, as far as the cells that were read tell.

    A cell that can be read either way is read as the cells before it. A point before three figures is otherwise a
    decimal point.
    """

    def __init__(self) -> None:
        self._shown: dict[bool, str] = {}  # whether it is a comma -> the first cell that shows it

    def read(self, text: str) -> Decimal | str:
        """Returns the number, or what is wrong with it, as the end of a message: `'n/a' is not a number`."""
        point, comma = readings(text)
        if point is None and comma is None:
            return f"{text!r} is not a number"
        if point == comma:
            return point  # type: ignore[return-value]
        if point is not None and comma is not None:
            if not self._shown and "," in text:
                return f"{text!r} is {point} or {comma}, and no cell before it shows which"
            is_comma = True in self._shown
        else:
            is_comma = point is None
        self._shown.setdefault(is_comma, text)
        if len(self._shown) > 1:
            other = self._shown[not is_comma]
            return f"{text!r} and {other!r} do not have the same decimal mark"
        found = comma if is_comma else point
        return found if found is not None else f"{text!r} is not a number"
