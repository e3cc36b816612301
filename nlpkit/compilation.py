"""Compiling kernels with numba, which is loaded no sooner than a kernel needs it."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from nlpkit.errors import OutputError

if TYPE_CHECKING:
    from numba.core import event

P = ParamSpec("P")
R = TypeVar("R")


def njit(**options: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """numba.njit, kept on disk and without the GIL. `options` are numba's."""
    return cast("Callable[[Callable[P, R]], Callable[P, R]]", _numba().njit(cache=True, nogil=True, **options))


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


@contextmanager
def watch_compilation(notify: Callable[[str], object] | None) -> Iterator[None]:
    """Says so, once, when a kernel is compiled within the block rather than loaded from numba's cache."""
    if notify is None:
        yield
        return
    tell = notify
    _numba()
    from numba.core import event

    class Once(event.Listener):
        told = False

        def on_start(self, event: event.Event) -> None:
            if not self.told:
                self.told = True
                tell("compiling (first run only)...")

        def on_end(self, event: event.Event) -> None:
            pass

    with event.install_listener("numba:compile", Once()):
        yield


def _nothing() -> None:
    pass


@functools.cache
def _numba() -> Any:
    """numba, with a folder to keep compiled kernels in, if only for as long as this process lives.

    It would not import a single kernel where it finds none: where neither beside them nor in the user's home it may
    write, as in a container.
    """
    import numba

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
