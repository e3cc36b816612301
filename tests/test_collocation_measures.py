"""Measures of collocations: figures that were published, exact twins, and what holds for every table."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlpkit import association, choices
from nlpkit.association import Tables
from nlpkit.cooccurrence.measures import MEASURES
from nlpkit.rules import MEASURES as RULE_MEASURES
from tests import naive
from tests.conftest import NOJIT

pytestmark = pytest.mark.compiled  # nothing here is a kernel

EXAMPLES = settings(deadline=None, max_examples=50 if NOJIT else 300)
Table = tuple[int, int, int, int]


def counts(*tables: Table) -> Tables:
    """Tables of O11, R1, C1 and N."""
    both, first, second, total = np.array(tables, np.int64).reshape(-1, 4).T.copy()
    return Tables(both, first, second, total)


def value(name: str, *table: int) -> float:
    both, first, second, total = table
    return float(MEASURES[name].compute(counts((both, first, second, total)))[0])


@st.composite
def tables(draw: st.DrawFn, largest: int = 60) -> Table:
    """O11, R1, C1 and N of two words that occur."""
    n = draw(st.integers(1, largest))
    first, second = draw(st.integers(1, n)), draw(st.integers(1, n))
    return draw(st.integers(max(0, first + second - n), min(first, second))), first, second, n


# Manning and Schuetze (1999), tables 5.6 and 5.14: bigrams that occur 20 times among 14,307,668 tokens, with the
# frequencies of both words, t and mutual information as printed.
BIGRAMS = [
    ("Ayatollah Ruhollah", 42, 20, "4.4721", "18.38"),
    ("Bette Midler", 41, 27, "4.4721", "17.98"),
    ("Agatha Christie", 30, 117, "4.4721", "16.31"),
    ("videocassette recorder", 77, 59, "4.4721", "15.94"),
    ("unsalted butter", 24, 320, "4.4720", "15.19"),
    ("first made", 14_907, 9_017, "2.3714", "1.09"),
    ("over many", 13_484, 10_570, "2.2446", "1.01"),
    ("into them", 14_734, 13_478, "1.3685", "0.53"),
    ("like people", 14_093, 14_776, "1.2176", "0.46"),
    ("time last", 15_019, 15_629, "0.8036", "0.29"),
]


@pytest.mark.parametrize(("first", "second", "t", "mi"), [row[1:] for row in BIGRAMS], ids=[row[0] for row in BIGRAMS])
def test_bigrams_of_manning_and_schuetze_have_the_scores_that_are_printed(
    first: int, second: int, t: str, mi: str
) -> None:
    table = 20, first, second, 14_307_668
    assert value("t_score", *table) == pytest.approx(float(t), abs=1.1e-4)  # rounded or cut off
    assert f"{value('mi', *table):.2f}" == mi


def test_delta_p_of_of_course_is_as_printed() -> None:
    """Gries (2013), section 2: `of course` in the spoken part of the British National Corpus."""
    both, only_of, only_course, neither = 5_610, 168_938, 2_257, 10_233_063
    table = both, both + only_of, both + only_course, both + only_of + only_course + neither
    assert f"{value('delta_p_2_given_1', *table):.3f}" == "0.032"
    assert f"{value('delta_p_1_given_2', *table):.3f}" == "0.697"


# Dunning (1993), table of bigrams with the highest likelihood ratio in Swiss texts: both, only first, only second,
# neither; -2 log lambda as printed.
SWISS = [(110, 2_442, 111, 29_114, "270.72"), (29, 13, 123, 31_612, "263.90"), (31, 23, 139, 31_584, "256.84")]


@pytest.mark.parametrize("row", SWISS)
def test_g2_of_dunning_is_as_printed(row: tuple[int, int, int, int, str]) -> None:
    both, only_first, only_second, neither, printed = row
    table = both, both + only_first, both + only_second, both + only_first + only_second + neither
    assert f"{value('g2', *table):.2f}" == printed


def test_log_dice_has_the_features_that_are_published() -> None:
    """Rychly (2008), section 3: at most 14; 0 is one co-occurrence in 16,000 occurrences (2 ** 14); 1 more is twice as
    often; the size of the corpus does not matter."""
    assert value("log_dice", 50, 50, 50, 1_000) == 14
    assert value("log_dice", 1, 1 << 14, 1 << 14, 10**6) == 0
    assert value("log_dice", 40, 900, 700, 10**6) - value("log_dice", 20, 900, 700, 10**6) == pytest.approx(1)
    assert value("log_dice", 40, 900, 700, 10**6) == value("log_dice", 40, 900, 700, 10**9)


def test_npmi_has_the_values_that_are_published_for_extreme_tables() -> None:
    """Bouma (2009), section 4.1: 1 for words that occur only together, 0 for independent ones, -1 if never together."""
    assert value("npmi", 7, 7, 7, 900) == pytest.approx(1)
    assert value("npmi", 2, 20, 10, 100) == 0
    assert value("npmi", 0, 20, 10, 100) == -1


def twin(both: int, first: int, second: int, n: int) -> dict[str, float]:
    """The measures from their definitions, with exact fractions up to the last function."""
    expected = Fraction(first * second, n)
    half = Fraction(1, 2)
    only_first, only_second = first - both, second - both
    neither = n - both - only_first - only_second
    odds = Fraction((both + half) * (neither + half), (only_first + half) * (only_second + half))
    dice = Fraction(2 * both, first + second)
    result = {
        "g2": float(naive.dunning_g2(both, only_second, first, n - first)) if first < n else 0.0,
        "z_score": float(both - expected) / math.sqrt(expected),
        "delta_p_2_given_1": difference((both, first), (only_second, n - first)),
        "delta_p_1_given_2": difference((both, second), (only_first, n - second)),
        "dice": float(dice),
        "log_odds_ratio": math.log(odds),
    }
    if not both:
        return result | dict.fromkeys(("log_dice", "mi", "mi3", "t_score"), math.nan) | {"npmi": -1.0}
    mi = math.log2(both / expected)
    return result | {
        "log_dice": 14 + math.log2(dice),
        "mi": mi,
        "mi3": math.log2(both**3 / expected),
        "npmi": mi / -math.log2(Fraction(both, n)) if both < n else math.nan,
        "t_score": float(both - expected) / math.sqrt(both),
    }


def difference(given: tuple[int, int], otherwise: tuple[int, int]) -> float:
    """The difference of two shares, NaN where one is of nothing."""
    return float(Fraction(*given) - Fraction(*otherwise)) if given[1] and otherwise[1] else math.nan


@EXAMPLES
@given(tables())
@example((0, 1, 1, 2))
@example((1, 1, 1, 1))
@example((3, 3, 5, 5))
@example((3, 5, 3, 5))
@example((0, 2, 3, 5))
@example((0, 2, 2, 5))
def test_measures_equal_their_exact_definitions(table: Table) -> None:
    ref = twin(*table)
    assert set(ref) == set(MEASURES)
    for name, expected in ref.items():
        assert value(name, *table) == pytest.approx(expected, rel=1e-12, abs=1e-13, nan_ok=True), name


@EXAMPLES
@given(tables(largest=10**12))
def test_measures_of_large_tables_equal_their_definitions(table: Table) -> None:
    ref = twin(*table)
    for name in ("g2", "z_score", "t_score", "delta_p_2_given_1", "delta_p_1_given_2", "log_dice", "mi"):
        assert value(name, *table) == pytest.approx(ref[name], rel=1e-11, abs=1e-13, nan_ok=True), name


@EXAMPLES
@given(st.lists(tables(), min_size=1, max_size=6))
def test_tables_of_several_totals_are_measured_each_by_itself(rows: list[Table]) -> None:
    for name, measure in MEASURES.items():
        assert measure.compute(counts(*rows)).tolist() == pytest.approx(
            [value(name, *row) for row in rows], rel=0, abs=0, nan_ok=True
        ), name


@EXAMPLES
@given(tables())
def test_one_total_is_as_good_as_one_for_each_table(table: Table) -> None:
    both, first, second = (np.array([count], np.int64) for count in table[:3])
    for name, measure in MEASURES.items():
        one = float(measure.compute(Tables(both, first, second, table[3]))[0])
        assert one == pytest.approx(value(name, *table), rel=0, abs=0, nan_ok=True), name


@pytest.mark.parametrize("name", MEASURES)
def test_no_measure_is_infinite_where_a_word_occurs_nowhere_or_everywhere(name: str) -> None:
    found = MEASURES[name].compute(counts((0, 0, 3, 9), (0, 3, 0, 9), (0, 0, 0, 9), (9, 9, 9, 9), (3, 9, 3, 9)))
    assert not np.isinf(found).any()
    assert MEASURES[name].compute(counts()).size == 0


@EXAMPLES
@given(tables(), tables())
def test_taken_tables_keep_their_totals(one: Table, other: Table) -> None:
    taken = counts(one, other).take(np.array([False, True]))
    assert association.g2(taken).tolist() == [value("g2", *other)]


@EXAMPLES
@given(tables())
def test_a_measure_that_rules_have_too_gives_the_same(table: Table) -> None:
    for name, other in (("delta_p_2_given_1", "doc"), ("z_score", "lerman")):
        compute = RULE_MEASURES[other].compute
        assert compute is not None
        assert float(compute(counts(table))[0]) == pytest.approx(value(name, *table), rel=0, abs=0, nan_ok=True)


def test_every_measure_has_a_formula_and_a_source() -> None:
    assert tuple(MEASURES) == choices.COLLOCATION_MEASURES
    for name, measure in MEASURES.items():
        assert measure.compute.__name__ == name
        assert any(str(year) in (measure.compute.__doc__ or "") for year in range(1900, 2030)), name
