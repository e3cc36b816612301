"""Segmentation: its speed and its words beside its peers', its calls from Python, its start."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from statistics import median
from typing import Any

from . import peers
from .measure import Bench, Job, Results, table
from .texts import MIX, NEWS, REVIEWS, repeat, sample, unpack

LONGER = 64_000_000  # bytes that the longer text has more than the shorter, about: start-up does not show beside them
SHORT = (500_000, 2_000_000)  # bytes of the two that jieba reads in their place: it cuts a megabyte a second
CHARACTERS = 10  # of a short sentence
STARTS = 10


def _ours(*options: str) -> Job:
    argv = ("segment", "{text}", "-o", "{output}", *options, "-q")
    return Job(" ".join(["nlpkit", *options]), (sys.executable, "-m", "nlpkit", *argv))


def _short(job: Job) -> Job:
    """The same on the shorter text that lies beside each text."""
    return replace(job, argv=tuple(part.replace("{text}", "{text}.short") for part in job.argv))


OURS, OURS_TWO, OURS_HMM = _ours("-j", "1"), _ours("-j", "2"), _ours("-j", "1", "--hmm")
RJIEBA, RJIEBA_HMM = (peers.rjieba_segment(hmm) for hmm in (False, True))
CPPJIEBA, CPPJIEBA_HMM = (peers.cppjieba_segment(hmm) for hmm in (False, True))
JIEBA, JIEBA_HMM = (peers.jieba_segment(hmm) for hmm in (False, True))
JIEBA_SHORT = _short(JIEBA)
NOTHING_WRITTEN = replace(peers.rjieba_cut(), name="rjieba.cut, nothing written")
SPEED = [OURS, RJIEBA, NOTHING_WRITTEN, CPPJIEBA, JIEBA_SHORT, OURS_TWO, OURS_HMM, RJIEBA_HMM, CPPJIEBA_HMM]

#: Who is to be how many times as fast as whom; 0 where nothing is asked for.
RATIOS = [
    (OURS, RJIEBA, 5.0),
    (OURS, NOTHING_WRITTEN, 0.0),
    (OURS, CPPJIEBA, 5.0),
    (OURS, JIEBA_SHORT, 80.0),
    (OURS_HMM, RJIEBA_HMM, 3.0),
    (OURS_HMM, CPPJIEBA_HMM, 0.0),
    (OURS_TWO, OURS, 1.7),
]
MEMORY = {OURS: 300, OURS_HMM: 300}  # MB, at most
HMM_OFF, HMM_ON = (OURS, RJIEBA, CPPJIEBA), (OURS_HMM, RJIEBA_HMM, CPPJIEBA_HMM)


def run(bench: Bench) -> Iterator[str]:
    """The report, section by section."""
    for names, name in ((NEWS, "news.txt"), (REVIEWS, "reviews.txt")):
        if text := unpack(bench, names, name):
            yield from _text(bench, text)
    if mix := unpack(bench, MIX, "mix.txt"):
        yield _calls(bench, mix)
    yield _start(bench)


def _text(bench: Bench, text: Path) -> Iterator[str]:
    """Speed and words on one text."""
    size = text.stat().st_size
    # The rates are from the text and from the same text several times over: a few chunks at least, and many.
    long = repeat(text, 1 + max(1, round(LONGER / size)), f"{text.stem}_long.txt")
    head = bench.warm_up(text)
    sample(head, 1, 1, _beside(head).name)
    for whole, length in zip((text, long), SHORT, strict=True):
        sample(text, length, size, _beside(whole).name)
    results = bench.measure(SPEED, [text, long], bench.runs)
    yield _speed(results, text, long, bench.runs)
    yield _words(bench, results, text, _beside(long))
    for output in results.outputs.values():
        output.unlink(missing_ok=True)  # a gigabyte of them


def _beside(text: Path) -> Path:
    """What `_short` jobs read."""
    return text.with_name(f"{text.name}.short")


def _read(job: Job, text: Path) -> int:
    """Bytes of what a job reads when it is given a text."""
    return (_beside(text) if "{text}.short" in job.argv else text).stat().st_size


def _speed(results: Results, small: Path, large: Path, runs: int) -> str:
    rows = []
    for job in results.jobs:
        rate, most = _rates(results, job, small, large)[0], MEMORY.get(job, "")
        sizes = [f"{_read(job, text) / 1e6:.1f}" for text in (small, large)]
        rows.append([job.name, f"{rate / 1e6:.1f}", *sizes, *results.usage(job, large).cells(), str(most)])
    header = ["", "MB/s", "from MB", "and MB", "seconds, all of it", "CPU s", "peak MB", "at most"]
    speed = f"### Speed: {small.stem}\n\nText file to text file, medians of {runs}.\n\n{table(header, rows)}"
    rows = []
    for own, other, least in RATIOS:
        if own in results.jobs and other in results.jobs:
            (rate, rates), (other_rate, other_rates) = (_rates(results, who, small, large) for who in (own, other))
            ratios = [one / two for one, two in zip(rates, other_rates, strict=True)]
            cells = [f"{rate / other_rate:.2f}", _range(ratios), f"{least:g}" if least else ""]
            rows.append([f"{own.name} over {other.name}", *cells])
    return f"{speed}\n{table(['how many times as fast', '', 'by round', 'at least'], rows)}" if rows else speed


def _rates(results: Results, job: Job, small: Path, large: Path) -> tuple[float, list[float]]:
    """Bytes a second without start-up: by the median times, and round by round."""
    size = _read(job, large) - _read(job, small)
    short, long = ([run.wall for run in results.runs[job, text]] for text in (small, large))
    pairs = [(median(short), median(long)), *zip(short, long, strict=True)]
    first, *rest = (size / (after - before) if after > before else float("nan") for before, after in pairs)
    return first, rest


def _words(bench: Bench, whole: Results, text: Path, short: Path) -> str:
    """On how many lines the words are not jieba's, on what it cuts, and not rjieba's, on all of the text."""
    results = bench.measure([JIEBA, JIEBA_HMM, *HMM_OFF, *HMM_ON], [short], 1)
    rows = []
    for jobs, truth in ((HMM_OFF, JIEBA), (HMM_ON, JIEBA_HMM)):
        for job in jobs:
            on_short, on_whole = _differ(results, job, truth, short), _differ(whole, job, jobs[1], text)
            if on_short or on_whole:
                rows.append([job.name, *_counts(on_short), *_counts(on_whole if job != jobs[1] else None)])
            if job in (OURS, OURS_HMM) and on_short and on_short[0]:
                bench.fail(f"{short.name}: {on_short[0]:,} lines of {job.name} are not those of {truth.name}")
    if (two := _differ(whole, OURS_TWO, OURS, text)) and two[0]:
        bench.fail(f"{text.name}: {two[0]:,} lines of {OURS_TWO.name} are not those of {OURS.name}")
    header = ["lines that differ", "from jieba's", "of", "from rjieba's", "of"]
    return f"### Words: {text.stem}\n\nWhite space aside.\n\n{table(header, rows)}"


def _differ(results: Results, job: Job, truth: Job, text: Path) -> tuple[int, int] | None:
    """How many lines of two outputs differ, of how many; None where one of the two is missing."""
    if job not in results.jobs or truth not in results.jobs:
        return None
    with open(results.outputs[job, text], "rb") as lines, open(results.outputs[truth, text], "rb") as others:
        same = [line == other for line, other in zip_longest(lines, others)]
    return same.count(False), len(same)


def _counts(counts: tuple[int, int] | None) -> list[str]:
    return [f"{count:,}" for count in counts] if counts else ["", ""]


def _calls(bench: Bench, text: Path) -> str:
    """Calls from Python: one with a short sentence, one with a list of a million."""
    job = peers.segment_api()
    results = bench.measure([job], [text], 1)
    if job not in results.jobs:
        return "### Calls from Python\n\nNot measured.\n"
    report = json.loads(results.outputs[job, text].read_bytes())
    if report["differ"]:
        bench.fail(f"cut_many: the words of {report['differ']:,} strings are not rjieba's")
    what = f"{report['strings']:,} strings, {report['characters']:,} characters; {report['differ']:,} cut differently"
    return f"### Calls from Python\n\n{_one_sentence(report)}\nA list of {what}.\n\n{_many_strings(report)}"


def _one_sentence(report: dict[str, Any]) -> str:
    seconds = {int(length): taken for length, taken in report["cut"].items()}
    kernel = _kernel_seconds(seconds, CHARACTERS)
    beyond = seconds[CHARACTERS] - kernel
    rows = [[f"`cut`, {length:,} characters", f"{taken * 1e6:.1f}", ""] for length, taken in seconds.items()]
    rows.append([f"the kernel itself, {CHARACTERS} characters", f"{kernel * 1e6:.1f}", ""])
    rows.append([f"`cut`, {CHARACTERS} characters, beyond the kernel", f"{beyond * 1e6:.1f}", "20"])
    return table(["median", "microseconds", "at most"], rows)


def _many_strings(report: dict[str, Any]) -> str:
    ours, theirs = report["cut_many"], report["rjieba"]
    ratios = [other / own for own, other in zip(ours, theirs, strict=True)]
    faster = [f"{median(theirs) / median(ours):.2f}", _range(ratios), "5"]
    rows = [["cut_many", f"{median(ours):.2f}", *faster], ["rjieba.cut of each", f"{median(theirs):.2f}", "", "", ""]]
    return table(["", "seconds", "times as fast", "by round", "at least"], rows)


def _kernel_seconds(seconds: dict[int, float], characters: int) -> float:
    """What the kernel alone takes for so many characters: the slope between calls with few and with many of them."""
    few, many = min(seconds), max(seconds)
    return characters * (seconds[many] - seconds[few]) / (many - few)


def _start(bench: Bench) -> str:
    """One sentence through a pipe."""
    sentence = bench.folder / "sentence.txt"
    sentence.write_text("下午我们坐公共汽车去图书馆借了三本书。\n", encoding="utf-8")
    ours, jieba, python = (_piped(*argv) for argv in (("-m", "nlpkit", "segment"), ("-m", "jieba"), ("-c", "pass")))
    results = bench.measure([ours, jieba, python], [sentence], STARTS)
    rows = []
    for job in results.jobs:
        seconds = [run.wall for run in results.runs[job, sentence]]
        of = f"{median(seconds) / results.usage(jieba, sentence).wall:.2f}" if jieba in results.jobs else ""
        rows.append(
            [job.name, f"{median(seconds):.3f}", _range(seconds), of, "1; 0.5 is the aim" if job == ours else ""]
        )
    header = ["", "seconds", "least and most", "of jieba's", "less than"]
    return f"### Start: one sentence through a pipe\n\nMedians of {STARTS}.\n\n{table(header, rows)}"


def _piped(*argv: str) -> Job:
    script = 'text=$0 output=$1; shift; cat "$text" | "$@" > "$output"'
    command = ("sh", "-c", script, "{text}", "{output}", sys.executable, *argv)
    return Job(" ".join(["python", *argv]), command, "" if shutil.which("sh") else "no sh")


def _range(figures: Sequence[float]) -> str:
    return f"{min(figures):.2f} to {max(figures):.2f}"
