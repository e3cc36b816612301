"""Frequent itemsets of transactions: Apriori, one equivalence class after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from os import PathLike
from typing import BinaryIO

from nlpkit.arguments import checked
from nlpkit.choices import EXECUTOR, TABLE_FORMATS
from nlpkit.executors import RunningOptions
from nlpkit.itemsets.miner import Miner
from nlpkit.itemsets.options import AprioriOptions, Items, Wanted
from nlpkit.itemsets.result import Itemset, Itemsets
from nlpkit.itemsets.supports import Number
from nlpkit.itemsets.writing import Lines
from nlpkit.output import format_by_name, write_blocks
from nlpkit.transactions import Transactions

__all__ = ["AprioriOptions", "Itemset", "Itemsets", "apriori", "write_itemsets"]


@checked
def apriori(
    transactions: Transactions | Iterable[Iterable[str]],
    *,
    min_support: Number | None = None,
    min_length: int = 1,
    max_length: int | None = None,
    closed: bool = False,
    maximal: bool = False,
    contains: Wanted = (),
    exclude: Items = (),
    top: int | None = None,
    sort: str | None = None,
    jobs: int | None = None,
    executor: str = EXECUTOR,
    scheduler: str | None = None,
    memory: int | None = None,
    progress: Callable[[float], object] | None = None,
    notify: Callable[[str], object] | None = None,
) -> Itemsets:
    """Finds all sets of items that occur together in at least `min_support` transactions (Agrawal and Srikant 1994).

    Example: `apriori([["bread", "milk"], ["bread"]], min_support=1)` has the sets (bread), (milk) and (milk, bread).

    transactions: Transactions, or any iterable of iterables of strings.
    min_support: a count (an integer), or a share, which is taken exactly ('0.01', '1%', 0.07). Default: 1 %, but at
    least 5 transactions (of fewer than 50 a tenth, and at least 2); then more than 10 million sets are refused. With
    `top` (and without `maximal`) one transaction.
    min_length, max_length: the smallest and the largest number of items of a set.
    closed: only sets that are more frequent than each set with one item more (Pasquier et al. 1999).
    maximal: only sets of which no set with one item more is frequent (Bayardo 1998). Both judge by all frequent sets,
    whatever their length.
    contains: only sets with this item, or with all of these; in place of an item several, as a tuple or with | between
    them, of which any will do: `["tea", ("milk", "cream")]`, `"milk|cream"`.
    exclude: transactions are taken without this item, or these.
    sort: 'support' orders the sets by count, the largest first, equal ones by length, then in the order in which they
    are found; None keeps that order (see Itemsets).
    top: only the first `top` sets by support.
    jobs, executor ('auto', 'serial', 'threads', 'processes', 'dask'), scheduler: as in discover; the result does not
    depend on them.
    memory: bytes that the sets of all workers may take together (default: a quarter of the memory of this machine).
    progress: is called with shares of the search as they are done, which add up to 1; from any thread, one at a time.
    Not with `top`.
    notify: is called with lines for the user, such as how many sets there are when they become very many.

    Raises OptionError, InputError (also for more sets than fit in memory: with their number, and a support at which
    there are few), WorkerError.
    """
    options = AprioriOptions(min_support, min_length, max_length, closed, maximal, contains, exclude, top, sort)
    running = RunningOptions(jobs, executor, scheduler)
    with Miner(transactions, options, running, memory, notify, progress) as miner:
        return miner.itemsets()


@checked
def write_itemsets(
    path: str | PathLike[str] | BinaryIO | None,
    transactions: Transactions | Iterable[Iterable[str]],
    options: AprioriOptions,
    running: RunningOptions,
    format: str | None = None,
    memory: int | None = None,
    progress: Callable[[float], object] | None = None,
    notify: Callable[[str], object] | None = None,
) -> int:
    """Writes what `apriori` finds as `Itemsets.save` does, but as it is found, so that it need not fit in memory.

    Example: `write_itemsets("sets.tsv", transactions, AprioriOptions("1%"), RunningOptions())`.

    path: '-' or None is stdout. options: which sets. running: how to run it. format: one of choices.TABLE_FORMATS, by
    default that of the file's name, else tsv. memory, progress, notify: as in `apriori`.

    Returns how many sets it wrote. Raises what `apriori` and `Itemsets.save` raise.
    """
    chosen = format or format_by_name(path, TABLE_FORMATS) or TABLE_FORMATS[0]
    with Miner(transactions, options, running, memory, notify, progress) as miner:
        if miner.streams:
            write_blocks(path, miner.lines(Lines(miner.names, miner.total, miner.scale, chosen)))
            return miner.written
        found = miner.itemsets()
        found.save(path, chosen)
        return len(found)
