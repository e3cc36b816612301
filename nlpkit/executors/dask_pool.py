"""The pool of a Dask cluster: submits tasks and merges, and fetches what the workers made of them.

What tasks return stays with the workers, and is merged there, until it is fetched. Dask does the scheduling, moves and
spills the results, and does again what was lost with a worker that died. Only the dask_*.py files know Dask.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar, cast

from nlpkit.executors import dask_checks, dask_worker
from nlpkit.executors.dask_cluster import CLOSE, Cluster
from nlpkit.executors.options import RunningOptions
from nlpkit.executors.pool import IN_FLIGHT, MergingPass, PassFunctions, WorkerPool
from nlpkit.executors.waiting import call_in_thread, result_of, settle

if TYPE_CHECKING:
    from distributed import Future as RemoteFuture

_GRACE = 1  # seconds
_NO_WORKERS = 60  # seconds without any worker before all is given up
_LOOK = 2  # seconds between looks at the cluster
_FEWEST, _MOST = 4, 64  # shards of a result: one for each thread of the workers within these bounds
_SPLIT = 8  # results of fewer items are not split: the scheduler takes a millisecond for each task, however small

R = TypeVar("R")


@dataclass(frozen=True)
class HeldResult:
    """The merged result of some items, which stays with the workers.

    shards: futures of its shards; one, of the whole, where it was not split. items: of how many items it is the result.
    """

    shards: list[RemoteFuture]
    items: int


class DaskPool(WorkerPool):
    """The workers of a cluster.

    shards: into how many shards results are split, by the number of threads that the workers had when this was opened.
    """

    shares_files = False
    holds_results = True

    def __init__(self, options: RunningOptions) -> None:
        super().__init__(options)
        self._is_started_here = options.scheduler is None
        self._cluster = Cluster(self.jobs, options.scheduler, options.tmp_dir)
        self._place = self._cluster.place
        self._numbers = count()
        self._name = secrets.token_hex(8)
        self._look: Future[Mapping[str, int]] | None = None
        self._next_look = time.monotonic()
        self._alone_since: float | None = None  # when the cluster was first seen without workers

    @property
    def window(self) -> int:
        """The number of tasks that are in flight at a time, by the threads of the workers."""
        return IN_FLIGHT * self._cluster.threads

    @property
    def shards(self) -> int:
        """The number of shards that a result is split into, by the threads of the workers."""
        return min(_MOST, max(_FEWEST, self._cluster.threads))

    def open(self, safe_point: Callable[[], None]) -> None:
        """Connects to the cluster, or starts one.

        Raises WorkerError for a cluster that cannot be reached or is not fit, OptionError for an address of a kind that
        Dask does not know.
        """
        self._fetchers = ThreadPoolExecutor(2, thread_name_prefix="nlpkit-dask")
        self._watcher = ThreadPoolExecutor(1, thread_name_prefix="nlpkit-dask-watch")
        opened = call_in_thread(self._cluster.connect)
        stop = time.monotonic() + dask_checks.CONNECT + _GRACE

        def check() -> None:
            safe_point()
            is_waiting = not self._is_started_here and not self._cluster.is_connected and not opened.done()
            if is_waiting and time.monotonic() > stop:
                raise dask_checks.unreachable(self._place)  # something else answers there, for which Dask waits

        try:
            result_of(opened, check)
        except BaseException:
            if self._is_started_here:
                opened.exception()  # processes that are being started must be ended
            self.kill()
            self.shutdown()
            raise

    def submit(self, function: Callable[..., R], *args: Any) -> Future[R]:
        """Begins to call a function of a module, or one that was shared."""
        result: Future[R] = Future()
        name = getattr(function, "__name__", "call")
        remote = self.submit_remote(name, dask_worker.call, getattr(function, "remote", function), *args)
        self._when_done(remote, result, partial(self._fetch_into, result))
        return result

    def share(self, function: Callable[..., R]) -> Future[Callable[..., R]]:
        """Sends a function to each worker once, for many calls."""
        return self._send(function, _RemoteFunction)

    def begin(self, functions: PassFunctions) -> Future[MergingPass]:
        """Sends the functions of a pass to each worker once."""
        return self._send(functions, partial(_DaskPass, self, self.shards if functions.split else 1))

    def fetch(self, held: HeldResult) -> Future[Any]:
        """Brings a result here that is held as a whole, or one shard."""
        result: Future[Any] = Future()
        self._fetch_into(result, held.shards[0])
        return result

    def check(self) -> None:
        """Raises WorkerError where the scheduler is gone, or has had no worker for a minute."""
        if self._cluster.client.status not in ("running", "connecting"):
            raise dask_checks.gone(self._place)
        now = time.monotonic()
        if self._look is not None and self._look.done():
            look, self._look = self._look, None
            if look.exception() is None:
                self._alone_since = None if look.result() else self._alone_since or now
        if self._look is None and now >= self._next_look:
            self._next_look = now + _LOOK
            self._look = self._watcher.submit(self._cluster.client.nthreads)
        if self._alone_since is not None and now - self._alone_since > _NO_WORKERS:
            raise dask_checks.workers_gone(self._place)

    def kill(self) -> None:
        """Has `shutdown` not wait for the tasks that run."""
        self._cluster.is_killed = True

    def shutdown(self) -> None:
        """Leaves the cluster: when the client ends, the scheduler drops all that it has of it."""
        closed = call_in_thread(self._cluster.close)
        with suppress(Exception):
            closed.result(4 * CLOSE)
        for threads in (self._fetchers, self._watcher):
            threads.shutdown(wait=False, cancel_futures=True)

    def submit_remote(self, what: str, function: Callable[..., Any], *args: object) -> RemoteFuture:
        """Begins to call a function of dask_worker.py; its result stays with the workers. what: to name the task."""
        key = f"nlpkit-{what}-{self._name}", next(self._numbers)
        return cast("RemoteFuture", self._cluster.client.submit(function, *args, key=key, pure=False))

    def held(self, shards: list[RemoteFuture], items: int) -> Future[HeldResult]:
        """Returns a future that is done when all shards are, or as soon as one fails."""
        result: Future[HeldResult] = Future()
        rest = count(len(shards) - 1, -1)

        def one_more(_: RemoteFuture) -> None:
            if not next(rest):
                settle(result, HeldResult(shards, items))

        for shard in shards:
            self._when_done(shard, result, one_more)
        return result

    def _send(self, value: object, use: Callable[[RemoteFuture], Any]) -> Future[Any]:
        """Sends a value once and copies it to all workers. It is a task's result, so that Dask can make it anew."""
        result: Future[Any] = Future()
        self._name = secrets.token_hex(8)  # a group of tasks of its own, of which Dask learns how long they take
        remote = self.submit_remote("keep", dask_worker.keep, dask_worker.SharedBox(value, self._name))

        def copy(remote: RemoteFuture) -> None:
            with suppress(Exception):  # without copies all goes on, only more slowly
                self._cluster.client.replicate([remote])
            settle(result, use(remote))

        self._when_done(remote, result, lambda remote: self._fetchers.submit(copy, remote))
        return result

    def _when_done(self, remote: RemoteFuture, result: Future[Any], use: Callable[[RemoteFuture], object]) -> None:
        def is_done(remote: RemoteFuture) -> None:
            try:
                if remote.status == "finished":
                    use(remote)
                else:
                    error = remote.exception(timeout=CLOSE) if remote.status == "error" else None
                    settle(result, error=dask_checks.cause_of_failure(error, self._place))
            except Exception as error:
                settle(result, error=dask_checks.cause_of_failure(error, self._place))

        remote.add_done_callback(is_done)

    def _fetch_into(self, result: Future[Any], remote: RemoteFuture) -> None:
        def fetch() -> None:
            try:
                # not through the scheduler, if it can be
                settle(result, self._cluster.client.gather(remote, direct=True).value)
            except (Exception, CancelledError) as error:
                settle(result, error=dask_checks.cause_of_failure(error, self._place))

        self._fetchers.submit(fetch)


