"""The errors that nlpkit raises on purpose, and the lines for users that name options.

Every message is ready to print: it names the place (`path:line` or `path (byte N)`) where there is one, the cause,
and what to do about it. An error has no argument but the parts of its message, so it survives pickling between
processes. The parts that name an option are marked, so that each caller reads the name that he types: `errors="skip"`
in Python, `--errors skip` on the command line.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping


def cause_of(error: OSError) -> str:
    """What the system says, to go into a message."""
    return (error.strerror or str(error)).lower()


def counted(n: int, noun: str) -> str:
    """Returns a number with its noun: 1 word, 2,000 words."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


class Option(str):
    """The name of an option within the message of an error, as the library calls it: `min_count`."""

    __slots__ = ()

    def typed(self, flags: Mapping[str, str]) -> str:
        """Returns what is typed on the command line. flags: option -> `--flag`."""
        return flags.get(self, self)


class Setting(Option):
    """An option with its value within the message of an error: `errors="skip"`, on the command line `--errors skip`.

    option: its name, as the library calls it. values: one, or several to choose from; True and False stand for the
    switches `--header` and `--no-header`.
    """

    __slots__ = ("_option", "_values")
    _option: Option
    _values: tuple[str | int, ...]

    def __new__(cls, option: str, *values: str | int) -> Setting:
        shown = " or ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in values)
        made = super().__new__(cls, f"{option}={shown}")
        made._option, made._values = Option(option), values
        return made

    def __reduce__(self) -> tuple[type[Setting], tuple[str | int, ...]]:
        return Setting, (str(self._option), *self._values)

    def typed(self, flags: Mapping[str, str]) -> str:
        flag = self._option.typed(flags)
        if self._values[0] is False:
            return flag.replace("--", "--no-", 1)
        if self._values[0] is True:
            return flag
        if len(self._values) == 1:
            return f"{flag} {shlex.quote(str(self._values[0]))}"
        return f"{flag} {'|'.join(map(str, self._values))}"  # alternatives, of which one is typed


class Notice(str):
    """A line for `notify`, or a longer text for users, in parts like the message of an error, so that each caller reads
    the options as he types them. Parts may be such texts themselves.

    >>> Notice("take ", Option("min_support"), " up")
    'take min_support up'
    """

    __slots__ = ("_parts",)
    _parts: tuple[str, ...]

    def __new__(cls, *parts: str) -> Notice:
        made = super().__new__(cls, "".join(parts))
        made._parts = parts
        return made

    def __reduce__(self) -> tuple[type[Notice], tuple[str, ...]]:
        return Notice, self._parts

    def typed(self, flags: Mapping[str, str]) -> str:
        """Returns the line with the options as they are typed on the command line. flags: option -> `--flag`."""
        return _typed(self._parts, flags)


class Repeated(Setting):
    """An option with several values within the message of an error: `id=["a", "b"]`, on the command line
    `--id a --id b`."""

    __slots__ = ()

    def __new__(cls, option: str, *values: str | int) -> Repeated:
        shown = ", ".join(repr(value) if '"' in str(value) else f'"{value}"' for value in values)
        made = str.__new__(cls, f"{option}=[{shown}]")
        made._option, made._values = Option(option), values
        return made

    def __reduce__(self) -> tuple[type[Setting], tuple[str | int, ...]]:
        return Repeated, (str(self._option), *self._values)

    def typed(self, flags: Mapping[str, str]) -> str:
        """Returns what is typed on the command line. flags: option -> `--flag`."""
        return shlex.join(part for value in self._values for part in (self._option.typed(flags), str(value)))


#: What to do where memory is short: parts of a message.
LESS_MEMORY = ("try fewer ", Option("jobs"), ", ", Setting("executor", "serial"), ", or a smaller ", Option("memory"))


class NlpkitError(Exception):
    """What went wrong, and what to do about it; the base of all errors below.

    parts: the message in parts, of which those that name an option are of type `Option`.
    """

    def __init__(self, *parts: str) -> None:
        super().__init__(*parts)

    def __str__(self) -> str:
        return "".join(self.args)

    def typed(self, flags: Mapping[str, str]) -> str:
        """Returns the message with the options as they are typed on the command line. flags: option -> `--flag`."""
        return _typed(self.args, flags)


class OptionError(NlpkitError, ValueError):
    """Wrong usage: an option or argument whose value, or whose company, makes no sense."""


class InputError(NlpkitError):
    """An input that is missing, cannot be read, or does not hold what it should."""


class EncodingError(InputError):
    """Bytes that are not valid in the encoding they were read in."""


class LexiconError(InputError):
    """A file that was given as a lexicon and is not one."""


class OutputError(NlpkitError):
    """An output that cannot be written."""


class WorkerError(NlpkitError):
    """A worker that died, or could not be started."""


def _typed(parts: Iterable[str], flags: Mapping[str, str]) -> str:
    return "".join(part.typed(flags) if isinstance(part, Option | Notice) else part for part in parts)
