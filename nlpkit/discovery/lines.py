"""In how many lines each word is; a line that goes on in the next chunk is counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlpkit.runs import KeyTable


@dataclass(frozen=True)
class LineCounts:
    """In how many lines of a stretch of text each node of a trie is; node 0 is in each line that has a word.

    first, last: int64, ascending, the nodes in the first and in the last line, which may have begun before the stretch
    and go on after it; last is None if the stretch has one line only. between: the other lines, counted by node.
    """

    first: NDArray[np.int64]
    between: KeyTable
    last: NDArray[np.int64] | None

    @classmethod
    def empty(cls) -> LineCounts:
        """Returns the counts of no text."""
        return cls(np.empty(0, np.int64), KeyTable.empty(), None)

    @classmethod
    def join(cls, parts: Sequence[LineCounts]) -> LineCounts:
        """Returns the counts of stretches that follow each other: the last line of each goes on in the next one."""
        first, last = parts[0].first, parts[0].last
        tables = [parts[0].between]
        for part in parts[1:]:
            line = np.union1d(first if last is None else last, part.first)
            if last is None:
                first, last = line, part.last
            elif part.last is None:
                last = line
            else:
                tables.append(_once(line))
                last = part.last
            tables.append(part.between)
        return cls(first, tables[0].plus(tables[1:]), last)

    def total(self) -> KeyTable:
        """Returns in how many lines each node is."""
        return self.between.plus([_once(line) for line in (self.first, self.last) if line is not None])


class LineCounter:
    """Counts the lines of a chunk while its blocks are segmented.

    nodes: the number of nodes of the trie; 0 if lines are not counted. Attributes for word_tries.segment: `lines`,
    `first`, and `line`, the number of the line that goes on.
    """

    def __init__(self, nodes: int) -> None:
        self.lines = np.full((nodes, 2), (0, -1), np.int64)
        self.first = np.zeros(nodes, np.bool_)
        self.line = 0

    def counts(self) -> LineCounts:
        """Returns what was counted."""
        if not self.line:
            return LineCounts(np.flatnonzero(self.first), KeyTable.empty(), None)
        last = self.lines[:, 1] == self.line
        between = self.lines[:, 0] - self.first - last
        nodes = np.flatnonzero(between)
        table = KeyTable(nodes.astype(np.uint64), between[nodes])
        return LineCounts(np.flatnonzero(self.first), table, np.flatnonzero(last))


@dataclass(frozen=True)
class Lines:
    """In how many lines words are: by_word, int64, and `total`, the number of lines that have a word."""

    by_word: NDArray[np.int64]
    total: int


def _once(nodes: NDArray[np.int64]) -> KeyTable:
    return KeyTable(nodes.astype(np.uint64), np.ones(nodes.size, np.int64))
