"""Dictionaries: jieba's own, those of users, and words added later give what jieba gives; what is none is named."""

import bz2
import gzip
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import jieba
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jieba.finalseg import Force_Split_Words

from nlpkit import EncodingError, InputError, Lexicon, LexiconError, Segmenter
from nlpkit.lexicon.files import jieba_file, read_entries, read_words
from tests.conftest import ENVIRONMENT, NOJIT

FEW = settings(deadline=None, max_examples=15 if NOJIT else 60)
JIT = {**ENVIRONMENT, "NUMBA_DISABLE_JIT": "0"}  # for processes that compile a whole dictionary
DEFAULT = """\
结婚 100 v
和 5000 c
尚未 80 d
和尚 120 n
的 9000 uj
未 70 d
中 60 f
中国 900 ns
国人 30 n
人 1000 n
中国人 50 n
人民 700 n
北京大学 40 nt
大学 300 n
大学生 90 n
生 20 vn
AT&T 3 nz
B超 3 n
c++ 3 nz
"""
TEXT = "结婚的和尚未结婚的中国人民和北京大学生，约翰·史密斯去New York、B超AT&T和c++5G云计算鿔鿕。\r\n" * 2


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder of these tests' own."""
    folder = tmp_path_factory.mktemp("cache") / "nlpkit"
    with pytest.MonkeyPatch.context() as patch:
        set_cache(patch, folder)
        yield folder


