"""What every test may use: the bundled corpus, and `nlpkit` run as a user runs it."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from nlpkit import cli

LAWS = Path(__file__).parent / "data" / "laws.txt"
NOJIT = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")

# Also where nlpkit is not installed, and in whatever folder.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(LAWS.parent.parent.parent)}

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


def pytest_configure(config: pytest.Config) -> None:
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # `make test &` in a script: children would inherit that
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if NOJIT:  # unsigned arithmetic wraps around silently in compiled kernels, but numpy's scalars warn
        config.addinivalue_line("filterwarnings", "ignore:overflow encountered:RuntimeWarning")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if NOJIT:
        left_out = [item for item in items if item.get_closest_marker("compiled")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


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


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `nlpkit ARGUMENTS...` in `tmp_path`, as a shell would; stdin is empty unless `input` is given."""

    def run_nlpkit(*arguments: object, **options: object) -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "-m", "nlpkit", *map(str, arguments)]
        defaults: dict[str, object] = {"cwd": tmp_path, "env": ENVIRONMENT, "capture_output": True, "timeout": 300}
        if "input" not in options:
            defaults["stdin"] = subprocess.DEVNULL
        return subprocess.run(command, check=False, **{**defaults, **options})  # type: ignore[call-overload]

    return run_nlpkit


def run_here(*arguments: object) -> "subprocess.CompletedProcess[bytes]":
    """The same in this process and its folder, where kernels are loaded already; without input."""
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2)]
    status = 0
    with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        try:
            with cli.cli.make_context("nlpkit", list(map(str, arguments))) as context:
                cli.cli.invoke(context)
        except Exception as error:
            status = cli._explain(error)
    written = []
    for stream in streams:
        stream.flush()
        written.append(stream.buffer.getvalue())  # type: ignore[attr-defined]
    return subprocess.CompletedProcess([], status, *written)
