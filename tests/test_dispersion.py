"""Dispersion: published values, and those of a slow twin, however the text is cut, filtered and run."""

import gzip
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nlpkit import Corpus, InputError, OptionError
from nlpkit.corpus.detection import returns_end_lines
from nlpkit.frequencies import Dispersion, Frequencies, count, read_lists
from tests import naive
from tests.conftest import NOJIT, Run
from tests.naive_dispersion import LEFT_OUT, Measures, disperse
from tests.test_count import lines_of
from tests.test_frequencies import BOM, WAYS, How, Watched, as_files, as_plain, hows, lines_text, name_of, texts

pytestmark = pytest.mark.usefixtures("dictionary")
compiled = pytest.mark.compiled
FEW = settings(deadline=None, max_examples=8 if NOJIT else 25)
#: The corpus of Gries 2008, of parts of unequal size, and its last line as he prints it for distances.
GRIES = [
    "b a m n i b e u p",
    "b a s a t b e w q n",
    "b c a g a b e s t a",
    "b a g h a b e a a t",
    "b a h a a b e a x a t",
]
#: The same in parts of equal size (pages 406 and 410).
EVEN = ["b a m n i b e u p k", *GRIES[1:4], "b a h a a b e a x a"]


def twin(how: How, documents: Sequence[str], parts: int | None = None) -> dict[str, Measures]:
    separator = ("" if how.tokenizer == "char" else " ") if how.separator is None else how.separator
    cut = [[marked_tokens(how, line) for line in naive.lines_of(text)] for text in documents]
    return disperse(cut, how.orders, separator, parts)


def marked_tokens(how: How, line: str) -> list[str | None]:
    """The tokens of a line, LEFT_OUT for those that a filter leaves out."""
    pairs = zip(how.all_tokens(line), how.tokens(line), strict=True)
    return [LEFT_OUT if token is not None and kept is None else kept for token, kept in pairs]


def assert_dispersed(found: Frequencies, expected: dict[str, Measures]) -> None:
    assert set(found.token) == set(expected)
    assert found.dispersion.range.tolist() == [expected[token].range for token in found.token]
    for name in Measures._fields[1:]:
        values = [getattr(expected[token], name) for token in found.token]
        np.testing.assert_allclose(getattr(found.dispersion, name), values, rtol=1e-9, atol=1e-9, err_msg=name)


def measures_of(lines: Sequence[str], folder: Path, token: str = "a", **how: Any) -> Measures:
    """The measures of a token, which are those of the twin too."""
    (folder / "text.txt").write_text("\n".join(lines))
    found = count(folder / "text.txt", tokenizer="space", dispersion=True, **how)
    assert_dispersed(found, twin(How(), lines))
    return Measures(*(column[found.token.index(token)] for column in found.dispersion))


# ---- published values


def test_values_of_gries_2008(tmp_path: Path) -> None:
    found = measures_of(GRIES, tmp_path)
    assert found.range == 5
    assert found.dp == pytest.approx(0.18)
    assert [round(value, 3) for value in found[1:3]] == [0.785, 0.938]
    assert round(measures_of(EVEN, tmp_path).arf, 1) == 10.8


def test_values_of_lijffijt_and_gries_2012(tmp_path: Path) -> None:
    assert measures_of(["a a x", "a x x", "x x x"], tmp_path).dp_norm == pytest.approx(0.5)
    assert measures_of(GRIES, tmp_path).dp_norm == pytest.approx(0.18 / (1 - 9 / 50))


@pytest.mark.parametrize(
    ("frequencies", "name", "value"), [((2, 1, 1, 1, 0), "carroll_d2", 0.8277), ((0, 4, 3, 2, 1), "juilland_d", 0.6464)]
)
def test_values_of_carroll_1970(frequencies: Sequence[int], name: str, value: float, tmp_path: Path) -> None:
    lines = [" ".join(["a"] * n + ["x"] * (5 - n)) for n in frequencies]
    assert round(getattr(measures_of(lines, tmp_path), name), 4) == value


def test_the_ends_of_the_scales(tmp_path: Path) -> None:
    """Even: the same rate in parts of different size. In one part only."""
    even = measures_of(["a x", "a x a x", "a x a x a x"], tmp_path)
    assert even == (3, 1, 1, 0, 0, 6)
    one = measures_of(["x x x x", "x x x x", "a a y y", "x x x x"], tmp_path)
    assert one[1:5] == pytest.approx((0, 0, 0.75, 1), abs=1e-12)
    assert measures_of(["a", "x x x"], tmp_path).arf == 1


