"""Inputs that people bring, which show faults of tokens: n-grams of the matches of a pattern."""

import pytest

from tests.conftest import SHARED, Run

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

REPORTS = SHARED / "reports"
needs_reports = pytest.mark.skipif(not REPORTS.is_dir(), reason="needs the shared data: reports")


@needs_reports
def test_no_ngram_of_matches_goes_across_punctuation(run: Run) -> None:
    path = str(REPORTS / "ngram_punctuation.txt")
    done = run("count", path, "--tokenizer", "regex", "--pattern", r"\p{L}+", "--casefold", "--ngram", "2")
    rows = [line.split("\t") for line in done.stdout.decode().splitlines()[1:]]
    assert {token for token, _ in rows} == {
        "hello my",
        "my darling",
        "how are",
        "are you",
        "you today",
        "fine my",
    }
    assert dict(rows)["how are"] == "2"
