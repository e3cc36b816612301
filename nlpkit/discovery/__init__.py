"""Finds the words of a corpus without a dictionary: unsupervised word discovery."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from os import PathLike

from nlpkit.arguments import checked
from nlpkit.choices import CHARSET, EXECUTOR, METHOD
from nlpkit.compilation import watch_compilation
from nlpkit.corpus import Corpus
from nlpkit.discovery.explain import explain as explain_words
from nlpkit.discovery.job import Job, load_method
from nlpkit.discovery.options import DiscoveryOptions
from nlpkit.discovery.result import Discovery
from nlpkit.executors import Progress, RunningOptions, open_executor
from nlpkit.output import check_not_input
from nlpkit.places.sources import Input
from nlpkit.runs import Spill

__all__ = ["Discovery", "discover"]


@checked
def discover(
    corpus: Corpus | Input | Iterable[Input],
    *,
    method: str = METHOD,
    charset: str = CHARSET,
    min_count: int | None = None,
    min_pmi: float | Sequence[float] | None = None,
    min_prob: float | None = None,
    min_entropy: float | None = None,
    min_length: int = 1,
    max_length: int | None = None,
    split_quantities: bool | None = None,
    neighbours: bool = True,
    explain: Sequence[str] = (),
    save_counts: str | PathLike[str] | None = None,
    counts: str | PathLike[str] | None = None,
    jobs: int | None = None,
    executor: str = EXECUTOR,
    scheduler: str | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], object] | None = None,
) -> Discovery:
    """Finds the words of a corpus.

    corpus: a Corpus, or what one is made of: a path, '-', a binary file, or several of these.
    method: 'auto' (branching entropy and PMI, re-estimated), 'pmi' or 'entropy'; see docs/algorithms.md.
    charset: 'han', 'han+alnum', 'letters' or 'any': the characters that words consist of.
    min_count: ignore n-grams that occur fewer times; default 2 below 8 million characters, else 3.
    min_pmi: least PMI in nats, one number or one for each length from 2 on; default (2, 4, 6) for pmi, 1 for entropy,
    none for auto.
    min_prob: least probability of a pair and of a word; method entropy only, default 1e-7.
    min_entropy: least branching entropy in nats, to the left and to the right, of a word of two characters or more.
    min_length, max_length: characters of the shortest word that is kept, and of the longest one that is looked for; a
    run of digits or of Latin letters counts as one character. The default of max_length is 4 for auto, no limit for pmi
    and entropy.
    split_quantities: whether a numeral and a unit are two words (一年, 三个, but not 一定); method auto only, default
    True.
    neighbours: False saves methods pmi and entropy a pass over the corpus; then the entropies and scores are NaN, and
    pieces of longer words are not recognised.
    explain: words; the attribute `explanation` of the result tells why each of them was found or not.
    save_counts: a file to keep the n-gram counts in. counts: such a file, of this corpus and method, to be used instead
    of counting again; min_count and the other thresholds may differ.
    jobs: the number of workers, default one for each processor. executor: 'auto', 'serial', 'threads', 'processes' or
    'dask'. scheduler: the address of a Dask cluster to work on (tcp://host:8786), see docs/cluster.md.
    progress: called with numbers of bytes as they are done, which add up to the size of the corpus.
    notify: called with a line for the user when kernels are compiled (at the first use only), when the frequent n-grams
    alone need more than the memory of the corpus, and when many words are as long as max_length allows.

    The result does not depend on jobs, executor or the corpus' chunk size. Raises OptionError for a value that makes no
    sense and for an option that the method does not use, InputError, EncodingError, OutputError, WorkerError.

    >>> words = nlpkit.discover("laws.txt", min_count=5)
    >>> words.select(new_only=True, top=100).save("new_words.tsv")
    """
    options = DiscoveryOptions(
        method,
        charset,
        min_count=min_count,
        min_pmi=min_pmi,
        min_prob=min_prob,
        min_entropy=min_entropy,
        min_length=min_length,
        max_length=max_length,
        split_quantities=split_quantities,
        neighbours=neighbours,
        explain=explain,
        save_counts=save_counts,
        counts=counts,
    )
    way = load_method(method)
    corpus = corpus if isinstance(corpus, Corpus) else Corpus(corpus)
    check_not_input(save_counts, corpus.inputs, corpus.glob, also_new=True)
    running = RunningOptions(jobs, executor, scheduler, corpus.tmp_dir)
    with (
        corpus as opened,
        watch_compilation(notify),
        open_executor(running, opened.size) as pool,
        opened.scratch() as folder,
    ):
        spill = Spill(folder, opened.memory, pool.shares_files)
        job = Job(opened, pool, spill, options, way.passes(options), progress, notify)
        words = way.find_words(job)
        everything = words.result()
        found = everything.filter(options.wanted_pmi, options.min_entropy or 0.0, options.min_length)
        if not options.asked:
            limit = everything.limit_notice(options.longest, options.charset)
            if notify is not None and limit is not None:
                notify(limit)
            return found
        return replace(found, explanation=explain_words(job, words, everything, found))
