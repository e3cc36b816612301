"""Reads the parts of chunks, piece by piece: what workers call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from nlpkit.choices import CHUNK_SIZE
from nlpkit.corpus.lines import LONGEST_CHARACTER, cut_window
from nlpkit.corpus.streams import Stream
from nlpkit.corpus.types import BOM, Part, Piece, Span, Text, Whole
from nlpkit.places.opening import check_unchanged, open_source
from nlpkit.places.sources import changed, input_error


def read_pieces(part: Part, piece_size: int = CHUNK_SIZE, missing: Counter[str] | None = None) -> Iterator[Piece]:
    """Yields the bytes of a part, `piece_size` bytes (at least 4) at a time.

    A part that fits is one piece; another is cut after a line feed if there is one within `piece_size` bytes, else
    before a character of UTF-8, so memory does not grow with the length of a line. The pieces' data joined are the
    part's bytes, without a byte order mark at offset 0 of a file. Bytes are passed on as they are, valid UTF-8 or not;
    the first fault of a text has the same offset however it is cut. The bytes of a Whole are those of its text;
    `missing` then receives, by the file's name, the number of records without text.
    Raises InputError for a file that cannot be read or has changed, and EncodingError for a Whole.
    """
    piece_size = max(piece_size, LONGEST_CHARACTER)
    if isinstance(part, Whole):
        yield from _whole_pieces(part, piece_size, missing)
        return
    windows = _text_windows(part, piece_size) if isinstance(part, Text) else _file_windows(part, piece_size)
    first = part.first
    for start, data in windows:
        last = part.last if start + len(data) == part.stop else data.endswith(b"\n")
        yield Piece(data, start, first, last)
        first = last


def _whole_pieces(whole: Whole, size: int, missing: Counter[str] | None) -> Iterator[Piece]:
    stream = Stream(whole.reading, whole.options, size, whole.longest, _no_folder)
    yield from stream.pieces(characters=True)
    if missing is not None and stream.missing:
        missing[whole.source.name] += stream.missing


def _no_folder() -> str:
    raise AssertionError("text that is read where it is needed takes no temporary files")


def _text_windows(text: Text, size: int) -> Iterator[tuple[int, bytes]]:
    """Yields (offset, bytes), cut where a piece may end."""
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
            while start < span.stop:
                wanted = min(size, span.stop - start)
                if start:
                    file.seek(start)
                data = file.read(wanted)
                if len(data) != wanted:
                    raise changed(span.source)
                if start == 0 and data.startswith(BOM):
                    start = len(BOM)
                    continue
                if start + wanted < span.stop:
                    data = data[: cut_window(data)]
                yield start, data
                start += len(data)
            if span.source.is_remote:
                check_unchanged(file, span.source)
    except OSError as error:
        raise input_error(span.source.name, error) from error
