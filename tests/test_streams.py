"""Every way of reading gives what the plain UTF-8 file gives, in bounded memory and with nothing left behind."""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import signal
import subprocess
import sys
import tempfile
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlpkit.corpus import Chunk, Corpus, Piece, Span, Text, read_pieces
from nlpkit.corpus.lines import line_pieces, whole_lines
from nlpkit.errors import EncodingError, InputError, OptionError, OutputError
from nlpkit.ngrams import count_ngrams
from tests.conftest import ENVIRONMENT, LAWS, Run, slow, workers

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACK: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd.compress,
    "members": lambda data: b"".join(gzip.compress(data[i : i + 9999]) for i in range(0, len(data), 9999)),
}
pytestmark = pytest.mark.compiled  # nothing here depends on kernels
LAW = LAWS.read_bytes()[:150_000].decode("utf-8", "ignore")
SPACES = b" \t\v\f\0"


def texts_of(chunk: Chunk) -> Iterator[bytes]:
    for part in chunk.parts:
        yield b"".join(piece.data for piece in read_pieces(part, 100))


def read(corpus: Corpus) -> bytes:
    with corpus:
        return b"".join(text for chunk in corpus.chunks() for text in texts_of(chunk))


def counts(inputs: object, jobs: int = 1, executor: str = "serial", **options: object) -> dict[str, int]:
    return count_ngrams(Corpus(inputs, **options), 3, jobs=jobs, executor=executor).to_dict()  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def expected() -> dict[str, int]:
    return counts(io.BytesIO(LAW.encode()))


# ---- the same whatever the file


@pytest.mark.parametrize("chunk_size", [4_000, 8 << 20])
@pytest.mark.parametrize("executor", ["serial", "threads"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("packed", PACK)
def test_counts_do_not_depend_on_compression_and_encoding(
    packed: str, encoding: str, executor: str, chunk_size: int, expected: dict[str, int]
) -> None:
    data = io.BytesIO(PACK[packed](LAW.encode(encoding)))
    assert counts(data, 2, executor, encoding=encoding, chunk_size=chunk_size) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("packed", ["plain", "gz", "zst"])
def test_worker_processes_get_the_text(packed: str, encoding: str, expected: dict[str, int]) -> None:
    data = io.BytesIO(PACK[packed](LAW.encode(encoding)))
    assert counts(data, 2, "processes", encoding=encoding, chunk_size=30_000) == expected


RECORDS = {
    "jsonl": "".join(json.dumps({"id": 1, "text": line}) + "\n" for line in LAW.split("\n")),
    "csv": "id,text\n" + "".join(f'1,"{line}"\n' for line in LAW.replace('"', "").split("\n")),
    "tsv": "id\ttext\n" + "".join(f"1\t{line}\n" for line in LAW.replace("\t", "").split("\n")),
}


@pytest.mark.parametrize("packed", ["plain", "gz", "zst"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("kind", RECORDS)
@pytest.mark.parametrize("chunk_size", [3_000, 8 << 20])
def test_counts_of_records_are_those_of_their_text(
    packed: str, encoding: str, kind: str, chunk_size: int, expected: dict[str, int], tmp_path: Path
) -> None:
    path = tmp_path / (f"posts.{kind}" if packed == "plain" else f"posts.{kind}.{packed}")
    path.write_bytes(PACK[packed](RECORDS[kind].encode(encoding)))
    option = {"field": "text"} if kind == "jsonl" else {"column": "text"}
    assert counts(path, encoding=encoding, chunk_size=chunk_size, **option) == expected


def test_the_column_of_a_parquet_file(expected: dict[str, int], tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"text": LAW.split("\n")}), tmp_path / "posts.parquet", row_group_size=50)
    assert counts(tmp_path / "posts.parquet", column="text", chunk_size=5_000) == expected
    (tmp_path / "posts.parquet.gz").write_bytes(gzip.compress((tmp_path / "posts.parquet").read_bytes()))
    with pytest.raises(InputError, match="is Parquet in gzip; unpack it first"):
        counts(tmp_path / "posts.parquet.gz", column="text")


def test_stdin_has_the_format_of_the_option(run: Run, tmp_path: Path) -> None:
    (tmp_path / "laws.txt").write_text(LAW, encoding="utf-8")
    plain = run("discover", "laws.txt", "-q").stdout
    packed = gzip.compress(RECORDS["jsonl"].encode())
    assert run("discover", "-", "--field", "text", "-q", input=packed).stdout == plain
    assert run("discover", "-", "--column", "text", "-q", input=RECORDS["tsv"].encode()).stdout == plain


def test_a_file_of_records_without_the_option_names_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_text(RECORDS["jsonl"], encoding="utf-8")
    done = run("discover", "posts.jsonl")
    assert done.returncode in (1, 2)
    assert b"--field" in done.stderr
    assert b"id, text" in done.stderr


def test_field_and_column_exclude_each_other() -> None:
    with pytest.raises(OptionError, match="field"):
        Corpus("-", field="a", column="b")


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.text(st.sampled_from("天地a \n\n\t\0，"), max_size=60), min_size=1, max_size=7),
    st.lists(st.sampled_from(["plain", "gz", "xz"]), min_size=7, max_size=7),
    st.integers(1, 50),
)
@example(["天" * 60, "a" * 60 + " 地"], ["gz"] * 7, 1)
@example(["\0" * 60 + "天", "地 " * 30], ["xz"] * 7, 7)
def test_any_texts_in_any_files_and_chunks(texts: list[str], packed: list[str], chunk_size: int) -> None:
    plain = [io.BytesIO(text.encode()) for text in texts]
    files = [io.BytesIO(PACK[kind](text.encode())) for kind, text in zip(packed, texts, strict=False)]
    assert counts(files, chunk_size=chunk_size) == counts(plain, chunk_size=1000)


