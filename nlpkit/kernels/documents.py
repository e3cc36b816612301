"""Words of documents: counts them document by document, in the order of first occurrence, and ranks them by TF-IDF."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.tokens import DOCUMENT_END
from nlpkit.kernels.types import F64, I32, I64


class Counting(NamedTuple):
    """The words of a document, as arrays that are used for one document after the other.

    counts: int64 by word, zeros where no document is open. seen: int64, the words of the document that is open, in the
    order of their first occurrence; as long as `counts`.
    """

    counts: I64
    seen: I64


class RankedRows(NamedTuple):
    """The words of ranked documents: word (int64), count (int64) and weight (float64) by row; by document (int64) the
    rows up to its end, and the number of its tokens."""

    words: I64
    counts: I64
    weights: F64
    ends: I64
    totals: I64


@njit()
def count_words(sequence: I32, size: int, at: int, word_of: I32, counting: Counting, used: int) -> tuple[int, int]:
    """Counts the words of sequence[at:size], tokens as `find_tokens` numbers them, up to the end of the document.

    word_of: int32 by token, its word, or -1 for a token that is left out. used: the number of words that were seen.
    Returns (the place of DOCUMENT_END, or `size`; the number of words that were seen).
    """
    for i in range(at, size):
        token = sequence[i]
        if token == DOCUMENT_END:
            return i, used
        if token < 0 or word_of[token] < 0:
            continue
        word = word_of[token]
        if counting.counts[word] == 0:
            counting.seen[used] = word
            used += 1
        counting.counts[word] += 1
    return size, used


@njit()
def rank_documents(
    sequence: I32, size: int, at: int, word_of: I32, idf: F64, top: int, counting: Counting, used: int, rows: RankedRows
) -> tuple[int, int, int]:
    """Counts the documents of sequence[at:size] and ranks the words of those that end there.

    idf: float64 by word. top: the largest number of words of a document. rows: room for used + size - at rows. The
    other arguments are as in `count_words`. Returns the numbers of documents and of rows, and the number of words that
    were seen of the document that is still open.
    """
    documents = written = 0
    while True:
        at, used = count_words(sequence, size, at, word_of, counting, used)
        if at == size:
            return documents, written, used
        written = rank(counting, used, idf, top, rows, documents, written)
        documents += 1
        at += 1
        used = 0


@njit()
def rank(counting: Counting, used: int, idf: F64, top: int, rows: RankedRows, document: int, row: int) -> int:
    """Writes the words of a document, the largest weight first, equal weights in the order of first occurrence, to
    `rows` from `row` on; returns the number of rows. Leaves `counting` ready for the next document.

    The weight is count * (idf / tokens), in this order of operations, which is that of jieba.analyse.
    """
    counts, seen = counting
    total = 0
    for i in range(used):
        total += counts[seen[i]]
    weights = np.empty(used)
    for i in range(used):
        weights[i] = -(np.float64(counts[seen[i]]) * (idf[seen[i]] / np.float64(total)))
    order = np.argsort(weights, kind="mergesort")
    for i in range(min(top, used)):
        word = seen[order[i]]
        rows.words[row] = word
        rows.counts[row] = counts[word]
        rows.weights[row] = -weights[order[i]]
        row += 1
    for i in range(used):
        counts[seen[i]] = 0
    rows.ends[document] = row
    rows.totals[document] = total
    return row
