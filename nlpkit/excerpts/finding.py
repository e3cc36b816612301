"""Finds the first lines of many texts in one pass over a corpus."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from nlpkit.arguments import checked
from nlpkit.choices import EXECUTOR
from nlpkit.compilation import watch_compilation
from nlpkit.corpus import Corpus
from nlpkit.excerpts.search import ExcerptSearch, Occurrences, Passage
from nlpkit.excerpts.strings import string_key
from nlpkit.excerpts.wanted import How, Strings, WantedText
from nlpkit.executors import Executor, Progress, RunningOptions, open_executor
from nlpkit.frequencies.counting import items, suited
from nlpkit.kwic.job import by_records
from nlpkit.options import check_at_least
from nlpkit.places.sources import Input
from nlpkit.reports.picture import Excerpt

_STRINGS = Strings()


@checked
def find_lines(
    corpus: Corpus | Input | Iterable[Input],
    texts: Iterable[WantedText],
    *,
    how: How = _STRINGS,
    most: int = 3,
    jobs: int | None = None,
    executor: str = EXECUTOR,
    scheduler: str | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], object] | None = None,
) -> dict[WantedText, list[Excerpt]]:
    """Finds the first lines in which texts occur, in one pass over the corpus.

    corpus: a Corpus, or what one is made of; one that is open is read as it is, so that standard input can be read
    again.
    texts: some thousand texts: strings, or with Pairs tuples (node, collocate). how: what their occurrences are; by
    default Strings, wherever the string stands as a word of its own.
    most: how many lines a text gets. A line that equals one that the text has already is passed over.
    jobs, executor, scheduler: as in `count`; the result does not depend on them, nor on the corpus' chunk size.
    progress: called with each number of bytes that are done. notify: called with lines for the user.

    Returns for each text that occurs its places in the order of the corpus: file and line, as `concordance` counts
    lines; up to 30 characters before it on its line; what stands there, of a pair from the first word to the second;
    and up to 30 characters after it. Of tokens that overlap, the place may be another one of the same string on that
    line.
    Raises InputError, EncodingError, OutputError, WorkerError, OptionError.

    Example: `page.with_lines(nlpkit.find_lines("laws.txt", page.drawn_keys)).save("words.html")`.
    """
    check_at_least("most", most, 1)
    corpus = corpus if isinstance(corpus, Corpus) else Corpus(corpus)
    keys = {text: string_key(str(text), how.casefold) if isinstance(how, Strings) else text for text in texts}
    search = ExcerptSearch(how, [*dict.fromkeys(keys.values())], most)
    with corpus:
        running = RunningOptions(jobs, executor, scheduler, corpus.tmp_dir)
        if not isinstance(how, Strings):
            running = suited(running, how.tokenizer, corpus.size)
        with watch_compilation(notify), open_executor(running, corpus.size) as pool:
            found = _Pass(corpus, search, pool, progress).find()
    return {text: found[key] for text, key in keys.items() if found.get(key)}


class _Pass:
    """One pass that finds lines."""

    def __init__(self, corpus: Corpus, search: ExcerptSearch, pool: Executor, progress: Progress | None) -> None:
        self._corpus, self._search, self._pool, self._progress = corpus, search, pool, progress
        texts = len(search.texts)
        self._excerpts: list[list[Excerpt]] = [[] for _ in range(texts)]
        self._digests: list[set[bytes]] = [set() for _ in range(texts)]
        self._wanted = bytearray(b"\1") * texts  # texts that lack lines
        self._line = 0  # lines of the file so far
        self._done = 0  # bytes

    def find(self) -> dict[WantedText, list[Excerpt]]:
        """Finds the lines of each text."""
        missing: Counter[str] = Counter()
        for found in self._pool.map_ordered(self._search, self._items(), self._report):
            missing.update(found.missing)
            self._take(found)
            if not any(self._wanted):
                break
        else:
            self._corpus.tell_missing(missing)
        self._report(max(0, self._corpus.size - self._done))
        return dict(zip(self._search.texts, self._excerpts, strict=True))

    def _report(self, size: int) -> None:
        self._done += size
        if self._progress is not None and size:
            self._progress(size)

    def _items(self) -> Iterator[Passage]:
        at_nul = isinstance(self._search.how, Strings) or self._search.how.tokenizer.name == "words"
        for corpus, has_records in by_records(self._corpus):
            if has_records:
                for rows, size in corpus.rows(written=False):
                    yield Passage(rows, False, bytes(self._wanted), size)
            else:
                chunks = corpus.chunks(in_order=True, own_files=not self._pool.shares_files, at_nul=at_nul)
                for item in items(chunks, True):
                    yield Passage(item.chunk, item.continues, bytes(self._wanted), item.size)

    def _take(self, found: Occurrences) -> None:
        if not found.documents:
            return
        starts = [start for _, start in found.documents]
        before = self._line if found.continues else 0
        for line in found.lines:
            place = bisect_right(starts, line.line) - 1
            number = line.line - starts[place] + 1 + (0 if place else before)
            self._add(line.text, line.digest, Excerpt(found.documents[place][0], number, *line[3:]))
        self._line = (0 if starts[-1] else before) + found.size - starts[-1]

    def _add(self, text: int, digest: bytes, excerpt: Excerpt) -> None:
        digests = self._digests[text]
        if self._wanted[text] and digest not in digests:
            digests.add(digest)
            self._excerpts[text].append(excerpt)
            self._wanted[text] = len(digests) < self._search.most
