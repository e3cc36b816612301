"""The pictures of a frequency list: rank and frequency, growth of the vocabulary, dispersion against frequency."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from nlpkit.association import Ints
from nlpkit.errors import counted
from nlpkit.frequencies.dispersion import Dispersion
from nlpkit.frequencies.statistics import Spectrum, heaps_exponent, zipf_exponent, zipf_first
from nlpkit.reports.charts import COUNT, Axis, Figure, Line, Points, scatter
from nlpkit.reports.picture import MOST_POINTS, Picture, first_of

#: Ranks that are all drawn; of the others as many again, evenly spread over their logarithms.
FIRST_RANKS = MOST_POINTS // 2
_STRETCHES = 20  # of rows of about one frequency, in which the usual dispersion is that of the middle one


def ranks_of(spectrum: Spectrum, tokens: Sequence[str]) -> tuple[Picture, ...]:
    """Returns `ranks`: the frequency of each rank on log axes, with the line of Zipf's exponent; nothing without types.

    spectrum: of all that was counted. tokens: the first rows of the list. Raises OptionError where altair is not
    installed.
    """
    types = int(spectrum.types.sum())
    if not types:
        return ()
    ranks = _drawn_ranks(types)
    counts, alike = spectrum.values[::-1], spectrum.types[::-1]
    places = np.searchsorted(np.cumsum(alike), ranks)
    rank, count = Figure("rank", ranks, COUNT), Figure("occurrences", counts[places], COUNT)
    keys = [tokens[i - 1] if i <= len(tokens) else None for i in ranks.tolist()]
    exponent = zipf_exponent(spectrum)
    lines, shows = [], ""
    if not math.isnan(exponent):
        first = zipf_first(spectrum, exponent)
        lines = [Line((1.0, float(types)), (first, first * types**-exponent))]
        shows = (
            f" On the dashed line the frequency is in proportion to 1 / rank^{exponent:.3f}: Zipf's exponent, fitted "
            "by maximum likelihood to all ranks. The line need not pass through the points: each rank weighs as "
            "much as its token occurs, so the frequent tokens decide; the rare ones often bend away from the line."
        )
    points = Points(keys, "token", [rank, count, Figure("tokens as frequent", alike[places], COUNT)])
    chart = scatter(points, Axis(rank, is_log=True), Axis(count, is_log=True), lines=lines)
    drawn = first_of(types, types, "rank")
    if ranks.size < types:
        drawn = f"the first {FIRST_RANKS:,} of {types:,} ranks, and {ranks.size - FIRST_RANKS:,} of the others"
    shows = "Each point is a token: how often it occurs, against its rank; the most frequent one has rank 1." + shows
    return (Picture("ranks", "Rank and frequency", chart, shows, drawn, [key for key in keys if key is not None]),)


def growth_of(curve: Sequence[tuple[int, int]]) -> tuple[Picture, ...]:
    """Returns `growth`: the types that the first tokens of the text have, with Heaps' line; nothing without a curve.

    curve: (tokens, types) pairs. Raises OptionError where altair is not installed.
    """
    curve = [point for point in curve if point[1]]
    if not curve:
        return ()
    tokens, types = np.array(curve, np.int64).T
    across, up = Figure("tokens", tokens, COUNT), Figure("types", types, COUNT)
    exponent = heaps_exponent(curve)
    lines, shows = [], "How many different tokens (types) the first tokens of the text have."
    if not math.isnan(exponent):
        level = math.exp(sum(math.log(v) - exponent * math.log(n) for n, v in curve) / len(curve))
        first, last = curve[0][0], curve[-1][0]
        lines = [Line((float(first), float(last)), (level * first**exponent, level * last**exponent))]
        shows += (
            f" On the dashed line the types are in proportion to tokens^{exponent:.3f}: Heaps' exponent, fitted by "
            "least squares to the points. Where the points fall behind the line, fewer new types come."
        )
    points = Points([None] * len(curve), "", [across, up])
    chart = scatter(points, Axis(across, is_log=True), Axis(up, is_log=True), lines=lines)
    drawn = f"{counted(len(curve), 'place')} in the text"
    return (Picture("growth", "Growth of the vocabulary", chart, shows, drawn, height=340),)


def dispersion_of(tokens: Sequence[str], counts: Ints, measured: Dispersion, size: int) -> tuple[Picture, ...]:
    """Returns `dispersion`: the deviation of proportions against the frequency; nothing where it was not measured.

    tokens, counts, measured: of the first rows of the list, the most frequent first. size: of the list. Raises
    OptionError where altair is not installed.
    """
    rows = np.flatnonzero(np.isfinite(measured.dp_norm))[:MOST_POINTS]
    if not rows.size:
        return ()
    count, uneven = Figure("occurrences", counts[rows], COUNT), Figure("DP, normalized", measured.dp_norm[rows])
    usual = np.concatenate(
        [np.full(part.size, np.median(part)) for part in np.array_split(uneven.values, _STRETCHES) if part.size]
    )
    order = np.argsort(-np.abs(uneven.values - usual), kind="stable")
    keys = [tokens[row] for row in rows.tolist()]
    others = (
        Figure("parts it occurs in", measured.range[rows], COUNT),
        Figure("Juilland's D", measured.juilland_d[rows]),
    )
    points = Points(keys, "token", [count, uneven, *others], order.tolist())
    chart = scatter(points, Axis(count, is_log=True), Axis(uneven))
    shows = (
        "Each point is a token. The further to the right, the more often it occurs; the higher, the more its "
        "occurrences are concentrated in few parts of the text (0: evenly spread, 1: all in one part). Rare tokens "
        "cannot be spread evenly. The labels are of tokens that differ most from others of their frequency."
    )
    return (
        Picture("dispersion", "Dispersion against frequency", chart, shows, first_of(rows.size, size, "token"), keys),
    )


def _drawn_ranks(types: int) -> Ints:
    """The ranks that are drawn, ascending: the first ones, then some that are evenly spread over their logarithms."""
    if types <= MOST_POINTS:
        return np.arange(1, types + 1)
    others = np.geomspace(FIRST_RANKS + 1, types, MOST_POINTS - FIRST_RANKS).round().astype(np.int64)
    return np.unique(np.concatenate([np.arange(1, FIRST_RANKS + 1), others, [types]]))
