"""One reader for every command: inputs -> sources -> chunks of lines."""

from __future__ import annotations

import copy
import hashlib
import os
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

from nlpkit.corpus.chunks import DEFAULT_CHUNK_SIZE, Chunk, Part, Piece, Span, Text, pack, read_pieces
from nlpkit.corpus.encodings import ERRORS, check_encoding
from nlpkit.corpus.formats import LONGEST_RECORD, Rows, check_delimiter
from nlpkit.corpus.live import LiveInput
from nlpkit.corpus.streams import (
    SPACES,
    WIDTH,
    Reading,
    ReadOptions,
    Stream,
    Whole,
    find_readings,
    losses,
    missing_texts,
    read_steps,
)
from nlpkit.errors import OptionError, OutputError, cause_of
from nlpkit.memory import CHUNK, RECORD, STREAMS, UNIQUE_LINES, check_memory
from nlpkit.places.sources import Input, Source, as_inputs, check_unchanged, input_error, open_source, open_sources

if TYPE_CHECKING:
    from nlpkit.corpus.unique import UniqueLines

__all__ = ["Chunk", "Corpus", "Folder", "Part", "Piece", "Rows", "Source", "Span", "Text", "Whole", "read_pieces"]

#: Reading side by side takes so much memory each: windows of compression (`xz -9`, `zstd --long`) are large.
_STREAM_MEMORY = 64 << 20
_RECORD_SIZE = 8 << 20  # bytes of a record that are read in any case
_MOST_NOTICES = 10
_DIGEST_SIZE = 16
_READ_SIZE = 1 << 20


