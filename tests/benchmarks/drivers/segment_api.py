"""Times nlpkit's Segmenter from Python, beside rjieba in the same process: segment_api.py TEXT OUTPUT.

OUTPUT is a JSON object:
cut                how many characters -> seconds of one call of `Segmenter.cut` with so many, the median of many
strings            how many short strings the lists below are for; `characters`, all of theirs together
cut_many, rjieba   seconds for all of them, of each alternating run
differ             strings whose words, white space aside, are not the same
"""

import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import rjieba

import nlpkit

LENGTHS, CALLS = (10, 1000), 5000  # characters; calls with each
STRINGS, ALTERNATIONS = 1_000_000, 3
PIECE = re.compile("[^。，！？]{0,29}[。，！？]|[^。，！？]{1,30}")


def call_seconds(cut: Callable[[str], object], text: str, length: int) -> float:
    """The median time of one call, each with another part of the text."""
    times = []
    for i in range(CALLS):
        start = i * (len(text) - length) // CALLS
        part = text[start : start + length]
        began = time.perf_counter()
        cut(part)
        times.append(time.perf_counter() - began)
    return median(times)


def list_seconds(cut_all: Callable[[], object]) -> float:
    """The time of one call; its result goes after the clock is read, and before anything else is measured."""
    began = time.perf_counter()
    result = cut_all()
    taken = time.perf_counter() - began
    del result
    return taken


def short_strings(lines: Sequence[str]) -> list[str]:
    """At most STRINGS pieces of the lines, evenly spread, each of 30 characters at most."""
    pieces = [piece for line in lines for piece in PIECE.findall(line)]
    count = min(STRINGS, len(pieces))
    return [pieces[i * len(pieces) // count] for i in range(count)]


def words(cut: Sequence[str]) -> list[str]:
    return [word for word in cut if not word.isspace()]


def main(text: str, output: str) -> None:
    lines = Path(text).read_bytes().decode().split("\n")
    strings = short_strings(lines)
    segmenter = nlpkit.Segmenter()
    segmenter.engine()  # until that is loaded, short texts are cut in plain Python

    def cut_many() -> list[list[str]]:
        return list(segmenter.cut_many(strings))

    def peer() -> list[list[str]]:
        return [rjieba.cut(string, False) for string in strings]

    segmenter.cut(strings[0]), list(segmenter.cut_many(strings[:1])), rjieba.cut(strings[0], False)  # loads, compiles
    calls = {length: call_seconds(segmenter.cut, "".join(lines), length) for length in LENGTHS}
    times = [(list_seconds(cut_many), list_seconds(peer)) for _ in range(ALTERNATIONS)]
    report = {
        "cut": calls,
        "strings": len(strings),
        "characters": sum(map(len, strings)),
        "cut_many": [ours for ours, _ in times],
        "rjieba": [theirs for _, theirs in times],
        "differ": sum(words(ours) != words(theirs) for ours, theirs in zip(cut_many(), peer(), strict=True)),
    }
    Path(output).write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
