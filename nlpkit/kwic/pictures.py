"""The picture of a concordance: where in the files the hits are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import counted
from nlpkit.reports.charts import BLUE, number, with_records
from nlpkit.reports.network import label
from nlpkit.reports.picture import MOST_POINTS, Picture, distinct, load_altair, shortened

_MOST_FILES = 40
_CONTEXT = 30  # characters on each side of a hit
#: What is said of a search that was stopped.
NOT_SEARCHED = "the rest of the text was not searched"


def places(
    columns: Mapping[str, Any],
    keys: Sequence[str],
    counts: Sequence[tuple[str, int]],
    lines: Mapping[str, int],
    *,
    hits: int,
    stopped: bool = False,
) -> Picture:
    """Returns a tick for each hit: a row of the picture for each file, from its first line to its last.

    columns: file, line, left, hit and right of some hits. keys: of their rows. hits: how many there are in all.
    counts: the files of the corpus in order, with their hits. lines: how many lines these files have, without the one
    in which the search was `stopped`. Of several files that were searched to their ends, places are shares of the file;
    otherwise they are numbers of lines.
    """
    alt = load_altair()
    file_of_each = columns["file"].tolist()
    files, rows = _chosen(file_of_each, [name for name, _ in counts])
    names = dict(zip(files, distinct(label(end[::-1], 130)[::-1] for end in _inside(files)), strict=True))
    cells = (columns[name][rows].tolist() for name in ("file", "line", "left", "hit", "right"))
    lengths = _lengths(columns, lines)
    records = [
        {
            "key": keys[row],
            "file": names[file],
            "line": line,
            "at": number((line - 1) / max(1, lengths[file] - 1)),
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
            x=_share() if len(files) > 1 and not stopped else _line(max(lengths[file] for file in files)),
            y=alt.Y("file:N", title=None, sort=[*names.values()]).axis(labelLimit=160, labelOverlap=False),
            tooltip=[*(alt.Tooltip(f"{name}:N") for name in ("left", "hit", "right", "file")), "line:Q"],
        )
    )
    chart = with_records(chart, records)
    shows = "Each tick is a hit, at its place in its file. Where ticks are close together, it occurs often."
    drawn_keys, height = [record["key"] for record in records], max(110, 50 + 22 * len(files))
    drawn = _drawn(file_of_each, len(files), rows.size, hits, stopped)
    return Picture("places", "Where it occurs", chart, shows, drawn, drawn_keys, height)


def first_hits(hits: int) -> str:
    """Returns how hits of a search that was stopped are called."""
    return f"the first {counted(hits, 'hit')}"


def _lengths(columns: Mapping[str, Any], lines: Mapping[str, int]) -> dict[str, int]:
    """The number of lines of each file with hits; the line of the last hit where more is not known."""
    lengths = dict(lines)
    for file, line in zip(columns["file"].tolist(), columns["line"].tolist(), strict=True):
        if line > lengths.get(file, 0):
            lengths[file] = line  # the last line of a file may have no end
    return lengths


def _share() -> Any:
    scale = {"domain": [0, 1], "nice": False}
    return (
        load_altair()
        .X("at:Q", title="place in the file, from its beginning to its end", scale=scale)
        .axis(format="%", values=[0, 0.25, 0.5, 0.75, 1])
    )


def _line(last: int) -> Any:
    scale = {"domain": [1, max(2, last)], "nice": False}
    return load_altair().X("line:Q", title="line", scale=scale).axis(format=",d", tickCount=5, tickMinStep=1)


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


def _drawn(file_of_each: list[str], files: int, rows: int, hits: int, stopped: bool) -> str:
    """Which hits are drawn."""
    all_files = len({*file_of_each})
    every = first_hits(hits) if stopped else f"{'all ' * (hits > 1)}{counted(hits, 'hit')}"
    rest = f"; {NOT_SEARCHED}" * stopped
    if rows == hits:
        return f"{every}{rest}"
    where = f", in the {files} of {all_files:,} files with most of them" if files < all_files else ""
    return f"{rows:,} of {every.removeprefix('all ')}, evenly chosen{where}{rest}"
