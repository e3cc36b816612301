"""Mining: the options of `apriori` on transactions; the search for frequent sets, and which of them are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from math import isqrt
from os import PathLike, fspath
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import watch_compilation
from nlpkit.errors import Notice, Option, OptionError
from nlpkit.executors import RunningOptions, open_executor, undisturbed
from nlpkit.itemsets.database import build_rows, count_items, numbers_of, rank_items, with_all
from nlpkit.itemsets.limits import Limits
from nlpkit.itemsets.mining import LARGE, Ledger, Search, TooManySetsError, search_all, search_blocks
from nlpkit.itemsets.options import UNBOUNDED, AprioriOptions
from nlpkit.itemsets.partitions import search_partitions
from nlpkit.itemsets.result import Itemsets
from nlpkit.itemsets.selection import closed_sets, maximal_sets, most_frequent, sets_with
from nlpkit.itemsets.supports import default_count, smallest_count
from nlpkit.itemsets.trees import EMPTY, SET_BYTES, SetTree, concatenated, copied, divide_memory
from nlpkit.itemsets.writing import Lines
from nlpkit.memory import check_memory
from nlpkit.transactions import Transactions, refuse_frame

_STEP = 4  # by which the support goes down while there are too few sets
_CAPPED, _TIMES = 1 << 20, 8  # sets, at least, and times as many as are asked for, of which few will be kept
_MANY = 1 << 18  # sets of which a tree is rather kept as it is than as text


class Miner:
    """Mines transactions as the options say; to be used within `with`.

    running: how to run it. memory: bytes that the sets of all workers may take together; None: a quarter of what there
    is. notify: is called with lines for the user. progress: is called with the shares of the work that are done.

    Raises OptionError if the first argument is not transactions, or does not fit the options.
    """

    def __init__(
        self,
        transactions: Transactions | Iterable[Iterable[str]],
        options: AprioriOptions,
        running: RunningOptions,
        memory: int | None,
        notify: Callable[[str], object] | None,
        progress: Callable[[float], object] | None = None,
    ) -> None:
        if isinstance(transactions, (str, PathLike)):
            raise OptionError(f"transactions is a path; give read_transactions({fspath(transactions)!r})")
        refuse_frame("transactions", transactions)
        self._memory = check_memory(memory)
        if not isinstance(transactions, Transactions):
            transactions = Transactions.from_lists(transactions)
        self.options, self._running, self._notify, self._transactions = options, running, notify, transactions
        self._progress = None if options.top is not None and not options.maximal else progress  # many searches
        self.total, self.scale = transactions.total, transactions.scale
        least, share = 1, 1
        if self.total and options.has_default_support:
            least, share = default_count(len(transactions), self.total, self.scale)
        elif self.total:
            least = share = smallest_count(options.support, self.total, self.scale)
        self._least = least
        self._limits = Limits(least, self.total, self.scale, options.has_default_support, options.min_length, notify)
        self._limits.say_default(share)
        self._searched: Search | None = None
        self._most: int | None = None
        self.written = 0
        self._stack = ExitStack()

    def __enter__(self) -> Miner:
        options = self.options
        with ExitStack() as stack:
            stack.enter_context(watch_compilation(self._notify))
            running = self._running
            if running.executor == "auto" and running.scheduler is None:  # the size of the input says little
                running = replace(running, executor="threads")
            self._pool = stack.enter_context(open_executor(running))
            self._room = divide_memory(self._memory, self._pool.jobs, options.is_ordered, bool(options.contains))
            counts = count_items(self._transactions, self._pool.together, options.exclude)
            wanted = numbers_of(self._transactions, options.contains, "contains")
            self._ranking = rank_items(self._transactions.names, counts, self._least)
            if wanted:  # the other transactions have none of the sets
                self._transactions = with_all(self._transactions, wanted)
                counts = count_items(self._transactions, self._pool.together, options.exclude)
            self._counts = counts
            if self._notify is not None and str(options.min_support) == "1" and self.total > self.scale:
                one = "one transaction" if self._transactions.weights is None else "a weight of 1"
                way = f" 1 is {one}; a share has a decimal point: 1.0 is all of them"
                self._notify(Notice(Option("min_support"), way))
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
        """Whether sets can be written as they are found, one tree after the other."""
        return not (self.options.is_ordered or self.options.closed or self.options.maximal)

    def itemsets(self) -> Itemsets:
        """Returns all sets that the options ask for. Raises InputError for more than there may be."""
        options, names = self.options, self.names
        chosen: NDArray[np.int64] | None
        with self._refusing():
            if options.top is not None and not options.maximal:
                tree, chosen = self._best(options.top)
            else:
                tree = self._search(self._least, options.deepest)
                chosen = None if options.takes_all else chosen_sets(tree, options, names)
        if chosen is not None and options.is_ordered:
            chosen = most_frequent(tree, chosen, options.top or chosen.size)
        complete = not (options.contains or options.top)
        rows, is_default = len(self._transactions), options.has_default_support
        return Itemsets(names, tree, self.total, rows, self.scale, chosen, complete, is_default)

    def lines(self, lines: Lines) -> Iterator[Any]:
        """Yields the sets as text, one tree after the other, and counts them in `written`.

        Raises InputError for more than there may be.
        """
        with self._refusing():
            write = _Writing(lines, self.options, self.names, self._room.flying)
            trees: Iterable[Any]
            if self._pool.shares_files:
                most = LARGE if self.options.has_default_support else None
                task = self._task(self._least, self.options.deepest, write, most)
                task = replace(
                    task,
                    block=self._room.flying,
                    pending=self._room.pending,
                    in_portions=None if self.options.contains else write.portions,
                )
                if self.options.has_default_support:
                    self._limits.check(task)
                trees = search_blocks(task, self._pool)
            else:
                trees = [write(self._search(self._least, self.options.deepest))]
            yield lines.header
            for found, texts in trees:
                self.written += found
                yield from texts

    def _best(self, top: int) -> tuple[SetTree, NDArray[np.int64]]:
        """Returns sets, and the places of some of them, among which the `top` most frequent ones are.

        First come short sets. A longer set must then be more frequent than the last of these, and so must all its
        subsets be. Where no set of the length reached is, the search is over; else it goes on with these.
        """
        options = self.options
        length, least = options.min_length, self._least
        ties, tied = EMPTY, np.empty(0, np.int64)
        is_first = True
        while True:
            deepest = min(length + options.closed, options.deepest)
            support, found, places, is_whole = self._enough(top, least, deepest, length, ties.depths.size, is_first)
            if support > least:  # enough of these are more frequent
                ties, tied = EMPTY, tied[:0]
            tree = concatenated([found, ties])
            places = np.concatenate([places, tied + found.depths.size])
            if is_whole:
                return tree, places
            if places.size >= top:
                counts = tree.counts[places]
                last = int(np.partition(counts, counts.size - top)[counts.size - top])
                if not (found.counts[found.depths == length] > last).any():
                    return tree, places
                ties, tied, least = tree, places[counts == last], last + 1
            length, is_first = length * 2, False

    def _enough(
        self, top: int, least: int, deepest: int, judged: int, held: int, from_above: bool
    ) -> tuple[int, SetTree, NDArray[np.int64], bool]:
        """Returns the frequent sets at a support of which `top` are asked for, or at `least`, where fewer are.

        There may be very many at `least`. So the support goes down (or first up, unless `from_above`) until there are
        enough; where there are far more, it is bisected. Only if these are equally frequent, are all of them searched.

        judged, held: as in `chosen_sets` and `_search`.

        Returns the support, the sets, the places of those that are asked for, and whether longer ones cannot be.
        """
        most = max(_CAPPED, _TIMES * top)
        highest = max(least, int(self._counts.supports.max(initial=0)))
        fitting, failing = highest + 1, least - 1
        support = highest if from_above else least
        while True:
            try:
                found = self._search(support, deepest, held, most)
            except TooManySetsError:
                if most == UNBOUNDED:
                    raise
                failing = support
            else:
                is_whole = deepest == self.options.deepest or int(found.depths.max(initial=0)) < deepest
                places = chosen_sets(found, self.options, self.names, UNBOUNDED if is_whole else judged)
                if places.size >= top or support == least:
                    return support, found, places, is_whole
                fitting = support
            if fitting == failing + 1:
                most, support, failing = UNBOUNDED, failing, failing - 1
            elif failing < least:
                support = max(least, fitting // _STEP)
            else:
                support = max(failing + 1, isqrt(failing * fitting))

    def _search(self, least: int, deepest: int, held: int = 0, most: int = UNBOUNDED) -> SetTree:
        """Returns all frequent sets. held: how many sets are in memory already. Raises TooManySetsError for more than
        `most`, or more than there may be."""
        room = self._limits.most(min(most, max(0, self._room.kept - held)))
        if not self._pool.shares_files:
            self._searched, self._most = None, room
            return search_partitions(self._transactions, self._ranking, least, deepest, room, self._pool)
        task = self._task(least, deepest, copied, room)
        if self._pool.kind == "processes":  # which do not know how many sets the others have
            task = replace(task, block=self._room.flying, pending=room, in_portions=_copying)
        return search_all(task, self._pool)

    def _task(self, least: int, deepest: int, finish: Callable[[SetTree], Any], most: int | None = None) -> Search:
        """Returns the task that searches the transactions. most: how many sets all workers may find; None: any."""
        ranking, labels = self._ranking.frequent(least, self._counts)
        rows = undisturbed(build_rows, self._transactions, ranking, self._pool.together)._replace(labels=labels)
        ledger = Ledger(self._room.flying, most, self._watch, self._progress)
        self._searched, self._most = Search(rows, least, deepest, UNBOUNDED, UNBOUNDED, ledger, finish), most
        return self._searched

    def _watch(self, found: int, is_first: bool) -> None:
        assert self._searched is not None
        self._limits.watch(self._searched, self._most, found, is_first)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Raises InputError, which says what to change, where there are too many sets."""
        try:
            yield
            return
        except TooManySetsError:
            search, most = self._searched, self._most
        if search is None:  # on a cluster, where nobody has looked at the whole
            search = self._task(self._least, self.options.deepest, copied)
        raise self._limits.refusal(search, self._room.pending if most is None else most)


