"""What of a table is read: conditions on rows, cells that are missing, cells that hold lists, heads of files."""

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpkit.errors import InputError, OptionError
from nlpkit.transactions import read_transactions
from nlpkit.transactions.cell_lists import split_cell
from nlpkit.transactions.conditions import parse_condition
from nlpkit.transactions.numbers import Marks, readings
from nlpkit.transactions.options import TransactionOptions
from tests.test_transactions import FEW, as_read, error_of, listed, read, told_of, written

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

# ---- conditions

CELLS = ["1", "2", "-1", "10", "2,5", "", "?"]
ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(CELLS), st.sampled_from(["x", "y", "z"])), min_size=1)


@FEW
@given(ROWS, st.integers(1, 40), st.sampled_from(["Qty > 0", "Qty>=2", "Qty != ''", "Qty < 3", "Qty = 2.0"]))
def test_what_is_left_out_is_as_if_not_there(rows: list[tuple[str, str, str]], size: int, condition: str) -> None:
    meets = {
        "Qty > 0": lambda q: q > 0,
        "Qty>=2": lambda q: q >= 2,
        "Qty < 3": lambda q: q < 3,
        "Qty = 2.0": lambda q: q == 2,
        "Qty != ''": lambda _: True,
    }[condition]
    kept = [row for row in rows if row[1] not in ("", "?") and meets(Decimal(row[1].replace(",", ".")))]
    names = [["id", "Qty", "item"]]
    options: dict[str, Any] = {"delimiter": ";", "layout": "long", "id": "id", "item": "item", "missing": "?"}
    if not kept:
        with pytest.raises(InputError, match="where leaves out all"):
            read([written([*names, *rows], ";")], size, where=condition, **options)
        return
    found = read([written([*names, *rows], ";")], size, where=condition, **options)
    assert as_read(found) == as_read(read([written([*names, *kept], ";")], size, **options))
    if condition != "Qty != ''":  # a weight is tested as well, and an item
        first = {row[0]: row[1] for row in reversed(kept)}
        kept = [(row[0], first[row[0]], row[2]) for row in kept]
        positive = [row for row in kept if not row[1].startswith("-")]
        if positive:
            also = {"where": [condition, "Qty >= 0", "item ~ [xyz]", "id != q"], "weight": "Qty", **options}
            weighed = read([written([*names, *kept], ";")], size, **also)
            plain = {"weight": "Qty", **options}
            assert listed(weighed) == listed(read([written([*names, *positive], ";")], size, **plain))


@pytest.mark.parametrize(
    ("condition", "cells", "met"),
    [
        ("a = 1", ["1", "1.0", "01", "1,0", "x", "", "10"], "1111000"),
        ('a = "1"', ["1", "1.0", "01"], "100"),
        ("a != 1", ["1", "1.0", "x", ""], "0011"),
        ("a > 1.000,5", ["1.000,5", "1001", "1.000,51", "-2000", ""], "01100"),
        ("a < 0,5", ["0,25", ".4", "0.5", "−1", "1e-3"], "11011"),
        ("a >= m", ["m", "n", "l", "milk", ""], "11010"),
        ("a ~ ^C", ["C536", "536C", "", "c1"], "1000"),
        ("a !~ ^C", ["C536", "536C", "", "c1"], "0111"),
        ("a ~ ,", ["a,b", "ab"], "10"),
        ("a >= 2026-11-01", ["2026-11-01", "2026-11-01 08:26", "2026-10-31", "2027-01-01T00:00:00", ""], "11010"),
        (
            "a < 2026-11-01",
            ["2026/9/30", "2026/11/1", "2026年10月5日", "2026.2.3", "31.10.2026", "1.11.2026"],
            "101110",
        ),
        ("a <= 2026-11", ["2026-11-30", "2026-12-01", "30.11.2026 23:59"], "101"),
        ("a = 2026-11-01", ["01.11.2026 08:00", "2026-11-01T23:59:59Z", "2026-11-02", "x", ""], "11000"),
        ("a >= 01.11.2026", ["31.10.2026", "1.11.2026", "2.1.2027"], "011"),
        ("a >= 2026-11-01 08:30", ["2026-11-01 08:29:59", "2026-11-01 8:30", "2026-11-02 00:00"], "011"),
        ("a > 4", ["1 000", "1\u00a0000,5", "1'000", "2 000 000", "3"], "11110"),
        ("a >= 2026", ["2026-02-01", "31.12.2025", "12/31/2026", "2027", "2025", ""], "101100"),
        ("a != 2026", ["2026-02-01", "2025-02-01", "2026", "x", ""], "01011"),
        ("a < 2015-07-23", ["22-07-2015", "7/24/2015", "1/1/2015", "12/31/2010 8:26 AM"], "1011"),
        ("a == 一号店", ["一号店", "二号店"], "10"),
        ("a != ''", ["", "x"], "01"),
        ("a =", ["", "x"], "10"),
    ],
)
def test_how_cells_are_compared(condition: str, cells: list[str], met: str) -> None:
    judge = parse_condition(condition).judge()
    assert [judge(cell) for cell in cells] == [bit == "1" for bit in met]


