"""page_api.py TEXT OUTPUT TIMES: writes the page of the first 200,000 terms of a text, time and again in one process.

The page goes to OUTPUT.html. OUTPUT is a JSON object:
rows     of the result
rounds   of each the seconds of `page`, pictures and table; `lines`, those of the text; `save`, the file; `count`, which
         counts the words of the text, as the measure of a pass over it. The first is apart: it loads the libraries
"""

import json
import sys
from pathlib import Path
from time import perf_counter

import nlpkit
from nlpkit.excerpts.wanted import Strings
from nlpkit.multiword.result import Terms

ROWS = 200_000


def write_page(corpus: nlpkit.Corpus, found: Terms, path: str) -> dict[str, float]:
    """Writes the page as `nlpkit terms --report` does: the seconds of each step."""
    times = [perf_counter()]
    page = found.page()
    times.append(perf_counter())
    page = page.with_lines(nlpkit.find_lines(corpus, page.drawn_keys, how=Strings(casefold=True)))
    times.append(perf_counter())
    page.save(path)
    times.append(perf_counter())
    nlpkit.count(corpus).close()
    times.append(perf_counter())
    steps = ("page", "lines", "save", "count")
    return {step: end - begin for step, begin, end in zip(steps, times, times[1:], strict=False)}


def main(text: str, output: str, times: str) -> None:
    with nlpkit.Corpus(text) as corpus:
        found = nlpkit.terms(corpus, top=ROWS)
        rounds = [write_page(corpus, found, f"{output}.html") for _ in range(1 + int(times))]
    Path(output).write_text(json.dumps({"rows": len(found), "rounds": rounds}), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
