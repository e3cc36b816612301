"""Counting: its speed and its counts beside its peers', jieba with batches, memory and disk on a large text, Dask.

NLPKIT_BENCH_LARGE   a text of 1 GB or so, as for `scale`; without it one is made of all texts, over and over, whose
                     lines bear numbers
"""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from statistics import median
from typing import Literal

from . import peers
from .measure import Bench, Job, JobError, Results, Usage, megabytes, table
from .texts import MIX, STATUTES, sample, unpack
from .watch import AVAILABLE, Watch

SHORT = 20  # jieba, which cuts a megabyte a second, reads one line of so many
LARGE = 1_000_000_000  # bytes of the text for memory
FOR_DASK = 500_000_000
CHARACTERS = ("--tokenizer", "char", "--ngram", "1-4")
FREQUENT = ("--min-count", "5")


def _ours(*options: str, text: str = "{text}") -> Job:
    argv = ("count", text, "-o", "{output}", *options, "-q")
    return Job(" ".join(["nlpkit", *options]), (sys.executable, "-m", "nlpkit", *argv))


def _on(beside: str, job: Job) -> Job:
    """The same on a file that lies beside each text."""
    return replace(job, argv=tuple(part.replace("{text}", "{text}" + beside) for part in job.argv))


# Words.
OURS, OURS_TWO = (_ours("-j", jobs) for jobs in "12")
OURS_JIEBA = _ours("--tokenizer", "jieba", "-j", "2", "--executor", "processes")
RJIEBA, RJIEBA_TWO = (peers.count_words("rjieba", workers) for workers in (0, 2))
JIEBA, JIEBA_ONE, JIEBA_TWO = (peers.count_words("jieba", workers) for workers in (0, 1, 2))
PAIRS, PAIRS_TWO = (peers.count_words("jieba", workers, ngram=2) for workers in (0, 2))
JIEBA_SHORT = _on(".short", JIEBA)
CUT = replace(peers.rjieba_cut(), name="rjieba.cut, nothing counted")
# Characters: KenLM may take 512 MB, about what we take of these texts.
OURS_CHARACTERS = _ours(*CHARACTERS, "-j", "1")
OURS_FREQUENT = _ours(*CHARACTERS, *FREQUENT, "-j", "1")
KENLM, KENLM_ALL = (_on(".spaced", peers.kenlm_count(*orders)) for orders in ([4], [1, 2, 3, 4]))
NGRAMS = peers.count_split(4)
# What is segmented already.
OURS_SPACE = _on(".words", _ours("--tokenizer", "space", "-j", "1"))
SPLIT, SORT = (_on(".words", job) for job in (peers.count_split(), peers.sort_uniq()))

SPEED = [
    *(OURS_TWO, OURS, RJIEBA_TWO, RJIEBA, JIEBA_SHORT),
    *(CUT, OURS_CHARACTERS, OURS_FREQUENT, KENLM, KENLM_ALL),
    *(OURS_SPACE, SPLIT, SORT),
]
Clock = Literal["wall", "cpu"]
#: Who is to be how many times as fast as whom, by which clock; 0 where nothing is asked for.
RATIOS: list[tuple[Job, Job, float, Clock]] = [
    (OURS_TWO, JIEBA_SHORT, 100, "wall"),
    (OURS_TWO, RJIEBA_TWO, 6, "wall"),
    (OURS_TWO, RJIEBA, 0, "wall"),
    (OURS_TWO, OURS, 0, "wall"),
    (OURS_CHARACTERS, CUT, 3, "wall"),
    (OURS_FREQUENT, CUT, 0, "wall"),
    (OURS_CHARACTERS, KENLM, 6, "cpu"),
    (OURS_CHARACTERS, KENLM_ALL, 20, "cpu"),
    (OURS_FREQUENT, KENLM, 0, "cpu"),
    (OURS_FREQUENT, KENLM_ALL, 0, "cpu"),
    (OURS_SPACE, CUT, 4, "wall"),
    (OURS_SPACE, SPLIT, 0, "wall"),
    (OURS_SPACE, SORT, 0, "wall"),
]
WHOLE = [OURS_TWO, OURS_JIEBA, JIEBA, JIEBA_ONE, JIEBA_TWO, PAIRS, PAIRS_TWO, RJIEBA_TWO]
WHOLE_RATIOS: list[tuple[Job, Job, float, Clock]] = [
    (OURS_TWO, JIEBA, 100, "wall"),
    (JIEBA_TWO, JIEBA, 2, "wall"),
    (JIEBA_ONE, JIEBA, 0, "wall"),
    (PAIRS_TWO, PAIRS, 0, "wall"),
    (OURS_JIEBA, JIEBA, 0, "wall"),
]
#: Whose counts are to be whose, token for token; where nothing is asked for, they are only told.
EQUAL = [(OURS, OURS_TWO, True), (OURS_TWO, RJIEBA_TWO, False), (OURS_SPACE, SPLIT, True)]
EQUAL_SHORT = [(OURS_CHARACTERS, NGRAMS, True)]
EQUAL_WHOLE = [(OURS_TWO, JIEBA, True), (OURS_JIEBA, JIEBA, True), (JIEBA_TWO, JIEBA, True), (RJIEBA_TWO, JIEBA, False)]

