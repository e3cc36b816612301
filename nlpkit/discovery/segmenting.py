"""One pass over a corpus that cuts it into the words of a trie by their values, and counts them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Chunk, Corpus
from nlpkit.discovery.lines import LineCounter, LineCounts
from nlpkit.discovery.strings import SymbolStrings, last_cut
from nlpkit.discovery.trie import WordTrie
from nlpkit.executors import Executor, Progress
from nlpkit.kernels import word_tries
from nlpkit.kernels.strings import count_spans
from nlpkit.ngrams.counting import chunks_for
from nlpkit.ngrams.symbols import Block, symbol_table
from nlpkit.runs import KeyTable, merge_as_they_come


@dataclass(frozen=True)
class Surfaces:
    """The spellings of words that hold a collapsed symbol (500米 and 60米 of <digits>米).

    strings: the distinct spellings, strings of code points, with full-width letters and digits folded. counts: int64,
    occurrences of each. nodes: int64, the node of the word that each is a spelling of.
    """

    strings: SymbolStrings
    counts: NDArray[np.int64]
    nodes: NDArray[np.int64]

    @classmethod
    def empty(cls) -> Surfaces:
        """Returns an object without spellings."""
        return cls(SymbolStrings.empty(), np.empty(0, np.int64), np.empty(0, np.int64))

    @classmethod
    def of_spans(
        cls, text: bytes, begins: NDArray[np.int64], ends: NDArray[np.int64], nodes: NDArray[np.int64]
    ) -> Surfaces:
        """Returns the spellings at spans of UTF-8 (int64 bytes). nodes: the node of the word at each span."""
        data = np.frombuffer(text, np.uint8)
        firsts, counts = count_spans(data, begins, ends)
        at, sizes = begins[firsts], (ends - begins)[firsts]
        offsets = np.cumsum(np.append(0, sizes))
        taken = data[np.arange(offsets[-1]) + np.repeat(at - offsets[:-1], sizes)]
        characters = np.append(0, np.cumsum(taken & 0xC0 != 0x80))
        codes = np.frombuffer(taken.tobytes().decode().encode("utf-32-le"), "<u4")
        folded = symbol_table("han+alnum", False)[codes]
        return cls._summed(SymbolStrings(folded, characters[offsets]), counts, nodes[firsts])

    @classmethod
    def add(cls, parts: list[Surfaces]) -> Surfaces:
        """The sum of several parts."""
        columns = zip(*((part.counts, part.nodes) for part in parts), strict=True)
        return cls._summed(SymbolStrings.concatenate([part.strings for part in parts]), *map(np.concatenate, columns))

    @classmethod
    def _summed(cls, strings: SymbolStrings, counts: NDArray[np.int64], nodes: NDArray[np.int64]) -> Surfaces:
        firsts, counts = strings.distinct(counts)
        return cls(strings.select(firsts), counts, nodes[firsts])


@dataclass(frozen=True)
class SegmentCounts:
    """How often a segmentation uses each word: counts by node, and, if they were asked for, surfaces and lines."""

    counts: KeyTable
    surfaces: Surfaces
    lines: LineCounts


def segment_corpus(
    corpus: Corpus,
    pool: Executor,
    trie: WordTrie,
    values: NDArray[np.float64],
    surfaces: bool,
    progress: Progress | None,
) -> SegmentCounts:
    """Cuts every run along the path with the largest sum of values, and counts the words on it.

    values: float64 by node. surfaces: whether words with collapsed symbols are counted by spelling instead, and the
    lines of each word are counted.
    """
    task = partial(_segment_chunk, trie=trie, values=values, surfaces=surfaces)
    found = pool.map_merge(task, chunks_for(corpus, pool), _merge_segmentations, progress)
    return found or SegmentCounts(KeyTable.empty(), Surfaces.empty(), LineCounts.empty())


def _segment_chunk(chunk: Chunk, trie: WordTrie, values: NDArray[np.float64], surfaces: bool) -> SegmentCounts:
    counts = np.zeros(trie.size, np.int64)
    apart = trie.collapsed if surfaces else np.zeros(trie.size, np.bool_)
    lines = LineCounter(trie.size if surfaces else 0)

    def segment(block: Block) -> Surfaces:
        begins, ends, nodes = (np.empty(block.stop if surfaces else 0, np.int64) for _ in range(3))
        used, lines.line = word_tries.segment(
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
            np.frombuffer(block.text, np.uint8),
            block.starts,
            lines.line,
            lines.lines,
            lines.first,
        )
        lines.line += block.last
        if not used:
            return Surfaces.empty()
        starts = block.starts
        return Surfaces.of_spans(block.text, starts[begins[:used]], starts[ends[:used]], nodes[:used])

    found = merge_as_they_come(map(segment, trie.alphabet.blocks(chunk, last_cut, surfaces)), Surfaces.add)
    nodes = np.flatnonzero(counts)  # few of the corpus' words are in one chunk
    return SegmentCounts(KeyTable(nodes.astype(np.uint64), counts[nodes]), found or Surfaces.empty(), lines.counts())


def _merge_segmentations(parts: list[SegmentCounts]) -> SegmentCounts:
    first, *others = (part.counts for part in parts)
    surfaces, lines = Surfaces.add([part.surfaces for part in parts]), LineCounts.join([part.lines for part in parts])
    return SegmentCounts(first.plus(others), surfaces, lines)
