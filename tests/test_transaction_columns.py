"""Columns of transactions: keys of several columns, several columns of items, quantities; against twins of dicts."""

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpkit.corpus.streams import Stream
from nlpkit.errors import InputError
from nlpkit.kernels.baskets import expand
from nlpkit.transactions import keys, read_transactions
from nlpkit.transactions.guess import guess_table
from nlpkit.transactions.options import TransactionOptions
from tests.test_transactions import FEW, as_read, error_of, listed, read, told_of, written

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

PEOPLE = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.sampled_from(["d1", "d2", "d,3"]), st.sampled_from(["x", "y"]), st.text("pqr")
    ),
    min_size=1,
)


@FEW
@given(PEOPLE, st.integers(1, 60), st.integers(0, 10), st.integers(1, 3))
def test_a_key_of_several_columns(rows: list[tuple[str, str, str, str]], size: int, cut: int, width: int) -> None:
    names = ["member", "date", "shop"]
    expected: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        expected.setdefault(row[:width], []).extend([row[3]] * bool(row[3].strip()))
    header = (*names, "product")
    files = [written([header, *part]) for part in (rows[:cut], rows[cut:]) if part]
    t = read(files, size, layout="long", delimiter=",", id=names[:width], item="product")
    assert list(t) == list(expected.values())


def test_keys_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_FEWEST", 2)
    numbered = keys.Keys(3)
    random = np.random.default_rng(1)
    expected: dict[tuple[int, ...], int] = {}
    for size in (0, 1, 200, 300):
        parts = [random.integers(0, 6, size).astype(np.int32) for _ in range(3)]
        found = numbered.number(parts)
        tuples = list(zip(*(part.tolist() for part in parts), strict=True))
        assert found.tolist() == [expected.setdefault(key, len(expected)) for key in tuples]
    assert len(numbered) == len(expected)
    assert [numbered.parts(number) for number in range(len(numbered))] == list(expected)


def test_lists_of_numbers_are_expanded() -> None:
    bounds, parts = np.array([0, 2, 2, 3]), np.array([7, 8, 9], np.int32)
    out = np.empty(5, np.int32)
    expand(np.array([2, 0, -1, 1, 0], np.int32), bounds, parts, out)
    assert out.tolist() == [9, 7, 8, 7, 8]


def test_weights_of_keys(tmp_path: Path) -> None:
    text = "a,b,w,x\n1,1,2,p\n1,2,3,q\n1,1,2,q\n"
    t = read([text], layout="long", delimiter=",", id=["a", "b"], item="x", weight="w")
    assert listed(t) == [(["p", "q"], 2), (["q"], 3)]
    options = {"layout": "long", "delimiter": ",", "id": ["a", "b"], "item": "x", "weight": "w"}
    said = error_of(tmp_path / "a.csv", text + "1,2,4,p\n", **options)
    assert said.startswith(":5: the weight of '1, 2' is 4 here and 3 before")


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (
            "a,b,x\n1,,p\n",
            {"id": ["a", "b"], "item": "x"},
            ":2: the item 'p' has no id in the column 'b'; every row of layout=\"long\" needs one; "
            "if a blank cell of 'b' means the one above it, fill it in first; if not, where=['b != \"\"'] leaves "
            "such rows out",
        ),
        ("a,b,x\n1,2,p\n", {"id": "a,b", "item": "x"}, ': no column \'a,b\'; several columns are id=["a", "b"]'),
        (
            "a,b,x\n1,2,p\n",
            {"id": ["a", "x"], "item": "x"},
            ": id and item both name the column 'x'; they must be different columns",
        ),
        ("a,x\n1,p\n", {"id": "a", "item": "y,z"}, ": no column 'y,z'; there are a, x"),
    ],
)
def test_errors_of_columns(tmp_path: Path, text: str, options: dict[str, Any], message: str) -> None:
    assert error_of(tmp_path / "a.csv", text, layout="long", delimiter=",", **options) == message


def test_a_column_with_a_comma_in_its_name() -> None:
    assert list(read(['"a,b",x\n1,p\n1,q\n'], layout="long", delimiter=",", id="a,b", item="x")) == [["p", "q"]]


