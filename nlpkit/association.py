"""Measures of association: how strongly two things belong together, from counts, and how sure that is.

Each function takes arrays, with one entry for each pair, and computes one fixed expression, so that every machine gives
the same result. There are two kinds of counts:

- `Tables`: how often A and C occur together and alone among n transactions (or windows of text). A rule A -> C and a
  word A with its collocate C are such pairs.
- Two samples: a token occurs `a` times among the `n1` tokens of one text and `b` times among the `n2` of another.

Sources are in the docstrings; formulas and their limits are in docs/algorithms.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.choices import CELLS
from nlpkit.errors import Option, OptionError
from nlpkit.kernels.tables import tails

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_FITS = 3_037_000_499  # the largest integer whose square is an int64
_LARGEST = 1 << 53  # a total up to here is exact as float64
_NEAR = 0.1  # |observed - expected| below this share of their sum: `deviance` uses a series
_TERMS = range(10, 0, -1)  # of that series; ten are enough below 0.1
_SMALL = 16  # below it the error of Stirling's formula is in a table


# ---- pairs of things that occur together


@dataclass(frozen=True)
class Tables:
    """Tables of 2 x 2 cells, one for each pair of A and C.

    both: n(AC), how often A and C occur together; first: n(A); second: n(C); int64, of rules at least 1. total: n of
    all tables, or (not for `fisher`) int64, that of each. No cell is below 0: n(AC) is at most n(A) and n(C), and at
    least n(A) + n(C) - n.
    part: of a rule, int64[2, tables]: n(BC) and n(B) of the surest rule B -> C with B a proper part of A; None where
    nothing asks for it.
    """

    both: Ints
    first: Ints
    second: Ints
    total: int | Ints
    part: Ints | None = None

    def take(self, which: NDArray[np.bool_] | NDArray[np.integer[Any]]) -> Tables:
        """Returns the tables that `which`, a mask or numbers, selects."""
        part = None if self.part is None else self.part[:, which]
        total = self.total if isinstance(self.total, int) else self.total[which]
        return Tables(self.both[which], self.first[which], self.second[which], total, part)

    @cached_property
    def difference(self) -> Floats:
        """d = n(AC) n - n(A) n(C), rounded once; its sign says whether A and C attract or avoid each other."""
        totals = np.broadcast_to(np.asarray(self.total, np.int64), self.both.shape)
        if totals.max(initial=0) <= _FITS:
            return (self.both * totals - self.first * self.second).astype(np.float64)
        columns = (self.both.tolist(), self.first.tolist(), self.second.tolist(), totals.tolist())
        each = (float(ac * n - a * c) for ac, a, c, n in zip(*columns, strict=True))
        return np.fromiter(each, np.float64, self.both.size)

    @cached_property
    def n(self) -> float | Floats:
        """The total as a float, or as float64."""
        return float(self.total) if isinstance(self.total, int) else self.total.astype(np.float64)

    @cached_property
    def ac(self) -> Floats:
        """n(AC), how often A and C occur together: float64."""
        return self.both.astype(np.float64)

    @cached_property
    def a(self) -> Floats:
        """n(A), how often A occurs: float64."""
        return self.first.astype(np.float64)

    @cached_property
    def c(self) -> Floats:
        """n(C), how often C occurs: float64."""
        return self.second.astype(np.float64)

    @cached_property
    def no_a(self) -> Floats:
        """n - n(A), how often A does not occur: float64."""
        return (self.total - self.first).astype(np.float64)

    @cached_property
    def no_c(self) -> Floats:
        """n - n(C), how often C does not occur: float64."""
        return (self.total - self.second).astype(np.float64)

    @property
    def a_no_c(self) -> Floats:
        """n(A, not C), how often A occurs without C: float64."""
        return (self.first - self.both).astype(np.float64)

    @property
    def c_no_a(self) -> Floats:
        """n(not A, C), how often C occurs without A: float64."""
        return (self.second - self.both).astype(np.float64)

    @property
    def neither(self) -> Floats:
        """n(not A, not C), how often neither occurs: float64."""
        return (self.total - self.first - self.second + self.both).astype(np.float64)

    @cached_property
    def either(self) -> Floats:
        """n(A or C) as floats."""
        return (self.first + self.second - self.both).astype(np.float64)


def lift(t: Tables) -> Floats:
    """(n(AC) n) / (n(A) n(C)): observed over expected co-occurrences (Brin, Motwani, Ullman and Tsur 1997); above 0.

    Its logarithm is the pointwise mutual information of A and C.
    """
    return divide(t.ac * t.n, t.a * t.c, np.nan)


def leverage(t: Tables) -> Floats:
    """d / (n n) = P(AC) - P(A) P(C): the share of co-occurrences beyond chance (Piatetsky-Shapiro 1991)."""
    return t.difference / (t.n * t.n)


def jaccard(t: Tables) -> Floats:
    """n(AC) / n(A or C) (Jaccard 1901)."""
    return t.ac / t.either


def cosine(t: Tables) -> Floats:
    """n(AC) / sqrt(n(A) n(C)) (Tan and Kumar 2000)."""
    result: Floats = t.ac / np.sqrt(t.a * t.c)
    return result


def delta_p_2_given_1(t: Tables) -> Floats:
    """P(C | A) - P(C | not A) = d / (n(A) n(not A)), from -1 to 1: by how much A raises the chance of C (Allan 1980; of
    words, Gries 2013). NaN where A always occurs."""
    return divide(t.difference, t.a * t.no_a, np.nan)


def delta_p_1_given_2(t: Tables) -> Floats:
    """P(A | C) - P(A | not C) = d / (n(C) n(not C)), from -1 to 1: by how much C raises the chance of A (Allan 1980; of
    words, Gries 2013). NaN where C always occurs."""
    return divide(t.difference, t.c * t.no_c, np.nan)


def z_score(t: Tables) -> Floats:
    """d / (sqrt(n(A) n(C)) sqrt(n)) = (O - E) / sqrt(E), with O = n(AC) and E = n(A) n(C) / n: co-occurrences beyond
    those by chance, in standard deviations of Poisson's law (Dennis 1965; Berry-Rogghe 1973). NaN where A or C
    never occurs."""
    return divide(t.difference, np.sqrt(t.a * t.c) * np.sqrt(t.n), np.nan)


def chi_square(t: Tables) -> Floats:
    """((d d) n) / ((n(A) n(not A)) (n(C) n(not C))): Pearson's statistic of the table, without a correction for
    continuity (Pearson 1900; Brin, Motwani and Silverstein 1997). NaN where A or C always occurs."""
    return divide(t.difference * t.difference * t.n, (t.a * t.no_a) * (t.c * t.no_c), np.nan)


def chi_square_p(t: Tables) -> Floats:
    """erfc(sqrt(chi_square / 2)): the probability of a statistic at least as large by chance (Pearson 1900), whether A
    and C attract or avoid each other. NaN where the statistic is NaN."""
    return p_value(chi_square(t))


def g2(t: Tables) -> Floats:
    """2 x the sum over the four cells of x ln(x / e), with e = row total x column total / n and 0 ln 0 = 0: the
    log-likelihood ratio (Dunning 1993), at least 0 whether A and C attract or avoid each other. It is that of
    `log_likelihood` with four cells, if what follows A is one sample and all else the other."""
    beyond = t.difference / t.n
    total = np.zeros(t.ac.size, np.float64)
    for cell, row, column, sign in _cells(t):
        total += _deviance(cell, row * column / t.n, sign * beyond, _powers)
    return 2 * total


def fisher(t: Tables) -> Floats:
    """The sum over k >= n(AC) of choose(n(A), k) choose(n(not A), n(C) - k) / choose(n, n(C)): Fisher's exact test,
    one-sided: the probability that by chance A and C occur together at least as often (Fisher 1935; on rules,
    Hämäläinen 2010). 1 where A or C always occurs. Accurate to some 1e-11 of its value, or down to 1e-300."""
    # The probability of the table itself in the manner of Loader (2000), times the sum of the others' ratios to it.
    # With n! = sqrt(2 pi n) (n / e)**n exp(s(n)) the powers make exp(-G2 / 2), and G2 / 2 is the sum of the cells'
    # deviances, none of them negative, so that nothing cancels.
    beyond = t.difference / t.n
    exponent = np.zeros(t.ac.size, np.float64)
    square = np.ones(t.ac.size, np.float64)  # of the factor before the exponential
    for cell, row, column, sign in _cells(t):
        exponent -= _deviance(cell, row * column / t.n, sign * beyond, _nested) + _stirling_error(cell)
        square /= _circle(cell)
    for margin in (t.a, t.no_a, t.c, t.no_c):
        exponent += _stirling_error(margin)
        square *= _circle(margin)
    exponent -= _stirling_error(np.array([t.n]))
    square /= _circle(np.array([t.n]))
    itself = np.sqrt(square) * each(math.exp, exponent)
    upwards = t.difference > 0
    others = np.empty(t.ac.size, np.float64)
    tails(t.ac, t.a, t.c, float(t.total), upwards, others)
    return np.where(upwards, np.minimum(itself * others, 1.0), 1.0 - itself * others)


def _cells(t: Tables) -> Iterator[tuple[Floats, Floats, Floats, float]]:
    """Yields the four cells, each with the totals of its row and column and the sign of its share of `difference`."""
    yield t.ac, t.a, t.c, 1.0
    yield t.a_no_c, t.a, t.no_c, -1.0
    yield t.c_no_a, t.no_a, t.c, -1.0
    yield t.neither, t.no_a, t.no_c, 1.0


# ---- a token in two samples of text


def log_likelihood(a: Ints, b: Ints, n1: int, n2: int, *, cells: int = 4) -> Floats:
    """G2 = 2 x the sum over cells of observed ln(observed / expected), 0 ln 0 = 0; at least 0, float64.

    a, b: int64, counts in target and reference; n1, n2: all tokens of each. cells: 4 (Dunning 1993) counts the other
    tokens too, 2 (Rayson and Garside 2000) only a and b. 0 where a / n1 = b / n2 and nowhere else.

    Each cell is taken as x ln(x / e) - (x - e): the differences add up to 0, and no term is negative, so that nothing
    cancels (the deviance of Loader 2000). Accurate to some 1e-14 of its value.

    Raises OptionError, as check_samples does.
    """
    check_samples(a, b, n1, n2, cells)
    difference = cross_difference(a, b, n1, n2) / (n1 + n2)  # of observed and expected, the same in every cell
    total = np.zeros(a.size, np.float64)
    for row, sign in ((0, 1), (1, -1)) if cells == 4 else ((0, 1),):
        both = (n1 + n2) - (a + b) if row else a + b
        for observed, size, side in ((a, n1, sign), (b, n2, -sign)):
            expected = both.astype(np.float64) * (size / (n1 + n2))
            found = (size - observed if row else observed).astype(np.float64)
            total += _deviance(found, expected, side * difference, _powers)
    return 2 * total


def directions(a: Ints, b: Ints, n1: int, n2: int) -> NDArray[np.int8]:
    """int8: 1 where a / n1 > b / n2, -1 where it is less, 0 where they are equal; exact.

    Raises OptionError, as check_samples does.
    """
    check_samples(a, b, n1, n2)
    return np.sign(cross_difference(a, b, n1, n2)).astype(np.int8)


def check_cells(cells: int) -> None:
    """Raises OptionError if G2 is not made of that number of cells."""
    if cells not in CELLS:
        raise OptionError(Option("cells"), f" is {cells}; choose from {', '.join(map(str, CELLS))}")


def check_samples(a: Ints, b: Ints, n1: int, n2: int, cells: int = 4) -> None:
    """Raises OptionError if the counts a and b do not fit the totals n1 and n2, or if `cells` is not one of CELLS."""
    check_cells(cells)
    if a.shape != b.shape:
        raise OptionError(f"{a.size:,} counts but {b.size:,} in the reference; give one for every token")
    for name, counts, total in (("target", a, n1), ("reference", b, n2)):
        if not 1 <= total <= _LARGEST:
            raise OptionError(f"the {name} has {total:,} tokens; both texts need 1 to {_LARGEST:,}")
        if counts.size and not 0 <= counts.min() <= counts.max() <= total:
            raise OptionError(f"the {name} has {total:,} tokens, but counts from {counts.min():,} to {counts.max():,}")


# ---- how sure


def p_value(statistic: Floats) -> Floats:
    """The probability of a statistic (G2, chi-squared) at least as large by chance, at one degree of freedom.

    Accurate in the far tail, down to 5e-324 (a statistic of about 1,480); 0.0 beyond.
    """
    return each(math.erfc, np.sqrt(statistic / 2))


def corrected(p: Floats, tests: int) -> Floats:
    """The p-values corrected for the number of `tests`: each times `tests`, at most 1 (Bonferroni)."""
    return np.minimum(p * tests, 1.0)


def false_discoveries(p: Floats, times: Ints) -> Floats:
    """The share of false discoveries to expect among all tests up to each p-value (Benjamini and Hochberg 1995).

    p: p-values, each of which occurs `times` times (int64). For the i-th of all m p-values in ascending order, the
    result is the smallest p m / i from there on, at most 1.
    """
    order = np.argsort(p, kind="stable")
    places = np.cumsum(times[order]).astype(np.float64)  # of equal p-values the last, with the smallest p m / i
    values = p[order] * float(times.sum()) / places
    result = np.empty(p.size, np.float64)
    result[order] = np.minimum(np.minimum.accumulate(values[::-1])[::-1], 1.0)
    return result


def bic(g2: Floats, n1: int, n2: int) -> Floats:
    """G2 - ln(n1 + n2): the Bayesian information criterion of Wilson (2013), against the sizes of the texts.

    Above 2 there is positive evidence of a difference, above 6 strong, above 10 very strong; below 0 against one.
    """
    return g2 - math.log(n1 + n2)


# ---- arithmetic


def divide(above: Floats, below: Floats, otherwise: float) -> Floats:
    """Returns above / below, and `otherwise` where `below` is 0."""
    return np.divide(above, below, out=np.full(above.size, otherwise, np.float64), where=below != 0)


def each(function: Callable[[float], float], values: Floats) -> Floats:
    """Applies a function of the C library to each value: numpy's own differ in the last bit between processors."""
    return np.fromiter(map(function, values.tolist()), np.float64, values.size)


