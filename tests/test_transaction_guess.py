"""How tables are guessed: what the first row is, what given ids mean, numbers that begin again; see tests/tables."""

from pathlib import Path
from typing import Any

import pytest

from nlpkit.transactions.headers import is_header
from tests.test_transactions import error_of, told_of

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

GOODS = ["tea", "rice", "jam", "ham", "egg"]
PAIRS = "".join(f"{i},{100 + i % 7}\n{i},{120 + i % 11}\n" for i in range(1, 151))
SHOPS = "member,date,shop,product\n7,2026-01-02,A,tea\n7,2026-01-02,A,jam\n7,2026-01-03,B,tea\n8,2026-01-02,A,ham\n"
SALES = [f"{GOODS[i % 5]},{i % 4},{i % 3}" for i in range(60)]
TICKETS = "ticket,item_1,item_2,total\n1,tea,jam,3.5\n2,ham,,2\n3,jam,tea,3.5\n4,ham,tea,4\n"


@pytest.mark.parametrize(
    ("text", "options", "count", "shown"),
    [
        (PAIRS, {"id": 1}, 150, "by column 1, items from column 2, no header; the first: 101, 121 "),
        (SHOPS, {"id": "member", "item": ["product", "shop"]}, 2, "by member, items from product and shop; "),
        (TICKETS, {"id": "ticket"}, 4, "items from item_1 and item_2; ticket left out; the first: tea, jam "),
    ],
)
def test_given_ids_do_not_make_the_rest_worse(
    tmp_path: Path, text: str, options: dict[str, Any], count: int, shown: str
) -> None:
    told, t = told_of(tmp_path, "a.csv", text, **options)
    assert len(t) == count
    assert shown in told[0]


def receipts(store: str, order: str = "%(store)s,%(receipt)d,%(item)s\n") -> str:
    """Twenty receipts in each of three shops, with three items each."""
    parts = [
        order % {"store": f"S{s}", "receipt": r, "item": GOODS[(s + r * 3 + i) % 5]}
        for s in range(3)
        for r in range(1, 21)
        for i in range(3)
    ]
    return f"{store},receipt,item\n" + "".join(parts)


def test_numbers_that_begin_again_in_each_shop_are_one_key_with_it(tmp_path: Path) -> None:
    told, t = told_of(tmp_path, "a.csv", receipts("store"))
    assert (len(t), len(told)) == (60, 1)
    assert "60 transactions by receipt and store, items from item; " in told[0]


def test_an_item_that_is_called_like_a_sum_is_an_item(tmp_path: Path) -> None:
    rows = ["1,0,1", "0,1,1", "1,1,0", "0,1,0"] * 3
    _, t = told_of(tmp_path, "a.csv", "Tea,Rice,Total\n" + "\n".join(rows))
    assert t.names == ["Tea", "Rice", "Total"]
    _, t = told_of(tmp_path, "a.csv", "Tea,Rice,Total\n" + "\n".join(f"{row[:4]}{row.count('1')}" for row in rows))
    assert t.names == ["Tea", "Rice"]


def test_where_the_rows_do_not_show_it_numbers_that_begin_again_get_a_hint(tmp_path: Path) -> None:
    head, *rows = receipts("store").splitlines(keepends=True)
    said = 'a.csv: a transaction holds all rows of one receipt; id=["receipt", "store"] makes one for each store'
    told, t = told_of(tmp_path, "a.csv", head + "".join(sorted(rows, key=lambda row: int(row.split(",")[1]))))
    assert (len(t), told[1:]) == (20, [said])
    told, t = told_of(tmp_path, "a.csv", receipts("colour"))  # which is no shop
    assert (len(t), len(told)) == (20, 1)


def test_numbers_that_do_not_begin_again_are_the_key_alone(tmp_path: Path) -> None:
    lines = [f"{i % 3 + 10},2026-01-{d:02d},{i},{GOODS[(i + d) % 5]}\n" for d in range(1, 20) for i in range(d, d + 3)]
    told, t = told_of(tmp_path, "a.csv", "store,date,stay,drug\n" + "".join(lines))
    assert (len(t), len(told)) == (21, 1)
    assert "by stay, items from drug" in told[0]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["day,no,item", *[f"2026-01-0{i % 9 + 1},{900 + i},{GOODS[i % 5]}" for i in range(9)]], True),
        ([f"2026-01-0{i % 9 + 1},{900 + i},{GOODS[i % 5]}" for i in range(9)], False),
        ([f"SO-{i // 2},{GOODS[i % 5]},{i % 3 + 1}.5" for i in range(12)], False),
        (["item,day 1,day 2", *SALES, "item,day 1,day 2", *SALES], True),
        (["item,day 1,day 2", *SALES, "\ufeffitem,day 1,day 2", *SALES], True),
    ],
)
def test_dates_and_items_that_come_again_are_no_names(rows: list[str], expected: bool) -> None:
    assert is_header([row.split(",") for row in rows]) == expected


@pytest.mark.parametrize("head", ["order,item\n", ""])
def test_a_cell_beyond_the_last_column_is_an_error_of_its_line(tmp_path: Path, head: str) -> None:
    text = head + "".join(f"{i // 2},{GOODS[i % 5]}\n" for i in range(60)) + "30,nuts, mixed\n"
    line, first = 61 + bool(head), "header" if head else "first row"
    cause = f"the cell 'mixed' is beyond the last column of the {first}; is there an unquoted delimiter in a cell?"
    assert error_of(tmp_path / "a.csv", text).endswith(f"{line}: {cause}")
