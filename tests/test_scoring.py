"""A segmentation against a gold one: the same counts as a twin that compares sets of spans, on any text."""

import bz2
import gzip
import io
import json
import lzma
import math
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from unittest import mock

import jieba
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nlpkit import scoring
from nlpkit.alignment import common_subsequence
from nlpkit.choices import SUMMARY_FORMATS
from nlpkit.corpus import Corpus
from nlpkit.corpus.detection import returns_end_lines
from nlpkit.errors import EncodingError, InputError, LexiconError, NlpkitError, OptionError
from nlpkit.scoring import Disagreement, Score, score
from tests.conftest import LAWS, SHARED, Run

SPACES = ["", "", "", " ", "  ", "\u3000", "\t", "\r", "\x85", "\u2028", "\x1c", " \u00a0"]
BLOCKS = st.sampled_from([4, 5, 7, 16, 1 << 20])  # bytes

Spans = dict[tuple[int, int, int], str]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """One text, segmented twice."""
    space = st.sampled_from(SPACES)
    characters = st.lists(st.tuples(st.sampled_from("甲甲乙aé𠀀\n\n"), space, space), max_size=40)
    start = draw(space), draw(space)
    text = draw(characters)
    ends = draw(st.lists(st.sampled_from(["", "\n", " \n\n"]), min_size=2, max_size=2))
    first, second = ("".join(c[0] + c[side] for c in text) for side in (1, 2))
    return start[0] + first + ends[0], start[1] + second + ends[1]


def spans(text: str) -> Spans:
    """(line, first character, its stop) -> word."""
    found = {}
    for number, line in enumerate(text.split("\n")):
        stop = 0
        for word in line.split():
            start, stop = stop, stop + len(word)
            found[number, start, stop] = word
    return found


def differences(gold: str, predicted: str) -> Counter[tuple[str, str]]:
    """The stretches between common boundaries that are cut differently."""
    found: Counter[tuple[str, str]] = Counter()
    for line, other in zip(gold.split("\n"), predicted.split("\n"), strict=False):
        one, two = line.split(), other.split()
        left: list[str] = []
        right: list[str] = []
        while one or two:
            shorter, taken = (one, left) if len("".join(left)) <= len("".join(right)) else (two, right)
            taken.append(shorter.pop(0))
            if "".join(left) == "".join(right):
                if left != right:
                    found[" ".join(left), " ".join(right)] += 1
                left, right = [], []
    return found


def count(gold: str | bytes, predicted: str | bytes, **options: object) -> Score:
    files = (io.BytesIO(text.encode() if isinstance(text, str) else text) for text in (gold, predicted))
    return score(*files, **options)  # type: ignore[arg-type]


# What is counted


@pytest.mark.parametrize(
    ("gold", "predicted", "counted"),
    [
        ("甲", "甲", (1, 1, 1)),
        ("甲 乙", "甲 乙", (2, 2, 2)),
        ("甲 乙", "甲乙", (2, 1, 0)),
        ("甲乙", "甲 乙", (1, 2, 0)),
        ("甲 乙丙 丁", "甲 乙 丙 丁", (3, 4, 2)),
        ("甲乙 丙丁", "甲 乙丙 丁", (2, 3, 0)),
        ("甲 甲甲", "甲甲 甲", (2, 2, 0)),
        ("甲 乙\n丙 丁", "甲 乙\n丙丁", (4, 3, 2)),
        ("\n甲\n\n乙\n", "\n甲\n\n乙\n", (2, 2, 2)),
        ("甲\n乙", "甲\n乙\n\n \n", (2, 2, 2)),
        ("甲\n乙\n\n", "甲\n乙", (2, 2, 2)),
        ("  甲  乙  \r\n丙\r\n", "甲 乙\n丙\n", (3, 3, 3)),
        ("甲\u3000乙\x85丙\u2028丁", "甲 乙 丙 丁", (4, 4, 4)),
        ("\ufeff甲 乙", "甲 乙", (2, 2, 2)),
        ("甲 乙", "\ufeff甲 乙", (2, 2, 2)),
        ("a𠀀é b", "a 𠀀é b", (2, 3, 1)),
        ("New York", "New York", (2, 2, 2)),
    ],
    ids=[
        "one word",
        "equal",
        "joined",
        "parted",
        "in the midst",
        "crossing",
        "equal words at other places",
        "lines",
        "blank lines",
        "blank lines after the predicted text",
        "blank lines after the gold text",
        "CRLF and runs of spaces",
        "spaces of Unicode",
        "byte order mark in gold",
        "byte order mark in predicted",
        "beyond the BMP",
        "Latin",
    ],
)
def test_a_word_is_correct_between_the_same_characters(
    gold: str, predicted: str, counted: tuple[int, int, int]
) -> None:
    found = count(gold, predicted)
    assert (found.gold_words, found.predicted_words, found.correct) == counted


