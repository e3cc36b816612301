"""The result of `keywords`: tokens of a text compared with a reference, and which of them are selected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit import association, effects
from nlpkit.arguments import checked
from nlpkit.association import Floats, Ints
from nlpkit.choices import CELLS, KEYNESS_FORMATS, KEYNESS_SORTS
from nlpkit.errors import Option, OptionError, counted
from nlpkit.options import NoEffect, check_at_least, check_choice, check_effects
from nlpkit.reports.picture import Picture
from nlpkit.reports.terminal import MOST_BARS, Bars
from nlpkit.results import ResultTable, order_of, table_text

LEVELS = {0.05: "*", 0.01: "**", 0.001: "***", 0.0001: "****"}
"""What marks a p-value below each level; the critical values of G2 are 3.84, 6.63, 10.83 and 15.13."""

COLUMNS = (
    "token",
    "count",
    "reference_count",
    "per_million",
    "reference_per_million",
    "log_ratio",
    "log_ratio_low",
    "log_ratio_high",
    "g2",
    "p",
    "significance",
)
"""The columns that are always written, in this order."""

DOCUMENT_COLUMNS = ("documents", "reference_documents")
"""The columns behind the counts where documents were counted for both texts."""

_EVIDENCE = ("g2", "bic")  # has no sign: the largest is the strongest in negative keywords, too
_SIZES = {"odds_ratio": ("odds_ratio", "odds_ratio_low", "odds_ratio_high")}  # with their limits


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
    sort: str = KEYNESS_SORTS[0]

    def __post_init__(self) -> None:
        check_choice("sort", self.sort, KEYNESS_SORTS)
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

    Positive keywords come first, then tokens at the same rate, then negative keywords. Within each of these the
    strongest comes first by `sort`: the largest, or for negative keywords by a signed measure the smallest; then the
    largest G2, then the largest count, then the order of code points.

    Example: `nlpkit.keywords(nlpkit.count("a.txt"), nlpkit.count("b.txt"), top=20).save("keywords.csv", "csv")`.

    token: object (str). count, reference_count: int64. direction: int8, 1 where the token is more frequent in the
    target than in the reference (a positive keyword), -1 where it is less, 0 where it is the same. g2: float64, never
    negative; log_ratio: float64, binary; p: float64, of G2 at one degree of freedom, not corrected for the number of
    tokens. No value is infinite or NaN. total, reference_total: tokens of both texts. compared: how many tokens were
    compared, before any selection. cells: of G2. sort: the measure by which the table is sorted; it is a column.
    documents, reference_documents: int64, in how many documents a token occurs; None where they were not counted for
    both. all_documents: how many documents both texts have, None where that is not known.
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
    cells: int = CELLS[0]
    sort: str = KEYNESS_SORTS[0]
    documents: Ints | None = None
    reference_documents: Ints | None = None
    all_documents: tuple[int | None, int | None] = (None, None)

    @property
    def columns(self) -> dict[str, Any]:
        """The columns that are saved: name -> array. Those of documents where they were counted, and the measure by
        which the table is sorted."""
        names = list(COLUMNS)
        if self.sort not in names:
            names[names.index("g2") : names.index("g2")] = _SIZES.get(self.sort, (self.sort,))
        if self.documents is not None:
            names[names.index("per_million") : names.index("per_million")] = DOCUMENT_COLUMNS
        return {name: getattr(self, name) for name in names}

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
    def log_ratio_low(self) -> Floats:
        """The lower limit of the log ratio, at 95 %; see `effects.log_ratio_interval`."""
        return effects.log_ratio_interval(*self._counts)[0]

    @property
    def log_ratio_high(self) -> Floats:
        """The upper limit of the log ratio."""
        return effects.log_ratio_interval(*self._counts)[1]

    @property
    def difference(self) -> Floats:
        """%DIFF, by how many per cent the rate is higher than in the reference; see `effects.difference`."""
        return effects.difference(*self._counts)

    @property
    def odds_ratio(self) -> Floats:
        """The odds of the token over those in the reference; see `effects.odds_ratio`."""
        return effects.odds_ratio(*self._counts)

    @property
    def odds_ratio_low(self) -> Floats:
        """The lower limit of the odds ratio, at 95 %; see `effects.odds_ratio_interval`."""
        return effects.odds_ratio_interval(*self._counts)[0]

    @property
    def odds_ratio_high(self) -> Floats:
        """The upper limit of the odds ratio."""
        return effects.odds_ratio_interval(*self._counts)[1]

    @property
    def simple_maths(self) -> Floats:
        """The ratio of the rates in a million, each plus 100; see `effects.simple_maths`."""
        return effects.simple_maths(*self._counts)

    @property
    def bic(self) -> Floats:
        """G2 less its penalty for the size of both texts; see `association.bic`."""
        return association.bic(self.g2, self.total, self.reference_total)

    @property
    def text_g2(self) -> Floats:
        """G2 of the numbers of documents instead of occurrences, negative where the token is in a smaller share of the
        documents than in the reference (Egbert and Biber 2019). Raises OptionError where documents are not known."""
        target, reference = self.all_documents
        check_documents(self.documents is not None, self.all_documents)
        assert self.documents is not None and self.reference_documents is not None
        assert target is not None and reference is not None
        a, b, place = pairs(self.documents, self.reference_documents)
        values = association.log_likelihood(a, b, target, reference, cells=self.cells)
        return (values * association.directions(a, b, target, reference))[place]

    def pictures(self) -> tuple[Picture, ...]:
        """Returns `rates`: occurrences in a million tokens of the target against those in a million of the reference.

        Raises OptionError where altair is not installed.
        """
        from nlpkit.keyness.pictures import rates_of  # here, because few results are drawn

        return rates_of(self.columns | {"direction": self.direction}, (self.total, self.reference_total))

    @property
    def _counts(self) -> tuple[Ints, Ints, int, int]:
        return self.count, self.reference_count, self.total, self.reference_total

    @checked
    def select(
        self,
        *,
        top: int | None = None,
        min_count: int = 1,
        max_p: float | None = None,
        bonferroni: bool = False,
        negative: bool = False,
        sort: str | None = None,
    ) -> Keyness:
        """Returns the positive keywords, and with `negative` the negative ones after them; never tokens at the same
        rate in both texts.

        top: the largest number of each. min_count: occurrences at least, in the text in which the token is more
        frequent. max_p: the largest p-value; with `bonferroni` after correction for all tokens that were compared.
        sort: the measure to sort by, one of choices.KEYNESS_SORTS; None: as the table is.

        Raises OptionError, also for the measure `text_g2` where documents are not known.
        """
        options = KeynessOptions(top, min_count, max_p, bonferroni, negative, self.cells, sort or self.sort)
        table = self if options.sort == self.sort else replace(self, sort=options.sort)._ordered()
        return table._select(options)

    def _select(self, options: KeynessOptions) -> Keyness:
        keep = self._is_frequent(options.min_count)
        if options.max_p is not None:
            keep &= (association.corrected(self.p, self.compared) if options.bonferroni else self.p) <= options.max_p
        wanted = (1, -1) if options.negative else (1,)
        places = [np.flatnonzero(keep & (self.direction == direction))[: options.top] for direction in wanted]
        return self._take(np.concatenate(places))

    def bars(self, column: str | None = None, noun: str = "keyword") -> Bars:
        """Returns the first twenty keywords as bars; see `ResultTable.bars`. column: by default `sort`.

        If there are negative keywords, the first ten of each kind are drawn; the bars of negative ones go to the left.
        """
        column = column or self.sort
        positive, negative = (np.flatnonzero(self.direction == direction) for direction in (1, -1))
        if not negative.size:
            return super().bars(column, noun)
        rest = max(0, MOST_BARS // 2 - min(positive.size, negative.size))  # of the kind that has fewer
        each = MOST_BARS // 2 + rest
        table = self._take(np.concatenate([positive[:each], negative[:each]]))
        values = getattr(table, column)
        if column == "log_ratio_low":
            values = np.where(table.direction < 0, table.log_ratio_high, values)
        if column in _EVIDENCE:
            values = values * table.direction
        kinds = f"{min(each, positive.size)} positive and {min(each, negative.size)} negative"
        title = f"{column} of the first {kinds} {noun}s; to the left: rarer than in the reference"
        return Bars(title, table._labels(len(table)), values.tolist())

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
        keys = [self.g2, self.count]
        if self.sort not in _EVIDENCE:  # BIC orders as G2 does
            measure = getattr(self, self.sort)
            if self.sort == "log_ratio_low":  # the limit that is nearer to 0
                measure = np.where(self.direction < 0, self.log_ratio_high, measure)
            keys.insert(0, measure * self.direction)
        return self._take(order_of(self.token, self.direction, *keys))


def check_documents(were_counted: bool, all_documents: tuple[int | None, int | None]) -> None:
    """Raises OptionError if the measure `text_g2` cannot be computed."""
    if not were_counted:
        raise OptionError(Option("sort"), " text_g2: documents were not counted; give ", Option("df"))
    if None in all_documents:
        cause = " text_g2: a frequency list does not say how many documents there were; compare texts"
        raise OptionError(Option("sort"), cause)


def per_million(counts: Ints, total: int) -> Floats:
    """Occurrences in a million tokens."""
    return counts * 1e6 / total


def significance(p: Floats) -> NDArray[np.object_]:
    """The mark of the smallest of LEVELS that p is below; '' where there is none."""
    marks = np.full(p.size, "", np.object_)
    for level, mark in LEVELS.items():
        marks[p < level] = mark
    return marks


def pairs(a: Ints, b: Ints) -> tuple[Ints, Ints, NDArray[np.intp]]:
    """The different pairs, and each token's place among them: far fewer than tokens, most of which are rare."""
    if not a.size or (int(a.max()) + 1) * (int(b.max()) + 1) > np.iinfo(np.int64).max:
        return a, b, np.arange(a.size)
    width = int(b.max()) + 1
    keys, place = np.unique(a * width + b, return_inverse=True)
    return keys // width, keys % width, place
