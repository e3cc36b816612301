"""What every test may use: the bundled texts, `nlpkit` as a shell runs it, and jieba's dictionary, compiled once."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.kernels import alone, compile_once

ROOT = Path(__file__).parent.parent
DATA = Path(__file__).parent / "data"
LAWS = DATA / "laws.txt"
#: The large texts, gold segmentations and lists of a maintainer; a clone has none.
SHARED = ROOT.parent / "shared" / "data"
NOJIT = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
#: Why a test that needs a browser is skipped, and the variable that makes it fail instead.
NO_BROWSER = "Chromium or its driver is not installed (on Debian: apt-get install chromium chromium-driver)"
NEEDS_BROWSER = "NLPKIT_TESTS_NEED_BROWSER"
#: The variable that names the folder that all processes of this run of the tests share.
SHARED_FOLDER = "NLPKIT_TESTS_FOLDER"

# Also where nlpkit is not installed, and in whatever folder.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

# No test depends on how busy the machine is.
settings.register_profile(
    "nlpkit", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("nlpkit")


def pytest_configure(config: pytest.Config) -> None:
    compile_once()
    set_cache(config)
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # `make test &` in a script: children would inherit that
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if NOJIT:  # unsigned arithmetic wraps around silently in compiled kernels, but numpy's scalars warn
        config.addinivalue_line("filterwarnings", "ignore:overflow encountered:RuntimeWarning")


def set_cache(config: pytest.Config) -> None:
    """A folder for the dictionaries that this run of the tests compiles, shared by all its processes."""
    if SHARED_FOLDER not in os.environ:
        folder = os.environ[SHARED_FOLDER] = tempfile.mkdtemp(prefix="nlpkit-tests-")

        def remove() -> None:
            del os.environ[SHARED_FOLDER]
            shutil.rmtree(folder, ignore_errors=True)

        config.add_cleanup(remove)
    os.environ["NLPKIT_CACHE_DIR"] = ENVIRONMENT["NLPKIT_CACHE_DIR"] = os.path.join(os.environ[SHARED_FOLDER], "cache")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if NOJIT:
        left_out = [item for item in items if item.get_closest_marker("compiled")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason=f"needs {SHARED}"))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes may differ from one process to another (gzip has the time in them), but names of tests may not."""
    return argname if isinstance(val, bytes) and not (val.isascii() and val.decode().isprintable()) else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    tell = terminalreporter.write_line
    failed = [report.nodeid for kind in ("failed", "error") for report in terminalreporter.stats.get(kind, [])]
    for test in dict.fromkeys(failed):
        nojit = "NUMBA_DISABLE_JIT=1 " * NOJIT
        test = re.sub(r"@\w+$", "", test)  # the group of tests that it was run with
        tell(f"alone: {nojit}{os.path.relpath(sys.executable)} -m pytest {shlex.quote(test)}")
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for why, reason in ((f"the large texts are not there: {SHARED}", str(SHARED)), (NO_BROWSER, NO_BROWSER)):
        missing = sum(reason in other for other in reasons)
        if missing:
            tell(f"{missing} tests were skipped because {why}")


@pytest.fixture(scope="session")
def laws(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled corpus (3 MB of statutes); its first 20 kB where kernels run as plain Python."""
    return _head(20_000, tmp_path_factory) if NOJIT else LAWS


@pytest.fixture(scope="session")
def few_laws(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 100 kB of the bundled corpus, 30 kB where kernels run as plain Python."""
    return _head(30_000 if NOJIT else 100_000, tmp_path_factory)


def _head(size: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with LAWS.open("rb") as file:
        text = file.read(size)
    path = tmp_path_factory.mktemp("data") / "laws.txt"
    path.write_bytes(text[: text.rindex(b"\n") + 1])
    return path


@pytest.fixture(scope="session")
def dictionary() -> None:
    """jieba's dictionary is compiled: by a process that has kernels compiled, and once for all that run tests."""
    folder = Path(os.environ[SHARED_FOLDER])
    with alone(folder / "dictionary.lock"):
        if not (folder / "dictionary.made").exists():
            code = "from nlpkit import Segmenter; Segmenter(hmm=True); Segmenter(fold=True)"
            environment = {**ENVIRONMENT, "NUMBA_DISABLE_JIT": "0"}
            subprocess.run([sys.executable, "-c", code], env=environment, check=True)
            (folder / "dictionary.made").touch()


@pytest.fixture(scope="session")
def python() -> Iterator[list[str]]:
    """What takes the place of `python` in a command line, and starts in no time: see tests/warm/server.py."""
    if not hasattr(os, "fork"):
        yield [sys.executable]
        return
    from tests.warm import warm_python

    with warm_python(ENVIRONMENT) as command:
        yield command


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder like tmp_path whose path is short enough for sockets in folders below it."""
    with tempfile.TemporaryDirectory(prefix="nlpkit-") as folder:
        yield Path(folder)


@pytest.fixture
def run(python: list[str], tmp_path: Path) -> Run:
    """Run `nlpkit ARGUMENTS...` in `tmp_path`, as a shell would; stdin is empty unless `input` is given."""

    def run_nlpkit(*arguments: object, **options: object) -> "subprocess.CompletedProcess[bytes]":
        return start([*python, "-m", "nlpkit", *map(str, arguments)], tmp_path, **options)

    return run_nlpkit


@pytest.fixture
def shell(python: list[str], tmp_path: Path) -> Run:
    """Run a bash script in `tmp_path`, where `nlpkit` is the command."""

    def run_script(script: str, **options: object) -> "subprocess.CompletedProcess[bytes]":
        return start(["bash", "-c", f"set -o pipefail; {nlpkit_function(python)}; {script}"], tmp_path, **options)

    return run_script


def executor_of(kind: str = "auto", jobs: int | None = None, size: int = 0, scheduler: str | None = None) -> Any:
    """An executor of the library, not yet open."""
    from nlpkit.executors import RunningOptions, open_executor

    return open_executor(RunningOptions(jobs, kind, scheduler), size)


def nlpkit_function(python: list[str]) -> str:
    """For bash: the command `nlpkit`."""
    return f'nlpkit() {{ {shlex.join(python)} -m nlpkit "$@"; }}'


def slow(*values: object) -> Any:
    """Parameters that `make test` leaves out, because it has others of the same kind."""
    return pytest.param(*values, marks=pytest.mark.slow)


def workers(executor: str) -> list[str]:
    """The arguments by which two workers are run; `serial` has none."""
    return ["--executor", executor, *(["-j", "2"] if executor != "serial" else [])]


def patience(seconds: float) -> float:
    """A bound for what takes less than `seconds` on an idle machine. It grows with the load, up to sixfold."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 8
    return seconds * min(6, max(1, 2 * load / (os.cpu_count() or 1)))


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for something that must come true soon."""
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def start(command: list[str], folder: Path, **options: object) -> "subprocess.CompletedProcess[bytes]":
    """subprocess.run with defaults."""
    defaults: dict[str, object] = {"cwd": folder, "env": ENVIRONMENT, "capture_output": True, "timeout": 300}
    if "input" not in options:
        defaults["stdin"] = subprocess.DEVNULL
    return subprocess.run(command, check=False, **{**defaults, **options})  # type: ignore[call-overload, no-any-return]
