"""Method `pmi`: frequent n-grams of high PMI join their symbols; the pieces that are made of such n-grams are words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.discovery.candidates import Measured
from nlpkit.discovery.job import Job, Method
from nlpkit.discovery.pieces import (
    CountedStrings,
    Pieces,
    choose_joining,
    join_corpus,
    passes,
    select_pieces,
    words_of_pieces,
)
from nlpkit.discovery.trie import WordTrie
from nlpkit.discovery.words import Words
from nlpkit.kernels import parts
from nlpkit.ngrams.counting import WORD


def find_words(job: Job) -> Words:
    """Finds the words of a corpus; see docs/algorithms.md."""
    joining = choose_joining(job.find_ngrams(WORD, WORD), lambda m: _attracted(m, job.options.thresholds))
    pieces = join_corpus(job, joining.trie)
    order = joining.candidates.levels.size - 1
    return words_of_pieces(
        job,
        joining,
        pieces,
        _choose_words(pieces, joining.trie, order, joining.symbols.min_count, job.options.longest),
        kept="kept: a piece that is frequent enough",
        weak="no n-gram of high PMI spans it",
        refused=f"not all its parts of {order} symbols are kept n-grams",
    )


def _attracted(m: Measured, thresholds: tuple[float, ...]) -> NDArray[np.bool_]:
    """By node: n-grams of two symbols or more whose PMI reaches the threshold of their length."""
    attracted = np.zeros(m.keys.size, np.bool_)
    for k in range(2, m.levels.size):
        attracted[m.level(k)] = m.pmi[m.level(k)] >= thresholds[k - 2]
    return attracted


def _choose_words(pieces: Pieces, joining: WordTrie, order: int, min_count: int, max_length: int) -> CountedStrings:
    """The pieces that occur min_count times or more and, from three symbols on, are made of words of `joining`.

    order: the number of symbols of the longest words of `joining`.
    """
    is_word = joining.word_of_node >= 0
    words, counts = select_pieces(pieces, min_count)
    made_of = parts.made_of(words.ids, words.offsets, joining.slots, joining.bits, is_word, order)
    chosen = np.flatnonzero(made_of & (words.lengths <= max_length))
    return words.select(chosen), counts[chosen]


METHOD = Method(passes, find_words)
