"""Too many itemsets: what is used by default, what is refused and when, and which numbers the user reads."""

import io
import re
from functools import partial
from itertools import combinations
from math import comb
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpkit import InputError, Transactions, apriori, association_rules
from nlpkit.executors import RunningOptions
from nlpkit.itemsets import estimates, limits, miner, mining, write_itemsets
from nlpkit.itemsets.database import build_rows, count_items, one_by_one, rank_items
from nlpkit.itemsets.mining import Ledger, Search
from nlpkit.itemsets.options import UNBOUNDED, AprioriOptions
from nlpkit.itemsets.supports import default_count
from nlpkit.rules import generation
from nlpkit.rules import limits as rule_limits
from nlpkit.rules import search as rule_search
from tests import naive_itemsets as naive

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

items = st.sampled_from("abcdefghij")
transactions = st.lists(st.lists(items, max_size=8), min_size=1, max_size=30)


def scattered(rows: int, names: int, density: float) -> list[list[str]]:
    """Rows that each have an item with the probability `density`."""
    random = Random(rows + names)
    return [[f"i{k:03}" for k in range(names) if random.random() < density] for _ in range(rows)]


def search_of(rows: list[list[str]], least: int, weights: list[int] | None = None, deepest: int = UNBOUNDED) -> Search:
    given = Transactions.from_lists(rows)
    given.weights = None if weights is None else np.array(weights, np.int64)
    ranking = rank_items(given.names, count_items(given, one_by_one), least)
    return Search(build_rows(given, ranking, one_by_one), least, deepest, UNBOUNDED, UNBOUNDED, Ledger(), tuple)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """1,000 itemsets are many."""
    monkeypatch.setattr(mining, "LARGE", 1000)
    monkeypatch.setattr(limits, "LARGE", 1000)
    monkeypatch.setattr(miner, "LARGE", 1000)
    monkeypatch.setattr(mining, "_LEAST_STEP", 256)
    monkeypatch.setattr(estimates, "propose", partial(estimates.propose, few=300))
    monkeypatch.setattr(limits, "propose", partial(estimates.propose, few=300))


# ---- the default


