"""`nlpkit count` as its users meet it: options that go together and those that do not, what it says and how it ends."""

import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import fields
from functools import partial
from pathlib import Path

import jieba
import pytest

import nlpkit
from nlpkit.cli import count as count_command
from nlpkit.frequencies import count, read_lists
from nlpkit.frequencies.options import CountOptions
from nlpkit.frequencies.tokens import Tokenizer
from tests.conftest import ENVIRONMENT, Run, start, wait_until

pytestmark = [pytest.mark.usefixtures("dictionary"), pytest.mark.compiled]  # tests of the library compare the kernels
posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and pipes")
TEXT = "b a\nb c b\n"


@pytest.fixture
def tally(run: Run, tmp_path: Path) -> Run:
    """`nlpkit count ARGUMENTS...` where text.txt lies."""
    (tmp_path / "text.txt").write_text(TEXT)
    return partial(run, "count")


SPACE = ("text.txt", "--tokenizer", "space")


def lines_of(done: "subprocess.CompletedProcess[bytes]") -> list[str]:
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().split("\n")[:-1]


# ---- lists


def test_a_table_goes_to_stdout_and_the_report_to_stderr(tally: Run) -> None:
    assert tally(*SPACE, "-q").stderr == b""  # also compiles what is not, which is told otherwise
    done = tally(*SPACE)
    assert lines_of(done) == ["token\tcount", "b\t3", "a\t1", "c\t1"]
    assert done.stderr.decode().startswith("5 tokens, 3 types, 3 written, ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--top", "2"], ["token\tcount", "b\t3", "a\t1"]),
        (["--min-count", "2"], ["token\tcount", "b\t3"]),
        (["--min-count", "9"], ["token\tcount"]),
        (["--df", "--per-million"], ["token\tcount\tdf\tper_million", "b\t3\t2\t600000.0", *["a\t1\t1\t200000.0"]]),
        (["--ngram", "2", "--df", "-f", "csv"], ["token,count,df", "b a,1,1", "b c,1,1", "c b,1,1"]),
        (["--ngram", "2-3", "--separator", "_", "-f", "words"], ["b_a", "b_c", "b_c_b", "c_b"]),
        (["--stopwords", "stop.txt", "--ngram", "1-2", "-f", "jieba"], ["a 1", "c 1"]),
        (["--match", "[bc]", "--ngram", "1-2", "-f", "words"], ["b", "b c", "c", "c b"]),
    ],
)
def test_options_of_lists(arguments: list[str], expected: list[str], tally: Run, tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text("B\nx\n")
    if "--stopwords" in arguments:
        arguments = [*arguments, "--casefold"]
    lines = lines_of(tally(*SPACE, *arguments))
    if "--per-million" in arguments:
        lines = lines[:3]
    assert lines == expected


def test_files_streams_and_records_give_the_same_list(tally: Run, tmp_path: Path) -> None:
    expected = lines_of(tally(*SPACE))
    (tmp_path / "t.gz").write_bytes(gzip.compress(TEXT.encode()))
    (tmp_path / "t.jsonl").write_text("".join(json.dumps({"text": line}) + "\n" for line in TEXT.split("\n")))
    (tmp_path / "t.csv").write_text("text\n" + TEXT)
    rest = ["--tokenizer", "space", "-q"]
    assert lines_of(tally("-", *rest, input=TEXT.encode())) == expected
    assert lines_of(tally(*rest, input=(tmp_path / "t.gz").read_bytes())) == expected
    assert lines_of(tally("t.jsonl", "--field", "text", *rest)) == expected
    assert lines_of(tally("t.csv", "--column", "text", *rest, "-o", "list.tsv")) == []
    assert (tmp_path / "list.tsv").read_text().split("\n")[:-1] == expected
    rows = lines_of(tally("t.csv", "--column", "text", *rest, "--df", "--document", "row"))
    assert rows == ["token\tcount\tdf", "b\t3\t2", "a\t1\t1", "c\t1\t1"]


def test_an_empty_input_gives_an_empty_list(tally: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert lines_of(tally("--tokenizer", "space", input=b"")) == ["token\tcount"]  # standard input, of nothing
    assert lines_of(tally("empty", "--tokenizer", "char", "-f", "jsonl")) == []
    done = tally("empty", "--tokenizer", "char", "--stats", "-f", "tsv")
    assert lines_of(done)[:3] == ["name\tat\tvalue", "tokens\t\t0", "types\t\t0"]


def test_words_are_those_of_jieba_and_of_segment(tally: Run, shell: Run, few_laws: Path) -> None:
    text = few_laws.read_text("utf-8")
    for arguments, hmm in (((), False), (("--hmm", "-j", "2", "--executor", "processes", "--chunk-size", "40k"), True)):
        expected = Counter(token for token in jieba.cut(text, HMM=hmm) if token.strip())
        lines = lines_of(tally(few_laws, *arguments))
        assert [line.split("\t") for line in lines[1:]] == [
            [token, str(n)] for token, n in sorted(expected.items(), key=lambda row: (-row[1], row[0]))
        ]
    by_segment = shell(f"nlpkit segment -q < {few_laws} | nlpkit count -q --tokenizer space")
    assert by_segment.stdout == tally(few_laws, "-q").stdout


def test_a_dictionary_and_the_options_of_segment(tally: Run, tmp_path: Path) -> None:
    (tmp_path / "d.txt").write_text("国家 5\n机关 5\n国家机关 3\nABC 2\n", "utf-8")
    (tmp_path / "u.txt").write_text("家机 1000\n", "utf-8")
    (tmp_path / "t.txt").write_text("国家机关ａｂｃ https://a.b/c\n", "utf-8")
    for options, how in (
        (["-d", "d.txt"], {}),
        (["-d", "d.txt", "-u", "u.txt"], {"user_dictionary": tmp_path / "u.txt"}),
        (["-d", "d.txt", "--force", "u.txt"], {"force": tmp_path / "u.txt"}),
        (["-d", "d.txt", "--fold", "--whole"], {"fold": True, "whole": True}),
        (["-d", "d.txt", "--mode", "search"], {"mode": "search"}),
        (["-d", "d.txt", "--mode", "full"], {"mode": "full"}),
    ):
        if how.get("force"):
            (tmp_path / "u.txt").write_text("家机\n", "utf-8")
        segmenter = nlpkit.Segmenter(tmp_path / "d.txt", **how)  # type: ignore[arg-type]
        expected = Counter(token for token in segmenter.cut("国家机关ａｂｃ https://a.b/c\n") if token.strip())
        assert dict(line.split("\t") for line in lines_of(tally("t.txt", *options))[1:]) == {
            token: str(n) for token, n in expected.items()
        }


def test_a_list_becomes_a_dictionary(tally: Run, run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("国家机关 国家机关 国家 机关 token", "utf-8")
    for layout in ("tsv", "jieba"):
        assert tally("t.txt", "--tokenizer", "space", "-f", layout, "-o", "words").returncode == 0
        done = run("segment", "-d", "words", "-q", input="国家机关\n".encode())
        assert (done.stdout.decode(), done.stderr) == ("国家机关\n", b"")


# ---- statistics and sums


def test_statistics_with_the_curve(tally: Run, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("a b a c a d a e a f a a a\n")
    lines = lines_of(tally("t.txt", "--tokenizer", "space", "--stats", "-f", "tsv"))
    rows = {tuple(line.split("\t")[:2]): line.split("\t")[2] for line in lines}
    assert (rows["tokens", ""], rows["types", ""], rows["hapaxes", ""], rows["characters", ""]) == (
        "13",
        "6",
        "5",
        "13",
    )
    assert (rows["types_at", "10"], rows["types_at", "13"]) == ("6", "6")
    assert rows["embedding_dimension", ""] == "15"
    shown = tally("t.txt", "--tokenizer", "space", "--stats").stdout.decode()
    assert "Zipf exponent, ranks 1 to 6" in shown
    lines_of(tally("t.txt", "--tokenizer", "space", "-o", "list.tsv"))
    merged = lines_of(tally("list.tsv", "--merge", "--stats", "-f", "tsv"))
    assert merged == [line for line in lines if not line.startswith(("types_at", "heaps"))]


def test_merged_lists_equal_the_list_of_all_texts(tally: Run, tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("c d\n")
    both = lines_of(tally("text.txt", "more.txt", "--tokenizer", "space", "--per-million"))
    lines_of(tally(*SPACE, "--df", "-o", "a.tsv"))
    lines_of(tally("more.txt", "--tokenizer", "space", "-f", "jsonl", "-o", "b.jsonl"))
    assert lines_of(tally("--merge", "a.tsv", "b.jsonl", "--per-million")) == both
    listed = (tmp_path / "b.jsonl").read_bytes()
    assert lines_of(tally("--merge", "a.tsv", "-", "--per-million", input=listed)) == both
    assert read_lists([tmp_path / "a.tsv", tmp_path / "b.jsonl"]).to_dict() == {"b": 3, "c": 2, "a": 1, "d": 1}
    with_df = lines_of(tally("text.txt", "more.txt", "--tokenizer", "space", "--df"))
    lines_of(tally("more.txt", "--tokenizer", "space", "--df", "-f", "jsonl", "-o", "b.jsonl"))
    assert lines_of(tally("--merge", "a.tsv", "b.jsonl", "--df")) == with_df


def test_glob_chooses_the_lists_of_a_directory(tally: Run, tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    for name, n in (("a.tsv", 1), ("b.tsv", 2), ("old.txt", 100)):
        (tmp_path / "lists" / name).write_text(f"token\tcount\nx\t{n}\n")
    assert lines_of(tally("--merge", "lists", "--glob", "*.tsv")) == ["token\tcount", "x\t3"]
    done = tally("--merge", "lists", "--glob", "*.csv")
    assert (done.returncode, done.stdout) == (1, b"")
    assert "no files in this directory match '*.csv'" in done.stderr.decode()


def test_one_of_each_is_reported_without_a_plural_s(tally: Run) -> None:
    done = tally("-", "--tokenizer", "space", input=b"a\n")
    assert done.stderr.decode().startswith("1 token, 1 type, 1 written, ")


def test_the_command_has_the_options_and_defaults_of_the_library() -> None:
    typed = count_command.command.make_context("count", ["text.txt"]).params
    defaults = {"tokenizer": None}  # words, or regex with --pattern
    for field in fields(CountOptions):
        if field.name not in ("segmenter", "jieba", "firsts"):  # which the command makes itself
            assert typed[field.name] == defaults.get(field.name, field.default), field.name


# ---- wrong usage

WRONG = {
    "--against is an option of `nlpkit keywords`: type `nlpkit keywords text.txt --tokenizer space --against 'a b'`": [
        *("--tokenizer", "space", "--against", "a b")
    ],
    "--against is an option of `nlpkit keywords`: type `nlpkit keywords text.txt --against=b.txt --max-p 1`": [
        *("--against=b.txt", "--max-p", "1")
    ],
    "--format is 'jieba'; choose from text, tsv, csv, jsonl": ["--stats", "-f", "jieba"],
    "--format is 'text'; choose from tsv, csv, jsonl, jieba, words": ["-f", "text"],
    "--min-count, --top, --per-million: no effect with --stats; it is about all tokens": [
        *("--stats", "--top", "1", "--min-count", "2", "--per-million")
    ],
    "--df: no effect with --stats": ["--df", "--stats"],
    "--ngram, --separator: no effect with --stats": ["--ngram", "2", "--separator", "_", "--stats"],
    "--document: no effect with --merge; it adds up lists as they are": ["--df", "--document", "file", "--merge"],
    "--errors, --unique-lines: no effect with --merge": [
        *("--merge", "--encoding", "gb18030", "--errors", "skip", "--unique-lines")
    ],
    "--field, --chunk-size: no effect with --merge": ["--merge", "--field", "text", "--chunk-size", "1M"],
    "--column, --delimiter: no effect with --merge": ["--merge", "--column", "text", "--delimiter", ","],
    "--tokenizer, --dict, --hmm, --jobs: no effect with --merge": [
        *("--merge", "--tokenizer", "space", "-d", "d.txt", "--hmm", "-j", "2")
    ],
    "text.txt: is also an input; write to another file": ["--tokenizer", "space", "-o", "text.txt"],
    "stop.txt: is also an input": ["--tokenizer", "space", "--stopwords", "stop.txt", "-o", "stop.txt"],
    "invalid value for '--ngram': '2-1' is not a range of orders from 1 to 99; write 2, or 1-4": ["--ngram", "2-1"],
    "invalid value for '--ngram': '0' is not a range of orders": ["--ngram", "0"],
    "--tokenizer regex: say what a token is with --pattern": ["--tokenizer", "regex"],
    "--pattern: no effect with --tokenizer char; only regex has one": ["--tokenizer", "char", "--pattern", "a"],
    "--pattern '(' is not a regular expression": ["--tokenizer", "regex", "--pattern", "("],
    "--pattern 'x*' matches the empty string": ["--tokenizer", "regex", "--pattern", "x*"],
    r"--pattern '\\b' matches the empty string": ["--tokenizer", "regex", "--pattern", r"\b"],
    "--match '[' is not a regular expression": ["--tokenizer", "char", "--match", "["],
    "--dict, --hmm: no effect with --tokenizer space": ["--tokenizer", "space", "-d", "d.txt", "--hmm"],
    "--force: no effect with --tokenizer jieba": ["--tokenizer", "jieba", "--force", "d.txt"],
    "--dict: the jieba library takes one; give others as --user-dict": [
        *("--tokenizer", "jieba", "-d", "d.txt", "-d", "d.txt")
    ],
    "--separator holds a tab or line end": ["--tokenizer", "space", "--separator", "\t"],
    "--separator holds a tab or line end ": ["--tokenizer", "space", "--separator", r"\t"],
    "no/out: the folder": ["-o", "no/out"],
    "no/min_count/tmp_dir: the folder": ["-o", "no/min_count/tmp_dir"],
    "--scheduler 'host' is not an address": ["--tokenizer", "space", "--scheduler", "host"],
    "--scheduler tcp://h:1 is for --executor dask, not threads": [
        *("--tokenizer", "space", "--scheduler", "tcp://h:1", "--executor", "threads")
    ],
    "invalid value for '--stopwords': the name is empty; name a file": ["--stopwords", ""],
    "invalid value for '--tmp-dir': the name is empty; name a file": ["--tmp-dir", ""],
    "--document: no effect without --df; give both": ["--tokenizer", "space", "--document", "file"],
    "--document 'row': only JSON Lines and CSV have rows, and text.txt is read as text; see --field, --column": [
        *("--tokenizer", "space", "--df", "--document", "row")
    ],
    "--document 'row': records are no lines, so not with --unique-lines": [
        *("--tokenizer", "space", "--df", "--document", "row", "--unique-lines")
    ],
}


@pytest.mark.parametrize("says", WRONG, ids=lambda says: says[:30])
def test_an_error_names_the_wrong_option(says: str, tally: Run, tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text("b\n")
    (tmp_path / "d.txt").write_text("b 3\n")
    done = tally("text.txt", *WRONG[says])
    first, last = done.stderr.decode().rstrip("\n").split("\n")
    assert done.returncode == 2
    assert first.startswith(f"nlpkit: {says.rstrip()}"), first
    assert last == "See `nlpkit count --help`."
    assert done.stdout == b""
    assert (tmp_path / "text.txt").read_text() == TEXT


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none.txt", "--tokenizer", "space"], r"none\.txt: no such file"),
        ([*SPACE, "--stopwords", "none.txt"], r"none\.txt: no such file"),
        ([*SPACE, "--stopwords", "gbk.txt"], r"gbk\.txt:2 \(byte 2\): not valid UTF-8; try --encoding gb18030"),
        ([*SPACE, "--stopwords", "empty"], "empty: holds no words"),
        (["--merge", "text.txt"], "text.txt:1: does not have a word beside a whole number of 0 or more"),
        (["--merge", "empty"], "empty: is empty; a frequency list has a header"),
        (["gbk.txt", "--tokenizer", "char"], r"gbk\.txt:2 \(byte 2\): not valid UTF-8; try --encoding gb18030"),
    ],
)
def test_an_error_names_the_input_that_cannot_be_read(
    arguments: list[str], says: str, tally: Run, tmp_path: Path
) -> None:
    (tmp_path / "gbk.txt").write_bytes(
        ("b\n" + "中华人民共和国公民在法律面前一律平等。国家尊重和保障人权。\n" * 9).encode("gb18030")
    )
    (tmp_path / "empty").write_bytes(b"")
    done = tally(*arguments, "-q")
    assert (done.returncode, done.stdout) == (1, b"")
    assert re.fullmatch(f"nlpkit: {says}[^\n]*\n", done.stderr.decode()), done.stderr.decode()


def test_a_pattern_that_matches_the_empty_string_in_a_text_is_an_error(tally: Run) -> None:
    done = tally("text.txt", "--tokenizer", "regex", "--pattern", "(?<=b)", "-o", "out.tsv")
    assert done.returncode == 2
    assert b"matches the empty string, which is not a token" in done.stderr


def test_an_executor_that_is_not_installed_is_an_error(python: list[str], tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(TEXT)
    code = "import sys; sys.modules['distributed'] = None; from nlpkit.cli import main; main(sys.argv[1:])"
    done = start([*python, "-c", code, "count", *SPACE, "--executor", "dask"], tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"executor dask needs Dask: pip install 'nlpkit[dask]'" in done.stderr


# ---- pipes and signals


@posix
def test_a_reader_that_closes_the_pipe_is_not_an_error(shell: Run, tmp_path: Path) -> None:
    text = "\n".join(f"w{i}" for i in range(200_000))
    (tmp_path / "t.txt").write_text(text)
    for reader, shown in (("head -n 2", b"token\tcount\nw0\t1\n"), ("true", b"")):
        done = shell(f"nlpkit count t.txt --tokenizer space -q | {reader}")
        assert (done.returncode, done.stdout, done.stderr) == (0, shown, b"")


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_leaves_the_old_list(number: int, tmp_path: Path) -> None:
    (tmp_path / "out.tsv").write_text("old")
    (tmp_path / "tmp").mkdir()
    command = [
        sys.executable,
        "-m",
        "nlpkit",
        "count",
        "-",
        "--tokenizer",
        "space",
        "-o",
        "out.tsv",
        "--tmp-dir",
        "tmp",
    ]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=ENVIRONMENT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stdin is not None
    process.stdin.write(TEXT.encode())
    process.stdin.flush()
    wait_until(lambda: os.listdir(tmp_path / "tmp"))  # where standard input goes
    os.killpg(process.pid, number)
    _, stderr = process.communicate(timeout=300)
    assert process.returncode == 128 + number
    assert stderr == (b"nlpkit: interrupted\n" if number == signal.SIGINT else b"")
    assert sorted(os.listdir(tmp_path)) == ["out.tsv", "tmp"]
    assert os.listdir(tmp_path / "tmp") == []
    assert (tmp_path / "out.tsv").read_text() == "old"


def test_the_library_and_the_command_give_the_same_list(tally: Run) -> None:
    found = count(io.BytesIO(TEXT.encode()), tokenizer="char", ngram=(1, 2))
    lines = lines_of(tally("text.txt", "--tokenizer", "char", "--ngram", "1-2"))
    assert [tuple(line.split("\t")) for line in lines[1:]] == [(token, str(n)) for token, n in found]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--pattern zzz", "--pattern 'zzz' matches nowhere in the text"),
        ("--pattern (zz)?\\w+", "the group of --pattern '(zz)?\\w+' matches nowhere in the text"),
        ("--tokenizer space --match zzz", "all tokens are left out (--match)"),
        ("--tokenizer char --match z --min-length 2", "all tokens are left out (--match and --min-length)"),
        ("--tokenizer space --stats --min-length 9", "all tokens are left out (--min-length)"),
        ("--tokenizer space --min-count 4", "none of 3 different tokens occurs 4 times (--min-count); the most "
         "frequent one occurs 3 times"),
        ("--tokenizer space --ngram 6", "no line has 6 tokens without a gap (--ngram)"),
    ],
)  # fmt: skip
def test_a_list_without_rows_says_which_option_left_them_out(tally: Run, arguments: str, says: str) -> None:
    done = tally("text.txt", *arguments.split())
    assert (done.returncode, len(done.stdout.splitlines()) > 1) == (0, "--stats" in arguments)
    assert says in done.stderr.decode().splitlines()


@pytest.mark.parametrize(
    "how", [{"tokenizer": "space"}, {"tokenizer": "words"}, {"tokenizer": "regex", "pattern": "b"}]
)
def test_why_there_are_no_rows_is_known_at_the_first_token(
    how: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read, told = list[str](), list[str]()
    marked = Tokenizer.marked

    def cut(self: Tokenizer, data: bytes, in_line: bool, final: bool) -> tuple[bytes, int, bool]:
        read.append(data.decode())
        return marked(self, data, in_line, final)

    monkeypatch.setattr(Tokenizer, "marked", cut)
    files = [io.BytesIO(text) for text in (b" \n", b"a b c\n", b"b\n")]
    count(nlpkit.Corpus(files), match="z", executor="serial", notify=told.append, **how)
    assert told[-1] == "all tokens are left out (match)"
    assert read[-2:] == [" \n", "a b c\n"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("-f txt", "--format is 'txt'; choose from tsv, csv, jsonl, jieba, words, idf"),
        ("-f CSV", "--format is 'CSV'; did you mean csv?"),
        ("--stats -f txt", "--format is 'txt'; did you mean text?"),
    ],
)
def test_a_format_is_suggested_that_the_command_takes(tally: Run, arguments: str, says: str) -> None:
    assert f"nlpkit: {says}" in tally("text.txt", *arguments.split()).stderr.decode().splitlines()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("text.txt --glob *.cvs", "--glob '*.cvs': no effect without a directory among the inputs"),
        ("text.txt --executor serial -j 4", "--jobs 4: no effect with --executor serial"),
        ("text.txt -o memory://x.csv", "memory://x.csv: is gone when the command ends; name a file"),
        ("text.txt --stopwords the", "the: no such file; --stopwords takes zh, en, or a file with a word a line"),
        ("text.txt --stopwords -", "-: standard input is for the text; name a file"),
        (
            "t.csv --column title,body",
            "t.csv: no column 'title,body'; several columns are --column title --column body",
        ),
        (
            "t.jsonl --field title,body",
            "t.jsonl: no record has text in the field 'title,body'; several fields are --field title --field body",
        ),
        ("t.jsonl --field more", "t.jsonl:1: the field 'more' holds an array, no text; name more.*"),
    ],
)
def test_what_has_no_effect_or_cannot_be_is_refused_with_the_way_out(
    tally: Run, tmp_path: Path, arguments: str, says: str
) -> None:
    (tmp_path / "t.csv").write_text("title,body\na,b\n")
    (tmp_path / "t.jsonl").write_text('{"title": "a", "body": "b", "more": ["c"]}\n')
    done = tally(*arguments.split())
    assert (done.returncode in (1, 2), done.stdout) == (True, b"")
    assert f"nlpkit: {says}" in done.stderr.decode().splitlines()


def test_glob_may_be_for_the_reference(run: Run, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(TEXT)
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.txt").write_text("b\n")
    assert run("keywords", *SPACE, "--against", "d", "--glob", "*.txt").returncode == 0