def test_columns_of_items() -> None:
    text = "Item(s),Item 1,Item 2,note\n2,milk,bread,n\n1,bread,,n\n0,,,n\n"
    t = read([text], layout="basket", delimiter=",", item=["Item 1", "Item 2"])
    assert list(t) == [["milk", "bread"], ["bread"], []]
    t = read([text], layout="basket", delimiter=",", id=["Item(s)", "note"])
    assert list(t) == [["milk", "bread"], ["bread"], []]
    t = read([text], layout="basket", delimiter=",", item=["Item 2", "Item 1"], weight="Item(s)")
    assert listed(t) == [(["milk", "bread"], 2), (["bread"], 1), ([], 0)]
    text = "k,1st,2nd\n1,a,b\n2,,c\n1,b,\n3,,\n"
    t = read([text], layout="long", delimiter=",", id="k", item=["1st", "2nd"])
    assert list(t) == [["a", "b", "b"], ["c"], []]
    text = "k,w,1st,2nd\n1,2,a,b\n2,3,,c\n1,2.0,b,\n"
    t = read([text], layout="long", delimiter=",", id="k", item=["1st", "2nd"], weight="w")
    assert listed(t) == [(["a", "b", "b"], 2), (["c"], 3)]
    with pytest.raises(InputError, match=":5: the weight of '2' is 1 here and 3 before"):
        read([text + "2,1,a,a\n"], layout="long", delimiter=",", id="k", item=["1st", "2nd"], weight="w")


YES, NO = (
    "true TRUE t Yes y x X ✓ √ 是 有 对 ja oui sí да はい wahr WAHR ○",
    "false F no N 否 无 無 没有 nein non нет いいえ FALSCH ×",
)


@pytest.mark.parametrize(
    ("cells", "held"),
    [
        (["1", "1.0", "1,00", "2", "12", "0,5", ".5", "+3", "1e3", "007", "1.234,5", "12,000"], True),
        (["0", "0.0", "0,00", "", " ", "-0", "00", "0e5", ".0", "-0,0"], False),
        (YES.split(), True),
        (NO.split(), False),
    ],
)
def test_quantities_and_words_say_what_is_there(cells: Sequence[str], held: bool) -> None:
    rows = [["k", "a", "b"], *([str(i), cell, "1"] for i, cell in enumerate(cells))]
    t = read([written(rows)], layout="onehot", delimiter=",", id="k")
    assert list(t) == [["a", "b"] if held else ["b"]] * len(cells)
    assert t.names == ["a", "b"]


@pytest.mark.parametrize("cell", ["nan", "NA", "?", "-", "1 0", "1..0", "0x1", "one", "1-", "--1"])
def test_what_says_neither_is_refused(tmp_path: Path, cell: str) -> None:
    said = error_of(tmp_path / "a.csv", f"a,b\n1,0\n1,{cell}\n", layout="onehot", delimiter=",")
    assert said.startswith(f":3: the column 'b' holds {cell!r}, neither 0 nor 1; ")


def test_the_same_with_every_executor(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [[str(i % 7), f"d{i % 11}", f"item {i % 13}"] for i in range(3000)]
    path.write_text(written([["member", "date", "product"], *rows]))
    options = {"layout": "long", "delimiter": ",", "id": ["member", "date"], "item": "product"}
    one = as_read(read_transactions(path, executor="serial", **options))
    assert len(one[2]) == 78
    assert as_read(read_transactions(path, executor="threads", jobs=3, **options)) == one


# ---- what guessing costs


@pytest.mark.parametrize("name", ["item {}7", "word{}x", "item {}"])
@pytest.mark.parametrize("values", [["0", "1"], ["", "a", "b", "c"]])
def test_the_time_of_a_guess_is_linear_in_the_columns(name: str, values: list[str]) -> None:
    def seconds(columns: int) -> float:
        draw = Random(1)
        rows = [[name.format(i) for i in range(columns)]]
        rows += [draw.choices(values, k=columns) for _ in range(20)]
        begin = process_time()
        guess_table(rows, ",", TransactionOptions())
        return process_time() - begin

    assert seconds(8000) < 30 * min(seconds(1000) for _ in range(3)) + 0.5  # quadratic: 64 times, and 10 s or more


def test_the_first_bytes_of_a_file_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Stream] = []
    blocks = Stream.blocks

    def counted(stream: Stream) -> Iterator[bytes]:
        opened.append(stream)
        return blocks(stream)

    monkeypatch.setattr(Stream, "blocks", counted)
    paths = [tmp_path / f"{i}.csv.gz" for i in range(3)]
    for path in paths:
        path.write_bytes(gzip.compress(b"order,item\n1,tea\n1,rice\n2,tea\n2,milk\n3,rice\n3,tea\n"))
    assert len(read_transactions(paths, jobs=1)) == 3
    assert len(opened) == 6  # of each file the first bytes, and all rows


