"""Text out of JSON Lines, CSV, TSV and Parquet, against json, csv and lists; what is damaged is named."""

import csv
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from nlpkit.corpus.formats.extractor import LONGEST_RECORD, Extractor
from nlpkit.corpus.formats.parquet import ParquetText
from nlpkit.corpus.formats.registry import format_of, open_format
from nlpkit.corpus.options import Names, ReadingOptions, as_names
from nlpkit.errors import InputError, OptionError
from nlpkit.places.sources import Source

pytestmark = pytest.mark.compiled  # nothing here depends on kernels

EXAMPLES = settings(deadline=None, max_examples=200)

# Line ends of all kinds, what only str.splitlines takes for one, quotes, characters of two to four bytes.
some_text = st.text(st.sampled_from("ab，字é😀\n\r\u2028\x85\t ,;\"'\\\0\x1f")) | st.text()


def blocks_of(data: bytes, cuts: Iterable[int]) -> Iterator[bytes]:
    return (data[start:stop] for start, stop in pairwise(sorted({0, *cuts, len(data)})))


def open_records(
    kind: str,
    name: str,
    *,
    field: Names = None,
    column: Names = None,
    delimiter: str | None = None,
    header: bool = True,
    errors: str = "strict",
    longest: int = LONGEST_RECORD,
) -> Extractor:
    """Opens a format with the option that belongs to it: `field` for JSON Lines, else `column`."""
    place: dict[str, Any] = (
        {"field": field} if kind == "jsonl" else {"column": column, "delimiter": delimiter, "header": header}
    )
    return open_format(kind, name, ReadingOptions(errors=errors, **place), longest)


def extract(
    kind: str, data: bytes, cuts: Iterable[int] = (), *, errors: str = "strict", **options: Any
) -> tuple[bytes, int, int, int]:
    """(text, records, missing, damaged); the field or column is `text` unless another is given."""
    wanted = {"field": "text", "column": "text", **options}
    extractor = open_records(kind, "posts", errors=errors, **wanted)
    text = b"".join(extractor.feed(blocks_of(data, [cut for cut in cuts if cut < len(data)])))
    return text, extractor.records, extractor.missing, extractor.damaged


