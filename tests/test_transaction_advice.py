"""Advice in the messages about transactions, which must be right when it is pasted; values as people write them."""

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from nlpkit import Corpus, apriori, association_rules, read_transactions
from nlpkit.errors import InputError, OptionError
from nlpkit.transactions import Transactions
from nlpkit.transactions.cell_lists import split_cell
from nlpkit.transactions.json_heads import way_from_json
from tests.test_apriori import Run, mine, refused  # noqa: F401

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

PIVOT = "invoice,milk,tea,beer\n1,2,,\n2,,1,-1\n3,1,1,\n4,,2,3\n5,1,,1\n6,\u22121,,2\n"


def test_the_way_out_of_returns_keeps_rows_with_blank_cells(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(PIVOT)
    where: list[str] = []
    for condition in ("beer !~ ^-", "milk !~ ^\u2212"):
        with pytest.raises(InputError) as raised:
            read_transactions(tmp_path / "p.csv", layout="onehot", id="invoice", where=where)
        assert f'where=["{condition}"] leaves such transactions out' in str(raised.value)
        where.append(condition)
    found = read_transactions(tmp_path / "p.csv", layout="onehot", id="invoice", where=where)
    assert list(found) == [["milk"], ["milk", "tea"], ["tea", "beer"], ["milk", "beer"]]


def test_blank_ids_may_mean_the_one_above(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("o,i\n1,a\n,b\n2,c\n")
    with pytest.raises(InputError, match="if a blank cell of 'o' means the one above it, fill it in first; if not, wh"):
        read_transactions(tmp_path / "b.csv", layout="long", id="o", item="i")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('[["milk","bread"],["milk"]]', ['"milk","bread"', '"milk"']),
        ('["milk", "bread"]\n["milk"]\n', ['"milk","bread"', '"milk"']),
        ('["milk", "bread"]', ['"milk","bread"']),
        ('{"order": 1, "my items": ["milk", "tea"]}\n{"order": 2, "my items": []}\n', ['"milk","tea"', ""]),
        ('[{"order": 1, "item": "milk"}, {"order": 2, "item": "tea"}]', ['1,"milk"', '2,"tea"']),
    ],
)
def test_json_is_refused_with_a_command_that_works(tmp_path: Path, text: str, rows: list[str]) -> None:
    path = tmp_path / "a b.json"
    path.write_text(text)
    with pytest.raises(InputError, match="holds JSON; transactions are read from CSV or plain text: jq -r ") as raised:
        read_transactions(path)
    command = str(raised.value).partition(" plain text: ")[2].removesuffix(" makes rows of it")
    try:
        done = subprocess.run(shlex.split(command), capture_output=True, text=True, check=True)
    except FileNotFoundError:
        pytest.skip("jq is not installed")
    assert done.stdout.splitlines() == rows


def test_json_of_other_kinds(tmp_path: Path) -> None:
    for record in ({"a": {"b": 1}}, [[["x"]]], {"a": ["x"], "b": ["y"]}):
        said = way_from_json("a.json", json.dumps(record).encode())
        assert said == "write a row for each transaction, or for each item"
    assert way_from_json("a.json", b'[["milk"],["te').startswith("jq -r '.[] | @csv' a.json")
    (tmp_path / "a.json").write_text("milk,tea\n")
    with pytest.raises(InputError, match=r"is JSON by its name, but does not hold it; give it a name that ends"):
        read_transactions(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ('c("milk", "bread")', ["milk", "bread"]),
        ("c(101, 102)", ["101", "102"]),
        ('list("a,b", "c")', ["a,b", "c"]),
        ("set()", []),
        ("frozenset()", []),
        ("character(0)", []),
        ("c(oil), c(vinegar)", ["c(oil)", "c(vinegar)"]),
        ("vitamin c(100), tea", ["vitamin c(100)", "tea"]),
    ],
)
def test_lists_of_r_and_empty_sets(cell: str, items: list[str]) -> None:
    assert split_cell(cell, ",") == items


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_cells_of_objects_are_refused(tmp_path: Path, size: int) -> None:
    rows = "".join(f"{i},\"['tea']\",1\n" for i in range(50))
    (tmp_path / "o.csv").write_text(f"o,i,n\n51,\"[{{'name': 'tea'}}]\",0\n{rows}52,\"[{{'name': 'tea'}}]\",1\n")
    known = {"layout": "long", "id": "o", "item": "i", "item_separator": ",", "where": "n > 0"}
    with pytest.raises(InputError, match=r"o\.csv:53: the cell .* holds objects, not items"):
        read_transactions(Corpus(tmp_path / "o.csv", chunk_size=size), **known)


