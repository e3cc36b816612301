"""`nlpkit apriori` as its users meet it: what goes in and comes out, what it says, how it ends."""

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from random import Random

import pytest

from nlpkit import apriori, read_transactions
from nlpkit.rules.nothing import why_no_rules
from nlpkit.rules.options import RuleOptions
from tests.conftest import ENVIRONMENT, LAWS, Run, patience, slow

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels
posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and pipes")
GROCERIES = LAWS.parent / "groceries.csv"
BASKETS = """bread,milk
bread,diapers,beer,eggs
milk,diapers,beer,cola
bread,milk,diapers,beer
bread,milk,diapers,cola
"""
BREAD = ["--consequent", "bread"]
SETS = ["items\tcount\tsupport", "bread\t4\t0.8", "diapers\t4\t0.8", '"diapers,bread"\t3\t0.6']


@pytest.fixture
def mine(run: Run, tmp_path: Path) -> Run:
    """`nlpkit apriori ARGUMENTS...` where b.csv lies."""
    (tmp_path / "b.csv").write_text(BASKETS)
    return partial(run, "apriori")


def lines_of(done: "subprocess.CompletedProcess[bytes]") -> list[str]:
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().split("\n")[:-1]


def scattered(rows: int, items: int, density: float) -> list[list[str]]:
    """Rows that each have an item with the probability `density`."""
    random = Random(rows)
    return [[f"i{k}" for k in range(items) if random.random() < density] for _ in range(rows)]


def refused(done: "subprocess.CompletedProcess[bytes]", *parts: str, status: int = 2) -> None:
    error = done.stderr.decode()
    assert done.returncode == status, error
    assert done.stdout == b""
    assert "Traceback" not in error
    for part in parts:
        assert part in error


# ---- rules


def test_rules_come_best_lift_first_and_the_report_goes_to_stderr(mine: Run) -> None:
    mine("b.csv", "-q")  # compiles what is not, which is told otherwise
    done = mine("b.csv", "--min-support", "0.6", "--min-confidence", "0.7")
    assert lines_of(done) == [
        "antecedent\tconsequent\tcount\tsupport\tconfidence\tlift\tleverage\tconviction\tzhang",
        "beer\tdiapers\t3\t0.6\t1.0\t1.25\t0.12\tinf\t0.5",
        "diapers\tbeer\t3\t0.6\t0.75\t1.25\t0.12\t1.6\t1.0",
        *(
            f"{a}\t{c}\t3\t0.6\t0.75\t0.9375\t-0.04\t0.8\t-0.25"
            for a, c in [("diapers", "bread"), ("bread", "diapers"), ("milk", "bread"), ("bread", "milk")]
        ),
        "milk\tdiapers\t3\t0.6\t0.75\t0.9375\t-0.04\t0.8\t-0.25",
        "diapers\tmilk\t3\t0.6\t0.75\t0.9375\t-0.04\t0.8\t-0.25",
    ]
    said = done.stderr.decode().split("\n")
    shown = "b.csv: 5 transactions, one a row; the first: bread, milk (guessed, with ',' between cells; --layout, "
    assert said[0] == f"{shown}--delimiter say otherwise)"
    assert said[1].startswith("5 transactions, 6 items, 8 itemsets, 8 rules, ")


def test_groceries_have_the_fifteen_rules_of_arules(mine: Run) -> None:
    """As in the manual of arules, and with these lifts."""
    lines = lines_of(mine(GROCERIES, "--min-support", "0.01", "--min-confidence", "0.5"))
    assert len(lines) == 1 + 15
    assert lines[1].split("\t")[:6] == [
        "citrus fruit,root vegetables",
        "other vegetables",
        "102",
        *lines[1].split("\t")[3:6],
    ]
    assert float(lines[1].split("\t")[5]) == pytest.approx(3.029608)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--antecedent", "beer"], {("beer", "diapers")}),
        (["--consequent", "beer", "--min-lift", "1"], {("diapers", "beer")}),
        (["--contains", "milk", "--contains", "bread"], {("milk", "bread"), ("bread", "milk")}),
        (["--exclude", "bread", "--min-lift", "1.01"], {("beer", "diapers"), ("diapers", "beer")}),
        (["--top", "1"], {("beer", "diapers")}),
        (["--min-confidence", "80%"], {("beer", "diapers")}),
    ],
)
def test_options_select_rules(arguments: list[str], expected: set[tuple[str, str]], mine: Run) -> None:
    rows = lines_of(mine("b.csv", "--min-support", "3", *arguments))[1:]
    assert {tuple(row.split("\t")[:2]) for row in rows} == expected


