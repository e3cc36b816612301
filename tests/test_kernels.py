"""Kernels against slow twins: lists, dicts and Counters on the same numbers."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nlpkit.kernels import candidates, ngrams, parts, utf8, word_tries
from nlpkit.kernels.strings import count_spans
from tests import naive
from tests.conftest import NOJIT

EXAMPLES = settings(deadline=None, max_examples=50 if NOJIT else 200)

#: By id, in code-point order; 0 is the boundary.
SYMBOLS = "，一丁七"
words_of_three = st.text(st.sampled_from("一丁七"), min_size=1, max_size=5)
runs_of_three = st.lists(st.text(st.sampled_from("一丁七"), min_size=1, max_size=12), max_size=6)
lexicons = st.sets(words_of_three, max_size=12)


def ids_of(text: str) -> NDArray[np.uint32]:
    return np.array([SYMBOLS.index(char) for char in text], np.uint32)


def text_of(ids: Iterable[int]) -> str:
    return "".join(SYMBOLS[i] for i in ids)


def end_to_end(strings: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """(ids, offsets)."""
    return ids_of("".join(strings)), np.array([0, *accumulate(map(len, strings))], np.int64)


# ---- utf8

NO_TABLE = np.arange(0x110000, dtype=np.uint32)
NO_TABLE[0xA] = 0


def decode(
    data: bytes, table: NDArray[np.uint32], digit: int = 0, letter: int = 0, starts: bool = False
) -> tuple[list[int], list[int], int]:
    """(symbols, their places, fault)."""
    out = np.full(len(data) + 2, 99, np.uint32)
    places = np.full(len(data) + 2 if starts else 0, -1, np.int64)
    used, fault = utf8.decode(np.frombuffer(data, np.uint8), table, np.uint32(digit), np.uint32(letter), places, out, 0)
    return out[:used].tolist(), places[:used].tolist(), fault


@EXAMPLES
@given(
    st.binary(max_size=24)
    | st.text(max_size=12).map(str.encode)
    | st.tuples(st.text(max_size=3).map(str.encode), st.binary(max_size=5)).map(b"".join)
)
@example(b"\xed\xa0\x80")  # a surrogate
@example(b"\xf4\x90\x80\x80")  # beyond U+10FFFF
@example(b"\xc0\x80")
@example(b"\xe0\x80\x80")
@example(b"\xf0\x8f\xbf\xbf")
@example("甲".encode()[:2])
@example(b"ab\xf0\x9f\x98")
@example(b"\xe7\x94\x41")
def test_decoding_equals_pythons_and_faults_where_it_does(data: bytes) -> None:
    try:
        expected, fault = data.decode(), -1
    except UnicodeDecodeError as error:
        expected, fault = data[: error.start].decode(), error.start
    symbols, _, found = decode(data, NO_TABLE)
    assert found == fault
    assert "".join(map(chr, symbols)) == one_boundary(expected).replace("\n", "\0")


def one_boundary(text: str) -> str:
    """Without line ends in front and after another; NUL is one too."""
    text = text.replace("\0", "\n").lstrip("\n")
    while "\n\n" in text:
        text = text.replace("\n\n", "\n")
    return text


def test_every_character_is_decoded() -> None:
    step = 37 if NOJIT else 1
    codes = [code for code in range(1, 0x110000, step) if not 0xD800 <= code < 0xE000 and code != 0xA]
    symbols, starts, fault = decode("".join(map(chr, codes)).encode(), NO_TABLE, starts=True)
    assert (symbols, fault) == (codes, -1)
    sizes = [1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4 for code in codes]
    assert starts == [0, *accumulate(sizes)][:-1]


@EXAMPLES
@given(st.text(st.sampled_from("甲，12ab\n"), max_size=20))
def test_stretches_are_collapsed_and_boundaries_kept_once(text: str) -> None:
    table = np.zeros(0x110000, np.uint32)
    for char, symbol in {"甲": 5, "1": 7, "2": 7, "a": 9, "b": 9}.items():
        table[ord(char)] = symbol
    expected: list[int] = []
    places: list[int] = []
    for i, char in enumerate(text):
        symbol = int(table[ord(char)])
        last = expected[-1] if expected else 0
        if symbol == last and symbol != 5:
            continue
        expected.append(symbol)
        places.append(len(text[:i].encode()))
    assert decode(text.encode(), table, 7, 9, True) == (expected, places, -1)
    assert decode(text.encode(), table, 7, 9) == (expected, [], -1)
    plain = decode(text.encode(), table)[0]
    assert [symbol for symbol in plain if symbol] == [int(table[ord(c)]) for c in text if table[ord(c)]]


# ---- ngrams


def windows(ids: Sequence[int], size: int, order: int, starts: bool) -> list[tuple[int, ...]]:
    """The windows of `order` ids from each of ids[:size], 0 from the first boundary on."""
    found = []
    for i in range(min(size, len(ids))):
        if ids[i] == 0 and not (starts and i + 1 < len(ids) and ids[i + 1] != 0 and order > 1):
            continue
        window = [ids[i]]
        for j in range(i + 1, i + order):
            window.append(ids[j] if j < len(ids) and ids[j] and (window[-1] or len(window) == 1) else 0)
        found.append(tuple(window))
    return found


def packed(window: Sequence[int]) -> tuple[int, ...]:
    """Four ids a word, first highest."""
    padded = [*window, *[0] * (-len(window) % 4)]
    return tuple(
        sum(symbol << (48 - 16 * i) for i, symbol in enumerate(padded[at : at + 4])) for at in range(0, len(padded), 4)
    )


id_lists = st.lists(st.sampled_from([0, 0, 1, 2, 3, 65_534]), max_size=30).map(
    lambda ids: [symbol for i, symbol in enumerate(ids) if symbol or i == 0 or ids[i - 1]]  # one boundary at a time
)


@EXAMPLES
@given(id_lists, st.integers(0, 30), st.integers(1, 4), st.booleans())
@example([0, 1, 2], 3, 1, True)
@example([0, 1, 2, 3, 1, 2], 3, 4, True)
def test_pack_makes_a_key_of_each_window(ids: list[int], size: int, order: int, starts: bool) -> None:
    symbols = np.array([0, *ids] if not ids or ids[0] else ids, np.uint32)
    size = min(size, symbols.size)
    rank = np.arange(1 << 16, dtype=np.uint32)
    keys = ngrams.pack(symbols, rank, size, order, starts)
    expected = [packed(window)[0] for window in windows(symbols.tolist(), size, order, starts)]
    if order == 1:  # a window of a boundary alone tells nothing
        keys = keys[keys != 0]
    assert keys.tolist()[::-1] == expected


@EXAMPLES
@given(id_lists, st.integers(0, 30), st.integers(5, 13))
def test_pack_wide_makes_a_row_of_each_window(ids: list[int], size: int, order: int) -> None:
    symbols = np.array(ids, np.uint32)
    rank = np.arange(1 << 16, dtype=np.uint32)
    rows = ngrams.pack_wide(symbols, rank, min(size, symbols.size), order)
    assert rows.shape[1] == math.ceil(order / 4)
    assert [tuple(row) for row in rows.tolist()] == [packed(window) for window in windows(ids, size, order, False)]


keys_of_few = st.lists(st.integers(1, 9).map(lambda n: n << 48 | n % 3 << 32), max_size=40)


@EXAMPLES
@given(keys_of_few)
def test_runs_of_keys_are_counted(keys: list[int]) -> None:
    distinct, counts = ngrams.count_equal_keys(np.sort(np.array(keys, np.uint64)))
    assert counts.dtype == np.int64
    assert list(zip(distinct.tolist(), counts.tolist(), strict=True)) == sorted(Counter(keys).items())


tables = st.dictionaries(
    st.tuples(*[st.integers(0, 9)] * 4).filter(any).map(lambda window: packed(window)[0]), st.integers(1, 99)
)


def arrays_of(table: dict[int, int]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    keys = sorted(table)
    return np.array(keys, np.uint64), np.array([table[key] for key in keys], np.int64)


@EXAMPLES
@given(tables, tables)
def test_tables_are_merged(some: dict[int, int], others: dict[int, int]) -> None:
    keys, counts = ngrams.merge_keys(*arrays_of(some), *arrays_of(others))
    expected = Counter(some) + Counter(others)
    assert list(zip(keys.tolist(), counts.tolist(), strict=True)) == sorted(expected.items())


@EXAMPLES
@given(tables, st.sets(st.integers(1, 65_535), min_size=9, max_size=9))
@example({packed([9, 9, 9, 9])[0]: 1}, {*range(65_527, 65_536)})
def test_the_ids_of_keys_are_mapped(table: dict[int, int], to: set[int]) -> None:
    ids = np.zeros(1 << 16, np.uint64)
    ids[1:10] = sorted(to)
    windows_of = ([key >> shift & 0xFFFF for shift in (48, 32, 16, 0)] for key in sorted(table))
    expected = [packed([int(ids[symbol]) for symbol in window])[0] for window in windows_of]
    assert ngrams.map_ids(arrays_of(table)[0], ids).tolist() == expected == sorted(expected)


@EXAMPLES
@given(tables, st.integers(1, 4), st.integers(1, 120))
def test_shorter_ngrams_are_the_prefixes_of_windows(table: dict[int, int], order: int, min_count: int) -> None:
    expected: Counter[int] = Counter()
    for key, count in table.items():
        head = [key >> shift & 0xFFFF for shift in (48, 32, 16, 0)][:order]
        if head[0] and head[-1]:
            expected[packed(head)[0]] += count
    keys, counts = ngrams.prefixes(*arrays_of(table), order, min_count)
    found = list(zip(keys.tolist(), counts.tolist(), strict=True))
    assert found == sorted((key, count) for key, count in expected.items() if count >= min_count)


@EXAMPLES
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2), st.integers(1, 9)), max_size=30))
def test_rows_are_counted(rows: list[tuple[int, int, int, int]]) -> None:
    rows.sort()
    expected: Counter[tuple[int, ...]] = Counter()
    for *row, count in rows:
        expected[tuple(row)] += count
    keys = np.array([row[:3] for row in rows], np.uint64).reshape(-1, 3)
    distinct, counts = ngrams.count_rows(keys, np.array([row[3] for row in rows], np.int64))
    found = list(zip(map(tuple, distinct.tolist()), counts.tolist(), strict=True))
    assert found == sorted(expected.items())


# ---- byte strings


def spans_of(strings: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
    ends = np.array([0, *accumulate(map(len, strings))], np.int64)
    return np.frombuffer(b"".join(strings), np.uint8), ends[:-1], ends[1:]


@EXAMPLES
@given(st.lists(st.binary(max_size=3), max_size=40), st.booleans())
@example([b"", b"\0", b"\0\0", b""], False)
def test_byte_strings_are_counted_in_order_of_appearance(strings: list[bytes], weighted: bool) -> None:
    expected: dict[bytes, int] = {}
    firsts: list[int] = []
    for i, string in enumerate(strings):
        if string not in expected:
            firsts.append(i)
        expected[string] = expected.get(string, 0) + (i if weighted else 1)
    weights = np.arange(len(strings), dtype=np.int64) if weighted else None
    found, counts = count_spans(*spans_of(strings), weights)
    assert (found.tolist(), counts.tolist()) == (firsts, list(expected.values()))


@pytest.mark.parametrize("distinct", [2_047, 2_048, 2_049, 8_192, 8_193, 30_000])
def test_the_table_of_byte_strings_grows(distinct: int) -> None:
    rng = random.Random(distinct)
    strings = [str(i).encode() for i in range(distinct)] + [str(rng.randrange(distinct)).encode() for _ in range(3_000)]
    firsts, counts = count_spans(*spans_of(strings))
    assert firsts.tolist() == list(range(distinct))
    expected = Counter(strings)
    assert counts.tolist() == [expected[string] for string in strings[:distinct]]


# ---- candidates: a trie of n-grams with all their parts


class Nodes:
    """All n-grams of some runs to a length, by length and code points, as arrays and by name."""

    def __init__(self, runs: Sequence[str], longest: int = 5) -> None:
        self.occurrences = naive.count_ngrams(runs, longest)
        self.words = sorted(self.occurrences, key=lambda word: (len(word), word))
        place = {word: i for i, word in enumerate(self.words)}
        self.length = np.array([len(word) for word in self.words], np.int64)
        self.parent = np.array([place.get(word[:-1], -1) for word in self.words], np.int64)
        self.suffix = np.array([place.get(word[1:], -1) for word in self.words], np.int64)
        self.counts = self.array(self.occurrences)
        self.parents, self.suffixes = (np.maximum(x, 0).astype(np.uint32) for x in (self.parent, self.suffix))

    def levels(self) -> Iterator[tuple[int, slice]]:
        """Lengths, and where their nodes stand."""
        for k in range(1, int(self.length.max(initial=0)) + 1):
            places = np.flatnonzero(self.length == k)
            yield k, slice(int(places[0]), int(places[-1]) + 1)

    def array(self, values: dict[str, int]) -> NDArray[np.int64]:
        return np.array([values.get(word, 0) for word in self.words], np.int64)

    def dict(self, values: NDArray[np.float64] | NDArray[np.int64]) -> dict[str, float]:
        return dict(zip(self.words, values.tolist(), strict=True))


@EXAMPLES
@given(st.sets(st.integers(1, (1 << 64) - 1), max_size=60), st.sets(st.integers(1, (1 << 64) - 1), max_size=9))
def test_keys_are_found_at_their_places_and_no_others(keys: set[int], others: set[int]) -> None:
    array = np.array(sorted(keys), np.uint64)
    bits = max(4, (2 * array.size).bit_length())
    index = candidates.build_index(array, bits)
    assert candidates.find_all(index, bits, array, array).tolist() == list(range(array.size))
    missing = np.array(sorted(others - keys), np.uint64)
    assert candidates.find_all(index, bits, array, missing).tolist() == [-1] * missing.size


@EXAMPLES
@given(runs_of_three, st.integers(1, 50))
def test_branching_to_the_right_equals_the_slow_twin(runs: list[str], part: int) -> None:
    # keys: n-gram << 16 | neighbour, the n-grams of two symbols themselves being first << 16 | second
    beside: Counter[int] = Counter()
    neighbours: dict[str, Counter[str]] = defaultdict(Counter)
    for run in runs:
        for i in range(len(run) - 1):
            after = run[i + 2 : i + 3]
            beside[int(packed(ids_of(run[i : i + 3]).tolist())[0]) >> 16] += 1
            neighbours[run[i : i + 2]][after] += 1
    groups = sorted(neighbours)
    totals = np.array([sum(neighbours[pair].values()) for pair in groups], np.int64)
    keys = np.array([int(packed(ids_of(pair).tolist())[0]) >> 32 for pair in groups], np.uint64)
    entropy, commonest, boundary = np.zeros(keys.size), np.zeros(keys.size, np.int64), np.zeros(keys.size, np.int64)
    table = arrays_of(beside)
    for begin in range(0, table[0].size, part):
        some = (column[begin : begin + part] for column in table)
        candidates.branch_right(*some, 0, keys, 0, totals, entropy, commonest, boundary)
    for i, pair in enumerate(groups):
        inside = {symbol: count for symbol, count in neighbours[pair].items() if symbol}
        assert entropy[i] == pytest.approx(naive.entropy_of_neighbours(int(totals[i]), inside), abs=1e-12)
        assert commonest[i] == max(inside.values(), default=0)
        assert boundary[i] == neighbours[pair][""]


@EXAMPLES
@given(runs_of_three)
def test_the_smallest_pmi_of_the_splits_equals_the_slow_twin(runs: list[str]) -> None:
    nodes = Nodes(runs)
    total = sum(map(len, runs))
    p, s, c = nodes.parents, nodes.suffixes, nodes.counts
    for k, at in nodes.levels():
        if k > 1:
            found = candidates.split_pmi(p[at], s[at], k, p, s, c, c[at], total)
            expected = [naive.min_split_pmi(word, nodes.occurrences, total) for word in nodes.words[at]]
            assert found.tolist() == pytest.approx(expected, abs=1e-12)


@EXAMPLES
@given(runs_of_three, st.randoms(use_true_random=False))
def test_best_splits_equal_enumeration(runs: list[str], rng: random.Random) -> None:
    nodes = Nodes(runs)
    values = {word: rng.choice([-math.inf, -2.0, -0.5, 0.25, 1.0]) for word in nodes.words}

    def best(word: str, whole: bool) -> float:
        ways = [values[word[:cut]] + best(word[cut:], True) for cut in range(1, len(word))]
        return max(ways + [values[word]] * whole, default=-math.inf)

    array = np.array([values[word] for word in nodes.words])
    bests = array.copy()
    for k, at in nodes.levels():
        if k > 1:
            arrays = (nodes.parents[at], nodes.suffixes[at], k, nodes.parents, nodes.suffixes, array, bests)
            found = candidates.best_splits(*arrays)
            assert found.tolist() == [best(word, False) for word in nodes.words[at]]
            bests[at] = np.maximum(bests[at], found)


class AllZero(random.Random):
    """Chooses 0 where counts are chosen, and the last of anything else."""

    def choice(self, seq: Sequence[Any]) -> Any:
        return 0 if 0 in seq else seq[-1]


@EXAMPLES
@given(runs_of_three, st.booleans(), st.randoms(use_true_random=False))
@example(["一一一"], True, AllZero())
def test_words_are_judged_as_by_the_slow_twin(runs: list[str], may_enter: bool, rng: random.Random) -> None:
    nodes = Nodes(runs)
    counts = {word: rng.choice([0, 0, 1, 2, 30, 400]) for word in nodes.words}
    scores = {
        word: naive.Scores(nodes.occurrences[word], 0, 0, 0, rng.choice([-1.0, 1.0]), rng.choice([-1.0, 1.0]), 0, 0)
        for word in nodes.words
    }
    expected = naive.judged_words(counts, scores, may_enter)
    eligible = [may_enter and len(w) == 3 and scores[w].z_left >= 0 and scores[w].z_right >= 0 for w in nodes.words]
    gain = np.empty(len(nodes.words))
    found = candidates.judge(
        nodes.length,
        nodes.parent,
        nodes.suffix,
        nodes.counts,
        nodes.array(counts),
        max(1, sum(counts.values())),
        np.array(eligible, np.bool_),
        3.5 + 0.5 * (nodes.length - 2.0),
        1.0,
        0.9,
        gain,
    )
    assert {word: int(count) for word, count in nodes.dict(found).items() if count} == expected


@EXAMPLES
@given(st.lists(st.floats(-1e3, 1e3), max_size=20))
@example([2.5, 2.5])
def test_z_scores_equal_the_slow_twin(values: list[float]) -> None:
    by_key = {chr(0x4E00 + i): value for i, value in enumerate(values)}
    array = np.array(values, np.float64)
    others, at = np.array([3.0, 0.5]), np.arange(array.size, dtype=np.uint32) % 2
    mean, deviation = candidates.moments(array, others, at[:0])
    assert candidates.moments(array + others[at], others, at) == pytest.approx((mean, deviation), abs=1e-9)
    found = (array - mean) / deviation if deviation else np.zeros(array.size)
    assert found.tolist() == pytest.approx(list(naive.z_scores(by_key).values()), rel=1e-12, abs=1e-12)


def test_log_probabilities_are_those_of_the_math_module() -> None:
    counts = np.array([*range(200), 10**9, 10**15], np.int64)
    found = candidates.log_probabilities(counts, 12_345).tolist()
    assert found[0] == -math.inf
    assert found[1:] == pytest.approx([math.log(c) - math.log(12_345) for c in counts.tolist()[1:]], rel=1e-15)


# ---- word_tries and parts


class Trie:
    """Words as a trie of the kernels, with arrays by node."""

    def __init__(self, words: Collection[str]) -> None:
        self.words = sorted(words)
        self.ids, self.offsets = end_to_end(self.words)
        self.bits = max(4, (3 * self.ids.size).bit_length())
        self.slots, self.nodes, self.used = word_tries.insert_words(self.ids, self.offsets, self.bits)
        self.size = 65_536 + self.used

    def by_node(self, values: Callable[[str], float], other: float, dtype: type = np.float64) -> NDArray[np.float64]:
        out = np.full(self.size, other, dtype)
        out[self.nodes] = [values(word) for word in self.words]
        return out

    @property
    def word(self) -> NDArray[np.int64]:
        out = np.full(self.size, -1, np.int64)
        out[self.nodes] = np.arange(len(self.words))
        return out


@EXAMPLES
@given(lexicons)
def test_a_trie_has_a_node_for_each_beginning_of_its_words(words: set[str]) -> None:
    trie = Trie(words)
    beginnings = {word[:stop] for word in words for stop in range(2, len(word) + 1)}
    assert trie.used == len(beginnings)
    assert len(set(trie.nodes.tolist())) == len(words)
    for word, node in zip(trie.words, trie.nodes.tolist(), strict=True):
        assert node == SYMBOLS.index(word) if len(word) == 1 else 65_536 <= node < trie.size


def split_as(string: str, runs: list[list[str]]) -> Iterator[list[list[str]]]:
    """The runs of each line of a string."""
    following = iter(run for run in runs if run)
    for line in string.split("\n"):
        yield [next(following) for run in line.split("，") if run]


@EXAMPLES
@given(lexicons, runs_of_three, st.randoms(use_true_random=False))
def test_segmentation_follows_the_best_path(words: set[str], runs: list[str], rng: random.Random) -> None:
    trie = Trie(words)
    # Of few binary digits, so that sums are exact: ties are ties.
    values = {word: rng.randint(-8, 8) / 4 for word in trie.words}
    special = {word for word in [*words, *"一丁七"] if rng.random() < 0.3}

    def value(word: str, length: int) -> float | None:
        return values.get(word, -0.5 if length == 1 else None)

    expected = [naive.best_path(run, value, naive.prefixes_of(words))[1] for run in runs]
    string = "，" + "".join(run + rng.choice("，\n") for run in runs)
    text, data = ids_of(string.replace("\n", "，")), np.frombuffer(string.encode(), np.uint8)
    starts = np.cumsum([0, *(len(char.encode()) for char in string)])
    by_node = trie.by_node(values.__getitem__, -math.inf)
    by_node[1:4] = [value(symbol, 1) for symbol in "一丁七"]
    lengths = trie.by_node(len, 1, np.int64)
    is_special = trie.by_node(special.__contains__, False, np.bool_)
    is_special[1:4] = [symbol in special for symbol in "一丁七"]
    counts = np.zeros(trie.size, np.int64)
    begins, ends, nodes = (np.empty(text.size, np.int64) for _ in range(3))
    lines, first = np.full((trie.size, 2), (0, -1)), np.zeros(trie.size, np.bool_)
    used, last = word_tries.segment(
        *(text, text.size, trie.slots, trie.bits, by_node, lengths, is_special, counts, begins, ends, nodes),
        *(data, starts, 0, lines, first),
    )
    flat = [word for run in expected for word in run]
    written = [text_of(text[b:e]) for b, e in zip(begins[:used], ends[:used], strict=True)]
    assert written == [word for word in flat if word in special]
    name = dict(zip([*range(1, 4), *trie.nodes.tolist()], [*"一丁七", *trie.words], strict=True))
    assert [name[node] for node in nodes[:used].tolist()] == written
    found = {name[node]: int(counts[node]) for node in np.flatnonzero(counts).tolist()}
    assert found == Counter(word for word in flat if word not in special)
    held = [{word for run in line for word in run} for line in split_as(string, expected)]
    assert {name[n]: int(lines[n, 0]) for n in np.flatnonzero(lines[1:, 0]) + 1} == Counter(w for h in held for w in h)
    assert {name[node] for node in np.flatnonzero(first[1:]) + 1} == held[0]
    assert (last, lines[0, 0], first[0]) == (len(held) - 1, sum(map(bool, held)), bool(held[0]))


@EXAMPLES
@given(st.sets(words_of_three.filter(lambda word: len(word) > 1), max_size=9), runs_of_three)
def test_pieces_are_cut_where_no_kept_word_spans(words: set[str], runs: list[str]) -> None:
    trie = Trie(words)
    text = ids_of("，" + "，".join(runs) + "，")
    single = np.zeros(1 << 16, np.int64)
    keys, begins, ends = np.empty(99, np.uint64), np.empty(99, np.int64), np.empty(99, np.int64)
    short, long = word_tries.cut_pieces(
        text, text.size, trie.slots, trie.bits, trie.word >= 0, single, keys, begins, ends
    )
    pieces = [piece for run in runs for piece in naive.join_pieces(run, words, 5)]
    assert {text_of([i]): int(single[i]) for i in np.flatnonzero(single)} == Counter(p for p in pieces if len(p) == 1)
    of_keys = [text_of(i for i in (key >> s & 0xFFFF for s in (48, 32, 16, 0)) if i) for key in keys[:short].tolist()]
    assert of_keys == [piece for piece in pieces if 2 <= len(piece) <= 4]
    spans = zip(begins[:long], ends[:long], strict=True)
    assert [text_of(text[b:e]) for b, e in spans] == [piece for piece in pieces if len(piece) > 4]


@EXAMPLES
@given(st.sets(words_of_three.filter(lambda word: len(word) > 1), max_size=9), runs_of_three, st.integers(0, 40))
def test_occurrences_are_found_with_their_neighbours(words: set[str], runs: list[str], room: int) -> None:
    trie = Trie(words)
    text = "，" + "，".join(runs) + "，"
    expected = [
        (word, text[i - 1], text[i + len(word)])
        for i in range(1, len(text))
        for word in sorted(words, key=len)
        if text.startswith(word, i)
    ]
    right, left = np.empty(room, np.uint64), np.empty(room, np.uint64)
    ids = ids_of(text)
    used = word_tries.occurrences(ids, ids.size, trie.slots, trie.bits, trie.word, right, left)
    assert used == len(expected)
    room = min(room, used)
    found = [
        (trie.words[r >> 16], SYMBOLS[left & 0xFFFF], SYMBOLS[r & 0xFFFF])
        for left, r in zip(left[:room].tolist(), right[:room].tolist(), strict=True)
        if left >> 16 == r >> 16
    ]
    assert found == expected[:room]


counted_lexicons = st.dictionaries(words_of_three, st.integers(1, 60), max_size=10)


def with_symbols(lexicon: dict[str, int]) -> dict[str, int]:
    return {**dict.fromkeys("一丁七", 0), **lexicon}


@EXAMPLES
@given(counted_lexicons, st.integers(1, 6))
def test_redundant_pieces_go_to_their_parts_as_in_the_slow_twin(lexicon: dict[str, int], max_length: int) -> None:
    trie = Trie(with_symbols(lexicon))
    counts = np.array([with_symbols(lexicon)[word] for word in trie.words], np.int64)
    order = sorted(range(len(trie.words)), key=lambda i: (-len(trie.words[i]), trie.words[i]))
    parts.remove_redundant(
        trie.ids, trie.offsets, np.array(order, np.int64), trie.slots, trie.bits, trie.word, counts, max_length
    )
    found = {word: count for word, count in zip(trie.words, counts.tolist(), strict=True) if count}
    assert found == naive.remove_redundant_pieces(lexicon, max_length)


@EXAMPLES
@given(counted_lexicons, st.dictionaries(st.text(st.sampled_from("一丁七"), min_size=1, max_size=9), st.integers(1, 9)))
def test_strings_are_segmented_with_their_weights(lexicon: dict[str, int], strings: dict[str, int]) -> None:
    trie = Trie(with_symbols(lexicon))
    counts = np.array([with_symbols(lexicon)[word] for word in trie.words], np.int64)
    weights = np.array([*strings.values()], np.int64)
    found = parts.segment_strings(*end_to_end([*strings]), weights, trie.slots, trie.bits, trie.word, counts)
    expected: Counter[str] = Counter()
    for string, weight in strings.items():
        for word in naive.unigram_segment(string, lexicon, max(1, sum(lexicon.values()))):
            expected[word] += weight
    assert {word: n for word, n in zip(trie.words, found.tolist(), strict=True) if n} == expected


@EXAMPLES
@given(lexicons, st.lists(st.text(st.sampled_from("一丁七"), min_size=1, max_size=8), max_size=9), st.integers(2, 5))
def test_what_is_made_of_kept_ngrams_is_known(words: set[str], strings: list[str], order: int) -> None:
    trie = Trie(words)
    found = parts.made_of(*end_to_end(strings), trie.slots, trie.bits, trie.word >= 0, order)

    def made(string: str) -> bool:
        width = min(len(string), order)
        return len(string) < 3 or all(string[i : i + width] in words for i in range(len(string) - width + 1))

    assert found.tolist() == [made(string) for string in strings]


@EXAMPLES
@given(runs_of_three, counted_lexicons)
def test_the_order_for_people_equals_the_slow_twin(runs: list[str], lexicon: dict[str, int]) -> None:
    strings = [*runs, *lexicon]
    text = "\n".join(strings)
    trie = Trie(with_symbols(lexicon))
    counts = np.array([with_symbols(lexicon)[word] for word in trie.words], np.int64)
    places = naive.count_places(strings, {*trie.words, *"一丁七"})
    anywhere, first, last = (np.array([counter[word] for word in trie.words], np.int64) for counter in places)
    alone = np.array([0.0, *(lexicon.get(s, 0) / max(1, places.anywhere[s]) for s in "一丁七")])
    begins = len(strings) / max(1, sum(lexicon.values()))
    again = {"一": 0.5, "丁": 0.8, "七": 1.0}
    found = parts.list_scores(
        *(trie.ids, trie.offsets, trie.slots, trie.bits, trie.word, counts, anywhere, first, last, alone, begins),
        np.array([1.0, *again.values()]),
    )
    expected = naive.list_scores(text, lexicon, "han")
    for word, score in zip(trie.words, found.tolist(), strict=True):
        total = sum(lexicon.values())
        split = naive.best_parts(word, lexicon, 0, total, longer=True)[1] if lexicon.get(word) else [word]
        share = again.get(split[0], 1.0) * again.get(split[-1], 1.0)
        assert score == pytest.approx(expected.get(word, 0.0) * share, rel=1e-9, abs=1e-12)
