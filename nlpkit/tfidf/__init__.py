"""Finds the keywords of each document of a corpus by TF-IDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from os import PathLike
from typing import Any

import numpy as np

from nlpkit.arguments import checked
from nlpkit.choices import DOCUMENT_TOP, DOCUMENTS_OF_KEYWORDS, EXECUTOR
from nlpkit.compilation import watch_compilation
from nlpkit.corpus import Corpus
from nlpkit.errors import Notice, Option, counted
from nlpkit.executors import Progress, RunningOptions, open_executor
from nlpkit.executors.passes import Passes
from nlpkit.frequencies import Frequencies, Jieba, count
from nlpkit.frequencies.counting import items, records, suited
from nlpkit.frequencies.nothing import idle_lists
from nlpkit.frequencies.options import CountOptions
from nlpkit.frequencies.tally import Tally
from nlpkit.kernels.strings import texts_of
from nlpkit.places.sources import Input
from nlpkit.segmentation import Segmenter
from nlpkit.tfidf.idf import IdfTable, read_idf
from nlpkit.tfidf.options import DocumentOptions, least_length
from nlpkit.tfidf.ranking import Block, DocumentRanker, Found
from nlpkit.tfidf.result import DocumentKeywords

__all__ = ["DocumentKeywords", "document_keywords"]


@checked
def document_keywords(
    corpus: Corpus | Input | Iterable[Input],
    *,
    document: str = DOCUMENTS_OF_KEYWORDS[0],
    top: int | None = DOCUMENT_TOP,
    idf: str | PathLike[str] | Frequencies | None = None,
    tokenizer: str = "words",
    segmenter: Segmenter | None = None,
    jieba: Jieba | None = None,
    pattern: str | None = None,
    normalize: bool = False,
    casefold: bool = False,
    match: str | None = None,
    stopwords: str | PathLike[str] | Sequence[str | PathLike[str]] = (),
    min_length: int | None = None,
    jobs: int | None = None,
    executor: str = EXECUTOR,
    scheduler: str | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], object] | None = None,
) -> DocumentKeywords:
    """Finds the keywords of each document of a corpus: the words of the largest TF-IDF.

    corpus: a Corpus, or what one is made of: a path, '-', a binary file, or several of these.
    document: what a document is, a 'file', a 'row' (a record of JSON Lines or CSV) or a 'line'. top: the largest number
    of keywords of a document, None for all of its words.
    idf: the inverse document frequencies of words. None: those of this corpus, ln(documents / documents with the word).
    'jieba': the table of jieba.analyse; with `segmenter=Segmenter(hmm=True)` keywords and weights are those of its
    `extract_tags`. A path: a table with lines of `word idf`, as `count` writes it. Frequencies that were counted with
    df: the same of another corpus. A word that such a table does not have gets the median of its values.
    tokenizer, segmenter, jieba, pattern, normalize, casefold, match, stopwords: as in `count`; stop words are left out
    whatever their case. min_length: characters of a word at least; by default 2, as in jieba.analyse, or 1 where each
    character is a token. The 30 English stop words of jieba.analyse are always left out.
    jobs, executor, scheduler, progress, notify: as in `count`.

    Raises OptionError, InputError, EncodingError, LexiconError, OutputError, WorkerError.

    Example: `document_keywords("docs/", top=5).save("keywords.tsv")`.
    """
    counting = CountOptions(
        tokenizer=tokenizer,
        segmenter=segmenter,
        jieba=jieba,
        pattern=pattern,
        normalize=normalize,
        casefold=casefold,
        match=match,
        stopwords=stopwords,
        min_length=least_length(tokenizer) if min_length is None else min_length,
        df=True,
        document=document,
    )
    corpus = corpus if isinstance(corpus, Corpus) else Corpus(corpus)
    running = RunningOptions(jobs, executor, scheduler, corpus.tmp_dir)
    return DocumentKeywords.of(
        [*each_document(corpus, DocumentOptions(counting, top, idf), running, progress=progress, notify=notify)]
    )


def each_document(
    corpus: Corpus,
    options: DocumentOptions,
    running: RunningOptions,
    *,
    progress: Progress | None = None,
    notify: Callable[[str], object] | None = None,
) -> Iterator[DocumentKeywords]:
    """Yields the keywords of documents in the order of the corpus, those of some documents at a time.

    Arguments and errors are those of `document_keywords`. Few parts of the corpus are in memory at a time.
    """
    counting = options.counting
    if counting.tokenizer == "words" and counting.segmenter is None:
        counting = replace(counting, segmenter=Segmenter(notify=notify))
    tell = notify or (lambda _: None)
    with ExitStack() as stack:
        opened = stack.enter_context(corpus)
        passes = Passes(progress, 1 if options.idf is not None else 2)
        table = _idf(opened, options.idf, counting, running, passes.report, notify)
        # A first pass over the corpus has said what there is to say about stop words.
        filters, lists = counting.read_filters(opened.options.encoding, notify if options.idf is not None else None)
        tokenizer = counting.make_tokenizer(notify)
        stack.enter_context(watch_compilation(notify))
        pool = stack.enter_context(open_executor(suited(running, tokenizer, opened.size), opened.size))
        ranker = DocumentRanker(tokenizer, filters, table, counting.document, options.top)
        work: Iterator[Any]
        if counting.document == "row":
            work = records(opened)
        else:
            at_nul = tokenizer.name == "words"  # where it is a token of its own
            chunks = opened.chunks(in_order=True, own_files=not pool.shares_files, at_nul=at_nul)
            work = items(chunks, tokenizer.needs_lines)
        gathering = _Gathering(ranker)
        task: Callable[[Any], Found] = ranker
        for found in pool.map_ordered(task, work, passes.report):
            yield gathering.add(found)
        yield gathering.finish()
        passes.finish(opened.size)
        opened.tell_missing(gathering.missing)
        for line in gathering.notices(options.idf is None):
            tell(line)
        if options.idf is not None and gathering.documents:
            for line in idle_lists(lists, gathering.stopped):
                tell(line)


def _idf(
    corpus: Corpus,
    idf: str | PathLike[str] | Frequencies | None,
    counting: CountOptions,
    running: RunningOptions,
    progress: Progress | None,
    notify: Callable[[str], object] | None,
) -> IdfTable:
    if isinstance(idf, Frequencies):
        return IdfTable.of_list(idf)
    if idf is not None:
        return read_idf(idf, corpus.options.encoding, notify)
    how = {name: getattr(running, name) for name in ("jobs", "executor", "scheduler")}
    with count(corpus, **vars(counting), **how, progress=progress, notify=notify) as found:
        return IdfTable.of_corpus(found)


class _Gathering:
    """Puts together what workers found, in the order of the corpus: documents get their names, and those that lie in
    several items their keywords."""

    def __init__(self, ranker: DocumentRanker) -> None:
        self.ranker = ranker
        self.documents = 0
        self.missing: Counter[str] = Counter()
        self.stopped = set[str]()
        self._open: Tally | None = None  # of the document that may go on
        self._name = ""  # of the same
        self._number = 0  # of documents of the last file so far
        self._empty, self._first_empty = 0, ""  # documents without keywords

    def add(self, found: Found) -> DocumentKeywords:
        """Returns the keywords of the documents that end in an item, or before it."""
        self.missing += found.missing
        self.stopped |= found.stopped
        names = list(self._names(found))
        parts = []
        if found.head is not None:
            self._go_on(found.head)
            names = names[1:]
        if found.closes:
            parts.append(self.finish())
        parts += self._named(found.blocks, names)
        if found.tail is not None:
            self._name = names[-1]
            self._go_on(found.tail)
        return DocumentKeywords.of(parts)

    def finish(self) -> DocumentKeywords:
        """Returns the keywords of the document that is open, if there is one."""
        if self._open is None:
            return DocumentKeywords.of([])
        block = self.ranker.rank(self._open.table())
        self._open = None
        return self._named_block(block, [self._name])

    def notices(self, is_own: bool) -> Iterator[str]:
        """Yields lines for the user. is_own: whether the IDF are those of the corpus."""
        if self._empty:
            others = f" and {counted(self._empty - 1, 'other')}" if self._empty > 1 else ""
            yield f"{counted(self._empty, 'document')} without keywords: {self._first_empty}{others}"
        if is_own and self.documents == 1:
            yield Notice("there is one document, so the IDF of every word is 0; see ", Option("idf"))

    def _go_on(self, words: Any) -> None:
        if self._open is None:
            self._open = Tally()
        self._open.add(words)

    def _names(self, found: Found) -> Iterator[str]:
        """Yields the names of all documents of which an item has a part."""
        for place, section in enumerate(found.sections):
            if self.ranker.document == "file":
                yield section.name
                continue
            if section.before is not None:
                self._number = section.before
            elif place or not found.same_file:
                self._number = 0
            if place == 0 and found.head is not None:
                self._number -= 1
            for number in range(self._number + 1, self._number + 1 + section.documents):
                yield f"{section.name}:{number}"
            self._number += section.documents

    def _named(self, blocks: list[Block], names: list[str]) -> Iterator[DocumentKeywords]:
        begin = 0
        for block in blocks:
            yield self._named_block(block, names[begin : begin + block.ends.size])
            begin += block.ends.size

    def _named_block(self, block: Block, names: list[str]) -> DocumentKeywords:
        self.documents += len(names)
        sizes = np.diff(block.ends, prepend=0)
        empty = np.flatnonzero(sizes == 0)
        if empty.size:
            self._first_empty = self._first_empty or names[empty[0]]
            self._empty += empty.size
        words = np.array([*texts_of(block.words, block.offsets), None], np.object_)
        begins = np.repeat(block.ends - sizes, sizes)
        return DocumentKeywords(
            np.repeat(np.array([*names, None], np.object_)[:-1], sizes),
            np.arange(1, block.word.size + 1) - begins,
            words[block.word],
            block.counts,
            block.counts / np.repeat(block.totals, sizes),
            block.idf,
            block.weights,
            len(names),
        )