def test_max_consequent_any_allows_consequents_of_more_items(mine: Run) -> None:
    rows = lines_of(mine("b.csv", "--min-support", "2", "--max-consequent", "any", "--antecedent", "cola"))[1:]
    assert {tuple(sorted(row.split("\t")[1].split(","))) for row in rows} >= {("diapers", "milk"), ("milk",)}


def test_measures_can_be_added_and_sorted_by(mine: Run) -> None:
    done = mine("b.csv", "--measure", "fisher,kappa", "--measure", "jaccard", "--sort", "fisher", "-f", "jsonl")
    rows = [json.loads(line) for line in lines_of(done)]
    assert list(rows[0])[-3:] == ["fisher", "kappa", "jaccard"]
    assert [row["fisher"] for row in rows] == sorted(row["fisher"] for row in rows)


# ---- itemsets


def test_itemsets_are_written_as_a_table(mine: Run) -> None:
    lines = lines_of(mine("b.csv", "--itemsets", "--min-support", "0.6"))
    assert lines[:4] == ["items\tcount\tsupport", "bread\t4\t0.8", "diapers\t4\t0.8", "diapers,bread\t3\t0.6"]
    assert len(lines) == 1 + 8


def test_the_format_follows_the_name_of_the_file_and_holds_the_same(mine: Run, tmp_path: Path) -> None:
    arguments = ("b.csv", "--itemsets", "--min-support", "2")
    rows = [line.split("\t") for line in lines_of(mine(*arguments))][1:]
    for name in ("s.csv", "s.jsonl", "s.tsv", "s.txt"):
        assert mine(*arguments, "-o", name).returncode == 0
    assert (tmp_path / "s.tsv").read_bytes() == (tmp_path / "s.txt").read_bytes() == mine(*arguments).stdout
    assert list(csv.reader(io.StringIO((tmp_path / "s.csv").read_text())))[1:] == rows
    objects = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text().splitlines()]
    assert [[",".join(o["items"]), str(o["count"]), str(o["support"])] for o in objects] == rows
    assert mine(*arguments, "-o", "t.csv", "-f", "tsv").returncode == 0
    assert (tmp_path / "t.csv").read_bytes() == (tmp_path / "s.tsv").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        (["--closed"], 7),
        (["--maximal"], 4),
        (["--min-length", "2"], 4),
        (["--max-length", "1"], 4),
        (["--contains", "beer"], 2),
        (["--exclude", "beer", "--exclude", "milk"], 3),
        (["--top", "3"], 3),
        (["--top", "3", "--min-length", "2", "--closed"], 3),
    ],
)
def test_options_select_itemsets(arguments: list[str], number: int, mine: Run) -> None:
    assert len(lines_of(mine("b.csv", "--itemsets", "--min-support", "3", *arguments))) == 1 + number


def test_the_result_does_not_depend_on_workers_or_chunks(mine: Run) -> None:
    for kind in (["--min-confidence", "0.2"], ["--itemsets"]):
        arguments = [GROCERIES, "--min-support", "0.02", *kind]
        expected = mine(*arguments).stdout
        assert expected.count(b"\n") > 60
        for how in (["-j", "1"], ["-j", "3"], ["--executor", "serial"], ["--chunk-size", "64k", "-j", "2"]):
            assert mine(*arguments, *how).stdout == expected


