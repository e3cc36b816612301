"""`nlpkit collocations` as its users meet it: tables and formats, nodes that do not occur, its report, wrong usage."""

import csv
import gzip
import io
import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import nlpkit
from nlpkit.choices import COLLOCATION_MEASURES
from nlpkit.cooccurrence.options import CollocationOptions
from nlpkit.errors import OptionError
from tests.conftest import Run, slow, workers
from tests.test_count import lines_of
from tests.test_terms_command import last_line, rows_of
from tests.texts import read_text

pytestmark = [pytest.mark.usefixtures("dictionary"), pytest.mark.compiled]  # tests of the library compare the kernels
COLUMNS = ("node", "collocate", "o11", "e11", "left", "right", "f_node", "f_collocate", *COLLOCATION_MEASURES)
HEADER = "\t".join(COLUMNS)
NODE = "laws.txt", "--node", "规定"


@pytest.fixture
def collocations(run: Run, tmp_path: Path) -> Run:
    """`nlpkit collocations ARGUMENTS...` where laws.txt lies, and stop.txt, a list of stop words."""
    (tmp_path / "laws.txt").write_text(read_text("laws", 30_000), "utf-8")
    (tmp_path / "stop.txt").write_text("规定\n的\n", "utf-8")
    return partial(run, "collocations")


# ---- tables


def test_a_table_goes_to_stdout_and_the_report_to_stderr(collocations: Run) -> None:
    done = collocations(*NODE)
    rows = rows_of(done)
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) > 10
    assert {row["node"] for row in rows} == {"规定"}
    strengths = [float(row["log_dice"]) for row in rows]
    assert strengths == sorted(strengths, reverse=True)
    for row in rows:
        assert int(row["o11"]) == int(row["left"]) + int(row["right"]) > float(row["e11"])
        assert min(int(row["o11"]), int(row["f_collocate"])) >= 5
    assert re.match(rf"[\d,]+ words, {len(rows):,} pairs, \d", last_line(done))


def test_each_format_has_the_same_pairs(collocations: Run, tmp_path: Path) -> None:
    rows = rows_of(collocations(*NODE, "-q"))
    assert list(csv.DictReader(lines_of(collocations(*NODE, "-f", "csv")))) == rows
    objects = [json.loads(line) for line in lines_of(collocations(*NODE, "-f", "jsonl"))]
    assert [tuple(each) for each in objects] == [COLUMNS] * len(rows)
    assert [{name: each[name] for name in ("node", "collocate")} for each in objects] == [
        {name: row[name] for name in ("node", "collocate")} for row in rows
    ]
    assert [f"{each['delta_p_2_given_1']:.6f}" for each in objects] == [row["delta_p_2_given_1"] for row in rows]
    assert lines_of(collocations(*NODE, "-o", "found.csv")) == []
    assert list(csv.DictReader(io.StringIO((tmp_path / "found.csv").read_text("utf-8")))) == rows
    assert lines_of(collocations(*NODE, "-o", "found.tsv.gz")) == []
    assert gzip.decompress((tmp_path / "found.tsv.gz").read_bytes()) == collocations(*NODE).stdout


def test_several_nodes_have_their_own_collocates_in_one_list(collocations: Run) -> None:
    both = rows_of(collocations(*NODE, "--node", "行为", "--node", "规定"))
    one, other = (rows_of(collocations("laws.txt", "--node", node)) for node in ("规定", "行为"))
    assert len(both) == len(one) + len(other) > len(one) > 0
    assert all(row in both for row in one + other)


def test_all_pairs_come_once_with_the_word_first_that_stands_first(collocations: Run) -> None:
    rows = rows_of(collocations("laws.txt"))
    pairs = {(row["node"], row["collocate"]) for row in rows}
    assert len(pairs) == len(rows) > 50
    assert not any((b, a) in pairs for a, b in pairs)
    assert all(int(row["right"]) >= int(row["left"]) for row in rows)
    beside = rows_of(collocations(*NODE))
    expected = {frozenset(pair) for pair in pairs if "规定" in pair}
    assert {frozenset((row["node"], row["collocate"])) for row in beside} - {frozenset(["规定"])} == expected


