"""The schemes of URLs: which file system of fsspec reads each of them, and with which settings and time limits."""

from __future__ import annotations

import asyncio
import atexit
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from nlpkit.errors import InputError, NlpkitError, OptionError
from nlpkit.places.remote.errors import ending, explained, first_line, is_passing, patiently
from nlpkit.suggest import hint

_SECONDS_TO_CONNECT = 3.5  # for each of two tries, so that a host that does not answer is given up within ten seconds
_SECONDS_OF_SILENCE = 30
_BUNDLED = ("http", "https", "s3", "s3a")  # schemes for which the extra `remote` is enough
#: The keys under which file systems tell one state of a file from another; the first one that is there is used.
_STAMPS = ("ETag", "etag", "generation", "LastModified", "Last-Modified", "last_modified", "mtime", "modify")
_MAGIC = re.compile(r"[*?\[]")
_MAGIC_IN_HTTP = re.compile(r"[*\[]")  # there a question mark begins a query

_lock = threading.Lock()
_shared: dict[tuple[int, type, str], Any] = {}


@dataclass(frozen=True, slots=True)
class Place:
    """A URL, split into its scheme, its file system and the path in that."""

    url: str
    scheme: str
    files: Any
    path: str

    @property
    def is_http(self) -> bool:
        return self.scheme in ("http", "https")

    @property
    def magic_at(self) -> int:
        """The offset in the path of the first character of a pattern, or -1."""
        if not self.is_http:
            found = _MAGIC.search(self.path)
        else:
            host = self.path.find("://") + 3  # which may be [::1]
            found = _MAGIC_IN_HTTP.search(self.path.partition("?")[0], max(host, self.path.find("/", host)))
        return found.start() if found else -1

    def list(self, folder: str) -> Iterator[dict[str, Any]]:
        """Yields what fsspec says of each file and folder that lies directly in a folder."""
        if self.is_http:
            folder += "/"
        for info in patiently(lambda: self.files.ls(folder, detail=True), is_passing):
            inside = info["name"].rstrip("/").startswith(folder.rstrip("/") + "/")
            sorts = self.is_http and re.search("[?#]", info["name"][len(folder) :])  # a link that sorts the listing
            if inside and not sorts:
                yield info

    def url_of(self, path: str) -> str:
        """Returns the URL of a path that was found here, with the scheme that the user gave."""
        url = str(self.files.unstrip_protocol(path))
        return url if self.is_http else self.scheme + "://" + url.partition("://")[2]


def place_of(url: str) -> Place:
    """Returns the place that a URL names.

    Raises OptionError if a package is missing, InputError for a scheme that fsspec does not know.
    """
    scheme = url.partition("://")[0].lower()
    try:
        import fsspec
        from fsspec.registry import get_filesystem_class, known_implementations
    except ImportError as error:
        raise OptionError(f"{url}: reading what is not on this machine needs pip install 'nlpkit[remote]'") from error
    try:
        kind = get_filesystem_class(scheme)
    except ValueError as error:
        known = [*known_implementations, *fsspec.registry]
        near = hint(scheme, known, "there are https, s3, gs, ftp and others of fsspec", show=lambda near: f"{near}://")
        raise InputError(f"{url}: {scheme}:// is unknown; {near}") from error
    except ImportError as error:
        way = "pip install 'nlpkit[remote]'" if scheme in _BUNDLED else first_line(error)
        raise OptionError(f"{url}: {scheme}:// needs another package; {way}") from error
    try:
        options = _options(kind, scheme) | kind._get_kwargs_from_urls(url)
        return Place(url, scheme, _file_system(kind, options), kind._strip_protocol(scheme + url[len(scheme) :]))
    except NlpkitError:
        raise
    except Exception as error:
        raise explained(url, error) from error


def _file_system(kind: Any, options: dict[str, Any]) -> Any:
    """Returns one file system for all threads if it can be shared, so that they share connections; else a new one."""
    if not kind.async_impl:
        return kind(skip_instance_cache=True, **options)
    key = (os.getpid(), kind, repr(sorted(options.items())))
    with _lock:
        if key not in _shared:
            _shared[key] = kind(skip_instance_cache=True, **options)
            atexit.register(_end_requests, os.getpid(), _shared[key].loop)
        return _shared[key]


def _end_requests(process: int, loop: asyncio.AbstractEventLoop) -> None:
    """Cancels, at the end of the process, requests that were interrupted; else asyncio would complain about them."""

    async def cancel() -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=0.5)

    ending.set()
    if process == os.getpid() and loop.is_running():
        with suppress(Exception):
            asyncio.run_coroutine_threadsafe(cancel(), loop).result(1)


def _options(kind: Any, scheme: str) -> dict[str, Any]:
    """Returns our settings of a file system, over which those of fsspec's configuration take precedence."""
    from fsspec.config import conf

    ours: dict[str, Any] = {"use_listings_cache": False}
    if scheme in ("http", "https"):
        from aiohttp import ClientTimeout

        timeout = ClientTimeout(total=None, connect=_SECONDS_TO_CONNECT, sock_read=_SECONDS_OF_SILENCE)
        # Bytes are sent as they are stored, so that sizes and ranges mean the same everywhere.
        ours["client_kwargs"] = {"timeout": timeout, "trust_env": True, "auto_decompress": False}
        ours["headers"] = {"Accept-Encoding": "identity"}
    elif scheme in ("s3", "s3a"):
        ours["config_kwargs"] = {"connect_timeout": _SECONDS_TO_CONNECT, "read_timeout": _SECONDS_OF_SILENCE}
        if "AWS_MAX_ATTEMPTS" not in os.environ:
            ours["config_kwargs"]["retries"] = {"total_max_attempts": 2}
    elif scheme == "ftp":
        ours["timeout"] = 2 * int(_SECONDS_TO_CONNECT)
    protocols = (kind.protocol,) if isinstance(kind.protocol, str) else kind.protocol
    for protocol in protocols:
        for name, theirs in conf.get(protocol, {}).items():
            both = isinstance(theirs, dict) and isinstance(ours.get(name), dict)
            ours[name] = ours[name] | theirs if both else theirs
    return ours


def stamp_of(info: Mapping[str, Any]) -> str | None:
    """Returns a value that tells two states of a file apart, None if its server sends none."""
    return next((str(info[name]) for name in _STAMPS if info.get(name)), None)