@pytest.mark.parametrize(
    ("name", "text", "arguments"),
    [
        ("long.csv", "id,item\n1,a\n2,a\n1,b\n2,b\n3,c\n", ["--layout", "long", "--id", "id", "--item", "item"]),
        ("onehot.csv", "a,b,c\n1,1,0\n1,1,\n0,0,1\n", ["--layout", "onehot"]),
        ("words.dat", "a b\nb a\nc\n", ["--delimiter", " "]),
        ("tabs.tsv", "a\tb\na\tb\nc\n", []),
        ("quoted.csv", '"a","b"\n"b","a"\nc\n', ["--layout", "basket", "--no-header"]),
    ],
)
def test_layouts_give_the_same(name: str, text: str, arguments: list[str], mine: Run, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    lines = lines_of(mine(name, *arguments, "--itemsets", "--min-support", "2"))
    assert lines == ["items\tcount\tsupport", "a\t2\t0.666667", "b\t2\t0.666667", "b,a\t2\t0.666667"]


def test_every_cell_of_a_table_is_an_item(mine: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("color,size\nred,big\nred,small\nred,big\n")
    lines = lines_of(mine("t.csv", "--layout", "table", "--min-support", "2"))
    assert [line.split("\t")[:2] for line in lines[1:]] == [["size=big", "color=red"], ["color=red", "size=big"]]


def test_input_from_a_pipe_and_an_archive(mine: Run, tmp_path: Path) -> None:
    expected = mine("b.csv", "-q").stdout
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(BASKETS.encode()))
    assert mine("b.csv.gz", "-q").stdout == expected
    assert mine("-", "-q", input=BASKETS.encode()).stdout == expected


@posix
@pytest.mark.usefixtures("dictionary")
def test_words_of_a_segmented_text_are_mined(shell: Run) -> None:
    done = shell(
        f"head -n 200 '{LAWS}' | nlpkit segment -q"
        " | nlpkit apriori -q --delimiter ' ' --min-support 10 - --itemsets --min-length 2"
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 10


def test_a_dry_run_shows_what_is_read(mine: Run, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("order,qty,product\n" + "1,1,tea\n2,-1,jam\n" * 6 + "3,2,milk\n" * 2)
    columns = ("--layout", "long", "--id", "order", "--item", "product", "--delimiter", ",")
    done = mine("orders.csv", *columns, "--where", "qty > 0", "--dry-run", "-o", "never.csv")
    assert (done.returncode, done.stdout.decode()) == (0, "tea\nmilk\n")
    assert b"rows left out by --where: 6 of 14" in done.stderr
    assert b"2 transactions, 2 items" in done.stderr
    assert not (tmp_path / "never.csv").exists()
    done = mine("orders.csv", "-q", *columns, "--missing", "tea,milk", "--dry-run")
    assert done.stdout.decode() == "(no items)\njam\n(no items)\n"
    refused(mine("orders.csv", "--where", "qty"), "--where is 'qty'; write a column, one of = != < <= > >= ~ !~")


# ---- what is refused


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["--min-support", "0"], ["--min-support is 0; it must be above 0"]),
        (["--min-support", "-1"], ["--min-support is -1; it must be above 0"]),
        (["--min-support", "6"], ["--min-support is 6, but there are 5 transactions"]),
        (["--min-support", "1.5"], ["--min-support is 1.5: more than all transactions"]),
        (["--min-confidence", "2"], ["--min-confidence", "2"]),
        (["--contains", "bear"], ["'bear'", "did you mean 'beer'"]),
        (["--consequent", "bear"], ["'bear'", "did you mean 'beer'"]),
        (["--sort", "lifts"], ["lifts", "lift"]),
        (["--max-consequent", "0"], ["--max-consequent is '0'; give a number from 1, or any"]),
        (["--closed"], ["--closed: no effect without --itemsets"]),
        (
            ["--itemsets", "--min-lift", "2", "--fdr", "0.1"],
            ["--min-lift, --fdr: no effect with --itemsets; it is about rules"],
        ),
        (["--itemsets", "--closed", "--maximal"], ["--closed: no effect with --maximal; maximal itemsets are closed"]),
        (["--itemsets", "--sort", "lift"], ["sort is 'lift'; itemsets are sorted by support"]),
        (["-o", "b.csv"], ["b.csv: is also an input; write to another file"]),
        (["--layout", "long", "--id", "nr", "--item", "2", "--header"], ["no column 'nr'", "bread"]),
    ],
)
def test_wrong_usage_says_what_to_do(arguments: list[str], parts: list[str], mine: Run) -> None:
    done = mine("b.csv", "-q", *arguments)
    refused(done, *parts, status=done.returncode)
    assert done.returncode in (1, 2)


