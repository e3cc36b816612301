"""Counts what white space separates, the shortest loop in Python there is: count_split.py TEXT OUTPUT [N].

With N, in place of words the runs of 1 to N characters between white space. OUTPUT has a row each: token, tab, count.
"""

import sys
from collections import Counter


def count_words(text: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    with open(text, encoding="utf-8", newline="\n") as lines:
        for line in lines:
            counts.update(line.split())
    return counts


def count_ngrams(text: str, longest: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    with open(text, encoding="utf-8", newline="\n") as lines:
        for line in lines:
            for run in line.split():
                for n in range(1, longest + 1):
                    counts.update(run[i : i + n] for i in range(len(run) - n + 1))
    return counts


def main(text: str, output: str, longest: str = "") -> None:
    counts = count_ngrams(text, int(longest)) if longest else count_words(text)
    with open(output, "w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{token}\t{count}\n" for token, count in counts.items())


if __name__ == "__main__":
    main(*sys.argv[1:])
