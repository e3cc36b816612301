"""Transactions: every layout against Python's csv, whatever the bytes and however they are cut; and every error."""

import csv
import gzip
import io
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from nlpkit import apriori
from nlpkit.corpus import Corpus
from nlpkit.corpus.detection import returns_end_lines
from nlpkit.errors import EncodingError, InputError, OptionError
from nlpkit.transactions import Transactions, cells, read_transactions
from nlpkit.transactions.heads import is_quoted_by_r
from tests import naive_baskets as naive
from tests.conftest import NOJIT, slow

GROCERIES = Path(__file__).parent / "data" / "groceries.csv"
FEW = settings(max_examples=60 if NOJIT else 400, deadline=None)


def listed(t: Transactions) -> list[naive.Basket]:
    weights = [None] * len(t) if t.weights is None else [Fraction(int(w), t.scale) for w in t.weights]
    return list(zip(t, weights, strict=True))


def as_read(t: Transactions) -> tuple[Any, ...]:
    weights = None if t.weights is None else t.weights.tolist()
    return t.names, t.ids.tolist(), t.offsets.tolist(), weights, t.scale


def read(texts: Sequence[str | bytes], chunk_size: int = 1 << 20, **options: Any) -> Transactions:
    """As files of their own (streams are copied to such): what one worker reads of them, and two, which is the same."""
    both = []
    for how in ({"executor": "serial"}, {"executor": "threads", "jobs": 2}):
        streams = [io.BytesIO(text.encode() if isinstance(text, str) else text) for text in texts]
        try:
            both.append(as_read(t := read_transactions(Corpus(streams, chunk_size=chunk_size), **options, **how)))
        except InputError as error:
            both.append((str(error),))
            failure = error
    assert both[0] == both[1]
    if len(both[0]) == 1:
        raise failure
    return t


def error_of(path: Path, text: str | bytes, **options: Any) -> str:
    """What is said of a file, without the folder."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(InputError) as caught:
        read_transactions(path, **options)
    assert str(caught.value).startswith(str(path))
    return str(caught.value).removeprefix(str(path))


@pytest.fixture(scope="module")
def groceries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real baskets, few of them where kernels run as plain Python."""
    path = tmp_path_factory.mktemp("baskets") / "groceries.csv"
    lines = GROCERIES.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:300] if NOJIT else lines))
    return path


# ---- what Python's csv reads


def test_real_baskets(groceries: Path) -> None:
    t = read_transactions(groceries, layout="basket")
    expected = naive.baskets(naive.cells(groceries.read_text(), ","))
    assert listed(t) == expected
    assert t.names == list(dict.fromkeys(item for items, _ in expected for item in items))
    assert (t.ids.dtype, t.offsets.dtype, t.weights, t.scale, t.total) == (np.int32, np.int64, None, 1, len(expected))


@pytest.mark.compiled
def test_real_baskets_are_those_of_the_source() -> None:
    t = read_transactions(GROCERIES, layout="basket")
    assert (len(t), len(t.names), t.ids.size) == (9835, 169, 43367)
    assert Counter(item for items in t for item in items).most_common(1) == [("whole milk", 2513)]


ANY_CELLS = st.text(alphabet='ab,;" \t\r\n\u00e9\u4e2d\u3000\u00a0\x1c\u0085\ufeffx0', max_size=40)
LONG_CELLS = st.lists(
    st.sampled_from(["abcdefgh", "abcdefghi", "abcdefghabcdefgh", "中文商品名称", '"', ",", "\n", " ", "\r\n"])
)


