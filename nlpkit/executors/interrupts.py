"""Ctrl-C and other signals while workers are waited for."""

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
    """Signals take effect at the end of the block, and where it calls what it is given; not in between.

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
    """The result of a call, which an interrupt waits for.

    For kernels that return arrays: where one was raised meanwhile, numba could not make its result, and crashes.
    """
    with interrupts_at_safe_points():
        return function(*args, **kwargs)


def block_interrupts() -> None:
    """Ctrl-C, which a terminal sends to all processes, is the parent's alone; a thread hands its mask down to them."""
    if hasattr(signal, "pthread_sigmask"):
        resource_tracker.ensure_running()  # processes need it, and starting it would undo the next line
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
