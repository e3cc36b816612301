"""A slow twin of `nlpkit terms`: from lists of tokens to terms, with dicts, lists and math.log.

Written from the definitions in docs/terms.md, and sharing no code with the package. Logarithms are natural, entropies
in nats. `count_text` is the twin of what is counted, `list_terms` that of the order.

A corpus is a list of documents, a document a list of lines, a line a list of tokens; None stands where the text between
two tokens ends a run. White space of one character (" ", U+00A0) may be a token: it stands within runs.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

Line = Sequence[str | None]
Words = tuple[str, ...]

#: Units besides words. A word has a letter, so no word is written like these.
NUMBER, RARE = "0", ""


#: Words in a block.
BLOCK = 200


class Gram(NamedTuple):
    """An n-gram of words. documents, blocks: in how many it occurs, by its first word. left, right: entropies. begins,
    ends: of runs. spaces: whether white space stands after each word but the last, in most occurrences."""

    count: int
    documents: int
    blocks: int
    pmi: float
    left: float
    right: float
    begins: int
    ends: int
    spaces: tuple[bool, ...]


class Text(NamedTuple):
    """What is counted of a corpus. words: in all runs, numbers and rare ones too. grams: the frequent ones."""

    words: int
    runs: int
    grams: dict[Words, Gram]


class Background(NamedTuple):
    """Counts of words elsewhere. total: of all words."""

    counts: Mapping[str, float]
    total: float


class Term(NamedTuple):
    """A row of the list."""

    term: str
    words: str
    count: int
    documents: int
    pmi: float
    left_entropy: float
    right_entropy: float
    keyness: float
    score: float


# ---- tokens


def split_words(line: str) -> Line:
    """The text between white space."""
    return [token for word in line.split() for token in (" ", word)]


def matched_words(pattern: str, line: str) -> Line:
    """What a regular expression of `re`, or its one group, finds; " " for white space between two words, None for other
    text."""
    group = re.compile(pattern).groups
    tokens: list[str | None] = []
    stop: int | None = None
    for match in re.finditer(pattern, line.removesuffix("\r")):
        if match.group(group) and match.group(group).strip():
            between = line[stop : match.start(group)] if stop is not None else ""
            tokens += [None if between.strip() else " "] if between else []
            tokens.append(match.group(group))
            stop = match.end(group)
    return tokens


def english_words(line: str) -> Line:
    """Letters and digits, with hyphens and apostrophes inside, without case."""
    tokens = matched_words("[^\\W_]+(?:['\u2019\u2010\u2011-][^\\W_]+)*", line)
    return [token and token.casefold() for token in tokens]


def is_word(token: str) -> bool:
    return any(char.isalpha() or char == "〇" for char in token)


# ---- counts


def count_text(documents: Iterable[Sequence[Line]], min_count: int, max_words: int) -> Text:
    """Counts the n-grams of words of a corpus; keeps those that occur min_count times or more."""
    documents = list(documents)
    occurrences = Counter(token for lines in documents for line in lines for token in line if token is not None)
    vocabulary = {token for token, count in occurrences.items() if count >= min_count and is_word(token)}
    runs = [(number, run) for number, doc in enumerate(documents) for line in doc for run in runs_of(line, vocabulary)]
    counts: Counter[Words] = Counter()
    documents_of = defaultdict[Words, set[int]](set)
    blocks_of = defaultdict[Words, set[int]](set)
    beside = defaultdict[Words, tuple[Counter[str | None], Counter[str | None]]](lambda: (Counter(), Counter()))
    spaces = defaultdict[Words, Counter[tuple[bool, ...]]](Counter)
    total = 0
    for number, run in runs:
        for words, start, stop in grams_of(run, max_words):
            counts[words] += 1
            documents_of[words].add(number)
            blocks_of[words].add((total + start) // BLOCK)
            left, right = beside[words]
            left[run[start - 1][0] if start else None] += 1
            right[run[stop][0] if stop < len(run) else None] += 1
            spaces[words][tuple(spaced for _, spaced in run[start + 1 : stop])] += 1
        total += len(run)
    return Text(
        total,
        len(runs),
        {
            words: Gram(
                count,
                len(documents_of[words]),
                len(blocks_of[words]),
                smallest_pmi(words, counts, total),
                *map(entropy, beside[words]),
                *(side[None] for side in beside[words]),
                usual(spaces[words]),
            )
            for words, count in counts.items()
            if count >= min_count
        },
    )


def runs_of(line: Line, vocabulary: set[str]) -> list[list[tuple[str, bool]]]:
    """The runs of a line: lists of (unit, whether white space stands before it)."""
    runs: list[list[tuple[str, bool]]] = [[]]
    spaces = 0
    for token in line:
        if token in (" ", "\u00a0"):
            spaces += 1
            continue
        unit = None if token is None else unit_of(token, vocabulary)
        if unit is None or spaces > 1:
            runs.append([])
        run = runs[-1]
        goes_on = unit == NUMBER and run and run[-1][0] == NUMBER and not spaces  # 1 and 2 are one number, 12
        if unit is not None and not goes_on:
            run.append((unit, bool(run and spaces)))
        spaces = 0
    return [run for run in runs if run]


def unit_of(token: str, vocabulary: set[str]) -> str | None:
    """None: it ends a run."""
    if is_word(token):
        return token if token in vocabulary else RARE
    return NUMBER if any(char.isdecimal() for char in token) else None


def grams_of(run: Sequence[tuple[str, bool]], longest: int) -> Iterable[tuple[Words, int, int]]:
    """The n-grams without rare words, with where they begin and end."""
    for start in range(len(run)):
        for stop in range(start + 1, min(len(run), start + longest) + 1):
            if run[stop - 1][0] == RARE:
                break
            yield tuple(unit for unit, _ in run[start:stop]), start, stop


def smallest_pmi(words: Words, counts: Mapping[Words, int], total: int) -> float:
    """Of the splits in two; NaN for a single word."""
    splits = [(words[:at], words[at:]) for at in range(1, len(words))]
    values = [math.log(total * counts[words] / (counts[left] * counts[right])) for left, right in splits]
    return min(values, default=math.nan)


def entropy(beside: Mapping[str | None, int]) -> float:
    """The end of a run and a rare word count as a different neighbour at each occurrence."""
    total = sum(beside.values())
    known = sorted((unit, n) for unit, n in beside.items() if unit)
    return max(0.0, math.log(total) - sum(n * math.log(n) for _, n in known) / total)


def usual(spaces: Mapping[tuple[bool, ...], int]) -> tuple[bool, ...]:
    """The most frequent one; of equally frequent ones the one whose white space stands further to the left."""
    return min(spaces, key=lambda places: (-spaces[places], places[::-1]))


# ---- order


def list_terms(text: Text, background: Background | None) -> list[Term]:
    """The terms of a text, best first. Of those that are written the same the first one stays."""
    usual_share = text.runs / max(1, text.words)
    blocks = max(1, math.ceil(text.words / BLOCK))

    def edge(word: str, at_edges: int) -> float:
        share = (at_edges + 50 * usual_share) / (text.grams[word,].count + 50)
        return min(1.0, 2 * share / usual_share)

    def log_ratio(word: str) -> float:
        if background is None or word == NUMBER:
            return -math.inf
        own = math.log((text.grams[word,].count + 1) / text.words)
        return own - math.log((background.counts.get(word, 0.0) + 3) / background.total)

    def score_of(words: Words, gram: Gram, keyness: float) -> float:
        alone = 6.0 if background is None else min(max(keyness, 0.0), 6.0) + 2.0
        whole = alone if len(words) == 1 else min(gram.pmi, 8.0) + 2.0
        edges = edge(words[0], text.grams[words[0],].begins) * edge(words[-1], text.grams[words[-1],].ends)
        own_edge = max(gram.begins, gram.ends) / gram.count
        bunched = blocks * (1.0 - math.exp(-(gram.count / blocks))) / gram.blocks
        score = whole * math.log(gram.count) ** 1.5 * min(gram.left, gram.right, 3.0) * edges
        score *= math.sqrt(1.0 - own_edge) * min(bunched, 4.0)
        return score if background is None else score / (1.0 + math.exp(-(keyness + 2.0)))

    rows: list[tuple[tuple[float, int, int, str], Term]] = []
    for words, gram in text.grams.items():
        first, last = words[0], words[-1]
        least = min(gram.left, gram.right)
        written = spell(words, gram.spaces)
        if least < 1 or begins_with_numeral(first) or ends_with_numeral(last) or len(written) < 2:
            continue
        keyness = math.nan if background is None else max(map(log_ratio, words))
        score = score_of(words, gram, keyness)
        cut = " ".join(map(shown, words))
        term = Term(written, cut, gram.count, gram.documents, gram.pmi, gram.left, gram.right, keyness, score)
        rows.append(((-score, -gram.count, len(words), written), term))
    best: dict[str, Term] = {}
    for _, term in sorted(rows, key=lambda row: row[0]):
        best.setdefault(term.term, term)
    return list(best.values())


def begins_with_numeral(word: str) -> bool:
    return word == NUMBER or word[0] in "第〇零一二三四五六七八九十百千万亿两" or word[0].isdecimal()


def ends_with_numeral(word: str) -> bool:
    """Of one or two characters. (什么第一 may stand at the end of a term, but not 第一.)"""
    return word == NUMBER or (
        len(word) <= 2 and (word[-1] in "第〇零一二三四五六七八九十百千万亿两" or word[-1].isdecimal())
    )


def shown(word: str) -> str:
    return "N" if word == NUMBER else word


def spell(words: Words, spaces: Sequence[bool]) -> str:
    return "".join(shown(word) + " " * space for word, space in zip(words, [*spaces, False], strict=True))
