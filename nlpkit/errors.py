"""The errors that nlpkit raises on purpose.

Every message is ready to print: it names the place (`path:line` or `path (byte N)`) where there is one, the cause,
and what to do about it. An error has no argument but the parts of its message, so it survives pickling between
processes.
"""

from __future__ import annotations

from collections.abc import Mapping

#: What to do where memory is short.
LESS_MEMORY = "try fewer --jobs, --executor serial, or a smaller --memory"


def cause_of(error: OSError) -> str:
    """What the system says, to go into a message."""
    return (error.strerror or str(error)).lower()


def counted(n: int, noun: str) -> str:
    """Returns a number with its noun: 1 word, 2,000 words."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


class NlpkitError(Exception):
    """What went wrong, and what to do about it; the base of all errors below."""


class Option(str):
    """The name of an option within the message of an OptionError, as the library calls it: `min_count`."""

    __slots__ = ()


class OptionError(NlpkitError, ValueError):
    """Wrong usage: an option or argument whose value, or whose company, makes no sense.

    parts: the message in parts, in which each `Option` is the name of an option.
    """

    def __init__(self, *parts: str) -> None:
        super().__init__(*parts)

    def __str__(self) -> str:
        return "".join(self.args)

    def typed(self, flags: Mapping[str, str]) -> str:
        """Returns the message with the options as they are typed on the command line. flags: option -> `--flag`."""
        return "".join(flags.get(part, part) if isinstance(part, Option) else part for part in self.args)


class InputError(NlpkitError):
    """An input that is missing, cannot be read, or does not hold what it should."""


class EncodingError(InputError):
    """Bytes that are not valid in the encoding they were read in."""


class LexiconError(InputError):
    """A file that was given as a lexicon and is none."""


class OutputError(NlpkitError):
    """An output that cannot be written."""


class WorkerError(NlpkitError):
    """A worker that died, or could not be started."""
