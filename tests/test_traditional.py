"""`--new-only` on Traditional Chinese: words that jieba's dictionary has in simplified characters are not new."""

import io
import sys
from unittest.mock import patch

import numpy as np
import pytest

import nlpkit
from nlpkit.lexicon import is_traditional, simplify
from tests.conftest import Run
from tests.texts import read_text

pytestmark = pytest.mark.compiled  # nothing here depends on kernels

MISSING = patch.dict(sys.modules, {"opencc": None})


def has_opencc() -> None:
    pytest.importorskip("opencc", reason="OpenCC is not installed (pip install opencc-py)")


def discovery(words: str) -> nlpkit.Discovery:
    """A result with these words, each with the same numbers."""
    found = nlpkit.discover(io.BytesIO(b""))
    ones = {name: np.ones(len(words.split())) for name in found._arrays()}
    columns = {name: values.astype(getattr(found, name).dtype) for name, values in ones.items()}
    columns |= {"word": np.array(words.split(), object), "symbols": np.full(len(words.split()), 2)}
    return nlpkit.Discovery(**columns, min_count=1, characters=9, nats_before=1.0, nats_after=1.0)


TRADITIONAL = discovery("申請 罰鍰 中央 頭髮 公寓大廈")


def new_words(found: nlpkit.Discovery) -> tuple[list[str], list[str]]:
    said: list[str] = []
    new = found.select(new_only=True, everything=True, notify=said.append)
    return sorted(new.word.tolist()), said


@pytest.mark.parametrize(
    ("text", "expected"),
    [("laws_tw", True), ("luyou", True), ("laws", False), ("posts", False), ("kokoro", False), ("genesis", False)],
)
def test_traditional_text_is_told_from_other_text_by_its_words(text: str, expected: bool) -> None:
    found = nlpkit.discover(io.BytesIO(read_text(text, 20_000).encode()), charset="letters")
    assert is_traditional(found.word) == expected
    assert not is_traditional([])


def test_words_that_jieba_has_in_simplified_characters_are_not_new() -> None:
    has_opencc()
    new, said = new_words(TRADITIONAL)
    assert new == sorted(["罰鍰", "公寓大廈"])
    assert said == ["left out 2 words in Traditional characters that jieba has in simplified characters (申請: 申请)"]
    assert new_words(discovery("罰鍰")) == (["罰鍰"], [])


def test_without_opencc_the_way_to_it_is_told() -> None:
    with MISSING:
        new, said = new_words(TRADITIONAL)
        assert simplify(["申請"]) is None
    assert new == sorted(["申請", "罰鍰", "頭髮", "公寓大廈"])
    assert len(said) == 1 and said[0].endswith(": pip install 'nlpkit[traditional]'")


@pytest.mark.parametrize("words", ["养犬 罚锾", "申請 养犬 罚锾 犬只", ""])
def test_other_words_are_not_converted(words: str) -> None:
    assert new_words(discovery(words)) == (sorted(words.split()), [])
    with MISSING:
        assert new_words(discovery(words)) == (sorted(words.split()), [])


def test_an_explanation_says_how_jieba_has_the_word(run: Run) -> None:
    has_opencc()
    text = read_text("laws_tw", 20_000).encode()
    explained = run("discover", "-q", "--explain", "申請 本條例", input=text).stdout.decode().split("\n\n")
    assert "jieba   in its dictionary as 申请" in explained[0]
    assert "jieba   not in its dictionary" in explained[1]
    done = run("discover", "--new-only", "-f", "words", input=text)
    assert "申請" not in done.stdout.decode().split() and b"words in Traditional characters that" in done.stderr
