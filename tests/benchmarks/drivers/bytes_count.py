"""Counts a string in a file, as Python's bytes.count does, a mebibyte at a time: bytes_count.py TEXT OUTPUT STRING."""

import sys
from pathlib import Path


def main(text: str, output: str, wanted: str) -> None:
    count, needle = 0, wanted.encode()
    with open(text, "rb") as file:
        while block := file.read(1 << 20):
            count += block.count(needle)
    Path(output).write_text(f"{count}\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
