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
    notified = False

    class Listener(event.Listener):  # type: ignore[misc]
        def on_start(self, event: Any) -> None:
            nonlocal notified
            if not notified:
                notified = True
                notify("compiling (first run only)...")

        def on_end(self, event: Any) -> None:
            pass

    with event.install_listener("numba:compile", Listener()):
        yield
