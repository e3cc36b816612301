"""Keyness: figures that were published, a twin with 60 digits, and what holds for every pair of texts."""

import io
import json
import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nlpkit import association, choices, keyness
from nlpkit.association import directions, log_likelihood, p_value
from nlpkit.effects import log_ratio
from nlpkit.errors import OptionError
from nlpkit.keyness import Keyness, compare, keywords
from tests import naive

# Rows of (count, total, reference count, reference total, log-likelihood as printed).
UCREL = [  # Lancaster's calculator (ucrel.lancs.ac.uk/llwizard.html), figures taken down in the tests of CLiC (2015)
    (540, 116_000, 7_525, 5_451_382, "534.64"),
    (227, 116_000, 3_635, 5_451_382, "183.53"),
    (29, 116_000, 504, 5_451_382, "20.50"),
    (431, 116_000, 5_892, 5_451_382, "437.88"),
    (16, 116_000, 650, 5_451_382, "0.32"),
    (540, 116_000, 0, 5_451_382, "4180.78"),
    (7, 10_000, 0, 100_000, "33.57"),
    (10, 150, 10, 150, "0.00"),
    (52, 50_000, 57, 75_000, "2.65"),  # its output in slides for students
    # Rayson on the Corpora list, 18 January 2002, forms of the lemma keep in two corpora of a million words
    (348, 1_000_000, 99, 1_000_000, "147"),
    (15, 1_000_000, 14, 1_000_000, "0"),
    (9, 1_000_000, 32, 1_000_000, "14"),
    (21, 1_000_000, 25, 1_000_000, "0"),
]
DUNNING = [  # Dunning (1993), table 1: of a bigram AB the four cells AB, not A B, A not B, neither
    (110, 110 + 2_442, 111, 111 + 29_114, "270.72"),  # the swiss
    (29, 29 + 13, 123, 123 + 31_612, "263.90"),  # can be
    (31, 31 + 23, 139, 139 + 31_584, "256.84"),  # previous year
    (10, 10 + 0, 3, 3 + 31_764, "167.23"),  # mineral water
    # on the Corpora list, 30 August 1996: a word in two texts, with the number of other words
    (150, 150 + 1_000_000, 1_000, 1_000 + 10_000_000, "19.40"),
]

TOTALS = st.one_of(st.integers(1, 50), st.integers(1, 10**13))


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


