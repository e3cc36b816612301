"""Frequencies: how often the words of a corpus, or n-grams of them, occur."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from os import PathLike
from typing import Any

import numpy as np

from nlpkit.compilation import watch_compilation
from nlpkit.corpus import Corpus, Folder
from nlpkit.corpus.sources import Input
from nlpkit.errors import OptionError
from nlpkit.executors import Executor, Progress, open_executor
from nlpkit.frequencies import grams
from nlpkit.frequencies.counting import Counted, Item, Records, TokenCounter, WordCounter, add, filtered, items
from nlpkit.frequencies.filters import Filters, make_filters
from nlpkit.frequencies.lists import is_list, read_lists
from nlpkit.frequencies.result import FORMATS, Contents, Frequencies, aligned, contents_of, gathered
from nlpkit.frequencies.statistics import Statistics, count_tokens
from nlpkit.frequencies.tally import Extent, Table, Tally, end_to_end
from nlpkit.frequencies.tokens import TOKENIZERS, Jieba, Tokenizer, tallies
from nlpkit.ngrams import count_windows
from nlpkit.runs import Spill
from nlpkit.segmentation import Segmenter

__all__ = ["FORMATS", "TOKENIZERS", "Frequencies", "Jieba", "Statistics", "aligned", "count", "is_list", "read_lists"]

DOCUMENTS = ("line", "file", "row")


def count(
    corpus: Corpus | Input | Iterable[Input],
    *,
    tokenizer: str = "words",
    segmenter: Segmenter | None = None,
    jieba: Jieba | None = None,
    pattern: str | None = None,
    normalize: bool = False,
    casefold: bool = False,
    match: str | None = None,
    stopwords: str | PathLike[str] | Sequence[str | PathLike[str]] = (),
    min_length: int = 1,
    ngram: int | tuple[int, int] = 1,
    separator: str | None = None,
    df: bool = False,
    document: str = "line",
    firsts: bool = False,
    min_count: int = 1,
    top: int | None = None,
    jobs: int | None = None,
    executor: str = "auto",
    scheduler: str | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], object] | None = None,
) -> Frequencies:
    """Counts the words of a corpus, or n-grams of them.

    corpus: a Corpus, or what one is made of: a path, '-', a binary file, or several of these.
    tokenizer: what a token is: 'words' of the `segmenter` (default: jieba's dictionary, no HMM), those of the jieba
    library ('jieba', called as the argument of that name says), what stands between white space ('space'), each
    character but white space ('char'), or what a regular expression matches within a line ('regex', `pattern`).
    normalize (NFKC), casefold, match (a regular expression that must be found in a token), stopwords (files),
    min_length (characters): which tokens count and as what, in this order.
    ngram: the order, or the lowest and the highest; n-grams of tokens in one line, of which none in between was left
    out; of characters: nor white space. separator: between the tokens of an n-gram (default: a space; of characters
    nothing). Equal strings are one n-gram.
    df: count documents too: a `document` is a 'line', a 'file', or a 'row' (a record of JSON Lines or CSV).
    firsts: keep where in the corpus each string comes first.
    min_count, top: leave rarer ones out of the list; keep only the most frequent so many.
    progress: called with bytes as they are done. notify: called with lines for the user.

    The result does not depend on jobs, executor ('auto', 'serial', 'threads', 'processes', 'dask') or the corpus' chunk
    size. Raises OptionError, InputError, EncodingError, LexiconError, OutputError, WorkerError.
    """
    lowest, highest = (ngram, ngram) if isinstance(ngram, int) else ngram
    if not 1 <= lowest <= highest:
        raise OptionError(f"ngram is {lowest}-{highest}; orders begin with 1, the lower one first")
    if document not in DOCUMENTS:
        raise OptionError(f"document is {document!r}; it must be one of {', '.join(DOCUMENTS)}")
    if min_count < 1 or (top is not None and top < 1):
        raise OptionError("min_count and top are at least 1")
    if separator is not None and ("\n" in separator or "\t" in separator):
        raise OptionError("separator holds a tab or line end; rows of the list could not be told apart")
    filters = make_filters(normalize, casefold, match, stopwords, min_length)
    if tokenizer == "words" and segmenter is None:
        segmenter = Segmenter(notify=notify)
    tokens = Tokenizer(tokenizer, segmenter if tokenizer == "words" else None, jieba, pattern)
    if separator is None:
        separator = "" if tokens.chars else " "
    if executor == "auto" and scheduler is None and tokens.is_python:
        executor = "processes"
    with ExitStack() as stack:
        opened = stack.enter_context(corpus if isinstance(corpus, Corpus) else Corpus(corpus))
        stack.enter_context(watch_compilation(notify))
        pool = stack.enter_context(_open_pool(executor, jobs, opened.size, scheduler))
        run = _Run(
            opened, pool, tokens, filters, (lowest, highest), separator, document if df else None, firsts, progress
        )
        contents, extent = run.count()
        return Frequencies(contents, extent.tokens, extent.documents if df else None, min_count, top)


def _open_pool(executor: str, jobs: int | None, size: int, scheduler: str | None) -> Executor:
    return open_executor(executor, jobs, size, **({} if scheduler is None else {"scheduler": scheduler}))


class _Run:
    """One run of `count`."""

    def __init__(
        self,
        corpus: Corpus,
        pool: Executor,
        tokenizer: Tokenizer,
        filters: Filters,
        orders: tuple[int, int],
        separator: str,
        document: str | None,
        firsts: bool,
        progress: Progress | None,
    ) -> None:
        self.corpus, self.pool, self.progress = corpus, pool, progress
        self.tokenizer, self.filters, self.orders, self.separator = tokenizer, filters, orders, separator
        self.document, self.firsts = document, firsts
        self.folder = Folder(lambda: corpus.tmp_dir)
        self.spill = Spill(self.folder, corpus.memory)

    def count(self) -> tuple[Contents, Extent]:
        """The figures, and how much there was of tokens and documents."""
        try:
            if self._packs:
                return self._count_grams()
            return self._gathered(self._count_strings())
        except BaseException:
            self.folder.remove()
            raise

    @property
    def _packs(self) -> bool:
        """Whether the shared counter of character n-grams can do it."""
        return (
            self.tokenizer.chars
            and self.orders[1] <= grams.MOST
            and not self.separator
            and not (self.document or self.firsts)
            and self.filters.keeps_forms
        )

    def _count_grams(self) -> tuple[Contents, Extent]:
        lowest, highest = self.orders
        windows = count_windows(
            self.corpus, grams.windowing(highest, self.filters), self.pool, self.spill, self.progress
        )
        blocks = grams.grams_of(windows, lowest, highest)
        tokens = int(windows.symbol_counts.sum())
        return contents_of(blocks, windows.sorted.is_whole, self.spill, self.folder), Extent(tokens)

    def _count_strings(self) -> Counted:
        task: Callable[[Any], Counted]
        work: Iterator[Any] = self._items(self.document is not None or self.firsts)
        tracks = self.document is not None, self.firsts
        if self.orders == (1, 1) and not any(tracks) and tallies(self.tokenizer):
            task = WordCounter(self.tokenizer, self.filters, self.spill)
        else:
            task = TokenCounter(
                self.tokenizer, self.filters, self.orders, self.separator, self.document, self.firsts, self.spill
            )
        found = self.pool.map_merge(task, work, partial(add, spill=self.spill), self.progress)
        return found or Counted(Tally(tracks), Extent())

    def _items(self, tracks: bool) -> Iterator[Item | Records]:
        if self.document != "row":
            whole_lines = self.orders[1] > 1 or self.tokenizer.needs_lines
            return items(self.corpus.chunks(in_order=tracks or whole_lines), whole_lines)
        if self.corpus.options.unique_lines or set(self.corpus.formats) - {"jsonl", "csv", "tsv"}:
            raise OptionError(
                "document 'row': only JSON Lines and CSV have such, and not with unique_lines; see 'line'"
            )
        return (Records(rows, size) for rows, size in self.corpus.rows())

    def _gathered(self, counted: Counted) -> tuple[Contents, Extent]:
        """One table of all."""
        tally, extent = counted.tally, counted.whole
        if counted.known is not None:
            assert self.tokenizer.segmenter is not None
            nodes, counts = counted.known
            texts = self.tokenizer.segmenter.engine().spell(nodes.astype(np.int64))
            known = Table(*end_to_end(map(str.encode, texts)), counts)
            tally.add(known if self.filters.keeps_all else filtered(known, texts, self.filters).table())
        contents = gathered(replace(counted, tally=tally), self.spill, self.folder)
        return contents, extent if extent.tokens else replace(extent, tokens=count_tokens(contents.spectrum))
