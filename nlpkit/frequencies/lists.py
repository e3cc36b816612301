"""Adds up frequency lists: those that `count` writes, and those of other programs; tells them from texts."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice, pairwise
from os import PathLike
from typing import Any

import numpy as np
import orjson

from nlpkit.arguments import checked
from nlpkit.choices import ENCODING, LANGUAGES
from nlpkit.corpus import Corpus, Folder
from nlpkit.corpus.encodings import not_utf8
from nlpkit.corpus.lines import whole_lines
from nlpkit.errors import EncodingError, InputError, Option
from nlpkit.frequencies.counted import Counted, spill_tally
from nlpkit.frequencies.filters import Filters
from nlpkit.frequencies.nothing import too_rare
from nlpkit.frequencies.result import Frequencies, gathered
from nlpkit.frequencies.shapes import (
    WORDS,
    NoCountsError,
    Shape,
    SharesError,
    find_shape,
    is_inflected,
    split_line,
    split_rows,
    whole_number,
)
from nlpkit.frequencies.statistics import count_tokens
from nlpkit.frequencies.tally import Extent, Tally, Tracked
from nlpkit.languages import of_pattern
from nlpkit.options import check_at_least, check_choice
from nlpkit.runs import Spill
from nlpkit.runs.strings import end_to_end

_SAMPLE = 100  # lines by which a list is told from a text
_LONGEST_SAMPLED = 1 << 20  # bytes of a line that are read to tell a list from a text
_MOST = 1 << 53  # a count
_MOST_TOKENS = 1 << 62
_BATCH = 1 << 16  # rows
_STRETCH = Extent(documents=1)  # of rows in memory: its documents are in no other
_TOTAL = re.compile(r"!![A-Z_]+")  # in front of the lists of the BNC: `100000000 !!WHOLE_CORPUS !!ANY 4124`
_PAIR = re.compile(r"\s*([^\s\d，。！？；][^\s，。！？；]*?)\s*[\s:=,;|]\s*[0-9]+\s*")  # no sentence, and a number
_COUNT_FIRST = re.compile(r"\s*([0-9]+)\s*[\s:=,;|]\s*([^\s\d，。！？；][^\s，。！？；]*)\s*")
_LITERAL_PAIR = re.compile(r"""[\[(]?\s*(["'])(?:(?!\1).)+\1\s*[:,]\s*[0-9]+\s*[\])]?\s*,?""")
_REST_OF_LITERAL = re.compile(r"""\s*(?:\w+\()?[\[{(]\s*(?:[\[(]?\s*["'][^"']*["'],?)?[\s\])}]*""")  # a pair may be cut
_WAYS = "a frequency list has a header (token, count) or lines of `word count`, as `nlpkit count` writes them"


def is_list(path: str, encoding: str = ENCODING, *, glob: str | None = None, is_reference: bool = False) -> bool:
    """Tells by its first lines whether a file is a frequency list rather than a text, or all files of a folder are.

    A list has a header that names words and counts, or JSON objects, or lines with a count after each word (in columns
    or after a space: counts that do not rise) or before it, as `uniq -c` writes them. Reads at most 100 lines, of each
    at most 1 MiB: unless it begins with a header or an object, a file with a longer line is a text.
    glob: which files of a folder. is_reference: raise an error for what is plainly words with numbers but no list that
    can be read.
    Raises InputError if a file cannot be read, if it is a list of words without counts, or if it is a text in a folder
    that begins with a list.
    """
    if os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path)):  # a pipe can be read only once
        return False
    corpus = Corpus(path, glob=glob, encoding=encoding)
    corpus.gives_hints = False
    with corpus:
        for number, source in enumerate(corpus.sources):
            if not _is_list(corpus, number, is_reference):
                if number:
                    first = corpus.sources[0].name
                    ways = (" is one; leave it out with ", Option("glob"))
                    raise InputError(f"{source.name}: is no frequency list, but {first}", *ways)
                return False
    return True


def _is_list(corpus: Corpus, number: int, is_reference: bool) -> bool:
    lines, is_whole = [], True
    try:
        for line in islice(filter(str.strip, _lines(corpus, number, longest=_LONGEST_SAMPLED)), _SAMPLE):
            lines.append(line)
    except EncodingError:
        return False
    except _LongLineError:
        is_whole = False  # unless the lines before say more
    try:
        shape = find_shape(lines)
        if shape is None and is_whole and is_reference:
            _refuse_numbers(lines)
    except NoCountsError as error:
        raise InputError(f"{corpus.sources[number].name}: {error}") from error
    return shape is not None and (is_whole or shape.names is not None)


def _refuse_numbers(lines: list[str]) -> None:
    """Raises NoCountsError where words have shares, or numbers in a form that is not read. What else is no list may be
    a text."""
    try:
        find_shape(lines, sure=True)
    except SharesError:
        raise
    except NoCountsError:
        pass
    way = "a frequency list has a word, a tab and its count on each line"
    words = {pair[1] for pair in map(_PAIR.fullmatch, lines) if pair}  # unlike `Chapter 1`, `Chapter 2`
    if len(words) == len(lines) > 1:
        raise NoCountsError(f"each line is a word and a number, as in {lines[0].strip()!r}, but {way}")
    found = [match.groups() for match in map(_COUNT_FIRST.fullmatch, lines) if match]
    steps = {int(b) - int(a) for (a, _), (b, _) in pairwise(found)}  # 1 in `1 Introduction`, `2 Methods`
    if len({word for _, word in found}) == len(lines) > 2 and steps != {1}:  # two lines may be prose
        raise NoCountsError(f"each line is a number and a word, as in {lines[0].strip()!r}, but {way}")
    literal, pairs = _LITERAL_PAIR.subn("", "\n".join(lines))
    if pairs and _REST_OF_LITERAL.fullmatch(literal):
        raise NoCountsError(f"holds words and numbers as Python or JSON writes them, but {way}")


@checked
def read_lists(
    paths: str | PathLike[str] | Iterable[str | PathLike[str]],
    *,
    glob: str | None = None,
    encoding: str = ENCODING,
    df: bool = False,
    min_count: int = 1,
    top: int | None = None,
    normalize: bool = False,
    casefold: bool = False,
    language: str | None = None,
    memory: int | None = None,
    tmp_dir: str | PathLike[str] | None = None,
    notify: Callable[[str], object] | None = None,
) -> Frequencies:
    """Adds up frequency lists.

    paths: files, or directories of them: tsv, csv, jsonl or jieba's format as `Frequencies.save` writes them; lists of
    other programs, in columns that their header names or their values show (docs/counting.md, What lists look like);
    lines of `word count`, or of `count word` as `uniq -c` writes them; compressed or not.
    glob: read only the files of directories whose name matches this pattern. encoding: as in Corpus. df: read also in
    how many documents each string occurs, from the column that their header names (df, Range, Texts, ...), and add up
    these numbers too, as if no document were in two lists. min_count: leave out strings whose sum is smaller. top: keep
    only the first n rows. normalize, casefold, language: as in `count`; the counts of strings that become the same are
    added up. memory (bytes), tmp_dir: as in Corpus. notify: called with lines for the user: how lists of other programs
    are read.

    Returns Frequencies, in which the number of tokens is the sum of the counts; how many documents there are is not
    known.
    Raises OptionError, InputError (`path:line: cause`), OutputError.

    Example: `read_lists(["monday.tsv", "tuesday.tsv"]).save("both.tsv")`.
    """
    check_at_least("min_count", min_count, 1)
    check_at_least("top", top, 1)
    if language is not None:
        check_choice("language", language, LANGUAGES)
    names = [paths] if isinstance(paths, (str, PathLike)) else list(paths)
    corpus = Corpus(names, glob=glob, encoding=encoding, memory=memory, tmp_dir=tmp_dir, notify=notify)
    corpus.gives_hints = False
    with corpus:
        lists = _Sum(corpus, Filters(normalize, casefold, of_pattern(language)), df)
        try:
            for number in range(len(corpus.sources)):
                lists.add(number)
            return lists.result(min_count, top)
        except BaseException:
            lists.folder.remove()
            raise


class _Sum:
    """The sum of the lists that were added. filters: say in which form strings are added up. df: whether the numbers
    of documents are."""

    def __init__(self, corpus: Corpus, filters: Filters, df: bool) -> None:
        self.corpus, self.filters, self.df = corpus, filters, df
        self.folder = Folder(lambda: corpus.tmp_dir)
        self.spill = Spill(self.folder, corpus.memory)
        self.counted = Counted(Tally(Tracked(documents=df)), _STRETCH)
        self.total = 0
        self.told = set[str]()

    def add(self, number: int) -> None:
        """Adds the list that is source `number` of the corpus. Raises InputError."""
        name = self.corpus.sources[number].name
        lines = _lines(self.corpus, number)
        head = list(islice(lines, _SAMPLE))
        rows = self._rows(name, head, lines)
        while batch := list(islice(rows, _BATCH)):
            tokens, *columns = zip(*batch, strict=True)
            tokens = self._forms(name, tokens)
            data, offsets = end_to_end(token.encode("utf-8", "replace") for token in tokens)
            figures = [np.array(column, np.int64) for column in columns]
            self.counted.tally.count(data, offsets[:-1], offsets[1:], *figures)
            self.total += sum(columns[0])
            if self.total > _MOST_TOKENS:
                raise InputError(f"{name}: more than {_MOST_TOKENS:,} tokens with those before; {_WAYS}")
            self.counted = replace(spill_tally(self.counted, self.spill), extent=_STRETCH)

    def _forms(self, name: str, tokens: tuple[str, ...]) -> tuple[str, ...]:
        """Returns the tokens in the form in which they are added up. Raises InputError."""
        if self.filters.keeps_forms:
            return tokens
        forms = tuple(map(self.filters.form, tokens))
        if self.df and forms != tokens:
            token, form = next(pair for pair in zip(tokens, forms, strict=True) if pair[0] != pair[1])
            cause = f"{name}: {token} becomes {form}, and in how many documents they occur together is not known; "
            how = "casefold" if self.filters.casefold else "language" if self.filters.language.casefold else "normalize"
            raise InputError(cause, "make the list with ", Option(how))
        return forms

    def _rows(self, name: str, head: list[str], others: Iterator[str]) -> Iterator[tuple[Any, ...]]:
        """Returns the token and the count of each row, and with `df` the number of documents. Raises InputError."""
        if not any(map(str.strip, head)):
            raise InputError(f"{name}: is empty; {_WAYS}")
        try:
            shape = find_shape(head, sure=True) or Shape("plain", ours=True)
        except NoCountsError as error:
            raise InputError(f"{name}: {error}") from error
        if self.df and shape.documents is None:
            how = ("; ", Option("df"), " needs a column for it, as `nlpkit count --df` writes one")
            raise InputError(f"{name}: does not say in how many documents words occur", *how)
        if not self.df:
            shape = replace(shape, documents=None)
        notify = self.corpus.notify
        if notify is not None and str(shape) not in self.told and not shape.ours:
            self.told.add(str(shape))  # once for many lists of the same kind
            notify(f"{name}: a frequency list: {shape}")
        lines = chain(head[shape.start :], others)
        if shape.kind == "objects":
            return _objects(name, lines, shape)
        rows = _counts(name, shape, lines)
        first = next(rows, None)
        if first is not None and _TOTAL.fullmatch(first[0]):
            if notify is not None:
                notify(f"{name}: {first[0]} is the size of the whole corpus, not a word, and is left out")
            return rows
        return chain(() if first is None else (first,), rows)

    def result(self, min_count: int, top: int | None) -> Frequencies:
        """Returns the sum as one list."""
        contents = gathered(self.counted, self.spill, self.folder)
        found = Frequencies(contents, count_tokens(contents.spectrum), None, min_count, top, has_df=self.df)
        if self.corpus.notify is not None and found.total and not len(found):
            self.corpus.notify(too_rare(found, min_count))
        return found


class _LongLineError(Exception):
    """A line is longer than the caller wants to read."""


def _lines(corpus: Corpus, number: int = 0, longest: int | None = None) -> Iterator[str]:
    """Yields the lines of a source, without line ends.

    longest: bytes that a line may have, None for any number. Raises InputError, EncodingError, _LongLineError.
    """
    source = corpus.sources[number]
    start = 0
    for data in whole_lines(corpus.as_text(number).blocks(), longest, _LongLineError):
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise not_utf8(source, start + error.start, data, error.start, lenient=False) from error
        if start == 0:
            text = text.removeprefix("\ufeff")
        found = text.removesuffix("\n").split("\n")
        yield from found if "\r" not in text else [line.removesuffix("\r") for line in found]
        start += len(data)


def _counts(name: str, shape: Shape, lines: Iterator[str]) -> Iterator[tuple[Any, ...]]:
    """Yields the token and the count of each row of a table, or of each line of `word count`, and the number of
    documents if the shape has a column for it. Raises InputError."""
    token, count, thousands, ours = shape.word, shape.count, shape.thousands, shape.ours
    documents = None if shape.documents is None else shape.documents[0]
    is_table = shape.kind == "table"
    rows: Any = split_rows(shape, lines) if is_table else (split_line(shape, line) for line in lines)
    try:
        for number, row in enumerate(rows, shape.start + 1):
            if not any(row) or (not ours and is_inflected(row)):
                continue
            try:
                word = row[token]
                cell = row[count]
                is_plain = cell.isdecimal() and cell.isascii()
                value = int(cell) if is_plain else whole_number(cell.strip(), thousands)
                if not 0 <= value <= _MOST or not word:
                    raise ValueError
            except (ValueError, IndexError):
                raise InputError(
                    f"{name}:{number}: does not have a word beside a whole number of 0 or more; {_WAYS}"
                ) from None
            word = word if ours or not is_table else word.strip() or word
            if documents is None:
                yield word, value
            else:
                yield word, value, _documents(f"{name}:{number}", row[documents:], value, thousands)
    except csv.Error as error:
        raise InputError(f"{name}:{rows.line_num + shape.start}: {error}; {_WAYS}") from error


def _documents(place: str, cells: Sequence[Any], count: int, thousands: str = "") -> int:
    """Returns the number of documents in the first of these cells of a row, whose token occurs `count` times. place: of
    the row. Raises InputError."""
    try:
        found = cells[0] if type(cells[0]) is int else whole_number(cells[0].strip(), thousands)
        if 0 <= found <= count:
            return found
    except (ValueError, IndexError, AttributeError):
        pass
    raise InputError(f"{place}: does not have a number of documents from 0 to the count, {count:,}")


def _objects(name: str, lines: Iterable[str], shape: Shape) -> Iterator[tuple[Any, ...]]:
    token, count = shape.names or ("", "")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
            word = next(row[key] for key in (token, *WORDS) if key in row)
            if not isinstance(word, str) or type(row[count]) is not int or not 0 <= row[count] <= _MOST:
                raise ValueError
        except (ValueError, KeyError, TypeError, StopIteration):
            raise InputError(f"{name}:{number}: is not an object with a token and its count; {_WAYS}") from None
        if shape.documents is None:
            yield word, row[count]
        else:
            yield word, row[count], _documents(f"{name}:{number}", [row.get(shape.documents[1])], row[count])
