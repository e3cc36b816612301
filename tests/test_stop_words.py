"""Lists of stop words as people have them: a word a line, and what is plainly something else; lists that do nothing."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nlpkit import Corpus, count
from nlpkit.choices import STOP_LISTS
from nlpkit.errors import InputError, LexiconError
from nlpkit.lexicon import plain
from nlpkit.lexicon.plain import bundled_stop_words, read_forced_words, read_stop_words
from tests.conftest import SHARED, Run

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

REPORTS = SHARED / "reports"
needs_reports = pytest.mark.skipif(not REPORTS.is_dir(), reason=f"needs the shared data: {SHARED}")

#: what the file holds, its words, and how often something is said about it
LISTS: dict[str, tuple[str, list[str], int]] = {
    "a word a line": ("的\n了\nNew York\n", ["的", "了", "New York"], 0),
    "spaces and blank lines": (" 的\n\n了 \r\n\u3000\n", ["的", "了"], 0),
    "signs": ("#\n# \n......\n//\n|\n[\n]\n\"\n'\n, \n", ["#", "#", "......", "//", "|", "[", "]", '"', "'", ","], 0),
    "comments": ("# of ours\n的\n# 以上\n#话题\n", ["的", "#话题"], 0),
    "comments of C": ("// of ours\n的\n//\n", ["的", "//"], 0),
    "Snowball": (" | A stop word list\n | each word at the start\n\nog           | and\ni\n", ["og", "i"], 0),
    "a table": ("token\tcount\n的\t3\n了\t1\n", ["的", "了"], 0),
    "commas on one line": ("的,了,和\n", ["的", "了", "和"], 1),
    "two words on one line": ("的，了", ["的", "了"], 1),
    "Chinese commas": ("的、了、和、 是\n", ["的", "了", "和", "是"], 1),
    "spaces on one line": ("的 了 和", ["的", "了", "和"], 1),
    "several words a line": ("a all an\nand any as\n", ["a", "all", "an", "and", "any", "as"], 1),
    "JSON": ('["的", "了"]\n', ["的", "了"], 1),
    "JSON on lines": ('[\n  "的",\n  "了"\n]\n', ["的", "了"], 1),
    "JSON in an object": ('{"stopwords": ["的", "了"]}', ["的", "了"], 1),
    "Python": ("['的', '了',]", ["的", "了"], 1),
    "quotes": ('"的",\n"了",\n"和"\n', ["的", "了", "和"], 1),
    "comments after words": ("的\n很 # often\n#话题\n", ["的", "很", "#话题"], 1),
    "YAML": ("- 我们\n- '今天'\n", ["我们", "今天"], 1),
    "YAML under a name": ("stopwords:\n  - 我们\n  - 今天\n", ["我们", "今天"], 1),
    "a variable of Python": ("stopwords = ['我们',\n  '今天']\n", ["我们", "今天"], 1),
    "counts": ("的 100\n了 50\n", ["的", "了"], 1),
}  # fmt: skip


@pytest.mark.parametrize(("content", "words", "said"), LISTS.values(), ids=LISTS)
def test_stop_lists_are_read_as_what_they_are(content: str, words: list[str], said: int, tmp_path: Path) -> None:
    path = tmp_path / "stop.txt"
    for encoding in ("utf-8", "gb18030"):
        path.write_bytes(content.encode(encoding))
        told: list[str] = []
        assert read_stop_words(path, encoding, told.append) == words
        assert len(told) == said
        assert all(line.startswith(f"{path}: ") for line in told)


NO_LISTS = {
    "a table": ("0,的\n1,了\n2,和\n3,是\n", "looks like a row of a table; a stop list has one word a line"),
    "a dictionary": ("的 3 uj\n了 2 ul\n", "its words have counts and tags"),
    "JSON of numbers": ("[1, 2]", "is JSON, but not an array of words; a stop list has"),
    "nothing": ("\n", "holds no words; a stop list has one word a line"),
    "a long line": ("a\n# text\n\n" + "b" * 101, "4: a word of 101 characters; a stop list has one word a line"),
    "NUL": ("a\0\n", "a NUL byte; a stop list has one word a line; is it UTF-16"),
}


@pytest.mark.parametrize(("content", "says"), NO_LISTS.values(), ids=NO_LISTS)
def test_what_is_no_stop_list_is_refused_as_one(content: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError, match=f"stop.txt:.*{says}"):
        read_stop_words(tmp_path / "stop.txt")


def test_words_to_cut_out_have_any_characters(tmp_path: Path) -> None:
    path = tmp_path / "force.txt"
    path.write_text("iPhone 15\niPhone 14\n1,1,1-trichloroethane\nC++\n", encoding="utf-8")
    assert read_forced_words(path) == ["iPhone 15", "iPhone 14", "1,1,1-trichloroethane", "C++"]
    path.write_text("甲、乙、丙\n", encoding="utf-8")
    told: list[str] = []
    assert read_forced_words(path, "utf-8", told.append) == ["甲、乙、丙"]
    assert told == [f"{path}: its one line is taken for one word; a list of words to cut out has one word a line"]


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
@pytest.mark.parametrize(
    "how", [{}, {"ngram": 2}, {"tokenizer": "space", "df": True}, {"tokenizer": "regex", "pattern": r"\S+"}], ids=str
)
def test_a_list_of_which_no_word_occurs_is_named(how: dict[str, object], executor: str, tmp_path: Path) -> None:
    (tmp_path / "idle.txt").write_text("不存在\n没有\n", encoding="utf-8")
    (tmp_path / "good.txt").write_text("中国\n没有\n", encoding="utf-8")
    text = "我们 在 中国 北京\n" * 300 + "他们\n"
    told: list[str] = []
    lists = [tmp_path / "idle.txt", tmp_path / "good.txt"]
    with Corpus(io.BytesIO(text.encode()), chunk_size=4096) as corpus:
        count(corpus, stopwords=lists, executor=executor, jobs=2, notify=told.append, **how)  # type: ignore[arg-type]
    idle = [line for line in told if "nothing was left out" in line]
    assert idle == [f"{tmp_path / 'idle.txt'}: none of its 2 words occurs as a token, so nothing was left out"]


def test_a_list_of_long_words_does_nothing_to_characters(tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text("中国\n", encoding="utf-8")
    told: list[str] = []
    count(io.BytesIO("我们".encode()), tokenizer="char", stopwords=tmp_path / "stop.txt", notify=told.append)
    assert told == [f"{tmp_path / 'stop.txt'}: its word does not occur as a token, so nothing was left out"]


def test_folded_stop_words_are_found(tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text("The\n", encoding="utf-8")
    told: list[str] = []
    how = {"tokenizer": "space", "casefold": True}
    found = count(io.BytesIO(b"THE end"), stopwords=tmp_path / "stop.txt", notify=told.append, **how)  # type: ignore[arg-type]
    assert found.to_dict() == {"end": 1}
    assert told == []


def test_a_text_without_tokens_says_nothing_of_stop_words(tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text("a\n", encoding="utf-8")
    told: list[str] = []
    count(io.BytesIO(b""), tokenizer="space", stopwords=tmp_path / "stop.txt", notify=told.append)
    assert told == []
    with pytest.raises(InputError):
        count(io.BytesIO(b"a"), tokenizer="space", stopwords=tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("zh", "我们 已经 在 北京 ， 而且 人民 的 安全 没有 问题 二 不", {"北京", "，", "人民", "安全", "问题", "二"}),
        (
            "en",
            "we 've already seen it in the system , and don't do more research",
            {"'ve", "seen", "system", ",", "research"},
        ),
    ],
)
def test_lists_that_come_with_the_package_hold_function_words(name: str, text: str, left: set[str]) -> None:
    told: list[str] = []
    found = count(io.BytesIO(text.encode()), tokenizer="space", stopwords=name, notify=told.append)
    assert (set(found.to_dict()), told) == (left, [])


def test_the_chinese_list_is_for_traditional_characters_too() -> None:
    text = "這 是 一個 測試 的 例子 。 我們 的 大家 。 這裡 這裏 隨著 甚麼 已經 因為"
    found = count(io.BytesIO(text.encode()), tokenizer="space", stopwords="zh")
    assert set(found.to_dict()) == {"測試", "例子", "。"}


@pytest.mark.parametrize("name", STOP_LISTS)
def test_a_list_that_comes_with_the_package_has_each_word_once_in_order(name: str) -> None:
    words = bundled_stop_words(name)
    assert words == sorted(set(words))
    assert all(re.fullmatch(r"[\u4e00-\u9fff]+" if name == "zh" else r"[a-z]+('[a-z]+)?", word) for word in words)
    readme = Path(plain.__file__).with_name("stopwords").joinpath("README.md").read_text(encoding="utf-8")
    assert f"| `{name}.txt` | {len(words)} |" in readme


def test_a_file_with_the_name_of_a_list_needs_its_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "en").write_text("cat\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("the cat\n", encoding="utf-8")
    how = ("count", "a.txt", "--tokenizer", "space", "-f", "words", "--stopwords")
    both = run(*how, "en"), run(*how, "./en")
    assert [done.stdout for done in both] == [b"cat\n", b"the\n"]
    assert "en: the stop list of nlpkit, not the file, which is ./en\n" in both[0].stderr.decode()
    assert b"stop list" not in both[1].stderr
    with Corpus(io.BytesIO(b"the cat")) as corpus:  # a path is a file, whatever its name
        assert count(corpus, tokenizer="space", stopwords=tmp_path / "en").to_dict() == {"the": 1}
    assert run(*how, "en", "-o", "en").returncode == 0  # the output is not what is read


def test_keywords_without_the_words_of_a_list_and_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("the of cat dog\n" * 200, encoding="utf-8")
    (tmp_path / "b.txt").write_text("bird\n" * 200, encoding="utf-8")
    (tmp_path / "dogs").write_text("dog\n", encoding="utf-8")
    lists = ("--stopwords", "en", "--stopwords", "dogs")
    done = run("keywords", "a.txt", "--against", "b.txt", "--tokenizer", "space", "-f", "words", *lists)
    assert done.stdout == b"cat\n", done.stderr


def test_packages_that_are_built_have_the_lists(tmp_path: Path) -> None:
    pytest.importorskip("setuptools")
    root = Path(plain.__file__).parents[2]
    build = [sys.executable, "-c", "import setuptools; setuptools.setup()", "-q", "build", "-b", str(tmp_path)]
    done = subprocess.run([*build, "build_py"], cwd=root, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    names = {path.name for path in tmp_path.glob("lib/nlpkit/lexicon/stopwords/*")}
    assert names == {"README.md", *(f"{name}.txt" for name in STOP_LISTS)}


@needs_reports
@pytest.mark.parametrize(
    ("name", "encoding", "left"),
    [
        ("stop_commas_one_line.txt", "utf-8", {"你", "北京", "我", "清华大学"}),
        ("stop_spaces_one_line.txt", "utf-8", {"你", "北京", "我", "清华大学"}),
        ("stop_json.json", "utf-8", {"你", "北京", "在", "我", "是", "清华大学"}),
        ("stop_gbk_4lines.txt", "gb18030", {"你", "北京", "在", "我", "清华大学"}),
        ("stop_hit_gbk.txt", "gb18030", {"北京", "清华大学"}),
    ],
)
def test_the_stop_lists_of_the_reports(name: str, encoding: str, left: set[str], run: Run) -> None:
    options = ("--stopwords", REPORTS / name, "--encoding", encoding, "-f", "words")
    done = run("count", REPORTS / "stop_text.txt", *options)
    assert set(done.stdout.decode().split()) == left


@needs_reports
@pytest.mark.parametrize(
    ("name", "encoding", "words"),
    [
        ("userdict_double_spaces.txt", "utf-8", "他 在 区块链服务 平台 用 边缘云 做 隐私计算\n"),
        ("userdict_tag_capitals.txt", "utf-8", "他 在 区块链服务 平台 用 边缘云 做 隐私 计算\n"),
        ("userdict_utf16le_nobom.txt", "utf-16-le", "他 在 区块链服务 平台 用 边缘云 做 隐私 计算\n"),
    ],
)
def test_the_dictionaries_of_the_reports(name: str, encoding: str, words: str, run: Run) -> None:
    done = run("segment", REPORTS / "userdict_text.txt", "-u", REPORTS / name, "--encoding", encoding)
    assert done.stdout.decode() == words
    assert b"never found" not in done.stderr


@needs_reports
def test_a_dictionary_in_the_order_of_hanlp(run: Run) -> None:
    done = run("segment", "-u", REPORTS / "userdict_hanlp_order.txt", input="他吃乌鱼子".encode())
    assert done.stdout.decode().strip() == "他 吃 乌鱼子"
    assert "is read as tags, as in '乌鱼子 nz 1024'" in done.stderr.decode()


def test_a_set_of_python_is_a_list(tmp_path: Path) -> None:
    (tmp_path / "stop.py").write_text("stopwords = {'我们', '今天'}\n", encoding="utf-8")
    told: list[str] = []
    assert sorted(read_stop_words(tmp_path / "stop.py", notify=told.append)) == ["今天", "我们"]
    assert len(told) == 1
