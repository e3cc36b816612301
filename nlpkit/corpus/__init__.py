"""One reader for every command: inputs -> sources -> chunks of lines."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack
from types import TracebackType

from nlpkit.corpus.chunks import DEFAULT_CHUNK_SIZE, Chunk, Piece, Span, plan_chunks, read_pieces
from nlpkit.corpus.sources import Input, Source, as_inputs, open_sources
from nlpkit.errors import OptionError

__all__ = ["Chunk", "Corpus", "Piece", "Source", "Span", "read_pieces"]


class Corpus:
    """What to read, and how: the text of files, directories and streams, as chunks of whole lines.

    `inputs` is one path, '-' (stdin) or binary file object, or several of these. Directories are read recursively,
    without hidden files; `glob` keeps those whose name matches (or whose path in the directory, if the pattern holds
    a slash). Streams are read from where they stand. `chunk_size` is in bytes.

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
        tmp_dir: str | os.PathLike[str] | None = None,
    ) -> None:
        if chunk_size < 1:
            raise OptionError(f"chunk_size is {chunk_size}; it must be at least 1 byte")
        if tmp_dir is not None and not os.path.isdir(tmp_dir):
            raise OptionError(f"tmp_dir {os.fspath(tmp_dir)} is no directory")
        self.inputs = as_inputs(inputs)
        self.glob = glob
        self.chunk_size = chunk_size
        self.tmp_dir = None if tmp_dir is None else os.fspath(tmp_dir)
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
            self._cleanup.close()

    @property
    def sources(self) -> list[Source]:
        """The files to read, in order: inputs as given, within a directory by the code points of the path."""
        if not self._depth:
            raise RuntimeError("the corpus is not open; use `with corpus:`")
        return self._sources

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
