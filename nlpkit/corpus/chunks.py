"""Cuts plain files into spans of whole lines, and packs small parts into chunks, the unit of parallel work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from nlpkit.corpus.types import Chunk, Part, Span, Step
from nlpkit.places.opening import check_unchanged, open_source
from nlpkit.places.sources import Source, input_error

_SMALL_READ, _LARGE_READ = 4 << 10, 1 << 20


def pack(steps: Iterable[Step], chunk_size: int) -> Iterator[Chunk]:
    """Yields chunks of about `chunk_size` bytes: small parts are packed together, in order."""
    index = size = room = 0
    packed: list[Part] = []
    for part, done in steps:
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
    """Yields the spans of a plain file, each of at most `chunk_size` bytes, or a single line that is longer.

    An empty file has no spans. Raises InputError for a file that cannot be read or has changed.
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
    """Returns the offset at which to cut: after the last line feed within `chunk_size` bytes of `start`, else after the
    next line feed, else at the end of the file, `size`."""
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
        if not block:  # the file shrank, which is reported when the span is read
            break
        block_size, low = min(4 * block_size, _LARGE_READ), low + len(block)
    return size


def _read(file: BinaryIO, start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)
