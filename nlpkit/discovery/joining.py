"""The pieces of a corpus: what remains when it is cut where neighbours do not attract; counted in bounded memory.

Pieces of up to four symbols are packed keys, in sorted runs (runs.py) where they outgrow the memory. Longer ones are
strings, in files of their own: there they stand in parts by their hash, so that equal strings of all files come
together part by part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Chunk, Corpus
from nlpkit.discovery.strings import Strings
from nlpkit.discovery.words import SINGLE, Trie, last_cut
from nlpkit.executors import Executor, Progress
from nlpkit.kernels import viterbi
from nlpkit.kernels.strings import shards_of
from nlpkit.ngrams import WORD, chunks_for, symbol_ids
from nlpkit.runs import KeyTable, Spill, SpilledKeys, add, merge_as_they_come, sorted_keys
from nlpkit.runs.files import no_room, vanished
from nlpkit.symbols import Block

#: Distinct strings and how often each occurs (int64).
CountedStrings: TypeAlias = tuple[Strings, NDArray[np.int64]]

_PARTS = 256  # of a file of strings
_COPIES = 4  # of strings, in memory while they are counted


class Pieces:
    """Distinct pieces of a corpus and how often each occurs; may be gone through several times."""

    def __init__(self, counted: _Pieces, spill: Spill) -> None:
        self._single, self._long, self._files = counted.single, counted.long, counted.files
        self._short = sorted_keys(counted.short, spill, 0)

    def blocks(self) -> Iterator[CountedStrings]:
        """All of them, each once: single symbols, those of two to four symbols, then longer ones."""
        single = np.flatnonzero(self._single)
        yield Strings(single.astype(np.uint32), np.arange(single.size + 1)), self._single[single]
        for keys, counts in self._short.tables():
            yield Strings.of_rows(symbol_ids(keys, WORD).astype(np.uint32)), counts
        if not self._files:
            yield self._long
            return
        places = _by_part(self._long[0])
        for part, here in enumerate(places):
            in_memory = self._long[0].select(here), self._long[1][here]
            yield _add_strings([in_memory, *(file.read(part) for file in self._files)])

    def count(self, asked: Sequence[tuple[int, ...]]) -> dict[tuple[int, ...], int]:
        """How often each string is a piece."""
        out = dict.fromkeys(asked, 0)
        for strings, counts in self.blocks() if out else ():
            for ids in out:
                if (place := strings.place(ids)) >= 0:
                    out[ids] = int(counts[place])
        return out


@dataclass(frozen=True)
class _StringFile:
    """Strings in a file: their lengths (uint32), their counts (int64), their ids (uint16), each part by part.

    ends, id_ends: int64[_PARTS + 1], strings and ids before each part.
    """

    path: str
    ends: NDArray[np.int64]
    id_ends: NDArray[np.int64]

    @classmethod
    def write(cls, strings: Strings, counts: NDArray[np.int64], spill: Spill) -> _StringFile:
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
        return Strings(ids.astype(np.uint32), np.append(0, np.cumsum(lengths, dtype=np.int64))), counts


@dataclass(frozen=True)
class _Pieces:
    """Pieces of a part of the corpus. single: int64 by id. short: sorted packed keys. long: those in memory."""

    single: NDArray[np.int64]
    short: SpilledKeys
    long: CountedStrings
    files: tuple[_StringFile, ...] = ()


def join_corpus(corpus: Corpus, pool: Executor, kept: Trie, spill: Spill, progress: Progress | None) -> Pieces:
    """The pieces of a corpus: neighbours are joined where some word of `kept` spans them."""
    spill = spill.share(2)
    task = partial(_join_chunk, kept=kept, spill=spill)
    found = pool.map_merge(task, chunks_for(corpus, pool), partial(_merge_pieces, spill=spill), progress)
    return Pieces(found or _nothing(), spill)


def _join_chunk(chunk: Chunk, kept: Trie, spill: Spill) -> _Pieces:
    parts = (_join_block(block, kept) for block in kept.alphabet.blocks(chunk, last_cut))
    return merge_as_they_come(parts, partial(_merge_pieces, spill=spill)) or _nothing()


def _join_block(block: Block, kept: Trie) -> _Pieces:
    single = np.zeros(SINGLE, np.int64)
    keys = np.empty(block.stop // 2 + 1, np.uint64)
    begins, ends = (np.empty(block.stop // (WORD + 1) + 1, np.int64) for _ in range(2))
    short, long = viterbi.join(
        block.symbols, block.stop, kept.slots, kept.bits, kept.word_of_node >= 0, single, keys, begins, ends
    )
    begins, lengths = begins[:long], ends[:long] - begins[:long]
    strings = Strings.of_spans(block.symbols, begins, lengths)
    firsts, counts = strings.distinct()
    return _Pieces(single, SpilledKeys(KeyTable.of(np.sort(keys[:short]))), (strings.select(firsts), counts))


def _nothing() -> _Pieces:
    return _Pieces(np.zeros(SINGLE, np.int64), SpilledKeys(KeyTable.empty()), (Strings.empty(), np.empty(0, np.int64)))


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
    strings = Strings.concatenate([strings for strings, _ in parts])
    firsts, counts = strings.distinct(np.concatenate([counts for _, counts in parts]))
    return strings.select(firsts), counts


def _by_part(strings: Strings) -> list[NDArray[np.int64]]:
    """Which strings belong to each part of a file."""
    offsets = 4 * strings.offsets
    part = shards_of(strings.ids.view(np.uint8), offsets, _PARTS)
    order = np.argsort(part, kind="stable")
    return np.split(order, np.searchsorted(part[order], np.arange(1, _PARTS)))
