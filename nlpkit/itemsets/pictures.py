"""The pictures of itemsets: the most frequent ones as bars, and items that occur together as a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.reports.charts import BLUE, number, with_records
from nlpkit.reports.network import (
    NAME,
    Record,
    at,
    axes,
    between,
    fitting,
    label,
    link_layers,
    name_limit,
    place_linked,
    word_layer,
)
from nlpkit.reports.picture import Picture, distinct, load_altair, shortened

_MOST_BARS, _MOST_LINKS = 30, 60
_HEIGHT = 480  # of the graph


@dataclass(frozen=True)
class Sets:
    """Itemsets, one entry a set.

    units: int64, counts in units of 1/scale. lengths: the number of items. total: of all transactions, in these units.
    some: returns the items of the sets at some rows.
    """

    units: NDArray[np.int64]
    lengths: NDArray[np.uint16]
    total: int
    scale: int
    some: Callable[[NDArray[np.int64]], Sequence[tuple[str, ...]]]


def pictures_of(found: Sets) -> list[Picture]:
    """Returns the pictures: `supports`, and `graph` where there are sets of two items."""
    if not found.units.size:
        return []
    pairs = np.flatnonzero(found.lengths == 2)
    return [supports(found), *([graph(found, pairs)] if pairs.size else [])]


def supports(found: Sets) -> Picture:
    """Returns the most frequent sets as bars: those of two or more items, where there are any."""
    alt = load_altair()
    several = np.flatnonzero(found.lengths > 1)
    among = several if several.size else np.arange(found.units.size)
    rows = among[_most_frequent(found.units[among], _MOST_BARS)]
    records = _records(found, rows)
    for record, name in zip(records, distinct(label(record["items"], NAME) for record in records), strict=True):
        record["label"] = name
    tooltip = [alt.Tooltip("items:N"), *_numbers()]
    chart = (
        alt.Chart()
        .mark_bar(color=BLUE)
        .encode(
            x=alt.X("support:Q", title="support: share of the transactions").axis(format="~%", tickCount=6),
            y=alt.Y("label:N", title=None, sort=None).axis(labelLimit=name_limit(), labelOverlap=False),
            tooltip=tooltip,
        )
    )
    shows = "Each bar is a set of items; the longer it is, the more transactions have all of them."
    drawn = _drawn(rows.size, among.size, f"itemsets{' of two or more items' * (among.size < found.units.size)}")
    return Picture(
        "supports",
        "The most frequent itemsets",
        with_records(chart, records),
        shows,
        drawn,
        _keys(records),
        50 + 20 * rows.size,
    )


def graph(found: Sets, pairs: NDArray[np.int64]) -> Picture:
    """Returns the most frequent sets of two items as a network of the items. pairs: the rows of all of them."""
    alt = load_altair()
    rows = pairs[_most_frequent(found.units[pairs], _MOST_LINKS)]
    sets = found.some(rows)
    size = fitting(sets, _HEIGHT)
    rows, sets = rows[:size], sets[:size]
    records, items = _records(found, rows), list(dict.fromkeys(item for pair in sets for item in pair))
    place_of = {item: place for place, item in enumerate(items)}
    labels = [*map(label, items)]
    ends = [(place_of[a], place_of[b]) for a, b in sets]
    places = place_linked(labels, ends, _HEIGHT)
    links = [{**record, **between(places, labels, *pair)} for record, pair in zip(records, ends, strict=True)]
    words = [
        {"item": shortened(item), "label": text, "pairs": sum(place in pair for pair in ends), **at(where)}
        for place, (item, text, where) in enumerate(zip(items, labels, places, strict=True))
    ]
    width = alt.StrokeWidth("support:Q", scale=alt.Scale(range=[1, 5], zero=False), legend=None)
    tooltip = [alt.Tooltip("item:N"), alt.Tooltip("pairs:Q", title="pairs drawn")]
    dots = alt.Chart().mark_circle(color=BLUE, opacity=0.5)
    around = alt.Size("pairs:Q", scale=alt.Scale(range=[80, 900]), legend=None)
    chart = alt.layer(
        *link_layers(links, _HEIGHT, strokeWidth=width, tooltip=[alt.Tooltip("items:N"), *_numbers()]),
        with_records(dots.encode(**axes(_HEIGHT), size=around, tooltip=tooltip), words),
        word_layer(words, _HEIGHT, {}, tooltip=tooltip),
    )
    shows = "A line links two items; the thicker it is, the more transactions have both. Large dots have many lines."
    drawn = _drawn(size, pairs.size, "sets of two items")
    return Picture("graph", "Items that occur together", chart, shows, drawn, _keys(records), _HEIGHT)


def _most_frequent(units: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """The places of the largest counts, in their order; of equal ones the first."""
    if units.size > most:
        least = np.partition(units, units.size - most)[units.size - most]
        above = np.flatnonzero(units > least)
        rows = np.sort(np.append(above, np.flatnonzero(units == least)[: most - above.size]))
    else:
        rows = np.arange(units.size)
    return rows[np.argsort(-units[rows], kind="stable")]


def _records(found: Sets, rows: NDArray[np.int64]) -> list[Record]:
    units = found.units[rows]
    counts = units.tolist() if found.scale == 1 else (units / found.scale).tolist()
    shares = map(number, (units / max(1, found.total)).tolist())
    columns = zip(rows.tolist(), found.some(rows), counts, shares, strict=True)
    return [
        {"key": str(row + 1), "items": shortened(", ".join(items)), "count": count, "support": share}
        for row, items, count, share in columns
    ]


def _numbers() -> list[Any]:
    alt = load_altair()
    return [alt.Tooltip("count:Q", title="transactions", format=","), alt.Tooltip("support:Q", format=".4~%")]


def _drawn(drawn: int, all: int, noun: str) -> str:
    return f"all {all:,} {noun}" if drawn == all else f"the {drawn:,} most frequent of {all:,} {noun}"


def _keys(records: Sequence[Record]) -> list[str]:
    return [record["key"] for record in records]