MEMORY, WORKERS = "1G", 2
A_PROCESS, TIMES_THE_TEXT = 250_000_000, 3.0  # bytes beyond --memory; of temporary files, of the text's size
DASK = 0.7  # of the speed of processes, at least


def run(bench: Bench) -> Iterator[str]:
    """The report, section by section."""
    for names, name in ((STATUTES, "statutes.txt"), (MIX, "mix.txt")):
        if text := unpack(bench, names, name):
            yield from _text(bench, text)
    if large := _large(bench):
        if AVAILABLE:
            yield _memory(bench, large)
        else:
            bench.note("skipped: memory: no /proc/self/smaps_rollup")
        yield _dask(bench, large)


def _text(bench: Bench, text: Path) -> Iterator[str]:
    """Speed and counts on one text."""
    small = sample(text, 1, 5, f"{text.stem}_small.txt")
    for whole in (bench.warm_up(small), small, text):
        sample(whole, 1, SHORT, f"{whole.name}.short")
        _space(whole)
        _segment(bench, whole)
    texts = [small, text]
    results = bench.measure(SPEED, texts, bench.runs)
    yield f"### Speed: {text.stem}\n\nFrom file to file, medians of {bench.runs}.\n\n{_speed(results, texts, RATIOS)}"
    short = _beside(text, ".short")
    on_short = bench.measure([OURS_CHARACTERS, NGRAMS], [short], 1)
    rows = _compare(bench, results, text, EQUAL) + _compare(bench, on_short, short, EQUAL_SHORT)
    for output in (*results.outputs.values(), *on_short.outputs.values()):
        output.unlink(missing_ok=True)  # gigabytes of them
    texts = [path.rename(path.with_name(f"whole_{path.name}")) for path in texts]  # their outputs are others
    results = bench.measure(WHOLE, texts, bench.peer_runs)
    what = "The loop has one dictionary, a worker one for each thousand lines."
    speed = _speed(results, texts, WHOLE_RATIOS)
    yield f"### jieba, all of it: {text.stem}\n\n{what} Medians of {bench.peer_runs}.\n\n{speed}"
    rows += _compare(bench, results, texts[1], EQUAL_WHOLE)
    header = ["other counts than", "tokens", "of", "asked for"]
    yield f"### Counts: {text.stem}\n\nWhite space aside.\n\n{table(header, rows)}"


def _beside(text: Path, suffix: str) -> Path:
    return text.with_name(f"{text.name}{suffix}")


def _space(text: Path) -> None:
    """Writes what KenLM counts: the characters of a text, spaces between them."""
    with (
        open(text, encoding="utf-8", newline="\n") as lines,
        open(_beside(text, ".spaced"), "w", encoding="utf-8", newline="\n") as out,
    ):
        out.writelines(" ".join("".join(line.split())) + "\n" for line in lines)


def _segment(bench: Bench, text: Path) -> None:
    """Writes the words of a text, spaces between them."""
    argv = (sys.executable, "-m", "nlpkit", "segment", "{text}", "-o", "{output}", "-q")
    try:
        Job("nlpkit segment", argv).run(text, _beside(text, ".words"))
    except JobError as error:
        bench.fail(str(error))


# --- speed ---


def _speed(results: Results, texts: Sequence[Path], ratios: Sequence[tuple[Job, Job, float, Clock]]) -> str:
    small, large = texts
    rows = []
    for job in results.jobs:
        rates = [_Rates.of(results, job, small, large, clock) for clock in ("wall", "cpu")]
        cells = [f"{rate.median / 1e6:.1f}" for rate in rates]
        rows.append([job.name, *cells, *(megabytes(_read(job, text)) for text in texts)])
        rows[-1] += results.usage(job, large).cells()
    header = ["", "MB/s", "MB a CPU s", "from MB", "and MB", "seconds, all of it", "CPU s", "peak MB"]
    speed = table(header, rows)
    rows = []
    for own, other, least, clock in ratios:
        if own in results.jobs and other in results.jobs:
            ours, theirs = (_Rates.of(results, job, small, large, clock) for job in (own, other))
            cells = [*ours.over(theirs), f"{least:g}" if least else ""]
            rows.append([f"{own.name} over {other.name}" + (", by CPU" if clock == "cpu" else ""), *cells])
    header = ["how many times as fast", "", "by round", "start-up and all", "by round", "at least"]
    return f"{speed}\n{table(header, rows)}" if rows else speed