def test_a_window_after_the_node_has_nothing_on_its_left(collocations: Run) -> None:
    rows = rows_of(collocations(*NODE, "--window", "0,3", "--min-count", "2"))
    assert rows and all((row["left"], row["right"]) == ("0", row["o11"]) for row in rows)
    assert rows_of(collocations(*NODE, "--window", " 3 , 0", "--min-count", "2")) != rows
    assert lines_of(collocations(*NODE, "--window", "4,4")) == lines_of(collocations(*NODE, "--window", "4"))


def test_sentences_end_windows(collocations: Run, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("甲 乙。 丙 甲 乙！” 丙 3.14 丙\n" * 9, "utf-8")
    how = "t.txt", "--tokenizer", "space", "--node", "丙", "--window", "1"
    assert {row["collocate"] for row in rows_of(collocations(*how))} == {"乙。", "乙！”", "3.14"}
    rows = rows_of(collocations(*how, "--within", "sentence"))
    assert {(row["collocate"], row["o11"]) for row in rows} == {("甲", "9"), ("3.14", "18")}


def test_sort_and_top_choose_rows_of_the_same_list(collocations: Run) -> None:
    whole = rows_of(collocations("laws.txt"))
    for column in ("g2", "mi", "delta_p_1_given_2", "f_collocate"):
        done = collocations("laws.txt", "--sort", column, "--top", "20")
        rows = rows_of(done)
        values = [float(row[column]) for row in rows]
        assert values == sorted((float(row[column]) for row in whole), reverse=True)[:20]
        assert all(row in whole for row in rows)
        assert f"{len(whole):,} pairs, 20 written, " in last_line(done)


def test_what_is_left_out_keeps_its_place(collocations: Run, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("甲 的 乙\n" * 5 + "丁 丁 丁\n" * 9, "utf-8")
    how = "t.txt", "--tokenizer", "space", "--node", "甲", "--stopwords", "stop.txt"
    assert lines_of(collocations(*how, "--window", "1")) == [HEADER]
    done = collocations(*how, "--window", "2")
    assert [(row["collocate"], row["o11"]) for row in rows_of(done)] == [("乙", "5")]
    assert done.stderr.decode().startswith("42 words, ")


def test_an_idle_stop_list_is_told(collocations: Run, tmp_path: Path) -> None:
    (tmp_path / "idle.txt").write_text("没有这词\n", "utf-8")
    said = collocations(*NODE, "--stopwords", "idle.txt").stderr.decode()
    assert "idle.txt: its word does not occur as a token, so nothing was left out\n" in said


def test_english_and_bundled_stop_words(collocations: Run, tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text(read_text("genesis", 40_000), "utf-8")
    rows = rows_of(collocations("en.txt", "--language", "en", "--node", "God", "--stopwords", "en"))
    assert {"created", "lord"} & {row["collocate"] for row in rows}
    assert not {"the", "and"} & {row["collocate"] for row in rows}


# ---- nodes


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ("没有的词", "没有的词 does not occur as a word; it is cut "),
        ("法律 责任", "法律 责任 does not occur as a word; a node is one word; near it: "),
        ("法律人", "; near it: 法律 ("),
    ],
)
def test_a_node_that_does_not_occur_is_told_with_words_near_it(collocations: Run, node: str, said: str) -> None:
    done = collocations("laws.txt", "--node", node)
    assert lines_of(done) == [HEADER]
    assert said in done.stderr.decode()
    assert ", no pairs, " in last_line(done)
    both = collocations(*NODE, "--node", node)
    assert lines_of(both) == lines_of(collocations(*NODE))
    assert said in both.stderr.decode()


@pytest.mark.parametrize(("count", "last"), [(5, None), (6, "1 node more does not occur: z5"), (40, "z23, z24, ...")])
def test_of_many_nodes_that_do_not_occur_a_few_are_explained(count: int, last: str | None, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("zz1 b\n", "utf-8")
    said: list[str] = []
    nodes = [f"z{i}" for i in range(count)]
    nlpkit.collocations(tmp_path / "t.txt", node=nodes, tokenizer="space", notify=said.append)
    assert said[1] == "z1 does not occur as a word; near it: zz1 (1)"
    assert len(said) == 5 + (last is not None)
    assert last is None or said[-1].endswith(last)


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["--stopwords", "stop.txt"], "--stopwords"),
        (["--min-length", "3"], "--min-length"),
        (["--match", "^a"], "--match"),
    ],
)
def test_a_node_that_a_filter_leaves_out_is_an_error(collocations: Run, arguments: list[str], option: str) -> None:
    done = collocations(*NODE, *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"nlpkit: --node '规定' is left out by {option}\n")