def set_cache(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setenv("NLPKIT_CACHE_DIR", str(folder))


@pytest.fixture(autouse=True)
def _split_words() -> Iterator[None]:
    """Words that jieba always cuts are kept for the whole process."""
    Force_Split_Words.clear()
    yield
    Force_Split_Words.clear()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dictionaries")


def tokenizer(dictionary: Path, *users: Path) -> jieba.Tokenizer:
    """jieba with a dictionary, which it does not keep anywhere."""
    jieba.setLogLevel(60)
    result = jieba.Tokenizer(str(dictionary))
    with open(dictionary, "rb") as file:
        result.FREQ, result.total = result.gen_pfdict(file)
    result.initialized = True
    for path in users:
        with open(path, "rb") as file:
            result.load_userdict(file)
    return result


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def ours(*arguments: object, **options: object) -> tuple[Segmenter, ...]:
    """A segmenter that goes on in plain Python and one that is compiled, each without and with the hidden Markov
    model."""
    made = []
    for plain in (1 << 60, 0):
        for hmm in (False, True):
            segmenter = Segmenter(*arguments, hmm=hmm, **options)  # type: ignore[arg-type]
            segmenter._plain = plain
            if not plain:
                segmenter.engine()
            made.append(segmenter)
    return tuple(made)


def check(made: tuple[Segmenter, ...], theirs: jieba.Tokenizer, *texts: str) -> None:
    listed = list(theirs.FREQ)
    listed = listed[-2_000:] + listed[: -2_000 : len(listed) // 2_000 + 1]
    for segmenter in made:
        lexicon = segmenter.lexicon
        assert lexicon.total == theirs.total
        assert {word: lexicon.count(word) for word in listed} == {word: theirs.FREQ[word] for word in listed}
        assert all(lexicon.count(word) == theirs.FREQ.get(word) for word in ("鿏", "国鿏", "鿏·", "的·", "·"))
        for text in (TEXT, *texts):
            assert segmenter.cut(text) == theirs.lcut(text, HMM=segmenter.options.hmm), text
            assert lexicon.suggest(text) == theirs.suggest_freq(text)


# -d


DICTIONARIES = {
    "jieba's form": DEFAULT,
    "no tags": "中国 5\n国人 7\n中国人 6\n的 100\n",
    "no final line end": "中国 5\n国人 7",
    "lines twice: counted twice, the last count wins": "中国 5\n国人 7\n中国人 3\n中国 9\n国人 7\n人 1\n",
    "count 0": "中国 0\n国人 7\n中国人 3\n结婚 0\n的 0\n和尚 4\n",
    "characters that no word has": "中·国 5\n约翰·史密斯 100\n人 3\né 4\n鿕·人 0\n",
    "a single word": "中国 1\n",
    "one character": "中 1\n",
    "large counts": "中国 999999999999999\n国人 999999999999998\n中国人 999999999999997\n人 1\n",
    "CRLF": DEFAULT.replace("\n", "\r\n"),
    "white space around": "  中国 5 n  \n国人 7 \n",
}


@pytest.mark.parametrize("content", DICTIONARIES.values(), ids=DICTIONARIES)
def test_a_dictionary_is_read_as_jieba_reads_it(tmp_path: Path, content: str) -> None:
    path = written(tmp_path / "d.txt", content)
    check(ours(path), tokenizer(path), "中·国人", "中国国人人")


def test_several_dictionaries_are_read_as_one(tmp_path: Path) -> None:
    first, second = written(tmp_path / "1.txt", DEFAULT), written(tmp_path / "2.txt", "中国 7\n云计算 9 n\n")
    both = written(tmp_path / "both.txt", DEFAULT + "中国 7\n云计算 9 n\n")
    check(ours([first, second]), tokenizer(both))


characters = st.sampled_from("中国人民的大学结婚鿕1Ab+.%·é𠀀")
words = st.text(characters, min_size=1, max_size=5)
counts = st.sampled_from([0, 1, 2, 3, 10, 100, 10**6, 10**12])
texts = st.lists(st.text(st.one_of(characters, st.sampled_from(" \r\n，")), max_size=12), min_size=1, max_size=4)


@FEW
@given(st.lists(st.tuples(words, counts), min_size=1, max_size=15).filter(lambda rows: any(n for _, n in rows)), texts)
@example([("鿕·", 1)], ["鿕"])
@example([("中", 0), ("国", 1)], ["中", "中国"])
def test_any_dictionary_gives_what_jieba_gives(folder: Path, rows: list[tuple[str, int]], texts: list[str]) -> None:
    path = written(folder / "any.txt", "".join(f"{word} {count}\n" for word, count in rows))
    check(ours(path), tokenizer(path), *texts)


# -u


USERS = {
    "with counts and tags": "云计算 5 n\n中国人民 200 nz\n鿔鿕 3 x\n",
    "without counts": "云计算\n尚未结婚\n国人民\n大学生·\n",
    "tags only": "云计算 n\n人民和 nz\n",
    "counts only": "云计算 5\n的和 1000000\n",
    "Latin and digits": "5G 3 x\nNew\nAT&T 100\nc++5\n5G云 7\n",
    "spaces": "New York 50 ns\nEdu Trust认证 2000\nNew York\nNew York n\n",
    "numbers in words": "iPhone 5 3 n\nWindows 10 300\n云 2 1\n",
    "count 0": "结婚 0\n云计算 0\n鿔鿕 0\n大学 0 n\n中国人民 5\n",
    "lines twice": "云计算 5\n云计算\n云计算 7\n和尚\n和尚\n",
    "what others begin with": "北京\n中国\n人\n云\n云计\n云计算\n北京大学生\n",
    "characters that no word has": "约翰·史密斯 100\n约翰·\n·\n鿕·x\n大学·\n， 5\n大学， 3\n",
    "a character that no word has, then others": "鿕·\n鿕\n鿕鿔\n",
    "blank lines": "\n云计算\n\n  \n\t\n人民和\n",
    "CRLF": "云计算 5 n\r\n人民和\r\n",
    "BOM": "\ufeff云计算 5 n\n人民和\n",
    "one character": "结\n婚 1\n的 0\nA\n7\n",
}


@pytest.mark.parametrize("content", USERS.values(), ids=USERS)
def test_a_user_dictionary_is_added_as_jieba_adds_it(tmp_path: Path, content: str) -> None:
    path, user = written(tmp_path / "d.txt", DEFAULT), written(tmp_path / "u.txt", content)
    theirs = tokenizer(path, user)
    check(ours(path, user_dictionary=user), theirs, "云计算人民和鿔鿕·x", "5G云iPhone 5和Windows 10的大学，")
    again = written(tmp_path / "again.txt", "国人民 9\n" + content)
    check(ours(path, user_dictionary=[user, again]), tokenizer(path, user, again))


rows = st.tuples(words, st.none() | counts, st.sampled_from(["", " n", " eng"]))


@FEW
@given(st.lists(rows, min_size=1, max_size=12), texts)
def test_any_user_dictionary_gives_what_jieba_gives(
    folder: Path, rows: list[tuple[str, int | None, str]], texts: list[str]
) -> None:
    Force_Split_Words.clear()
    path = written(folder / "d.txt", DEFAULT)
    lines = [f"{word}{'' if count is None else f' {count}'}{tag}\n" for word, count, tag in rows]
    user = written(folder / "u.txt", "".join(lines))
    check(ours(path, user_dictionary=user), tokenizer(path, user), *texts)


@cache
def jieba_words() -> list[str]:
    """Words of jieba's dictionary, from all over it."""
    lines = jieba_file("dict.txt").read_text(encoding="utf-8").split("\n")
    return [line.split(" ")[0] for line in lines[::1_997]]


@pytest.mark.slow
@pytest.mark.compiled
def test_user_words_are_added_to_jiebas_dictionary(tmp_path: Path, few_laws: Path) -> None:
    text = few_laws.read_text(encoding="utf-8")[:20_000]
    parts = [text[at : at + 5] for at in range(0, 6_000, 61)]
    some = jieba_words()
    lines = [*(p for p in parts if p.isalpha()), *(f"{a}{b[:1]} 3" for a, b in pairwise(some))]
    user = written(tmp_path / "u.txt", "".join(f"{line}\n" for line in [*lines, "条例 0", "国务院 0", "New York 5"]))
    theirs = tokenizer(jieba_file("dict.txt"), user)
    made = ours(user_dictionary=user)
    check(made, theirs, text, "".join(some))
    for segmenter in (*made, theirs):
        segmenter.add_word("国务院")
        segmenter.add_word("应当在")
        segmenter.del_word("规定")
        segmenter.suggest_freq(("法", "律"), True)
    check(made, theirs, text, "".join(some))


# add_word, del_word, suggest_freq


added = st.tuples(st.just("add"), words, st.none() | counts)
deleted = st.tuples(st.just("delete"), words, st.none())
joined = st.tuples(st.just("tune"), words, st.none())
parted = st.tuples(st.just("tune"), st.lists(words, min_size=1, max_size=3).map(tuple), st.none())
Operation = tuple[str, str | tuple[str, ...], int | None]


def carry_out(segmenter: Segmenter | jieba.Tokenizer, operation: Operation) -> int | None:
    kind, word, count = operation
    if kind == "tune":
        return segmenter.suggest_freq(word, True)
    assert isinstance(word, str)
    return segmenter.del_word(word) if kind == "delete" else segmenter.add_word(word, count)


@FEW
@given(st.lists(st.one_of(added, deleted, joined, parted), max_size=12), texts)
@example([("add", "中国人民", None), ("tune", ("中国", "人民"), None)], [])
@example([("add", "鿕·x", 3), ("tune", "鿕", None)], ["鿕"])
@example([("delete", "鿔鿕", None), ("add", "鿔鿕", 1)], ["鿔鿕"])
@example([("delete", "的", None), ("tune", "的", None)], ["的"])
@example([("add", "云计算", 123), ("add", "云计算大", 4567), ("delete", "国", None)], ["云计算大"])
def test_words_are_added_and_deleted_as_in_jieba(folder: Path, operations: list[Operation], texts: list[str]) -> None:
    Force_Split_Words.clear()
    path = written(folder / "d.txt", DEFAULT)
    made, theirs = ours(path), tokenizer(path)
    for operation in operations:
        result = carry_out(theirs, operation)
        for segmenter in made:
            returned = carry_out(segmenter, operation)
            assert operation[0] != "tune" or returned == result
        check(made, theirs, *texts)


def test_add_returns_the_count(tmp_path: Path) -> None:
    lexicon = Lexicon([written(tmp_path / "d.txt", DEFAULT)])
    assert lexicon.add("云计算", 17) == 17
    assert lexicon.count("云计算") == 17
    count = lexicon.add("中国人民")
    assert count == lexicon.count("中国人民")
    assert count > 0
    assert "中国人民" in lexicon
    lexicon.add("中国人民", 0)
    assert "中国人民" not in lexicon
    assert lexicon.count("中国人民") == 0


@pytest.mark.parametrize(("word", "count"), [("", None), ("甲" * 101, None), ("甲", -1), ("甲", 10**15 + 1)])
def test_a_refused_word_changes_nothing(tmp_path: Path, word: str, count: int | None) -> None:
    path = written(tmp_path / "d.txt", DEFAULT)
    segmenter = Segmenter(path)
    with pytest.raises(LexiconError):
        segmenter.add_word(word, count)
    check((segmenter,), tokenizer(path))


def test_the_longest_word_and_the_largest_count_can_be_added(tmp_path: Path) -> None:
    path = written(tmp_path / "d.txt", DEFAULT)
    theirs, made = tokenizer(path), ours(path)
    for segmenter in (*made, theirs):
        segmenter.add_word("甲" * 100, 10**15)
    check(made, theirs, "甲" * 99, "甲" * 100, "甲" * 101, "乙" + "甲" * 250)


def test_many_words_are_added_to_one_segmenter(tmp_path: Path) -> None:
    path = written(tmp_path / "d.txt", DEFAULT)
    theirs, made = tokenizer(path), ours(path)
    some = jieba_words()
    for number, word in enumerate(some):
        for segmenter in (*made, theirs):
            segmenter.add_word(word, number)
    check(made, theirs, "".join(some))


@pytest.mark.slow
@pytest.mark.compiled
def test_hundreds_of_thousands_of_words_can_be_added(tmp_path: Path) -> None:
    """In a process of its own, which memory must not grow in, and which must come to its end."""
    path = written(tmp_path / "d.txt", DEFAULT)
    code = f"""
import resource
from nlpkit import Lexicon

lexicon = Lexicon([{str(path)!r}])
lexicon.add("中国人", 1)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for number in range(200_000):
    lexicon.add("中国人", 2 + number % 7)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000, lexicon.count("中国人"))
"""
    done = subprocess.run([sys.executable, "-c", code], env=JIT, check=False, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"True 4\n", b"")


# Forms of files


FORMS = {
    "CRLF": "中国 5 n\r\n云计算\r\nNew York 3\r\n",
    "no final line end": "中国 5 n\n云计算\nNew York 3",
    "BOM": "\ufeff中国 5 n\n云计算\nNew York 3\n",
    "BOM and CRLF": "\ufeff中国 5 n\r\n云计算\r\nNew York 3\r\n",
    "comments": "# ours\n中国 5 n\n# 云 7\n云计算\nNew York 3\n# end",
    "blank lines": "\n\n中国 5 n\n  \n\r\n云计算\n\u3000\nNew York 3\n\n",
    "white space around": " 中国 5 n \n  云计算\nNew York 3  \n",
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_the_form_of_a_file_does_not_matter(tmp_path: Path, content: str) -> None:
    lexicon = Lexicon([written(tmp_path / "d.txt", content)])
    expected = {"中国": 5, "云计算": 1, "New York": 3, "New": 0, "中": 0, "# ours": None, "#": None, "ork": None}
    assert {word: lexicon.count(word) for word in expected} == expected
    assert lexicon.total == 9


TABLES = {
    "header": "word\tcount\tpmi\n中国\t5\t1.5\nNew York\t3\t\n云\t1\t-2\n",
    "another order": "word\tpmi\tcount\n中国\t1.5\t5\nNew York\t\t3\n云\t-2\t1\n",
    "no header": "中国\t5\nNew York\t3\n云\t1\n",
    "no counts": "中国\t5\nNew York\t3\n云\t\n",
    "floats that are whole": "word\tcount\n中国\t5.0\nNew York\t3e0\n云\t1\n",
    "CRLF, BOM, blank lines": "\ufeffword\tcount\r\n中国\t5\r\n\r\n New York \t3\r\n\r\n云\t1\r\n",
    "comments": "word\tcount\n# 云\t9\n中国\t5\nNew York\t3\n云\t1\n",
}


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES)
def test_tables_are_dictionaries_and_their_words_may_have_any_characters(tmp_path: Path, content: str) -> None:
    path = written(tmp_path / "d.tsv", content)
    lexicon = Lexicon([path])
    assert {word: lexicon.count(word) for word in ("中国", "New York", "云", "word")} == {
        "中国": 5, "New York": 3, "云": 1, "word": None,
    }  # fmt: skip
    assert lexicon.total == 9
    assert lexicon.whole_words == ["New York"]
    for segmenter in ours(path):
        assert segmenter.cut("New York在中国 云") == ["New York", "在", "中国", " ", "云"]


def test_letters_of_tables_are_parts_of_words(tmp_path: Path) -> None:
    path = written(tmp_path / "d.tsv", "word\tcount\nカメラ\t5\nメラ\t1\n𠀀𠀁\t3\ncafé\t2\n")
    text = "カメラ𠀀𠀁カcafé、カメ"
    for segmenter in ours(path):
        unknown = ["カメ"] if segmenter.options.hmm else ["カ", "メ"]  # as finalseg leaves what is not Chinese
        assert segmenter.cut(text) == ["カメラ", "𠀀𠀁", "カ", "café", "、", *unknown]
    for segmenter in ours(written(tmp_path / "d.txt", "カメラ 5\n𠀀𠀁 3\ncafé 2\n")):
        assert segmenter.cut(text) == tokenizer(tmp_path / "d.txt").lcut(text, HMM=segmenter.options.hmm)


@pytest.mark.compiled
def test_tables_may_have_tens_of_thousands_of_different_letters(tmp_path: Path) -> None:
    letters = [chr(code) for code in range(0x20000, 0x20000 + 42_700)]
    lines = [f"{a}{b}\t{number % 90}" for number, (a, b) in enumerate(pairwise(letters), 1)]
    path = written(tmp_path / "d.tsv", "\n".join(lines))
    text = "".join(letters[:7]) + "".join(letters[-7:])
    for segmenter in ours(path):
        tokens = segmenter.cut(text)
        assert "".join(tokens) == text
        assert segmenter.lexicon.count(letters[-2] + letters[-1]) == (42_699 % 90)
        assert max(map(len, tokens)) == 2
    too_many = "\n".join(chr(code) for code in range(0x20000, 0x2A6E0)) + "\n"
    too_many += "\n".join(chr(code) for code in range(0x3400, 0x4DC0)) + "\n"
    path = written(tmp_path / "e.tsv", too_many.replace("\n", "\t1\n"))
    with pytest.raises(LexiconError, match=r"e\.tsv: .* different letters"):
        Lexicon([path])


def test_folded_dictionaries_have_one_count_for_words_that_are_the_same(tmp_path: Path) -> None:
    path = written(tmp_path / "d.txt", "５Ｇ 3\n5g 4\nT恤 2\n云 1\n")
    lexicon = Lexicon([path], fold=True)
    assert [lexicon.count(word) for word in ("5G", "5g", "５Ｇ", "ｔ恤", "T恤", "恤")] == [7, 7, 7, 2, 2, None]
    assert lexicon.total == 10
    lexicon.add("Ｉphone", 5)
    assert lexicon.count("iPhone") == 5
    assert Lexicon([path]).count("5G") is None


# What is no dictionary


NO_DICTIONARIES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", ": holds no words"),
    "blank lines": (b"\n\r\n \n", ": holds no words"),
    "comments": (b"# none\n# at all\n", ": holds no words"),
    "a header": (b"word\tcount\n", ": holds no words"),
    "a negative count": ("人 5\n中国 -5 n\n".encode(), ":2: '-5' is not a count"),
    "a negative count in a table": ("中国\t-5\n".encode(), ":1: '-5' is not a count"),
    "a fraction": ("人 5\n中国 2.5\n".encode(), ":2: '2.5' is not a count"),
    "a fraction in a table": ("word\tcount\n中国\t2.5\n".encode(), ":2: '2.5' is not a count"),
    "a huge count": (f"人 5\n中国 {10**15 + 1} n\n".encode(), f":2: '{10**15 + 1}' is more than any text has"),
    "a count of thousands of digits": (f"中国 {'9' * 5_000}\n".encode(), ":1: '99999999999999999999...' is"),
    "a huge count in a table": (b"A\t1e300\n", ":1: '1e300' is more than any text has"),
    "an infinite count": (b"A\tinf\n", ":1: 'inf' is not a count"),
    "no number": (b"A\tnan\n", ":1: 'nan' is not a count"),
    "text in place of a count": ("中国\t很多\n".encode(), ":1: '很多' is not a count"),
    "full-width digits": ("中国 ５\n".encode(), ":1: '５' is not a count"),
    "full-width digits in a table": ("中国\t５\n".encode(), ":1: '５' is not a count"),
    "an underscore between digits": (b"A 1_0\n", ":1: '1_0' is not a count"),
    "an underscore between digits in a table": (b"A\t1_0\n", ":1: '1_0' is not a count"),
    "a word of 101 characters": (("人 5\n" + "甲" * 101 + " 3\n").encode(), ":2: a word of 101 characters"),
    "a word of 101 characters in a table": (("甲" * 101 + "\t3\n").encode(), ":1: a word of 101 characters"),
    "NUL": (b"ok 5\n\0\0 5\n", ":2: a NUL byte"),
    "an executable": (b"\x7fELF\x02\x01\x01\x00", ":1: a NUL byte"),
    "CSV without a header": ("人 5\n中国,5\n".encode(), ":2: a row of a CSV file"),
    "Chinese sentences": ("第一条\n为了规范口岸开放，提高口岸通关效率，制定本条例。\n".encode(), ":2: "),
    "long Chinese lines": (("总则\n" + "上海口岸服务条例" * 5).encode(), ":2: "),
    "English sentences": (b"Chapter\nIt is one of these things that nobody knows.\n", ":2: "),
    "JSON Lines": ('{"text": "中国", "id": 7, "more": [1, 2, 3, 4, 5]}\n'.encode(), ":1: "),
}


@pytest.mark.parametrize(("content", "cause"), NO_DICTIONARIES.values(), ids=NO_DICTIONARIES)
@pytest.mark.parametrize("as_user", [False, True], ids=["-d", "-u"])
def test_a_file_that_is_not_a_dictionary_is_an_error_with_its_line(
    tmp_path: Path, content: bytes, cause: str, as_user: bool
) -> None:
    bad, good = written(tmp_path / "bad.txt", content), written(tmp_path / "good.txt", DEFAULT)
    for _ in range(2):  # also when it is asked for again
        with pytest.raises(LexiconError) as caught:
            Lexicon([good], [bad]) if as_user else Lexicon([good, bad])
        message = str(caught.value)
        assert message.startswith(f"{bad}{cause}"), message
        assert "\n" not in message
        assert len(message) < 400 + len(str(bad))


NOT_UTF8 = {
    "GB18030": ("中国 5\n云计算 3\n".encode("gb18030"), r":1 \(byte 0\): not valid UTF-8"),
    "GB18030, later": (b"ok 5\n" + "中国 5\n".encode("gb18030"), r":2 \(byte 5\): not valid UTF-8"),
    "UTF-16": ("中国 5\n".encode("utf-16"), r":1 \(byte 0\): not valid UTF-8"),
}


@pytest.mark.parametrize(("content", "cause"), NOT_UTF8.values(), ids=NOT_UTF8)
def test_another_encoding_is_an_error_that_names_line_and_byte(tmp_path: Path, content: bytes, cause: str) -> None:
    bad, good = written(tmp_path / "bad.txt", content), written(tmp_path / "good.txt", DEFAULT)
    for arguments in ([bad], []), ([good], [bad]):
        with pytest.raises(EncodingError, match=rf"bad\.txt{cause}"):
            Lexicon(*arguments)


def test_dictionaries_may_be_compressed_and_in_other_encodings(tmp_path: Path) -> None:
    content = "中国 5\n云计算 3\n"
    for data, encoding in (
        (gzip.compress(content.encode()), "utf-8"),
        (bz2.compress(content.encode("gb18030")), "gb18030"),
        (content.encode("gb18030"), "gb18030"),
        (content.encode("utf-16"), "utf-16"),
        (content.encode(), "gb18030"),  # UTF-8 beyond doubt
    ):
        lexicon = Lexicon([written(tmp_path / "d.txt", data)], encoding=encoding)
        assert (lexicon.count("中国"), lexicon.count("云计算"), lexicon.total) == (5, 3, 8)


def test_the_same_bytes_in_two_encodings_are_two_lexicons(tmp_path: Path) -> None:
    path = written(tmp_path / "d.txt", "中国 5\n".encode("gb18030"))
    assert Lexicon([path], encoding="gb18030").count("中国") == 5
    assert Lexicon([path], encoding="cp949").count("中国") is None
    assert Lexicon([path], encoding="gb18030").count("中国") == 5


ORDERS = {
    "double spaces": ("区块链服务  5  n\n边缘云   3\n隐私计算 \n", {"区块链服务": 5, "边缘云": 3, "隐私计算": 1}),
    "HanLP": ("乌鱼子 nz 1024\n太保家园 ns 100 n 3\n", {"乌鱼子": 1024, "太保家园": 103}),
    "tags in capitals": ("区块链服务 N\n边缘云 NZ 3\n", {"区块链服务": 1, "边缘云": 3}),
    "capitals after counts": ("区块链 5 N\n边缘云 3 NZ\n", {"区块链": 5, "边缘云": 3}),
    "CSV": ("word,count,pmi\n中国,5,1.5\n云,2,\n", {"中国": 5, "云": 2}),
    "CSV in quotes": ('"词","词频"\n"中国","5"\n"A,B","2"\n', {"中国": 5, "A,B": 2}),
    "not tags": ("维生素 A 3\n维生素 C 2\nNew York 3\n", {"维生素 A": 3, "维生素 C": 2, "New York": 3}),
}


@pytest.mark.parametrize(("content", "counts"), ORDERS.values(), ids=ORDERS)
def test_dictionaries_of_other_programs(content: str, counts: dict[str, int], tmp_path: Path) -> None:
    lexicon = Lexicon([written(tmp_path / "d.txt", content)])
    assert {word: lexicon.count(word) for word in counts} == counts
    assert lexicon.total == sum(counts.values())


def test_it_is_said_that_tags_are_read_also_from_the_cache(tmp_path: Path) -> None:
    path = written(tmp_path / "d.txt", "乌鱼子 nz 1024\n")
    for _ in range(2):
        told: list[str] = []
        Lexicon([path], notify=told.append)
        assert told == [f"{path}: what follows the words is read as tags, as in '乌鱼子 nz 1024'"]


@pytest.mark.parametrize("option", ["dictionary", "user_dictionary"])
def test_an_error_names_the_option_that_was_typed(option: str, tmp_path: Path) -> None:
    path = written(tmp_path / "d.txt", "为了规范口岸开放，提高口岸通关效率，制定本条例。\n")
    with pytest.raises(LexiconError, match=f"looks like a sentence; .* without {option}$"):
        Segmenter(**{option: path})


def test_only_a_user_dictionary_may_have_no_words(tmp_path: Path) -> None:
    nothing, good = written(tmp_path / "nothing.txt", "中国 0\n"), written(tmp_path / "good.txt", DEFAULT)
    with pytest.raises(LexiconError, match=r"nothing\.txt: every count is 0"):
        Lexicon([nothing])
    assert Lexicon([good], [nothing]).count("中国") == Lexicon([good, nothing]).count("中国") == 0


def test_the_bundled_texts_are_not_dictionaries() -> None:
    for path in (Path(__file__).parent / "data").glob("*.txt"):
        with pytest.raises(LexiconError, match=r"\.txt:[0-9]+: "):
            Lexicon([path])


@pytest.mark.parametrize("use", ["dictionary", "user_dictionary", "force"])
def test_an_unreadable_file_is_an_error_that_says_why(tmp_path: Path, use: str) -> None:
    options: dict[str, object] = {"dictionary": written(tmp_path / "good.txt", DEFAULT)}
    with pytest.raises(InputError, match=r"no\.txt: no such file"):
        Segmenter(**{**options, use: tmp_path / "no.txt"})  # type: ignore[arg-type]
    with pytest.raises(InputError, match=f"{tmp_path.name}: .*directory"):
        Segmenter(**{**options, use: tmp_path})  # type: ignore[arg-type]


@FEW
@given(
    st.binary(max_size=40)
    | st.text(st.sampled_from("甲乙é·A \t\n\r\0#1.e,-，\u2028\ufeff\u3000"), max_size=24).map(str.encode)
)
@example(b"word\tcount\n\t\n")
@example("\ufeff\ufeff 1\n".encode())
@example(b"\x0b1\n")
@example("甲\t1\t\n \t2\n".encode())
@example(b", 1 n\n,\n,,")
@example(b"\x89HDF\r\n")
def test_any_bytes_give_a_dictionary_or_an_input_error(folder: Path, data: bytes) -> None:
    path, good = written(folder / "any.txt", data), written(folder / "good.txt", DEFAULT)
    for arguments in ([path], []), ([good], [path]):
        try:
            lexicon = Lexicon(*arguments)
        except InputError as error:  # a LexiconError, an EncodingError, or not a text
            assert str(error).startswith(str(path))
        else:
            assert lexicon.total > 0
            assert "".join(lexicon.cut("甲乙A 1,é")) == "甲乙A 1,é"


# The cache


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "kept"
    set_cache(monkeypatch, folder)
    return folder


def test_a_dictionary_is_compiled_once_per_content(tmp_path: Path, kept: Path) -> None:
    first, copy = written(tmp_path / "1.txt", DEFAULT), written(tmp_path / "2.txt", DEFAULT)
    Lexicon([first])
    assert len(files(kept)) == 1
    Lexicon([copy])
    Segmenter(first)
    assert len(files(kept)) == 1
    Lexicon([first, copy])
    assert len(files(kept)) == 2
    Lexicon([first], [copy])
    assert len(files(kept)) == 3
    Lexicon([first], fold=True)
    assert len(files(kept)) == 4
    written(first, DEFAULT.replace("100", "101"))
    assert Lexicon([first]).count("结婚") == 101
    assert len(files(kept)) == 5
    written(first, DEFAULT)
    assert Lexicon([first]).count("结婚") == 100
    assert all(name.endswith(".bin") for name in files(kept))


def test_the_cache_is_in_the_users_folder_unless_the_environment_names_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "d.txt", DEFAULT)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "users")
    monkeypatch.delenv("NLPKIT_CACHE_DIR")
    Lexicon([path])
    monkeypatch.setenv("NLPKIT_CACHE_DIR", "")
    Lexicon([path])
    assert len(files(tmp_path / "users")) == 1
    monkeypatch.setenv("NLPKIT_CACHE_DIR", str(tmp_path / "named" / "deep"))
    Lexicon([path])
    assert files(tmp_path / "named" / "deep") == files(tmp_path / "users")


