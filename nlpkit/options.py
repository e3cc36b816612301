"""Checks that options make sense: choices, bounds, and options that do nothing beside others.

Each capability has a frozen dataclass of its options, whose `__post_init__` checks the values with the functions below.
A message names an option with `Option`, so that each caller sees the name that he typed: `min_count` in Python,
`--min-count` on the command line.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any

from nlpkit.errors import Option, OptionError
from nlpkit.suggest import hint


def unescaped(text: str) -> str:
    """Returns a separator with tabs and line ends for `\\t`, `\\n`, `\\r`, which shells leave as they are."""
    return text.replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r")


def check_choice(option: str, value: object, choices: Sequence[str]) -> None:
    """Raises OptionError if `value` is none of `choices`."""
    if value not in choices:
        shown = value if isinstance(value, str) else ""
        near = hint(shown, choices, f"choose from {', '.join(choices)}", synonyms=True)
        raise OptionError(Option(option), f" is {value!r}; {near}")


def check_at_least(option: str, value: float | None, lowest: int) -> None:
    """Raises OptionError if `value` is smaller than `lowest`, or not a whole number; None passes."""
    if value is not None and not value >= lowest:
        raise OptionError(Option(option), f" is {value}; it must be at least {lowest}")
    if value is not None and value % 1:
        raise OptionError(Option(option), f" is {value}; it must be a whole number")


@dataclass(frozen=True)
class NoEffect:
    """Says that some options do nothing beside another one.

    options: the names of those that do nothing. beside: the name of the other option. values: the values of the other
    option for which this holds. because: the end of the message, a reason or a way out; in parts if it names options.
    """

    options: tuple[str, ...]
    beside: str
    values: tuple[object, ...]
    because: str | tuple[str, ...]


def check_effects(options: Any, table: Sequence[NoEffect], given: Collection[str] | None = None) -> None:
    """Raises OptionError for the first row of `table` that names an option which is given and does nothing.

    options: a dataclass whose fields are named as the options are. given: the names of the options that were given; by
    default those whose value is not the field's default.
    """
    if given is None:
        given = {field.name for field in fields(options) if getattr(options, field.name) != _default(field)}
    for row in table:
        idle = [name for name in row.options if name in given]
        value = getattr(options, row.beside)
        if idle and value in row.values:
            parts = [part for name in idle for part in (", ", Option(name))][1:]
            shown = "" if isinstance(value, bool) or value is None else f" {value}"
            without = "without" if value is None or value is False else "with"
            because = (row.because,) if isinstance(row.because, str) else row.because
            raise OptionError(*parts, f": no effect {without} ", Option(row.beside), f"{shown}; ", *because)


def _default(field: Any) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()