def test_measures_follow_their_definitions() -> None:
    found = Score(gold_words=8, predicted_words=10, correct=6, oov_words=2, oov_correct=1)
    assert found.precision == 6 / 10
    assert found.recall == 6 / 8
    assert found.f1 == pytest.approx(2 * 0.6 * 0.75 / (0.6 + 0.75))
    assert (found.oov_rate, found.oov_recall, found.iv_recall) == (2 / 8, 1 / 2, 5 / 6)


def test_measures_that_do_not_exist_are_nan() -> None:
    without = Score(2, 2, 2)
    assert all(map(math.isnan, (without.oov_rate, without.oov_recall, without.iv_recall)))
    all_known = Score(2, 2, 2, oov_words=0, oov_correct=0)
    assert all_known.oov_rate == 0
    assert math.isnan(all_known.oov_recall)
    none_known = Score(2, 2, 2, oov_words=2, oov_correct=2)
    assert (none_known.oov_recall, math.isnan(none_known.iv_recall)) == (1, True)
    assert Score(2, 1, 0).f1 == 0


@given(pairs(), BLOCKS, st.sets(st.sampled_from(["甲", "乙", "甲乙", "甲甲", "a", "a𠀀"])))
@settings(deadline=None, max_examples=300)
def test_counts_equal_those_of_sets_of_spans(texts: tuple[str, str], block_size: int, known: set[str]) -> None:
    assume(not any(map(returns_end_lines, texts)))
    gold, predicted = map(spans, texts)
    with (
        mock.patch.object(scoring, "_BLOCK_SIZE", block_size),
        mock.patch.object(scoring, "read_words", lambda *_: frozenset(known)),
    ):
        if not gold:
            with pytest.raises(InputError, match="holds no words"):
                count(*texts)
            return
        found = count(*texts, lexicon="words.txt", show=1000)
    unknown = {span for span, word in gold.items() if word not in known}
    assert found.gold_words == len(gold)
    assert found.predicted_words == len(predicted)
    assert found.correct == len(gold.keys() & predicted.keys())
    assert found.oov_words == len(unknown)
    assert found.oov_correct == len(unknown & predicted.keys())
    expected = sorted(differences(*texts).items(), key=lambda item: (-item[1], item[0]))
    assert [((d.gold, d.predicted), d.count) for d in found.disagreements] == expected


@given(pairs())
@settings(deadline=None)
def test_gold_against_itself_is_perfect_and_swapping_swaps_precision_and_recall(texts: tuple[str, str]) -> None:
    assume(not any(map(returns_end_lines, texts)))
    gold, predicted = texts
    if not gold.split():
        return
    itself = count(gold, gold, show=1)
    assert (itself.precision, itself.recall, itself.f1, itself.disagreements) == (1, 1, 1, ())
    there, back = count(gold, predicted), count(predicted, gold)
    assert (there.precision, there.recall, there.f1) == (back.recall, back.precision, back.f1)


def test_white_space_is_the_same_as_in_str_split() -> None:
    spaces = [c for c in map(chr, range(sys.maxunicode + 1)) if c.isspace() and c != "\n"]
    text = "甲".join(["", *spaces, ""]) + "\n"
    assert count(text, " ".join(text.split())).correct == len(spaces) + 1
    others = "\u200b\ufeff\u2060\u180e\0"  # invisible, but no white space
    assert count(f"甲{others}乙", f"甲{others}乙").gold_words == 1


