"""The order of terms: what an n-gram of words is worth as a term, and which n-grams are no candidates.

With n occurrences, PMI the smallest one of the splits in two, h the smaller branching entropy, and x what the words
say of the field, the score is

    (min(PMI, 8) + 2) (ln n)^1.5 min(h, 3) eL eR sqrt(1 - b) min(E / d, 4) / (1 + e^-x).

For a single word the first factor is min(max(x, 0), 6) + 2. eL and eR judge the first and the last word by the runs
that they begin and end, as Li and Sun 2009 use punctuation for words, and by how bunched they are. b is the share of
the n-gram's own occurrences at the beginning of runs, or at their end, whichever is larger, but below 1. E / d is how
bunched it is: d blocks of the text have it, and E would if its occurrences were scattered (residual IDF, Church and
Gale 1995). docs/terms.md says more.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import counted
from nlpkit.kernels import word_ngrams as kernel
from nlpkit.multiword.background import Background
from nlpkit.multiword.ngrams import WordNgrams
from nlpkit.multiword.stretches import BLOCK

#: The first factor: the largest PMI and log ratio (nats) that count, what is added, and that of a single word of which
#: nothing is known elsewhere.
MOST_PMI, MOST_KEYNESS, LEAST_WHOLE, ALONE = 8.0, 6.0, 2.0, 6.0
#: Before its edges are judged, each word gets the occurrences of an average word: one for this many words of the text.
SMOOTHING = 100_000
#: The largest b, so that clauses are last, but in order.
MOST_EDGE = 1 - 1e-6
#: How bunched a word is (E / d) that stands well at an edge.
BUNCHED = 1.5
#: The least entropy (nats) of the neighbours of a term.
LEAST_ENTROPY = 1.0
_NUMERAL = "〇零一二三四五六七八九十百千万亿两"
_BEGINS_WITH_NUMERAL = re.compile(rf"(?:第|\d+(?![\dA-Za-z])).*|[{_NUMERAL}].{{0,2}}")
_ENDS_WITH_NUMERAL = re.compile(rf".?[{_NUMERAL}\d]")


class Order(Protocol):
    """How n-grams are put in order; arrays by node.

    keyness: float64, how typical the most typical word is, as a log ratio. score: float64, larger is better.
    """

    @property
    def keyness(self) -> NDArray[np.float64]: ...

    @property
    def score(self) -> NDArray[np.float64]: ...

    @property
    def candidates(self) -> NDArray[np.int64]:
        """The nodes that may be terms."""

    def why_left_out(self, node: int) -> str:
        """Says why a node is no candidate; '' if it is one."""

    def lines(self, ngrams: WordNgrams, units: Sequence[int], node: int) -> Iterator[tuple[str, str]]:
        """Yields what the score of an n-gram is made of, as (name, text)."""


@dataclass(frozen=True)
class Edges:
    """How well words stand at the edges of clauses. begins, ends: float64 by unit - NUMBER, eL and eR. first, last:
    int64 by node, the first and the last unit - NUMBER."""

    begins: NDArray[np.float64]
    ends: NDArray[np.float64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    @classmethod
    def measure(cls, ngrams: WordNgrams, smoothing: float) -> Edges:
        """Measures the words of n-grams. smoothing: how many occurrences of an average word are added to those of each
        word."""
        singles = slice(0, int(ngrams.levels[1]))
        usual = ngrams.runs / max(1, ngrams.words)
        begins, ends = (
            np.minimum(
                1.0, 2 * (runs[singles] + smoothing * usual) / (ngrams.counts[singles] + smoothing) / max(usual, 1e-300)
            )
            for runs in (ngrams.begins, ngrams.ends)
        )
        last = ngrams.units - kernel.NUMBER
        return cls(begins, ends, extremes(ngrams, np.arange(begins.size), lambda _, first: first), last)

    def times(self, factor: NDArray[np.float64]) -> Edges:
        """Returns the same edges, those of each word times a factor."""
        return replace(self, begins=self.begins * factor, ends=self.ends * factor)

    @property
    def product(self) -> NDArray[np.float64]:
        """float64 by node: eL of the first word times eR of the last one."""
        return self.begins[self.first] * self.ends[self.last]

    def of(self, units: Sequence[int]) -> tuple[float, float]:
        """Returns eL and eR of an n-gram."""
        return float(self.begins[units[0] - kernel.NUMBER]), float(self.ends[units[-1] - kernel.NUMBER])

    def shown(self, ngrams: WordNgrams, units: Sequence[int]) -> str:
        """Says which shares of runs the first and the last word begin and end."""
        text, (left, right) = ngrams.vocabulary.text, self.of(units)
        begins, ends = ngrams.begins[units[0] - kernel.NUMBER], ngrams.ends[units[-1] - kernel.NUMBER]
        return f"{text(units[0])} begins {begins:,} runs, {left:.2f}; {text(units[-1])} ends {ends:,}, {right:.2f}"


def extremes(ngrams: WordNgrams, values: NDArray[Any], choose: Callable[[Any, Any], Any]) -> NDArray[Any]:
    """Returns a value of each n-gram, an array by node, that is chosen from those of its words.

    values: by unit - NUMBER. choose: (values of the last words, those of the words before) -> values.
    """
    found = values[ngrams.units - kernel.NUMBER]
    for order in range(2, ngrams.levels.size):
        at = slice(int(ngrams.levels[order - 1]), int(ngrams.levels[order]))
        found[at] = choose(found[at], found[ngrams.parent[at]])
    return found


@dataclass(frozen=True)
class Ranking:
    """What the order is made of; arrays by node.

    edges: eL and eR. whole: float64, the first factor. entropy: float64, nats, the smaller one of both sides. own_edge:
    float64, b. bursts: float64, E / d. keyness: float64, x. score: float64. numeral: bool, whether a numeral stands at
    an edge. repeated: bool, whether one word is repeated, and the n-gram therefore is not a term.
    """

    edges: Edges
    whole: NDArray[np.float64]
    entropy: NDArray[np.float64]
    own_edge: NDArray[np.float64]
    bursts: NDArray[np.float64]
    keyness: NDArray[np.float64]
    score: NDArray[np.float64]
    numeral: NDArray[np.bool_]
    repeated: NDArray[np.bool_]

    @property
    def candidates(self) -> NDArray[np.int64]:
        """The nodes that may be terms."""
        return np.flatnonzero((self.entropy >= LEAST_ENTROPY) & ~self.numeral & ~self.repeated)

    def why_left_out(self, node: int) -> str:
        """Says why a node is no candidate; '' if it is one."""
        if self.numeral[node]:
            return "a numeral stands at its edge"
        if self.repeated[node]:
            return "one word several times"
        if self.entropy[node] < LEAST_ENTROPY:
            return f"too few different neighbours on a side, {self.entropy[node]:.2f} nats of {LEAST_ENTROPY:g}"
        return ""

    def lines(self, ngrams: WordNgrams, units: Sequence[int], node: int) -> Iterator[tuple[str, str]]:
        """Yields what the score of an n-gram is made of, as (name, text)."""
        left, right = self.edges.of(units)
        yield "edges", self.edges.shown(ngrams, units)
        yield "bunched", f"in {counted(int(ngrams.blocks[node]), 'block')} of {BLOCK} words, {self.bursts[node]:.2f}"
        count = int(ngrams.counts[node])
        factors = f"{self.whole[node]:.2f} ln({count:,})^1.5 {min(self.entropy[node], 3):.2f} {left:.2f} {right:.2f}"
        factors += f" {math.sqrt(1 - self.own_edge[node]):.2f} {min(self.bursts[node], 4):.2f}"
        keyness = f" / (1 + e^({-self.keyness[node]:.2f}))" if np.isfinite(self.keyness[node]) else ""
        yield "score", f"{factors}{keyness} = {self.score[node]:.2f}"


def rank(ngrams: WordNgrams, background: Background | None, repeats: bool = True) -> Ranking:
    """Judges all n-grams.

    background: what is usual elsewhere, None if nothing is known of it. repeats: whether one word several times may be
    a term.
    """
    words = ngrams.vocabulary.words
    blocks = max(1, -(-ngrams.words // BLOCK))
    times = np.maximum(ngrams.counts, 1)  # a text may have no number
    bursts = kernel.burstiness(times, np.maximum(ngrams.blocks, 1), blocks)
    bunched = np.minimum(1.0, bursts[: len(words) + 1] / BUNCHED)
    edges = Edges.measure(ngrams, max(1.0, ngrams.words / SMOOTHING)).times(bunched)
    first_numeral = np.array([True, *(_BEGINS_WITH_NUMERAL.fullmatch(word) is not None for word in words)])
    last_numeral = np.array([True, *(_ENDS_WITH_NUMERAL.fullmatch(word) is not None for word in words)])
    ratios = np.full(len(words) + 1, np.inf)
    if background is not None:  # a number says nothing of a field
        others = np.append(0.0, background.counts_of(words))
        ratios = kernel.log_ratios(ngrams.counts[: others.size], max(1, ngrams.words), others, background.total)
        ratios[0] = -np.inf
    keyness = extremes(ngrams, ratios, np.maximum)
    entropy = np.minimum(ngrams.left, ngrams.right)
    singles = slice(0, int(ngrams.levels[1]))
    whole = np.maximum(np.minimum(ngrams.pmi, MOST_PMI) + LEAST_WHOLE, 0.0)
    whole[singles] = ALONE if background is None else np.clip(keyness[singles], 0, MOST_KEYNESS) + LEAST_WHOLE
    own_edge = np.minimum(np.maximum(ngrams.begins, ngrams.ends) / times, MOST_EDGE)
    score = kernel.term_scores(whole, times, entropy, edges.product, own_edge, bursts, keyness)
    numeral = first_numeral[edges.first] | last_numeral[edges.last]
    units = np.arange(len(words) + 1)
    repeated = extremes(ngrams, units, np.minimum) == extremes(ngrams, units, np.maximum)
    repeated[singles] = False
    return Ranking(edges, whole, entropy, own_edge, bursts, keyness, score, numeral, repeated & (not repeats))
