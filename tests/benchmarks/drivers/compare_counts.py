"""Compares two lists of counts, token TAB count a row, a header or not: compare_counts.py FILE OTHER.

Prints how many tokens have not the same count in both, how many tokens there are, and an example of those that differ.
"""

import sys


def read(path: str) -> dict[str, int]:
    """Token -> count; a header is a row without a number."""
    counts = {}
    with open(path, encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines):
            token, _, count = line.rstrip("\n").rpartition("\t")
            if number or count.isdigit():
                if token in counts:
                    raise SystemExit(f"{path}:{number + 1}: a second row of {token!r}")
                counts[token] = int(count)
    return counts


def main(path: str, other: str) -> None:
    ours, theirs = read(path), read(other)
    every = ours.keys() | theirs.keys()
    differ = sorted(token for token in every if ours.get(token, 0) != theirs.get(token, 0))
    example = f"{differ[0]!r}: {ours.get(differ[0], 0)}, {theirs.get(differ[0], 0)}" if differ else ""
    print(len(differ), len(every), example)


if __name__ == "__main__":
    main(*sys.argv[1:])
