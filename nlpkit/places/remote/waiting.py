"""Asks servers several things at the same time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from queue import SimpleQueue
from typing import TypeVar

_AT_ONCE = 16
A = TypeVar("A")
T = TypeVar("T")


def side_by_side(call: Callable[[A], T], items: Iterable[A]) -> list[T]:
    """Returns call(item) for all items, in order; up to 16 calls wait for their servers at the same time.

    Raises what the call of the first item that fails raises. The threads hold up neither an interrupt nor the end of
    the process.
    """
    waiting = deque(enumerate(items))
    results: dict[int, T] = {}
    failures: dict[int, BaseException] = {}
    ended: SimpleQueue[None] = SimpleQueue()

    def work() -> None:
        with suppress(IndexError):
            while True:
                number, item = waiting.popleft()
                try:
                    results[number] = call(item)
                except BaseException as failure:
                    failures[number] = failure
                    waiting.clear()
        ended.put(None)

    threads = min(_AT_ONCE, len(waiting))
    try:
        for _ in range(threads):
            threading.Thread(target=work, name="nlpkit-remote", daemon=True).start()
        for _ in range(threads):
            ended.get()
    finally:
        waiting.clear()
    if failures:
        raise failures[min(failures)]
    return [results[number] for number in sorted(results)]
