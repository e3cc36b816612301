"""The background: how often words occur elsewhere, from which follows which words are typical of a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Corpus
from nlpkit.errors import InputError
from nlpkit.frequencies import Frequencies
from nlpkit.frequencies.references import Reference
from nlpkit.languages import Language
from nlpkit.lexicon import Lexicon, is_traditional, simplify


@dataclass(frozen=True)
class Background:
    """Counts of words elsewhere. counts: word -> count, of the words that matter. total: of all words."""

    counts: Mapping[str, float]
    total: float

    @classmethod
    def of_jieba(cls, words: Sequence[str], notify: Callable[[str], object] | None) -> Background:
        """Returns the counts in jieba's dictionary, of Traditional words those of their simplified form."""
        lexicon = Lexicon()
        counts = {word: lexicon.count(word) or 0 for word in words}
        if is_traditional(words):
            simplified = simplify(words)
            for word, other in zip(words, simplified or (), strict=False):
                counts[word] = max(counts[word], lexicon.count(other) or 0)
            if simplified is None and notify is not None:
                how = "with OpenCC, pip install 'nlpkit[traditional]', they are compared with its simplified words"
                notify(f"the words are in Traditional characters, which jieba's dictionary has few of; {how}")
        return cls(counts, lexicon.total)

    @classmethod
    def of_frequencies(cls, frequencies: Frequencies, wanted: Iterable[str], language: Language) -> Background:
        """Returns the counts of a frequency list; wanted: the words that matter, in the form of the language."""
        counts, total = dict.fromkeys(wanted, 0), 0
        for block in frequencies.in_code_point_order():
            for text, n in zip(block.texts(), block.counts.tolist(), strict=True):
                word = language.form(text)
                total += n if language.is_word(word) else 0
                if word in counts:
                    counts[word] += n
        return cls(counts, total)

    @classmethod
    def of_wordfreq(cls, words: Iterable[str]) -> Background | None:
        """Returns the shares of words in English (Speer 2022, wordfreq 3); None where wordfreq is not installed."""
        try:
            from wordfreq import word_frequency
        except ImportError:
            return None
        return cls({word: word_frequency(word, "en", wordlist="large") for word in words}, 1.0)

    @classmethod
    def of_reference(
        cls,
        reference: Reference,
        count: Callable[[Corpus], Frequencies],
        wanted: Iterable[str],
        language: Language,
        notify: Callable[[str], object] | None,
    ) -> Background:
        """Returns the counts of a reference; `count` counts a text or folder.

        Raises InputError where there are no words.
        """
        with reference.read(count) as found:
            background = cls.of_frequencies(found, wanted, language)
        if not background.total:
            raise InputError(f"{reference.path}: has no words, so there is nothing to compare with")
        if notify is not None:
            kind = "a frequency list" if reference.is_list else "text"
            notify(f"{reference.path}: read as {kind}, {background.total:,} words")
        return background

    def counts_of(self, words: Sequence[str]) -> NDArray[np.float64]:
        """float64: the count of each word, 0 of one that is not known."""
        return np.array([self.counts.get(word, 0.0) for word in words], np.float64)

    def shares(self, words: Sequence[str]) -> NDArray[np.float64]:
        """float64: the share of each word in all words."""
        return self.counts_of(words) / self.total
