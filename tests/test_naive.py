"""The slow twins against examples worked out by hand, and against enumeration."""

import itertools
import math
import random
from collections import Counter

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


# N = 64. h_right: 甲乙 ln 8, 丙丁 ln 16, less 0 of 甲 and (ln 2 + ln 32) / 2 = ln 8 of 丙: VBE ln 8 and ln 2. So Z of h
# is -1, 1 and Z of VBE 1, -1: the smaller is -1 for both. h_left: ln 8 and ln 16, less 0: both Z are -1, 1.
# PMI: ln(64 8/64) = ln 8 and ln(64 16/(32 16)) = ln 2: Z is 1, -1.
def test_auto_scores_take_the_smaller_z_of_entropy_and_variation():
    scores = naive.auto_scores(lines(甲乙=8, 丙丁=16, 丙=16))
    assert scores["甲", "乙"] == pytest.approx((8, math.log(8), math.log(8), math.log(8), -1, -1, 1, -2 + 1.25 * 3))
    assert scores["丙", "丁"] == pytest.approx((16, math.log(16), math.log(16), math.log(2), -1, 1, -1, 1.25))
    scores = naive.auto_scores(lines(乙甲=8, 丁丙=16, 丙=16))
    assert scores["乙", "甲"] == pytest.approx((8, math.log(8), math.log(8), math.log(8), -1, -1, 1, -2 + 1.25 * 3))
    assert scores["丁", "丙"] == pytest.approx((16, math.log(16), math.log(16), math.log(2), 1, -1, -1, 1.25))


def test_best_parts():
    # Own 2: 甲乙 + 丙 is 10 * 5, 甲 + 乙丙 is 4 * 12 (of T squared); own 0: 8 * 3 and 2 * 10.
    counts = {"甲乙": 8, "丙": 3, "甲": 2, "乙丙": 10, "甲乙丙": 90}
    assert naive.best_parts("甲乙丙", counts, 2, 100) == (pytest.approx(math.log(10 * 5 / 100**2)), ["甲乙", "丙"])
    assert naive.best_parts("甲乙丙", counts, 0, 100) == (pytest.approx(math.log(8 * 3 / 100**2)), ["甲乙", "丙"])
    # A longer part must be counted by itself; own is added to each part, twice to one that stands twice.
    assert naive.best_parts("甲乙甲乙", {"甲": 1, "乙甲": 0}, 3, 9) == (
        pytest.approx(math.log(4 * 3 * 4 * 3 / 9**4)),
        ["甲", "乙", "甲", "乙"],
    )
    assert naive.best_parts("乙丙", {}, 0, 9) == (pytest.approx(-2 * math.log(9)), ["乙", "丙"])


def test_best_parts_ties_go_to_the_shorter_first_part():
    assert naive.best_parts("甲乙丙", {"甲": 3, "丙": 3, "甲乙": 5, "乙丙": 5}, 0, 16)[1] == ["甲", "乙丙"]
    assert naive.best_parts("甲乙丙", {"甲": 3, "丙": 3, "甲乙": 5, "乙丙": 5}, 0, 16, longer=True)[1] == ["甲乙", "丙"]
    assert naive.best_parts("甲乙丙", {"乙丙": 1}, 0, 1)[1] == ["甲", "乙", "丙"]


def candidate(occurrences=99, z_left=0.0, z_right=0.0, score=0.0):
    return naive.Scores(occurrences, 0.0, 0.0, 0.0, z_right, z_left, 0.0, score)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param({"甲乙": 2, "甲": 5, "乙": 5}, 2, id="ln(1000 2/49) = 3.71 >= 3.5"),
        pytest.param({"甲乙": 2, "甲": 6, "乙": 6}, 0, id="ln(1000 2/64) = 3.44"),
        pytest.param({"甲乙": 90, "甲": 10, "乙": 99}, 90, id="ln(1000 90/(100 189)) = 1.56, but 90 = 0.9 100"),
        pytest.param({"甲乙": 90, "甲": 11, "乙": 99}, 0, id="90 < 0.9 101"),
        pytest.param({"甲乙": 500, "丁": 500}, 500, id="parts that are found nowhere else: 500 = 500"),
        pytest.param({"甲乙丙": 2, "甲乙": 4, "丙": 4}, 2, id="ln(1000 2/36) = 4.02 >= 4"),
        pytest.param({"甲乙丙": 2, "甲乙": 4, "丙": 5}, 0, id="ln(1000 2/42) = 3.86"),
    ],
)
def test_words_stay_by_gain_or_where_their_rarest_part_is_hardly_found_elsewhere(counts, expected):
    word = max(counts, key=len)
    assert naive.judged_count(word, candidate(), counts, 1000, may_enter=False) == expected


