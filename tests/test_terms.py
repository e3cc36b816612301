"""Terms: what a slow twin finds, whatever a word is; the same however the text is cut and run; `nlpkit terms`."""

import gzip
import io
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import jieba
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import nlpkit
from nlpkit import Corpus, Segmenter, Terms, terms
from nlpkit.corpus.detection import returns_end_lines
from nlpkit.frequencies.tokens import Tokenizer
from nlpkit.languages import NO_LANGUAGE
from nlpkit.multiword import job
from nlpkit.multiword.ngrams import WordNgrams
from nlpkit.multiword.units import UnitReader, Vocabulary
from tests import naive, naive_terms
from tests.conftest import LAWS, NOJIT, slow
from tests.naive_terms import NUMBER
from tests.texts import read_text

pytestmark = pytest.mark.usefixtures("dictionary")
compiled = pytest.mark.compiled
FEW = settings(deadline=None, max_examples=12 if NOJIT else 25)
PATTERN = "[A-Za-z]+|[0-9]|[^ A-Za-z0-9]"

#: Words of a small dictionary, and what may stand between them.
WORDS = ["中国", "国人", "中国人", "人民", "法院", "SQL", "Server", "a1", "〇", "第一", "条"]
BETWEEN = [" ", " ", "\u00a0", "  ", "\u3000", "\t", "，", "。", "\n", "\n", "\r\n", "1", "2024", "３", "\0", "x", "é"]


@dataclass(frozen=True)
class How:
    """What is asked for, of the library and of its twin. words: the dictionary of the tokenizer `words`."""

    tokenizer: str = "words"
    document: str = "line"
    min_count: int = 2
    max_words: int = 6
    words: str | None = None
    pattern: str = PATTERN

    def arguments(self) -> dict[str, Any]:
        common = {"document": self.document, "min_count": self.min_count, "max_words": self.max_words}
        if self.tokenizer == "en":
            return {**common, "language": "en"}
        if self.tokenizer == "words":
            return {**common, "segmenter": segmenter(self.words)}
        return {
            **common,
            "tokenizer": self.tokenizer,
            "pattern": self.pattern if self.tokenizer == "regex" else None,
            "jieba": nlpkit.Jieba(small_dictionary()) if self.tokenizer == "jieba" else None,
        }

    def tokens(self, line: str) -> naive_terms.Line:
        if self.tokenizer == "space":
            return naive_terms.split_words(line)
        if self.tokenizer == "regex":
            return naive_terms.matched_words(self.pattern, line)
        if self.tokenizer == "en":
            return naive_terms.english_words(line)
        if self.tokenizer == "jieba":
            return list(jieba_tokenizer().cut(line, HMM=False))
        return list(segmenter(self.words).cut(line))

    def count(self, *files: str) -> naive_terms.Text:
        """What the twin counts in the texts of these files."""
        documents = [[self.tokens(line) for line in naive.lines_of(text)] for text in files]
        if self.document == "line":
            documents = [[line] for lines in documents for line in lines]
        return naive_terms.count_text(documents, self.min_count, self.max_words, english=self.tokenizer == "en")

    def list(self, text: naive_terms.Text) -> list[naive_terms.Term]:
        """The list that the twin makes from its counts, with the default background."""
        if self.tokenizer == "en":
            return naive_terms.list_english_terms(text, english_background(text))
        is_chinese = self.tokenizer in ("words", "jieba")
        return naive_terms.list_terms(text, jieba_background() if is_chinese else None, repeats=not is_chinese)


@cache
def small_dictionary() -> str:
    path = Path(tempfile.mkdtemp(prefix="nlpkit-tests-")) / "small.txt"
    path.write_text("".join(f"{word} {10 + i}\n" for i, word in enumerate(WORDS)) + "中 3\n国 2\n人 5\n", "utf-8")
    return str(path)


@cache
def segmenter(dictionary: str | None) -> Segmenter:
    """jieba: that of jieba, None: a small one, which needs no time to compile where kernels run as plain Python."""
    return Segmenter(None if dictionary == "jieba" else dictionary or small_dictionary())


@cache
def jieba_tokenizer() -> Any:
    jieba.setLogLevel(60)
    return jieba.Tokenizer(small_dictionary())


