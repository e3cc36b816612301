"""What a worker does: searches its part of the corpus, and cuts the context of the hits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Chunk, Part, Piece, Rows, read_pieces
from nlpkit.corpus.encodings import not_utf8
from nlpkit.kwic.finding import AllLines, Finder, FoldedFinder, Matches, RegexFinder, RunawayError, StringFinder, Text
from nlpkit.kwic.hits import Hits
from nlpkit.kwic.options import ConcordanceOptions
from nlpkit.kwic.token_hits import CutLines, TokenQuery
from nlpkit.kwic.tokens import LineTokens

#: Bytes that are searched at a time; without kernels, so that the first hits need not wait.
_PIECE, _PLAIN_PIECE = 1 << 20, 1 << 17


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

    hits: in order; empty if hits are only counted. count: of hits. feeds: lines of the part. number, begins: as in
    Item. runaway: the line, from 0, in which the regular expression took too long.
    """

    name: str
    number: int
    begins: bool
    feeds: int
    count: int
    hits: tuple[Hits, ...]
    runaway: int | None = None


class Search:
    """Searches items as the options say; what workers run."""

    def __init__(self, options: ConcordanceOptions, tokens: LineTokens | None) -> None:
        self.options, self.tokens = options, tokens
        self.query = TokenQuery.of(options, tokens) if options.has_token_query and tokens is not None else None
        self.finder = self._finder()

    def _finder(self) -> Finder:
        options = self.options
        if options.regex:
            return RegexFinder(options.query, options.casefold)
        query = options.query if self.query is None else self.query.forms[0]
        if options.normalize:
            return AllLines()
        if options.casefold:
            return FoldedFinder(query, self.query is not None)
        return StringFinder(query.encode(), self.query is not None)

    def __call__(self, item: Item) -> list[Found]:
        """Returns what is found in each part of an item. Raises EncodingError, InputError."""
        if isinstance(item.work, Rows):
            return [self._search_rows(item, item.work)]
        found = []
        for part, number, begins in zip(item.work.parts, item.numbers, item.begins, strict=True):
            scan = Scan(self, part, number, item.compiled)
            hits = tuple(scan.hits(item.work.block_size))
            found.append(scan.found(begins, hits))
        return found

    def _search_rows(self, item: Item, rows: Rows) -> Found:
        texts = [(text or "").encode(errors="replace") for text in rows.texts]
        sizes = np.array([len(text) + 1 for text in texts], np.int64)
        record_of = np.repeat(np.arange(len(texts)), [1 + text.count(b"\n") for text in texts])
        name, number = item.name, item.numbers[0]
        try:
            hits, _ = self.search(b"\n".join([*texts, b""]), 0, name, number, item.compiled)
        except RunawayError as error:
            return Found(name, number, item.begins[0], len(texts), 0, (), int(record_of[error.line]))
        records = record_of[hits.lines]
        begins = np.cumsum(sizes) - sizes
        hits = replace(hits, lines=records, offsets=hits.offsets - begins[records])
        count = len(hits)
        return Found(name, number, item.begins[0], len(texts), count, (hits,) if self._shows(count) else ())

    def _shows(self, count: int) -> bool:
        return count > 0 and not self.options.count_only

    def search(self, data: bytes, start: int, name: str, number: int, compiled: bool) -> tuple[Hits, int]:
        """Searches whole lines. start: offset of `data` in the file. Returns (hits, number of line feeds)."""
        text = Text(data, compiled)
        found = self.finder.find(text)
        if self.tokens is None:
            hits = self._with_characters(text, found, start, name, number)
            return hits, found.feeds
        lines = CutLines(text.data, found, self.tokens)
        if self.query is not None:
            found = self.query.find(lines)
        else:
            found = replace(found, begins=lines.inner(found.begins), ends=lines.inner(found.ends))
        text = Text(lines.data, compiled)
        hits = self._with_characters(text, found, start, name, number)
        width, in_tokens = self.options.width
        if in_tokens and len(hits):
            bounds = hits.bounds.copy()
            bounds[:, 0], bounds[:, 3] = lines.context(found.begins, found.ends, width)
            hits = replace(hits, bounds=bounds)
        keys = lines.neighbours(found.begins, found.ends, self.options.positions) if self.options.positions else []
        return replace(hits, offsets=lines.outer(found.begins) + start, keys=keys), found.feeds

    def _with_characters(self, text: Text, found: Matches, start: int, name: str, number: int) -> Hits:
        width, in_tokens = self.options.width
        if self.options.count_only or in_tokens or not found.begins.size:
            contexts = np.column_stack((found.begins, found.ends))
        else:
            contexts = cut_characters(text, found.begins, found.ends, width)
        bounds = np.column_stack((contexts[:, 0], found.begins, found.ends, contexts[:, 1]))
        array = np.frombuffer(text.data, np.uint8)
        return Hits(name, number, found.lines, found.begins + start, array, bounds, [], text.compiled)


