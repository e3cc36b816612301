"""Futures: made here, done at once, or waited for so that an interrupt takes effect soon."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError, wait
from contextlib import suppress
from typing import Any, TypeVar

PATIENCE = 0.1  # seconds from Ctrl-C to its effect

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
