"""Decides how each source is read: its encoding, format and compression, by its name and its first bytes."""

from __future__ import annotations

from collections.abc import Sequence

from nlpkit.corpus.detection import SAMPLE_SIZE, detect, is_utf8, is_wide, marked_encoding, returns_end_lines, shown
from nlpkit.corpus.formats.registry import format_of
from nlpkit.corpus.hints import hint_of
from nlpkit.corpus.options import ReadingOptions
from nlpkit.corpus.types import Reading
from nlpkit.errors import EncodingError, InputError, Option, Setting
from nlpkit.places.compression import bare_name, read_ends, read_head
from nlpkit.places.sources import Source

_HEAD_SIZE = 64 << 10
#: What is said about a text in which CR ends lines, after "read as".
RETURNS = "lines that end with CR (it has no LF)"


def find_reading(source: Source, options: ReadingOptions) -> Reading:
    """Returns how to read a source, by its name and its first and last bytes. Raises InputError, EncodingError."""
    if options.encoding == "utf-8":
        head, compression = read_head(source, _HEAD_SIZE)
        if len(head) == _HEAD_SIZE and b"\n" not in head:  # whether CR ends lines is seen as with other encodings
            head, compression = read_head(source, SAMPLE_SIZE)
        return reading_of(source, head, compression, options)
    head, tail, compression = read_ends(source, SAMPLE_SIZE)
    return reading_of(source, head, compression, options, tail, len(head) < SAMPLE_SIZE)


def find_readings(sources: Sequence[Source], options: ReadingOptions) -> list[Reading]:
    """Returns how to read each source; several remote ones are looked at at the same time. Raises as find_reading."""
    if not any(source.is_remote for source in sources):
        return [find_reading(source, options) for source in sources]
    from nlpkit.places.remote.waiting import side_by_side  # here, because few inputs need it

    return side_by_side(lambda source: find_reading(source, options), sources)


def reading_of(
    source: Source,
    head: bytes,
    compression: str | None,
    options: ReadingOptions,
    tail: bytes = b"",
    whole: bool = False,
) -> Reading:
    """Returns how to read a source of which the first bytes of the text and the compression are known.

    tail: its last bytes, if they are known. whole: `head` is all of the text. What is UTF-8 beyond doubt is read as
    such even if another encoding is named.
    Raises EncodingError if its encoding is not recognised or is plainly another one, InputError for Parquet that is
    compressed.
    """
    encoding, returns, text = "utf-8", False, ""
    marked = marked_encoding(head) is not None
    if not head.startswith(b"PAR1"):
        encoding = _encoding_of(source, head, tail, whole, options.encoding)
        if encoding == "utf-8" and b"\0" in head and is_wide(head):
            _refuse_wide(source, head)
        text = head.decode(encoding, "replace").removeprefix("\ufeff")
        returns = returns_end_lines(text)
        text = text[:_HEAD_SIZE]
        head = text.encode("utf-8", "replace") if options.column else b""  # which only tables need
    name = source.name.partition("?")[0] if "://" in source.name else source.name
    name = bare_name(name) if compression else name
    kind = format_of(name, head, bool(options.field), bool(options.column), options.header)
    if head.startswith(b"PAR1") and kind != "parquet":
        raise InputError(f"{source.name}: is Parquet, not text; name the column of its text with ", Option("column"))
    if kind == "parquet" and compression:
        raise InputError(f"{source.name}: is Parquet in {compression}; unpack it first, it cannot be read as a stream")
    plain = (encoding, options.errors, kind, compression) == ("utf-8", "strict", "text", None)
    if kind == "parquet" and not options.header:
        raise InputError(
            f"{source.name}: is Parquet, which always names its columns; leave out ", Setting("header", False)
        )
    plain = plain and options.keeps_text and not options.unique_lines and not returns
    hint = hint_of(source.name, kind, text, options)
    return Reading(source, encoding, kind, plain, compression, returns, hint, marked)


def how_decoded(reading: Reading, named: str) -> str:
    """Returns in which encoding a source is read, for the user. named: the encoding that he named, another one."""
    why = "(detected)" if named == "auto" else f"instead of {named}, because that is what it is"
    return f"{shown(reading.encoding)} {why}"


def _encoding_of(source: Source, head: bytes, tail: bytes, whole: bool, named: str) -> str:
    if named == "auto":
        found = detect(head, tail, whole)
        if found is None:
            ways = [", or leave out such files with ", Option("glob")] if source.found else []
            cause = f"{source.name}: its encoding is not recognised; name it with "
            raise EncodingError(cause, Option("encoding"), *ways)
        return found
    return "utf-8" if named != "utf-8" and is_utf8(head, tail, named) else named


def _refuse_wide(source: Source, head: bytes) -> None:
    """Raises EncodingError for UTF-16 whose characters are ASCII, which is valid UTF-8 with NULs in it."""
    found = detect(head)
    if found is not None and found.startswith("utf-16"):
        name = shown(found)
        raise EncodingError(f"{source.name}: is {name.upper()}, and not UTF-8; try ", Setting("encoding", name))