@pytest.mark.parametrize(
    ("condition", "column", "value"),
    [
        ("a b>=1", "a b", "1"),
        ('"a>b" < 3', "a>b", "3"),
        ("'a = b' != \"x y \"", "a = b", "x y "),
        ("数量 > 0", "数量", "0"),
        ("4 = 5", "4", "5"),
        ('a > "> 0"', "a", "> 0"),
        ('a >= "b and c"', "a", "b and c"),
        ('a = "b and c = d"', "a", "b and c = d"),
        ("a = Bosnia and Herzegovina", "a", "Bosnia and Herzegovina"),
        ("a = http://x/?b=c", "a", "http://x/?b=c"),
        ("a ~ =|<", "a", "=|<"),
        ("a == 5", "a", "5"),
        ("a = 'Ben's'", "a", "Ben's"),
        ("a > -1", "a", "-1"),
        ("a = !", "a", "!"),
    ],
)
def test_columns_of_conditions(condition: str, column: str, value: str) -> None:
    found = parse_condition(condition)
    assert (found.column, found.value) == (column, value)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("Qty", "write a column, one of = != < <= > >= ~ !~, and a value: 'Quantity > 0'"),
        ("", "write a column"),
        ("> 0", "write a column"),
        ("Qty >", "there is no value after >"),
        ("Qty ~ (", "'(' is not a regular expression"),
        ("Qty <> 0", 'write Qty != 0, or put the value in quotes: Qty < "> 0"'),
        ("Qty<>0", "write Qty != 0,"),
        ("Qty => 1", "write Qty >= 1,"),
        ("Qty =< 1", "write Qty <= 1,"),
        ("Qty = = 2", "write Qty = 2,"),
        ("Qty === 2", "write Qty = 2,"),
        ("Qty !== 2", "write Qty != 2,"),
        ("Qty =! 2", "write Qty != 2,"),
        ("Qty =~ ^C", "write Qty ~ ^C,"),
        ("Qty ~= ^C", "write Qty ~ ^C,"),
        ("Qty >= 1 and qty < 3", "give one condition each time: where may be repeated"),
        ("Qty >= 1 OR x", "give one condition each time"),
        ("Qty >= 1 && qty < 3", "give one condition each time"),
        ("Qty > 1, qty < 3", "give one condition each time"),
        ("0 < Qty < 3", "give one condition each time"),
        ("Qty != 0 and shop = x", "give one condition each time"),
        ("order !~ ^C and qty > 0", "give one condition each time"),
        ('shop = "x" and city = "y"', "give one condition each time"),
        ("Date > 31.02.2026", "there is no such day; write a date as 2026-12-31"),
        ("Date > 2026-13-01", "there is no such day; write a date as 2026-12-31"),
        ("Date >= 12/1/2010", "write the date with the year first: 2026-12-31, or as 31.12.2026"),
    ],
)
def test_bad_conditions_show_the_form(condition: str, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        TransactionOptions(where=condition)
    assert f"where is {condition!r}; " in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("cells", "condition", "met"),
    [
        (["1.250,00", "99,90", "1,50", "2.000,00"], "a >= 1.000", "1001"),
        (["1.250,00", "99,90", "1,50", "2.000,00"], "a >= 1,000", "1111"),
        (["1,250.00", "99.90", "1.50", "2000"], "a >= 1,000", "1001"),
        (["1.250", "0.990", "2.5", "1"], "a >= 1.000", "1011"),
        (["1.250", "0.990", "1"], "a >= 1.000", "101"),
        (["2000", "3000"], "a >= 1.000", "11"),
        (["1.000,5", "1000", "1"], "a = 1.000", "010"),
    ],
)
def test_the_number_of_a_condition_is_read_as_the_column(cells: list[str], condition: str, met: str) -> None:
    text = "id;item;a\n" + "".join(f"{i};x{i};{cell}\n" for i, cell in enumerate(cells))
    for size in (1, 1 << 20):
        found = read([text], size, where=condition, layout="long", delimiter=";", id="id", item="item")
        assert list(found) == [[f"x{i}"] for i, is_met in enumerate(met) if is_met == "1"]


