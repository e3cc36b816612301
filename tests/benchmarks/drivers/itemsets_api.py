"""Times nlpkit.apriori from Python: itemsets_api.py TEXT OUTPUT COUNT ROUNDS JOBS [LISTED].

TEXT has a transaction a line, its items separated by spaces; COUNT is the least support. OUTPUT is a JSON object:
columns      seconds of each call, compiled and in memory, its result left as columns
objects      the same as a list with a tuple for each itemset, of its items and its count
jobs         for each of JOBS ("1,2", or "none"), how many seconds each call took with so many workers, turn by turn
found        how many itemsets
everywhere   how many items are in every transaction
LISTED gets a row for each itemset: its items, a tab, its count.
"""

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nlpkit

ENOUGH = 0.3  # seconds to measure for, if the rounds take less
Call = Callable[[], object]


def seconds_of(call: Call) -> float:
    """The time of one call; its result goes after the clock is read."""
    gc.collect()
    began = time.perf_counter()
    result = call()
    taken = time.perf_counter() - began
    del result
    return taken


def rounds_of(calls: list[Call], rounds: int) -> list[list[float]]:
    """The times of each of the calls, turn by turn."""
    seconds: list[list[float]] = [[] for _ in calls]
    while len(seconds[0]) < rounds or sum(seconds[0]) < ENOUGH:
        for call, taken in zip(calls, seconds, strict=True):
            taken.append(seconds_of(call))
    return seconds


def main(text: str, output: str, count: str, rounds: str, jobs: str, listed: str = "") -> None:
    support, turns = int(count), int(rounds)
    transactions = nlpkit.read_transactions(text, layout="basket", delimiter=" ", header=False)
    sets = nlpkit.apriori(transactions, min_support=support)  # compiled
    workers = [int(number) for number in jobs.split(",") if number != "none"]
    columns, objects = rounds_of(
        [
            lambda: nlpkit.apriori(transactions, min_support=support).columns,
            lambda: nlpkit.apriori(transactions, min_support=support).to_list(),
        ],
        turns,
    )
    calls: list[Call] = [
        lambda number=number: nlpkit.apriori(transactions, min_support=support, jobs=number)  # type: ignore[misc]
        for number in workers
    ]
    for call in calls:
        call()
    by_jobs = rounds_of(calls, turns) if calls else []
    if listed:
        with open(listed, "w", encoding="utf-8", newline="\n") as out:
            out.writelines(f"{' '.join(sorted(items))}\t{number}\n" for items, number, _ in sets)
    with open(text, encoding="utf-8") as lines:
        everywhere = len(set.intersection(*(set(line.split()) for line in lines)))
    report = {"columns": columns, "objects": objects, "jobs": by_jobs, "found": len(sets), "everywhere": everywhere}
    Path(output).write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
