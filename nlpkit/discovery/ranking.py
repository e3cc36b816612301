"""The scores by which the list for people is sorted: certain words first, frequent words before rare ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.discovery.branching import Branching
from nlpkit.discovery.candidates import SymbolStatistics
from nlpkit.discovery.strings import SymbolStrings
from nlpkit.discovery.trie import WordTrie, with_symbols
from nlpkit.kernels import parts
from nlpkit.ngrams.symbols import LETTERS


def list_scores(
    words: SymbolStrings,
    counts: NDArray[np.int64],
    occurrences: NDArray[np.int64],
    branching: Branching,
    symbols: SymbolStatistics,
) -> NDArray[np.float64]:
    """Returns score(w) = gain ln n whole within edge, float64 by word; 0 for single symbols.

    counts: int64 n(w), occurrences as a word. occurrences: int64 c(w), occurrences in the text. gain: how much likelier
    w is than its best parts, in nats, at least 0. whole: n / c, the share that is cut out whole. within: 1 - the
    largest share of its occurrences that a symbol of w is a word by itself (large for the function characters of the
    corpus; 0 for the symbol of Latin letters, which is a class). edge: whether w occurs both at the start and at the
    end of runs, which are the only certain word boundaries, and away from them, on each side at least a quarter as
    often as words on average: min(1, min(b_l, b_r) / (r c / 4), min(c - b_l, c - b_r) / ((1 - r) c / 4)), r = runs /
    words; b_l and b_r: occurrences at the start and at the end of a run.
    """
    size, alphabet = len(words), symbols.alphabet
    words, counts = with_symbols(words, counts, alphabet)
    trie = WordTrie.build(words, alphabet)
    single = words.lengths == 1
    alone = np.zeros(symbols.counts.size + 1)
    ids = words.ids[words.offsets[:-1][single]]
    alone[ids] = counts[single] / symbols.counts[ids.astype(np.int64) - 1]
    if alphabet.collapsed[1]:
        alone[1:][alphabet.codes == LETTERS] = 0.0

    def with_zeros(values: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.append(values, np.zeros(counts.size - size, np.int64))

    scores: NDArray[np.float64] = parts.list_scores(
        words.ids,
        words.offsets,
        trie.slots,
        trie.bits,
        trie.word_of_node,
        counts,
        with_zeros(occurrences),
        with_zeros(branching.left.boundary),
        with_zeros(branching.right.boundary),
        alone,
        symbols.runs / max(1, int(counts.sum())),
    )
    return scores[:size]
