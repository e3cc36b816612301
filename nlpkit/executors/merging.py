"""One pass over items: which of them run, which results wait for their neighbour, and which items failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from nlpkit.errors import WorkerError
from nlpkit.executors.waiting import PATIENCE


class Sized(Protocol):
    """An item that knows its size in bytes."""

    @property
    def size(self) -> int: ...


T = TypeVar("T", bound=Sized)
R = TypeVar("R")
Merge: TypeAlias = Callable[[list[R]], R]
Progress: TypeAlias = Callable[[int], object]


@dataclass(frozen=True)
class _Span:
    """The items whose result a future holds: numbers `place << level` up to `(place + 1) << level`.

    size: bytes to report as progress.
    """

    level: int
    place: int
    size: int = 0

    @property
    def first(self) -> int:
        return self.place << self.level


class Merging(Generic[T, R]):
    """Works on items, a window of them at a time, and merges their results as a balanced tree in their order.

    submit: begins to work on an item. window: the number of tasks in flight. merge: begins to merge the results of two
    neighbours; without it nothing is merged. R is a result, or what stands for one (see MergingPass).
    """

    def __init__(
        self,
        submit: Callable[[T], Future[R]],
        window: int,
        progress: Progress | None,
        merge: Callable[[list[R]], Future[R]] | None = None,
    ) -> None:
        self.submit, self.window, self.progress, self.merge = submit, window, progress, merge
        self.running: dict[Future[R], _Span] = {}
        self.waiting: dict[tuple[int, int], R] = {}
        self.failures: dict[int, BaseException] = {}

    def finish(self, items: Iterable[T], safe_point: Callable[[], None]) -> list[R]:
        """Returns the results of all items in order, merged as far as neighbours of the same level go.

        Raises the error of the first item in order that fails.
        """
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
            self.running[self.submit(item)] = _Span(0, index, item.size)

    def _is_decided(self) -> bool:
        """Whether an item has failed and none before it can fail any more."""
        return bool(self.failures) and min(self.failures) <= min(span.first for span in self.running.values())

    def _collect(self, future: Future[R], span: _Span) -> None:
        try:
            result = future.result()
        except WorkerError:  # the item is not to blame, and waiting for others would not help
            raise
        except Exception as error:
            self.failures[span.first] = error
            return
        if self.progress is not None and span.level == 0:
            self.progress(span.size)
        self._place(result, span)

    def _place(self, result: R, span: _Span) -> None:
        """Begins to merge a result with its neighbour, or leaves it to wait for that."""
        level, place = span.level, span.place
        if self.merge is None or self.failures or (level, place ^ 1) not in self.waiting:
            self.waiting[level, place] = result
            return
        other = self.waiting.pop((level, place ^ 1))
        pair = [other, result] if place & 1 else [result, other]
        self.running[self.merge(pair)] = _Span(level + 1, place >> 1)
