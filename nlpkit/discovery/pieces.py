"""The pieces of a corpus, which methods `pmi` and `entropy` choose their words from.

Pieces are what remains of runs that are cut wherever no chosen n-gram spans the place between two symbols. They are
counted in bounded memory: pieces of up to four symbols are packed keys, in sorted runs (runs.py) where they outgrow the
memory. Longer ones are strings, in files of their own: there they stand in parts by their hash, so that equal strings
of all files come together part by part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Chunk
from nlpkit.discovery.branching import measure_neighbours
from nlpkit.discovery.candidates import CandidateFinder, Candidates, Measured, SymbolStatistics
from nlpkit.discovery.job import Job
from nlpkit.discovery.segmenting import Surfaces
from nlpkit.discovery.strings import Alphabet, SymbolStrings, last_cut
from nlpkit.discovery.trie import SINGLE, WordTrie, with_symbols
from nlpkit.discovery.words import Asked, Line, Reasons, Words
from nlpkit.executors import Executor
from nlpkit.kernels import intern, ngrams, parts, viterbi
from nlpkit.ngrams import WORD, chunks_for, symbol_ids
from nlpkit.runs import Sorted, Spill, Spilled, add, empty_table, merge_as_they_come, no_room, vanished
from nlpkit.symbols import Block

#: Distinct strings and how often each occurs (int64).
CountedStrings: TypeAlias = tuple[SymbolStrings, NDArray[np.int64]]

_PARTS = 256  # of a file of strings
_COPIES = 4  # of strings, in memory while they are counted


class Pieces:
    """The distinct pieces of a corpus and their counts, which may be read several times."""

    def __init__(self, counted: _Pieces, spill: Spill) -> None:
        self._single, self._long, self._files = counted.single, counted.long, counted.files
        self._short = Sorted(counted.short, spill, 0)

    def blocks(self) -> Iterator[CountedStrings]:
        """All pieces, each once: single symbols, then pieces of two to four symbols, then longer ones."""
        single = np.flatnonzero(self._single)
        yield SymbolStrings(single.astype(np.uint32), np.arange(single.size + 1)), self._single[single]
        for keys, counts in self._short.tables():
            yield SymbolStrings.of_rows(symbol_ids(keys, WORD).astype(np.uint32)), counts
        if not self._files:
            yield self._long
            return
        places = _by_part(self._long[0])
        for part, here in enumerate(places):
            in_memory = self._long[0].select(here), self._long[1][here]
            yield _add_strings([in_memory, *(file.read(part) for file in self._files)])

    def count(self, asked: Sequence[tuple[int, ...]]) -> dict[tuple[int, ...], int]:
        """How often each string of symbol ids is a whole piece."""
        out = dict.fromkeys(asked, 0)
        for strings, counts in self.blocks() if out else ():
            for ids in out:
                if (place := strings.place(ids)) >= 0:
                    out[ids] = int(counts[place])
        return out


@dataclass(frozen=True)
class _StringFile:
    """SymbolStrings in a file: their lengths (uint32), their counts (int64), their ids (uint16), each part by part.

    ends, id_ends: int64[_PARTS + 1], strings and ids before each part.
    """

    path: str
    ends: NDArray[np.int64]
    id_ends: NDArray[np.int64]

    @classmethod
    def write(cls, strings: SymbolStrings, counts: NDArray[np.int64], spill: Spill) -> _StringFile:
        """Raises OutputError where there is no room."""
        places = _by_part(strings)
        ends = np.cumsum([0, *(part.size for part in places)])
        order = np.concatenate(places)
        strings, counts = strings.select(order), counts[order]

        def write(file: BinaryIO) -> None:
            for array in (strings.lengths.astype(np.uint32), counts, strings.ids.astype(np.uint16)):
                file.write(array.data)

        return cls(spill.save(write), ends, strings.offsets[ends])

    def read(self, part: int) -> CountedStrings:
        """Raises OutputError where the file is not as it was."""
        begin, end = self.ends[part : part + 2].tolist()
        first, last = self.id_ends[part : part + 2].tolist()
        size = int(self.ends[-1])
        try:
            lengths = np.fromfile(self.path, np.uint32, end - begin, offset=4 * begin)
            counts = np.fromfile(self.path, np.int64, end - begin, offset=4 * size + 8 * begin)
            ids = np.fromfile(self.path, np.uint16, last - first, offset=12 * size + 2 * first)
        except OSError as error:
            raise no_room(self.path, error) from error
        if ids.size != last - first or counts.size != end - begin or int(lengths.sum()) != ids.size:
            raise vanished(self.path)
        return SymbolStrings(ids.astype(np.uint32), np.append(0, np.cumsum(lengths, dtype=np.int64))), counts


@dataclass(frozen=True)
class _Pieces:
    """Pieces of a part of the corpus. single: int64 by id. short: sorted packed keys. long: those in memory."""

    single: NDArray[np.int64]
    short: Spilled
    long: CountedStrings
    files: tuple[_StringFile, ...] = ()


def joining_ngrams(
    ngrams: CandidateFinder, choose: Callable[[Measured], NDArray[np.bool_]]
) -> tuple[Candidates, NDArray[np.bool_]]:
    """Chooses the n-grams that join their symbols; the others are forgotten.

    choose: all frequent n-grams -> bool by node. Returns the chosen n-grams with all their parts, and bool by node of
    these: which of them were chosen.
    """
    measured = ngrams.measured()
    joins = choose(measured)
    keep = joins.copy()
    keep[measured.level(1)] = True
    candidates, nodes = ngrams.choose(measured, keep)
    joins = joins[nodes]
    del measured, keep, nodes
    ngrams.forget()
    return candidates, joins


def join_corpus(job: Job, joining: WordTrie) -> Pieces:
    """Reads the corpus and counts its pieces: two symbols stay together where a word of `joining` spans them."""
    spill = job.spill.share(2)
    task = partial(_join_chunk, joining=joining, spill=spill)
    merge = partial(_merge_pieces, spill=spill)
    found = job.pool.map_merge(task, chunks_for(job.corpus, job.pool), merge, job.progress)
    return Pieces(found or _nothing(), spill)


def _join_chunk(chunk: Chunk, joining: WordTrie, spill: Spill) -> _Pieces:
    parts = (_join_block(block, joining) for block in joining.alphabet.blocks(chunk, last_cut))
    return merge_as_they_come(parts, partial(_merge_pieces, spill=spill)) or _nothing()


def _join_block(block: Block, joining: WordTrie) -> _Pieces:
    single = np.zeros(SINGLE, np.int64)
    keys = np.empty(block.stop // 2 + 1, np.uint64)
    begins, ends = (np.empty(block.stop // (WORD + 1) + 1, np.int64) for _ in range(2))
    short, long = viterbi.join(
        block.symbols, block.stop, joining.slots, joining.bits, joining.word_of_node >= 0, single, keys, begins, ends
    )
    begins, lengths = begins[:long], ends[:long] - begins[:long]
    strings = SymbolStrings.of_spans(block.symbols, begins, lengths)
    firsts, counts = strings.distinct()
    return _Pieces(single, Spilled(ngrams.count_runs(np.sort(keys[:short]))), (strings.select(firsts), counts))


def _nothing() -> _Pieces:
    return _Pieces(np.zeros(SINGLE, np.int64), Spilled(empty_table()), (SymbolStrings.empty(), np.empty(0, np.int64)))


def _merge_pieces(parts: list[_Pieces], spill: Spill) -> _Pieces:
    single = np.sum([part.single for part in parts], axis=0)
    short = add([part.short for part in parts], spill)
    strings, counts = _add_strings([part.long for part in parts])
    files = tuple(file for part in parts for file in part.files)
    if _COPIES * (strings.ids.nbytes + strings.offsets.nbytes + counts.nbytes) > spill.limit:
        files = (*files, _StringFile.write(strings, counts, spill))
        strings, counts = _nothing().long
    return _Pieces(single, short, (strings, counts), files)


def _add_strings(parts: list[CountedStrings]) -> CountedStrings:
    strings = SymbolStrings.concatenate([strings for strings, _ in parts])
    firsts, counts = strings.distinct(np.concatenate([counts for _, counts in parts]))
    return strings.select(firsts), counts


def _by_part(strings: SymbolStrings) -> list[NDArray[np.int64]]:
    """Which strings belong to each part of a file."""
    offsets = 4 * strings.offsets
    part = intern.hash_spans(strings.ids.view(np.uint8), offsets[:-1], offsets[1:]) % np.uint64(_PARTS)
    order = np.argsort(part, kind="stable")
    return np.split(order, np.searchsorted(part[order], np.arange(1, _PARTS)))


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
    job: Job, symbols: SymbolStatistics, c: Candidates, pieces: Pieces, found: CountedStrings, reasons: Reasons
) -> Words:
    """Completes the words that were chosen from pieces (`found`) with their PMI, their neighbours and their use.

    Reads the corpus once more if neighbours are wanted.
    """
    words, counts = found
    used = _segment_pieces(job.pool, pieces, words, counts, c.alphabet)
    occurrences, branching = np.zeros(len(words), np.int64), None
    if job.options.measures_neighbours:
        trie = WordTrie.build(words, c.alphabet)
        spill = job.spill.after(trie.nbytes + c.nbytes)
        occurrences, branching = measure_neighbours(job.corpus, job.pool, spill, trie, job.progress)
    pmi = _smallest_pmi(words, c)
    return Words(words, counts, pmi, occurrences, branching, symbols, reasons, Surfaces.empty(), used)


@dataclass(frozen=True)
class PieceReasons:
    """Explains why a piece is a word or not.

    joins: bool by node of the candidates, the n-grams that join their symbols. whole: how often each word that is to be
    explained is a whole piece. kept, weak, refused: what to say of a word, of a place where its symbols do not join,
    and of a frequent piece that is no word.
    """

    candidates: Candidates
    joins: NDArray[np.bool_]
    whole: dict[tuple[int, ...], int]
    min_count: int
    kept: str
    weak: str
    refused: str

    def lines(self, asked: Asked) -> Iterator[Line]:
        """The rule that decided."""
        yield "rule", asked.usual_reason(self.min_count) or self._reason(asked)

    def _reason(self, asked: Asked) -> str:
        c, ids = self.candidates, asked.ids
        if asked.is_word:
            return self.kept
        order = c.levels.size - 1
        for at in range(1, len(ids)):
            spans = {ids[b:e] for b in range(at) for e in range(at + 1, len(ids) + 1) if e - b <= order}
            if not any((node := c.find(span)) >= 0 and self.joins[node] for span in spans):
                return f"no piece: cut at {asked.show(ids[:at])}|{asked.show(ids[at:])} ({self.weak})"
        whole = self.whole[ids]
        if whole < self.min_count:
            return f"a whole piece only {whole:,} times, elsewhere joined with its neighbours"
        return f"a piece {whole:,} times, but {self.refused}"