def test_a_line_of_any_length_takes_bounded_memory(tmp_path: Path) -> None:
    gold, predicted = tmp_path / "gold.txt", tmp_path / "predicted.txt"
    size, block_size = 50_000, 1 << 12
    gold.write_text("甲 乙丙 " * size, encoding="utf-8")
    predicted.write_text("甲 乙 丙 " * size, encoding="utf-8")
    with mock.patch.multiple(scoring, _BLOCK_SIZE=block_size, _LONGEST_ALIGNED=block_size // 4):
        tracemalloc.start()
        found = score(gold, predicted, show=1)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (found.gold_words, found.predicted_words, found.correct) == (2 * size, 3 * size, size)
    assert found.disagreements == (Disagreement("乙丙", "乙 丙", size),)
    assert peak < 3 << 20  # all of it would take many times as much; a mebibyte is looked at first


# Texts that are not the same


@pytest.mark.parametrize(
    ("gold", "predicted", "message"),
    [
        ("甲 乙", "甲 丙", "2:1: '丙' (U+4E19) where 1 has '乙' (U+4E59), at character 2 of"),
        ("甲\n乙 丙丁\n", "甲\n乙戊 己\n", "2:2: '戊己' (U+620A) where 1 has '丙丁' (U+4E19), at character 2 of"),
        ("甲，", "甲.", "2:1: '.' (U+002E) where 1 has '，' (U+FF0C), at character 2"),
        ("甲", "\u200b甲", r"2:1: '\u200b甲' (U+200B) where 1 has '甲' (U+7532), at character 1"),
        ("甲 乙", "甲\n乙", "2:1: the end of the line where 1 has '乙' (U+4E59), at character 2"),
        ("甲\n乙", "甲 乙", "2:1: '乙' (U+4E59) where 1 has the end of the line, at character 2"),
        ("甲\n乙\n丙\n", "甲\n乙\n", "2:3: the end of the file where 1 has '丙' (U+4E19), at character 1"),
        ("甲\n", "甲\n\n\n丁戊\n", "2:4: '丁戊' (U+4E01) where 1 has the end of the file, at character 1"),
        ("甲", "甲乙", "2:1: '乙' (U+4E59) where 1 has the end of the file, at character 2"),
        ("甲", "", "2: is empty, or white space, and 1 is not; "),
        ("", "甲", "1: is empty, or white space, and 2 is not; "),
        ("甲\n\n乙", "甲\n乙", "2:2: '乙' (U+4E59) where 1 has the end of the line, at character 1"),
        (
            "子丑寅卯辰巳午未申酉",
            "子丑寅 卯 . 辰",
            "2:1: '.辰' (U+002E) where 1 has '辰巳午未申酉' (U+8FB0), at character 5",
        ),
        ("甲\n" + 9 * "甲", "甲\n乙甲" + 8 * "丙", f"2:2: '乙甲{6 * '丙'}' (U+4E59) where 1 has '{8 * '甲'}' (U+7532)"),
    ],
    ids=[
        "a character",
        "on a later line",
        "width",
        "invisible",
        "a line end too many",
        "a line end too few",
        "fewer lines",
        "more lines",
        "more on the last line",
        "empty predicted",
        "empty gold",
        "a blank line less",
        "what follows",
        "what follows, cut",
    ],
)
@pytest.mark.parametrize("block_size", [4, 1 << 20])
def test_a_mismatch_names_the_line_the_character_and_both_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gold: str, predicted: str, message: str, block_size: int
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("1").write_text(gold, encoding="utf-8")
    Path("2").write_text(predicted, encoding="utf-8")
    with mock.patch.object(scoring, "_BLOCK_SIZE", block_size), pytest.raises(InputError) as caught:
        score("1", "2")
    assert str(caught.value).startswith(message)
    assert str(caught.value).endswith("both must be the same text, line by line")


@given(pairs(), st.integers(0, 60), st.sampled_from("丙 \n"), BLOCKS)
@settings(deadline=None)
def test_a_line_with_a_further_character_is_aligned_or_refused(
    texts: tuple[str, str], at: int, inserted: str, block_size: int
) -> None:
    gold, predicted = texts
    at = min(at, len(predicted))
    predicted = predicted[:at] + inserted + predicted[at:]
    assume(not returns_end_lines(gold) and not returns_end_lines(predicted))
    before, lines = predicted[:at], [text.rstrip().split("\n") for text in (gold, predicted)]
    bare = [["".join(line.split()) for line in text] for text in lines]
    number = before.count("\n")
    with mock.patch.object(scoring, "_BLOCK_SIZE", block_size):
        if bare[0] == bare[1] and gold.split():
            assert count(gold, predicted).gold_words == len(gold.split())
            return
        if inserted == "丙" and len(bare[0]) > number and len(bare[0][number]) > 1:
            found = count(gold, predicted)
            assert found.differing_lines == (number + 1,)
            assert found.gold_words == len(gold.split())
            assert found.predicted_words == len(predicted.split())
            return
        with pytest.raises(InputError) as caught:
            count(gold, predicted)
    if inserted == "丙" and gold.strip():
        column = len("".join(before.rpartition("\n")[2].split())) + 1
        assert f"<stream>:{number + 1}: '丙" in str(caught.value)
        assert f"at character {column} of the line" in str(caught.value)


# Lines whose texts differ, as some of the bakeoffs' own do


def longest_common(first: list[str], second: list[str]) -> int:
    """The length of the longest common subsequence, by its definition."""
    if not (first and second):
        return 0
    if first[0] == second[0]:
        return 1 + longest_common(first[1:], second[1:])
    return max(longest_common(first[1:], second), longest_common(first, second[1:]))


@given(*2 * [st.lists(st.sampled_from("甲乙丙"), max_size=8)])
def test_alignment_finds_a_longest_common_subsequence(first: list[str], second: list[str]) -> None:
    found = common_subsequence(first, second)
    assert found is not None
    assert all(first[i] == second[j] for i, j in found)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(found))
    assert len(found) == longest_common(first, second)


