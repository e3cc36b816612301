"""Slow twins of frequent itemsets: Python sets and integers as sets of rows, from the definitions alone."""

from collections.abc import Iterable, Sequence
from itertools import combinations

Sets = list[tuple[tuple[str, ...], int]]


def frequent(
    transactions: Sequence[Iterable[str]],
    least: int,
    weights: Sequence[int] | None = None,
    longest: int | None = None,
) -> Sets:
    """All frequent sets with their supports; the order of sets and of items in a set is that of the result's list."""
    rows: dict[str, int] = {}
    for number, items in enumerate(transactions):
        for item in set(items):
            rows[item] = rows.get(item, 0) | 1 << number

    def support(tids: int) -> int:
        if weights is None:
            return tids.bit_count()
        return sum(weight for number, weight in enumerate(weights) if tids >> number & 1)

    order = sorted((item for item in rows if support(rows[item]) >= least), key=lambda i: (-support(rows[i]), i))
    found: Sets = []

    def search(path: tuple[str, ...], tids: int, below: int) -> None:
        for rank in range(below):
            together = tids & rows[order[rank]]
            count = support(together)
            if count >= least and (longest is None or len(path) < longest):
                found.append(((*path, order[rank]), count))
                search((*path, order[rank]), together, rank)

    search((), (1 << len(transactions)) - 1, len(order))
    return found


def by_definition(transactions: Sequence[Iterable[str]], least: int) -> dict[frozenset[str], int]:
    """The same, each subset of each transaction counted one by one: for a few short transactions."""
    counts: dict[frozenset[str], int] = {}
    for items in transactions:
        different = sorted(set(items))
        for size in range(1, len(different) + 1):
            for subset in combinations(different, size):
                counts[frozenset(subset)] = counts.get(frozenset(subset), 0) + 1
    return {items: count for items, count in counts.items() if count >= least}


def closed(sets: Sets) -> Sets:
    """Those of which no proper superset is as frequent."""
    return [(a, n) for a, n in sets if not any(set(a) < set(b) and n == m for b, m in sets)]


def maximal(sets: Sets) -> Sets:
    """Those of which no proper superset is frequent."""
    return [(a, n) for a, n in sets if not any(set(a) < set(b) for b, _ in sets)]
