"""`nlpkit concordance` as its users meet it: terminals and pipes, options that go together, how it ends."""

import json
import os
import pty
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from nlpkit.kwic.hits import Row
from nlpkit.kwic.writing import Writer, width
from tests.conftest import ENVIRONMENT, Run, slow, start, workers

pytestmark = [pytest.mark.usefixtures("dictionary"), pytest.mark.compiled]
TEXT = "第一条　养犬人应当办理养犬登记证。\n机会议论\t会议\n\x1b[31m养犬\n"


@pytest.fixture
def look(run: Run, tmp_path: Path) -> Run:
    """`nlpkit concordance ARGUMENTS...` where text.txt lies."""
    (tmp_path / "text.txt").write_text(TEXT)
    return partial(run, "concordance")


def lines_of(done: "subprocess.CompletedProcess[bytes]") -> list[str]:
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().split("\n")[:-1]


def on_terminal(folder: Path, *arguments: str, **environment: str) -> str:
    """What the command writes to a terminal of 80 columns."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "nlpkit", "concordance", *arguments]
    given = {**ENVIRONMENT, "TERM": "xterm", "COLUMNS": "80", **environment}
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=follower, stderr=subprocess.PIPE, cwd=folder, env=given
    ) as process:
        os.close(follower)
        parts = []
        try:
            while part := os.read(leader, 4096):
                parts.append(part)
        except OSError:  # its end
            pass
        assert process.stderr is not None
        process.stderr.read()
    os.close(leader)
    assert process.returncode == 0
    return b"".join(parts).decode().replace("\r\n", "\n")


def test_a_table_goes_to_stdout_and_the_report_to_stderr(look: Run) -> None:
    done = look("养犬", "text.txt")
    assert lines_of(done) == [
        "file\tline\tleft\thit\tright",
        "text.txt\t1\t第一条　\t养犬\t人应当办理养犬登记证。",
        "text.txt\t1\t第一条　养犬人应当办理\t养犬\t登记证。",
        "text.txt\t3\t\x1b[31m\t养犬\t",
    ]
    assert re.fullmatch(r"3 hits in 1 file, 3 written, [\d.]+ s\n", done.stderr.decode())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["会议"], ["2:机|会议|论␉会议", "2:机会议论␉|会议|"]),
        (["会议", "--word"], ["2:机会议论␉|会议|"]),
        (["机会 议论", "--phrase"], ["2:|机会议论|␉会议"]),
        (["机会议论", "--phrase"], ["2:|机会议论|␉会议"]),
        (["[议证].", "--regex", "--context", "1"], ["1:记|证。|", "2:会|议论|␉"]),
        (["养犬", "--sort", "R1", "--context", "1w"], ["3:31m|养犬|", "1:第一条　|养犬|人", "1:办理|养犬|登记证"]),
        (["养犬", "--sample", "1"], ["1:第一条　养犬人应当办理|养犬|登记证。"]),
        (["养犬", "--top", "1"], ["1:第一条　|养犬|人应当办理养犬登记证。"]),
    ],
    ids=lambda value: " ".join(value) if "|" not in value[0] else "",
)
def test_what_is_found(look: Run, arguments: list[str], expected: list[str]) -> None:
    rows = [line.split("\t") for line in lines_of(look(*arguments, "text.txt"))[1:]]
    assert [f"{line}:{left.removeprefix(chr(27))}|{hit}|{right}" for _, line, left, hit, right in rows] == expected


def test_counts_only(look: Run, tmp_path: Path) -> None:
    (tmp_path / "none.txt").write_text("x\n")
    done = look("养犬", "text.txt", "none.txt", "--count-only")
    assert lines_of(done) == ["file\tcount", "text.txt\t3"]
    assert done.stderr.startswith(b"3 hits in 1 file, ")


def test_top_ends_the_search(look: Run) -> None:
    assert (
        look("养犬", "text.txt", "--top", "2").stderr.decode().startswith("2 hits written, the rest was not searched, ")
    )


def test_formats(look: Run) -> None:
    assert lines_of(look("一", "text.txt", "-f", "csv"))[1] == "text.txt,1,第,一,条　养犬人应当办理养犬登记证。"
    assert json.loads(lines_of(look("登记", "text.txt", "-f", "jsonl"))[0]) == {
        "file": "text.txt",
        "line": 1,
        "offset": 39,
        "left": "第一条　养犬人应当办理养犬",
        "hit": "登记",
        "right": "证。",
    }


def test_what_never_occurs_ends_well(look: Run) -> None:
    done = look("养犬证", "text.txt")
    assert lines_of(done) == ["file\tline\tleft\thit\tright"]
    assert done.stderr.decode().startswith("养犬证 never occurs; 养犬 occurs 3 times\nno hits, ")


def test_a_terminal_gets_aligned_lines_in_colour_and_no_controls_of_the_text(look: Run, tmp_path: Path) -> None:
    del look
    shown = on_terminal(tmp_path, "养犬", "text.txt")
    assert shown.count("\x1b[1;31m养犬\x1b[0m") == 3
    assert "\x1b[31m" not in shown
    assert "␛[31m" in shown
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown).split("\n")[:-1]
    places = []
    for line in plain:
        before = line[: line.index("  养犬")]
        places.append(sum(2 if character > "\u2fff" else 1 for character in before))
    assert len(set(places)) == 1
    assert all(sum(2 if character > "\u2fff" else 1 for character in line) <= 80 for line in plain)


@pytest.mark.parametrize("cells", [20, 40, 80])
def test_lines_fit_a_terminal_of_any_width(cells: int) -> None:
    writer = Writer("text", cells=cells)
    rows: list[Row] = [("laws/a/very/long/name.txt", 123, 0, "甲" * 50, "责任" * n, "乙" * 50) for n in (1, 60)]
    lines = writer.rows(rows).decode().split("\n")[:-1]
    assert all(width(line) <= cells for line in lines)
    assert "甲  责任  乙" in lines[0]


def test_marks_of_direction_do_not_reach_a_terminal() -> None:
    shown = Writer("text").rows([("a", 1, 0, "\u202e", "b\u2066", "\u2028")]).decode()
    assert shown.split() == ["a:1", "\ufffd", "b\ufffd", "\ufffd"]


def test_messages_hold_no_controls_of_what_they_name(look: Run) -> None:
    done = look("\x1b[31m\u202e猫", "text.txt", "\x1bno.txt")
    assert done.stderr.startswith("nlpkit: ␛no.txt: ".encode())
    done = look("\x1b[32m\u202e猫", "text.txt")
    assert done.stderr.startswith("␛[32m\ufffd猫 never occurs".encode())


def test_quiet_is_not_about_colour(look: Run, tmp_path: Path) -> None:
    del look
    assert "\x1b[1;31m养犬\x1b[0m" in on_terminal(tmp_path, "养犬", "text.txt", "--quiet")


def test_nothing_is_written_before_inputs_are_opened(look: Run) -> None:
    done = look("养犬", "nofolder")
    assert (done.returncode, done.stdout) == (1, b"")


def test_quiet_looks_for_nothing_else(look: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("nlpkit.kwic.nothing.Nothing.line")
    done = look("养犬证", "text.txt", "-q")
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_none_is_wanted(look: Run, tmp_path: Path, environment: dict[str, str]) -> None:
    del look
    assert "\x1b" not in on_terminal(tmp_path, "养犬", "text.txt", **environment)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([""], "query is empty"),
        (["a\nb"], "holds a line end"),
        (["a", "--word", "--regex"], "--word and --regex exclude each other"),
        (["a", "--sort", "X9"], "--sort 'X9': 'X9' is not a place beside the hit"),
        (["a", "--sort", "R0"], "--sort 'R0': 'R0' is not a place"),
        (["a", "--sort", "R1,R1"], "names a place twice"),
        (["a", "--context", "0"], "--context is '0'; write 30"),
        (["a", "--sample", "0"], "--sample is 0; it must be at least 1"),
        (["a", "--seed", "1"], "--seed: no effect without --sample"),
        (["a", "--by-frequency"], "--by-frequency: of which neighbour? Name it with --sort R1"),
        (["a", "--count-only", "--sort", "R1"], "--sort: no effect with --count-only"),
        (["a", "--hmm"], "--hmm: no effect without tokens; these are for --word"),
        (["a", "--tokenizer", "char"], "--tokenizer: no effect without tokens"),
        (["a", "--pattern", "x"], "--pattern: no effect without tokens"),
        (["a", "--normalize"], "--normalize: no effect without --word, --phrase or --sort"),
        (["a", "--language", "en"], "--language: no effect without tokens; these are for --word"),
        (["a", "--language", "en", "--word", "--casefold"], "--casefold: no effect with --language en"),
        (["a", "--language", "en", "--word", "--tokenizer", "char"], "--tokenizer: no effect with --language en"),
        (["a", "--language", "en", "--word", "--hmm"], "--hmm: no effect with --language en"),
        (["a", "--word", "--mode", "search"], "--mode search: tokens overlap"),
        (["(", "--regex"], "is not a regular expression"),
        (["a*", "--regex"], "matches the empty string"),
        ([r"\b", "--regex"], "matches the empty string"),
        (["(?=a)", "--regex"], "matches the empty string"),
        (["(?=责)", "--regex"], "matches the empty string"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage(look: Run, arguments: list[str], message: str) -> None:
    done = look(*arguments, "text.txt")
    assert done.returncode == 2
    assert message in done.stderr.decode()
    assert done.stderr.count(b"\n") == 2


def test_invalid_text_is_an_error_wherever_it_is(look: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"ab\nab\xff\n")
    done = look("zz", "bad.txt")
    assert (done.returncode, done.stderr[:21]) == (1, b"nlpkit: bad.txt:2 (by")


def test_a_runaway_regex_ends_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "runaway.txt").write_text("a\n" + "a" * 60 + "\n")
    code = "from nlpkit.kwic import finding; finding.SECONDS = 0.2; from nlpkit.cli import main; main()"
    arguments = ["concordance", "(?:a|a)+b(?:a|a)+c|(a|aa)+$b", "runaway.txt", "--regex"]
    done = start([sys.executable, "-c", code, *arguments], tmp_path)
    assert done.returncode == 1
    assert done.stderr.decode().startswith("nlpkit: runaway.txt:2: the regular expression takes longer than")


def test_standard_input_is_answered_as_it_comes(tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "nlpkit", "concordance", "ab", "-q"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path, env=ENVIRONMENT
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        for number in range(1, 4):
            process.stdin.write(b"xab\n")
            process.stdin.flush()
            if number == 1:
                assert process.stdout.readline() == b"file\tline\tleft\thit\tright\n"
            assert process.stdout.readline() == f"<stdin>\t{number}\tx\tab\t\n".encode()
        process.stdin.close()
    assert process.returncode == 0


def test_head_ends_it(shell: Run, few_laws: Path) -> None:
    done = shell(f"nlpkit concordance 应当 {few_laws} -q | head -n 2")
    assert (done.returncode, done.stdout.count(b"\n"), done.stderr) == (0, 2, b"")


@pytest.mark.parametrize("executor", ["serial", "threads", slow("processes"), slow("dask")])
def test_workers_write_the_same_bytes(run: Run, few_laws: Path, executor: str) -> None:
    look = partial(run, "concordance", "应当", few_laws, "-q")
    for how in (["-f", "csv"], ["--word", "--sort", "R1", "--sample", "20"]):
        assert look(*how, "--chunk-size", "16k", *workers(executor)).stdout == look(*how).stdout != b""


def test_encodings_and_tables(look: Run, tmp_path: Path) -> None:
    (tmp_path / "gbk.txt").write_bytes("甲\n养犬人\n".encode("gb18030"))
    assert lines_of(look("养犬", "gbk.txt", "--encoding", "gb18030"))[1] == "gbk.txt\t2\t\t养犬\t人"
    (tmp_path / "a.csv").write_text('id,text\n1,"甲\n养犬"\n2,养犬人\n')
    assert lines_of(look("养犬", "a.csv", "--column", "text"))[1:] == ["a.csv\t1\t\t养犬\t", "a.csv\t2\t\t养犬\t人"]