def error_of(kind: str, data: bytes, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        extract(kind, data, **options)
    return str(caught.value)


def lines_of(texts: Iterable[str]) -> bytes:
    return "".join(text + "\n" for text in texts).encode()


def jsonl(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


ITEMS = [{"text": "甲"}, {"text": "乙", "tags": [{"a": "]"}]}, {"id": 3, "text": '丙\n丁 " }'}, {"text": None}]
ITEM_LINES = lines_of(["甲", "乙", '丙\n丁 " }'])


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    ("data", "field"),
    [
        (ITEMS, "text"),
        (ITEMS, "*.text"),
        ({"data": ITEMS}, "data.*.text"),
        ({"meta": {"data": [{"text": "x"}], "n": 1.5e3}, "more": [[], {}], "data": ITEMS, "next": None}, "data.*.text"),
        ({"a": {"b": ITEMS}}, "a.b.*.text"),
        ({"a.b": ITEMS}, "a.b.*.text"),
        ({"1": ITEMS[0], "x": ITEMS[1], "y": ITEMS[2], "": ITEMS[3]}, "*.text"),
        ([{"x": ITEMS[:2]}, {"x": ITEMS[2:]}], "x.*.text"),
        ({"pages": [{"x": ITEMS[:2]}, {"x": ITEMS[2:]}]}, "pages.*.x.*.text"),
        ({"pages": [{"x": ITEMS[:2]}, {"x": ITEMS[2:]}]}, "pages.0.x.*.text"),
    ],
    ids=str,
)
def test_arrays_and_objects_of_records_are_read_however_they_are_cut(
    data: object, field: str, indent: int | None
) -> None:
    written = json.dumps(data, ensure_ascii=False, indent=indent).encode()
    expected = ITEM_LINES if not field.startswith("pages.0") else lines_of(["甲", "乙"])
    for cuts in ((), range(len(written)), range(0, len(written), 3)):
        assert extract("jsonl", written, cuts, field=field)[0] == expected
    assert all(extract("jsonl", written, [cut], field=field)[0] == expected for cut in range(len(written)))


def test_an_array_of_texts_and_values_over_several_lines_are_read() -> None:
    assert extract("jsonl", b'["a", "b\\\\",\n"c"]', field="*")[0] == b"a\nb\\\nc\n"
    pretty = b"".join(json.dumps(item, indent=1).encode() + b"\n" for item in ITEMS)
    assert extract("jsonl", pretty) == (ITEM_LINES, 4, 1, 0)
    assert extract("jsonl", b'["x", "y"]\n["z", "w"]\n', field="1")[0] == b"y\nw\n"
    assert extract("jsonl", b'[]\n[{"text": "a"}][{"text": "b"}]')[0] == b"a\nb\n"
    assert extract("jsonl", b"[]") == (b"", 0, 0, 0)


def test_json_lines_with_an_asterisk_are_records_of_a_line() -> None:
    lines = jsonl({"x": ITEMS[:2]}, {"x": ITEMS[2:]}, {"x": []})
    assert extract("jsonl", lines, field="x.*.text") == (ITEM_LINES, 3, 1, 0)
    assert extract("jsonl", jsonl({"x": ITEMS}), field="x.*.text") == (ITEM_LINES, 4, 1, 0)


BROKEN = {
    "no comma": (b'[{"text": "a"}\n{"text": "b"}]', "posts:2: not valid JSON (',' is missing before '{')"),
    "cut off": (b'[{"text": "a"},\n{"text": "b"}\n', "posts:3: not valid JSON (an array or object before the end"),
    "record cut off": (
        b'[{"text": "a"},\n\n{"text": "b',
        "posts:3: not valid JSON (the record that begins here is never",
    ),
    "comma at the end": (b'[{"text": "a"},]', "posts:1: not valid JSON (a value is missing before ']')"),
    "brackets": (b'[{"text": "a"}}', "posts:1: not valid JSON (',' is missing before '}')"),
    "in a record": (b'[\n{"text": "a"},\n{"text":\n "b" "c"}]', "posts:4: not valid JSON (expecting ',' delimiter"),
}


@pytest.mark.parametrize(("data", "message"), BROKEN.values(), ids=BROKEN)
def test_broken_arrays_are_errors_that_name_the_line(data: bytes, message: str) -> None:
    for cuts in ((), range(len(data))):
        assert message in error_of("jsonl", data, cuts=cuts)


def test_a_damaged_record_of_an_array_is_left_out_or_mended() -> None:
    data = b'[{"text": "a"}, {"text" "b"}, {"text": "c\0"}]'
    assert "posts:1: not valid JSON" in error_of("jsonl", data)
    assert extract("jsonl", data, errors="skip") == (b"a\n", 3, 0, 2)
    assert extract("jsonl", b'[{"text": "c\0"}]', errors="replace") == (lines_of(["c\ufffd"]), 1, 0, 1)


def test_where_no_records_are_the_error_names_what_is_there() -> None:
    data = json.dumps({"meta": {"n": 1}, "rows": [{"text": "a"}, {"text": "b"}]}).encode()
    assert error_of("jsonl", data, field="data.*.text") == (
        "posts: no records in 'data', which field names; there are meta.n, rows.*.text"
    )
    assert "did you mean rows.*.text?" in error_of("jsonl", data, field="rows.text")
    assert "(the first one has id, text)" in error_of("jsonl", b'[{"id": 1, "text": "a"}]', field=None)


def test_an_array_is_streamed_and_a_long_record_is_refused() -> None:
    def blocks(item: bytes, times: int) -> Iterator[bytes]:
        yield b"["
        for _ in range(times):
            yield item
        yield b'{"text": "z"}]'

    extractor = open_records("jsonl", "posts", field="text", column=None, longest=5000)
    item = json.dumps({"text": "x" * 1000, "deep": [[[[[1]]]]]}).encode() + b","
    assert sum(map(len, extractor.feed(blocks(item, 2000)))) == 2000 * 1001 + 2
    extractor = open_records("jsonl", "posts", field="text", column=None, longest=5000)
    with pytest.raises(InputError, match="posts:1: a record of more than 0 MB"):
        list(extractor.feed(blocks(b'{"text": "' + b"x" * 1000, 9)))


several = st.lists(st.none() | some_text, min_size=0, max_size=3)


@EXAMPLES
@given(st.lists(st.tuples(st.none() | some_text, several), max_size=5), st.booleans(), st.sets(st.integers(1)))
def test_several_texts_of_a_record_are_its_lines(
    some: list[tuple[str | None, list[str | None]]], by_line: bool, cuts: set[int]
) -> None:
    items = [{"title": title, "x": [{"y": text} for text in texts]} for title, texts in some]
    data = jsonl(*items) if by_line else json.dumps(items, indent=1).encode()
    fields = ("x.*.y", "title")
    expected = [[text for text in (*texts, title) if text is not None] for title, texts in some]
    extractor = open_records("jsonl", "posts", field=fields)
    if some and not any(expected):
        assert "no record has text in the field 'x.*.y' or 'title'" in error_of("jsonl", data, field=fields)
        return
    if by_line and len(items) == 1:
        data += jsonl({"title": "end"})
        expected.append(["end"])
    text, records, missing, _ = extract("jsonl", data, {cut % (len(data) + 1) for cut in cuts}, field=fields)
    assert text == lines_of(line for lines in expected for line in lines)
    assert (records, missing) == (len(expected), sum(not lines for lines in expected))
    rows = list(extractor.rows([data]))
    assert [text for part in rows for text in part.texts] == ["\n".join(lines) if lines else None for lines in expected]


# ---- which format


@pytest.mark.parametrize(
    ("name", "head", "field", "column", "kind"),
    [
        ("a.txt", b"", None, None, "text"),
        ("a", b"{}", None, None, "text"),
        ("a.jsonl", b"", None, None, "jsonl"),
        ("A.NDJSON", b"", None, "c", "jsonl"),
        ("a.csv", b"a\tb", "f", None, "csv"),
        ("a.tsv", b"a,b", None, None, "tsv"),
        ("a.tab", b"", None, "c", "tsv"),
        ("a.parquet", b"", None, None, "parquet"),
        ("<stdin>", b"", "f", None, "jsonl"),
        ("<stdin>", b"a,b\n", None, "c", "csv"),
        ("<stdin>", b"a\tb\n1,2\t3", None, "c", "tsv"),
        ("<stdin>", b"a\tb,c\n", None, "c", "csv"),
        ("<stdin>", b"a\n1\t2\n", None, "c", "csv"),
        ("<stdin>", b"PAR1\x15\x04", None, "c", "parquet"),
    ],
)
def test_the_file_name_decides_the_format_or_else_the_option(
    name: str, head: bytes, field: str | None, column: str | None, kind: str
) -> None:
    assert format_of(name, head, field is not None, column is not None) == kind


# ---- JSON Lines

records = st.fixed_dictionaries(
    {"id": st.integers()}, optional={"text": some_text | st.none(), "文本": some_text, "a.b": st.lists(st.floats())}
)


@EXAMPLES
@given(
    st.lists(records, max_size=6), st.booleans(), st.sampled_from(["\n", "\r\n", "\n \t\n\n"]), st.sets(st.integers(1))
)
def test_jsonl_gives_what_json_gives_line_by_line(
    some: list[dict[str, object]], ascii_only: bool, line_end: str, cuts: set[int]
) -> None:
    texts = [record["text"] for record in some if isinstance(record.get("text"), str)]
    data = line_end.join([json.dumps(record, ensure_ascii=ascii_only) for record in some]).encode()
    cuts = {cut % (len(data) + 1) for cut in cuts}
    if some and not texts:
        assert "no record has text in the field 'text'" in error_of("jsonl", data, cuts=cuts)
    else:
        assert extract("jsonl", data, cuts) == (lines_of(map(str, texts)), len(some), len(some) - len(texts), 0)


def test_jsonl_cut_at_every_byte_is_the_same() -> None:
    data = '{"text": "一\\n二"}\r\n\n{"text": "\\ud83d\\ude00 é", "x": [1]}\n{"x": null}\n{"text":"末"}'.encode()
    whole = extract("jsonl", data)
    assert whole == (lines_of(["一\n二", "😀 é", "末"]), 4, 1, 0)
    assert all(extract("jsonl", data, [cut]) == whole for cut in range(1, len(data)))
    assert extract("jsonl", data, range(len(data))) == whole


@pytest.mark.parametrize(
    ("record", "path", "text"),
    [
        ({"text": {"body": "b"}}, "text.body", "b"),
        ({"text.body": "key", "text": {"body": "nested"}}, "text.body", "key"),
        ({"a": {"b.c": "x"}}, "a.b.c", "x"),
        ({"a.b": {"c": "x"}, "a": {}}, "a.b.c", "x"),
        ({"a": [{"b": "x"}, {"b": "y"}]}, "a.1.b", "y"),
        ({"a": {"1": "x"}}, "a.1", "x"),
        (["x", "y"], "1", "y"),
        ({"": "x"}, "", "x"),
        ({"text": "a\0b"}, "text", "a\0b"),
        ({"text": ""}, "text", ""),
    ],
    ids=str,
)
def test_paths(record: object, path: str, text: str) -> None:
    assert extract("jsonl", jsonl(record), field=path)[0] == lines_of([text])


@pytest.mark.parametrize(
    "number", ["1", "-0", "1.50", "1e400", "12345678901234567890123456789", "0.1000000000000000055511151231257827"]
)
def test_numbers_are_text_as_they_are_written(number: str) -> None:
    assert extract("jsonl", b'{"text": %s}' % number.encode())[0] == number.encode() + b"\n"


def test_unusual_values_beside_the_text_are_accepted() -> None:
    data = b'{"x": NaN, "text": "a"}\n{"x": -Infinity, "text": "b"}\n{"x": "\\udc00", "text": "c"}\n{"text": NaN}\n'
    assert extract("jsonl", data) == (b"a\nb\nc\n", 4, 1, 0)


BAD_LINES = {
    "raw NUL": (b'{"text": "a\0b"}', r"posts:2: not valid JSON (invalid control character, column 12)", "a\ufffdb"),
    "high surrogate": (b'{"text": "a\\ud800"}', r"posts:2: a lone surrogate (\ud800, half a character)", "a\ufffd"),
    "low surrogate": (b'{"text": "\\udc00a"}', r"posts:2: a lone surrogate (\udc00, half a character)", "\ufffda"),
    "NUL outside": (b'{"text"\0: "a"}', "posts:2: not valid JSON (expecting ':' delimiter, column 8)", None),
    "raw tab": (b'{"text": "a\tb"}', "posts:2: not valid JSON (invalid control character, column 12)", None),
    "cut off": (b'{"text": "a', "posts:2: not valid JSON (unterminated string starting, column 10)", None),
    "no JSON": ("文本".encode(), "posts:2: not valid JSON (expecting value, column 1)", None),
    "two records": (b'{"text": "a"} {}', "posts:2: not valid JSON (extra data, column 15)", None),
    "deep": (b"[" * 100_000, "posts:2: ", None),
}


@pytest.mark.parametrize(("line", "message", "mended"), BAD_LINES.values(), ids=BAD_LINES)
def test_damaged_lines_stop_or_are_mended_or_left_out(line: bytes, message: str, mended: str | None) -> None:
    data = b'{"text": "before"}\n' + line + b'\n{"text": "after"}\n'
    error = error_of("jsonl", data)
    assert message in error
    assert '; errors="skip" leaves such records out' in error
    assert ('errors="replace"' in error) == (mended is not None)
    assert extract("jsonl", data, errors="skip") == (b"before\nafter\n", 3, 0, 1)
    if mended is None:
        assert message in error_of("jsonl", data, errors="replace")
    else:
        assert extract("jsonl", data, errors="replace") == (lines_of(["before", mended, "after"]), 3, 0, 1)


@pytest.mark.parametrize(("kind", "bad"), [("jsonl", b"{"), ("csv", b'"a" b\n')])
def test_faults_are_on_the_same_line_however_the_blocks_are_cut(kind: str, bad: bytes) -> None:
    data = (b"text\n\n" + b'"a\nb"\n' * 5 if kind == "csv" else b"\n" + jsonl({"text": "a\nb"}) * 5) + bad
    line = data.count(b"\n", 0, data.rindex(bad)) + 1
    for cuts in (range(0, len(data), 7), range(len(data)), ()):
        assert error_of(kind, data, cuts=cuts).startswith(f"posts:{line}: ")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"body": "b", "more": {"x": [1]}}, "holds an object, no text; name one of text.body, text.more.x.*"),
        (["a", "b"], "holds an array, no text; name text.*"),
        ([], "holds an array, no text; name another with field"),
        (False, "holds true or false, no text; name another with field"),
    ],
    ids=str,
)
@pytest.mark.parametrize("errors", ["strict", "skip", "replace"])
def test_the_error_for_a_field_without_text_lists_fields_with_text(value: object, message: str, errors: str) -> None:
    data = jsonl({"text": "a"}, {"text": value})
    assert error_of("jsonl", data, errors=errors) == f"posts:2: the field 'text' {message}"


