"""Looking a string up in a gigabyte, beside Python's bytes.count and ripgrep, and a word, beside `nlpkit segment`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from .measure import Bench, Job, Results, table
from .texts import STATUTES, repeat, unpack

RARE, FREQUENT = "养犬登记证", "应当"
_TIMES = 19  # copies of the statutes, which are a gigabyte together
_DRIVER = Path(__file__).parent / "drivers" / "bytes_count.py"


def _ours(wanted: str, *options: str) -> Job:
    argv = ("concordance", wanted, "{text}", "-o", "{output}", "-f", "tsv", *options, "-q")
    return Job(" ".join(["nlpkit concordance", wanted, *options]), (sys.executable, "-m", "nlpkit", *argv))


def _ripgrep(wanted: str) -> Job:
    missing = "" if shutil.which("rg") else "rg is not installed"
    return Job(f"rg -c {wanted}", ("rg", "-c", wanted, "{text}"), missing)


COUNT = Job(f"bytes.count {RARE}", (sys.executable, str(_DRIVER), "{text}", "{output}", RARE))
SEGMENT = Job(
    "nlpkit segment", (sys.executable, "-m", "nlpkit", "segment", "{text}", "-o", "{output}", "-j", "1", "-q")
)
STRING, STRING_TWO, LINES = _ours(RARE, "-j", "1"), _ours(RARE, "-j", "2"), _ours(FREQUENT, "-j", "1")
WORD = _ours(FREQUENT, "--word", "-j", "1")

#: Who is to be how many times as fast as whom.
RATIOS = [(STRING, COUNT, 0.6), (STRING_TWO, STRING, 1.7), (WORD, SEGMENT, 0.8)]
LEAST = {LINES: 100}  # MB/s


def run(bench: Bench) -> Iterator[str]:
    """The report, section by section."""
    small = unpack(bench, STATUTES, "statutes.txt")
    if small is None:
        return
    yield _section(bench, "A string", [STRING, COUNT, _ripgrep(RARE), STRING_TWO], small, _TIMES)
    yield _section(bench, "In many lines, and a word", [LINES, WORD, SEGMENT], small, 4)


def _section(bench: Bench, title: str, jobs: list[Job], small: Path, times: int) -> str:
    large = repeat(small, times, f"statutes_{times}.txt")
    results = bench.measure(jobs, [small, large], bench.runs)
    rows = [
        [
            job.name,
            f"{results.rate(job, small, large) / 1e6:,.0f}",
            str(LEAST.get(job, "")),
            *_usage(results, job, large),
        ]
        for job in results.jobs
    ]
    text = table(["", "MB/s", "at least", "seconds", "CPU s", "peak MB"], rows)
    ratios = [
        [f"{own.name} over {other.name}", *results.ratio(own, other, small, large), f"{least:g}"]
        for own, other, least in RATIOS
        if own in results.jobs and other in results.jobs
    ]
    large.unlink()
    for output in results.outputs.values():
        output.unlink(missing_ok=True)
    size = small.stat().st_size * times / 1e6
    what = f"Statutes, {size:,.0f} MB; rates without start-up; medians of {bench.runs}."
    return f"### {title}\n\n{what}\n\n{text}\n{table(['how many times as fast', '', 'by round', 'at least'], ratios)}"


def _usage(results: Results, job: Job, text: Path) -> list[str]:
    return results.usage(job, text).cells()
