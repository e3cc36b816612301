"""Copies to a temporary file what can be read only once: standard input, streams, FIFOs."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from contextlib import ExitStack, suppress
from typing import BinaryIO

from nlpkit.errors import InputError, OutputError
from nlpkit.places.sources import Source, input_error
from nlpkit.places.temporary import no_room

_COPY_SIZE = 1 << 20


def open_stdin() -> BinaryIO:
    """Returns standard input, as bytes. Raises InputError if it is closed."""
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise InputError("<stdin>: is closed; give a file")
    return stream  # type: ignore[no-any-return]


def is_device_path(path: str) -> bool:
    """Returns whether a path means another file in another process (/dev/fd/3), or has no size to trust (/proc)."""
    return os.path.abspath(path).startswith(("/dev/fd/", "/proc/"))


def spool_path(path: str, tmp_dir: str | None, cleanup: ExitStack) -> Source:
    """Copies what a path gives when it is read once. Arguments and errors as in `spool`."""
    try:
        stream = open(path, "rb")  # noqa: SIM115 (closed below; an error of copying is not one of opening)
    except OSError as error:
        raise input_error(path, error) from error
    with stream:
        return spool(stream, path, tmp_dir, cleanup)


def spool_stream(stream: BinaryIO, tmp_dir: str | None, cleanup: ExitStack) -> Source:
    """Copies a binary file object from its position on. Arguments and errors as in `spool`."""
    name = getattr(stream, "name", None)
    return spool(stream, name if isinstance(name, str) else "<stream>", tmp_dir, cleanup)


def spool(stream: BinaryIO, name: str, tmp_dir: str | None, cleanup: ExitStack) -> Source:
    """Copies a stream from its position on to a named file, which workers in other processes can open.

    name: what messages call the stream. tmp_dir: the folder of the file; None is the system's. cleanup: gets the
    removal of the file. Raises InputError if the stream cannot be read, OutputError if the file cannot be written.
    """
    try:
        folder = os.path.abspath(tmp_dir or tempfile.gettempdir())
        path = os.path.join(folder, f"nlpkit-{secrets.token_hex(8)}.txt")
        cleanup.callback(_remove, path)  # before the file is made, so that no interrupt falls between the two
        file = open(path, "xb", buffering=0, opener=_private)  # noqa: SIM115 (closed below)
    except OSError as error:
        raise _no_room(tmp_dir, error) from error
    size = 0
    with file:
        while block := _read_block(stream, name):
            size += len(block)
            try:
                _write_all(file, block)
            except OSError as error:
                raise _no_room(tmp_dir, error) from error
    return Source(path, name, size)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _read_block(stream: BinaryIO, name: str) -> bytes:
    # One read of the system at a time: read() would want a second Ctrl-D of a terminal.
    read = getattr(stream, "read1", stream.read)
    try:
        block = read(_COPY_SIZE)
    except OSError as error:
        raise input_error(name, error) from error
    if not isinstance(block, bytes):
        raise InputError(
            f"{name}: gives {type(block).__name__} where bytes are needed; open it in binary mode, blocking"
        )
    return block


def _write_all(file: BinaryIO, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[file.write(rest) :]


def _no_room(tmp_dir: str | None, error: OSError) -> OutputError:
    return no_room(tmp_dir, error, "input from a pipe", otherwise=(", or set TMPDIR",))


def _remove(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)
