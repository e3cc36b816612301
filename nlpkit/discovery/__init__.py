"""New words: unsupervised discovery of the vocabulary of a corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Corpus
from nlpkit.corpus.sources import Input
from nlpkit.discovery import auto, pieces
from nlpkit.discovery.candidates import Alphabet, Branching, CandidateFinder, Side, default_min_count
from nlpkit.discovery.explain import Trace
from nlpkit.discovery.explain import explain as explain_words
from nlpkit.discovery.options import Options, check_options
from nlpkit.discovery.ranking import list_scores
from nlpkit.discovery.result import Discovery, information
from nlpkit.discovery.words import Strings, Trie, measure_neighbours
from nlpkit.executors import Executor, Progress, open_executor
from nlpkit.kernels import watch_compilation
from nlpkit.ngrams import WORD, NgramCounts, count_corpus
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
    explain: Sequence[str] = (),
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
    explain: words whose way in or out the result's `explanation` is to tell.
    progress: called with bytes as they are done, so that they add up to those of the corpus.
    notify: called with a line for the user when kernels are compiled (first use only).

    Raises OptionError for nonsense and for an option that the method does not use, InputError, EncodingError. The
    result does not depend on jobs, executor ('auto', 'serial', 'threads', 'processes') or the corpus' chunk size.
    """
    options = check_options(method, charset, min_count, min_pmi, min_prob, min_entropy, max_length)
    with (
        corpus if isinstance(corpus, Corpus) else Corpus(corpus) as opened,
        watch_compilation(notify),
        open_executor(executor, jobs, opened.size) as pool,
    ):
        run = _Discovering(opened, pool, options, neighbours or options.min_entropy > 0, progress)
        everything = run.run()
        found = everything.filter(options.min_pmi if method == "auto" else (), options.min_entropy)
        if explain:
            words = [explain] if isinstance(explain, str) else explain
            found = replace(found, explanation=explain_words(opened, pool, words, everything, found, run.trace))
        return found


