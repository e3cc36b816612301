"""Other encodings than UTF-8: the same text, the first fault where Python finds it, advice that helps."""

import codecs
import gzip
import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from nlpkit.corpus import Corpus, read_pieces
from nlpkit.corpus.detection import detect, returns_end_lines, shown
from nlpkit.corpus.encodings import INVALID, Decoder, check_encoding
from nlpkit.corpus.listed import list_lines
from nlpkit.errors import EncodingError, OptionError, OutputError
from nlpkit.places.compression import compression_of
from nlpkit.places.sources import Source
from tests.conftest import LAWS, Run
from tests.texts import is_document

pytestmark = pytest.mark.compiled  # nothing here depends on kernels

NOWHERE = Source("/nowhere", "nowhere", 0)

CHINESE = LAWS.read_bytes()[:60_000].decode("utf-8", "ignore")
TRADITIONAL = "中華民國九十年，臺灣的人口約有兩千三百萬人。\n學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？\n" * 20
JAPANESE = "これは日本語の文章です。東京都千代田区の国会議事堂で会議が行われた。\nカタカナとひらがなを混ぜた文。\n" * 20
KOREAN = "모든 국민은 인간으로서의 존엄과 가치를 가지며, 행복을 추구할 권리를 가진다.\n" * 20
RUSSIAN = "Все люди рождаются свободными и равными в своём достоинстве и правах.\n" * 20

ENCODINGS = {
    "utf-8": "天é𠀀",
    "gb18030": "天é𠀀",
    "gbk": "天地é",
    "big5": "天地",
    "big5hkscs": "天地",
    "shift_jis": "天ア",
    "euc_jp": "天ア",
    "euc_kr": "天가",
    "utf-16": "天é𠀀",
    "utf-16-le": "天é𠀀",
    "utf-16-be": "天é𠀀",
    "utf-32": "天é𠀀",
    "utf-7": "天é𠀀",
    "hz": "天地",
    "iso2022_jp": "天ア",
    "cp1252": "é€",
    "koi8_r": "жя",
    "ascii": "ab",
}
names = pytest.mark.parametrize("encoding", ENCODINGS)


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[i : i + size] for i in range(0, len(data), size)]


