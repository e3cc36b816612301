"""Statistics of frequency lists: known values, twins that count token by token, parts that add up."""

import csv
import io
import json
import math
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpkit.errors import OptionError
from nlpkit.frequencies import statistics
from nlpkit.frequencies.statistics import (
    Spectrum,
    Statistics,
    add_spectra,
    curve_points,
    embedding_dimension,
    entropy,
    heaps_exponent,
    spectrum_of,
    summarize,
    types_at,
    zipf_exponent,
)
from tests import naive

COUNTS = st.lists(st.one_of(st.integers(1, 3), st.integers(1, 10**6)), max_size=40)
TEXTS = st.lists(st.sampled_from("abcdefghij法律"), max_size=120)


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def spectrum(*counts: int) -> Spectrum:
    return spectrum_of(ints(*counts))


def statistics_of(tokens: list[str]) -> Statistics:
    """Of a text, whose tokens are single characters."""
    first = {token: place for place, token in reversed(list(enumerate(tokens)))}
    points = curve_points(len(tokens))
    curve = zip(points.tolist(), types_at(points, ints(*first.values())).tolist(), strict=True)
    return summarize(spectrum(*Counter(tokens).values()), characters=len("".join(tokens)), curve=curve)


def zipf_counts(alpha: float, types: int, tokens: float) -> np.ndarray:
    """What the law says of so many tokens, rounded."""
    weights = np.arange(1, types + 1, dtype=np.float64) ** -alpha
    return np.rint(weights / weights.sum() * tokens).astype(np.int64)


@given(COUNTS)
def test_a_spectrum_counts_counts(counts: list[int]) -> None:
    comp = spectrum(*counts, 0)
    assert dict(zip(*(column.tolist() for column in comp), strict=True)) == Counter(counts)
    assert comp.values.tolist() == sorted(set(counts))
    assert comp.values.dtype == comp.types.dtype == np.int64


@given(COUNTS, st.integers(1, 5))
def test_spectra_of_parts_add_up(counts: list[int], parts: int) -> None:
    comp = add_spectra(spectrum(*counts[part::parts]) for part in range(parts))
    ref = spectrum(*counts)
    assert comp.values.tolist() == ref.values.tolist()
    assert comp.types.tolist() == ref.types.tolist()
    assert add_spectra([]).values.size == 0


@given(TEXTS)
def test_statistics_of_a_text(tokens: list[str]) -> None:
    comp = statistics_of(tokens)
    counts = Counter(tokens)
    assert (comp.tokens, comp.types) == (len(tokens), len(counts))
    assert comp.hapaxes == sum(count == 1 for count in counts.values())
    assert comp.dis_legomena == sum(count == 2 for count in counts.values())
    assert comp.zipf_ranks == (min(1, len(counts)), len(counts))
    assert comp.nats_per_token == pytest.approx(naive.token_entropy(tokens), rel=1e-12, abs=1e-12)
    points = [n for n, _ in comp.curve]
    assert [v for _, v in comp.curve] == naive.vocabulary_growth(tokens, points)
    if tokens:
        assert comp.type_token_ratio == len(counts) / len(tokens)
        assert comp.nats_per_character == comp.nats_per_token


def test_entropy_of_characters_is_entropy_of_tokens_per_character() -> None:
    comp = summarize(spectrum(3, 1), characters=10)
    assert comp.nats_per_character == pytest.approx(4 * naive.token_entropy("aaab") / 10, rel=1e-14)
    assert math.isnan(summarize(spectrum(3, 1)).nats_per_character)


@pytest.mark.parametrize("types", [1, 2, 7, 1_000])
@pytest.mark.parametrize("count", [1, 10, 10**9])
def test_equal_counts_have_the_largest_entropy_and_exponent_0(types: int, count: int) -> None:
    equal = Spectrum(ints(count), ints(types))
    assert entropy(equal) == pytest.approx(math.log(types), rel=1e-14)
    assert zipf_exponent(equal) == 0 if types > 1 else math.isnan(zipf_exponent(equal))


