"""What unpacking and parsing cost: the same text as it is, packed by gzip, and as JSON Lines."""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from .measure import Bench, Job, megabytes, table
from .texts import MIX, STATUTES, sample, unpack

FIELD = "text"
COUNT = (
    "import sys, nlpkit; path = sys.argv[1]; "
    "nlpkit.count_ngrams(nlpkit.Corpus(path, field='text' if path.endswith('l') else None), 1, jobs=2)"
)


def _count(suffix: str) -> Job:
    """The least that can be done with a text, so that reading weighs most."""
    return Job(f"characters of {suffix or 'plain text'}", (sys.executable, "-c", COUNT, "{text}" + suffix))


def _discover(suffix: str) -> Job:
    options = ("--field", FIELD) if suffix == ".jsonl" else ()
    argv = ("discover", "{text}" + suffix, *options, "-f", "jieba", "-o", "{output}", "-j", "2", "-q")
    return Job(f"discover {suffix or 'plain text'}", (sys.executable, "-m", "nlpkit", *argv))


ZCAT = Job("zcat", ("zcat", "{text}.gz"), "" if shutil.which("zcat") else "no zcat")
COUNT_PLAIN, COUNT_GZ, COUNT_JSONL = (_count(suffix) for suffix in ("", ".gz", ".jsonl"))
PLAIN, GZ, JSONL = (_discover(suffix) for suffix in ("", ".gz", ".jsonl"))
#: Whose rate each is compared with, and how many times it is to be, at least.
RATIOS = {COUNT_GZ: (ZCAT, 0.8), COUNT_JSONL: (COUNT_PLAIN, 0.5), GZ: (PLAIN, 0.8), JSONL: (PLAIN, 0.5)}


def run(bench: Bench) -> Iterator[str]:
    """The report, section by section."""
    text = unpack(bench, MIX + STATUTES, "inputs.txt")
    if text is None:
        return
    small = sample(text, 1, 2, "inputs_half.txt")
    for plain in (bench.warm_up(small), small, text):
        _pack(plain)
    results = bench.measure([ZCAT, COUNT_PLAIN, COUNT_GZ, COUNT_JSONL, PLAIN, GZ, JSONL], [small, text], bench.runs)
    rows = []
    for job in results.jobs:
        yardstick, least = RATIOS.get(job, (None, 0.0))
        ratio = results.ratio(job, yardstick, small, text) if yardstick in results.jobs and yardstick else ["", ""]
        of = [yardstick.name, f"{least:g}"] if yardstick else ["", ""]
        rate = results.rate(job, small, text) / 1e6
        rows.append([job.name, f"{rate:.0f}", *ratio, *of, *results.usage(job, text).cells()])
    header = ["", "MB/s of text", "ratio", "by round", "to", "at least", "seconds, all of it", "CPU s", "peak MB"]
    sizes = f"{megabytes(small.stat().st_size)} and {megabytes(text.stat().st_size)} MB"
    yield f"### Inputs\n\nRates from {sizes} of text, medians of {bench.runs}.\n\n{table(header, rows)}"


def _pack(text: Path) -> None:
    with open(text, "rb") as lines, gzip.open(f"{text}.gz", "wb", 6) as packed, open(f"{text}.jsonl", "wb") as records:
        for line in lines:
            packed.write(line)
            record = {"id": 1, FIELD: line.decode().rstrip("\n"), "tags": ["a", "b"]}
            records.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
