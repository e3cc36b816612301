"""A file that is read through fsspec: in ranges, which are asked for again where the connection breaks."""

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
    """A remote file, read in ranges, or as a stream where the server gives none.

    What breaks off is asked for again a few times, from where it stopped. `source` is the file as it was found; its
    size is negative where it is unknown: then all of it is read, once, in order.
    Raises InputError (`URL (byte N): cause; way out`) where it cannot be read, or is no longer as it was.
    """

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source
        self._where: Place | None = None
        self._file: Any = None
        self._streams = source.size < 0  # that only a stream can be had
        self._place = self._streamed = 0  # where to read next; in the stream
        self._block, self._start = b"", 0  # what was fetched last, and its place
        self._stop = 0  # where it ended
        self._range = _FIRST_RANGE
        self._touched = False

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self.source.size >= 0

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self.source.size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read(self, size: int | None = -1) -> bytes:
        """So many bytes, fewer only at the end of the file."""
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
        """Whether it can be read from any place on; asks the server."""
        if self.source.size > 0 and not self._streams:
            self._fetch(self.source.size - 1, self.source.size)
        return not self._streams

    def check_unchanged(self) -> None:
        """Raises InputError where the file is not as it was when it was found, as far as its server tells."""
        if self._touched:
            self._compare(self._again(lambda: self._at().files.info(self._at().path), self._place))

    def _compare(self, info: dict[str, Any]) -> None:
        size, stamp = info.get("size"), stamp_of(info)
        known = self.source.size >= 0 and size is not None
        if (known and size != self.source.size) or (self.source.stamp and stamp and stamp != self.source.stamp):
            raise changed(self.source)

    def _some(self, limit: int) -> bytes:
        """At least a byte, up to `limit` unless that is negative; none at the end."""
        begin = self._place - self._start
        if not 0 <= begin < len(self._block):
            if 0 <= self.source.size <= self._place:
                return b""
            follows = self._place == self._stop and self._place > 0
            self._range = min(2 * self._range, _LARGEST_RANGE) if follows else _FIRST_RANGE
            stop = self._place + max(self._range, min(limit, _LARGEST_RANGE))
            stop = min(stop, self.source.size) if self.source.size >= 0 else stop
            self._block, self._start, begin = self._fetch(self._place, stop), self._place, 0
            self._stop = self._start + len(self._block)
        part = self._block[begin : begin + limit] if limit >= 0 else self._block[begin:]
        self._place += len(part)
        if self._place == self._stop:
            self._block = b""
        return part

    def _fetch(self, start: int, stop: int) -> bytes:
        """Bytes from `start` on, up to `stop`; none only where the end is not known."""
        self._touched = True
        wanted = stop - start

        def ask() -> bytes:
            nonlocal wanted
            asked, wanted = wanted, max(min(wanted, _FIRST_RANGE), wanted // 4)  # of another try
            data = self._ask(start, start + asked)
            if not data and self.source.size >= 0:
                self._compare(self._at().files.info(self._at().path))
                raise EOFError(f"the server sends nothing after byte {start} of {self.source.size}")
            return data

        return self._again(ask, start)

    def _again(self, call: Callable[[], T], byte: int) -> T:
        """What a call returns at last."""

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
        """That it has changed explains more."""
        if ending.is_set() or isinstance(root_of(failure), FileNotFoundError):
            return
        try:
            info = self._at().files.info(self._at().path)
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
                if type(error) is not ValueError or not self._at().is_http:
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
        """Before the rest of what was read: two states of it must not be put together."""
        if self.source.stamp is None:
            raise InputError(
                f"{self.source.name} (byte {start}): the connection broke, and the server does not tell whether the "
                "rest would be of the same file; download it first"
            )
        self._compare(self._at().files.info(self._at().path))

    def _open(self, **how: Any) -> Any:
        where = self._at()
        if where.is_http:
            # A size spares a request; the stream, which is read to its end, needs none but believes in one.
            return where.files.open(where.path, "rb", size=max(1, self.source.size), **how)
        return where.files.open(where.path, "rb", **({} if "block_size" in how else how))

    def _at(self) -> Place:
        if self._where is None:
            self._where = place_of(self.source.path)
        return self._where

    def _drop(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()


def gives_ranges(source: Source) -> bool:
    """Whether workers can read parts of it. Raises InputError."""
    with RemoteFile(source) as file:
        return file.gives_ranges()
