"""Connecting to a Dask cluster, one that runs already or one that is started on this machine, and leaving it."""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from nlpkit.errors import LESS_MEMORY, Option, OptionError, WorkerError
from nlpkit.executors import dask_checks
from nlpkit.executors.waiting import block_interrupts
from nlpkit.places.temporary import Folder

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

CLOSE = 5  # seconds to leave a cluster in
_START = 60  # seconds to start workers here in
_LOCAL_CONFIG = {
    # Any limit of glibc's that is set makes it give arrays back to the system, and take them anew: a third of the time.
    # What workers log while they end is not for users.
    "distributed.nanny.pre-spawn-environ": {"OMP_NUM_THREADS": 1, "DASK_LOGGING__DISTRIBUTED": "critical"},
    "distributed.worker.profile.enabled": False,
}


class Cluster:
    """A connection to a cluster.

    jobs: the number of worker processes to start where no scheduler is given. scheduler: the address of a cluster that
    runs already. tmp_dir: for what outgrows the memory of workers that are started here.

    After `connect`, client: Dask's, with which to submit. threads: how many threads the workers have together.
    """

    client: Client
    threads = 1

    def __init__(self, jobs: int, scheduler: str | None, tmp_dir: str | None) -> None:
        self._jobs, self._scheduler, self._tmp_dir = jobs, scheduler, tmp_dir
        self.place = scheduler or "the Dask cluster of this process"
        self.is_connected = self.is_killed = False
        self._cleanup = ExitStack()

    def connect(self) -> None:
        """Starts the workers, if there is no scheduler, and connects to them.

        Raises WorkerError for a cluster that cannot be reached or is not fit, OptionError for an address of a kind that
        Dask does not know.
        """
        with ExitStack() as cleanup:
            block_interrupts()  # Ctrl-C is not for the processes that are started here
            cleanup.enter_context(_quiet(lambda: self.is_killed))
            import dask
            import distributed

            cleanup.enter_context(dask.config.set(_config()))
            cluster = self._start(cleanup) if self._scheduler is None else None
            try:
                self.client = distributed.Client(
                    cluster or self._scheduler, timeout=dask_checks.CONNECT, set_as_default=False, name="nlpkit"
                )
            except ValueError as error:
                what = f" {self._scheduler}: {error}; write it like tcp://host:8786"
                raise OptionError(Option("scheduler"), what) from error
            except (OSError, RuntimeError) as error:  # TimeoutError is an OSError
                raise dask_checks.unreachable(self.place) from error
            self.is_connected = True
            cleanup.callback(self._close_client)
            self.threads = self._count_threads()
            if cluster is None:
                dask_checks.check_versions(self.client, self.place)
            self._cleanup = cleanup.pop_all()

    def close(self) -> None:
        """Leaves the cluster and ends what was started here. is_killed: without waiting for tasks that run."""
        self._cleanup.close()

    def _start(self, cleanup: ExitStack) -> LocalCluster:
        import dask
        import distributed

        temporary = Folder(lambda: self._tmp_dir)
        folder = temporary()
        cleanup.callback(temporary.remove)
        cleanup.enter_context(dask.config.set({**_LOCAL_CONFIG, "temporary-directory": folder}))
        before = set(multiprocessing.active_children())
        try:
            cluster = distributed.LocalCluster(
                n_workers=self._jobs,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False},
                worker_dashboard_address="127.0.0.1:0",
                local_directory=folder,
                silence_logs=logging.CRITICAL,
            )
        except Exception as error:
            raise WorkerError(
                f"the workers of Dask cannot be started ({error}); scripts need `if __name__ == '__main__':` around "
                "such calls; ",
                *LESS_MEMORY,
            ) from error
        cleanup.callback(self._close_local, cluster, before)
        return cluster

    def _close_client(self) -> None:
        with suppress(Exception):
            self.client.close(timeout=CLOSE)

    def _close_local(self, cluster: LocalCluster, before: set[Any]) -> None:
        if self.is_killed:
            for nanny in cluster.workers.values():
                nanny.auto_restart = False
            for process in set(multiprocessing.active_children()) - before:
                process.kill()
        with suppress(Exception):
            cluster.close(timeout=CLOSE)

    def _count_threads(self) -> int:
        stop = time.monotonic() + (dask_checks.CONNECT if self._scheduler else _START)
        while not (found := sum(self.client.nthreads().values())):
            if time.monotonic() > stop:
                raise dask_checks.no_workers(self.place)
            time.sleep(0.1)
        return int(found)


def _config() -> dict[str, Any]:
    return {
        "distributed.admin.large-graph-warning-threshold": "1 TiB",  # items bring their text with them
        "distributed.comm.timeouts.connect": f"{dask_checks.CONNECT}s",
        "distributed.comm.retry.count": 2,
    }


@contextmanager
def _quiet(is_killed: Callable[[], bool]) -> Iterator[None]:
    """Silences what Dask logs: what the user must know comes as an error. Its threads outlive an interrupt."""
    loggers = [logging.getLogger(name) for name in ("distributed", "asyncio", "tornado")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            if not is_killed():
                logger.setLevel(level)