# ---- blocks of lines


@settings(deadline=None)
@given(
    st.lists(st.binary(max_size=30) | st.text(st.sampled_from("天a \n\0"), max_size=30).map(str.encode)),
    st.integers(1, 40),
)
@example([b"aaaa\n", b"b\n"], 4)
@example([b"aaaaa\nb\nc\n"], 4)
def test_pieces_of_lines_are_the_text(blocks: list[bytes], size: int) -> None:
    pieces = list(line_pieces(blocks, size, 3))
    assert b"".join(piece.data for piece in pieces) == b"".join(blocks)
    assert all(piece.data and len(piece.data) <= size for piece in pieces)
    place, first = 3, True
    for piece in pieces:
        assert (piece.start, piece.first) == (place, first)
        place, first = place + len(piece.data), piece.last
        if not piece.last or not piece.first:  # a long line comes alone
            assert piece.data.count(b"\n") == piece.data.endswith(b"\n")
        if not piece.last:
            assert b"\n" not in piece.data
            assert piece.data[-1:] in SPACES or not any(space in piece.data for space in SPACES)
        elif piece is not pieces[-1]:
            assert piece.data.endswith(b"\n")
    assert not pieces or pieces[-1].last


@given(st.lists(st.text(st.sampled_from("a\n"), max_size=9).map(str.encode)))
@example([b"a", b"", b"a\na", b"\na"])
def test_whole_lines_are_the_text(blocks: list[bytes]) -> None:
    stretches = list(whole_lines(blocks))
    assert b"".join(stretches) == b"".join(blocks)
    assert all(stretches)
    assert all(stretch.endswith(b"\n") for stretch in stretches[:-1])


@pytest.mark.parametrize("blocks", [[b"a\naa", b"aa"], [b"a\naa", b"aa\na"]], ids=["goes on", "ends"])
def test_a_line_that_is_too_long_is_refused_after_those_before_it(blocks: list[bytes]) -> None:
    assert list(whole_lines(blocks, 4, KeyError))
    found = whole_lines(blocks, 3, KeyError)
    assert next(found) == b"a\n"
    with pytest.raises(KeyError):
        next(found)


def chunks_of(data: bytes, chunk_size: int, **options: object) -> list[Chunk]:
    with Corpus(io.BytesIO(data), chunk_size=chunk_size, **options) as corpus:  # type: ignore[arg-type]
        return list(corpus.chunks())


def test_a_long_line_is_cut_at_white_space_into_texts() -> None:
    line = b"word " * 100
    chunks = chunks_of(gzip.compress(b"a\n" + line + b"\nb\n"), 50)
    parts = [part for chunk in chunks for part in chunk.parts]
    assert all(isinstance(part, Text) and part.size <= 50 for part in parts)
    assert b"".join(part.data for part in parts if isinstance(part, Text)) == b"a\n" + line + b"\nb\n"
    assert [(part.first, part.last) for part in parts][1:3] == [(True, False), (False, False)]
    assert all(before.last == after.first for before, after in pairwise(parts))


