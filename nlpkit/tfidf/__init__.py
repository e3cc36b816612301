"""Finds the keywords of each document of a corpus by TF-IDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from os import PathLike, fspath
from typing import Any

from nlpkit.arguments import checked
from nlpkit.choices import DOCUMENT_TOP, DOCUMENTS_OF_KEYWORDS, EXECUTOR
from nlpkit.compilation import watch_compilation
from nlpkit.corpus import Corpus, Rows
from nlpkit.errors import Notice, Option
from nlpkit.executors import Executor, Progress, RunningOptions, open_executor
from nlpkit.frequencies import Frequencies, Jieba
from nlpkit.frequencies.counting import Records, check_rows, items, records, suited
from nlpkit.frequencies.filters import idle_lists
from nlpkit.frequencies.options import CountOptions
from nlpkit.places.sources import Input
from nlpkit.runs import Spill
from nlpkit.segmentation import Segmenter
from nlpkit.tfidf.gathering import Gathering, Kept, Named
from nlpkit.tfidf.idf import IdfTable, is_jieba, read_idf
from nlpkit.tfidf.listing import JIEBA_STOP_WORDS, DocumentLister, Found
from nlpkit.tfidf.options import DocumentOptions, least_length
from nlpkit.tfidf.ranking import Ranker
from nlpkit.tfidf.result import DocumentKeywords

_BATCH = 1 << 20  # bytes of records that a worker gets at a time

__all__ = ["DocumentKeywords", "document_keywords"]


@checked
def document_keywords(
    corpus: Corpus | Input | Iterable[Input],
    *,
    document: str = DOCUMENTS_OF_KEYWORDS[0],
    top: int | None = DOCUMENT_TOP,
    idf: str | PathLike[str] | Frequencies | None = None,
    language: str | None = None,
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
    idf: the inverse document frequencies of words. None: those of this corpus, ln(documents / documents with the word);
    documents without words do not count.
    'jieba': the table of jieba.analyse; with `segmenter=Segmenter(hmm=True)` keywords and weights are those of its
    `extract_tags`. A path: a table with lines of `word idf`, as `count` writes it. Frequencies that were counted with
    df: the same of another corpus. A word that such a table does not have gets the median of its values.
    language, tokenizer, segmenter, jieba, pattern, normalize, casefold, match, stopwords: as in `count`; stop words are
    left out whatever their case. min_length: characters of a word at least; by default 2, as in jieba.analyse, or 1
    where each character is a token. With idf='jieba' the 30 English stop words of jieba.analyse are left out, too.
    jobs, executor, scheduler, progress, notify: as in `count`.

    Raises OptionError, InputError, EncodingError, LexiconError, OutputError, WorkerError.

    Example: `document_keywords("docs/", top=5).save("keywords.tsv")`.
    """
    counting = CountOptions(
        language=language,
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
    tell = notify or (lambda _: None)
    with ExitStack() as stack:
        opened = stack.enter_context(corpus)
        table = _read(options.idf, opened, notify)
        filters, lists = counting.read_filters(opened.options.encoding, notify)
        tokenizer = counting.make_tokenizer(notify)
        stack.enter_context(watch_compilation(notify))
        pool = stack.enter_context(open_executor(suited(running, tokenizer, opened.size), opened.size))
        english = JIEBA_STOP_WORDS if is_jieba(options.idf) else frozenset[str]()
        stop_words = english.union(map(str.lower, filters.stopwords))
        lister = DocumentLister(tokenizer, filters, counting.document, stop_words)
        gathering = Gathering(counting.document)
        documents = _gathered(opened, gathering, lister, pool, progress)
        if table is None:
            kept = Kept(Spill(stack.enter_context(opened.scratch()), opened.memory))
            for block, names in documents:
                kept.add(block, names)
            table, documents = IdfTable.of_documents(kept.words(), gathering.with_words), kept.documents()
        ranker = Ranker(table, options.top)
        yield DocumentKeywords.of([])
        for block, names in documents:
            yield ranker.rank(block, names)
        opened.tell_missing(gathering.missing)
        for line in gathering.empty():
            tell(line)
        if options.idf is None and gathering.with_words == 1:
            tell(Notice("there is one document with words, so the IDF of every word is 0; see ", Option("idf")))
        if options.idf is not None:
            name = Option("idf") if isinstance(options.idf, Frequencies) else fspath(options.idf)
            for line in ranker.idle_table(name):
                tell(line)
        lower = {name: frozenset(map(str.lower, words)) for name, words in lists.items()}
        for line in idle_lists(lower, set(map(str.lower, gathering.stopped))) if gathering.documents else ():
            tell(line)


def _read(
    idf: str | PathLike[str] | Frequencies | None, corpus: Corpus, notify: Callable[[str], object] | None
) -> IdfTable | None:
    """Returns the IDF that were given, None where those of the corpus are wanted."""
    if isinstance(idf, Frequencies):
        return IdfTable.of_list(idf)
    return None if idf is None else read_idf(idf, corpus.options.encoding, notify)


def _gathered(
    corpus: Corpus, gathering: Gathering, lister: DocumentLister, pool: Executor, progress: Progress | None
) -> Iterator[Named]:
    """Yields the documents of an open corpus, as workers list them."""
    work: Iterator[Any]
    if lister.document == "row":
        check_rows(corpus)
        work = _larger(records(corpus))
    else:
        at_nul = lister.tokenizer.name == "words"  # where it is a token of its own
        chunks = corpus.chunks(in_order=True, own_files=not pool.shares_files, at_nul=at_nul)
        work = items(chunks, lister.tokenizer.needs_lines)
    task: Callable[[Any], Found] = lister
    for found in pool.map_ordered(task, work, progress):
        yield from gathering.add(found)
    yield from gathering.finish()


def _larger(found: Iterator[Records]) -> Iterator[Records]:
    """Yields the texts of the same records, more of them at a time."""
    for name, group in groupby(found, lambda some: some.rows.name):
        texts: list[str | None] = []
        size = before = 0
        for some in group:
            texts += some.rows.texts
            size += some.size
            if size >= _BATCH:
                yield Records(Rows((), texts, name=name, before=before), size)
                before += len(texts)
                texts, size = [], 0
        if texts or size:
            yield Records(Rows((), texts, name=name, before=before), size)
