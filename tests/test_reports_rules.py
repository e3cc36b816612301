"""What people ask of rules: fewer that say the same, any of several items, every measure, and a way out of mistakes."""

import csv
from pathlib import Path

import pytest

from tests.conftest import Run

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels
BASKETS = "牛奶,面包,茶\n牛奶,面包,茶,果酱\n牛奶,面包\n牛奶,果酱\n鸡蛋\n"


def rows(run: Run, folder: Path, *options: str) -> list[dict[str, str]]:
    path = folder / "baskets.csv"
    path.write_text(BASKETS, encoding="utf-8")
    result = run("apriori", path, "-q", "--min-support", "1", "--layout", "basket", *options)
    assert result.returncode == 0, result.stderr.decode()
    return list(csv.DictReader(result.stdout.decode().splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_a_rule_that_says_no_more_than_a_shorter_one_is_left_out(run: Run, tmp_path: Path) -> None:
    kept = rows(
        run, tmp_path, "--min-confidence", "0", "--consequent", "面包", "--non-redundant", "--measure", "improvement"
    )
    assert {row["antecedent"]: row["improvement"] for row in kept} == {"茶": "0.4", "牛奶": "0.15"}
    kept = rows(run, tmp_path, "--consequent", "面包", "--min-improvement", "20%")
    assert [row["antecedent"] for row in kept] == ["茶"]


def test_either_of_two_items_or_both(run: Run, tmp_path: Path) -> None:
    either = rows(run, tmp_path, "--min-confidence", "0", "--consequent", "面包|果酱", "--max-length", "2")
    assert {row["consequent"] for row in either} == {"面包", "果酱"}
    both = rows(run, tmp_path, "--contains", "面包", "--contains", "果酱|鸡蛋", "--itemsets")
    assert {frozenset(row["items"].split(",")) for row in both} == {
        frozenset(["面包", "果酱", *more]) for more in ([], ["牛奶"], ["茶"], ["牛奶", "茶"])
    }


def test_measures_may_be_written_as_in_r(run: Run, tmp_path: Path) -> None:
    found = rows(run, tmp_path, "--measure", "oddsRatio", "--measure", "yule-q", "--sort", "hyperLift")
    assert {"odds_ratio", "yule_q"} < set(found[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--min-confidence", "80"], "--min-confidence is 80; it must be from 0 to 1; for 80 % write 80%"),
        (["--measure", "odds-ration"], "did you mean odds_ratio?"),
        (["--itemsets", "--non-redundant"], "--non-redundant: no effect with --itemsets"),
        (["--min-improvement", "5"], "--min-improvement is 5; it must be from 0 to 1; for 5 % write 5%"),
        (["--consequent", "面包|果奖"], "--consequent '果奖': no such item is frequent; check its spelling"),
    ],
)
def test_mistakes_have_a_way_out(run: Run, tmp_path: Path, options: list[str], message: str) -> None:
    path = tmp_path / "baskets.csv"
    path.write_text(BASKETS, encoding="utf-8")
    result = run("apriori", path, "--min-support", "1", "--layout", "basket", *options)
    assert result.returncode == 2 and message in result.stderr.decode(), result.stderr.decode()