def test_nodes_are_compared_in_the_form_that_is_counted(collocations: Run, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("ＳＱＬ server\nsql Server\nx y\n" * 5, "utf-8")
    rows = rows_of(collocations("t.txt", "--node", "Sql", "--casefold", "--normalize", "--tokenizer", "space"))
    assert [(row["node"], row["collocate"], row["o11"]) for row in rows] == [("sql", "server", "10")]


# ---- inputs


def test_the_text_may_come_through_a_pipe_and_the_table_may_go_into_one(collocations: Run, shell: Run) -> None:
    expected = lines_of(collocations(*NODE, "-q"))
    assert lines_of(shell("nlpkit collocations --node 规定 -q < laws.txt")) == expected
    assert lines_of(shell("cat laws.txt | nlpkit collocations - --node 规定 -q")) == expected
    done = shell("nlpkit collocations laws.txt --min-count 1 --min-frequency 1 | head -2")
    assert done.stdout.decode().startswith(f"{HEADER}\n") and done.stdout.count(b"\n") == 2
    assert b"Traceback" not in done.stderr and b"Broken" not in done.stderr


@pytest.mark.parametrize("node", [[], ["--node", "规定"]], ids=["all pairs", "a node"])
@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("", "0 words, no pairs (the input is empty), "),
        ("。，！\n\n；  \n", "0 words, no pairs, "),
        ("规定\n", "no pairs, "),
    ],
    ids=["nothing", "punctuation", "one word"],
)
def test_a_text_without_pairs_gives_a_header(
    collocations: Run, node: list[str], text: str, report: str, tmp_path: Path
) -> None:
    (tmp_path / "t.txt").write_text(text, "utf-8")
    for options in ((), ("--tokenizer", "space"), ("--tokenizer", "char", "--window", "0,2")):
        done = collocations("t.txt", *node, *options)
        assert lines_of(done) == [HEADER]
        assert report in last_line(done)


def test_text_that_is_not_utf8_is_an_error_that_names_the_byte_and_the_way_out(
    collocations: Run, tmp_path: Path
) -> None:
    text = "a\n" + read_text("laws", 30_000)
    (tmp_path / "utf8.txt").write_text(text, "utf-8")
    (tmp_path / "gbk.txt").write_bytes(text.encode("gb18030"))
    (tmp_path / "bad.txt").write_bytes("abc\n中国".encode() + b"\xff\n")
    for name, said in (
        ("gbk.txt", "gbk.txt:2 (byte 2): not valid UTF-8; try --encoding gb18030"),
        ("bad.txt", "bad.txt:2 (byte 10): not valid UTF-8; try --errors replace|skip"),
    ):
        for how in (
            ["--node", "规定"],
            ["--tokenizer", "char"],
            ["--tokenizer", "jieba", "-j", "2", "--chunk-size", "1k"],
        ):
            done = collocations("laws.txt", name, *how)
            assert (done.returncode, done.stdout) == (1, b"")
            assert last_line(done).startswith(f"nlpkit: {said}")
    done = collocations("gbk.txt", "--encoding", "auto", "--node", "规定")
    assert "gbk.txt: read as gb18030 (detected)\n" in done.stderr.decode()
    assert lines_of(done) == lines_of(collocations("utf8.txt", "--node", "规定"))


@pytest.mark.parametrize("executor", ["threads", slow("processes"), slow("serial"), slow("dask")])
def test_workers_and_memory_do_not_change_the_table(collocations: Run, executor: str) -> None:
    for how in ((), ("--node", "规定", "--window", "2,9")):
        expected = lines_of(collocations("laws.txt", *how))
        bounded = ("--chunk-size", "5k", "--memory", "64M", *workers(executor))
        assert lines_of(collocations("laws.txt", *how, *bounded)) == expected


