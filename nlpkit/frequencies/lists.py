"""Reads frequency lists: those that `count` writes, and files of others with a count beside each word."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from os import PathLike

import numpy as np
import orjson

from nlpkit.corpus import Corpus, Folder
from nlpkit.corpus.encodings import not_utf8
from nlpkit.errors import EncodingError, InputError
from nlpkit.frequencies.counted import Counted, spill_tally
from nlpkit.frequencies.result import Frequencies, gathered
from nlpkit.frequencies.statistics import count_tokens
from nlpkit.frequencies.tally import Extent, Tally
from nlpkit.options import check_at_least
from nlpkit.places.compression import text_bytes
from nlpkit.runs import Spill
from nlpkit.runs.strings import end_to_end

_HEADERS = ("token", "word")
_SAMPLE = 20  # lines by which a list is told from a text
_LONGEST_SAMPLED = 1 << 20  # bytes of a line that are read to tell a list from a text
_MOST = 1 << 53  # a count
_MOST_TOKENS = 1 << 62
_BATCH = 1 << 16  # rows
_JIEBA = re.compile(r"(.+?) ([0-9]+)(?: [a-z]+)?")
_COUNTED = re.compile(r"\S+ ([0-9]{1,18})(?: [a-z]+)?|\S[^\t]*\t[0-9]{1,18}(?:\t.*)?| +[0-9]{1,18} \S.*")
_RANKED = re.compile(r" +([0-9]{1,18}) (\S.*)")  # what uniq -c writes
_OBJECT = re.compile(r'\{.*"count"\s*:')  # JSON, and not a list in which { comes first
_WAYS = "a frequency list has a header (token, count) or lines of `word count`, as `nlpkit count` writes them"


def is_list(path: str) -> bool:
    """Tells by the first lines of a file whether it is a frequency list rather than a text.

    A list has a header, or JSON objects, or lines with a count after each word (after a space: counts that do not rise)
    or before it, as `uniq -c` writes them. Reads at most 20 lines, of each at most 1 MiB: unless it begins with a
    header or an object, a file with a longer line is a text. Raises InputError if the file cannot be read.
    """
    if os.path.exists(path) and not os.path.isfile(path):  # a pipe can be read only once
        return False
    lines, is_text = [], False
    try:
        with Corpus(path) as corpus:
            if len(corpus.sources) > 1:
                return False
            for line in islice(filter(str.strip, _lines(corpus, longest=_LONGEST_SAMPLED)), _SAMPLE):
                lines.append(line.removesuffix("\r"))
    except EncodingError:
        return False
    except _LongLineError:
        is_text = True  # unless the lines before say more
    if not lines:
        return False
    if _OBJECT.match(lines[0]):
        try:
            return next(_objects(path, iter(lines)), None) is not None
        except InputError:
            return False
    if _header(lines[0]) is not None:
        return True
    found = [_COUNTED.fullmatch(line) for line in lines]
    if is_text or len(lines) == 1 or not all(found):
        return False
    counts = [int(match[1]) for match in found if match and match[1]]  # without tabs, only the order tells
    return counts == sorted(counts, reverse=True)


def read_lists(
    paths: str | PathLike[str] | Iterable[str | PathLike[str]],
    *,
    glob: str | None = None,
    min_count: int = 1,
    top: int | None = None,
    memory: int | None = None,
    tmp_dir: str | PathLike[str] | None = None,
) -> Frequencies:
    """Adds up frequency lists.

    paths: files, or directories of them: tsv, csv, jsonl or jieba's format as `Frequencies.save` writes them, lines of
    `word count`, or of `count word` as `uniq -c` writes them; compressed or not.
    glob: read only the files of directories whose name matches this pattern. min_count: leave out strings whose sum is
    smaller. top: keep only the first n rows. memory (bytes), tmp_dir: as in Corpus.

    Returns Frequencies, in which the number of tokens is the sum of the counts.
    Raises OptionError, InputError (`path:line: cause`), OutputError.

    Example: `read_lists(["monday.tsv", "tuesday.tsv"]).save("both.tsv")`.
    """
    check_at_least("min_count", min_count, 1)
    check_at_least("top", top, 1)
    names = [paths] if isinstance(paths, (str, PathLike)) else list(paths)
    with Corpus(names, glob=glob, memory=memory, tmp_dir=tmp_dir) as corpus:
        lists = _Sum(corpus)
        try:
            for number in range(len(corpus.sources)):
                lists.add(number)
            return lists.result(min_count, top)
        except BaseException:
            lists.folder.remove()
            raise


class _Sum:
    """The sum of the lists that were added."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.folder = Folder(lambda: corpus.tmp_dir)
        self.spill = Spill(self.folder, corpus.memory)
        self.counted = Counted(Tally(), Extent())
        self.total = 0

    def add(self, number: int) -> None:
        """Adds the list that is source `number` of the corpus. Raises InputError."""
        source = self.corpus.sources[number]
        rows = _rows(source.name, _lines(self.corpus, number))
        while batch := list(islice(rows, _BATCH)):
            tokens, counts = zip(*batch, strict=True)
            data, offsets = end_to_end(token.encode("utf-8", "replace") for token in tokens)
            self.counted.tally.count(data, offsets[:-1], offsets[1:], np.array(counts, np.int64))
            self.total += sum(counts)
            if self.total > _MOST_TOKENS:
                raise InputError(f"{source.name}: more than {_MOST_TOKENS:,} tokens with those before; {_WAYS}")
            self.counted = spill_tally(self.counted, self.spill)

    def result(self, min_count: int, top: int | None) -> Frequencies:
        """Returns the sum as one list."""
        contents = gathered(self.counted, self.spill, self.folder)
        return Frequencies(contents, count_tokens(contents.spectrum), None, min_count, top)


