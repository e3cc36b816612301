"""Recognises files that are no text, by their first bytes, and says what to do with them: PDF, spreadsheets, images."""

from __future__ import annotations

import re
from typing import NamedTuple

from nlpkit.errors import InputError, Option
from nlpkit.places.sources import Source


class _Kind(NamedTuple):
    """What a file is, and the way to its text."""

    what: str
    way: str


_SPREADSHEET = "save it as CSV"
_TEXT = "save it as plain text"
_OCR = "its text must be recognised first (OCR)"
#: The first bytes of files, and at which offset they are.
_MAGIC: tuple[tuple[bytes, int, _Kind], ...] = (
    (b"%PDF-", 0, _Kind("a PDF", "take its text out first (pdftotext)")),
    (b"{\\rtf", 0, _Kind("a document (RTF)", _TEXT)),
    (b"%!PS", 0, _Kind("PostScript", "take its text out first (ps2ascii)")),
    (b"\x89PNG\r\n", 0, _Kind("an image (PNG)", _OCR)),
    (b"\xff\xd8\xff", 0, _Kind("an image (JPEG)", _OCR)),
    (b"GIF87a", 0, _Kind("an image (GIF)", _OCR)),
    (b"GIF89a", 0, _Kind("an image (GIF)", _OCR)),
    (b"II*\0", 0, _Kind("an image (TIFF)", _OCR)),
    (b"MM\0*", 0, _Kind("an image (TIFF)", _OCR)),
    (b"WEBP", 8, _Kind("an image (WebP)", _OCR)),
    (b"ftypheic", 4, _Kind("an image (HEIC)", _OCR)),
    (b"ftypavif", 4, _Kind("an image (AVIF)", _OCR)),
    (b"AT&TFORM", 0, _Kind("a scanned document (DjVu)", "take its text out first (djvutxt)")),
    (b"ftyp", 4, _Kind("a video or sound (MP4)", "its speech must be transcribed first")),
    (b"ID3", 0, _Kind("sound (MP3)", "its speech must be transcribed first")),
    (b"OggS\0", 0, _Kind("sound (Ogg)", "its speech must be transcribed first")),
    (b"WAVEfmt", 8, _Kind("sound (WAV)", "its speech must be transcribed first")),
    (b"SQLite format 3\0", 0, _Kind("a database (SQLite)", "write the table as CSV first (sqlite3 -header -csv)")),
    (b"RDX2\n", 0, _Kind("data of R", "write it as CSV in R (write.csv)")),
    (b"RDX3\n", 0, _Kind("data of R", "write it as CSV in R (write.csv)")),
    (b"X\n\0\0\0", 0, _Kind("data of R", "write it as CSV in R (write.csv)")),
    (b"$FL2@(#)", 0, _Kind("data of SPSS", _SPREADSHEET)),
    (b"<stata_dta>", 0, _Kind("data of Stata", _SPREADSHEET)),
    (b"\x93NUMPY", 0, _Kind("an array of numpy", "write it as text first")),
    (b"\x89HDF\r\n", 0, _Kind("data (HDF5)", "write it as CSV first")),
    (b"ARROW1\0", 0, _Kind("a table (Arrow)", "write it as CSV or Parquet first")),
    (b"ORC", 0, _Kind("a table (ORC)", "write it as CSV or Parquet first")),
    (b"Obj\x01", 0, _Kind("a table (Avro)", "write it as CSV or JSON Lines first")),
    (b"\x7fELF", 0, _Kind("a program", "name a text instead")),
)
_BY_PLACE = {place: tuple(magic for magic, at, _ in _MAGIC if at == place) for _, place, _ in _MAGIC}
_WORDS = (b"WEBP", b"ftyp", b"ID3", b"ORC", b"WAVEfmt", b"GIF87a", b"GIF89a")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What names of files in a zip archive begin with, and its media type, which OpenDocument and EPUB put first.
_IN_ZIP: tuple[tuple[bytes, _Kind], ...] = (
    (b"xl/", _Kind("a spreadsheet (xlsx)", _SPREADSHEET)),
    (b"word/", _Kind("a document (docx)", _TEXT)),
    (b"ppt/", _Kind("a presentation (pptx)", _TEXT)),
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", _Kind("a spreadsheet (ods)", _SPREADSHEET)),
    (b"mimetypeapplication/vnd.oasis.opendocument.presentation", _Kind("a presentation (odp)", _TEXT)),
    (b"mimetypeapplication/vnd.oasis.opendocument", _Kind("a document (odt)", _TEXT)),
    (b"mimetypeapplication/epub+zip", _Kind("a book (EPUB)", _TEXT)),
    (b"Index/Document.iwa", _Kind("a document of iWork", "export it as plain text or CSV")),
)
_IN_OLE: tuple[tuple[str, _Kind], ...] = (
    ("Workbook", _Kind("a spreadsheet (xls)", _SPREADSHEET)),
    ("WordDocument", _Kind("a document (doc)", _TEXT)),
    ("PowerPoint Document", _Kind("a presentation (ppt)", _TEXT)),
)
_BY_SUFFIX = {"xls": 0, "et": 0, "doc": 1, "wps": 1, "ppt": 2}  # places in _IN_OLE
_OFFICE = _Kind("a document of an office program", "save it as plain text, a spreadsheet as CSV")
_MEMBER = re.compile(rb"PK\x03\x04.{22}(..)(..)", re.DOTALL)
_LONGEST_TYPE = 80  # bytes


def refuse_documents(head: bytes, source: Source) -> None:
    """Raises InputError for a file that is no text, with the way to its text. head: its first bytes (64 KiB do)."""
    kind = _kind(head, source.name)
    if kind is None:
        return
    others = (", or ", Option("glob"), " leaves such files out") if source.found else ()
    raise InputError(f"{source.name}: is {kind.what}, not text; {kind.way}", *others)


def _kind(head: bytes, name: str) -> _Kind | None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n") if head[:1] in b"\xef\r\n" else head
    is_known = any(start.startswith(magics, place) for place, magics in _BY_PLACE.items())
    for magic, place, kind in _MAGIC if is_known else ():
        # Some are words with which a text may begin; texts have no NUL.
        if start.startswith(magic, place) and (magic not in _WORDS or b"\0" in head):
            return kind
    if head.startswith(_ZIP):
        return _in_zip(head)
    if head.startswith(_OLE):
        for stream, kind in _IN_OLE:
            if stream.encode("utf-16-le") in head:
                return kind
        known = _BY_SUFFIX.get(name.rpartition(".")[2].lower())
        return _OFFICE if known is None else _IN_OLE[known][1]
    return None


def _in_zip(head: bytes) -> _Kind | None:
    """Returns what a zip archive is, by the names of its first files; None for an archive of other files."""
    has_types = False
    for match in _MEMBER.finditer(head):
        length, extra = (int.from_bytes(match[group], "little") for group in (1, 2))
        begin = match.end()
        name = head[begin : begin + length]
        text = head[begin + length + extra : begin + length + extra + _LONGEST_TYPE]
        for prefix, kind in _IN_ZIP:
            if name.startswith(prefix) or (name == b"mimetype" and (name + text).startswith(prefix)):
                return kind
        has_types = has_types or name == b"[Content_Types].xml"
    return _OFFICE if has_types else None
