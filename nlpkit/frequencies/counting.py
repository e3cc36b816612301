"""What a worker counts in its part of the corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Chunk, Corpus, Part, Rows
from nlpkit.corpus.types import begins_file
from nlpkit.errors import Option, OptionError
from nlpkit.executors import RunningOptions, undisturbed
from nlpkit.frequencies.counted import Counted, add_counted, spill_tally
from nlpkit.frequencies.feeding import PIECE, documents_of, feed_parts
from nlpkit.frequencies.filters import Filters
from nlpkit.frequencies.options import CountOptions
from nlpkit.frequencies.tally import Extent, Tally
from nlpkit.frequencies.tokens import END, Tokenizer
from nlpkit.kernels import tokens as kernel
from nlpkit.kernels.strings import DONE, MORE_DATA, NumberedStrings
from nlpkit.kernels.tokens import START, GramFigures
from nlpkit.runs import KeyTable, Spill, StringTable
from nlpkit.runs.strings import end_to_end

#: Follows the text that `find_tokens` gets.
PAD = bytes(2)
_NO_ROOM_YET = np.zeros(0, np.bool_)


@dataclass(frozen=True, slots=True)
class Item:
    """A chunk of the corpus. continues: whether it begins in the middle of a file."""

    chunk: Chunk
    continues: bool

    @property
    def size(self) -> int:
        """The size of the chunk in bytes."""
        return self.chunk.size


@dataclass(frozen=True, slots=True)
class Records:
    """Records, each of which is a document. size: bytes."""

    rows: Rows
    size: int


class WordCounter:
    """Counts the words that a segmenter finds: those of its dictionary by their places there, others as strings."""

    def __init__(self, tokenizer: Tokenizer, filters: Filters, spill: Spill | None) -> None:
        self.tokenizer, self.filters, self.spill = tokenizer, filters, spill
        self._counts: list[NDArray[np.int64]] = []  # of zeros, to be used again

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_counts": []}

    def __call__(self, item: Item) -> Counted:
        """Counts the words of an item. Raises EncodingError, InputError."""
        assert self.tokenizer.segmenter is not None
        engine = self.tokenizer.segmenter.engine()
        try:
            counts = self._counts.pop()
        except IndexError:
            counts = engine.new_counts()
        counted = Counted(Tally(), Extent())

        def feed(data: bytes, final: bool) -> int:
            nonlocal counted
            text, begins, ends, used = engine.tally(data, final, counts)
            if begins.size:
                counted.tally.count(text, begins, ends)
                if self.filters.keeps_all:
                    counted = spill_tally(counted, self.spill)
            return used

        missing: Counter[str] = Counter()
        feed_parts(item.chunk.parts, item.chunk.block_size, feed, missing)
        nodes = np.flatnonzero(counts)
        known = KeyTable(nodes.astype(np.uint64), counts[nodes])
        counts[nodes] = 0
        self._counts.append(counts)
        if not self.filters.keeps_all:
            table = counted.tally.table()
            met = set[str]()
            counted = spill_tally(Counted(filtered(table, table.texts(), self.filters, met), Extent()), self.spill)
            counted = replace(counted, stopped=frozenset(met))
        return replace(counted, known=known, missing=missing)


def filtered(table: StringTable, texts: list[str], filters: Filters, met: set[str]) -> Tally:
    """Returns the counts of the strings as filters change them.

    texts: the strings of `table`. met: gets the stop words among them.
    """
    forms = filters.apply(texts, met)
    kept = np.flatnonzero([form is not None for form in forms])
    tally = Tally()
    data, offsets = end_to_end(form.encode() for form in forms if form is not None)
    tally.count(data, offsets[:-1], offsets[1:], table.counts[kept])
    return tally


class TokenReader:
    """Reads n-grams of tokens, as the options of `count` say. traces: whether their order matters."""

    traces = False

    def __init__(self, options: CountOptions, tokenizer: Tokenizer, filters: Filters, spill: Spill | None) -> None:
        self.tokenizer, self.filters, self.spill = tokenizer, filters, spill
        self.orders, self.document, self.tracked = options.orders, options.counted_document, options.tracked
        self.separator = np.frombuffer(options.joint.encode(), np.uint8)
        self.vocabularies: list[_Vocabulary] = []  # to be used again

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "vocabularies": []}

    def read(self, item: Item | Records, stretch: Stretch) -> Counter[str]:
        """Passes the text of an item to a stretch; returns the number of records without text, by file.

        Raises EncodingError, InputError.
        """
        missing: Counter[str] = Counter()
        if isinstance(item, Item):
            for number, parts in enumerate(documents_of(item.chunk.parts, self.document)):
                if number:
                    stretch.end_document()
                feed_parts(parts, item.chunk.block_size, stretch.feed, missing)
        else:
            stretch.feed_records([text or "" for text in item.rows.texts])
        return missing

    def continues(self, item: Item | Records) -> bool:
        """Tells whether an item begins in the middle of a document."""
        if not isinstance(item, Item):
            return False
        if self.document == "file":
            return item.continues
        return bool(item.chunk.parts) and not item.chunk.parts[0].first


class TokenCounter(TokenReader):
    """Counts n-grams of tokens."""

    def __call__(self, item: Item | Records) -> Counted:
        """Counts the tokens, or their n-grams, of an item. Raises EncodingError, InputError."""
        stretch = Stretch(self, self.continues(item))
        missing = self.read(item, stretch)
        counted = stretch.finish(self.document == "file")
        return replace(counted, missing=missing, stopped=frozenset(stretch.met))


def marked_records(tokenizer: Tokenizer, texts: list[str]) -> bytes:
    """Returns texts, each of which is a document, as `find_tokens` reads them."""
    data, lines = joined_records(texts)
    marked, _, _ = tokenizer.marked(data, False, True)
    return marked_documents(marked, lines)


def joined_records(texts: list[str]) -> tuple[bytes, list[int]]:
    """Returns texts, each of which is a document, end to end, and how many lines there are up to the end of each."""
    return "\n".join([*texts, ""]).encode(), list(accumulate(text.count("\n") + 1 for text in texts))


def marked_documents(marked: bytes, lines: Sequence[int]) -> bytes:
    """Returns marked text with the ends of documents in it. lines: after which line each of them ends, from 1."""
    array = np.frombuffer(bytearray(marked), np.uint8)
    array[np.flatnonzero(array == ord("\n"))[np.array(lines) - 1]] = ord(END)
    return array.tobytes()


class _Vocabulary:
    """The different tokens of a text, numbered, and what filters make of each."""

    def __init__(self) -> None:
        self.strings = NumberedStrings()
        self._done = 0
        self._forms = NumberedStrings()  # not distinct here: only the room is used
        self.kept = _NO_ROOM_YET
        self.longest = self._measured = 0  # bytes of the longest form, of the first so many

    @property
    def nbytes(self) -> int:
        """The size of the strings and their forms in bytes."""
        return self.strings.nbytes + self._forms.data.nbytes + self._forms.offsets.nbytes

    def forms(self, filters: Filters, met: set[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.bool_]]:
        """Returns what each token is written as (uint8 end to end, int64 offsets) and whether it counts (bool).

        met: gets the stop words among the tokens that are new.
        """
        strings = self.strings
        if self.kept.size < strings.capacity:
            kept = np.ones(strings.capacity, np.bool_)
            kept[: self._done] = self.kept[: self._done]
            self.kept = kept
        if filters.keeps_all:
            return strings.data, strings.offsets, self.kept
        if self._done < len(strings):
            forms = filters.apply(strings.texts(self._done), met)
            self.kept[self._done : len(strings)] = [form is not None for form in forms]
            if not filters.keeps_forms:
                self._forms.append(*end_to_end([(form or "").encode() for form in forms]))
            self._done = len(strings)
        if filters.keeps_forms:
            return strings.data, strings.offsets, self.kept
        return self._forms.data, self._forms.offsets, self.kept

    def measure(self, offsets: NDArray[np.int64]) -> int:
        """Returns the bytes of the longest form. offsets: of the forms."""
        known = len(self.strings)
        if self._measured < known:
            self.longest = max(self.longest, int(np.diff(offsets[self._measured : known + 1]).max()))
            self._measured = known
        return self.longest


class Stretch:
    """Counts a stretch of text, which is passed to `feed` in order."""

    def __init__(self, how: TokenReader, continues: bool) -> None:
        self.how = how
        tokenizer, self.tracked = how.tokenizer, how.tracked
        self.kinds = tokenizer.kinds(how.document == "line")
        is_plain = how.filters.keeps_all and how.orders == (1, 1)
        self.counts_tokens = is_plain and not (self.tracked.documents or how.traces)
        self.parts: list[Counted] = []
        self.met = set[str]()  # stop words
        self.in_line = False
        self.open = False  # something came after the last end of a document
        self.tally = Tally(self.tracked)
        self.position = START
        self.tokens = 0
        self.continues = continues
        self.vocabulary = _Vocabulary()
        if not self.counts_tokens:
            with suppress(IndexError):
                self.vocabulary = how.vocabularies.pop()
        self.sequence = np.empty(PIECE + how.orders[1] + 2, np.int32)
        self.kept_back = 0  # places of the sequence that tokens before take
        self.ended = 0  # places after these: 1 where a document has just ended
        self.scratch = np.empty(1 << 10, np.uint8)
        self.trace = np.empty(0, np.int32)

    def feed(self, data: bytes, final: bool) -> int:
        """Counts the tokens of some text; returns how many bytes it has used. Raises UnicodeDecodeError."""
        marked, used, self.in_line = self.how.tokenizer.marked(data, self.in_line, final)
        self.open = self.open or used > 0  # white space too, of which nothing is left
        self._scan(marked, data)
        self._make_room()
        return used

    def feed_records(self, texts: list[str]) -> None:
        """Counts the tokens of texts, each of which is a document."""
        self._scan(marked_records(self.how.tokenizer, texts), b"")
        self._make_room()

    def end_document(self) -> None:
        """Marks the end of a document: what follows is in the next one."""
        if self.ended:
            self._count(self.kept_back + 1)
        self.sequence[self.kept_back] = kernel.DOCUMENT_END
        self.ended, self.open = 1, False

    def finish(self, ends_open: bool) -> Counted:
        """Returns what was counted. ends_open: whether the last document may go on in the next stretch."""
        if self.ended:
            self._count(self.kept_back + 1)
        self.open = self.open or ends_open
        self.parts.append(self._part())
        self._return_vocabulary()
        return spill_tally(add_counted(self.parts, self.how.spill), self.how.spill)

    def _part(self) -> Counted:
        tally = self.tally
        tokens = self.tokens if self.counts_tokens else self.position.tokens
        documents = self.position.documents + self.open if self.tracked.documents else 0
        return Counted(tally, Extent(tokens, documents, self.continues))

    def _make_room(self) -> None:
        spill = self.how.spill
        if spill is None:
            return
        self._bound_vocabulary(spill)
        if self.tally.nbytes <= spill.limit:
            return
        part = self._part()
        if not (len(part.tally) or part.extent.documents):  # it is only the room for one long string
            return
        self.parts = [spill_tally(add_counted([*self.parts, part], spill), spill)]
        self.tally, self.tokens, self.continues = Tally(self.tracked), 0, self.open
        self.position = START._replace(since=self.position.since)

    def _return_vocabulary(self) -> None:
        """Leaves the vocabulary to other stretches, unless it is large."""
        if not self.counts_tokens and (self.how.spill is None or self.vocabulary.nbytes <= self.how.spill.limit):
            self.how.vocabularies.append(self.vocabulary)

    def _bound_vocabulary(self, spill: Spill) -> None:
        if not self.counts_tokens and self.vocabulary.nbytes > spill.limit:
            self._renumber()

    def _keep_trace(self) -> None:
        """Is called when the trace is full or the sequence ends."""

    def _renumber(self) -> None:
        """Begins a new vocabulary, with the tokens that were kept back."""
        strings = self.vocabulary.strings
        self.vocabulary = _Vocabulary()
        kept = self.sequence[: self.kept_back]
        is_token = kept >= 0
        numbers = kept[is_token].astype(np.int64)
        kept[is_token] = self.vocabulary.strings.put(
            strings.data, strings.offsets[:-1][numbers], strings.offsets[1:][numbers]
        )

    def _scan(self, marked: bytes, data: bytes) -> None:
        text = np.frombuffer(marked + PAD, np.uint8)
        if self.tracked.documents and marked:
            last = self.kinds[text[len(marked) - 1]]
            self.open = bool(last != kernel.DOCUMENT)
        strings = self.tally.strings if self.counts_tokens else self.vocabulary.strings
        at, chars = 0, self.how.tokenizer.chars
        while True:
            at, written, ended = kernel.find_tokens(
                text, len(marked), self.kinds, chars, strings.table, at, self.sequence, self.kept_back + self.ended
            )
            self._count(written)
            if ended == kernel.FAULT:
                data.decode()  # says where
            if ended == MORE_DATA:
                strings.reserve(len(marked) - at)
            elif not strings.grow(ended) and ended != kernel.FULL:
                return

    def _count(self, size: int) -> None:
        """Counts the n-grams that end in the sequence after the tokens that were kept back."""
        how, tally, sequence = self.how, self.tally, self.sequence
        if self.counts_tokens:
            tally.fit()
            self.tokens += kernel.count_tokens(sequence, size, self.tokens, tally.counts, tally.firsts)
            return
        forms, offsets, kept = self.vocabulary.forms(how.filters, self.met)
        lowest, highest = how.orders
        longest = self.vocabulary.measure(offsets)
        if self.scratch.size < highest * (longest + how.separator.size):
            self.scratch = np.empty(2 * highest * (longest + how.separator.size), np.uint8)
        strings = tally.strings
        self.position = self.position._replace(at=self.kept_back)
        while True:
            strings.reserve(self.scratch.size)
            tally.fit()
            self.position, ended = undisturbed(
                kernel.count_grams,
                sequence,
                size,
                lowest,
                highest,
                forms,
                offsets,
                kept,
                how.separator,
                self.scratch,
                strings.table,
                GramFigures(tally.counts, tally.documents, tally.firsts, self.trace),
                self.position,
            )
            if ended in (kernel.FULL, DONE):
                self._keep_trace()
            if not strings.grow(ended) and ended != kernel.FULL:
                break
        self.kept_back, self.ended = min(self.position.since, highest - 1), 0
        sequence[: self.kept_back] = sequence[size - self.kept_back : size]


class _TokenFoundError(Exception):
    """Ends reading at the first token."""


def has_token(item: Item, tokenizer: Tokenizer) -> bool:
    """Tells whether an item has a token, without reading on after the first."""
    stretch = Stretch(TokenCounter(CountOptions(), tokenizer, Filters(), None), False)

    def feed(data: bytes, final: bool) -> int:
        used = stretch.feed(data, final)
        if stretch.tokens:
            raise _TokenFoundError
        return used

    try:
        for parts in documents_of(item.chunk.parts, "file"):
            feed_parts(parts, item.chunk.block_size, feed, Counter())
    except _TokenFoundError:
        return True
    return False


def suited(running: RunningOptions, tokenizer: Tokenizer, size: int) -> RunningOptions:
    """Returns how work is run where the user leaves it open. size: bytes of the corpus."""
    return running.in_python(size) if tokenizer.is_python else running


def records(corpus: Corpus) -> Iterator[Records]:
    """Yields the records of an open corpus, some at a time."""
    return (Records(rows, size) for rows, size in corpus.rows())


def check_rows(corpus: Corpus) -> None:
    """Raises OptionError where an open corpus has no records."""
    if corpus.options.unique_lines:
        raise OptionError(Option("document"), " 'row': records are no lines, so not with ", Option("unique_lines"))
    for source, kind in zip(corpus.sources, corpus.formats, strict=True):
        if kind not in ("jsonl", "csv", "tsv"):
            what = "Parquet" if kind == "parquet" else "read as text"
            cause = f" 'row': only JSON Lines and CSV have rows, and {source.name} is {what}; see "
            raise OptionError(Option("document"), cause, Option("field"), ", ", Option("column"), ", or 'line'")


def count_all(item: Item | Records, tokenizer: Tokenizer, spill: Spill | None) -> int:
    """Returns how many tokens an item has, those that filters leave out included."""
    return TokenCounter(CountOptions(), tokenizer, Filters(), spill)(item).whole.tokens


def items(chunks: Iterator[Chunk], whole_lines: bool) -> Iterator[Item]:
    """Yields chunks as items. whole_lines: whether chunks that hold parts of one line are joined to one."""
    before: Part | None = None
    for chunk in _joined_lines(chunks) if whole_lines else chunks:
        first = chunk.parts[0] if chunk.parts else None
        continues = before is not None and first is not None and not begins_file(before, first)
        before = chunk.parts[-1] if chunk.parts else before
        yield Item(chunk, continues)


def _joined_lines(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Joins chunks so that no line is divided; streams divide very long ones."""
    begun: list[Chunk] = []
    for chunk in chunks:
        begun.append(chunk)
        if chunk.parts and not chunk.parts[-1].last:
            continue
        yield _join(begun)
        begun = []
    if begun:
        yield _join(begun)


def _join(chunks: list[Chunk]) -> Chunk:
    first = chunks[0]
    return replace(first, parts=tuple(p for c in chunks for p in c.parts), size=sum(c.size for c in chunks))
