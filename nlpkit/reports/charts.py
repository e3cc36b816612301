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
#: The colours of lines and of points without a colour of their own; readable on white and on #16181d alike.
GREY, BLUE, ORANGE = "#8a8f98", "#4c86c6", "#e07b28"
#: Numbers of a tooltip: of occurrences, and others.
COUNT, NUMBER = ",", ",.4~g"

_DIGITS = 5  # of a number in the records
_MARGIN = 0.06  # of an axis, beside the first and the last point
_SHAPES = ("circle", "diamond", "triangle-up")
_SHORT_FROM = 0.3  # values of an axis, from which on they are written as 10k and 1M: of counts, not of rates
_BESIDE_ZERO = 1.6  # the first tick after that of 0 is at least so many times larger
_MANY = 400  # points, from which on they are smaller

Column = NDArray[Any]


@dataclass(frozen=True)
class Figure:
    """A number of each point. title: for people. values: one a point. format: as d3 writes it in a tooltip."""

    title: str
    values: Column
    format: str = NUMBER


@dataclass(frozen=True)
class Axis:
    """An axis of a plot, and where the points are on it.

    figure: what it shows. is_log: whether its steps are powers of ten. zero: where on such an axis 0 is drawn; None
    where there is none.
    """

    figure: Figure
    is_log: bool = False
    zero: float | None = None

    @property
    def drawn(self) -> NDArray[np.float64]:
        """Where the points are."""
        values = self.figure.values.astype(np.float64)
        return values if self.zero is None else np.maximum(values, self.zero)

    @property
    def domain(self) -> tuple[float, float]:
        """The first and the last value of the axis."""
        drawn = self.drawn
        drawn = drawn[np.isfinite(drawn)]
        low, high = (float(drawn.min()), float(drawn.max())) if drawn.size else (1.0, 1.0)
        if self.is_log:
            low, high = math.log10(low), math.log10(high)
        margin = max(0.3 if self.is_log else 1e-3, (high - low) * _MARGIN) if high > low else 0.3 + abs(low) * 0.1
        if self.is_log:
            margin = min(margin, 0.3)
            first = 10 ** (low - margin) if self.zero is None else self.zero
            return _rounded(first), _rounded(10 ** (high + margin))
        return _rounded(low - margin), _rounded(high + margin)

    def places(self, pixels: float, flipped: bool = False) -> NDArray[np.float64]:
        """Returns where the points are on an axis of so many pixels; flipped: from its other end."""
        low, high = self.domain
        values = self.drawn
        if self.is_log:
            low, high, values = math.log10(low), math.log10(high), np.log10(values)
        places = (values - low) / (high - low) * pixels
        return pixels - places if flipped else places

    def scale(self) -> Any:
        """Returns the scale, of altair."""
        kind = "log" if self.is_log else "linear"
        return load_altair().Scale(type=kind, domain=[*self.domain], nice=False, zero=False, clamp=True)

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

    title: of the legend. names: of the kinds, at most three. numbers: the number of each point's kind.
    """

    title: str
    names: Sequence[str]
    numbers: NDArray[np.int64]


@dataclass(frozen=True)
class Points:
    """What stands for the points of a scatter plot.

    keys: of their rows, see `ResultTable.keys`. title: of what they are, in tooltips: `word`. figures: shown in
    tooltips, in this order; those of axes and colours need not be the first. order: which points get a label before
    others, the most important first; by default all in their order.
    """

    keys: Sequence[str]
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


def number(value: float, digits: int = _DIGITS) -> float | int | None:
    """Returns a number as it stands in a record: a float with 5 significant digits; None for NaN and infinity."""
    if isinstance(value, int):
        return value
    return _rounded(value, digits) if math.isfinite(value) else None


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
    color: Figure | None = None,
    kinds: Kinds | None = None,
    height: int = 440,
    below: Sequence[Any] = (),
) -> altair.LayerChart:
    """Returns a scatter plot of points with labels, of which a narrow plot shows fewer; no two labels overlap.

    color: the number that the colour shows; grey where it is NaN. kinds: what the shape shows. height: of the plot, in
    pixels. below: layers that are drawn first, such as lines. Points of which a place is not finite must be left out.
    """
    alt = load_altair()
    fields = _fields(points, x, y, color)
    base = alt.Chart().encode(
        x=alt.X("x:Q", scale=x.scale(), axis=x.axis()),
        y=alt.Y("y:Q", scale=y.scale(), axis=y.axis()),
        tooltip=[
            alt.Tooltip("text:N", title=points.title),
            *(
                alt.Tooltip(f"{name}:Q", title=figure.title, format=figure.format)
                for name, figure in fields.items()
                if figure in points.figures
            ),
        ],
    )
    looks: dict[str, Any] = {"color": alt.value(BLUE)}
    if color is not None:
        looks["color"] = alt.condition("isValid(datum.c)", _shade(color), alt.value(GREY))
    if kinds is not None:
        looks["shape"] = _shape(kinds)
        looks["stroke"] = alt.condition(alt.datum.kind == kinds.names[-1], alt.value(ORANGE), alt.value(None))
    dots = base.mark_point(filled=True, size=48 if len(points.keys) < _MANY else 30, opacity=0.75).encode(**looks)
    records = _records(points, fields, kinds, {"x": x, "y": y}, height)
    layers = [*below, dots, *_texts(base)]
    chart: altair.LayerChart = alt.layer(*layers, data=inline(records))
    return chart


def _fields(points: Points, x: Axis, y: Axis, color: Figure | None) -> dict[str, Figure]:
    """Name of a field in the records -> its figure; a figure of an axis has the name of the axis."""
    fields = {"x": x.figure, "y": y.figure, **({} if color is None else {"c": color})}
    ordered: dict[str, Figure] = {}
    names = {id(figure): name for name, figure in reversed(fields.items())}
    for i, figure in enumerate(points.figures):
        ordered[names.get(id(figure), f"f{i}")] = figure
    return {**ordered, **{name: figure for name, figure in fields.items() if name not in ordered}}


def _records(
    points: Points, fields: dict[str, Figure], kinds: Kinds | None, axes: dict[str, Axis], height: int
) -> list[dict[str, Any]]:
    """A record for each point, the most important last, which is drawn above the others."""
    texts = [*map(shortened, points.keys)]
    columns: dict[str, list[Any]] = {"key": [*points.keys], "text": texts}
    for name, figure in fields.items():
        columns[name] = [*map(number, figure.values.tolist())]
    if kinds is not None:
        columns["kind"] = [kinds.names[i] for i in kinds.numbers.tolist()]
    order = [*(range(len(texts)) if points.order is None else points.order)]
    for name, width, most in (("wide", WIDE, MOST_LABELS), ("narrow", NARROW, MOST_ON_NARROW)):
        places = axes["x"].places(width), axes["y"].places(height, flipped=True)
        labels = choose(texts, *places, width=width, height=height, most=most, order=order)
        sides = dict(labels)
        columns[name] = [sides.get(row) for row in range(len(texts))]
    names = [*columns]
    rows = [*zip(*columns.values(), strict=True)]
    ranks = {row: rank for rank, row in enumerate(order)}
    drawn = sorted(range(len(rows)), key=lambda row: -ranks.get(row, len(rows)))
    return [
        {name: value for name, value in zip(names, rows[row], strict=True) if value is not None or len(name) == 1}
        for row in drawn
    ]


def _texts(base: Any) -> list[Any]:
    """The layers of the labels: those of a wide plot and those of a narrow one, of which the width shows one."""
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
        layers.append(mark.encode(text=alt.condition(shown, "text:N", alt.value(""))))
    return layers


def _shade(color: Figure) -> Any:
    alt = load_altair()
    scheme = alt.SchemeParams(name="viridis", extent=[0.25, 0.95])
    legend = alt.Legend(orient="top", direction="horizontal", gradientLength=180, titleLimit=300, tickCount=4)
    values = color.values[np.isfinite(color.values)]
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    scale = alt.Scale(scheme=scheme, domain=[_rounded(low), _rounded(high)], clamp=True)
    return alt.Color("c:Q", title=color.title, scale=scale, legend=legend)


def _shape(kinds: Kinds) -> Any:
    alt = load_altair()
    legend = alt.Legend(orient="bottom", direction="horizontal", titleLimit=300, symbolFillColor=GREY)
    scale = alt.Scale(domain=[*kinds.names], range=[*_SHAPES[: len(kinds.names)]])
    return alt.Shape("kind:N", title=kinds.title, scale=scale, legend=legend)


def _rounded(value: float, digits: int = _DIGITS) -> float:
    """Returns a float with so many significant digits; 0.0 for -0.0."""
    return float(f"{value:.{digits}g}") + 0.0
