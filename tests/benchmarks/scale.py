"""How time and memory grow with the text, with little memory and with plenty.

NLPKIT_BENCH_LARGE   a text of 1 GB or so; repeated text would hide how the tables grow
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from .measure import Bench, Job, Results, megabytes, table
from .texts import sample

SHARES = (1, 3, 10, 30, 100)  # of a hundred lines
MEMORY = {"64M": "64 MiB", "1G": "1 GiB", "16G": "plenty (16 GiB)"}
MOST_TIMES_SLOWER = 2.0
PLOT = Path("docs/benchmarks/scale.svg")


def run(bench: Bench) -> Iterator[str]:
    """The report, section by section; the plot goes to docs/benchmarks."""
    large = os.environ.get("NLPKIT_BENCH_LARGE", "")
    if not os.path.isfile(large):
        bench.note("skipped: scale: NLPKIT_BENCH_LARGE names no text")
        return
    whole = bench.folder / "scale_100.txt"
    whole.symlink_to(Path(large).resolve())
    texts = [sample(whole, share, 100, f"scale_{share}.txt") for share in SHARES[:-1]] + [whole]
    jobs = {memory: _discover(memory) for memory in MEMORY}
    results = bench.measure(list(jobs.values()), texts, bench.peer_runs)
    rows = []
    for text in texts:
        cells = [f"{megabytes(text.stat().st_size)} MB"]
        for job in jobs.values():
            usage = results.usage(job, text)
            cells += [f"{usage.wall:.1f}", megabytes(usage.memory)]
        rows.append(cells)
        times = results.usage(jobs["1G"], text).wall / results.usage(jobs["16G"], text).wall
        if times > MOST_TIMES_SLOWER:
            bench.fail(f"{text.name}: {times:.2f} times slower with 1G than with plenty")
    header = ["auto"] + [f"{shown}: {what}" for shown in MEMORY.values() for what in ("seconds", "peak MB")]
    yield f"### Scale\n\nMedians of {bench.peer_runs}.\n\n{table(header, rows)}"
    if note := _plot(results, jobs, texts):
        bench.note(note)


def _discover(memory: str) -> Job:
    argv = ("discover", "{text}", "--memory", memory, "-f", "jieba", "-o", "{output}", "-j", "2", "-q")
    return Job(f"--memory {memory}", (sys.executable, "-m", "nlpkit", *argv))


def _plot(results: Results, jobs: dict[str, Job], texts: list[Path]) -> str:
    """Writes the plot; returns why not."""
    try:
        from matplotlib import pyplot
    except ImportError:
        return "skipped: the plot of scale: no matplotlib"
    pyplot.rcParams.update({"svg.hashsalt": "nlpkit", "svg.fonttype": "none", "font.size": 9})
    figure, (times, memories) = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    sizes = [text.stat().st_size / 1e6 for text in texts]
    for name, job in jobs.items():
        usages = [results.usage(job, text) for text in texts]
        times.plot(sizes, [usage.wall for usage in usages], marker="o", label=f"--memory {MEMORY[name]}")
        memories.plot(sizes, [usage.memory / 1e6 for usage in usages], marker="o", label=f"--memory {MEMORY[name]}")
    first = results.usage(jobs["16G"], texts[-1]).wall / sizes[-1]
    times.plot(sizes, [first * size for size in sizes], ":", color="grey", label="in proportion")
    for axes, what in ((times, "seconds"), (memories, "peak memory, MB")):
        axes.set(xlabel="MB of text", ylabel=what, xscale="log", yscale="log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter("{x:g}")
            axis.set_minor_formatter("")
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(PLOT, metadata={"Date": None})
    return ""
