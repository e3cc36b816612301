"""The library's `concordance`: hits in their lines, compared with a twin of plain Python, however they are searched."""

import gzip
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import nlpkit
from nlpkit import Concordance, Corpus
from nlpkit.corpus.detection import returns_end_lines
from nlpkit.errors import InputError, OptionError
from nlpkit.kernels import search
from nlpkit.kwic import job as jobs
from nlpkit.kwic import long_lines, nothing, searching, sorting
from nlpkit.kwic.finding import StringFinder, Text, _rare_places
from nlpkit.kwic.long_lines import LongLine
from nlpkit.kwic.sorting import RowSorter
from nlpkit.runs import Spill
from tests import naive_kwic
from tests.conftest import NOJIT, slow

pytestmark = pytest.mark.usefixtures("dictionary")
FEW = settings(deadline=None, max_examples=20 if NOJIT else 60)

#: Pieces of texts: words that hide in others, folded and combined characters, white space, ends of lines, controls.
PARTS = (
    *("养犬", "养", "犬", "会议", "机会", "议论", "应当", "。", "😀"),
    *("aa", "a", "A", "b", "ß", "SS", "ﬃ", "Ａ", "é", "e\u0301", '"', ",", "\x1b"),
    *(" ", "\u3000", "\t", "\r", "\n", "\r\n"),
)
texts = st.lists(st.sampled_from(PARTS), max_size=40).map("".join)
queries = st.lists(st.sampled_from([part for part in PARTS if part.strip("\r\n")]), min_size=1, max_size=2).map("".join)


def rows(found: Concordance) -> list[naive_kwic.Row]:
    columns = (found.file, found.line, found.offset, found.left, found.hit, found.right)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def compiled(monkeypatch: pytest.MonkeyPatch, pieces: int = 4096) -> None:
    """Makes kernels search all text from now on. pieces: the bytes that they get at a time."""
    monkeypatch.setattr(searching, "_PIECE", pieces)
    monkeypatch.setattr(searching, "_PLAIN_PIECE", pieces)
    monkeypatch.setattr(jobs.Job, "_is_compiled", lambda *_: True)


def write(folder: Path, some: list[str], packed: bool) -> list[str]:
    paths = []
    for number, text in enumerate(some):
        path = folder / f"{number}.txt"
        path.write_bytes(gzip.compress(text.encode(), 1) if packed else text.encode())
        paths.append(str(path))
    return paths


kinds = st.one_of(
    st.fixed_dictionaries({}, optional={"casefold": st.just(True)}),
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["word", "phrase"]),
            "tokenizer": st.sampled_from(["words", "char", "space", "regex"]),
        },
        optional={"casefold": st.just(True), "normalize": st.just(True)},
    ),
)
orders = st.fixed_dictionaries(
    {},
    optional={
        "context": st.sampled_from([1, 3, 30, "1w", "2w"]),
        "sort": st.sampled_from(["R1", "L1", "R1,L2", "L1,R1"]),
        "sample": st.integers(1, 4),
        "seed": st.integers(0, 2),
        "top": st.integers(1, 3),
    },
)

#: (bytes of a chunk, whether kernels search, whether files are compressed)
readings = st.tuples(st.integers(1, 60), st.booleans(), st.booleans())


