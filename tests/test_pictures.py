"""The pictures of frequency lists, keywords and terms, and what all scatter plots share."""

import json
from itertools import combinations

import numpy as np
import pytest

from nlpkit.reports import charts
from nlpkit.reports.labels import SIDES, choose, label_box, point_box, text_width

WORDS = ["word", "中华人民共和国", "W" * 9, "e\u0301te\u0301", "🙂", "<b>", '"', "\u202eabc", "x" * 60]


def boxes_of(texts, x, y, labels):
    return [(label_box(texts[row], x[row], y[row], side), point_box(x[row], y[row])) for row, side in labels]


@pytest.mark.parametrize("width", [charts.NARROW, charts.WIDE])
@pytest.mark.parametrize("seed", range(4))
def test_no_label_overlaps_another_one_or_a_point_that_has_one(width, seed):
    random = np.random.default_rng(seed)
    size = (9, 50, 300, 2000)[seed]
    texts = [WORDS[i % len(WORDS)] for i in range(size)]
    x, y = random.uniform(0, width, size), random.normal(220, 80, size)
    labels = choose(texts, x, y, width=width, height=440, most=40)
    assert 3 <= len(labels) <= 40 and labels == choose(texts, x, y, width=width, height=440, most=40)
    boxes = boxes_of(texts, x, y, labels)
    for (one, its_point), (other, other_point) in combinations(boxes, 2):
        assert not one.overlaps(other) and not one.overlaps(other_point) and not other.overlaps(its_point)
    assert all(box.left >= 0 and box.right <= width and box.top >= 0 and box.bottom <= 440 for box, _ in boxes)


def test_the_most_important_points_get_their_labels_first():
    x, y = np.array([100.0, 101, 102]), np.array([100.0, 101, 99])
    names = ["one", "two", "three"]
    assert [row for row, _ in choose(names, x, y, width=300, height=300, most=9)] == [0]
    assert [row for row, _ in choose(names, x, y, width=300, height=300, most=9, order=[2, 1, 0])] == [2]
    assert choose(names, x, y, width=300, height=300, most=0) == []


def test_a_label_moves_to_a_side_where_it_is_inside_and_covers_nothing():
    def side(x, y, others=()):
        x, y = (np.array([place, *(other[axis] for other in others)], float) for axis, place in enumerate((x, y)))
        return choose(["word", *[""] * len(others)], x, y, width=300, height=300, most=1)[0].side

    assert [side(100, 100), side(295, 100), side(100, 100, [(120, 100)])] == ["right", "left", "left"]
    assert side(100, 100, [(120, 100), (80, 100)]) == "above"
    assert side(10, 290, [(30, 290)]) == "right", "nothing else is inside"
    assert {*SIDES} == {"right", "left", "above", "below"}


def test_chinese_characters_are_as_wide_as_they_are_high():
    assert text_width("中国") == 24 and text_width("abcd") < 30 and text_width("e\u0301") == text_width("e")


def records_of(chart):
    """The records of a chart's points; all that is not NaN or infinite is JSON."""
    found = chart.to_dict()
    json.dumps(found, allow_nan=False)
    return found["datasets"][found["data"]["name"]]


def test_log_axes_have_ticks_whatever_their_length():
    assert charts.log_ticks(0.5, 2e4) == [1, 10, 100, 1000, 10000]
    assert charts.log_ticks(3.5, 14) == [5, 10]
    for value in (1, 7, 0.0031, 12_345_678, 9.99e8):
        low, high = charts.Axis(charts.Figure("n", np.array([value])), is_log=True).domain
        assert low < value < high and charts.log_ticks(low, high)


def test_a_scatter_plot_has_each_point_with_its_key_figures_and_labels():
    counts = charts.Figure("occurrences", np.array([100, 10, 1, 1]), charts.COUNT)
    values = charts.Figure("PMI", np.array([1.23456789, 2, -3, 0]))
    color = charts.Figure("entropy", np.array([0.5, np.nan, np.inf, 2]))
    keys = ["<script>", '"', "x" * 10_000, "\u202eمرحبا"]
    kinds = charts.Kinds("kind", ["new", "known"], np.array([0, 1, 0, 1]))
    points = charts.Points(keys, "word", [counts, values, color], order=[1, 0])
    x, y = charts.Axis(counts, is_log=True), charts.Axis(values)
    chart = charts.scatter(points, x, y, color=color, kinds=kinds)
    records = {record["key"]: record for record in records_of(chart)}
    assert {*records} == {*keys} and len(records["x" * 10_000]["text"]) == 60
    one = records["<script>"]
    assert (one["x"], one["y"], one["c"], one["kind"]) == (100, 1.2346, 0.5, "new")
    assert records['"']["c"] is None and records["x" * 10_000]["c"] is None
    assert {"wide", "narrow"} <= {*one} and "wide" not in records["x" * 10_000], "without a place in the order"
    assert records_of(chart)[-1]["key"] == '"', "the most important point is above the others"
    assert chart.to_json() == charts.scatter(points, x, y, color=color, kinds=kinds).to_json()
    tooltips = chart.to_dict()["layer"][0]["encoding"]["tooltip"]
    assert [tooltip["title"] for tooltip in tooltips] == ["word", "occurrences", "PMI", "entropy"]


def test_zero_has_a_place_of_its_own_on_a_log_axis():
    rates = charts.Figure("per million", np.array([0.0, 0.5, 2000]))
    axis = charts.Axis(rates, is_log=True, zero=0.1)
    assert axis.domain[0] == 0.1 and axis.places(500)[0] == 0 < axis.places(500)[1]
    chart = charts.scatter(charts.Points(["a", "b", "c"], "word", [rates]), axis, charts.Axis(rates))
    assert {record["key"]: record["x"] for record in records_of(chart)} == {"a": 0, "b": 0.5, "c": 2000}
    ticks = chart.to_dict()["layer"][0]["encoding"]["x"]["axis"]
    assert ticks["values"] == [0.1, 1, 10, 100, 1000] and "'0'" in ticks["labelExpr"]
