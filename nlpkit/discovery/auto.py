"""Method `auto`: words by branching entropy and mutual information, re-estimated.

Branching entropy: Jin and Tanaka-Ishii 2006. Its variation, normalised by length, and the search for the best path:
Magistry and Sagot 2012. Redundancy: Redlich 1993.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Corpus
from nlpkit.discovery.candidates import Candidates, Measured
from nlpkit.discovery.strings import Strings
from nlpkit.discovery.words import SINGLE, Surfaces, Trie, segment_corpus
from nlpkit.executors import Executor, Progress
from nlpkit.kernels import candidates as kernel

MAX_LENGTH = 4
#: Weight of the z-score of the PMI, and what is added to it for every word of two symbols or more.
PMI_WEIGHT, PMI_SHIFT = 1.25, 2.0
#: A word must be this much likelier than its parts (nats; the second for each symbol beyond two)...
REDUNDANCY, REDUNDANCY_PER_SYMBOL = 3.5, 0.5
#: ... where a symbol tells this much (nats) or more, as in all Chinese; proportionally less where it tells less, as in
#: an alphabet's letters: spelling a word out costs less there by as much ...
FULL_SYMBOL = 5.0
#: ... or hold this share of the tokens of one of them: such a part is no word of its own.
BOUND = 0.9
#: What the boundaries did not choose must be likelier by so many nats more, and have so many symbols.
ENTRY, ENTRY_LENGTH = 1.0, 3
ROUNDS = 2
_BLOCK = 1 << 18  # nodes that are scored at a time


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
    symbols, of nodes, or -1 - id of a rare symbol. split_score: by node, the largest sum of scores of
    its parts.
    """

    counts: NDArray[np.int64]
    rare: dict[int, int]
    surfaces: Surfaces
    scores: Scores
    split_score: NDArray[np.float64]
    rounds: list[Round]


