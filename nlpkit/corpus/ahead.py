"""Reads several streams at the same time, each a step ahead, in a thread of its own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from queue import SimpleQueue
from typing import Generic, TypeVar

from nlpkit.corpus.chunks import plan_spans
from nlpkit.corpus.streams import Stream
from nlpkit.corpus.types import Reading, Step, Whole
from nlpkit.places.opening import gives_ranges
from nlpkit.places.sources import Source

#: Streams that are read at the same time.
WIDTH = 4
_PATIENCE = 0.5  # seconds that the end of a pass waits for readers which wait for a server
T = TypeVar("T")


def read_steps(
    readings: Iterable[Reading],
    open_stream: Callable[[Reading], Stream],
    chunk_size: int,
    width: int = WIDTH,
    whole: Callable[[Reading], Whole] | None = None,
) -> Generator[Step, None, None]:
    """Yields the steps of all sources: plain files as spans, in order; up to `width` streams at a time, in turn.

    open_stream: called for each source that is not a plain file. whole: called instead, for one part that is the whole
    file. The order of the steps does not depend on how fast the sources are.
    """
    active: deque[_Ahead[Step]] = deque()
    try:
        for reading in readings:
            if reading.plain and _is_cut(reading.source, chunk_size):
                yield from ((span, span.size) for span in plan_spans(reading.source, chunk_size))
                continue
            if whole is not None:
                yield whole(reading), reading.source.size
                continue
            active.append(_Ahead(open_stream(reading), _PATIENCE if reading.source.is_remote else None))
            while len(active) >= width:
                yield from _take_turn(active)
        while active:
            yield from _take_turn(active)
    finally:
        for ahead in active:
            ahead.close()


def _is_cut(source: Source, chunk_size: int) -> bool:
    """Whether a plain file can be read in parts, if it is so large that it has several."""
    return source.size <= chunk_size or gives_ranges(source)


def _take_turn(active: deque[_Ahead[Step]]) -> Iterator[Step]:
    """Yields one step of the first stream, which then becomes the last, or is removed if it has ended."""
    step = next(active[0], None)
    if step is None:
        active.popleft().close()
        return
    active.rotate(-1)
    yield step


class _Ahead(Generic[T]):
    """An iterator over the items of another, which a thread of its own reads one item ahead.

    patience: seconds that `close` waits for the current item, None for as long as that takes. The queues are safe
    against interrupts, which the locks of `concurrent.futures` are not.
    """

    def __init__(self, items: Iterable[T], patience: float | None = None) -> None:
        self._items = items
        self._patience = patience
        self._wanted: SimpleQueue[bool] = SimpleQueue()
        self._found: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="nlpkit-reader", daemon=True)
        self._wanted.put(True)
        self._thread.start()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        item, failure = self._found.get()
        if failure is not None:
            self._found.put((None, failure))
            raise failure
        if item is None:
            self._found.put((None, None))
            raise StopIteration
        self._wanted.put(True)
        return item

    def _run(self) -> None:
        items = iter(self._items)
        try:
            while self._wanted.get():
                item = next(items, None)
                self._found.put((item, None))
                if item is None:
                    return
            close = getattr(items, "close", None)
            if close is not None:
                close()
        except BaseException as failure:
            self._found.put((None, failure))

    def close(self) -> None:
        """Ends the thread after its current item."""
        self._wanted.put(False)
        self._thread.join(self._patience)
