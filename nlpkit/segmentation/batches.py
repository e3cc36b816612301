"""What a worker cuts at a time: a chunk of text, or some records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from nlpkit.corpus import Chunk, Rows
from nlpkit.errors import InputError, NlpkitError, Option
from nlpkit.segmentation.options import Layout
from nlpkit.segmentation.outputs import CutPart
from nlpkit.segmentation.pieces import PieceCutter
from nlpkit.segmentation.records import write_records
from nlpkit.segmentation.segmenter import Segmenter


@dataclass(frozen=True, slots=True)
class Batch:
    """Work for one worker. source: the name of its (first) source. size: bytes of the input that are done with it."""

    source: str
    size: int
    work: Callable[[], list[CutPart]]

    def cut(self) -> list[CutPart]:
        """Does the work. An error of an input is raised when the blocks are taken, so it concerns only its source."""
        try:
            return self.work()
        except NlpkitError as error:
            return [CutPart(self.source, False, _failing(error))]


def _failing(error: NlpkitError) -> Iterator[bytes]:
    raise error
    yield b""


def text_batches(
    chunks: Iterable[Chunk | None], segmenter: Segmenter, layout: Layout, by_source: bool = False
) -> Iterator[Batch | None]:
    """Yields chunks as batches, and None where all that came before is to be written.

    by_source: makes a batch for each source of a chunk.
    """
    long_lines = PieceCutter(segmenter, layout)
    for chunk in chunks:
        if chunk is None:
            yield None
            continue
        for own in _split(chunk) if by_source else [chunk]:
            source = own.parts[0].source.name if own.parts else ""
            yield Batch(source, own.size, partial(_cut_chunk, own, segmenter, layout, long_lines))


def _split(chunk: Chunk) -> Iterator[Chunk]:
    """A chunk for each source, and one without text that has the size."""
    for _, parts in groupby(chunk.parts, lambda part: part.source.name):
        yield replace(chunk, parts=tuple(parts), size=0)
    yield replace(chunk, parts=())


def _cut_chunk(chunk: Chunk, segmenter: Segmenter, layout: Layout, long_lines: PieceCutter) -> list[CutPart]:
    """Cuts whole lines at once. A part of a long line is cut as its blocks are taken, in one thread and in order: its
    words depend on what comes before, and they might outgrow the memory."""
    is_whole = chunk.text_size <= chunk.block_size and all(part.first and part.last for part in chunk.parts)
    cutter = PieceCutter(segmenter, layout) if is_whole else long_lines
    cuts = ((part, cutter.cut(part, chunk.block_size)) for part in chunk.parts)
    return [CutPart(part.source.name, part.first, list(blocks) if is_whole else blocks) for part, blocks in cuts]


class TableForm:
    """The header and the delimiter of the table that is written to an output."""

    def __init__(self) -> None:
        self._form: tuple[Sequence[str], str, int] | None = None

    def fit(self, rows: Rows) -> tuple[Rows, bool]:
        """Returns records with the delimiter of the first ones, and whether these are the first.

        Raises InputError if they have another header.
        """
        if self._form is None:
            self._form = rows.header, rows.delimiter, rows.width
            return rows, True
        header, delimiter, width = self._form
        if not (header or rows.header) and width != rows.width:
            raise InputError(
                f"tables of {width} and {rows.width} columns cannot come back in one file; see ", Option("out_dir")
            )
        if header != rows.header:
            raise InputError(
                f"tables with different headers ({', '.join(header)}; {', '.join(rows.header)}) cannot "
                "come back in one file; see ",
                Option("out_dir"),
            )
        return replace(rows, delimiter=delimiter), False


def record_batches(
    rows: Iterable[tuple[Rows, int] | None], segmenter: Segmenter, layout: Layout, table: TableForm, source: str = ""
) -> Iterator[Batch | None]:
    """Yields records as batches, and None where all that came before is to be written.

    table: that of the output. source: the name of the source, which matters where each has an output of its own.
    """
    for item in rows:
        if item is None:
            yield None
            continue
        fitting, is_first = table.fit(item[0])
        yield Batch(source, item[1], partial(_cut_records, fitting, segmenter, layout, is_first, source))


def _cut_records(rows: Rows, segmenter: Segmenter, layout: Layout, with_header: bool, source: str) -> list[CutPart]:
    return [CutPart(source, True, [write_records(segmenter, layout, rows, with_header)])]
