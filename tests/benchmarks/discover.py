"""Word discovery: its speed, its peers' speed, and the worth of the words."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from . import peers, quality
from .measure import Bench, Job, Results, megabytes, table
from .texts import MIX, STATUTES, sample, unpack

COUNT = "import sys, nlpkit; nlpkit.count_ngrams(sys.argv[1], 4, jobs=1, executor='serial')"


def _ours(method: str) -> Job:
    argv = ("discover", "{text}", "--method", method, "-f", "jieba", "-o", "{output}", "-j", "2", "-q")
    return Job(f"nlpkit {method}", (sys.executable, "-m", "nlpkit", *argv))


PMI, ENTROPY, AUTO = OURS = [_ours(method) for method in ("pmi", "entropy", "auto")]
COUNTER = Job("nlpkit n-grams 1..4, one core", (sys.executable, "-c", COUNT, "{text}"))
WORD_DISCOVERY, NLP_ZERO = peers.word_discovery(), peers.nlp_zero()
PEERS = [WORD_DISCOVERY, peers.word_discovery(min_count=5), NLP_ZERO, peers.gensim_phrases()]

YARDSTICKS = {PMI: 2.0, ENTROPY: 2.0, AUTO: 0.5, COUNTER: 3.0}  # times the rate of rjieba.cut, at least
TIMES_FASTER = [(PMI, WORD_DISCOVERY, 20), (ENTROPY, NLP_ZERO, 20), (AUTO, WORD_DISCOVERY, 10), (AUTO, NLP_ZERO, 10)]
KNOWN = {1000: 0.93, 5000: 0.85}  # of the first so many words of statutes, at least


def run(bench: Bench) -> Iterator[str]:
    """The report, section by section."""
    mix = unpack(bench, MIX, "mix.txt")
    statutes = unpack(bench, STATUTES, "statutes.txt")
    for text in filter(None, (mix, statutes)):
        yield _speed(bench, text)
    if mix:
        yield _words(bench, mix)
        yield _words(bench, sample(mix, 1, 10, "mix_tenth.txt"))
    if statutes:
        yield _known(bench, statutes)


def _speed(bench: Bench, text: Path) -> str:
    """Rates without start-up, beside the yardstick's."""
    # Three lines of five are over 8 million symbols, so that min_count is the same for both sizes.
    small = sample(text, 3, 5, f"{text.stem}_three_fifths.txt")
    yardstick = peers.rjieba_cut()
    results = bench.measure([yardstick, *YARDSTICKS], [small, text], bench.runs)
    rows = []
    for job in results.jobs:
        rate, usage = results.rate(job, small, text) / 1e6, results.usage(job, text)
        ratio = results.ratio(job, yardstick, small, text) if yardstick in results.jobs else ["", ""]
        least = f"{YARDSTICKS[job]:g}" if job in YARDSTICKS else ""
        rows.append([job.name, f"{rate:.1f}", *ratio, least, *usage.cells()])
    sizes = f"{megabytes(small.stat().st_size)} and {megabytes(text.stat().st_size)} MB"
    header = ["", "MB/s", "x rjieba.cut", "by round", "at least", "seconds, all of it", "CPU s", "peak MB"]
    return f"### Speed: {text.stem}\n\nRates from {sizes}, medians of {bench.runs}.\n\n{table(header, rows)}"


def _words(bench: Bench, text: Path) -> str:
    """Whole programs, from file to written lexicon: what they take, and what the lexicon is worth."""
    # Ours before and after each peer, which may take minutes.
    sequence = OURS + [job for peer in PEERS for job in (peer, *OURS)]
    results = bench.measure(sequence, [text], bench.peer_runs)
    rows = []
    for job in results.jobs:
        lexicon = results.outputs[job, text]
        worth = [f"{quality.size(lexicon):,}", *quality.f1(bench, lexicon)]
        rows.append([job.name, *results.usage(job, text).cells(), *worth])
    header = ["", "seconds", "CPU s", "peak MB", "words", "P (PKU)", "R", "F1"]
    title = f"### Words of {text.stem}, {megabytes(text.stat().st_size)} MB"
    return f"{title}\n\n{table(header, rows)}\n{_times_faster(results, text)}"


def _times_faster(results: Results, text: Path) -> str:
    rows = []
    for own, peer, least in TIMES_FASTER:
        if own in results.jobs and peer in results.jobs:
            own_usage, peer_usage = results.usage(own, text), results.usage(peer, text)
            ratios = (peer_usage.wall / own_usage.wall, peer_usage.cpu / own_usage.cpu)
            rows.append([f"{own.name} over {peer.name}", *(f"{ratio:.1f}" for ratio in ratios), str(least)])
    return table(["how many times as fast", "wall", "CPU", "at least (wall)"], rows) if rows else ""


def _known(bench: Bench, text: Path) -> str:
    """How many of the commonest words are in dictionaries."""
    results = bench.measure(OURS, [text], 1)
    rows = []
    for job in results.jobs:
        shares = quality.known(bench, results.outputs[job, text], "THUOCL_law.txt")
        rows.append([job.name, *(shares.get(count, "") for count in KNOWN)])
    header = ["known to jieba or THUOCL_law", *(f"first {count} (at least {least})" for count, least in KNOWN.items())]
    return f"### Words of {text.stem}\n\n{table(header, rows)}"
