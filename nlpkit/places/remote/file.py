"""A file that is read through fsspec: in ranges, which are asked for again if the connection breaks."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Any, TypeVar, cast

from nlpkit.errors import InputError, NlpkitError
from nlpkit.places.remote.errors import ending, explained, is_final, patiently, root_of
from nlpkit.places.remote.schemes import Place, place_of, stamp_of
from nlpkit.places.sources import Source, changed

_FIRST_RANGE, _LARGEST_RANGE = 64 << 10, 8 << 20  # bytes asked for at a time: twice as many each time
_STREAM_READ = 1 << 20
T = TypeVar("T")


class RemoteFile(io.RawIOBase):
    """A remote file, read in ranges, or as a stream if the server gives no ranges.

    A transfer that breaks off is asked for again a few times, from where it stopped. source: the file as it was found;
    its size is negative if it is unknown, and then the file must be read once, in order.
    Raises InputError (`URL (byte N): cause; way out`) if the file cannot be read or has changed.
    """

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source
        self._place: Place | None = None
        self._file: Any = None
        self._streams = source.size < 0  # that only a stream can be had
        self._position = self._streamed = 0  # the byte to read next; bytes that were read of the stream
        self._block, self._start = b"", 0  # the bytes that were fetched last, and the position of the first of them
        self._stop = 0  # the position after the last of them
        self._range = _FIRST_RANGE
        self._touched = False

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self.source.size >= 0

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.source.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read(self, size: int | None = -1) -> bytes:
        """Returns `size` bytes, fewer only at the end of the file; all that are left if `size` is None or negative."""
        rest = -1 if size is None or size < 0 else size
        parts: list[bytes] = []
        while rest and (part := self._some(rest)):
            parts.append(part)
            rest -= len(part) if rest > 0 else 0
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        self._drop()
        super().close()

    def gives_ranges(self) -> bool:
        """Asks the server, and returns, whether the file can be read from any byte on."""
        if self.source.size > 0 and not self._streams:
            self._fetch(self.source.size - 1, self.source.size)
        return not self._streams

    def check_unchanged(self) -> None:
        """Raises InputError if the file is not as it was when it was found, as far as its server tells."""
        if self._touched:
            self._compare(self._again(lambda: self._where().files.info(self._where().path), self._position))

    def _compare(self, info: dict[str, Any]) -> None:
        size, stamp = info.get("size"), stamp_of(info)
        known = self.source.size >= 0 and size is not None
        if (known and size != self.source.size) or (self.source.stamp and stamp and stamp != self.source.stamp):
            raise changed(self.source)

    def _some(self, limit: int) -> bytes:
        """Returns at least a byte, at most `limit` bytes unless that is negative, and b"" at the end."""
        begin = self._position - self._start
        if not 0 <= begin < len(self._block):
            if 0 <= self.source.size <= self._position:
                return b""
            follows = self._position == self._stop and self._position > 0
            self._range = min(2 * self._range, _LARGEST_RANGE) if follows else _FIRST_RANGE
            stop = self._position + max(self._range, min(limit, _LARGEST_RANGE))
            stop = min(stop, self.source.size) if self.source.size >= 0 else stop
            self._block, self._start, begin = self._fetch(self._position, stop), self._position, 0
            self._stop = self._start + len(self._block)
        part = self._block[begin : begin + limit] if limit >= 0 else self._block[begin:]
        self._position += len(part)
        if self._position == self._stop:
            self._block = b""
        return part

    def _fetch(self, start: int, stop: int) -> bytes:
        """Returns bytes from `start` on, at most up to `stop`; b"" only if the size is not known."""
        self._touched = True
        wanted = stop - start

        def ask() -> bytes:
            nonlocal wanted
            asked, wanted = wanted, max(min(wanted, _FIRST_RANGE), wanted // 4)  # of another try
            data = self._ask(start, start + asked)
            if not data and self.source.size >= 0:
                self._compare(self._where().files.info(self._where().path))
                raise EOFError(f"the server sends nothing after byte {start} of {self.source.size}")
            return data

        return self._again(ask, start)

    def _again(self, call: Callable[[], T], byte: int) -> T:
        """Returns what the call returns, after as many tries as it takes. byte: for the message of an error."""

        def is_passing(error: Exception) -> bool:
            self._drop()
            return not is_final(error)

        try:
            return patiently(call, is_passing)
        except NlpkitError:
            raise
        except Exception as error:
            self._compare_after(error)
            raise explained(f"{self.source.name} (byte {byte})", error, self.source.name) from error

    def _compare_after(self, failure: Exception) -> None:
        """Raises another error if the file has changed, which explains the failure better."""
        if ending.is_set() or isinstance(root_of(failure), FileNotFoundError):
            return
        try:
            info = self._where().files.info(self._where().path)
        except Exception:
            return
        self._compare(info)

    def _ask(self, start: int, stop: int) -> bytes:
        if not self._streams:
            try:
                self._file = self._file or self._open(cache_type="none")
                self._file.seek(start)
                return cast(bytes, self._file.read(stop - start))[: stop - start]
            except ValueError as error:
                if type(error) is not ValueError or not self._where().is_http:
                    raise
                self._drop()  # this server knows no ranges
                self._streams = True
        if self._file is None or self._streamed > start:
            self._drop()
            if start and self.source.size < 0:
                self._check_same(start)
            self._file, self._streamed = self._open(block_size=0), 0
        while self._streamed < start:
            skipped = len(self._file.read(min(start - self._streamed, _STREAM_READ)))
            if not skipped:
                return b""
            self._streamed += skipped
        data = cast(bytes, self._file.read(min(stop - start, _STREAM_READ)))
        self._streamed += len(data)
        return data

    def _check_same(self, start: int) -> None:
        """Raises InputError if the rest of the file may be that of another state of it."""
        if self.source.stamp is None:
            raise InputError(
                f"{self.source.name} (byte {start}): the connection broke, and the server does not tell whether the "
                "rest would be of the same file; download it first"
            )
        self._compare(self._where().files.info(self._where().path))

    def _open(self, **how: Any) -> Any:
        place = self._where()
        if place.is_http:
            # A size spares a request; the stream, which is read to its end, needs none but believes in one.
            return place.files.open(place.path, "rb", size=max(1, self.source.size), **how)
        return place.files.open(place.path, "rb", **({} if "block_size" in how else how))

    def _where(self) -> Place:
        if self._place is None:
            self._place = place_of(self.source.path)
        return self._place

    def _drop(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()
