"""discover: equal to the slow twins word for word, however the work is cut up; and the list made from it for people."""

import csv
import io
import json
import math
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import nlpkit
from nlpkit.choices import CHARSETS, LIST_FORMATS, METHODS
from nlpkit.corpus import Corpus
from nlpkit.discovery import Discovery, auto, discover
from nlpkit.discovery.candidates import CandidateFinder
from nlpkit.discovery.numerals import is_numeral
from nlpkit.discovery.result import COLUMNS
from nlpkit.discovery.strings import Alphabet, SymbolStrings
from nlpkit.errors import EncodingError, InputError, LexiconError, NlpkitError, OptionError
from nlpkit.kernels.word_tries import LONGEST_RUN
from nlpkit.ngrams import symbols
from nlpkit.ngrams.counting import WORD, Windowing, count_windows
from nlpkit.ngrams.symbols import DIGITS, LETTERS, symbol_table
from nlpkit.runs import Spill
from tests import naive
from tests.conftest import ENVIRONMENT, LAWS, NOJIT, Run, executor_of
from tests.test_symbols import is_archive, twin_text
from tests.texts import LARGE, large, read_text

PLENTY = 1 << 30  # bytes of memory

EXAMPLES = settings(deadline=None, max_examples=25 if NOJIT else 120)
SIZE = 2_000 if NOJIT else 8_000  # characters of a real text

#: Few characters, so that there are words: short runs of Han, digits, letters, some of them full width.
texts = st.text(st.sampled_from("甲乙丙丁12１aBｂ𠀀，\n"), max_size=120)

#: Excerpts of bundled texts: name -> name of the text and its first character that is taken.
EXCERPTS = {
    "laws": ("laws", 0),
    "laws, amended": ("laws", 300_000),
    "laws, late": ("laws", 900_000),
    "Traditional statutes": ("laws_tw", 0),
    "Traditional poems": ("luyou", 0),
    "posts": ("posts", 0),
    "manual": ("manual", 0),
}


def real_text(name: str, size: int = SIZE) -> str:
    """Return the first `size` characters of an excerpt of a bundled text, or characters of a large text."""
    text, start = (name, SIZE) if name in LARGE else EXCERPTS[name]
    return read_text(text, size, start)


def find(text: str | bytes, method: str = "auto", chunk_size: int = 1 << 20, **options: object) -> Discovery:
    data = text.encode() if isinstance(text, str) else text
    corpus = Corpus(io.BytesIO(data), chunk_size=chunk_size)
    return discover(corpus, method=method, **options)  # type: ignore[arg-type]


def counts_of(found: Discovery) -> dict[str, int]:
    counts = dict(zip(found.word.tolist(), found.count.tolist(), strict=True))
    assert len(counts) == len(found)
    return counts


def column(found: Discovery, name: str) -> dict[str, float]:
    return dict(zip(found.word.tolist(), getattr(found, name).tolist(), strict=True))


def twin_words(method: str, text: str, charset: str = "han+alnum", **options: object) -> dict[str, int]:
    text = twin_text(text, charset)
    if method == "auto":
        options = {"max_length": 4, **options}
    twin = {"auto": naive.auto_words, "pmi": naive.pmi_words, "entropy": naive.entropy_words}[method]
    return dict(twin(text, charset, **options))  # type: ignore[arg-type]


# ---- words and counts equal the slow twins'


