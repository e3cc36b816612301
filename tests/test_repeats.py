"""An option that takes one value is given once; switches do not contradict each other."""

import pytest

pytestmark = pytest.mark.compiled  # nothing here depends on kernels

TOP = "--top 5 and --top 10: --top is given twice; give it once"


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["count", "--top", "5", "--top", "10"], TOP),
        (["keywords", "--against", "x", "--top=5", "--top", "10"], TOP),
        (["discover", "--top", "5", "in.txt", "--top", "10"], TOP),
        (["apriori", "--top", "5", "--top", "10"], TOP),
        (["segment", "-o", "a", "--output=b c"], "--output a and --output 'b c': --output is given twice"),
        (["segment", "-j2", "-qj3"], "--jobs 2 and --jobs 3: --jobs is given twice"),
        (["score", "a", "b", "--show", "1", "--show", "2", "--show", "3"], "--show is given 3 times"),
        (["apriori", "--trim", "--no-trim"], "--trim and --no-trim contradict each other"),
        (["count", "-f", "csv", "-f", "csv"], "--format csv and --format csv: --format is given twice"),
    ],
)
def test_repeated_options_are_refused_with_both_values(run, arguments, message):
    done = run(*arguments)
    assert done.returncode == 2 and message in done.stderr.decode() and not done.stdout


def test_what_repeats_or_says_nothing_new_is_taken(run, tmp_path):
    (tmp_path / "text.txt").write_text("a b c\n")
    for word in "ab":
        (tmp_path / word).write_text(f"{word}\n")
    lists = ["--stopwords", tmp_path / "a", "--stopwords", tmp_path / "b"]
    done = run("count", "-q", "-q", "--tokenizer", "space", *lists, "--", tmp_path / "text.txt")
    assert done.stdout == b"token\tcount\nc\t1\n" and not done.stderr


def test_what_follows_two_dashes_is_no_option(run, tmp_path):
    done = run("count", "-q", "--top", "5", "--", "--top", cwd=tmp_path)
    assert done.returncode == 1 and "twice" not in done.stderr.decode()