@given(
    st.lists(
        st.tuples(st.text("甲乙 ", min_size=6, max_size=12), st.integers(-9, 12), st.text(" ", max_size=1)), max_size=9
    ),
    BLOCKS,
)
@settings(deadline=None)
def test_lines_before_and_after_one_of_another_text_are_counted(
    lines: list[tuple[str, int, str]], block_size: int
) -> None:
    gold, predicted, correct = [], [], 0
    for text, at, space in lines:
        text = "子丑寅卯辰巳午" + text
        other = text.replace(" ", space) if at < 0 else text[:at] + "丙" + text[at:]
        gold.append(text)
        predicted.append(other)
        both = spans(text), spans(other)
        correct += longest_common(text.split(), other.split()) if at >= 0 else len(both[0].keys() & both[1].keys())
    if not lines:
        return
    with mock.patch.object(scoring, "_BLOCK_SIZE", block_size):
        found = count("\n".join(gold), "\n".join(predicted))
    assert found.correct == correct
    assert found.gold_words == len(" ".join(gold).split())
    assert found.predicted_words == len(" ".join(predicted).split())
    assert found.differing_lines == tuple(i for i, (_, at, _) in enumerate(lines, 1) if at >= 0)


def test_alignment_gives_up_where_the_table_would_be_large() -> None:
    assert common_subsequence("甲乙" * 4000, "乙甲" * 4001) is None
    assert common_subsequence("甲" * 9000 + "乙", "甲" * 9000 + "丙") == [(i, i) for i in range(9000)]


@pytest.mark.parametrize("block_size", [5, 1 << 20])
def test_lines_of_another_text_are_compared_by_alignment_and_reported(block_size: int) -> None:
    gold = "今天 天气 很 好 。\n我们 去 公园 １９９８ 年 。\n都 一样 。\n最后 一 行\n"
    predicted = "今天 天气 真 的 很 好\n我们 去 公园 1998 年 .\n都一样 。\n最后 一行\n"
    notices: list[str] = []
    texts = [io.BytesIO(text.encode()) for text in (gold, predicted)]
    with mock.patch.object(scoring, "_BLOCK_SIZE", block_size):
        found = score(*texts, show=9, notify=notices.append)
    # 今天 天气 很 好 | 我们 去 公园 年 | 。 | 最后
    assert (found.gold_words, found.predicted_words, found.correct) == (17, 16, 4 + 4 + 1 + 1)
    assert found.differing_lines == (1, 2)
    assert notices == [
        "<stream>: 2 lines with another text than in <stream>, compared by alignment of the words: 1, 2",
    ]
    assert {(row.gold, row.predicted) for row in found.disagreements} == {
        ("", "真 的"),
        ("。", ""),
        ("１９９８", "1998"),
        ("。", "."),
        ("都 一样", "都一样"),
        ("一 行", "一行"),
    }
    assert "lines of another text       2" in str(found)


def test_unknown_words_are_counted_in_lines_of_another_text(tmp_path: Path) -> None:
    (tmp_path / "known.txt").write_text("今天\n天气\n", encoding="utf-8")
    found = score(
        *(io.BytesIO(text.encode()) for text in ("今天 天气 很 好 。", "今天 天气 真 很 好")),
        lexicon=tmp_path / "known.txt",
    )
    assert (found.oov_words, found.oov_correct) == (3, 2)


