"""The picture of keywords: how often each token occurs in a million here, against how often in the reference."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.association import Ints
from nlpkit.reports.charts import COUNT, Axis, Figure, Kinds, Line, Points, scatter
from nlpkit.reports.picture import MOST_POINTS, Picture, first_of

#: Where 0 is drawn: at this share of the rate of a token that occurs once.
ZERO = 1 / 3
_SHOWS = (
    "Each point is a token: how often it occurs in a million tokens here (up), and in the reference (to the right). On "
    "the dashed line both are equal; tokens above it are typical of this text, those below it of the reference. What "
    "does not occur in one of the two is at the edge that is marked 0, where points may hide others. The colour is G2, "
    "the evidence that the rates differ. The strongest tokens are labelled first."
)


def rates_of(columns: Mapping[str, NDArray[Any]], totals: tuple[int, int]) -> tuple[Picture, ...]:
    """Returns `rates`, a scatter plot of the strongest tokens; nothing where there are none.

    columns: of Keyness, those that are saved and `direction`. totals: the tokens of the target and of the reference.
    Raises OptionError where altair is not installed.
    """
    size = columns["token"].size
    if not size:
        return ()
    rows, order = _strongest(columns["direction"])
    rates = [columns[name][rows] for name in ("per_million", "reference_per_million")]
    zeros = [1e6 / total * ZERO if (rate == 0).any() else None for rate, total in zip(rates, totals, strict=True)]
    here, there = Figure("per million here", rates[0]), Figure("per million in the reference", rates[1])
    y, x = (Axis(figure, is_log=True, zero=zero) for figure, zero in zip((here, there), zeros, strict=True))
    evidence = Figure("G2", columns["g2"][rows])
    figures = [
        Figure("occurrences here", columns["count"][rows], COUNT),
        Figure("occurrences in the reference", columns["reference_count"][rows], COUNT),
        here,
        there,
        Figure("log ratio", columns["log_ratio"][rows]),
        evidence,
    ]
    kinds = _kinds(columns["direction"][rows])
    keys = columns["token"][rows].tolist()
    chart = scatter(
        Points(keys, "token", figures, order),
        x,
        y,
        color=Axis(evidence, is_log=True),
        kinds=kinds if len(kinds.names) > 1 else None,
        lines=_equal_rates(x, y),
    )
    drawn = first_of(rows.size, size, "token")
    if rows.size < size:
        drawn = f"the {rows.size:,} strongest of {size:,} tokens, of both directions"
    for absent, where in zip([int((rate == 0).sum()) for rate in rates], ("here", "in the reference"), strict=True):
        drawn += f"; {absent:,} of them {'do' if absent > 1 else 'does'} not occur {where}" * (absent > 0)
    return (Picture("rates", "Rates here and in the reference", chart, _SHOWS, drawn, keys, 480),)


def _strongest(direction: NDArray[np.int8]) -> tuple[Ints, list[int]]:
    """The rows that are drawn, ascending, and their order by strength: of both directions in turn, equal rates last."""
    positive, negative, equal = (np.flatnonzero(direction == sign).tolist() for sign in (1, -1, 0))
    in_turn = [row for row in chain.from_iterable(zip_longest(positive, negative)) if row is not None]
    chosen = [*in_turn, *equal][:MOST_POINTS]
    rows = np.array(sorted(chosen), np.int64)
    return rows, np.searchsorted(rows, chosen).tolist()


def _kinds(direction: NDArray[np.int8]) -> Kinds:
    """Where each token is more frequent: only what some token has; the last kind is that of negative keywords."""
    names = {1: "here", 0: "in neither", -1: "in the reference"}
    found = [sign for sign in names if (direction == sign).any()]
    return Kinds("more frequent", [names[sign] for sign in found], np.searchsorted(-np.array(found), -direction))


def _equal_rates(x: Axis, y: Axis) -> list[Line]:
    """The line of equal rates, between the first and the last rate that both axes have; none if there is no such."""
    low, high = max(x.domain[0], y.domain[0]), min(x.domain[1], y.domain[1])
    return [Line((low, high), (low, high))] if low < high else []
