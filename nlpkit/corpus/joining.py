"""Joins lines that were broken within a sentence, as texts out of PDF, mail and subtitles are (`join_lines`).

A line end goes where Han characters or kana stand on both sides of it. Between a letter (or a comma after one) and a
small letter it becomes a space; a hyphen between them goes with it. Spaces and tabs before such a line end, 64 at most,
go too. All other line ends stay: those of blank lines, after and before punctuation, before indented lines.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

#: Han characters and kana, for a class of a regular expression.
EAST_ASIAN = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9d\U00020000-\U000323af"
)
_MOST_BLANKS = 64
_CONTEXT = _MOST_BLANKS + 4  # characters before a line end that decide about it
_CANDIDATE = re.compile(rf"\n(?=[{EAST_ASIAN}]|[^\W\d_])")
_IS_EAST_ASIAN = re.compile(f"[{EAST_ASIAN}]").match


class LineJoiner:
    """Joins the lines of a text that comes in blocks; the result does not depend on where they are cut."""

    def __init__(self) -> None:
        self._text = ""
        self._done = 0  # characters of `_text` that were passed on, and are kept because they decide

    def feed(self, block: str) -> str:
        """Returns the text up to where a line end cannot be decided yet."""
        text = self._text + block
        cut = max(len(text) - 1, self._done)
        lowest = max(self._done, cut - _CONTEXT)
        while cut > lowest and text[cut - 1] in " \t\r-":
            cut -= 1
        joined = _joined(text, self._done, cut)
        begin = max(0, cut - _CONTEXT)
        self._text, self._done = text[begin:], cut - begin
        return joined

    def close(self) -> str:
        """Returns the rest."""
        return _joined(self._text, self._done, len(self._text))


def joined_blocks(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yields UTF-8 with its lines joined. blocks: UTF-8, cut anywhere."""
    joiner, decoder = LineJoiner(), codecs.getincrementaldecoder("utf-8")()
    for block in blocks:
        yield joiner.feed(decoder.decode(block)).encode()
    yield joiner.close().encode()


def join_lines(text: str) -> str:
    """Returns a whole text with its lines joined."""
    return _joined(text, 0, len(text)) if "\n" in text else text


def _joined(text: str, start: int, stop: int) -> str:
    """Returns the part of a text from `start` to `stop`, with its lines joined."""
    parts: list[str] = []
    for end, stand_in, following in _joints(text, start, stop):
        parts += (text[start:end], stand_in)
        start = following
    return "".join([*parts, text[start:stop]])


def _joints(text: str, start: int, stop: int) -> Iterator[tuple[int, str, int]]:
    """Yields where a line ends, what comes in place of the line end, and where the next line begins."""
    for match in _CANDIDATE.finditer(text, start):
        place = match.start()
        if place >= stop:
            return
        end = place - 1 if text[place - 1 : place] == "\r" else place
        lowest = max(0, end - _MOST_BLANKS)
        while end > lowest and text[end - 1] in " \t":
            end -= 1
        before, following = text[end - 1 : end], text[place + 1]
        if _IS_EAST_ASIAN(following):
            if _IS_EAST_ASIAN(before):
                yield end, "", place + 1
        elif not following.islower():
            continue
        elif before == "-" and _is_letter(text[max(0, end - 2) : end - 1]):
            yield end - 1, "", place + 1
        elif _is_letter(before[-1:]) or (before == "," and _is_letter(text[max(0, end - 2) : end - 1])):
            yield end, " ", place + 1


def _is_letter(character: str) -> bool:
    """Returns whether a character is a letter of an alphabet with small and capital ones."""
    return character.lower() != character.upper()