def test_an_unknown_field_lists_those_that_are_there() -> None:
    data = jsonl({"id": 1, "author": {"name": "甲"}, "text": "a", "tags": ["b"], "a\nb": 0}, {"title": "b"})
    error = error_of("jsonl", data, field="texts")
    assert error == (
        "posts: no record has text in the field 'texts'; the first one has id, author.name, text, tags.*, 'a\\nb'; "
        "did you mean text?"
    )
    assert "did you mean author.name?" in error_of("jsonl", data, field="author.Name")
    assert "the first one has 0, 1, 2" in error_of("jsonl", jsonl({str(i): i for i in range(30)}))
    assert "19 and 10 more" in error_of("jsonl", jsonl({str(i): i for i in range(30)}))
    assert "the first one is no object" in error_of("jsonl", b"3\n")
    assert "which field holds the text? Name it with field (the first one has id" in error_of("jsonl", data, field=None)


def test_a_deep_record_is_listed_without_end() -> None:
    record = '{"a":' * 900 + "1" + "}" * 900
    assert error_of("jsonl", record.encode()).count("a.a.a") < 10


def test_a_field_that_is_null_in_all_records_is_an_error() -> None:
    assert "no record has text in the field 'text'; the first one has text" in error_of("jsonl", jsonl({"text": None}))


