"""nlpkit with a fault at a chosen place: `python -m tests.faults.hook ACTION [ARGUMENT] PLACE... -- ARGUMENTS...`.

A PLACE is `module:function@n`. When the function of the last place is called for the n-th time, counted from when those
before it were reached, ACTION happens first: a real signal, a real deletion.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any


def interrupt(_: str) -> None:
    """Ctrl-C, as a terminal sends it: to all processes of the job."""
    os.killpg(os.getpgrp(), signal.SIGINT)


def interrupt_twice(_: str) -> None:
    """An impatient user's: the second comes while everything ends."""
    subprocess.Popen(["sh", "-c", f"trap '' INT; sleep 0.1; kill -INT -{os.getpgrp()}"])
    interrupt(_)


def kill_worker(_: str) -> None:
    """As the system does when it is out of memory."""
    worker = multiprocessing.active_children()[0].pid
    assert worker is not None
    os.kill(worker, signal.SIGKILL)


def kill(_: str) -> None:
    """All is over at once for the main process."""
    os.kill(os.getpid(), signal.SIGKILL)


def remove(folder: str) -> None:
    """The folder's contents go, as when somebody tidies up."""
    for name in os.listdir(folder):
        shutil.rmtree(os.path.join(folder, name))


def shrink(path: str) -> None:
    """The file loses its second half."""
    os.truncate(path, os.path.getsize(path) // 2)


def grow(path: str) -> None:
    """A line is appended to the file."""
    with open(path, "ab") as file:
        file.write("养犬人应当文明养犬。\n".encode())


def delete(path: str) -> None:
    """The file goes."""
    os.unlink(path)


ACTIONS: dict[str, Callable[[str], None]] = {
    function.__name__: function
    for function in (interrupt, interrupt_twice, kill_worker, kill, remove, shrink, grow, delete)
}


class Trigger:
    """Counts calls along a list of places, then acts once."""

    def __init__(self, action: Callable[[], None], places: list[str]) -> None:
        self._action = action
        self._lock = threading.Lock()
        self._steps = [(place.partition("@")[0], int(place.partition("@")[2])) for place in places]
        self._reached = self._calls = 0
        for function in dict.fromkeys(name for name, _ in self._steps):
            self._watch(function)

    def _watch(self, name: str) -> None:
        module, _, path = name.partition(":")
        owner: Any = importlib.import_module(module)
        *parents, last = path.split(".")
        for parent in parents:
            owner = getattr(owner, parent)
        function = getattr(owner, last)

        def watched(*args: Any, **kwargs: Any) -> Any:
            if self._is_there(name):
                self._action()
            return function(*args, **kwargs)

        setattr(owner, last, watched)

    def _is_there(self, name: str) -> bool:
        with self._lock:
            if self._reached == len(self._steps) or self._steps[self._reached][0] != name:
                return False
            self._calls += 1
            if self._calls < self._steps[self._reached][1]:
                return False
            self._reached, self._calls = self._reached + 1, 0
            return self._reached == len(self._steps)


def main() -> None:
    """Run the command line with the fault."""
    cut = sys.argv.index("--")
    (action, *rest), arguments = sys.argv[1:cut], sys.argv[cut + 1 :]
    if action == "without":  # as if the module were not installed
        sys.modules[rest[0]] = None  # type: ignore[assignment]
    else:
        argument = "" if ":" in rest[0] else rest.pop(0)
        Trigger(lambda: ACTIONS[action](argument), rest)

    from nlpkit.cli import main as command_line

    command_line(arguments)


if __name__ == "__main__":
    main()
