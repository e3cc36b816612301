"""Python with nlpkit loaded: a command line that starts `python -m nlpkit` in 0.04 s. See server.py."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

CLIENT = Path(__file__).parent / "client.py"


@contextmanager
def warm_python(folder: Path, environment: Mapping[str, str]) -> Iterator[list[str]]:
    """-> what takes the place of `python` before `-m MODULE` and `-c CODE`, for processes with such an environment."""
    path = folder / "warm"
    alive, end = os.pipe()
    command = [sys.executable, "-m", "tests.warm.server", str(path), str(alive)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, pass_fds=[alive], start_new_session=True
    ) as server:
        os.close(alive)
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n"
            yield [sys.executable, "-I", "-S", str(CLIENT), str(path)]
        finally:
            os.close(end)
