"""Workers of a Dask cluster, one that runs already or one that is started here. The only place that knows Dask.

What tasks return stays with the workers, and is merged there, until it is fetched. Dask does the scheduling, moves and
spills the results, and does again what was lost with a worker that died.
"""

from __future__ import annotations

import errno
import logging
import multiprocessing
import pickle
import platform
import secrets
import shutil
import sys
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future, InvalidStateError, ThreadPoolExecutor
from concurrent.futures import Executor as Pool
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, fields, is_dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import count
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from nlpkit import version as nlpkit_version
from nlpkit.errors import LESS_MEMORY, InputError, OptionError, OutputError, WorkerError, cause_of
from nlpkit.executors.interrupts import block_interrupts
from nlpkit.executors.merging import result_of
from nlpkit.executors.processes import error_to_send

if TYPE_CHECKING:
    from distributed import Client, LocalCluster
    from distributed import Future as Held

_GRACE = 1  # seconds
_CONNECT = 8  # seconds to find the scheduler in, and again to find a first worker in
_START = 60  # seconds for the workers that are started here
_NO_WORKERS = 60  # seconds without any worker before all is given up
_LOOK = 2  # seconds between looks at the cluster
_CLOSE = 5  # seconds for parting
_FEWEST, _MOST = 4, 64  # parts of a table: one for each thread of the workers within these bounds
_SPLIT = 8  # results of fewer items are not split: the scheduler takes a millisecond for each task, however small
_KEPT = 2  # tasks that a worker keeps, with their tables
_ALIGNMENT = 16  # bytes
_PACKAGES = ("nlpkit", "distributed", "dask", "msgpack", "numpy")
_MISSING = (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM)
_LOCAL_CONFIG = {
    # Any limit of glibc's that is set makes it give arrays back to the system, and take them anew: a third of the time.
    "distributed.nanny.pre-spawn-environ": {"OMP_NUM_THREADS": 1},
    "distributed.worker.profile.enabled": False,
}
_CONFIG = {
    "distributed.admin.large-graph-warning-threshold": "1 TiB",  # items bring their text with them
    "distributed.comm.timeouts.connect": f"{_CONNECT}s",
    "distributed.comm.retry.count": 2,
}

R = TypeVar("R")
P = ParamSpec("P")


@dataclass(frozen=True)
class Bundle:
    """The merged result of so many items, as a whole or in shards, that stays with the workers."""

    parts: list[Held]
    items: int


