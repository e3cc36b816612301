"""The pictures of collocations, rules, itemsets and concordances: what is drawn is what the result has."""

import json

import numpy as np
import pytest

import nlpkit
from nlpkit.reports.network import fitting, label, move_apart, place_linked
from nlpkit.reports.picture import MOST_POINTS, distinct

ODD = ['say "hi", <b>', "</script>", "\u202eabc", "🙂", "x" * 10_000, "x" * 9_999 + "y", "a\tb", "{datum.key}", ""]
BASKETS = [["bread", "milk"], ["bread", "milk", "tea"], ["tea", "milk"], ["bread"], ["tea", "bread", "milk"]] * 3


def drawn(picture):
    """The records of each layer of a picture; they are JSON, without NaN."""
    spec = picture.chart.to_dict()
    json.dumps(spec, allow_nan=False)
    layers = spec.get("layer", [spec])
    return [spec["datasets"][layer.get("data", spec.get("data"))["name"]] for layer in layers]


def by_name(result):
    pictures = {picture.name: picture for picture in result.pictures()}
    for picture in pictures.values():
        keys = {record["key"] for records in drawn(picture) for record in records if "key" in record}
        assert keys == {*picture.keys} and len(picture.keys) == len(keys) and keys <= {*result.row_keys(len(result))}
    return pictures


def text(picture):
    return json.dumps(picture.chart.to_dict(), ensure_ascii=False)


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    path = tmp_path_factory.mktemp("texts") / "pairs.txt"
    path.write_text("\n".join(["red apple and green pear", "green apple", "a red pear", "red apple tree"] * 5) + "\n")
    return path


def pairs_of(path, **options):
    return nlpkit.collocations(path, tokenizer="words", min_count=1, min_frequency=1, **options)


def rules_of(baskets, **options):
    return nlpkit.association_rules(nlpkit.apriori(baskets, min_support=1), min_confidence=0.01, **options)


# ---- collocations


def test_the_network_of_one_node_has_it_in_the_middle_and_each_word_on_its_side(lines):
    found = pairs_of(lines, node="apple", sort="mi")
    links, collocates, nodes, *_ = drawn(by_name(found)["network"])
    assert [(x["node"], x["collocate"]) for x in links] == [*zip(found.node, found.collocate, strict=True)]
    assert [x["together"] for x in links] == found.o11.tolist()
    assert [x["value"] for x in links] == pytest.approx(found.mi.tolist(), rel=1e-4)
    assert [x["word"] for x in nodes] == ["apple"] and nodes[0]["occurrences"] == 15
    place = {x["word"]: x["x"] for x in collocates}
    assert place["red"] < nodes[0]["x"] < place["tree"]
    numbers = {x["word"]: (x["together"], x["left"], x["right"], x["value"]) for x in collocates}
    expected = zip(found.o11.tolist(), found.left.tolist(), found.right.tolist(), strict=True)
    assert {word: values[:3] for word, values in numbers.items()} == dict(zip(found.collocate, expected, strict=True))
    assert [x["value"] for x in links] == [numbers[x["collocate"]][3] for x in links]