@given(COUNTS.filter(lambda counts: len(counts) > 1))
def test_the_exponent_is_where_the_likelihood_is_largest(counts: list[int]) -> None:
    assert zipf_exponent(spectrum(*counts)) == pytest.approx(naive.best_zipf_exponent(counts), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("alpha", [0.5, 0.9, 1.0, 1.1, 2.0])
@pytest.mark.parametrize("types", [2, 50, 20_000])
def test_the_exponent_of_an_exact_law_is_found(alpha: float, types: int) -> None:
    assert zipf_exponent(spectrum_of(zipf_counts(alpha, types, 1e17))) == pytest.approx(alpha, rel=1e-7)


def test_the_exponent_of_a_sample_is_found() -> None:
    ranks = np.random.default_rng(6).choice(
        300, 400_000, p=zipf_counts(1.2, 300, 1e15) / zipf_counts(1.2, 300, 1e15).sum()
    )
    assert zipf_exponent(spectrum_of(np.bincount(ranks))) == pytest.approx(1.2, abs=0.01)


@pytest.mark.parametrize("alpha", [1e-9, 0.3, 0.999, 1 - 1e-10, 1.0, 1 + 1e-10, 1.07, 3.0, 43.0])
@pytest.mark.parametrize("types", [4_095, 4_096, 4_097, 5_000, 1_000_003])
def test_long_sums_equal_those_of_all_terms(alpha: float, types: int) -> None:
    logs = [math.log(rank) for rank in range(1, types + 1)]
    weights = [math.exp(-alpha * log) for log in logs]
    ref = math.fsum(w * log for w, log in zip(weights, logs, strict=True)) / math.fsum(weights)
    assert statistics._model_log_rank(alpha, types) == pytest.approx(ref, rel=1e-12)


def test_a_hundred_million_types_take_little_memory() -> None:
    """Their law's counts as runs of ranks, the likelihood's maximum found from the runs alone."""
    types = 10**8
    edges = np.unique(np.geomspace(1, types + 1, 20_000).astype(np.int64))
    values = np.array([1e12 / math.sqrt(a * (b - 1)) for a, b in pairwise(edges)])
    runs = Spectrum(np.rint(values).astype(np.int64)[::-1], np.diff(edges)[::-1])
    statistics.check(runs)
    assert int(runs.types.sum()) == types
    assert zipf_exponent(runs) == pytest.approx(1, abs=1e-4)


def test_one_count_far_larger_than_the_other() -> None:
    comp = zipf_exponent(spectrum(10**13 - 1, 1))  # 2**-alpha is 1e-13
    assert comp == pytest.approx(13 * math.log2(10), rel=1e-9)


def test_points_at_which_the_curve_is_measured() -> None:
    assert curve_points(0).tolist() == []
    assert curve_points(1).tolist() == [1]
    assert curve_points(10).tolist() == [10]
    assert curve_points(11).tolist() == [10, 11]
    assert curve_points(1_000).tolist() == [10, 20, 50, 100, 200, 500, 1_000]
    assert curve_points(60_000_000).tolist()[-3:] == [20_000_000, 50_000_000, 60_000_000]


@given(st.lists(st.integers(0, 200), unique=True), st.integers(1, 4))
def test_curves_of_parts_add_up_in_any_order(first: list[int], parts: int) -> None:
    points = curve_points(201)
    comp = sum(types_at(points, ints(*first[part::parts])) for part in range(parts))
    assert list(comp) == [sum(place < point for place in first) for point in points]


def test_many_first_positions_are_counted_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "_BLOCK", 7)
    assert types_at(ints(10, 20, 50), np.arange(0, 60, 2)).tolist() == [5, 10, 25]


def test_heaps_exponent_of_an_exact_curve() -> None:
    points = [10, 100, 1_000, 10_000]
    assert heaps_exponent([(n, n) for n in points]) == pytest.approx(1)
    assert heaps_exponent([(n**2, 3 * n) for n in points]) == pytest.approx(0.5)
    assert heaps_exponent([(n, 4) for n in points]) == 0
    assert math.isnan(heaps_exponent([(10, 10), (12, 11)]))