class DaskPool(Pool):
    """The pool of a cluster.

    jobs: processes that are started here, where no scheduler is given. threads, shards: how many threads the workers
    have together, and into how many parts tables are to be split, as the cluster was when this was opened.
    """

    threads = 1

    def __init__(self, jobs: int, scheduler: str | None, tmp_dir: str | None) -> None:
        self._jobs, self._scheduler, self._tmp_dir = jobs, scheduler, tmp_dir
        self._place = scheduler or "the Dask cluster of this process"
        self._cleanup = ExitStack()
        self._fetchers = ThreadPoolExecutor(2, thread_name_prefix="nlpkit-dask")
        self._watcher = ThreadPoolExecutor(1, thread_name_prefix="nlpkit-dask-watch")
        self._numbers = count()
        self._name = secrets.token_hex(8)
        self._look: Future[Mapping[str, int]] | None = None
        self._next_look = time.monotonic()
        self._alone_since: float | None = None  # when the cluster was first seen without workers
        self._is_killed = self._is_connected = False

    @property
    def shards(self) -> int:
        return min(_MOST, max(_FEWEST, self.threads))

    def open(self, safe_point: Callable[[], None]) -> None:
        """Raises WorkerError for a cluster that cannot be reached or is not fit, OptionError for an address of no kind
        that Dask knows."""
        opened = _in_thread(self._open)
        stop = time.monotonic() + _CONNECT + _GRACE

        def check() -> None:
            safe_point()
            if self._scheduler and not self._is_connected and not opened.done() and time.monotonic() > stop:
                raise self._unreachable()  # something else answers there, for which Dask waits

        try:
            result_of(opened, check)
        except BaseException:
            if self._scheduler is None:
                opened.exception()  # processes that are being started must be ended
            self.kill()
            self.shutdown()
            raise

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """function: of a module, or shared."""
        result: Future[R] = Future()
        name = "shared" if isinstance(function, _Shared) else getattr(function, "__name__", "call")
        remote = self._submit(name, _call, getattr(function, "held", function), *args)
        self._when_done(remote, result, partial(self._fetch_into, result))
        return result

    def share(self, function: Callable[..., R]) -> Future[Callable[..., R]]:
        """A function that goes to each worker once, for many calls."""
        return self._everywhere(function, _Shared)

    def job(
        self,
        task: Callable[..., Any],
        merge: Callable[..., Any],
        split: Callable[..., Any] | None = None,
        finish: Callable[..., Any] | None = None,
    ) -> Future[Any]:
        """The functions of a pass, on all workers."""
        return self._everywhere(_Job(task, merge, split, finish), lambda held: held)

    def hold(self, job: Held, item: object) -> Future[Bundle]:
        """Works on an item; the result stays with the worker."""
        return self._bundle([self._submit("task", _run_task, job, item)], 1)

    def hold_merged(self, job: Held, shards: int, pair: list[Bundle]) -> Future[Bundle]:
        """Merges two neighbours: as a whole while they are of few items, then shard by shard."""
        items = sum(bundle.items for bundle in pair)
        if shards > 1 and (items >= _SPLIT or any(len(bundle.parts) > 1 for bundle in pair)):
            pair = [self._split(job, shards, bundle) for bundle in pair]
        parts = zip(*(bundle.parts for bundle in pair), strict=True)
        return self._bundle([self._submit("merge", _run_merge, job, *two) for two in parts], items)

    def finish(self, job: Held, shards: int, bundle: Bundle) -> list[Future[Bundle]]:
        """Finishes each shard by itself."""
        parts = self._split(job, shards, bundle).parts
        return [self._bundle([self._submit("finish", _run_finish, job, part)], bundle.items) for part in parts]

    def fetch(self, bundle: Bundle) -> Future[Any]:
        """What stays with a worker, of one part."""
        result: Future[Any] = Future()
        self._fetch_into(result, bundle.parts[0])
        return result

    def check(self) -> None:
        """Raises WorkerError where the scheduler is gone, or has had no worker for a minute."""
        if self._client.status not in ("running", "connecting"):
            raise self._gone()
        now = time.monotonic()
        if self._look is not None and self._look.done():
            look, self._look = self._look, None
            if look.exception() is None:
                self._alone_since = None if look.result() else self._alone_since or now
        if self._look is None and now >= self._next_look:
            self._next_look = now + _LOOK
            self._look = self._watcher.submit(self._client.nthreads)
        if self._alone_since is not None and now - self._alone_since > _NO_WORKERS:
            raise WorkerError(f"{self._place}: all workers have been gone for a minute; start others and run again")

    def kill(self) -> None:
        """Do not wait for what runs."""
        self._is_killed = True

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave: with the client's end, the scheduler drops all that it has of it."""
        closed = _in_thread(self._cleanup.close)
        with suppress(Exception):
            closed.result(4 * _CLOSE)
        for threads in (self._fetchers, self._watcher):
            threads.shutdown(wait=False, cancel_futures=True)

    def _open(self) -> None:
        with ExitStack() as cleanup:
            block_interrupts()  # Ctrl-C is not for the processes that are started here
            cleanup.enter_context(_quiet())
            import dask
            import distributed

            cleanup.enter_context(dask.config.set(_CONFIG))
            cluster = self._start_cluster(cleanup) if self._scheduler is None else None
            try:
                self._client: Client = distributed.Client(
                    cluster or self._scheduler, timeout=_CONNECT, set_as_default=False, name="nlpkit"
                )
            except ValueError as error:
                raise OptionError(f"scheduler {self._scheduler}: {error}; write it like tcp://host:8786") from error
            except (OSError, RuntimeError) as error:  # TimeoutError is an OSError
                raise self._unreachable() from error
            self._is_connected = True
            cleanup.callback(self._close_client)
            self.threads = self._count_threads()
            if cluster is None:
                self._check_versions()
            self._cleanup = cleanup.pop_all()

    def _unreachable(self) -> WorkerError:
        return WorkerError(
            f"{self._place}: no Dask scheduler can be reached there within {_CONNECT} seconds; "
            "check that `dask scheduler` runs, and --scheduler, or leave it out to start workers here"
        )

    def _start_cluster(self, cleanup: ExitStack) -> LocalCluster:
        import dask
        import distributed

        try:
            folder = tempfile.mkdtemp(prefix="nlpkit-", dir=self._tmp_dir)
        except OSError as error:
            raise OutputError(
                f"{self._tmp_dir or tempfile.gettempdir()}: no temporary folder can be made there "
                f"({cause_of(error)}); name another with --tmp-dir"
            ) from error
        cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
        cleanup.enter_context(dask.config.set({**_LOCAL_CONFIG, "temporary-directory": folder}))
        before = set(multiprocessing.active_children())
        try:
            cluster = distributed.LocalCluster(
                n_workers=self._jobs,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False},
                worker_dashboard_address="127.0.0.1:0",
                local_directory=folder,
                silence_logs=logging.CRITICAL,
            )
        except Exception as error:
            raise WorkerError(
                f"the workers of Dask cannot be started ({error}); scripts need `if __name__ == '__main__':` around "
                f"such calls; {LESS_MEMORY}"
            ) from error
        cleanup.callback(self._close_cluster, cluster, before)
        return cluster

    def _close_client(self) -> None:
        with suppress(Exception):
            self._client.close(timeout=_CLOSE)

    def _close_cluster(self, cluster: LocalCluster, before: set[Any]) -> None:
        if self._is_killed:
            for nanny in cluster.workers.values():
                nanny.auto_restart = False
            for process in set(multiprocessing.active_children()) - before:
                process.kill()
        with suppress(Exception):
            cluster.close(timeout=_CLOSE)

    def _count_threads(self) -> int:
        stop = time.monotonic() + (_CONNECT if self._scheduler else _START)
        while not (found := sum(self._client.nthreads().values())):
            if time.monotonic() > stop:
                raise WorkerError(f"{self._place}: the scheduler has no workers; start some: dask worker {self._place}")
            time.sleep(0.1)
        return int(found)

    def _check_versions(self) -> None:
        here = _versions()
        for worker, there in self._client.run(_versions, on_error="return").items():
            if isinstance(there, ModuleNotFoundError):
                raise WorkerError(f"{self._place}: worker {worker} has no {there.name}; install nlpkit[dask] on it")
            if isinstance(there, Exception):
                raise WorkerError(f"{self._place}: worker {worker} is not fit ({there})") from there
            wrong = [f"{name} {there[name]} (here {here[name]})" for name in here if here[name] != there[name]]
            if wrong:
                raise WorkerError(
                    f"{self._place}: worker {worker} has {', '.join(wrong)}; use the same versions everywhere"
                )

    def _submit(self, what: str, function: Callable[..., Any], *args: object) -> Held:
        key = f"nlpkit-{what}-{self._name}", next(self._numbers)
        return cast("Held", self._client.submit(function, *args, key=key, pure=False))

    def _everywhere(self, value: object, use: Callable[[Held], Any]) -> Future[Any]:
        """A value that is sent once and copied to all workers. It is a task's result, so that Dask can make it anew."""
        result: Future[Any] = Future()
        self._name = secrets.token_hex(8)  # a group of tasks of its own, of which Dask learns how long they take
        remote = self._submit("keep", _keep, _Common(value, self._name))

        def copy(held: Held) -> None:
            with suppress(Exception):  # without copies all goes on, only more slowly
                self._client.replicate([held])
            _settle(result, use(held))

        self._when_done(remote, result, lambda held: self._fetchers.submit(copy, held))
        return result

    def _split(self, job: Held, shards: int, bundle: Bundle) -> Bundle:
        if len(bundle.parts) == shards:
            return bundle
        parts = self._submit("split", _run_split, job, bundle.parts[0], shards)
        return Bundle([self._submit("part", _take_part, parts, i) for i in range(shards)], bundle.items)

    def _bundle(self, parts: list[Held], items: int) -> Future[Bundle]:
        """Done when all are, or as soon as one fails."""
        result: Future[Bundle] = Future()
        rest = count(len(parts) - 1, -1)

        def one_more(_: Held) -> None:
            if not next(rest):
                _settle(result, Bundle(parts, items))

        for part in parts:
            self._when_done(part, result, one_more)
        return result

    def _when_done(self, remote: Held, result: Future[Any], use: Callable[[Held], object]) -> None:
        def done(remote: Held) -> None:
            try:
                if remote.status == "finished":
                    use(remote)
                else:
                    error = remote.exception(timeout=_CLOSE) if remote.status == "error" else None
                    _settle(result, error=self._cause(error))
            except Exception as error:
                _settle(result, error=self._cause(error))

        remote.add_done_callback(done)

    def _fetch_into(self, result: Future[Any], held: Held) -> None:
        def fetch() -> None:
            try:
                _settle(result, self._client.gather(held, direct=True).value)  # not through the scheduler, if it can be
            except (Exception, CancelledError) as error:
                _settle(result, error=self._cause(error))

        self._fetchers.submit(fetch)

    def _cause(self, error: BaseException | None) -> BaseException:
        import distributed

        if error is None or isinstance(error, CancelledError | distributed.CancelledError):
            return self._gone()
        if isinstance(error, distributed.KilledWorker):
            found = WorkerError(
                f"{self._place}: a task ended every worker that it ran on (out of memory?); give the workers more "
                "memory, or try a smaller --chunk-size"
            )
            found.__cause__ = error
            return found
        return error

    def _gone(self) -> WorkerError:
        return WorkerError(f"{self._place}: the scheduler is gone; run again when it is back")