@pytest.mark.parametrize(
    ("cells", "condition", "message"),
    [
        (
            ["5", "2000"],
            "a > 1.000",
            ": 1.000 is 1 or 1000, and no cell of the column shows which; write ",
        ),
        (
            ["1", "2,5", "2.5"],
            "a > 1.000",
            ": 1.000 is 1 or 1000, and '2.5' and '2,5' do not have the same",
        ),
        (["31.12.26"], "a < 2026-06-01", "be compared with 2026-06-01: its year has two digits; choose"),
        (["1/2/2026"], "a < 2026-01-20", "no cell with a day above 12 shows whether the day or the month comes first"),
        (
            ["1.11.2026"],
            "a < 2026-11-01 08:00",
            "of which only 2026-11-01 is certain; compare it with a date",
        ),
        (["2026-12-31T08:00Z"], "a < 2026-12-31 07:00", 'where=["a < 2026-12-31"]'),
        (["2026-11"], "a < 2026-12-31", 'where=["a < 2026-12"]'),
        (["20261105"], "a < 2026-12-31 07:00", "of which only 2026-11-05 is certain"),
        (["13/2/2026"], "a < 2026-11-05 10:00", "of which only 2026-02-13 is certain"),
        (["1/2/2026"], "a < 2026-11-05 10:00", "of which only 2026-02-01 or 2026-01-02 is certain; compare it with"),
        (["2026-02-30"], "a < 2026-12-31", "there is no such day"),
        (["20261131"], "a < 2026-12-31", "there is no such day"),
        (["31.02.2026"], "a < 2026-12-31", "there is no such day"),
        (["14/13/2026"], "a < 2026-12-31", "there is no such day"),
        (["ok"], "a > 5", 'is not a number to compare with 5; choose others by a pattern: where=["a ~ PATTERN"]'),
    ],
)
def test_what_cannot_be_compared_names_the_cause(
    tmp_path: Path, cells: list[str], condition: str, message: str
) -> None:
    text = "id;item;a\n" + "".join(f"{i};x;{cell}\n" for i, cell in enumerate(cells))
    assert message in error_of(tmp_path / "a.csv", text, where=condition, **LONG)


def test_dates_without_marks() -> None:
    text = "id;item;a\n1;x;20261231\n2;y;20260131\n"
    assert list(read([text], 1 << 20, where="a < 2026-06-01", **LONG)) == [["y"]]


@pytest.mark.parametrize("missing", ["", ",", [" "]])
def test_missing_cells_are_named(missing: Any) -> None:
    with pytest.raises(OptionError, match="missing names no cell"):
        TransactionOptions(missing=missing)


LONG: dict[str, Any] = {"layout": "long", "delimiter": ";", "id": "id", "item": "item"}


@pytest.mark.parametrize(
    ("cell", "condition", "message"),
    [
        (
            "n/a",
            "q > 0",
            ":3: the column 'q' holds 'n/a', which is not a number to compare with 0; missing=[\"n/a\"] ma",
        ),
        ("1,250", "q > 100", ":3: the column 'q': '1,250' is 1250 or 1.250, and no cell before it shows which"),
        (
            "12/1/2010 8:26",
            "q >= 2010-12-01",
            ":3: the column 'q' holds '12/1/2010 8:26', a date that cannot be compared",
        ),
        (
            "02-07-15",
            "q = 2015-07-02",
            ":3: the column 'q' holds '02-07-15', a date that cannot be compared with 201",
        ),
        ("12 pcs", "q > 4", ":3: the column 'q' holds '12 pcs', which is not a number to compare with 4; choose oth"),
        ("2026-02-01", "q > 4", ":3: the column 'q' holds '2026-02-01', which is not a number to compare with 4; comp"),
        ("soon", "q < 2015-07-22", ":3: the column 'q' holds 'soon', which is no date to compare with 2015-07-22"),
        ("x", "Q > 1", ": no column 'Q'; there are id, q, item; did you mean q?"),
    ],
)
@pytest.mark.parametrize("others", [[], ["id != ''"]])
def test_cells_that_cannot_be_compared(
    tmp_path: Path, cell: str, condition: str, message: str, others: list[str]
) -> None:
    text = f"id;q;item\n1;;milk\n1;{cell};tea\n"
    said = error_of(tmp_path / "a.csv", text, where=[*others, condition], **LONG)
    assert said.startswith(message)


