"""Writes words into the records that the texts came from: lines of JSON, and rows of tables."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from itertools import chain, count
from typing import Any

import orjson

from nlpkit.corpus import Rows
from nlpkit.errors import Option, OptionError
from nlpkit.segmentation.layout import CutLine, json_array, marked_words, select_words
from nlpkit.segmentation.options import Layout
from nlpkit.segmentation.segmenter import Segmenter

_KEYS = (b'"tokens"', b'"offsets"', b'"byte_offsets"')


def write_records(segmenter: Segmenter, layout: Layout, rows: Rows, with_header: bool) -> bytes:
    """Cuts the texts of records and returns the records with the words, as UTF-8.

    JSON gets a member `tokens` (`tokens_2` if the record has `tokens`), and with offsets two more; the record is one
    line. A row of a table gets a column `words`: the words, with the separator between them. All else stays as it is. A
    record without text has no words. Where a record may have several texts, `tokens` is an object with a member for
    each field, which is a list of such lists where the field has `*`; and a table gets a column for each of its
    columns, `title_words` for `title`. with_header: these are the first records of a table, so its header comes before
    them, and the byte order mark, if the table came with one.

    Raises OptionError for offsets in a table.
    """
    if rows.delimiter:
        if layout.offsets:
            raise OptionError(Option("offsets"), ": a table has no place for them; see ", Option("format"), " jsonl")
        return _write_table(segmenter, layout, rows, with_header)
    if rows.names:
        members = _members_by_field(segmenter, layout, rows)
        return b"".join(map(_extended, rows.records, members))
    texts = [text or "" for text in rows.texts]
    marked = _cut_marked(segmenter, layout, texts)
    if marked is None:
        lines = _cut_texts(segmenter, layout, texts)
        members = [orjson.dumps(line.members())[1:-1] for line in lines]
    else:
        members = [b'"tokens":' + json_array(line) for line in marked]
    return b"".join(map(_extended, rows.records, members))


def _members_by_field(segmenter: Segmenter, layout: Layout, rows: Rows) -> list[bytes]:
    """Returns the members that each record gets, of records that may have several texts."""
    texts = [text for values in rows.values for value in values for text in _as_list(value)]
    lines = iter(_cut_texts(segmenter, layout, texts))
    found = []
    for values in rows.values:
        by_key: dict[str, dict[str, Any]] = {key: {} for key in _members_of([], layout)}
        for name, value in zip(rows.names, values, strict=True):
            cut = [next(lines).members() for _ in _as_list(value)]
            for key, by_name in by_key.items():
                by_name[name] = [one[key] for one in cut] if isinstance(value, list) else cut[0][key]
        members = by_key if len(rows.names) > 1 else {key: by_name[rows.names[0]] for key, by_name in by_key.items()}
        found.append(orjson.dumps(members)[1:-1])
    return found


def _members_of(words: list[str], layout: Layout) -> dict[str, Any]:
    return CutLine(words, [] if layout.offsets else None, "", False).members()


def _as_list(value: str | list[str] | None) -> list[str]:
    return value if isinstance(value, list) else [value or ""]


def _cut_texts(segmenter: Segmenter, layout: Layout, texts: list[str]) -> list[CutLine]:
    if layout.offsets:
        spans = [segmenter.spans(text) for text in texts]
        words = [[text[a:b] for a, b in places] for text, places in zip(texts, spans, strict=True)]
    else:
        words = segmenter.cut_many(texts, 1)
        spans = [[]] * len(texts)
    return [select_words(layout, *line) for line in zip(texts, words, spans, strict=True)]


def _cut_marked(segmenter: Segmenter, layout: Layout, texts: list[str]) -> list[bytes] | None:
    """The words of each text, with BETWEEN between them; None where the compiled kernel cannot give them."""
    together = "\n".join(texts)
    if segmenter.is_plain(len(together)) or together.count("\n") >= len(texts):
        return None
    try:
        data = together.encode()
    except UnicodeEncodeError:
        return None
    words = marked_words(segmenter, layout, data)
    return None if words is None else words.split(b"\n")


def _write_table(segmenter: Segmenter, layout: Layout, rows: Rows, with_header: bool) -> bytes:
    values = rows.values or [(text,) for text in rows.texts]
    texts = [text for row in values for value in row for text in _as_list(value)]
    lines = iter(_cut_texts(segmenter, layout, texts))
    out = _CsvLines()
    writer = csv.writer(out, delimiter=rows.delimiter, lineterminator="\r\n")  # so that it quotes CR and LF
    if with_header and rows.header:
        writer.writerow([*rows.header, *_free_columns(rows.header, rows.names)])
    for row, texts_of_row in zip(rows.records, values, strict=True):
        cells = [*row, *[""] * (rows.width - len(row))]
        words = [layout.separator.join(next(lines).words) for _ in texts_of_row]
        writer.writerow([*cells[: rows.width], *words, *cells[rows.width :]])
    mark = "\ufeff" if with_header and rows.marked else ""
    return (mark + "".join(f"{line[:-2]}\n" for line in out)).encode()


class _CsvLines(list[str]):
    """A file for csv.writer, which writes a row at a time."""

    write = list.append


def _extended(record: bytes, members: bytes) -> bytes:
    """A line of JSON with further members; the rest of it stays as it is written."""
    line = record.strip()
    if not line.startswith(b"{"):  # an array; the path of the text begins with a number
        return b'{"record":%b,%b}\n' % (line, members)
    if any(key in line for key in _KEYS):
        members = _renamed(members, json.loads(line))  # json reads what the reader does: NaN, large numbers
    others = line[:-1].rstrip()
    return b"%b%b%b}\n" % (others, b"" if others == b"{" else b",", members)


def _renamed(members: bytes, taken: dict[str, Any]) -> bytes:
    """The members with keys that the record does not have: `tokens_2` if it has `tokens`, and so on."""
    keys = [key for key in _KEYS if key + b":" in members]  # a quote within a string would be escaped
    suffixes = chain([""], (f"_{n}" for n in count(2)))
    free = next(end for end in suffixes if not any(orjson.loads(key) + end in taken for key in keys))
    for key in keys:
        members = members.replace(key + b":", b'%b%b":' % (key[:-1], free.encode()))
    return members


def _free_columns(header: Sequence[str], names: Sequence[str]) -> list[str]:
    """Returns the names of the columns of words: `words`, or `title_words` of several; `words_2` and so on if the table
    has that column."""
    taken = list(header)
    for wanted in [f"{name}_words" for name in names] or ["words"]:
        free = next(name for name in chain([wanted], (f"{wanted}_{n}" for n in count(2))) if name not in taken)
        taken.append(free)
    return taken[len(header) :]
