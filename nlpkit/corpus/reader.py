"""Corpus: the text of files, directories and streams, as chunks of whole lines."""

from __future__ import annotations

import copy
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

from nlpkit.arguments import checked
from nlpkit.choices import CHUNK_SIZE, ENCODING, ERRORS, TEXT_FROM
from nlpkit.corpus.ahead import WIDTH, read_steps
from nlpkit.corpus.chunks import pack
from nlpkit.corpus.formats.extractor import LONGEST_RECORD
from nlpkit.corpus.lines import SPACES
from nlpkit.corpus.live import LiveInput
from nlpkit.corpus.options import Names, ReadingOptions, as_names
from nlpkit.corpus.readings import RETURNS, find_readings, how_decoded
from nlpkit.corpus.streams import Stream, losses, missing_texts
from nlpkit.corpus.types import Chunk, Reading, Rows, Whole
from nlpkit.errors import counted
from nlpkit.memory import CHUNK, RECORD, STREAMS, UNIQUE_LINES, check_memory
from nlpkit.places.inputs import find_sources
from nlpkit.places.opening import check_unchanged, open_source
from nlpkit.places.sources import Input, Source, as_inputs, input_error
from nlpkit.places.temporary import Folder

if TYPE_CHECKING:
    from nlpkit.corpus.unique import UniqueLines

#: Bytes of the window of a compressed file, as it is with `xz -6` and `zstd -19`. Those of `xz -9` (64 MiB) and
#: `zstd --long` (up to 128) take more than their share.
_STREAM_MEMORY = 8 << 20
_RECORD_SIZE = 8 << 20  # bytes of a record that are read in any case
_MOST_NOTICES = 10
_DIGEST_SIZE = 16
_READ_SIZE = 1 << 20