def test_errors_count_the_rows_that_are_left_out(tmp_path: Path) -> None:
    text = "id;q;item\n" + "1;0;x\n2;1;y\n" * 50 + "3;1;z\n;1;q\n"
    assert error_of(tmp_path / "a.csv", text, where="q > 0", **LONG).startswith(":103: the item 'q' has no id")
    told, t = told_of(tmp_path, "a.csv", text, where=["q > 0", "id != ''"], **LONG)
    assert (told, t.names, len(t)) == (["rows left out by where: 51 of 102"], ["y", "z"], 2)


@FEW
@given(
    st.permutations(["1.250", "2,5", "0,5", "1", "7"])
    | st.permutations(["1.250", "2.5", "0.5", "7"])
    | st.permutations(["1.250", "2,5", "2.5"])
    | st.permutations(["1,250", "2"])
    | st.permutations(["1.250", "1,250"]),
    st.integers(1, 30),
    st.booleans(),
)
def test_the_order_of_rows_does_not_change_what_numbers_are(cells: list[str], size: int, is_sifted: bool) -> None:
    rows = [[str(i), cell, f"is {cell}"] for i, cell in enumerate(cells)]
    rows += [["9", "x", "left out"]] if is_sifted else []
    text = written([["id", "q", "item"], *rows], ";")
    how: dict[str, Any] = {**LONG, "where": ["q > 5", "id != 9"]}
    if {"2,5", "2.5"} <= {*cells}:
        wrong = cells.index("1.250") + 2
        with pytest.raises(
            InputError, match=rf":{wrong}: the column 'q': '1.250' is 1.250 or 1250, and '2.5' and '2,5'"
        ):
            read([text], size, **how)
    elif "1,250" in cells:
        wrong = min(i for i, cell in enumerate(cells, 2) if "250" in cell)
        cause = "as '1[.]250' and '1,250' both occur; write it as" if "1.250" in cells else "nor one after it; wr"
        with pytest.raises(InputError, match=rf":{wrong}: the column 'q': .*{cause}"):
            read([text], size, **how)
    else:
        found = sorted(item for items in read([text], size, **how) for item in items)
        expected = ["is 1.250"] if "2,5" in cells else []
        expected += ["is 7"] if "7" in cells else []
        assert found == expected


@FEW
@given(st.permutations(["1/2/2026", "3/13/2026", "5/5/2026"]), st.booleans(), st.integers(1, 40))
def test_a_day_above_twelve_shows_the_order_of_dates(dates: list[str], is_day_first: bool, size: int) -> None:
    if is_day_first:
        dates = [date.replace("3/13", "13/3") for date in dates]
    text = written([["id", "q", "item"], *([str(i), date, date] for i, date in enumerate(dates))], ";")
    kept = list(read([text], size, where="q >= 2026-01-15", **LONG))
    assert kept == [[date] for date in dates if is_day_first or date != "1/2/2026"]
    mixed = text + "8;14/3/2026;x\n9;3/14/2026;x\n"
    with pytest.raises(InputError, match=rf":{dates.index('1/2/2026') + 2}: the column 'q' holds '1/2/2026', a date"):
        read([mixed], size, where="q >= 2026-01-15", **LONG)


def test_cells_of_rows_that_are_left_out_anyway_need_not_be_numbers(tmp_path: Path) -> None:
    text = "id;status;q;item\n1;ok;2;milk\n2;cancelled;n/a;tea\n3;ok;0;tea\n"
    for where in (["status = ok", "q > 0"], ["q > 0", "status = ok"]):
        assert list(read([text], where=where, **LONG)) == [["milk"]]
        said = error_of(tmp_path / "a.csv", text + "4;ok;n/a;x\n", where=where, **LONG)
        assert said.startswith(":5: the column 'q' holds 'n/a'")


