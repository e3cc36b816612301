"""Words as strings of symbol ids, their trie, and the passes over a corpus that cut it with them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Chunk, Corpus
from nlpkit.discovery.candidates import Alphabet, Branching, Sides, add_sides, branch_sides, count_sides, table_sides
from nlpkit.errors import InputError
from nlpkit.executors import Executor, Progress
from nlpkit.kernels import intern, ngrams, viterbi
from nlpkit.ngrams import WORD, symbol_ids
from nlpkit.runs import Spill, Table, empty_table, merge_tables
from nlpkit.symbols import FOLD, ahead

#: Nodes below this are single symbols: their ids.
SINGLE = 1 << 16


@dataclass(frozen=True)
class Strings:
    """Strings of symbol ids end to end: ids uint32, offsets int64[m + 1]."""

    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return self.offsets.size - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Symbols of each."""
        return np.diff(self.offsets)

    @classmethod
    def of_rows(cls, rows: NDArray[np.uint32]) -> Strings:
        """From uint32[m, L], filled with 0."""
        filled = rows != 0
        return cls(rows[filled], np.concatenate([[0], np.cumsum(filled.sum(axis=1))]))

    @classmethod
    def of_spans(cls, ids: NDArray[np.uint32], begins: NDArray[np.int64], lengths: NDArray[np.int64]) -> Strings:
        """From spans of a longer string."""
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        return cls(intern.copy_spans(ids, begins, offsets), offsets)

    def select(self, which: NDArray[np.int64]) -> Strings:
        """The strings of these places."""
        return Strings.of_spans(self.ids, self.offsets[which], self.lengths[which])

    def place(self, ids: tuple[int, ...]) -> int:
        """Where one string stands, or -1."""
        places = np.flatnonzero(self.lengths == len(ids))
        rows = self.ids[self.offsets[places][:, None] + np.arange(len(ids))]
        found = places[(rows == np.array(ids)).all(axis=1)]
        return int(found[0]) if found.size else -1

    def __add__(self, other: Strings) -> Strings:
        offsets = np.concatenate([self.offsets, self.offsets[-1] + other.offsets[1:]])
        return Strings(np.concatenate([self.ids, other.ids]), offsets)

    def longest_first(self) -> NDArray[np.int64]:
        """int64 places by length, longest first, then by code points."""
        lengths = self.lengths
        out = []
        for length in np.unique(lengths)[::-1]:
            places = np.flatnonzero(lengths == length)
            rows = self.ids[self.offsets[places][:, None] + np.arange(length)]
            if length <= 4:
                keys = np.zeros(places.size, np.uint64)
                for column in rows.T:
                    keys = (keys << np.uint64(16)) | column.astype(np.uint64)
            else:
                keys = np.ascontiguousarray(rows.astype(">u2")).view(f"S{2 * length}").ravel()
            out.append(places[np.argsort(keys)])
        return np.concatenate(out) if out else np.empty(0, np.int64)

    def texts(self, alphabet: Alphabet) -> list[str]:
        """Each as a str."""
        codes = np.concatenate([np.zeros(1, np.uint32), alphabet.codes])
        joined = codes[self.ids].astype("<u4").tobytes().decode("utf-32-le")
        ends = self.offsets.tolist()
        return [joined[begin:end] for begin, end in pairwise(ends)]


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
        slots, nodes, used = viterbi.insert_words(words.ids, words.offsets, bits)
        if _bits(used) < bits:  # a smaller table stays in the cache
            bits = _bits(used)
            slots, nodes, used = viterbi.insert_words(words.ids, words.offsets, bits)
        if SINGLE + used > viterbi.MOST_NODES:
            raise InputError(f"more than {viterbi.MOST_NODES - SINGLE:,} words; raise --min-count")
        return cls(alphabet, slots, bits, nodes, SINGLE + used, words)

    def by_node(self, values: NDArray[np.float64], other: float) -> NDArray[np.float64]:
        """Values by node from values by word: `other` for single symbols that are no words, -inf for beginnings."""
        out = np.full(self.size, -np.inf)
        out[:SINGLE] = other
        out[self.nodes] = values
        return out

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
class Segmentation:
    """Words of a segmented corpus: nodes with their counts, and, where they were asked for, the surfaces of words that
    hold a collapsed symbol: surface -> (count, node)."""

    counts: Table
    surfaces: dict[str, tuple[int, int]]


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
    found = pool.map_merge(task, corpus.chunks(), _merge_segmentations, progress)
    return found or Segmentation(empty_table(), {})


def _segment_chunk(chunk: Chunk, trie: Trie, values: NDArray[np.float64], surfaces: bool) -> Segmentation:
    counts = np.zeros(trie.size, np.int64)
    apart = trie.collapsed if surfaces else np.zeros(trie.size, np.bool_)
    found: dict[str, tuple[int, int]] = {}
    for block in trie.alphabet.blocks(chunk, last_cut, surfaces):
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
        if used:
            begins, ends = block.starts[begins[:used]], block.starts[ends[:used]]
            firsts, totals = intern.count_spans(np.frombuffer(block.text, np.uint8), begins, ends)
            columns = (x.tolist() for x in (begins[firsts], ends[firsts], totals, nodes[firsts]))
            for a, b, n, node in zip(*columns, strict=True):
                _add(found, block.text[a:b].decode().translate(FOLD), n, node)
    nodes = np.flatnonzero(counts)  # few of the corpus' words are in one chunk
    return Segmentation((nodes.astype(np.uint64), counts[nodes]), found)


