"""The picture of words that were found: how firmly their parts belong together, against how often they occur."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlpkit.association import Floats, Ints
from nlpkit.lexicon import jieba_words
from nlpkit.reports.charts import COUNT, Axis, Figure, Kinds, Points, scatter
from nlpkit.reports.picture import MOST_POINTS, Picture, first_of

_NEW, _KNOWN = "new", "in jieba's dictionary"
_SHOWS = (
    "Each point is a word. The further to the right, the more often it occurs; the higher, the more firmly its parts "
    "belong together (PMI: how much more often they stand together than by chance). Bright points have many different "
    "neighbours on both sides, as free words do; dark ones always stand beside the same few and may be pieces of "
    "something longer."
)


def scatter_of(words: Sequence[str], count: Ints, pmi: Floats, entropy: Floats) -> tuple[Picture, ...]:
    """Returns the scatter plot of the first words with a PMI; nothing where no word has one.

    count: int64. pmi, entropy: float64, nats; entropy is that of the neighbours, of the side where it is smaller, NaN
    where it was not measured. One entry a word. Raises OptionError where altair is not installed.
    """
    rows = np.flatnonzero(np.isfinite(pmi))[:MOST_POINTS]
    if not rows.size:
        return ()
    drawn = [words[row] for row in rows.tolist()]
    new = np.array([mark != "" for mark in marks_of_new(drawn)], np.int64)
    frequency, firmness = Figure("occurrences", count[rows], COUNT), Figure("PMI, nats", pmi[rows])
    freedom = Figure("entropy of the neighbours, nats", entropy[rows])
    measured = [freedom] if np.isfinite(entropy[rows]).any() else []
    is_mixed = 0 < new.sum() < new.size
    chart = scatter(
        Points(drawn, "word", [frequency, firmness, *measured]),
        Axis(frequency, is_log=True),
        Axis(firmness),
        color=Axis(freedom) if measured else None,
        kinds=Kinds("word", (_KNOWN, _NEW), new) if is_mixed else None,
    )
    which = first_of(rows.size, len(words), "word")
    if rows.size < min(len(words), MOST_POINTS):
        which += "; words of one character have no PMI"
    shows = f"{_SHOWS} Diamonds are new: jieba's dictionary does not have them." if is_mixed else _SHOWS
    return (Picture("scatter", "PMI against frequency", chart, shows, which, drawn),)


def marks_of_new(words: Sequence[str]) -> list[str]:
    """Returns for each word `new` where jieba's dictionary does not have it, else nothing."""
    known = jieba_words()
    return ["" if word in known else _NEW for word in words]
