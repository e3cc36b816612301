"""Rules against a twin of dicts and fractions; their order, filters and text."""

import csv
import io
import json
import math
import pickle
import sys
from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpkit.choices import DEFAULT_RULE_MEASURES, TABLE_FORMATS
from nlpkit.errors import OptionError
from nlpkit.itemsets import Itemsets, apriori
from nlpkit.itemsets.trees import SetTree
from nlpkit.kernels import subsets
from nlpkit.rules import MEASURES, Rules, association_rules, generation, search
from tests import naive_rules
from tests.conftest import NOJIT

EXAMPLES = settings(deadline=None, max_examples=40 if NOJIT else 200)
EVERY = [name for name in MEASURES if name != "fdr"]
baskets = st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), min_size=1, max_size=25)
confidences = st.sampled_from(["0", "0.3", "0.5", "1", 0.7, Fraction(2, 3), "66.7e-2"])
Listed = list[tuple[frozenset[str], frozenset[str], int]]


def tree(sets: naive_rules.Sets, total: int, scale: int = 1) -> Itemsets:
    names = naive_rules.by_rank(sets)
    order = naive_rules.in_order(sets, names)
    depths = np.array([len(items) for items in order], np.uint16)
    last = np.array([min(map(names.index, items)) for items in order], np.int32)
    counts = np.array([sets[items] for items in order], np.int64)
    return Itemsets(names, SetTree(depths, last, counts), total, total // scale, scale)


def mined(transactions: list[list[str]], min_count: int = 1) -> tuple[naive_rules.Sets, Itemsets]:
    sets = naive_rules.frequent(transactions, min_count)
    return sets, tree(sets, len(transactions))


def listed(rules: Rules) -> Listed:
    return [(frozenset(rule.antecedent), frozenset(rule.consequent), rule.count) for rule in rules]


def as_listed(rules: Iterable[naive_rules.Rule]) -> Listed:
    return [(rule.antecedent, rule.consequent, rule.rule) for rule in rules]


def as_tuples(rule: naive_rules.Rule, itemsets: Itemsets) -> tuple[tuple[str, ...], ...]:
    """Antecedent and consequent with the rarest item first."""
    return tuple(tuple(sorted(side, key=itemsets.names.index, reverse=True)) for side in rule[:2])


@EXAMPLES
@given(baskets, st.integers(1, 4), confidences, st.sampled_from([1, 2, 3, None]))
def test_rules_are_those_of_the_definition(
    transactions: list[list[str]], min_count: int, confidence: str | float | Fraction, most: int | None
) -> None:
    sets, itemsets = mined(transactions, min_count)
    ref = naive_rules.rules(sets, Fraction(str(confidence)), most or 99)
    comp = association_rules(itemsets, min_confidence=confidence, max_consequent=most)
    assert listed(comp) == as_listed(naive_rules.best_first(ref, len(transactions), "lift"))


@EXAMPLES
@given(baskets, st.integers(1, 3))
def test_closed_and_maximal_sets_are_those_of_the_definition(transactions: list[list[str]], min_count: int) -> None:
    sets, itemsets = mined(transactions, min_count)
    closed, maximal = np.ones(len(sets), np.uint8), np.ones(len(sets), np.uint8)
    assert subsets.mark_subsets(itemsets.depths, itemsets.items, itemsets.counts, closed, maximal)
    order = naive_rules.in_order(sets, itemsets.names)
    assert {items for items, mark in zip(order, closed, strict=True) if mark} == naive_rules.closed(sets)
    assert {items for items, mark in zip(order, maximal, strict=True) if mark} == naive_rules.maximal(sets)


@EXAMPLES
@given(baskets, st.sampled_from(EVERY), st.sampled_from([1, None]))
def test_rules_have_their_measures_and_can_be_sorted_by_each(
    transactions: list[list[str]], sort: str, most: int | None
) -> None:
    n = len(transactions)
    sets, itemsets = mined(transactions)
    comp = association_rules(itemsets, min_confidence="0.3", max_consequent=most, measures=EVERY, sort=sort)
    assert list(comp.measures) == EVERY
    by_sides = {rule[:2]: rule for rule in comp}

    def key(rule: naive_rules.Rule) -> tuple[float, Fraction, int]:
        value = by_sides[as_tuples(rule, itemsets)].measures[sort]  # which is compared with the exact one below
        best = math.inf if value != value else value if MEASURES[sort].is_low else -value
        return best, -Fraction(rule.rule, rule.a), -rule.rule

    ref = naive_rules.rules(sets, Fraction("0.3"), most or 99)
    assert listed(comp) == as_listed(sorted(ref, key=key))
    for rule in comp:
        sides = frozenset(rule.antecedent), frozenset(rule.consequent)
        naive = naive_rules.Rule(*sides, int(rule.count), sets[sides[0]], sets[sides[1]])
        surest = naive_rules.surest_part(naive, sets, n)
        confidence = Fraction(naive.rule, naive.a)
        expected = naive_rules.measures(*naive[2:], n)
        expected |= {"improvement": confidence - surest, "boost": confidence / surest, "lic": confidence / surest}
        assert {name: rule.measures[name] for name in expected} == pytest.approx(
            {name: float(x) for name, x in expected.items()}, rel=1e-9, abs=1e-12, nan_ok=True
        )


@EXAMPLES
@given(
    baskets,
    st.sets(st.sampled_from("abc"), max_size=2),
    st.sets(st.sampled_from("def"), max_size=2),
    st.sets(st.sampled_from("abcdef"), max_size=2),
    st.sampled_from([1, 2, None]),
    st.integers(1, 4),
    st.sampled_from([None, 4, 5]),
    st.sampled_from([None, "0.8", "1", 1.5, Fraction(25, 24)]),
)
def test_filters_keep_the_rules_of_the_definition(
    transactions: list[list[str]],
    left: set[str],
    right: set[str],
    anywhere: set[str],
    most: int | None,
    shortest: int,
    longest: int | None,
    min_lift: str | float | Fraction | None,
) -> None:
    transactions = [*transactions, list("abcdef")]
    sets, itemsets = mined(transactions)
    if most == 1:
        right = set(sorted(right)[:1])
    comp = association_rules(
        itemsets,
        min_confidence="0.2",
        min_lift=min_lift,
        antecedent=left,
        consequent=right,
        contains=anywhere,
        max_consequent=most,
        min_length=shortest,
        max_length=longest,
    )
    ref = [
        rule
        for rule in naive_rules.rules(sets, Fraction("0.2"), most or 99)
        if left <= rule.antecedent and right <= rule.consequent and anywhere <= rule.antecedent | rule.consequent
        if shortest <= len(rule.antecedent | rule.consequent) <= (longest or 99)
        if min_lift is None or naive_rules.measures(*rule[2:], len(transactions))["lift"] >= Fraction(str(min_lift))
    ]
    assert listed(comp) == as_listed(naive_rules.best_first(ref, len(transactions), "lift"))


@EXAMPLES
@given(baskets, st.integers(1, 30), st.sampled_from(EVERY), st.sampled_from([None, 1]), st.integers(64, 70))
def test_top_finds_the_best_of_all_rules_block_by_block(
    transactions: list[list[str]], top: int, sort: str, most: int | None, block: int
) -> None:
    _, itemsets = mined(transactions)
    options = {"min_confidence": 0, "max_consequent": most, "sort": sort, "measures": ("lift", "conviction")}
    whole = association_rules(itemsets, **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_BLOCK", block)
        patch.setattr(generation, "_TABLES", 2)
        assert listed(association_rules(itemsets, **options)) == listed(whole)
        comp = association_rules(itemsets, top=top, **options)
    assert listed(comp) == listed(whole)[:top]
    assert repr(comp.conviction) == repr(whole.conviction[:top])


@EXAMPLES
@given(baskets, st.sampled_from([0.05, 0.5, 0.9, 1]), st.sampled_from([None, "1"]), st.sampled_from([None, 3]))
def test_false_discoveries_are_judged_among_the_rules_that_pass_the_filters(
    transactions: list[list[str]], level: float, min_lift: str | None, top: int | None
) -> None:
    sets, itemsets = mined(transactions)
    n = len(transactions)
    options = {"fdr": level, "min_lift": min_lift, "measures": "lift", "sort": "fdr"}
    comp = association_rules(itemsets, **options)
    assert list(comp.measures) == ["lift", "fisher", "fdr"]
    assert listed(association_rules(itemsets, top=top, **options)) == listed(comp)[:top]
    found = [
        rule
        for rule in naive_rules.rules(sets, Fraction("0.5"), 1)
        if min_lift is None or rule.rule * n >= rule.a * rule.c
    ]
    q = naive_rules.adjusted([naive_rules.fisher(*rule[2:], n) for rule in found])
    expected = {rule[:2]: float(x) for rule, x in zip(found, q, strict=True) if x <= level * (1 - 1e-9)}
    kept = {sides[:2]: x for sides, x in zip(listed(comp), comp.fdr.tolist(), strict=True)}
    assert {sides: kept.pop(sides) for sides in expected} == pytest.approx(expected, rel=1e-9)
    assert list(kept.values()) == pytest.approx([level] * len(kept), rel=1e-8)  # on the threshold


SHOP = [
    ["bread", "milk"],
    ["bread", "diapers", "beer", "eggs"],
    ["milk", "diapers", "beer", "cola"],
    ["bread", "milk", "diapers", "beer"],
    ["bread", "milk", "diapers", "cola"],
]


def test_the_shop_of_the_textbook() -> None:
    """Tan, Steinbach and Kumar (2005), table 6.1 and section 6.1: milk and diapers -> beer, 0.4 and 0.67."""
    rules = association_rules(mined(SHOP)[1], antecedent=["milk", "diapers"], consequent="beer", max_length=3)
    assert len(rules) == 1
    rule = next(iter(rules))
    assert (set(rule.antecedent), rule.consequent, rule.count) == ({"milk", "diapers"}, ("beer",), 2)
    assert (rule.support, rule.confidence) == (0.4, pytest.approx(2 / 3))
    assert list(rule.measures) == list(DEFAULT_RULE_MEASURES)
    with pytest.raises(AttributeError, match="no 'cosine'"):
        _ = rule.cosine


def test_thresholds_are_exact() -> None:
    transactions = [["a", "b"]] * 7 + [["a"]] * 93
    itemsets = mined(transactions)[1]
    for confidence in ("0.07", 0.07, "7%", Fraction(7, 100), "7e-2", np.float64(0.07)):
        assert len(association_rules(itemsets, min_confidence=confidence, antecedent="a")) == 1
    digits = "0.07" + "0" * 60 + "1"
    assert len(association_rules(itemsets, min_confidence=digits, antecedent="a")) == 0
    assert len(association_rules(itemsets, min_confidence="0.0" + "6" + "9" * 60, antecedent="a")) == 1
    assert len(association_rules(itemsets, min_confidence=0, min_lift=1)) == 2
    assert len(association_rules(itemsets, min_confidence=0, min_lift="1" + "." + "0" * 40 + "1")) == 0


def test_counts_near_the_largest() -> None:
    n = 1 << 52
    sets = {frozenset("a"): n, frozenset("b"): n - 1, frozenset("ab"): n - 1}
    rules = association_rules(tree(sets, n), min_confidence=Fraction(n - 1, n), measures=EVERY)
    assert listed(rules)[0] == (frozenset("b"), frozenset("a"), n - 1)
    assert len(rules) == 2
    assert len(association_rules(tree(sets, n), min_confidence=Fraction(n, n + 1))) == 1 + (n - 1) * (n + 1) // (n * n)


def test_weights_with_decimals() -> None:
    sets = {frozenset("a"): 150, frozenset("b"): 125, frozenset("ab"): 100}
    rules = association_rules(tree(sets, 200, scale=100))
    assert [rule.count for rule in rules] == [1.0, 1.0]
    assert rules.count.tolist() == [100, 100] and rules.columns["count"].tolist() == [1.0, 1.0]
    assert rules.support.tolist() == [0.5, 0.5]
    for name in ("fisher", "chi_square", "chi_square_p"):
        with pytest.raises(OptionError, match=f"{name}: needs whole counts"):
            association_rules(tree(sets, 200, scale=100), measures=name)
    with pytest.raises(OptionError, match="needs whole counts"):
        association_rules(tree(sets, 200, scale=100), fdr=0.05)
    file = io.BytesIO()
    association_rules(tree(sets | {frozenset("ab"): 99}, 200, scale=100), measures=()).save(file)
    assert file.getvalue().decode() == "antecedent\tconsequent\tcount\nb\ta\t0.99\na\tb\t0.99\n"


def test_without_rules_only_the_header_is_written() -> None:
    for itemsets in (tree({}, 5), tree({}, 0), tree({frozenset("a"): 3}, 5)):
        for options in ({}, {"top": 3}, {"fdr": 0.1}, {"max_consequent": None}):
            rules = association_rules(itemsets, **options)
            assert len(rules) == 0 and list(rules) == []
            for name in TABLE_FORMATS:
                file = io.BytesIO()
                rules.save(file, name)
                assert len(file.getvalue().splitlines()) == (name != "jsonl")


def test_sets_that_lack_a_subset_are_refused() -> None:
    whole = naive_rules.frequent([list("abc")], 1)
    for missing in combinations("abc", 2):
        if missing == ("b", "c"):  # {c, b, a} goes through it
            continue
        sets = {items: count for items, count in whole.items() if items != frozenset(missing)}
        for most in (1, None):
            with pytest.raises(OptionError, match="need all frequent itemsets"):
                association_rules(tree(sets, 1), max_consequent=most)
        marks = np.ones(len(sets), np.uint8)
        itemsets = tree(sets, 1)
        assert not subsets.mark_subsets(itemsets.depths, itemsets.items, itemsets.counts, marks, marks.copy())


ODD = ["a b", "a,b", 'a"b', ' "', "tab\tend", "line\nend", "return\rend", " lead", "tail ", "", ",", "文", "\u3000"]


def odd_rules() -> Rules:
    return association_rules(mined([ODD[:5], ODD[4:9], ODD[8:], ODD[2:6]])[1], min_confidence=0, max_consequent=2)


@pytest.mark.parametrize("format", ["tsv", "csv"])
def test_cells_can_be_read_back_as_items(format: str) -> None:
    rules = odd_rules()
    file = io.BytesIO()
    rules.save(file, format)
    text = io.TextIOWrapper(io.BytesIO(file.getvalue()), "utf-8", newline="")
    rows = list(csv.reader(text)) if format == "csv" else [line.split("\t") for line in text.read().split("\n")[:-1]]
    assert rows[0] == ["antecedent", "consequent", "count", *DEFAULT_RULE_MEASURES]
    assert len(rows) == len(rules) + 1
    symbols = str.maketrans("\t\n\r", "␉␊␍") if format == "tsv" else {}
    for row, rule in zip(rows[1:], rules, strict=True):
        for cell, items in zip(row, (rule.antecedent, rule.consequent), strict=False):
            assert next(csv.reader([cell])) == [item.translate(symbols) for item in items]


def test_jsonl_has_arrays_and_floats_in_full() -> None:
    rules = odd_rules()
    file = io.BytesIO()
    rules.save(file, "jsonl")
    rows = [json.loads(line) for line in file.getvalue().decode().split("\n")[:-1]]
    assert len(rows) == len(rules)
    for row, rule in zip(rows, rules, strict=True):
        values = {name: x if math.isfinite(x) else None for name, x in rule.measures.items()}
        assert list(row.items()) == [
            ("antecedent", list(rule.antecedent)),
            ("consequent", list(rule.consequent)),
            ("count", rule.count),
            *values.items(),
        ]


def test_numbers_are_rounded_in_tables() -> None:
    transactions = [["a", "b"], ["a", "b"], ["c"], ["a", "b", "c", "d"], ["b", "d"], *[["x"]] * 2_000]
    names = ("support", "confidence", "conviction", "chi_square", "fisher")
    rules = association_rules(mined(transactions)[1], antecedent="a", consequent="b", measures=names, max_length=2)
    file = io.BytesIO()
    rules.save(file)
    # 3 / 2005; 2005 x 6003**2 / (3 x 2002 x 4 x 2001); 4 / choose(2005, 3)
    assert file.getvalue().decode().splitlines()[1] == "a\tb\t3\t0.001496\t1.0\tinf\t1502.998876\t2.98207e-09"
    always = association_rules(mined([["a", "b"], ["a"]])[1], consequent="a", measures=("chi_square", "chi_square_p"))
    for name, end in (("tsv", "\t\t"), ("csv", ",,"), ("jsonl", '"chi_square": null, "chi_square_p": null}')):
        file = io.BytesIO()
        always.save(file, name)
        assert file.getvalue().decode().splitlines()[-1].endswith(end)


def test_columns_pickling_and_representation() -> None:
    rules = association_rules(mined(SHOP)[1], min_confidence="0.9", measures=["lift", "chi-square"])
    assert repr(rules) == f"<Rules: {len(rules):,} rules; lift, chi_square>"
    assert list(rules.columns) == ["antecedent", "consequent", "count", "lift", "chi_square"]
    assert {len(column) for column in rules.columns.values()} == {len(rules)}
    again = pickle.loads(pickle.dumps(rules))
    assert listed(again) == listed(rules) and again.lift.tolist() == rules.lift.tolist()
    assert pickle.loads(pickle.dumps(next(iter(rules)))) == next(iter(rules))
    assert not hasattr(rules, "cosine")


def test_a_frame_like_that_of_mlxtend() -> None:
    pytest.importorskip("pandas")
    sets, itemsets = mined(SHOP)
    frame = association_rules(itemsets, max_consequent=None, measures=("zhang", "cosine")).to_pandas()
    assert list(frame.columns) == [
        "antecedents",
        "consequents",
        "antecedent support",
        "consequent support",
        "support",
        "confidence",
        "lift",
        "representativity",
        "leverage",
        "conviction",
        "zhangs_metric",
        "jaccard",
        "certainty",
        "kulczynski",
        "cosine",
    ]
    assert len(frame) == len(list(naive_rules.rules(sets, Fraction("0.5"), 99)))
    for _, row in frame.iterrows():
        left, right = row["antecedents"], row["consequents"]
        assert isinstance(left, frozenset) and isinstance(right, frozenset)
        ref = naive_rules.measures(sets[left | right], sets[left], sets[right], len(SHOP))
        assert row["antecedent support"] == sets[left] / 5 and row["consequent support"] == sets[right] / 5
        assert row["representativity"] == 1
        for name in ("support", "confidence", "lift", "leverage", "conviction", "jaccard", "certainty", "kulczynski"):
            assert row[name] == pytest.approx(float(ref[name]))
        assert row["zhangs_metric"] == pytest.approx(float(ref["zhang"]))


def test_a_frame_needs_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(OptionError, match=r"pip install 'nlpkit\[pandas\]'"):
        association_rules(mined(SHOP)[1]).to_pandas()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_confidence": "1.1"}, "min_confidence is 1.1; it must be from 0 to 1"),
        ({"min_confidence": "1." + "0" * 30 + "1"}, "it must be from 0 to 1"),
        ({"min_confidence": -0.5}, "min_confidence is -0.5; it must be from 0 to 1"),
        ({"min_confidence": "nan"}, "min_confidence is 'nan'; give a number"),
        ({"min_confidence": "half"}, "min_confidence is 'half'; give a number"),
        ({"min_confidence": "150%"}, "min_confidence is 150%; it must be from 0 to 1"),
        ({"min_confidence": 80}, "min_confidence is 80; it must be from 0 to 1; for 80 % write 80%"),
        ({"min_improvement": "-0.1"}, "min_improvement is -0.1; it must be from 0 to 1"),
        ({"min_improvement": "some"}, "min_improvement is 'some'; give a number"),
        ({"contains": "beer|bear"}, "contains 'bear': no such item is frequent; did you mean 'beer'?"),
        ({"min_lift": "-1"}, "min_lift is -1; it must be 0 or more"),
        ({"min_lift": math.inf}, "min_lift is 'inf'; give a number"),
        ({"antecedent": "mlik"}, "antecedent 'mlik': no such item is frequent; did you mean 'milk'?"),
        ({"consequent": ["xyz"]}, "consequent 'xyz': no such item is frequent; check"),
        ({"contains": ["beer", "bear"]}, "contains 'bear': no such item is frequent; did you mean 'beer'?"),
        ({"antecedent": "milk", "consequent": "milk"}, "antecedent and consequent both name 'milk'"),
        ({"consequent": ["milk", "beer"]}, "consequent: 2 items, but max_consequent 1"),
        ({"max_consequent": 0}, "max_consequent is 0; it must be at least 1"),
        ({"top": 0}, "top is 0; it must be at least 1"),
        ({"max_length": 1}, "max_length is 1; a rule has at least 2 items"),
        ({"min_length": 0}, "min_length is 0; it must be at least 1"),
        ({"min_length": 2.5}, "min_length is 2.5; give an integer"),
        ({"min_length": 4, "max_length": 3}, "min_length is 4, above max_length, 3; no rule has such a length"),
        ({"measures": ["lfit"]}, "measures is 'lfit'; did you mean lift?"),
        ({"sort": "zz"}, "sort is 'zz'; choose from support, confidence"),
        ({"fdr": 0}, "fdr is 0; it must be above 0"),
        ({"fdr": math.nan}, "fdr is 'nan'; give a number, such as 0.5"),
        ({"sort": "fdr"}, "fdr: give the share of false discoveries to allow"),
        ({"measures": ["fdr"]}, "fdr: give the share of false discoveries to allow"),
    ],
)
def test_wrong_arguments_are_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError) as caught:
        association_rules(mined(SHOP)[1], **options)  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_another_format_is_refused_before_a_file_is_made(tmp_path: Path) -> None:
    path = tmp_path / "rules.xml"
    with pytest.raises(OptionError, match="format is 'xml'; choose from tsv, csv, jsonl"):
        association_rules(mined(SHOP)[1]).save(path, "xml")
    assert not path.exists()


