"""The measures of rules: each is one entry in MEASURES, with its formula and its source.

A rule A -> C is counted as n(A), n(C) and n(AC) among n transactions; P is such a count divided by n. With d = n(AC) n
- n(A) n(C), whose sign says whether A and C occur together more often than by chance, most measures are one division of
integers. d is exact; products are of float64, in the order in which they are written, and exact below 2**53. ln is the
natural logarithm, and 0 ln 0 is 0. Where a division is x / 0, the result is infinite; where it is 0 / 0, undefined
(NaN), if a docstring does not say otherwise. Measures that any two things can have, such as lift, are in
nlpkit/association.py. docs/measures.md has all of them in a table.

To add a measure: write its formula, add it to MEASURES, and its name to RULE_MEASURES in nlpkit/choices.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nlpkit import association
from nlpkit.association import Floats, Tables, divide, each

_LEVEL = 0.01  # of hyper_lift: how often chance may make more
_FUZZ = 1 + 1e-9  # a probability that equals the level but for rounding


def support(t: Tables) -> Floats:
    """n(AC) / n: the share of transactions with the whole rule (Agrawal, Imielinski and Swami 1993)."""
    return t.ac / t.n


def confidence(t: Tables) -> Floats:
    """n(AC) / n(A): of the transactions with A, the share with C, too (Agrawal, Imielinski and Swami 1993)."""
    return t.ac / t.a


def conviction(t: Tables) -> Floats:
    """(n(A) n(not C)) / (n n(A, not C)) = P(A) P(not C) / P(A, not C): how many times as often the rule would fail by
    chance (Brin, Motwani, Ullman and Tsur 1997); infinite where it never fails, whatever C is."""
    return divide(t.a * t.no_c, t.n * t.a_no_c, np.inf)


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


def coverage(t: Tables) -> Floats:
    """n(A) / n = P(A): the share of transactions to which the rule applies (Michalski 1969)."""
    return t.a / t.n


def consequent_support(t: Tables) -> Floats:
    """n(C) / n = P(C): the confidence without any antecedent (Agrawal, Imielinski and Swami 1993)."""
    return t.c / t.n


def all_confidence(t: Tables) -> Floats:
    """n(AC) / max(n(A), n(C)): the smaller of the confidences of the rule and its reverse (Omiecinski 2003)."""
    return t.ac / np.maximum(t.a, t.c)


def max_confidence(t: Tables) -> Floats:
    """n(AC) / min(n(A), n(C)): the larger of the confidences of the rule and its reverse (Tan, Kumar and Srivastava
    2004)."""
    return t.ac / np.minimum(t.a, t.c)


def added_value(t: Tables) -> Floats:
    """d / (n(A) n) = confidence - P(C) (Sahar and Mansour 1999; Tan, Kumar and Srivastava 2004)."""
    return t.difference / (t.a * t.n)


def centered_confidence(t: Tables) -> Floats:
    """The same as added_value, by another name: relative accuracy (Lavrac, Flach and Zupan 1999)."""
    return added_value(t)


def confirmed_confidence(t: Tables) -> Floats:
    """(n(AC) - n(A, not C)) / n(A): the confidence less that of A -> not C: descriptive confirmed confidence (Kodratoff
    2001)."""
    return (t.ac - t.a_no_c) / t.a


def casual_support(t: Tables) -> Floats:
    """(n(AC) + n(not A, not C)) / n: the share of transactions with both or neither (Kodratoff 2001)."""
    return (t.ac + t.neither) / t.n


def casual_confidence(t: Tables) -> Floats:
    """(n(AC) / n(A) + n(not A, not C) / n(not C)) / 2: the mean confidence of A -> C and of not C -> not A (Kodratoff
    2001); undefined where C is in every transaction."""
    return (t.ac / t.a + divide(t.neither, t.no_c, np.nan)) / 2.0


def counter_example(t: Tables) -> Floats:
    """(n(AC) - n(A, not C)) / n(AC) = 1 - n(A, not C) / n(AC): the rate of examples and counter-examples (Vaillant,
    Lenca and Lallich 2004)."""
    return (t.ac - t.a_no_c) / t.ac


def least_contradiction(t: Tables) -> Floats:
    """(n(AC) - n(A, not C)) / n(C): examples less counter-examples, by what C has (Aze and Kodratoff 2002)."""
    return (t.ac - t.a_no_c) / t.c


def sebag(t: Tables) -> Floats:
    """n(AC) / n(A, not C): examples for each counter-example (Sebag and Schoenauer 1988); infinite without one."""
    return divide(t.ac, t.a_no_c, np.inf)


def ralambondrainy(t: Tables) -> Floats:
    """n(A, not C) / n: the share of counter-examples; the smaller, the better (Diatta, Ralambondrainy and Totohasina
    2007)."""
    return t.a_no_c / t.n


def doc(t: Tables) -> Floats:
    """n(AC) / n(A) - n(not A, C) / n(not A): the difference of the confidences of A -> C and not A -> C (Hofmann and
    Wilhelm 2001); undefined where A is in every transaction."""
    return association.delta_p_2_given_1(t)


def relative_risk(t: Tables) -> Floats:
    """(n(AC) / n(A)) / (n(not A, C) / n(not A)): how many times as often C is with A as without (Sistrom and Garvan
    2004); undefined where A is in every transaction."""
    return _ratio(t.ac * t.no_a, t.a * t.c_no_a)


def odds_ratio(t: Tables) -> Floats:
    """(n(AC) n(not A, not C)) / (n(A, not C) n(not A, C)) (Cornfield 1951; Tan, Kumar and Srivastava 2004)."""
    return _ratio(t.ac * t.neither, t.a_no_c * t.c_no_a)


def yule_q(t: Tables) -> Floats:
    """(x - y) / (x + y), with x = n(AC) n(not A, not C) and y = n(A, not C) n(not A, C), from -1 to 1; x - y is d (Yule
    1900); undefined where A or C is in every transaction."""
    agree, differ = t.ac * t.neither, t.a_no_c * t.c_no_a
    return divide(t.difference, agree + differ, np.nan)


def yule_y(t: Tables) -> Floats:
    """(sqrt(x) - sqrt(y)) / (sqrt(x) + sqrt(y)), x and y as in yule_q, from -1 to 1 (Yule 1912): the coefficient of
    colligation."""
    agree, differ = np.sqrt(t.ac * t.neither), np.sqrt(t.a_no_c * t.c_no_a)
    return divide(t.difference, (agree + differ) * (agree + differ), np.nan)


def phi(t: Tables) -> Floats:
    """d / sqrt(n(A) n(not A) n(C) n(not C)): the correlation of A and C, from -1 to 1 (Pearson 1900); undefined where
    either is in every transaction."""
    return divide(t.difference, np.sqrt(t.a * t.no_a) * np.sqrt(t.c * t.no_c), np.nan)


def kappa(t: Tables) -> Floats:
    """2 d / (n(A) n(not C) + n(not A) n(C)): agreement of A and C beyond chance, at most 1 (Cohen 1960); undefined
    where both are in every transaction."""
    return divide(2.0 * t.difference, t.a * t.no_c + t.no_a * t.c, np.nan)


def collective_strength(t: Tables) -> Floats:
    """((1 - v) / (1 - e)) (e / v), with v = P(A, not C) + P(not A, C), the share of transactions with one of A and C,
    and e = P(A) P(not C) + P(not A) P(C), that by chance (Aggarwal and Yu 1998)."""
    apart, together = t.a_no_c + t.c_no_a, t.ac + t.neither
    by_chance = t.a * t.no_c + t.no_a * t.c
    return _ratio(together * by_chance, apart * (t.a * t.c + t.no_a * t.no_c))


def varying_liaison(t: Tables) -> Floats:
    """d / (n(A) n(C)) = lift - 1 (Bernard and Charron 1996)."""
    return t.difference / (t.a * t.c)


def rule_power_factor(t: Tables) -> Floats:
    """n(AC) n(AC) / (n(A) n) = support x confidence (Ochin, Kumar and Joshi 2016)."""
    return t.ac * t.ac / (t.a * t.n)


def laplace(t: Tables) -> Floats:
    """(n(AC) + 1) / (n(A) + 2): the confidence, drawn towards 1/2 where A is rare (Clark and Boswell 1991)."""
    return (t.ac + 1.0) / (t.a + 2.0)


def importance(t: Tables) -> Floats:
    """log10(((n(AC) + 1) / (n(A) + 2)) / ((n(not A, C) + 1) / (n(not A) + 2))): the logarithm of the relative risk with
    Laplace's correction (Microsoft Analysis Services 2008)."""
    ratio = (t.ac + 1.0) * (t.no_a + 2.0) / ((t.c_no_a + 1.0) * (t.a + 2.0))
    return each(math.log10, ratio)


