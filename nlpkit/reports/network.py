"""Networks: places of linked words that do not cover each other, and the layers of a chart that draw them.

Places are pixels of a chart of the width of a phone. Wider charts stretch it sideways, so that words stay apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.reports.charts import GREY, with_records
from nlpkit.reports.labels import FONT, text_width
from nlpkit.reports.picture import load_altair

Floats = NDArray[np.float64]
Record = dict[str, Any]

#: Pixels of a name beside an axis.
NAME = 260.0

_WIDTH = 320  # pixels, of a phone
_LINE = 20.0  # pixels that a word takes upwards
_LONGEST = 125.0  # pixels of a word
_FILLED = 0.45  # of the picture, by words
_STEPS = 120  # in which words that cover each other are moved apart
_NEAR = 0.5  # pixels by which words may cover each other's margins
_NAME_ON_NARROW, _NARROW_PAGE = 120, 560  # pixels of a name on a page that is narrower than the second number
_HEAD = 0.6  # where on a link its arrowhead is


def label(word: str, most: float = _LONGEST) -> str:
    """Returns a word as it is drawn where room is scarce: about `most` pixels, and an ellipsis if there is more."""
    room = most
    for place, character in enumerate(word):
        room -= text_width(character)
        if room < 0:
            return word[: max(1, place - 1)] + "…"
    return word


def name_limit() -> Any:
    """Returns the `labelLimit` of an axis of names, which are shorter on a narrow page.

    It depends on the whole chart: the width of the plot depends on the names.
    """
    is_narrow = f"width && containerSize()[0] < {_NARROW_PAGE}"  # `width` changes with the page
    return load_altair().expr(f"{is_narrow} ? {_NAME_ON_NARROW} : {NAME + 8:.0f}")


def fitting(rows: Iterable[Iterable[str]], height: int) -> int:
    """Returns how many rows can be drawn, so that their words fill less than half of a network; at least 1 of any.

    rows: the words of each row. height: pixels.
    """
    room, seen, number = _FILLED * _WIDTH * height, set[str](), 0
    for words in rows:
        new = [word for word in dict.fromkeys(words) if word not in seen]
        room -= sum(_text_width(word) * _LINE for word in new)
        if room < 0 and number:
            break
        seen.update(new)
        number += 1
    return number


def place_linked(words: Sequence[str], links: Sequence[tuple[int, int]], height: int) -> Floats:
    """Returns places, float64[words, 2], where linked words are near each other; the same ones on each run.

    words: an empty one takes the place of a dot. links: places in `words`. height: pixels.
    """
    import networkx  # here, because few runs draw networks

    graph = networkx.Graph()
    graph.add_nodes_from(range(len(words)))
    graph.add_edges_from(links)
    places, parts = np.zeros((len(words), 2)), sorted(map(sorted, networkx.connected_components(graph)), key=_size)
    shelf = max(1.0, len(words) ** 0.5)  # as wide as a square with room for all
    x = y = row = 0.0
    for part in parts:  # the largest first, side by side in rows
        side = len(part) ** 0.5
        if x and x + side > shelf * 1.01:
            x, y, row = 0.0, y + row, 0.0
        own = networkx.spring_layout(graph.subgraph(part), seed=1, iterations=100, k=1.6 / side)
        inside = np.array([own[node] for node in part])
        span = np.ptp(inside, axis=0)
        inside = np.where(span > 0, (inside - inside.min(axis=0)) / np.where(span > 0, span, 1), 0.5)
        ranks = inside.argsort(axis=0, kind="stable").argsort(axis=0) / max(1, len(part) - 1)
        inside = (inside + ranks) / 2  # which takes the crowd out of the middle
        places[part] = np.array([x, y]) + side * (0.1 + 0.8 * inside)
        x, row = x + side, max(row, side)
    return move_apart(words, places, height)


def move_apart(words: Sequence[str], places: Floats, height: int) -> Floats:
    """Returns the places fitted to a chart of this height, with words that cover each other moved apart."""
    half = np.array([(_text_width(word) / 2 + 3, _LINE / 2) for word in words]).reshape(-1, 2)
    low, high = half, np.array([_WIDTH, height]) - half
    span = np.ptp(places, axis=0)
    places = (places - places.min(axis=0)) / np.where(span > 0, span, 1) if len(words) else places
    places = low + np.where(span > 0, places, 0.5) * (high - low)
    order = np.sign(np.arange(len(words))[:, None] - np.arange(len(words)))
    for _ in range(_STEPS):
        gap = places[:, None] - places
        over = half[:, None] + half - np.abs(gap)
        covered = (over[..., 0] > _NEAR) & (over[..., 1] > _NEAR) & (order != 0)
        if not covered.any():
            break
        sideways = over[..., 0] < over[..., 1]
        push = over * np.where(gap != 0, np.sign(gap), order[..., None])
        push *= (np.stack([sideways, ~sideways], axis=2) & covered[..., None]) * 0.4
        places = np.clip(places + push.sum(axis=1), low, high)
    return np.round(places, 1)


def at(place: Floats) -> Record:
    """Returns the place of a word as fields of its record."""
    return {"x": float(place[0]), "y": float(place[1])}


def between(places: Floats, labels: Sequence[str], start: int, end: int) -> Record:
    """Returns the ends of a link as fields of its record: its places, and half of the widths of its words."""
    (x, y), (x2, y2) = places[[start, end]].tolist()
    widths = (round(_text_width(labels[place]) / 2 + 1, 1) for place in (start, end))
    return {"x": x, "y": y, "x2": x2, "y2": y2, **dict(zip(("w", "w2"), widths, strict=True))}


def axes(height: int, x: str = "x", y: str = "y") -> dict[str, Any]:
    """Returns the encodings of places, by the names of their fields."""
    alt = load_altair()
    return {
        "x": alt.X(f"{x}:Q", axis=None, scale=alt.Scale(domain=[0, _WIDTH], nice=False)),
        "y": alt.Y(f"{y}:Q", axis=None, scale=alt.Scale(domain=[0, height], nice=False)),
    }


def link_layers(links: Sequence[Record], height: int, arrows: bool = False, **encodings: Any) -> list[Any]:
    """Returns the layer of links (records with the fields of `between`), and with `arrows` that of their heads.

    Links end beside their words, and arrowheads point along them, in a chart of any width.
    """
    alt = load_altair()
    across, down = f"(datum.x2 - datum.x) * width / {_WIDTH}", f"(datum.y2 - datum.y) * height / {height}"
    cut = f"min({_LINE / 2} / max(1e-6, abs({down})), datum.%s / max(1e-6, abs({across})), 0.4)"
    chart = (
        alt.Chart()
        .transform_calculate(cut=cut % "w", cut2=cut % "w2", angle=f"90 + atan2(-({down}), {across}) * 180 / PI")
        .transform_calculate(**{f"{axis}a": _part(axis, "datum.cut") for axis in "xy"})
        .transform_calculate(**{f"{axis}b": _part(axis, "1 - datum.cut2") for axis in "xy"})
        .transform_calculate(
            hx=f"datum.xa + {_HEAD} * (datum.xb - datum.xa)", hy=f"datum.ya + {_HEAD} * (datum.yb - datum.ya)"
        )
    )
    lines = chart.mark_rule(color=GREY, strokeCap="round").encode(**axes(height, "xa", "ya"), x2="xb:Q", y2="yb:Q")
    layers = [with_records(lines.encode(**encodings), links)]
    if arrows:
        heads = chart.mark_point(shape="triangle-up", filled=True, size=90, color=GREY, opacity=1)
        heads = heads.encode(**axes(height, "hx", "hy"), angle=alt.Angle("angle:Q", scale=None))
        looks = {name: value for name, value in encodings.items() if name != "strokeWidth"}
        layers.append(with_records(heads.encode(**looks), links))
    return layers


def word_layer(words: Sequence[Record], height: int, mark: Mapping[str, Any], **encodings: Any) -> Any:
    """Returns the layer of words as text: records with the fields of `at`, and `label`."""
    alt = load_altair()
    chart = alt.Chart().mark_text(fontSize=FONT, **mark).encode(**axes(height), text="label:N", **encodings)
    return with_records(chart, words)


def _part(axis: str, share: str) -> str:
    return f"datum.{axis} + ({share}) * (datum.{axis}2 - datum.{axis})"


def _size(part: list[int]) -> tuple[int, int]:
    return -len(part), part[0]


def _text_width(word: str) -> float:
    return max(_LINE, text_width(label(word)))
