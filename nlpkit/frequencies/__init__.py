"""Frequencies: how often the words of a corpus, or n-grams of them, occur."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from os import PathLike
from typing import Any

import numpy as np

from nlpkit.arguments import checked
from nlpkit.choices import DOCUMENT, EXECUTOR, TOKENIZERS
from nlpkit.compilation import watch_compilation
from nlpkit.corpus import Corpus, Folder
from nlpkit.executors import Executor, Passes, Progress, RunningOptions, open_executor
from nlpkit.frequencies import grams
from nlpkit.frequencies.counted import Counted, add_counted, finish, split
from nlpkit.frequencies.counting import (
    Item,
    Records,
    TokenCounter,
    WordCounter,
    check_rows,
    count_all,
    filtered,
    has_token,
    items,
    records,
    suited,
)
from nlpkit.frequencies.dispersion import Dispersion, Measuring, Traces
from nlpkit.frequencies.filters import Filters, idle_lists
from nlpkit.frequencies.lists import is_list, read_lists
from nlpkit.frequencies.nothing import why_no_rows
from nlpkit.frequencies.options import CountOptions
from nlpkit.frequencies.result import Contents, Frequencies, aligned, gathered
from nlpkit.frequencies.statistics import Spectrum, Statistics, add_spectra, count_tokens
from nlpkit.frequencies.tally import Extent, Tally
from nlpkit.frequencies.tokens import Jieba, Tokenizer, tallies
from nlpkit.frequencies.traces import Tracer
from nlpkit.ngrams.counting import AlphabetError, count_windows, shard_windows
from nlpkit.places.sources import Input
from nlpkit.runs import SortedTable, Spill, Spilled, StringRun, StringTable, write_run
from nlpkit.runs.strings import end_to_end
from nlpkit.segmentation import Segmenter

__all__ = [
    "TOKENIZERS",
    "Dispersion",
    "Frequencies",
    "Jieba",
    "Statistics",
    "aligned",
    "count",
    "is_list",
    "read_lists",
]


@checked
def count(
    corpus: Corpus | Input | Iterable[Input],
    *,
    language: str | None = None,
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
    document: str = DOCUMENT,
    dispersion: bool = False,
    parts: int | None = None,
    firsts: bool = False,
    min_count: int = 1,
    top: int | None = None,
    jobs: int | None = None,
    executor: str = EXECUTOR,
    scheduler: str | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], object] | None = None,
) -> Frequencies:
    """Counts the words of a corpus, or n-grams of them.

    corpus: a Corpus, or what one is made of: a path, '-', a binary file, or several of these.
    language: what a token is, in place of `tokenizer`. 'zh': as 'words'. 'en': words of an alphabet, and numbers, which
    apostrophes and hyphens may join, in lower case.
    tokenizer: what a token is. 'words': the words that `segmenter` cuts (default: jieba's dictionary, no HMM).
    'jieba': the words that the jieba library cuts, called as the argument `jieba` says. 'space': text between white
    space. 'char': each character except white space. 'regex': each match of the regular expression `pattern` in a line,
    or what its group matches if it has one.
    normalize (NFKC), casefold, match (a regular expression that must be found in a token), stopwords ('zh' and 'en',
    which come with the package, and files, a word a line, in the corpus' encoding or UTF-8), min_length (in
    characters): change or leave out tokens, in this order.
    ngram: the order of n-grams, or the lowest and the highest. An n-gram lies within one line, and no token between
    its first and its last was left out. n-grams of characters do not contain white space either, and those of 'regex'
    contain nothing but white space between two tokens.
    separator: the text between the tokens of an n-gram (default: a space; for characters nothing). Equal strings are
    one n-gram.
    df: count documents too. document: what a document is, a 'line', a 'file' or a 'row' (a record of JSON Lines or
    CSV).
    dispersion: measure how evenly each string of the list is spread over the documents, or over this many `parts` of
    equal size in tokens (if they do not divide evenly, the first ones are larger by one); see Dispersion.
    firsts: keep where in the corpus each string occurs first, so that statistics show how the vocabulary grows.
    min_count: leave out strings that occur fewer times. top: keep only the first n rows of the list.
    jobs, executor ('auto', 'serial', 'threads', 'processes', 'dask'), scheduler: how the work is run; the result does
    not depend on them, nor on the corpus' chunk size.
    progress: called with each number of bytes that are done. notify: called with lines for the user.

    Returns Frequencies; a list that does not fit in memory lies in temporary files.
    Raises OptionError, InputError, EncodingError, LexiconError, OutputError, WorkerError.

    Example: `count("laws.txt", tokenizer="char", ngram=2, top=3).save("bigrams.tsv")`.
    """
    options = CountOptions(
        language=language,
        tokenizer=tokenizer,
        segmenter=segmenter,
        jieba=jieba,
        pattern=pattern,
        normalize=normalize,
        casefold=casefold,
        match=match,
        stopwords=stopwords,
        min_length=min_length,
        ngram=ngram,
        separator=separator,
        df=df,
        document=document,
        dispersion=dispersion,
        parts=parts,
        firsts=firsts,
        min_count=min_count,
        top=top,
    )
    corpus = corpus if isinstance(corpus, Corpus) else Corpus(corpus)
    running = RunningOptions(jobs, executor, scheduler, corpus.tmp_dir)
    filters, lists = options.read_filters(corpus.options.encoding, notify)
    tokens = options.make_tokenizer(notify)
    with ExitStack() as stack:
        opened = stack.enter_context(corpus)
        running = suited(running, tokens, opened.size)
        folder = Folder(lambda: opened.tmp_dir)
        stack.push(lambda kind, *_: folder.remove() if kind else None)  # once workers, who write to it, have ended
        stack.enter_context(watch_compilation(notify))
        pool = stack.enter_context(open_executor(running, opened.size))
        passes = Passes(progress, 2) if dispersion else None
        job = _CountJob(options, filters, tokens, opened, folder, pool, passes.report if passes else progress)
        contents, extent = job.count()
        if notify is not None and extent.tokens:
            for line in job.idle_lists(lists):
                notify(line)
        found = Frequencies(contents, extent.tokens, extent.documents if df else None, min_count, top)
        if passes is not None:
            found.measure_dispersion(job.measuring(found, notify))
            passes.finish(opened.size)
        if notify is not None and opened.size and not len(found):
            notify(why_no_rows(found, options, job.has_tokens))
        return found


class _CountJob:
    """Counts a corpus as the options say: chooses a way, hands the work to an executor, gathers what comes back."""

    def __init__(
        self,
        options: CountOptions,
        filters: Filters,
        tokenizer: Tokenizer,
        corpus: Corpus,
        folder: Folder,
        pool: Executor,
        progress: Progress | None,
    ) -> None:
        self.options, self.filters, self.tokenizer = options, filters, tokenizer
        self.corpus, self.pool, self.progress = corpus, pool, progress
        self.folder = folder
        self.spill = Spill(folder, corpus.memory)
        #: What workers spill to; on a cluster Dask does it.
        self.workers_spill = self.spill if pool.shares_files else None
        self.stopped = set[str]()

    def count(self) -> tuple[Contents, Extent]:
        """Returns the counts, and how many tokens and documents there were."""
        if self.options.document == "row":  # which has an effect, or the options would have been refused
            check_rows(self.corpus)
        if self._packs:
            with suppress(AlphabetError):  # more than 65,534 different characters
                return self._count_grams()
            self.folder.remove()
        if self._by_places:
            return self._gathered(self._count_words())
        if self.pool.shares_files:
            return self._gathered(self._count_strings())
        return self._count_on_cluster()

    def measuring(self, found: Frequencies, notify: Callable[[str], object] | None) -> Measuring:
        """Returns what measures the dispersion of the list. notify: as in `count`."""
        tokens = found.tokens
        if not self.filters.keeps_all:  # parts are those of the whole text
            task = partial(count_all, tokenizer=self.tokenizer, spill=self.workers_spill)
            tokens = self.pool.map_merge(task, self._items(self.options.part), sum) or 0
        return Measuring(self.options, tokens, found.blocks, self._traces, self.corpus.memory, notify)

    def _traces(self) -> Traces:
        """Reads the corpus once more, in order."""
        with self.corpus.scratch() as scratch:
            spill = Spill(scratch, self.corpus.memory) if self.pool.shares_files else None
            tracer = Tracer(self.options, self.tokenizer, self.filters, spill)
            work: Iterator[Any] = self._items(tracer.document, in_order=True)
            progress, self.progress = self.progress, None  # of one more pass; a list seldom needs several
            yield from self.pool.map_ordered(tracer, work, progress)

    def has_tokens(self) -> bool:
        """Tells whether there is a token before any is left out; reads until there is one."""
        found = items(self.corpus.chunks(in_order=True), self.tokenizer.needs_lines)
        return any(has_token(item, self.tokenizer) for item in found)

    def idle_lists(self, lists: dict[str, frozenset[str]]) -> Iterator[str]:
        """Yields a line for the user for each list of stop words of which no word has occurred. lists: name -> words.

        Characters that are left out are not counted where keys are packed; such a list is named if no word of it is a
        single character.
        """
        met = self.stopped
        if self._packs:
            met = {word for words in lists.values() for word in words if len(word) == 1}
        return idle_lists(lists, met)

    @property
    def _packs(self) -> bool:
        """Whether the shared counter of character n-grams can do it."""
        return (
            self.tokenizer.chars
            and self.options.orders[1] <= grams.MOST
            and not self.options.joint
            and not any(self.options.tracked)
            and self.filters.keeps_forms
        )

    @property
    def _by_places(self) -> bool:
        """Whether words can be counted by their places in the dictionary."""
        return self.options.orders == (1, 1) and not any(self.options.tracked) and tallies(self.tokenizer)

    def _count_grams(self) -> tuple[Contents, Extent]:
        lowest, highest = self.options.orders
        windowing = grams.windowing(highest, self.filters)
        if not self.pool.shares_files:
            last = partial(grams.shard_of, lowest=lowest, highest=highest, min_count=self.options.min_count)
            shard = grams.join_shards(list(shard_windows(self.corpus, windowing, self.pool, last, self.progress)))
            self.folder.remove()
            once = partial(iter, [shard.grams()])
            return self._from_cluster(once, shard.spectrum), Extent(shard.tokens)
        windows = count_windows(self.corpus, windowing, self.pool, self.spill, self.progress, compact=False)
        blocks = grams.GramBlocks(windows, lowest, highest, self.options.min_count)
        in_memory, tokens = windows.sorted.is_whole, int(windows.symbol_counts.sum())
        del windows
        if in_memory:
            self.folder.remove()
        contents = Contents.of_grams(blocks, self.corpus.memory, None if in_memory else self.folder())
        return contents, Extent(tokens)

    def _count_words(self) -> Counted:
        task = WordCounter(self.tokenizer, self.filters, self.workers_spill)
        found = self.pool.map_merge(task, self._chunks(), partial(add_counted, spill=self.workers_spill), self.progress)
        return found or Counted(Tally(), Extent())

    def _counter(self) -> TokenCounter:
        return TokenCounter(self.options, self.tokenizer, self.filters, self.workers_spill)

    def _count_strings(self) -> Counted:
        work: Iterator[Any] = self._items(self.options.counted_document)
        found = self.pool.map_merge(self._counter(), work, partial(add_counted, spill=self.spill), self.progress)
        return found or Counted(Tally(self.options.tracked), Extent())

    def _count_on_cluster(self) -> tuple[Contents, Extent]:
        """Workers split what they count by the strings' hashes, and leave out what is rare before it comes here."""
        iter_shards: Any = self.pool.iter_shards
        last = partial(finish, min_count=self.options.min_count)  # rarer strings need not come here
        empty = StringTable.empty(self.options.tracked.documents)
        tables, runs, spectra = [empty], list[StringRun](), list[Spectrum]()
        extent, size = Extent(), 0
        for part in iter_shards(
            self._counter(),
            self._items(self.options.counted_document),
            partial(add_counted, spill=None),
            split,
            last,
            self.progress,
        ):
            if not spectra:
                self.corpus.tell_missing(part.missing)
                self.stopped |= part.stopped
            spectra.append(part.spectrum)
            extent, size = part.extent, size + part.table.nbytes
            tables.append(part.table)
            if size > self.spill.limit:  # places are those of the whole corpus already
                runs += [write_run([table], empty, self.spill) for table in tables[1:]]
                tables, size = [empty], 0
        table = empty.join(tables).sorted()
        spectrum = add_spectra(spectra)
        if not runs:
            return self._from_cluster(partial(iter, [table]), spectrum), extent
        whole = SortedTable(Spilled(table, tuple(runs)), self.spill)
        return self._from_cluster(whole.tables, spectrum, self.folder()), extent

    def _from_cluster(
        self, blocks: Callable[[], Iterator[Any]], spectrum: Spectrum, folder: str | None = None
    ) -> Contents:
        contents = Contents.of(blocks, self.spill.memory, folder)
        return replace(contents, spectrum=spectrum, everything=blocks if self.options.min_count == 1 else None)

    def _items(self, document: str | None, in_order: bool = False) -> Iterator[Item | Records]:
        return records(self.corpus) if document == "row" else self._chunks(in_order)

    def _chunks(self, in_order: bool = False) -> Iterator[Item]:
        whole_lines = self.options.orders[1] > 1 or self.tokenizer.needs_lines
        own_files = not (self.pool.shares_files or in_order)
        in_order = in_order or whole_lines or any(self.options.tracked)
        at_nul = self.tokenizer.name == "words"  # where it is a token of its own
        return items(self.corpus.chunks(in_order=in_order, own_files=own_files, at_nul=at_nul), whole_lines)

    def _gathered(self, counted: Counted) -> tuple[Contents, Extent]:
        """Returns one table of everything that was counted, and the extent of the corpus."""
        tally, extent = counted.tally, counted.whole
        self.corpus.tell_missing(counted.missing)
        self.stopped |= counted.stopped
        if counted.known is not None:
            assert self.tokenizer.segmenter is not None
            nodes, counts = counted.known
            texts = self.tokenizer.segmenter.engine().spell(nodes.astype(np.int64))
            known = StringTable(*end_to_end(map(str.encode, texts)), counts)
            tally.add(known if self.filters.keeps_all else filtered(known, texts, self.filters, self.stopped).table())
        contents = gathered(replace(counted, tally=tally), self.spill, self.folder)
        return contents, extent if extent.tokens else replace(extent, tokens=count_tokens(contents.spectrum))
