"""Finds the lines of many tokens, n-grams of tokens or pairs of words: those of their first tokens are looked at."""

from __future__ import annotations

from abc import ABC, abstractmethod
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
from nlpkit.kernels import tokens as kernel
from nlpkit.kernels.strings import MORE_DATA, NumberedStrings
from nlpkit.kernels.windows import NUMBER, POINT, STOP, WORD
from nlpkit.kwic.string_lines import Cut, Finder, Hit, Lines
from nlpkit.kwic.tokens import character_places
from nlpkit.kwic.wanted import Pairs, Tokens

#: A token, an n-gram, or (node, collocate).
Text: TypeAlias = "str | tuple[str, str]"

_MOST_KNOWN = 32 << 20  # bytes of the tokens that a worker knows


class Matcher(ABC):
    """Finds texts among the tokens of a line, from their heads on: what texts have in common that begin alike.

    numbers: text -> its place.
    """

    def __init__(self, texts: Sequence[Text]) -> None:
        self.numbers = {text: number for number, text in enumerate(texts)}

    @abstractmethod
    def head(self, text: Text) -> str:
        """Returns the head of a text."""

    @abstractmethod
    def head_of(self, form: str) -> str:
        """Returns the head of the texts that may begin with a token of this form."""

    @abstractmethod
    def kinds(self) -> NDArray[np.uint8]:
        """What each byte of marked text is, see Tokenizer.kinds; ends of lines are ends of documents."""

    @abstractmethod
    def find(self, tokens: list[int], types: Types, firsts: list[int]) -> Iterator[tuple[int, int, int]]:
        """Yields (text, its first token, its last token) in a line, as places in `tokens`.

        tokens: by their numbers, below 0 where an n-gram ends. firsts: those that may be the first of a text.
        """


class GramMatcher(Matcher):
    """Finds tokens and n-grams of tokens."""

    def __init__(self, how: Tokens, texts: Sequence[Text]) -> None:
        super().__init__(texts)
        self._how = how

    def head(self, text: Text) -> str:
        """See Matcher."""
        return self.head_of(str(text))

    def head_of(self, form: str) -> str:
        """See Matcher."""
        how = self._how
        if how.orders == (1, 1):
            return form
        # A token may hold the joint, or end with its beginning.
        return form.partition(how.joint[0])[0] if how.joint else form[:1]

    def kinds(self) -> NDArray[np.uint8]:
        """See Matcher."""
        return self._how.tokenizer.kinds(True)

    def find(self, tokens: list[int], types: Types, firsts: list[int]) -> Iterator[tuple[int, int, int]]:
        """See Matcher."""
        lowest, highest = self._how.orders
        for first in firsts:
            parts: list[str] = []
            for place in range(first, min(first + highest, len(tokens))):
                form = types.forms[tokens[place]] if tokens[place] >= 0 else None
                if form is None:
                    break
                parts.append(form)
                text = self.numbers.get(self._how.joint.join(parts)) if len(parts) >= lowest else None
                if text is not None:
                    yield text, first, place


