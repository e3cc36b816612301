"""The unit of parallel work: byte ranges of plain files that the workers read, and text that was read for them.

A line ends after byte 0x0A and nowhere else (U+0085, U+2028 and a lone CR are text), and at the end of its file.
Offsets and sizes are bytes. Those of a plain file count from 0 at its first byte, a byte order mark included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from nlpkit.places.sources import Source, changed, check_unchanged, input_error, open_source

if TYPE_CHECKING:
    from nlpkit.corpus.streams import Whole

DEFAULT_CHUNK_SIZE = 8 << 20
BOM = b"\xef\xbb\xbf"
_LONGEST_CHARACTER = 4  # bytes, in UTF-8
_SMALL_READ, _LARGE_READ = 4 << 10, 1 << 20


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes `start` to `stop` (not included) of one file of UTF-8, which whoever works on them reads.

    Whole lines, but for a very long line of a stream, which a file holds in part: `first` and `last` say whether a line
    begins and ends with it. Beyond its ends is a line end, white space or NUL, or nothing.
    """

    source: Source
    start: int
    stop: int
    first: bool = True
    last: bool = True

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Text:
    """UTF-8 that was read from a source, unpacked and decoded: whole lines, or a part of a very long one.

    `start` is the offset of `data` in the source's text, `first` and `last` say whether a line begins and ends with it.
    A long line is cut after white space (ASCII) or NUL only. What comes from a compressed file of UTF-8 can be faulty.
    """

    source: Source
    data: bytes
    start: int
    first: bool = True
    last: bool = True

    @property
    def stop(self) -> int:
        """Offset of the end."""
        return self.start + len(self.data)

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.data)


Part: TypeAlias = "Span | Text | Whole"


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one worker takes in one go; `index` is the chunk's place in the corpus.

    `size` is in bytes of the files as they are, compressed or not, so that the chunks of a pass add up to the corpus.
    `block_size` is the size of chunks that was asked for: a part is longer where a single line is, and a worker that
    shall take no more memory for that reads so many bytes at a time.
    """

    parts: tuple[Part, ...]
    index: int
    size: int
    block_size: int = DEFAULT_CHUNK_SIZE

    @property
    def text_size(self) -> int:
        """Bytes of text in all parts; `block_size` where that is not known, which is with files as a whole."""
        if not all(isinstance(part, (Span, Text)) for part in self.parts):
            return self.block_size
        return sum(part.size for part in self.parts)


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of a part that are in memory at a time.

    `start` is the offset of `data` in its source, `first` says that a line begins there, `last` that one ends with
    the data's end. Only a line longer than a piece has pieces with `last=False`, each followed by one with
    `first=False`; they are cut between UTF-8 characters.
    """

    data: bytes
    start: int
    first: bool
    last: bool


def pack(parts: Iterable[tuple[Part | None, int]], chunk_size: int) -> Iterator[Chunk]:
    """(part, bytes of its file that are done with it) -> chunks: small parts are packed together, in order.

    None stands for a file that has no further text.
    """
    index = size = room = 0
    packed: list[Part] = []
    for part, done in parts:
        if part is not None and packed and part.size > room:
            yield Chunk(tuple(packed), index, size, chunk_size)
            packed, index, size = [], index + 1, 0
        if part is not None:
            room = (room if packed else chunk_size) - part.size
            packed.append(part)
        size += done
    if packed or size:
        yield Chunk(tuple(packed), index, size, chunk_size)


def plan_spans(source: Source, chunk_size: int) -> Iterator[Span]:
    """Cut a plain file into spans of at most `chunk_size` bytes (longer where a single line is); none if it is empty.

    Raises InputError for a file that cannot be read or that is no longer as it was.
    """
    if source.size <= chunk_size:
        if source.size:
            yield Span(source, 0, source.size)
        return
    try:
        with open_source(source) as file:
            check_unchanged(file, source)
            start = 0
            while start < source.size:
                stop = _line_end(file, start, chunk_size, source.size)
                yield Span(source, start, stop)
                start = stop
            if source.is_remote:
                check_unchanged(file, source)
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


def read_pieces(
    part: Part, piece_size: int = DEFAULT_CHUNK_SIZE, missing: Counter[str] | None = None
) -> Iterator[Piece]:
    """Read a part, `piece_size` bytes (at least 4) at a time; memory does not grow with the length of a line.

    The part comes in one piece where it fits, else it is cut after a newline where the window has one, else before a
    UTF-8 character. The pieces' data joined are the part's bytes, but for a byte order mark at offset 0 of a file.
    Bytes are passed on as they are, valid UTF-8 or not; the first fault of a text lies in the same place however it is
    cut. Of a file as a whole these are the bytes of its text; `missing` then receives, by the file's name, how many
    records had none.
    Raises InputError for a file that cannot be read or that is no longer as it was, and EncodingError for a whole one.
    """
    piece_size = max(piece_size, _LONGEST_CHARACTER)
    if not isinstance(part, (Span, Text)):
        yield from part.pieces(piece_size, missing)
        return
    windows = _text_windows(part, piece_size) if isinstance(part, Text) else _file_windows(part, piece_size)
    first = part.first
    for start, data in windows:
        last = part.last if start + len(data) == part.stop else data.endswith(b"\n")
        yield Piece(data, start, first, last)
        first = last


def _text_windows(text: Text, size: int) -> Iterator[tuple[int, bytes]]:
    """(offset, bytes), cut where a piece may end."""
    place = 0
    while place < len(text.data):
        data = text.data[place : place + size]
        if place + size < len(text.data):
            data = data[: cut_window(data)]
        yield text.start + place, data
        place += len(data)


def _file_windows(span: Span, size: int) -> Iterator[tuple[int, bytes]]:
    try:
        with open_source(span.source) as file:
            check_unchanged(file, span.source)
            start = span.start
            if start == 0 and file.read(len(BOM)) == BOM:
                start = len(BOM)
            while start < span.stop:
                wanted = min(size, span.stop - start)
                data = _read(file, start, wanted)
                if len(data) != wanted:
                    raise changed(span.source)
                if start + wanted < span.stop:
                    data = data[: cut_window(data)]
                yield start, data
                start += len(data)
            if span.source.is_remote:
                check_unchanged(file, span.source)
    except OSError as error:
        raise input_error(span.source.name, error) from error


def cut_window(window: bytes) -> int:
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