def test_the_cache_tells_apart_files_that_are_equal_end_to_end(tmp_path: Path, kept: Path) -> None:
    one = [written(tmp_path / "1.txt", "中 1\n国"), written(tmp_path / "2.txt", "人 2\n")]
    other = [written(tmp_path / "3.txt", "中 1\n"), written(tmp_path / "4.txt", "国人 2\n")]
    assert Lexicon(one).count("国人") is None
    assert Lexicon(other).count("国人") == 2
    assert len(files(kept)) == 2


def test_words_added_later_are_not_cached(tmp_path: Path) -> None:
    path = written(tmp_path / "d.txt", DEFAULT)
    for _ in range(2):
        (segmenter, *_) = made = ours(path)
        before = tokenizer(path)
        check(made, before)
        segmenter.add_word("云计算", 7)
        segmenter.del_word("中国")
        assert segmenter.cut("云计算") == ["云计算"]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "a byte": lambda _: b"n",
    "cut at its head": lambda data: data[:20],
    "cut in half": lambda data: data[: len(data) // 2],
    "its last byte missing": lambda data: data[:-1],
    "a byte too many": lambda data: data + b"\0",
    "another version": lambda data: data.replace(b"cache 1", b"cache 0", 1),
    "another file": lambda _: b"SQLite format 3\0" * 400,
    "nothing but zeros": lambda data: bytes(len(data)),
    "a bit of its checksum": lambda data: flipped(data, 8 * 16),
    "a bit of the length of its head": lambda data: flipped(data, 8 * 22),
    "a bit of its head": lambda data: flipped(data, 8 * 60),
    "a bit in its midst": lambda data: flipped(data, 4 * len(data)),
    "its last bit": lambda data: flipped(data, 8 * len(data) - 1),
}


