"""What a worker counts in a stretch of a corpus: its units, and what stands beside the n-grams of one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.discovery.candidates import Index
from nlpkit.executors import undisturbed
from nlpkit.frequencies.counting import Item
from nlpkit.kernels import word_ngrams as kernel
from nlpkit.multiword.units import UnitReader
from nlpkit.runs import KeyTable, Spill, SpilledKeys, add
from nlpkit.runs.files import no_room, vanished

#: Words in a block of the corpus: n-grams that occur in fewer blocks than others of the same frequency are bunched.
BLOCK = 200


@dataclass(frozen=True)
class Stretch:
    """A part of the corpus: its text. file: the number of the file that it begins in. before: the number of words
    before it."""

    item: Item
    file: int
    before: int

    @property
    def size(self) -> int:
        """Bytes of the text."""
        return self.item.size


@dataclass(frozen=True)
class Kept:
    """The units of a stretch, and the nodes that begin at each, in files; file, before: as of Stretch. size: bytes of
    the text."""

    units: str
    nodes: str
    size: int
    file: int
    before: int = 0


class Cut(NamedTuple):
    """What stretches were cut into. words: the number of words of each. runs: their number in all. capitals: int64,
    see WordNgrams. kept: the units of each; empty where they are not kept."""

    words: tuple[int, ...]
    runs: int
    capitals: NDArray[np.int64]
    kept: tuple[Kept, ...] = ()


class Parts(NamedTuple):
    """In how many parts of the corpus (documents, or blocks) nodes occur.

    whole: node -> number of parts that lie in one stretch. across: node << 33 | number of a part that may lie in
    several stretches.
    """

    whole: SpilledKeys
    across: SpilledKeys


class Beside(NamedTuple):
    """What a pass over one order counts; node is the local number of an n-gram.

    left, right: node << 32 | unit that stands beside it. documents, blocks: where it occurs. spacings: node << 8 |
    places of white space within it.
    """

    left: SpilledKeys
    right: SpilledKeys
    documents: Parts
    blocks: Parts
    spacings: SpilledKeys


_EMPTY = SpilledKeys(KeyTable.empty())
NOTHING = Beside(_EMPTY, _EMPTY, Parts(_EMPTY, _EMPTY), Parts(_EMPTY, _EMPTY), _EMPTY)


def cut_stretch(stretch: Stretch, reader: UnitReader, spill: Spill | None) -> Cut:
    """Cuts a stretch into units. spill: for the files in which they are kept."""
    return undisturbed(_cut_stretch, stretch, reader, spill)


def _cut_stretch(stretch: Stretch, reader: UnitReader, spill: Spill | None) -> Cut:
    units = reader.read(stretch.item)
    words, runs = kernel.count_words(units)
    capitals = no_capitals(reader)
    if capitals.size:
        kernel.count_capitals(units, capitals)
    if spill is None:
        return Cut((words,), runs, capitals)
    nodes = kernel.first_nodes(units)
    of_units, of_nodes = (spill.save(partial(_write, array=array)) for array in (units, nodes))
    return Cut((words,), runs, capitals, (Kept(of_units, of_nodes, stretch.size, stretch.file),))


def no_capitals(reader: UnitReader) -> NDArray[np.int64]:
    """The counts of capitals before anything is counted; empty where a language has none."""
    return np.zeros((3, len(reader.vocabulary.words) + 1 if reader.language.casefold else 0), np.int64)


def add_cuts(parts: Sequence[Cut]) -> Cut:
    """Returns what several stretches, in order, were cut into."""
    words = tuple(n for part in parts for n in part.words)
    kept = tuple(kept for part in parts for kept in part.kept)
    return Cut(words, sum(part.runs for part in parts), np.sum([part.capitals for part in parts], axis=0), kept)


def _write(file: BinaryIO, array: NDArray[Any]) -> None:
    file.write(array.data)


def count_beside(
    stretch: Stretch | Kept, reader: UnitReader, order: int, indexes: Sequence[Index], size: int
) -> Beside:
    """Counts what stands beside the n-grams of an order in a stretch.

    indexes: of the keys of each order from two on; where units are kept, of the last one. size: the number of n-grams
    of this order.
    """
    return undisturbed(_count_beside, stretch, reader, order, indexes, size)


def _count_beside(
    stretch: Stretch | Kept, reader: UnitReader, order: int, indexes: Sequence[Index], size: int
) -> Beside:
    units, nodes = _read(stretch, reader, order, indexes)
    sides = kernel.beside(units, nodes, order)
    for side in sides:
        side.sort()
    left, right = (SpilledKeys(KeyTable.of(side)) for side in sides)
    documents, blocks = _count_places(units, nodes, size, stretch, reader.document == "file")
    spacings = kernel.spacings(units, nodes, order) if np.any(units & kernel.SPACED) else np.empty(0, np.uint64)
    spacings.sort()
    return Beside(left, right, documents, blocks, SpilledKeys(KeyTable.of(spacings)))


def _read(
    stretch: Stretch | Kept, reader: UnitReader, order: int, indexes: Sequence[Index]
) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """The units of a stretch, and the nodes of an order that begin at each; these are kept, too."""
    if isinstance(stretch, Kept):
        try:
            units, nodes = np.fromfile(stretch.units, np.uint32), np.fromfile(stretch.nodes, np.int32)
        except OSError as error:
            raise no_room(stretch.units, error) from error
        if units.size != nodes.size:
            raise vanished(stretch.units)
    else:
        units = reader.read(stretch.item)
        nodes = kernel.first_nodes(units)
    for number, index in enumerate(indexes, order - len(indexes) + 1):
        extend_nodes(units, nodes, number, index)
    if isinstance(stretch, Kept) and indexes:
        try:
            nodes.tofile(stretch.nodes)
        except OSError as error:
            raise no_room(stretch.nodes, error) from error
    return units, nodes


def extend_nodes(units: NDArray[np.uint32], nodes: NDArray[np.int32], order: int, index: Index) -> None:
    """Replaces the nodes of order - 1 that begin at each place of a text by those of `order`, -1 where there is none.

    index: of the keys of nodes of `order`.
    """
    kernel.extend(units, nodes, order, index.slots, index.bits, index.keys)


def _count_places(
    units: NDArray[np.uint32], nodes: NDArray[np.int32], size: int, stretch: Stretch | Kept, by_file: bool
) -> tuple[Parts, Parts]:
    """Counts in how many documents and blocks each node occurs. by_file: whether documents are files."""
    documents, blocks = (np.stack([np.zeros(size, np.int64), np.full(size, -1)]) for _ in range(2))
    edges = np.empty(2 * units.size, np.uint64)
    edges = edges[: kernel.count_places(units, nodes, stretch.before, BLOCK, by_file, documents, blocks, edges)]
    edges.sort()
    of_blocks = (edges & np.uint64(1 << 32)) != 0
    parts = []
    for counts, across in ((documents[0], edges[~of_blocks] + np.uint64(stretch.file)), (blocks[0], edges[of_blocks])):
        found = np.flatnonzero(counts)
        whole = KeyTable(found.astype(np.uint64), counts[found])
        parts.append(Parts(SpilledKeys(whole), SpilledKeys(KeyTable.of(across))))
    return parts[0], parts[1]


def add_beside(parts: Sequence[Beside], spill: Spill) -> Beside:
    """Returns the sum of what was counted in several stretches."""
    return Beside(
        add([part.left for part in parts], spill),
        add([part.right for part in parts], spill),
        _add_parts([part.documents for part in parts], spill),
        _add_parts([part.blocks for part in parts], spill),
        add([part.spacings for part in parts], spill),
    )


def _add_parts(parts: Sequence[Parts], spill: Spill) -> Parts:
    return Parts(add([part.whole for part in parts], spill), add([part.across for part in parts], spill))
