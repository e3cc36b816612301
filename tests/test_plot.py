"""--plot: pictures in text. Bars begin in one column, nothing is wider than the terminal, stdout stays as it is."""

import json
import math
import os
import pty
import re
import subprocess
import sys
import termios
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpkit.frequencies.curves import growth_bars, rank_bars
from nlpkit.frequencies.statistics import spectrum_of
from nlpkit.kwic.writing import width
from nlpkit.reports.terminal import Bars, Strips, label
from tests.conftest import ENVIRONMENT, LAWS, Run

pytestmark = [pytest.mark.usefixtures("dictionary"), pytest.mark.compiled]
in_texts = pytest.mark.usefixtures("texts")
BLOCKS = re.compile("[█▏▎▍▌▋▊▉▐▕]")
CODES = re.compile("\x1b\\[[0-9;]*m")
WORDS = [
    "生产经营单位",
    "the",
    "",
    "\t",
    "a\x1b[31mb",
    "\u202eabc",
    "שלום",
    "👨\u200d👩\u200d👧",
    "é",
    "[bold]x",
    "x" * 10_000,
]
COMMANDS = {
    "discover": "laws.txt --min-count 9 --top 30",
    "terms": "laws.txt --tokenizer jieba --top 30",
    "count": "laws.txt --tokenizer char --top 30",
    "count --stats": "laws.txt --tokenizer char",
    "keywords": "laws.txt --against other.txt --negative",
    "collocations": "laws.txt --node 责任",
    "concordance": "责任 laws.txt other.txt",
    "apriori": "baskets.csv --no-header --layout basket --min-support 2",
    "apriori --itemsets": "baskets.csv --no-header --layout basket --min-support 2 --top 3",
}


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    lines = LAWS.read_text().splitlines(keepends=True)
    (tmp_path / "laws.txt").write_text("".join(lines[:1500]))
    (tmp_path / "other.txt").write_text("".join(lines[-500:]))
    (tmp_path / "baskets.csv").write_text("milk,bread\nmilk,bread,butter\nbutter,milk\nbread\n面包,牛奶\n面包,牛奶\n")
    return tmp_path


def begins(lines: list[str]) -> set[int]:
    """The columns in which bars begin."""
    return {width(line[: found.start()]) for line in lines if (found := BLOCKS.search(line))}


def on_terminal(folder: Path, columns: int, *arguments: str, **environment: str) -> str:
    """What the command writes to stderr, a terminal."""
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (24, columns))
    given = {name: value for name, value in ENVIRONMENT.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        [sys.executable, "-m", "nlpkit", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=follower,
        cwd=folder,
        env={**given, "TERM": "xterm", **environment},
    ):
        os.close(follower)
        parts = []
        try:
            while part := os.read(leader, 4096):
                parts.append(part)
        except OSError:  # its end
            pass
    os.close(leader)
    return b"".join(parts).decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [30, 40, 80, 200])
def test_every_bar_begins_in_the_same_column(columns: int) -> None:
    lines = Bars("count", WORDS, range(1, len(WORDS) + 1)).lines(columns)
    assert len(begins(lines)) == 1
    assert max(map(width, lines)) == columns
    assert len([line for line in lines if BLOCKS.search(line)]) == len(WORDS)


#: Characters whose width nobody doubts, and those that have none.
CHARACTERS = st.characters(max_codepoint=0x4FF) | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
CHARACTERS |= st.characters(min_codepoint=0x200B, max_codepoint=0x200F) | st.sampled_from("\u202e\u2066，👨😀\ufe0f")


