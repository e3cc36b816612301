"""Guesses the character between the cells of a table, by the name of the file and its first lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from nlpkit.places.compression import bare_name

__all__ = ["guess_delimiter"]

_DELIMITERS = (",", ";", "\t", "|")
_WIDE = ("、", "，", "；")
_TABBED = (".tsv", ".tab")
_ONE_IN = 4  # at least one line in four has the delimiter
_LONGEST = 12  # characters of an item between wide commas, on average; text has longer ones between its commas


def guess_delimiter(name: str, lines: Sequence[str]) -> str:
    """Returns a comma, a semicolon, a tab, |, a comma of Chinese, or a space, which means any run of white space.

    name: of the file. lines: its first ones.
    """
    lower = bare_name(name).lower()
    if lower.endswith(_TABBED):
        return "\t"
    filled = [re.sub('"[^"]*"', "", line) for line in lines if line.strip()]
    best = max(_DELIMITERS, key=lambda mark: _evidence(mark, filled))
    found = sum(best in line for line in filled)
    if found and found * _ONE_IN >= len(filled):
        return best
    wide = next((mark for mark in _WIDE if _separates_items(mark, filled)), None)
    if wide is not None:
        return wide
    spaced = any(" " in line.strip() or "\t" in line.strip() for line in filled)
    if not lower.endswith(".csv") and (spaced or not found):
        return " "
    return best


def _evidence(mark: str, lines: Sequence[str]) -> tuple[float, float, int]:
    """Returns how many lines have a mark, how many of these have the same number of it, and its number."""
    counts = Counter(line.count(mark) for line in lines)
    held = len(lines) - counts.pop(0, 0)
    same = max(counts.values(), default=0)
    return round(held / max(1, len(lines)), 1), round(same / max(1, held), 1), sum(k * n for k, n in counts.items())


def _separates_items(mark: str, lines: Sequence[str]) -> bool:
    held = [line for line in lines if mark in line]
    cells = [cell.strip() for line in held for cell in line.split(mark)]
    if 2 * len(held) < len(lines) or not held or any(" " in line for line in held):
        return False
    return sum(map(len, cells)) <= _LONGEST * len(cells) and not any("。" in line for line in held)
