"""Machine code is kept, and made anew when anything that it depends on changes."""

import ast
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numba
import pytest
from numba.core import event

from nlpkit import compilation
from nlpkit.compilation import FOLDERS_KEPT, digest, watch_compilation
from tests.conftest import ROOT

pytestmark = pytest.mark.compiled

KERNELS = sorted((ROOT / "nlpkit" / "kernels").glob("*.py"))
HELPER = """
from nlpkit.compilation import njit

@njit()
def step(x):
    return x + {step}
"""
CALLER = """
from nlpkit.compilation import njit
from nlpkit.kernels.helper import step

@njit()
def twice(x):
    return step(step(x))
"""
APART = """
from nlpkit.compilation import njit

@njit()
def half(x):
    return x // 2
"""
#: Prints the results of two kernels, and how often each was compiled rather than loaded.
SCRIPT = """
from nlpkit.kernels.apart import half
from nlpkit.kernels.caller import twice
print(twice(1), half(8), *(sum(kernel.stats.cache_misses.values()) for kernel in (twice, half)))
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A small package nlpkit, with three kernel files, in a folder of its own. -> its kernels."""
    kernels = tmp_path / "nlpkit" / "kernels"
    kernels.mkdir(parents=True)
    for name in ("__init__.py", "compilation.py", "errors.py"):
        shutil.copy(ROOT / "nlpkit" / name, tmp_path / "nlpkit" / name)
    for name, text in (("helper", HELPER.format(step=1)), ("caller", CALLER), ("apart", APART)):
        (kernels / f"{name}.py").write_text(text)
    return kernels


@pytest.mark.slow
@pytest.mark.parametrize("named", [False, True], ids=["beside the package", "NUMBA_CACHE_DIR"])
def test_a_changed_helper_of_another_file_is_noticed_and_undoing_it_finds_the_old_code(
    package: Path, tmp_path: Path, named: bool
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("NUMBA_CACHE_DIR", None)
    if named:
        environment["NUMBA_CACHE_DIR"] = str(tmp_path / "named")

    def run() -> str:
        command = [sys.executable, "-c", SCRIPT]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
        assert done.stderr == ""
        return done.stdout

    helper, first = package / "helper.py", os.stat(package / "helper.py")
    assert run() == "3 4 1 1\n"
    assert run() == "3 4 0 0\n"
    helper.write_text(HELPER.format(step=10))
    assert run() == "21 4 1 0\n"
    helper.write_text(HELPER.format(step=1))
    os.utime(helper, ns=(first.st_atime_ns, first.st_mtime_ns))  # old versions of numba look at it
    assert run() == "3 4 0 0\n"
    assert named == (tmp_path / "named").is_dir()


def test_a_digest_depends_on_the_file_what_it_imports_and_numba(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def digests() -> list[str]:
        compilation._read.cache_clear()
        return [digest(str(package / f"{name}.py")) for name in ("caller", "helper", "apart")]

    before = digests()
    assert len(set(before)) == 3
    assert digests() == before
    (package / "helper.py").write_text(HELPER.format(step=2))
    after = digests()
    assert [a == b for a, b in zip(before, after, strict=True)] == [False, False, True]
    (package / "helper.py").write_text(HELPER.format(step=1))
    assert digests() == before
    monkeypatch.setattr("numba.__version__", "0")
    assert not set(digests()) & set(before)


def test_folders_that_were_not_used_for_long_are_removed(tmp_path: Path) -> None:
    for age in range(FOLDERS_KEPT + 3):
        folder = tmp_path / f"strings-{age:016x}"
        folder.mkdir()
        os.utime(folder, (10_000 - age, 10_000 - age))
    others = ["stringsets-" + 16 * "0", "strings.cpython-311.pyc", "strings-of-others"]
    for name in others:
        (tmp_path / name).mkdir()
    compilation._remove_unused(tmp_path / ("strings-" + 16 * "f"))
    kept = {f"strings-{age:016x}" for age in range(FOLDERS_KEPT - 1)}
    assert set(os.listdir(tmp_path)) == {*kept, *others}


def _imports(path: Path) -> Iterator[tuple[str, bool]]:
    """The modules that a file imports at its top level or deeper, and whether it is in the form that `digest` sees."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, False) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or ""), node.col_offset == 0 and node.level == 0


@pytest.mark.parametrize("path", KERNELS, ids=lambda path: path.name)
def test_kernel_files_import_only_what_their_digest_covers(path: Path) -> None:
    for module, plain in _imports(path):
        if module.startswith(("nlpkit", ".")):
            assert plain
            assert module == "nlpkit.compilation" or module.startswith("nlpkit.kernels.")
            assert module == "nlpkit.compilation" or (path.parent / f"{module.split('.')[-1]}.py").is_file()


#: A package `scipy` that writes down which of its modules are imported.
SCIPY = """
import os
with open(os.environ["IMPORTED"], "a") as file:
    file.write(__name__ + "\\n")
__version__ = "1.16.0"
"""


@pytest.mark.parametrize("library", [False, True], ids=["command line", "library"])
def test_the_command_line_does_not_load_scipy_and_a_library_leaves_it_to_numba(tmp_path: Path, library: bool) -> None:
    """With kernels loaded in the process itself and in a worker process."""
    for module in ("scipy/__init__.py", "scipy/linalg/__init__.py", "scipy/linalg/cython_blas.py"):
        (tmp_path / "path" / module).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "path" / module).write_text(SCIPY)
    (tmp_path / "text.txt").write_text("天地玄黄 宇宙洪荒\n" * 2000, encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": f"{tmp_path / 'path'}{os.pathsep}{ROOT}",
        "IMPORTED": str(tmp_path / "imported"),
    }
    (tmp_path / "imported").touch()
    if library:
        command = ["-c", "from nlpkit import Corpus, discover; discover(Corpus(['text.txt']), jobs=1)"]
    else:
        command = ["-m", "nlpkit", "discover", "text.txt", "-o", "words.txt", "--chunk-size", "64k"]
    for more in ([], ["--executor", "processes", "--jobs", "2"]) if not library else ([],):
        subprocess.run([sys.executable, *command, *more], cwd=tmp_path, env=environment, check=True, timeout=300)
    imported = (tmp_path / "imported").read_text().splitlines()
    assert ("scipy.linalg" in imported) == library


def test_a_user_who_waits_for_compiling_is_told_once_in_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    now, told = [0.0], list[str]()
    monkeypatch.setattr(compilation, "time", SimpleNamespace(perf_counter=lambda: now[0]))

    def compile_kernels(*seconds: float) -> None:
        for wait in seconds:
            with event.trigger_event("numba:compile"):
                now[0] += wait / 2
                with event.trigger_event("numba:compile"):
                    now[0] += wait / 2

    for _ in range(2):  # a process that was interrupted leaves nothing behind that silences the next
        monkeypatch.setattr(compilation, "_told", threading.Event())
        told.clear()
        with watch_compilation(told.append):
            compile_kernels(0.3, 0.3, 0.3)
            now[0] += 60  # of other work
            assert told == []
            compile_kernels(0.3, 5, 5)
        with watch_compilation(told.append):
            compile_kernels(5, 5)
        assert told == ["compiling (first run only)..."]


def test_what_numba_compiles_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    told = list[str]()
    monkeypatch.setattr(compilation, "_told", threading.Event())
    monkeypatch.setattr(compilation, "_PATIENCE", 0.0)
    with watch_compilation(told.append):
        numba.njit(lambda x: x)(1)
    assert told == ["compiling (first run only)..."]
