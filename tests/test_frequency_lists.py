"""Frequency lists in files: their order and formats, lists that are added up, and keywords by lists as by texts."""

import csv
import gzip
import io
import json
import os
import pickle
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jieba
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import nlpkit
from nlpkit import Corpus, InputError, OptionError, OutputError, Segmenter, keywords
from nlpkit.choices import LIST_FORMATS
from nlpkit.errors import EncodingError
from nlpkit.frequencies import Frequencies, Jieba, count, is_list, read_lists
from nlpkit.places.compression import text_bytes
from nlpkit.places.sources import Source
from nlpkit.runs import Spill
from tests import naive
from tests.conftest import NOJIT, Run

pytestmark = [pytest.mark.usefixtures("dictionary"), pytest.mark.compiled]  # tests of the library compare the kernels

FEW = settings(deadline=None, max_examples=15 if NOJIT else 60)
WITH_COUNTS = [name for name in LIST_FORMATS if name != "words"]
#: No tab or CR, which tsv cannot hold.
CHARACTERS = st.sampled_from([*"ab1,'\"{}#\\\0 法𠀀é", "\uffff", "\u3000", "\x85"])
tokens = st.text(CHARACTERS, min_size=1, max_size=4).filter(lambda token: token == token.strip() and token != "# ")
counts = st.integers(1, 4) | st.integers(65_530, 65_545) | st.integers(1, 1 << 40)
lists = st.dictionaries(tokens, counts, max_size=12)


def in_order(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda row: (-row[1], [ord(char) for char in row[0]]))


def as_list(folder: Path, counts: dict[str, int], name: str = "list.tsv") -> Path:
    path = folder / name
    path.write_bytes("".join(["token\tcount\n", *(f"{token}\t{n}\n" for token, n in counts.items())]).encode())
    return path


def text_of(counts: dict[str, int]) -> bytes:
    return " ".join(token for token, n in counts.items() for _ in range(n)).encode()


def counted(text: bytes, **how: Any) -> Frequencies:
    return count(io.BytesIO(text), **{"tokenizer": "space", **how})


# ---- order and choice


@FEW
@given(lists, st.integers(1, 4) | st.just(65_537), st.none() | st.integers(1, 8))
@example({"a": 65_536, "b": 65_535, "\uffff": 65_536, "𠀀": 65_536, "B": 1 << 40}, 1, 3)
@example({"d": 2, "c": 2, "b": 2, "a": 3}, 2, 2)
def test_rows_are_by_count_then_by_code_points(
    tmp_path: Path, counts: dict[str, int], min_count: int, top: int | None
) -> None:
    path = as_list(tmp_path, counts)
    found = read_lists(path, min_count=min_count, top=top)
    chosen = [row for row in in_order(counts) if row[1] >= min_count][:top]
    assert list(found) == chosen
    assert (len(found), found.types, found.tokens) == (len(chosen), len(counts), sum(counts.values()))


@FEW
@given(st.lists(lists, min_size=1, max_size=4))
def test_lists_add_up_on_disk_as_in_memory(tmp_path: Path, parts: list[dict[str, int]]) -> None:
    paths = [as_list(tmp_path, part, f"{number}.tsv") for number, part in enumerate(parts)]
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    folder = tmp_path / "spill"
    folder.mkdir(exist_ok=True)
    assert list(read_lists(paths)) == in_order(total)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nlpkit.runs.files.most_files", lambda: 2)
        patch.setattr(Spill, "limit", property(lambda _: 1, lambda *_: None), raising=False)
        with read_lists(paths, tmp_dir=folder) as found:
            assert bool(os.listdir(folder)) == any(map(bool, parts))
            for _ in range(2):
                assert list(found) == in_order(total)
    assert os.listdir(folder) == []


# ---- formats


