"""Leaves out cells that are as if empty, and rows that do not meet the conditions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import InputError
from nlpkit.kernels.types import I32, I64
from nlpkit.transactions.cells import FIRST_COLUMN, FIRST_TESTED, DistinctCells
from nlpkit.transactions.conditions import Condition, Verdict

_UNCERTAIN = 2  # a verdict that is an error, in place of 0 and 1


class Sieve:
    """Sifts rows of numbered cells, some at a time, and remembers which rows it kept.

    cells: the distinct cells. conditions: which rows must meet all of. error: makes the error for a row, by its number
    among all.
    """

    def __init__(self, cells: DistinctCells, conditions: Sequence[Condition], error: Callable[..., InputError]) -> None:
        self._cells, self._error = cells, error
        self._judges = [condition.judge() for condition in conditions]
        self._blank = [judge("") for judge in self._judges]
        self._missing: dict[Collection[str], _Judged] = {}
        self._tested: dict[tuple[int, int], _Judged] = {}
        self._kept: list[NDArray[np.uint8]] = []  # bits, of blocks of rows
        self._sizes: list[int] = []  # rows of these blocks
        self.rows = self.kept = 0

    def sift(
        self, sequence: I32, row_ends: I64, missing: frozenset[str], tests: Sequence[tuple[int, int]]
    ) -> tuple[I32, I64]:
        """Returns what stays of whole rows; see SpanRows. Raises InputError for a cell that cannot be judged.

        missing: cells that are as if empty. tests: (the tag of the cells, the place of the condition) of each.
        """
        if missing:
            judged = self._missing.setdefault(missing, _Judged(self._cells, lambda cell: cell in missing))
            sequence, row_ends = _without(sequence, row_ends, judged.of(sequence) == 1)
        stay = np.ones(row_ends.size, np.bool_)
        if tests:
            rows = np.repeat(np.arange(row_ends.size, dtype=np.int32), np.diff(row_ends, prepend=0))
            tags = self._cells.tags[sequence]
            faults: list[tuple[int, tuple[str, ...]]] = []
            for tag, place in tests:
                stay &= self._meets(sequence, rows, tags == tag, row_ends.size, (tag, place), faults)
            if faults:
                row, cause = min(faults)
                raise self._error(self.rows + row, *cause)
            sequence, row_ends = _without(sequence, row_ends, (tags >= FIRST_TESTED) & (tags < FIRST_COLUMN))
        self.rows += stay.size
        self._sizes.append(stay.size)
        if stay.all():
            self._kept.append(np.empty(0, np.uint8))
        else:
            self._kept.append(np.packbits(stay))
            lengths = np.diff(row_ends, prepend=0)
            sequence, row_ends = sequence[np.repeat(stay, lengths)], np.cumsum(lengths[stay])
        self.kept += int(stay.sum())
        return sequence, row_ends

    def _meets(
        self,
        sequence: I32,
        rows: I32,
        which: NDArray[np.bool_],
        count: int,
        test: tuple[int, int],
        faults: list[tuple[int, tuple[str, ...]]],
    ) -> NDArray[np.bool_]:
        """Returns which rows meet one condition; adds the first row for which this cannot be said to `faults`."""
        tag, place = test
        judged = self._tested.setdefault(test, _Judged(self._cells, self._judges[place], tag))
        found = np.full(count, int(self._blank[place] is True), np.int8)
        cells = sequence[which]
        found[rows[which]] = judged.of(cells)
        if (uncertain := found == _UNCERTAIN).any():
            row = int(np.argmax(uncertain))
            faults.append((row, judged.causes[int(cells[np.searchsorted(rows[which], row)])]))
        meets: NDArray[np.bool_] = found == 1
        return meets

    def row(self, kept: int) -> int:
        """Returns the number of a row among all, by its number among those that were kept."""
        before = 0
        for bits, size in zip(self._kept, self._sizes, strict=True):
            stay = np.unpackbits(bits, count=size) if bits.size else np.ones(size, np.uint8)
            held = int(stay.sum())
            if kept < held:
                return before + int(np.flatnonzero(stay)[kept])
            kept -= held
            before += size
        return before + kept  # of the block that is being added: it is the last one


class _Judged:
    """The verdicts on distinct cells, by number; only on those with a tag, if one is given."""

    def __init__(self, cells: DistinctCells, judge: Callable[[str], Verdict], tag: int | None = None) -> None:
        self._cells, self._judge, self._tag = cells, judge, tag
        self._verdicts = np.empty(0, np.int8)
        self.causes: dict[int, tuple[str, ...]] = {}

    def of(self, sequence: I32) -> NDArray[np.int8]:
        """Returns 0, 1 or _UNCERTAIN for each cell, whose cause is in `causes`."""
        begin, cells = self._verdicts.size, self._cells
        if len(cells) > begin:
            new = np.zeros(len(cells) - begin, np.int8)
            which = range(new.size) if self._tag is None else np.flatnonzero(cells.tags[begin:] == self._tag).tolist()
            for i in which:
                verdict = self._judge(cells.text(begin + i))
                if isinstance(verdict, tuple):
                    self.causes[begin + i] = verdict
                    new[i] = _UNCERTAIN
                else:
                    new[i] = verdict
            self._verdicts = np.concatenate([self._verdicts, new])
        return self._verdicts[sequence]


def _without(sequence: I32, row_ends: I64, out: NDArray[np.bool_]) -> tuple[I32, I64]:
    """Returns rows without the cells that are marked."""
    if not out.any():
        return sequence, row_ends
    ends = np.zeros(sequence.size + 1, np.int64)
    np.cumsum(~out, out=ends[1:])
    return sequence[~out], ends[row_ends]