@dataclass(frozen=True)
class _Rates:
    """Bytes of text a second, by the median times and round by round; `whole` with start-up."""

    median: float
    rounds: list[float]
    whole: float
    whole_rounds: list[float]

    @classmethod
    def of(cls, results: Results, job: Job, small: Path, large: Path, clock: Clock) -> _Rates:
        first, size = _text_bytes(job, small), _text_bytes(job, large)
        short, long = ([_seconds(usage, clock) for usage in results.runs[job, text]] for text in (small, large))
        pairs = [(median(short), median(long)), *zip(short, long, strict=True)]
        slope, *slopes = ((size - first) / (b - a) if b > a else float("nan") for a, b in pairs)
        return cls(slope, slopes, size / pairs[0][1], [size / seconds for seconds in long])

    def over(self, other: _Rates) -> list[str]:
        """How many times as fast: without start-up, its range by round; with start-up, its range."""
        pairs = [(self.rounds, other.rounds), (self.whole_rounds, other.whole_rounds)]
        spans = [_range([ours / theirs for ours, theirs in zip(*pair, strict=True)]) for pair in pairs]
        return [f"{self.median / other.median:.2f}", spans[0], f"{self.whole / other.whole:.2f}", spans[1]]


def _seconds(usage: Usage, clock: Clock) -> float:
    return usage.wall if clock == "wall" else usage.cpu


def _text_bytes(job: Job, text: Path) -> int:
    """The bytes that a job's rate is of: what it reads; but of the text itself where that was only spaced for it."""
    return text.stat().st_size if "{text}.spaced" in job.argv else _read(job, text)


def _read(job: Job, text: Path) -> int:
    """Bytes of what a job reads when it is given a text."""
    suffixes = [suffix for suffix in (".short", ".spaced", ".words") if "{text}" + suffix in job.argv]
    return _beside(text, "".join(suffixes)).stat().st_size


def _range(figures: Sequence[float]) -> str:
    return f"{min(figures):.2f} to {max(figures):.2f}"


# --- counts ---


def _compare(bench: Bench, results: Results, text: Path, pairs: Sequence[tuple[Job, Job, bool]]) -> list[list[str]]:
    """Rows of how many tokens have other counts; the comparison is a process of its own: this one stays small."""
    rows = []
    for own, other, equal in pairs:
        if own not in results.jobs or other not in results.jobs:
            bench.note(f"not compared: {text.name}: the counts of {own.name} and of {other.name}")
            continue
        files = [str(results.outputs[job, text]) for job in (own, other)]
        argv = [sys.executable, str(peers.DRIVERS / "compare_counts.py"), *files]
        ended = subprocess.run(argv, capture_output=True, encoding="utf-8", check=False)
        if ended.returncode:
            bench.fail(f"{text.name}: {own.name}: {ended.stderr.strip()}")
            continue
        differ, tokens, example = ended.stdout.rstrip("\n").split(" ", 2)
        what = f"{own.name}, than {other.name}" + (f" ({example})" if example else "")
        rows.append([f"{text.name}: {what}", f"{int(differ):,}", f"{int(tokens):,}", "0" if equal else ""])
        if equal and differ != "0":
            bench.fail(f"{text.name}: {what}: {int(differ):,} tokens differ")
    return rows


# --- memory ---


def _large(bench: Bench) -> Path | None:
    """A text of 1 GB; None, with a note, where there is nothing to make it of."""
    text = bench.folder / "large.txt"
    named = os.environ.get("NLPKIT_BENCH_LARGE", "")
    if os.path.isfile(named):
        text.symlink_to(Path(named).resolve())
        return text
    unpacked = unpack(bench, tuple(sorted(path.name[:-7] for path in bench.data.glob("text/*.txt.xz"))), "once.txt")
    if unpacked is None or not unpacked.stat().st_size:
        bench.note("skipped: memory and Dask: NLPKIT_BENCH_LARGE names no text, and there are none to make it of")
        return None
    bench.note(f"NLPKIT_BENCH_LARGE names no text: {text.name} is all texts, over and over, the lines numbered")
    with open(text, "wb") as out:
        for again in count():
            with open(unpacked, "rb") as lines:
                for number, line in enumerate(lines):
                    out.write(line.rstrip(b"\n") + b" %dx%d\n" % (again, number))
                    if out.tell() >= LARGE:
                        return text
    return text


