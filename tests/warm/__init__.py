"""Python with nlpkit loaded: a command line that starts `python -m nlpkit` in 0.04 s. See server.py."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

CLIENT = Path(__file__).parent / "client.py"


@contextmanager
def warm_python(environment: Mapping[str, str]) -> Iterator[list[str]]:
    """-> what takes the place of `python` before `-m MODULE` and `-c CODE`, for processes with such an environment."""
    alive, end = os.pipe()
    with tempfile.TemporaryDirectory(prefix="nlpkit-") as folder:  # whose path is short enough for a socket
        path = Path(folder, "warm")
        command = [sys.executable, "-m", "tests.warm.server", str(path), str(alive)]
        server = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, pass_fds=[alive], start_new_session=True
        )
        os.close(alive)
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n"
            yield [sys.executable, "-I", "-S", str(CLIENT), str(path)]
        finally:
            os.close(end)
            server.wait()
            assert server.stdout is not None
            server.stdout.close()
