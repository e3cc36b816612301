"""The background: how often words occur elsewhere, from which follows which words are typical of a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Corpus
from nlpkit.errors import InputError
from nlpkit.frequencies import Frequencies, is_list, read_lists
from nlpkit.kernels import word_ngrams as kernel
from nlpkit.lexicon.files import jieba_counts
from nlpkit.multiword.ngrams import WordNgrams
from nlpkit.multiword.units import is_word


@dataclass(frozen=True)
class Background:
    """Counts of words elsewhere. counts: word -> count, of the words that matter. total: of all words."""

    counts: Mapping[str, float]
    total: float

    @classmethod
    def of_jieba(cls) -> Background:
        """Returns the counts in jieba's dictionary."""
        counts = jieba_counts()
        return cls(counts, sum(counts.values()))

    @classmethod
    def of_frequencies(cls, frequencies: Frequencies, wanted: Iterable[str]) -> Background:
        """Returns the counts of a frequency list; wanted: the words that matter."""
        names = frozenset(wanted)
        counts, total = dict[str, float](), 0
        for block in frequencies.in_code_point_order():
            texts = block.texts()
            total += sum(n for text, n in zip(texts, block.counts.tolist(), strict=True) if is_word(text))
            counts |= {text: n for text, n in zip(texts, block.counts.tolist(), strict=True) if text in names}
        return cls(counts, total)

    @classmethod
    def of_language(cls, name: str | None) -> Background | None:
        """Returns what is usual in a language, None for none."""
        return cls.of_jieba() if name == "zh" else None

    @classmethod
    def of_place(
        cls,
        path: str,
        corpus: Corpus,
        count: Callable[[Corpus], Frequencies],
        wanted: Iterable[str],
        notify: Callable[[str], object] | None,
    ) -> Background:
        """Returns the counts of a frequency list, or of a text or folder that `count` counts, read as the corpus is.

        Raises InputError where there are no words.
        """
        options = corpus.options
        listed = is_list(path, options.encoding, glob=options.glob, is_reference=True)
        if listed:
            found = read_lists(
                path, glob=options.glob, encoding=options.encoding, memory=corpus.memory, tmp_dir=corpus.tmp_dir
            )
        else:
            found = count(corpus.restricted((path,)))
        with found:
            background = cls.of_frequencies(found, wanted)
        if not background.total:
            raise InputError(f"{path}: has no words, so there is nothing to compare with")
        if notify is not None:
            kind = "a frequency list" if listed else "text"
            notify(f"{path}: read as {kind}, {background.total:,} words")
        return background

    def log_ratios(self, ngrams: WordNgrams) -> NDArray[np.float64]:
        """float64 by unit - NUMBER: ln of how many times more frequent the unit is than elsewhere. Of the number, which
        says nothing of a field, it is -inf."""
        words = ngrams.vocabulary.words
        others = np.array([0.0, *(self.counts.get(word, 0.0) for word in words)])
        ratios = kernel.log_ratios(ngrams.counts[: others.size], max(1, ngrams.words), others, self.total)
        ratios[0] = -np.inf
        return ratios
