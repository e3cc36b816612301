"""One reader for every command: inputs -> sources -> chunks of lines."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from types import TracebackType

from nlpkit.corpus.chunks import DEFAULT_CHUNK_SIZE, Chunk, Piece, Span, plan_chunks, read_pieces
from nlpkit.corpus.sources import Input, Source, as_inputs, open_sources
from nlpkit.errors import OptionError, OutputError
from nlpkit.memory import check_memory

__all__ = ["Chunk", "Corpus", "Piece", "Source", "Span", "read_pieces"]


class Corpus:
    """What to read, and how: the text of files, directories and streams, as chunks of whole lines.

    `inputs` is one path, '-' (stdin) or binary file object, or several of these. Directories are read recursively,
    without hidden files; `glob` keeps those whose name matches (or whose path in the directory, if the pattern holds
    a slash). Streams are read from where they stand. `chunk_size` is in bytes, and so is `memory`: what the
    tables and buffers of all workers may take together (default: a quarter of the machine's or container's).

    A corpus is open within `with corpus:`, and only then are `sources`, `size` and `chunks` there. What can be read
    only once (stdin, streams, FIFOs) lies meanwhile in a temporary file in `tmp_dir` (default: the system's folder
    for them). An open corpus may be entered again; the outermost `with` closes it.

    Raises OptionError at once for nonsense options; InputError and OutputError on opening.
    """

    def __init__(
        self,
        inputs: Input | Iterable[Input],
        *,
        glob: str | None = None,
        chunk_size: int = DEFAULT_CHUNK_SIZE,
        memory: int | None = None,
        tmp_dir: str | os.PathLike[str] | None = None,
    ) -> None:
        if chunk_size < 1:
            raise OptionError(f"chunk_size is {chunk_size}; it must be at least 1 byte")
        if tmp_dir is not None and not os.path.isdir(tmp_dir):
            raise OptionError(f"tmp_dir {os.fspath(tmp_dir)} is no directory")
        self.inputs = as_inputs(inputs)
        self.glob = glob
        self.chunk_size = chunk_size
        self.memory = check_memory(memory)
        self.tmp_dir = None if tmp_dir is None else os.fspath(tmp_dir)
        self._workspace: str | None = None
        self._depth = 0
        self._cleanup = ExitStack()
        self._sources: list[Source] = []
        self._chunks: list[Chunk] | None = None

    def __enter__(self) -> Corpus:
        if not self._depth:
            with ExitStack() as cleanup:
                self._sources = open_sources(self.inputs, self.glob, self.tmp_dir, cleanup)
                self._chunks = None
                self._cleanup = cleanup.pop_all()
        self._depth += 1
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._depth -= 1
        if not self._depth:
            self._workspace = None
            self._cleanup.close()

    @property
    def sources(self) -> list[Source]:
        """The files to read, in order: inputs as given, within a directory by the code points of the path."""
        if not self._depth:
            raise RuntimeError("the corpus is not open; use `with corpus:`")
        return self._sources

    def workspace(self) -> str:
        """A folder for temporary files: made in `tmp_dir` at the first call, removed when the corpus is closed.

        Raises OutputError where none can be made.
        """
        if self._workspace is None:
            try:
                folder = tempfile.mkdtemp(prefix="nlpkit-", dir=self.tmp_dir)
            except OSError as error:
                cause = (error.strerror or str(error)).lower()
                raise OutputError(
                    f"{self.tmp_dir or tempfile.gettempdir()}: no temporary folder can be made there ({cause}); "
                    "name another with --tmp-dir"
                ) from error
            self._cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
            self._workspace = folder
        return self._workspace

    @property
    def size(self) -> int:
        """Bytes in all sources."""
        return sum(source.size for source in self.sources)

    def chunks(self) -> list[Chunk]:
        """The whole corpus in order; each chunk is read by one worker, with `read_pieces` span by span."""
        sources = self.sources
        if self._chunks is None:
            self._chunks = plan_chunks(sources, self.chunk_size)
        return self._chunks
