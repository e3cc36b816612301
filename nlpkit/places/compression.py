"""Recognises compressed files by their first bytes and unpacks them as they are read."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol, cast

from nlpkit.errors import InputError
from nlpkit.places.documents import refuse_documents
from nlpkit.places.opening import check_unchanged, gives_ranges, open_source
from nlpkit.places.sources import Source, changed, input_error

READ_SIZE = 64 << 10
_MOST_AT_ONCE = 1 << 20  # bytes that are unpacked at a time, however many the input unpacks to
#: log2 of bytes: the window that `zstd -d` allows by default, which a decompressor keeps in memory.
_WINDOW_LOG = 27
_XZ_MEMORY = (1 << _WINDOW_LOG) + (8 << 20)  # bytes: such a window, and what xz needs besides
_LARGE_WINDOW_FAULTS = ("window", "too much memory", "memory usage limit")
_SMALLEST_ARCHIVE = 22  # bytes: a zip archive without files
_ARCHIVES = (
    (b"PK\x03\x04", 0, "a zip archive", "unzip -p"),
    (b"7z\xbc\xaf\x27\x1c", 0, "a 7z archive", "7z x -so"),
    (b"Rar!\x1a\x07", 0, "a rar archive", "unrar p -inul"),
    (b"ustar\0", 257, "a tar archive", "tar -xOf"),
    (b"ustar  \0", 257, "a tar archive", "tar -xOf"),
)


class _Decompressor(Protocol):
    """What bz2, lzma and compression.zstd have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gzip:
    """zlib's decompressor of a gzip member, with the methods of the others."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        text = self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)
        self.needs_input = len(text) < max_length and not self._zlib.unconsumed_tail
        return text


@dataclass(frozen=True)
class Compression:
    """A kind of compression. A new one is a row of COMPRESSIONS.

    suffixes: of file names. command: unpacks what is left of a damaged file. large_window_command: unpacks a file whose
    window is larger than ours. begins: tells by the first bytes of a file, of which there may be few, whether it is of
    this kind. first_bytes: the values with which a further member of the file can begin. load: imports the library and
    returns the class of its decompressor and the errors that this raises for damaged data.
    """

    name: str
    suffixes: tuple[str, ...]
    command: str
    large_window_command: str | None
    begins: Callable[[bytes], bool]
    first_bytes: bytes
    load: Callable[[], tuple[Callable[[], _Decompressor], tuple[type[Exception], ...]]]


def _load_bzip2() -> tuple[Callable[[], _Decompressor], tuple[type[Exception], ...]]:
    import bz2

    return bz2.BZ2Decompressor, (OSError, ValueError)


def _load_xz() -> tuple[Callable[[], _Decompressor], tuple[type[Exception], ...]]:
    import lzma

    return lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY), (lzma.LZMAError,)


def _load_zstd() -> tuple[Callable[[], _Decompressor], tuple[type[Exception], ...]]:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}
    return lambda: cast(_Decompressor, zstd.ZstdDecompressor(options=options)), (zstd.ZstdError,)


def _begins_gzip(head: bytes) -> bool:
    return len(head) > 1 and b"\x1f\x8b\x08".startswith(head[:3]) and (len(head) < 4 or head[3] < 0x20)


def _begins_bzip2(head: bytes) -> bool:
    return head[:3] == b"BZh" and head[3:4] in b"123456789" and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90")


def _begins_xz(head: bytes) -> bool:
    return len(head) > 1 and b"\xfd7zXZ\0".startswith(head[:6])


def _begins_zstd(head: bytes) -> bool:
    if head[1:4] == b"\xb5\x2f\xfd" and head[0] == 0x28 and not (len(head) > 4 and head[4] & 8):
        return True
    return head[1:4] == b"\x2a\x4d\x18" and head[0] & 0xF0 == 0x50  # a frame to skip, which pzstd puts first


COMPRESSIONS = (
    Compression("gzip", (".gz",), "zcat", None, _begins_gzip, b"\x1f", lambda: (_Gzip, (zlib.error,))),
    Compression("bzip2", (".bz2",), "bzcat", None, _begins_bzip2, b"B", _load_bzip2),
    Compression("xz", (".xz",), "xzcat", "xzcat", _begins_xz, b"\xfd", _load_xz),
    Compression(
        "zstd",
        (".zst", ".zstd"),
        "zstdcat",
        "zstdcat --long=31",
        _begins_zstd,
        b"\x28PQRSTUVWXYZ[\\]^_",
        _load_zstd,
    ),
)
_BY_NAME = {compression.name: compression for compression in COMPRESSIONS}
_FIRST_BYTES = b"".join(compression.first_bytes for compression in COMPRESSIONS)


def bare_name(name: str) -> str:
    """Returns a file's name without the suffix of its compression."""
    for compression in COMPRESSIONS:
        for suffix in compression.suffixes:
            if name.lower().endswith(suffix):
                return name[: -len(suffix)]
    return name


def compression_of(head: bytes) -> str | None:
    """Returns 'gzip', 'bzip2', 'xz', 'zstd' or None, by the first bytes of a file: its magic number and what follows.

    A file that ends within a magic number with which no text begins is the beginning of an archive.
    """
    if head[:1] not in _FIRST_BYTES:
        return None
    return next((compression.name for compression in COMPRESSIONS if compression.begins(head)), None)


