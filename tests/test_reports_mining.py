"""Tables that people bring and that are too small, or too dense, for the usual defaults."""

from pathlib import Path

import pytest

from tests.conftest import SHARED, Run

REPORTS = SHARED / "reports"
pytestmark = [pytest.mark.compiled]
shared = pytest.mark.skipif(not REPORTS.is_dir(), reason=f"no {REPORTS}")


def dense(path: Path) -> Path:
    """40 transactions, each with nearly all of 160 items."""
    rows = ([f"{item}" for item in range(160) if (7 * item + 11 * row) % 20] for row in range(40))
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def small(path: Path) -> Path:
    path.write_text("牛奶,面包,酸奶\n面包,酸奶\n牛奶,面包\n啤酒\n啤酒,薯片,牛奶\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("file", ["own", pytest.param("toy_five_baskets.csv", marks=shared)])
def test_of_few_baskets_no_rule_is_seen_once(file: str, run: Run, tmp_path: Path) -> None:
    path = small(tmp_path / "own.csv") if file == "own" else REPORTS / file
    done = run("apriori", path)
    assert done.returncode == 0
    said = "5 transactions: a support of 1 % would be 1; 2 is used; --min-support says otherwise\n"
    assert said in done.stderr.decode()
    rules = done.stdout.decode().splitlines()[1:]
    assert rules
    assert {int(line.split("\t")[2]) for line in rules} <= {2, 3, 4, 5}
    every = run("apriori", path, "-q", "--min-support", "1")
    assert len(every.stdout.splitlines()) > len(rules) + 1


@pytest.mark.parametrize("how", [[], ["--top", "1"], ["--itemsets"], ["--itemsets", "--maximal", "--top", "3"]])
@pytest.mark.parametrize("file", ["own", pytest.param("dense_40x160.csv", marks=shared)])
def test_a_dense_table_is_refused_with_numbers(file: str, how: list[str], run: Run, tmp_path: Path) -> None:
    path = dense(tmp_path / "own.csv") if file == "own" else REPORTS / file
    done = run("apriori", path, *how, "--memory", "1G", "-j", "8")
    assert done.returncode == 1
    assert done.stdout == b""
    last = done.stderr.decode().splitlines()[-1]
    assert last.startswith("nlpkit: at least 10^")
    assert " itemsets at --min-support 4, the default; " in last


def test_the_most_frequent_sets_of_a_dense_table_are_found(run: Run, tmp_path: Path) -> None:
    done = run("apriori", dense(tmp_path / "own.csv"), "-q", "--itemsets", "--top", "3", "--memory", "1G")
    assert done.returncode == 0, done.stderr.decode()
    assert len(done.stdout.splitlines()) == 1 + 3
