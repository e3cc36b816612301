"""One pass over items: what runs, what waits for its neighbour, what failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from nlpkit.errors import WorkerError

PATIENCE = 0.1  # seconds from Ctrl-C to its effect


class Sized(Protocol):
    """An item that knows its size in bytes."""

    @property
    def size(self) -> int: ...


T = TypeVar("T", bound=Sized)
R = TypeVar("R")
Merge: TypeAlias = Callable[[list[R]], R]
Progress: TypeAlias = Callable[[int], object]


@dataclass(frozen=True)
class _Part:
    """Whose result a future holds: items `place << level` up to `(place + 1) << level`, `size` bytes to report."""

    level: int
    place: int
    size: int = 0

    @property
    def first(self) -> int:
        return self.place << self.level


class Merging(Generic[T, R]):
    """Works on items, a window of them at a time, and merges their results as a balanced tree in their order.

    submit: begins to work on an item. merge: merges two neighbours here; submit_merge: begins to do so elsewhere;
    without either nothing is merged. R may be a result itself, or something that stands for one.
    """

    def __init__(
        self,
        submit: Callable[[T], Future[R]],
        window: int,
        progress: Progress | None,
        merge: Merge[R] | None = None,
        submit_merge: Callable[[list[R]], Future[R]] | None = None,
    ) -> None:
        self.submit, self.window, self.progress = submit, window, progress
        self.merge, self.submit_merge = merge, submit_merge
        self.running: dict[Future[R], _Part] = {}
        self.waiting: dict[tuple[int, int], R] = {}
        self.failures: dict[int, BaseException] = {}

    def finish(self, items: Iterable[T], safe_point: Callable[[], None]) -> list[R]:
        """The results of all items in order, merged as far as neighbours of the same level go."""
        numbered = enumerate(items)
        self._submit_items(numbered)
        while self.running and not self._is_decided():
            safe_point()
            for future in wait(self.running, PATIENCE, return_when=FIRST_COMPLETED).done:
                self._collect(future, self.running.pop(future))
            self._submit_items(numbered)
        if self.failures:
            raise self.failures[min(self.failures)]
        return [self.waiting.pop(key) for key in sorted(self.waiting, key=lambda key: key[1] << key[0])]

    def _submit_items(self, numbered: Iterator[tuple[int, T]]) -> None:
        while not self.failures and len(self.running) < self.window:
            following = next(numbered, None)
            if following is None:
                return
            index, item = following
            self.running[self.submit(item)] = _Part(0, index, item.size)

    def _is_decided(self) -> bool:
        """Whether an item has failed and none before it can fail any more."""
        return bool(self.failures) and min(self.failures) <= min(part.first for part in self.running.values())

    def _collect(self, future: Future[R], part: _Part) -> None:
        try:
            result = future.result()
        except WorkerError:  # no fault of the item's, and waiting for others would not help
            raise
        except Exception as error:
            self.failures[part.first] = error
            return
        if self.progress is not None and part.level == 0:
            self.progress(part.size)
        self._place(result, part)

    def _place(self, result: R, part: _Part) -> None:
        """Merge a result with its neighbour, and that with its own, or leave it to wait for them."""
        level, place = part.level, part.place
        merges = self.merge is not None or self.submit_merge is not None
        while merges and not self.failures and (level, place ^ 1) in self.waiting:
            other = self.waiting.pop((level, place ^ 1))
            pair = [other, result] if place & 1 else [result, other]
            level, place = level + 1, place >> 1
            if self.submit_merge is not None:
                self.running[self.submit_merge(pair)] = _Part(level, place)
                return
            if self.merge is not None:
                result = self.merge(pair)
        self.waiting[level, place] = result


def result_of(future: Future[R], safe_point: Callable[[], None]) -> R:
    """The result of one future, waited for."""
    while not wait([future], PATIENCE).done:
        safe_point()
    return future.result()
