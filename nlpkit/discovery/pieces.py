"""The pieces of a corpus, which methods `pmi` and `entropy` choose their words from.

Pieces are what remains of runs that are cut wherever no chosen n-gram spans the place between two symbols. They are
counted in bounded memory: pieces of up to four symbols as packed keys, longer ones as strings (nlpkit/runs/).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Chunk
from nlpkit.discovery.branching import measure_neighbours
from nlpkit.discovery.candidates import CandidateFinder, Candidates, Measured, SymbolStatistics
from nlpkit.discovery.job import Job
from nlpkit.discovery.options import DiscoveryOptions
from nlpkit.discovery.segmenting import Surfaces
from nlpkit.discovery.strings import Alphabet, SymbolStrings, last_cut
from nlpkit.discovery.trie import SINGLE, WordTrie, with_symbols
from nlpkit.discovery.words import Asked, Line, Words
from nlpkit.errors import Notice, counted
from nlpkit.executors import Executor
from nlpkit.kernels import parts, word_tries
from nlpkit.memory import PIECES
from nlpkit.ngrams.counting import WORD, chunks_for, symbol_ids
from nlpkit.ngrams.symbols import Block
from nlpkit.runs import (
    KeyTable,
    SortedStrings,
    Spill,
    SpilledKeys,
    SpilledStrings,
    StringTable,
    add,
    merge_as_they_come,
    sorted_keys,
)

#: Distinct strings and how often each occurs (int64).
CountedStrings: TypeAlias = tuple[SymbolStrings, NDArray[np.int64]]

_ID = np.dtype(">u2")  # of strings in tables: their order is then that of the ids


@dataclass(frozen=True)
class _PieceCounts:
    """The pieces of a part of the corpus.

    single: int64 by id. short: pieces of two to four symbols, as packed keys. long: longer ones, as big-endian ids.
    """

    single: NDArray[np.int64]
    short: SpilledKeys
    long: SpilledStrings

    @classmethod
    def empty(cls) -> _PieceCounts:
        """Returns the counts of an empty part: every count is 0."""
        return cls(np.zeros(SINGLE, np.int64), SpilledKeys(KeyTable.empty()), SpilledStrings(StringTable.empty()))


class Pieces:
    """The distinct pieces of a corpus and their counts, which may be read several times."""

    def __init__(self, counted: _PieceCounts, spill: Spill) -> None:
        self._single = counted.single
        self._short = sorted_keys(counted.short, spill, 0)
        self._long = SortedStrings(counted.long, spill)

    def blocks(self) -> Iterator[CountedStrings]:
        """All pieces, each once: single symbols, then pieces of two to four symbols, then longer ones."""
        single = np.flatnonzero(self._single)
        yield SymbolStrings(single.astype(np.uint32), np.arange(single.size + 1)), self._single[single]
        for keys, counts in self._short.tables():
            yield SymbolStrings.of_rows(symbol_ids(keys, WORD).astype(np.uint32)), counts
        for table in self._long.tables():
            yield SymbolStrings(table.data.view(_ID).astype(np.uint32), table.offsets // _ID.itemsize), table.counts

    def count(self, asked: Sequence[tuple[int, ...]]) -> dict[tuple[int, ...], int]:
        """How often each string of symbol ids is a whole piece."""
        out = dict.fromkeys(asked, 0)
        for strings, counts in self.blocks() if out else ():
            for ids in out:
                if (place := strings.place(ids)) >= 0:
                    out[ids] = int(counts[place])
        return out


def passes(options: DiscoveryOptions) -> int:
    """Returns how many times the corpus is read: to count n-grams, to count pieces, and to measure neighbours."""
    return 2 + options.measures_neighbours


@dataclass(frozen=True)
class Joining:
    """The n-grams that join their symbols.

    symbols: of the corpus. candidates: these n-grams with all their parts. joins: bool by node, which candidates join
    their symbols. trie: of these n-grams.
    """

    symbols: SymbolStatistics
    candidates: Candidates
    joins: NDArray[np.bool_]
    trie: WordTrie


def choose_joining(ngrams: CandidateFinder, choose: Callable[[Measured], NDArray[np.bool_]]) -> Joining:
    """Chooses the n-grams that join their symbols (all frequent n-grams -> bool by node); the others are forgotten."""
    measured = ngrams.measured()
    joins = choose(measured)
    keep = joins.copy()
    keep[measured.level(1)] = True
    c, nodes = ngrams.choose(measured, keep)
    joins = joins[nodes]
    del measured, keep, nodes
    ngrams.forget()
    trie = WordTrie.build(SymbolStrings.of_rows(c.rows(np.flatnonzero(joins))), c.alphabet)
    return Joining(ngrams.symbols, c, joins, trie)


def join_corpus(job: Job, joining: WordTrie) -> Pieces:
    """Reads the corpus and counts its pieces: two symbols stay together where a word of `joining` spans them."""
    spill = job.spill.share(PIECES)
    task = partial(_join_chunk, joining=joining, spill=spill)
    merge = partial(_merge_pieces, spill=spill)
    found = job.pool.map_merge(task, chunks_for(job.corpus, job.pool), merge, job.progress)
    return Pieces(found or _PieceCounts.empty(), spill)


def _join_chunk(chunk: Chunk, joining: WordTrie, spill: Spill) -> _PieceCounts:
    counted = (_join_block(block, joining) for block in joining.alphabet.blocks(chunk, last_cut))
    return merge_as_they_come(counted, partial(_merge_pieces, spill=spill)) or _PieceCounts.empty()


def _join_block(block: Block, joining: WordTrie) -> _PieceCounts:
    single = np.zeros(SINGLE, np.int64)
    keys = np.empty(block.stop // 2 + 1, np.uint64)
    begins, ends = (np.empty(block.stop // (WORD + 1) + 1, np.int64) for _ in range(2))
    short, long = word_tries.cut_pieces(
        block.symbols, block.stop, joining.slots, joining.bits, joining.word_of_node >= 0, single, keys, begins, ends
    )
    begins, lengths = begins[:long], ends[:long] - begins[:long]
    strings = SymbolStrings.of_spans(block.symbols, begins, lengths)
    firsts, counts = strings.distinct()
    strings = strings.select(firsts)
    table = StringTable(strings.ids.astype(_ID).view(np.uint8), _ID.itemsize * strings.offsets, counts)
    return _PieceCounts(single, SpilledKeys(KeyTable.of(np.sort(keys[:short]))), SpilledStrings(table.sorted()))


def _merge_pieces(counted: list[_PieceCounts], spill: Spill) -> _PieceCounts:
    single = np.sum([part.single for part in counted], axis=0)
    short, long = add([part.short for part in counted], spill), add([part.long for part in counted], spill)
    return _PieceCounts(single, short, long)


def select_pieces(pieces: Pieces, least: float) -> CountedStrings:
    """The pieces that occur `least` times or more, sorted by length (longest first), then by code points."""
    words, totals = [], []
    for strings, counts in pieces.blocks():
        chosen = np.flatnonzero(counts >= least)
        words.append(strings.select(chosen))
        totals.append(counts[chosen])
    found, counts = SymbolStrings.concatenate(words), np.concatenate(totals)
    order = found.longest_first()
    return found.select(order), counts[order]


def _segment_pieces(
    pool: Executor, pieces: Pieces, words: SymbolStrings, counts: NDArray[np.int64], alphabet: Alphabet
) -> NDArray[np.int64]:
    """int64 by word, then by other symbol: how often the unigram segmentation of all runs uses each.

    It is enough to segment each distinct piece once: no word crosses the end of a piece, because what joins the symbols
    of a word joins them wherever the word occurs.
    """
    words, counts = with_symbols(words, counts, alphabet)
    trie = WordTrie.build(words, alphabet)
    used = np.zeros(counts.size, np.int64)
    for strings, piece_counts in pieces.blocks():
        shares = np.array_split(np.arange(len(strings)), pool.jobs)
        calls = [
            partial(
                parts.segment_strings,
                strings.ids,
                strings.offsets[share[0] : share[-1] + 2],
                piece_counts[share],
                trie.slots,
                trie.bits,
                trie.word_of_node,
                counts,
            )
            for share in shares
            if share.size
        ]
        used += np.sum(pool.together(calls), axis=0, dtype=np.int64)
    return used


def _smallest_pmi(words: SymbolStrings, c: Candidates) -> NDArray[np.float64]:
    """float64: the PMI of each word in nats, the smallest over its splits; 0 for single symbols.

    For a word longer than the longest candidates it is the smallest PMI of its windows of their length.
    """
    if not len(words):
        return np.empty(0)
    width = np.minimum(words.lengths, c.levels.size - 1)
    windows = words.lengths - width + 1
    first = np.concatenate([[0], np.cumsum(windows)])
    begins = np.repeat(words.offsets[:-1] - first[:-1], windows) + np.arange(first[-1])
    keys = np.zeros(begins.size, np.uint64)
    for i in range(c.levels.size - 1):
        inside = i < np.repeat(width, windows)
        keys[inside] |= words.ids[begins[inside] + i].astype(np.uint64) << np.uint64(48 - 16 * i)
    nodes = c.index.find(keys)
    found = np.where(nodes >= 0, c.pmi[nodes], np.where(np.repeat(width, windows) > 1, np.nan, 0.0))
    return np.minimum.reduceat(found, first[:-1])


def words_of_pieces(
    job: Job, joining: Joining, pieces: Pieces, found: CountedStrings, *, kept: str, weak: str, refused: str
) -> Words:
    """Completes the words that were chosen from pieces (`found`) with their PMI, their neighbours and their use.

    Reads the corpus once more if neighbours are wanted. kept, weak, refused: what the method says of a word, of a place
    where symbols do not join, and of a frequent piece that was refused as a word.
    """
    words, counts = found
    c = joining.candidates
    reasons = _PieceReasons(joining, pieces.count(job.asked(c.alphabet)), kept, weak, refused)
    used = _segment_pieces(job.pool, pieces, words, counts, c.alphabet)
    occurrences, branching = np.zeros(len(words), np.int64), None
    if job.options.measures_neighbours:
        trie = WordTrie.build(words, c.alphabet)
        spill = job.spill.beside(trie.nbytes + c.nbytes)
        occurrences, branching = measure_neighbours(job.corpus, job.pool, spill, trie, job.progress)
    pmi = _smallest_pmi(words, c)
    return Words(words, counts, pmi, occurrences, branching, joining.symbols, reasons, Surfaces.empty(), used)


@dataclass(frozen=True)
class _PieceReasons:
    """Explains why a piece is a word or not. whole: how often each word that is to be explained is a whole piece."""

    joining: Joining
    whole: dict[tuple[int, ...], int]
    kept: str
    weak: str
    refused: str

    def lines(self, asked: Asked) -> Iterator[Line]:
        """Yields the rule that decided."""
        yield "rule", asked.usual_reason(self.joining.symbols.min_count) or self._reason(asked)

    def _reason(self, asked: Asked) -> str:
        c, ids = self.joining.candidates, asked.ids
        if asked.is_word:
            return self.kept
        order = c.levels.size - 1
        for at in range(1, len(ids)):
            spans = {ids[b:e] for b in range(at) for e in range(at + 1, len(ids) + 1) if e - b <= order}
            if not any((node := c.find(span)) >= 0 and self.joining.joins[node] for span in spans):
                return f"no piece: cut at {asked.show(ids[:at])}|{asked.show(ids[at:])} ({self.weak})"
        whole = self.whole[ids]
        if whole < self.joining.symbols.min_count:
            return f"a whole piece only {counted(whole, 'time')}, elsewhere joined with its neighbours"
        return Notice(f"a piece {counted(whole, 'time')}, but ", self.refused)