@FEW
@given(lists, st.sampled_from(WITH_COUNTS))
@example({"{": 2, "a": 1}, "jieba")
@example({'"': 2, 'a"b,': 1, ",": 1}, "csv")
@example({"count": 2, "token": 1}, "csv")
@example({"1": 2, "2 1": 1}, "jieba")
def test_a_written_list_is_read_again(tmp_path: Path, counts: dict[str, int], format: str) -> None:
    path = tmp_path / "list"
    assume(format != "jieba" or not any(word[-1:] in (*",;:=|",) for word in counts))  # `a, 1` may be two cells
    first = read_lists(as_list(tmp_path, counts))
    first.save(path, format)
    if counts or format in ("tsv", "csv"):
        again = read_lists(path)
        assert list(again) == list(first)
        assert again.tokens == first.tokens
        assert is_list(str(path)) or format == "jieba"  # of which a line alone may be a text's
    else:
        with pytest.raises(InputError, match=r"list: is empty; a frequency list has a header \(token, count\)"):
            read_lists(path)


def test_the_bytes_of_every_format(tmp_path: Path) -> None:
    found = count(io.BytesIO('a,b "x" a,b\n"x" 法\na,b'.encode()), tokenizer="space", df=True)
    path = tmp_path / "list"

    def saved(format: str, **how: Any) -> str:
        found.save(path, format, **how)
        return path.read_text("utf-8")

    assert saved("tsv") == 'token\tcount\tdf\na,b\t3\t2\n"x"\t2\t2\n法\t1\t1\n'
    assert saved("tsv", per_million=True).split("\n")[1] == "a,b\t3\t2\t500000.0"
    rows = list(csv.reader(io.StringIO(saved("csv", per_million=True))))
    assert rows[0] == ["token", "count", "df", "per_million"]
    assert rows[1:] == [
        ["a,b", "3", "2", "500000.0"],
        ['"x"', "2", "2", "333333.3333"],
        ["法", "1", "1", "166666.6667"],
    ]
    assert saved("csv") == 'token,count,df\n"a,b",3,2\n"""x""",2,2\n法,1,1\n'
    objects = [json.loads(line) for line in saved("jsonl", per_million=True).splitlines()]
    assert objects[1] == {"token": '"x"', "count": 2, "df": 2, "per_million": 2e6 / 6}
    assert saved("jieba") == 'a,b 3\n"x" 2\n法 1\n'
    assert saved("words") == 'a,b\n"x"\n法\n'
    assert repr(found) == "<Frequencies: 6 tokens, 3 types, 3 in the list>"
    with pytest.raises(OptionError, match="per_million: no effect with format jieba; it has no such column"):
        found.save(path, "jieba", per_million=True)
    with pytest.raises(OptionError, match="format is 'text'; choose from tsv, csv, jsonl, jieba, words"):
        found.save(path, "text")


@pytest.mark.parametrize("tokenizer", ["char", "space"])
@pytest.mark.parametrize("layout", LIST_FORMATS)
def test_the_fast_writer_and_write_table_write_the_same_rows(layout: str, tokenizer: str, tmp_path: Path) -> None:
    """Kernels write rows where nothing needs quotes and no other column is asked for; Python writes the others."""
    text = "国家 a 法律 𠀀 b é 国 " * 9 + "x\n"
    path = tmp_path / "list"

    def lines_of(found: Frequencies, **how: Any) -> list[str]:
        found.save(path, layout, **how)
        return path.read_text("utf-8").split("\n")

    plain = counted(text.encode(), tokenizer=tokenizer, ngram=(1, 3))
    lines = lines_of(plain)
    quoted = lines_of(counted(f'{text}"\n'.encode(), tokenizer=tokenizer, ngram=(1, 3)))
    assert [line for line in quoted if line not in lines] == [
        line for line in quoted if '""""' in line or '"\\""' in line or (line.startswith(chr(34)) and "{" not in line)
    ]
    assert [line for line in quoted if line in lines] == lines
    with_df = lines_of(counted(text.encode(), tokenizer=tokenizer, ngram=(1, 3), df=True))
    if layout in ("jieba", "words"):
        assert lines == with_df
        return
    with_rate = lines_of(plain, per_million=True)
    end = "}" if layout == "jsonl" else ""
    assert [
        line.rstrip("}").rpartition("," if layout != "tsv" else "\t")[0] + end * bool(line) for line in with_df
    ] == lines
    assert [
        line.rstrip("}").rpartition("," if layout != "tsv" else "\t")[0] + end * bool(line) for line in with_rate
    ] == lines