def flipped(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place // 8] ^= 1 << place % 8
    return bytes(changed)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_replaced(tmp_path: Path, kept: Path, damage: Callable[[bytes], bytes]) -> None:
    path = written(tmp_path / "d.txt", DEFAULT)
    force = written(tmp_path / "f.txt", "SK-II\n")
    Segmenter(path, hmm=True, force=force)
    whole = {name: (kept / name).read_bytes() for name in files(kept)}
    assert [name.partition("-")[0] for name in whole] == ["hmm", "lexicon", "words"]
    for name, data in whole.items():
        assert damage(data) != data
        written(kept / name, damage(data))
    told: list[str] = []
    segmenter = Segmenter(path, hmm=True, force=force, notify=told.append)
    check((segmenter,), tokenizer(path), "中国国人")
    assert {name: (kept / name).read_bytes() for name in files(kept)} == whole
    assert not told


@FEW
@given(st.data())
def test_any_flipped_bit_is_noticed(folder: Path, data: st.DataObject) -> None:
    path = written(folder / "d.txt", "中国 5\n国人 7\n")
    with pytest.MonkeyPatch.context() as patch:
        set_cache(patch, folder / "kept")
        Lexicon([path])
        (name,) = files(folder / "kept")
        kept = folder / "kept" / name
        whole = kept.read_bytes()
        written(kept, flipped(whole, data.draw(st.integers(0, 8 * len(whole) - 1))))
        check((Segmenter(path),), tokenizer(path))
        assert kept.read_bytes() == whole


def test_without_a_cache_everything_works_and_the_user_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "d.txt", DEFAULT)
    set_cache(monkeypatch, written(tmp_path / "file", "") / "nlpkit")
    for options in {}, {"hmm": True, "force": written(tmp_path / "f.txt", "SK-II\n")}:
        told: list[str] = []
        segmenter = Segmenter(path, notify=told.append, **options)  # type: ignore[arg-type]
        assert [line for line in told if line.startswith(str(tmp_path / "file"))] == told
        assert len(told) == (3 if options else 1)
        assert all("cannot be kept" in line for line in told)
        check((segmenter,), tokenizer(path))
    check((Segmenter(path),), tokenizer(path))  # nobody to tell


