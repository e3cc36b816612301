"""Decides how each source is read: its encoding, format and compression, by its name and its first bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlpkit.corpus.encodings import SAMPLE_SIZE, detect, is_utf8
from nlpkit.corpus.formats.registry import format_of
from nlpkit.corpus.hints import hint_of
from nlpkit.corpus.options import ReadingOptions
from nlpkit.corpus.types import Reading
from nlpkit.errors import EncodingError, InputError, Option, Setting
from nlpkit.places.compression import bare_name, read_head
from nlpkit.places.sources import Source

_HEAD_SIZE = 64 << 10


def find_reading(source: Source, options: ReadingOptions) -> Reading:
    """Returns how to read a source, by its name and its first bytes. Raises InputError, EncodingError."""
    head, compression = read_head(source, _HEAD_SIZE if options.encoding == "utf-8" else SAMPLE_SIZE)
    if not source.is_copy and options.encoding not in ("auto", "utf-8") and is_utf8(head, options.encoding):
        options = replace(options, encoding="utf-8")
    return reading_of(source, head, compression, options)


def find_readings(sources: Sequence[Source], options: ReadingOptions) -> list[Reading]:
    """Returns how to read each source; several remote ones are looked at at the same time. Raises as find_reading."""
    if not any(source.is_remote for source in sources):
        return [find_reading(source, options) for source in sources]
    from nlpkit.places.remote.waiting import side_by_side  # here, because few inputs need it

    return side_by_side(lambda source: find_reading(source, options), sources)


def reading_of(source: Source, head: bytes, compression: str | None, options: ReadingOptions) -> Reading:
    """Returns how to read a source of which the first bytes of the text and the compression are known.

    Raises EncodingError if its encoding is not recognised, InputError for Parquet that is compressed.
    """
    detecting = options.encoding == "auto"
    if head.startswith(b"PAR1"):
        encoding = "utf-8"
    else:
        encoding = (detect(head) or "") if detecting else options.encoding
        if not encoding:
            raise EncodingError(f"{source.name}: its encoding is not recognised; name it with ", Option("encoding"))
        head = head[:_HEAD_SIZE].decode(encoding, "replace").removeprefix("\ufeff").encode()
    name = source.name.partition("?")[0] if "://" in source.name else source.name
    name = bare_name(name) if compression else name
    kind = format_of(name, head, bool(options.field), bool(options.column), options.header)
    if kind == "parquet" and compression:
        raise InputError(f"{source.name}: is Parquet in {compression}; unpack it first, it cannot be read as a stream")
    plain = (encoding, options.errors, kind, compression) == ("utf-8", "strict", "text", None)
    if kind == "parquet" and not options.header:
        raise InputError(
            f"{source.name}: is Parquet, which always names its columns; leave out ", Setting("header", False)
        )
    plain = plain and options.keeps_text and not options.unique_lines
    return Reading(source, encoding, kind, plain, compression, hint_of(source.name, kind, head, options))
