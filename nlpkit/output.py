"""Where results go: standard output, a device, or a file that is replaced at once or not at all.

Everything is written as bytes, so that encodings and line ends never depend on the locale.
"""

import io
import os
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from typing import Any, BinaryIO, cast

from nlpkit.errors import OptionError, OutputError

STDOUT = ("-", "/dev/stdout")  # opening /dev/stdout anew would empty the file of `>> file`


def check_output(path: str | None) -> None:
    """Find out before hours of work that `path` (None or `-`: standard output) cannot be written.

    Raises OptionError where `path` is a folder or lies in none, OutputError where permission is missing.
    """
    if path is None or path in STDOUT:
        return
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if os.path.isdir(target) or not os.path.basename(path):
        raise OptionError(f"{path}: is a folder; name a file in it")
    if not os.path.isdir(folder):
        raise OptionError(f"{path}: the folder {folder} does not exist; create it first")
    if not os.access(target if _is_special(target) else folder, os.W_OK):
        raise OutputError(f"{path}: cannot be written (permission denied in {folder}); choose another place")


def check_not_input(
    path: str | None, inputs: Iterable[object], glob: str | None = None, *, also_new: bool = False
) -> None:
    """Raises OptionError where `path` is an input, or a file (as `glob`) in a folder of them.

    also_new: a file that would be new in such a folder, too.
    """
    if path is None or path in STDOUT or _is_special(path):
        return
    target = os.path.realpath(path)
    is_there = also_new or os.path.isfile(path)
    for name in (os.path.realpath(os.fspath(item)) for item in inputs if isinstance(item, (str, os.PathLike))):
        inside = target.startswith(os.path.join(name, "")) and (glob is None or fnmatch(os.path.basename(target), glob))
        if target == name or (inside and is_there):
            raise OptionError(f"{path}: is also an input; write to another file")


@contextmanager
def open_output(path: str | os.PathLike[str] | None) -> Iterator[BinaryIO]:
    """Open `path` for writing bytes; None or `-` is standard output.

    A regular file is written under a temporary name beside it and takes its own name when the block ends well (mode
    kept, symbolic links followed): after an error or an interrupt the old file, or none, is there. Devices and FIFOs
    are written directly.

    Raises OutputError where the place cannot be written; BrokenPipeError where the reader of a pipe has left.
    """
    name = "-" if path is None else os.fspath(path)
    if name in STDOUT:
        with _standard_output() as file:
            yield file
    elif _is_special(name):
        with _blame(name):
            raw = _Raw(os.open(name, os.O_WRONLY), name)
        with io.BufferedWriter(raw) as file:
            yield cast(BinaryIO, file)
    else:
        with _replacement(name) as file:
            yield file


def write_blocks(target: str | os.PathLike[str] | BinaryIO | None, blocks: Iterable[Any]) -> None:
    """Writes blocks of bytes one after the other.

    target: a path (None or `-`: standard output), which `open_output` opens, or a binary file, which stays open.
    blocks: bytes, or arrays of uint8; they are made while they are written.

    Raises as `open_output` does, and what making the blocks raises.
    """
    if target is None or isinstance(target, (str, os.PathLike)):
        with open_output(target) as file:
            write_blocks(file, blocks)
    else:
        for block in blocks:
            target.write(block)


class _Raw(io.FileIO):
    """A file whose name stands in the error when writing fails."""

    def __init__(self, descriptor: int, name: str, closefd: bool = True) -> None:
        super().__init__(descriptor, "wb", closefd=closefd)
        self._shown = name

    def write(self, data: Any) -> int:
        with _blame(self._shown):
            return super().write(data)


@contextmanager
def _blame(name: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"{name}: cannot be written ({error.strerror or error}); choose another place") from error


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    if sys.stdout is None:
        raise OutputError("<stdout>: cannot be written (it is closed); name a file with -o")
    try:
        descriptor = sys.stdout.fileno()
    except io.UnsupportedOperation:  # a notebook's, or one that captures
        text = io.BytesIO()
        yield text
        sys.stdout.write(text.getvalue().decode())
        return
    with _blame("<stdout>"):
        sys.stdout.flush()
    with io.BufferedWriter(_Raw(descriptor, "<stdout>", closefd=False)) as file:
        yield cast(BinaryIO, file)


@contextmanager
def _replacement(name: str) -> Iterator[BinaryIO]:
    target = os.path.realpath(name)
    temporary = os.path.join(os.path.dirname(target), f".nlpkit-{secrets.token_hex(6)}.tmp")
    with _blame(name):
        raw = _Raw(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), name)
    try:
        with io.BufferedWriter(raw) as file:
            yield cast(BinaryIO, file)
        with _blame(name):
            with suppress(FileNotFoundError):
                os.chmod(temporary, stat.S_IMODE(os.stat(target).st_mode))
            os.replace(temporary, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _is_special(path: str) -> bool:
    with suppress(OSError):
        mode = os.stat(path).st_mode
        return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
    return False
