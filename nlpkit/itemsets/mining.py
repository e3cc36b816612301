"""The search for frequent itemsets: workers search ranges of first items side by side; results come in their order."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from nlpkit.errors import InputError
from nlpkit.executors import Executor, undisturbed
from nlpkit.itemsets.trees import SetTree, concatenated
from nlpkit.kernels import itemset_search as kernel
from nlpkit.kernels.itemset_classes import Progress, SearchMemory, Sets
from nlpkit.kernels.itemset_rows import MOST_ITEMS, Rows, project

_FIRST_SETS, _FIRST_WORDS = 1 << 12, 1 << 12
_LEAST_STEP, _STEPS = 1 << 16, 8  # sets that a search finds at least before it adds them up; how often in a block
_SHORT = 0.01  # seconds that a search may take before starting threads is worth it
_PATIENCE = 5.0  # seconds after which the user is told how many sets there are
_RANGES = 24  # for each worker, so that none waits long for the last one

LARGE = 10_000_000
"""Itemsets from which on the user is told how many there are; by default there may not be more."""


class TooManySetsError(InputError):
    """More sets than there may be. The miner says how many, and what to change."""


@dataclass(frozen=True)
class ItemRange:
    """The sets whose rarest item is of rank `first` to `last` (excluded); `size` of the work, see `work_of`."""

    first: int
    last: int
    size: int


class Found(NamedTuple):
    """How many sets a range has, and what was made of them."""

    sets: int
    made: Any


class Ledger:
    """What the searches of one process share: how many sets they found, whether to stop, arrays that are used again.

    flying: how many sets a block may have. A thread keeps an array of up to that many for its next search, and adds up
    what it has found some times in a block.
    most: how many sets all searches may find; None for any number.
    watch: is called with the number of sets when there are LARGE ones, and each time that they have doubled since; also
    once if the search is slow and there seem to be LARGE ones; and with whether this is the first time.
    progress: is called with the shares of the work that are done.
    """

    def __init__(
        self,
        flying: int = 0,
        most: int | None = None,
        watch: Callable[[int, bool], object] | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> None:
        self.stopped = False
        self.step = max(_LEAST_STEP, flying // _STEPS)
        self._flying, self._most, self._watch, self._progress = flying, most, watch, progress
        self._lock, self._local = threading.Lock(), threading.local()
        self._found, self._share, self._next = 0, 0.0, LARGE
        self._begin, self._is_told = time.perf_counter(), False

    def take_sets(self) -> Sets:
        """Returns room for sets that no other search uses until it is given back."""
        sets: Sets = self._local.__dict__.pop("sets", None) or _sets(_FIRST_SETS)
        return sets

    def give_back(self, sets: Sets) -> None:
        """Keeps the room for the next search of this thread, unless it is large."""
        if sets.depths.size <= self._flying:
            self._local.sets = sets

    def add(self, found: int, share: float = 0.0) -> None:
        """Adds `found` sets, and a share of the work. Raises TooManySetsError for more than `most` in all."""
        with self._lock:
            self._found += found
            if self._most is not None and self._found > self._most:
                raise TooManySetsError
            self._share += share
            if self._progress is not None:
                self._progress(share)
            is_many, is_first, reached = self._found >= self._next, not self._is_told, self._found
            if self._watch is None or not (is_many or (is_first and self._is_slow())):
                return
            self._is_told = True
            if is_many:
                self._next = 2 * self._found
        self._watch(reached, is_first)

    def _is_slow(self) -> bool:
        """Whether there will be LARGE sets or more, but not soon."""
        return time.perf_counter() - self._begin > _PATIENCE and self._found > LARGE * self._share

    def __reduce__(self) -> tuple[Any, ...]:
        return Ledger, (self._flying,)  # in another process one of its own


@dataclass(frozen=True)
class Search:
    """A task for executors: it searches an ItemRange for frequent sets.

    least: the smallest support. deepest: the largest number of items of a set. block: how many sets a worker may hand
    over at once. pending: how many sets of one range may be in memory at once. finish: is called with the tree of a
    range, whose arrays are used again afterwards. in_portions: makes the function that takes the place of `finish` for
    a range of more than `block` sets, and is called with one tree after the other; None: with the whole range.
    """

    rows: Rows
    least: int
    deepest: int
    block: int
    pending: int
    ledger: Ledger
    finish: Callable[[SetTree], Any]
    in_portions: Callable[[], Callable[[SetTree], Any]] | None = None

    def __call__(self, wanted: ItemRange) -> Found | ItemRange:
        """Returns what `finish` makes of the range, or the range itself if it has more than `block` sets."""
        search = RangeSearch(self, self.block)
        for _ in search.run(self.rows, wanted.first, wanted.last, 0):
            search.forget()
            return wanted
        result = Found(search.used, self.finish(search.tree(search.used)))
        self.ledger.give_back(search.sets)
        return result

    def portions(self, wanted: ItemRange) -> Iterator[Any]:
        """Yields what is made of a range with many sets; each result must be used before the next one is asked for.

        Raises TooManySetsError for more than `pending` sets at a time.
        """
        search = RangeSearch(self, self.block if self.in_portions else self.pending)
        finish = self.in_portions() if self.in_portions else self.finish
        for done in search.run(self.rows, wanted.first, wanted.last, 0):
            if done:
                yield finish(search.tree(done))
        yield finish(search.tree(search.used))


class RangeSearch:
    """The search of one range: the arrays that the kernel works in, which grow when it asks for more."""

    def __init__(self, search: Search, most: int) -> None:
        self._search, self._most = search, most
        self._largest = max(search.pending, 4 * _FIRST_SETS)
        self.sets = search.ledger.take_sets()
        self.work = _work(search.rows)
        self.used = 0
        self._total = work_of(search.rows, search.rows.labels.size) or 1
        self._added, self._done = 0, 0.0  # what the ledger knows of this search

    def tree(self, size: int) -> SetTree:
        """Returns the first sets, in arrays that are used again."""
        return SetTree(*_first(self.sets, size))

    def run(self, rows: Rows, first: int, last: int, depth: int) -> Iterator[int]:
        """Writes sets from place self.used on.

        Where there are more than `most`, yields how many are complete, and then drops these; if none are, goes on with
        more room.
        """
        search, ledger = self._search, self._search.ledger
        progress = Progress(item=first, used=self.used)
        room = self._room(0)
        while True:
            status, progress = kernel.search(rows, last, search.least, depth, search.deepest, room, self.work, progress)
            found, self.used = progress.used - self.used, progress.used
            share = 0.0 if depth else (work_of(rows, progress.item) - work_of(rows, first)) / self._total
            self._add(found, share)
            first = first if depth else progress.item
            if status == kernel.DONE or ledger.stopped:
                return
            if status == kernel.MORE_SETS:
                if self.used + progress.need > self._most:
                    done = kernel.count_complete(self.work, progress)
                    yield done
                    self._drop(done)
                    progress = kernel.forget(self.work, progress, done)
                room = self._room(progress.need)
            elif status == kernel.MORE_WORDS:
                self.work = _with_words(self.work, progress.need)
            elif status == kernel.WIDE:
                inner = undisturbed(project, rows, progress.item - 1, search.least)
                yield from self.run(inner, 0, inner.labels.size, depth + 1)
                progress = progress._replace(used=self.used)
                room = self._room(0)

    def forget(self) -> None:
        """Takes back what this search has added to the ledger: the range will be searched again."""
        self._add(-self._added, -self._done)

    def _add(self, found: int, share: float) -> None:
        self._added += found
        self._done += share
        self._search.ledger.add(found, share)

    def _drop(self, done: int) -> None:
        """Moves the other sets to the places of the first `done` ones."""
        if done:
            kept, step = self.used - done, max(done, _LEAST_STEP)  # in steps, so that no array is copied whole
            for array in self.sets:
                for begin in range(0, kept, step):
                    end = min(kept, begin + step)
                    array[begin:end] = array[done + begin : done + end]
            self.used -= done

    def _room(self, needed: int) -> Sets:
        """Room for `needed` sets more, and for some; not all that there is, so that `Ledger.add` is asked in time.

        Raises TooManySetsError for more than `pending` sets.
        """
        needed += self.used
        if needed > self.sets.depths.size:
            if needed > self._largest:
                raise TooManySetsError
            size = self._largest if needed > self._most else min(max(2 * self.sets.depths.size, needed), self._largest)
            larger = _sets(size)
            larger.depths[: self.used] = self.sets.depths[: self.used]
            larger.items[: self.used] = self.sets.items[: self.used]
            larger.counts[: self.used] = self.sets.counts[: self.used]
            self.sets = larger
        return _first(self.sets, max(needed, self.used + self._search.ledger.step))


def search_blocks(search: Search, pool: Executor) -> Iterator[Any]:
    """Yields what the task makes of all ranges of first items, in order."""
    wanted = ranges(search.rows, _RANGES * pool.jobs)
    coming = deque(wanted)
    total = sum(one.size for one in wanted)
    is_far = pool.kind == "processes"  # whose ledgers are their own
    begin = time.perf_counter()
    try:
        while coming and pool.kind == "threads" and time.perf_counter() - begin < _SHORT:
            yield from _or_portions(search, search(coming.popleft()))
        sizes = [one.size for one in coming]
        for size, result in zip(sizes, pool.map_ordered(search, coming), strict=True):
            if is_far and isinstance(result, Found):
                search.ledger.add(result.sets, size / total)
            yield from _or_portions(search, result)
    finally:
        search.ledger.stopped = True  # nobody waits for those that still search


def _or_portions(search: Search, result: Found | ItemRange) -> Iterator[Any]:
    if isinstance(result, ItemRange):
        yield from search.portions(result)
    else:
        yield result.made


def search_all(search: Search, pool: Executor) -> SetTree:
    """Returns all frequent sets as one tree."""
    return concatenated([*search_blocks(search, pool)])


def work_of(rows: Rows, first: int) -> int:
    """Returns how much work the ranks below `first` are: their occurrences; items without any count, too."""
    return int(rows.starts[first]) + first


def ranges(rows: Rows, parts: int) -> list[ItemRange]:
    """All first items, in ranges of about equal numbers of occurrences."""
    ends = rows.starts[1:] + np.arange(1, rows.starts.size)  # items without occurrences count, too
    if not ends.size:
        return []
    wanted = min(ends.size, parts)
    cuts = np.unique(np.searchsorted(ends, np.arange(1, wanted) * (int(ends[-1]) / wanted), side="right"))
    cuts = np.unique(np.concatenate([[0], cuts, [ends.size]])).tolist()
    return [ItemRange(a, b, work_of(rows, b) - work_of(rows, a)) for a, b in pairwise(cuts)]


def _sets(size: int) -> Sets:
    return Sets(np.empty(size, np.uint16), np.empty(size, np.int32), np.empty(size, np.int64))


def _first(sets: Sets, size: int) -> Sets:
    return Sets(sets.depths[:size], sets.items[:size], sets.counts[:size])


def _work(rows: Rows) -> SearchMemory:
    """Memory for the classes of these rows."""
    items = rows.supports.size
    longest = int((rows.starts[1:] - rows.starts[:-1]).max(initial=0))
    slots = 1 << 10
    while slots <= 2 * longest:
        slots *= 4
    levels = MOST_ITEMS + 1
    return SearchMemory(
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


def _with_words(work: SearchMemory, size: int) -> SearchMemory:
    size *= 2
    return work._replace(
        words=np.empty(size, np.uint64),
        indices=np.empty(size, np.uint32),
        segments=np.empty(size, np.uint64),
        patterns=np.empty(size, np.uint8),
        segment_starts=np.empty(size, np.int64),
    )
