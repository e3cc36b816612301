"""Cuts a text with jieba as its users do, line by line: jieba_cut.py TEXT OUTPUT [hmm].

Words are joined by spaces, those of white space left out. The HMM is off unless `hmm` is said.
"""

import sys

import jieba


def main(text: str, output: str, hmm: bool) -> None:
    with (
        open(text, encoding="utf-8", newline="\n") as lines,
        open(output, "w", encoding="utf-8", newline="\n") as out,
    ):
        for line in lines:
            words = jieba.cut(line.rstrip("\n"), HMM=hmm)
            out.write(" ".join([word for word in words if not word.isspace()]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], "hmm" in sys.argv[3:])
