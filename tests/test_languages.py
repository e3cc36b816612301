"""`--language` where tokens are counted: English words without case, as `terms` has them."""

import io
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpkit import Corpus, Frequencies, collocations, count
from nlpkit.choices import LANGUAGES
from nlpkit.errors import OptionError
from nlpkit.frequencies import Jieba, read_lists
from nlpkit.languages import BY_NAME
from nlpkit.segmentation import Segmenter
from tests import naive_terms
from tests.conftest import NOJIT, Run

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

#: Letters, marks and digits of several scripts; apostrophes and hyphens of several kinds; what is none of these.
CHARACTERS = "aAéÉßİİ́Σςͅ中文٣1²'’-‐‑–_.,& \t\u3000\ud7ff"


def english(text: str, **how: object) -> dict[str, int]:
    with count(io.BytesIO(text.encode()), language="en", **how) as found:  # type: ignore[arg-type]
        return found.to_dict()


def twin(text: str) -> Counter[str]:
    words = (word for line in text.split("\n") for word in naive_terms.english_words(line))
    return Counter(naive_terms.english_form(word) for word in words if word and not word.isspace())


def test_every_language_is_known_by_its_name() -> None:
    assert {name: language.name for name, language in BY_NAME.items()} == dict(zip(LANGUAGES, LANGUAGES, strict=True))


def test_english_words_have_no_case_and_may_hold_apostrophes_and_hyphens() -> None:
    text = "The Turbine’s tip‑speed: the turbine's TIP-SPEED, 3-D; don't 'quote' 2,000 – x_y\n"
    assert english(text) == {
        "the": 2,
        "turbine's": 2,
        "tip-speed": 2,
        "3-d": 1,
        "don't": 1,
        "quote": 1,
        "2": 1,
        "000": 1,
        "x": 1,
        "y": 1,
    }


@settings(deadline=None, max_examples=50 if NOJIT else 300)
@given(st.text(CHARACTERS + "\n", max_size=30))
def test_english_words_are_those_of_terms(text: str) -> None:
    assert english(text) == twin(text)


def test_english_ngrams_have_only_white_space_between_words() -> None:
    assert english("of the, The wind\nfarm of The", ngram=2) == {"of the": 2, "the wind": 1, "farm of": 1}


def test_stop_words_are_compared_in_the_form_of_the_language(tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text("DON’T\n", encoding="utf-8")
    told: list[str] = []
    assert english("Don't stop, I’m here", stopwords=["en", tmp_path / "stop.txt"], notify=told.append) == {"stop": 1}
    assert told == []


def test_chinese_is_counted_as_without_a_language() -> None:
    text = "我们在北京大学读书。\n" * 3
    with Corpus(io.BytesIO(text.encode())) as one, Corpus(io.BytesIO(text.encode())) as other:
        assert count(one, language="zh").to_dict() == count(other).to_dict()


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_english_does_not_depend_on_how_it_is_counted(executor: str) -> None:
    text = "The wind’s tip-speed, again the Wind's\n" * 500
    with Corpus(io.BytesIO(text.encode()), chunk_size=4096) as corpus:
        found = count(corpus, language="en", executor=executor, jobs=2).to_dict()
    assert found == {"the": 1000, "wind's": 1000, "tip-speed": 500, "again": 500}


def test_lists_are_added_up_in_the_form_of_the_language(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("token\tcount\nDon’t\t2\ndon't\t1\n", encoding="utf-8")
    assert read_lists(tmp_path / "a.tsv", language="en").to_dict() == {"don't": 3}


@pytest.mark.parametrize(
    "how",
    [
        {"language": "fr"},
        {"language": "en", "tokenizer": "space"},
        {"language": "en", "pattern": "a"},
        {"language": "zh", "tokenizer": "char"},
        {"language": "en", "casefold": True},
        {"language": "en", "jieba": Jieba()},
    ],
    ids=str,
)
def test_what_contradicts_a_language_is_refused(how: dict[str, object]) -> None:
    with pytest.raises(OptionError):
        count(io.BytesIO(b"a"), **how)  # type: ignore[arg-type]


def test_a_segmenter_does_nothing_to_english() -> None:
    with pytest.raises(OptionError, match="segmenter: no effect with language en"):
        count(io.BytesIO(b"a"), language="en", segmenter=Segmenter())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--language fr", "'fr' is not one of 'zh', 'en'"),
        ("--language en --tokenizer words", "--tokenizer: no effect with --language en; it says what a word is"),
        ("--language zh --tokenizer char", "--tokenizer: no effect with --language zh; it says what a word is"),
        ("--language en --pattern a", "--pattern: no effect with --language en; it says what a word is"),
        ("--language en --casefold", "--casefold: no effect with --language en; its words have no case"),
        (
            "--language en --hmm --fold",
            "--hmm, --fold: no effect with --language en; it does not cut with a dictionary",
        ),
        ("--language en -d a.txt", "--dict: no effect with --language en; it does not cut with a dictionary"),
        ("--merge --language en", "--language: no effect with --merge; it adds up lists as they are"),
    ],
)
@pytest.mark.parametrize("command", ["count", "keywords"])
def test_options_without_effect_are_refused(run: Run, tmp_path: Path, command: str, arguments: str, says: str) -> None:
    (tmp_path / "a.txt").write_text("a\n", encoding="utf-8")
    against = ["--against", "a.txt"] if command == "keywords" else []
    done = run(command, "a.txt", *against, *arguments.split())
    assert done.returncode == 2
    assert f": {says}" in done.stderr.decode()


def test_keywords_of_english_texts_and_lists(run: Run, tmp_path: Path) -> None:
    (tmp_path / "wind.txt").write_text("The turbine’s blade. It's THE Blade\n" * 300, encoding="utf-8")
    (tmp_path / "heart.txt").write_text("The heart. It's the valve\n" * 300, encoding="utf-8")
    how = ("keywords", "wind.txt", "--language", "en", "--stopwords", "en", "-f", "words")
    assert run(*how, "--against", "heart.txt").stdout == b"blade\nturbine's\n"
    run("count", "heart.txt", "--language", "en", "-o", "heart.tsv")
    (tmp_path / "upper.tsv").write_text((tmp_path / "heart.tsv").read_text(encoding="utf-8").replace("the", "The"))
    assert run(*how[:4], "-f", "words", "--against", "upper.tsv").stdout == b"blade\nturbine's\n"


def test_collocations_of_english(run: Run, tmp_path: Path) -> None:
    text = "The Rotor’s blade is long.\nWe saw the tip of the blade\n" * 9
    found = collocations(io.BytesIO(text.encode()), node="ROTOR'S", language="en", stopwords="en")
    assert found.collocate.tolist() == ["long", "blade"]
    assert (set(found.node), found.o11.tolist()) == ({"rotor's"}, [9, 9])
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    done = run("collocations", "a.txt", "--language", "en", "--hmm")
    assert "--hmm: no effect with --language en; it does not cut with a dictionary" in done.stderr.decode()


def test_a_text_without_english_words_says_so(run: Run) -> None:
    done = run("count", "--language", "en", input=b"... !\n")
    assert "the text has neither letters nor digits" in done.stderr.decode()
    assert isinstance(count(io.BytesIO(b"..."), language="en"), Frequencies)
