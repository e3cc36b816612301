"""One run: what is asked for, the search for it, and what of the frequent sets is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from os import PathLike, fspath
from types import TracebackType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import watch_compilation
from nlpkit.errors import OptionError
from nlpkit.executors import open_executor, undisturbed
from nlpkit.itemsets.database import build_rows, count_items, numbers_of, rank_items, with_all
from nlpkit.itemsets.mining import (
    EMPTY,
    ENTRY,
    UNBOUNDED,
    Block,
    Search,
    Shared,
    copied,
    joined,
    search_blocks,
    whole,
)
from nlpkit.itemsets.partitions import search_partitions
from nlpkit.itemsets.result import Itemsets
from nlpkit.itemsets.selection import closed_sets, maximal_sets, most_frequent, sets_with
from nlpkit.itemsets.supports import smallest_count
from nlpkit.itemsets.writing import Lines
from nlpkit.memory import check_memory
from nlpkit.transactions import Transactions

Support: TypeAlias = "str | float | Fraction | Decimal"

DEFAULT_SUPPORT = "1%"
_COPIES = 2  # of all sets at a time: while an array grows, and while blocks are joined
_IN_FLIGHT = 4  # blocks for each worker: two that wait for their turn, and what it works in, which may be growing
_STEP = 4  # by which the support goes down while there are too few sets
_MANY = 1 << 18  # sets of which a block is rather kept as it is than as text


@dataclass(frozen=True)
class Query:
    """What is asked for, as in `apriori`. Raises OptionError for what makes no sense."""

    min_support: Support | None = None
    min_length: int = 1
    max_length: int | None = None
    closed: bool = False
    maximal: bool = False
    contains: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    top: int | None = None
    sort: str | None = None
    support: Support = field(init=False)

    def __post_init__(self) -> None:
        default = DEFAULT_SUPPORT if self.top is None else 1
        object.__setattr__(self, "support", default if self.min_support is None else self.min_support)
        if self.min_length < 1:
            raise OptionError(f"min_length is {self.min_length}; it must be at least 1")
        if self.max_length is not None and self.max_length < self.min_length:
            raise OptionError(f"max_length is {self.max_length}; it must be at least min_length, {self.min_length}")
        if self.top is not None and self.top < 1:
            raise OptionError(f"top is {self.top}; it must be at least 1")
        if self.sort not in (None, "support"):
            raise OptionError(f"sort is {self.sort!r}; itemsets are sorted by support, or stand as they are found")
        if self.closed and self.maximal:
            raise OptionError("closed or maximal, not both: maximal itemsets are closed")
        for item in self.contains:
            if item in self.exclude:
                raise OptionError(f"contains and exclude both name {item!r}")

    @property
    def deepest(self) -> int:
        """Items of the longest sets to look for: to judge a set takes those with an item more."""
        longest = UNBOUNDED if self.max_length is None else self.max_length
        return longest + (self.closed or self.maximal)

    @property
    def takes_all(self) -> bool:
        """Whether every frequent set that was looked for is meant."""
        return self.min_length == 1 and not (self.closed or self.maximal or self.contains or self.top or self.sort)

    def places(self, block: Block, names: list[str], judged: int = UNBOUNDED) -> NDArray[np.int64]:
        """Which sets of a block are meant, but for `top`; judged: of what length sets are known to be closed."""
        kept = block.depths >= self.min_length
        if self.max_length is not None:
            kept &= block.depths <= self.max_length
        if self.closed or self.maximal:
            kept &= closed_sets(block) if self.closed else maximal_sets(block)
            kept &= block.depths <= judged
        if self.contains:
            kept &= sets_with(block, names, self.contains)
        return np.flatnonzero(kept)


class Run:
    """A query on transactions; to be used within `with`."""

    def __init__(
        self,
        transactions: Transactions | Iterable[Iterable[str]],
        query: Query,
        workers: tuple[str, int | None, str | None],
        memory: int | None,
        notify: Callable[[str], object] | None,
    ) -> None:
        if isinstance(transactions, (str, PathLike)):
            raise OptionError(f"transactions is a path; give read_transactions({fspath(transactions)!r})")
        if hasattr(transactions, "iloc"):
            raise OptionError("transactions is a pandas frame; give Transactions.from_frame(frame) if it is one-hot")
        if not isinstance(transactions, Transactions):
            transactions = Transactions.from_lists(transactions)
        self.query, self._notify = query, notify
        self._transactions, self._workers = transactions, workers
        self.total, self.scale = transactions.total, transactions.scale
        self._room = check_memory(memory) // ENTRY
        self._least = smallest_count(query.support, self.total, self.scale) if self.total else 1
        self.written = 0
        self._stack = ExitStack()

    def __enter__(self) -> Run:
        with ExitStack() as stack:
            stack.enter_context(watch_compilation(self._notify))
            kind, jobs, scheduler = self._workers
            kind = "threads" if kind == "auto" and scheduler is None else kind
            self._pool = stack.enter_context(open_executor(kind, jobs, 0, scheduler))
            counts = count_items(self._transactions, self._pool.together, self.query.exclude)
            wanted = numbers_of(self._transactions, self.query.contains, "contains")
            self._ranking = rank_items(self._transactions.names, counts, self._least)
            if wanted:  # the other transactions have none of the sets
                self._transactions = with_all(self._transactions, wanted)
                counts = count_items(self._transactions, self._pool.together, self.query.exclude)
            self._counts = counts
            if self._notify is not None and str(self.query.min_support) == "1" and self.total > self.scale:
                self._notify("min_support 1 is one transaction; a share has a decimal point: 1.0 is all of them")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.__exit__(kind, error, at)

    @property
    def names(self) -> list[str]:
        """The frequent items by rank."""
        return self._ranking.names

    @property
    def streams(self) -> bool:
        """Whether blocks can be written one after the other, as they are found."""
        query = self.query
        return query.top is None and query.sort is None and not (query.closed or query.maximal)

    def itemsets(self) -> Itemsets:
        """All that the query asks for."""
        query, names = self.query, self.names
        chosen: NDArray[np.int64] | None
        if query.top is not None and not query.maximal:
            block, chosen = self._best(query.top)
        else:
            block = self._search(self._least, query.deepest)
            chosen = None if query.takes_all else query.places(block, names)
        if chosen is not None and (query.top or query.sort):
            chosen = most_frequent(block, chosen, query.top or chosen.size)
        complete = not (query.contains or query.top)
        return Itemsets(names, *block, self.total, len(self._transactions), self.scale, chosen, complete)

    def lines(self, lines: Lines) -> Iterator[Any]:
        """The sets as text, block after block."""
        yield lines.header
        least, deepest = self._least, self.query.deepest
        write = _Writing(lines, self.query, self.names)
        blocks: Iterable[Any]
        if self._pool.shares_files:
            task = self._task(least, deepest, write, _IN_FLIGHT * self._pool.jobs)
            blocks = search_blocks(
                replace(task, in_portions=None if self.query.contains else write.portions), self._pool
            )
        else:
            blocks = [write(self._on_cluster(least, deepest))]
        for found, texts in blocks:
            self.written += found
            yield from texts

    def _best(self, top: int) -> tuple[Block, NDArray[np.int64]]:
        """Sets, and the places of some of them, among which the `top` most frequent ones are.

        The support goes down until there are enough short ones. A longer set must then be more frequent than the last
        of these, and so must all its subsets be. Where no set of the length reached is, the search is over; else it
        goes on with these.
        """
        query = self.query
        length, least = query.min_length, max(self._least, int(self._ranking.counts.supports.max(initial=0)))
        ties, tied = EMPTY, np.empty(0, np.int64)
        while True:
            deepest = min(length + query.closed, query.deepest)
            found = self._search(least, deepest)
            is_whole = deepest == query.deepest or int(found.depths.max(initial=0)) < deepest
            places = query.places(found, self.names, UNBOUNDED if is_whole else length)
            block = joined([found, ties])
            places = np.concatenate([places, tied + found.depths.size])
            if places.size < top and least > self._least and not tied.size:
                least = max(self._least, least // _STEP)
                continue
            if is_whole:
                return block, places
            if places.size >= top:
                counts = block.counts[places]
                last = int(np.partition(counts, counts.size - top)[counts.size - top])
                if not (found.counts[found.depths == length] > last).any():
                    return block, places
                ties, tied, least = block, places[counts == last], last + 1
            length *= 2

    def _search(self, least: int, deepest: int) -> Block:
        """All frequent sets."""
        if not self._pool.shares_files:
            return self._on_cluster(least, deepest)
        return whole(self._task(least, deepest, copied, _COPIES), self._pool)

    def _task(self, least: int, deepest: int, finish: Callable[[Block], Any], copies: int) -> Search:
        """copies: how often a block, or all that was found, may be in memory at a time."""
        ranking, labels = self._ranking.frequent(least, self._counts)
        rows = undisturbed(build_rows, self._transactions, ranking, self._pool.together)._replace(labels=labels)
        return Search(rows, least, deepest, self._room // copies, Shared(self._notify), finish)

    def _on_cluster(self, least: int, deepest: int) -> Block:
        return search_partitions(self._transactions, self._ranking, least, deepest, self._room // _COPIES, self._pool)


@dataclass(frozen=True)
class _Writing:
    """Block -> how many of its sets are meant, and their lines, or what makes these: where they are many, they are not
    to wait in memory for their turn."""

    lines: Lines
    query: Query
    names: list[str]

    def __call__(self, block: Block) -> tuple[int, Iterable[NDArray[np.uint8]]]:
        places = None if self.query.takes_all else self.query.places(block, self.names)
        found = block.depths.size if places is None else places.size
        if found > _MANY:
            return found, _Later(self.lines, copied(block), places)
        return found, list(self.lines.of(*block, places))

    def portions(self) -> Callable[[Block], tuple[int, Iterable[NDArray[np.uint8]]]]:
        """The same for blocks that follow each other in one tree; for queries of lengths alone."""
        pen, shortest = self.lines.pen(len(self.names)), self.query.min_length

        def write(block: Block) -> tuple[int, Iterable[NDArray[np.uint8]]]:
            found = int(np.count_nonzero(block.depths >= shortest))
            return found, self.lines.write(pen, *block, shortest=shortest)

        return write


@dataclass(frozen=True)
class _Later:
    """Lines that are made when they are asked for."""

    lines: Lines
    block: Block
    places: NDArray[np.int64] | None

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        return self.lines.of(*self.block, self.places)
