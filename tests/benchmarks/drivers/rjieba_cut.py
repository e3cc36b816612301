"""Cuts a text with rjieba, HMM off, one thread, and throws the words away: rjieba_cut.py TEXT."""

import sys

import rjieba


def main(text: str) -> None:
    with open(text, encoding="utf-8") as lines:
        for line in lines:
            rjieba.cut(line, False)


if __name__ == "__main__":
    main(sys.argv[1])
