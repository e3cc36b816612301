"""Files -> files: the words of a corpus, or of what comes on standard input, written as they are found."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from nlpkit.corpus import Chunk, Corpus, Part, Piece, Rows, Source, read_pieces
from nlpkit.corpus.encodings import not_utf8
from nlpkit.errors import InputError, OptionError
from nlpkit.executors import Executor, open_executor
from nlpkit.output import open_output
from nlpkit.places.compression import bare_name
from nlpkit.places.sources import STDIN_NAMES, Input
from nlpkit.segmentation.layout import MARK, Layout
from nlpkit.segmentation.segmenter import Segmenter

_PIECE = 1 << 17  # bytes that are cut at a time
Progress = Callable[[int], object]


def segment(
    corpus: Corpus | Input | Iterable[Input],
    output: str | None = None,
    *,
    segmenter: Segmenter | None = None,
    layout: Layout | None = None,
    out_dir: str | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Writes the words of a corpus.

    corpus: a Corpus that is not open, or what one is made of: a path, '-', or several; standard input ('-') is read as
    it comes, each line answered at once where it is slow. output: a file that is replaced when all is done; None is
    standard output. out_dir: a folder instead, which gets a file for each file of the corpus, of the same name without
    the suffix of compression; in folders as in the directories that were named. layout: how (default: text, or records
    as they came, with their words, where they are records). jobs: threads, by default one a processor. progress: called
    with each number of bytes done.

    Raises OptionError; InputError, EncodingError, LexiconError; OutputError; BrokenPipeError.
    """
    corpus = corpus if isinstance(corpus, Corpus) else Corpus(corpus)
    segmenter = segmenter or Segmenter(notify=corpus.notify)
    work = _Work(segmenter, layout, jobs, progress)
    if out_dir is not None:
        _segment_each(corpus, Path(out_dir), work)
        return
    with open_output(output) as file:
        out = _Lines(file)
        for part in _parts(corpus):
            if part.inputs == ("-",) and part is not corpus:
                work.live(part, out)
            else:
                with part:
                    work.corpus(part, out)


def _parts(corpus: Corpus) -> Iterator[Corpus]:
    """The corpus by its inputs: standard input by itself."""
    if corpus.options.unique_lines or not any(item in STDIN_NAMES for item in corpus.inputs):
        yield corpus
        return
    for is_stdin, inputs in groupby(corpus.inputs, lambda item: item in STDIN_NAMES):
        yield corpus.restricted(("-",) if is_stdin else tuple(inputs))


@dataclass(frozen=True)
class _Work:
    """Cuts what is read and writes it."""

    segmenter: Segmenter
    layout: Layout | None
    jobs: int | None
    progress: Progress | None

    def corpus(self, corpus: Corpus, out: _Lines) -> None:
        """Writes the words of an open corpus."""
        kinds = set(corpus.formats)
        layout = self._layout_of(kinds)
        with open_executor(jobs=self.jobs, size=corpus.size) as executor:
            if layout.format == "rows":
                if corpus.options.unique_lines:
                    raise OptionError(
                        "--unique-lines: records come back as they are; with -f text lines can be left out"
                    )
                self._write_rows(corpus.rows(), layout, out, executor)
            else:
                self._write_chunks(corpus.chunks(in_order=True), layout, out, executor, False)

    def live(self, corpus: Corpus, out: _Lines) -> None:
        """Writes the words of what comes on standard input."""
        source = corpus.open_live()
        layout = self._layout_of({source.format})
        with open_executor("serial" if self.jobs == 1 else "threads", self.jobs) as executor:
            if layout.format == "rows":
                self._write_rows(source.rows(), layout, out, executor)
            else:
                self._write_chunks(source.chunks(), layout, out, executor, True)

    def _layout_of(self, kinds: set[str]) -> Layout:
        records = kinds - {"text", "parquet"}
        if self.layout is not None and self.layout.format != "rows":
            return self.layout
        given = self.layout or Layout()
        if not records:
            return Layout("text", given.separator, given.keep_space, given.offsets)
        if len(kinds) > 1:
            names = ", ".join(sorted(kinds))
            raise OptionError(
                f"records of several formats ({names}) cannot come back in one file; see --out-dir, -f text"
            )
        return Layout("rows", given.separator, given.keep_space, given.offsets)

    def _write_chunks(
        self, chunks: Iterable[Chunk | None], layout: Layout, out: _Lines, executor: Executor, at_once: bool
    ) -> None:
        here = _Continued(self.segmenter, layout)
        begun: dict[int, Chunk] = {}

        def remembered() -> Iterator[Chunk | None]:
            for chunk in chunks:
                if chunk is not None:
                    begun[chunk.index] = chunk
                yield chunk

        def work(chunk: Chunk) -> tuple[int, list[bytes]]:
            if not _is_for_worker(chunk):
                return chunk.index, []
            return chunk.index, list(_Continued(self.segmenter, layout).cut(chunk))

        for index, blocks in executor.map_ordered(work, remembered(), self.progress):
            chunk = begun.pop(index)
            if chunk.parts and chunk.parts[0].first:
                out.end_line()
            for block in blocks if _is_for_worker(chunk) else here.cut(chunk):
                out.write(block)
            if at_once:
                out.flush()

    def _write_rows(
        self, batches: Iterable[tuple[Rows, int] | None], layout: Layout, out: _Lines, executor: Executor
    ) -> None:
        def items() -> Iterator[_Batch | None]:
            for batch in batches:
                if batch is None:
                    yield None
                    continue
                rows, size = batch
                first = out.table is None
                table = out.table = out.table or (rows.header, rows.delimiter)
                if table[0] != rows.header:
                    raise InputError(
                        f"tables with different headers ({', '.join(table[0])}; {', '.join(rows.header)}) cannot "
                        "come back in one file; see --out-dir"
                    )
                rows = replace(rows, delimiter=table[1])
                yield _Batch(rows, first, size)

        for block in executor.map_ordered(partial(_cut_rows, self.segmenter, layout), items(), self.progress):
            out.write(block)
            out.flush()


