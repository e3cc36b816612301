"""Tells which n-grams of tokens, or pairs of words, are in a line, from the numbers of its tokens."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.excerpts.forms import TokenForms
from nlpkit.excerpts.wanted import Pairs, Tokens, WantedText
from nlpkit.frequencies.windows import window_kinds
from nlpkit.kernels import windows as kernel

#: The first and the last token of a text.
Span: TypeAlias = tuple[int, int]


class Matcher(ABC):
    """Tells which texts are in a line, from the n-grams on that may be texts or begin one.

    numbers: text that is looked for -> its place. orders: of these n-grams. joint: the text between their tokens.
    """

    orders: tuple[int, int] = (1, 1)
    joint: str = ""

    def __init__(self, texts: Sequence[WantedText], wanted: Iterable[int]) -> None:
        """wanted: which of the texts are looked for."""
        self.numbers = {texts[number]: number for number in wanted}

    def drop(self, text: WantedText) -> None:
        """Looks for a text no more."""
        del self.numbers[text]

    @abstractmethod
    def gram(self, text: WantedText) -> str:
        """Returns the n-gram that a text is, or that it has."""

    @abstractmethod
    def kinds(self) -> NDArray[np.uint8]:
        """What each byte of marked text is, see Tokenizer.kinds; ends of lines are ends of documents."""

    @abstractmethod
    def find(self, tokens: list[int], types: TokenForms, grams: list[Span]) -> Iterator[tuple[int, Span]]:
        """Yields (text, its first and last token) in a line, as places in `tokens`.

        tokens: by their numbers, below 0 where an n-gram ends. grams: n-grams that may be those of texts.
        """


class GramMatcher(Matcher):
    """Finds tokens and n-grams of tokens."""

    def __init__(self, how: Tokens, texts: Sequence[WantedText], wanted: Iterable[int]) -> None:
        super().__init__(texts, wanted)
        self._tokenizer, self.orders, self.joint = how.tokenizer, how.orders, how.joint

    def gram(self, text: WantedText) -> str:
        """See Matcher."""
        return str(text)

    def kinds(self) -> NDArray[np.uint8]:
        """See Matcher."""
        return self._tokenizer.kinds(True)

    def find(self, tokens: list[int], types: TokenForms, grams: list[Span]) -> Iterator[tuple[int, Span]]:
        """See Matcher."""
        for first, last in grams:
            form = self.joint.join(types.forms[token] or "" for token in tokens[first : last + 1])
            text = self.numbers.get(form)
            if text is not None:
                yield text, (first, last)


class PairMatcher(Matcher):
    """Finds pairs of words, of which the second is in the window of the first."""

    def __init__(self, how: Pairs, texts: Sequence[WantedText], wanted: Iterable[int]) -> None:
        super().__init__(texts, wanted)
        self._what = how.words
        self._beside = defaultdict[str, set[str]](set)  # the collocates of each node
        for text in self.numbers:
            self._beside[text[0]].add(text[1])

    def drop(self, text: WantedText) -> None:
        """See Matcher."""
        super().drop(text)
        self._beside[text[0]].discard(text[1])

    def gram(self, text: WantedText) -> str:
        """See Matcher."""
        return text[0]

    def kinds(self) -> NDArray[np.uint8]:
        """See Matcher."""
        return window_kinds(self._what.tokenizer, True, self._what.sentences)

    def find(self, tokens: list[int], types: TokenForms, grams: list[Span]) -> Iterator[tuple[int, Span]]:
        """See Matcher."""
        left, right = self._what.left, self._what.right
        here = {types.forms[token] for token in tokens if token >= 0}
        nodes = {types.forms[tokens[first]] or "" for first, _ in grams}
        if all(self._beside[node].isdisjoint(here) for node in nodes & self._beside.keys()):
            return
        words = self._words(tokens, types)
        for at, node in enumerate(words):
            form = types.forms[tokens[node]] or "" if node >= 0 else ""
            if not self._beside.get(form):
                continue
            for step, most in ((-1, left), (1, right)):
                for place in range(at + step, at + step * (most + 1), step):
                    other = words[place] if 0 <= place < len(words) else -1
                    if other < 0:
                        break
                    text = self.numbers.get((form, types.forms[tokens[other]] or ""))
                    if text is not None:
                        yield text, (min(node, other), max(node, other))

    def _words(self, tokens: list[int], types: TokenForms) -> list[int]:
        """Returns which tokens are words, END where a window ends."""
        sequence = np.array(tokens, np.int32)
        kept = np.flatnonzero(sequence >= 0) if self._what.tokenizer.chars else np.arange(sequence.size)
        sequence = sequence[kept]
        places = np.arange(sequence.size, dtype=np.int32)  # stand for the tokens, so that it is they that are written
        flags, sequence = types.flags[sequence], np.where(sequence < 0, kernel.END, places)
        out = np.empty(2 * places.size, np.int32)
        size, _ = kernel.place_words(
            sequence, places.size, flags, kept.astype(np.int32), self._what.sentences, False, out, 0
        )
        found: list[int] = out[:size].tolist()
        return found
