"""What importing may load: a command that thinks for a second before showing its help is a bad command."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import nlpkit
from nlpkit.cli import COMMANDS
from tests.conftest import patience

pytestmark = pytest.mark.compiled  # nothing here depends on kernels

ROOT = Path(__file__).parent.parent
REPORT = ("altair", "jinja2", "networkx", "itables", "vl_convert")
HEAVY = ("numba", "numpy", "jieba", "tqdm", "dask", "pandas", "rich", "concurrent.futures.process", *REPORT)


def modules_after(code: str) -> set[str]:
    code = f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60
    )
    return set(done.stdout.split("\n"))


@pytest.mark.parametrize(
    "arguments",
    [
        *(["--help"], ["--version"], ["discovr"], ["discover", "--min-count", "x"]),
        *([name, "--help"] for name in COMMANDS),
        *(["count", "a", "--against", "b"], ["keywords", "a"]),
    ],
    ids=" ".join,
)
def test_help_and_wrong_usage_load_nothing_heavy(arguments: list[str]) -> None:
    loaded = modules_after(f"from nlpkit.cli import main; main({arguments!r})")
    assert "click" in loaded
    assert not loaded.intersection(HEAVY)


def test_help_loads_no_command() -> None:
    loaded = modules_after("from nlpkit.cli import main; main(['--help'])")
    assert "nlpkit.cli.discover" not in loaded


def test_importing_the_package_loads_only_its_version() -> None:
    loaded = modules_after("import nlpkit")
    assert [name for name in loaded if name.startswith("nlpkit.")] == ["nlpkit.version"]
    assert not loaded.intersection(HEAVY)


def test_only_the_command_line_loads_click_and_tqdm() -> None:
    loaded = modules_after("import nlpkit; [getattr(nlpkit, name) for name in nlpkit.__all__]")
    assert "nlpkit.ngrams" in loaded
    assert not loaded.intersection(("click", "tqdm", "jieba", "pandas", "dask", *REPORT))


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_takes_less_than_a_fifth_of_a_second(argument: str) -> None:
    def seconds() -> float:
        """Of a processor: how long it takes depends on what else is running."""
        start = time.monotonic()
        before = os.times()
        subprocess.run([sys.executable, "-m", "nlpkit", argument], stdout=subprocess.DEVNULL, cwd=ROOT, check=True)
        after = os.times()
        assert time.monotonic() - start < patience(2)
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert min(seconds() for _ in range(5)) < 0.2


def test_every_public_name_exists_and_is_in_dir() -> None:
    for name in nlpkit.__all__:
        assert getattr(nlpkit, name) is not None
        assert name in dir(nlpkit)
    with pytest.raises(AttributeError, match="has no attribute 'discovr'"):
        nlpkit.discovr  # noqa: B018


def test_no_module_has_the_name_of_a_public_function() -> None:
    modules = {path.stem for path in (ROOT / "nlpkit").iterdir()}
    assert not modules.intersection(nlpkit.__all__)