@pytest.mark.parametrize(
    ("scores", "counts", "total", "expected"),
    [
        pytest.param(candidate(5), {"甲乙": 20, "丙": 10}, 5937, 5, id="ln(5937 5/200) = 5.0001"),
        pytest.param(candidate(5), {"甲乙": 20, "丙": 10}, 5936, 0, id="ln(5936 5/200) = 4.9999"),
        pytest.param(
            candidate(50), {"甲乙": 20, "丙": 10}, 2969, 10, id="no more than its parts: ln(2969/20) = 5.0002"
        ),
        pytest.param(candidate(50), {"甲乙": 20, "丙": 10}, 2968, 0, id="ln(2968/20) = 4.9999"),
        pytest.param(candidate(50), {"甲乙": 20}, 9999, 0, id="a part that is no word by itself"),
        pytest.param(candidate(5, z_left=-0.1), {"甲乙": 20, "丙": 10}, 9999, 0, id="z_left < 0"),
        pytest.param(candidate(5, z_right=-0.1), {"甲乙": 20, "丙": 10}, 9999, 0, id="z_right < 0"),
    ],
)
def test_three_symbols_enter_in_the_first_round(scores, counts, total, expected):
    assert naive.judged_count("甲乙丙", scores, counts, total, may_enter=True) == expected
    assert naive.judged_count("甲乙丙", scores, counts, total, may_enter=False) == 0


@pytest.mark.parametrize("word", ["甲乙", "甲乙丙丁"])
def test_two_or_four_symbols_do_not_enter(word):
    assert naive.judged_count(word, candidate(), dict.fromkeys("甲乙丙丁", 2), 10**9, may_enter=True) == 0


def test_words_are_judged_before_any_is_taken():
    # T = 200. 甲乙丙丁 leans on 甲乙 + 丙丁, ln(200 2/(42 22)) < 0 and 2 < 0.9 22, though 甲乙 goes too: by 甲 + 乙,
    # ln(200 40/(75 75)) = 0.35 and 40 < 0.9 75. 丙丁 stays: its parts are found nowhere else. 己 is no candidate.
    counts = {"甲乙丙丁": 2, "甲乙": 40, "甲": 35, "乙": 35, "丙丁": 20, "戊": 67, "己": 1}
    candidates = {word: candidate() for word in counts if word != "己"}
    assert naive.judged_words(counts, candidates, False) == {"甲": 35, "乙": 35, "丙丁": 20, "戊": 67}


def test_words_are_judged_again_on_the_second_segmentation():
    # T = 125. 甲乙 stays at first, for 20 >= 0.9 (1 + 20); 甲丙 goes, for 4 < 0.9 (1 + 4) and ln(125 4/(5 54)) = 0.6.
    # Then 甲 counts 5: 20 < 0.9 (5 + 20) and ln(129 20/(25 70)) = 0.4, so 甲乙 goes too.
    strings = lines(甲乙=20, 甲丙=4, 甲=1, 乙=50, 丙=50).split()
    candidates = {word: candidate(score=float(len(word) > 1)) for word in ("甲", "乙", "丙", "甲乙", "甲丙")}
    segmented = naive.auto_segment(strings, candidates)
    assert segmented == [list(string) for string in strings]


