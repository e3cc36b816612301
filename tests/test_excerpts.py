"""Lines of the text for many words, compared with a twin of plain Python, however the corpus is read."""

import gzip
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import nlpkit
from nlpkit import Corpus
from nlpkit.cooccurrence.options import CollocationOptions
from nlpkit.cooccurrence.words import Words
from nlpkit.excerpts import search, strings, tokens
from nlpkit.excerpts.finding import find_lines
from nlpkit.excerpts.wanted import How, Pairs, Strings, Tokens
from nlpkit.frequencies.options import CountOptions
from tests import naive_excerpts
from tests.conftest import NOJIT, Run

pytestmark = pytest.mark.usefixtures("dictionary")
FEW = settings(deadline=None, max_examples=20 if NOJIT else 100)

#: Pieces of texts: words that hide in others, alphabets, white space, ends of lines and of sentences.
PARTS = (
    *("养犬", "养", "犬", "会议", "机会", "议论", "应当", "。", "😀", "，"),
    *("ab", "a", "A", "b", "é", "e\u0301", "Σ", "1", "_", ".", "\u2019", "İ"),
    *(" ", "\u3000", "\t", "\n", "\n", "\r\n"),
)
contents = st.lists(st.sampled_from(PARTS), max_size=40).map(lambda parts: "".join(parts) + "x")
wanted = st.lists(
    st.lists(st.sampled_from([part for part in PARTS if part.strip()]), min_size=1, max_size=3).map("".join),
    min_size=1,
    max_size=6,
    unique=True,
)
files = st.lists(contents, min_size=1, max_size=3)
chunk_sizes = st.integers(1, 60)


def write(folder: Path, some: Sequence[str]) -> list[tuple[str, str]]:
    paths = [folder / f"{number}.txt" for number in range(len(some))]
    for path, text in zip(paths, some, strict=True):
        path.write_bytes(text.encode())
    return [(str(path), text) for path, text in zip(paths, some, strict=True)]


def found_in(paths: Sequence[str], texts: Sequence[Any], how: How, size: int = 8 << 20, **options: Any) -> Any:
    lines = find_lines(Corpus(paths, chunk_size=size), texts, how=how, **{"jobs": 1, **options})
    return {text: [*map(tuple, some)] for text, some in lines.items()}


def small_parts(patch: pytest.MonkeyPatch, longest: int) -> None:
    """Lines of so many bytes come in parts, and kernels find few places at a time."""
    patch.setattr(search, "LONGEST", longest)
    patch.setattr(strings, "_ROOM", longest)
    patch.setattr(tokens, "_ROOM", longest)


def tokens_of(options: CountOptions) -> Tokens:
    return Tokens.of(options, options.make_tokenizer(None), options.read_filters("utf-8", None)[0])


def pairs_of(options: CollocationOptions, how: Tokens) -> Pairs:
    return Pairs(Words(how.tokenizer, how.filters, *options.sides, options.within == "sentence"))


@FEW
@given(files, wanted, chunk_sizes, st.booleans(), st.integers(1, 3), st.sampled_from([8, 60, 1 << 18]))
@example(["aΣ。Σa b"], ["aΣ", "σA"], 60, True, 3, 1 << 18)
@example(["ab 12345678\r\nab 12345678\nx"], ["ab"], 60, False, 3, 8)
def test_strings_equal_the_twin(
    tmp_path_factory: pytest.TempPathFactory,
    some: list[str],
    texts: list[str],
    size: int,
    casefold: bool,
    most: int,
    longest: int,
) -> None:
    """longest: bytes from which a line comes in parts."""
    written = write(tmp_path_factory.mktemp("lines"), some)
    if casefold:
        texts = [text for text in texts if "İ" not in text]

    def place(line: str, text: object) -> naive_excerpts.Span | None:
        return naive_excerpts.string(line, text, casefold)

    with pytest.MonkeyPatch.context() as patch:
        small_parts(patch, longest)
        found = found_in([name for name, _ in written], texts, Strings(casefold), size, most=most)
    assert found == naive_excerpts.first_lines(written, texts, place, most)


