"""Frequencies: what slow twins count, whatever the tokens, filters and orders; and however the text is cut and run."""

import gzip
import io
import itertools
import json
import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import jieba
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import nlpkit
from nlpkit import Corpus, EncodingError, Segmenter
from nlpkit.corpus.detection import returns_end_lines
from nlpkit.frequencies import Frequencies, Jieba, count
from nlpkit.runs import Spill
from tests import naive
from tests.conftest import NOJIT, Run, slow
from tests.test_symbols import is_archive

pytestmark = pytest.mark.usefixtures("dictionary")
compiled = pytest.mark.compiled
EXAMPLES = 12 if NOJIT else 20
FEW = settings(deadline=None, max_examples=EXAMPLES)
BOM = "\ufeff"
#: All that str.isspace calls white space, and some that it does not.
SPACES = [chr(code) for code in range(0x3001) if chr(code).isspace() and code != 0xA]
NO_SPACES = "\0\x1b\u180e\u200b\u2060\ufeff"
WORDS = [
    "中国",
    "国人",
    "中国人",
    "我们",
    "abc",
    "C++",
    "2024",
    "ＡＢ",
    "ab",
    "ß",
    "㎏",
    "ﬁ",
    "É",
    "e\u0301",
    "😀",
    "𠀀",
    "👨‍👩‍👧",
]
PATTERN = "[A-Za-z]+|[^ A-Za-z]"
GROUPED = "(?:^|[^A-Za-z])([A-Za-z国]+)"
SEPARATORS = [None, "", "_", "·"]

texts = st.lists(
    st.sampled_from(WORDS)
    | st.sampled_from(["\n", "\n", "\n", "\r\n", "\r", " ", " "])
    | st.sampled_from(SPACES)
    | st.sampled_from(NO_SPACES)
    | st.characters(exclude_categories=["Cs"], exclude_characters="\n"),
    max_size=40,
).map("".join)


@dataclass(frozen=True)
class How:
    """What is asked for, of the library and of its twin."""

    tokenizer: str = "space"
    orders: tuple[int, int] = (1, 1)
    separator: str | None = None
    filters: dict[str, Any] = field(default_factory=dict)
    segmenter: dict[str, Any] = field(default_factory=dict)
    pattern: str = PATTERN

    def arguments(self, folder: Path) -> dict[str, Any]:
        filters = dict(self.filters)
        if words := filters.pop("stopwords", ()):
            (folder / "stopwords.txt").write_text("\n".join(words), "utf-8")
            filters["stopwords"] = folder / "stopwords.txt"
        options: dict[str, Any] = {"tokenizer": self.tokenizer, "ngram": self.orders, **filters}
        options["separator"] = None if self.orders == (1, 1) else self.separator  # it has no effect there
        if self.tokenizer == "regex":
            options["pattern"] = self.pattern
        if self.tokenizer == "words":
            options["segmenter"] = segmenter(**self.segmenter)
        if self.tokenizer == "jieba":
            options["jieba"] = Jieba(dictionary(), hmm=bool(self.segmenter.get("hmm")))
        return options

    def naive(self, documents: Sequence[str]) -> naive.Frequencies:
        """Of documents, of any number of lines each."""
        separator = ("" if self.tokenizer == "char" else " ") if self.separator is None else self.separator
        lines = [[self.tokens(line) for line in naive.lines_of(text)] for text in documents]
        return naive.count_documents(lines, *self.orders, separator)

    def tokens(self, line: str) -> list[str | None]:
        return naive.filter_tokens(self.all_tokens(line), **self.filters)

    def all_tokens(self, line: str) -> list[str | None]:
        """Before any is left out; None where no n-gram goes on."""
        tokens: list[str | None]
        if self.tokenizer == "space":
            tokens = list(line.split())
        elif self.tokenizer == "char":
            tokens = naive.characters_of(line)
        elif self.tokenizer == "regex":
            tokens = naive.matches_of(self.pattern, line)
        elif self.tokenizer == "jieba":
            cut = jieba_tokenizer().cut(line, HMM=bool(self.segmenter.get("hmm")))
            tokens = [token for token in cut if token.strip()]
        else:
            tokens = [token for token in segmenter(**self.segmenter).cut(line) if token.strip()]
        return tokens