def test_a_long_line_without_white_space_is_kept_in_a_file_during_the_pass(tmp_path: Path) -> None:
    line = "天地玄黄".encode() * 100
    with Corpus(io.BytesIO(gzip.compress(b"a\n" + line + b" b\nc\n")), chunk_size=50, tmp_dir=tmp_path) as corpus:
        for _ in range(2):
            chunks = list(corpus.chunks())
            spans = [part for chunk in chunks for part in chunk.parts if isinstance(part, Span)]
            assert len(spans) == 1
            assert spans[0].first
            assert b"".join(text for chunk in chunks for text in texts_of(chunk)) == b"a\n" + line + b" b\nc\n"
            assert len(list(tmp_path.rglob("line-*"))) == 1
        corpus.chunks()
        assert not list(tmp_path.rglob("line-*"))
    assert not list(tmp_path.iterdir())


def test_a_long_line_that_begins_with_a_byte_order_mark_keeps_it(tmp_path: Path) -> None:
    text = b"a\n" + "\ufeff天".encode() * 50
    (tmp_path / "a.gz").write_bytes(gzip.compress(text))
    assert read(Corpus(tmp_path / "a.gz", chunk_size=20)) == text


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX")
def test_a_full_disk_while_keeping_a_long_line_is_an_error(tmp_path: Path) -> None:
    import resource

    (tmp_path / "a.gz").write_bytes(gzip.compress("天".encode() * 100_000))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with (
            pytest.raises(OutputError, match=r"file too large; a very long line .* tmp_dir"),
            Corpus(tmp_path / "a.gz", chunk_size=1000, tmp_dir=tmp_path) as corpus,
        ):
            list(corpus.chunks())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path.name for path in tmp_path.iterdir()] == ["a.gz"]


