"""Effect sizes of keywords and the measures they are sorted by: published figures, a twin, orders and columns."""

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlpkit import effects, keyness, keywords
from nlpkit.choices import KEYNESS_SORTS
from nlpkit.errors import InputError, OptionError
from nlpkit.frequencies import Frequencies, count, read_lists
from nlpkit.keyness import compare
from nlpkit.runs import Spill
from tests import naive
from tests.conftest import NOJIT
from tests.test_keyness import EXAMPLE, cells, ints, lists, table

pytestmark = pytest.mark.compiled  # the kernels of counting
FEW = settings(deadline=None, max_examples=15 if NOJIT else 60)
SIZES = ("log_ratio", "difference", "odds_ratio", "simple_maths")


def sizes_of(a: int, b: int, n1: int, n2: int) -> dict[str, float]:
    counts = (ints(a), ints(b), n1, n2)
    found = {name: float(getattr(effects, name)(*counts)[0]) for name in SIZES}
    for name in ("log_ratio", "odds_ratio"):
        low, high = getattr(effects, f"{name}_interval")(*counts)
        found |= {f"{name}_low": float(low[0]), f"{name}_high": float(high[0])}
    return found


# ---- the measures


def test_limits_are_those_of_the_study_of_aspirin() -> None:
    """Agresti (2002), Categorical Data Analysis, section 3.1: 189 of 11,034 with placebo, 104 of 11,037 with aspirin;
    odds ratio 1.83 (1.44 to 2.33), relative risk 1.82 (1.43 to 2.31)."""
    found = sizes_of(189, 104, 11_034, 11_037)
    names = ("odds_ratio", "odds_ratio_low", "odds_ratio_high")
    assert [round(found[name], 2) for name in names] == [1.83, 1.44, 2.33]
    names = ("log_ratio", "log_ratio_low", "log_ratio_high")
    assert [round(2 ** found[name], 2) for name in names] == [1.82, 1.43, 2.31]


@pytest.mark.parametrize(("rate", "other", "printed"), [(10, 0, "1.10"), (200, 100, "1.50"), (12_000, 10_000, "1.20")])
def test_simple_maths_are_those_of_kilgarriff(rate: int, other: int, printed: str) -> None:
    """Kilgarriff (2009), Simple maths for keywords: a rare, a middling and a common word; 100 is added."""
    assert f"{sizes_of(rate, other, 10**6, 10**6)['simple_maths']:.2f}" == printed


@pytest.mark.parametrize(("a", "b", "percent"), [(20, 10, 100), (10, 10, 0), (5, 10, -50), (0, 10, -100), (3, 0, 500)])
def test_difference_is_in_per_cent_of_the_rate_in_the_reference(a: int, b: int, percent: float) -> None:
    assert sizes_of(a, b, 1_000, 1_000)["difference"] == percent


