"""The reader of small files: lines, whatever their encoding, line ends and compression."""

import codecs
import gzip
import io
from pathlib import Path

import pytest

from nlpkit.corpus.listed import list_lines
from nlpkit.errors import EncodingError, InputError, OptionError

pytestmark = pytest.mark.compiled  # nothing here depends on kernels

WORDS = ["的", "了", "和 大家", "", "end"]


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("last", [True, False], ids=["end", "no end"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le", "big5"])
def test_lines_come_without_their_ends(encoding: str, end: str, last: bool, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes((end.join(WORDS) + end * last).encode(encoding))
    assert list(list_lines(tmp_path / "list.txt", encoding)) == WORDS


@pytest.mark.parametrize("name", ["list.csv", "list.jsonl", "list.txt.gz"])
def test_the_name_does_not_matter(name: str, tmp_path: Path) -> None:
    data = "甲,乙\n丙\n".encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    assert list(list_lines(tmp_path / name)) == ["甲,乙", "丙"]


def test_marks_go_where_files_were_joined() -> None:
    data = codecs.BOM_UTF8 + "甲\n".encode() + codecs.BOM_UTF8 + "乙\n".encode()
    assert list(list_lines(io.BytesIO(data))) == ["甲", "乙"]


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\n", b"a", b"a\n\nb"], ids=repr)
def test_no_line_is_lost(data: bytes) -> None:
    expected = data.decode().removesuffix("\n").split("\n") if data else []
    assert list(list_lines(io.BytesIO(data))) == expected


def test_a_long_list_comes_in_parts(tmp_path: Path) -> None:
    words = [f"词{i}" for i in range(300_000)]
    (tmp_path / "long.txt").write_text("\n".join(words), encoding="utf-8")
    assert list(list_lines(tmp_path / "long.txt")) == words


def test_utf8_is_read_as_such_whatever_is_named_for_the_text(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("我们\n他们\n", encoding="utf-8")
    told: list[str] = []
    assert list(list_lines(path, "gb18030", told.append)) == ["我们", "他们"]
    assert told == [f"{path}: read as utf-8 instead of gb18030, because that is what it is"]


def test_a_stream_is_read_as_a_file_is() -> None:
    told: list[str] = []
    data = "我们和他们\n".encode("gb18030")
    assert list(list_lines(io.BytesIO(data), "gb18030", told.append)) == ["我们和他们"]
    assert told == []
    assert list(list_lines(io.BytesIO("我们和".encode()), "big5", told.append)) == ["我们和"]
    assert told[0].endswith(": read as utf-8 instead of big5, because that is what it is")


def test_a_fault_names_line_and_byte_and_an_encoding_that_works(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(b"the\nof\n" + "我们的\n他们的\n".encode("gb18030"))
    with pytest.raises(EncodingError, match=r'list.txt:3 \(byte 7\): not valid UTF-8; try encoding="'):
        list(list_lines(path))
    assert list(list_lines(path, "gb18030")) == ["the", "of", "我们的", "他们的"]


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        list(list_lines(tmp_path / "none.txt"))
    with pytest.raises(OptionError, match="unknown"):
        list(list_lines(io.BytesIO(b"a"), "gb18031"))
