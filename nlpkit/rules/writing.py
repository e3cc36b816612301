"""Rules as text: tsv, csv, jsonl."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nlpkit.association import Floats
from nlpkit.itemsets.writing import ITEM_TEXTS, count_text, decimal_text
from nlpkit.rules.columns import RuleColumns
from nlpkit.rules.measures import MEASURES

_ROWS = 1 << 16  # that are written at once


def lines(rules: RuleColumns, format: str) -> Iterator[bytes]:
    """Yields the rules as text, a header first, some rows at a time; see `Rules._text`."""
    names = ["antecedent", "consequent", "count", *rules.values]
    if format == "jsonl":
        sides, rest = '{"antecedent": [%s], "consequent": [%s], %s}', ", ".join([f'"{name}": %s' for name in names[2:]])
    else:
        separator = "," if format == "csv" else "\t"
        yield f"{separator.join(names)}\n".encode()
        sides = '"%s","%s",%s' if format == "csv" else "%s\t%s\t%s"
        rest = separator.join(["%s"] * (len(names) - 2))
    sets = np.empty(len(rules.sets), np.object_)
    comma = ", " if format == "jsonl" else ","
    sets[:] = list(map(comma.join, rules.sets.texts(list(map(ITEM_TEXTS[format], rules.sets.names)))))
    for begin in range(0, len(rules), _ROWS):
        rows = slice(begin, begin + _ROWS)
        tables, place = np.unique(rules.table[rows], return_inverse=True)
        ends = np.array([*map(rest.__mod__, zip(*_numbers(rules, tables, format), strict=True)), None], np.object_)
        columns = (sets[rules.antecedents[rows]], sets[rules.consequents[rows]], ends[place])
        rows_of_text = map(sides.__mod__, zip(*(column.tolist() for column in columns), strict=True))
        yield "\n".join([*rows_of_text, ""]).encode("utf-8", "replace")


def _numbers(rules: RuleColumns, tables: NDArray[np.int32], format: str) -> Iterator[list[str]]:
    """Yields the count and the measures of some tables."""
    counts = rules.tables.both[tables]
    yield [count_text(units, rules.scale) for units in counts.tolist()]
    for name, values in rules.values.items():
        yield _texts(values[tables], format, MEASURES[name].is_p)


def _texts(values: Floats, format: str, is_p: bool = False) -> list[str]:
    if format == "jsonl":
        return [repr(value) if math.isfinite(value) else "null" for value in values.tolist()]
    if is_p:
        return [f"{value:.6g}" if value == value else "" for value in values.tolist()]
    rounded = values.round(6) + 0.0  # makes -0.0 plain 0.0
    return [
        "" if value != value else decimal_text(value) if math.isfinite(value) else repr(value)
        for value in rounded.tolist()
    ]
