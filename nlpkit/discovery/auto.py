"""Method `auto`: words by branching entropy and mutual information, re-estimated.

Variation of branching entropy: Jin and Tanaka-Ishii 2006 (section 3); its normalisation and the search for the best
path: Magistry and Sagot 2012 (sections 3 and 4). Redundancy: Redlich 1993.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Corpus
from nlpkit.discovery.candidates import Branching, Candidates
from nlpkit.discovery.words import SINGLE, Strings, Trie, segment_corpus
from nlpkit.executors import Executor, Progress
from nlpkit.kernels import candidates as kernel

MAX_LENGTH = 4
#: Weight of the z-score of the PMI, and what is added to it for every word of two symbols or more.
PMI_WEIGHT, PMI_SHIFT = 1.25, 2.0
#: A word must be this much likelier than its parts (nats; the second for each symbol beyond two).
REDUNDANCY, REDUNDANCY_PER_SYMBOL = 3.5, 0.5
ROUNDS = 2


@dataclass(frozen=True)
class Scores:
    """By node: z-scores among the n-grams of the same length, and the word score s."""

    z_left: NDArray[np.float64]
    z_right: NDArray[np.float64]
    z_pmi: NDArray[np.float64]
    score: NDArray[np.float64]


@dataclass(frozen=True)
class Round:
    """By node: counts of a segmentation, and what redundancy took out of it: how much likelier each word is than its
    parts (nats), and how much it would have to be."""

    counts: NDArray[np.int64]
    gain: NDArray[np.float64]
    needed: NDArray[np.float64]

    @property
    def taken_out(self) -> NDArray[np.bool_]:
        return (self.counts > 0) & (self.gain < self.needed)


@dataclass(frozen=True)
class Auto:
    """The words, and how they came about.

    counts: int64 by node, without words that hold collapsed symbols: those are in surfaces, surface -> (count, node or
    -1). rare: id -> count of symbols that are no candidates. split_score: by node, the largest sum of scores of its parts.
    """

    counts: NDArray[np.int64]
    rare: dict[int, int]
    surfaces: dict[str, tuple[int, int]]
    scores: Scores
    split_score: NDArray[np.float64]
    rounds: list[Round]


def score_words(c: Candidates, branching: Branching) -> Scores:
    """Word scores s(w) = z_right + z_left + [len > 1] 1.25 (z_PMI + 2), z of the variations of branching entropy."""
    long = c.length > 1
    right = branching.right - np.where(long, branching.right[c.parent], 0.0)
    left = branching.left - np.where(long, branching.left[c.suffix], 0.0)
    z_right, z_left, z_pmi = (_z_scores(values, c.levels) for values in (right, left, c.pmi))
    s = z_right + z_left + np.where(long, PMI_WEIGHT * (z_pmi + PMI_SHIFT), 0.0)
    return Scores(z_left, z_right, z_pmi, s)


def _z_scores(values: NDArray[np.float64], levels: NDArray[np.int64]) -> NDArray[np.float64]:
    spans = zip(levels[:-1], levels[1:], strict=True)
    return np.concatenate([kernel.z_scores(values[begin:end]) for begin, end in spans])


def find_words(
    corpus: Corpus, pool: Executor, c: Candidates, branching: Branching, progress: Callable[[], Progress | None]
) -> Auto:
    """Segments the corpus by word scores, then twice by probabilities after redundant words were taken out.

    progress gives each of the three passes its callback.
    """
    single = c.length == 1
    scores = score_words(c, branching)
    values = c.length * scores.score
    split = c.best_splits(values)
    # A word worth less than its parts is on no best path; the margin is for sums that round differently.
    chosen = np.flatnonzero(single | (values >= split - 1e-9 * (1 + np.abs(split))))
    counts, rare, _ = _segment(corpus, pool, c, chosen, values, 0.0, False, progress())
    rounds: list[Round] = []
    surfaces: dict[str, tuple[int, int]] = {}
    for left in reversed(range(ROUNDS)):
        total = max(1, int(counts.sum()) + sum(rare.values()))
        one = -math.log(total)  # a symbol that is no word counts 1
        logs = kernel.log_probabilities(counts, total)
        logs[single & (counts == 0)] = one
        needed = np.where(single, -np.inf, REDUNDANCY + REDUNDANCY_PER_SYMBOL * (c.length - 2))
        with np.errstate(invalid="ignore"):  # -inf - -inf of what was never a word
            rounds.append(Round(counts, logs - c.best_splits(logs), needed))
        logs[rounds[-1].taken_out] = -np.inf
        chosen = np.flatnonzero(logs > -np.inf)
        counts, rare, surfaces = _segment(corpus, pool, c, chosen, logs, one, left == 0, progress())
    return Auto(counts, rare, surfaces, scores, split, rounds)


def _segment(
    corpus: Corpus,
    pool: Executor,
    c: Candidates,
    chosen: NDArray[np.int64],
    values: NDArray[np.float64],
    other: float,
    surfaces: bool,
    progress: Progress | None,
) -> tuple[NDArray[np.int64], dict[int, int], dict[str, tuple[int, int]]]:
    """(counts by candidate, id -> count of other symbols, surfaces) of a segmentation with the chosen nodes."""
    trie = Trie.build(Strings.of_rows(c.rows(chosen)), c.alphabet)
    found = segment_corpus(corpus, pool, trie, trie.by_node(values[chosen], other), surfaces, progress)
    counts = np.zeros(c.counts.size, np.int64)
    counts[chosen] = found.counts[trie.nodes]
    symbols = found.counts[:SINGLE].copy()
    symbols[c.symbol[: c.levels[1]]] = 0
    rare = np.flatnonzero(symbols)
    surfaces_by_node = {
        surface: (count, int(chosen[word]) if (word := trie.word_of_node[node]) >= 0 else -1)
        for surface, (count, node) in found.surfaces.items()
    }
    return counts, dict(zip(rare.tolist(), symbols[rare].tolist(), strict=True)), surfaces_by_node
