"""Completion: what `nlpkit` answers to a shell, and that real shells make of it what a user sees at the Tab key."""

import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import click
import pytest

from nlpkit.cli import COMMANDS, cli
from tests.conftest import ENVIRONMENT, Run
from tests.test_imports import HEAVY, modules_after

pytestmark = pytest.mark.compiled  # nothing here depends on kernels

SHELLS = ("bash", "zsh", "fish")
CHOICES = ["auto", "pmi", "entropy"]


def ask(run: Run, shell: str, *words: str) -> list[str]:
    """What nlpkit answers where the last of the words is being typed, without the help that zsh and fish get."""
    current = {"bash": len(words) - 1, "zsh": len(words) - 1, "fish": words[-1]}[shell]
    line = " ".join(words[:-1]) if shell == "fish" else " ".join(words)
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(current), "_NLPKIT_COMPLETE": f"{shell}_complete"}
    done = run(env={**ENVIRONMENT, **asked})
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode().strip().splitlines()
    if shell == "zsh":  # type, value and help on a line each
        assert len(lines) % 3 == 0
        return [f"{kind},{value}" for kind, value in zip(lines[::3], lines[1::3], strict=True)]
    return [line.partition("\t")[0] for line in lines]


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_its_script(run: Run, shell: str) -> None:
    done = run(env={**ENVIRONMENT, "_NLPKIT_COMPLETE": f"{shell}_source"})
    assert done.returncode == 0
    assert f"_NLPKIT_COMPLETE={shell}_complete" in done.stdout.decode()


@pytest.mark.parametrize("shell", SHELLS)
class TestAnswers:
    def test_commands(self, run: Run, shell: str) -> None:
        assert ask(run, shell, "nlpkit", "") == [f"plain,{name}" for name in COMMANDS]
        assert ask(run, shell, "nlpkit", "dis") == ["plain,discover"]
        assert ask(run, shell, "nlpkit", "x") == []

    def test_every_option_of_every_command(self, run: Run, shell: str) -> None:
        for name in COMMANDS:
            command = cli.get_command(click.Context(cli), name)
            assert command is not None
            options = [p for p in command.get_params(click.Context(command)) if isinstance(p, click.Option)]
            long = {o for p in options for o in (*p.opts, *p.secondary_opts) if o.startswith("--")}
            assert set(ask(run, shell, "nlpkit", name, "--")) == {f"plain,{option}" for option in long}

    def test_values_of_an_option(self, run: Run, shell: str) -> None:
        assert ask(run, shell, "nlpkit", "discover", "--method", "") == [f"plain,{choice}" for choice in CHOICES]
        assert ask(run, shell, "nlpkit", "discover", "x.txt", "--new-only", "-f", "j") == ["plain,jsonl", "plain,jieba"]
        assert ask(run, shell, "nlpkit", "discover", "--charset", "han+") == ["plain,han+alnum"]

    def test_names_beside_files(self, run: Run, shell: str) -> None:
        assert ask(run, shell, "nlpkit", "count", "--stopwords", "") == ["file,", "plain,zh", "plain,en"]
        assert ask(run, shell, "nlpkit", "keywords", "--stopwords", "z") == ["file,z", "plain,zh"]

    @pytest.mark.parametrize("before", [[], ["one.txt"], ["--output"], ["--known"]], ids=" ".join)
    def test_files(self, run: Run, shell: str, before: list[str]) -> None:
        assert ask(run, shell, "nlpkit", "discover", *before, "la") == ["file,la"]


def test_an_answer_loads_nothing_heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"COMP_WORDS": "nlpkit discover --m", "COMP_CWORD": "2", "_NLPKIT_COMPLETE": "bash_complete"}
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    printed = modules_after("from nlpkit.cli import main; main()")  # the answer, then the modules
    assert {"plain,--method", "nlpkit.cli.discover"} <= printed
    assert not printed.intersection(HEAVY)


# ---- real shells

needs = {name: pytest.mark.skipif(not shutil.which(name), reason=f"no {name}") for name in SHELLS}


