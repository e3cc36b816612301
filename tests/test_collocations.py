"""Collocations: what a slow twin finds, whatever a word is; the same however the text is cut, kept and run."""

import gzip
import io
import json
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import jieba
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import nlpkit
from nlpkit import Collocations, Corpus, Segmenter, collocations
from nlpkit.choices import COLLOCATION_MEASURES, COLLOCATION_SORTS
from nlpkit.cooccurrence.words import Known
from nlpkit.corpus.detection import returns_end_lines
from nlpkit.errors import OptionError
from nlpkit.frequencies.filters import Filters
from nlpkit.kernels import windows as kernel
from nlpkit.runs import Spill
from tests import naive, naive_collocations
from tests.conftest import LAWS, NOJIT, slow
from tests.texts import read_text

pytestmark = pytest.mark.usefixtures("dictionary")
compiled = pytest.mark.compiled
MANY = settings(deadline=None, max_examples=12 if NOJIT else 200)
FEW = settings(deadline=None, max_examples=8 if NOJIT else 25)
PATTERN = "[A-Za-z]+|[0-9]+|[^ A-Za-z0-9.!?。]"

#: Words of a small dictionary, and what may stand between them.
WORDS = ["中国", "国人", "中国人", "人民", "法院", "SQL", "sql", "Ｓ", "a1", "〇", "第一", "条"]
BETWEEN = [
    " ",
    " ",
    "\u00a0",
    "\u3000",
    "\t",
    "，",
    "。",
    "！”",
    ".",
    ". ",
    "...",
    "3.14",
    "\n",
    "\n",
    "\r\n",
    "2024",
    "３",
]
RARE = ["\0", "é", "x.y", "».", "_", "½", "\U00020000", "\x85", ".)", "?'", "．", "-"]


# ---- the library and its twin


@dataclass(frozen=True)
class How:
    """What is asked for, of the library and of its twin. words: of the segmenter, see `segmenter`."""

    tokenizer: str = "words"
    window: int | tuple[int, int] = 5
    within: str = "line"
    node: tuple[str, ...] | None = None
    min_count: int = 1
    min_frequency: int = 1
    words: str = "small"
    pattern: str = PATTERN
    normalize: bool = False
    casefold: bool = False
    match: str | None = None
    stopwords: frozenset[str] = frozenset()
    min_length: int = 1

    def arguments(self, **others: Any) -> dict[str, Any]:
        """The arguments of `collocations`."""
        names = ("tokenizer", "window", "within", "min_count", "min_frequency", *_FILTERS)
        return {
            **{name: getattr(self, name) for name in names},
            "node": None if self.node is None else list(self.node),
            "stopwords": [stop_list(self.stopwords)] if self.stopwords else (),
            "segmenter": segmenter(self.words) if self.tokenizer == "words" else None,
            "pattern": self.pattern if self.tokenizer == "regex" else None,
            "jieba": nlpkit.Jieba(small_dictionary()) if self.tokenizer == "jieba" else None,
            **others,
        }

    def tokens(self, line: str) -> naive_collocations.Line:
        if self.tokenizer == "space":
            return naive_collocations.split_words(line)
        if self.tokenizer == "char":
            return naive_collocations.characters(line)
        if self.tokenizer == "regex":
            return naive_collocations.matched_words(self.pattern, line)
        cut = jieba_tokenizer().cut(line, HMM=False) if self.tokenizer == "jieba" else segmenter(self.words).cut(line)
        return [token for token in cut if token.strip()]

    @property
    def filters(self) -> Filters:
        bare = Filters(self.normalize, self.casefold)
        stopwords = frozenset(map(bare.form, self.stopwords))
        return replace(bare, match=self.match, stopwords=stopwords, min_length=self.min_length)

    def form(self, token: str) -> str | None:
        return self.filters.apply([token])[0]

    @property
    def sides(self) -> tuple[int, int]:
        return (self.window, self.window) if isinstance(self.window, int) else self.window

    def count(self, text: str) -> naive_collocations.Counts:
        lines = map(self.tokens, naive.lines_of(text))
        stretches = (s for line in lines for s in naive_collocations.stretches(line, self.form, self.within != "line"))
        return naive_collocations.count(stretches, *self.sides)

    def pairs(self, counts: naive_collocations.Counts) -> list[naive_collocations.Pair]:
        nodes = None if self.node is None else {form for form in map(self.form, self.node) if form is not None}
        both_ways = self.sides[0] != self.sides[1]
        return naive_collocations.attracted(counts, nodes, both_ways, self.min_count, self.min_frequency)


