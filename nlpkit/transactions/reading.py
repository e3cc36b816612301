"""Reads the transactions of a corpus: which file is read how, and what becomes of its rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nlpkit.corpus import Corpus
from nlpkit.corpus.chunks import plan_spans
from nlpkit.corpus.pieces import read_pieces
from nlpkit.corpus.streams import Stream
from nlpkit.corpus.types import Span
from nlpkit.errors import InputError, Notice, Option, Setting, counted
from nlpkit.executors import Executor, Progress
from nlpkit.kernels import baskets
from nlpkit.kernels import cells as kernel
from nlpkit.kernels.types import I32, I64
from nlpkit.transactions.cells import FIRST_ID, DistinctCells, Fault, Form, SpanRows, SpanTask, read_span
from nlpkit.transactions.columns import Columns, TaggedColumns
from nlpkit.transactions.files import TableFile
from nlpkit.transactions.further import FirstTable
from nlpkit.transactions.heads import find_delimiter
from nlpkit.transactions.json_heads import way_from_json
from nlpkit.transactions.layouts import Baskets, Categories, Collector, Long, NamedColumns, OneHot
from nlpkit.transactions.model import Transactions
from nlpkit.transactions.names import is_total
from nlpkit.transactions.options import TransactionOptions
from nlpkit.transactions.returns import total_hint
from nlpkit.transactions.shown import shown
from nlpkit.transactions.sieve import Sieve

_COLLECTORS: dict[str, type[Baskets] | type[Long] | type[NamedColumns]] = {
    "basket": Baskets,
    "long": Long,
    "onehot": OneHot,
    "table": Categories,
}
_FEWEST_BYTES = 128 << 10  # of a span; with fewer, handing it to a worker costs more time than it saves
_SPANS_A_JOB = 2
_BLOCK_SIZE = 1 << 20
_MOST_OPENED = 8  # files whose first bytes are kept
_MOST_DOUBTED = 3  # files that get a warning of their own
_UNREAD = ("jsonl", "parquet")


@dataclass(frozen=True, slots=True)
class FilePlan:
    """How a file is read. start: the byte of its first row. missing: cells that are as if empty."""

    start: int
    columns: TaggedColumns
    form: Form
    missing: frozenset[str]


class TransactionReader:
    """Reads the transactions of an open corpus, once; arguments as in read_transactions."""

    def __init__(
        self,
        corpus: Corpus,
        pool: Executor,
        options: TransactionOptions,
        progress: Progress | None,
        notify: Callable[[str], object] | None,
    ) -> None:
        self._corpus, self._pool = corpus, pool
        self._progress, self._notify = progress, notify
        self._options = options
        self._opened: dict[int, TableFile] = {}
        self._columns = columns = Columns(options)
        self._form = self._decide(options)
        self._cells = DistinctCells()
        self._plans: dict[int, FilePlan] = {}
        self._missing = options.missing
        self._files: list[int] = []  # with rows
        self._first_rows: list[int] = []  # of these, among all
        self._last_rows: dict[int, list[int]] = {}  # of each file, the numbers of its cells
        self._streams: list[Stream] = []
        self._has_header = False
        self._doubted = 0
        collector = _COLLECTORS[columns.layout]
        self._collector: Collector = collector(self._cells, columns, self._row_error)
        self._sieve = Sieve(self._cells, options.conditions, self._row_error_at)

    def read(self) -> Transactions:
        """Returns all transactions. Raises InputError, EncodingError, OutputError, WorkerError."""
        try:
            transactions = self._read()
        except InputError:
            self._show(None)
            raise
        self._show(transactions)
        for note in self._collector.notes:
            self._tell(note)
        if idle := [cell for cell in self._missing if cell not in self._sieve.blanked | self._columns.blanked]:
            said = f"no cell that is read is {' or '.join(map(repr, dict.fromkeys(idle)))} ("
            self._tell(Notice(said, Option("missing"), ")", self._alike(idle)))
        if empty := int((np.diff(transactions.offsets) == 0).sum()):
            self._tell(f"transactions without items: {empty:,} of {len(transactions):,}; they count as such")
        return transactions

    def _alike(self, missing: Sequence[str]) -> str:
        """Returns a question about a cell that differs from one of `missing` only in capitals, '' if there is none."""
        folded = {cell.casefold() for cell in missing}
        alike = next((cell for cell in self._cells.texts() if cell.casefold() in folded), None)
        return f"; did you mean {alike!r}?" if alike else ""

    def _show(self, transactions: Transactions | None) -> None:
        """Tells what was guessed, and what came of it. transactions: None if reading failed."""
        if self._guessed:
            self._tell(shown(self._name, self._columns, self._guessed, self._form.delimiter, transactions))
        for hint in self._columns.hints:
            self._tell(Notice(f"{self._name}: ", *hint))
        for name, *said in self._totals():
            self._tell(Notice(f"{name}: ", *said))

    def _totals(self) -> Iterator[tuple[str, ...]]:
        """Yields a line for each file whose last row is a total: its name, and the further parts of the line."""
        tags = self._cells.tags
        for file, cells in self._last_rows.items():
            for place, column in enumerate(self._columns.id if self._columns.layout == "long" else ()):
                value = next((self._cells.text(cell) for cell in cells if tags[cell] == FIRST_ID + place), "")
                if is_total(value) and all(condition.column != column for condition in self._options.conditions):
                    yield self._file(file).name, *total_hint(column, value)

    def _read(self) -> Transactions:
        index, count = 0, len(self._corpus.sources)
        while index < count:
            index = self._read_in_parts(index)
            if index < count:
                self._read_in_sequence(index, self._plan(index).start)
                index += 1
        for rows in self._sieve.finish():
            self._collector.add(*rows)
        self._corpus.tell_losses(self._streams)
        if (further := self._doubted - _MOST_DOUBTED) > 0:
            self._tell(f"{counted(further, 'further file')} also {'looks' if further == 1 else 'look'} different")
        if left_out := self._sieve.rows - self._sieve.kept:
            self._tell(Notice("rows left out by ", Option("where"), f": {left_out:,} of {self._sieve.rows:,}"))
        if not self._collector.rows:
            raise self._nothing()
        return self._collector.finish()

    def _decide(self, options: TransactionOptions) -> Form:
        """Returns how cells are written. Guesses what is not given, by the first file that has text."""
        for index, (source, kind) in enumerate(zip(self._corpus.sources, self._corpus.formats, strict=True)):
            if kind in _UNREAD:
                raise InputError(f"{source.name}: {self._unread(index, kind)}")
        file = next((file for file in self._table_files() if file.head), None)
        delimiter = options.delimiter
        self._name, lines = (file.name, file.head_lines()) if file else ("", [])
        is_guess = delimiter is None and not (file and file.said.delimiter)
        if delimiter is None and file and file.said.delimiter:
            delimiter = file.said.delimiter
        if delimiter is None:
            delimiter = find_delimiter(self._name, lines)
        form = Form(delimiter, options.trim, False)
        form = file.form(form) if file else form
        rows = self._sample(file, form) if file else []
        guessed = self._columns.decide(rows, "\t" if form.quoted else form.delimiter, bool(file and file.said.columns))
        self._guessed = [*guessed, *(["delimiter"] if is_guess else [])] if file else []
        self._begun = file.index if file else 0
        self._first = FirstTable(self._name, rows[0] if rows else [], delimiter, self._columns, options, self._guessed)
        if form.quoted:
            self._tell(f"{self._name}: quotes around cells are left out, as R writes them")
        return Form(delimiter, options.trim, self._columns.layout == "basket")

    def _unread(self, index: int, kind: str) -> str:
        """Returns why a file is not read, and what to do. kind: its format."""
        if kind == "parquet":
            return "is Parquet by its name; transactions are read from CSV or plain text"
        file = self._file(index)
        if not file.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"[", b"{")):
            return "is JSON by its name, but does not hold it; give it a name that ends in .csv or .txt"
        return f"holds JSON; transactions are read from CSV or plain text: {way_from_json(file.name, file.head)}"

    def _sample(self, file: TableFile, form: Form) -> list[list[str]]:
        """Returns rows of a file to guess by."""
        rows = file.sample_rows(form)
        if missing := {*self._options.missing, *file.said.missing}:
            rows = [["" if cell in missing else cell for cell in row] for row in rows]
        return rows

    def _compare(self, file: TableFile, form: Form, first: Sequence[str]) -> None:
        """Tells if a file looks otherwise than the one by which was guessed how all are read. first: its first row."""
        if file.index == self._begun or file.said.columns or self._first.is_alike(first):
            return
        lines = [] if file.said.delimiter else file.head_lines()
        if hint := self._first.doubt(file.name, lines, self._sample(file, form)):
            self._doubted += 1
            if self._doubted <= _MOST_DOUBTED:
                self._tell(Notice(*hint))

    def _table_files(self) -> Iterator[TableFile]:
        return (self._file(index) for index in range(len(self._corpus.sources)))

    def _file(self, index: int) -> TableFile:
        """Returns a file; its first bytes are read once, as long as not many others are asked for in between."""
        if index not in self._opened:
            if len(self._opened) >= _MOST_OPENED:
                del self._opened[next(iter(self._opened))]
            delimiter, titled = self._options.delimiter, self._options.header is not False
            self._opened[index] = TableFile(self._corpus, index, delimiter, titled)
        return self._opened[index]

    def _plan(self, index: int) -> FilePlan:
        """Returns how a file is read."""
        if index not in self._plans:
            file = self._file(index)
            form, columns = file.form(self._form), self._columns
            missing = frozenset((*self._missing, *file.said.missing))
            if file.said.columns:
                first, start = list(file.said.columns), file.begin
            else:
                needs_first = columns.header or columns.layout != "basket"
                first, start = file.header(form) if needs_first and file.head else ([], 0)
                start = start if columns.header else file.begin
                if needs_first and not first:  # nothing but blank lines
                    self._plans[index] = FilePlan(file.source.size, TaggedColumns(np.zeros(1, np.int32)), form, missing)
                    return self._plans[index]
                self._has_header = self._has_header or bool(first)
            self._compare(file, form, first)
            if file.titles:
                said = f"{file.name}: lines above its header, which are left out: {file.titles}; "
                self._tell(Notice(said, Setting("header", False), " keeps them"))
            columns.sifted |= bool(missing)
            tagged = columns.read_header(file.name, first, index, file.said.items)
            self._plans[index] = FilePlan(start, tagged, form, missing)
        return self._plans[index]

    # ---- plain files: in parts, by several workers, up to one with quotes

    def _read_in_parts(self, index: int) -> int:
        """Reads plain files from this one on; returns the place of the next one that must be read as a whole."""
        last = index
        while last < len(self._corpus.sources) and self._is_cut(last):
            last += 1
        for rows in self._pool.map_ordered(read_span, self._spans(range(index, last)), self._progress):
            self._take(rows)
            if rows.resume is not None:
                self._read_in_sequence(rows.file, rows.resume)
                return rows.file + 1
        return last

    def _is_cut(self, index: int) -> bool:
        if self._pool.kind == "serial":  # then one set of distinct cells for all is faster
            return False
        file = self._file(index)
        if not file.reading.plain or file.source.is_remote or file.said.arff:
            return False
        return self._plan(index).form.quotes == kernel.ORDINARY or b'"' not in file.head

    def _spans(self, files: range) -> Iterator[SpanTask]:
        spans = _SPANS_A_JOB * self._pool.jobs
        size = min(self._corpus.chunk_size, max(_FEWEST_BYTES, -(-self._corpus.size // spans)))
        for index in files:
            plan = self._plan(index)
            for span in plan_spans(self._corpus.sources[index], size):
                if span.stop > plan.start:
                    part = Span(span.source, max(plan.start, span.start), span.stop)
                    yield SpanTask(index, part, plan.columns.tags, plan.form)

    def _take(self, rows: SpanRows) -> None:
        numbers = self._cells.put(rows.cells)
        sequence = rows.sequence
        if not np.array_equal(numbers, np.arange(numbers.size)):
            baskets.renumber(numbers, sequence)
        self._add(rows.file, sequence, rows.row_ends)
        if rows.fault is not None:
            raise self._file(rows.file).fault(rows.fault)

    # ---- all others: from the first byte to the last

    def _read_in_sequence(self, index: int, start: int) -> None:
        form, columns = self._plan(index).form, self._plan(index).columns.tags
        file = self._file(index)
        self._cells.begin_file()
        quotes = form.quotes
        begun: list[I32] = []  # cells of a row that goes on in the next block
        for place, block, final in self._blocks(file, start):
            sequence, row_ends, fault = self._cells.read(block, final, form, quotes, columns)
            cut = int(row_ends[-1]) if row_ends.size else 0
            if row_ends.size:
                before = sum(part.size for part in begun)
                self._add(index, np.concatenate([*begun, sequence[:cut]]), row_ends + before)
                begun.clear()
            if cut < sequence.size:
                begun.append(sequence[cut:])
            if fault is not None:
                raise file.fault(Fault(fault.kind, place + fault.byte))

    def _blocks(self, file: TableFile, start: int) -> Iterator[tuple[int, bytes, bool]]:
        """Yields (offset, text, whether it is the last one); what was not consumed of a text begins the next one."""
        stream = file.stream()
        self._streams.append(stream)
        longest = self._corpus.longest_record
        blocks = self._plain_blocks(file, start) if self._is_plain(file) else file.blocks(stream)
        parts: list[bytes] = []
        place, held, wanted, reported = start, 0, _BLOCK_SIZE, 0
        for begin, block in blocks:
            if begin + len(block) <= start:
                continue
            if not held:
                place = max(begin, start)
            parts.append(block[max(0, start - begin) :])
            held += len(parts[-1])
            if held < wanted:
                continue
            text = b"".join(parts)
            yield place, text, False
            used = self._cells.consumed
            place, held = place + used, held - used
            parts = [text[used:]] if held else []
            wanted = max(_BLOCK_SIZE, 2 * held)
            if held > longest:
                line = file.line_at(place)
                raise InputError(f"{file.name}:{line}: a cell of more than {longest >> 20} MB; {_DOUBT}")
            done = begin + len(block) - start if self._is_plain(file) else stream.done
            self._report(done - reported)
            reported = done
        yield place, b"".join(parts), True
        self._report((file.source.size - start if self._is_plain(file) else file.source.size) - reported)

    def _is_plain(self, file: TableFile) -> bool:
        return file.reading.plain and not file.said.arff

    def _plain_blocks(self, file: TableFile, start: int) -> Iterator[tuple[int, bytes]]:
        if start < file.source.size:
            for piece in read_pieces(Span(file.source, start, file.source.size), _BLOCK_SIZE):
                yield piece.start, piece.data

    # ---- what is found

    def _add(self, file: int, sequence: I32, row_ends: I64) -> None:
        if not self._files or self._files[-1] != file:
            self._files.append(file)
            self._collector.begin_file()
            self._first_rows.append(self._sieve.rows)
        plan = self._plan(file)
        if row_ends.size:
            begin = int(row_ends[-2]) if row_ends.size > 1 else 0
            self._last_rows[file] = sequence[begin : int(row_ends[-1])].tolist()
        if self._columns.sifted:
            for rows in self._sieve.sift(sequence, row_ends, plan.missing, plan.columns.tests):
                self._collector.add(*rows)
        else:
            self._collector.add(sequence, self._sieve.keep(row_ends))

    def _row_error(self, row: int, *cause: str) -> InputError:
        return self._row_error_at(self._sieve.row(row), *cause)

    def _row_error_at(self, row: int, *cause: str) -> InputError:
        which = bisect_right(self._first_rows, row) - 1
        index = self._files[which]
        file = self._file(index)
        plan = self._plan(index)
        line = file.line_of_row(row - self._first_rows[which], plan.start, plan.form, plan.columns.tags)
        return InputError(f"{file.name}:{line}: ", *cause)

    def _nothing(self) -> InputError:
        source = self._corpus.sources[0]
        if not any(file.head for file in self._table_files()):
            why: Sequence[str] = ["the file is empty" if len(self._corpus.sources) == 1 else "all files are empty"]
        elif self._sieve.rows:
            why = [Option("where"), f" leaves out all {counted(self._sieve.rows, 'row')}"]
        elif self._columns.header and self._has_header:
            why = ["there is only a header (", Setting("header", False), " if it is none)"]
        else:
            why = ["there are only blank lines"]
        return InputError(f"{source.name}: no transactions; ", *why)

    def _report(self, size: int) -> None:
        if self._progress is not None and size > 0:
            self._progress(size)

    def _tell(self, message: str) -> None:
        if self._notify is not None:
            self._notify(message)


_DOUBT = "is a quote in it never closed? Cells with quotes in them must be quoted and their quotes doubled"
