"""The executor: tasks of a pass go to a pool, and their results come back in order, or merged.

A task is a function of one item (a chunk), a merge an associative function of results in item order. Everything else
here (order, windows, errors) is the same for all kinds: they differ only in the pool of `concurrent.futures` that
functions are submitted to, and in where merges run.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from concurrent.futures import Executor as Pool
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import Any, ParamSpec, TypeVar, cast, overload

from nlpkit.errors import LESS_MEMORY, OptionError, WorkerError
from nlpkit.executors.cluster import Bundle, DaskPool
from nlpkit.executors.interrupts import interrupts_at_safe_points
from nlpkit.executors.merging import PATIENCE, Merge, Merging, Progress, Sized, result_of
from nlpkit.executors.processes import ProcessPool
from nlpkit.memory import give_back

KINDS = ("auto", "serial", "threads", "processes", "dask")

_SERIAL_SIZE = 1 << 20  # bytes; below this, starting threads costs more than they win
_WINDOW = 2  # tasks in flight per job: one that runs and one that waits for its turn
_END = object()
_ADDRESS = re.compile(r"(?:[a-z]+://)?(?:[^\s/:\[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5}")

T = TypeVar("T", bound=Sized)
R = TypeVar("R")
P = ParamSpec("P")


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


def open_executor(
    kind: str = "auto",
    jobs: int | None = None,
    size: int = 0,
    scheduler: str | None = None,
    tmp_dir: str | None = None,
) -> Executor:
    """An executor, to be used as a context manager; nothing is started before that.

    `auto` runs inputs below 1 MiB (`size`, in bytes) serially, larger ones in threads. `processes` start afresh and
    import the main script, which therefore needs its `if __name__ == "__main__":`; so do the workers of `dask` without
    a scheduler. scheduler: the address of a Dask cluster (tcp://host:8786), where `auto` means `dask`; without one,
    `dask` starts `jobs` worker processes here, which keep what outgrows their memory in a folder in tmp_dir.

    Raises OptionError for another kind, less than one job, a scheduler for another kind or that is no address, and
    where Dask is not installed.
    """
    if kind not in KINDS:
        raise OptionError(f"executor is {kind!r}; it must be one of {', '.join(KINDS)}")
    jobs = count_jobs(jobs)
    if scheduler is not None:
        if kind not in ("auto", "dask"):
            raise OptionError(f"scheduler {scheduler} is for executor dask, not {kind}")
        if not _ADDRESS.fullmatch(scheduler):
            raise OptionError(f"scheduler {scheduler!r} is no address; write it like tcp://host:8786")
        kind = "dask"
    if kind == "auto":
        kind = "threads" if jobs > 1 and size >= _SERIAL_SIZE else "serial"
    if kind == "dask" and importlib.util.find_spec("distributed") is None:
        raise OptionError("executor dask needs Dask: pip install 'nlpkit[dask]'")
    return Executor(kind, jobs, scheduler, tmp_dir)


class Executor:
    """Works on many items with `jobs` workers; use it within `with`, for as many calls as there are passes.

    On leaving, workers end. After an error or an interrupt, worker processes are ended in the midst of their tasks;
    threads, those of a cluster's workers included, cannot be: those that run finish their current task, no further one
    begins. jobs: workers of this machine; how many a cluster has, it says itself.
    """

    def __init__(self, kind: str, jobs: int, scheduler: str | None = None, tmp_dir: str | None = None) -> None:
        self.kind = kind
        self.jobs = 1 if kind == "serial" else jobs
        self._scheduler, self._tmp_dir = scheduler, tmp_dir
        self._pool: Pool | None = None

    @property
    def shares_files(self) -> bool:
        """Whether what a task writes to a temporary file can be read here."""
        return self.kind != "dask"

    def __enter__(self) -> Executor:
        """Raises WorkerError where a cluster cannot be reached, or has no fit workers."""
        if self.kind == "dask":
            pool = DaskPool(self.jobs, self._scheduler, self._tmp_dir)
            with interrupts_at_safe_points() as safe_point:
                pool.open(safe_point)
            self._pool = pool
        else:
            self._pool = _open_pool(self.kind, self.jobs)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pool, self._pool = self._pool, None
        if pool is None:
            return
        with interrupts_at_safe_points():
            if kind is not None and isinstance(pool, ProcessPool | DaskPool):
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
        `functools.partial` of one), not a lambda; `task`, however large its arguments, goes to each worker once.
        `merge` takes a list of two or more results in the order of the items and must be associative; it runs in the
        pool with threads and Dask (as a task), else in the caller. Without `merge` the results come as a list in the
        order of the items. No items: None (an empty list without `merge`). `progress` is called here, with the size in
        bytes of each item that is done. Items are taken from their iterable only as workers get free.

        The error raised is that of the first item in order that fails. WorkerError: a worker process died, or memory
        is exhausted; of a cluster: its scheduler or all its workers are gone, or a task ended each worker it ran on.
        """
        pool = self._opened()
        if isinstance(pool, DaskPool) and merge is not None:
            with _memory_errors(), self._safe_points(pool) as safe_point:
                job = result_of(pool.job(task, merge), safe_point)
                held = self._hold(pool, job, items, 1, progress, safe_point)
                return None if held is None else cast(R, result_of(pool.fetch(held), safe_point))
        with _memory_errors():
            with self._safe_points(pool) as safe_point:
                shared = self._shared(pool, task, safe_point)
                submit: Callable[[T], Future[R]] = partial(pool.submit, shared)  # type: ignore[call-arg]
                submit_merge: Callable[[list[R]], Future[R]] | None = None
                if merge is not None and self.kind == "threads":
                    submit_merge = partial(pool.submit, merge)  # type: ignore[call-arg]
                run = Merging(submit, self._window(pool), progress, merge, submit_merge)
                results = run.finish(items, safe_point)
            if merge is None:
                return results
            while len(results) > 1:  # the smallest are last
                results[-2:] = [merge(results[-2:])]
            give_back()
            return results[0] if results else None

    def map_shards(
        self,
        task: Callable[[T], R],
        items: Iterable[T],
        merge: Merge[R],
        split: Callable[[R, int], list[R]],
        finish: Callable[[R], R],
        progress: Progress | None = None,
    ) -> list[R]:
        """All that iter_shards gives."""
        return list(self.iter_shards(task, items, merge, split, finish, progress))

    def iter_shards(
        self,
        task: Callable[[T], R],
        items: Iterable[T],
        merge: Merge[R],
        split: Callable[[R, int], list[R]],
        finish: Callable[[R], R],
        progress: Progress | None = None,
    ) -> Iterator[R]:
        """As map_merge, but the result comes in parts, one after the other, of which two are here at a time.

        split: (result, n) -> n parts of it that share no key; of every result the same keys are in the i-th part.
        finish: what is to be done with a part once it is merged, such as leaving out what is rare. With Dask each
        worker splits what it made, the i-th parts are merged as a tree of their own on the workers, and finished there.
        All other kinds give one part, the whole, and nothing for no items. Raises as map_merge does.
        """
        pool = self._opened()
        if not isinstance(pool, DaskPool):
            found = self.map_merge(task, items, merge, progress)
            if found is not None:
                with _memory_errors():
                    found = finish(found)
                yield found
            return
        with _memory_errors():
            with self._safe_points(pool) as safe_point:
                job = result_of(pool.job(task, merge, split, finish), safe_point)
                held = self._hold(pool, job, items, pool.shards, progress, safe_point)
                finished = [] if held is None else pool.finish(job, pool.shards, held)
                del held, job
            coming: Future[R] | None = None
            while finished or coming is not None:
                with self._safe_points(pool) as safe_point:
                    following = pool.fetch(result_of(finished.pop(0), safe_point)) if finished else None
                    result = None if coming is None else result_of(coming, safe_point)
                if coming is not None:
                    yield cast(R, result)
                coming = following
                del following, result

    def map_ordered(
        self, task: Callable[[T], R], items: Iterable[T | None], progress: Progress | None = None
    ) -> Iterator[R]:
        """The results of `task` for all items, one after the other in their order.

        Few items are in flight at a time. Where an item is None, all results so far come before the next item is asked
        for. `progress` is called with the size of each item whose result has come. Raises as map_merge does.
        """
        pool = self._opened()
        items = iter(items)
        with self._safe_points(pool) as safe_point:
            shared, window = self._shared(pool, task, safe_point), self._window(pool)
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
                    with self._safe_points(pool):
                        future = pool.submit(shared, cast(T, item))
                    pending.append((future, cast(T, item).size))
            if not pending:
                if failure is not None:
                    raise failure
                if item is _END:
                    return
                drain = False
                continue
            future, size = pending.popleft()
            with _memory_errors(), self._safe_points(pool) as safe_point:
                result = result_of(future, safe_point)
            yield result
            if progress is not None:
                progress(size)

    def together(self, calls: Sequence[Callable[[], R]]) -> list[R]:
        """Run calls that release the GIL side by side in this process, `jobs` at a time; results in order."""
        if self.jobs == 1 or len(calls) < 2:
            return [call() for call in calls]
        with interrupts_at_safe_points() as safe_point, ThreadPoolExecutor(self.jobs) as pool:
            futures = [pool.submit(call) for call in calls]
            try:
                while wait(futures, PATIENCE, return_when=FIRST_EXCEPTION).not_done:
                    safe_point()
                    for future in futures:
                        if future.done():
                            future.result()
                return [future.result() for future in futures]
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _opened(self) -> Pool:
        if self._pool is None:
            raise RuntimeError("the executor is not open; use `with open_executor(...) as executor:`")
        return self._pool

    def _window(self, pool: Pool) -> int:
        if self.kind == "serial":
            return 1
        return _WINDOW * (pool.threads if isinstance(pool, DaskPool) else self.jobs)

    @contextmanager
    def _safe_points(self, pool: Pool) -> Iterator[Callable[[], None]]:
        with interrupts_at_safe_points(self.kind != "serial") as safe_point:
            if not isinstance(pool, DaskPool):
                yield safe_point
                return
            cluster = pool

            def check() -> None:
                safe_point()
                cluster.check()

            yield check

    def _shared(self, pool: Pool, task: Callable[P, R], safe_point: Callable[[], None]) -> Callable[P, R]:
        """A task that is going to be submitted many times."""
        if isinstance(pool, ProcessPool):
            return pool.share(task)
        if isinstance(pool, DaskPool):
            return cast("Callable[P, R]", result_of(pool.share(task), safe_point))
        return task

    def _hold(
        self,
        pool: DaskPool,
        job: Any,
        items: Iterable[T],
        shards: int,
        progress: Progress | None,
        safe_point: Callable[[], None],
    ) -> Bundle | None:
        """What stands for the merged results, which stay with the workers; None for no items."""
        merge = partial(pool.hold_merged, job, shards)
        run = Merging(partial(pool.hold, job), self._window(pool), progress, submit_merge=merge)
        parts = run.finish(items, safe_point)
        while len(parts) > 1:  # the smallest are last
            parts[-2:] = [result_of(merge(parts[-2:]), safe_point)]
        return parts[0] if parts else None


@contextmanager
def _memory_errors() -> Iterator[None]:
    try:
        yield
    except MemoryError as error:
        raise WorkerError(f"out of memory; {LESS_MEMORY}") from error


class _InlinePool(Pool):
    """Runs each function at once, in the caller."""

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        future: Future[R] = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def _open_pool(kind: str, jobs: int) -> Pool:
    if kind == "serial":
        return _InlinePool()
    if kind == "threads":
        return ThreadPoolExecutor(jobs, thread_name_prefix="nlpkit")
    return ProcessPool(jobs)