class Corpus:
    """The text of files, directories and streams, and how it is read, as chunks of whole lines.

    inputs: one path, '-' (stdin), URL or binary file object, or several of these. Directories are read recursively,
    without hidden files. URLs are those of fsspec (https, s3, ...; the extra `remote`): of files, of folders, which for
    HTTP end in a slash, or with a pattern: 's3://bucket/*.gz'. Streams are read from their position on. Files that are
    compressed (gzip, bzip2, xz, zstd) are recognised by their first bytes.
    glob: of directories, read only the files whose name matches, or, if the pattern holds a slash, whose path in the
    directory matches.
    encoding: a name of Python's codecs, or 'auto', which detects the encoding by the first 1 MiB of each file.
    errors: what becomes of lines with bytes that are not valid, and of damaged records: 'strict' raises EncodingError
    or InputError, 'replace' puts U+FFFD, 'skip' leaves them out.
    field: the field of the text in JSON, a dotted path, in which `*` stands for each item of an array. column: the
    column of the text in CSV, TSV and Parquet, a name or a number from 1. Of several fields or columns each text is a
    line, or several, of its own; they belong to one document. delimiter: the character between cells. header: whether
    the first row of CSV and TSV names the columns; without a header they are numbers from 1. The name of a file decides
    which format it has; if it does not, `field` means JSON and `column` means CSV.
    text_from: 'html' takes the text out of HTML, of whole files and of the texts of records; see `markup`. join_lines:
    join lines that were broken within a sentence; see `joining`.
    unique_lines: leave out lines that came before.
    chunk_size: bytes that a worker gets at a time, fewer if there is little memory. memory: bytes that the tables and
    buffers of all workers may take together (default: a quarter of the machine's or container's).
    tmp_dir: the folder for temporary files (default: the system's).
    notify: called with lines for the user: which encodings were detected; at the end of the first pass, what was left
    out.

    A corpus is open within `with corpus:`; `sources`, `size` and `chunks` need that. What can be read only once (stdin,
    streams, FIFOs, a URL whose server tells no size) is copied to a temporary file in `tmp_dir` until the corpus is
    closed. An open corpus may be entered again; the outermost `with` closes it.

    Raises OptionError for options that make no sense; InputError and OutputError when it is opened.

    >>> with Corpus(["news/", "notes.txt.gz"], glob="*.txt", encoding="auto") as corpus:
    ...     print(len(corpus.sources), corpus.size)
    """

    @checked
    def __init__(
        self,
        inputs: Input | Iterable[Input],
        *,
        glob: str | None = None,
        encoding: str = ENCODING,
        errors: str = ERRORS,
        field: Names = None,
        column: Names = None,
        delimiter: str | None = None,
        header: bool = True,
        text_from: str = TEXT_FROM[0],
        join_lines: bool = False,
        unique_lines: bool = False,
        chunk_size: int = CHUNK_SIZE,
        memory: int | None = None,
        tmp_dir: str | os.PathLike[str] | None = None,
        notify: Callable[[str], object] | None = None,
    ) -> None:
        folder = None if tmp_dir is None else os.fspath(tmp_dir)
        self.options = ReadingOptions(
            glob,
            encoding,
            errors,
            as_names(field),
            as_names(column),
            delimiter,
            header,
            text_from,
            join_lines,
            unique_lines,
            chunk_size,
            memory,
            folder,
        )
        self.inputs = as_inputs(inputs)
        self.memory = check_memory(memory)
        self.chunk_size = min(chunk_size, CHUNK.of(self.memory))
        self._width = min(WIDTH, max(1, STREAMS.of(self.memory) // _STREAM_MEMORY))
        self.longest_record = min(LONGEST_RECORD, max(_RECORD_SIZE, RECORD.of(self.memory)))
        self.notify = notify
        self.gives_hints = True  # how a text may be meant; not for lists and transactions, which are no texts
        self._hinted: list[str] = []
        self._workspace = Folder(lambda: self.tmp_dir)
        self._pass_folder = Folder(self.workspace)  # for the readers, each in its thread
        self._depth = 0
        self._cleanup = ExitStack()
        self._sources: list[Source] = []
        self._readings: list[Reading] = []

    def __enter__(self) -> Corpus:
        if not self._depth:
            with ExitStack() as cleanup:
                self._cleanup = cleanup
                self._pass: Generator[Chunk, None, None] | None = None
                self._unique: UniqueLines | None = None
                self._digest: str | None = None
                self._told = self._told_missing = False
                cleanup.callback(self._workspace.remove)
                self._sources = find_sources(self.inputs, self.glob, self.tmp_dir, cleanup)
                self._readings = find_readings(self._sources, self.options)
                self._tell_encodings()
                self._tell_hint()
                self._cleanup = cleanup.pop_all()
        self._depth += 1
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._depth -= 1
        if not self._depth:
            self._end_pass()
            self._unique = None
            self._cleanup.close()

    @property
    def glob(self) -> str | None:
        """The pattern of the files that are read of directories."""
        return self.options.glob

    @property
    def tmp_dir(self) -> str | None:
        """The folder for temporary files, None for the system's."""
        return self.options.tmp_dir

    @property
    def sources(self) -> list[Source]:
        """The files to read: in the order of the inputs, in a directory in the order of their paths' code points."""
        self._check_open()
        return self._sources

    @property
    def size(self) -> int:
        """Bytes of all sources as they are stored, compressed or not."""
        return sum(source.size for source in self.sources)

    def workspace(self) -> str:
        """Returns a folder for temporary files, made in `tmp_dir` at the first call, removed when the corpus is closed.

        Raises OutputError if it cannot be made.
        """
        return self._workspace()

    @contextmanager
    def scratch(self) -> Iterator[Callable[[], str]]:
        """Gives a new folder in the workspace, which is made when it is first called for and removed at the end."""
        folder = Folder(self.workspace)
        try:
            yield folder
        finally:
            folder.remove()

    def chunks(self, in_order: bool = False, own_files: bool = False, at_nul: bool = True) -> Iterator[Chunk]:
        """Yields the whole text as chunks: the same ones in each pass, whose sizes add up to `size`.

        Plain files of UTF-8 come in order, as spans that the workers read. All others are read in this process, a few
        at a time and in turn; in_order: one after the other, in their place among the plain files. A pass ends when the
        next one begins, and then the temporary files that its chunks name are removed.

        own_files: the others are read by the workers as well, each file by one worker, in order, as parts of the class
        Whole; they are packed into chunks by the sizes of the files, however much text is in them. `read_pieces` then
        raises their errors in the worker, and counts records without text there: the sum of these counts goes to
        `tell_missing`. This has no effect if repeated lines are left out or if errors are not strict.
        at_nul: a line of a stream that is longer than a chunk may be cut after NUL, and not only after white space.
        Raises, when iterated over, InputError, EncodingError, OutputError; repeated lines are searched for before.
        """
        self._check_open()
        self._end_pass()
        if self.options.unique_lines:
            self._find_repeated()
        own_files = own_files and not self.options.unique_lines and self.options.errors == "strict"
        spaces = SPACES if at_nul else SPACES[:-1]
        self._pass = self._read_pass(1 if in_order else self._width, self._whole if own_files else None, spaces)
        return self._pass

    def tell_missing(self, missing: Counter[str]) -> None:
        """Tells the user about records without text that workers met. missing: their number, by the names of the files.

        Like all notices about what was left out, this one is given once, after the first pass.
        """
        if not self._told_missing and missing.total():
            self._told_missing = True
            self._tell(missing_texts(missing, self.options))

    @property
    def formats(self) -> list[str]:
        """The format of each source: 'text', 'jsonl', 'csv', 'tsv' or 'parquet'."""
        self._check_open()
        return [reading.format for reading in self._readings]

    def rows(self, written: bool = True) -> Iterator[tuple[Rows, int]]:
        """Yields the records of JSON Lines, CSV and TSV with their texts, in order, some at a time, and the number of
        bytes of the sources that are done with them. written: as for Stream.rows. Raises (when iterated over) as
        `chunks` does."""
        streams = []
        for reading in self._readings:
            streams.append(self._stream(reading))
            reported = before = 0
            for rows in streams[-1].rows(written):
                done, reported = streams[-1].done - reported, streams[-1].done
                yield replace(rows, name=reading.source.name, before=before), done
                before += len(rows.records)
        self.tell_losses(streams)

    def as_text(self, index: int) -> Stream:
        """Returns the text of one source as it is, whatever its format, to be read once in blocks: transactions read
        tables themselves. index: its place in `sources`. Give the stream to `tell_losses` when it has been read."""
        self._check_open()
        return self._stream(self._readings[index].as_text(self.options))

    def tell_losses(self, streams: Sequence[Stream]) -> None:
        """Tells the user what was left out of streams that have been read; only the first call does."""
        if not self._told:
            self._told = True
            for message in losses(streams, self.options):
                self._tell(message)
            if self._unique is not None and self._unique.repeated:
                self._tell(f"repeated lines left out: {self._unique.repeated:,}")

    def digest(self) -> str:
        """Returns a digest of all sources in order: BLAKE2b of 128 bits, in hexadecimal, of their encodings and formats
        (as detected, if they are not given), sizes and bytes as they are stored."""
        if self._digest is None:
            digest = hashlib.blake2b(digest_size=_DIGEST_SIZE)
            for source, reading in zip(self.sources, self._readings, strict=True):
                digest.update(f"{reading.encoding} {reading.format}\n".encode())
                digest.update(source.size.to_bytes(8, "little"))
                try:
                    with open_source(source) as file:
                        check_unchanged(file, source)
                        while block := file.read(_READ_SIZE):
                            digest.update(block)
                        check_unchanged(file, source)
                except OSError as error:
                    raise input_error(source.name, error) from error
            self._digest = digest.hexdigest()
        return self._digest

    def _whole(self, reading: Reading) -> Whole:
        return Whole(reading, self.options, self.longest_record)

    def _read_pass(
        self, width: int, whole: Callable[[Reading], Whole] | None, spaces: Sequence[bytes]
    ) -> Generator[Chunk, None, None]:
        streams: list[Stream] = []

        def open_stream(reading: Reading) -> Stream:
            streams.append(self._stream(reading))
            streams[-1].spaces = spaces
            return streams[-1]

        # Which of two equal lines comes first must not depend on the order in which files are read.
        width = 1 if self._unique else width
        with closing(read_steps(self._readings, open_stream, self.chunk_size, width, whole)) as steps:
            yield from pack(steps, self.chunk_size)
        self.tell_losses(streams)

    def restricted(self, inputs: Sequence[str | BinaryIO]) -> Corpus:
        """Returns a corpus of other inputs, not open, that is read in the same way."""
        other = copy.copy(self)
        other.inputs = tuple(inputs)
        other._depth = 0
        other._workspace = Folder(lambda: self.tmp_dir)
        other._pass_folder = Folder(other.workspace)
        return other

    def selected(self, places: Iterable[int]) -> Corpus:
        """Returns a corpus of some of the sources of this one, by their places, for as long as this one is open.

        It is open already, so nothing is looked at or reported again.
        """
        places = list(places)
        other = copy.copy(self)
        other._sources = [self.sources[place] for place in places]
        other._readings = [self._readings[place] for place in places]
        other._pass_folder = Folder(self.workspace)
        other._pass = other._unique = other._digest = None
        return other

    def open_live(self) -> LiveInput:
        """Returns standard input, to be read once, as it comes. The corpus need not be open. Raises InputError."""
        folder = Folder(lambda: self.tmp_dir)
        return LiveInput(self.options, self.chunk_size, self.longest_record, folder, folder.remove, self._tell)

    def _stream(self, reading: Reading) -> Stream:
        return Stream(reading, self.options, self.chunk_size, self.longest_record, self._pass_folder, self._unique)

    def _find_repeated(self) -> None:
        if self._unique is None:
            from nlpkit.corpus.unique import UniqueLines  # here, because it imports kernels

            unique = UniqueLines(UNIQUE_LINES.of(self.memory), self.workspace)
            for reading in self._readings:
                for piece in self._stream(reading).pieces():
                    unique.add(piece.data, piece.first, piece.last)
            unique.finish()
            self._unique = unique
        self._unique.start_pass()

    def _end_pass(self) -> None:
        if self._pass is not None:
            self._pass.close()
            self._pass = None
        self._pass_folder.remove()

    def _check_open(self) -> None:
        if not self._depth:
            raise RuntimeError("the corpus is not open; use `with corpus:`")

    def _tell(self, message: str) -> None:
        if self.notify is not None:
            self.notify(message)

    def _tell_hint(self) -> None:
        """Tells the first hint of a corpus and of those that are restricted from it."""
        hints = [reading.hint for reading in self._readings if reading.hint is not None]
        if hints and not self._hinted and self.gives_hints:
            self._hinted.append(hints[0])
            self._tell(hints[0])

    def _tell_encodings(self) -> None:
        """Tells the user which encodings were detected, or differ from the one that was named, and which line ends."""
        named = self.options.encoding
        read = [reading for reading in self._readings if reading.source.size and reading.format != "parquet"]
        others = [reading for reading in read if reading.encoding != named]
        self._tell_each([(reading.source.name, how_decoded(reading, named)) for reading in others])
        self._tell_each([(reading.source.name, RETURNS) for reading in read if reading.returns])

    def _tell_each(self, found: Sequence[tuple[str, str]]) -> None:
        if len(found) <= _MOST_NOTICES:
            for name, how in found:
                self._tell(f"{name}: read as {how}")
        else:
            first = {how: name for name, how in reversed(found)}
            for how, files in Counter(how for _, how in found).most_common():
                names = f"{first[how]} and {counted(files - 1, 'other')}" if files > 1 else first[how]
                self._tell(f"{names}: read as {how}")
