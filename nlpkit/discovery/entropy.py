"""Method `entropy`: pairs of high PMI join their symbols; the pieces that their parts do not explain are words.

Redlich 1993, "Redundancy reduction as a strategy for unsupervised learning", Neural Computation 5(2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.discovery.candidates import Measured
from nlpkit.discovery.job import Job
from nlpkit.discovery.methods import Method
from nlpkit.discovery.options import DiscoveryOptions
from nlpkit.discovery.pieces import (
    CountedStrings,
    PieceReasons,
    Pieces,
    join_corpus,
    joining_ngrams,
    select_pieces,
    words_of_pieces,
)
from nlpkit.discovery.strings import Alphabet, SymbolStrings
from nlpkit.discovery.trie import WordTrie, with_symbols
from nlpkit.discovery.words import Words
from nlpkit.kernels import parts
from nlpkit.ngrams import WORD

_ORDER = 2  # symbols of the n-grams: pairs


def find_words(job: Job) -> Words:
    """Finds the words of a corpus; see docs/algorithms.md."""
    ngrams = job.find_ngrams(_ORDER, WORD)
    symbols = ngrams.symbols
    least = job.options.least_probability * symbols.total
    c, joins = joining_ngrams(ngrams, lambda measured: _strong_pairs(measured, job.options.thresholds[0], least))
    del ngrams
    joining = WordTrie.build(SymbolStrings.of_rows(c.rows(np.flatnonzero(joins))), c.alphabet)
    pieces = join_corpus(job, joining)
    words = _choose_words(pieces, c.alphabet, max(symbols.min_count, least), job.options.longest)
    reasons = PieceReasons(
        c,
        joins,
        pieces.count(job.asked(c.alphabet)),
        symbols.min_count,
        kept="kept: a piece that is frequent enough, and more than its parts explain",
        weak="PMI too low",
        refused="its parts explain it (or it is longer than --max-length)",
    )
    return words_of_pieces(job, symbols, c, pieces, words, reasons)


def _passes(options: DiscoveryOptions) -> int:
    """Counting, joining, and measuring the neighbours."""
    return 2 + options.measures_neighbours


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


METHOD = Method(_passes, find_words)
