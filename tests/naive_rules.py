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
    }


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