def decode(data: bytes, encoding: str, errors: str, size: int) -> tuple[str, int]:
    """(text, lines counted)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "text")
        path.write_bytes(data)
        decoder = Decoder(Source(str(path), "text", len(data)), encoding, errors, folder)
        return b"".join(decoder.feed(cut(data, size))).decode(), decoder.lines


# ---- names


@pytest.mark.parametrize(
    ("name", "expected"),
    [("UTF8", "utf-8"), ("utf-8-sig", "utf-8"), ("GB18030", "gb18030"), ("Shift-JIS", "shift_jis"), ("936", "gbk")],
)
def test_names_are_those_of_pythons_codecs(name: str, expected: str) -> None:
    assert check_encoding(name) == expected


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gb1803", "encoding 'gb1803' is unknown; did you mean gb18030"),
        ("utf9", "encoding 'utf9' is unknown; did you mean utf-8?"),
        ("utf16le", "encoding 'utf16le' is unknown; did you mean utf-16"),
        ("mojibake", "try gb18030, big5"),
        ("", "encoding '' is unknown"),
        ("a\0b", "is unknown; try gb18030"),
        ("rot13", "not an encoding of text"),
        ("base64", "not an encoding of text"),
        ("zlib", "not an encoding of text"),
        ("idna", "not an encoding of text"),
        ("unicode_escape", "not an encoding of text"),
    ],
)
def test_unknown_encodings_are_refused_at_once(name: str, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        Corpus("-", encoding=name)


def test_an_unknown_error_handler_is_refused() -> None:
    with pytest.raises(OptionError, match="errors is 'ignore'; choose from strict, replace, skip"):
        Corpus("-", errors="ignore")


# ---- decoding


@names
@settings(deadline=None, max_examples=30)
@given(data=st.data(), size=st.integers(1, 40))
def test_valid_text_is_decoded_the_same_however_it_is_cut(encoding: str, data: st.DataObject, size: int) -> None:
    text = data.draw(st.text(st.sampled_from(ENCODINGS[encoding] + "a \r\n"), max_size=60))
    for errors in ("strict", "replace", "skip"):
        assert decode(text.encode(encoding), encoding, errors, size) == (text, 0)


@names
@settings(deadline=None, max_examples=60)
@given(data=st.data(), size=st.integers(1, 12))
def test_faults_are_where_python_finds_them_however_the_bytes_are_cut(
    encoding: str, data: st.DataObject, size: int
) -> None:
    alphabet = st.text(st.sampled_from(ENCODINGS[encoding] + "a\n"), max_size=12).map(
        lambda text: text.encode(encoding)
    )
    raw = b"".join(data.draw(st.lists(alphabet | st.binary(max_size=6), max_size=4)))
    assume(compression_of(raw) is None and not is_document(raw) and not raw.startswith((b"PK", b"7z", b"Rar!")))
    try:
        whole = raw.decode(one_endianness(encoding, raw))
        whole.encode()
    except UnicodeDecodeError as error:
        with pytest.raises(EncodingError) as raised:
            decode(raw, encoding, "strict", size)
        codec = one_endianness(encoding, raw)
        end = "\r" if returns_end_lines(raw.decode(codec, "replace")) else "\n"
        line = 1 + raw[: error.start].decode(codec, "replace").count(end)
        message = str(raised.value)
        assert message.startswith(f"text:{line} (byte {error.start}): not valid {shown(encoding).upper()}; ")
        assert 'errors="replace" or "skip"' in message
        check_replaced(raw, encoding, size)
    except UnicodeEncodeError:  # surrogates, which UTF-7 and others let pass
        with pytest.raises(EncodingError):
            decode(raw, encoding, "strict", size)
    else:
        assert decode(raw, encoding, "strict", size) == (whole.removeprefix("\ufeff"), 0)


def one_endianness(encoding: str, raw: bytes) -> str:
    """The codec whose byte order mark, if any, is a character of the text."""
    if encoding in ("utf-16", "utf-32"):
        return encoding + ("-be" if raw.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)) else "-le")
    return encoding


def check_replaced(raw: bytes, encoding: str, size: int) -> None:
    codec = one_endianness(encoding, raw)
    replaced = raw.decode(codec, "replace").removeprefix("\ufeff")
    marked = raw.decode(codec, "nlpkit-mark").removeprefix("\ufeff").split("\n")
    hit = ["\udcff" in line for line in marked]
    text, lines = decode(raw, encoding, "replace", size)
    if encoding != "utf-7":  # which lets surrogates pass
        assert (text, lines) == (replaced, sum(hit))
    kept = [line + "\n" * (i + 1 < len(marked)) for i, line in enumerate(marked) if not hit[i]]
    text, lines = decode(raw, encoding, "skip", size)
    if encoding != "utf-7":
        assert (text, lines) == ("".join(kept), sum(hit))


@settings(deadline=None)
@given(st.lists(st.sampled_from([b"a", "天".encode(), b"\xff", b"\n", b"\xe5\xa4"]), max_size=30), st.integers(1, 40))
@example([b"\xff", b"a", b"\n", b"\xff", b"\xff"], 1)
def test_lines_with_faults_are_counted_once_and_skipped_whole(parts: list[bytes], size: int) -> None:
    raw = b"".join(parts)
    lines = raw.splitlines(keepends=True)
    damaged = [line for line in lines if line.decode("utf-8", "ignore").encode() != line]
    kept = b"".join(line for line in lines if line not in damaged).decode()
    assert decode(raw, "utf-8", "skip", size) == (kept, len(damaged))
    assert decode(raw, "utf-8", "replace", size) == (raw.decode("utf-8", "replace"), len(damaged))


def test_a_long_line_that_may_be_skipped_is_kept_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlpkit.corpus.encodings._LINE_SIZE", 10)
    raw = "天地".encode() * 50 + b"\xff\n" + "玄黄".encode() * 50 + b"\nend"
    assert decode(raw, "utf-8", "skip", 7) == ("玄黄" * 50 + "\nend", 1)


@pytest.mark.parametrize("size", [2 << 20, (2 << 20) + 100])  # the second leaves some in a buffer
def test_a_full_disk_while_keeping_a_line_that_may_be_skipped_is_an_error(size: int, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    decoder = Decoder(NOWHERE, "utf-8", "skip", str(tmp_path))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20 if size > 2 << 20 else 1 << 20, limits[1]))
    try:
        with pytest.raises(OutputError, match=r"file too large; a very long line .* tmp_dir"):
            list(decoder.feed(cut(b"a" * size, 1000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-7"])
def test_marks_replace_invalid_bytes_and_nothing_else(encoding: str) -> None:
    raw = {"utf-8": b"\xff\xfe", "gb18030": b"\xff\xff", "utf-16": b"\x00\xdc", "utf-7": b"+2AA-"}[encoding]
    bom = codecs.BOM_UTF16_LE if encoding == "utf-16" else b""
    codec = "utf-16-le" if encoding == "utf-16" else encoding
    data = bom + "天\n".encode(codec) + raw + "\n地".encode(codec)
    for size in (1, 3, 100):
        decoder = Decoder(NOWHERE, encoding, "mark")
        marked = b"".join(decoder.feed(cut(data, size)))
        assert marked.replace(INVALID, b"") == "天\n\n地".encode()
        assert marked.split(b"\n")[1] in (INVALID, 2 * INVALID)


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (codecs.BOM_UTF8 + "天地\n".encode(), "utf-8"),
        ("天地\n".encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + "天地\n".encode("utf-16-be"), "utf-16"),
        (codecs.BOM_UTF16_LE + "天地\n".encode("utf-16-le"), "utf-16-le"),
        ("天地\n".encode("utf-32"), "utf-32"),
        ("\ufeff天地\n".encode("gb18030"), "gb18030"),
    ],
)
@pytest.mark.parametrize("errors", ["strict", "replace", "skip"])
@pytest.mark.parametrize("named", [True, False])
def test_a_byte_order_mark_is_not_part_of_the_text(raw: bytes, encoding: str, errors: str, named: bool) -> None:
    with Corpus(io.BytesIO(raw), encoding=encoding if named else "auto", errors=errors) as corpus:
        found = [piece.data for chunk in corpus.chunks() for part in chunk.parts for piece in read_pieces(part)]
    assert b"".join(found).decode() == "天地\n"


@pytest.mark.parametrize("options", [{}, {"errors": "replace"}, {"errors": "skip"}, {"unique_lines": True}], ids=str)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_second_byte_order_mark_is_text(
    packed: Callable[[bytes], bytes], encoding: str, options: dict[str, Any]
) -> None:
    raw = packed("\ufeff\ufeff天地\n".encode(encoding))
    with Corpus(io.BytesIO(raw), encoding=encoding, **options) as corpus:
        found = [piece.data for chunk in corpus.chunks() for part in chunk.parts for piece in read_pieces(part)]
    assert b"".join(found).decode() == "\ufeff天地\n"


def test_a_byte_order_mark_in_a_record_is_text(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('\ufeff{"text": "\ufeff天地"}\n', encoding="utf-8")
    with Corpus(tmp_path / "a.jsonl", field="text") as corpus:
        found = [piece.data for chunk in corpus.chunks() for part in chunk.parts for piece in read_pieces(part)]
    assert b"".join(found).decode() == "\ufeff天地\n"


# ---- detection

SAMPLES = {
    **{encoding: (CHINESE, encoding) for encoding in ("utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be")},
    "gbk": (CHINESE, "gb18030"),
    "gb2312": (CHINESE, "gb18030"),
    "big5": (TRADITIONAL, "big5hkscs"),
    "big5hkscs": (TRADITIONAL, "big5hkscs"),
    "cp950": (TRADITIONAL, "big5hkscs"),
    "shift_jis": (JAPANESE, "cp932"),
    "euc_jp": (JAPANESE, "euc_jp"),
    "iso2022_jp": (JAPANESE, "iso2022_jp"),
    "euc_kr": (KOREAN, "cp949"),
    "koi8_r": (RUSSIAN, "koi8-r"),
    "cp1251": (RUSSIAN, "cp1251"),
    "ascii": ("plain\n", "utf-8"),
}


@pytest.mark.parametrize("encoding", SAMPLES)
@pytest.mark.parametrize("size", [600, 1999, 50_000])
def test_auto_finds_the_encoding_or_one_that_holds_it(encoding: str, size: int) -> None:
    text, expected = SAMPLES[encoding]
    raw = text.encode(encoding, "ignore")
    assert detect(raw[:size]) == expected
    text.encode(encoding, "ignore").decode(expected)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le"])
def test_auto_sees_the_text_that_follows_much_ascii(encoding: str) -> None:
    raw = ("log line\n" * 40_000 + CHINESE).encode(encoding)
    assert detect(raw) == encoding


def test_auto_recognises_damaged_utf_8() -> None:
    text = "公民的合法权益受法律保护。\n" * 50
    damaged = text.encode().replace("法律".encode(), b"\xff\xb5", 3)
    assert detect(damaged) == "utf-8"
    assert detect(text.encode("gb18030")) == "gb18030"


def test_auto_reports_the_detected_encoding(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_bytes(CHINESE.encode("gbk", "ignore"))
    (tmp_path / "new.txt").write_text(CHINESE, encoding="utf-8")
    told: list[str] = []
    with Corpus(tmp_path, encoding="auto", notify=told.append) as corpus:
        for _ in range(2):
            list(corpus.chunks())
    assert told == [
        f"{tmp_path / 'new.txt'}: read as utf-8 (detected)",
        f"{tmp_path / 'old.txt'}: read as gb18030 (detected)",
    ]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("我们", "gb18030"),
        ("牛奶", "gb18030"),
        ("喜欢吃苹果", "gb18030"),
        ("我們喜歡吃蘋果", "big5"),
        ("こんにちは", "shift_jis"),
        ("日本の首都", "euc_jp"),
        ("우리나라", "euc_kr"),
        ("登录成功", "utf-16-le"),
        ("登录成功", "utf-16-be"),
        ("したところ", "utf-16-le"),  # all of its bytes are ASCII
        ("简历无法保存啊啊啊啊啊啊啊啊啊啊", "gb18030"),
        ("没有！！！！！！！！", "gb18030"),
        ("좋아ㅋㅋㅋㅋㅋㅋㅋㅋ", "euc_kr"),
        ("ㅋㅋㅋ ㅠㅠ", "euc_kr"),
        ("哈哈哈哈哈", "gb18030"),
        ("嗯嗯嗯嗯嗯", "utf-16-le"),
        ("хахахаха", "cp1251"),
        ("ПРИВЕТ", "cp1251"),
        ("ＡＢＣＤＥ", "gb18030"),
        ("１２３４５", "gb18030"),
        ("①②③④⑤", "gb18030"),
        ("★★★★★", "gb18030"),
        ("￥１００元", "gb18030"),
        ("㎡㎡kg℃℃°", "gb18030"),
        ("王喆李堃赵垚", "gb18030"),
        ("ｱｲｳｴｵ", "cp932"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "cp932"),
        ("ｶ)ﾔﾏﾀﾞｼｮｳﾃﾝ", "cp932"),
        ("株式会社ﾔﾏﾀﾞ", "cp932"),
        ("ภาษาไทยเป็นภาษาที่มีระดับเสียง", "tis-620"),
        ("登录", "utf-8"),
        ("é", "utf-8"),
        ("naïve café, señor Müller", "cp1252"),
        ("Привет, как дела?", "cp1251"),
        ("Zażółć gęślą jaźń", "cp1250"),
        ("“quoted”, don’t", "cp1252"),
        ("中国", "hz"),
        ("日本語", "iso2022_jp"),
    ],
)
def test_a_few_characters_are_enough(text: str, encoding: str) -> None:
    for line in (text, f"{text}\n", f"id,name\n7,{text}\n", f"2026-11-30 INFO user={text} ok\n"):
        raw = line.encode(encoding)
        assert raw.decode(str(detect(raw, whole=True))) == line


@pytest.mark.parametrize("text", ["以上", "したところ上", "上海\n以上"])
def test_utf16_with_bytes_of_line_feeds_is_no_table(text: str) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        assert detect(text.encode(encoding), whole=True) == encoding


@pytest.mark.parametrize(
    "text", ["", "a", "Bush hid the facts", "10203040", "A0B0C0D0E0", "abcdefgh", "a~{b", "\x1b[1m"]
)
def test_ascii_is_not_taken_for_something_else(text: str) -> None:
    assert detect(text.encode(), whole=True) == "utf-8"


@pytest.mark.parametrize("before", [0, 5_000, 900_000, 3_000_000])
@pytest.mark.parametrize("after", [0, 5_000, 900_000])
def test_the_place_of_the_characters_does_not_matter(before: int, after: int, tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    line = b"2026-11-01 10:00:00 INFO user=1 ok\n"
    path.write_bytes(line * (before // len(line)) + "登录成功\n".encode("gbk") + line * (after // len(line)))
    told: list[str] = []
    with Corpus(path, encoding="auto", notify=told.append):
        assert told == [f"{path}: read as gb18030 (detected)"]
    with pytest.raises(EncodingError, match='try encoding="gb18030"'):
        list(list_lines(path))


def test_a_whole_text_is_read_in_the_smallest_encoding_and_a_part_in_the_largest() -> None:
    raw = "ミルクとパン〜\n".encode("shift_jis")
    assert (detect(raw, whole=True), detect(raw)) == ("shift_jis", "cp932")
    assert detect("株式会社㈱①髙\n".encode("cp932"), whole=True) == "cp932"


def test_utf16_of_ascii_is_not_read_as_utf8_with_nuls(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes("milk\nbread\n".encode("utf-16-le"))
    with pytest.raises(EncodingError, match='is UTF-16LE, and not UTF-8; try encoding="utf-16le"'):
        list(list_lines(path))
    assert list(list_lines(path, "utf-16le")) == ["milk", "bread"]


@pytest.mark.parametrize("named", ["gb18030", "gbk", "big5", "shift_jis", "utf-16", "cp1252", "latin-1"])
def test_a_file_that_is_plainly_utf8_is_read_as_such(named: str, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("我们都喜欢吃苹果\n的\n", encoding="utf-8")
    told: list[str] = []
    assert list(list_lines(path, named, told.append)) == ["我们都喜欢吃苹果", "的"]
    assert told[0].startswith(f"{path}: read as utf-8 instead of ")


@pytest.mark.parametrize("width", [7, 10, 13, 22])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_large_files_are_known_wherever_the_sample_cuts_a_character(encoding: str, width: int, tmp_path: Path) -> None:
    of_taiwan, others = "一個很長的檔案裡有許多字，沒有人想要全部讀完。", "一个很长的文件里有许多字，没有人想全部读完。"
    line = (of_taiwan if encoding == "big5" else others)[:width]
    path = tmp_path / "large.txt"
    lines = [f"{line}a", f"{line}bc"] * ((3 << 20) // (4 * width))
    path.write_text("\n".join(lines), encoding=encoding)
    for named in ("auto", "gb18030", "big5") if encoding == "utf-8" else ("auto", encoding):
        assert list(list_lines(path, named)) == lines


def test_what_is_named_holds_where_it_makes_sense(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    for text, named in (
        ("我们都喜欢吃苹果", "gbk"),
        ("中", "utf-16-le"),
        ("目目", "gbk"),
        ("é", "cp1252"),
        ("abc", "gbk"),
    ):
        path.write_bytes(text.encode(named))
        told: list[str] = []
        assert list(list_lines(path, named, told.append)) == [text]
        assert told == []


def test_names_that_are_reported_are_known_to_iconv_and_python() -> None:
    iconv = shutil.which("iconv")
    for encoding in (
        "utf-16-le",
        "utf-16-be",
        "big5hkscs",
        "euc_jp",
        "euc_kr",
        "shift_jis",
        "cp932",
        "koi8-r",
        "iso8859-2",
    ):
        name = shown(encoding)
        assert check_encoding(name) == codecs.lookup(encoding).name
        if iconv:
            subprocess.run([iconv, "-f", name, "-t", "utf-8"], input="ab\n".encode(encoding), check=True)


def test_auto_reports_a_summary_for_many_files(tmp_path: Path) -> None:
    for i in range(29):
        (tmp_path / f"{i}").write_bytes(CHINESE[:500].encode("gbk" if i % 3 else "utf-8", "ignore"))
    (tmp_path / "30").write_bytes(RUSSIAN.encode("cp1251"))
    told: list[str] = []
    with Corpus(tmp_path, encoding="auto", notify=told.append):
        assert told == [
            f"{tmp_path / '1'} and 18 others: read as gb18030 (detected)",
            f"{tmp_path / '0'} and 9 others: read as utf-8 (detected)",
            f"{tmp_path / '30'}: read as cp1251 (detected)",
        ]


def test_a_file_that_is_not_recognised_can_be_left_out(tmp_path: Path) -> None:
    for name in ("a.txt", "b.bin"):
        (tmp_path / name).write_bytes("我们".encode() if name == "a.txt" else bytes(range(1, 256)))
    unknown = r"b.bin: its encoding is not recognised; name it with encoding"
    with (
        pytest.raises(EncodingError, match=f"{unknown}, or leave out such files with glob$"),
        Corpus(tmp_path, encoding="auto"),
    ):
        pass
    with pytest.raises(EncodingError, match=f"{unknown}$"), Corpus(tmp_path / "b.bin", encoding="auto"):
        pass


# ---- advice


def advice(raw: bytes, encoding: str = "utf-8") -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "text")
        path.write_bytes(raw)
        decoder = Decoder(Source(str(path), "text", len(raw)), encoding, "strict")
        with pytest.raises(EncodingError) as raised:
            list(decoder.feed([raw]))
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "encoding", "other"),
    [
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE[:40], "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (JAPANESE, "shift_jis", "shift_jis"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-16-be", "utf-16be"),
        ("ascii first\n" * 10_000 + CHINESE, "gbk", "gb18030"),
    ],
)
def test_the_error_suggests_an_encoding_that_works(text: str, encoding: str, other: str) -> None:
    raw = text.encode(encoding, "ignore")
    assert f'not valid UTF-8; try encoding="{other}", or errors="replace" or "skip"' in advice(raw)
    raw.decode(other)


def test_the_error_suggests_utf8_for_utf8_text_read_in_another_encoding() -> None:
    assert 'not valid BIG5; try encoding="utf-8", or' in advice(CHINESE.encode(), "big5")
    assert 'not valid ASCII; try encoding="utf-8", or' in advice(CHINESE.encode(), "ascii")


@pytest.mark.parametrize("place", [100, 30_000, 59_000])
def test_no_other_encoding_is_suggested_for_a_damaged_text(place: int) -> None:
    raw = CHINESE.encode()
    place = raw.index(b"\n", place - 1000)
    message = advice(raw[:place] + b"\xff\xfe" + raw[place:])
    assert f'(byte {place}): not valid UTF-8; try errors="replace" or "skip"' in message


def test_a_binary_file_in_a_directory_can_be_left_out(run: Run, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text(CHINESE, encoding="utf-8")
    (tmp_path / "texts" / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 8)
    done = run("discover", "texts")
    assert done.returncode == 1
    message = done.stderr.decode()
    assert "b.png: is an image (PNG), not text" in message
    assert "or --glob leaves such files out" in message
    assert run("discover", "texts", "--glob", "*.txt").returncode == 0


# ---- from the command line


@pytest.fixture
def old(tmp_path: Path) -> Callable[[str], Path]:
    def write(encoding: str) -> Path:
        path = tmp_path / "old.txt"
        path.write_bytes(CHINESE.encode(encoding, "ignore"))
        return path

    return write


def test_the_error_of_the_command_names_the_option_that_helps(run: Run, old: Callable[[str], Path]) -> None:
    path = old("gb18030")
    done = run("discover", path, "-q")
    assert done.returncode == 1
    assert b"not valid UTF-8; try --encoding gb18030, or --errors replace|skip" in done.stderr
    helped = run("discover", path, "--encoding", "gb18030", "-q")
    assert (helped.returncode, helped.stderr) == (0, b"")
    auto = run("discover", path, "--encoding", "auto")
    assert f"{path}: read as gb18030 (detected)" in auto.stderr.decode()
    assert auto.stdout == helped.stdout
    assert auto.stdout == run("discover", "-", "-q", input=CHINESE.encode()).stdout


@pytest.mark.parametrize(
    ("errors", "became"), [("replace", "U+FFFD put in place of these"), ("skip", "left out")], ids=["replace", "skip"]
)
def test_the_number_of_invalid_lines_is_reported_on_stderr(run: Run, tmp_path: Path, errors: str, became: str) -> None:
    lines = CHINESE.encode().split(b"\n")
    for place in (3, 20, 21):
        lines[place] = lines[place][:1] + lines[place]
    (tmp_path / "damaged.txt").write_bytes(b"\n".join(lines))
    assert run("discover", "damaged.txt").returncode == 1
    done = run("discover", "damaged.txt", "--errors", errors)
    assert done.returncode == 0
    told = [line for line in done.stderr.decode().split("\n") if "not valid" in line]
    assert told == [f"damaged.txt: lines with bytes that are not valid in the encoding, {became}: 3"]


def test_wrong_usage_is_exit_2(run: Run) -> None:
    done = run("discover", "-", "--encoding", "gb18031")
    assert done.returncode == 2
    assert b"did you mean gb18030" in done.stderr
