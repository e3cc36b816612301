"""What the pictures of several results share: axes, records of points, and the scatter plot with labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.reports.labels import FONT, GAP, choose
from nlpkit.reports.picture import load_altair, shortened

if TYPE_CHECKING:
    import altair

#: Pixels of the plot: the width from which on it has the labels of a wide one, and the width of a narrow one.
WIDE, NARROW = 540, 250
#: Labels, at most, on a wide and on a narrow plot.
MOST_LABELS, MOST_ON_NARROW = 40, 14
#: Colours of what has no colour of its own, lines and points; readable on white and on #16181d alike.
GREY, BLUE, ORANGE = "#8a8f98", "#4c86c6", "#e07b28"
#: How numbers are written in a tooltip: numbers of occurrences; others, as in the records, tiny ones with an exponent.
COUNT, NUMBER = ",", ",.12~g"

_DIGITS = 5  # of a float in the records
_MARGIN = 0.06  # of an axis, beside the first and the last point
_LEAST_MARGIN, _MOST_MARGIN = 0.06, 0.3  # powers of ten, of a log axis
_SHORT_FROM = 0.3  # values of an axis, from which on they are written as 10k and 1M: of counts, not of rates
_BESIDE_ZERO = 1.6  # the first tick is at least this multiple of the value at which 0 is drawn
_SPACE = "␣"
_MANY = 400  # points, from which on they are smaller
_SHAPES = ("circle", "diamond", "triangle-up")

Column = NDArray[Any]


@dataclass(frozen=True)
class Figure:
    """A number of each point. title: for people. values: one a point. format: as d3 writes it in a tooltip."""

    title: str
    values: Column
    format: str = NUMBER


@dataclass(frozen=True)
class Axis:
    """An axis of a plot, or of its colours.

    figure: what it shows. is_log: whether its steps are powers of ten. zero: where on such an axis 0 is drawn, at the
    beginning of it; None where there is no 0.
    """

    figure: Figure
    is_log: bool = False
    zero: float | None = None

    @property
    def range(self) -> tuple[float, float]:
        """The smallest and the largest value that is drawn on the axis, beside 0 on a log axis; (1, 1) where there is
        none, of an axis with a place for 0 ten times that."""
        values = self.figure.values
        is_float, values = values.dtype.kind == "f", values.astype(np.float64)
        values = values[np.isfinite(values) & (not self.is_log or values > 0)]
        if not values.size:
            return (1.0, 1.0) if self.zero is None else (10 * self.zero,) * 2
        low, high = float(values.min()), float(values.max())
        return (rounded(low), rounded(high)) if is_float else (low, high)  # as they stand in the records

    @property
    def domain(self) -> tuple[float, float]:
        """The first and the last value of the axis; the first one is smaller."""
        low, high = self.range
        if self.is_log:
            length = math.log10(high / low)
            margin = min(max(_MARGIN * length, _LEAST_MARGIN), _MOST_MARGIN) if length else _MOST_MARGIN
            first, last = low / 10**margin if self.zero is None else self.zero, high * 10**margin
        else:
            margin = _MARGIN * (high - low) or 0.1 * abs(low) or 1.0
            first, last = low - margin, high + margin
        if rounded(first) <= low and high <= rounded(last):  # not where large values are close together
            first, last = rounded(first), rounded(last)
        assert first < last, f"{self.figure.title}: no place between {first} and {last}"
        return first, last

    def places(self, pixels: float, is_flipped: bool = False) -> NDArray[np.float64]:
        """Returns where the points are on an axis. pixels: its length. is_flipped: counted from its other end."""
        low, high = self.domain
        values = self.figure.values.astype(np.float64)
        if self.is_log:
            low, high, values = math.log10(low), math.log10(high), np.log10(np.maximum(values, low))
        places = (values - low) / (high - low) * pixels
        return pixels - places if is_flipped else places

    def scale(self) -> Any:
        """Returns the scale, of altair."""
        kind = "log" if self.is_log else "linear"
        is_clamped = self.zero is not None  # which draws 0 at the beginning, although it has no logarithm
        return load_altair().Scale(type=kind, domain=[*self.domain], nice=False, clamp=is_clamped)

    def axis(self) -> Any:
        """Returns the axis, of altair."""
        alt = load_altair()
        if not self.is_log:
            return alt.Axis(title=self.figure.title, tickCount=6)
        low, high = self.domain
        settled: dict[str, Any] = {"title": self.figure.title, "labelOverlap": "greedy", "labelSeparation": 4}
        if self.zero is None:
            return alt.Axis(values=log_ticks(low, high), format="~s" if low >= _SHORT_FROM else ",", **settled)
        label = f"datum.value <= {low} ? '0' : format(datum.value, ',')"
        return alt.Axis(values=[low, *log_ticks(low * _BESIDE_ZERO, high)], labelExpr=label, **settled)


@dataclass(frozen=True)
class Kinds:
    """Which kind of point each is, which its shape shows.

    title: of the legend. names: of the kinds, at most three; points of the last one have an orange outline.
    numbers: the number of each point's kind.
    """

    title: str
    names: Sequence[str]
    numbers: NDArray[np.int64]


@dataclass(frozen=True)
class Line:
    """A dashed line, which is cut at the edges of the plot. x, y: of its ends."""

    x: tuple[float, float]
    y: tuple[float, float]


@dataclass(frozen=True)
class Points:
    """What stands for the points of a scatter plot.

    keys: of their rows, see `ResultTable.row_keys`; None for a point that stands for no row. title: of what the rows
    are, in tooltips: `word`; "" where there are none. figures: shown in tooltips, in this order. order: which points
    get a label before others, the most important first; by default all in their order.
    """

    keys: Sequence[str | None]
    title: str
    figures: Sequence[Figure]
    order: Iterable[int] | None = None


def inline(records: Sequence[dict[str, Any]]) -> altair.InlineData:
    """Returns records as the data of a chart.

    They are set afterwards because the library takes 0.2 s to check 2,000 of them.
    """
    data: altair.InlineData = load_altair().InlineData(values=[])
    data.values = list(records)
    return data


def number(value: float) -> float | int | None:
    """Returns a number as it stands in a record: a float with 5 significant digits; None for NaN and infinity."""
    if isinstance(value, int):
        return value
    return rounded(value) if math.isfinite(value) else None


def rounded(value: float) -> float:
    """Returns a float with 5 significant digits; 0.0 for -0.0."""
    return float(f"{value:.{_DIGITS}g}") + 0.0


def log_ticks(low: float, high: float) -> list[float]:
    """Returns the ticks of a log axis: the powers of ten, where there are fewer than three also 2 and 5 times these."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1,), (1, 2, 5)):
        ticks = [float(f"{step}e{power}") for power in powers for step in steps]
        ticks = [tick for tick in ticks if low <= tick <= high]
        if len(ticks) > 2:
            break
    return ticks