class _LongLineError(Exception):
    """A line is longer than the caller wants to read."""


def _lines(corpus: Corpus, number: int = 0, longest: int | None = None) -> Iterator[str]:
    """Yields the lines of a source, without line feeds.

    longest: bytes that a line may have, None for any number. Raises InputError, EncodingError, _LongLineError.
    """
    source = corpus.sources[number]
    begun: list[bytes] = []  # the parts of an unfinished line
    size = start = 0
    for block in chain(text_bytes(source), [b""]):
        cut = block.rfind(b"\n") + 1
        if block and not cut:
            begun.append(block)
            size += len(block)
            if longest is not None and size > longest:
                raise _LongLineError
            continue
        data = b"".join([*begun, block[:cut]])
        begun = [block[cut:]]
        size = len(begun[0])
        try:
            text = data.decode("utf-8-sig" if start == 0 else "utf-8")
        except UnicodeDecodeError as error:
            raise not_utf8(source, start + error.start, data, error.start) from error
        if data:
            yield from text.removesuffix("\n").split("\n")
        start += len(data)


def _rows(name: str, lines: Iterator[str]) -> Iterator[tuple[str, int]]:
    """Yields the token and the count of each line. Raises InputError."""
    first = next(lines, None)
    if first is None:
        raise InputError(f"{name}: is empty; {_WAYS}")
    header = _header(first)
    bare = (line.removesuffix("\r") for line in lines)
    if _OBJECT.match(first):
        yield from _objects(name, chain([first], lines))
        return
    if header is None:
        rows: Iterator[Sequence[str]] = map(_plain_row, chain([first.removesuffix("\r")], bare))
        places, start = (0, 1), 1
    elif "\t" in first:
        rows, places, start = (line.split("\t") for line in bare), header, 2
    else:
        rows, places, start = _csv_rows(name, lines), header, 2
    token, count = places
    for number, row in enumerate(rows, start):
        if not any(row):
            continue
        try:
            value = _whole_number(row[count])
            if not 0 <= value <= _MOST or not row[token]:
                raise ValueError
        except (ValueError, IndexError):
            raise InputError(
                f"{name}:{number}: does not have a word beside a whole number of 0 or more; {_WAYS}"
            ) from None
        yield row[token], value


def _whole_number(text: str) -> int:
    """Raises ValueError for what Python takes for a number and others do not: `1_0`, full-width digits."""
    if not text.isascii() or "_" in text:
        raise ValueError
    return int(text)


def _csv_rows(name: str, lines: Iterator[str]) -> Iterator[Sequence[str]]:
    reader = csv.reader(f"{line}\n" for line in lines)
    try:
        yield from reader
    except csv.Error as error:
        raise InputError(f"{name}:{reader.line_num + 1}: {error}; {_WAYS}") from error


def _header(line: str) -> tuple[int, int] | None:
    """Returns the places of the columns of tokens and of counts, None if the line is not a header."""
    line = line.removesuffix("\r")
    cells = line.split("\t") if "\t" in line else line.split(",")
    if cells[0] in _HEADERS and "count" in cells:
        return 0, cells.index("count")
    return None


def _plain_row(line: str) -> Sequence[str]:
    if "\t" in line:
        return line.split("\t")
    if found := _RANKED.fullmatch(line):
        return found[2], found[1]
    found = _JIEBA.fullmatch(line)
    return (found[1], found[2]) if found else [line] if line.strip() else []


def _objects(name: str, lines: Iterator[str]) -> Iterator[tuple[str, int]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
            token = next(row[key] for key in _HEADERS if key in row)
            if not isinstance(token, str) or type(row["count"]) is not int or not 0 <= row["count"] <= _MOST:
                raise ValueError
        except (ValueError, KeyError, TypeError, StopIteration):
            raise InputError(f"{name}:{number}: is not an object with a token and its count; {_WAYS}") from None
        yield token, row["count"]