def cross_difference(a: Ints, b: Ints, n1: int, n2: int) -> Floats:
    """a n2 - b n1, rounded once or twice: 0 and the sign are exact, where int64 would overflow."""
    first, first_rest = _product(a.astype(np.float64), float(n2))
    second, second_rest = _product(b.astype(np.float64), float(n1))
    return (first - second) + (first_rest - second_rest)


def _deviance(
    observed: Floats, expected: Floats, difference: Floats, series: Callable[[Floats, Floats], Floats]
) -> Floats:
    """x ln(x / e) - (x - e), with x the observed and e the expected count.

    difference: x - e, which is more exact than subtracting here. series: `_powers` or `_nested`, for x near e.
    """
    both = observed + expected
    result = -difference  # where nothing was observed
    near = (np.abs(difference) < _NEAR * both) | (both == 0)
    far = ~near & (observed > 0)
    x = observed[far]
    result[far] = x * each(math.log, x / expected[far]) - difference[far]
    # ln(x / e) = 2 (v + v**3 / 3 + v**5 / 5 + ...) with v = (x - e) / (x + e)
    d = difference[near]
    v = d / np.where(both[near] > 0, both[near], 1.0)
    result[near] = d * v + series(observed[near], v)
    return result


def _powers(x: Floats, v: Floats) -> Floats:
    """2 x (v**3 / 3 + v**5 / 5 + ...), the powers summed from the smallest; G2 is computed so."""
    total: Floats = sum((v ** (2 * j + 1) / (2 * j + 1) for j in _TERMS), np.zeros(v.size, np.float64))
    return 2 * x * total


def _nested(x: Floats, v: Floats) -> Floats:
    """The same by nested products (Horner), which differs in the last bit; Fisher's test is computed so."""
    square, terms = v * v, np.zeros(v.size, np.float64)
    for j in _TERMS:
        terms = (terms + 1.0 / (2 * j + 1)) * square
    return 2.0 * x * v * terms


def _circle(n: Floats) -> Floats:
    """2 pi n, and 1 for 0: the square of the factor before the powers in Stirling's formula."""
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


def _product(x: Floats, y: float) -> tuple[Floats, Floats]:
    """(x y rounded, what the rounding took away), both exact (Dekker 1971)."""
    x_high, y_high = _high(x), _high(np.array(y))
    x_low, y_low = x - x_high, y - y_high
    product = x * y
    return product, ((x_high * y_high - product) + x_high * y_low + x_low * y_high) + x_low * y_low


def _high(x: Floats) -> Floats:
    """The upper 26 bits of the significand."""
    scaled = x * float((1 << 27) + 1)
    return scaled - (scaled - x)
