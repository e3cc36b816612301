"""`python -m tests.benchmarks`: measures, and prints Markdown; what it is doing goes to stderr."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

from . import (
    any_script,
    collocations,
    concordance,
    count,
    discover,
    inputs,
    itemsets,
    keywords,
    pages,
    peers,
    scale,
    segment,
    terms,
)
from .measure import Bench, adopt_orphans

#: Each yields its report section by section.
SUITES: dict[str, Callable[[Bench], Iterator[str]]] = {
    "discover": discover.run,
    "terms": terms.run,
    "segment": segment.run,
    "count": count.run,
    "concordance": concordance.run,
    "keywords": keywords.run,
    "collocations": collocations.run,
    "pages": pages.run,
    "any_script": any_script.run,
    "inputs": inputs.run,
    "itemsets": itemsets.run,
    "scale": scale.run,
}


def main() -> int:
    options = _parse()
    adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="nlpkit-bench-") as folder:
        bench = Bench(options.data.resolve(), Path(folder), options.runs, options.peer_runs)
        report = []
        for section in _report(bench, options.suite or list(SUITES)):
            print(section, flush=True)
            report.append(section)
    if options.save:
        options.save.write_text("\n".join(report) + "\n", encoding="utf-8")
    return int(bench.failed)


def _report(bench: Bench, suites: list[str]) -> Iterator[str]:
    yield _machine()
    for suite in suites:
        yield f"## {suite}\n"
        yield from SUITES[suite](bench)
    if bench.notes:
        yield "### Left out\n\n" + "".join(f"- {note}\n" for note in bench.notes)


def _machine() -> str:
    """Where the figures come from."""
    names = ("nlpkit", "numba", "numpy", "jieba")
    installed = {dist.metadata["Name"]: dist.version for dist in metadata.distributions()}
    versions = [f"{name} {installed[name]}" for name in names if name in installed]
    python = f"Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {_processor()}, {platform.system()}; {', '.join([python, *versions])}.\n"


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def _parse() -> argparse.Namespace:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        "python -m tests.benchmarks",
        description=f"{peers.__doc__}\n{scale.__doc__}\n{itemsets.__doc__}",
        formatter_class=formatter,
    )
    parser.add_argument("suite", nargs="*", help=f"which to run: {', '.join(SUITES)}; all unless given")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the texts")
    parser.add_argument("--runs", type=int, default=5, help="rounds of the speed measurements")
    parser.add_argument("--peer-runs", type=int, default=1, help="rounds of the peers, which may take minutes each")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the report there too")
    options = parser.parse_args()
    if min(options.runs, options.peer_runs) < 1:
        parser.error("--runs and --peer-runs are at least 1")
    if unknown := set(options.suite) - set(SUITES):
        parser.error(f"no suite {', '.join(sorted(unknown))}")
    return options


if __name__ == "__main__":
    sys.exit(main())
