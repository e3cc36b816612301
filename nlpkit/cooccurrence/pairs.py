"""Counts all pairs of frequent words that stand in one window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.cooccurrence.words import KNOWN_LIMIT, ItemCounter, KeyBuffer, Known, Scan, Types, Words, key_room
from nlpkit.frequencies.counting import Item
from nlpkit.kernels import windows as kernel
from nlpkit.runs import KeyTable, SortedKeys, Spill, SpilledKeys, add
from nlpkit.runs.strings import Ints

_2, _31 = np.uint64(2), np.uint64(31)
_KEYS = 1 << 18  # that are looked at together
_IDS = np.uint64((1 << 31) - 1)


class FrequentTypes(Types):
    """Types of the frequent words: from 1 on, in the order given; 0 for all others."""

    def __init__(self, forms: Sequence[str]) -> None:
        self.forms = forms
        self._numbers = {form: number for number, form in enumerate(forms, 1)}

    def __reduce__(self) -> tuple[Any, ...]:
        return FrequentTypes, (self.forms,)

    def numbers(self, forms: Sequence[str | None]) -> NDArray[np.int32]:
        """Returns the type of each form."""
        find = self._numbers.get
        return np.array([0 if form is None else find(form, 0) for form in forms], np.int32)


class PairCounter(ItemCounter):
    """Counts the pairs of an item: keys as `pair_keys` makes them."""

    spill: Spill

    def __init__(self, words: Words, types: FrequentTypes, spill: Spill) -> None:
        super().__init__(words, spill)
        self.types = types

    def new_types(self) -> Types:
        """Returns the types of the frequent words."""
        return self.types

    def __call__(self, item: Item) -> SpilledKeys:
        """Counts an item. Raises EncodingError, InputError."""
        scan = _PairScan(self, self.take_known())
        scan.read(item)
        found = scan.finish()
        self.give_back(scan.known)
        return found


class _PairScan(Scan):
    def __init__(self, how: PairCounter, known: Known) -> None:
        super().__init__(how.words, known)
        self.how = how
        self.limit = min(KNOWN_LIMIT, how.spill.limit)
        self.keys = KeyBuffer(key_room(how.spill))
        self.found = SpilledKeys(KeyTable.empty())

    def count(self, words: NDArray[np.int32], start: int, stop: int) -> int:
        """Writes the keys of some words."""
        return self.keys.fill(kernel.pair_keys, words, start, stop, self.since, self.words.left, self.words.right)

    def make_room(self) -> None:
        """Adds keys up where they take too much memory, and forgets tokens that do."""
        if self.keys.nbytes > self.how.spill.limit:
            self._add_up()
        if self.known.nbytes > self.limit:
            self.known = self.how.new_known()

    def finish(self) -> SpilledKeys:
        """Returns what was counted."""
        self._add_up()
        return self.found

    def _add_up(self) -> None:
        self.found = add([self.found, *map(SpilledKeys, self.keys.take())], self.how.spill)


class Pairs(NamedTuple):
    """Pairs of words, by their places in the list of frequent words, int64; how often the collocate stands on the left
    and on the right of the node, int64."""

    node: Ints
    collocate: Ints
    left: Ints
    right: Ints


def pairs_of(table: SortedKeys, left: int, right: int, min_count: int) -> Iterator[Pairs]:
    """Yields the pairs of two words that stand in one window `min_count` times or more, in the order of their keys.

    left, right: words of a window. With equal sides a pair comes once, with the word first that more often stands
    first; otherwise twice, for each word as the node.
    """
    for keys, counts in chain.from_iterable(map(_slices, table.tables())):
        size = kernel.frequent_pairs(keys, counts, min_count, np.empty(0, np.uint64), np.empty((4, 0), np.int64))
        heads, figures = np.empty(size, np.uint64), np.empty((4, size), np.int64)
        kernel.frequent_pairs(keys, counts, min_count, heads, figures)
        low, high = (heads >> _31).astype(np.int64), (heads & _IDS).astype(np.int64)
        # Of the narrower side both words are in the window of the other one; beyond it, one of them.
        forwards, far_forwards, backwards, far_backwards = figures
        to_the_right, to_the_left = right > left, left > right
        of_low = Pairs(low, high, backwards + to_the_left * far_backwards, forwards + to_the_right * far_forwards)
        of_high = Pairs(high, low, forwards + to_the_left * far_forwards, backwards + to_the_right * far_backwards)
        if left == right:
            turned = of_high.right > of_low.right
            yield _frequent(Pairs(*(np.where(turned, b, a) for a, b in zip(of_low, of_high, strict=True))), min_count)
        else:
            yield _frequent(of_low, min_count)
            yield _frequent(of_high, min_count)


def _slices(table: KeyTable) -> Iterator[KeyTable]:
    """Yields the table in parts of about _KEYS keys; those of a pair stay together."""
    start = 0
    while start < table.size:
        stop = min(start + _KEYS, table.size)
        head = table.keys[stop - 1] >> _2
        stop += int(np.count_nonzero(table.keys[stop : stop + 3] >> _2 == head))
        yield table.slice(start, stop)
        start = stop


def joined(parts: Sequence[Pairs]) -> Pairs:
    """Returns the pairs of all parts, one after the other."""
    nothing = Pairs(*[np.empty(0, np.int64)] * 4)
    return Pairs(*map(np.concatenate, zip(nothing, *parts, strict=True)))


def _frequent(pairs: Pairs, min_count: int) -> Pairs:
    chosen = pairs.left + pairs.right >= min_count
    return Pairs(pairs.node[chosen] - 1, pairs.collocate[chosen] - 1, pairs.left[chosen], pairs.right[chosen])
