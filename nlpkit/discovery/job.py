"""The registry of methods, what a method of finding words works with, and the step that all methods begin with.

A method is the file of its name in this folder, with a line in choices.METHOD_CHOICES.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from nlpkit.corpus import Corpus
from nlpkit.discovery.candidates import CandidateFinder, default_min_count
from nlpkit.discovery.options import DiscoveryOptions
from nlpkit.discovery.strings import Alphabet
from nlpkit.discovery.words import Words
from nlpkit.errors import Notice, Option
from nlpkit.executors import Executor, Passes, Progress
from nlpkit.ngrams.counting import Windowing, Windows, count_windows
from nlpkit.ngrams.kept import fingerprint, load_windows, save_windows
from nlpkit.ngrams.symbols import DIGITS, LETTERS, symbol_table
from nlpkit.runs import Spill


class Job:
    """One call of `discover`.

    corpus: the open corpus. pool: the workers. spill: where tables go that outgrow the memory. options: the checked
    options. passes: how many times the method reads the corpus. progress: the user's callback, called with bytes; each
    of n passes counts an n-th of the corpus. notify: called with lines for the user.

    Attribute `progress`: what each pass is to report to, None if nobody listens.
    """

    def __init__(
        self,
        corpus: Corpus,
        pool: Executor,
        spill: Spill,
        options: DiscoveryOptions,
        passes: int,
        progress: Progress | None,
        notify: Callable[[str], object] | None,
    ) -> None:
        self.corpus, self.pool, self.spill, self.options = corpus, pool, spill, options
        self.progress = Passes(progress, passes if options.counts is None else passes - 1).report
        self._notify = notify

    def find_ngrams(
        self, order: int, max_length: int, *, starts: bool = False, collapse: bool = False
    ) -> CandidateFinder:
        """Counts the corpus, or takes its kept counts, and finds the frequent n-grams of up to `order` symbols.

        order: 2 to 4. max_length: symbols of the longest n-grams wanted. starts: whether windows that start at a
        boundary are counted too, for left neighbours. collapse: whether a run of digits, and one of Latin letters,
        counts as one symbol.
        """
        collapsed = (DIGITS, LETTERS) if collapse else (0, 0)
        windowing = Windowing(order, symbol_table(self.options.charset, collapse), collapsed, starts)
        windows = self._count(windowing)
        min_count = self.options.min_count or default_min_count(int(windows.symbol_counts.sum()))
        alphabet = Alphabet.of(windowing.table, collapsed, windows.alphabet)
        found = CandidateFinder(windows, alphabet, min_count, max_length, self.pool, self.spill)
        if self._notify is not None and found.nbytes > self.spill.memory:
            self._notify(
                Notice(
                    f"{found.keys.size:,} frequent n-grams take some {found.nbytes >> 20:,} MiB, more than ",
                    Option("memory"),
                    "; fewer do with ",
                    Option("min_count"),
                    f" above {min_count}",
                )
            )
        return found

    def _count(self, windowing: Windowing) -> Windows:
        options = self.options
        of = {}
        if options.counts is not None or options.save_counts is not None:
            of = fingerprint(self.corpus, method=options.method, charset=options.charset)
        if options.counts is not None:
            return load_windows(options.counts, of, self.spill)
        windows = count_windows(self.corpus, windowing, self.pool, self.spill, self.progress)
        if options.save_counts is not None:
            save_windows(options.save_counts, windows, of)
        return windows

    def asked(self, alphabet: Alphabet) -> list[tuple[int, ...]]:
        """The symbols of the words that are to be explained, see Alphabet.ids_of."""
        return [alphabet.ids_of(word) for word in self.options.asked]


@dataclass(frozen=True)
class Method:
    """A way of finding words. Its file has one, named `METHOD`.

    passes: how many times it reads the corpus, which is what progress is shown by. find_words: a job -> its words.
    """

    passes: Callable[[DiscoveryOptions], int]
    find_words: Callable[[Job], Words]


def load_method(name: str) -> Method:
    """Returns the method of this name, one of choices.METHODS."""
    method: Method = import_module(f"nlpkit.discovery.{name}").METHOD
    return method
