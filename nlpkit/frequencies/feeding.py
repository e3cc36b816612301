"""Passes the text of a part of the corpus to what counts it, that of many small files at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from nlpkit.corpus import Part, read_pieces
from nlpkit.corpus.encodings import not_utf8
from nlpkit.corpus.types import begins_file
from nlpkit.errors import InputError

#: Bytes, or tokens, that are worked on at a time.
PIECE = 1 << 18


def documents_of(parts: Sequence[Part], document: str | None) -> Iterator[Sequence[Part]]:
    """Yields the parts of each file if files are documents, otherwise all parts together."""
    begun = 0
    for number in range(1, len(parts)) if document == "file" else ():
        if begins_file(parts[number - 1], parts[number]):
            yield parts[begun:number]
            begun = number
    yield parts[begun:]


def feed_parts(
    parts: Sequence[Part], block_size: int, feed: Callable[[bytes, bool], int], missing: Counter[str]
) -> None:
    """Passes the bytes of parts to `feed(data, whether a line ends with them)`, which returns how many it has used: all
    if a line ends there. A file that does not end with a line feed gets one. Raises EncodingError where `feed` finds
    bytes that are not UTF-8.
    """
    feed_documents([parts], block_size, lambda data, final, _: feed(data, final), missing)


def feed_documents(
    documents: Iterable[Sequence[Part]],
    block_size: int,
    feed: Callable[[bytes, bool, Sequence[int]], int],
    missing: Counter[str],
) -> None:
    """Passes the bytes of documents, as parts, to `feed`, as `feed_parts` does; the third argument says after how many
    lines of the data a document ends, which is not the last one. A document ends with a line, which may be empty.
    """
    batch = _Batch(feed, min(PIECE, block_size))
    try:
        for number, parts in enumerate(documents):
            if number:
                batch.end_document()
            batch.read(parts, missing)
    except InputError:
        batch.flush()  # a fault in what is held back comes first
        raise
    batch.flush()


class _Batch:
    """Text that goes to `feed`; whole lines are held back until there are `size` bytes of them."""

    def __init__(self, feed: Callable[[bytes, bool, Sequence[int]], int], size: int) -> None:
        self._feed, self._size = feed, size
        self._held: list[tuple[bytes, Part | None, int]] = []  # with its part and its place there
        self._held_size = 0
        self._ends: list[int] = []  # lines up to the ends of documents
        self._counted = self._lines = 0  # texts whose lines are counted, and their lines

    def read(self, parts: Sequence[Part], missing: Counter[str]) -> None:
        """Reads a document. Raises InputError, EncodingError."""
        rest = b""
        least = 0
        for number, part in enumerate(parts):
            stop = part.start
            for piece in read_pieces(part, self._size, missing):
                data = rest + piece.data
                start, stop = piece.start - len(rest), piece.start + len(piece.data)
                if piece.last:
                    self._hold(data if data.endswith(b"\n") else data + b"\n", part, start)
                    rest, least = b"", 0
                elif len(data) < least:  # what has no place to cut it is not tried again and again
                    rest = data
                else:
                    rest = self._give(data, part, start)
                    least = 0 if len(rest) < len(data) else 2 * len(data)
            if rest and (number + 1 == len(parts) or parts[number + 1].first):  # the line goes on in another chunk
                self._hold(rest, part, stop - len(rest))
                self.flush()
                rest, least = b"", 0

    def end_document(self) -> None:
        """Ends the document that was read last."""
        if self._counted == len(self._held):  # nothing of it is held
            self._hold(b"\n", None, 0)
        self._lines += sum(text.count(b"\n") for text, _, _ in self._held[self._counted :])
        self._counted = len(self._held)
        self._ends.append(self._lines)

    def flush(self) -> None:
        """Passes on what is held back. Raises EncodingError."""
        held, ends = self._held, self._ends
        self._held, self._held_size, self._ends, self._counted, self._lines = [], 0, [], 0, 0
        if not held:
            return
        try:
            self._feed(held[0][0] if len(held) == 1 else b"".join(text for text, _, _ in held), True, ends)
        except UnicodeDecodeError as error:
            place = error.start
            for text, part, start in held:
                if place < len(text) and part is not None:
                    raise not_utf8(part.source, start + place, text, place) from error
                place -= len(text)
            raise

    def _hold(self, data: bytes, part: Part | None, start: int) -> None:
        if self._held_size + len(data) > self._size:
            self.flush()
        self._held.append((data, part, start))
        self._held_size += len(data)

    def _give(self, data: bytes, part: Part, start: int) -> bytes:
        """Passes on the beginning of a line; returns what is left of it."""
        self.flush()
        try:
            return data[self._feed(data, False, ()) :]
        except UnicodeDecodeError as error:
            raise not_utf8(part.source, start + error.start, data, error.start) from error
