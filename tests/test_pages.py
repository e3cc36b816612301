"""Pages of results: what is in the file, that it is the same each time and small, and what is refused."""

import json
import re
import subprocess
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nlpkit
from nlpkit.errors import OptionError
from nlpkit.reports import libraries
from nlpkit.reports.page import Page, check_page
from nlpkit.reports.picture import MOST_POINTS, MOST_ROWS, Excerpt, shortened
from tests.conftest import Run
from tests.texts import read_text

pytestmark = [pytest.mark.usefixtures("dictionary"), pytest.mark.compiled]  # nothing here depends on kernels
HOSTILE = ("<script>alert(1)</script>", "</script>", "\"&'", "\u202eabc", "👩‍👩‍👧", "字" * 10_000, "${x}", "{{ x }}")


@pytest.fixture
def discover(run: Run, tmp_path: Path) -> Run:
    """`nlpkit discover laws.txt ARGUMENTS...` where laws.txt lies."""
    (tmp_path / "laws.txt").write_text(read_text("laws", 8_000), "utf-8")
    return partial(run, "discover", "laws.txt")


def data_of(page: str) -> Any:
    """What the script of a page reads."""
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def page_of(texts: tuple[str, ...]) -> Page:
    return Page("Title", "summary", (), {"word": np.array(texts, object)}, list(texts), len(texts))


# ---- what is there


def test_a_page_has_the_picture_the_table_and_what_it_is_made_of(discover: Run, tmp_path: Path) -> None:
    done = discover("--report", "words.html", "-f", "jsonl")
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    page = (tmp_path / "words.html").read_text("utf-8")
    assert '<h1 dir="auto">Words of laws.txt</h1>' in page
    assert f"all {len(rows):,} words" in page
    data = data_of(page)
    names = [column["name"] for column in data["columns"]]
    assert names == ["word", "new", "count", "pmi", "left_entropy", "right_entropy", "score"]
    assert len(data["rows"]) == len(rows)
    for shown, row in zip(data["rows"], rows, strict=True):
        cells = dict(zip(names, shown, strict=True))
        assert cells.pop("new") in ("", "new")
        assert cells == {name: pytest.approx(v, 1e-4, 1e-4) if isinstance(v, float) else v for name, v in row.items()}


def test_the_result_is_the_same_with_and_without_a_page(discover: Run) -> None:
    assert discover("--report", "words.html").stdout == discover().stdout


def test_nothing_is_loaded_from_elsewhere(discover: Run, tmp_path: Path) -> None:
    discover("--report", "words.html")
    page = (tmp_path / "words.html").read_text("utf-8")
    assert "default-src 'none'" in page
    elements = re.sub(r"(<script[^>]*>|<style>).*?(?=</(script|style)>)", r"\1", page, flags=re.DOTALL)
    assert len(elements) < 5000
    assert not re.search(r" (src|href)=|@import|url\(", elements)


def test_the_same_result_gives_the_same_bytes(discover: Run, tmp_path: Path) -> None:
    discover("--report", "a.html", "-j", "1")
    discover("--report", "b.html", "-j", "2", "--chunk-size", "64k")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_words_of_the_corpus_stay_text() -> None:
    page = replace(page_of(HOSTILE), title=HOSTILE[0])
    made = page.with_lines({text: [Excerpt(text, 1, text, text, text)] for text in HOSTILE}).html()
    data = data_of(made)
    assert [row[0] for row in data["rows"]] == [shortened(text, 200) for text in HOSTILE]
    assert {*data["keys"]} == {*data["lines"]}
    assert {*data["lines"]} - {*HOSTILE} == {key for key in data["lines"] if key.startswith("字" * 200 + "… ")}
    assert data["lines"][HOSTILE[0]] == [[0, 1, *[HOSTILE[0]] * 3]]
    assert data["files"] == list(HOSTILE)
    assert HOSTILE[0] not in made
    assert "&lt;script&gt;alert(1)" in made


def test_numbers_that_are_none_are_null() -> None:
    page = Page("t", "s", (), {"word": np.array(["a", "b"], object), "pmi": np.array([np.nan, np.inf])}, ["a", "b"], 2)
    assert data_of(page.html())["rows"] == [["a", None], ["b", None]]


def test_an_empty_result_has_a_page_that_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "few.txt").write_text("一二三\n", "utf-8")
    run("discover", "few.txt", "--report", "words.html", "--min-count", "9")
    assert "The list is empty" in (tmp_path / "words.html").read_text("utf-8")


