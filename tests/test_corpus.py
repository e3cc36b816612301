"""The reader: every byte once, on line boundaries, whatever the files and the chunk size."""

import io
import os
import sys
import tempfile
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from nlpkit.corpus import Chunk, Corpus, Piece, Source, Span, read_pieces
from nlpkit.corpus.detection import returns_end_lines
from nlpkit.corpus.encodings import not_utf8, utf8_fault
from nlpkit.errors import EncodingError, InputError, OptionError, OutputError
from nlpkit.places.compression import compression_of
from tests.conftest import Run
from tests.texts import is_document

pytestmark = pytest.mark.compiled  # nothing here depends on kernels

BOM = b"\xef\xbb\xbf"
posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")


def read(corpus: Corpus, piece_size: int = 1 << 20) -> bytes:
    with corpus:
        return b"".join(piece.data for chunk in corpus.chunks() for piece in pieces_of(chunk, piece_size))


def pieces_of(chunk: Chunk, piece_size: int = 1 << 20) -> Iterator[Piece]:
    for part in chunk.parts:
        yield from read_pieces(part, piece_size)


def names(corpus: Corpus, top: Path) -> list[str]:
    with corpus:
        return [Path(source.name).relative_to(top).as_posix() for source in corpus.sources]


def make_files(top: Path, *paths: str) -> None:
    for path in paths:
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(f"{path}\n", encoding="utf-8")