# ---- what programs write around a table


BODY = "order;date;product\n" + "".join(f"{o};2026-01-0{o};{item}\n" for o in range(1, 6) for item in ("tea", "rice"))


@pytest.mark.parametrize("title", ["Orders\n", "Orders;;\nExport of:;2026-02-01;\n\n", "Orders\n;;\n"])
def test_lines_above_the_header_are_left_out_and_counted(tmp_path: Path, title: str) -> None:
    for name, delimiter in (("a.csv", None), ("b.csv", ";")):
        told, t = told_of(tmp_path, name, title + BODY, delimiter=delimiter)
        assert (len(t), next(iter(t))) == (5, ["tea", "rice"])
        said = f"{name}: lines above its header, which are left out: {title.count(chr(10))}; header=False keeps them"
        assert said in told
    told, t = told_of(tmp_path, "a.csv", title + BODY, layout="basket", delimiter=";", header=False)
    assert next(iter(t)) == ["Orders"]
    assert not any("above" in line for line in told)


@pytest.mark.parametrize("text", ["tea\nmilk,rice,jam\ntea,rice,milk\njam,milk,tea\n", "tea,,\n" * 3 + "a,b,c\n" * 9])
def test_short_baskets_are_no_lines_above_a_header(tmp_path: Path, text: str) -> None:
    told, t = told_of(tmp_path, "a.csv", text, layout="basket")
    assert (len(t), next(iter(t))) == (text.count("\n"), ["tea"])
    assert not any("above" in line for line in told)


def test_cells_that_are_protected_from_excel_are_what_stands_in_them(tmp_path: Path) -> None:
    text = 'order,item\n="1",="007"\n="1","=""008"""\n="2",007\n="2",="009"\n="3",="008"\n="3",="007"\n'
    _, t = told_of(tmp_path, "a.csv", text)
    assert list(t) == [["007", "008"], ["007", "009"], ["008", "007"]]


BLANKS = "Order,Day,Product\n" + "".join(f"{o},1.2.2026,tea\n,,rice\n,,jam {o % 3}\n" for o in range(1, 40))


@pytest.mark.parametrize("size", [7, 90, 1 << 20])
@pytest.mark.parametrize("given", [{}, {"layout": "long"}, {"id": "Order", "item": "Product"}])
def test_blank_ids_below_the_first_row_of_a_transaction_are_those_above(size: int, given: dict[str, Any]) -> None:
    assert list(read([BLANKS], size, **given)) == [["tea", "rice", f"jam {o % 3}"] for o in range(1, 40)]


@pytest.mark.parametrize("size", [7, 90, 1 << 20])
def test_blank_ids_are_not_those_of_another_file(size: int) -> None:
    with pytest.raises(InputError, match=r":2: the item 'beer' has no id, and no row above it in this file has"):
        read([BLANKS, "Order,Day,Product\n,,beer\n,,wine\n50,1.2.2026,tea\n"], size)
    more = "Order,Day,Product\n,,\n50,1.2.2026,beer\n,,wine\n"
    assert list(read([BLANKS, more], size)) == [*read([BLANKS]), ["beer", "wine"]]


