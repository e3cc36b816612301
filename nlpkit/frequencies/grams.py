"""Character n-grams, by the shared n-gram counter: n-grams as packed keys, and what they are written as."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlpkit.frequencies.filters import Filters
from nlpkit.frequencies.ranking import spectrum_of_small
from nlpkit.frequencies.statistics import Spectrum, add_spectra, spectrum_of
from nlpkit.kernels import grams as kernel
from nlpkit.kernels import ngrams, ranking
from nlpkit.kernels.utf8 import encode
from nlpkit.ngrams import WORD, NgramCounts, Windowing, Windows
from nlpkit.runs import StringTable

#: Of n-grams as long as this, keys hold everything.
MOST = WORD
_SURROGATES = 0xD800


@dataclass(frozen=True)
class Grams:
    """n-grams by packed keys (uint64, see kernels/ngrams.py) and how often they occur (int64).

    characters: uint32 by id - 1, as kernels/grams.py has them.
    """

    characters: NDArray[np.uint32]
    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return self.counts.size

    @property
    def nbytes(self) -> int:
        """Of keys and counts."""
        return self.keys.nbytes + self.counts.nbytes

    def take(self, which: NDArray[np.int64]) -> Grams:
        """Some of them, in this order."""
        return Grams(self.characters, self.keys[which], self.counts[which])

    def slice(self, start: int, stop: int) -> Grams:
        """Those from `start` to `stop`, as a view."""
        return Grams(self.characters, self.keys[start:stop], self.counts[start:stop])

    def spelled(self) -> StringTable:
        """As strings."""
        data = np.empty(4 * WORD * len(self) + 4, np.uint8)
        offsets = np.zeros(len(self) + 1, np.int64)
        kernel.spell(self.keys, self.characters, data, offsets)
        return StringTable(data[: offsets[-1]], offsets, self.counts)

    def rows(self, separator: str, to_quote: bytes) -> bytes | None:
        """Lines of `n-gram<separator>count`; None where there may be characters `to_quote`."""
        if np.isin(self.characters, np.frombuffer(to_quote, np.uint8)).any():
            return None
        out = np.empty(40 * len(self) + 4, np.uint8)
        size = kernel.write_rows(self.keys, self.counts, self.characters, ord(separator), out)
        return out[:size].tobytes()

    def join(self, others: Sequence[Grams]) -> Grams:
        """With others behind it."""
        parts = [self, *others]
        return Grams(
            self.characters, np.concatenate([p.keys for p in parts]), np.concatenate([p.counts for p in parts])
        )

    def ranked(self, low: int, high: int, rows: int) -> Iterator[Grams]:
        """Those with counts from `low` to `high`, the largest first, equal ones in order; so many rows at a time."""
        order = ranking.by_count(self.counts, low, high)
        for start in range(0, order.size, rows):
            which = order[start : start + rows]
            yield Grams(self.characters, self.keys[which], self.counts[which])


def windowing(order: int, filters: Filters) -> Windowing:
    """Windows of `order` characters; the symbol is 0 for white space and what filters leave out.

    Since NUL is a character too, symbols are code points + 1 up to the surrogates, which are none.
    """
    table = np.arange(0x110000, dtype=np.uint32)
    table[:_SURROGATES] += 1
    table[_SURROGATES:0xE000] = 0
    table[[c for c in range(0x3001) if chr(c).isspace()]] = 0
    if not filters.keeps_all:
        table[[form is None for form in filters.apply(map(chr, range(0x110000)))]] = 0
    return Windowing(order, table)


class GramBlocks:
    """The n-grams of some orders in a table of windows, block by block, in code-point order.

    min_count: rarer ones may be left out. spectrum: of all of them.
    """

    row = 16  # bytes

    def __init__(self, windows: Windows, lowest: int, highest: int, min_count: int) -> None:
        self._windows: Windows | None = windows
        self._orders = lowest, highest
        self._characters = _characters(windows.alphabet)
        self._min_count = min(min_count, ranking.SMALL)
        self._kept: list[Grams] | None = [] if windows.sorted.is_whole else None
        histogram, large = np.zeros(ranking.SMALL + 1, np.int64), []
        for block in self._expand(self._min_count, histogram):
            large.append(spectrum_of(block.counts[block.counts >= ranking.SMALL]))
            if self._kept is not None:
                self._kept.append(block)
        if self._kept is not None and min_count == 1:  # they take not much more than the windows
            self._windows = None
        self.spectrum = add_spectra([spectrum_of_small(histogram), *large])

    def __call__(self) -> Iterator[Grams]:
        if self._kept is not None:
            return iter(self._kept)
        return self._expand(self._min_count)

    def everything(self) -> Iterator[Grams]:
        """The rare ones too."""
        if self._windows is None:
            return self()
        return self._expand(1)

    def _expand(self, min_count: int, histogram: NDArray[np.int64] | None = None) -> Iterator[Grams]:
        assert self._windows is not None
        histogram = np.zeros(ranking.SMALL + 1, np.int64) if histogram is None else histogram
        firsts, last = self._windows.symbol_counts, 0
        for keys, counts in self._windows.sorted.tables():
            found, sums = kernel.expand(keys, counts, *self._orders, firsts, last, min_count, histogram)
            last = int(keys[-1] >> np.uint64(48)) if keys.size else last
            yield Grams(self._characters, found, sums)


@dataclass(frozen=True)
class Part:
    """n-grams that occur `min_count` times or more, of the windows that begin with some of the symbols.

    alphabet: uint32, symbols by id - 1. spectrum: of all, the rarer ones too. tokens: how many symbols there were.
    """

    alphabet: NDArray[np.uint32]
    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]
    spectrum: Spectrum
    tokens: int


def part_of(counts: NgramCounts, lowest: int, highest: int, min_count: int) -> Part:
    """The frequent n-grams of these orders."""
    firsts = np.zeros(counts.alphabet.size + 1, np.int64)
    ngrams.count_firsts(counts.keys, counts.counts, firsts)
    histogram = np.zeros(ranking.SMALL + 1, np.int64)
    least = min(min_count, ranking.SMALL)
    keys, sums = kernel.expand(counts.keys, counts.counts, lowest, highest, firsts[1:], 0, least, histogram)
    spectrum = add_spectra([spectrum_of_small(histogram), spectrum_of(sums[sums >= ranking.SMALL])])
    return Part(counts.alphabet, keys, sums, spectrum, int(firsts.sum()))


def joined(parts: Sequence[Part]) -> Part:
    """Parts of different symbols as one, sorted."""
    alphabet = np.unique(np.concatenate([np.empty(0, np.uint32), *(part.alphabet for part in parts)]))
    keys = [np.empty(0, np.uint64)]
    for part in parts:
        ids = np.zeros(1 << 16, np.uint64)
        ids[1 : part.alphabet.size + 1] = np.searchsorted(alphabet, part.alphabet) + 1
        keys.append(ngrams.map_ids(part.keys, ids))
    all_keys = np.concatenate(keys)
    counts = np.concatenate([np.empty(0, np.int64), *(part.counts for part in parts)])
    order = np.argsort(all_keys)
    spectrum = add_spectra(part.spectrum for part in parts)
    return Part(alphabet, all_keys[order], counts[order], spectrum, sum(part.tokens for part in parts))


def grams_in(part: Part) -> Grams:
    """The n-grams of a part."""
    return Grams(_characters(part.alphabet), part.keys, part.counts)


def _characters(alphabet: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return encode(alphabet - (alphabet <= _SURROGATES))
