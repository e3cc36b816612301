"""How much memory tables and buffers may take."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from nlpkit.errors import NlpkitError, OptionError

LEAST = 64 << 20
#: Address space (bytes) that Python, numpy, LLVM and the stacks of threads take before there are any tables.
_PROGRAM = 640 << 20
_ARENA_MAX = -8  # of mallopt(3)
#: Where Linux says how much the processes of a container may have together (cgroup 2, cgroup 1).
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def check_memory(memory: int | None) -> int:
    """Bytes that the tables and buffers of all workers may take together; None is a quarter of what there is.

    Raises OptionError for less than 64 MiB, NlpkitError where the process may not even have that.
    """
    limit = soft_limit("RLIMIT_AS")
    if limit is not None:
        _check_limit(limit)
    if memory is None:
        return max(LEAST, available_memory() // 4)
    if memory < LEAST:
        raise OptionError(f"memory is {memory} bytes; it must be at least 64M")
    return memory


def available_memory() -> int:
    """Bytes of the machine's memory, or of the container's or the process' share of it."""
    sizes = [4 << 30]
    with suppress(ValueError, OSError, AttributeError):
        sizes = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in _LIMITS:
        with suppress(ValueError, OSError), open(path, encoding="ascii") as file:
            sizes.append(int(file.read()))  # `max` where there is none
    limit = soft_limit("RLIMIT_AS")
    return min(sizes if limit is None else [*sizes, max(0, limit - _PROGRAM)])


@contextmanager
def without_collection() -> Iterator[None]:
    """Without Python's cyclic garbage collector, which would look through objects again and again while they are made.

    Those that are made count as old ones afterwards: to be frozen and released again does that, and costs nothing.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def soft_limit(name: str) -> int | None:
    """What the system allows this process of a resource, None where there is no limit: `RLIMIT_AS` are bytes, the
    libraries' included (`ulimit -v`), `RLIMIT_NOFILE` open files (`ulimit -n`)."""
    try:
        import resource
    except ImportError:  # not on Windows
        return None
    limit = resource.getrlimit(getattr(resource, name))[0]
    return None if limit == resource.RLIM_INFINITY else limit


def _check_limit(limit: int) -> None:
    """Libraries end the process, rather than fail, when they get no memory for what is their own."""
    if limit < _PROGRAM + LEAST:
        raise NlpkitError(
            f"the limit on memory is too low (ulimit -v {limit >> 10}); nlpkit needs {_PROGRAM + LEAST >> 10} or more"
        )
    with suppress(OSError, AttributeError):
        _libc().mallopt(_ARENA_MAX, 1)  # glibc reserves 128 MB for each further thread otherwise


def give_back() -> None:
    """Gives freed memory back to the system: glibc keeps arrays of up to 32 MiB for each thread that made them."""
    with suppress(OSError, AttributeError):
        _libc().malloc_trim(0)


def _libc() -> Any:
    import ctypes  # here, because --help must not wait for it

    return ctypes.CDLL(None)