@FEW
@given(st.lists(texts, min_size=1, max_size=3), queries, kinds, orders, st.booleans(), readings)
@example(["养犬养犬\n犬养犬"], "养犬", {}, {"context": 1}, False, (8, True, False))
@example(
    ["机会议论 会议"], "会议", {"kind": "word", "tokenizer": "words"}, {"context": "1w"}, False, (60, False, False)
)
@example(["aaa\r\naa"], "aa", {"casefold": True}, {"sort": "R1"}, True, (60, True, False))
@example(["ß SS"], "s", {"casefold": True}, {}, False, (60, False, False))
@example(["ab a\na A\nab A"], "a", {"casefold": True}, {"sort": "R1", "context": 1}, True, (60, False, False))
@example(["a。！b\naa。a犬"], "a", {}, {"sort": "R1,L1", "context": "1w"}, False, (60, False, False))
@example(["a\u3000b a b"], "a b", {"kind": "phrase", "tokenizer": "space"}, {}, False, (60, False, False))
def test_equals_the_twin(
    tmp_path: Path,
    some: list[str],
    query: str,
    kind: dict[str, Any],
    order: dict[str, Any],
    often: bool,
    reading: tuple[int, bool, bool],
) -> None:
    size, kernels, packed = reading
    how, what = {**kind, **order}, kind.get("kind", "string")
    assume(not {"\n", "\r"} & {*query} and (what == "string" or not query.isspace()))
    assume(not any(map(returns_end_lines, some)))
    if "sample" not in how:
        how.pop("seed", None)
    if how.get("tokenizer") == "regex":
        how["pattern"] = "[a-z]+|."
    if often and "sort" in how:
        how["by_frequency"] = True
    with pytest.MonkeyPatch.context() as patch:
        if kernels:
            compiled(patch, max(size, 4))
        paths = write(tmp_path, some, packed)
        expected = naive_kwic.concordance([*zip(paths, some, strict=True)], query, **{**how, "kind": what})
        how.pop("kind", None)
        flags = {what: True} if what != "string" else {}
        found = nlpkit.concordance(Corpus(paths, chunk_size=size), query, **flags, **how, jobs=1)
        assert rows(found) == expected


#: Bytes at the bounds of what UTF-8 allows, alone and in characters.
EDGES = b"\x00\n\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xe1\xec\xed\xee\xef\xf0\xf1\xf3\xf4\xf5\xff"
faulty = st.lists(
    st.sampled_from([*(bytes([byte]) for byte in EDGES), *(part.encode() for part in PARTS)]), max_size=30
).map(b"".join)


@FEW
@given(faulty, st.sampled_from([0, 63, 64, 125, 126, 127, 128, 190]), st.booleans())
def test_kernels_find_what_bytes_find_and_every_fault(data: bytes, before: int, overlap: bool) -> None:
    data = b"x" * before + data
    for needle in (b"a", "养犬".encode(), b"aa"):
        finder = StringFinder(needle, overlap)
        try:
            expected = finder.find(Text(data, False))
        except UnicodeDecodeError as error:
            with pytest.raises(UnicodeDecodeError) as caught:
                finder.find(Text(data, True))
            assert caught.value.start == error.start
            continue
        found = finder.find(Text(data, True))
        assert found.feeds == expected.feeds == data.count(b"\n")
        for name in ("begins", "ends", "lines"):
            assert getattr(found, name).tolist() == getattr(expected, name).tolist()


@pytest.mark.parametrize("needle", ["a" * 200, "甲" * 60, "b" + "a" * 63, "b" + "a" * 64])
def test_kernels_read_nothing_beyond_their_array(needle: str) -> None:
    data = (needle + "\n" + needle[:-1]).encode()
    text, wanted = Text(data, True), np.frombuffer(needle.encode(), np.uint8)
    assert max(_rare_places(needle.encode())) < search.PAD
    for stop in (len(data), len(wanted)):
        places, state = np.empty((1000, 2), np.int64), np.array([search.PAD, 0, 0, 0], np.int64)
        array = text.padded[: search.PAD + stop + search.PAD]
        how = (wanted, _rare_places(needle.encode()), False, places, state)
        found = getattr(search.find, "py_func", search.find)(array, search.PAD, search.PAD + stop, *how)
        assert places[:found].tolist() == [[search.PAD, 0]]


@pytest.mark.parametrize(
    "how", [{}, {"word": True}, {"sort": "R1,L1"}, {"regex": True, "casefold": True}, {"sample": 3}]
)
@pytest.mark.parametrize("executor", ["serial", "threads", slow("processes")])
@pytest.mark.compiled
def test_workers_and_chunks_do_not_matter(few_laws: Path, how: dict[str, Any], executor: str) -> None:
    expected = naive_kwic.concordance(
        [(str(few_laws), few_laws.read_text(encoding="utf-8"))],
        "应当",
        kind=next((kind for kind in ("word", "regex") if kind in how), "string"),
        **{name: value for name, value in how.items() if name not in ("word", "regex")},
    )
    assert expected
    with pytest.MonkeyPatch.context() as patch:
        compiled(patch, 1 << 12)
        corpus = Corpus(str(few_laws), chunk_size=1 << 13)
        jobs_ = 1 if executor == "serial" else 2
        assert rows(nlpkit.concordance(corpus, "应当", **how, jobs=jobs_, executor=executor)) == expected


