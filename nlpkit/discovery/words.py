"""The words that a method found: how they become the columns of a result, and how a method explains its choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.discovery.branching import Branching
from nlpkit.discovery.candidates import SymbolStatistics
from nlpkit.discovery.lines import Lines
from nlpkit.discovery.ranking import Recurrence, list_scores
from nlpkit.discovery.result import Discovery, information
from nlpkit.discovery.segmenting import Surfaces
from nlpkit.discovery.strings import SymbolStrings
from nlpkit.errors import Notice, Option, counted
from nlpkit.kernels import candidates as kernel

#: A line of an explanation: its name, and its text, a Notice where that names options.
Line: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Asked:
    """A word that is to be explained.

    ids: its symbols, one or more. is_word: whether the method found it. count: its occurrences in the text. show:
    spells symbols out.
    """

    ids: tuple[int, ...]
    is_word: bool
    count: int
    show: Callable[[tuple[int, ...]], str]

    def usual_reason(self, min_count: int) -> str | None:
        """The reason that every method has for single symbols and rare words; None for another word."""
        if len(self.ids) == 1 and self.is_word:
            return "kept: a single symbol, as often as no longer word takes it"
        if self.count < min_count:
            return Notice(f"no candidate: fewer than {counted(min_count, 'occurrence')} (", Option("min_count"), ")")
        return None


class Reasons(Protocol):
    """What a method remembers of its way, to explain why it found a word or not."""

    def lines(self, asked: Asked) -> Iterator[Line]:
        """The lines about one word."""


@dataclass(frozen=True)
class Words:
    """What a method found; arrays are by word.

    strings: the words. counts: int64, occurrences as a word. pmi: float64, nats. occurrences: int64, occurrences in the
    text, whether cut out or not, and branching: the neighbours of these; branching is None if they are not measured.
    symbols: of the corpus. reasons: explain the choice. surfaces: the spellings of words with collapsed symbols; their
    `nodes` are places of words. used: int64, how often a segmentation of the corpus into these words uses each word and
    each other symbol, None if that is what `counts` says. lines: of the words, None if they were not counted.
    """

    strings: SymbolStrings
    counts: NDArray[np.int64]
    pmi: NDArray[np.float64]
    occurrences: NDArray[np.int64]
    branching: Branching | None
    symbols: SymbolStatistics
    reasons: Reasons
    surfaces: Surfaces
    used: NDArray[np.int64] | None = None
    lines: Lines | None = None

    def result(self) -> Discovery:
        """The words as a table, each spelling of a word with collapsed symbols as a word of its own."""
        columns, total = self._columns(), self.symbols.total
        characters = total
        if any(self.symbols.alphabet.collapsed):
            lengths = np.array([len(word) for word in columns["word"]], np.int64)
            characters = int(np.dot(lengths, columns["count"]))
        return Discovery(
            **columns,
            min_count=self.symbols.min_count,
            characters=characters,
            nats_before=information(self.symbols.counts, total),
            nats_after=information(columns["count"] if self.used is None else self.used, total),
            whole_runs=any(self.symbols.alphabet.collapsed),
        )

    @cached_property
    def recurrence(self) -> Recurrence | None:
        """How the words come again within lines, None if lines were not counted."""
        if self.lines is None:
            return None
        return Recurrence.measure(self.strings, self.counts, self.lines, self.symbols.alphabet)

    def _columns(self) -> dict[str, Any]:
        alphabet = self.symbols.alphabet
        left = right = share = score = np.full(len(self.strings), np.nan)
        if self.branching is not None:
            left, right = self.branching.left.entropy, self.branching.right.entropy
            commonest = np.maximum(self.branching.left.commonest, self.branching.right.commonest)
            share = commonest / np.maximum(1, self.occurrences)
            score = list_scores(
                self.strings, self.counts, self.occurrences, self.branching, self.symbols, self.recurrence
            )
        surfaces = self.surfaces.strings.decode()
        by_text = np.array(sorted(range(len(surfaces)), key=surfaces.__getitem__), np.int64)
        of_surfaces, of_surface = self.surfaces.nodes[by_text], self.surfaces.counts[by_text]
        is_surface = np.zeros(len(self.strings), np.bool_)
        is_surface[of_surfaces] = True
        places = np.append(np.flatnonzero(~is_surface), of_surfaces)
        scores = score[places]
        # gain ln n ...: the n of a spelling is its own
        own, of_all = (kernel.log_probabilities(n, 1) for n in (of_surface, np.maximum(2, self.counts[of_surfaces])))
        scores[places.size - len(surfaces) :] *= own / of_all
        texts = self.strings.texts(alphabet)
        words = [texts[i] for i in np.flatnonzero(~is_surface)] + [surfaces[i] for i in by_text]
        return {
            "word": np.array([*words, None], object)[:-1],  # None, because numpy makes an empty list a float array
            "count": np.append(self.counts[~is_surface], of_surface),
            "pmi": self.pmi[places],
            "left_entropy": left[places],
            "right_entropy": right[places],
            "score": scores,
            "symbols": self.strings.lengths[places],
            "share": share[places],
            "surface_share": np.append(np.ones(len(words) - len(surfaces)), of_surface / self.counts[of_surfaces]),
        }
