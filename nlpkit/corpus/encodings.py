"""Decodes bytes of any encoding to UTF-8, and explains where bytes are not valid and which encoding to try."""

from __future__ import annotations

import codecs
import encodings.aliases
import re
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import chain, islice
from typing import IO

from nlpkit.corpus.detection import SAMPLE_SIZE, detect, has_all, returns_end_lines, shown
from nlpkit.errors import EncodingError, Option, OptionError, Setting
from nlpkit.places.compression import read_ends, text_bytes
from nlpkit.places.sources import LIVE, Source
from nlpkit.places.temporary import no_room
from nlpkit.suggest import hint

_AROUND = 32 << 10  # bytes before and after a fault that suggest another encoding
_LINE_SIZE = 1 << 20  # bytes of an unfinished line that are kept in memory
_NO_TEXT = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
#: What an unknown name is taken for first; Python has further names for these encodings that nobody types.
_COMMON = ("utf-8", "utf-16", "utf-32", "gb18030", "gbk", "gb2312", "big5", "shift-jis", "euc-jp", "euc-kr")
_LENIENT = Setting("errors", "replace", "skip")
_BOM = "\ufeff"
_MOST_BLOCKS = 64  # of at most 1 MiB, that are read after a fault
_MARK = "\udcff"  # stands for bytes that are not valid; no text holds it
#: The same in the output of a Decoder that marks them; UTF-8 has no such bytes.
INVALID = _MARK.encode(errors="surrogatepass")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")

codecs.register_error("nlpkit-mark", lambda error: (_MARK, error.end))  # type: ignore[attr-defined]


def check_encoding(name: str) -> str:
    """Returns an encoding's name as Python's codecs call it, or 'auto'; 'utf-8-sig' becomes 'utf-8'.

    Raises OptionError for a name that is unknown, or not that of an encoding of text.
    """
    if name == "auto":
        return name
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError) as error:
        known = {alias.replace("_", "-") for alias in (*encodings.aliases.aliases, *encodings.aliases.aliases.values())}
        wanted = name.lower().replace("_", "-")
        alike = [] if wanted in known else sorted(known)  # some names are known on other systems only
        near = hint(wanted, _COMMON) or hint(wanted, alike, "try gb18030, big5, utf-16, shift_jis or auto")
        raise OptionError(Option("encoding"), f" {name!r} is unknown; {near}") from error
    if not found._is_text_encoding or found.name in _NO_TEXT or found.incrementaldecoder is None:
        raise OptionError(Option("encoding"), f" {name!r} is not an encoding of text files")
    return "utf-8" if found.name == "utf-8-sig" else found.name


def _decoder(encoding: str, errors: str, head: bytes) -> codecs.IncrementalDecoder:
    """Returns a decoder. UTF-16 and UTF-32 without a byte order mark are little-endian, as most programs write them."""
    if encoding in ("utf-16", "utf-32"):
        big = head.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
        encoding += "-be" if big else "-le"
    return codecs.getincrementaldecoder(encoding)(errors)


