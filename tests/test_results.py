"""Results as tables: text formats, order, rows, frames; and reports."""

import csv
import io
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nlpkit.choices import LIST_FORMATS
from nlpkit.errors import OptionError
from nlpkit.results import ResultTable, Summary, Target, align, order_of, table_text

pytestmark = pytest.mark.compiled  # nothing here depends on kernels


@dataclass(frozen=True, repr=False)
class Words(ResultTable):
    column_names = ("word", "count")

    word: NDArray[np.object_]
    count: NDArray[np.int64]
    hidden: NDArray[np.float64]
    total: int

    def _summary(self) -> str:
        return "three"


@dataclass(frozen=True)
class Length(Summary):
    length: int

    def __str__(self) -> str:
        return align([("length", str(self.length))])[0] + "\n"

    def save(self, path: Target, format: str = "text") -> None:
        self._write(path, format, table_text({"length": [self.length]}, format))


WORDS = Words(np.array(["b", "a", "c"], object), np.array([2, 2, 3]), np.array([0.1, 0.2, 0.3]), 7)
COLUMNS = {
    "word": ["养犬", 'C"1,', "计量器具"],
    "count": np.array([3, 20, 100]),
    "pmi": np.array([1.23456789, -0.00001, math.nan]),
    "score": [2.0, 1 / 3, -5e9],
}


def text(format: str, columns: object = COLUMNS) -> str:
    return b"".join(table_text(columns, format)).decode()  # type: ignore[arg-type]


def test_tsv_has_a_header_and_floats_of_four_decimals() -> None:
    assert text("tsv") == (
        'word\tcount\tpmi\tscore\n养犬\t3\t1.2346\t2.0\nC"1,\t20\t0.0\t0.3333\n计量器具\t100\t\t-5000000000.0\n'
    )


def test_csv_quotes_what_needs_it_and_is_read_back_as_written() -> None:
    rows = list(csv.reader(io.StringIO(text("csv"))))
    assert rows[0] == ["word", "count", "pmi", "score"]
    assert rows[2] == ['C"1,', "20", "0.0", "0.3333"]
    assert "\r" not in text("csv")


def test_jsonl_keeps_floats_in_full_and_has_null_for_nan() -> None:
    rows = [json.loads(line) for line in text("jsonl").split("\n")[:-1]]
    assert rows[0] == {"word": "养犬", "count": 3, "pmi": 1.23456789, "score": 2.0}
    assert rows[2]["pmi"] is None
    assert "养犬" in text("jsonl")


def test_jieba_has_words_and_counts_and_words_has_words_alone() -> None:
    assert text("jieba") == '养犬 3\nC"1, 20\n计量器具 100\n'
    assert text("words") == '养犬\nC"1,\n计量器具\n'


@pytest.mark.parametrize("format", LIST_FORMATS)
def test_a_table_without_rows_is_its_header_at_most(format: str) -> None:
    empty = {"word": np.array([], object), "count": np.array([], np.int64), "pmi": np.array([], np.float64)}
    assert text(format, empty) == {"tsv": "word\tcount\tpmi\n", "csv": "word,count,pmi\n"}.get(format, "")


@pytest.mark.parametrize("format", LIST_FORMATS)
def test_a_table_of_several_blocks_has_all_rows(format: str) -> None:
    words = [f"w{i}" for i in range(70_000)]
    lines = text(format, {"word": words, "count": list(range(70_000))}).split("\n")
    header = format in ("tsv", "csv")
    assert len(lines) == 70_000 + header + 1
    assert "w65536" in lines[65_536 + header]


def test_a_table_is_saved_under_a_path_as_to_a_file(tmp_path: Path) -> None:
    for name in Words.formats:
        file = io.BytesIO()
        WORDS.save(file, name)
        WORDS.save(tmp_path / "words", name)
        assert (tmp_path / "words").read_bytes() == file.getvalue() == text(name, WORDS.columns).encode()


def test_an_unknown_format_is_an_error_that_lists_the_formats_and_leaves_no_file(tmp_path: Path) -> None:
    for result, known in ((WORDS, "tsv, csv, jsonl"), (Length(3), "text, tsv, csv, jsonl")):
        with pytest.raises(OptionError, match=f"^format is 'yaml'; choose from {known}$"):
            result.save(tmp_path / "words", "yaml")
    with pytest.raises(OptionError, match=r"^format is 'jsnol'; did you mean jsonl\?$"):
        WORDS.save(tmp_path / "words", "jsnol")
    assert not list(tmp_path.iterdir())


def test_iterating_gives_rows_of_python_objects() -> None:
    assert list(WORDS) == [("b", 2), ("a", 2), ("c", 3)]
    assert [type(value) for value in next(iter(WORDS))] == [str, int]


def test_length_and_repr() -> None:
    assert len(WORDS) == 3
    assert repr(WORDS) == "<Words: three>"


def test_rows_are_taken_of_all_arrays_and_of_nothing_else() -> None:
    taken = WORDS._take(np.array([2, 0]))
    assert (taken.word.tolist(), taken.count.tolist(), taken.hidden.tolist(), taken.total) == (
        ["c", "b"],
        [3, 2],
        [0.3, 0.1],
        7,
    )


def test_a_frame_has_the_columns() -> None:
    pytest.importorskip("pandas")
    frame = WORDS.to_pandas()
    assert list(frame.columns) == ["word", "count"]
    assert frame["count"].dtype == np.int64


def test_a_frame_without_pandas_is_an_error_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(OptionError, match=r"^pandas is not installed: pip install 'nlpkit\[pandas\]'$"):
        WORDS.to_pandas()


@given(
    st.lists(
        st.tuples(st.text("ab\0\u4e00", max_size=3) | st.just("a" * 70), st.integers(-2, 2), st.floats(allow_nan=False))
    )
)
def test_rows_are_ordered_by_keys_then_by_code_points(rows: list[tuple[str, int, float]]) -> None:
    texts = np.array([*(row[0] for row in rows), None], object)[:-1]
    keys = np.array([row[1] for row in rows], np.int8), np.array([row[2] for row in rows], np.float64)
    expected = sorted(range(len(rows)), key=lambda i: (-rows[i][1], -rows[i][2], rows[i][0]))
    assert order_of(texts, *keys).tolist() == expected


def test_rows_without_a_number_come_last() -> None:
    assert order_of(np.array(["a", "b", "c"], object), np.array([math.nan, 1, 2])).tolist() == [2, 1, 0]


def test_a_report_is_its_text_or_what_the_format_asks_for(tmp_path: Path) -> None:
    Length(3).save(tmp_path / "length")
    assert (tmp_path / "length").read_text() == "length  3\n"
    Length(3).save(tmp_path / "length", "csv")
    assert (tmp_path / "length").read_text() == "length\n3\n"
