"""n-gram counts equal a dict's, on real text and on any bytes, however the work is cut up and merged."""

import io
import random
import re
import unicodedata
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import nlpkit
from nlpkit.choices import CHARSETS
from nlpkit.corpus import Corpus
from nlpkit.errors import EncodingError, InputError, OptionError
from nlpkit.ngrams import symbols
from nlpkit.ngrams.counting import NgramCounts, Windowing, add_counts, count_corpus, count_ngrams
from nlpkit.ngrams.symbols import symbol_table
from tests import naive
from tests.conftest import NOJIT, executor_of
from tests.test_symbols import is_archive, texts, twin_text

EXAMPLES = settings(deadline=None, max_examples=30 if NOJIT else 100)
ORDERS = (1, 2, 3, 4, 5, 8, 9, 12)


def count(text: str | bytes, order: int, chunk_size: int = 1 << 20, **options: object) -> NgramCounts:
    data = text.encode() if isinstance(text, str) else text
    return count_ngrams(Corpus(io.BytesIO(data), chunk_size=chunk_size), order, **options)  # type: ignore[arg-type]


def assert_equal(some: NgramCounts, others: NgramCounts) -> None:
    assert (some.order, some.keys.shape) == (others.order, others.keys.shape)
    for name in ("alphabet", "keys", "counts"):
        np.testing.assert_array_equal(getattr(some, name), getattr(others, name))


# ---- equal to dicts


def counter_of(text: str, order: int) -> Counter[str]:
    """Counts with the re module and a Counter, han+alnum."""
    han = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    runs = re.findall(f"[{han}0-9A-Za-z]+", "".join(map(naive.fold, text)))
    return Counter(run[i : i + k] for run in runs for k in range(1, order + 1) for i in range(max(0, len(run) - k + 1)))


@pytest.mark.parametrize("order", [1, 4, 5, 8])
def test_counts_of_all_orders_equal_a_counter_on_statutes(few_laws: Path, order: int) -> None:
    found = count_ngrams(few_laws, order)
    assert found.to_dict() == counter_of(few_laws.read_text(encoding="utf-8"), order)


@pytest.mark.slow
@pytest.mark.compiled
def test_counts_of_orders_to_4_equal_a_counter_on_the_whole_bundled_corpus(laws: Path) -> None:
    found = count_ngrams(Corpus(laws, chunk_size=1 << 19), 4, executor="threads", jobs=2)
    assert found.to_dict() == counter_of(laws.read_text(encoding="utf-8"), 4)


@pytest.mark.parametrize("charset", CHARSETS)
def test_charsets_equal_the_slow_twin_on_statutes(few_laws: Path, charset: str) -> None:
    text = few_laws.read_text(encoding="utf-8")[:5_000]
    assert count(text, 4, charset=charset).to_dict() == naive.ngram_counts(text, charset, 4)


@EXAMPLES
@given(texts, st.sampled_from(CHARSETS), st.sampled_from(ORDERS))
@example("甲甲甲甲甲甲甲甲甲甲甲甲甲甲", "han", 12)
@example("甲甲\n乙", "han", 5)
def test_counts_equal_the_slow_twin(text: str, charset: str, order: int) -> None:
    found = count(text, order, charset=charset)
    expected = naive.ngram_counts(twin_text(text.removeprefix("\ufeff"), charset), charset, order)
    assert found.to_dict() == expected
    assert found.symbols == sum(n for ngram, n in expected.items() if len(ngram) == 1)