@pytest.mark.parametrize("data", [b"", b"\n", b" \r\n\n"])
def test_without_records_there_is_no_text_and_no_error(data: bytes) -> None:
    assert extract("jsonl", data) == (b"", 0, 0, 0)


def test_a_line_of_many_blocks_is_one_record() -> None:
    def blocks() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(20_000):
            yield "很长的行".encode() * 50
        yield b'"}\n{"text": "b"}'

    extractor = open_records("jsonl", "posts", field="text", column=None)
    assert b"".join(extractor.feed(blocks())) == "很长的行".encode() * 1_000_000 + b"\nb\n"


@EXAMPLES
@given(
    st.text('{}[]":,.textab1e-+\\ud8c0\n\0 ', max_size=40) | st.text(), st.sampled_from(["strict", "replace", "skip"])
)
@example('{"text":1}}', "skip")
@example('{"text":"a","text":"b"}', "strict")
def test_any_text_is_read_as_json_or_refused(text: str, errors: str) -> None:
    try:
        expected = [json.loads(line) for line in text.split("\n") if line.strip()]
    except ValueError:
        expected = None
    try:
        output, count, _, damaged = extract("jsonl", text.encode(errors="replace"), errors=errors)
    except InputError:
        return
    if errors == "strict" and text.lstrip(" \t\r\n")[:1] != "[" and expected is not None:
        assert (count, damaged) == (len(expected), 0)
        texts = [record["text"] for record in expected if isinstance(record, dict) and "text" in record]
        if all(isinstance(value, str) for value in texts):
            assert output == lines_of(texts)
    output.decode()


