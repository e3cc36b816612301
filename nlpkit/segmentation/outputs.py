"""Where words go: one output for all inputs, or a file for each input in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nlpkit.corpus import Corpus
from nlpkit.errors import Option, OptionError
from nlpkit.output import open_output
from nlpkit.places.compression import bare_name


@dataclass(frozen=True, slots=True)
class CutPart:
    """The words of a part of a source. source: its name. begins_line: whether the part begins a line. blocks: the words
    as they are written; they may be cut only as the blocks are taken."""

    source: str
    begins_line: bool
    blocks: Iterable[bytes]


class LineOutput:
    """A file that words are written to, in lines. `lines` counts them; a last one without a line end is one too."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ended = True
        self._line_ends = 0

    @property
    def lines(self) -> int:
        """Returns the number of lines that were written."""
        return self._line_ends + (not self._ended)

    def write(self, part: CutPart) -> None:
        """Writes the words of a part. If the text before it ends without a line end, writes that first."""
        if part.begins_line and not self._ended:
            self._file.write(b"\n")
            self._ended = True
            self._line_ends += 1
        for block in part.blocks:
            if block:
                self._file.write(block)
                self._ended = block.endswith(b"\n")
                self._line_ends += block.count(b"\n")

    def flush(self) -> None:
        """Passes on all that was written."""
        self._file.flush()


def write_files(parts: Iterator[CutPart], targets: Mapping[str, Path]) -> int:
    """Writes the words of each source to a file of its own; sources without words get an empty file.

    parts: in the order of the sources. targets: the file of each source, by its name. A file is replaced when its
    source is done; after an error it is left as it was. Returns the number of lines that were written.
    """
    lines = 0
    part = next(parts, None)
    for source, target in targets.items():
        with open_output(target, is_result=False) as file:
            out = LineOutput(file)
            while part is not None and part.source == source:
                out.write(part)
                part = next(parts, None)
        lines += out.lines
    assert part is None
    return lines


def find_targets(corpus: Corpus, folder: Path, kept: Iterable[str | os.PathLike[str]]) -> dict[str, Path]:
    """Returns the file for the words of each source of an open corpus, by the name of the source.

    The file has the same name, without the suffix of a compression; sources in a directory that is an input have it in
    the same directories below `folder`.

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
                f"{source.name} has no name to call a file by in ",
                Option("out_dir"),
                "; name files, or use ",
                Option("output"),
            )
        target = folder / bare_name(name)
        if target in targets:
            raise OptionError(
                f"{targets[target]} and {source.name} would both be written to {target}; rename one of them"
            )
        if os.path.realpath(target) in taken:
            raise OptionError(f"{target}: is also an input; name another ", Option("out_dir"))
        targets[target] = source.name
    return {name: target for target, name in targets.items()}