def test_conditions_in_all_layouts() -> None:
    text = "shop,a,b\nx,1,0\ny,0,1\nx,1,1\n"
    assert list(read([text], layout="onehot", delimiter=",", id="shop", where="shop = x")) == [["a"], ["a", "b"]]
    assert list(read([text], layout="onehot", delimiter=",", id="shop", where="a = 1")) == [["a"], ["a", "b"]]
    assert list(read([text], layout="table", delimiter=",", where="b = 1")) == [
        ["shop=y", "a=0", "b=1"],
        ["shop=x", "a=1", "b=1"],
    ]
    text = "milk,tea\ntea,milk,jam\njam\n"
    t = read([text], layout="basket", delimiter=",", header=False, where=["1 != jam", "2 ~ ."])
    assert (t.names, list(t)) == (["milk", "tea", "jam"], [["milk", "tea"], ["tea", "milk", "jam"]])
    t = read(["n,a,b\n1,x,y\n2,y,\n"], layout="basket", delimiter=",", item=["a", "b"], where=["n > 0", "a != x"])
    assert (t.names, list(t)) == (["y"], [["y"]])
    files = ["id,item,day\n1,x,2\n2,y,1\n", "day,id,item\n2,1,z\n1,1,q\n"]
    assert list(read(files, layout="long", delimiter=",", id="id", item="item", where="day = 2")) == [["x", "z"]]


# ---- missing cells


def test_missing_cells_are_as_if_empty() -> None:
    rows = [["a", "?"], ["NA", "NA"], ["b", "a"]]
    blank = [[cell if cell not in ("?", "NA") else "" for cell in row] for row in rows]
    for options in ({"layout": "basket"}, {"layout": "table"}, {"layout": "long", "id": 2, "item": 1}):
        header = [["c", "d"]]
        how: dict[str, Any] = {"delimiter": ",", "header": True, **options}
        if options["layout"] == "long":
            blank, rows = blank[1:], rows[1:]
        expected = read([written([*header, *blank])], **how)
        assert as_read(read([written([*header, *rows])], missing="?,NA", **how)) == as_read(expected)
        assert as_read(read([written([*header, *rows])], missing=["?", "NA"], **how)) == as_read(expected)
    t = read(["a,b\n1,nan\nnan,1\n"], layout="onehot", delimiter=",", missing="nan")
    assert list(t) == [["a"], ["b"]]


def test_missing_cells_that_occur_nowhere_are_named(tmp_path: Path) -> None:
    texts = {
        "long": "order,item,qty\n1,tea,1\n1,NA,2\n2,tea,NULL\n",
        "basket": "tea,NA\nrice\n",
        "table": "a,b\ntea,NA\nrice,x\n",
    }
    for layout, text in texts.items():
        told, _ = told_of(tmp_path, "a.csv", text, layout=layout, delimiter=",", missing="NA,na,NULL")
        assert [line for line in told if "missing" in line] == [
            "no cell that is read is 'na' or 'NULL' (missing); did you mean 'NA'?"
        ]
    told, t = told_of(tmp_path, "a.csv", "tea;NA\n", layout="basket", delimiter=",", item_separator=";", missing="NA,?")
    assert (told, list(t)) == (["no cell that is read is '?' (missing)"], [["tea"]])


def test_missing_items_of_a_cell_are_not_there() -> None:
    how: dict[str, Any] = {"delimiter": ",", "item_separator": ";", "missing": "?,NA"}
    t = read(["a;?;b,NA\n?\nNA;?\n"], layout="basket", header=False, **how)
    assert (t.names, list(t)) == (["a", "b"], [["a", "b"], [], []])
    t = read(["id,item\n1,a; ? ;b\n2,?;?\n1,['NA' 'c']\n"], layout="long", id="id", item="item", **how)
    assert (t.names, list(t)) == (["a", "b", "c"], [["a", "b", "c"], []])


# ---- cells that hold lists


