"""`nlpkit segment` as its users meet it: text, pipes, records, files; whatever comes in, and however it comes."""

import csv
import fcntl
import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jieba
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from nlpkit import Corpus, EncodingError, Layout, OptionError, Segmenter, discover, segment
from nlpkit.corpus.detection import returns_end_lines
from nlpkit.segmentation.layout import write_text
from tests.conftest import ENVIRONMENT, Run, patience, slow, wait_until

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

pytestmark = [pytest.mark.usefixtures("dictionary"), pytest.mark.compiled]  # tests of the library compare the kernels
posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and pipes")
CLOSING = re.compile(r"[\d,]+ lines? written( \(the input is empty\))?, [\d.]+ s(, [\d.]+ MB/s)?\n")
FEW = settings(deadline=None, max_examples=100)


@pytest.fixture
def cut(run: Run) -> Run:
    """Run `nlpkit segment ARGUMENTS...` as in a shell."""

    def run_segment(*arguments: object, **options: object) -> "subprocess.CompletedProcess[bytes]":
        return run("segment", *arguments, **options)

    return run_segment


@pytest.fixture
def words(cut: Run) -> Callable[..., str]:
    """What `nlpkit segment ARGUMENTS...` writes when all is well, and says nothing."""

    def run_segment(*arguments: object, **options: object) -> str:
        done = cut(*arguments, **options)
        assert (done.returncode, said(done.stderr)) == (0, "")
        return str(done.stdout.decode())

    return run_segment


def said(stderr: bytes) -> str:
    """What stderr has to say, but for what is being compiled and the closing line."""
    lines = [f"{line}\n" for line in stderr.decode().split("\n")[:-1]]
    if lines and CLOSING.fullmatch(lines[-1]):
        del lines[-1]
    return "".join(line for line in lines if not line.startswith(("compiling", "preparing")))


def assert_one_clear_line(done: "subprocess.CompletedProcess[bytes]", status: int, *parts: str) -> None:
    """Ended with the status and one message that names the program and all `parts`."""
    text = done.stderr.decode()
    assert done.returncode == status, text
    assert "Traceback" not in text
    assert "this is a bug" not in text
    message = text.split("\n")[0] if status == 2 else text.removesuffix("\n").rpartition("\n")[2]
    assert message.startswith("nlpkit: "), text
    for part in parts:
        assert part in message


@cache
def segmenter() -> Segmenter:
    """jieba's words, from compiled kernels."""
    made = Segmenter()
    made.engine()
    return made


@cache
def tokenizer() -> jieba.Tokenizer:
    jieba.setLogLevel(60)
    result = jieba.Tokenizer()
    result.initialize()
    return result


def theirs(text: str, hmm: bool = False) -> str:
    """What the words of jieba itself make of lines."""
    lines = []
    for line in text.split("\n"):
        lines.append(" ".join(word for word in tokenizer().lcut(line, HMM=hmm) if not word.isspace()))
    return "\n".join(lines)


def bare(text: str) -> str:
    """Text without its white space."""
    return "".join(text.split())