@pytest.mark.parametrize(
    ("text", "arguments", "parts"),
    [
        ("", [], ["no transactions"]),
        ("a,b\n", ["--layout", "onehot"], ["no transactions"]),
        ("a,b\n1,maybe\n", ["--layout", "onehot"], ["b2.csv:2", "'maybe'", "--layout table"]),
        ('a,"b\nc,d\n', [], ["b2.csv:1", "never closed"]),
        ("a,n\nx,nan\n", ["--layout", "basket", "--header", "--weight", "n"], ["b2.csv:2", "nan"]),
        ("a,b\n\xff,c\n", [], ["b2.csv:2", "--encoding"]),
    ],
)
def test_bad_input_is_one_clear_line(
    text: str, arguments: list[str], parts: list[str], mine: Run, tmp_path: Path
) -> None:
    (tmp_path / "b2.csv").write_bytes(text.encode("latin-1"))
    done = mine("b2.csv", "-q", *arguments)
    refused(done, *parts, status=1)
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--min-support", "5"], "with a lower --min-support"),
        (["--min-support", "4"], "with a lower --min-support"),
        ([*BREAD, "--min-confidence", "0.9"], "with a lower --min-confidence"),
        ([*BREAD, "--min-confidence", "0.9", "--fdr", "0.5"], "with a higher --fdr and with a lower --min-confidence"),
        ([*BREAD, "--min-confidence", "0.9", "--min-lift", "0.5"], "with a lower --min-confidence"),
        (
            [*BREAD, "--min-confidence", "0.9", "--min-lift", "9"],
            "with a lower --min-lift and with a lower --min-confidence",
        ),
        (["--min-lift", "9"], "with a lower --min-lift"),
        (["--fdr", "0.01"], "with a higher --fdr"),
        (["--fdr", "0.01", "--sort", "fdr", "--measure", "fisher"], "with a higher --fdr"),
        (["--min-improvement", "0.9"], "with a lower --min-improvement"),
        ([*BREAD, "--non-redundant"], "without --non-redundant"),
        ([*BREAD, "--antecedent", "beer"], "without --consequent"),
        (["--contains", "beer", "--contains", "milk"], "without --contains"),
        (
            ["--min-support", "1", "--consequent", "bread|milk", "--consequent", "diapers|beer"],
            "with a higher --max-consequent",
        ),
        (["--min-length", "3"], "with a lower --min-length"),
        (["--exclude", "milk", "--exclude", "diapers"], "with a lower --min-support or without --exclude"),
        (["--itemsets", "--min-support", "5"], "with a lower --min-support"),
        (
            ["--itemsets", "--min-length", "3", "--contains", "milk"],
            "with a lower --min-support or without --min-length, --contains",
        ),
    ],
)
def test_nothing_found_says_what_would_find_more(arguments: list[str], hint: str, mine: Run) -> None:
    support = [] if "--min-support" in arguments else ["--min-support", "3"]
    done = mine("b.csv", *support, *arguments)
    assert lines_of(done)[1:] == []
    assert done.stderr.decode().splitlines()[-1].endswith(f" s (more {hint})")


def test_of_many_itemsets_every_option_is_named_without_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = {**vars(RuleOptions(min_confidence=1, min_lift=9, max_consequent=None)), "min_length": 1}
    transactions = read_transactions(io.BytesIO(BASKETS.encode()))
    itemsets = apriori(transactions, min_support=3)
    looser = " (more with a lower min_lift{})"
    assert why_no_rules(transactions, itemsets, {}, chosen) == looser.format("")
    monkeypatch.setattr("nlpkit.rules.nothing._FEW", 1)
    assert why_no_rules(transactions, itemsets, {}, chosen) == looser.format(" and with a lower min_confidence")


def test_no_rules_of_single_items_are_looked_for(mine: Run, tmp_path: Path) -> None:
    refused(mine("b.csv", "--max-length", "1"), "--max-length is 1; a rule has at least 2 items")
    (tmp_path / "single.csv").write_text("bread\nmilk\nbread\n")
    done = mine("single.csv", "--layout", "basket", "--no-header")
    assert lines_of(done)[1:] == [] and done.stderr.decode().endswith(" s (no transaction has two items)\n")


# ---- how it ends


#: Runs a command and prints its peak memory in KiB. A child's peak begins at the size of the process that starts it;
#: this one is small, unlike one that has run tests.
PEAK = """import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, used = os.wait4(process.pid, 0)
print(used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))"""


@posix
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the peak has another unit")
@pytest.mark.parametrize("jobs", ["1", "8"])
def test_all_workers_together_keep_to_the_memory(jobs: str, mine: Run, tmp_path: Path) -> None:
    """160 items of which each transaction has 9 in 10 have far more frequent sets than fit."""
    rows = ([f"{item}" for item in range(160) if (7 * item + 11 * row) % 10] for row in range(40))
    (tmp_path / "t.csv").write_text("".join(",".join(row) + "\n" for row in rows))
    assert mine("t.csv", "-q", "--max-length", "2").returncode == 0  # compiling takes memory, too
    options = ["apriori", "t.csv", "-q", "--top", "1", "--memory", "64M", "-j", jobs]
    command = [sys.executable, "-c", PEAK, sys.executable, "-m", "nlpkit", *options]
    done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "at least 10^43 itemsets at --min-support 4, too many for the memory; " in done.stderr
    assert int(done.stdout) << 10 < 64 + 250 << 20


