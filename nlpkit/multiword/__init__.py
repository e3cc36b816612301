"""Finds the terms of a field: words and n-grams of words, judged without a dictionary of terms."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

from nlpkit.arguments import checked
from nlpkit.choices import EXECUTOR, MAX_WORDS, MODES, TERM_SORTS
from nlpkit.compilation import watch_compilation
from nlpkit.corpus import Corpus
from nlpkit.errors import Option, OptionError
from nlpkit.executors import Progress, RunningOptions
from nlpkit.frequencies import Frequencies, Jieba
from nlpkit.multiword.job import TermJob
from nlpkit.multiword.options import TermOptions
from nlpkit.multiword.result import Terms
from nlpkit.places.sources import Input
from nlpkit.segmentation import Segmenter

__all__ = ["Terms", "terms"]


@checked
def terms(
    corpus: Corpus | Input | Iterable[Input],
    *,
    language: str | None = None,
    segmenter: Segmenter | None = None,
    tokenizer: str | None = None,
    jieba: Jieba | None = None,
    pattern: str | None = None,
    against: Frequencies | str | os.PathLike[str] | None = None,
    min_count: int | None = None,
    max_words: int = MAX_WORDS,
    document: str | None = None,
    examples: int = 0,
    explain: Sequence[str] = (),
    sort: str = TERM_SORTS[0],
    top: int | None = None,
    jobs: int | None = None,
    executor: str = EXECUTOR,
    scheduler: str | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], object] | None = None,
) -> Terms:
    """Finds the terms of a field in a corpus: words, and n-grams of words that belong together.

    corpus: a Corpus, or what one is made of: a path, '-', a binary file, or several of these.
    language: 'zh', Chinese: the words are those that `discover` finds in the corpus, or that `segmenter` cuts. 'en',
    English: words of letters and digits, with hyphens and apostrophes inside, without regard to case; needs wordfreq.
    By default Chinese if 5 % of the letters at the beginning of the files are Chinese characters, else English.
    tokenizer: what a word is, where it is no language: 'space', text between white space; 'regex', what `pattern`
    matches; 'jieba', the words that the jieba library cuts, called as the argument `jieba` says; 'words', what
    `segmenter` cuts.
    against: another text, folder or frequency list, beside which words are typical; the default for Chinese is jieba's
    dictionary, for English wordfreq, otherwise none.
    min_count: occurrences of a term at least; default 5, for English 2, in texts below 200,000 words 1. max_words:
    of the longest term.
    document: what a document is, a 'line' or a 'file'; default: files if there are several.
    examples: how many sentences each term comes with, in which it occurs.
    explain: terms; the attribute `explanation` of the result tells why each is listed where it is, or is not.
    sort: a column, the largest values first. top: keep only the first n terms.
    jobs, executor ('auto', 'serial', 'threads', 'processes', 'dask'), scheduler: how the work is run; the result does
    not depend on them, nor on the corpus' chunk size.
    progress: called with numbers of bytes, which add up to the size of the corpus. notify: called with lines for the
    user.

    A term is judged by its occurrences, by the PMI of its parts, by the entropy of its neighbours, by how often its
    first and last word stand at the edges of clauses, and by how typical its words are; see docs/terms.md.

    Raises OptionError, InputError, EncodingError, LexiconError, OutputError, WorkerError.

    >>> terms = nlpkit.terms("laws.txt", top=1000)
    >>> terms.save("terms.txt", format="words")
    """
    options = TermOptions(
        language,
        tokenizer,
        pattern,
        min_count,
        max_words,
        document,
        examples,
        tuple(explain),
        sort,
        top,
    )
    for cutter in (segmenter, jieba):
        if cutter is not None and cutter.mode != MODES[0]:
            raise OptionError(Option("mode"), f" is {cutter.mode!r}; terms are made of words that do not overlap")
    corpus = corpus if isinstance(corpus, Corpus) else Corpus(corpus)
    running = RunningOptions(jobs, executor, scheduler, corpus.tmp_dir)
    with corpus as opened, watch_compilation(notify):
        job = TermJob(options, opened, running, progress, notify)
        return job.find(segmenter, jieba, against)
