"""What can go wrong with a Dask cluster, as errors that say what to do: addresses, versions, workers that are gone."""

from __future__ import annotations

from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

from nlpkit.errors import Option, WorkerError
from nlpkit.executors.dask_worker import versions

if TYPE_CHECKING:
    from distributed import Client

CONNECT = 8  # seconds to find the scheduler in, and again to find a first worker in


def unreachable(place: str) -> WorkerError:
    """Returns the error where no scheduler answers. place: the address of the cluster, or what it is called."""
    return WorkerError(
        f"{place}: no Dask scheduler can be reached there within {CONNECT} seconds; "
        "check that `dask scheduler` runs, and ",
        Option("scheduler"),
        ", or leave it out to start workers here",
    )


def gone(place: str) -> WorkerError:
    """Returns the error where the scheduler ended."""
    return WorkerError(f"{place}: the scheduler is gone; run again when it is back")


def workers_gone(place: str) -> WorkerError:
    """Returns the error where a scheduler has lost all its workers."""
    return WorkerError(f"{place}: all workers have been gone for a minute; start others and run again")


def no_workers(place: str) -> WorkerError:
    """Returns the error where a scheduler has no workers to begin with."""
    return WorkerError(f"{place}: the scheduler has no workers; start some: dask worker {place}")


def cause_of_failure(error: BaseException | None, place: str) -> BaseException:
    """Returns what to raise for the error of a task, None where it was lost: the error itself, or what Dask means."""
    import distributed

    if error is None or isinstance(error, CancelledError | distributed.CancelledError):
        return gone(place)
    if isinstance(error, distributed.KilledWorker):
        found = WorkerError(
            f"{place}: a task ended every worker that it ran on (out of memory?); give the workers more "
            "memory, or try a smaller ",
            Option("chunk_size"),
        )
        found.__cause__ = error
        return found
    return error


def check_versions(client: Client, place: str) -> None:
    """Raises WorkerError where a worker has other versions than this process, or lacks what it needs."""
    here = versions()
    for worker, there in client.run(versions, on_error="return").items():
        if isinstance(there, ModuleNotFoundError):
            raise WorkerError(f"{place}: worker {worker} has no {there.name}; install nlpkit[dask] on it")
        if isinstance(there, Exception):
            raise WorkerError(f"{place}: worker {worker} is not fit ({there})") from there
        wrong = [f"{name} {there[name]} (here {here[name]})" for name in here if here[name] != there[name]]
        if wrong:
            raise WorkerError(f"{place}: worker {worker} has {', '.join(wrong)}; use the same versions everywhere")
