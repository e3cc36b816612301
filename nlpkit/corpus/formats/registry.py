"""The formats that are known: which one a source has, and what takes the text out of it."""

from __future__ import annotations

from nlpkit.corpus.formats.extractor import LONGEST_RECORD, Extractor
from nlpkit.corpus.formats.tables import DelimitedText, guess_delimiter
from nlpkit.corpus.options import ReadingOptions

_BY_SUFFIX = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
}


_ROWS = 20  # that tell the kind of a table without a header


def format_of(name: str, head: bytes, field: bool = False, column: bool = False, header: bool = True) -> str:
    """Returns the format of a source: 'text', 'jsonl', 'csv', 'tsv' or 'parquet'.

    name: of the file, without the suffix of its compression, which decides if it has a known suffix. Else the option
    that is given decides: `field` means JSON; `column` means a table, whose kind the first bytes, `head`, tell: by the
    header, or, where there is none, by the first rows.
    """
    kind = _BY_SUFFIX.get(name[name.rfind(".") :].lower())
    if kind is not None:
        return kind
    if field:
        return "jsonl"
    if not column:
        return "text"
    if head.startswith(b"PAR1"):
        return "parquet"
    first, _, following = head.partition(b"\n")
    if header:
        return "tsv" if b"\t" in first and b"," not in first else "csv"
    tabs = first.count(b"\t")
    is_regular = all(line.count(b"\t") == tabs for line in following.split(b"\n")[:_ROWS][:-1])
    return "tsv" if tabs and (is_regular or b"," not in first) else "csv"


def delimiter_of(format: str, first: str, given: str | None = None) -> str:
    """Returns the delimiter of 'csv' or 'tsv'. first: the first row. given: by the user."""
    return given or ("\t" if format == "tsv" else guess_delimiter(first))


def open_format(
    format: str, name: str, options: ReadingOptions | None = None, longest: int = LONGEST_RECORD
) -> Extractor:
    """Returns what takes the text out of 'jsonl', 'csv' or 'tsv'.

    name: of the source, for messages. options: of which field, column, delimiter, header, errors and clean are
    used. longest: bytes that a record may have, at most LONGEST_RECORD.
    """
    o = options or ReadingOptions()
    made: Extractor
    if format == "jsonl":
        from nlpkit.corpus.formats.json_records import JsonRecords  # here, because text does not need it

        made = JsonRecords(name, o.errors, longest, o.field)
    else:
        delimiter = "\t" if format == "tsv" and o.delimiter is None else o.delimiter
        made = DelimitedText(name, o.errors, longest, o.column, delimiter, o.header)
    made.clean = o.clean
    return made
