"""Finds the lines of many tokens, n-grams of tokens or pairs of words: those of their first tokens are looked at."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.frequencies.counting import PAD
from nlpkit.frequencies.filters import compiled
from nlpkit.frequencies.tokens import MARK, Tokenizer, matches
from nlpkit.frequencies.windows import window_flags, window_kinds
from nlpkit.kernels import gram_search
from nlpkit.kernels import tokens as kernel
from nlpkit.kernels.strings import MORE_DATA, NumberedStrings
from nlpkit.kernels.windows import NUMBER, POINT, STOP, WORD
from nlpkit.kwic.string_lines import Cut, Finder, Hit, Lines
from nlpkit.kwic.tokens import character_places
from nlpkit.kwic.wanted import Pairs, Tokens
from nlpkit.runs.strings import end_to_end

#: A token, an n-gram, or (node, collocate).
Text: TypeAlias = "str | tuple[str, str]"
#: The first and the last token of a text.
Span: TypeAlias = tuple[int, int]

_ROOM = 1 << 10  # n-grams that a kernel finds at a time
_KEPT = 1 << 16  # bytes of a line that are kept for what follows, at least; windows of words are shorter
_MOST_KNOWN = 32 << 20  # bytes of the tokens that a worker knows


class Matcher(ABC):
    """Tells which texts are in a line, from the n-grams on that may be texts or begin one.

    numbers: text -> its place. orders: of these n-grams. joint: the text between their tokens.
    """

    orders: tuple[int, int] = (1, 1)
    joint: str = ""

    def __init__(self, texts: Sequence[Text]) -> None:
        self.numbers = {text: number for number, text in enumerate(texts)}

    @abstractmethod
    def gram(self, text: Text) -> str:
        """Returns the n-gram that a text is, or that it has."""

    @abstractmethod
    def kinds(self) -> NDArray[np.uint8]:
        """What each byte of marked text is, see Tokenizer.kinds; ends of lines are ends of documents."""

    @abstractmethod
    def find(self, tokens: list[int], types: Types, grams: list[Span]) -> Iterator[tuple[int, Span]]:
        """Yields (text, its first and last token) in a line, as places in `tokens`.

        tokens: by their numbers, below 0 where an n-gram ends. grams: n-grams that may be those of texts.
        """


class GramMatcher(Matcher):
    """Finds tokens and n-grams of tokens."""

    def __init__(self, how: Tokens, texts: Sequence[Text]) -> None:
        super().__init__(texts)
        self._tokenizer, self.orders, self.joint = how.tokenizer, how.orders, how.joint

    def gram(self, text: Text) -> str:
        """See Matcher."""
        return str(text)

    def kinds(self) -> NDArray[np.uint8]:
        """See Matcher."""
        return self._tokenizer.kinds(True)

    def find(self, tokens: list[int], types: Types, grams: list[Span]) -> Iterator[tuple[int, Span]]:
        """See Matcher."""
        for first, last in grams:
            form = self.joint.join(types.forms[token] or "" for token in tokens[first : last + 1])
            text = self.numbers.get(form)
            if text is not None:
                yield text, (first, last)


class PairMatcher(Matcher):
    """Finds pairs of words, of which the second is in the window of the first."""

    def __init__(self, how: Pairs, texts: Sequence[Text]) -> None:
        super().__init__(texts)
        self._how = how
        self._beside = defaultdict[str, set[str]](set)  # the collocates of each node
        for text in texts:
            self._beside[text[0]].add(text[1])

    def gram(self, text: Text) -> str:
        """See Matcher."""
        return text[0]

    def kinds(self) -> NDArray[np.uint8]:
        """See Matcher."""
        return window_kinds(self._how.tokenizer, True, self._how.sentences)

    def find(self, tokens: list[int], types: Types, grams: list[Span]) -> Iterator[tuple[int, Span]]:
        """See Matcher."""
        left, right = self._how.left, self._how.right
        here = {types.forms[token] for token in tokens if token >= 0}
        nodes = {types.forms[tokens[first]] or "" for first, _ in grams}
        if all(self._beside[node].isdisjoint(here) for node in nodes & self._beside.keys()):
            return
        words = self._words(tokens, types)
        for at, node in enumerate(words):
            form = types.forms[tokens[node]] or "" if node >= 0 else ""
            if form not in self._beside:
                continue
            for step, most in ((-1, left), (1, right)):
                for place in range(at + step, at + step * (most + 1), step):
                    other = words[place] if 0 <= place < len(words) else -1
                    if other < 0:
                        break
                    text = self.numbers.get((form, types.forms[tokens[other]] or ""))
                    if text is not None:
                        yield text, (min(node, other), max(node, other))

    def _words(self, tokens: list[int], types: Types) -> list[int]:
        """Returns which tokens are words, -1 where a window ends; as the kernel `place_words` does."""
        words: list[int] = []
        waits, chars, sentences = False, self._how.tokenizer.chars, self._how.sentences
        for place, token in enumerate(tokens):
            if token < 0:
                if not chars:
                    words.append(-1)
                    waits = False
                continue
            flags = types.flags[token]
            if waits and not flags & NUMBER:
                words.append(-1)
            if flags & WORD:
                words.append(place)
            if sentences and flags & STOP:
                words.append(-1)
            waits = sentences and bool(flags & POINT) and not flags & STOP
        return words


class Types:
    """The different tokens that a worker has met, by their numbers.

    forms: None for a token that is left out. flags: of windows. kept: bool, whether a token has a form. hashes, powers:
    int64, of the forms.
    """

    def __init__(self) -> None:
        self.strings = NumberedStrings()
        self.forms: list[str | None] = []
        self.flags: list[int] = []
        self.kept = np.empty(0, np.bool_)
        self.hashes, self.powers = np.empty((2, 0), np.int64)

    def learn(self, how: Tokens | Pairs) -> None:
        """Finds out what new tokens are."""
        done = len(self.forms)
        if done == len(self.strings):
            return
        texts = self.strings.texts(done)
        forms = how.filters.apply(texts)
        self.forms += forms
        if isinstance(how, Pairs):
            self.flags += map(window_flags, texts)
        self.kept = np.append(self.kept, [form is not None for form in forms])
        hashes, powers = _hashed([form or "" for form in forms])
        self.hashes, self.powers = np.append(self.hashes, hashes), np.append(self.powers, powers)

    def spelled(self, token: int) -> bytes:
        """Returns a token as it stands in the text."""
        offsets = self.strings.offsets
        return self.strings.data[offsets[token] : offsets[token + 1]].tobytes()


def _hashed(texts: Sequence[str]) -> NDArray[np.int64]:
    """Returns the hashes and the powers of texts: int64[2, n]."""
    data, offsets = end_to_end(text.encode() for text in texts)
    found = np.empty((2, len(texts)), np.int64)
    gram_search.hash_strings(data, offsets, 0, found[0], found[1])
    return found


class TokenFinder(Finder):
    """Finds tokens, n-grams of tokens, or pairs of words. types: tokens that are known already."""

    def __init__(self, how: Tokens | Pairs, texts: Sequence[Text], wanted: Sequence[int], types: Types) -> None:
        self._how, self.types = how, types
        self._matcher = PairMatcher(how, texts) if isinstance(how, Pairs) else GramMatcher(how, texts)
        self._kinds = self._matcher.kinds()
        self._slot_of = _hashed([self._matcher.gram(text) for text in texts])[0] % gram_search.SLOTS
        self._wanted = {*wanted}
        self._slots = np.zeros(gram_search.SLOTS, np.int32)  # wanted texts of each slot
        np.add.at(self._slots, self._slot_of[[*self._wanted]], 1)
        self._found = set[int]()  # in the line

    @property
    def _tokenizer(self) -> Tokenizer:
        return self._how.tokenizer

    def cut(self, data: bytes, in_line: bool, final: bool) -> tuple[Cut, int, bool]:
        """See Finder."""
        marked, used, in_line = self._tokenizer.marked(data, in_line, final)
        return Cut(data[:used], marked), used, in_line

    def joined(self, before: Cut, cut: Cut) -> tuple[Cut, int]:
        """See Finder."""
        between = b"" if self._tokenizer.name in ("space", "char") else MARK
        return Cut(before.data + cut.data, between.join((before.marked, cut.marked))), 0

    def kept(self, view: Cut, cut: Cut) -> Cut:
        """See Finder."""
        return cut if len(cut.data) >= _KEPT else view

    def hits(self, cut: Cut, line: int, start: int = 0) -> Iterator[Hit]:
        """See Finder."""
        sequence = self._numbered(cut)
        self.types.learn(self._how)
        ends = np.append(np.flatnonzero(sequence == kernel.DOCUMENT_END), sequence.size)
        lines = Lines(cut.data, line)
        for grams in self._grams(sequence):
            rows = np.searchsorted(ends, grams[:, 0]).tolist()
            for row, group in groupby(zip(rows, grams.tolist(), strict=True), itemgetter(0)):
                begin = int(ends[row - 1]) + 1 if row else 0
                spans = [(first - begin, last - begin) for _, (first, last) in group]
                yield from self._in_line(sequence[begin : ends[row]].tolist(), spans, lines, line + row)

    def _grams(self, sequence: NDArray[np.int32]) -> Iterator[NDArray[np.int64]]:
        """Yields n-grams that may be wanted, some at a time: the places of their first and last tokens."""
        types, state = self.types, np.zeros(2, np.int64)
        lowest, highest = self._matcher.orders
        joint, power = _hashed([self._matcher.joint])[:, 0].tolist()
        while state[0] < sequence.size:
            out = np.empty((_ROOM + highest, 2), np.int64)
            found = gram_search.find_grams(
                sequence, types.kept, types.hashes, types.powers, lowest, highest, joint, power, self._slots, state, out
            )
            yield out[:found]

    def _in_line(self, tokens: list[int], grams: list[Span], lines: Lines, number: int) -> Iterator[Hit]:
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
        for token in tokens[:size]:
            if token < 0:
                spans.append((at, at))
                continue
            text = self.types.spelled(token)
            begin = line.index(text, at)
            spans.append((begin, begin + len(text)))
            at = 0 if _overlap(tokenizer) else begin + len(text)
        return spans

    def _numbered(self, cut: Cut) -> NDArray[np.int32]:
        """Returns the tokens by their numbers, and what ends lines and n-grams."""
        if self.types.strings.nbytes > _MOST_KNOWN:
            self.types = Types()
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
        """See Finder."""
        np.add.at(self._slots, self._slot_of[[*(self._found & self._wanted)]], 1)
        self._found = self._wanted.intersection(found)
        np.add.at(self._slots, self._slot_of[[*self._found]], -1)

    def drop(self, text: int) -> None:
        """See Finder."""
        if text in self._wanted:
            self._wanted.remove(text)
            self._slots[self._slot_of[text]] -= text not in self._found


def _order(found: tuple[int, Span]) -> tuple[int, int]:
    """The order of places in a line: that in which the kernel finds them."""
    _, (first, last) = found
    return last, -first


def _overlap(tokenizer: Tokenizer) -> bool:
    """Whether tokens may overlap."""
    segmenter = tokenizer.segmenter
    mode = tokenizer.jieba.mode if tokenizer.name == "jieba" else segmenter.mode if segmenter else "default"
    return mode != "default"
