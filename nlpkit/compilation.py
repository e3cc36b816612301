"""Compiles kernels with numba, which is loaded only when a kernel needs it, and keeps the machine code on disk.

numba itself keeps machine code until the file of the kernel changes. A kernel that calls a function of another file
would go on with the old code of that function. Therefore the code of each kernel file lies in a folder of its own,
named by a digest of all that the code depends on: that file, the kernel files that it imports (directly or not), this
file, and the version of numba. A change in any of them leads to a new folder; undoing it leads back to the old one.
"""

from __future__ import annotations

import atexit
import functools
import importlib
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from nlpkit.errors import OutputError

if TYPE_CHECKING:
    from numba.core import event

P = ParamSpec("P")
R = TypeVar("R")

#: How many folders of machine code are kept for each kernel file: those that were used last.
FOLDERS_KEPT = 8
_PATIENCE = 1.0  # seconds of compiling, after which a user is told
_DAY = 86_400  # seconds; the time of the last use of a folder is written down once a day
_IMPORT = re.compile(rb"^from nlpkit\.kernels\.(\w+) import", re.MULTILINE)
_setting = threading.Lock()  # held while numba's configuration names a folder of ours
_told = threading.Event()  # set when a user has been told that kernels are compiled
_hiding = threading.Event()  # set when SciPy is to be hidden from numba


