"""Compiled loops: arrays and scalars in, arrays out; numpy and numba only, every file on its own.

A kernel never calls a kernel of another file: numba's disk cache notices only changes of the kernel's own file.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numba
from numba.core import event

from nlpkit.errors import OutputError


@contextmanager
def watch_compilation(notify: Callable[[str], object] | None) -> Iterator[None]:
    """Says so, once, when a kernel is compiled within the block rather than loaded from numba's cache."""
    if notify is None:
        yield
        return
    with event.install_listener("numba:compile", _Once(notify)):
        yield


class _Once(event.Listener):
    def __init__(self, notify: Callable[[str], object]) -> None:
        self._notify: Callable[[str], object] | None = notify

    def on_start(self, event: Any) -> None:
        notify, self._notify = self._notify, None
        if notify is not None:
            notify("compiling (first run only)...")

    def on_end(self, event: Any) -> None:
        pass


def _nothing() -> None:
    pass


def _find_cache() -> None:
    """Where numba finds no folder to keep compiled kernels in, gives it one for as long as this process lives.

    It would not import a single kernel: neither beside them nor in the user's home may it write, as in a container.
    """
    try:
        numba.njit(cache=True)(_nothing)
        return
    except RuntimeError:
        pass
    try:
        folder = tempfile.mkdtemp(prefix="nlpkit-")
    except OSError as error:
        raise OutputError(
            "compiled code can be kept nowhere, not even for a while: set NUMBA_CACHE_DIR or TMPDIR to a folder"
        ) from error
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    config: Any = numba.config
    os.environ["NUMBA_CACHE_DIR"] = config.CACHE_DIR = folder  # the environment is for worker processes


_find_cache()
