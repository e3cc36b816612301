"""Quantities: which n-grams are a numeral and a unit (一年, 三个, but not 一定, 一样), and so no words.

A unit is what different numerals and digits stand before in the text. No list of units is needed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlpkit.discovery.candidates import Candidates, Measured
from nlpkit.discovery.strings import Alphabet
from nlpkit.errors import counted
from nlpkit.ngrams.counting import WORD

NUMERALS = "一二三四五六七八九十两几"
_ONE = NUMERALS[0]
_DIGITS = "0123456789０１２３４５６７８９"
#: With these, as with numerals, a number goes on: no unit begins with them.
_IN_NUMBERS = "百千万亿零〇" + _DIGITS
#: The least that must stand before a unit: numerals in all; different numerals; per cent of numerals other than 一;
#: runs of digits.
LEAST, LEAST_DIFFERENT, LEAST_NOT_ONE, LEAST_DIGITS = 50, 4, 15, 10
_FIRST = np.uint64(48)


@dataclass(frozen=True)
class Quantities:
    """What numerals stand before, and which nodes are quantities.

    marks: bool by node, whether it is one or more numerals and a unit. nodes: int64, sorted, the n-grams that numerals
    stand before. For each of these, int64: after_numerals, how often one stands before it; different, how many
    different ones do; after_one, how often 一 does; after_digits, how often digits do.
    """

    marks: NDArray[np.bool_]
    nodes: NDArray[np.int64]
    after_numerals: NDArray[np.int64]
    different: NDArray[np.int64]
    after_one: NDArray[np.int64]
    after_digits: NDArray[np.int64]

    @classmethod
    def none(cls, size: int) -> Quantities:
        """Returns that none of `size` nodes is a quantity."""
        empty = np.empty(0, np.int64)
        return cls(np.zeros(size, np.bool_), empty, empty, empty, empty, empty)

    @property
    def are_units(self) -> NDArray[np.bool_]:
        """Whether each of `nodes` is a unit."""
        others = self.after_numerals - self.after_one
        return np.asarray(
            (self.after_numerals >= LEAST)
            & (self.different >= LEAST_DIFFERENT)
            & (100 * others >= LEAST_NOT_ONE * self.after_numerals)
            & (self.after_digits >= LEAST_DIGITS)
        )

    def select(self, nodes: NDArray[np.int64]) -> Quantities:
        """Returns the same for some nodes (int64, sorted) with new numbers: their places in `nodes`."""
        taken = np.isin(self.nodes, nodes)
        columns = (self.after_numerals, self.different, self.after_one, self.after_digits)
        places = np.searchsorted(nodes, self.nodes[taken])
        return Quantities(self.marks[nodes], places, *(column[taken] for column in columns))

    def after_number(self, c: Candidates, node: int) -> int:
        """Returns the node of what follows the first symbol of a node; of a quantity, its unit."""
        rest = int(c.suffix[node])
        while self.marks[node] and self.marks[rest]:
            rest = int(c.suffix[rest])
        return rest

    def evidence(self, node: int) -> str:
        """Returns what stands before a node, and whether it is a unit."""
        at = int(np.searchsorted(self.nodes, node))
        if at == self.nodes.size or self.nodes[at] != node:
            return "no numeral before it: no unit"
        total = int(self.after_numerals[at])
        return (
            f"{total:,} after {counted(int(self.different[at]), 'numeral')}, {self.after_one[at] / total:.0%} of these "
            f"{_ONE}; {int(self.after_digits[at]):,} after digits: {'a' if self.are_units[at] else 'no'} unit"
        )

    def give_to_parts(self, c: Candidates, tokens: NDArray[np.int64]) -> NDArray[np.int64]:
        """Returns the tokens of each node, those of quantities given to the numeral and the unit if these are words.

        tokens: int64 by node, 0 for an n-gram that is not a word.
        """
        given: NDArray[np.int64] = tokens.copy()
        given[self.marks] = 0
        for node in np.flatnonzero(self.marks & (tokens > 0)).tolist():
            unit = self.after_number(c, node)
            numeral = node
            for _ in range(int(c.length[unit])):
                numeral = int(c.parent[numeral])
            for part in (numeral, unit):
                if given[part]:
                    given[part] += tokens[node]
        return given


def find_quantities(m: Measured, alphabet: Alphabet) -> Quantities:
    """Finds the quantities among all frequent n-grams."""
    numerals = _symbols(alphabet, NUMERALS)
    beginning = np.sort(_beginning_with(m, numerals))
    rest = m.suffix[beginning].astype(np.int64)
    ends_number = ~np.isin(_first_symbols(m, rest), _symbols(alphabet, NUMERALS + _IN_NUMBERS))
    nodes, different = np.unique(rest[ends_number], return_counts=True)
    found = Quantities(
        np.zeros(m.keys.size, np.bool_),
        nodes,
        _counts_before(m, nodes, numerals),
        different.astype(np.int64),
        _counts_before(m, nodes, _symbols(alphabet, _ONE)),
        _counts_before(m, nodes, _symbols(alphabet, _DIGITS)),
    )
    units = nodes[found.are_units]
    for k in range(2, m.levels.size):  # what follows the first numeral is a unit, or a shorter quantity
        begin, end = np.searchsorted(beginning, m.levels[k - 1 : k + 1])
        found.marks[beginning[begin:end]] = np.isin(rest[begin:end], units) | found.marks[rest[begin:end]]
    return found


def _symbols(alphabet: Alphabet, characters: str) -> list[int]:
    """The ids of characters that occur, each once."""
    return sorted({int(alphabet.ids[ord(char)]) for char in characters} - {0})


def _beginning_with(m: Measured, symbols: list[int]) -> NDArray[np.int64]:
    """The nodes of two symbols and more that begin with one of the symbols, which are ids."""
    found = [np.empty(0, np.int64)]
    for symbol in symbols:
        low, high = symbol << 48, (symbol << 48) | 0xFFFF_FFFF_FFFF  # of the keys, which are sorted in each length
        for k in range(2, m.levels.size):
            keys, first = m.keys[m.level(k)], int(m.levels[k - 1])
            begin = first + int(np.searchsorted(keys, np.uint64(low)))
            end = first + int(np.searchsorted(keys, np.uint64(high), "right"))
            found.append(np.arange(begin, end))
            if k >= WORD:  # a longer key is the node of the n-gram without its last symbol, and that symbol
                low, high = begin << 16, end << 16
    return np.concatenate(found)


def _first_symbols(m: Measured, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
    nodes = nodes.copy()
    for _ in range(2, m.levels.size):
        long = nodes >= m.levels[1]
        nodes[long] = m.parent[nodes[long]]
    first: NDArray[np.int64] = (m.keys[nodes] >> _FIRST).astype(np.int64)
    return first


def _counts_before(m: Measured, nodes: NDArray[np.int64], symbols: list[int]) -> NDArray[np.int64]:
    """How often one of the symbols stands before each node: int64. nodes: int64, sorted."""
    counts: NDArray[np.int64] = np.zeros(nodes.size, np.int64)
    if nodes.size:
        longer = _beginning_with(m, symbols)
        rest = m.suffix[longer]
        places = np.minimum(np.searchsorted(nodes, rest), nodes.size - 1)
        there = nodes[places] == rest
        np.add.at(counts, places[there], m.counts[longer[there]])
    return counts