def njit(**options: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """As numba.njit, with machine code that is kept on disk and runs without the GIL. options: further ones of numba's.

    Raises OutputError where no folder can be written to, not even a temporary one.
    """
    numba = _numba()
    compile_lazily = numba.njit(cache=True, nogil=True, **options)

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        if numba.config.DISABLE_JIT:
            return function
        with _setting:
            before = numba.config.CACHE_DIR
            numba.config.CACHE_DIR = _folder(function.__code__.co_filename)
            try:
                return cast("Callable[P, R]", compile_lazily(function))
            finally:
                numba.config.CACHE_DIR = before

    return decorate


def digest(path: str) -> str:
    """A name for all that the machine code of a kernel file depends on: 16 hexadecimal digits.

    path: the kernel file. Kernel files that it imports by `from nlpkit.kernels.NAME import ...` count too.
    """
    import hashlib

    import numba

    seen: dict[str, bytes] = {}
    waiting = [path]
    while waiting:
        file = waiting.pop()
        if file not in seen:
            seen[file], imported = _read(file)
            waiting += imported
    parts = [numba.__version__.encode(), _read(__file__)[0], *(seen[file] for file in sorted(seen))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


@functools.cache
def _read(path: str) -> tuple[bytes, list[str]]:
    """The bytes of a file, and the paths of the kernel files that it imports."""
    with open(path, "rb") as file:
        text = file.read()
    folder = os.path.dirname(path)
    return text, [os.path.join(folder, f"{name.decode()}.py") for name in _IMPORT.findall(text)]


@functools.cache
def _folder(path: str) -> str:
    """The folder for the machine code of the kernel file `path`. It may not exist yet; numba makes it."""
    folder = _base() / f"{Path(path).stem}-{digest(path)}"
    with suppress(OSError):
        if time.time() - folder.stat().st_mtime > _DAY:
            os.utime(folder)
    if not folder.exists():
        _remove_unused(folder)
    return str(folder)


def _remove_unused(folder: Path) -> None:
    """Remove the folders of other digests of the same kernel file, except the FOLDERS_KEPT - 1 that were used last.

    A running process may still read one of them. It then compiles its kernels again, and makes the folder again.
    """
    with suppress(OSError):
        others = folder.parent.glob(folder.name[:-16] + 16 * "[0-9a-f]")
        for other in sorted(others, key=lambda other: other.stat().st_mtime)[: 1 - FOLDERS_KEPT]:
            shutil.rmtree(other, ignore_errors=True)


@functools.cache
def _base() -> Path:
    """The folder that numba chooses for this file: in NUMBA_CACHE_DIR, else __pycache__, else in the user's cache."""
    return Path(_numba().njit(cache=True)(_nothing).stats.cache_path)


def ones_function() -> Callable[[Any], int]:
    """A function for kernels: how many bits of a uint64 are set, as int64, by the processor's own instruction."""
    numba = _numba()
    if numba.config.DISABLE_JIT:
        return lambda word: int(word).bit_count()
    from numba import types
    from numba.extending import intrinsic

    def ones(_typing: Any, _word: Any) -> Any:
        return types.int64(types.uint64), lambda _context, builder, _signature, args: builder.ctpop(args[0])

    return cast("Callable[[Any], int]", intrinsic(ones))


def copy_function() -> Callable[[Any, int, Any, int], None]:
    """A function for kernels: copy(out, at, source, begin) copies 16 bytes between arrays of uint8, in one go.

    Both must have so many: short strings are copied in steps of 16 bytes, and what is too much is overwritten.
    """
    numba = _numba()
    if numba.config.DISABLE_JIT:

        def plain(out: Any, at: int, source: Any, begin: int) -> None:
            out[at : at + 16] = source[begin : begin + 16]

        return plain
    from llvmlite import ir
    from numba import types
    from numba.extending import intrinsic

    vector = ir.VectorType(ir.IntType(8), 16)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        out, at, source, begin = args
        to = context.make_array(signature.args[0])(context, builder, out)
        of = context.make_array(signature.args[2])(context, builder, source)
        value = builder.load(builder.bitcast(builder.gep(of.data, [begin]), vector.as_pointer()))
        value.align = 1
        builder.store(value, builder.bitcast(builder.gep(to.data, [at]), vector.as_pointer())).align = 1
        return context.get_dummy_value()

    def copy(_typing: Any, out: Any, _at: Any, source: Any, _begin: Any) -> Any:
        return types.void(out, types.int64, source, types.int64), generate

    return cast("Callable[[Any, int, Any, int], None]", intrinsic(copy))


class Lazy(Generic[P, R]):
    """A kernel that runs as plain Python when it is called, and compiled when `compiled` is.

    Loading numba and compiled code takes longer than a few thousand characters do in plain Python. A plain call takes
    lists and memoryviews for arrays. Within compiled kernels of its file it is compiled.
    """

    def __init__(self, function: Callable[P, R]) -> None:
        functools.update_wrapper(self, function)
        self._function = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._function(*args, **kwargs)

    @functools.cached_property
    def compiled(self) -> Callable[P, R]:
        """The same, compiled; for arrays of fixed dtypes."""
        return njit()(self._function)

    @property
    def _numba_type_(self) -> Any:
        """What numba takes it for where another kernel calls it."""
        from numba import types

        return types.Dispatcher(self.compiled)


class _Wait:
    """How long kernels have been compiled within a block: seconds, outermost compilations only."""

    def __init__(self) -> None:
        self._depth, self._begun, self._before = 0, 0.0, 0.0

    @property
    def seconds(self) -> float:
        return self._before + (time.perf_counter() - self._begun if self._depth else 0.0)

    def begin(self) -> None:
        if not self._depth:
            self._begun = time.perf_counter()
        self._depth += 1

    def end(self) -> None:
        self._before, self._depth = self.seconds if self._depth == 1 else self._before, max(self._depth - 1, 0)


@contextmanager
def watch_compilation(notify: Callable[[str], object] | None) -> Iterator[None]:
    """Tells, once in a process, that kernels are compiled within the block rather than loaded from numba's cache, when
    that has taken a second and goes on.
    """
    if notify is None:
        yield
        return
    tell, wait = notify, _Wait()
    _numba()
    from numba.core import event

    class Watch(event.Listener):
        def on_start(self, event: event.Event) -> None:
            wait.begin()
            if wait.seconds >= _PATIENCE and not _told.is_set():
                _told.set()
                tell("compiling (first run only)...")

        def on_end(self, event: event.Event) -> None:
            wait.end()

    with event.install_listener("numba:compile", Watch()):
        yield


def hide_scipy() -> None:
    """From now on numba is loaded in this process as if SciPy were not installed.

    numba imports scipy.linalg, which takes 0.12 s and more, to find out whether kernels may multiply matrices. Those of
    nlpkit do not, but those of a Python program may: this is for processes that run nlpkit and nothing else.
    """
    _hiding.set()


def hides_scipy() -> bool:
    """Whether `hide_scipy` was called."""
    return _hiding.is_set()


@contextmanager
def _hidden(*modules: str) -> Iterator[None]:
    """Modules that are not loaded yet cannot be imported within the block."""
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # None: importing it raises ImportError
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def _import_numba() -> Any:
    if not hides_scipy():
        import numba

        return numba
    with _hidden("scipy", "scipy.linalg"):
        import numba

        with suppress(ImportError):  # where it looks for scipy.linalg, once; otherwise when the first kernel is loaded
            importlib.import_module("numba.np.arraymath")
    return numba


def _nothing() -> None:
    pass


@functools.cache
def _numba() -> Any:
    """numba, with a folder to keep compiled kernels in, if only for as long as this process lives.

    numba refuses to define a kernel where it can write neither beside the kernel's file nor in the user's home, as in
    some containers. Then the folder is a temporary one.
    """
    numba = _import_numba()
    try:
        numba.njit(cache=True)(_nothing)
        return numba
    except RuntimeError:
        pass
    try:
        folder = tempfile.mkdtemp(prefix="nlpkit-")
    except OSError as error:
        raise OutputError(
            "compiled code can be kept nowhere, not even for a while: set NUMBA_CACHE_DIR or TMPDIR to a folder"
        ) from error
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    config: Any = numba.config
    os.environ["NUMBA_CACHE_DIR"] = config.CACHE_DIR = folder  # the environment is for worker processes
    return numba