@posix
def test_a_reader_that_leaves_early_is_no_error(shell: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text((",".join(f"i{k}" for k in range(20)) + "\n") * 3)
    done = shell("nlpkit apriori t.csv -q --itemsets --min-support 2 | head -n 3")
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, b"", 3)


@posix
@pytest.mark.parametrize("how", [["-j", "2"], slow(["--executor", "serial"])])
@pytest.mark.parametrize("kind", [["--itemsets"], []])
def test_an_interrupt_leaves_the_old_file(how: list[str], kind: list[str], tmp_path: Path) -> None:
    # Sets that are written may be any number; those that rules are made of may not be more than fit without doubt.
    rows = [[f"i{k}" for k in range(34)] * 3] if kind else scattered(200, 200, 0.5)
    (tmp_path / "t.csv").write_text("".join(",".join(row) + "\n" for row in rows))
    (tmp_path / "out.tsv").write_text("old")
    least = "1" if kind else "10"
    arguments = [sys.executable, "-m", "nlpkit", "apriori", "t.csv", "--min-support", least, "-o", "out.tsv"]
    arguments += [*how, *kind]
    process = subprocess.Popen(arguments, cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.PIPE)
    assert process.stderr is not None
    for line in process.stderr:
        if b"(Ctrl-C stops)" in line:
            break
    process.send_signal(signal.SIGINT)
    begin = time.monotonic()
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(300) == 130
    assert said.endswith("nlpkit: interrupted\n")
    assert time.monotonic() - begin < patience(10)
    assert (tmp_path / "out.tsv").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.tsv", "t.csv"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("kind", [[], ["--itemsets"]])
def test_a_full_disk_is_reported(kind: list[str], mine: Run) -> None:
    refused(mine("b.csv", "-q", "-o", "/dev/full", *kind), "/dev/full: cannot be written (No space left", status=1)


@pytest.mark.slow
@posix
def test_an_interrupt_among_wide_classes_with_one_worker(tmp_path: Path) -> None:
    """Where kernels return arrays, which an interrupt must wait for."""
    text = "".join(" ".join(str((k * k + j * k) % 997) for j in range(60)) + "\n" for k in range(4000))
    (tmp_path / "t.dat").write_text(text)
    (tmp_path / "out.tsv").write_text("old")
    command = [
        sys.executable,
        "-m",
        "nlpkit",
        "apriori",
        "t.dat",
        "--delimiter",
        " ",
        "--itemsets",
        "--min-support",
        "2",
    ]
    for delay in (1.5, 2.0, 2.5):
        process = subprocess.Popen(
            [*command, "--max-length", "4", "-j", "1", "-q", "-o", "out.tsv"],
            cwd=tmp_path,
            env=ENVIRONMENT,
            stderr=subprocess.PIPE,
        )
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=300)
        assert (process.returncode, said.decode()) == (130, "nlpkit: interrupted\n")
        assert (tmp_path / "out.tsv").read_text() == "old"


def test_options_are_checked_before_anything_is_read(mine: Run) -> None:
    for arguments in (["--min-support", "many"], ["--itemsets", "--sort", "lift"], ["--max-consequent", "no"]):
        done = mine("b.csv", *arguments)
        refused(done, arguments[-1])
        assert "read with" not in done.stderr.decode()


@pytest.mark.parametrize("name", ["rules.xlsx", "rules.docx", "rules.parquet"])
def test_an_output_name_of_another_format_is_refused(name: str, mine: Run) -> None:
    refused(mine("b.csv", "-o", name), f"{name}: ")


def test_a_support_of_one_is_a_count_and_the_user_is_told(mine: Run) -> None:
    assert "a share has a decimal point" in mine("b.csv", "--min-support", "1").stderr.decode()
    assert "a share has a decimal point" not in mine("b.csv", "--min-support", "1.0").stderr.decode()


def test_a_tab_may_be_given_as_a_backslash_and_t(mine: Run, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("a\tb\na\tb\n")
    assert len(lines_of(mine("t.txt", "--delimiter", r"\t", "--itemsets"))) == 4


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("id,item\n1,a\n1,b,c\n", ["l.csv:3", "'c'", "beyond the last column"]),
        ("id,item,item\n1,a,b\n", ["2 columns are called 'item'", "number"]),
    ],
)
def test_a_cell_of_a_long_table_that_fits_no_column_is_an_error(
    text: str, parts: list[str], mine: Run, tmp_path: Path
) -> None:
    (tmp_path / "l.csv").write_text(text)
    refused(mine("l.csv", "-q", "--layout", "long", "--id", "id", "--item", "item"), *parts, status=1)
