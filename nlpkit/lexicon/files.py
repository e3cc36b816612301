"""Reads files of words: jieba's dictionary, lists with and without counts, tables of `discover` and of others."""

from __future__ import annotations

import csv
import importlib.util
import math
import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nlpkit.choices import ENCODING
from nlpkit.corpus.encodings import utf8_fault
from nlpkit.corpus.listed import list_lines
from nlpkit.errors import InputError, LexiconError, Option, Setting, counted
from nlpkit.places.compression import compression_of
from nlpkit.places.sources import STDIN_NAMES, input_error, is_url

if TYPE_CHECKING:
    from nlpkit.lexicon.styles import Style

LONGEST = 100  # characters; a longer "word" is a line of text
MOST = 10**15  # the largest count, so that the sum of all counts is exact as a float
_HEADERS = ("word", "token")  # of the tables that `discover` and `count` write
_WORD = "a lexicon has one word a line: `word`, or `word count`"
_JIEBA_LINE = re.compile("(.+?)( [0-9]+)?( [a-z]+)?")
_GAP = re.compile("[ \u00a0\u3000]{2,}|[\u00a0\u3000]")  # between a word, its count and its tag
_SENTENCE = re.compile("[，。！？；：、…]")
_MOST_SPACES = 3  # in a word; a line with more is a line of text
_FEW = 10  # one line in ten may look like a row of CSV; words may have commas and digits in them
_SHORT = 10  # characters of what may be a number or a name with such signs
_LONGEST_BARE = 30  # characters of a word without a count; a longer line is more likely a sentence


class Entry(NamedTuple):
    """A line of a dictionary. given: its count, None if it has none. tabbed: whether tabs separate its cells."""

    word: str
    given: int | None
    tabbed: bool


def jieba_file(name: str) -> Path:
    """Returns the path of a file of the package jieba without importing jieba, which takes 0.1 s.

    Raises InputError if jieba is not installed.
    """
    spec = importlib.util.find_spec("jieba")
    if spec is None or spec.origin is None:
        raise InputError("jieba is not installed; its dictionary says which words are known (pip install jieba)")
    return Path(spec.origin).parent / name


@lru_cache(maxsize=1)
def jieba_words() -> frozenset[str]:
    """Returns the words of jieba's own dictionary. Raises InputError if jieba is not installed."""
    text = jieba_file("dict.txt").read_bytes().decode("utf-8")
    return frozenset(line.partition(" ")[0] for line in text.split("\n") if line)


def read_words(
    path: str | os.PathLike[str], encoding: str = ENCODING, notify: Callable[[str], object] | None = None
) -> frozenset[str]:
    """Returns the words of a lexicon file, which has one word a line.

    A line is `word`, `word count`, `word tag`, `word count tag` or, as in HanLP's dictionaries, `word tag count`. Or it
    has columns separated by tabs: the first is the word, the second, if there is one, a number; a header is skipped. Or
    the file is CSV, JSON, or has a tag after each word (nlpkit.lexicon.forms). encoding, notify: as in list_lines.

    Raises InputError for a file that cannot be read, EncodingError, and LexiconError `path:line: cause` for one that is
    not a lexicon.

    >>> "中国" in read_words("userdict.txt")
    """
    name = os.fspath(path)
    numbered, style = _lines_in_style(name, read_text(name, encoding, notify), notify)
    if style.is_csv or style.has_header:
        return frozenset(entry.word for entry in _table_entries(name, numbered, style))
    words: set[str] = set()
    rows = []
    for number, line in numbered:
        tagged = style.tagged(line) if style.has_tags else None
        word, cause = (tagged[0], "") if tagged else _word(line, number)
        if cause:
            raise LexiconError(f"{name}:{number}: {cause}; {_WORD}")
        if "," in word and _is_csv(word):
            rows.append(number)
        if word:
            words.add(word)
    _check_rows(name, rows, len(numbered))
    if not words:
        raise _empty(name)
    _check_one_word(name, numbered, style)
    return frozenset(words)