def scatter(
    points: Points,
    x: Axis,
    y: Axis,
    *,
    color: Axis | None = None,
    kinds: Kinds | None = None,
    lines: Sequence[Line] = (),
    height: int = 440,
) -> altair.LayerChart:
    """Returns a scatter plot of points with labels, of which a narrow plot shows fewer; no two labels overlap.

    color: the number that the colour shows; grey where it is NaN. kinds: what the shape shows. lines: drawn below the
    points. height: of the plot, in pixels. The places of all points must be finite, and on log axes above 0 or, if the
    axis has a place for it, 0.
    """
    alt = load_altair()
    fields = _fields(points, x, y, color)
    plot = alt.Chart().encode(
        x=alt.X("x:Q", scale=x.scale(), axis=x.axis()), y=alt.Y("y:Q", scale=y.scale(), axis=y.axis())
    )
    base = plot.encode(tooltip=_tooltips(points, fields))
    looks: dict[str, Any] = {"color": alt.value(BLUE)}
    if color is not None:
        looks["color"] = alt.ColorValue(GREY, condition={"test": "isValid(datum.c)", **_shade(color)})
    if kinds is not None:
        looks["shape"] = _shape(kinds)
        looks["stroke"] = alt.condition(alt.datum.kind == kinds.names[-1], alt.value(ORANGE), alt.value(None))
    dots = base.mark_point(
        filled=True, size=48 if len(points.keys) < _MANY else 30, strokeWidth=1, opacity=0.75
    ).encode(**looks)
    records = _records(points, fields, kinds, (x, y), height)
    below = [plot.mark_line(color=GREY, strokeDash=[6, 4], clip=True).properties(data=_ends(line)) for line in lines]
    chart: altair.LayerChart = alt.layer(*below, dots, *label_layers(base), data=inline(records))
    return chart


def with_records(chart: Any, records: Sequence[dict[str, Any]]) -> Any:
    """Returns the chart with its data, which come last because the library checks them at each step."""
    chart.data = inline(records)
    return chart


def _fields(points: Points, x: Axis, y: Axis, color: Axis | None) -> dict[str, Figure]:
    """Name of a field in the records -> its figure: those of tooltips in their order, then others."""
    placed = {"x": x.figure, "y": y.figure, **({} if color is None else {"c": color.figure})}
    fields: dict[str, Figure] = {}
    for i, figure in enumerate(points.figures):
        name = next((name for name, other in placed.items() if other is figure), f"f{i}")
        fields[name] = figure
    return {**fields, **{name: figure for name, figure in placed.items() if name not in fields}}


