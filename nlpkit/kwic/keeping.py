"""Keeps of a stream of hits what a page shows of it: the first rows, and some that are evenly chosen from all."""

from __future__ import annotations

from nlpkit.kwic.hits import Hits, Row


class Kept:
    """Rows of a stream of hits, in bounded memory; which ones depends on the hits alone.

    first: the first rows. chosen: every n-th hit of all, at least `most` of them and at most twice as many, if there
    are so many. numbers: of these, from 0. seen: how many hits there were.
    """

    def __init__(self, rows: int, most: int) -> None:
        self._rows, self._most, self._step = rows, most, 1
        self.first: list[Row] = []
        self.chosen: list[Row] = []
        self.numbers: list[int] = []
        self.seen = 0

    def add(self, batch: Hits | list[Row]) -> None:
        """Adds the next hits."""
        self.first += _rows(batch, 0, self._rows - len(self.first))
        place = -self.seen % self._step
        while place < len(batch):
            self.numbers.append(self.seen + place)
            self.chosen += _rows(batch, place, place + 1)
            if len(self.numbers) > 2 * self._most:
                self._step *= 2
                self.numbers, self.chosen = self.numbers[::2], self.chosen[::2]
            place += self._step - (self.seen + place) % self._step
        self.seen += len(batch)


def _rows(batch: Hits | list[Row], start: int, stop: int) -> list[Row]:
    if stop <= start:
        return []
    return batch.slice(start, stop).rows() if isinstance(batch, Hits) else batch[start:stop]
