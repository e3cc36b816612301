"""Splits cells that hold several items: `milk, bread`, and lists as Python, JSON, R and databases write them."""

from __future__ import annotations

import re

_SET = re.compile(r"(?:frozenset|set|array|list|tuple)\(\s*([\[{(].*[\])}])\s*(?:,\s*dtype=[^()\[\]{}]*)?\)", re.DOTALL)
_OF_R = re.compile(r"(?:c|list)\((.*)\)", re.DOTALL)
_EMPTY = re.compile(r"(?:frozenset|set|list|tuple|c)\(\)|character\(0\)")
_OBJECTS = re.compile(r"\[?\s*\{\s*(?:'[^']*'|\"[^\"]*\")\s*:")
_BRACKETS = {"[": "]", "{": "}", "(": ")"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_ALL_QUOTED = re.compile(rf"\s*(?:(?:{_QUOTED})\s*(?:,\s*|(?=['\"])|$))*", re.DOTALL)
_EACH_QUOTED = re.compile(_QUOTED, re.DOTALL)
_SPACE = re.compile(r"\s*")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r"}


def split_cell(text: str, separator: str, trim: bool = True) -> list[str]:
    """Returns the items of a cell, in their order, without blank ones.

    Brackets around a list come off, and quotes around its items. Quotes in which the separator stands hold it together.
    """
    inner = _inside(text)
    if inner is not None and _ALL_QUOTED.fullmatch(inner):
        parts = [_plain(match[0]) for match in _EACH_QUOTED.finditer(inner)]
    else:
        parts = [_plain(part.strip()) if trim else part for part in _cut(text if inner is None else inner, separator)]
    parts = [part.strip() for part in parts] if trim else parts
    return [part for part in parts if part]


def holds_objects(text: str) -> bool:
    """Returns whether a cell holds objects with names and values, which are no items: `[{'name': 'tea', 'qty': 1}]`."""
    return _OBJECTS.match(text.strip()) is not None


def _inside(text: str) -> str | None:
    """Returns what stands in the brackets of a list; None if the cell is not one."""
    text = text.strip()
    if _EMPTY.fullmatch(text):
        return ""
    if match := _SET.fullmatch(text):
        text = match[1].strip()
    elif (match := _OF_R.fullmatch(text)) and (_ALL_QUOTED.fullmatch(match[1]) or not re.search("[()]", match[1])):
        return match[1]
    if len(text) < 2 or _BRACKETS.get(text[0]) != text[-1]:
        return None
    inner = text[1:-1]
    if _ALL_QUOTED.fullmatch(inner):
        return inner
    depth = 1
    for char in inner:  # the first bracket must be closed by the last: not `(a), (b)`
        depth += (char == text[0]) - (char == text[-1])
        if not depth:
            return None
    return inner


def _cut(text: str, separator: str) -> list[str]:
    if '"' not in text and "'" not in text:
        return text.split(separator)
    parts, at = [], 0
    while at <= len(text):
        match = _EACH_QUOTED.match(text, _after_space(text, at))
        end = text.find(separator, at)
        if match is not None and _is_end(text, match.end(), separator):
            end = text.find(separator, match.end())
        end = len(text) if end < 0 else end
        parts.append(text[at:end])
        at = end + len(separator)
    return parts


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _is_end(text: str, at: int, separator: str) -> bool:
    """Returns whether a separator, or nothing, follows; perhaps after white space."""
    after = _after_space(text, at)
    return after == len(text) or text.startswith(separator, at) or text.startswith(separator, after)


def _plain(part: str) -> str:
    """Returns an item without the quotes around it."""
    if len(part) < 2 or part[0] != part[-1] or part[0] not in "\"'" or not _EACH_QUOTED.fullmatch(part):
        return part
    return _ESCAPE.sub(lambda m: chr(int(m[1][1:], 16)) if len(m[1]) > 1 else _LETTERS.get(m[1], m[1]), part[1:-1])
