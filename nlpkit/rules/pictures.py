"""The pictures of rules: support against confidence, the strongest rules as a graph, and as a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlpkit.association import Tables, lift
from nlpkit.reports.charts import GREY, NARROW, WIDE, Axis, Figure, label_layers, log_ticks, number, with_records
from nlpkit.reports.labels import choose
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
from nlpkit.reports.picture import Picture, distinct, first_of, load_altair, shortened
from nlpkit.rules.measures import confidence, support

Side = tuple[str, ...]

_MOST_LINKS = 50  # of the rules of the graph with their items, which have two or more each
_MOST_CELLS = 500  # rules of the matrix
_MOST_LINES, _MOST_COLUMNS = 25, 12
_SPREAD = 8  # the largest number divided by the smallest, from which an axis is logarithmic
_ITEM = 40  # characters of a side of a rule
_MOST_LABELS, _MOST_ON_NARROW, _MOST_TRIED = 12, 5, 60  # labels of the scatter, and rules that may have one
_SIDES = 90.0, 112.0  # pixels of the sides of a rule in a label
_CELL = 80  # pixels of a cell of the matrix
_PLOT, _HEIGHT = 440, 520  # of the scatter and of the graph


@dataclass(frozen=True)
class FirstRules:
    """The first rules, MOST_POINTS of them if there are as many.

    sides: antecedent and consequent of each. tables: their counts. keys: of their rows. size: rules of the result.
    """

    sides: Sequence[tuple[Side, Side]]
    tables: Tables
    keys: Sequence[str]
    size: int


def pictures_of(rules: FirstRules) -> list[Picture]:
    """Returns the pictures `scatter`, `graph` and `matrix`."""
    if not rules.size:
        return []
    records = _records(rules, len(rules.sides))
    color = _by_lift(records)
    return [scatter(rules, records, color), graph(rules, records, color), matrix(rules, records, color)]


def scatter(rules: FirstRules, records: Sequence[Record], color: Any) -> Picture:
    """Returns support against confidence of the first rules, lift as colour."""
    alt = load_altair()
    x, y = (
        Axis(Figure(title, np.array([record[name] for record in records])), is_log=is_log)
        for name, title, is_log in (
            ("support", "support: share of the transactions", _is_wide(records, "support")),
            ("confidence", "confidence", False),
        )
    )
    plot = alt.Chart().encode(
        x=alt.X("support:Q", scale=x.scale(), axis=_percent(x)),
        y=alt.Y("confidence:Q", scale=y.scale(), axis=_percent(y)),
        tooltip=_tooltip(),
    )
    dots = plot.mark_circle(size=45, opacity=0.85, stroke=GREY, strokeWidth=0.5).encode(color=color)
    above = _with_labels(rules, records, x, y)[::-1]  # the first ones are drawn above the others
    chart = with_records(alt.layer(dots, *label_layers(plot)), above)
    shows = (
        "Each point is a rule A \u2192 B. Further right, more transactions have all its items; further up, B is found "
        "in more of those that have A. Lift says how many times as often A and B occur together as by chance: "
        "at 1, the rule says nothing. The first rules are named where there is room."
    )
    drawn = first_of(len(records), rules.size, "rule")
    return Picture("scatter", "Rules: how sure against how frequent", chart, shows, drawn, _keys(records), _PLOT)


def _with_labels(rules: FirstRules, records: Sequence[Record], x: Axis, y: Axis) -> list[Record]:
    """The records; those of the first rules that have room for a label with the fields that `label_layers` reads."""
    made = [dict(record) for record in records]
    tried = rules.sides[:_MOST_TRIED]
    texts = [" \u2192 ".join(map(_spelled, sides, _SIDES)) for sides in tried]
    for name, width, most in (("wide", WIDE, _MOST_LABELS), ("narrow", NARROW, _MOST_ON_NARROW)):
        places, order = (x.places(width), y.places(_PLOT, is_flipped=True)), range(len(texts))
        for row, side in choose(texts, *places, width=width, height=_PLOT, most=most, order=order):
            made[row] |= {"text": texts[row], name: side}
    return made


def graph(rules: FirstRules, records: Sequence[Record], color: Any) -> Picture:
    """Returns the first rules as arrows between items, by way of a dot for each rule unless all have two items."""
    sides = rules.sides[: _MOST_LINKS // 2]
    is_plain = all(len(a) == len(c) == 1 for a, c in sides)
    size = min(
        fitting([[*a, *c] for a, c in sides], _HEIGHT), _most_with(_MOST_LINKS, [len(a) + len(c) for a, c in sides])
    )
    sides, records = sides[:size], records[:size]
    items = list(dict.fromkeys(item for a, c in sides for item in (*a, *c)))
    place_of = {item: place for place, item in enumerate(items)}
    labels = [*map(label, items), *([] if is_plain else [""] * size)]
    ends = _ends(sides, place_of, is_plain)
    places = place_linked(labels, [(start, end) for start, end, _ in ends], _HEIGHT)
    links = [{**records[row], **between(places, labels, a, b)} for a, b, row in ends]
    words = [
        {"item": shortened(item), "label": text, **at(p)} for item, text, p in zip(items, labels, places, strict=False)
    ]
    dots = [] if is_plain else [{**record, **at(p)} for record, p in zip(records, places[len(items) :], strict=True)]
    shows = (
        "An arrow leads from A to B for each rule A \u2192 B. Thick lines have much support, light ones a high lift."
        if is_plain
        else "Each dot is a rule A \u2192 B: arrows lead to it from the items of A, and from it to those of B. Large "
        "dots have much support, light ones a high lift."
    )
    drawn = first_of(size, rules.size, "rule")
    chart = _graph_chart(links, words, dots, color)
    return Picture("graph", "The strongest rules as a graph", chart, shows, drawn, _keys(records), _HEIGHT)


def matrix(rules: FirstRules, found: Sequence[Record], color: Any) -> Picture:
    """Returns the first rules as cells: a line for each antecedent, a column for each consequent, lift as colour."""
    alt = load_altair()
    sides = rules.sides[:_MOST_CELLS]
    lines, columns, rows = dict[Side, str](), dict[Side, str](), list[int]()
    for row, (antecedent, consequent) in enumerate(sides):
        if (antecedent in lines or len(lines) < _MOST_LINES) and (
            consequent in columns or len(columns) < _MOST_COLUMNS
        ):
            lines[antecedent] = columns[consequent] = ""
            rows.append(row)
    for names, most in ((lines, NAME), (columns, 110.0)):
        names.update(zip(names, distinct(label(", ".join(side), most) for side in names), strict=True))
    records = [{**found[row], "from": lines[sides[row][0]], "to": columns[sides[row][1]]} for row in rows]
    chart = (
        alt.Chart()
        .mark_rect(stroke=GREY, strokeWidth=0.5)
        .encode(
            x=alt.X("to:N", title="B", sort=None)
            .scale(rangeMax=alt.expr(f"min(width, {_CELL * len(columns)})"))
            .axis(orient="top", labelAngle=-90, labelLimit=140, labelOverlap=False),
            y=alt.Y("from:N", title="A", sort=None).axis(
                labelLimit=name_limit(),
                labelOverlap=False,
                titleAngle=0,
                titleAlign="right",
                titleBaseline="bottom",
                titleX=-10,
                titleY=-6,
            ),
            color=color,
            tooltip=_tooltip(),
        )
    )
    chart = with_records(chart, records)
    shows = (
        "Each cell is a rule A \u2192 B: A is its line, B its column, lift its colour. An empty place is a pair of "
        "sides without a rule among those that are drawn."
    )
    drawn = first_of(len(records), rules.size, "rule")
    if len(records) < len(sides):
        sizes = f"the first {len(lines)} antecedents and {len(columns)} consequents"
        drawn = f"{len(records):,} of {rules.size:,} rules, those of {sizes}"
    keys, height = _keys(records), 180 + 22 * len(lines)
    return Picture("matrix", "The strongest rules as a matrix", chart, shows, drawn, keys, height)


def _graph_chart(links: Sequence[Record], words: Sequence[Record], dots: Sequence[Record], color: Any) -> Any:
    alt = load_altair()
    tooltip = _tooltip()
    weight = alt.StrokeWidth("support:Q", scale=alt.Scale(range=[1, 3.5], zero=False), legend=None)
    if dots:
        size = alt.Size("support:Q", scale=alt.Scale(range=[60, 280], zero=False), legend=None)
        marks = alt.Chart().mark_circle(opacity=1, stroke=GREY, strokeWidth=0.5)
        layers = link_layers(links, _HEIGHT, arrows=True, tooltip=tooltip)
        layers.append(with_records(marks.encode(**axes(_HEIGHT), size=size, color=color, tooltip=tooltip), dots))
    else:
        layers = link_layers(links, _HEIGHT, arrows=True, strokeWidth=weight, color=color, tooltip=tooltip)
    return alt.layer(*layers, word_layer(words, _HEIGHT, {}, tooltip=[alt.Tooltip("item:N")]))


def _ends(sides: Sequence[tuple[Side, Side]], place_of: dict[str, int], is_plain: bool) -> list[tuple[int, int, int]]:
    """The links of rules: from, to (items, or behind them dots of rules), and the row of the rule."""
    ends = list[tuple[int, int, int]]()
    for row, (antecedent, consequent) in enumerate(sides):
        if is_plain:
            ends.append((place_of[antecedent[0]], place_of[consequent[0]], row))
        else:
            dot = len(place_of) + row
            ends += [(place_of[item], dot, row) for item in antecedent]
            ends += [(dot, place_of[item], row) for item in consequent]
    return ends


def _records(rules: FirstRules, size: int) -> list[Record]:
    """The records of the first rules; the measures come from the counts, because rules need not have them."""
    columns = [[*map(number, measure(rules.tables)[:size].tolist())] for measure in (support, confidence, lift)]
    sides = [(shortened(", ".join(a), _ITEM), shortened(", ".join(c), _ITEM)) for a, c in rules.sides[:size]]
    return [
        {"key": key, "rule": f"{a} \u2192 {c}", "support": share, "confidence": sure, "lift": above}
        for key, (a, c), share, sure, above in zip(rules.keys[:size], sides, *columns, strict=True)
    ]


def _spelled(side: Side, most: float) -> str:
    return label(", ".join(side), most)


def _most_with(most: int, sizes: Sequence[int]) -> int:
    """How many of the first sizes add up to at most `most`; at least 1."""
    return max(1, int(np.searchsorted(np.cumsum(sizes), most, side="right")))


def _keys(records: Sequence[Record]) -> list[str]:
    return [record["key"] for record in records]


def _is_wide(records: Sequence[Record], name: str) -> bool:
    """Whether numbers above 0 are so far apart that a logarithmic scale shows them better."""
    values = [record[name] for record in records if record[name]]
    return bool(values) and max(values) > _SPREAD * min(values)


def _percent(axis: Axis) -> Any:
    alt, title = load_altair(), axis.figure.title
    if axis.is_log:
        return alt.Axis(title=title, format="~%", values=log_ticks(*axis.domain), labelOverlap="greedy")
    return alt.Axis(title=title, format="~%", tickCount=6)


def _by_lift(records: Sequence[Record]) -> Any:
    """The colour of lift, which the pictures of a page share. records: of all rules that are drawn in any of them."""
    alt = load_altair()
    scheme = alt.SchemeParams(name="viridis", extent=[0.25, 0.95])
    lifts = [record["lift"] for record in records if record["lift"] is not None]
    domain = [min(lifts), max(lifts)] if lifts else alt.Undefined
    kind = "log" if _is_wide(records, "lift") and min(lifts) > 0 else "linear"
    scale = alt.Scale(type=kind, scheme=scheme, domain=domain, zero=False, nice=False)
    padding = 12  # for the half of the first label that is left of the gradient
    legend = alt.Legend(
        orient="top", direction="horizontal", type="gradient", gradientLength=120, tickCount=2, padding=padding
    )
    return alt.Color("lift:Q", title="lift", scale=scale, legend=legend)


def _tooltip() -> list[Any]:
    alt = load_altair()
    shares = [alt.Tooltip(f"{name}:Q", format=".4~%") for name in ("support", "confidence")]
    return [alt.Tooltip("rule:N"), *shares, alt.Tooltip("lift:Q")]
