"""Sources that are not plain UTF-8 files: read here, by a few threads side by side, and passed on as text.

A source goes through these stages, each an iterator over the one before: its bytes, unpacked; UTF-8; the text of its
records; blocks of whole lines; those without repeated lines; parts of chunks. Memory is bounded by the size of a chunk,
however long a line is and however much an archive unpacks to.
"""

from __future__ import annotations

import codecs
import os
import secrets
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from queue import SimpleQueue
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Generic, TypeAlias, TypeVar

from nlpkit.corpus.chunks import BOM, Part, Piece, Span, Text, cut_window, plan_spans
from nlpkit.corpus.encodings import SAMPLE_SIZE, Decoder, detect, not_utf8
from nlpkit.corpus.formats import Extractor, Rows, format_of, open_format
from nlpkit.corpus.parquet import ParquetText
from nlpkit.errors import EncodingError, InputError, OutputError, cause_of
from nlpkit.places.compression import bare_name, read_head, text_bytes
from nlpkit.places.sources import Source

if TYPE_CHECKING:
    from nlpkit.corpus.unique import UniqueLines

#: Streams that are read side by side.
WIDTH = 4

_HEAD_SIZE = 64 << 10
_PATIENCE = 0.5  # seconds from the end of a pass to that of its readers, which wait for servers
#: After these a very long line may be cut, if it must be.
SPACES = (b" ", b"\t", b"\v", b"\f", b"\0")
T = TypeVar("T")
#: (what to read next, how many bytes of the file are done with it); None where a file has no further text.
Step: TypeAlias = "tuple[Part | None, int]"


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How sources are read; as in Corpus."""

    encoding: str = "utf-8"
    errors: str = "strict"
    field: str | None = None
    column: str | None = None
    delimiter: str | None = None
    unique_lines: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A source and how it is read: `format` as in format_of; plain files are left to the workers."""

    source: Source
    encoding: str
    format: str
    plain: bool
    compression: str | None = None

    def as_text(self, options: ReadOptions) -> Reading:
        """The same with its text as it stands, whatever the format is."""
        plain = (self.encoding, options.errors, self.compression) == ("utf-8", "strict", None)
        return replace(self, format="text", plain=plain)


def find_reading(source: Source, options: ReadOptions) -> Reading:
    """How to read a source, by its name and its first bytes. Raises InputError, EncodingError."""
    detecting = options.encoding == "auto"
    head, compression = read_head(source, SAMPLE_SIZE if detecting else _HEAD_SIZE)
    return reading_of(source, head, compression, options)


def find_readings(sources: Sequence[Source], options: ReadOptions) -> list[Reading]:
    """How to read each; remote ones are looked at side by side. Raises what the first one raises."""
    if not any(source.is_remote for source in sources):
        return [find_reading(source, options) for source in sources]
    from nlpkit.places.remote.folders import side_by_side  # here, because few need it

    return side_by_side(lambda source: find_reading(source, options), sources)


def reading_of(source: Source, head: bytes, compression: str | None, options: ReadOptions) -> Reading:
    """The same for a source whose first bytes and compression are known."""
    detecting = options.encoding == "auto"
    if head.startswith(b"PAR1"):
        encoding = "utf-8"
    else:
        encoding = (detect(head) or "") if detecting else options.encoding
        if not encoding:
            raise EncodingError(f"{source.name}: its encoding is not recognised; name it with --encoding")
        head = head[:_HEAD_SIZE].decode(encoding, "replace").removeprefix("\ufeff").encode()
    name = source.name.partition("?")[0] if "://" in source.name else source.name
    name = bare_name(name) if compression else name
    kind = format_of(name, head, options.field, options.column)
    if kind == "parquet" and compression:
        raise InputError(f"{source.name}: is Parquet in {compression}; unpack it first, it cannot be read as a stream")
    plain = (encoding, options.errors, kind, compression) == ("utf-8", "strict", "text", None)
    return Reading(source, encoding, kind, plain and not options.unique_lines, compression)


