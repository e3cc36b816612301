"""Words of documents: counts them, document by document in the order of first occurrence, and ranks them by TF-IDF."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.tokens import DOCUMENT_END
from nlpkit.kernels.types import F64, I32, I64, Bool

_FEW = 64  # keywords of a document, up to which the best so far are kept in order
#: Stands in place of the word of a token that has not come before.
NEW = -2


class Counting(NamedTuple):
    """The words of a document, as arrays that are used for one document after the other.

    counts: int64 by word, zeros where no document is open. seen: int64, the words of the document that is open, in the
    order of their first occurrence; as long as `counts`.
    """

    counts: I64
    seen: I64


class Listed(NamedTuple):
    """Words of documents: word (int64) and count (int64) by entry; by document (int64) the entries up to its end."""

    words: I64
    counts: I64
    ends: I64


@njit()
def are_new(sequence: I32, word_of: I32) -> Bool:
    """Returns which entries of a sequence are tokens that have not come before. word_of: int32 by token, or NEW."""
    found = np.zeros(sequence.size, np.bool_)
    for i in range(sequence.size):
        found[i] = sequence[i] >= 0 and word_of[sequence[i]] == NEW
    return found


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
def list_words(
    sequence: I32, size: int, at: int, word_of: I32, counting: Counting, used: int, listed: Listed
) -> tuple[int, int, int]:
    """Lists the words of the documents of sequence[at:size] that end there, in the order of first occurrence.

    listed: room for used + size - at entries. The other arguments are as in `count_words`. Returns the numbers of
    documents and of entries, and the number of words that were seen of the document that is still open.
    """
    counts, seen = counting
    documents = written = 0
    while True:
        at, used = count_words(sequence, size, at, word_of, counting, used)
        if at == size:
            return documents, written, used
        for i in range(used):
            listed.words[written] = seen[i]
            listed.counts[written] = counts[seen[i]]
            counts[seen[i]] = 0
            written += 1
        listed.ends[documents] = written
        documents += 1
        at += 1
        used = 0


@njit()
def _weight(listed: Listed, i: int, idf: F64, total: int) -> float:
    return np.float64(listed.counts[i]) * (idf[listed.words[i]] / np.float64(total))


@njit()
def _rank_few(
    listed: Listed, begin: int, end: int, idf: F64, total: int, top: int, rows: I64, weights: F64, written: int
) -> int:
    """Does what `rank` does for one document: keeps the best entries so far in order. Returns the number of rows."""
    first, stop = written, written + top
    for i in range(begin, end):
        weight = _weight(listed, i, idf, total)
        if written == stop:
            if not weight > weights[stop - 1]:
                continue
            written -= 1
        at = written
        while at > first and weights[at - 1] < weight:
            rows[at], weights[at] = rows[at - 1], weights[at - 1]
            at -= 1
        rows[at], weights[at] = i, weight
        written += 1
    return written


@njit()
def rank(listed: Listed, idf: F64, top: int, rows: I64, weights: F64, ends: I64, totals: I64) -> int:
    """Ranks the words of documents: the largest weight first, equal weights in the order of first occurrence.

    idf: float64 by word. top: the largest number of words of a document. rows, weights: int64 and float64, receive the
    entry and the weight of each row. ends, totals: int64 by document, receive the rows up to its end and the number of
    its tokens. Returns the number of rows.

    The weight is count * (idf / tokens), in this order of operations, which is that of jieba.analyse.
    """
    written = begin = 0
    for document in range(listed.ends.size):
        end = listed.ends[document]
        total = 0
        for i in range(begin, end):
            total += listed.counts[i]
        if top > _FEW:
            lost = np.empty(end - begin)
            for i in range(begin, end):
                lost[i - begin] = -_weight(listed, i, idf, total)
            order = np.argsort(lost, kind="mergesort")
            for i in range(min(top, order.size)):
                rows[written] = begin + order[i]
                weights[written] = -lost[order[i]]
                written += 1
        else:
            written = _rank_few(listed, begin, end, idf, total, top, rows, weights, written)
        ends[document] = written
        totals[document] = total
        begin = end
    return written
