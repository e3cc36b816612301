"""Method `entropy`: pairs of high PMI join their symbols; the pieces that their parts do not explain are words.

Redlich 1993, "Redundancy reduction as a strategy for unsupervised learning", Neural Computation 5(2).
"""

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
from nlpkit.discovery.strings import Alphabet
from nlpkit.discovery.trie import WordTrie, with_symbols
from nlpkit.discovery.words import Words
from nlpkit.errors import Notice, Option
from nlpkit.kernels import parts
from nlpkit.ngrams.counting import WORD

_ORDER = 2  # symbols of the n-grams: pairs


def find_words(job: Job) -> Words:
    """Finds the words of a corpus; see docs/algorithms.md."""
    ngrams = job.find_ngrams(_ORDER, WORD)
    probable = job.options.least_probability * ngrams.symbols.total  # occurrences
    joining = choose_joining(ngrams, lambda m: _strong_pairs(m, job.options.thresholds[0], probable))
    del ngrams
    pieces = join_corpus(job, joining.trie)
    least = max(joining.symbols.min_count, probable)
    return words_of_pieces(
        job,
        joining,
        pieces,
        _choose_words(pieces, joining.candidates.alphabet, least, job.options.longest),
        kept="kept: a piece that is frequent enough, and more than its parts explain",
        weak="PMI too low",
        refused=Notice("its parts explain it (or it is longer than ", Option("max_length"), ")"),
    )


def _strong_pairs(m: Measured, min_pmi: float, least: float) -> NDArray[np.bool_]:
    """By node: pairs whose PMI is above min_pmi, and whose count is `least` or more."""
    strong = np.zeros(m.keys.size, np.bool_)
    if m.levels.size > 2:
        pairs = m.level(2)
        strong[pairs] = (m.pmi[pairs] > min_pmi) & (m.counts[pairs] >= least)
    return strong


def _choose_words(pieces: Pieces, alphabet: Alphabet, least: float, max_length: int) -> CountedStrings:
    """The pieces that occur `least` times or more and that their parts do not explain."""
    chosen, counts = select_pieces(pieces, least)
    words, counts = with_symbols(chosen, counts, alphabet)
    trie = WordTrie.build(words, alphabet)
    parts.remove_redundant(
        words.ids, words.offsets, words.longest_first(), trie.slots, trie.bits, trie.word_of_node, counts, max_length
    )
    left = np.flatnonzero(counts)
    return words.select(left), counts[left]


METHOD = Method(passes, find_words)
