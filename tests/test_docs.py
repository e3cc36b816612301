"""What the documentation shows is what happens: its examples are run.

Of README.md and docs/, ```console blocks are run by bash, each `$ ` line a command, and what stands under a command
must be in its output, line by line and in this order (`...` stands for anything). ```python blocks are run as
scripts. The blocks of a file run one after the other in one folder, where the texts and tables of tests/data are, by
copies of one warm process. Other blocks (```sh,
```text) are only shown.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from nlpkit.cli import COMMANDS, cli
from tests import file_table
from tests.conftest import LAWS, ROOT, nlpkit_function, slow, start

PAGES = ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))]
LONG = ("docs/tutorial.md", "docs/from_jieba.md")
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_cli_page_is_fresh() -> None:
    # in a process of its own: click remembers the help option of the first context
    fresh = subprocess.run(
        [sys.executable, "-m", "tests.cli_page"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == fresh, "run `make docs`"


def test_the_table_of_files_is_fresh_and_has_every_file() -> None:
    assert file_table.PAGE.read_text(encoding="utf-8") == file_table.fresh_page(), "run `make docs`"


def commands() -> Iterator[click.Command]:
    context = click.Context(cli, info_name="nlpkit")
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        yield command


def test_every_command_and_option_has_help() -> None:
    for command in commands():
        assert command.help
        for param in command.params:
            assert isinstance(param, click.Argument) or param.help, f"{command.name} {param.name}"  # type: ignore[attr-defined]


def test_the_help_of_count_fits_on_two_screens() -> None:
    parent = click.Context(cli, info_name="nlpkit")
    command = cli.get_command(parent, "count")
    assert command is not None
    for width in (80, 100):
        context = click.Context(command, parent, "count", terminal_width=width, max_content_width=width)
        assert len(command.get_help(context).splitlines()) <= 96


def test_the_line_of_a_command_in_the_help_is_the_first_of_its_own() -> None:
    assert list(COMMANDS.values()) == [(command.help or "").split("\n")[0] for command in commands()]


@pytest.mark.compiled
@pytest.mark.parametrize("name", [slow(name) if name in LONG else name for name in PAGES])
@pytest.mark.usefixtures("dictionary")
def test_the_examples_run(name: str, python: list[str], tmp_path: Path) -> None:
    for data in (*LAWS.parent.glob("*.txt"), *LAWS.parent.glob("*.csv")):
        shutil.copy(data, tmp_path)
    for language, code in BLOCK.findall((ROOT / name).read_text(encoding="utf-8")):
        if language == "python":
            output_of([*python, "-c", code], tmp_path)
            continue
        for command, expected in re.findall(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", code, re.MULTILINE):
            script = f"set -eo pipefail\n{nlpkit_function(python)}\n{command}\n"
            output = output_of(["bash", "-c", script], tmp_path)
            pattern = ".*".join(re.escape(line) for line in expected.split("\n") if line.strip() not in ("", "..."))
            assert re.search(pattern, output, re.DOTALL), f"$ {command}\n{output}"


def output_of(command: list[str], folder: Path) -> str:
    done = start(command, folder, capture_output=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
    output: str = done.stdout.decode()
    assert done.returncode == 0, f"{command[-1]}\n{output}"
    return output
