"""Measures of rules: figures that were published, exact twins, and what holds for every table."""

import html
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlpkit import association, choices
from nlpkit.association import Tables
from nlpkit.choices import DEFAULT_RULE_MEASURES
from nlpkit.rules import MEASURES
from tests import naive, naive_rules
from tests.conftest import NOJIT

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

EXAMPLES = settings(deadline=None, max_examples=50 if NOJIT else 300)
#: Measures that a rule alone makes.
ALONE = [name for name, measure in MEASURES.items() if measure.compute is not None and not measure.is_of_parts]


def counts(*tables: tuple[int, int, int], n: int) -> Tables:
    rule, antecedent, consequent = np.array(tables, np.int64).reshape(-1, 3).T.copy()
    return Tables(rule, antecedent, consequent, n)


def value(name: str, ac: int, a: int, c: int, n: int) -> float:
    compute = MEASURES[name].compute
    assert compute is not None
    return float(compute(counts((ac, a, c), n=n))[0])


@st.composite
def tables(draw: st.DrawFn, largest: int = 60) -> tuple[int, int, int, int]:
    """n(AC), n(A), n(C), n of a rule that occurs."""
    n = draw(st.integers(1, largest))
    a, c = draw(st.integers(1, n)), draw(st.integers(1, n))
    low, high = max(1, a + c - n), min(a, c)
    if low > high:
        a, low, high = n, c, c
    return draw(st.integers(low, high)), a, c, n


# Han, Kamber and Pei (2011), table 6.9: milk and coffee, milk alone, coffee alone, neither; then chi-square, lift,
# Kulczynski, cosine, imbalance ratio, as printed (where they are).
MILK = [
    (10_000, 1_000, 1_000, 100_000, 90_557, "9.26", "0.91", "0.91", "0.00"),
    (10_000, 1_000, 1_000, 100, 0, "1.00", "0.91", "0.91", "0.00"),
    (100, 1_000, 1_000, 100_000, 670, "8.44", "0.09", "0.09", "0.00"),
    (1_000, 1_000, 1_000, 100_000, 24_740, "25.75", "0.50", "0.50", "0.00"),
    (1_000, 100, 10_000, 100_000, 8_173, "9.18", "0.50", "0.29", "0.89"),
    (1_000, 10, 100_000, 100_000, 965, "1.97", "0.50", "0.10", "0.99"),
]


@pytest.mark.parametrize("row", MILK)
def test_measures_of_milk_and_coffee_are_as_printed(row: tuple[int, ...]) -> None:
    both, milk, coffee, neither, chi_square, *printed = row
    table = both, both + milk, both + coffee, both + milk + coffee + neither
    names = ("lift", "kulczynski", "cosine", "imbalance")
    assert [f"{value(name, *table):.2f}" for name in names] == printed
    assert value("chi_square", *table) == pytest.approx(chi_square, abs=1)  # rounded or cut off


def test_measures_of_tea_and_coffee_are_as_printed() -> None:
    """Tan, Steinbach and Kumar (2005), section 6.7.1: 75 % sounds much, but 80 % drink coffee anyway."""
    table = 150, 200, 800, 1_000
    assert [value(name, *table) for name in ("support", "confidence", "lift")] == [0.15, 0.75, 0.9375]
    assert value("leverage", *table) == pytest.approx(0.15 - 0.2 * 0.8)
    assert value("conviction", *table) == pytest.approx(0.2 / 0.25)


def test_fisher_gives_the_chances_of_the_lady_tasting_tea() -> None:
    """Fisher (1935), chapter 2: of 70 choices of four cups one has all four that she names, 16 have three."""
    assert value("fisher", 4, 4, 4, 8) == pytest.approx(1 / 70, rel=1e-14)
    assert value("fisher", 3, 4, 4, 8) == pytest.approx(17 / 70, rel=1e-14)


