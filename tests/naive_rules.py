"""Slow twins of itemsets and rules: dicts of frozensets, fractions and sums by definition, nothing of the package."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

Sets = dict[frozenset[str], int]


class Rule(NamedTuple):
    """Counts are of the whole rule, of the antecedent and of the consequent."""

    antecedent: frozenset[str]
    consequent: frozenset[str]
    rule: int
    a: int
    c: int


def frequent(transactions: Iterable[Iterable[str]], min_count: int) -> Sets:
    """Every set of items that so many transactions have, and how many do."""
    counts: Counter[frozenset[str]] = Counter()
    for transaction in transactions:
        items = sorted(set(transaction))
        for size in range(1, len(items) + 1):
            counts.update(map(frozenset, combinations(items, size)))
    return {items: count for items, count in counts.items() if count >= min_count}


def by_rank(sets: Sets) -> list[str]:
    """The items, the most frequent first, then by code points."""
    return sorted((next(iter(s)) for s in sets if len(s) == 1), key=lambda item: (-sets[frozenset([item])], item))


def in_order(sets: Iterable[frozenset[str]], names: Sequence[str]) -> list[frozenset[str]]:
    """By the number whose binary digits say which items there are, the rarest item the most significant."""
    return sorted(sets, key=lambda items: sum(1 << names.index(item) for item in items))


def closed(sets: Sets) -> set[frozenset[str]]:
    """Without those that a larger set equals in count."""
    return {s for s in sets if not any(s < t and sets[t] == sets[s] for t in sets)}


def maximal(sets: Sets) -> set[frozenset[str]]:
    """Without those that are in a larger set."""
    return {s for s in sets if not any(s < t for t in sets)}


def rules(sets: Sets, min_confidence: Fraction, max_consequent: int) -> Iterator[Rule]:
    """In the order of the itemsets, of one in that of the consequents."""
    names = by_rank(sets)
    for whole in in_order(sets, names):
        subsets = [frozenset(c) for size in range(1, len(whole)) for c in combinations(sorted(whole), size)]
        for consequent in in_order(subsets, names):
            rule = Rule(whole - consequent, consequent, sets[whole], sets[whole - consequent], sets[consequent])
            if len(consequent) <= max_consequent and Fraction(rule.rule, rule.a) >= min_confidence:
                yield rule


def measures(ac: int, a: int, c: int, n: int) -> dict[str, Fraction | float]:
    """By their definitions in probabilities, exactly, but for the cosine; inf and nan where they are so."""
    P_ac, P_a, P_c = Fraction(ac, n), Fraction(a, n), Fraction(c, n)
    confidence = P_ac / P_a
    leverage = P_ac - P_a * P_c
    zhang_most = max(P_ac * (1 - P_a), P_a * (P_c - P_ac))
    chi_square: Fraction | float = math.nan
    if a < n and c < n:
        cells = [
            (ac, P_a * P_c),
            (a - ac, P_a * (1 - P_c)),
            (c - ac, (1 - P_a) * P_c),
            (n - a - c + ac, (1 - P_a) * (1 - P_c)),
        ]
        chi_square = sum(((observed - n * p) ** 2 / (n * p) for observed, p in cells), Fraction(0))
    return {
        "support": P_ac,
        "confidence": confidence,
        "lift": confidence / P_c,
        "leverage": leverage,
        "conviction": math.inf if confidence == 1 else (1 - P_c) / (1 - confidence),
        "zhang": leverage / zhang_most if zhang_most else Fraction(0),
        "jaccard": P_ac / (P_a + P_c - P_ac),
        "cosine": math.sqrt(P_ac / P_a * (P_ac / P_c)),
        "kulczynski": (P_ac / P_a + P_ac / P_c) / 2,
        "imbalance": abs(P_a - P_c) / (P_a + P_c - P_ac),
        "certainty": (confidence - P_c) / (1 - P_c) if c < n else Fraction(0),
        "chi_square": chi_square,
        "fisher": fisher(ac, a, c, n),
        **more_measures(P_ac, P_a, P_c, n),
    }


def ratio(above: Fraction, below: Fraction) -> Fraction | float:
    return above / below if below else math.inf if above > 0 else math.nan


def surprise(joint: Fraction, first: Fraction, second: Fraction) -> float:
    return float(joint) * math.log(joint / (first * second)) if joint else 0.0


def entropy(p: Fraction) -> float:
    return -sum(float(q) * math.log(q) for q in (p, 1 - p) if q)


def more_measures(P_ac: Fraction, P_a: Fraction, P_c: Fraction, n: int) -> dict[str, Fraction | float]:
    """Those of interestMeasure in arules, by their definitions in probabilities."""
    nan = math.nan
    P_a_only, P_c_only, P_none = P_a - P_ac, P_c - P_ac, 1 - P_a - P_c + P_ac
    confidence, reverse, odds = P_ac / P_a, P_ac / P_c, ratio(P_ac * P_none, P_a_only * P_c_only)
    without_a = P_c_only / (1 - P_a) if P_a < 1 else nan
    together, chance = P_ac + P_none, P_a * P_c + (1 - P_a) * (1 - P_c)
    guess = max(P_c, 1 - P_c)
    if P_a < 1:
        before = 1 - P_c**2 - (1 - P_c) ** 2
        after = P_a * (1 - confidence**2 - (1 - confidence) ** 2)
        after += (1 - P_a) * (1 - without_a**2 - (1 - without_a) ** 2)
    beyond = n * (P_ac - P_a * P_c)  # D of the RLD, a number of transactions
    bound = n * (min(P_a_only, P_c_only) if beyond > 0 else min(P_ac, P_none))
    lowest, highest = max(P_a + P_c - 1, Fraction(1, n)) / (P_a * P_c), 1 / max(P_a, P_c)
    information = surprise(P_ac, P_a, P_c) + surprise(P_a_only, P_a, 1 - P_c)
    mutual = information + surprise(P_c_only, 1 - P_a, P_c) + surprise(P_none, 1 - P_a, 1 - P_c)
    ac, a, c = int(P_ac * n), int(P_a * n), int(P_c * n)
    allowed = [k for k in range(min(a, c) + 1) if fisher(k + 1, a, c, n) <= Fraction(1, 100)]
    return {
        "hyper_confidence": 1 - fisher(ac, a, c, n),
        "hyper_lift": ac / allowed[0] if allowed[0] else math.inf,
        "coverage": P_a,
        "consequent_support": P_c,
        "added_value": confidence - P_c,
        "centered_confidence": (1 - P_c) - P_a_only / P_a,
        "confirmed_confidence": confidence - P_a_only / P_a,
        "casual_confidence": (confidence + P_none / (1 - P_c)) / 2 if P_c < 1 else nan,
        "casual_support": together,
        "all_confidence": min(confidence, reverse),
        "max_confidence": max(confidence, reverse),
        "laplace": Fraction(ac + 1, a + 2),
        "odds_ratio": odds,
        "yule_q": 1.0 if odds == math.inf else (odds - 1) / (odds + 1),
        "yule_y": 1.0 if odds == math.inf else (math.sqrt(odds) - 1) / (math.sqrt(odds) + 1),
        "phi": (P_ac - P_a * P_c) / math.sqrt(P_a * (1 - P_a) * P_c * (1 - P_c)) if P_a < 1 and P_c < 1 else nan,
        "kappa": (together - chance) / (1 - chance) if chance < 1 else nan,
        "doc": confidence - without_a,
        "relative_risk": ratio(confidence, without_a) if P_a < 1 else nan,
        "importance": math.log10(Fraction(ac + 1, a + 2) / Fraction(c - ac + 1, n - a + 2)),
        "collective_strength": ratio(together * (1 - chance), chance * (1 - together)),
        "varying_liaison": confidence / P_c - 1,
        "rule_power_factor": P_ac * confidence,
        "std_lift": (confidence / P_c - lowest) / (highest - lowest) if highest > lowest else 1,
        "rld": abs(beyond) / (abs(beyond) + bound) if beyond else 0,
        "gini": before - after if P_a < 1 else nan,
        "lambda": (max(P_ac, P_a_only) + max(P_c_only, P_none) - guess) / (1 - guess) if guess < 1 else nan,
        "j_measure": information,
        "mutual_information": mutual / min(entropy(P_a), entropy(P_c)) if P_a < 1 and P_c < 1 else nan,
        "counter_example": (P_ac - P_a_only) / P_ac,
        "least_contradiction": (P_ac - P_a_only) / P_c,
        "sebag": ratio(P_ac, P_a_only),
        "ralambondrainy": P_a_only,
        "lerman": math.sqrt(n) * float(P_ac - P_a * P_c) / math.sqrt(P_a * P_c),
        "implication_index": math.sqrt(n) * float(P_a_only - P_a * (1 - P_c)) / math.sqrt(P_a * (1 - P_c))
        if P_c < 1
        else nan,
    }


def surest_part(rule: Rule, sets: Sets, n: int) -> Fraction:
    """The largest confidence of the rules with a proper subset of the antecedent, also the empty one."""
    parts = (frozenset(c) for size in range(len(rule.antecedent)) for c in combinations(rule.antecedent, size))
    return max(Fraction(sets[part | rule.consequent], sets[part] if part else n) for part in parts)


def fisher(ac: int, a: int, c: int, n: int) -> Fraction:
    """The share of all choices of c among n that take ac or more of the first a."""
    ways = sum(math.comb(a, k) * math.comb(n - a, c - k) for k in range(ac, min(a, c) + 1))
    return Fraction(ways, math.comb(n, c))


def adjusted(p: Sequence[Fraction]) -> list[Fraction]:
    """For each the smallest level of false discoveries at which Benjamini and Hochberg's step-up rejects it."""
    levels = {limit: limit * len(p) / sum(x <= limit for x in p) for limit in p}
    return [min(Fraction(1), *(level for limit, level in levels.items() if limit >= x)) for x in p]


def best_first(found: Iterable[Rule], n: int, sort: str) -> list[Rule]:
    """By a measure, the best first, undefined ones last; then by confidence, then by count; then as they come."""

    def key(rule: Rule) -> tuple[bool, Fraction | float, Fraction, int]:
        values: Mapping[str, Fraction | float] = measures(*rule[2:], n)
        value = values[sort]
        is_undefined = value != value
        return (
            is_undefined,
            0 if is_undefined else value if sort == "fisher" else -value,
            -values["confidence"],
            -rule.rule,
        )  # type: ignore[return-value]

    return sorted(found, key=key)
