"""Where a fault is caused: a folder with texts, in which nlpkit is run and then looked for in vain."""

from __future__ import annotations

import os
import random
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.conftest import ENVIRONMENT, LAWS

#: Options with which the text `long.txt` is sorted on disk.
SPILLING = ("--memory", "64M", "--chunk-size", "100k", "-j", "2", "--tmp-dir", "spill")
_PATIENCE = 60  # seconds, for processes to be gone
OLD = b"the words of an earlier run\n"
#: Text -> its words, once an undisturbed run has found them.
_WORDS: dict[bytes, bytes] = {}


class ImpossibleError(Exception):
    """Why a fault cannot be caused on this system."""


@dataclass(frozen=True)
class Fault:
    """What is done (`how`, in Markdown), and `cause`, which does it, checks all that must hold and tells what was seen.

    Raises ImpossibleError; AssertionError where nlpkit does not behave.
    """

    name: str
    how: str
    cause: Callable[[Place], str]


def noise(size: int) -> bytes:
    """So many Chinese characters, in lines of 40, in any order: most of their n-grams are different."""
    some = random.Random(4)
    characters = [chr(0x4E00 + some.randrange(6000)) for _ in range(3000)]
    return "".join("".join(some.choices(characters, k=40)) + "\n" for _ in range(size // 40)).encode()


@dataclass(frozen=True)
class Seen:
    """How a run of nlpkit ended. peak: bytes, the most memory that its main process had."""

    status: int
    stdout: bytes
    stderr: str
    peak: int

    def told(self) -> str:
        """For the page: the exit status and the last line for the user."""
        lines = [line for line in self.stderr.split("\n") if line.startswith("nlpkit: ")]
        line = f": `{lines[-1]}`" if lines else ""
        return f"exit {self.status}{line}"


class Place:
    """A folder: `out` for the words, `spill` for --tmp-dir, `tmp` for the system's temporary files, and texts.

    full: cause the fault in full size, however long it takes. command: of nlpkit. python: what runs it.
    """

    def __init__(
        self,
        folder: Path,
        full: bool,
        command: Sequence[str] = ("discover", "-f", "words", "-q"),
        python: Sequence[str] = (sys.executable,),
    ) -> None:
        self.folder = folder
        self.full = full
        self._command = command
        self._python = python
        for name in ("out", "spill", "tmp"):
            (folder / name).mkdir()

    # ---- texts

    @cached_property
    def laws(self) -> bytes:
        """100 kB of statutes, which lie in `laws.txt`."""
        text = LAWS.read_bytes()[:100_000]
        text = text[: text.rindex(b"\n") + 1]
        self.write("laws.txt", text)
        return text

    @cached_property
    def long(self) -> bytes:
        """300 kB of statutes and 600,000 characters in any order, so that n-grams are many; in `long.txt`."""
        text = LAWS.read_bytes()[:300_000]
        text = text[: text.rindex(b"\n") + 1] + noise(600_000)
        self.write("long.txt", text)
        return text

    def write(self, name: str, data: bytes) -> Path:
        """A file of this name."""
        (self.folder / name).write_bytes(data)
        return self.folder / name

    # ---- runs

    def fails(self, *arguments: str, says: Sequence[str], status: int = 1, **how: object) -> Seen:
        """Run nlpkit: it must say one line with these parts, and leave the old words and nothing else."""
        seen = self.run(*arguments, **how)  # type: ignore[arg-type]
        lines = seen.stderr.rstrip("\n").split("\n")
        if status == 2:
            assert lines.pop() == f"See `nlpkit {self._command[0]} --help`.", seen.stderr
        assert seen.status == status, (seen.status, seen.stderr)
        assert len(lines) == 1, seen.stderr
        assert lines[0].startswith("nlpkit: "), seen.stderr
        for part in says:
            assert part in lines[0], (part, lines[0])
        self.check_left({"words.txt": OLD})
        return seen

    def succeeds(self, *arguments: str, words: bytes, **how: object) -> Seen:
        """Run nlpkit: it must write these words, and leave nothing else."""
        seen = self.run(*arguments, **how)  # type: ignore[arg-type]
        assert seen.status == 0, (seen.status, seen.stderr)
        self.check_left({"words.txt": words})
        return seen

    def words_of(self, name: str) -> bytes:
        """The words that an undisturbed run finds in a text, or in a folder of texts."""
        path = self.folder / name
        text = path.read_bytes() if path.is_file() else b"".join(file.read_bytes() for file in path.iterdir())
        if text not in _WORDS:
            self.run(name, "--executor", "serial")
            self.check_left({"words.txt": None})
            _WORDS[text] = (self.folder / "out" / "words.txt").read_bytes()
            assert _WORDS[text] not in (b"", OLD)
        return _WORDS[text]

    def run(
        self,
        *arguments: str,
        before: str = "",
        after: str = "",
        hook: Sequence[str] = (),
        input: bytes | None = None,
        output: str | None = "out/words.txt",
        limit: float = 600,
    ) -> Seen:
        """Run `before nlpkit COMMAND ARGUMENTS after` in bash: it must end in time, without a traceback or a child.

        hook: arguments of tests.faults.hook. output: None for stdout.
        """
        (self.folder / "out" / "words.txt").write_bytes(OLD)
        if "serial" in arguments and "-j" in arguments:  # it has no workers
            at = arguments.index("-j")
            arguments = (*arguments[:at], *arguments[at + 2 :])
        program = ["tests.faults.hook", *hook, "--"] if hook else ["nlpkit"]
        command = [*self._python, "-m", *program, *self._command, *arguments]
        command += [] if output is None else ["-o", output]
        if before or after:
            command = ["bash", "-c", f'set -o pipefail; {before} "$@" {after}', "bash", *command]
        seen = self.watch(command, input, limit)
        assert "Traceback" not in seen.stderr, seen.stderr
        assert "this is a bug" not in seen.stderr, seen.stderr
        return seen

    def watch(self, command: Sequence[str], input: bytes | None = None, limit: float = 600) -> Seen:
        """Run a command in a session of its own; no process of it may be left when it has ended."""
        token = secrets.token_hex(8)
        environment = {**ENVIRONMENT, "TMPDIR": str(self.folder / "tmp"), "NLPKIT_FAULT": token}
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL if input is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        peak = _Peak(process.pid)
        try:
            stdout, stderr = process.communicate(input, timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise AssertionError(f"still running after {limit} s: {command}") from None
        finally:
            memory = peak.stop()
        end = time.monotonic() + _PATIENCE
        while others := _processes(f"NLPKIT_FAULT={token}"):
            assert time.monotonic() < end, f"left behind: {others}"
            time.sleep(0.02)
        return Seen(process.returncode, stdout, self._shown(stderr.decode()), memory)

    def _shown(self, text: str) -> str:
        """Without what differs from one machine or run to the other."""
        text = text.replace(f"{self.folder}/", "")
        return re.sub(r"nlpkit-[0-9a-z_]{8,}(/nlpkit-[0-9a-z_]{8,})?(/[0-9a-f]{16})?", "nlpkit-…", text)

    def check_left(self, out: dict[str, bytes | None], temporary: dict[str, str] | None = None) -> None:
        """In `out` are these files (None: whatever they hold), in `spill` and `tmp` one of such a name or nothing."""
        found = {path.name: path.read_bytes() for path in (self.folder / "out").iterdir()}
        assert set(found) == set(out), sorted(found)
        for name, data in out.items():
            assert data is None or found[name] == data, f"{name} is not as it should be: {found[name][:200]!r}"
        for name in ("spill", "tmp"):
            begin = (temporary or {}).get(name)
            found_there = [other[: len(begin or "")] for other in os.listdir(self.folder / name)]
            assert found_there == ([] if begin is None else [begin]), found_there


def _processes(mark: str) -> list[str]:
    """The command lines of processes that have this in their environment."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):
            if mark.encode() in Path(f"/proc/{name}/environ").read_bytes().split(b"\0"):
                found.append(Path(f"/proc/{name}/cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


class _Peak:
    """The largest resident memory of a process, watched until it ends."""

    def __init__(self, process: int) -> None:
        self._path = Path(f"/proc/{process}/status")
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            with suppress(OSError):
                found = re.search(r"VmHWM:\s*(\d+)", self._path.read_text())
                self._peak = max(self._peak, 1024 * int(found[1]) if found else 0)

    def stop(self) -> int:
        """-> bytes."""
        self._ended.set()
        self._thread.join()
        return self._peak
