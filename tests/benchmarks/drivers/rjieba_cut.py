"""Cuts a text with rjieba, line by line, one thread: rjieba_cut.py TEXT [OUTPUT [hmm]].

Without OUTPUT the words are thrown away; with it they are joined by spaces, those of white space left out. The HMM is
off unless `hmm` is said.
"""

import sys

import rjieba


def cut(text: str) -> None:
    with open(text, encoding="utf-8") as lines:
        for line in lines:
            rjieba.cut(line, False)


def segment(text: str, output: str, hmm: bool) -> None:
    with (
        open(text, encoding="utf-8", newline="\n") as lines,
        open(output, "w", encoding="utf-8", newline="\n") as out,
    ):
        for line in lines:
            words = rjieba.cut(line.rstrip("\n"), hmm)
            out.write(" ".join([word for word in words if not word.isspace()]) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        segment(sys.argv[1], sys.argv[2], "hmm" in sys.argv[3:])
    else:
        cut(sys.argv[1])