class _Shared:
    """A function that all workers have. Only to be submitted."""

    def __init__(self, held: Held) -> None:
        self.held = held

    def __call__(self, *args: object) -> Any:
        raise TypeError("the function is with the workers")


@dataclass(frozen=True)
class _Job:
    """The functions of a pass."""

    task: Callable[..., Any]
    merge: Callable[..., Any]
    split: Callable[..., Any] | None
    finish: Callable[..., Any] | None


# What runs on workers


class _Box(Generic[R]):
    """A value on its way: Dask is told its size, and its arrays arrive where numba wants them, on even addresses."""

    def __init__(self, value: R) -> None:
        self.value = value

    def __sizeof__(self) -> int:
        return _size_of(self.value)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        import cloudpickle

        buffers: list[pickle.PickleBuffer] = []
        keep = buffers.append if protocol >= 5 else None  # the scheduler itself takes less
        try:
            data = pickle.dumps(self.value, 5, buffer_callback=keep)
            is_here = b"__main__" in data  # functions of a script, which workers cannot import
        except Exception:
            is_here = True
        if is_here:
            buffers.clear()
            data = cloudpickle.dumps(self.value, 5, buffer_callback=keep)
        return _open_box, (data, buffers)


def _open_box(data: bytes, buffers: list[Any]) -> _Box[Any]:
    return _Box(pickle.loads(data, buffers=map(_aligned, buffers)))