@pytest.mark.parametrize(
    ("cell", "separator", "items"),
    [
        ("milk, bread", ",", ["milk", "bread"]),
        ("milk", ",", ["milk"]),
        ("['milk', 'bread']", ",", ["milk", "bread"]),
        ('["milk", "soda, light"]', ",", ["milk", "soda, light"]),
        ("['it\\'s', \"Ben's\"]", ",", ["it's", "Ben's"]),
        ('["\\u725b\\u5976"]', ",", ["牛奶"]),
        ("['milk' 'bread']", ",", ["milk", "bread"]),
        ("frozenset({'milk', 'bread'})", ",", ["milk", "bread"]),
        ("('milk', 'bread')", ",", ["milk", "bread"]),
        ("('milk',)", ";", ["milk"]),
        ("{milk,bread}", ",", ["milk", "bread"]),
        ("[1, 2]", ",", ["1", "2"]),
        ("[]", ",", []),
        ("milk;bread;", ";", ["milk", "bread"]),
        ("牛奶、面包", "、", ["牛奶", "面包"]),
        ("milk | bread", " | ", ["milk", "bread"]),
        ('"soda, light", milk', ",", ["soda, light", "milk"]),
        ('12" record, 7" single', ",", ['12" record', '7" single']),
        ("[new] milk, bread", ",", ["[new] milk", "bread"]),
        ("(a), (b)", ",", ["(a)", "(b)"]),
        ("(tea, rice)", ",", ["tea", "rice"]),
        ("(tea)", ",", ["tea"]),
        ("[tea; rice]", ";", ["tea", "rice"]),
        ("{tea|rice}", "|", ["tea", "rice"]),
        ("array(['tea', 'rice'], dtype=object)", ",", ["tea", "rice"]),
        ('"soda | light" | tea', " | ", ["soda | light", "tea"]),
        ("'n roll, rock", ",", ["'n roll", "rock"]),
    ],
)
def test_items_of_a_cell(cell: str, separator: str, items: list[str]) -> None:
    assert split_cell(cell, separator) == items


@pytest.mark.parametrize(
    "write",
    [
        lambda items: f"({', '.join(items)})",
        lambda items: f"[{'; '.join(items)}]",
        lambda items: f"{{{'|'.join(items)}}}",
        lambda items: f"array({items!r}, dtype=object)",
        lambda items: f"{items!r}".replace(",", ""),
    ],
)
def test_lists_in_brackets_are_found_and_read_alike(write: Callable[[list[str]], str]) -> None:
    baskets = [["tea", "rice"], ["rice"], ["milk", "tea", "jam"], ["jam", "rice"], ["tea"]]
    rows = "".join(f'{i};"{write(items)}"\n' for i, items in enumerate(baskets, 100))
    assert [*map(list, read_transactions(BytesIO(f"order;products\n{rows}".encode())))] == baskets


def test_a_long_cell_with_quotes_is_split_in_linear_time() -> None:
    def seconds(n: int) -> float:
        begin = process_time()
        assert len(split_cell(", ".join([f'"soda, {i}"' for i in range(n)] + ["tea"]), ",")) == n + 1
        return process_time() - begin

    assert seconds(64_000) < 12 * min(seconds(8_000) for _ in range(3)) + 0.2


@FEW
@given(st.lists(st.lists(st.sampled_from(["milk", "tea", "rye bread"]), max_size=3), min_size=1), st.integers(1, 50))
def test_lists_in_cells_are_as_cells(baskets: list[list[str]], size: int) -> None:
    if not any(baskets):
        return
    how: dict[str, Any] = {"layout": "basket", "delimiter": ",", "header": False}
    plain = read([written(baskets)], size, **how)
    in_cells = [[", ".join(basket)] for basket in baskets]
    t = read([written(in_cells).replace('""\r\n', "\r\n")], size, item_separator=",", **how)
    assert as_read(t) == as_read(plain)
    rows = [["id", "items"], *([str(i), str(basket)] for i, basket in enumerate(baskets))]
    t = read([written(rows)], size, layout="long", delimiter=",", id="id", item="items", item_separator=",")
    assert as_read(t) == as_read(plain)
    assert list(
        read([written(rows)], size, layout="basket", delimiter=",", id="id", header=True, item_separator=",")
    ) == (list(plain))