@pytest.mark.parametrize("name", [*EXCERPTS, *large("news", "microblogs", "manuals", "poems")])
@pytest.mark.parametrize("method", METHODS)
def test_words_of_real_text_equal_the_slow_twins(method: str, name: str) -> None:
    text = real_text(name)
    expected = twin_words(method, text)
    assert len(expected) > 100
    assert counts_of(find(text, method)) == expected


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("name", ["laws", "manual", *large("manuals")])
@pytest.mark.parametrize("method", METHODS)
def test_words_of_every_charset_equal_the_slow_twins(method: str, name: str, charset: str) -> None:
    text = real_text(name, SIZE // 2)
    assert counts_of(find(text, method, charset=charset)) == twin_words(method, text, charset)


OPTIONS: dict[str, list[dict[str, object]]] = {
    "auto": [
        {"min_count": 1},
        {"min_count": 3},
        *({"max_length": n} for n in (1, 2, 3, 5, 6, 9)),
        {"max_length": 6, "min_count": 1, "charset": "any"},
        {"max_length": 5, "min_count": 3, "charset": "letters"},
    ],
    "pmi": [
        {"min_count": 1},
        {"min_count": 4},
        {"min_pmi": 0.5},
        {"min_pmi": 5},
        {"min_pmi": (1, 2, 3)},
        {"min_pmi": (3, -1, 5), "min_count": 1},
        *({"max_length": n} for n in (1, 2, 3, 6)),
        {"max_length": 3, "min_count": 1, "min_pmi": 0, "charset": "any"},
    ],
    "entropy": [
        {"min_count": 1},
        {"min_count": 4},
        {"min_pmi": 0.0},
        {"min_pmi": 3.0},
        {"min_prob": 0.0},
        {"min_prob": 1e-3},
        *({"max_length": n} for n in (1, 2, 3, 5)),
        {"max_length": 3, "min_count": 1, "min_pmi": 0, "min_prob": 1e-4, "charset": "any"},
    ],
}
CASES = [(method, options) for method in METHODS for options in OPTIONS[method]]


def case_id(value: object) -> str:
    if not isinstance(value, dict):
        return str(value)
    return ",".join(f"{name}={option}" for name, option in value.items()).replace(" ", "")


@pytest.mark.parametrize(("method", "options"), CASES, ids=case_id)
def test_words_with_options_equal_the_slow_twins(method: str, options: dict[str, object]) -> None:
    for name in ("laws, amended", "laws, late"):
        text = real_text(name, SIZE // 2)
        assert counts_of(find(text, method, **options)) == twin_words(method, text, **options)


def test_one_threshold_of_pmi_holds_for_all_lengths_and_the_last_one_for_longer_words() -> None:
    text = real_text("laws", SIZE // 2)
    assert counts_of(find(text, "pmi", min_pmi=[2, 4])) == twin_words("pmi", text, min_pmi=(2, 4, 4))
    assert counts_of(find(text, "pmi", min_pmi=[3])) == twin_words("pmi", text, min_pmi=3)


@EXAMPLES
@given(
    texts | st.text(max_size=40),
    st.sampled_from(METHODS),
    st.sampled_from(CHARSETS),
    st.sampled_from([None, 1, 2, 3, 5, 6]),
    st.sampled_from([None, 1, 2, 3]),
)
@example("甲乙丙丁戊己" * 3 + "\n" + "甲乙丙丁戊" * 2, "auto", "han", 6, 1)
@example("2000年\n１２年\niPhone\nAB\n", "auto", "han+alnum", None, 1)
@example("a\0b", "pmi", "any", None, 1)
def test_words_of_any_text_equal_the_slow_twins(
    text: str, method: str, charset: str, max_length: int | None, min_count: int | None
) -> None:
    options = {"min_count": min_count, **({} if max_length is None else {"max_length": max_length})}
    text = text.removeprefix("\ufeff")
    assert counts_of(find(text, method, charset=charset, **options)) == twin_words(method, text, charset, **options)


@pytest.mark.compiled
def test_min_count_is_3_from_8_million_characters_on(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    for rest, min_count in (("", 3), ("，", 2)):
        path.write_text(("甲" * 999_999 + "\n") * 8 + "甲" * 7 + (rest or "甲"), encoding="utf-8")
        found = discover(path, method="entropy", neighbours=False)
        assert (found.characters, found.min_count) == (8_000_000 - len(rest), min_count)


# ---- columns equal the slow twins'


def candidates_of(
    text: str, charset: str, min_count: int, max_length: int, memory: int
) -> dict[str, tuple[float, ...]]:
    """Symbol string -> count, entropies, pmi, z-scores and score of each candidate of method auto."""
    collapsed = (DIGITS, LETTERS) if charset == "han+alnum" else (0, 0)
    table = symbol_table(charset, charset == "han+alnum")
    with Corpus(io.BytesIO(text.encode()), chunk_size=100) as corpus, executor_of("serial") as pool:
        spill = Spill(corpus.workspace, memory)
        windows = count_windows(corpus, Windowing(WORD, table, collapsed, starts=True), pool, spill, None)
        alphabet = Alphabet.of(table, collapsed, windows.alphabet)
        finder = CandidateFinder(windows, alphabet, min_count, max_length, pool, spill)
        m = finder.measure(corpus, max_length, None)
        choice = auto.choose_ngrams(m)
        everything = np.ones(m.keys.size, np.bool_)
        c, nodes = finder.choose(m, everything)
        branching = finder.branching(c, nodes)
    scores, _ = choice.of(nodes, c.levels)
    assert branching.left.entropy.tolist() == m.left.tolist() and branching.right.entropy.tolist() == m.right.tolist()
    columns = [c.counts, branching.left.entropy, branching.right.entropy, c.pmi]
    columns += [scores.z_right, scores.z_left, scores.z_pmi, scores.score]
    words = SymbolStrings.of_rows(c.rows(np.arange(c.counts.size))).texts(c.alphabet)
    return dict(zip(words, zip(*(values.tolist() for values in columns), strict=True), strict=True))


def assert_candidates_equal_the_twin(
    text: str, charset: str, min_count: int, max_length: int, memory: int = PLENTY
) -> None:
    found = candidates_of(text, charset, min_count, max_length, memory)
    expected = naive.auto_scores(twin_text(text, charset), charset, min_count, max_length)
    assert [*found] == ["".join(ngram) for ngram in expected]
    for ngram, scores in expected.items():
        assert found["".join(ngram)] == pytest.approx(tuple(scores), rel=1e-9, abs=1e-9), ngram


@pytest.mark.parametrize("max_length", [1, 3, 4, 6])
@pytest.mark.parametrize("name", ["laws", "posts", *large("microblogs")])
def test_scores_of_all_candidates_equal_the_slow_twin(name: str, max_length: int) -> None:
    for charset in ("han+alnum", "any"):
        assert_candidates_equal_the_twin(real_text(name, SIZE // 2), charset, 2, max_length)


@EXAMPLES
@given(texts, st.sampled_from(CHARSETS), st.integers(1, 3), st.integers(1, 7), st.sampled_from([PLENTY, 500]))
@example("甲乙丙丁戊己\n甲乙丙丁戊己\n", "han", 2, 6, 500)
def test_scores_of_any_text_equal_the_slow_twin(
    text: str, charset: str, min_count: int, max_length: int, memory: int
) -> None:
    assert_candidates_equal_the_twin(text, charset, min_count, max_length, memory)


@pytest.mark.compiled
@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
@pytest.mark.parametrize("method", ["auto", "pmi", "entropy"])
@pytest.mark.parametrize("name", ["Traditional poems", *large("microblogs")])
def test_little_memory_gives_the_same_words(name: str, method: str, executor: str, tmp_path: Path) -> None:
    text = (real_text("laws", SIZE) + "\n𠀀𠀁𠀀𠀁\n" + real_text(name, SIZE)).encode()
    expected = discover(io.BytesIO(text), method=method, explain=["法律"])
    corpus = Corpus(io.BytesIO(text), chunk_size=20_000, tmp_dir=tmp_path)
    corpus.memory = 100_000  # far below what may be asked for, so that small text outgrows it
    written: list[str] = []
    save = Spill.save
    notes: list[str] = []
    with patch.object(Spill, "save", lambda *args: written.append(save(*args)) or written[-1]):
        found = discover(corpus, method=method, explain=["法律"], executor=executor, jobs=2, notify=notes.append)
    taken = r"frequent n-grams take some \d+ MiB, more than memory; .* with min_count above 2$"
    assert [*filter(re.compile(taken).search, notes)]
    assert len(written) > 3
    for column in ("word", *COLUMNS):
        assert getattr(found, column).tolist() == getattr(expected, column).tolist()
    assert found.explanation == expected.explanation
    assert [*tmp_path.iterdir()] == []


def test_an_open_corpus_does_not_fill_the_disk(tmp_path: Path) -> None:
    with Corpus(io.BytesIO(real_text("laws", SIZE).encode()), tmp_dir=tmp_path) as corpus:
        corpus.memory = 100_000
        for method in ("auto", "pmi", "auto"):
            discover(corpus, method=method)
            assert [*Path(corpus.workspace()).iterdir()] == []


def symbol_string(word: str, charset: str) -> str:
    (run,) = naive.runs(word, charset, collapse=True)
    return "".join(symbol for symbol, _ in run)


def commonest_share(word: str, counts: dict[str, int], neighbours: str) -> float:
    """The largest share of one neighbour of a word on one side."""
    beside = [counts.get(word + char, 0) for char in neighbours] + [counts.get(char + word, 0) for char in neighbours]
    return max(beside) / counts[word]


@pytest.mark.parametrize("charset", ["han+alnum", "letters"])
@pytest.mark.parametrize("name", ["laws", "Traditional statutes", "posts", *large("news", "microblogs")])
def test_columns_of_auto_equal_the_slow_twin(name: str, charset: str) -> None:
    text = real_text(name, SIZE // 2)
    found = find(text, charset=charset)
    scores = naive.auto_scores(text, charset)
    words = naive.auto_symbol_words(text, charset)
    of_list = naive.list_scores(text, words, charset, collapse=True, lines=naive.auto_lines(text, charset))
    counts = naive.ngram_counts(text, charset, 5, collapse=True)
    alphabet = "".join(symbol for symbol in counts if len(symbol) == 1)
    for i, word in enumerate(found.word.tolist()):
        key = symbol_string(word, charset)
        assert found.symbols[i] == len(key)
        own = scores.get(tuple(key))  # None: a symbol too rare for a candidate
        measured = (own.pmi, own.left_entropy, own.right_entropy) if own else (0.0, 0.0, 0.0)
        shown = (found.pmi[i], found.left_entropy[i], found.right_entropy[i])
        assert shown == pytest.approx(measured, abs=1e-12), word
        own_share = math.log(found.count[i]) / math.log(words[key]) if words[key] > 1 else 1  # of a spelling
        assert found.score[i] == pytest.approx(of_list[key] * own_share, rel=1e-9, abs=1e-12), word
        assert found.surface_share[i] == pytest.approx(found.count[i] / words[key] if {*key} & {*"0a"} else 1)
        if own:
            assert found.share[i] == pytest.approx(commonest_share(key, counts, alphabet)), word


@pytest.mark.parametrize("name", ["laws", "posts", *large("microblogs")])
@pytest.mark.parametrize("method", ["pmi", "entropy"])
def test_columns_of_pmi_and_entropy_equal_the_slow_twins(method: str, name: str) -> None:
    text = real_text(name, SIZE // 2)
    found = find(text, method)
    words = twin_words(method, text)
    longest = max(map(len, words))
    entropies = naive.branching_entropies(text, n=longest)
    counts = naive.ngram_counts(text, n=longest + 1)
    characters = sum(count for word, count in counts.items() if len(word) == 1)
    alphabet = "".join(symbol for symbol in counts if len(symbol) == 1)
    of_list = naive.list_scores(text, words)
    for i, word in enumerate(found.word.tolist()):
        assert found.symbols[i] == len(word)
        assert found.score[i] == pytest.approx(of_list[word], rel=1e-9, abs=1e-12), word
        if len(word) == 1:
            assert (found.pmi[i], found.left_entropy[i], found.right_entropy[i]) == (0, 0, 0)
            continue
        width = min(len(word), 4 if method == "pmi" else 2)
        windows = {word[at : at + width] for at in range(len(word) - width + 1)}
        smallest = min(naive.min_split_pmi(window, counts, characters) for window in windows)
        assert found.pmi[i] == pytest.approx(smallest, abs=1e-12), word
        assert (found.left_entropy[i], found.right_entropy[i]) == pytest.approx(entropies[word], abs=1e-12), word
        assert found.share[i] == pytest.approx(commonest_share(word, counts, alphabet)), word


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["laws", "posts", *large("microblogs")])
def test_reported_information_equals_the_slow_twin(name: str, method: str, charset: str) -> None:
    text = real_text(name, SIZE // 2)
    found = find(text, method, charset=charset)
    collapse = method == "auto"
    assert found.characters == naive.size(naive.symbol_strings(naive.runs(text, charset)))
    assert found.nats_before == pytest.approx(naive.entropy_before(text, charset, collapse))
    words = counts_of(found)
    if method == "auto":  # of the last segmentation itself
        total = naive.size(naive.symbol_strings(naive.runs(text, charset, collapse)))
        assert found.nats_after == pytest.approx(naive.information(words, total))
    else:  # equal but for ties that rounding breaks another way in a run than in a piece of it
        assert found.nats_after == pytest.approx(naive.entropy_after(text, words, charset), rel=1e-3)


def test_without_neighbours_the_words_are_the_same() -> None:
    text = real_text("laws", SIZE // 2)
    for method in ("pmi", "entropy"):
        found = find(text, method, neighbours=False)
        assert counts_of(found) == counts_of(find(text, method))
        for name in ("left_entropy", "right_entropy", "share", "score"):
            assert np.isnan(getattr(found, name)).all()
        assert len(found.select()) > 20
        assert not np.isnan(find(text, method, neighbours=False, min_entropy=0.1).left_entropy).any()


# ---- filters


@pytest.mark.parametrize("method", METHODS)
def test_min_entropy_bounds_the_smaller_entropy_and_keeps_single_symbols(method: str) -> None:
    text = real_text("laws", SIZE // 2)
    whole = find(text, method)
    poorer = np.minimum(whole.left_entropy, whole.right_entropy)
    expected = whole.word[(whole.symbols < 2) | (poorer >= 0.7)]
    found = find(text, method, min_entropy=0.7)
    assert found.word.tolist() == expected.tolist()
    assert 0 < len(found) < len(whole)


def test_min_pmi_of_auto_filters_words_by_their_length() -> None:
    text = real_text("laws", SIZE // 2)
    whole = find(text)
    thresholds = {1: -math.inf, 2: 3.0, 3: 5.0, 4: 5.0}
    least = np.array([thresholds[n] for n in whole.symbols.tolist()])
    found = find(text, min_pmi=(3, 5))
    assert found.word.tolist() == whole.word[whole.pmi >= least].tolist()
    assert 0 < len(found) < len(whole)
    assert found.nats_after == whole.nats_after


@pytest.mark.parametrize("method", METHODS)
def test_min_length_leaves_out_shorter_words(method: str) -> None:
    text = real_text("laws", SIZE // 2)
    whole = find(text, method)
    found = find(text, method, min_length=3, explain=[whole.word[whole.symbols == n][0] for n in (2, 3)])
    assert found.word.tolist() == whole.word[whole.symbols >= 3].tolist()
    assert 0 < len(found) < len(whole)
    assert "left out: 2 symbols, fewer than min_length=3" in found.explanation.split("\n\n")[0]
    assert "fewer than min_length" not in found.explanation.split("\n\n")[1]


@pytest.mark.compiled
@pytest.mark.parametrize(
    ("options", "ways"),
    [
        ({}, "; `nlpkit terms` finds longer ones"),
        ({"charset": "any"}, "; a larger max_length finds longer ones"),
        ({"max_length": 6}, None),  # few words have six characters
        ({"max_length": 1}, None),
        ({"method": "pmi", "max_length": None}, None),  # which has no limit
    ],
    ids=case_id,
)
def test_many_words_at_the_limit_of_length_are_told(options: dict[str, object], ways: str | None) -> None:
    said: list[str] = []
    found = find(real_text("laws", 20_000), **{"max_length": 3, "notify": said.append, **options})  # type: ignore[arg-type]
    said = [line for line in said if "the most that max_length allows" in line]
    if ways is None:
        assert not said
        return
    words, longest = int((found.symbols > 1).sum()), int((found.symbols == 3).sum())
    assert said == [
        f"of {words:,} words of 2 characters or more, {longest:,} have 3, the most that max_length allows{ways}"
    ]


# ---- nonsense

NONSENSE: dict[str, tuple[dict[str, object], str]] = {
    "method": ({"method": "mdl"}, "method is 'mdl'; choose from auto, pmi, entropy"),
    "charset": ({"charset": "latin"}, "charset is 'latin'; choose from han, han+alnum"),
    "min_count": ({"min_count": 0}, "min_count is 0; it must be at least 1"),
    "min_count, a fraction": ({"min_count": 1.5}, "min_count is 1.5; give an integer or None"),
    "max_length": ({"max_length": 0}, "max_length is 0; it must be at least 1"),
    "min_length": ({"min_length": 0}, "min_length is 0; it must be at least 1"),
    "min_length over the default": ({"min_length": 5}, "min_length is 5, above max_length, 4"),
    "min_length over max_length": (
        {"method": "pmi", "min_length": 3, "max_length": 2},
        "min_length is 3, above max_length, 2",
    ),
    "min_prob, auto": ({"min_prob": 0.1}, "min_prob: no effect with method auto; only entropy uses it"),
    "min_prob, pmi": ({"method": "pmi", "min_prob": 0.1}, "min_prob: no effect with method pmi; only entropy uses it"),
    "min_prob over 1": ({"method": "entropy", "min_prob": 2}, "min_prob is 2; it must be between 0 and 1"),
    "min_prob nan": ({"method": "entropy", "min_prob": math.nan}, "min_prob is nan; it must be between 0 and 1"),
    "min_entropy": ({"min_entropy": -1}, "min_entropy is -1; it must be 0 or more"),
    "min_entropy nan": ({"min_entropy": math.nan}, "min_entropy is nan; it must be 0 or more"),
    "min_pmi nan": ({"min_pmi": math.nan}, "min_pmi is nan; it must be finite"),
    "min_pmi inf": ({"method": "pmi", "min_pmi": (1, math.inf)}, "min_pmi is 1, inf; it must be finite"),
    "min_pmi of 4": (
        {"method": "pmi", "min_pmi": (1, 2, 3, 4)},
        "min_pmi is 1, 2, 3, 4; with method pmi it takes 1 number, or up to 3",
    ),
    "min_pmi of 2": (
        {"method": "entropy", "min_pmi": (1, 2)},
        "min_pmi is 1, 2; with method entropy it takes 1 number",
    ),
    "min_pmi, auto": (
        {"max_length": 3, "min_pmi": (1, 2, 3)},
        "min_pmi is 1, 2, 3; with method auto it takes 1 number, or up to 2",
    ),
    "executor": ({"executor": "cluster"}, "executor is 'cluster'"),
    "jobs": ({"jobs": 0}, "jobs is 0"),
}


@pytest.mark.parametrize(("options", "message"), NONSENSE.values(), ids=NONSENSE)
def test_a_wrong_option_is_an_error_that_says_what_is_allowed(options: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError) as raised:
        find("甲", **{"method": "auto", **options})  # type: ignore[arg-type]
    assert str(raised.value).startswith(message)


# ---- however the work is cut up


def assert_same(some: Discovery, others: Discovery) -> None:
    some, others = some.select(everything=True), others.select(everything=True)
    for name in ("word", *COLUMNS, "symbols", "share", "surface_share"):
        np.testing.assert_array_equal(getattr(some, name), getattr(others, name), name)
    for name in ("min_count", "characters", "nats_before"):
        assert getattr(some, name) == getattr(others, name)
    assert some.nats_after == pytest.approx(others.nats_after, rel=1e-12)


@settings(deadline=None, max_examples=10 if NOJIT else 40)
@given(
    texts,
    st.sampled_from(METHODS),
    st.sampled_from(["han+alnum", "any"]),
    st.sampled_from([None, 1, 6]),
    st.integers(1, 60),
    st.sampled_from(["serial", "threads"]),
    st.integers(1, 3),
)
def test_results_depend_neither_on_chunks_nor_on_workers(
    text: str, method: str, charset: str, max_length: int | None, chunk_size: int, executor: str, jobs: int
) -> None:
    options = {"charset": charset, "max_length": max_length, "min_count": 1}
    whole = find(text, method, executor="serial", **options)
    assert_same(find(text, method, chunk_size, executor=executor, jobs=jobs, **options), whole)


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
@pytest.mark.parametrize("method", METHODS)
def test_results_on_real_text_are_the_same_by_every_executor_line_by_line(method: str, executor: str) -> None:
    text = real_text("laws, late", 2_000)
    whole = find(text, method, executor="serial")
    assert_same(find(text, method, 1, executor=executor, jobs=2), whole)


@settings(deadline=None, max_examples=10 if NOJIT else 40)
@given(texts, st.sampled_from(METHODS), st.sampled_from([None, 1, 5]), st.integers(20, 80))
@example("１2" * 30 + "年" + "aＢ" * 30 + "，" * 90 + "甲" + "12年" * 5, "auto", None, 20)
@example("甲乙丙丁" * 40, "entropy", None, 20)
@example("甲乙丙丁戊己庚" * 40, "auto", 6, 32)
def test_results_on_a_line_longer_than_a_block_are_the_same(
    text: str, method: str, max_length: int | None, block_size: int
) -> None:
    text = text.replace("\n", "，")
    whole = find(text, method, max_length=max_length, min_count=1, executor="serial")
    with patch.object(symbols, "BLOCK_SIZE", block_size):
        cut = find(text, method, max_length=max_length, min_count=1, executor="serial")
    assert_same(cut, whole)


@pytest.mark.parametrize("options", [{}, {"max_length": 6}, {"charset": "any"}], ids=case_id)
@pytest.mark.parametrize("method", METHODS)
def test_words_of_a_line_of_real_text_longer_than_many_blocks_are_the_same(
    method: str, options: dict[str, object]
) -> None:
    text = real_text("laws", 2_000).replace("\n", "")
    with patch.object(symbols, "BLOCK_SIZE", 200):
        cut = find(text, method, executor="serial", **options)
    assert_same(cut, find(text, method, executor="serial", **options))
    assert counts_of(cut) == twin_words(method, text, **options)


@pytest.fixture(scope="module")
def long_run() -> str:
    """140,000 characters of statutes without a boundary."""
    lines = LAWS.read_text(encoding="utf-8").splitlines()
    random.Random(1).shuffle(lines)
    return "".join(char for line in lines[:3_000] for char in line if naive.is_han(char) or char.isdigit())[:140_000]


def cut_strings(text: str) -> list[str]:
    return naive.symbol_strings(block for run in naive.runs(text) for block in naive.cut_blocks(run))


BLOCK_SIZES = 1_000, 70_001, 1 << 20


@pytest.mark.slow
@pytest.mark.compiled
def test_a_run_longer_than_65536_symbols_is_cut_there_by_auto(long_run: str) -> None:
    assert len(long_run) > 2 * LONGEST_RUN
    expected = twin_words("auto", long_run)
    for block_size in BLOCK_SIZES:
        with patch.object(symbols, "BLOCK_SIZE", block_size):
            assert counts_of(find(long_run, executor="serial")) == expected, block_size


@pytest.mark.compiled
def test_a_run_longer_than_65536_symbols_is_cut_there_by_pmi_and_entropy(long_run: str) -> None:
    counts = naive.ngram_counts(long_run)
    kept = naive.kept_ngrams(counts, len(long_run), 2, (2, 4, 6), 4)
    pieces = Counter(piece for block in cut_strings(long_run) for piece in naive.join_pieces(block, kept, 4))
    by_pmi = {
        piece: count
        for piece, count in pieces.items()
        if count >= 2 and (len(piece) < 3 or all(piece[i : i + 4] in kept for i in range(max(1, len(piece) - 3))))
    }
    strong = {
        pair
        for pair, count in counts.items()
        if len(pair) == 2 and count >= 2 and naive.min_split_pmi(pair, counts, len(long_run)) > 1
    }
    pieces = Counter(piece for block in cut_strings(long_run) for piece in naive.cut_weak_pairs(block, strong))
    by_entropy = naive.remove_redundant_pieces({piece: count for piece, count in pieces.items() if count >= 2})
    for block_size in BLOCK_SIZES:
        with patch.object(symbols, "BLOCK_SIZE", block_size):
            assert counts_of(find(long_run, "pmi", executor="serial")) == by_pmi, block_size
            assert counts_of(find(long_run, "entropy", executor="serial")) == by_entropy, block_size


PEAK = """
import resource, sys
import nlpkit
for method in ("auto", "pmi", "entropy"):
    nlpkit.discover(sys.argv[1], method=method, executor="serial")
nlpkit.count_ngrams(sys.argv[1], 4, executor="serial")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


@pytest.mark.slow
@pytest.mark.compiled
@pytest.mark.skipif(os.name != "posix", reason="needs POSIX")
def test_memory_does_not_grow_with_the_length_of_a_line(tmp_path: Path) -> None:
    rng = random.Random(1)
    han = "".join(map(chr, range(0x4E00, 0x4E40)))
    unit = "，".join("".join(rng.choices(han, k=rng.randint(1, 12))) for _ in range(10_000)).encode()
    peaks = []
    for size in (10, 60):  # MB
        path = tmp_path / f"{size}.txt"
        with path.open("wb") as file:
            for _ in range(size * 10**6 // len(unit)):
                file.write(unit)
        command = [sys.executable, "-c", PEAK, str(path)]
        done = subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT, timeout=300)
        peaks.append(int(done.stdout))
        path.unlink()
    assert peaks[1] - peaks[0] < 25_000_000  # half of the text that there is more


# ---- any input

TINY = {
    "empty": b"",
    "line ends": b"\r\n\n\n",
    "one character": "甲".encode(),
    "one character a line": "甲\n乙\n丙\n".encode(),
    "one character again and again": ("甲" * 500).encode(),
    "one word again and again": ("甲乙\n" * 50).encode(),
    "one word in one run": ("甲乙丙" * 50).encode(),
    "digits": b"1234567890\n1234567890\n",
    "letters": b"Never gonna\nNever gonna\n",
    "punctuation": "，。！？——……\n".encode(),
    "NUL": b"\0" * 99,
    "BOM": b"\xef\xbb\xbf",
}


@pytest.mark.parametrize("min_count", [None, 1, 1_000])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("data", TINY.values(), ids=TINY)
def test_words_of_tiny_corpora_equal_the_slow_twins(data: bytes, method: str, min_count: int | None) -> None:
    found = find(data, method, min_count=min_count)
    assert counts_of(found) == twin_words(method, data.decode("utf-8-sig"), min_count=min_count)
    for file_format in LIST_FORMATS:
        found.select().save(io.BytesIO(), file_format)


def test_a_corpus_without_words_has_empty_columns_of_the_right_types() -> None:
    for found in (find(b"", method) for method in METHODS):
        assert len(found) == len(found.select()) == 0
        assert (found.word.dtype, found.count.dtype) == (object, np.int64)
        assert {getattr(found, name).dtype for name in COLUMNS[1:]} == {np.dtype(np.float64)}
        assert (found.characters, found.nats_before, found.nats_after) == (0, 0.0, 0.0)


@EXAMPLES
@given(
    st.binary(max_size=60) | texts.map(str.encode) | st.tuples(texts.map(str.encode), st.binary()).map(b"".join),
    st.sampled_from(METHODS),
    st.sampled_from(CHARSETS),
)
@example("甲乙".encode() + b"\xe7\x94", "auto", "han")
def test_any_bytes_give_words_or_an_error_at_the_first_byte_that_is_not_utf8(
    data: bytes, method: str, charset: str
) -> None:
    assume(not is_archive(data))
    try:
        text = data.decode()
    except UnicodeDecodeError as fault:
        with pytest.raises(EncodingError, match=rf"\(byte {fault.start}\): not valid UTF-8"):
            find(data, method, charset=charset)
    else:
        expected = twin_words(method, text.removeprefix("\ufeff"), charset)
        assert counts_of(find(data, method, charset=charset)) == expected


@pytest.mark.parametrize("method", METHODS)
def test_progress_adds_up_to_the_bytes_of_the_corpus(method: str) -> None:
    data = real_text("laws", 1_000).encode()
    done: list[int] = []
    find(data, method, 500, max_length=6, progress=done.append)
    assert min(done) >= 0
    assert len(data) - 10 < sum(done) <= len(data)  # a pass may round down


# ---- the list for people


def found_words(*rows: dict[str, object], min_count: int = 2) -> Discovery:
    """A result made by hand: dicts of word and of what is not by default."""
    defaults: dict[str, object] = {
        **dict.fromkeys((*COLUMNS, "surface_share"), 1.0),
        "count": 5,
        "share": 0.5,
    }
    filled = [{**defaults, "symbols": len(str(row["word"])), **row} for row in rows]
    types = {"word": object, "count": np.int64, "symbols": np.int64}
    columns = {name: [row[name] for row in filled] for name in ("word", *COLUMNS, "symbols", "share", "surface_share")}
    arrays = {name: np.array(values, types.get(name, np.float64)) for name, values in columns.items()}
    return Discovery(**arrays, min_count=min_count, characters=100, nats_before=5.0, nats_after=4.0)


def words_of(found: Discovery) -> list[str]:
    return list(found.word.tolist())


LIST = found_words(
    {"word": "养犬", "score": 9.0},
    {"word": "计量器具", "score": 8.0, "count": 2},
    {"word": "的", "score": 7.0},  # a single symbol
    {"word": "2000", "score": 6.0, "symbols": 1},  # another
    {"word": "第四十五条", "score": 5.0},  # a numeral
    {"word": "固体废", "score": 4.0, "share": 0.81},  # a piece
    {"word": "私权", "score": 3.0, "share": 0.8},
    {"word": "养猫", "score": 2.0, "count": 1},  # too rare
    {"word": "500米", "score": 1.5, "surface_share": 0.2},  # a measure
    {"word": "12315热线", "score": 1.0, "surface_share": 0.9},
    {"word": "中国", "score": 0.5},
)


def test_the_list_for_people_has_no_single_symbols_numerals_pieces_or_rare_words() -> None:
    assert words_of(LIST.select()) == ["养犬", "计量器具", "私权", "12315热线", "中国"]


def test_the_list_can_keep_numerals() -> None:
    expected = ["养犬", "计量器具", "第四十五条", "私权", "500米", "12315热线", "中国"]
    assert words_of(LIST.select(list_numerals=True)) == expected


def test_the_list_for_a_decoder_has_everything_by_count() -> None:
    found = LIST.select(everything=True)
    assert sorted(words_of(found)) == sorted(words_of(LIST))
    assert found.count.tolist() == sorted(LIST.count.tolist(), reverse=True)
    assert words_of(LIST.select(everything=True, sort="score")) == words_of(LIST)


def test_new_words_are_those_that_jieba_does_not_know() -> None:
    assert words_of(LIST.select(new_only=True)) == ["养犬", "计量器具", "私权", "12315热线"]
    assert {"中国", "的"} & set(words_of(LIST.select(new_only=True, everything=True))) == set()


def test_words_of_known_lexicons_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("养犬\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("私权 3 n\n中国 9 ns\n", encoding="utf-8")
    known = [tmp_path / "a.txt", str(tmp_path / "b.txt")]
    assert words_of(LIST.select(known=known)) == ["计量器具", "12315热线"]
    assert "中国" not in words_of(LIST.select(known=known, everything=True))


@pytest.mark.parametrize("file_format", ["tsv", "jieba", "words"])
def test_saved_words_can_be_left_out_as_a_lexicon(tmp_path: Path, file_format: str) -> None:
    path = tmp_path / "words"
    LIST.select(top=3).save(path, file_format)
    assert words_of(LIST.select(known=[path])) == ["12315热线", "中国"]


def test_a_known_file_that_is_no_lexicon_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no\.txt: no such file"):
        LIST.select(known=[tmp_path / "no.txt"])
    with pytest.raises(LexiconError, match=r"laws\.txt:[0-9]+: "):
        LIST.select(known=[LAWS])


def test_ties_are_broken_by_count_then_by_code_points() -> None:
    tied = ({"word": word, "count": 3} for word in ("𠀀丙", "\uf900丙", "乙丙", "乙", "丁" * 70))
    found = found_words(*tied, {"word": "乙甲", "count": 4}, {"word": "丁甲", "count": 1, "score": 2.0})
    expected = ["丁甲", "乙甲", "丁" * 70, "乙", "乙丙", "\uf900丙", "𠀀丙"]
    assert words_of(found.select(everything=True, sort="score")) == expected
    assert words_of(found.select(everything=True)) == [*expected[1:], "丁甲"]


@pytest.mark.parametrize("sort", COLUMNS)
def test_the_list_can_be_sorted_by_any_column_largest_first_and_nan_last(sort: str) -> None:
    values = [3, 1, 2] if sort == "count" else [0.5, math.nan, 7.0]
    found = found_words(*({"word": f"甲{c}", sort: v} for c, v in zip("乙丙丁", values, strict=True)), min_count=1)
    assert words_of(found.select(sort=sort)) == (
        ["甲乙", "甲丁", "甲丙"] if sort == "count" else ["甲丁", "甲乙", "甲丙"]
    )


def test_top_keeps_the_first_words() -> None:
    assert words_of(LIST.select(top=2)) == ["养犬", "计量器具"]
    assert len(LIST.select(top=99)) == 5
    assert repr(LIST.select(top=1)).startswith("<Discovery: 1 word, ")
    with pytest.raises(OptionError, match="top is 0; it must be at least 1"):
        LIST.select(top=0)
    with pytest.raises(OptionError, match="list_numerals: no effect with everything; numerals are in that list"):
        LIST.select(everything=True, list_numerals=True)


def test_sorting_by_an_unknown_column_is_an_error() -> None:
    with pytest.raises(OptionError, match="sort is 'word'; choose from score, count, pmi, left_entropy, right_entropy"):
        LIST.select(sort="word")


def test_select_does_not_change_the_result_and_can_be_repeated() -> None:
    before = words_of(LIST)
    assert words_of(LIST.select(list_numerals=True).select().select(top=1)) == ["养犬"]
    assert words_of(LIST) == before
    assert len(found_words().select()) == 0


NUMERALS = ["第四十五条", "第一百二十条", "2020年", "10%", "〇", "第3届", "三十七款", "两百零一元", "11月30日", "20次"]
NO_NUMERALS = ["十分", "第三人", "第", "年月", "三个", "百姓", "一定", "千", "A4", "条例", "", "第三人称", "二十"]


@pytest.mark.parametrize("word", NUMERALS)
def test_numerals_are_digits_and_their_counters(word: str) -> None:
    assert is_numeral(word)


@pytest.mark.parametrize("word", NO_NUMERALS)
def test_words_of_jieba_and_words_with_other_characters_are_no_numerals(word: str) -> None:
    assert not is_numeral(word)


def test_the_list_of_real_text_follows_its_own_rules() -> None:
    found = find(real_text("laws"))
    chosen = found.select()
    assert len(chosen) > 50
    assert (chosen.symbols > 1).all()
    assert (chosen.count >= found.min_count).all()
    assert (chosen.share <= 0.8).all()
    assert not any(map(is_numeral, chosen.word))
    assert (np.diff(chosen.score) <= 0).all()


# ---- saving


def saved(found: Discovery, file_format: str) -> str:
    file = io.BytesIO()
    found.save(file, file_format)
    return file.getvalue().decode()


def rows_of(text: str, delimiter: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(text), delimiter=delimiter)


def test_every_format_saves_the_words_unchanged() -> None:
    found = find(real_text("laws", 2_000)).select(everything=True)
    for file_format, delimiter in (("tsv", "\t"), ("csv", ",")):
        rows = list(rows_of(saved(found, file_format), delimiter))
        assert [row["word"] for row in rows] == words_of(found)
        assert [int(row["count"]) for row in rows] == found.count.tolist()
        for name in COLUMNS[1:]:
            assert [float(row[name]) for row in rows] == pytest.approx(getattr(found, name).tolist(), abs=5.1e-5)
    objects = [json.loads(line) for line in saved(found, "jsonl").split("\n")[:-1]]
    assert objects == [dict(zip(found.columns, row, strict=True)) for row in zip(*found.columns.values(), strict=True)]
    assert saved(found, "words").split("\n")[:-1] == words_of(found)
    pairs = zip(found.word, found.count, strict=True)
    assert saved(found, "jieba").split("\n")[:-1] == [f"{word} {count} un" for word, count in pairs]


@pytest.mark.parametrize("file_format", LIST_FORMATS)
def test_a_path_and_a_file_get_the_same_bytes(tmp_path: Path, file_format: str) -> None:
    LIST.save(tmp_path / "words", file_format)
    assert (tmp_path / "words").read_bytes().decode() == saved(LIST, file_format)
    assert [path.name for path in tmp_path.iterdir()] == ["words"]


def test_unknown_entropies_are_empty_cells() -> None:
    found = found_words({"word": "甲乙", "left_entropy": math.nan})
    assert next(rows_of(saved(found, "tsv"), "\t"))["left_entropy"] == ""
    assert json.loads(saved(found, "jsonl"))["left_entropy"] is None


def test_an_unknown_format_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="format is 'yaml'; choose from tsv, csv"):
        LIST.save(tmp_path / "words.yaml", "yaml")
    assert not list(tmp_path.iterdir())


def test_jieba_loads_the_jieba_format(tmp_path: Path) -> None:
    jieba = pytest.importorskip("jieba")
    path = tmp_path / "dict.txt"
    found = find(real_text("laws", 2_000)).select(everything=True)
    found.save(path, "jieba")
    tokenizer = jieba.Tokenizer(str(path))
    tokenizer.cache_file = str(tmp_path / "cache")
    tokenizer.initialize()
    assert {word: count for word, count in tokenizer.FREQ.items() if count} == counts_of(found)


def test_a_pandas_frame_has_the_columns() -> None:
    pytest.importorskip("pandas")
    frame = LIST.to_pandas()
    assert list(frame.columns) == ["word", *COLUMNS]
    assert frame["word"].tolist() == words_of(LIST)
    assert frame["count"].tolist() == LIST.count.tolist()


def test_without_pandas_the_error_says_what_to_install() -> None:
    with patch.dict(sys.modules, {"pandas": None}), pytest.raises(NlpkitError, match=r"pip install 'nlpkit\[pandas\]'"):
        LIST.to_pandas()


# ---- explanations


@pytest.mark.parametrize("method", METHODS)
def test_every_word_to_explain_has_a_paragraph(method: str) -> None:
    text = real_text("laws", 2_000)
    asked = ["规定", "本条例", "的", "鱷魚", "2000年", "a b", "，", "甲" * 99, "𠀀", ""]
    found = find(text, method, explain=asked)
    assert_same(found, find(text, method))
    paragraphs = found.explanation.split("\n\n")
    assert len(paragraphs) == len(asked)
    assert all(paragraph.startswith(word) for word, paragraph in zip(asked, paragraphs, strict=True))
    assert str(naive.ngram_counts(text)["规定"]) in paragraphs[0]
    assert find(text, method).explanation == ""


@EXAMPLES
@given(texts, st.sampled_from(METHODS), st.lists(st.text(max_size=5) | texts, max_size=3))
def test_any_string_can_be_explained(text: str, method: str, asked: list[str]) -> None:
    assert isinstance(find(text, method, min_count=1, explain=asked).explanation, str)


def test_an_explanation_names_options_as_the_caller_types_them() -> None:
    text = "北京大学在北京，上海大学在上海" * 9
    found = find(text, "auto", min_count=5, max_length=2, charset="han", explain=["北京大学", "ab"])
    assert "longer than max_length=2" in found.explanation
    assert 'no word character with charset="han"' in found.explanation
    typed = found.explanation.typed({"max_length": "--max-length", "charset": "--charset"})
    assert "longer than --max-length 2" in typed
    assert "no word character with --charset han" in typed
    rare = find("北京大学在北京", "auto", min_count=5, explain=["北京"])
    assert "fewer than 5 occurrences (min_count)" in rare.explanation


def test_the_public_names_are_these() -> None:
    assert {"discover", "Discovery"} <= set(nlpkit.__all__)
    assert (nlpkit.discover, nlpkit.Discovery) == (discover, Discovery)


def test_words_that_are_known_are_not_promised(run: Run, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("法律是法律，人民是人民。" * 50, encoding="utf-8")
    (tmp_path / "known.txt").write_text("法律\n人民\n", encoding="utf-8")
    done = run("discover", "text.txt", "--known", "known.txt")
    assert b"known already" in done.stderr
    assert b"writes all" not in done.stderr


@pytest.mark.parametrize("method", ["auto", "pmi", "entropy"])
def test_only_options_that_the_method_has_are_advised(method: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("甲\n乙\n", encoding="utf-8")
    done = run("discover", "text.txt", "--method", method)
    if method != "auto":  # which finds single characters
        assert b"none was found; more with a lower --min-count" in done.stderr
    assert (b"--min-pmi" in done.stderr) == (method != "auto")
    done = run("discover", "text.txt", "--method", method, "--min-length", "2")
    assert b" or --min-length, or more text" in done.stderr