class _Common(_Box[R]):
    """A value that all tasks of a pass need: where it comes more than once it is unpickled once."""

    def __init__(self, value: R, name: str) -> None:
        super().__init__(value)
        self.name = name

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return _open_common, (self.name, *super().__reduce_ex__(protocol)[1])


_common: OrderedDict[str, _Common[Any]] = OrderedDict()  # the last ones
_opening = threading.Lock()


def _open_common(name: str, data: bytes, buffers: list[Any]) -> _Common[Any]:
    with _opening:
        box = _common.get(name)
        if box is None:
            box = _common[name] = _Common(_open_box(data, buffers).value, name)
            while len(_common) > _KEPT:
                _common.popitem(last=False)
        return box


def _aligned(buffer: Any) -> Any:
    import numpy as np

    view = memoryview(buffer)
    if view.readonly or (view.nbytes and np.frombuffer(view, np.uint8).ctypes.data % _ALIGNMENT):
        copy = np.empty(view.nbytes, np.uint8)
        copy[:] = np.frombuffer(view, np.uint8)
        return copy.data
    return view


def _size_of(value: Any) -> int:
    """Bytes, roughly."""
    if hasattr(value, "nbytes"):
        return int(value.nbytes)
    if isinstance(value, tuple | list):
        return sum(map(_size_of, value))
    if isinstance(value, dict):
        return sys.getsizeof(value) + sum(map(_size_of, value)) + sum(map(_size_of, value.values()))
    if is_dataclass(value):
        return sum(_size_of(getattr(value, field.name)) for field in fields(value))
    return sys.getsizeof(value)


