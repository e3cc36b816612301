"""Tables of transactions as people have them are read right without options, or a line shows how they were read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from nlpkit.errors import InputError
from nlpkit.transactions import read_transactions
from tests.conftest import NOJIT
from tests.tables import Table, tables

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

FAST = [table for table in tables() if not table.slow]
SLOW = [table for table in tables() if table.slow]
#: How many of the tables that are not slow are read right: (layout, aside) -> (right, all).
FIGURES = {
    ("long", False): (20, 20),
    ("long", True): (9, 9),
    ("basket", False): (20, 20),
    ("basket", True): (9, 9),
    ("onehot", False): (14, 14),
    ("onehot", True): (6, 6),
    ("table", False): (13, 13),
    ("table", True): (6, 6),
}


def outcome(table: Table, folder: Path) -> str:
    """How a table is read without any option: right, refused, shown (wrong, and a line says what), or silent."""
    content, baskets = table.made()
    path = folder / table.name
    path.write_bytes(content)
    told: list[str] = []
    try:
        found = read_transactions(path, notify=told.append)
    except InputError:
        return "refused"
    if Counter(map(frozenset, found)) == Counter(baskets):
        return "right"
    return "shown" if table.shown and any(table.shown in line for line in told) else "silent"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {table.id: outcome(table, tmp_path_factory.mktemp("table")) for table in FAST}


def of(outcomes: dict[str, str], chosen: Iterable[Table]) -> Counter[str]:
    return Counter(outcomes[table.id] for table in chosen)


def test_57_of_60_tables_are_read_right_and_none_is_wrong_in_silence(outcomes: dict[str, str]) -> None:
    for aside in (False, True):
        found = of(outcomes, [table for table in FAST if table.aside == aside])
        assert found["right"] * 60 >= 57 * found.total(), found
        assert not found["silent"]


@pytest.mark.parametrize(("layout", "aside"), FIGURES)
def test_the_figures_are_those_of_the_docs(outcomes: dict[str, str], layout: str, aside: bool) -> None:
    chosen = [table for table in FAST if table.layout == layout and table.aside == aside]
    wrong = [(table.id, outcomes[table.id]) for table in chosen if outcomes[table.id] != "right"]
    assert (len(chosen) - len(wrong), len(chosen)) == FIGURES[layout, aside], wrong


#: Of the sixteen late tables, ten were read right when they were first tried, and six wrong: two with titles above
#: the header, `::`, a German name of hospital cases, dishes joined by +, a row of totals. The guess was then mended.
LATE = {"ratings_between_double_colons": "refused", "taobao_orders_with_protected_numbers": "shown"}


#: Of the sixteen latest tables, nine were read right when they were first tried, and seven wrong: ids in the first row
#: of each order only, answers between ┋, lines that are lists, answers in columns of their own, a date called DT, sums
#: of a pivot, ids and colons. The guess was then mended.
LATEST = dict.fromkeys(["baskets_of_a_textbook", "german_pivot_with_totals"], "shown")
#: Of the ten newest tables, seven were read right when they were first tried, a line showed what to do for one, and two
#: were wrong: Checked and Unchecked, and what a client of a database prints, which is refused now.
NEWEST = {"output_of_a_database_client": "refused"}
MENDED = {
    "one_item_with_a_comma_that_is_not_quoted": "refused",
    "a_return_among_quantities": "refused",
    "flags_above_a_row_of_totals": "shown",
}


LATER = [table for lap in (2, 3, 4, 5) for table in tables(lap)]


@pytest.mark.parametrize("table", LATER, ids=lambda table: table.id)
def test_tables_of_kinds_that_were_thought_of_late(table: Table, tmp_path: Path) -> None:
    assert outcome(table, tmp_path) == {**LATE, **LATEST, **NEWEST, **MENDED}.get(table.id, "right")


def test_a_wrong_reading_is_silent_unless_a_line_says_what_is_wrong(tmp_path: Path) -> None:
    rows = "order,item\n1,tea\n1,rice\n2,tea\n2,jam\n3,jam\n3,rice\nTotal,\n"
    table = Table("a", "a.csv", "long", lambda _: (rows, [frozenset(["tea"])]))
    assert outcome(table, tmp_path) == "silent"
    assert outcome(replace(table, shown="its last row is a total"), tmp_path) == "shown"
    assert outcome(replace(table, shown="columns are swapped"), tmp_path) == "silent"


@pytest.mark.slow
@pytest.mark.parametrize("table", SLOW, ids=lambda table: table.id)
def test_large_tables_are_read_right(table: Table, tmp_path: Path) -> None:
    assert outcome(table, tmp_path) == "right"


def test_each_layout_has_fifteen_tables_a_third_of_which_are_aside() -> None:
    for layout in ("basket", "long", "onehot", "table"):
        chosen = [table for table in tables() if table.layout == layout]
        assert len(chosen) >= 15
        assert 3 * sum(table.aside for table in chosen) >= len(chosen) - 2


@pytest.mark.skipif(NOJIT, reason="many rows")
@pytest.mark.parametrize("table", [t for t in FAST if t.layout == "long"][::4], ids=lambda table: table.id)
def test_what_is_given_changes_nothing_that_was_guessed_right(table: Table, tmp_path: Path) -> None:
    content, _ = table.made()
    path = tmp_path / table.name
    path.write_bytes(content)
    told: list[str] = []
    guessed = list(map(set, read_transactions(path, notify=told.append)))
    line = next(line for line in told if " transactions by " in line)
    ids, item = line.split(" by ", 1)[1].split("; the first")[0].removesuffix(", no header").split(", items from ")
    item = item.removeprefix("column ")
    known = [name.removeprefix("column ") for name in ids.split(" and ")]
    for given in ({"id": known}, {"item": item}, {"layout": "long"}, {"id": known, "item": item}):
        assert list(map(set, read_transactions(path, **given))) == guessed, given