def test_a_user_without_a_home_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home(*_: object, **__: object) -> Path:
        raise RuntimeError("could not determine the home directory")

    path = written(tmp_path / "d.txt", DEFAULT)
    monkeypatch.delenv("NLPKIT_CACHE_DIR")
    monkeypatch.setattr("platformdirs.user_cache_path", no_home)
    told: list[str] = []
    check((Segmenter(path, notify=told.append),), tokenizer(path))
    assert len(told) == 1
    assert "cannot be kept" in told[0]
    assert "NLPKIT_CACHE_DIR" in told[0]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_cache_folder_without_write_permission(tmp_path: Path, kept: Path) -> None:
    path = written(tmp_path / "d.txt", DEFAULT)
    kept.mkdir(mode=0o555)
    told: list[str] = []
    check((Segmenter(path, notify=told.append),), tokenizer(path))
    assert len(told) == 1
    assert files(kept) == []


def test_a_folder_in_the_place_of_a_file_is_left_alone(tmp_path: Path, kept: Path) -> None:
    path = written(tmp_path / "d.txt", DEFAULT)
    Lexicon([path])
    (name,) = files(kept)
    (kept / name).unlink()
    (kept / name).mkdir()
    told: list[str] = []
    check((Segmenter(path, notify=told.append),), tokenizer(path))
    assert len(told) == 1
    assert files(kept) == [name]


