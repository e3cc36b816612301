"""Effect sizes: how much more frequent a token is in one text than in another, with confidence intervals.

A token occurs `a` times among the `n1` tokens of the target and `b` times among the `n2` of the reference: int64 arrays
with one entry for each token, and two totals. Each function computes one fixed expression, and no value is infinite:
where a count of 0 would make it so, `log_ratio` and `difference` take 0.5 in its place, `odds_ratio` adds 0.5 to all
four counts. Where the texts differ much in size, the value of such a token can have the other sign than its direction:
it does not occur in a text in which too little was to be expected.

Sources are in the docstrings; formulas are in docs/algorithms.md, section Keyness. All functions raise OptionError, as
`association.check_samples` does.
"""

from __future__ import annotations

import math

import numpy as np

from nlpkit.association import Floats, Ints, check_samples, cross_difference, each

SMOOTHING = 100.0
"""What `simple_maths` adds to both rates, in a million tokens."""

_ZERO = 0.5  # takes the place of a count of 0
_NORMAL = 1.959963984540054  # 95 % of a normal distribution lie within this number of standard deviations


def log_ratio(a: Ints, b: Ints, n1: int, n2: int) -> Floats:
    """The binary logarithm of (a / n1) / (b / n2): 1 is twice as frequent, -1 half as frequent (Hardie 2014)."""
    check_samples(a, b, n1, n2)
    ratio = (np.where(a > 0, a, _ZERO) * n2) / (np.where(b > 0, b, _ZERO) * n1)
    return each(math.log2, ratio)


def log_ratio_interval(a: Ints, b: Ints, n1: int, n2: int) -> tuple[Floats, Floats]:
    """The lower and the upper limit of the log ratio, at 95 %: those of a relative risk (Katz et al. 1978)."""
    check_samples(a, b, n1, n2)
    first, second = np.where(a > 0, a, _ZERO), np.where(b > 0, b, _ZERO)
    variance = (n1 - first) / (first * n1) + (n2 - second) / (second * n2)
    half = _NORMAL * np.sqrt(variance) / math.log(2)
    middle = log_ratio(a, b, n1, n2)
    return middle - half, middle + half


def difference(a: Ints, b: Ints, n1: int, n2: int) -> Floats:
    """%DIFF, by how many per cent the rate is higher than in the reference: 100 (a / n1 - b / n2) / (b / n2)
    (Gabrielatos and Marchi 2012); -100 where a token does not occur in the target."""
    check_samples(a, b, n1, n2)
    expected = np.where(b > 0, b, _ZERO) * n1
    beyond = np.where(b > 0, cross_difference(a, b, n1, n2), a * float(n2) - expected)
    result: Floats = 100.0 * beyond / expected
    return result


def odds_ratio(a: Ints, b: Ints, n1: int, n2: int) -> Floats:
    """a (n2 - b) / (b (n1 - a)): the odds of the token in the target over those in the reference. Where one of the four
    counts is 0, 0.5 is added to all of them (Haldane 1956; Anscombe 1956)."""
    check_samples(a, b, n1, n2)
    first, second, others, other_others = _cells(a, b, n1, n2)
    return (first * other_others) / (second * others)


def odds_ratio_interval(a: Ints, b: Ints, n1: int, n2: int) -> tuple[Floats, Floats]:
    """The lower and the upper limit of the odds ratio, at 95 % (Woolf 1955)."""
    cells = _cells(a, b, n1, n2)
    middle = odds_ratio(a, b, n1, n2)
    factor = each(math.exp, _NORMAL * np.sqrt(sum(1.0 / cell for cell in cells)))
    return middle / factor, middle * factor


def simple_maths(a: Ints, b: Ints, n1: int, n2: int) -> Floats:
    """(x + 100) / (y + 100), where x and y are the occurrences in a million tokens of each text (Kilgarriff 2009)."""
    check_samples(a, b, n1, n2)
    return (a * 1e6 / n1 + SMOOTHING) / (b * 1e6 / n2 + SMOOTHING)


def _cells(a: Ints, b: Ints, n1: int, n2: int) -> tuple[Floats, Floats, Floats, Floats]:
    """The token in both texts and the other tokens in both, 0.5 more where one of them is 0."""
    cells = [cell.astype(np.float64) for cell in (a, b, n1 - a, n2 - b)]
    more = np.where(np.minimum.reduce(cells) > 0, 0.0, _ZERO)
    first, second, others, other_others = (cell + more for cell in cells)
    return first, second, others, other_others