def test_lines_of_transactions() -> None:
    t = Transactions.from_lists([['c("a", "b")', "x\ny"], ["a,b", "c"], ["c"]])
    assert list(t.shown(3, exclude=("c",))) == ['"c(""a"", ""b"")", x\\ny', '"a,b"', "(no items)"]


def test_options_of_a_dry_run(mine: Run, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "x.csv").write_text("a,b\na,b\na\nb,c\n")
    done = mine("x.csv", "--dry-run", "--exclude", "a", "-f", "jsonl")
    assert done.stdout.decode() == "b\nb\n(no items)\nb, c\n"
    assert done.stderr.decode().endswith("nothing is mined or written as jsonl (--dry-run)\n")
    for option in ("--contains", "--antecedent", "--consequent"):
        refused(mine("x.csv", "--dry-run", option, "mlik"), f"{option}: no transaction has the item 'mlik'")
    refused(mine("x.csv", "--dry-run", "--itemsets", "--contains", "mlik"), "--contains: no transaction has the item")


def test_values_and_names_as_they_are_typed(mine: Run, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "w.csv").write_text("w,x,y\n0.5,a,b\n1.5,a,\n1,b,\n")
    (tmp_path / "x.csv").write_text("a,b\n" * 5)
    refused(mine("w.csv", "--weight", "w", "--fdr", "5%", "--min-support", "0.1"), "--fdr: needs whole counts")
    assert b"--min-support 1 is a weight of 1;" in mine("w.csv", "--weight", "w", "--min-support", "1").stderr
    assert b"--min-support 1 is one transaction;" in mine("x.csv", "--min-support", "1").stderr
    refused(mine("x.csv", "--sort", "count"), "--sort is 'count'; did you mean support?")
    refused(mine("x.csv", "--fdr", "5"), "--fdr is 5; it must be from 0 to 1; for 5 % write 5%")


def test_a_share_of_false_discoveries_in_per_cent() -> None:
    found = apriori([["a", "b"]] * 8 + [["c"]] * 8, min_support=1)
    one, other = (association_rules(found, fdr=fdr, min_confidence=0) for fdr in ("5%", 0.05))
    assert list(one) == list(other) != []
    with pytest.raises(OptionError, match="fdr is 0; it must be above 0"):
        association_rules(found, fdr="0%")


def test_the_hint_at_returns_keeps_rows_with_blank_quantities(tmp_path: Path) -> None:
    rows = "1,milk,1\n1,tea,\n2,milk,2\n2,tea,-1\n3,tea,1\n3,jam,\n"
    (tmp_path / "r.csv").write_text("order,product,qty\n" + rows)
    told: list[str] = []
    read_transactions(tmp_path / "r.csv", notify=told.append)
    assert 'where=["qty !~ ^-"] leaves such rows out' in "".join(told)
    found = read_transactions(tmp_path / "r.csv", where="qty !~ ^-")
    assert list(found) == [["milk", "tea"], ["milk"], ["tea", "jam"]]


def test_a_missing_cell_in_other_letters_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("a,NA\nb,a\n")
    told: list[str] = []
    read_transactions(tmp_path / "m.csv", missing="na", layout="basket", notify=told.append)
    assert "no cell that is read is 'na' (missing); did you mean 'NA'?" in told