def test_a_very_long_line_of_another_text_is_refused() -> None:
    line = "甲乙 " * 40_000
    with pytest.raises(InputError, match="<stream>:1: '丙'"):
        score(io.BytesIO((line + "丁").encode()), io.BytesIO((line + "丙").encode()))


@pytest.mark.parametrize(("gold", "predicted"), [("", ""), ("\n \n", "\r\n"), ("\ufeff", "")])
def test_without_words_there_is_nothing_to_score(gold: str, predicted: str) -> None:
    with pytest.raises(InputError, match="<stream>: holds no words"):
        count(gold, predicted)


# What is read


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gz", "bz2", "xz"])
@pytest.mark.parametrize("side", [0, 1], ids=["gold", "predicted"])
def test_either_file_may_be_compressed(pack: Callable[[bytes], bytes], side: int) -> None:
    texts = ["甲 乙丙\r\n丁".encode(), "甲 乙 丙\n丁".encode()]
    texts[side] = pack(texts[side])
    found = count(*texts)
    assert (found.gold_words, found.predicted_words, found.correct) == (3, 4, 2)


def test_each_file_may_have_an_encoding_of_its_own() -> None:
    gold = Corpus(io.BytesIO("甲 乙丙".encode("gb18030")), encoding="gb18030")
    predicted = Corpus(io.BytesIO("甲 乙 丙".encode("utf-16")), encoding="auto")
    assert score(gold, predicted).correct == 1


