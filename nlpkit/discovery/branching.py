"""The neighbours of words and n-grams: their counts, and the branching entropy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Chunk, Corpus
from nlpkit.discovery.trie import WordTrie
from nlpkit.executors import Executor, Progress
from nlpkit.kernels import candidates as kernel
from nlpkit.kernels import word_tries
from nlpkit.memory import SIDES
from nlpkit.ngrams.counting import chunks_for
from nlpkit.ngrams.symbols import Block, ahead
from nlpkit.runs import KeyTable, SortedKeys, Spill, SpilledKeys, add, merge_as_they_come, sorted_keys


class Neighbours(NamedTuple):
    """Counts of the neighbours to the left and to the right: tables of group << 16 | neighbour's id (0: a boundary)."""

    left: SpilledKeys
    right: SpilledKeys


@dataclass(frozen=True)
class Side:
    """The neighbours on one side of words or n-grams: the branching entropy (float64, nats), the occurrences beside the
    commonest neighbour and those at a boundary (int64)."""

    entropy: NDArray[np.float64]
    commonest: NDArray[np.int64]
    boundary: NDArray[np.int64]

    @classmethod
    def zeros(cls, size: int) -> Side:
        """Returns zeros for `size` words or n-grams; the kernels add to them."""
        return cls(np.zeros(size), np.zeros(size, np.int64), np.zeros(size, np.int64))

    @classmethod
    def of_entropies(cls, size: int) -> Side:
        """Returns zeros for `size` entropies, and empty arrays for the counts, which are then not computed."""
        return cls(np.zeros(size), np.empty(0, np.int64), np.empty(0, np.int64))

    @classmethod
    def concatenate(cls, sides: Sequence[Side]) -> Side:
        """Returns the rows of all sides, one after the other."""
        return cls(
            np.concatenate([side.entropy for side in sides]),
            np.concatenate([side.commonest for side in sides]),
            np.concatenate([side.boundary for side in sides]),
        )

    def __getitem__(self, places: Any) -> Side:
        return Side(self.entropy[places], self.commonest[places], self.boundary[places])


@dataclass(frozen=True)
class Branching:
    """The neighbours of words or n-grams, on both sides."""

    left: Side
    right: Side

    def __getitem__(self, places: Any) -> Branching:
        return Branching(self.left[places], self.right[places])


def branch_right(
    table: KeyTable,
    shift: int,
    groups: NDArray[np.uint64],
    group_shift: int,
    counts: NDArray[np.int64],
    side: Side,
) -> None:
    """Adds the right neighbours of groups to a side: see branch_right in kernels/candidates.py."""
    kernel.branch_right(*table, shift, groups, group_shift, counts, side.entropy, side.commonest, side.boundary)


def branch_groups(table: SortedKeys, groups: NDArray[np.uint64], counts: NDArray[np.int64], side: Side) -> None:
    """Adds the neighbours of groups (uint64) to a side, from a table of group << 16 | neighbour."""
    for part in table.tables():
        branch_right(part, 0, groups, 0, counts, side)


def branch_entropies(table: SortedKeys, groups: NDArray[np.uint64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """float64: the branching entropies of groups in nats, from a table of group << 16 | neighbour."""
    side = Side.of_entropies(groups.size)
    branch_groups(table, groups, counts, side)
    return side.entropy


def branch_sides(
    tables: tuple[SortedKeys, SortedKeys],
    groups: NDArray[np.uint64],
    counts: NDArray[np.int64],
    to: Branching,
    pool: Executor,
) -> None:
    """Adds the neighbours of groups, from a table of the left and one of the right ones (group << 16 | neighbour)."""
    sides = zip(tables, (to.left, to.right), strict=True)
    pool.together([partial(branch_groups, table, groups, counts, side) for table, side in sides])


def count_neighbours(
    corpus: Corpus,
    pool: Executor,
    task: Callable[..., Neighbours],
    spill: Spill,
    progress: Progress | None,
) -> tuple[SortedKeys, SortedKeys]:
    """Counts the neighbours in a corpus, as task(chunk, spill=spill) counts them in a chunk: tables (left, right)."""
    spill = spill.share(SIDES)
    merge = partial(_add_neighbours, spill=spill)
    found = pool.map_merge(partial(task, spill=spill), chunks_for(corpus, pool), merge, progress) or _nothing()
    return sorted_keys(found.left, spill, 16), sorted_keys(found.right, spill, 16)


def merge_neighbours(parts: Iterable[Neighbours], spill: Spill) -> Neighbours:
    """Adds up counts of neighbours, on disk where they outgrow the memory."""
    return merge_as_they_come(parts, partial(_add_neighbours, spill=spill)) or _nothing()


def _nothing() -> Neighbours:
    return Neighbours(SpilledKeys(KeyTable.empty()), SpilledKeys(KeyTable.empty()))


def _add_neighbours(parts: Sequence[Neighbours], spill: Spill) -> Neighbours:
    return Neighbours(add([part.left for part in parts], spill), add([part.right for part in parts], spill))


def neighbours_of(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> Neighbours:
    """Counts unsorted keys (group << 16 | neighbour); sorts both arrays in place."""
    left.sort()
    right.sort()
    return Neighbours(SpilledKeys(KeyTable.of(left)), SpilledKeys(KeyTable.of(right)))


def measure_neighbours(
    corpus: Corpus, pool: Executor, spill: Spill, trie: WordTrie, progress: Progress | None
) -> tuple[NDArray[np.int64], Branching]:
    """(int64 occurrences in the text, overlapping ones too; neighbours) of the words of a trie, in one pass.

    Both are by word, and 0 for words of one symbol.
    """
    longest = int(trie.words.lengths.max(initial=1))
    task = partial(count_beside_words, trie=trie, keep=longest + 2)
    sides = count_neighbours(corpus, pool, task, spill, progress)
    totals = np.zeros(trie.nodes.size, np.int64)
    for keys, counts in sides[0].tables():
        words = keys >> np.uint64(16)
        firsts = np.flatnonzero(np.append(True, words[1:] != words[:-1])) if words.size else np.empty(0, np.int64)
        if firsts.size:
            totals[words[firsts]] += np.add.reduceat(counts, firsts)
    found = Branching(Side.zeros(totals.size), Side.zeros(totals.size))
    branch_sides(sides, np.arange(totals.size, dtype=np.uint64), totals, found, pool)
    return totals, found


def count_beside_words(chunk: Chunk, trie: WordTrie, keep: int, spill: Spill) -> Neighbours:
    """Counts the neighbours of a trie's words in a chunk: the groups are words.

    keep: two more than the number of symbols of the longest word.
    """
    return merge_neighbours((_beside_words(block, trie) for block in trie.alphabet.blocks(chunk, ahead(keep))), spill)


def _beside_words(block: Block, trie: WordTrie) -> Neighbours:
    room = 2 * block.stop
    while True:
        right, left = np.empty(room, np.uint64), np.empty(room, np.uint64)
        used = word_tries.occurrences(block.symbols, block.stop, trie.slots, trie.bits, trie.word_of_node, right, left)
        if used <= room:
            return neighbours_of(left[:used], right[:used])
        room = used
