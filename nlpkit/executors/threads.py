"""Workers within this process: none (serial), or threads, for tasks that release the GIL, as kernels do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from nlpkit.executors.options import RunningOptions
from nlpkit.executors.pool import WorkerPool
from nlpkit.executors.waiting import call_here

R = TypeVar("R")


class SerialPool(WorkerPool):
    """No workers: calls each function when it is submitted, in the caller."""

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


class ThreadPool(WorkerPool):
    """Calls functions in threads, and merges their results there, too. Tasks that run cannot be ended."""

    _threads: ThreadPoolExecutor

    def open(self, safe_point: Callable[[], None]) -> None:
        """Makes room for the threads, which start with the first tasks."""
        self._threads = ThreadPoolExecutor(self.jobs, thread_name_prefix="nlpkit")

    def submit(self, function: Callable[..., R], *args: Any) -> Future[R]:
        """Calls the function in the next thread that is free."""
        return self._threads.submit(function, *args)

    def merge(self, merge: Callable[[list[R]], R], pair: list[R]) -> Future[R]:
        """Merges two results in a thread, beside the tasks."""
        return self.submit(merge, pair)

    def shutdown(self) -> None:
        """Waits for the tasks that run; the others are dropped."""
        self._threads.shutdown(wait=True, cancel_futures=True)