def text_bytes(
    source: Source, tell: Callable[[int], object] | None = None, read_size: int = READ_SIZE
) -> Generator[bytes, None, None]:
    """Yields the bytes of a source, unpacked if it is compressed, in blocks of up to 1 MiB.

    The members of an archive, and archives that were appended to each other, are joined; zeros between and after them
    are padding. tell: called with the number of bytes of the file that have been read. read_size: bytes of the file
    that are read at a time. Raises InputError for a file that cannot be read, has changed, is damaged or cut off, or is
    an archive of several files.
    """
    try:
        with open_source(source) as file:
            check_unchanged(file, source)
            try:
                yield from unpack(_read_blocks(file, source, read_size, tell), source)
            except InputError:
                check_unchanged(file, source)  # a change explains more
                raise
    except OSError as error:
        raise input_error(source.name, error) from error


def unpack(read: Iterator[bytes], source: Source) -> Generator[bytes, None, None]:
    """Yields the bytes of a source that are read elsewhere, unpacked if they are compressed. Raises as text_bytes does.

    read: the bytes of the file, in blocks.
    """
    first = next(read, b"")
    kind = compression_of(first)
    blocks: Iterator[bytes] = chain([first], read) if first else read
    if kind is not None:
        blocks = _unpacked(blocks, kind, source)
        first = next(blocks, b"")
        blocks = chain([first], blocks) if first else blocks
    refuse_documents(first, source)
    _refuse_archives(first, source, kind)
    yield from blocks


def read_head(source: Source, size: int) -> tuple[bytes, str | None]:
    """Returns the first `size` bytes of the text, and the name of the compression (or None). Raises as text_bytes."""
    head = bytearray()
    try:
        with open_source(source) as file:
            check_unchanged(file, source)
            read = _read_blocks(file, source, READ_SIZE, None)
            first = next(read, b"")
            with closing(unpack(chain([first] if first else [], read), source)) as blocks:
                for block in blocks:
                    head += block
                    if len(head) >= size:
                        break
    except OSError as error:
        raise input_error(source.name, error) from error
    return bytes(head[:size]), compression_of(first)


def read_ends(source: Source, size: int) -> tuple[bytes, bytes, str | None]:
    """Returns the first `size` bytes of the text, the last ones, as far as they are others and can be read without
    what is between, and the name of the compression (or None). Raises as text_bytes."""
    head, compression = read_head(source, size)
    tail = b""
    if compression is None and source.size > size and gives_ranges(source):
        try:
            with open_source(source) as file:
                file.seek(max(size, source.size - size))
                tail = file.read(size)
        except OSError as error:
            raise input_error(source.name, error) from error
    return head, tail, compression


def _read_blocks(file: Any, source: Source, read_size: int, tell: Callable[[int], object] | None) -> Iterator[bytes]:
    done = 0
    while block := file.read(read_size):
        done += len(block)
        if tell is not None:
            tell(done)
        yield block
    if done != source.size:
        raise changed(source)
    check_unchanged(file, source)


def _unpacked(blocks: Iterable[bytes], kind: str, source: Source) -> Iterator[bytes]:
    new, faults = _BY_NAME[kind].load()
    decompressor: _Decompressor | None = new()
    size = 0
    for data in blocks:
        while data or (decompressor is not None and not decompressor.needs_input):
            if decompressor is None:
                data = data.lstrip(b"\0")
                if not data:
                    break
                if data[0] not in _BY_NAME[kind].first_bytes:
                    raise _damaged(source, kind, size, f"what follows is no {kind}")
                decompressor = new()
            try:
                text = decompressor.decompress(data, _MOST_AT_ONCE)
            except faults as error:
                raise _damaged(source, kind, size, str(error)) from error
            data = b""
            if decompressor.eof:
                data, decompressor = decompressor.unused_data, None
            size += len(text)
            if text:
                yield text
    if decompressor is not None:
        raise InputError(
            f"{source.name}: the {kind} data end too early, after byte {size} of the text (a download that was broken "
            f"off?); {_way_out(source, kind)}"
        )


def _damaged(source: Source, kind: str, size: int, cause: str) -> InputError:
    large_window_command = _BY_NAME[kind].large_window_command
    if large_window_command and any(fault in cause.lower() for fault in _LARGE_WINDOW_FAULTS):
        command = f"{large_window_command} {source.name} | nlpkit ..."
        return InputError(
            f"{source.name}: to be unpacked this {kind} file needs a window of more than {1 << _WINDOW_LOG - 20} MB; "
            f"{'download it, then ' if source.is_remote else ''}{command}"
        )
    cause = cause.rpartition(": ")[2].strip().rstrip(".").lower()
    return InputError(
        f"{source.name}: damaged {kind} data after byte {size} of the text ({cause}); {_way_out(source, kind)}"
    )


def _way_out(source: Source, kind: str) -> str:
    if source.name.startswith("<"):
        return "get it again"
    if source.is_remote:
        return "is it whole there?"
    return f"get it again, or read what is left of it: {_BY_NAME[kind].command} {source.name} | nlpkit ..."


def _refuse_archives(head: bytes, source: Source, kind: str | None) -> None:
    """Raises InputError for an archive of several files, which holds names and other things that are not text."""
    for magic, place, what, command in _ARCHIVES:
        if head.startswith(magic, place) and len(head) >= _SMALLEST_ARCHIVE:
            packed = f" in {kind}" if kind else ""
            way = "download and unpack it first" if source.is_remote else f"{command} {source.name} | nlpkit ..."
            raise InputError(f"{source.name}: is {what}{packed}; {way}")
