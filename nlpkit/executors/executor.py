"""The executor: the tasks of a pass go to workers, and their results come back in order, or merged.

A task is a function of one item (a chunk), a merge an associative function of results in item order. Order, windows and
errors are the same for all kinds of workers, which differ only in their `WorkerPool`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import Any, TypeVar, cast, overload

from nlpkit.errors import LESS_MEMORY, WorkerError
from nlpkit.executors.merging import Merge, Merging, Progress, Sized
from nlpkit.executors.options import RunningOptions
from nlpkit.executors.pool import MergingPass, PassFunctions, WorkerPool
from nlpkit.executors.processes import ProcessPool
from nlpkit.executors.threads import SerialPool, ThreadPool
from nlpkit.executors.waiting import PATIENCE, interrupts_at_safe_points, result_of
from nlpkit.memory import give_back


def _dask_pool(options: RunningOptions) -> WorkerPool:
    from nlpkit.executors.dask_pool import DaskPool  # here, because no other kind needs it

    return DaskPool(options)


#: Kind of executor -> its workers.
POOLS: dict[str, Callable[[RunningOptions], WorkerPool]] = {
    "serial": SerialPool,
    "threads": ThreadPool,
    "processes": ProcessPool,
    "dask": _dask_pool,
}

_END = object()

T = TypeVar("T", bound=Sized)
R = TypeVar("R")


def open_executor(options: RunningOptions, size: int = 0) -> Executor:
    """Returns an executor, to be used as a context manager; nothing is started before that.

    size: of the inputs, in bytes, by which `auto` chooses.
    """
    return Executor(options.chosen(size))


class Executor:
    """Works on many items with several workers; use it within `with`, for as many passes as there are.

    On leaving, workers end. After an error or an interrupt, worker processes are ended in the midst of their tasks.
    Threads, those of a cluster's workers included, cannot be ended: they finish the tasks that they run, and begin no
    others.

    kind: one of choices.EXECUTORS but `auto`. jobs: the number of workers on this machine.
    """

    def __init__(self, options: RunningOptions) -> None:
        self.kind = options.executor
        self._pool = POOLS[self.kind](options)
        self.jobs = self._pool.jobs
        self._is_open = False

    @property
    def shares_files(self) -> bool:
        """Whether what a task writes to a temporary file can be read here."""
        return self._pool.shares_files

    def __enter__(self) -> Executor:
        """Raises WorkerError where a cluster cannot be reached, or where its workers do not fit."""
        with interrupts_at_safe_points() as safe_point:
            self._pool.open(safe_point)
        self._is_open = True
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if not self._is_open:
            return
        self._is_open = False
        with interrupts_at_safe_points():
            if kind is not None:
                self._pool.kill()
            self._pool.shutdown()

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
        """Runs `task` on every item and merges the results, as a balanced tree over the items.

        task, items: are pickled where workers are processes; a task is then a function of a module (or a
        `functools.partial` of one), not a lambda. It goes to each worker once, however large its arguments are. Items
        are taken from their iterable only as workers get free. merge: takes a list of two or more results in the order
        of the items and must be associative; threads and Dask run it on workers, the other kinds in the caller.
        progress: is called here, with the size in bytes of each item that is done.

        Returns the merged result, None where there are no items; without `merge` the list of results in the order of
        the items. Raises the error of the first item in order that fails; WorkerError where a worker process died or
        memory is exhausted, and where the scheduler or all workers of a cluster are gone or a task ended each worker
        that it ran on.
        """
        pool = self._opened()
        with _memory_errors():
            if merge is None:
                with self._safe_points() as safe_point:
                    shared = result_of(pool.share(task), safe_point)
                    return Merging(partial(pool.submit, shared), pool.window, progress).finish(items, safe_point)
            _, held = self._merge_all(PassFunctions(task, merge), items, progress)
            if not held:
                return None
            with self._safe_points() as safe_point:
                return cast(R, result_of(pool.fetch(held.pop()), safe_point))

    def iter_shards(
        self,
        task: Callable[[T], R],
        items: Iterable[T],
        merge: Merge[R],
        split: Callable[[R, int], list[R]],
        finish: Callable[[R], R],
        progress: Progress | None = None,
    ) -> Iterator[R]:
        """Does what `map_merge` does, but yields the result in shards, of which two are here at a time.

        split: (result, n) -> n shards of it that share no key; the same keys are in the i-th shard of every result.
        finish: merged shard -> the shard that is yielded, for example without what is rare. With Dask each worker
        splits what it made; the i-th shards are merged as a tree of their own on the workers, and finished there. All
        other kinds yield one shard, the whole. No items: nothing is yielded. Raises as map_merge does.
        """
        pool = self._opened()
        with _memory_errors():
            work, held = self._merge_all(PassFunctions(task, merge, split, finish), items, progress)
            with self._safe_points(pool.holds_results):
                shards = work.finish(held.pop()) if held else []
            del work  # with it, workers forget the functions
        coming: Future[R] | None = None
        while shards or coming is not None:
            with _memory_errors(), self._safe_points() as safe_point:
                following = pool.fetch(result_of(shards.pop(0), safe_point)) if shards else None
                result = None if coming is None else result_of(coming, safe_point)
            if coming is not None:
                yield cast(R, result)
            coming = following
            del following, result

    def map_ordered(
        self, task: Callable[[T], R], items: Iterable[T | None], progress: Progress | None = None
    ) -> Iterator[R]:
        """Yields the results of `task` for all items, one after the other in their order.

        Few items are in flight at a time. Where an item is None, all results so far are yielded before the next item is
        asked for. progress: is called with the size of each item whose result was yielded. Raises as map_merge does.
        """
        pool = self._opened()
        items = iter(items)
        with self._safe_points() as safe_point:
            shared, window = result_of(pool.share(task), safe_point), pool.window
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
                    with self._safe_points():
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
            with _memory_errors(), self._safe_points() as safe_point:
                result = result_of(future, safe_point)
            yield result
            if progress is not None:
                progress(size)

    def together(self, calls: Sequence[Callable[[], R]]) -> list[R]:
        """Runs calls that release the GIL side by side in this process, `jobs` at a time; returns results in order."""
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

    def _opened(self) -> WorkerPool:
        if not self._is_open:
            raise RuntimeError("the executor is not open; use `with open_executor(...) as executor:`")
        return self._pool

    @contextmanager
    def _safe_points(self, needed: bool = True) -> Iterator[Callable[[], None]]:
        """Interrupts take effect where the function that this gives is called; that looks after the workers, too."""
        with interrupts_at_safe_points(needed and not self._pool.is_inline) as safe_point:

            def check() -> None:
                safe_point()
                self._pool.check()

            yield check

    def _merge_all(
        self, functions: PassFunctions, items: Iterable[T], progress: Progress | None
    ) -> tuple[MergingPass, list[Any]]:
        """Returns the pass and its one held result; no result for no items."""
        pool = self._pool
        with self._safe_points() as safe_point:
            work = result_of(pool.begin(functions), safe_point)
            held = Merging(work.submit, pool.window, progress, work.merge).finish(items, safe_point)
        with self._safe_points(pool.holds_results) as safe_point:
            while len(held) > 1:  # the smallest are last
                held[-2:] = [result_of(work.merge_rest(held[-2:]), safe_point)]
        give_back()
        return work, held


@contextmanager
def _memory_errors() -> Iterator[None]:
    try:
        yield
    except MemoryError as error:
        raise WorkerError("out of memory; ", *LESS_MEMORY) from error
