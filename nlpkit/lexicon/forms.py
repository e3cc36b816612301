"""Recognises dictionaries that are no word a line: JSON, `word/tag`, tags before counts between tabs or commas."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from nlpkit.errors import LexiconError, counted
from nlpkit.lexicon.names import count_columns, word_columns
from nlpkit.lexicon.styles import TAG

Numbered = Sequence[tuple[int, str]]
"""Lines, each with its number in the file, from 1."""

MOST_PARSED = 16 << 20  # bytes of JSON
_MOST = 10**15
_NUMBERS = ("nan", "inf")  # which Python takes for numbers, so they are a mistake rather than a tag
_SLASHED = re.compile(rf"([^/\s]+)/(?:{TAG})(?: +([0-9]{{1,15}}))?")
_TABBED = re.compile(rf"([^\t]+)\t(?:{TAG})(?:\t([0-9]{{1,15}})((?:\t(?:{TAG})\t[0-9]{{1,15}})*))?\t?")
_COMMAS = re.compile(rf"([^,\s]+), ?(?:{TAG})(?:, ?([0-9]{{1,15}}))?")
_FORMS = (_SLASHED, _TABBED, _COMMAS)
_SEVERAL = re.compile("[^、，；;|,]*[^、，；;|,\\s0-9.][、，；;|,]\\s*[^、，；;|,\\s0-9.].*")
_HAN = "\u2e80-\u9fff\U00020000-\U0003ffff"
_SPACED = re.compile(f"\\S*[{_HAN}]\\S*( +\\S*[{_HAN}]\\S*)+")


def known_form(name: str, numbered: Numbered, kind: str, notify: Callable[[str], object] | None) -> Numbered:
    """Returns the lines of a dictionary; those of a known form as `word`, tab, and the count, if there is one.

    name: of the file. numbered: (number, line). kind: what the file should be, for messages. notify: called with a line
    for the user that says what is read. Raises LexiconError for JSON that holds no words.
    """
    if not numbered:
        return numbered
    if numbered[0][1].lstrip()[:1] in ("[", "{") and (found := _json(name, numbered, kind)) is not None:
        if notify is not None:
            notify(f"{name}: JSON, with {counted(len(found), 'word')}")
        return found
    for form in _FORMS:
        if form.fullmatch(numbered[0][1].strip()) and (found := _tagged(form, numbered)) is not None:
            if notify is not None:
                notify(f"{name}: what follows the words is read as tags, as in {numbered[0][1].strip()!r}")
            return found
    return numbered


def check_one_word(name: str, numbered: Numbered, kind: str) -> None:
    """Raises LexiconError if most lines, none of which has tabs or a known form, hold several words."""
    for form in (_SEVERAL, _SPACED):
        found = [entry for entry in numbered if "\t" not in entry[1] and form.fullmatch(entry[1])]
        if 2 * len(found) > len(numbered):
            number, line = found[0]
            shown = line if len(line) <= 20 else f"{line[:20]}..."
            raise LexiconError(
                f"{name}:{number}: {shown!r} looks like several words, or a word and what is said about it; {kind}; "
                "a tab after it makes it one word"
            )


def _tagged(form: re.Pattern[str], numbered: Numbered) -> Numbered | None:
    """Returns the words and their counts, None if not all lines have this form."""
    lines = []
    for number, line in numbered:
        match = form.fullmatch(line.strip())
        if match is None or (match[1].isascii() and form is not _TABBED):
            return None
        if form is _TABBED and line.split("\t")[1].casefold() in _NUMBERS:
            return None
        count = match[2] or ""
        if form is _TABBED and match[3]:  # HanLP: `word n 100 v 5`
            count = str(int(count) + sum(map(int, match[3].split("\t")[2::2])))
        lines.append((number, f"{match[1].strip()}\t{count}"))
    return lines


def _json(name: str, numbered: Numbered, kind: str) -> Numbered | None:
    """Returns the words of JSON and their counts, None if the lines are not JSON."""
    if sum(len(line) for _, line in numbered) > MOST_PARSED:
        return None
    try:
        value: Any = orjson.loads("\n".join(line for _, line in numbered))
    except ValueError:
        try:
            value = [orjson.loads(line) for _, line in numbered]  # JSON Lines
        except ValueError:
            return None
    if isinstance(value, dict) and len(value) == 1 and isinstance(only := next(iter(value.values())), (list, dict)):
        value = only
    rows = list(value.items()) if isinstance(value, dict) else [_word_and_count(item) for item in value]
    for word, count in rows:
        if not isinstance(word, str) or not (count is None or (type(count) is int and 0 <= count <= _MOST)):
            cause = f"{name}:{numbered[0][0]}: is JSON, but neither an array of words nor an object of words and counts"
            raise LexiconError(f"{cause}; {kind}")
    return [
        (number, f"{word.strip()}\t{'' if count is None else count}")
        for number, (word, count) in enumerate(rows, 1)
        if word.strip()
    ]


def _word_and_count(item: Any) -> tuple[Any, Any]:
    if isinstance(item, list) and len(item) == 2:
        return item[0], item[1]
    if not isinstance(item, dict):
        return item, None
    names = list(item)
    words, counts = word_columns(names), count_columns(names)
    return item[names[words[0]]] if words else None, item[names[counts[0]]] if counts else None