class _DaskPass(MergingPass):
    """A pass whose results stay with the workers as HeldResults.

    shards: into how many to split results; 1: not at all. functions: the remote PassFunctions.
    """

    def __init__(self, pool: DaskPool, shards: int, functions: RemoteFuture) -> None:
        self._pool, self._shards, self._functions = pool, shards, functions

    def submit(self, item: Any) -> Future[HeldResult]:
        """Begins to work on an item on a worker; the result stays there."""
        return self._pool.held([self._run("task", dask_worker.run_task, item)], 1)

    def merge(self, pair: list[HeldResult]) -> Future[HeldResult]:
        """Begins to merge two held results: as a whole while they have few items, then shard by shard."""
        items = sum(held.items for held in pair)
        if self._shards > 1 and (items >= _SPLIT or any(len(held.shards) > 1 for held in pair)):
            pair = [self._split(held) for held in pair]
        shards = zip(*(held.shards for held in pair), strict=True)
        return self._pool.held([self._run("merge", dask_worker.run_merge, *two) for two in shards], items)

    def merge_rest(self, pair: list[HeldResult]) -> Future[HeldResult]:
        """Begins to merge two held results that are left, as `merge` does."""
        return self.merge(pair)

    def finish(self, held: HeldResult) -> list[Future[HeldResult]]:
        """Finishes each shard of the merged result by itself; returns the futures of the shards."""
        finish = [self._run("finish", dask_worker.run_finish, shard) for shard in self._split(held).shards]
        return [self._pool.held([shard], held.items) for shard in finish]

    def _split(self, held: HeldResult) -> HeldResult:
        if len(held.shards) == self._shards:
            return held
        shards = self._run("split", dask_worker.run_split, held.shards[0], self._shards)
        take = partial(self._pool.submit_remote, "shard", dask_worker.take_shard, shards)
        return HeldResult([take(i) for i in range(self._shards)], held.items)

    def _run(self, what: str, function: Callable[..., Any], *args: object) -> RemoteFuture:
        return self._pool.submit_remote(what, function, self._functions, *args)


class _RemoteFunction:
    """A function that all workers have. Only to be submitted."""

    __name__ = "shared"

    def __init__(self, remote: RemoteFuture) -> None:
        self.remote = remote

    def __call__(self, *args: object) -> Any:
        raise TypeError("the function is with the workers")
