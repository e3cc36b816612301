"""Where results go: standard output or an atomically replaced file; tables as tsv, csv, jsonl, jieba lines or words.

Everything is written as UTF-8 bytes with LF line ends, whatever the locale says.
"""

import csv
import io
import json
import os
import re
import secrets
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from nlpkit.errors import OptionError, OutputError

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]
    Column = Sequence[object] | Array

FORMATS = ("tsv", "csv", "jsonl", "jieba", "words")
"""The formats of `write_table`."""

_CONTROL = re.compile(r"[\t\n\r]")
_SYMBOLS = str.maketrans("\t\n\r", "\u2409\u240a\u240d")
_ROWS = 1 << 16  # written at once: bounds the memory, and `| head` need not wait for the last row
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


def write_table(file: BinaryIO, columns: "Mapping[str, Column]", format: str = "tsv", header: bool = True) -> None:
    """Write columns (name -> values, all of one length) to `file`, a row a line.

    format: `tsv` and `csv` start with a header row and round floats to 4 decimals; `jsonl` is an object a row, floats
    in full; `jieba` is `word count`, from the first column and that called `count`; `words` the first alone. NaN is an
    empty cell, in jsonl null. In tsv a tab or line end in a cell is written as its symbol: U+2409, U+240A, U+240D.
    header: whether the header row is written; the rest of a table comes without.

    Raises OptionError where `format` is none of FORMATS; else what `file` raises.
    """
    if format not in FORMATS:
        raise OptionError(f"{format!r} is no output format; choose from {', '.join(FORMATS)}")
    names = list(columns)
    names = {"jieba": [names[0], "count"], "words": names[:1]}.get(format, names)
    separator = {"csv": ",", "jieba": " "}.get(format, "\t")
    if header and format in ("tsv", "csv"):
        file.write(f"{separator.join(names)}\n".encode())
    arrays = [_array(columns[name]) for name in names]
    for start in range(0, len(arrays[0]), _ROWS):
        part = [array[start : start + _ROWS] for array in arrays]
        if format == "jsonl":
            text = _objects(names, part)
        elif format == "csv":
            text = _quoted(part)
        else:
            cells = list(map(_cells, part))
            if format == "tsv" and any(map(_CONTROL.search, cells[0])):
                cells = [list(map(visible, column)) for column in cells]
            text = "\n".join(map(separator.join, zip(*cells, strict=True))) + "\n"
        file.write(text.encode())


def visible(text: str) -> str:
    """Tabs and line ends as their symbols, so that the text fits a cell of tsv."""
    return text.translate(_SYMBOLS)


def _array(values: "Column") -> "Array":
    import numpy as np  # here, because the commands' --help must not wait for it

    if isinstance(values, np.ndarray):
        return values
    return np.array(values, dtype=np.float64 if values and isinstance(values[0], float) else object)


def _objects(names: Sequence[str], part: "Sequence[Array]") -> str:
    encode = json.JSONEncoder(ensure_ascii=False).encode
    keys = [f"{encode(name)}: " for name in names]
    columns = [map(key.__add__, _texts(values, encode, "null")) for key, values in zip(keys, part, strict=True)]
    return "{" + "}\n{".join(map(", ".join, zip(*columns, strict=True))) + "}\n"


def _quoted(part: "Sequence[Array]") -> str:
    text = io.StringIO()
    cells = list(map(_cells, part))
    if any("\r" in cell for column in cells for cell in column):  # which it would not quote otherwise
        writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    else:
        writer = csv.writer(text, lineterminator="\n")
    writer.writerows(zip(*cells, strict=True))
    return text.getvalue()


def _cells(values: "Array") -> list[str]:
    return _texts(values.round(4) + 0.0 if values.dtype.kind == "f" else values)  # + 0.0 makes -0.0 plain 0.0


def _texts(values: "Array", encode: Callable[[Any], str] = str, nan: str = "") -> list[str]:
    """Each value as text: a float as the shortest digits that read back, NaN as `nan`, the rest by `encode`."""
    items: list[Any] = values.tolist()
    if values.dtype.kind == "f":
        return [repr(item) if item == item else nan for item in items]
    return list(map(encode, items))


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
