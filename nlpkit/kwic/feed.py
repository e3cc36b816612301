"""The hits of one search as a stream, in the order that is asked for: they are written as they are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from nlpkit.corpus import Corpus
from nlpkit.executors import Progress, RunningOptions
from nlpkit.kwic.hits import Hits, Row
from nlpkit.kwic.job import Job
from nlpkit.kwic.keeping import Kept
from nlpkit.kwic.line_search import LineSearch
from nlpkit.kwic.options import ConcordanceOptions
from nlpkit.kwic.result import Concordance
from nlpkit.kwic.searching import Search
from nlpkit.kwic.spread import Spread
from nlpkit.kwic.tokens import LineTokens
from nlpkit.kwic.writing import Writer
from nlpkit.memory import HITS

if TYPE_CHECKING:
    from nlpkit.reports.page import Page


class Feed:
    """The hits of one search, in the order that the options ask for, as they are found.

    rows: how many were passed on. stopped: whether the search ended with `top`, before the end of the corpus.
    kept: is told the hits, for a page. spread: is told where they are.
    """

    def __init__(
        self,
        corpus: Corpus,
        options: ConcordanceOptions,
        running: RunningOptions,
        progress: Progress | None = None,
        notify: Callable[[str], object] | None = None,
        *,
        kept: Kept | None = None,
        spread: Spread | None = None,
    ) -> None:
        self.corpus, self.options, self.notify = corpus, options, notify
        self.tokens = LineTokens.of(options, notify)
        self._running = running
        self.search = LineSearch(options, self.tokens)
        self.job = Job(corpus, Search(self.search), running, progress, spread)
        self.rows = 0
        self.stopped = False
        self._kept = kept
        query = self.search.query
        if options.phrase and notify is not None and query is not None and len(options.query.split()) == 1:
            notify(f"{options.query} is cut {'/'.join(query.forms)}")

    @property
    def total(self) -> int:
        """The number of hits; of those that were passed on, if the search was stopped."""
        return self.rows if self.stopped else self.job.count

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many hits each file has, of those that have any."""
        return tuple((count.name, count.hits) for count in self.job.counts if count.hits)

    @property
    def lines(self) -> dict[str, int]:
        """How many lines each of these files has; not of the one in which the search was stopped."""
        searched = self.job.counts[:-1] if self.stopped else self.job.counts
        return {count.name: count.lines for count in searched if count.hits}

    def batches(self) -> Iterator[Hits | list[Row] | None]:
        """Yields hits: those of a file as they were found, or rows in another order; None where all that came before
        is to be shown. Raises InputError, EncodingError, OutputError, WorkerError, OptionError."""
        options, left = self.options, self.options.top
        in_order = options.sample is None and not options.positions
        for batch in self.job.hits() if in_order else self._arranged():
            if batch is None:
                yield None
                continue
            if left is not None and len(batch) >= left:
                batch = batch.slice(0, left) if isinstance(batch, Hits) else batch[:left]
            self.rows += len(batch)
            if self._kept is not None:
                self._kept.add(batch)
            if isinstance(batch, Hits) and self.job.spread is not None:
                self.job.spread.add(batch)
            yield batch
            if left is not None:
                left -= len(batch)
                if not left:
                    self.stopped = in_order
                    if self.job.spread is not None:
                        self.job.spread.stopped = in_order
                    return
        if self.notify is not None and not self.total and self.job.size:
            from nlpkit.kwic.nothing import Nothing  # here, because few searches need it

            self.notify(Nothing(self.corpus, self.job.planned, options, self.tokens, self._running).line())

    def concordance(self, rows: list[Row]) -> Concordance:
        """Returns rows that were passed on as a result."""
        return Concordance.of(rows, self.total, self.counts, self.lines, stopped=self.stopped)

    def page(self, title: str) -> Page:
        """Returns the page of the hits that were passed on. Raises RuntimeError where nothing has kept them."""
        from nlpkit.kwic.pictures import places  # here, because few results are drawn

        kept = self._kept
        if kept is None:
            raise RuntimeError("the hits were not kept")
        found = self.concordance(kept.first)
        page = found.page(title)
        if kept.seen <= len(found):
            return page
        chosen = self.concordance(kept.chosen)
        keys = [str(number + 1) for number in kept.numbers]
        picture = places(chosen.columns, keys, chosen.counts, chosen.lines, hits=kept.seen, stopped=self.stopped)
        return replace(page, pictures=(picture,), size=kept.seen, summary=chosen.summary(kept.seen))

    def blocks(self, writer: Writer) -> Iterator[bytes | None]:
        """Yields hits as text, and None where all that came before is to be shown. Raises as batches does."""
        for batch in self.batches():
            if batch is None:
                yield None
            elif isinstance(batch, Hits):
                yield from writer.hits(batch)
            else:
                yield writer.rows(batch)

    def _watched(self) -> Iterator[Hits | None]:
        for hits in self.job.hits():
            if hits is not None and self.job.spread is not None:
                self.job.spread.add(hits)
            yield hits

    def _arranged(self) -> Iterator[list[Row]]:
        from nlpkit.corpus import Folder  # here, because hits in their order need neither files nor kernels
        from nlpkit.kwic.sorting import arrange
        from nlpkit.runs import Spill

        folder = Folder(lambda: self.corpus.tmp_dir)
        try:
            spill = Spill(folder, self.corpus.memory)
            rows = arrange(self._watched(), self.options, spill, HITS.of(self.corpus.memory))
            while block := list(islice(rows, 1 << 10)):
                yield block
        finally:
            folder.remove()
