"""Copies of a warm process are like processes of their own; and some commands in processes of their own."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import DATA, ENVIRONMENT, start, wait_until
from tests.test_executors import is_running

pytestmark = [
    pytest.mark.compiled,  # nothing here depends on kernels
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
]

ENDS = {
    "0": "pass",
    "3": "import sys; sys.exit(3)",
    "a text": "import sys; sys.exit('no')",
    "an error": "1 / 0",
    "a signal": "import os; os.kill(os.getpid(), 15)",
    "an interrupt": "raise KeyboardInterrupt",
    "output": "print('out', end=''); import sys; print('err', file=sys.stderr, end='')",
    "at exit": "import atexit; atexit.register(print, 'bye')",
    "a thread": "import threading, time; threading.Thread(target=lambda: (time.sleep(0.2), print('late'))).start()",
    "input": "import sys; print(ascii(sys.stdin.read()), sys.stdin.name, sys.stdout.encoding)",
    "arguments": "import sys; print(sys.argv, sys.path[0])",
    "place": "import os; print(os.getcwd(), oct(os.umask(0)), os.environ['MINE'], len(os.environ['LONG']))",
    "no group of others": "import os; os.killpg(os.getpgrp(), 9)",
}


@pytest.mark.parametrize("code", ENDS.values(), ids=ENDS)
def test_a_copy_ends_as_a_process_of_its_own(code: str, python: list[str], tmp_path: Path) -> None:
    def ended(command: list[str]) -> tuple[int, bytes, bytes]:
        command = ["sh", "-c", 'umask 027; exec "$@"', "sh", *command, "-c", code, "one", "two"]
        environment = {**ENVIRONMENT, "MINE": "äöü\udcff", "LONG": "x" * 100_000}
        done = start(command, tmp_path, input=b"a\r\nb", env=environment, start_new_session=True)
        return done.returncode, done.stdout, (done.stderr.rpartition(b"\n  File")[0] and b"traceback") or done.stderr

    assert ended(python) == ended([sys.executable])


PARENT = "import os; print(os.getppid(), 'numba' in __import__('sys').modules)"


def test_a_copy_is_a_copy_unless_it_could_not_be_like_a_process_of_its_own(python: list[str], tmp_path: Path) -> None:
    def is_copy(script: str, **environment: str) -> bool:
        command = ["bash", "-c", script, "bash", *python, "-c", PARENT]
        return start(command, tmp_path, env={**ENVIRONMENT, **environment}).stdout.endswith(b" True\n")

    assert is_copy('exec "$@"')
    assert is_copy('exec "$@"', TMPDIR=str(tmp_path))
    assert not is_copy('ulimit -n 100; exec "$@"')
    assert not is_copy('trap "" TERM; exec "$@"')
    assert not is_copy('exec "$@"', PYTHONHASHSEED="1")
    assert not is_copy('exec "$@"', LC_ALL="POSIX")
    assert not is_copy('exec "$@" <&-')


def test_a_client_that_is_killed_ends_its_copy_and_nothing_else(python: list[str], tmp_path: Path) -> None:
    code = f"open({str(tmp_path / 'pid')!r}, 'w').write(str(__import__('os').getpid())); __import__('time').sleep(600)"
    client = subprocess.Popen([*python, "-c", code], env=ENVIRONMENT)
    wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    client.send_signal(signal.SIGKILL)
    client.wait()
    wait_until(lambda: not is_running(int((tmp_path / "pid").read_text())))
    assert start([*python, "-c", "print(1)"], tmp_path).stdout == b"1\n"


def test_a_client_that_sends_half_a_command_is_forgotten(python: list[str], tmp_path: Path) -> None:
    for data in (b"", b"\0", (1000).to_bytes(8, "little") + b"half"):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(python[-1])
            client.sendall(data)
    assert start([*python, "-c", "print(1)"], tmp_path).stdout == b"1\n"


COMMANDS = {
    "discover": ["discover", "text.txt", "-q"],
    "segment": ["segment", "text.txt", "-d", "words.txt", "-q"],
    "count": ["count", "text.txt", "--tokenizer", "char", "-q"],
    "score": ["score", "text.txt", "text.txt"],
    "apriori": ["apriori", "baskets.csv", "--min-support", "0.1", "-q"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_processes_of_its_own_says_the_same(command: str, python: list[str], tmp_path: Path) -> None:
    """Whatever the order of sets, and with modules imported as a user's process imports them."""
    (tmp_path / "text.txt").write_bytes((DATA / "laws.txt").read_bytes()[:3000].rpartition(b"\n")[0] + b"\n")
    (tmp_path / "words.txt").write_text("应当 3\n条例 2\n", encoding="utf-8")
    (tmp_path / "baskets.csv").write_bytes(b"".join((DATA / "groceries.csv").read_bytes().splitlines(True)[:100]))
    seen = []
    for seed in ("1", "2"):
        environment = {**ENVIRONMENT, "PYTHONHASHSEED": seed}
        seen.append(start([sys.executable, "-m", "nlpkit", *COMMANDS[command]], tmp_path, env=environment))
    seen.append(start([*python, "-m", "nlpkit", *COMMANDS[command]], tmp_path))
    assert [(done.returncode, done.stderr) for done in seen] == [(0, b"")] * 3
    assert seen[0].stdout == seen[1].stdout == seen[2].stdout != b""
