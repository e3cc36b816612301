"""Segmentation: jieba's tokens, in plain Python and compiled; words that win; what is kept whole; text piece by piece.

jieba 0.42.1 itself says what is right.
"""

import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path

import jieba
import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jieba.finalseg import Force_Split_Words

from nlpkit import EncodingError, LexiconError, OptionError, Segmenter
from nlpkit.kernels import unigram
from nlpkit.lexicon.files import jieba_file
from nlpkit.segmentation.forced import ForcedWords
from tests.conftest import NOJIT
from tests.texts import BUNDLED, LARGE, large, read_text

FEW = settings(deadline=None, max_examples=20 if NOJIT else 80)
SIZE = 2_000 if NOJIT else 20_000  # characters of a real text

OPTIONS: dict[str, dict[str, object]] = {
    "default": {},
    "hmm": {"hmm": True},
    "search": {"mode": "search"},
    "search, hmm": {"mode": "search", "hmm": True},
    "full": {"mode": "full"},
}
WAYS = ("plain", "compiled")
pytestmark = pytest.mark.usefixtures("dictionary")
UNLIMITED = 1 << 60


@pytest.fixture(autouse=True)
def _no_forced_splits() -> Iterator[None]:
    """jieba keeps words that it always cuts in a list that all its tokenizers share."""
    Force_Split_Words.clear()
    yield
    Force_Split_Words.clear()


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def going(segmenter: Segmenter, way: str) -> Segmenter:
    """The segmenter, that it goes one of the WAYS for good."""
    segmenter._plain = UNLIMITED if way == "plain" else 0
    if way == "compiled":
        segmenter.engine()
    return segmenter


@cache
def segmenter_for(mode: str, way: str) -> Segmenter:
    return going(Segmenter(**OPTIONS[mode]), way)  # type: ignore[arg-type]


@cache
def tokenizer() -> jieba.Tokenizer:
    jieba.setLogLevel(60)
    result = jieba.Tokenizer()
    result.initialize()
    return result


def theirs(mode: str, text: str) -> list[str]:
    """The tokens of jieba itself."""
    hmm = "hmm" in mode
    if mode.startswith("search"):
        return tokenizer().lcut_for_search(text, HMM=hmm)
    return tokenizer().lcut(text, cut_all=mode == "full", HMM=hmm)


kept_of_theirs = cache(theirs)


# Real texts


@cache
def excerpt(name: str) -> str:
    """Return the beginning of a bundled text, or every 97th line of some megabytes of a large text."""
    if name not in LARGE:
        return read_text(name, 150_000 if name == "laws" and not NOJIT else SIZE)
    lines = read_text(name, 100 * SIZE).splitlines(keepends=True)
    return "".join(line for first in range(97) for line in lines[first::97])[:SIZE]


@pytest.mark.parametrize("mode", OPTIONS)
@pytest.mark.parametrize("name", [*BUNDLED, *large(*LARGE)])
def test_real_texts_are_cut_as_jieba_cuts_them(way: str, mode: str, name: str) -> None:
    text = excerpt(name)
    assert segmenter_for(mode, way).cut(text) == kept_of_theirs(mode, text)


# Arbitrary text


@cache
def dictionary() -> list[str]:
    """Words of jieba's dictionary from all over it, and all with other characters than Chinese ones."""
    lines = jieba_file("dict.txt").read_text(encoding="utf-8").split("\n")[:-1]
    listed = [line.split(" ")[0] for line in lines]
    return listed[::997] + [word for word in listed if any(c < "\u4e00" for c in word)]


SPACES = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2003\u2028\u2029\u202f\u205f\u3000"
TROUBLE = (
    "的一是在和有人中国大学生结婚尚未鿔鿕\u9fd6\u3400\u3007一乙〇"
    "abzABZ019+#&._%-~@/ａＡ１％＋éßЖΩʰ٣²"
    "，。！？、·“”…—"
    "\0\x01\x7f\u180e\u200b\u200d\ufe0f\ufeff\u0301\ufffd"
    "😀👨👩🏽🇨🇳☀\U00020000\U0002a6df\U0010ffff\ud800\udbff\udc00\udfff"
)
trouble = st.sampled_from(SPACES + TROUBLE)
any_character = st.characters(exclude_categories=())
pieces = st.deferred(lambda: st.sampled_from(dictionary())) | st.text(trouble, max_size=6) | any_character
texts = st.one_of(st.text(any_character), st.text(trouble, max_size=60), st.lists(pieces, max_size=12).map("".join))


