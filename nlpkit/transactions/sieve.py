"""Leaves out cells that are as if empty, and rows that do not meet the conditions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import InputError
from nlpkit.kernels.types import I32, I64
from nlpkit.transactions.cells import FIRST_COLUMN, FIRST_TESTED, DistinctCells
from nlpkit.transactions.conditions import Condition, Judge, Verdict, Ways

_FAULT, _IF_FIRST, _IF_SECOND = 2, 3, 4  # verdicts beside 0 and 1: an error; met if cells are read in this way

Rows: TypeAlias = tuple[I32, I64]
"""Whole rows: cells by number, end to end, and where the rows end."""


class Sieve:
    """Sifts rows of numbered cells, some at a time, and remembers which rows it kept.

    Rows wait as long as no cell has shown how theirs are to be read, so that the order of rows makes no difference.
    cells: the distinct cells. conditions: which rows must meet all of. error: makes the error for a row, by its number
    among all.
    """

    def __init__(self, cells: DistinctCells, conditions: Sequence[Condition], error: Callable[..., InputError]) -> None:
        self._cells, self._error = cells, error
        self._judges = [condition.judge() for condition in conditions]
        self._blank = [judge("") is True for judge in self._judges]
        self._missing: dict[Collection[str], _Judged] = {}
        self._tested: dict[tuple[int, int], _Judged] = {}
        self._waiting: deque[tuple[I32, I64, Sequence[tuple[int, int]]]] = deque()
        # Place of a condition -> a row and its cell that was read in one of two ways.
        self._relied: dict[int, tuple[int, str]] = {}
        self._kept: list[NDArray[np.uint8]] = []  # bits, of blocks of rows
        self._sizes: list[int] = []  # rows of these blocks
        self._sifted = 0  # rows that do not wait
        self.rows = self.kept = 0
        self.blanked: set[str] = set()  # missing cells that occur

    def sift(
        self, sequence: I32, row_ends: I64, missing: frozenset[str], tests: Sequence[tuple[int, int]]
    ) -> Iterator[Rows]:
        """Takes whole rows; yields what stays of these and of others that waited. Raises InputError for a cell that
        cannot be judged.

        missing: cells that are as if empty. tests: (the tag of the cells, the place of the condition) of each.
        """
        if missing:
            judged = self._missing.setdefault(
                missing, _Judged(self._cells, lambda cell: self._is_missing(cell, missing))
            )
            sequence, row_ends = _without(sequence, row_ends, judged.of(sequence) == 1)
        for tag, place in tests:
            self._judged(tag, place).look()
        self._waiting.append((sequence, row_ends, tests))
        self.rows += row_ends.size
        return self._ready(False)

    def _is_missing(self, cell: str, missing: Collection[str]) -> bool:
        if cell in missing:
            self.blanked.add(cell)
            return True
        return False

    def finish(self) -> Iterator[Rows]:
        """Yields what stays of the rows that still wait, once there are no more."""
        return self._ready(True)

    def _ready(self, is_all: bool) -> Iterator[Rows]:
        for place, (row, cell) in self._relied.items():
            if self._judges[place].is_torn:
                raise self._error(row, *self._judges[place].doubt(cell))
        while self._waiting:
            sequence, row_ends, tests = self._waiting[0]
            stay = self._stay(sequence, row_ends, tests, is_all)
            if stay is None:
                break
            self._waiting.popleft()
            if tests:
                tags = self._cells.tags[sequence]
                sequence, row_ends = _without(sequence, row_ends, (tags >= FIRST_TESTED) & (tags < FIRST_COLUMN))
            self._sifted += stay.size
            self._sizes.append(stay.size)
            if stay.all():
                self._kept.append(np.empty(0, np.uint8))
            else:
                self._kept.append(np.packbits(stay))
                lengths = np.diff(row_ends, prepend=0)
                sequence, row_ends = sequence[np.repeat(stay, lengths)], np.cumsum(lengths[stay])
            self.kept += int(stay.sum())
            yield sequence, row_ends

    def _stay(
        self, sequence: I32, row_ends: I64, tests: Sequence[tuple[int, int]], is_all: bool
    ) -> NDArray[np.bool_] | None:
        """Returns which rows stay; None if that cannot be said yet."""
        stay = np.ones(row_ends.size, np.bool_)
        if not tests:
            return stay
        rows = np.repeat(np.arange(row_ends.size, dtype=np.int32), np.diff(row_ends, prepend=0))
        tags = self._cells.tags[sequence]
        verdicts: list[NDArray[np.int8]] = []
        numbers: list[I32] = []
        for tag, place in tests:
            which = tags == tag
            cells = np.full(row_ends.size, -1, np.int32)
            cells[rows[which]] = sequence[which]
            found = np.full(row_ends.size, int(self._blank[place]), np.int8)
            found[rows[which]] = self._judged(tag, place).of(sequence[which])
            numbers.append(cells)
            verdicts.append(found)
            stay &= found != 0
        for (_, place), found, cells in zip(tests, verdicts, numbers, strict=True):
            if (open_rows := np.flatnonzero((found >= _IF_FIRST) & stay)).size:
                judge, row = self._judges[place], int(open_rows[0])
                way = judge.way(is_all)
                if way is None and not (is_all or judge.is_torn):
                    return None
                if way is not None:
                    self._relied.setdefault(place, (self._sifted + row, self._cells.text(int(cells[row]))))
                found[open_rows] = _FAULT if way is None else found[open_rows] == (_IF_SECOND if way else _IF_FIRST)
        for found in verdicts:
            stay &= found != 0
        faulty = [(found == _FAULT) & stay for found in verdicts]
        if (wrong := np.logical_or.reduce(faulty)).any():
            row = int(np.argmax(wrong))
            test = next(i for i, is_faulty in enumerate(faulty) if is_faulty[row])
            raise self._error(self._sifted + row, *self._judged(*tests[test]).cause(int(numbers[test][row])))
        return stay

    def _judged(self, tag: int, place: int) -> _Judged:
        return self._tested.setdefault((tag, place), _Judged(self._cells, self._judges[place], tag))

    def keep(self, row_ends: I64) -> I64:
        """Takes note of whole rows that all stay; returns their ends."""
        self.rows += row_ends.size
        self._sifted += row_ends.size
        self.kept += row_ends.size
        self._sizes.append(row_ends.size)
        self._kept.append(np.empty(0, np.uint8))
        return row_ends

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
        self._causes: dict[int, tuple[str, ...]] = {}

    def cause(self, number: int) -> tuple[str, ...]:
        """Returns why a cell cannot be judged, parts of a message."""
        if number not in self._causes and isinstance(self._judge, Judge):
            return self._judge.doubt(self._cells.text(number))
        return self._causes[number]

    def look(self) -> None:
        """Judges the cells that are new."""
        begin, cells = self._verdicts.size, self._cells
        if len(cells) == begin:
            return
        new = np.zeros(len(cells) - begin, np.int8)
        which = range(new.size) if self._tag is None else np.flatnonzero(cells.tags[begin:] == self._tag).tolist()
        for i in which:
            verdict = self._judge(cells.text(begin + i))
            if isinstance(verdict, Ways):
                new[i] = _IF_FIRST if verdict.first else _IF_SECOND
            elif isinstance(verdict, tuple):
                self._causes[begin + i] = verdict
                new[i] = _FAULT
            else:
                new[i] = verdict
        self._verdicts = np.concatenate([self._verdicts, new])

    def of(self, sequence: I32) -> NDArray[np.int8]:
        """Returns 0, 1, _FAULT, _IF_FIRST or _IF_SECOND for each cell."""
        self.look()
        return self._verdicts[sequence]


def _without(sequence: I32, row_ends: I64, out: NDArray[np.bool_]) -> tuple[I32, I64]:
    """Returns rows without the cells that are marked."""
    if not out.any():
        return sequence, row_ends
    ends = np.zeros(sequence.size + 1, np.int64)
    np.cumsum(~out, out=ends[1:])
    return sequence[~out], ends[row_ends]
