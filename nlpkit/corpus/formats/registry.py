"""The formats that are known: which one a source has, and what takes the text out of it."""

from __future__ import annotations

from nlpkit.corpus.formats.extractor import LONGEST_RECORD, Extractor
from nlpkit.corpus.formats.json_lines import JsonLines
from nlpkit.corpus.formats.tables import DelimitedText
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


def format_of(name: str, head: bytes, field: str | None, column: str | None) -> str:
    """Returns the format of a source: 'text', 'jsonl', 'csv', 'tsv' or 'parquet'.

    name: of the file, without the suffix of its compression, which decides if it has a known suffix. Else the option
    that is given decides: `field` means JSON Lines; `column` means a table, whose kind the first bytes, `head`, tell.
    """
    for suffix, kind in _BY_SUFFIX.items():
        if name.lower().endswith(suffix):
            return kind
    if field is not None:
        return "jsonl"
    if column is None:
        return "text"
    if head.startswith(b"PAR1"):
        return "parquet"
    header = head.partition(b"\n")[0]
    return "tsv" if b"\t" in header and b"," not in header else "csv"


def open_format(
    format: str, name: str, options: ReadingOptions | None = None, longest: int = LONGEST_RECORD
) -> Extractor:
    """Returns what takes the text out of 'jsonl', 'csv' or 'tsv'.

    name: of the source, for messages. options: of which field, column, delimiter and errors are used. longest: bytes
    that a record may have, at most LONGEST_RECORD.
    """
    o = options or ReadingOptions()
    if format == "jsonl":
        return JsonLines(name, o.errors, longest, o.field)
    delimiter = "\t" if format == "tsv" and o.delimiter is None else o.delimiter
    return DelimitedText(name, o.errors, longest, o.column, delimiter)
