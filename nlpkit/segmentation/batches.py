"""What a worker cuts at a time: a chunk of text, or some records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Protocol

from nlpkit.corpus import Chunk, Rows
from nlpkit.errors import InputError, NlpkitError
from nlpkit.segmentation.options import Layout
from nlpkit.segmentation.pieces import PieceCutter
from nlpkit.segmentation.records import write_records
from nlpkit.segmentation.segmenter import Segmenter


@dataclass(frozen=True, slots=True)
class CutPart:
    """The words of a part of a source. source: its name. begins_line: whether the part begins a line. blocks: the words
    as they are written; they may be cut only as the blocks are taken."""

    source: str
    begins_line: bool
    blocks: Iterable[bytes]


class Batch(Protocol):
    """Work for one worker. source: the name of its (first) source. size: bytes of the input that are done with it."""

    @property
    def source(self) -> str: ...

    @property
    def size(self) -> int: ...

    def cut(self, segmenter: Segmenter) -> list[CutPart]: ...


def cut_batch(segmenter: Segmenter, batch: Batch) -> list[CutPart]:
    """Cuts a batch. An error of an input is raised when the blocks are taken, so that it concerns only its source."""
    try:
        return batch.cut(segmenter)
    except NlpkitError as error:
        return [CutPart(batch.source, False, _failing(error))]


def _failing(error: NlpkitError) -> Iterator[bytes]:
    raise error
    yield b""


@dataclass(frozen=True, slots=True)
class TextBatch:
    """A chunk of text. long_lines: cuts the parts of long lines, which must be cut in order."""

    chunk: Chunk
    layout: Layout
    long_lines: PieceCutter

    @property
    def source(self) -> str:
        return self.chunk.parts[0].source.name

    @property
    def size(self) -> int:
        return self.chunk.size

    def cut(self, segmenter: Segmenter) -> list[CutPart]:
        """Cuts whole lines at once. A part of a long line is cut as its blocks are taken, in one thread and in order:
        its words depend on what comes before, and they might outgrow the memory."""
        chunk = self.chunk
        is_whole = chunk.text_size <= chunk.block_size and all(part.first and part.last for part in chunk.parts)
        cutter = PieceCutter(segmenter, self.layout) if is_whole else self.long_lines
        cuts = []
        for part in chunk.parts:
            blocks: Iterable[bytes] = cutter.cut(part, chunk.block_size)
            cuts.append(CutPart(part.source.name, part.first, list(blocks) if is_whole else blocks))
        return cuts


@dataclass(frozen=True, slots=True)
class RecordBatch:
    """Records of a source. with_header: they begin a table."""

    source: str
    rows: Rows
    layout: Layout
    with_header: bool
    size: int

    def cut(self, segmenter: Segmenter) -> list[CutPart]:
        """Cuts the records' texts."""
        block = write_records(segmenter, self.layout, self.rows, self.with_header)
        return [CutPart(self.source, True, [block])]


class TableForm:
    """The header and the delimiter of the table that is written to an output."""

    def __init__(self) -> None:
        self._form: tuple[Sequence[str], str] | None = None

    def fit(self, rows: Rows) -> tuple[Rows, bool]:
        """Returns records with the delimiter of the first ones, and whether these are the first.

        Raises InputError if they have another header.
        """
        if self._form is None:
            self._form = rows.header, rows.delimiter
            return rows, True
        header, delimiter = self._form
        if header != rows.header:
            raise InputError(
                f"tables with different headers ({', '.join(header)}; {', '.join(rows.header)}) cannot "
                "come back in one file; see --out-dir"
            )
        return replace(rows, delimiter=delimiter), False


def text_batches(
    chunks: Iterable[Chunk | None], segmenter: Segmenter, layout: Layout, by_source: bool = False
) -> Iterator[Batch | None]:
    """Yields chunks as batches, and None where all that came before is to be written.

    by_source: of a chunk with parts of several sources, makes a batch for each source.
    """
    long_lines = PieceCutter(segmenter, layout)
    for chunk in chunks:
        if chunk is None:
            yield None
            continue
        for own in _split(chunk) if by_source else [chunk]:
            yield TextBatch(own, layout, long_lines)


def record_batches(
    rows: Iterable[tuple[Rows, int] | None], source: str, layout: Layout, table: TableForm
) -> Iterator[Batch | None]:
    """Yields records as batches, and None where all that came before is to be written. table: that of the output."""
    for item in rows:
        if item is None:
            yield None
            continue
        fitting, is_first = table.fit(item[0])
        yield RecordBatch(source, fitting, layout, is_first, item[1])


def _split(chunk: Chunk) -> Iterator[Chunk]:
    """A chunk for each source, and one without text that has the size."""
    for _, parts in groupby(chunk.parts, lambda part: part.source.name):
        yield replace(chunk, parts=tuple(parts), size=0)
    yield replace(chunk, parts=())
