"""Weights of transactions: exact whatever their decimals, rounded only where they must be, and said so."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpkit.errors import InputError
from tests.test_transactions import FEW, error_of, listed, read, told_of

BASKET: dict[str, Any] = {"layout": "basket", "delimiter": ";", "weight": 1, "header": False}


@FEW
@given(
    st.lists(
        st.floats(0, 90, allow_subnormal=False) | st.floats(0, 1e-3) | st.integers(0, 10**6), min_size=1, max_size=50
    )
)
def test_weights_as_programs_write_them(values: list[float]) -> None:
    text = "".join(f"{value!r};a\n" for value in values)
    try:
        t = read([text], **BASKET)
    except InputError as error:
        assert "fewer digits" in str(error)
        assert 0 < min(filter(None, values)) < 1e-8
        return
    exact = [Fraction(repr(value)) for value in values]
    found = [weight for _, weight in listed(t)]
    if found != exact:
        assert t.scale >= 10**9
        assert sum(exact) * t.scale * 10 > 2**63 or t.scale == 10**18
        assert all(abs(a - b) * t.scale <= Fraction(1, 2) for a, b in zip(found, exact, strict=True))


def test_sixteen_decimals_are_exact() -> None:
    weights = ["0.0568051239852135", "0.43628503587425917", "0.5176528467217456", "1"]
    t = read(["".join(f"{weight};a\n" for weight in weights)], **BASKET)
    assert [weight for _, weight in listed(t)] == list(map(Fraction, weights))
    assert t.scale == 10**17


def test_what_does_not_fit_is_rounded_and_said(tmp_path: Path) -> None:
    text = "100.12345678901234567;a\n0.1;b\n"
    told, t = told_of(tmp_path, "a.csv", text, **BASKET)
    assert told == ["weights are rounded to 16 decimals; with more their sum does not fit into 64 bits"]
    assert (t.scale, t.weights is not None and t.weights.tolist()) == (10**16, [1001234567890123457, 10**15])
    for wrong in ("9223372036.8547758075;a\n1;a\n", "1e-300;a\n1;a\n", "9e18;a\n9e18;a\n"):
        (tmp_path / "a.csv").write_text(wrong)
        with pytest.raises(InputError, match="give them fewer digits"):
            read([wrong], **BASKET)


def test_transactions_are_shown_as_lines() -> None:
    t = read(["2,50;a, b;c\n0;d\n1;\n"], **BASKET)
    assert list(t.shown(10)) == ['"a, b", c (weight 2.5)', "d (weight 0)", "(no items) (weight 1)"]
    assert list(t.shown(1)) == ['"a, b", c (weight 2.5)']


def test_decimal_commas() -> None:
    assert [weight for _, weight in listed(read(["0,5;a\n1.250;b\n2;c\n"], **BASKET))] == [Fraction(1, 2), 1250, 2]
    assert [weight for _, weight in listed(read(["1,250;b\n1.250,5;c\n"], **BASKET))] == [
        Fraction(5, 4),
        Fraction(2501, 2),
    ]
    assert [weight for _, weight in listed(read(["1.250;b\n"], **BASKET))] == [Fraction(5, 4)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "1;a\n\n1,250;b\n",
            ":3: the weight '1,250' is 1250 or 1.250, and no cell before it shows which, nor one after it; "
            "write it as 1250 or as 1.25",
        ),
        ("0,5;a\n0.5;b\n", ":2: the weight '0.5' and '0,5' do not have the same decimal mark"),
        ("1;a\n-2,5;b\n", ":2: the weight '-2,5' is negative; where=[\"1 > 0\"] leaves such rows out"),
    ],
)
def test_weights_that_are_refused(tmp_path: Path, text: str, message: str) -> None:
    assert error_of(tmp_path / "a.csv", text, **BASKET) == message


def test_way_out_of_negative_weights_works(tmp_path: Path) -> None:
    text = "id;n <kg>;x\n1;-1;a\n2;1,5;b\n"
    how: dict[str, Any] = {"layout": "long", "delimiter": ";", "id": "id", "item": "x", "weight": "n <kg>"}
    said = error_of(tmp_path / "a.csv", text, **how)
    assert said == ":2: the weight '-1' is negative; where=['\"n <kg>\" > 0'] leaves such rows out"
    assert listed(read([text], where='"n <kg>" > 0', **how)) == [(["b"], Fraction(3, 2))]