def test_four_of_fifteen_hypotheses_pass_as_published() -> None:
    """Benjamini and Hochberg (1995), section 4.1: of 15 hypotheses four are rejected at a level of 0.05."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590]
    q = association.false_discoveries(np.array([*p, 1.0]), np.ones(15, np.int64))
    assert (q <= 0.05).tolist() == [True] * 4 + [False] * 11
    assert q[3] == pytest.approx(0.0095 * 15 / 4)


@EXAMPLES
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 3)), min_size=1, max_size=10))
def test_p_values_are_adjusted_as_often_as_they_occur(pairs: list[tuple[int, int]]) -> None:
    p = [Fraction(value, 12) for value, _ in pairs]
    ref = naive_rules.adjusted([x for x, (_, times) in zip(p, pairs, strict=True) for _ in range(times)])
    comp = association.false_discoveries(np.array(p, np.float64), np.array([times for _, times in pairs]))
    repeated = [q for q, (_, times) in zip(comp.tolist(), pairs, strict=True) for _ in range(times)]
    assert repeated == pytest.approx([float(q) for q in ref], rel=1e-14)


@EXAMPLES
@given(tables())
@example((1, 1, 1, 1))
@example((3, 3, 5, 5))
@example((3, 5, 3, 5))
@example((2, 2, 2, 5))
def test_measures_equal_their_exact_definitions(table: tuple[int, int, int, int]) -> None:
    ref = naive_rules.measures(*table)
    assert {*ref, "chi_square_p"} == set(ALONE)
    for name, expected in ref.items():
        comp = value(name, *table)
        if expected != expected or expected in (0, math.inf):
            assert repr(comp) == repr(float(expected)), name
        else:
            assert comp == pytest.approx(float(expected), rel=1e-13), name


@EXAMPLES
@given(tables())
def test_measures_of_small_tables_are_rounded_once(table: tuple[int, int, int, int]) -> None:
    ref = naive_rules.measures(*table)
    for name in (
        "support",
        "confidence",
        "lift",
        "leverage",
        "conviction",
        "zhang",
        "jaccard",
        "imbalance",
        "certainty",
    ):
        assert value(name, *table) == float(ref[name]), name


@EXAMPLES
@given(tables())
def test_p_of_chi_square_is_the_tail_of_its_distribution(table: tuple[int, int, int, int]) -> None:
    statistic = value("chi_square", *table)
    p = value("chi_square_p", *table)
    if statistic != statistic:
        assert p != p
    else:
        assert p == pytest.approx(float(naive.chi_squared_tail(statistic)), rel=1e-12)


@settings(deadline=None, max_examples=20 if NOJIT else 200)
@given(st.integers(1, 4_000), st.data())
def test_fisher_is_exact_in_the_tails(n: int, data: st.DataObject) -> None:
    a, c = data.draw(st.integers(1, n)), data.draw(st.integers(1, n))
    low, high = max(0, a + c - n), min(a, c)
    expected = a * c // n
    ac = data.draw(st.integers(low, high) | st.integers(max(low, expected - 20), min(high, expected + 20)))
    ref = naive_rules.fisher(ac, a, c, n)
    comp = value("fisher", ac, a, c, n)
    assert 0 <= comp <= 1
    if ref > Fraction(1, 10**300):
        assert abs(Fraction(comp) / ref - 1) < Fraction(1, 10**10)
    else:
        assert comp < 1e-299


def test_fisher_is_consistent_for_many_transactions() -> None:
    """Far from where factorials can be counted out: against the ratio of neighbours, which is known."""
    n, a, c = 10**9, 40_000, 50_000
    rows = np.arange(1, 30)
    p = association.fisher(counts(*((int(ac), a, c) for ac in rows), n=n))
    itself = p[:-1] - p[1:]
    ratio = (a - rows[:-2]) * (c - rows[:-2]) / ((rows[:-2] + 1) * (n - a - c + rows[:-2] + 1.0))
    assert (itself[1:] / itself[:-1])[:10] == pytest.approx(ratio[:10], rel=1e-9)
    assert (np.diff(p) < 0).all()


@given(tables(largest=10**15))
def test_leverage_is_accurate_for_totals_of_any_size(table: tuple[int, int, int, int]) -> None:
    ac, a, c, n = table
    assert value("leverage", *table) == pytest.approx(float(Fraction(ac * n - a * c, n * n)), rel=1e-14)
    assert (value("leverage", *table) > 0) == (value("zhang", *table) > 0) == (ac * n > a * c)


def test_measures_are_defined_where_a_divisor_is_zero() -> None:
    nothing_fails = {name: value(name, 3, 3, 4, 8) for name in ("confidence", "conviction", "certainty", "zhang")}
    assert nothing_fails == {"confidence": 1, "conviction": math.inf, "certainty": 1, "zhang": 0.8}
    all_have_c = {name: value(name, 3, 3, 8, 8) for name in ("lift", "conviction", "certainty", "zhang", "fisher")}
    assert all_have_c == {"lift": 1, "conviction": math.inf, "certainty": 0, "zhang": 0, "fisher": 1}
    all_have_a = {name: value(name, 3, 8, 3, 8) for name in ("lift", "conviction", "certainty", "zhang", "fisher")}
    assert all_have_a == {"lift": 1, "conviction": 1, "certainty": 0, "zhang": 0, "fisher": 1}
    for table in ((3, 3, 8, 8), (3, 8, 3, 8)):
        assert math.isnan(value("chi_square", *table)) and math.isnan(value("chi_square_p", *table))


def test_every_measure_has_a_formula_and_a_source() -> None:
    for name, (compute, *_) in MEASURES.items():
        if name == "fdr":
            continue
        assert compute is not None and compute.__doc__ is not None
        assert compute.__name__.rstrip("_") == name
        assert any(str(year) in compute.__doc__ for year in range(1900, 2030)), name
    assert set(DEFAULT_RULE_MEASURES) < set(ALONE)


def test_every_choice_of_a_measure_has_a_formula() -> None:
    assert (*choices.RULE_MEASURES, "fdr") == tuple(MEASURES)


def test_measures_of_no_tables_are_empty() -> None:
    for name in ALONE:
        compute = MEASURES[name].compute
        assert compute is not None
        assert compute(counts(n=5)).size == 0


def test_the_page_of_measures_has_the_definition_of_each() -> None:
    text = Path(__file__).parents[1].joinpath("docs/measures.md").read_text(encoding="utf-8")
    rows = dict(line.strip("| ").split(" | ", 1) for line in text.splitlines() if line.startswith("| `"))
    assert list(rows) == [f"`{name}`" for name in MEASURES]
    for name, (compute, *_) in MEASURES.items():
        if compute is not None:
            assert html.unescape(rows[f"`{name}`"]) == " ".join((compute.__doc__ or "").split())


# Tan, Kumar and Srivastava (2004): their table E1 (8123, 83, 424, 1370 of 10,000), and what their formulas make of it.
def test_measures_of_a_table_of_tan_kumar_and_srivastava() -> None:
    table = 8123, 8123 + 83, 8123 + 424, 10_000
    expected = {
        "phi": (8123 * 1370 - 83 * 424) / math.sqrt(8206 * 1794 * 8547 * 1453),
        "odds_ratio": 8123 * 1370 / (83 * 424),
        "kappa": 2 * (8123 * 1370 - 83 * 424) / (8206 * 1453 + 1794 * 8547),
        "yule_q": (8123 * 1370 - 83 * 424) / (8123 * 1370 + 83 * 424),
        "added_value": 8123 / 8206 - 0.8547,
        "laplace": 8124 / 8208,
        "lambda": (8123 + 1370 - 8547) / 1453,
    }
    assert {name: value(name, *table) for name in expected} == pytest.approx(expected, rel=1e-12)
    assert value("collective_strength", *table) == pytest.approx((0.9493 / (1 - 0.9493)) * ((1 - chance()) / chance()))


def chance() -> float:
    return 0.8206 * 0.8547 + 0.1794 * 0.1453


def test_edges_of_measures() -> None:
    """No counter-example; C always; A always; nothing in common but one transaction."""
    perfect, c_always, a_always = (3, 3, 3, 8), (3, 3, 8, 8), (3, 8, 3, 8)
    for name in ("odds_ratio", "sebag", "relative_risk", "collective_strength", "conviction"):
        assert value(name, *perfect) == math.inf, name
    for name in ("phi", "kappa", "yule_q", "yule_y", "doc", "rld", "lambda", "std_lift", "all_confidence"):
        assert value(name, *perfect) == pytest.approx(1), name
    assert value("mutual_information", *perfect) == pytest.approx(1)
    for name in ("odds_ratio", "phi", "yule_q", "yule_y", "implication_index", "casual_confidence", "lambda"):
        assert math.isnan(value(name, *c_always)), name
    for name in ("odds_ratio", "phi", "doc", "relative_risk", "gini", "mutual_information"):
        assert math.isnan(value(name, *a_always)), name
    for name in ("added_value", "lerman", "j_measure", "rld", "varying_liaison"):
        assert value(name, *c_always) == value(name, *a_always) == 0, name
    assert value("hyper_lift", 1, 1, 1, 100) == math.inf  # chance makes more than none once in 100 times
    assert value("hyper_lift", 1, 1, 1, 99) == 1
