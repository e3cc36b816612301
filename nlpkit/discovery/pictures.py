"""The picture of words that were found: how firmly their parts belong together, against how often they occur."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


def scatter_of(columns: Mapping[str, NDArray[Any]], choice: str = "") -> tuple[Picture, ...]:
    """Returns the scatter plot of the first words with a PMI; nothing where no word has one.

    columns: of Discovery, those that are saved; entropies and scores that were not measured are NaN. choice: what is
    added to which part is drawn. Raises OptionError where altair is not installed.
    """
    rows = np.flatnonzero(np.isfinite(columns["pmi"]))[:MOST_POINTS]
    if not rows.size:
        return ()
    size, columns = columns["word"].size, {name: column[rows] for name, column in columns.items()}
    drawn = columns["word"].tolist()
    kinds, marked = kinds_of_new(drawn, "word")
    frequency, firmness = Figure("occurrences", columns["count"], COUNT), Figure("PMI, nats", columns["pmi"])
    entropy = np.minimum(columns["left_entropy"], columns["right_entropy"])
    freedom = Figure("entropy of the neighbours (the smaller side), nats", entropy)
    measured = [figure for figure in (freedom, Figure("score", columns["score"])) if np.isfinite(figure.values).any()]
    chart = scatter(
        Points(drawn, "word", [frequency, firmness, *measured]),
        Axis(frequency, is_log=True),
        Axis(firmness),
        color=Axis(freedom) if freedom in measured else None,
        kinds=kinds,
    )
    which = first_of(rows.size, size, "word") + choice
    if rows.size < min(size, MOST_POINTS):
        which += "; words of one character have no PMI"
    return (Picture("scatter", "PMI against frequency", chart, _SHOWS + marked, which, drawn),)


def kinds_of_new(texts: Sequence[str], noun: str) -> tuple[Kinds | None, str]:
    """Returns which texts are new, as kinds of points, and a sentence about them; None and nothing where all are or
    none is. The rarer kind is marked. noun: what a text is."""
    new = np.array([mark != "" for mark in marks_of_new(texts)], np.bool_)
    if not 0 < new.sum() < new.size:
        return None, ""
    if new.sum() <= new.size / 2:
        kinds, marked = Kinds(noun, (_KNOWN, _NEW), new.astype(np.int64)), "new: jieba's dictionary does not have them"
    else:
        kinds, marked = (
            Kinds(noun, (_NEW, _KNOWN), (~new).astype(np.int64)),
            "in jieba's dictionary; the others are new",
        )
    return kinds, f" Diamonds are {marked}."


def marks_of_new(words: Sequence[str]) -> list[str]:
    """Returns for each word `new` where jieba's dictionary does not have it, else nothing."""
    known = jieba_words()
    return ["" if word in known else _NEW for word in words]
