"""Which words stand near each other: collocations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from os import PathLike

from nlpkit.arguments import checked
from nlpkit.choices import COLLOCATION_SORT, EXECUTOR, MODES, WINDOW, WITHIN
from nlpkit.compilation import watch_compilation
from nlpkit.cooccurrence.job import CollocationJob
from nlpkit.cooccurrence.options import CollocationOptions
from nlpkit.cooccurrence.result import Collocations
from nlpkit.cooccurrence.words import Words
from nlpkit.corpus import Corpus
from nlpkit.errors import Option, OptionError
from nlpkit.executors import Progress, RunningOptions, open_executor
from nlpkit.frequencies import Jieba
from nlpkit.frequencies.counting import suited
from nlpkit.frequencies.filters import idle_lists
from nlpkit.frequencies.options import CountOptions
from nlpkit.places.sources import Input
from nlpkit.runs import Spill
from nlpkit.segmentation import Segmenter

__all__ = ["Collocations", "collocations"]


@checked
def collocations(
    corpus: Corpus | Input | Iterable[Input],
    *,
    node: str | Sequence[str] | None = None,
    window: int | tuple[int, int] = WINDOW,
    within: str = WITHIN[0],
    sort: str = COLLOCATION_SORT,
    min_count: int = 5,
    min_frequency: int = 5,
    top: int | None = None,
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
    jobs: int | None = None,
    executor: str = EXECUTOR,
    scheduler: str | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], object] | None = None,
) -> Collocations:
    """Finds the words that stand near each other more often than by chance.

    corpus: a Corpus, or what one is made of: a path, '-', a binary file, or several of these.
    node: a word, or several, whose collocates are wanted; by default all pairs of two different words.
    window: how many words of a line to look at on each side of the node, or (before it, after it). A word is a token
    with a letter or a digit: others take no place. What is left out by `match`, `stopwords` or `min_length` keeps its
    place.
    within: windows end with a 'line', or with a 'sentence' of it: at 。！？!?… and at points.
    sort: the column by which they are ordered, the largest first. min_count: how often a pair stands in one window at
    least; min_frequency: how often each of its words occurs at least, a `node` aside. top: keep only the first n pairs.
    language, tokenizer, segmenter, jieba, pattern, normalize, casefold, match, stopwords, min_length: as in `count`.
    jobs, executor ('auto', 'serial', 'threads', 'processes', 'dask'), scheduler: how the work is run; the result does
    not depend on them, nor on the corpus' chunk size.
    progress: called with numbers of bytes. notify: called with lines for the user.

    All pairs are two passes over the corpus. A window that is as long on both sides gives a pair once, with the word
    first that more often stands first; other windows give it for each word as the node.
    Pairs that stand together as often as by chance, or more rarely, are left out. docs/algorithms.md has the formulas.

    Raises OptionError, InputError, EncodingError, LexiconError, OutputError, WorkerError.

    >>> nlpkit.collocations("laws.txt", node="责任", window=3, top=10).save("collocates.tsv")
    """
    options = CollocationOptions(node, window, within, sort, min_count, min_frequency, top)
    token_options = CountOptions(
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
    )
    for cutter in (segmenter, jieba):
        if cutter is not None and cutter.mode != MODES[0]:
            raise OptionError(Option("mode"), f" is {cutter.mode!r}; words of a window do not overlap")
    corpus = corpus if isinstance(corpus, Corpus) else Corpus(corpus)
    running = RunningOptions(jobs, executor, scheduler, corpus.tmp_dir)
    filters, lists = token_options.read_filters(corpus.options.encoding, notify)
    tokens = token_options.make_tokenizer(notify)
    words = Words(tokens, filters, *options.sides, within == "sentence")
    with ExitStack() as stack:
        opened = stack.enter_context(corpus)
        stack.enter_context(watch_compilation(notify))
        pool = stack.enter_context(open_executor(suited(running, tokens, opened.size), opened.size))
        folder = stack.enter_context(opened.scratch())
        job = CollocationJob(options, words, opened, pool, Spill(folder, opened.memory, pool.shares_files), notify)
        found = job.find(progress)
        if notify is not None and found.words:
            for line in idle_lists(lists, job.stopped):
                notify(line)
        return found
