"""Ranks the words of documents by TF-IDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import Notice
from nlpkit.kernels import documents as kernel
from nlpkit.kernels.documents import Listed
from nlpkit.kernels.strings import NumberedStrings
from nlpkit.runs.strings import Ints, StringTable
from nlpkit.tfidf.idf import IdfTable
from nlpkit.tfidf.listing import Block
from nlpkit.tfidf.result import DocumentKeywords

_LIMIT = 32 << 20  # bytes of words that are not in the table of IDF
_EVERYTHING = 1 << 62  # keywords of a document
_FEW = 10  # a table that has less than a tenth of the words is for other texts, as it seems


class Ranker:
    """Ranks the words of documents by TF-IDF. top: the largest number of keywords of a document, None for all.

    words, known: the sum of the different words of each document that was ranked, and how many of these are in the
    table.
    """

    def __init__(self, table: IdfTable, top: int | None) -> None:
        self.table = table
        self.top = _EVERYTHING if top is None else top
        self.words = self.known = 0
        self._values = np.append(table.values, table.default)
        self._strings = NumberedStrings(table.data, table.offsets)
        self._first = self._strings.nbytes

    def rank(self, block: Block, names: Sequence[str]) -> DocumentKeywords:
        """Returns the keywords of documents, which have these names."""
        if self._strings.nbytes > self._first + _LIMIT:  # of words that are not in the table
            self._strings = NumberedStrings(self.table.data, self.table.offsets)
        numbers = self._strings.put(block.data, block.offsets[:-1], block.offsets[1:])
        self.words += block.word.size
        self.known += int(np.count_nonzero((numbers < self.table.values.size)[block.word]))
        idf = self._values[np.minimum(numbers, self.table.values.size)]
        ends, totals = np.empty((2, block.ends.size), np.int64)
        rows, weights = np.empty(block.word.size, np.int64), np.empty(block.word.size)
        size = kernel.rank(Listed(block.word, block.counts, block.ends), idf, self.top, rows, weights, ends, totals)
        rows, weights = rows[:size], weights[:size].copy()
        word, counts, sizes = block.word[rows], block.counts[rows], np.diff(ends, prepend=0)
        return DocumentKeywords(
            np.repeat(np.array([*names, None], np.object_)[:-1], sizes),
            np.arange(1, size + 1) - np.repeat(ends - sizes, sizes),
            self._texts(block, word),
            counts,
            counts / np.repeat(totals, sizes),
            idf[word],
            weights,
            len(names),
        )

    def idle_table(self, name: str) -> Iterator[str]:
        """Yields a line for the user if none of the words were in the table, or hardly any. name: of the table."""
        if self.known * _FEW >= self.words:
            return
        rest = f"its median, {self.table.default:.4g}"
        if self.known:
            share = 100 * self.known / self.words
            yield Notice(name, f": has {share:.2g} % of the words of the documents; all others have {rest}")
        else:
            size = self.table.values.size
            what = "its word does not occur" if size == 1 else f"none of its {size:,} words occurs"
            yield Notice(name, f": {what}; all words have {rest}")

    def _texts(self, block: Block, word: Ints) -> NDArray[np.object_]:
        distinct, place = np.unique(word, return_inverse=True)
        words = StringTable(block.data, block.offsets, np.zeros(block.offsets.size - 1, np.int64)).take(distinct)
        return np.array([*words.texts(), None], np.object_)[place.reshape(-1)]