@pytest.fixture
def home(tmp_path: Path, python: list[str]) -> Path:
    """A folder with two files, where `nlpkit` is a command."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "nlpkit"
    command.write_text(f'#!/bin/sh\nexec {shlex.join(python)} -m nlpkit "$@"\n')
    command.chmod(0o755)
    (tmp_path / "laws.txt").touch()
    (tmp_path / "known words.txt").touch()
    return tmp_path


def environment(home: Path) -> dict[str, str]:
    paths = {"PATH": f"{home / 'bin'}:{os.environ['PATH']}", "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config")}
    return {**ENVIRONMENT, **paths, "TERM": "dumb", "LC_ALL": "C.UTF-8", "INPUTRC": os.devnull, "COLUMNS": "200"}


def press_tab(home: Path, shell: list[str], setup: str, typed: str, expected: str) -> str:
    """What an interactive shell shows after `typed` and the Tab key, up to the expected pattern or 20 seconds."""
    terminal, its_end = pty.openpty()
    process = subprocess.Popen(
        shell, cwd=home, env=environment(home), stdin=its_end, stdout=its_end, stderr=its_end, start_new_session=True
    )
    os.close(its_end)
    try:
        # The mark is not in the line as typed, which the terminal shows.
        read_until(terminal, f"{setup}; echo set''up-done\n", "setup-done")
        return read_until(terminal, f"{typed}\t", expected)
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


def read_until(terminal: int, keys: str, expected: str) -> str:
    os.write(terminal, keys.encode())
    shown, end = b"", time.monotonic() + 20
    while time.monotonic() < end and not re.search(expected, shown.decode(errors="replace")):
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                shown += os.read(terminal, 4096)
            except OSError:  # the shell has left
                break
    return shown.decode(errors="replace")


TABS = [
    pytest.param("nlpkit dis", r"nlpkit discover ", id="command"),
    pytest.param("nlpkit discover --max-l", r"--max-length ", id="option"),
    pytest.param("nlpkit discover --method en", r"--method entropy ", id="value"),
    pytest.param("nlpkit discover la", r"discover laws\.txt ", id="file"),
    pytest.param("nlpkit discover laws.txt --known kn", r"--known known\\ words\.txt ", id="file of an option"),
]


@needs["bash"]
@pytest.mark.parametrize(("typed", "expected"), TABS)
def test_tab_in_bash(home: Path, typed: str, expected: str) -> None:
    shell = ["bash", "--norc", "--noprofile", "-i"]
    setup = 'eval "$(_NLPKIT_COMPLETE=bash_source nlpkit)"'
    assert re.search(expected, press_tab(home, shell, setup, typed, expected))


@needs["zsh"]
@pytest.mark.parametrize(("typed", "expected"), TABS)
def test_tab_in_zsh(home: Path, typed: str, expected: str) -> None:
    shell = ["zsh", "-f", "-i"]
    setup = 'autoload -Uz compinit; compinit -u -D; eval "$(_NLPKIT_COMPLETE=zsh_source nlpkit)"'
    assert re.search(expected, press_tab(home, shell, setup, typed, expected))


@needs["zsh"]
def test_the_kept_script_works_in_zsh(home: Path) -> None:
    shell = ["zsh", "-f", "-i"]
    setup = (
        "mkdir zfunc; _NLPKIT_COMPLETE=zsh_source nlpkit > zfunc/_nlpkit; fpath+=$PWD/zfunc; "
        "autoload -Uz compinit; compinit -u -D"
    )
    expected = r"--method entropy "
    assert re.search(expected, press_tab(home, shell, setup, "nlpkit discover --method en", expected))


@needs["fish"]
@pytest.mark.parametrize("kept", [False, True], ids=["at every start", "kept"])
def test_tab_in_fish(home: Path, kept: bool) -> None:
    # `complete -C` lists what Tab would offer; an interactive fish wants to know its terminal first.
    folder = home / "config" / "fish" / "completions"
    folder.mkdir(parents=True)
    source = "_NLPKIT_COMPLETE=fish_source nlpkit"
    setup = f"{source} > '{folder}/nlpkit.fish'" if kept else f"{source} | source"
    if kept:
        run_fish(home, setup)

    def offers(line: str) -> list[str]:
        shown = run_fish(home, f"complete -C '{line}'" if kept else f"{setup}; complete -C '{line}'")
        return [offer.partition("\t")[0] for offer in shown.splitlines()]

    assert offers("nlpkit dis") == ["discover"]
    assert offers("nlpkit discover --max-l") == ["--max-length"]
    assert set(offers("nlpkit discover --method ")) == set(CHOICES)
    assert offers("nlpkit discover la") == ["laws.txt"]


def run_fish(home: Path, code: str) -> str:
    done = subprocess.run(
        ["fish", "-c", code], cwd=home, env=environment(home), capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout
