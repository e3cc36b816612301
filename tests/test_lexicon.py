"""Files of words that users bring: what is read, and how one is told what is no lexicon."""

import importlib.util
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlpkit.errors import EncodingError, InputError, LexiconError
from nlpkit.lexicon import jieba_words, read_words

WORDS = frozenset({"养犬", "计量器具", "C++", "5G"})

FORMATS = {
    "words": "养犬\n计量器具\nC++\n5G\n",
    "words without a final newline": "养犬\n计量器具\nC++\n5G",
    "CRLF": "养犬\r\n计量器具\r\nC++\r\n5G\r\n",
    "BOM": "\ufeff养犬\n计量器具\nC++\n5G\n",
    "jieba": "养犬 3 n\n计量器具 20 n\nC++ 7\n5G 1 eng\n",
    "jieba without counts": "养犬 3\n计量器具\nC++ 7\n5G\n",
    "tsv with header": "word\tcount\tpmi\tscore\n养犬\t3\t1.5\t2.0\n计量器具\t20\t\t-1\nC++\t7\t0\t0\n5G\t1\t\t\n",
    "tsv with header, BOM and CRLF": "\ufeffword\tcount\r\n养犬\t3\r\n计量器具\t20\r\nC++\t7\r\n5G\t1\r\n",
    "tsv without header": "养犬\t3\n计量器具\t2e1\nC++\t7.0\n5G\t1\n",
    "one word a line under a header": "word\n养犬\n计量器具\nC++\n5G\n",
    "comments and empty lines": "# of the trade\n养犬\n\n计量器具\n \t \n# more\nC++\n5G\n\n",
    "twice": "养犬\n养犬 2\n计量器具\nC++\n5G\n",
    "white space around": " 养犬 \n\t计量器具\n\u3000C++\n5G\u3000\n".replace("\t", "  "),
}


