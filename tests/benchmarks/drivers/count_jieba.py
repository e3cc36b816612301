"""Counts words with jieba or rjieba, without the HMM: count_jieba.py LIBRARY TEXT OUTPUT [options].

As people do: one process, one dictionary, line by line. With --workers, a pool: each worker counts a batch of lines
into a Counter of its own, which the parent adds up. OUTPUT has a row for each token that is not white space: token,
tab, count.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice, pairwise
from multiprocessing import Pool
from typing import TextIO

Cut = Callable[[str], Iterable[str]]


def cutter(library: str) -> Cut:
    if library == "rjieba":
        import rjieba

        return lambda line: rjieba.cut(line, False)
    import jieba

    jieba.initialize()
    return partial(jieba.cut, HMM=False)


def count(lines: Iterable[str], cut: Cut) -> dict[str, int]:
    """The loop as most would write it."""
    counts: dict[str, int] = {}
    for line in lines:
        for word in cut(line):
            counts[word] = counts.get(word, 0) + 1
    return counts


def count_pairs(lines: Iterable[str], cut: Cut) -> dict[str, int]:
    """The same with neighbours, joined by a space: a dictionary with many times as many keys."""
    counts: dict[str, int] = {}
    for line in lines:
        for one, other in pairwise([word for word in cut(line) if not word.isspace()]):
            pair = f"{one} {other}"
            counts[pair] = counts.get(pair, 0) + 1
    return counts


COUNTS = {1: count, 2: count_pairs}
cut: Cut


def _start(library: str) -> None:
    global cut
    cut = cutter(library)


def _count_batch(ngram: int, lines: list[str]) -> Counter[str]:
    """Counted by Counter.update where there is nothing to do between the words: that is a loop in C."""
    if ngram > 1:
        return Counter(count_pairs(lines, cut))
    counts: Counter[str] = Counter()
    for line in lines:
        counts.update(cut(line))
    return counts


def batches(lines: TextIO, size: int) -> Iterator[list[str]]:
    while batch := list(islice(lines, size)):
        yield batch


def count_with_workers(lines: TextIO, library: str, ngram: int, workers: int, batch: int) -> dict[str, int]:
    total: Counter[str] = Counter()
    with Pool(workers, _start, (library,)) as pool:
        for counts in pool.imap_unordered(partial(_count_batch, ngram), batches(lines, batch)):
            total.update(counts)
        pool.close()
        pool.join()
    return total


def write(counts: Mapping[str, int], output: str) -> None:
    with open(output, "w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{word}\t{count}\n" for word, count in counts.items() if word and not word.isspace())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("library", choices=["jieba", "rjieba"])
    parser.add_argument("text")
    parser.add_argument("output")
    parser.add_argument("--ngram", type=int, choices=list(COUNTS), default=1)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--batch", type=int, default=1000, help="lines that a worker is given at a time")
    of = parser.parse_args()
    with open(of.text, encoding="utf-8", newline="\n") as lines:
        if of.workers:
            counts = count_with_workers(lines, of.library, of.ngram, of.workers, of.batch)
        else:
            counts = COUNTS[of.ngram](lines, cutter(of.library))
    write(counts, of.output)


if __name__ == "__main__":
    main()
