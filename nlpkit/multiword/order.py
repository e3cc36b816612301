"""The order of terms: what an n-gram of words is worth as a term, and which n-grams are no candidates.

With n occurrences, PMI the smallest one of the splits in two, h the smaller branching entropy, and x what the words
say of the field, the score is

    (min(PMI, 8) + 2) (ln n)^1.5 min(h, 3) eL eR sqrt(1 - b) min(E / d, 4) / (1 + e^-(x + 2)).

For a single word the first factor is min(max(x, 0), 6) + 2. eL and eR judge the first and the last word by the runs
that they begin and end, as Li and Sun 2009 use punctuation for words; b is the share of the n-gram's own occurrences at
the beginning of runs, or at their end, whichever is larger. E / d is how bunched it is: d blocks of the text have it,
and E would if its occurrences were scattered (residual IDF, Church and Gale 1995). docs/terms.md says more.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import counted
from nlpkit.kernels import word_ngrams as kernel
from nlpkit.multiword.background import Background
from nlpkit.multiword.ngrams import BLOCK, WordNgrams

#: The first factor: the largest PMI and log ratio (nats) that count, what is added, and that of a single word of which
#: nothing is known elsewhere.
MOST_PMI, MOST_KEYNESS, LEAST_WHOLE, ALONE = 8.0, 6.0, 2.0, 6.0
#: So many occurrences of a usual word are added to those of each word, before its edges are judged.
SMOOTHING = 50
#: The least entropy (nats) of the neighbours of a term.
LEAST_ENTROPY = 1.0
_NUMERAL = "第〇零一二三四五六七八九十百千万亿两"
_BEGINS_WITH_NUMERAL = re.compile(rf"[{_NUMERAL}\d]")
_SHORT_NUMERAL = re.compile(rf".?[{_NUMERAL}\d]")


@dataclass(frozen=True)
class Ranking:
    """What the order is made of; arrays by node of the n-grams, but for the last two, which are by unit - NUMBER.

    whole: float64, the first factor. entropy: float64, nats, the smaller one of both sides. own_edge: float64, b.
    bursts: float64, E / d. keyness: float64, the largest log ratio of its words. score: float64. numeral: bool, whether
    a numeral stands at an edge. begins, ends: float64, eL and eR of words.
    """

    whole: NDArray[np.float64]
    entropy: NDArray[np.float64]
    own_edge: NDArray[np.float64]
    bursts: NDArray[np.float64]
    keyness: NDArray[np.float64]
    score: NDArray[np.float64]
    numeral: NDArray[np.bool_]
    begins: NDArray[np.float64]
    ends: NDArray[np.float64]

    def lines(self, ngrams: WordNgrams, units: Sequence[int], node: int) -> Iterator[tuple[str, str]]:
        """Yields what the score of an n-gram is made of, as (name, text)."""
        text = ngrams.vocabulary.text
        first, last = units[0], units[-1]
        left, right = self.begins[first - kernel.NUMBER], self.ends[last - kernel.NUMBER]
        yield (
            "edges",
            f"{text(first)} begins {ngrams.begins[first - kernel.NUMBER]:,} runs, {left:.2f}; "
            f"{text(last)} ends {ngrams.ends[last - kernel.NUMBER]:,}, {right:.2f}",
        )
        count, known = int(ngrams.counts[node]), np.isfinite(self.keyness[node])
        yield "bunched", f"in {counted(int(ngrams.blocks[node]), 'block')} of {BLOCK} words, {self.bursts[node]:.2f}"
        factors = f"{self.whole[node]:.2f} ln({count:,})^1.5 {min(self.entropy[node], 3):.2f} {left:.2f} {right:.2f}"
        factors += f" {math.sqrt(1 - self.own_edge[node]):.2f} {min(self.bursts[node], 4):.2f}"
        keyness = f" / (1 + e^-({self.keyness[node]:.2f} + 2))" if known else ""
        yield "score", f"{factors}{keyness} = {self.score[node]:.2f}"

    @property
    def candidates(self) -> NDArray[np.int64]:
        """The nodes that may be terms."""
        return np.flatnonzero((self.entropy >= LEAST_ENTROPY) & ~self.numeral)


def rank(ngrams: WordNgrams, background: Background | None) -> Ranking:
    """Judges all n-grams. background: what is usual elsewhere, None if nothing is known of it."""
    words = ngrams.vocabulary.words
    singles = slice(0, int(ngrams.levels[1]))
    counts = ngrams.counts[singles]
    begins, ends = (_edge(side[singles], counts, ngrams) for side in (ngrams.begins, ngrams.ends))
    first_numeral = np.array([True, *(_BEGINS_WITH_NUMERAL.match(word) is not None for word in words)])
    last_numeral = np.array([True, *(_SHORT_NUMERAL.fullmatch(word) is not None for word in words)])
    keyness = np.full(counts.size, np.inf) if background is None else background.log_ratios(ngrams)
    first = ngrams.units - kernel.NUMBER
    last = first.copy()
    key = keyness[last]
    for order in range(2, ngrams.levels.size):
        at = slice(int(ngrams.levels[order - 1]), int(ngrams.levels[order]))
        first[at] = first[ngrams.parent[at]]
        key[at] = np.maximum(key[at], key[ngrams.parent[at]])
    entropy = np.minimum(ngrams.left, ngrams.right)
    whole = np.minimum(ngrams.pmi, MOST_PMI) + LEAST_WHOLE
    whole[singles] = ALONE if background is None else np.clip(key[singles], 0, MOST_KEYNESS) + LEAST_WHOLE
    times, blocks = (np.maximum(1, found) for found in (ngrams.counts, ngrams.blocks))  # a text may have no number
    own_edge = np.maximum(ngrams.begins, ngrams.ends) / times
    bursts = kernel.burstiness(times, blocks, max(1, -(-ngrams.words // BLOCK)))
    score = kernel.term_scores(whole, times, entropy, begins[first] * ends[last], own_edge, bursts, key)
    numeral = first_numeral[first] | last_numeral[last]
    return Ranking(whole, entropy, own_edge, bursts, key, score, numeral, begins, ends)


def _edge(runs: NDArray[np.int64], counts: NDArray[np.int64], ngrams: WordNgrams) -> NDArray[np.float64]:
    """float64 by word: min(1, 2 b / B), b the share of its occurrences that begin (or end) runs, B that of all."""
    usual = ngrams.runs / max(1, ngrams.words)
    share = (runs + SMOOTHING * usual) / (counts + SMOOTHING)
    return np.minimum(1.0, 2 * share / max(usual, 1e-300))