@st.composite
def cells(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """a, b, n1, n2: any, small, or with rates that are equal but for one occurrence or none."""
    n1, n2 = draw(TOTALS), draw(TOTALS)
    if draw(st.booleans()):
        a, b = draw(st.integers(0, n1)), draw(st.integers(0, n2))
    else:
        parts, out_of, first, second = draw(st.tuples(*[st.integers(1, 3_000_000)] * 4))
        parts = min(parts, out_of)
        a, b, n1, n2 = parts * first, parts * second, out_of * first, out_of * second
        a = min(max(0, a + draw(st.integers(-1, 1))), n1)
    assume(a + b)
    return a, b, n1, n2


def g2_of(a: int, b: int, n1: int, n2: int, cells: int = 4) -> float:
    return float(log_likelihood(ints(a), ints(b), n1, n2, cells=cells)[0])


@pytest.mark.parametrize(("a", "n1", "b", "n2", "printed"), UCREL)
def test_two_cells_give_the_figures_of_lancaster(a: int, n1: int, b: int, n2: int, printed: str) -> None:
    places = len(printed.partition(".")[2])
    assert abs(g2_of(a, b, n1, n2, cells=2) - float(printed)) <= 0.5 * 10**-places


@pytest.mark.parametrize(("a", "n1", "b", "n2", "printed"), DUNNING)
def test_four_cells_give_the_figures_of_dunning(a: int, n1: int, b: int, n2: int, printed: str) -> None:
    assert f"{g2_of(a, b, n1, n2):.2f}" == printed


def test_levels_are_the_usual_critical_values_of_g2() -> None:
    for critical, level in [(3.84, 0.05), (6.63, 0.01), (10.83, 0.001), (15.13, 0.0001)]:
        above, below = p_value(np.array([critical + 0.01, critical - 0.01]))
        assert above < level < below
        assert list(keyness.significance(np.array([above]))) == [keyness.LEVELS[level]]
        assert list(keyness.significance(np.array([below]))) != [keyness.LEVELS[level]]


@pytest.mark.parametrize(("times", "printed"), [(1, 0), (2, 1), (4, 2), (8, 3), (16, 4), (1 / 2, -1), (1 / 8, -3)])
def test_log_ratio_is_the_binary_logarithm_of_the_ratio(times: float, printed: int) -> None:
    """The values that Hardie (2014) and the manual of WordSmith 7 give for words that are so many times as frequent."""
    assert log_ratio(ints(int(80 * times)), ints(160), 10**6, 2 * 10**6)[0] == printed


@given(cells())
def test_g2_equals_the_value_computed_with_sixty_digits(cell: tuple[int, int, int, int]) -> None:
    for cells_used, twin in ((2, naive.rayson_g2), (4, naive.dunning_g2)):
        exact = twin(*cell)
        assert abs(Decimal(g2_of(*cell, cells=cells_used)) - exact) <= Decimal("1e-13") * exact


@given(cells())
def test_log_ratio_equals_the_value_computed_with_sixty_digits(cell: tuple[int, int, int, int]) -> None:
    a, b, n1, n2 = cell
    found = float(log_ratio(ints(a), ints(b), n1, n2)[0])
    assert found == pytest.approx(float(naive.decimal_log_ratio(*cell)), rel=1e-12, abs=1e-15)


@given(st.floats(0, 200))
def test_p_equals_a_power_series(g2: float) -> None:
    assert p_value(np.array([g2]))[0] == pytest.approx(float(naive.chi_squared_tail(g2)), rel=1e-12)


def test_p_of_the_far_tail_is_zero_not_an_error() -> None:
    assert list(p_value(np.array([1e3, 1e4, 1e13]))) == [pytest.approx(1.796e-219, rel=1e-3), 0, 0]


@given(cells())
def test_g2_is_zero_only_at_equal_rates_and_the_direction_is_exact(cell: tuple[int, int, int, int]) -> None:
    a, b, n1, n2 = cell
    sign = (a * n2 > b * n1) - (a * n2 < b * n1)
    assert directions(ints(a), ints(b), n1, n2)[0] == sign
    for cells_used in choices.CELLS:
        g2 = g2_of(*cell, cells=cells_used)
        assert g2 >= 0
        assert (g2 == 0) == (sign == 0)
    if a and b:
        assert np.sign(log_ratio(ints(a), ints(b), n1, n2)[0]) in (sign, 0)


@given(cells())
def test_g2_is_the_same_if_the_texts_change_places(cell: tuple[int, int, int, int]) -> None:
    a, b, n1, n2 = cell
    for cells_used in choices.CELLS:
        assert g2_of(a, b, n1, n2, cells_used) == pytest.approx(g2_of(b, a, n2, n1, cells_used), rel=1e-13)
    assert directions(ints(a), ints(b), n1, n2)[0] == -directions(ints(b), ints(a), n2, n1)[0]


@given(cells())
def test_g2_grows_with_the_count_of_a_positive_keyword(cell: tuple[int, int, int, int]) -> None:
    a, b, n1, n2 = cell
    assume(a < n1 and a * n2 >= b * n1)
    more = min(n1, a + max(1, a // 1_000))
    assert g2_of(more, b, n1, n2) > g2_of(a, b, n1, n2)
    assert log_ratio(ints(more), ints(b), n1, n2)[0] >= log_ratio(ints(a), ints(b), n1, n2)[0]


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[tuple[str, int, int]], int, int]:
    """Rows of (token, count, reference count), and the totals, which are the sums or more (after a filter)."""
    words = draw(st.lists(st.text("ab法𠀀", min_size=1, max_size=3), min_size=1, max_size=12, unique=True))
    count = st.integers(0, 4)
    rows = [(word, draw(count), draw(count)) for word in words]
    n1, n2 = (max(1, sum(row[i] for row in rows)) + draw(st.sampled_from([0, 0, 1, 40])) for i in (1, 2))
    return rows, n1, n2


def table(rows: list[tuple[str, int, int]], n1: int, n2: int) -> Keyness:
    tokens, counts, reference = zip(*rows, strict=True)
    return compare(tokens, ints(*counts), ints(*reference), n1, n2)


@given(lists())
def test_a_table_is_sorted_finite_and_keeps_both_counts(texts: tuple[list[tuple[str, int, int]], int, int]) -> None:
    rows, n1, n2 = texts
    comp = table(*texts)
    occurring = [row for row in rows if row[1] or row[2]]
    assert list(comp.token) == naive.keyness_order(occurring, n1, n2)
    assert {(t, a, b) for t, a, b in zip(comp.token, comp.count, comp.reference_count, strict=True)} == set(occurring)
    assert comp.compared == len(comp) == len(occurring)
    for name in ("per_million", "reference_per_million", "log_ratio", "g2", "p", "bic"):
        assert np.isfinite(getattr(comp, name)).all()
    assert comp.g2.tolist() == [g2_of(a, b, n1, n2) for a, b in zip(comp.count, comp.reference_count, strict=True)]


@given(lists(), st.integers(1, 3), st.sampled_from([None, 1, 3]), st.sampled_from([None, 0.05, 0.5]), st.booleans())
def test_select_keeps_the_tokens_that_its_arguments_describe(
    texts: tuple[list[tuple[str, int, int]], int, int],
    min_count: int,
    top: int | None,
    max_p: float | None,
    negative: bool,
) -> None:
    whole = table(*texts)
    comp = whole.select(top=top, min_count=min_count, max_p=max_p, negative=negative)
    ref = []
    for direction in (1, -1)[: 1 + negative]:
        ref += [
            token
            for token, a, b, side, p in zip(
                whole.token, whole.count, whole.reference_count, whole.direction, whole.p, strict=True
            )
            if side == direction and max(a if side > 0 else 0, b if side < 0 else 0) >= min_count
            if max_p is None or p <= max_p
        ][:top]
    assert list(comp.token) == ref
    assert comp.compared == whole.compared
    if max_p is not None:
        strict = whole.select(max_p=max_p, bonferroni=True).token
        assert list(strict) == [
            t for t, p in zip(whole.select().token, whole.select().p, strict=True) if p * whole.compared <= max_p
        ]


EXAMPLE = [("的", 60, 60), ("条例", 30, 0), ("记者", 0, 25), ("机关", 9, 4), ("法", 1, 1)]


def test_negative_keywords_follow_the_positive_ones() -> None:
    comp = table(EXAMPLE, 100, 90)
    assert list(comp.select().token) == ["条例", "机关"]
    assert list(comp.select(negative=True).token) == ["条例", "机关", "记者", "的", "法"]
    assert list(comp.select(negative=True, top=1).token) == ["条例", "记者"]
    assert list(comp.select(negative=True, min_count=5).token) == ["条例", "机关", "记者", "的"]
    assert list(comp.select(negative=True, max_p=0.001).token) == ["条例", "记者"]


def test_bic_and_bonferroni() -> None:
    comp = table(EXAMPLE, 100, 90)
    assert comp.bic.tolist() == (comp.g2 - math.log(190)).tolist()
    assert association.corrected(np.array([0.001, 0.3]), 5).tolist() == [0.005, 1]


def test_tsv_shows_small_p_values(tmp_path: Path) -> None:
    path = tmp_path / "keywords.tsv"
    table(EXAMPLE, 100, 90).select(negative=True, top=1).save(path)
    header, *lines = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    assert tuple(header) == keyness.COLUMNS
    row = dict(zip(header, lines[0], strict=True))
    assert (row["token"], row["count"], row["reference_count"], row["per_million"]) == ("条例", "30", "0", "300000.0")
    assert float(row["g2"]) == pytest.approx(float(naive.dunning_g2(30, 0, 100, 90)), abs=1e-4)
    assert float(row["p"]) == pytest.approx(float(naive.chi_squared_tail(float(row["g2"]))), rel=0.01)
    assert 0 < float(row["p"]) < 1e-8
    assert row["significance"] == "****"


def test_jsonl_has_all_digits_and_words_has_only_tokens() -> None:
    comp = table(EXAMPLE, 100, 90)
    file = io.BytesIO()
    comp.save(file, "jsonl")
    first = json.loads(file.getvalue().splitlines()[0])
    assert list(first) == list(keyness.COLUMNS)
    assert (first["token"], first["p"], first["g2"]) == ("条例", comp.p[0], comp.g2[0])
    file = io.BytesIO()
    comp.select().save(file, "words")
    assert file.getvalue().decode() == "条例\n机关\n"


def test_texts_without_a_common_token_and_an_empty_table() -> None:
    comp = table([("a", 5, 0), ("b", 0, 7)], 5, 7)
    assert comp.direction.tolist() == [1, -1]
    assert np.isfinite(comp.g2).all() and np.isfinite(comp.log_ratio).all()
    empty = compare([], ints(), ints(), 5, 7)
    assert len(empty) == len(empty.select(negative=True)) == 0
    file = io.BytesIO()
    empty.save(file)
    assert file.getvalue().decode() == "\t".join(keyness.COLUMNS) + "\n"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: compare(["a"], ints(1), ints(1), 0, 5), "the target has 0 tokens"),
        (lambda: compare(["a"], ints(1), ints(1), 5, 0), "the reference has 0 tokens"),
        (lambda: compare(["a"], ints(6), ints(1), 5, 5), "the target has 5 tokens, but counts from 6 to 6"),
        (lambda: compare(["a"], ints(1), ints(-1), 5, 5), "the reference has 5 tokens, but counts from -1"),
        (lambda: compare(["a"], ints(1), ints(1, 2), 5, 5), "1 counts but 2 in the reference"),
        (lambda: compare(["a", "b"], ints(1), ints(1), 5, 5), "2 tokens but 1 counts"),
        (lambda: compare(["a"], ints(1), ints(1), 5, 5, cells=3), "cells is 3; choose from 4, 2"),
        (lambda: keywords("a.txt", "b.txt"), "target is 'a.txt'; give what count or read_lists returns"),  # type: ignore[arg-type]
        (lambda: table(EXAMPLE, 100, 90).select(top=0), "top is 0; it must be at least 1"),
        (lambda: table(EXAMPLE, 100, 90).select(max_p=2), "max_p is 2; it must be from 0 to 1"),
        (lambda: table(EXAMPLE, 100, 90).select(bonferroni=True), "bonferroni: no effect without max_p; it corrects"),
        (lambda: table(EXAMPLE, 100, 90).save("-", "jieba"), "format is 'jieba'; choose from tsv, csv, jsonl, words"),
    ],
)
def test_an_error_names_the_wrong_argument(call: object, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        call()  # type: ignore[operator]
    assert message in str(caught.value)
