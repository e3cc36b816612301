"""Help: a command explains its own options; suggestions are of the same kind, or absent."""

import pytest

from nlpkit.errors import Notice, Option
from nlpkit.suggest import nearest

pytestmark = pytest.mark.compiled  # nothing here depends on kernels


def test_shared_options_are_named_in_a_command_and_explained_once(run):
    own = run("help", "count").stdout.decode()
    assert own == run("count", "--help").stdout.decode()
    assert "--chunk-size" in own and "Bytes that a worker reads" not in own and "'\\p{L}+'" in own
    shared = run("help", "options").stdout.decode()
    assert "Bytes that a worker reads" in shared and "--bom" in shared and "--ngram" not in shared
    assert "Look words up without regard" in run("help", "segment").stdout.decode()


def test_help_alone_and_of_what_does_not_exist(run):
    assert run("help").stdout == run("--help").stdout
    done = run("help", "option")
    assert done.returncode == 2 and b"no help on option; did you mean options?" in done.stderr


@pytest.mark.parametrize(
    "name, known, expected",
    [
        ("--sort", ["--format", "--top"], None),
        ("--header", ["--scheduler"], None),
        ("--min-cuont", ["--min-count", "--top"], "--min-count"),
        ("--sep", ["--separator"], "--separator"),
        ("chars", ["char", "space"], "char"),
        ("json", ["tsv", "jsonl"], "jsonl"),
        ("tvs", ["csv", "tsv"], "tsv"),
    ],
)
def test_what_is_alike(name, known, expected):
    assert nearest(name, known) == expected


def test_a_choice_and_a_file_in_place_of_a_command(run, tmp_path):
    (tmp_path / "words.txt").write_text("a\n")
    assert b"such as `nlpkit count words.txt`" in run("words.txt").stderr
    assert b"did you mean char?" in run("count", "--tokenizer", "chars", "words.txt").stderr
    assert b"did you mean jsonl?" in run("count", "-f", "json", "words.txt").stderr


def test_a_notice_names_options_as_each_caller_types_them():
    notice = Notice("more than ", Option("memory"), "; see ", Option("min_count"))
    assert notice == "more than memory; see min_count"
    assert notice.typed({"memory": "--memory", "min_count": "--min-count"}) == "more than --memory; see --min-count"