@pytest.mark.parametrize("mode", OPTIONS)
@FEW
@given(texts)
@example("")
@example("\r\n\r\r\n\n")
@example("  \r\n \r")
@example("a b\x1cc\x85d\u2028e")
@example("3.14%abc.5%%-1e5")
@example("C++和c++、AT&T的B超T恤")
@example("的" * 300)
@example("1" * 40 + "的" + "x.5%" * 10)
@example("結婚的\u9fd5\u9fd6\u9fff")
@example("\ud800的\udc00\U00020000")
@example("\udc00\ud800")
@example("中\0国\0")
@example("\ufeff中国")
def test_any_text_is_cut_as_jieba_cuts_it(mode: str, text: str) -> None:
    expected = theirs(mode, text)
    for way in WAYS:
        segmenter = segmenter_for(mode, way)
        assert segmenter.cut(text) == expected
        if mode == "full":
            continue
        spans = segmenter.spans(text)
        assert [text[a:b] for a, b in spans] == expected
        if not mode.startswith("search"):
            assert "".join(expected) == text
            assert [a for a, _ in spans] == [0, *(b for _, b in spans[:-1])][: len(spans)]


@pytest.mark.parametrize("mode", OPTIONS)
@FEW
@given(st.lists(texts, max_size=6))
@example(["", "", ""])
@example(["a\r", "\nb", "\0", ""])
@example(["\ud800", "中国"])
def test_cut_many_gives_the_same_tokens_as_cut(mode: str, texts: list[str]) -> None:
    expected = [theirs(mode, text) for text in texts]
    for way in WAYS:
        assert segmenter_for(mode, way).cut_many(texts) == expected
        assert segmenter_for(mode, way).cut_many(tuple(texts), jobs=1) == expected


@pytest.mark.compiled
@pytest.mark.parametrize("mode", ["default", "hmm"])
def test_cut_many_with_several_threads_gives_the_same_tokens(mode: str) -> None:
    lines = read_text("laws", 600_000).split("\n") * 2  # more than one batch
    segmenter = segmenter_for(mode, "compiled")
    expected = [segmenter.cut(line) for line in lines]
    for jobs in (1, 2, 5):
        assert segmenter.cut_many(lines, jobs) == expected


