"""Workers: tasks of chunks run serially, in threads, in processes or with Dask, behind one interface."""

from nlpkit.executors.executor import Executor, open_executor
from nlpkit.executors.merging import Progress
from nlpkit.executors.options import RunningOptions, count_jobs
from nlpkit.executors.passes import Passes
from nlpkit.executors.waiting import undisturbed

__all__ = ["Executor", "Passes", "Progress", "RunningOptions", "count_jobs", "open_executor", "undisturbed"]
