"""Writes the words of lines of text: as text, JSON Lines or CoNLL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, compress
from typing import Any

import orjson

from nlpkit.segmentation.options import Layout
from nlpkit.segmentation.segmenter import Segmenter

#: Stands between words that the compiled kernel cut and that are written in another format than text.
BETWEEN = b"\x01"
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1b]")
_CONTROLS_AND_SPACES = re.compile(rb"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class CutLine:
    """The words of a line, or of a record's text.

    spans: start and stop of each word in `text`, in characters; None where they are not asked for. ended: whether the
    line has a line end.
    """

    words: list[str]
    spans: list[tuple[int, int]] | None
    text: str
    ended: bool

    def byte_spans(self) -> list[tuple[int, int]]:
        """Returns start and stop of each word in bytes of UTF-8."""
        places = [0, *accumulate(1 + (c > "\x7f") + (c > "\u07ff") + (c > "\uffff") for c in self.text)]
        return [(places[a], places[b]) for a, b in self.spans or ()]

    def members(self) -> dict[str, Any]:
        """Returns the members of a JSON object: tokens, and where spans are asked for, offsets and byte_offsets."""
        if self.spans is None:
            return {"tokens": self.words}
        return {"tokens": self.words, "offsets": self.spans, "byte_offsets": self.byte_spans()}

    def conll_rows(self) -> Iterator[tuple[object, ...]]:
        """Yields a row for each word: the word, and where asked for, its span in characters and in bytes."""
        if self.spans is None:
            return zip(self.words, strict=True)
        return (
            (word, *chars, *octets)
            for word, chars, octets in zip(self.words, self.spans, self.byte_spans(), strict=True)
        )


def write_text(segmenter: Segmenter, layout: Layout, text: str) -> bytes:
    """Cuts a text and returns its words in a format other than 'rows', as UTF-8."""
    out = []
    for line in _cut_lines(segmenter, layout, text):
        if layout.format == "jsonl":
            out.append(orjson.dumps(line.members()) + b"\n")
        elif layout.format == "conll":
            out.append("".join("\t".join(map(str, row)) + "\n" for row in line.conll_rows()).encode() + b"\n")
        else:
            out.append(layout.separator.join(line.words).encode() + b"\n" * line.ended)
    return b"".join(out)


def marked_words(segmenter: Segmenter, layout: Layout, data: bytes) -> bytes | None:
    """Cuts UTF-8 with the compiled kernel; returns the words with BETWEEN between them, a line a line.

    None where that is not possible: the kernel is not loaded and need not be, offsets are asked for, or words may
    have control characters, which JSON escapes. Raises UnicodeDecodeError.
    """
    if layout.offsets or segmenter.mode != "default" or segmenter.is_plain(len(data)):
        return None
    if (_CONTROLS_AND_SPACES if layout.keep_space else _CONTROLS).search(data):
        return None
    return segmenter.engine().segment(data, BETWEEN, layout.keep_space, False, True)[0]


def write_marked(layout: Layout, words: bytes) -> bytes:
    """Returns words of `marked_words` as JSON Lines or CoNLL, the same as `write_text` does."""
    lines = words.split(b"\n")
    if not lines[-1]:
        del lines[-1]
    if layout.format == "jsonl":
        return b"".join(b'{"tokens":%b}\n' % array for array in map(json_array, lines))
    return b"".join(line.replace(BETWEEN, b"\n") + (b"\n\n" if line else b"\n") for line in lines)


def json_array(line: bytes) -> bytes:
    """Returns a line of `marked_words` as a JSON array."""
    if not line:
        return b"[]"
    return b'["%b"]' % line.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(BETWEEN, b'","')


def select_words(
    layout: Layout, text: str, words: list[str], spans: list[tuple[int, int]], ended: bool = False
) -> CutLine:
    """Returns a line without its white space, unless that is kept, and without the empty words of mode 'full'.

    spans: those of the words where the layout has offsets.
    """
    keep = [bool(word) and (layout.keep_space or not word.isspace()) for word in words]
    if not all(keep):
        spans = list(compress(spans, keep))
        words = list(compress(words, keep))
    return CutLine(words, spans if layout.offsets else None, text, ended)


def _cut_lines(segmenter: Segmenter, layout: Layout, text: str) -> Iterator[CutLine]:
    spans = segmenter.spans(text) if layout.offsets else []
    tokens = [text[a:b] for a, b in spans] if layout.offsets else segmenter.cut(text)
    begin = place = 0  # of the line: its first token and character
    for t, token in enumerate(tokens):
        if token[-1:] == "\n":
            last = t + 1 if token == "\r\n" and layout.keep_space else t
            end = text.index("\n", place)
            words = [*tokens[begin:t], "\r"] if last > t else tokens[begin:t]
            places = [(a - place, min(b, end) - place) for a, b in spans[begin:last]]
            yield select_words(layout, text[place:end], words, places, True)
            begin, place = t + 1, end + 1
    if place < len(text):
        places = [(a - place, b - place) for a, b in spans[begin:]]
        yield select_words(layout, text[place:], tokens[begin:], places)