@pytest.mark.compiled
@pytest.mark.parametrize("most", [1, 3, None])
def test_a_large_tree_has_as_many_rules_as_combinatorics_say(most: int | None) -> None:
    """All subsets of 12 items, in several blocks: as many rules as combinatorics say, no two the same."""
    items = "abcdefghijkl"
    sets = {frozenset(c): 20 - size for size in range(1, 13) for c in combinations(items, size)}
    expected = sum(
        math.comb(12, k) * math.comb(k, q) for k in range(2, 13) for q in range(1, min(k - 1, most or 99) + 1)
    )
    rules = association_rules(tree(sets, 20), min_confidence=0, max_consequent=most)
    assert len(rules) == expected
    lengths = np.diff(rules.sets.offsets)
    assert (rules.count == 20 - lengths[rules.antecedents] - lengths[rules.consequents]).all()
    pairs = rules.antecedents.astype(np.int64) * len(rules.sets) + rules.consequents
    assert np.unique(pairs).size == expected


@EXAMPLES
@given(
    baskets,
    st.sampled_from([1, 2, None]),
    st.booleans(),
    st.sampled_from([None, 0, "0.05", 0.2, Fraction(1, 6), 1]),
    st.sets(st.sampled_from("abc"), max_size=1),
    st.sampled_from([None, 3]),
    st.sampled_from([1, 3]),
    st.sampled_from([None, 4]),
)
def test_rules_that_say_no_more_than_shorter_ones_are_those_of_the_definition(
    transactions: list[list[str]],
    most: int | None,
    non_redundant: bool,
    least: str | float | Fraction | None,
    anywhere: set[str],
    longest: int | None,
    shortest: int,
    top: int | None,
) -> None:
    """Rules that the other filters leave out count among the shorter ones, too."""
    transactions = [*transactions, list("abcdef")]
    sets, itemsets = mined(transactions)
    n = len(transactions)
    options = {
        "min_confidence": "0.3",
        "max_consequent": most,
        "contains": anywhere,
        "max_length": longest,
        "min_length": shortest,
        "measures": ("improvement", "lift"),
    }
    comp = association_rules(itemsets, non_redundant=non_redundant, min_improvement=least, top=top, **options)
    ref = []
    for rule in naive_rules.rules(sets, Fraction("0.3"), most or 99):
        improvement = Fraction(rule.rule, rule.a) - naive_rules.surest_part(rule, sets, n)
        whole = rule.antecedent | rule.consequent
        is_shown = anywhere <= whole and shortest <= len(whole) <= (longest or 99)
        is_enough = least is None or improvement >= Fraction(str(least))
        if is_shown and is_enough and not (non_redundant and improvement <= 0):
            ref.append(rule)
    assert listed(comp) == as_listed(naive_rules.best_first(ref, n, "lift"))[:top]


