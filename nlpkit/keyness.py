"""What is typical of one text beside another: log-likelihood (G2) for the evidence, log ratio for the size.

Of a token that occurs `a` times among the `n1` tokens of the target and `b` times among the `n2` of the reference,
the table of 2 x 2 cells is (a, b, n1 - a, n2 - b), and the expected counts are those of one common rate. Definitions
and sources are in docs/algorithms.md, section Keyness.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from os import PathLike, fspath
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nlpkit.choices import KEYNESS_FORMATS
from nlpkit.errors import Option, OptionError
from nlpkit.frequencies import Frequencies, aligned
from nlpkit.options import NoEffect, check_at_least, check_choice, check_effects
from nlpkit.output import open_output, write_table

CELLS = (4, 2)
"""How many cells of the table make G2; the first is the default."""

LEVELS = {0.05: "*", 0.01: "**", 0.001: "***", 0.0001: "****"}
"""What marks a p-value below each level; the critical values of G2 are 3.84, 6.63, 10.83 and 15.13."""

COLUMNS = (
    "token",
    "count",
    "reference_count",
    "per_million",
    "reference_per_million",
    "log_ratio",
    "g2",
    "p",
    "significance",
)
"""The columns that are written, in this order."""

_OWN = ("token", "count", "reference_count", "direction", "g2", "log_ratio", "p")
_Counts = NDArray[np.int64]
_Floats = NDArray[np.float64]

_LARGEST = 1 << 53  # a total up to here is exact as float64
_ZERO = 0.5  # stands in for a count of 0 in the log ratio
_NEAR = 0.1  # |observed - expected| below this share of their sum: by a series


@dataclass(frozen=True)
class KeynessOptions:
    """Which keywords are wanted. The fields are the arguments of `keywords` with the same names.

    Raises OptionError for a value that makes no sense, and for `bonferroni` without `max_p`.
    """

    top: int | None = None
    min_count: int = 1
    max_p: float | None = None
    bonferroni: bool = False
    negative: bool = False
    cells: int = 4

    def __post_init__(self) -> None:
        check_at_least("top", self.top, 1)
        if self.max_p is not None and not 0 <= self.max_p <= 1:
            raise OptionError(Option("max_p"), f" is {self.max_p}; it must be from 0 to 1")
        check_cells(self.cells)
        check_effects(self, NO_EFFECTS)


#: Which options do nothing beside which others.
NO_EFFECTS = (NoEffect(("bonferroni",), "max_p", (None,), "it corrects the largest p-value; give one, such as 0.05"),)


@dataclass(frozen=True, repr=False)
class Keyness:
    """Tokens as columns, one entry a token: positive keywords, then those at the same rate, then negative ones.

    Within each by G2, the largest first, then by count, then by code points.

    token: object (str). count, reference_count: int64. direction: int8, 1 where the token is more frequent in the
    target than in the reference (a positive keyword), -1 where it is less, 0 where it is the same. g2: float64, never
    negative; log_ratio: float64, binary; p: float64, of G2 at one degree of freedom, not corrected for the number of
    tokens. No value is infinite or NaN. total, reference_total: tokens of both texts. compared: how many tokens were
    compared, before any selection.
    """

    token: NDArray[np.object_]
    count: _Counts
    reference_count: _Counts
    direction: NDArray[np.int8]
    g2: _Floats
    log_ratio: _Floats
    p: _Floats
    total: int
    reference_total: int
    compared: int

    def __len__(self) -> int:
        return self.token.size

    def __repr__(self) -> str:
        return f"<Keyness: {len(self):,} tokens, {self.total:,} against {self.reference_total:,}>"

    @property
    def per_million(self) -> _Floats:
        """Occurrences in a million tokens of the target."""
        return per_million(self.count, self.total)

    @property
    def reference_per_million(self) -> _Floats:
        """Occurrences in a million tokens of the reference."""
        return per_million(self.reference_count, self.reference_total)

    @property
    def significance(self) -> NDArray[np.object_]:
        """The marks of LEVELS: from '*' (p < 0.05) to '****' (p < 0.0001), '' above."""
        return significance(self.p)

    @property
    def bic(self) -> _Floats:
        """G2 less its penalty for the size of both texts; see `bic`."""
        return bic(self.g2, self.total, self.reference_total)

    @property
    def columns(self) -> dict[str, NDArray[Any]]:
        """The columns that are written, by name."""
        return {name: getattr(self, name) for name in COLUMNS}

    def select(
        self,
        *,
        top: int | None = None,
        min_count: int = 1,
        max_p: float | None = None,
        bonferroni: bool = False,
        negative: bool = False,
    ) -> Keyness:
        """Returns the positive keywords, and with `negative` the negative ones after them; never tokens at the same
        rate in both texts.

        top: the largest number of each. min_count: occurrences at least, in the text in which the token is more
        frequent. max_p: the largest p-value; with `bonferroni` after correction for all tokens that were compared.

        Raises OptionError.
        """
        return self._select(KeynessOptions(top, min_count, max_p, bonferroni, negative))

    def _select(self, options: KeynessOptions) -> Keyness:
        keep = np.where(self.direction > 0, self.count, self.reference_count) >= options.min_count
        if options.max_p is not None:
            keep &= (corrected(self.p, self.compared) if options.bonferroni else self.p) <= options.max_p
        wanted = (1, -1) if options.negative else (1,)
        places = [np.flatnonzero(keep & (self.direction == direction))[: options.top] for direction in wanted]
        return self._take(np.concatenate(places))

    def save(self, path: str | PathLike[str] | BinaryIO | None, format: str = "tsv") -> None:
        """Writes a row a token to a path ('-' or None: stdout) or a binary file.

        format: tsv, csv (p in three significant digits), jsonl (floats in full) or words (the tokens alone).

        Raises OptionError for another format, OutputError.
        """
        check_choice("format", format, KEYNESS_FORMATS)
        columns = {"word": self.token} if format == "words" else self.columns
        if format in ("tsv", "csv"):  # four decimals would make most p-values 0
            columns["p"] = np.array([f"{p:.3g}" for p in self.p.tolist()], np.object_)
        if path is None or isinstance(path, (str, PathLike)):
            with open_output(None if path is None else fspath(path)) as file:
                write_table(file, columns, format)
        else:
            write_table(path, columns, format)

    def _take(self, places: NDArray[np.int64]) -> Keyness:
        return replace(self, **{name: getattr(self, name)[places] for name in _OWN})

    def _ordered(self) -> Keyness:
        by_text = np.argsort(self.token, kind="stable")
        keys = (-self.count, -self.g2, -self.direction)
        return self._take(by_text[np.lexsort([key[by_text] for key in keys])])


def compare(
    tokens: Sequence[str] | NDArray[np.object_],
    counts: _Counts,
    reference_counts: _Counts,
    total: int,
    reference_total: int,
    *,
    cells: int = 4,
) -> Keyness:
    """Keyness of every token of a target text against a reference.

    tokens: all different. counts, reference_counts: int64 [tokens], where a token does not occur 0; a token with 0 in
    both is left out. total, reference_total: tokens of each text, at least 1 and the sum of its counts. cells: 4 for
    G2 of the whole table, 2 without the other tokens.

    Raises OptionError.
    """
    check(counts, reference_counts, total, reference_total, cells)
    token = np.array(tokens, np.object_)
    if token.size != counts.size:
        raise OptionError(f"{token.size:,} tokens but {counts.size:,} counts; give a count for every token")
    occurs = (counts > 0) | (reference_counts > 0)
    if not occurs.all():
        token, counts, reference_counts = token[occurs], counts[occurs], reference_counts[occurs]
    a, b, place = _pairs(counts, reference_counts)
    values = log_likelihood(a, b, total, reference_total, cells=cells)
    result = Keyness(
        token,
        counts,
        reference_counts,
        directions(a, b, total, reference_total)[place],
        values[place],
        log_ratio(a, b, total, reference_total)[place],
        p_value(values)[place],
        total,
        reference_total,
        token.size,
    )
    return result._ordered()


def keywords(
    target: Frequencies,
    reference: Frequencies,
    *,
    top: int | None = None,
    min_count: int = 1,
    max_p: float = 0.05,
    bonferroni: bool = True,
    negative: bool = False,
    cells: int = 4,
) -> Keyness:
    """Finds the tokens that are typical of one frequency list beside another.

    Compares whole lists, whatever their own min_count and top are. top: the largest number of keywords (of negative
    ones the same number again). min_count: occurrences at least, in the text in which the token is more frequent.
    max_p: the largest p-value; with `bonferroni` after correction for all tokens that were compared. negative: add the
    tokens that are rarer than in the reference. cells: as in `compare`. Memory grows with the keywords, not with the
    lists.

    Raises OptionError, also if a list is empty.

    Example: `keywords(count("law.txt"), count("news.txt"), top=20).save("keywords.tsv")`.
    """
    options = KeynessOptions(top, min_count, max_p, bonferroni, negative, cells)
    if not (target.total and reference.total):
        raise OptionError(f"the {'reference' if target.total else 'target'} has no tokens; nothing can be compared")
    total, reference_total = target.total, reference.total
    uncorrected = replace(options, top=None, bonferroni=False)  # keeps more than is wanted in the end
    compared, parts = 0, []
    for tokens, counts, reference_counts in aligned(target, reference):
        part = compare(tokens.texts(), counts, reference_counts, total, reference_total, cells=cells)
        compared += part.compared
        parts.append(part._select(uncorrected))
    columns: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _OWN}
    return replace(parts[0], **columns, compared=compared)._ordered()._select(options)


def log_likelihood(a: _Counts, b: _Counts, n1: int, n2: int, *, cells: int = 4) -> _Floats:
    """G2 = 2 x the sum over cells of observed ln(observed / expected), 0 ln 0 = 0; at least 0, float64.

    a, b: int64, counts in target and reference; n1, n2: all tokens of each. cells: 4 (Dunning 1993) counts the other
    tokens too, 2 (Rayson and Garside 2000) only a and b. 0 where a / n1 = b / n2 and nowhere else.

    Each cell is taken as x ln(x / e) - (x - e): the differences add up to nothing, and no term is negative, so that
    nothing cancels (the deviance of Loader 2000). Accurate to some 1e-14 of its value.

    Raises OptionError.
    """
    check(a, b, n1, n2, cells)
    difference = _cross_difference(a, b, n1, n2) / (n1 + n2)  # of observed and expected, the same in every cell
    total = np.zeros(a.size, np.float64)
    for row, sign in ((0, 1), (1, -1)) if cells == 4 else ((0, 1),):
        both = (n1 + n2) - (a + b) if row else a + b
        for observed, size, side in ((a, n1, sign), (b, n2, -sign)):
            expected = both.astype(np.float64) * (size / (n1 + n2))
            total += _deviance((size - observed if row else observed).astype(np.float64), expected, side * difference)
    return 2 * total


def log_ratio(a: _Counts, b: _Counts, n1: int, n2: int) -> _Floats:
    """The binary logarithm of (a / n1) / (b / n2): 1 is twice as frequent, -1 half as frequent (Hardie 2014).

    0.5 takes the place of a count of 0. Where the texts differ much in size, the result for such a token can have the
    other sign than its direction: it does not occur in a text in which too little was to be expected.

    Raises OptionError.
    """
    check(a, b, n1, n2)
    ratio = (np.where(a > 0, a, _ZERO) * n2) / (np.where(b > 0, b, _ZERO) * n1)
    return _each(math.log2, ratio)


def directions(a: _Counts, b: _Counts, n1: int, n2: int) -> NDArray[np.int8]:
    """1 where a / n1 > b / n2, -1 where it is less, 0 where they are equal; exact.

    Raises OptionError.
    """
    check(a, b, n1, n2)
    return np.sign(_cross_difference(a, b, n1, n2)).astype(np.int8)


def per_million(counts: _Counts, total: int) -> _Floats:
    """Occurrences in a million tokens."""
    return counts * 1e6 / total


def p_value(g2: _Floats) -> _Floats:
    """The probability of a G2 at least as large where the rates are the same: chi-squared at one degree of freedom.

    Accurate in the far tail, down to 5e-324 (G2 about 1,480); 0.0 beyond.
    """
    return _each(math.erfc, np.sqrt(g2 / 2))


def corrected(p: _Floats, tests: int) -> _Floats:
    """The p-values after Bonferroni's correction for so many tests: each times `tests`, at most 1."""
    return np.minimum(p * tests, 1.0)


