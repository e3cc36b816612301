"""Opens a source for reading, on this machine or elsewhere, and notices if it has changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO, cast

from nlpkit.places.sources import Source, changed

if TYPE_CHECKING:
    from nlpkit.places.remote.file import RemoteFile


def open_source(source: Source) -> BinaryIO:
    """Opens the bytes of a source, as they are stored. Raises OSError; InputError for a URL."""
    if not source.is_remote:
        return open(source.path, "rb")
    from nlpkit.places.remote.file import RemoteFile  # here, because few inputs need it

    return cast(BinaryIO, RemoteFile(source))


def check_unchanged(file: BinaryIO, source: Source) -> None:
    """Raises InputError if an opened source is not as it was when the corpus was opened.

    A remote file from which nothing has been read yet is not looked up.
    """
    if source.is_remote:
        cast("RemoteFile", file).check_unchanged()
        return
    status = os.fstat(file.fileno())
    if status.st_size != source.size or source.modified not in (None, status.st_mtime_ns):
        raise changed(source)


def gives_ranges(source: Source) -> bool:
    """Returns whether a source can be read from any byte on, which not every server allows. Raises InputError."""
    if not source.is_remote:
        return True
    from nlpkit.places.remote.file import RemoteFile  # here, because few inputs need it

    with RemoteFile(source) as file:
        return file.gives_ranges()
