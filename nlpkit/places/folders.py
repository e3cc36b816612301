"""The files in a directory: which of them are read (hidden files, --glob), and in which order."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import islice
from typing import TypeAlias

from nlpkit.errors import InputError
from nlpkit.places.sources import Source, input_error, shown_name
from nlpkit.suggest import hint

FileId: TypeAlias = tuple[int, int]  # device and inode

_MOST_NAMES = 1000  # of a directory, that are compared with the name of a file that does not exist


def is_hidden(name: str) -> bool:
    """Returns whether a file or directory of this name is left out of the directories that are read."""
    return name.startswith(".")


def matches(relative: str, glob: str) -> bool:
    """Returns whether a file fits the pattern of --glob. relative: its path in the directory that is read, with '/'."""
    if "/" not in glob:
        return fnmatchcase(relative.rpartition("/")[2], glob)
    return fnmatchcase(relative, glob) or (glob.startswith("**/") and fnmatchcase(relative, glob[3:]))


def directory_sources(directory: str, glob: str | None, seen: set[FileId]) -> list[Source]:
    """Returns the regular files under a directory, in the order of the code points of their paths.

    glob: only the files that match it. seen: the files that are left out, to which those that are returned are added.
    Raises InputError.
    """
    found = sorted(entry for entry in _walk(directory) if glob is None or matches(entry[0], glob))
    if not found:
        raise InputError(f"{directory}: no files in this directory" + (f" match {glob!r}" if glob is not None else ""))
    sources = []
    for _, path, identity in found:
        if identity not in seen:
            seen.add(identity)
            sources.append(file_source(path, found=True))
    return sources


def file_source(path: str, found: bool = False) -> Source:
    """Returns the source of a regular file, which is opened once, so that an unreadable file is reported before work
    begins. Raises InputError."""
    try:
        with open(path, "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            # Workers need not share this process's directory; abspath() would resolve `link/..` wrongly.
            absolute = os.path.join(os.getcwd(), path)
            return Source(absolute, shown_name(path), status.st_size, status.st_mtime_ns, found)
    except OSError as error:
        raise input_error(path, error) from error


def file_status(path: str) -> os.stat_result:
    """Returns os.stat of a path. Raises InputError, with the name of a similar file if there is no such file."""
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(f"{path}: no such file{_hint(path)}") from error
    except OSError as error:
        raise input_error(path, error) from error
    except ValueError as error:  # a NUL character in the name
        raise InputError(f"{path!r}: no such file ({error})") from error


def file_id(status: os.stat_result) -> FileId:
    """Returns what two names of one file have in common."""
    return status.st_dev, status.st_ino


def _hint(path: str) -> str:
    folder, name = os.path.split(path)
    if folder and not os.path.isdir(folder):
        return f"; there is no directory {folder}"
    try:
        with os.scandir(folder or ".") as entries:
            names = [entry.name for entry in islice(entries, _MOST_NAMES)]
    except OSError:
        return ""
    return hint(name, sorted(names), show=lambda near: os.path.join(folder, near), before="; ")


def _walk(top: str) -> Iterator[tuple[str, str, FileId]]:
    """Yields (path relative to `top` with '/', path to open, id) of the files in a directory and in those in it.

    Symbolic links are followed; each directory is entered once. Hidden and special files are left out. A link to a file
    that does not exist is an error, because a part of the corpus must not be left out in silence.
    """
    pending = [("", top)]
    entered = {file_id(file_status(top))}
    while pending:
        prefix, directory = pending.pop()
        try:
            names = sorted(name for name in os.listdir(directory) if not is_hidden(name))
        except OSError as error:
            raise input_error(directory, error) from error
        for name in names:
            path = os.path.join(directory, name)
            try:
                status = os.stat(path)
            except OSError as error:
                if error.errno == errno.ELOOP:
                    continue
                raise input_error(path, error) from error
            identity = file_id(status)
            if stat.S_ISREG(status.st_mode):
                yield prefix + name, path, identity
            elif stat.S_ISDIR(status.st_mode) and identity not in entered:
                entered.add(identity)
                pending.append((f"{prefix}{name}/", path))
