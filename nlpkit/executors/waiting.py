"""Waiting for workers: futures, and Ctrl-C and other signals while the main thread waits for them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError, wait
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from typing import Any, ParamSpec, TypeVar

PATIENCE = 0.1  # seconds from Ctrl-C to its effect

P = ParamSpec("P")
R = TypeVar("R")


def done(value: R) -> Future[R]:
    """Returns a future that has this result already."""
    future: Future[R] = Future()
    future.set_result(value)
    return future


def call_here(function: Callable[..., R], *args: object) -> Future[R]:
    """Calls a function at once, in this thread. Returns a future with its result, or with the Exception it raised."""
    future: Future[R] = Future()
    try:
        future.set_result(function(*args))
    except Exception as error:
        future.set_exception(error)
    return future


def call_in_thread(function: Callable[[], R]) -> Future[R]:
    """Calls a function in a thread that nothing waits for, not even the end of the process."""
    future: Future[R] = Future()

    def run() -> None:
        try:
            settle(future, function())
        except BaseException as error:
            settle(future, error=error)

    threading.Thread(target=run, name="nlpkit-dask-open", daemon=True).start()
    return future


def settle(future: Future[Any], value: object = None, error: BaseException | None = None) -> None:
    """Gives a future its result or its error, unless it was cancelled or has one already."""
    with suppress(InvalidStateError):
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)


def result_of(future: Future[R], safe_point: Callable[[], None]) -> R:
    """Waits for a future and returns its result, or raises its error.

    safe_point: called at least every 0.1 s while the future is not done; what it raises ends the waiting.
    """
    while not wait([future], PATIENCE).done:
        safe_point()
    return future.result()


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
