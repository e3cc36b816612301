"""Finds the lines of many tokens, n-grams of tokens or pairs of words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from nlpkit.excerpts.finder import CutText, Hit, LineTable, TextFinder
from nlpkit.excerpts.forms import TokenForms, hashed
from nlpkit.excerpts.matchers import GramMatcher, Matcher, PairMatcher, Span
from nlpkit.excerpts.strings import LineFilter
from nlpkit.excerpts.wanted import Pairs, Tokens, WantedText
from nlpkit.frequencies.counting import PAD
from nlpkit.frequencies.filters import compiled
from nlpkit.frequencies.tokens import MARK, Tokenizer, matches
from nlpkit.kernels import gram_search
from nlpkit.kernels import tokens as kernel
from nlpkit.kernels.strings import MORE_DATA
from nlpkit.kwic.tokens import character_places

_SPACE = re.compile(r"\s")
_ROOM = 1 << 10  # n-grams that a kernel finds at a time
_KEPT = 1 << 16  # bytes of a line that are kept for what follows, at least; windows of words are shorter
_MOST_KNOWN = 32 << 20  # bytes of the tokens that a worker knows


class GramFinder(TextFinder):
    """Finds tokens, n-grams of tokens, or pairs of words. types: tokens that are known already."""

    def __init__(
        self, how: Tokens | Pairs, texts: Sequence[WantedText], wanted: Sequence[int], types: TokenForms
    ) -> None:
        self._how, self.types = how, types
        self._texts = texts
        if isinstance(how, Pairs):
            self._matcher: Matcher = PairMatcher(how, texts, wanted)
        else:
            self._matcher = GramMatcher(how, texts, wanted)
        self._kinds = self._matcher.kinds()
        grams = [self._matcher.gram(text) for text in texts]
        self._filter = LineFilter(grams, wanted) if how.filters.keeps_forms and self._are_in_lines(grams) else None
        self._slot_of = hashed(grams)[0] % gram_search.SLOTS
        self._wanted = {*wanted}
        self._slots = np.zeros(gram_search.SLOTS, np.int32)  # wanted texts of each slot
        np.add.at(self._slots, self._slot_of[[*self._wanted]], 1)
        self._found = set[int]()  # in the line

    @property
    def _tokenizer(self) -> Tokenizer:
        return self._how.tokenizer

    def _are_in_lines(self, grams: Sequence[str]) -> bool:
        """Whether a line with an n-gram holds it as a string, as far as its token is the one that is counted."""
        return self._matcher.orders == (1, 1) and not any(map(_SPACE.search, grams))

    def cut_lines(self, data: bytes) -> CutText:
        """See TextFinder."""
        return super().cut_lines(data if self._filter is None else self._filter.kept(data))

    def cut(self, data: bytes, in_line: bool, final: bool) -> tuple[CutText, int, bool]:
        """See TextFinder."""
        marked, used, in_line = self._tokenizer.marked(data, in_line, final)
        return CutText(data[:used], marked), used, in_line

    def joined(self, before: CutText, cut: CutText) -> tuple[CutText, int]:
        """See TextFinder."""
        between = b"" if self._tokenizer.name in ("space", "char") else MARK
        return CutText(before.data + cut.data, between.join((before.marked, cut.marked))), 0

    def kept(self, view: CutText, cut: CutText) -> CutText:
        """See TextFinder."""
        return cut if len(cut.data) >= _KEPT else view

    def hits(self, cut: CutText, line: int, start: int = 0) -> Iterator[Hit]:
        """See TextFinder."""
        sequence = self._numbered(cut)
        self.types.learn(self._how)
        ends = np.append(np.flatnonzero(sequence == kernel.DOCUMENT_END), sequence.size)
        lines = LineTable(cut.data, line)
        for row, group in groupby(self._grams(sequence, ends), itemgetter(0)):
            begin = int(ends[row - 1]) + 1 if row else 0
            spans = [(first - begin, last - begin) for _, (first, last) in group]
            yield from self._in_line(sequence[begin : ends[row]].tolist(), spans, lines, line + row)

    def _grams(self, sequence: NDArray[np.int32], ends: NDArray[np.int64]) -> Iterator[tuple[int, list[int]]]:
        """Yields n-grams that may be wanted: (line, places of the first and the last token). ends: of lines."""
        types, state = self.types, np.zeros(2, np.int64)
        lowest, highest = self._matcher.orders
        joint, power = hashed([self._matcher.joint])[:, 0].tolist()
        while state[0] < sequence.size:
            out = np.empty((_ROOM + highest, 2), np.int64)
            found = gram_search.find_grams(
                sequence, types.kept, types.hashes, types.powers, lowest, highest, joint, power, self._slots, state, out
            )
            grams = out[:found]
            yield from zip(np.searchsorted(ends, grams[:, 0]).tolist(), grams.tolist(), strict=True)

    def _in_line(self, tokens: list[int], grams: list[Span], lines: LineTable, number: int) -> Iterator[Hit]:
        found: dict[int, Span] = {}
        for text, span in sorted(self._matcher.find(tokens, self.types, grams), key=_order):
            if text in self._wanted and text not in self._found:
                found.setdefault(text, span)
        if not found:
            return
        _, source = lines.line(number)
        spans = self._spans(source, tokens, 1 + max(last for _, last in found.values()))
        for text, (first, last) in found.items():
            begin, end = spans[first][0], spans[last][1]
            yield Hit(text, number, source, *sorted((begin, end)))

    def _spans(self, line: bytes, tokens: list[int], size: int) -> list[tuple[int, int]]:
        """Returns where the first `size` tokens are in their line, in bytes; of tokens that overlap, where each could
        be first."""
        tokenizer = self._tokenizer
        if tokenizer.name == "regex":
            places = character_places(line)
            pattern = compiled(tokenizer.pattern or "", "pattern")
            matched = ((int(places[a]), int(places[b])) for a, b, _ in matches(pattern, line.decode()))
            return [next(matched) if token >= 0 else (0, 0) for token in tokens[:size]]
        spans, at = [], 0
        spelled, overlap = self.types.spelled, _overlap(tokenizer)
        for token in tokens[:size]:
            if token < 0:
                spans.append((at, at))
                continue
            text = spelled[token]
            begin = line.index(text, at)
            spans.append((begin, begin + len(text)))
            at = 0 if overlap else begin + len(text)
        return spans

    def _numbered(self, cut: CutText) -> NDArray[np.int32]:
        """Returns the tokens by their numbers, and what ends lines and n-grams."""
        if self.types.strings.nbytes > _MOST_KNOWN:
            self.types = TokenForms()
        marked, tokenizer = cut.marked, self._tokenizer
        text = np.frombuffer(marked + PAD, np.uint8)
        sequence = np.empty(len(marked) + 1, np.int32)
        at = written = 0
        while True:
            strings = self.types.strings
            at, written, ended = kernel.find_tokens(
                text, len(marked), self._kinds, tokenizer.chars, strings.table, at, sequence, written
            )
            if ended == kernel.FAULT:
                cut.data.decode()  # says where
            if ended == MORE_DATA:
                strings.reserve(len(marked) - at)
            elif not strings.grow(ended):
                return sequence[:written]

    def begin_line(self, line: int, found: Collection[int]) -> None:
        """See TextFinder."""
        np.add.at(self._slots, self._slot_of[[*(self._found & self._wanted)]], 1)
        self._found = self._wanted.intersection(found)
        np.add.at(self._slots, self._slot_of[[*self._found]], -1)

    def drop(self, text: int) -> None:
        """See TextFinder."""
        if text in self._wanted:
            self._wanted.remove(text)
            self._matcher.drop(self._texts[text])
            self._slots[self._slot_of[text]] -= text not in self._found
            if self._filter is not None:
                self._filter.drop(text)


def _order(found: tuple[int, Span]) -> tuple[int, int]:
    """The order of places in a line: that in which the kernel finds them."""
    _, (first, last) = found
    return last, -first


def _overlap(tokenizer: Tokenizer) -> bool:
    """Whether tokens may overlap."""
    segmenter = tokenizer.segmenter
    mode = tokenizer.jieba.mode if tokenizer.name == "jieba" else segmenter.mode if segmenter else "default"
    return mode != "default"
