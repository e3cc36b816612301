"""Memory and temporary disk of all that this process started, while it runs; Linux only."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

PROC = Path("/proc")
AVAILABLE = Path(PROC, "self/smaps_rollup").is_file()
SECONDS = 0.1  # between two samples


class Watch:
    """Samples in a thread until the `with` block ends; what is shorter than SECONDS may be missed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder  # of temporary files
        self.memory = 0  # bytes: the peak of all processes' proportional set sizes together
        self.anonymous = 0  # bytes: the same without what is mapped from files
        self.processes = 0  # the most that ran at once
        self.disk = 0  # bytes: the peak of what the folder takes, deleted files that are still open included
        self.samples = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(SECONDS):
            processes = list(descendants(os.getpid()))
            sizes = [_proportional(process) for process in processes]
            self.memory = max(self.memory, sum(size for size, _ in sizes))
            self.anonymous = max(self.anonymous, sum(size for _, size in sizes))
            self.processes = max(self.processes, sum(size > 0 for size, _ in sizes))
            self.disk = max(self.disk, sum(_files(self.folder, processes).values()))
            self.samples += 1


def descendants(process: int) -> Iterator[int]:
    """Ids of what a process started, and of what those started."""
    children = defaultdict(list)
    for entry in os.scandir(PROC):
        if entry.name.isdecimal():
            try:
                stat = Path(entry.path, "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:  # it has ended
                continue
            _state, parent = stat.rpartition(")")[2].split()[:2]
            children[int(parent)].append(int(entry.name))
    waiting = children[process]
    while waiting:
        yield (child := waiting.pop())
        waiting += children.get(child, [])


def _proportional(process: int) -> tuple[int, int]:
    """Bytes of memory, what is shared in equal parts; and those of them that are no file's."""
    try:
        lines = Path(PROC, str(process), "smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0, 0
    kilobytes = {row[0]: int(row[1]) for row in map(str.split, lines) if row[-1] == "kB"}
    return 1024 * kilobytes.get("Pss:", 0), 1024 * kilobytes.get("Pss_Anon:", 0)


def _files(folder: Path, processes: list[int]) -> dict[tuple[int, int], int]:
    """(device, inode) -> bytes on disk, of the files in a folder and of the deleted ones among them that are open."""
    paths = [Path(parent, name) for parent, _, names in os.walk(folder) for name in names]
    for process in processes:
        try:
            handles = list(Path(PROC, str(process), "fd").iterdir())
        except OSError:
            continue
        paths += [handle for handle in handles if _target(handle).startswith(f"{folder}/")]
    sizes = {}
    for path in paths:
        try:
            of = path.stat()
        except OSError:
            continue
        sizes[of.st_dev, of.st_ino] = of.st_blocks * 512
    return sizes


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except OSError:
        return ""
