"""JSON Lines -> the text of one field of each record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import orjson

from nlpkit.corpus.encodings import INVALID
from nlpkit.corpus.formats.extractor import Extractor, did_you_mean, listed
from nlpkit.corpus.types import Rows
from nlpkit.errors import InputError, Option, Setting

_DEEPEST_PATH = 8  # in a message
_INDEX = re.compile("[0-9]{1,9}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
_ABSENT = object()


class JsonLines(Extractor):
    """Takes the text out of JSON Lines: one JSON document a line; blank lines are ignored.

    field: a path into objects, `text.body`, in which numbers are places in arrays. A number is text, as it is written.
    A line that orjson refuses is parsed again by Python's parser, which accepts what programs do write: NaN (as null),
    numbers of any size, and lone surrogates, which matter only in the text.
    """

    doubt = "each line is one in JSON Lines (jq -c '.[]' makes lines of an array)"

    def __init__(self, name: str, errors: str, longest: int, field: str | None) -> None:
        super().__init__(name, errors, longest)
        self._field = field
        self._textless: object = None  # the first record without text
        self._mended: bytes | None = None  # the current line, if characters in it were replaced

    def feed(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        found = False
        for lines in self.lines(blocks):
            texts = [text for text in self._texts(lines, None) if text is not None]
            self.line += len(lines)
            if texts:
                found = True
                texts.append("")
                yield "\n".join(texts).encode()
        if self.missing and not found:
            raise self._no_text(self._textless)

    def rows(self, blocks: Iterable[bytes]) -> Iterator[Rows]:
        found = False
        for lines in self.lines(blocks):
            records: list[bytes] = []
            texts = self._texts(lines, records)
            self.line += len(lines)
            found = found or any(text is not None for text in texts)
            yield Rows(records, texts)
        if self.missing and not found:
            raise self._no_text(self._textless)

    def _texts(self, lines: list[bytes], records: list[bytes] | None) -> list[str | None]:
        """Returns the texts of records that are not left out; `records` receives their lines."""
        field = self._field
        texts: list[str | None] = []
        for number, line in enumerate(lines, self.line):
            if not line:
                continue
            try:
                record = orjson.loads(line)
            except json.JSONDecodeError:
                damaged, count = self.damaged, self.records
                text = self._parse_again(line, number)
                if text is None and (self.damaged > damaged or self.records == count):
                    continue
            else:
                self.records += 1
                text = _find(record, field)
                if text.__class__ is not str:
                    text = self._as_text(text, record, line, number)
            texts.append(text)
            if records is not None:
                records.append(line if self._mended is None else self._mended)
                self._mended = None
        return texts

    def _parse_again(self, line: bytes, number: int) -> str | None:
        """Returns the text of a line that orjson refused, mended if need be; None if it has no text."""
        if INVALID in line:
            self.records += 1
            self.damaged += 1
            return None
        written = line.decode()
        if not written.strip():
            return None
        self.records += 1
        mend: tuple[str, ...] = (", ", Setting("errors", "replace"), " puts U+FFFD for what is no character")
        try:
            record = _parse(written)
            text = self._as_text(_find(record, self._field), record, line, number)
            if text is None or not (lone := _SURROGATE.search(text)):
                return text
            fault = f"a lone surrogate (\\u{ord(lone[0]):x}, half a character) in the text"
        except json.JSONDecodeError as error:
            fault = f"not valid JSON ({error.msg.lower().removesuffix(' at')}, column {error.colno})"
            mend = mend if written[error.pos : error.pos + 1] == "\0" and "control" in error.msg else ()
        except RecursionError:
            fault, mend = "JSON nested too deeply", ()
        self.damaged += 1
        if self.errors == "skip":
            return None
        if self.errors == "replace" and mend:
            mend = ()
            with suppress(json.JSONDecodeError, RecursionError):
                mended = written.replace("\0", _REPLACEMENT)
                record = _parse(mended)
                self._mended = mended.encode()
                text = self._as_text(_find(record, self._field), record, line, number)
                return None if text is None else _SURROGATE.sub(_REPLACEMENT, text)
        doubt = "is it JSON Lines, one record a line (jq -c . makes it so)? " if self.records == 1 else ""
        skip = (Setting("errors", "skip"), " leaves such records out")
        raise InputError(f"{self.name}:{number}: {fault}; {doubt}", *skip, *mend)

    def _as_text(self, value: object, record: object, line: bytes, number: int) -> str | None:
        """Returns a value of the field as text. None is counted as missing; a number is read again as it is written."""
        if isinstance(value, str):
            return value
        if self._field is None:
            raise self._no_text(record)
        if value is None or value is _ABSENT:
            if not self.missing:
                self._textless = record
            self.missing += 1
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(_find(_parse(line.decode()), self._field))
        what = {bool: "true or false", list: "an array", dict: "an object"}[type(value)]
        paths = [f"{self._field}.{path}" for path in _paths(value)]
        way = (f"one of {listed(paths)}",) if paths else ("another with ", Option("field"))
        raise InputError(f"{self.name}:{number}: the field {self._field!r} holds {what}, no text; name ", *way)

    def _no_text(self, record: object) -> InputError:
        paths = _paths(record)
        what = f"the first one has {listed(paths)}" if paths else "the first one is no object"
        if isinstance(record, list) and record and isinstance(record[0], dict):
            paths, what = [], "the first one is an array: jq -c '.[]' makes a line of each of its records"
        if self._field is None:
            return InputError(f"{self.name}: which field holds the text? Name it with ", Option("field"), f" ({what})")
        return InputError(
            f"{self.name}: no record has text in the field {self._field!r}; {what}{did_you_mean(self._field, paths)}"
        )


def _parse(line: str) -> Any:
    """Parses with Python's parser: accepts lone surrogates; NaN becomes None, numbers str, as they are written."""
    return json.loads(line, parse_int=str, parse_float=str, parse_constant=lambda _: None)


def _find(value: Any, path: str | None) -> Any:
    """Returns the value at a dotted path, or _ABSENT. Longer keys win: `a.b` is the key 'a.b' if there is one."""
    if path is None:
        return _ABSENT
    if value.__class__ is dict:
        if path in value:
            return value[path]
        cut = path.rfind(".")
        while cut >= 0:
            if path[:cut] in value and (found := _find(value[path[:cut]], path[cut + 1 :])) is not _ABSENT:
                return found
            cut = path.rfind(".", 0, cut)
    elif value.__class__ is list:
        index, _, rest = path.partition(".")
        if _INDEX.fullmatch(index) and int(index) < len(value):
            return _find(value[int(index)], rest) if rest else value[int(index)]
    return _ABSENT


def _paths(value: object, prefix: str = "", depth: int = 0) -> list[str]:
    """Returns the paths to values that are neither object nor array, in order; those of an array by its first item."""
    if isinstance(value, list):
        value = {"0": value[0]} if value else {}
    if not isinstance(value, dict) or depth == _DEEPEST_PATH:
        return [prefix] if depth else []
    return [path for key, item in value.items() for path in _paths(item, prefix + "." * (depth > 0) + key, depth + 1)]
