"""Folders for temporary files."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence

from nlpkit.errors import Option, OutputError, cause_of


class Folder:
    """A folder for temporary files, which is made when it is called for, and may be made again after its removal.

    place: returns the folder in which it is made; None is the system's. Calling it returns its path (str) and raises
    OutputError if it cannot be made. It may be called by several threads.
    """

    def __init__(self, place: Callable[[], str | None]) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._path: str | None = None

    def __call__(self) -> str:
        with self._lock:
            if self._path is None:
                self._path = _make_folder(self._place())
            return self._path

    def remove(self) -> None:
        """Removes the folder with all that is in it, if it was made."""
        path, self._path = self._path, None
        if path is not None:
            shutil.rmtree(path, ignore_errors=True)


def _make_folder(place: str | None) -> str:
    try:
        return tempfile.mkdtemp(prefix="nlpkit-", dir=place)
    except OSError as error:
        raise OutputError(
            f"{place or tempfile.gettempdir()}: no temporary folder can be made there ({cause_of(error)}); "
            "name another with ",
            Option("tmp_dir"),
        ) from error


def no_room(folder: str | None, error: OSError, *kept: str, otherwise: Sequence[str] = ()) -> OutputError:
    """Returns what to raise where a temporary file cannot be written or read.

    folder: the one that holds the file; None is the system's. kept: what is in the file, parts of a message.
    otherwise: what may help besides another folder, parts of a message.
    """
    place = folder or tempfile.tempdir or "the folder for temporary files"
    way = (" is kept there for a while: name another folder with ", Option("tmp_dir"))
    return OutputError(f"{place}: {cause_of(error)}; ", *kept, *way, *otherwise)
