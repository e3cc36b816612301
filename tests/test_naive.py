"""The slow twins against examples worked out by hand, and against enumeration."""

import itertools
import math
import random

import pytest

from tests import naive
from tests.naive import D, L


def lines(**repeats: int) -> str:
    return "".join(f"{line}\n" * count for line, count in repeats.items())


def surfaces(text: str, charset: str, collapse: bool = False) -> list[str]:
    return ["".join(surface for _, surface in run) for run in naive.runs(text, charset, collapse)]


@pytest.mark.parametrize(
    ("charset", "text", "expected"),
    [
        ("han", "中文ABC文1\n", ["中文", "文"]),
        ("han", "〇㐀䶿一鿿豈𠀀々", ["〇㐀䶿一鿿豈𠀀"]),
        ("han+alnum", "中文ABC文１Ａｚ，é文\r\n文", ["中文ABC文1Az", "文", "文"]),
        ("letters", "中é１½a\u0301-ж_Ⅷ\u3000x", ["中é１½a\u0301", "ж", "Ⅷ", "x"]),
        ("any", "中-a\t，\u2028。\u0085x\x00y\u3000\x1cz", ["中-a", "，", "。", "x\x00y", "z"]),
        ("any", "", []),
    ],
)
def test_runs_by_charset(charset, text, expected):
    assert surfaces(text, charset) == expected


def test_collapsed_runs_keep_their_folded_surface():
    assert naive.runs("在２０12年ABcd1号\n3", collapse=True) == [
        [("在", "在"), (D, "2012"), ("年", "年"), (L, "ABcd"), (D, "1"), ("号", "号")],
        [(D, "3")],
    ]


def test_letters_and_any_collapse_nothing():
    assert naive.runs("12ab", "letters", collapse=True) == naive.runs("12ab", "letters")
    assert naive.runs("12ab", "any", collapse=True) == [[(char, char) for char in "12ab"]]


def test_markers_stand_between_boundary_and_han_digits_first():
    assert sorted(["一", L, D]) == [D, L, "一"]
    assert (ord(D), ord(L)) == (0x30, 0x61)


def test_ngrams_are_counted_within_runs():
    assert naive.ngram_counts("甲乙甲，甲乙\n乙", n=2) == {"甲": 3, "乙": 3, "甲乙": 2, "乙甲": 1}
    counts = {D: 2, "月": 1, "日": 1, D + "月": 1, "月" + D: 1, D + "日": 1}
    assert naive.ngram_counts("10月9日", n=2, collapse=True) == counts


def test_pmi_is_of_the_weakest_split():
    counts = {"甲": 4, "乙": 2, "丙": 2, "甲乙": 2, "乙丙": 2, "甲乙丙": 2}
    assert naive.min_split_pmi("甲乙丙", counts, 16) == math.log(16 * 2 / (4 * 2))


def test_each_boundary_is_a_neighbour_of_its_own():
    # After 甲: 乙, 乙, and two boundaries, of four occurrences.
    entropies = naive.branching_entropies("甲乙\n甲乙\n甲\n甲\n", n=1)
    left, right = entropies["甲"]
    assert left == pytest.approx(math.log(4))
    assert right == pytest.approx(0.5 * math.log(2) + 0.5 * math.log(4))
    assert entropies["乙"] == pytest.approx((0, math.log(2)))


def test_z_scores_are_per_length_and_0_without_variance():
    scores = naive.z_scores({"甲": 1.0, "乙": 3.0, "甲乙": 7.0})
    assert scores == {"甲": -1.0, "乙": 1.0, "甲乙": 0.0}


def test_ties_go_to_the_longer_word():
    # ln 1/4 = 2 ln 2/4, exactly so in floats too.
    assert naive.unigram_segment("甲乙", {"甲": 2, "乙": 2, "甲乙": 1}, 4) == ["甲乙"]
    assert naive.unigram_segment("甲乙", {"甲": 3, "乙": 2, "甲乙": 1}, 4) == ["甲", "乙"]


def test_unknown_symbols_count_1_and_may_begin_where_a_word_does():
    # 甲 is in no word of its own: 甲 + 乙丙 = 1 x 8 beats 甲乙 + 丙 = 2 x 1, of totals squared.
    assert naive.unigram_segment("甲乙丙", {"甲乙": 2, "乙丙": 8}, 10) == ["甲", "乙丙"]
    assert naive.unigram_segment("甲乙", {"甲乙": 0}, 10) == ["甲", "乙"]
    assert naive.unigram_segment(["12", "月"], {"12月": 1, "1": 9, "2月": 9}, 19) == ["12月"]