@cache
def dictionary() -> str:
    """A small one, which needs no time to compile where kernels run as plain Python."""
    path = Path(tempfile.mkdtemp(prefix="nlpkit-tests-")) / "small.txt"
    path.write_text("".join(f"{word} {10 + i}\n" for i, word in enumerate(WORDS)) + "中 3\n国 2\n人 5\n", "utf-8")
    return str(path)


@cache
def segmenter(**how: Any) -> Segmenter:
    return Segmenter(dictionary(), **how)


@cache
def jieba_tokenizer() -> jieba.Tokenizer:
    jieba.setLogLevel(60)
    return jieba.Tokenizer(dictionary())


@pytest.fixture(autouse=True, scope="module")
def _caches() -> Iterator[None]:
    yield
    shutil.rmtree(Path(dictionary()).parent)
    for function in (dictionary, segmenter, jieba_tokenizer):
        function.cache_clear()


def assert_equal(found: Frequencies, expected: naive.Frequencies, *, df: bool = False) -> None:
    """The strings in the same order, and all figures."""
    assert list(found.to_dict().items()) == list(expected.counts.items())
    assert found.tokens == expected.tokens
    assert (found.types, found.total) == (len(expected.counts), sum(expected.counts.values()))
    assert found.documents == (expected.documents if df else None)
    if df:
        assert dict(zip(found.token, found.df.tolist(), strict=True)) == expected.df


def curve_of(expected: naive.Frequencies) -> list[tuple[int, int]]:
    """How many strings have ended with the first so many tokens."""
    points = [step * 10**power for power in range(1, 7) for step in (1, 2, 5) if step * 10**power < expected.tokens]
    points += [expected.tokens] if expected.tokens else []
    return [(point, sum(first < point for first in expected.firsts.values())) for point in points]


filters = st.fixed_dictionaries(
    {},
    optional={
        "normalize": st.booleans(),
        "casefold": st.booleans(),
        "match": st.sampled_from([r"^\w", "[a-z中]", "."]),
        "stopwords": st.sampled_from([("中国", "AB"), ("人", "a", "ß"), ("2024",)]),
        "min_length": st.integers(1, 3),
    },
)
orders = st.tuples(st.integers(1, 6), st.integers(1, 6)).map(sorted).map(tuple)
hows = st.builds(
    How,
    st.sampled_from(["space", "char", "regex", "words", "jieba"]),
    st.just((1, 1)) | orders,
    st.sampled_from(SEPARATORS),
    st.just({}) | st.just({}) | filters,
    pattern=st.sampled_from([PATTERN, "[a-zß国]+", GROUPED]),
)


@FEW
@given(texts, hows, st.sampled_from([None, "line", "file"]), st.booleans(), st.integers(1, 60))
@example("甲\x1c乙\x1d丙\x1e丁\x1f戊\x85己\xa0庚\u1680辛\u2028壬\u3000癸", How(), "line", True, 1)
@example("a\0b\r\n\r\n\n a b", How("char", (1, 3)), None, False, 4)
@example("a\0b\r\n\r\n\n a b", How("char", (1, 3), "_"), "line", True, 4)
@example("a b c\n\nd", How("space", (2, 3)), "line", True, 1)
@example("\n\n\n", How("space"), "line", True, 1)
@example("", How("char", (1, 4)), "file", True, 1)
@example(f"{BOM}a {BOM}a", How("space"), "line", True, 8)
@example(BOM, How("space"), "file", True, 8)
def test_counts_equal_those_of_the_slow_twin(
    tmp_path: Path, text: str, how: How, document: str | None, firsts: bool, chunk_size: int
) -> None:
    assume(not returns_end_lines(text))
    path = tmp_path / "text.txt"
    path.write_bytes(text.encode())
    text = text.removeprefix(BOM)  # a byte order mark at the beginning is not text
    parts = [text] if document == "file" else [f"{line}\n" for line in naive.lines_of(text)]
    is_read = text or (document == "file" and path.stat().st_size)  # a file with but that mark is a document, too
    expected = how.naive(parts if is_read else [])
    asked = {"df": document is not None, "document": document or "line", "firsts": firsts}
    found = count(Corpus(path, chunk_size=chunk_size), **how.arguments(tmp_path), **asked)
    assert_equal(found, expected, df=document is not None)
    statistics = found.statistics()
    assert statistics.characters == sum(len(gram) * n for gram, n in expected.counts.items())
    assert list(statistics.curve) == (curve_of(expected) if firsts and expected.counts else [])