class Stream:
    """One pass over one source that is no plain file; iterated over once.

    size: bytes of a block. longest: bytes of a record. folder: called for where to keep what does not fit in memory.
    arrived: the source's bytes, unpacked, where they are not to be read from its path.
    Counters, for the user when it is done: `lines` that held bytes that are not valid in the encoding, `records` that
    were damaged, `missing` records without the field or column.
    """

    def __init__(
        self,
        reading: Reading,
        options: ReadOptions,
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
        self.keeps_records = False  # those without text too
        self.done = 0  # bytes of the file that were read
        # UTF-8 that is passed on unchecked: the workers find its faults, if they get all of it.
        how = (reading.format, reading.encoding, options.errors, options.unique_lines)
        self._raw = how == ("text", "utf-8", "strict", False)

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
        """The text in blocks of whole lines. A longer line comes in blocks of its own, cut after white space or NUL
        where there is any; characters: else between two of them."""
        blocks = self.blocks()
        if not self._raw:
            return line_pieces(blocks, self._size, characters=characters, spaces=self.spaces)
        start, blocks = without_mark(blocks)
        return line_pieces(blocks, self._size, start, characters, self.spaces)

    def blocks(self) -> Iterator[bytes]:
        """UTF-8, cut anywhere: valid but for that of plain text, whose faults the workers find."""
        if self.reading.format == "parquet":
            parquet = ParquetText(self.source, self._options.column, self._options.errors)
            yield from parquet.blocks()
            self.records, self.missing = parquet.damaged, parquet.missing
            return
        if self._raw:
            yield from self._bytes()
            return
        extractor = self._extractor()
        with self._decoded(extractor) as decoded:
            yield from decoded if extractor is None else extractor.feed(decoded)

    def rows(self) -> Iterator[Rows]:
        """Records and their texts, of JSON Lines, CSV and TSV."""
        extractor = self._extractor()
        assert extractor is not None
        extractor.at_once = self._arrived is not None
        self.keeps_records = True
        with self._decoded(extractor) as decoded:
            yield from extractor.rows(decoded)

    def _bytes(self) -> Iterator[bytes]:
        return text_bytes(self.source, self._tell) if self._arrived is None else self._arrived

    @contextmanager
    def _decoded(self, extractor: Extractor | None) -> Iterator[Iterator[bytes]]:
        errors = self._options.errors
        if extractor is not None and errors == "skip":
            errors = "mark"  # a record may have several lines, and a line be a part of one
        folder = self._folder() if errors == "skip" else None
        decoder = Decoder(self.source, self.reading.encoding, errors, folder)
        yield decoder.feed(self._bytes())
        self.lines = decoder.lines
        if extractor is not None:
            self.records, self.missing = extractor.damaged, extractor.missing

    def _extractor(self) -> Extractor | None:
        if self.reading.format == "text":
            return None
        o = self._options
        return open_format(
            self.reading.format,
            self.source.name,
            field=o.field,
            column=o.column,
            delimiter=o.delimiter,
            errors=o.errors,
            longest=self._longest,
        )

    def _tell(self, done: int) -> None:
        self.done = done

    def _parts(self, pieces: Iterable[Piece]) -> Iterator[Part]:
        """Pieces that end at a boundary are text; a long line without any is written to a file."""
        pieces = iter(pieces)
        for piece in pieces:
            if self._ends_at_boundary(piece):
                yield Text(self.source, piece.data, piece.start, piece.first, piece.last)
            else:
                yield self._spill(piece, pieces)

    def _ends_at_boundary(self, piece: Piece) -> bool:
        return piece.last or piece.data[-1:] in self.spaces

    def _spill(self, piece: Piece, following: Iterator[Piece]) -> Span:
        """A file with the pieces up to the next boundary; valid UTF-8, since its bytes have another place there."""
        path = os.path.join(self._folder(), f"line-{secrets.token_hex(8)}.txt")
        decoder = codecs.getincrementaldecoder("utf-8")()
        size, first = 1, piece.first
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
            raise OutputError(
                f"{os.path.dirname(path)}: {cause_of(error)}; a very long line is kept there for a while: "
                "name another folder with --tmp-dir"
            ) from error
        return Span(Source(path, self.source.name, size), 1, size, first, piece.last)

    def _write(self, file: BinaryIO, piece: Piece, decoder: codecs.IncrementalDecoder, final: bool) -> None:
        if self._raw:
            try:
                decoder.decode(piece.data, final)
            except UnicodeDecodeError as error:
                fault = piece.start + len(piece.data) - len(error.object) + error.start
                raise not_utf8(self.source, fault) from error
        file.write(piece.data)


@dataclass(frozen=True, slots=True)
class Whole:
    """A file whose text whoever works on it reads: unpacked, decoded, taken out of its records.

    `size` is that of the file as it is, in bytes; how long its text is nobody knows, so `stop` lies beyond any.
    """

    reading: Reading
    options: ReadOptions
    longest: int  # bytes of a record
    first: ClassVar[bool] = True
    last: ClassVar[bool] = True
    start: ClassVar[int] = 0
    stop: ClassVar[int] = sys.maxsize

    @property
    def source(self) -> Source:
        return self.reading.source

    @property
    def size(self) -> int:
        return self.source.size

    def pieces(self, size: int, missing: Counter[str] | None = None) -> Iterator[Piece]:
        """The text; see read_pieces."""
        stream = Stream(self.reading, self.options, size, self.longest, _no_folder)
        yield from stream.pieces(characters=True)
        if missing is not None and stream.missing:
            missing[self.source.name] += stream.missing


def _no_folder() -> str:
    raise AssertionError("text that is read where it is needed takes no temporary files")


def _without_repeated(pieces: Iterable[Piece], unique: UniqueLines) -> Iterator[Piece]:
    for piece in pieces:
        data = unique.keep(piece.data, piece.first, piece.last)
        if data:
            yield Piece(data, piece.start, piece.first, piece.last)


def line_pieces(
    blocks: Iterable[bytes],
    size: int,
    start: int = 0,
    characters: bool = False,
    spaces: Sequence[bytes] = SPACES,
) -> Iterator[Piece]:
    """Bytes, cut anywhere -> pieces of about `size` bytes: whole lines, or a part of one longer line.

    Such a part ends after one of `spaces` where its last `size` bytes have any, else anywhere, or, with `characters`
    and at least 4 bytes, between two of UTF-8.
    """
    buffer = bytearray()
    first = True
    for block in blocks:
        buffer += block
        while len(buffer) > size:
            # the rest of a long line comes alone
            cut = (buffer.rfind(b"\n", 0, size) if first else buffer.find(b"\n", 0, size)) + 1
            last = cut > 0
            cut = cut or max(buffer.rfind(space, 0, size) for space in spaces) + 1
            cut = cut or (cut_window(bytes(buffer[:size])) if characters else size)
            with memoryview(buffer) as view:
                data = bytes(view[:cut])
            del buffer[:cut]
            yield Piece(data, start, first, last)
            start, first = start + cut, last
    cut = 0 if first else buffer.find(b"\n") + 1
    if cut and cut < len(buffer):
        yield Piece(bytes(buffer[:cut]), start, False, True)
        start, first = start + cut, True
        del buffer[:cut]
    if buffer:
        yield Piece(bytes(buffer), start, first, True)


def read_steps(
    readings: Iterable[Reading],
    open_stream: Callable[[Reading], Stream],
    chunk_size: int,
    width: int = WIDTH,
    whole: Callable[[Reading], Whole] | None = None,
) -> Generator[Step, None, None]:
    """All sources: plain files as spans, in order; up to `width` streams at a time, in turn, each read ahead a step.

    whole: what there is instead of streams. The order does not depend on how fast anything is.
    """
    active: deque[_Ahead[Step]] = deque()
    try:
        for reading in readings:
            if reading.plain and _is_cut(reading.source, chunk_size):
                yield from ((span, span.size) for span in plan_spans(reading.source, chunk_size))
                continue
            if whole is not None:
                yield whole(reading), reading.source.size
                continue
            active.append(_Ahead(open_stream(reading), _PATIENCE if reading.source.is_remote else None))
            while len(active) >= width:
                yield from _take_turn(active)
        while active:
            yield from _take_turn(active)
    finally:
        for ahead in active:
            ahead.close()


def _is_cut(source: Source, chunk_size: int) -> bool:
    """Whether a plain file can be read in parts, which not every server allows."""
    if not source.is_remote or source.size <= chunk_size:
        return True
    from nlpkit.places.remote.file import gives_ranges  # here, because few need it

    return gives_ranges(source)


def _take_turn(active: deque[_Ahead[Step]]) -> Iterator[Step]:
    """One step of the stream whose turn it is; it lines up again unless it has ended."""
    step = next(active[0], None)
    if step is None:
        active.popleft().close()
        return
    active.rotate(-1)
    yield step


class _Ahead(Generic[T]):
    """An iterator over what a thread of its own takes from another, one item ahead.

    Its queues are safe against interrupts, which locks of `concurrent.futures` are not. patience: seconds that `close`
    waits for the current item, where that may never come.
    """

    def __init__(self, items: Iterable[T], patience: float | None = None) -> None:
        self._items = items
        self._patience = patience
        self._wanted: SimpleQueue[bool] = SimpleQueue()
        self._found: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="nlpkit-reader", daemon=True)
        self._wanted.put(True)
        self._thread.start()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        item, failure = self._found.get()
        if failure is not None:
            self._found.put((None, failure))
            raise failure
        if item is None:
            self._found.put((None, None))
            raise StopIteration
        self._wanted.put(True)
        return item

    def _run(self) -> None:
        items = iter(self._items)
        try:
            while self._wanted.get():
                item = next(items, None)
                self._found.put((item, None))
                if item is None:
                    return
            close = getattr(items, "close", None)
            if close is not None:
                close()
        except BaseException as failure:
            self._found.put((None, failure))

    def close(self) -> None:
        """Have the thread end, once it is done with its current item."""
        self._wanted.put(False)
        self._thread.join(self._patience)


def without_mark(blocks: Iterator[bytes]) -> tuple[int, Iterator[bytes]]:
    """Where the text begins, and its blocks, without a byte order mark."""
    first = b""
    for block in blocks:
        first += block
        if len(first) >= len(BOM):
            break
    start = len(BOM) if first.startswith(BOM) else 0
    return start, chain([first[start:]], blocks)


def losses(streams: Sequence[Stream], options: ReadOptions) -> Iterator[str]:
    """What did not get through, in lines for the user."""
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


def missing_texts(missing: Counter[str], options: ReadOptions) -> str:
    """The same for records without text, counted by the names of their files."""
    return _in_files(sorted(missing), f"{_without_text(options)}, left out", missing.total())


def _without_text(options: ReadOptions) -> str:
    wanted = options.field if options.field is not None else options.column
    return f"records without text in {wanted!r}"


def _in_files(names: Sequence[str], what: str, count: int) -> str:
    place = names[0] if len(names) == 1 else f"{len(names):,} files"
    return f"{place}: {what}: {count:,}"
