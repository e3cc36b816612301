"""Makes nlpkit/corpus/common_characters.txt, by which encodings are detected, from public text.

    python -m tests.encodings.make_table FOLDER

FOLDER has UTF-8 text files `LANGUAGE.SOURCE`, for example `ja.help`; all sources of a language have the same weight.
A file whose lines are `word count` or `word count tag`, named `LANGUAGE.words`, counts each word so often.
docs/encodings.md names the text that the table in the package was made from. None of it is used to measure.
"""

import math
import sys
import unicodedata
from collections import Counter
from pathlib import Path

TABLE = Path(__file__).parents[2] / "nlpkit" / "corpus" / "common_characters.txt"
#: Costs (-ln p) of characters are kept as half nats: the costs of two levels next to each other differ by so much.
STEP = 0.5
#: Characters that are rarer are not kept: their costs are those of any other character.
RAREST = 13.0
#: Share of a capital letter, beside that of its small letter, which short sources may lack.
CAPITAL = 0.02
#: What may stand in any text of a language, by the cost that it has at most. Laughter and sighs are in few sources.
_WIDE = "".join(map(chr, range(0xFF01, 0xFF5F))) + "①②③④⑤⑥⑦⑧⑨⑩←↑→↓○●◎□■△▲▽▼◇◆☆★※×÷±°℃㎡￥"
_EAST = {
    "zh-Hans": {8.5: "，。、；：？！“”‘’（）《》【】—…·％呵嘻嘿哦呀哇唉嗯", 8: "①②③④⑤⑥⑦⑧⑨⑩", 7.5: "～哈啊"},
    "zh-Hant": {8.5: "，。、；：？！「」『』（）《》【】—…·％呵嘻嘿喔呀哇唉嗯嗨", 7.5: "～哈啊"},
    "ja": {8.5: "、。「」『』（）・ー：？！％【】～"},
    "ko": {8.5: "“”‘’·…ㅇㄱㄴㅡ", 5: "ㅋㅎㅠㅜ"},
}
for _usual in _EAST.values():
    _usual |= {8.5: _usual[8.5] + "０１２３４５６７８９", 10: _WIDE}
_WEST = "“”‘’„«»–—…•·€£§©®°™×½²\u00a0"
_LEAST_WEST = 6.2
#: The language of Japanese whose kana are of half width, which banks and cash registers write; and its share of these.
_HALF, _SHARE_OF_HALF = "ja-half-width", 0.75
#: Kana -> katakana of half width.
_HALF_WIDTH = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFFA0)}
_HALF_WIDTH |= {chr(ord(kana) - 0x60): half for kana, half in _HALF_WIDTH.items() if "ァ" <= kana <= "ン"}
_LARGEST = {"ja": 3500, _HALF: 1000, "ko": 1500, "zh-Hans": 5000, "zh-Hant": 5500}


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


def language_shares(language: str, sources: list[Path]) -> dict[str, float]:
    """Returns the share of each character: the mean of the sources' distributions."""
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
    for character in list(shares):
        capital = character.upper()
        if not is_east and capital != character and len(capital) == 1:
            shares[capital] = max(shares[capital], CAPITAL * shares[character])  # type: ignore[assignment]
    for cost, usual in _EAST.get(language, {_LEAST_WEST: _WEST}).items():
        for character in usual:
            shares[character] = max(shares[character], math.exp(-cost))  # type: ignore[assignment]
    return dict(shares)


def of_half_width(shares: dict[str, float]) -> dict[str, float]:
    """Returns the shares in text of Japanese whose kana, hiragana too, are katakana of half width."""
    half: Counter[str] = Counter()
    for character, share in shares.items():
        for kana in unicodedata.normalize("NFKD", character) if "\u3041" <= character <= "\u30fc" else "":
            half[_HALF_WIDTH.get(kana, "")] += share  # type: ignore[assignment]
    del half[""]
    total = half.total()
    found = {c: share * (1 - _SHARE_OF_HALF) for c, share in shares.items()}
    return found | {c: share / total * _SHARE_OF_HALF for c, share in half.items()}


def costs_of(language: str, shares: dict[str, float]) -> dict[str, float]:
    """Returns the cost of each common character, in nats."""
    largest = sorted(shares, key=lambda c: -shares[c])[: _LARGEST.get(language, 100)]
    costs = {c: -math.log(shares[c]) for c in largest}
    return {c: cost for c, cost in costs.items() if cost < RAREST}


def main(folder: Path) -> None:
    """Writes the table: lines of language, level, and the characters of this level."""
    sources: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        sources.setdefault(path.name.partition(".")[0], []).append(path)
    shares = {language: language_shares(language, paths) for language, paths in sources.items()}
    shares[_HALF] = of_half_width(shares["ja"])
    with TABLE.open("w", encoding="utf-8", newline="\n") as table:
        for language in sorted(shares):
            levels: dict[int, list[str]] = {}
            for character, cost in costs_of(language, shares[language]).items():
                levels.setdefault(round(cost / STEP), []).append(character)
            for level in sorted(levels):
                table.write(f"{language}\t{level}\t{''.join(sorted(levels[level]))}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
