"""`nlpkit keywords` as its users meet it: texts and lists as references, its report, and wrong usage."""

from functools import partial
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.test_count import SPACE, TEXT, lines_of

pytestmark = [pytest.mark.usefixtures("dictionary"), pytest.mark.compiled]  # tests of the library compare the kernels
ALL = ("--max-p", "1", "--no-correction")


@pytest.fixture
def keywords(run: Run, tmp_path: Path) -> Run:
    """`nlpkit keywords ARGUMENTS...` where text.txt lies."""
    (tmp_path / "text.txt").write_text(TEXT)
    return partial(run, "keywords")


def test_a_text_and_its_list_are_the_same_reference(keywords: Run, run: Run, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "o.txt").write_text("a a a a a a a a b\n" * 9)
    (tmp_path / "text.txt").write_text(TEXT * 5)
    expected = lines_of(keywords(*SPACE, *ALL, "--negative", "--against", "other"))
    assert expected[0].split("\t")[:3] == ["token", "count", "reference_count"]
    assert [line.split("\t")[:3] for line in expected[1:]] == [["b", "15", "9"], ["c", "5", "0"], ["a", "5", "72"]]
    for layout in ("tsv", "csv", "jsonl", "jieba"):
        lines_of(run("count", "other", "--tokenizer", "space", "-f", layout, "-o", "list"))
        done = keywords(*SPACE, *ALL, "--negative", "--against", "list")
        assert lines_of(done) == expected
        assert "list: read as a frequency list\n" in done.stderr.decode()
    lines_of(run("count", *SPACE, "-o", "own"))
    assert lines_of(keywords("own", "--merge", *ALL, "--negative", "--against", "list")) == expected
    assert lines_of(keywords(*SPACE, "--against", "list", "-f", "words", "--top", "1")) == ["b"]


def test_options_choose_keywords(keywords: Run, tmp_path: Path) -> None:
    (tmp_path / "o.txt").write_text("a a a a a a a a b\n" * 9)
    words = (*SPACE, "--against", "o.txt", "-f", "words")
    assert lines_of(keywords(*words, *ALL)) == ["b", "c"]
    assert lines_of(keywords(*words, *ALL, "--min-count", "2")) == ["b"]
    assert lines_of(keywords(*words, *ALL, "--ngram", "2", "--separator", "+")) == ["b+a", "b+c", "c+b"]
    assert lines_of(keywords(*words, "--max-p", "1e-9")) == []
    whole, two = (keywords(*SPACE, "--against", "o.txt", *ALL, "--cells", cells).stdout for cells in ("4", "2"))
    assert whole != two


def test_the_report_is_on_stderr(keywords: Run, tmp_path: Path) -> None:
    (tmp_path / "o.txt").write_text("a a a a a a a a b\n" * 9)
    lines = keywords(*SPACE, *ALL, "--against", "o.txt").stderr.decode().splitlines()
    assert lines[-1].startswith("5 tokens against 81, 2 keywords, ")
    one = keywords(*SPACE, *ALL, "--against", "o.txt", "--top", "1").stderr.decode()
    assert one.startswith("o.txt: read as text, not as a frequency list\n5 tokens against 81, 1 keyword, ")
    none = keywords(*SPACE, "--max-p", "1e-9", "--against", "o.txt").stderr.decode()
    assert none.splitlines()[-1].startswith("5 tokens against 81, no keywords, ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--max-p", "1e-9"], "the smallest p-value is 0.0369 after the correction for 3 tokens, above 1e-09; see "
         "--max-p and --no-correction"),
        (["--max-p", "1e-9", "--no-correction"], "the smallest p-value is 0.0123, above 1e-09; see --max-p"),
        (["--min-count", "99"], "none of the 2 tokens that are more frequent than in the reference occurs 99 times "
         "(--min-count)"),
        (["--match", "a"], "no tokens are more frequent than in the reference"),
    ],
)  # fmt: skip
def test_where_there_is_no_keyword_the_option_is_named_that_left_all_out(
    arguments: list[str], says: str, keywords: Run, tmp_path: Path
) -> None:
    (tmp_path / "o.txt").write_text("a a a a a a a a b\n" * 9)
    assert says in keywords(*SPACE, *arguments, "--against", "o.txt").stderr.decode().splitlines()


