"""Lists of words: jieba's own dictionary, and the files that users bring."""

from __future__ import annotations

import importlib.util
import os
from functools import lru_cache
from pathlib import Path

from nlpkit.corpus.encodings import utf8_fault
from nlpkit.corpus.sources import input_error
from nlpkit.errors import InputError, LexiconError

_LONGEST = 100  # characters; a longer "word" is a line of text
_HEADER = "word"


@lru_cache(maxsize=1)
def jieba_words() -> frozenset[str]:
    """The words of the dictionary that comes with jieba. Raises InputError where it is not installed."""
    spec = importlib.util.find_spec("jieba")  # found, not imported: that takes a tenth of a second
    if spec is None or spec.origin is None:
        raise InputError("jieba is not installed; its dictionary says which words are known (pip install jieba)")
    text = (Path(spec.origin).parent / "dict.txt").read_bytes().decode("utf-8")
    return frozenset(line.partition(" ")[0] for line in text.split("\n") if line)


def read_words(path: str | os.PathLike[str]) -> frozenset[str]:
    """The words of a lexicon file, UTF-8, one a line: `word`, `word count`, `word tag`, `word count tag`, or columns
    parted by tabs, of which the first is the word (a header is skipped) and the second, if there is one, a number.

    Raises InputError for a file that cannot be read, LexiconError `path:line: cause` for one that is no lexicon.
    """
    name = os.fspath(path)
    try:
        data = Path(name).read_bytes()
    except OSError as error:
        raise input_error(name, error) from error
    fault = utf8_fault(data)
    if fault >= 0:
        place = data.count(b"\n", 0, fault) + 1
        raise LexiconError(f"{name}:{place} (byte {fault}): not valid UTF-8; a lexicon is UTF-8 text, one word a line")
    words: set[str] = set()
    for number, line in enumerate(data.decode("utf-8-sig").split("\n"), 1):
        line = line.rstrip("\r")
        if not line.strip() or line.startswith("# "):
            continue
        word, cause = _word(line, number)
        if cause:
            raise LexiconError(f"{name}:{number}: {cause}; a lexicon has one word a line: `word`, or `word count`")
        if word:
            words.add(word)
    if not words:
        raise LexiconError(f"{name}: holds no words; a lexicon has one word a line: `word`, or `word count`")
    return frozenset(words)


def _word(line: str, number: int) -> tuple[str, str]:
    """(word, what is wrong with the line)."""
    cells = line.split("\t") if "\t" in line else line.split()
    word = cells[0].strip()
    if "\0" in word:
        return "", "a NUL byte"
    if number == 1 and word == _HEADER:
        return "", ""
    if "\t" not in line and len(cells) > 3:
        return "", f"{len(cells)} columns"
    if "," in word and (word.startswith("word,") or _is_number(word.split(",")[1])):
        return "", "a row of a CSV file, which holds more than words"
    if len(cells) == 2 and "\t" not in line and cells[1].isascii() and cells[1].isalpha():
        return word, ""  # jieba's `word tag`
    if len(cells) > 1 and not _is_number(cells[1]):
        return "", f"{_short(cells[1])!r} is no count"
    if len(word) > _LONGEST:
        return "", f"a word of {len(word):,} characters"
    return word, ""


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "..."
