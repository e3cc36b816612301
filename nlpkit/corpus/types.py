"""What the files of this package pass to each other: sources as they are read, parts, chunks, pieces, rows.

A line ends after byte 0x0A and nowhere else (U+0085, U+2028 and a lone CR are text), and at the end of its file. Only
where the first mebibyte has CR and no LF, as old Macs wrote text, CR ends lines, too: it is read as LF.
Offsets and sizes are bytes. Those of a plain file count from 0 at its first byte, a byte order mark included.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeAlias

from nlpkit.choices import CHUNK_SIZE
from nlpkit.corpus.options import ReadingOptions
from nlpkit.errors import Notice
from nlpkit.places.sources import Source

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Reading:
    """A source and how it is read.

    encoding: a name of Python's codecs. format: 'text', 'jsonl', 'csv', 'tsv' or 'parquet'. plain: the text is the
    file's bytes as they are, so that workers can read parts of the file. compression: as in compression_of. returns:
    CR ends lines. hint: a line for the user about what an option would read better. marked: it begins with a byte order
    mark.
    """

    source: Source
    encoding: str
    format: str
    plain: bool
    compression: str | None = None
    returns: bool = False
    hint: Notice | None = None
    marked: bool = False

    def as_text(self, options: ReadingOptions) -> Reading:
        """Returns the same with the format 'text': the records are not taken apart."""
        plain = (self.encoding, options.errors, self.compression) == ("utf-8", "strict", None)
        return replace(self, format="text", plain=plain and not self.returns)


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes `start` to `stop` (not included) of one file of UTF-8, which the worker reads.

    Whole lines, except for a part of a very long line of a stream, which is in a file of its own: `first` and `last`
    say whether a line begins and ends with the span. Before and after the span is a line end, white space or NUL, or
    nothing. shift: add it to a place in the file to get the place in the text of the source.
    """

    source: Source
    start: int
    stop: int
    first: bool = True
    last: bool = True
    shift: int = 0

    @property
    def size(self) -> int:
        """The length of the span in bytes."""
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Text:
    """UTF-8 that was read from a source, unpacked and decoded: whole lines, or a part of a very long line.

    start: the offset of `data` in the source's text. first, last: whether a line begins and ends with it. A long line
    is cut only after white space (ASCII) or NUL. The bytes of a compressed file of UTF-8 may be invalid.
    """

    source: Source
    data: bytes
    start: int
    first: bool = True
    last: bool = True

    @property
    def stop(self) -> int:
        """The offset of the end."""
        return self.start + len(self.data)

    @property
    def size(self) -> int:
        """The length of the text in bytes of UTF-8."""
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Whole:
    """A file whose text the worker reads: it unpacks and decodes it and takes it out of its records.

    longest: bytes that a record may have. `size` is the size of the file as it is stored, in bytes. The length of its
    text is not known, so `stop` is larger than any.
    """

    reading: Reading
    options: ReadingOptions
    longest: int
    first: ClassVar[bool] = True
    last: ClassVar[bool] = True
    start: ClassVar[int] = 0
    stop: ClassVar[int] = sys.maxsize

    @property
    def source(self) -> Source:
        """The file, as the source whose text the worker reads."""
        return self.reading.source

    @property
    def size(self) -> int:
        """Length of the file in bytes."""
        return self.source.size


#: What a worker reads with `read_pieces`.
Part: TypeAlias = Span | Text | Whole

#: (the part to read next, bytes of its file that are done with it); None for a file that has no more text.
Step: TypeAlias = tuple[Part | None, int]


def begins_file(before: Part, part: Part) -> bool:
    """Returns whether a part belongs to another file than the part before it."""
    if part.source is before.source:
        return part.start < before.stop
    # A very long line of a stream lies in a file of its own, under the name of the stream; a file may be named twice.
    return before.source.name != part.source.name or before.source.path == part.source.path or part.start == 0


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one worker takes at a time; `index` is the chunk's place in the corpus.

    size: bytes of the files as they are stored, compressed or not, so that the sizes of a pass add up to that of the
    corpus. block_size: the size of chunks that was asked for. A part is longer if a single line is; a worker that must
    not take more memory for it reads `block_size` bytes at a time.
    """

    parts: tuple[Part, ...]
    index: int
    size: int
    block_size: int = CHUNK_SIZE

    @property
    def text_size(self) -> int:
        """Bytes of text in all parts; `block_size` if that is not known, as with files as a whole."""
        if not all(isinstance(part, (Span, Text)) for part in self.parts):
            return self.block_size
        return sum(part.size for part in self.parts)


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of a part that are in memory at a time.

    start: the offset of `data` in its source. first, last: whether a line begins and ends with the data. Only a line
    longer than a piece has pieces with `last=False`, each followed by one with `first=False`; they are cut between
    characters of UTF-8.
    """

    data: bytes
    start: int
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """Some records and the text of each, None if a record has no text.

    records: JSON as it is, on one line (bytes), or the cells of rows of CSV (lists of str). Of CSV, header is the first
    row of the file (empty if it has none), delimiter the character between cells, and width the number of columns.
    texts: several texts of a record are lines of one. values: the texts of each record by the fields or columns, which
    are `names`: None where there is none, a list where the field has several; empty if each record has one text.
    marked: the file began with a byte order mark. name: the file. before: how many of its records came before these.
    """

    records: Sequence[Any]
    texts: Sequence[str | None]
    values: Sequence[Sequence[str | list[str] | None]] = ()
    header: Sequence[str] = ()
    delimiter: str = ""
    width: int = 0
    names: Sequence[str] = ()
    marked: bool = False
    name: str = ""
    before: int = 0
