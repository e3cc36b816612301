"""Frequent itemsets and rules beside their peers': from Python and as whole commands; the itemsets themselves.

NLPKIT_BENCH_ECLAT      Borgelt's program eclat
NLPKIT_BENCH_FPGROWTH   Borgelt's program fpgrowth
NLPKIT_BENCH_LCM        Uno's program lcm, version 5.3
NLPKIT_BENCH_PYTHON     the Python that has pyfim, mlxtend, pandas and efficient-apriori, if not the one that runs
                        the suite
"""

from __future__ import annotations

import json
import lzma
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from statistics import geometric_mean, median
from typing import Any

from . import peers
from .measure import Bench, Job, JobError, Usage, megabytes, table

#: Data -> the shares of the transactions that an itemset is to be in.
SHARES = {
    "chess": ("0.8", "0.6", "0.5"),
    "mushroom": ("0.2", "0.1", "0.05"),
    "connect": ("0.95", "0.9"),
    "retail": ("0.01", "0.001", "0.0002"),
    "T10I4D100K": ("0.01", "0.001", "0.0002"),
    "T40I10D100K_gen": ("0.05", "0.01"),
    "BMS1": ("0.001",),
}
#: Where two workers are measured, where the slow peers are, and of what the rules are made; what is read.
HARD = ("chess 50 %", "mushroom 5 %", "retail 0.02 %", "T10I4D100K 0.02 %", "T40I10D100K_gen 1 %")
SLOW = ("T10I4D100K 0.1 %", "mushroom 20 %")
RULES, READ = "mushroom 20 %", "T40I10D100K_gen"
LISTED = 1_000_000  # itemsets, at most, that are compared one by one; the number of them is compared anyway

# What is asked for; how many times as fast, unless it says otherwise.
COLUMNS, EACH, COMMAND = 3.0, 1.0, 1.0  # the first and the last in the geometric mean
PROGRAMS = 1.0  # of the fastest program's time, at most, in the geometric mean
SLOW_PEERS, TWO_WORKERS = 30.0, 1.6
RULES_TIME, RULES_MEMORY = 0.3, 500_000_000  # of PyFIM's time, at most; bytes, at most
PLAIN, QUOTED = 10.0, 1.5
START, FIRST, STARTS = 1.0, 20.0, 10  # seconds, at most; the same of the first run ever; rounds
LEAST_TIME = 0.01  # seconds: what is left of a command without start-up is not known any better

START_UP = "start-up"  # among the commands of a setting
MODULES = {"pyfim": "fim", "rules": "fim", "mlxtend": "mlxtend, pandas", "efficient-apriori": "efficient_apriori"}


@dataclass
class Setting:
    """Data at one support, and what came of it."""

    name: str  # of the data
    text: Path
    share: str
    count: int
    listed: Path  # PyFIM's itemsets; not there where they are too many
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)  # who -> what its driver wrote
    runs: dict[str, list[Usage]] = field(default_factory=dict)  # who -> the whole commands

    @property
    def title(self) -> str:
        return f"{self.name} {float(100 * Fraction(self.share)):g} %"

    def seconds(self, who: str, what: str = "seconds") -> float:
        """The median; not a number where there is none."""
        times = self.answers.get(who, {}).get(what)
        return median(times) if times else math.nan

    def wall(self, who: str) -> float:
        """The same of a whole command."""
        return median(run.wall for run in self.runs[who]) if who in self.runs else math.nan


def run(bench: Bench) -> Iterator[str]:
    """The report, section by section."""
    if settings := [*_settings(bench)]:
        yield _from_python(bench, settings)
        yield _whole(bench, settings)
        yield _slow(bench, settings)
    for setting in settings:
        if setting.title == RULES:
            yield _rules(bench, setting)
    if text := next((setting.text for setting in settings if setting.name == READ), None):
        yield _reading(bench, text)
    yield _start(bench)


