"""Whole processes, measured one after the other."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

# This process stays small: a child's peak memory is at least that of the process that started it.

#: Bytes of text on which every job runs once, unmeasured, before the rounds: kernels are compiled there.
WARM_UP = 100_000


class JobError(Exception):
    """A process that did not end well; the message is one line."""


@dataclass(frozen=True)
class Usage:
    """What a run took."""

    wall: float  # seconds
    cpu: float  # seconds, user and system, of the process and all that it started
    memory: int  # bytes, peak resident set of the largest process among them

    def cells(self) -> list[str]:
        return [f"{self.wall:.2f}", f"{self.cpu:.2f}", megabytes(self.memory)]


@dataclass(frozen=True)
class Job:
    """A command to measure; `{text}` and `{output}` in `argv` stand for the files of a run."""

    name: str
    argv: tuple[str, ...]
    missing: str = ""  # why it cannot run here

    def run(self, text: Path, output: Path) -> Usage:
        """Runs the command to its end; JobError if its exit status is not 0."""
        argv = [part.format(text=text, output=output) for part in self.argv]
        environment = {**os.environ, "PYTHONUTF8": "1"}
        with tempfile.TemporaryFile() as errors:
            began = time.perf_counter()
            process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, env=environment
            )
            try:
                _, status, usage = os.wait4(process.pid, 0)
            except BaseException:
                process.kill()
                process.wait()
                raise
            wall = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            usages = [usage, *_orphans()]
            if process.returncode:
                errors.seek(0)
                lines = errors.read().decode("utf-8", "replace").split("\n")
                said = [line for line in lines if line.strip()] or ["(silent)"]
                raise JobError(f"{self.name}, {text.name}: exit status {process.returncode}: {said[-1].strip()}")
        peak = max(usage.ru_maxrss for usage in usages) * (1 if sys.platform == "darwin" else 1024)
        return Usage(wall, sum(usage.ru_utime + usage.ru_stime for usage in usages), peak)


def adopt_orphans() -> None:
    """Makes what a job leaves behind ours, where the system can (Linux): nobody else waits for a fork server."""
    if sys.platform == "linux":
        set_child_subreaper = 36
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def _orphans() -> Iterator[resource.struct_rusage]:
    """What each process took that outlived its parent, its own children included."""
    while True:
        try:
            yield os.wait4(-1, 0)[2]
        except ChildProcessError:
            return


class Results:
    """The runs of jobs on texts, by round, and what each job wrote last."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []  # those that never failed, in order
        self.runs: dict[tuple[Job, Path], list[Usage]] = {}
        self.outputs: dict[tuple[Job, Path], Path] = {}

    def usage(self, job: Job, text: Path) -> Usage:
        """The medians."""
        runs = self.runs[job, text]
        wall, cpu, memory = (median(getattr(run, name) for run in runs) for name in ("wall", "cpu", "memory"))
        return Usage(wall, cpu, int(memory))

    def rate(self, job: Job, small: Path, large: Path) -> float:
        """Bytes a second without start-up, (S2 - S1) / (T2 - T1) of the median times."""
        return _rate(small, large, self.usage(job, small), self.usage(job, large))

    def ratio(self, job: Job, yardstick: Job, small: Path, large: Path) -> list[str]:
        """How many times faster than the yardstick: by the medians, and the least and most of the rounds."""
        both = [
            [_rate(small, large, *pair) for pair in zip(self.runs[who, small], self.runs[who, large], strict=True)]
            for who in (job, yardstick)
        ]
        rounds = [rate / other for rate, other in zip(*both, strict=True)]
        ratio = self.rate(job, small, large) / self.rate(yardstick, small, large)
        return [f"{ratio:.2f}", f"{min(rounds):.2f} to {max(rounds):.2f}"]


def _rate(small: Path, large: Path, first: Usage, second: Usage) -> float:
    seconds = second.wall - first.wall
    return (large.stat().st_size - small.stat().st_size) / seconds if seconds > 0 else float("nan")


class Bench:
    """One run of the suites: where the data are, where to write, how often to measure, and what did not work."""

    def __init__(self, data: Path, folder: Path, runs: int, peer_runs: int) -> None:
        self.data = data
        self.folder = folder  # of texts and outputs
        self.runs = runs
        self.peer_runs = peer_runs  # where peers take minutes
        self.notes: list[str] = []  # what was left out, and why
        self.failed = False

    def note(self, line: str) -> None:
        if line not in self.notes:
            self.notes.append(line)
            print(line, file=sys.stderr)

    def fail(self, line: str) -> None:
        self.failed = True
        self.note(f"failed: {line}")

    def measure(self, sequence: Sequence[Job], texts: Sequence[Path], rounds: int) -> Results:
        """Every job on every text; a round ends before the next begins, so that all share the machine's moods.

        A job may come more than once in the sequence. What is missing or fails is noted and left out.
        """
        results = Results()
        for job in dict.fromkeys(sequence):
            if job.missing:
                self.note(f"skipped: {job.name}: {job.missing}")
            elif self._run(job, self.warm_up(texts[0])):
                results.jobs.append(job)
        for job, text in [(job, text) for job in sequence for text in texts] * rounds:
            if job not in results.jobs:
                continue
            output = self.folder / f"{text.stem}.{sequence.index(job)}.lexicon"
            if usage := self._run(job, text, output):
                results.runs.setdefault((job, text), []).append(usage)
                results.outputs[job, text] = output
            else:
                results.jobs.remove(job)
        return results

    def warm_up(self, text: Path) -> Path:
        """A file of a text's first lines."""
        head = self.folder / "warm_up.txt"
        with open(text, "rb") as lines, open(head, "wb") as out:
            while out.tell() < WARM_UP and (line := lines.readline()):
                out.write(line)
        return head

    def _run(self, job: Job, text: Path, output: Path | None = None) -> Usage | None:
        try:
            usage = job.run(text, output or self.folder / "warm_up.out")
        except JobError as error:
            self.fail(str(error))
            return None
        print(f"{job.name}, {text.name}: {usage.wall:.2f} s", file=sys.stderr)
        return usage


def megabytes(count: float) -> str:
    return f"{count / 1e6:,.0f}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; every column but the first holds figures."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
