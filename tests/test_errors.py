"""Errors: each caller reads the options by the names that he types."""

import pickle
from copy import deepcopy

import pytest

import nlpkit
from nlpkit.cli.command import flags
from nlpkit.errors import LESS_MEMORY, InputError, NlpkitError, Notice, Option, OptionError, Setting, WorkerError
from nlpkit.suggest import hint

pytestmark = pytest.mark.compiled  # nothing here depends on kernels

FLAGS = {
    "missing": "--missing",
    "item_separator": "--item-separator",
    "errors": "--errors",
    "min_count": "--min-count",
    "header": "--header",
    "dictionary": "--dict",
}


@pytest.mark.parametrize(
    ("part", "in_python", "on_the_command_line"),
    [
        (Option("min_count"), "min_count", "--min-count"),
        (Option("dictionary"), "dictionary", "--dict"),
        (Option("unheard_of"), "unheard_of", "unheard_of"),
        (Setting("errors", "skip"), 'errors="skip"', "--errors skip"),
        (Setting("errors", "replace", "skip"), 'errors="replace" or "skip"', "--errors replace|skip"),
        (Setting("missing", "#N/A,(null),?"), 'missing="#N/A,(null),?"', "--missing '#N/A,(null),?'"),
        (Setting("item_separator", ";"), 'item_separator=";"', "--item-separator ';'"),
        (Setting("min_count", 1), "min_count=1", "--min-count 1"),
        (Setting("min_count", 0, 1), "min_count=0 or 1", "--min-count 0|1"),
        (Setting("header", True), "header=True", "--header"),
        (Setting("header", False), "header=False", "--no-header"),
        ("--errors", "--errors", "--errors"),
    ],
)
def test_each_caller_reads_the_name_that_he_types(part: str, in_python: str, on_the_command_line: str) -> None:
    error = InputError("a.csv:2: errors; try ", part, ", or so")
    assert str(error) == f"a.csv:2: errors; try {in_python}, or so"
    assert error.typed(FLAGS) == f"a.csv:2: errors; try {on_the_command_line}, or so"
    line = Notice("try ", part, ", or so")
    assert line == f"try {in_python}, or so"
    assert pickle.loads(pickle.dumps(line)).typed(FLAGS) == f"try {on_the_command_line}, or so"


@pytest.mark.parametrize("copy", [lambda error: pickle.loads(pickle.dumps(error)), deepcopy])
@pytest.mark.parametrize("kind", [NlpkitError, OptionError, InputError, WorkerError])
def test_errors_keep_their_parts_between_processes(kind: type[NlpkitError], copy: type) -> None:
    error = kind("a: try ", Setting("errors", "skip"), ", ", Setting("header", False), " or ", Option("min_count"))
    found = copy(error)
    assert type(found) is kind
    assert str(found) == str(error) == 'a: try errors="skip", header=False or min_count'
    assert found.typed(FLAGS) == "a: try --errors skip, --no-header or --min-count"


def test_what_helps_against_too_little_memory_has_flags_in_every_command() -> None:
    error = WorkerError("out of memory; ", *LESS_MEMORY)
    assert str(error) == 'out of memory; try fewer jobs, executor="serial", or a smaller memory'
    assert error.typed(flags(())) == "out of memory; try fewer --jobs, --executor serial, or a smaller --memory"


def test_python_and_the_command_line_name_the_options_of_a_damaged_text(tmp_path, run) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_bytes(b"ab \xff cd\n" * 3)
    with pytest.raises(nlpkit.EncodingError) as caught:
        nlpkit.count(tmp_path / "a.txt")
    assert str(caught.value).endswith('errors="replace" or "skip"')
    done = run("count", "a.txt", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.decode().endswith("--errors replace|skip\n")


def test_a_hint_asks_for_the_nearest_name_or_says_something_else() -> None:
    assert hint("tvs", ["tsv", "csv"]) == "did you mean tsv?"
    assert hint("TVS", ["Tsv"], before="; ", show=repr) == "; did you mean 'Tsv'?"
    assert hint("x", ["tsv", "csv"], "choose from tsv, csv") == "choose from tsv, csv"
    assert hint("x", ["tsv", "csv"], before="; ") == ""


@pytest.mark.parametrize(
    ("typed", "known", "meant"),
    [
        ("--min-freq", ["--min-prob", "--min-count"], "--min-count"),
        ("--min_freq", ["--min-prob", "--min-count"], "--min-count"),
        ("--threads", ["--jobs", "--top"], "--jobs"),
        ("--sep", ["--delimiter"], "--delimiter"),
        ("--sep", ["--separator"], "--separator"),
        ("--reference", ["--against"], "--against"),
        ("--threads", ["--top"], None),
        ("tokenize", ["segment", "count"], "segment"),
        ("freq", ["score", "count"], "count"),
    ],
)
def test_what_has_another_name_elsewhere_is_suggested(typed: str, known: list[str], meant: str | None) -> None:
    assert hint(typed, known, synonyms=True) == (f"did you mean {meant}?" if meant else "")
