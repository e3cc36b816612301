"""Rows that are no purchases are pointed at: returns, cancelled orders, totals; and what is advised leaves them out."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from nlpkit.transactions import read_transactions
from tests.test_transactions import told_of

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

GOODS = ["tea", "rice", "jam", "ham", "egg"]


def lines(header: str, last: Callable[[int], object], count: int = 30) -> str:
    rows = (f"{100 + i // 2},{GOODS[(7 * i + i // 3) % 5]},{last(i)}\n" for i in range(count))
    return f"{header}\n" * bool(header) + "".join(rows)


def negative(i: int) -> int:
    return -2 if i % 7 == 0 else 1


def hints(told: list[str]) -> list[str]:
    return [line.removeprefix("a.csv: ") for line in told if "(guessed" not in line and "without items" not in line]


LOOKED = "in the 30 rows that were looked at; "


@pytest.mark.parametrize(
    ("header", "last", "said", "condition"),
    [
        ("order,item,Quantity", negative, f"Quantity holds 5 negative numbers (returns?) {LOOKED}", "Quantity > 0"),
        (
            "order,item,Menge",
            lambda i: f'"{negative(i)},00"',
            f"Menge holds 5 negative numbers (returns?) {LOOKED}",
            "",
        ),
        ("订单号,商品,数量", lambda i: int(i != 3), f"数量 holds 1 zero {LOOKED}", "数量 > 0"),
        (
            "order,item,x1",
            lambda i: [-1, 0, 1, 2, 3][i % 5],
            f"x1 holds 6 negative numbers (returns?) {LOOKED}",
            "x1 > 0",
        ),
        ("", negative, f"column 3 holds 5 negative numbers (returns?) {LOOKED}", "3 > 0"),
        (
            "order,item,pieces",
            lambda i: [-1, 0, 1, 2, 3][i % 5],
            f"pieces holds 6 negative numbers and 6 zeros (returns?) {LOOKED}",
            "pieces > 0",
        ),
        (
            "order,item,status",
            lambda i: "Cancelled" if i == 7 else "paid",
            "status is 'Cancelled' in 1 row of the 30 that were looked at; ",
            "status != Cancelled",
        ),
        (
            "order,item,Bestellstatus",
            lambda i: "storniert" if i == 7 else "bezahlt",
            "Bestellstatus is 'storniert' in 1 row of the 30 that were looked at; ",
            "Bestellstatus != storniert",
        ),
        (
            "订单号,商品,订单状态",
            lambda i: ["交易成功", "退款成功", "交易成功", "已取消"][i % 4],
            "订单状态 is '退款成功' or '已取消' in 15 rows of the 30 that were looked at; ",
            "订单状态 !~ ^(退款成功|已取消)$",
        ),
    ],
)
def test_what_came_to_nothing_is_pointed_at(
    tmp_path: Path, header: str, last: Callable[[int], object], said: str, condition: str
) -> None:
    text = lines(header, last)
    (line,) = hints(told_of(tmp_path, "a.csv", text)[0])
    condition = condition or f"{header.split(',')[-1]} > 0"
    assert line == f'{said}where=["{condition}"] leaves such rows out'
    told, _ = told_of(tmp_path, "a.csv", text, where=condition)
    count = re.findall("(?:holds|in) ([0-9]+)(?:.* and ([0-9]+) zero)?", line)[0]
    left_out = sum(map(int, filter(None, count)))
    left_out += 6 if condition == "x1 > 0" else 0  # zeros of a column that is not called a quantity
    assert hints(told) == [f"rows left out by where: {left_out} of 30"]


@pytest.mark.parametrize(
    ("header", "last"),
    [
        ("order,item,Quantity", lambda i: 1 + i % 3),
        ("order,item,temperature", lambda i: i - 15),
        ("order,item,price", lambda i: -1.5 if i == 3 else 2.5),
        ("order,item,Quantity", lambda i: -1 if i % 3 else 1),
        ("order,item,status", lambda i: ["not returned", "paid"][i % 2]),
        ("订单号,商品,退款状态", lambda i: ["没有申请退款", "无"][i % 2]),
        ("order,item,status", lambda _: "cancelled"),
    ],
)
def test_what_is_as_usual_is_not_pointed_at(tmp_path: Path, header: str, last: Callable[[int], object]) -> None:
    assert hints(told_of(tmp_path, "a.csv", lines(header, last))[0]) == []


@pytest.mark.parametrize("count", [6, 40_000])
@pytest.mark.parametrize("total", ["合计", "Total", "Summe:", "Grand Total"])
def test_a_last_row_that_is_a_total_is_pointed_at(tmp_path: Path, count: int, total: str) -> None:
    text = lines("order,item,qty", lambda _: 1, count) + f"{total},,{count}\n"
    told, t = told_of(tmp_path, "a.csv", text)
    condition = f"order != {total}"
    assert f'a.csv: its last row is a total; where=["{condition}"] leaves it out' in told
    told, without = told_of(tmp_path, "a.csv", text, where=condition)
    assert (len(without), hints(told)) == (len(t) - 1, [f"rows left out by where: 1 of {count + 1:,}"])


def test_the_file_whose_last_row_is_a_total_is_named(tmp_path: Path) -> None:
    rows = lines("order,item,qty", lambda _: 1)
    paths = [tmp_path / f"{name}.csv" for name in "abc"]
    for path, last in zip(paths, ("", "Total,,30\n", ""), strict=True):
        path.write_text(rows + last)
    for how in ({"executor": "serial"}, {"executor": "threads", "jobs": 2}):
        told: list[str] = []
        read_transactions(paths, notify=told.append, **how)  # type: ignore[arg-type]
        assert [line for line in told if "total" in line] == [
            f'{paths[1]}: its last row is a total; where=["order != Total"] leaves it out'
        ]


def test_of_two_columns_with_the_same_name_one_is_named_by_its_number(tmp_path: Path) -> None:
    text = lines("order,item,qty", lambda i: f"{negative(i)},1").replace("qty", "qty,qty", 1)
    told, _ = told_of(tmp_path, "a.csv", text, layout="long", header=True)
    (said,) = hints(told)
    assert said == f'column 3 holds 5 negative numbers (returns?) {LOOKED}where=["3 > 0"] leaves such rows out'
    told, _ = told_of(tmp_path, "a.csv", text, layout="long", header=True, where="3 > 0")
    assert hints(told) == ["rows left out by where: 5 of 30"]
