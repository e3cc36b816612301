"""Method `auto`: finds words by branching entropy and PMI, and re-estimates them by segmenting the corpus.

Branching entropy: Jin and Tanaka-Ishii 2006. Its variation, normalised by length, and the search for the best path:
Magistry and Sagot 2012. Redundancy: Redlich 1993.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlpkit.discovery.branching import Branching, Side
from nlpkit.discovery.candidates import CandidateFinder, Candidates, Measured, SymbolStatistics
from nlpkit.discovery.job import Job, Method
from nlpkit.discovery.lines import Lines
from nlpkit.discovery.options import DiscoveryOptions
from nlpkit.discovery.quantities import NUMERALS, Quantities, find_quantities
from nlpkit.discovery.segmenting import Surfaces, segment_corpus
from nlpkit.discovery.strings import SymbolStrings
from nlpkit.discovery.trie import SINGLE, WordTrie
from nlpkit.discovery.words import Asked, Line, Words
from nlpkit.errors import Notice, Setting, counted
from nlpkit.kernels import candidates as kernel
from nlpkit.ngrams.counting import WORD

#: Weight of the z-score of the PMI, and what is added to it for every word of two symbols or more.
PMI_WEIGHT, PMI_SHIFT = 1.25, 2.0
#: A word stays if it is this many nats likelier than its parts (the second number is for each symbol beyond two).
REDUNDANCY, REDUNDANCY_PER_SYMBOL = 3.5, 0.5
#: That holds where a symbol carries this much information (nats) or more, as in all Chinese texts. In alphabets it
#: carries less, so spelling a word out costs less, and the nats that a word needs shrink in proportion.
FULL_SYMBOL = 5.0
#: A word also stays if it holds this share of the tokens of one of its parts, because that part is no word then.
BOUND = 0.9
#: A word that the first segmentation did not cut out comes in if it is this many nats likelier still, and has this many
#: symbols.
ENTRY, ENTRY_LENGTH = 1.0, 3
ROUNDS = 2
_BLOCK = 1 << 18  # nodes that are scored at a time


def find_words(job: Job) -> Words:
    """Finds the words of a corpus; see docs/algorithms.md."""
    ngrams = job.find_ngrams(WORD, job.options.longest, starts=True, collapse=job.options.charset == "han+alnum")
    symbols = ngrams.symbols
    c, scores, split, branching, quantities = _choose_candidates(job, ngrams)
    del ngrams
    found = segment_rounds(job, c, scores, split, quantities)
    return _words(symbols, c, branching, found, _ScoreReasons(symbols.min_count, job.options.longest, c, found))


def _passes(options: DiscoveryOptions) -> int:
    """Counting, the neighbours of each length from four on, and three segmentations."""
    return 4 + max(0, options.longest - WORD + 1)


def _choose_candidates(
    job: Job, ngrams: CandidateFinder
) -> tuple[Candidates, WordScores, NDArray[np.float64], Branching, Quantities]:
    """The n-grams that may be words, or are to be explained, with (scores, split_score, neighbours, quantities); see
    Found.

    All other n-grams are forgotten here.
    """
    measured = ngrams.measure(job.corpus, job.options.longest, job.progress)
    choice = choose_ngrams(measured)
    asked = job.asked(ngrams.symbols.alphabet)
    parts = {w[i:j] for w in asked for i in range(len(w)) for j in range(i + 1, len(w) + 1)}
    choice.keep[[node for part in parts if (node := measured.find(part)) >= 0]] = True
    c, nodes = ngrams.choose(measured, choice.keep)
    scores, split = choice.of(nodes, c.levels)
    quantities = Quantities.none(nodes.size)
    if job.options.splits_quantities:
        quantities = find_quantities(measured, c.alphabet).select(nodes)
    del measured, choice
    ngrams.forget()
    return c, scores, split, ngrams.branching(c, nodes), quantities


def _words(
    symbols: SymbolStatistics, c: Candidates, branching: Branching, found: Found, reasons: _ScoreReasons
) -> Words:
    """The words of the last segmentation, and the symbols in it that are no candidates because they are too rare."""
    nodes = np.flatnonzero(found.counts)
    rare, rare_counts = np.array([*found.rare], np.int64), np.array([*found.rare.values()], np.int64)
    of = np.append(nodes, -1 - rare)  # the node of each word; see Found.surfaces for the rare ones
    by_node = np.argsort(of)
    places = by_node[np.searchsorted(of, found.surfaces.nodes, sorter=by_node)]
    empty = Side.zeros(rare.size)
    return Words(
        SymbolStrings.of_rows(c.rows(nodes)) + SymbolStrings(rare.astype(np.uint32), np.arange(rare.size + 1)),
        np.append(found.counts[nodes], rare_counts),
        np.append(c.pmi[nodes], np.zeros(rare.size)),
        np.append(c.counts[nodes], rare_counts),
        Branching(*(Side.concatenate([side[nodes], empty]) for side in (branching.left, branching.right))),
        symbols,
        reasons,
        replace(found.surfaces, nodes=places),
        lines=Lines(found.lines.by_word[of], found.lines.total),
    )


@dataclass(frozen=True)
class WordScores:
    """float64 by node: the z-scores among the n-grams of the same length, and the word score s."""

    z_left: NDArray[np.float64]
    z_right: NDArray[np.float64]
    z_pmi: NDArray[np.float64]
    score: NDArray[np.float64]


@dataclass(frozen=True)
class Round:
    """How the words of one segmentation were judged; arrays by node.

    counts: int64, the word's tokens in the segmentation. gain: float64, by how many nats the word is likelier than its
    parts. needed: float64, the gain that it needs. given: int64, the tokens that it was given for the next
    segmentation, 0 for a word that was taken out; quantities still have theirs.
    """

    counts: NDArray[np.int64]
    gain: NDArray[np.float64]
    needed: NDArray[np.float64]
    given: NDArray[np.int64]


@dataclass(frozen=True)
class Found:
    """The tokens of the last segmentation, and how it came about.

    counts: int64 by node. rare: id -> count of the symbols that are no candidates. surfaces: the spellings of words
    with collapsed symbols; their `nodes` are candidates' nodes, or -1 - id for a rare symbol. lines: in how many lines
    each node is, and at its end, in reverse, each symbol that is no candidate. split_score: float64 by node, the
    largest sum of the scores of its parts. quantities: numerals with units, which are no words in the last
    segmentation. rounds: how words were judged, round by round.
    """

    counts: NDArray[np.int64]
    rare: dict[int, int]
    surfaces: Surfaces
    lines: Lines
    scores: WordScores
    split_score: NDArray[np.float64]
    quantities: Quantities
    rounds: list[Round]


@dataclass(frozen=True)
class _Scale:
    """The mean and the standard deviation of a statistic among the n-grams of one length."""

    mean: float
    deviation: float

    def z(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The z-scores of values; 0 if the statistic does not vary."""
        if self.deviation == 0:
            return np.zeros(values.size)
        return (values - self.mean) / self.deviation


