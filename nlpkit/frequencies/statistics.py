"""What a frequency list says as a whole: tokens, types, entropy, Zipf's exponent, how the vocabulary grows.

All of it comes from the frequency spectrum (Baayen 2001): the distinct counts, ascending, and how many types have
each. It is small even where the list is not, and spectra of parts of a list add up. Definitions and sources are in
docs/algorithms.md, section Statistics of a frequency list.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from nlpkit.arguments import checked
from nlpkit.association import Ints
from nlpkit.errors import OptionError
from nlpkit.results import Summary, Target, align, table_text

_BLOCK = 1 << 20  # positions at once
_FIRST_POINT = 10  # of a curve: below it almost every token is a new type
_DIRECT = 4096  # ranks summed one by one; the rest by the Euler-Maclaurin formula
_PRECISION = 1e-13  # of Zipf's exponent, relative


class Spectrum(NamedTuple):
    """How many types have each count.

    values: int64, the distinct counts, ascending, 1 or more. types: int64, how many types have each.
    """

    values: Ints
    types: Ints


@dataclass(frozen=True)
class Statistics(Summary):
    """The statistics of a frequency list. NaN stands for what does not exist, such as the exponent of a single type.

    hapaxes, dis_legomena: types that occur once, twice. characters: of all tokens, None where they were not counted.
    nats_per_token, nats_per_character: entropy of the relative frequencies. zipf_exponent: of rank and frequency, by
    maximum likelihood over all ranks, 1 to types. curve: (n, types) pairs, how many types the first n tokens of the
    corpus have; empty where it was not asked for. heaps_exponent: of that curve, by least squares.
    """

    tokens: int
    types: int
    hapaxes: int
    dis_legomena: int
    characters: int | None
    nats_per_token: float
    nats_per_character: float
    zipf_exponent: float
    heaps_exponent: float
    curve: tuple[tuple[int, int], ...] = ()

    @property
    def type_token_ratio(self) -> float:
        """The number of types per token; NaN if there are no tokens."""
        return self.types / self.tokens if self.tokens else math.nan

    @property
    def zipf_ranks(self) -> tuple[int, int]:
        """The first and the last rank that the exponent was fitted to."""
        return min(1, self.types), self.types

    @property
    def embedding_dimension(self) -> int:
        """The dimension of word vectors that the number of types suggests; see `embedding_dimension`."""
        return embedding_dimension(self.types)

    def _numbers(self) -> dict[str, int | float | None]:
        """Every number but the curve, by name."""
        first, last = self.zipf_ranks
        return {
            "tokens": self.tokens,
            "types": self.types,
            "type_token_ratio": self.type_token_ratio,
            "hapaxes": self.hapaxes,
            "dis_legomena": self.dis_legomena,
            "characters": self.characters,
            "nats_per_token": self.nats_per_token,
            "nats_per_character": self.nats_per_character,
            "zipf_exponent": self.zipf_exponent,
            "zipf_first_rank": first,
            "zipf_last_rank": last,
            "heaps_exponent": self.heaps_exponent,
            "embedding_dimension": self.embedding_dimension,
        }

    def to_rows(self) -> list[tuple[str, int | float]]:
        """Returns a (name, value) pair for every number but the curve; what does not exist is left out."""
        numbers = self._numbers().items()
        return [(name, value) for name, value in numbers if value is not None and not math.isnan(value)]

    def __str__(self) -> str:
        """Returns names and values as lines of text, then the curve, if there is one."""
        values = dict(self.to_rows())
        titles = {**_TITLES, "zipf_exponent": f"Zipf exponent, ranks {self.zipf_ranks[0]} to {self.zipf_ranks[1]:,}"}
        lines = align([(title, _shown(values[name])) for name, title in titles.items() if name in values])
        if self.curve:
            lines += ["", *align([("tokens", "types"), *((f"{n:,}", f"{v:,}") for n, v in self.curve)], ">")]
        return "\n".join(lines) + "\n"

    @checked
    def save(self, path: Target, format: str | None = None) -> None:
        """Writes the statistics to a path (`-` or None: standard output) or to a binary file.

        format: `text` is for people; `tsv` and `csv` have a row for each number (`name`, `at`, `value`), and the curve
        as rows `types_at` with the tokens in `at`; `jsonl` is one object, in which the curve is a list of pairs and
        null stands for what does not exist. By default that of the file's name, else `text`.

        Raises OptionError for another format, OutputError.
        """
        chosen = self._format(path, format)
        self._write(path, chosen, self._text(chosen))

    def _text(self, format: str) -> Iterator[bytes]:
        if format == "jsonl":
            known = {**dict.fromkeys(self._numbers()), **dict(self.to_rows())}
            yield f"{json.dumps({**known, 'curve': self.curve})}\n".encode()
        else:
            rows = [(name, "", _plain(value)) for name, value in self.to_rows()]
            rows += [("types_at", str(tokens), str(types)) for tokens, types in self.curve]
            names = ("name", "at", "value")
            yield from table_text({name: [row[i] for row in rows] for i, name in enumerate(names)}, format)


#: Name -> title in the text. The ranks of Zipf's exponent stand in its title.
_TITLES = {
    "tokens": "tokens",
    "types": "types",
    "type_token_ratio": "types per token",
    "hapaxes": "hapaxes (types that occur once)",
    "dis_legomena": "dis legomena (twice)",
    "characters": "characters",
    "nats_per_token": "entropy, nats per token",
    "nats_per_character": "entropy, nats per character",
    "zipf_exponent": "Zipf exponent",
    "heaps_exponent": "Heaps exponent",
    "embedding_dimension": "embedding dimension, n > 8.33 ln types",
}


def _shown(value: int | float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4f}" if value >= 0.001 or value == 0 else f"{value:.2e}"


def _plain(value: int | float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.6g}"


def summarize(
    spectrum: Spectrum, *, characters: int | None = None, curve: Iterable[tuple[int, int]] = ()
) -> Statistics:
    """The statistics of a frequency list.

    characters: of all tokens, each as often as it occurs. curve: (tokens, types) pairs, as `curve_points` and
    `types_at` give them.

    Raises OptionError where the spectrum is none.
    """
    check(spectrum)
    tokens = count_tokens(spectrum)
    points = tuple((int(n), int(v)) for n, v in curve)
    nats = entropy(spectrum)
    return Statistics(
        tokens,
        int(spectrum.types.sum()),
        types_with(spectrum, 1),
        types_with(spectrum, 2),
        characters,
        nats,
        nats * (tokens / characters) if characters else math.nan,
        zipf_exponent(spectrum),
        heaps_exponent(points),
        points,
    )


def check(spectrum: Spectrum) -> None:
    """Raises OptionError where the arrays are no spectrum."""
    values, types = spectrum
    if values.shape != types.shape:
        raise OptionError(f"{values.size:,} distinct counts but {types.size:,} numbers of types")
    if values.size and not (values[0] >= 1 and (np.diff(values) > 0).all() and types.min() >= 1):
        raise OptionError("a spectrum has distinct counts of 1 or more, ascending, each with 1 type or more")


def spectrum_of(counts: Ints) -> Spectrum:
    """The spectrum of a list of counts, int64, in any order; types with a count of 0 are left out.

    Takes twice the memory of the counts; see `add_spectra` for lists in parts.
    """
    values, types = np.unique(counts, return_counts=True)
    first = np.searchsorted(values, 1)
    return Spectrum(values[first:], types[first:].astype(np.int64))


def add_spectra(spectra: Iterable[Spectrum]) -> Spectrum:
    """The spectrum of a list whose parts, no type in two of them, have these spectra."""
    parts = list(spectra)
    if not parts:
        return Spectrum(np.empty(0, np.int64), np.empty(0, np.int64))
    values, place = np.unique(np.concatenate([part.values for part in parts]), return_inverse=True)
    types = np.zeros(values.size, np.int64)
    np.add.at(types, place, np.concatenate([part.types for part in parts]))
    return Spectrum(values, types)


def count_tokens(spectrum: Spectrum) -> int:
    """The tokens of the list."""
    return int((spectrum.values * spectrum.types).sum())


def types_with(spectrum: Spectrum, count: int) -> int:
    """How many types have this count."""
    return int(spectrum.types[spectrum.values == count].sum())


def entropy(spectrum: Spectrum) -> float:
    """-(the sum over types of p ln p) in nats per token, p = count / tokens; 0 for an empty list."""
    tokens = count_tokens(spectrum)
    pairs = zip(spectrum.values.tolist(), spectrum.types.tolist(), strict=True)
    return math.fsum(types * (count / tokens) * math.log(tokens / count) for count, types in pairs)


def zipf_exponent(spectrum: Spectrum) -> float:
    """The exponent alpha of p(r) = r**-alpha / (sum of s**-alpha, s = 1..V) by maximum likelihood over all ranks.

    The ranks r = 1..V are those of the types by count, V the number of types. The likelihood is largest where the mean
    of ln r under the model is that of the tokens. 0 where all counts are equal; NaN with fewer than two types, of
    which every exponent is as likely.
    """
    types = int(spectrum.types.sum())
    if types < 2:
        return math.nan
    if spectrum.values.size == 1:
        return 0.0
    target = _mean_log_rank(spectrum)
    low, high = 0.0, 1.0
    while _model_log_rank(high, types) > target:
        low, high = high, 2 * high
    while high - low > _PRECISION * high:
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if _model_log_rank(middle, types) > target else (low, middle)
    return (low + high) / 2


def zipf_first(spectrum: Spectrum, exponent: float) -> float:
    """How often the first rank occurs under the model of `zipf_exponent`: tokens / (sum of s**-alpha, s = 1..V)."""
    return count_tokens(spectrum) / _model_sums(exponent, int(spectrum.types.sum()))[0]


def _mean_log_rank(spectrum: Spectrum) -> float:
    """The mean of ln r over all tokens: types of one count are a run of ranks, whose ln r add up to a ln (b! / a!)."""
    counts, runs = spectrum.values[::-1].tolist(), spectrum.types[::-1].tolist()
    logs = [math.lgamma(last + 1) for last in accumulate(runs, initial=0)]
    total = math.fsum(count * (after - before) for count, (before, after) in zip(counts, pairwise(logs), strict=True))
    return total / count_tokens(spectrum)


def _model_log_rank(alpha: float, types: int) -> float:
    """The mean of ln r where p(r) ~ r**-alpha, r = 1..types; falls with alpha."""
    weight, moment = _model_sums(alpha, types)
    return moment / weight


def _model_sums(alpha: float, types: int) -> tuple[float, float]:
    """The sums of r**-alpha and of r**-alpha ln r over r = 1..types."""
    direct = min(types, _DIRECT)
    logs = np.log(np.arange(1, direct + 1, dtype=np.float64))
    powers = np.exp(-alpha * logs)
    weight, moment = float(powers.sum()), float((powers * logs).sum())
    if types > direct:
        more_weight, more_moment = _tail(alpha, direct, types)
        weight, moment = weight + more_weight, moment + more_moment
    return weight, moment


def _tail(alpha: float, first: int, last: int) -> tuple[float, float]:
    """The sums of r**-alpha and of r**-alpha ln r over first < r <= last, by the Euler-Maclaurin formula.

    The first term left out is alpha (alpha + 1) (alpha + 2) / (720 first**3) of the term at `first`: with 4096 and any
    alpha below 1e-16 of the sums from 1 on.
    """
    power, moment = _integrals(1 - alpha, math.log(first), math.log(last))
    for end, sign in ((first, -1), (last, 1)):
        log = math.log(end)
        value = sign * math.exp(-alpha * log)
        power += value * (1 / 2 - alpha / (12 * end))
        moment += value * (log / 2 + (1 - alpha * log) / (12 * end))
    return power, moment


def _integrals(s: float, low: float, high: float) -> tuple[float, float]:
    """The integrals of exp(s t) and t exp(s t) over low..high, also where s is 0 or near it."""
    length = high - low
    z = s * length
    if abs(z) < 0.5:
        terms = [z**k / math.factorial(k) for k in range(16)]
        flat = length * sum(term / (k + 1) for k, term in enumerate(terms))
        ramp = length**2 * sum(term / (k + 2) for k, term in enumerate(terms))
    else:
        flat = math.expm1(z) / s
        ramp = (math.exp(z) * (z - 1) + 1) / s**2
    return math.exp(s * low) * flat, math.exp(s * low) * (low * flat + ramp)


def curve_points(tokens: int) -> Ints:
    """Where to measure the growth of a vocabulary, int64: 10, 20, 50, 100, 200, ... and the last token."""
    return round_numbers(tokens, _FIRST_POINT)


def round_numbers(most: int, power: int = 1) -> Ints:
    """Returns 1, 2, 5, 10, 20, ... times a power of ten, up to `most`, which is the last number, int64; none for 0."""
    points = []
    while power < most:
        points += [step * power for step in (1, 2, 5) if step * power < most]
        power *= 10
    return np.array([*points, most] if most else [], np.int64)


def types_at(points: Ints, first_positions: Ints) -> Ints:
    """How many types the first points[i] tokens of a corpus have, int64 [points].

    points: ascending. first_positions: int64 in any order, the index from 0, in corpus order, of each type's first
    token. Results for parts of the types add up.
    """
    new = np.zeros(points.size + 1, np.int64)
    for start in range(0, first_positions.size, _BLOCK):
        block = first_positions[start : start + _BLOCK]
        new += np.bincount(np.searchsorted(points, block, side="right"), minlength=points.size + 1)
    return np.cumsum(new[:-1])


def heaps_exponent(curve: Iterable[tuple[int, int]]) -> float:
    """The exponent beta of types = K tokens**beta by least squares over the logarithms of a curve's points.

    NaN with fewer than three points.
    """
    points = [(math.log(tokens), math.log(types)) for tokens, types in curve if types]
    if len(points) < 3:
        return math.nan
    x_mean, y_mean = (math.fsum(column) / len(points) for column in zip(*points, strict=True))
    spread = math.fsum((x - x_mean) ** 2 for x, _ in points)
    return math.fsum((x - x_mean) * (y - y_mean) for x, y in points) / spread if spread else math.nan


def embedding_dimension(types: int) -> int:
    """The smallest integer n > 8.33 ln N for N types: the dimension in which their vectors have room enough.

    An estimate from the entropy of a skip-gram model over random vectors, good for the order of magnitude (Su Jianlin
    2020, https://kexue.fm/archives/7695). 0 without types.
    """
    return math.floor(8.33 * math.log(types)) + 1 if types else 0
