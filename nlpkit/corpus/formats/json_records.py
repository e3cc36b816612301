"""JSON -> the text of one field, or several, of each record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

import orjson

from nlpkit.corpus.encodings import INVALID
from nlpkit.corpus.formats.extractor import Extractor, did_you_mean, joined, listed
from nlpkit.corpus.formats.json_paths import ABSENT, find, find_all, paths_in, steps_of
from nlpkit.corpus.formats.json_values import BY_LINE, HEAD_SIZE, Shape, ValueReader, find_shape, steps_from_record
from nlpkit.corpus.types import Rows
from nlpkit.errors import InputError, Option, Repeated, Setting

_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
#: The texts of a record, by field.
_Values = list[str | list[str] | None]


class JsonRecords(Extractor):
    """Takes the text out of JSON: one document a line (JSON Lines; blank lines are ignored), or the items of an array.

    fields: paths into objects, `text.body`, in which numbers are places in arrays and `*` each item. A number is text,
    as it is written. A record that orjson refuses is parsed again by Python's parser, which accepts what programs do
    write: NaN (as null), numbers of any size, and lone surrogates, which matter only in the text.
    """

    doubt = "each line is one in JSON Lines"

    def __init__(self, name: str, errors: str, longest: int, fields: tuple[str, ...]) -> None:
        super().__init__(name, errors, longest)
        self._fields = fields
        self._shape = BY_LINE
        self._steps = [steps_of(field) for field in fields]  # from the record on
        self._plain: str | None = None  # the path, if each record has one text
        self._found = False  # whether a record has text
        self._values: _Values = []  # the texts of the current record, if it may have several
        self._textless: object = None  # the first record without text
        self._mended: bytes | None = None  # the current record, if characters in it were replaced
        self._met: list[str] = []  # paths outside of the records

    def feed(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        for some in self._records(blocks):
            texts = [text for text in self._texts(some) if text is not None]
            if texts:
                texts.append("")
                yield "\n".join(texts).encode()
        self._check_found()

    def rows(self, blocks: Iterable[bytes]) -> Iterator[Rows]:
        for some in self._records(blocks):
            records: list[bytes] = []
            values: list[_Values] = []
            texts = self._texts(some, records, values)
            if not self._shape.by_line:
                records = list(map(_on_one_line, records))
            yield Rows(records, texts, names=self._fields if self._plain is None else (), values=values)
        self._check_found()

    def _records(self, blocks: Iterable[bytes]) -> Iterator[Iterable[tuple[int, bytes]]]:
        """Yields records with the lines on which they begin, those that end in a block at a time."""
        blocks = iter(blocks)
        head = b""
        shape: Shape | None = None
        while shape is None:
            block = next(blocks, b"")
            head += block
            shape = find_shape(head[:HEAD_SIZE], self._fields, not block)
        self._begin(shape)
        blocks = chain([head], blocks)
        del head
        if not shape.by_line:
            reader = ValueReader(shape.path, self.longest, self._broken, self._too_long_at)
            yield from reader.records(blocks)
            self._met = reader.names
            return
        for lines in self.lines(blocks):
            line, self.line = self.line, self.line + len(lines)
            yield enumerate(lines, line)

    def _begin(self, shape: Shape) -> None:
        self._shape = shape
        self._steps = [steps_from_record(field, shape) for field in self._fields]
        self._plain = self._steps[0][0] if len(self._steps) == 1 and len(self._steps[0]) == 1 else None

    def _texts(
        self,
        some: Iterable[tuple[int, bytes]],
        records: list[bytes] | None = None,
        values: list[_Values] | None = None,
    ) -> list[str | None]:
        """Returns the texts of records that are not left out. records, values: receive these records, and the texts by
        field of those that may have several."""
        path = self._plain
        texts: list[str | None] = []
        for number, line in some:
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
                if record.__class__ is dict and path in record:  # find does so, too, but a call takes time
                    found = record[path]
                else:
                    found = ABSENT if path is None else find(record, path)
                text = found if found.__class__ is str else self._as_text(found, record, line, number)
            texts.append(text)
            if records is not None:
                records.append(line if self._mended is None else self._mended)
                self._mended = None
            if path is None and values is not None:
                values.append(self._values)
        self._found = self._found or any(text is not None for text in texts)
        if self.clean is None or path is None:
            return texts
        return [None if text is None else self.clean(text) for text in texts]

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
            text = self._text_of(record, line, number)
            if text is None or not (lone := _SURROGATE.search(text)):
                return text
            fault = f"a lone surrogate (\\u{ord(lone[0]):x}, half a character) in the text"
        except json.JSONDecodeError as error:
            number += error.lineno - 1
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
                text = self._text_of(record, line, number)
                self._values = [_without_surrogates(value) for value in self._values]
                return None if text is None else _SURROGATE.sub(_REPLACEMENT, text)
        doubt = "is it JSON Lines, one record a line (jq -c . makes it so)? " if self._is_in_doubt else ""
        skip = (Setting("errors", "skip"), " leaves such records out")
        raise InputError(f"{self.name}:{number}: {fault}; {doubt}", *skip, *mend)

    @property
    def _is_in_doubt(self) -> bool:
        return self.records == 1 and self._shape.by_line

    def _text_of(self, record: object, line: bytes, number: int) -> str | None:
        return self._as_text(ABSENT if self._plain is None else find(record, self._plain), record, line, number)

    def _as_text(self, value: object, record: object, line: bytes, number: int) -> str | None:
        """Returns the text of a record, whose field has a value that is no string. None is counted as missing."""
        if not self._fields:
            raise self._no_text(record)
        if self._plain is None:
            self._values = [
                self._several(record, field, steps, line, number)
                for field, steps in zip(self._fields, self._steps, strict=True)
            ]
            text = joined(self._values)
        else:
            text = self._one(value, self._fields[0], line, number, (self._plain,))
        if text is None:
            if not self.missing:
                self._textless = record
            self.missing += 1
        return text

    def _several(
        self, record: object, field: str, steps: tuple[str | None, ...], line: bytes, number: int
    ) -> str | list[str] | None:
        """Returns the texts that a record has in a field: a list where the field has an asterisk."""
        if steps[0] is not None and len(steps) == 1:
            text = self._one(find(record, steps[0]), field, line, number, steps)
            return text if text is None or self.clean is None else self.clean(text)
        values = list(find_all(record, steps))
        texts = [self._one(value, field, line, number, steps, place) for place, value in enumerate(values)]
        if self.clean is not None:
            texts = [None if text is None else self.clean(text) for text in texts]
        if len(steps) == 1:
            return texts[0] if texts else None
        return [text for text in texts if text is not None]

    def _one(
        self, value: object, field: str, line: bytes, number: int, steps: tuple[str | None, ...], place: int = 0
    ) -> str | None:
        """Returns a value of a field as text; a number is read again as it is written."""
        if isinstance(value, str):
            return value
        if value is None or value is ABSENT:
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(list(find_all(_parse(line.decode()), steps))[place])
        what = {bool: "true or false", list: "an array", dict: "an object"}[type(value)]
        paths = [f"{field}.{path}" for path in paths_in(value)]
        way = ("one of " * (len(paths) > 1) + listed(paths),) if paths else ("another with ", Option("field"))
        raise InputError(f"{self.name}:{number}: the field {field!r} holds {what}, no text; name ", *way)

    def _check_found(self) -> None:
        """Raises InputError if there are records but no text, or no records where they should be."""
        if self.missing and not self._found:
            raise self._no_text(self._textless)
        if self._shape.path and not self.records:
            there = f"; there are {listed(self._met)}" if self._met else ""
            raise InputError(
                f"{self.name}: no records in {self._shape.path!r}, which ", Option("field"), f" names{there}"
            )

    def _no_text(self, record: object) -> InputError:
        paths = paths_in(record)
        if isinstance(record, str):
            paths = ["*"]
        what = f"the first one has {listed(paths)}" if paths else "the first one is no object"
        if not self._fields:
            return InputError(f"{self.name}: which field holds the text? Name it with ", Option("field"), f" ({what})")
        parts = [part.strip() for part in self._fields[0].split(",")]
        if len(parts) > 1 and all(part in paths for part in parts):
            wanted = f"{self.name}: no record has text in the field {self._fields[0]!r}; several fields are "
            return InputError(wanted, Repeated("field", *parts))
        wanted = " or ".join(map(repr, self._fields))
        near = did_you_mean(self._fields[0], paths)
        return InputError(f"{self.name}: no record has text in the field {wanted}; {what}{near}")

    def _broken(self, line: int, cause: str) -> InputError:
        return InputError(f"{self.name}:{line}: not valid JSON ({cause})")

    def _too_long_at(self, line: int) -> InputError:
        self.line = line
        self.doubt = "if its texts are the items of an array, name that: data.*.text"
        return self.too_long()


def _parse(line: str) -> Any:
    """Parses with Python's parser: accepts lone surrogates; NaN becomes None, numbers str, as they are written."""
    return json.loads(line, parse_int=str, parse_float=str, parse_constant=lambda _: None)


def _on_one_line(record: bytes) -> bytes:
    """Returns JSON without line ends, which are white space there."""
    return b" ".join(map(bytes.strip, record.split(b"\n"))) if b"\n" in record else record


def _without_surrogates(value: str | list[str] | None) -> str | list[str] | None:
    if isinstance(value, list):
        return [_SURROGATE.sub(_REPLACEMENT, text) for text in value]
    return value and _SURROGATE.sub(_REPLACEMENT, value)