@dataclass(frozen=True)
class _Scale:
    """Mean and standard deviation of a statistic among the n-grams of one length."""

    mean: float
    deviation: float

    def z(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """z-scores; 0 where nothing varies."""
        if self.deviation == 0:
            return np.zeros(values.size)
        return (values - self.mean) / self.deviation


class Scorer:
    """Scores n-grams: s(w) = z_right + z_left + [len > 1] 1.25 (z_PMI + 2).

    z_right is the smaller z-score of the branching entropy and of its variation, h(w) - h(w without its last symbol):
    the end of a word is uncertain, and more so than one symbol before. z_left alike.
    """

    def __init__(self, m: Measured) -> None:
        self.m = m
        self._scales = [self._measure(k) for k in range(1, m.levels.size)]

    def _measure(self, k: int) -> list[_Scale]:
        m, at = self.m, self.m.level(k)
        none = np.empty(0, np.uint32)
        parts = [
            (m.right[at], none),
            (m.right[at], m.parent[at] if k > 1 else none),
            (m.left[at], none),
            (m.left[at], m.suffix[at] if k > 1 else none),
            (m.pmi[at], none),
        ]
        others = [m.right, m.right, m.left, m.left, m.pmi]
        return [
            _Scale(*kernel.moments(values, other, shorter))
            for (values, shorter), other in zip(parts, others, strict=True)
        ]

    def score(self, nodes: slice | NDArray[np.int64], k: int) -> Scores:
        """Of nodes that all have k symbols."""
        m = self.m
        right, right_variation, left, left_variation, pmi = self._scales[k - 1]
        h_right, h_left = m.right[nodes], m.left[nodes]
        shorter_right = m.right[m.parent[nodes]] if k > 1 else 0.0
        shorter_left = m.left[m.suffix[nodes]] if k > 1 else 0.0
        z_right = np.minimum(right.z(h_right), right_variation.z(h_right - shorter_right))
        z_left = np.minimum(left.z(h_left), left_variation.z(h_left - shorter_left))
        z_pmi = pmi.z(m.pmi[nodes])
        s = z_right + z_left + (PMI_WEIGHT * (z_pmi + PMI_SHIFT) if k > 1 else 0.0)
        return Scores(z_left, z_right, z_pmi, s)


@dataclass(frozen=True)
class Choice:
    """What is worth a second look of all n-grams. keep: bool by node. scores, split: of any nodes, see `of`."""

    keep: NDArray[np.bool_]
    scorer: Scorer
    values: NDArray[np.float64]
    best: NDArray[np.float64]

    def of(self, nodes: NDArray[np.int64], levels: NDArray[np.int64]) -> tuple[Scores, NDArray[np.float64]]:
        """(scores, largest sums of the scores of their parts) of nodes, by length as `levels` says."""
        m = self.scorer.m
        scores, splits = [], []
        for k in range(1, levels.size):
            these = nodes[levels[k - 1] : levels[k]]
            scores.append(self.scorer.score(these, k))
            splits.append(_split(m, these, k, self.values, self.best))
        columns = zip(*((s.z_left, s.z_right, s.z_pmi, s.score) for s in scores), strict=True)
        return Scores(*map(np.concatenate, columns)), np.concatenate(splits)


def _split(
    m: Measured, nodes: slice | NDArray[np.int64], k: int, values: NDArray[np.float64], best: NDArray[np.float64]
) -> NDArray[np.float64]:
    heads, tails = m.parent[nodes], m.suffix[nodes]
    if k == 1:
        return np.full(heads.size, -np.inf)
    split: NDArray[np.float64] = kernel.best_splits(heads, tails, k, m.parent, m.suffix, values, best)
    return split


def choose_words(m: Measured) -> Choice:
    """The n-grams that may be on a best path, or come in later: a word worth less than its parts is on none."""
    scorer = Scorer(m)
    keep = np.zeros(m.keys.size, np.bool_)
    values, best = (np.empty(m.levels[-2]) for _ in range(2))  # the longest are no parts
    for k in range(1, m.levels.size):
        level = m.level(k)
        for begin in range(level.start, level.stop, _BLOCK):
            at = slice(begin, min(begin + _BLOCK, level.stop))
            scores = scorer.score(at, k)
            value = k * scores.score
            split = _split(m, at, k, values, best)
            keep[at] = (k == 1) | _may_be_chosen(value, split) | _is_eligible(scores, k)
            if k < m.levels.size - 1:
                values[at], best[at] = value, np.maximum(value, split)
    return Choice(keep, scorer, values, best)


def _may_be_chosen(values: NDArray[np.float64], split: NDArray[np.float64]) -> NDArray[np.bool_]:
    # the margin is for sums that round differently
    with np.errstate(invalid="ignore"):
        chosen: NDArray[np.bool_] = values >= split - 1e-9 * (1 + np.abs(split))
    return chosen


def _is_eligible(scores: Scores, length: int | NDArray[np.int64]) -> NDArray[np.bool_]:
    eligible: NDArray[np.bool_] = (length == ENTRY_LENGTH) & (scores.z_left >= 0) & (scores.z_right >= 0)
    return eligible


def find_words(
    corpus: Corpus,
    pool: Executor,
    c: Candidates,
    scores: Scores,
    split: NDArray[np.float64],
    progress: Callable[[], Progress | None],
) -> Auto:
    """Segments the corpus by word scores, then twice by probabilities, after words were judged against their parts.

    c, scores, split: of the n-grams of choose_words. progress gives each of the three passes its callback.
    """
    single = c.length == 1
    values = c.length * scores.score
    chosen = np.flatnonzero(single | _may_be_chosen(values, split))
    counts, rare, _ = _segment(corpus, pool, c, chosen, values, 0.0, False, progress())
    eligible = _is_eligible(scores, c.length)
    needed = _needed(c)
    rounds: list[Round] = []
    surfaces = Surfaces.empty()
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


def _needed(c: Candidates) -> NDArray[np.float64]:
    """float64 by node: nats that a word must be likelier than its parts."""
    counts = c.counts[c.length == 1]
    total = int(counts.sum())
    logs = kernel.log_probabilities(counts, max(1, total))
    a_symbol = -math.fsum((counts * logs).tolist()) / max(1, total)
    share = min(1.0, a_symbol / FULL_SYMBOL)
    return np.asarray(share * (REDUNDANCY + REDUNDANCY_PER_SYMBOL * (c.length - 2)), np.float64)


def _segment(
    corpus: Corpus,
    pool: Executor,
    c: Candidates,
    chosen: NDArray[np.int64],
    values: NDArray[np.float64],
    other: float,
    surfaces: bool,
    progress: Progress | None,
) -> tuple[NDArray[np.int64], dict[int, int], Surfaces]:
    """(counts by candidate, id -> count of other symbols, surfaces) of a segmentation with the chosen nodes."""
    trie = Trie.build(Strings.of_rows(c.rows(chosen)), c.alphabet)
    found = segment_corpus(corpus, pool, trie, trie.by_node(values[chosen], other), surfaces, progress)
    by_node = np.zeros(trie.size, np.int64)
    by_node[found.counts[0]] = found.counts[1]
    np.add.at(by_node, found.surfaces.nodes, found.surfaces.counts)
    words = trie.word_of_node[found.surfaces.nodes]
    of_surfaces = replace(
        found.surfaces, nodes=np.where(words >= 0, np.append(chosen, 0)[words], -1 - found.surfaces.nodes)
    )
    counts = np.zeros(c.counts.size, np.int64)
    counts[chosen] = by_node[trie.nodes]
    symbols = by_node[:SINGLE].copy()
    symbols[c.symbol[: c.levels[1]]] = 0
    rare = np.flatnonzero(symbols)
    return counts, dict(zip(rare.tolist(), symbols[rare].tolist(), strict=True)), of_surfaces
