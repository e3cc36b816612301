"""Terms: their speed, their peers' speed, and how many of a field's known terms each puts first."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import peers, quality
from .measure import Bench, Job, Results, megabytes, table
from .texts import DATABASE_DOCS, STATUTES, sample, unpack

LEAST_RATE = 0.4  # of rjieba.cut's
SHOWN = (5_000, 20_000)  # first rows of a list
LEAST_F1 = {"acter_htfl": 0.38, "acter_wind": 0.32}


@dataclass(frozen=True)
class Gold:
    """Terms of a field that are known, and the shares of them that the first SHOWN rows are to have, at least."""

    name: str  # of a file in the data folder
    least: tuple[float, float]
    long: tuple[float, float] | None = None  # of those of four characters and more


DEFINED = Gold("terms/law_defined.txt", (0.45, 0.80), (0.41, 0.79))
LAW, IT = Gold("lexicon/THUOCL_law.txt", (0.26, 0.60)), Gold("lexicon/THUOCL_IT.txt", (0.25, 0.55))


def _ours(*options: str) -> Job:
    argv = ("terms", "{text}", *options, "-f", "tsv", "-o", "{output}", "-j", "2", "-q")
    return Job(" ".join(["nlpkit terms", *options]), (sys.executable, "-m", "nlpkit", *argv))


OURS, ENGLISH = _ours(), _ours("--language", "en")
#: Each takes minutes for all of a text; those of TENTH take too long, or too much memory.
PEERS = ("smoothnlp", "hanlp", "hanlp-words", "jieba-tfidf", "jieba-textrank", "gensim", "gensim-count", "ngrams")
TENTH = ("jieba-textrank-wide", "yake")
ENGLISH_PEERS = (*("yake-en", "rake", "multi-rake", "keybert", "keybert-candidates", "pyate-combo", "pyate-cvalue"),)


def run(bench: Bench) -> Iterator[str]:
    """The report, section by section."""
    if statutes := unpack(bench, STATUTES, "statutes.txt"):
        yield _speed(bench, statutes)
        yield from _beside_peers(bench, statutes, (DEFINED, LAW))
    if docs := unpack(bench, DATABASE_DOCS, "database_docs.txt"):
        yield from _beside_peers(bench, docs, (IT,))
    for name, least in LEAST_F1.items():
        if text := unpack(bench, (name,), f"{name}.txt", "terms"):
            yield _english(bench, text, bench.data / "terms" / f"{name}_gold.txt", least)


def _speed(bench: Bench, text: Path) -> str:
    """From the file to the list, beside the yardstick, which writes nothing."""
    small, yardstick = sample(text, 3, 5, f"{text.stem}_three_fifths.txt"), peers.rjieba_cut()
    results = bench.measure([yardstick, OURS], [small, text], bench.runs)
    rows = []
    for job in results.jobs:
        ratio = results.ratio(job, yardstick, small, text) if yardstick in results.jobs else ["", ""]
        least = f"{LEAST_RATE:g}" if job == OURS else ""
        rate = results.rate(job, small, text) / 1e6
        rows.append([job.name, f"{rate:.1f}", *ratio, least, *results.usage(job, text).cells()])
    sizes = f"{megabytes(small.stat().st_size)} and {megabytes(text.stat().st_size)} MB"
    header = ["", "MB/s", "x rjieba.cut", "by round", "at least", "seconds, all of it", "CPU s", "peak MB"]
    return f"### Speed of terms: {text.stem}\n\nRates from {sizes}, medians of {bench.runs}.\n\n{table(header, rows)}"


def _beside_peers(bench: Bench, text: Path, golds: Sequence[Gold]) -> Iterator[str]:
    """Whole programs on all of a text, and those that are too slow for it on every tenth line."""
    frequent = {gold: path for gold in golds if (path := quality.frequent(bench, gold.name, text))}
    for whole, names in ((text, PEERS), (sample(text, 1, 10, f"{text.stem}_tenth.txt"), TENTH)):
        results = _measure(bench, OURS, names, whole)
        yield f"### Terms of {whole.stem}, {megabytes(whole.stat().st_size)} MB\n"
        for gold, path in frequent.items():
            yield _recall(bench, results, whole, gold, path)


def _measure(bench: Bench, ours: Job, names: Sequence[str], text: Path) -> Results:
    """Ours before and after each peer, which may take minutes."""
    sequence = [ours] + [job for name in names for job in (peers.terms(name), ours)]
    return bench.measure(sequence, [text], bench.peer_runs)


def _recall(bench: Bench, results: Results, text: Path, gold: Gold, frequent: Path) -> str:
    rows = []
    for job in results.jobs:
        every, long = quality.recall(bench, results.outputs[job, text], frequent)
        shares = [shares.get(count, "") for shares in (every, long) for count in SHOWN]
        rows.append([job.name, *_cost(results, job, OURS, text), *shares])
    least = [f"{share:g}" for shares in (gold.least, gold.long or ()) for share in shares]
    rows.append(["at least (nlpkit, all of the text)", *[""] * 5, *least, *[""] * (2 * len(SHOWN) - len(least))])
    header = [f"share of {Path(gold.name).stem}", *COST, *(f"{kind} {n:,}" for kind in ("first", "4+,") for n in SHOWN)]
    return table(header, rows)


COST = ("seconds", "CPU s", "peak MB", "times our seconds", "times our CPU s")


def _cost(results: Results, job: Job, ours: Job, text: Path) -> list[str]:
    """What a job took, and how many times as much as ours."""
    usage = results.usage(job, text)
    if ours not in results.jobs:
        return [*usage.cells(), "", ""]
    own = results.usage(ours, text)
    return [*usage.cells(), f"{usage.wall / own.wall:.1f}", f"{usage.cpu / own.cpu:.1f}"]


def _english(bench: Bench, text: Path, gold: Path, least: float) -> str:
    """F1 of the best beginning of each list."""
    results = _measure(bench, ENGLISH, ENGLISH_PEERS, text)
    rows = []
    for job in results.jobs:
        worth = quality.best_f1(bench, results.outputs[job, text], gold)
        rows.append([job.name, *_cost(results, job, ENGLISH, text), *worth, f"{least:g}" if job == ENGLISH else ""])
    header = ["", *COST, "P", "R", "F1", "of the first", "at least"]
    return f"### English terms: {text.stem}\n\n{table(header, rows)}"
