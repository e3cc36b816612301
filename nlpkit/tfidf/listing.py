"""Lists the words of documents, in the order of first occurrence: what a worker does with its part of the corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Part
from nlpkit.frequencies.counting import PAD, Item, Records, joined_records, marked_documents
from nlpkit.frequencies.feeding import PIECE, documents_of, feed_documents
from nlpkit.frequencies.filters import Filters
from nlpkit.frequencies.tokens import Tokenizer, tallies
from nlpkit.kernels import documents as kernel
from nlpkit.kernels import tokens as tokens_kernel
from nlpkit.kernels import unigram
from nlpkit.kernels.documents import Counting, Listed
from nlpkit.kernels.strings import MORE_DATA, NumberedStrings, copy_strings, enlarged
from nlpkit.runs import StringTable
from nlpkit.runs.strings import Bytes, Ints, end_to_end
from nlpkit.segmentation.engine import Engine

_LIMIT = 32 << 20  # bytes of the tokens and words that a worker knows
#: The words that jieba.analyse leaves out, whatever their case.
JIEBA_STOP_WORDS = frozenset(
    (
        *("the", "of", "is", "and", "to", "in", "that", "we", "for", "an", "are", "by", "be", "as", "on", "with"),
        *("can", "if", "from", "which", "you", "it", "this", "then", "at", "have", "all", "not", "one", "has", "or"),
    )
)


@dataclass(frozen=True)
class Block:
    """The words of documents that follow each other.

    data, offsets: the different words, end to end. word, counts: int64 by entry, which of them, and how often it occurs
    in its document; a document has its words in the order of their first occurrence. ends: int64 by document, the
    entries up to its end.
    """

    data: Bytes
    offsets: Ints
    word: Ints
    counts: Ints
    ends: Ints

    @classmethod
    def of_document(cls, words: StringTable) -> Block:
        """Returns one document. words: with their counts, in the order of first occurrence."""
        return cls(words.data, words.offsets, np.arange(len(words)), words.counts, np.array([len(words)]))

    @property
    def nbytes(self) -> int:
        """The size of all arrays in bytes."""
        return sum(array.nbytes for array in (self.data, self.offsets, self.word, self.counts, self.ends))


@dataclass(frozen=True)
class Section:
    """A file, or a part of it, in an item.

    name: of the file. documents: how many documents have a part in it. before: how many documents of the file are
    before it; None if they are those that were met so far.
    """

    name: str
    documents: int
    before: int | None = None


@dataclass
class Found:
    """What was found in an item of a corpus.

    head: the words of a document that began before the item and their counts, in the order of first occurrence; None
    where the item does not go on with one. closes: whether the document that was open before ends there, or before the
    item. blocks: the keywords of the documents that begin and end in the item. tail: as head, of a document that may go
    on in the next item. same_file: whether the first section goes on with the last file of the item before. missing:
    records without text, by file. stopped: the stop words that were left out.
    """

    head: StringTable | None = None
    closes: bool = False
    blocks: list[Block] = field(default_factory=list)
    tail: StringTable | None = None
    sections: list[Section] = field(default_factory=list)
    same_file: bool = False
    missing: Counter[str] = field(default_factory=Counter)
    stopped: set[str] = field(default_factory=set)


class DocumentLister:
    """Lists the words of the documents of an item.

    tokenizer, filters: what a word is. document: what a document is. stop_words: in lower case; they are left out
    whatever their case, beside those of the filters.
    """

    def __init__(self, tokenizer: Tokenizer, filters: Filters, document: str, stop_words: frozenset[str]) -> None:
        self.tokenizer, self.filters, self.document = tokenizer, filters, document
        self.stop_words = stop_words
        self._words: list[_Words] = []  # to be used again

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_words": []}

    def __call__(self, item: Item | Records) -> Found:
        """Lists the words of an item. Raises EncodingError, InputError."""
        if isinstance(item, Records):
            return self._list_records(item)
        parts = item.chunk.parts
        if not parts:
            return Found()
        files = self.document == "file"
        continues = item.continues if files else not parts[0].first
        scan = _Scan(self, Found(same_file=item.continues, closes=not continues), continues)
        groups = [*documents_of(parts, "file")]
        if files:
            scan.read(item, groups)
            scan.found.sections += [Section(group[0].source.name, 1) for group in groups]
            return scan.finish(True)
        for group in groups:
            before = scan.documents
            scan.read(item, [group])
            scan.collect()
            documents = scan.documents - before + (not group[-1].last)
            scan.found.sections.append(Section(group[0].source.name, documents))
        return scan.finish(not parts[-1].last)

    def _list_records(self, item: Records) -> Found:
        rows = item.rows
        scan = _Scan(self, Found(closes=True), False)
        data, lines = joined_records([text or "" for text in rows.texts])
        scan.feed(data, True, lines)
        scan.found.sections.append(Section(rows.name, len(rows.texts), rows.before))
        return scan.finish(False)

    def take_words(self) -> _Words:
        """Returns words that no document is open in."""
        try:
            return self._words.pop()
        except IndexError:
            return _Words(self)

    def give_back(self, words: _Words) -> None:
        """Keeps words to be used again, unless they are many."""
        if words.nbytes < _LIMIT:
            self._words.append(words)


class _Words:
    """The words that a worker has met.

    engine: numbers the words of its dictionary, as nodes; None if it does not. nodes: their number. tokens: the other
    tokens, numbered from there on. word_of: int32 by token, its word, or -1 for a token that is left out. words: the
    different words, numbered. counting: of the document that is open.
    """

    def __init__(self, lister: DocumentLister) -> None:
        self.lister = lister
        segmenter = lister.tokenizer.segmenter
        self.engine = segmenter.engine() if segmenter is not None and tallies(lister.tokenizer) else None
        self.nodes = 0 if self.engine is None else self.engine.nodes
        self.tokens = NumberedStrings()
        self.word_of = np.full(self.nodes, kernel.NEW, np.int32)
        self.words = NumberedStrings()
        self.counting = Counting(*np.zeros((2, self.words.capacity), np.int64))
        self._done = 0

    @property
    def nbytes(self) -> int:
        """Bytes of the tokens and words."""
        return self.tokens.nbytes + self.words.nbytes

    def learn(self, sequence: NDArray[np.int32], met: set[str]) -> None:
        """Finds out what word each new token of a sequence is. met: gets the stop words among them."""
        known, done = self.nodes + len(self.tokens), self.nodes + self._done
        if known > done:
            self.word_of = enlarged(self.word_of, done, self.nodes + self.tokens.capacity)
            self.word_of[done:known] = self._words_of(self.tokens.texts(self._done), met)
            self._done = len(self.tokens)
        if self.engine is not None:
            nodes = np.unique(sequence[kernel.are_new(sequence, self.word_of)]).astype(np.int64)
            if nodes.size:
                self.word_of[nodes] = self._words_of(self.engine.spell(nodes), met)

    def _words_of(self, texts: list[str], met: set[str]) -> Ints:
        """Returns the word of each of these tokens."""
        forms = self.lister.filters.apply(texts, met)
        for place, form in enumerate(forms):
            if form is not None and (lower := form.lower()) in self.lister.stop_words:
                met.add(lower)
                forms[place] = None
        found = np.full(len(forms), -1, np.int64)
        kept = np.flatnonzero([form is not None for form in forms])
        data, offsets = end_to_end(form.encode() for form in forms if form is not None)
        found[kept] = self.words.put(data, offsets[:-1], offsets[1:])
        self._fit()
        return found

    def _fit(self) -> None:
        """Makes room for the figures of as many words as there is room for."""
        size = self.words.capacity
        if size > self.counting.counts.size:
            self.counting = Counting(*(enlarged(array, array.size, size) for array in self.counting))

    def restore(self, document: StringTable) -> int:
        """Opens a document with these words and counts; returns how many there are."""
        numbers = self.words.put(document.data, document.offsets[:-1], document.offsets[1:])
        self._fit()
        self.counting.counts[numbers] = document.counts
        self.counting.seen[: numbers.size] = numbers
        return numbers.size

    def take(self, used: int) -> StringTable:
        """Closes the document that is open; returns its words and counts. used: how many were seen."""
        seen = self.counting.seen[:used].copy()
        counts = self.counting.counts[seen]
        self.counting.counts[seen] = 0
        return StringTable(*self._spell(seen), counts)

    def block(self, listed: Listed, documents: int, entries: int) -> Block:
        """Returns documents that were listed, with their words."""
        words = listed.words[:entries]
        occurs = np.zeros(len(self.words), np.bool_)
        occurs[words] = True
        place = np.cumsum(occurs) - 1
        data, offsets = self._spell(np.flatnonzero(occurs))
        return Block(data, offsets, place[words], listed.counts[:entries].copy(), listed.ends[:documents].copy())

    def _spell(self, which: Ints) -> tuple[Bytes, Ints]:
        """Returns words by their numbers, end to end."""
        offsets = np.zeros(which.size + 1, np.int64)
        data = np.empty(int((self.words.offsets[which + 1] - self.words.offsets[which]).sum()), np.uint8)
        copy_strings(self.words.data, self.words.offsets, which, data, offsets)
        return data, offsets


class _Scan:
    """Lists the documents of text that is passed to `feed` in order: `found`. head: whether it begins within a document
    that began before."""

    def __init__(self, lister: DocumentLister, found: Found, head: bool) -> None:
        self.lister, self.found, self.head = lister, found, head
        self.kinds = lister.tokenizer.kinds(lister.document == "line")
        self.words = lister.take_words()
        self.in_line = False
        self.sequence = np.empty(PIECE, np.int32)
        self.written = 0  # places of the sequence
        self.used = 0  # words that were seen of the document that is open
        self.documents = 0  # that have ended and been listed

    def read(self, item: Item, documents: Sequence[Sequence[Part]]) -> None:
        """Reads documents of an item, as parts. Raises EncodingError, InputError."""
        feed_documents(documents, item.chunk.block_size, self.feed, self.found.missing)

    def feed(self, data: bytes, final: bool, lines: Sequence[int]) -> int:
        """Reads some text; returns how many bytes it has used. lines: up to the ends of documents. Raises
        UnicodeDecodeError."""
        if self.words.engine is not None:
            return self._feed_nodes(self.words.engine, data, final, lines)
        marked, used, self.in_line = self.lister.tokenizer.marked(data, self.in_line, final)
        self._scan(marked_documents(marked, lines) if lines else marked, data)
        return used

    def _feed_nodes(self, engine: Engine, data: bytes, final: bool, lines: Sequence[int]) -> int:
        sequence, text, begins, ends, used = engine.listed(data, final)
        if self.written + sequence.size > self.sequence.size:
            self.collect()
        if begins.size:
            numbers = self.words.tokens.put(text, begins, ends) + self.words.nodes
            others = np.flatnonzero(sequence <= unigram.WITHOUT_NUMBER)
            sequence[others] = numbers[unigram.WITHOUT_NUMBER - sequence[others]]
        if lines or self.lister.document == "line":
            line_ends = np.flatnonzero(sequence == unigram.LINE_END)
            sequence[line_ends[np.array(lines) - 1] if lines else line_ends] = tokens_kernel.DOCUMENT_END
        if self.sequence.size < sequence.size:
            self.sequence = np.empty(sequence.size, np.int32)
        self.sequence[self.written : self.written + sequence.size] = sequence
        self.written += sequence.size
        return used

    def _scan(self, marked: bytes, data: bytes) -> None:
        """Reads marked text, which stands for `data`."""
        text, chars = np.frombuffer(marked + PAD, np.uint8), self.lister.tokenizer.chars
        at = 0
        while True:
            strings = self.words.tokens
            at, self.written, ended = tokens_kernel.find_tokens(
                text, len(marked), self.kinds, chars, strings.table, at, self.sequence, self.written
            )
            if ended == tokens_kernel.FAULT:
                data.decode()  # says where
            if ended == tokens_kernel.FULL:
                self.collect()
            elif ended == MORE_DATA:
                strings.reserve(len(marked) - at)
            elif not strings.grow(ended):
                return

    def collect(self) -> None:
        """Lists the documents that have ended."""
        words, size, at = self.words, self.written, 0
        words.learn(self.sequence[:size], self.found.stopped)
        if self.head:
            at, self.used = kernel.count_words(self.sequence, size, 0, words.word_of, words.counting, self.used)
            if at < size:
                self.found.head, self.found.closes, self.head = words.take(self.used), True, False
                at, self.used, self.documents = at + 1, 0, self.documents + 1
        room = np.empty((2, self.used + size - at), np.int64)
        listed = Listed(room[0], room[1], np.empty(size - at, np.int64))
        documents, entries, self.used = kernel.list_words(
            self.sequence, size, at, words.word_of, words.counting, self.used, listed
        )
        if documents:
            self.found.blocks.append(words.block(listed, documents, entries))
        self.documents += documents
        self.written = 0
        if words.nbytes > _LIMIT:
            self.words = _Words(self.lister)
            self.used = self.words.restore(words.take(self.used))

    def finish(self, is_open: bool) -> Found:
        """Returns what was found. is_open: whether the last document may go on."""
        self.collect()
        rest = self.words.take(self.used)
        if self.head:
            self.found.head = rest
        elif is_open:
            self.found.tail = rest
        self.lister.give_back(self.words)
        return self.found
