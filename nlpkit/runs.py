"""Sorted tables of counted keys that outgrow memory: runs on disk, merged key range by key range.

A table is sorted distinct uint64 keys with int64 counts. In files tables are blocks: entries (uint64), CRC-32 of the
keys and counts of this and all blocks before (uint64), keys, counts, all little-endian; a block without entries is the
last, and the file's end.
"""

from __future__ import annotations

import errno
import os
import secrets
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, BinaryIO, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import NlpkitError, OutputError, cause_of
from nlpkit.kernels import ngrams as kernel
from nlpkit.memory import give_back, soft_limit

#: Sorted keys (uint64) and their counts (int64).
Table: TypeAlias = tuple[NDArray[np.uint64], NDArray[np.int64]]

ENTRY = 16  # bytes
_LEVEL = 1  # of zstd: several hundred megabytes a second
_BLOCK = 1 << 15  # entries of a block in a file
_FILES = 64  # merged at a time, at most: two tables may be merged side by side


def empty_table() -> Table:
    """A table of nothing."""
    return np.empty(0, np.uint64), np.empty(0, np.int64)


def merge_tables(tables: Sequence[Table]) -> Table:
    """Adds up tables, as a balanced tree."""
    level = list(tables) or [empty_table()]
    while len(level) > 1:
        pairs = [kernel.merge_runs(*level[i], *level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = [*pairs, *level[len(level) & ~1 :]]
    return level[0]


if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

T = TypeVar("T")


def merge_as_they_come(parts: Iterable[T], merge: Callable[[list[T]], T]) -> T | None:
    """Merges neighbours as a balanced tree, of which only as many parts are kept as it has levels; None for nothing."""
    levels: list[list[T]] = []  # one part or none; those of higher levels come first
    for part in parts:
        for level in levels:
            if not level:
                level.append(part)
                break
            part = merge([level.pop(), part])
        else:
            levels.append([part])
    rest = [part for level in reversed(levels) for part in level]
    while len(rest) > 1:  # the smallest are last
        rest[-2:] = [merge(rest[-2:])]
    return rest[0] if rest else None


class DamagedBlockError(Exception):
    """A file of blocks that ends too early or holds other bytes than were written."""


def write_blocks(file: BinaryIO, tables: Iterable[Table], crc: int = 1) -> None:
    """Writes tables, which follow each other in key order, as blocks. crc: of what else belongs to them."""
    for keys, counts in tables:
        for start in range(0, keys.size, _BLOCK):
            part = keys[start : start + _BLOCK], counts[start : start + _BLOCK]
            crc = zlib.crc32(part[1].data, zlib.crc32(part[0].data, crc))
            file.write(np.array([part[0].size, crc], "<u8").tobytes())
            for array in part:
                file.write(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).data)
    file.write(np.array([0, crc], "<u8").tobytes())


def read_blocks(file: BinaryIO, crc: int = 1) -> Iterator[Table]:
    """The tables that write_blocks wrote. Raises DamagedBlockError."""
    while True:
        head = file.read(16)
        size, expected = np.frombuffer(head, "<u8").tolist() if len(head) == 16 else (-1, 0)
        data = file.read(size * ENTRY) if 0 <= size <= _BLOCK else b""
        crc = zlib.crc32(data, crc)
        if len(data) != size * ENTRY or crc != expected:
            raise DamagedBlockError
        if size == 0:
            if file.read(1):
                raise DamagedBlockError
            return
        yield (
            np.frombuffer(data, "<u8", size).astype(np.uint64),
            np.frombuffer(data, "<i8", size, 8 * size).astype(np.int64),
        )


def write_frames(file: BinaryIO, frames: Iterable[tuple[int, bytes]]) -> None:
    """Writes (entries, bytes of these) one after the other: entries, bytes that follow, CRC-32 of all so far (uint64
    each, little-endian), and the bytes as a frame of zstd; one without entries is the last."""
    compressor = zstd.ZstdCompressor(level=_LEVEL)
    crc = 0
    for entries, plain in frames:
        data = compressor.compress(plain, zstd.ZstdCompressor.FLUSH_FRAME)
        head = np.array([entries, len(data)], "<u8").tobytes()
        crc = zlib.crc32(data, zlib.crc32(head, crc))
        file.write(head + crc.to_bytes(8, "little") + data)
    file.write(bytes(16) + zlib.crc32(bytes(16), crc).to_bytes(8, "little"))


def read_frames(file: BinaryIO, entries: int, size: int) -> Iterator[tuple[int, bytes]]:
    """What write_frames wrote, frames of up to `entries` and up to `size` bytes as they lie there. Raises
    DamagedBlockError."""
    crc = 0
    while True:
        head = file.read(24)
        if len(head) != 24:
            raise DamagedBlockError
        found, length, expected = np.frombuffer(head, "<u8").tolist()
        data = file.read(length) if found <= entries and length <= size else b""
        crc = zlib.crc32(data, zlib.crc32(head[:16], crc))
        if crc != expected:
            raise DamagedBlockError
        if not found:
            return
        yield found, zstd.decompress(data)


def write_packed(file: BinaryIO, tables: Iterable[Table]) -> None:
    """Writes tables, which follow each other in key order, in a third of their room: frames of the first key, the
    differences of the others (uint64) and the counts."""

    def frames() -> Iterator[tuple[int, bytes]]:
        for keys, counts in tables:
            for start in range(0, keys.size, _BLOCK):
                part = keys[start : start + _BLOCK]
                steps = np.diff(part, prepend=np.uint64(0)).astype("<u8")
                yield part.size, steps.tobytes() + counts[start : start + _BLOCK].astype("<i8").tobytes()

    write_frames(file, frames())


def read_packed(file: BinaryIO) -> Iterator[Table]:
    """The tables that write_packed wrote. Raises DamagedBlockError."""
    for entries, plain in read_frames(file, _BLOCK, 2 * ENTRY * _BLOCK):
        steps = np.frombuffer(plain, "<u8", entries).astype(np.uint64)
        yield np.cumsum(steps, dtype=np.uint64), np.frombuffer(plain, "<i8", entries, 8 * entries).astype(np.int64)


@dataclass(frozen=True)
class Run:
    """A sorted table in a file, from byte `start` on, after what has this `crc`. renumber: gives the uint64 new
    ids of its n-grams' symbols, where they have others by now. packed: as write_packed writes it, of which nothing
    comes before."""

    path: str
    renumber: Callable[[], NDArray[np.uint64]] | None = None
    start: int = 0
    crc: int = 1
    packed: bool = False

    def tables(self) -> Iterator[Table]:
        """Block by block."""
        ids = None if self.renumber is None else self.renumber()
        try:
            with open(self.path, "rb") as file:
                file.seek(self.start)
                for keys, counts in read_packed(file) if self.packed else read_blocks(file, self.crc):
                    yield keys if ids is None else kernel.map_ids(keys, ids), counts
        except (OSError, DamagedBlockError) as error:
            raise self.broken(error) from error

    def broken(self, error: OSError | DamagedBlockError) -> NlpkitError:
        """What to raise where the file cannot be read, or is not as it was."""
        return no_room(self.path, error) if isinstance(error, OSError) else vanished(self.path)

    def remove(self) -> None:
        """Give the room on the disk back."""
        with suppress(OSError):
            os.unlink(self.path)


class Spill:
    """Where tables go that outgrow their share of the memory.

    folder: called for the folder when there is something to write, or when this goes to a worker process. memory:
    bytes, of all tables and buffers. limit: bytes that a table may have before it goes to a file; as many may exist as
    a merging tree has levels. shared: whether worker processes have the folder too; where they have not, they keep
    their tables in memory.
    """

    def __init__(self, folder: Callable[[], str], memory: int, shared: bool = True) -> None:
        self.memory = memory
        self.limit = memory // 14
        self._folder, self._shared = folder, shared

    def __reduce__(self) -> tuple[Any, ...]:
        """Workers write to the folder too; it is made, and removed, here."""
        return (_spill_in, (self._folder(), self.memory)) if self._shared else (_no_spill, ())

    def share(self, parts: int) -> Spill:
        """With a part of the memory."""
        return Spill(self._folder, self.memory // parts, self._shared)

    def after(self, taken: int) -> Spill:
        """With what others leave of the memory, a quarter at least."""
        return Spill(self._folder, max(self.memory // 4, self.memory - taken), self._shared)

    def write(self, tables: Iterable[Table]) -> Run:
        """Writes tables that follow each other in key order as one run. Raises OutputError where there is no room."""
        return Run(self.save(lambda file: write_packed(file, tables)), packed=True)

    def save(self, write: Callable[[BinaryIO], object]) -> str:
        """A new file in the folder, with what `write` writes to it. Raises OutputError where there is no room."""
        folder = self._folder()
        path = os.path.join(folder, f"{secrets.token_hex(8)}.run")
        try:
            with open(path, "xb") as file:
                write(file)
        except OSError as error:
            with suppress(OSError):
                os.unlink(path)
            raise no_room(folder, error) from error
        return path

    def merge(self, runs: Sequence[Run], table: Table, entries: int) -> Iterator[Table]:
        """The sum of runs and a table in memory, in key order, about `entries` at a time; the runs are removed."""
        rest = list(runs)
        files = most_files()
        while len(rest) > files:  # one file handle and one block of memory each
            merged = self.write(merge_sorted([run.tables() for run in rest[:files]]))
            for run in rest[:files]:
                run.remove()
            rest = [*rest[files:], merged]
        yield from regroup(merge_sorted([run.tables() for run in rest] + [_slices(table)]), entries, 0)
        for run in rest:
            run.remove()


def _spill_in(folder: str, memory: int) -> Spill:
    return Spill(lambda: folder, memory)


def _no_spill() -> Spill:
    return Spill(tempfile.gettempdir, sys.maxsize, False)


@dataclass(frozen=True)
class Spilled:
    """Counted keys: the sum of a table in memory and of runs on disk."""

    table: Table
    runs: tuple[Run, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether all is in memory."""
        return not self.runs


def add(parts: Sequence[Spilled], spill: Spill) -> Spilled:
    """Adds up, in memory as far as it goes."""
    table = merge_tables([part.table for part in parts])
    runs = tuple(chain.from_iterable(part.runs for part in parts))
    if ENTRY * table[0].size <= spill.limit:
        return Spilled(table, runs)
    return Spilled(empty_table(), (*runs, spill.write([table])))


class Sorted:
    """A sorted table that can be gone through several times: in memory, or merged into one file at the first time.

    Blocks end where keys differ above their lowest `shift` bits.
    """

    def __init__(self, counted: Spilled, spill: Spill, shift: int) -> None:
        self._counted, self._spill, self._shift = counted, spill, shift

    @cached_property
    def _run(self) -> Run:
        only = self._counted.runs[0]
        if len(self._counted.runs) == 1 and only.renumber is None and not self._counted.table[0].size:
            return only
        entries = self._spill.limit // ENTRY // 4
        run = self._spill.write(self._spill.merge(self._counted.runs, self._counted.table, entries))
        self._counted = Spilled(empty_table(), (run,))
        give_back()
        return run

    @property
    def is_whole(self) -> bool:
        """Whether all is in memory."""
        return self._counted.is_whole

    def tables(self) -> Iterator[Table]:
        """One after the other, in key order; at least one."""
        if self._counted.is_whole:
            yield self._counted.table
            return
        run = self._run
        yield from regroup(run.tables(), self._spill.limit // ENTRY // 2, self._shift)


def merge_sorted(streams: Sequence[Iterator[Table]]) -> Iterator[Table]:
    """Merges streams of tables, each in key order, up to the smallest key that a stream's table in memory ends with."""
    waiting = [(stream, table) for stream in streams if (table := next(stream, None)) is not None]
    while waiting:
        bound = min(keys[-1] for _, (keys, _) in waiting)
        parts, rest = [], []
        for stream, (keys, counts) in waiting:
            stop = int(np.searchsorted(keys, bound, "right"))
            if stop:
                parts.append((keys[:stop], counts[:stop]))
            if stop < keys.size:
                rest.append((stream, (keys[stop:], counts[stop:])))
            elif (table := next(stream, None)) is not None:
                rest.append((stream, table))
        waiting = rest
        yield merge_tables(parts)


def regroup(tables: Iterable[Table], entries: int, shift: int) -> Iterator[Table]:
    """Joins tables to ones of `entries` or more that end where keys differ above their lowest `shift` bits."""
    waiting: list[Table] = []
    size = 0
    for table in tables:
        if not table[0].size:
            continue
        waiting.append(table)
        size += table[0].size
        first, last = (int(key) >> shift for key in (waiting[0][0][0], table[0][-1]))
        if size < entries or first == last:
            continue
        keys, counts = _join(waiting)
        heads = keys >> np.uint64(shift)
        cut = int(np.searchsorted(heads, heads[-1], "left"))
        waiting, size = [(keys[cut:].copy(), counts[cut:].copy())], keys.size - cut
        if cut:
            yield keys[:cut], counts[:cut]
    yield _join(waiting)


def _join(tables: list[Table]) -> Table:
    if len(tables) == 1:
        return tables[0]
    if not tables:
        return empty_table()
    return np.concatenate([keys for keys, _ in tables]), np.concatenate([counts for _, counts in tables])


def most_files() -> int:
    """How many may be open at a time for one merge: a quarter of what the process is allowed (`ulimit -n`)."""
    allowed = soft_limit("RLIMIT_NOFILE")
    return _FILES if allowed is None else max(2, min(_FILES, allowed // 4))


def _slices(table: Table) -> Iterator[Table]:
    keys, counts = table
    for start in range(0, keys.size, _BLOCK):
        yield keys[start : start + _BLOCK], counts[start : start + _BLOCK]


def no_room(folder: str, error: OSError) -> NlpkitError:
    """What to raise where a temporary file cannot be written or read."""
    if error.errno == errno.ENOENT:
        return vanished(folder)
    return OutputError(
        f"{folder}: {cause_of(error)}; counts that outgrow --memory are kept there for a while: "
        "name a roomier folder with --tmp-dir, or raise --memory"
    )


def vanished(path: str) -> NlpkitError:
    """What to raise where a temporary file is not as it was."""
    return OutputError(
        f"{path}: the temporary file is gone or damaged; leave the folder alone, or name another with --tmp-dir"
    )