@pytest.mark.parametrize("side", [0, 1], ids=["gold", "predicted"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gz"])
def test_bytes_of_another_encoding_are_an_error_with_a_place(
    tmp_path: Path, side: int, pack: Callable[[bytes], bytes]
) -> None:
    texts = ["\ufeff中文 分词\n中文 分词\n".encode(), "中文 分词\n中文 分词\n".encode()]
    texts[side] += "中文 ".encode()
    fault = len(texts[side])
    texts[side] += "分词".encode("gb18030")
    paths = [tmp_path / "gold.txt", tmp_path / "predicted.txt"]
    for path, text in zip(paths, texts, strict=True):
        path.write_bytes(pack(text))
    message = rf"{paths[side].name}:3 \(byte {fault}\): not valid UTF-8; try"
    with mock.patch.object(scoring, "_BLOCK_SIZE", 16), pytest.raises(EncodingError, match=message):
        score(*paths)


def test_lines_skipped_in_both_texts_match() -> None:
    texts = [b"\xe7\x94\xb2 a\n\xff b\nc d\n", b"\xe7\x94\xb2 a\n\xffb\ncd\n"]
    skipped = score(*(Corpus(io.BytesIO(text), errors="skip") for text in texts))
    assert (skipped.gold_words, skipped.predicted_words, skipped.correct) == (4, 3, 2)
    replaced = score(*(Corpus(io.BytesIO(text), errors="replace") for text in texts))
    assert (replaced.gold_words, replaced.predicted_words, replaced.correct) == (6, 4, 2)


def test_progress_adds_up_to_the_gold_file(tmp_path: Path) -> None:
    gold = tmp_path / "gold.txt"
    gold.write_text("甲 乙丙\n" * 1000, encoding="utf-8")
    done: list[int] = []
    score(Corpus(gold, chunk_size=1000), gold, progress=done.append)
    assert len(done) > 5
    assert sum(done) == gold.stat().st_size


def test_the_words_of_several_lexicons_are_known(tmp_path: Path) -> None:
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_bytes("甲\r\n乙丙\r\n".encode())
    second.write_text("word\tcount\n丁\t3\n", encoding="utf-8")
    gold, predicted = "甲 乙丙 丁 戊 己庚\n", "甲 乙 丙 丁 戊 己 庚\n"
    found = count(gold, predicted, lexicon=[first, second])
    assert (found.oov_words, found.oov_correct) == (2, 1)
    assert found.iv_recall == 2 / 3
    only = count(gold, predicted, lexicon=str(first))
    assert (only.oov_words, only.oov_correct) == (3, 2)
    assert count(gold, predicted, lexicon=[]).oov_words is None


def test_wrong_arguments(tmp_path: Path) -> None:
    path = tmp_path / "gold.txt"
    path.write_text("甲 乙\n", encoding="utf-8")
    (tmp_path / "other.txt").write_text("甲 乙\n", encoding="utf-8")
    corpus = Corpus(path)
    wrong: list[tuple[type[NlpkitError], str, tuple[object, object], dict[str, object]]] = [
        (OptionError, "stdin", ("-", "-"), {}),
        (OptionError, "same Corpus", (corpus, corpus), {}),
        (OptionError, "holds 2 files", (path, tmp_path), {}),
        (OptionError, "show is -1", (path, path), {"show": -1}),
        (InputError, "no such file", (path, tmp_path / "missing.txt"), {}),
        (InputError, "no such file", (path, path), {"lexicon": tmp_path / "missing.txt"}),
        (LexiconError, "lexicon", (path, path), {"lexicon": LAWS}),
    ]
    for kind, message, texts, options in wrong:
        with pytest.raises(kind, match=message):
            score(*texts, **options)  # type: ignore[arg-type]


# What is shown


def test_disagreements_are_the_most_frequent_then_by_code_points() -> None:
    gold = "乙丙 甲 甲 乙丙 丁戊 甲\n乙 丙\n甲"
    predicted = "乙 丙 甲甲 乙 丙 丁 戊 甲\n乙丙\n甲"
    three = (Disagreement("乙丙", "乙 丙", 2), Disagreement("丁戊", "丁 戊", 1), Disagreement("乙 丙", "乙丙", 1))
    assert count(gold, predicted, show=3).disagreements == three
    assert count(gold, predicted, show=9).disagreements == (*three, Disagreement("甲 甲", "甲甲", 1))
    assert count(gold, predicted).disagreements == ()


def test_text_format_is_an_aligned_table() -> None:
    found = Score(1000, 1250, 900, 100, 0, (Disagreement("甲乙", "甲 乙", 1200), Disagreement("丙 丁", "丙丁", 3)))
    assert str(found) == (
        "gold words        1,000\n"
        "predicted words   1,250\n"
        "correct words       900\n"
        "precision        0.7200\n"
        "recall           0.9000\n"
        "F1               0.8000\n"
        "OOV rate         0.1000\n"
        "OOV recall       0.0000\n"
        "IV recall        1.0000\n"
        "\n"
        "count  gold -> predicted\n"
        "1,200  甲乙 -> 甲 乙\n"
        "    3  丙 丁 -> 丙丁\n"
    )
    assert "OOV" not in str(Score(1, 1, 1))
    assert str(Score(1, 1, 1, 0, 0)).split("\n")[7] == "OOV recall            -"


@pytest.fixture
def files(tmp_path: Path) -> None:
    (tmp_path / "gold.txt").write_bytes("\ufeff共同  创造  的  新  世纪\r\n".encode())
    (tmp_path / "my.seg").write_bytes("共同 创造 的 新世纪\n".encode())
    (tmp_path / "words.txt").write_bytes("共同\n新\n".encode())


@pytest.mark.usefixtures("files")
def test_the_command_writes_a_table(run: Run, tmp_path: Path) -> None:
    done = run("score", "gold.txt", "my.seg", "--lexicon", "words.txt", "--show", "3")
    assert (done.returncode, done.stderr) == (0, b"")
    rows = [line.split("  ") for line in done.stdout.decode().split("\n")]
    assert [row[0] for row in rows[:3]] == ["gold words", "predicted words", "correct words"]
    assert [rows[5][0], rows[5][-1].strip()] == ["F1", "0.6667"]
    assert done.stdout.decode().endswith("\ncount  gold -> predicted\n    1  新 世纪 -> 新世纪\n")

    row = "5\t4\t3\t0.75\t0.6\t0.6667\t0.6\t0.6667\t0.5\t0"
    header = ["gold_words", "predicted_words", "correct", "precision", "recall", "f1"]
    header += ["oov_rate", "oov_recall", "iv_recall", "differing_lines"]
    done = run("score", "gold.txt", "my.seg", "--lexicon", "words.txt", "-f", "tsv", "-o", "out.tsv")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (tmp_path / "out.tsv").read_text(encoding="utf-8") == "\t".join(header) + f"\n{row}\n"

    (found,) = run("score", "gold.txt", "my.seg", "-f", "jsonl").stdout.splitlines()
    assert list(json.loads(found)) == header
    assert json.loads(found)["f1"] == 2 / 3
    assert json.loads(found)["oov_rate"] is None


@pytest.mark.usefixtures("files")
def test_table_formats_with_show_have_only_the_disagreements(run: Run) -> None:
    arguments = ("score", "gold.txt", "my.seg", "--show", "3", "-f")
    assert run(*arguments, "tsv").stdout.decode() == "gold\tpredicted\tcount\n新 世纪\t新世纪\t1\n"
    (found,) = run(*arguments, "jsonl").stdout.splitlines()
    assert json.loads(found) == {"gold": "新 世纪", "predicted": "新世纪", "count": 1}
    same = ("score", "gold.txt", "gold.txt", "--show", "3")
    assert run(*same, "-f", "csv").stdout == b"gold,predicted,count\n"
    assert "->" not in run(*same).stdout.decode()


@pytest.mark.usefixtures("files")
def test_the_command_reads_stdin_and_encodings(run: Run, tmp_path: Path) -> None:
    gold = (tmp_path / "gold.txt").read_bytes()
    packed = gzip.compress(gold)
    assert b"F1               1.0000" in run("score", "gold.txt", "-", input=packed).stdout
    assert b"F1               1.0000" in run("score", "-", "gold.txt", input=packed).stdout
    other = gold.decode("utf-8-sig").encode("gb18030")
    done = run("score", "gold.txt", "-", input=other)
    assert done.returncode == 1
    assert done.stderr.startswith(b"nlpkit: <stdin>:1 (byte 0): not valid UTF-8; try --encoding gb18030")
    done = run("score", "gold.txt", "-", "--encoding", "auto", input=gold.decode("utf-8-sig").encode("utf-16"))
    assert done.returncode == 0
    assert b"<stdin>: read as utf-16 (detected)" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "parts"),
    [
        (["gold.txt"], 2, ["PREDICTED"]),
        (["gold.txt", "my.seg", "more.seg"], 2, ["more.seg"]),
        (["-", "-"], 2, ["more than once"]),
        (["gold.txt", "my.seg", "-f", "jieba"], 2, ["jieba", "text", "jsonl"]),
        (["gold.txt", "my.seg", "--show", "0"], 2, ["--show", "x>=1"]),
        (["gold.txt", "my.seg", "-o", "my.seg"], 2, ["my.seg", "also an input"]),
        (["gold.txt", "my.seg", "--lexicon", "words.txt", "-o", "words.txt"], 2, ["words.txt", "also an input"]),
        (["gold.txt", "my.seg", "-o", "missing/score.txt"], 2, ["missing", "does not exist"]),
        (["gold.txt", "."], 2, [".: holds 3 files", "two files"]),
        (["gold.txt", "my.jsonl"], 2, ["my.jsonl", "plain text"]),
        (["gold.txt", "my.sge"], 1, ["my.sge", "no such file", "my.seg?"]),
        (["gold.txt", "my.seg", "--lexicon", "missing.txt"], 1, ["missing.txt", "no such file"]),
        (["gold.txt", "words.txt"], 1, ["words.txt:1: the end of the line where gold.txt has '创造的新世纪' (U+521B)"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
@pytest.mark.usefixtures("files")
def test_each_error_is_one_clear_line(run: Run, arguments: list[str], status: int, parts: list[str]) -> None:
    done = run("score", *arguments)
    assert (done.returncode, done.stdout) == (status, b"")
    message = done.stderr.decode()
    assert message.startswith("nlpkit: ")
    assert "Traceback" not in message
    for part in parts:
        assert part in message


def test_the_command_has_the_formats_of_the_library() -> None:
    from nlpkit.cli.score import command

    (option,) = (param for param in command.params if param.name == "format")
    assert tuple(option.type.choices) == SUMMARY_FORMATS  # type: ignore[attr-defined]


# Segmenters against a gold text


def longest_match(text: str, words: frozenset[str], longest: int) -> list[str]:
    cut = []
    while text:
        word = text[:longest]
        while len(word) > 1 and word not in words:
            word = word[:-1]
        cut.append(word)
        text = text[len(word) :]
    return cut


def score_segmenter(name: str, gold: Path, training: Path) -> tuple[Score, str]:
    """Score a segmenter. The string has the measures in the order in which the bakeoff's own script prints them."""
    known = frozenset(training.read_text(encoding="utf-8").split())
    longest = max(map(len, known))
    cut: dict[str, Callable[[str], list[str]]] = {
        "gold": str.split,
        "jieba": lambda line: jieba.lcut("".join(line.split()), HMM=False),
        "jieba with HMM": lambda line: jieba.lcut("".join(line.split()), HMM=True),
        "longest match": lambda line: longest_match("".join(line.split()), known, longest),
    }
    lines = gold.read_text(encoding="utf-8-sig").split("\n")
    found = count(gold.read_bytes(), "\n".join(" ".join(cut[name](line)) for line in lines), lexicon=training)
    measures = (found.recall, found.precision, found.f1, found.oov_rate, found.oov_recall, found.iv_recall)
    return found, " ".join(f"{value:.3f}" for value in measures)


#: 33 words, of which FEW_KNOWN lacks 李小北, 睡觉 and 放.
FEW_LINES = """\
我们  在  食堂  吃  饭  。
昨天  下  了  一  场  大雨  。
李小北  说  猫  在  睡觉  。
新  手机  放  在  桌  上  。
请  把  照片  发  给  我  。
"""
FEW_KNOWN = "我们 在 食堂 吃 饭 。 昨天 下 了 一 场 大雨 说 猫 新 手机 放在 桌 上 请 把 照片 发 给 我"

#: Words of the segmenter, those that are correct, the unknown ones among them, and the measures, worked out by hand.
BY_HAND = {
    "gold": (33, 33, 3, "1.000 1.000 1.000 0.091 1.000 1.000"),
    "jieba": (29, 20, 1, "0.606 0.690 0.645 0.091 0.333 0.633"),  # joins 吃饭 一场 新手机 放在 桌上 发给, cuts 李小北
    "jieba with HMM": (27, 21, 2, "0.636 0.778 0.700 0.091 0.667 0.633"),  # joins the same, and finds 李小北
    "longest match": (35, 29, 0, "0.879 0.829 0.853 0.091 0.000 0.967"),  # joins 放在, cuts 李小北 and 睡觉
}


@pytest.mark.parametrize("name", BY_HAND)
def test_scores_of_few_lines_equal_those_computed_by_hand(tmp_path: Path, name: str) -> None:
    gold, training = tmp_path / "gold.utf8", tmp_path / "words.utf8"
    gold.write_bytes(FEW_LINES.replace("\n", "\r\n").encode())
    training.write_text(FEW_KNOWN.replace(" ", "\n"), encoding="utf-8")
    found, measures = score_segmenter(name, gold, training)
    assert (found.gold_words, found.oov_words) == (33, 3)
    assert (found.predicted_words, found.correct, found.oov_correct, measures) == BY_HAND[name]


#: Recall, precision, F, OOV rate, OOV recall, IV recall as the bakeoff's own script prints them.
BAKEOFF = {
    "gold": "1.000 1.000 1.000 0.058 1.000 1.000",
    "jieba": "0.814 0.859 0.836 0.058 0.543 0.831",
    "jieba with HMM": "0.787 0.853 0.818 0.058 0.583 0.799",
    "longest match": "0.907 0.843 0.874 0.058 0.069 0.958",
}


@pytest.mark.shared
@pytest.mark.parametrize("name", BAKEOFF)
def test_scores_equal_those_of_the_bakeoff_script(name: str) -> None:
    folder = SHARED / "gold"
    found, measures = score_segmenter(name, folder / "pku_test_gold.utf8", folder / "pku_training_words.utf8")
    assert measures == BAKEOFF[name]
    assert found.gold_words == 104_372


def test_an_empty_text_is_said_to_be_empty(run: Run, tmp_path: Path) -> None:
    (tmp_path / "g.txt").write_text("a b\n")
    (tmp_path / "e.txt").write_text(" ")
    for texts in (("g.txt", "e.txt"), ("e.txt", "g.txt")):
        done = run("score", *texts)
        says = "e.txt: is empty, or white space, and g.txt is not; both must be the same text, line by line"
        assert (done.returncode, done.stderr.decode()) == (1, f"nlpkit: {says}\n")


def test_a_lexicon_without_effect_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "g.txt").write_text("a b\n")
    done = run("score", "g.txt", "g.txt", "--lexicon", "g.txt", "--show", "3", "-f", "csv")
    says = "--lexicon: no effect with --show in csv, which has only the disagreements"
    assert (done.returncode, done.stderr.decode().splitlines()[0]) == (2, f"nlpkit: {says}")
