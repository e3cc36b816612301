"""Compiled loops: arrays and scalars in, arrays out; numpy and numba only, every file on its own.

A kernel never calls a kernel of another file: numba's disk cache notices only changes of the kernel's own file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from numba.core import event


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