#: What a token is, and what stands between those of an n-gram.
TOKENS: dict[str, dict[str, Any]] = {
    "words": {},
    "folded": {"casefold": True, "normalize": True, "min_length": 2},
    "spaces": {"tokenizer": "space"},
    "n-grams": {"ngram": (1, 3)},
    "n-grams of a separator in tokens": {"tokenizer": "space", "ngram": 2, "separator": "a"},
    "characters": {"tokenizer": "char", "ngram": (2, 3)},
    "matches": {"tokenizer": "regex", "pattern": r"\w|[^\w\s]", "ngram": (1, 2), "match": "[^b]"},
}


@FEW
@given(files, wanted, chunk_sizes, st.sampled_from([*TOKENS]), st.sampled_from([8, 60, 1 << 18]))
def test_tokens_equal_the_twin(
    tmp_path_factory: pytest.TempPathFactory, some: list[str], texts: list[str], size: int, kind: str, longest: int
) -> None:
    written = write(tmp_path_factory.mktemp("lines"), some)
    options = CountOptions(**TOKENS[kind])
    how = tokens_of(options)
    texts = [*texts, *(options.joint.join(texts[:2]), options.joint.join(texts[1:3]))]
    orders, joint, form = options.orders, options.joint, form_of(how)

    def place(line: str, text: object) -> naive_excerpts.Span | None:
        return naive_excerpts.gram(line, text, options.tokenizer, form, orders, joint, options.pattern or "")

    with pytest.MonkeyPatch.context() as patch:
        small_parts(patch, longest)
        found = found_in([name for name, _ in written], [*dict.fromkeys(texts)], how, size)
    assert found == naive_excerpts.first_lines(written, texts, place, 3)


def form_of(how: Tokens) -> Callable[[str], str | None]:
    return lambda token: how.filters.apply([token])[0]


words = st.sampled_from(["会议", "养犬", "应当", "会议", "ab", "1", "。", ".", "，", "\n"])
stretches = st.lists(st.lists(words, max_size=30).map(" ".join), min_size=1, max_size=2)


@FEW
@given(stretches, chunk_sizes, st.sampled_from([1, 2, (0, 2), (2, 1)]), st.sampled_from([8, 60, 1 << 18]))
def test_pairs_equal_the_twin(
    tmp_path_factory: pytest.TempPathFactory, some: list[str], size: int, window: int | tuple[int, int], longest: int
) -> None:
    written = write(tmp_path_factory.mktemp("lines"), [text + "x" for text in some])
    options = CollocationOptions(window=window, within="sentence")
    how = tokens_of(CountOptions(match="[^b]"))
    texts = [(a, b) for a in ("会议", "养犬", "ab", "1") for b in ("会议", "应当", "ab", "1")]

    def place(line: str, text: object) -> naive_excerpts.Span | None:
        return naive_excerpts.pair(line, text, form_of(how), *options.sides)

    with pytest.MonkeyPatch.context() as patch:
        small_parts(patch, longest)
        found = found_in([name for name, _ in written], texts, pairs_of(options, how), size)
    assert found == naive_excerpts.first_lines(written, texts, place, 3)