@cache
def jieba_background() -> naive_terms.Background:
    """As jieba counts: all lines make the total, of a word that has several the last one counts."""
    lines = (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines()
    rows = [(line.split(" ")[0], float(line.split(" ")[1])) for line in lines]
    return naive_terms.Background(dict(rows), sum(count for _, count in rows))


def english_background(text: naive_terms.Text) -> naive_terms.Background | None:
    """The shares in wordfreq; None if it is not installed."""
    try:
        import wordfreq
    except ImportError:
        return None
    words = {word for words in text.grams for word in words}
    return naive_terms.Background({word: wordfreq.word_frequency(word, "en", "large") for word in words}, 1)


@pytest.fixture(autouse=True, scope="module")
def _caches() -> Iterator[None]:
    yield
    shutil.rmtree(Path(small_dictionary()).parent)
    for function in (small_dictionary, segmenter, jieba_tokenizer, jieba_background):
        function.cache_clear()


# ---- against the twin


@contextmanager
def counted() -> Iterator[list[WordNgrams]]:
    """Collects what `terms` counts."""
    seen: list[WordNgrams] = []

    def seeing(rank: Callable[..., Any]) -> Callable[..., Any]:
        def see(ngrams: WordNgrams, *others: Any, **how: Any) -> Any:
            seen.append(ngrams)
            return rank(ngrams, *others, **how)

        return see

    with mock.patch.multiple(job, rank=seeing(job.rank), rank_english=seeing(job.rank_english)):
        yield seen


def grams_of(ngrams: WordNgrams) -> dict[naive_terms.Words, naive_terms.Gram]:
    """What was counted, as the twin has it; NUMBER is counted, too, where it is rare."""
    texts = [NUMBER, *ngrams.vocabulary.words]
    found: dict[naive_terms.Words, naive_terms.Gram] = {}
    for node in np.flatnonzero(ngrams.counts).tolist():
        order = int(ngrams.orders[node])
        units = [unit for unit in ngrams.rows(np.array([node]))[0].tolist() if unit]
        assert len(units) == order
        assert ngrams.find(units) == node
        found[tuple(texts[unit - 3] for unit in units)] = naive_terms.Gram(
            int(ngrams.counts[node]),
            int(ngrams.documents[node]),
            int(ngrams.blocks[node]),
            float(ngrams.pmi[node]) if order > 1 else math.nan,
            float(ngrams.left[node]),
            float(ngrams.right[node]),
            int(ngrams.begins[node]),
            int(ngrams.ends[node]),
            tuple(bool(ngrams.spacings[node] >> j & 1) for j in range(order - 1)),
        )
    return found


def assert_counted(ngrams: WordNgrams, expected: naive_terms.Text, min_count: int) -> None:
    """All frequent n-grams with all figures."""
    found = grams_of(ngrams)
    if ngrams.capitals.size:  # of a language that has them
        for word, *capitals in zip(ngrams.vocabulary.words, *ngrams.capitals[:, 1:].tolist(), strict=True):
            assert tuple(capitals) == expected.capitals[word]
    if NUMBER not in {word for words in expected.grams for word in words}:
        assert found.pop((NUMBER,), None) is None or ngrams.counts[0] < min_count
    assert (ngrams.words, ngrams.runs) == (expected.words, expected.runs)
    assert found.keys() == expected.grams.keys()
    for words, gram in expected.grams.items():
        assert found[words].spaces == gram.spaces, words
        assert found[words][:-1] == pytest.approx(gram[:-1], rel=1e-12, abs=1e-12, nan_ok=True), words


def assert_listed(found: Terms, expected: list[naive_terms.Term]) -> None:
    """The same terms in the same order, with all figures."""
    assert list(found.term) == [row.term for row in expected]
    assert found.found == len(expected)
    for row, wanted in zip(found, expected, strict=True):
        assert row[:4] == wanted[:4]
        assert row[4:] == pytest.approx(wanted[4:], rel=1e-9, abs=1e-9, nan_ok=True), wanted


def assert_same(found: Terms, expected: Terms) -> None:
    for name, column in expected.columns.items():
        np.testing.assert_array_equal(getattr(found, name), column, name)
    assert (found.tokens, found.runs, found.found) == (expected.tokens, expected.runs, expected.found)


texts = st.lists(
    st.sampled_from(WORDS * 2 + BETWEEN) | st.characters(exclude_categories=["Cs"]), min_size=10, max_size=80
).map("".join)
hows = st.builds(
    How,
    st.sampled_from(["words", "words", "space", "regex", "jieba", "en"]),
    st.sampled_from(["line", "file"]),
    st.integers(2, 3),
    st.integers(1, 9),
    pattern=st.sampled_from([PATTERN, "[a-z国]+|[0-9]", "(?:^|[^A-Za-z])([A-Za-z国]+)"]),
)


@FEW
@given(texts, hows, st.integers(1, 60))
@example("1 2 条 1 2 条\n1  2 条\n12 条 a1 a1", How(min_count=2), 7)
@example("SQL Server SQLServer\nSQL\u00a0Server  SQL\u3000Server", How(), 7)
@example("中国\r\n中国\r\n中国\0中国\0中国", How(document="file"), 1)
@example("条\n条\n第一\n第一", How(max_words=1), 1)
@example("1 2 x x 3", How("en"), 1)
@example("\n\n", How(), 1)
@example("", How(), 1)
def test_any_text_is_counted_and_ordered_as_by_the_slow_twin(text: str, how: How, chunk_size: int) -> None:
    text = (text + "，" + text[::-1] + text).removeprefix("\ufeff")
    assume(not returns_end_lines(text))
    with counted() as seen:
        found = terms(Corpus(io.BytesIO(text.encode()), chunk_size=chunk_size), **how.arguments())
    expected = how.count(text)
    assert_counted(seen[0], expected, how.min_count)
    assert_listed(found, how.list(expected))


CASES = {
    "words of a dictionary": ("laws", How(words="jieba", min_count=3)),
    "mixed text": ("manual", How(words="jieba", document="file", min_count=3, max_words=4)),
    "English": ("genesis", How("en")),
    "between spaces": ("genesis", How("space", min_count=3, max_words=3)),
    "of a pattern": ("kokoro", How("regex", "file", min_count=3, pattern=r"[^\W\d_]|\d+")),
    "of the jieba library": ("laws", How("jieba", min_count=3)),
}


@pytest.mark.parametrize("case", CASES)
def test_a_real_text_is_counted_and_ordered_as_by_the_slow_twin(case: str) -> None:
    name, how = CASES[case]
    text = read_text(name, 3_000 if NOJIT else 10_000)
    with counted() as seen:
        found = terms(Corpus(io.BytesIO(text.encode()), chunk_size=4000), **how.arguments())
    expected = how.count(text)
    assert_counted(seen[0], expected, how.min_count)
    assert len(found) > 5
    assert_listed(found, how.list(expected))


@compiled
def test_words_are_those_that_discover_finds(few_laws: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text(few_laws.read_text("utf-8")[:15_000], "utf-8")
    nlpkit.discover(text).select(everything=True).save(tmp_path / "words.tsv")
    found = terms(text, min_count=3)
    assert len(found) > 50
    assert_same(found, terms(text, min_count=3, segmenter=Segmenter(tmp_path / "words.tsv")))


def test_a_mixed_term_is_written_as_it_mostly_is_and_two_spaces_end_a_run() -> None:
    """Figures by hand: 25 words; SQL, Server, 代 and 理 five times each, but 代 follows Server four times."""
    lines = ["SQL Server 代理", "看SQL Server 代理好", "甲SQL Server 代理乙", "丙SQL Server  代理", "SQLServer代理"]
    found = terms(io.BytesIO("\n".join(lines).encode()), min_count=3, segmenter=segmenter(None))
    assert (found.tokens, found.runs, len(found)) == (25, 6, 1)
    (row,) = found
    assert row[:4] == ("SQL Server 代理", "SQL Server 代 理", 4, 4)
    assert row[4:7] == pytest.approx([math.log(4)] * 3)


# ---- the same however it is cut, and by whomever


def some_lines(count: int) -> list[str]:
    """Lines of words that have many different neighbours."""
    random = Random(count)
    between = [" ", "\u00a0", "\u3000", "，", "、", "7", "12 ", "\0"]
    return ["".join(random.choices(WORDS * 3 + between, k=random.randrange(18))) for _ in range(count)]


def plain(folder: Path, lines: list[str]) -> Any:
    (folder / "text.txt").write_text("\n".join(lines), "utf-8")
    return folder / "text.txt"


def crlf(folder: Path, lines: list[str]) -> Any:
    (folder / "text.txt").write_bytes("\r\n".join([*lines, ""]).encode())
    return folder / "text.txt"


def packed(folder: Path, lines: list[str]) -> Any:
    (folder / "text.gz").write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    return folder / "text.gz"


def stream(_: Path, lines: list[str]) -> Any:
    return io.BytesIO("\n".join(lines).encode())


def folders(folder: Path, lines: list[str]) -> Any:
    """A file for every seven lines, in folders, some of them packed, some without a line end, one empty."""
    for number in range(0, len(lines), 7):
        path = folder / f"{number // 70:02}" / f"{number:04}"
        path.parent.mkdir(exist_ok=True)
        data = "\n".join(lines[number : number + 7]).encode() + b"\n" * (number % 2)
        path.with_suffix(".gz" if number % 3 else ".txt").write_bytes(
            gzip.compress(data, mtime=0) if number % 3 else data
        )
    (folder / "empty.txt").write_bytes(b"")
    return [folder]


@pytest.mark.parametrize(
    ("make", "document"),
    [(plain, "line"), (crlf, "line"), (packed, "file"), (stream, "file"), (folders, "line"), (folders, "file")],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_terms_do_not_depend_on_inputs_chunks_and_threads(
    make: Callable[..., Any], document: str, tmp_path: Path
) -> None:
    lines = some_lines(60 if NOJIT else 100)
    how = How(document=document, max_words=3)
    groups = ["\n".join(lines[i : i + 7]) for i in range(0, len(lines), 7)] if make is folders else ["\n".join(lines)]
    expected = how.count(*groups)
    for number, (chunk_size, running) in enumerate(
        [(60, {"executor": "serial"}), (300, {"executor": "threads", "jobs": 3}), (64 << 10, {"jobs": 1})]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        with counted() as seen:
            found = terms(Corpus(make(folder, lines), chunk_size=chunk_size), **how.arguments(), **running)
        assert_counted(seen[0], expected, how.min_count)
        assert_listed(found, how.list(expected))
        assert len(found) > 3


@pytest.mark.parametrize("executor", ["threads", slow("processes")])
@pytest.mark.parametrize("files", [2, 64])
def test_terms_sorted_on_disk_are_the_same(
    executor: str, files: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlpkit.runs.files.most_files", lambda: files)
    spill = tmp_path / "spill"
    spill.mkdir()
    lines, how = some_lines(60 if NOJIT else 100), How(document="file")
    expected = how.count("\n".join(lines))
    corpus = Corpus(plain(tmp_path, lines), chunk_size=500, tmp_dir=spill)
    corpus.memory = 1 << 14  # less than a constructor takes
    with counted() as seen:
        found = terms(corpus, **how.arguments(), executor=executor, jobs=2)
    assert_counted(seen[0], expected, how.min_count)
    assert_listed(found, how.list(expected))
    assert not os.listdir(spill)


@compiled
@pytest.mark.parametrize("executor", ["processes", slow("threads"), slow("serial")])
def test_a_real_text_gives_the_same_with_any_workers_and_memory(executor: str, few_laws: Path) -> None:
    expected = terms(few_laws, examples=1)
    assert len(expected) > 100
    corpus = Corpus(few_laws, chunk_size=30_000, memory=64 << 20)
    assert_same(terms(corpus, examples=1, executor=executor, jobs=2 if executor != "serial" else None), expected)


@pytest.mark.slow
@compiled
def test_the_bundled_laws_equal_the_twin_at_any_chunk_size() -> None:
    how = How(words="jieba", min_count=5)
    expected = how.count(LAWS.read_text("utf-8"))
    for chunk_size in (64 << 10, 8 << 20):
        with counted() as seen:
            found = terms(Corpus(LAWS, chunk_size=chunk_size), **how.arguments(), jobs=2)
        assert_counted(seen[0], expected, how.min_count)
        assert_listed(found, how.list(expected))


def test_a_long_line_without_punctuation(tmp_path: Path) -> None:
    """As a file and as a stream, which is cut within the line where NUL stands."""
    line = "".join(Random(1).choices(WORDS, k=2_000 if NOJIT else 600_000))
    line += "\0" + line[:1000]
    assert NOJIT or len(line.encode()) > 3_000_000
    path = tmp_path / "line.txt"
    path.write_text(line, "utf-8")
    how: dict[str, Any] = {"segmenter": segmenter(None), "max_words": 2}
    expected = terms(path, **how)
    assert expected.runs == 2
    assert expected.tokens > len(line) // 4
    assert max(expected.documents, default=1) == 1
    for corpus in (Corpus(io.BytesIO(line.encode()), chunk_size=64 << 10), Corpus(path, chunk_size=50_000)):
        assert_same(terms(corpus, **how, jobs=2, executor="threads"), expected)


def test_files_named_twice_are_two_documents(tmp_path: Path) -> None:
    path = plain(tmp_path, some_lines(40))
    with counted() as seen:
        terms(Corpus([path, path], chunk_size=100), segmenter=segmenter(None), min_count=2)
    assert max(seen[0].documents) == 2
    assert_counted(seen[0], How(document="file").count("\n".join(some_lines(40)), "\n".join(some_lines(40))), 2)


# ---- the ways to cut what is to be explained


def test_a_term_is_cut_in_all_ways_up_to_1000() -> None:
    """Unit 4 is 甲, unit 5 甲甲, and so on: units say how many letters they take."""
    reader = UnitReader(Tokenizer("space"), NO_LANGUAGE, Vocabulary(["甲" * n for n in range(1, 7)]), "line")
    ways = {units for most in range(1, 4) for units in product(range(4, 10), repeat=most) if sum(units) - 3 * most == 6}
    found = reader.cuts("甲" * 6, 3)
    assert set(found) == ways and len(found) == len(ways) == 16
    assert len(reader.cuts("甲" * 20, 9)) == 1000
    assert reader.cuts("甲" * 60, 9) == []  # of 10 million beginnings
