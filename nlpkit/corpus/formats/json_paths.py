"""Paths to the text in JSON: `text.body`, `authors.0`, `data.*.text`, where `*` stands for each item."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

_DEEPEST = 8  # of the paths in a message
_INDEX = re.compile("[0-9]{1,9}")
ABSENT = object()
#: A path cut at its asterisks: the path before the first one, between two, after the last; None where that is empty.
Steps = tuple[str | None, ...]


def steps_of(path: str) -> Steps:
    """Returns the steps of a path: ("data", "text") of `data.*.text`, (None,) of the empty path after `*`."""
    steps: list[list[str]] = [[]]
    for name in path.split("."):
        if name == "*":
            steps.append([])
        else:
            steps[-1].append(name)
    return tuple(".".join(step) if step else None for step in steps)


def has_index_first(path: str) -> bool:
    """Returns whether a path begins with a place in an array."""
    return _INDEX.fullmatch(path.partition(".")[0]) is not None


def find(value: Any, path: str) -> Any:
    """Returns the value at a path without asterisks, or ABSENT. Longer keys win: `a.b` is the key 'a.b' if there is
    one."""
    if value.__class__ is dict:
        if path in value:
            return value[path]
        cut = path.rfind(".")
        while cut >= 0:
            if path[:cut] in value and (found := find(value[path[:cut]], path[cut + 1 :])) is not ABSENT:
                return found
            cut = path.rfind(".", 0, cut)
    elif value.__class__ is list:
        index, _, rest = path.partition(".")
        if _INDEX.fullmatch(index) and int(index) < len(value):
            return find(value[int(index)], rest) if rest else value[int(index)]
    return ABSENT


def find_all(value: Any, steps: Sequence[str | None]) -> Iterator[Any]:
    """Yields the values at a path; an asterisk stands for each item of an array and for each value of an object."""
    found = value if steps[0] is None else find(value, steps[0])
    if len(steps) == 1:
        if found is not ABSENT:
            yield found
        return
    for item in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from find_all(item, steps[1:])


def paths_in(value: object, prefix: str = "", depth: int = 0) -> list[str]:
    """Returns the paths to values that are neither object nor array, in order; those of an array by its first item."""
    if isinstance(value, list):
        value = {"*": value[0]} if value else {}
    if not isinstance(value, dict) or depth == _DEEPEST:
        return [prefix] if depth else []
    return [path for key, item in value.items() for path in paths_in(item, prefix + "." * (depth > 0) + key, depth + 1)]