# ---- CSV, TSV


def csv_of(rows: Iterable[Sequence[str]], **options: Any) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, **options).writerows(rows)
    return file.getvalue().encode()


cells = some_text.map(lambda text: text.replace("\0", ""))  # Python 3.10's csv has no NUL


@EXAMPLES
@given(
    st.lists(st.tuples(cells, cells, cells), max_size=6),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from([("csv", ","), ("tsv", "\t"), ("csv", ";")]),
    st.sets(st.integers(1)),
)
def test_csv_gives_the_cells_that_were_written(
    rows: list[tuple[str, str, str]], quoting: int, kind: tuple[str, str], cuts: set[int]
) -> None:
    data = csv_of([("id", "text", "x"), *rows], quoting=quoting, delimiter=kind[1])
    cuts = {cut % (len(data) + 1) for cut in cuts}
    assert extract(kind[0], data, cuts) == (lines_of(row[1] for row in rows), len(rows), 0, 0)


def test_csv_cut_at_every_byte_is_the_same() -> None:
    data = 'id,text\r\n1,"一,\r\n""二"""\r\n2\r\n\r\n3,末\u2028尾\x85'.encode()
    whole = extract("csv", data)
    assert whole == (lines_of(['一,\r\n"二"', "末\u2028尾\x85"]), 3, 1, 0)
    assert all(extract("csv", data, [cut]) == whole for cut in range(1, len(data)))
    assert extract("csv", data, range(len(data))) == whole


@pytest.mark.parametrize(
    ("data", "column", "delimiter", "text"),
    [
        (b"a,b\n1,2\n", "b", None, b"2\n"),
        (b"a,b\n1,2\n", "2", None, b"2\n"),
        (b"2,1\nx,y\n", "1", None, b"y\n"),
        (b"a,a\nx,y\n", "a", None, b"x\n"),
        (b"a;b\n1,0;2\n", "b", None, b"2\n"),
        (b"a,b;c\n1,2\n", "b;c", None, b"2\n"),
        (b"a|b\n1|2,3\n", "b", "|", b"2,3\n"),
        (b'a\n\n1\n""\n', "a", None, b"1\n\n"),
        (b"a", "a", None, b""),
        (b"", "a", None, b""),
    ],
)
def test_columns_and_delimiters(data: bytes, column: str, delimiter: str | None, text: bytes) -> None:
    assert extract("csv", data, column=column, delimiter=delimiter)[0] == text


@pytest.mark.parametrize("delimiter", ["", ",,", "\n", "\r", '"', "\0", "\udcff"])
def test_an_invalid_delimiter_is_an_option_error(delimiter: str) -> None:
    with pytest.raises(OptionError, match="it must be one character"):
        open_records("csv", "posts", field=None, column="a", delimiter=delimiter)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("Titel", "posts: no column 'Titel'; there are id, title; did you mean title?"),
        ("3", "posts: no column '3'; there are id, title"),
        ("0", "posts: no column '0'; there are id, title"),
        ("9" * 5000, "; there are id, title"),
        (None, "posts: which column holds the text? Name it with column (id, title)"),
    ],
)
def test_an_unknown_column_lists_those_that_are_there(column: str | None, message: str) -> None:
    assert message in error_of("csv", b"id,title\n1,2\n", column=column)


def test_rows_with_faults_stop_or_are_left_out() -> None:
    data = b'id,text\n1,"a\nb"\n\n2,"c" d\n3,e\rf\n4,g\n'
    error = error_of("csv", data)
    assert error.startswith("posts:5: a cell goes on after its closing quote; ")
    assert error.endswith('or leave such rows out with errors="skip"')
    assert error_of("csv", data.replace(b'"c" d', b"c")).startswith(
        "posts:6: new-line character seen in unquoted field; "
    )
    assert extract("csv", data, errors="skip") == (b"a\nb\ng\n", 4, 0, 2)
    assert "posts:5: " in error_of("csv", data, errors="replace")
    assert error_of("csv", b'"te"xt,x\n1,2\n', errors="skip").startswith("posts:1: a cell goes on")


@pytest.mark.parametrize("errors", ["strict", "skip", "replace"])
def test_a_quote_that_is_never_closed_is_named_by_its_row(errors: str) -> None:
    error = error_of("csv", b'id,text\n1,"a\nb"\n2,"c\n3,d\n', errors=errors)
    assert error.startswith("posts:4: a quote opens in the row that begins here and is never closed; ")


def test_what_others_allow_in_a_cell_does_not_matter() -> None:
    before = csv.field_size_limit()
    try:
        csv.field_size_limit(1000)
        assert extract("csv", b'text\n"' + b"a" * 150_000 + b'"')[0] == b"a" * 150_000 + b"\n"
    finally:
        csv.field_size_limit(before)


