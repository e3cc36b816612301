"""The scores by which the list for people is sorted: certain words first, frequent words before rare ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.discovery.branching import Branching
from nlpkit.discovery.candidates import SymbolStatistics
from nlpkit.discovery.lines import Lines
from nlpkit.discovery.strings import Alphabet, SymbolStrings
from nlpkit.discovery.trie import WordTrie, with_symbols
from nlpkit.kernels import parts
from nlpkit.ngrams.symbols import LETTERS

#: Repeats that each word, and each symbol at the edges of words, is given in advance, as an average one has them.
GIVEN = 10.0


@dataclass(frozen=True)
class Recurrence:
    """How words come again in lines that they are in: shares of what is usual, at most 1, float64.

    repeats: by word, beyond chance. mean: repeats a line, of the words of two symbols or more. whole: by word. first,
    last: by id, of the words that begin and that end with a symbol. alone: by id, of the symbol as a word.
    """

    repeats: NDArray[np.float64]
    mean: float
    whole: NDArray[np.float64]
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    alone: NDArray[np.float64]

    @classmethod
    def measure(cls, words: SymbolStrings, counts: NDArray[np.int64], lines: Lines, alphabet: Alphabet) -> Recurrence:
        """Compares the repeats of each word, n - l - n l / L, with what is usual in the lines that it is in.

        counts: int64 n(w). lines: l(w), and L in all. A word that is scattered by chance has n l / L repeats. What
        stands for all digits or all letters gets 1.
        """
        held = lines.by_word.astype(np.float64)
        repeats = counts - held - counts * (held / max(1, lines.total))
        long = words.lengths > 1
        mean = max(0.0, float(repeats[long].sum()) / max(1.0, float(held[long].sum())))
        size = alphabet.codes.size + 1

        def share(found: NDArray[Any], among: NDArray[Any]) -> NDArray[np.float64]:
            shares: NDArray[np.float64] = (np.maximum(0.0, found) + GIVEN) / (mean * among + GIVEN)
            return np.minimum(1.0, shares)

        def by_id(ids: NDArray[np.uint32], at: NDArray[np.bool_]) -> NDArray[np.float64]:
            of_ids = share(np.bincount(ids[at], repeats[at], size), np.bincount(ids[at], held[at], size))
            of_ids[[i for i in alphabet.collapsed_ids if i]] = 1.0
            return of_ids

        first, last = words.ids[words.offsets[:-1]], words.ids[words.offsets[1:] - 1]
        return cls(
            repeats,
            mean,
            share(repeats, held),
            by_id(first, np.ones_like(long)),
            by_id(last, np.ones_like(long)),
            by_id(first, ~long),
        )


def list_scores(
    words: SymbolStrings,
    counts: NDArray[np.int64],
    occurrences: NDArray[np.int64],
    branching: Branching,
    symbols: SymbolStatistics,
    recurrence: Recurrence | None,
) -> NDArray[np.float64]:
    """Returns score(w) = gain ln n whole within edge again, float64 by word; 0 for single symbols.

    counts: int64 n(w), occurrences as a word. occurrences: int64 c(w), occurrences in the text. gain: how much likelier
    w is than its best parts, in nats, at least 0. whole: n / c, the share that is cut out whole. within: 1 - the
    largest share of its occurrences that a symbol of w is a word by itself (large for the function characters of the
    corpus; 0 for the symbol of Latin letters, which is a class). edge: whether w occurs both at the start and at the
    end of runs, which are the only certain word boundaries, and away from them, on each side at least a quarter as
    often as words on average: min(1, min(b_l, b_r) / (r c / 4), min(c - b_l, c - b_r) / ((1 - r) c / 4)), r = runs /
    words; b_l and b_r: occurrences at the start and at the end of a run. again: the product of the shares of
    `recurrence`: of w, of its first and its last symbol, and of those of the two that are parts of w by themselves; 1
    without recurrence.
    """
    size, alphabet = len(words), symbols.alphabet
    again, part_again = np.ones(size), np.ones(symbols.counts.size + 1)
    if recurrence is not None:
        first, last = words.ids[words.offsets[:-1]], words.ids[words.offsets[1:] - 1]
        again = recurrence.whole * recurrence.first[first] * recurrence.last[last]
        part_again = recurrence.alone
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
        part_again,
    )
    return scores[:size] * again