@pytest.fixture(scope="module")
def short_laws(few_laws: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first lines of the bundled corpus: 20 kB."""
    path = tmp_path_factory.mktemp("short") / "laws.txt"
    text = few_laws.read_bytes()[:20_000]
    path.write_bytes(text[: text.rindex(b"\n") + 1])
    return path


@pytest.mark.compiled
def test_what_is_counted_is_found(short_laws: Path) -> None:
    for options in ({}, {"ngram": 2}, {"tokenizer": "char", "ngram": 2}, {"stopwords": ["zh"], "casefold": True}):
        counted = nlpkit.count(str(short_laws), **options)  # type: ignore[arg-type]
        found = found_in([str(short_laws)], counted.token[:2000], tokens_of(CountOptions(**options)))  # type: ignore[arg-type]
        counts = dict(zip(counted.token, counted.count.tolist(), strict=True))
        assert found.keys() == {*counted.token[:2000]}
        assert all(len(lines) <= min(3, counts[text]) for text, lines in found.items())


HOW: dict[str, Callable[[], How]] = {
    "strings": Strings,
    "folded": lambda: Strings(casefold=True),
    "tokens": lambda: tokens_of(CountOptions(ngram=2)),
    "matches": lambda: tokens_of(CountOptions(tokenizer="regex", pattern=r"\w")),
    "pairs": lambda: pairs_of(CollocationOptions(), tokens_of(CountOptions())),
}
TEXTS: dict[str, list[Any]] = {
    "strings": ["应当", "养犬", "个人", "不在其中"],
    "folded": ["应当", "口岸", "不得", "个人 END", "不在其中"],
    "tokens": ["应当 依法", "不得 超过", "以下 罚款"],
    "matches": [*"应当养犬"],
    "pairs": [("应当", "依法"), ("依法", "应当")],
}


@pytest.mark.compiled
@pytest.mark.parametrize("kind", HOW)
@pytest.mark.parametrize(
    ("executor", "size"),
    [("threads", 3000), ("serial", 100), pytest.param("processes", 10_000, marks=pytest.mark.slow)],
)
def test_executors_and_chunks_make_no_difference(short_laws: Path, kind: str, executor: str, size: int) -> None:
    paths, texts = [str(short_laws)] * 2, TEXTS[kind]
    expected = found_in(paths, texts, HOW[kind](), executor="serial")
    assert len(expected) > 1
    assert found_in(paths, texts, HOW[kind](), size, executor=executor, jobs=2) == expected


@pytest.mark.compiled
@pytest.mark.slow
@pytest.mark.xdist_group("dask")
def test_dask_finds_the_same(short_laws: Path) -> None:
    expected = found_in([str(short_laws)], TEXTS["tokens"], HOW["tokens"]())
    found = found_in([str(short_laws)], TEXTS["tokens"], HOW["tokens"](), 10_000, executor="dask", jobs=1)
    assert found == expected


LINES = ["甲：会议", "乙", "", "甲：会议", "机会议论，会议"]


@pytest.mark.compiled
def test_places_are_those_of_concordance(tmp_path: Path) -> None:
    """Lines of text, packed or encoded, and records."""
    text = "\n".join(LINES)
    written = {
        "a.txt.gz": gzip.compress(text.encode()),
        "b.txt": text.encode("gbk"),
        "c.csv": b"n,text\n" + "".join(f'{i},"{line}"\n' for i, line in enumerate(LINES)).encode(),
        "d.jsonl": "".join(json.dumps({"text": line}) + "\n" for line in LINES).encode(),
        "e.txt": text.replace("\n", "\r\n").encode(),
        "f.txt": b"",
        "g.txt": text.encode(),
    }
    for name, data in written.items():
        (tmp_path / name).write_bytes(data)
    options: dict[str, dict[str, str]] = {
        "c.csv": {"column": "text"},
        "d.jsonl": {"field": "text"},
        "": {"glob": "*.txt*"},
    }
    for name in (*written, ""):
        corpus = Corpus(str(tmp_path / name), encoding="auto", **options.get(name, {}))  # type: ignore[arg-type]
        found = find_lines(corpus, ["会议"], how=Strings(), most=100)
        shown = nlpkit.concordance(corpus, "会议")
        lines = dict[str, str]()
        for file, line, left in zip(shown.file, shown.line.tolist(), shown.left, strict=True):
            lines.setdefault(LINES[line - 1], f"{file}:{line}")
            assert LINES[line - 1].startswith(left)
        assert [f"{excerpt.file}:{excerpt.line}" for excerpt in found.get("会议", ())] == [*lines.values()]


@pytest.mark.compiled
@pytest.mark.parametrize("kind", ["strings", "folded", "tokens", "pairs"])
def test_a_long_line_is_searched_in_parts(tmp_path: Path, kind: str) -> None:
    """What is kept of it is much shorter than the line."""
    line = "会议。" * 3000 + "乙应当，依法" + "a会议。" * 3000 + "不得 超过养犬个人 end "
    (tmp_path / "long.txt").write_text(f"甲\n{line}\n{line}\r\n应当 依法\n", encoding="utf-8")
    path, texts = str(tmp_path / "long.txt"), TEXTS[kind]
    whole = found_in([path], texts, HOW[kind]())
    assert len(whole) > 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "LONGEST", 1000)
        patch.setattr(tokens, "_KEPT", 800)
        assert found_in([path], texts, HOW[kind]()) == whole
        assert found_in([path], texts, HOW[kind](), 500) == whole


@pytest.mark.compiled
def test_standard_input_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("甲会议\n".encode())))
    with Corpus("-") as corpus:
        assert nlpkit.count(corpus).tokens == 2
        found = find_lines(corpus, ["会议"], how=Strings())
    assert found == {"会议": [("<stdin>", 1, "甲", "会议", "")]}


@pytest.mark.compiled
def test_texts_are_found_as_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text("State of  the\tart\nDon\u2019t state\nrestate states\n", encoding="utf-8")
    corpus = Corpus(str(tmp_path / "en.txt"))
    texts = ["state of the art", "State", "don't", "", " ", "the\nart"]
    found = find_lines(corpus, texts, how=Strings(casefold=True))
    hits = {text: [excerpt.hit for excerpt in some] for text, some in found.items()}
    assert hits == {
        "state of the art": ["State of  the\tart"],
        "State": ["State", "state"],
        "don't": ["Don\u2019t"],
        "the\nart": ["the\tart"],
    }


@pytest.mark.compiled
def test_each_token_of_a_long_line_is_spelled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few n-grams the kernel finds at a time."""
    words = [f"w{number}" for number in range(500)]
    (tmp_path / "a.txt").write_text(" ".join(words), encoding="utf-8")
    spelled = []
    spans = tokens.GramFinder._spans

    def counted(*arguments: Any) -> Any:
        found = spans(*arguments)
        spelled.append(len(found))
        return found

    monkeypatch.setattr(tokens, "_ROOM", 10)
    monkeypatch.setattr(tokens.GramFinder, "_spans", counted)
    found = found_in([str(tmp_path / "a.txt")], words, tokens_of(CountOptions(tokenizer="space")))
    assert len(found) == sum(spelled) == len(words)


def test_lines_without_wanted_texts_are_not_cut() -> None:
    lines = strings.LineFilter(["b", "d", "b"], [0, 1, 2])
    text = b"a\nxb\r\n\nc\nd"
    assert lines.kept(text) == b"\nxb\r\n\n\nd"
    lines.drop(0)
    assert lines.kept(text) == b"\nxb\r\n\n\nd"
    lines.drop(2)
    assert lines.kept(text) == b"\n\n\n\nd"
    assert lines.kept(b"d\nd\nc") == b"d\nd\nc"  # most are wanted


@pytest.mark.compiled
def test_a_name_that_is_not_utf8_is_shown(tmp_path: Path, run: Run) -> None:
    path = os.fsdecode(bytes(tmp_path) + b"/a\xff.txt")
    Path(path).write_text("会议", encoding="utf-8")
    shown = f"{tmp_path}/a\ufffd.txt"
    assert found_in([path], ["会议"], Strings()) == {"会议": [(shown, 1, "", "会议", "")]}
    hits = nlpkit.concordance(path, "会议")
    for form in ("jsonl", "csv", "tsv"):
        hits.save(tmp_path / "hits", form)
        assert shown in (tmp_path / "hits").read_text(encoding="utf-8")
    done = run("count", path, "--report", "page.html")
    assert done.returncode == 0, done.stderr.decode()
    assert "a\ufffd.txt</title>" in (tmp_path / "page.html").read_text(encoding="utf-8")


@pytest.mark.compiled
def test_context_is_cut_between_characters(tmp_path: Path) -> None:
    line = "😀" * 50 + "会议" + "a" * 10 + "é" * 50
    (tmp_path / "a.txt").write_text(line, encoding="utf-8")
    found = find_lines(Corpus(str(tmp_path / "a.txt")), ["会议"], how=Strings())
    assert [*found["会议"][0][2:]] == ["😀" * 30, "会议", "a" * 10 + "é" * 20]
