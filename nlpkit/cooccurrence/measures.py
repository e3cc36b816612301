"""The measures of collocations: each is one entry in MEASURES, with its formula and its source.

A pair of words is counted in a table: O11, how often they occur together; R1 and C1, how often each of them could; N,
all such places. The table is `Tables` of nlpkit/association.py: n(AC), n(A), n(C) and n. E11 = R1 C1 / N is what chance
makes of O11; d = O11 N - R1 C1 is above 0 where the words attract each other. `dice` and `log_dice` compare O11 with
the frequencies of both words. Where R1 and C1 count something else (places in windows), give these two a table of the
frequencies.

No value is infinite. Values are NaN where a docstring says so: where words never occur together (O11 = 0) for measures
that divide by O11 or take its logarithm, and where a word occurs nowhere or everywhere. Products are of float64, in the
order in which they are written, so that every machine gives the same value; ln is the natural logarithm.
docs/algorithms.md says what each measure favours.

To add a measure: write its formula, add it to MEASURES, and its name to COLLOCATION_MEASURES in nlpkit/choices.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nlpkit.association import (
    Floats,
    Tables,
    delta_p_1_given_2,
    delta_p_2_given_1,
    divide,
    each,
    g2,
    lift,
    z_score,
)

_ONE = 14.0  # logDice of words that occur only together
_HALF = 0.5  # is added to each cell, so that the odds ratio of a table with a 0 is finite


def dice(t: Tables) -> Floats:
    """2 O11 / (R1 + C1): the mean share of the occurrences of both words that they have together (Dice 1945; of words,
    Smadja 1993); at most 1, or more if a word stands in several windows of the other."""
    return divide(2.0 * t.ac, t.a + t.c, np.nan)


def log_dice(t: Tables) -> Floats:
    """14 + log2(2 O11 / (R1 + C1)): 14 where `dice` is 1; 1 more is twice as often (Rychly 2008). NaN where O11 = 0."""
    return _ONE + _log2(dice(t))


def mi(t: Tables) -> Floats:
    """log2(O11 / E11): the pointwise mutual information, in bits (Church and Hanks 1990). NaN where O11 = 0."""
    return _log2(lift(t))


def mi3(t: Tables) -> Floats:
    """log2(O11 O11 O11 / E11): MI with O11 cubed, which lowers rare pairs (Daille 1994). NaN where O11 = 0."""
    return _log2(t.ac * t.ac * lift(t))


def npmi(t: Tables) -> Floats:
    """log2(O11 / E11) / -log2(O11 / N): MI as a share of the most that O11 allows, from -1 (never together, O11 = 0) to
    1 (only together) (Bouma 2009). NaN where the words are everywhere together (O11 = N)."""
    return np.where(t.both > 0, divide(mi(t), 0.0 - _log2(t.ac / t.n), np.nan), -1.0)


def t_score(t: Tables) -> Floats:
    """d / (N sqrt(O11)) = (O11 - E11) / sqrt(O11): co-occurrences beyond those by chance, in standard deviations as O11
    estimates them (Church, Gale, Hanks and Hindle 1991). NaN where O11 = 0."""
    return divide(t.difference, t.n * np.sqrt(t.ac), np.nan)


def log_odds_ratio(t: Tables) -> Floats:
    """ln(((O11 + 0.5) (O22 + 0.5)) / ((O12 + 0.5) (O21 + 0.5))), with the cells O12 = R1 - O11, O21 = C1 - O11 and O22
    = N - R1 - C1 + O11: the logarithm of the odds ratio, finite where a cell is 0 (Haldane 1956; of words, Evert
    2005)."""
    agree, differ = (t.ac + _HALF) * (t.neither + _HALF), (t.a_no_c + _HALF) * (t.c_no_a + _HALF)
    return each(math.log, agree / differ)


def _log2(values: Floats) -> Floats:
    """The binary logarithms, and NaN for values that are not above 0."""
    result = np.full(values.size, np.nan, np.float64)
    above = values > 0
    result[above] = each(math.log2, values[above])
    return result


class Measure(NamedTuple):
    """One measure of collocations. compute: its formula. is_of_words: its table has the frequencies of both words."""

    compute: Callable[[Tables], Floats]
    is_of_words: bool = False


MEASURES = {
    "g2": Measure(g2),
    "log_dice": Measure(log_dice, is_of_words=True),
    "mi": Measure(mi),
    "mi3": Measure(mi3),
    "npmi": Measure(npmi),
    "t_score": Measure(t_score),
    "z_score": Measure(z_score),
    "delta_p_2_given_1": Measure(delta_p_2_given_1),
    "delta_p_1_given_2": Measure(delta_p_1_given_2),
    "dice": Measure(dice, is_of_words=True),
    "log_odds_ratio": Measure(log_odds_ratio),
}
"""Every measure, by the name of its column."""
