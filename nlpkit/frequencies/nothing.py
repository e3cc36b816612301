"""Says why a frequency list has no rows, and names the option that would change it."""

from __future__ import annotations

from collections.abc import Callable

from nlpkit.errors import Notice, Option, counted
from nlpkit.frequencies.filters import compiled
from nlpkit.frequencies.options import CountOptions
from nlpkit.frequencies.result import Frequencies

_NO_TEXT = "the text has no tokens; it is white space, or nothing at all"


def too_rare(found: Frequencies, min_count: int) -> Notice:
    """Says that `min_count` leaves no row of a list in which something was counted."""
    highest = int(found.spectrum.values.max())
    which = "the only token does not occur" if found.types == 1 else f"none of {found.types:,} different tokens occurs"
    most = f"; {'it' if found.types == 1 else 'the most frequent one'} occurs {counted(highest, 'time')}"
    return Notice(f"{which} {counted(min_count, 'time')} (", Option("min_count"), f"){most}")


def why_no_rows(found: Frequencies, options: CountOptions, has_tokens: Callable[[], bool]) -> Notice:
    """Returns the line for the user where `count` has no row to write.

    found: the result. has_tokens: tells whether there is a token before any is left out; it is called only if none is
    left and an option may have left them out.
    """
    if found.total:
        return too_rare(found, options.min_count)
    if found.tokens:
        long = f"no line has {counted(options.orders[0], 'token')} without a gap ("
        return Notice(long, Option("ngram"), ")")
    names = [name for name in ("match", "stopwords", "min_length") if getattr(options, name) != _default(name)]
    if names and has_tokens():
        parts = [part for name in names for part in (" and ", Option(name))][1:]
        return Notice("all tokens are left out (", *parts, ")")
    if options.language == "en":
        return Notice("the text has neither letters nor digits")
    if options.tokenizer == "regex":
        group = "the group of " if compiled(options.pattern or "", "pattern").groups else ""
        return Notice(group, Option("pattern"), f" '{options.pattern}' matches nowhere in the text")
    return Notice(_NO_TEXT)


def _default(name: str) -> object:
    return CountOptions.__dataclass_fields__[name].default
