"""UTF-8, strictly: where a text is not valid, and how to say so."""

from __future__ import annotations

from nlpkit.corpus.sources import Source, input_error
from nlpkit.errors import EncodingError

_READ_SIZE = 1 << 20


def utf8_fault(data: bytes) -> int:
    """Offset in bytes (from 0) of the first byte sequence that is not UTF-8 by RFC 3629, or -1 where all of it is.

    As in Python's strict decoder: surrogates, overlong forms and code points over U+10FFFF are faults, and the offset
    is that of the sequence's first byte.
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as fault:
        return fault.start
    return -1


def not_utf8(source: Source, byte: int) -> EncodingError:
    """The error for a source whose text is not UTF-8 at offset `byte`.

    Lines count from 1, a line ending with each newline byte before the fault; bytes count from 0 at the file's first
    one, a byte order mark included, so that `tail -c +N` and hex viewers find the place.
    """
    line, left = 1, byte
    try:
        with open(source.path, "rb") as file:
            while left > 0 and (block := file.read(min(left, _READ_SIZE))):
                line += block.count(b"\n")
                left -= len(block)
    except OSError as error:
        raise input_error(source.name, error) from error
    return EncodingError(
        f"{source.name}:{line} (byte {byte}): not valid UTF-8; convert the text first (iconv -f gb18030 -t utf-8)"
    )
