"""`python -m MODULE` and `python -c CODE` by a copy of a warm process: `python -I -S client.py SOCKET -m MODULE ...`.

Imports little, because it is started hundreds of times. Hands arguments, folder, environment and the three standard
streams to the server (see tests/warm/server.py), passes signals on, and ends as the copy ends. Where a copy would not
be like a process of its own, it becomes such a process instead: where a standard stream is closed, or where its
`surroundings` are not those of the server.
"""

import array
import marshal
import os
import signal
import sys

try:
    import resource
    from _socket import AF_UNIX, SCM_RIGHTS, SOL_SOCKET, socket
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

#: Beginnings of the names of variables that Python, the C library or numba read once, when they start. Of the locale,
#: Python reads LC_CTYPE.
READ_AT_START = ("PYTHON", "NUMBA_", "LD_", "MALLOC_", "OMP_", "COVERAGE_")

#: User, groups and capabilities, and signals that are ignored.
RIGHTS = (b"Uid:", b"Gid:", b"Groups:", b"Cap", b"SigIgn:")


def surroundings() -> tuple[object, ...]:
    """What a process is born with and cannot be given later: limits, mounts, rights, some of the environment."""
    limits = [resource.getrlimit(getattr(resource, name)) for name in sorted(dir(resource)) if name[:7] == "RLIMIT_"]
    try:
        mounts = os.readlink("/proc/self/ns/mnt")
        with open("/proc/self/status", "rb") as file:
            rights = [line for line in file if line.startswith(RIGHTS)]
    except OSError:  # only on Linux
        mounts, rights = "", []
    variables = sorted(item for item in os.environ.items() if item[0].startswith(READ_AT_START))
    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_CTYPE", "LANG"))), "C")
    return limits, mounts, rights, locale, variables


def main() -> None:
    """Run a command and leave with its status."""
    path, arguments = sys.argv[1], sys.argv[2:]
    if resource is None or not all(map(is_open, range(3))):
        become(arguments)
    server = socket(AF_UNIX)
    server.connect(path)
    mask = os.umask(0)
    os.umask(mask)
    message = marshal.dumps((arguments, os.getcwd(), dict(os.environ), mask, surroundings()))
    streams = array.array("i", [0, 1, 2])
    server.sendmsg([len(message).to_bytes(8, "little")], [(SOL_SOCKET, SCM_RIGHTS, streams)])
    server.sendall(message)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: server.send(bytes([number])))
    answer = b""
    while len(answer) < 4:
        part = server.recv(4 - len(answer))
        if not part:
            sys.exit("the server of warm processes is gone")
        answer += part
    status = int.from_bytes(answer, "little", signed=True)
    if status == DIFFERS:
        become(arguments)
    if status < 0:
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


DIFFERS = 1 << 16  # no exit status


def is_open(descriptor: int) -> bool:
    """Whether it is."""
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def become(arguments: list[str]) -> None:
    """A process of its own."""
    os.execv(sys.executable, [sys.executable, *arguments])


if __name__ == "__main__":
    main()
