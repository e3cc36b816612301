"""Cuts text at the ends of lines, and lines that are too long at white space or between characters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from nlpkit.corpus.types import BOM, Piece

#: The bytes after which a very long line may be cut.
SPACES = (b" ", b"\t", b"\v", b"\f", b"\0")
LONGEST_CHARACTER = 4  # bytes, in UTF-8


def cut_window(window: bytes) -> int:
    """Returns the length of the part of a window that makes a piece: up to its last line feed, else its last character.

    The last character is left out even if it is complete, because the window cannot tell; so CR LF stays together.
    """
    newline = window.rfind(b"\n")
    if newline >= 0:
        return newline + 1
    for cut in range(len(window) - 1, max(0, len(window) - LONGEST_CHARACTER), -1):
        if window[cut] & 0xC0 != 0x80:  # no continuation byte: a character begins here
            return cut
    return len(window)


def whole_lines(
    blocks: Iterable[bytes], longest: int | None = None, too_long: Callable[[], Exception] = ValueError
) -> Iterator[bytes]:
    """Yields the text in stretches of whole lines, each with its line feed; the last line of all may have none.

    blocks: the text, cut anywhere. longest: raise what `too_long` returns for a line that goes on over more bytes of
    several blocks. Takes time and memory in proportion to the longest line, however many blocks it has.
    """
    begun: list[bytes] = []  # the parts of an unfinished line
    size = 0
    for block in blocks:
        end = block.find(b"\n")
        size += len(block) if end < 0 else end
        if longest is not None and size > longest:
            raise too_long()
        if end >= 0:
            cut = block.rfind(b"\n") + 1
            begun.append(block[:cut])
            block = block[cut:]
            size = len(block)
            yield _joined(begun)
        if block:
            begun.append(block)
    if begun:
        yield _joined(begun)


def _joined(parts: list[bytes]) -> bytes:
    """Returns parts as one, and empties their list, so that a long line is not kept twice."""
    whole = b"".join(parts)
    parts.clear()
    return whole


def line_pieces(
    blocks: Iterable[bytes],
    size: int,
    start: int = 0,
    characters: bool = False,
    spaces: Sequence[bytes] = SPACES,
) -> Iterator[Piece]:
    """Yields pieces of about `size` bytes: whole lines, or a part of one longer line.

    blocks: the text, cut anywhere. start: the offset of its first byte. A part of a long line ends after one of
    `spaces` if there is one in its last `size` bytes, else anywhere; with `characters`, and a size of at least 4 bytes,
    between two characters of UTF-8.
    """
    buffer = bytearray()
    first = True
    for block in blocks:
        buffer += block
        while len(buffer) > size:
            # the rest of a long line is a piece of its own
            cut = (buffer.rfind(b"\n", 0, size) if first else buffer.find(b"\n", 0, size)) + 1
            last = cut > 0
            cut = cut or max(buffer.rfind(space, 0, size) for space in spaces) + 1
            cut = cut or (cut_window(bytes(buffer[:size])) if characters else size)
            with memoryview(buffer) as view:
                data = bytes(view[:cut])
            del buffer[:cut]
            yield Piece(data, start, first, last)
            start, first = start + cut, last
    cut = 0 if first else buffer.find(b"\n") + 1
    if cut and cut < len(buffer):
        yield Piece(bytes(buffer[:cut]), start, False, True)
        start, first = start + cut, True
        del buffer[:cut]
    if buffer:
        yield Piece(bytes(buffer), start, first, True)


def without_mark(blocks: Iterator[bytes]) -> tuple[int, Iterator[bytes]]:
    """Returns the offset at which the text begins, 0 or 3 bytes, and its blocks without a byte order mark."""
    first = b""
    for block in blocks:
        first += block
        if len(first) >= len(BOM):
            break
    start = len(BOM) if first.startswith(BOM) else 0
    return start, chain([first[start:]], blocks)
