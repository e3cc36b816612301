"""Where words go: one output for all inputs, or a file for each input in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from nlpkit.corpus import Corpus, Source
from nlpkit.corpus.compression import bare_name
from nlpkit.errors import Option, OptionError
from nlpkit.output import open_output


class LineOutput:
    """A file that lines are written to."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ended = True

    def write(self, block: bytes) -> None:
        """Writes a block: lines, or a part of one."""
        if block:
            self._file.write(block)
            self._ended = block.endswith(b"\n")

    def end_line(self) -> None:
        """Ends the last line if it has no line end, so that the next text does not go on in it."""
        if not self._ended:
            self.write(b"\n")

    def flush(self) -> None:
        """Passes on all that was written."""
        self._file.flush()


class FolderOutput:
    """Files in a folder, one for each source of a corpus, that are begun and finished in the order of the sources.

    targets: the files, as `find_targets` gives them. Used as a context manager: at the end the remaining files are
    made, without any words; after an error the file that was begun is left as it was before.
    """

    def __init__(self, sources: Sequence[Source], targets: Sequence[Path]) -> None:
        self._left = list(zip((source.name for source in sources), targets, strict=True))[::-1]
        self._begun: str | None = None
        self._file = ExitStack()
        self._lines: LineOutput | None = None

    def __enter__(self) -> FolderOutput:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            with self._file:
                while self._left:
                    self._begin_next()
        else:
            self._file.__exit__(kind, error, at)

    def lines_of(self, source: str) -> LineOutput:
        """Returns the output of the source of this name; finishes those of the sources before it."""
        while self._lines is None or self._begun != source:
            self._begin_next()
        return self._lines

    def _begin_next(self) -> None:
        self._file.close()
        self._begun, target = self._left.pop()
        self._lines = LineOutput(self._file.enter_context(open_output(target)))


def find_targets(corpus: Corpus, folder: Path, kept: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """Returns where the words of each source of an open corpus go: a file of the same name, without the suffix of a
    compression; for files of a folder of inputs, in the same folders below `folder`.

    kept: files that must not be replaced. Raises OptionError if the words of two sources would go to one file, onto an
    input or onto a file of `kept`, and for a source that has no name.
    """
    targets: dict[Path, str] = {}
    taken = {os.path.realpath(source.path) for source in corpus.sources} | {os.path.realpath(path) for path in kept}
    folders = [item for item in corpus.inputs if isinstance(item, str) and os.path.isdir(item)]
    for source in corpus.sources:
        top = next((f for f in folders if source.found and source.name.startswith(os.path.join(f, ""))), None)
        name = os.path.relpath(source.name, top) if top else os.path.basename(source.name)
        if source.name.startswith("<"):
            raise OptionError(
                f"{source.name} has no name to call a file by in ", Option("out_dir"), "; name files, or use -o"
            )
        target = folder / bare_name(name)
        if target in targets:
            raise OptionError(
                f"{targets[target]} and {source.name} would both be written to {target}; rename one of them"
            )
        if os.path.realpath(target) in taken:
            raise OptionError(f"{target}: is also an input; name another ", Option("out_dir"))
        targets[target] = source.name
    return list(targets)
