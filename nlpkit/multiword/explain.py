"""Explains why terms are where they are in the list, or why they are not in it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlpkit.errors import Notice, Option, Setting, counted
from nlpkit.kernels import word_ngrams as kernel
from nlpkit.multiword.ngrams import Neighbours, WordNgrams
from nlpkit.multiword.order import Order
from nlpkit.multiword.result import Terms
from nlpkit.multiword.units import UnitReader

_MARKS = {kernel.BREAK: "end of a run", kernel.RARE: "rare words"}


@dataclass(frozen=True)
class Explanation:
    """What paragraphs are made of.

    reader: of the units. cuts: term -> the ways to cut it into units. found: all terms. neighbours: of these cuts.
    min_count: the least occurrences of a term. max_words: of the longest term.
    """

    reader: UnitReader
    cuts: Mapping[str, Sequence[tuple[int, ...]]]
    ngrams: WordNgrams
    ranking: Order
    found: Terms
    neighbours: Mapping[tuple[int, ...], tuple[Neighbours, Neighbours]]
    min_count: int
    max_words: int

    def of(self, asked: Sequence[str]) -> Notice:
        """Returns a paragraph for each term."""
        lines = [line for term in asked for line in (*self._paragraph(term), "")]
        return Notice(*(part for line in lines[:-1] for part in (line, "\n")))

    def _paragraph(self, term: str) -> Iterator[str]:
        text, ngrams = self.reader.vocabulary.text, self.ngrams
        nodes = {node: units for units in self.cuts[term] if (node := ngrams.find(units)) >= 0}
        listed = np.flatnonzero(np.isin(self.found.nodes, list(nodes)))
        if listed.size:
            place = int(listed[0])
            node = int(self.found.nodes[place])
            yield f"{term}: number {place + 1:,} of {self.found.found:,}"
            yield _row("words", " ".join(map(text, nodes[node])))
            yield from self._measured(nodes[node], node)
            return
        yield f"{term}: not in the list"
        words = self.reader.cut(term)
        if not nodes:
            yield _row("words", " ".join(word for word, _ in words) or "none")
            yield _row("rule", self._why_not_counted(words))
            return
        node = max(nodes, key=lambda node: (ngrams.counts[node], -node))
        yield _row("words", " ".join(map(text, nodes[node])))
        yield from self._measured(nodes[node], node)
        yield _row("rule", self._why_left_out(node))

    def _why_not_counted(self, words: tuple[tuple[str, int], ...]) -> Notice:
        """Why words are no frequent n-gram."""
        if not words:
            return Notice("nothing in it is a word")
        outside = [word for word, unit in words if unit < kernel.RARE]
        if outside:
            return Notice(f"{outside[0]!r} ends a run, and a term lies within one")
        if len(words) > self.max_words:
            return Notice(f"{len(words)} words, more than ", Setting("max_words", self.max_words))
        if self.min_count == 1:
            return Notice("does not occur")
        return Notice(f"occurs fewer than {counted(self.min_count, 'time')}, if at all; see ", Option("min_count"))

    def _why_left_out(self, node: int) -> Notice:
        """Why a frequent n-gram is no term."""
        return Notice(f"left out: {self.ranking.why_left_out(node) or 'a single character'}")

    def _measured(self, units: tuple[int, ...], node: int) -> Iterator[str]:
        ngrams, text = self.ngrams, self.reader.vocabulary.text
        count, documents = int(ngrams.counts[node]), int(ngrams.documents[node])
        yield _row("text", f"{counted(count, 'occurrence')} in {counted(documents, 'document')}")
        if len(units) > 1:
            yield _row("splits", "; ".join(self._split(units, at) for at in range(1, len(units))))
        for name, side in zip(("left", "right"), self.neighbours.get(units, ()), strict=False):
            yield _row(name, ", ".join(f"{_MARKS.get(unit) or text(unit)} {n:,}" for unit, n in side))
        yield from (_row(*line) for line in self.ranking.lines(ngrams, units, node))

    def _split(self, units: tuple[int, ...], at: int) -> str:
        ngrams, text = self.ngrams, self.reader.vocabulary.text
        parts = units[:at], units[at:]
        counts = [int(ngrams.counts[ngrams.find(part)]) for part in parts]
        whole = int(ngrams.counts[ngrams.find(units)])
        pmi = math.log(ngrams.words * whole / (counts[0] * counts[1]))
        left, right = (" ".join(map(text, part)) for part in parts)
        return f"{left}|{right} PMI {pmi:.2f} ({counts[0]:,}, {counts[1]:,})"


def _row(name: str, text: str) -> Notice:
    return Notice(f"  {name:8s}", text)