def test_what_outgrows_memory_is_sorted_in_files(few_laws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = rows(nlpkit.concordance(str(few_laws), "应", sort="R1", by_frequency=True, sample=40, seed=3))
    runs = []

    class Small(RowSorter):
        def __init__(self, spill: Spill, size: int, keep: int | None = None) -> None:
            super().__init__(spill, 9000, keep)

        def _write(self, some: Any) -> str:
            runs.append(1)
            return super()._write(some)

    monkeypatch.setattr(sorting, "RowSorter", Small)
    found = nlpkit.concordance(str(few_laws), "应", sort="R1", by_frequency=True, sample=40, seed=3)
    assert rows(found) == expected
    assert len(runs) > 2


def test_records_have_numbers_and_lines_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"t": "ab"}\n{}\n{"t": "x\\nab ab"}\n')
    found = nlpkit.concordance(Corpus(str(tmp_path / "a.jsonl"), field="t"), "ab")
    assert [(line, offset, left) for _, line, offset, left, _, _ in rows(found)] == [
        (1, 0, ""),
        (3, 2, ""),
        (3, 5, "ab "),
    ]


@pytest.mark.parametrize(
    ("query", "how", "expected"),
    [
        ("养犬证", {}, "养犬证 never occurs; 养犬 occurs 2 times"),
        ("会议", {"word": True}, "会议 never occurs as a word; it occurs once as a string, cut 机会/议论"),
        ("猫", {"word": True}, "猫 never occurs as a word, nor as a string"),
        ("Cat", {}, "Cat never occurs; it occurs once with casefold"),
        ("机会 养犬", {"phrase": True}, "机会 养犬 never occurs as a phrase; 机会 occurs once as a word, 养犬 0"),
        ("机\t会", {"phrase": True}, "机\t会 never occurs as a phrase; 机会 occurs once as a string"),
        ("ca*", {}, "ca* never occurs; wildcards are written as in regex=True 'ca\\w*'"),
        ("atx", {}, "atx never occurs"),
        ("[xyz]+", {"regex": True}, "[xyz]+ matches nothing"),
    ],
)
def test_says_what_is_like_a_query_that_never_occurs(
    tmp_path: Path, query: str, how: dict[str, Any], expected: str
) -> None:
    (tmp_path / "a.txt").write_text("养犬人养犬\n机会议论\ncat\n")
    said: list[str] = []
    found = nlpkit.concordance(str(tmp_path / "a.txt"), query, **how, notify=said.append)
    assert (len(found), said) == (0, [expected])


def test_says_that_full_width_letters_were_cut(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("青禾Ｐｒｏ\nro\n")
    said: list[str] = []
    nlpkit.concordance(str(tmp_path / "a.txt"), "pro", word=True, normalize=True, casefold=True, notify=said.append)
    wide = "pro never occurs as a word; ｐｒｏ occurs once as a string, cut Ｐ/ｒ/ｏ; fold keeps such letters together"
    assert said == [wide]


@pytest.mark.parametrize(
    ("limit", "query", "how", "expected"),
    [
        (0, "养犬证", {}, "养犬证 never occurs"),
        (0, "会议", {"word": True}, "会议 never occurs as a word"),
        (0, "机会 养犬", {"phrase": True}, "机会 养犬 never occurs as a phrase"),
        (70, "猫", {"word": True}, "猫 never occurs as a word, nor as a string"),
        (70, "养犬证", {}, "养犬证 never occurs; 养犬 occurs 2 times"),
    ],
)
def test_searches_no_more_than_is_allowed_for_what_is_like_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int, query: str, how: dict[str, Any], expected: str
) -> None:
    (tmp_path / "a.txt").write_text("养犬人养犬\n机会议论\ncat\n")
    monkeypatch.setattr(nothing, "_MOST_BYTES", limit)
    said: list[str] = []
    nlpkit.concordance(str(tmp_path / "a.txt"), query, **how, notify=said.append)
    assert said == [expected]


