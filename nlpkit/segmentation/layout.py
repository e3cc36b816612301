"""How words are written: as lines of text, JSON or CoNLL, and into the records that texts came from."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, compress, count
from typing import Any

import orjson

from nlpkit.corpus import Rows
from nlpkit.errors import OptionError
from nlpkit.segmentation.segmenter import Segmenter

#: `rows`: the records as they came, with the words.
FORMATS = ("text", "jsonl", "conll", "rows")
#: Stands between words that get their dress later.
MARK = b"\x01"
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1b]")
_CONTROLS_AND_SPACES = re.compile(rb"[\x00-\x09\x0b-\x1f]")
_KEYS = (b'"tokens"', b'"offsets"', b'"byte_offsets"')


@dataclass(frozen=True)
class Layout:
    """format: one of FORMATS. separator: between words. keep_space: white space is words too. offsets: with the places
    of words, in characters and in bytes of UTF-8, from the beginning of the line or text.

    Raises OptionError for what cannot be.
    """

    format: str = "text"
    separator: str = " "
    keep_space: bool = False
    offsets: bool = False

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise OptionError(f"format is {self.format!r}; it must be one of {', '.join(FORMATS)}")
        if "\n" in self.separator or not self.separator:
            raise OptionError(
                "separator is empty or has a line end in it; words could not be told apart (see -f conll)"
            )
        if self.keep_space and self.format in ("text", "rows") and (not self.separator or self.separator.isspace()):
            raise OptionError("keep_space: name a visible separator too, such as '|'; white space would be ambiguous")
        if self.offsets and self.format == "text":
            raise OptionError("offsets are for jsonl and conll; text has no place for them (-f jsonl)")
        try:
            self.separator.encode()
        except UnicodeEncodeError as error:
            raise OptionError(f"separator {self.separator!r} is not text") from error

    def fits(self, data: bytes) -> bool:
        """Whether `dressed` can do it: there are no control characters that JSON writes otherwise, or that are MARK."""
        found = _CONTROLS_AND_SPACES if self.keep_space else _CONTROLS
        return self.format != "text" and not self.offsets and not found.search(data)

    def dressed(self, words: bytes) -> bytes:
        """What `lines` gives, from words that are parted by MARK, a line a line."""
        lines = words.split(b"\n")
        if not lines[-1]:
            del lines[-1]
        if self.format == "jsonl":
            return b"".join(b'{"tokens":%b}\n' % array for array in map(_array, lines))
        return b"".join(line.replace(MARK, b"\n") + (b"\n\n" if line else b"\n") for line in lines)

    def lines(self, segmenter: Segmenter, text: str) -> bytes:
        """The words of text, a line a line (CoNLL: a word a line, and a blank line behind each line)."""
        out = []
        for line in _lines(segmenter, text, self.keep_space, self.offsets):
            if self.format == "jsonl":
                out.append(orjson.dumps(line.fields()) + b"\n")
            elif self.format == "conll":
                out.append("".join("\t".join(map(str, row)) + "\n" for row in line.rows()).encode() + b"\n")
            else:
                out.append(self.separator.join(line.words).encode() + b"\n" * line.ended)
        return b"".join(out)

    def rows(self, segmenter: Segmenter, rows: Rows, first: bool) -> bytes:
        """Records with the words of their texts. first: these are the first ones of a table, which has a header.

        A line of JSON gets a key, `tokens` (`tokens_2` where it has that), and with offsets two more; a row of a table
        gets a column, `words`, of the words joined by the separator. What they have else stays as it is. A record
        without text has no words.
        """
        if self.offsets and rows.delimiter:
            raise OptionError("offsets are for JSON and CoNLL; a table has no place for them (-f jsonl)")
        texts = [text or "" for text in rows.texts]
        marked = None if rows.delimiter else self._marked(segmenter, texts)
        if marked is not None:
            return b"".join(
                _extended(record, b'"tokens":' + _array(line))
                for record, line in zip(rows.records, marked, strict=True)
            )
        if self.offsets:
            spans = [segmenter.spans(text) for text in texts]
            words = [[text[a:b] for a, b in places] for text, places in zip(texts, spans, strict=True)]
        else:
            words = segmenter.cut_many(texts, 1)
            spans = [[]] * len(texts)
        lines = [
            _chosen(text, cut, places, self.keep_space, self.offsets)
            for text, cut, places in zip(texts, words, spans, strict=True)
        ]
        if not rows.delimiter:
            return b"".join(
                _extended(record, orjson.dumps(line.fields())[1:-1])
                for record, line in zip(rows.records, lines, strict=True)
            )
        out = _Written()
        writer = csv.writer(out, delimiter=rows.delimiter, lineterminator="\r\n")  # so that it quotes CR and LF
        if first:
            writer.writerow([*rows.header, _column(rows.header)])
        width = len(rows.header)
        for row, line in zip(rows.records, lines, strict=True):
            cells = [*row, *[""] * (width - len(row))]
            writer.writerow([*cells[:width], self.separator.join(line.words), *cells[width:]])
        return "".join(f"{line[:-2]}\n" for line in out).encode()

    def _marked(self, segmenter: Segmenter, texts: list[str]) -> list[bytes] | None:
        """The words of each text, parted by MARK; None where that is not to be had from the compiled kernel."""
        joined = "\n".join(texts)
        if segmenter.mode != "default" or segmenter.is_plain(len(joined)) or joined.count("\n") >= len(texts):
            return None
        try:
            data = joined.encode()
        except UnicodeEncodeError:
            return None
        if not self.fits(data):
            return None
        return segmenter.engine().segment(data, MARK, self.keep_space, False, True)[0].split(b"\n")


class _Written(list[str]):
    """A file for csv.writer, which writes a row at a time."""

    write = list.append


@dataclass(frozen=True, slots=True)
class _Line:
    """words, and their places in the text of the line where these matter. ended: a line end comes behind."""

    words: list[str]
    spans: list[tuple[int, int]] | None
    text: str
    ended: bool

    def byte_spans(self) -> list[tuple[int, int]]:
        """The places in bytes of UTF-8."""
        places = [0, *accumulate(1 + (c > "\x7f") + (c > "\u07ff") + (c > "\uffff") for c in self.text)]
        return [(places[a], places[b]) for a, b in self.spans or ()]

    def fields(self) -> dict[str, Any]:
        if self.spans is None:
            return {"tokens": self.words}
        return {"tokens": self.words, "offsets": self.spans, "byte_offsets": self.byte_spans()}

    def rows(self) -> Iterator[tuple[object, ...]]:
        """A row a word: it, and where it begins and ends in characters and in bytes."""
        if self.spans is None:
            return zip(self.words, strict=True)
        return (
            (word, *chars, *octets)
            for word, chars, octets in zip(self.words, self.spans, self.byte_spans(), strict=True)
        )


def _lines(segmenter: Segmenter, text: str, keep_space: bool, offsets: bool) -> Iterator[_Line]:
    spans = segmenter.spans(text) if offsets else []
    tokens = [text[a:b] for a, b in spans] if offsets else segmenter.cut(text)
    begin = place = 0  # of the line: its first token and character
    for t, token in enumerate(tokens):
        if token[-1:] == "\n":
            last = t + 1 if token == "\r\n" and keep_space else t
            end = text.index("\n", place)
            words = [*tokens[begin:t], "\r"] if last > t else tokens[begin:t]
            places = [(a - place, min(b, end) - place) for a, b in spans[begin:last]]
            yield _chosen(text[place:end], words, places, keep_space, offsets, True)
            begin, place = t + 1, end + 1
    if place < len(text):
        places = [(a - place, b - place) for a, b in spans[begin:]]
        yield _chosen(text[place:], tokens[begin:], places, keep_space, offsets)


def _chosen(
    text: str, words: list[str], spans: list[tuple[int, int]], keep_space: bool, offsets: bool, ended: bool = False
) -> _Line:
    """A line without its white space, unless that is to be kept, and without the empty words of mode 'full'."""
    keep = [bool(word) and (keep_space or not word.isspace()) for word in words]
    if not all(keep):
        spans = list(compress(spans, keep))
        words = list(compress(words, keep))
    return _Line(words, spans if offsets else None, text, ended)


def _array(line: bytes) -> bytes:
    """Words that are parted by MARK as a JSON array."""
    if not line:
        return b"[]"
    return b'["%b"]' % line.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(MARK, b'","')


def _extended(record: bytes, fields: bytes) -> bytes:
    """A line of JSON with further fields, the rest of it as it is written."""
    line = record.strip()
    if not line.startswith(b"{"):  # an array; the path of the text begins with a number
        return b'{"record":%b,%b}\n' % (line, fields)
    if any(key in line for key in _KEYS):
        fields = _renamed(fields, json.loads(line))  # which takes all that is read: NaN, large numbers
    others = line[:-1].rstrip()
    return b"%b%b%b}\n" % (others, b"" if others == b"{" else b",", fields)


def _renamed(fields: bytes, taken: dict[str, Any]) -> bytes:
    """The same with keys that a record does not have: `tokens_2` where it has `tokens`, and so on."""
    keys = [key for key in _KEYS if key + b":" in fields]  # a quote within a string would be escaped
    suffixes = chain([""], (f"_{n}" for n in count(2)))
    free = next(end for end in suffixes if not any(orjson.loads(key) + end in taken for key in keys))
    for key in keys:
        fields = fields.replace(key + b":", b'%b%b":' % (key[:-1], free.encode()))
    return fields


def _column(header: Sequence[str]) -> str:
    """`words`, or `words_2` and so on where the table has that."""
    names = chain(["words"], (f"words_{n}" for n in count(2)))
    return next(name for name in names if name not in header)