def _settings(bench: Bench) -> Iterator[Setting]:
    for name, shares in SHARES.items():
        packed, plain = (bench.data / "baskets" / f"{name}.dat{suffix}" for suffix in (".xz", ""))
        text = bench.folder / f"{name}.dat"
        if packed.is_file():
            with lzma.open(packed) as lines, open(text, "wb") as out:
                shutil.copyfileobj(lines, out, 1 << 20)
        elif plain.is_file():
            shutil.copyfile(plain, text)
        else:
            bench.note(f"skipped: {name}: no {plain}, packed or not")
            continue
        transactions = _lines(text)
        for share in shares:
            count = math.ceil(Fraction(share) * transactions)
            yield Setting(name, text, share, count, bench.folder / f"{name}.{count}.sets")


# --- what is run ---


def _ours(driver: str, *argv: object) -> Job:
    command = (sys.executable, "-m", f"{__package__}.drivers.{driver}", "{text}", "{output}", *map(str, argv))
    return Job(f"nlpkit, {driver}", command)


def _peer(library: str, *argv: object) -> Job:
    python = os.environ.get("NLPKIT_BENCH_PYTHON") or sys.executable
    driver = str(peers.DRIVERS / "itemsets_peer.py")
    # Without warnings: mlxtend has one for each column.
    command = (python, "-W", "ignore", driver, library, "{text}", "{output}", *map(str, argv))
    return Job(library, command, _lacks(python, MODULES[library]))


def _command(count: int) -> Job:
    options = ("--delimiter", " ", "--no-header", "--itemsets", "--min-support", str(count), "-o", "{output}", "-q")
    return Job("nlpkit", (sys.executable, "-m", "nlpkit", "apriori", "{text}", *options))


def _programs(count: int) -> list[Job]:
    borgelt = ("-ts", f"-s-{count}", "{text}", "{output}")
    argvs = {"ECLAT": borgelt, "FPGROWTH": borgelt, "LCM": ("Ff_", "{text}", str(count), "{output}")}
    jobs = []
    for name, argv in argvs.items():
        variable = f"NLPKIT_BENCH_{name}"
        program = os.environ.get(variable, "")
        missing = "" if Path(program).is_file() else f"{variable}: no file {program}" if program else f"no {variable}"
        jobs.append(Job(name.lower(), (str(Path(program).resolve()), *argv), missing))
    return jobs


@cache
def _lacks(python: str, modules: str) -> str:
    """What is missing if a Python cannot import the modules."""
    ended = subprocess.run([python, "-c", f"import {modules}"], capture_output=True, check=False)
    return f"no {modules} in {python} (NLPKIT_BENCH_PYTHON)" if ended.returncode else ""


def _run(bench: Bench, job: Job, text: Path, output: Path) -> Usage | None:
    """None, with a note, where it could not be run."""
    if job.missing:
        bench.note(f"skipped: {job.name}: {job.missing}")
        return None
    try:
        usage = job.run(text, output)
    except JobError as error:
        bench.fail(str(error))
        return None
    print(f"{job.name}, {text.name}: {usage.wall:.2f} s", file=sys.stderr)
    return usage


def _ask(bench: Bench, job: Job, text: Path) -> dict[str, Any]:
    """What a driver wrote, and its peak memory in bytes; nothing where it could not be run."""
    output = bench.folder / "answer.json"
    usage = _run(bench, job, text, output)
    return {**json.loads(output.read_bytes()), "memory": usage.memory} if usage else {}


# --- from Python ---


