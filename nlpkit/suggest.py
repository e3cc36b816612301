"""Suggests the nearest known name for one that is unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

#: The least ratio of difflib, at most 1, of names that begin alike, and of others: sort is like format by 0.6, header
#: is like scheduler by 0.67.
_ALIKE, _VERY_ALIKE = 0.6, 0.75
_SHORTEST = 3  # characters of what may be short for another name


def nearest(name: str, known: Iterable[str], *, ignore_case: bool = False) -> str | None:
    """Returns the known name that is most like `name`, None if none is alike.

    ignore_case: compares without regard to case; the name that is returned keeps its own.
    """
    fold = str.casefold if ignore_case else str
    by_folded: Mapping[str, str] = {fold(candidate).lstrip("-"): candidate for candidate in known}
    asked = fold(name).lstrip("-")  # dashes, which all options have, make none of them more alike
    found = get_close_matches(asked, list(by_folded), n=1, cutoff=_VERY_ALIKE)
    if not found:
        found = get_close_matches(asked, [key for key in by_folded if key[:1] == asked[:1]], n=1, cutoff=_ALIKE)
    if not found and len(asked) >= _SHORTEST:  # one may be short for the other: chars, --sep
        found = [key for key in by_folded if min(len(key), len(asked)) >= _SHORTEST and _is_short(key, asked)][:1]
    return by_folded[found[0]] if found else None


def _is_short(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def hint(
    name: str,
    known: Iterable[str],
    otherwise: str = "",
    *,
    show: Callable[[str], str] = str,
    before: str = "",
    ignore_case: bool = False,
) -> str:
    """Returns `did you mean NAME?` with the known name that is most like `name`, or `otherwise` if none is alike.

    show: writes the known name as the message shows it. before: what the question begins with, such as `; `.
    ignore_case: as for `nearest`. Example: `hint("tvs", ["tsv", "csv"])` is "did you mean tsv?".
    """
    near = nearest(name, known, ignore_case=ignore_case)
    return f"{before}did you mean {show(near)}?" if near else otherwise