def test_blank_ids_that_are_no_first_rows_are_refused(tmp_path: Path) -> None:
    told, _ = told_of(tmp_path, "a.csv", BLANKS)
    above = (
        "Order is blank in 78 of the 117 rows that were looked at, as it stands in the first row of each transaction; "
    )
    assert f"a.csv: {above}blank cells are read as the cell above them" in told
    known = {"layout": "long", "id": "Order", "item": "Product"}
    for text in (BLANKS + "39,1.2.2026,ham\n", BLANKS.replace("\n1,", "\n,", 1), LONG_WITH_ONE_BLANK):
        assert " has no id; every row of " in error_of(tmp_path / "a.csv", text, **known)
    assert " has no id; every row of " in error_of(tmp_path / "a.csv", BLANKS, where="Product != tea", **known)


def test_columns_that_begin_blank_stay_blank_beside_ids_that_are_filled() -> None:
    text = BLANKS.replace("Day", "Note").replace(",1.2.2026,", ",,")
    assert list(read([text]))[:2] == [["tea", "rice", "jam 1"], ["tea", "rice", "jam 2"]]
    assert list(read([text.replace("\n5,,", "\n5,1.2.2026,")])) == list(read([text]))


def test_dates_in_the_first_rows_of_transactions_are_no_other_transactions(tmp_path: Path) -> None:
    rows = [f"{o},2026-01-{1 + o // 20:02d},tea\n,,rice\n,,jam\n" for o in range(1, 40)]
    told, t = told_of(tmp_path, "a.csv", "Order,Date,Item\n" + "".join(rows))
    assert len(t) == 39
    assert not any("makes one for each" in line for line in told)


LONG_WITH_ONE_BLANK = "Order,Product\n" + "".join(f"{o},tea\n{o},rice\n" for o in range(9)) + ",tea\n"


def test_an_id_and_a_colon_in_front_of_baskets_are_pointed_at(tmp_path: Path) -> None:
    told, _ = told_of(tmp_path, "a.csv", "T1: tea, rice\nT2: jam\nT3: tea, jam\n")
    assert any("T1: and the like stand in front of its rows" in line for line in told)
    told, _ = told_of(tmp_path, "a.csv", "tea: green, rice\njam\ntea: black, jam\n")
    assert not any("in front of its rows" in line for line in told)


def test_sums_of_a_pivot_are_no_items(tmp_path: Path) -> None:
    text = "Order,tea,rice,Grand Total\n11,2,,2\n12,,1,1\n13,1,1,2\n14,,3,3\nGrand Total,3,5,8\n"
    told, t = told_of(tmp_path, "a.csv", text)
    assert t.names == ["tea", "rice"]
    assert 'a.csv: its last row is a total; where=["Order != Grand Total"] leaves it out' in told
    _, t = told_of(tmp_path, "a.csv", text, where="Order != Grand Total")
    assert list(t) == [["tea"], ["rice"], ["tea", "rice"], ["rice"]]


def test_columns_that_hold_their_own_names_are_items(tmp_path: Path) -> None:
    rows = [["id", "tea", "rice"], *([f"{i:x}{i}", "tea" * (i % 2), "rice" * (i % 3 > 0)] for i in range(20))]
    _, t = told_of(tmp_path, "a.csv", written(rows))
    assert (len(t), t.names) == (20, ["tea", "rice"])
    _, t = told_of(tmp_path, "a.csv", "tea,rice\ntea,\ntea,\ntea,rice\n")
    assert len(t) == 4


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (" order | item \n-------+------\n     1 | tea\n     2 | rice\n(2 rows)\n", 2),
        ("+-------+------+\n| order | item |\n+-------+------+\n|     1 | tea  |\n+-------+------+\n", 1),
        ("| order | item |\n|---|:---|\n| 1 | tea |\n", 2),
    ],
)
def test_tables_as_clients_of_databases_print_them_are_refused(tmp_path: Path, text: str, line: int) -> None:
    said = error_of(tmp_path / "a.txt", text)
    assert said.startswith(f":{line}: a ruled line, as clients of databases print it; ")
    assert len(read_transactions(tmp_path / "a.txt", delimiter="|", layout="basket", header=False)) == text.count("\n")


def test_two_colons_between_cells_are_refused(tmp_path: Path) -> None:
    assert "separated by ::" in error_of(tmp_path / "ratings.dat", "1::1193::5\n1::661::3\n2::914::3\n")
    assert len(read_transactions(tmp_path / "ratings.dat", delimiter=":", layout="basket")) == 3