@pytest.mark.parametrize(
    ("rows", "least"),
    [(1, 2), (2, 2), (5, 2), (20, 2), (21, 3), (40, 4), (41, 5), (100, 5), (500, 5), (501, 6), (600, 6), (9835, 99)],
)
def test_the_default_is_one_percent_but_some_transactions(rows: int, least: int) -> None:
    assert default_count(rows, rows) == (least, -(-rows // 100))


@pytest.mark.parametrize(
    ("rows", "total", "scale", "least"),
    [
        (3, 1000, 1, 10),  # rows that stand for many transactions
        (100, 1000, 1000, 50),  # shares of 1: as many as 5 rows have on average
        (100, 1000, 1, 10),
        (4, 400, 100, 200),  # four transactions
    ],
)
def test_the_default_holds_for_weights(rows: int, total: int, scale: int, least: int) -> None:
    assert default_count(rows, total, scale)[0] == least


def test_a_larger_default_is_said() -> None:
    said: list[str] = []
    rows = [["a", "b", "c"], ["a", "b"], ["b", "d"], ["a", "c"], ["e"]]
    assert apriori(rows, notify=said.append).to_list() == apriori(rows, min_support=2).to_list()
    assert said[0] == "5 transactions: a support of 1 % would be 1; 2 is used; min_support says otherwise"


@pytest.mark.parametrize(("how", "least"), [({"min_support": 1}, 1), ({"min_support": "1%"}, 1), ({"top": 99}, 1)])
def test_what_is_given_stays(how: dict[str, object], least: int) -> None:
    rows = [["a", "b", "c"], ["a", "b"], ["b", "d"], ["a", "c"], ["e"]]
    said: list[str] = []
    sets = apriori(rows, notify=said.append, **how)  # type: ignore[arg-type]
    assert sorted(sets.to_list()) == sorted(naive.frequent(rows, least))
    assert not [line for line in said if "is used" in line]


def test_enough_transactions_need_no_line() -> None:
    said: list[str] = []
    apriori([["a"]] * 500, notify=said.append)
    assert not [line for line in said if "is used" in line]


# ---- numbers


@settings(deadline=None)
@given(transactions, st.integers(1, 4), st.integers(0, 60), st.booleans())
def test_what_is_proposed_is_so(rows: list[list[str]], least: int, few: int, weighted: bool) -> None:
    weights = [1 + k % 3 for k in range(len(rows))] if weighted else None
    found = estimates.propose(search_of(rows, least, weights), few=few)
    if found is None:
        return
    expected = naive.frequent(rows, found.support, weights, longest=found.length or 99)
    assert found.sets == len(expected)
    assert found.sets <= few
    assert found.length is None or found.support == least


def test_the_support_that_is_proposed_is_near_the_smallest() -> None:
    rows = scattered(300, 40, 0.4)
    found = estimates.propose(search_of(rows, 20), few=1000)
    assert found is not None
    assert found.length is None
    assert found.sets == len(naive.frequent(rows, found.support))
    assert len(naive.frequent(rows, found.support * 9 // 10)) > 1000


def test_a_length_is_proposed_where_no_support_helps() -> None:
    found = estimates.propose(search_of([[f"i{k}" for k in range(30)]] * 9, 3), few=1000)
    assert found == (3, 2, 30 + comb(30, 2))
    assert estimates.propose(search_of([[f"i{k}" for k in range(30)]] * 9, 3), few=1000, shortest=3) is None


@settings(deadline=None)
@given(transactions, st.integers(1, 4), st.integers(1, 9), st.booleans())
def test_there_are_as_many_sets_as_are_promised(
    rows: list[list[str]], least: int, longest: int, weighted: bool
) -> None:
    weights = [1 + k % 3 for k in range(len(rows))] if weighted else None
    search = search_of(rows, least, weights)
    assert estimates.least_number(search.rows, least, longest) <= len(naive.frequent(rows, least, weights, longest))


def test_the_promise_is_exact_for_equal_rows() -> None:
    search = search_of([[f"i{k}" for k in range(20)]] * 4, 4)
    assert estimates.least_number(search.rows, 4, UNBOUNDED) == 2**20 - 1
    assert estimates.least_number(search.rows, 4, 3) == 20 + comb(20, 2) + comb(20, 3)


@pytest.mark.parametrize(("number", "text"), [(31_580_641, "31,580,641"), (2**116 - 1, "10^34")])
def test_numbers_are_readable(number: int, text: str) -> None:
    assert estimates.number_text(number) == text


# ---- refusals


@pytest.mark.parametrize("executor", ["serial", "threads"])
@pytest.mark.parametrize("how", [{}, {"closed": True}, {"sort": "support"}, {"maximal": True, "top": 2}])
@pytest.mark.usefixtures("few")
def test_by_default_there_are_not_too_many(executor: str, how: dict[str, object]) -> None:
    rows = scattered(100, 20, 0.5)
    message = r"^at least 1,000 itemsets at min_support 5, the default; min_support=\d+ gives \d+; min_support=5 gives "
    with pytest.raises(InputError, match=message + "all$") as caught:
        apriori(rows, executor=executor, **how)  # type: ignore[arg-type]
    least, sets = map(int, re.findall(r"=(\d+) gives (\d+)", str(caught.value))[0])
    assert len(apriori(rows, min_support=least)) == sets
    assert len(apriori(rows, min_support=5, **how)) > 0  # type: ignore[arg-type]


@pytest.mark.usefixtures("few")
def test_what_is_written_by_default_is_not_too_much() -> None:
    rows = scattered(100, 20, 0.5)
    file = io.BytesIO()
    with pytest.raises(InputError, match="at least 1,000 itemsets at min_support 5, the default"):
        write_itemsets(file, rows, AprioriOptions(), RunningOptions(1))
    said: list[str] = []
    assert write_itemsets(file, rows, AprioriOptions(5), RunningOptions(1), notify=said.append) > 1000
    assert "itemsets so far at min_support 5; min_support=" in said[0]
    assert said[0].endswith(" (Ctrl-C stops)")


@pytest.mark.usefixtures("few")
def test_nothing_is_written_where_it_is_too_much_without_doubt() -> None:
    file = io.BytesIO()
    message = (
        r"^at least 1,048,575 itemsets at min_support 2, the default; max_length=2 gives 210; min_support=2 gives all$"
    )
    with pytest.raises(InputError, match=message):
        write_itemsets(file, [[f"i{k}" for k in range(20)]] * 7, AprioriOptions(), RunningOptions(1))
    assert file.getvalue() == b""


@pytest.mark.usefixtures("few")
def test_many_itemsets_are_announced_with_numbers() -> None:
    said: list[str] = []
    sets = apriori(scattered(100, 20, 0.5), min_support=5, notify=said.append)
    assert len(sets) > 4000
    assert "itemsets so far at min_support 5; min_support=" in said[0]
    assert all(line.endswith(" itemsets so far (Ctrl-C stops)") for line in said[1:])
    assert len(said) > 1


@pytest.mark.usefixtures("few")
def test_supports_in_decimal_weights_are_typed_as_shares() -> None:
    plain = Transactions.from_lists(scattered(100, 20, 0.5))
    weighted = Transactions(plain.names, plain.ids, plain.offsets, np.full(100, 7, np.int64), 1000)
    with pytest.raises(InputError, match=r"the default; min_support=") as caught:
        apriori(weighted)
    share = str(caught.value).split('min_support="')[1].split('"')[0]
    assert len(apriori(weighted, min_support=share)) == int(str(caught.value).split(" gives ")[1].split(";")[0])


# ---- the most frequent ones


@settings(deadline=None)
@given(transactions, st.integers(1, 30), st.integers(1, 4), st.sampled_from(["", "closed", "contains"]))
def test_the_most_frequent_do_not_depend_on_the_cap(rows: list[list[str]], top: int, shortest: int, kind: str) -> None:
    how = {"": {}, "closed": {"closed": True}, "contains": {"contains": "a"}}[kind]
    if kind == "contains":
        rows = [*rows, ["a"]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(miner, "_CAPPED", 8)
        patch.setattr(miner, "_TIMES", 2)
        patch.setattr(mining, "_LEAST_STEP", 1)
        capped = apriori(rows, top=top, min_length=shortest, **how).to_list()  # type: ignore[arg-type]
    all_sets = apriori(rows, min_support=1, min_length=shortest, sort="support", **how)  # type: ignore[arg-type]
    assert capped == all_sets.to_list()[:top]


def test_the_most_frequent_of_dense_rows_need_few_sets() -> None:
    rows = scattered(40, 120, 0.93)
    names = sorted({name for row in rows for name in row}, key=lambda name: -sum(name in row for row in rows))
    best = max(sum(set(six) <= set(row) for row in rows) for six in combinations(names[:12], 6))
    sets = apriori(rows, top=10, min_length=6, memory=64 << 20)
    assert len(sets) == 10
    assert sets.to_list()[0][1] >= best


def test_a_search_can_go_on_while_sets_are_counted() -> None:
    """The proposal works beside the search, on the same rows."""
    search = search_of(scattered(60, 15, 0.5), 3)
    before = [np.array(array) for array in search.rows]
    estimates.propose(search, few=10)
    for old, new in zip(before, search.rows, strict=True):
        np.testing.assert_array_equal(old, new)


# ---- rules, progress


def test_rules_keep_to_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation, "check_memory", lambda _: 48 * 2000)
    sets = apriori(scattered(100, 12, 0.6), min_support=5)
    message = (
        r"^at least [\d,]+ rules at min_confidence 0, too many for the memory; min_confidence=\"0.8\" gives [\d,]+; "
    )
    with pytest.raises(InputError, match=message) as caught:
        association_rules(sets, min_confidence=0)
    number = int(str(caught.value).split(" gives ")[1].split(";")[0].replace(",", ""))
    assert len(association_rules(sets, min_confidence=0, top=5)) == 5
    monkeypatch.undo()
    assert len(association_rules(sets, min_confidence="0.8")) == number


def test_by_default_there_are_not_too_many_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_limits, "LARGE", 1000)
    rows = scattered(100, 12, 0.6)
    with pytest.raises(InputError, match=r"^at least 1,000 rules at min_confidence 0.5, too many for the default supp"):
        association_rules(apriori(rows))
    said: list[str] = []
    assert len(association_rules(apriori(rows, min_support=5), notify=said.append)) > 1000
    assert said[0].endswith(" rules so far; fewer with a higher min_confidence or with top (Ctrl-C stops)")


@pytest.mark.parametrize("executor", ["serial", "threads"])
def test_progress_adds_up_to_one(executor: str) -> None:
    shares: list[float] = []
    apriori(scattered(100, 80, 0.5), min_support=12, max_length=4, executor=executor, progress=shares.append)
    assert sum(shares) == pytest.approx(1)
    shares.clear()
    options = AprioriOptions(12, 1, 3)
    write_itemsets(io.BytesIO(), scattered(100, 80, 0.5), options, RunningOptions(2, executor), progress=shares.append)
    assert sum(shares) == pytest.approx(1)


@pytest.mark.parametrize("further", [{}, {"max_consequent": None}, {"top": 3}, {"non_redundant": True}], ids=str)
def test_progress_of_rules_adds_up_to_one(monkeypatch: pytest.MonkeyPatch, further: dict[str, Any]) -> None:
    monkeypatch.setattr(rule_search, "_BLOCK", 100)
    shares: list[float] = []
    association_rules(apriori(scattered(100, 12, 0.6), min_support=5), **further, progress=shares.append)
    assert len(shares) > 2 and sum(shares) == pytest.approx(1)
