"""Packs what is written, by the suffix of the file: gzip, bzip2, xz, zstd; the same result gives the same bytes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import BinaryIO, cast

from nlpkit.places.compression import COMPRESSIONS

_XZ_PRESET = 6
_GZIP_LEVEL = 6
_ZSTD_LEVEL = 3


def packer(name: str) -> Callable[[BinaryIO], BinaryIO] | None:
    """Returns what opens a file of this name for writing packed, None if its suffix is of no compression.

    It takes the open file that gets the packed bytes, which it does not close, and returns the file to write to, which
    must be closed.
    """
    for compression in COMPRESSIONS:
        if name.lower().endswith(compression.suffixes):
            return _PACKERS[compression.name]
    return None


def _gzip(file: BinaryIO) -> BinaryIO:
    import gzip

    # no name and no time, so that the same result gives the same bytes
    return cast(BinaryIO, gzip.GzipFile(filename="", mode="wb", compresslevel=_GZIP_LEVEL, fileobj=file, mtime=0))


def _bzip2(file: BinaryIO) -> BinaryIO:
    import bz2

    return cast(BinaryIO, bz2.BZ2File(file, "wb"))


def _xz(file: BinaryIO) -> BinaryIO:
    import lzma

    return cast(BinaryIO, lzma.LZMAFile(file, "wb", preset=_XZ_PRESET))


def _zstd(file: BinaryIO) -> BinaryIO:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return cast(BinaryIO, zstd.ZstdFile(file, "wb", level=_ZSTD_LEVEL))


_PACKERS = {"gzip": _gzip, "bzip2": _bzip2, "xz": _xz, "zstd": _zstd}