def test_the_cache_keeps_the_24_files_that_were_used_last(tmp_path: Path, kept: Path) -> None:
    favourite = written(tmp_path / "favourite.txt", DEFAULT)
    Lexicon([favourite])
    (name,) = files(kept)
    for number in range(30):
        os.utime(kept / name, (number, number))  # as if it had been long ago
        Lexicon([favourite])
        Lexicon([written(tmp_path / "d.txt", f"中国 {number + 1}\n")])
        assert name in files(kept)
        assert len(files(kept)) <= 24
    assert len(files(kept)) == 24


CUT = """
import sys
from nlpkit import Segmenter

arguments = [item for item in sys.argv[2:] if item != "hmm"]
segmenter = Segmenter(*arguments, hmm="hmm" in sys.argv)
sys.stdout.buffer.write("/".join(segmenter.cut(sys.argv[1])).encode())
heavy = {"numba", "numpy", "jieba", "jieba.finalseg", "regex", "click"}
print("\\n", *sorted(heavy & set(sys.modules)))
"""


def started(folder: Path, text: str, *arguments: object) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", CUT, text, *map(str, arguments)]
    environment = {**JIT, "NLPKIT_CACHE_DIR": str(folder)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def ended(process: "subprocess.Popen[bytes]") -> tuple[list[str], list[str]]:
    out, errors = process.communicate(timeout=300)
    assert (process.returncode, errors) == (0, b""), errors.decode()
    tokens, loaded = out.decode().split("\n")[:2]
    return tokens.split("/"), loaded.split()


@pytest.mark.slow
def test_the_second_start_imports_no_slow_module(tmp_path: Path) -> None:
    sentence = "永和服装饰品有限公司杭研大厦"
    tokens = [jieba.Tokenizer().lcut(sentence, HMM=hmm) for hmm in (False, True)]
    assert ended(started(tmp_path / "cache", sentence, "hmm"))[0] == tokens[True]
    assert ended(started(tmp_path / "cache", sentence, "hmm")) == (tokens[True], [])
    assert ended(started(tmp_path / "cache", sentence)) == (tokens[False], [])


@pytest.mark.slow
def test_processes_that_compile_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = written(tmp_path / "d.txt", DEFAULT)
    tokens = tokenizer(path).lcut("结婚的和尚未结婚", HMM=False)
    processes = [started(tmp_path / "cache", "结婚的和尚未结婚", path) for _ in range(3)]
    assert [ended(process)[0] for process in processes] == [tokens] * 3
    assert len(files(tmp_path / "cache")) == 1
    assert ended(started(tmp_path / "cache", "结婚的和尚未结婚", path)) == (tokens, [])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("冬奥村\tn\t1000\n量子通信网\tnz\t5\tn\t3\n", {"冬奥村": 1000, "量子通信网": 8}),
        ("冬奥村 n 1000\n量子通信网 nz 5 n 3\n", {"冬奥村": 1000, "量子通信网": 8}),
        ("冬奥村\tn\n量子通信网\tnz\n", {"冬奥村": None, "量子通信网": None}),
        ("冬奥村,n,100\n", {"冬奥村": 100}),
        ("冬奥村/n\n量子通信网/nz 20\n", {"冬奥村": None, "量子通信网": 20}),
        ('["冬奥村", "量子通信网"]\n', {"冬奥村": None, "量子通信网": None}),
        ('{\n  "冬奥村": 100,\n  "量子通信网": 20\n}\n', {"冬奥村": 100, "量子通信网": 20}),
        ('{"word": "冬奥村", "freq": 100}\n{"word": "量子通信网", "freq": 20}\n', {"冬奥村": 100, "量子通信网": 20}),
    ],
)
def test_dictionaries_with_tags_and_json(content: str, words: dict[str, int | None], tmp_path: Path) -> None:
    told: list[str] = []
    entries = read_entries("words", content.encode(), notify=told.append)
    assert {entry.word: entry.given for entry in entries} == words
    assert len(told) == 1
    (tmp_path / "words").write_text(content, encoding="utf-8")
    assert read_words(tmp_path / "words") == set(words)


