"""The search for frequent itemsets: ranges of first items, worked on side by side, one block of sets each, in order."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import OptionError
from nlpkit.executors import Executor, undisturbed
from nlpkit.kernels import itemsets as kernel
from nlpkit.kernels.itemsets import ITEM, LEVEL, NEED, STAGE, STATE_SIZE, USED, Rows, Sets, Work

_FIRST_SETS, _FIRST_WORDS = 1 << 12, 1 << 12
_PENDING = 4  # times `most` are sets that are still to be copied, where others have gone
_SHORT = 0.01  # seconds that a search may take before starting threads is worth it
_RANGES = 24  # per worker, so that none waits long for the last one
ENTRY = 14
"""Bytes of a set."""

UNBOUNDED = 1 << 30
"""More items than any set has."""

LARGE = 10_000_000
"""Itemsets from which on the user is told how many there are."""


class Block(NamedTuple):
    """Sets in their order, as in Itemsets: depths, items, counts."""

    depths: NDArray[np.uint16]
    items: NDArray[np.int32]
    counts: NDArray[np.int64]


EMPTY = Block(np.empty(0, np.uint16), np.empty(0, np.int32), np.empty(0, np.int64))


@dataclass(frozen=True)
class Range:
    """Sets whose rarest item is of rank `first` to `last` (not included); `size` of work, in occurrences."""

    first: int
    last: int
    size: int


class Shared:
    """What all searches of one process have in common: how much was found, whether to stop, memory that is used again.

    notify: told when there are LARGE sets, and each time that they have doubled since.
    """

    def __init__(self, notify: Callable[[str], object] | None = None) -> None:
        self.stopped = False
        self._notify, self._lock, self._local = notify, threading.Lock(), threading.local()
        self._found, self._next = 0, LARGE

    def take_sets(self) -> Sets:
        """Room for sets, which nobody else uses before it is given back."""
        sets: Sets = self._local.__dict__.pop("sets", None) or _sets(_FIRST_SETS)
        return sets

    def give_back(self, sets: Sets) -> None:
        """For the next search of this thread."""
        self._local.sets = sets

    def add(self, found: int) -> None:
        """`found` sets more."""
        with self._lock:
            self._found += found
            if self._found < self._next or self._notify is None:
                return
            shown, self._next = self._found, 2 * self._found
        self._notify(
            f"{shown:,} itemsets so far, and counting; fewer with a higher --min-support, --max-length, --closed, "
            "--maximal or --top (Ctrl-C stops)"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return Shared, ()  # in another process one of its own


@dataclass(frozen=True)
class Search:
    """A task for executors: Range -> Block, or what `finish` makes of it.

    least: the smallest support. deepest: items of a set at most. most: sets of a block at most. finish: called where a
    block was found, whose arrays are used again afterwards. in_portions: makes what takes the place of `finish` for a
    range of more than `most` sets, which then comes in several blocks, one after the other; None: that is an error.
    """

    rows: Rows
    least: int
    deepest: int
    most: int
    shared: Shared
    finish: Callable[[Block], Any]
    in_portions: Callable[[], Callable[[Block], Any]] | None = None

    def __call__(self, part: Range) -> Any:
        """The range itself where it is to come in portions. Raises OptionError for too many sets."""
        run = _Run(self)
        for _ in run.search(self.rows, part.first, part.last, 0):
            if self.in_portions is None:
                raise too_many(self.most)
            return part
        result = self.finish(run.block(run.used))
        self.shared.give_back(run.sets)
        return result

    def portions(self, part: Range) -> Iterator[Any]:
        """What is made of the blocks of a range; each is to be used up before the next one is asked for."""
        assert self.in_portions is not None
        run, finish = _Run(self), self.in_portions()
        for done in run.search(self.rows, part.first, part.last, 0):
            yield finish(run.block(done))
        yield finish(run.block(run.used))


class _Run:
    """One range's search: the memory that the kernel works in, which grows as it asks for more."""

    def __init__(self, search: Search) -> None:
        self.least, self.deepest, self.most, self.shared = search.least, search.deepest, search.most, search.shared
        self.sets = search.shared.take_sets()
        self.work = _work(search.rows)
        self.used = 0

    def block(self, size: int) -> Block:
        """The first sets."""
        depths, items, counts = self.sets
        return Block(depths[:size], items[:size], counts[:size])

    def search(self, rows: Rows, first: int, last: int, depth: int) -> Iterator[int]:
        """Writes sets from place self.used on. Where there are too many, says how many are done with, and then drops
        these."""
        state = np.zeros(STATE_SIZE, np.int64)
        state[ITEM], state[USED] = first, self.used
        while True:
            status = kernel.search(rows, last, self.least, depth, self.deepest, self.sets, self.work, state)
            self.shared.add(int(state[USED]) - self.used)
            self.used = int(state[USED])
            if status == kernel.DONE or self.shared.stopped:
                return
            if status == kernel.MORE_SETS:
                needed = self.used + int(state[NEED])
                if needed > self.most and (done := self._done(state)):
                    yield done
                    self._drop(done, state)
                elif needed > self.most and self.sets.depths.size > _PENDING * max(self.most, _FIRST_SETS):
                    raise too_many(self.most)
                else:
                    self._grow(needed)
            elif status == kernel.MORE_WORDS:
                self.work = _with_words(self.work, int(state[NEED]))
            elif status == kernel.WIDE:
                inner = undisturbed(kernel.project, rows, int(state[ITEM]) - 1, self.least)
                yield from self.search(inner, 0, inner.labels.size, depth + 1)
                state[USED] = self.used

    def _done(self, state: NDArray[np.int64]) -> int:
        """Up to where sets are not going to be copied any more."""
        levels, candidates = self.work.levels, self.work.candidates
        done = self.used
        for level in range(int(state[LEVEL]) + 1 if state[STAGE] == kernel.SEARCHING else 0):
            at = int(levels[level, 1] if levels[level, 1] >= 0 else levels[level, 2])
            if (candidates[level, at : levels[level, 0]] & 1).any():
                done = min(done, int(levels[level, 3]))
        return done

    def _drop(self, done: int, state: NDArray[np.int64]) -> None:
        for array in self.sets:
            array[: self.used - done] = array[done : self.used].copy()
        self.work.levels[:, 3] -= done
        self.used -= done
        state[USED] = self.used

    def _grow(self, needed: int) -> None:
        larger, used = _sets(max(2 * self.sets.depths.size, needed)), self.used
        larger.depths[:used] = self.sets.depths[:used]
        larger.items[:used] = self.sets.items[:used]
        larger.counts[:used] = self.sets.counts[:used]
        self.sets = larger


