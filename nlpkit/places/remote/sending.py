"""Sends a finished file to a URL, so that its new content appears there at once or not at all."""

from __future__ import annotations

import secrets
from contextlib import suppress

from nlpkit.errors import InputError, NlpkitError, OptionError, OutputError
from nlpkit.places.remote.errors import explained, is_passing, patiently
from nlpkit.places.remote.schemes import Place, place_of

#: File systems in which a file that is being written can be seen; the others show an object when it is complete.
_SHOW_PARTS = ("ftp", "sftp", "ssh", "smb", "hdfs", "webhdfs", "arrow_hdfs")


def check_place(url: str) -> None:
    """Finds out before hours of work that nothing can be written to a URL, as far as that can be known.

    Raises OptionError for addresses of web servers, and if a package is missing; OutputError for unknown schemes.
    """
    place = _place(url)
    if place.scheme == "memory":
        raise OptionError(f"{url}: is gone when the command ends; name a file")
    if place.is_http:
        raise OptionError(f"{url}: a web server takes no files; name a file, or s3://... and the like")
    if not place.path.strip("/") or url.endswith("/"):
        raise OptionError(f"{url}: is a folder; name a file in it")


def send(path: str, url: str) -> None:
    """Copies a file of this machine to a URL, under a temporary name first where parts of a file can be seen.

    Raises OutputError, whose message begins with the URL.
    """
    place = _place(url)
    if place.scheme not in _SHOW_PARTS:
        _put(path, place, place.path)
        return
    folder = place.path.rpartition("/")[0]
    temporary = f"{folder}/.nlpkit-{secrets.token_hex(6)}.tmp"
    try:
        _put(path, place, temporary)
        _move(place, temporary)
    except BaseException:
        with suppress(Exception):
            place.files.rm_file(temporary)
        raise


def _place(url: str) -> Place:
    try:
        return place_of(url)
    except InputError as error:
        raise OutputError(*error.args) from error


def _put(path: str, place: Place, target: str) -> None:
    try:
        patiently(lambda: place.files.put_file(path, target), is_passing)
    except NlpkitError:
        raise
    except Exception as error:
        raise OutputError(*explained(place.url, error).args) from error


def _move(place: Place, temporary: str) -> None:
    """Gives a file its name. Some servers do not do so, with or without an error, where another one has that name."""
    try:
        refused = _refused(place, temporary, place.path)
        if refused is None:
            return
        if not _is_there(place, place.path):
            raise refused
        old = f"{temporary.removesuffix('.tmp')}.old"
        if (refused := _refused(place, place.path, old)) is not None:
            raise refused
        if (refused := _refused(place, temporary, place.path)) is not None:
            place.files.mv(old, place.path)
            raise refused
        place.files.rm_file(old)
    except NlpkitError:
        raise
    except Exception as error:
        raise OutputError(*explained(place.url, error).args) from error


def _refused(place: Place, path: str, target: str) -> Exception | None:
    """Renames a file. Returns None if that was done, else why it was not: what was raised, or a sentence."""
    try:
        place.files.mv(path, target)
    except Exception as error:
        if not _is_there(place, path):
            raise
        return error
    if _is_there(place, path):
        return OutputError(f"{place.url}: the server did not rename the file that was written; choose another place")
    return None


def _is_there(place: Place, path: str) -> bool:
    place.files.invalidate_cache()
    try:
        place.files.info(path)
    except FileNotFoundError:
        return False
    return True
