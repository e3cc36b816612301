"""Goes through a corpus, and passes on what workers find in it: in order, with the lines of the files."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, groupby

from nlpkit.compilation import watch_compilation
from nlpkit.corpus import Chunk, Corpus, Part, Rows
from nlpkit.corpus.types import begins_file
from nlpkit.errors import InputError
from nlpkit.executors import Executor, Progress, RunningOptions, open_executor
from nlpkit.kwic.hits import Hits
from nlpkit.kwic.long_lines import LongLine
from nlpkit.kwic.searching import PLAIN, Found, Item, Scan, Search
from nlpkit.kwic.spread import Spread
from nlpkit.places.sources import STDIN_NAMES


@dataclass
class Count:
    """How many hits a file has. name: of the file. lines: its ends of lines, or its records."""

    name: str
    hits: int = 0
    lines: int = 0


@dataclass
class Job:
    """One search of a corpus.

    counts: of each file with hits, in order, as far as the search has come. count: of all. size: bytes that were read.
    spread: is told which files come, and how long they are; None: nobody wants to know.
    """

    corpus: Corpus
    search: Search
    running: RunningOptions
    progress: Progress | None = None
    spread: Spread | None = None
    count: int = 0
    size: int = 0
    counts: list[Count] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._number = -1  # of the file that is passed on to workers
        self.planned = 0  # bytes of text that were passed on
        self._line = 1  # of the file whose hits come
        self._long: LongLine | None = None  # which goes on in the next chunk
        self._waiting: deque[Item | None] = deque()  # what is not for workers, for each item that is with them

    def hits(self) -> Iterator[Hits | None]:
        """Yields the hits in order; None where all that came before is to be shown.

        Raises InputError, EncodingError, OutputError, WorkerError, OptionError.
        """
        for corpus, is_live in inputs_of(self.corpus):
            if is_live:
                live = corpus.open_live()
                items = (
                    self._items(live.chunks())
                    if live.format == "text"
                    else self._rows(live.rows(written=False), "<stdin>")
                )
                executor = "serial" if self.running.jobs == 1 else "threads"
                yield from self._run(items, replace(self.running, executor=executor, scheduler=None), 0)
            else:
                with corpus:
                    yield from self._run(self._corpus_items(corpus), self._executor(corpus.size), corpus.size)

    def _executor(self, size: int) -> RunningOptions:
        options, tokens = self.search.lines.options, self.search.lines.tokens
        in_python = options.regex or options.casefold or (tokens is not None and tokens.is_python)
        return self.running.in_python(size) if in_python else self.running

    def _run(self, items: Iterator[Item | None], running: RunningOptions, size: int) -> Iterator[Hits | None]:
        """Searches the first items here, for kernels are not loaded yet, the others with workers."""
        for item in items:
            if item is not None and item.compiled:
                break
            if item is not None:
                yield from self._search_here(item)
                self._done(item.size)
            yield None
        else:
            return
        notify = self.corpus.notify
        with watch_compilation(notify), open_executor(running, size) as executor:
            yield from self._run_by(executor, chain([item], items))

    def _run_by(self, executor: Executor, items: Iterable[Item | None]) -> Iterator[Hits | None]:
        for found in executor.map_ordered(self.search, map(self._keep, items), self._done):
            item = self._waiting.popleft()
            if item is not None:
                yield from self._search_here(item)
            for part in found:
                yield from self._take(part)
            yield None

    def _keep(self, item: Item | None) -> Item | None:
        """Returns what goes to workers: nothing of parts of long lines, which are searched here, in order."""
        if item is None:
            return None
        work = item.work
        if isinstance(work, Rows) or all(part.first and part.last for part in work.parts):
            self._waiting.append(None)
            return item
        self._waiting.append(item)
        return replace(item, work=replace(work, parts=()), numbers=(), begins=())

    def _done(self, size: int) -> None:
        self.size += size
        if self.progress is not None:
            self.progress(size)

    def _search_here(self, item: Item) -> Iterator[Hits]:
        """Yields the hits of an item as they are found."""
        if isinstance(item.work, Rows):
            for found in self.search(item):
                yield from self._take(found)
            return
        for part, number, begins in zip(item.work.parts, item.numbers, item.begins, strict=True):
            self._begin(part.source.name, begins)
            scan = Scan(self.search.lines, part, number, item.compiled, self._long)
            for hits in scan.hits(item.work.block_size):
                yield replace(hits, lines=hits.lines + self._line)
            self._long = scan.line
            self._finish(scan.found(begins, ()))

    def _take(self, found: Found) -> Iterator[Hits]:
        self._begin(found.name, found.begins)
        for hits in found.hits:
            yield replace(hits, lines=hits.lines + self._line)
        self._finish(found)

    def _begin(self, name: str, begins: bool) -> None:
        if begins:
            self._line = 1
            if self.spread is not None:
                self.spread.begin(name)
            if not self.counts or self.counts[-1].hits:
                self.counts.append(Count(name))
            self.counts[-1].name = name

    def _finish(self, found: Found) -> None:
        if self.spread is not None:
            self.spread.extend(found.end, found.is_records)
        self.count += found.count
        self.counts[-1].hits += found.count
        if found.fault is not None:
            raise InputError(f"{found.name}:{self._line + found.fault.line}: ", *found.fault.cause)
        self._line += found.feeds
        self.counts[-1].lines = self._line - 1

    def _corpus_items(self, corpus: Corpus) -> Iterator[Item]:
        """Yields the items of an open corpus: chunks of text, and records."""
        for selected, has_records in by_records(corpus):
            if has_records:
                items = self._rows(selected.rows(written=False), selected.sources[0].name)
            else:
                items = self._items(selected.chunks(in_order=True))
            yield from (item for item in items if item is not None)

    def _items(self, chunks: Iterable[Chunk | None]) -> Iterator[Item | None]:
        before: Part | None = None
        for chunk in chunks:
            if chunk is None:
                yield None
                continue
            numbers, begins = [], []
            for part in chunk.parts:
                begins.append(before is None or begins_file(before, part))
                self._number += begins[-1]
                numbers.append(self._number)
                before = part
            name = chunk.parts[0].source.name if chunk.parts else ""
            yield Item(chunk, name, tuple(numbers), tuple(begins), chunk.size, self._is_compiled(chunk.text_size))

    def _rows(self, batches: Iterable[tuple[Rows, int] | None], name: str) -> Iterator[Item | None]:
        begins = True
        for batch in batches:
            if batch is None:
                yield None
                continue
            self._number += begins
            rows, size = batch
            text_size = sum(len(text) for text in rows.texts if text)
            yield Item(rows, name, (self._number,), (begins,), size, self._is_compiled(text_size))
            begins = False

    def _is_compiled(self, size: int) -> bool:
        self.planned += size
        return self.planned > size and self.planned > PLAIN


def by_records(corpus: Corpus) -> Iterator[tuple[Corpus, bool]]:
    """Yields the sources of an open corpus in their order: each that has records (True), and what is between them."""
    has_records = not corpus.options.unique_lines
    formats = corpus.formats

    def group_of(place: int) -> int:
        return place if has_records and formats[place] in ("jsonl", "csv", "tsv") else -1

    for group, places in groupby(range(len(formats)), group_of):
        yield corpus.selected(places), group >= 0


def inputs_of(corpus: Corpus) -> Iterator[tuple[Corpus, bool]]:
    """Yields the corpus in parts: standard input, which is read as it comes (True), and the files between.

    To leave out repeated lines, all is read twice, standard input too.
    """
    if corpus.options.unique_lines or not any(item in STDIN_NAMES for item in corpus.inputs):
        yield corpus, False
        return
    for is_stdin, inputs in groupby(corpus.inputs, lambda item: item in STDIN_NAMES):
        yield corpus.restricted(("-",) if is_stdin else tuple(inputs)), is_stdin
