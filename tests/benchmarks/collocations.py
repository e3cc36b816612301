"""Collocations: their speed beside that of `count --ngram 2`, of `segment`, and of NLTK's finder on the same words."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from . import peers
from .measure import Bench, Job, JobError, megabytes, table
from .texts import MIX, STATUTES, sample, unpack

TENTH = 10  # NLTK takes minutes, and gigabytes, for all of a text


def _ours(command: str, *options: str, text: str = "{text}") -> Job:
    argv = (command, text, *options, "-o", "{output}", "-q")
    return Job(" ".join(["nlpkit", command, *options]), (sys.executable, "-m", "nlpkit", *argv))


SEGMENT, PAIRS = _ours("segment"), _ours("count", "--ngram", "2")
NODE = _ours("collocations", "--node", "工作")
ALL = _ours("collocations", "--top", "500")
#: Who is to be how many times as fast as whom.
RATIOS = ((NODE, SEGMENT, 1.0), (ALL, PAIRS, 1 / 3))
OF_WORDS = _ours("collocations", "--tokenizer", "space", "--top", "500")


def run(bench: Bench) -> Iterator[str]:
    """The report, section by section."""
    for names, name in ((MIX, "mix.txt"), (STATUTES, "statutes.txt")):
        if text := unpack(bench, names, name):
            yield _speed(bench, text)
            yield _beside_nltk(bench, sample(text, 1, TENTH, f"{text.stem}_tenth.txt"))


def _speed(bench: Bench, text: Path) -> str:
    """From the file to the list, start-up and all."""
    results = bench.measure([SEGMENT, NODE, PAIRS, ALL], [text], bench.runs)
    rows = [[job.name, *results.usage(job, text).cells()] for job in results.jobs]
    took = table(["", "seconds", "CPU s", "peak MB"], rows)
    rows = []
    for ours, other, least in RATIOS:
        rates = [b.wall / a.wall for a, b in zip(results.runs[ours, text], results.runs[other, text], strict=True)]
        median = results.usage(other, text).wall / results.usage(ours, text).wall
        spread = f"{min(rates):.2f} to {max(rates):.2f}"
        rows.append([f"{ours.name} over {other.name}", f"{median:.2f}", spread, f"{least:.2f}"])
    ratios = table(["how many times as fast", "", "by round", "at least"], rows)
    size = megabytes(text.stat().st_size)
    return f"### Collocations: {text.stem}, {size} MB\n\nMedians of {bench.runs}.\n\n{took}\n{ratios}"


def _beside_nltk(bench: Bench, text: Path) -> str:
    """Both on words with spaces between them, in windows of five words; NLTK's go on beyond the ends of lines."""
    words = text.with_name(f"{text.stem}_words.txt")
    try:
        SEGMENT.run(text, words)
    except JobError as error:
        bench.fail(str(error))
        return ""
    results = bench.measure([OF_WORDS, peers.nltk_collocations()], [words], bench.peer_runs)
    rows = [[job.name, *results.usage(job, words).cells()] for job in results.jobs]
    title = f"### All pairs of {text.stem}, {megabytes(text.stat().st_size)} MB, beside NLTK"
    return f"{title}\n\n{table(['', 'seconds', 'CPU s', 'peak MB'], rows)}"
