"""Keywords of documents: their speed beside jieba.analyse's, and whether they are the same."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest
from pathlib import Path

from . import peers
from .measure import Bench, Job, Results, table
from .texts import MIX, STATUTES, unpack

DOCUMENTS = 10_000
SHORTEST = 1000  # characters of a document
LEAST = 20  # times as fast as jieba.analyse

_ROWS = ("keywords", "{text}", "--field", "text", "--each", "row", "--top", "5", "-f", "jsonl", "-o", "{output}", "-q")
_FILES = ("keywords", "{text}.docs", "--each", "file", "--top", "5", "-f", "jsonl", "-o", "{output}", "-q")
_LIKE_JIEBA = ("--idf", "jieba", "--hmm")


def _ours(name: str, *argv: str) -> Job:
    return Job(f"nlpkit keywords, {name}", (sys.executable, "-m", "nlpkit", *argv))


ROWS, ROWS_ONE = (_ours(f"rows, -j {jobs}", *_ROWS, *_LIKE_JIEBA, "-j", jobs) for jobs in "21")
FILES = _ours("files, -j 2", *_FILES, *_LIKE_JIEBA, "-j", "2")
OWN = _ours("rows, their own IDF, -j 2", *_ROWS, "--hmm", "-j", "2")
JIEBA = peers.jieba_tags()
RATIOS = [(ROWS, LEAST), (ROWS_ONE, LEAST), (FILES, LEAST), (OWN, LEAST)]


def run(bench: Bench) -> Iterator[str]:
    """The report, text by text."""
    for names, name in ((STATUTES, "statutes.txt"), (MIX, "mix.txt")):
        if text := unpack(bench, names, name):
            texts = [_documents(text, count) for count in (DOCUMENTS // 10, DOCUMENTS)]
            for rows in (bench.warm_up(texts[0]), *texts):
                _files(rows)
            results = bench.measure([ROWS, ROWS_ONE, FILES, OWN, JIEBA], texts, bench.peer_runs)
            yield f"### {text.stem}\n\n{_speed(bench, results, texts)}"


def _documents(text: Path, count: int) -> Path:
    """Writes the first documents of a text, which end with lines, as JSON Lines."""
    rows = text.with_name(f"{text.stem}_{count}.jsonl")
    with open(text, encoding="utf-8", newline="\n") as lines, open(rows, "w", encoding="utf-8") as out:
        for document in islice(_cut(lines), count):
            out.write(json.dumps({"text": document}, ensure_ascii=False) + "\n")
    return rows


def _cut(lines: Iterable[str]) -> Iterator[str]:
    held: list[str] = []
    for line in lines:
        held.append(line)
        if sum(map(len, held)) >= SHORTEST:
            yield "".join(held)
            held = []


def _files(rows: Path) -> None:
    """Writes the documents of JSON Lines as files of a folder beside it."""
    folder = Path(f"{rows}.docs")
    folder.mkdir(exist_ok=True)
    with open(rows, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            (folder / f"{number:06}.txt").write_text(json.loads(line)["text"], encoding="utf-8", newline="\n")


def _speed(bench: Bench, results: Results, texts: list[Path]) -> str:
    small, large = texts
    rows = [[job.name, *(cell for text in texts for cell in results.usage(job, text).cells())] for job in results.jobs]
    names = [f"{text.stem}: {what}" for text in texts for what in ("seconds", "CPU s", "peak MB")]
    ratios = []
    for job, least in RATIOS if JIEBA in results.jobs else ():
        if job not in results.jobs:
            continue
        cells = results.ratio(job, JIEBA, small, large)
        whole = results.usage(JIEBA, large).wall / results.usage(job, large).wall
        same = "" if job is OWN else f"{_differing(results, job, large):,}"
        ratios.append([job.name, *cells, f"{whole:.2f}", f"{least or ''}", same])
        if same not in ("", "0"):
            bench.fail(f"{large.name}: {job.name}: {same} documents have other keywords than {JIEBA.name}")
    header = ["how many times as fast", "", "by round", "start-up and all", "at least", "other documents"]
    return table(["", *names], rows) + "\n" + table(header, ratios)


def _differing(results: Results, job: Job, text: Path) -> int:
    """How many documents have other keywords, or other weights, than jieba.analyse finds."""
    ours: list[list[tuple[str, float]]] = []
    with open(results.outputs[job, text], encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["rank"] == 1:
                ours.append([])
            ours[-1].append((row["token"], row["weight"]))
    with open(results.outputs[JIEBA, text], encoding="utf-8") as lines:
        theirs = [[(word, weight) for word, weight in json.loads(line)] for line in lines]
    return sum(a != b for a, b in zip_longest(ours, filter(None, theirs)))
