"""Transactions from tables: baskets, one item a row, one-hot, or categories; numbered as they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack

from nlpkit.compilation import watch_compilation
from nlpkit.corpus import Corpus
from nlpkit.corpus.formats import check_delimiter
from nlpkit.errors import OptionError
from nlpkit.executors import Progress, open_executor
from nlpkit.places.sources import Input
from nlpkit.transactions.columns import LAYOUTS, Columns
from nlpkit.transactions.model import Transactions
from nlpkit.transactions.reading import Run

__all__ = ["LAYOUTS", "Transactions", "read_transactions"]


def read_transactions(
    corpus: Corpus | Input | Iterable[Input],
    *,
    layout: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
    id: str | int | None = None,
    item: str | int | None = None,
    weight: str | int | None = None,
    trim: bool = True,
    jobs: int | None = None,
    executor: str = "auto",
    scheduler: str | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], object] | None = None,
) -> Transactions:
    """Reads transactions from CSV and its like, or from words between spaces.

    corpus: a Corpus, or what one is made of: a path, '-', a binary file, or several of these, whose rows follow each
    other.
    layout: 'basket' (a row is a transaction, each cell an item), 'long' (a row has the `id` of a transaction and one
    `item` of it; those of one id may stand anywhere, also in several files), 'onehot' (a column is an item, which the
    row's transaction has where the cell is 1, true, t, yes or y, not where it is 0, false, f, no, n or blank), 'table'
    (every cell is an item `column=value`). None: guessed from the first lines.
    delimiter: a character between cells, which are quoted as in RFC 4180; ' ' is any run of spaces and tabs, and then
    quotes are characters like others. None: guessed. header: the first row of each file names the columns; None:
    decided by the layout, where need be by the first lines.
    id, item, weight: columns, by a name in the header, else by their number from 1. id: of layouts other than 'long' a
    column that is no item. weight: decimals of 0 or more, with at most 9 decimals; in layout 'long' the same in all
    rows of an id.
    A first column without a name, in the layouts that name items by columns, is no item.
    trim: white space around cells does not count. Blank cells are no items. An empty line is an empty transaction in
    layout 'basket' (unless each has a weight), and nothing in others.
    progress: called with bytes as they are done. notify: called with lines for the user: what was guessed, what is odd.

    The result does not depend on jobs, executor ('auto', 'serial', 'threads', 'processes') or the corpus' chunk size.
    Raises OptionError, InputError (a column that is not there, rows that make no sense, no transactions at all),
    EncodingError, OutputError, WorkerError.
    """
    if layout is not None and layout not in LAYOUTS:
        raise OptionError(f"layout is {layout!r}; it must be one of {', '.join(LAYOUTS)}")
    check_delimiter(delimiter)
    if item is not None and layout not in (None, "long"):
        raise OptionError(f"item is a column of the layout 'long', not of {layout!r}")
    for name, column in (("id", id), ("item", item), ("weight", weight)):
        if isinstance(column, int) and column < 1:
            raise OptionError(f"{name} is {column}; columns are numbered from 1")
    with ExitStack() as stack:
        opened = stack.enter_context(corpus if isinstance(corpus, Corpus) else Corpus(corpus, notify=notify))
        o = opened.options
        if o.field is not None or o.column is not None or o.unique_lines:
            raise OptionError("a corpus with field, column or unique_lines gives no transactions; leave these out")
        stack.enter_context(watch_compilation(notify))
        pool = stack.enter_context(open_executor(executor, jobs, opened.size, scheduler, opened.tmp_dir))
        columns = Columns(layout, header, *(None if c is None else str(c) for c in (id, item, weight)))
        return Run(opened, pool, columns, delimiter, trim, progress, notify).read()
