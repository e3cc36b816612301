"""Serial, threads, processes, Dask: one interface over the places where chunks are worked on."""

from nlpkit.executors.executor import KINDS, Executor, count_jobs, open_executor
from nlpkit.executors.interrupts import undisturbed
from nlpkit.executors.merging import Merge, Progress, Sized

__all__ = ["KINDS", "Executor", "Merge", "Progress", "Sized", "count_jobs", "open_executor", "undisturbed"]