class Corpus:
    """What to read, and how: the text of files, directories and streams, as chunks of whole lines.

    inputs: one path, '-' (stdin), URL or binary file object, or several of these. Directories are read recursively,
    without hidden files. URLs are those of fsspec (https, s3, ...; the extra `remote`): of files, of folders, which for
    HTTP end in a slash, or with a pattern: 's3://bucket/*.gz'. Streams are read from where they stand. Files that are
    compressed (gzip, bzip2, xz, zstd) are recognised by their first bytes.
    glob: of directories read only the files whose name matches (or whose path in the directory, if it holds a slash).
    encoding: a name of Python's codecs, or 'auto', which goes by each file's first mebibyte.
    errors: what becomes of bytes that are not valid in it: 'strict' raises EncodingError, 'replace' puts U+FFFD,
    'skip' leaves out the line; and of damaged records likewise.
    field: where the text is in JSON Lines, a dotted path. column: in CSV, TSV and Parquet. delimiter: between cells.
    The format goes by the file's name; where that says nothing, `field` means JSON Lines and `column` CSV.
    unique_lines: leave out lines that came before.
    chunk_size: bytes that a worker gets at a time; with little memory less. memory: bytes that the tables and buffers
    of all workers may take together (default: a quarter of the machine's or container's).
    tmp_dir: the folder for temporary files (default: the system's).
    notify: called with lines for the user: what 'auto' found; at the end of the first pass, what was left out.

    A corpus is open within `with corpus:`, and only then are `sources`, `size` and `chunks` there. What can be read
    only once (stdin, streams, FIFOs, a URL whose server tells no size) lies meanwhile in a temporary file in
    `tmp_dir`. An open corpus may be entered again; the outermost `with` closes it.

    Raises OptionError at once for nonsense options; InputError and OutputError on opening.
    """

    def __init__(
        self,
        inputs: Input | Iterable[Input],
        *,
        glob: str | None = None,
        encoding: str = "utf-8",
        errors: str = "strict",
        field: str | None = None,
        column: str | None = None,
        delimiter: str | None = None,
        unique_lines: bool = False,
        chunk_size: int = DEFAULT_CHUNK_SIZE,
        memory: int | None = None,
        tmp_dir: str | os.PathLike[str] | None = None,
        notify: Callable[[str], object] | None = None,
    ) -> None:
        if chunk_size < 1:
            raise OptionError(f"chunk_size is {chunk_size}; it must be at least 1 byte")
        if tmp_dir is not None and not os.path.isdir(tmp_dir):
            raise OptionError(f"tmp_dir {os.fspath(tmp_dir)} is no directory")
        if errors not in ERRORS:
            raise OptionError(f"errors is {errors!r}; it must be one of {', '.join(ERRORS)}")
        if field is not None and column is not None:
            raise OptionError("--field is for JSON Lines, --column for CSV and Parquet; give one of them")
        check_delimiter(delimiter)
        if delimiter is not None and column is None:
            raise OptionError("--delimiter is for CSV and TSV; name the column of the text with --column")
        self.inputs = as_inputs(inputs)
        self.glob = glob
        self.options = ReadOptions(check_encoding(encoding), errors, field, column, delimiter, unique_lines)
        self.memory = check_memory(memory)
        self.chunk_size = min(chunk_size, CHUNK.of(self.memory))
        self._width = min(WIDTH, max(1, STREAMS.of(self.memory) // _STREAM_MEMORY))
        self.longest_record = min(LONGEST_RECORD, max(_RECORD_SIZE, RECORD.of(self.memory)))
        self.tmp_dir = None if tmp_dir is None else os.fspath(tmp_dir)
        self.notify = notify
        self._workspace = Folder(lambda: self.tmp_dir)
        self._pass_folder = Folder(self.workspace)  # the readers ask for it, each in its thread
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
                self._sources = open_sources(self.inputs, self.glob, self.tmp_dir, cleanup)
                self._readings = find_readings(self._sources, self.options)
                self._tell_encodings()
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
    def sources(self) -> list[Source]:
        """The files to read, in order: inputs as given, within a directory by the code points of the path."""
        if not self._depth:
            raise RuntimeError("the corpus is not open; use `with corpus:`")
        return self._sources

    @property
    def size(self) -> int:
        """Bytes in all sources, as they are: compressed or not."""
        return sum(source.size for source in self.sources)

    def workspace(self) -> str:
        """A folder for temporary files: made in `tmp_dir` at the first call, removed when the corpus is closed.

        Raises OutputError where none can be made.
        """
        return self._workspace()

    @contextmanager
    def scratch(self) -> Iterator[Callable[[], str]]:
        """Gives a folder of its own in the workspace, made when it is first asked for; removed at the end."""
        folder = Folder(self.workspace)
        try:
            yield folder
        finally:
            folder.remove()

    def chunks(self, in_order: bool = False, own_files: bool = False, at_nul: bool = True) -> Iterator[Chunk]:
        """The whole text, as each pass reads it: the same chunks each time, their sizes add up to `size`.

        Plain files of UTF-8 come in order, as spans that the workers read. All others are read here, a few at a time
        and in turn; in_order: one after the other, where they stand among the plain ones. A pass ends when the next
        begins, and with it the temporary files that its chunks may name.

        own_files: those others too are read by the workers, a file by one of them, in order: as parts of the class
        Whole, packed into chunks by the sizes of the files, however much text is in them. Whoever reads them with
        `read_pieces` raises their errors, and is told there how many records had no text: such counts, added up, go to
        `tell_missing`. All is read here nevertheless where repeated lines are left out or errors are not strict.
        at_nul: a line of a stream that is longer than a chunk may be cut after NUL, too, not only after white space.
        Raises (when iterated over; repeated lines are looked for before) InputError, EncodingError, OutputError.
        """
        if not self._depth:
            raise RuntimeError("the corpus is not open; use `with corpus:`")
        self._end_pass()
        if self.options.unique_lines:
            self._find_repeated()
        own_files = own_files and not self.options.unique_lines and self.options.errors == "strict"
        spaces = SPACES if at_nul else SPACES[:-1]
        self._pass = self._read_pass(1 if in_order else self._width, self._whole if own_files else None, spaces)
        return self._pass

    def tell_missing(self, missing: Counter[str]) -> None:
        """Notify the user of records without text that workers met: numbers by the names of their files.

        As with all that is left out, this is said once, of the first pass.
        """
        if not self._told_missing and missing.total():
            self._told_missing = True
            self._tell(missing_texts(missing, self.options))

    @property
    def formats(self) -> list[str]:
        """Of each source: 'text', 'jsonl', 'csv', 'tsv' or 'parquet'."""
        if not self._depth:
            raise RuntimeError("the corpus is not open; use `with corpus:`")
        return [reading.format for reading in self._readings]

    def rows(self) -> Iterator[tuple[Rows, int]]:
        """The records of JSON Lines, CSV and TSV with their texts, in order, some at a time, and how many bytes of the
        sources are done with them. Raises (when iterated over) as `chunks` does."""
        streams = []
        for reading in self._readings:
            streams.append(self._stream(reading))
            reported = 0
            for rows in streams[-1].rows():
                done, reported = streams[-1].done - reported, streams[-1].done
                yield rows, done
        self.tell_losses(streams)

    def as_text(self, index: int) -> Stream:
        """The text of one source as it stands, whatever its format, to be iterated over once, in blocks: for who takes
        tables apart. What was left out of it goes to `tell_losses`."""
        if not self._depth:
            raise RuntimeError("the corpus is not open; use `with corpus:`")
        return self._stream(self._readings[index].as_text(self.options))

    def tell_losses(self, streams: Sequence[Stream]) -> None:
        """Notify the user of what was left out of streams that have been read; only once."""
        if not self._told:
            self._told = True
            for message in losses(streams, self.options):
                self._tell(message)
            if self._unique is not None and self._unique.repeated:
                self._tell(f"repeated lines left out: {self._unique.repeated:,}")

    def digest(self) -> str:
        """BLAKE2b of 128 bits, in hexadecimal: of all sources in order, their encodings and formats (those that were
        found where they are not named), sizes and bytes, as they are."""
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

        # Which of two equal lines is the first must not depend on the order in which files are worked on.
        width = 1 if self._unique else width
        with closing(read_steps(self._readings, open_stream, self.chunk_size, width, whole)) as steps:
            yield from pack(steps, self.chunk_size)
        self.tell_losses(streams)

    def restricted(self, inputs: Sequence[str | BinaryIO]) -> Corpus:
        """A corpus of other inputs, not open, that is read in the same way."""
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
        """Standard input, to be read once, as it comes; the corpus need not be open. Raises InputError."""
        folder = Folder(lambda: self.tmp_dir)
        return LiveInput(self.options, self.chunk_size, self.longest_record, folder, folder.remove, self._tell)

    def _stream(self, reading: Reading) -> Stream:
        return Stream(reading, self.options, self.chunk_size, self.longest_record, self._pass_folder, self._unique)

    def _find_repeated(self) -> None:
        if self._unique is None:
            from nlpkit.corpus.unique import UniqueLines  # here, because it takes kernels

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

    def _tell(self, message: str) -> None:
        if self.notify is not None:
            self.notify(message)

    def _tell_encodings(self) -> None:
        if self.options.encoding != "auto":
            return
        found = [(reading.source.name, reading.encoding) for reading in self._readings if reading.source.size]
        if len(found) <= _MOST_NOTICES:
            for name, encoding in found:
                self._tell(f"{name}: read as {encoding} (detected)")
        else:
            for encoding, files in Counter(encoding for _, encoding in found).most_common():
                self._tell(f"{files:,} files: read as {encoding} (detected)")


class Folder:
    """A folder for temporary files in a place (None: the system's), made when it is called for; it may be made anew
    once it was removed. Raises OutputError where it cannot be made."""

    def __init__(self, place: Callable[[], str | None]) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._path: str | None = None

    def __call__(self) -> str:
        with self._lock:
            if self._path is None:
                self._path = _make_folder(self._place())
            return self._path

    def remove(self) -> None:
        path, self._path = self._path, None
        if path is not None:
            shutil.rmtree(path, ignore_errors=True)


def _make_folder(place: str | None) -> str:
    try:
        return tempfile.mkdtemp(prefix="nlpkit-", dir=place)
    except OSError as error:
        raise OutputError(
            f"{place or tempfile.gettempdir()}: no temporary folder can be made there ({cause_of(error)}); "
            "name another with --tmp-dir"
        ) from error