_FILTERS = ("normalize", "casefold", "match", "min_length")


@cache
def folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="nlpkit-tests-"))


@cache
def small_dictionary() -> str:
    path = folder() / "small.txt"
    path.write_text("".join(f"{word} {10 + i}\n" for i, word in enumerate(WORDS)) + "中 3\n国 2\n人 5\n", "utf-8")
    return str(path)


@cache
def stop_list(words: frozenset[str]) -> str:
    path = folder() / f"stop{abs(hash(words))}.txt"
    path.write_text("".join(f"{word}\n" for word in sorted(words)), "utf-8")
    return str(path)


@cache
def segmenter(words: str) -> Segmenter:
    """Of jieba's dictionary, or of a small one, which needs no time to compile where kernels run as plain Python."""
    if words == "jieba":
        return Segmenter()
    if words == "forced":
        path = folder() / "forced.txt"
        path.write_text("国人民\n", "utf-8")
        return Segmenter(small_dictionary(), force=(str(path),))
    return Segmenter(small_dictionary(), hmm=words == "hmm")


@cache
def jieba_tokenizer() -> Any:
    jieba.setLogLevel(60)
    return jieba.Tokenizer(small_dictionary())


@pytest.fixture(autouse=True, scope="module")
def _caches() -> Iterator[None]:
    yield
    shutil.rmtree(folder())
    for function in (folder, small_dictionary, stop_list, segmenter, jieba_tokenizer):
        function.cache_clear()


def rows_of(found: Collocations) -> list[tuple[Any, ...]]:
    """The counts of all pairs."""
    columns = (
        found.node,
        found.collocate,
        found.left,
        found.right,
        found.r1,
        found.c1,
        found.f_node,
        found.f_collocate,
    )
    return list(zip(*(column.tolist() for column in columns), strict=True))


def assert_listed(found: Collocations, how: How, counts: naive_collocations.Counts, sort: str = "log_dice") -> None:
    """The pairs of the twin with all figures, in order."""
    expected = how.pairs(counts)
    assert sorted(rows_of(found)) == sorted(pair[:-1] for pair in expected)
    assert (found.words, found.pairs, found.found) == (counts.words, counts.pairs, len(expected))
    assert_measured(found, expected)
    assert_ordered(found, sort)


