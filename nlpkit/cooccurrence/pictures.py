"""The pictures of collocations: a network of words, and on which side of the node they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlpkit.reports.charts import BLUE, ORANGE, number, with_records
from nlpkit.reports.network import (
    Floats,
    Record,
    at,
    axes,
    between,
    fitting,
    label,
    link_layers,
    move_apart,
    place_linked,
    word_layer,
)
from nlpkit.reports.picture import Picture, distinct, first_of, load_altair, shortened

_MOST_LINKS = 80
_MOST_BARS = 25
_HEIGHT = 520  # of the network
_GOLDEN = 0.618
#: Pairs, at most, that are drawn.
MOST_PAIRS = max(_MOST_LINKS, _MOST_BARS)


@dataclass(frozen=True)
class FirstPairs:
    """The first pairs of collocations.

    columns: name -> values, of MOST_PAIRS rows if there are as many. keys: of these rows. size: rows of the result.
    sort: the column by which they are ordered. nodes: those that were asked for.
    """

    columns: Mapping[str, Any]
    keys: Sequence[str]
    size: int
    sort: str
    nodes: Sequence[str]


def pictures_of(found: FirstPairs) -> list[Picture]:
    """Returns the pictures: `network`, and `sides` where windows reach to both sides."""
    if not found.size:
        return []
    reaches = all(found.columns[side][:_MOST_BARS].any() for side in ("left", "right"))
    return [network(found), *([sides(found)] if reaches else [])]


def network(found: FirstPairs) -> Picture:
    """Returns the words of the first pairs as a network; around one node, words stand on their side of it."""
    columns = found.columns
    pairs = list(zip(*(columns[name][:_MOST_LINKS].tolist() for name in ("node", "collocate")), strict=True))
    size = fitting(pairs, _HEIGHT)
    pairs, keys = pairs[:size], found.keys[:size]
    frequency = {
        word: times
        for name in ("collocate", "node")
        for word, times in zip(columns[name][:size].tolist(), columns[f"f_{name}"][:size].tolist(), strict=True)
    }
    words = list(dict.fromkeys(word for pair in pairs for word in pair))
    place_of = {word: place for place, word in enumerate(words)}
    ends = [(place_of[node], place_of[collocate]) for node, collocate in pairs]
    is_star = bool(found.nodes) and len({node for node, _ in pairs}) == 1
    labels = [label(word) for word in words]
    places = _around(found, labels, ends) if is_star else place_linked(labels, ends, _HEIGHT)
    key_of = {word: key for pair, key in zip(reversed(pairs), reversed(keys), strict=True) for word in pair}
    records = [
        {"key": key_of[word], "word": shortened(word), "label": text, "occurrences": frequency[word], **at(place)}
        | {"role": "node" if word in found.nodes else "collocate"}
        for word, text, place in zip(words, labels, places, strict=True)
    ]
    links = _links(found, pairs, [between(places, labels, *pair) for pair in ends])
    alt = load_altair()
    tooltip = [alt.Tooltip("word:N"), alt.Tooltip("occurrences:Q", format=",")]
    parts = [[each for each in records if (each["role"] == "node") is is_node] for is_node in (False, True)]
    chart = alt.layer(
        *link_layers(links, _HEIGHT, **_strength(found.sort)),
        *(_dots(part, tooltip) for part in parts if part),
        *(
            word_layer(part, _HEIGHT, {"fontWeight": "bold" if is_node else "normal"}, tooltip=tooltip)
            for part, is_node in zip(parts, (False, True), strict=True)
            if part
        ),
    )
    where = "A line links two words that stand near each other more often than by chance."
    if is_star:
        where = "Words stand on the side of the node where they occur more often, the strongest ones nearest to it."
    marked = " The nodes are the squares with bold words." if found.nodes else ""
    marks = f"The thicker a line, the larger {found.sort}; the larger a mark, the more frequent the word."
    shows = f"{where} {marks}{marked}"
    drawn = first_of(size, found.size, "pair")
    return Picture("network", "Words that stand together", chart, shows, drawn, keys, _HEIGHT)


def _dots(records: Sequence[Record], tooltip: list[Any]) -> Any:
    alt = load_altair()
    is_node = records[0]["role"] == "node"
    mark = {"shape": "square", "color": ORANGE} if is_node else {"shape": "circle", "color": BLUE}
    size = alt.Size("occurrences:Q", scale=alt.Scale(type="sqrt", range=[80, 1600]), legend=None)
    chart = alt.Chart().mark_point(filled=True, opacity=0.5, **mark).encode(**axes(_HEIGHT), size=size, tooltip=tooltip)
    return with_records(chart, records)


def _strength(sort: str) -> dict[str, Any]:
    """The encodings of links."""
    alt = load_altair()
    tooltip = [
        *(alt.Tooltip(f"{name}:N") for name in ("node", "collocate")),
        alt.Tooltip("together:Q", title="together", format=","),
        alt.Tooltip("value:Q", title=sort),
    ]
    width, opacity = alt.Scale(range=[0.8, 4], zero=False), alt.Scale(range=[0.45, 0.95], zero=False)
    return {
        "strokeWidth": alt.StrokeWidth("strength:Q", scale=width, legend=None),
        "opacity": alt.Opacity("strength:Q", scale=opacity, legend=None),
        "tooltip": tooltip,
    }


def _links(found: FirstPairs, pairs: Sequence[tuple[str, str]], places: Sequence[Record]) -> list[Record]:
    """The record of each pair; `strength` is the measure with finite numbers in place of others."""
    size = len(pairs)
    values = np.asarray(found.columns[found.sort][:size], np.float64)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    strength = np.nan_to_num(values, nan=low, posinf=high, neginf=low)
    numbers = (map(number, values.tolist()), map(number, strength.tolist()), found.columns["o11"][:size].tolist())
    return [
        {"key": key, "node": shortened(node), "collocate": shortened(collocate), "together": together}
        | {"value": value, "strength": strong, **place}
        for key, (node, collocate), place, value, strong, together in zip(
            found.keys[:size], pairs, places, *numbers, strict=True
        )
    ]


def _around(found: FirstPairs, labels: Sequence[str], ends: Sequence[tuple[int, int]]) -> Floats:
    """Places around one node: left or right by the side, near by strength, up and down in turns."""
    places = np.zeros((len(labels), 2))
    size = len(ends)
    left, right = (found.columns[side][:size] for side in ("left", "right"))
    side = (right - left) / np.maximum(1, left + right)
    side = np.sign(side) * np.sqrt(np.abs(side))  # which spreads those with little preference
    for row, (node, collocate) in enumerate(ends):
        if node == collocate:
            continue
        far = ((row + 1) / size) ** 0.5
        across = float(side[row]) * (1 - 0.4 * (row * _GOLDEN % 1))  # words of one side are not on one line
        places[collocate] = far * across, far * (1 - across * across) ** 0.5 * (1 if row % 2 else -1)
    return move_apart(labels, places, _HEIGHT)


def sides(found: FirstPairs) -> Picture:
    """Returns bars of the first pairs: how often the collocate stands on the left and on the right of the node."""
    alt = load_altair()
    size = min(_MOST_BARS, found.size)
    nodes, collocates, left, right = (
        found.columns[name][:size].tolist() for name in ("node", "collocate", "left", "right")
    )
    one = len(set(nodes)) == 1
    texts = (
        collocates if one else [f"{label(a, 80)} \u2026 {label(b, 80)}" for a, b in zip(nodes, collocates, strict=True)]
    )
    names = distinct(label(text, 180) for text in texts)
    keys = found.keys[:size]
    records = [
        {"key": key, "pair": name, "side": side, "times": times, "at": -times if side == "left" else times}
        for key, name, *both in zip(keys, names, left, right, strict=True)
        for side, times in zip(("left", "right"), both, strict=True)
    ]
    title = "collocate" if one else "node \u2026 collocate"
    chart = (
        alt.Chart()
        .mark_bar()
        .encode(
            x=alt.X("at:Q", title="left | right of the node").axis(labelExpr="format(abs(datum.value), ',')"),
            y=alt.Y("pair:N", title=None, sort=None).axis(labelLimit=200),
            color=alt.Color("side:N", title=None)
            .scale(domain=["left", "right"], range=[ORANGE, BLUE])
            .legend(orient="top"),
            tooltip=[alt.Tooltip("pair:N", title=title), "side:N", alt.Tooltip("times:Q", format=",")],
        )
    )
    chart = with_records(chart, records)
    shows = "How often each word stands on the left and on the right of its node."
    drawn = first_of(size, found.size, "pair")
    return Picture("sides", "Left or right of the node", chart, shows, drawn, keys, 70 + 20 * size)