def _add(surfaces: dict[str, tuple[int, int]], surface: str, count: int, node: int) -> None:
    surfaces[surface] = (count + surfaces.get(surface, (0, node))[0], node)


def _merge_segmentations(parts: list[Segmentation]) -> Segmentation:
    surfaces: dict[str, tuple[int, int]] = {}
    for part in parts:
        for surface, (count, node) in part.surfaces.items():
            _add(surfaces, surface, count, node)
    return Segmentation(merge_tables([part.counts for part in parts]), surfaces)


def last_cut(symbols: NDArray[np.uint32]) -> int:
    """Where the last run of a block begins, or the last piece of it where it is longer than viterbi.LONGEST_RUN."""
    boundaries = np.flatnonzero(symbols == 0)
    begin = int(boundaries[-1]) + 1 if boundaries.size else 0
    return begin + max(0, symbols.size - begin - 1) // viterbi.LONGEST_RUN * viterbi.LONGEST_RUN


@dataclass(frozen=True)
class Pieces:
    """Distinct strings of a text and how often each occurs (int64): single symbols by id, those of two to four symbols
    as sorted packed keys, longer ones as strings."""

    single: NDArray[np.int64]
    short: Table
    long: Strings
    long_counts: NDArray[np.int64]

    def strings(self) -> tuple[Strings, NDArray[np.int64]]:
        """All of them with their counts."""
        single = np.flatnonzero(self.single)
        strings = Strings(single.astype(np.uint32), np.arange(single.size + 1))
        short = Strings.of_rows(symbol_ids(self.short[0], WORD).astype(np.uint32))
        return strings + short + self.long, np.concatenate([self.single[single], self.short[1], self.long_counts])


def join_corpus(
    corpus: Corpus, pool: Executor, kept: Trie, progress: Progress | None
) -> tuple[Strings, NDArray[np.int64]]:
    """The distinct pieces of a corpus with their counts: neighbours are joined where some word of `kept` spans them."""
    found = pool.map_merge(partial(_join_chunk, kept=kept), corpus.chunks(), _merge_pieces, progress)
    if found is None:
        return Strings(np.empty(0, np.uint32), np.zeros(1, np.int64)), np.empty(0, np.int64)
    return found.strings()


def _join_chunk(chunk: Chunk, kept: Trie) -> Pieces:
    parts: list[Pieces] = []
    is_word = kept.word_of_node >= 0
    for block in kept.alphabet.blocks(chunk, last_cut):
        single = np.zeros(SINGLE, np.int64)
        keys = np.empty(block.stop // 2 + 1, np.uint64)
        begins, ends = (np.empty(block.stop // (WORD + 1) + 1, np.int64) for _ in range(2))
        short, long = viterbi.join(
            block.symbols, block.stop, kept.slots, kept.bits, is_word, single, keys, begins, ends
        )
        begins, lengths = begins[:long], ends[:long] - begins[:long]
        strings = Strings.of_spans(block.symbols, begins, lengths)
        parts.append(Pieces(single, ngrams.count_runs(np.sort(keys[:short])), *_count_strings(strings, None)))
    return _merge_pieces(parts)


def _merge_pieces(parts: list[Pieces]) -> Pieces:
    first, *others = parts
    if not others:
        return first
    single, short, long = first.single, first.short, first.long
    for part in others:
        single, short, long = single + part.single, merge_tables([short, part.short]), long + part.long
    return Pieces(single, short, *_count_strings(long, np.concatenate([part.long_counts for part in parts])))


def _count_strings(strings: Strings, weights: NDArray[np.int64] | None) -> tuple[Strings, NDArray[np.int64]]:
    """Distinct strings and their counts, or the sums of their weights."""
    offsets = 4 * strings.offsets
    firsts, counts = intern.count_spans(strings.ids.view(np.uint8), offsets[:-1], offsets[1:], weights)
    return strings.select(firsts), counts


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


def count_occurrences(chunk: Chunk, trie: Trie, keep: int) -> Sides:
    """What stands to the left and to the right of a trie's words in a chunk: tables of word << 16 | id, counts.

    keep: two more than the longest word's symbols.
    """
    parts: list[Sides] = []
    room = 0
    for block in trie.alphabet.blocks(chunk, ahead(keep)):
        room = max(room, 2 * block.stop)
        while True:
            right, left = np.empty(room, np.uint64), np.empty(room, np.uint64)
            used = viterbi.occurrences(block.symbols, block.stop, trie.slots, trie.bits, trie.word_of_node, right, left)
            if used <= room:
                break
            room = used
        parts.append(table_sides(left[:used], right[:used]))
    return add_sides(parts)