@FEW
@given(
    texts,
    st.fixed_dictionaries({}, optional={"hmm": st.booleans(), "fold": st.booleans(), "whole": st.booleans()})
    | st.sampled_from([{"graphemes": True}, {"force_words": ("国人", "b C")}, {"mode": "search"}, {"mode": "full"}]),
    orders,
    st.integers(1, 60),
)
def test_counts_of_words_equal_counts_of_what_cut_gives(
    text: str, cutting: dict[str, Any], ngram: tuple[int, int], chunk_size: int
) -> None:
    assume(not returns_end_lines(text))
    how = How("words", ngram, segmenter=cutting)
    corpus = Corpus(io.BytesIO(text.encode()), chunk_size=chunk_size)
    text = text.removeprefix(BOM)
    found = count(corpus, tokenizer="words", segmenter=segmenter(**cutting), ngram=ngram)
    assert_equal(found, how.naive([text]))


@settings(FEW, max_examples=6)  # a table of all characters is made each time
@given(texts, st.integers(1, 4), st.sets(st.characters(exclude_categories=["Cs"]), max_size=3))
def test_ngrams_do_not_span_filtered_characters(tmp_path: Path, text: str, order: int, left_out: set[str]) -> None:
    """By the counter of n-grams as by that of tokens, which counts documents too."""
    assume(not returns_end_lines(text))
    stopwords = sorted(char for char in left_out if not char.isspace() and char not in "#\0\ufeff") or ["国"]
    how = How("char", (1, order), filters={"stopwords": tuple(stopwords)})
    corpus = Corpus(io.BytesIO(text.encode()), chunk_size=7)
    expected = how.naive([f"{line}\n" for line in naive.lines_of(text.removeprefix(BOM))])
    assert_equal(count(corpus, **how.arguments(tmp_path)), expected)
    corpus = Corpus(io.BytesIO(text.encode()), chunk_size=7)
    assert_equal(count(corpus, **how.arguments(tmp_path), df=True), expected, df=True)


# ---- the same however it is cut, and by whomever

LINE = "".join(f"{word} " if i % 3 else word for i, word in enumerate([*WORDS, "\0x", "\u2003", "\x1c"] * 5))
#: Lines of all sizes, one without any white space.
MIXED = "\n".join([LINE, "", "中国人" * 20, "a b", LINE[::-1].replace("\n", ""), "\u3000".join(WORDS), "x" * 90, "end"])


def lines_text() -> str:
    """MIXED, in short where kernels run as plain Python."""
    return MIXED if not NOJIT else MIXED[:300]


WAYS = [
    How("space"),
    How("space", (1, 3)),
    How("char", (1, 1)),
    How("char", (1, 4)),
    How("char", (2, 6)),
    How("regex", (1, 2)),
    How("regex", (1, 3), pattern="[a-z国]+"),
    How("regex", (1, 3), pattern=GROUPED),
    How("words"),
    How("words", (2, 3)),
    How("words", filters={"casefold": True, "min_length": 2}),
    How("words", segmenter={"hmm": True}),
    How("words", (1, 2), segmenter={"mode": "search"}),
    How("jieba"),
]


def name_of(how: How) -> str:
    pattern = "" if how.pattern == PATTERN else how.pattern
    filters = f"{how.filters or ''} {how.segmenter or ''}"
    return f"{how.tokenizer} {how.orders[0]}-{how.orders[1]} {pattern} {filters}".strip()


