"""Kernels of counted strings and packed n-grams against slow twins: dicts, sorted lists and bytes."""

from collections import Counter
from itertools import accumulate, pairwise

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlpkit.kernels import grams, ranking
from nlpkit.kernels import strings as kernel
from nlpkit.kernels.strings import NumberedStrings
from nlpkit.kernels.utf8 import encode
from nlpkit.runs.strings import StringTable, end_to_end
from tests.conftest import NOJIT

EXAMPLES = settings(deadline=None, max_examples=30 if NOJIT else 150)
#: Equal heads of eight bytes, and NULs, which heads have behind a shorter string's end.
strings = st.text(st.sampled_from("a\0文𠀀"), max_size=4).map(str.encode) | st.binary(max_size=12).map(
    b"same8888".__add__
)
lists = st.lists(strings, max_size=20)
counts = st.lists(st.integers(1, 5) | st.integers(65_533, 65_539) | st.integers(1, 1 << 50), max_size=30)


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def strings_of(data: np.ndarray, offsets: np.ndarray) -> list[bytes]:
    return [data[a:b].tobytes() for a, b in pairwise(offsets)]


def numbered(texts: list[bytes]) -> dict[bytes, int]:
    """In the order in which they come first."""
    return {text: number for number, text in enumerate(dict.fromkeys(texts))}


@EXAMPLES
@given(lists, lists)
def test_strings_are_numbered_as_they_come(texts: list[bytes], others: list[bytes]) -> None:
    table = NumberedStrings()
    for part in (texts, others):
        data, offsets = end_to_end(part)
        numbers = table.put(data, offsets[:-1], offsets[1:]).tolist()
        assert numbers == [numbered([*texts, *others])[text] for text in part]
    assert strings_of(*table.packed()) == list(numbered([*texts, *others]))
    again = NumberedStrings(*table.packed())  # with slots of its own
    data, offsets = end_to_end(others)
    assert again.put(data, offsets[:-1], offsets[1:]).tolist() == [numbered([*texts, *others])[text] for text in others]


def test_tables_grow() -> None:
    size = 5_000 if NOJIT else 200_000
    texts = [str(i * i).encode() for i in range(size)] * 2
    data, offsets = end_to_end(texts)
    table = NumberedStrings()
    assert table.put(data, offsets[:-1], offsets[1:]).tolist() == [*range(size)] * 2
    assert len(table) == size


@EXAMPLES
@given(lists)
@example([b"a\0", b"a", b"a\0\0", b""])
def test_strings_are_sorted_by_their_bytes(texts: list[bytes]) -> None:
    distinct = list(numbered(texts))
    table = StringTable(*end_to_end(distinct), np.arange(len(distinct)))
    done = table.sorted()
    assert strings_of(done.data, done.offsets) == sorted(distinct)
    assert [distinct[i] for i in done.counts.tolist()] == sorted(distinct)
    for bound in distinct:
        place = kernel.count_up_to(done.data, done.offsets, np.frombuffer(bound, np.uint8))
        assert place == sum(text <= bound for text in distinct)


@EXAMPLES
@given(lists, lists)
def test_sorted_tables_are_merged(a: list[bytes], b: list[bytes]) -> None:
    a, b = sorted(set(a)), sorted(set(b))
    of_a, of_b = np.empty(len(a), np.int64), np.empty(len(b), np.int64)
    union = sorted({*a, *b})
    assert kernel.interleave(*end_to_end(a), *end_to_end(b), of_a, of_b) == len(union)
    assert [union[place] for place in of_a.tolist()] == a
    assert [union[place] for place in of_b.tolist()] == b


@EXAMPLES
@given(lists, st.integers(1, 5))
def test_equal_strings_go_to_one_shard(texts: list[bytes], shards: int) -> None:
    of = kernel.shards_of(*end_to_end(texts), shards).tolist()
    assert all(0 <= shard < shards for shard in of)
    assert len(dict(zip(texts, of, strict=True)).items() | set(zip(texts, of, strict=True))) == len(set(texts))


@EXAMPLES
@given(lists, st.lists(st.integers(0, 1 << 62), min_size=40, max_size=40), st.sampled_from("\t, "))
def test_rows_are_written(texts: list[bytes], figures: list[int], separator: str) -> None:
    columns = np.array([figures[: len(texts)], figures[20 : 20 + len(texts)]], np.int64)
    data, offsets = end_to_end(texts)
    out = np.empty(data.size + 41 * len(texts), np.uint8)
    size = kernel.write_rows(data, offsets, columns, ord(separator), out)
    rows = (
        text + f"{separator}{n}{separator}{m}\n".encode() for text, n, m in zip(texts, *columns.tolist(), strict=True)
    )
    assert out[:size].tobytes() == b"".join(rows)


