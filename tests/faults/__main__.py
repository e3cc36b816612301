"""docs/reliability.md, made by causing every fault in full size: `python -m tests.faults > docs/reliability.md`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.faults import inputs, interrupts, machine
from tests.faults.place import Fault, ImpossibleError, Place

SECTIONS = {"Inputs": inputs.FAULTS, "Machine": machine.FAULTS, "Ctrl-C": interrupts.FAULTS}
INTRODUCTION = """\
# Reliability

<!-- Made by `make faults`, which causes every fault anew; change tests/faults. -->

What happens when something goes wrong was tried, not assumed: each line below is a fault that was really caused, by
running `nlpkit discover` as a user does, and what was seen then. `make faults` does it again and writes this page (five
minutes; mounting needs Linux, and root or unprivileged namespaces). `make test-all` does the same with smaller files.

In every case all of this was checked, besides the line that is shown:

- the exit status; one line that begins with `nlpkit: ` where it is not 0, names the place, the cause and the way out;
  no traceback
- the run ends by itself
- the output file is complete, or the one of an earlier run is there untouched; no half-written file lies beside it
- nothing is left in `--tmp-dir` and in the system's folder for temporary files; no process is left
- where a run succeeds, its words are byte for byte those of an undisturbed run

Texts: `laws.txt`, 100 kB of statutes; `long.txt`, 300 kB of statutes and 600,000 characters in any order, which with
`--memory 64M` and two workers is sorted on disk; `noise.txt`, 4,500,000 characters in any order.
"""
END = """\
## Not tried

- **Power failure, a disk that returns wrong bytes**: an output file is renamed into place, but not forced to the disk
  (`fsync`) first. Sorted runs and kept counts carry checksums, texts do not.
- **SIGKILL, or the system ending the main process for want of memory**: seen above; nobody is left to tidy up, so
  `nlpkit-…` in `--tmp-dir` and `pymp-…` in the system's folder for temporary files stay. They may be deleted.
- **Limits on memory in general**: below the limit that nlpkit knows to be too low it says so. Above it numpy, LLVM and
  the C library are given room, but where they get none they may end the process without a word of ours. The memory
  cgroup of a container kills instead: of a worker that is noticed, as above.
- **Ctrl-C in the first tenth of a second**, while Python itself starts: it shows a traceback of its own.
- **Network file systems** that vanish and come back: their errors are those of files that cannot be read.
- **Windows and macOS**: none of this was run there.
"""


def row(fault: Fault) -> str:
    """A line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            told = fault.cause(Place(Path(folder), full=True))
        except ImpossibleError as reason:
            told = f"not tried: {reason}"
    assert folder not in told
    return f"| {fault.name} | {fault.how} | " + told.replace("|", r"\|") + " |"


def main() -> None:
    """Print the page."""
    print(INTRODUCTION)
    for title, faults in SECTIONS.items():
        print(f"## {title}\n\n| fault | how it was caused | what was seen |\n|---|---|---|")
        for fault in faults:
            print(row(fault), flush=True)
            print(fault.name, file=sys.stderr)
        print()
    print(END, end="")


if __name__ == "__main__":
    main()
