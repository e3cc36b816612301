"""Counts words and their windows in one pass, and what stands in the windows of chosen nodes.

All figures are counts of strings: a tag, which says what is counted, and a word. So they are added up, kept in bounded
memory and merged as the counts of words are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.cooccurrence.words import KNOWN_LIMIT, ItemCounter, KeyBuffer, Known, Scan, Types, Words, key_room, numbered
from nlpkit.frequencies.counted import Counted, spill_tally
from nlpkit.frequencies.counting import Item
from nlpkit.frequencies.tally import Extent, Tally
from nlpkit.kernels import windows as kernel
from nlpkit.runs import SortedStrings, Spill, StringTable
from nlpkit.runs.strings import Bytes, Ints, end_to_end, union

#: What is counted of a word: occurrences; words in its windows; windows that it is in.
FREQUENCY, WINDOWS, INSIDE = "f", "w", "x"
_LOW = np.uint64((1 << 32) - 1)
_32 = np.uint64(32)
_TAG_SIZE = 6  # of a word beside a node
_LAST = b"\xff"  # comes after every word


def beside_tag(node: int, on_the_right: bool) -> str:
    """The tag of words that stand beside a node, given by its number: in order, those of a node are together."""
    return f"{node:05}{'R' if on_the_right else 'L'}"


class LocalTypes(Types):
    """Types of a stretch of text: nodes first, then words that are left out, then words as they come."""

    def __init__(self, nodes: Sequence[str]) -> None:
        self.nodes = len(nodes)
        self.strings = numbered([*nodes, ""])

    def numbers(self, forms: Sequence[str | None]) -> NDArray[np.int32]:
        """Returns the type of each form."""
        data, offsets = end_to_end((form or "").encode() for form in forms)
        return self.strings.put(data, offsets[:-1], offsets[1:]).astype(np.int32)


class FigureCounter(ItemCounter):
    """Counts the words of an item, their windows, and what stands in the windows of nodes (their forms)."""

    def __init__(self, words: Words, nodes: Sequence[str], spill: Spill | None) -> None:
        super().__init__(words, spill)
        self.nodes = tuple(nodes)

    def new_types(self) -> Types:
        """Returns types without words, but for the nodes."""
        return LocalTypes(self.nodes)

    def __call__(self, item: Item) -> Counted:
        """Counts an item. Raises EncodingError, InputError."""
        scan = _FigureScan(self, self.take_known())
        missing = scan.read(item)
        counted = scan.finish(missing)
        self.give_back(scan.known)
        return counted


class _FigureScan(Scan):
    """Counts a stretch of text."""

    def __init__(self, how: FigureCounter, known: Known) -> None:
        super().__init__(how.words, known)
        self.how = how
        self.limit = KNOWN_LIMIT if how.spill is None else min(KNOWN_LIMIT, how.spill.limit)
        self.figures = np.zeros((3, self.types.strings.capacity), np.int64)
        self.keys = KeyBuffer(key_room(how.spill) if how.nodes else 0)
        self.counted = Counted(Tally(), Extent())

    @property
    def types(self) -> LocalTypes:
        """The types of the known words."""
        assert isinstance(self.known.types, LocalTypes)
        return self.known.types

    def count(self, words: NDArray[np.int32], start: int, stop: int) -> int:
        """Counts some words."""
        used, size = self.figures.shape[1], self.types.strings.capacity
        if size > used:
            figures = np.zeros((3, size), np.int64)
            figures[:, :used] = self.figures
            self.figures = figures
        left, right = self.words.left, self.words.right
        if self.how.nodes:
            self.keys.fill(kernel.node_keys, words, start, stop, self.since, left, right, self.types.nodes)
        return kernel.count_windows(words, start, stop, self.since, left, right, self.figures)

    def make_room(self) -> None:
        """Passes figures on where they or the known words take too much memory."""
        is_large = self.known.nbytes + self.types.strings.nbytes + self.figures.nbytes > self.limit
        if is_large or self.keys.nbytes > self.limit:
            self._pass_on()
        if is_large:
            strings, met = self.types.strings, self.known.met
            self.known = self.how.new_known()
            self.known.met = met
            kept = self.room[: self.kept].astype(np.int64)
            offsets = strings.offsets
            self.room[: self.kept] = self.types.strings.put(strings.data, offsets[:-1][kept], offsets[1:][kept])
            self.figures = np.zeros((3, self.types.strings.capacity), np.int64)

    def finish(self, missing: Counter[str]) -> Counted:
        """Returns what was counted."""
        self._pass_on()
        return replace(self.counted, missing=missing, stopped=frozenset(self.known.met))

    def _pass_on(self) -> None:
        """Adds the figures, as strings, to what is counted."""
        words = StringTable(*self.types.strings.packed(), np.empty(0, np.int64))
        tags = [FREQUENCY, WINDOWS] + [INSIDE] * (self.words.left != self.words.right)
        for tag, figures in zip(tags, self.figures, strict=False):
            which = np.flatnonzero(figures)
            self._put(words, tag, which, figures[which])
        self.figures[:] = 0
        tables = self.keys.take()
        if tables:
            keys, counts = tables[0].plus(tables[1:])
            heads, types = (keys >> _32).astype(np.int64), (keys & _LOW).astype(np.int64)
            for head in np.unique(heads).tolist():
                begin, end = np.searchsorted(heads, [head, head + 1]).tolist()
                self._put(words, beside_tag(head >> 1, bool(head & 1)), types[begin:end], counts[begin:end])
        self.counted = spill_tally(self.counted, self.how.spill)

    def _put(self, words: StringTable, tag: str, which: Ints, counts: Ints) -> None:
        data, offsets = _tagged(words.data, words.offsets, which, tag.encode())
        self.counted.tally.count(data, offsets[:-1], offsets[1:], counts)


def _tagged(data: Bytes, offsets: Ints, which: Ints, tag: bytes) -> tuple[Bytes, Ints]:
    """Returns some of the strings, each with a tag before it."""
    chosen = StringTable(data, offsets, np.zeros(offsets.size - 1, np.int64)).take(which)
    places = np.repeat(chosen.offsets[:-1], len(tag))
    tagged = np.insert(chosen.data, places, np.tile(np.frombuffer(tag, np.uint8), which.size))
    return tagged, chosen.offsets + len(tag) * np.arange(which.size + 1)


class Beside(NamedTuple):
    """Words that stand beside a node, in the order of code points; how often on its left and right, int64."""

    words: StringTable
    left: Ints
    right: Ints


class Figures:
    """The figures of a corpus, in the order of their tags and words."""

    def __init__(self, table: SortedStrings) -> None:
        self._table = table

    def totals(self) -> tuple[int, int]:
        """Returns how many words there are, and how many pairs of a word and one in its window."""
        sums: Counter[str] = Counter()
        for tag, table in self._tagged():
            sums[tag] += int(table.counts.sum())
        return sums[FREQUENCY], sums[WINDOWS]

    def words(self, min_count: int) -> StringTable:
        """Returns the words that occur `min_count` times or more, in the order of code points, with their counts."""
        parts = [StringTable.empty()]
        for tag, table in self._tagged():
            if tag == FREQUENCY:
                parts.append(table.take(np.flatnonzero(_is_word(table) & (table.counts >= min_count))))
        return parts[0].join(parts[1:])

    def each_word(self) -> Iterator[tuple[str, int]]:
        """Yields all words with their counts, in the order of code points."""
        for tag, table in self._tagged():
            if tag == FREQUENCY:
                yield from zip(table.texts(), table.counts.tolist(), strict=True)

    def of(self, words: StringTable, *tags: str) -> list[Ints]:
        """Returns figures of words, which are in the order of code points: int64, for each of the tags."""
        wanted = StringTable(words.data, words.offsets, np.ones(len(words), np.int64))
        found = {tag: np.zeros(len(words), np.int64) for tag in tags}
        for tag, table in self._tagged():
            if tag in found:
                _, is_wanted, counts = union(wanted, table)
                found[tag] += counts[is_wanted > 0]
        return [found[tag] for tag in tags]

    def beside(self, nodes: int, min_count: int) -> list[Beside]:
        """Returns what stands beside each of the nodes `min_count` times or more, in the order of the nodes."""
        found: list[Beside] = []
        for number, parts in groupby(self._tagged(), key=lambda part: int(part[0][:-1] or nodes)):
            if number == nodes:
                break
            sides: dict[str, list[StringTable]] = {"L": [], "R": []}
            for tag, table in parts:
                sides[tag[-1]].append(table)
            words, left, right = union(*(StringTable.empty().join(side) for side in sides.values()))
            chosen = np.flatnonzero((left + right >= min_count) & _is_word(words))
            found += [_NOTHING] * (number - len(found))  # nodes beside which nothing stands
            found.append(Beside(words.take(chosen), left[chosen], right[chosen]))
        return found + [_NOTHING] * (nodes - len(found))

    def _tagged(self) -> Iterator[tuple[str, StringTable]]:
        """Yields the strings without their tags, those of a tag together, perhaps in several parts."""
        for table in self._table.tables():
            start = 0
            while start < len(table):
                head = table.data[table.offsets[start] :][:_TAG_SIZE].tobytes()
                tag = head if head[:1].isdigit() else head[:1]
                stop = table.count_up_to(tag + _LAST)
                yield tag.decode(), _untagged(table.slice(start, stop), len(tag))
                start = stop


_NOTHING = Beside(StringTable.empty(), np.empty(0, np.int64), np.empty(0, np.int64))


def _is_word(table: StringTable) -> NDArray[np.bool_]:
    """Which of the strings are words; those that are left out have the empty one."""
    named: NDArray[np.bool_] = table.offsets[1:] > table.offsets[:-1]
    return named


def _untagged(table: StringTable, size: int) -> StringTable:
    keep = np.ones(table.data.size, np.bool_)
    keep[(table.offsets[:-1, None] + np.arange(size)).ravel()] = False
    return StringTable(table.data[keep], table.offsets - size * np.arange(len(table) + 1), table.counts)