def bic(g2: _Floats, n1: int, n2: int) -> _Floats:
    """G2 - ln(n1 + n2): the Bayesian information criterion of Wilson (2013), against the sizes of the texts.

    Above 2 there is positive evidence of a difference, above 6 strong, above 10 very strong; below 0 against one.
    """
    return g2 - math.log(n1 + n2)


def significance(p: _Floats) -> NDArray[np.object_]:
    """The mark of the smallest of LEVELS that p is below; '' where there is none."""
    marks = np.full(p.size, "", np.object_)
    for level, mark in LEVELS.items():
        marks[p < level] = mark
    return marks


def check_cells(cells: int) -> None:
    """Raises OptionError if G2 is not made of that number of cells."""
    if cells not in CELLS:
        raise OptionError(Option("cells"), f" is {cells}; choose from {', '.join(map(str, CELLS))}")


def check(a: _Counts, b: _Counts, n1: int, n2: int, cells: int = 4) -> None:
    """Raises OptionError if the counts do not fit together, or are larger than the totals."""
    check_cells(cells)
    if a.shape != b.shape:
        raise OptionError(f"{a.size:,} counts but {b.size:,} in the reference; give one for every token")
    for name, counts, total in (("target", a, n1), ("reference", b, n2)):
        if not 1 <= total <= _LARGEST:
            raise OptionError(f"the {name} has {total:,} tokens; both texts need 1 to {_LARGEST:,}")
        if counts.size and not 0 <= counts.min() <= counts.max() <= total:
            raise OptionError(f"the {name} has {total:,} tokens, but counts from {counts.min():,} to {counts.max():,}")


