"""Decides how the lines of a dictionary are read: columns of CSV, tags in capitals, HanLP's order of tag and count."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlpkit.lexicon.names import count_columns, word_columns

TAG = (
    "N[A-Z]{0,3}|V[ACEVNDFXILG]?|VSHI|VYOU|A[DNGLSR]?|[BCDEFGHIJKLMOPQRSTUWXYZ]|MQ|CC|CD|CS|OD|DT|PN|JJ|FW|IJ|LC|SP|PU|BA|"
    "LB|SB|DE[CGRV]|ETC|MSP|NOUN|PROPN|VERB|ADJ|ADV|NUM|PRON|[a-z]{1,4}[0-9]?|[A-Za-z]{1,4}_[A-Za-z0-9_]+"
)
_TAG_AND_COUNT = re.compile(rf"(\S+)((?: (?:{TAG}) [0-9]{{1,15}})+)")  # HanLP: `word nz 1024 n 3`
_TAG_AT_END = re.compile(rf"(\S+)(?: ([0-9]{{1,15}}))? (?:{TAG})")
_USUAL = re.compile(r"(.+?)( [0-9]+)?( [a-z]+)?")
_CSV_ROW = re.compile(r"[^,]*[^0-9,.\s][^,]*,\s*\"?[0-9]+\"?(?:\.0+)?\s*(?:,.*)?")
_SAMPLE = 1000  # lines
_LEAST_ROWS = 3  # of CSV without a header


@dataclass(frozen=True)
class Style:
    """How the lines of a dictionary are read.

    is_csv: cells are between commas. has_header: the first line names the columns. word, count: their places, None for
    no counts. has_tags: tags are in capitals, or come before counts. example: a line with such a tag.
    """

    is_csv: bool = False
    has_header: bool = False
    word: int = 0
    count: int | None = 1
    has_tags: bool = False
    example: str = ""

    def tagged(self, line: str) -> tuple[str, str] | None:
        """Returns (word, count or '') of a line with a tag that jieba would take for a part of the word."""
        if found := _TAG_AND_COUNT.fullmatch(line):
            return found[1], str(sum(map(int, found[2].split()[1::2])))
        if (found := _TAG_AT_END.fullmatch(line)) is not None:
            return found[1], found[2] or ""
        return None


USUAL = Style()


def find_style(lines: Sequence[str]) -> Style:
    """Returns the style of a dictionary. lines: of the whole file, without blank lines and comments."""
    if not lines:
        return USUAL
    if "\t" in lines[0]:
        return _header(lines[0].split("\t"), is_csv=False) or USUAL
    if "," in lines[0] and (style := _header(_csv_cells(lines[0]), is_csv=True)):
        return style
    sample = lines[:_SAMPLE]
    rows = sum(map(bool, map(_CSV_ROW.fullmatch, sample)))
    if rows >= _LEAST_ROWS and rows * 10 >= len(sample) * 9:
        return Style(is_csv=True)
    spaced = [line for line in sample if " " in line and "\t" not in line]
    tagged = [line for line in spaced if _is_unusual(line)]
    words = {line.partition(" ")[0] for line in tagged}
    if 2 * len(tagged) > len(spaced) and len(words) * 10 >= len(tagged) * 9 and not any(map(str.isascii, words)):
        return Style(has_tags=True, example=tagged[0])
    return USUAL


def _csv_cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return []


def _is_unusual(line: str) -> bool:
    """Whether a line has a tag where jieba would not see it."""
    found = _USUAL.fullmatch(line)
    is_usual = found is not None and " " not in found[1]
    return not is_usual and bool(_TAG_AND_COUNT.fullmatch(line) or _TAG_AT_END.fullmatch(line))


def _header(cells: list[str], is_csv: bool) -> Style | None:
    """Returns the style of a table whose header names words and counts, None if these are not its names."""
    words, counts = word_columns(cells), count_columns(cells)
    counts = [column for column in counts if column not in words]
    if not words or len(cells) < 2 or not (counts or (is_csv and cells[words[0]] in ("word", "token"))):
        return None
    return Style(is_csv, True, words[0], counts[0] if counts else None)