def search_blocks(search: Search, pool: Executor) -> Iterator[Any]:
    """What the task makes of all ranges of first items, in order."""
    coming = deque(ranges(search.rows, _RANGES * pool.jobs))
    begin = time.perf_counter()
    try:
        while coming and pool.kind == "threads" and time.perf_counter() - begin < _SHORT:
            yield from _or_portions(search, search(coming.popleft()))
        for result in pool.map_ordered(search, coming):
            yield from _or_portions(search, result)
    finally:
        search.shared.stopped = True  # whoever still searches: nobody waits for it


def _or_portions(search: Search, result: Any) -> Iterator[Any]:
    if isinstance(result, Range):
        yield from search.portions(result)
    else:
        yield result


def whole(search: Search, pool: Executor) -> Block:
    """All frequent sets as one block. Raises OptionError for more than `search.most`."""
    blocks, found = [], 0
    for block in search_blocks(search, pool):
        blocks.append(block)
        found += block.depths.size
        if found > search.most:
            raise too_many(search.most)
    return joined(blocks)


def copied(block: Block) -> Block:
    """The block in arrays of its own."""
    return Block(block.depths.copy(), block.items.copy(), block.counts.copy())


def ranges(rows: Rows, parts: int) -> list[Range]:
    """All first items, in ranges of about equal numbers of occurrences."""
    ends = rows.starts[1:] + np.arange(1, rows.starts.size)  # items without occurrences count, too
    if not ends.size:
        return []
    wanted = min(ends.size, parts)
    cuts = np.unique(np.searchsorted(ends, np.arange(1, wanted) * (int(ends[-1]) / wanted), side="right"))
    cuts = np.unique(np.concatenate([[0], cuts, [ends.size]])).tolist()
    return [Range(a, b, int(rows.starts[b] - rows.starts[a])) for a, b in pairwise(cuts)]


def joined(blocks: list[Block]) -> Block:
    """One block of several."""
    if len(blocks) == 1:
        return blocks[0]
    if not blocks:
        return EMPTY
    return Block(
        np.concatenate([block.depths for block in blocks]),
        np.concatenate([block.items for block in blocks]),
        np.concatenate([block.counts for block in blocks]),
    )


def too_many(most: int) -> OptionError:
    """The error for more than `most` sets."""
    return OptionError(
        f"more than {most:,} itemsets at a time, too many for the memory; take --min-support up, bound --max-length, "
        "ask for the --top ones, or give more --memory"
    )


def _sets(size: int) -> Sets:
    return Sets(np.empty(size, np.uint16), np.empty(size, np.int32), np.empty(size, np.int64))


def _work(rows: Rows) -> Work:
    """Memory for the classes of these rows."""
    items = rows.supports.size
    longest = int((rows.starts[1:] - rows.starts[:-1]).max(initial=0))
    slots = 1 << 10
    while slots <= 2 * longest:
        slots *= 4
    levels = kernel.MOST_ITEMS + 1
    return Work(
        counts=np.zeros(items, np.int64),
        bits=np.zeros(items, np.uint64),
        found=np.empty(levels, np.int64),
        masks=np.empty(longest, np.uint64),
        weights=np.empty(longest, np.int64),
        order=np.empty(longest, np.int32),
        words=np.empty(_FIRST_WORDS, np.uint64),
        indices=np.empty(_FIRST_WORDS, np.uint32),
        segments=np.empty(_FIRST_WORDS, np.uint64),
        patterns=np.empty(_FIRST_WORDS, np.uint8),
        segment_starts=np.empty(_FIRST_WORDS, np.int64),
        planes=np.empty(2 * levels, np.int64),
        levels=np.empty((levels, 4), np.int64),
        level_planes=np.empty((levels, levels), np.int64),
        candidates=np.empty((levels, levels), np.int64),
        supports=np.empty((levels, levels), np.int64),
        table=np.empty(slots, np.int32),
        sums=np.empty(1 << 8, np.int64),
        labels=np.empty(levels, np.int64),
    )


def _with_words(work: Work, size: int) -> Work:
    size *= 2
    return work._replace(
        words=np.empty(size, np.uint64),
        indices=np.empty(size, np.uint32),
        segments=np.empty(size, np.uint64),
        patterns=np.empty(size, np.uint8),
        segment_starts=np.empty(size, np.int64),
    )
