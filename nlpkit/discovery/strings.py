"""What the symbols of a corpus are, and strings of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Chunk
from nlpkit.kernels.strings import copy_spans, count_spans
from nlpkit.symbols import Block, symbol_blocks


@dataclass(frozen=True)
class Alphabet:
    """What the symbols of a corpus are.

    table: uint32 by code point, 0 where it ends a run. collapsed: the symbols of which a stretch counts as one, 0 for
    none. codes: uint32, the symbols that occur, in code-point order; a symbol's id is its place + 1. ids: uint32 by
    code point, the id of its symbol, 0 for none. collapsed_ids: those of the collapsed symbols, 0 for none.
    """

    table: NDArray[np.uint32]
    collapsed: tuple[int, int]
    codes: NDArray[np.uint32]
    ids: NDArray[np.uint32]
    collapsed_ids: tuple[int, int]

    @classmethod
    def of(cls, table: NDArray[np.uint32], collapsed: tuple[int, int], codes: NDArray[np.uint32]) -> Alphabet:
        """From the first three."""
        by_symbol = np.zeros(table.size, np.uint32)
        by_symbol[codes] = np.arange(1, codes.size + 1, dtype=np.uint32)
        digits, letters = (int(by_symbol[symbol]) for symbol in collapsed)
        return cls(table, collapsed, codes, by_symbol[table], (digits, letters))

    def blocks(self, chunk: Chunk, cut: Callable[[NDArray[np.uint32]], int], starts: bool = False) -> Iterator[Block]:
        """The ids of a chunk's text, block by block (see symbols.symbol_blocks)."""
        return symbol_blocks(chunk, self.ids, self.collapsed_ids, cut, starts)


@dataclass(frozen=True)
class Strings:
    """Strings of symbol ids end to end: ids uint32, offsets int64[m + 1]."""

    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return self.offsets.size - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Symbols of each."""
        return np.diff(self.offsets)

    @classmethod
    def empty(cls) -> Strings:
        """None."""
        return cls(np.empty(0, np.uint32), np.zeros(1, np.int64))

    @classmethod
    def concatenate(cls, parts: Sequence[Strings]) -> Strings:
        """One after the other."""
        begins = np.cumsum([0, *(part.ids.size for part in parts)])
        offsets = [part.offsets[:-1] + begin for part, begin in zip(parts, begins, strict=False)]
        return cls(np.concatenate([part.ids for part in parts]), np.concatenate([*offsets, begins[-1:]]))

    @classmethod
    def of_rows(cls, rows: NDArray[np.uint32]) -> Strings:
        """From uint32[m, L], filled with 0."""
        filled = rows != 0
        return cls(rows[filled], np.concatenate([[0], np.cumsum(filled.sum(axis=1))]))

    @classmethod
    def of_spans(cls, ids: NDArray[np.uint32], begins: NDArray[np.int64], lengths: NDArray[np.int64]) -> Strings:
        """From spans of a longer string."""
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        return cls(copy_spans(ids, begins, offsets), offsets)

    def select(self, which: NDArray[np.int64]) -> Strings:
        """The strings of these places."""
        return Strings.of_spans(self.ids, self.offsets[which], self.lengths[which])

    def place(self, ids: tuple[int, ...]) -> int:
        """Where one string stands, or -1."""
        places = np.flatnonzero(self.lengths == len(ids))
        rows = self.ids[self.offsets[places][:, None] + np.arange(len(ids))]
        found = places[(rows == np.array(ids)).all(axis=1)]
        return int(found[0]) if found.size else -1

    def __add__(self, other: Strings) -> Strings:
        return Strings.concatenate([self, other])

    def longest_first(self) -> NDArray[np.int64]:
        """int64 places by length, longest first, then by code points."""
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
        """int64: where each distinct string stands first, in this order, and how often it occurs, or the sums of the
        strings' weights."""
        offsets = 4 * self.offsets
        return count_spans(self.ids.view(np.uint8), offsets[:-1], offsets[1:], weights)

    def texts(self, alphabet: Alphabet) -> list[str]:
        """Each as a str."""
        codes = np.concatenate([np.zeros(1, np.uint32), alphabet.codes])
        return Strings(codes[self.ids], self.offsets).decode()

    def decode(self) -> list[str]:
        """Each as a str, of strings of code points."""
        joined = self.ids.astype("<u4").tobytes().decode("utf-32-le")
        ends = self.offsets.tolist()
        return [joined[begin:end] for begin, end in pairwise(ends)]
