"""Character n-grams that the shared n-gram counter has counted: as packed keys, and as strings."""

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
from nlpkit.ngrams.counting import WORD, NgramCounts, Windowing, Windows
from nlpkit.runs import StringTable

#: The longest n-grams that fit in a key.
MOST = WORD
_SURROGATES = 0xD800


@dataclass(frozen=True)
class Grams:
    """n-grams and how often they occur.

    characters: uint32 by id - 1, as kernels/grams.py encodes them. keys: uint64, see kernels/ngrams.py. counts: int64.
    """

    characters: NDArray[np.uint32]
    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return self.counts.size

    @property
    def nbytes(self) -> int:
        """Bytes of keys and counts."""
        return self.keys.nbytes + self.counts.nbytes

    def take(self, which: NDArray[np.int64]) -> Grams:
        """Returns the n-grams with these numbers, in this order."""
        return Grams(self.characters, self.keys[which], self.counts[which])

    def slice(self, start: int, stop: int) -> Grams:
        """Returns the n-grams start..stop as a view."""
        return Grams(self.characters, self.keys[start:stop], self.counts[start:stop])

    def spelled(self) -> StringTable:
        """Returns the n-grams as strings."""
        data = np.empty(4 * WORD * len(self) + 4, np.uint8)
        offsets = np.zeros(len(self) + 1, np.int64)
        kernel.spell(self.keys, self.characters, data, offsets)
        return StringTable(data[: offsets[-1]], offsets, self.counts)

    def rows(self, separator: str, to_quote: bytes) -> bytes | None:
        """Returns lines of `n-gram<separator>count`; None where an n-gram may have one of the characters `to_quote`."""
        if np.isin(self.characters, np.frombuffer(to_quote, np.uint8)).any():
            return None
        out = np.empty(40 * len(self) + 4, np.uint8)
        size = kernel.write_rows(self.keys, self.counts, self.characters, ord(separator), out)
        return out[:size].tobytes()

    def join(self, others: Sequence[Grams]) -> Grams:
        """Returns these n-grams and then others of the same alphabet."""
        parts = [self, *others]
        return Grams(
            self.characters, np.concatenate([p.keys for p in parts]), np.concatenate([p.counts for p in parts])
        )

    def ranked(self, low: int, high: int, rows: int) -> Iterator[Grams]:
        """Yields the n-grams with counts from `low` to `high`, the largest first, equal ones in order, in blocks of
        `rows`."""
        order = ranking.by_count(self.counts, low, high)
        for start in range(0, order.size, rows):
            yield self.take(order[start : start + rows])


def windowing(order: int, filters: Filters) -> Windowing:
    """Returns what to count: windows of `order` characters without white space and what filters leave out.

    NUL is a character like others, and 0 is no symbol; so up to the surrogates, which are not characters, a symbol is
    the code point + 1.
    """
    table = np.arange(0x110000, dtype=np.uint32)
    table[:_SURROGATES] += 1
    table[_SURROGATES:0xE000] = 0
    table[[c for c in range(0x3001) if chr(c).isspace()]] = 0
    if not filters.keeps_all:
        table[[form is None for form in filters.apply(map(chr, range(0x110000)))]] = 0
    return Windowing(order, table)


class GramBlocks:
    """The n-grams of orders `lowest` to `highest` in a table of windows, block by block, in code-point order.

    min_count: n-grams that occur fewer times may be left out. spectrum: of all n-grams.
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
        """Yields all n-grams, rare ones too."""
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
class Shard:
    """The n-grams in all windows that begin with some of the symbols, those that are too rare left out.

    alphabet: uint32, symbols by id - 1. keys: uint64, sorted. counts: int64. spectrum: of all n-grams, the rare ones
    too. tokens: the number of symbols.
    """

    alphabet: NDArray[np.uint32]
    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]
    spectrum: Spectrum
    tokens: int

    def grams(self) -> Grams:
        """Returns the n-grams of the shard with their counts."""
        return Grams(_characters(self.alphabet), self.keys, self.counts)


def shard_of(counts: NgramCounts, lowest: int, highest: int, min_count: int) -> Shard:
    """Returns the n-grams of orders `lowest` to `highest` that occur `min_count` times or more."""
    firsts = np.zeros(counts.alphabet.size + 1, np.int64)
    ngrams.count_firsts(counts.keys, counts.counts, firsts)
    histogram = np.zeros(ranking.SMALL + 1, np.int64)
    least = min(min_count, ranking.SMALL)
    keys, sums = kernel.expand(counts.keys, counts.counts, lowest, highest, firsts[1:], 0, least, histogram)
    spectrum = add_spectra([spectrum_of_small(histogram), spectrum_of(sums[sums >= ranking.SMALL])])
    return Shard(counts.alphabet, keys, sums, spectrum, int(firsts.sum()))


def join_shards(shards: Sequence[Shard]) -> Shard:
    """Joins shards of different symbols to one, which is sorted."""
    alphabet = np.unique(np.concatenate([np.empty(0, np.uint32), *(shard.alphabet for shard in shards)]))
    keys = [np.empty(0, np.uint64)]
    for shard in shards:
        ids = np.zeros(1 << 16, np.uint64)
        ids[1 : shard.alphabet.size + 1] = np.searchsorted(alphabet, shard.alphabet) + 1
        keys.append(ngrams.map_ids(shard.keys, ids))
    all_keys = np.concatenate(keys)
    counts = np.concatenate([np.empty(0, np.int64), *(shard.counts for shard in shards)])
    order = np.argsort(all_keys)
    spectrum = add_spectra(shard.spectrum for shard in shards)
    return Shard(alphabet, all_keys[order], counts[order], spectrum, sum(shard.tokens for shard in shards))


def _characters(alphabet: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return encode(alphabet - (alphabet <= _SURROGATES))
