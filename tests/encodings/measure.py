"""Measures how often the encoding of a text is detected such that the decoded text is right, and writes a table.

    python -m tests.encodings.measure FOLDER [SIZE...]

FOLDER has UTF-8 text files `LANGUAGE.SOURCE` that the table of common characters was not made from. Of each, texts are
cut that have SIZE characters that are not ASCII, with the ASCII between them, and they are encoded.
"""

import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from nlpkit.corpus.detection import detect

ENCODINGS = {
    "zh-Hans": ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030"),
    "zh-Hant": ("utf-8", "utf-16-le", "utf-16-be", "big5", "gb18030"),
    "ja": ("utf-8", "utf-16-le", "utf-16-be", "shift_jis", "euc_jp"),
    "ko": ("utf-8", "utf-16-le", "euc_kr"),
    **dict.fromkeys(("pl", "cs", "hu", "ro", "sk", "sl", "hr"), ("utf-8", "utf-16-le", "cp1250")),
    **dict.fromkeys(("ru", "uk", "bg", "sr"), ("utf-8", "utf-16-le", "cp1251")),
    **dict.fromkeys(
        ("fr", "de", "es", "pt", "it", "sv", "da", "nb", "nl", "ca", "fi"), ("utf-8", "utf-16-le", "cp1252")
    ),
    "el": ("utf-8", "cp1253"),
    "tr": ("utf-8", "cp1254"),
}
#: What a line must have to be in another language than English: letters that are not ASCII.
_WORDS = re.compile(r"[^\W\d_a-zA-Z]")
SIZES = (1, 2, 3, 5, 10, 20, 50)
MOST = 2000  # texts of a source, an encoding and a size
#: ASCII before and after a text, of which a log or a table has much more than of other characters.
BEFORE, AFTER = b"2026-11-01 10:00:00 INFO auth user=17 ok\n" * 500, b"id,name,price\n7,milk,1.20\n" * 500


def cuts(lines: list[str], size: int, seed: int = 1) -> Iterator[str]:
    """Yields texts with `size` characters that are not ASCII: cut from the middle of a line, or of several lines."""
    generator = random.Random(seed)
    text = "\n".join(line for line in lines if _WORDS.search(line))
    places = [match.start() for match in re.finditer("[^\x00-\x7f]", text)]
    for _ in range(MOST):
        first = generator.randrange(max(1, len(places) - size))
        if first + size <= len(places):
            end = places[first + size] if first + size < len(places) else len(text)
            yield text[places[first] : end]


def right(text: str, encoding: str, around: bool) -> bool | None:
    """Returns whether a text is decoded as it was; None for one that the encoding does not have."""
    try:
        raw = text.encode(encoding)
    except UnicodeEncodeError:
        return None
    if around and not encoding.startswith("utf-16"):
        raw = BEFORE + raw + b"\n" + AFTER
        text = BEFORE.decode() + text + "\n" + AFTER.decode()
    found = detect(raw, whole=True)
    try:
        return found is not None and raw.decode(found) == text
    except UnicodeDecodeError:
        return False


def main(folder: Path, sizes: tuple[int, ...]) -> None:
    print("source encoding", *sizes, *(f"{size}+ASCII" for size in sizes), sep="\t")
    for path in sorted(folder.iterdir()):
        lines = path.read_text(encoding="utf-8").split("\n")
        for encoding in ENCODINGS.get(path.name.partition(".")[0], ()):
            figures = []
            for around in (False, True):
                for size in sizes:
                    found = [right(text, encoding, around) for text in cuts(lines, size)]
                    known = [value for value in found if value is not None]
                    figures.append(f"{sum(known) / max(1, len(known)):.4f}/{len(known)}")
            print(path.name, encoding, *figures, sep="\t", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(map(int, sys.argv[2:])) or SIZES)