@pytest.mark.parametrize(
    ("kind", "head", "unit", "line"),
    [
        ("csv", b"", b"\0" * 1000, 1),
        ("csv", b"text\n", b"a" * 1000, 2),
        ("csv", b'text\n"a\nb"\n"', b"a\n" * 500, 4),
        ("csv", b'text\n"', b"\n" * 1000, 2),
        ("csv", b'id,text\n1,"a\n', b'""' * 500, 2),
        ("csv", b"text\n", b"a," * 500, 2),
        ("jsonl", b"", b"\0" * 1000, 1),
        ("jsonl", b'\n{"text": "a"}\n[', b'{"text": "a"},', 3),
        ("jsonl", b'{"text": "a"}\n{"text": "', b"a" * 1000, 2),
    ],
)
@pytest.mark.parametrize("errors", ["strict", "skip", "replace"])
def test_a_record_that_is_too_long_is_refused_in_bounded_memory(
    kind: str, head: bytes, unit: bytes, line: int, errors: str
) -> None:
    longest, size = 2 << 20, 0

    def blocks() -> Iterator[bytes]:
        nonlocal size
        yield head
        while True:
            block = unit * 20
            size += len(block)
            yield block

    extractor = open_records(kind, "posts", field="text", column="text", errors=errors, longest=longest)
    with pytest.raises(InputError) as caught:
        list(extractor.feed(blocks()))
    hint = {"csv": "is a quote in it never closed?", "jsonl": "each line is one in JSON Lines"}[kind]
    assert str(caught.value).startswith(f"posts:{line}: a record of more than 2 MB; {hint}")
    assert str(caught.value).endswith(", or raise memory")
    assert size < longest + 100_000


def test_records_are_limited_one_by_one() -> None:
    rows = [("id", "text"), *[("1", "a\nb" * 200)] * 100]
    options: dict[str, Any] = {"field": "text", "column": "text", "longest": 1000}
    for kind, data in (("csv", csv_of(rows)), ("jsonl", jsonl(*[{"text": "a\nb" * 200}] * 100))):
        found = b"".join(open_records(kind, "posts", **options).feed(blocks_of(data, range(0, len(data), 70))))
        assert found == lines_of(["a\nb" * 200] * 100)


def test_a_nul_in_a_cell_is_text_or_an_error() -> None:
    data = b"id,text\n1,a\0b\n"
    if sys.version_info >= (3, 11):
        assert extract("csv", data)[0] == b"a\0b\n"
    else:
        assert error_of("csv", data).startswith("posts:2: line contains NUL")


@EXAMPLES
@given(st.text('text",;\n\r\t a\0') | st.text(), st.sampled_from(["strict", "replace", "skip"]))
def test_any_text_is_read_as_csv_or_refused(text: str, errors: str) -> None:
    data = b"text\n" + text.encode(errors="replace")
    try:
        output, _, _, damaged = extract("csv", data, errors=errors)
    except InputError:
        return
    if not damaged:
        rows = list(csv.reader(io.StringIO(data.decode(), newline="\n"), strict=True))
        assert output == lines_of(row[0] for row in rows[1:] if row)


# ---- Parquet

TEXTS = ["一行", None, "", "two\nlines\r\n", "😀", "二", None, "二"]
FOUND = lines_of(text for text in TEXTS if text is not None)


def parquet_of(path: Path, **columns: object) -> ParquetText:
    parquet.write_table(pyarrow.table(columns), path, row_group_size=3)
    return text_of(path)


def text_of(path: Path, column: str | None = "text", errors: str = "strict") -> ParquetText:
    size = path.stat().st_size
    return ParquetText(Source(str(path), "posts.parquet", size, path.stat().st_mtime_ns), as_names(column), errors)


@pytest.mark.parametrize(
    "kind",
    ["string", "large_string", "binary", "large_binary", pyarrow.dictionary(pyarrow.int32(), pyarrow.string())],
    ids=str,
)
def test_parquet_gives_the_texts_and_counts_nulls(tmp_path: Path, kind: Any) -> None:
    array = pyarrow.array(TEXTS, pyarrow.string())
    array = array.cast(getattr(pyarrow, kind)()) if isinstance(kind, str) else array.dictionary_encode()
    read = parquet_of(tmp_path / "a.parquet", id=list(range(8)), text=array)
    assert b"".join(read.blocks()) == FOUND
    assert (read.records, read.missing, read.damaged) == (8, 2, 0)


def test_an_empty_parquet_file_has_no_text(tmp_path: Path) -> None:
    assert list(parquet_of(tmp_path / "a.parquet", text=pyarrow.array([], pyarrow.string())).blocks()) == []
    assert list(parquet_of(tmp_path / "a.parquet", text=pyarrow.array([None] * 5, pyarrow.string())).blocks()) == []


def test_long_texts_of_parquet_are_given_in_blocks_of_about_the_same_size(tmp_path: Path) -> None:
    texts = ["长" * 1000] * 5 + [f"{number}" * 20_000 for number in range(100)]
    parquet.write_table(pyarrow.table({"text": texts}), tmp_path / "a.parquet", use_dictionary=False)
    blocks = list(text_of(tmp_path / "a.parquet").blocks())
    assert b"".join(blocks) == lines_of(texts)
    assert max(map(len, blocks)) < 3 << 20