def _deviance(observed: _Floats, expected: _Floats, difference: _Floats) -> _Floats:
    """x ln(x / e) - (x - e), x the observed, e the expected, and x - e given, which is more exact than subtracting."""
    both = observed + expected
    result = -difference  # where nothing was observed
    near = (np.abs(difference) < _NEAR * both) | (both == 0)
    far = ~near & (observed > 0)
    x = observed[far]
    result[far] = x * _each(math.log, x / expected[far]) - difference[far]
    # ln(x / e) = 2 (v + v**3 / 3 + v**5 / 5 + ...) with v = (x - e) / (x + e); below 0.1 ten terms are enough
    x, d = observed[near], difference[near]
    v = d / np.where(both[near] > 0, both[near], 1)
    terms = sum(v ** (2 * j + 1) / (2 * j + 1) for j in range(10, 0, -1))
    result[near] = d * v + 2 * x * terms
    return result


def _cross_difference(a: _Counts, b: _Counts, n1: int, n2: int) -> _Floats:
    """a n2 - b n1, rounded once or twice: 0 and the sign are exact, where int64 would overflow."""
    first, first_rest = _product(a.astype(np.float64), float(n2))
    second, second_rest = _product(b.astype(np.float64), float(n1))
    return (first - second) + (first_rest - second_rest)


