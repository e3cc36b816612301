"""Finds what is typical of one text beside another: log-likelihood (G2) for the evidence, effect sizes beside it.

Of a token that occurs `a` times among the `n1` tokens of the target and `b` times among the `n2` of the reference,
the table of 2 x 2 cells is (a, b, n1 - a, n2 - b), and the expected counts are those of one common rate. Definitions
and sources are in docs/algorithms.md, section Keyness.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit import association, effects
from nlpkit.arguments import checked
from nlpkit.association import Ints
from nlpkit.choices import CELLS, KEYNESS_SORTS, MAX_P
from nlpkit.errors import Notice, Option, OptionError, counted
from nlpkit.frequencies import Frequencies, aligned
from nlpkit.keyness.result import (
    COLUMNS,
    LEVELS,
    Keyness,
    KeynessOptions,
    check_documents,
    pairs,
    per_million,
    significance,
)
from nlpkit.options import check_choice

__all__ = [
    "COLUMNS",
    "LEVELS",
    "Keyness",
    "KeynessOptions",
    "check_documents",
    "compare",
    "keywords",
    "per_million",
    "significance",
]

_LEAST_SHARED = 0.2  # of the target's tokens, that usually occur in a reference


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
    a, b, place = pairs(own[0], other[0])
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
