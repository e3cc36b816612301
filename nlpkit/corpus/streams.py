"""Reads sources that are not plain UTF-8 files and passes them on as text.

A source goes through these stages, each an iterator over the one before: its bytes, unpacked; UTF-8; the text of its
records; blocks of whole lines; the same without repeated lines; parts of chunks. Memory is bounded by the size of a
chunk, however long a line is and however much an archive unpacks to.
"""

from __future__ import annotations

import codecs
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from nlpkit.corpus.encodings import Decoder, not_utf8
from nlpkit.corpus.formats.extractor import Extractor
from nlpkit.corpus.formats.parquet import ParquetText
from nlpkit.corpus.formats.registry import open_format
from nlpkit.corpus.lines import SPACES, line_pieces, without_mark
from nlpkit.corpus.options import ReadingOptions
from nlpkit.corpus.types import Part, Piece, Reading, Rows, Span, Step, Text
from nlpkit.places.compression import text_bytes
from nlpkit.places.sources import Source
from nlpkit.places.temporary import no_room

if TYPE_CHECKING:
    from nlpkit.corpus.unique import UniqueLines


class Stream:
    """One pass over one source that is not a plain file; it can be iterated over once and gives steps.

    size: bytes of a block. longest: bytes that a record may have. folder: called for the folder that keeps what does
    not fit in memory. unique: leaves out repeated lines. arrived: the source's bytes, unpacked, if they are not to be
    read from its path.
    Attributes that are counted meanwhile: `lines` that held bytes which are not valid in the encoding, `records` that
    were damaged, `missing` records without the field or column; `done` bytes of the file have been read.
    """

    def __init__(
        self,
        reading: Reading,
        options: ReadingOptions,
        size: int,
        longest: int,
        folder: Callable[[], str],
        unique: UniqueLines | None = None,
        arrived: Iterator[bytes] | None = None,
    ) -> None:
        self.reading = reading
        self.source = reading.source
        self.lines = self.records = self.missing = 0
        self._options, self._size, self._longest, self._folder, self._unique = options, size, longest, folder, unique
        self._arrived = arrived
        self.spaces: Sequence[bytes] = SPACES  # after which a very long line may be cut
        self.keeps_records = False  # also those without text
        self.done = 0
        # UTF-8 that is passed on unchecked: the workers find its faults, since they get all of it.
        how = (reading.format, reading.encoding, options.errors, options.unique_lines)
        self._raw = how == ("text", "utf-8", "strict", False) and options.keeps_text and not reading.returns

    def __iter__(self) -> Iterator[Step]:
        pieces = self.pieces()
        if self._unique is not None:
            pieces = _without_repeated(pieces, self._unique)
        reported = 0
        for part in self._parts(pieces):
            done, reported = self.done - reported, self.done
            yield part, done
        yield None, self.source.size - reported

    def pieces(self, characters: bool = False) -> Iterator[Piece]:
        """Yields the text in pieces of whole lines.

        A line longer than a piece has pieces of its own, cut after white space or NUL if it has any, else anywhere;
        characters: else between two characters.
        """
        blocks = self.blocks()
        if not self._raw:
            return line_pieces(blocks, self._size, characters=characters, spaces=self.spaces)
        start, blocks = without_mark(blocks)
        return line_pieces(blocks, self._size, start, characters, self.spaces)

    def blocks(self) -> Iterator[bytes]:
        """Yields UTF-8, cut anywhere. It is valid, except for plain text of UTF-8, whose faults the workers find."""
        if self.reading.format == "parquet":
            parquet = ParquetText(self.source, self._options.column, self._options.errors)
            parquet.clean = self._options.clean
            yield from parquet.blocks()
            self.records, self.missing = parquet.damaged, parquet.missing
            return
        if self._raw:
            yield from self._bytes()
            return
        extractor = self._extractor()
        with self._decoded(extractor) as decoded:
            yield from self._changed(decoded) if extractor is None else extractor.feed(decoded)

    def _changed(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Yields the text of a file that is text as a whole, with its lines joined or taken out of HTML."""
        options = self._options
        if options.text_from == "html":
            from nlpkit.corpus.markup import html_blocks  # here, because few texts need it

            return html_blocks(blocks, self.source.name)
        if options.join_lines:
            from nlpkit.corpus.joining import joined_blocks

            return joined_blocks(blocks)
        return blocks

    def rows(self, written: bool = True) -> Iterator[Rows]:
        """Yields records and their texts, of JSON Lines, CSV and TSV. written: records without text are written, too;
        otherwise the user is told that they are left out."""
        extractor = self._extractor()
        assert extractor is not None
        extractor.at_once = self._arrived is not None
        self.keeps_records = written
        with self._decoded(extractor) as decoded:
            for rows in extractor.rows(decoded):
                yield replace(rows, marked=True) if self.reading.marked else rows

    def _bytes(self) -> Iterator[bytes]:
        return text_bytes(self.source, self._tell) if self._arrived is None else self._arrived

    @contextmanager
    def _decoded(self, extractor: Extractor | None) -> Iterator[Iterator[bytes]]:
        errors = self._options.errors
        if extractor is not None and errors == "skip":
            errors = "mark"  # a record may have several lines, and a line be a part of one
        folder = self._folder() if errors == "skip" else None
        decoder = Decoder(self.source, self.reading.encoding, errors, folder)
        decoded = decoder.feed(self._bytes())
        yield _with_line_feeds(decoded) if self.reading.returns else decoded
        self.lines = decoder.lines
        if extractor is not None:
            self.records, self.missing = extractor.damaged, extractor.missing

    def _extractor(self) -> Extractor | None:
        if self.reading.format == "text":
            return None
        return open_format(self.reading.format, self.source.name, self._options, self._longest)

    def _tell(self, done: int) -> None:
        self.done = done

    def _parts(self, pieces: Iterable[Piece]) -> Iterator[Part]:
        """Yields pieces that end where text may be cut, as they are; a long line that has no such place as a file."""
        pieces = iter(pieces)
        for piece in pieces:
            if self._ends_at_boundary(piece):
                yield Text(self.source, piece.data, piece.start, piece.first, piece.last)
            else:
                yield self._spill(piece, pieces)

    def _ends_at_boundary(self, piece: Piece) -> bool:
        return piece.last or piece.data[-1:] in self.spaces

    def _spill(self, piece: Piece, following: Iterator[Piece]) -> Span:
        """Returns a file with the pieces up to the next place where text may be cut. Its text is checked here, because
        in the file a fault would have another offset."""
        path = os.path.join(self._folder(), f"line-{secrets.token_hex(8)}.txt")
        decoder = codecs.getincrementaldecoder("utf-8")()
        size, first, shift = 1, piece.first, piece.start - 1
        try:
            with open(path, "xb") as file:
                file.write(b"\n")  # so that no character of the text is taken for a byte order mark
                while True:
                    ends = self._ends_at_boundary(piece)
                    self._write(file, piece, decoder, ends)
                    size += len(piece.data)
                    if ends:
                        break
                    piece = next(following)
        except OSError as error:
            raise no_room(os.path.dirname(path), error, "a very long line") from error
        return Span(Source(path, self.source.name, size), 1, size, first, piece.last, shift)

    def _write(self, file: BinaryIO, piece: Piece, decoder: codecs.IncrementalDecoder, final: bool) -> None:
        if self._raw:
            try:
                decoder.decode(piece.data, final)
            except UnicodeDecodeError as error:
                fault = piece.start + len(piece.data) - len(error.object) + error.start
                raise not_utf8(self.source, fault) from error
        file.write(piece.data)


def _with_line_feeds(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yields text in which LF ends the lines that CR or CR LF ended, also where a block ends between these two."""
    after_return = False
    for block in blocks:
        text = block[1:] if after_return and block.startswith(b"\n") else block
        after_return = block.endswith(b"\r") if block else after_return
        yield text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _without_repeated(pieces: Iterable[Piece], unique: UniqueLines) -> Iterator[Piece]:
    for piece in pieces:
        data = unique.keep(piece.data, piece.first, piece.last)
        if data:
            yield Piece(data, piece.start, piece.first, piece.last)


def losses(streams: Sequence[Stream], options: ReadingOptions) -> Iterator[str]:
    """Yields lines for the user: what was left out of the streams, or replaced."""
    became = "left out" if options.errors == "skip" else "U+FFFD put in place of these"
    without = "written without words" if any(stream.keeps_records for stream in streams) else "left out"
    for what, counts in (
        (f"lines with bytes that are not valid in the encoding, {became}", [stream.lines for stream in streams]),
        (f"damaged records, {became if options.errors == 'skip' else 'mended'}", [s.records for s in streams]),
        (f"{_without_text(options)}, {without}", [stream.missing for stream in streams]),
    ):
        hit = [stream.source.name for stream, count in zip(streams, counts, strict=True) if count]
        if hit:
            yield _in_files(hit, what, sum(counts))


def missing_texts(missing: Counter[str], options: ReadingOptions) -> str:
    """Returns the line for the user about records without text. missing: their number, by the names of their files."""
    return _in_files(sorted(missing), f"{_without_text(options)}, left out", missing.total())


def _without_text(options: ReadingOptions) -> str:
    wanted = " or ".join(map(repr, options.field or options.column))
    return f"records without text in {wanted}"


def _in_files(names: Sequence[str], what: str, count: int) -> str:
    place = names[0] if len(names) == 1 else f"{len(names):,} files"
    return f"{place}: {what}: {count:,}"
