"""A process that has imported nlpkit and loaded its compiled kernels, and forks a copy of itself for each command.

A copy is like a process of its own, but begins to work after 0.01 s instead of 0.5 s: it has its own streams,
environment, folder, umask, threads, worker processes, memory and exit status. (Only what Python tears down module by
module when it ends is left to the system, because that alone takes 0.1 s.)
`python -m tests.warm.server SOCKET ALIVE` writes a line when it is ready, and ends with the pipe ALIVE.
"""

from __future__ import annotations

import atexit
import gc
import io
import marshal
import os
import runpy
import selectors
import signal
import socket
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import nlpkit
from tests.kernels import Loader, compile_once
from tests.warm.client import DIFFERS, surroundings

#: What nlpkit imports only when it needs it, where it is installed.
LATER = (
    "backports.zstd",
    "charset_normalizer",
    "jieba",
    "numpy.ma",
    "orjson",
    "platformdirs",
    "pyarrow.parquet",
    "regex",
    "tqdm",
)


@dataclass(frozen=True)
class Command:
    """What a client asks for: `-m MODULE ...` or `-c CODE ...`, where, and with which descriptors as 0, 1 and 2."""

    arguments: list[str]
    folder: str
    environment: dict[str, str]
    mask: int
    surroundings: tuple[Any, ...]
    streams: list[int]


@dataclass(frozen=True)
class Copy:
    """A running copy, the connection to its client, and a pipe that reaches its end when the copy ends."""

    process: int
    client: socket.socket
    ended: int


class Server:
    """Answers clients on a socket, until the pipe `alive` reaches its end."""

    def __init__(self, path: str, alive: int, loader: Loader) -> None:
        self._loader = loader
        self._surroundings = surroundings()
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(64)
        self._watch(self._listener, self._accept)
        self._watch(alive, sys.exit)

    def serve(self) -> Command:
        """Serve for ever. Only copies return from here, each with its command."""
        while True:
            for key, _ in self._selector.select():
                command: Command | None = key.data()
                if command is not None:
                    return command

    def _watch(self, file: socket.socket | int, react: Callable[[], object]) -> None:
        self._selector.register(file, selectors.EVENT_READ, react)

    def _accept(self) -> Command | None:
        client, _ = self._listener.accept()
        command = receive(client)
        if command is None:
            client.close()
            return None
        if command.surroundings != self._surroundings:
            answer(client, DIFFERS)
        else:
            self._loader.load()
            ended, held = os.pipe()
            process = os.fork()
            if process == 0:
                os.setpgid(0, 0)  # signals to its group are not for the server
                # `held` stays open for as long as this copy lives; processes that it starts do not inherit it
                for key in list(self._selector.get_map().values()):
                    os.close(key.fd)
                return command
            os.close(held)
            copy = Copy(process, client, ended)
            self._watch(client, partial(self._pass_on, copy))
            self._watch(ended, partial(self._end, copy))
        for stream in command.streams:
            os.close(stream)
        return None

    def _pass_on(self, copy: Copy) -> None:
        """A client sends the number of a signal that it got; one that is killed leaves nothing behind."""
        if copy.client.fileno() < 0:  # it has been told the end in this very turn
            return
        numbers = copy.client.recv(1)
        os.kill(copy.process, numbers[0] if numbers else signal.SIGKILL)
        if not numbers:
            self._selector.unregister(copy.client)

    def _end(self, copy: Copy) -> None:
        _, status = os.waitpid(copy.process, 0)
        self._selector.unregister(copy.ended)
        os.close(copy.ended)
        with suppress(KeyError):
            self._selector.unregister(copy.client)
        answer(copy.client, os.waitstatus_to_exitcode(status))


def receive(client: socket.socket) -> Command | None:
    """The client's command; None where the client is killed before it has sent all."""
    size, streams, _, _ = socket.recv_fds(client, 8, 3)
    message = bytearray()
    while len(message) < int.from_bytes(size, "little"):
        part = client.recv(1 << 20)
        if not part:
            break
        message += part
    if len(size) == 8 and len(message) == int.from_bytes(size, "little"):
        return Command(*marshal.loads(message), list(streams))
    for stream in streams:
        os.close(stream)
    return None


def answer(client: socket.socket, status: int) -> None:
    """Tell the client an exit status, or minus the number of a signal, and be done with it."""
    with suppress(OSError), client:
        client.sendall(status.to_bytes(4, "little", signed=True))


def run(command: Command) -> None:
    """Be `python ARGUMENTS`, to the end."""
    for descriptor, stream in enumerate(command.streams):
        os.dup2(stream, descriptor)
        os.close(stream)
    os.chdir(command.folder)
    os.umask(command.mask)
    os.environ.clear()
    os.environ.update(command.environment)
    tempfile.tempdir = None
    open_streams()
    for module in list(sys.modules.values()):  # what was warned of once is warned of again
        with suppress(AttributeError):
            del module.__warningregistry__  # type: ignore[attr-defined]
    status = 1
    try:
        run_main(*command.arguments)
        status = 0
    except SystemExit as done:
        status = exit_status(done.code)
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
        if isinstance(error, KeyboardInterrupt):
            status = -signal.SIGINT
    end(status)


def run_main(kind: str, what: str, *arguments: str) -> None:
    """Run the module or the code."""
    sys.argv = [kind, *arguments]
    if kind == "-m":
        sys.path[0] = os.getcwd()
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = ""
        main = sys.modules["__main__"] = ModuleType("__main__")
        exec(compile(what, "<string>", "exec"), vars(main))


def exit_status(code: object) -> int:
    """What sys.exit makes of its argument."""
    if code is None or isinstance(code, int):
        return (code or 0) & 0xFF
    print(code, file=sys.stderr)
    return 1


def end(status: int) -> None:
    """Wait for threads, call what is to be called at exit, flush."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        status = status or 120
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


def open_streams() -> None:
    """sys.stdin, sys.stdout and sys.stderr of the descriptors 0, 1 and 2, as Python opens them when it starts."""
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        file = open(descriptor, "wb" if descriptor else "rb", closefd=False)  # noqa: SIM115
        file.raw.name = f"<{name}>"
        old = getattr(sys, name)
        lines = descriptor == 2 or os.isatty(descriptor)
        new = io.TextIOWrapper(file, old.encoding, old.errors, newline="\n", line_buffering=lines)
        setattr(sys, name, new)
        setattr(sys, f"__{name}__", new)


def main() -> None:
    """Load, serve; in copies, run."""
    path, alive = sys.argv[1], int(sys.argv[2])
    compile_once()
    loader = Loader()
    for module in walk_packages(nlpkit.__path__, "nlpkit."):
        if module.name != "nlpkit.__main__":
            import_module(module.name)
    for name in LATER:
        with suppress(ImportError):
            import_module(name)
    warnings.filterwarnings("ignore", ".*multi-threaded.*fork", DeprecationWarning)  # threads of numpy, which are idle
    loader.load()
    gc.collect()
    gc.freeze()  # what is there already stays in pages that all copies share
    server = Server(path, alive, loader)
    print("ready", flush=True)
    run(server.serve())


if __name__ == "__main__":
    main()
