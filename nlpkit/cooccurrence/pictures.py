"""The pictures of collocations: a network of words, and on which side of the node they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlpkit.errors import counted
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

_MOST_LINKS, _MOST_AROUND = 80, 40  # of a network of several nodes, and of one
_MOST_BARS = 25
_HEIGHT = 520  # of the network
_GOLDEN = 0.618
#: Pairs, at most, among which those that are drawn are chosen.
MOST_PAIRS = 500


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
    """Returns the pictures: `network`, unless no word has another one, and `sides` of nodes that were asked for, where
    windows reach to both sides."""
    if not found.size:
        return []
    chosen = _chosen(found)
    reaches = all(found.columns[side][:_MOST_BARS].any() for side in ("left", "right"))
    return [
        *([network(found, chosen)] if chosen.rows else []),
        *([sides(found)] if found.nodes and reaches else []),
    ]


@dataclass(frozen=True)
class Chosen:
    """The pairs of a network.

    rows: of the pairs, the most important first. drawn: which they are. is_star: whether they have one node, which was
    asked for.
    """

    rows: list[int]
    drawn: str
    is_star: bool


def _chosen(found: FirstPairs) -> Chosen:
    """The first pairs of nodes; where none was asked for, the largest connected groups of the first pairs."""
    pairs = _pairs(found)
    rows = [row for row, (node, collocate) in enumerate(pairs) if node != collocate]
    is_star = bool(found.nodes) and len({node for node, _ in pairs}) == 1
    most = _MOST_AROUND if is_star else _MOST_LINKS
    part = rows[:most] if found.nodes else _groups(pairs, rows)[:most]
    part = part[: fitting([pairs[row] for row in part], _HEIGHT)]
    drawn = first_of(len(part), found.size, "pair")
    if found.nodes or len(part) == found.size:
        if len(rows) < len(pairs):
            drawn += ", without that of a word and itself"
    else:
        among = f" of the first {len(pairs):,}" if len(pairs) < found.size else ""
        drawn = f"{len(part):,} of {counted(found.size, 'pair')}, from the largest connected groups{among}"
    return Chosen(part, drawn, is_star)


def _pairs(found: FirstPairs) -> list[tuple[str, str]]:
    return list(zip(*(found.columns[name].tolist() for name in ("node", "collocate")), strict=True))


def _groups(pairs: Sequence[tuple[str, str]], rows: Sequence[int]) -> list[int]:
    """The rows of pairs by connected groups, the groups with most pairs first; in a group, from its first pair on,
    always the first one that has a word with those before in common."""
    groups = list[list[int]]()
    left = [*rows]
    while left:
        group, words = list[int](), {*pairs[left[0]]}
        while (row := next((row for row in left if not words.isdisjoint(pairs[row])), None)) is not None:
            group.append(row)
            words.update(pairs[row])
            left.remove(row)
        groups.append(group)
    return [row for group in sorted(groups, key=len, reverse=True) for row in group]


def network(found: FirstPairs, chosen: Chosen) -> Picture:
    """Returns words as a network; around one node, words stand on their side of it."""
    columns, all_pairs = found.columns, _pairs(found)
    pairs, keys = [all_pairs[row] for row in chosen.rows], [found.keys[row] for row in chosen.rows]
    frequency = {
        pair[i]: int(columns[name][row])
        for i, name in enumerate(("f_node", "f_collocate"))
        for pair, row in zip(pairs, chosen.rows, strict=True)
    }
    words = list(dict.fromkeys(word for pair in pairs for word in pair))
    place_of = {word: place for place, word in enumerate(words)}
    ends = [(place_of[node], place_of[collocate]) for node, collocate in pairs]
    labels = [label(word) for word in words]
    places = _around(found, chosen, labels, ends) if chosen.is_star else place_linked(labels, ends, _HEIGHT)
    of_pairs = _numbers(found, chosen)
    links = [
        {"key": key, "node": shortened(node), "collocate": shortened(collocate), **numbers}
        | between(places, labels, *end)
        for key, (node, collocate), numbers, end in zip(keys, pairs, of_pairs, ends, strict=True)
    ]
    of_word = dict(zip((collocate for _, collocate in pairs), of_pairs, strict=True)) if chosen.is_star else {}
    key_of = {word: key for pair, key in zip(reversed(pairs), reversed(keys), strict=True) for word in pair}
    records = [
        {"key": key_of[word], "word": shortened(word), "label": text, "occurrences": frequency[word], **at(place)}
        | {"role": "node" if word in found.nodes else "collocate", **of_word.get(word, {})}
        for word, text, place in zip(words, labels, places, strict=True)
    ]
    chart = _network_chart(links, records, found.sort, chosen.is_star)
    return Picture("network", "Words that stand together", chart, _shows(found, chosen), chosen.drawn, keys, _HEIGHT)


def _shows(found: FirstPairs, chosen: Chosen) -> str:
    where = "A line links two words that stand near each other more often than by chance."
    if chosen.is_star:
        where = (
            "Each word stands on the side of the node, left or right, where it occurs more often; the nearer, the "
            "stronger. Whether it is above or below means nothing."
        )
    marked = " The nodes are the squares with bold words." if found.nodes else ""
    return (
        f"{where} The thicker a line, the larger {found.sort}; the larger a mark, the more frequent the word.{marked}"
    )


def _network_chart(links: Sequence[Record], words: Sequence[Record], sort: str, is_star: bool) -> Any:
    alt = load_altair()
    numbers = _tooltip(sort)
    occurrences = [alt.Tooltip("word:N"), alt.Tooltip("occurrences:Q", format=",")]
    parts = [
        (part, [*occurrences, *numbers] if is_star and not is_node else occurrences, is_node)
        for is_node in (False, True)
        if (part := [word for word in words if (word["role"] == "node") is is_node])
    ]
    width, opacity = alt.Scale(range=[0.8, 4], zero=False), alt.Scale(range=[0.45, 0.95], zero=False)
    return alt.layer(
        *link_layers(
            links,
            _HEIGHT,
            strokeWidth=alt.StrokeWidth("strength:Q", scale=width, legend=None),
            opacity=alt.Opacity("strength:Q", scale=opacity, legend=None),
            tooltip=[alt.Tooltip("node:N"), alt.Tooltip("collocate:N"), *numbers],
        ),
        *(_dots(part, tooltip) for part, tooltip, _ in parts),
        *(
            word_layer(part, _HEIGHT, {"fontWeight": "bold" if is_node else "normal"}, tooltip=tooltip)
            for part, tooltip, is_node in parts
        ),
    )


def _tooltip(sort: str) -> list[Any]:
    """The numbers of a pair."""
    alt = load_altair()
    return [
        alt.Tooltip("together:Q", format=","),
        alt.Tooltip("left:Q", title="on the left", format=","),
        alt.Tooltip("right:Q", title="on the right", format=","),
        alt.Tooltip("value:Q", title=sort),
    ]


def _dots(records: Sequence[Record], tooltip: list[Any]) -> Any:
    alt = load_altair()
    is_node = records[0]["role"] == "node"
    mark = {"shape": "square", "color": ORANGE} if is_node else {"shape": "circle", "color": BLUE}
    size = alt.Size("occurrences:Q", scale=alt.Scale(type="sqrt", range=[60, 450]), legend=None)
    chart = alt.Chart().mark_point(filled=True, opacity=0.5, **mark).encode(**axes(_HEIGHT), size=size, tooltip=tooltip)
    return with_records(chart, records)


def _numbers(found: FirstPairs, chosen: Chosen) -> list[Record]:
    """The numbers of each pair; `strength` is the measure with finite numbers in place of others."""
    values = np.asarray(found.columns[found.sort][chosen.rows], np.float64)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    strength = np.nan_to_num(values, nan=low, posinf=high, neginf=low)
    columns = (*(found.columns[name][chosen.rows] for name in ("o11", "left", "right")), values, strength)
    names = ("together", "left", "right", "value", "strength")
    rows = zip(*(map(number, column.tolist()) for column in columns), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _around(found: FirstPairs, chosen: Chosen, labels: Sequence[str], ends: Sequence[tuple[int, int]]) -> Floats:
    """Places around one node: left or right by the side, near by strength, up and down in turns."""
    places = np.zeros((len(labels), 2))
    size = len(ends)
    left, right = (found.columns[side][chosen.rows] for side in ("left", "right"))
    side = (right - left) / np.maximum(1, left + right)
    side = np.sign(side) * np.sqrt(np.abs(side))  # which spreads those with little preference
    for row, (_, collocate) in enumerate(ends):
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
            x=alt.X("at:Q", title="left | right of the node").axis(
                labelExpr="format(abs(datum.value), ',')", tickCount=4, labelOverlap="greedy", labelSeparation=8
            ),
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
