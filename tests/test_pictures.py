"""The pictures of frequency lists, keywords and terms, and what all scatter plots share."""

import json
import math
import re
from itertools import combinations

import numpy as np
import pytest

import nlpkit
from nlpkit.discovery.pictures import kinds_of_new
from nlpkit.frequencies import ranking
from nlpkit.keyness import compare
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


@pytest.mark.parametrize("values", [[0.0, 0.0], [123_456.7, 123_456.9], [1e6, 1e6 + 1], [-2.0, -1.999999], [np.nan]])
@pytest.mark.parametrize("kind", [np.float64, np.int64])
@pytest.mark.parametrize("how", [{}, {"is_log": True}, {"is_log": True, "zero": 1e-3}], ids=str)
@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")
def test_an_axis_ascends_and_holds_the_points_as_they_are_drawn(values, kind, how):
    axis = charts.Axis(charts.Figure("n", np.array(values).astype(kind)), **how)
    low, high = axis.domain
    assert low < high
    drawn = [charts.number(value) for value in axis.figure.values.tolist() if value == value]
    assert all(low < value < high for value in drawn if abs(value) < 1e9 and (value > 0 or not how))


def test_a_scatter_plot_has_each_point_with_its_key_figures_and_labels():
    counts = charts.Figure("occurrences", np.array([100, 10, 1, 1]), charts.COUNT)
    values = charts.Figure("PMI", np.array([1.23456789, 2, -3, 0]))
    color = charts.Figure("entropy", np.array([0.5, np.nan, np.inf, 2]))
    keys = ["<script>", '"', "x" * 10_000, "\u202eمرحبا"]
    kinds = charts.Kinds("kind", ["new", "known"], np.array([0, 1, 0, 1]))
    points = charts.Points(keys, "word", [counts, values, color], order=[1, 0])
    x, y = charts.Axis(counts, is_log=True), charts.Axis(values)
    chart = charts.scatter(points, x, y, color=charts.Axis(color), kinds=kinds)
    records = {record["key"]: record for record in records_of(chart)}
    assert {*records} == {*keys} and len(records["x" * 10_000]["text"]) == 60
    one = records["<script>"]
    assert (one["x"], one["y"], one["c"], one["kind"]) == (100, 1.2346, 0.5, "new")
    assert "c" not in records['"'] and "c" not in records["x" * 10_000]
    assert {"wide", "narrow"} <= {*one} and "wide" not in records["x" * 10_000], "without a place in the order"
    assert records_of(chart)[-1]["key"] == '"', "the most important point is above the others"
    assert chart.to_json() == charts.scatter(points, x, y, color=charts.Axis(color), kinds=kinds).to_json()
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


def drawn_in(picture):
    """Key -> record of the rows that are drawn, which are those that the picture names."""
    records = {record["key"]: record for record in records_of(picture.chart) if "key" in record}
    assert {*records} == {*picture.keys} and len(records) == len(picture.keys)
    return records


def lines_of(picture):
    """The ends of the dashed lines of a picture, as (x, y) pairs."""
    found = picture.chart.to_dict()
    names = [layer["data"]["name"] for layer in found["layer"] if "data" in layer]
    return [[(end["x"], end["y"]) for end in found["datasets"][name]] for name in names]


def text_file(path, counts):
    """Writes tokens as often as `counts` says, in turn, so that the rare ones come late."""
    path.write_text(" ".join(token for token, count in counts.items() for _ in range(count)))
    return path


def listed(tmp_path, counts, name="text.txt", **how):
    return nlpkit.count(text_file(tmp_path / name, counts), tokenizer="space", **how)


def test_a_list_draws_the_frequency_of_each_rank_and_the_line_of_zipfs_exponent(tmp_path):
    found = listed(tmp_path, {"of": 8, "<b>": 4, '"x"': 2, "rare": 1, "once": 1}, top=3)
    (picture,) = found.pictures()
    assert (picture.name, picture.drawn) == ("ranks", "all 5 ranks")
    assert {key: (one["x"], one["y"]) for key, one in drawn_in(picture).items()} == {
        "of": (1, 8),
        "<b>": (2, 4),
        '"x"': (3, 2),
    }
    assert sorted(one["x"] for one in records_of(picture.chart) if "key" not in one) == [4, 5], "not in the list"
    exponent = found.statistics().zipf_exponent
    assert f"rank^{exponent:.3f}" in picture.shows and "maximum likelihood" in picture.shows
    first = 16 / sum(rank**-exponent for rank in range(1, 6))
    assert lines_of(picture) == [[(1, pytest.approx(first, 1e-4)), (5, pytest.approx(first * 5**-exponent, 1e-4))]]
    assert found.plot("ranks").to_json() == found.plot().to_json()


