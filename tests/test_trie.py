"""The trie of words: what is built and what is added is found again, by a reader that knows only the format."""

from collections.abc import Iterable, Mapping
from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlpkit.kernels import trie
from tests.conftest import NOJIT

Word = tuple[int, ...]

EXAMPLES = settings(deadline=None, max_examples=30 if NOJIT else 300)
LARGEST = (1 << 20) - 1  # a value


def built(words: Mapping[Word, int], reserved: int) -> trie.I64:
    ordered = sorted(words)
    ids = np.array([c for word in ordered for c in word], np.uint16)
    ends = np.array(list(accumulate(map(len, ordered))), np.int64)
    return trie.build(ids, ends, np.array([words[word] for word in ordered], np.int64), reserved)


class Grown:
    """A trie that words are added to."""

    def __init__(self, words: Mapping[Word, int], reserved: int) -> None:
        self.cells = built(words, reserved)
        self.reserved = reserved
        self.sets = trie.find_free(self.cells, reserved)

    def add(self, word: Word, value: int) -> None:
        self.cells, *self.sets = trie.insert(self.cells, *self.sets, np.array(word, np.uint16), value, self.reserved)


def find(cells: trie.I64, word: Word) -> int | None:
    """The value of a word, 0 for what only begins others, None for what begins none."""
    cell = int(cells[word[0]])
    for c in word[1:]:
        if cell >> 36 == 0:
            return None
        cell = int(cells[(cell >> 36) + c])
        if cell >> 20 & 0xFFFF != c:
            return None
    return cell & 0xFFFFF if len(word) > 1 or cell >> 36 or cell & 0xFFFFF else None


def begun(words: Mapping[Word, int]) -> dict[Word, int]:
    """What a trie of these words answers: they, and 0 for all that they begin with."""
    found = {word[:end]: 0 for word in words for end in range(1, len(word))} | dict(words)
    return {word: value for word, value in found.items() if len(word) > 1 or value or any_longer(word, words)}


def any_longer(word: Word, words: Iterable[Word]) -> bool:
    return any(other[: len(word)] == word and other != word for other in words)


def check(cells: trie.I64, words: Mapping[Word, int], reserved: int, probes: Iterable[Word] = ()) -> None:
    expected = begun(words)
    alphabet = {c for word in words for c in word} | {1, reserved - 1}
    neighbours = {(*word[:-1], c) for word in expected for c in alphabet}
    longer = {(*word, c) for word in expected for c in alphabet}
    for probe in {*probes, *expected, *neighbours, *longer}:
        assert find(cells, probe) == expected.get(probe)


def words_over(reserved: int, most: int) -> st.SearchStrategy[dict[Word, int]]:
    words = st.lists(st.integers(1, reserved - 1), min_size=1, max_size=6).map(tuple)
    return st.dictionaries(words, st.integers(0, LARGEST), min_size=1, max_size=most)


tries = st.sampled_from([2, 3, 5, 40, 300]).flatmap(
    lambda reserved: st.tuples(st.just(reserved), words_over(reserved, 30), words_over(reserved, 20))
)


@EXAMPLES
@given(tries)
@example((2, {(1, 1, 1): 0}, {(1,): 1}))
@example((300, {(299,): LARGEST, (299, 299): 0}, {(1, 299): 1}))
def test_a_trie_finds_its_words_and_nothing_else(case: tuple[int, dict[Word, int], dict[Word, int]]) -> None:
    reserved, words, others = case
    check(built(words, reserved), words, reserved, others)


@EXAMPLES
@given(tries)
@example((3, {(1,): 1}, {(1, 2): 2, (2, 1): 3, (1, 2, 1): 4, (1, 1): 5}))
@example((5, {(1, 2): 1, (2, 1): 2}, {(1, 3): 3, (1, 4): 4, (1, 1): 5, (2, 2): 6}))
def test_words_can_be_added_to_a_trie(case: tuple[int, dict[Word, int], dict[Word, int]]) -> None:
    reserved, words, others = case
    grown = Grown(words, reserved)
    there = dict(words)
    for word, value in others.items():
        grown.add(word, value)
        there[word] = value
        assert find(grown.cells, word) == begun(there).get(word)
    check(grown.cells, there, reserved)
    for word in there:
        grown.add(word, 7)
    check(grown.cells, dict.fromkeys(there, 7), reserved)


@EXAMPLES
@given(tries)
def test_a_lookup_stays_within_the_cells_and_bases_are_distinct(
    case: tuple[int, dict[Word, int], dict[Word, int]],
) -> None:
    reserved, words, others = case
    grown = Grown(words, reserved)
    check_bases(grown)
    for word, value in others.items():
        grown.add(word, value)
        check_bases(grown)


def check_bases(grown: Grown) -> None:
    bases = sorted((grown.cells[grown.cells >> 36 != 0] >> 36).tolist())
    assert all(a < b for a, b in pairwise(bases))
    assert not bases or bases[-1] + grown.reserved <= grown.cells.size


def random_words(rng: np.random.Generator, count: int, reserved: int, longest: int) -> dict[Word, int]:
    return {
        tuple(rng.integers(1, reserved, rng.integers(1, longest + 1)).tolist()): int(rng.integers(1, LARGEST + 1))
        for _ in range(count)
    }


@pytest.mark.parametrize(
    ("reserved", "longest"), [(3, 14), (27, 6), (600, 4)], ids=["two ids", "26 ids", "ids of two words of bits"]
)
def test_no_word_is_lost_after_thousands_of_additions(reserved: int, longest: int) -> None:
    rng = np.random.default_rng(5)
    size = 150 if NOJIT else 4_000
    words = random_words(rng, size // 8, reserved, longest)
    grown = Grown(words, reserved)
    further = random_words(rng, size, reserved, longest)
    for number, (word, value) in enumerate(further.items()):
        grown.add(word, value)
        if number % (size // 5) == 0:
            there = {**words, **dict(list(further.items())[: number + 1])}
            assert {word: find(grown.cells, word) for word in there} == there
    words.update(further)
    assert {word: find(grown.cells, word) for word in words} == words
    absent = random_words(rng, size, reserved, longest).keys() - words.keys()
    begins = {word[:end] for word in words for end in range(1, len(word))}
    assert {word for word in absent if find(grown.cells, word) is not None} == absent & begins


@pytest.mark.compiled
def test_ids_may_have_sixteen_bits() -> None:
    """As many letters as a table of words may bring; the ids of some are those of surrogates."""
    rng = np.random.default_rng(6)
    reserved = 0xFFFF
    words = random_words(rng, 3_000, reserved, 3) | {(0xFFFE,): 1, (0xFFFE, 0xFFFE): 2, (0xD800, 0xDC00): 3}
    grown = Grown(words, reserved)
    assert {word: find(grown.cells, word) for word in words} == words
    further = random_words(rng, 300, reserved, 3) | {(0xFFFE, 4): 4, (0xFFFE, 0xFFFE, 0xFFFE): 5}
    for word, value in further.items():
        grown.add(word, value)
    words.update(further)
    assert {word: find(grown.cells, word) for word in words} == words


def test_a_trie_built_at_once_has_the_words_of_one_that_grew() -> None:
    words = random_words(np.random.default_rng(7), 40 if NOJIT else 400, 30, 5)
    first = dict(list(words.items())[:1])
    grown = Grown(first, 30)
    for word, value in words.items():
        grown.add(word, value)
    at_once = built(words, 30)
    for probe in {word[:end] for word in words for end in range(1, len(word) + 1)}:
        assert find(grown.cells, probe) == find(at_once, probe)