def assert_measured(found: Collocations, expected: list[naive_collocations.Pair]) -> None:
    """The measures of pairs: of at most 200, some of everywhere in the list."""
    by_words = {pair[:2]: pair for pair in expected}
    columns = {name: column for name, column in found.columns.items() if name in ("o11", "e11", *COLLOCATION_MEASURES)}
    for place in range(0, len(found), len(found) // 200 + 1):
        pair = by_words[found.node[place], found.collocate[place]]
        values = {"o11": pair.o11, "e11": float(pair.e11), **naive_collocations.measures(pair)}
        assert tuple(values) == tuple(columns)
        row = [column[place] for column in columns.values()]
        assert row == pytest.approx(list(values.values()), rel=1e-9, abs=1e-9, nan_ok=True), pair


def assert_ordered(found: Collocations, sort: str) -> None:
    keys = [-math.inf if math.isnan(key) else key for key in getattr(found, sort).tolist()]
    rows = list(zip([-key for key in keys], (-found.o11).tolist(), found.node, found.collocate, strict=True))
    assert rows == sorted(rows)


def assert_same(found: Collocations, expected: Collocations) -> None:
    assert rows_of(found) == rows_of(expected)
    assert (found.words, found.pairs, found.found) == (expected.words, expected.pairs, expected.found)


# ---- against the twin

texts = st.lists(st.sampled_from(WORDS * 2 + BETWEEN + RARE) | st.characters(exclude_categories=["Cs"]), max_size=60)
nodes = st.none() | st.lists(st.sampled_from([*WORDS, "中", "2024", "没有"]), min_size=1, max_size=3).map(tuple)
hows = st.builds(
    How,
    st.sampled_from(["words", "words", "space", "char", "regex", "jieba"]),
    st.sampled_from([1, 2, 5, 100, (0, 3), (2, 0), (3, 1), (1, 40)]),
    st.sampled_from(["line", "sentence"]),
    nodes,
    st.integers(1, 2),
    st.integers(1, 2),
    st.sampled_from(["small", "hmm", "forced"]),
    st.sampled_from([PATTERN, r"\w+", r"\S", "(?:^|[^A-Za-z])([A-Za-z国]+)"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, None, "[a-z国]"]),
    st.sampled_from([frozenset(), frozenset({"中国", "Sql", "条"})]),
    st.sampled_from([1, 1, 2]),
)


@MANY
@given(texts.map("".join), hows, st.integers(1, 60))
@example("中国 中国 中国\n条", How(node=("中国", "条")), 7)
@example("a1 条 条 a1 x 条 a1", How("space", (0, 3)), 1)
@example("条 3.14 第一. 条 5.5. 第一", How(within="sentence"), 1)
@example("条 . 5 第一 . 条 a.) 〇 b.” x", How("space", within="sentence"), 1)
@example("a.b c. d 3.14 e... f..g", How("regex", within="sentence", pattern=r"\w+"), 1)
@example("sql，SQL，Ｓ，条 ＳＱＬ", How("regex", normalize=True, casefold=True, node=("Sql",)), 1)
@example("条\0条\r\n第一\0", How("char"), 1)
@example("条 ." + "\n5 条", How("space", within="sentence"), 3)
@example("\n\n", How(), 1)
@example("", How(node=("条",)), 1)
def test_any_text_has_the_collocations_of_the_slow_twin(text: str, how: How, chunk_size: int) -> None:
    text = (text + "，" + text[::-1] + text).removeprefix("\ufeff")
    assume(not returns_end_lines(text))
    corpus = Corpus(io.BytesIO(text.encode()), chunk_size=chunk_size)
    if None in map(how.form, how.node or ()):
        with pytest.raises(OptionError, match=r"^node '.*' is left out by (match|stopwords|min_length)$"):
            collocations(corpus, **how.arguments())
    else:
        assert_listed(collocations(corpus, **how.arguments()), how, how.count(text))


CASES = {
    "all pairs": ("laws", How(words="jieba", min_count=3, min_frequency=4)),
    "a node": ("laws", How(words="jieba", node=("责任", "义务"), min_count=2, window=(3, 1))),
    "in sentences": ("manual", How(words="jieba", within="sentence", window=30, min_frequency=3)),
    "English": ("genesis", How("space", casefold=True, within="sentence", min_count=2)),
    "of a pattern": ("genesis", How("regex", (0, 2), "sentence", ("God", "Noah"), pattern=r"\w+")),
    "characters": ("kokoro", How("char", 2, min_count=3, match=r"\p{Han}")),
    "of the jieba library": ("laws", How("jieba", stopwords=frozenset({"的", "条"}), min_frequency=2)),
}


@pytest.mark.parametrize("case", CASES)
def test_a_real_text_has_the_collocations_of_the_slow_twin(case: str) -> None:
    name, how = CASES[case]
    text = read_text(name, 1_500 if NOJIT else 12_000)
    found = collocations(Corpus(io.BytesIO(text.encode()), chunk_size=4000), **how.arguments())
    assert NOJIT or len(found) > 5
    assert_listed(found, how, how.count(text))


@pytest.mark.slow
@compiled
@pytest.mark.parametrize(
    "how", [How(words="jieba", min_frequency=3), How(words="jieba", node=("责任",), window=(9, 0))]
)
def test_the_bundled_laws_have_the_collocations_of_the_slow_twin(how: How) -> None:
    counts = how.count(LAWS.read_text("utf-8"))
    for chunk_size in (64 << 10, 8 << 20):
        found = collocations(Corpus(LAWS, chunk_size=chunk_size, memory=64 << 20), **how.arguments(jobs=2))
        assert_listed(found, how, counts)


@pytest.mark.parametrize("sort", COLLOCATION_SORTS)
@pytest.mark.parametrize("node", [None, ("条", "a1")])
def test_rows_are_in_order_and_top_takes_the_first(sort: str, node: tuple[str, ...] | None) -> None:
    text, how = "\n".join(some_lines(60)).encode(), How(node=node)
    found = collocations(io.BytesIO(text), **how.arguments(sort=sort))
    assert_ordered(found, sort)
    first = collocations(io.BytesIO(text), **how.arguments(sort=sort, top=7))
    assert rows_of(first) == rows_of(found)[:7]
    assert first.found == found.found == len(found) > 7


def test_figures_by_hand() -> None:
    """Four words, six pairs of neighbours: 甲 stands beside 乙 in two of 甲's two places."""
    (row,) = collocations(
        io.BytesIO("甲 乙\n丙 甲 乙\n丁".encode()), tokenizer="space", window=(0, 1), min_count=2, min_frequency=1
    )
    assert row[:8] == ("甲", "乙", 2, pytest.approx(4 / 3), 0, 2, 2, 2)


# ---- the same however it is cut, and by whomever


def some_lines(count: int, random: Random | None = None) -> list[str]:
    """Lines of words that have many different neighbours, and of sentences."""
    random = random or Random(count)
    between = [" ", "\u00a0", "\u3000", "，", "。", "7. ", "12 ", "\0", ". "]
    return [" ".join(random.choices(WORDS * 3 + between, k=random.randrange(18))) for _ in range(count)]


def plain(folder: Path, lines: list[str]) -> Any:
    (folder / "text.txt").write_text("\n".join(lines), "utf-8")
    return folder / "text.txt"


def crlf(folder: Path, lines: list[str]) -> Any:
    (folder / "text.txt").write_bytes("\r\n".join([*lines, ""]).encode())
    return folder / "text.txt"


def packed(folder: Path, lines: list[str]) -> Any:
    (folder / "text.gz").write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    return folder / "text.gz"


def records(folder: Path, lines: list[str]) -> Any:
    (folder / "text.jsonl").write_text("".join(json.dumps({"text": line}) + "\n" for line in lines), "utf-8")
    return folder / "text.jsonl"


def files(folder: Path, lines: list[str]) -> Any:
    """A file for every seven lines, without a line end; windows do not reach into the next one."""
    for number in range(0, len(lines), 7):
        (folder / f"{number:04}").write_text("\n".join(lines[number : number + 7]), "utf-8")
    return [folder]


@pytest.mark.parametrize("how", [How(), How("space", (2, 4), "sentence"), How(node=("条", "没有"), within="sentence")])
@pytest.mark.parametrize("make", [plain, crlf, packed, records, files])
def test_collocations_do_not_depend_on_inputs_chunks_and_threads(
    make: Callable[..., Any], how: How, tmp_path: Path
) -> None:
    lines = some_lines(30 if NOJIT else 80)
    counts = how.count("\n".join(lines))
    inputs = make(tmp_path, lines)
    for chunk_size, running in (
        (60, {"executor": "serial"}),
        (300, {"executor": "threads", "jobs": 3}),
        (64 << 10, {"jobs": 1}),
    ):
        field = "text" if make is records else None
        found = collocations(Corpus(inputs, chunk_size=chunk_size, field=field), **how.arguments(**running))
        assert_listed(found, how, counts)
        assert len(found) > 3


@compiled
@pytest.mark.parametrize("executor", ["processes", slow("threads"), slow("serial")])
@pytest.mark.parametrize("how", [How(words="jieba"), How("regex", (4, 1), node=("责任", "义务"), pattern=r"\w\w")])
def test_a_real_text_gives_the_same_with_any_workers_and_memory(executor: str, how: How, few_laws: Path) -> None:
    expected = collocations(few_laws, **how.arguments())
    assert len(expected) > 20
    corpus = Corpus(few_laws, chunk_size=20_000, memory=64 << 20)
    jobs = 2 if executor != "serial" else None
    assert_same(collocations(corpus, **how.arguments(), executor=executor, jobs=jobs), expected)


@pytest.mark.parametrize("how", [How(), How(window=(3, 40), node=("条",)), How("space", 7, "sentence")])
def test_a_long_line_is_one_line(how: How, tmp_path: Path) -> None:
    """As a file and as a stream, which is cut within the line at white space."""
    random = Random(1)
    line = "".join(random.choices([*WORDS, " ", " ", "，", ". "], k=1_500 if NOJIT else 400_000))
    assert NOJIT or len(line.encode()) > 1_500_000
    path = tmp_path / "line.txt"
    path.write_text(line, "utf-8")
    expected = collocations(path, **how.arguments())
    assert len(expected) > 3
    if how.within == "line":
        words = sum(map(naive_collocations.is_word, how.tokens(line)))
        left, right = how.sides
        pairs = words * (left + right) - (left * (left + 1) + right * (right + 1)) // 2
        assert (expected.words, expected.pairs) == (words, pairs)
    for corpus in (Corpus(io.BytesIO(line.encode()), chunk_size=64 << 10), Corpus(path, chunk_size=50_000)):
        assert_same(collocations(corpus, **how.arguments(jobs=2, executor="threads")), expected)


# ---- bounded memory


@pytest.fixture
def cramped(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], dict[str, int]]:
    """A function that makes pieces and buffers small and lets a table have some bytes; it returns how often a scan has
    begun a vocabulary anew, and how often a table went to disk."""
    seen = {"vocabularies": 0, "runs": 0}

    def counting(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            seen[what] += 1
            return function(*arguments)

        return call

    def cramp(limit: int) -> dict[str, int]:
        monkeypatch.setattr(Spill, "limit", property(lambda _: limit, lambda *_: None), raising=False)
        monkeypatch.setattr("nlpkit.frequencies.counting.PIECE", 50)
        monkeypatch.setattr("nlpkit.cooccurrence.words.PIECE", 5)
        for module in ("figures", "pairs"):
            monkeypatch.setattr(f"nlpkit.cooccurrence.{module}.key_room", lambda _: 8 * 20)
        monkeypatch.setattr(Known, "__init__", counting("vocabularies", Known.__init__))
        monkeypatch.setattr(Spill, "save", counting("runs", Spill.save))
        return seen

    return cramp


@pytest.mark.parametrize("limit", [1, 12_000])
@pytest.mark.parametrize(
    "how",
    [
        How(window=4),
        How("space", (1, 7), "sentence", casefold=True, stopwords=frozenset({"条"})),
        How(window=4, node=("条", "没有", "a1"), min_count=2),
        How("char", (6, 2), node=("条",)),
        How("regex", 3, "sentence"),
    ],
    ids=lambda how: f"{how.tokenizer} {how.window} {how.node}",
)
def test_hardly_any_memory_gives_the_same(
    how: How, limit: int, cramped: Callable[[int], dict[str, int]], tmp_path: Path
) -> None:
    spill = tmp_path / "spill"
    spill.mkdir()
    random = Random(limit)
    lines = some_lines(15 if NOJIT else 30, random)
    lines[7] = " ".join(lines)  # windows go on from one piece to the next
    lines[9:9] = [f"条 w{i} a1" for i in range(40 if NOJIT else 120)]  # many words
    expected = how.count("\n".join(lines))
    seen = cramped(limit)
    for chunk_size, executor in ((200, "threads"), (1 << 20, "serial")):
        corpus = Corpus(plain(tmp_path, lines), chunk_size=chunk_size, tmp_dir=spill)
        found = collocations(corpus, **how.arguments(executor=executor, jobs=2))
        assert_listed(found, how, expected)
        assert not os.listdir(spill)
    assert seen["runs"] > 4
    assert NOJIT or seen["vocabularies"] > 8


# ---- kernels: a text in parts


def place(tokens: str, sentences: bool = True, waits: bool = False) -> tuple[list[int], bool]:
    """Places tokens, given by letters: w and x are words, n is a number, p a point, s ends a sentence, | a line, and c
    is a comma; e is a word that ends a sentence. Words have the types 1 to 4."""
    names = "wxnepsc"
    word, number, stop, point = kernel.WORD, kernel.NUMBER, kernel.STOP, kernel.POINT
    flags = np.array([word, word, word | number, word | stop, point, stop, 0], np.uint8)
    types = np.array([1, 2, 3, 4, 0, 0, 0], np.int32)
    sequence = np.array([names.find(token) for token in tokens], np.int32)
    out = np.full(2 * len(tokens) + 2, -9, np.int32)
    used, waits = kernel.place_words(sequence, sequence.size, flags, types, sentences, waits, out, 1)
    assert out[0] == -9 and (out[used:] == -9).all()
    return out[1:used].tolist(), waits


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ("", []),
        ("wcx", [1, 2]),
        ("w|x|", [1, -1, 2, -1]),
        ("wsx", [1, -1, 2]),
        ("wex", [1, 4, -1, 2]),
        ("wpx", [1, -1, 2]),
        ("wpn", [1, 3]),
        ("wpcn", [1, -1, 3]),
        ("wp|n", [1, -1, 3]),
        ("wppn", [1, -1, 3]),
        ("wpen", [1, -1, 4, -1, 3]),
    ],
)
def test_words_are_placed_with_marks_where_sentences_end(tokens: str, expected: list[int]) -> None:
    assert place(tokens) == (expected, False)
    for cut in range(len(tokens) + 1):  # in two parts
        first, waits = place(tokens[:cut])
        second, rest = place(tokens[cut:], waits=waits)
        assert (first + second, rest) == (expected, False)
    whole = place(tokens, sentences=False)
    assert whole == ([n for n, token in zip_types(tokens)], False)