def test_a_separator_needs_cells_of_items(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="item_separator: no effect with layout table"):
        TransactionOptions(layout="table", item_separator=",")
    with pytest.raises(OptionError, match="give what separates items"):
        TransactionOptions(item_separator="")
    (tmp_path / "a.csv").write_text("x;y\nz\n")
    t = read_transactions(tmp_path / "a.csv", layout="basket", item_separator=";", delimiter=",")
    assert list(t) == [["x", "y"], ["z"]]


# ---- numbers


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("1", "1", "1"),
        ("-2.5", "-2.5", None),
        ("3,61", None, "3.61"),
        ("1,250", "1250", "1.250"),
        ("1.250", "1.250", "1250"),
        ("0,250", None, "0.250"),
        ("1,234.5", "1234.5", None),
        ("1.234.567,8", None, "1234567.8"),
        ("1\u00a0234,5", None, "1234.5"),
        ("1e-3", "0.001", "0.001"),
        (".5", "0.5", None),
        ("12,34,5", None, None),
        (".", None, None),
        ("", None, None),
        ("1 2", None, None),
        ("٣", None, None),
    ],
)
def test_readings_of_numbers(text: str, point: str | None, comma: str | None) -> None:
    assert readings(text) == tuple(None if value is None else Decimal(value) for value in (point, comma))


def test_a_column_has_one_decimal_mark() -> None:
    def numbers(*texts: str) -> list[Decimal | None]:
        marks = Marks()
        for text in texts:
            marks.read(text)
        return [marks.number(text) for text in texts]

    assert numbers("1,250", "1.250", "2") == [None, None, 2]
    assert numbers("1,250", "1.250", "2.5") == [1250, Decimal("1.25"), Decimal("2.5")]
    assert numbers("1.250", "1,5", "2") == [1250, Decimal("1.5"), 2]
    assert numbers("1,250", "2") == [None, 2]
    assert numbers("1,250", "2,5", "2.5") == [None, Decimal("2.5"), Decimal("2.5")]


def test_the_order_of_weights_does_not_change_what_they_are() -> None:
    rows = ["1;1,250;x\n", "2;1.250;y\n"]
    for some in (rows, rows[::-1]):
        text = "id;q;item\n" + "".join(some)
        with pytest.raises(InputError, match=r":2: the weight .*, as '1.250' and '1,250' both occur; write it as 1"):
            read([text], weight="q", **LONG)
        t = read([text + "3;0.5;z\n"], weight="q", **LONG)
        assert t.weights is not None
        assert sorted(t.weights.tolist()) == [50, 125, 125000]


# ---- heads

ARFF = """% supermarket
@relation 'super market'
@ATTRIBUTE "whole milk" {t}
@attribute 'it\\'s bread' {t, f}
@attribute total numeric
@data
% a comment
t,?,3
"""


def test_arff() -> None:
    t = read([ARFF + "?,f,'1,5'\n\n", "% x\n" + ARFF + "{0 t, 2 7}\n{}\n"], 9, layout="table")
    assert list(t) == [
        ["whole milk=t", "total=3"],
        ["it's bread=f", "total=1,5"],
        ["whole milk=t", "total=3"],
        ["whole milk=t", "it's bread=t", "total=7"],
        ["it's bread=t", "total=0"],
    ]
    t = read([ARFF + "\nt,t,1"], layout="onehot", id="total")
    assert (t.names, list(t)) == (["whole milk", "it's bread"], [["whole milk"], ["whole milk", "it's bread"]])
    with pytest.raises(InputError, match=":11: the column 'whole milk' holds 'maybe'"):
        read([ARFF + "'t',t,1\n\nmaybe,t,1"], layout="onehot", id="total")


def test_cells_of_arff() -> None:
    head = "@relation a\n@attribute a {x, '0 y'}\n@attribute b {'n o',\"y'\",z}\n@attribute c INTEGER [0,9]\n"
    head += "@attribute d string\n@data\n"
    rows = ["50 %,milk,3 %,'1 x'", "{1 z, 3 'e, 4 f'}", "{ }", "{2 5 , 0\t'0 y'}", "'%',\" z\",,4 %"]
    assert list(read([head + "\n".join(rows)], 7, layout="table", trim=False)) == [
        ["a=50 %", "b=milk", "c=3 %", "d=1 x"],
        ["a=x", "b=z", "c=0", "d=e, 4 f"],
        ["a=x", "b=n o", "c=0"],
        ["a=0 y", "b=n o", "c=5"],
        ["a=%", "b= z", "d=4 %"],
    ]
    for row, line in (("{1 z, 4 x}", 7), ("{0 x}\n{x y}", 8), ("{0 x,}", 7)):
        with pytest.raises(InputError, match=rf":{line}: .* does not begin with the number of a column, 0 to 3"):
            read([head + row], layout="table")