def lerman(t: Tables) -> Floats:
    """d / sqrt(n(A) n(C) n): examples beyond those by chance, in standard deviations of Poisson's law (Lerman 1981)."""
    return association.z_score(t)


def implication_index(t: Tables) -> Floats:
    """-d / sqrt(n(A) n(not C) n): counter-examples beyond those by chance, in standard deviations of Poisson's law; the
    smaller, the better (Gras 1996); undefined where C is in every transaction."""
    return divide(0.0 - t.difference, np.sqrt(t.a * t.no_c) * np.sqrt(t.n), np.nan)


def gini(t: Tables) -> Floats:
    """2 d d / (n n n(A) n(not A)): by how much knowing A lowers the Gini index of C (Breiman et al. 1984; Tan, Kumar
    and Srivastava 2004); undefined where A is in every transaction."""
    scaled = t.difference / t.n
    return divide(2.0 * scaled * scaled, t.a * t.no_a, np.nan)


def lambda_(t: Tables) -> Floats:
    """(max(n(AC), n(A, not C)) + max(n(not A, C), n(not A, not C)) - m) / (n - m), with m = max(n(C), n(not C)): by
    what share knowing A lowers the errors of guessing C, from 0 to 1 (Goodman and Kruskal 1954); undefined where C is
    in every transaction."""
    most = np.maximum(t.c, t.no_c)
    guessed = np.maximum(t.ac, t.a_no_c) + np.maximum(t.c_no_a, t.neither)
    return divide(guessed - most, t.n - most, np.nan)