def test_best_path_equals_enumeration():
    rng = random.Random(1)
    words = ["".join(word) for k in (1, 2, 3, 4) for word in itertools.product("甲乙", repeat=k)]
    for _ in range(200):
        counts = {word: rng.randint(1, 99) for word in rng.sample(words, 12)}
        total = sum(counts.values())
        run = "".join(rng.choice("甲乙丙") for _ in range(rng.randint(1, 9)))

        def log_p(path, counts=counts, total=total):
            known = [counts.get(word, 1 if len(word) == 1 else 0) for word in path]
            return sum(math.log(count / total) for count in known) if all(known) else -math.inf

        best = max(log_p(path) for path in every_segmentation(run))
        assert log_p(naive.unigram_segment(run, counts, total)) == pytest.approx(best)


def every_segmentation(run):
    for cuts in itertools.product((False, True), repeat=len(run) - 1):
        places = [0, *(place for place, cut in enumerate(cuts, 1) if cut), len(run)]
        yield [run[start:stop] for start, stop in itertools.pairwise(places)]


def test_long_runs_are_cut_from_their_start():
    run = [("甲", "甲")] * 131_073
    assert [len(block) for block in naive.cut_blocks(run)] == [65_536, 65_536, 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(lines(甲乙=4, 丙=22), {"甲乙": 4, "丙": 22}, id="ln(30 4/16) = 2.01 joins"),
        pytest.param(lines(甲乙=4, 丙=21), {"甲": 4, "乙": 4, "丙": 21}, id="ln(29 4/16) = 1.98 does not"),
        pytest.param(lines(甲乙=1, 丙=40), {"丙": 40}, id="rare n-grams and pieces go"),
        pytest.param(lines(甲乙丙=2, 丁=104), {"甲乙丙": 2, "丁": 104}, id="ln(110/2) = 4.007 keeps the trigram"),
        pytest.param(lines(甲乙丙=2, 丁=103), {"丁": 103}, id="ln(109/2) = 3.998: joined by its pairs, then gone"),
        pytest.param(
            lines(甲乙丙戊己=2, 丁=797), {"甲乙丙戊己": 2, "丁": 797}, id="all windows kept: ln(807/2) = 6.0002"
        ),
        pytest.param(lines(甲乙丙戊己=2, 丁=796), {"丁": 796}, id="ln(806/2) = 5.999: windows not kept"),
    ],
)
def test_pmi_words(text, expected):
    assert naive.pmi_words(text, min_count=2) == expected


def test_pmi_words_options():
    text = lines(甲乙=4, 丙=22)
    assert naive.pmi_words(text, min_pmi=2.1) == {"甲": 4, "乙": 4, "丙": 22}
    assert naive.pmi_words(text, max_length=1) == {"丙": 22}
    assert naive.pmi_words(text, min_count=5) == {"丙": 22}


# N = 200. 甲乙 and 丙丁 10 times each: pair PMI ln 20; 乙丙 twice: ln(200 2/100) = ln 4 > 1. Pieces 甲乙丙丁 2, 甲乙 8,
# 丙丁 8, 戊 160, T = 178: ln(2/178) - 2 ln(8/176) = 1.69 < 3, so the longest goes to its parts. Then T = 180 and
# ln(10/180) - 2 ln(1/170) = 7.4 >= 1: the pairs stay.
NESTED = lines(甲乙丙丁=2, 甲乙=8, 丙丁=8, 戊=160)


def test_entropy_words_removes_redundant_pieces():
    assert naive.entropy_words(NESTED) == {"甲乙": 10, "丙丁": 10, "戊": 160}


def test_entropy_words_options():
    assert naive.entropy_words(NESTED, max_length=1) == {"甲": 10, "乙": 10, "丙": 10, "丁": 10, "戊": 160}
    # Now 乙丙 is weak.
    assert naive.entropy_words(NESTED, min_pmi=1.5) == {"甲乙": 10, "丙丁": 10, "戊": 160}
    assert naive.entropy_words(NESTED, min_count=3) == {"甲乙": 10, "丙丁": 10, "戊": 160}
    assert naive.entropy_words(NESTED, min_prob=0.055) == {"戊": 160}


