"""Compressed input: the text that was packed, whatever packed it; of what is damaged, where, and no wrong counts."""

import bz2
import gzip
import io
import lzma
import random
import sys
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nlpkit.corpus import Corpus, read_pieces
from nlpkit.errors import InputError
from nlpkit.places.compression import bare_name, compression_of, text_bytes
from nlpkit.places.sources import Source
from tests.conftest import LAWS, slow
from tests.texts import is_document

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

pytestmark = pytest.mark.compiled  # nothing here depends on kernels

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, 6, mtime=0),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    # as the command does, and Python's function does not
    "zstd": lambda data: zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1}),
}
kinds = pytest.mark.parametrize("kind", PACK)


@pytest.fixture(scope="module")
def text() -> bytes:
    with LAWS.open("rb") as file:
        return file.read(300_000)


def source_of(path: Path) -> Source:
    return Source(str(path), path.name, path.stat().st_size)


def unpack(folder: Path, data: bytes) -> bytes:
    path = folder / "packed"
    path.write_bytes(data)
    return b"".join(text_bytes(source_of(path)))


def refused(folder: Path, data: bytes) -> str:
    """The message, after all that came before it."""
    with pytest.raises(InputError) as raised:
        unpack(folder, data)
    assert type(raised.value) is InputError
    return str(raised.value)


# What is recognised


@kinds
@pytest.mark.parametrize("name", ["dump.gz", "dump.bz2", "dump.txt", "dump"])
def test_compression_is_recognised_by_the_first_bytes_and_not_by_the_name(
    kind: str, name: str, text: bytes, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(PACK[kind](text))
    assert b"".join(text_bytes(source_of(path))) == text


@kinds
def test_compressed_stdin_is_recognised(kind: str, text: bytes) -> None:
    with Corpus(io.BytesIO(PACK[kind](text))) as corpus:
        found = [piece.data for chunk in corpus.chunks() for part in chunk.parts for piece in read_pieces(part)]
    assert b"".join(found) == text


@pytest.mark.parametrize(
    "head",
    [
        b"BZh9 was here",
        b"BZ",
        b"BZh91AY",
        "(\u03bc".encode(),
        b"\x1f",
        b"(",
        b"\x1f\x8b\x08\xff",
        b"\x1f\x8b\x07\0",
        b"\xfd7zXY\0",
        b"\x28\xb5\x2f\xfd\x08",
        b"PAR1",
        b"",
        "天地".encode(),
        "天地".encode("gb18030"),
    ],
)
def test_text_that_resembles_the_beginning_of_an_archive_is_text(head: bytes) -> None:
    assert compression_of(head) is None


@kinds
def test_every_beginning_of_an_archive_is_recognised(kind: str) -> None:
    for level in range(10 if kind == "gzip" else 1):
        data = gzip.compress(b"text", level) if kind == "gzip" else PACK[kind](b"text")
        assert {compression_of(data[:size]) for size in range(10, 20)} == {kind}


@pytest.mark.parametrize(
    ("name", "bare"),
    [("a.jsonl.gz", "a.jsonl"), ("A.CSV.ZST", "A.CSV"), ("a.txt", "a.txt"), ("gz", "gz"), ("a.gz.gz", "a.gz")],
)
def test_bare_name_removes_the_suffix_of_the_compression(name: str, bare: str) -> None:
    assert bare_name(name) == bare


# What is unpacked


@kinds
def test_several_archives_in_one_file_are_one_text(kind: str, text: bytes, tmp_path: Path) -> None:
    pack = PACK[kind]
    parts = [text[:1], b"", text[1:70_000], text[70_000:]]
    assert unpack(tmp_path, b"".join(map(pack, parts))) == text
    assert unpack(tmp_path, pack(text) + bytes(100_000) + pack(text) + bytes(4)) == 2 * text


def test_many_small_members_as_bgzip_writes_them(text: bytes, tmp_path: Path) -> None:
    members = [gzip.compress(text[i : i + 100], 1) for i in range(0, len(text), 100)]
    assert unpack(tmp_path, b"".join([*members, gzip.compress(b"")])) == text


def test_frames_to_skip_and_frames_of_unknown_size(text: bytes, tmp_path: Path) -> None:
    skipped = b"\x50\x2a\x4d\x18\x04\0\0\0user"
    packer = zstd.ZstdCompressor()
    packed = packer.compress(text) + packer.flush()
    assert unpack(tmp_path, skipped + packed + skipped) == text


@kinds
def test_an_empty_archive_and_an_empty_file(kind: str, tmp_path: Path) -> None:
    assert unpack(tmp_path, PACK[kind](b"")) == b""
    assert unpack(tmp_path, b"") == b""


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(sorted(PACK)), st.lists(st.binary(max_size=300), max_size=3), st.integers(1, 64))
def test_any_bytes_are_unpacked_with_any_read_size(kind: str, parts: list[bytes], read_size: int) -> None:
    import tempfile

    assume(not is_document(b"".join(parts)))
    data = b"".join(PACK[kind](part) for part in parts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "packed")
        path.write_bytes(data)
        source = source_of(path)
        if not parts or read_size < 20:  # a first read that does not hold what it is recognised by
            return
        assert b"".join(text_bytes(source, read_size=read_size)) == b"".join(parts)


