"""Suggests the nearest known name for one that is unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str], *, ignore_case: bool = False) -> str | None:
    """Returns the known name that is most like `name`, None if none is alike.

    ignore_case: compares without regard to case; the name that is returned keeps its own.
    """
    if not ignore_case:
        return next(iter(get_close_matches(name, list(known), n=1)), None)
    by_folded: Mapping[str, str] = {candidate.casefold(): candidate for candidate in known}
    found = get_close_matches(name.casefold(), list(by_folded), n=1)
    return by_folded[found[0]] if found else None


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
