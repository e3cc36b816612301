"""New words: unsupervised discovery of the vocabulary of a corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Corpus
from nlpkit.corpus.sources import Input
from nlpkit.discovery import auto, pieces
from nlpkit.discovery.candidates import Alphabet, CandidateFinder, default_min_count
from nlpkit.discovery.options import Options, check_options
from nlpkit.discovery.result import Discovery, information, rank
from nlpkit.discovery.words import Neighbours, Strings, Trie, measure_neighbours
from nlpkit.executors import Executor, Progress, open_executor
from nlpkit.kernels import watch_compilation
from nlpkit.ngrams import WORD, count_corpus
from nlpkit.symbols import DIGITS, LETTERS, symbol_table

__all__ = ["Discovery", "discover"]


def discover(
    corpus: Corpus | Input | Iterable[Input],
    *,
    method: str = "auto",
    charset: str = "han+alnum",
    min_count: int | None = None,
    min_pmi: float | Sequence[float] | None = None,
    min_prob: float | None = None,
    min_entropy: float | None = None,
    max_length: int | None = None,
    neighbours: bool = True,
    jobs: int | None = None,
    executor: str = "auto",
    progress: Progress | None = None,
    notify: Callable[[str], object] | None = None,
) -> Discovery:
    """Finds the words of a corpus.

    corpus: a Corpus, or what one is made of: a path, '-', a binary file, or several of these.
    method: 'auto' (branching entropy and PMI, re-estimated), 'pmi' or 'entropy'; see docs/algorithms.md.
    charset: 'han', 'han+alnum', 'letters' or 'any': the characters that words are made of.
    min_count: least n-gram count; default 2 below 8 million characters, else 5.
    min_pmi: nats, one number or one for each length from 2 on; default (2, 4, 6) for pmi, 1 for entropy, none for auto.
    min_prob: least probability of a pair and a word; entropy only, default 1e-7.
    min_entropy: nats, least of the branching entropies to the left and right of a word of two characters or more.
    max_length: longest word in characters; default 4 for auto (a run of digits or of Latin letters counts as one), else
    no limit.
    neighbours: False spares methods pmi and entropy a pass; entropies are then NaN and pieces of words stay in.
    progress: called with bytes as they are done, so that they add up to those of the corpus; notify: with a line for the
    user when kernels are compiled (first use only).

    Raises OptionError for nonsense and for an option that the method does not use, InputError, EncodingError. The result
    does not depend on jobs, executor ('auto', 'serial', 'threads', 'processes') or the corpus' chunk size.
    """
    options = check_options(method, charset, min_count, min_pmi, min_prob, min_entropy, max_length)
    with (corpus if isinstance(corpus, Corpus) else Corpus(corpus)) as opened, watch_compilation(notify):
        with open_executor(executor, jobs, opened.size) as pool:
            return _Discovering(opened, pool, options, neighbours or options.min_entropy > 0, progress).run()


class _Discovering:
    """One run of discover."""

    def __init__(
        self, corpus: Corpus, pool: Executor, options: Options, neighbours: bool, progress: Progress | None
    ) -> None:
        self.corpus, self.pool, self.options, self.neighbours = corpus, pool, options, neighbours
        long = max(0, options.max_length - WORD + 1)
        self.passes = {"auto": 4 + long, "pmi": 2 + neighbours, "entropy": 2 + neighbours}[options.method]
        self._progress = progress
        self.used: NDArray[np.int64] | None = None  # by the unigram segmentation, where that is not the count

    def progress(self) -> Progress | None:
        """What a pass reports to: each of n passes is worth a n-th of the corpus."""
        if self._progress is None:
            return None
        report, passes, done, shown = self._progress, self.passes, 0, 0

        def update(size: int) -> None:
            nonlocal done, shown
            done += size
            report(done // passes - shown)
            shown = done // passes

        return update

    def run(self) -> Discovery:
        options = self.options
        collapsed = (DIGITS, LETTERS) if options.collapse else (0, 0)
        table = symbol_table(options.charset, options.collapse)
        order, starts = (2 if options.method == "entropy" else WORD), options.method == "auto"
        windows = count_corpus(self.corpus, order, table, collapsed, starts, self.pool, self.progress())
        symbols = windows.of_order(1)[1]
        characters = int(symbols.sum())
        min_count = options.min_count or default_min_count(characters)
        finder = CandidateFinder(windows, Alphabet(table, collapsed, windows.alphabet), min_count)
        words = self._auto(finder) if options.method == "auto" else self._pieces(finder)
        found = Discovery(
            **words,
            score=rank(words["pmi"], words["left_entropy"], words["right_entropy"], words["count"]),
            min_count=min_count,
            characters=characters,
            nats_before=information(symbols, characters),
            nats_after=self.nats_after(words["count"], characters),
        )
        return found.filter(options.min_pmi if options.method == "auto" else (), options.min_entropy)

    def nats_after(self, counts: NDArray[np.int64], characters: int) -> float:
        """Information a symbol of the unigram segmentation of all runs."""
        return information(counts if self.used is None else self.used, characters)

    def _auto(self, finder: CandidateFinder) -> dict[str, Any]:
        c, branching = finder.measure(self.corpus, self.pool, self.options.max_length, self.progress())
        found = auto.find_words(self.corpus, self.pool, c, branching, self.progress)
        nodes = np.flatnonzero(found.counts)
        rare = np.array(list(found.rare), np.uint32)
        words = Strings.of_rows(c.rows(nodes)) + Strings(rare, np.arange(rare.size + 1))
        surfaces = sorted(found.surfaces)
        counts = [*found.counts[nodes], *found.rare.values(), *(found.surfaces[word][0] for word in surfaces)]
        of_surfaces = [found.surfaces[word][1] for word in surfaces]
        nodes = np.concatenate([nodes, np.full(rare.size, -1), np.array(of_surfaces, np.int64)])
        candidate = nodes >= 0

        def by_word(values: NDArray[Any], other: float) -> NDArray[Any]:
            return np.where(candidate, values[nodes], other) if values.size else np.full(nodes.size, other)

        return {
            "word": np.array([*words.texts(c.alphabet), *surfaces, None], object)[:-1],
            "count": np.array(counts, np.int64),
            "symbols": by_word(c.length, 1),
            "pmi": by_word(c.pmi, 0.0),
            "left_entropy": by_word(branching.left, 0.0),
            "right_entropy": by_word(branching.right, 0.0),
            "share": by_word(branching.share, 0.0),
        }

    def _pieces(self, finder: CandidateFinder) -> dict[str, Any]:
        c, o, min_count = finder.candidates(), self.options, finder.min_count
        if o.method == "pmi":
            kept = pieces.kept_ngrams(c, o.min_pmi)
            found = pieces.words_by_pmi(self.corpus, self.pool, c, kept, min_count, o.max_length, self.progress())
        else:
            kept = pieces.strong_pairs(c, o.min_pmi[0], o.min_prob)
            found = pieces.words_by_entropy(
                self.corpus, self.pool, c, kept, min_count, o.min_prob, o.max_length, self.progress()
            )
        self.used = found.used
        unknown = np.full(len(found.words), np.nan)
        beside = Neighbours(unknown, unknown, unknown)
        if self.neighbours:
            beside = measure_neighbours(self.corpus, self.pool, Trie.build(found.words, c.alphabet), self.progress())
        return {
            "word": np.array([*found.words.texts(c.alphabet), None], object)[:-1],
            "count": found.counts,
            "symbols": found.words.lengths,
            "pmi": pieces.smallest_pmi(found.words, c),
            "left_entropy": beside.left,
            "right_entropy": beside.right,
            "share": beside.share,
        }
