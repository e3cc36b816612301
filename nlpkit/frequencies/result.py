"""The result of `count`: a frequency list, in memory or in temporary files."""

from __future__ import annotations

import math
import re
import shutil
import weakref
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, repeat
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.arguments import checked
from nlpkit.choices import COUNT_FORMATS
from nlpkit.corpus import Folder
from nlpkit.errors import Notice, Option, OptionError, counted
from nlpkit.frequencies.counted import Counted, whole_sum
from nlpkit.frequencies.dispersion import Dispersion, Measuring, in_file, in_memory
from nlpkit.frequencies.grams import GramBlocks
from nlpkit.frequencies.ranking import cut, ranked, survey
from nlpkit.frequencies.statistics import Spectrum, Statistics, count_tokens, curve_points, summarize, types_at
from nlpkit.memory import ROWS
from nlpkit.options import NoEffect, check_choice, check_effects
from nlpkit.reports.picture import MOST_POINTS, Picture
from nlpkit.reports.terminal import MOST_BARS, Bars, first_bars
from nlpkit.results import ResultTable, Target, data_frame, table_text
from nlpkit.runs import SortedTable, Spill, StringTable, side_by_side
from nlpkit.runs.strings import Ints, union_of_figures

if TYPE_CHECKING:
    import pandas

_ROWS = 1 << 16  # of all that was counted, in a block
_TAB = "\t"
_SPACE = re.compile(r"\s")
#: Columns that some formats do not have. `df` and those of `dispersion` are there if they were asked for.
WRITING_NO_EFFECTS = (
    NoEffect(("df", "dispersion", "per_million"), "format", ("jieba", "words"), "it has no such column"),
    NoEffect(("dispersion", "per_million"), "format", ("idf",), "it has no such column"),
)
#: Format -> bytes that its rows must quote or replace, which the kernel that writes rows cannot do.
_TO_QUOTE = {"csv": b'",\r\n', "tsv": b"\t\r\n", "jieba": b""}