def spooled(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def set_stdin(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return set_stdin


# Chunks and pieces

TEXTS = {
    "plain": "天地\n玄黄\n".encode(),
    "no final newline": "天地\n玄黄".encode(),
    "CRLF": "天地\r\n玄黄\r\n".encode(),
    "lone CR": "天地\r玄黄\n".encode(),
    "byte order mark": BOM + "天地\n".encode(),
    "only a byte order mark": BOM,
    "byte order mark in the second line": "天\n".encode() + BOM + b"\n",
    "empty": b"",
    "empty lines": b"\n\n\n",
    "NUL": b"\0\n\0\0\n",
    "U+2028, U+0085, form feed": "天\u2028地\x85玄\x0c黄\n".encode(),
    "four bytes a character": "𠀀𠀁𠀂𠀃\n𠀄".encode(),
    "not UTF-8": b"\xb0\xa1\xb0\xa2\n\xff\xfe",
}


@pytest.mark.parametrize("chunk_size", [1, 2, 3, 7, 1 << 20])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_chunks_hold_all_bytes_once_and_in_order(text: bytes, chunk_size: int, tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(text)
    corpus = Corpus(tmp_path / "text", chunk_size=chunk_size)
    assert read(corpus) == text.removeprefix(BOM)
    assert read(corpus, piece_size=1) == text.removeprefix(BOM)


def test_lines_end_at_newlines_only_and_one_byte_chunks_are_lines(tmp_path: Path) -> None:
    lines = ["天\u2028地\x85玄\x0c黄\x0b\x1c\n", "\n", "a\rb\r\n", "\0\n", "最后"]
    (tmp_path / "text").write_bytes("".join(lines).encode())
    with Corpus(tmp_path / "text", chunk_size=1) as corpus:
        pieces = [list(pieces_of(chunk)) for chunk in corpus.chunks()]
        assert [chunk.index for chunk in corpus.chunks()] == list(range(5))
    assert [[piece.data.decode() for piece in chunk] for chunk in pieces] == [[line] for line in lines]


some_bytes = st.binary(max_size=300) | st.text(st.sampled_from("\n\r天地é𠀀\0a\ufeff\u2028"), max_size=200).map(
    str.encode
)


@settings(deadline=None)
@given(some_bytes, st.integers(1, 400), st.integers(1, 400))
@example(BOM + b"\n", 1, 1)
@example("𠀀".encode() * 3, 1, 4)
@example(b"\xf0" + b"\x80" * 9, 1, 4)
def test_chunks_and_pieces_of_any_bytes_join_to_the_text(text: bytes, chunk_size: int, piece_size: int) -> None:
    assume(compression_of(text) is None and not is_document(text) and not returns_end_lines(text))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "text")
        path.write_bytes(text)
        with Corpus(path, chunk_size=chunk_size) as corpus:
            chunks = list(corpus.chunks())
            pieces = [list(pieces_of(chunk, piece_size)) for chunk in chunks]
    check_chunks(text, chunks, chunk_size)
    check_pieces(text, [piece for chunk in pieces for piece in chunk], max(piece_size, 4))
    assert all(chunk[0].first and chunk[-1].last for chunk in pieces if chunk)


def check_chunks(text: bytes, chunks: list[Chunk], chunk_size: int) -> None:
    assert sum(chunk.size for chunk in chunks) == len(text)
    start = 0
    for chunk in chunks:
        (span,) = chunk.parts
        assert isinstance(span, Span)
        assert span.start == start < span.stop
        assert span.stop == len(text) or text[span.stop - 1 : span.stop] == b"\n"
        assert span.size <= chunk_size or text.count(b"\n", span.start, span.stop - 1) == 0
        start = span.stop


def check_pieces(text: bytes, pieces: list[Piece], piece_size: int) -> None:
    assert b"".join(piece.data for piece in pieces) == text.removeprefix(BOM)
    bom = len(BOM) if text.startswith(BOM) else 0
    faults = []
    for piece in pieces:
        stop = piece.start + len(piece.data)
        assert text[piece.start : stop] == piece.data
        assert 0 < len(piece.data) <= piece_size
        assert piece.first == (piece.start == bom or text[piece.start - 1 : piece.start] == b"\n")
        assert piece.last == (stop == len(text) or text[stop - 1 : stop] == b"\n")
        assert text[stop - 1 : stop + 1] != b"\r\n"
        if (fault := utf8_fault(piece.data)) >= 0:
            faults.append(piece.start + fault)
    assert min(faults, default=-1) == utf8_fault(text)  # so cuts make no faults of their own


def test_a_span_that_fits_is_one_piece(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"ab\ncd\nef\n")
    span = Span(Source(str(tmp_path / "text"), "text", 9), 3, 9)
    assert list(read_pieces(span, 6)) == [Piece(b"cd\nef\n", 3, True, True)]
    assert list(read_pieces(span, 5)) == [Piece(b"cd\n", 3, True, True), Piece(b"ef\n", 6, True, True)]


def test_a_long_line_is_one_span_in_many_pieces(tmp_path: Path) -> None:
    text = b"a\n" + "天".encode() * 100 + b"\nb\n"
    (tmp_path / "text").write_bytes(text)
    with Corpus(tmp_path / "text", chunk_size=10) as corpus:
        assert [chunk.size for chunk in corpus.chunks()] == [2, 301, 2]
        pieces = list(pieces_of(list(corpus.chunks())[1], 10))
    assert {len(piece.data) for piece in pieces[:-2]} == {9}
    assert [piece.first for piece in pieces] == [True] + [False] * (len(pieces) - 1)
    assert [piece.last for piece in pieces] == [False] * (len(pieces) - 1) + [True]


def test_a_line_of_50_mb_takes_bounded_memory(tmp_path: Path) -> None:
    with (tmp_path / "text").open("wb") as file:
        for _ in range(50):
            file.write("天".encode() * 349_525)
    size = (tmp_path / "text").stat().st_size
    tracemalloc.start()
    try:
        with Corpus(tmp_path / "text", chunk_size=1 << 20) as corpus:
            (chunk,) = corpus.chunks()
            assert chunk.size == size == sum(len(piece.data) for piece in pieces_of(chunk))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5 << 20  # a mebibyte of it is looked at for carriage returns


def test_small_files_share_a_chunk_and_empty_files_are_skipped(tmp_path: Path) -> None:
    for name, size in {"a": 4, "b": 0, "c": 4, "d": 5, "e": 25, "f": 2}.items():
        (tmp_path / name).write_bytes((b"123456789\n" * 3)[-size:] if size else b"")
    with Corpus(tmp_path, chunk_size=10) as corpus:
        spans = [[(Path(span.source.name).name, span.size) for span in chunk.parts] for chunk in corpus.chunks()]
        assert corpus.size == sum(chunk.size for chunk in corpus.chunks()) == 40
    assert spans == [[("a", 4), ("c", 4)], [("d", 5), ("e", 5)], [("e", 10)], [("e", 10)], [("f", 2)]]


def test_a_corpus_without_text_has_no_chunks(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with Corpus([tmp_path / "empty", io.BytesIO()]) as corpus:
        assert (corpus.size, list(corpus.chunks())) == (0, [])


# Files and directories


def test_sources_are_in_the_order_of_the_inputs(tmp_path: Path) -> None:
    make_files(tmp_path, "b", "a", "d/c")
    assert read(Corpus([tmp_path / "b", io.BytesIO(b"stream\n"), str(tmp_path / "d"), tmp_path / "a"])) == (
        b"b\nstream\nd/c\na\n"
    )


def test_directories_are_read_recursively_by_code_point_without_hidden_files(tmp_path: Path) -> None:
    make_files(tmp_path, "b.txt", "a/z", "a-b", "a/B/x", "é", "文", "B", ".hidden", ".git/x", "a/.x", "a.txt")
    assert names(Corpus(tmp_path), tmp_path) == ["B", "a-b", "a.txt", "a/B/x", "a/z", "b.txt", "é", "文"]


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("*.txt", ["a.txt", "d/b.txt", "d/e/c.txt"]),
        ("[ab].*", ["a.txt", "b.md", "d/b.txt"]),
        ("d/*.txt", ["d/b.txt", "d/e/c.txt"]),
        ("**/*.txt", ["a.txt", "d/b.txt", "d/e/c.txt"]),
        ("*.TXT", []),
    ],
)
def test_glob_matches_names_or_with_a_slash_paths(glob: str, expected: list[str], tmp_path: Path) -> None:
    make_files(tmp_path, "a.txt", "b.md", "d/b.txt", "d/e/c.txt", ".a.txt")
    if expected:
        assert names(Corpus(tmp_path, glob=glob), tmp_path) == expected
    else:
        with (
            pytest.raises(InputError, match=r"no files .* match '\*\.TXT'"),
            Corpus(tmp_path, glob=glob),
        ):
            pass


def test_relative_paths_outlive_a_change_of_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_files(tmp_path, "d/a", "d/b")
    monkeypatch.chdir(tmp_path / "d")
    with Corpus(["a", "."], chunk_size=1) as corpus:
        assert [source.name for source in corpus.sources] == ["a", os.path.join(".", "b")]
        monkeypatch.chdir(tmp_path)  # where worker processes may be
        assert [piece.data for chunk in corpus.chunks() for piece in pieces_of(chunk)] == [b"d/a\n", b"d/b\n"]


def test_glob_does_not_concern_files_that_are_named(tmp_path: Path) -> None:
    make_files(tmp_path, "a.md")
    assert read(Corpus(tmp_path / "a.md", glob="*.txt")) == b"a.md\n"


def test_a_file_is_read_twice_only_if_named_twice(tmp_path: Path) -> None:
    make_files(tmp_path, "d/a", "d/e/b")
    a, d = tmp_path / "d/a", tmp_path / "d"
    assert names(Corpus([a, a]), d) == ["a", "a"]
    assert names(Corpus([d, a]), d) == ["e/b", "a"]
    assert names(Corpus([a, a, d]), d) == ["a", "a", "e/b"]
    assert names(Corpus([d / "e", d]), d) == ["e/b", "a"]


@posix
def test_links_are_followed_once_and_loops_end(tmp_path: Path) -> None:
    make_files(tmp_path, "elsewhere/b", "d/a", "d/e/c")
    (tmp_path / "d/e/up").symlink_to("..")
    (tmp_path / "d/e/again").symlink_to(".")
    (tmp_path / "d/itself").symlink_to("itself")
    (tmp_path / "d/same").symlink_to("a")
    (tmp_path / "d/other").symlink_to("../elsewhere")
    assert names(Corpus(tmp_path / "d"), tmp_path / "d") == ["a", "e/c", "other/b"]


@posix
def test_a_broken_link_in_a_directory_is_an_error(tmp_path: Path) -> None:
    make_files(tmp_path, "a")
    (tmp_path / "b").symlink_to("gone")
    with pytest.raises(InputError, match="b: no such file"), Corpus(tmp_path):
        pass


@posix
def test_special_files_in_a_directory_are_left_out(tmp_path: Path) -> None:
    make_files(tmp_path, "a")
    os.mkfifo(tmp_path / "fifo")
    assert names(Corpus(tmp_path), tmp_path) == ["a"]


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="names must be UTF-8 there")
def test_file_names_need_not_be_utf8(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff")).write_bytes(b"text\n")
    assert read(Corpus(tmp_path)) == b"text\n"


# Streams


def test_stdin_is_spooled_and_the_copy_removed(stdin: Callable[[bytes], None], tmp_path: Path) -> None:
    stdin(BOM + "天地\n玄黄".encode())
    with Corpus("-", chunk_size=1, tmp_dir=tmp_path) as corpus:
        assert [source.name for source in corpus.sources] == ["<stdin>"]
        assert corpus.size == 16
        assert [piece.data.decode() for chunk in corpus.chunks() for piece in pieces_of(chunk)] == ["天地\n", "玄黄"]
        assert len(spooled(tmp_path)) == 1
    assert not spooled(tmp_path)


def test_a_file_object_is_read_from_its_position(tmp_path: Path) -> None:
    make_files(tmp_path, "abc")
    with (tmp_path / "abc").open("rb") as file:
        file.seek(1)
        assert read(Corpus(file)) == b"bc\n"


@posix
def test_a_fifo_is_spooled_under_its_own_name(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = threading.Thread(target=fifo.write_bytes, args=(b"a\nb\n",))
    writer.start()
    with Corpus(fifo) as corpus:
        assert [source.name for source in corpus.sources] == [str(fifo)]
        assert [piece.data for chunk in corpus.chunks() for piece in pieces_of(chunk)] == [b"a\nb\n"]
    writer.join()


def test_a_stream_ends_at_its_first_empty_read(tmp_path: Path) -> None:
    class Terminal(io.RawIOBase):  # after Ctrl-D, it would wait for more to be typed
        blocks: ClassVar[list[bytes]] = [b"typed\n", b""]

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            block = self.blocks.pop(0)
            buffer[: len(block)] = block
            return len(block)

    assert read(Corpus(io.BufferedReader(Terminal()), tmp_dir=tmp_path)) == b"typed\n"


@posix
def test_only_the_owner_can_read_the_copy_of_stdin(tmp_path: Path) -> None:
    with Corpus(io.BytesIO(b"a"), tmp_dir=tmp_path) as corpus:
        assert os.stat(corpus.sources[0].path).st_mode & 0o777 == 0o600


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="needs /dev/fd")
def test_dev_fd_is_copied_because_workers_have_other_descriptors(tmp_path: Path) -> None:
    make_files(tmp_path, "abc")
    with (tmp_path / "abc").open("rb") as file, Corpus(f"/dev/fd/{file.fileno()}") as corpus:
        assert corpus.sources[0].path != corpus.sources[0].name
        assert corpus.size == 4


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), KeyboardInterrupt()], ids=type)
def test_an_error_while_copying_stdin_leaves_no_temporary_files(error: BaseException, tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read1(self, _size: int | None = -1) -> bytes:
            assert len(spooled(tmp_path)) == 1
            raise error

    with pytest.raises((InputError, KeyboardInterrupt)), Corpus(Broken(), tmp_dir=tmp_path):
        pass
    assert not spooled(tmp_path)


def test_an_error_in_the_with_block_leaves_no_temporary_files(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Corpus(io.BytesIO(b"a"), tmp_dir=tmp_path):
        raise ZeroDivisionError
    assert not spooled(tmp_path)


@posix
def test_a_full_disk_while_copying_stdin_is_an_error(tmp_path: Path) -> None:
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(OutputError, match=r"file too large; .* set TMPDIR"):
            Corpus(io.BytesIO(bytes(10_000)), tmp_dir=tmp_path).__enter__()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not spooled(tmp_path)


def test_an_open_corpus_may_be_entered_again(tmp_path: Path) -> None:
    corpus = Corpus(io.BytesIO(b"a\n"), tmp_dir=tmp_path)
    with corpus:
        with corpus:
            assert corpus.size == 2
        assert read(corpus) == b"a\n"
    assert not spooled(tmp_path)
    with pytest.raises(RuntimeError, match="not open"):
        corpus.chunks()


# What is wrong with an input


def test_a_missing_file(tmp_path: Path) -> None:
    make_files(tmp_path, "corpus.txt", "other")
    with pytest.raises(InputError) as raised, Corpus([tmp_path / "corpsu.txt"]):
        pass
    assert str(raised.value) == f"{tmp_path / 'corpsu.txt'}: no such file; did you mean {tmp_path / 'corpus.txt'}?"


@pytest.mark.parametrize("typed", ["A.txt", "A.TXT"])
def test_a_name_in_another_case_is_the_nearest_one(typed: str, tmp_path: Path) -> None:
    for name in ("a.txt", "x.txt"):
        (tmp_path / name).write_text("x\n")
    with pytest.raises(InputError, match=r"no such file; did you mean \S*a\.txt\?"):
        Corpus(tmp_path / typed).__enter__()
    with pytest.raises(InputError, match=r"x/y: no such file; there is no directory .*x$"), Corpus(tmp_path / "x/y"):
        pass
    with pytest.raises(InputError, match="no such file"), Corpus("nul\0character"):
        pass
    with pytest.raises(InputError, match="no such file"), Corpus(""):
        pass


def test_a_missing_file_is_noticed_before_stdin_is_read(tmp_path: Path) -> None:
    stream = io.BytesIO(b"text")
    with pytest.raises(InputError), Corpus([stream, tmp_path / "missing"]):
        pass
    assert stream.tell() == 0


def test_a_directory_without_files(tmp_path: Path) -> None:
    make_files(tmp_path, ".hidden")
    with pytest.raises(InputError, match=f"^{tmp_path}: no files in this directory$"), Corpus(tmp_path):
        pass


@posix
@pytest.mark.parametrize("forbidden", ["d", "d/a"])
def test_a_file_or_directory_without_read_permission(forbidden: str) -> None:
    # Root may read everything, so the test becomes somebody else, who cannot enter pytest's own folders.
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        make_files(top, "d/a", "d/b")
        (top / forbidden).chmod(0)
        top.chmod(0o755)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            with pytest.raises(InputError, match=f"^{top / forbidden}: permission denied"), Corpus(top / "d"):
                pass
        finally:
            if root:
                os.seteuid(0)
            (top / forbidden).chmod(0o755)


@pytest.mark.parametrize("text", [b"a\nb\nc\n", b"a\nb", b""], ids=["grew", "shrank", "emptied"])
def test_a_file_that_changes_is_noticed(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"a\nb\n")
    with Corpus(path, chunk_size=2) as corpus:
        chunks = list(corpus.chunks())
        path.write_bytes(text)
        with pytest.raises(InputError, match=f"^{path}: changed while it was read"):
            list(pieces_of(chunks[0]))


def test_a_file_that_shrinks_while_a_span_is_read_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"a\n" * 100_000)
    with Corpus(path) as corpus:
        pieces = pieces_of(next(corpus.chunks()), 10)
        next(pieces)
        path.write_bytes(b"a\n")
        with pytest.raises(InputError, match="changed while it was read"):
            list(pieces)


def test_a_file_that_is_deleted_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"a\nb\n")
    with Corpus(path) as corpus:
        chunks = list(corpus.chunks())
        path.unlink()
        with pytest.raises(InputError, match=f"^{path}: no such file$"):
            list(pieces_of(chunks[0]))


