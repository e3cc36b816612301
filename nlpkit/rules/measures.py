"""What a rule is worth: every measure with its formula, as it is computed, and its source.

A rule A -> C is counted as n(A), n(C) and n(AC) among n transactions; P is such a count divided by n. With d = n(AC) n
- n(A) n(C), whose sign says whether A and C come together more often than by chance, most measures are one division of
whole numbers. d is exact; products are of float64, in the order in which they stand, and exact below 2**53. Sources are
in docs/algorithms.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.executors import undisturbed
from nlpkit.kernels.tables import tails

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_FITS = 3_037_000_499  # the largest integer whose square is an int64
_NEAR = 0.1  # |observed - expected| below this share of their sum: by a series
_SMALL = 16  # below it the error of Stirling's formula is computed one by one


@dataclass(frozen=True)
class Counts:
    """How often each of some rules occurs: rule n(AC), antecedent n(A), consequent n(C), int64, at least 1; total n."""

    rule: Ints
    antecedent: Ints
    consequent: Ints
    total: int

    def take(self, which: NDArray[np.bool_]) -> Counts:
        return Counts(self.rule[which], self.antecedent[which], self.consequent[which], self.total)

    @cached_property
    def difference(self) -> Floats:
        """d = n(AC) n - n(A) n(C), rounded once."""
        if self.total <= _FITS:
            return (self.rule * self.total - self.antecedent * self.consequent).astype(np.float64)
        columns = (self.rule.tolist(), self.antecedent.tolist(), self.consequent.tolist())
        each = (float(ac * self.total - a * c) for ac, a, c in zip(*columns, strict=True))
        return np.fromiter(each, np.float64, self.rule.size)

    @cached_property
    def n(self) -> float:
        return float(self.total)

    @cached_property
    def ac(self) -> Floats:
        return self.rule.astype(np.float64)

    @cached_property
    def a(self) -> Floats:
        return self.antecedent.astype(np.float64)

    @cached_property
    def c(self) -> Floats:
        return self.consequent.astype(np.float64)

    @cached_property
    def no_a(self) -> Floats:
        return (self.total - self.antecedent).astype(np.float64)

    @cached_property
    def no_c(self) -> Floats:
        return (self.total - self.consequent).astype(np.float64)

    @cached_property
    def either(self) -> Floats:
        """Transactions with A or C."""
        return (self.antecedent + self.consequent - self.rule).astype(np.float64)


def support(t: Counts) -> Floats:
    """n(AC) / n: the share of transactions with the whole rule (Agrawal, Imielinski and Swami 1993)."""
    return t.ac / t.n


def confidence(t: Counts) -> Floats:
    """n(AC) / n(A): of the transactions with A, the share with C, too (Agrawal, Imielinski and Swami 1993)."""
    return t.ac / t.a


def lift(t: Counts) -> Floats:
    """(n(AC) n) / (n(A) n(C)): how many times as often as by chance (Brin, Motwani, Ullman and Tsur 1997); above 0."""
    return t.ac * t.n / (t.a * t.c)


def leverage(t: Counts) -> Floats:
    """d / (n n) = P(AC) - P(A) P(C): the share of transactions beyond chance (Piatetsky-Shapiro 1991)."""
    return t.difference / (t.n * t.n)


def conviction(t: Counts) -> Floats:
    """(n(A) n(not C)) / (n n(A, not C)) = P(A) P(not C) / P(A, not C): how many times as often the rule would fail by
    chance (Brin, Motwani, Ullman and Tsur 1997); infinite where it never fails, whatever C is."""
    fails = (t.antecedent - t.rule).astype(np.float64)
    return _divided(t.a * t.no_c, t.n * fails, np.inf)


def zhang(t: Counts) -> Floats:
    """d / max(n(AC) n(not A), n(A) (n(C) - n(AC))), from -1 to 1: by how much the shares of C with and without A
    differ, as a part of the larger one (Yan, Zhang and Zhang 2009); 0 where A is in every transaction."""
    most = np.maximum(t.ac * t.no_a, t.a * (t.consequent - t.rule).astype(np.float64))
    return _divided(t.difference, most, 0.0)


def jaccard(t: Counts) -> Floats:
    """n(AC) / n(A or C) (Jaccard 1901)."""
    return t.ac / t.either


def cosine(t: Counts) -> Floats:
    """n(AC) / sqrt(n(A) n(C)) (Tan and Kumar 2000)."""
    result: Floats = t.ac / np.sqrt(t.a * t.c)
    return result


def kulczynski(t: Counts) -> Floats:
    """(n(AC) / n(A) + n(AC) / n(C)) / 2: the mean confidence of the rule and its reverse (Kulczynski 1927)."""
    return (t.ac / t.a + t.ac / t.c) / 2.0


def imbalance(t: Counts) -> Floats:
    """|n(A) - n(C)| / n(A or C): from 0, A and C as frequent, to 1 (Wu, Chen and Han 2010)."""
    return np.abs(t.a - t.c) / t.either


def certainty(t: Counts) -> Floats:
    """d / (n(A) n(not C)) = (confidence - P(C)) / (1 - P(C)): of what C lacks to be certain, the share that A adds; at
    most 1, below 0 without a bound (Loevinger 1947); 0 where C is in every transaction."""
    return _divided(t.difference, t.a * t.no_c, 0.0)


def chi_square(t: Counts) -> Floats:
    """((d d) n) / ((n(A) n(not A)) (n(C) n(not C))): Pearson's statistic of the table of 2 x 2 cells, not corrected for
    continuity (Pearson 1900; Brin, Motwani and Silverstein 1997); undefined where A or C is in every transaction."""
    return _divided(t.difference * t.difference * t.n, (t.a * t.no_a) * (t.c * t.no_c), np.nan)


def chi_square_p(t: Counts) -> Floats:
    """erfc(sqrt(chi_square / 2)): the probability of a statistic at least as large by chance, with one degree of
    freedom (Pearson 1900), whether A and C come together more often than by chance or less often; undefined where the
    statistic is."""
    result: Floats = _each(math.erfc, np.sqrt(chi_square(t) / 2.0))
    return result


def fisher(t: Counts) -> Floats:
    """The sum over k >= n(AC) of choose(n(A), k) choose(n(not A), n(C) - k) / choose(n, n(C)): Fisher's exact test,
    one-sided: the probability that by chance A and C come together at least as often (Fisher 1935; on rules, Hämäläinen
    2010). 1 where A or C is in every transaction. Accurate to some 1e-11 of its value, or down to 1e-300."""
    # The probability of the table itself in the manner of Loader (2000), times the sum of the others' ratios to it.
    # With n! = sqrt(2 pi n) (n / e)**n exp(s(n)) the powers make exp(-G2 / 2), and G2 / 2 is the sum of the cells'
    # deviances, none of them negative, so that nothing cancels.
    no_a_no_c = (t.total - t.antecedent - t.consequent + t.rule).astype(np.float64)
    a_no_c, c_no_a = (t.antecedent - t.rule).astype(np.float64), (t.consequent - t.rule).astype(np.float64)
    beyond = t.difference / t.n
    exponent = np.zeros(t.ac.size, np.float64)
    square = np.ones(t.ac.size, np.float64)  # of what stands before the exponential
    for cell, row, column, sign in (
        (t.ac, t.a, t.c, 1.0),
        (a_no_c, t.a, t.no_c, -1.0),
        (c_no_a, t.no_a, t.c, -1.0),
        (no_a_no_c, t.no_a, t.no_c, 1.0),
    ):
        exponent -= _deviance(cell, row * column / t.n, sign * beyond) + _stirling_error(cell)
        square /= _circle(cell)
    for margin in (t.a, t.no_a, t.c, t.no_c):
        exponent += _stirling_error(margin)
        square *= _circle(margin)
    exponent -= _stirling_error(np.array([t.n]))
    square /= _circle(np.array([t.n]))
    itself = np.sqrt(square) * _each(math.exp, exponent)
    upwards = t.difference > 0
    others = undisturbed(tails, t.ac, t.a, t.c, t.n, upwards)
    return np.where(upwards, np.minimum(itself * others, 1.0), 1.0 - itself * others)


def adjusted(p: Floats, times: Ints) -> Floats:
    """Of p-values, each so many `times`: of the i-th of all m in ascending order the smallest p m / i from there on, at
    most 1: the share of false discoveries to expect among the rules up to it (Benjamini and Hochberg 1995)."""
    order = np.argsort(p, kind="stable")
    places = np.cumsum(times[order]).astype(np.float64)  # of equal ones the last, which is the smallest p m / i
    values = p[order] * float(times.sum()) / places
    result = np.empty(p.size, np.float64)
    result[order] = np.minimum(np.minimum.accumulate(values[::-1])[::-1], 1.0)
    return result


class Measure(NamedTuple):
    """compute: of counts; None where a rule alone does not make it. is_p: a p-value, the smaller the better. is_whole:
    it needs counts of transactions, not decimal weights."""

    compute: Callable[[Counts], Floats] | None
    is_p: bool = False
    is_whole: bool = False


MEASURES = {
    "support": Measure(support),
    "confidence": Measure(confidence),
    "lift": Measure(lift),
    "leverage": Measure(leverage),
    "conviction": Measure(conviction),
    "zhang": Measure(zhang),
    "jaccard": Measure(jaccard),
    "cosine": Measure(cosine),
    "kulczynski": Measure(kulczynski),
    "imbalance": Measure(imbalance),
    "certainty": Measure(certainty),
    "chi_square": Measure(chi_square, is_whole=True),
    "chi_square_p": Measure(chi_square_p, is_p=True, is_whole=True),
    "fisher": Measure(fisher, is_p=True, is_whole=True),
    "fdr": Measure(None, is_p=True, is_whole=True),
}
"""Every measure, by the name of its column; `fdr` is `adjusted` of `fisher` over all rules."""

DEFAULT = ("support", "confidence", "lift", "leverage", "conviction", "zhang")
"""The measures of rules where none are asked for."""


def _divided(above: Floats, below: Floats, otherwise: float) -> Floats:
    """above / below, and `otherwise` where `below` is 0."""
    return np.divide(above, below, out=np.full(above.size, otherwise, np.float64), where=below != 0)


def _each(function: Callable[[float], float], values: Floats) -> Floats:
    """A function of the C library, applied to each: numpy's own differ in the last bit between processors."""
    return np.fromiter(map(function, values.tolist()), np.float64, values.size)