class Stdin:
    """Takes the place of sys.stdin."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


WAYS = ("file", "gz", "stream", "stdin")


def segmented(data: bytes, folder: Path, way: str = "file", options: dict[str, Any] | None = None, **how: Any) -> bytes:
    """What `segment` writes of bytes that are read in one of the WAYS. options: those of the corpus."""
    given: Any = io.BytesIO(data)
    with pytest.MonkeyPatch.context() as patch:
        if way == "stdin":
            patch.setattr(sys, "stdin", Stdin(data))
            given = "-"
        elif way != "stream":
            given = folder / "in"
            given.write_bytes(gzip.compress(data) if way == "gz" else data)
        segment(Corpus(given, **options or {}), str(folder / "out"), **{"segmenter": segmenter(), **how})
    return (folder / "out").read_bytes()


# Text


@pytest.fixture(scope="module")
def few(few_laws: Path) -> str:
    return few_laws.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def expected(few: str) -> str:
    return theirs(few)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("chunk_size", ["1", "700", "64k", "8M"])
def test_statutes_are_cut_as_jieba_cuts_them_with_any_chunk_size(
    words: Callable[..., str], few_laws: Path, expected: str, chunk_size: str, jobs: int
) -> None:
    assert words(few_laws, "-j", jobs, "--chunk-size", chunk_size) == expected


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    "way", ["file", "gz", "zst", "stdin", "gz on stdin", "gb18030 on stdin", "utf-16", "redirected"]
)
def test_statutes_are_cut_as_jieba_cuts_them_from_any_kind_of_input(
    words: Callable[..., str], tmp_path: Path, few: str, expected: str, way: str, jobs: int
) -> None:
    data = few.encode()
    (tmp_path / "a.txt").write_bytes(data)
    (tmp_path / "a.gz").write_bytes(gzip.compress(data))
    (tmp_path / "a.zst").write_bytes(zstd.compress(data))
    (tmp_path / "a.u16").write_bytes(few.encode("utf-16"))
    arguments: dict[str, list[str]] = {
        "file": ["a.txt"],
        "gz": ["a.gz"],
        "zst": ["a.zst"],
        "utf-16": ["a.u16", "--encoding", "utf-16"],
        "gb18030 on stdin": ["--encoding", "gb18030"],
    }
    given: dict[str, Any] = {
        "stdin": {"input": data},
        "gz on stdin": {"input": gzip.compress(data)},
        "gb18030 on stdin": {"input": few.encode("gb18030")},
    }
    with (tmp_path / "a.txt").open("rb") as file:
        options = {"stdin": file} if way == "redirected" else given.get(way, {})
        assert words(*arguments.get(way, []), "-j", jobs, "--chunk-size", "20k", **options) == expected


@pytest.mark.parametrize("hmm", [False, True], ids=["", "hmm"])
def test_all_modes_are_those_of_jieba(words: Callable[..., str], few: str, hmm: bool) -> None:
    text = few[:2_000]
    option = ["--hmm"] * hmm
    assert words(*option, input=text.encode()) == theirs(text, hmm)
    lines = [
        " ".join(word for word in tokenizer().lcut_for_search(line, HMM=hmm) if not word.isspace())
        for line in text.split("\n")
    ]
    assert words("--mode", "search", *option, input=text.encode()) == "\n".join(lines)
    if not hmm:
        lines = [
            " ".join(word for word in tokenizer().lcut(line, cut_all=True) if word and not word.isspace())
            for line in text.split("\n")
        ]
        assert words("--mode", "full", input=text.encode()) == "\n".join(lines)


PARTS = ["中国", "人民", "清华大学", "的", "a", "3.14", "C++", "，", " ", "\u3000", "\t", "\n", "\r\n", "\r", "\x85"]
PARTS += ["\u2028", "\0", "\x01", "\x1c", "\ufeff", "😀", "👨\u200d👩\u200d👧", "e\u0301", "\U00020000", '"', "\\"]
some_text = st.lists(st.sampled_from(PARTS), max_size=30).map("".join) | st.text()


@FEW
@given(some_text, st.sampled_from(WAYS), st.sampled_from([8, 20, 300, 1 << 20]), st.integers(1, 2))
@example("", "stdin", 8, 1)
@example("\n\n", "file", 8, 2)
@example("\ufeff中国\r\n\r人民\x85\u2028的\0\n", "stdin", 8, 2)
@example("中国人民" * 40, "gz", 8, 1)
@example("\ufeff", "stream", 8, 1)
def test_only_white_space_is_added_or_removed(
    tmp_path_factory: pytest.TempPathFactory, text: str, way: str, chunk_size: int, jobs: int
) -> None:
    assume(not returns_end_lines(text))
    folder = tmp_path_factory.getbasetemp()
    chunk_size = 1 << 20 if way == "stdin" else chunk_size
    out = segmented(text.encode(), folder, way, {"chunk_size": chunk_size}, jobs=jobs).decode()
    text = text.removeprefix("\ufeff")
    assert bare(out) == bare(text)
    assert out.count("\n") == text.count("\n")
    for given_line, line in zip(text.split("\n"), out.split("\n"), strict=True):
        assert bare(line) == bare(given_line)
        assert line == line.strip(" ")
    assert out == theirs(text)


def test_words_are_joined_by_the_separator(words: Callable[..., str]) -> None:
    data = "我来到 北京\t清华大学\r\n\n 好\u3000".encode()
    assert words(input=data) == "我 来到 北京 清华大学\n\n好"
    assert words("--separator", "／", input=data) == "我／来到／北京／清华大学\n\n好"
    assert words("--separator", " | ", input=data) == "我 | 来到 | 北京 | 清华大学\n\n好"
    assert words("--separator", "\\t", input=data) == "我\t来到\t北京\t清华大学\n\n好"
    assert (
        words("--separator", "\t", "--mode", "search", input=data) == "我\t来到\t北京\t清华\t华大\t大学\t清华大学\n\n好"
    )


@FEW
@given(some_text, st.sampled_from(WAYS), st.sampled_from([8, 300]))
@example("a b\r\n\r\n  c\u3000\td\r", "file", 300)
def test_kept_white_space_gives_the_text_back(
    tmp_path_factory: pytest.TempPathFactory, text: str, way: str, chunk_size: int
) -> None:
    assume(not returns_end_lines(text))
    folder = tmp_path_factory.getbasetemp()
    separator = "<~>"  # which no text here has
    chunk_size = 1 << 20 if way == "stdin" else chunk_size
    layout = Layout("text", separator, keep_space=True)
    out = segmented(text.encode(), folder, way, {"chunk_size": chunk_size}, layout=layout).decode()
    text = text.removeprefix("\ufeff")
    assert out.replace(separator, "") == text
    cut_by_line = [segmenter().cut(line) for line in text.replace("\r\n", "\r \n").split("\n")]
    ours = [line.split(separator) if line else [] for line in out.split("\n")]
    assert sum(map(len, ours)) <= sum(map(len, cut_by_line))
    assert all(all(line) for line in ours)


def test_each_cutting_option_changes_the_words(words: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "d.txt").write_text("来到北京 10\n我\n", encoding="utf-8")
    (tmp_path / "u.txt").write_text("来到北京\n", encoding="utf-8")
    (tmp_path / "f.txt").write_text("约翰·史密斯\nC++\n", encoding="utf-8")
    data = "我来到北京，约翰·史密斯写C++，mail a.b@c.com 👨‍👩‍👧２０２１年".encode()
    assert words("-d", "d.txt", input=data).startswith("我 来到北京 ， 约 翰")
    assert words("-u", "u.txt", input=data).startswith("我 来到北京 ， 约翰 · 史密斯")
    assert words("--force", "f.txt", input=data).startswith("我 来到 北京 ， 约翰·史密斯 写 C++ ，")
    assert words("--whole", "--graphemes", input=data).endswith("mail a.b@c.com 👨‍👩‍👧 ２０２１ 年")


def test_several_inputs_are_written_in_order_without_joining_lines(words: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("我们\n你们".encode())
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress("他们\n".encode()))
    (tmp_path / "c.txt").write_bytes("天安门".encode())
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "2").write_bytes("二".encode())
    (tmp_path / "folder" / "1").write_bytes("一".encode())
    for options in ([], ["-j", "2", "--chunk-size", "4"], ["-j", "1"]):
        assert words("b.txt.gz", "a.txt", "c.txt", *options) == "他们\n我们\n你们\n天安门"
        assert words("c.txt", "b.txt.gz", "folder", "b.txt.gz", *options) == "天安门\n他们\n一\n二\n他们\n"
        assert words("a.txt", "-", "c.txt", *options, input="上海".encode()) == "我们\n你们\n上海\n天安门"
        assert words("a.txt", "a.txt", *options) == "我们\n你们\n我们\n你们"


def test_long_lines_of_several_archives_do_not_run_into_each_other(words: Callable[..., str], tmp_path: Path) -> None:
    for name, line in (("a", "中华人民共和国 " * 500), ("b", "abc def " * 500)):
        (tmp_path / name).write_bytes(gzip.compress(f"{line}。\n".encode()))
    expected = "中华人民共和国 " * 500 + "。\n" + "abc def " * 500 + "。\n"
    for jobs in (1, 2):
        assert words("a", "b", "--chunk-size", "1000", "-j", jobs) == expected


def test_unique_lines_leaves_out_repeated_lines(words: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("我们\n你们\n我们\n", encoding="utf-8")
    assert words("a.txt", "--unique-lines", "-q") == "我们\n你们\n"
    assert words("--unique-lines", "-q", input="我们\n我们\n".encode()) == "我们\n"


# Long lines

LONG = {
    "with boundaries": "中华人民共和国，人民当家作主。",
    "Han only": "中华人民共和国万岁",
    "letters": "aGVsbG8gd29ybGQK",
    "emoji": "😀",
    "spaces": " \u3000\t",
}


@pytest.mark.parametrize("kind", LONG)
def test_a_very_long_line_has_the_same_words_from_any_kind_of_input(tmp_path: Path, kind: str) -> None:
    text = LONG[kind] * (2_500_000 // len(LONG[kind].encode()))
    whole = segmented(text.encode(), tmp_path, "file", jobs=1)
    assert bare(whole.decode()) == bare(text)
    if kind != "letters":  # of which a run is cut after 2**20
        head = text[:4000]
        assert whole.decode().startswith(theirs(head)[:3000].rpartition(" ")[0])
    for way, chunk_size, jobs in (("gz", 50_000, 1), ("stdin", 1 << 20, 1), ("stdin", 30_000, 2), ("file", 9_999, 2)):
        assert segmented(text.encode(), tmp_path, way, {"chunk_size": chunk_size}, jobs=jobs) == whole, (way, jobs)


PEAK = """
import sys
from nlpkit import segment
segment(sys.argv[1], sys.argv[2], jobs=1)
print(*(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@posix
@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="this system does not say")
@pytest.mark.parametrize("kind", ["Han only", slow("with boundaries")])
def test_memory_does_not_grow_with_the_length_of_a_line(tmp_path: Path, kind: str) -> None:
    peaks = []
    for size in (4_000_000, 24_000_000):
        (tmp_path / "a.txt").write_bytes(LONG[kind].encode() * (size // len(LONG[kind].encode())))
        done = subprocess.run(
            [sys.executable, "-c", PEAK, "a.txt", "b.txt"],
            cwd=tmp_path,
            env=ENVIRONMENT,
            capture_output=True,
            check=True,
            timeout=120,
        )
        peaks.append(int(done.stdout))
    assert peaks[1] < peaks[0] + (24 << 10)
    assert peaks[1] < 300 << 10


# Standard input that comes slowly


class Talk:
    """`nlpkit segment` that gets its input bit by bit."""

    def __init__(
        self, python: Sequence[str], arguments: Sequence[object], folder: Path, stdin: int = subprocess.PIPE
    ) -> None:
        self.process = subprocess.Popen(
            [*python, "-m", "nlpkit", "segment", *map(str, arguments)],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=ENVIRONMENT,
            bufsize=0,
            start_new_session=True,
        )
        self.out = self.process.stdout
        assert self.out is not None
        os.set_blocking(self.out.fileno(), False)

    def say(self, data: bytes | str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data.encode() if isinstance(data, str) else data)

    def hear(self, size: int, seconds: float = 120) -> str:
        """Its answer, of so many bytes at least."""
        assert self.out is not None
        data, end = b"", time.monotonic() + seconds
        while len(data) < size and time.monotonic() < end:
            data += self.out.read() or b""
            time.sleep(0.005)
        return data.decode()

    def ask(self, data: bytes | str, answer: str) -> None:
        """Says something and is answered before anything else is said."""
        self.say(data)
        assert self.hear(len(answer.encode())) == answer

    def end(self) -> tuple[int, str, str]:
        """-> exit status, what else came out, what was said on stderr."""
        assert self.out is not None
        os.set_blocking(self.out.fileno(), True)
        out, stderr = self.process.communicate(timeout=300)
        return self.process.returncode, out.decode(), said(stderr)


@pytest.fixture
def talk(python: list[str], tmp_path: Path) -> Iterator[Callable[..., Talk]]:
    """Start `nlpkit segment ARGUMENTS...`; own: as a process of its own, for signals."""
    talks = []

    def start(*arguments: object, own: bool = False, **options: Any) -> Talk:
        talks.append(Talk([sys.executable] if own else python, arguments, tmp_path, **options))
        return talks[-1]

    yield start
    for started in talks:
        started.process.kill()
        started.process.communicate()


LIVE = {
    "text": ([], "utf-8", "strict"),
    "one job": (["-j", "1"], "utf-8", "strict"),
    "two jobs": (["-j", "2"], "utf-8", "strict"),
    "hmm": (["--hmm"], "utf-8", "strict"),
    "gb18030": (["--encoding", "gb18030"], "gb18030", "strict"),
    "utf-16": (["--encoding", "utf-16"], "utf-16-le", "strict"),
    "skip": (["--errors", "skip"], "utf-8", "strict"),
    "whole": (["--whole", "--graphemes"], "utf-8", "strict"),
    "replace": (["--errors", "replace"], "utf-8", "strict"),
}


@posix
@pytest.mark.parametrize("kind", LIVE)
def test_each_line_is_answered_at_once(talk: Callable[..., Talk], kind: str) -> None:
    arguments, encoding, _ = LIVE[kind]
    asked = talk(*arguments)
    for line, answer in (("我来到北京\n", "我 来到 北京\n"), ("\n", "\n"), ("好\n", "好\n")):
        asked.ask(line.encode(encoding), answer)
    asked.say("清华".encode(encoding))
    assert asked.hear(1, 0.3) == ""  # a line that is not whole waits for its end
    asked.ask("大学\n".encode(encoding), "清华大学\n")
    asked.say("没完".encode(encoding))
    assert asked.end() == (0, "没完", "")


@posix
@pytest.mark.parametrize("jobs", [1, 2])
def test_each_line_is_answered_at_once_when_kernels_are_loaded(talk: Callable[..., Talk], jobs: int) -> None:
    asked = talk("-j", jobs)
    line = "我来到北京" * 5_000
    asked.ask(line + "\n", " ".join(["我 来到 北京"] * 5_000) + "\n")
    asked.ask("我来到北京\n", "我 来到 北京\n")
    assert asked.end() == (0, "", "")


@posix
def test_compressed_input_is_answered_line_by_line(talk: Callable[..., Talk]) -> None:
    import zlib

    packer = zlib.compressobj(wbits=31)
    asked = talk()
    for line, answer in (("我来到北京\n", "我 来到 北京\n"), ("好\n", "好\n")):
        asked.ask(packer.compress(line.encode()) + packer.flush(zlib.Z_SYNC_FLUSH), answer)
    asked.say(packer.flush())
    assert asked.end() == (0, "", "")


@posix
def test_records_are_answered_at_once(talk: Callable[..., Talk]) -> None:
    asked = talk("--field", "text")
    asked.ask('{"text": "我来到北京"}\n', '{"text": "我来到北京","tokens":["我","来到","北京"]}\n')
    asked.ask('{"n": 1.10, "text": "好"}\n', '{"n": 1.10, "text": "好","tokens":["好"]}\n')
    assert asked.end() == (0, "", "")


@posix
@pytest.mark.parametrize("format", ["jsonl", "conll"])
def test_other_formats_are_answered_at_once(talk: Callable[..., Talk], format: str) -> None:
    asked = talk("-f", format, "--offsets")
    answers = {
        "jsonl": '{"tokens":["我们"],"offsets":[[0,2]],"byte_offsets":[[0,6]]}\n',
        "conll": "我们\t0\t2\t0\t6\n\n",
    }
    for _ in range(3):
        asked.ask("我们\n", answers[format])
    assert asked.end() == (0, "", "")


@posix
def test_a_fifo_for_the_output_is_written_at_once(talk: Callable[..., Talk], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    reader = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
    asked = talk("-o", "fifo")
    asked.say("我来到北京\n")
    data, end = b"", time.monotonic() + 120
    while not data.endswith(b"\n") and time.monotonic() < end:
        time.sleep(0.01)
        try:
            data += os.read(reader, 1000)
        except BlockingIOError:  # it has been opened, but nothing is in it yet
            continue
    os.close(reader)
    assert data.decode() == "我 来到 北京\n"


@posix
@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs terminals")
def test_what_is_typed_is_answered_line_by_line(talk: Callable[..., Talk]) -> None:
    main, terminal = os.openpty()
    asked = talk(stdin=terminal)
    os.close(terminal)
    for line, answer in (("我来到北京\n", "我 来到 北京\n"), ("好\n", "好\n")):
        os.write(main, line.encode())
        assert asked.hear(len(answer.encode())) == answer
    os.write(main, b"\x04")
    status, out, stderr = asked.end()
    os.close(main)
    assert (status, out) == (0, "")
    assert stderr == "reading what you type, up to Ctrl-D; see `nlpkit segment --help` for files\n"


@posix
def test_a_fast_input_is_read_in_blocks(words: Callable[..., str], tmp_path: Path) -> None:
    """A line a time would take a hundred times as long."""
    data = "好\n".encode() * 1_000_000
    (tmp_path / "a.txt").write_bytes(data)
    with (tmp_path / "a.txt").open("rb") as file:
        start = time.monotonic()
        assert words(stdin=file).encode() == data
    assert time.monotonic() - start < patience(30)


# Records


def rows_of(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


members = st.dictionaries(
    st.sampled_from(["id", "文", "a.b", "x"]) | st.text(max_size=5).filter(lambda key: key not in ("text", "tokens")),
    st.integers() | st.floats() | some_text | st.lists(st.none() | st.booleans(), max_size=2),
    max_size=4,
)


@FEW
@given(
    st.lists(st.tuples(members, some_text, members), min_size=1, max_size=5),
    st.booleans(),
    st.sampled_from(WAYS),
    st.integers(1, 2),
)
def test_json_records_come_back_unchanged_with_their_tokens(
    tmp_path_factory: pytest.TempPathFactory,
    some: list[tuple[dict[str, object], str, dict[str, object]]],
    ascii_only: bool,
    way: str,
    jobs: int,
) -> None:
    folder = tmp_path_factory.getbasetemp()
    separators = (", ", ": ") if jobs == 1 else (",", ":")
    lines = [
        json.dumps({**before, "text": text, **after}, ensure_ascii=ascii_only, separators=separators)
        for before, text, after in some
    ]
    data = "\n".join(lines).encode()
    out = segmented(data, folder, way, {"field": "text", "chunk_size": 300}, jobs=jobs)
    for line, row, (_, text, _) in zip(lines, out.decode().split("\n"), some, strict=False):
        assert row.startswith(line[:-1] + ',"tokens":[')
        added = row.removeprefix(line[:-1] + ",")
        tokens = [token for token in segmenter().cut(text) if not token.isspace()]
        assert json.loads("{" + added) == {"tokens": tokens}
    assert out.count(b"\n") == len(lines)


AS_WRITTEN = {
    "a number with a zero": '{"n":1.10,"text":"我们"}',
    "a large number": '{"n":1e400,"m":123456789012345678901234567890,"text":"我们"}',
    "no number": '{"n":NaN,"text":"我们"}',
    "escapes": '{"x":"\\u6211\\/\\ud83d","text":"\\u6211\\u4eec"}',
    "order and repeated keys": '{"z":1,"a":2,"z":3,"text":"我们"}',
    "white space": '{ "text" :\t"我们" , "x":[ 1, 2 ]}',
    "an object in it": '{"text":"我们","x":{"y":{}}}',
}


@pytest.mark.parametrize("line", AS_WRITTEN.values(), ids=AS_WRITTEN)
@pytest.mark.parametrize("way", WAYS)
def test_the_other_members_of_a_record_are_not_changed(tmp_path: Path, way: str, line: str) -> None:
    options = {"field": "text"}
    out = segmented(f"{line}\n".encode(), tmp_path, way, options).decode()
    assert out == line[:-1] + ',"tokens":["我们"]}\n'
    out = segmented(line.encode(), tmp_path, way, options, layout=Layout("rows", offsets=True)).decode()
    assert out == line[:-1] + ',"tokens":["我们"],"offsets":[[0,2]],"byte_offsets":[[0,6]]}\n'


def test_white_space_around_records_and_blank_lines_are_dropped(tmp_path: Path) -> None:
    data = b'{"text":"a"}\r\n\r\n \n  {"text":"b" } \t\n'
    out = segmented(data, tmp_path, options={"field": "text"})
    assert out == b'{"text":"a","tokens":["a"]}\n{"text":"b","tokens":["b"]}\n'


def test_a_record_with_a_member_tokens_keeps_it(words: Callable[..., str]) -> None:
    data = '{"text":"我们","tokens":["old"],"n":1e400}\n{"text":"tokens\\":","offsets":1,"a":{"tokens":1}}\n'.encode()
    assert words("--field", "text", input=data) == (
        '{"text":"我们","tokens":["old"],"n":1e400,"tokens_2":["我们"]}\n'
        '{"text":"tokens\\":","offsets":1,"a":{"tokens":1},"tokens":["tokens","\\"",":"]}\n'
    )
    out = rows_of(words("--field", "text", "--offsets", input=data).encode())
    assert out[0]["offsets_2"] == [[0, 2]]
    assert (out[1]["offsets"], out[1]["tokens_2"]) == (1, ["tokens", '"', ":"])


def test_records_with_replaced_bytes_are_valid_json(words: Callable[..., str]) -> None:
    out = words("--field", "text", "--errors", "replace", "-q", input='{"text":"北\0京"}\n'.encode())
    assert out == '{"text":"北\ufffd京","tokens":["北","\ufffd","京"]}\n'


def test_out_dir_does_not_replace_inputs_or_dictionaries(tmp_path: Path, run: Run) -> None:
    (tmp_path / "in" / "sub").mkdir(parents=True)
    for name in ("in/x.txt", "in/sub/x.txt", "words.txt", "in/sub/words.txt"):
        (tmp_path / name).write_text(f"我爱{name[0]}\n", encoding="utf-8")
    done = run("segment", "in", "--out-dir", "in/sub")
    assert (done.returncode, b"is also an input" in done.stderr) == (2, True)
    done = run("segment", "in/sub/words.txt", "-d", "words.txt", "--out-dir", ".")
    assert (done.returncode, b"is also an input" in done.stderr) == (2, True)
    assert (tmp_path / "words.txt").read_text(encoding="utf-8") == "我爱w\n"


def test_tables_with_the_same_header_are_written_as_one_table(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,北京\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text('id;text\n2;"上\r海"\n', encoding="utf-8", newline="")
    done = run("segment", "a.csv", "-", "b.csv", "--column", "text", input="id,text\n3,广州\n".encode())
    assert done.stdout.decode() == 'id,text,words\n1,北京,北京\n3,广州,广州\n2,"上\r海",上 海\n'


def test_dev_stdin_is_standard_input(run: Run) -> None:
    done = run("segment", "/dev/stdin", input="北京\n".encode())
    assert (done.returncode, done.stdout.decode(), said(done.stderr)) == (0, "北京\n", "")


def test_records_without_the_field_have_no_words(cut: Run) -> None:
    data = '{"id":1}\n{"id":2,"text":null}\n{"id":3,"text":""}\n{"id":4,"text":" \\n"}\n{"id":5,"text":"a\\n b"}\n'
    done = cut("--field", "text", "--offsets", input=data.encode())
    assert done.returncode == 0
    assert [(row["id"], row["tokens"], row["byte_offsets"]) for row in rows_of(done.stdout)] == [
        (1, [], []),
        (2, [], []),
        (3, [], []),
        (4, [], []),
        (5, ["a", "b"], [[0, 1], [3, 4]]),
    ]
    assert done.stderr.decode().startswith("<stdin>: records without text in 'text'")
    assert said(done.stderr).endswith(": 2\n")


def test_records_may_be_nested_or_arrays(words: Callable[..., str]) -> None:
    nested = '{"post":{"body":["x","我们"]},"id":1}\n'
    assert rows_of(words("--field", "post.body.1", input=nested.encode()).encode())[0]["tokens"] == ["我们"]
    out = words("--field", "1", input='[1,"我们"]\n{"1":"你们"}\n'.encode())
    assert out == '{"record":[1,"我们"],"tokens":["我们"]}\n{"1":"你们","tokens":["你们"]}\n'
    numbers = words("--field", "n", input=b'{"n":12.50}\n')
    assert "".join(rows_of(numbers.encode())[0]["tokens"]) == "12.50"


def test_texts_of_records_are_written_in_other_formats(words: Callable[..., str], tmp_path: Path) -> None:
    rows = [{"text": "我们\n你们"}, {"text": ""}, {"text": "天安门 a"}]
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    how = ("a.jsonl.gz", "--field", "text", "-f")
    assert words(*how, "text") == "我们\n你们\n\n天安门 a\n"
    assert words(*how, "conll") == "我们\n\n你们\n\n\n天安门\na\n\n"
    out = words(*how, "jsonl", "--offsets").encode()
    assert [row["byte_offsets"] for row in rows_of(out)] == [[[0, 6]], [[0, 6]], [], [[0, 9], [10, 11]]]


def test_damaged_records_are_an_error_or_skipped_or_replaced(cut: Run, tmp_path: Path) -> None:
    data = b'{"text":"a"}\nbroken\n{"text":"\xff"}\n{"text":"b","x":"\\ud800"}\n'
    (tmp_path / "b.jsonl").write_bytes(data.replace(b"\xff", b""))
    assert_one_clear_line(cut("b.jsonl", "--field", "text"), 1, "b.jsonl:2: not valid JSON", "--errors skip")
    (tmp_path / "a.jsonl").write_bytes(data)
    assert_one_clear_line(cut("a.jsonl", "--field", "text"), 1, "a.jsonl:3 (byte 29)", "--errors replace|skip")
    skipped = cut("a.jsonl", "--field", "text", "--errors", "skip")
    assert skipped.stdout == b'{"text":"a","tokens":["a"]}\n{"text":"b","x":"\\ud800","tokens":["b"]}\n'
    assert said(skipped.stderr) == "a.jsonl: damaged records, left out: 2\n"
    data = data.replace(b"broken\n", b"")
    mended = cut("--field", "text", "--errors", "replace", input=data)
    assert [row["text"] for row in rows_of(mended.stdout)] == ["a", "\ufffd", "b"]
    assert mended.returncode == 0


cells = some_text.map(lambda text: text.replace("\r", "").replace("\0", ""))


@FEW
@given(
    st.lists(st.tuples(cells, cells, cells), max_size=5),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(WAYS),
)
@example([("1", 'a "b", c\nd', "x\ny"), ("", "", "")], ",", "file")
def test_tables_come_back_with_one_more_column(
    tmp_path_factory: pytest.TempPathFactory, some: list[tuple[str, str, str]], delimiter: str, way: str
) -> None:
    header = ["id", "text", "note"]
    table = io.StringIO()
    csv.writer(table, delimiter=delimiter).writerows([header, *some])
    options = {"column": "text", "delimiter": delimiter, "chunk_size": 300}
    out = segmented(table.getvalue().encode(), tmp_path_factory.getbasetemp(), way, options).decode()
    rows = list(csv.reader(io.StringIO(out, newline=""), delimiter=delimiter, strict=True))
    words = [" ".join(word for word in segmenter().cut(text) if not word.isspace()) for _, text, _ in some]
    assert rows == [[*header, "words"], *([*row, line] for row, line in zip(some, words, strict=True))]


def test_tables_with_various_delimiters_and_headers(tmp_path: Path) -> None:
    def table(data: str, delimiter: str | None = None, **how: Any) -> str:
        options = {"column": "text", "delimiter": delimiter}
        return segmented(data.encode(), tmp_path, "stream", options, layout=Layout("rows", **how)).decode()

    assert table("text\n我们\n") == "text,words\n我们,我们\n"
    assert table("id;text\n1;我来到\n") == "id;text;words\n1;我来到;我 来到\n"
    assert table("id\ttext\n1\t我来到\n") == "id\ttext\twords\n1\t我来到\t我 来到\n"
    assert table("id|text\n1|a\n", "|") == "id|text|words\n1|a|a\n"
    assert table("words,text\n1,我来到\n") == "words,text,words_2\n1,我来到,我 来到\n"
    assert table("words,text,words_2\n1,a,2\n") == "words,text,words_2,words_3\n1,a,2,a\n"
    assert table("id,text\r\n\r\n1,a\r\n") == "id,text,words\n1,a,a\n"
    assert table("\ufeffid,text\n1,a b\n", separator=",") == '\ufeffid,text,words\n1,a b,"a,b"\n'
    assert table("id,text\n1,a b\n", separator="|", keep_space=True) == "id,text,words\n1,a b,a| |b\n"
    assert table("id,text\n") == "id,text,words\n"
    assert table("") == ""


def test_short_rows_of_tables_have_no_words(cut: Run) -> None:
    done = cut("--column", "text", input=b"id,x,text,y\n1,2,a,3\n4,5\n6\n")
    assert done.stdout == b"id,x,text,y,words\n1,2,a,3,a\n4,5,,,\n6,,,,\n"
    assert b"records without text in 'text'" in done.stderr


def test_damaged_tables_are_an_error_or_have_rows_skipped(cut: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'id,text\n1,a\n2,"b"c\n3,\xff\n4,d\n')
    assert_one_clear_line(cut("a.csv", "--column", "text"), 1, "a.csv:", "--errors")
    done = cut("a.csv", "--column", "text", "--errors", "skip")
    assert done.stdout == b"id,text,words\n1,a,a\n4,d,d\n"
    assert said(done.stderr) == "a.csv: damaged records, left out: 2\n"


def test_inputs_that_do_not_fit_one_output_are_refused(words: Callable[..., str], cut: Run, tmp_path: Path) -> None:
    for name, table in {"a.csv": "id,text\n1,a\n", "b.csv": "id,text\n2,b\n", "c.csv": "no,text\n3,c\n"}.items():
        (tmp_path / name).write_text(table)
    (tmp_path / "a.jsonl").write_text('{"text":"a"}\n')
    (tmp_path / "b.jsonl").write_text('{"text":"b"}\n')
    (tmp_path / "d.txt").write_text("d\n")
    assert words("a.csv", "b.csv", "--column", "text") == "id,text,words\n1,a,a\n2,b,b\n"
    assert (
        words("a.jsonl", "b.jsonl", "--field", "text") == '{"text":"a","tokens":["a"]}\n{"text":"b","tokens":["b"]}\n'
    )
    assert_one_clear_line(cut("a.csv", "c.csv", "--column", "text"), 1, "different headers", "--out-dir")
    assert words("a.csv", "c.csv", "--column", "text", "-f", "text") == "a\nc\n"
    mixed = cut("a.csv", "d.txt", "--column", "text")
    assert_one_clear_line(mixed, 1, "d.txt: no column 'text'")
    (tmp_path / "e.tsv").write_text("id\ttext\n1\te\n")
    assert_one_clear_line(cut("a.csv", "e.tsv", "--column", "text"), 2, "(csv, tsv)", "--out-dir")
    assert words("a.csv", "e.tsv", "--column", "text", "-f", "text") == "a\ne\n"


def test_unique_lines_is_refused_for_records(cut: Run) -> None:
    done = cut("--field", "text", "--unique-lines", input=b'{"text":"a"}\n')
    assert_one_clear_line(done, 2, "--unique-lines", "--format text")


def test_parquet_is_written_as_text(words: Callable[..., str], cut: Run, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"text": ["我来到北京", "a b"]}), tmp_path / "a.parquet")
    assert words("a.parquet", "--column", "text") == "我 来到 北京\na b\n"
    assert words("a.parquet", "--column", "text", "-f", "jsonl").count("tokens") == 2
    with (tmp_path / "a.parquet").open("rb") as file:
        assert_one_clear_line(cut("--column", "text", stdin=file), 1, "<stdin>: is Parquet", "name a file")


# JSON Lines and CoNLL of text


@FEW
@given(some_text, st.sampled_from(WAYS), st.sampled_from([8, 300, 1 << 20]), st.booleans(), st.booleans())
@example("中\U00020000国😀e\u0301\n\n a\r\n", "file", 300, False, True)
def test_offsets_are_the_places_of_the_words_in_their_line(
    tmp_path_factory: pytest.TempPathFactory, text: str, way: str, chunk_size: int, keep_space: bool, first: bool
) -> None:
    chunk_size = 1 << 20 if way == "stdin" else chunk_size
    text = text.replace("\ufeff", "").removesuffix("\n") + "\n" * first
    if not text.endswith("\n"):
        text += "。"
    assume(not returns_end_lines(text))
    layout = Layout("jsonl", keep_space=keep_space, offsets=True)
    data = text.encode()
    out = segmented(data, tmp_path_factory.getbasetemp(), way, {"chunk_size": chunk_size}, layout=layout)
    lines = text.removesuffix("\n").split("\n") if text else []
    rows = rows_of(out)
    for line, row in zip(lines, rows, strict=True):
        encoded = line.encode()
        assert [line[a:b] for a, b in row["offsets"]] == row["tokens"]
        assert [encoded[a:b].decode() for a, b in row["byte_offsets"]] == row["tokens"]
        assert "".join(row["tokens"]) == (line if keep_space else bare(line))
    conll = segmented(
        data, tmp_path_factory.getbasetemp(), way, {"chunk_size": chunk_size}, layout=Layout("conll", offsets=True)
    )
    expected = write_text(segmenter(), Layout("conll", offsets=True), text)
    assert conll == expected


@FEW
@given(some_text, st.booleans(), st.sampled_from(["jsonl", "conll"]))
@example('"\\\t\x01\x7f', False, "jsonl")
@example("a \x01b", True, "jsonl")
def test_formats_are_the_same_with_and_without_offsets(
    tmp_path_factory: pytest.TempPathFactory, text: str, keep_space: bool, format: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    text += "。"
    assume(not returns_end_lines(text))
    plain = segmented(text.encode(), folder, layout=Layout(format, keep_space=keep_space)).decode()
    full = segmented(text.encode(), folder, layout=Layout(format, keep_space=keep_space, offsets=True)).decode()
    if format == "jsonl":
        tokens = [row["tokens"] for row in rows_of(full.encode())]
        assert [json.loads(line)["tokens"] for line in plain.removesuffix("\n").split("\n")] == tokens
        assert plain == "".join(
            '{"tokens":' + json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "}\n" for line in tokens
        )
    elif not keep_space:
        assert plain.split("\n") == [line.partition("\t")[0] for line in full.split("\n")]


def test_conll_has_one_word_a_line(words: Callable[..., str]) -> None:
    data = "我来到\n\n北京 a\r\n好".encode()
    assert words("-f", "conll", input=data) == "我\n来到\n\n\n北京\na\n\n好\n\n"
    assert (
        words("-f", "conll", "--offsets", input="中😀a".encode()) == "中\t0\t1\t0\t3\n😀\t1\t2\t3\t7\na\t2\t3\t7\t8\n\n"
    )
    assert words("-f", "jsonl", "--mode", "search", input="清华大学".encode()) == (
        '{"tokens":["清华","华大","大学","清华大学"]}\n'
    )


@pytest.mark.parametrize("format", ["text", "jsonl", "conll"])
@pytest.mark.parametrize("way", ["file", "stdin"])
def test_empty_input_gives_empty_output(words: Callable[..., str], tmp_path: Path, format: str, way: str) -> None:
    (tmp_path / "a.txt").touch()
    arguments = ["a.txt"] if way == "file" else []
    assert words(*arguments, "-f", format) == ""


# A file for each input


def tree(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    (folder / "sub" / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("我来到北京\n", encoding="utf-8")
    (folder / "sub" / "a.txt.gz").write_bytes(gzip.compress("清华大学\n".encode()))
    (folder / "sub" / "deep" / "b.zst").write_bytes(zstd.compress("天安门".encode()))
    (folder / "empty.txt").touch()
    return folder


EACH = {"a.txt": "我 来到 北京\n", "sub/a.txt": "清华大学\n", "sub/deep/b": "天安门", "empty.txt": ""}


@pytest.mark.parametrize("jobs", [1, 2])
def test_out_dir_has_a_file_for_each_input(words: Callable[..., str], tmp_path: Path, texts: Path, jobs: int) -> None:
    assert words("texts", "--out-dir", "out/new", "-j", jobs) == ""
    assert tree(tmp_path / "out" / "new") == EACH
    assert words("texts/sub/a.txt.gz", "texts/sub/deep", "--out-dir", "flat", "-j", jobs) == ""
    assert tree(tmp_path / "flat") == {"a.txt": "清华大学\n", "b": "天安门"}
    assert texts.joinpath("a.txt").read_text(encoding="utf-8") == "我来到北京\n"


def test_each_file_in_out_dir_keeps_its_table_format(words: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("id,text\n1,a\n")
    (tmp_path / "in" / "b.tsv").write_text("no\ttext\n1\tb\n")
    words("in", "--column", "text", "--out-dir", "out")
    assert tree(tmp_path / "out") == {"a.csv": "id,text,words\n1,a,a\n", "b.tsv": "no\ttext\twords\n1\tb\tb\n"}
    words("in", "--column", "text", "--out-dir", "out", "-f", "jsonl")
    assert tree(tmp_path / "out") == {"a.csv": '{"tokens":["a"]}\n', "b.tsv": '{"tokens":["b"]}\n'}


def test_out_dir_replaces_files_of_the_inputs_and_keeps_others(
    words: Callable[..., str], tmp_path: Path, texts: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.txt").write_text("old", encoding="utf-8")
    (tmp_path / "out" / "a.txt").chmod(0o600)
    (tmp_path / "out" / "other").write_text("other", encoding="utf-8")
    words(texts, "--out-dir", "out")
    assert tree(tmp_path / "out") == {**EACH, "other": "other"}
    assert (tmp_path / "out" / "a.txt").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("jobs", [1, 2])
def test_tables_and_texts_in_one_folder_are_each_written_in_their_format(
    words: Callable[..., str], tmp_path: Path, jobs: int
) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("id,text\n1,我们\n", encoding="utf-8")
    for name in ("b.parquet", "c.parquet"):
        parquet.write_table(pyarrow.table({"text": ["我来到北京", name]}), tmp_path / "in" / name)
    (tmp_path / "in" / "d.tsv").write_text("text\tid\n你们\t2\n", encoding="utf-8")
    (tmp_path / "in" / "e.csv").touch()
    words("in", "--column", "text", "--out-dir", "out", "-j", jobs)
    assert tree(tmp_path / "out") == {
        "a.csv": "id,text,words\n1,我们,我们\n",
        "b.parquet": "我 来到 北京\nb . parquet\n",
        "c.parquet": "我 来到 北京\nc . parquet\n",
        "d.tsv": "text\tid\twords\n你们\t2\t你们\n",
        "e.csv": "",
    }


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("chunk_size", ["1", "8M"])
def test_unique_lines_leaves_out_lines_across_all_inputs_with_out_dir_too(
    cut: Run, tmp_path: Path, chunk_size: str, jobs: int
) -> None:
    (tmp_path / "a.txt").write_text("我们\n你们\n我们\n", encoding="utf-8")
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress("你们\n他们\n".encode()))
    (tmp_path / "c.txt").write_text("我们\n他们\n", encoding="utf-8")
    (tmp_path / "d.txt").write_text("你们\n天安门\n天安门", encoding="utf-8")
    inputs = ["a.txt", "b.txt.gz", "c.txt", "d.txt"]
    options = ["--unique-lines", "-j", jobs, "--chunk-size", chunk_size]
    each = cut(*inputs, *options, "--out-dir", "out")
    assert (each.returncode, said(each.stderr)) == (0, "repeated lines left out: 6\n")
    found = {name: (tmp_path / "out" / name).read_text(encoding="utf-8") for name in os.listdir(tmp_path / "out")}
    assert found == {"a.txt": "我们\n你们\n", "b.txt": "他们\n", "c.txt": "", "d.txt": "天安门\n"}
    together = cut(*inputs, *options)
    assert together.stdout.decode() == "".join(found[name] for name in sorted(found))
    assert said(together.stderr) == said(each.stderr)


def test_each_notice_about_files_of_a_folder_comes_once(cut: Run, tmp_path: Path, few: str) -> None:
    (tmp_path / "a.txt").write_bytes(few[:3_000].encode("gb18030"))
    (tmp_path / "b.txt").write_bytes(few[:3_000].encode("utf-16"))
    done = cut("a.txt", "b.txt", "--encoding", "auto", "--out-dir", "out")
    assert tree(tmp_path / "out") == {"a.txt": theirs(few[:3_000]), "b.txt": theirs(few[:3_000])}
    assert said(done.stderr) == "a.txt: read as gb18030 (detected)\nb.txt: read as utf-16 (detected)\n"


@pytest.mark.parametrize("jobs", [1, 2])
def test_files_before_one_that_is_not_valid_are_written(cut: Run, tmp_path: Path, jobs: int) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("我们\n", encoding="utf-8")
    (tmp_path / "c.txt").write_bytes(b"a\xff\n")
    done = cut("a.txt", "b.txt", "c.txt", "--out-dir", "out", "-j", jobs)
    assert_one_clear_line(done, 1, "c.txt:1 (byte 1): not valid UTF-8")
    assert tree(tmp_path / "out") == {"a.txt": "我们\n", "b.txt": "我们\n"}


def test_words_go_to_a_file_or_into_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="output is for one file, out_dir for a file each"):
        segment(tmp_path, tmp_path / "a", out_dir=tmp_path / "b")


@pytest.mark.usefixtures("texts")
def test_two_inputs_for_one_file_in_out_dir_are_refused(cut: Run, tmp_path: Path) -> None:
    for inputs in (
        ["texts/a.txt", "texts/sub/a.txt.gz"],
        ["texts/a.txt", "texts/a.txt"],
        ["texts/a.txt", "./texts/../texts/a.txt"],
    ):
        done = cut(*inputs, "--out-dir", "out")
        assert_one_clear_line(done, 2, *inputs, "would both be written to out/a.txt")
    assert not (tmp_path / "out").exists()


def test_an_input_is_never_replaced(cut: Run, tmp_path: Path, texts: Path) -> None:
    before = (texts / "a.txt").read_bytes()
    (tmp_path / "link").symlink_to(texts)
    for folder in ("texts", "./texts", "link"):
        done = cut("texts/a.txt", "--out-dir", folder)
        assert_one_clear_line(done, 2, "a.txt: is also an input")
    for output in ("texts/a.txt", "link/a.txt"):
        assert_one_clear_line(cut("texts/a.txt", "-o", output), 2, "is also an input")
        assert_one_clear_line(cut("texts", "-o", output), 2, "is also an input")
    (tmp_path / "words.txt").write_text("我们\n", encoding="utf-8")
    for option in ("-d", "-u", "--force"):
        done = cut("texts/a.txt", option, "words.txt", "-o", "words.txt")
        assert_one_clear_line(done, 2, "is also an input")
    assert (texts / "a.txt").read_bytes() == before
    assert (tmp_path / "words.txt").read_text(encoding="utf-8") == "我们\n"


def test_out_dir_is_refused_for_standard_input(cut: Run) -> None:
    assert_one_clear_line(cut("--out-dir", "out", input=b"a\n"), 2, "<stdin> has no name", "-o")


def test_a_file_in_place_of_a_folder_is_named_in_the_error(cut: Run, tmp_path: Path, texts: Path) -> None:
    (tmp_path / "file").touch()
    assert_one_clear_line(cut(texts, "--out-dir", "file"), 2, "'file' is a file")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "sub").touch()
    assert_one_clear_line(cut(texts, "--out-dir", "out"), 1, "out/sub")
    (tmp_path / "out" / "sub").unlink()
    (tmp_path / "out" / "a.txt").mkdir()
    assert_one_clear_line(cut(texts, "--out-dir", "out"), 1, "out/a.txt", "irectory")
    assert list((tmp_path / "out" / "a.txt").iterdir()) == []
    assert not list((tmp_path / "out").glob(".nlpkit*"))


@pytest.mark.parametrize("jobs", [1, 2])
def test_out_dir_keeps_the_old_file_of_an_input_that_fails(cut: Run, tmp_path: Path, texts: Path, jobs: int) -> None:
    (texts / "z.txt").write_bytes("我们\n".encode() * 1000 + b"\xff\n")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "z.txt").write_text("old", encoding="utf-8")
    done = cut(texts, "--out-dir", "out", "-j", jobs)
    assert_one_clear_line(done, 1, "z.txt:1001 (byte 7000): not valid UTF-8")
    found = tree(tmp_path / "out")
    assert found.pop("z.txt") == "old"
    assert found.items() <= EACH.items()


# Progress


@pytest.mark.parametrize("kind", ["text", "gz", "jsonl"])
def test_progress_adds_up_to_the_bytes_of_the_input(tmp_path: Path, few_laws: Path, kind: str) -> None:
    text = few_laws.read_text(encoding="utf-8")
    records = "".join(json.dumps({"text": line}) + "\n" for line in text.split("\n"))
    data = {"text": text.encode(), "gz": gzip.compress(text.encode()), "jsonl": records.encode()}[kind]
    told: list[int] = []
    options = {"field": "text"} if kind == "jsonl" else {}
    for jobs in (1, 2):
        told.clear()
        segmented(data, tmp_path, "file", {**options, "chunk_size": 10_000}, jobs=jobs, progress=told.append)
        assert sum(told) == len(data)
        assert len(told) > 1 or kind != "text"


def test_the_progress_bar_is_shown_with_progress_only(cut: Run, few_laws: Path) -> None:
    shown = cut(few_laws, "--progress", "-o", "out.txt")
    assert shown.returncode == 0
    assert b"%|" in shown.stderr
    assert said(cut(few_laws, "-o", "out.txt").stderr) == ""


# Bad input


def test_the_error_for_invalid_bytes_names_their_place(cut: Run, tmp_path: Path) -> None:
    data = "第一条\n第二条\nab".encode() + b"\xd6\xd0\n"
    (tmp_path / "a.txt").write_bytes(data)
    (tmp_path / "a.gz").write_bytes(gzip.compress(data))
    for jobs in (1, 2):
        for name in ("a.txt", "a.gz"):
            done = cut(name, "-o", "out.txt", "-j", jobs)
            assert_one_clear_line(done, 1, f"{name}:3 (byte 22): not valid UTF-8; try ", "--errors replace|skip")
        done = cut("-j", jobs, "-o", "out.txt", input=data)
        assert_one_clear_line(done, 1, "<stdin> (byte 22): not valid UTF-8; try --encoding", "--errors replace|skip")
    assert not (tmp_path / "out.txt").exists()


@pytest.mark.parametrize("place", [0, 1, 5_000, 131_071, 131_072, 200_000])
@pytest.mark.parametrize("way", ["file", "gz", "stdin"])
def test_the_place_of_invalid_bytes_does_not_depend_on_how_the_text_is_read(
    tmp_path: Path, way: str, place: int
) -> None:
    data = b"a" * place + b"\xff" + b"b" * 1000
    for chunk_size in (1000, 1 << 20):
        with pytest.raises(EncodingError, match=rf"\(byte {place}\)"):
            segmented(data, tmp_path, way, {"chunk_size": chunk_size})


def test_text_in_another_encoding_is_an_error_or_detected(cut: Run, few: str) -> None:
    data = few[:3_000].encode("gb18030")
    assert_one_clear_line(cut(input=data), 1, "<stdin> (byte 0)", "--encoding gb18030")
    done = cut("--encoding", "auto", input=data)
    assert done.stdout.decode() == theirs(few[:3_000])
    assert said(done.stderr) == "<stdin>: read as gb18030 (detected)\n"


def test_invalid_bytes_are_replaced_or_their_lines_skipped(cut: Run) -> None:
    data = "我们\n第".encode() + b"\xff\n" + "你们\n".encode()
    assert cut("--errors", "replace", input=data).stdout.decode() == "我们\n第 \ufffd\n你们\n"
    done = cut("--errors", "skip", input=data)
    assert done.stdout.decode() == "我们\n你们\n"
    assert said(done.stderr) == "<stdin>: lines with bytes that are not valid in the encoding, left out: 1\n"


def test_missing_files_and_folders_are_named_in_the_error(cut: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "novel.txt").touch()
    assert_one_clear_line(cut("navel.txt"), 1, "navel.txt: no such file; did you mean novel.txt?")
    assert_one_clear_line(cut("empty"), 1, "empty: no files in this directory")
    assert_one_clear_line(cut("empty", "--out-dir", "out"), 1, "empty: no files in this directory")
    for option in ("-d", "-u", "--force"):
        assert_one_clear_line(cut(option, "none.txt", input=b"a\n"), 1, "none.txt: no such file")
    assert_one_clear_line(cut("novel.txt", "-o", "none/out.txt"), 2, "none/out.txt", "does not exist")
    assert_one_clear_line(cut("novel.txt", "-o", "empty"), 2, "empty: is a folder")
    assert not (tmp_path / "out").exists()


def test_files_that_are_not_dictionaries_are_an_error(cut: Run, tmp_path: Path, few: str) -> None:
    (tmp_path / "corpus.txt").write_text(few, encoding="utf-8")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "gbk.txt").write_bytes("我来到北京 10\n人民 5\n".encode("gbk"))
    (tmp_path / "minus.txt").write_text("人民 3\n来到\t-3\n", encoding="utf-8")
    for option in ("-d", "-u"):
        assert_one_clear_line(cut(option, "corpus.txt", input=b"a\n"), 1, "corpus.txt:", "a text to read is an input")
        assert_one_clear_line(cut(option, "gbk.txt", input=b"a\n"), 1, "gbk.txt:1 (byte 0): not valid UTF-8")
        assert_one_clear_line(cut(option, "minus.txt", input=b"a\n"), 1, "minus.txt:2: ")
    assert_one_clear_line(cut("-d", "empty.txt", input=b"a\n"), 1, "empty.txt: holds no words")


WRONG = {
    "an unknown option": (["--separater", "x"], ["no such option: --separater", "did you mean --separator?"]),
    "no separator": (["--separator", ""], ["--separator is empty"]),
    "a line end": (["--separator", "a\nb"], ["has a line end in it", "--format conll"]),
    "an invisible one": (["--keep-space"], ["visible --separator"]),
    "another invisible one": (["--keep-space", "--separator", "\u3000"], ["visible --separator"]),
    "two outputs": (["-o", "a", "--out-dir", "b"], ["--output", "--out-dir"]),
    "an unknown format": (["-f", "csv"], ["'csv'", "jsonl"]),
    "an unknown mode": (["--mode", "fast"], ["'fast'", "search"]),
    "places in text": (["-f", "text", "--offsets"], ["offsets", "--format jsonl"]),
    "places of all words": (["-f", "jsonl", "--mode", "full", "--offsets"], ["'full'", "no spans"]),
    "a model for all words": (["--mode", "full", "--hmm"], ["hmm"]),
    "no workers": (["-j", "0"], ["-j"]),
    "an unknown encoding": (["--encoding", "utf-9"], ["utf-9"]),
    "two fields": (["--field", "a", "--column", "b"], ["--field", "--column"]),
    "half a character": (["--separator", os.fsdecode(b"\xff")], ["separator", "is not text"]),
}


@pytest.mark.parametrize(("arguments", "parts"), WRONG.values(), ids=WRONG)
def test_wrong_usage(cut: Run, arguments: list[str], parts: list[str]) -> None:
    done = cut(*arguments, input="我们\n".encode())
    assert done.stdout == b""
    assert_one_clear_line(done, 2, *parts)
    assert done.stderr.endswith(b"See `nlpkit segment --help`.\n")


def test_forced_words_that_contain_the_separator_give_a_warning(cut: Run, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("New York\n", encoding="utf-8")
    told = cut("--force", "names.txt", input=b"in New York\n")
    assert told.stdout == b"in New York\n"
    assert "New York" in told.stderr.decode()
    assert "--separator" in told.stderr.decode()
    for options in (["-f", "jsonl"], ["--separator", "|"], ["-q"]):
        assert said(cut("--force", "names.txt", *options, input=b"in New York\n").stderr) == ""


def test_help_has_all_options(cut: Run) -> None:
    done = cut("--help")
    assert (done.returncode, done.stderr) == (0, b"")
    for section in ("Cutting:", "Writing:", "--encoding", "--jobs", "--quiet"):
        assert section in done.stdout.decode()


def test_layout_refuses_options_that_do_not_fit_each_other() -> None:
    for layout in ({"format": "csv"}, {"separator": ""}, {"separator": "\n"}, {"offsets": True}, {"keep_space": True}):
        with pytest.raises(OptionError):
            Layout(**layout)  # type: ignore[arg-type]


# Outputs that fail, signals


@pytest.mark.parametrize("options", ["-j 1", "-j 2 -f jsonl"])
def test_a_closed_pipe_ends_the_command_silently(shell: Run, few_laws: Path, options: str) -> None:
    for source in (f"cat {few_laws}", "yes 我来到北京 | head -n 200000"):
        done = shell(f"{source} | nlpkit segment {options} | head -1; echo ${{PIPESTATUS[@]: -2}}")
        assert done.stdout.endswith(b"\n0 0\n"), source
        assert done.stderr == b""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "command", ["{} > /dev/full", "{} -o /dev/full", "-j 2 < {} > /dev/full", "-f jsonl < {} >/dev/full"]
)
def test_a_full_disk_is_an_error(shell: Run, few_laws: Path, command: str) -> None:
    done = shell(f"nlpkit segment {command.format(few_laws)}")
    assert_one_clear_line(done, 1, "No space left on device", "choose another place")


@posix
@pytest.mark.skipif(sys.platform == "win32", reason="has no limits")
def test_a_disk_that_fills_up_leaves_the_old_file(tmp_path: Path, few_laws: Path) -> None:
    import resource

    (tmp_path / "out.txt").write_text("old", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "nlpkit", "segment", few_laws, "-o", "out.txt"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        capture_output=True,
        check=False,
        timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    assert_one_clear_line(done, 1, "out.txt: cannot be written (File too large)")
    assert tree(tmp_path) == {"out.txt": "old"}


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_leaves_the_old_file(talk: Callable[..., Talk], tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "out.txt").write_text("old", encoding="utf-8")
    asked = talk("-o", "out.txt", own=True)
    asked.say("我们\n" * 10_000)
    wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
    os.killpg(asked.process.pid, number)
    status, _, stderr = asked.end()
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "old"
    if number != signal.SIGKILL:
        assert status == 128 + number
        assert os.listdir(tmp_path) == ["out.txt"]
        assert stderr == ("nlpkit: interrupted\n" if number == signal.SIGINT else "")


@posix
@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="this system does not say what a process is doing")
@pytest.mark.parametrize("arguments", [[], ["-j", "1"], ["--field", "text"], ["--unique-lines"]])
def test_ctrl_c_while_it_waits_for_input(talk: Callable[..., Talk], arguments: list[str]) -> None:
    asked = talk(*arguments, own=True)
    asked.say('{"text": "我们"}\n')
    wait_until(lambda: catches_sigterm(asked.process.pid) and is_idle(asked.process.pid))
    os.killpg(asked.process.pid, signal.SIGINT)
    status, _, stderr = asked.end()
    assert (status, stderr.splitlines()[-1]) == (130, "nlpkit: interrupted")


@posix
@pytest.mark.skipif(not hasattr(fcntl, "F_GETPIPE_SZ"), reason="needs to know how much a pipe holds")
@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_while_the_output_pipe_is_full(talk: Callable[..., Talk], tmp_path: Path, jobs: int) -> None:
    (tmp_path / "a.txt").write_text("我来到北京清华大学\n" * 200_000, encoding="utf-8")
    asked = talk("a.txt", "-j", jobs, own=True)
    assert asked.out is not None
    wait_until_full(asked.out.fileno())
    os.killpg(asked.process.pid, signal.SIGINT)
    assert asked.process.wait(timeout=300) == 130


def catches_sigterm(process: int) -> bool:
    """Whether a process catches SIGTERM. nlpkit does, Python alone does not."""
    with open(f"/proc/{process}/status", encoding="ascii") as file:
        caught = next(line.split()[1] for line in file if line.startswith("SigCgt:"))
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def is_idle(process: int) -> bool:
    """Whether all threads of a process slept for a while."""

    def threads() -> list[tuple[bytes, ...]]:
        """State and processor time of each."""
        stats = [path.read_bytes().rpartition(b")")[2].split() for path in Path(f"/proc/{process}/task").glob("*/stat")]
        return [(stat[0], stat[11], stat[12]) for stat in stats]

    before = threads()
    time.sleep(0.2)
    return before == threads() and all(state == b"S" for state, *_ in before)


def wait_until_full(descriptor: int) -> None:
    """Waits for a pipe that nobody reads to hold about as much as it can."""
    import array
    import termios

    held = array.array("i", [0])

    def full() -> bool:
        fcntl.ioctl(descriptor, termios.FIONREAD, held)
        return held[0] >= fcntl.fcntl(descriptor, fcntl.F_GETPIPE_SZ) * 7 // 8

    wait_until(full)
    time.sleep(0.1)


@pytest.mark.parametrize(
    ("text", "options", "report"),
    [
        ("", (), "0 lines written (the input is empty)"),
        ("北京", (), "1 line written"),
        ("北京\n\n大学\n", (), "3 lines written"),
        ("北京大学\n" * 1200, (), "1,200 lines written"),
        ("北京\n大学\n", ("-f", "jsonl"), "2 lines written"),
        ("北京\n", ("-f", "conll"), "2 lines written"),
    ],
)
@pytest.mark.parametrize("way", ["stdin", "file", "folder"])
def test_the_last_line_tells_how_much_was_written(
    cut: Run, tmp_path: Path, text: str, options: tuple[str, ...], report: str, way: str
) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    ways = {"stdin": [], "file": ["a.txt"], "folder": ["a.txt", "--out-dir", "out"]}
    done = cut(*ways[way], *options, input=text.encode() if way == "stdin" else b"")
    assert done.returncode == 0, done.stderr.decode()
    line = done.stderr.decode().splitlines()[-1]
    assert CLOSING.fullmatch(line + "\n")
    assert line.startswith(f"{report}, ")


def test_the_lines_of_several_texts_add_up(cut: Run, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("一行\n又一行", encoding="utf-8")
    (tmp_path / "c.csv").write_text('text\n北京\n"天\n气"\n', encoding="utf-8")
    for options in ((), ("--out-dir", "out")):
        assert cut("a.txt", "b.txt", *options).stderr.decode().splitlines()[-1].startswith("4 lines written, ")
    assert cut("c.csv", "--column", "text").stderr.decode().splitlines()[-1].startswith("4 lines written, ")


def test_quiet_commands_and_failed_ones_have_no_last_line(cut: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes("北京\n".encode() + b"\xff\xfe\n")
    assert said(cut("-q", input="北京\n".encode()).stderr) == ""
    assert cut("-q", input="北京\n".encode()).stderr == b""
    failed = cut("bad.txt", "-o", "out.txt")
    assert failed.returncode == 1
    assert b"written" not in failed.stderr


def test_an_input_is_never_replaced_by_python(texts: Path, tmp_path: Path) -> None:
    name = str(texts / "a.txt")
    before = (texts / "a.txt").read_bytes()
    (tmp_path / "words.txt").write_text("我们\n", encoding="utf-8")
    words = Segmenter(force=str(tmp_path / "words.txt"))
    with open(name, "rb") as file:
        for inputs, output, segmenter in (
            (name, name, None),
            (Corpus(texts), name, None),
            (file, name, None),
            (name, str(tmp_path / "words.txt"), words),
            (name, str(tmp_path / "words.txt"), Segmenter(user_dictionary=tmp_path / "words.txt")),
        ):
            with pytest.raises(OptionError, match=f"{output}: is also an input; write to another file"):
                segment(inputs, output, segmenter=segmenter)
    with pytest.raises(OptionError, match="is also an input"):
        discover(name, save_counts=texts / "a.txt")
    assert (texts / "a.txt").read_bytes() == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_a_table_keeps_its_byte_order_mark(cut: Run, tmp_path: Path, encoding: str) -> None:
    data = "id,title\r\n1,我们学习\r\n".encode(encoding)
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(data)
    mark = "" if encoding == "utf-8" else "\ufeff"
    how = ("--column", "title", "-q", "--encoding", encoding.removesuffix("-sig"))
    expected = "id,title,words\n1,我们学习,我们 学习\n"
    assert cut("a.csv", *how).stdout.decode() == mark + expected
    assert cut(*how, input=data).stdout.decode() == mark + expected
    assert cut("a.csv", "b.csv", *how).stdout.decode() == mark + expected + expected.partition("\n")[2]
    assert cut("a.csv", *how, "-f", "text").stdout.decode() == "我们 学习\n"
    assert cut("a.csv", "b.csv", *how, "--out-dir", "out").returncode == 0
    assert (tmp_path / "out" / "b.csv").read_text(encoding="utf-8") == mark + expected
