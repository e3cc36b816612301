"""What is found in a text before the dictionary is asked: words that win over it, and what no token ends in."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from array import array
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING

from nlpkit.errors import LexiconError
from nlpkit.kernels import unigram
from nlpkit.lexicon.cache import Arrays, Document, kept
from nlpkit.lexicon.compiled import fold as folded
from nlpkit.lexicon.files import LONGEST

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_VERSION = 1
_MOST_CHARACTERS = 0x7FFF - unigram.ALNUM
_WORD = "A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
_DIGIT = "0-9\uff10-\uff19"
#: What `whole` keeps together: URLs, e-mail addresses, names with @, numbers and times, Latin words.
_WHOLE = re.compile(
    rf"(?:https?|ftp)://[!-~]+[A-Za-z0-9/]|www\.[!-~]+[A-Za-z0-9/]"
    rf"|[A-Za-z0-9._%+-]{{1,64}}@[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}})+"
    rf"|@(?:[A-Za-z0-9_][A-Za-z0-9_-]{{1,29}}|[\w-]{{2,30}})"
    rf"|[{_DIGIT}]+(?:,[{_DIGIT}]{{3}}(?![{_DIGIT}]))*(?:[.:/．-][{_DIGIT}]+)*(?:[%％‰]|[{_WORD}]+)?"
    rf"|[{_WORD}]+(?:['’._&+-][{_WORD}]+)*(?:\+\+|#)?"
)
# A place after which text may be cut: no pattern or cluster goes over it.
_SAFE = re.compile(r"[\s\u4e00-\u9fd5](?=[\s\u4e00-\u9fd5])")
_LOOK_BACK = 4096  # characters


class Forced:
    """Words that are cut out wherever they occur: the leftmost, of these the longest, and none that ends within a run
    of letters that have case and digits.

    fold: width and case of characters are ignored. Compiled forms are kept in the user's cache folder.
    """

    def __init__(self, words: Iterable[str], fold: bool, notify: Callable[[str], object] | None = None) -> None:
        self._fold = fold
        distinct = sorted({folded(word) if fold else word for word in words})
        for word in distinct:
            if not 0 < len(word) <= LONGEST or "\n" in word:
                raise LexiconError(f"{word[:20]!r}: a word has 1 to {LONGEST} characters, all in one line")
        self.longest = max(map(len, distinct))
        digest = hashlib.blake2b(f"{_VERSION} {fold:d}\n".encode(), digest_size=16)
        digest.update("\n".join(distinct).encode(errors="surrogatepass"))
        _, arrays = kept(f"words-{digest.hexdigest()}", lambda: self._compile(distinct), notify)
        self._table, self._cells = arrays["table"], arrays["cells"]

    def find(self, text: str) -> list[int]:
        """Pairs (first character, the one behind) of the words in a text, in plain Python."""
        table, size = self._table, len(self._table)
        ids = [table[c] if c < size else 0 for c in map(ord, text)]
        units = [0] * (2 * len(ids))
        count = unigram.find_units(len(ids), [*ids, 0], self._cells, units)
        return units[: 2 * count]

    def find_compiled(self, data: NDArray[np.uint8], size: int) -> list[int]:
        """The same for UTF-8, with 16 bytes more behind `size`; up to the first fault."""
        import numpy as np

        ids, starts = np.empty(size + 2, np.uint16), np.empty(size + 2, np.int32)
        table, cells = np.frombuffer(self._table, np.uint16), np.frombuffer(self._cells, np.int64)
        n = unigram.decode.compiled(data, 0, size, size, table, ids, starts)
        if n < 0:
            return []
        units = np.empty(2 * n, np.int64)
        count = unigram.find_units.compiled(n, ids, cells, units)
        found: list[int] = units[: 2 * count].tolist()
        return found

    def _compile(self, words: list[str]) -> tuple[Document, Arrays]:
        import numpy as np

        from nlpkit.kernels import trie

        chars = sorted(set(chain.from_iterable(words)))
        if len(chars) > _MOST_CHARACTERS:
            raise LexiconError(f"{len(chars):,} different characters in words to force; up to {_MOST_CHARACTERS:,} do")
        to_id = {ord(c): chr(place) for place, c in enumerate(chars, unigram.ALNUM)}
        ordered = sorted(word.translate(to_id) for word in words)
        ids = np.frombuffer("".join(ordered).encode("utf-16-le", "surrogatepass"), np.uint16)
        ends = np.cumsum(np.fromiter(map(len, ordered), np.int64, len(ordered)))
        cells = trie.build(ids, ends, np.ones(len(ordered), np.int64), len(chars) + unigram.ALNUM)
        table = array("H", bytes(2 * max(0x10000, ord(chars[-1]) + 1)))
        for code in range(len(table)):
            c = chr(code)
            place = to_id.get(ord(folded(c)) if self._fold else code)
            table[code] = (ord(place) if place else 0) | (unigram.LETTER if _is_letter(c) else 0)
        return {}, {"table": memoryview(table), "cells": memoryview(cells)}  # type: ignore[arg-type]


def find_whole(text: str) -> list[tuple[int, int]]:
    """(first character, the one behind) of what `whole` keeps together, of more than one character."""
    return [span for match in _WHOLE.finditer(text) if (span := match.span())[1] > span[0] + 1]


def find_graphemes(text: str) -> list[tuple[int, int]]:
    """(first character, the one behind) of grapheme clusters (UAX #29) of more than one character; not of those that
    begin with white space or a control character."""
    import regex

    if not regex.search(
        r"[\p{GCB=Extend}\p{EMod}\p{RI}\u200d\p{GCB=SpacingMark}\p{GCB=Prepend}\p{GCB=V}\p{GCB=T}\p{GCB=L}]", text
    ):
        return []
    spans = []
    for match in regex.finditer(r"(?![\s\p{Cc}])\X", text):
        if match.end() > match.start() + 1:
            spans.append(match.span())
    return spans


def start_of_run(data: bytes, place: int) -> int:
    """Where the letters and digits begin that lie on both sides of a place in UTF-8, or the place itself."""
    while 0 < place < len(data):
        before = place - 1
        while data[before] & 0xC0 == 0x80:
            before -= 1
        behind = data[place : place + 4].decode(errors="ignore")[:1]
        if not (behind and _is_letter(data[before:place].decode()) and _is_letter(behind)):
            break
        place = before
    return place


def _is_letter(c: str) -> bool:
    return unicodedata.category(c) in ("Lu", "Ll", "Lt", "Nd")


def safe_limit(text: str, longest: int) -> int:
    """Up to which character a text that goes on may be cut, where words of `longest` characters may lie across it."""
    end = max(0, len(text) - longest)
    begin = max(0, end - _LOOK_BACK)
    last = begin
    for match in _SAFE.finditer(text, begin, end):
        last = match.end()
    return last
