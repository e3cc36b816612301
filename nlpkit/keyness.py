"""Finds what is typical of one text beside another: log-likelihood (G2) for the evidence, effect sizes beside it.

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

from nlpkit import association, effects
from nlpkit.arguments import checked
from nlpkit.association import Floats, Ints
from nlpkit.choices import CELLS, KEYNESS_FORMATS, KEYNESS_SORTS, MAX_P
from nlpkit.errors import Notice, Option, OptionError, counted
from nlpkit.frequencies import Frequencies, aligned
from nlpkit.options import NoEffect, check_at_least, check_choice, check_effects
from nlpkit.reports.terminal import MOST_BARS, Bars
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
        a, b, place = _pairs(self.documents, self.reference_documents)
        values = association.log_likelihood(a, b, target, reference, cells=self.cells)
        return (values * association.directions(a, b, target, reference))[place]

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


def compare(
    tokens: Sequence[str] | NDArray[np.object_],
    counts: Ints,
    reference_counts: Ints,
    total: int,
    reference_total: int,
    *,
    cells: int = CELLS[0],
    sort: str = KEYNESS_SORTS[0],
    documents: tuple[Ints, Ints] | None = None,
    all_documents: tuple[int | None, int | None] = (None, None),
) -> Keyness:
    """Keyness of every token of a target text against a reference.

    tokens: all different. counts, reference_counts: int64 [tokens], where a token does not occur 0; a token with 0 in
    both is left out. total, reference_total: tokens of each text, at least 1 and the sum of its counts. cells: 4 for
    G2 of the whole table, 2 without the other tokens. sort: the measure to sort by. documents: int64 [tokens] each, in
    how many documents of the target and of the reference a token occurs. all_documents: how many both have, None where
    that is not known.

    Raises OptionError.
    """
    check_choice("sort", sort, KEYNESS_SORTS)
    association.check_samples(counts, reference_counts, total, reference_total, cells)
    if len(tokens) != counts.size:
        raise OptionError(f"{len(tokens):,} tokens but {counts.size:,} counts; give a count for every token")
    own, other = ([column] for column in (counts, reference_counts))
    if documents is not None:
        own.append(documents[0])
        other.append(documents[1])
    totals = (total, reference_total)
    token = np.array(tokens, np.object_)
    return _compared(token, np.stack(own), np.stack(other), totals, all_documents, cells, sort)._ordered()


def _compared(
    token: NDArray[np.object_],
    own: Ints,
    other: Ints,
    totals: tuple[int, int],
    all_documents: tuple[int | None, int | None],
    cells: int,
    sort: str,
) -> Keyness:
    """Returns what `compare` does, in the order of the tokens. own, other: figures as `aligned` yields them. totals:
    the tokens of both texts."""
    occurs = (own[0] > 0) | (other[0] > 0)
    if not occurs.all():
        token, own, other = token[occurs], own[:, occurs], other[:, occurs]
    a, b, place = _pairs(own[0], other[0])
    values = association.log_likelihood(a, b, *totals, cells=cells)
    return Keyness(
        token,
        own[0],
        other[0],
        association.directions(a, b, *totals)[place],
        values[place],
        effects.log_ratio(a, b, *totals)[place],
        association.p_value(values)[place],
        *totals,
        token.size,
        cells,
        sort,
        own[1] if len(own) > 1 else None,
        other[1] if len(other) > 1 else None,
        all_documents,
    )


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
    sort: str = KEYNESS_SORTS[0],
    notify: Callable[[str], object] | None = None,
) -> Keyness:
    """Finds the tokens that are typical of one frequency list beside another.

    Compares whole lists, whatever their own min_count and top are. top: the largest number of keywords (of negative
    ones the same number again). min_count: occurrences at least, in the text in which the token is more frequent.
    max_p: the largest p-value; with `bonferroni` after correction for all tokens that were compared. negative: add the
    tokens that are rarer than in the reference. cells: as in `compare`. sort: the measure to sort by, one of
    choices.KEYNESS_SORTS. notify: called with a line for the user where few of the target's tokens occur in the
    reference. Memory grows with the keywords, not with the lists.

    Returns Keyness; with documents, if they were counted for both texts (`count(df=True)`).
    Raises OptionError, also if a list is empty, and for `text_g2` without documents.

    Example: `keywords(count("law.txt"), count("news.txt"), top=20).save("keywords.tsv")`.
    """
    options = KeynessOptions(top, min_count, max_p, bonferroni, negative, cells, sort)
    if not (target.total and reference.total):
        raise OptionError(f"the {'reference' if target.total else 'target'} has no tokens; nothing can be compared")
    total, reference_total = target.total, reference.total
    uncorrected = replace(options, top=None, bonferroni=False)  # keeps more than is wanted in the end
    compared, shared, parts, steps = 0, 0, [], _Steps(options)
    all_documents = (target.documents, reference.documents)
    if sort == "text_g2":
        check_documents(target.has_df and reference.has_df, all_documents)
    for tokens, own, other in aligned(target, reference):
        token = np.array(tokens.texts(), np.object_)
        part = _compared(token, own, other, (total, reference_total), all_documents, cells, sort)
        compared += part.compared
        steps.add(part)
        shared += int(own[0][other[0] > 0].sum())
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


def _pairs(a: Ints, b: Ints) -> tuple[Ints, Ints, NDArray[np.intp]]:
    """The different pairs, and each token's place among them: far fewer than tokens, most of which are rare."""
    if not a.size or (int(a.max()) + 1) * (int(b.max()) + 1) > np.iinfo(np.int64).max:
        return a, b, np.arange(a.size)
    width = int(b.max()) + 1
    keys, place = np.unique(a * width + b, return_inverse=True)
    return keys // width, keys % width, place