def _tooltips(points: Points, fields: dict[str, Figure]) -> list[Any]:
    alt = load_altair()
    first = [alt.Tooltip("text:N", title=points.title)] if points.title else []
    names = [*fields][: len(points.figures)]
    return [*first, *(alt.Tooltip(f"{name}:Q", title=fields[name].title, format=fields[name].format) for name in names)]


def _records(
    points: Points, fields: dict[str, Figure], kinds: Kinds | None, axes: tuple[Axis, Axis], height: int
) -> list[dict[str, Any]]:
    """A record for each point, the most important last, which is drawn above the others."""
    texts = ["" if key is None else _drawn(key) for key in points.keys]
    order = [*(range(len(texts)) if points.order is None else points.order)]
    columns: dict[str, list[Any]] = {"key": [*points.keys], "text": texts}
    for name, figure in fields.items():
        columns[name] = [*map(number, figure.values.tolist())]
    if kinds is not None:
        columns["kind"] = [kinds.names[i] for i in kinds.numbers.tolist()]
    for name, width, most in (("wide", WIDE, MOST_LABELS), ("narrow", NARROW, MOST_ON_NARROW)):
        places = axes[0].places(width), axes[1].places(height, is_flipped=True)
        sides = dict(choose(texts, *places, width=width, height=height, most=most, order=order))
        columns[name] = [sides.get(row) for row in range(len(texts))]
    ranks = {row: rank for rank, row in enumerate(order)}
    rows = [*zip(*columns.values(), strict=True)]
    drawn = sorted(range(len(rows)), key=lambda row: -ranks.get(row, len(rows)))
    names = [*columns]
    return [{name: value for name, value in zip(names, rows[row], strict=True) if value is not None} for row in drawn]


def _drawn(key: str) -> str:
    """A text as it is drawn: a sign for each character where all are white space."""
    return shortened(_SPACE * len(key) if key.isspace() else key)


def label_layers(base: Any) -> list[Any]:
    """Returns the layers of the labels: those of a wide plot and those of a narrow one, of which the width shows one.

    base: a chart with places and tooltips. A record with a label has `text`, and `wide`, `narrow` or both: the side of
    its point on which it stands.
    """
    alt = load_altair()
    layers = []
    for name, shown in (("wide", f"width >= {WIDE}"), ("narrow", f"width < {WIDE}")):
        side = f"datum.{name}"
        mark = base.transform_filter(f"isValid({side})").mark_text(
            fontSize=FONT,
            align=alt.expr(f"{side} == 'right' ? 'left' : {side} == 'left' ? 'right' : 'center'"),
            baseline=alt.expr(f"{side} == 'above' ? 'bottom' : {side} == 'below' ? 'top' : 'middle'"),
            dx=alt.expr(f"{side} == 'right' ? {GAP} : {side} == 'left' ? -{GAP} : 0"),
            dy=alt.expr(f"{side} == 'above' ? -{GAP} : {side} == 'below' ? {GAP} : 0"),
        )
        text = {"test": shown, "field": "text", "type": "nominal"}  # `condition` would check it for 0.02 s
        layers.append(mark.encode(text=alt.TextValue("", condition=text)))
    return layers


def _ends(line: Line) -> altair.InlineData:
    return inline([{"x": rounded(x), "y": rounded(y)} for x, y in zip(line.x, line.y, strict=True)])


def _shade(color: Axis) -> dict[str, Any]:
    """How the field `c` is shown as a colour, as Vega-Lite writes it."""
    low, high = color.range
    if low == high:
        low, high = color.domain
    ticks = {"values": log_ticks(low, high)} if color.is_log else {"tickCount": 4}
    return {
        "field": "c",
        "type": "quantitative",
        "title": color.figure.title,
        "legend": {"orient": "top", "direction": "horizontal", "gradientLength": 180, "titleLimit": 300, **ticks},
        "scale": {
            "type": "log" if color.is_log else "linear",
            "scheme": {"name": "viridis", "extent": [0.25, 0.95]},
            "domain": [rounded(low), rounded(high)],
            "clamp": True,
        },
    }


def _shape(kinds: Kinds) -> Any:
    alt = load_altair()
    legend = alt.Legend(orient="bottom", direction="horizontal", titleLimit=300, symbolFillColor=GREY)
    scale = alt.Scale(domain=[*kinds.names], range=[*_SHAPES[: len(kinds.names)]])
    return alt.Shape("kind:N", title=kinds.title, scale=scale, legend=legend)
