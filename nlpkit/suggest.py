"""Suggests the nearest known name for one that is unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

#: The least ratio of difflib, at most 1, of names that begin alike, and of others: sort is like format by 0.6, header
#: is like scheduler by 0.67.
_ALIKE, _VERY_ALIKE = 0.6, 0.75
#: What other programs and people call commands, options and choices, and what they are called here.
SYNONYMS: Mapping[str, str] = {
    other: ours
    for ours, others in {
        "apriori": ("rules", "mine", "itemsets", "fpgrowth", "fp-growth", "eclat", "basket", "baskets"),
        "collocations": ("collocates", "cooccurrence", "cooccurrences", "coll"),
        "concordance": ("kwic", "conc", "grep", "search"),
        "count": ("freq", "freqs", "frequency", "frequencies", "wordcount", "wc"),
        "discover": ("find", "extract", "new-words", "newwords"),
        "keywords": ("keyness", "typical"),
        "score": ("eval", "evaluate", "evaluation", "compare"),
        "segment": ("cut", "tokenize", "tokenise", "cws"),
        "against": ("reference", "ref", "background", "baseline"),
        "csv": ("excel", "xls", "xlsx"),
        "delimiter": ("sep",),
        "dict": ("lexicon", "vocab", "vocabulary"),
        "han": ("chinese", "hanzi"),
        "jobs": ("threads", "workers", "processes", "cores", "cpus", "n-jobs"),
        "list-numerals": ("numerals", "numbers"),
        "min-count": ("min-freq", "min-frequency"),
        "pattern": ("regex", "regexp"),
        "quiet": ("silent",),
        "support": ("count",),
        "stopwords": ("stop", "stoplist", "stop-list"),
        "top": ("limit", "head", "first", "top-k", "topk"),
        "version": ("v",),
    }.items()
    for other in others
}
_LONGEST = 8  # times as long as a word, of those that contain it
_SHORTEST = 3  # characters of what may be short for another name


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Returns the known name that is most like `name`, without regard to case; None if none is alike."""
    by_folded: Mapping[str, str] = {candidate.casefold().lstrip("-"): candidate for candidate in known}
    asked = name.casefold().lstrip("-")  # dashes, which all options have, make none of them more alike
    found = get_close_matches(asked, list(by_folded), n=1, cutoff=_VERY_ALIKE)
    if not found:
        found = get_close_matches(asked, [key for key in by_folded if key[:1] == asked[:1]], n=1, cutoff=_ALIKE)
    if not found and len(asked) >= _SHORTEST:  # one may be short for the other: chars, --sep
        found = [key for key in by_folded if min(len(key), len(asked)) >= _SHORTEST and _is_short(key, asked)][:1]
    return by_folded[found[0]] if found else None


def synonym(name: str, known: Iterable[str]) -> str | None:
    """Returns the known name of a command, an option or a choice that means the same as `name`, None if none does."""
    ours = SYNONYMS.get(name.casefold().lstrip("-").replace("_", "-"))
    return next((candidate for candidate in known if candidate.lstrip("-") == ours), None)


def _is_short(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def hint(
    name: str,
    known: Iterable[str],
    otherwise: str = "",
    *,
    show: Callable[[str], str] = str,
    before: str = "",
    synonyms: bool = False,
) -> str:
    """Returns `did you mean NAME?` with the known name that is most like `name`, or `otherwise` if none is alike.

    show: writes the known name as the message shows it. before: what the question begins with, such as `; `.
    synonyms: looks first for a name of the same meaning, of a command, option or choice.

    Example: `hint("tvs", ["tsv", "csv"])` is "did you mean tsv?".
    """
    known = list(known)
    near = (synonyms and synonym(name, known)) or nearest(name, known)
    return f"{before}did you mean {show(near)}?" if near else otherwise


def similar_words(word: str, words: Iterable[tuple[str, int]], most: int = 3) -> list[tuple[str, int]]:
    """Returns words of a text that are like one which does not occur in it, each with its count.

    words: all words of the text, with their counts. First come those that contain the word, then those of two
    characters and more that it contains, then those that are written alike; of each kind the most frequent first.
    """
    within: list[tuple[str, int]] = []
    parts: list[tuple[str, int]] = []
    alike: list[tuple[str, int]] = []
    for other, count in words:
        if word in other:
            if len(other) <= _LONGEST * len(word):
                within.append((other, count))
        elif len(other) > 1 and other in word:
            parts.append((other, count))
        elif abs(len(other) - len(word)) <= 1 and (other[:1] == word[:1] or other[-1:] == word[-1:]):
            alike.append((other, count))
    counts = dict(alike)
    near = get_close_matches(word, counts, most, _ALIKE) if len(within) + len(parts) < most else []
    found = [*_most_frequent(within), *_most_frequent(parts), *((other, counts[other]) for other in near)]
    return found[:most]


def _most_frequent(words: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(words, key=lambda item: (-item[1], item[0]))
