"""The symbols of a text: which characters belong to words, and where they stand in a chunk of a corpus."""

from __future__ import annotations

import bisect
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlpkit.choices import CHARSETS
from nlpkit.corpus import Chunk, Source, read_pieces
from nlpkit.corpus.encodings import not_utf8
from nlpkit.errors import EncodingError
from nlpkit.kernels import utf8
from nlpkit.options import check_choice

#: Code points that stand for a whole run of digits and of ASCII letters where these are collapsed.
DIGITS, LETTERS = 0x30, 0x61
#: Bytes decoded at a time, at most: what bounds the memory of a line of any length.
BLOCK_SIZE = 8 << 20
_LEAST_BLOCK = 1 << 16

_HAN = ((0x3007, 0x3008), (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x40000))
_ALNUM = ((0x30, 0x3A, DIGITS), (0x41, 0x5B, LETTERS), (0x61, 0x7B, LETTERS))
_FULL_WIDTH = 0xFEE0
#: Full-width digits and ASCII letters -> ASCII, for str.translate.
FOLD = {c + _FULL_WIDTH: c for first, stop, _ in _ALNUM for c in range(first, stop)}


@lru_cache(maxsize=8)
def symbol_table(charset: str, collapse: bool) -> NDArray[np.uint32]:
    """Returns the symbol of each code point, 0 where it ends a run (as NUL always does): uint32[0x110000], shared.

    A symbol is the code point itself, full-width letters and digits folded; with `collapse` all digits are DIGITS and
    all ASCII letters LETTERS.
    """
    check_choice("charset", charset, CHARSETS)
    table = np.zeros(0x110000, np.uint32)
    if charset in ("letters", "any"):
        for c in range(sys.maxunicode + 1):
            char = chr(c)
            if not char.isspace() if charset == "any" else unicodedata.category(char)[0] in "LMN":
                table[c] = c
        return table
    for first, stop in _HAN:
        table[first:stop] = np.arange(first, stop)
    if charset == "han+alnum":
        for first, stop, symbol in _ALNUM:
            for shift in (0, _FULL_WIDTH):
                table[first + shift : stop + shift] = symbol if collapse else np.arange(first, stop)
    return table


@dataclass(frozen=True, slots=True)
class _Text:
    """Bytes of one or more sources: origin[i] = (source, where it begins in data, its first byte's offset).

    whole: whether a boundary follows. last: whether a line ends here.
    """

    data: bytes
    whole: bool
    last: bool
    origin: tuple[tuple[Source, int, int], ...]

    def fault(self, byte: int) -> EncodingError:
        source, begin, offset = self.origin[bisect.bisect(self.origin, byte, key=lambda o: o[1]) - 1]
        return not_utf8(source, offset + byte - begin)


def _block_size(chunk: Chunk) -> int:
    return min(BLOCK_SIZE, max(_LEAST_BLOCK, chunk.block_size))


def _texts(chunk: Chunk) -> Iterator[_Text]:
    """Yields the text of a chunk, at most _block_size(chunk) bytes at a time; small files are joined by line ends.

    There is always some: an empty line for files that are nothing but byte order marks. A part of a chunk ends at a
    boundary, even where its line goes on.
    """
    parts: list[bytes] = []
    origin: list[tuple[Source, int, int]] = []
    block_size = _block_size(chunk)
    size, empty = 0, True
    for part in chunk.parts:
        begins = True
        for piece in read_pieces(part, block_size):
            empty = False
            whole = piece.last or piece.start + len(piece.data) == part.stop
            alone = not (begins and whole and piece.last)
            begins = whole
            if parts and (alone or size + len(piece.data) > block_size):
                yield _Text(b"\n".join(parts), True, True, tuple(origin))
                parts, origin, size = [], [], 0
            if alone:
                yield _Text(piece.data, whole, piece.last, ((part.source, 0, piece.start),))
            else:
                origin.append((part.source, size, piece.start))
                parts.append(piece.data)
                size += len(piece.data) + 1
    if parts:
        yield _Text(parts[0] if len(parts) == 1 else b"\n".join(parts), True, True, tuple(origin))
    if empty:
        yield _Text(b"\n", True, True, ())


@dataclass(frozen=True, slots=True)
class Block:
    """Symbols of a stretch of text: uint32, 0 at boundaries.

    symbols[stop:] are there to look ahead; they come again in the next block. text holds the bytes and starts (int64,
    one more than symbols) the byte of each symbol, where they were asked for. last: whether a line ends with the block.
    """

    symbols: NDArray[np.uint32]
    stop: int
    text: bytes
    starts: NDArray[np.int64]
    last: bool = True


def ahead(length: int) -> Callable[[NDArray[np.uint32]], int]:
    """Returns a function for symbol_blocks, which cuts so that `length` symbols are left to look ahead, or those
    from the last boundary on, because nothing looks beyond it."""

    def cut(symbols: NDArray[np.uint32]) -> int:
        start = max(0, symbols.size - length)
        boundaries = np.flatnonzero(symbols[start:] == 0)
        return start + int(boundaries[-1]) if boundaries.size else start

    return cut


def symbol_blocks(
    chunk: Chunk,
    table: NDArray[np.uint32],
    collapsed: tuple[int, int],
    cut: Callable[[NDArray[np.uint32]], int],
    keep_starts: bool = False,
) -> Iterator[Block]:
    """Yields the symbols of a chunk, block by block.

    Each line of a block starts and ends at a boundary, but for a line longer than a block: there `cut` says at which
    symbol the next block starts again. A block's memory may be overwritten once the next one is asked for.
    Raises EncodingError at the first byte that is not UTF-8.
    """
    digit, letter = (np.uint32(s) for s in collapsed)
    none = np.empty(0, np.int64)
    room = min(chunk.text_size, _block_size(chunk)) + 2
    symbols = np.empty(room, np.uint32)
    starts = np.empty(room + 1, np.int64) if keep_starts else none
    tail, fresh = b"", True
    for part in _texts(chunk):
        text = tail + part.data if tail else part.data
        if symbols.size < len(text) + 2:
            symbols = np.empty(len(text) + 2, np.uint32)
        with_starts = keep_starts or not part.whole
        if with_starts and starts.size < symbols.size + 1:
            starts = np.empty(symbols.size + 1, np.int64)
        symbols[0] = 0
        used, fault = utf8.decode(
            np.frombuffer(text, np.uint8), table, digit, letter, starts if with_starts else none, symbols, int(fresh)
        )
        if fault >= 0:
            raise part.fault(fault - len(tail))
        if part.whole and symbols[used - 1]:
            symbols[used] = 0
            if with_starts:
                starts[used] = len(text)
            used += 1
        if with_starts:
            if fresh:
                starts[0] = 0
            starts[used] = len(text)
        stop = used if part.whole else cut(symbols[:used])
        yield Block(symbols[:used], stop, text, starts[: used + 1] if with_starts else none, part.last)
        fresh = part.whole or stop == used or symbols[stop] == 0
        # the next block has its own boundary: the bytes of this one, however many they are, need not come again
        tail = b"" if part.whole else text[starts[stop + (stop < used and fresh)] :]