class _Lines:
    """An output of lines."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ended = True
        self.table: tuple[Sequence[str], str] | None = None  # header and delimiter, once one is begun

    def write(self, block: bytes) -> None:
        if block:
            self._file.write(block)
            self._ended = block.endswith(b"\n")

    def end_line(self) -> None:
        """A text whose last line has no end does not run into the next one."""
        if not self._ended:
            self.write(b"\n")

    def flush(self) -> None:
        self._file.flush()


@dataclass(frozen=True, slots=True)
class _Batch:
    rows: Rows
    first: bool
    size: int


def _cut_rows(segmenter: Segmenter, layout: Layout, batch: _Batch) -> bytes:
    return layout.rows(segmenter, batch.rows, batch.first)


def _is_for_worker(chunk: Chunk) -> bool:
    """Whether one can do it by itself: whole lines. A chunk that is too long is one line, and written as it is cut."""
    return chunk.text_size <= chunk.block_size and all(part.first and part.last for part in chunk.parts)


class _Continued:
    """Text that is cut piece by piece, in order: the rest of a piece that cannot be cut yet comes with the next."""

    def __init__(self, segmenter: Segmenter, layout: Layout) -> None:
        self._segmenter, self._layout = segmenter, layout
        self._separator = layout.separator.encode()
        self._rest = b""
        self._wait = 0  # bytes that there must be before another try
        self._in_line = False

    def cut(self, chunk: Chunk) -> Iterator[bytes]:
        """The words of a chunk, block by block. Raises EncodingError."""
        ended = True
        for part in chunk.parts:
            if part.first and not ended:
                yield b"\n"  # the line was its text's last one
            self._in_line = self._in_line and not part.first
            for piece in read_pieces(part, min(_PIECE, chunk.block_size)):
                block = self._cut_piece(part, piece)
                ended = block.endswith(b"\n") if block else ended
                yield block

    def _cut_piece(self, part: Part, piece: Piece) -> bytes:
        segmenter, layout = self._segmenter, self._layout
        data = self._rest + piece.data
        if not piece.last and len(data) < self._wait:  # a run without any boundary is not tried again and again
            self._rest = data
            return b""
        try:
            if segmenter.mode == "default" and not (piece.last and segmenter.is_plain(len(data))):
                if layout.format == "text":
                    out, used, self._in_line = segmenter.engine().segment(
                        data, self._separator, layout.keep_space, self._in_line, piece.last
                    )
                    self._rest = data[used:]
                    self._wait = 0 if used else 2 * len(data)
                    return out
                if piece.last and layout.fits(data):
                    self._rest = b""
                    words, _, _ = segmenter.engine().segment(data, MARK, layout.keep_space, False, True)
                    return layout.dressed(words)
            if not piece.last:  # such a line is cut as a whole
                self._rest = data
                self._wait = 2 * len(data)
                return b""
            self._rest = b""
            return layout.lines(segmenter, data.decode())
        except UnicodeDecodeError as error:
            fault = error.start
            raise not_utf8(part.source, piece.start - len(data) + len(piece.data) + fault, data, fault) from error


def _segment_each(corpus: Corpus, folder: Path, work: _Work) -> None:
    """A file for each source, several at a time."""
    with corpus:
        targets = _targets(corpus, folder, work.segmenter.files)
        for target in targets:
            target.parent.mkdir(parents=True, exist_ok=True)
        serial = _Work(work.segmenter, work.layout, 1, None)
        size = corpus.size
        with open_executor(jobs=work.jobs if len(targets) > 1 else 1, size=size) as executor:
            worker = serial if executor.jobs > 1 else work
            items = [_File(source, target, corpus) for source, target in zip(corpus.sources, targets, strict=True)]
            for _ in executor.map_ordered(partial(_segment_file, worker), items, work.progress):
                pass


@dataclass(frozen=True, slots=True)
class _File:
    source: Source
    target: Path
    corpus: Corpus

    @property
    def size(self) -> int:
        return self.source.size


def _segment_file(work: _Work, item: _File) -> None:
    path = item.source.name if os.path.isfile(item.source.name) else item.source.path
    with open_output(item.target) as file, item.corpus.restricted((path,)) as corpus:
        work.corpus(corpus, _Lines(file))


def _targets(corpus: Corpus, folder: Path, kept: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """Where the words of each source go. Raises OptionError where two would go to one place, onto an input, or onto a
    file that is to be `kept`."""
    targets: dict[Path, str] = {}
    taken = {os.path.realpath(source.path) for source in corpus.sources} | {os.path.realpath(path) for path in kept}
    folders = [item for item in corpus.inputs if isinstance(item, str) and os.path.isdir(item)]
    for source in corpus.sources:
        top = next((f for f in folders if source.found and source.name.startswith(os.path.join(f, ""))), None)
        name = os.path.relpath(source.name, top) if top else os.path.basename(source.name)
        if source.name.startswith("<"):
            raise OptionError(f"{source.name} has no name to call a file by in --out-dir; name files, or use -o")
        target = folder / bare_name(name)
        if target in targets:
            raise OptionError(
                f"{targets[target]} and {source.name} would both be written to {target}; rename one of them"
            )
        if os.path.realpath(target) in taken:
            raise OptionError(f"{target}: is also an input; name another --out-dir")
        targets[target] = source.name
    return list(targets)