@dataclass(frozen=True)
class Contents:
    """The strings and counts of a list, in memory or in temporary files.

    blocks: yields them in the order of code points, in blocks; may be called again. spectrum: the frequency spectrum.
    limit: the number of rows that may be in memory at a time. folder: of the temporary files, which are removed with
    the list; None where there are none. everything: yields also the rare strings that `blocks` leaves out; None where
    they were dropped on a cluster.
    """

    blocks: Callable[[], Iterator[Any]]
    spectrum: Spectrum
    limit: int
    folder: str | None
    everything: Callable[[], Iterator[Any]] | None

    @classmethod
    def of_grams(cls, blocks: GramBlocks, memory: int, folder: str | None) -> Contents:
        """Returns the contents of a list of character n-grams; arguments as for `of`."""
        return cls(blocks, blocks.spectrum, max(1, ROWS.of(memory) // blocks.row), folder, blocks.everything)

    @classmethod
    def of(cls, blocks: Callable[[], Iterator[Any]], memory: int, folder: str | None) -> Contents:
        """Returns the contents of a list. Goes through the blocks once.

        memory: bytes that rows in memory may take together, which matters only with a folder. folder: of the temporary
        files that the blocks are read from.
        """
        spectrum, nbytes = survey(blocks())
        types = int(spectrum.types.sum())
        rows = ROWS.of(memory) * types // max(1, nbytes)
        return cls(blocks, spectrum, max(1, rows) if folder else types, folder, blocks)


def gathered(counted: Counted, spill: Spill, folder: Folder) -> Contents:
    """Returns what was counted as the contents of a list, in the order of code points.

    The folder is removed now if all is in memory, else together with the list.
    """
    table = SortedTable(whole_sum(counted), spill)
    if table.is_whole:
        folder.remove()
    return Contents.of(table.tables, spill.memory, None if table.is_whole else folder())


class Frequencies(ResultTable):
    """A frequency list: strings (words, or n-grams of them) and how often they occur.

    The most frequent string comes first; equally frequent ones are in the order of code points. Iterating gives
    (token, count) pairs.

    Example: `nlpkit.count("corpus.txt", top=100).save("words.tsv")`.

    tokens: how many tokens were counted; with n-grams, the tokens that they are made of. documents: how many documents
    there are, None where they were not counted or, in files of lists, are not known. has_df: whether the list says in
    how many documents each string occurs. left_out: how many strings the last `save` did not write, because its format
    cannot hold them. A list that does not fit in memory is kept in temporary files, which
    are removed when it is closed or no longer used; it is saved and iterated over in blocks.
    """

    formats = COUNT_FORMATS

    def __init__(
        self,
        contents: Contents,
        tokens: int,
        documents: int | None = None,
        min_count: int = 1,
        top: int | None = None,
        has_df: bool = False,
    ) -> None:
        self.tokens, self.documents = tokens, documents
        self.has_df = has_df or documents is not None
        self.left_out = 0
        self._contents = contents
        self._top = top
        self._dispersion: Callable[[], Iterator[Dispersion]] | None = None
        self._spectrum = cut(contents.spectrum, min_count, top)
        self._remove = weakref.finalize(self, _remove, contents.folder)

    def measure_dispersion(self, measuring: Measuring) -> None:
        """Measures the dispersion of the list, which is kept where the list is: in memory or in temporary files.

        Raises InputError, EncodingError, OutputError, WorkerError.
        """
        folder = self._contents.folder
        if folder is None:
            self._dispersion = in_memory(measuring.measure())
        else:
            self._dispersion = in_file(measuring.measure(), Spill(lambda: folder, measuring.memory))

    def __enter__(self) -> Frequencies:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Removes its temporary files, if it has any."""
        self._remove()

    @property
    def types(self) -> int:
        """The number of different strings that were counted, including those that are not in the list."""
        return int(self._contents.spectrum.types.sum())

    @property
    def spectrum(self) -> Spectrum:
        """The frequency spectrum of all that was counted, including what is not in the list."""
        return self._contents.spectrum

    @property
    def total(self) -> int:
        """The sum of all counts, including those of strings that are not in the list: the tokens, or the n-grams."""
        return count_tokens(self.spectrum)

    def __len__(self) -> int:
        size = int(self._spectrum.types.sum())
        return size if self._top is None else min(size, self._top)

    def blocks(self) -> Generator[StringTable, None, None]:
        """Yields the list in its order, in blocks of rows."""
        for block in self._ranked():
            yield block.spelled()

    def _ranked(self) -> Iterator[Any]:
        return ranked(self._contents.blocks, self._spectrum, self._top, self._contents.limit)

    def in_code_point_order(self) -> Iterator[StringTable]:
        """Yields all that was counted, in the order of code points, in blocks of rows.

        Raises OptionError where min_count left out rare strings on a cluster.
        """
        if self._contents.everything is None:
            raise OptionError(
                Option("min_count"),
                ": strings that are rarer were dropped on the cluster, and are needed here; count with ",
                Option("min_count"),
                " 1",
            )
        for block in self._contents.everything():
            yield from _some_rows(block)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        for block in self.blocks():
            yield from zip(block.texts(), block.counts.tolist(), strict=True)

    def to_dict(self) -> dict[str, int]:
        """Returns the list as a dict: string -> count, in the order of the list."""
        return dict(self)

    @cached_property
    def token(self) -> list[str]:
        """The strings of the list, all in memory."""
        return [text for block in self.blocks() for text in block.texts()]

    @cached_property
    def count(self) -> NDArray[np.int64]:
        """int64, how often each string of the list occurs."""
        return np.concatenate([np.empty(0, np.int64), *(block.counts for block in self.blocks())])

    @cached_property
    def df(self) -> NDArray[np.int64]:
        """int64, in how many documents each string occurs. Raises OptionError where documents were not counted."""
        if not self.has_df:
            raise OptionError("documents were not counted; count with ", Option("df"))
        return np.concatenate([np.empty(0, np.int64), *(block.documents[0] for block in self.blocks())])

    @cached_property
    def dispersion(self) -> Dispersion:
        """How evenly each string of the list is spread. Raises OptionError where it was not measured."""
        if self._dispersion is None:
            raise OptionError("dispersion was not measured; count with ", Option("dispersion"))
        first, *others = (*self._dispersion(), Dispersion.empty())
        return first.join(others)

    def bars(self, column: str = "count", noun: str = "type") -> Bars:
        """Returns the first twenty strings as bars; see `ResultTable.bars`. column: one of `columns` that has numbers.

        Raises OptionError where the list does not have it.
        """
        first = self.head(MOST_BARS)
        labels = [*first.pop("token")]
        check_choice("column", column, tuple(first))
        return Bars(first_bars(column, len(labels), self.types, noun), labels, first[column].tolist())

    def statistics(self) -> Statistics:
        """Returns the statistics of all that was counted, whatever min_count and top are.

        They include the growth of the vocabulary where the place of each string's first token was kept.
        """
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

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the list, all in memory: token, count; df where documents were counted; those of Dispersion
        where it was measured."""
        columns = {name: getattr(self, name) for name in self._names()}
        return columns if self._dispersion is None else {**columns, **self.dispersion._asdict()}

    def head(self, rows: int) -> dict[str, Any]:
        """Returns the first rows of the columns: name -> array. The others are not loaded."""
        blocks: list[dict[str, Any]] = []
        dispersion = repeat(Dispersion.empty()) if self._dispersion is None else self._dispersion()
        left = max(0, rows)
        for block, measures in zip(self._ranked(), dispersion, strict=False):
            taken = block.slice(0, min(left, len(block))).spelled()
            measured = {} if self._dispersion is None else measures.slice(0, len(taken))._asdict()
            blocks.append({**self._columns(taken, False), **measured})
            left -= len(taken)
            if not left:
                break
        if not blocks:
            return self.columns
        return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}

    def pictures(self) -> tuple[Picture, ...]:
        """Returns `ranks`, rank and frequency; `growth`, of the vocabulary, where firsts were kept; and `dispersion`,
        against frequency, where it was measured. Raises OptionError where altair is not installed."""
        if not len(self):
            return ()
        from nlpkit.frequencies.pictures import (  # here, because few results are drawn
            dispersion_of,
            growth_of,
            ranks_of,
        )

        first = self.head(MOST_POINTS)
        growth = growth_of(self.statistics().curve) if self._has_firsts() else ()
        measured = [first[name] for name in Dispersion._fields if name in first]
        tokens = first["token"].tolist()
        dispersion = dispersion_of(tokens, first["count"], Dispersion(*measured), len(self)) if measured else ()
        return (*ranks_of(self.spectrum, tokens), *growth, *dispersion)

    def _has_firsts(self) -> bool:
        """Whether it is known where each string occurs first, of all strings."""
        if self._contents.everything is None:
            return False
        return any(block.firsts.size for block in islice(self.in_code_point_order(), 1))

    @checked
    def to_pandas(self, per_million: bool = False) -> pandas.DataFrame:
        """Returns the columns as a pandas frame; with `per_million` also the occurrences in a million tokens (float64).

        Raises OptionError where pandas is not installed.
        """
        rates = {"per_million": self._per_million(self.count)} if per_million else {}
        return data_frame({**self.columns, **rates})

    @checked
    def save(
        self,
        path: Target = None,
        format: str | None = None,
        per_million: bool = False,
        notify: Callable[[str], object] | None = None,
    ) -> None:
        """Writes the list to a path (`-` or None: standard output) or to a binary file.

        format: `tsv` and `csv` have a header row (token, count, df where documents were counted, per_million, the
        columns of Dispersion where it was measured);
        `jsonl` writes an object for each row; `jieba` writes `token count`, a dictionary for jieba and `segment`;
        `words` writes the strings alone; `idf` writes `token idf`, the natural logarithm of documents / df, a table for
        `document_keywords` and jieba.analyse, without the tokens that hold white space. By default that of the file's
        name (`.csv`, `.tsv`, `.jsonl`), else `tsv`; `.gz`, `.bz2`, `.xz` or `.zst` at its end packs the file.
        per_million: adds a column, the occurrences in a million tokens. notify: called with a line for the user that
        says how many tokens were left out. A file is replaced when all is written.

        Raises OptionError for another format, for `idf` where documents were not counted, and for `per_million` in a
        format without columns, OutputError, BrokenPipeError.
        """
        chosen = self._format(path, format)
        check_effects(SimpleNamespace(format=chosen), WRITING_NO_EFFECTS, {"per_million"} if per_million else ())
        if chosen == "idf" and self.documents is None:
            raise OptionError("documents were not counted, of which IDF is made; count with ", Option("df"))
        self.left_out = 0
        self._write(path, chosen, self._idf(notify) if chosen == "idf" else self._text(chosen, per_million))

    def _summary(self) -> str:
        return f"{counted(self.tokens, 'token')}, {counted(self.types, 'type')}, {len(self):,} in the list"

    def _names(self) -> list[str]:
        return ["token", "count", *["df"] * self.has_df]

    def _text(self, format: str, per_million: bool = False) -> Iterator[bytes]:
        """The list as text, in blocks: a kernel writes their rows where it can, `table_text` where it cannot."""
        if format in ("tsv", "csv"):
            measured = Dispersion._fields if self._dispersion is not None else ()
            names = [*self._names(), *["per_million"] * per_million, *measured]
            yield f"{(',' if format == 'csv' else _TAB).join(names)}\n".encode()
        is_more = per_million or self._dispersion is not None  # columns than a kernel writes
        is_more = is_more or (format == "jieba" and self.has_df)  # or fewer
        separator = None if is_more else {"tsv": _TAB, "csv": ",", "jieba": " "}.get(format)
        dispersion = repeat(None) if self._dispersion is None else self._dispersion()
        for block, measures in zip(self._ranked(), dispersion, strict=False):
            rows = block.rows(separator, _TO_QUOTE[format]) if separator is not None else None
            if rows is not None:
                yield rows
            else:
                columns = self._columns(block.spelled(), per_million)
                yield from table_text({**columns, **(measures._asdict() if measures else {})}, format, header=False)

    def _idf(self, notify: Callable[[str], object] | None) -> Iterator[bytes]:
        """The list as lines of `token idf`, in blocks. jieba.analyse takes no token that holds white space."""
        documents = self.documents or 0
        first = ""
        for block in self.blocks():
            idf = idf_of(block.documents[0], documents).tolist()
            texts = block.texts()
            lines = [f"{text} {value!r}\n" for text, value in zip(texts, idf, strict=True) if not _SPACE.search(text)]
            if len(lines) < len(texts):
                self.left_out += len(texts) - len(lines)
                first = first or next(filter(_SPACE.search, texts))
            yield "".join(lines).encode()
        if notify is None:
            return
        if documents == 1:
            notify(Notice("there is one document, so the IDF of every word is 0; see ", Option("document")))
        if self.left_out:
            notify(
                f"{counted(self.left_out, 'token')} with white space left out, which the format cannot hold: {first!r}"
            )

    def _columns(self, block: StringTable, per_million: bool) -> dict[str, Any]:
        columns: dict[str, Any] = {"token": np.array([*block.texts(), None], object)[:-1], "count": block.counts}
        if self.has_df:
            columns["df"] = block.documents[0]
        if per_million:
            columns["per_million"] = self._per_million(block.counts)
        return columns

    def _per_million(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        return counts * 1e6 / max(1, self.tokens)


def idf_of(df: Ints, documents: int) -> NDArray[np.float64]:
    """Returns ln(documents / df) of numbers of documents, float64; the same on every machine."""
    distinct, place = np.unique(df, return_inverse=True)
    values = np.array([math.log(documents / n) for n in distinct.tolist()], np.float64)
    return values[place.reshape(-1)]


def aligned(a: Frequencies, b: Frequencies) -> Iterator[tuple[StringTable, Ints, Ints]]:
    """Yields what either of two lists has counted, in the order of code points, in blocks.

    Each block has the strings and their figures in `a` and in `b`, int64[1, n]: counts; or int64[2, n], if documents
    were counted for both: counts, and in how many documents they occur. 0 where a list does not have a string.
    """
    streams = [frequencies.in_code_point_order() for frequencies in (a, b)]
    documents = a.has_df and b.has_df
    for first, second in side_by_side(streams, StringTable.empty(documents)):
        yield union_of_figures(first, second, documents)


def _some_rows(block: Any) -> Iterator[StringTable]:
    for start in range(0, max(1, len(block)), _ROWS):
        yield block.slice(start, min(start + _ROWS, len(block))).spelled()


def _remove(folder: str | None) -> None:
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
