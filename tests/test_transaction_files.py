"""Several tables in one command: one that does not fit the reading of the first is named, others are not."""

from pathlib import Path

import pytest

from nlpkit.errors import InputError
from nlpkit.transactions import read_transactions

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

LONG = "order,item\n1,tea\n1,rice\n2,tea\n2,jam\n3,jam\n3,rice\n"
PAIRS = "".join(f"{100 + i // 2},{['tea', 'rice', 'jam', 'ham', 'egg'][(i * 7 + i // 3) % 5]}\n" for i in range(40))
BASKETS = "tea,rice,ham\njam\nrice,jam\ntea,jam,rice\n" * 5
FLAGS = "tea,rice,jam\n1,0,1\n0,1,1\n1,1,0\n0,0,1\n"
SURVEY = "sex,age\n" + "m,old\nf,young\nm,young\nf,old\n" * 6
WORDS = ["tea, jam", "jam", "rice, tea, jam", "rice, jam", "ham, tea", "jam, ham"]
LISTS = "id,items\n" + "".join(f'{i},"{words}"\n' for i, words in enumerate(WORDS))


def told_of(folder: Path, texts: tuple[str, ...], **options: object) -> list[str]:
    """What is said of a.csv, b.csv, ..., apart from the line about the first."""
    told: list[str] = []
    paths = [folder / f"{name}.csv" for name, _ in zip("abcdefgh", texts, strict=False)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    try:
        read_transactions(paths, notify=told.append, **options)  # type: ignore[arg-type]
    except InputError as error:
        told.append(f"error: {error}")
    told = [line.replace(f"{folder}/", "") for line in told if "compiling" not in line]
    return [line for line in told if "(guessed" not in line and "without items" not in line]


@pytest.mark.parametrize(
    "texts",
    [
        (LONG, LONG.replace("1", "7")),
        (LONG, "item,qty,order\ntea,1,11\nrice,2,11\njam,1,12\n"),
        (PAIRS, "5,tea\n5,rice\n6,tea\n"),
        (BASKETS, "tea,rice\njam\n", "tea\nrice\n", "tea,rice\nham,rice\n"),
        (FLAGS, "tea,ham\n1,0\n0,1\n"),
        (SURVEY, "sex,town\n" + "m,Rome\nf,Oslo\nm,Oslo\n" * 8),
        (LISTS, LISTS.replace("rice", "ham")),
        (LONG, "sep=;\n" + LONG.replace(",", ";")),
    ],
)
def test_nothing_is_said_of_tables_that_are_alike(tmp_path: Path, texts: tuple[str, ...]) -> None:
    assert told_of(tmp_path, texts) == []


OTHERWISE = "; read it by itself, or say with layout how all are read"


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (
            LONG,
            LONG.replace("order,item", "bon,artikel"),
            "error: b.csv: no column 'order', by which a.csv is read; there are bon, artikel; read it by itself, or "
            "give columns by numbers: id, item",
        ),
        (
            LONG,
            "7,tea\n7,rice\n8,tea\n",
            "error: b.csv: its first row (7, tea) is no header, and a.csv has one; give it the same, or read it by "
            "itself",
        ),
        (FLAGS, "1,0,1\n0,1,1\n1,1,0\n0,0,1\n", "error: b.csv: its first row (1, 0, 1) is no header, "),
        (SURVEY, SURVEY.partition("\n")[2], "error: b.csv: its first row (m, old) is no header, "),
        (
            BASKETS,
            BASKETS.replace(",", ";"),
            "error: b.csv: its cells seem to be separated by ';', those of a.csv by ','; a first line sep=; in it "
            "says so; delimiter says how all are read",
        ),
        (
            BASKETS,
            LONG,
            f"b.csv: looks like transactions by order, items from item, but is read like a.csv, one a row{OTHERWISE}",
        ),
        (
            PAIRS,
            BASKETS,
            "b.csv: looks like transactions, one a row, but is read like a.csv by column 1, items from column 2, no "
            f"header{OTHERWISE}",
        ),
        (
            PAIRS,
            "".join(",".join(reversed(row.split(","))) + "\n" for row in PAIRS.split()),
            "b.csv: looks like transactions by column 2, items from column 1, no header, but is read like a.csv by ",
        ),
        (PAIRS, LONG, "b.csv: looks like transactions by order, items from item, but is read like a.csv by column 1, "),
        (
            FLAGS,
            "id,tea,ham\n11,1,0\n12,0,1\n13,1,1\n14,1,0\n",
            "b.csv: looks like transactions, one a row; the columns are items",
        ),
        (LISTS, LISTS.replace(", ", "; "), "b.csv: looks like transactions, one a row after a header, items from it"),
    ],
)
def test_a_table_that_does_not_fit_the_first_is_named(tmp_path: Path, first: str, second: str, said: str) -> None:
    (line,) = told_of(tmp_path, (first, second))
    assert line.startswith(said)
    assert told_of(tmp_path, (first, first, second)) == [line.replace("b.csv", "c.csv")]


def test_no_more_than_three_are_named(tmp_path: Path) -> None:
    told = told_of(tmp_path, (BASKETS, *[LONG] * 5))
    assert [line[:6] for line in told] == ["b.csv:", "c.csv:", "d.csv:", "2 furt"]


def test_what_is_given_is_not_doubted(tmp_path: Path) -> None:
    assert told_of(tmp_path, (BASKETS, LONG), layout="basket", delimiter=",") == []
    assert told_of(tmp_path, (BASKETS, BASKETS.replace(",", ";")), delimiter=",") == []


def test_blank_ids_that_may_be_missing_are_named(tmp_path: Path) -> None:
    filled = "order,item\n" + "".join(f"{i},tea\n,rice\n,jam {i % 3}\n" for i in range(9))
    alike, rows = "order,item\n50,tea\n,rice\n51,jam\n", "order,item\n50,tea\n50,rice\n,jam\n"
    said = "order is blank in some rows, but '50' stands in more than one; blank cells are read as the cell above"
    for given in ({}, {"layout": "long", "id": "order", "item": "item", "delimiter": ","}):
        told = told_of(tmp_path, (filled, alike, rows, LONG), **given)
        assert told[0] == f"c.csv: {said} them; where an id is missing, write it in"
        assert [line[:26] for line in told[1:]] == ["a.csv: order is blank in 1"]