class Scorer:
    """WordScores n-grams: s(w) = z_right + z_left + [len > 1] 1.25 (z_PMI + 2).

    z_right is the smaller one of two z-scores: of the right branching entropy h(w), and of its variation h(w) - h(w
    without its last symbol). After a word many symbols may follow, and more than one symbol before its end. z_left is
    the same on the left.
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

    def score(self, nodes: slice | NDArray[np.int64], k: int) -> WordScores:
        """The scores of nodes that all have k symbols."""
        m = self.m
        right, right_variation, left, left_variation, pmi = self._scales[k - 1]
        h_right, h_left = m.right[nodes], m.left[nodes]
        shorter_right = m.right[m.parent[nodes]] if k > 1 else 0.0
        shorter_left = m.left[m.suffix[nodes]] if k > 1 else 0.0
        z_right = np.minimum(right.z(h_right), right_variation.z(h_right - shorter_right))
        z_left = np.minimum(left.z(h_left), left_variation.z(h_left - shorter_left))
        z_pmi = pmi.z(m.pmi[nodes])
        s = z_right + z_left + (PMI_WEIGHT * (z_pmi + PMI_SHIFT) if k > 1 else 0.0)
        return WordScores(z_left, z_right, z_pmi, s)


@dataclass(frozen=True)
class Choice:
    """The n-grams that may be words, out of all frequent ones; arrays by node.

    keep: bool, whether the n-gram may be one. values: float64, length times score. best: float64, the largest sum of
    values over all ways to cut the n-gram into parts, the n-gram itself included; both lack the longest n-grams.
    """

    keep: NDArray[np.bool_]
    scorer: Scorer
    values: NDArray[np.float64]
    best: NDArray[np.float64]

    def of(self, nodes: NDArray[np.int64], levels: NDArray[np.int64]) -> tuple[WordScores, NDArray[np.float64]]:
        """(scores, largest sums of the scores of their parts) of nodes, whose lengths begin at `levels`."""
        m = self.scorer.m
        scores, splits = [], []
        for k in range(1, levels.size):
            these = nodes[levels[k - 1] : levels[k]]
            scores.append(self.scorer.score(these, k))
            splits.append(_split(m, these, k, self.values, self.best))
        columns = zip(*((s.z_left, s.z_right, s.z_pmi, s.score) for s in scores), strict=True)
        return WordScores(*map(np.concatenate, columns)), np.concatenate(splits)


def _split(
    m: Measured, nodes: slice | NDArray[np.int64], k: int, values: NDArray[np.float64], best: NDArray[np.float64]
) -> NDArray[np.float64]:
    heads, tails = m.parent[nodes], m.suffix[nodes]
    if k == 1:
        return np.full(heads.size, -np.inf)
    split: NDArray[np.float64] = kernel.best_splits(heads, tails, k, m.parent, m.suffix, values, best)
    return split


def choose_ngrams(m: Measured) -> Choice:
    """Chooses the n-grams that may be on a best path, because their parts score no more, or that may come in later."""
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


def _is_eligible(scores: WordScores, length: int | NDArray[np.int64]) -> NDArray[np.bool_]:
    eligible: NDArray[np.bool_] = (length == ENTRY_LENGTH) & (scores.z_left >= 0) & (scores.z_right >= 0)
    return eligible


def segment_rounds(
    job: Job, c: Candidates, scores: WordScores, split: NDArray[np.float64], quantities: Quantities
) -> Found:
    """Segments the corpus by word scores, then twice by probabilities, before which words are judged.

    c, scores, split: the n-grams of choose_ngrams, their scores, and the largest sums of the scores of their parts.
    quantities: these go to their parts before the last segmentation.
    """
    single = c.length == 1
    values = c.length * scores.score
    chosen = np.flatnonzero(single | _may_be_chosen(values, split))
    counts, rare, surfaces, lines = _segment(job, c, chosen, values, 0.0, False)
    eligible = _is_eligible(scores, c.length)
    needed = _needed(c)
    rounds: list[Round] = []
    for left in reversed(range(ROUNDS)):
        total = max(1, int(counts.sum()) + sum(rare.values()))
        gain = np.empty(counts.size)
        given = kernel.judge(
            c.length, c.parent, c.suffix, c.counts, counts, total, eligible, needed, ENTRY, BOUND, gain
        )
        rounds.append(Round(counts, gain, needed, given))
        if left == 0:
            given = quantities.give_to_parts(c, given)
        one = -math.log(total)  # a symbol that is no word counts 1
        logs = kernel.log_probabilities(given, total)
        logs[single & (given == 0)] = one
        chosen = np.flatnonzero(logs > -np.inf)
        counts, rare, surfaces, lines = _segment(job, c, chosen, logs, one, left == 0)
        eligible = np.zeros(counts.size, np.bool_)
    return Found(counts, rare, surfaces, lines, scores, split, quantities, rounds)


def _needed(c: Candidates) -> NDArray[np.float64]:
    """float64 by node: by how many nats a word must be likelier than its parts."""
    counts = c.counts[c.length == 1]
    total = int(counts.sum())
    logs = kernel.log_probabilities(counts, max(1, total))
    a_symbol = -math.fsum((counts * logs).tolist()) / max(1, total)
    share = min(1.0, a_symbol / FULL_SYMBOL)
    return np.asarray(share * (REDUNDANCY + REDUNDANCY_PER_SYMBOL * (c.length - 2)), np.float64)


def _segment(
    job: Job, c: Candidates, chosen: NDArray[np.int64], values: NDArray[np.float64], other: float, surfaces: bool
) -> tuple[NDArray[np.int64], dict[int, int], Surfaces, Lines]:
    """(counts by candidate, id -> count of other symbols, surfaces, lines) of a segmentation with the chosen nodes.

    values: float64 by node. other: the value of other symbols. surfaces: whether spellings and lines are wanted.
    """
    trie = WordTrie.build(SymbolStrings.of_rows(c.rows(chosen)), c.alphabet)
    found = segment_corpus(job.corpus, job.pool, trie, trie.by_node(values[chosen], other), surfaces, job.progress)
    by_node = np.zeros(trie.size, np.int64)
    by_node[found.counts.keys] = found.counts.counts
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
    in_lines = np.zeros(trie.size, np.int64)
    held = found.lines.total()
    in_lines[held.keys] = held.counts
    lines = np.zeros(c.counts.size + SINGLE, np.int64)
    lines[chosen] = in_lines[trie.nodes]
    lines[-1 - rare] = in_lines[rare]
    return (
        counts,
        dict(zip(rare.tolist(), symbols[rare].tolist(), strict=True)),
        of_surfaces,
        Lines(lines, int(in_lines[0])),
    )


@dataclass(frozen=True)
class _ScoreReasons:
    """Explains why a word was found or not.

    longest: symbols of the longest word that is looked for.
    """

    min_count: int
    longest: int
    candidates: Candidates
    found: Found

    def lines(self, asked: Asked) -> Iterator[Line]:
        """The score, the best path and the rounds that decided, or the rule that left the word out before."""
        if len(asked.ids) > self.longest:
            limit = Setting("max_length", self.longest)
            yield "rule", Notice(f"left out: {len(asked.ids)} symbols, longer than ", limit)
        elif reason := asked.usual_reason(self.min_count):
            yield "rule", reason
        else:
            yield from self._steps(asked)

    def _steps(self, asked: Asked) -> Iterator[Line]:
        ids, length = asked.ids, len(asked.ids)
        node, s = self.candidates.find(ids), self.found.scores
        formula = f"z_right {s.z_right[node]:.2f} + z_left {s.z_left[node]:.2f}"
        if length > 1:
            formula += f" + {PMI_WEIGHT:g} (z_pmi {s.z_pmi[node]:.2f} + {PMI_SHIFT:g})"
        yield "score", f"s = {formula} = {s.score[node]:.2f}"
        if length == 1:
            yield "rule", f"never a word by itself in this form; counted together as {asked.show(ids)}"
            return
        values = self.candidates.length * s.score
        parts = "|".join(map(asked.show, _best_parts(ids, self.candidates, values)))
        best = f"its best parts {parts} score {self.found.split_score[node]:.2f}"
        yield "path", f"{length} s = {values[node]:.2f}; {best}"
        numeral, unit = self._split_after_numeral(asked, node)
        quantities = self.found.quantities
        if unit:
            yield "unit", f"{asked.show(unit)}: {quantities.evidence(self.candidates.find(unit))}"
        for number, judged in enumerate(self.found.rounds, 1):
            yield f"round {number}", _verdict(judged, node)
            if not judged.given[node]:
                return
        if quantities.marks[node]:
            parts = f"{asked.show(numeral)}|{asked.show(unit)}"
            way = Setting("split_quantities", False)
            yield "rule", Notice(f"a numeral and a unit: two words, {parts}; one with ", way)
        elif not asked.is_word:
            yield "rule", "not a word: the last segmentation never cuts it out in this form"

    def _split_after_numeral(self, asked: Asked, node: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The symbols of a word up to where a unit may begin, and from there on: none if no numeral begins the word."""
        ids, quantities = asked.ids, self.found.quantities
        if not quantities.nodes.size or asked.show(ids[:1]) not in NUMERALS:
            return ids, ()
        at = len(ids) - int(self.candidates.length[quantities.after_number(self.candidates, node)])
        return ids[:at], ids[at:]


