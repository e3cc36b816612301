"""Reads transactions from tables: baskets, one item a row, one-hot, or categories."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from nlpkit.arguments import checked
from nlpkit.choices import EXECUTOR
from nlpkit.compilation import watch_compilation
from nlpkit.corpus import Corpus
from nlpkit.errors import Option, OptionError
from nlpkit.executors import Progress, RunningOptions, open_executor
from nlpkit.places.sources import Input
from nlpkit.transactions.model import Transactions, refuse_frame
from nlpkit.transactions.options import Column, TransactionOptions
from nlpkit.transactions.reading import TransactionReader

__all__ = ["Transactions", "read_transactions", "refuse_frame"]


@checked
def read_transactions(
    corpus: Corpus | Input | Iterable[Input],
    *,
    layout: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
    id: Column | Sequence[Column] | None = None,
    item: Column | Sequence[Column] | None = None,
    weight: Column | None = None,
    trim: bool = True,
    item_separator: str | None = None,
    missing: str | Sequence[str] = (),
    where: str | Sequence[str] = (),
    jobs: int | None = None,
    executor: str = EXECUTOR,
    scheduler: str | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], object] | None = None,
) -> Transactions:
    """Reads transactions from CSV and similar tables, or from words between spaces.

    corpus: a Corpus, or what one is made of: a path, '-', a binary file, or several of these, which are read one after
    the other.
    layout: how rows become transactions.
        'basket': a row is a transaction, each of its cells an item.
        'long': a row has the `id` of a transaction and one `item` of it. The rows of an id may be anywhere, also in
        several files.
        'onehot': a column is an item. The transaction of a row has it if the cell is a number above 0 or a word such as
        true, yes, x, 是, and does not have it if the cell is 0, a word such as false, no, 否, or blank.
        'table': every cell is an item `column=value`.
        None: detected from the first lines.
    delimiter: the character between cells, which may be quoted as in RFC 4180. `\\t` is a tab. A space means any run of
    spaces and tabs, and quotes are then ordinary characters. None: detected.
    header: whether the first row of each file names the columns. None: the layout decides, or else the first lines.
    id, item, weight: columns, each a name in the header, or else a number from 1; `id` and `item` may be several. In
    layout 'long' several columns `id` are one key: id=["member", "date"]; and a row may have an item in each of several
    columns `item`. In other layouts the columns `id` are not items. In layout 'basket' only the columns `item` have
    items, if any are given. Weights are decimals of 0 or more, and exact; if their sum does not fit into 64
    bits with all their decimals, they are rounded to as many as fit, 9 or more, and `notify` says so. In layout 'long'
    all rows of an id must have the same.
    A first column without a name, in the layouts that name items by columns, is not an item.
    trim: ignore white space around cells. Blank cells are not items. An empty line is an empty transaction in layout
    'basket' (unless there are weights), and is ignored in others.
    item_separator: what stands between the items of a cell, in the layouts 'basket' and 'long': "," for `milk, bread`.
    Quotes around items come off, and so do brackets around a list, as in `['milk', 'bread']`.
    missing: cells that are as if empty: ["?", "NA"], or "?,NA". None by default.
    where: conditions on rows, all of which must hold: ["Quantity > 0", "Date >= 2026-11-01", "Invoice !~ ^C"]. A
    condition is a column, one of = != < <= > >= ~ !~, and a value. Numbers are compared as numbers, with a decimal
    point or comma; dates as dates if the year comes first, or as 31.12.2026, or if a day above 12 in the column shows
    the order; all else, and values in quotes, as text. ~ searches for a regular expression. An empty cell meets only
    = "", != and what such an expression allows.
    jobs, executor, scheduler: the number of workers, what they are ('auto', 'serial', 'threads', 'processes', 'dask'),
    and the address of a Dask cluster.
    progress: called with numbers of bytes as they are done. notify: called with lines for the user: what was detected,
    what is unusual.

    The result does not depend on jobs, executor or the chunk size of the corpus.
    Raises OptionError, InputError (a missing column, rows that make no sense, no transactions at all), EncodingError,
    OutputError, WorkerError.

    >>> for items in read_transactions("groceries.csv", layout="basket"):
    ...     print(items)
    """
    refuse_frame("corpus", corpus)
    options = TransactionOptions(layout, delimiter, header, id, item, weight, trim, item_separator, missing, where)
    corpus = corpus if isinstance(corpus, Corpus) else Corpus(corpus, notify=notify)
    running = RunningOptions(jobs, executor, scheduler, corpus.tmp_dir)
    o = corpus.options
    if o.field or o.column or o.unique_lines or not o.keeps_text:
        names = (Option("field"), ", ", Option("column"), ", ", Option("text_from"), ", ", Option("join_lines"))
        raise OptionError(
            "a corpus with ", *names, " or ", Option("unique_lines"), " gives no transactions; leave these out"
        )
    gives_hints, corpus.gives_hints = corpus.gives_hints, False  # tables have hints of their own
    try:
        with corpus as opened, watch_compilation(notify), open_executor(running, opened.size) as pool:
            return TransactionReader(opened, pool, options, progress, notify).read()
    finally:
        corpus.gives_hints = gives_hints
