"""Standard input that is read as it comes: each complete line at once if it is slow, in blocks if it is fast."""

from __future__ import annotations

import io
import select
from collections.abc import Callable, Iterator
from itertools import chain
from typing import BinaryIO

from nlpkit.corpus.lines import cut_window
from nlpkit.corpus.options import ReadingOptions
from nlpkit.corpus.readings import RETURNS, how_decoded, reading_of
from nlpkit.corpus.streams import Stream, losses
from nlpkit.corpus.types import BOM, Chunk, Rows, Text
from nlpkit.errors import InputError
from nlpkit.places.compression import unpack
from nlpkit.places.sources import LIVE, Source, input_error
from nlpkit.places.spooling import open_stdin

_READ_SIZE = 1 << 16
_BLOCK_SIZE = 1 << 20


class LiveInput:
    """Standard input, unpacked, decoded and taken out of records as files are, but read once and never kept.

    chunk_size: bytes of a chunk. longest: bytes that a record may have. folder: called for the folder that keeps long
    lines. close: called at the end. tell: called with lines for the user.
    `format` is decided by the first bytes, for which the constructor waits. `idle` is true while nothing more has come.
    """

    def __init__(
        self,
        options: ReadingOptions,
        chunk_size: int,
        longest: int,
        folder: Callable[[], str],
        close: Callable[[], object],
        tell: Callable[[str], object],
    ) -> None:
        self.source = Source(LIVE, "<stdin>", 0)
        self.idle = False
        self._options, self._chunk_size, self._close, self._tell = options, chunk_size, close, tell
        self._most = min(_BLOCK_SIZE, chunk_size)
        blocks = unpack(self._arrivals(open_stdin()), self.source)
        head = b""
        while len(head) < _BLOCK_SIZE and b"\n" not in head and (block := next(blocks, b"")):  # it has to wait anyway
            head += block
        self._reading = reading_of(self.source, head, None, options)
        if self._reading.encoding != options.encoding and head:
            tell(f"{self.source.name}: read as {how_decoded(self._reading, options.encoding)}")
        if self._reading.returns:
            tell(f"{self.source.name}: read as {RETURNS}")
        if self._reading.hint is not None:
            tell(self._reading.hint)
        self.format = self._reading.format
        if self.format == "parquet":
            raise InputError(f"{self.source.name}: is Parquet, which cannot be read as it comes; name a file")
        self._start = 0
        if self._reading.encoding == "utf-8" and head.startswith(BOM):
            head, self._start = head.removeprefix(BOM), len(BOM)
        self._stream = Stream(
            self._reading, options, chunk_size, longest, folder, arrived=chain([head] if head else [], blocks)
        )

    def chunks(self) -> Iterator[Chunk | None]:
        """Yields the lines that have come, a few or many at a time; None when all of them should be answered."""
        try:
            index = 0
            for text in self._texts():
                if text is not None:
                    yield Chunk((text,), index, text.size, self._chunk_size)
                    index += 1
                if self.idle:
                    yield None
            for message in losses([self._stream], self._options):
                self._tell(message)
        finally:
            self._close()

    def rows(self, written: bool = True) -> Iterator[tuple[Rows, int] | None]:
        """Yields rows as Corpus.rows does; None when all of them should be answered."""
        try:
            for rows in self._stream.rows(written):
                yield rows, 0
                if self.idle:
                    yield None
            for message in losses([self._stream], self._options):
                self._tell(message)
        finally:
            self._close()

    def _texts(self) -> Iterator[Text | None]:
        """Yields lines; None if no line ends in what has come."""
        rest, first, start = b"", True, self._start
        for block in self._stream.blocks():
            rest += block
            cut = rest.rfind(b"\n") + 1
            if not cut and len(rest) < self._most:
                yield None
                continue
            cut = cut or cut_window(rest)
            last = rest.endswith(b"\n", 0, cut)
            yield Text(self.source, rest[:cut], start, first, last)
            rest, first, start = rest[cut:], last, start + cut
        if rest or not first:
            yield Text(self.source, rest, start, first, True)

    def _arrivals(self, stream: BinaryIO) -> Iterator[bytes]:
        """Yields what has come, up to 1 MiB at a time."""
        try:
            descriptor = stream.fileno()
        except io.UnsupportedOperation:
            yield from iter(lambda: stream.read(self._most), b"")
            return
        try:
            read = getattr(stream, "read1", stream.read)  # what Python has read already comes first
            block = read(_READ_SIZE)
            while block:
                blocks = [block]
                size = len(block)
                while block and size < self._most and _has_more(descriptor):
                    block = read(self._most - size)
                    blocks.append(block)
                    size += len(block)
                self.idle = not block or not _has_more(descriptor)
                yield b"".join(blocks)
                block = block and read(_READ_SIZE)
            self.idle = True
        except OSError as error:
            raise input_error(self.source.name, error) from error


def _has_more(descriptor: int) -> bool:
    """Returns whether a read would not wait."""
    if not hasattr(select, "poll"):  # where pipes cannot be asked
        return False
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
