"""The bytes of a source's text: gz, bz2, xz and zst, recognised by their first bytes, are unpacked as a stream."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from itertools import chain
from typing import Any, Protocol, cast

from nlpkit.errors import InputError
from nlpkit.places.sources import Source, changed, check_unchanged, input_error, open_source

READ_SIZE = 64 << 10
_MOST_AT_ONCE = 1 << 20  # bytes unpacked at a time, however many there are in what was read
#: log2 of bytes: what `zstd -d` too allows a frame to refer back to, and so to keep in memory.
_WINDOW_LOG = 27
_XZ_MEMORY = (1 << _WINDOW_LOG) + (8 << 20)  # bytes: such a window, and what xz needs besides
_SUFFIXES = (".gz", ".bz2", ".xz", ".zst", ".zstd")
_COMMANDS = {"gzip": "zcat", "bzip2": "bzcat", "xz": "xzcat", "zstd": "zstdcat"}
_LARGE_WINDOW_COMMANDS = {"xz": "xzcat", "zstd": "zstdcat --long=31"}
_LARGE_WINDOW_FAULTS = ("window", "too much memory", "memory usage limit")
_FIRST_BYTES = {"gzip": b"\x1f", "bzip2": b"B", "xz": b"\xfd", "zstd": b"\x28PQRSTUVWXYZ[\\]^_"}
_SMALLEST_ARCHIVE = 22  # bytes; a zip archive of nothing
_ARCHIVES = (
    (b"PK\x03\x04", 0, "a zip archive", "unzip -p"),
    (b"7z\xbc\xaf\x27\x1c", 0, "a 7z archive", "7z x -so"),
    (b"Rar!\x1a\x07", 0, "a rar archive", "unrar p -inul"),
    (b"ustar\0", 257, "a tar archive", "tar -xOf"),
    (b"ustar  \0", 257, "a tar archive", "tar -xOf"),
)


class _Decompressor(Protocol):
    """As in bz2, lzma and compression.zstd."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def bare_name(name: str) -> str:
    """A file's name without the suffix of its compression."""
    for suffix in _SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


def compression_of(head: bytes) -> str | None:
    """'gzip', 'bzip2', 'xz', 'zstd' or None, by the first bytes: the magic ones and what must follow them.

    A file that ends within bytes that no text begins with is the beginning of an archive.
    """
    if len(head) > 1 and b"\x1f\x8b\x08".startswith(head[:3]) and (len(head) < 4 or head[3] < 0x20):
        return "gzip"
    if head[:3] == b"BZh" and head[3:4] in b"123456789" and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return "bzip2"
    if len(head) > 1 and b"\xfd7zXZ\0".startswith(head[:6]):
        return "xz"
    if head[1:4] == b"\xb5\x2f\xfd" and head[0] == 0x28 and not (len(head) > 4 and head[4] & 8):
        return "zstd"
    if head[1:4] == b"\x2a\x4d\x18" and head[0] & 0xF0 == 0x50:  # a frame to skip, as pzstd puts first
        return "zstd"
    return None


def text_bytes(
    source: Source, tell: Callable[[int], object] | None = None, read_size: int = READ_SIZE
) -> Generator[bytes, None, None]:
    """The bytes of a source in blocks of up to a mebibyte, unpacked where it is compressed.

    Archives of several members, and several archives in one file, come joined; zeros between and after them are
    padding. `tell` is called with how many bytes of the file have been read. Raises InputError for a file that cannot
    be read, has changed, is damaged or cut off, or is an archive of files.
    """
    try:
        with open_source(source) as file:
            check_unchanged(file, source)
            try:
                yield from unpack(_read_blocks(file, source, read_size, tell), source)
            except InputError:
                check_unchanged(file, source)  # which explains more
                raise
    except OSError as error:
        raise input_error(source.name, error) from error


def unpack(read: Iterator[bytes], source: Source) -> Generator[bytes, None, None]:
    """The bytes of a source that has been read, unpacked where they are compressed; raises as text_bytes does."""
    first = next(read, b"")
    kind = compression_of(first)
    blocks: Iterator[bytes] = chain([first], read) if first else read
    if kind is not None:
        blocks = _unpacked(blocks, kind, source)
        first = next(blocks, b"")
        blocks = chain([first], blocks) if first else blocks
    _refuse_archives(first, source, kind)
    yield from blocks


def read_head(source: Source, size: int) -> tuple[bytes, str | None]:
    """(the first bytes of the text, up to `size`, the compression); raises as text_bytes does."""
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
    new, faults = _library(kind)
    decompressor: _Decompressor | None = new()
    size = 0
    for data in blocks:
        while data or (decompressor is not None and not decompressor.needs_input):
            if decompressor is None:
                data = data.lstrip(b"\0")
                if not data:
                    break
                if data[0] not in _FIRST_BYTES[kind]:
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


def _library(kind: str) -> tuple[Callable[[], _Decompressor], tuple[type[Exception], ...]]:
    """-> (what makes a decompressor, what it raises for damaged data)."""
    if kind == "gzip":
        return _Gzip, (zlib.error,)
    if kind == "bzip2":
        import bz2

        return bz2.BZ2Decompressor, (OSError, ValueError)
    if kind == "xz":
        import lzma

        return lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY), (lzma.LZMAError,)
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}
    return lambda: cast(_Decompressor, zstd.ZstdDecompressor(options=options)), (zstd.ZstdError,)


class _Gzip:
    """zlib's decompressor of a gzip member, in the manner of the others."""

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


def _damaged(source: Source, kind: str, size: int, cause: str) -> InputError:
    if kind in _LARGE_WINDOW_COMMANDS and any(fault in cause.lower() for fault in _LARGE_WINDOW_FAULTS):
        command = f"{_LARGE_WINDOW_COMMANDS[kind]} {source.name} | nlpkit ..."
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
    return f"get it again, or read what is left of it: {_COMMANDS[kind]} {source.name} | nlpkit ..."


def _refuse_archives(head: bytes, source: Source, kind: str | None) -> None:
    """An archive of several files has names and other things in it that are no text."""
    for magic, place, what, command in _ARCHIVES:
        if head.startswith(magic, place) and len(head) >= _SMALLEST_ARCHIVE:
            packed = f" in {kind}" if kind else ""
            way = "download and unpack it first" if source.is_remote else f"{command} {source.name} | nlpkit ..."
            raise InputError(f"{source.name}: is {what}{packed}; {way}")