class Decoder:
    """Decodes the text of one source, once; `lines` counts the lines with bytes that are not valid.

    errors: 'strict' raises EncodingError, 'replace' puts U+FFFD where Python's decoder does, 'skip' leaves out lines,
    'mark' puts INVALID, by which an extractor recognises damaged records. folder: where 'skip' keeps an unfinished line
    of more than 1 MiB.
    """

    def __init__(self, source: Source, encoding: str, errors: str, folder: str | None = None) -> None:
        self.lines = 0
        self._source, self._encoding, self._errors, self._folder = source, encoding, errors, folder

    def feed(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Yields UTF-8 without a byte order mark, cut between characters. blocks: the text's bytes, cut anywhere."""
        texts = self._decode(blocks)
        if self._errors == "skip":
            return self._skip(texts)
        if self._errors == "mark":
            return map(_marked, texts)
        return self._replace(texts) if self._errors == "replace" else map(str.encode, texts)

    def _decode(self, blocks: Iterable[bytes]) -> Iterator[str]:
        """Yields the text, with a surrogate in place of bytes that are not valid unless errors are strict."""
        strict = self._errors == "strict"
        blocks = iter(blocks)
        head = b""
        while len(head) < 4 and (block := next(blocks, b"")):
            head += block
        decoder = _decoder(self._encoding, "strict" if strict else "nlpkit-mark", head)
        fed = 0
        begun = False
        for block, final in chain([(head, False)], ((block, False) for block in blocks), [(b"", True)]):
            fed += len(block)
            try:
                text = decoder.decode(block, final)
            except UnicodeDecodeError as error:
                raise not_valid(self._source, fed - len(error.object) + error.start, self._encoding) from error
            if strict and self._encoding == "utf-7" and _SURROGATES.search(text):
                raise not_valid(self._source, fed - len(block), self._encoding)
            if text:
                yield text if begun else text.removeprefix(_BOM)
                begun = True

    def _replace(self, texts: Iterable[str]) -> Iterator[bytes]:
        counted = False  # the current line
        for text in texts:
            try:
                block = text.encode()
                counted = counted and "\n" not in text
            except UnicodeEncodeError:
                hit = [_SURROGATES.search(line) is not None for line in text.split("\n")]
                self.lines += sum(hit) - (counted and hit[0])
                counted = hit[-1] or (counted and len(hit) == 1)
                block = _SURROGATES.sub("\ufffd", text).encode()
            yield block

    def _skip(self, texts: Iterable[str]) -> Iterator[bytes]:
        with closing(_Line(self._folder)) as line:
            for text in texts:
                first, last = text.find("\n") + 1, text.rfind("\n") + 1
                if first:
                    line.add(text[:first])
                    self.lines += line.damaged
                    yield from line.take()
                    yield self._whole_lines(text[first:last])
                line.add(text[last:])
            self.lines += line.damaged
            yield from line.take()

    def _whole_lines(self, text: str) -> bytes:
        try:
            return text.encode()
        except UnicodeEncodeError:
            lines = text.split("\n")  # the last one is empty
            valid = [line for line in lines if not _SURROGATES.search(line)]
            self.lines += len(lines) - len(valid)
            return "\n".join(valid).encode()


def _marked(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub(_MARK, text).encode(errors="surrogatepass")


class _Line:
    """A line that may still turn out to be damaged; on disk if it is long."""

    def __init__(self, folder: str | None) -> None:
        self.damaged = False
        self._folder = folder
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_LINE_SIZE, dir=folder)  # noqa: SIM115

    def add(self, text: str) -> None:
        if self.damaged or not text:
            return
        try:
            with self._on_disk():
                self._file.write(text.encode())
        except UnicodeEncodeError:
            self.damaged = True

    def take(self) -> Iterator[bytes]:
        """Yields the line unless it is damaged, and begins the next one."""
        with self._on_disk():  # which writes what is still in a buffer
            self._file.seek(0)
            while not self.damaged and (block := self._file.read(_LINE_SIZE)):
                yield block
            self._file.seek(0)
            self._file.truncate()
        self.damaged = False

    @contextmanager
    def _on_disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise no_room(self._folder, error, "a very long line") from error

    def close(self) -> None:
        with suppress(OSError):  # what could not be written is not needed
            self._file.close()


def utf8_fault(data: bytes) -> int:
    """Returns the offset in bytes (from 0) of the first sequence that is not UTF-8 by RFC 3629, -1 if there is none.

    As in Python's strict decoder, surrogates, overlong forms and code points over U+10FFFF are faults, and the offset
    is that of the sequence's first byte.
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as fault:
        return fault.start
    return -1


def not_utf8(source: Source, byte: int, around: bytes = b"", fault: int = 0, *, lenient: bool = True) -> EncodingError:
    """Returns the error for a source whose text is not UTF-8 at offset `byte`; see not_valid.

    around, fault: for a source that cannot be read again, some bytes of the text, and the offset of the fault in them.
    lenient: whether the option `errors` has an effect on the source; it has none on lists.
    """
    if source.path == LIVE:
        other = suggest(around, fault, "utf-8", byte == fault) if around else None
        return _live_error(source, byte, "utf-8", other)
    return not_valid(source, byte, "utf-8", lenient=lenient)


def _live_error(source: Source, byte: int, encoding: str, other: str | None) -> EncodingError:
    ways = (Setting("encoding", other or "auto"), ", or ", _LENIENT)
    return EncodingError(f"{source.name} (byte {byte}): not valid {shown(encoding).upper()}; try ", *ways)


def not_valid(source: Source, byte: int, encoding: str, *, lenient: bool = True) -> EncodingError:
    """Returns the error for a source whose text is not valid at offset `byte`, with an encoding to try, if the bytes
    around the fault and at both ends of the text suggest one.

    Lines count from 1; a line ends with each line feed before the fault, or carriage return where these end lines.
    Bytes count from 0 at the first byte of the text, unpacked if it is compressed, a byte order mark included, so that
    `tail -c +N` and hex viewers find the place. Raises InputError instead if the source is a damaged archive, which
    explains the fault better. lenient: as in not_utf8.
    """
    if source.path == LIVE:
        return _live_error(source, byte, encoding, None)
    head, tail, compression = read_ends(source, SAMPLE_SIZE)
    decoder = _decoder(encoding, "replace", head)
    end = "\r" if returns_end_lines(_decoder(encoding, "replace", head).decode(head)) else "\n"
    line, place, around = 1, 0, b""
    with closing(text_bytes(source)) as blocks:
        for block in blocks:
            before = block[: max(0, byte - place)]
            line += before.count(end.encode()) if encoding == "utf-8" else decoder.decode(before).count(end)
            place += len(block)
            around = (around + block)[-2 * _AROUND - len(block) :]
            if place >= byte + _AROUND:
                break
        if compression is not None:  # to check the checksum at the end, unless that is terabytes away
            deque(islice(blocks, _MOST_BLOCKS), maxlen=0)
    fault = len(around) - (place - byte)
    around = around[max(0, fault - _AROUND) : fault + _AROUND]
    other = _other(head, b"" if byte < len(head) else around, tail, encoding)
    binary = len(_CONTROLS.findall(around)) > len(around) // 100
    if binary and other and not other.startswith("utf"):
        other = None
    if other is None and encoding != "utf-8":
        other = "auto"
    ways: list[str] = ["try ", Setting("encoding", other)] if other else []
    if lenient:
        ways += [", or " if ways else "try ", _LENIENT]
    elif not ways:
        ways.append("save it as UTF-8")
    if source.found:
        ways += [", or ", Option("glob"), " to leave such files out"]
    doubt = "is it text at all? " if binary and not other else ""
    name = shown(encoding).upper()
    return EncodingError(f"{source.name}:{line} (byte {byte}): not valid {name}; {doubt}", *ways)


def suggest(around: bytes, fault: int, encoding: str, at_start: bool = True) -> str | None:
    """Returns the name of an encoding in which the bytes around a fault make sense, as far as they tell.

    fault: the offset of the fault in `around`. at_start: whether the text begins with these bytes. Returns None for a
    text that is in the given encoding except for some damage.
    """
    begin = 0 if at_start else around.rfind(b"\n", 0, fault) + 1
    return _other(around[begin:], b"", b"", encoding)


def _other(head: bytes, around: bytes, tail: bytes, encoding: str) -> str | None:
    """Returns the name of the encoding that a text is in, None if that is the one it was read in, or not recognised."""
    found = detect(head, around + b"\n" + tail, whole=len(head) < SAMPLE_SIZE and not around and not tail)
    return None if found is None or has_all(encoding, found) else shown(found)
