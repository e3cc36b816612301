"""Tables that people brought and that were read wrong: what should come of each; see the reports' README."""

from pathlib import Path

import pytest

from nlpkit.transactions import Transactions, read_transactions
from tests.conftest import SHARED, Run

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

REPORTS = SHARED / "reports"

#: file, options -> transactions, the beginning of the line.
ROWS = [
    ("member_date_item.csv", {}, 900, "by Member_number and Date, items from itemDescription"),
    ("member_date_item.csv", {"id": "Member_number"}, 300, "by Member_number, items from itemDescription"),
    ("orders_sorted_utf8.csv", {}, 100, "by 订单编号, items from 商品名称"),
    ("orders_sorted_utf8.csv", {"id": "订单编号"}, 100, "by 订单编号, items from 商品名称"),
    ("orders_sorted_utf8.csv", {"item": "商品名称"}, 100, "by 订单编号, items from 商品名称"),
    ("orders_shuffled_gb18030.csv", {"encoding": "gb18030"}, 100, "by 订单号, items from 商品名称"),
    ("groceries_item_columns.csv", {}, 4, "Item(s) left out; the first: bread, milk, eggs"),
    ("quantity_pivot.csv", {}, 4, "the 3 columns are items; invoice left out; the first: bread, milk ("),
    ("list_in_cell.csv", {}, 4, "items from Items bought, separated by ','; the first: milk, bread, eggs"),
    ("quoted_lines.csv", {}, 3, "separated by ','; the first: bread, milk, eggs"),
    ("python_lists.csv", {}, 3, "items from items, separated by ','; the first: bread, milk"),
    ("two_columns_same_values.csv", {}, 3, "one a row; the first: home, away"),
    ("baskets_long_cp936.csv", {"encoding": "gb18030"}, 3, "by 订单, items from 商品; the first: 啤酒, 尿布"),
]


def read(path: Path, **options: object) -> tuple[Transactions, list[str]]:
    from nlpkit.corpus import Corpus

    told: list[str] = []
    corpus = Corpus(path, encoding=str(options.pop("encoding", "utf-8")), notify=told.append)
    found = read_transactions(corpus, notify=told.append, **options)  # type: ignore[arg-type]
    return found, [line.removeprefix(f"{path}: ") for line in told if "compiling" not in line]


@pytest.mark.shared
@pytest.mark.parametrize(("name", "options", "count", "shown"), ROWS)
def test_reported_tables_are_read_right(name: str, options: dict[str, str], count: int, shown: str) -> None:
    found, told = read(REPORTS / name, **options)
    assert len(found) == count
    assert shown in told[0]
    assert "(guessed" in told[0]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (
            "order,item\n1,tea\n1,NA\n2,tea\n2,NA\n3,jam\n3,NA\n",
            "50 % of the cells of its first rows are 'NA', which is an item like any other; missing=\"NA\" leaves such "
            "cells out",
        ),
        (
            "member,date,product\n1,2015-01-01,milk\n1,2015-01-01,bread\n2,2015-01-01,beer\n2,2015-01-02,milk\n",
            'a transaction holds all rows of one member; id=["member", "date"] makes one for each date',
        ),
        (
            "天下大势分久必合合久必分\n周末七国分争并入于秦及秦灭之后\n楚汉分争又并入于汉\n汉朝自高祖斩白蛇而起义一统天下\n后来光武中兴传至献帝遂分为三国\n",
            "looks like running text, so that an item is a whole sentence; `nlpkit segment` cuts text into words",
        ),
    ],
)
def test_hints(tmp_path: Path, text: str, hint: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    assert hint in read(tmp_path / "a.txt")[1]


def test_the_line_names_options_as_they_are_typed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("订单编号,商品名称\n1,酸奶\n1,面包\n2,酸奶\n")
    said = run("apriori", "a.csv", "--itemsets").stderr.decode()
    assert "a.csv: 2 transactions by 订单编号, items from 商品名称; the first: 酸奶, 面包 (guessed, " in said
    assert "--layout, --id, --item, --delimiter say otherwise)" in said