class _Discovering:
    """One run of discover."""

    def __init__(
        self, corpus: Corpus, pool: Executor, options: Options, neighbours: bool, progress: Progress | None
    ) -> None:
        self.corpus, self.pool, self.options, self.neighbours = corpus, pool, options, neighbours
        long = max(0, options.max_length - WORD + 1)
        self.passes = {"auto": 4 + long, "pmi": 2 + neighbours, "entropy": 2 + neighbours}[options.method]
        self._progress = progress
        self._done = 0  # bytes, of all passes
        self.trace: Trace

    def progress(self) -> Progress | None:
        """What a pass reports to: each of n passes is worth an n-th of the corpus."""
        return None if self._progress is None else self._report

    def _report(self, size: int) -> None:
        shown = self._done // self.passes
        self._done += size
        if self._progress is not None:
            self._progress(self._done // self.passes - shown)

    def run(self) -> Discovery:
        options = self.options
        collapsed = (DIGITS, LETTERS) if options.collapse else (0, 0)
        table = symbol_table(options.charset, options.collapse)
        order, starts = (2 if options.method == "entropy" else WORD), options.method == "auto"
        windows = count_corpus(self.corpus, order, table, collapsed, starts, self.pool, self.progress())
        symbols = windows.of_order(1)[1]
        total = int(symbols.sum())
        min_count = options.min_count or default_min_count(total)
        alphabet = Alphabet.of(table, collapsed, windows.alphabet)
        finder = CandidateFinder(windows, alphabet, symbols, min_count, self.pool)
        found = self._auto(finder) if options.method == "auto" else self._pieces(finder)
        self.trace = found.trace
        columns = found.columns(symbols, windows)
        lengths = np.array([len(word) for word in columns["word"]], np.int64)
        return Discovery(
            **columns,
            min_count=min_count,
            characters=int(np.dot(lengths, columns["count"])) if options.collapse else total,
            nats_before=information(symbols, total),
            nats_after=information(columns["count"] if found.used is None else found.used, total),
        )

    def _auto(self, finder: CandidateFinder) -> _Found:
        c, branching = finder.measure(self.corpus, self.options.max_length, self.progress())
        found = auto.find_words(self.corpus, self.pool, c, branching, self.progress)
        nodes = np.flatnonzero(found.counts)
        rare = np.array(list(found.rare), np.int64)
        place = {node: i for i, node in enumerate([*nodes.tolist(), *(-1 - rare).tolist()])}
        empty = Side(np.zeros(rare.size), np.zeros(rare.size, np.int64), np.zeros(rare.size, np.int64))
        return _Found(
            Strings.of_rows(c.rows(nodes)) + Strings(rare.astype(np.uint32), np.arange(rare.size + 1)),
            np.array([*found.counts[nodes], *found.rare.values()], np.int64),
            np.array([*c.counts[nodes], *found.rare.values()], np.int64),
            Branching(*(Side.concatenate([side[nodes], empty]) for side in (branching.left, branching.right))),
            np.append(c.pmi[nodes], np.zeros(rare.size)),
            {surface: (count, place[node]) for surface, (count, node) in found.surfaces.items()},
            Trace(self.options, finder.min_count, c, finder.symbol_counts, auto=found),
        )

    def _pieces(self, finder: CandidateFinder) -> _Found:
        c, o, min_count = finder.candidates(), self.options, finder.min_count
        if o.method == "pmi":
            kept = pieces.kept_ngrams(c, o.min_pmi)
            found = pieces.words_by_pmi(self.corpus, self.pool, c, kept, min_count, o.max_length, self.progress())
        else:
            kept = pieces.strong_pairs(c, o.min_pmi[0], o.min_prob)
            found = pieces.words_by_entropy(
                self.corpus, self.pool, c, kept, min_count, o.min_prob, o.max_length, self.progress()
            )
        occurrences, branching = np.zeros(len(found.words), np.int64), None
        if self.neighbours:
            trie = Trie.build(found.words, c.alphabet)
            occurrences, branching = measure_neighbours(self.corpus, self.pool, trie, self.progress())
        trace = Trace(o, min_count, c, finder.symbol_counts, found=found)
        pmi = pieces.smallest_pmi(found.words, c)
        return _Found(found.words, found.counts, occurrences, branching, pmi, {}, trace, found.used)


@dataclass(frozen=True)
class _Found:
    """Words as a method found them, arrays by word; those with collapsed symbols once more by surface: (count, word).

    used: what the unigram segmentation of all runs uses, where that is not the counts.
    """

    words: Strings
    counts: NDArray[np.int64]
    occurrences: NDArray[np.int64]
    branching: Branching | None
    pmi: NDArray[np.float64]
    surfaces: dict[str, tuple[int, int]]
    trace: Trace
    used: NDArray[np.int64] | None = None

    def columns(self, symbol_counts: NDArray[np.int64], windows: NgramCounts) -> dict[str, Any]:
        """The columns of a Discovery."""
        alphabet = self.trace.candidates.alphabet
        unknown = np.full(len(self.words), np.nan)
        left = right = share = score = unknown
        if self.branching is not None:
            left, right = self.branching.left.entropy, self.branching.right.entropy
            commonest = np.maximum(self.branching.left.commonest, self.branching.right.commonest)
            share = commonest / np.maximum(1, self.occurrences)
            score = list_scores(
                self.words, self.counts, self.occurrences, self.branching, symbol_counts, windows.runs, alphabet
            )
        surfaces = sorted(self.surfaces)
        of_surfaces = np.array([self.surfaces[surface][1] for surface in surfaces], np.int64)
        is_surface = np.zeros(len(self.words), np.bool_)
        is_surface[of_surfaces] = True
        places = np.append(np.flatnonzero(~is_surface), of_surfaces)
        texts = self.words.texts(alphabet)
        words = [texts[i] for i in np.flatnonzero(~is_surface)] + surfaces
        of_surface = np.array([self.surfaces[surface][0] for surface in surfaces], np.int64)
        return {
            "word": np.array([*words, None], object)[:-1],  # None: or numpy makes rows of characters of nothing
            "count": np.append(self.counts[~is_surface], of_surface),
            "pmi": self.pmi[places],
            "left_entropy": left[places],
            "right_entropy": right[places],
            "score": score[places],
            "symbols": self.words.lengths[places],
            "share": share[places],
            "surface_share": np.append(np.ones(len(words) - len(surfaces)), of_surface / self.counts[of_surfaces]),
        }
