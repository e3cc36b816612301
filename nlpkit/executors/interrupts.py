"""Ctrl-C and other signals while the main thread waits for workers."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def interrupts_at_safe_points(needed: bool = True) -> Iterator[Callable[[], None]]:
    """Delays signals: they take effect at the end of the block, and where it calls the function that it is given.

    needed: False does not delay them; neither does a thread other than the main one.

    A KeyboardInterrupt that is raised while `concurrent.futures` takes a lock would leave it locked, and workers would
    wait for it for ever.
    """
    if not needed or threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    caught: list[int] = []
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    handlers = {number: handler for number in numbers if callable(handler := signal.getsignal(number))}

    def safe_point() -> None:
        while caught:
            number = caught.pop()
            handlers[number](number, None)

    for number in handlers:
        signal.signal(number, lambda number, _frame: caught.append(number))
    try:
        yield safe_point
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        safe_point()


def undisturbed(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Calls a function and returns its result; an interrupt takes effect afterwards.

    For kernels that return arrays: numba crashes where an interrupt is raised while it makes the result.
    """
    with interrupts_at_safe_points():
        return function(*args, **kwargs)


def block_interrupts() -> None:
    """Blocks SIGINT in this thread, and so in the processes that it starts.

    A terminal sends Ctrl-C to all processes; only the parent is to act on it.
    """
    if hasattr(signal, "pthread_sigmask"):
        resource_tracker.ensure_running()  # processes need it, and starting it would undo the next line
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
