"""Finds the files that a URL means: the file itself, those that match its pattern, or those in its folder.

fsspec decides what a URL means: `https://host/file`, `s3://bucket/prefix/*.gz`. Credentials and settings come from the
environment and the files that fsspec and its packages read (AWS_..., ~/.netrc, FSSPEC_S3_...).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from operator import itemgetter
from typing import Any

from nlpkit.errors import InputError, NlpkitError
from nlpkit.places.folders import is_hidden, matches
from nlpkit.places.remote.errors import explained, is_passing, patiently, root_of
from nlpkit.places.remote.file import RemoteFile
from nlpkit.places.remote.schemes import Place, place_of, stamp_of
from nlpkit.places.remote.waiting import side_by_side
from nlpkit.places.sources import Source


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A remote file to read.

    size: bytes, None if the server does not tell. stamp: as in Source. in_folder: the file was not named, but lies in a
    folder that was.
    """

    url: str
    size: int | None
    stamp: str | None
    in_folder: bool = False

    @property
    def source(self) -> Source:
        """The source of a file whose size is known."""
        assert self.size is not None
        return Source(self.url, self.url, self.size, None, self.in_folder, self.stamp)


def find_remote(url: str, glob: str | None) -> list[FoundFile]:
    """Returns the files that a URL means, in the order of the code points of their paths.

    In folders, hidden files and those that do not match `glob` are left out.
    Raises OptionError if a package is missing; InputError if a file does not exist or a server cannot be reached.
    """
    place = place_of(url)
    try:
        info = patiently(lambda: _info_of(place), is_passing)
        if info is not None and info["type"] != "directory":
            return [_remote(place, url, place.path, info, False)]
        found = _matching(place) if info is None else _in_folder(place, glob)
    except NlpkitError:
        raise
    except Exception as error:  # file systems have errors of their own, each
        raise explained(url, error) from error
    return side_by_side(lambda path: _remote(place, place.url_of(path), path, found[path], info is not None), found)


def _info_of(place: Place) -> dict[str, Any] | None:
    """What fsspec says of the file or folder of this name; None if the name is a pattern."""
    if place.is_http:
        if place.magic_at >= 0:
            return None
        if place.url.endswith("/"):
            return {"type": "directory"}
    try:
        return dict(place.files.info(place.path))
    except FileNotFoundError:
        if place.magic_at < 0:
            raise
        return None  # only now: some files do have a star in their names


def _remote(place: Place, url: str, path: str, info: dict[str, Any], in_folder: bool) -> FoundFile:
    """A listing may leave out the size; then the server is asked for it."""
    try:
        if info.get("size") is None and path != place.path:
            info = patiently(lambda: place.files.info(path), is_passing)
    except Exception as error:
        raise explained(url, error) from error
    size = info.get("size")
    return FoundFile(url, None if size is None else int(size), stamp_of(info), in_folder)


def _matching(place: Place) -> dict[str, dict[str, Any]]:
    """The files that match a pattern, by path. As in shells, * matches no hidden file, and ** any depth of folders."""
    start = place.path.rfind("/", 0, place.magic_at) + 1
    parts = place.path[start:].split("/")
    if place.is_http:
        parts = [part.replace("?", "[?]") for part in parts]
    folder = place.path[:start].rstrip("/")
    try:
        found = dict(sorted(_expand(place, folder, parts), key=itemgetter(0)))
    except FileNotFoundError as error:
        if not isinstance(root_of(error), FileNotFoundError) or _is_there(place, folder):
            raise
        found = {}
    if not found:
        how = "; the server must list the files of the folder" if place.is_http else "; check the address"
        raise InputError(f"{place.url}: no file matches{how}")
    return found


def _is_there(place: Place, folder: str) -> bool:
    try:
        return any(True for _ in place.list(folder))
    except FileNotFoundError:
        return False


def _expand(place: Place, folder: str, parts: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    part, rest = parts[0], parts[1:]
    if part == "**":
        for path, info in _below(place, folder):
            names = path[len(folder.rstrip("/")) + 1 :].split("/")
            if not rest or any(_fit(names[i:], rest) for i in range(len(names))):
                yield path, info
        return
    for info in place.list(folder):
        path = info["name"].rstrip("/")
        if _fit([path.rpartition("/")[2]], [part]):
            if rest and info["type"] == "directory":
                yield from _expand(place, path, rest)
            elif not rest and info["type"] != "directory":
                yield path, info


def _fit(names: list[str], parts: list[str]) -> bool:
    if "**" in parts:
        at = parts.index("**")
        return _fit(names[:at], parts[:at]) and any(
            _fit(names[i:], parts[at + 1 :]) for i in range(at, len(names) + (at + 1 == len(parts)))
        )
    return len(names) == len(parts) and all(
        fnmatchcase(name, part) and (is_hidden(part) or not is_hidden(name))
        for name, part in zip(names, parts, strict=True)
    )


def _in_folder(place: Place, glob: str | None) -> dict[str, dict[str, Any]]:
    top = place.path.rstrip("/")
    found = {
        path: info
        for path, info in sorted(_below(place, top), key=itemgetter(0))
        if glob is None or matches(path[len(top) + 1 :], glob)
    }
    if not found:
        which = f" match {glob!r}" if glob is not None else ""
        how = "; the server must list them" if place.is_http else ""
        raise InputError(f"{place.url}: no files in this folder{which}{how}")
    return found


def _below(place: Place, top: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields the files in a folder and in the folders in it, without hidden ones."""
    from fsspec.asyn import AsyncFileSystem
    from fsspec.spec import AbstractFileSystem

    kind = type(place.files)
    walks = getattr(kind, "_find", None) is AsyncFileSystem._find or kind.find is AbstractFileSystem.find
    if not walks:  # this file system gives one list of all files, however deep
        for path, info in place.files.find(top, detail=True).items():
            hidden = any(map(is_hidden, path[len(top) :].split("/")))
            if path.startswith(f"{top}/") and not hidden and not path.endswith("/"):
                yield path, info
        return
    # fsspec's own walk leaves out folders that it cannot list, without an error.
    pending, entered = [top], {top}
    while pending:
        for info in place.list(pending.pop()):
            path = info["name"].rstrip("/")
            if is_hidden(path.rpartition("/")[2]):
                continue
            if info["type"] != "directory":
                yield path, info
            elif path not in entered:
                entered.add(path)
                pending.append(path)


def open_unsized(file: FoundFile) -> RemoteFile:
    """Opens a file of unknown size, to be read once, from its beginning to its end."""
    return RemoteFile(Source(file.url, file.url, -1, None, file.in_folder, file.stamp))
