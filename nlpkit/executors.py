"""Serial, threads, processes: one interface over the places where chunks are worked on.

A task is a function of one item (a chunk), a merge an associative function of results in item order. Everything else
here (order, windows, errors) is the same for all kinds: they differ only in the pool of `concurrent.futures` that
functions are submitted to, and in where merges run.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from concurrent.futures import Executor as Pool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from types import TracebackType
from typing import Generic, ParamSpec, Protocol, TypeAlias, TypeVar, cast, overload

from nlpkit.errors import LESS_MEMORY, OptionError, WorkerError
from nlpkit.memory import give_back

KINDS = ("auto", "serial", "threads", "processes")

_SERIAL_SIZE = 1 << 20  # bytes; below this, starting threads costs more than they win
_WINDOW = 2  # tasks in flight per job: one that runs and one that waits for its turn
_PATIENCE = 0.1  # seconds from Ctrl-C to its effect
_PRELOAD = ["numpy", "numba"]
_END = object()


class Sized(Protocol):
    """An item that knows its size in bytes."""

    @property
    def size(self) -> int: ...


T = TypeVar("T", bound=Sized)
A = TypeVar("A")
R = TypeVar("R")
P = ParamSpec("P")
Merge: TypeAlias = Callable[[list[R]], R]
Progress: TypeAlias = Callable[[int], object]


def count_jobs(jobs: int | None) -> int:
    """The number of workers: `jobs` itself, or by default the processors that this process may use.

    Raises OptionError for less than 1.
    """
    if jobs is not None:
        if jobs < 1:
            raise OptionError(f"jobs is {jobs}; it must be at least 1")
        return jobs
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def open_executor(kind: str = "auto", jobs: int | None = None, size: int = 0) -> Executor:
    """An executor, to be used as a context manager; nothing is started before there is work.

    `auto` runs inputs below 1 MiB (`size`, in bytes) serially, larger ones in threads. `processes` start afresh and
    import the main script, which therefore needs its `if __name__ == "__main__":`.

    Raises OptionError for another kind or less than one job.
    """
    if kind not in KINDS:
        raise OptionError(f"executor is {kind!r}; it must be one of {', '.join(KINDS)}")
    jobs = count_jobs(jobs)
    if kind == "auto":
        kind = "threads" if jobs > 1 and size >= _SERIAL_SIZE else "serial"
    return Executor(kind, jobs)


class Executor:
    """Works on many items with `jobs` workers; use it within `with`, for as many calls as there are passes.

    On leaving, workers end. After an error or an interrupt, worker processes are ended in the midst of their tasks;
    threads cannot be: those that run finish their current task, no further one begins.
    """

    def __init__(self, kind: str, jobs: int) -> None:
        self.kind = kind
        self.jobs = 1 if kind == "serial" else jobs
        self._pool: Pool | None = None

    def __enter__(self) -> Executor:
        self._pool = _open_pool(self.kind, self.jobs)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pool, self._pool = self._pool, None
        if pool is None:
            return
        with _interrupts_at_safe_points():
            if kind is not None and isinstance(pool, _ProcessPool):
                pool.kill()
            pool.shutdown(wait=True, cancel_futures=True)

    @overload
    def map_merge(
        self, task: Callable[[T], R], items: Iterable[T], merge: None = None, progress: Progress | None = None
    ) -> list[R]: ...

    @overload
    def map_merge(
        self, task: Callable[[T], R], items: Iterable[T], merge: Merge[R], progress: Progress | None = None
    ) -> R | None: ...

    def map_merge(
        self,
        task: Callable[[T], R],
        items: Iterable[T],
        merge: Merge[R] | None = None,
        progress: Progress | None = None,
    ) -> list[R] | R | None:
        """Run `task` on every item and merge the results, as a balanced tree over the items.

        `task` and the items are pickled where workers are processes: a function of a module (or a
        `functools.partial` of one), not a lambda. `merge` takes a list of two or more results in the order of the
        items and must be associative; it runs in the pool with threads, else in the caller. Without `merge` the
        results come as a list in the order of the items. No items: None (an empty list without `merge`).
        `progress` is called here, with the size in bytes of each item that is done. Items are taken from their
        iterable only as workers get free.

        The error raised is that of the first item in order that fails. WorkerError: a worker process died, or memory
        is exhausted.
        """
        if self._pool is None:
            raise RuntimeError("the executor is not open; use `with open_executor(...) as executor:`")
        run = _Run(self._pool, task, merge, progress)
        run.window = 1 if self.kind == "serial" else _WINDOW * self.jobs
        run.merges_in_pool = self.kind == "threads"
        try:
            with _interrupts_at_safe_points(self.kind != "serial") as safe_point:
                parts = run.finish(items, safe_point)
            if merge is None:
                return parts
            while len(parts) > 1:  # the smallest are last
                parts[-2:] = [merge(parts[-2:])]
            give_back()
            return parts[0] if parts else None
        except MemoryError as error:
            raise WorkerError(f"out of memory; {LESS_MEMORY}") from error

    def map_ordered(
        self, task: Callable[[T], R], items: Iterable[T | None], progress: Progress | None = None
    ) -> Iterator[R]:
        """The results of `task` for all items, one after the other in their order.

        Few items are in flight at a time. Where an item is None, all results so far come before the next item is asked
        for. `progress` is called with the size of each item whose result has come. Raises as map_merge does.
        """
        if self._pool is None:
            raise RuntimeError("the executor is not open; use `with open_executor(...) as executor:`")
        items = iter(items)
        window = 1 if self.kind == "serial" else _WINDOW * self.jobs
        pending: deque[tuple[Future[R], int]] = deque()
        drain = False
        failure: Exception | None = None
        while True:
            while not drain and len(pending) < window:
                try:
                    item = next(items, _END)
                except Exception as error:  # raised once what came before is done
                    failure, item = error, _END
                drain = item is None or item is _END
                if item is not None and item is not _END:
                    with _interrupts_at_safe_points(self.kind != "serial"):
                        future = self._pool.submit(task, cast(T, item))
                    pending.append((future, cast(T, item).size))
            if not pending:
                if failure is not None:
                    raise failure
                if item is _END:
                    return
                drain = False
                continue
            future, size = pending.popleft()
            yield self._result(future)
            if progress is not None:
                progress(size)

    def _result(self, future: Future[R]) -> R:
        try:
            with _interrupts_at_safe_points(self.kind != "serial") as safe_point:
                while not wait([future], _PATIENCE).done:
                    safe_point()
            return future.result()
        except MemoryError as error:
            raise WorkerError(f"out of memory; {LESS_MEMORY}") from error

    def together(self, calls: Sequence[Callable[[], R]]) -> list[R]:
        """Run calls that release the GIL side by side in this process, `jobs` at a time; results in order."""
        if self.jobs == 1 or len(calls) < 2:
            return [call() for call in calls]
        with _interrupts_at_safe_points() as safe_point, ThreadPoolExecutor(self.jobs) as pool:
            futures = [pool.submit(call) for call in calls]
            try:
                while wait(futures, _PATIENCE, return_when=FIRST_EXCEPTION).not_done:
                    safe_point()
                    for future in futures:
                        if future.done():
                            future.result()
                return [future.result() for future in futures]
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _interrupts_at_safe_points(needed: bool = True) -> Iterator[Callable[[], None]]:
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


@dataclass(frozen=True)
class _Part:
    """Whose result a future holds: items `place << level` up to `(place + 1) << level`, `size` bytes to report."""

    level: int
    place: int
    size: int = 0

    @property
    def first(self) -> int:
        return self.place << self.level


class _Run(Generic[T, R]):
    """One call of map_merge: what runs, what waits for its neighbour, what failed."""

    window: int  # how many may run at a time, or wait to
    merges_in_pool: bool

    def __init__(self, pool: Pool, task: Callable[[T], R], merge: Merge[R] | None, progress: Progress | None) -> None:
        self.pool, self.task, self.merge, self.progress = pool, task, merge, progress
        self.running: dict[Future[R], _Part] = {}
        self.waiting: dict[tuple[int, int], R] = {}
        self.failures: dict[int, BaseException] = {}

    def finish(self, items: Iterable[T], safe_point: Callable[[], None]) -> list[R]:
        """The results of all items in order, merged as far as neighbours of the same level go."""
        numbered = enumerate(items)
        self._submit_items(numbered)
        while self.running and not self._is_decided():
            safe_point()
            for future in wait(self.running, _PATIENCE, return_when=FIRST_COMPLETED).done:
                self._collect(future, self.running.pop(future))
            self._submit_items(numbered)
        if self.failures:
            raise self.failures[min(self.failures)]
        return [self.waiting.pop(key) for key in sorted(self.waiting, key=lambda key: key[1] << key[0])]

    def _submit_items(self, numbered: Iterator[tuple[int, T]]) -> None:
        while not self.failures and len(self.running) < self.window:
            following = next(numbered, None)
            if following is None:
                return
            index, item = following
            self._submit(_Part(0, index, item.size), self.task, item)

    def _submit(self, part: _Part, function: Callable[[A], R], argument: A) -> None:
        self.running[self.pool.submit(function, argument)] = part

    def _is_decided(self) -> bool:
        """Whether an item has failed and none before it can fail any more."""
        return bool(self.failures) and min(self.failures) <= min(part.first for part in self.running.values())

    def _collect(self, future: Future[R], part: _Part) -> None:
        try:
            result = future.result()
        except WorkerError:  # no fault of the item's, and waiting for others would not help
            raise
        except Exception as error:
            self.failures[part.first] = error
            return
        if self.progress is not None and part.level == 0:
            self.progress(part.size)
        self._place(result, part)

    def _place(self, result: R, part: _Part) -> None:
        """Merge a result with its neighbour, and that with its own, or leave it to wait for them."""
        level, place = part.level, part.place
        while self.merge is not None and not self.failures and (level, place ^ 1) in self.waiting:
            other = self.waiting.pop((level, place ^ 1))
            pair = [other, result] if place & 1 else [result, other]
            level, place = level + 1, place >> 1
            if self.merges_in_pool:
                self._submit(_Part(level, place), self.merge, pair)
                return
            result = self.merge(pair)
        self.waiting[level, place] = result


class _InlinePool(Pool):
    """Runs each function at once, in the caller."""

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        future: Future[R] = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class _ProcessPool(ThreadPoolExecutor):
    """Threads that have their functions called in a process each.

    Not `concurrent.futures.ProcessPoolExecutor`: its processes answer through one pipe that they share, and when one is
    killed in the midst of an answer it waits for the rest of it for ever.
    """

    def __init__(self, jobs: int) -> None:
        super().__init__(jobs, thread_name_prefix="nlpkit", initializer=_block_interrupts)
        self._context = _process_context()
        self._own = threading.local()
        self._lock = threading.Lock()
        self._workers: list[_Worker] = []
        self._is_killed = False

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        return super().submit(self._call, partial(function, *args, **kwargs))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait, cancel_futures=cancel_futures)
        for worker in self._workers:
            worker.close()

    def kill(self) -> None:
        """End all processes at once; calls that run in them fail."""
        with self._lock:
            self._is_killed = True
            for worker in self._workers:
                worker.process.kill()

    def _call(self, function: Callable[[], R]) -> R:
        worker = getattr(self._own, "worker", None) or self._start_worker()
        try:
            self._own.worker = worker
            return worker.call(function)
        except WorkerError:
            self._own.worker = None
            raise

    def _start_worker(self) -> _Worker:
        with self._lock:
            if self._is_killed:
                raise WorkerError("the workers have been ended")
            try:
                worker = _Worker(self._context)
            except (OSError, EOFError) as error:
                raise WorkerError(f"a worker process cannot be started ({error}); {LESS_MEMORY}") from error
            self._workers.append(worker)
            return worker


class _Worker:
    """A process that calls functions for one thread, and the pipe between the two."""

    def __init__(self, context: SpawnContext | ForkServerContext) -> None:
        self.channel, far_end = context.Pipe()
        self.process = context.Process(target=_serve, args=(far_end,), daemon=True)
        self.process.start()
        far_end.close()  # now only the process has it, so its death ends the pipe

    def call(self, function: Callable[[], R]) -> R:
        """What the function returns or raises there; WorkerError where the process dies of it."""
        message = pickle.dumps(function, pickle.HIGHEST_PROTOCOL)
        try:
            self.channel.send_bytes(message)
            answer = self.channel.recv_bytes()
        except (EOFError, OSError) as error:
            raise WorkerError(self._cause_of_death()) from error
        result, failure, trace = pickle.loads(answer)
        if failure is not None:
            raise failure from _RemoteError(trace)
        return cast(R, result)

    def close(self) -> None:
        self.channel.close()
        self.process.join()

    def _cause_of_death(self) -> str:
        self.process.join(5)
        code = self.process.exitcode
        if code is not None and code < 0:
            cause = f"was killed by signal {-code} (out of memory?)"
        else:
            cause = f"ended by itself (exit code {code}; scripts need `if __name__ == '__main__':` around such calls)"
        return f"a worker process {cause}; {LESS_MEMORY}"


class _RemoteError(Exception):
    """Where an error was raised in a worker process: shown as the cause of the error."""


def _serve(channel: Connection[bytes, bytes]) -> None:
    """The main function of a worker process: call what comes until the parent closes its end, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while True:
            channel.send_bytes(_answer(channel.recv_bytes()))


def _answer(message: bytes) -> bytes:
    try:
        return pickle.dumps((pickle.loads(message)(), None, ""), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        trace = f"\n{traceback.format_exc()}"
        try:
            answer = pickle.dumps((None, error, trace))
            pickle.loads(answer)
        except Exception:  # an error of somebody else's that cannot travel
            return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}"), trace))
        return answer


def _block_interrupts() -> None:
    """Ctrl-C, which a terminal sends to all processes, is the parent's alone; a thread hands its mask down to them."""
    if hasattr(signal, "pthread_sigmask"):
        resource_tracker.ensure_running()  # processes need it, and starting it would undo the next line
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _open_pool(kind: str, jobs: int) -> Pool:
    if kind == "serial":
        return _InlinePool()
    if kind == "threads":
        return ThreadPoolExecutor(jobs, thread_name_prefix="nlpkit")
    return _ProcessPool(jobs)


def _process_context() -> SpawnContext | ForkServerContext:
    """Processes forked from a server that has numba loaded, or, where there are none, started from nothing.

    Never forked from this process: other threads of it may hold locks.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOAD)
    return context