# ---- wrong usage


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--window", "0"], "--window is 0; nothing stands within it, so give 1 or more"),
        (["--window", "0,0"], "--window is 0,0; nothing stands within it"),
        (["--window", "1001"], "--window is 1001; each side has 0 to 1,000 words"),
        (["--window", "x"], "'x' is no window; write 5, or 0,3 for three words after the node"),
        (["--window", "1,2,3"], "'1,2,3' is no window"),
        (["--window", "-1"], "'-1' is no window"),
        (["--node", ""], "--node is empty"),
        (["--node", "。"], "--node '。' is no word: it has no letter and no digit"),
        (["--min-count", "0"], "--min-count is 0; it must be at least 1"),
        (["--min-frequency", "0"], "--min-frequency is 0; it must be at least 1"),
        (["--top", "0"], "--top is 0; it must be at least 1"),
        (["--sort", "count"], "'count' is not one of 'g2', 'log_dice'"),
        (["--within", "file"], "'file' is not one of 'line', 'sentence'"),
        (["--mode", "full"], "--mode full: words of a window do not overlap"),
        (["--tokenizer", "regex"], "--tokenizer regex: say what a token is with --pattern"),
        (["--pattern", "["], "--pattern '[' is not a regular expression"),
        (["--hmm", "--tokenizer", "space"], "--hmm: no effect with --tokenizer space"),
        (["-f", "jieba"], "--format is 'jieba'; choose from tsv, csv, jsonl"),
        (["-o", "laws.txt"], "laws.txt: is also an input; write to another file"),
        (["-o", "stop.txt", "--stopwords", "stop.txt"], "stop.txt: is also an input; write to another file"),
        (["--nod", "规定"], "did you mean --node?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_usage_is_told_before_anything_is_read(collocations: Run, arguments: list[str], message: str) -> None:
    done = collocations("laws.txt" if "-o" in arguments else "nowhere.txt", *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr.decode()
    assert "nowhere.txt" not in done.stderr.decode()


def test_a_missing_file_is_told(collocations: Run) -> None:
    done = collocations("nowhere.txt", "--node", "规定")
    assert (done.returncode, last_line(done)) == (1, "nlpkit: nowhere.txt: no such file")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": (1, 2, 3)}, r"^window is \(1, 2, 3\); give a number of words, or two: before and after$"),
        ({"window": ()}, r"^window is \(\); "),
        ({"window": -1}, "^window is -1; each side has 0 to 1,000 words$"),
        ({"node": ["词", ""]}, "^node is empty$"),
        ({"node": [f"w{i}" for i in range(10_001)]}, "^node: 10,001 words are too many; give 10,000 or fewer$"),
    ],
    ids=["three sides", "no side", "negative", "empty", "too many"],
)
def test_options_of_the_library_are_checked(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        CollocationOptions(**options)


def test_ten_thousand_nodes_have_their_own_figures(tmp_path: Path) -> None:
    """Nodes are numbered by five digits; the last ones must be kept apart, too."""
    words = [f"w{i:04}" for i in range(10_000)]
    (tmp_path / "t.txt").write_text("".join(f"{word} x{word}\n" for word in words), "utf-8")
    how: dict[str, Any] = {"tokenizer": "space", "min_count": 1, "min_frequency": 1, "sort": "o11"}
    found = nlpkit.collocations(tmp_path / "t.txt", node=words, **how)
    assert list(found.node) == words
    assert list(found.collocate) == [f"x{word}" for word in words]
    assert set(found.right.tolist()) == {1}


@pytest.mark.parametrize(
    "cutter", [lambda: {"segmenter": nlpkit.Segmenter(mode="full")}, lambda: {"jieba": nlpkit.Jieba(mode="full")}]
)
def test_overlapping_words_are_refused(cutter: Callable[[], dict[str, Any]], tmp_path: Path) -> None:
    how = cutter()
    tokenizer = "jieba" if "jieba" in how else "words"
    with pytest.raises(OptionError, match=r"^mode is 'full'; words of a window do not overlap$"):
        nlpkit.collocations(tmp_path, tokenizer=tokenizer, **how)


def test_no_pairs_name_the_options_that_leave_them_out(collocations: Run, tmp_path: Path) -> None:
    (tmp_path / "few.txt").write_text("a b\na b\n", "utf-8")
    line = "no two words are near 5 times; see --min-count and --min-frequency"
    assert line in collocations("few.txt").stderr.decode()
    line = "no word is near a 5 times; see --min-count and --min-frequency"
    assert line in collocations("few.txt", "--node", "a").stderr.decode()
    assert "see --min-count" not in collocations("few.txt", "--node", "zzz").stderr.decode()


def test_no_node_at_all_is_an_error_from_python() -> None:
    with pytest.raises(OptionError, match="node is empty; name a word, or leave it out for all pairs"):
        nlpkit.collocations("x.txt", node=[])