@pytest.mark.compiled
def test_a_segmenter_may_be_used_by_several_threads() -> None:
    segmenter = segmenter_for("hmm", "compiled")
    lines = read_text("laws", 60_000).split("\n")
    expected = segmenter.cut_many(lines)
    found: list[list[list[str]]] = []
    threads = [threading.Thread(target=lambda: found.append([segmenter.cut(line) for line in lines])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_plain_python_is_used_for_the_first_characters_only() -> None:
    segmenter = Segmenter()
    text = read_text("laws", 900)
    expected = theirs("default", text)
    segmenter._plain = 2_000
    for _ in range(4):
        assert segmenter.cut(text) == expected
    assert segmenter._engine is not None
    assert not segmenter.is_plain(0)


# Texts longer than a block


@pytest.mark.parametrize("mode", OPTIONS)
@pytest.mark.parametrize(
    "unit",
    ["的", "a", "a1", "-", "，", " ", "\r\n", "😀", "中国a", "中国，", "中a ", "\U00020000"],
    ids=lambda unit: ascii(unit),
)
def test_runs_without_boundaries_longer_than_a_block_are_cut_as_jieba_cuts_them(mode: str, unit: str) -> None:
    count = (20 if NOJIT else 20_000) // len(unit)
    for text in (unit * count, "中" + unit * count + "国人"):
        assert segmenter_for(mode, "compiled").cut(text) == segmenter_for(mode, "plain").cut(text)
    assert segmenter_for(mode, "compiled").cut(unit * 3_000) == theirs(mode, unit * 3_000)


@pytest.mark.compiled
@pytest.mark.parametrize("mode", ["default", "hmm"])
@pytest.mark.parametrize("unit", ["あ", "的", "a"])
def test_a_run_longer_than_the_limit_is_cut_without_losing_text(mode: str, unit: str) -> None:
    text = unit * (unigram.LONGEST_BLOCK + 10) + "中国"
    segmenter = segmenter_for(mode, "compiled")
    assert "".join(segmenter.cut(text)) == text
    data, used, _ = segmenter.engine().segment(text.encode(), b" ", False, False, True)
    assert data.decode().replace(" ", "") == text
    assert used == len(text.encode())


# Words that win


def naive_units(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Leftmost, of these the longest, and none that begins or ends within a run of letters with case and digits."""
    listed = sorted(set(words), key=len, reverse=True)
    found, p = [], 0
    while p < len(text):
        fits = (w for w in listed if text.startswith(w, p) and is_edge(text, p) and is_edge(text, p + len(w)))
        word = next(fits, "")
        if word:
            found.append((p, p + len(word)))
        p += len(word) or 1
    return found


def is_edge(text: str, place: int) -> bool:
    around = text[place - 1 : place + 1] if 0 < place < len(text) else ""
    return not (len(around) == 2 and all(unicodedata.category(c) in ("Lu", "Ll", "Lt", "Nd") for c in around))


def naive_fold(text: str) -> str:
    """Width and case ignored, a character for a character."""
    narrow = (chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in narrow)


FORCED = [
    *(
        "New York",
        "C++",
        "C+",
        "SK-II",
        "约翰·史密斯",
        "5G",
        "国人",
        "e.g.",
        "5G网络",
        "和尚",
        "😀👨",
        "é",
        "的，",
        "·",
    ),
]
EXPECTED = {
    "约翰·史密斯去New York用5G": ["约翰·史密斯", "去", "New York", "用", "5G"],
    "15G和5GB、x5G、5Gé": ["15G", "和", "5GB", "、", "x5G", "、", "5G", "é"],
    "新5G网": ["新", "5G", "网"],
    "新5G网络": ["新", "5G网络"],
    "New Yorker, aNew York": ["New", " ", "Yorker", ",", " ", "aNew", " ", "York"],
    "New York!New Yorkは": ["New York", "!", "New York", "は"],
    "C++C+": ["C++", "C+"],
    "C+++": ["C++", "+"],
    "SK-II和SK-III": ["SK-II", "和", "SK", "-", "III"],
    "中国人民": ["中", "国人", "民"],
    "结婚的和尚未结婚的，": ["结婚", "的", "和尚", "未", "结婚", "的，"],
    "e.g.e.g.": ["e.g.", "e.g."],
    "😀👨👩": ["😀👨", "👩"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("words")


def word_file(folder: Path, words: Iterable[str]) -> Path:
    path = folder / "force.txt"
    path.write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
    return path


@cache
def forcing(folder: Path, way: str, words: tuple[str, ...], **options: object) -> Segmenter:
    path = word_file(folder, words)
    return going(Segmenter(force=path, **options), way)  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "tokens"), EXPECTED.items(), ids=EXPECTED)
def test_forced_words_are_cut_out(folder: Path, way: str, text: str, tokens: list[str]) -> None:
    assert forcing(folder, way, tuple(FORCED)).cut(text) == tokens


small = st.sampled_from("aB5ｂ５é国人中·+-. ，\r😀𠀀")
forced_words = (
    st.lists(st.text(small, min_size=1, max_size=4).map(str.strip).filter(bool), min_size=1, max_size=6)
    .map(lambda words: sorted({word.replace("\r", "") for word in words} - {""}))
    .filter(bool)
)


@FEW
@given(forced_words, st.text(small, max_size=24), st.booleans())
@example(["5G", "é5"], "é5G5G", False)
@example(["a", "aa"], "a a\naaa", False)
@example(["Ａ", "b"], "aＢ Ab", True)
@example(["İ", "ß"], "i̇İẞß", True)
def test_forced_words_are_the_leftmost_and_longest(folder: Path, words: list[str], text: str, fold: bool) -> None:
    expected = naive_units(naive_fold(text), map(naive_fold, words)) if fold else naive_units(text, words)
    with pytest.MonkeyPatch.context() as patch:  # jieba's dictionary would have to make room
        patch.setenv("NLPKIT_CACHE_DIR", str(folder / "cache"))
        forced = ForcedWords(words, fold)
    assert list(pairs(forced.find(text))) == expected
    import numpy as np

    data = np.frombuffer(text.encode() + bytes(16), np.uint8)
    assert list(pairs(forced.find_compiled(data, data.size - 16))) == expected


def pairs(places: list[int]) -> Iterator[tuple[int, int]]:
    return zip(places[::2], places[1::2], strict=True)


def around_units(text: str, units: Iterable[tuple[int, int]], cut: Callable[[str], list[str]]) -> list[str]:
    """The tokens of a text where some of it is cut out, the rest as it would be cut by itself."""
    tokens, end = [], 0
    for a, b in units:
        tokens += [*cut(text[end:a]), text[a:b]]
        end = b
    return tokens + cut(text[end:])


forced_texts = st.lists(st.sampled_from([*FORCED, "中国", "大学生", " ", "\r\n", "r", "１"]) | small, max_size=14).map(
    "".join
)


@pytest.mark.parametrize("mode", ["default", "hmm", "search", "search, hmm"])
@FEW
@given(forced_texts)
@example("我在New York\r\n用5G看约翰·史密斯")
def test_text_around_forced_words_is_cut_as_without_them(folder: Path, mode: str, text: str) -> None:
    expected = around_units(text, naive_units(text, FORCED), lambda rest: theirs(mode, rest))
    for way in WAYS:
        segmenter = forcing(folder, way, tuple(FORCED), **OPTIONS[mode])
        assert segmenter.cut(text) == expected
        assert segmenter.cut_many([text, text]) == [expected] * 2


@FEW
@given(forced_texts)
@example("我在New York用5G看约翰·史密斯")
def test_mode_full_gives_forced_words_too(folder: Path, text: str) -> None:
    plain, compiled = (forcing(folder, way, tuple(FORCED), mode="full") for way in WAYS)
    tokens = plain.cut(text)
    assert compiled.cut(text) == tokens
    expected = around_units(text, naive_units(text, FORCED), lambda rest: theirs("full", rest))
    assert list(filter(None, tokens)) == list(filter(None, expected))  # jieba has empty ones beside white space


@FEW
@given(forced_texts, st.sampled_from(["default", "hmm"]))
@example("NEW yorkで５ｇ、ｃ＋＋", "default")
def test_forced_words_are_found_whatever_their_width_and_case(folder: Path, text: str, mode: str) -> None:
    units = naive_units(naive_fold(text), map(naive_fold, FORCED))
    cuts = []
    for way in WAYS:
        segmenter = forcing(folder, way, tuple(FORCED), fold=True, **OPTIONS[mode])
        spans = segmenter.spans(text)
        assert set(units) <= set(spans)
        assert "".join(segmenter.cut(text)) == text
        cuts.append(spans)
    assert cuts[0] == cuts[1]


def test_folded_words_keep_the_characters_of_the_text(folder: Path, way: str) -> None:
    segmenter = forcing(folder, way, ("New York", "５Ｇ"), fold=True)
    assert segmenter.cut("ｎｅｗ ＹＯＲＫ有5g、５Ｇ的Ｔ恤和Ａt&T，Ｃ＋＋") == [
        "ｎｅｗ ＹＯＲＫ", "有", "5g", "、", "５Ｇ", "的", "Ｔ恤", "和", "Ａt&T", "，", "Ｃ＋＋",
    ]  # fmt: skip


@FEW
@given(texts)
def test_fold_without_letters_changes_nothing(text: str) -> None:
    han = "".join(c for c in text if naive_fold(c) == c and not c.isascii()) + "\n"
    for way in WAYS:
        assert folding(way).cut(han) == theirs("default", han)
        assert "".join(folding(way).cut(text)) == text


@cache
def folding(way: str) -> Segmenter:
    return going(Segmenter(fold=True), way)


def test_tables_may_hold_words_with_any_characters(tmp_path: Path, way: str) -> None:
    (tmp_path / "d.txt").write_text("在 5\n中国 3\n", encoding="utf-8")
    (tmp_path / "u.tsv").write_text("word\tcount\n约翰·史密斯\t5\nNew York\t\n云计算\t3\n", encoding="utf-8")
    segmenter = going(Segmenter(tmp_path / "d.txt", user_dictionary=tmp_path / "u.tsv"), way)
    assert segmenter.cut("约翰·史密斯在New York、New Yorker") == [
        "约翰·史密斯", "在", "New York", "、", "New", " ", "Yorker",
    ]  # fmt: skip


def test_a_list_of_words_to_force_may_be_a_table_and_have_comments(tmp_path: Path, way: str) -> None:
    path = tmp_path / "f.txt"
    path.write_bytes("\ufeffword\tcount\r\n# ours\r\n 5G \t7\r\n\r\nNew York\r\n".encode())
    segmenter = going(Segmenter(force=[path, path]), way)
    assert segmenter.cut("新5G网New York") == ["新", "5G", "网", "New York"]


BAD_LISTS = {
    "empty": (b"", ": holds no words"),
    "blank": (b" \n\t\n# none\n", ": holds no words"),
    "GB18030": ("5G\n中国\n".encode("gb18030"), ":2 (byte 3): not valid UTF-8"),
    "a line too long": (b"a\n" + b"b" * 101, ":2: a word of 101 characters"),
    "NUL": (b"a\nb\0\n", ":2: a NUL byte"),
}


@pytest.mark.parametrize(("content", "cause"), BAD_LISTS.values(), ids=BAD_LISTS)
def test_files_that_are_not_lists_of_forced_words_are_an_error(tmp_path: Path, content: bytes, cause: str) -> None:
    path = tmp_path / "f.txt"
    path.write_bytes(content)
    with pytest.raises((LexiconError, EncodingError)) as caught:
        Segmenter(force=path)
    assert str(caught.value).startswith(f"{path}{cause}")


def test_a_forced_word_at_the_end_of_the_longest_run(folder: Path) -> None:
    longest = 20_000 if NOJIT else unigram.LONGEST_BLOCK
    segmenter = forcing(folder, "compiled", tuple(FORCED))
    for place in (longest - 2, longest - 1):
        text = "あ" * place + "C++" + "あ" * 9
        data, _, _ = segmenter.engine().segment(text.encode(), b" ", False, False, True)
        assert data.decode() == " ".join([*"あ" * place, "C++", *"あ" * 9])
        assert segmenter.spans(text)[place : place + 2] == [(place, place + 3), (place + 3, place + 4)]


# What stays whole


@cache
def keeping(way: str, **options: object) -> Segmenter:
    return going(Segmenter(**options), way)  # type: ignore[arg-type]


WHOLE = [
    *(
        "don't",
        "it’s",
        "state-of-the-art",
        "C++",
        "C#",
        "AT&T",
        "R&D",
        "café",
        "naïve",
        "Ｗｏｒｄ",
        "iPhone12",
        "v1.2.3",
    ),
    *("3.14", "1,000,000", "50%", "3.5％", "0.5‰", "10:30", "2020/5/14", "１２３", "5G", "3D"),
    *("https://example.org/a?b=c&d=%20#e", "http://a.cn/x-y_z", "ftp://a.b/c", "www.example.com/path"),
    *("x.y-z@mail.example.com", "@some_name", "@user-name"),
]


@pytest.mark.parametrize("item", WHOLE)
@pytest.mark.parametrize("hmm", [False, True], ids=["", "hmm"])
def test_words_numbers_and_addresses_stay_whole(way: str, hmm: bool, item: str) -> None:
    segmenter = keeping(way, whole=True, hmm=hmm)
    mode = "hmm" if hmm else "default"
    before, behind = "结婚的和尚未结婚的", "中国人民在杭研大厦"
    for left, right in ((before, behind), (before + "，", "。" + behind), ("", ""), (" ", "\r\n"), ("（", "）")):
        assert segmenter.cut(left + item + right) == [*theirs(mode, left), item, *theirs(mode, right)]


@FEW
@given(st.lists(st.sampled_from([*WHOLE, *"'-.@:/% +", "中国", "，", "的", "a"]), max_size=8).map("".join) | texts)
@example("www.a.cn，www.")
@example("a@b@c.d.e@f")
@example("1.2.3.4,5:6/7%8")
def test_whole_only_joins_tokens(text: str) -> None:
    """No text is lost, both ways are one, and a token is a run of the tokens that there would be."""
    cuts = [keeping(way, whole=True).cut(text) for way in WAYS]
    assert cuts[0] == cuts[1]
    assert "".join(cuts[0]) == text
    ends = set(accumulate(map(len, theirs("default", text))))
    if not regex.search(r"[A-Za-z0-9]{60}", text):  # parts of addresses have limits
        assert set(accumulate(map(len, cuts[0]))) <= ends


CLUSTERS = {
    "family": "👨‍👩‍👧‍👦",
    "skin tone": "👍🏽",
    "flag": "🇨🇳",
    "flag of tags": "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "rainbow": "🏳️‍🌈",
    "keycap": "1️⃣",
    "combining acute": "e\u0301",
    "several marks": "a\u0323\u0302",
    "mark on Han": "中\u0301",
    "ideograph and variation": "葛\U000e0100",
    "Hangul jamo": "\u1112\u1161\u11ab",
    "Devanagari": "नि",
    "Thai": "กำ",
    "half-width kana": "ｶﾞ",
    "joiner": "क्\u200d",
    "non-joiner": "a\u200c",
    "prepended sign": "\u0600١",
}


@pytest.mark.parametrize("cluster", CLUSTERS.values(), ids=CLUSTERS)
def test_graphemes_stay_whole(way: str, cluster: str) -> None:
    segmenter = keeping(way, graphemes=True)
    assert len(cluster) > 1
    assert regex.fullmatch(r"\X", cluster)
    for left, right in (("", ""), ("，", "，"), (" ", "\r\n"), ("中国", "，中国")):
        assert segmenter.cut(left + cluster + right) == [*theirs("default", left), cluster, *theirs("default", right)]


def test_clusters_of_one_text_have_no_effect_on_the_next(way: str) -> None:
    segmenter = keeping(way, graphemes=True, whole=True)
    for text in ("e\u0301" * 30, "don't" * 9 + "1,000", "a" + "\u0301" * 80):
        segmenter.cut(text)
        segmenter.cut_many([text, text])
        assert segmenter.cut("结婚的和尚未结婚的，a b") == theirs("default", "结婚的和尚未结婚的，a b")
        if way == "compiled":
            segmenter.engine().segment(text.encode(), b" ", False, False, True)
            data, _, _ = segmenter.engine().segment("结婚的和尚未结婚".encode(), b" ", False, False, True)
            assert data.decode() == "结婚 的 和 尚未 结婚"


marks = st.sampled_from("e\u0301\u0323中国👨👩\u200d\ufe0f🏽🇨🇳🇩1⃣क्ि\u1112\u1161\u11ab한\u0600ｶﾞ \r\n\0\u200bกำ")
clustered = st.one_of(
    st.text(marks, max_size=24), texts, st.lists(st.sampled_from(list(CLUSTERS.values())) | marks).map("".join)
)


@FEW
@given(clustered, st.sampled_from([{}, {"hmm": True}, {"whole": True}, {"mode": "search"}]))
@example("\r\n\u0301", {})
@example(" \u0301中\u0301\u0301国", {"hmm": True})
@example("a\u0301bc\u0301de", {"whole": True})
def test_no_token_ends_within_a_grapheme(text: str, options: dict[str, object]) -> None:
    plain, compiled = (keeping(way, graphemes=True, **options) for way in WAYS)
    spans = plain.spans(text)
    assert compiled.spans(text) == spans
    if options.get("mode") == "search":
        return
    assert "".join(plain.cut(text)) == text
    ends = {b for _, b in spans}
    for match in regex.finditer(r"\X", text):
        a, b = match.span()
        if text[a].isspace() or unicodedata.category(text[a]) == "Cc":  # marks on these are let go
            continue
        assert not ends & set(range(a + 1, b)), ascii(text[a:b])


def test_all_options_together(folder: Path, way: str) -> None:
    words = ("New York", "5G")
    segmenter = forcing(folder, way, words, whole=True, graphemes=True, fold=True, hmm=True)
    text = "我在NEW york买５g手机don't花1,000元👨‍👩‍👧e\u0301。"
    assert segmenter.cut(text) == [
        "我", "在", "NEW york", "买", "５g", "手机", "don't", "花", "1,000", "元", "👨‍👩‍👧", "e\u0301", "。",
    ]  # fmt: skip


@pytest.mark.parametrize("options", [{"hmm": True}, {"whole": True}, {"graphemes": True}], ids=str)
def test_mode_full_refuses_options_that_have_no_effect(options: dict[str, bool]) -> None:
    with pytest.raises(OptionError, match="full"):
        Segmenter(mode="full", **options)  # type: ignore[arg-type]


def test_force_words_takes_words_instead_of_files(way: str) -> None:
    segmenter = going(Segmenter(force_words=["New York", "5G"]), way)
    assert segmenter.cut("新5G网New York") == ["新", "5G", "网", "New York"]
    for word in ("", "a\nb", "甲" * 101):
        with pytest.raises(LexiconError, match="1 to 100 characters"):
            Segmenter(force_words=["5G", word])


def test_bytes_raise_type_error(way: str) -> None:
    for mode in OPTIONS:
        with pytest.raises(TypeError, match="bytes"):
            segmenter_for(mode, way).cut("中国".encode())  # type: ignore[arg-type]


def test_spans_in_mode_full_and_unknown_modes_raise_option_error() -> None:
    with pytest.raises(OptionError, match="full"):
        segmenter_for("full", "plain").spans("中国")
    with pytest.raises(OptionError, match=r"'fast'.*default"):
        Segmenter(mode="fast")


# Bytes, piece by piece


def naive_lines(tokens: Iterable[str], separator: str, keep_space: bool) -> str:
    """What the command writes of tokens: those of a line parted by the separator."""
    out, line = [], list[str]()
    for token in tokens:
        if token.endswith("\n"):
            line += ["\r"] * (keep_space and token == "\r\n")
            out.append(separator.join(line) + "\n")
            line = []
        elif keep_space or not token.isspace():
            line.append(token)
    return "".join(out) + separator.join(line)


KINDS: dict[str, dict[str, object]] = {
    "default": {},
    "hmm": {"hmm": True},
    "force": {"forced": True},
    "whole": {"whole": True},
    "graphemes": {"graphemes": True},
    "all": {"forced": True, "whole": True, "graphemes": True, "hmm": True, "fold": True},
}


def cutting(folder: Path, kind: str, way: str = "compiled") -> Segmenter:
    options = {key: value for key, value in KINDS[kind].items() if key != "forced"}
    words = tuple(FORCED) if "forced" in KINDS[kind] else ()
    return forcing(folder, way, words, **options) if words else keeping(way, **options)


def streamed(segmenter: Segmenter, parts: Iterable[bytes], separator: bytes, keep_space: bool) -> bytes:
    """What comes of a text that comes in parts."""
    engine, out, rest, in_line = segmenter.engine(), [], b"", False
    for part in parts:
        rest += part
        data, used, in_line = engine.segment(rest, separator, keep_space, in_line, False)
        assert 0 <= used <= len(rest)
        out.append(data)
        rest = rest[used:]
    data, used, _ = engine.segment(rest, separator, keep_space, in_line, True)
    assert used == len(rest)
    return b"".join([*out, data])


encodable = texts.map(lambda text: text.encode(errors="replace").decode())
lines = st.lists(
    st.sampled_from([*FORCED, *WHOLE, *CLUSTERS.values(), "中国", "结婚的和尚未结婚", "，", "\n", "\r\n", " "])
    | encodable,
    max_size=20,
).map("".join)
separators = st.sampled_from([(" ", False), ("|", True), ("／", False), ("<sep>", True)])


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(lines, separators)
@example("\r\n \r\r\n\n\na\r", ("|", True))
@example("中国人\u3000民\x1c\u2028的\x85\n", (" ", False))
def test_segment_writes_the_tokens_of_each_line_with_the_separator(
    folder: Path, kind: str, text: str, written: tuple[str, bool]
) -> None:
    separator, keep_space = written
    segmenter = cutting(folder, kind)
    data, used, in_line = segmenter.engine().segment(text.encode(), separator.encode(), keep_space, False, True)
    expected = naive_lines(segmenter.cut(text), separator, keep_space)
    assert data.decode() == expected
    assert used == len(text.encode())
    assert in_line == bool(expected.rpartition("\n")[2])
    again, _, _ = segmenter.engine().segment(text.encode(), separator.encode(), keep_space, True, True)
    begins_word = expected and expected[0] != "\n"
    assert again.decode() == (separator if begins_word else "") + expected


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(lines)
def test_words_joined_are_the_text_without_white_space(folder: Path, kind: str, text: str) -> None:
    data, _, _ = cutting(folder, kind).engine().segment(text.encode(), b" ", False, False, True)
    out = data.decode()
    assert "".join(out.split()) == "".join(text.split())
    assert out.count("\n") == text.count("\n")


def cut_into(text: str, places: Iterable[int]) -> list[bytes]:
    ends = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    return [text[a:b].encode() for a, b in pairwise(ends)]


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(lines, st.integers(1, 4), st.lists(st.integers(0, 5_000), max_size=12), separators)
@example("中\r\n国\r", 1, [2, 4], ("|", True))
@example("C++" * 60, 1, list(range(180)), (" ", False))
@example("e\u0301" * 90, 1, list(range(180)), (" ", False))
@example("中国人" * 200 + "5G网络", 2, list(range(0, 600, 7)), (" ", False))
@example("e.g.结婚的和尚未结婚的" * 30, 2, list(range(0, 600, 3)), (" ", False))
def test_text_in_pieces_has_the_same_words_as_the_whole_text(
    folder: Path, kind: str, text: str, times: int, places: list[int], written: tuple[str, bool]
) -> None:
    text *= times
    separator, keep_space = written[0].encode(), written[1]
    segmenter = cutting(folder, kind)
    expected, _, _ = segmenter.engine().segment(text.encode(), separator, keep_space, False, True)
    assert streamed(segmenter, cut_into(text, places), separator, keep_space) == expected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ends", ["\n", "", "  "], ids=["lines", "one line", "spaces"])
@pytest.mark.parametrize("size", [1_000, 30_000])
def test_long_lines_in_pieces_have_the_same_words_as_the_whole_text(
    folder: Path, kind: str, ends: str, size: int
) -> None:
    text = read_text("laws", 600 if NOJIT else 30_000).replace("\n", ends)
    text += (read_text("genesis", 100 if NOJIT else 10_000) + "😀👨‍👩‍👧New York 5G网络，").replace("\n", ends)
    segmenter = cutting(folder, kind)
    expected, _, _ = segmenter.engine().segment(text.encode(), b" ", False, False, True)
    tokens = segmenter.cut(text)
    assert cutting(folder, kind, "plain").cut(text) == tokens
    assert expected.decode() == naive_lines(tokens, " ", False)
    parts = cut_into(text, range(0, len(text), size // (20 if NOJIT else 1)))
    assert streamed(segmenter, parts, b" ", False) == expected


def test_the_uncut_rest_does_not_begin_within_a_run_of_letters(folder: Path) -> None:
    segmenter = forcing(folder, "compiled", ("A中国", "Éa"))
    for text in (
        "éA" + "中国" * 100,
        "结婚，éA" + "中国" * 100,
        "é" * 70 + "A" + "中国" * 100,
        "x" + "ÉaÉ" * 40 + "，",
    ):
        expected, _, _ = segmenter.engine().segment(text.encode(), b" ", False, False, True)
        for size in (1, 7, 50):
            assert streamed(segmenter, cut_into(text, range(0, len(text), size)), b" ", False) == expected


def test_words_that_may_still_change_are_not_cut() -> None:
    """Bytes that more text could change are left, and words behind which a boundary is certain are not."""
    engine = segmenter_for("default", "compiled").engine()
    assert engine.segment("结婚的和尚".encode(), b" ", False, False, False) == (b"", 0, False)
    data, used, in_line = engine.segment("结婚，的和尚".encode(), b" ", False, False, False)
    assert (data.decode(), used, in_line) == ("结婚 ，", 9, True)
    data, used, in_line = engine.segment("结婚\n的\r".encode(), b" ", False, True, False)
    assert (data.decode(), used, in_line) == (" 结婚\n的", 10, True)
    assert engine.segment(b"", b" ", False, True, False) == (b"", 0, True)
    assert engine.segment(b"", b" ", False, False, True) == (b"", 0, False)


INVALID = {
    "lone continuation": b"\x80",
    "overlong, two bytes": b"\xc0\xaf",
    "overlong, two bytes, last": b"\xc1\xbf",
    "overlong, three bytes": b"\xe0\x80\xaf",
    "overlong, three bytes, last": b"\xe0\x9f\xbf",
    "overlong, four bytes": b"\xf0\x80\x80\xaf",
    "overlong, four bytes, last": b"\xf0\x8f\xbf\xbf",
    "surrogate": b"\xed\xa0\x80",
    "low surrogate": b"\xed\xbf\xbf",
    "too large": b"\xf4\x90\x80\x80",
    "much too large": b"\xf7\xbf\xbf\xbf",
    "five bytes": b"\xf8\x88\x80\x80\x80",
    "never a byte": b"\xff",
    "truncated, two bytes": b"\xc3",
    "truncated, three bytes": b"\xe4\xb8",
    "truncated, four bytes": b"\xf0\x9f\x98",
    "a character cut short by another": b"\xe4\xb8a",
    "a character cut short by a line end": b"\xf0\x9f\n\n",
}


@pytest.mark.parametrize("kind", ["default", "all"])
@pytest.mark.parametrize("fault", INVALID.values(), ids=INVALID)
def test_invalid_utf8_raises_an_error_with_its_place(folder: Path, kind: str, fault: bytes) -> None:
    engine = cutting(folder, kind).engine()
    for before in ("", "中国a\u0301😀", "，的" * (30 if NOJIT else 20_000)):
        for behind in ("", "中国", "\n\n\n\n"):
            data = before.encode() + fault + behind.encode()
            with pytest.raises(UnicodeDecodeError) as right:
                data.decode()
            with pytest.raises(UnicodeDecodeError) as caught:
                engine.segment(data, b" ", False, False, True)
            assert caught.value.start == right.value.start


@FEW
@given(
    st.binary(max_size=12) | st.lists(st.sampled_from(list(INVALID.values())) | encodable.map(str.encode)).map(b"".join)
)
def test_any_bytes_are_cut_or_raise_an_error_with_the_place_of_the_fault(data: bytes) -> None:
    engine = segmenter_for("default", "compiled").engine()
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        with pytest.raises(UnicodeDecodeError) as caught:
            engine.segment(data, b" ", False, False, True)
        assert caught.value.start == error.start
    else:
        out, _, _ = engine.segment(data, b" ", False, False, True)
        assert out.decode() == naive_lines(theirs("default", text), " ", False)