class PairMatcher(Matcher):
    """Finds pairs of words, of which the second is in the window of the first."""

    def __init__(self, how: Pairs, texts: Sequence[Text]) -> None:
        super().__init__(texts)
        self._how = how

    def head(self, text: Text) -> str:
        """See Matcher."""
        return text[0]

    def head_of(self, form: str) -> str:
        """See Matcher."""
        return form

    def kinds(self) -> NDArray[np.uint8]:
        """See Matcher."""
        return window_kinds(self._how.tokenizer, True, self._how.sentences)

    def find(self, tokens: list[int], types: Types, firsts: list[int]) -> Iterator[tuple[int, int, int]]:
        """See Matcher."""
        left, right = self._how.left, self._how.right
        words = self._words(tokens, types)
        nodes = {*firsts}
        for at, node in enumerate(words):
            if node not in nodes:
                continue
            form = types.forms[tokens[node]]
            for step, most in ((-1, left), (1, right)):
                for other in range(at + step, at + step * (most + 1), step):
                    if not 0 <= other < len(words) or words[other] < 0:
                        break
                    text = self.numbers.get((str(form), types.forms[tokens[words[other]]] or ""))
                    if text is not None:
                        yield text, min(node, words[other]), max(node, words[other])

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

    forms: None for a token that is left out. flags: of windows. heads: int32, the head of the texts that may begin with
    it, 0 if there is none.
    """

    def __init__(self) -> None:
        self.strings = NumberedStrings()
        self.forms: list[str | None] = []
        self.flags: list[int] = []
        self.heads = np.zeros(0, np.int32)

    def learn(self, how: Tokens | Pairs, matcher: Matcher, heads: dict[str, int]) -> None:
        """Finds out what new tokens are. heads: their numbers, from 1."""
        done = len(self.forms)
        if done == len(self.strings):
            return
        texts = self.strings.texts(done)
        forms = how.filters.apply(texts)
        self.forms += forms
        if isinstance(how, Pairs):
            self.flags += map(window_flags, texts)
        new = [0 if form is None else heads.get(matcher.head_of(form), 0) for form in forms]
        self.heads = np.concatenate([self.heads, np.array(new, np.int32)])

    def spelled(self, token: int) -> bytes:
        """Returns a token as it stands in the text."""
        offsets = self.strings.offsets
        return self.strings.data[offsets[token] : offsets[token + 1]].tobytes()


class TokenFinder(Finder):
    """Finds tokens, n-grams of tokens, or pairs of words. types: tokens that are known already."""

    def __init__(self, how: Tokens | Pairs, texts: Sequence[Text], wanted: Sequence[int], types: Types) -> None:
        self._how, self.types = how, types
        self._matcher = PairMatcher(how, texts) if isinstance(how, Pairs) else GramMatcher(how, texts)
        self._kinds = self._matcher.kinds()
        self._heads = {head: 1 + i for i, head in enumerate(dict.fromkeys(map(self._matcher.head, texts)))}
        self._head_of = [self._heads[self._matcher.head(text)] for text in texts]
        self._wanted = {*wanted}
        self._left = np.zeros(1 + len(self._heads), np.int64)  # wanted texts of each head
        for text in wanted:
            self._left[self._head_of[text]] += 1
        self._found: Collection[int] = ()  # in the line

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
        return cut

    def hits(self, cut: Cut, line: int, start: int = 0) -> Iterator[Hit]:
        """See Finder."""
        sequence = self._numbered(cut)
        self.types.learn(self._how, self._matcher, self._heads)
        heads = np.append(self.types.heads, np.int32(0))[np.maximum(sequence, -1)]
        firsts = np.flatnonzero(self._left[heads])
        if not firsts.size:
            return
        ends = np.append(np.flatnonzero(sequence == kernel.DOCUMENT_END), sequence.size)
        rows = np.searchsorted(ends, firsts).tolist()
        lines = Lines(cut.data, line)
        for row, group in groupby(zip(rows, firsts.tolist(), strict=True), itemgetter(0)):
            begin = int(ends[row - 1]) + 1 if row else 0
            places = [first - begin for _, first in group if self._left[heads[first]]]
            if places:
                tokens = sequence[begin : ends[row]].tolist()
                yield from self._in_line(tokens, places, lines, line + row)

    def _in_line(self, tokens: list[int], firsts: list[int], lines: Lines, number: int) -> Iterator[Hit]:
        found: dict[int, tuple[int, int]] = {}
        for text, first, last in self._matcher.find(tokens, self.types, firsts):
            if text in self._wanted and text not in self._found:
                found[text] = min(found.get(text, (first, last)), (first, last))
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
        self._found = found

    def drop(self, text: int) -> None:
        """See Finder."""
        if text in self._wanted:
            self._wanted.remove(text)
            self._left[self._head_of[text]] -= 1


def _overlap(tokenizer: Tokenizer) -> bool:
    """Whether tokens may overlap."""
    segmenter = tokenizer.segmenter
    mode = tokenizer.jieba.mode if tokenizer.name == "jieba" else segmenter.mode if segmenter else "default"
    return mode != "default"
