"""The library's `concordance`: hits in their lines, compared with a twin of plain Python, however they are searched."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import nlpkit
from nlpkit import Concordance, Corpus
from nlpkit.corpus.detection import returns_end_lines
from nlpkit.kwic import job as jobs
from nlpkit.kwic import searching
from tests import naive_kwic
from tests.conftest import NOJIT

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
    """From now on kernels search all text, in pieces of so many bytes."""
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