@pytest.mark.parametrize("kind", ["gzip", *(slow(kind) for kind in PACK if kind != "gzip")])
def test_a_bomb_is_unpacked_in_little_memory(kind: str, tmp_path: Path) -> None:
    size = 300 << 20
    path = tmp_path / "bomb"
    if kind == "gzip":
        packer = zlib.compressobj(9, wbits=31)
        path.write_bytes(b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(300)), packer.flush()]))
    else:
        path.write_bytes(PACK[kind](bytes(size)))
    assert path.stat().st_size < 400_000
    tracemalloc.start()
    try:
        assert sum(map(len, text_bytes(source_of(path)))) == size
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < (16 if kind == "xz" else 6) << 20  # xz looks back 8 MB


# What is damaged


@kinds
def test_an_archive_that_is_cut_off_anywhere_is_noticed(kind: str, text: bytes, tmp_path: Path) -> None:
    data = PACK[kind](text)
    twice = data + data
    places = {12, 13, 18, len(data) // 2, len(data) - 1, len(data) - 4, len(data) - 9, len(data) + 1, len(twice) - 1}
    for place in sorted(places):
        message = refused(tmp_path, twice[:place])
        assert message.startswith(f"packed: the {kind} data end too early, after byte "), (place, message)
        assert "get it again" in message
        assert "packed | nlpkit" in message


@kinds
def test_the_error_for_a_cut_archive_names_the_byte_of_the_text(kind: str, tmp_path: Path) -> None:
    data = PACK[kind](random.Random(1).randbytes(3_000_000))
    message = refused(tmp_path, data[:2_000_000])
    place = int(message.partition("after byte ")[2].split()[0])
    assert 900_000 < place < 2_050_000


@kinds
def test_a_flipped_bit_is_never_taken_for_text(kind: str, tmp_path: Path) -> None:
    text = LAWS.read_bytes()[:20_000]
    data = PACK[kind](text)
    dice = random.Random(2)
    for place in [*range(12), *dice.sample(range(len(data)), 150), *range(len(data) - 12, len(data))]:
        damaged = bytearray(data)
        damaged[place] ^= 1 << dice.randrange(8)
        if compression_of(bytes(damaged)) != kind:
            continue  # then it is no text in any encoding to speak of
        try:
            assert unpack(tmp_path, bytes(damaged)) == text, place  # header fields that matter to nobody
        except InputError as error:
            assert f"packed: damaged {kind} data after byte" in str(error) or "end too early" in str(error), str(error)


@kinds
def test_other_data_after_an_archive_is_an_error(kind: str, tmp_path: Path) -> None:
    for rest in (b"more text", bytes(1000) + b"more"):
        message = refused(tmp_path, PACK[kind](b"text\n") + rest)
        assert f"damaged {kind} data after byte 5 of the text (what follows is no {kind})" in message


def test_a_wrong_checksum_is_an_error(text: bytes, tmp_path: Path) -> None:
    data = bytearray(gzip.compress(text))
    data[-6] ^= 1
    assert "incorrect data check" in refused(tmp_path, bytes(data))


def test_a_frame_that_needs_too_large_a_window_is_refused_with_the_command_that_helps(tmp_path: Path) -> None:
    # magic, descriptor (no size, window byte follows), window of 2^31, an empty last block
    message = refused(tmp_path, b"\x28\xb5\x2f\xfd\x00" + bytes([21 << 3]) + b"\x01\0\0")
    assert "window of more than 128 MB; zstdcat --long=31 packed | nlpkit" in message


def test_an_xz_file_that_needs_too_large_a_window_is_refused_likewise(tmp_path: Path) -> None:
    def pack(window: int) -> bytes:
        data = bytearray(PACK["xz"](b"text\n"))
        data[16] = window  # of the block's header, which a checksum ends
        data[20:24] = zlib.crc32(data[12:20]).to_bytes(4, "little")
        return bytes(data)

    assert unpack(tmp_path, pack(30)) == b"text\n"  # 2^27
    assert "xz file needs a window of more than 128 MB; xzcat packed | nlpkit" in refused(tmp_path, pack(31))


def test_a_file_that_shrinks_is_said_to_have_changed_and_not_to_be_damaged(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "packed"
    path.write_bytes(gzip.compress(text * 10, 1))
    blocks = text_bytes(source_of(path))
    next(blocks)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match="changed while it was read"):
        list(blocks)


# Archives of files


def zipped(text: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", text)
    return file.getvalue()


def tarred(text: bytes) -> bytes:
    import tarfile

    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo("a.txt")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (zipped(b"text"), "packed: is a zip archive; unzip -p packed | nlpkit ..."),
        (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(24), "packed: is a 7z archive; 7z x -so packed | nlpkit ..."),
        (tarred(b"text"), "packed: is a tar archive; tar -xOf packed | nlpkit ..."),
        (gzip.compress(tarred(b"text")), "packed: is a tar archive in gzip; tar -xOf packed | nlpkit ..."),
        (lzma.compress(zipped(b"text")), "packed: is a zip archive in xz; unzip -p packed | nlpkit ..."),
    ],
    ids=["zip", "7z", "tar", "tar.gz", "zip.xz"],
)
def test_archives_of_files_are_refused_with_the_command_that_helps(data: bytes, message: str, tmp_path: Path) -> None:
    assert refused(tmp_path, data) == message


@pytest.mark.parametrize("text", [b"PK\x03\x04", b"7z\xbc\xaf'\x1c", b"." * 257 + b"ustar is a format of archives"])
def test_a_text_with_the_beginning_of_an_archive_is_text(text: bytes, tmp_path: Path) -> None:
    assert unpack(tmp_path, text) == text