def test_redundant_rules_of_a_table_that_can_be_followed_by_hand() -> None:
    """milk -> bread is 3/4; with tea it is 2/2, with jam 1/2; bread alone has 3/5."""
    transactions = [["milk", "bread", "tea"], ["milk", "bread", "tea", "jam"], ["milk", "bread"], ["milk", "jam"], []]
    itemsets = mined(transactions)[1]
    rules = association_rules(itemsets, min_confidence=0, consequent="bread", measures=("improvement", "boost"))
    shown = {rule.antecedent: (round(rule.improvement, 9), round(rule.boost, 9)) for rule in rules}
    assert shown[("milk",)] == (0.15, 1.25) and shown[("jam", "milk")] == (-0.25, round(2 / 3, 9))
    assert shown[("tea",)] == (0.4, round(5 / 3, 9)) and shown[("tea", "milk")] == (0, 1)
    kept = association_rules(itemsets, min_confidence=0, consequent="bread", non_redundant=True)
    assert {rule.antecedent for rule in kept} == {("milk",), ("tea",)}
    kept = association_rules(itemsets, min_confidence=0, consequent="bread", min_improvement="0.15")
    assert {rule.antecedent for rule in kept} == {("milk",), ("tea",)}
    kept = association_rules(itemsets, min_confidence=0, consequent="bread", min_improvement="0.1500001")
    assert {rule.antecedent for rule in kept} == {("tea",)}


