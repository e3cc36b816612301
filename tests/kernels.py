"""Compiled kernels in tests: compiled once for all processes that run tests side by side, and loaded ahead of need."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import numba
from numba.core.compiler_lock import global_compiler_lock
from numba.core.dispatcher import Dispatcher

import nlpkit.kernels
from nlpkit import compilation
from nlpkit.compilation import Lazy

if sys.platform != "win32":
    import fcntl


class Loader:
    """Loads the kernels that numba's cache has, ahead of need."""

    def __init__(self) -> None:
        self._kernels = [] if numba.config.DISABLE_JIT else list(_kernels())
        self._folders = {kernel._cache.cache_path for kernel in self._kernels}
        self._seen: object = None

    def load(self) -> None:
        """Load all that were compiled since the last time, for the types that they were compiled for."""
        times = {folder: os.stat(folder).st_mtime_ns for folder in self._folders if os.path.isdir(folder)}
        if times != self._seen:
            self._seen = times
            for kernel in self._kernels:
                for signature, *_ in kernel._cache._cache_file._load_index():
                    if signature not in kernel.overloads:
                        kernel.compile(signature)


def _kernels() -> Iterator[Any]:
    for module in iter_modules(nlpkit.kernels.__path__):
        for value in vars(import_module(f"nlpkit.kernels.{module.name}")).values():
            kernel = value.compiled if isinstance(value, Lazy) else value
            if isinstance(kernel, Dispatcher):
                yield kernel


def compile_once() -> None:
    """From now on a kernel that another process is compiling is waited for, and loaded; nothing is said of it."""
    compilation._told.set()
    compile_kernel = Dispatcher.compile
    if compile_kernel.__name__ == "compile_alone":  # done already
        return

    def compile_alone(self: Any, signature: Any) -> Any:
        folder = self._cache.cache_path
        if folder is None or not self.py_func.__module__.startswith("nlpkit."):
            return compile_kernel(self, signature)
        name = f"{self.py_func.__module__}.{self.py_func.__qualname__}"
        with global_compiler_lock, alone(Path(folder, f"{name}.lock")):
            return compile_kernel(self, signature)

    Dispatcher.compile = compile_alone


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a lock file. Waits while another process holds it."""
    with lock.open("wb") as file:
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