def test_a_page_of_many_words_is_small() -> None:
    rng = np.random.default_rng(0)
    size = 200_000
    words = np.array([chr(0x4E00 + i % 20_000) + chr(0x4E00 + i // 20_000) + "词" for i in range(size)], object)
    numbers = rng.random((5, size)) * 10
    found = nlpkit.Discovery(
        words, rng.integers(2, 10_000, size), *numbers[:4], np.full(size, 3), numbers[4], numbers[4], 2, size, 6.0, 4.0,
        is_selected=True,
    )  # fmt: skip
    page = found.page("Words")
    assert len(page.columns["word"]) == MOST_ROWS
    assert len(page.drawn_keys) == MOST_POINTS
    place = Excerpt("laws.txt", 123_456, "左" * 30, "词", "右" * 30)
    html = page.with_lines({key: [place._replace(hit=key)] * 3 for key in page.drawn_keys}).html()
    assert len(html.encode()) < 5_000_000
    assert f"The first {MOST_ROWS:,} of {size:,} rows" in html


# ---- on the command line


def test_the_page_is_written_where_the_reader_of_a_pipe_leaves(shell: Run, tmp_path: Path) -> None:
    (tmp_path / "laws.txt").write_text(read_text("laws", 300_000), "utf-8")
    shell("nlpkit count laws.txt --report words.html | head -n 1")
    assert "Frequencies of laws.txt" in (tmp_path / "words.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--report", "-"], "--report -: a page is a file; name one, such as report.html"),
        (["--report", "none/words.html"], "none/words.html: the folder .*none does not exist; create it first"),
        (["--report", "words.pdf"], "--report words.pdf: pages are written as HTML; name it words.html"),
        (["--report", "words"], "--report words: pages are written as HTML; name it words.html"),
        (["--report", ""], "the name is empty; name a file"),
        (["--report", "a.html", "--explain", "规定"], "--report.*no effect with --explain"),
        (["--report", "s3://bucket/words.html"], "only results are written to URLs"),
    ],
)
def test_what_cannot_be_done_is_refused_at_once(discover: Run, tmp_path: Path, arguments: list[str], line: str) -> None:
    done = discover(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert re.search(line, done.stderr.decode())
    assert not list(tmp_path.glob("*.html"))


def test_a_page_never_replaces_an_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "laws.html").write_text("<p>文字</p>", "utf-8")
    done = run("discover", "laws.html", "--report", "laws.html")
    assert done.returncode == 2
    assert b"laws.html: is also an input" in done.stderr
    assert (tmp_path / "laws.html").read_text("utf-8") == "<p>文字</p>"


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def find_spec(name: str) -> object:
        return None if name == "vl_convert" else name

    monkeypatch.setattr(libraries, "find_spec", find_spec)
    libraries.load_libraries.cache_clear()
    with pytest.raises(OptionError, match=r"pages need vl-convert, .*: pip install 'nlpkit\[report\]'"):
        check_page(str(tmp_path / "words.html"))


def test_libraries_are_loaded_only_for_a_page(python: list[str], tmp_path: Path) -> None:
    (tmp_path / "laws.txt").write_text(read_text("laws", 3_000), "utf-8")
    code = (
        "import sys, nlpkit; nlpkit.discover('laws.txt').select(); "
        "print([name for name in ('altair', 'jinja2', 'networkx', 'vl_convert', 'itables') if name in sys.modules])"
    )
    done = subprocess.run([*python, "-c", code], cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


# ---- in Python


def test_a_notebook_shows_the_first_rows() -> None:
    found = nlpkit.discover(str(Path(__file__).parent / "data" / "laws.txt"), jobs=1).select(top=30)
    html = found._repr_html_()
    assert html.count("<tr>") == 21
    assert f"<td>{found.word[19]}</td>" in html
    assert found.word[20] not in html
    assert "the first 20 of 30 rows" in html
    chart = found.plot()
    assert type(chart).__module__.startswith("altair.")
    with pytest.raises(OptionError, match="scatter"):
        found.plot("pie")


def test_a_table_of_html_holds_texts_as_they_are() -> None:
    from nlpkit.results import html_table

    made = html_table({"<b>": list(HOSTILE)}, len(HOSTILE), "a & b")
    assert "<script>" not in made
    assert "<th>&lt;b&gt;</th>" in made
    assert "<p>a &amp; b</p>" in made
