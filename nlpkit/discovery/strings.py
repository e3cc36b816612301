"""The alphabet of a corpus, and strings of its symbols."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Chunk
from nlpkit.kernels import word_tries
from nlpkit.kernels.strings import copy_spans, count_spans
from nlpkit.ngrams.symbols import Block, symbol_blocks

#: Symbols of the longest word that can be looked up by its text.
LONGEST_ASKED = 64


@dataclass(frozen=True)
class Alphabet:
    """The symbols of a corpus and their ids.

    table: uint32 by code point, its symbol, 0 where it ends a run. collapsed: the symbols for a stretch of digits and a
    stretch of Latin letters, each of which counts as one symbol; (0, 0) where they do not. codes: uint32, the symbols
    that occur, in code-point order; the id of a symbol is its place + 1. ids: uint32 by code point, the id of its
    symbol, 0 for a symbol that does not occur. collapsed_ids: the ids of `collapsed`, 0 for what does not occur.
    """

    table: NDArray[np.uint32]
    collapsed: tuple[int, int]
    codes: NDArray[np.uint32]
    ids: NDArray[np.uint32]
    collapsed_ids: tuple[int, int]

    @classmethod
    def of(cls, table: NDArray[np.uint32], collapsed: tuple[int, int], codes: NDArray[np.uint32]) -> Alphabet:
        """The alphabet of a corpus in which the symbols `codes` occur."""
        by_symbol = np.zeros(table.size, np.uint32)
        by_symbol[codes] = np.arange(1, codes.size + 1, dtype=np.uint32)
        digits, letters = (int(by_symbol[symbol]) for symbol in collapsed)
        return cls(table, collapsed, codes, by_symbol[table], (digits, letters))

    def blocks(self, chunk: Chunk, cut: Callable[[NDArray[np.uint32]], int], starts: bool = False) -> Iterator[Block]:
        """The ids of a chunk's text, block by block (see symbol_blocks)."""
        return symbol_blocks(chunk, self.ids, self.collapsed_ids, cut, starts)

    def ids_of(self, word: str) -> tuple[int, ...]:
        """The ids of a word's symbols; () for a word that no run of the corpus can hold, or of more than 64 symbols."""
        out: list[int] = []
        last = 0
        for char in word:
            symbol = int(self.table[ord(char)])
            if symbol and symbol == last and symbol in self.collapsed:
                continue
            last = symbol
            out.append(int(self.ids[ord(char)]))
        return tuple(out) if 0 not in out and len(out) <= LONGEST_ASKED else ()


def last_cut(symbols: NDArray[np.uint32]) -> int:
    """Where to cut a block: the begin of its last run, or of the last piece of a run longer than LONGEST_RUN."""
    boundaries = np.flatnonzero(symbols == 0)
    begin = int(boundaries[-1]) + 1 if boundaries.size else 0
    return begin + max(0, symbols.size - begin - 1) // word_tries.LONGEST_RUN * word_tries.LONGEST_RUN


@dataclass(frozen=True)
class SymbolStrings:
    """An array of strings of symbol ids (or of code points), stored end to end: ids uint32, offsets int64[m + 1]."""

    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return self.offsets.size - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """int64[m]: the number of symbols of each string."""
        return np.diff(self.offsets)

    @classmethod
    def empty(cls) -> SymbolStrings:
        """An array of no strings."""
        return cls(np.empty(0, np.uint32), np.zeros(1, np.int64))

    @classmethod
    def concatenate(cls, parts: Sequence[SymbolStrings]) -> SymbolStrings:
        """The strings of all arrays, one array after the other."""
        begins = np.cumsum([0, *(part.ids.size for part in parts)])
        offsets = [part.offsets[:-1] + begin for part, begin in zip(parts, begins, strict=False)]
        return cls(np.concatenate([part.ids for part in parts]), np.concatenate([*offsets, begins[-1:]]))

    @classmethod
    def of_rows(cls, rows: NDArray[np.uint32]) -> SymbolStrings:
        """One string a row, from uint32[m, L] in which rows are filled up with 0."""
        filled = rows != 0
        return cls(rows[filled], np.concatenate([[0], np.cumsum(filled.sum(axis=1))]))

    @classmethod
    def of_spans(cls, ids: NDArray[np.uint32], begins: NDArray[np.int64], lengths: NDArray[np.int64]) -> SymbolStrings:
        """Copies of m spans of a longer string: begins and lengths are int64[m]."""
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        return cls(copy_spans(ids, begins, offsets), offsets)

    def select(self, which: NDArray[np.int64]) -> SymbolStrings:
        """The strings at these places (int64)."""
        return SymbolStrings.of_spans(self.ids, self.offsets[which], self.lengths[which])

    def place(self, ids: tuple[int, ...]) -> int:
        """The place of a string, -1 if it is not there."""
        places = np.flatnonzero(self.lengths == len(ids))
        rows = self.ids[self.offsets[places][:, None] + np.arange(len(ids))]
        found = places[(rows == np.array(ids)).all(axis=1)]
        return int(found[0]) if found.size else -1

    def __add__(self, other: SymbolStrings) -> SymbolStrings:
        return SymbolStrings.concatenate([self, other])

    def longest_first(self) -> NDArray[np.int64]:
        """int64[m]: the places of the strings, sorted by length (longest first), then by code points."""
        lengths = self.lengths
        out = []
        for length in np.unique(lengths)[::-1]:
            places = np.flatnonzero(lengths == length)
            rows = self.ids[self.offsets[places][:, None] + np.arange(length)]
            if length <= 4:
                keys = np.zeros(places.size, np.uint64)
                for column in rows.T:
                    keys = (keys << np.uint64(16)) | column.astype(np.uint64)
            else:
                keys = np.ascontiguousarray(rows.astype(">u2")).view(f"S{2 * length}").ravel()
            out.append(places[np.argsort(keys)])
        return np.concatenate(out) if out else np.empty(0, np.int64)

    def distinct(self, weights: NDArray[np.int64] | None = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(int64 place where each distinct string occurs first, in this order; int64 occurrences of each).

        weights: int64[m], to be summed instead of counting each string once.
        """
        offsets = 4 * self.offsets
        return count_spans(self.ids.view(np.uint8), offsets[:-1], offsets[1:], weights)

    def texts(self, alphabet: Alphabet) -> list[str]:
        """Each string of symbol ids as a str."""
        codes = np.concatenate([np.zeros(1, np.uint32), alphabet.codes])
        return SymbolStrings(codes[self.ids], self.offsets).decode()

    def decode(self) -> list[str]:
        """Each string of code points as a str."""
        text = self.ids.astype("<u4").tobytes().decode("utf-32-le")
        ends = self.offsets.tolist()
        return [text[begin:end] for begin, end in pairwise(ends)]
