"""Counts a string in a file, as Python's bytes.count does: bytes_count.py TEXT OUTPUT STRING."""

import sys
from pathlib import Path


def main(text: str, output: str, wanted: str) -> None:
    Path(output).write_text(f"{Path(text).read_bytes().count(wanted.encode())}\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
