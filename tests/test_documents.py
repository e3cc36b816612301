"""Files that are no text are refused by their first bytes, with the way to their text and no other advice."""

import io
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from nlpkit import InputError
from nlpkit.corpus import Corpus
from nlpkit.corpus.listed import list_lines
from tests.conftest import Run

pytestmark = pytest.mark.compiled  # nothing here depends on kernels


def archive(*names: str, first: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        if first:
            file.writestr("mimetype", first)
        for name in names:
            file.writestr(name, "<x/>" * 100, zipfile.ZIP_DEFLATED)
    return out.getvalue()


OFFICE = "application/vnd.oasis.opendocument."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
KINDS = {
    "xlsx": (
        archive("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"),
        "a spreadsheet (xlsx), not text; save it as CSV",
    ),
    "openpyxl": (archive("docProps/app.xml", "xl/theme/theme1.xml", "[Content_Types].xml"), "a spreadsheet (xlsx)"),
    "docx": (
        archive("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
        "a document (docx), not text; save it as plain text",
    ),
    "pptx": (archive("[Content_Types].xml", "ppt/presentation.xml"), "a presentation (pptx)"),
    "other office": (archive("[Content_Types].xml", "visio/document.xml"), "a document of an office program"),
    "ods": (archive("content.xml", first=OFFICE + "spreadsheet"), "a spreadsheet (ods), not text; save it as CSV"),
    "odt": (archive("content.xml", first=OFFICE + "text"), "a document (odt)"),
    "epub": (archive("content.opf", first="application/epub+zip"), "a book (EPUB)"),
    "xls": (OLE + "Workbook".encode("utf-16-le"), "a spreadsheet (xls), not text; save it as CSV"),
    "doc": (OLE + "WordDocument".encode("utf-16-le"), "a document (doc)"),
    "office": (OLE, "a document of an office program"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a PDF, not text; take its text out first (pdftotext)"),
    "pdf after a line end": (b"\n%PDF-1.4\n", "a PDF"),
    "rtf": (b"{\\rtf1\\ansi{\\fonttbl}}", "a document (RTF), not text; save it as plain text"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "an image (PNG), not text; its text must be recognised first (OCR)"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "an image (JPEG)"),
    "webp": (b"RIFF\x24\0\0\0WEBPVP8 ", "an image (WebP)"),
    "mp3": (b"ID3\x04\0\0\0\0", "sound (MP3)"),
    "rdata": (b"RDX3\nX\n\0\0", "data of R, not text; write it as CSV in R (write.csv)"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_text_is_refused_with_the_way_to_its_text(kind: str, tmp_path: Path) -> None:
    data, message = KINDS[kind]
    path = tmp_path / "file.csv"  # the name does not decide
    path.write_bytes(data)
    for encoding in ("utf-8", "auto", "gb18030"):
        for read in (lambda: Corpus(path, encoding=encoding).__enter__(), lambda: list(list_lines(path, encoding))):  # noqa: B023
            with pytest.raises(InputError) as raised:
                read()
            said = str(raised.value)
            assert f"{path}: is {message}" in said
            assert "encoding" not in said and "unzip" not in said


def test_a_database_is_refused(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "shop.db")
    database.execute("create table orders (id, item)")
    database.commit()
    database.close()
    with pytest.raises(InputError, match=r"shop.db: is a database \(SQLite\), not text; write the table as CSV first"):
        Corpus(tmp_path / "shop.db").__enter__()


@pytest.mark.parametrize(
    "text",
    [
        "ID3 标签是什么",
        "ORC 文件",
        "GIF89a 是图片格式",
        "softyp 软件",
        "PK 比赛",
        "MM 和 II",
        "RIFF....WEBP 图片",
        "PDF 文件",
    ],
)
def test_texts_about_such_files_are_read(text: str) -> None:
    assert list(list_lines(io.BytesIO(text.encode()))) == [text]


def test_an_archive_of_texts_is_one() -> None:
    with pytest.raises(InputError, match="is a zip archive; unzip -p"):
        Corpus(io.BytesIO(archive("a.txt", "b.txt"))).__enter__()


def test_parquet_is_named_where_it_is_not_expected(tmp_path: Path) -> None:
    (tmp_path / "data.bin").write_bytes(b"PAR1" + bytes(100))
    with pytest.raises(InputError, match="is Parquet, not text; name the column of its text with column"):
        Corpus(tmp_path / "data.bin").__enter__()


@pytest.fixture
def book(tmp_path: Path) -> Callable[[str], Path]:
    def write(name: str) -> Path:
        (tmp_path / name).write_bytes(KINDS["xlsx"][0])
        return tmp_path / name

    return write


@pytest.mark.parametrize("command", ["apriori", "count", "segment", "discover"])
def test_every_command_refuses_a_spreadsheet(run: Run, book: Callable[[str], Path], command: str) -> None:
    done = run(command, book("orders.xlsx"))
    assert done.returncode == 1
    said = done.stderr.decode().strip()
    assert said.endswith("orders.xlsx: is a spreadsheet (xlsx), not text; save it as CSV")
    assert "encoding" not in said


def test_such_files_in_a_folder_can_be_left_out(run: Run, book: Callable[[str], Path]) -> None:
    done = run("count", book("orders.xlsx").parent)
    assert done.stderr.decode().strip().endswith("save it as CSV, or --glob leaves such files out")