def _deviance(observed: Floats, expected: Floats, difference: Floats) -> Floats:
    """x ln(x / e) - (x - e), x the observed, e the expected, and x - e given, which is more exact than subtracting."""
    both = observed + expected
    result = -difference  # where nothing was observed
    near = (np.abs(difference) < _NEAR * both) | (both == 0)
    far = ~near & (observed > 0)
    x = observed[far]
    result[far] = x * _each(math.log, x / expected[far]) - difference[far]
    # ln(x / e) = 2 (v + v**3 / 3 + v**5 / 5 + ...) with v = (x - e) / (x + e); below 0.1 ten terms are enough
    x, d = observed[near], difference[near]
    v = d / np.where(both[near] > 0, both[near], 1.0)
    square, terms = v * v, np.zeros(v.size, np.float64)
    for j in range(10, 0, -1):
        terms = (terms + 1.0 / (2 * j + 1)) * square
    result[near] = d * v + 2.0 * x * v * terms
    return result


def _circle(n: Floats) -> Floats:
    """2 pi n, and 1 for 0: the square of what stands before the powers in Stirling's formula."""
    return np.where(n > 0, 2.0 * math.pi * n, 1.0)


def _stirling_error(n: Floats) -> Floats:
    """s(n) = ln(n!) - ln(sqrt(2 pi n) (n / e)**n), and 0 for 0."""
    inverse = 1.0 / np.maximum(n, _SMALL)
    square = inverse * inverse
    series = 1 / 1260 - square * (1 / 1680 - square * (1 / 1188))
    series = (1 / 12 - square * (1 / 360 - square * series)) * inverse
    result: Floats = np.where(n < _SMALL, _ERRORS[np.minimum(n, _SMALL - 1).astype(np.int64)], series)
    return result


_ERRORS = np.array(
    [0.0]
    + [
        math.log(math.factorial(n)) - 0.5 * math.log(2 * math.pi) - (n + 0.5) * math.log(n) + n
        for n in range(1, _SMALL)
    ]
)
