"""JSON that is not one record a line -> its records: the items of an array or object, or values over several lines.

The brackets and strings are read here, as far as they say where a record begins and ends; the record itself is passed
on as it is written. Memory grows with the longest record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import orjson

from nlpkit.corpus.formats.json_paths import Steps, has_index_first, steps_of

#: Bytes by which `find_shape` decides at the latest.
HEAD_SIZE = 64 << 10
_MOST_NAMES = 21
_PLACES = re.compile(r"(?<![^.])[0-9]+(?![^.])")
_BLANK = b" \t\r\n"
_QUOTE = ord('"')
_OPENING, _CLOSING = b"[{", b"]}"
_STRING = rb'"[^"\\]*(?:\\.[^"\\]*)*'  # without the quote at its end
_TOKEN = re.compile(_STRING + rb'"?|[\[\]{}:,]|[^ \t\r\n\[\]{}:,"]+', re.DOTALL)
_BRACKET = re.compile(_STRING + rb'("?)|[\[\]{}]', re.DOTALL)
_REST_OF_STRING = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)

_BETWEEN = re.compile(rb"[ \t\r\n]*,[ \t\r\n]*(?=[\[{])")


def _nested(within: bytes) -> bytes:
    return rb'[^"\[\]{}]*(?:(?:' + _STRING + rb'"|[\[{]' + within + rb'[\]}])[^"\[\]{}]*)*'


#: An array or object with two levels of others in it, which most records are; what kind the brackets are is not asked.
_SHALLOW = re.compile(
    rb"[\[{]" + _nested(_nested(rb'[^"\[\]{}]*(?:' + _STRING + rb'"[^"\[\]{}]*)*')) + rb"[\]}]", re.DOTALL
)


class Shape(NamedTuple):
    """How records stand in JSON. by_line: one a line. path: else the path of the array or object whose items they are,
    '' for the outermost one; None if the outermost values are the records."""

    by_line: bool
    path: str | None = None


BY_LINE = Shape(True)


def find_shape(head: bytes, fields: Sequence[str], is_whole: bool) -> Shape | None:
    """Returns the shape of JSON by its first bytes; None if more of them are needed.

    head: up to HEAD_SIZE bytes. fields: the paths of the text. is_whole: whether nothing follows.
    """
    is_last = is_whole or len(head) >= HEAD_SIZE
    text = head.lstrip(_BLANK)
    if not text and not is_last:
        return None
    if text[:1] == b"[":
        return BY_LINE if fields and all(map(has_index_first, fields)) else Shape(False, "")
    if text[:1] != b"{":
        return BY_LINE
    items = Shape(False, _common_path(fields))
    line, ended, following = text.partition(b"\n")
    stop = _end_of_value(text)
    if 0 < stop <= len(line):
        if items.path is None or line[stop:].strip() or following.strip():
            return BY_LINE if ended or is_last else None
        return items if is_last else None
    if stop > 0:
        return items if _is_json(text[:stop]) else BY_LINE
    if not is_last:
        return None
    goes_on = line.rstrip()[-1:] in (b"{", b"[", b",") if ended else items.path is not None
    return items if goes_on else BY_LINE


def steps_from_record(path: str, shape: Shape) -> Steps:
    """Returns the steps to a text from its record on. path: from the outermost value on; an array that holds all
    records may be left out."""
    steps = steps_of(path)
    is_left_out = shape.path == "" and (steps[0] is not None or len(steps) == 1)
    return steps if shape.by_line or shape.path is None or is_left_out else steps[1:]


def _common_path(fields: Sequence[str]) -> str | None:
    """Returns the path before the first asterisk, if that is the same in all fields."""
    steps = [steps_of(field) for field in fields]
    starts = {step[0] or "" for step in steps}
    return starts.pop() if len(starts) == 1 and all(len(step) > 1 for step in steps) else None


def _end_of_value(text: bytes) -> int:
    """Returns where the object or array at the beginning of a text ends, -1 if it goes on."""
    depth = 0
    for match in _BRACKET.finditer(text):
        byte = text[match.start()]
        if byte == _QUOTE:
            continue
        depth += 1 if byte in _OPENING else -1
        if not depth:
            return match.end()
    return -1


def _is_json(text: bytes) -> bool:
    try:
        orjson.loads(text)
    except json.JSONDecodeError:
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return False
    return True


class _Container:
    """An array or object that holds records, or others that do. path: its own; place: the key or place of the item that
    is read."""

    def __init__(self, is_object: bool, path: str | None, is_outermost: bool) -> None:
        self.is_object, self.path, self.place = is_object, path, "" if is_object else "0"
        self._before = "" if is_outermost else f"{path}."

    @property
    def item(self) -> str:
        """The path of the item that is read."""
        return self._before + self.place


class ValueReader:
    """Reads the records of JSON that is not one record a line, once.

    path: as in Shape. longest: bytes that a record may have. fail: called with the line and the cause where brackets,
    commas and colons around records are not as they should be; it raises. too_long: called with the line of a record
    that is too long; it raises.
    Attributes: `names` are the first paths that were met outside of records.
    """

    def __init__(
        self,
        path: str | None,
        longest: int,
        fail: Callable[[int, str], Exception],
        too_long: Callable[[int], Exception],
    ) -> None:
        self.names: list[str] = []
        self._path, self._longest, self._fail, self._too_long = path, longest, fail, too_long
        self._buffer = bytearray()
        self._at = 0  # up to which the buffer is read
        self._line, self._counted = 1, 0  # the line at an offset of the buffer
        self._begin = -1  # of the record that is read
        self._depth = 0  # of brackets, in that record
        self._in_string = False  # whether `_at` is in a string of that record
        self._stack: list[_Container] = []
        self._expected = "value"  # also: 'item' or 'key' after an opening bracket, 'next key', ':' and ','

    def records(self, blocks: Iterable[bytes]) -> Iterator[list[tuple[int, bytes]]]:
        """Yields the records that end in a block, each with the line on which it begins."""
        for block in blocks:
            self._buffer += block
            if found := list(self._scan(False)):
                yield found
            self._trim()
        if found := list(self._scan(True)):
            yield found
        self._check_end()

    def _scan(self, is_last: bool) -> Iterator[tuple[int, bytes]]:
        buffer = self._buffer
        while True:
            if self._begin >= 0:
                end = self._end_of_record()
                if end < 0:
                    return
                yield self._line_at(self._begin), bytes(buffer[self._begin : end])
                self._at, self._begin = end, -1
                if self._stack and not self._stack[-1].is_object:
                    yield from self._following()
                self._end_value()
            token = _TOKEN.search(buffer, self._at)
            if token is None:
                self._at = len(buffer)
                return
            begin, end = token.span()
            byte = buffer[begin]
            if not is_last and self._is_unfinished(begin, end):
                self._at = begin
                return
            self._at = end
            if self._expected in ("value", "item") and byte not in b":,]}":
                if not self._is_record():
                    self._enter(byte)
                elif byte in _OPENING:
                    self._begin = self._at = begin
                    self._depth = 0
                else:
                    yield self._line_at(begin), bytes(buffer[begin:end])
                    self._end_value()
            else:
                self._read_structure(byte, begin, end)

    def _following(self) -> Iterator[tuple[int, bytes]]:
        """Yields the shallow records that follow in an array; only for speed."""
        buffer = self._buffer
        while (between := _BETWEEN.match(buffer, self._at)) is not None:
            begin = between.end()
            record = _SHALLOW.match(buffer, begin, begin + HEAD_SIZE)
            if record is None:
                return
            yield self._line_at(begin), bytes(record[0])
            self._at = record.end()

    def _is_unfinished(self, begin: int, end: int) -> bool:
        """Returns whether a token may go on in the next block."""
        buffer = self._buffer
        if buffer[begin] == _QUOTE:
            return end >= len(buffer) - 1 and (
                end - begin < 2 or buffer[end - 1] != _QUOTE or self._is_open(begin, end)
            )
        return end == len(buffer) and buffer[begin] not in b"[]{}:,"

    def _is_open(self, begin: int, end: int) -> bool:
        match = _BRACKET.match(self._buffer, begin)
        return match is None or not match[1]

    def _end_of_record(self) -> int:
        """Returns where the record ends that is an object or array; -1 if that is not in the buffer."""
        buffer = self._buffer
        if not self._depth:
            whole = _SHALLOW.match(buffer, self._begin, self._begin + HEAD_SIZE)
            if whole is not None:
                return whole.end()
        if self._in_string:
            match = _REST_OF_STRING.match(buffer, self._at)
            self._at = self._at if match is None else match.end()
            if self._at >= len(buffer) or buffer[self._at] != _QUOTE:
                return self._wait()
            self._at += 1
            self._in_string = False
        for token in _BRACKET.finditer(buffer, self._at):
            byte = buffer[token.start()]
            if byte == _QUOTE:
                if not token[1]:
                    self._at, self._in_string = token.end(), True
                    return self._wait()
                continue
            self._depth += 1 if byte in _OPENING else -1
            if not self._depth:
                return token.end()
        self._at = len(buffer)
        return self._wait()

    def _wait(self) -> int:
        if len(self._buffer) - self._begin > self._longest:
            raise self._too_long(self._line_at(self._begin))
        return -1

    def _is_record(self) -> bool:
        """Returns whether the value that begins is a record."""
        if self._path is None or not self._stack:
            return self._path is None and not self._stack
        return self._stack[-1].path == self._path

    def _enter(self, byte: int) -> None:
        """Begins a value that is no record; it may hold some."""
        path = self._stack[-1].item if self._stack else ""
        if byte in _OPENING:
            is_object = byte == _OPENING[1]
            self._stack.append(_Container(is_object, path, not self._stack))
            self._expected = "key" if is_object else "item"
            return
        if len(self.names) < _MOST_NAMES and (shown := _PLACES.sub("*", path)) and shown not in self.names:
            self.names.append(shown)
        self._end_value()

    def _end_value(self) -> None:
        self._expected = "," if self._stack else "value"

    def _read_structure(self, byte: int, begin: int, end: int) -> None:
        expected = self._expected
        inner = self._stack[-1] if self._stack else None
        if expected in ("key", "next key") and byte == _QUOTE:
            assert inner is not None
            inner.place = self._key(begin, end)
            self._expected = ":"
        elif expected == ":" and byte == ord(":"):
            self._expected = "value"
        elif inner is not None and expected == "," and byte == ord(","):
            self._expected = "next key" if inner.is_object else "value"
            if not inner.is_object:
                inner.place = str(int(inner.place) + 1)
        elif inner is not None and expected in (",", "item", "key") and byte == _CLOSING[inner.is_object]:
            self._stack.pop()
            self._end_value()
        else:
            found = bytes(self._buffer[begin : min(end, begin + 20)]).decode(errors="replace")
            wanted = {"item": "a value", "value": "a value", "key": "a name", "next key": "a name"}.get(expected)
            raise self._fail(self._line_at(begin), f"{wanted or repr(expected)} is missing before {found!r}")

    def _key(self, begin: int, end: int) -> str:
        try:
            key: Any = json.loads(self._buffer[begin:end].decode(errors="replace"), strict=False)
        except ValueError:
            raise self._fail(self._line_at(begin), "a name is no valid string") from None
        return str(key)

    def _line_at(self, place: int) -> int:
        """Returns the line of an offset in the buffer, which is not before the last one that was asked for."""
        self._line += self._buffer.count(b"\n", self._counted, place)
        self._counted = place
        return self._line

    def _trim(self) -> None:
        """Leaves out of the buffer what is not needed any more."""
        used = self._begin if self._begin >= 0 else self._at
        if len(self._buffer) - used > self._longest:
            raise self._too_long(self._line_at(used))
        self._line_at(used)
        del self._buffer[:used]
        self._at -= used
        self._counted = 0
        self._begin = min(self._begin, 0)

    def _check_end(self) -> None:
        if self._begin >= 0 or self._stack:
            line = self._line_at(max(self._begin, 0) if self._begin >= 0 else len(self._buffer))
            what = (
                "the record that begins here" if self._begin >= 0 else "an array or object before the end of the file"
            )
            raise self._fail(line, f"{what} is never closed; is the file whole?")