@given(cells())
def test_effect_sizes_equal_the_values_computed_with_sixty_digits(cell: tuple[int, int, int, int]) -> None:
    found, twin = sizes_of(*cell), naive.effect_sizes(*cell)
    assert found.keys() == twin.keys()
    for name, value in twin.items():
        assert found[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name


@given(cells())
def test_effect_sizes_lie_within_their_limits_and_are_finite(cell: tuple[int, int, int, int]) -> None:
    found = sizes_of(*cell)
    assert np.isfinite(list(found.values())).all()
    for name in ("log_ratio", "odds_ratio"):
        assert found[f"{name}_low"] <= found[name] <= found[f"{name}_high"]
    a, b, n1, n2 = cell
    sign = (a * n2 > b * n1) - (a * n2 < b * n1)
    if a and b:
        assert np.sign(found["difference"]) == sign
        assert np.sign(round(found["log_ratio"], 9)) in (sign, 0)


# ---- orders and columns


def measure_of(sort: str, n1: int, n2: int) -> Callable[[str, int, int], Decimal] | None:
    """The twin of a measure, without what is below the precision of floats; None where G2 says it all."""
    if sort in ("g2", "bic"):
        return None

    def value(_: str, a: int, b: int) -> Decimal:
        upper = sort == "log_ratio_low" and a * n2 < b * n1  # the limit that is nearer to 0
        return Decimal(f"{naive.effect_sizes(a, b, n1, n2)['log_ratio_high' if upper else sort]:.12g}")

    return value


@given(lists(), st.sampled_from(KEYNESS_SORTS[:-1]))
@example(([("a", 0, 0), ("b", 1, 0), ("c", 2, 0), ("d", 1, 2)], 60, 50), "odds_ratio")
def test_tokens_are_sorted_by_the_measure_then_by_g2_count_and_code_points(
    texts: tuple[list[tuple[str, int, int]], int, int], sort: str
) -> None:
    rows, n1, n2 = texts
    occurring = [row for row in rows if row[1] or row[2]]
    expected = naive.keyness_order(occurring, n1, n2, measure_of(sort, n1, n2))
    tokens, counts, reference = zip(*rows, strict=True)
    found = compare(tokens, ints(*counts), ints(*reference), n1, n2, sort=sort)
    assert found.token.tolist() == expected
    by_g2 = table(*texts)
    assert by_g2.select(sort=sort, negative=True).token.tolist() == found.select(negative=True).token.tolist()
    assert found.select(sort="g2", negative=True).token.tolist() == by_g2.select(negative=True).token.tolist()


@pytest.mark.parametrize("sort", KEYNESS_SORTS[:-1])
def test_the_measure_is_a_column_and_the_others_stay(sort: str) -> None:
    found = table(EXAMPLE, 100, 90).select(negative=True, sort=sort)
    names = list(found.columns)
    assert sort in names
    assert [name for name in names if name in keyness.COLUMNS] == list(keyness.COLUMNS)
    new = [name for name in names if name not in keyness.COLUMNS]
    assert new == {"odds_ratio": ["odds_ratio", "odds_ratio_low", "odds_ratio_high"]}.get(
        sort, [] if sort in keyness.COLUMNS else [sort]
    )
    values = found.columns[sort].tolist()
    positive = [value for value, side in zip(values, found.direction, strict=True) if side > 0]
    negative = [value for value, side in zip(values, found.direction, strict=True) if side < 0]
    assert positive == sorted(positive, reverse=True)
    if sort == "log_ratio_low":  # the limit that is nearer to 0
        negative = found.columns["log_ratio_high"][found.direction < 0].tolist()
    assert negative == sorted(negative, reverse=sort in ("g2", "bic"))


def test_the_largest_p_holds_for_every_measure() -> None:
    whole = table(EXAMPLE, 100, 90)
    for sort in KEYNESS_SORTS[:-1]:
        assert set(whole.select(max_p=0.001, negative=True, sort=sort).token) == {"条例", "记者"}
        assert whole.select(top=1, sort=sort).token.tolist() == ["条例"]


# ---- documents

documents = st.lists(st.lists(st.sampled_from("ab国𠀀"), min_size=1, max_size=6).map(" ".join), min_size=1, max_size=6)


def counted(lines: list[str], df: bool = True) -> Frequencies:
    return count(io.BytesIO("\n".join(lines).encode()), tokenizer="space", df=df)


@FEW
@given(documents, documents, st.booleans())
def test_documents_stand_beside_the_counts_of_both_texts(own: list[str], other: list[str], on_disk: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if on_disk:
            patch.setattr(Spill, "limit", property(lambda _: 1, lambda *_: None), raising=False)
        with counted(own) as first, counted(other) as second:
            found = keywords(first, second, max_p=1, bonferroni=False, negative=True, sort="text_g2")
    assert list(found.columns)[:5] == ["token", "count", "reference_count", "documents", "reference_documents"]
    sizes = len(own), len(other)
    assert found.all_documents == sizes
    names = ("token", "documents", "reference_documents", "text_g2")
    for token, a, b, text_g2 in zip(*(getattr(found, name).tolist() for name in names), strict=True):
        assert (a, b) == tuple(sum(token in line.split() for line in lines) for lines in (own, other))
        expected = float(naive.dunning_g2(a, b, *sizes)) * (1 if a * sizes[1] > b * sizes[0] else -1)
        assert text_g2 == pytest.approx(expected, abs=1e-12)
    for side in (1, -1):
        values = found.text_g2[found.direction == side] * side
        assert values.tolist() == sorted(values, reverse=True)


def test_a_burst_is_no_keyword_by_documents() -> None:
    """`b` is in one document only, however often it comes there (Egbert and Biber 2019)."""
    own = ["a x", "a x", "a x", "a b b b b b b b b b"]
    other = ["x y", "x y", "x y", "x y"]
    options: dict[str, Any] = {"max_p": 1, "bonferroni": False}
    first, second = counted(own), counted(other)
    assert keywords(first, second, **options).token.tolist()[0] == "b"
    assert keywords(first, second, **options, sort="text_g2").token.tolist()[0] == "a"


def test_documents_that_are_not_known_are_an_error() -> None:
    with_df, without = counted(["a b"]), counted(["a b"], df=False)
    assert "documents" not in keywords(with_df, without, max_p=1).columns
    for pair in ((with_df, without), (without, with_df)):
        with pytest.raises(OptionError, match="sort text_g2: documents were not counted; give df"):
            keywords(*pair, sort="text_g2")
    with pytest.raises(OptionError, match="sort text_g2: documents were not counted"):
        table(EXAMPLE, 100, 90).select(sort="text_g2")
    with pytest.raises(OptionError, match="sort is 'll'; choose from g2, log_ratio"):
        table(EXAMPLE, 100, 90).select(sort="ll")


# ---- lists with documents


@FEW
@given(documents, documents, st.sampled_from(["tsv", "csv", "jsonl"]), st.booleans())
def test_documents_of_lists_are_those_of_their_texts(
    tmp_path: Path, own: list[str], other: list[str], format: str, on_disk: bool
) -> None:
    for name, lines in (("own", own), ("other", other)):
        counted(lines).save(tmp_path / name, format)
    options: dict[str, Any] = {"max_p": 1, "bonferroni": False, "negative": True}
    expected = keywords(counted(own), counted(other), **options)
    with pytest.MonkeyPatch.context() as patch:
        if on_disk:
            patch.setattr(Spill, "limit", property(lambda _: 1, lambda *_: None), raising=False)
            patch.setattr("nlpkit.frequencies.lists._BATCH", 2)
        with read_lists(tmp_path / "own", df=True) as first, read_lists(tmp_path / "other", df=True) as second:
            assert list(keywords(first, second, **options)) == list(expected)
            assert list(keywords(counted(own), second, **options)) == list(expected)
        with read_lists([tmp_path / "own", tmp_path / "other"], df=True) as both:
            in_both = counted(own + other)
            assert list(zip(both.token, both.count, both.df, strict=True)) == list(
                zip(in_both.token, in_both.count, in_both.df, strict=True)
            )
            assert both.documents is None


@pytest.mark.parametrize(
    "text",
    [
        "Type\tRank\tFreq\tRange\nb\t1\t1,200\t5\na\t2\t50\t1\n",  # AntConc 4
        "N\tWord\tFreq.\t%\tTexts\t%\n1\tb\t1,200\t6.04\t5\t100\n2\ta\t50\t3.04\t1\t20\n",  # WordSmith
        "token,df,count\nb,5,1200\na,1,50\n",
        '{"df": 5, "token": "b", "count": 1200}\n{"token": "a", "count": 50, "df": 1}\n',
    ],
)
def test_documents_are_in_the_column_that_the_header_names(text: str, tmp_path: Path) -> None:
    (tmp_path / "list").write_text(text)
    told: list[str] = []
    found = read_lists(tmp_path / "list", df=True, notify=told.append)
    assert (found.to_dict(), found.df.tolist()) == ({"b": 1200, "a": 50}, [5, 1])
    assert all(", documents from " in line for line in told)
    with pytest.raises(OptionError, match="documents were not counted"):
        _ = read_lists(tmp_path / "list").df


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("token\tcount\nb\t2\n", "list: does not say in how many documents words occur; df needs a column for it"),
        ("b\t2\na\t1\n", "list: does not say in how many documents"),
        ("token\tcount\tdf\nb\t2\t3\n", "list:2: does not have a number of documents from 0 to the count, 2"),
        ("token\tcount\tdf\nb\t2\t1\na\t2\n", "list:3: does not have a number of documents"),
        ("token\tcount\tdf\nb\t2\tx\n", "list:2: does not have a number of documents"),
        ('{"token": "b", "count": 2, "df": 1}\n{"token": "a", "count": 2}\n', "list:2: does not have a number"),
    ],
)
def test_an_error_names_the_list_or_the_row_without_documents(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "list").write_text(text)
    with pytest.raises(InputError, match=says):
        read_lists(tmp_path / "list", df=True)


def test_documents_of_tokens_that_become_one_are_not_added_up(tmp_path: Path) -> None:
    counted(["B b", "b"]).save(tmp_path / "list")
    with pytest.raises(InputError, match=r"list: B becomes b, and .* is not known; make the list with casefold"):
        read_lists(tmp_path / "list", df=True, casefold=True)
    assert read_lists(tmp_path / "list", casefold=True).to_dict() == {"b": 3}


def test_equal_rows_of_a_list_add_up(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("token\tcount\tdf\nb\t2\t1\na\t4\t4\nb\t3\t3\n")
    found = read_lists(tmp_path / "list", df=True)
    assert (found.to_dict(), found.df.tolist()) == ({"b": 5, "a": 4}, [4, 4])
