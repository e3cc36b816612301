"""What people bring: short texts in old encodings, and old line ends."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from nlpkit import Corpus, EncodingError, count, read_transactions
from nlpkit.corpus.listed import list_lines
from nlpkit.corpus.streams import _with_line_feeds
from tests.conftest import SHARED, Run

REPORTS = SHARED / "reports"
pytestmark = pytest.mark.compiled


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("text_gbk_short.txt", "gb18030"),
        ("log_mostly_ascii_gbk.txt", "gb18030"),
        ("baskets_long_cp936.csv", "gb18030"),
        ("orders_shuffled_gb18030.csv", "gb18030"),
        ("stop_gbk_4lines.txt", "gb18030"),
        ("stop_hit_gbk.txt", "gb18030"),
        ("userdict_utf16le_nobom.txt", "utf-16le"),
    ],
)
def test_the_encoding_of_a_report_is_detected_and_advised(name: str, encoding: str) -> None:
    path, told = REPORTS / name, list[str]()
    expected = path.read_bytes().decode(encoding).replace("\r\n", "\n").removesuffix("\n").split("\n")
    assert list(list_lines(path, "auto", told.append)) == expected
    assert told == [f"{path}: read as {encoding} (detected)"]
    with pytest.raises(EncodingError, match=f'try encoding="{encoding}"'):
        list(list_lines(path))
    assert list(list_lines(path, encoding)) == expected


@pytest.mark.shared
def test_one_encoding_is_named_for_a_text_and_its_list() -> None:
    told: list[str] = []
    with Corpus(REPORTS / "stop_text.txt", encoding="gb18030", notify=told.append):
        assert told == [f"{REPORTS / 'stop_text.txt'}: read as utf-8 instead of gb18030, because that is what it is"]
    assert list(list_lines(REPORTS / "stop_gbk_4lines.txt", "gb18030")) == ["的", "了", "和", "是"]


def test_standard_input_that_is_plainly_utf8_is_read_as_such(run: Run, tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_bytes("的\n了\n".encode("gb18030"))
    gold = "我们 在 北京 。\n今天 很 好\n"
    (tmp_path / "gold.txt").write_bytes(gold.encode("gb18030"))
    told = b"<stdin>: read as utf-8 instead of gb18030, because that is what it is\n"
    for command in (
        ("count", "--stopwords", "stop.txt", "--tokenizer", "char"),
        ("score", "gold.txt", "-"),
        ("segment", "-"),
    ):
        done = run(*command, "--encoding", "gb18030", input=gold.encode())
        assert (done.returncode, done.stderr.count(told)) == (0, 1)
    assert done.stdout.decode().startswith("我们")
    named = run("segment", "-", "--encoding", "gb18030", input=gold.encode("gb18030"))
    assert named.stdout == done.stdout
    assert told not in named.stderr


OLD_MAC = b"milk,bread,\rbread,eggs,\rmilk,bread,eggs\r"


@pytest.mark.parametrize("options", [(), ("-j", "2"), ("--header",), ("--layout", "basket")], ids=" ".join)
def test_carriage_returns_end_rows(run: Run, tmp_path: Path, options: Sequence[str]) -> None:
    (tmp_path / "mac.csv").write_bytes(OLD_MAC)
    (tmp_path / "unix.csv").write_bytes(OLD_MAC.replace(b"\r", b"\n"))
    found = [run("apriori", name, "--itemsets", "--min-support", "2", *options) for name in ("mac.csv", "unix.csv")]
    assert found[0].stdout == found[1].stdout
    assert found[0].returncode == 0
    assert found[0].stderr.decode().count("mac.csv: read as lines that end with CR (it has no LF)") == 1


TEXT = "我们都喜欢吃苹果\r他们也喜欢\r\r完\r" * 50


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("options", [{}, {"errors": "skip"}, {"unique_lines": True}], ids=str)
@pytest.mark.parametrize("chunk_size", [1, 7, 1 << 20])
def test_carriage_returns_end_lines(encoding: str, options: dict[str, str], chunk_size: int) -> None:
    found, expected = (
        count(
            Corpus(io.BytesIO(text.encode(encoding)), encoding=encoding, chunk_size=chunk_size, **options),  # type: ignore[arg-type]
            tokenizer="char",
            df=True,
        )
        for text in (TEXT, TEXT.replace("\r", "\n"))
    )
    assert found.to_dict() == expected.to_dict()
    assert list(list_lines(io.BytesIO(TEXT.encode(encoding)), encoding)) == TEXT.removesuffix("\r").split("\r")


@pytest.mark.parametrize("data", [b"a\rb\n", b"a\rb\r\nc", b"one line\r", "甲\n乙\r丙".encode()])
def test_a_carriage_return_is_text_where_line_feeds_end_lines(data: bytes) -> None:
    told: list[str] = []
    with Corpus(io.BytesIO(data), notify=told.append):
        assert told == []


def test_a_fault_is_on_the_line_that_a_person_sees(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one\rtwo\rthree \xff\xff\rfour\r")
    with pytest.raises(EncodingError, match=r"a.txt:3 \(byte 14\)"):
        list(list_lines(tmp_path / "a.txt"))


def test_the_first_mebibyte_decides(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"ab\r" * 400_000 + b"c\nd\r")
    assert len(list(list_lines(tmp_path / "a.txt"))) == 400_002
    (tmp_path / "b.txt").write_bytes(b"ab\r" * 200_000 + b"c\nd\r")
    assert len(list(list_lines(tmp_path / "b.txt"))) == 2


def test_line_ends_do_not_depend_on_the_encoding_option(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a" * 70_000 + b"\r" + b"ab\r" * 1000)
    assert [len(list(list_lines(tmp_path / "a.txt", named))) for named in ("utf-8", "auto")] == [1001, 1001]


@pytest.mark.parametrize("shift", range(3))
def test_cr_lf_after_the_first_mebibyte_is_one_line_end(shift: int, tmp_path: Path) -> None:
    rows = ["x" * shift + "a,b"] + ["a,b"] * 400_000
    (tmp_path / "a.csv").write_bytes("".join(f"{row}\r" for row in rows).encode() + b"c,d\r\n" * 50_000 + b"e,f\r")
    expected = [*rows, *["c,d"] * 50_000, "e,f"]
    assert list(list_lines(tmp_path / "a.csv")) == expected
    assert len(read_transactions(tmp_path / "a.csv", layout="basket", header=False)) == len(expected)


@pytest.mark.parametrize("size", range(1, 8))
def test_cr_lf_is_one_line_end_wherever_a_block_ends(size: int) -> None:
    text = b"a\r\nb\rc\r\r\n\nd\n\re\r\n"
    blocks = [text[i : i + size] for i in range(0, len(text), size)]
    blocks[1:1] = [b""]
    assert b"".join(_with_line_feeds(blocks)) == b"a\nb\nc\n\n\nd\n\ne\n"


def test_old_line_ends_of_standard_input(run: Run) -> None:
    done = run("segment", "-", input="我们\r他们\r".encode())
    assert done.stdout.decode() == "我们\n他们\n"
