"""Where results go: standard output, a device, a URL, or a file that is replaced at once or not at all.

The name of a file says how it is packed (`.gz`, `.bz2`, `.xz`, `.zst`) and, where the user does not, in which format it
is written (`.csv`, `.tsv`, `.jsonl`, `tokenizer.json`). Everything is written as bytes, so that encodings and line ends
never depend on the locale.
"""

import io
import os
import secrets
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from fnmatch import fnmatch
from typing import Any, BinaryIO, cast

from nlpkit.errors import Option, OptionError, OutputError
from nlpkit.places.compression import bare_name
from nlpkit.places.packing import packer
from nlpkit.places.sources import is_url

STDOUT = ("-", "/dev/stdout")  # opening /dev/stdout anew would empty the file of `>> file`

_BY_SUFFIX = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".conll": "conll"}
_BY_NAME = {"tokenizer.json": "tokenizer"}
_SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".numbers")
_DOCUMENTS = (".pdf", ".docx", ".doc", ".odt", ".rtf", ".pptx", ".ppt", ".html", ".htm", ".epub")
_OTHER_DATA = (".parquet", ".feather", ".arrow", ".orc", ".avro", ".pkl", ".pickle", ".npy", ".npz", ".h5", ".db")
_FOREIGN = (".sqlite", ".dta", ".sav", ".rds", ".rdata", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz", ".tbz2", ".txz", ".lz4", ".lzma", ".lz", ".br", ".z", ".sz", ".lzo")
#: What a file of this name would be taken for -> what the user can do.
_NOT_WRITTEN = (
    (_SPREADSHEETS, "spreadsheets are not written; name a table, such as {stem}.csv"),
    (_DOCUMENTS, "documents are not written; name a table or a text, such as {stem}.csv or {stem}.txt"),
    ((*_OTHER_DATA, *_FOREIGN), "such files are not written; name a table, such as {stem}.csv or {stem}.jsonl"),
    (_ARCHIVES, "files are not packed so; name it {stem}.gz, .bz2, .xz or .zst"),
)


def promised_format(path: object) -> str | None:
    """Returns the format that a reader expects of a file with this name: csv, tsv, jsonl, conll, tokenizer; None if of
    no such.

    path: where to write; the suffix of a compression does not count.
    """
    return _BY_NAME.get(os.path.basename(_bare(path))) or _BY_SUFFIX.get(_suffix(path))


def format_by_name(path: object, formats: Sequence[str]) -> str | None:
    """Returns the one of `formats` that the name of a file asks for, None if it asks for none.

    Raises OptionError for `.json`, which is no format of ours although the name of one begins so.
    Example: `format_by_name("words.csv.gz", ["tsv", "csv"])` is "csv".
    """
    found = promised_format(path)
    if found in formats:
        return found
    if _suffix(path) == ".json" and "jsonl" in formats:
        name = _bare(path)
        ways = ("one object a line is written: name it ", f"{os.path.basename(name)}l, or give ", Option("format"))
        raise OptionError(f"{path}: ", *ways)
    return None


def _bare(path: object) -> str:
    """The name without the suffix of a compression; empty if `path` is no name."""
    return bare_name(os.fspath(path)) if isinstance(path, (str, os.PathLike)) else ""


def _suffix(path: object) -> str:
    return os.path.splitext(_bare(path))[1].lower()


def check_output(path: str | None, *, is_result: bool = True) -> None:
    """Find out before hours of work that `path` (None or `-`: standard output) cannot be written.

    is_result: whether it is written by `open_output` as results are, packed by its name and to URLs too.

    Raises OptionError where `path` is a folder or lies in none, or has the name of what is not written (`.xlsx`);
    OutputError where permission is missing.
    """
    if path is None or path in STDOUT:
        return
    if not path:
        raise OptionError("the name of the file to write is empty; name one, or - for standard output")
    if is_result:
        _check_name(path)
    if is_url(path):
        if not is_result:
            raise OptionError(f"{path}: only results are written to URLs; name a file on this machine")
        if not _local(path):
            from nlpkit.places.remote.sending import check_place  # here, because few outputs need it

            check_place(path)
            return
        path = _local(path)
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if os.path.isdir(target) or not os.path.basename(path):
        raise OptionError(f"{path}: is a folder; name a file in it")
    if not os.path.isdir(folder):
        raise OptionError(f"{path}: the folder {folder} does not exist; create it first")
    if not os.access(target if _is_special(target) else folder, os.W_OK):
        raise OutputError(f"{path}: cannot be written (permission denied in {folder}); choose another place")


def check_not_input(
    path: str | os.PathLike[str] | None, inputs: Iterable[object], glob: str | None = None, *, also_new: bool = False
) -> None:
    """Raises OptionError where `path` is an input, or a file (as `glob`) in a folder of them.

    inputs: paths, URLs, or files that are open. also_new: a file that would be new in such a folder, too.
    """
    path = "-" if path is None else os.fspath(path)
    if path in STDOUT or _is_special(path):
        return
    if is_url(path) and not _local(path):
        if path in [*inputs]:
            raise OptionError(f"{path}: is also an input; write to another file")
        return
    target = os.path.realpath(_local(path) or path)
    is_there = also_new or os.path.isfile(path)
    names = (item if isinstance(item, (str, os.PathLike)) else getattr(item, "name", None) for item in inputs)
    for name in (os.path.realpath(os.fspath(name)) for name in names if isinstance(name, (str, os.PathLike))):
        inside = target.startswith(os.path.join(name, "")) and (glob is None or fnmatch(os.path.basename(target), glob))
        if target == name or (inside and is_there):
            raise OptionError(f"{path}: is also an input; write to another file")


@contextmanager
def open_output(
    path: str | os.PathLike[str] | None, *, is_result: bool = True, folder: str | None = None
) -> Iterator[BinaryIO]:
    """Open `path` for writing bytes; None or `-` is standard output.

    is_result: what is written is packed if the name ends so (`.gz`, ...), and a URL is a place elsewhere, which gets
    the file when the block ends well. folder: holds what is written to a URL until then; None is the system's.

    A regular file is written under a temporary name beside it and takes its own name when the block ends well (mode
    kept, symbolic links followed): after an error or an interrupt the old file, or none, is there. Devices and FIFOs
    are written directly.

    Raises OutputError where the place cannot be written; BrokenPipeError where the reader of a pipe has left.
    """
    name = "-" if path is None else os.fspath(path)
    if is_result:
        _check_name(name)
    pack = packer(name) if is_result and name not in STDOUT else None
    if pack is not None:
        with _opened(name, folder) as file, pack(file) as packed:
            yield packed
    else:
        with _opened(name, folder) as file:
            yield file


def _opened(name: str, folder: str | None) -> AbstractContextManager[BinaryIO]:
    if is_url(name) and not _local(name):
        return _remote(name, folder)
    return _opened_here(_local(name) or name)


@contextmanager
def _opened_here(name: str) -> Iterator[BinaryIO]:
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


@contextmanager
def _remote(url: str, folder: str | None) -> Iterator[BinaryIO]:
    """A temporary file of this machine, which is sent to a URL when the block ends well.

    folder: holds it; None is the system's. If it cannot be sent, it is kept, and the error names it.
    """
    from nlpkit.places.remote.sending import send  # here, because few outputs need it

    with _blame(folder or tempfile.gettempdir()):
        descriptor, path = tempfile.mkstemp(prefix="nlpkit-", suffix=f"-{os.path.basename(url)[-60:]}", dir=folder)
    try:
        with io.BufferedWriter(_Raw(descriptor, path)) as file:
            yield cast(BinaryIO, file)
        try:
            send(path, url)
        except OutputError as error:
            kept, path = path, ""
            raise OutputError(*error.args, f"; the result is kept in {kept}") from error
    finally:
        if path:
            with suppress(FileNotFoundError):
                os.unlink(path)


def _check_name(path: str) -> None:
    name = bare_name(path)
    for suffixes, way in _NOT_WRITTEN:
        if name.lower().endswith(suffixes) and not _is_special(path):
            stem = os.path.splitext(os.path.basename(name))[0]
            raise OptionError(f"{path}: {way.format(stem=stem)}")


def _local(path: str) -> str:
    """Returns the path that a URL `file://...` means, '' for other URLs and for paths."""
    scheme, mark, rest = path.partition("://")
    return rest if mark and scheme.lower() in ("file", "local") and is_url(path) else ""


def _is_special(path: str) -> bool:
    with suppress(OSError):
        mode = os.stat(path).st_mode
        return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
    return False
