"""Quantities: a numeral and a unit are two words by method auto, wherever the text says what its units are."""

import io
import random
from collections.abc import Sequence

import pytest

from nlpkit import Corpus, discover
from nlpkit.discovery import Discovery
from tests import naive
from tests.conftest import Run

pytestmark = pytest.mark.compiled  # the kernels have tests of their own

#: What stands before a unit in the text that `spoken` makes: 40 times 一, 12 of five others each, 12 numbers.
NUMERALS, NUMBERS = ["一"] * 40 + list("二三五十两") * 12, ["3", "20", "１５"] * 4


def spoken(units: Sequence[str], numerals: Sequence[str] = NUMERALS, numbers: Sequence[str] = NUMBERS) -> str:
    """A text in which these units, and none else, follow the numerals and the numbers, in sentences of other words."""
    rng = random.Random(1)
    words = ["今天", "我们", "工作", "大家", "问题", "学生", "老师", "写书"]
    sentences = []
    for unit in units:
        for number in [*numerals, *numbers]:
            sentences.append(rng.choice(words) + number + unit + rng.choice(words) + rng.choice(words))
    sentences += ["".join(rng.sample(words, 4)) for _ in range(200)]
    sentences += ["一定" + rng.choice(words) for _ in range(60)]
    rng.shuffle(sentences)
    return "\n".join(sentences)


def find(text: str, **options: object) -> Discovery:
    return discover(io.BytesIO(text.encode()), **options)  # type: ignore[arg-type]


def counts_of(found: Discovery) -> dict[str, int]:
    return dict(zip(found.word.tolist(), found.count.tolist(), strict=True))


def test_numerals_and_units_are_two_words_and_other_words_with_numerals_stay() -> None:
    words, joined = find(spoken(["年"])), find(spoken(["年"]), split_quantities=False)
    assert {"一年", "两年", "一定"} <= {*joined.word}
    assert not {"一年", "两年"} & {*words.word}
    assert counts_of(words)["一定"] == counts_of(joined)["一定"] == 60
    assert counts_of(words)["年"] >= 100


@pytest.mark.parametrize(
    ("numerals", "numbers"),
    [
        pytest.param(["一"] * 20 + list("二三五十两") * 5, NUMBERS, id="fewer than 50"),
        pytest.param(["一"] * 40 + ["两", "三"] * 30, NUMBERS, id="three different ones"),
        pytest.param(["一"] * 90 + list("二三五十两") * 3, NUMBERS, id="14 % not 一"),
        pytest.param(NUMERALS, ["3"] * 9, id="9 after digits"),
    ],
)
def test_what_has_too_little_before_it_is_no_unit(numerals: list[str], numbers: list[str]) -> None:
    text = spoken(["年"], numerals, numbers)
    words = find(text)
    assert "一年" in words.word
    assert counts_of(words) == counts_of(find(text, split_quantities=False))


@pytest.mark.parametrize("charset", ["han", "han+alnum", "letters"])
@pytest.mark.parametrize("max_length", [2, 4, 6])
@pytest.mark.parametrize("split_quantities", [True, False])
def test_words_equal_the_slow_twin(charset: str, max_length: int, split_quantities: bool) -> None:
    text = spoken(["年", "个月", "次会"], [*NUMERALS, *["二十", "三十", "二百"] * 8])
    found = find(text, charset=charset, max_length=max_length, split_quantities=split_quantities)
    expected = naive.auto_words(text, charset, max_length=max_length, split_quantities=split_quantities)
    assert counts_of(found) == expected


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_neither_chunks_nor_workers_change_the_words(executor: str) -> None:
    text = spoken(["年", "个月"])
    corpus = Corpus(io.BytesIO(text.encode()), chunk_size=1000)
    assert counts_of(discover(corpus, executor=executor, jobs=2)) == counts_of(find(text))


def test_explanations_say_what_stands_before_the_unit() -> None:
    told = str(find(spoken(["年"]), explain=["一年", "一定", "年"]).explanation)
    assert "  unit    年: 100 after 6 numerals, 40% of these 一; 12 after digits: a unit\n" in told
    assert "  rule    a numeral and a unit: two words, 一|年; one with split_quantities=False\n" in told
    assert "  unit    定: 60 after 1 numeral, 100% of these 一; 0 after digits: no unit\n" in told
    joined = str(find(spoken(["年"]), explain=["一年"], split_quantities=False).explanation)
    assert "unit" not in joined and joined.startswith("一年: in the lexicon")


def test_the_option_of_the_command(run: Run) -> None:
    text = spoken(["年"]).encode()
    split, joined = (
        run("discover", "-", "-f", "jieba", "-q", *more, input=text).stdout.decode()
        for more in ((), ("--no-split-quantities",))
    )
    assert "\n一年 " in joined and "\n一年 " not in split
    told = run("discover", "-", "--explain", "一年", "-q", input=text).stdout.decode()
    assert "two words, 一|年; one with --no-split-quantities" in told


@pytest.mark.parametrize("method", ["pmi", "entropy"])
def test_other_methods_do_not_split_quantities(method: str, run: Run) -> None:
    result = run("discover", "-", "--method", method, "--split-quantities", input=b"")
    assert result.returncode == 2
    assert f"--split-quantities: no effect with --method {method}; only auto does" in result.stderr.decode()
