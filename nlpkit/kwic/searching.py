"""What a worker does: searches its part of the corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from nlpkit.corpus import Chunk, Part, Piece, Rows, Span, read_pieces
from nlpkit.corpus.encodings import not_utf8
from nlpkit.kwic.finding import LineFaultError
from nlpkit.kwic.hits import Hits
from nlpkit.kwic.line_search import LineSearch
from nlpkit.kwic.long_lines import LongLine

#: Bytes that are searched at a time; without kernels, so that the first hits need not wait.
_PIECE, _PLAIN_PIECE = 1 << 19, 1 << 15
#: Bytes that are searched before kernels are loaded.
PLAIN = 8 << 20


@dataclass(frozen=True, slots=True)
class Item:
    """A chunk of the corpus, or records of a file.

    numbers: of the file of each part (of the records: one), by its place in the corpus. begins: whether the part begins
    the file. size: bytes. compiled: whether kernels search it.
    """

    work: Chunk | Rows
    name: str
    numbers: tuple[int, ...]
    begins: tuple[bool, ...]
    size: int
    compiled: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a part of a file.

    hits: in order; empty if hits are only counted. count: of hits. feeds: lines of the part. end: where the part ends
    in the text of its file, in bytes; of records the bytes of their text. number, begins: as in Item. fault: the line
    that cannot be searched, at which the search ended.
    """

    name: str
    number: int
    begins: bool
    feeds: int
    end: int
    count: int
    hits: tuple[Hits, ...]
    fault: LineFaultError | None = None
    is_records: bool = False


class Scan:
    """The search of one part of a file, piece by piece.

    line: a line longer than a piece, which goes on in this part; after `hits`, the one that goes on in the next part.
    """

    def __init__(
        self, search: LineSearch, part: Part, number: int, compiled: bool, line: LongLine | None = None
    ) -> None:
        self.search, self.part, self.number, self.compiled, self.line = search, part, number, compiled, line
        self.feeds = self.count = self.end = 0
        self.fault: LineFaultError | None = None

    def found(self, begins: bool, hits: tuple[Hits, ...]) -> Found:
        """Returns what was found. hits: what `hits` has yielded."""
        return Found(self.part.source.name, self.number, begins, self.feeds, self.end, self.count, hits, self.fault)

    def hits(self, block_size: int) -> Iterator[Hits]:
        """Yields the hits of the part. Raises EncodingError, InputError."""
        size = _PIECE if self.compiled else _PLAIN_PIECE
        shift = self.part.shift if isinstance(self.part, Span) else 0
        read = 0
        for piece in read_pieces(self.part, min(size, block_size)):
            read += len(piece.data)
            self.end = piece.start + shift + len(piece.data)
            self.compiled = self.compiled or read > PLAIN
            try:
                for hits, feeds in self._search(piece, piece.start + shift):
                    self.count += len(hits)
                    if len(hits) and not self.search.options.count_only:
                        yield replace(hits, lines=hits.lines + self.feeds)
                    self.feeds += feeds
            except LineFaultError as error:
                self.fault = LineFaultError(self.feeds + error.line, *error.cause)
                return

    def _search(self, piece: Piece, start: int) -> Iterator[tuple[Hits, int]]:
        """Yields hits, and how many line feeds there were. start: offset of the piece in the text of the file."""
        data = piece.data
        if self.line is not None or not piece.last:
            end = data.find(b"\n") + 1 or len(data)
            is_end = piece.last or end < len(data)
            self.line = self.line or LongLine(self.search, self.part.source, self.number, start)
            yield self.line.feed(data[:end], is_end, self.compiled), data.count(b"\n", 0, end)
            if is_end:
                self.line = None
            data, start = data[end:], start + end
        if data:
            try:
                hits, feeds = self.search.search(data, start, self.part.source.name, self.number, self.compiled)
            except UnicodeDecodeError as error:
                raise not_utf8(self.part.source, start + error.start, data, error.start) from error
            yield hits.compact(), feeds


class Search:
    """Searches items; what workers run."""

    def __init__(self, lines: LineSearch) -> None:
        self.lines = lines

    def __call__(self, item: Item) -> list[Found]:
        """Returns what is found in each part of an item. Raises EncodingError, InputError."""
        if isinstance(item.work, Rows):
            return [self._search_rows(item, item.work)]
        found = []
        for part, number, begins in zip(item.work.parts, item.numbers, item.begins, strict=True):
            scan = Scan(self.lines, part, number, item.compiled, None)
            hits = tuple(scan.hits(item.work.block_size))
            found.append(scan.found(begins, hits))
        return found

    def _search_rows(self, item: Item, rows: Rows) -> Found:
        texts = [(text or "").encode(errors="replace") for text in rows.texts]
        sizes = np.array([len(text) + 1 for text in texts], np.int64)
        record_of = np.repeat(np.arange(len(texts)), [1 + text.count(b"\n") for text in texts])
        name, number = item.name, item.numbers[0]
        try:
            hits, _ = self.lines.search(b"\n".join([*texts, b""]), 0, name, number, item.compiled)
        except LineFaultError as error:
            fault = LineFaultError(int(record_of[error.line]), *error.cause)
            return Found(name, number, item.begins[0], len(texts), 0, 0, (), fault)
        records = record_of[hits.lines]
        begins = np.cumsum(sizes) - sizes
        hits = replace(hits, lines=records, offsets=hits.offsets - begins[records], places=hits.offsets)
        count, shown = len(hits), (hits,) if self._shows(len(hits)) else ()
        return Found(name, number, item.begins[0], len(texts), int(sizes.sum()), count, shown, is_records=True)

    def _shows(self, count: int) -> bool:
        return count > 0 and not self.lines.options.count_only
