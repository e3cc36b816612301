"""A slow twin of `nlpkit terms`: from lists of tokens to terms, with dicts, lists and math.log.

Written from the definitions in docs/terms.md, and sharing no code with the package. Logarithms are natural, entropies
in nats. `count_text` is the twin of what is counted, `list_terms` that of the order.

A corpus is a list of documents, a document a list of lines, a line a list of tokens; None stands where the text between
two tokens ends a run. White space of one character (" ", U+00A0) may be a token: it stands within runs.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import regex

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


class Capitals(NamedTuple):
    """How often a word is written with a capital letter within runs, with one at their beginning, and without a small
    letter."""

    within: int = 0
    first: int = 0
    all: int = 0


class Text(NamedTuple):
    """What is counted of a corpus. words: in all runs, numbers and rare ones too. grams: the frequent ones."""

    words: int
    runs: int
    grams: dict[Words, Gram]
    capitals: dict[str, Capitals]


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
    group = regex.compile(pattern).groups
    tokens: list[str | None] = []
    stop: int | None = None
    for match in regex.finditer(pattern, line.removesuffix("\r")):
        if match.group(group) and match.group(group).strip():
            between = line[stop : match.start(group)] if stop is not None else ""
            tokens += [None if between.strip() else " "] if between else []
            tokens.append(match.group(group))
            stop = match.end(group)
    return tokens


def english_words(line: str) -> Line:
    """Letters and digits, with hyphens and apostrophes inside."""
    part = "[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{M}]*"
    return matched_words(f"{part}(?:['\u2019\u2010\u2011-]{part})*", line)


def english_form(token: str) -> str:
    """Without case, and with one kind of apostrophe and of hyphen."""
    return token.lower().replace("\u2019", "'").replace("\u2010", "-").replace("\u2011", "-")


def is_word(token: str) -> bool:
    return any(char.isalpha() or char == "〇" for char in token)


def is_number(token: str) -> bool:
    return any(char.isdecimal() for char in token)


# ---- counts


def count_text(documents: Iterable[Sequence[Line]], min_count: int, max_words: int, *, english: bool = False) -> Text:
    """Counts the n-grams of words of a corpus; keeps those that occur min_count times or more. english: numbers are
    words, and case says nothing."""
    form = english_form if english else str
    documents = list(documents)
    forms = Counter(form(token) for lines in documents for line in lines for token in line if token is not None)
    vocabulary = {
        word for word, n in forms.items() if n >= min_count and (is_word(word) or (english and is_number(word)))
    }
    counts: Counter[Words] = Counter()
    documents_of = defaultdict[Words, set[int]](set)
    blocks_of = defaultdict[Words, set[int]](set)
    beside = defaultdict[Words, tuple[Counter[str | None], Counter[str | None]]](lambda: (Counter(), Counter()))
    spaces = defaultdict[Words, Counter[tuple[bool, ...]]](Counter)
    capitals = defaultdict[str, Capitals](Capitals)
    total = number_of_runs = 0
    for number, document in enumerate(documents):
        for run in (run for line in document for run in runs_of(line, vocabulary, form)):
            units = [unit for unit, _, _ in run]
            for words, start, stop in grams_of(units, max_words):
                counts[words] += 1
                documents_of[words].add(number)
                blocks_of[words].add((total + start) // BLOCK)
                left, right = beside[words]
                left[units[start - 1] if start else None] += 1
                right[units[stop] if stop < len(run) else None] += 1
                spaces[words][tuple(spaced for _, spaced, _ in run[start + 1 : stop])] += 1
            for place, (unit, _, token) in enumerate(run):
                big = token[0].isupper()
                found = Capitals(big and place > 0, big and place == 0, token.isupper())
                capitals[unit] = Capitals(*map(sum, zip(capitals[unit], found, strict=True)))
            total += len(run)
            number_of_runs += 1
    grams = {
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
    }
    return Text(total, number_of_runs, grams, capitals)


def runs_of(line: Line, vocabulary: set[str], form: Callable[[str], str]) -> list[list[tuple[str, bool, str]]]:
    """The runs of a line: lists of (unit, whether white space stands before it, token)."""
    runs: list[list[tuple[str, bool, str]]] = [[]]
    spaces = 0
    for token in line:
        if token in (" ", "\u00a0"):
            spaces += 1
            continue
        unit = None if token is None else unit_of(form(token), vocabulary, form is english_form)
        if unit is None or spaces > 1:
            runs.append([])
        run = runs[-1]
        goes_on = unit == NUMBER and run and run[-1][0] == NUMBER and not spaces  # 1 and 2 are one number, 12
        if unit is not None and token is not None and not goes_on:
            run.append((unit, bool(run and spaces), token))
        spaces = 0
    return [run for run in runs if run]


def unit_of(word: str, vocabulary: set[str], english: bool) -> str | None:
    """None: it ends a run. english: numbers are words."""
    if word in vocabulary:
        return word
    if is_word(word) or (english and is_number(word)):
        return RARE
    return NUMBER if is_number(word) else None


def grams_of(units: Sequence[str], longest: int) -> Iterable[tuple[Words, int, int]]:
    """The n-grams without rare words, with where they begin and end."""
    for start in range(len(units)):
        for stop in range(start + 1, min(len(units), start + longest) + 1):
            if units[stop - 1] == RARE:
                break
            yield tuple(units[start:stop]), start, stop


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


def list_terms(text: Text, background: Background | None, repeats: bool = False) -> list[Term]:
    """The terms of a text, best first. repeats: whether one word several times may be one."""
    usual_share = text.runs / max(1, text.words)
    smoothing = max(1.0, text.words / 100_000)
    blocks = max(1, math.ceil(text.words / BLOCK))

    def bunched(gram: Gram) -> float:
        return blocks * (1.0 - math.exp(-(gram.count / blocks))) / gram.blocks

    def edge(word: str, at_edges: int) -> float:
        gram = text.grams[word,]
        share = (at_edges + smoothing * usual_share) / (gram.count + smoothing)
        return min(1.0, 2 * share / usual_share) * min(1.0, bunched(gram) / 1.5)

    def log_ratio(word: str) -> float:
        if background is None or word == NUMBER:
            return -math.inf
        own = math.log((text.grams[word,].count + 1) / text.words)
        return own - math.log((background.counts.get(word, 0.0) + 3) / background.total)

    def judge(words: Words, gram: Gram) -> tuple[float, float] | None:
        if len(words) > 1 and len(set(words)) == 1 and not repeats:
            return None
        if min(gram.left, gram.right) < 1 or begins_with_numeral(words[0]) or ends_with_numeral(words[-1]):
            return None
        keyness = max(map(log_ratio, words))
        alone = 6.0 if background is None else min(max(keyness, 0.0), 6.0) + 2.0
        whole = alone if len(words) == 1 else max(0.0, min(gram.pmi, 8.0) + 2.0)
        logarithm = math.log(gram.count)
        score = whole * logarithm * math.sqrt(logarithm) * min(gram.left, gram.right, 3.0)
        edges = edge(words[0], text.grams[words[0],].begins) * edge(words[-1], text.grams[words[-1],].ends)
        score *= edges * math.sqrt(1.0 - min(max(gram.begins, gram.ends) / gram.count, 1 - 1e-6))
        score *= min(bunched(gram), 4.0)
        return (math.nan, score) if background is None else (keyness, score / (1.0 + math.exp(-keyness)))

    return in_order(text, judge)


def list_english_terms(text: Text, background: Background | None) -> list[Term]:
    """The terms of an English text, best first."""
    usual_share = text.runs / max(1, text.words)
    families: Counter[str] = Counter()
    for words, gram in text.grams.items():
        families[family(words)] += gram.count

    def edge(word: str, at_edges: int) -> float:
        return min(1.0, 2 * (at_edges + usual_share) / (text.grams[word,].count + 1) / usual_share)

    def share(word: str) -> float:
        return 0.0 if background is None else max(background.counts.get(word, 0.0) / background.total, 1e-8)

    def log_ratio(word: str) -> float:
        return math.log(text.grams[word,].count / text.words) - math.log(share(word)) if background else math.inf

    def name(word: str) -> float:
        gram, capitals = text.grams[word,], text.capitals[word]
        inside = gram.count - gram.begins
        return capitals.within / inside if inside else capitals.first / gram.count / 2

    def may_be_edge(word: str) -> bool:
        is_acronym = text.capitals[word].all / text.grams[word,].count >= 0.5
        return is_word(word) and len(word) > 1 and (len(word) > 2 or is_acronym)

    def judge(words: Words, gram: Gram) -> tuple[float, float] | None:
        if not (may_be_edge(words[0]) and may_be_edge(words[-1])):
            return None
        logarithm = math.log(1.0 + families[family(words)])
        score = logarithm ** (1 + min(len(words), 3) / 2) * min(3.0, 1.0 + min(gram.left, gram.right))
        score *= edge(words[0], text.grams[words[0],].begins) * edge(words[-1], text.grams[words[-1],].ends)
        keyness = max(map(log_ratio, words))
        score /= 1.0 + math.exp(-(keyness - 4.0))
        score *= 1.0 - max(share(word) / (share(word) + 1e-4) for word in words)
        score *= 1.0 + 3.0 * min(map(name, words))
        score /= 2 if any(char.isdigit() for word in words for char in word) else 1
        return (math.nan if background is None else keyness), score

    return in_order(text, judge)


def family(words: Words) -> str:
    """The letters, without a last s if there are more than three (bytes) and the last two are not s."""
    letters = "".join(words).replace("-", "")
    last = words[-1].replace("-", "")
    is_plural = len(letters.encode()) > 3 and last.endswith("s") and not last.endswith("ss")
    return letters[:-1] if is_plural else letters


def in_order(text: Text, judge: Callable[[Words, Gram], tuple[float, float] | None]) -> list[Term]:
    """The terms by score. judge: gives keyness and score, None for an n-gram that is not a term. Of those
    that are written the same the first one stays."""
    rows: list[tuple[tuple[float, int, int, str], Term]] = []
    for words, gram in text.grams.items():
        written, judged = spell(words, gram.spaces), judge(words, gram)
        if judged is None or len(written) < 2:
            continue
        keyness, score = judged
        cut = " ".join(map(shown, words))
        term = Term(written, cut, gram.count, gram.documents, gram.pmi, gram.left, gram.right, keyness, score)
        rows.append(((-score, -gram.count, len(words), written), term))
    best: dict[str, Term] = {}
    for _, term in sorted(rows, key=lambda row: row[0]):
        best.setdefault(term.term, term)
    return list(best.values())


NUMERALS = "〇零一二三四五六七八九十百千万亿两"


def begins_with_numeral(word: str) -> bool:
    """Numerals of up to three characters; what begins with 第, or with digits that no Latin letter follows."""
    digits = len(word) - len(word.lstrip("0123456789０１２３４５６７８９"))
    is_number = digits > 0 and not (word[digits : digits + 1].isascii() and word[digits : digits + 1].isalpha())
    return word == NUMBER or word[0] == "第" or is_number or (word[0] in NUMERALS and len(word) <= 3)


def ends_with_numeral(word: str) -> bool:
    """Of one or two characters."""
    return word == NUMBER or (len(word) <= 2 and (word[-1] in NUMERALS or word[-1].isdecimal()))


def shown(word: str) -> str:
    return "N" if word == NUMBER else word


def spell(words: Words, spaces: Sequence[bool]) -> str:
    return "".join(shown(word) + " " * space for word, space in zip(words, [*spaces, False], strict=True))
