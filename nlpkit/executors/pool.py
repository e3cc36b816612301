"""What every kind of worker offers: the protocol of serial, threads, processes and Dask.

A new kind is a subclass of `WorkerPool` in a file of its own, and a row in `executor.POOLS`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from nlpkit.executors.options import RunningOptions, count_jobs
from nlpkit.executors.waiting import call_here, done

IN_FLIGHT = 2  # tasks per worker: one that runs and one that waits for its turn

R = TypeVar("R")


@dataclass(frozen=True)
class PassFunctions:
    """The functions of one pass over items.

    task: item -> result. merge: list of two or more neighbouring results -> their merged result; associative.
    split: (result, n) -> n shards of it; the same keys are in the i-th shard of every result. finish: merged shard ->
    the shard as the caller wants it. split and finish are None where the result is wanted as a whole.
    """

    task: Callable[..., Any]
    merge: Callable[..., Any]
    split: Callable[..., Any] | None = None
    finish: Callable[..., Any] | None = None


class MergingPass(ABC):
    """One pass whose results are merged.

    A result is handed around as a `held` one: the result itself, or what stands for one that stays with its worker.
    """

    @abstractmethod
    def submit(self, item: Any) -> Future[Any]:
        """Begins to work on an item; returns the future of its held result."""

    @abstractmethod
    def merge(self, pair: list[Any]) -> Future[Any]:
        """Begins to merge the held results of two neighbours while other items are being worked on."""

    @abstractmethod
    def merge_rest(self, pair: list[Any]) -> Future[Any]:
        """Begins to merge two held results of those that are left once all items are done."""

    @abstractmethod
    def finish(self, held: Any) -> list[Future[Any]]:
        """Finishes the merged result; returns the futures of its held shards, in their order."""


class WorkerPool(ABC):
    """Workers that call functions. Nothing is started before `open`.

    shares_files: whether the workers see the files of this machine. holds_results: whether merged results stay with
    the workers until they are fetched. is_inline: whether functions are called at once, in the caller. jobs: the number
    of workers on this machine.
    """

    shares_files: ClassVar[bool] = True
    holds_results: ClassVar[bool] = False
    is_inline: ClassVar[bool] = False

    def __init__(self, options: RunningOptions) -> None:
        self.jobs = count_jobs(options.jobs)

    @property
    def window(self) -> int:
        """The number of tasks that are in flight at a time."""
        return IN_FLIGHT * self.jobs

    @abstractmethod
    def open(self, safe_point: Callable[[], None]) -> None:
        """Starts the workers. safe_point: to be called now and then while they are waited for. Raises WorkerError."""

    @abstractmethod
    def submit(self, function: Callable[..., R], *args: Any) -> Future[R]:
        """Begins to call a function; what it raises is raised by the future."""

    def share(self, function: Callable[..., R]) -> Future[Callable[..., R]]:
        """Prepares a function for many calls; its future's result is what to submit in its place."""
        return done(function)

    def begin(self, functions: PassFunctions) -> Future[MergingPass]:
        """Prepares a pass whose results are merged."""
        return done(LocalPass(self, functions))

    def merge(self, merge: Callable[[list[R]], R], pair: list[R]) -> Future[R]:
        """Merges two results that are here."""
        return call_here(merge, pair)

    def fetch(self, held: Any) -> Future[Any]:
        """Brings the result here that `held` stands for."""
        return done(held)

    def check(self) -> None:  # noqa: B027  (most kinds have nothing to look after)
        """Raises WorkerError where the workers are gone for good; called while results are waited for."""

    def kill(self) -> None:  # noqa: B027  (threads cannot be ended)
        """Ends tasks in the midst of their work, if that is possible; called before `shutdown`, after an error."""

    @abstractmethod
    def shutdown(self) -> None:
        """Drops the tasks that have not begun, waits for the others, and ends the workers."""


class LocalPass(MergingPass):
    """A pass whose results come back here, where they are merged: held results are the results themselves."""

    def __init__(self, pool: WorkerPool, functions: PassFunctions) -> None:
        self._pool, self._functions = pool, functions
        self._task = pool.share(functions.task).result()

    def submit(self, item: Any) -> Future[Any]:
        """Begins to work on an item; the future holds the result itself."""
        return self._pool.submit(self._task, item)

    def merge(self, pair: list[Any]) -> Future[Any]:
        """Begins to merge two results in a worker."""
        return self._pool.merge(self._functions.merge, pair)

    def merge_rest(self, pair: list[Any]) -> Future[Any]:
        """Merges two results in the caller, which has nothing else to do once all items are done."""
        return call_here(self._functions.merge, pair)

    def finish(self, held: Any) -> list[Future[Any]]:
        """Finishes the merged result in the caller; it is the only shard."""
        finish = self._functions.finish
        return [done(held) if finish is None else call_here(finish, held)]