def test_parts_have_the_tokens_that_are_left_out(tmp_path: Path) -> None:
    """A word that is asked for alone is as bunched as in the list of all words."""
    (tmp_path / "t.txt").write_text("a a x x\nx x x x\na x x x\nx x x x\n")
    whole = count(tmp_path / "t.txt", tokenizer="space", dispersion=True)
    alone = count(tmp_path / "t.txt", tokenizer="space", dispersion=True, match="^a$")
    assert [column[0] for column in alone.dispersion] == [column[1] for column in whole.dispersion]
    assert list(alone) == [("a", 3)]


# ---- the slow twin


@FEW
@given(st.lists(texts, min_size=1, max_size=4), hows, st.sampled_from(["line", "file"]) | st.integers(2, 9), st.data())
def test_dispersion_equals_that_of_the_slow_twin(
    tmp_path: Path, several: list[str], how: How, part: str | int, data: st.DataObject
) -> None:
    assume(not any(map(returns_end_lines, several)))
    several = [text.replace(BOM, "") for text in several]
    paths = [tmp_path / f"{number}.txt" for number in range(len(several))]
    for path, text in zip(paths, several, strict=True):
        path.write_bytes(text.encode())
    lines = [line for text in several for line in naive.lines_of(text)]
    parts = part if isinstance(part, int) else None
    asked = {"document": part} if parts is None else {"parts": parts}
    counts = how.naive(lines)
    tokens = [marked_tokens(how, line) for line in lines]
    every = sum(token is not None for line in tokens for token in line)
    whole = several if part == "file" else lines
    sizes = [sum(t is not None for line in naive.lines_of(text) for t in marked_tokens(how, line)) for text in whole]
    corpus = Corpus(paths, chunk_size=data.draw(st.integers(1, 60), "chunk_size"))
    options: dict[str, Any] = {**how.arguments(tmp_path), "dispersion": True, **asked}
    too_few = 0 < every < parts if parts else counts.counts and sum(map(bool, sizes)) < 2
    if too_few:
        with pytest.raises(InputError, match="fewer than parts" if parts else "dispersion needs two or more"):
            count(corpus, **options)
        return
    found = count(corpus, **options)
    assert list(found) == list(counts.counts.items())
    assert_dispersed(found, twin(how, several if part == "file" else lines, parts) if counts.counts else {})


@pytest.mark.parametrize("how", WAYS, ids=name_of)
def test_dispersion_does_not_depend_on_chunks_and_threads(how: How, tmp_path: Path) -> None:
    text = lines_text()
    expected = [twin(how, naive.lines_of(text)), twin(how, [text], 5)]
    for make in (as_plain, as_files):
        paths = make(tmp_path, text)
        first: list[bytes] = []
        for chunk_size, jobs, executor in [(5, 3, "threads"), (64, 1, "serial"), (1 << 20, 2, "auto")]:
            for number, asked in enumerate([{"document": "line"}, {"parts": 5}]):
                corpus = Corpus(paths, chunk_size=chunk_size)
                how_run = {"jobs": jobs, "executor": executor, "dispersion": True, **asked}
                found = count(corpus, **how.arguments(tmp_path), **how_run)
                assert_dispersed(found, expected[number])
                first.append(found.dispersion.pack())
        assert first[2:] == 2 * first[:2]  # to the last bit


@compiled
@pytest.mark.parametrize("how", [WAYS[1], WAYS[6]], ids=name_of)
def test_dispersion_by_worker_processes_is_the_same(how: How, tmp_path: Path) -> None:
    paths = as_files(tmp_path, lines_text())
    arguments = {**how.arguments(tmp_path), "dispersion": True, "document": "file"}
    here, there = (
        count(Corpus(paths, chunk_size=64), **arguments, executor=executor, jobs=2).dispersion.pack()
        for executor in ("serial", "processes")
    )
    assert here == there


@pytest.mark.parametrize("chunk_size", [1, 30, 1000])
def test_records_are_parts(chunk_size: int, tmp_path: Path) -> None:
    records = ["a b\nb c", "", "b", "c\n\na", "a a"]
    (tmp_path / "r.jsonl").write_text("".join(f"{json.dumps({'text': record})}\n" for record in records))
    corpus = Corpus(tmp_path / "r.jsonl", chunk_size=chunk_size, field="text")
    found = count(corpus, tokenizer="space", dispersion=True, document="row", executor="threads", jobs=2)
    assert_dispersed(found, twin(How(), records))


