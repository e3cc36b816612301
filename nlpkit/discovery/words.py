"""Words as a trie, and the passes over a corpus that cut it with them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Chunk, Corpus
from nlpkit.discovery.branching import Branching, Sides, branch_sides, count_sides, merge_sides, table_sides
from nlpkit.discovery.strings import Alphabet, Strings
from nlpkit.errors import InputError
from nlpkit.executors import Executor, Progress
from nlpkit.kernels import viterbi, word_tries
from nlpkit.kernels.strings import count_spans
from nlpkit.ngrams import chunks_for
from nlpkit.runs import KeyTable, Spill, merge_as_they_come
from nlpkit.symbols import Block, ahead, symbol_table

#: Nodes below this are single symbols: their ids.
SINGLE = 1 << 16


@dataclass(frozen=True)
class Trie:
    """Words to cut a text with. slots, bits: its transitions; nodes: int64, the node of each word; size: of arrays by
    node."""

    alphabet: Alphabet
    slots: NDArray[np.uint64]
    bits: int
    nodes: NDArray[np.int64]
    size: int
    words: Strings

    @classmethod
    def build(cls, words: Strings, alphabet: Alphabet) -> Trie:
        """The trie of distinct words."""
        bits = _bits(words.ids.size)
        slots, nodes, used = word_tries.insert_words(words.ids, words.offsets, bits)
        if _bits(used) < bits:  # a smaller table stays in the cache
            bits = _bits(used)
            slots, nodes, used = word_tries.insert_words(words.ids, words.offsets, bits)
        if SINGLE + used > word_tries.MOST_NODES:
            raise InputError(f"more than {word_tries.MOST_NODES - SINGLE:,} words; raise --min-count")
        return cls(alphabet, slots, bits, nodes, SINGLE + used, words)

    def by_node(self, values: NDArray[np.float64], other: float) -> NDArray[np.float64]:
        """Values by node from values by word: `other` for single symbols that are no words, -inf for beginnings."""
        out = np.full(self.size, -np.inf)
        out[:SINGLE] = other
        out[self.nodes] = values
        return out

    @property
    def nbytes(self) -> int:
        """Of the transitions, the words and one array by node."""
        return int(self.slots.nbytes + self.words.ids.nbytes + 2 * self.nodes.nbytes) + 8 * self.size

    @cached_property
    def word_of_node(self) -> NDArray[np.int64]:
        """int64 by node: the place of its word, or -1."""
        out = np.full(self.size, -1, np.int64)
        out[self.nodes] = np.arange(self.nodes.size)
        return out

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """int64 by node: symbols (1 for what is no word)."""
        out = np.ones(self.size, np.int64)
        out[self.nodes] = self.words.lengths
        return out

    @cached_property
    def collapsed(self) -> NDArray[np.bool_]:
        """By node: whether the word holds a symbol that stands for a run of digits or letters."""
        out = np.zeros(self.size, np.bool_)
        is_collapsed = np.zeros(self.alphabet.codes.size + 1, np.bool_)
        is_collapsed[[i for i in self.alphabet.collapsed_ids if i]] = True
        out[: is_collapsed.size] = is_collapsed
        holds = np.concatenate([[0], np.cumsum(is_collapsed[self.words.ids])])
        out[self.nodes] = holds[self.words.offsets[1:]] > holds[self.words.offsets[:-1]]
        return out


def with_symbols(words: Strings, counts: NDArray[np.int64], alphabet: Alphabet) -> tuple[Strings, NDArray[np.int64]]:
    """Words and counts with every other single symbol of the alphabet added, counted 0."""
    there = np.zeros(alphabet.codes.size + 1, np.bool_)
    there[words.ids[words.offsets[:-1][words.lengths == 1]]] = True
    there[0] = True
    missing = np.flatnonzero(~there).astype(np.uint32)
    return words + Strings(missing, np.arange(missing.size + 1)), np.append(counts, np.zeros(missing.size, np.int64))


def _bits(nodes: int) -> int:
    """Of a table that is two thirds empty or more: measured, the fastest."""
    return max(4, (3 * nodes).bit_length())


@dataclass(frozen=True)
class Surfaces:
    """Words that hold a collapsed symbol as they are written, full-width letters and digits folded.

    strings: distinct, of code points. counts, nodes: int64, how often each occurs, and the node of its word.
    """

    strings: Strings
    counts: NDArray[np.int64]
    nodes: NDArray[np.int64]

    @classmethod
    def empty(cls) -> Surfaces:
        """None."""
        return cls(Strings.empty(), np.empty(0, np.int64), np.empty(0, np.int64))

    @classmethod
    def of_spans(
        cls, text: bytes, begins: NDArray[np.int64], ends: NDArray[np.int64], nodes: NDArray[np.int64]
    ) -> Surfaces:
        """From spans of UTF-8, each of a node's word."""
        data = np.frombuffer(text, np.uint8)
        firsts, counts = count_spans(data, begins, ends)
        at, sizes = begins[firsts], (ends - begins)[firsts]
        offsets = np.cumsum(np.append(0, sizes))
        joined = data[np.arange(offsets[-1]) + np.repeat(at - offsets[:-1], sizes)]
        characters = np.append(0, np.cumsum(joined & 0xC0 != 0x80))
        codes = np.frombuffer(joined.tobytes().decode().encode("utf-32-le"), "<u4")
        folded = symbol_table("han+alnum", False)[codes]
        return cls._summed(Strings(folded, characters[offsets]), counts, nodes[firsts])

    @classmethod
    def add(cls, parts: list[Surfaces]) -> Surfaces:
        """Adds up."""
        columns = zip(*((part.counts, part.nodes) for part in parts), strict=True)
        return cls._summed(Strings.concatenate([part.strings for part in parts]), *map(np.concatenate, columns))

    @classmethod
    def _summed(cls, strings: Strings, counts: NDArray[np.int64], nodes: NDArray[np.int64]) -> Surfaces:
        firsts, counts = strings.distinct(counts)
        return cls(strings.select(firsts), counts, nodes[firsts])


