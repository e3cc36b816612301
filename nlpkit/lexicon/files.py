"""Reads files of words: jieba's dictionary, lists with and without counts (stop words too), tables of `discover`."""

from __future__ import annotations

import importlib.util
import math
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from nlpkit.corpus.encodings import suggest, utf8_fault
from nlpkit.errors import InputError, LexiconError, Option
from nlpkit.places.compression import compression_of
from nlpkit.places.sources import input_error

LONGEST = 100  # characters; a longer "word" is a line of text
MOST = 10**15  # the largest count, so that the sum of all counts is exact as a float
_HEADERS = ("word", "token")  # of the tables that `discover` and `count` write
_WORD = "a lexicon has one word a line: `word`, or `word count`"
_JIEBA_LINE = re.compile("(.+?)( [0-9]+)?( [a-z]+)?")
_TAGGED = re.compile(".+ [0-9]+ [a-z]+")
_SENTENCE = re.compile("[，。！？；：、…]")
_MOST_SPACES = 3  # in a word; a line with more is a line of text
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


def read_words(path: str | os.PathLike[str]) -> frozenset[str]:
    """Returns the words of a lexicon file, which is UTF-8 text with one word a line.

    A line is `word`, `word count`, `word tag` or `word count tag`. Or it has columns separated by tabs: the first is
    the word, the second, if there is one, a number; a header is skipped.

    Raises InputError for a file that cannot be read, LexiconError `path:line: cause` for one that is not a lexicon.

    >>> "中国" in read_words("userdict.txt")
    """
    name = os.fspath(path)
    words: set[str] = set()
    for number, line in _lines(name, read_file(name)):
        word, cause = _word(line, number)
        if cause:
            raise LexiconError(f"{name}:{number}: {cause}; {_WORD}")
        if word:
            words.add(word)
    if not words:
        raise _empty(name)
    return frozenset(words)


def read_plain(path: str | os.PathLike[str]) -> list[str]:
    """Returns the lines of a plain list of words (UTF-8) in order, whatever characters they have.

    White space around words is removed, as are blank lines and comments (`# `); of a line with tabs only what is before
    the first one is taken. Raises InputError and LexiconError, as read_words does.
    """
    name = os.fspath(path)
    words = []
    for number, line in _lines(name, read_file(name)):
        word = line.partition("\t")[0].strip()
        if word and not (number == 1 and word in _HEADERS and "\t" in line):
            _check_length(name, number, word)
            words.append(word)
    if not words:
        raise _empty(name)
    if 2 * sum(map(bool, map(_TAGGED.fullmatch, words))) > len(words):
        raise LexiconError(
            f"{name}: its words have counts and tags, as in {words[0]!r}; bare words are wanted here, dictionaries are "
            "for ",
            Option("dictionary"),
            " and ",
            Option("user_dictionary"),
        )
    return words


def read_entries(name: str, data: bytes) -> list[Entry]:
    """Returns the entries of a dictionary, in order. name: of the file, for messages. data: its content.

    A line is `word [count [tag]]`, as jieba reads it: the word is what is before count and tag. Or it has columns
    separated by tabs: the word, and the count in the second column, or in the one that a header names `count`. Counts
    are whole numbers from 0 on.

    Raises LexiconError `name:line: cause`.
    """
    entries = []
    column = 1
    for number, line in _lines(name, data):
        if "\t" not in line:
            word, _, rest = line.partition(" ")
            count, _, tag = rest.partition(" ")
            is_usual = count.isdecimal() and count.isascii() and len(count) < 16 and word and len(word) <= LONGEST
            if not is_usual or tag.isdecimal() or " " in tag:  # `word 1 2`: a word with a space, and its count
                word, count = _jieba_line(name, number, line.strip())
            entries.append(Entry(word, int(count) if count else None, False))
            continue
        cells = line.split("\t")
        word = cells[0].strip()
        if number == 1 and word in _HEADERS:
            column = cells.index("count") if "count" in cells else 1
            continue
        if word:
            _check_length(name, number, word)
            count = cells[column].strip() if column < len(cells) else ""
            entries.append(Entry(word, _whole(name, number, count) if count else None, True))
    if not entries:
        raise _empty(name)
    return entries


def read_file(name: str) -> bytes:
    """Returns the bytes of a file. Raises InputError if it cannot be read."""
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise input_error(name, error) from error


def _lines(name: str, data: bytes) -> Iterator[tuple[int, str]]:
    """Yields (number from 1, line) for every line that is neither blank nor a comment."""
    fault = utf8_fault(data)
    if fault >= 0:
        raise _not_utf8(name, data, fault)
    for number, line in enumerate(data.decode("utf-8-sig").split("\n"), 1):
        line = line.rstrip("\r").removeprefix("\ufeff")  # where files with byte order marks were joined
        if not line or line.isspace() or line.startswith("# "):
            continue
        if "\0" in line:
            raise LexiconError(f"{name}:{number}: a NUL byte; {_WORD}")
        yield number, line


def _not_utf8(name: str, data: bytes, fault: int) -> LexiconError:
    compression = compression_of(data[:16])
    if compression:
        return LexiconError(f"{name}: is compressed ({compression}); unpack it first: a lexicon is read as it is")
    place = data.count(b"\n", 0, fault) + 1
    around = data[max(0, fault - 4096) : fault + 4096]
    other = suggest(around, min(fault, 4096), "utf-8", fault < 4096)
    way = f" (iconv -f {other} -t utf-8 makes it so)" if other else ""
    return LexiconError(
        f"{name}:{place} (byte {fault}): not valid UTF-8; a lexicon is UTF-8 text, one word a line{way}"
    )


def _empty(name: str) -> LexiconError:
    return LexiconError(f"{name}: holds no words; {_WORD}")


def _jieba_line(name: str, number: int, line: str) -> tuple[str, str]:
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
    if "," in line and (word.startswith("word,") or _is_csv(word)):
        raise LexiconError(f"{name}:{number}: a row of a CSV file, which holds more than words; {_WORD}")
    is_long = word.count(" ") > _MOST_SPACES or len(word) > _LONGEST_BARE
    if not count and (is_long or _SENTENCE.search(word)):
        raise LexiconError(
            f"{name}:{number}: {_short(word)!r} looks like a sentence; {_WORD}; a text to read is an INPUT, without -d"
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
        return "", f"{len(cells)} columns"
    if "," in word and (word.startswith("word,") or _is_csv(word)):
        return "", "a row of a CSV file, which holds more than words"
    if len(cells) == 2 and "\t" not in line and cells[1].isascii() and cells[1].isalpha():
        return word, ""  # jieba's `word tag`
    if len(cells) > 1 and not _is_number(cells[1]):
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
