"""Cuts text that comes piece by piece, as it is read."""

from __future__ import annotations

from collections.abc import Iterator

from nlpkit.corpus import Part, Piece, read_pieces
from nlpkit.corpus.encodings import not_utf8
from nlpkit.segmentation.layout import marked_words, write_marked, write_text
from nlpkit.segmentation.options import Layout
from nlpkit.segmentation.segmenter import Segmenter

_PIECE_SIZE = 1 << 17  # bytes


class PieceCutter:
    """Cuts the parts of texts, in order. What cannot be cut yet of a piece is cut with the next one.

    layout: of a format other than 'rows'.
    """

    def __init__(self, segmenter: Segmenter, layout: Layout) -> None:
        self._segmenter, self._layout = segmenter, layout
        self._separator = layout.separator.encode()
        self._rest = b""
        self._wait = 0  # bytes that there must be before the next try
        self._in_line = False  # whether the line has words already

    def cut(self, part: Part, block_size: int) -> Iterator[bytes]:
        """Yields the words of a part, block by block. block_size: bytes to read at a time, at most.

        Raises EncodingError, and InputError for a file that cannot be read.
        """
        self._in_line = self._in_line and not part.first
        for piece in read_pieces(part, min(_PIECE_SIZE, block_size)):
            data = self._rest + piece.data
            if not piece.last and len(data) < self._wait:  # a run without any boundary is not tried again and again
                self._rest = data
                continue
            try:
                words, used = self._cut_data(data, piece)
            except UnicodeDecodeError as error:
                fault = error.start
                place = piece.start + len(piece.data) - len(data) + fault
                raise not_utf8(part.source, place, data, fault) from error
            self._rest = data[used:]
            self._wait = 0 if used else 2 * len(data)
            yield words

    def _cut_data(self, data: bytes, piece: Piece) -> tuple[bytes, int]:
        """The words of UTF-8, and how many bytes of it were cut: all of the last piece of a line."""
        segmenter, layout = self._segmenter, self._layout
        is_compiled = segmenter.mode == "default" and not (piece.last and segmenter.is_plain(len(data)))
        if is_compiled and layout.format == "text":
            words, used, self._in_line = segmenter.engine().segment(
                data, self._separator, layout.keep_space, self._in_line, piece.last
            )
            return words, used
        if not piece.last:  # the line is cut as a whole
            return b"", 0
        marked = None if layout.format == "text" else marked_words(segmenter, layout, data)
        return write_text(segmenter, layout, data.decode()) if marked is None else write_marked(layout, marked), len(
            data
        )
