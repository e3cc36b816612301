"""Parquet -> the text of one column, or several; needs pyarrow, the extra `parquet`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from nlpkit.corpus.formats.tables import column_indices
from nlpkit.errors import InputError, Option, Setting
from nlpkit.places.opening import check_unchanged, gives_ranges, open_source
from nlpkit.places.sources import Source, input_error

if TYPE_CHECKING:
    import pyarrow

_BLOCK_SIZE = 1 << 20  # bytes that are read and passed on at a time
_MOST_ROWS = 1024  # at a time


class ParquetText:
    """The text of some columns of a Parquet file, once, with the attributes of an Extractor.

    columns: names, or else numbers from 1. errors: 'strict', 'replace' or 'skip', for bytes that are not UTF-8.
    """

    #: What is done with each text before it is passed on, None for nothing.
    clean: Callable[[str], str] | None = None

    def __init__(self, source: Source, columns: tuple[str, ...], errors: str = "strict") -> None:
        self.source = source
        self.name = source.name
        self.errors = errors
        self.records = self.missing = self.damaged = 0
        self._columns = columns

    def blocks(self) -> Iterator[bytes]:
        """Yields UTF-8, in blocks of whole records, with a line feed after each text; a record of which all columns are
        null counts as missing.

        The columns hold strings, plain or dictionary-encoded, or bytes of UTF-8. At most 1,024 rows of a row group are
        read at a time, and of these only the columns. Raises InputError, also if the file has changed.
        """
        try:
            import pyarrow
        except ImportError as error:
            raise InputError(f"{self.name}: reading Parquet needs pip install 'nlpkit[parquet]'") from error
        try:
            file = open_source(self.source)  # closed below; pyarrow's errors are OSErrors, too
        except OSError as error:
            raise input_error(self.name, error) from error
        with file:
            self._check_ranges()
            check_unchanged(file, self.source)
            try:
                yield from self._read(file)
            except (pyarrow.ArrowException, OSError) as error:
                check_unchanged(file, self.source)
                cause = str(error).partition("\n")[0].rstrip(". ")
                raise InputError(f"{self.name}: cannot be read as Parquet ({cause}); is it whole?") from error
            check_unchanged(file, self.source)

    def _check_ranges(self) -> None:
        if not gives_ranges(self.source):
            raise InputError(
                f"{self.name}: is Parquet, whose end is read first, but its server sends files from the beginning "
                "only; download it"
            )

    def _read(self, opened: BinaryIO) -> Iterator[bytes]:
        from pyarrow import parquet

        with parquet.ParquetFile(opened, memory_map=False, pre_buffer=False, buffer_size=_BLOCK_SIZE) as file:
            columns = self._check(file.schema_arrow)
            for group in range(file.num_row_groups):
                rows = _rows_at_a_time(file.metadata, group, columns)
                for batch in file.iter_batches(rows, row_groups=[group], columns=columns, use_threads=False):
                    arrays = [batch.column(name) for name in columns] if len(columns) > 1 else [batch.column(0)]
                    if block := self._text(arrays):
                        yield block

    def _check(self, schema: pyarrow.Schema) -> list[str]:
        """Returns the columns' names. Raises InputError if there is no such column or it holds no text."""
        import pyarrow

        names = schema.names
        indices = column_indices(self.name, self._columns, names)
        for index in indices:
            kind = schema.field(index).type
            kind = kind.value_type if pyarrow.types.is_dictionary(kind) else kind
            if str(kind) not in ("string", "large_string", "string_view", "binary", "large_binary", "binary_view"):
                raise InputError(
                    f"{self.name}: the column {names[index]!r} holds {kind}, no text; name another with ",
                    Option("column"),
                )
        return [str(names[index]) for index in indices]

    def _text(self, columns: list[pyarrow.Array]) -> bytes:
        import pyarrow
        from pyarrow import compute

        arrays = [column.cast(pyarrow.large_binary()) for column in columns]
        texts = arrays[0].drop_null() if len(arrays) == 1 else _together(arrays)
        self.records += len(arrays[0])
        self.missing += len(arrays[0]) - len(texts)
        lines = compute.binary_join_element_wise(texts, *(pyarrow.scalar(end, texts.type) for end in (b"", b"\n")))
        block = lines.buffers()[2].to_pybytes() if len(lines) else b""
        try:
            block.decode()
            if self.clean is not None:
                block = b"".join(self.clean(text.decode()).encode() + b"\n" for text in texts.to_pylist())
        except UnicodeDecodeError:
            return b"".join(self._mended(texts.to_pylist(), self.records - len(arrays[0])))
        return block

    def _mended(self, texts: list[bytes], before: int) -> Iterator[bytes]:
        for text in texts:
            try:
                text.decode()
            except UnicodeDecodeError:
                if self.errors == "strict":
                    raise InputError(
                        f"{self.name}: rows {before + 1} to {self.records} hold text that is not valid UTF-8; ",
                        Setting("errors", "skip"),
                        " leaves such records out, ",
                        Setting("errors", "replace"),
                        " puts U+FFFD",
                    ) from None
                self.damaged += 1
                if self.errors == "replace":
                    yield self._cleaned(text) + b"\n"
            else:
                yield self._cleaned(text) + b"\n"

    def _cleaned(self, text: bytes) -> bytes:
        written = text.decode(errors="replace")
        return (written if self.clean is None else self.clean(written)).encode()


def _together(arrays: list[pyarrow.Array]) -> pyarrow.Array:
    """Returns the texts of each row as lines of one, without the rows of which all are null."""
    import pyarrow
    from pyarrow import compute

    has_text = compute.is_valid(arrays[0])
    for array in arrays[1:]:
        has_text = compute.or_(has_text, compute.is_valid(array))
    kept = [array.filter(has_text) for array in arrays]  # before, because joining loses rows that are null
    return compute.binary_join_element_wise(*kept, pyarrow.scalar(b"\n", kept[0].type), null_handling="skip")


def _rows_at_a_time(metadata: Any, group: int, columns: list[str]) -> int:
    """Returns the number of rows of a row group that make about a block."""
    chunks = metadata.row_group(group)
    sizes = [
        chunks.column(leaf).total_uncompressed_size
        for leaf in range(metadata.num_columns)
        if chunks.column(leaf).path_in_schema in columns
    ]
    return int(max(1, min(_MOST_ROWS, _BLOCK_SIZE * chunks.num_rows // max(1, sum(sizes)))))
