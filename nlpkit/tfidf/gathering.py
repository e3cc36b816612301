"""Gathers the documents of a corpus: names them, puts together what lies in several items, and keeps documents."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterator
from sys import getsizeof

import numpy as np

from nlpkit.errors import counted
from nlpkit.frequencies.counted import Counted, spill_tally, whole_sum
from nlpkit.frequencies.tally import Extent, Tally
from nlpkit.runs import SortedTable, Spill, StringTable
from nlpkit.runs.files import no_room
from nlpkit.tfidf.listing import Block, Found

#: Documents and their names.
Named = tuple[Block, list[str]]


class Gathering:
    """Puts together what workers found, in the order of the corpus: documents get their names.

    document: what a document is. Attributes, of all that was added: documents, their number; missing, records without
    text, by file; stopped, the stop words that were left out.
    """

    def __init__(self, document: str) -> None:
        self.document = document
        self.documents = 0
        self.missing: Counter[str] = Counter()
        self.stopped = set[str]()
        self._open: Tally | None = None  # of the document that may go on
        self._name = ""  # of the same
        self._number = 0  # of documents of the last file so far
        self._empty, self._first_empty = 0, ""  # documents without words

    def add(self, found: Found) -> Iterator[Named]:
        """Yields the documents that end in an item, or before it."""
        self.missing += found.missing
        self.stopped |= found.stopped
        names = list(self._names(found))
        if found.head is not None:
            self._go_on(found.head)
            names = names[1:]
        if found.closes:
            yield from self.finish()
        begin = 0
        for block in found.blocks:
            end = begin + block.ends.size
            yield self._told(block, names[begin:end])
            begin = end
        if found.tail is not None:
            self._name = names[-1]
            self._go_on(found.tail)

    def finish(self) -> Iterator[Named]:
        """Yields the document that is open, if there is one."""
        if self._open is not None:
            block = Block.of_document(self._open.table())
            self._open = None
            yield self._told(block, [self._name])

    @property
    def with_words(self) -> int:
        """The number of documents that have words."""
        return self.documents - self._empty

    def empty(self) -> Iterator[str]:
        """Yields a line for the user where documents have no words."""
        if self._empty:
            others = f" and {counted(self._empty - 1, 'other')}" if self._empty > 1 else ""
            yield f"{counted(self._empty, 'document')} without words to rank: {self._first_empty}{others}"

    def _go_on(self, words: StringTable) -> None:
        if self._open is None:
            self._open = Tally()
        self._open.add(words)

    def _names(self, found: Found) -> Iterator[str]:
        """Yields the names of all documents of which an item has a part."""
        for place, section in enumerate(found.sections):
            if self.document == "file":
                yield section.name
                continue
            if section.before is not None:
                self._number = section.before
            elif place or not found.same_file:
                self._number = 0
            if place == 0 and found.head is not None:
                self._number -= 1
            for number in range(self._number + 1, self._number + 1 + section.documents):
                yield f"{section.name}:{number}"
            self._number += section.documents

    def _told(self, block: Block, names: list[str]) -> Named:
        """Counts documents, and those of them that have no words."""
        self.documents += len(names)
        empty = np.flatnonzero(np.diff(block.ends, prepend=0) == 0)
        if empty.size:
            self._first_empty = self._first_empty or names[empty[0]]
            self._empty += empty.size
        return block, names


class Kept:
    """Documents that are kept until the IDF of their words are known, in memory or in files; and these IDF.

    spill: where files go, and how much memory the documents, and the words with their numbers of documents, may take.
    """

    def __init__(self, spill: Spill) -> None:
        self._spill = spill
        self._counted = Counted(Tally(), Extent())
        self._files: list[str] = []
        self._held: list[Named] = []
        self._size = 0  # bytes of what is held

    def add(self, block: Block, names: list[str]) -> None:
        """Keeps documents. Raises OutputError if there is no room on the disk."""
        words = block.offsets.size - 1
        self._counted.tally.add(StringTable(block.data, block.offsets, np.bincount(block.word, minlength=words)))
        self._counted = spill_tally(self._counted, self._spill)
        self._held.append((block, names))
        self._size += block.nbytes + sum(map(getsizeof, names))
        if self._size > self._spill.limit:
            self._files.append(self._spill.save(lambda file: pickle.dump(self._held, file, 5)))
            self._held, self._size = [], 0

    def words(self) -> Iterator[StringTable]:
        """Yields all words, each once; their counts are the numbers of documents that have them."""
        return SortedTable(whole_sum(self._counted), self._spill).tables()

    def documents(self) -> Iterator[Named]:
        """Yields the documents in their order. Raises OutputError if a file cannot be read."""
        for path in self._files:
            try:
                with open(path, "rb") as file:
                    held = pickle.load(file)
            except (OSError, EOFError, pickle.UnpicklingError) as error:
                raise no_room(path, error if isinstance(error, OSError) else OSError(str(error))) from error
            yield from held
        yield from self._held
