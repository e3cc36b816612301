"""Finds the files that the user's inputs mean: paths, directories, '-', URLs, binary file objects."""

from __future__ import annotations

import glob as globbing
import os
import re
import stat
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO, cast

from nlpkit.errors import InputError
from nlpkit.places.folders import directory_sources, file_id, file_source, file_status
from nlpkit.places.sources import STDIN_NAMES, Source, is_url
from nlpkit.places.spooling import is_device_path, open_stdin, spool, spool_path, spool_stream

if TYPE_CHECKING:
    from nlpkit.places.remote.folders import FoundFile

_LOCAL_URL = re.compile("(?:file|local)://", re.IGNORECASE)


def find_sources(
    inputs: Sequence[str | BinaryIO], glob: str | None, tmp_dir: str | None, cleanup: ExitStack
) -> list[Source]:
    """Returns the files of all inputs, in order; what can be read only once is copied to a temporary file first.

    glob: of directories only the files that match it. tmp_dir: the folder for temporary files; None is the system's.
    cleanup: gets the removal of the temporary files. A file that lies in a named directory is read once, even if it
    lies in several of them or is also named itself; a file that is named twice is read twice.
    Raises InputError (missing, unreadable, nothing in a directory), OutputError (no room for a temporary file).
    """
    inputs = [path for item in inputs for path in (_local_paths(item) if is_url(item) else (item,))]
    remote = _find_remote(inputs, glob)
    paths = [item for item in inputs if isinstance(item, str) and item not in STDIN_NAMES and item not in remote]
    stats = {path: file_status(path) for path in paths}
    seen = {file_id(status) for status in stats.values() if not stat.S_ISDIR(status.st_mode)}
    seen_urls = {file.url for files in remote.values() for file in files if not file.in_folder}
    sources: list[Source] = []
    for item in inputs:
        if not isinstance(item, str):
            sources.append(spool_stream(item, tmp_dir, cleanup))
        elif item in STDIN_NAMES:
            sources.append(spool(open_stdin(), "<stdin>", tmp_dir, cleanup))
        elif item in remote:
            sources += _remote_sources(remote[item], seen_urls, tmp_dir, cleanup)
        elif stat.S_ISDIR(stats[item].st_mode):
            sources += directory_sources(item, glob, seen)
        elif stat.S_ISREG(stats[item].st_mode) and not is_device_path(item):
            sources.append(file_source(item))
        else:
            sources.append(spool_path(item, tmp_dir, cleanup))
    return sources


def _local_paths(item: str | BinaryIO) -> list[str | BinaryIO]:
    """The paths that a URL `file://...` means; other inputs are returned as they are."""
    if not isinstance(item, str) or not _LOCAL_URL.match(item):
        return [item]
    path = item.partition("://")[2]
    if os.path.lexists(path) or not globbing.has_magic(path):
        return [path]
    found = sorted(globbing.glob(path, recursive=True))
    if not found:
        raise InputError(f"{item}: no file matches")
    return [*found]


def _find_remote(inputs: Iterable[str | BinaryIO], glob: str | None) -> dict[str, list[FoundFile]]:
    urls = [item for item in inputs if isinstance(item, str) and is_url(item)]
    if not urls:
        return {}
    from nlpkit.places.remote.folders import find_remote  # here, because few inputs need it
    from nlpkit.places.remote.waiting import side_by_side

    urls = list(dict.fromkeys(urls))
    return dict(zip(urls, side_by_side(lambda url: find_remote(url, glob), urls), strict=True))


def _remote_sources(
    files: Iterable[FoundFile], seen: set[str], tmp_dir: str | None, cleanup: ExitStack
) -> list[Source]:
    from nlpkit.places.remote.folders import open_unsized

    sources = []
    for file in files:
        if file.in_folder and file.url in seen:
            continue
        seen.add(file.url)
        if file.size is not None:
            sources.append(file.source)
        else:
            with open_unsized(file) as stream:
                sources.append(spool(cast(BinaryIO, stream), file.url, tmp_dir, cleanup))
    return sources