def test_of_many_ranks_the_first_are_drawn_and_some_of_the_others(tmp_path):
    found = listed(tmp_path, {f"w{i}": 1 + 20_000 // (i + 1) for i in range(30_000)})
    (picture,) = found.pictures()
    ranks = sorted(record["x"] for record in records_of(picture.chart))
    assert ranks[:1000] == [*range(1, 1001)] and ranks[-1] == 30_000 and len(ranks) == 2000
    assert picture.drawn == "the first 1,000 of 30,000 ranks, and 1,000 of the others"
    counts = found.count
    assert all(record["y"] == counts[record["x"] - 1] for record in records_of(picture.chart))
    assert len(picture.chart.to_json(indent=None)) < 300_000


def test_a_list_draws_the_growth_of_the_vocabulary_where_first_places_were_kept(tmp_path):
    found = listed(tmp_path, {f"w{i}": 1 + i % 7 for i in range(300)}, firsts=True)
    statistics = found.statistics()
    picture = found.pictures()[1]
    assert picture.name == "growth" and not picture.keys
    assert tuple((record["x"], record["y"]) for record in reversed(records_of(picture.chart))) == statistics.curve
    (low_x, low_y), (high_x, high_y) = lines_of(picture)[0]
    slope = math.log(high_y / low_y) / math.log(high_x / low_x)
    assert slope == pytest.approx(statistics.heaps_exponent, abs=1e-3)
    assert f"tokens^{statistics.heaps_exponent:.3f}" in picture.shows


def test_a_list_draws_dispersion_where_it_was_measured(tmp_path):
    found = listed(tmp_path, {"a": 40, "b": 30, "c": 1}, dispersion=True, parts=4)
    picture = found.pictures()[-1]
    assert (picture.name, picture.drawn) == ("dispersion", "all 3 tokens")
    values = dict(zip(found.token, found.dispersion.dp_norm.tolist(), strict=True))
    drawn = {key: record["y"] for key, record in drawn_in(picture).items()}
    assert drawn == {key: pytest.approx(value, rel=1e-4) for key, value in values.items()}


def test_bars_of_a_list_are_of_the_column_that_is_asked_for(tmp_path):
    (tmp_path / "text.txt").write_text("a b\na a\n")
    found = nlpkit.count(tmp_path / "text.txt", tokenizer="space", df=True)
    assert (found.bars().title, [*found.bars().values]) == ("count of 2 types", [3, 1])
    assert (found.bars("df").title, [*found.bars("df").values]) == ("df of 2 types", [2, 1])
    with pytest.raises(nlpkit.OptionError, match=r"column.*'dp'"):
        found.bars("dp")


@pytest.mark.parametrize("how", [{}, {"df": True, "dispersion": True, "parts": 3, "min_count": 2}])
@pytest.mark.parametrize("block", [100, 1 << 16])
def test_the_head_of_a_list_is_the_beginning_of_its_columns(tmp_path, how, block, monkeypatch):
    monkeypatch.setattr(ranking, "_ROWS", block)
    found = listed(tmp_path, {f"w{i}": 1 + i % 9 for i in range(500)}, **how)
    for rows in (0, 1, 7, 100, 250, 1000):
        head = found.head(rows)
        expected = {name: [*column[:rows]] for name, column in found.columns.items()}
        assert {name: [*column] for name, column in head.items()} == expected


@pytest.mark.parametrize("counts", [{}, {"one": 1}, {"a": 3, "b": 3}, {"x" * 10_000: 2, "🙂": 1, "\u202e": 1}])
def test_lists_of_any_size_draw_what_there_is(tmp_path, counts):
    spread = {"dispersion": True, "parts": 2} if sum(counts.values()) > 1 else {}
    found = listed(tmp_path, counts, firsts=True, **spread)
    pictures = found.pictures()
    assert [picture.name for picture in pictures][:1] == ["ranks"] * bool(counts)
    for picture in pictures:
        assert not re.search(r"\ball 1\b|\b1 (ranks|places|tokens)", picture.drawn)
        assert all(len(record["text"]) <= 60 for record in records_of(picture.chart))


def compared(own, other):
    tokens = [*dict.fromkeys([*own, *other])]
    counts = (np.array([side.get(token, 0) for token in tokens], np.int64) for side in (own, other))
    return compare(tokens, *counts, 1000, 2000)


def test_keywords_draw_the_rates_here_and_in_the_reference_with_zero_at_an_edge():
    found = compared({"law": 50, "<i>": 20, "and": 10}, {"news": 40, "<i>": 4, "and": 20})
    (picture,) = found.pictures()
    assert {key: (one["y"], one["x"], one["kind"]) for key, one in drawn_in(picture).items()} == {
        "law": (50_000, 0, "here"),
        "<i>": (20_000, 2_000, "here"),
        "and": (10_000, 10_000, "in neither"),
        "news": (0, 20_000, "in the reference"),
    }
    ((low, also_low), (high, also_high)) = lines_of(picture)[0]
    assert low == also_low < high == also_high
    axes = picture.chart.to_dict()["layer"][1]["encoding"]
    assert [axes[name]["axis"]["values"][0] for name in "xy"] == [pytest.approx(166.67), pytest.approx(333.33)]
    assert "marked 0" in picture.shows
    absent = "1 of them does not occur here; 1 of them does not occur in the reference"
    assert picture.drawn == f"all 4 tokens; {absent}"


def test_of_many_keywords_the_strongest_of_both_directions_are_drawn():
    own = {f"w{i}": 3 + i % 5 for i in range(3000)}
    other = {f"v{i}": 9 + i % 5 for i in range(1500)}
    tokens = [*own, *other]
    counts = np.array([*own.values(), *[0] * 1500]), np.array([*[0] * 3000, *other.values()])
    found = compare(tokens, *counts, 20_000, 20_000)
    (picture,) = found.pictures()
    assert picture.drawn.startswith("the 2,000 strongest of 4,500 tokens, of both directions; 1,000 of them do not")
    firsts = [*found.token[found.direction > 0][:1000], *found.token[found.direction < 0][:1000]]
    assert {*picture.keys} == {*firsts} == {*drawn_in(picture)}


def test_keywords_without_rows_or_with_one_draw_what_there_is():
    found = compared({"a": 5}, {"a": 10})
    (picture,) = found.pictures()
    assert drawn_in(picture)["a"]["x"] == 5000 and "kind" not in drawn_in(picture)["a"]
    assert not found.select().pictures()


@pytest.mark.parametrize(
    ("own", "other"),
    [({"a": 9, "b": 1}, {"c": 7}), ({"a": 9}, {}), ({}, {"a": 9}), ({"a": 5, "b": 5}, {"a": 10, "b": 10})],
    ids=["disjoint", "not in the reference", "not here", "equal rates"],
)
@pytest.mark.parametrize("negative", [None, False], ids=["all", "selected"])
def test_every_keyword_has_a_place_on_axes_that_ascend(own, other, negative):
    found = compared(own, other)
    for picture in (found if negative is None else found.select(negative=negative)).pictures():
        axes = picture.chart.to_dict()["layer"][-1]["encoding"]
        for name in "xy":
            low, high = axes[name]["scale"]["domain"]
            assert low < high and any(low < tick <= high for tick in axes[name]["axis"]["values"])
            assert all(record[name] == 0 or low < record[name] < high for record in drawn_in(picture).values())


def test_a_token_that_is_white_space_is_drawn_as_a_sign():
    (picture,) = compared({" ": 5, "\u3000\t": 3}, {"a": 10}).pictures()
    assert {key: one["text"] for key, one in drawn_in(picture).items()} == {" ": "␣", "\u3000\t": "␣␣", "a": "a"}


def made_terms(size, **columns):
    numbers = {
        "count": np.arange(size, 0, -1),
        "documents": np.ones(size, np.int64),
        **dict.fromkeys(("pmi", "left_entropy", "right_entropy", "keyness", "score"), np.linspace(0.5, 6, size)),
    }
    texts = np.array([*(f"term {i}" for i in range(size)), None], object)[:-1]
    return nlpkit.Terms(
        texts, texts, **{**numbers, **columns}, nodes=np.arange(size), has_number=np.zeros(size, bool), tokens=size,
        runs=1, found=size, min_count=1,
    )  # fmt: skip


def test_terms_draw_pmi_against_count_without_those_of_one_word():
    found = made_terms(4, pmi=np.array([2, np.nan, 3.5, np.nan]), left_entropy=np.array([1, 2, np.inf, 4.0]))
    scatter, keyness = found.pictures()
    assert {key: (one["x"], one["y"]) for key, one in drawn_in(scatter).items()} == {
        "term 0": (4, 2),
        "term 2": (2, 3.5),
    }
    assert scatter.drawn == "all 2 terms; 2 more are not drawn: terms of one word have no PMI"
    assert {one["c"] for one in drawn_in(scatter).values()} == {0.5, 4.1667}, "the smaller entropy"
    assert (keyness.name, keyness.drawn, len(keyness.keys)) == ("keyness", "all 4 terms", 4)


def test_terms_without_pmi_draw_another_figure_and_none_draw_nothing():
    none = np.full(3, np.nan)
    assert [picture.name for picture in made_terms(3, pmi=none).pictures()] == ["keyness"]
    (scatter,) = made_terms(3, keyness=none).pictures()
    assert scatter.shows.endswith("for English install wordfreq (pip install 'nlpkit[english]').")
    assert not any("wordfreq" in picture.shows for picture in made_terms(3).pictures())
    assert [picture.name for picture in made_terms(3, pmi=none, keyness=none).pictures()] == ["entropy"]
    assert not made_terms(0).pictures()


def test_columns_without_any_number_are_left_out_of_the_page():
    none, all_names = np.full(3, np.nan), [*nlpkit.Terms.column_names]
    assert [*made_terms(3).listed(9)] == all_names == [*made_terms(0, keyness=none[:0]).listed(9)]
    assert [*made_terms(3, keyness=none).listed(9)] == [name for name in all_names if name != "keyness"]
    assert "keyness" in made_terms(3, keyness=np.array([np.nan, np.nan, 1])).listed(1), "a later term has one"


def made_words(*rows):
    """A result of discovery, not selected: (word, score) pairs, all as frequent."""
    words, scores = zip(*rows, strict=True)
    size = len(rows)
    ones = [np.full(size, value, float) for value in (1.5, 2, 3)]
    lengths = np.array([*map(len, words)])
    return nlpkit.Discovery(
        np.array(words, object), np.full(size, 9), *ones, np.array(scores, float), lengths, *[np.zeros(size)] * 2,
        min_count=2, characters=99, nats_before=6.0, nats_after=4.0,
    )  # fmt: skip


@pytest.mark.usefixtures("dictionary")
def test_of_all_words_found_the_list_for_people_is_shown():
    found = made_words(("一", 1), ("七", 1), ("中国", 2), ("养犬", 5), ("第四十五条", 4))
    selected = found.select()
    assert selected.is_selected and not found.is_selected and selected.select(top=1).is_selected
    assert [*selected.word] == ["养犬", "中国"]
    (picture,), (expected,) = found.pictures(), selected.pictures()
    assert picture.keys == expected.keys == ["养犬", "中国"] and picture.chart.to_json() == expected.chart.to_json()
    assert picture.drawn == "all 2 words; the list for people: 2 of 5 words, see `select`"
    assert found.plot().to_json() == selected.plot().to_json()
    assert [*found.head(1)["word"]] == found.row_keys(1) == ["养犬"] and [*found.listed(9)["new"]] == ["new", ""]
    page = found.page()
    assert ([*page.columns["word"]], page.keys, page.size) == (["养犬", "中国"], ["养犬", "中国"], 2)
    assert page.summary.endswith("2 of 5 words, see `select`") and "see `select`" not in selected.page().summary
    assert "一" not in found._repr_html_() and "2 of 5 words" in found._repr_html_()
    assert (
        len(found) == 5 == len([*found]) == len(found.columns["word"]) and found.bars("score", "word").labels[0] == "一"
    )
    everything = found.select(everything=True)
    assert len(everything.pictures()[0].keys) == 5


@pytest.mark.usefixtures("dictionary")
def test_what_is_new_has_no_column_where_all_words_are_new_or_none_is():
    for words, has_marks in ((["养犬", "中国"], True), (["养犬"], False), (["中国"], False)):
        found = made_words(*((word, 1) for word in words))
        assert ("new" in found.listed(9)) == has_marks == ("kind" in drawn_in(*found.pictures())[words[0]])


@pytest.mark.usefixtures("dictionary")
def test_a_tooltip_of_a_word_has_its_score_and_no_exponent():
    chart = made_words(("养犬", 5), ("中国", 2)).plot().to_dict()
    titles = {tooltip["title"]: tooltip.get("format") for tooltip in chart["layer"][0]["encoding"]["tooltip"]}
    side = "entropy of the neighbours (the smaller side), nats"
    assert [*titles] == ["word", "occurrences", "PMI, nats", side, "score"]
    assert titles["score"] == ",.12~g", "23562, not 2.3562e+4: d3 writes an exponent from the 13th digit on"


def test_a_picture_of_many_terms_is_small_and_the_same_each_time():
    found = made_terms(200_000)
    picture = found.pictures()[0]
    assert picture.drawn == "the first 2,000 of 200,000 terms"
    text = picture.chart.to_json(indent=None)
    assert len(text) < 500_000 and text == found.pictures()[0].chart.to_json(indent=None)


def test_of_new_and_known_terms_the_rarer_kind_is_marked() -> None:
    kinds, marked = kinds_of_new(["古树名木", "养犬", "应当"], "term")
    assert kinds is not None
    assert [kinds.names[number] for number in kinds.numbers.tolist()] == ["new", "new", "in jieba's dictionary"]
    assert kinds.names[-1] == "in jieba's dictionary" and "Diamonds are in jieba's dictionary" in marked
    kinds, marked = kinds_of_new(["养犬", "应当", "规定"], "word")
    assert kinds is not None and kinds.names[-1] == "new" and "Diamonds are new" in marked
    assert kinds_of_new(["应当", "规定"], "word") == (None, "")
