"""What `count` gives: a frequency list."""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Folder
from nlpkit.errors import OptionError
from nlpkit.frequencies.counting import Counted, whole_sum
from nlpkit.frequencies.grams import GramBlocks
from nlpkit.frequencies.ranking import cut, ranked, survey
from nlpkit.frequencies.statistics import Spectrum, Statistics, count_tokens, curve_points, summarize, types_at
from nlpkit.output import open_output, write_table
from nlpkit.runs import SortedTable, Spill, StringTable, side_by_side
from nlpkit.runs.strings import Ints, union

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("tsv", "csv", "jsonl", "jieba", "words")
"""The formats of `Frequencies.save`."""

_ROWS = 1 << 16  # written at a time
_COPIES = 4  # of rows that are ranked: as they come, joined, in order, and some room
_TAB = "\t"
#: Bytes that are not written as they are.
_TO_QUOTE = {"csv": b'",\r\n', "tsv": b"\t\r\n", "jieba": b""}


@dataclass(frozen=True)
class Contents:
    """Where the figures of a list are: blocks of them, in code-point order, as often as they are asked for.

    limit: how many rows may be in memory. folder: of temporary files that go with the list, if there are any.
    everything: blocks with those that `blocks` leaves out because they are rare; None where nobody has them any more.
    """

    blocks: Callable[[], Iterator[Any]]
    spectrum: Spectrum
    limit: int
    folder: str | None
    everything: Callable[[], Iterator[Any]] | None

    @classmethod
    def of_grams(cls, blocks: GramBlocks, memory: int, folder: str | None) -> Contents:
        """Character n-grams; as in `of`."""
        return cls(blocks, blocks.spectrum, max(1, memory // _COPIES // blocks.row), folder, blocks.everything)

    @classmethod
    def of(cls, blocks: Callable[[], Iterator[Any]], memory: int, folder: str | None) -> Contents:
        """Goes through the blocks once. memory: bytes that rows may take together, if there is a folder."""
        spectrum, nbytes = survey(blocks())
        types = int(spectrum.types.sum())
        rows = memory // _COPIES * types // max(1, nbytes)
        return cls(blocks, spectrum, max(1, rows) if folder else types, folder, blocks)


def contents_of(blocks: Callable[[], Iterator[Any]], in_memory: bool, spill: Spill, folder: Folder) -> Contents:
    """What a list is made of; the folder goes with it unless all is in memory."""
    if in_memory:
        folder.remove()
    return Contents.of(blocks, spill.memory, None if in_memory else folder())


def gathered(counted: Counted, spill: Spill, folder: Folder) -> Contents:
    """What was counted, as one sorted table."""
    table = SortedTable(whole_sum(counted), spill)
    return contents_of(table.tables, table.is_whole, spill, folder)


class Frequencies:
    """Strings (words, or n-grams of them) and how often they occur, most frequent first, equal ones by code points.

    tokens: how many tokens were counted; with n-grams, those that these are made of. documents: how many documents
    there are, None where they were not counted. A list that does not fit in memory lies in temporary files, which go
    when it is closed or no longer used.
    """

    def __init__(
        self, contents: Contents, tokens: int, documents: int | None = None, min_count: int = 1, top: int | None = None
    ) -> None:
        self.tokens, self.documents = tokens, documents
        self._contents = contents
        self._top = top
        self._spectrum = cut(contents.spectrum, min_count, top)
        self._remove = weakref.finalize(self, _remove, contents.folder)

    def __repr__(self) -> str:
        return f"<Frequencies: {self.tokens:,} tokens, {self.types:,} types, {len(self):,} in the list>"

    def __enter__(self) -> Frequencies:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Removes its temporary files, if it has any."""
        self._remove()

    @property
    def types(self) -> int:
        """How many different strings were counted, those that are not in the list too."""
        return int(self._contents.spectrum.types.sum())

    @property
    def spectrum(self) -> Spectrum:
        """Of all that was counted."""
        return self._contents.spectrum

    @property
    def total(self) -> int:
        """Sum of the counts of all that was counted: the tokens, or n-grams."""
        return count_tokens(self.spectrum)

    def __len__(self) -> int:
        size = int(self._spectrum.types.sum())
        return size if self._top is None else min(size, self._top)

    def blocks(self) -> Iterator[StringTable]:
        """The list, in its order, some rows at a time."""
        for block in self._ranked():
            yield block.spelled()

    def _ranked(self) -> Iterator[Any]:
        return ranked(self._contents.blocks, self._spectrum, self._top, self._contents.limit)

    def in_code_point_order(self) -> Iterator[StringTable]:
        """All that was counted, by code points, some rows at a time. Raises OptionError where min_count has left rare
        ones out on a cluster."""
        if self._contents.everything is None:
            raise OptionError("min_count: rare ones were left out on the cluster; count with min_count 1 for this")
        for block in self._contents.everything():
            yield from _some_rows(block)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        for block in self.blocks():
            yield from zip(block.texts(), block.counts.tolist(), strict=True)

    def to_dict(self) -> dict[str, int]:
        """string -> count, in the order of the list."""
        return dict(self)

    @cached_property
    def token(self) -> list[str]:
        """The strings of the list."""
        return [text for block in self.blocks() for text in block.texts()]

    @cached_property
    def count(self) -> NDArray[np.int64]:
        """int64, how often each occurs."""
        return np.concatenate([np.empty(0, np.int64), *(block.counts for block in self.blocks())])

    @cached_property
    def df(self) -> NDArray[np.int64]:
        """int64, in how many documents each occurs. Raises OptionError where these were not counted."""
        if self.documents is None:
            raise OptionError("documents were not counted; see df=True")
        return np.concatenate([np.empty(0, np.int64), *(block.documents[0] for block in self.blocks())])

    def statistics(self) -> Statistics:
        """What the list says as a whole, whatever min_count and top are; with the growth of the vocabulary where
        `firsts` were kept."""
        points = curve_points(self.tokens)
        types = np.zeros(points.size, np.int64)
        characters = 0
        has_firsts = False
        for block in self.in_code_point_order():
            begins = np.zeros(block.data.size + 1, np.int64)
            np.cumsum(block.data & 0xC0 != 0x80, out=begins[1:])
            characters += int(((begins[block.offsets[1:]] - begins[block.offsets[:-1]]) * block.counts).sum())
            if block.firsts.size:
                has_firsts = True
                types += types_at(points, block.firsts)
        curve = zip(points.tolist(), types.tolist(), strict=True) if has_firsts else ()
        return summarize(self.spectrum, characters=characters, curve=curve)

    def to_pandas(self, per_million: bool = False) -> pd.DataFrame:
        """The list as a frame. Raises OptionError where pandas is not installed."""
        try:
            import pandas as pd
        except ImportError as error:
            raise OptionError("pandas is not installed: pip install 'nlpkit[pandas]'") from error
        columns: dict[str, Any] = {"token": self.token, "count": self.count}
        if self.documents is not None:
            columns["df"] = self.df
        if per_million:
            columns["per_million"] = self._per_million(self.count)
        return pd.DataFrame(columns)

    def save(self, path: str | PathLike[str] | None = None, format: str = "tsv", per_million: bool = False) -> None:
        """Writes the list to a file, which is replaced when all is done, or to standard output (None or '-').

        format: 'tsv' and 'csv' have a header row (token, count, df where documents were counted, per_million);
        'jsonl' is an object a row; 'jieba' is `token count`, a dictionary for jieba and `segment`; 'words' the strings
        alone. Raises OptionError, OutputError, BrokenPipeError.
        """
        if format not in FORMATS:
            raise OptionError(f"{format!r} is no output format; choose from {', '.join(FORMATS)}")
        with open_output(None if path is None else fspath(path)) as file:
            if format in ("tsv", "csv"):
                names = ["token", "count", *["df"] * (self.documents is not None), *["per_million"] * per_million]
                file.write(f"{(',' if format == 'csv' else _TAB).join(names)}\n".encode())
            is_more = per_million or (format == "jieba" and self.documents is not None)  # columns, or fewer
            separator = None if is_more else {"tsv": _TAB, "csv": ",", "jieba": " "}.get(format)
            for block in self._ranked():
                rows = block.rows(separator, _TO_QUOTE[format]) if separator is not None else None
                if rows is not None:
                    file.write(rows)
                else:
                    write_table(file, self._columns(block.spelled(), per_million), format, header=False)

    def _columns(self, block: StringTable, per_million: bool) -> dict[str, Any]:
        columns: dict[str, Any] = {"token": np.array([*block.texts(), None], object)[:-1], "count": block.counts}
        if self.documents is not None:
            columns["df"] = block.documents[0]
        if per_million:
            columns["per_million"] = self._per_million(block.counts)
        return columns

    def _per_million(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        return counts * 1e6 / max(1, self.tokens)


def aligned(a: Frequencies, b: Frequencies) -> Iterator[tuple[StringTable, Ints, Ints]]:
    """What either list has counted, in code-point order, some rows at a time, with the counts of both."""
    streams = [frequencies.in_code_point_order() for frequencies in (a, b)]
    for parts in side_by_side(streams, StringTable.empty()):
        yield union(*parts)


def _some_rows(block: Any) -> Iterator[StringTable]:
    for start in range(0, max(1, len(block)), _ROWS):
        yield block.slice(start, min(start + _ROWS, len(block))).spelled()


def _remove(folder: str | None) -> None:
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
