"""Pages: what `--report` costs, how large they are, how soon a browser shows them; scattertext beside `keywords`."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, Literal, TypeAlias

from . import peers
from .measure import Bench, Job, JobError, Results, Usage, table
from .texts import STATUTES, unpack

LAWS, GROCERIES = (Path("tests/data", name).resolve() for name in ("laws.txt", "groceries.csv"))
ALL_WORDS = ("--max-p", "1", "--negative")  # so that the page draws as many words as the peer's
COMMANDS = (
    ("discover", "{text}", "--new-only"),
    ("terms", "{text}"),
    ("count", "{text}"),
    ("keywords", "{text}", "--against", "{text}.other"),
    ("collocations", "{text}"),
)
APRIORI = ("apriori", "{text}", "--layout", "basket", "--delimiter", ",", "--no-header")
PAGE = "{output}.html"
#: What is asked of the page of 200,000 rows.
LARGEST, LATEST, LONGEST = 5e6, 2000, 1.0  # bytes; milliseconds until it is ready; seconds to write it beside a pass
DATA = re.compile(rb'<script id="data" type="application/json">(.*?)</script>', re.DOTALL)


Load: TypeAlias = dict[str, Any]  # how a page opened once, as page_loads.py says it


def _ours(*argv: str) -> Job:
    name = " ".join(part.replace("{text}", "TEXT") for part in argv if part != PAGE)
    return Job(name, (sys.executable, "-m", "nlpkit", *argv, "-o", "{output}", "-q"))


def _both(argv: Sequence[str]) -> tuple[Job, Job]:
    """A command without a page and with one."""
    return _ours(*argv), _ours(*argv, "--report", PAGE)


COUNT, COUNT_SHORT = (_ours("count", text) for text in ("{text}", "{text}.short"))  # a pass, and its start-up
OURS = _ours("keywords", "{text}", "--against", "{text}.other", *ALL_WORDS, "--report", PAGE)
OURS_OF_WORDS = _ours(
    *("keywords", "{text}.words", "--against", "{text}.other.words", "--tokenizer", "space", *ALL_WORDS),
    *("--report", PAGE),
)
SEGMENT = _ours("segment", "{text}")
SCATTERTEXT = peers.scattertext_page()


def run(bench: Bench) -> Iterator[str]:
    """The report, section by section."""
    yield f"Load of the machine when the suite began: {os.getloadavg()[0]:.1f}.\n"
    statutes = unpack(bench, STATUTES, "statutes.txt")
    laws = [Path(shutil.copy(LAWS, bench.folder)), *([statutes] if statutes else [])]
    for text in laws:
        _halve(text, text)
        yield _cost(bench, text, COMMANDS)
    yield _cost(bench, Path(shutil.copy(GROCERIES, bench.folder)), [APRIORI])
    for text in laws[-1:]:
        yield _many_rows(bench, text)
    for text in laws:
        yield _beside_scattertext(bench, text)


def _halve(text: Path, first: Path) -> None:
    """Writes the lines of the first half of a text to `first`, unless that is the text; the others beside it."""
    lines = text.read_bytes().splitlines(keepends=True)
    if first != text:
        first.write_bytes(b"".join(lines[: len(lines) // 2]))
    _beside(first, ".other").write_bytes(b"".join(lines[len(lines) // 2 :]))


def _beside(text: Path, suffix: str) -> Path:
    return text.with_name(f"{text.name}{suffix}")


def _cost(bench: Bench, text: Path, commands: Sequence[Sequence[str]]) -> str:
    """Each command without a page and with one, and the pages."""
    pairs = [_both(argv) for argv in commands]
    warm_up = bench.warm_up(text)
    _halve(warm_up, warm_up)
    for whole in (warm_up, text):
        shutil.copy(warm_up, _beside(whole, ".short"))
    jobs = [job for pair in pairs for job in pair]
    results = bench.measure([*jobs, COUNT_SHORT] if COUNT in jobs else jobs, [text], bench.runs)
    pairs = [pair for pair in pairs if all(job in results.jobs for job in pair)]
    a_pass = _pass(results, text)
    pages = [_beside(results.outputs[job, text], ".html") for _, job in pairs]
    ready = _ready(bench, pages)
    rows = []
    for (plain, paged), page in zip(pairs, pages, strict=True):
        runs = [*zip(results.runs[plain, text], results.runs[paged, text], strict=True)]
        costs = [_more(runs, clock) for clock in ("wall", "cpu")]
        beyond = [f"{cost - of:.2f}" for cost, of in zip(costs, a_pass, strict=True)] if a_pass else ["", ""]
        seconds = [f"{time:.2f}" for time in (*(results.usage(job, text).wall for job in (plain, paged)), *costs)]
        rows.append([plain.name, *seconds, *beyond, *_sizes(page), ready.get(page, "")])
    header = ["", "seconds", "with a page", "the page costs", "CPU s", "beyond a pass", "CPU s"]
    header += ["page, MB", "of which data", "libraries", "ready, ms"]
    size = f"{text.stat().st_size / 1e6:.1f} MB"
    passes = " A pass (`count` without start-up): {:.2f} s, {:.2f} CPU s.".format(*a_pass) if a_pass else ""
    return f"### What a page costs: {text.stem}, {size}\n\nMedians of {bench.runs}.{passes}\n\n{table(header, rows)}"


def _pass(results: Results, text: Path) -> list[float]:
    """The seconds and CPU seconds of one pass: what `count` takes beyond a short text's; none: it did not run."""
    if not {COUNT, COUNT_SHORT} <= {*results.jobs}:
        return []
    runs = [*zip(results.runs[COUNT_SHORT, text], results.runs[COUNT, text], strict=True)]
    return [_more(runs, clock) for clock in ("wall", "cpu")]


