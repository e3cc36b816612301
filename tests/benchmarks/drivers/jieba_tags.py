"""Finds the keywords of texts with jieba.analyse as its users do, text by text: jieba_tags.py TEXTS OUTPUT.

TEXTS is JSON Lines with the member `text`. The output is an array of [word, weight] for each, five at most.
"""

import json
import sys

from jieba.analyse import extract_tags


def main(texts: str, output: str) -> None:
    with open(texts, encoding="utf-8") as lines, open(output, "w", encoding="utf-8") as out:
        for line in lines:
            found = extract_tags(json.loads(line)["text"], topK=5, withWeight=True)
            out.write(json.dumps(found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