@FEW
@given(
    text=ANY_CELLS | LONG_CELLS.map("".join),
    delimiter=st.sampled_from(",; \t中a"),
    trim=st.booleans(),
    size=st.integers(1, 50),
)
@example('a, "b ""c"" \n d",e\r\n\n"x"', ",", True, 4)
@example('a,"b', ",", True, 3)
@example('"a"b', ",", True, 1)
@example("a\rb\n", ",", True, 1)
@example("\ufeffa,b", ",", False, 1)
def test_any_text_is_read_as_csv_does(
    monkeypatch: pytest.MonkeyPatch, text: str, delimiter: str, trim: bool, size: int
) -> None:
    assume(not returns_end_lines(text))
    monkeypatch.setattr(cells, "_CELLS", 3)
    options = {"layout": "basket", "delimiter": delimiter, "header": False, "trim": trim}
    assume(delimiter != " " or not is_quoted_by_r([line.removesuffix("\r") for line in text.split("\n")]))
    try:
        expected = naive.baskets(naive.cells(text, delimiter, trim))
    except csv.Error:
        with pytest.raises(InputError, match=r"^<stream>:\d+: "):
            read([text], size, **options)
        return
    if not expected:
        with pytest.raises(InputError, match="no transactions"):
            read([text], size, **options)
        return
    t = read([text], size, **options)
    assert listed(t) == expected
    assert as_read(t) == as_read(read([gzip.compress(text.encode())], size, **options))


