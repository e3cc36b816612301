"""Worker processes of this machine.

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
from nlpkit.executors.interrupts import block_interrupts

_PRELOAD = ["numpy", "numba"]
_NAME = 16  # bytes of a shared function's name; no pickled call is so short
_KEPT = 4  # shared functions that a process keeps: those of the passes that may run at a time

R = TypeVar("R")
P = ParamSpec("P")


class Shared(Generic[P, R]):
    """A function for many calls in worker processes: pickled once, afterwards it goes by its name."""

    def __init__(self, function: Callable[P, R]) -> None:
        self.name = secrets.token_bytes(_NAME)
        self.pickled = pickle.dumps(function, pickle.HIGHEST_PROTOCOL)
        self._function = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._function(*args, **kwargs)

    def __reduce__(self) -> tuple[Any, ...]:
        return _shared, (self.name,)


_received: OrderedDict[bytes, Any] = OrderedDict()  # in a worker, by name: pickled, and functions after the first call


def _receive(name: bytes, pickled: bytes) -> None:
    while len(_received) >= _KEPT:
        _received.popitem(last=False)
    _received[name] = pickled


def _shared(name: bytes) -> Callable[..., Any]:
    if isinstance(_received[name], bytes):
        _received[name] = pickle.loads(_received[name])
    return cast("Callable[..., Any]", _received[name])


class ProcessPool(ThreadPoolExecutor):
    """Threads that have their functions called in a process each.

    Not `concurrent.futures.ProcessPoolExecutor`: its processes answer through one pipe that they share, and when one is
    killed in the midst of an answer it waits for the rest of it for ever.
    """

    def __init__(self, jobs: int) -> None:
        super().__init__(jobs, thread_name_prefix="nlpkit", initializer=block_interrupts)
        self._context = _process_context()
        self._own = threading.local()
        self._lock = threading.Lock()
        self._workers: list[_Worker] = []
        self._is_killed = False

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        return super().submit(self._call, partial(function, *args, **kwargs))

    def share(self, function: Callable[P, R]) -> Callable[P, R]:
        """The same function, for many calls."""
        return Shared(function)

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
        self.process = context.Process(target=_serve, args=(far_end, hides_scipy()), daemon=True)
        self.process.start()
        far_end.close()  # now only the process has it, so its death ends the pipe
        self._sent: deque[bytes] = deque(maxlen=_KEPT)  # names of shared functions that it keeps

    def call(self, function: Callable[[], R]) -> R:
        """What the function returns or raises there; WorkerError where the process dies of it."""
        message = pickle.dumps(function, pickle.HIGHEST_PROTOCOL)
        shared = function.func if isinstance(function, partial) else None
        try:
            if isinstance(shared, Shared) and shared.name not in self._sent:
                self._sent.append(shared.name)
                self.channel.send_bytes(shared.name)
                self.channel.send_bytes(shared.pickled)
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


def _serve(channel: Connection[bytes, bytes], without_scipy: bool) -> None:
    """The main function of a worker process: call what comes until the parent closes its end, or is gone.

    A message is a pickled call, or the name of a shared function, which comes next.
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
    """The error itself, or, where it is somebody else's that cannot travel, what it says."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _process_context() -> SpawnContext | ForkServerContext:
    """Processes forked from a server that has numba loaded, or, where there are none, started from nothing.

    Never forked from this process: other threads of it may hold locks.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOAD)
    return context