@given(
    st.lists(st.tuples(st.text(CHARACTERS, max_size=30), st.floats() | st.integers(-9, 9)), min_size=1, max_size=20),
    st.integers(20, 100),
)
def test_no_picture_is_wider_than_the_terminal_whatever_the_words_and_numbers(
    rows: list[tuple[str, float]], columns: int
) -> None:
    lines = Bars("title", [text for text, _ in rows], [value for _, value in rows]).lines(columns)
    assert len(lines) == len(rows) + 1
    assert max(map(width, lines)) <= columns
    assert not re.search("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "".join(lines))


def test_the_longest_bar_fills_the_line_and_others_are_in_proportion() -> None:
    _, whole, half, small, none = Bars("", ["a", "b", "c", "d"], [400, 200, 1, 0]).lines(6 + 64)
    assert (whole[6:], half[6:], small[6:], none) == ("█" * 64, "█" * 32, "▏", "d   0")


def test_negative_values_go_to_the_left_of_a_common_line() -> None:
    lines = Bars("", ["a", "b", "c"], [3.0, -1.0, 0.5]).lines(49)
    assert lines[1:] == [
        "a  3.000           " + "█" * 30,
        "b -1.000 " + "█" * 10,
        "c  0.500           " + "█" * 5,
    ]


def test_infinite_values_are_drawn_in_full_and_nan_not_at_all() -> None:
    _, infinite, finite, nan = Bars("", ["a", "b", "c"], [math.inf, 2, math.nan]).lines(40)
    assert infinite.count("█") == finite.count("█") > 30
    assert nan == "c   -"
    assert Bars("", ["a"], [math.nan]).lines(40)[1:] == ["a -"]


def test_words_that_a_terminal_would_obey_are_shown() -> None:
    assert [*map(label, ["a\x1b[31mb", "\tx", "", "  ", "\u200f\u202ea", "❤\ufe0f", "\ue000", "🇨🇳👍🏽"])] == [
        *("a␛[31mb", "␉x", '""', '"  "', "\ufffda", "❤", "\ufffd", "CN👍"),
    ]


def test_colours_change_nothing_but_colours() -> None:
    bars = Bars("title", ["法律", "b"], [3, -1])
    plain, coloured = bars.lines(60), bars.lines(60, colour=True)
    assert not CODES.search("".join(plain))
    assert CODES.search("".join(coloured))
    assert [CODES.sub("", line).rstrip() for line in coloured] == plain


def test_the_curves_have_log_axes() -> None:
    _, *lines = rank_bars(spectrum_of(np.array([1000, 100, 10, 10, 1]))).lines(60)
    assert [line.split()[:2] for line in lines] == [["1", "1,000"], ["2", "100"], ["5", "1"]]
    assert [line.count("█") for line in lines] == [52, 34, 0]
    _, *lines = growth_bars([(10, 8), (20, 12)]).lines(60)
    assert [line.split()[:2] for line in lines] == [["10", "8"], ["20", "12"]]


def test_a_strip_shows_where_hits_are() -> None:
    hits = [np.array([4, 0, 0, 1] + [0] * 60), np.array([0, 2, 0, 0])]
    lines = Strips("title", ["甲.txt", "b"], hits, [10, 10], [60, 20]).lines(15)
    assert lines[:3] == ["title", "甲.txt 5 █··░··", "b      2 ·▒"]
    assert " ".join(lines[3:]) == "A cell is 10 bytes of text; hits: ·=0 ░=1 ▒=2 ▓=3 █=4"


def test_long_words_keep_their_beginning_and_files_their_end() -> None:
    assert Bars("", ["中华人民共和国"], [1]).lines(20)[1].split()[0] == "中华人…"
    strips = Strips("", ["/folder/of/many/laws.txt", "文件夹/法律法规.txt"], [np.ones(4, np.int64)] * 2, [1, 1], [4, 4])
    assert [line.split()[0] for line in strips.lines(24)[1:3]] == ["…/laws.txt", "…法规.txt"]


@in_texts
@pytest.mark.parametrize("name", COMMANDS)
def test_the_picture_goes_to_stderr_and_the_result_stays_as_it_is(run: Run, name: str) -> None:
    command = [*name.split(), *COMMANDS[name].split()]
    plain, drawn = run(*command), run(*command, "--plot", "-q")
    assert (plain.returncode, drawn.returncode) == (0, 0), drawn.stderr.decode()
    assert drawn.stdout == plain.stdout != b""
    picture = drawn.stderr.decode()
    assert picture.endswith("\n")
    lines = picture.splitlines()
    assert 2 < len(lines) <= 50
    assert max(map(width, lines)) <= 80
    assert "\x1b" not in picture
    if name not in ("concordance", "keywords"):
        parts = picture.split("\n\n")
        assert all(len(begins(part.splitlines()[1:])) == 1 for part in parts)


@in_texts
def test_a_closed_pipe_does_not_keep_the_picture_away(shell: Run) -> None:
    done = shell("nlpkit count laws.txt --tokenizer char --ngram 3 --plot -q | head -n 1 >/dev/null")
    assert done.returncode == 0
    assert done.stderr.decode().startswith("count of the first 20 of ")


def test_a_terminal_gets_colours_and_its_width(texts: Path) -> None:
    arguments = ("concordance", "责任", "laws.txt", "--plot", "-q")
    for columns in (40, 80):
        coloured = on_terminal(texts, columns, *arguments)
        assert CODES.search(coloured)
        lines = CODES.sub("", coloured).splitlines()
        assert max(map(width, lines)) == columns
        assert on_terminal(texts, columns, *arguments, NO_COLOR="1").splitlines() == [line.rstrip() for line in lines]


@pytest.mark.parametrize(
    "arguments",
    [
        ["count", "empty.txt", "--tokenizer", "char"],
        ["concordance", "责任", "empty.txt"],
        ["collocations", "empty.txt"],
        ["discover", "empty.txt"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_an_empty_result_says_so_in_one_line(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "empty.txt").write_text("")
    done = run(*arguments, "--plot", "-q")
    assert (done.returncode, done.stderr) == (0, b"nothing to draw: the result is empty\n")


@in_texts
@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        ("discover laws.txt --explain 责任", "--explain; it lists no words"),
        ("terms laws.txt --explain 责任", "--explain; it lists no terms"),
        ("concordance 责任 laws.txt --count-only", "--count-only; it lists no hits"),
        ("keywords laws.txt --each file", "--each file; words of a document are ranked by TF-IDF"),
        ("apriori baskets.csv --dry-run", "--dry-run; nothing is mined"),
    ],
    ids=lambda text: text.split()[0],
)
def test_where_nothing_can_be_drawn_the_option_is_refused(run: Run, arguments: str, cause: str) -> None:
    done = run(*arguments.split(), "--plot")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"nlpkit: --plot: no effect with {cause}\n")


def test_without_the_library_the_command_says_so_before_it_reads(tmp_path: Path) -> None:
    (tmp_path / "rich.py").write_text("raise ImportError")
    found = f"{tmp_path}{os.pathsep}{ENVIRONMENT['PYTHONPATH']}"
    command = [sys.executable, "-m", "nlpkit", "count", "missing.txt", "--plot"]
    done = subprocess.run(command, cwd=tmp_path, env={**ENVIRONMENT, "PYTHONPATH": found}, capture_output=True)
    assert done.returncode == 2
    cause = "rich, which draws in a terminal, is not installed: pip install 'nlpkit[plot]'"
    assert done.stderr.decode().startswith(f"nlpkit: {cause}\n")


def test_the_dispersion_is_the_same_however_the_text_is_read(run: Run, texts: Path) -> None:
    text = (texts / "laws.txt").read_text()
    lines = text.removesuffix("\n").split("\n")
    (texts / "rows.jsonl").write_text("".join(json.dumps({"text": line}) + "\n" for line in lines))
    (texts / "laws00.txt").write_text(text)
    (texts / "gb1803.txt").write_bytes(text.encode("gb18030"))
    strips = set()
    for how in (
        ["laws00.txt"],
        ["laws00.txt", "--chunk-size", "4k", "-j", "2", "--executor", "processes"],
        ["laws00.txt", "--sort", "R1"],
        ["laws00.txt", "--sample", "3"],
        ["gb1803.txt", "--encoding", "gb18030"],
        ["rows.jsonl", "--field", "text"],
        ["rows.jsonl", "--field", "text", "--chunk-size", "4k"],
    ):
        done = run("concordance", "责任", *how, "--plot", "-q")
        strips.add(done.stderr.decode().replace(how[0], "name"))
    assert len(strips) == 1, strips
    hits = [len(text[: found.start()].encode()) for found in re.finditer("责任", text)]
    done = run("concordance", "责任", "laws.txt", "--plot", "-q")
    _, strip, note = done.stderr.decode().splitlines()
    each = int(re.findall(r"is ([\d,]+) bytes", note)[0].replace(",", ""))
    cells = np.bincount(np.array(hits) // each, minlength=len(strip.split()[-1]))
    assert strip.split()[1] == str(len(hits))
    shown = np.array([".░▒▓█".find(cell) for cell in strip.split()[-1]])
    assert np.count_nonzero((shown > 0) != (cells > 0)) <= 4  # a part at the edge of a cell belongs to one of the two


@in_texts
def test_a_search_that_ends_early_shows_what_it_has_found(run: Run) -> None:
    done = run("concordance", "责任", "laws.txt", "other.txt", "--top", "5", "--plot", "-q")
    title, strip, _ = done.stderr.decode().splitlines()
    assert title == "责任: the first 5 hits, up to the last of them"
    assert strip.startswith("all 5 ")
    assert strip[-1] in "░▒▓█"


def test_many_files_share_one_strip(run: Run, tmp_path: Path) -> None:
    for number in range(21):
        (tmp_path / f"{number:02}.txt").write_text("甲乙丙\n")
    _, strip, _ = run("concordance", "乙", ".", "--plot", "-q").stderr.decode().splitlines()
    assert strip.startswith("all 21 ")
    (tmp_path / "20.txt").unlink()
    (tmp_path / "00.txt").write_text("none\n")
    lines = run("concordance", "乙", ".", "--plot", "-q").stderr.decode().splitlines()
    assert [line.split()[:2] for line in lines[1:4]] == [["./00.txt", "0"], ["./01.txt", "1"], ["./02.txt", "1"]]
    assert len(lines) == 22


def test_the_library_is_loaded_only_to_draw(texts: Path) -> None:
    code = "import sys\ntry:\n    from nlpkit.cli import main; main({!r})\nfinally:\n    print('rich' in sys.modules)"
    for more, is_loaded in ([], b"False"), (["--plot"], b"True"):
        arguments = ["concordance", "责任", "laws.txt", "-o", "out.tsv", *more]
        done = subprocess.run(
            [sys.executable, "-c", code.format(arguments)], cwd=texts, env=ENVIRONMENT, capture_output=True
        )
        assert done.stdout.strip() == is_loaded