def _product(x: _Floats, y: float) -> tuple[_Floats, _Floats]:
    """(x y rounded, what the rounding took away), both exact (Dekker 1971)."""
    x_high, y_high = _high(x), _high(np.array(y))
    x_low, y_low = x - x_high, y - y_high
    product = x * y
    return product, ((x_high * y_high - product) + x_high * y_low + x_low * y_high) + x_low * y_low


def _high(x: _Floats) -> _Floats:
    """The upper 26 bits of the significand."""
    scaled = x * float((1 << 27) + 1)
    return scaled - (scaled - x)


def _pairs(a: _Counts, b: _Counts) -> tuple[_Counts, _Counts, NDArray[np.intp]]:
    """The different pairs, and each token's place among them: far fewer than tokens, most of which are rare."""
    if not a.size or (int(a.max()) + 1) * (int(b.max()) + 1) > np.iinfo(np.int64).max:
        return a, b, np.arange(a.size)
    width = int(b.max()) + 1
    keys, place = np.unique(a * width + b, return_inverse=True)
    return keys // width, keys % width, place


def _each(function: Callable[[float], float], values: _Floats) -> _Floats:
    """A function of the C library, applied to each: numpy's own differ in the last bit between processors."""
    return np.fromiter(map(function, values.tolist()), np.float64, values.size)
