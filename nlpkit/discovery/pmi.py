"""Methods `pmi` and `entropy`: words as the pieces that remain when a text is cut where its parts do not attract.

`pmi` joins characters that a frequent n-gram of high PMI spans. `entropy`: Redlich 1993, "Redundancy reduction as a
strategy for unsupervised learning", Neural Computation 5(2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Corpus
from nlpkit.discovery.candidates import Candidates, Measured
from nlpkit.discovery.joining import CountedStrings, Pieces, join_corpus
from nlpkit.discovery.options import Options
from nlpkit.discovery.strings import Alphabet, Strings
from nlpkit.discovery.words import Trie, with_symbols
from nlpkit.executors import Executor, Progress
from nlpkit.kernels import parts
from nlpkit.runs import Spill

#: Least PMI in nats of n-grams of 2, 3, 4 symbols.
PMI_THRESHOLDS = (2.0, 4.0, 6.0)
#: Least PMI of a pair; least probability of a pair and of a word.
ENTROPY_PMI, ENTROPY_PROBABILITY = 1.0, 1e-7


@dataclass(frozen=True)
class Found:
    """What a method found.

    counts: int64 by word. used: int64, how often the unigram segmentation of all runs uses each word, and each other
    symbol. kept: the n-grams that join their symbols (bool by node). whole: how often each word that was asked for is a
    whole piece.
    """

    words: Strings
    counts: NDArray[np.int64]
    used: NDArray[np.int64]
    kept: NDArray[np.bool_]
    whole: dict[tuple[int, ...], int]


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


def find_words(
    corpus: Corpus,
    pool: Executor,
    spill: Spill,
    c: Candidates,
    kept: NDArray[np.bool_],
    options: Options,
    min_count: int,
    asked: Sequence[tuple[int, ...]],
    progress: Progress | None,
) -> Found:
    """Joins what the kept n-grams (bool by node) span, and chooses words from the pieces."""
    trie = Trie.build(Strings.of_rows(c.rows(np.flatnonzero(kept))), c.alphabet)
    pieces = join_corpus(corpus, pool, trie, spill, progress)
    if options.method == "pmi":
        words, counts = _words_by_pmi(pieces, trie, c.levels.size - 1, min_count, options.max_length)
    else:
        least = max(min_count, options.min_prob * c.total)
        words, counts = _words_by_entropy(pieces, c.alphabet, least, options.max_length)
    used = _segment(pool, pieces, words, counts, c.alphabet)
    return Found(words, counts, used, kept, pieces.count(asked))


def _words_by_pmi(pieces: Pieces, trie: Trie, order: int, min_count: int, max_length: int) -> CountedStrings:
    """The pieces that occur min_count times or more and, from three symbols on, are made of kept n-grams, the trie's.

    order: symbols of the longest n-grams.
    """
    is_word = trie.word_of_node >= 0
    words, counts = _select(pieces, min_count)
    whole = parts.made_of(words.ids, words.offsets, trie.slots, trie.bits, is_word, order)
    chosen = np.flatnonzero(whole & (words.lengths <= max_length))
    return words.select(chosen), counts[chosen]


def _words_by_entropy(pieces: Pieces, alphabet: Alphabet, least: float, max_length: int) -> CountedStrings:
    """The pieces that occur `least` times or more and that their parts do not explain."""
    chosen, counts = _select(pieces, least)
    words, counts = with_symbols(chosen, counts, alphabet)
    trie = Trie.build(words, alphabet)
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
    left = np.flatnonzero(counts)
    return words.select(left), counts[left]


def _select(pieces: Pieces, least: float) -> CountedStrings:
    """The pieces that occur `least` times or more, longest first, then by code points."""
    words, totals = [], []
    for strings, counts in pieces.blocks():
        chosen = np.flatnonzero(counts >= least)
        words.append(strings.select(chosen))
        totals.append(counts[chosen])
    found, counts = Strings.concatenate(words), np.concatenate(totals)
    order = found.longest_first()
    return found.select(order), counts[order]


def _segment(
    pool: Executor, pieces: Pieces, words: Strings, counts: NDArray[np.int64], alphabet: Alphabet
) -> NDArray[np.int64]:
    """int64 by word, then by other symbols: how often the unigram segmentation of all runs uses each.

    No word crosses the end of a piece, because what joins its symbols joins them wherever it occurs; so it is enough to
    segment each piece once.
    """
    words, counts = with_symbols(words, counts, alphabet)
    trie = Trie.build(words, alphabet)
    used = np.zeros(counts.size, np.int64)
    for strings, piece_counts in pieces.blocks():
        shares = np.array_split(np.arange(len(strings)), pool.jobs)
        calls = [
            partial(
                parts.segment_strings,
                strings.ids,
                strings.offsets[share[0] : share[-1] + 2],
                piece_counts[share],
                trie.slots,
                trie.bits,
                trie.word_of_node,
                counts,
            )
            for share in shares
            if share.size
        ]
        used += np.sum(pool.together(calls), axis=0, dtype=np.int64)
    return used


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