def test_one_word_of_json_is_reported_without_a_plural(tmp_path: Path) -> None:
    (tmp_path / "words").write_text('["云计算"]', encoding="utf-8")
    told: list[str] = []
    read_words(tmp_path / "words", notify=told.append)
    assert [line.rpartition(": ")[2] for line in told] == ["JSON, with 1 word"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("冬奥村、量子通信网\n", "looks like several words"),
        ("冬奥村 量子通信网\n", "looks like several words"),
        ("冬奥村;dong ao cun;village\n", "looks like several words"),
        ("冬奥村,量子通信网\n", "looks like several words"),
        ('{"words": [{"a": 1}]}', ":1: is JSON, but neither"),
        ('{"冬奥村": 0.5}', ":1: is JSON, but neither"),
    ],
)
def test_a_line_of_several_words_is_no_word(content: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=says):
        read_entries("words", content.encode())
    assert read_entries("words", "冬奥村、量子通信网\t\n".encode())[0].word == "冬奥村、量子通信网"
    (tmp_path / "words").write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError, match=f"{says}|is not a count|columns"):
        read_words(tmp_path / "words")
    assert len(read_entries("words", "云计算\n冬奥村、量子通信网\nAT&T 3\n".encode())) == 3
    assert [entry.word for entry in read_entries("words", b"1024,1078\n1,234\n")] == ["1024,1078", "1,234"]


def test_a_line_names_the_file_that_was_given_where_another_one_has_the_same_content(tmp_path: Path) -> None:
    told: list[str] = []
    for name in ("a.dict", "b.dict"):
        (tmp_path / name).write_text("word\tcount\tpmi\tleft_entropy\tright_entropy\tscore\n数据\t5\t1\t1\t1\t1\n")
        Lexicon([tmp_path / name], notify=told.append)
    assert [line.partition(":")[0] for line in told] == [str(tmp_path / "a.dict"), str(tmp_path / "b.dict")]