def chosen_sets(tree: SetTree, options: AprioriOptions, names: list[str], judged: int = UNBOUNDED) -> NDArray[np.int64]:
    """Returns the places of the sets in a tree that the options ask for, whatever `top` is.

    names: of items, by rank. judged: the length up to which it is known whether sets are closed.
    """
    kept = tree.depths >= options.min_length
    if options.max_length is not None:
        kept &= tree.depths <= options.max_length
    if options.closed or options.maximal:
        kept &= closed_sets(tree) if options.closed else maximal_sets(tree)
        kept &= tree.depths <= judged
    if options.contains:
        kept &= sets_with(tree, names, options.contains)
    return np.flatnonzero(kept)


def _copying() -> Callable[[SetTree], SetTree]:
    return copied


@dataclass(frozen=True)
class _Writing:
    """Makes of a tree the number of sets that are asked for, and their lines.

    The lines of many sets are not to wait in memory for their turn: then it makes an iterable that makes them. most:
    how many sets may wait; their lines may take as much memory.
    """

    lines: Lines
    options: AprioriOptions
    names: list[str]
    most: int

    def __call__(self, tree: SetTree) -> tuple[int, Iterable[NDArray[np.uint8]]]:
        places = None if self.options.takes_all else chosen_sets(tree, self.options, self.names)
        found = tree.depths.size if places is None else places.size
        longest = self.lines.longest(int(tree.depths.max(initial=0)))
        if found > min(_MANY, self.most * SET_BYTES // longest):
            return found, _LaterLines(self.lines, copied(tree), places)
        return found, list(self.lines.of(*tree, places))

    def portions(self) -> Callable[[SetTree], tuple[int, Iterable[NDArray[np.uint8]]]]:
        """Returns a function that does the same for trees that follow each other; for options of lengths alone."""
        pen, shortest = self.lines.pen(len(self.names)), self.options.min_length

        def write(tree: SetTree) -> tuple[int, Iterable[NDArray[np.uint8]]]:
            found = int(np.count_nonzero(tree.depths >= shortest))
            return found, self.lines.write(pen, *tree, shortest=shortest)

        return write


@dataclass(frozen=True)
class _LaterLines:
    """Lines that are made when they are asked for."""

    lines: Lines
    tree: SetTree
    places: NDArray[np.int64] | None

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        return self.lines.of(*self.tree, self.places)