def as_plain(folder: Path, text: str) -> list[Path]:
    (folder / "text.txt").write_bytes(text.encode())
    return [folder / "text.txt"]


def as_gz(folder: Path, text: str) -> list[Path]:
    (folder / "text.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    return [folder / "text.gz"]


def as_files(folder: Path, text: str) -> list[Path]:
    """A line a file, some of them compressed, one empty."""
    paths = []
    for number, line in enumerate([*text.split("\n"), ""]):
        path = folder / f"{number:03}.{'gz' if number % 2 else 'txt'}"
        data = line.encode() + b"\n" * (number % 3 > 0 or not line)
        path.write_bytes(gzip.compress(data, mtime=0) if number % 2 else data)
        paths.append(path)
    paths[-1].write_bytes(b"")
    return paths


def as_records(folder: Path, text: str) -> list[Path]:
    rows = (json.dumps({"id": i, "text": line}) for i, line in enumerate(text.split("\n")))
    (folder / "text.jsonl").write_text("\n".join(rows), "utf-8")
    return [folder / "text.jsonl"]


def as_parquet(folder: Path, text: str) -> list[Path]:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pytest.importorskip("pyarrow").table({"text": text.split("\n")})
    parquet.write_table(table, folder / "text.parquet")
    return [folder / "text.parquet"]


INPUTS: dict[Callable[[Path, str], list[Path]], dict[str, Any]] = {
    as_plain: {},
    as_gz: {},
    as_files: {},
    as_records: {"field": "text"},
    as_parquet: {"column": "text"},
}


@pytest.mark.parametrize(
    ("make", "how"),
    [(make, how) for make in INPUTS for how in (WAYS if make in (as_plain, as_gz) else WAYS[1:8:2])],
    ids=lambda value: name_of(value) if isinstance(value, How) else value.__name__[3:],
)
def test_counts_do_not_depend_on_inputs_chunks_and_threads(make: Any, how: How, tmp_path: Path) -> None:
    text = lines_text()
    expected = how.naive([text])
    paths = make(tmp_path, text)
    arguments = how.arguments(tmp_path)
    for chunk_size, jobs, executor in [(5, 3, "threads"), (64, 1, "serial"), (1 << 20, 2, "auto")]:
        corpus = Corpus(paths, chunk_size=chunk_size, **INPUTS[make])
        found = count(corpus, **arguments, jobs=jobs, executor=executor)
        assert_equal(found, expected)


@compiled
@pytest.mark.parametrize("how", [WAYS[1], slow(WAYS[3]), slow(WAYS[6]), slow(WAYS[11])], ids=name_of)
def test_counts_of_worker_processes_are_the_same(how: How, tmp_path: Path) -> None:
    expected = how.naive([f"{line}\n" for line in naive.lines_of(MIXED)])
    for make in (as_plain, as_files):
        corpus = Corpus(make(tmp_path, MIXED), chunk_size=64)
        found = count(corpus, **how.arguments(tmp_path), executor="processes", jobs=2, df=True, firsts=True)
        assert_equal(found, expected, df=True)
        assert list(found.statistics().curve) == curve_of(expected)


@pytest.mark.parametrize("chunk_size", [9, 40, 1 << 20])
@pytest.mark.parametrize("how", [How("space", (1, 2)), How("char"), How("words"), How("regex")], ids=name_of)
def test_documents_are_lines_files_or_rows(how: How, chunk_size: int, tmp_path: Path) -> None:
    """Files of many chunks, many files in a chunk, the same file twice."""
    several = lines_text().replace("\0", ""), "a b\nb c", "中国 a\n", "a\n\n"
    paths = []
    for number, text in enumerate(several):
        paths.append(tmp_path / f"{number}.{'txt' if number % 2 else 'gz'}")
        paths[-1].write_bytes(text.encode() if number % 2 else gzip.compress(text.encode()))
    paths += [paths[1], paths[1], paths[2], paths[2]]
    read = [*several, several[1], several[1], several[2], several[2]]
    arguments = how.arguments(tmp_path)
    lines = [f"{line}\n" for text in read for line in naive.lines_of(text)]
    for document, documents in (("file", read), ("line", lines)):
        expected = how.naive(documents)
        for jobs in (1, 3):
            corpus = Corpus(paths, chunk_size=chunk_size)
            how_run = {"executor": "threads" if jobs > 1 else "serial", "jobs": jobs}
            found = count(corpus, **arguments, df=True, document=document, firsts=True, **how_run)
            assert_equal(found, expected, df=True)
            assert list(found.statistics().curve) == curve_of(expected)


@pytest.mark.parametrize("how", [How("space", (1, 2)), How("char", (1, 2)), How("words"), How("jieba"), How("regex")])
def test_a_record_of_several_lines_is_one_document(how: How, tmp_path: Path) -> None:
    records = ["a b\nb c", "", "b", "c\r\n\na", "中国 a\n", "a a"]
    lines = [json.dumps({"text": record}) for record in records] + ['{"other": 1}', '{"text": null}']
    (tmp_path / "r.jsonl").write_text("\n".join(lines), "utf-8")
    cells = "".join('"' + record.replace("\n", "\n") + '",x\n' for record in records)
    (tmp_path / "r.csv").write_bytes(f"text,y\n{cells}".encode())
    for name, options, empty in (("r.jsonl", {"field": "text"}, 2), ("r.csv", {"column": "text"}, 0)):
        expected = how.naive([*records, *[""] * empty])
        for chunk_size in (1, 30, 1000):
            corpus = Corpus(tmp_path / name, chunk_size=chunk_size, **options)
            found = count(corpus, **how.arguments(tmp_path), df=True, document="row", executor="threads", jobs=2)
            assert_equal(found, expected, df=True)


# ---- on disk


class Watched(Corpus):
    """A corpus with hardly any memory for tables, less than a constructor takes."""

    def __init__(self, inputs: Any, **how: Any) -> None:
        super().__init__(inputs, **how)
        self.memory = 1


@pytest.mark.parametrize("files", [2, 64], ids=lambda files: f"{files} files open")
@pytest.mark.parametrize("how", [*WAYS[:8], WAYS[9]], ids=name_of)
def test_counts_sorted_on_disk_are_the_same(
    how: How, files: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlpkit.runs.files.most_files", lambda: files)
    folder = tmp_path / "spill"
    folder.mkdir()
    text = "\n\n" + lines_text() + "\n\n\n" + lines_text()[:300][::-1].replace("\n", "")
    lines = [f"{line}\n" for line in naive.lines_of(text)]
    expected = how.naive(lines)
    path = tmp_path / "text.txt"
    path.write_bytes(text.encode())
    for executor, flags in (("serial", [(False, False), (True, False), (False, True)]), ("threads", [(True, True)])):
        for df, firsts in flags:
            corpus = Watched(path, chunk_size=120, tmp_dir=folder)
            found = count(corpus, **how.arguments(tmp_path), df=df, firsts=firsts, executor=executor, jobs=2)
            assert os.listdir(folder)
            assert_equal(found, expected, df=df)
            assert_equal(found, expected, df=df)  # again, from the same files
            curve = curve_of(expected) if firsts else []
            assert list(found.statistics().curve) == curve
            found.close()
            assert os.listdir(folder) == []


def test_documents_and_first_places_are_right_after_empty_parts(tmp_path: Path) -> None:
    """Stretches without any n-gram, before, between and behind those on disk."""
    text = "\n".join(["x"] * 40 + ["a b c", "a b"] * 20 + [""] * 30 + ["c a", "a b"] * 20 + ["y"] * 50)
    (tmp_path / "text.txt").write_text(text)
    how = How("space", (2, 2))
    expected = how.naive([f"{line}\n" for line in text.split("\n")])
    for chunk_size in (10, 24, 60, 200):
        for executor in ("serial", "threads"):
            corpus = Watched(tmp_path / "text.txt", chunk_size=chunk_size, tmp_dir=tmp_path)
            found = count(corpus, tokenizer="space", ngram=2, df=True, firsts=True, executor=executor, jobs=3)
            assert_equal(found, expected, df=True)
            assert list(found.statistics().curve) == curve_of(expected)
            found.close()


@compiled
@pytest.mark.parametrize("document", ["line", "file"])
@pytest.mark.parametrize("ngram", [1, 2])
def test_counts_in_memory_are_added_after_those_on_disk(ngram: int, document: str, tmp_path: Path) -> None:
    """Tables that outgrow their share now and then, and stretches of blank lines or without an n-gram."""
    some = random.Random(6)
    words = [f"w{i}" for i in range(5_000)]
    lines = [" ".join(some.choices(words, k=some.randrange(8))) for _ in range(4_000)]
    for place in (0, 1_000, 2_500, 3_990):
        lines[place:place] = ["", "x"] * 300
    lines[:0] = ["x"] * 15_000  # longer than a chunk that is sorted on disk alone
    files = [lines[:1_500], lines[1_500:1_510], lines[1_510:]]
    paths = []
    for number, part in enumerate(files):
        paths.append(tmp_path / f"{number}.txt")
        paths[-1].write_text("".join(f"{line}\n" for line in part))
    texts = [
        "".join(f"{line}\n" for line in part) for part in (files if document == "file" else ([line] for line in lines))
    ]
    expected = How("space", (ngram, ngram)).naive(texts)
    folder = tmp_path / "spill"
    folder.mkdir()
    spilled_once = 0
    for share, chunk_size, executor in [
        (200_000, 300, "serial"),
        (200_000, 25_000, "serial"),
        (200_000, 5_000, "threads"),
        (400_000, 1_000, "serial"),
        (800_000, 20_000, "threads"),
    ]:
        corpus = Corpus(paths, chunk_size=chunk_size, tmp_dir=folder)
        corpus.memory = 14 * share
        how = {"tokenizer": "space", "ngram": ngram, "df": True, "document": document, "firsts": True}
        with count(corpus, **how, executor=executor, jobs=3) as found:
            spilled_once += bool(os.listdir(folder))
            assert_equal(found, expected, df=True)
            assert list(found.statistics().curve) == curve_of(expected)
    assert spilled_once


def test_temporary_files_are_removed_with_the_list(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(lines_text().encode())
    folder = tmp_path / "spill"
    folder.mkdir()

    def found() -> Frequencies:
        return count(Watched(path, tmp_dir=folder, chunk_size=100), tokenizer="space", executor="serial")

    with found() as kept:
        assert len(os.listdir(folder)) == 1
        assert kept.to_dict()
    assert os.listdir(folder) == []
    kept = found()
    del kept
    assert os.listdir(folder) == []
    whole = count(Corpus(path, tmp_dir=folder), tokenizer="space")
    assert os.listdir(folder) == []
    assert whole.to_dict() == naive.count_documents([[line.split() for line in lines_text().split("\n")]]).counts


@pytest.mark.parametrize("tokenizer", ["space", "char", "words"])
def test_no_temporary_file_is_left_after_an_error(tokenizer: str, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(lines_text().encode() + b"\n\xff")
    folder = tmp_path / "spill"
    folder.mkdir()
    how = How(tokenizer, (1, 1)).arguments(tmp_path)
    for executor in ("serial", "threads"):
        with pytest.raises(EncodingError, match=r"text\.txt:\d+ \(byte \d+\): not valid UTF-8"):
            count(Watched(path, tmp_dir=folder, chunk_size=100), **how, executor=executor, jobs=2)
        assert os.listdir(folder) == []


# ---- bytes that are no text


@FEW
@given(texts, st.binary(min_size=1, max_size=4), st.integers(0, 60), st.sampled_from(["space", "char", "words"]))
@example("a ", b"\xfe", 2, "space")
@example("a ", b"\xfe", 2, "char")
@example("a ", b"\xff", 2, "space")
@example("", b"\xe4\xb8", 0, "char")
@example("", b"\xe2\x80", 0, "space")
def test_invalid_utf8_is_reported_with_line_and_byte(
    tmp_path: Path, text: str, more: bytes, place: int, tokenizer: str
) -> None:
    data = text[:place].encode() + more + text[place:].encode()
    while data.startswith(BOM.encode()):  # the first mark of a file is no text
        data = data.removeprefix(BOM.encode())
    assume(not returns_end_lines(data) and not is_archive(data))
    path = tmp_path / "text.txt"
    path.write_bytes(data)
    for df in (False, True):
        arguments = How(tokenizer).arguments(tmp_path)
        try:
            expected = How(tokenizer).naive([f"{line}\n" for line in naive.lines_of(data.decode())])
        except UnicodeDecodeError as error:
            with pytest.raises(EncodingError) as raised:
                count(Corpus(path, chunk_size=16), **arguments, df=df)
            line = data.count(b"\n", 0, error.start) + 1
            assert f":{line} (byte {error.start}): not valid UTF-8" in str(raised.value)
        else:
            assert_equal(count(Corpus(path, chunk_size=16), **arguments, df=df), expected, df=df)


# ---- jieba's own words


@compiled
@pytest.mark.parametrize("hmm", [False, True])
def test_words_equal_those_of_jieba(hmm: bool, few_laws: Path) -> None:
    text = few_laws.read_text("utf-8")
    expected = naive.count_documents(
        [[token for token in jieba.cut(line, HMM=hmm) if token.strip()]] for line in naive.lines_of(text)
    )
    corpus = Corpus(few_laws, chunk_size=20_000)
    assert_equal(count(corpus, segmenter=Segmenter(hmm=hmm), jobs=2, executor="threads"), expected)
    assert_equal(count(few_laws, segmenter=Segmenter(hmm=hmm), df=True), expected, df=True)
    assert_equal(count(few_laws, tokenizer="jieba", jieba=Jieba(hmm=hmm), executor="serial"), expected)


@pytest.mark.slow
@compiled
def test_words_of_all_laws_equal_those_of_jieba(laws: Path) -> None:
    tokens = (token for token in jieba.cut(laws.read_text("utf-8"), HMM=False) if token.strip())
    expected = naive.count_documents([[list(tokens)]])
    assert_equal(nlpkit.count(Corpus(laws, chunk_size=300_000), jobs=2), expected)


@compiled
@pytest.mark.parametrize("cutting", [{"fold": True}, {"whole": True}, {"mode": "search"}, {"mode": "full"}], ids=str)
def test_options_of_cutting_on_real_text(cutting: dict[str, Any], few_laws: Path) -> None:
    text = few_laws.read_text("utf-8")[:20_000]
    segmenter = Segmenter(**cutting)
    expected = naive.count_documents([[token for token in segmenter.cut(text) if token.strip()]] for _ in [0])
    found = count(Corpus(io.BytesIO(text.encode()), chunk_size=5_000), segmenter=segmenter)
    assert_equal(found, expected)


# ---- what is public


@pytest.mark.parametrize("tokenizer", ["space", "char", "words"])
def test_an_empty_text_has_an_empty_list(tokenizer: str, tmp_path: Path) -> None:
    for text in (b"", b"\n", b" \r\n\t", BOM.encode()):
        found = count(io.BytesIO(text), df=True, **How(tokenizer).arguments(tmp_path))
        assert (found.to_dict(), found.tokens, found.types, len(found)) == ({}, 0, 0, 0)
        assert (found.token, found.count.tolist(), found.df.tolist()) == ([], [], [])
        assert found.statistics().to_rows()[:2] == [("tokens", 0), ("types", 0)]
        found = count(io.BytesIO(text), **How(tokenizer, (1, 2)).arguments(tmp_path))
        assert (found.to_dict(), found.statistics().tokens) == ({}, 0)


@pytest.mark.parametrize("how", [How("char", (1, 3)), How("space", (1, 2)), How("words")], ids=name_of)
def test_min_count_and_top_choose_rows_and_leave_totals_unchanged(how: How, tmp_path: Path) -> None:
    """min_count and top leave out rows; all else is of the whole."""
    text = lines_text()
    expected = how.naive([text])
    rows = list(expected.counts.items())
    arguments = how.arguments(tmp_path)
    whole = count(io.BytesIO(text.encode()), **arguments)
    for min_count in (1, 2, 5, 10_000):
        for top in (None, 1, 3, 40, 10_000):
            found = count(io.BytesIO(text.encode()), **arguments, min_count=min_count, top=top)
            chosen = [row for row in rows if row[1] >= min_count][:top]
            assert list(found) == chosen
            assert len(found) == len(chosen)
            assert (found.tokens, found.types, found.total) == (whole.tokens, whole.types, whole.total)
            assert found.statistics() == whole.statistics()


@compiled
def test_a_user_dictionary_does_not_change_the_shared_jieba(tmp_path: Path) -> None:
    text = io.BytesIO("小明硕士毕业".encode())
    before = count(text, tokenizer="jieba").to_dict()
    (tmp_path / "words.txt").write_text("小明硕士毕业 99999 n\n", encoding="utf-8")
    text.seek(0)
    joined = count(text, tokenizer="jieba", jieba=nlpkit.Jieba(user_dictionaries=(str(tmp_path / "words.txt"),)))
    assert joined.to_dict() == {"小明硕士毕业": 1} != before
    text.seek(0)
    assert count(text, tokenizer="jieba").to_dict() == before


@compiled
@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_the_detected_encoding_of_a_user_dictionary_is_told_once(executor: str, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes("小明硕士毕业 99999 n\n我们都喜欢他们的文章 3 n\n".encode("gbk"))
    told: list[str] = []
    how = nlpkit.Jieba(user_dictionaries=(str(tmp_path / "words.txt"),), encoding="auto", notify=told.append)
    (tmp_path / "text.txt").write_text("小明硕士毕业\n" * 9, encoding="utf-8")
    found = count(tmp_path / "text.txt", tokenizer="jieba", jieba=how, executor=executor, jobs=2)
    assert found.to_dict() == {"小明硕士毕业": 9}
    assert told == [f"{tmp_path / 'words.txt'}: read as gb18030 (detected)"]


@compiled
def test_the_command_tells_the_detected_encoding_of_a_user_dictionary(run: Run, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes("我们都喜欢他们的文章 3 n\n".encode("gbk"))
    how = ("--user-dict", "words.txt", "--encoding", "auto")
    done = run("count", "-", "--tokenizer", "jieba", *how, input="我们都喜欢他们的文章\n".encode())
    assert b"words.txt: read as gb18030 (detected)" in done.stderr


@compiled
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # jieba's
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_error_names_a_dictionary_that_jieba_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes("法律 3 n\n".encode("gbk"))
    for how in (nlpkit.Jieba(str(path)), nlpkit.Jieba(user_dictionaries=(str(path),))):
        with pytest.raises(
            nlpkit.InputError, match=r"bad\.txt(: jieba cannot read this|:1 \(byte 0\): not valid UTF-8)"
        ):
            count(io.BytesIO(b"a"), tokenizer="jieba", jieba=how)


@compiled
@pytest.mark.parametrize("document", ["line", "file"])
def test_an_empty_part_on_disk_is_not_a_document(document: str, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("".join(f"{'a' * 300_000} b c\n" for _ in range(6)))
    expected = {"line": 6, "file": 1}[document]
    run = partial(count, path, tokenizer="space", ngram=(1, 3), df=True, document=document, executor="serial")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Spill, "limit", property(lambda _: 400_000, lambda *_: None), raising=False)
        with run() as found:
            assert (found.documents, set(found.df.tolist())) == (expected, {expected})


def test_a_vocabulary_larger_than_its_memory_begins_anew(tmp_path: Path) -> None:
    words = [f"w{i % 997}" for i in range(3000)]
    path = tmp_path / "text.txt"
    path.write_text(" ".join(words) + "\n")
    expected = naive_bigrams(words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Spill, "limit", property(lambda _: 1, lambda *_: None), raising=False)
        with count(Corpus(path, chunk_size=500), tokenizer="space", ngram=2, executor="serial") as found:
            assert found.to_dict() == expected


def naive_bigrams(words: list[str]) -> dict[str, int]:
    return dict(Counter(f"{a} {b}" for a, b in itertools.pairwise(words)))
