"""Recognises dictionaries that `discover` wrote, so that they are looked up as their words were counted.

`discover` counts full-width letters and digits as ASCII, except with the charsets `letters` and `any`.
"""

from __future__ import annotations

import re

#: What `discover` writes after each word and count where jieba has the tag: unknown word, as ICTCLAS names it.
TAG = "un"

_TAGGED = re.compile(rf"[0-9][ \t,]{TAG}\r?(?:\n|\Z)".encode())
_COLUMNS = {b"word", b"count", b"pmi", b"left_entropy", b"right_entropy"}
_NAME = re.compile(rb"\w+")
_HEAD = 4096  # bytes in which all names of columns are, as a header or in JSON
_FULL_WIDTH = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")


def is_counted_in_ascii(data: bytes) -> bool:
    """Returns whether `discover` wrote a dictionary and counted full-width letters and digits as ASCII.

    data: the dictionary's content, UTF-8. It is recognised by the tag in more than half of its lines, or by the names
    of its columns. If a word of it has full-width letters or digits, they were counted as they are.
    """
    tagged = 2 * len(_TAGGED.findall(data)) > data.rstrip().count(b"\n") + 1
    return (tagged or set(_NAME.findall(data[:_HEAD])) >= _COLUMNS) and not _FULL_WIDTH.search(data.decode())
