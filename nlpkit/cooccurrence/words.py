"""Reads the words of a text as numbers of their types, with marks where windows end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.executors import undisturbed
from nlpkit.frequencies.counting import PAD, Item
from nlpkit.frequencies.feeding import PIECE, feed_parts
from nlpkit.frequencies.filters import Filters
from nlpkit.frequencies.tokens import Tokenizer, tallies
from nlpkit.frequencies.windows import window_flags, window_kinds
from nlpkit.kernels import tokens as tokens_kernel
from nlpkit.kernels import unigram
from nlpkit.kernels import windows as kernel
from nlpkit.kernels.strings import MORE_DATA, NumberedStrings
from nlpkit.memory import PAIR_KEYS
from nlpkit.runs import KeyTable, Spill
from nlpkit.runs.strings import end_to_end
from nlpkit.segmentation.engine import Engine

#: Bytes of the tokens that a worker knows, at most.
KNOWN_LIMIT = 64 << 20
_KEY_SIZE = 8  # bytes
_MOST_KEYS = 64 << 20  # bytes; more does not make sorting faster


@dataclass(frozen=True)
class Words:
    """What the words of a text are, and how far windows reach.

    tokenizer, filters: what a token is, and its form. left, right: words of a window before and after its node. A token
    with a letter or a digit is a word; others take no place in a window. What a filter leaves out keeps its place.
    sentences: windows end with sentences, and not only with lines.
    """

    tokenizer: Tokenizer
    filters: Filters
    left: int
    right: int
    sentences: bool

    @property
    def engine(self) -> Engine | None:
        """What lists the tokens by their numbers in a dictionary, where that is possible."""
        segmenter = self.tokenizer.segmenter
        return segmenter.engine() if segmenter is not None and tallies(self.tokenizer) else None

    @property
    def widest(self) -> int:
        """Words of the longer side of a window."""
        return max(self.left, self.right)

    def kinds(self) -> NDArray[np.uint8]:
        """What each byte of marked text is, see window_kinds. Of characters lines are documents, which tells their ends
        from white space."""
        return window_kinds(self.tokenizer, self.tokenizer.chars, self.sentences)


class Types(ABC):
    """Numbers the forms of words."""

    @abstractmethod
    def numbers(self, forms: Sequence[str | None]) -> NDArray[np.int32]:
        """Returns the type of each form, int32; that of all words which are left out for None."""


class Known:
    """The tokens that a worker has met: what each is, and its type.

    nodes: tokens below are the nodes of a segmenter; the others are the numbers of `strings`, from `nodes` on. flags:
    uint8 by token. type_of: int32 by token. met: stop words.
    """

    def __init__(self, words: Words, types: Types) -> None:
        self.words, self.types = words, types
        self.nodes = words.engine.nodes if words.engine is not None else 0
        self.strings = NumberedStrings()
        self.flags = np.full(self.nodes + self.strings.capacity, kernel.NEW, np.uint8)
        self.type_of = np.zeros(self.flags.size, np.int32)
        self._done = 0
        self.met = set[str]()

    @property
    def nbytes(self) -> int:
        """Bytes of the tokens, without those of nodes."""
        return self.strings.nbytes + 5 * (self.flags.size - self.nodes)

    def learn(self, sequence: NDArray[np.int32]) -> None:
        """Finds out what new tokens of a sequence are."""
        count, done = len(self.strings), self._done
        lacking = self.nodes + self.strings.capacity - self.flags.size
        if lacking > 0:
            self.flags = np.concatenate([self.flags, np.full(lacking, kernel.NEW, np.uint8)])
            self.type_of = np.concatenate([self.type_of, np.zeros(lacking, np.int32)])
        if count > done:
            places = np.arange(self.nodes + done, self.nodes + count)
            self._learn(places, self.strings.texts(done))
            self._done = count
        if self.nodes:
            nodes = np.unique(sequence[kernel.is_new(sequence, self.flags)]).astype(np.int64)
            if nodes.size:
                assert self.words.engine is not None
                self._learn(nodes, self.words.engine.spell(nodes))

    def _learn(self, tokens: NDArray[np.int64], texts: list[str]) -> None:
        flags = np.array(list(map(window_flags, texts)), np.uint8)
        is_word = (flags & kernel.WORD) > 0
        forms = self.words.filters.apply((texts[i] for i in np.flatnonzero(is_word)), self.met)
        self.flags[tokens] = flags
        self.type_of[tokens[is_word]] = self.types.numbers(forms)


class ItemCounter(ABC):
    """Counts items, one after the other, and knows the tokens of those before.

    words: what the words are. spill: where what outgrows memory goes, None where memory is not bounded here.
    """

    def __init__(self, words: Words, spill: Spill | None) -> None:
        self.words, self.spill = words, spill
        self._known: list[Known] = []  # to be used again

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_known": []}

    @abstractmethod
    def new_types(self) -> Types:
        """Returns the types of a vocabulary without words."""

    def new_known(self) -> Known:
        """Returns a vocabulary without words."""
        return Known(self.words, self.new_types())

    def take_known(self) -> Known:
        """Returns a vocabulary, with the words that an earlier item had if there is one."""
        try:
            return self._known.pop()
        except IndexError:
            return self.new_known()

    def give_back(self, known: Known) -> None:
        """Keeps a vocabulary for the next item."""
        self._known.append(known)


class Scan(ABC):
    """Reads a stretch of text, which is passed to `feed` in order; a subclass counts its words.

    since: words since the last end of a window, as the kernels want it.
    """

    def __init__(self, words: Words, known: Known) -> None:
        self.words, self.known = words, known
        self.kinds = words.kinds()
        self.in_line = self.waits = False
        self.since = 0
        self.sequence = np.empty(PIECE, np.int32)
        self.room = np.empty(2 * PIECE + words.widest + 1, np.int32)
        self.kept = 0  # words of the room that come before what is new

    @abstractmethod
    def count(self, words: NDArray[np.int32], start: int, stop: int) -> int:
        """Counts words[start:stop]; returns `since` at its end."""

    def read(self, item: Item) -> Counter[str]:
        """Reads an item; returns the number of records without text, by file. Raises EncodingError, InputError."""
        missing: Counter[str] = Counter()
        feed_parts(item.chunk.parts, item.chunk.block_size, self.feed, missing)
        self.room[self.kept] = kernel.END
        self.count(self.room, self.kept, self.kept + 1)
        return missing

    def feed(self, data: bytes, final: bool) -> int:
        """Reads some text; returns how many bytes it has used. Raises UnicodeDecodeError."""
        tokenizer = self.words.tokenizer
        if self.words.engine is not None:
            return self._feed_nodes(self.words.engine, data, final)
        marked, used, self.in_line = tokenizer.marked(data, self.in_line, final)
        text = np.frombuffer(marked + PAD, np.uint8)
        at = 0
        while True:
            strings = self.known.strings
            at, written, ended = tokens_kernel.find_tokens(
                text, len(marked), self.kinds, tokenizer.chars, strings.table, at, self.sequence, 0
            )
            if ended == tokens_kernel.FAULT:
                data.decode()  # says where
            found = self.sequence[:written]
            self._place(found[found != tokens_kernel.LINE_END] if tokenizer.chars else found)
            if ended == MORE_DATA:
                strings.reserve(len(marked) - at)
            elif not strings.grow(ended) and ended != tokens_kernel.FULL:
                break
        self.make_room()
        return used

    def _feed_nodes(self, engine: Engine, data: bytes, final: bool) -> int:
        sequence, text, begins, ends, used = engine.listed(data, final)
        known = self.known
        if begins.size:
            numbers = known.strings.put(text, begins, ends) + known.nodes
            others = np.flatnonzero(sequence <= unigram.WITHOUT_NUMBER)
            sequence[others] = numbers[unigram.WITHOUT_NUMBER - sequence[others]]
        for start in range(0, sequence.size, PIECE):
            self._place(sequence[start : start + PIECE])
        self.make_room()
        return used

    def _place(self, sequence: NDArray[np.int32]) -> None:
        known, room = self.known, self.room
        known.learn(sequence)
        stop, self.waits = kernel.place_words(
            sequence, sequence.size, known.flags, known.type_of, self.words.sentences, self.waits, room, self.kept
        )
        self.since = self.count(room, self.kept, stop)
        kept = min(self.since, self.words.widest)
        room[:kept] = room[stop - kept : stop]
        self.kept = kept

    @abstractmethod
    def make_room(self) -> None:
        """Called between pieces of the text: keeps memory bounded."""


class KeyBuffer:
    """Collects keys of pairs. tables: those of all that have been flushed. nbytes: of the keys that wait."""

    def __init__(self, nbytes: int) -> None:
        self._keys, self._used = np.empty(nbytes // _KEY_SIZE, np.uint64), 0
        self.tables: list[KeyTable] = []

    @property
    def nbytes(self) -> int:
        """Bytes of the tables."""
        return sum(table.nbytes for table in self.tables)

    def fill(
        self,
        write: Callable[..., tuple[int, int, int]],
        words: NDArray[np.int32],
        start: int,
        stop: int,
        since: int,
        *how: int,
    ) -> int:
        """Writes the keys of words[start:stop]; returns `since` at `stop`. The arguments are those of pair_keys and
        node_keys."""
        while start < stop:
            start, since, written = write(words, start, stop, since, *how, self._keys[self._used :])
            self._used += written
            if start < stop:
                self.flush()
        return since

    def flush(self) -> None:
        """Counts the keys that are not in a table yet."""
        keys = self._keys[: self._used]
        keys.sort()
        self._used = 0
        if keys.size:
            self.tables.append(undisturbed(KeyTable.of, keys))

    def take(self) -> list[KeyTable]:
        """Returns the tables of all keys, and begins anew."""
        self.flush()
        tables, self.tables = self.tables, []
        return tables


def key_room(spill: Spill | None) -> int:
    """Bytes of keys that a worker collects before it counts them. spill: None where memory is not bounded here."""
    return _MOST_KEYS if spill is None else min(_MOST_KEYS, PAIR_KEYS.of(spill.memory))


def numbered(forms: Sequence[str]) -> NumberedStrings:
    """Returns distinct forms numbered in their order."""
    data, offsets = end_to_end(form.encode() for form in forms)
    strings = NumberedStrings()
    strings.put(data, offsets[:-1], offsets[1:])
    return strings