def test_the_error_names_a_column_that_is_missing_or_holds_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with pytest.raises(InputError) as caught:
        list(parquet_of(path, id=[1], title=["a"]).blocks())
    assert str(caught.value) == "posts.parquet: no column 'text'; there are id, title"
    with pytest.raises(InputError, match="which column holds the text"):
        list(text_of(path, None).blocks())
    assert b"".join(text_of(path, "2").blocks()) == b"a\n"
    for values in ([1], [["a"]], [{"body": "a"}]):
        with pytest.raises(InputError, match=r"posts.parquet: the column 'text' holds .*, no text; name another"):
            list(parquet_of(path, text=values).blocks())


def test_bytes_that_are_not_utf8_stop_or_are_mended_or_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    values = pyarrow.array([b"a", b"\xff\xfeb", None, "二".encode()], pyarrow.binary())
    with pytest.raises(InputError, match='rows 1 to 3 hold text that is not valid UTF-8; errors="skip"'):
        list(parquet_of(path, text=values).blocks())
    for errors, text in (("skip", "a\n二\n"), ("replace", "a\n\ufffd\ufffdb\n二\n")):
        read = text_of(path, errors=errors)
        assert b"".join(read.blocks()).decode() == text
        assert (read.records, read.missing, read.damaged) == (4, 1, 1)