def test_auto_words_drops_what_its_parts_spell():
    # Their only pair, 甲乙 scores 2 (0 + 0 + 2.5) and is a word at first. With T = 4 and parts of 0 + 4 it stays; with
    # T = 44 and parts of 20 + 4, ln(44 4/(24 24)) < 0 and 4 < 0.9 24: it goes.
    assert naive.auto_words(lines(甲乙=4)) == {"甲乙": 4}
    assert naive.auto_words(lines(甲乙=4, 甲=20, 乙=20)) == {"甲": 24, "乙": 24}


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        pytest.param(130, {"甲乙丙": 5, "甲乙": 10, "丙": 5}, id="ln(155 5/(15 10)) = 1.642 >= 1.640"),
        pytest.param(129, {"甲乙": 15, "丙": 10}, id="ln(154 5/(15 10)) = 1.636 < 1.643"),
    ],
)
def test_auto_words_lets_three_symbols_in(others, expected):
    # Both Z of 甲乙 are 1 (those of 乙丙 -1) and its PMI is the larger: 2 * 5.75 beats the only trigram's 3 * 2.5.
    # Symbols tell 0.80 nats, so 4 * 0.80 / 5 + 1 are needed.
    text = lines(甲乙丙=5, 甲乙=10, 丙=5, 戊=others)
    assert naive.auto_words(text) == {**expected, "戊": others}


def test_less_is_needed_where_symbols_tell_less():
    # Two symbols alike tell ln 2 nats of 5; 200 alike tell more than 5.
    assert naive.needed_share({w: candidate(4) for w in ("甲", "乙", "甲乙")}) == pytest.approx(math.log(2) / 5)
    assert naive.needed_share({chr(0x4E00 + i): candidate(4) for i in range(200)}) == 1.0
    counts = {"甲乙": 2, "甲": 6, "乙": 6}
    assert naive.judged_count("甲乙", candidate(), counts, 1000, False, share=1.0) == 0
    assert naive.judged_count("甲乙", candidate(), counts, 1000, False, share=0.9) == 2


def test_auto_words_are_counted_in_their_surface_form():
    text = "12月\n" * 5 + "３月\n" * 3
    assert naive.auto_words(text) == {"12月": 5, "3月": 3}
    assert set(naive.auto_scores(text)) == {(D,), ("月",), (D, "月")}


def test_auto_symbols_that_are_no_candidates_stand_alone():
    assert naive.auto_words(lines(甲乙=8, 丙丁=1)) == {"甲乙": 8, "丙": 1, "丁": 1}


def test_auto_symbol_words_are_those_of_the_surfaces():
    text = "12月\n" * 5 + "３月\n" * 3 + "甲\n"
    assert naive.auto_symbol_words(text) == {D + "月": 8, "甲": 1}


def list_score(text: str, words: dict[str, int], word: str, **options) -> float:
    return naive.list_scores(text, words, **options)[word]


# T = 20, 10 runs, r = 1/2. 甲乙 is found 8 times, 6 times as a word: gain ln(20 6/(4 2)) = ln 15, whole 6/8. Of 10 甲
# 4 stand alone and of 8 乙 2: within 1 - 4/10. 4 of the 8 places begin a run and 4 end one, and
# 1/4 1/2 8 = 1 at an edge and 1 inside is enough: edge 1.
WORDS = {"甲乙": 6, "丙": 8, "甲": 4, "乙": 2}


def test_list_scores_by_hand():
    scores = naive.list_scores(lines(甲乙=4, 丙甲乙丙=4, 甲=2), WORDS)
    assert scores == pytest.approx({"甲乙": math.log(15) * math.log(6) * 0.75 * 0.6, "丙": 0, "甲": 0, "乙": 0})


@pytest.mark.parametrize(
    ("text", "edge"),
    [
        pytest.param(lines(甲乙=4, 丙甲乙=2, 甲乙丙=2, 甲=2), 1, id="2 with a left, 2 with a right neighbour"),
        pytest.param(lines(甲乙=4, 甲乙丙=4, 甲=2), 0, id="always begins a run"),
        pytest.param(lines(丙甲乙=4, 丙甲乙丙=4, 甲=2), 0, id="never begins a run"),
    ],
)
def test_list_scores_know_run_edges(text, edge):
    assert list_score(text, WORDS, "甲乙") == pytest.approx(math.log(15) * math.log(6) * 0.75 * 0.6 * edge)


