"""Numbers the cells of a table's text: what calls the kernels, and the task of a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus.encodings import utf8_fault
from nlpkit.corpus.pieces import read_pieces
from nlpkit.corpus.types import Span
from nlpkit.executors import undisturbed
from nlpkit.kernels import cells as kernel
from nlpkit.kernels import tagged_strings
from nlpkit.kernels.types import I32, I64, U64

#: Tags of cells: an item, a weight, a cell after the last column.
ITEM, WEIGHT, EXTRA = 0, 1, 2
#: Tags from these on: a column of the id of a transaction; a column that is only read for a condition; a named column.
FIRST_ID, FIRST_TESTED, FIRST_COLUMN = 1 << 8, 1 << 14, 1 << 20
#: The tag of columns that are not read.
SKIPPED = kernel.SKIP

_FEWEST, _FEWEST_BYTES = 1 << 9, 1 << 13  # the room at first: distinct cells, and their bytes
_CELLS = 1 << 15  # that are looked up at a time: their arrays fit into a processor's cache
_WIDEST = 4  # bytes that a piece may have more than asked for


@dataclass(frozen=True, slots=True)
class Form:
    """How cells are written.

    delimiter: the character between them; a space means any run of spaces and tabs, and quotes are then ordinary
    characters. trim: white space around cells is ignored. empty_rows: a blank line is a row. quoted: cells between
    spaces may be quoted, too.
    """

    delimiter: str
    trim: bool
    empty_rows: bool
    quoted: bool = False

    @property
    def spaces(self) -> bool:
        """Whether cells are words between white space."""
        return self.delimiter == " "

    @property
    def quotes(self) -> int:
        """What a quote at the beginning of a cell is to the kernel."""
        return kernel.ORDINARY if self.spaces and not self.quoted else kernel.QUOTED

    def kinds(self) -> NDArray[np.uint8]:
        """Returns uint8[256]: what each byte is to the kernel."""
        kinds = np.zeros(256, np.uint8)
        kinds[10] = kernel.LINE_FEED
        kinds[self.delimiter.encode()[0]] = kernel.DELIMITER
        if self.spaces:
            kinds[9] = kernel.DELIMITER
        if self.quotes != kernel.ORDINARY:
            kinds[13] = kernel.RETURN
        return kinds


class Fault(NamedTuple):
    """What stopped the kernel: its status, and the offset in the text, in bytes."""

    kind: int
    byte: int


class DistinctCells:
    """The distinct cells that were read, by number, each with its tag; `read` numbers the cells of a text.

    A cell that occurs with several tags has a number for each. The arrays are copied when they must grow.
    """

    def __init__(self) -> None:
        self.position = kernel.START  # in the last text
        self._count = 0
        self._table = tagged_strings.TaggedStrings(
            slots=np.zeros(4 * _FEWEST, np.uint64),
            data=np.empty(_FEWEST_BYTES, np.uint8),
            offsets=np.zeros(_FEWEST + 1, np.int64),
            keys=np.empty(_FEWEST, np.uint64),
            tags=np.empty(_FEWEST, np.int32),
        )

    def __len__(self) -> int:
        return self._count

    @property
    def consumed(self) -> int:
        """Bytes of the last text that `read` has done; the rest must come again in the next text."""
        return self.position.at

    def begin_file(self) -> None:
        """Prepares for the text of another file."""
        self.position = self.position._replace(column=0, begun=False)

    @property
    def tags(self) -> I32:
        """The tag of each cell, int32."""
        return self._table.tags[: self._count]

    @property
    def arrays(self) -> CellArrays:
        """All distinct cells, as arrays that another process can take in."""
        _, data, offsets, keys, tags = self._table
        count = self._count
        return CellArrays(data[: offsets[count]], offsets[: count + 1], keys[:count], tags[:count])

    def text(self, number: int) -> str:
        """Returns the text of one cell."""
        begin, end = self._table.offsets[number : number + 2]
        return self._table.data[begin:end].tobytes().decode()

    def texts(self, which: NDArray[np.bool_] | None = None) -> list[str]:
        """Returns the texts of all distinct cells, or of those that are marked. which: bool, one for each."""
        ends = self._table.offsets[: self._count + 1]
        spans = np.column_stack([ends[:-1], ends[1:]])
        places = (spans if which is None else spans[which]).tolist()
        data = self._table.data[: ends[-1]].tobytes()
        if data.isascii():
            text = data.decode()
            return [text[begin:end] for begin, end in places]
        return [data[begin:end].decode() for begin, end in places]

    def put(self, cells: CellArrays) -> I32:
        """Takes in the distinct cells of another worker; returns their numbers here, int32."""
        ends = cells.offsets
        numbers = np.empty(cells.tags.size, np.int32)
        if cells.tags.size > self._table.keys.size:
            self._grow(cells.tags.size + self._count)
        self._number(_read_only(cells.data), ends[:-1], ends[1:], cells.keys, cells.tags, numbers)
        return numbers

    def _number(self, text: NDArray[np.uint8], begins: I64, ends: I64, keys: U64, marks: I32, numbers: I32) -> int:
        """Writes the numbers of cells, up to one that is not UTF-8; returns how many were written."""
        start = 0
        while True:
            self._count, start, status = tagged_strings.number_strings(
                text, begins, ends, keys, marks, numbers, self._table, self._count, start
            )
            if status == tagged_strings.MORE_SLOTS:
                self._grow(2 * self._table.keys.size + 1)
            elif status == tagged_strings.MORE_DATA:
                data = self._table.data
                self._table = self._table._replace(data=_longer(data, 2 * data.size))
            else:
                return start

    def _grow(self, most: int) -> None:
        """Makes room for at least `most` cells, up to the next power of two."""
        room = 1 << (most - 1).bit_length()
        self._table = tagged_strings.TaggedStrings(
            slots=np.zeros(4 * room, np.uint64),
            data=self._table.data,
            offsets=_longer(self._table.offsets, room + 1),
            keys=_longer(self._table.keys, room),
            tags=_longer(self._table.tags, room),
        )
        tagged_strings.fill_slots(self._table, self._count)

    def read(
        self, block: bytes, final: bool, form: Form, quotes: int, columns: I32, most_rows: int | None = None
    ) -> tuple[I32, I64, Fault | None]:
        """Numbers the cells of a text that are not blank.

        block: UTF-8. final: whether the file ends with it. quotes: what quotes are to the kernel. columns: int32, the
        tag of each column, and at last that of all further ones. most_rows: where to stop.
        Returns their numbers, int32; how many of them there are at the end of each row, int64; and what stopped the
        kernel, with its offset in this text. `consumed` says how far it came.
        """
        position = self.position._replace(at=0, row_at=0)
        text = _read_only(np.frombuffer(block, np.uint8))
        kinds, delimiter = form.kinds(), np.frombuffer(bytearray(form.delimiter.encode()), np.uint8)
        room = min(_CELLS, text.size + 1)
        begins, ends = np.empty(room, np.int64), np.empty(room, np.int64)
        keys, marks = np.empty(room, np.uint64), np.empty(room, np.int32)
        sequence = np.empty(text.size // 2 + 1, np.int32)  # pages that are never written take no memory
        row_ends: list[I64] = []
        cells = rows = 0
        while True:
            some_ends = np.empty(room if most_rows is None else min(room, most_rows - rows), np.int64)
            position = self.position = undisturbed(
                kernel.find_cells,
                text,
                final,
                kinds,
                delimiter,
                form.spaces,
                form.trim,
                quotes,
                form.empty_rows,
                columns,
                begins,
                ends,
                keys,
                marks,
                some_ends,
                position,
            )
            found = position.cells
            numbers = sequence[cells : cells + found]
            numbered = self._number(text, begins[:found], ends[:found], keys[:found], marks[:found], numbers)
            row_ends.append(some_ends[: position.rows] + cells)
            cells += numbered
            rows += position.rows
            if numbered < found:
                byte = int(begins[numbered])
                fault: Fault | None = Fault(tagged_strings.NOT_UTF8, byte + utf8_fault(block[byte:]))
                ends_before = np.concatenate(row_ends)
                return sequence[:cells], ends_before[ends_before <= cells], fault
            if position.status != kernel.ROOM or rows == most_rows:
                break
        stopped = position.status not in (kernel.DONE, kernel.ROOM, kernel.QUOTE)
        fault = Fault(position.status, position.fault) if stopped else None
        return sequence[:cells], np.concatenate(row_ends), fault


class CellArrays(NamedTuple):
    """Distinct cells as arrays: cell i is data[offsets[i]:offsets[i + 1]], UTF-8, with its key (a hash) and its tag."""

    data: NDArray[np.uint8]
    offsets: I64
    keys: U64
    tags: I32


@dataclass(frozen=True, slots=True)
class SpanTask:
    """A span for a worker to read.

    file: the file's place in the corpus. columns: int32, the tags of its columns. form: how its cells are written.
    """

    file: int
    span: Span
    columns: I32
    form: Form

    @property
    def size(self) -> int:
        """The length of the span in bytes."""
        return self.span.size


@dataclass(frozen=True, slots=True)
class SpanRows:
    """What a worker found in a span: whole rows.

    file: as in SpanTask. sequence: int32, the numbers in `cells` of the cells that are not blank, end to end.
    row_ends: int64, how many of them there are at the end of each row. cells: the distinct cells. resume: the offset at
    which a row begins that holds quotes: from there on the file cannot be read in parts. fault: what is wrong after
    these rows.
    """

    file: int
    sequence: I32
    row_ends: I64
    cells: CellArrays
    resume: int | None = None
    fault: Fault | None = None


def read_span(task: SpanTask) -> SpanRows:
    """Returns the rows of a span, up to the first one with quotes. Raises InputError."""
    cells = DistinctCells()
    pieces = list(read_pieces(task.span, task.span.size + _WIDEST))
    start, block = (pieces[0].start, pieces[0].data) if pieces else (task.span.start, b"")
    quotes = kernel.ORDINARY if task.form.quotes == kernel.ORDINARY else kernel.STOP
    sequence, row_ends, fault = cells.read(block, True, task.form, quotes, task.columns)
    position = cells.position
    resume = start + position.row_at if position.status == kernel.QUOTE and fault is None else None
    whole = sequence[: row_ends[-1] if row_ends.size else 0]
    if fault is not None:
        fault = Fault(fault.kind, start + fault.byte)
    return SpanRows(task.file, whole, row_ends, cells.arrays, resume, fault)


def _longer(array: NDArray[Any], size: int) -> NDArray[Any]:
    """Returns the same values in a longer array."""
    out = np.empty(size, array.dtype)
    out[: array.size] = array
    return out


def _read_only(array: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Returns a read-only view, the one type for which the kernels are compiled."""
    view = array[:]
    view.flags.writeable = False
    return view
