"""Where text may be cut in two without changing its words, for text that comes piece by piece."""

from __future__ import annotations

import re
import unicodedata

# No pattern of whole.py and no grapheme cluster extends over such a place.
_SAFE = re.compile(r"[\s\u4e00-\u9fd5](?=[\s\u4e00-\u9fd5])")
_LOOK_BACK = 4096  # characters
_LONGEST_CLUSTER = 64  # characters


def safe_limit(text: str, longest: int) -> int:
    """Returns the position, in characters, up to which a text that goes on may be cut; 0 if there is no such place.

    longest: characters of the longest word that may lie across the place.
    """
    end = max(0, len(text) - max(longest, _LONGEST_CLUSTER))
    begin = max(0, end - _LOOK_BACK)
    last = begin
    for match in _SAFE.finditer(text, begin, end):
        last = match.end()
    return last


def start_of_run(data: bytes, place: int) -> int:
    """Returns where a run of letters and digits begins that extends over `place`; `place` if there is none.

    data: UTF-8. place: an offset in it, in bytes, between two characters.
    """
    while 0 < place < len(data):
        before = place - 1
        while data[before] & 0xC0 == 0x80:
            before -= 1
        following = data[place : place + 4].decode(errors="ignore")[:1]
        if not (following and is_letter(data[before:place].decode()) and is_letter(following)):
            break
        place = before
    return place


def is_letter(character: str) -> bool:
    """Returns whether a character is a letter that has case, or a digit: no forced word ends within a run of these."""
    return unicodedata.category(character) in ("Lu", "Ll", "Lt", "Nd")