def zip_types(tokens: str) -> Iterator[tuple[int, str]]:
    """The types of words, and -1 for line ends."""
    yield from (("wxne".find(token) + 1 if token != "|" else -1, token) for token in tokens if token in "wxne|")


def test_a_point_at_the_end_waits() -> None:
    assert place("wp") == ([1], True)
    assert place("", waits=True) == ([], True)


streams = st.lists(st.sampled_from([0, 1, 2, 3, 3, 4, kernel.END]), max_size=30)
sides = st.integers(0, 4), st.integers(0, 4)


@MANY
@given(streams, *sides, st.data())
@example([0, 1, 0], 0, 1, None)
def test_windows_counted_in_parts_are_those_of_the_slow_twin(
    words: list[int], left: int, right: int, data: Any
) -> None:
    assume(left or right)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(words)), max_size=5))) if data else [1, 2]
    stretches: list[list[str | None]] = [[]]
    for word in words:
        if word == kernel.END:
            stretches.append([])
        else:
            stretches[-1].append(str(word))
    expected = naive_collocations.count(stretches, left, right)
    figures = np.zeros((3, 5), np.int64)
    beside: list[int] = []
    together: list[int] = []
    kept, since, before = np.empty(0, np.int32), 0, 0
    for cut in [*cuts, len(words), None]:
        part = np.array([kernel.END] if cut is None else words[before:cut], np.int32)
        room = np.concatenate([kept, part])
        args = kept.size, room.size, since, left, right
        written(beside, kernel.node_keys, room, *args, 2)
        at = written(together, kernel.pair_keys, room, *args)
        since = kernel.count_windows(room, *args, figures)
        assert since == at
        size = min(since, max(left, right))
        kept, before = room[room.size - size :], cut or before
    for row, name in zip(figures.tolist(), ("frequency", "near", "windows"), strict=True):
        assert row == [getattr(expected, name)[str(word)] for word in range(5)]
    assert sorted(beside) == sorted(
        int(node) << 33 | side << 32 | int(other)
        for side, pairs in enumerate((expected.left, expected.right))
        for node, other in pairs.elements()
        if int(node) < 2
    )
    assert sorted(together) == sorted(pairs_in(stretches, left, right))


