"""The pictures of terms: how firmly their words belong together, and how typical they are, against frequency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.discovery.pictures import kinds_of_new
from nlpkit.reports.charts import COUNT, Axis, Figure, Points, scatter
from nlpkit.reports.picture import MOST_POINTS, Picture, first_of

_ENTROPY = "entropy of the neighbours"
_POINT = "Each point is a term. The further to the right, the more often it occurs; the higher, "
_UNKNOWN = (
    " Keyness is not known, because nothing is known of how often the words occur elsewhere: compare with another "
    "text, or for English install wordfreq (pip install 'nlpkit[english]')."
)
_COLOUR = " Bright points have many different neighbours on both sides; dark ones stand beside the same few words."


class _Height(NamedTuple):
    """What the height of points shows. higher: what a higher point is. others: why some terms have no such figure."""

    name: str
    title: str
    higher: str
    others: str = ""


#: Column -> the height of points in its picture.
_PICTURES = {
    "pmi": _Height(
        "scatter",
        "PMI",
        "the more firmly its words belong together (PMI: how much more often they stand together than by chance).",
        "terms of one word have no PMI",
    ),
    "keyness": _Height(
        "keyness",
        "keyness",
        "the more typical of this text is its most typical word (keyness: the logarithm of how many times more "
        "frequent it is here than elsewhere).",
        "the others have none",
    ),
    _ENTROPY: _Height(
        "entropy", _ENTROPY, "the more different words stand beside it, on the side where there are fewer."
    ),
}


def pictures_of(columns: Mapping[str, NDArray[Any]]) -> tuple[Picture, ...]:
    """Returns the scatter plots of terms: PMI against count (`scatter`), and keyness against count (`keyness`), those
    for which there are figures; where there is neither, the entropy of the neighbours against count (`entropy`).

    columns: of Terms, those that are saved. Returns nothing where there are no terms. Raises OptionError where altair
    is not installed.
    """
    columns = {**columns, _ENTROPY: np.minimum(columns["left_entropy"], columns["right_entropy"])}
    known = [name for name in _PICTURES if np.isfinite(columns[name]).any()]
    unknown = "" if "keyness" in known else _UNKNOWN
    return tuple(_picture(columns, name, unknown) for name in known if name != _ENTROPY or len(known) == 1)


def _picture(columns: Mapping[str, NDArray[Any]], column: str, unknown: str) -> Picture:
    """The scatter plot of a column against the count; the best terms are labelled. unknown: says what is not known."""
    name, title, higher, others = _PICTURES[column]
    rows = np.flatnonzero(np.isfinite(columns[column]))
    size, left_out = rows.size, columns[column].size - rows.size
    rows = rows[:MOST_POINTS]
    titles = {"count": "occurrences", "documents": "documents", column: f"{title}, nats", _ENTROPY: f"{_ENTROPY}, nats"}
    figures = {
        name: Figure(title, columns[name][rows], *[COUNT] * (columns[name].dtype.kind == "i"))
        for name, title in {**titles, "score": "score"}.items()
    }
    keys = columns["term"][rows].tolist()
    kinds, marked = kinds_of_new(keys, "term")
    chart = scatter(
        Points(keys, "term", [*figures.values()]),
        Axis(figures["count"], is_log=True),
        Axis(figures[column]),
        color=None if column == _ENTROPY else Axis(figures[_ENTROPY]),
        kinds=kinds,
    )
    drawn = first_of(rows.size, size, "term") + (f"; {left_out:,} more are not drawn: {others}" if left_out else "")
    shows = f"{_POINT}{higher}" + _COLOUR * (column != _ENTROPY) + marked + unknown
    return Picture(name, f"{title[0].upper()}{title[1:]} against frequency", chart, shows, drawn, keys)
