"""The unit of parallel work: byte ranges on line boundaries, planned by the parent and read by the workers.

A line ends after byte 0x0A and nowhere else (U+0085, U+2028 and a lone CR are text), and at the end of its file.
Offsets and sizes are bytes, counted from 0 at the file's first byte, a byte order mark included.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from nlpkit.corpus.sources import Source, input_error
from nlpkit.errors import InputError

DEFAULT_CHUNK_SIZE = 8 << 20
BOM = b"\xef\xbb\xbf"
_LONGEST_CHARACTER = 4  # bytes, in UTF-8
_SMALL_READ, _LARGE_READ = 4 << 10, 1 << 20


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes `start` to `stop` (not included) of one source: whole lines."""

    source: Source
    start: int
    stop: int

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Chunk:
    """Spans that one worker reads in one go; `index` is the chunk's place in the corpus."""

    spans: tuple[Span, ...]
    index: int

    @property
    def size(self) -> int:
        """Length in bytes of all spans."""
        return sum(span.size for span in self.spans)


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of a span that are in memory at a time.

    `start` is the offset of `data` in its source, `first` says that a line begins there, `last` that one ends with
    the data's end. Only a line longer than a piece has pieces with `last=False`, each followed by one with
    `first=False`; they are cut between UTF-8 characters.
    """

    data: bytes
    start: int
    first: bool
    last: bool


def plan_chunks(sources: Iterable[Source], chunk_size: int) -> list[Chunk]:
    """Cut sources into chunks of at most `chunk_size` bytes (longer where a single line is).

    Small sources are packed together, in order; empty ones take no part. Raises InputError for a source that cannot be
    read or that is no longer as long as it was.
    """
    groups: list[list[Span]] = []
    room = 0
    for source in sources:
        for span in _plan_spans(source, chunk_size):
            if span.size > room:
                groups.append([])
                room = chunk_size
            groups[-1].append(span)
            room -= span.size
    return [Chunk(tuple(spans), index) for index, spans in enumerate(groups)]


def _plan_spans(source: Source, chunk_size: int) -> Iterator[Span]:
    if source.size <= chunk_size:
        if source.size:
            yield Span(source, 0, source.size)
        return
    try:
        with open(source.path, "rb") as file:
            _check_size(file, source)
            start = 0
            while start < source.size:
                stop = _line_end(file, start, chunk_size, source.size)
                yield Span(source, start, stop)
                start = stop
    except OSError as error:
        raise input_error(source.name, error) from error


def _line_end(file: BinaryIO, start: int, chunk_size: int, size: int) -> int:
    """Where to cut: after the last newline within `chunk_size` of `start`, else after the next one, else at `size`."""
    target = start + chunk_size
    if target >= size:
        return size
    block_size, high = _SMALL_READ, target
    while high > start:
        low = max(start, high - block_size)
        found = _read(file, low, high - low).rfind(b"\n")
        if found >= 0:
            return low + found + 1
        block_size, high = min(4 * block_size, _LARGE_READ), low
    block_size, low = _SMALL_READ, target
    while low < size:
        block = _read(file, low, min(block_size, size - low))
        found = block.find(b"\n")
        if found >= 0:
            return low + found + 1
        if not block:  # the file shrank; whoever reads the span will say so
            break
        block_size, low = min(4 * block_size, _LARGE_READ), low + len(block)
    return size


def _read(file: BinaryIO, start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)


def read_pieces(span: Span, piece_size: int = DEFAULT_CHUNK_SIZE) -> Iterator[Piece]:
    """Read a span, `piece_size` bytes (at least 4) at a time; memory does not grow with the length of a line.

    The span comes in one piece where it fits, else it is cut after a newline where the window has one, else before a
    UTF-8 character. The pieces' data joined are the span's bytes, but for a byte order mark at offset 0 of the source.
    Bytes are passed on as they are, valid UTF-8 or not; the first fault of a text lies in the same place however it is
    cut. Raises InputError for a source that cannot be read or that is no longer as long as it was.
    """
    piece_size = max(piece_size, _LONGEST_CHARACTER)
    try:
        with open(span.source.path, "rb") as file:
            _check_size(file, span.source)
            start, first = span.start, True
            if start == 0 and file.read(len(BOM)) == BOM:
                start = len(BOM)
            while start < span.stop:
                data = _read_window(file, span, start, piece_size)
                stop = start + len(data)
                last = stop == span.stop or data.endswith(b"\n")
                yield Piece(data, start, first, last)
                start, first = stop, last
    except OSError as error:
        raise input_error(span.source.name, error) from error


def _read_window(file: BinaryIO, span: Span, start: int, piece_size: int) -> bytes:
    """Up to `piece_size` bytes at `start`, cut where a piece may end."""
    wanted = min(piece_size, span.stop - start)
    data = _read(file, start, wanted)
    if len(data) != wanted:
        raise _changed(span.source)
    return data if start + wanted == span.stop else data[: _cut(data)]


def _cut(window: bytes) -> int:
    """Length of the part of a window that makes a piece: up to its last newline, else to its last character.

    The last character is left out even when it is complete: a window cannot tell, and so CR LF stays together.
    """
    newline = window.rfind(b"\n")
    if newline >= 0:
        return newline + 1
    for cut in range(len(window) - 1, max(0, len(window) - _LONGEST_CHARACTER), -1):
        if window[cut] & 0xC0 != 0x80:  # no continuation byte: a character begins here
            return cut
    return len(window)


def _check_size(file: BinaryIO, source: Source) -> None:
    if os.fstat(file.fileno()).st_size != source.size:
        raise _changed(source)


def _changed(source: Source) -> InputError:
    return InputError(f"{source.name}: changed while it was read; run again when nothing writes to it")