def cut_characters(text: Text, begins: NDArray[np.int64], ends: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Returns where the context of up to `most` characters of each hit begins and ends: int64[n, 2]."""
    out = np.empty((begins.size, 2), np.int64)
    if text.compiled:
        from nlpkit.kernels import search

        search.cut_characters(text.padded, begins + search.PAD, ends + search.PAD, most, out)
        return out - search.PAD
    data, reach = text.data, 4 * most
    for row, (begin, end) in enumerate(zip(begins.tolist(), ends.tolist(), strict=True)):
        low = max(data.rfind(b"\n", max(0, begin - reach), begin) + 1, begin - reach, 0)
        left = data[low:begin].decode(errors="ignore")[-most:]
        high = data.find(b"\n", end, end + reach + 2)
        if high < 0:
            high = min(len(data), end + reach + 2)
        tail = data[end:high]
        if data[high : high + 1] in (b"\n", b""):
            tail = tail.removesuffix(b"\r")
        right = tail.decode(errors="ignore")[:most]
        out[row] = begin - len(left.encode()), end + len(right.encode())
    return out


class Scan:
    """The search of one part of a file, piece by piece; a line longer than a piece goes on in the next one.

    begun: the pieces of an unfinished line, from the part before; after `hits`, those for the next part.
    """

    def __init__(self, search: Search, part: Part, number: int, compiled: bool, begun: Sequence[Piece] = ()) -> None:
        self.search, self.part, self.number, self.compiled = search, part, number, compiled
        self.feeds = self.count = 0
        self.runaway: int | None = None
        self.begun = list(begun)

    def found(self, begins: bool, hits: tuple[Hits, ...]) -> Found:
        """Returns what was found. hits: what `hits` has yielded."""
        return Found(self.part.source.name, self.number, begins, self.feeds, self.count, hits, self.runaway)

    def hits(self, block_size: int) -> Iterator[Hits]:
        """Yields the hits of the part. Raises EncodingError, InputError."""
        size = _PIECE if self.compiled else _PLAIN_PIECE
        for piece in read_pieces(self.part, min(size, block_size)):
            self.begun.append(piece)
            if piece.last:
                yield from self._search_begun()
            if self.runaway is not None:
                return

    def _search_begun(self) -> Iterator[Hits]:
        start, data = self.begun[0].start, b"".join(piece.data for piece in self.begun)
        self.begun.clear()
        try:
            hits, feeds = self.search.search(data, start, self.part.source.name, self.number, self.compiled)
        except UnicodeDecodeError as error:
            raise not_utf8(self.part.source, start + error.start, data, error.start) from error
        except RunawayError as error:
            self.runaway = self.feeds + error.line
            return
        self.count += len(hits)
        if len(hits) and not self.search.options.count_only:
            yield replace(hits, lines=hits.lines + self.feeds).compact()
        self.feeds += feeds