def test_tabs_and_line_ends_in_tokens_are_quoted_or_replaced(tmp_path: Path) -> None:
    found = count(io.BytesIO(b"a\tb\rc|a\tb\rc|x\ty|\n"), tokenizer="regex", pattern="[^|]+")
    assert found.to_dict() == {"a\tb\rc": 2, "x\ty": 1}
    found.save(tmp_path / "list")
    assert (tmp_path / "list").read_text() == "token\tcount\na␉b␍c\t2\nx␉y\t1\n"
    for layout in ("csv", "jsonl"):
        found.save(tmp_path / "list", layout)
        assert read_lists(tmp_path / "list").to_dict() == found.to_dict()


def test_backslashes_are_written_and_read_unchanged(tmp_path: Path) -> None:
    found = count(io.BytesIO(b"C:\\temp \\n \\"), tokenizer="space")
    found.save(tmp_path / "list")
    assert read_lists(tmp_path / "list").to_dict() == {"C:\\temp": 1, "\\n": 1, "\\": 1}


@pytest.fixture
def _cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("NLPKIT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    yield


@pytest.mark.usefixtures("_cache")
def test_a_list_can_be_used_as_a_dictionary(tmp_path: Path) -> None:
    """For jieba itself, and for ours; a table of `count` as well."""
    text = "国家机关 国家机关 国家 法律 token 机关\n"
    found = counted(text.encode())
    for layout in ("jieba", "tsv"):
        found.save(tmp_path / layout, layout)
        assert Segmenter(tmp_path / layout).cut("国家机关法律") == ["国家机关", "法律"]
    jieba.setLogLevel(60)
    assert jieba.Tokenizer(str(tmp_path / "jieba")).lcut("国家机关法律", HMM=False) == ["国家机关", "法律"]
    assert count(io.BytesIO("token国家".encode()), segmenter=Segmenter(tmp_path / "tsv")).to_dict() == {
        "token": 1,
        "国家": 1,
    }
    lexicon = Segmenter(tmp_path / "tsv").lexicon
    assert lexicon.total == found.total  # no word from the header


@pytest.mark.usefixtures("_cache")
def test_a_table_can_be_used_as_a_list_of_stop_words(tmp_path: Path) -> None:
    (tmp_path / "stop.tsv").write_text("token\tcount\n国\t3\nb\t1\n")
    assert counted("国 token b c".encode(), stopwords=tmp_path / "stop.tsv").to_dict() == {"c": 1, "token": 1}


# ---- lists of others


@pytest.mark.parametrize(
    "text",
    [
        "token\tcount\nb\t2\na\t1\n",
        "word\tscore\tcount\nb\t0.5\t2\na\t0.2\t1",
        "token,count,df\nb,2,1\r\na,1,1\r\n",
        "\ufefftoken\tcount\r\nb\t2\r\n\r\na\t1\r\n",
        "b\t2\na\t1\n",
        "b 2\na 1\n",
        "b 1 n\na 1 v\nb 1\n",
        '{"token": "b", "count": 2}\n\n{"word": "a", "count": 1, "df": 1}\n',
        '{ "word": "b", "count": 2}\n{"count": 1, "token": "a"}',
        "b\t2\nzero\t0\na\t1\n",
        "      2 b\n      1 a\n",
    ],
)
def test_lists_of_other_programs_are_read(text: str, tmp_path: Path) -> None:
    for name, data in (("list", text.encode()), ("list.gz", gzip.compress(text.encode()))):
        (tmp_path / name).write_bytes(data)
        assert is_list(str(tmp_path / name))
        found = read_lists(str(tmp_path / name))
        assert list(found) == [("b", 2), ("a", 1)]
        assert (found.tokens, found.types, found.documents) == (3, 2, None)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("token\tcount\nb\t2\na\tx\n", 3, "does not have a word beside a whole number of 0 or more"),
        ("token\tcount\nb\t-2\n", 2, "does not have a word beside a whole number"),
        ("token\tcount\nb\n", 2, "does not have a word beside a whole number"),
        ("token,count\nb,1.5\n", 2, "does not have a word beside a whole number"),
        ("b 2\na\n", 2, "does not have a word beside a whole number"),
        ("token\tcount\nb\t1_0\n", 2, "does not have a word beside a whole number"),
        ("token\tcount\nb\t１２\n", 2, "does not have a word beside a whole number"),
        ("token,count\nb,1_0\n", 2, "does not have a word beside a whole number"),
        ("b 2\na １\n", 2, "does not have a word beside a whole number"),
        ("b 99999999999999999999\n", 1, "does not have a word beside a whole number"),
        ('{"token": "b", "count": 2}\n{"token": "a"}\n', 2, "is not an object with a token and its count"),
        ('{"token": "b", "count": 2}\n[1]\n', 2, "is not an object with a token and its count"),
        ('{"token": "b", "count": true}\n', 1, "is not an object with a token and its count"),
        ('{"token": "b", "count": 2\n', 1, "is not an object with a token and its count"),
        ("我们是中国人。\n", 1, "does not have a word beside a whole number"),
    ],
)
def test_an_error_names_the_line_that_is_not_of_a_list(text: str, line: int, says: str, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(text.encode())
    with pytest.raises(InputError, match=rf"list:{line}: {says}.*as `nlpkit count` writes them"):
        read_lists(path)


def test_an_error_names_a_damaged_list(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes("token\tcount\n法\t1\n".encode("gb18030"))
    with pytest.raises(InputError, match=r"list:2 \(byte 12\): not valid UTF-8"):
        read_lists(path)
    path.write_bytes(b"token,count\nb,2\na\rb,1\n")
    with pytest.raises(InputError, match=r"list:3: new-line character seen in unquoted field.*a frequency list has"):
        read_lists(path)
    with pytest.raises(InputError, match="no such file"):
        read_lists(tmp_path / "none")
    with pytest.raises(InputError, match="no such file"):
        is_list(str(tmp_path / "none"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "我们 是 中国人\n2024\n",
        "a b c\n",
        "\n\n",
        '{"text": "a"}\n',
        "法律 共 3\n见下\n",
        "法律 ３\n见下 ２\n",
        "法律\t1_0\n见下\t1\n",
    ],
)
def test_is_list_is_false_for_texts(text: str, tmp_path: Path) -> None:
    (tmp_path / "t").write_text(text, "utf-8")
    assert not is_list(str(tmp_path / "t"))


def test_an_error_names_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"no/list: cannot be written"):
        counted(b"a").save(tmp_path / "no" / "list")


# ---- the sum of lists, and keywords

texts = st.lists(st.sampled_from(["国", "国家", "a", "b", "𠀀", '"', "{", "\n"]), max_size=40).map(" ".join)


@FEW
@given(texts, texts, st.sampled_from(WITH_COUNTS))
def test_the_sum_of_lists_is_the_list_of_both_texts(tmp_path: Path, a: str, b: str, format: str) -> None:
    both = counted(f"{a}\n{b}".encode())
    paths = []
    for name, text in (("a", a), ("b", b)):
        if text.split():
            counted(text.encode()).save(tmp_path / name, format)
            paths.append(tmp_path / name)
    if paths:
        found = read_lists(paths)
        assert list(found) == list(both)
        assert (found.tokens, found.spectrum.values.tolist()) == (both.tokens, both.spectrum.values.tolist())


def rows_of(found: Any) -> list[tuple[Any, ...]]:
    return list(zip(*(column.tolist() for column in found.columns.values()), strict=True))


@FEW
@given(texts, texts, st.sampled_from(WITH_COUNTS), st.booleans(), st.sampled_from([4, 2]))
def test_a_list_and_its_text_give_the_same_keywords(
    tmp_path: Path, a: str, b: str, format: str, on_disk: bool, cells: int
) -> None:
    own, other = counted(a.encode()), counted(b.encode())
    options: dict[str, Any] = {"max_p": 1, "bonferroni": False, "negative": True, "cells": cells}
    if not (own.tokens and other.tokens):
        with pytest.raises(OptionError, match="has no tokens; nothing can be compared"):
            keywords(own, other, **options)
        return
    expected = keywords(own, other, **options)
    own_counts, other_counts = Counter(a.split()), Counter(b.split())
    rows = [(token, own_counts[token], other_counts[token]) for token in own_counts | other_counts]
    ordered = naive.keyness_order(rows, own.tokens, other.tokens)
    differ = [token for token in ordered if own_counts[token] * other.tokens != other_counts[token] * own.tokens]
    if cells == 4:
        assert expected.token.tolist() == differ
    other.save(tmp_path / "list", format)
    own.save(tmp_path / "own", format)
    with pytest.MonkeyPatch.context() as patch:
        if on_disk:
            patch.setattr(Spill, "limit", property(lambda _: 1, lambda *_: None), raising=False)
        with read_lists(tmp_path / "own") as first, read_lists(tmp_path / "list") as second:
            assert rows_of(keywords(first, second, **options)) == rows_of(expected)
            assert rows_of(keywords(own, second, **options)) == rows_of(expected)


def test_keywords_compare_whole_lists_whatever_top_and_min_count() -> None:
    """Whatever was to be written of them."""
    a, b = b"a a a a b b c x y", b"c c c b d d d d d d a z"
    expected = rows_of(keywords(counted(a), counted(b), max_p=1, negative=True))
    assert (
        rows_of(keywords(counted(a, top=1, min_count=2), counted(b, min_count=5), max_p=1, negative=True)) == expected
    )
    assert expected[0][:3] == ("a", 4, 1)


# ---- what is public


def test_a_list_as_dict_arrays_and_data_frame(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("b a\nb c\n")
    found = nlpkit.count(tmp_path / "t.txt", tokenizer="space", df=True)
    assert found.to_dict() == {"b": 2, "a": 1, "c": 1}
    assert (found.token, found.count.tolist(), found.df.tolist()) == (["b", "a", "c"], [2, 1, 1], [2, 1, 1])
    assert found.count.dtype == found.df.dtype == np.int64
    assert (found.tokens, found.types, found.total, found.documents, len(found)) == (4, 3, 4, 2, 3)
    assert list(found) == [("b", 2), ("a", 1), ("c", 1)]
    pytest.importorskip("pandas")
    frame = found.to_pandas(per_million=True)
    assert frame.to_dict("list") == {
        "token": ["b", "a", "c"],
        "count": [2, 1, 1],
        "df": [2, 1, 1],
        "per_million": [500_000.0, 250_000.0, 250_000.0],
    }
    assert list(nlpkit.count(tmp_path / "t.txt", tokenizer="space").to_pandas()) == ["token", "count"]


def test_df_is_an_error_if_documents_were_not_counted() -> None:
    with pytest.raises(OptionError, match="documents were not counted; count with df"):
        _ = count(io.BytesIO(b"a"), tokenizer="space").df


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"tokenizer": "word"}, r"tokenizer is 'word'; did you mean words\?"),
        ({"tokenizer": "x"}, "tokenizer is 'x'; choose from words, jieba, space, char, regex"),
        ({"tokenizer": "regex"}, "tokenizer regex: say what a token is with pattern, such as"),
        ({"tokenizer": "space", "pattern": "a"}, "pattern: no effect with tokenizer space; only regex has one"),
        (
            {"tokenizer": "char", "segmenter": Segmenter()},
            "segmenter: no effect with tokenizer char; only words",
        ),
        ({"tokenizer": "space", "jieba": Jieba()}, "jieba: no effect with tokenizer space; only jieba has one"),
        ({"tokenizer": "space", "separator": "-"}, "separator: no effect with ngram 1; it stands between"),
        ({"tokenizer": "space", "min_count": 1.5}, "min_count is 1.5; give an integer"),
        ({"ngram": "1-4"}, "ngram is '1-4'; give an integer or a tuple of integers"),
        ({"tokenizer": "regex", "pattern": "("}, r"pattern '\(' is not a regular expression"),
        ({"tokenizer": "regex", "pattern": "a*"}, r"pattern 'a\*' matches the empty string"),
        ({"tokenizer": "regex", "pattern": r"\b"}, "matches the empty string, which is not a token"),
        ({"tokenizer": "regex", "pattern": "(?<=a)"}, "matches the empty string, which is not a token"),
        ({"tokenizer": "regex", "pattern": "a(b*)"}, r"pattern 'a\(b\*\)' matches the empty string"),
        ({"tokenizer": "regex", "pattern": "(a)-(?P<b>b)"}, r"has 2 groups; a token is .*: write \(\?:\.\.\.\)"),
        ({"tokenizer": "space", "match": "["}, r"match '\[' is not a regular expression"),
        ({"tokenizer": "space", "ngram": 0}, "ngram is 0-0"),
        ({"tokenizer": "space", "ngram": (2, 1)}, "ngram is 2-1"),
        ({"tokenizer": "space", "document": "page"}, "document is 'page'; choose from line, file, row"),
        ({"tokenizer": "space", "document": "file"}, "document: no effect without df; give both"),
        ({"tokenizer": "space", "min_count": 0}, "min_count is 0; it must be at least 1"),
        ({"tokenizer": "space", "top": 0}, "top is 0; it must be at least 1"),
        ({"tokenizer": "space", "min_length": 0}, "min_length is 0"),
        ({"tokenizer": "space", "separator": "\t"}, "separator holds a tab or line end"),
        ({"tokenizer": "space", "df": True, "document": "row"}, "document 'row': only JSON Lines and CSV have rows"),
        ({"tokenizer": "space", "executor": "fork"}, "executor is 'fork'"),
    ],
)
def test_an_error_names_the_wrong_argument(how: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        count(io.BytesIO(b"a b"), **how)


def test_count_takes_paths_files_and_open_corpora(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a b")
    (tmp_path / "b.txt").write_text("b")
    for corpus in (str(tmp_path), tmp_path, [tmp_path / "a.txt", tmp_path / "b.txt"], io.BytesIO(b"a b\nb")):
        assert count(corpus, tokenizer="space").to_dict() == {"b": 2, "a": 1}
    with Corpus(tmp_path) as corpus:
        for _ in range(2):
            assert count(corpus, tokenizer="char").to_dict() == {"b": 2, "a": 1}


def test_filters_and_tokenizers_can_be_pickled() -> None:
    from nlpkit.frequencies.filters import Filters
    from nlpkit.frequencies.tokens import Tokenizer

    filters = Filters(normalize=True, match="a")
    assert filters.apply(["Ａa", "b"]) == ["Aa", None]
    assert pickle.loads(pickle.dumps(filters)).apply(["ａ"]) == ["a"]
    tokenizer = Tokenizer("regex", pattern=r"\w")
    before = tokenizer.marked(b"ab\n", False, True)
    assert pickle.loads(pickle.dumps(tokenizer)).marked(b"ab\n", False, True) == before == (b"a\xffb\xff\n", 3, False)


def test_the_one_group_of_a_pattern_is_the_token() -> None:
    text = io.BytesIO("#北京# 下雪 #故宫# #北京#\n##".encode())
    found = count(text, tokenizer="regex", pattern="#([^#\\s]+)#")
    assert dict(found) == {"北京": 2, "故宫": 1}
    found = count(io.BytesIO(b"ab a cab"), tokenizer="regex", pattern="a(b)?")
    assert dict(found) == {"b": 2}
    found = count(io.BytesIO("自然语言".encode()), tokenizer="regex", pattern="(?=(..))", ngram=2)
    assert dict(found) == {"自然 然语": 1, "然语 语言": 1}


def test_ngrams_of_matches_do_not_span_punctuation() -> None:
    text = "Hello my darling, how are you today? Fine my darling. How are you"
    found = count(io.BytesIO(text.encode()), tokenizer="regex", pattern=r"\p{L}+", casefold=True, ngram=2)
    assert dict(found)["how are"] == 2
    assert {"darling how", "today fine", "hello my"} & set(dict(found)) == {"hello my"}


def test_is_list_is_false_for_lines_that_end_in_rising_numbers(tmp_path: Path) -> None:
    for number, text in enumerate(("the 1990\nof 2001\n", "In the year 2024\n", "a 5\n", "Kings 3 4\nAnd 2 3 1\n")):
        path = tmp_path / f"{number}.txt"
        path.write_text(text)
        assert not is_list(str(path))
    (tmp_path / "gbk.txt").write_bytes("法律".encode("gbk"))
    assert not is_list(str(tmp_path / "gbk.txt"))
    assert not is_list(str(tmp_path))
    (tmp_path / "list").write_text("的 5\n了 5\n法 1\n")
    assert is_list(str(tmp_path / "list"))


def test_no_more_of_a_long_line_is_read_than_tells_a_list_from_a_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = 0

    def counted(source: Source, *_: object) -> Iterator[bytes]:
        nonlocal read
        for block in text_bytes(source):
            read += len(block)
            yield block

    monkeypatch.setattr("nlpkit.corpus.streams.text_bytes", counted)
    line = "中".encode() * (8 << 20) + b" 5\n"  # 24 MiB
    for begin, expected in ((b"", False), (b"a 9\nb 8\n", False), (b"token\tcount\na\t9\n", True)):
        read = 0
        (tmp_path / "long").write_bytes(begin + line)
        assert is_list(str(tmp_path / "long")) is expected
        assert read < 2 << 20


def test_the_reference_is_read_with_the_encoding_of_the_text(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.txt").write_bytes("甲 乙 甲 甲 甲 甲 甲".encode("gb18030"))
    (tmp_path / "b.txt").write_bytes(("乙 丙 " * 9).encode("gb18030"))
    arguments = ["keywords", "a.txt", "--tokenizer", "space", "--encoding", "gb18030", "-f", "words", "-q"]
    done = run(*arguments, "--against", "b.txt", "--max-p", 1, "--no-correction")
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, "甲\n", b"")


def test_keywords_of_texts_too_short_for_ngrams_are_an_error() -> None:
    one, other = (count(io.BytesIO(text), tokenizer="space", ngram=2) for text in (b"a b", b"c"))
    with pytest.raises(OptionError, match="the reference has no tokens"):
        nlpkit.keywords(one, other)


def test_sums_above_the_largest_number_of_tokens_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    path.write_text("token\tcount\n" + "".join(f"{i}\t{2**53}\n" for i in range(600)))
    with pytest.raises(InputError, match="more than 4,611,686,018,427,387,904 tokens"):
        read_lists(path)


def test_glob_chooses_the_lists_of_a_directory(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("token\tcount\nx\t1\n")
    (tmp_path / "b.tsv").write_text("token\tcount\nx\t2\n")
    (tmp_path / "c.txt").write_text("x 100\n")
    assert read_lists(tmp_path, glob="*.tsv").to_dict() == {"x": 3}
    assert read_lists(tmp_path).to_dict() == {"x": 103}
    with pytest.raises(InputError, match=r"no files in this directory match '\*\.csv'"):
        read_lists(tmp_path, glob="*.csv")


def test_bytes_of_a_list_that_are_not_valid_are_named_without_an_option_that_lists_do_not_have(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_bytes(b"\xef\xbb\xbftoken\tcount\na\t2\nb\xff\t1\n")
    with pytest.raises(EncodingError, match=r"a.tsv:3 \(byte 20\): not valid UTF-8; save it as UTF-8$"):
        read_lists(tmp_path / "a.tsv")
