"""Words as strings of symbol ids, their trie, and the passes over a corpus that cut it with them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Chunk, Corpus
from nlpkit.discovery.candidates import Alphabet, Branching, Side, Table, merge_pairs
from nlpkit.executors import Executor, Progress
from nlpkit.kernels import candidates as statistics
from nlpkit.kernels import intern, ngrams, viterbi
from nlpkit.symbols import FOLD, ahead, symbol_blocks

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

    def select(self, which: NDArray[np.int64]) -> Strings:
        """The strings of these places."""
        lengths = self.lengths[which]
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        inside = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
        return Strings(self.ids[np.repeat(self.offsets[which], lengths) + inside], offsets)

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
        is_collapsed = np.isin(np.append(np.uint32(0), self.alphabet.codes), [s for s in self.alphabet.collapsed if s])
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


def _bits(entries: int) -> int:
    return max(4, int(entries * 2).bit_length())


@dataclass(frozen=True)
class Segmentation:
    """Words of a segmented corpus: counts int64 by node, and, where they were asked for, the surfaces of words that
    hold a collapsed symbol: surface -> (count, node)."""

    counts: NDArray[np.int64]
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
    task = partial(_segment_chunk, trie=trie, ids=trie.alphabet.ids(), values=values, surfaces=surfaces)
    found = pool.map_merge(task, corpus.chunks(), _merge_segmentations, progress)
    return found or Segmentation(np.zeros(trie.size, np.int64), {})


def _segment_chunk(
    chunk: Chunk, trie: Trie, ids: NDArray[np.uint32], values: NDArray[np.float64], surfaces: bool
) -> Segmentation:
    counts = np.zeros(trie.size, np.int64)
    apart = trie.collapsed if surfaces else np.zeros(trie.size, np.bool_)
    found: dict[str, tuple[int, int]] = {}
    alphabet = trie.alphabet
    for block in symbol_blocks(chunk, alphabet.table, alphabet.collapsed, last_cut, surfaces):
        begins, ends, nodes = (np.empty(block.stop if surfaces else 0, np.int64) for _ in range(3))
        used = viterbi.segment(
            block.symbols,
            block.stop,
            ids,
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
    return Segmentation(counts, found)


def _add(surfaces: dict[str, tuple[int, int]], surface: str, count: int, node: int) -> None:
    surfaces[surface] = (count + surfaces.get(surface, (0, node))[0], node)


def _merge_segmentations(parts: list[Segmentation]) -> Segmentation:
    surfaces: dict[str, tuple[int, int]] = {}
    for part in parts:
        for surface, (count, node) in part.surfaces.items():
            _add(surfaces, surface, count, node)
    return Segmentation(np.sum([part.counts for part in parts], axis=0), surfaces)


def last_cut(symbols: NDArray[np.uint32]) -> int:
    """Where the last run of a block begins, or the last piece of it where it is longer than viterbi.LONGEST_RUN."""
    boundaries = np.flatnonzero(symbols == 0)
    begin = int(boundaries[-1]) + 1 if boundaries.size else 0
    return begin + max(0, symbols.size - begin - 1) // viterbi.LONGEST_RUN * viterbi.LONGEST_RUN


@dataclass(frozen=True)
class Pieces:
    """Distinct strings and how often each occurs (int64)."""

    strings: Strings
    counts: NDArray[np.int64]

    def count_of(self, ids: tuple[int, ...]) -> int:
        """How often one string is a whole piece."""
        places = np.flatnonzero(self.strings.lengths == len(ids))
        rows = self.strings.ids[self.strings.offsets[places][:, None] + np.arange(len(ids))]
        return int(self.counts[places[(rows == np.array(ids)).all(axis=1)]].sum())


def join_corpus(corpus: Corpus, pool: Executor, kept: Trie, progress: Progress | None) -> Pieces:
    """The pieces of a corpus: neighbours are joined where some word of `kept` spans them."""
    task = partial(_join_chunk, kept=kept, ids=kept.alphabet.ids())
    found = pool.map_merge(task, corpus.chunks(), _merge_pieces, progress)
    return found or Pieces(Strings(np.empty(0, np.uint32), np.zeros(1, np.int64)), np.empty(0, np.int64))


def _join_chunk(chunk: Chunk, kept: Trie, ids: NDArray[np.uint32]) -> Pieces:
    parts: list[Pieces] = []
    is_word = kept.word_of_node >= 0
    for block in symbol_blocks(chunk, kept.alphabet.table, kept.alphabet.collapsed, last_cut):
        begins, ends = np.empty(block.stop, np.int64), np.empty(block.stop, np.int64)
        used = viterbi.join(block.symbols, block.stop, ids, kept.slots, kept.bits, is_word, begins, ends)
        begins, ends = begins[:used], ends[:used]
        firsts, counts = intern.count_spans(block.symbols[: block.stop].view(np.uint8), 4 * begins, 4 * ends)
        begins, lengths = begins[firsts], (ends - begins)[firsts]
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        inside = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
        parts.append(Pieces(Strings(ids[block.symbols[np.repeat(begins, lengths) + inside]], offsets), counts))
    return _merge_pieces(parts)


def _merge_pieces(parts: list[Pieces]) -> Pieces:
    if len(parts) == 1:
        return parts[0]
    strings = parts[0].strings
    for part in parts[1:]:
        strings = strings + part.strings
    weights = np.concatenate([part.counts for part in parts])
    offsets = 4 * strings.offsets
    firsts, counts = intern.count_spans(strings.ids.view(np.uint8), offsets[:-1], offsets[1:], weights)
    return Pieces(strings.select(firsts), counts)


def measure_neighbours(
    corpus: Corpus, pool: Executor, trie: Trie, progress: Progress | None
) -> tuple[NDArray[np.int64], Branching]:
    """(occurrences in the text, overlapping or not; what stands beside them) of a trie's words of two symbols or more.

    Both by word; 0 for single symbols.
    """
    longest = int(trie.words.lengths.max(initial=1))
    task = partial(count_occurrences, trie=trie, ids=trie.alphabet.ids(), keep=longest + 2)
    empty = (np.empty(0, np.uint64), np.empty(0, np.int64))
    right, left = pool.map_merge(task, corpus.chunks(), merge_pairs, progress) or (empty, empty)
    totals = np.zeros(trie.nodes.size, np.int64)
    np.add.at(totals, (right[0] >> np.uint64(16)).astype(np.int64), right[1])
    words = np.arange(totals.size, dtype=np.uint64)
    sides = (Side(*statistics.branch_right(*table, 0, words, totals)) for table in (left, right))
    return totals, Branching(*sides)


def count_occurrences(chunk: Chunk, trie: Trie, ids: NDArray[np.uint32], keep: int) -> tuple[Table, Table]:
    """The neighbours of a trie's words in a chunk, to the right and to the left: tables of word << 16 | id, counts.

    keep: two more than the longest word's symbols.
    """
    tables: list[tuple[Table, Table]] = []
    room = 0
    for block in symbol_blocks(chunk, trie.alphabet.table, trie.alphabet.collapsed, ahead(keep)):
        room = max(room, 2 * block.stop)
        while True:
            right, left = np.empty(room, np.uint64), np.empty(room, np.uint64)
            used = viterbi.occurrences(
                block.symbols, block.stop, ids, trie.slots, trie.bits, trie.word_of_node, right, left
            )
            if used <= room:
                break
            room = used
        right, left = np.sort(right[:used]), np.sort(left[:used])
        tables.append((ngrams.count_runs(right), ngrams.count_runs(left)))
    return merge_pairs(tables)