def _more(runs: Sequence[tuple[Usage, Usage]], clock: Literal["wall", "cpu"]) -> float:
    """The median of how much longer the second of each pair took, in seconds of a clock."""
    return float(median(getattr(more, clock) - getattr(less, clock) for less, more in runs))


def _sizes(page: Path) -> list[str]:
    """Megabytes of a page: all, its data, the libraries with all else."""
    html = page.read_bytes()
    found = DATA.search(html)
    data = len(found[1]) if found else 0
    return [f"{size / 1e6:.2f}" for size in (len(html), data, len(html) - data)]


def _loads(bench: Bench, pages: Sequence[Path], times: int = 0) -> dict[Path, list[Load]]:
    """How pages open in a browser, time after time; nothing, with a note, where there is none."""
    absent = [name for name in ("chromium", "chromedriver") if not shutil.which(name)]
    absent += [] if find_spec("selenium") else ["module selenium"]
    if absent:
        bench.note(f"skipped: pages in a browser: no {', '.join(absent)}")
        return {}
    argv = ("-m", f"{__package__}.drivers.page_loads", "{output}", str(times or bench.runs), *map(str, pages))
    output = bench.folder / "loads.json"
    try:
        Job("Chromium", (sys.executable, *argv)).run(output, output)
    except JobError as error:
        bench.fail(str(error))
        return {}
    return {Path(page): loads for page, loads in json.loads(output.read_bytes()).items()}


def _milliseconds(loads: Sequence[Load]) -> float | None:
    """The median time until a page is ready; None where once it was not."""
    times = [load["ready"] for load in loads]
    return None if None in times else median(times)


def _ready(bench: Bench, pages: Sequence[Path]) -> dict[Path, str]:
    """For each page of ours milliseconds until it is ready; one that complains, or asks the network, fails."""
    cells = {}
    for page, loads in _loads(bench, pages).items():
        milliseconds = _milliseconds(loads)
        cells[page] = "never" if milliseconds is None else f"{milliseconds:.0f}"
        for what in ("asked", "said"):
            if any(load[what] for load in loads):
                bench.fail(f"{page.name}: {what} {next(load[what] for load in loads if load[what])}")
    return cells


