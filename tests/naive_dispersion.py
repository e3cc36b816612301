"""A slow twin of `count --dispersion`, from the formulas of those who proposed the measures, with fractions.

A text is a list of documents, a document a list of lines, a line a list of tokens; LEFT_OUT stands for a token that was
left out, None for a gap between tokens that no n-gram spans.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

LEFT_OUT = ""
Document = Iterable[Sequence[str | None]]


class Measures(NamedTuple):
    """The dispersion of one string."""

    range: int
    juilland_d: float
    carroll_d2: float
    dp: float
    dp_norm: float
    arf: float


def juilland_d(rates: Sequence[Fraction]) -> float:
    """1 - V / sqrt(n - 1); V: standard deviation (of a population) over mean of the rates in n parts."""
    n, mean = len(rates), sum(rates) / len(rates)
    variance = sum((rate - mean) ** 2 for rate in rates) / n
    return 1 - math.sqrt(variance) / float(mean) / math.sqrt(n - 1)


def carroll_d2(rates: Sequence[Fraction]) -> float:
    """The entropy of the shares of the rates over its largest value, log n."""
    shares = [rate / sum(rates) for rate in rates if rate]
    return -math.fsum(share * math.log(share) for share in shares) / math.log(len(rates))


def deviation_of_proportions(frequencies: Sequence[int], sizes: Sequence[int]) -> Fraction:
    """Half the sum of the differences between observed and expected shares."""
    observed = [Fraction(frequency, sum(frequencies)) for frequency in frequencies]
    expected = [Fraction(size, sum(sizes)) for size in sizes]
    return sum((abs(a - b) for a, b in zip(observed, expected, strict=True)), Fraction(0)) / 2


def average_reduced_frequency(places: Sequence[int], tokens: int) -> Fraction:
    """The sum of min(d, v) over v; d: the distances on a circle of all tokens; v: their average."""
    distances = [b - a for a, b in pairwise(places)] + [places[0] + tokens - places[-1]]
    average = Fraction(tokens, len(places))
    return sum((min(Fraction(distance), average) for distance in distances), Fraction(0)) / average


def disperse(
    documents: Iterable[Document], orders: tuple[int, int] = (1, 1), separator: str = " ", parts: int | None = None
) -> dict[str, Measures]:
    """The dispersion of all n-grams over the documents that have tokens, or over `parts` of equal size.

    An n-gram is where its last token is. If the tokens do not divide evenly, the first parts have one more.
    """
    places: dict[str, list[int]] = defaultdict(list)
    ends, tokens = [0], 0
    for lines in documents:
        for line in lines:
            run: list[str] = []
            for token in line:
                if not token:
                    run = []
                    tokens += token == LEFT_OUT
                    continue
                run.append(token)
                for order in range(orders[0], min(orders[1], len(run)) + 1):
                    places[separator.join(run[-order:])].append(tokens)
                tokens += 1
        if tokens > ends[-1]:
            ends.append(tokens)
    if parts is not None:
        sizes = [tokens // parts + (part < tokens % parts) for part in range(parts)]
        ends = [sum(sizes[:part]) for part in range(parts + 1)]
    return {gram: measure(found, ends) for gram, found in places.items()}


def measure(places: Sequence[int], ends: Sequence[int]) -> Measures:
    """The measures of a string. places: of its occurrences, ascending. ends: 0, and where each part ends."""
    sizes = [b - a for a, b in pairwise(ends)]
    frequencies = [sum(a <= place < b for place in places) for a, b in pairwise(ends)]
    rates = [Fraction(frequency, size) for frequency, size in zip(frequencies, sizes, strict=True)]
    dp = deviation_of_proportions(frequencies, sizes)
    return Measures(
        sum(frequency > 0 for frequency in frequencies),
        juilland_d(rates),
        carroll_d2(rates),
        float(dp),
        float(dp / (1 - Fraction(min(sizes), sum(sizes)))),
        float(average_reduced_frequency(places, ends[-1])),
    )
