"""Frequent itemsets of transactions: Apriori, one equivalence class after another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from os import PathLike
from typing import Any, BinaryIO

from nlpkit.itemsets.result import Itemset, Itemsets
from nlpkit.itemsets.run import Query, Run, Support
from nlpkit.itemsets.supports import smallest_count
from nlpkit.itemsets.writing import FORMATS, Lines, write_lines
from nlpkit.transactions import Transactions

__all__ = ["FORMATS", "Itemset", "Itemsets", "apriori", "check", "write_itemsets"]

_MANY = 10**40  # transactions


def apriori(
    transactions: Transactions | Iterable[Iterable[str]],
    *,
    min_support: Support | None = None,
    min_length: int = 1,
    max_length: int | None = None,
    closed: bool = False,
    maximal: bool = False,
    contains: str | Collection[str] = (),
    exclude: str | Collection[str] = (),
    top: int | None = None,
    sort: str | None = None,
    jobs: int | None = None,
    executor: str = "auto",
    scheduler: str | None = None,
    memory: int | None = None,
    notify: Callable[[str], object] | None = None,
) -> Itemsets:
    """All sets of items that occur together in `min_support` of the transactions or more (Agrawal and Srikant 1994).

    transactions: Transactions, or any iterable of iterables of strings. min_support: a count (an integer), or a share
    that is taken by its digits ('0.01', '1%', 0.07); default 1 %, with `top` one transaction. min_length, max_length:
    numbers of items. closed: only sets of which none with an item more is as frequent (Pasquier et al. 1999); maximal:
    only those of which none with an item more is frequent (Bayardo 1998); both judge by all frequent sets, whatever
    their length. contains: only sets with this item, or all of these. exclude: transactions are taken without these.
    sort: 'support' puts the most frequent sets first, those of equal count by length, then as they come; None: they
    stand as they come (see Itemsets). top: only the first so many, by support.

    jobs, executor ('auto', 'serial', 'threads', 'processes', 'dask'), scheduler: as in discover; the result does not
    depend on them. memory: bytes that the sets may take (default: a quarter of what there is). notify: called
    with lines for the user, such as how many sets there are when they become very many.

    Raises OptionError (also for more sets than there is memory for), InputError, WorkerError.
    """
    query = Query(min_support, min_length, max_length, closed, maximal, _items(contains), _items(exclude), top, sort)
    with Run(transactions, query, (executor, jobs, scheduler), memory, notify) as run:
        return run.itemsets()


def write_itemsets(
    path: str | PathLike[str] | BinaryIO | None,
    transactions: Transactions | Iterable[Iterable[str]],
    *,
    format: str = "tsv",
    min_support: Support | None = None,
    min_length: int = 1,
    max_length: int | None = None,
    closed: bool = False,
    maximal: bool = False,
    contains: str | Collection[str] = (),
    exclude: str | Collection[str] = (),
    top: int | None = None,
    sort: str | None = None,
    jobs: int | None = None,
    executor: str = "auto",
    scheduler: str | None = None,
    memory: int | None = None,
    notify: Callable[[str], object] | None = None,
) -> int:
    """Writes what `apriori` finds as `Itemsets.save` does, but as it is found, so that it need not fit in memory.

    -> how many sets. Options and errors as in both.
    """
    query = Query(min_support, min_length, max_length, closed, maximal, _items(contains), _items(exclude), top, sort)
    with Run(transactions, query, (executor, jobs, scheduler), memory, notify) as run:
        lines = Lines(run.names, run.total, run.scale, format)
        if run.streams:
            write_lines(path, run.lines(lines))
            return run.written
        found = run.itemsets()
        found.save(path, format)
        return len(found)


def check(*, min_support: Support | None = None, **query: Any) -> None:
    """Raises OptionError for options of `apriori` that make no sense, whatever the transactions are."""
    Query(min_support, **query)
    if min_support is not None:
        smallest_count(min_support, _MANY)


def _items(names: str | Collection[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
