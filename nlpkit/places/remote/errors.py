"""Errors of servers and connections: which of them are worth another try, and what the user is told."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeVar

from nlpkit.errors import InputError, NlpkitError

_PAUSES = (0.3, 0.6, 1.2, 2.4)  # seconds before each further try
_TRY_AGAIN = (408, 425, 429)  # of the client errors of HTTP
_S3_CREDENTIALS = "see AWS_PROFILE, AWS_ACCESS_KEY_ID and others of AWS, or for public buckets FSSPEC_S3_ANON=true"
_CREDENTIALS = dict.fromkeys(("s3", "s3a"), _S3_CREDENTIALS) | dict.fromkeys(
    ("http", "https"), "name and password can stand in ~/.netrc"
)
T = TypeVar("T")
ending = threading.Event()  #: set when the process ends: then nothing is tried again


def patiently(call: Callable[[], T], is_passing: Callable[[Exception], bool]) -> T:
    """Returns what the call returns, which is tried up to five times, as long as `is_passing` is true of its errors."""
    for pause in _PAUSES:
        try:
            return call()
        except NlpkitError:
            raise
        except Exception as error:
            if ending.is_set() or not is_passing(error):
                raise
        time.sleep(pause)
    return call()


def is_passing(error: Exception) -> bool:
    """Returns whether a server that can be reached failed for the moment only."""
    status = _status(error)
    broken = any(
        isinstance(cause, ConnectionResetError) or type(cause).__name__ == "ServerDisconnectedError"
        for cause in _causes(error)
    )
    return status >= 500 or status in _TRY_AGAIN or broken


def root_of(error: BaseException) -> BaseException:
    """Returns the cause of an error: for HTTP, fsspec reports every failure as a file that does not exist."""
    while isinstance(error, FileNotFoundError) and error.__cause__ is not None and error.__cause__ is not error:
        error = error.__cause__
    return error


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yields the error and those that led to it."""
    pending: list[object] = [root_of(error)]
    seen: set[int] = set()
    while pending:
        item = pending.pop(0)
        if isinstance(item, BaseException) and id(item) not in seen:
            seen.add(id(item))
            yield item
            told = getattr(item, "kwargs", None)
            pending += [getattr(item, "os_error", None), item.__cause__, item.__context__]
            pending += [told.get("error")] if isinstance(told, dict) else []


def _status(error: BaseException) -> int:
    """Returns the status of HTTP, 0 if there is none."""
    for cause in islice(_causes(error), 4):
        response = getattr(cause, "response", None)
        status = getattr(cause, "status", None)
        if isinstance(response, dict):
            status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if isinstance(status, int):
            return status
    return 0


def is_final(error: BaseException) -> bool:
    """Returns whether another try would fail as well."""
    status = _status(error)
    if status:
        return 400 <= status < 500 and status not in _TRY_AGAIN
    root = root_of(error)
    kinds = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError, ImportError, TypeError)
    return isinstance(root, kinds) or type(root).__name__ in ("FileExpired", "NoCredentialsError")


def explained(place: str, error: BaseException, url: str | None = None) -> InputError:
    """Returns an error as `place: cause; what to do`. url: the URL, if `place` says more than that."""
    root, status = root_of(error), _status(error)
    names = {type(cause).__name__ for cause in _causes(error)}
    causes = list(_causes(error))
    said = f" (HTTP {status})" if status else ""
    if (isinstance(root, FileNotFoundError) and status in (0, 404)) or status in (404, 410):
        return InputError(f"{place}: no such file{said}; check the address")
    if isinstance(root, PermissionError) or status in (401, 403, 407) or "NoCredentialsError" in names:
        what = "no credentials" if "NoCredentialsError" in names else f"permission denied{said}"
        way = _CREDENTIALS.get(
            (url or place).partition("://")[0].lower(), "give credentials as fsspec's package wants them"
        )
        return InputError(f"{place}: {what}; {way}")
    if any("InvalidURL" in name or "InvalidUrl" in name for name in names):
        return InputError(f"{place}: is not a whole address; it begins like https://host/file")
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return InputError(f"{place}: unknown host; check the address and the network")
    if status:
        what = getattr(root, "message", "") or first_line(root)
        return InputError(f"{place}: the server answers HTTP {status} {what}".rstrip() + "; try again later")
    if any(isinstance(cause, TimeoutError) or "Timeout" in type(cause).__name__ for cause in causes):
        return InputError(f"{place}: no answer in time; check the address and the network, or try again later")
    refused = next((cause for cause in causes if isinstance(cause, ConnectionRefusedError)), None)
    if refused is not None:
        return InputError(f"{place}: connection refused; check the address, port too")
    told = next((c.strerror for c in causes if isinstance(c, OSError) and c.errno and c.strerror), None)
    return InputError(f"{place}: {(told or first_line(root)).lower()}; check the address, or try again later")


def first_line(error: BaseException) -> str:
    """Returns the first line of an error's message, or the name of its class if it has none."""
    line = str(error).strip().partition("\n")[0].rstrip(". ")
    return line if line else type(error).__name__
