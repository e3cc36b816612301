"""Lines of the text for many words, compared with a twin of plain Python, however the corpus is read."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nlpkit
from nlpkit import Corpus
from nlpkit.cooccurrence.options import CollocationOptions
from nlpkit.frequencies.options import CountOptions
from nlpkit.kwic import line_scan
from nlpkit.kwic.lines import find_lines
from nlpkit.kwic.wanted import How, Pairs, Strings, Tokens
from tests import naive_lines
from tests.conftest import NOJIT

pytestmark = pytest.mark.usefixtures("dictionary")
FEW = settings(deadline=None, max_examples=20 if NOJIT else 100)

#: Pieces of texts: words that hide in others, alphabets, white space, ends of lines and of sentences.
PARTS = (
    *("养犬", "养", "犬", "会议", "机会", "议论", "应当", "。", "😀", "，"),
    *("ab", "a", "A", "b", "é", "e\u0301", "Ω", "1", "_", ".", "\u2019", "İ"),
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


def tokens_of(options: CountOptions) -> Tokens:
    return Tokens.of(options, options.make_tokenizer(None), options.read_filters("utf-8", None)[0])


def pairs_of(options: CollocationOptions, how: Tokens) -> Pairs:
    return Pairs(how.tokenizer, how.filters, *options.sides, options.within == "sentence")


@FEW
@given(files, wanted, chunk_sizes, st.booleans(), st.integers(1, 3), st.sampled_from([8, 60, 1 << 18]))
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

    def place(line: str, text: object) -> naive_lines.Span | None:
        return naive_lines.string(line, text, casefold)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_scan, "LONGEST", longest)
        found = found_in([name for name, _ in written], texts, Strings(casefold), size, most=most)
    assert found == naive_lines.first_lines(written, texts, place, most)


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

    def place(line: str, text: object) -> naive_lines.Span | None:
        return naive_lines.gram(line, text, options.tokenizer, form, orders, joint, options.pattern or "")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_scan, "LONGEST", longest)
        found = found_in([name for name, _ in written], [*dict.fromkeys(texts)], how, size)
    assert found == naive_lines.first_lines(written, texts, place, 3)


def form_of(how: Tokens) -> Callable[[str], str | None]:
    return lambda token: how.filters.apply([token])[0]


@FEW
@given(files, wanted, chunk_sizes, st.sampled_from([1, 2, (0, 2), (2, 1)]), st.sampled_from([8, 60, 1 << 18]))
def test_pairs_equal_the_twin(
    tmp_path_factory: pytest.TempPathFactory,
    some: list[str],
    words: list[str],
    size: int,
    window: int | tuple[int, int],
    longest: int,
) -> None:
    written = write(tmp_path_factory.mktemp("lines"), some)
    options = CollocationOptions(window=window, within="sentence")
    how = tokens_of(CountOptions(match="[^b]"))
    texts = [(a, b) for a in words for b in words]

    def place(line: str, text: object) -> naive_lines.Span | None:
        return naive_lines.pair(line, text, form_of(how), *options.sides)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_scan, "LONGEST", longest)
        found = found_in([name for name, _ in written], texts, pairs_of(options, how), size)
    assert found == naive_lines.first_lines(written, texts, place, 3)


@pytest.mark.compiled
def test_what_is_counted_is_found(laws: Path) -> None:
    for options in ({}, {"ngram": 2}, {"tokenizer": "char", "ngram": 2}, {"stopwords": ["cn"], "casefold": True}):
        counted = nlpkit.count(str(laws), **options)  # type: ignore[arg-type]
        found = found_in([str(laws)], counted.token[:2000], tokens_of(CountOptions(**options)))  # type: ignore[arg-type]
        counts = dict(zip(counted.token, counted.count.tolist(), strict=True))
        assert found.keys() == {*counted.token[:2000]}
        assert all(len(lines) <= min(3, counts[text]) for text, lines in found.items())