def test_entropy_passes_counts_on_at_once():
    # T = 145: ln(3/145) - ln(2/142) - ln(40/142) = 1.65 < 2, so 甲乙丙 goes to 甲乙 and 丙. Then 甲乙 by unknowns:
    # ln(5/148) - 2 ln(1/143) = 6.5 >= 1.
    found = naive.remove_redundant_pieces({"甲乙丙": 3, "甲乙": 2, "丙": 40, "丁": 100})
    assert found == {"甲乙": 5, "丙": 43, "丁": 100}


def test_entropy_of_a_text_of_one_word():
    # ln(8 2/4) = ln 4 > 1 joins all; without the word no count is left, and the word goes.
    assert naive.entropy_words(lines(甲乙丙丁=2)) == {"甲": 2, "乙": 2, "丙": 2, "丁": 2}


# 甲乙, c times and nothing else: each character has one neighbour inside and c boundaries outside, so
# h = (0, ln c) and z = -1, 1 in each direction; s of the characters 0, of the pair 1.25 (0 + 2) = 2.5.
def test_auto_scores_by_hand():
    scores = naive.auto_scores(lines(甲乙=4))
    assert list(scores) == [("乙",), ("甲",), ("甲", "乙")]
    assert scores["甲",] == pytest.approx((4, math.log(4), 0, 0, -1, 1, 0, 0))
    assert scores["乙",] == pytest.approx((4, 0, math.log(4), 0, 1, -1, 0, 0))
    assert scores["甲", "乙"] == pytest.approx((4, math.log(4), math.log(4), math.log(2), 0, 0, 0, 2.5))


def test_auto_words_drops_what_its_parts_spell_within_the_margin():
    # The others spell 甲乙 by two unknowns: gain 2 ln c, 2.77 at c = 4 and 4.16 at c = 8, against 3.5.
    assert naive.auto_words(lines(甲乙=4)) == {"甲": 4, "乙": 4}
    assert naive.auto_words(lines(甲乙=8)) == {"甲乙": 8}


def test_auto_words_are_counted_in_their_surface_form():
    text = "12月\n" * 5 + "３月\n" * 3
    assert naive.auto_words(text) == {"12月": 5, "3月": 3}
    assert set(naive.auto_scores(text)) == {(D,), ("月",), (D, "月")}


def test_auto_symbols_that_are_no_candidates_stand_alone():
    assert naive.auto_words(lines(甲乙=8, 丙丁=1)) == {"甲乙": 8, "丙": 1, "丁": 1}


def test_redundant_words_are_judged_before_any_is_taken():
    # T = 200. 甲乙丙丁 by 甲乙 + 丙丁: ln(2/200) - 2 ln(20/200) = 0 < 4.5. 甲乙 and 丙丁 by unknowns:
    # ln(20/200) + 2 ln 200 = 8.3 >= 3.5.
    assert naive.redundant_words({"甲乙丙丁": 2, "甲乙": 20, "丙丁": 20, "戊": 158}) == {"甲乙丙丁"}
    # T = 200. 甲乙丙丁 leans on 甲乙, though that is taken too: ln(40/200) - 2 ln(35/200) = 1.88 < 3.5.
    counts = {"甲乙丙丁": 2, "甲乙": 40, "甲": 35, "乙": 35, "丙丁": 20, "戊": 68}
    assert naive.redundant_words(counts) == {"甲乙丙丁", "甲乙"}


def test_reported_entropies():
    text = lines(甲乙=4, 丙丁=4)
    assert naive.entropy_before(text) == pytest.approx(math.log(4))
    # Eight tokens of two words over sixteen symbols.
    assert naive.entropy_after(text, {"甲乙": 4, "丙丁": 4}) == pytest.approx(math.log(2) / 2)
    assert naive.entropy_after(text, {}) == pytest.approx(math.log(4))
    assert naive.entropy_before("12月\n3月\n", collapse=True) == pytest.approx(math.log(2))
    assert naive.entropy_after("12月\n3月\n", {"12月": 1, "3月": 1}, collapse=True) == pytest.approx(math.log(2) / 2)


@pytest.mark.parametrize("text", ["", "\n", "，。\n", "甲\n"])
def test_texts_without_words(text):
    assert naive.pmi_words(text) == naive.entropy_words(text) == {}
    assert naive.auto_words(text) == naive.ngram_counts(text)
    assert naive.entropy_before(text) == naive.entropy_after(text, {}) == 0
