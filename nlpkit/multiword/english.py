"""The order of English terms: like that of order.py, for short texts too, in which most terms occur once.

With m the occurrences of all spellings of a term (hyphens, spaces and a last s apart), k its words, h the smaller
branching entropy, x and c how typical its most typical word and how common its most common one is, and a how often its
least capitalised word has a capital letter within clauses, the score is

    ln(1 + m)^(1 + min(k, 3) / 2) min(h + 1, 3) eL eR (1 - c) (1 + 3 a) / (1 + e^-(x - 4)),

and half of it where a word has a digit. docs/terms.md says where this comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlpkit.kernels import word_ngrams as kernel
from nlpkit.languages import has_letter
from nlpkit.multiword.background import Background
from nlpkit.multiword.ngrams import WordNgrams
from nlpkit.multiword.order import Edges, extremes
from nlpkit.runs.strings import end_to_end

#: The share of all words elsewhere at which a word counts half as common; the least share that is told apart.
COMMON, LEAST_SHARE = 1e-4, 1e-8
#: Characters of a word that may not stand at an edge unless it is mostly written in capitals.
SHORT = 2
#: Occurrences of an average word that are added to those of each word before its edges are judged.
SMOOTHING = 1


@dataclass(frozen=True)
class EnglishRanking:
    """What the order is made of; arrays by node.

    edges: eL and eR. families: int64, m. entropy: float64, h, nats. keyness: float64, x. common: float64, c. names:
    float64, a. score: float64. digits: bool, whether a word has one. excluded: bool, whether a number or a short word
    stands at an edge.
    """

    edges: Edges
    families: NDArray[np.int64]
    entropy: NDArray[np.float64]
    keyness: NDArray[np.float64]
    common: NDArray[np.float64]
    names: NDArray[np.float64]
    score: NDArray[np.float64]
    digits: NDArray[np.bool_]
    excluded: NDArray[np.bool_]

    @property
    def candidates(self) -> NDArray[np.int64]:
        """The nodes that may be terms."""
        return np.flatnonzero(~self.excluded)

    def why_left_out(self, node: int) -> str:
        """Says why a node is no candidate; '' if it is one."""
        return "a number or a short word stands at its edge" if self.excluded[node] else ""

    def lines(self, ngrams: WordNgrams, units: Sequence[int], node: int) -> Iterator[tuple[str, str]]:
        """Yields what the score of an n-gram is made of, as (name, text)."""
        left, right = self.edges.of(units)
        yield "edges", self.edges.shown(ngrams, units)
        known = f"x = {self.keyness[node]:.2f}, " if np.isfinite(self.keyness[node]) else ""
        yield "typical", f"{known}common {self.common[node]:.2f}, names {self.names[node]:.2f}"
        power = 1 + min(len(units), 3) / 2
        entropy, common, names = min(self.entropy[node] + 1, 3), 1 - self.common[node], self.names[node]
        factors = f"ln(1 + {self.families[node]:,})^{power:g} {entropy:.2f} {left:.2f} {right:.2f} {common:.2f}"
        factors += f" (1 + 3 * {names:.2f})"
        if np.isfinite(self.keyness[node]):
            factors += f" / (1 + e^(4 - {self.keyness[node]:.2f}))"
        yield "score", f"{factors}{' / 2' if self.digits[node] else ''} = {self.score[node]:.2f}"


def rank_english(ngrams: WordNgrams, background: Background | None) -> EnglishRanking:
    """Judges all n-grams. background: what is usual elsewhere, None if nothing is known of it."""
    words = ngrams.vocabulary.words
    counts = ngrams.counts[: len(words) + 1]
    edges = Edges.measure(ngrams, SMOOTHING)
    shares = np.full(counts.size, LEAST_SHARE)
    if background is not None:
        shares[1:] = np.maximum(background.shares(words), LEAST_SHARE)
    ratios = (
        np.full(counts.size, np.inf)
        if background is None
        else kernel.share_ratios(counts, max(1, ngrams.words), shares)
    )
    common = shares / (shares + COMMON) if background is not None else np.zeros(counts.size)
    names, capitals = _capitals(ngrams)
    no_edge = np.array([True, *(not has_letter(word) for word in words)])
    no_edge[1:] |= np.array([len(word) == 1 for word in words], np.bool_)
    no_edge[1:] |= np.array([len(word) <= SHORT for word in words], np.bool_) & (capitals[1:] < 0.5)
    digits = np.array([True, *(any(map(str.isdigit, word)) for word in words)])
    first, last = edges.first, edges.last
    entropy = np.minimum(ngrams.left, ngrams.right)
    families = _families(ngrams)
    keyness = extremes(ngrams, ratios, np.maximum)
    of_common, of_names = extremes(ngrams, common, np.maximum), extremes(ngrams, names, np.minimum)
    score = kernel.english_scores(ngrams.orders, families, entropy, edges.product, keyness, of_common, of_names)
    has_digit = extremes(ngrams, digits, np.maximum)
    score[has_digit] /= 2
    excluded = no_edge[first] | no_edge[last]
    return EnglishRanking(edges, families, entropy, keyness, of_common, of_names, score, has_digit, excluded)


def _families(ngrams: WordNgrams) -> NDArray[np.int64]:
    """int64 by node: the occurrences of all n-grams with the same letters, see `families` in kernels/word_ngrams.py."""
    ignored = np.zeros(256, np.bool_)
    ignored[ord("-")] = True
    words = ["", *ngrams.vocabulary.words]
    data, offsets = end_to_end(map(str.encode, words))
    hashes = kernel.families(ngrams.levels, ngrams.parent, ngrams.units - kernel.NUMBER, data, offsets, ignored)
    _, places = np.unique(hashes, return_inverse=True)
    sums = np.bincount(places, ngrams.counts).astype(np.int64)
    return sums[places]


def _capitals(ngrams: WordNgrams) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """float64 by word: the share with a capital letter within runs (of words that are always at their beginning half
    the share there), and the share in capitals."""
    counts = ngrams.counts[: ngrams.capitals.shape[1]]
    inside = counts - ngrams.begins[: counts.size]
    within, first, all_capitals = ngrams.capitals
    names = np.where(inside > 0, within / np.maximum(inside, 1), first / np.maximum(counts, 1) / 2)
    return names, all_capitals / np.maximum(counts, 1)