def _from_python(bench: Bench, settings: Sequence[Setting]) -> str:
    """Both in memory and warm; they are processes of their own, since PyFIM's garbage would slow us, and ours PyFIM."""
    for setting in settings:
        listed, jobs = bench.folder / "ours.sets", "1,2" if setting.title in HARD else "none"
        theirs = _ask(bench, _peer("pyfim", setting.count, bench.runs, setting.listed), setting.text)
        ours = _ask(bench, _ours("itemsets_api", setting.count, bench.runs, jobs, listed), setting.text)
        setting.answers = {"ours": ours, "pyfim": theirs}
        _same_sets(bench, setting, "PyFIM", theirs.get("found"))
        if theirs and theirs["found"] > LISTED:
            setting.listed.unlink()
        if ours:
            _same_lists(bench, setting.title, listed, setting.listed)
    rows = []
    for setting in settings:
        theirs, columns, objects = (setting.seconds(*what) for what in (PYFIM, *OURS.values()))
        found = [setting.answers["ours"].get("found"), setting.answers["pyfim"].get("best", "")]
        cells = [f"{found[0]:,}" if found[0] is not None else "", found[1], _seconds(theirs), _seconds(columns)]
        cells += [_figure(theirs / columns), _seconds(objects), _figure(theirs / objects)]
        rows.append([f"{setting.title}, {setting.count:,}", *cells])
    header = ["", "itemsets", "PyFIM's best", "seconds", "`apriori`", "times as fast", "`list(apriori)`"]
    times = table([*header, "times as fast"], rows)
    rows = []
    for what, asked in (("columns", f"{COLUMNS:g} and {EACH:g}"), ("objects", f"{EACH:g} in each")):
        ratios = [setting.seconds(*PYFIM) / setting.seconds(*OURS[what]) for setting in settings]
        rows.append([what, *_mean(ratios), asked])
    means = table(["how many times as fast as PyFIM", "geometric mean", "least", "at least"], rows)
    rows = []
    for setting in settings:
        if by_jobs := setting.answers["ours"].get("jobs"):
            one, two = map(median, by_jobs)
            turns = [first / second for first, second in zip(*by_jobs, strict=True)]
            rows.append([setting.title, _seconds(one), _seconds(two), _figure(one / two), _range(turns)])
    asked_for = f"{TWO_WORKERS:g}"
    two = table(
        ["", "`jobs=1`, s", "`jobs=2`, s", "times as fast", "by round", "at least"], [[*r, asked_for] for r in rows]
    )
    what = f"In memory, warm; medians of {bench.runs} or more. Itemsets compared one by one up to {LISTED:,} of them."
    return f"### From Python\n\n{what}\n\n{times}\n{means}\n### Two workers\n\n{two}"


PYFIM = ("pyfim", "seconds")
OURS = {what: ("ours", what) for what in ("columns", "objects")}


def _same_sets(bench: Bench, setting: Setting, who: str, found: int | None) -> None:
    """Fails where somebody has not found as many itemsets as we."""
    ours = setting.answers["ours"].get("found")
    if None not in (ours, found) and ours != found:
        bench.fail(f"{setting.title}: {ours:,} itemsets; {who}: {found:,}")


def _same_lists(bench: Bench, title: str, ours: Path, theirs: Path) -> None:
    """Fails where two lists differ, if the second is there; removes the first."""
    if theirs.is_file() and (told := _drive(bench, title, "compare_counts", ours, theirs)):
        differ, every, example = told.rstrip("\n").split(" ", 2)
        if differ != "0":
            bench.fail(f"{title}: {int(differ):,} of {int(every):,} differ from PyFIM's ({example})")
    ours.unlink(missing_ok=True)


def _drive(bench: Bench, title: str, driver: str, *paths: Path) -> str:
    """What a driver prints; it is a process of its own, and this one stays small."""
    argv = [sys.executable, str(peers.DRIVERS / f"{driver}.py"), *map(str, paths)]
    ended = subprocess.run(argv, capture_output=True, encoding="utf-8", check=False)
    if ended.returncode:
        bench.fail(f"{title}: {ended.stderr.strip()}")
    return ended.stdout


# --- whole commands ---


