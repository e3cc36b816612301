"""New words: unsupervised discovery of the vocabulary of a corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import watch_compilation
from nlpkit.corpus import Corpus
from nlpkit.discovery import auto, pieces
from nlpkit.discovery.branching import Branching, Side
from nlpkit.discovery.candidates import CandidateFinder, Candidates, default_min_count
from nlpkit.discovery.explain import Trace, symbol_string
from nlpkit.discovery.explain import explain as explain_words
from nlpkit.discovery.options import Options, check_options
from nlpkit.discovery.ranking import list_scores
from nlpkit.discovery.result import Discovery, information
from nlpkit.discovery.strings import Alphabet, Strings
from nlpkit.discovery.words import Surfaces, Trie, measure_neighbours
from nlpkit.errors import OptionError
from nlpkit.executors import Executor, Progress, open_executor
from nlpkit.ngrams import WORD, Windowing, Windows, count_windows
from nlpkit.ngrams.kept import fingerprint, load_windows, save_windows
from nlpkit.ngrams.symbols import DIGITS, FOLD, LETTERS, symbol_table
from nlpkit.places.sources import Input
from nlpkit.runs import Spill

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
    save_counts: str | PathLike[str] | None = None,
    counts: str | PathLike[str] | None = None,
    jobs: int | None = None,
    executor: str = "auto",
    scheduler: str | None = None,
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
    save_counts: a file to keep the n-gram counts in. counts: such a file, of this corpus and method, to be used instead
    of counting again: min_count and the other thresholds may differ.
    scheduler: address of a Dask cluster to work on (tcp://host:8786), see docs/cluster.md.
    progress: called with bytes as they are done, so that they add up to those of the corpus.
    notify: called with a line for the user when kernels are compiled (first use only), and when the frequent n-grams
    alone take more than the corpus' memory.

    Raises OptionError for nonsense and for an option that the method does not use, InputError, EncodingError,
    WorkerError. The result does not depend on jobs, executor ('auto', 'serial', 'threads', 'processes', 'dask') or the
    corpus' chunk size.
    """
    options = check_options(method, charset, min_count, min_pmi, min_prob, min_entropy, max_length)
    if counts is not None and save_counts is not None:
        raise OptionError("--save-counts and --counts: give one of them")
    with (
        corpus if isinstance(corpus, Corpus) else Corpus(corpus) as opened,
        watch_compilation(notify),
        open_executor(executor, jobs, opened.size, scheduler, opened.tmp_dir) as pool,
        opened.scratch() as folder,
    ):
        kept, spill = _Kept(counts, save_counts), Spill(folder, opened.memory, pool.shares_files)
        run = _Discovering(opened, pool, spill, options, neighbours or options.min_entropy > 0, kept, progress, notify)
        asked = [explain] if isinstance(explain, str) else list(explain)
        everything = run.run(asked)
        found = everything.filter(options.min_pmi if method == "auto" else (), options.min_entropy)
        if asked:
            text = explain_words(opened, pool, run.spill, asked, everything, found, run.trace)
            found = replace(found, explanation=text)
        return found


@dataclass(frozen=True)
class _Kept:
    """Files of n-gram counts: where to take them from, where to keep them."""

    load: str | PathLike[str] | None
    save: str | PathLike[str] | None