def test_improvement_is_exact_where_floats_are_equal() -> None:
    n = 1 << 52
    for more in (0, 1):
        sets = {frozenset("a"): n - 1, frozenset("b"): n - 1, frozenset("ab"): n - 2 + more}
        kept = association_rules(tree(sets, n), min_confidence=0, non_redundant=True)
        assert len(kept) == 2 * more  # (n - 2) / (n - 1) is below (n - 1) / n, which is the same float


@settings(EXAMPLES, max_examples=30)
@given(baskets, st.sampled_from([1, None]), st.permutations("abcdef"), st.booleans())
def test_any_of_several_items_will_do(
    transactions: list[list[str]], most: int | None, items: list[str], as_text: bool
) -> None:
    transactions = [*transactions, list("abcdef")]
    sets, itemsets = mined(transactions)

    def choices(*several: str) -> str | tuple[str, ...]:
        return " | ".join(several) if as_text else several

    one, two, three, *rest = items
    comp = association_rules(
        itemsets,
        min_confidence="0.2",
        max_consequent=most,
        antecedent=[choices(one, two)],
        consequent=[choices(two, three, rest[0])],
        contains=[choices(*rest), one],
    )
    ref = [
        rule
        for rule in naive_rules.rules(sets, Fraction("0.2"), most or 99)
        if rule.antecedent & {one, two} and rule.consequent & {two, three, rest[0]}
        if (rule.antecedent | rule.consequent) & {*rest} and one in rule.antecedent | rule.consequent
    ]
    assert listed(comp) == as_listed(naive_rules.best_first(ref, len(transactions), "lift"))
    wanted = apriori(transactions, min_support=1, contains=[choices(one, two), three])
    expected = {s: count for s, count in sets.items() if s & {one, two} and three in s}
    assert {frozenset(s): count for s, count in wanted.to_list()} == expected


def test_an_item_with_a_bar_is_an_item() -> None:
    itemsets = mined([["a|b", "c"], ["a", "c"], ["b", "d"]])[1]
    assert {rule.antecedent for rule in association_rules(itemsets, antecedent="a|b")} == {("a|b",)}
    assert {rule.antecedent for rule in association_rules(itemsets, antecedent="a|d")} == {("a",), ("d",)}
    assert apriori([["a|b", "c"], ["a", "c"]], min_support=1, contains="a|b").itemsets == [("a|b",), ("a|b", "c")]