@pytest.mark.parametrize("how", [WAYS[1], WAYS[3], WAYS[8]], ids=name_of)
def test_with_hardly_any_memory_the_text_is_read_for_some_rows_at_a_time(how: How, tmp_path: Path) -> None:
    text = lines_text()
    paths = as_plain(tmp_path, text)
    folder = tmp_path / "spill"
    folder.mkdir()
    done, told = list[int](), list[str]()
    corpus = Watched(paths, chunk_size=120, tmp_dir=folder)
    how_run = {"progress": done.append, "notify": told.append}
    found = count(corpus, **how.arguments(tmp_path), dispersion=True, df=True, **how_run)
    assert_dispersed(found, twin(how, naive.lines_of(text)))
    assert found.dispersion.range.tolist() == found.df.tolist()
    assert sum(done) == os.path.getsize(paths[0])
    assert "dispersion: the text is read again for the rows after the first " in told[-1]
    assert os.listdir(folder)
    found.close()
    assert os.listdir(folder) == []


def test_rows_that_are_not_listed_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("\n".join(GRIES))
    how = {"tokenizer": "space", "dispersion": True}
    everything, some = count(tmp_path / "text.txt", **how), count(tmp_path / "text.txt", **how, top=3, min_count=4)
    assert some.token == everything.token[:3]
    assert some.dispersion.pack() == everything.dispersion.slice(0, 3).pack()


# ---- what comes out


def test_columns_are_saved_and_lists_are_read_again(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("\n".join(GRIES))
    found = count(tmp_path / "text.txt", tokenizer="space", dispersion=True, df=True)
    names = ["token", "count", "df", *Dispersion._fields]
    assert list(found.columns) == names
    for suffix in ("tsv", "csv", "jsonl"):
        path = tmp_path / f"list.{suffix}"
        found.save(path)
        assert dict(read_lists(path)) == dict(found)
    assert (tmp_path / "list.tsv").read_text().splitlines()[:2] == [
        "\t".join(names),
        "a\t15\t5\t5\t0.7852\t0.9379\t0.18\t0.2195\t11.1",
    ]
    row = json.loads((tmp_path / "list.jsonl").read_text().splitlines()[0])
    assert list(row) == names
    assert row["juilland_d"] == found.dispersion.juilland_d[0]
    with pytest.raises(OptionError, match="dispersion was not measured; count with dispersion"):
        _ = count(tmp_path / "text.txt", tokenizer="space").dispersion


def test_parts_that_do_not_divide_the_tokens_are_larger_first(tmp_path: Path) -> None:
    """Five tokens in three parts: a b, c d, e."""
    (tmp_path / "text.txt").write_text("a b c d e")
    found = count(tmp_path / "text.txt", tokenizer="space", dispersion=True, parts=3)
    assert found.dispersion.dp == pytest.approx([0.6, 0.6, 0.6, 0.6, 0.8])


@compiled
def test_the_command_writes_what_the_library_measures(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a b\n")
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"b c\nb"))
    done = run("count", "a.txt", "b.txt.gz", "--tokenizer", "space", "--dispersion", "--document", "file", "--top", "1")
    assert lines_of(done) == [
        "token\tcount\trange\tjuilland_d\tcarroll_d2\tdp\tdp_norm\tarf",
        "b\t3\t2\t0.8571\t0.9852\t0.0667\t0.1111\t2.6",
    ]


@pytest.mark.parametrize("arguments", ["--document file", "--parts 2"])
def test_a_text_without_tokens_has_an_empty_list(arguments: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("\n")
    done = run("count", "text.txt", "--tokenizer", "space", "--dispersion", *arguments.split())
    assert [line.split("\t")[0] for line in lines_of(done)] == ["token"]


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ("--dispersion --parts 6", 1, "the text has 5 tokens, fewer than --parts 6; a part has a token or more"),
        ("--dispersion --document file", 1, "all tokens are in one document (--document file), and dispersion needs "
         "two or more; see --parts 10"),
        ("--dispersion --parts 1", 2, "--parts is 1; it must be at least 2"),
        ("--dispersion --parts 2 --document line", 2, "--document: no effect with --parts 2; parts are cut wherever "
         "documents end"),
        ("--parts 2", 2, "--parts: no effect without --dispersion; give both"),
        ("--dispersion -f words", 2, "--dispersion: no effect with --format words; it has no such column"),
        ("--dispersion --stats", 2, "--dispersion: no effect with --stats; it is about all tokens"),
        ("--dispersion --parts 2 --merge", 2, "--tokenizer, --dispersion, --parts: no effect with --merge; it adds up "
         "lists as they are"),
        ("--dispersion --document row", 2, "--document 'row': only JSON Lines and CSV have rows"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused(arguments: str, status: int, says: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("b a\nb c b\n")
    done = run("count", "text.txt", "--tokenizer", "space", *arguments.split())
    assert (done.returncode, done.stdout) == (status, b"")
    assert done.stderr.decode().splitlines()[0].startswith(f"nlpkit: {says}")