def j_measure(t: Tables) -> Floats:
    """P(AC) ln(P(AC) / (P(A) P(C))) + P(A, not C) ln(P(A, not C) / (P(A) P(not C))): the information of the rule, in
    nats (Smyth and Goodman 1992)."""
    return _information(t, t.ac, t.a, t.c) + _information(t, t.a_no_c, t.a, t.no_c)


def mutual_information(t: Tables) -> Floats:
    """The sum over the four cells of P(x, y) ln(P(x, y) / (P(x) P(y))), divided by the smaller of the entropies of A
    and C, from 0 to 1 (Tan, Kumar and Srivastava 2004); undefined where A or C is in every transaction."""
    both = j_measure(t) + _information(t, t.c_no_a, t.no_a, t.c) + _information(t, t.neither, t.no_a, t.no_c)
    entropies = [_entropy_part(t, yes) + _entropy_part(t, no) for yes, no in ((t.a, t.no_a), (t.c, t.no_c))]
    return divide(np.maximum(both, 0.0), np.minimum(*entropies), np.nan)


def rld(t: Tables) -> Floats:
    """D / (D + min(n(A, not C), n(not A, C))) where D = d / n is above 0, else D / (D - min(n(AC), n(not A, not C))):
    the part of the possible association that there is, from 0 to 1 (Kenett and Salini 2008); 0 where D is 0."""
    beyond = t.difference / t.n
    above = np.minimum(t.a_no_c, t.c_no_a)
    below = np.minimum(t.ac, t.neither)
    return divide(np.abs(beyond), np.abs(beyond) + np.where(beyond > 0, above, below), 0.0)


def std_lift(t: Tables) -> Floats:
    """(lift - l) / (u - l), with the smallest and the largest lift that n(A) and n(C) allow: l = max(n(A) + n(C) - n,
    1) n / (n(A) n(C)) and u = n / max(n(A), n(C)) (McNicholas, Murphy and O'Regan 2008, without the thresholds); 1
    where they are equal."""
    least = np.maximum(t.a + t.c - t.n, 1.0)
    return divide(t.ac - least, np.minimum(t.a, t.c) - least, 1.0)


def hyper_lift(t: Tables) -> Floats:
    """n(AC) / Q, with Q the smallest count that chance, given n(A) and n(C), exceeds at most once in 100 times: a
    quantile of the hypergeometric distribution (Hahsler and Hornik 2007); infinite where Q is 0."""
    # Q is within Cantelli's bounds around the mean: beyond 10 standard deviations there is less than 1 in 100
    mean = t.a * t.c / t.n
    deviation = np.sqrt(mean * (t.no_a / t.n) * (t.no_c / np.maximum(t.n - 1.0, 1.0)))
    low = np.maximum(np.floor(mean - 0.11 * deviation) - 1.0, np.maximum(t.a + t.c - t.n, 0.0)).astype(np.int64)
    high = np.minimum(np.ceil(mean + 10.0 * deviation) + 1.0, np.minimum(t.a, t.c)).astype(np.int64)
    while (is_open := low < high).any():
        middle = (low + high) // 2
        at = Tables(middle[is_open] + 1, t.first[is_open], t.second[is_open], t.total)
        enough = np.zeros(low.size, np.bool_)
        enough[is_open] = association.fisher(at) <= _LEVEL * _FUZZ
        high = np.where(is_open & enough, middle, high)
        low = np.where(is_open & ~enough, middle + 1, low)
    return divide(t.ac, high.astype(np.float64), np.inf)


