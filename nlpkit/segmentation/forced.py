"""Words that are cut out wherever they occur, before the dictionary is looked up."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING

from nlpkit.cache import Arrays, Document, kept
from nlpkit.errors import LexiconError
from nlpkit.kernels import unigram_characters, unigram_units
from nlpkit.lexicon.compiled import fold as folded
from nlpkit.lexicon.files import LONGEST
from nlpkit.segmentation.boundaries import is_letter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_VERSION = 1
_MOST_CHARACTERS = 0x7FFF - unigram_characters.ALNUM


class ForcedWords:
    """Finds words that are cut out wherever they occur: of words that overlap the one that begins first, of those the
    longest. No word ends within a run of digits and of letters that have case.

    words: 1 to 100 characters each, without line ends. fold: ignores width and case of characters. notify: called with
    lines for the user. The compiled form of the words is kept in the user's cache folder.

    Raises LexiconError for a word that is empty, too long or has a line end, and for too many different characters.
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
        """Finds the words of a text, in plain Python. Returns start and stop of each in turn, in characters."""
        table, size = self._table, len(self._table)
        ids = [table[c] if c < size else 0 for c in map(ord, text)]
        units = [0] * (2 * len(ids))
        count = unigram_units.find_units(len(ids), [*ids, 0], self._cells, units)
        return units[: 2 * count]

    def find_compiled(self, data: NDArray[np.uint8], size: int) -> list[int]:
        """Finds the words of UTF-8 with the compiled kernels, as `find` does; none if it is not valid.

        data: uint8, the text up to `size`, then 16 more bytes.
        """
        import numpy as np

        ids, starts = np.empty(size + 2, np.uint16), np.empty(size + 2, np.int32)
        table, cells = np.frombuffer(self._table, np.uint16), np.frombuffer(self._cells, np.int64)
        n = unigram_characters.decode.compiled(data, 0, size, size, table, ids, starts)
        if n < 0:
            return []
        units = np.empty(2 * n, np.int64)
        count = unigram_units.find_units.compiled(n, ids, cells, units)
        found: list[int] = units[: 2 * count].tolist()
        return found

    def _compile(self, words: list[str]) -> tuple[Document, Arrays]:
        import numpy as np

        from nlpkit.kernels import trie

        chars = sorted(set(chain.from_iterable(words)))
        if len(chars) > _MOST_CHARACTERS:
            raise LexiconError(f"{len(chars):,} different characters in words to force; up to {_MOST_CHARACTERS:,} do")
        to_id = {ord(c): chr(place) for place, c in enumerate(chars, unigram_characters.ALNUM)}
        ordered = sorted(word.translate(to_id) for word in words)
        ids = np.frombuffer("".join(ordered).encode("utf-16-le", "surrogatepass"), np.uint16)
        ends = np.cumsum(np.fromiter(map(len, ordered), np.int64, len(ordered)))
        cells = trie.build(ids, ends, np.ones(len(ordered), np.int64), len(chars) + unigram_characters.ALNUM)
        table = array("H", bytes(2 * max(0x10000, ord(chars[-1]) + 1)))
        for code in range(len(table)):
            c = chr(code)
            place = to_id.get(ord(folded(c)) if self._fold else code)
            table[code] = (ord(place) if place else 0) | (unigram_characters.LETTER if is_letter(c) else 0)
        return {}, {"table": memoryview(table), "cells": memoryview(cells)}  # type: ignore[arg-type]
