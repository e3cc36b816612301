"""Tries of words, which cut a text, find words in it, or say which pieces of words are words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nlpkit.discovery.strings import Alphabet, SymbolStrings
from nlpkit.errors import InputError, Option
from nlpkit.kernels import word_tries

#: Nodes below this are single symbols: their ids.
SINGLE = 1 << 16


@dataclass(frozen=True)
class WordTrie:
    """A trie over the symbol ids of words.

    slots, bits: the table of its transitions, see kernels/word_tries.py. nodes: int64, the node of each word. size: the
    number of nodes, which is the size of arrays by node. words: the words, distinct.
    """

    alphabet: Alphabet
    slots: NDArray[np.uint64]
    bits: int
    nodes: NDArray[np.int64]
    size: int
    words: SymbolStrings

    @classmethod
    def build(cls, words: SymbolStrings, alphabet: Alphabet) -> WordTrie:
        """The trie of distinct words. Raises InputError for more words than it has nodes for."""
        bits = _bits(words.ids.size)
        slots, nodes, used = word_tries.insert_words(words.ids, words.offsets, bits)
        if _bits(used) < bits:  # a smaller table stays in the cache
            bits = _bits(used)
            slots, nodes, used = word_tries.insert_words(words.ids, words.offsets, bits)
        if SINGLE + used > word_tries.MOST_NODES:
            raise InputError(f"more than {word_tries.MOST_NODES - SINGLE:,} words; raise ", Option("min_count"))
        return cls(alphabet, slots, bits, nodes, SINGLE + used, words)

    def by_node(self, values: NDArray[np.float64], other: float) -> NDArray[np.float64]:
        """float64 by node, from values by word: `other` for single symbols that are no words, -inf for prefixes."""
        out = np.full(self.size, -np.inf)
        out[:SINGLE] = other
        out[self.nodes] = values
        return out

    @property
    def nbytes(self) -> int:
        """Bytes of the transitions, the words and one array by node."""
        return int(self.slots.nbytes + self.words.ids.nbytes + 2 * self.nodes.nbytes) + 8 * self.size

    @cached_property
    def word_of_node(self) -> NDArray[np.int64]:
        """int64 by node: the place of its word in `words`, -1 for a node that is no word."""
        out = np.full(self.size, -1, np.int64)
        out[self.nodes] = np.arange(self.nodes.size)
        return out

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """int64 by node: the number of symbols of its word, 1 for a node that is no word."""
        out = np.ones(self.size, np.int64)
        out[self.nodes] = self.words.lengths
        return out

    @cached_property
    def collapsed(self) -> NDArray[np.bool_]:
        """bool by node: whether its word holds a symbol that stands for a run of digits or letters."""
        out = np.zeros(self.size, np.bool_)
        is_collapsed = np.zeros(self.alphabet.codes.size + 1, np.bool_)
        is_collapsed[[i for i in self.alphabet.collapsed_ids if i]] = True
        out[: is_collapsed.size] = is_collapsed
        holds = np.concatenate([[0], np.cumsum(is_collapsed[self.words.ids])])
        out[self.nodes] = holds[self.words.offsets[1:]] > holds[self.words.offsets[:-1]]
        return out


def with_symbols(
    words: SymbolStrings, counts: NDArray[np.int64], alphabet: Alphabet
) -> tuple[SymbolStrings, NDArray[np.int64]]:
    """Returns words and counts with every other symbol of the alphabet appended as a word that is counted 0."""
    there = np.zeros(alphabet.codes.size + 1, np.bool_)
    there[words.ids[words.offsets[:-1][words.lengths == 1]]] = True
    there[0] = True
    missing = np.flatnonzero(~there).astype(np.uint32)
    return words + SymbolStrings(missing, np.arange(missing.size + 1)), np.append(
        counts, np.zeros(missing.size, np.int64)
    )


def _bits(nodes: int) -> int:
    """The logarithm of the size of a table that is two thirds empty or more, which measured as the fastest."""
    return max(4, (3 * nodes).bit_length())