def hyper_confidence(t: Tables) -> Floats:
    """1 - fisher: the probability that chance makes fewer than n(AC), given n(A) and n(C) (Hahsler and Hornik 2007)."""
    return 1.0 - association.fisher(t)


def improvement(t: Tables) -> Floats:
    """n(AC) / n(A) - n(BC) / n(B), with B the proper subset of A, also the empty one, for which n(BC) / n(B) is
    largest: how much surer the rule is than all that leave out a part of A (Bayardo, Agrawal and Gunopulos 2000)."""
    return confidence(t) - _part_confidence(t)


def boost(t: Tables) -> Floats:
    """(n(AC) / n(A)) / (n(BC) / n(B)), with B as in improvement: how many times as sure (Balcazar 2013)."""
    return confidence(t) / _part_confidence(t)


def lic(t: Tables) -> Floats:
    """lift(A -> C) / lift(B -> C), with B as in improvement, which is boost by another name: lift increase (Lopez
    2014)."""
    return boost(t)


def _part_confidence(t: Tables) -> Floats:
    assert t.part is not None  # which the search adds for measures that need it
    both, first = t.part
    result: Floats = both / first
    return result


def _ratio(above: Floats, below: Floats) -> Floats:
    """above / below, infinite where only `below` is 0, NaN where both are."""
    return np.where((below == 0) & (above == 0), np.nan, divide(above, below, np.inf))


def _information(t: Tables, cell: Floats, row: Floats, column: Floats) -> Floats:
    """p ln(p / (row share x column share)) of one cell, 0 for a cell of 0."""
    chance = divide(cell * t.n, row * column, 1.0)
    return cell / t.n * each(math.log, np.where(cell > 0, chance, 1.0))


def _entropy_part(t: Tables, margin: Floats) -> Floats:
    """-p ln p of one share of transactions, 0 for 0."""
    return 0.0 - margin / t.n * each(math.log, np.where(margin > 0, margin / t.n, 1.0))


class Measure(NamedTuple):
    """One measure of rules.

    compute: its formula; None where a rule alone does not have it. is_p: it is a p-value. is_low: the smaller, the
    better. is_whole: it needs counts of transactions, not decimal weights. is_of_parts: it compares the rule with those
    that leave out a part of the antecedent.
    """

    compute: Callable[[Tables], Floats] | None
    is_p: bool = False
    is_low: bool = False
    is_whole: bool = False
    is_of_parts: bool = False


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
    "chi_square_p": Measure(association.chi_square_p, is_p=True, is_low=True, is_whole=True),
    "fisher": Measure(association.fisher, is_p=True, is_low=True, is_whole=True),
    "hyper_confidence": Measure(hyper_confidence, is_whole=True),
    "hyper_lift": Measure(hyper_lift, is_whole=True),
    "coverage": Measure(coverage),
    "consequent_support": Measure(consequent_support),
    "added_value": Measure(added_value),
    "centered_confidence": Measure(centered_confidence),
    "confirmed_confidence": Measure(confirmed_confidence),
    "casual_confidence": Measure(casual_confidence),
    "casual_support": Measure(casual_support),
    "all_confidence": Measure(all_confidence),
    "max_confidence": Measure(max_confidence),
    "laplace": Measure(laplace, is_whole=True),
    "improvement": Measure(improvement, is_of_parts=True),
    "boost": Measure(boost, is_of_parts=True),
    "lic": Measure(lic, is_of_parts=True),
    "odds_ratio": Measure(odds_ratio),
    "yule_q": Measure(yule_q),
    "yule_y": Measure(yule_y),
    "phi": Measure(phi),
    "kappa": Measure(kappa),
    "doc": Measure(doc),
    "relative_risk": Measure(relative_risk),
    "importance": Measure(importance, is_whole=True),
    "collective_strength": Measure(collective_strength),
    "varying_liaison": Measure(varying_liaison),
    "rule_power_factor": Measure(rule_power_factor),
    "std_lift": Measure(std_lift, is_whole=True),
    "rld": Measure(rld),
    "gini": Measure(gini),
    "lambda": Measure(lambda_),
    "j_measure": Measure(j_measure),
    "mutual_information": Measure(mutual_information),
    "counter_example": Measure(counter_example),
    "least_contradiction": Measure(least_contradiction),
    "sebag": Measure(sebag),
    "ralambondrainy": Measure(ralambondrainy, is_low=True),
    "lerman": Measure(lerman, is_whole=True),
    "implication_index": Measure(implication_index, is_low=True, is_whole=True),
    "fdr": Measure(None, is_p=True, is_low=True, is_whole=True),
}
"""Every measure, by the name of its column; `fdr` is `false_discoveries` of `fisher` over all rules."""
