"""Runs bojone/nlp-zero's Word_Finder with its defaults: nlp_zero.py CHECKOUT TEXT OUTPUT."""

import collections
import collections.abc
import sys
from collections.abc import Iterator
from pathlib import Path


class Lines:
    """The lines of a text, as often as the peer asks for them."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __iter__(self) -> Iterator[str]:
        with open(self.path, encoding="utf-8") as lines:
            yield from lines


def main(checkout: str, text: str, output: str) -> None:
    collections.Iterable = collections.abc.Iterable  # type: ignore[attr-defined]  # where Python < 3.10 had it
    sys.path[0] = checkout  # in place of this file's folder, which has a module of the peer's name
    from nlp_zero import Word_Finder

    finder = Word_Finder()
    finder.train(Lines(text))
    finder.find(Lines(text))
    rows = sorted(finder.words.items(), key=lambda row: -row[1])
    Path(output).write_text("".join(f"{word}\t{count}\n" for word, count in rows), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
