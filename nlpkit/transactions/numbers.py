"""Numbers as tables hold them: with a decimal point or a decimal comma, with groups of thousands or without."""

from __future__ import annotations

import re
from decimal import Decimal

#: What cells look like, for the guess of a layout: any number (1,234.5; dates such as 1.2.2026 too), a whole number
#: without a sign, a decimal fraction (also a price), a whole number that may be written as 1.0 or 1,200.
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
INTEGER = re.compile(r"\d+")
DECIMAL = re.compile(r"[+-]?[$€£¥]?\d*[.,]\d+")
WHOLE = re.compile(r"[+\-−]?(?:\d+|[1-9]\d{0,2}(?:[.,]\d{3})+)(?:[.,]0+)?")
#: A number whose value does not matter; the groups are its sign and its figures.
SIGNED = re.compile(r"([+\-−]?)([0-9]+(?:[.,][0-9]+)*|[.,][0-9]+)(?:[eE][+\-−]?[0-9]{1,3})?")

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


def plain(value: Decimal | None) -> str:
    """Returns a number as it can be read in one way only: 1250, 1.25."""
    text = f"{value or 0:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


class TwoWays:
    """In which of two ways the cells of a column are read: as those show that can be read in one way only."""

    def __init__(self) -> None:
        self.shown: dict[int, str] = {}  # way, 0 or 1 -> the first cell that can be read in no other

    def note(self, cell: str, first: bool, second: bool) -> None:
        """Takes note of a cell. first, second: whether it can be read in this way."""
        if first != second:
            self.shown.setdefault(0 if first else 1, cell)

    def way(self, is_all: bool) -> int | None:
        """Returns the way; None if that is not known yet, or never will be. is_all: there are no further cells."""
        return next(iter(self.shown)) if len(self.shown) == 1 else None

    @property
    def is_torn(self) -> bool:
        """Whether some cells show one way, and some the other."""
        return len(self.shown) > 1


class Marks(TwoWays):
    """Which decimal mark the numbers of a column have: a point is the first way, a comma the second.

    If no cell of the column shows it, a point before three figures is a decimal point, unless there are commas as well.
    """

    def __init__(self) -> None:
        super().__init__()
        self._unclear: dict[str, str] = {}  # mark -> the first cell like 1.250, or like 1,250

    def read(self, text: str) -> tuple[Decimal | None, Decimal | None]:
        """Returns what `readings` does, and takes note of it."""
        point, comma = readings(text)
        self.note(text, point is not None, comma is not None)
        if None not in (point, comma) and point != comma:
            self._unclear.setdefault("," if "," in text else ".", text)
        return point, comma

    def way(self, is_all: bool) -> int | None:
        return 0 if is_all and not self.shown and [*self._unclear] == ["."] else super().way(is_all)

    def number(self, text: str) -> Decimal | None:
        """Returns the number that a cell holds, once all cells of its column were read; None if that is not known."""
        point, comma = readings(text)
        if point is None or point == comma:
            return comma
        if comma is None:
            return point
        way = self.way(is_all=True)
        return None if way is None else (point, comma)[way]

    def doubt(self, text: str) -> str:
        """Returns why it is not known which number a cell holds, as the end of a message."""
        point, comma = readings(text)
        if self.is_torn:
            return f"{text!r} is {point} or {comma}, and {self.contradiction}"
        cause = "no cell before it shows which, nor one after it"
        if len(self._unclear) > 1:
            cause = f"no cell shows which, as {self._unclear['.']!r} and {self._unclear[',']!r} both occur"
        return f"{text!r} is {point} or {comma}, and {cause}; write it as {plain(point)} or as {plain(comma)}"

    @property
    def contradiction(self) -> str:
        """What is wrong if cells show both ways, as the end of a message."""
        return f"{self.shown[0]!r} and {self.shown[1]!r} do not have the same decimal mark"
