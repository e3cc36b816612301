"""Standard input as it comes: every complete line at once, blocks where there is much, and the same text either way."""

import gzip
import io
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlpkit import Corpus, EncodingError, InputError
from nlpkit.corpus import Chunk, Text
from nlpkit.corpus.detection import returns_end_lines
from nlpkit.corpus.live import LiveInput

posix = pytest.mark.skipif(os.name != "posix", reason="needs pipes that can be asked")
pytestmark = pytest.mark.compiled  # nothing here depends on kernels
EXAMPLES = settings(deadline=None, max_examples=150)


class Stdin:
    """Takes the place of sys.stdin."""

    def __init__(self, stream: Any) -> None:
        self.buffer = stream


@contextmanager
def reading(stream: Any, **options: Any) -> Iterator[LiveInput]:
    """Standard input that comes from a binary file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", Stdin(stream))
        yield Corpus("-", **options).open_live()


@contextmanager
def piping(**options: Any) -> Iterator[tuple[Callable[[], LiveInput], Callable[[bytes], None]]]:
    """-> what opens standard input, which waits for its first bytes; what writes into the pipe behind it.

    Nothing at all ends the pipe, and so does a long wait, which would be for ever.
    """
    far, near = os.pipe()
    writer = open(near, "wb", buffering=0)  # noqa: SIM115 (closed below, or by whom it is given to)

    def write(data: bytes) -> None:
        if data:
            writer.write(data)
        else:
            writer.close()

    patience = threading.Timer(60, writer.close)
    patience.start()
    with open(far, "rb") as stream, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", Stdin(stream))
        try:
            yield lambda: Corpus("-", **options).open_live(), write
        finally:
            patience.cancel()
            writer.close()


def parts_of(items: Iterable[Chunk | None]) -> list[Text]:
    """The texts of chunks, one each."""
    texts = []
    for place, chunk in enumerate(item for item in items if item is not None):
        (text,) = chunk.parts
        assert isinstance(text, Text)
        assert chunk.index == place
        assert chunk.size == chunk.text_size == text.size
        texts.append(text)
    return texts


def joined(texts: Iterable[Text]) -> bytes:
    return b"".join(text.data for text in texts)


def cut_into(data: bytes, places: Iterable[int]) -> list[bytes]:
    ends = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in pairwise(ends)]


# The text


some_text = st.text(st.sampled_from("ab，字é😀\n\r\u2028\x85\t \0\ufeff")) | st.text()


@EXAMPLES
@given(some_text, st.integers(1, 40))
@example("", 1)
@example("\n", 1)
@example("abc\n" * 9, 4)
@example("\ufeff中", 1)
def test_live_texts_are_the_input_in_order(text: str, chunk_size: int) -> None:
    data = text.encode()
    with reading(io.BytesIO(data), chunk_size=chunk_size) as live:
        texts = parts_of(live.chunks())
    data = data.replace(b"\r", b"\n") if returns_end_lines(text) else data
    mark = data.startswith(b"\xef\xbb\xbf") * 3
    assert joined(texts) == data[mark:]
    place, first = mark, True
    for part in texts:
        assert (part.start, part.first) == (place, first)
        assert part.last == (part.data.endswith(b"\n") or part is texts[-1])
        place, first = part.stop, part.last


def write_all(descriptor: int, parts: Iterable[bytes]) -> None:
    for part in parts:
        os.write(descriptor, part)
    os.close(descriptor)


@posix
@EXAMPLES
@given(some_text, st.lists(st.integers(0, 1000), max_size=6), st.sampled_from(["utf-8", "gb18030", "utf-16", "gzip"]))
@example("\ufeff中文\nab\n", [1, 2, 4], "utf-8")
@example("中文\nab\n", [1, 2, 3, 5], "gb18030")
def test_a_pipe_gives_the_same_text_however_it_is_written(text: str, places: list[int], form: str) -> None:
    encoding = form if form != "gzip" else "utf-8"
    data = text.encode(encoding)
    parts = cut_into(gzip.compress(data), [2]) if form == "gzip" else cut_into(data, places)
    far, near = os.pipe()
    writer = threading.Thread(target=write_all, args=(near, parts))
    with open(far, "rb") as stream:
        writer.start()
        with reading(stream, encoding=encoding) as live:
            texts = parts_of(live.chunks())
        writer.join()
    text = text if form == "utf-16" else text.removeprefix("\ufeff")
    assert joined(texts).decode() == (text.replace("\r", "\n") if returns_end_lines(text) else text)


def test_a_block_ends_with_a_line() -> None:
    data = b"".join(b"%d\n" % number for number in range(300_000))
    with reading(io.BytesIO(data)) as live:
        texts = parts_of(live.chunks())
    assert joined(texts) == data
    assert 1 < len(texts) < 10
    assert all(text.first and text.last for text in texts)
    assert max(text.size for text in texts) <= 2 << 20


def test_a_long_line_is_given_in_parts() -> None:
    data = "中文😀".encode() * 250_000
    with reading(io.BytesIO(data + b"\nab\n")) as live:
        texts = parts_of(live.chunks())
    assert [text.first for text in texts].count(True) == 2 - (len(texts[-1].data) > 3)
    assert max(text.size for text in texts) <= 2 << 20
    for text in texts:
        text.data.decode()  # no character is cut
    assert joined(texts) == data + b"\nab\n"


def test_empty_stdin_gives_nothing() -> None:
    for data in (b"", b"\xef\xbb\xbf", gzip.compress(b"")):
        with reading(io.BytesIO(data)) as live:
            assert live.format == "text"
            assert list(live.chunks()) == []


# At once


def lines_until_none(items: Iterator[Chunk | None]) -> bytes:
    """What comes before it is time to answer it."""
    data = b""
    for chunk in items:
        if chunk is not None:
            data += joined(parts_of([Chunk(chunk.parts, 0, chunk.size)]))
        elif data:
            break
    return data


@posix
@pytest.mark.parametrize(
    ("encoding", "errors"),
    [("utf-8", "strict"), ("utf-8", "replace"), ("utf-8", "skip"), ("gb18030", "strict"), ("utf-16-le", "strict")],
)
def test_each_line_is_given_before_the_next_is_waited_for(encoding: str, errors: str) -> None:
    with piping(encoding=encoding, errors=errors) as (open_live, write):
        write("我来到北京\n".encode(encoding))
        items = open_live().chunks()
        assert lines_until_none(items).decode() == "我来到北京\n"
        for line in ("\n", "清华大学\n", "a\n"):
            write(line.encode(encoding))
            assert lines_until_none(items).decode() == line
        write(b"")
        assert [chunk for chunk in items if chunk is not None] == []


@posix
def test_an_unfinished_line_is_waited_for() -> None:
    with piping() as (open_live, write):
        write("完整\n我来".encode())
        items = open_live().chunks()
        assert lines_until_none(items).decode() == "完整\n"
        write("到".encode())
        write("北京\n还有".encode())
        assert lines_until_none(items).decode() == "我来到北京\n"
        write(b"")
        assert lines_until_none(items).decode() == "还有"


@posix
def test_fast_input_is_given_in_blocks() -> None:
    with piping() as (open_live, write):
        data = b"some words\n" * 5_000  # less than a pipe holds
        write(data)
        items = open_live().chunks()
        chunk = next(items)
        assert chunk is not None
        assert joined(parts_of([chunk])) == data
        assert next(items) is None


@posix
def test_slow_records_are_given_one_by_one() -> None:
    with piping(field="text") as (open_live, write):
        write(b'{"text": "one"}\n')
        live = open_live()
        assert live.format == "jsonl"
        batches = live.rows()
        for text in ("one", "two"):
            batch = next(batches)
            assert batch is not None
            assert (batch[0].texts, batch[1]) == ([text], 0)
            assert next(batches) is None
            write(b'{"text": "two"}\n')
        write(b"")
        assert [row for batch in batches if batch for row in batch[0].texts] == ["two"]


@posix
@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs terminals")
def test_a_terminal_is_answered_and_ends_with_one_ctrl_d() -> None:
    main, terminal = os.openpty()
    try:
        with open(terminal, "rb", buffering=0) as stream, reading_of(main, stream) as items:
            assert lines_until_none(items).decode() == "我来到北京\n"
            os.write(main, "好\n".encode())
            assert lines_until_none(items).decode() == "好\n"
            os.write(main, b"\x04")
            assert [chunk for chunk in items if chunk is not None] == []
    finally:
        os.close(main)


@contextmanager
def reading_of(main: int, stream: Any) -> Iterator[Iterator[Chunk | None]]:
    os.write(main, "我来到北京\n".encode())
    with reading(stream) as live:
        yield live.chunks()


# What it is


@pytest.mark.parametrize(
    ("options", "data", "kind"),
    [
        ({}, b'{"a": 1}\n', "text"),
        ({"field": "a"}, b'{"a": "b"}\n', "jsonl"),
        ({"column": "a"}, b"a,b\n1,2\n", "csv"),
        ({"column": "a"}, b"a\tb\n1\t2\n", "tsv"),
        ({"column": "a", "encoding": "utf-16"}, "a\tb\n1\t2\n".encode("utf-16"), "tsv"),
        ({"field": "a"}, gzip.compress(b'{"a": "b"}\n'), "jsonl"),
    ],
)
def test_the_format_is_known_from_the_options_and_the_first_bytes(
    options: dict[str, str], data: bytes, kind: str
) -> None:
    with reading(io.BytesIO(data), **options) as live:
        assert live.format == kind


def test_the_detected_encoding_is_reported() -> None:
    told: list[str] = []
    text = "第一条　为了规范养犬行为，保障公民健康和人身安全。\n" * 20
    with reading(io.BytesIO(text.encode("gb18030")), encoding="auto", notify=told.append) as live:
        assert joined(parts_of(live.chunks())).decode() == text
    assert told == ["<stdin>: read as gb18030 (detected)"]


def test_losses_are_reported_at_the_end() -> None:
    told: list[str] = []
    with reading(io.BytesIO(b"a\n\xff\nb\n"), errors="skip", notify=told.append) as live:
        chunks = live.chunks()
        assert joined(parts_of(chunks)) == b"a\nb\n"
    assert told == ["<stdin>: lines with bytes that are not valid in the encoding, left out: 1"]


def test_faults_are_named_by_the_byte() -> None:
    data = io.BytesIO("第一条\n".encode("gb18030") + b"ab\xff\xff\n")
    fault = pytest.raises(EncodingError, match=r"^<stdin> \(byte 9\): not valid GB18030; try ")
    with reading(data, encoding="gb18030") as live, fault:
        list(live.chunks())


def test_parquet_cannot_be_read_from_live_stdin() -> None:
    with (
        pytest.raises(InputError, match=r"^<stdin>: is Parquet, .*name a file"),
        reading(io.BytesIO(b"PAR1" * 9), column="a"),
    ):
        pass


def test_archives_of_files_are_refused() -> None:
    data = b"PK\x03\x04" + bytes(30)
    with pytest.raises(InputError, match=r"^<stdin>: is a zip archive"), reading(io.BytesIO(data)):
        pass


def test_an_archive_that_is_cut_off_gives_what_it_has_and_an_error() -> None:
    data = gzip.compress(b"".join(b"%d\n" % (number * 7919) for number in range(50_000)))
    with reading(io.BytesIO(data[: len(data) // 2])) as live:
        chunks = live.chunks()
        assert next(chunks) is not None
        with pytest.raises(InputError, match=r"^<stdin>: the gzip data end too early"):
            list(chunks)


def test_a_closed_stdin_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match=r"^<stdin>: is closed; give a file"):
        Corpus("-").open_live()


def test_the_folder_for_long_lines_is_removed_at_the_end(tmp_path: Path) -> None:
    data = b"a" * (3 << 20) + b"\xff\n" + b"b\n"
    with reading(io.BytesIO(data), errors="skip", tmp_dir=tmp_path) as live:
        chunks = live.chunks()
        assert joined(parts_of(chunks)) == b"b\n"
    assert os.listdir(tmp_path) == []
    with reading(io.BytesIO(b"a\n" * 9), errors="skip", tmp_dir=tmp_path) as live:
        chunks = live.chunks()
        next(chunks)
        assert len(os.listdir(tmp_path)) == 1
        chunks.close()  # type: ignore[attr-defined]
    assert os.listdir(tmp_path) == []