def test_spmf() -> None:
    text = "@CONVERTED_FROM_TEXT\n@ITEM=1=apple\n@ITEM=2=orange juice\n@ITEM=-1=|\n"
    t = read([text + "1 2\n2\n3\n", text.replace("apple", "pear") + "1\n2\n", "2 1\n"], 9)
    assert list(t) == [["apple", "orange juice"], ["orange juice"], ["3"], ["pear"], ["orange juice"], ["2", "1"]]
    assert t.names == ["apple", "orange juice", "3", "pear", "2", "1"]
    with pytest.raises(InputError, match="a file of sequences as SPMF has them"):
        read([text + "1 -1 2 -1 -2\n"])
    with pytest.raises(InputError, match="a file of sequences as SPMF has them"):
        read(["1 2 -1 3 -1 -2\n4 -1 -2\n"])


def test_sep_in_the_first_line() -> None:
    assert list(read(["\ufeffsep=;\r\na;b\r\nc\r\n", "d;e\n"], 5, layout="basket")) == [["a", "b"], ["c"], ["d", "e"]]
    assert list(read(["sep=|\nk|i\n1|x,y\n1|z\n"], 5, layout="long", id="k", item="i")) == [["x,y", "z"]]
    text = "sep=;\nk;i\n1;x\n;y\n"
    with pytest.raises(InputError, match=":4: the item 'y' has no id"):
        read([text], layout="long", id="k", item="i")


def test_what_r_writes_between_spaces(tmp_path: Path) -> None:
    text = '"milk" "rye bread"\n"1" TRUE FALSE\r\n"2" TRUE TRUE\n'
    t = read([text], 7, layout="onehot", delimiter=" ")
    assert (t.names, list(t)) == (["milk", "rye bread"], [["milk"], ["milk", "rye bread"]])
    told, t = told_of(tmp_path, "a.txt", '"rye bread" "milk"\n"milk"\n', layout="basket", delimiter=" ")
    assert (told, list(t)) == (
        ["a.txt: quotes around cells are left out, as R writes them"],
        [["rye bread", "milk"], ["milk"]],
    )
    t = read_transactions(tmp_path / "a.txt", layout="basket", delimiter=" ", executor="threads", jobs=2)
    assert list(t) == [["rye bread", "milk"], ["milk"]]
    assert list(read(['" 你好 "\n" x\n'], layout="basket", delimiter=" ")) == [['"', "你好", '"'], ['"', "x"]]


def test_files_with_and_without_a_head_are_read_together() -> None:
    texts = ["milk,tea\n1,0\n1,1\n", "@relation x\n@attribute milk {1}\n@attribute tea {1}\n@data\n1,?\n1,oops\n"]
    with pytest.raises(InputError, match=":6: the column 'tea' holds 'oops'"):
        read(texts, layout="onehot", delimiter=",")
    assert list(read([texts[0], texts[1].replace("oops", "1")], layout="onehot", delimiter=",")) == [
        ["milk"],
        ["milk", "tea"],
        ["milk"],
        ["milk", "tea"],
    ]
    with pytest.raises(OptionError, match="where is 5; give a string"):
        read(["a\n"], where=5)


@pytest.mark.parametrize("condition", ["n < zero", "day >= yesterday", "day < soon"])
def test_numbers_and_dates_are_not_compared_with_texts_unless_in_quotes(condition: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,item,n,day\n1,a,1,2026-01-05\n1,b,2,2026-02-01\n")
    how = {"layout": "long", "id": "id", "item": "item"}
    with pytest.raises(InputError, match=r"a\.csv:2: .* is neither a number nor a date, as '.*' is"):
        read_transactions(tmp_path / "a.csv", where=condition, **how)
    column, sign, value = condition.split()
    quoted = f'{column} {sign} "{value}"'
    expected = {"n < zero": [["a", "b"]], "day < soon": [["a", "b"]]}
    if condition in expected:
        assert list(map(sorted, read_transactions(tmp_path / "a.csv", where=quoted, **how))) == expected[condition]
