"""Times read_transactions beside csv.reader and a dict of ids: reading_api.py TEXT OUTPUT ROUNDS QUOTED.

In one process. TEXT has a transaction a line, spaces between its items; QUOTED, made of it, has names in quotes,
commas within and between them. OUTPUT is a JSON object: for `plain` and `quoted`
ours, csv   seconds of each call, turn by turn, from the file to numbers of items and ends of transactions
bytes       of the file
same        whether both gave the same
"""

import csv
import gc
import json
import sys
import time
from array import array
from pathlib import Path
from typing import Any

import nlpkit

Read = tuple[list[str], Any, Any]  # names, the numbers of all items end to end, where each transaction ends


class Numbers(dict[str, int]):
    def __missing__(self, key: str) -> int:
        self[key] = number = len(self)
        return number


def ours(path: str, delimiter: str) -> Read:
    read = nlpkit.read_transactions(path, layout="basket", delimiter=delimiter, header=False)
    return read.names, read.ids, read.offsets


def theirs(path: str, delimiter: str) -> Read:
    """The shortest loop there is: the dict's keys get their numbers as they come."""
    numbers = Numbers()
    ids, ends = array("i"), array("q", [0])
    with open(path, encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter=delimiter):
            ids.extend(map(numbers.__getitem__, row))
            ends.append(len(ids))
    return list(numbers), ids, ends


def measure(path: str, delimiter: str, rounds: int) -> dict[str, Any]:
    seconds: dict[str, list[float]] = {"ours": [], "csv": []}
    results = {}
    for turn in range(rounds + 1):
        for name, read in (("ours", ours), ("csv", theirs)):
            results.pop(name, None)
            gc.collect()
            began = time.perf_counter()
            results[name] = read(path, delimiter)
            taken = time.perf_counter() - began
            if turn:  # the first compiles
                seconds[name].append(taken)
    same = all(list(one) == list(other) for one, other in zip(results["ours"], results["csv"], strict=True))
    return {**seconds, "bytes": Path(path).stat().st_size, "same": same}


def quote(text: str, quoted: str) -> None:
    with (
        open(text, encoding="utf-8") as lines,
        open(quoted, "w", encoding="utf-8", newline="\n") as out,
    ):
        for line in lines:
            out.write(",".join(f'"Product {item}, a piece"' for item in line.split()) + "\n")


def main(text: str, output: str, rounds: str, quoted: str) -> None:
    quote(text, quoted)
    report = {"plain": measure(text, " ", int(rounds)), "quoted": measure(quoted, ",", int(rounds))}
    Path(output).write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