@pytest.mark.parametrize(
    ("first", "last", "runs_per_token", "edge"),
    [
        (4, 3, 0.5, 1),
        (8, 1, 0.5, 0.5),
        (15, 8, 0.5, 0.5),
        (0, 0, 0.0, 1),
        (16, 16, 1.0, 1),
        (16, 2, 1.0, 0.5),
        (1, 1, 0.25, 1),
        (16, 16, 0.25, 0),
    ],
)
def test_edge_share_of_16(first, last, runs_per_token, edge):
    assert naive.edge_share(16, first, last, runs_per_token) == edge


def test_list_scores_never_reward_a_loss():
    # T = 21, r = 1: gain ln(21 2/(9 10)) < 0, all else is above 0.
    assert list_score(lines(甲乙=2, 甲=9, 乙=10), {"甲乙": 2, "甲": 9, "乙": 10}, "甲乙") == 0


def test_list_scores_count_overlapping_places():
    # T = 10, 甲 is no word: gain ln(10 4), whole 4/6. Of the 6 places 2 begin a run and 2 end one; r = 0.2: edge 1.
    words = {"甲甲": 4, "乙": 6}
    assert list_score(lines(甲甲甲甲=2), words, "甲甲") == pytest.approx(math.log(40) * math.log(4) * 4 / 6)


def test_list_scores_gain_over_counted_parts():
    # T = 32, r = 1: 甲甲甲甲 over 甲甲 + 甲甲 gains ln(32 2/(4 4)); nothing is taken off the parts or added to them.
    words = {"甲甲甲甲": 2, "甲甲": 4, "乙": 26}
    found = list_score(lines(甲甲甲甲=2, 乙=30), words, "甲甲甲甲")
    assert found == pytest.approx(math.log(4) * math.log(2))


def test_letters_within_a_word_are_not_held_against_it():
    # L stands alone 10 times of 20. T = 20, r = 1: edge 1, gain ln(20 10/(10 1)).
    text = "T恤\n" * 10 + "CEO\n" * 10
    words = {L + "恤": 10, L: 10}
    assert list_score(text, words, L + "恤", collapse=True) == pytest.approx(math.log(20) * math.log(10))
    # Where nothing is collapsed, a is a letter like any other.
    text = "a恤\n" * 10 + "a\n" * 10
    for charset in ("letters", "any"):
        found = list_score(text, {"a恤": 10, "a": 10}, "a恤", charset=charset, collapse=True)
        assert found == pytest.approx(math.log(20) * math.log(10) * 0.5)


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
    assert naive.auto_words(text) == naive.auto_symbol_words(text) == naive.ngram_counts(text)
    assert naive.list_scores(text, naive.auto_symbol_words(text)) == dict.fromkeys(naive.ngram_counts(text), 0.0)
    assert naive.entropy_before(text) == naive.entropy_after(text, {}) == 0


def test_shares_of_what_comes_again_by_hand():
    # 甲乙 is 12 times in 4 of 20 lines: 12 - 4 - 12 4 / 20 = 5.6 repeats. 丙丁 is 16 times in 16: -16 16 / 20. m = 0.
    held = naive.Lines(Counter({"甲乙": 4, "丙丁": 16}), 20)
    assert naive.Again({"甲乙": 12, "丙丁": 16}, held, "").of("丙丁", ["丙", "丁"]) == 1
    # With 丁丙 once in 4 lines each, m = (5.6 - 4 4 / 20) / 8 = .6.
    held = naive.Lines(Counter({"甲乙": 4, "丁丙": 4, "丙": 10}), 20)
    again = naive.Again({"甲乙": 12, "丁丙": 4, "丙": 10}, held, "")
    assert again.share(["甲乙"]) == 1
    assert again.share(["丁丙"]) == pytest.approx(10 / (0.6 * 4 + 10))
    of_parts = 10 / (0.6 * 10 + 10)  # 丙 alone
    ends = 10 / (0.6 * 14 + 10)  # 丁丙 and 丙
    assert again.of("丁丙", ["丁", "丙"]) == pytest.approx((10 / 12.4) ** 2 * ends * of_parts)
    assert naive.Again({"甲乙": 12, "丁丙": 4, "丙": 10}, held, "丙").of("丁丙", ["丁", "丙"]) == pytest.approx(
        (10 / 12.4) ** 2
    )