def _whole(bench: Bench, settings: Sequence[Setting]) -> str:
    tiny = bench.folder / "tiny.dat"
    tiny.write_text("1 2\n1 2 3\n", encoding="utf-8")
    for setting in settings:
        _time_commands(bench, setting, tiny)
    rows, over_pyfim, over_programs = [], [], []
    for setting in settings:
        ours, theirs = setting.wall("nlpkit"), setting.seconds(*PYFIM)
        without = max(ours - setting.wall(START_UP), LEAST_TIME)  # of the same rounds: the machine has its moods
        programs = [setting.wall(job.name) for job in _programs(setting.count)]
        best = min((wall for wall in programs if not math.isnan(wall)), default=math.nan)
        over_pyfim.append(theirs / without)
        over_programs.append(without / best)
        peak = [megabytes(max(usage.memory for usage in usages))] if (usages := setting.runs.get("nlpkit")) else [""]
        cells = [
            *map(_seconds, (ours, setting.wall(START_UP), without, theirs)),
            _figure(theirs / without),
            *map(_seconds, programs),
        ]
        rows.append([setting.title, *cells, _figure(without / best), *peak])
    header = ["seconds", "`nlpkit apriori`", "start-up", "without", "PyFIM, mining", "times as fast"]
    header += [*(job.name for job in _programs(1)), "of the fastest's time", "our peak MB"]
    means = [
        ["how many times as fast as PyFIM's mining", *_mean(over_pyfim), f"{COMMAND:g} at least"],
        ["of the fastest program's time", *_mean(over_programs, max), f"{PROGRAMS:g} at most"],
    ]
    what = (
        f"From file to file, medians of {bench.runs}. Start-up is a file of two lines in the same rounds; without it at"
    )
    what += f" least {LEAST_TIME:g} s."
    mean = table(["without start-up", "geometric mean", "worst", "asked for"], means)
    return f"### Whole commands\n\n{what}\n\n{table(header, rows)}\n{mean}"


def _time_commands(bench: Bench, setting: Setting, tiny: Path) -> None:
    """Round by round, the first unmeasured; then what they wrote is counted."""
    jobs = [_command(setting.count), *_programs(setting.count)]
    outputs = {job.name: bench.folder / f"{job.name}.out" for job in jobs}
    for turn in range(bench.runs + 1):
        if (usage := _run(bench, _command(1), tiny, bench.folder / "tiny.out")) and turn:
            setting.runs.setdefault(START_UP, []).append(usage)
        for job in [*jobs]:
            outputs[job.name].unlink(missing_ok=True)  # truncating is not free
            if not (usage := _run(bench, job, setting.text, outputs[job.name])):
                jobs.remove(job)
                setting.runs.pop(job.name, None)
            elif turn:
                setting.runs.setdefault(job.name, []).append(usage)
    # A header; single items that are in every transaction, which Borgelt's leave out; the empty set.
    everywhere = setting.answers["ours"].get("everywhere", 0)
    more = {"nlpkit": -1, "eclat": everywhere, "fpgrowth": everywhere, "lcm": -1}
    for job in jobs:
        _same_sets(bench, setting, job.name, _lines(outputs[job.name]) + more[job.name])
        if job.name == "nlpkit" and setting.listed.is_file():
            listed = bench.folder / "written.sets"
            _drive(bench, setting.title, "list_written", outputs[job.name], listed)
            _same_lists(bench, f"{setting.title}, written", listed, setting.listed)
        outputs[job.name].unlink()


