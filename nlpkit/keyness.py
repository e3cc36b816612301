"""Finds what is typical of one text beside another: log-likelihood (G2) for the evidence, log ratio for the size.

Of a token that occurs `a` times among the `n1` tokens of the target and `b` times among the `n2` of the reference,
the table of 2 x 2 cells is (a, b, n1 - a, n2 - b), and the expected counts are those of one common rate. Definitions
and sources are in docs/algorithms.md, section Keyness.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit import association
from nlpkit.arguments import checked
from nlpkit.association import Floats, Ints
from nlpkit.choices import CELLS, KEYNESS_FORMATS, MAX_P
from nlpkit.errors import Notice, Option, OptionError, counted
from nlpkit.frequencies import Frequencies, aligned
from nlpkit.options import NoEffect, check_at_least, check_effects
from nlpkit.results import ResultTable, order_of, table_text

LEVELS = {0.05: "*", 0.01: "**", 0.001: "***", 0.0001: "****"}
"""What marks a p-value below each level; the critical values of G2 are 3.84, 6.63, 10.83 and 15.13."""

_LEAST_SHARED = 0.2  # of the target's tokens, that usually occur in a reference

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
    cells: int = CELLS[0]

    def __post_init__(self) -> None:
        check_at_least("top", self.top, 1)
        check_at_least("min_count", self.min_count, 1)
        if self.max_p is not None and not 0 <= self.max_p <= 1:
            raise OptionError(Option("max_p"), f" is {self.max_p}; it must be from 0 to 1")
        association.check_cells(self.cells)
        check_effects(self, NO_EFFECTS)


#: Which options do nothing beside which others.
NO_EFFECTS = (NoEffect(("bonferroni",), "max_p", (None,), "it corrects the largest p-value; give one, such as 0.05"),)


@dataclass(frozen=True, repr=False)
class Keyness(ResultTable):
    """Tokens of a text compared with a reference: columns of equal length, one entry a token.

    Positive keywords come first, then tokens at the same rate, then negative keywords; within each of these the largest
    G2 comes first, then the largest count, then the order of code points.

    Example: `nlpkit.keywords(nlpkit.count("a.txt"), nlpkit.count("b.txt"), top=20).save("keywords.csv", "csv")`.

    token: object (str). count, reference_count: int64. direction: int8, 1 where the token is more frequent in the
    target than in the reference (a positive keyword), -1 where it is less, 0 where it is the same. g2: float64, never
    negative; log_ratio: float64, binary; p: float64, of G2 at one degree of freedom, not corrected for the number of
    tokens. No value is infinite or NaN. total, reference_total: tokens of both texts. compared: how many tokens were
    compared, before any selection.
    """

    formats = KEYNESS_FORMATS
    column_names = COLUMNS

    token: NDArray[np.object_]
    count: Ints
    reference_count: Ints
    direction: NDArray[np.int8]
    g2: Floats
    log_ratio: Floats
    p: Floats
    total: int
    reference_total: int
    compared: int

    @property
    def per_million(self) -> Floats:
        """Occurrences in a million tokens of the target."""
        return per_million(self.count, self.total)

    @property
    def reference_per_million(self) -> Floats:
        """Occurrences in a million tokens of the reference."""
        return per_million(self.reference_count, self.reference_total)

    @property
    def significance(self) -> NDArray[np.object_]:
        """The marks of LEVELS: from '*' (p < 0.05) to '****' (p < 0.0001), '' above."""
        return significance(self.p)

    @property
    def bic(self) -> Floats:
        """G2 less its penalty for the size of both texts; see `association.bic`."""
        return association.bic(self.g2, self.total, self.reference_total)

    @checked
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
        keep = self._is_frequent(options.min_count)
        if options.max_p is not None:
            keep &= (association.corrected(self.p, self.compared) if options.bonferroni else self.p) <= options.max_p
        wanted = (1, -1) if options.negative else (1,)
        places = [np.flatnonzero(keep & (self.direction == direction))[: options.top] for direction in wanted]
        return self._take(np.concatenate(places))

    def _is_frequent(self, min_count: int) -> NDArray[np.bool_]:
        return np.where(self.direction > 0, self.count, self.reference_count) >= min_count

    def _summary(self) -> str:
        return f"{counted(len(self), 'token')}, {self.total:,} against {self.reference_total:,}"

    def _text(self, format: str) -> Iterator[bytes]:
        columns = self.columns
        if format in ("tsv", "csv"):  # four decimals would make most p-values 0
            columns["p"] = np.array([f"{p:.3g}" for p in self.p.tolist()], np.object_)
        return table_text(columns, format)

    def _ordered(self) -> Keyness:
        return self._take(order_of(self.token, self.direction, self.g2, self.count))


def compare(
    tokens: Sequence[str] | NDArray[np.object_],
    counts: Ints,
    reference_counts: Ints,
    total: int,
    reference_total: int,
    *,
    cells: int = CELLS[0],
) -> Keyness:
    """Keyness of every token of a target text against a reference.

    tokens: all different. counts, reference_counts: int64 [tokens], where a token does not occur 0; a token with 0 in
    both is left out. total, reference_total: tokens of each text, at least 1 and the sum of its counts. cells: 4 for
    G2 of the whole table, 2 without the other tokens.

    Raises OptionError.
    """
    association.check_samples(counts, reference_counts, total, reference_total, cells)
    token = np.array(tokens, np.object_)
    if token.size != counts.size:
        raise OptionError(f"{token.size:,} tokens but {counts.size:,} counts; give a count for every token")
    occurs = (counts > 0) | (reference_counts > 0)
    if not occurs.all():
        token, counts, reference_counts = token[occurs], counts[occurs], reference_counts[occurs]
    a, b, place = _pairs(counts, reference_counts)
    values = association.log_likelihood(a, b, total, reference_total, cells=cells)
    result = Keyness(
        token,
        counts,
        reference_counts,
        association.directions(a, b, total, reference_total)[place],
        values[place],
        association.log_ratio(a, b, total, reference_total)[place],
        association.p_value(values)[place],
        total,
        reference_total,
        token.size,
    )
    return result._ordered()


@checked
def keywords(
    target: Frequencies,
    reference: Frequencies,
    *,
    top: int | None = None,
    min_count: int = 1,
    max_p: float = MAX_P,
    bonferroni: bool = True,
    negative: bool = False,
    cells: int = CELLS[0],
    notify: Callable[[str], object] | None = None,
) -> Keyness:
    """Finds the tokens that are typical of one frequency list beside another.

    Compares whole lists, whatever their own min_count and top are. top: the largest number of keywords (of negative
    ones the same number again). min_count: occurrences at least, in the text in which the token is more frequent.
    max_p: the largest p-value; with `bonferroni` after correction for all tokens that were compared. negative: add the
    tokens that are rarer than in the reference. cells: as in `compare`. notify: called with a line for the user where
    few of the target's tokens occur in the reference. Memory grows with the keywords, not with the lists.

    Raises OptionError, also if a list is empty.

    Example: `keywords(count("law.txt"), count("news.txt"), top=20).save("keywords.tsv")`.
    """
    options = KeynessOptions(top, min_count, max_p, bonferroni, negative, cells)
    if not (target.total and reference.total):
        raise OptionError(f"the {'reference' if target.total else 'target'} has no tokens; nothing can be compared")
    total, reference_total = target.total, reference.total
    uncorrected = replace(options, top=None, bonferroni=False)  # keeps more than is wanted in the end
    compared, shared, parts, steps = 0, 0, [], _Steps(options)
    for tokens, counts, reference_counts in aligned(target, reference):
        part = compare(tokens.texts(), counts, reference_counts, total, reference_total, cells=cells)
        compared += part.compared
        steps.add(part)
        shared += int(counts[reference_counts > 0].sum())
        parts.append(part._select(uncorrected))
    if notify is not None and shared < _LEAST_SHARED * total:
        few = f"only {shared:,}" if shared else "none"
        of = f"{few} of the {total:,} tokens" if total > 1 else "the only token does not"
        cause = f"{of} {'occurs' if shared == 1 and total > 1 else 'occur'} in the reference; if it is cut "
        ways = ("or written in another way, see ", Option("tokenizer"), ", ", Option("casefold"), " and ")
        notify(Notice(cause, *ways, Option("normalize")))
    found = _joined(parts, compared)._ordered()._select(options)
    if notify is not None and not len(found):
        notify(steps.why_none(compared))
    return found


class _Steps:
    """How many tokens pass each step of the selection, to say why none is left."""

    def __init__(self, options: KeynessOptions) -> None:
        self.options = options
        self.directed = self.frequent = self.rarer = 0
        self.least_p = 1.0

    def add(self, part: Keyness) -> None:
        """Adds the tokens of a part of the lists."""
        directed = part.direction != 0 if self.options.negative else part.direction > 0
        frequent = directed & part._is_frequent(self.options.min_count)
        self.directed += int(directed.sum())
        self.frequent += int(frequent.sum())
        self.rarer += int((part.direction < 0).sum())
        self.least_p = float(part.p[frequent].min(initial=self.least_p))

    def why_none(self, compared: int) -> Notice:
        """Returns the line for the user where no keyword is left. compared: the number of all tokens."""
        options = self.options
        differ = "occur at another rate" if options.negative else "are more frequent"
        if not self.directed:
            ways = ("; see ", Option("negative")) if self.rarer else ()
            return Notice(f"no tokens {differ} than in the reference", *ways)
        if not self.frequent:
            of = f"none of the {counted(self.directed, 'token')} that {differ} than in the reference occurs "
            return Notice(f"{of}{counted(options.min_count, 'time')} (", Option("min_count"), ")")
        p = association.corrected(np.array([self.least_p]), compared if options.bonferroni else 1)[0]
        after = f" after the correction for {counted(compared, 'token')}" if options.bonferroni else ""
        ways = (" and ", Option("bonferroni")) if options.bonferroni else ()
        return Notice(f"the smallest p-value is {p:.3g}{after}, above {options.max_p}; see ", Option("max_p"), *ways)


def _joined(parts: Sequence[Keyness], compared: int) -> Keyness:
    """Returns the rows of all parts, one after the other. compared: the tokens that were compared in all of them."""
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in parts[0]._arrays()
    }
    return replace(parts[0], compared=compared, **columns)


def per_million(counts: Ints, total: int) -> Floats:
    """Occurrences in a million tokens."""
    return counts * 1e6 / total


def significance(p: Floats) -> NDArray[np.object_]:
    """The mark of the smallest of LEVELS that p is below; '' where there is none."""
    marks = np.full(p.size, "", np.object_)
    for level, mark in LEVELS.items():
        marks[p < level] = mark
    return marks


def _pairs(a: Ints, b: Ints) -> tuple[Ints, Ints, NDArray[np.intp]]:
    """The different pairs, and each token's place among them: far fewer than tokens, most of which are rare."""
    if not a.size or (int(a.max()) + 1) * (int(b.max()) + 1) > np.iinfo(np.int64).max:
        return a, b, np.arange(a.size)
    width = int(b.max()) + 1
    keys, place = np.unique(a * width + b, return_inverse=True)
    return keys // width, keys % width, place