CASES = {
    "empty": ("", {}),
    "line ends only": ("\n\r\n\n", {}),
    "punctuation only": ("，。——！", {}),
    "no final newline": ("甲乙", {"甲": 1, "乙": 1, "甲乙": 1}),
    "CRLF": ("甲\r\n乙\r\n", {"甲": 1, "乙": 1}),
    "a lone CR ends a run": ("甲\r乙", {"甲": 1, "乙": 1}),
    "BOM": ("\ufeff甲乙", {"甲": 1, "乙": 1, "甲乙": 1}),
    "NUL": ("甲\0乙", {"甲": 1, "乙": 1}),
    "U+2028 and U+0085": ("甲\u2028乙\u0085甲", {"甲": 2, "乙": 1}),
    "astral": ("𠀀丙\U0003fffd", {"𠀀": 1, "丙": 1, "\U0003fffd": 1, "𠀀丙": 1, "丙\U0003fffd": 1}),
    "full width": ("Ａ１a", {"A": 1, "1": 1, "a": 1, "A1": 1, "1a": 1}),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_what_ends_a_run_and_what_is_folded(text: str, expected: dict[str, int]) -> None:
    assert count(text, 2).to_dict() == expected


def test_letters_neither_fold_nor_leave_out_marks() -> None:
    text = "Ａé\u0301ж_Ⅷ"
    assert count(text, 1, charset="letters").to_dict() == Counter(
        char for char in text if unicodedata.category(char)[0] in "LMN"
    )


def test_files_end_runs_and_may_have_a_bom_each(tmp_path: Path) -> None:
    for name, data in {"a": "\ufeff甲乙", "b": "\ufeff乙甲\n", "c": "", "d": "甲\ufeff乙"}.items():
        (tmp_path / name).write_text(data, encoding="utf-8")
    assert count_ngrams(tmp_path, 2).to_dict() == {"甲": 3, "乙": 3, "甲乙": 1, "乙甲": 1}
    assert count_ngrams([tmp_path / "a", tmp_path / "b"], 2).to_dict(2) == {"甲乙": 1, "乙甲": 1}


# ---- one order


def test_an_order_comes_as_arrays_in_code_point_order() -> None:
    words, counts = count("𠀀甲 甲𠀀 \uf900甲 甲甲 甲𠀀", 3).of_order(2)
    assert words.tolist() == ["甲甲", "甲𠀀", "\uf900甲", "𠀀甲"]  # UTF-16 would put 𠀀 before U+F900
    assert counts.tolist() == [1, 2, 1, 1]
    assert (words.dtype, counts.dtype) == (np.dtype("<U2"), np.int64)


@pytest.mark.parametrize("order", [4, 7])
def test_rare_ngrams_may_be_left_out(order: int) -> None:
    found = count("甲乙丙丁 甲乙丙丁 乙丙", order)
    assert dict(zip(*(column.tolist() for column in found.of_order(2, 3)), strict=True)) == {"乙丙": 3}
    assert found.of_order(4, 2)[0].tolist() == ["甲乙丙丁"]


@pytest.mark.parametrize("order", [3, 6])
def test_an_empty_order_is_empty_arrays(order: int) -> None:
    words, counts = count("", order).of_order(order)
    assert (words.shape, words.dtype) == ((0,), np.dtype(f"<U{order}"))
    assert (counts.shape, counts.dtype) == ((0,), np.int64)
    assert count("甲", order).of_order(order)[0].size == 0


@pytest.mark.parametrize("k", [-1, 0, 4])
def test_an_order_that_was_not_counted_is_refused(k: int) -> None:
    with pytest.raises(OptionError, match=f"order is {k}; it must be between 1 and 3"):
        count("甲", 3).of_order(k)


def test_nonsense_options_are_refused() -> None:
    with pytest.raises(OptionError, match="order is 0; it must be at least 1"):
        count("甲", 0)
    with pytest.raises(OptionError, match="charset is 'cjk'"):
        count("甲", 1, charset="cjk")


# ---- however the work is cut up


@EXAMPLES
@given(
    texts,
    st.sampled_from(CHARSETS),
    st.sampled_from(ORDERS),
    st.integers(1, 50),
    st.sampled_from(["serial", "threads"]),
    st.integers(1, 3),
)
def test_counts_depend_neither_on_chunks_nor_on_workers(
    text: str, charset: str, order: int, chunk_size: int, executor: str, jobs: int
) -> None:
    whole = count(text, order, charset=charset, executor="serial")
    cut = count(text, order, chunk_size, charset=charset, executor=executor, jobs=jobs)
    assert_equal(cut, whole)


@pytest.mark.parametrize("order", [4, 6])
@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_counts_of_real_text_are_the_same_by_every_executor(few_laws: Path, executor: str, order: int) -> None:
    lines = few_laws.read_bytes().splitlines(keepends=True)[:60]
    whole = count(b"".join(lines), order, executor="serial")
    assert_equal(count(b"".join(lines), order, 1, executor=executor, jobs=2), whole)


@EXAMPLES
@given(texts, st.sampled_from(ORDERS), st.integers(4, 40))
@example("甲乙丙丁" * 20, 4, 4)
@example("甲乙丙丁" * 20, 9, 30)
def test_counts_of_a_line_longer_than_a_block_are_the_same(text: str, order: int, block_size: int) -> None:
    with patch.object(symbols, "BLOCK_SIZE", block_size):
        cut = count(text, order, executor="serial")
    assert_equal(cut, count(text, order, executor="serial"))


@pytest.mark.parametrize("order", [4, 8])
def test_counts_of_a_line_of_real_text_longer_than_many_blocks_are_the_same(few_laws: Path, order: int) -> None:
    line = few_laws.read_text(encoding="utf-8").replace("\n", "")[:3_000]
    with patch.object(symbols, "BLOCK_SIZE", 64):
        assert count(line, order).to_dict() == naive.ngram_counts(line, n=order)


@EXAMPLES
@given(
    st.lists(st.text(st.sampled_from("甲乙丙丁戊１a𠀀，"), max_size=12), min_size=1, max_size=8),
    st.sampled_from([1, 3, 4, 5, 9]),
    st.randoms(use_true_random=False),
)
def test_tables_may_be_merged_as_any_tree_in_any_order(lines: list[str], order: int, rng: random.Random) -> None:
    tables = [count(line, order, executor="serial") for line in lines]
    while len(tables) > 1:
        rng.shuffle(tables)
        size = rng.randint(2, len(tables))
        tables = [add_counts(tables[:size]), *tables[size:]]
    assert_equal(tables[0], count("\n".join(lines), order, executor="serial"))


@pytest.mark.parametrize("starts", [False, True])
def test_windows_that_begin_at_a_boundary_tell_the_left_neighbours(starts: bool) -> None:
    with Corpus(io.BytesIO("甲乙丙 甲\n乙".encode())) as corpus, executor_of("serial") as pool:
        found = count_corpus(corpus, Windowing(4, symbol_table("han", False), starts=starts), pool, None)
    assert found.to_dict() == naive.ngram_counts("甲乙丙 甲\n乙", "han")
    assert found.symbols == 5
    assert found.runs == 3
    first = found.keys >> np.uint64(48)
    assert found.counts[first == 0].sum() == (3 if starts else 0)


# ---- limits


def characters(size: int) -> str:
    """So many different characters of which none is white space."""
    found = (chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000)
    return "".join(char for _, char in zip(range(size), (c for c in found if not c.isspace()), strict=False))


def test_an_alphabet_of_65534_symbols_is_counted() -> None:
    text = characters(65_534)
    last = text[-1] * 5  # the largest of all keys
    whole = [text, last, last]
    expected = naive.ngram_counts("\n".join(whole), "any", 4)
    assert count("\n".join(whole), 4, charset="any").to_dict() == expected
    assert count("\n".join(whole), 4, 1, charset="any").to_dict() == expected


@pytest.mark.parametrize("order", [2, 5])
def test_lines_of_emoji_may_follow_lines_without(order: int) -> None:
    emoji = "".join(map(chr, range(0x1F300, 0x1F400)))
    text = f"甲乙\n{emoji}\n丙\n{emoji}丁"
    expected = naive.ngram_counts(text, "any", order)
    for chunk_size in (1, 1 << 20):
        assert count(text, order, chunk_size, charset="any").to_dict() == expected


def test_a_larger_alphabet_is_refused_in_one_chunk_and_in_several() -> None:
    text = characters(65_535)
    for data in (text, f"{text[:40_000]}\n{text[40_000:]}"):
        with pytest.raises(InputError, match="more than 65,534 different characters; a smaller charset"):
            count(data, 2, 1, charset="any")


@EXAMPLES
@given(st.binary(max_size=60) | texts.map(str.encode), st.sampled_from(CHARSETS), st.sampled_from([2, 6]))
@example(b"\xff", "han", 2)
def test_any_bytes_are_counted_or_refused_as_not_utf8(data: bytes, charset: str, order: int) -> None:
    assume(not is_archive(data))
    try:
        text = data.decode()
    except UnicodeDecodeError as fault:
        with pytest.raises(EncodingError, match=rf"\(byte {fault.start}\): not valid UTF-8"):
            count(data, order, charset=charset)
    else:
        expected = naive.ngram_counts(twin_text(text.removeprefix("\ufeff"), charset), charset, order)
        assert count(data, order, charset=charset).to_dict() == expected


@pytest.mark.parametrize("chunk_size", [1, 1_000, 1 << 20])
def test_progress_adds_up_to_the_bytes_of_the_corpus(few_laws: Path, chunk_size: int) -> None:
    data = few_laws.read_bytes()[:6_000]
    data = data[: data.rindex(b"\n") + 1]
    done: list[int] = []
    count(data, 2, chunk_size, progress=done.append)
    assert sum(done) == len(data)


def test_the_public_names_are_these() -> None:
    assert {"count_ngrams", "NgramCounts"} <= set(nlpkit.__all__)
    assert (nlpkit.count_ngrams, nlpkit.NgramCounts) == (count_ngrams, NgramCounts)
