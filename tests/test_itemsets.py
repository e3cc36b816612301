"""Frequent itemsets: for any data, the sets, their supports and their order are those of the slow twin."""

import csv
import io
import json
import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nlpkit
from nlpkit import InputError, OptionError, Transactions, apriori
from nlpkit.executors import RunningOptions
from nlpkit.itemsets import database, miner, mining, trees, write_itemsets
from nlpkit.itemsets.options import AprioriOptions
from nlpkit.itemsets.supports import smallest_count
from nlpkit.kernels import itemset_rows as kernel
from tests import naive_itemsets as naive
from tests.conftest import executor_of

GROCERIES = Path(__file__).parent / "data" / "groceries.csv"
BASKETS = [["bread", "milk"], ["bread", "diapers", "beer", "eggs"], ["milk", "diapers", "beer", "cola"]]
BASKETS += [["bread", "milk", "diapers", "beer"], ["bread", "milk", "diapers", "cola"], []]

items = st.sampled_from("abcdefghijkl")
transactions = st.lists(st.lists(items, max_size=9), min_size=1, max_size=30)


def found(sets: nlpkit.Itemsets) -> naive.Sets:
    return [(one.items, one.count) for one in sets]


def generated(seed: int, rows: int, names: int, lengths: tuple[int, int], skew: float = 1.0) -> list[list[str]]:
    """Transactions in which some items are much more frequent than others, and some rows come often."""
    chance = random.Random(seed)
    weights = [1 / (1 + rank) ** skew for rank in range(names)]
    patterns = [chance.choices(range(names), weights, k=chance.randint(*lengths)) for _ in range(max(1, rows // 3))]
    out = []
    for _ in range(rows):
        row = list(chance.choice(patterns))
        row += chance.choices(range(names), weights, k=chance.randint(0, 2))
        out.append([f"i{item}" for item in row])
    return out


def test_sets_come_with_the_most_frequent_items_first() -> None:
    sets = apriori(BASKETS, min_support=3)
    assert found(sets) == [
        (("bread",), 4),
        (("diapers",), 4),
        (("diapers", "bread"), 3),
        (("milk",), 4),
        (("milk", "bread"), 3),
        (("milk", "diapers"), 3),
        (("beer",), 3),
        (("beer", "diapers"), 3),
    ]
    assert sets.columns["support"].tolist() == [count / 6 for _, count in found(sets)]
    assert repr(sets) == "<Itemsets: 8 itemsets of 4 items in 6 transactions>"


@settings(deadline=None)
@given(transactions, st.integers(1, 6))
def test_every_subset_of_every_transaction_is_counted(rows: list[list[str]], least: int) -> None:
    least = min(least, len(rows))
    sets = apriori(rows, min_support=least)
    assert {frozenset(items): count for items, count in found(sets)} == naive.by_definition(rows, least)
    assert found(sets) == naive.frequent(rows, least)


@settings(deadline=None)
@given(transactions, st.integers(1, 5), st.data())
def test_weights_count_as_often(rows: list[list[str]], least: int, data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.integers(0, 9), min_size=len(rows), max_size=len(rows)))
    plain = Transactions.from_lists(rows)
    weighted = Transactions(plain.names, plain.ids, plain.offsets, np.array(weights, np.int64))
    least = min(least, sum(weights))
    if not least:
        return
    sets = apriori(weighted, min_support=least)
    assert found(sets) == naive.frequent(rows, least, weights)
    repeated = [row for row, weight in zip(rows, weights, strict=True) for _ in range(weight)]
    assert found(apriori(repeated, min_support=least)) == found(sets)


def test_weights_with_decimals() -> None:
    plain = Transactions.from_lists([["a", "b"], ["a"], ["b"]])
    weighted = Transactions(plain.names, plain.ids, plain.offsets, np.array([25, 150, 100], np.int64), 100)
    assert [(*one,) for one in apriori(weighted, min_support="0.2")] == [
        (("a",), 1.75, 175 / 275),
        (("b",), 1.25, 125 / 275),
    ]
    with pytest.raises(OptionError, match=r"min_support is 3, but there are 2\.75 transactions"):
        apriori(weighted, min_support=3)


@pytest.mark.parametrize(
    ("rows", "names", "lengths", "skew", "least"),
    [
        pytest.param(300, 14, (4, 12), 0.3, 60, id="dense, one class of masks"),
        pytest.param(400, 30, (8, 25), 0.5, 90, id="dense, beyond the patterns"),
        pytest.param(300, 40, (10, 30), 1.0, 80, id="many items in all rows of a class"),
        pytest.param(500, 200, (3, 12), 0.6, 6, id="sparse, small classes"),
        pytest.param(400, 150, (20, 60), 0.4, 40, id="classes wider than a mask"),
        pytest.param(200, 90, (70, 90), 0.1, 120, id="rows longer than a mask"),
    ],
)
@pytest.mark.compiled
def test_each_layout_of_classes_gives_the_sets_of_the_twin(
    rows: int, names: int, lengths: tuple[int, int], skew: float, least: int
) -> None:
    data = generated(rows + names, rows, names, lengths, skew)
    expected = naive.frequent(data, least, longest=5)
    assert len(expected) > 50
    assert found(apriori(data, min_support=least, max_length=5)) == expected
    weights = [1 + number % 5 for number in range(rows)]
    plain = Transactions.from_lists(data)
    weighted = Transactions(plain.names, plain.ids, plain.offsets, np.array(weights, np.int64))
    expected = naive.frequent(data, 3 * least, weights, longest=4)
    assert found(apriori(weighted, min_support=3 * least, max_length=4)) == expected


def test_groceries_have_the_itemsets_that_arules_finds() -> None:
    """Runs without JIT too. The class has more different rows than the table of rows has room for at first."""
    rows = list(csv.reader(GROCERIES.read_text(encoding="utf-8").splitlines()))
    sets = apriori(rows, min_support="0.01")
    assert len(sets) == 333
    assert found(sets.select(min_length=3)) == [one for one in naive.frequent(rows, 99) if len(one[0]) > 2]


def test_classes_wider_than_a_mask_and_planes_of_weights_in_plain_python() -> None:
    data = generated(5, 40, 100, (75, 95), 0.05)
    assert found(apriori(data, min_support=20, max_length=2)) == naive.frequent(data, 20, longest=2)
    assert found(apriori(data, min_support=28, max_length=3)) == naive.frequent(data, 28, longest=3)
    dense = generated(6, 60, 12, (9, 12), 0.1)
    plain = Transactions.from_lists(dense)
    weights = [1 + number % 7 for number in range(60)]
    weighted = Transactions(plain.names, plain.ids, plain.offsets, np.array(weights, np.int64))
    assert found(apriori(weighted, min_support=100)) == naive.frequent(dense, 100, weights)


@pytest.mark.parametrize(
    "how", [{"jobs": 1}, {"jobs": 3}, {"executor": "serial"}, {"executor": "processes", "jobs": 2}]
)
def test_the_result_does_not_depend_on_workers(how: dict[str, object], tmp_path: Path) -> None:
    data = generated(1, 150, 40, (5, 15), 0.5)
    expected = naive.frequent(data, 10)
    assert found(apriori(data, min_support=10, **how)) == expected  # type: ignore[arg-type]
    apriori(data, min_support=10).save(tmp_path / "one.tsv")
    running = RunningOptions(**how)  # type: ignore[arg-type]
    assert write_itemsets(tmp_path / "two.tsv", data, AprioriOptions(10), running) == len(expected)
    assert (tmp_path / "one.tsv").read_bytes() == (tmp_path / "two.tsv").read_bytes()


def test_transactions_may_be_prepared_in_several_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_OCCURRENCES", 50)
    for names, least in ((100, 5), (20, 30)):
        data = generated(names, 120, names, (5, 15), 0.5)
        plain = Transactions.from_lists(data)
        assert found(apriori(data, min_support=least, max_length=4)) == naive.frequent(data, least, longest=4)
        weights = [number % 4 for number in range(120)]
        weighted = Transactions(plain.names, plain.ids, plain.offsets, np.array(weights, np.int64))
        expected = naive.frequent(data, 2 * least, weights, longest=4)
        assert found(apriori(weighted, min_support=2 * least, max_length=4)) == expected


def test_a_search_goes_on_after_its_arrays_have_grown(monkeypatch: pytest.MonkeyPatch) -> None:
    data = generated(2, 200, 16, (8, 16), 0.2)
    expected = naive.frequent(data, 50)
    monkeypatch.setattr(mining, "_FIRST_SETS", 1)
    monkeypatch.setattr(mining, "_FIRST_WORDS", 1)
    assert found(apriori(data, min_support=50)) == expected


@settings(deadline=None)
@given(transactions, st.integers(1, 4), st.integers(1, 4), st.integers(0, 3))
def test_min_length_and_max_length_select_by_number_of_items(
    rows: list[list[str]], least: int, shortest: int, more: int
) -> None:
    least = min(least, len(rows))
    sets = apriori(rows, min_support=least, min_length=shortest, max_length=shortest + more)
    expected = naive.frequent(rows, least)
    assert found(sets) == [(a, n) for a, n in expected if shortest <= len(a) <= shortest + more]


@settings(deadline=None)
@given(transactions, st.integers(1, 5), st.none() | st.integers(1, 4))
def test_closed_and_maximal_sets_are_those_of_the_twin(rows: list[list[str]], least: int, longest: int | None) -> None:
    least = min(least, len(rows))
    expected = naive.frequent(rows, least)
    for name, chosen in (("closed", naive.closed(expected)), ("maximal", naive.maximal(expected))):
        sets = apriori(rows, min_support=least, max_length=longest, **{name: True})  # type: ignore[arg-type]
        assert found(sets) == [(a, n) for a, n in chosen if longest is None or len(a) <= longest]


@settings(deadline=None)
@given(
    transactions, st.integers(1, 4), st.lists(items, max_size=2, unique=True), st.lists(items, max_size=2, unique=True)
)
def test_contains_and_exclude_select_by_items(
    rows: list[list[str]], least: int, wanted: list[str], unwanted: list[str]
) -> None:
    least = min(least, len(rows))
    there = {item for row in rows for item in row}
    wanted = [item for item in wanted if item in there]
    unwanted = [item for item in unwanted if item in there and item not in wanted]
    sets = apriori(rows, min_support=least, contains=wanted, exclude=unwanted)
    expected = naive.frequent([[item for item in row if item not in unwanted] for row in rows], least)
    assert found(sets) == [(a, n) for a, n in expected if set(wanted) <= set(a)]


@settings(deadline=None)
@given(transactions, st.integers(1, 40), st.integers(1, 3), st.sampled_from([None, "closed", "maximal"]))
def test_top_are_the_most_frequent(rows: list[list[str]], top: int, shortest: int, kind: str | None) -> None:
    how = {kind: True} if kind else {}
    if kind == "maximal":  # which depend on the smallest support, so that `top` gives none
        how["min_support"] = 1
    sets = apriori(rows, top=top, min_length=shortest, **how)  # type: ignore[arg-type]
    expected = naive.frequent(rows, 1)
    expected = {"closed": naive.closed, "maximal": naive.maximal}[kind](expected) if kind else expected
    expected = [(a, n) for a, n in expected if len(a) >= shortest]
    assert found(sets) == sorted(expected, key=lambda one: (-one[1], len(one[0])))[:top]
    everything = apriori(rows, min_support=1, min_length=shortest, sort="support", **({kind: True} if kind else {}))  # type: ignore[arg-type]
    assert found(everything)[:top] == found(sets)


@pytest.mark.parametrize(
    ("support", "total", "scale", "least"),
    [
        ("0.07", 100, 1, 7),
        (0.07, 100, 1, 7),
        ("7%", 100, 1, 7),
        ("0.1", 15, 1, 2),
        ("1%", 9835, 1, 99),
        ("1.0", 9, 1, 9),
        ("100%", 9, 1, 9),
        (Fraction(1, 3), 9, 1, 3),
        ("1e-9", 100, 1, 1),
        (20, 100, 1, 20),
        ("20", 100, 1, 20),
        (2, 300, 100, 200),
        ("0.5", 300, 100, 150),
        ("0.000000000000000001", 10**17, 1, 1),
    ],
)
def test_a_support_is_parsed_exactly_from_its_decimal_digits(
    support: object, total: int, scale: int, least: int
) -> None:
    assert smallest_count(support, total, scale) == least  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("support", "message"),
    [
        (0, "min_support is 0; it must be above 0"),
        ("0.0", r"min_support is 0\.0; it must be above 0"),
        (-3, "min_support is -3; it must be above 0"),
        ("-1%", "min_support is -1%; it must be above 0"),
        ("5.0", r"min_support is 5\.0: more than all transactions; write 5 for a count"),
        ("2.5", r"min_support is 2\.5: more than all transactions; a count is an integer"),
        (7, "min_support is 7, but there are 6 transactions"),
        ("many", "min_support is 'many'; give a count, 20, or a share, 0.01 or 1%"),
        (float("nan"), "min_support is 'nan'; give a count"),
        (True, "min_support is True; give a string, a number or None"),
    ],
)
def test_a_value_that_is_not_a_support_is_refused(support: object, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        apriori(BASKETS, min_support=support)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"min_length": 0}, "min_length is 0"),
        ({"min_length": 3, "max_length": 2}, "max_length is 2; it must be at least min_length, 3"),
        ({"top": 0}, "top is 0"),
        ({"closed": True, "maximal": True}, "closed: no effect with maximal; maximal itemsets are closed"),
        ({"contains": ["beer"], "exclude": ["beer"]}, "contains and exclude both name 'beer'"),
        ({"contains": ["bear"]}, "contains: no transaction has the item 'bear'; did you mean 'beer'"),
        ({"exclude": ["wine"]}, "exclude: no transaction has the item 'wine'"),
        ({"sort": "lift"}, "sort is 'lift'"),
    ],
)
def test_options_that_make_no_sense_are_refused(how: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        apriori(BASKETS, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("jobs", [1, 2, 64])
@pytest.mark.parametrize("is_ordered", [False, True])
@pytest.mark.parametrize("is_chosen", [False, True])
def test_the_shares_of_the_memory_add_up(jobs: int, is_ordered: bool, is_chosen: bool) -> None:
    memory = 1 << 30
    shares = trees.divide_memory(memory, jobs, is_ordered, is_chosen)
    assert shares.kept * trees.KEPT_BYTES <= memory
    assert shares.kept * 2 * trees.SET_BYTES <= memory  # all sets twice: while trees are joined
    blocks = 4 * jobs * shares.flying  # of each worker: one in an array that grows, two that wait
    assert (shares.pending + blocks) * trees.SET_BYTES <= memory


@pytest.mark.compiled
def test_too_many_itemsets_for_the_memory() -> None:
    rows = [[f"i{k}" for k in range(23)]] * 2
    message = r"^at least 8,388,607 itemsets at min_support 2, too many for the memory; max_length=4 gives 10,902, or "
    with pytest.raises(InputError, match=message + "take more memory$"):
        apriori(rows, min_support=2, memory=64 << 20, jobs=1)


ODD = [
    "whole milk",
    "a,b",
    'say "hi"',
    " led",
    "trailing ",
    "tab\there",
    "two\nlines",
    "café",
    "牛奶",
    "'",
    '"',
    ",",
    "\r",
]


@pytest.mark.parametrize("format", ["tsv", "csv", "jsonl"])
@pytest.mark.parametrize("top", [None, 1000])
def test_items_survive_being_written(format: str, top: int | None) -> None:
    rows = [ODD, ODD[:7], ODD[3:9], ["x"]]
    sets = apriori(rows, min_support=2, top=top)
    file = io.BytesIO()
    sets.save(file, format)
    text = file.getvalue().decode()
    if format == "jsonl":
        read = [json.loads(line) for line in text.splitlines()]
        written = [(tuple(one["items"]), one["count"], one["support"]) for one in read]
        assert written == [(*one,) for one in sets]
        return
    if format == "tsv":
        cells = [line.split("\t") for line in text.split("\n")[:-1]]
        signs = str.maketrans("\t\n\r", "␉␊␍")
    else:
        cells = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        signs = {}
    assert cells[0] == ["items", "count", "support"]
    for cell, one in zip(cells[1:], sets, strict=True):
        assert next(csv.reader(io.StringIO(cell[0], newline=""), strict=True)) == [
            i.translate(signs) for i in one.items
        ]
        assert (int(cell[1]), float(cell[2])) == (one.count, round(one.support, 6))


def test_text_does_not_depend_on_the_size_of_its_buffer(monkeypatch: pytest.MonkeyPatch) -> None:
    from nlpkit.itemsets import writing

    data = generated(3, 60, 12, (5, 12), 0.2)
    whole, parts = io.BytesIO(), io.BytesIO()
    apriori(data, min_support=9).save(whole)
    monkeypatch.setattr(writing, "_ROOM", 1)
    apriori(data, min_support=9).save(parts)
    assert whole.getvalue() == parts.getvalue()
    monkeypatch.setattr(writing, "MOST_COUNTS", 1)
    counted = io.BytesIO()
    apriori(data, min_support=9).save(counted)
    assert whole.getvalue() == counted.getvalue()


def test_the_frame_has_the_columns_of_mlxtend() -> None:
    pytest.importorskip("pandas")
    frame = apriori(BASKETS, min_support=0.6).to_pandas()
    assert list(frame.columns) == ["support", "itemsets"]
    assert frame["itemsets"].tolist() == [frozenset({"bread"}), frozenset({"diapers"}), frozenset({"milk"})]
    assert frame["support"].tolist() == [4 / 6] * 3


def test_no_transactions_have_no_itemsets() -> None:
    assert len(apriori([])) == 0
    assert len(apriori([[], []])) == 0
    assert list(apriori([[], []], top=3)) == []


@pytest.mark.compiled
def test_groceries_have_the_sets_of_the_twin() -> None:
    transactions = nlpkit.read_transactions(str(GROCERIES), layout="basket")
    rows = list(transactions)
    assert len(rows) == 9835
    sets = apriori(transactions, min_support="0.005")
    assert found(sets) == naive.frequent(rows, 50)
    assert len(apriori(transactions, min_support="0.01")) == 333  # as the manual of arules has it


def test_partitions_find_what_one_search_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    from nlpkit.itemsets import partitions
    from nlpkit.itemsets.database import count_items, one_by_one, rank_items

    data = generated(4, 120, 30, (4, 12), 0.5)
    transactions = Transactions.from_lists(data)
    for name, value in (("_ROWS", 7), ("_LEAST", 2)):
        monkeypatch.setattr(partitions, name, value)
    ranking = rank_items(transactions.names, count_items(transactions, one_by_one), 12)
    assert len(list(partitions.cut(transactions, 12))) == 6
    with executor_of("serial") as pool:
        tree = partitions.search_partitions(transactions, ranking, 12, 9, 1 << 20, pool)
    whole = apriori(data, min_support=12, max_length=9)
    assert tree.depths.tolist() == whole.depths.tolist()
    assert tree.items.tolist() == whole.items.tolist()
    assert tree.counts.tolist() == whole.counts.tolist()


def test_the_smallest_support_has_a_default() -> None:
    assert AprioriOptions().support == "1%"
    assert AprioriOptions(top=3).support == 1
    assert kernel.MOST_ITEMS == 64


@settings(deadline=None)
@given(transactions, st.integers(1, 4), st.integers(1, 9), st.sampled_from([None, 3]), st.sampled_from(["", "closed"]))
def test_saving_listing_and_iterating_give_the_same_sets(
    rows: list[list[str]], least: int, shortest: int, top: int | None, kind: str
) -> None:
    """Also where that is nothing."""
    how = {"min_support": min(least, len(rows)), "min_length": shortest, "top": top, **({kind: True} if kind else {})}
    sets = apriori(rows, **how)  # type: ignore[arg-type]
    saved, written = io.BytesIO(), io.BytesIO()
    sets.save(saved, "jsonl")
    options = AprioriOptions(**how)  # type: ignore[arg-type]
    assert write_itemsets(written, rows, options, RunningOptions(), "jsonl") == len(sets)
    assert saved.getvalue() == written.getvalue()
    read = [json.loads(line) for line in saved.getvalue().splitlines()]
    assert [(tuple(one["items"]), one["count"]) for one in read] == sets.to_list() == found(sets)
    assert sets.itemsets == [items for items, _ in found(sets)]


def test_large_trees_become_text_when_it_is_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(miner, "_MANY", 3)
    data = generated(8, 60, 12, (5, 12), 0.2)
    for how in ({}, {"min_length": 2}):
        whole, parts = io.BytesIO(), io.BytesIO()
        apriori(data, min_support=9, **how).save(whole)  # type: ignore[arg-type]
        write_itemsets(parts, data, AprioriOptions(9, **how), RunningOptions(2))  # type: ignore[arg-type]
        assert whole.getvalue() == parts.getvalue()


def test_counts_with_decimals_keep_all_digits() -> None:
    plain = Transactions.from_lists([["a", "b"], ["a"]])
    weighted = Transactions(plain.names, plain.ids, plain.offsets, np.array([1, 2_500_000_000], np.int64), 10**9)
    file = io.BytesIO()
    apriori(weighted, min_support="1e-12").save(file)
    assert file.getvalue().decode().split("\n")[1:3] == ["a\t2.500000001\t1.0", "b\t0.000000001\t0.0"]


def test_one_item_may_be_given_without_a_list() -> None:
    assert found(apriori(BASKETS, min_support=2, contains="beer")) == found(
        apriori(BASKETS, min_support=2, contains=["beer"])
    )
    assert found(apriori(BASKETS, min_support=2, exclude="beer")) == found(
        apriori(BASKETS, min_support=2, exclude=["beer"])
    )


@pytest.mark.parametrize("support", [1 / 3000, np.float64(0.2), np.int64(2), "20 %", "1e-3", Fraction(1, 3)])
def test_a_support_may_be_any_type_of_number(support: object) -> None:
    assert len(apriori(BASKETS, min_support=support)) > 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("transactions", "message"),
    [("baskets.csv", r"is a path; give read_transactions\('baskets.csv'\)"), (["ab"], "give a list of items")],
)
def test_a_value_that_is_not_transactions_is_refused(transactions: object, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        apriori(transactions)  # type: ignore[arg-type]


def test_the_best_pairs_are_found_although_one_transaction_has_very_many() -> None:
    rows = [[f"i{k}" for k in range(3000)], *BASKETS, *BASKETS]
    sets = apriori(rows, top=3, min_length=2)
    assert found(sets) == [(("diapers", "bread"), 6), (("milk", "bread"), 6), (("milk", "diapers"), 6)]


@pytest.mark.compiled
def test_no_transactions_on_a_cluster() -> None:
    pytest.importorskip("distributed")
    from nlpkit.itemsets.database import count_items, one_by_one, rank_items
    from nlpkit.itemsets.partitions import search_partitions

    empty = Transactions.from_lists([])
    with executor_of("serial") as pool:
        ranking = rank_items([], count_items(empty, one_by_one), 1)
        assert search_partitions(empty, ranking, 1, 9, 100, pool).depths.size == 0


@settings(deadline=None)
@given(transactions, st.integers(1, 3), st.integers(1, 3), st.integers(1, 40), st.sampled_from(["serial", "threads"]))
def test_itemsets_that_do_not_fit_in_memory_are_written_in_portions(
    rows: list[list[str]], least: int, shortest: int, fitting: int, executor: str
) -> None:
    least = min(least, len(rows))
    rows = [*rows, *([[*"abcdefgh"]] * least)]  # items that are in all rows of a class are copied
    whole, parts = io.BytesIO(), io.BytesIO()
    apriori(rows, min_support=least, min_length=shortest).save(whole)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(miner, "check_memory", lambda _: 14 * 8 * 2 * fitting)
        patch.setattr(mining, "_FIRST_SETS", 300)
        write_itemsets(parts, rows, AprioriOptions(least, shortest), RunningOptions(2, executor))
    assert whole.getvalue() == parts.getvalue()
