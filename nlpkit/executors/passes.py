"""Progress of work that reads a corpus several times."""

from __future__ import annotations

from nlpkit.executors.merging import Progress


class Passes:
    """Passes the progress of n passes over a corpus on to a user's callback, an n-th of the corpus for each.

    progress: the callback, called with numbers of bytes. passes: n. Attribute `report`: what each pass calls with
    bytes; None if nobody listens.
    """

    def __init__(self, progress: Progress | None, passes: int) -> None:
        self._progress, self._passes = progress, passes
        self._bytes = self._shown = 0  # of all passes so far
        self.report: Progress | None = None if progress is None else self._report

    def _report(self, size: int) -> None:
        self._bytes += size
        self._show(self._bytes // self._passes)

    def _show(self, bytes_done: int) -> None:
        before, self._shown = self._shown, bytes_done
        if self._progress is not None:
            self._progress(bytes_done - before)

    def finish(self, size: int) -> None:
        """Reports what is missing to the size of the corpus, where fewer passes were needed."""
        self._show(max(self._shown, size))
