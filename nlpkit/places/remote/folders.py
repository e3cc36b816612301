"""Inputs that are URLs: the files that they mean, found through fsspec, the extra `remote`.

What a URL means is fsspec's: `https://host/file`, `s3://bucket/prefix/*.gz`. Credentials and settings come from the
environment and the files that fsspec and its packages read (AWS_..., ~/.netrc, FSSPEC_S3_...).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from operator import itemgetter
from queue import SimpleQueue
from typing import Any, TypeVar

from nlpkit.errors import InputError, NlpkitError
from nlpkit.places.remote.errors import explained, is_passing, patiently, root_of
from nlpkit.places.remote.file import RemoteFile
from nlpkit.places.remote.schemes import Place, place_of, stamp_of
from nlpkit.places.sources import Source, matches

_AT_ONCE = 16  # files that are looked at side by side
A = TypeVar("A")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Remote:
    """A remote file to read; size is None where the server does not tell. found: it lies in a folder that is named."""

    url: str
    size: int | None
    stamp: str | None
    found: bool = False

    @property
    def source(self) -> Source:
        """Of a file whose size is known."""
        assert self.size is not None
        return Source(self.url, self.url, self.size, None, self.found, self.stamp)


def find_remote(url: str, glob: str | None) -> list[Remote]:
    """The files that a URL means: itself, those that its pattern matches, or those in the folder that it is.

    In folders hidden files are left out, and those that `glob` does not match. The order is that of the code points of
    the paths. Raises OptionError where a package is missing; InputError for what cannot be reached or is not there.
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
    """What there is under this name; None where it is a pattern."""
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


def _remote(place: Place, url: str, path: str, info: dict[str, Any], in_folder: bool) -> Remote:
    """A listing may leave out the size; then the file is asked for it."""
    try:
        if info.get("size") is None and path != place.path:
            info = patiently(lambda: place.files.info(path), is_passing)
    except Exception as error:
        raise explained(url, error) from error
    size = info.get("size")
    return Remote(url, None if size is None else int(size), stamp_of(info), in_folder)


def _matching(place: Place) -> dict[str, dict[str, Any]]:
    """The files that a pattern means; as in shells, * stands for no hidden file, and ** for folders in folders."""
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
        fnmatchcase(name, part) and (part.startswith(".") or not name.startswith("."))
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
    """The files in a folder and in those in it, but for hidden ones."""
    from fsspec.asyn import AsyncFileSystem
    from fsspec.spec import AbstractFileSystem

    kind = type(place.files)
    walks = getattr(kind, "_find", None) is AsyncFileSystem._find or kind.find is AbstractFileSystem.find
    if not walks:  # it has one list of all, however deep
        for path, info in place.files.find(top, detail=True).items():
            if path.startswith(f"{top}/") and "/." not in path[len(top) :] and not path.endswith("/"):
                yield path, info
        return
    # fsspec's own walk leaves out in silence what it cannot list.
    pending, entered = [top], {top}
    while pending:
        for info in place.list(pending.pop()):
            path = info["name"].rstrip("/")
            if path.rpartition("/")[2].startswith("."):
                continue
            if info["type"] != "directory":
                yield path, info
            elif path not in entered:
                entered.add(path)
                pending.append(path)


def open_unsized(remote: Remote) -> RemoteFile:
    """To be read once."""
    return RemoteFile(Source(remote.url, remote.url, -1, None, remote.found, remote.stamp))


def side_by_side(call: Callable[[A], T], items: Iterable[A]) -> list[T]:
    """The results for all items, in order; many wait for their servers at a time. Raises what the first one raises.

    Its threads hold up neither an interrupt nor the end of the process.
    """
    waiting = deque(enumerate(items))
    results: dict[int, T] = {}
    failures: dict[int, BaseException] = {}
    ended: SimpleQueue[None] = SimpleQueue()

    def work() -> None:
        with suppress(IndexError):
            while True:
                number, item = waiting.popleft()
                try:
                    results[number] = call(item)
                except BaseException as failure:
                    failures[number] = failure
                    waiting.clear()
        ended.put(None)

    threads = min(_AT_ONCE, len(waiting))
    try:
        for _ in range(threads):
            threading.Thread(target=work, name="nlpkit-remote", daemon=True).start()
        for _ in range(threads):
            ended.get()
    finally:
        waiting.clear()
    if failures:
        raise failures[min(failures)]
    return [results[number] for number in sorted(results)]