def test_one_token_is_reported_without_a_plural(keywords: Run, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("q\n")
    done = keywords(*SPACE, "--max-p", "1", "--against", "one.txt")
    assert b"none of the 5 tokens occur in the reference" in done.stderr
    done = keywords("one.txt", "--tokenizer", "space", "--against", "text.txt")
    assert b"the only token does not occur in the reference" in done.stderr


def test_documents_are_those_of_both_texts_or_of_a_list(keywords: Run, run: Run, tmp_path: Path) -> None:
    (tmp_path / "o.txt").write_text("a a a a a a a a b\n" * 9 + "c\n")
    how = (*SPACE, *ALL, "--negative", "--df")
    header, *rows = (line.split("\t") for line in lines_of(keywords(*how, "--against", "o.txt")))
    assert header[:5] == ["token", "count", "reference_count", "documents", "reference_documents"]
    assert {row[0]: row[3:5] for row in rows} == {"a": ["1", "9"], "b": ["2", "9"], "c": ["1", "1"]}
    lines_of(run("count", "o.txt", "--tokenizer", "space", "--df", "-o", "list"))
    lines_of(run("count", *SPACE, "--df", "-o", "own"))
    for arguments in (how, ("own", "--merge", *ALL, "--negative", "--df")):
        assert [row.split("\t") for row in lines_of(keywords(*arguments, "--against", "list"))] == [header, *rows]
    by_file = lines_of(keywords(*how, "--document", "file", "--against", "o.txt"))
    assert {row.split("\t")[0]: row.split("\t")[3:5] for row in by_file[1:]} == {key: ["1", "1"] for key in "abc"}


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("log_ratio", "c b a"), ("simple_maths", "c b a"), ("text_g2 --df", "c b a"), ("bic", "b c a")],
)
def test_keywords_are_sorted_by_a_measure_which_is_a_column(
    sort: str, expected: str, keywords: Run, tmp_path: Path
) -> None:
    (tmp_path / "o.txt").write_text("a a a a a a a a b\n" * 9)
    done = keywords(*SPACE, *ALL, "--negative", "--against", "o.txt", "--sort", *sort.split())
    header, *rows = (line.split("\t") for line in lines_of(done))
    assert [row[0] for row in rows] == expected.split()
    assert sort.split()[0] in header


def test_a_list_without_documents_is_said_before_the_text_is_counted(keywords: Run, tmp_path: Path) -> None:
    (tmp_path / "list").write_text("token\tcount\nb\t3\n")
    done = keywords(*SPACE, "--df", "--against", "list")
    assert (done.returncode, done.stdout) == (1, b"")
    says = "list: does not say in how many documents words occur; --df needs a column for it, as `nlpkit count --df`"
    assert done.stderr.decode().startswith(f"nlpkit: {says}")


WRONG = {
    "missing option '--against'": [],
    "--against -: standard input is for the text": ["--against", "-"],
    "--against text.txt: is not a frequency list, and with --merge lists are compared": [
        *("--merge", "--against", "text.txt")
    ],
    "--tokenizer: no effect with --merge": [
        "--merge",
        "--encoding",
        "gb18030",
        "--tokenizer",
        "space",
        "--against",
        "text.txt",
    ],
    "stop.txt: is also an input": ["--tokenizer", "space", "--against", "stop.txt", "-o", "stop.txt"],
    "--format is 'jieba'; choose from tsv, csv, jsonl, words": ["--against", "text.txt", "-f", "jieba"],
    "--max-p is 2.0; it must be from 0 to 1": ["--against", "text.txt", "--max-p", "2"],
    "--sort text_g2: documents were not counted; give --df": ["--against", "text.txt", "--sort", "text_g2"],
    "--sort text_g2: a frequency list does not say how many documents there were; compare texts": [
        *("--against", "list.tsv", "--sort", "text_g2", "--df")
    ],
    "invalid value for '--sort': 'dice' is not one of": ["--against", "text.txt", "--sort", "dice"],
    "--document: no effect without --df; give both": ["--against", "text.txt", "--document", "file"],
    "--df: no effect with --format words": ["--against", "text.txt", "--df", "-f", "words"],
    "no such option: --stats": ["--against", "text.txt", "--stats"],
}


@pytest.mark.parametrize("says", WRONG)
def test_an_error_names_the_wrong_option(says: str, keywords: Run, tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text("b\n")
    (tmp_path / "list.tsv").write_text("token\tcount\nb\t3\n")
    first = "list.tsv" if "--merge" in WRONG[says] else "text.txt"
    done = keywords(first, *WRONG[says])
    assert (done.returncode, done.stdout) == (2, b"")
    message, last = done.stderr.decode().rstrip("\n").split("\n")[-2:]
    assert message.startswith(f"nlpkit: {says}"), message
    assert last == "See `nlpkit keywords --help`."


def test_a_missing_reference_is_reported_before_anything_is_counted(keywords: Run) -> None:
    done = keywords(*SPACE, "--against", "test.txt", "-q")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == "nlpkit: test.txt: no such file; did you mean text.txt?\n"


def test_names_that_the_shell_made_of_a_pattern_are_no_inputs(keywords: Run, tmp_path: Path) -> None:
    """`--against other/*.txt`: the first name would be the reference, the others would be added to the text."""
    for name in ("b.txt", "c.txt"):
        (tmp_path / name).write_text("a a b\n")
    done = keywords(*SPACE, "--against", "b.txt", "c.txt")
    assert done.returncode == 2
    line = "c.txt: stands after --against, which takes one file or folder; name a folder, or put all INPUTs before it"
    assert line in done.stderr.decode()
    assert lines_of(keywords("--against", "b.txt", *SPACE, *ALL)) == lines_of(
        keywords(*SPACE, "--against", "b.txt", *ALL)
    )


def test_the_report_says_what_a_document_is(keywords: Run, run: Run, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("a a b\n")
    done = keywords(*SPACE, "--against", "b.txt", "--df", "--document", "file")
    assert ", 1 document (a file each), " in done.stderr.decode()
    assert " documents (a line each), " in run("count", *SPACE, "--df").stderr.decode()