def file_of(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "words.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("content", FORMATS.values(), ids=FORMATS)
def test_lexicons_are_read(tmp_path: Path, content: str) -> None:
    path = file_of(tmp_path, content)
    assert read_words(path) == read_words(str(path)) == WORDS


FORMS = {
    "double spaces": "养犬  3  n\n计量器具   20\nC++ \n5G\u3000 1\n",
    "tags in capitals": "养犬 N\n计量器具 NZ 3\nC++\n5G\n",
    "tags with more than letters": "养犬 3 n_abc\n计量器具 20 nz\nC++\n5G\n",
    "HanLP": "养犬 nz 1024\n计量器具 ns 100 n 3\nC++\n5G\n",
    "CSV": "word,count,pmi\n养犬,5,1.5\n计量器具,3,\nC++,1,\n5G,1,\n",
    "CSV with names in Chinese": "序号,词语,词频\n1,养犬,5\n2,计量器具,3\n3,C++,1\n4,5G,1\n",
    "CSV without a header": "养犬,5\n计量器具,3\nC++,1\n5G,1\n",
    "a table with names in Chinese": "序号\t词语\t词频\n1\t养犬\t5\n2\t计量器具\t3\n3\tC++\t1\n4\t5G\t1\n",
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_lexicons_of_other_programs_are_read(tmp_path: Path, content: str) -> None:
    assert read_words(file_of(tmp_path, content)) == WORDS


def test_words_may_have_commas_and_digits(tmp_path: Path) -> None:
    words = [f"词{i}" for i in range(60)] + ["1024,1078", "A,1", "3,107.8", "、", "，"]
    assert read_words(file_of(tmp_path, "\n".join(words))) == set(words)
    with pytest.raises(LexiconError, match=r"words.txt:2: a row of a CSV file"):
        read_words(file_of(tmp_path, "人 5\n中国,5\n"))


def test_a_hash_starts_a_comment_only_before_a_space(tmp_path: Path) -> None:
    assert read_words(file_of(tmp_path, "#话题\n# 话题\n#\n")) == {"#话题", "#"}


def test_a_word_may_have_100_characters(tmp_path: Path) -> None:
    assert read_words(file_of(tmp_path, "甲" * 100)) == {"甲" * 100}


def test_the_dictionary_of_jieba_is_a_lexicon() -> None:
    words = jieba_words()
    assert len(words) > 300_000
    assert {"中国", "十分", "AT&T"} <= words
    package = importlib.util.find_spec("jieba")
    assert package is not None
    assert package.origin is not None
    assert read_words(Path(package.origin).with_name("dict.txt")) == words


NO_LEXICONS = {
    "empty": (b"", "holds no words"),
    "line ends only": (b"\n\r\n \n", "holds no words"),
    "comments only": (b"# none\n", "holds no words"),
    "header only": (b"word\tcount\n", "holds no words"),
    "text": ("第一条 为了规范口岸开放\n".encode(), "line 1: '为了规范口岸开放' is not a count"),
    "text further down": ("总则\n\n第一章 总则 一二\n".encode(), "line 3: '总则' is not a count"),
    "English": (b"It is one of these things\n", "line 1: 6 columns"),
    "a long line": (("甲" * 1_001).encode(), "line 1: a word of 1,001 characters"),
    "a table of something else": ("养犬\t3\nid\tname\n".encode(), "line 2: 'name' is not a count"),
    "an underscore between digits": ("养犬 1_0\n".encode(), "line 1: '1_0' is not a count"),
    "full-width digits": ("养犬\t１０\n".encode(), "line 1: '１０' is not a count"),
    "a long cell": (("养犬\t" + "很" * 50).encode(), f"line 1: '{'很' * 20}...' is not a count"),
    "binary": (b"\x7fELF\x01\x00\x00", "line 1: a NUL byte"),
    "binary further down": (b"PK\n\n\x00\x01", "line 3: a NUL byte"),
}


@pytest.mark.parametrize(("content", "cause"), NO_LEXICONS.values(), ids=NO_LEXICONS)
def test_a_file_that_is_not_a_lexicon_is_an_error_with_line_and_cause(
    tmp_path: Path, content: bytes, cause: str
) -> None:
    path = file_of(tmp_path, content)
    place, is_line, rest = cause.rpartition("line ")
    shown = f"{path}:{rest}" if is_line else f"{path}: {place}{rest}"
    with pytest.raises(LexiconError, match=f"^{re.escape(shown)}; a lexicon (has|is) .*one word a line"):
        read_words(path)


NOT_UTF8 = {
    "GB18030": ("养犬\n计量".encode("gb18030"), r":1 \(byte 0\): not valid UTF-8; try encoding="),
    "UTF-16": ("养犬\n".encode("utf-16"), r':1 \(byte 0\): not valid UTF-8; try encoding="utf-16"'),
    "a fault further down": ("养犬\n计量".encode() + b"\xe5\x99", r":2 \(byte 13\): not valid UTF-8"),
}


@pytest.mark.parametrize(("content", "cause"), NOT_UTF8.values(), ids=NOT_UTF8)
def test_another_encoding_is_an_error_that_names_line_and_byte(tmp_path: Path, content: bytes, cause: str) -> None:
    with pytest.raises(EncodingError, match=cause):
        read_words(file_of(tmp_path, content))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-le", "big5"])
def test_the_encoding_is_named_or_the_file_is_utf8(tmp_path: Path, encoding: str) -> None:
    for data in ("養犬\n度量\n".encode(encoding), "養犬\n度量\n".encode()):
        assert read_words(file_of(tmp_path, data), encoding) == {"養犬", "度量"}


def test_the_bundled_corpus_is_not_a_lexicon(laws: Path) -> None:
    with pytest.raises(LexiconError, match=rf"^{re.escape(str(laws))}:[0-9]+: "):
        read_words(laws)


def test_an_unreadable_file_is_an_error_that_says_why(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(str(tmp_path / 'no.txt'))}: no such file"):
        read_words(tmp_path / "no.txt")
    with pytest.raises(InputError, match=f"^{re.escape(str(tmp_path))}: "):
        read_words(tmp_path)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=40) | st.text(st.sampled_from("甲乙 \t\n\r\0#1.e\u2028\ufeff"), max_size=20).map(str.encode))
@example("word\t\n甲\t\n".encode())
@example(b"\t1\n")
@example(b"\0\x0ba")
@example(b"\x89HDF\r\n")
def test_any_bytes_give_words_or_an_input_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_bytes(data)
    try:
        words = read_words(path)
    except InputError as error:  # a LexiconError, an EncodingError, or not a text
        assert str(error).startswith(f"{path}:")
    else:
        assert words
        assert all(0 < len(word) <= 100 and not {"\0", "\n"} & set(word) for word in words)