def read_entries(
    name: str, data: bytes, option: str = "dictionary", notify: Callable[[str], object] | None = None
) -> list[Entry]:
    """Returns the entries of a dictionary, in order.

    name: of the file, for messages. data: its content, as read_text returns it. option: by which the user names such a
    file. notify: called with a line for the user if tags are where jieba would not see them.
    A line is `word [count [tag]]`, as jieba reads it: the word is what is before count and tag; several spaces are one.
    Where most lines with spaces have a tag in capitals, or a tag before the count as in HanLP's dictionaries, these are
    tags. Or a line has columns separated by tabs: the word, and the count in the second column, or in the one that a
    header names. Or the file is CSV, JSON, or has a tag after each word (nlpkit.lexicon.forms). Counts
    are whole numbers from 0 on.

    Raises LexiconError `name:line: cause`.
    """
    numbered, style = _lines_in_style(name, data, notify)
    if style.is_csv or style.has_header:
        return _table_entries(name, numbered, style)
    if style.has_tags and notify is not None:
        notify(f"{name}: what follows the words is read as tags, as in {style.example!r}")
    entries, rows = [], []
    column = 1
    for number, line in numbered:
        if "\t" not in line:
            word, _, rest = line.partition(" ")
            count, _, tag = rest.partition(" ")
            is_usual = count.isdecimal() and count.isascii() and len(count) < 16 and word and len(word) <= LONGEST
            if not is_usual or tag.isdecimal() or " " in tag:  # `word 1 2`: a word with a space, and its count
                tagged = style.tagged(line) if style.has_tags else None
                word, count = tagged or _jieba_line(name, number, line, option)
                if "," in word and _is_csv(word):
                    rows.append(number)
            entries.append(Entry(word, int(count) if count else None, False))
            continue
        cells = line.split("\t")
        word = cells[0].strip()
        if number == 1 and word in _HEADERS:
            column = cells.index("count") if "count" in cells else 1
            continue
        if word:
            entries.append(_table_entry(name, number, word, cells, column))
    _check_rows(name, rows, len(numbered))
    if not entries:
        raise _empty(name)
    _check_one_word(name, numbered, style)
    return entries


def _check_one_word(name: str, numbered: Sequence[tuple[int, str]], style: Style) -> None:
    if not style.has_tags:
        from nlpkit.lexicon.forms import check_one_word

        check_one_word(name, numbered, _WORD)


def _lines_in_style(
    name: str, data: bytes, notify: Callable[[str], object] | None
) -> tuple[Sequence[tuple[int, str]], Style]:
    """Returns the lines of a lexicon with their numbers, in a form that is known, and how they are written."""
    from nlpkit.lexicon.forms import known_form  # here, because the compiled dictionary needs neither
    from nlpkit.lexicon.styles import find_style

    numbered = known_form(name, list(_lines(name, data)), _WORD, notify)
    return numbered, find_style([line for _, line in numbered])


def _table_entries(name: str, numbered: Sequence[tuple[int, str]], style: Style) -> list[Entry]:
    """Returns the entries of a table whose columns the style knows."""
    lines = [line for _, line in numbered]
    rows = csv.reader(lines) if style.is_csv else (line.split("\t") for line in lines)
    entries = []
    try:
        for (number, _), cells in zip(numbered, rows, strict=False):
            if number == numbered[0][0] and style.has_header:
                continue
            word = cells[style.word].strip() if style.word < len(cells) else ""
            if word:
                entries.append(_table_entry(name, number, word, cells, style.count))
    except csv.Error as error:
        raise LexiconError(f"{name}: {error}; {_WORD}") from error
    if not entries:
        raise _empty(name)
    return entries


def _table_entry(name: str, number: int, word: str, cells: Sequence[str], column: int | None) -> Entry:
    _check_length(name, number, word)
    count = cells[column].strip() if column is not None and column < len(cells) else ""
    return Entry(word, _whole(name, number, count) if count else None, True)


def read_file(name: str) -> bytes:
    """Returns the bytes of a file. Raises InputError if it cannot be read."""
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise input_error(name, error) from error


def read_text(name: str, encoding: str = ENCODING, notify: Callable[[str], object] | None = None) -> bytes:
    """Returns the text of a list as UTF-8. encoding, notify: as in list_lines.

    Raises InputError, EncodingError; LexiconError for a NUL byte.
    """
    if name in STDIN_NAMES:
        raise InputError(f"{name}: standard input is for the text; name a file")
    if not is_url(name):
        if os.path.isdir(name) or not os.path.lexists(name):
            read_file(name)  # raises the error
        if encoding == "utf-8" and os.path.isfile(name):  # as fast as it can be
            data = read_file(name)
            if utf8_fault(data) < 0 and not compression_of(data[:16]) and b"\r" not in data:
                return data
    return "\n".join(list_lines(name, encoding, notify)).encode()


