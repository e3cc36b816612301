"""Where hits are: how many in each of many equal parts of the text, and of each file while there are few."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import counted
from nlpkit.kwic.hits import Hits
from nlpkit.reports.picture import shortened
from nlpkit.reports.terminal import Strips, label

_PARTS = 1 << 12  # of a text
_FILES = 20  # that have a strip of their own


class Parts:
    """How many hits are in each of 4,096 equal parts of a text.

    The size of a part, in bytes, doubles whenever the text outgrows them: it depends on the length of the text alone.
    """

    def __init__(self) -> None:
        self.hits = np.zeros(_PARTS, np.int64)
        self.size = 1

    def reach(self, end: int) -> None:
        """Makes the parts large enough for a text of so many bytes."""
        while end > _PARTS * self.size:
            self.hits = np.append(self.hits[::2] + self.hits[1::2], np.zeros(_PARTS // 2, np.int64))
            self.size *= 2

    def add(self, places: NDArray[np.int64]) -> None:
        """Adds hits. places: int64, bytes, where they begin; at least one."""
        self.reach(int(places.max()) + 1)
        self.hits += np.bincount(places // self.size, minlength=_PARTS)


class Spread:
    """Where the hits of a search are, in bytes of the text of all files, one after the other.

    A search calls `begin` and `extend` as files come, and `add` with the hits in a part of a file before it extends the
    file by this part.

    stopped: whether the search ended before the end of the text.
    """

    def __init__(self) -> None:
        self.stopped = False
        self._sizes = array("q")  # bytes of the text of each file so far
        self._names: list[str] = []  # of the first files
        self._all, self._each = Parts(), dict[int, Parts]()
        self._file = self._before = 0  # the file of the last hits, and the bytes of those before it

    def begin(self, name: str) -> None:
        """Begins a file."""
        self._sizes.append(0)
        if len(self._names) <= _FILES:
            self._names.append(name)

    def extend(self, end: int, is_records: bool) -> None:
        """Ends a part of the last file. end: where, in bytes of the file, or with `is_records` of the part alone."""
        self._sizes[-1] = self._sizes[-1] + end if is_records else max(self._sizes[-1], end)

    def add(self, hits: Hits) -> None:
        """Adds hits, of which there may be none."""
        if not len(hits):
            return
        while self._file < hits.number:
            self._before += self._sizes[self._file]
            self._file += 1
        places = hits.offsets if hits.places is None else hits.places + self._sizes[hits.number]
        self._all.add(places + self._before)
        if hits.number < _FILES:
            self._each.setdefault(hits.number, Parts()).add(places)

    def strips(self, query: str) -> Strips:
        """Returns what a terminal shows: a strip for each file, or one for the whole text if there are more than 20.

        If the search was stopped, it is one strip up to the last hit. query: what was looked for.
        """
        total, query = int(self._all.hits.sum()), shortened(label(query))
        if self.stopped:
            end = (int(np.flatnonzero(self._all.hits)[-1]) + 1) * self._all.size
            return self._strip(f"{query}: the first {counted(total, 'hit')}, up to the last of them", end)
        title = f"{query}: {counted(total, 'hit')} along the text"
        if not total or len(self._names) > _FILES:
            return self._strip(f"{title} of {len(self._sizes):,} files", sum(self._sizes))
        parts = [self._each.get(number) or Parts() for number in range(len(self._names))]
        for part, size in zip(parts, self._sizes, strict=True):
            part.reach(size)
        return Strips(title, self._names, [part.hits for part in parts], [part.size for part in parts], self._sizes)

    def _strip(self, title: str, end: int) -> Strips:
        self._all.reach(end)
        labels = ["all"] if self._all.hits.any() else []
        return Strips(title, labels, [self._all.hits], [self._all.size], [end])