def _many_rows(bench: Bench, text: Path) -> str:
    """The page of the first 200,000 terms."""
    argv = (str(peers.DRIVERS / "page_api.py"), "{text}", "{output}", str(bench.runs))
    job, output = Job("200,000 terms", (sys.executable, *argv)), bench.folder / "rows.json"
    try:
        job.run(text, output)
    except JobError as error:
        bench.fail(str(error))
        return ""
    report = json.loads(output.read_bytes())
    first, *rounds = report["rounds"]
    page = _beside(output, ".html")
    ready = _ready(bench, [page]).get(page, "")
    middle = {step: median(seconds[step] for seconds in rounds) for step in first}
    least = {step: min(seconds[step] for seconds in rounds) for step in first}
    rows = [
        [name, *(f"{seconds[step]:.2f}" for step in ("page", "lines", "save", "count"))]
        for name, seconds in (("medians", middle), ("least", least), ("the first, libraries loaded", first))
    ]
    header = ["seconds", "pictures and table", "lines of the text", "file", "`count` of the text"]
    total, data, rest = _sizes(page)
    wrote = middle["page"] + middle["save"]
    beyond = middle["lines"] - middle["count"]
    says = (
        f"Writing takes {wrote:.2f} s (asked for: {LONGEST:g}) and, for the lines, {beyond:.2f} s more than `count` of "
        f"the text. The page has {total} MB, {data} of data and {rest} of libraries (asked for: {LARGEST / 1e6:g}), "
        f"and is ready after {ready or '(no browser)'} ms (asked for: {LATEST})."
    )
    title = f"### The page of {report['rows']:,} terms: {text.stem}"
    return f"{title}\n\nOne process, medians of {bench.runs}.\n\n{table(header, rows)}\n{says}\n"


def _beside_scattertext(bench: Bench, text: Path) -> str:
    """`keywords` of the first half beside the second, on raw text and on words, and scattertext on these words."""
    half = text.with_name(f"{text.stem}_half.txt")
    _halve(text, half)
    warm_up = bench.warm_up(half)
    _halve(warm_up, warm_up)
    try:
        for of in [each for first in (half, warm_up) for each in (first, _beside(first, ".other"))]:
            SEGMENT.run(of, _beside(of, ".words"))
    except JobError as error:
        bench.fail(str(error))
        return ""
    results = bench.measure([OURS_OF_WORDS, OURS, SCATTERTEXT], [half], bench.peer_runs)
    pages = {job: _beside(results.outputs[job, half], ".html") for job in results.jobs}
    here = {job: _beside(page, ".here.html") if job is SCATTERTEXT else page for job, page in pages.items()}
    loads = _loads(bench, list(here.values()))
    ready = {job: _milliseconds(loads[page]) for job, page in here.items() if page in loads}
    rows = []
    for job, page in pages.items():
        cells = [f"{page.stat().st_size / 1e6:.2f}", f"{ready[job]:.0f}" if ready.get(job) else "never"]
        rows.append([job.name, *results.usage(job, half).cells(), *cells])
    header = ["", "seconds", "CPU s", "peak MB", "page, MB", "ready, ms"]
    size = f"{text.stat().st_size / 1e6:.1f} MB"
    title = f"### Halves of {text.stem}, {size}, beside scattertext\n\nMedians of {bench.peer_runs}."
    ratios = _ratios(results, half, pages, ready) if SCATTERTEXT in results.jobs else ""
    says = _without_network(bench, pages[SCATTERTEXT]) if SCATTERTEXT in pages else ""
    return f"{title}\n\n{table(header, rows)}\n{ratios}\n{says}\n"


def _without_network(bench: Bench, page: Path) -> str:
    """What becomes of scattertext's page as it is."""
    loads = _loads(bench, [page], 1).get(page)
    if not loads:
        return ""
    draws = "draws its points" if loads[0]["ready"] else "draws nothing"
    asked = ", ".join(loads[0]["asked"])
    return (
        f"scattertext's page as it is asks the network for {asked}, and {draws} without. The time until it is ready is "
        "of a page that takes D3 from the package."
    )


def _ratios(results: Results, half: Path, pages: dict[Job, Path], ready: dict[Job, float | None]) -> str:
    """How much more of each scattertext takes."""
    rows = []
    for job in (OURS_OF_WORDS, OURS):
        if job not in results.jobs:
            continue
        ours, theirs = results.usage(job, half), results.usage(SCATTERTEXT, half)
        ratios = [theirs.wall / ours.wall, theirs.cpu / ours.cpu, theirs.memory / ours.memory]
        ratios.append(pages[SCATTERTEXT].stat().st_size / pages[job].stat().st_size)
        cells = [f"{ratio:.1f}" for ratio in ratios]
        soon, late = ready.get(job), ready.get(SCATTERTEXT)
        rows.append([job.name, *cells, f"{late / soon:.1f}" if soon and late else ""])
    return table(["scattertext takes so many times", "seconds", "CPU s", "memory", "page", "until ready"], rows)
