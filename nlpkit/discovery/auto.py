"""Method `auto`: words by branching entropy and mutual information, re-estimated.

Branching entropy: Jin and Tanaka-Ishii 2006. Its variation, normalised by length, and the search for the best path:
Magistry and Sagot 2012. Redundancy: Redlich 1993.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

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
#: A word must be this much likelier than its parts (nats; the second for each symbol beyond two)...
REDUNDANCY, REDUNDANCY_PER_SYMBOL = 3.5, 0.5
#: ... or hold this share of the tokens of one of them: such a part is no word of its own.
BOUND = 0.9
#: What the boundaries did not choose must be likelier by so many nats more, and have so many symbols.
ENTRY, ENTRY_LENGTH = 1.0, 3
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
    """By node: tokens of a segmentation, how much likelier than its parts each word is (nats), how much it would have
    to be, and the tokens that it was given for the next segmentation, 0 for what was taken out."""

    counts: NDArray[np.int64]
    gain: NDArray[np.float64]
    needed: NDArray[np.float64]
    given: NDArray[np.int64]


@dataclass(frozen=True)
class Auto:
    """The words, and how they came about.

    counts: int64 by node. rare: id -> count of symbols that are no candidates. surfaces: of words that hold collapsed
    symbols, surface -> (count, node, or -1 - id of a rare symbol). split_score: by node, the largest sum of scores of
    its parts.
    """

    counts: NDArray[np.int64]
    rare: dict[int, int]
    surfaces: dict[str, tuple[int, int]]
    scores: Scores
    split_score: NDArray[np.float64]
    rounds: list[Round]


def score_words(c: Candidates, branching: Branching) -> Scores:
    """Word scores s(w) = z_right + z_left + [len > 1] 1.25 (z_PMI + 2).

    z_right is the smaller z-score of the branching entropy and of its variation, h(w) - h(w without its last symbol):
    the end of a word is uncertain, and more so than one symbol before. z_left alike.
    """
    long = c.length > 1
    right, left = branching.right.entropy, branching.left.entropy
    z_right, z_left, z_right_variation, z_left_variation, z_pmi = (
        _z_scores(values, c.levels)
        for values in (
            right,
            left,
            right - np.where(long, right[c.parent], 0.0),
            left - np.where(long, left[c.suffix], 0.0),
            c.pmi,
        )
    )
    z_right, z_left = np.minimum(z_right, z_right_variation), np.minimum(z_left, z_left_variation)
    s = z_right + z_left + np.where(long, PMI_WEIGHT * (z_pmi + PMI_SHIFT), 0.0)
    return Scores(z_left, z_right, z_pmi, s)


def _z_scores(values: NDArray[np.float64], levels: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.concatenate([kernel.z_scores(values[begin:end]) for begin, end in pairwise(levels)])


def find_words(
    corpus: Corpus, pool: Executor, c: Candidates, branching: Branching, progress: Callable[[], Progress | None]
) -> Auto:
    """Segments the corpus by word scores, then twice by probabilities, after words were judged against their parts.

    progress gives each of the three passes its callback.
    """
    single = c.length == 1
    scores = score_words(c, branching)
    values = c.length * scores.score
    split = c.best_splits(values)
    # A word worth less than its parts is on no best path; the margin is for sums that round differently.
    chosen = np.flatnonzero(single | (values >= split - 1e-9 * (1 + np.abs(split))))
    counts, rare, _ = _segment(corpus, pool, c, chosen, values, 0.0, False, progress())
    eligible = (c.length == ENTRY_LENGTH) & (scores.z_left >= 0) & (scores.z_right >= 0)
    needed = np.asarray(REDUNDANCY + REDUNDANCY_PER_SYMBOL * (c.length - 2), np.float64)
    rounds: list[Round] = []
    surfaces: dict[str, tuple[int, int]] = {}
    for left in reversed(range(ROUNDS)):
        total = max(1, int(counts.sum()) + sum(rare.values()))
        gain = np.empty(counts.size)
        given = kernel.judge(
            c.length, c.parent, c.suffix, c.counts, counts, total, eligible, needed, ENTRY, BOUND, gain
        )
        rounds.append(Round(counts, gain, needed, given))
        one = -math.log(total)  # a symbol that is no word counts 1
        logs = kernel.log_probabilities(given, total)
        logs[single & (given == 0)] = one
        chosen = np.flatnonzero(logs > -np.inf)
        counts, rare, surfaces = _segment(corpus, pool, c, chosen, logs, one, left == 0, progress())
        eligible = np.zeros(counts.size, np.bool_)
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
    by_node = found.counts
    of_surfaces = {}
    for surface, (count, node) in found.surfaces.items():
        by_node[node] += count
        word = int(trie.word_of_node[node])
        of_surfaces[surface] = (count, int(chosen[word]) if word >= 0 else -1 - node)
    counts = np.zeros(c.counts.size, np.int64)
    counts[chosen] = by_node[trie.nodes]
    symbols = by_node[:SINGLE].copy()
    symbols[c.symbol[: c.levels[1]]] = 0
    rare = np.flatnonzero(symbols)
    return counts, dict(zip(rare.tolist(), symbols[rare].tolist(), strict=True)), of_surfaces