# ---- counts


@EXAMPLES
@given(counts, st.integers(1, 70_000), st.integers(1, 1 << 51))
def test_counts_are_ordered_by_a_table(values: list[int], low: int, high: int) -> None:
    inside = [count for count in values if low <= count <= high]
    small = Counter(min(count, ranking.SMALL) for count in inside)
    histogram = ranking.histogram(ints(*values), low, high)
    assert {count: n for count, n in enumerate(histogram.tolist()) if n} == small
    places = [i for i, count in enumerate(values) if low <= count <= high]
    assert ranking.by_count(ints(*values), low, high).tolist() == sorted(places, key=lambda i: -values[i])


# ---- packed n-grams

ALPHABET = "\0a\x7f\x80é\u07ff\u0800文\uffff\U00010000𠀀\U0010ffff"
runs = st.lists(st.text(st.sampled_from(ALPHABET), min_size=1, max_size=8), max_size=6)


def pack(gram: str) -> int:
    return sum((ALPHABET.index(char) + 1) << 16 * (3 - i) for i, char in enumerate(gram))


def encoded() -> np.ndarray:
    return encode(np.array([ord(char) for char in ALPHABET], np.uint32))


@EXAMPLES
@given(runs, st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(0, 20))
def test_ngrams_of_all_orders_come_out_of_windows(
    texts: list[str], lowest: int, highest: int, min_count: int, cut: int
) -> None:
    """In two blocks, which end where the first two characters differ."""
    lowest, highest = min(lowest, highest), max(lowest, highest)
    windows = Counter(text[i : i + highest] for text in texts for i in range(len(text)))
    expected = Counter(
        text[i : i + order]
        for text in texts
        for order in range(lowest, highest + 1)
        for i in range(len(text) - order + 1)
    )
    ordered = sorted(windows, key=pack)
    while 0 < cut < len(ordered) and ordered[cut][:2] == ordered[cut - 1][:2]:
        cut += 1
    firsts = ints(*(sum(text.count(char) for text in texts) for char in ALPHABET))
    histogram = np.zeros(ranking.SMALL + 1, np.int64)
    last, found = 0, []
    for block in (ordered[:cut], ordered[cut:]):
        keys = np.array([pack(window) for window in block], np.uint64)
        block_counts = ints(*(windows[window] for window in block))
        some = grams.expand(keys, block_counts, lowest, highest, firsts, last, min_count, histogram)
        found += list(zip(*(column.tolist() for column in some), strict=True))
        last = int(keys[-1] >> np.uint64(48)) if keys.size else last
    kept = {gram: n for gram, n in expected.items() if n >= min_count}
    assert found == [(pack(gram), kept[gram]) for gram in sorted(kept, key=pack)]
    assert {n: types for n, types in enumerate(histogram.tolist()) if types} == Counter(expected.values())


@EXAMPLES
@given(st.lists(st.text(st.sampled_from(ALPHABET), min_size=1, max_size=4), max_size=12), counts)
def test_packed_ngrams_are_spelled(texts: list[str], values: list[int]) -> None:
    values = [*values, *range(1, 20)][: len(texts)]
    keys = np.array([pack(text) for text in texts], np.uint64)
    out = np.empty(40 * len(texts) + 4, np.uint8)
    offsets = np.zeros(len(texts) + 1, np.int64)
    grams.spell(keys, encoded(), out, offsets)
    assert offsets.tolist() == [0, *accumulate(len(text.encode()) for text in texts)]
    assert out[: offsets[-1]].tobytes() == "".join(texts).encode()
    size = grams.write_rows(keys, ints(*values), encoded(), ord("\t"), out)
    rows = (f"{text}\t{n}\n" for text, n in zip(texts, values, strict=True))
    assert out[:size].tobytes().decode() == "".join(rows)


def test_every_character_is_encoded() -> None:
    codes = [code for code in range(0, 0x110000, 997 if NOJIT else 7) if not 0xD800 <= code < 0xE000]
    found = encode(np.array(codes, np.uint32)).tolist()
    assert found == [int.from_bytes(chr(code).encode(), "little") for code in codes]
