"""How much memory tables and buffers may take."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from pathlib import Path

from nlpkit.errors import OptionError

LEAST = 64 << 20
#: Where Linux says how much the processes of a container may have together (cgroup 2, cgroup 1).
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def check_memory(memory: int | None) -> int:
    """Bytes that the tables and buffers of all workers may take together; None is a quarter of what there is.

    Raises OptionError for less than 64 MiB.
    """
    if memory is None:
        return max(LEAST, available_memory() // 4)
    if memory < LEAST:
        raise OptionError(f"memory is {memory} bytes; it must be at least 64M")
    return memory


def available_memory() -> int:
    """Bytes of the machine's memory, or of the container's share of it."""
    sizes = [4 << 30]
    with suppress(ValueError, OSError, AttributeError):
        sizes = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in _LIMITS:
        with suppress(ValueError, OSError):  # `max` where there is none
            sizes.append(int(Path(path).read_text()))
    return min(sizes)


def give_back() -> None:
    """Gives freed memory back to the system: glibc keeps arrays of up to 32 MiB for each thread that made them."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
