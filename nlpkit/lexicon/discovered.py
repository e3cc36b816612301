"""Recognises dictionaries that `discover` wrote, so that they are looked up as their words were counted.

`discover` counts full-width letters and digits as ASCII, except with the charsets `letters` and `any`.
"""

from __future__ import annotations

import re

#: The tags of the dictionaries for jieba that `discover` writes; a line is `的 25518 un`. RUNS: a run of digits, or of
#: letters, was counted as one symbol. CHARACTERS: each character was one. (ICTCLAS tags unknown words `un`.)
RUNS, CHARACTERS = "un", "unc"

_TAGGED = re.compile(rb"[0-9][ \t](un|unc)\r?(?:\n|\Z)")  # spreadsheets save copies with tabs
_COLUMNS = {b"word", b"count", b"pmi", b"left_entropy", b"right_entropy"}
_NAME = re.compile(rb"\w+")
_HEAD = 4096  # bytes in which all names of columns are, as a header or in JSON
_FULL_WIDTH = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")


def is_discovered(data: bytes) -> bool:
    """Returns whether `discover` wrote a dictionary: most lines have a tag of it, or the columns have the names.

    data: the dictionary's content, UTF-8.
    """
    return bool(_tag(data)) or set(_NAME.findall(data[:_HEAD])) >= _COLUMNS


def has_whole_runs(data: bytes) -> bool:
    """Returns whether the tags of a dictionary say that a run of digits, or of letters, was counted as one symbol."""
    return _tag(data) == RUNS


def _tag(data: bytes) -> str:
    """The tag of most lines, '' if most have none."""
    tags = _TAGGED.findall(data)
    if 2 * len(tags) <= data.rstrip().count(b"\n") + 1:
        return ""
    return RUNS if 2 * tags.count(RUNS.encode()) > len(tags) else CHARACTERS


def has_full_width(data: bytes) -> bool:
    """Returns whether full-width letters and digits are in a text, UTF-8: in words, they were counted as they are."""
    return _FULL_WIDTH.search(data.decode()) is not None
