"""The errors that nlpkit raises on purpose.

Every message is ready to print: it names the place (`path:line` or `path (byte N)`) where there is one, the cause,
and what to do about it. The message is the only argument, so every error survives pickling between processes.
"""

#: What to do where memory is short.
LESS_MEMORY = "try fewer --jobs, --executor serial, or a smaller --memory"


def cause_of(error: OSError) -> str:
    """What the system says, to go into a message."""
    return (error.strerror or str(error)).lower()


class NlpkitError(Exception):
    """What went wrong, and what to do about it; the base of all errors below."""


class OptionError(NlpkitError, ValueError):
    """Wrong usage: an option or argument whose value, or whose company, makes no sense."""


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