def _lines(path: Path) -> int:
    with open(path, "rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 20), b""))


# --- slow peers, rules, reading, start ---


def _slow(bench: Bench, settings: Sequence[Setting]) -> str:
    rows = []
    for setting in settings:
        for library in ("mlxtend", "efficient-apriori") if setting.title in SLOW else ():
            theirs = _ask(bench, _peer(library, setting.count, bench.peer_runs), setting.text)
            _same_sets(bench, setting, library, theirs.get("found"))
            if theirs:
                seconds = median(theirs["seconds"])
                ours = [setting.seconds(*what) for what in OURS.values()]
                figures = [_figure(seconds / taken) for taken in ours]
                rows.append([f"{setting.title}: {library}", _seconds(seconds), *figures, f"{SLOW_PEERS:g}"])
    header = ["", "seconds", "times slower than `apriori`", "than `list(apriori)`", "at least"]
    return f"### mlxtend (fpgrowth), efficient-apriori\n\nMedians of {bench.peer_runs}.\n\n{table(header, rows)}"


def _rules(bench: Bench, setting: Setting) -> str:
    listed = [bench.folder / f"{who}.rules" for who in ("ours", "pyfim")]
    theirs = _ask(bench, _peer("rules", setting.count, bench.runs, listed[1]), setting.text)
    ours = _ask(bench, _ours("rules_api", setting.count, bench.runs, listed[0]), setting.text)
    once = _ask(bench, _ours("rules_api", setting.count, 0), setting.text)
    if ours and theirs:
        _same_lists(bench, f"rules, {setting.title}", *listed)
    seconds = median(theirs["seconds"]) if theirs else math.nan
    rows = [["PyFIM's arules: support, confidence, lift", _seconds(seconds), "", "", "", ""]]
    for what, name in (("mined", "`apriori` and `association_rules`"), ("rules", "`association_rules`")):
        taken = median(ours[what]) if ours else math.nan
        memory = megabytes(once["memory"]) if once else ""
        rows.append(
            [name, _seconds(taken), _figure(taken / seconds), f"{RULES_TIME:g}", memory, megabytes(RULES_MEMORY)]
        )
    header = [f"{ours.get('found', 0):,} rules", "seconds", "of PyFIM's", "at most", "peak MB, once", "at most"]
    return f"### Rules: {setting.title}, confidence 0.5\n\nMedians of {bench.runs}.\n\n{table(header, rows)}"


def _reading(bench: Bench, text: Path) -> str:
    answer = _ask(bench, _ours("reading_api", bench.runs, bench.folder / "quoted.csv"), text)
    rows = []
    for what, title, least in (("plain", "numbers, spaces between them", PLAIN), ("quoted", "names in quotes", QUOTED)):
        if answer:
            part = answer[what]
            ours, theirs = median(part["ours"]), median(part["csv"])
            turns = [theirs / ours for ours, theirs in zip(part["ours"], part["csv"], strict=True)]
            size = part["bytes"]
            cells = [megabytes(size), f"{size / ours / 1e6:.0f}", f"{size / theirs / 1e6:.0f}", _figure(theirs / ours)]
            rows.append([title, *cells, _range(turns), f"{least:g}"])
            if not part["same"]:
                bench.fail(f"reading, {title}: not what csv.reader reads")
    header = [
        "",
        "MB",
        "`read_transactions`, MB/s",
        "csv.reader and a dict, MB/s",
        "times as fast",
        "by round",
        "at least",
    ]
    return f"### Reading: {text.stem}\n\nMedians of {bench.runs}.\n\n{table(header, rows)}"


def _start(bench: Bench) -> str:
    """Rules of a small file, by the defaults; and the first run ever, which compiles."""
    groceries = bench.data / "baskets" / "groceries.csv"
    if not groceries.is_file():
        bench.note(f"skipped: start-up: no {groceries}")
        return "### Start-up\n\nNot measured.\n"
    argv = (sys.executable, "-m", "nlpkit", "apriori", "{text}", "--no-header", "-o", "{output}", "-q")
    warm = Job("groceries.csv, warm", argv)
    env = shutil.which("env") or ""
    first = Job(
        "the first run ever", (env, f"NUMBA_CACHE_DIR={bench.folder / 'numba'}", *argv), "" if env else "no env"
    )
    rows = []
    for job, rounds, most in ((first, 1, FIRST), (warm, STARTS, START)):
        usages = [_run(bench, job, groceries, bench.folder / "groceries.out") for _ in range(rounds)]
        if walls := [usage.wall for usage in usages if usage]:
            rows.append([job.name, f"{median(walls):.2f}", _range(walls), f"{most:g}"])
    return f"### Start-up\n\nMedian of {STARTS}.\n\n{table(['', 'seconds', 'least and most', 'at most'], rows)}"


# --- figures ---


def _mean(ratios: Sequence[float], worst: Any = min) -> list[str]:
    """The geometric mean and the worst, of those that there are."""
    there = [ratio for ratio in ratios if not math.isnan(ratio)]
    return [f"{geometric_mean(there):.2f}", f"{worst(there):.2f}"] if there else ["", ""]


def _figure(figure: float) -> str:
    return "" if math.isnan(figure) else f"{figure:.2f}"


def _seconds(seconds: float) -> str:
    return "" if math.isnan(seconds) else f"{seconds:.4f}" if seconds < 1 else f"{seconds:.2f}"


def _range(figures: Sequence[float]) -> str:
    return f"{min(figures):.2f} to {max(figures):.2f}"