class _Discovering:
    """One run of discover."""

    def __init__(
        self,
        corpus: Corpus,
        pool: Executor,
        spill: Spill,
        options: Options,
        neighbours: bool,
        kept: _Kept,
        progress: Progress | None,
        notify: Callable[[str], object] | None,
    ) -> None:
        self.corpus, self.pool, self.spill = corpus, pool, spill
        self.options, self.neighbours = options, neighbours
        self.kept, self.notify = kept, notify
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

    def run(self, asked: Sequence[str]) -> Discovery:
        """asked: words that will have to be explained."""
        options = self.options
        collapsed = (DIGITS, LETTERS) if options.collapse else (0, 0)
        order, starts = (2 if options.method == "entropy" else WORD), options.method == "auto"
        windowing = Windowing(order, symbol_table(options.charset, options.collapse), collapsed, starts)
        windows = self._count(windowing)
        symbols, total = windows.symbol_counts, int(windows.symbol_counts.sum())
        min_count = options.min_count or default_min_count(total)
        alphabet = Alphabet.of(windowing.table, collapsed, windows.alphabet)
        longest = options.max_length if options.method == "auto" else WORD
        finder = CandidateFinder(windows, alphabet, min_count, longest, self.pool, self.spill)
        self._warn(finder)
        strings = [
            symbol_string(word.translate(FOLD) if options.charset == "han+alnum" else word, alphabet) for word in asked
        ]
        find = self._auto if options.method == "auto" else self._pieces
        found = find(finder, strings)
        self.trace = found.trace
        columns = found.columns(symbols, windows.runs)
        lengths = np.array([len(word) for word in columns["word"]], np.int64)
        return Discovery(
            **columns,
            min_count=min_count,
            characters=int(np.dot(lengths, columns["count"])) if options.collapse else total,
            nats_before=information(symbols, total),
            nats_after=information(columns["count"] if found.used is None else found.used, total),
        )

    def _warn(self, finder: CandidateFinder) -> None:
        if self.notify is not None and finder.nbytes > self.spill.memory:
            self.notify(
                f"{finder.keys.size:,} frequent n-grams take some {finder.nbytes >> 20:,} MiB, more than --memory; "
                f"fewer do with a --min-count above {finder.min_count}"
            )

    def _count(self, windowing: Windowing) -> Windows:
        of = {}
        if self.kept != _Kept(None, None):
            of = fingerprint(self.corpus, method=self.options.method, charset=self.options.charset)
        if self.kept.load is not None:
            self.passes -= 1
            return load_windows(self.kept.load, of, self.spill)
        windows = count_windows(self.corpus, windowing, self.pool, self.spill, self.progress())
        if self.kept.save is not None:
            save_windows(self.kept.save, windows, of)
        return windows

    def _auto(self, finder: CandidateFinder, asked: Sequence[tuple[int, ...]]) -> _Found:
        c, scores, split, branching = self._choose(finder, asked)
        found = auto.find_words(self.corpus, self.pool, c, scores, split, self.progress)
        nodes = np.flatnonzero(found.counts)
        rare = np.array(list(found.rare), np.int64)
        of = np.append(nodes, -1 - rare)  # the nodes of the words below
        by_node = np.argsort(of)
        places = by_node[np.searchsorted(of, found.surfaces.nodes, sorter=by_node)]
        empty = Side.zeros(rare.size)
        return _Found(
            Strings.of_rows(c.rows(nodes)) + Strings(rare.astype(np.uint32), np.arange(rare.size + 1)),
            np.array([*found.counts[nodes], *found.rare.values()], np.int64),
            np.array([*c.counts[nodes], *found.rare.values()], np.int64),
            Branching(*(Side.concatenate([side[nodes], empty]) for side in (branching.left, branching.right))),
            np.append(c.pmi[nodes], np.zeros(rare.size)),
            replace(found.surfaces, nodes=places),
            Trace(self.options, finder.min_count, c, finder.symbol_counts, auto=found),
        )

    def _choose(
        self, finder: CandidateFinder, asked: Sequence[tuple[int, ...]]
    ) -> tuple[Candidates, auto.Scores, NDArray[np.float64], Branching]:
        """The n-grams worth a second look, with their scores; all others are forgotten here."""
        m = finder.measure(self.corpus, self.options.max_length, self.progress())
        choice = auto.choose_words(m)
        parts = {w[i:j] for w in asked for i in range(len(w)) for j in range(i + 1, len(w) + 1)}
        choice.keep[[node for part in parts if (node := m.find(part)) >= 0]] = True
        c, nodes = finder.choose(m, choice.keep)
        scores, split = choice.of(nodes, c.levels)
        del m, choice
        finder.forget()
        return c, scores, split, finder.branching(c, nodes)

    def _pieces(self, finder: CandidateFinder, asked: Sequence[tuple[int, ...]]) -> _Found:
        o, m = self.options, finder.measured()
        if o.method == "pmi":
            kept = pieces.kept_ngrams(m, o.min_pmi)
        else:
            kept = pieces.strong_pairs(m, o.min_pmi[0], o.min_prob * finder.total)
        keep = kept.copy()
        keep[m.level(1)] = True
        c, nodes = finder.choose(m, keep)
        kept = kept[nodes]
        del m, keep, nodes
        finder.forget()
        found = pieces.find_words(
            self.corpus, self.pool, self.spill, c, kept, o, finder.min_count, asked, self.progress()
        )
        occurrences, branching = np.zeros(len(found.words), np.int64), None
        if self.neighbours:
            trie = Trie.build(found.words, c.alphabet)
            spill = self.spill.after(trie.nbytes + c.nbytes)
            occurrences, branching = measure_neighbours(self.corpus, self.pool, spill, trie, self.progress())
        trace = Trace(o, finder.min_count, c, finder.symbol_counts, found=found)
        pmi = pieces.smallest_pmi(found.words, c)
        return _Found(found.words, found.counts, occurrences, branching, pmi, Surfaces.empty(), trace, found.used)


@dataclass(frozen=True)
class _Found:
    """Words as a method found them, arrays by word; those with collapsed symbols once more by surface, with the places
    of the words for nodes.

    used: what the unigram segmentation of all runs uses, where that is not the counts.
    """

    words: Strings
    counts: NDArray[np.int64]
    occurrences: NDArray[np.int64]
    branching: Branching | None
    pmi: NDArray[np.float64]
    surfaces: Surfaces
    trace: Trace
    used: NDArray[np.int64] | None = None

    def columns(self, symbol_counts: NDArray[np.int64], runs: int) -> dict[str, Any]:
        """The columns of a Discovery."""
        alphabet = self.trace.candidates.alphabet
        unknown = np.full(len(self.words), np.nan)
        left = right = share = score = unknown
        if self.branching is not None:
            left, right = self.branching.left.entropy, self.branching.right.entropy
            commonest = np.maximum(self.branching.left.commonest, self.branching.right.commonest)
            share = commonest / np.maximum(1, self.occurrences)
            score = list_scores(
                self.words, self.counts, self.occurrences, self.branching, symbol_counts, runs, alphabet
            )
        surfaces = self.surfaces.strings.decode()
        by_text = np.array(sorted(range(len(surfaces)), key=surfaces.__getitem__), np.int64)
        of_surfaces, of_surface = self.surfaces.nodes[by_text], self.surfaces.counts[by_text]
        is_surface = np.zeros(len(self.words), np.bool_)
        is_surface[of_surfaces] = True
        places = np.append(np.flatnonzero(~is_surface), of_surfaces)
        texts = self.words.texts(alphabet)
        words = [texts[i] for i in np.flatnonzero(~is_surface)] + [surfaces[i] for i in by_text]
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
