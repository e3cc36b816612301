"""Inputs without text: a list of their words is empty, a comparison of them is an error that names the file."""

from pathlib import Path

import pytest

from tests.conftest import Run

INPUTS = ("empty.txt", "blank.txt", "folder", "-")
COMMANDS = {
    "discover": "{}",
    "segment": "{}",
    "count": "{}",
    "concordance": "x {}",
    "terms": "{}",
    "collocations": "{}",
    "keywords": "{} --against text.txt",
    "keywords --against": "text.txt --against {}",
    "apriori": "{}",
    "score": "{} text.txt",
}
LISTS = ("discover", "segment", "count", "concordance", "terms", "collocations")

pytestmark = [pytest.mark.usefixtures("dictionary"), pytest.mark.compiled]


@pytest.fixture
def inputs(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "blank.txt").write_text("\n\n  \n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.txt").write_text("北京 大学\n", encoding="utf-8")


@pytest.mark.usefixtures("inputs")
@pytest.mark.parametrize("given", INPUTS)
@pytest.mark.parametrize("command", COMMANDS)
def test_an_input_without_text_gives_an_empty_list_or_an_error_that_names_it(
    run: Run, command: str, given: str
) -> None:
    done = run(command.split()[0], *COMMANDS[command].format(given).split(), input=b"")
    last = done.stderr.decode().splitlines()[-1]
    if given == "folder":
        assert (done.returncode, last) == (1, "nlpkit: folder: no files in this directory")
    elif (command, given) == ("keywords --against", "-"):
        assert done.returncode == 2
    elif command in LISTS or (command, given) == ("apriori", "blank.txt"):
        assert done.returncode == 0, last
        assert not last.startswith("nlpkit:")
        expected = "no transaction has an item" if command == "apriori" else "the input is empty"
        assert (expected in last) == (given != "blank.txt" or command == "apriori")
        rows = done.stdout.decode().splitlines()
        assert rows == ["", "", ""] if (command, given) == ("segment", "blank.txt") else len(rows) <= 1
    else:
        assert (done.returncode, done.stdout) == (1, b"")
        assert last.startswith("nlpkit: ")
        assert given.replace("-", "<stdin>") in last