def lines_of(name: str, data: bytes, kind: str = _WORD) -> Iterator[tuple[int, str]]:
    """Yields (number from 1, line) for every line that is neither blank nor a comment. kind: what the file should be.

    A comment begins with `# `, and has text. Raises LexiconError for a NUL byte.
    """
    for number, line in enumerate(data.decode("utf-8-sig").split("\n"), 1):
        line = line.rstrip("\r").removeprefix("\ufeff")  # where files with byte order marks were joined
        if not line or line.isspace() or (line.startswith("# ") and len(line.rstrip()) > 1):
            continue
        if "\0" in line:
            way = ("; is it UTF-16? try ", Setting("encoding", "utf-16-le"))
            raise LexiconError(f"{name}:{number}: a NUL byte; {kind}", *way)
        yield number, line


def _lines(name: str, data: bytes) -> Iterator[tuple[int, str]]:
    """Yields lines of a dictionary, with one space between a word, its count and its tag."""
    for number, line in lines_of(name, data):
        if "\t" not in line:
            line = line.strip()
            if _GAP.search(line):
                line = _GAP.sub(" ", line)
        yield number, line


def _check_rows(name: str, rows: Sequence[int], lines: int) -> None:
    """Raises LexiconError if more than a few of the lines look like rows of CSV. rows: the numbers of these."""
    if len(rows) * _FEW > lines:
        raise LexiconError(f"{name}:{rows[0]}: a row of a CSV file, which holds more than words; {_WORD}")


def _empty(name: str) -> LexiconError:
    return LexiconError(f"{name}: holds no words; {_WORD}")


def _jieba_line(name: str, number: int, line: str, option: str) -> tuple[str, str]:
    """Returns (word, count or '') as jieba's own pattern splits the line."""
    match = _JIEBA_LINE.fullmatch(line)
    assert match is not None  # it takes any line
    word, count = match[1], (match[2] or "").strip()
    if len(count) > 15:
        _whole(name, number, count)
    last = word.rpartition(" ")[2]
    if not count and last != word and _is_like_number(last):
        raise LexiconError(f"{name}:{number}: {_short(last)!r} is not a count, which is a whole number from 0 on")
    _check_length(name, number, word)
    is_long = word.count(" ") > _MOST_SPACES or len(word) > _LONGEST_BARE
    if not count and (is_long or (len(word) > _SHORT and _SENTENCE.search(word))):
        raise LexiconError(
            f"{name}:{number}: {_short(word)!r} looks like a sentence; {_WORD}; a text to read is an input, without ",
            Option(option),
        )
    return word, count


def _check_length(name: str, number: int, word: str) -> None:
    if len(word) > LONGEST:
        raise LexiconError(f"{name}:{number}: a word of {len(word):,} characters; {_WORD}")


def _whole(name: str, number: int, cell: str) -> int:
    try:
        value = float(cell) if _is_number(cell) else math.nan
        count = int(cell) if cell.isdecimal() else int(value)
    except (ValueError, OverflowError):
        count, value = -1, 0.0
    if count < 0 or count != value or count > MOST:
        cause = "is more than any text has" if count > MOST else "is not a count, which is a whole number from 0 on"
        raise LexiconError(f"{name}:{number}: {_short(cell)!r} {cause}")
    return count


def _word(line: str, number: int) -> tuple[str, str]:
    """Returns (word, what is wrong with the line), both '' for a header."""
    cells = line.split("\t") if "\t" in line else line.split()
    word = cells[0].strip()
    if number == 1 and (word == _HEADERS[0] or (word in _HEADERS and "\t" in line)):
        return "", ""
    if "\t" not in line and len(cells) > 3:
        return "", counted(len(cells), "column")
    if len(cells) == 2 and "\t" not in line and cells[1].isascii() and cells[1].isalpha():
        return word, ""  # jieba's `word tag`
    if len(cells) > 1 and cells[1] and not _is_number(cells[1]):
        return "", f"{_short(cells[1])!r} is not a count"
    if len(word) > LONGEST:
        return "", f"a word of {len(word):,} characters"
    return word, ""


def _is_csv(word: str) -> bool:
    """Whether a word and a number, as it seems, are parted by a comma; 1,100 is a number."""
    first, second = word.split(",")[:2]
    return _is_like_number(second) and not _is_like_number(first)


def _is_number(cell: str) -> bool:
    """Returns whether a cell is a number in ASCII digits: 12, 12.0 or 1e3, neither 1_0 nor full-width digits."""
    return cell.isascii() and "_" not in cell and _is_like_number(cell)


def _is_like_number(cell: str) -> bool:
    """Returns whether Python takes a cell for a number; a word that looks like one is a mistake."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "..."
