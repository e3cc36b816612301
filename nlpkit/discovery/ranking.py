"""The order of the list for people: sure words first, frequent ones before rare ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.discovery.branching import Branching
from nlpkit.discovery.strings import Alphabet, Strings
from nlpkit.discovery.words import Trie, with_symbols
from nlpkit.kernels import parts
from nlpkit.ngrams.symbols import LETTERS


def list_scores(
    words: Strings,
    counts: NDArray[np.int64],
    occurrences: NDArray[np.int64],
    branching: Branching,
    symbol_counts: NDArray[np.int64],
    runs: int,
    alphabet: Alphabet,
) -> NDArray[np.float64]:
    """score(w) = gain ln n whole within edge, float64 by word; 0 for single symbols.

    n: count as a word; c: occurrences in the text. gain: how much likelier w is than its best parts, in nats, at least
    0. whole: n / c, the share cut out whole. within: 1 - the largest share that a symbol of w has as a word by itself
    (the function characters of the corpus; letters, a class, have none). edge: whether w is seen both at the start and
    end of runs, the only sure word boundaries, and away from them, on each side at least a quarter as often as words
    are on average: min(1, min(b_l, b_r) / (r c / 4), min(c - b_l, c - b_r) / ((1 - r) c / 4)), r = runs / words.
    """
    size = len(words)
    words, counts = with_symbols(words, counts, alphabet)
    trie = Trie.build(words, alphabet)
    single = words.lengths == 1
    alone = np.zeros(symbol_counts.size + 1)
    ids = words.ids[words.offsets[:-1][single]]
    alone[ids] = counts[single] / symbol_counts[ids.astype(np.int64) - 1]
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
        runs / max(1, int(counts.sum())),
    )
    return scores[:size]
