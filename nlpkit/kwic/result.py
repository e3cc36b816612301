"""The result of `concordance`: hits in their lines, or how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.choices import CONCORDANCE_FORMATS
from nlpkit.errors import counted
from nlpkit.kwic.hits import Row
from nlpkit.kwic.writing import COLUMNS, Writer, header
from nlpkit.reports.picture import Picture
from nlpkit.results import ResultTable

_ROWS = 1 << 12  # that are written at a time


@dataclass(frozen=True, repr=False)
class Concordance(ResultTable):
    """The hits of `concordance`: columns of equal length, one entry a hit.

    Example: `nlpkit.concordance("laws/", "\u517b\u72ac", sort="R1").save("dogs.csv")`.

    file: object (str). line: int64, from 1. offset: int64, bytes. left, hit, right: object (str), the context and what
    was found. total: how many hits there are before `sample`; `top` ends the search of hits that are not sorted.
    counts: (file, hits) of each file with hits that was searched. lines: of each of them that was searched to its end,
    name -> ends of lines, or records. stopped: whether the search ended with `top`, before the end of the corpus.
    """

    formats = CONCORDANCE_FORMATS
    column_names = COLUMNS

    file: NDArray[np.object_]
    line: NDArray[np.int64]
    offset: NDArray[np.int64]
    left: NDArray[np.object_]
    hit: NDArray[np.object_]
    right: NDArray[np.object_]
    total: int
    counts: tuple[tuple[str, int], ...]
    lines: Mapping[str, int] = field(default_factory=dict)
    stopped: bool = False

    @staticmethod
    def of(
        rows: list[Row],
        total: int,
        counts: tuple[tuple[str, int], ...],
        lines: Mapping[str, int],
        *,
        stopped: bool = False,
    ) -> Concordance:
        """Returns the table of rows."""
        columns: list[Any] = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(6)]
        arrays: list[Any] = [np.array(column, np.int64 if i in (1, 2) else object) for i, column in enumerate(columns)]
        file, line, offset, left, hit, right = arrays
        return Concordance(file, line, offset, left, hit, right, total, counts, lines, stopped)

    def pictures(self) -> Sequence[Picture]:
        """Returns the picture `places`: where in the files the hits are."""
        from nlpkit.kwic.pictures import places  # here, because few results are drawn

        if not len(self):
            return []
        keys, hits = self.row_keys(len(self)), len(self)
        return [places(self.columns, keys, self.counts, self.lines, hits=hits, stopped=self.stopped)]

    def row_keys(self, rows: int) -> list[str]:
        """Returns the numbers of the first rows, from 1."""
        return [*map(str, range(1, min(rows, len(self)) + 1))]

    def _summary(self) -> str:
        return self.summary(len(self))

    def summary(self, rows: int) -> str:
        """Returns how many hits there are. rows: of the result that this is, or from which its rows are chosen."""
        from nlpkit.kwic.pictures import NOT_SEARCHED, first_hits  # here, because few results are drawn

        if self.stopped:
            files = len({*self.file.tolist()})
            return f"{first_hits(rows)}, in {counted(files, 'file')}; {NOT_SEARCHED}"
        which = f"{rows:,} of " * (rows < self.total)
        return f"{which}{counted(self.total, 'hit')} in {counted(len(self.counts), 'file')}"

    def _text(self, format: str) -> Iterator[bytes]:
        yield header(format)
        writer = Writer(format)
        columns = (self.file, self.line, self.offset, self.left, self.hit, self.right)
        for start in range(0, len(self), _ROWS):
            block = (column[start : start + _ROWS].tolist() for column in columns)
            yield writer.rows(list(zip(*block, strict=True)))
