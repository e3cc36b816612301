"""Lists what `nlpkit apriori --itemsets` wrote as tsv, of items without commas: list_written.py WRITTEN LISTED.

LISTED gets a row for each itemset: its items, sorted, with spaces between them, a tab, its count.
"""

import sys


def main(written: str, listed: str) -> None:
    with open(written, encoding="utf-8") as lines, open(listed, "w", encoding="utf-8", newline="\n") as out:
        next(lines)  # the header
        for line in lines:
            items, count, _support = line.split("\t")
            out.write(f"{' '.join(sorted(items.split(',')))}\t{count}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
