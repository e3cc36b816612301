"""What runs on the workers of a Dask cluster: tasks and merges, and how their results travel.

Workers import this file; what runs here is in dask_pool.py.
"""

from __future__ import annotations

import errno
import pickle
import platform
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Generic, TypeVar

from nlpkit import version as nlpkit_version
from nlpkit.errors import InputError
from nlpkit.executors.pool import PassFunctions
from nlpkit.executors.processes import error_to_send

_KEPT = 2  # values of passes that a worker keeps unpickled, tasks with their tables
_ALIGNMENT = 16  # bytes
_PACKAGES = ("nlpkit", "distributed", "dask", "msgpack", "numpy")
_MISSING = (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM)

R = TypeVar("R")


class Box(Generic[R]):
    """A value that travels: Dask learns its size, and its arrays arrive aligned and writeable, as numba wants them."""

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


def _open_box(data: bytes, buffers: list[Any]) -> Box[Any]:
    return Box(pickle.loads(data, buffers=map(_aligned, buffers)))


class SharedBox(Box[R]):
    """A value that all tasks of a pass need. Where it arrives more than once, it is unpickled once.

    name: what it is known by.
    """

    def __init__(self, value: R, name: str) -> None:
        super().__init__(value)
        self.name = name

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return _open_shared, (self.name, *super().__reduce_ex__(protocol)[1])


_opened: OrderedDict[str, SharedBox[Any]] = OrderedDict()  # name -> the last ones that arrived
_opening = threading.Lock()


def _open_shared(name: str, data: bytes, buffers: list[Any]) -> SharedBox[Any]:
    with _opening:
        box = _opened.get(name)
        if box is None:
            box = _opened[name] = SharedBox(_open_box(data, buffers).value, name)
            while len(_opened) > _KEPT:
                _opened.popitem(last=False)
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
    """Returns the size of a value in bytes, roughly."""
    if hasattr(value, "nbytes"):
        return int(value.nbytes)
    if isinstance(value, tuple | list):
        return sum(map(_size_of, value))
    if isinstance(value, dict):
        return sys.getsizeof(value) + sum(map(_size_of, value)) + sum(map(_size_of, value.values()))
    if is_dataclass(value):
        return sum(_size_of(getattr(value, field.name)) for field in fields(value))
    return sys.getsizeof(value)


def keep(box: Box[R]) -> Box[R]:
    """Returns its argument: the task whose result is a value that was sent, so that Dask can make it anew."""
    return box


def call(function: Any, *args: object) -> Box[Any]:
    """Calls a function, which may be in a box."""
    with _errors_that_travel():
        return Box((function.value if isinstance(function, Box) else function)(*args))


def run_task(functions: Box[PassFunctions], item: object) -> Box[Any]:
    """Runs the pass's task on an item; returns the result in a box."""
    with _errors_that_travel():
        return Box(functions.value.task(item))


def run_split(functions: Box[PassFunctions], whole: Box[Any], shards: int) -> list[Box[Any]]:
    """Splits a result into `shards` shards, each in a box."""
    with _errors_that_travel():
        split = functions.value.split
        assert split is not None
        return [Box(shard) for shard in split(whole.value, shards)]


def take_shard(shards: list[Box[Any]], i: int) -> Box[Any]:
    """Returns the i-th shard of a result."""
    return shards[i]


def run_merge(functions: Box[PassFunctions], *results: Box[Any]) -> Box[Any]:
    """Merges results of neighbours, or their i-th shards."""
    with _errors_that_travel():
        return Box(functions.value.merge([result.value for result in results]))


def run_finish(functions: Box[PassFunctions], shard: Box[Any]) -> Box[Any]:
    """Runs the pass's last step on a merged shard."""
    with _errors_that_travel():
        finish = functions.value.finish
        assert finish is not None
        return Box(finish(shard.value))


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


def versions() -> dict[str, str]:
    """Returns the versions of what must be the same on all machines: name -> version."""
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = nlpkit_version.__version__ if name == "nlpkit" else version(name)
    return found
