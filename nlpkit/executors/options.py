"""How work is run: the options that every capability passes on to its workers."""

from __future__ import annotations

import importlib.util
import os
import re
from dataclasses import dataclass, replace

from nlpkit.choices import EXECUTOR, EXECUTORS
from nlpkit.errors import Option, OptionError
from nlpkit.options import check_at_least, check_choice

_SERIAL_SIZE = 1 << 20  # bytes; below this, starting threads costs more than they win
_ADDRESS = re.compile(r"(?:[a-z]+://)?(?:[^\s/:\[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5}")


@dataclass(frozen=True)
class RunningOptions:
    """How work is run. Raises OptionError for values that make no sense, and where Dask is wanted but not installed.

    Example: `RunningOptions(jobs=4, executor="processes")`.

    jobs: the number of workers, of which `serial` uses none; None is one for each processor that this process may use.
    executor: one of choices.EXECUTORS; `auto` runs inputs below 1 MiB serially and larger ones in threads. `processes`
    start afresh and import the main script, which therefore needs its `if __name__ == "__main__":`; so do the workers
    of `dask` without a scheduler. scheduler: the address of a Dask cluster (tcp://host:8786), with which `auto` means
    `dask`; without one `dask` starts `jobs` worker processes on this machine. tmp_dir: the folder in which these keep
    what outgrows their memory; None is the system's.
    """

    jobs: int | None = None
    executor: str = EXECUTOR
    scheduler: str | None = None
    tmp_dir: str | None = None

    def __post_init__(self) -> None:
        check_choice("executor", self.executor, EXECUTORS)
        check_at_least("jobs", self.jobs, 1)
        if self.scheduler is not None:
            scheduler = Option("scheduler")
            if self.executor not in ("auto", "dask"):
                raise OptionError(
                    scheduler, f" {self.scheduler} is for ", Option("executor"), f" dask, not {self.executor}"
                )
            if not _ADDRESS.fullmatch(self.scheduler):
                raise OptionError(scheduler, f" {self.scheduler!r} is not an address; write it like tcp://host:8786")
        is_dask = self.executor == "dask" or self.scheduler is not None
        if is_dask and importlib.util.find_spec("distributed") is None:
            raise OptionError(Option("executor"), " dask needs Dask: pip install 'nlpkit[dask]'")

    def in_python(self, size: int) -> RunningOptions:
        """Returns the options for work of Python code, in which threads would wait for each other: `auto` is processes
        where they are worth their start. size: of the inputs, in bytes."""
        if self.executor != "auto" or self.scheduler is not None:
            return self
        alone = size < _SERIAL_SIZE or count_jobs(self.jobs) == 1
        return replace(self, executor="serial" if alone else "processes")

    def chosen(self, size: int) -> RunningOptions:
        """Returns the options with an executor in the place of `auto`. size: of the inputs, in bytes."""
        executor = self.executor
        if self.scheduler is not None:
            executor = "dask"
        elif executor == "auto":
            executor = "threads" if count_jobs(self.jobs) > 1 and size >= _SERIAL_SIZE else "serial"
        return replace(self, executor=executor)


def count_jobs(jobs: int | None) -> int:
    """Returns the number of workers: `jobs`, or by default the number of processors that this process may use.

    Raises OptionError for less than 1.
    """
    check_at_least("jobs", jobs, 1)
    if jobs is not None:
        return jobs
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
