"""The measures of rules: each is one entry in MEASURES, with its formula and its source.

A rule A -> C is counted as n(A), n(C) and n(AC) among n transactions; P is such a count divided by n. With d = n(AC) n
- n(A) n(C), whose sign says whether A and C occur together more often than by chance, most measures are one division of
integers. d is exact; products are of float64, in the order in which they are written, and exact below 2**53. Measures
that any two things can have, such as lift, are in nlpkit/association.py. Sources are in docs/algorithms.md.

To add a measure: write its formula, add it to MEASURES, and its name to RULE_MEASURES in nlpkit/choices.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nlpkit import association
from nlpkit.association import Floats, Tables, divide


def support(t: Tables) -> Floats:
    """n(AC) / n: the share of transactions with the whole rule (Agrawal, Imielinski and Swami 1993)."""
    return t.ac / t.n


def confidence(t: Tables) -> Floats:
    """n(AC) / n(A): of the transactions with A, the share with C, too (Agrawal, Imielinski and Swami 1993)."""
    return t.ac / t.a


def conviction(t: Tables) -> Floats:
    """(n(A) n(not C)) / (n n(A, not C)) = P(A) P(not C) / P(A, not C): how many times as often the rule would fail by
    chance (Brin, Motwani, Ullman and Tsur 1997); infinite where it never fails, whatever C is."""
    fails = (t.first - t.both).astype(np.float64)
    return divide(t.a * t.no_c, t.n * fails, np.inf)


def zhang(t: Tables) -> Floats:
    """d / max(n(AC) n(not A), n(A) (n(C) - n(AC))), from -1 to 1: by how much the shares of C with and without A
    differ, as a part of the larger one (Yan, Zhang and Zhang 2009); 0 where A is in every transaction."""
    most = np.maximum(t.ac * t.no_a, t.a * (t.second - t.both).astype(np.float64))
    return divide(t.difference, most, 0.0)


def kulczynski(t: Tables) -> Floats:
    """(n(AC) / n(A) + n(AC) / n(C)) / 2: the mean confidence of the rule and its reverse (Kulczynski 1927)."""
    return (t.ac / t.a + t.ac / t.c) / 2.0


def imbalance(t: Tables) -> Floats:
    """|n(A) - n(C)| / n(A or C): from 0, A and C as frequent, to 1 (Wu, Chen and Han 2010)."""
    return np.abs(t.a - t.c) / t.either


def certainty(t: Tables) -> Floats:
    """d / (n(A) n(not C)) = (confidence - P(C)) / (1 - P(C)): of what C lacks to be certain, the share that A adds; at
    most 1, below 0 without a bound (Loevinger 1947); 0 where C is in every transaction."""
    return divide(t.difference, t.a * t.no_c, 0.0)


class Measure(NamedTuple):
    """One measure of rules.

    compute: its formula; None where a rule alone does not have it. is_p: it is a p-value: the smaller, the better.
    is_whole: it needs counts of transactions, not decimal weights.
    """

    compute: Callable[[Tables], Floats] | None
    is_p: bool = False
    is_whole: bool = False


MEASURES = {
    "support": Measure(support),
    "confidence": Measure(confidence),
    "lift": Measure(association.lift),
    "leverage": Measure(association.leverage),
    "conviction": Measure(conviction),
    "zhang": Measure(zhang),
    "jaccard": Measure(association.jaccard),
    "cosine": Measure(association.cosine),
    "kulczynski": Measure(kulczynski),
    "imbalance": Measure(imbalance),
    "certainty": Measure(certainty),
    "chi_square": Measure(association.chi_square, is_whole=True),
    "chi_square_p": Measure(association.chi_square_p, is_p=True, is_whole=True),
    "fisher": Measure(association.fisher, is_p=True, is_whole=True),
    "fdr": Measure(None, is_p=True, is_whole=True),
}
"""Every measure, by the name of its column; `fdr` is `false_discoveries` of `fisher` over all rules."""