@pytest.mark.parametrize("unit", [b"\0", "天".encode(), b"word ", b"\n"], ids=["NUL", "no space", "words", "line ends"])
def test_memory_does_not_grow_with_the_size_of_an_archives_text(unit: bytes, tmp_path: Path) -> None:
    path = tmp_path / "big.gz"
    with gzip.open(path, "wb", 1) as file:
        for _ in range(60):
            file.write(unit * ((1 << 20) // len(unit)))
    tracemalloc.start()
    try:
        with Corpus(path, chunk_size=1 << 20) as corpus:
            size = 0
            for chunk in corpus.chunks():
                for part in chunk.parts:
                    size += sum(len(piece.data) for piece in read_pieces(part, 1 << 20))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size >= 60 * ((1 << 20) - 8)
    assert peak < 12 << 20


@pytest.mark.parametrize("packed", ["plain", "gz"])
def test_chunks_say_how_much_of_a_long_line_to_read_at_a_time(packed: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(PACK[packed](b"\xe5\xa4\xa9" * 3_000_000))
    with Corpus(tmp_path / "a", memory=64 << 20) as corpus:
        (chunk,) = (chunk for chunk in corpus.chunks() if chunk.parts)
        (part,) = chunk.parts
        assert isinstance(part, Span)
        assert chunk.block_size == corpus.chunk_size == 2 << 20
        assert all(len(piece.data) <= 2 << 20 for piece in read_pieces(part, chunk.block_size))


def test_with_little_memory_chunks_are_small(tmp_path: Path) -> None:
    assert Corpus(tmp_path, memory=64 << 20).chunk_size == 2 << 20
    assert Corpus(tmp_path, memory=64 << 20, chunk_size=1000).chunk_size == 1000
    assert Corpus(tmp_path, memory=1 << 40).chunk_size == 8 << 20


# ---- many files


def make_files(folder: Path, number: int, packed: str = "gz") -> bytes:
    folder.mkdir()
    lines = LAW.encode().split(b"\n")
    parts = [b"\n".join(lines[i::number]) + b"\n" for i in range(number)]
    for i, part in enumerate(parts):
        (folder / f"{i:04}").write_bytes(PACK[packed](part))
    return b"".join(parts)


@pytest.mark.parametrize("packed", ["gz", "plain"])
@pytest.mark.parametrize("number", [1, 3, 4, 5, 40])
def test_files_are_read_at_the_same_time_in_a_fixed_order(packed: str, number: int, tmp_path: Path) -> None:
    text = make_files(tmp_path / "d", number, packed)
    with Corpus(tmp_path / "d", chunk_size=1000) as corpus:
        passes = [list(corpus.chunks()) for _ in range(3)]
        assert passes[0] == passes[1] == passes[2]
        assert [chunk.index for chunk in passes[0]] == list(range(len(passes[0])))
        assert sum(chunk.size for chunk in passes[0]) == corpus.size
        found = b"".join(text for chunk in passes[0] for text in texts_of(chunk))
    assert sorted(found.split(b"\n")) == sorted(text.split(b"\n"))


def test_plain_and_compressed_files_and_empty_ones_mixed(tmp_path: Path) -> None:
    for name, data in {
        "a": b"a\n", "b": gzip.compress(b"b\n"), "c": b"", "d": gzip.compress(b""), "e": b"e", "f": bz2.compress(b"f"),
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(data)
    with Corpus(tmp_path) as corpus:
        (chunk,) = corpus.chunks()
        assert sorted(texts_of(chunk)) == [b"a\n", b"b\n", b"e", b"f"]
        assert chunk.size == corpus.size
    with Corpus(tmp_path / "d") as corpus:
        (chunk,) = corpus.chunks()
        assert (chunk.parts, chunk.size) == ((), corpus.size)
    assert counts(tmp_path / "d") == {}


def test_a_fault_in_an_archive_is_reported_by_its_byte_in_the_unpacked_text(tmp_path: Path) -> None:
    text = LAW.encode()
    place = text.index(b"\n", 9_000) + 1
    (tmp_path / "a.gz").write_bytes(gzip.compress(text[:place] + b"\xff" + text[place:]))
    line = 1 + text[:place].count(b"\n")
    for executor in ("serial", "threads"):
        for chunk_size in (500, 8 << 20):
            with pytest.raises(EncodingError, match=rf"a.gz:{line} \(byte {place}\): not valid UTF-8; try errors="):
                counts(tmp_path / "a.gz", 2, executor, chunk_size=chunk_size)


@pytest.mark.parametrize("chunk_size", [50, 8 << 20])
def test_a_fault_in_a_long_line_is_reported_by_its_byte(chunk_size: int, tmp_path: Path) -> None:
    text = b"\xef\xbb\xbfone\n" + "天".encode() * 200
    (tmp_path / "a.gz").write_bytes(gzip.compress(text + b"\xb0" + text))
    with pytest.raises(EncodingError, match=rf"a.gz:2 \(byte {len(text)}\): not valid UTF-8"):
        counts(tmp_path / "a.gz", chunk_size=chunk_size)


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX")
@pytest.mark.parametrize("packed", ["plain", "gz"])
@pytest.mark.parametrize("number", [300, slow(5_000)])
def test_thousands_of_files_with_few_handles(packed: str, number: int, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    for i in range(number):
        (tmp_path / "d" / f"{i}").write_bytes(PACK[packed](f"第{i}条养犬人应当文明养犬。\n".encode()))
    command = f'ulimit -n 64; "{sys.executable}" -m nlpkit discover d -f words --top 20'
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout


# ---- ends


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "nlpkit-reader"]


@pytest.mark.parametrize("how", ["closed", "left", "again"])
def test_reader_threads_end_when_a_pass_is_abandoned(how: str, tmp_path: Path) -> None:
    make_files(tmp_path / "d", 9)
    with Corpus(tmp_path / "d", chunk_size=100) as corpus:
        chunks = corpus.chunks()
        for _ in range(3):
            next(chunks)
        assert threads()
        if how == "closed":
            chunks.close()  # type: ignore[attr-defined]
            assert not threads()
        elif how == "again":
            following = corpus.chunks()
            assert not threads()
            assert list(following)
    assert not threads()


@pytest.mark.parametrize(("memory", "width"), [(64, 1), (130, 2), (1000, 4)])
def test_fewer_files_are_read_at_the_same_time_with_little_memory(memory: int, width: int, tmp_path: Path) -> None:
    make_files(tmp_path / "d", 9)
    with Corpus(tmp_path / "d", chunk_size=100, memory=memory << 20) as corpus:
        next(iter(corpus.chunks()))
        assert len(threads()) == width


def test_an_error_in_one_file_ends_all_readers(tmp_path: Path) -> None:
    make_files(tmp_path / "d", 2)
    path = tmp_path / "d" / "0001"
    path.write_bytes(gzip.compress(LAWS.read_bytes()[:200_000])[:-30])  # so large that it is not found on opening
    with Corpus(tmp_path / "d", chunk_size=100) as corpus:
        with pytest.raises(InputError, match="0001: the gzip data end too early"):
            list(corpus.chunks())
        assert not threads()


@pytest.mark.parametrize("executor", ["threads", slow("serial"), slow("processes")])
def test_ctrl_c_while_streams_are_read(executor: str, tmp_path: Path) -> None:
    for i in range(3):
        (tmp_path / f"{i}.gz").write_bytes(gzip.compress(LAWS.read_bytes() * 8, 1))
    (tmp_path / "tmp").mkdir()
    command = [sys.executable, "-m", "nlpkit", "discover", "0.gz", "1.gz", "2.gz", "-o", "words.tsv", "--progress"]
    command += [*workers(executor), "--chunk-size", "100k", "--tmp-dir", "tmp"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, cwd=tmp_path, env=ENVIRONMENT, start_new_session=True
    ) as process:
        assert process.stderr is not None
        shown = b""
        while b"%|" not in shown:
            part = process.stderr.read1()  # type: ignore[attr-defined]
            assert part, shown
            shown += part
        os.killpg(process.pid, signal.SIGINT)
        stderr = shown + process.communicate(timeout=300)[1]
    assert process.returncode == 130
    assert b"Traceback" not in stderr
    assert sorted(os.listdir(tmp_path)) == ["0.gz", "1.gz", "2.gz", "tmp"]
    assert not os.listdir(tmp_path / "tmp")


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_a_damaged_archive_is_exit_1_and_one_line(executor: str, run: Run, tmp_path: Path) -> None:
    data = gzip.compress(LAW.encode())
    (tmp_path / "laws.gz").write_bytes(data[: len(data) // 2])
    done = run("discover", "laws.gz", *workers(executor), "-o", "words.tsv", "--chunk-size", "20k")
    assert done.returncode == 1
    assert done.stderr.startswith(b"nlpkit: laws.gz: the gzip data end too early, after byte ")
    assert done.stderr.count(b"\n") == 1
    assert os.listdir(tmp_path) == ["laws.gz"]


def test_a_stream_that_changes_between_passes_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"one\n", mtime=0))
    with Corpus(path) as corpus:
        list(corpus.chunks())
        status = path.stat()
        path.write_bytes(gzip.compress(b"two\n", mtime=0))
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
        with pytest.raises(InputError, match="changed while it was read"):
            list(corpus.chunks())


def test_losses_are_reported_once_at_the_end_of_the_first_pass(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "a"}\n{"other": 1}\n{"text": \xff}\n{"text": \n')
    told: list[str] = []
    with Corpus(tmp_path / "a.jsonl", field="text", errors="skip", notify=told.append) as corpus:
        next(corpus.chunks())
        assert told == []
        for _ in range(2):
            list(corpus.chunks())
    name = tmp_path / "a.jsonl"
    assert told == [
        f"{name}: damaged records, left out: 2",
        f"{name}: records without text in 'text', left out: 1",
    ]


# ---- records with bytes that are not valid


CSV = 'id,text\n1,"good\nbad \0"\n3,今天天气\n4,今天天气\n5,"明\n天"\n6,\0\n7,后天\n'


@pytest.mark.parametrize("packed", ["plain", "gz"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_damaged_record_is_left_out_whole_and_no_other_with_it(packed: str, encoding: str, tmp_path: Path) -> None:
    def found(errors: str) -> str:
        return read(Corpus(path, column="text", encoding=encoding, errors=errors, notify=told.append)).decode()

    path = tmp_path / f"a.csv{'.gz' * (packed == 'gz')}"
    path.write_bytes(PACK[packed](CSV.encode(encoding).replace(b"\0", b"\xff")))
    told: list[str] = []
    assert found("skip") == "今天天气\n今天天气\n明\n天\n后天\n"
    assert told == [f"{path}: damaged records, left out: 2"]
    assert found("replace") == "good\nbad \ufffd\n今天天气\n今天天气\n明\n天\n\ufffd\n后天\n"
    with pytest.raises(EncodingError, match=rf"{path.name}:3 \(byte 20\): not valid {encoding.upper()}"):
        found("strict")


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.text(st.sampled_from('天a\n\0",{}'), max_size=8), min_size=1, max_size=12),
    st.integers(1, 50),
    st.booleans(),
)
@example(["\0", "\n\0\n", "a"], 1, True)
def test_skipping_errors_keeps_the_records_without_faults(kind: str, texts: list[str], size: int, unique: bool) -> None:
    if kind == "jsonl":
        rows = [json.dumps({"text": text}, ensure_ascii=False).replace("\\u0000", "\0") for text in texts]
        option = {"field": "text"}
    else:
        rows = ["text", *('"' + text.replace('"', '""') + '"' for text in texts)]
        option = {"column": "text"}
    data = gzip.compress("".join(row + "\n" for row in rows).encode().replace(b"\0", b"\xff"))
    kept = [line for text in texts if "\0" not in text for line in (text + "\n").splitlines(keepends=True)]
    if unique:
        kept = [line for i, line in enumerate(kept) if line == "\n" or line not in kept[:i]]
    corpus = Corpus(io.BytesIO(data), errors="skip", chunk_size=size, unique_lines=unique, **option)  # type: ignore[arg-type]
    assert read(corpus).decode() == "".join(kept)


@pytest.mark.parametrize("errors", ["skip", "replace"])
def test_faults_after_a_skipped_record_name_the_line_of_the_file(errors: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "\xff"}\n{"text": "ok"}\n{"text": [1]}\n')
    with pytest.raises(InputError, match=r"a.jsonl:3: the field 'text' holds an array"):
        read(Corpus(tmp_path / "a.jsonl", field="text", errors=errors))
    (tmp_path / "a.csv").write_bytes(b'text\n"\xff\n\xff"\nok\n"open\n')
    with pytest.raises(InputError, match=r"a.csv:5: a quote opens in the row that begins here"):
        read(Corpus(tmp_path / "a.csv", column="text", errors=errors))


def test_a_header_with_a_fault_is_a_header(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"i\xff,text\n1,a\n2,b\n")
    assert read(Corpus(tmp_path / "a.csv", column="text", errors="skip")) == b"a\nb\n"
    with pytest.raises(InputError, match=r"no column 'title'; there are 'i\\udcff', text"):
        read(Corpus(tmp_path / "a.csv", column="title", errors="skip"))


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_an_archive_with_one_huge_record_is_refused(kind: str, tmp_path: Path) -> None:
    (tmp_path / f"a.{kind}.gz").write_bytes(gzip.compress(bytes(50 << 20), 1))
    option = {"field": "text"} if kind == "jsonl" else {"column": "text"}
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=rf"a.{kind}.gz:1: a record of more than 8 MB; .*, or raise memory"):
            read(Corpus(tmp_path / f"a.{kind}.gz", memory=64 << 20, **option))  # type: ignore[arg-type]
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()


def test_a_parquet_file_that_changes_between_passes_is_noticed(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = tmp_path / "a.parquet"
    parquet.write_table(pyarrow.table({"text": ["one"]}), path)
    with Corpus(path, column="text") as corpus:
        list(corpus.chunks())
        parquet.write_table(pyarrow.table({"text": ["two"]}), path)
        os.utime(path, ns=(0, 0))
        with pytest.raises(InputError, match="changed while it was read"):
            list(corpus.chunks())


# ---- unique lines


@pytest.mark.parametrize("packed", ["plain", "gz"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_faults_are_reported_by_their_byte_with_unique_lines(packed: str, bom: bytes, tmp_path: Path) -> None:
    (tmp_path / "u.txt").write_bytes(PACK[packed](bom + b"aa\naa\n\xff\xfe\xfd\xfc bad\n"))
    with pytest.raises(EncodingError, match=rf"u.txt:3 \(byte {6 + len(bom)}\): not valid UTF-8"):
        counts(tmp_path / "u.txt", unique_lines=True)


def test_damaged_and_repeated_lines_of_archives_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "0.gz").write_bytes(gzip.compress("甲\n乙\n".encode() + b"\xff\n" + "甲\n丙".encode()))
    (tmp_path / "1.gz").write_bytes(gzip.compress(b"\xff\n\xff" + "丙\n丙\n丁\n".encode()))
    told: list[str] = []
    corpus = Corpus(tmp_path, unique_lines=True, errors="skip", notify=told.append)
    assert read(corpus).decode() == "甲\n乙\n丙" + "丁\n"
    assert told == [
        "2 files: lines with bytes that are not valid in the encoding, left out: 3",
        "repeated lines left out: 2",
    ]


@pytest.mark.parametrize("chunk_size", [4, 30, 8 << 20])
@pytest.mark.parametrize("packed", ["plain", "gz"])
def test_unique_lines_keeps_the_first_of_equal_lines(packed: str, chunk_size: int, tmp_path: Path) -> None:
    texts = ["甲乙\n丙\n甲乙\n", "丙\n戊\n", "己\n甲乙", "庚辛\n" * 9, "戊\r\n" + "长" * 40 + "\n" + "长" * 40]
    for i, text in enumerate(texts):
        (tmp_path / f"{i}").write_bytes(PACK[packed](text.encode()))
    told: list[str] = []
    corpus = Corpus(tmp_path, unique_lines=True, chunk_size=chunk_size, notify=told.append)
    with corpus:
        for _ in range(2):
            lines = [line for chunk in corpus.chunks() for text in texts_of(chunk) for line in text.split(b"\n")]
            assert [line.decode() for line in lines if line] == ["甲乙", "丙", "戊", "己", "庚辛", "长" * 40]
    assert told == ["repeated lines left out: 13"]


def test_unique_lines_on_the_command_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "once.txt").write_text(LAW + "\n", encoding="utf-8")
    once = run("discover", "once.txt", "-q", "--unique-lines").stdout
    done = run("discover", "once.txt", "-", "--unique-lines", input=gzip.compress(LAW.encode()))
    assert done.stdout == once
    assert b"repeated lines left out: " in done.stderr


# ---- digest


def test_the_digest_covers_all_bytes_and_the_ends_of_files() -> None:
    def digest(*texts: bytes) -> str:
        with Corpus([io.BytesIO(text) for text in texts]) as corpus:
            return corpus.digest()

    found = {
        digest(*texts) for texts in [(b"ab", b"c"), (b"a", b"bc"), (b"abc",), (b"c", b"ab"), (b"ab", b"c", b""), (b"",)]
    }
    assert len(found) == 6
    assert digest(b"ab", b"c") == digest(b"ab", b"c")
    data = b"".join(b"utf-8 text\n" + len(text).to_bytes(8, "little") + text for text in (b"ab", b"c"))
    assert digest(b"ab", b"c") == hashlib.blake2b(data, digest_size=16).hexdigest()


def test_the_digest_covers_how_the_bytes_are_read(tmp_path: Path) -> None:
    def digest(path: Path, **options: object) -> str:
        with Corpus(path, **options) as corpus:  # type: ignore[arg-type]
            return corpus.digest()

    data = "天,地\n玄\t黄,宇\n".encode()
    (tmp_path / "b.csv").write_bytes(data.decode().encode("gb18030"))
    assert digest(tmp_path / "b.csv", encoding="auto") == digest(tmp_path / "b.csv", encoding="gb18030")
    assert digest(tmp_path / "b.csv", encoding="gb18030") != digest(tmp_path / "b.csv")
    (tmp_path / "b.csv").unlink()
    for suffix in ("csv", "tsv", "jsonl"):
        (tmp_path / f"a.{suffix}").write_bytes(data)
    assert len({digest(path, column="1") for path in tmp_path.iterdir()}) == 3
    assert digest(tmp_path / "a.csv", encoding="auto") == digest(tmp_path / "a.csv")
    assert digest(tmp_path / "a.csv", encoding="gb18030") == digest(tmp_path / "a.csv")


def test_pieces_of_a_text_are_cut_like_those_of_a_file() -> None:
    with Corpus(io.BytesIO(b"ab\ncd\nef\n")) as corpus:
        (part,) = next(corpus.chunks()).parts
        of_file = list(read_pieces(part, 5))
    assert list(read_pieces(Text(part.source, b"ab\ncd\nef\n", 0), 5)) == of_file
    assert of_file == [Piece(b"ab\n", 0, True, True), Piece(b"cd\n", 3, True, True), Piece(b"ef\n", 6, True, True)]


def test_temporary_files_are_gone_after_an_error_within(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    data = gzip.compress("天".encode() * 1000)
    with pytest.raises(ZeroDivisionError), Corpus(io.BytesIO(data), tmp_dir=tmp_path / "tmp", chunk_size=100) as corpus:
        next(corpus.chunks())
        assert list((tmp_path / "tmp").rglob("line-*"))
        raise ZeroDivisionError
    assert not list((tmp_path / "tmp").iterdir())
    assert tempfile.gettempdir() != tmp_path