@pytest.mark.parametrize(("types", "dimension"), [(0, 0), (1, 1), (2, 6), (100_000, 96), (5_000_000, 129)])
def test_embedding_dimension(types: int, dimension: int) -> None:
    """96 for 100,000 words is Su's own example."""
    assert embedding_dimension(types) == dimension
    if types > 1:
        assert dimension - 1 <= 8.33 * math.log(types) < dimension


def test_statistics_of_no_token_and_of_a_single_type() -> None:
    nothing = statistics_of([])
    assert (nothing.tokens, nothing.types, nothing.nats_per_token, nothing.zipf_ranks) == (0, 0, 0, (0, 0))
    assert math.isnan(nothing.zipf_exponent) and math.isnan(nothing.type_token_ratio)
    single = statistics_of(["a"] * 30)
    assert (single.types, single.nats_per_token, single.curve) == (1, 0, ((10, 1), (20, 1), (30, 1)))
    assert math.isnan(single.zipf_exponent)
    for comp in (nothing, single):
        assert "nan" not in str(comp).lower()


def test_text_for_people() -> None:
    text = str(summarize(spectrum(600, 300, 200, 100, 33, 2, 1, 1), characters=2_000, curve=[(10, 5), (1_237, 8)]))
    lines = text.splitlines()
    assert lines[0].split() == ["tokens", "1,237"]
    assert any(line.startswith("Zipf exponent, ranks 1 to 8  ") for line in lines)
    assert lines[-3:] == ["tokens  types", "    10      5", " 1,237      8"]
    assert len({len(line) for line in lines[:-4]}) == 1
    assert text.endswith("\n")


def test_tsv_and_csv_are_a_row_a_number(tmp_path: Path) -> None:
    comp = statistics_of(list("abracadabra"))
    for name, delimiter in (("tsv", "\t"), ("csv", ",")):
        comp.save(tmp_path / "s", name)
        rows = list(csv.DictReader(io.StringIO((tmp_path / "s").read_text("utf-8")), delimiter=delimiter))
        values = {(row["name"], row["at"]): float(row["value"]) for row in rows}
        assert values["tokens", ""] == 11
        assert values["hapaxes", ""] == 2
        assert values["types_at", "10"] == values["types_at", "11"] == 5
        assert values["nats_per_token", ""] == pytest.approx(naive.token_entropy("abracadabra"), rel=1e-5)
        assert ("heaps_exponent", "") not in values  # of two points


def test_jsonl_is_one_object(tmp_path: Path) -> None:
    comp = statistics_of(list("abracadabra"))
    comp.save(tmp_path / "s", "jsonl")
    (line,) = (tmp_path / "s").read_text("utf-8").splitlines()
    found = json.loads(line)
    assert found["curve"] == [[10, 5], [11, 5]]
    assert found["heaps_exponent"] is None
    assert {name: found[name] for name, _ in comp.to_rows()} == dict(comp.to_rows())
    assert {*found} == {*dict(comp.to_rows()), "curve", "heaps_exponent"}


@pytest.mark.parametrize(
    ("values", "types", "message"),
    [
        ((1, 2), (1,), "2 distinct counts but 1"),
        ((2, 1), (1, 1), "ascending"),
        ((0, 1), (1, 1), "1 or more"),
        ((1, 1), (1, 1), "ascending"),
        ((1, 2), (1, 0), "1 type or more"),
    ],
)
def test_an_invalid_spectrum_is_an_error(values: tuple[int, ...], types: tuple[int, ...], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        summarize(Spectrum(ints(*values), ints(*types)))


def test_an_error_names_an_unknown_format() -> None:
    with pytest.raises(OptionError, match="format is 'xml'; choose from text, tsv, csv, jsonl"):
        statistics_of(["a"]).save("-", "xml")
