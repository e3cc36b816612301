"""Says that a query never occurs, and what does that is like it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from nlpkit.choices import CONTEXT
from nlpkit.corpus import Corpus
from nlpkit.errors import Notice, Option, Setting
from nlpkit.executors import RunningOptions
from nlpkit.kwic.job import Job
from nlpkit.kwic.line_search import LineSearch
from nlpkit.kwic.options import ConcordanceOptions
from nlpkit.kwic.searching import Search
from nlpkit.kwic.tokens import LineTokens
from nlpkit.places.sources import STDIN_NAMES

_PASSES = 24  # over the corpus, at most
_MOST_BYTES = 256 << 20  # that are searched, at most: what would take more is not looked for, and nothing is said of it
_FOLDED = 4  # how many times as long it takes to search without regard to case
_NAMED = 3
_LETTERS = 4  # of a part that is named, in ASCII
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}  # ASCII -> full-width forms


class Nothing:
    """Looks for what is like a query that does not occur, in the same corpus, which is not open."""

    def __init__(
        self,
        corpus: Corpus,
        size: int,
        options: ConcordanceOptions,
        tokens: LineTokens | None,
        running: RunningOptions,
    ) -> None:
        """size: bytes of its text."""
        self._size = size
        self._options, self._tokens, self._running = options, tokens, running
        self._corpus = corpus.restricted(corpus.inputs)
        self._corpus.notify = None
        self._passes, self._bytes = _PASSES, _MOST_BYTES
        self._can_read = all(isinstance(item, str) and item not in STDIN_NAMES for item in corpus.inputs)

    def line(self) -> Notice:
        """Returns the line for the user."""
        options, query = self._options, self._options.query
        if options.regex:
            return Notice(f"{query} matches nothing")
        if not self._can_read:
            return Notice(f"{query} never occurs")
        if options.has_token_query:
            return self._tokens_line()
        return Notice(f"{query} never occurs", *self._near(query))

    def _tokens_line(self) -> Notice:
        options, query = self._options, self._options.query
        kind = "word" if options.word else "phrase"
        if options.phrase and self._tokens is not None:
            forms = query.split()
            forms = self._tokens.tokens(query) if len(forms) == 1 else forms
            if len(forms) > 1:
                plain: dict[str, Any] = dict.fromkeys(("sort", "sample", "seed", "top"))
                how = replace(options, phrase=False, word=True, by_frequency=False, context=CONTEXT, **plain)
                words = (replace(how, query=form, count_only=True) for form in dict.fromkeys(forms))
                counts = [(word.query, count) for word in words if (count := self._count(word)) is not None]
                if not any(count for _, count in counts):
                    joined = "".join(forms)
                    count = self._count(self._strings(joined))
                    counts = [(joined, count)] if count else counts
                    return Notice(
                        f"{query} never occurs as a phrase", *_listed(counts, " as a string" if count else "")
                    )
                return Notice(f"{query} never occurs as a phrase", *_listed(counts, " as a word"))
            query = forms[0]
        never = f"{query} never occurs as a {kind}"
        count = self._count(self._strings(query))
        if count:
            return Notice(f"{never}; it {self._as_string(query, count)}")
        if options.normalize:  # other strings may have this form: those of full-width letters are the usual ones
            wide = query.translate(_WIDE)
            count = self._count(self._strings(wide)) if wide != query else 0
            joins = ("; ", Option("fold"), " keeps such letters together") if options.tokenizer == "words" else ()
            return Notice(never, *((f"; {wide} {self._as_string(wide, count)}", *joins) if count else ()))
        if count is None:
            return Notice(never)
        return Notice(f"{never}, nor as a string", *self._near(query))

    def _as_string(self, query: str, count: int) -> str:
        cut = self._cut(self._strings(query))
        return f"occurs {_times(count)} as a string" + (f", cut {cut}" if cut else "")

    def _strings(self, query: str, casefold: bool | None = None) -> ConcordanceOptions:
        folds = (self._options.casefold or self._options.cased.casefold) if casefold is None else casefold
        return ConcordanceOptions(query, casefold=folds, count_only=True)

    def _near(self, query: str) -> Iterator[str]:
        """Yields what is said of strings that are like one that does not occur: parts of a message."""
        if "*" in query or "?" in query:
            pattern = query.replace("*", "\\w*").replace("?", "\\w")
            yield "; wildcards are written as in "
            yield Setting("regex", True)
            yield f" '{pattern}'"
            return
        has_case = query.casefold() != query.swapcase().casefold() or query != query.swapcase()
        if has_case and not (self._options.casefold or self._options.cased.casefold):
            count = self._count(self._strings(query, True))
            if count:
                yield f"; it occurs {_times(count)} with "
                yield Option("casefold")
                return
        for length in _lengths(len(query)):
            parts = dict.fromkeys(query[i : i + length] for i in range(len(query) - length + 1))
            usable = [part for part in parts if not part.isspace() and (length >= _LETTERS or not part.isascii())]
            found = [(part, self._count(self._strings(part))) for part in usable]
            counts = [(part, count) for part, count in found if count]
            if counts:
                yield from _listed(counts, "")
                return

    def _count(self, options: ConcordanceOptions) -> int | None:
        """Returns how often something occurs, None if that takes too long to find out."""
        self._passes -= 1
        self._bytes -= self._size * (_FOLDED if options.casefold else 1)
        if self._passes < 0 or self._bytes < 0:
            return None
        tokens = self._tokens if options.needs_tokens else None
        job = Job(self._corpus, Search(LineSearch(options, tokens)), self._running)
        for _ in job.hits():
            pass
        return job.count

    def _cut(self, options: ConcordanceOptions) -> str:
        """Returns the tokens in which the first hit of a string lies, with a slash between them."""
        assert self._tokens is not None
        job = Job(
            self._corpus, Search(LineSearch(replace(options, count_only=False, context=200), None)), self._running
        )
        for hits in job.hits():
            if hits is not None:
                left, hit, right = hits.slice(0, 1).rows()[0][3:]
                data, begin = (left + hit + right).encode(), len(left.encode())
                spans = zip(*(places.tolist() for places in self._tokens.cut(data)), strict=True)
                end = begin + len(hit.encode())
                return "/".join(data[a:b].decode() for a, b in spans if a < end and b > begin)
        return ""


def _lengths(length: int) -> Iterator[int]:
    """Yields the lengths of parts to look for, the longest first: all of a short string, fewer of a long one."""
    while length > 1:
        length = length - 1 if length <= 5 else length // 2
        yield length


def _listed(counts: list[tuple[str, int]], lead: str) -> Iterator[str]:
    """Yields the strings that occur, the most frequent first: a part of a message."""
    some = sorted(counts, key=lambda pair: -pair[1])
    if not some:
        return
    (part, count), *others = some[:_NAMED]
    yield f"; {part} occurs {_times(count)}{lead}{''.join(f', {part} {count:,}' for part, count in others)}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