def test_stdin_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match="<stdin>"), Corpus("-"):
        pass


def test_a_text_stream_is_refused() -> None:
    with pytest.raises(InputError, match="gives str where bytes are needed"), Corpus(io.StringIO("a")):  # type: ignore[arg-type]
        pass


@pytest.mark.parametrize(
    ("inputs", "options", "message"),
    [
        (["-", "-"], {}, "more than once"),
        (["-", "/dev/stdin"], {}, "more than once"),
        ([], {}, "no input"),
        (3, {}, "inputs is 3; give a string, a path"),
        ([b"bytes"], {}, "is not an input"),
        ("a", {"chunk_size": 0}, "at least 1"),
        ("a", {"tmp_dir": "/no/such/folder"}, "/no/such/folder"),
        ("a", {"delimiter": "abc", "column": "1"}, "delimiter is 'abc'; it must be one character"),
        ("a.txt", {"delimiter": "abc"}, "delimiter is 'abc'; it must be one character"),
        ("a.txt", {"delimiter": ","}, "delimiter is for CSV and TSV; name the column of the text with column"),
    ],
)
def test_invalid_options_are_refused_before_anything_is_read(
    inputs: object, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        Corpus(inputs, **options)  # type: ignore[arg-type]


def test_a_wrong_delimiter_is_exit_2_whatever_the_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a\n")
    assert run("discover", "a.txt", "--delimiter", "abc").returncode == 2


def test_options_are_named_as_they_were_typed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a\n")
    done = run("count", "a.txt", "--delimiter", ",")
    assert done.returncode == 2
    assert b"--delimiter is for CSV and TSV; name the column of the text with --column" in done.stderr
    done = run("count", "a.txt", "--field", "a", "--column", "b")
    assert done.returncode == 2
    assert b"--field is for JSON Lines, --column for CSV and Parquet; give one of them" in done.stderr


def test_a_backslash_and_t_as_delimiter_are_a_tab(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id\ttext\n1,5\tone,two\n")
    with Corpus(tmp_path / "a.csv", column="text", delimiter="\\t") as corpus:
        assert [cells for rows, _ in corpus.rows() for cells in rows.records] == [["1,5", "one,two"]]
    done = run("count", "a.csv", "--column", "text", "--delimiter", "\\t", "--tokenizer", "space")
    assert (done.returncode, done.stdout) == (0, b"token\tcount\none,two\t1\n")


# UTF-8


@pytest.mark.parametrize(
    ("text", "line", "byte"),
    [
        (b"\xff", 1, 0),
        (b"a\n\nb\xb0\xa1\n", 3, 4),
        (BOM + b"a\n\xe5\xa4", 2, 5),
        ("天\u2028\r\x85".encode() + b"\n\xc0\x80", 2, 10),
        (b"\n" * 3_000_000 + b"\xed\xa0\x80", 3_000_001, 3_000_000),
    ],
)
def test_a_fault_is_named_by_line_and_byte(text: bytes, line: int, byte: int, tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(text)
    assert utf8_fault(text) == byte
    error = not_utf8(Source(str(path), "name", len(text)), byte)
    assert isinstance(error, EncodingError)
    assert str(error).startswith(f"name:{line} (byte {byte}): not valid UTF-8")


def test_valid_utf8_has_no_fault() -> None:
    assert utf8_fault("\0\x7f\x80\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff".encode()) == -1
