"""No workers: every task runs at once, in the caller."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from nlpkit.executors.futures import call_here
from nlpkit.executors.options import RunningOptions
from nlpkit.executors.pool import WorkerPool

R = TypeVar("R")


class SerialPool(WorkerPool):
    """Calls each function when it is submitted."""

    is_inline = True

    def __init__(self, options: RunningOptions) -> None:
        super().__init__(options)
        self.jobs = 1

    @property
    def window(self) -> int:
        """One: the task that runs."""
        return 1

    def open(self, safe_point: Callable[[], None]) -> None:
        """Does nothing: there is nothing to start."""

    def submit(self, function: Callable[..., R], *args: Any) -> Future[R]:
        """Calls the function at once."""
        return call_here(function, *args)

    def shutdown(self) -> None:
        """Does nothing: there is nothing to end."""
