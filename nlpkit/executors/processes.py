"""Worker processes of this machine: how they start, and how calls and results travel.

What many calls have in common (a task with its tables) is pickled once, goes to each process once, and is kept there.
"""

from __future__ import annotations

import multiprocessing
import pickle
import secrets
import signal
import threading
import traceback
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from typing import Any, Generic, ParamSpec, TypeVar, cast

from nlpkit.compilation import hide_scipy, hides_scipy
from nlpkit.errors import LESS_MEMORY, WorkerError
from nlpkit.executors.pool import WorkerPool
from nlpkit.executors.waiting import block_interrupts, done

_PRELOAD = ["numpy", "numba"]
_NAME = 16  # bytes of a shared function's name; no pickled call is so short
_KEPT = 4  # shared functions that a process keeps: those of the passes that may run at a time

R = TypeVar("R")
P = ParamSpec("P")


class SharedFunction(Generic[P, R]):
    """A function for many calls in worker processes: it is pickled once; later calls send its name only."""

    def __init__(self, function: Callable[P, R]) -> None:
        self.name = secrets.token_bytes(_NAME)
        self.pickled = pickle.dumps(function, pickle.HIGHEST_PROTOCOL)
        self._function = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._function(*args, **kwargs)

    def __reduce__(self) -> tuple[Any, ...]:
        return _received_function, (self.name,)


#: In a worker process: name -> the pickled function, which the first call replaces by the function.
_received: OrderedDict[bytes, Any] = OrderedDict()


def _receive(name: bytes, pickled: bytes) -> None:
    while len(_received) >= _KEPT:
        _received.popitem(last=False)
    _received[name] = pickled


def _received_function(name: bytes) -> Callable[..., Any]:
    if isinstance(_received[name], bytes):
        _received[name] = pickle.loads(_received[name])
    return cast("Callable[..., Any]", _received[name])


class ProcessPool(WorkerPool):
    """Threads that each have their functions called in a process of their own.

    Not `concurrent.futures.ProcessPoolExecutor`: its processes answer through one pipe that they share, and when one is
    killed in the midst of an answer, it waits for the rest of that answer for ever.
    """

    _threads: ThreadPoolExecutor

    def open(self, safe_point: Callable[[], None]) -> None:
        """Makes room for the processes, which start with the first tasks."""
        self._threads = ThreadPoolExecutor(self.jobs, thread_name_prefix="nlpkit", initializer=block_interrupts)
        self._context = _process_context()
        self._own = threading.local()
        self._lock = threading.Lock()
        self._workers: list[_Worker] = []
        self._is_killed = False

    def submit(self, function: Callable[..., R], *args: Any) -> Future[R]:
        """Calls the function in the next process that is free. It and its arguments must be picklable."""
        return self._threads.submit(self._call, partial(function, *args))

    def share(self, function: Callable[..., R]) -> Future[Callable[..., R]]:
        """Pickles a function once for many calls."""
        return done(SharedFunction(function))

    def shutdown(self) -> None:
        """Waits for the tasks that run, drops the others, and ends the processes."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._workers:
            worker.close()

    def kill(self) -> None:
        """Ends all processes at once; the calls that run in them fail."""
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
                raise WorkerError(f"a worker process cannot be started ({error}); ", *LESS_MEMORY) from error
            self._workers.append(worker)
            return worker


class _Worker:
    """A process that calls functions for one thread of the pool, and the pipe between the two."""

    def __init__(self, context: SpawnContext | ForkServerContext) -> None:
        self.channel, far_end = context.Pipe()
        self.process = context.Process(target=_serve, args=(far_end, hides_scipy()), daemon=True)
        self.process.start()
        far_end.close()  # now only the process has it, so its death ends the pipe
        self._sent: deque[bytes] = deque(maxlen=_KEPT)  # names of shared functions that it keeps

    def call(self, function: Callable[[], R]) -> R:
        """Returns or raises what the function does in the process; raises WorkerError where the process dies of it."""
        message = pickle.dumps(function, pickle.HIGHEST_PROTOCOL)
        shared = function.func if isinstance(function, partial) else None
        try:
            if isinstance(shared, SharedFunction) and shared.name not in self._sent:
                self._sent.append(shared.name)
                self.channel.send_bytes(shared.name)
                self.channel.send_bytes(shared.pickled)
            self.channel.send_bytes(message)
            answer = self.channel.recv_bytes()
        except (EOFError, OSError) as error:
            raise WorkerError(self._cause_of_death(), *LESS_MEMORY) from error
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
        return f"a worker process {cause}; "


class _RemoteError(Exception):
    """The traceback of an error in a worker process, shown as the cause of the error."""


def _serve(channel: Connection[bytes, bytes], without_scipy: bool) -> None:
    """The main function of a worker process: calls what arrives until the parent closes its end of the pipe, or dies.

    A message is a pickled call, or the name of a shared function, which follows it.
    """
    if without_scipy:
        hide_scipy()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while True:
            message = channel.recv_bytes()
            if len(message) == _NAME:
                _receive(message, channel.recv_bytes())
            else:
                channel.send_bytes(_answer(message))


def _answer(message: bytes) -> bytes:
    try:
        return pickle.dumps((pickle.loads(message)(), None, ""), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        return pickle.dumps((None, error_to_send(error), f"\n{traceback.format_exc()}"))


def error_to_send(error: Exception) -> Exception:
    """Returns the error, or, where it cannot be pickled, a RuntimeError with its message."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _process_context() -> SpawnContext | ForkServerContext:
    """Returns how processes start: forked from a server that has numba loaded, or spawned where that cannot be done.

    They are never forked from this process, because other threads of it may hold locks.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOAD)
    return context
