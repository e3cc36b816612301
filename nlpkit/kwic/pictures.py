"""The picture of a concordance: where in the files the hits are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import counted
from nlpkit.reports.charts import BLUE, with_records
from nlpkit.reports.network import label
from nlpkit.reports.picture import MOST_POINTS, Picture, distinct, load_altair, shortened

_MOST_FILES = 40
_CONTEXT = 30  # characters on each side of a hit


def places(columns: Mapping[str, Any], counts: Sequence[tuple[str, int]]) -> Picture:
    """Returns a tick for each hit: a line of the picture for each file, from its first line to the last hit.

    columns: file, line, left, hit and right of each hit. counts: the files of the corpus in order, with their hits.
    """
    alt = load_altair()
    file_of_each = columns["file"].tolist()
    files, rows = _chosen(file_of_each, [name for name, _ in counts])
    names = dict(zip(files, distinct(label(end[::-1], 130)[::-1] for end in _inside(files)), strict=True))
    cells = (columns[name][rows].tolist() for name in ("file", "line", "left", "hit", "right"))
    records = [
        {
            "key": str(row + 1),
            "file": names[file],
            "line": line,
            "left": shortened(left[::-1], _CONTEXT)[::-1],
            "hit": shortened(hit),
            "right": shortened(right, _CONTEXT),
        }
        for row, (file, line, left, hit, right) in zip(rows.tolist(), zip(*cells, strict=True), strict=True)
    ]
    chart = (
        alt.Chart()
        .mark_tick(color=BLUE, thickness=1.5, opacity=0.6)
        .encode(
            x=alt.X("line:Q", title="line").scale(nice=False, domainMin=1).axis(tickCount=6),
            y=alt.Y("file:N", title=None, sort=[*names.values()]).axis(labelLimit=160, labelOverlap=False),
            tooltip=[*(alt.Tooltip(f"{name}:N") for name in ("left", "hit", "right", "file")), "line:Q"],
        )
    )
    chart = with_records(chart, records)
    shows = "Each tick is a hit, at its line in its file. Where ticks are close together, it occurs often."
    keys, height = [record["key"] for record in records], max(110, 50 + 22 * len(files))
    drawn = _drawn(file_of_each, len(files), rows.size)
    return Picture("places", "Where it occurs", chart, shows, drawn, keys, height)


def _chosen(files: list[str], corpus: list[str]) -> tuple[list[str], NDArray[np.int64]]:
    """The files with most hits, in the order of the corpus, and the rows that are drawn, which are evenly chosen."""
    names = [*dict.fromkeys([*corpus, *dict.fromkeys(files)])]
    number = {name: place for place, name in enumerate(names)}
    numbers = np.fromiter(map(number.__getitem__, files), np.int64, len(files))
    hits = np.bincount(numbers, minlength=len(names))
    most = np.sort(np.argsort(-hits, kind="stable")[: min(_MOST_FILES, np.count_nonzero(hits))])
    rows = np.flatnonzero(np.isin(numbers, most))
    if rows.size > MOST_POINTS:
        rows = rows[np.arange(MOST_POINTS) * rows.size // MOST_POINTS]
    return [names[place] for place in most.tolist()], rows


def _inside(files: list[str]) -> list[str]:
    """The names of files in the folder that they share."""
    folder = files[0].rpartition("/")[0]
    while folder and not all(file.startswith(f"{folder}/") for file in files):
        folder = folder.rpartition("/")[0]
    return [file[len(folder) + 1 :] if folder else file for file in files]


def _drawn(file_of_each: list[str], files: int, rows: int) -> str:
    """Which hits are drawn."""
    all_files = len({*file_of_each})
    if rows == len(file_of_each):
        return f"all {counted(rows, 'hit')}" if rows > 1 else "1 hit"
    where = f", in the {files} of {all_files:,} files with most of them" if files < all_files else ""
    return f"{rows:,} of {len(file_of_each):,} hits, evenly chosen{where}"