@dataclass(frozen=True)
class Segmentation:
    """Words of a segmented corpus: nodes with their counts, and, where they were asked for, surfaces."""

    counts: KeyTable
    surfaces: Surfaces


def segment_corpus(
    corpus: Corpus,
    pool: Executor,
    trie: Trie,
    values: NDArray[np.float64],
    surfaces: bool,
    progress: Progress | None,
) -> Segmentation:
    """Cuts every run by the path with the largest sum of values (by node) and counts the words."""
    task = partial(_segment_chunk, trie=trie, values=values, surfaces=surfaces)
    found = pool.map_merge(task, chunks_for(corpus, pool), _merge_segmentations, progress)
    return found or Segmentation(KeyTable.empty(), Surfaces.empty())


def _segment_chunk(chunk: Chunk, trie: Trie, values: NDArray[np.float64], surfaces: bool) -> Segmentation:
    counts = np.zeros(trie.size, np.int64)
    apart = trie.collapsed if surfaces else np.zeros(trie.size, np.bool_)

    def segment(block: Block) -> Surfaces:
        begins, ends, nodes = (np.empty(block.stop if surfaces else 0, np.int64) for _ in range(3))
        used = viterbi.segment(
            block.symbols,
            block.stop,
            trie.slots,
            trie.bits,
            values,
            trie.lengths,
            apart,
            counts,
            begins,
            ends,
            nodes,
        )
        if not used:
            return Surfaces.empty()
        starts = block.starts
        return Surfaces.of_spans(block.text, starts[begins[:used]], starts[ends[:used]], nodes[:used])

    found = merge_as_they_come(map(segment, trie.alphabet.blocks(chunk, last_cut, surfaces)), Surfaces.add)
    nodes = np.flatnonzero(counts)  # few of the corpus' words are in one chunk
    return Segmentation(KeyTable(nodes.astype(np.uint64), counts[nodes]), found or Surfaces.empty())


def _merge_segmentations(parts: list[Segmentation]) -> Segmentation:
    first, *others = (part.counts for part in parts)
    counts = first.plus(others)
    return Segmentation(counts, Surfaces.add([part.surfaces for part in parts]))


def last_cut(symbols: NDArray[np.uint32]) -> int:
    """Where the last run of a block begins, or the last piece of it where it is longer than viterbi.LONGEST_RUN."""
    boundaries = np.flatnonzero(symbols == 0)
    begin = int(boundaries[-1]) + 1 if boundaries.size else 0
    return begin + max(0, symbols.size - begin - 1) // viterbi.LONGEST_RUN * viterbi.LONGEST_RUN


def measure_neighbours(
    corpus: Corpus, pool: Executor, spill: Spill, trie: Trie, progress: Progress | None
) -> tuple[NDArray[np.int64], Branching]:
    """(occurrences in the text, overlapping or not; what stands beside them) of a trie's words of two symbols or more.

    Both by word; 0 for single symbols.
    """
    longest = int(trie.words.lengths.max(initial=1))
    task = partial(count_occurrences, trie=trie, keep=longest + 2)
    sides = count_sides(corpus, pool, task, spill, progress)
    totals = np.zeros(trie.nodes.size, np.int64)
    for keys, counts in sides[0].tables():
        words = keys >> np.uint64(16)
        firsts = np.flatnonzero(np.append(True, words[1:] != words[:-1])) if words.size else np.empty(0, np.int64)
        if firsts.size:
            totals[words[firsts]] += np.add.reduceat(counts, firsts)
    return totals, branch_sides(sides, np.arange(totals.size, dtype=np.uint64), totals, pool)


def count_occurrences(chunk: Chunk, trie: Trie, keep: int, spill: Spill) -> Sides:
    """What stands to the left and to the right of a trie's words in a chunk: tables of word << 16 | id, counts.

    keep: two more than the longest word's symbols.
    """
    return merge_sides((_occurrences(block, trie) for block in trie.alphabet.blocks(chunk, ahead(keep))), spill)


def _occurrences(block: Block, trie: Trie) -> Sides:
    room = 2 * block.stop
    while True:
        right, left = np.empty(room, np.uint64), np.empty(room, np.uint64)
        used = viterbi.occurrences(block.symbols, block.stop, trie.slots, trie.bits, trie.word_of_node, right, left)
        if used <= room:
            return table_sides(left[:used], right[:used])
        room = used
