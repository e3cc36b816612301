"""What the user names (files, directories, '-', URLs, file objects) -> the files to read."""

from __future__ import annotations

import difflib
import errno
import glob as globbing
import os
import re
import secrets
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast

from nlpkit.errors import InputError, NlpkitError, OptionError, OutputError, cause_of

if TYPE_CHECKING:
    from nlpkit.places.remote.file import RemoteFile
    from nlpkit.places.remote.folders import Remote

Input: TypeAlias = str | os.PathLike[str] | BinaryIO

#: The path of a source that is read as it comes, and never again.
LIVE = "-"

_FileId: TypeAlias = tuple[int, int]  # device and inode
STDIN_NAMES = ("-", "/dev/stdin")
_URL = re.compile("[A-Za-z][A-Za-z0-9+.-]+://")
_LOCAL_URL = re.compile("(?:file|local)://", re.IGNORECASE)
_COPY_SIZE = 1 << 20
_ERROR_TEXTS = {
    errno.ENOENT: "no such file",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EISDIR: "is a directory",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: `path` to open, absolute or a URL, `name` to show (as given; `<stdin>`), `size` in bytes.

    modified: when it was written last, in nanoseconds, where others may write it. found: it is not named, but lies in a
    directory that is. stamp: of a remote file, what tells one state of it from another, where its server has that.
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
        return _URL.match(self.path) is not None


def is_url(item: object) -> bool:
    """Whether an input is one; what is there under that name on this machine is none."""
    return isinstance(item, str) and _URL.match(item) is not None and not os.path.lexists(item)


def as_inputs(inputs: Input | Iterable[Input]) -> tuple[str | BinaryIO, ...]:
    """One input or several -> path strings and file objects; OptionError where there are none or stdin is twice."""
    one = isinstance(inputs, (str, bytes, os.PathLike)) or hasattr(inputs, "read") or not isinstance(inputs, Iterable)
    several = cast(Iterable[Input], (inputs,) if one else inputs)
    paths = (os.fspath(item) if isinstance(item, os.PathLike) else item for item in several)
    named = tuple("-" if item == "/dev/stdin" else item for item in paths)
    for item in named:
        if not isinstance(item, str) and not hasattr(item, "read"):
            raise OptionError(f"{item!r} is no input; give a path, '-' or a binary file object")
    if not named:
        raise OptionError("no input; give a file, a directory, or '-' for stdin")
    if sum(item in STDIN_NAMES for item in named if isinstance(item, str)) > 1:
        raise OptionError("'-' (stdin) is given more than once; it can be read only once")
    return named


def open_sources(
    inputs: Sequence[str | BinaryIO], glob: str | None, tmp_dir: str | None, cleanup: ExitStack
) -> list[Source]:
    """Find the files of all inputs, in order; what can be read only once is copied to a temporary file first.

    `cleanup` is given the temporary files to remove. A file that lies in a named directory is read once, in however
    many of the directories it lies and even when it is named itself; a file that is named twice is read twice.
    Raises InputError (missing, unreadable, nothing in a directory), OutputError (no room for a temporary file).
    """
    inputs = [path for item in inputs for path in (_local_paths(item) if is_url(item) else (item,))]
    remote = _find_remote(inputs, glob)
    paths = [item for item in inputs if isinstance(item, str) and item not in STDIN_NAMES and item not in remote]
    stats = {path: _stat(path) for path in paths}
    seen = {_file_id(status) for status in stats.values() if not stat.S_ISDIR(status.st_mode)}
    seen_urls = {file.url for files in remote.values() for file in files if not file.found}
    sources: list[Source] = []
    for item in inputs:
        if not isinstance(item, str):
            sources.append(_spool(item, _stream_name(item), tmp_dir, cleanup))
        elif item in STDIN_NAMES:
            sources.append(_spool(open_stdin(), "<stdin>", tmp_dir, cleanup))
        elif item in remote:
            sources += _remote_sources(remote[item], seen_urls, tmp_dir, cleanup)
        elif stat.S_ISDIR(stats[item].st_mode):
            sources += _directory_sources(item, glob, seen)
        elif stat.S_ISREG(stats[item].st_mode) and not _is_device_path(item):
            sources.append(_file_source(item))
        else:
            sources.append(_spool_path(item, tmp_dir, cleanup))
    return sources


def input_error(name: str, error: OSError) -> InputError:
    """An error of the system that concerns one input, as `name: cause`."""
    text = _ERROR_TEXTS.get(error.errno or 0) or cause_of(error)
    return InputError(f"{name}: {text}")


def open_source(source: Source) -> BinaryIO:
    """A source's bytes, as they are. Raises OSError, or what RemoteFile does."""
    if not source.is_remote:
        return open(source.path, "rb")
    from nlpkit.places.remote.file import RemoteFile  # here, because few need it

    return cast(BinaryIO, RemoteFile(source))


def check_unchanged(file: BinaryIO, source: Source) -> None:
    """Raises InputError where an opened source is not as it was when the corpus was opened.

    Before anything of a remote file is read nothing is asked.
    """
    if source.is_remote:
        cast("RemoteFile", file).check_unchanged()
        return
    status = os.fstat(file.fileno())
    if status.st_size != source.size or source.modified not in (None, status.st_mtime_ns):
        raise changed(source)


def changed(source: Source) -> InputError:
    """The error for a source that somebody else writes to."""
    return InputError(f"{source.name}: changed while it was read; run again when nothing writes to it")


def _local_paths(item: str | BinaryIO) -> list[str | BinaryIO]:
    """The paths that a URL `file://...` means; others mean themselves."""
    if not isinstance(item, str) or not _LOCAL_URL.match(item):
        return [item]
    path = item.partition("://")[2]
    if os.path.lexists(path) or not globbing.has_magic(path):
        return [path]
    found = sorted(globbing.glob(path, recursive=True))
    if not found:
        raise InputError(f"{item}: no file matches")
    return [*found]


def _find_remote(inputs: Iterable[str | BinaryIO], glob: str | None) -> dict[str, list[Remote]]:
    urls = [item for item in inputs if isinstance(item, str) and is_url(item)]
    if not urls:
        return {}
    from nlpkit.places.remote.folders import find_remote, side_by_side  # here, because few need it

    urls = list(dict.fromkeys(urls))
    return dict(zip(urls, side_by_side(lambda url: find_remote(url, glob), urls), strict=True))


def _remote_sources(files: Iterable[Remote], seen: set[str], tmp_dir: str | None, cleanup: ExitStack) -> list[Source]:
    from nlpkit.places.remote.folders import open_unsized

    sources = []
    for file in files:
        if file.found and file.url in seen:
            continue
        seen.add(file.url)
        if file.size is not None:
            sources.append(file.source)
        else:
            with open_unsized(file) as stream:
                sources.append(_spool(cast(BinaryIO, stream), file.url, tmp_dir, cleanup))
    return sources


def _stat(path: str) -> os.stat_result:
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(f"{path}: no such file{_hint(path)}") from error
    except OSError as error:
        raise input_error(path, error) from error
    except ValueError as error:  # a NUL character in the name
        raise InputError(f"{path!r}: no such file ({error})") from error


def _hint(path: str) -> str:
    folder, name = os.path.split(path)
    if folder and not os.path.isdir(folder):
        return f"; there is no directory {folder}"
    try:
        with os.scandir(folder or ".") as entries:
            names = [entry.name for entry in islice(entries, 1000)]
    except OSError:
        return ""
    near = difflib.get_close_matches(name, sorted(names), n=1)
    return f"; did you mean {os.path.join(folder, near[0])}?" if near else ""


def _file_id(status: os.stat_result) -> _FileId:
    return status.st_dev, status.st_ino


def _file_source(path: str, found: bool = False) -> Source:
    """Opens the file, so that an unreadable one is reported before work begins, not in the midst of it."""
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            # Workers need not share this process's directory; abspath() would resolve `link/..` wrongly.
            return Source(os.path.join(os.getcwd(), path), path, status.st_size, status.st_mtime_ns, found)
    except OSError as error:
        raise input_error(path, error) from error


def _is_device_path(path: str) -> bool:
    """Whether the path means something else in another process (/dev/fd/3), or has no size to trust (/proc)."""
    return os.path.abspath(path).startswith(("/dev/fd/", "/proc/"))


def _directory_sources(directory: str, glob: str | None, seen: set[_FileId]) -> list[Source]:
    """The regular files under a directory that the pattern matches, by the code points of their paths."""
    found = sorted(entry for entry in _walk(directory) if glob is None or matches(entry[0], glob))
    if not found:
        raise InputError(f"{directory}: no files in this directory" + (f" match {glob!r}" if glob is not None else ""))
    sources = []
    for _, path, file_id in found:
        if file_id not in seen:
            seen.add(file_id)
            sources.append(_file_source(path, found=True))
    return sources


def _walk(top: str) -> Iterator[tuple[str, str, _FileId]]:
    """(path relative to `top` with '/', path to open, id) of the files below; hidden and special files are left out.

    Symbolic links are followed, each directory is entered once; a link that leads nowhere is an error, since leaving
    out a part of the corpus in silence would be worse.
    """
    pending = [("", top)]
    entered = {_file_id(_stat(top))}
    while pending:
        prefix, directory = pending.pop()
        try:
            names = sorted(name for name in os.listdir(directory) if not name.startswith("."))
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
            file_id = _file_id(status)
            if stat.S_ISREG(status.st_mode):
                yield prefix + name, path, file_id
            elif stat.S_ISDIR(status.st_mode) and file_id not in entered:
                entered.add(file_id)
                pending.append((f"{prefix}{name}/", path))


def matches(relative: str, glob: str) -> bool:
    """Whether a file's path in the folder that is read fits the option --glob."""
    if "/" not in glob:
        return fnmatchcase(relative.rpartition("/")[2], glob)
    return fnmatchcase(relative, glob) or (glob.startswith("**/") and fnmatchcase(relative, glob[3:]))


def open_stdin() -> BinaryIO:
    """Standard input, as bytes. Raises InputError where it is closed."""
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise InputError("<stdin>: is closed; give a file")
    return stream  # type: ignore[no-any-return]


def _stream_name(stream: BinaryIO) -> str:
    name = getattr(stream, "name", None)
    return name if isinstance(name, str) else "<stream>"


def _spool_path(path: str, tmp_dir: str | None, cleanup: ExitStack) -> Source:
    try:
        stream = open(path, "rb")  # noqa: SIM115 (closed below; an error of copying is not one of opening)
    except OSError as error:
        raise input_error(path, error) from error
    with stream:
        return _spool(stream, path, tmp_dir, cleanup)


def _spool(stream: BinaryIO, name: str, tmp_dir: str | None, cleanup: ExitStack) -> Source:
    """Copy a stream from where it stands to a named file, which workers in other processes can open."""
    try:
        folder = os.path.abspath(tmp_dir or tempfile.gettempdir())
        path = os.path.join(folder, f"nlpkit-{secrets.token_hex(8)}.txt")
        cleanup.callback(_remove, path)  # before it is there, so that no interrupt falls between the two
        spool = open(path, "xb", buffering=0, opener=_private)  # noqa: SIM115 (closed below)
    except OSError as error:
        raise _spool_error(tmp_dir, error) from error
    size = 0
    with spool:
        while block := _read_block(stream, name):
            size += len(block)
            try:
                _write_all(spool, block)
            except OSError as error:
                raise _spool_error(tmp_dir, error) from error
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


def _spool_error(tmp_dir: str | None, error: OSError) -> NlpkitError:
    folder = tmp_dir or tempfile.tempdir or "the folder for temporary files"
    return OutputError(
        f"{folder}: {cause_of(error)}; input from a pipe is kept there for a while: "
        "name another folder with --tmp-dir, or set TMPDIR"
    )


def _remove(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)
