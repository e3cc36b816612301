"""The picture of a concordance: where in the files the hits are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlpkit.reports.network import label
from nlpkit.reports.picture import MOST_POINTS, Picture, distinct, load_altair, shortened

if TYPE_CHECKING:
    from nlpkit.kwic.result import Concordance

_MOST_FILES = 40
_CONTEXT = 30  # characters on each side of a hit
_BLUE = "#3b82c4"


def places(found: Concordance) -> Picture:
    """Returns a tick for each hit: a line of the picture for each file, from its first line to the last hit."""
    alt = load_altair()
    files, rows = _chosen(found)
    names = dict(zip(files, distinct(label(file[::-1], 130)[::-1] for file in files), strict=True))
    columns = (column[rows].tolist() for column in (found.file, found.line, found.left, found.hit, found.right))
    records = [
        {
            "key": str(row + 1),
            "file": names[file],
            "line": line,
            "left": "\u2026" + left[-_CONTEXT:],
            "hit": shortened(hit),
            "right": right[:_CONTEXT] + "\u2026",
        }
        for row, (file, line, left, hit, right) in zip(rows.tolist(), zip(*columns, strict=True), strict=True)
    ]
    chart = (
        alt.Chart(alt.InlineData(values=records))
        .mark_tick(color=_BLUE, thickness=1.5, opacity=0.8)
        .encode(
            x=alt.X("line:Q", title="line").scale(nice=False, domainMin=1).axis(tickCount=6),
            y=alt.Y("file:N", title=None, sort=[*names.values()]).axis(labelLimit=160, labelOverlap=False),
            tooltip=[*(alt.Tooltip(f"{name}:N") for name in ("hit", "left", "right", "file")), "line:Q"],
        )
    )
    shows = "Each tick is a hit, at its line in its file. Where ticks are close together, it occurs often."
    keys, height = [record["key"] for record in records], max(110, 50 + 22 * len(files))
    return Picture("places", "Where it occurs", chart, shows, _drawn(found, len(files), rows.size), keys, height)


def _chosen(found: Concordance) -> tuple[list[str], NDArray[np.int64]]:
    """The files with most hits, in the order of the corpus, and the rows that are drawn, evenly chosen."""
    different, number, hits = np.unique(found.file.astype(str), return_inverse=True, return_counts=True)
    ...