def test_neighbours_are_compared_in_their_form(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x Ｃ\nx B\nx a\nx b\nx\nx\nx\n")
    for how in ({"casefold": True, "normalize": True}, {"language": "en", "normalize": True}):
        found = nlpkit.concordance(str(tmp_path / "a.txt"), "x", sort="R1", by_frequency=True, context="1w", **how)
        assert found.right.tolist() == [" B", " b", " a", " Ｃ", "", "", ""]


@pytest.mark.parametrize("query", ["model", "Model", "don't", "3.5", "co-op"])
def test_words_of_a_language_are_those_that_count_makes(tmp_path: Path, query: str) -> None:
    (tmp_path / "a.txt").write_text("Model models MODEL, don\u2019t DON'T co\u2010op remodel İx 3.5\n")
    path = str(tmp_path / "a.txt")
    counts = nlpkit.count(path, language="en")
    count = dict(zip(counts.token, counts.count.tolist(), strict=True)).get(query.lower(), 0)
    assert len(nlpkit.concordance(path, query, word=True, language="en")) == count


def test_a_pattern_that_matches_nothing_is_an_error_as_in_count(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("xyz\n")
    how: dict[str, Any] = {"tokenizer": "regex", "pattern": "y(?=z)|(?=x)"}
    for call in (partial(nlpkit.concordance, query="y", word=True), nlpkit.count):
        with pytest.raises(OptionError, match="matches the empty string"):
            call(str(tmp_path / "a.txt"), **how)


@pytest.mark.parametrize("how", [{"regex": True}, {"casefold": True}])
def test_many_hits_in_a_long_line_do_not_take_long(tmp_path: Path, how: dict[str, bool]) -> None:
    (tmp_path / "a.txt").write_text("责任a" * 60_000)
    start = process_time()
    found = nlpkit.concordance(str(tmp_path / "a.txt"), "a", **how)
    assert process_time() - start < 5
    assert found.offset.tolist() == [*range(6, 60_000 * 7, 7)]


@pytest.mark.parametrize("packed", [False, True])
def test_a_line_that_must_be_held_whole_has_a_longest_length(
    tmp_path: Path, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, ["a\n" + "b" * 100_000], packed)[0]
    monkeypatch.setattr(long_lines, "LONGEST", 1 << 16)
    assert len(nlpkit.concordance(Corpus(path, chunk_size=1 << 14), "c")) == 0
    with pytest.raises(InputError, match=r"0\.txt:2: the line is longer than 0 MiB, too long"):
        nlpkit.concordance(Corpus(path, chunk_size=1 << 14), "c", regex=True)


def test_any_seed_needs_a_sample(few_laws: Path) -> None:
    for seed in (0, 5):
        with pytest.raises(OptionError, match="seed: no effect without sample"):
            nlpkit.concordance(str(few_laws), "应", seed=seed)


@pytest.mark.parametrize("packed", [False, True])
def test_a_long_line_takes_no_memory(tmp_path: Path, packed: bool) -> None:
    line = "应当养犬" * 40_000 + "。会议"
    path = write(tmp_path, [f"a\n{line}\nb会议"], packed)[0]
    with pytest.MonkeyPatch.context() as patch:
        compiled(patch, 1 << 12)
        sizes = []
        keep = LongLine._forget
        patch.setattr(LongLine, "_forget", lambda self: (keep(self), sizes.append(len(self._data)))[0])
        for how in ({}, {"word": True}, {"sort": "R1"}, {"sort": "R1", "context": "2w"}):
            found = nlpkit.concordance(Corpus(path, chunk_size=1 << 14), "会议", **how)
            assert found.line.tolist() == [2, 3]
    assert len(sizes) > 100
    assert max(sizes) < 1 << 14
