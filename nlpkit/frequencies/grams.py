"""Character n-grams, by the shared n-gram counter: n-grams as packed keys, and what they are written as."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlpkit.frequencies.filters import Filters
from nlpkit.frequencies.tally import Table
from nlpkit.kernels import grams as kernel
from nlpkit.ngrams import WORD, Windowing, Windows

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

    def spelled(self) -> Table:
        """As strings."""
        data = np.empty(4 * WORD * len(self) + 4, np.uint8)
        offsets = np.zeros(len(self) + 1, np.int64)
        kernel.spell(self.keys, self.characters, data, offsets)
        return Table(data[: offsets[-1]], offsets, self.counts)

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


def grams_of(windows: Windows, lowest: int, highest: int) -> Callable[[], Iterator[Grams]]:
    """All n-grams of these orders, in code-point order, block by block."""
    characters = kernel.encode(windows.alphabet - (windows.alphabet <= _SURROGATES))

    def blocks() -> Iterator[Grams]:
        last = 0
        for keys, counts in windows.sorted.tables():
            found, sums = kernel.expand(keys, counts, lowest, highest, windows.symbol_counts, last)
            last = int(keys[-1] >> np.uint64(48)) if keys.size else last
            yield Grams(characters, found, sums)

    if not windows.sorted.is_whole:
        return blocks
    once = list(blocks())  # not much more than the windows, which are not needed any more
    return lambda: iter(once)