def _verdict(judged: Round, node: int) -> str:
    tokens, gain, needed = judged.counts[node], judged.gain[node], judged.needed[node]
    if not tokens and gain == -np.inf:
        return "never cut out: in every place its parts, or longer words, score more; not a word"
    likelier = f"{gain:.2f} nats likelier than its parts, {needed:.2f} needed"
    if not tokens:
        return f"never cut out; {likelier} and {ENTRY:g} more: {'comes in' if judged.given[node] else 'not a word'}"
    if not judged.given[node]:
        return f"cut out {counted(tokens, 'time')}, {likelier}: taken out as redundant"
    reason = "" if gain >= needed else f", because {BOUND:.0%} of a part's tokens are in it"
    return f"cut out {counted(tokens, 'time')}, {likelier}: stays{reason}"


def _best_parts(ids: tuple[int, ...], c: Candidates, values: NDArray[np.float64]) -> list[tuple[int, ...]]:
    best: list[tuple[float, list[tuple[int, ...]]]] = [(0.0, [])]
    for begin in range(len(ids) - 1, -1, -1):
        options = []
        for end in range(begin + 1, len(ids) + 1):
            if (begin, end) != (0, len(ids)):
                value, rest = best[len(ids) - end]
                options.append((float(values[c.find(ids[begin:end])]) + value, [ids[begin:end], *rest]))
        best.append(max(options, key=lambda option: option[0]))
    return best[-1][1]


METHOD = Method(_passes, find_words)
