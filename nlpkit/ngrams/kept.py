"""n-gram counts in a file, so that a corpus need not be counted again.

Two lines of text: what the file is, and a CRC-32 (hexadecimal) with a JSON object that holds `of` (what was counted,
and how), `order`, `symbols` and `runs`; then the alphabet (uint32) and the count of each symbol (int64), little-endian,
and the table of windows in blocks: entries (uint64), CRC-32 (uint64) of the keys and counts of this and all blocks
before, keys (uint64), counts (int64), little-endian; a block without entries is the last, and ends the file.
"""

from __future__ import annotations

import json
import os
import stat
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike, fspath
from typing import Any, BinaryIO

import numpy as np

from nlpkit.corpus import Corpus
from nlpkit.errors import InputError, NlpkitError, Option
from nlpkit.ngrams.counting import MOST_SYMBOLS, Windows
from nlpkit.output import open_output
from nlpkit.places.sources import input_error
from nlpkit.runs import DamagedFileError, KeyTable, Run, Spill, Spilled, regroup, sorted_keys

_FIRST_LINE = b"nlpkit n-gram counts 1\n"
_LONGEST_LINE = 1 << 16
_BLOCK = 1 << 15  # entries of a block
_ENTRY = 16  # bytes


def fingerprint(corpus: Corpus, **how: Any) -> dict[str, Any]:
    """What is counted, and how: the bytes of an open corpus, how it is read, and what else matters."""
    return {**how, **corpus.options.of_text(), "text": corpus.digest()}


def save_windows(path: str | PathLike[str], windows: Windows, of: Mapping[str, Any]) -> None:
    """Writes counts; the file is there as a whole or not at all. Raises OutputError."""
    head = {"of": dict(of), "order": windows.order, "symbols": windows.alphabet.size, "runs": windows.runs}
    arrays = windows.alphabet.astype("<u4").tobytes() + windows.symbol_counts.astype("<i8").tobytes()
    line = json.dumps(head, ensure_ascii=True).encode()
    with open_output(fspath(path), is_result=False) as file:
        crc = zlib.crc32(arrays, zlib.crc32(line))
        file.write(_FIRST_LINE + b"%08x %s\n" % (crc, line) + arrays)
        _write_blocks(file, windows.sorted.tables(), crc)


def load_windows(path: str | PathLike[str], of: Mapping[str, Any], spill: Spill) -> Windows:
    """The counts in a file. Raises InputError where they are of something else than `of`, or damaged."""
    name = fspath(path)
    try:
        if not stat.S_ISREG(os.stat(name).st_mode):
            raise InputError(f"{name}: no regular file; counts are read more than once, so give the file itself")
        with open(name, "rb") as file:
            if file.read(len(_FIRST_LINE)) != _FIRST_LINE:
                what = f"{name}: holds no n-gram counts of this version; "
                raise InputError(what, Option("save_counts"), " writes them")
            found, _, line = file.readline(_LONGEST_LINE).rstrip(b"\n").partition(b" ")
            head = _parse(line, name)
            size = 12 * head["symbols"]
            arrays = file.read(size)
            crc = zlib.crc32(arrays, zlib.crc32(line))
            if len(arrays) != size or b"%08x" % crc != found:
                raise _damaged(name)
            start = file.tell()
            size_of_table = os.path.getsize(name) - start
    except OSError as error:
        raise input_error(name, error) from error
    _check_same(name, head["of"], of)
    split = 4 * head["symbols"]
    alphabet = np.frombuffer(arrays[:split], "<u4").astype(np.uint32)
    symbol_counts = np.frombuffer(arrays[split:], "<i8").astype(np.int64)
    empty = KeyTable.empty()
    run = _SavedRun(name, empty, start=start, crc=crc)
    kept: Spilled[KeyTable] = Spilled(empty, (run,))
    if size_of_table <= spill.limit:
        (table,) = regroup(run.tables(), size_of_table, empty)
        kept = Spilled(table)
    return Windows(alphabet, head["order"], symbol_counts, head["runs"], sorted_keys(kept, spill, 32))


@dataclass(frozen=True)
class _SavedRun(Run[KeyTable]):
    """The blocks in a file of the user's, from byte `start` on, after what has this `crc`; never removed."""

    start: int = 0
    crc: int = 0

    def read(self) -> Iterator[KeyTable]:
        """Yields the blocks. Raises OSError, DamagedFileError."""
        with open(self.path, "rb") as file:
            file.seek(self.start)
            yield from _read_blocks(file, self.crc)

    def broken(self, error: OSError | DamagedFileError) -> NlpkitError:
        """Returns the InputError for a file that cannot be read or is damaged."""
        return input_error(self.path, error) if isinstance(error, OSError) else _damaged(self.path)

    def remove(self) -> None:
        pass


def _write_blocks(file: BinaryIO, tables: Iterable[KeyTable], crc: int) -> None:
    """Writes tables that follow each other as blocks, which are all full but the last, so that the file does not depend
    on the memory. crc: of what comes before them in the file."""
    for block in _blocks(tables):
        crc = zlib.crc32(block.counts.data, zlib.crc32(block.keys.data, crc))
        file.write(np.array([block.size, crc], "<u8").tobytes())
        for array in block:
            file.write(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).data)
    file.write(np.array([0, crc], "<u8").tobytes())


def _blocks(tables: Iterable[KeyTable]) -> Iterator[KeyTable]:
    rest = KeyTable.empty()
    for table in tables:
        table = rest.join([table]) if rest.size else table
        whole = table.size // _BLOCK * _BLOCK
        yield from (table.slice(start, start + _BLOCK) for start in range(0, whole, _BLOCK))
        rest = table.slice(whole, table.size)
    if rest.size:
        yield rest


def _read_blocks(file: BinaryIO, crc: int) -> Iterator[KeyTable]:
    """Yields the tables that _write_blocks wrote. Raises DamagedFileError."""
    while True:
        head = file.read(16)
        size, expected = np.frombuffer(head, "<u8").tolist() if len(head) == 16 else (-1, 0)
        data = file.read(size * _ENTRY) if 0 <= size <= _BLOCK else b""
        crc = zlib.crc32(data, crc)
        if len(data) != size * _ENTRY or crc != expected:
            raise DamagedFileError
        if size == 0:
            if file.read(1):
                raise DamagedFileError
            return
        yield KeyTable(
            np.frombuffer(data, "<u8", size).astype(np.uint64),
            np.frombuffer(data, "<i8", size, 8 * size).astype(np.int64),
        )


def _parse(line: bytes, name: str) -> dict[str, Any]:
    try:
        head = json.loads(line)
        sizes = [head[key] for key in ("order", "symbols", "runs")]
        most = (4, MOST_SYMBOLS, 1 << 62)
        if isinstance(head["of"], dict) and all(
            type(size) is int and 0 <= size <= limit for size, limit in zip(sizes, most, strict=True)
        ):
            return dict(head)
    except (ValueError, KeyError, TypeError):
        pass
    raise _damaged(name)


def _damaged(name: str) -> InputError:
    return InputError(f"{name}: damaged counts; count again with ", Option("save_counts"))


def _check_same(name: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    for key, value in wanted.items():
        if found.get(key) == value:
            continue
        if key == "text":
            raise InputError(
                f"{name}: counts of another text, or of one that has changed; count again with ", Option("save_counts")
            )
        raise InputError(
            f"{name}: counted with {key} {_shown(found.get(key))}, not {_shown(value)}; "
            "give the same options, or count again with ",
            Option("save_counts"),
        )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