def _keep(box: _Box[R]) -> _Box[R]:
    return box


def _call(function: Any, *args: object) -> _Box[Any]:
    with _errors_that_travel():
        return _Box((function.value if isinstance(function, _Box) else function)(*args))


def _run_task(job: _Box[_Job], item: object) -> _Box[Any]:
    with _errors_that_travel():
        return _Box(job.value.task(item))


def _run_split(job: _Box[_Job], whole: _Box[Any], shards: int) -> list[_Box[Any]]:
    with _errors_that_travel():
        split = job.value.split
        assert split is not None
        return [_Box(part) for part in split(whole.value, shards)]


def _take_part(parts: list[_Box[Any]], i: int) -> _Box[Any]:
    return parts[i]


def _run_merge(job: _Box[_Job], *parts: _Box[Any]) -> _Box[Any]:
    with _errors_that_travel():
        return _Box(job.value.merge([part.value for part in parts]))


def _run_finish(job: _Box[_Job], part: _Box[Any]) -> _Box[Any]:
    with _errors_that_travel():
        finish = job.value.finish
        assert finish is not None
        return _Box(finish(part.value))


@contextmanager
def _errors_that_travel() -> Iterator[None]:
    try:
        yield
    except InputError as error:
        cause = error.__cause__
        if type(error) is InputError and isinstance(cause, OSError) and cause.errno in _MISSING:
            raise InputError(
                f"{error} (on worker {platform.node()}): give paths that can be read on all workers, "
                "of a shared folder, or URLs"
            ) from cause
        raise
    except Exception as error:
        other = error_to_send(error)
        if other is error:
            raise
        raise other from None


def _versions() -> dict[str, str]:
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = nlpkit_version.__version__ if name == "nlpkit" else version(name)
    return found


# What runs here


def _settle(result: Future[Any], value: object = None, error: BaseException | None = None) -> None:
    with suppress(InvalidStateError):  # nobody wants it any more
        if error is None:
            result.set_result(value)
        else:
            result.set_exception(error)


def _in_thread(function: Callable[[], R]) -> Future[R]:
    """Runs a function in a thread that nobody has to wait for, not even the end of the process."""
    result: Future[R] = Future()

    def run() -> None:
        try:
            _settle(result, function())
        except BaseException as error:
            _settle(result, error=error)

    threading.Thread(target=run, name="nlpkit-dask-open", daemon=True).start()
    return result


@contextmanager
def _quiet() -> Iterator[None]:
    """What Dask logs is not for the user: what matters comes as an error."""
    loggers = [logging.getLogger(name) for name in ("distributed", "asyncio", "tornado")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