def written(found: list[int], write: Callable[..., Any], room: Any, start: int, *how: int) -> int:
    """Collects the keys that a kernel writes, in the smallest buffer that it can use; returns `since` at the end."""
    stop, since, *rest = how
    buffer = np.zeros(2 * max(how[2:4]), np.uint64)
    while start < stop:
        start, since, size = write(room, start, stop, since, *rest, buffer)
        found += buffer[:size].tolist()
    return since


def pairs_in(stretches: list[list[str | None]], left: int, right: int) -> Iterator[int]:
    """The keys of the pairs of different words from 1 on, as the kernel's docstring says."""
    for stretch in stretches:
        numbers = [int(word or 0) for word in stretch]
        for i, earlier in enumerate(numbers):
            for distance, later in enumerate(numbers[i + 1 : i + 1 + max(left, right)], 1):
                if earlier and later and earlier != later:
                    far = distance > min(left, right)
                    yield min(earlier, later) << 33 | max(earlier, later) << 2 | 2 * (later < earlier) | far


@pytest.mark.parametrize("least", [1, 3, 5])
def test_frequent_pairs_are_chosen_by_all_their_keys(least: int) -> None:
    table = {(1 << 33 | 2 << 2) + bits: count for bits, count in ((0, 1), (1, 2), (3, 1))}
    table |= {1 << 33 | 3 << 2 | 2: 4, 2 << 33 | 3 << 2: 2}
    keys, counts = np.array(sorted(table), np.uint64), np.array([table[key] for key in sorted(table)], np.int64)
    nothing = np.empty(0, np.uint64), np.empty((4, 0), np.int64)
    size = kernel.frequent_pairs(keys, counts, least, *nothing)
    heads, figures = np.empty(size, np.uint64), np.empty((4, size), np.int64)
    assert kernel.frequent_pairs(keys, counts, least, heads, figures) == size
    expected = [(1 << 31 | 2, [1, 2, 0, 1]), (1 << 31 | 3, [0, 0, 4, 0]), (2 << 31 | 3, [2, 0, 0, 0])]
    assert list(zip(heads.tolist(), figures.T.tolist(), strict=True)) == [
        (head, row) for head, row in expected if sum(row) >= least
    ]
