"""Which strings are rows of a frequency list (`min_count`, `top`), and in which order; not all are ever in memory."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

import numpy as np

from nlpkit.frequencies.statistics import Spectrum, add_spectra, spectrum_of
from nlpkit.kernels import ranking as kernel
from nlpkit.runs.strings import Ints

_ROWS = 1 << 16  # that are taken at a time


class ListBlock(Protocol):
    """Distinct strings in code-point order, with counts (int64); blocks can be taken apart and put together."""

    @property
    def counts(self) -> Ints: ...
    @property
    def nbytes(self) -> int: ...
    def __len__(self) -> int: ...
    def take(self: B, which: Ints) -> B: ...
    def join(self: B, others: Sequence[B]) -> B: ...
    def ranked(self: B, low: int, high: int, rows: int) -> Iterator[B]: ...


B = TypeVar("B", bound=ListBlock)


def survey(blocks: Iterator[B]) -> tuple[Spectrum, int]:
    """Returns the spectrum of all blocks, and the number of their bytes."""
    small, nbytes = np.zeros(kernel.SMALL + 1, np.int64), 0
    large = Spectrum(np.empty(0, np.int64), np.empty(0, np.int64))
    for block in blocks:
        small += kernel.histogram(block.counts, 1, sys.maxsize)
        large = add_spectra([large, spectrum_of(block.counts[block.counts >= kernel.SMALL])])
        nbytes += block.nbytes
    return add_spectra([spectrum_of_small(small), large]), nbytes


def spectrum_of_small(histogram: Ints) -> Spectrum:
    """Returns the spectrum of a histogram without its last entry."""
    values = np.flatnonzero(histogram[:-1])
    return Spectrum(values, histogram[values])


def cut(spectrum: Spectrum, min_count: int, top: int | None) -> Spectrum:
    """Returns the spectrum of the types that occur `min_count` times or more, and at least as often as the last of the
    `top` most frequent ones."""
    if top is not None:
        behind = np.cumsum(spectrum.types[::-1])[::-1]
        places = np.flatnonzero(behind >= top)
        min_count = max(min_count, int(spectrum.values[places[-1]]) if places.size else 1)
    start = int(np.searchsorted(spectrum.values, min_count))
    return Spectrum(spectrum.values[start:], spectrum.types[start:])


def ranked(blocks: Callable[[], Iterator[B]], spectrum: Spectrum, top: int | None, limit: int) -> Iterator[B]:
    """Yields the strings with the counts of `spectrum`, the most frequent first, equal ones in code-point order; the
    first `top` of them. Goes through the blocks once for each `limit` strings; strings that have one count are passed
    on as they come, however many they are."""
    rest = top
    for low, high in _ranges(spectrum, limit):
        for part in _of_counts(blocks(), low, high):
            if rest is not None and len(part) >= rest:
                yield part.take(np.arange(rest))
                return
            rest = rest if rest is None else rest - len(part)
            yield part


def _of_counts(blocks: Iterator[B], low: int, high: int) -> Iterator[B]:
    """Yields the strings with counts from `low` to `high` in the order of a list, some rows at a time."""
    if low == high:
        for block in blocks:
            yield from block.ranked(low, high, _ROWS)
        return
    parts: list[B] = []
    for block in blocks:
        is_whole = bool(block.counts.min(initial=high) >= low) and bool(block.counts.max(initial=low) <= high)
        if not is_whole:
            block = block.take(np.flatnonzero((block.counts >= low) & (block.counts <= high)))
        parts.append(block)
    parts = [part for part in parts if len(part)]
    if parts:
        yield from (parts[0].join(parts[1:]) if len(parts) > 1 else parts[0]).ranked(low, high, _ROWS)


def _ranges(spectrum: Spectrum, limit: int) -> Iterator[tuple[int, int]]:
    """Yields ranges of counts, the highest first, which up to `limit` types have together; or one count alone."""
    values, types = spectrum.values.tolist(), spectrum.types.tolist()
    end = len(values)
    while end:
        begin, size = end - 1, types[end - 1]
        while begin and size + types[begin - 1] <= limit:
            begin -= 1
            size += types[begin]
        yield values[begin], values[end - 1]
        end = begin
