"""What people bring as tables of transactions, as the reports of users have it: kinds of our own, and the reports."""

import os
from pathlib import Path
from typing import Any

import pytest

from nlpkit import apriori, read_transactions
from nlpkit.errors import InputError
from nlpkit.transactions import Transactions
from tests.conftest import SHARED

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

REPORTS = SHARED / "reports"


def supports(t: Transactions) -> dict[tuple[str, ...], float]:
    return {tuple(sorted(found.items)): found.support for found in apriori(t, min_support=2)}


@pytest.fixture
def report() -> Any:
    return lambda name, **options: read_transactions(os.fspath(REPORTS / name), **options)


@pytest.mark.shared
def test_member_and_date_are_one_key(report: Any) -> None:
    t = report("long_two_keys.csv", layout="long", id=["member", "date"], item="product")
    assert len(t) == 4
    assert supports(t)["bread", "milk"] == 0.5
    with pytest.raises(InputError, match=r'no column .member,date.; several columns are id=\["member", "date"\]'):
        report("long_two_keys.csv", layout="long", id="member,date", item="product")
    t = report("member_date_item.csv", layout="long", id=["Member_number", "Date"], item="itemDescription")
    lines = (REPORTS / "member_date_item.csv").read_text().splitlines()[1:]
    assert len(t) == len({tuple(line.split(",")[:2]) for line in lines})


@pytest.mark.shared
def test_quantities_and_floats(report: Any) -> None:
    t = report("quantity_pivot.csv", layout="onehot", id="invoice")
    assert list(t) == [["bread", "milk"], ["milk", "beer"], ["bread", "milk"], ["bread", "milk"]]
    t = report("onehot_floats.csv", layout="onehot", id="id")
    rows = [line.split(",")[1:] for line in (REPORTS / "onehot_floats.csv").read_text().splitlines()]
    assert list(t) == [[name for name, cell in zip(rows[0], row, strict=True) if cell == "1.0"] for row in rows[1:]]


@pytest.mark.shared
def test_lists_in_cells(report: Any) -> None:
    t = report("list_in_cell.csv", layout="long", id=1, item=2, item_separator=",")
    assert list(t)[:2] == [["milk", "bread", "eggs"], ["milk", "juice"]]
    t = report("quoted_lines.csv", item_separator=",")
    assert list(t) == [["bread", "milk", "eggs"], ["milk"], ["milk", "bread"]]
    t = report("python_lists.csv", layout="long", id="tid", item="items", item_separator=",")
    assert list(t) == [["bread", "milk"], ["milk"], ["milk", "bread"]]


@pytest.mark.shared
def test_returns(report: Any) -> None:
    name, long = "returns_semicolon_decimal_comma.csv", {"layout": "long", "id": "Order No.", "item": "Product"}
    with pytest.raises(
        InputError, match=r":2: the weight '-1' is negative; where=\[\"Qty > 0\"\] leaves such rows out"
    ):
        report(name, weight="Qty", **long)
    rows = [line.split(";") for line in (REPORTS / name).read_text().splitlines()[1:]]
    kept = {row[0] for row in rows if int(row[3]) > 0 and float(row[4].replace(",", ".")) <= 3.61}
    t = report(name, where=["Qty > 0", "Unit Price <= 3,61"], **long)
    assert len(t) == len(kept)
    days = {row[0] for row in rows if row[1].split(".")[::-1] >= ["2026", "11", "03"]}
    assert len(report(name, where="Order Date >= 2026-11-03", **long)) == len(days)


@pytest.mark.shared
def test_old_mac_line_ends(report: Any) -> None:
    t = report("old_mac_line_ends.csv", layout="basket")
    assert list(t) == [["milk", "bread"], ["bread", "eggs"], ["milk", "bread", "eggs"]]


@pytest.mark.shared
def test_item_columns(report: Any) -> None:
    t = report("groceries_item_columns.csv", layout="basket", item=["Item 1", "Item 2", "Item 3"])
    assert list(t) == [["bread", "milk", "eggs"], ["milk"], ["milk", "bread"], ["eggs", "bread"]]


RETURNS = (
    "Rechnung;Datum;Artikel;Menge;Preis\nR1;03.01.2026;Käse;2;1,50\n"
    "R1;03.01.2026;Brot;-1;2,00\nC2;04.02.2026;Brot;1;2,5\n"
)


def test_kinds_of_our_own(tmp_path: Path) -> None:
    old = tmp_path / "old.csv"
    old.write_text("order,product,qty\r1,milk,2\r2,tea,-1\r1,jam,1\r")
    t = read_transactions(old, layout="long", id="order", item="product", where="qty > 0")
    assert list(t) == [["milk", "jam"]]
    with pytest.raises(InputError, match=r"old\.csv:3: the weight '-1' is negative"):
        read_transactions(old, layout="long", id="order", item="product", weight="qty")
    path = tmp_path / "a.csv"
    path.write_text(RETURNS)
    long: dict[str, Any] = {"layout": "long", "id": ["Rechnung", "Datum"], "item": "Artikel"}
    assert list(read_transactions(path, where="Menge > 0", **long)) == [["Käse"], ["Brot"]]
    assert list(read_transactions(path, where=["Preis > 1,75", "Datum >= 01.02.2026"], **long)) == [["Brot"]]
    assert list(read_transactions(path, where="Rechnung !~ ^C", **long)) == [["Käse", "Brot"]]
    path.write_text(
        "会员,日期,商品,数量\n张三,2026年1月3日,牛奶、面包,2\n张三,2026年1月4日,牛奶,-1\n李四,2026年11月3日,面包、茶,1\n"
    )
    t = read_transactions(
        path,
        layout="long",
        id=["会员", "日期"],
        item="商品",
        item_separator="、",
        where=["数量 > 0", "日期 < 2026-12-01"],
    )
    assert list(t) == [["牛奶", "面包"], ["面包", "茶"]]
