"""Methods `pmi` and `entropy`: words as the pieces that remain when a text is cut where its parts do not attract.

`pmi` joins characters that a frequent n-gram of high PMI spans. `entropy`: Redlich 1993, "Redundancy reduction as a
strategy for unsupervised learning", Neural Computation 5(2).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Corpus
from nlpkit.discovery.candidates import Candidates, Measured
from nlpkit.discovery.words import Strings, Trie, join_corpus, with_symbols
from nlpkit.executors import Executor, Progress
from nlpkit.kernels import parts

#: Least PMI in nats of n-grams of 2, 3, 4 symbols.
PMI_THRESHOLDS = (2.0, 4.0, 6.0)
#: Least PMI of a pair; least probability of a pair and of a word.
ENTROPY_PMI, ENTROPY_PROBABILITY = 1.0, 1e-7


@dataclass(frozen=True)
class Found:
    """The words and their counts (int64), how often the unigram segmentation of all runs uses each (int64), the pieces
    that they were chosen from, with their counts, and the n-grams that joined these (bool by node)."""

    words: Strings
    counts: NDArray[np.int64]
    used: NDArray[np.int64]
    pieces: Strings
    piece_counts: NDArray[np.int64]
    kept: NDArray[np.bool_]


def kept_ngrams(m: Measured, thresholds: tuple[float, ...]) -> NDArray[np.bool_]:
    """By node: n-grams of two symbols or more whose PMI reaches the threshold of their length."""
    kept = np.zeros(m.keys.size, np.bool_)
    for k in range(2, m.levels.size):
        kept[m.level(k)] = m.pmi[m.level(k)] >= thresholds[k - 2]
    return kept


def strong_pairs(m: Measured, min_pmi: float, least: float) -> NDArray[np.bool_]:
    """By node: pairs whose PMI is above, and whose count is not below the thresholds."""
    strong = np.zeros(m.keys.size, np.bool_)
    if m.levels.size > 2:
        at = m.level(2)
        strong[at] = (m.pmi[at] > min_pmi) & (m.counts[at] >= least)
    return strong


def words_by_pmi(
    corpus: Corpus,
    pool: Executor,
    c: Candidates,
    kept: NDArray[np.bool_],
    min_count: int,
    max_length: int,
    progress: Progress | None,
) -> Found:
    """The pieces that occur min_count times or more and, from three symbols on, are made of kept n-grams."""
    trie = _trie(c, kept)
    pieces, piece_counts = join_corpus(corpus, pool, trie, progress)
    chosen = np.flatnonzero((piece_counts >= min_count) & (pieces.lengths <= max_length))
    words, counts = pieces.select(chosen), piece_counts[chosen]
    order = c.levels.size - 1
    whole = parts.made_of(words.ids, words.offsets, trie.slots, trie.bits, trie.word_of_node >= 0, order)
    words, counts = words.select(np.flatnonzero(whole)), counts[whole]
    all_words, all_counts = with_symbols(words, counts, c.alphabet)
    used = _used(pool, pieces, piece_counts, Trie.build(all_words, c.alphabet), all_counts)
    return Found(words, counts, used, pieces, piece_counts, kept)


def words_by_entropy(
    corpus: Corpus,
    pool: Executor,
    c: Candidates,
    strong: NDArray[np.bool_],
    min_count: int,
    min_prob: float,
    max_length: int,
    progress: Progress | None,
) -> Found:
    """The pieces between weak pairs that are frequent enough and that their parts do not explain."""
    pieces, piece_counts = join_corpus(corpus, pool, _trie(c, strong), progress)
    chosen = np.flatnonzero((piece_counts >= min_count) & (piece_counts >= min_prob * c.total))
    words, counts = with_symbols(pieces.select(chosen), piece_counts[chosen], c.alphabet)
    trie = Trie.build(words, c.alphabet)
    parts.remove_redundant(
        words.ids,
        words.offsets,
        words.longest_first(),
        trie.slots,
        trie.bits,
        trie.word_of_node,
        counts,
        max_length,
    )
    used = _used(pool, pieces, piece_counts, trie, counts)
    left = np.flatnonzero(counts)
    return Found(words.select(left), counts[left], used, pieces, piece_counts, strong)


def _trie(c: Candidates, kept: NDArray[np.bool_]) -> Trie:
    return Trie.build(Strings.of_rows(c.rows(np.flatnonzero(kept))), c.alphabet)


def _used(
    pool: Executor, pieces: Strings, piece_counts: NDArray[np.int64], trie: Trie, counts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How often the unigram segmentation of all runs uses each word.

    No word crosses the end of a piece, because what joins its symbols joins them wherever it occurs; so it is enough to
    segment each piece once.
    """
    shares = np.array_split(np.arange(len(pieces)), pool.jobs)
    calls = [
        partial(
            parts.segment_strings,
            pieces.ids,
            pieces.offsets[share[0] : share[-1] + 2],
            piece_counts[share],
            trie.slots,
            trie.bits,
            trie.word_of_node,
            counts,
        )
        for share in shares
        if share.size
    ]
    return np.sum(pool.together(calls), axis=0) if calls else np.zeros(counts.size, np.int64)


def smallest_pmi(words: Strings, c: Candidates) -> NDArray[np.float64]:
    """PMI of each word in nats: the smallest of its splits, of a word longer than the candidates the smallest of its
    windows; 0 for single symbols."""
    if not len(words):
        return np.empty(0)
    width = np.minimum(words.lengths, c.levels.size - 1)
    windows = words.lengths - width + 1
    first = np.concatenate([[0], np.cumsum(windows)])
    begins = np.repeat(words.offsets[:-1] - first[:-1], windows) + np.arange(first[-1])
    keys = np.zeros(begins.size, np.uint64)
    for i in range(c.levels.size - 1):
        inside = i < np.repeat(width, windows)
        keys[inside] |= words.ids[begins[inside] + i].astype(np.uint64) << np.uint64(48 - 16 * i)
    nodes = c.index.find(keys)
    found = np.where(nodes >= 0, c.pmi[nodes], np.where(np.repeat(width, windows) > 1, np.nan, 0.0))
    return np.minimum.reduceat(found, first[:-1])