def test_a_word_beside_itself_is_not_drawn_and_one_node_has_forty_words(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("".join(f"a a w{i:02}\n" for i in range(60)) + "x y z\n" * 900)
    found = pairs_of(path, node="a")
    pictures = by_name(found)
    assert "a" in found.collocate and len(found) == 61
    collocates = [x["word"] for x in drawn(pictures["network"])[1]]
    assert len(collocates) == 40 and "a" not in collocates
    assert pictures["network"].drawn == "the first 40 of 61 pairs, without that of a word and itself"


def test_without_a_node_connected_groups_are_drawn(tmp_path):
    pairs = [[f"x{i:03}", f"y{i:03}"] for i in range(150)]
    chain = [[f"c{i}", f"c{i + 1}"] for i in range(9)]
    path = tmp_path / "a.txt"
    path.write_text("".join(f"{a} {b}\n" for a, b in [*pairs, *chain]))
    found = pairs_of(path)
    pictures = by_name(found)
    links = drawn(pictures["network"])[0]
    assert {(x["node"], x["collocate"]) for x in links[:9]} == {*map(tuple, chain)} and 9 < len(links) < len(found)
    expected = f"{len(links)} of 159 pairs, from the largest connected groups"
    assert pictures["network"].drawn == expected and [*pictures] == ["network"]


def test_the_network_of_all_words_marks_none(lines):
    found = pairs_of(lines)
    picture = by_name(found)["network"]
    assert len(drawn(picture)) == 3 and "squares" not in picture.shows and found.sort in picture.shows
    assert picture.drawn == f"all {len(found)} pairs"
    two = by_name(pairs_of(lines, node=["apple", "pear"]))["network"]
    assert {x["word"] for x in drawn(two)[2]} == {"apple", "pear"} and "squares" in two.shows


def test_sides_are_bars_to_the_left_and_to_the_right(lines):
    found = pairs_of(lines, node="apple")
    (bars,) = drawn(by_name(found)["sides"])
    expected = [(word, -n) for word, n in zip(found.collocate, found.left.tolist(), strict=True)]
    assert [(x["pair"], x["at"]) for x in bars if x["side"] == "left"] == expected
    assert "sides" not in by_name(pairs_of(lines, node="apple", window=(0, 2)))


def test_infinite_and_undefined_measures_are_drawn_and_null(lines):
    class Odd(nlpkit.Collocations):
        @property
        def mi(self):
            return np.array([np.inf, np.nan, 2.0, 1.0])

    found = pairs_of(lines, node="apple", sort="mi")
    odd = Odd(**{name: getattr(found, name) for name in found.__dataclass_fields__})
    links = drawn(by_name(odd)["network"])[0]
    assert [x["value"] for x in links] == [None, None, 2.0, 1.0]
    assert [x["strength"] for x in links] == [2.0, 1.0, 2.0, 1.0]


# ---- rules


def test_points_of_rules_have_the_measures_even_where_nobody_asked_for_them():
    rules = rules_of(BASKETS, measures="phi")
    points, *_ = drawn(by_name(rules)["scatter"])
    wanted = rules_of(BASKETS, measures=["support", "confidence", "lift"])
    for name in ("support", "confidence", "lift"):
        assert [x[name] for x in points[::-1]] == pytest.approx(getattr(wanted, name).tolist(), rel=1e-4)
    first = next(iter(rules))
    assert points[-1]["rule"] == f"{', '.join(first.antecedent)} \u2192 {', '.join(first.consequent)}"


def test_the_pictures_of_rules_have_one_scale_of_lift_and_the_strongest_have_labels():
    rules = rules_of([["a", "b", "c"], ["a", "b"], ["long " * 20, "end"], ["a"]])
    pictures = by_name(rules)
    scales = [
        [
            layer["encoding"]["color"]["scale"]
            for layer in spec.get("layer", [spec])
            if "field" in layer["encoding"].get("color", {})
        ]
        for spec in (pictures[name].chart.to_dict() for name in ("scatter", "graph", "matrix"))
    ]
    lifts = rules_of([["a", "b", "c"], ["a", "b"], ["long " * 20, "end"], ["a"]], measures="lift").lift
    assert scales[0][0]["domain"] == pytest.approx([lifts.min(), lifts.max()], rel=1e-4)
    assert all(scale == scales[0][0] for of_picture in scales for scale in of_picture) and all(scales)
    labelled = [x for x in drawn(pictures["scatter"])[0] if "wide" in x]
    assert 0 < len(labelled) <= 12
    assert all(x["text"].count("\u2192") == 1 and not x["text"].endswith("\u2192") for x in labelled)


def test_only_the_first_rules_are_drawn_and_the_page_says_so():
    names = [f"i{i}" for i in range(60)]
    rules = rules_of([[a, b] for i, a in enumerate(names) for b in names[i + 1 :]])
    pictures = by_name(rules)
    assert len(rules) > MOST_POINTS and len(drawn(pictures["scatter"])[0]) == MOST_POINTS
    assert pictures["scatter"].drawn == f"the first 2,000 of {len(rules):,} rules"
    assert pictures["graph"].drawn.startswith("the first ")
    cells = drawn(pictures["matrix"])[0]
    assert len({x["from"] for x in cells}) <= 25 and len({x["to"] for x in cells}) <= 12
    assert pictures["matrix"].drawn.startswith(f"{len(cells)} of {len(rules):,} rules, those of ")


def test_arrows_lead_from_antecedents_to_consequents():
    plain = rules_of([["a", "b"], ["a", "b"], ["a"], ["c"]])
    links, heads, words = drawn(by_name(plain)["graph"])
    place = {(x["x"], x["y"]): x["item"] for x in words}
    ends = [(place[x["x"], x["y"]], place[x["x2"], x["y2"]]) for x in links]
    assert ends == [(a[0], c[0]) for a, c, *_ in plain] and links == heads
    longer = rules_of(BASKETS, min_length=3, max_length=3)
    links, _, dots, words = drawn(by_name(longer)["graph"])
    assert len(dots) == len(longer) and len(links) == 3 * len(longer)
    of_dot = {x["key"]: (x["x"], x["y"]) for x in dots}
    assert [(x["x2"], x["y2"]) == of_dot[x["key"]] for x in links] == [True, True, False] * len(longer)


@pytest.mark.parametrize("baskets", [BASKETS, [*BASKETS, [*ODD]]])
def test_the_first_rows_are_those_of_the_columns(baskets):
    rules = rules_of(baskets, top=300)
    for name, values in rules.head(7).items():
        np.testing.assert_array_equal(values, rules.columns[name][:7])
    assert rules.row_keys(3) == ["1", "2", "3"] and [*rules.head(10**6)["count"]] == [*rules.count]


# ---- itemsets


def test_bars_are_the_most_frequent_sets_of_several_items():
    sets = nlpkit.apriori(BASKETS, min_support=1)
    picture = by_name(sets)["supports"]
    (bars,) = drawn(picture)
    counts = sorted((itemset.count for itemset in sets if len(itemset.items) > 1), reverse=True)
    assert [x["count"] for x in bars] == counts and picture.drawn == "all 4 itemsets of two or more items"
    expected = {", ".join(itemset.items): itemset.support for itemset in sets if len(itemset.items) > 1}
    assert {x["items"]: x["support"] for x in bars} == pytest.approx(expected, rel=1e-4)
    single = by_name(nlpkit.apriori(BASKETS, min_support=1, max_length=1))["supports"]
    assert len(drawn(single)[0]) == 3 and single.drawn == "all 3 itemsets"
    assert sets.page().summary == "7 itemsets of 3 items in 15 transactions"


def test_pairs_of_items_are_links():
    sets = nlpkit.apriori(BASKETS, min_support=1, min_length=2)
    links, _, words = drawn(by_name(sets)["graph"])
    assert [x["items"] for x in links] == ["milk, bread", "tea, milk", "tea, bread"]
    assert {x["item"]: x["pairs"] for x in words} == {"bread": 2, "milk": 2, "tea": 2}
    assert [*by_name(nlpkit.apriori(BASKETS, min_support=1, max_length=1))] == ["supports"]


@pytest.mark.parametrize("options", [{}, {"top": 4}, {"closed": True}, {"min_length": 2}])
def test_the_first_rows_of_itemsets_have_items(options):
    sets = nlpkit.apriori(BASKETS, min_support=1, **options)
    head = sets.head(3)
    assert head["items"].tolist() == sets.itemsets[:3] and head["count"].tolist() == sets.columns["count"][:3].tolist()
    assert len(sets.head(100)["items"]) == len(sets)


# ---- concordance


def test_each_hit_is_a_tick_at_its_share_of_the_file(tmp_path):
    for name, text_of_file in (("a.txt", "x\nword\n\nword word\nx\n"), ("b.txt", "word\nx"), ("c.txt", "x\n")):
        (tmp_path / name).write_text(text_of_file)
    found = nlpkit.concordance(tmp_path, "word")
    picture = by_name(found)["places"]
    (ticks,) = drawn(picture)
    assert [(x["file"], x["line"]) for x in ticks] == [("a.txt", 2), ("a.txt", 4), ("a.txt", 4), ("b.txt", 1)]
    assert [x["at"] for x in ticks] == [0.25, 0.75, 0.75, 0]
    assert picture.chart.to_dict()["encoding"]["x"]["scale"]["domain"] == [0, 1]
    assert [x["key"] for x in ticks] == found.row_keys(9) == ["1", "2", "3", "4"]
    assert picture.drawn == "all 4 hits" and found.page().summary == "4 hits in 2 files"


def test_the_axis_of_one_file_ends_with_its_last_line(tmp_path):
    (tmp_path / "a.txt").write_text("word\n" * 3 + "x\n" * 97)
    (tmp_path / "a.jsonl").write_text('{"text": "word\\nx"}\n' + '{"text": "x"}\n' * 49)
    for name, hits, lines in (("a.txt", 3, 100), ("a.jsonl", 1, 50)):
        fields = {"field": "text"} if name.endswith("jsonl") else {}
        found = nlpkit.concordance(nlpkit.Corpus(tmp_path / name, **fields), "word")
        axis = by_name(found)["places"].chart.to_dict()["encoding"]["x"]
        assert axis["field"] == "line" and axis["scale"]["domain"] == [1, lines] and len(found) == hits
        assert dict(found.lines) == {str(tmp_path / name): lines}
    sample = nlpkit.concordance(tmp_path / "a.txt", "word", sample=2)
    assert sample.page().summary == "2 of 3 hits in 1 file"
    assert by_name(sample)["places"].chart.to_dict()["encoding"]["x"]["scale"]["domain"] == [1, 100]


def test_a_search_that_was_stopped_does_not_know_the_end(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("word\nword\n" + "x\n" * 8)
    found = nlpkit.concordance(tmp_path, "word", top=3)
    picture = by_name(found)["places"]
    axis = picture.chart.to_dict()["encoding"]["x"]
    assert axis["field"] == "line" and axis["scale"]["domain"] == [1, 10]
    assert picture.drawn == "the first 3 hits; the rest of the text was not searched"
    assert found.page().summary == "the first 3 hits, in 2 files; the rest of the text was not searched"
    (tmp_path / "b.txt").unlink()
    axis = by_name(nlpkit.concordance(tmp_path, "word", top=1))["places"].chart.to_dict()["encoding"]["x"]
    assert axis["scale"]["domain"] == [1, 2], "up to the last hit; an axis has a length"


def test_many_hits_are_thinned_out_and_the_files_with_most_are_drawn(tmp_path):
    for number in range(45):
        (tmp_path / f"{number:02}.txt").write_text("word\n" * (50 + number))
    found = nlpkit.concordance(tmp_path, "word")
    picture = by_name(found)["places"]
    (ticks,) = drawn(picture)
    assert len(ticks) == MOST_POINTS and {x["file"] for x in ticks} == {f"{number:02}.txt" for number in range(5, 45)}
    assert picture.drawn == f"2,000 of {len(found):,} hits, evenly chosen, in the 40 of 45 files with most of them"


# ---- all of them


def results(lines):
    odd = [["a", *ODD], ["b", *ODD[:5]], *BASKETS]
    return {
        "collocations": pairs_of(lines),
        "node": pairs_of(lines, node="pear"),
        "rules": rules_of(odd, top=50),
        "one rule": rules_of(BASKETS, top=1),
        "itemsets": nlpkit.apriori(odd, min_support=2, max_length=2),
        "concordance": nlpkit.concordance(lines, "apple"),
    }


def test_pictures_are_the_same_on_each_run_and_short(lines):
    first, again = results(lines), results(lines)
    for name, result in first.items():
        pictures = by_name(result)
        assert pictures, name
        for picture_name, picture in pictures.items():
            assert text(picture) == text(by_name(again[name])[picture_name])
            assert "x" * 100 not in text(picture), "long texts are shortened"
            assert picture.drawn and picture.shows.endswith(".") and result.plot(picture_name).to_dict()["width"]


@pytest.mark.parametrize("name", ["collocations", "node", "rules", "itemsets", "concordance"])
def test_nothing_has_no_picture(name, lines):
    nothing = {
        "collocations": lambda: pairs_of(lines, top=1)._take(np.empty(0, np.int64)),
        "node": lambda: pairs_of(lines, node="nowhere"),
        "rules": lambda: rules_of([["a"]]),
        "itemsets": lambda: nlpkit.apriori([["a"]], min_support=1, min_length=2),
        "concordance": lambda: nlpkit.concordance(lines, "nowhere"),
    }[name]()
    assert len(nothing) == 0 and not nothing.pictures() and nothing.row_keys(5) == []
    assert all(len(values) == 0 for values in nothing.head(5).values())


def test_odd_items_stay_apart_and_never_become_expressions():
    pictures = by_name(rules_of([["a", item] for item in ODD]))
    assert len({x["item"] for x in drawn(pictures["graph"])[-1]}) >= len(ODD) - 1
    cells = drawn(pictures["matrix"])[0]
    assert len({(x["from"], x["to"]) for x in cells}) == len(cells)
    for picture in pictures.values():
        spec = picture.chart.to_dict()
        del spec["datasets"]
        assert not any(item in json.dumps(spec) for item in ODD if len(item) > 2)


# ---- networks


def test_words_of_a_network_do_not_cover_each_other():
    words = [f"word {i}" for i in range(40)]
    links = [(i, (i * 7 + 1) % 40) for i in range(40)]
    places = place_linked(words, links, 520)
    assert np.array_equal(places, place_linked(words, links, 520))
    gap = np.abs(places[:, None] - places)
    covers = (gap[..., 0] < 38) & (gap[..., 1] < 14)
    assert np.count_nonzero(covers) == 40, "each covers only itself"
    assert (
        move_apart(["a", "a"], np.zeros((2, 2)), 200)[0].tolist()
        != move_apart(["a", "a"], np.zeros((2, 2)), 200)[1].tolist()
    )


def test_long_words_are_cut_and_few_of_them_fit():
    assert label("word") == "word" and label("字" * 50).endswith("字…") and len(label("x" * 99)) < 30
    assert fitting([[f"{i}"] for i in range(20)], 500) == 20
    assert 5 < fitting([["字" * 50 + str(i)] for i in range(999)], 500) < 50 and fitting([], 500) == 0
    assert distinct(["a", "b", "a", "a (2)", "a"]) == ["a", "b", "a (2)", "a (2) (2)", "a (3)"]
