"""The files to read, as the rest of the package knows them, and the names that users give for them."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias, cast

from nlpkit.errors import InputError, OptionError, cause_of

Input: TypeAlias = str | os.PathLike[str] | BinaryIO

#: The path of a source that is read as it comes, and never again.
LIVE = "-"
STDIN_NAMES = ("-", "/dev/stdin")

_URL = re.compile("[A-Za-z][A-Za-z0-9+.-]+://")
_ERROR_TEXTS = {
    errno.ENOENT: "no such file",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EISDIR: "is a directory",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read.

    path: what to open, an absolute path or a URL. name: what to show, as the user gave it (see shown_name), or
    `<stdin>`. size: bytes.
    modified: when the file was last written, in nanoseconds since 1970; None for a temporary file of ours.
    found: the file was not named, but lies in a directory that was named.
    stamp: tells two states of a remote file apart, if its server sends such a value.
    """

    path: str
    name: str
    size: int
    modified: int | None = None
    found: bool = False
    stamp: str | None = None

    @property
    def is_remote(self) -> bool:
        """Whether the path is a URL."""
        return not self.path.startswith("/") and _URL.match(self.path) is not None


def shown_name(name: str) -> str:
    """Returns a name as text: bytes of it that are not UTF-8 are U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")


def is_url(item: object) -> bool:
    """Returns whether an input is a URL. A string that names something on this machine is a path."""
    return isinstance(item, str) and _URL.match(item) is not None and not os.path.lexists(item)


def is_of_pandas(value: object) -> bool:
    """Returns whether a value is a frame of pandas, or a column of one."""
    return hasattr(value, "iloc")


def is_frame(value: object) -> bool:
    """Returns whether a value is a frame of pandas, whose iteration yields the names of its columns."""
    return is_of_pandas(value) and hasattr(value, "columns")


def as_inputs(inputs: Input | Iterable[Input]) -> tuple[str | BinaryIO, ...]:
    """Returns one input, or several, as a tuple of paths (str) and binary files; `/dev/stdin` becomes '-'.

    Raises OptionError if there are no inputs, if stdin is named twice, or for an object that cannot be read.
    """
    if is_of_pandas(inputs):  # it would be taken for a list of paths
        raise OptionError(f"a {type(inputs).__name__} is not an input; give a path, '-' or a binary file object")
    one = isinstance(inputs, (str, bytes, os.PathLike)) or hasattr(inputs, "read") or not isinstance(inputs, Iterable)
    several = cast(Iterable[Input], (inputs,) if one else inputs)
    paths = (os.fspath(item) if isinstance(item, os.PathLike) else item for item in several)
    named = tuple("-" if item == "/dev/stdin" else item for item in paths)
    for item in named:
        if not isinstance(item, str) and not hasattr(item, "read"):
            raise OptionError(f"{item!r} is not an input; give a path, '-' or a binary file object")
    if not named:
        raise OptionError("no input; give a file, a directory, or '-' for stdin")
    if sum(item in STDIN_NAMES for item in named if isinstance(item, str)) > 1:
        raise OptionError("'-' (stdin) is given more than once; it can be read only once")
    return named


def input_error(name: str, error: OSError) -> InputError:
    """Returns the error for one input that the system cannot read: `name: cause`."""
    text = _ERROR_TEXTS.get(error.errno or 0) or cause_of(error)
    return InputError(f"{name}: {text}")


def changed(source: Source) -> InputError:
    """Returns the error for a source that another program writes to."""
    return InputError(f"{source.name}: changed while it was read; run again when nothing writes to it")
