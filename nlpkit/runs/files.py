"""Temporary files of what outgrows memory: their format, their folder, and the errors when one cannot be used.

A file is a sequence of frames. Each has a head of three little-endian uint64: entries, bytes that follow, CRC-32 of the
file so far; then its bytes, compressed with zstd. A frame without entries is the last one and ends the file.
"""

from __future__ import annotations

import errno
import os
import secrets
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO

import numpy as np

from nlpkit.errors import NlpkitError, OutputError, cause_of
from nlpkit.memory import LEAST_LEFT, OPEN_RUNS, TABLE, Share, soft_limit

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_LEVEL = 1  # of zstd: several hundred megabytes a second
_FILES = 64  # merged at a time, at most: two tables may be merged side by side


class DamagedFileError(Exception):
    """A file that ends too early or holds other bytes than were written."""


def write_frames(file: BinaryIO, frames: Iterable[tuple[int, bytes]]) -> None:
    """Writes frames, each as (number of entries, at least 1; their bytes), and an end mark with a checksum."""
    compressor = zstd.ZstdCompressor(level=_LEVEL)
    crc = 0
    for entries, plain in frames:
        data = compressor.compress(plain, zstd.ZstdCompressor.FLUSH_FRAME)
        head = np.array([entries, len(data)], "<u8").tobytes()
        crc = zlib.crc32(data, zlib.crc32(head, crc))
        file.write(head + crc.to_bytes(8, "little") + data)
    file.write(bytes(16) + zlib.crc32(bytes(16), crc).to_bytes(8, "little"))


def read_frames(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yields the frames that write_frames wrote to a file. Raises DamagedFileError."""
    end = file.seek(0, os.SEEK_END)
    at = file.seek(0)
    crc = 0
    while True:
        head = file.read(24)
        if len(head) != 24:
            raise DamagedFileError
        entries, length, expected = np.frombuffer(head, "<u8").tolist()
        at += 24 + length
        data = file.read(length) if at <= end else b""
        crc = zlib.crc32(data, zlib.crc32(head[:16], crc))
        if crc != expected or (not entries and at != end):
            raise DamagedFileError
        if not entries:
            return
        yield entries, zstd.decompress(data)


class Spill:
    """The folder for tables that exceed their share of the memory, and the size of that share.

    folder: returns the path; called when there is something to write, or when this goes to a worker process. memory:
    bytes for all tables and buffers together. shared: whether worker processes can use the folder; otherwise they keep
    their tables in memory. limit: bytes that one table may have before it goes to a file; a merge keeps as many tables
    as its tree has levels.
    """

    def __init__(self, folder: Callable[[], str], memory: int, shared: bool = True) -> None:
        self.memory = memory
        self.limit = TABLE.of(memory)
        self._folder, self._shared = folder, shared

    def __reduce__(self) -> tuple[Any, ...]:
        """Makes the folder before this goes to a worker. Workers write to it; this process removes it."""
        return (_spill_in, (self._folder(), self.memory)) if self._shared else (_no_spill, ())

    def share(self, share: Share) -> Spill:
        """Returns the same folder with a share of the memory."""
        return Spill(self._folder, share.of(self.memory), self._shared)

    def after(self, taken: int) -> Spill:
        """Returns the same folder with the memory that remains after `taken` bytes, but at least a quarter of it."""
        return Spill(self._folder, max(LEAST_LEFT.of(self.memory), self.memory - taken), self._shared)

    def files(self, size: int) -> int:
        """Returns how many files may be merged at a time. size: bytes of memory that each of them takes."""
        return max(2, min(most_files(), OPEN_RUNS.of(self.memory) // size))

    def save(self, write: Callable[[BinaryIO], object]) -> str:
        """Makes a new file, calls `write` to fill it, and returns its path. Raises OutputError if there is no room."""
        folder = self._folder()
        path = os.path.join(folder, f"{secrets.token_hex(8)}.run")
        try:
            with open(path, "xb") as file:
                write(file)
        except OSError as error:
            remove(path)
            raise no_room(folder, error) from error
        return path


def _spill_in(folder: str, memory: int) -> Spill:
    return Spill(lambda: folder, memory)


def _no_spill() -> Spill:
    return Spill(tempfile.gettempdir, sys.maxsize, False)


def most_files() -> int:
    """Returns how many files may be open for one merge: a quarter of what the process may open (`ulimit -n`)."""
    allowed = soft_limit("RLIMIT_NOFILE")
    return _FILES if allowed is None else max(2, min(_FILES, allowed // 4))


def remove(path: str) -> None:
    """Removes a temporary file, if it is still there."""
    with suppress(OSError):
        os.unlink(path)


def no_room(path: str, error: OSError) -> NlpkitError:
    """Returns the error to raise if a temporary file or folder cannot be written or read."""
    if error.errno == errno.ENOENT:
        return vanished(path)
    return OutputError(
        f"{path}: {cause_of(error)}; what outgrows --memory is kept there for a while: "
        "name a roomier folder with --tmp-dir, or raise --memory"
    )


def vanished(path: str) -> NlpkitError:
    """Returns the error to raise if a temporary file is gone or damaged."""
    return OutputError(
        f"{path}: the temporary file is gone or damaged; leave the folder alone, or name another with --tmp-dir"
    )