@pytest.mark.parametrize("fault", ["cut off", "overwritten", "another file", "empty"])
def test_a_damaged_parquet_file_is_reported(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "a.parquet"
    parquet_of(path, text=[f"some text that is long enough {number}" for number in range(1000)])
    data = path.read_bytes()
    damaged = {
        "cut off": data[: len(data) // 2],
        "overwritten": b"PAR1" + b"\xff" * (len(data) // 2) + data[4 + len(data) // 2 :],
        "another file": b"id,text\n1,2\n" * 10,
        "empty": b"",
    }
    path.write_bytes(damaged[fault])
    with pytest.raises(InputError, match=r"^posts.parquet: cannot be read as Parquet \(.*\)"):
        list(text_of(path).blocks())


@pytest.mark.parametrize("when", ["before", "meanwhile", "in the midst", "gone"])
def test_a_parquet_file_that_changes_is_noticed(tmp_path: Path, when: str) -> None:
    path = tmp_path / "a.parquet"
    read = parquet_of(path, text=["a" * 1000] * 100)
    blocks = read.blocks()
    if when in ("meanwhile", "in the midst"):
        assert next(blocks)
    if when == "gone":
        path.unlink()
    elif when == "in the midst":  # what follows is no Parquet
        path.write_bytes(b"\xff" * path.stat().st_size)
    else:
        os.utime(path, ns=(0, 0))
    with pytest.raises(InputError, match="no such file" if when == "gone" else "posts.parquet: changed while it was"):
        list(blocks)


def test_without_pyarrow_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = parquet_of(tmp_path / "a.parquet", text=["a"])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"posts.parquet: reading Parquet needs pip install 'nlpkit\[parquet\]'"):
        list(read.blocks())


# ---- records with their texts


def rows_of(
    kind: str, data: bytes, cuts: Iterable[int] = (), *, errors: str = "strict", **options: Any
) -> tuple[list[Any], list[str | None], tuple[int, int, int]]:
    """(records, the text of each, (records, missing, damaged)) as Extractor.rows gives them."""
    wanted = {"field": "text", "column": "text", **options}
    extractor = open_records(kind, "posts", errors=errors, **wanted)
    found: list[Any] = []
    texts: list[str | None] = []
    for rows in extractor.rows(blocks_of(data, [cut for cut in cuts if cut < len(data)])):
        assert len(rows.records) == len(rows.texts)
        assert bool(rows.header) == bool(rows.delimiter) == (kind != "jsonl")
        found += rows.records
        texts += rows.texts
    return found, texts, (extractor.records, extractor.missing, extractor.damaged)


@EXAMPLES
@given(st.lists(records, max_size=6), st.booleans(), st.sets(st.integers(1)))
def test_rows_of_jsonl_are_its_lines_as_they_are(
    some: list[dict[str, object]], ascii_only: bool, cuts: set[int]
) -> None:
    lines = [json.dumps(record, ensure_ascii=ascii_only).encode() for record in some]
    data = b"\r\n\n".join([*lines, b""])
    cuts = {cut % (len(data) + 1) for cut in cuts}
    if some and all(record.get("text") is None for record in some):
        with pytest.raises(InputError, match="no record has text in the field 'text'"):
            rows_of("jsonl", data, cuts)
        return
    found, texts, counts = rows_of("jsonl", data, cuts)
    assert [line.strip() for line in found] == lines
    assert texts == [record.get("text") for record in some]
    assert counts == (len(some), texts.count(None), 0)


def test_rows_of_jsonl_have_the_texts_that_are_read() -> None:
    data = b'{"text":"a\\nb"}\n{"text":12.50}\n{"x":1}\n{"text":null}\n{"n":1e999,"text":""}\n[1]\n'
    found, texts, counts = rows_of("jsonl", data)
    assert found == data.splitlines()
    assert texts == ["a\nb", "12.50", None, None, "", None]
    assert counts == (6, 3, 0)
    assert rows_of("jsonl", b'{"a":{"b":["x","y"]}}', field="a.b.1")[1] == ["y"]


def test_rows_of_jsonl_that_are_damaged_are_left_out_or_mended_or_stop() -> None:
    lines = [b'{"text":"a"}', b"broken", b'{"text":"\\ud800b"}', b'{"text":"c\0"}', b'{"v":"\\ud800","text":"d"}']
    data = b"\n".join(lines)
    assert rows_of("jsonl", data, errors="skip") == ([lines[0], lines[4]], ["a", "d"], (5, 0, 3))
    data = b"\n".join([lines[0], *lines[2:]])
    assert rows_of("jsonl", data, errors="replace") == (
        [lines[0], lines[2], '{"text":"c\ufffd"}'.encode(), lines[4]],
        ["a", "\ufffdb", "c\ufffd", "d"],
        (4, 0, 2),
    )
    for line, cause in ((lines[1], "not valid JSON"), (lines[2], "lone surrogate"), (lines[3], "not valid JSON")):
        with pytest.raises(InputError, match=rf"^posts:2: {cause}|^posts:2: a {cause}"):
            rows_of("jsonl", b'{"text":"a"}\n' + line)


cells = st.text(st.sampled_from("ab，字😀\n\u2028\x85\t ,;\"'\\")) | st.text().filter(
    lambda c: not set(c) & set("\r\0")
)


@EXAMPLES
@given(
    st.lists(st.lists(cells, min_size=1, max_size=5).filter(lambda row: row != [""]), max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sets(st.integers(1)),
)
def test_rows_of_tables_are_their_cells(some: list[list[str]], delimiter: str, cuts: set[int]) -> None:
    header = ["id", "no", "text"]
    table = io.StringIO()
    csv.writer(table, delimiter=delimiter).writerows([header, *some])
    data = table.getvalue().encode()
    found, texts, counts = rows_of("csv", data, {cut % (len(data) + 1) for cut in cuts}, delimiter=delimiter)
    assert found == some
    assert texts == [row[2] if len(row) > 2 else None for row in some]
    assert counts == (len(some), texts.count(None), 0)


def test_rows_of_tables_come_with_their_header_and_delimiter() -> None:
    for data, delimiter in ((b"id;text\n1;a\n", ";"), (b"id,text\r\n", ","), (b'"id","text"\n1,a\n', ",")):
        parts = list(open_records("csv", "posts", field=None, column="text").rows([data]))
        assert parts
        assert {(tuple(rows.header), rows.delimiter) for rows in parts} == {(("id", "text"), delimiter)}
    assert [rows for rows in open_records("csv", "posts", field=None, column="text").rows([b""]) if rows.records] == []
    (rows,) = open_records("tsv", "posts", field=None, column="2").rows([b"id\ttext\n1\ta\n"])
    assert (rows.records, rows.texts, rows.delimiter) == ([["1", "a"]], ["a"], "\t")


def test_rows_of_tables_that_are_damaged_are_left_out_or_stop() -> None:
    data = b'id,text\n1,a\n2,"b"c\n3,d\n'
    with pytest.raises(InputError, match=r"^posts:3: a cell goes on after its closing quote"):
        rows_of("csv", data)
    assert rows_of("csv", data, errors="skip") == ([["1", "a"], ["3", "d"]], ["a", "d"], (3, 0, 1))


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_rows_are_given_some_at_a_time(kind: str) -> None:
    rows = [{"id": str(number), "text": "some text " * 10} for number in range(30_000)]
    data = jsonl(*rows) if kind == "jsonl" else csv_of([("id", "text"), *(tuple(row.values()) for row in rows)])
    parts = list(
        open_records(kind, "posts", field="text", column="text").rows(blocks_of(data, range(0, len(data), 65536)))
    )
    assert sum(len(part.records) for part in parts) == len(rows)
    assert max(len(part.records) for part in parts) < len(rows) // 2


# ---- all


def test_every_format_gives_the_same_real_text(few_laws: Path, tmp_path: Path) -> None:
    text = few_laws.read_text(encoding="utf-8")
    texts = text.removesuffix("\n").split("\n")
    rows = [{"id": str(number), "text": line} for number, line in enumerate(texts)]
    expected = (text.encode(), len(rows), 0, 0)
    cuts = range(0, 10 * len(text), 10_007)
    assert extract("jsonl", jsonl(*rows), cuts) == expected
    assert extract("csv", csv_of([("id", "text"), *(row.values() for row in rows)]), cuts) == expected  # type: ignore[list-item]
    assert b"".join(parquet_of(tmp_path / "a.parquet", text=texts).blocks()) == expected[0]