def _memory(bench: Bench, large: Path) -> str:
    folder = bench.folder / "temporary"
    folder.mkdir()
    tenth = sample(large, 1, 10, "large_tenth.txt")
    options = ("-j", str(WORKERS), "--memory", MEMORY)
    jobs = [
        _ours(*options),
        _on(".words", _ours("--tokenizer", "space", *options)),
        _ours(*CHARACTERS, *FREQUENT, *options),
        _ours(*CHARACTERS, *options),
    ]
    texts = (bench.warm_up(tenth), tenth, large)
    for text in texts:
        _segment(bench, text)
    rows = []
    for job in (replace(job, argv=(*job.argv, "--tmp-dir", str(folder))) for job in jobs):
        for text in texts:
            if not (cells := _watch(bench, job, text, folder)):
                break
            if text != texts[0]:
                rows.append([job.name, *cells])
    header = ["", "MB read", "seconds", "MB/s", "CPU s", "processes", "PSS, peak MB", "at most", "of it no file's"]
    header += ["temporary files, peak MB", "of the text", "at most"]
    for text in texts:
        _beside(text, ".words").unlink(missing_ok=True)  # gigabytes
    return f"### Memory and temporary files\n\nOne run each, sampled ten times a second.\n\n{table(header, rows)}"


def _watch(bench: Bench, job: Job, text: Path, folder: Path) -> list[str] | None:
    """One run: its cells; None where it failed."""
    output = bench.folder / "watched.out"
    try:
        with Watch(folder) as watch:
            usage = job.run(text, output)
    except JobError as error:
        bench.fail(str(error))
        return None
    finally:
        output.unlink(missing_ok=True)
    # The one that was started, and its workers; what else runs is small, and has no allowance.
    most = (1 << 30) + A_PROCESS * min(watch.processes, 1 + WORKERS)
    size = _read(job, text)
    print(f"{job.name}, {text.name}: {usage.wall:.2f} s, {megabytes(watch.memory)} MB", file=sys.stderr)
    if watch.memory > most:
        bench.fail(f"{text.name}: {job.name}: {megabytes(watch.memory)} MB, at most {megabytes(most)} asked for")
    if watch.disk > TIMES_THE_TEXT * size:
        bench.fail(f"{text.name}: {job.name}: {megabytes(watch.disk)} MB of temporary files")
    if left := [path.name for path in folder.iterdir()]:
        bench.fail(f"{text.name}: {job.name}: left behind: {', '.join(left)}")
        shutil.rmtree(folder)
        folder.mkdir()
    cells = [megabytes(size), f"{usage.wall:.2f}", f"{size / usage.wall / 1e6:.1f}", f"{usage.cpu:.2f}"]
    cells += [str(watch.processes), megabytes(watch.memory), megabytes(most), megabytes(watch.anonymous)]
    return [*cells, megabytes(watch.disk), f"{watch.disk / size:.2f}", f"{TIMES_THE_TEXT:g}"]


# --- Dask ---


def _dask(bench: Bench, large: Path) -> str:
    """The same with Dask's workers and with our own, start-up and all, and without."""
    text = sample(large, min(1000, 1000 * FOR_DASK // large.stat().st_size), 1000, "for_dask.txt")
    small = sample(text, 1, 5, "for_dask_small.txt")
    pairs = []
    for options in ((), (*CHARACTERS, *FREQUENT)):
        ours, dask = (_ours(*options, "-j", str(WORKERS), "--executor", how) for how in ("processes", "dask"))
        pairs.append((dask if find_spec("distributed") else replace(dask, missing="no module distributed"), ours))
    results = bench.measure([job for pair in pairs for job in pair], [small, text], bench.runs)
    for dask, ours in pairs:
        if dask in results.jobs and ours in results.jobs:
            written, expected = (results.outputs[job, text] for job in (dask, ours))
            if not filecmp.cmp(written, expected, shallow=False):
                bench.fail(f"{text.name}: {dask.name} has not written what {ours.name} has")
    ratios: list[tuple[Job, Job, float, Clock]] = [(dask, ours, DASK, "wall") for dask, ours in pairs]
    return f"### Dask\n\nMedians of {bench.runs}.\n\n{_speed(results, [small, text], ratios)}"
