"""Makes nlpkit/corpus/common_characters.txt, by which encodings are detected, from public text.

    python -m tests.encodings.make_table FOLDER

FOLDER has UTF-8 text files `LANGUAGE.SOURCE`, for example `ja.help`; all sources of a language have the same weight.
A file whose lines are `word count` or `word count tag`, named `LANGUAGE.words`, counts each word so often.
docs/encodings.md names the text that the table in the package was made from. None of it is used to measure.
"""

import math
import sys
from collections import Counter
from pathlib import Path

TABLE = Path(__file__).parents[2] / "nlpkit" / "corpus" / "common_characters.txt"
#: Costs (-ln p) of characters are kept as half nats: the costs of two levels next to each other differ by so much.
STEP = 0.5
#: Characters that are rarer are not kept: their costs are those of any other character.
RAREST = 13.0
#: Share of a capital letter, beside that of its small letter, which short sources may lack.
CAPITAL = 0.02
#: What may stand in any text of a language, and its least share.
_EAST = {
    "zh-Hans": "，。、；：？！“”‘’（）《》【】—…·％～",
    "zh-Hant": "，。、；：？！「」『』（）《》【】—…·％～",
    "ja": "、。「」『』（）・ー：？！％【】～",
    "ko": "“”‘’·…",
}
_WEST = "“”‘’„«»–—…•·€£§©®°™×½²\u00a0"
_LEAST_EAST, _LEAST_WEST = math.exp(-9.5), 0.002
_LARGEST = {"ja": 3500, "ko": 1500, "zh-Hans": 5000, "zh-Hant": 5500}


def characters(path: Path) -> Counter[str]:
    """Counts the characters of one source that are not ASCII."""
    counts: Counter[str] = Counter()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if path.suffix == ".words":
                word, count = line.split(" ")[:2]
                for character in word:
                    counts[character] += int(count)
            else:
                counts.update(line)
    return Counter({c: n for c, n in counts.items() if c > "\x7f" and c.isprintable()})


def language_costs(language: str, sources: list[Path]) -> dict[str, float]:
    """Returns the cost of each common character, in nats: that of the mean of the sources' distributions."""
    shares: Counter[str] = Counter()
    for path in sources:
        counts = characters(path)
        for comma, cedilla in zip("șțȘȚ", "şţŞŢ", strict=True):  # Romanian before Unicode
            if counts[comma]:
                counts[cedilla] += counts[comma]
        total = counts.total()
        for character, count in counts.items():
            if count > 1 or total < 100_000:
                shares[character] += count / total / len(sources)  # type: ignore[assignment]
    is_east = language in _EAST
    usual, least = (_EAST[language], _LEAST_EAST) if is_east else (_WEST, _LEAST_WEST)
    for character in list(shares):
        capital = character.upper()
        if not is_east and capital != character and len(capital) == 1:
            shares[capital] = max(shares[capital], CAPITAL * shares[character])  # type: ignore[assignment]
    for character in usual:
        shares[character] = max(shares[character], least)  # type: ignore[assignment]
    costs = {c: -math.log(share) for c, share in shares.most_common(_LARGEST.get(language, 100))}
    return {c: cost for c, cost in costs.items() if cost < RAREST}


def main(folder: Path) -> None:
    """Writes the table: lines of language, level, and the characters of this level."""
    sources: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        sources.setdefault(path.name.partition(".")[0], []).append(path)
    with TABLE.open("w", encoding="utf-8", newline="\n") as table:
        for language, paths in sources.items():
            levels: dict[int, list[str]] = {}
            for character, cost in language_costs(language, paths).items():
                levels.setdefault(round(cost / STEP), []).append(character)
            for level in sorted(levels):
                table.write(f"{language}\t{level}\t{''.join(sorted(levels[level]))}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
