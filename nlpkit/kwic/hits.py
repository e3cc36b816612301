"""Hits in a stretch of text: where each is, and its context, as arrays over one text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

#: file, line, offset, left, hit, right.
Row: TypeAlias = tuple[str, int, int, str, str, str]

_GATHERED = 2  # how many times as long as all context a text is that is not kept


@dataclass(frozen=True, slots=True)
class Hits:
    """Hits in one file, in their order in the text.

    file: its name. number: its place among the files. lines: int64, the line of each hit; from 0 in the part of a file
    that a worker searches, from 1 in the file. offsets: int64, bytes, where each begins. text: uint8, UTF-8. bounds:
    int64[n, 4], places in it: where the left context begins, the hit begins, the hit ends, and the right context
    ends. keys: for each hit the tokens, in UTF-8, by which it is sorted; empty if it is not. compiled: whether
    kernels have found them, so that they are loaded. places: int64, bytes, where each hit of records begins in the
    text of those that were searched together, whose offsets are those in a record; None for other files.
    """

    file: str
    number: int
    lines: NDArray[np.int64]
    offsets: NDArray[np.int64]
    text: NDArray[np.uint8]
    bounds: NDArray[np.int64]
    keys: list[tuple[bytes, ...]]
    compiled: bool
    places: NDArray[np.int64] | None = None

    @staticmethod
    def none(file: str, number: int) -> Hits:
        """Returns no hits in a file."""
        empty = np.empty(0, np.int64)
        return Hits(file, number, empty, empty, np.empty(0, np.uint8), empty.reshape(0, 4), [], False)

    def __len__(self) -> int:
        return self.lines.size

    def slice(self, start: int, stop: int) -> Hits:
        """Returns the hits start..stop."""
        cut = {name: getattr(self, name)[start:stop] for name in ("lines", "offsets", "bounds", "keys")}
        places = None if self.places is None else self.places[start:stop]
        return replace(self, **cut, places=places)

    def compact(self) -> Hits:
        """Returns the same hits with a text of their contexts alone, if that is much shorter."""
        begins, ends = self.bounds[:, 0], self.bounds[:, 3]
        sizes = ends - begins
        if int(sizes.sum()) * _GATHERED > self.text.size:
            return self
        text = self.text
        parts = [text[a:b] for a, b in zip(begins.tolist(), ends.tolist(), strict=True)]
        places = np.cumsum(sizes) - sizes
        text = np.concatenate(parts) if parts else np.empty(0, np.uint8)
        return replace(self, text=text, bounds=self.bounds + (places - begins)[:, None])

    def rows(self) -> list[Row]:
        """Returns a row for each hit."""
        file, text, bounds = self.file, self.text, self.bounds
        places = zip(self.lines.tolist(), self.offsets.tolist(), bounds.tolist(), strict=True)
        low, high = (int(bounds[0, 0]), int(bounds[-1, 3])) if len(bounds) else (0, 0)
        data = text[low:high].tobytes()
        rows: list[Row] = []
        for line, offset, row in places:
            a, b, c, d = (place - low for place in row)
            rows.append((file, line, offset, data[a:b].decode(), data[b:c].decode(), data[c:d].decode()))
        return rows
