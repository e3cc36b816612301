"""Caches arrays in files of the user's cache folder, or of NLPKIT_CACHE_DIR, and maps them into memory.

A file holds a line with the name of the format, a CRC-32 of everything after it, the length of a JSON document, that
document (under "arrays": name -> type code of `array`, place and size in bytes), and the arrays, each at a multiple of
64 bytes.
"""

from __future__ import annotations

import json
import mmap
import os
import secrets
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import platformdirs

from nlpkit.errors import cause_of

_MAGIC = b"nlpkit cache 1\n"
_HEAD = len(_MAGIC) + 4 + 8
_MOST_FILES = 24  # more than these are removed, those first that have not been used for the longest time
_ALIGNMENT = 64
_HOUR = 3600  # seconds

Arrays = dict[str, Any]  # name -> memoryview
Document = dict[str, Any]


def kept(
    key: str,
    make: Callable[[], tuple[Document, Arrays]],
    notify: Callable[[str], object] | None = None,
    what: str = "the compiled dictionary",
) -> tuple[Document, Arrays]:
    """Returns the document and the arrays that `make` makes, from the cache if they are there.

    The arrays are memoryviews, which may be written to: the file does not change. key: the name of the file, which must
    differ wherever the content does. notify: called with a line for the user if the folder cannot be written.
    what: is kept, for that line. A damaged file is replaced.
    """
    try:
        named = os.environ.get("NLPKIT_CACHE_DIR")
        folder = Path(named) if named else platformdirs.user_cache_path("nlpkit", appauthor=False)
    except RuntimeError as error:  # the user has no home directory
        if notify is not None:
            notify(f"{error}; {what} cannot be kept, so every start is slow: set NLPKIT_CACHE_DIR")
        return make()
    path = folder / f"{key}.bin"
    try:
        found = _load(path)
    except (OSError, ValueError):
        found = None
    if found is not None:
        with suppress(OSError):
            os.utime(path)
        return found
    document, arrays = make()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _save(path, document, arrays)
        _tidy(folder)
    except OSError as error:
        if notify is not None:
            notify(f"{folder}: {cause_of(error)}; {what} cannot be kept, so every start is slow")
    return document, arrays


def _load(path: Path) -> tuple[Document, Arrays] | None:
    """Returns what a file holds, None if it is damaged. Raises OSError, and ValueError for an empty file."""
    with open(path, "rb") as file:
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    if len(mapped) < _HEAD or mapped[: len(_MAGIC)] != _MAGIC:
        return None
    checksum = int.from_bytes(mapped[len(_MAGIC) : len(_MAGIC) + 4], "little")
    if zlib.crc32(mapped[len(_MAGIC) + 4 :]) != checksum:
        return None
    size = int.from_bytes(mapped[_HEAD - 8 : _HEAD], "little")
    document = json.loads(bytes(mapped[_HEAD : _HEAD + size]))
    arrays = {
        name: mapped[place : place + length].cast(code) for name, (code, place, length) in document["arrays"].items()
    }
    return document, arrays


def _save(path: Path, document: Document, arrays: Arrays) -> None:
    """Writes the file under another name and renames it, so that nobody reads half a file."""
    sizes = {name: view.nbytes for name, view in arrays.items()}
    place = 0
    while True:  # the places of arrays depend on the length of the head, which depends on the digits of the places
        at = place
        entries = {}
        for name, view in arrays.items():
            at = -(-at // _ALIGNMENT) * _ALIGNMENT
            entries[name] = [view.format, at, sizes[name]]
            at += sizes[name]
        head = json.dumps({**document, "arrays": entries}).encode()
        if _HEAD + len(head) <= place:
            break
        place = -(-(_HEAD + len(head)) // _ALIGNMENT) * _ALIGNMENT
    body = bytearray(len(head).to_bytes(8, "little") + head)
    for name, view in arrays.items():
        body += bytes(entries[name][1] - (_HEAD - 8) - len(body))
        body += view.cast("B") if view.nbytes else b""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(_MAGIC + zlib.crc32(body).to_bytes(4, "little"))
            file.write(body)
        os.replace(temporary, path)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _tidy(folder: Path) -> None:
    files = []
    for file in folder.glob("*.bin"):
        with suppress(FileNotFoundError):  # another process may be tidying too
            files.append((file.stat().st_mtime, file))
    for _, file in sorted(files)[:-_MOST_FILES]:
        with suppress(OSError):
            file.unlink()
    for file in folder.glob("*.tmp"):  # of processes that were killed
        with suppress(OSError):
            if time.time() - file.stat().st_mtime > _HOUR:
                file.unlink()
