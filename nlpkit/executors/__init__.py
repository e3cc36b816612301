"""Serial, threads, processes, Dask: one interface over the places where chunks are worked on."""

from nlpkit.executors.executor import Executor, open_executor
from nlpkit.executors.interrupts import undisturbed
from nlpkit.executors.merging import Merge, Progress, Sized
from nlpkit.executors.options import RunningOptions, count_jobs

__all__ = [
    "Executor",
    "Merge",
    "Progress",
    "RunningOptions",
    "Sized",
    "count_jobs",
    "open_executor",
    "undisturbed",
]
