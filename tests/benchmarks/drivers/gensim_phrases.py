"""Runs gensim's Phrases with its defaults, over characters, ROUNDS times: gensim_phrases.py TEXT OUTPUT ROUNDS."""

import re
import sys
from collections import Counter
from pathlib import Path

from gensim.models.phrases import Phrases

WORD_CHARACTERS = re.compile("[\u4e00-\u9fa50-9a-zA-Z]+")


def main(text: str, output: str, rounds: int) -> None:
    with open(text, encoding="utf-8") as lines:
        sentences = [list(run) for line in lines for run in WORD_CHARACTERS.findall(line)]
    for _ in range(rounds):
        phrases = Phrases(sentences).freeze()
        sentences = [[token.replace("_", "") for token in phrases[sentence]] for sentence in sentences]
    counts = Counter(token for sentence in sentences for token in sentence)
    Path(output).write_text("".join(f"{word}\t{count}\n" for word, count in counts.most_common()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