@FEW
@given(
    data=st.binary(max_size=60)
    | st.lists(st.sampled_from([b"a", b",", b"\n", b'"', b"\xff", b"\xe4", b"\xb8\xad"])).map(b"".join)
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for delimiter in (",", " "):
        try:
            t = read([data], 7, layout="basket", delimiter=delimiter)
        except InputError as error:
            assert str(error).startswith("<stream>")
        else:
            assert t.ids.size == t.offsets[-1]
    try:
        read([data])
    except InputError as error:
        assert str(error).startswith("<stream>")


@FEW
@given(
    st.lists(
        st.lists(st.sampled_from(["milk", "soda, light", 'a "b"', "中文商品名称的茶", "x\ny", " c"]), max_size=4),
        min_size=1,
    ),
    st.randoms(use_true_random=False),
    st.integers(1, 60),
)
def test_layouts_equal_each_other(baskets: list[list[str]], chance: random.Random, size: int) -> None:
    items = [list(dict.fromkeys(item.strip() for item in basket)) for basket in baskets]
    names = sorted({item for basket in items for item in basket} | {"bread"})
    expected = [set(basket) for basket in items]
    as_basket = read([written(items)], size, layout="basket", delimiter=",", header=False)
    assert [set(basket) for basket in as_basket] == expected
    onehot = [
        names,
        *([chance.choice(["1", "TRUE", "y"] if n in b else ["0", "no", " "]) for n in names] for b in items),
    ]
    if len(names) > 1:
        as_onehot = read([written(onehot)], size, layout="onehot", delimiter=",")
        assert [set(basket) for basket in as_onehot] == expected
        assert as_onehot.names == names
    pairs = [[str(i), item] for i, basket in enumerate(items) for item in basket or [""]]
    later = pairs[len(pairs) // 2 :]
    chance.shuffle(later)
    files = [written([["no", "what"], *part]) for part in (pairs[: len(pairs) // 2], later)]
    as_long = read(files, size, layout="long", id="no", item="what", delimiter=",")
    order = list(dict.fromkeys(int(owner) for owner, _ in pairs[: len(pairs) // 2] + later))
    assert [set(basket) for basket in as_long] == [expected[i] for i in order]


def written(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


TABLES = st.lists(st.lists(st.sampled_from(["1", "0", "", "t", "F", " yes"]), min_size=3, max_size=3), min_size=1)


@FEW
@given(TABLES, st.integers(1, 40))
def test_tables_and_onehot(rows: list[list[str]], size: int) -> None:
    text = written([["a=b", "c", "d"], *rows])
    for layout, twin in (("table", naive.table), ("onehot", naive.onehot)):
        expected = twin(naive.cells(text, ","))
        assert listed(read([text], size, layout=layout, delimiter=",")) == expected


def test_results_do_not_depend_on_workers(groceries: Path, tmp_path: Path) -> None:
    text = groceries.read_text()
    lines = text.splitlines(keepends=True)
    plain = [text, "".join(lines[:50]), "".join(reversed(lines))]
    quoted = [*plain[:2], text.replace("whole milk", '"whole milk"', 3), plain[2]]
    late = [text + '"a\nb",c\n' + "".join(lines[:200]), text]
    for number, texts in enumerate((plain, quoted, late)):
        paths = []
        for i, part in enumerate(texts):
            paths.append(tmp_path / f"{number}-{i}.csv")
            paths[-1].write_text(part)
        expected = [basket for part in texts for basket in naive.baskets(naive.cells(part, ","))]
        whole = read_transactions(paths, layout="basket", delimiter=",", jobs=1)
        assert listed(whole) == expected
        for chunk_size, options in ((1000, {"executor": "serial"}), (777, {"executor": "threads", "jobs": 3})):
            corpus = Corpus(paths, chunk_size=chunk_size)
            other = read_transactions(corpus, layout="basket", delimiter=",", **options)
            assert as_read(other) == as_read(whole)


@pytest.mark.compiled
def test_processes_read_the_same(groceries: Path) -> None:
    whole = read_transactions(groceries, layout="basket", delimiter=",", executor="serial")
    corpus = Corpus(groceries, chunk_size=100_000)
    other = read_transactions(corpus, layout="basket", delimiter=",", executor="processes", jobs=2)
    assert as_read(other) == as_read(whole)


@pytest.mark.compiled
@pytest.mark.parametrize("items", [400_000, slow(4_300_000)], ids=["4 MB", "50 MB"])
def test_a_row_of_many_megabytes(items: int, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    row = ",".join(f"item {i % 100_000}" for i in range(items))
    path.write_text(f'a,"b"\n{row}\nc\n')
    t = read_transactions(path, layout="basket", delimiter=",")
    assert np.diff(t.offsets).tolist() == [2, items, 1]
    assert (len(t.names), t.names[t.ids[-2]]) == (100_003, "item 99999")
    path.write_text(f"{row}\n")
    assert read_transactions(path, layout="basket", delimiter=",").ids.size == items


def test_a_corpus_that_is_open_is_read_again(groceries: Path) -> None:
    done: list[int] = []
    with Corpus([groceries, groceries]) as corpus:
        once = read_transactions(corpus, layout="basket", delimiter=",", progress=done.append)
        again = read_transactions(corpus, layout="basket", delimiter=",")
        assert sum(done) == corpus.size
    assert as_read(once) == as_read(again)


# ---- columns


def test_files_have_their_own_headers() -> None:
    texts = ["milk,bread\n1,0\n", "bread,tea,milk\n1,1,0\n\n,,\n"]
    t = read(texts, layout="onehot", delimiter=",")
    assert (t.names, list(t)) == (["milk", "bread", "tea"], [["milk"], ["bread", "tea"], []])
    texts = ["product;order\nmilk;1\n", "order;product\n2;milk\n1;tea\n"]
    assert list(read(texts, layout="long", delimiter=";", id="order", item="product")) == [["milk", "tea"], ["milk"]]
    texts = ["a,b\nx,y\n", "b,a\ny,z\n"]
    assert list(read(texts, layout="table", delimiter=",")) == [["a=x", "b=y"], ["b=y", "a=z"]]


def test_columns_by_number_and_without_header() -> None:
    text = "7,milk,x\n8,tea,x\n7,bread,x\n"
    assert list(read([text], layout="long", delimiter=",", id=1, item=2, header=False)) == [["milk", "bread"], ["tea"]]
    assert list(read(["1,0\n0,1\n"], layout="onehot", header=False)) == [["column 1"], ["column 2"]]
    assert list(read(["x,y\n"], layout="table", header=False)) == [["column 1=x", "column 2=y"]]
    assert list(read([",milk\n0,1\n1,1\n"], layout="onehot", id=1)) == [["milk"], ["milk"]]
    assert list(read(["1 milk tea\n2 tea\n"], layout="basket", delimiter=" ", id=1)) == [["milk", "tea"], ["tea"]]


def test_items_of_equal_names_are_one() -> None:
    t = read(["a,a=b\nb=c,c\n"], layout="table", delimiter=",")
    assert (t.names, t.ids.tolist()) == (["a=b=c"], [0, 0])


def test_weights_are_exact() -> None:
    text = "milk,0.25,tea\nmilk,3\n\n bread , 1e-2 \n"
    t = read([text], layout="basket", delimiter=",", weight=2)
    assert (t.weights is not None and t.weights.tolist(), t.scale, t.total) == ([25, 300, 1], 100, 326)
    assert listed(t) == naive.baskets(naive.cells(text, ","), 1)
    t = read(["n items\n1 a b\n.5 c\n"], layout="basket", delimiter=" ", weight="n")
    assert listed(t) == [(["a", "b"], Fraction(1)), (["c"], Fraction(1, 2))]
    t = read(["id,w,item\n1,2.50,a\n2,0,b\n1,2.5,c\n"], layout="long", id="id", item="item", weight="w")
    assert listed(t) == [(["a", "c"], Fraction(5, 2)), (["b"], Fraction(0))]
    assert (t.weights is not None and t.weights.tolist(), t.scale) == ([25, 0], 10)
    t = read(["w,a\n2,1\n3,0\n"], layout="onehot", weight="w")
    assert listed(t) == [(["a"], Fraction(2)), ([], Fraction(3))]
    nine = read(["9223372036.854775807,a\n"], layout="basket", delimiter=",", weight=1)
    assert nine.total == 2**63 - 1


# ---- what is told


def told_of(tmp_path: Path, name: str, text: str, **options: Any) -> tuple[list[str], Transactions]:
    told: list[str] = []
    (tmp_path / name).write_text(text)
    t = read_transactions(tmp_path / name, notify=told.append, **options)
    return [line.removeprefix(f"{tmp_path}/") for line in told if "compiling" not in line], t


ROWS = [(i // 2, name) for i, name in enumerate(["milk", "tea", "milk", "bread", "tea", "jam", "milk", "rusk"])]


@pytest.mark.parametrize(
    ("name", "text", "shown", "options"),
    [
        ("a.csv", "milk,tea\nbread\nmilk,bread,tea\n", "3 transactions, one a row; the first: milk, tea", ""),
        ("a.csv", "whole milk\nbread rolls\nhot tea\n", "3 transactions, one a row; the first: whole milk", ""),
        ("a.dat", "1 2 3\n1 2\n7\n", "3 transactions, one a row; the first: 1, 2, 3", ""),
        ("a.txt", "今天 天气 ， 好\n你 好\n", "2 transactions, one a row; the first: 今天, 天气, ，, 好", ""),
        ("a.csv", "a;b\nc;d;e\n", "2 transactions, one a row; the first: a, b", ""),
        ("a.csv", "a|b\nc|d|e\n", "2 transactions, one a row; the first: a, b", ""),
        ("a.tsv", "a b\nc d\n", "2 transactions, one a row; the first: a b", ""),
        ("a.txt", "牛奶、面包\n面包\n牛奶、茶\n", "3 transactions, one a row; the first: 牛奶, 面包", ""),
        (
            "a.csv",
            "order_id,product\n" + "".join(f"{i},{n}\n" for i, n in ROWS),
            "4 transactions by order_id, items from product; the first: milk, tea",
            "id, item, ",
        ),
        (
            "a.csv",
            "".join(f"{i},{n}\n" for i, n in ROWS),
            "4 transactions by column 1, items from column 2, no header; the first: milk, tea",
            "id, item, header, ",
        ),
        ("a.csv", "milk,tea\n1,0\n,1\n", "2 transactions, one a row; the 2 columns are items; the first: milk", ""),
        (
            "a.csv",
            "color,size\nred,big\nred,small\nblue,big\nred,big\n",
            "4 transactions, one a row, items column=value; the first: color=red, size=big",
            "",
        ),
        ("a.csv", "milk,tea\ntea,jam\nmilk,jam\nmilk,tea\n", "4 transactions, one a row; the first: milk, tea", ""),
        (
            "a.csv",
            'items\n"milk, tea"\nmilk\n"tea, jam, milk"\n',
            "3 transactions, one a row after the header items, items from its cells, separated by ','; the first: "
            "milk, tea",
            "item_separator, header, ",
        ),
    ],
)
def test_a_line_shows_how_a_table_was_read(tmp_path: Path, name: str, text: str, shown: str, options: str) -> None:
    told, t = told_of(tmp_path, name, text)
    marks = [mark for mark in ",;|\t、 " if mark in text.split("\n")[0]]
    delimiter = {"\t": "tabs", " ": "white space"}.get(mark := marks[0] if marks else ",", repr(mark))
    delimiter = "tabs" if name.endswith(".tsv") else "','" if name == "a.csv" and mark == " " else delimiter
    assert told == [
        f"{name}: {shown} (guessed, with {delimiter} between cells; layout, {options}delimiter say otherwise)"
    ]
    told, again = told_of(tmp_path, name, text, **said_by(told[0]))
    assert (told, as_read(again)) == ([], as_read(t))


def said_by(line: str) -> dict[str, Any]:
    """The options that the line at the end of a guess says, as a user types them who reads it."""
    made, _, rest = line.partition(" (guessed, with ")
    mark = rest.split(" between cells")[0]
    options: dict[str, Any] = {"delimiter": {"tabs": "\t", "white space": " "}.get(mark, mark.strip("'"))}
    made = made.split("; the first: ")[0]
    is_long = re.search(" transactions by (.*), items from (.*?)(, separated by '.')?(, no header)?$", made)
    if is_long:
        columns = [is_long[1].split(" and "), [is_long[2]]]
        ids, items = [[column.removeprefix("column ") for column in each] for each in columns]
        options |= {"layout": "long", "id": ids, "item": items, "header": "no header" not in made}
    elif "column=value" in made:
        options |= {"layout": "table", "header": "no header" not in made}
    elif "columns are items" in made:
        options |= {"layout": "onehot", "header": "no header" not in made}
    else:
        options |= {"layout": "basket", "header": " after " in made}
    if match := re.search("separated by '(.)'", made):
        options["item_separator"] = match[1]
    return options


def test_nothing_is_said_of_a_table_of_which_all_is_given(tmp_path: Path) -> None:
    text = "order_id,product\n" + "".join(f"{i},{n}\n" for i, n in ROWS)
    told, _ = told_of(tmp_path, "a.csv", text, layout="long", id="order_id", item="product", delimiter=",")
    assert told == []


def test_empty_transactions_and_doubts_are_reported(tmp_path: Path) -> None:
    told, t = told_of(tmp_path, "a.csv", "a,b\n\n , \nb\n\n", layout="basket", delimiter=",")
    assert told == ["transactions without items: 3 of 5; they count as such"]
    assert list(t) == [["a", "b"], [], [], ["b"], []]
    told, _ = told_of(tmp_path, "a.csv", "".join(f"{i},{n}\n" for i, n in ROWS), layout="basket", delimiter=",")
    said = (
        'a.csv: looks like layout="long" (a transaction of each column 1, items from column 2), but is read as baskets'
    )
    assert told == [said]


@pytest.mark.parametrize(
    ("first", "is_header"),
    [
        ("items", True),
        ("Items bought", True),
        ("Grocery items", True),
        ("商品列表", True),
        ("购买商品", True),
        ("dish cleaner", False),
        ("cook book", False),
        ("中文商品名称的茶", False),
        ("sweet goods", False),
        ("商品9", False),  # which stands in lists as well
    ],
)
def test_an_item_above_lists_is_no_header(tmp_path: Path, first: str, is_header: bool) -> None:
    rows = ["tea, rice", "jam", "rice, jam, 商品9", "tea, jam", "tea, 商品9"]
    _, t = told_of(tmp_path, "a.csv", "".join(f'"{cell}"\n' for cell in [first, *rows]))
    assert len(t) == 6 - is_header


@pytest.mark.parametrize(
    ("first", "rows", "is_lost"),
    [
        ("lobster,caviar", ["milk,bread", "bread,tea,milk", "tea"] * 20, False),
        ("Hummer,Kaviar,Sekt", ["Milch,Brot", "Brot,Tee,Milch,Salz"] * 20, False),
        ("book,film", ["milk,bread", "bread,tea,milk", "tea"] * 20, True),
        ("lobster,caviar", ["milk,bread", "bread,tea", "tea,milk"] * 20, True),
    ],
)
def test_a_first_basket_of_new_items_is_kept_or_shown(
    tmp_path: Path, first: str, rows: list[str], is_lost: bool
) -> None:
    told, t = told_of(tmp_path, "a.csv", "\n".join([first, *rows]))
    assert len(t) == len(rows) + 1 - is_lost
    assert f"{'after the header' if is_lost else 'the first:'} {first.replace(',', ', ')}" in told[0]


def test_row_numbers_are_not_items(tmp_path: Path) -> None:
    said = "the first column, which has no name, left out; the first: "
    told, t = told_of(tmp_path, "a.csv", ",milk,tea\n0,True,False\n1,False,True\n2,True,True\n")
    assert (len(told), list(t)) == (1, [["milk"], ["tea"], ["milk", "tea"]])
    assert said in told[0]
    told, t = told_of(tmp_path, "a.csv", ",x,y\n0,a,b\n", layout="table", delimiter=",")
    assert (len(told), list(t)) == (1, [["x=a", "y=b"]])
    assert said in told[0]


# ---- what is refused

QUOTES = "cells with quotes in them must be quoted and their quotes doubled"


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("", {}, ": no transactions; the file is empty"),
        ("\n\n", {"layout": "table"}, ": no transactions; there are only blank lines"),
        ("a,b\n", {"layout": "table"}, ": no transactions; there is only a header (header=False if it is none)"),
        ("a,b\n", {"header": True}, ": no transactions; there is only a header (header=False if it is none)"),
        (
            "order,product\n1,a\n",
            {"layout": "long", "id": "ordre", "item": "product"},
            ": no column 'ordre'; there are order, product; did you mean order?",
        ),
        (
            "1,a\n",
            {"layout": "long", "id": 1, "item": 3, "header": False},
            ": no column 3; there are 2: is the delimiter right?",
        ),
        (
            "1,a\n",
            {"layout": "long", "id": "order", "item": 2, "header": False},
            ": no column 'order', for there is no header; give its number, or header=True",
        ),
        (
            "a,b\n1,x\n",
            {"layout": "long", "id": "a", "item": "a"},
            ": id and item both name the column 'a'; they must be different columns",
        ),
        (
            'a,b\nc\n"d\ne,f\n',
            {"layout": "basket"},
            f":3: a quote opens here and is never closed; {QUOTES}",
        ),
        (
            'a,b\nc,"d" e\n',
            {"layout": "basket"},
            f":2: the cell that is quoted here goes on after its closing quote; {QUOTES}",
        ),
        (
            "a,b\nc\rd\n",
            {"layout": "basket"},
            ":2: a carriage return within a line; cells with line ends in them must be quoted",
        ),
        (
            "milk,tea\n1,0\n\n0,maybe\n",
            {"layout": "onehot"},
            ":4: the column 'tea' holds 'maybe', neither 0 nor 1; layout=\"table\" makes an item of every cell",
        ),
        (
            "milk,tea\n1,0,1\n",
            {"layout": "onehot"},
            ":2: the cell '1' is beyond the last of 2 columns; is the delimiter right?",
        ),
        ('a,1\n"b\n",nan\n', {"layout": "basket", "weight": 2}, ":2: the weight 'nan' is not a number of 0 or more"),
        (
            "a,1\nb,-1\n",
            {"layout": "basket", "weight": 2},
            ":2: the weight '-1' is negative; where=[\"2 > 0\"] leaves such rows out",
        ),
        ("a,1\nb,inf\n", {"layout": "basket", "weight": 2}, ":2: the weight 'inf' is not a number of 0 or more"),
        ("a,1\nb\n", {"layout": "basket", "weight": 2}, ":2: the row has no weight"),
        ("a,1e30\n", {"layout": "basket", "weight": 2}, ":1: the weight '1e30' is too large"),
        (
            "i,w,x\n1,2,a\n\n2,3,b\n1,2.5,c\n",
            {"layout": "long", "id": "i", "item": "x", "weight": "w"},
            ":5: the weight of '1' is 2.5 here and 2 before; it must be the same in all rows of an id, "
            "as it is the weight of the whole transaction",
        ),
        (
            "i,x\n1,a\n,b\n",
            {"layout": "long", "id": "i", "item": "x"},
            ":3: the item 'b' has no id; every row of layout=\"long\" needs one; "
            "if a blank cell of 'i' means the one above it, fill it in first; if not, where=['i != \"\"'] leaves "
            "such rows out",
        ),
    ],
)
@pytest.mark.parametrize("executor", ["serial", "threads"])
@pytest.mark.parametrize("chunk_size", [1, 1 << 20])
def test_errors_name_the_place(
    tmp_path: Path, text: str, options: dict[str, Any], message: str, chunk_size: int, executor: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_transactions(Corpus(path, chunk_size=chunk_size), delimiter=",", executor=executor, **options)
    assert str(caught.value) == f"{path}{message}"


@pytest.mark.parametrize("quoted", [b"", b'"x",y\n'])
def test_wrong_encodings_name_the_byte(tmp_path: Path, quoted: bytes) -> None:
    path = tmp_path / "a.csv"
    text = quoted + "牛奶,茶\n面包,牛奶\n".encode() + "面包,果酱\n".encode("gb18030")
    byte = len(text) - len("面包,果酱\n".encode("gb18030"))
    line = 3 + bool(quoted)
    said = error_of(path, text, layout="basket", delimiter=",")
    assert said.startswith(f":{line} (byte {byte}): not valid UTF-8; try errors=")
    told: list[str] = []
    for encoding in ("utf-16", "gb18030"):
        path.write_bytes("牛奶,茶\n".encode(encoding))
        corpus = Corpus(path, encoding=encoding)
        assert list(read_transactions(corpus, layout="basket", delimiter=",")) == [["牛奶", "茶"]]
    corpus = Corpus(path, errors="skip", notify=told.append)
    with pytest.raises(InputError, match="no transactions"):
        read_transactions(corpus, layout="basket", delimiter=",")
    assert told == [f"{path}: lines with bytes that are not valid in the encoding, left out: 1"]
    with pytest.raises(EncodingError, match="byte 2"):
        read_transactions(path, layout="table", delimiter=",")


def test_a_backslash_and_t_as_delimiter_are_a_tab(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a b\tc,d\ne\n")
    assert list(read_transactions(tmp_path / "a.csv", delimiter="\\t")) == [["a b", "c,d"], ["e"]]


def test_invalid_options_of_transactions_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n")
    wrong: list[dict[str, Any]] = [
        {"layout": "wide"},
        {"delimiter": ",,"},
        {"delimiter": '"'},
        {"id": 0},
        {"layout": "onehot", "item": 2},
        {"id": ["a", "a"]},
        {"item": ("a", 0)},
        {"executor": "gpu"},
    ]
    for options in wrong:
        with pytest.raises(OptionError):
            read_transactions(path, **options)
    with pytest.raises(
        OptionError, match="item: no effect with layout table; only the layouts 'long' and 'basket' have"
    ):
        read_transactions(path, layout="table", item=2)
    with pytest.raises(OptionError, match="layout is 'lnog'; did you mean long"):
        read_transactions(path, layout="lnog")
    for corpus in (Corpus(path, column="a"), Corpus(path, field="a"), Corpus(path, unique_lines=True)):
        with pytest.raises(OptionError):
            read_transactions(corpus)
    for name in ("a.jsonl", "a.parquet"):
        (tmp_path / name).write_text("{}\n")
        with pytest.raises(InputError, match="transactions are read from CSV or plain text"):
            read_transactions(tmp_path / name)


# ---- Transactions from Python


def test_from_lists() -> None:
    t = Transactions.from_lists([["a", "b"], (), iter(["b", "b"])])
    assert (t.names, t.ids.tolist(), t.offsets.tolist(), t.total) == (["a", "b"], [0, 1, 1, 1], [0, 2, 2, 4], 3)
    assert (t.ids.dtype, t.offsets.dtype) == (np.int32, np.int64)
    assert list(t) == [["a", "b"], [], ["b", "b"]]
    assert repr(t) == "<Transactions: 3 of 2 items, 4 in all>"
    assert repr(Transactions.from_lists([["a"]])) == "<Transactions: 1 of 1 item, 1 in all>"
    assert len(Transactions.from_lists([])) == 0
    with pytest.raises(OptionError, match="transaction 0 is 'ab'; give a list of items"):
        Transactions.from_lists(["ab"])
    with pytest.raises(OptionError, match="transaction 1 holds 3; items are strings"):
        Transactions.from_lists([["a"], [3]])  # type: ignore[list-item]


def test_a_corpus_is_afterwards_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text('{"text": "tea"}\n{"text": "jam"}\n')
    told: list[str] = []
    corpus = Corpus(tmp_path / "a.txt", notify=told.append)
    read_transactions(corpus)
    assert not told
    with corpus:  # as for a count of words
        pass
    assert [line for line in told if "looks like JSON Lines" in line]


def test_from_frame() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [True, False, True], "b": [0, 1, 1], "c": [0.0, 0.0, 0.0]})
    t = Transactions.from_frame(frame)
    assert (t.names, list(t)) == (["a", "b", "c"], [["a"], ["b"], ["a", "b"]])
    objects = frame.astype({"a": "boolean", "b": object})
    assert as_read(Transactions.from_frame(objects)) == as_read(t)
    sparse = frame.astype(int).astype(pandas.SparseDtype("int", 0))
    assert as_read(Transactions.from_frame(sparse)) == as_read(t)
    assert len(Transactions.from_frame(frame.iloc[:0])) == 0
    for wrong in (-1, "1", -0.5):
        frame["c"] = pandas.Series([0, wrong, 0], dtype=object)
        with pytest.raises(OptionError, match="row 1 of the column 'c' holds"):
            Transactions.from_frame(frame)
    for value, held in ((2, True), (0.5, True), (None, False), (float("nan"), False), (pandas.NA, False)):
        frame["c"] = pandas.Series([0, value, 0], dtype=object)
        assert ("c" in list(Transactions.from_frame(frame))[1]) == held
    quantities = pandas.DataFrame({"a": [2, float("nan"), 0], "b": [1, -1, 0]})
    assert list(Transactions.from_frame(quantities[["a"]])) == [["a"], [], []]
    with pytest.raises(OptionError, match="row 1 of the column 'b' holds"):
        Transactions.from_frame(quantities)


def test_frames_with_an_item_a_row() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"order": [1, 1, 2], "item": ["a", "b", "a"]})
    for name, function in (("corpus", read_transactions), ("transactions", apriori)):
        with pytest.raises(OptionError, match=rf"^{name} is a pandas frame; .*frame\.groupby\(ID\)\[ITEM\]\."):
            function(frame)
    with pytest.raises(OptionError, match="a DataFrame is not an input"):
        Corpus(frame)
    lists = frame.groupby("order")["item"].agg(list)
    assert sorted(map(tuple, apriori(lists, min_support=1))) == sorted(
        map(tuple, apriori([["a", "b"], ["a"]], min_support=1))
    )
