"""Slow twins of what `nlpkit discover` computes: dicts, lists and math.log, nothing else.

Written from the definitions alone and sharing no code with the package, so that agreement means something.
Every function takes a whole corpus as one string with LF line ends. Logarithms are natural, entropies in nats.

A symbol is one character. Where runs are collapsed, the symbol D stands for a run of digits and L for a run of
ASCII letters; they are the characters `0` and `a`, which is where they stand in the order of symbols, and
no other digit or letter is left in such a run to be taken for them. So an n-gram is a string with one
character a symbol, and sorting strings sorts by code point.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import regex

D = "0"
L = "a"
LONGEST_BLOCK = 65_536

Run = list[tuple[str, str]]  # (symbol, surface)


# ---- runs and counts


def is_han(char: str) -> bool:
    code = ord(char)
    return (
        code == 0x3007
        or 0x3400 <= code <= 0x4DBF
        or 0x4E00 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x3FFFF
    )


def is_ascii_digit(char: str) -> bool:
    return "0" <= char <= "9"


def is_ascii_letter(char: str) -> bool:
    return "a" <= char <= "z" or "A" <= char <= "Z"


def fold(char: str) -> str:
    """A full-width digit or letter as the ASCII one; anything else as it is."""
    if "０" <= char <= "９" or "Ａ" <= char <= "Ｚ" or "ａ" <= char <= "ｚ":
        return chr(ord(char) - 0xFEE0)
    return char


def word_character(char: str, charset: str) -> str | None:
    """The character as it is counted, or None where it ends a run."""
    # Reading: only han+alnum folds; the definitions name folding there and nowhere else.
    if charset == "han":
        return char if is_han(char) else None
    if charset == "han+alnum":
        char = fold(char)
        return char if is_han(char) or is_ascii_digit(char) or is_ascii_letter(char) else None
    if charset == "letters":
        return char if unicodedata.category(char)[0] in "LMN" else None
    if charset == "any":
        # Reading: white space is str.isspace, as the definitions say for jieba's \s (U+001C..1F and U+0085 too).
        return None if char.isspace() else char
    raise ValueError(charset)


def may_collapse(charset: str) -> bool:
    return charset not in ("letters", "any")


def runs(text: str, charset: str = "han+alnum", collapse: bool = False) -> list[Run]:
    """The runs of word characters, in order; with `letters` and `any` nothing is collapsed."""
    collapse = collapse and may_collapse(charset)
    found: list[Run] = []
    run: Run = []
    for char in text + "\n":
        counted = word_character(char, charset)
        if counted is None:
            if run:
                found.append(run)
            run = []
            continue
        symbol = counted
        if collapse and is_ascii_digit(counted):
            symbol = D
        elif collapse and is_ascii_letter(counted):
            symbol = L
        if collapse and symbol in (D, L) and run and run[-1][0] == symbol:
            run[-1] = (symbol, run[-1][1] + counted)
        else:
            run.append((symbol, counted))
    return found


def symbol_strings(found: Iterable[Run]) -> list[str]:
    return ["".join(symbol for symbol, _ in run) for run in found]


def ngram_counts(text: str, charset: str = "han+alnum", n: int = 4, collapse: bool = False) -> dict[str, int]:
    """Counts of all n-grams of orders 1..n, within runs."""
    return count_ngrams(symbol_strings(runs(text, charset, collapse)), n)


def count_ngrams(strings: Iterable[str], n: int) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for string in strings:
        for start in range(len(string)):
            for stop in range(start + 1, min(start + n, len(string)) + 1):
                counts[string[start:stop]] += 1
    return counts


def size(strings: Iterable[str]) -> int:
    """N, the number of symbols in runs."""
    return sum(len(string) for string in strings)


def default_min_count(symbols: int) -> int:
    return 2 if symbols < 8_000_000 else 3


# ---- scores of n-grams


def min_split_pmi(word: str, counts: dict[str, int], symbols: int) -> float:
    """min over the splits of ln(N c(w) / (c(left) c(right))), nats, for two symbols or more."""
    return min(
        math.log(symbols * counts[word] / (counts[word[:cut]] * counts[word[cut:]])) for cut in range(1, len(word))
    )


def entropy_of_neighbours(count: int, neighbours: dict[str, int]) -> float:
    """Branching entropy; each of the occurrences at a boundary counts as a symbol of its own."""
    boundaries = count - sum(neighbours.values())
    entropy = boundaries / count * math.log(count)
    for symbol in sorted(neighbours):
        share = neighbours[symbol] / count
        entropy -= share * math.log(share)
    return entropy


def branching_entropies(
    text: str, charset: str = "han+alnum", n: int = 4, collapse: bool = False, min_count: int = 1
) -> dict[str, tuple[float, float]]:
    """(left, right) branching entropy of each n-gram of orders 1..n with a count of at least min_count."""
    # Reading: pruning by min_count is of n-grams, not of their neighbours, which are all counted.
    counts = ngram_counts(text, charset, n + 1, collapse)
    before: dict[str, dict[str, int]] = defaultdict(dict)
    after: dict[str, dict[str, int]] = defaultdict(dict)
    for ngram, count in counts.items():
        before[ngram[1:]][ngram[0]] = count
        after[ngram[:-1]][ngram[-1]] = count
    return {
        ngram: (
            entropy_of_neighbours(count, before.get(ngram, {})),
            entropy_of_neighbours(count, after.get(ngram, {})),
        )
        for ngram, count in counts.items()
        if len(ngram) <= n and count >= min_count
    }


def z_scores(values: dict[str, float]) -> dict[str, float]:
    """z-scores within each length, population variance; summed in key order, plainly (sum() compensates)."""
    scores: dict[str, float] = {}
    for length in sorted({len(key) for key in values}):
        keys = sorted(key for key in values if len(key) == length)
        total = 0.0
        for key in keys:
            total += values[key]
        mean = total / len(keys)
        squares = 0.0
        for key in keys:
            squares += (values[key] - mean) * (values[key] - mean)
        variance = squares / len(keys)
        for key in keys:
            scores[key] = 0.0 if variance == 0.0 else (values[key] - mean) / math.sqrt(variance)
    return scores


# ---- paths


def prefixes_of(words: Iterable[str]) -> set[str]:
    """Every proper prefix of every word: where none goes on, no longer word can match."""
    return {word[:stop] for word in words for stop in range(1, len(word))}


def best_path(
    units: Sequence[str], value: Callable[[str, int], float | None], prefixes: Collection[str]
) -> tuple[float, list[str]]:
    """The path with the largest sum of value(word, units in it) + best[next], right to left, ties to the longer word.

    value is None where there is no such word; it must not be None for a single unit.
    """
    end = len(units)
    best = [-math.inf] * end + [0.0]
    following = [end] * end
    words = [""] * end
    for start in range(end - 1, -1, -1):
        word = ""
        for stop in range(start + 1, end + 1):
            word += units[stop - 1]
            own = value(word, stop - start)
            if own is not None and own + best[stop] >= best[start]:
                best[start] = own + best[stop]
                following[start] = stop
                words[start] = word
            if word not in prefixes:
                break
    path = []
    start = 0
    while start < end:
        path.append(words[start])
        start = following[start]
    return best[0], path


def unigram_path(
    run: Sequence[str], counts: dict[str, int], total: int, prefixes: Collection[str]
) -> tuple[float, list[str]]:
    """(sum of ln p, words) of the best path; a single symbol that is not in the lexicon counts 1."""

    def value(word: str, length: int) -> float | None:
        count = counts.get(word, 1 if length == 1 else 0)
        return math.log(count) - math.log(total) if count > 0 else None

    return best_path(run, value, prefixes)


def unigram_segment(
    run: Sequence[str], counts: dict[str, int], total: int, prefixes: Collection[str] | None = None
) -> list[str]:
    """The words of the best path through a run: a string, or a list of surfaces that are not to be cut.

    prefixes, of the words in counts, saves building them anew for each run.
    """
    # Reading: `segment` lets a character count 1 only where no dictionary word begins; discovery always lets it.
    return unigram_path(run, counts, total, prefixes_of(counts) if prefixes is None else prefixes)[1]


def cut_blocks(run: Run) -> list[Run]:
    """Runs too long to segment in one piece are cut every 65,536 symbols from the run's start."""
    return [run[start : start + LONGEST_BLOCK] for start in range(0, len(run), LONGEST_BLOCK)]


# ---- method pmi


def kept_ngrams(counts: dict[str, int], symbols: int, min_count: int, min_pmi: Sequence[float], n: int) -> set[str]:
    return {
        ngram
        for ngram, count in counts.items()
        if 2 <= len(ngram) <= n
        and count >= min_count
        and min_split_pmi(ngram, counts, symbols) >= min_pmi[len(ngram) - 2]
    }


def join_pieces(string: str, kept: set[str], n: int) -> list[str]:
    """Cut a run between every two neighbours that no occurrence of a kept n-gram spans."""
    joined = [False] * len(string)  # joined[i]: symbols i - 1 and i
    for start in range(len(string)):
        for stop in range(start + 2, min(start + n, len(string)) + 1):
            if string[start:stop] in kept:
                joined[start + 1 : stop] = [True] * (stop - start - 1)
    cuts = [place for place in range(len(string)) if not joined[place]] + [len(string)]
    return [string[start:stop] for start, stop in pairwise(cuts)]


def pmi_words(
    text: str,
    charset: str = "han+alnum",
    min_count: int | None = None,
    min_pmi: float | Sequence[float] = (2, 4, 6),
    max_length: int | None = None,
    n: int = 4,
) -> dict[str, int]:
    """Words and their counts as whole pieces; min_pmi is one number, or one for each k = 2..n."""
    strings = symbol_strings(runs(text, charset))
    symbols = size(strings)
    min_count = default_min_count(symbols) if min_count is None else min_count
    thresholds = min_pmi if isinstance(min_pmi, Sequence) else (min_pmi,) * (n - 1)
    kept = kept_ngrams(count_ngrams(strings, n), symbols, min_count, thresholds, n)
    candidates = Counter(piece for string in strings for piece in join_pieces(string, kept, n))

    def stays(word: str) -> bool:
        # A piece of two symbols needs no test: only the pair itself can have joined it.
        if len(word) < 3:
            return True
        width = min(len(word), n)
        return all(word[start : start + width] in kept for start in range(len(word) - width + 1))

    # Reading: a word over max_length goes, and its text, as a rare one does; None (the default) is no bound, for
    # pieces may be longer than n and the definitions give this method no parts to add the count to.
    return {
        word: count
        for word, count in candidates.items()
        if count >= min_count and stays(word) and (max_length is None or len(word) <= max_length)
    }


# ---- method entropy


def cut_weak_pairs(string: str, strong: set[str]) -> list[str]:
    pieces = [string[0]]
    for left, right in pairwise(string):
        if left + right in strong:
            pieces[-1] += right
        else:
            pieces.append(right)
    return pieces


def entropy_words(
    text: str,
    charset: str = "han+alnum",
    min_count: int | None = None,
    min_prob: float = 1e-7,
    min_pmi: float = 1.0,
    max_length: int | None = None,
) -> dict[str, int]:
    """Words and their counts as whole pieces, those inherited from redundant longer words included."""
    strings = symbol_strings(runs(text, charset))
    symbols = size(strings)
    min_count = default_min_count(symbols) if min_count is None else min_count

    # 1. strong pairs
    counts = count_ngrams(strings, 2)
    strong = {
        pair
        for pair, count in counts.items()
        if len(pair) == 2
        and count >= min_count
        and count >= min_prob * symbols
        and min_split_pmi(pair, counts, symbols) > min_pmi
    }
    # 2. pieces
    pieces = Counter(piece for string in strings for piece in cut_weak_pairs(string, strong))
    # 3. without the rare ones
    lexicon = {word: count for word, count in pieces.items() if count >= min_count and count >= min_prob * symbols}
    # 4. without the redundant ones
    return remove_redundant_pieces(lexicon, max_length)


def remove_redundant_pieces(lexicon: dict[str, int], max_length: int | None = None) -> dict[str, int]:
    """Step 4 of method entropy: judge longest first, then by code point; what goes adds its count to its parts."""
    lexicon = dict(lexicon)
    prefixes = prefixes_of(lexicon)
    total = sum(lexicon.values())
    # Single characters have no parts to go to and are not judged; parts are words or single characters, so
    # no new word to judge turns up on the way.
    for word in sorted((word for word in lexicon if len(word) > 1), key=lambda word: (-len(word), word)):
        count = lexicon.pop(word)
        # Where nothing remains the parts' probabilities have no bound, so the word goes; any total >= 1 says so too.
        remaining = max(total - count, 1)
        log_parts, parts = unigram_path(word, lexicon, remaining, prefixes)
        gain = (math.log(count) - math.log(total)) - log_parts
        if gain >= len(word) - 1 and (max_length is None or len(word) <= max_length):
            lexicon[word] = count
            continue
        # Reading: a part that was in no word enters with this count, not with 1 more (the 1 was only its estimate).
        for part in parts:
            lexicon[part] = lexicon.get(part, 0) + count
        total += count * (len(parts) - 1)
    return lexicon


# ---- method auto


class Scores(NamedTuple):
    occurrences: int
    left_entropy: float
    right_entropy: float
    pmi: float  # 0.0 for a single symbol, like z_pmi
    z_right: float
    z_left: float
    z_pmi: float
    score: float


def auto_scores(
    text: str, charset: str = "han+alnum", min_count: int | None = None, max_length: int = 4
) -> dict[tuple[str, ...], Scores]:
    """The scores of every n-gram of 1..max_length symbols with c >= min_count.

    z_right and z_left are the smaller of the z-scores of the branching entropy and of its variation.
    """
    strings = symbol_strings(runs(text, charset, collapse=True))
    symbols = size(strings)
    min_count = default_min_count(symbols) if min_count is None else min_count
    counts = count_ngrams(strings, max_length)
    entropies = branching_entropies(text, charset, max_length, collapse=True, min_count=min_count)
    ngrams = sorted(entropies, key=lambda ngram: (len(ngram), ngram))

    left = {w: entropies[w][0] for w in ngrams}
    right = {w: entropies[w][1] for w in ngrams}
    variation_left = {w: left[w] - left[w[1:]] if len(w) > 1 else left[w] for w in ngrams}
    variation_right = {w: right[w] - right[w[:-1]] if len(w) > 1 else right[w] for w in ngrams}
    z_left = smaller(z_scores(variation_left), z_scores(left))
    z_right = smaller(z_scores(variation_right), z_scores(right))
    pmi = {w: min_split_pmi(w, counts, symbols) for w in ngrams if len(w) > 1}
    z_pmi = z_scores(pmi)

    found: dict[tuple[str, ...], Scores] = {}
    for w in ngrams:
        score = z_right[w] + z_left[w]
        if len(w) > 1:
            score += 1.25 * (z_pmi[w] + 2.0)
        found[tuple(w)] = Scores(
            counts[w], left[w], right[w], pmi.get(w, 0.0), z_right[w], z_left[w], z_pmi.get(w, 0.0), score
        )
    return found


def smaller(some: dict[str, float], others: dict[str, float]) -> dict[str, float]:
    return {key: min(some[key], others[key]) for key in some}


def best_parts(
    word: str, counts: dict[str, int], own: int, total: int, longer: bool = False
) -> tuple[float, list[str]]:
    """(sum of ln p, parts) of the best path of a word into two or more parts, each counting `own` more than it does.

    A part is a single symbol, or longer and counted (without `own`). Ties go to the shorter first part, or the longer.
    """
    end = len(word)
    best = [-math.inf] * end + [0.0]
    following = [end] * end
    for start in range(end - 1, -1, -1):
        for stop in range(start + 1, end + 1):
            part = word[start:stop]
            count = counts.get(part, 0)
            if part == word or (len(part) > 1 and count == 0):
                continue
            log_parts = (math.log(max(count + own, 1)) - math.log(total)) + best[stop]
            if log_parts > best[start] or (longer and log_parts == best[start]):
                best[start] = log_parts
                following[start] = stop
    parts = []
    start = 0
    while start < end:
        parts.append(word[start : following[start]])
        start = following[start]
    return best[0], parts


def judged_count(
    word: str, scores: Scores, counts: dict[str, int], total: int, may_enter: bool, share: float = 1.0
) -> int:
    """What a candidate of two symbols or more counts from here on, 0 where it is no word.

    A word of the last segmentation stays if its parts, counted as if they stood in its place, spell it badly, or if
    the rarest of them is hardly found elsewhere. One that is not in it may enter if it has three symbols.
    """
    own = counts.get(word, 0)
    if own == 0 and not (may_enter and len(word) == 3 and scores.z_left >= 0 and scores.z_right >= 0):
        return 0
    log_parts, parts = best_parts(word, counts, own, total)
    least = min(counts.get(part, 0) + own for part in parts)
    count = own if own > 0 else min(scores.occurrences, least)
    if count == 0:
        return 0
    gain = (math.log(count) - math.log(total)) - log_parts
    needed = share * (3.5 + 0.5 * (len(word) - 2))
    is_word = (gain >= needed or count >= 0.9 * least) if own > 0 else gain >= needed + 1
    return count if is_word else 0


def needed_share(candidates: dict[str, Scores]) -> float:
    """The share of the nats needed where symbols tell less than 5 nats."""
    counts = [scores.occurrences for word, scores in candidates.items() if len(word) == 1]
    total = sum(counts)
    return min(1.0, math.fsum(count / total * math.log(total / count) for count in counts) / 5.0)


def judged_words(
    counts: dict[str, int], candidates: dict[str, Scores], may_enter: bool, share: float = 1.0
) -> dict[str, int]:
    """The candidates that are words, all judged on the same counts; single symbols are not judged."""
    total = max(1, sum(counts.values()))  # no word may have been counted
    judged = {
        word: counts.get(word, 0) if len(word) == 1 else judged_count(word, scores, counts, total, may_enter, share)
        for word, scores in candidates.items()
    }
    return {word: count for word, count in judged.items() if count > 0}


NUMERALS, IN_NUMBERS = "一二三四五六七八九十两几", "百千万亿零〇"


def units_of(counts: dict[str, int]) -> set[str]:
    """What different numerals and digits stand before: 50 and more in all, 4 different ones, 15 % not 一, 10 digits."""
    numerals: dict[str, Counter[str]] = defaultdict(Counter)
    digits: Counter[str] = Counter()
    for ngram, count in counts.items():
        rest = ngram[1:]
        if not rest or rest[0] in NUMERALS + IN_NUMBERS or fold(rest[0]) in "0123456789":
            continue
        if ngram[0] in NUMERALS:
            numerals[rest][ngram[0]] += count
        if fold(ngram[0]) in "0123456789":
            digits[rest] += count
    return {
        unit
        for unit, before in numerals.items()
        if before.total() >= 50
        and len(before) >= 4
        and before.total() - before["一"] >= 0.15 * before.total()
        and digits[unit] >= 10
    }


def part_quantities(lexicon: dict[str, int], units: set[str]) -> dict[str, int]:
    """The words without numerals + unit, whose tokens go to the numeral and to the unit, where these are words."""
    parted = {word: word.lstrip(NUMERALS) for word in lexicon}
    parts = {word: unit for word, unit in parted.items() if unit != word and unit in units}
    kept = {word: count for word, count in lexicon.items() if word not in parts}
    for word, unit in parts.items():
        for part in (word.removesuffix(unit), unit):
            if part in kept:
                kept[part] += lexicon[word]
    return kept


def auto_segment(
    strings: Sequence[str], candidates: dict[str, Scores], split_quantities: bool = True
) -> list[list[str]]:
    """The last segmentation of symbol strings: by score, then twice by the words judged on the one before."""
    prefixes = prefixes_of(candidates)

    def value(word: str, length: int) -> float | None:
        if word in candidates:
            return length * candidates[word].score
        return 0.0 if length == 1 else None

    segmented = [best_path(string, value, prefixes)[1] for string in strings]
    for may_enter in (True, False):
        # The counts are of symbol strings (12月 and 3月 are both D月) and of all tokens, symbols that are no candidates
        # included; but these are in no lexicon, and so count 1 in the paths.
        counts = Counter(word for words in segmented for word in words)
        lexicon = judged_words(counts, candidates, may_enter, needed_share(candidates))
        if split_quantities and not may_enter:
            lexicon = part_quantities(
                lexicon, units_of({word: found.occurrences for word, found in candidates.items()})
            )
        # The probabilities are not renormalised: T still includes what was taken out, and nothing of what came in.
        total = sum(counts.values())
        segmented = [unigram_segment(string, lexicon, total, prefixes) for string in strings]
    return segmented


def auto_blocks(
    text: str, charset: str, min_count: int | None, max_length: int, split_quantities: bool = True
) -> tuple[list[Run], list[list[str]]]:
    """The blocks of a text and the words of each in the last segmentation, as symbol strings."""
    # Reading: max_length is in symbols (the length of the n-grams counted), so 2000年 is of length 2.
    blocks = [block for run in runs(text, charset, collapse=True) for block in cut_blocks(run)]
    scores = auto_scores(text, charset, min_count, max_length)
    candidates = {"".join(ngram): found for ngram, found in scores.items()}
    return blocks, auto_segment(symbol_strings(blocks), candidates, split_quantities)


def auto_symbol_words(
    text: str, charset: str = "han+alnum", min_count: int | None = None, max_length: int = 4
) -> dict[str, int]:
    """Words as symbol strings and their occurrences in the last segmentation, rare single symbols included."""
    return Counter(word for words in auto_blocks(text, charset, min_count, max_length)[1] for word in words)


def auto_words(
    text: str,
    charset: str = "han+alnum",
    min_count: int | None = None,
    max_length: int = 4,
    split_quantities: bool = True,
) -> dict[str, int]:
    """Words in their surface form and their occurrences in the last segmentation."""
    return count_surfaces(*auto_blocks(text, charset, min_count, max_length, split_quantities))


def count_surfaces(blocks: Sequence[Run], segmented: Sequence[Sequence[str]]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for block, words in zip(blocks, segmented, strict=True):
        start = 0
        for word in words:
            counts["".join(surface for _, surface in block[start : start + len(word)])] += 1
            start += len(word)
    return counts


# ---- the list for people


class Places(NamedTuple):
    """Occurrences of n-grams within runs, overlapping ones too: all, those that begin a run, those that end one."""

    anywhere: Counter[str]
    first: Counter[str]
    last: Counter[str]


def count_places(strings: Iterable[str], words: Collection[str]) -> Places:
    places = Places(Counter(), Counter(), Counter())
    longest = max((len(word) for word in words), default=0)
    for string in strings:
        for start in range(len(string)):
            for stop in range(start + 1, min(start + longest, len(string)) + 1):
                word = string[start:stop]
                if word not in words:
                    continue
                places.anywhere[word] += 1
                places.first[word] += start == 0
                places.last[word] += stop == len(string)
    return places


class Lines(NamedTuple):
    """In how many lines each word is, and how many lines have a word."""

    held: Counter[str]
    total: int


def auto_lines(text: str, charset: str = "han+alnum", min_count: int | None = None, max_length: int = 4) -> Lines:
    """In how many lines each word of the last segmentation is, by symbol string."""
    segmented = iter(auto_blocks(text, charset, min_count, max_length)[1])
    lines = []
    for line in text.split("\n"):
        blocks = [block for run in runs(line, charset, collapse=True) for block in cut_blocks(run)]
        lines.append({word for _ in blocks for word in next(segmented)})
    return Lines(Counter(word for line in lines for word in line), sum(map(bool, lines)))


class Again:
    """How often words come again in lines that they are in, beyond chance, over how often words usually do.

    A word that is scattered by chance has n l / L repeats. Each is given ten repeats in advance, so that rare words
    are not judged. classes: symbols that stand for many, and are not judged.
    """

    def __init__(self, counts: dict[str, int], lines: Lines, classes: str) -> None:
        self.held, self.classes = lines.held, classes
        self.repeats = {w: n - lines.held[w] - n * lines.held[w] / lines.total for w, n in counts.items()}
        long = [word for word in counts if len(word) > 1]
        repeats, held = sum(self.repeats[word] for word in long), sum(lines.held[word] for word in long)
        self.mean = max(0.0, repeats / max(1, held))
        self.sides = [defaultdict(list), defaultdict(list)]
        for word in counts:
            for side, at in zip(self.sides, (0, -1), strict=True):
                side[word[at]].append(word)

    def share(self, words: Collection[str]) -> float:
        """1 if the words come again as often as words usually do, or more often."""
        repeats = max(0.0, sum(self.repeats.get(word, 0.0) for word in words))
        return min(1.0, (repeats + 10) / (self.mean * sum(self.held[word] for word in words) + 10))

    def of(self, word: str, parts: Sequence[str]) -> float:
        """The product of the shares of the word, of all words that begin as it does, of all that end so, and of its
        first and its last part if they are single symbols."""
        share = self.share([word])
        for side, at in zip(self.sides, (0, -1), strict=True):
            if word[at] not in self.classes:
                share *= self.share(side[word[at]])
                share *= self.share([parts[at]]) if len(parts[at]) == 1 else 1.0
        return share


def list_scores(
    text: str, words: dict[str, int], charset: str = "han+alnum", collapse: bool = False, lines: Lines | None = None
) -> dict[str, float]:
    """The score that orders the list for people: gain ln n whole within edge again, and 0.0 for single symbols.

    words has the counts n of the last segmentation by symbol string, those of single symbols included. lines: where
    they are; without it, again is 1.
    """
    again = Again(words, lines, D + L if collapse and may_collapse(charset) else "") if lines else None
    strings = symbol_strings(runs(text, charset, collapse))
    total = sum(words.values())
    places = count_places(strings, {*words, *(symbol for word in words for symbol in word)})
    # L is many a word of its own (iPhone, CEO), which says nothing against T恤.
    tokens = {**words, L: 0} if collapse and may_collapse(charset) else words

    scores: dict[str, float] = {}
    for word, count in words.items():
        if len(word) == 1:
            scores[word] = 0.0
            continue
        value, parts = best_parts(word, words, 0, total, longer=True)
        gain = max(0.0, (math.log(count) - math.log(total)) - value)
        occurrences = max(places.anywhere[word], count)
        whole = count / occurrences
        within = 1.0 - max(tokens.get(symbol, 0) / places.anywhere[symbol] for symbol in word)
        edge = edge_share(occurrences, places.first[word], places.last[word], len(strings) / total)
        scores[word] = gain * math.log(count) * whole * within * edge * (again.of(word, parts) if again else 1.0)
    return scores


def edge_share(occurrences: int, first: int, last: int, runs_per_token: float) -> float:
    """1 for a word that both begins and ends runs, and that has both neighbours, a quarter as often as tokens do."""
    edge = 1.0
    if runs_per_token > 0.0:
        edge = min(edge, min(first, last) / (0.25 * runs_per_token * occurrences))
    if runs_per_token < 1.0:
        inside = min(occurrences - first, occurrences - last)
        edge = min(edge, inside / (0.25 * (1.0 - runs_per_token) * occurrences))
    return edge


# ---- the reported H


def information(counts: dict[str, int], symbols: int) -> float:
    """-(sum of N_w ln p_w) / symbols, p_w = N_w / sum of N; 0 for an empty text."""
    if not symbols:
        return 0.0
    total = sum(counts.values())
    nats = 0.0
    for word in sorted(counts):
        nats -= counts[word] * (math.log(counts[word]) - math.log(total))
    return nats / symbols


def entropy_before(text: str, charset: str = "han+alnum", collapse: bool = False) -> float:
    """H of the symbols, nats per symbol; of characters where nothing is collapsed."""
    # Reading: `auto` collapses here too (before and after per the same symbols), D and L being one symbol type each.
    strings = symbol_strings(runs(text, charset, collapse))
    return information(count_ngrams(strings, 1), size(strings))


def entropy_after(text: str, words: dict[str, int], charset: str = "han+alnum", collapse: bool = False) -> float:
    """H of the unigram segmentation of all runs by the written lexicon, nats per symbol."""
    # Reading: p_w comes from the counts of this segmentation; the lexicon's counts only choose the paths. Words match
    # surfaces, and a collapsed symbol is never cut: with only 1 and 2 in the lexicon, 12 is still one piece.
    blocks = [block for run in runs(text, charset, collapse) for block in cut_blocks(run)]
    prefixes = prefixes_of(words)
    total = max(sum(words.values()), 1)
    counts: Counter[str] = Counter()
    for block in blocks:
        counts.update(unigram_segment([surface for _, surface in block], words, total, prefixes))
    return information(counts, sum(len(block) for block in blocks))


# ---- hashes of lines


def murmur3_128(line: bytes) -> tuple[int, int]:
    """MurmurHash3 x64 128 of a byte string with seed 0, both halves unsigned."""
    c1, c2 = 0x87C37B91114253D5, 0x4CF5AD432745937F
    whole = len(line) // 16 * 16
    h1 = h2 = 0
    for start in range(0, whole, 16):
        h1 ^= wrap(c2 * rotate(wrap(c1 * int.from_bytes(line[start : start + 8], "little")), 31))
        h1 = wrap((rotate(h1, 27) + h2) * 5 + 0x52DCE729)
        h2 ^= wrap(c1 * rotate(wrap(c2 * int.from_bytes(line[start + 8 : start + 16], "little")), 33))
        h2 = wrap((rotate(h2, 31) + h1) * 5 + 0x38495AB5)
    h1 ^= wrap(c2 * rotate(wrap(c1 * int.from_bytes(line[whole : whole + 8], "little")), 31))
    h2 ^= wrap(c1 * rotate(wrap(c2 * int.from_bytes(line[whole + 8 :], "little")), 33))
    h1 ^= len(line)
    h2 ^= len(line)
    h1 = wrap(h1 + h2)
    h2 = wrap(h2 + h1)
    h1, h2 = avalanche(h1), avalanche(h2)
    h1 = wrap(h1 + h2)
    return h1, wrap(h2 + h1)


def wrap(value: int) -> int:
    return value % 2**64


def rotate(value: int, bits: int) -> int:
    return wrap(value << bits) | value >> (64 - bits)


def avalanche(value: int) -> int:
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        value = wrap((value ^ value >> 33) * factor)
    return value ^ value >> 33


# ---- keyness and frequency lists


def rayson_g2(a: int, b: int, n1: int, n2: int) -> Decimal:
    """Log-likelihood of the two cells of a word (Rayson and Garside 2000), 60 digits."""
    return decimal_g2([(a, Fraction(n1 * (a + b), n1 + n2)), (b, Fraction(n2 * (a + b), n1 + n2))])


def dunning_g2(a: int, b: int, n1: int, n2: int) -> Decimal:
    """Log-likelihood of the whole table of two words by two texts (Dunning 1993), 60 digits."""
    others = n1 + n2 - a - b
    return rayson_g2(a, b, n1, n2) + decimal_g2(
        [(n1 - a, Fraction(n1 * others, n1 + n2)), (n2 - b, Fraction(n2 * others, n1 + n2))]
    )


def decimal_g2(cells: list[tuple[int, Fraction]]) -> Decimal:
    """2 x the sum of observed ln(observed / expected)."""
    with localcontext(Context(prec=60)):
        ratios = [(observed, Fraction(observed) / expected) for observed, expected in cells if observed]
        return 2 * sum((n * (Decimal(r.numerator) / r.denominator).ln() for n, r in ratios), Decimal(0))


def decimal_log_ratio(a: int, b: int, n1: int, n2: int) -> Decimal:
    with localcontext(Context(prec=60)):
        first = Decimal(a or Decimal("0.5")) / n1
        second = Decimal(b or Decimal("0.5")) / n2
        return (first / second).ln() / Decimal(2).ln()


def effect_sizes(a: int, b: int, n1: int, n2: int) -> dict[str, float]:
    """The effect sizes of a token with their limits at 95 %, from the rates themselves, 60 digits."""
    with localcontext(Context(prec=60)):
        within = Decimal("1.959963984540054")
        ln2 = Decimal(2).ln()
        x, y = (Decimal(count or Decimal("0.5")) for count in (a, b))
        ratio = decimal_log_ratio(a, b, n1, n2)
        error = (1 / x - Decimal(1) / n1 + 1 / y - Decimal(1) / n2).sqrt()  # of the logarithm
        more = Decimal(0 if min(a, b, n1 - a, n2 - b) else "0.5")
        odds = (a + more) * (n2 - b + more) / ((b + more) * (n1 - a + more))
        odds_error = sum(1 / (Decimal(cell) + more) for cell in (a, b, n1 - a, n2 - b)).sqrt()
        rate, other = Decimal(a * 10**6) / n1, Decimal(b * 10**6) / n2
        found = {
            "log_ratio": ratio,
            "log_ratio_low": ratio - within * error / ln2,
            "log_ratio_high": ratio + within * error / ln2,
            "difference": 100 * (Decimal(a) / n1 - y / n2) / (y / n2),
            "odds_ratio": odds,
            "odds_ratio_low": (odds.ln() - within * odds_error).exp(),
            "odds_ratio_high": (odds.ln() + within * odds_error).exp(),
            "simple_maths": (rate + 100) / (other + 100),
        }
        return {name: float(value) for name, value in found.items()}


def chi_squared_tail(g2: float) -> Decimal:
    """P(chi-squared > g2) at one degree of freedom, 1 - erf by its power series, for g2 up to some hundreds."""
    with localcontext(Context(prec=500)):
        x = (Decimal(g2) / 2).sqrt()
        term = total = x
        n = 0
        while abs(term) > Decimal(10) ** -480:
            n += 1
            term = -term * x * x / n
            total += term / (2 * n + 1)
        return 1 - 2 * total / decimal_pi().sqrt()


def decimal_pi() -> Decimal:
    """Machin's formula, in the precision of the context."""
    return 4 * (4 * arc_cotangent(5) - arc_cotangent(239))


def arc_cotangent(x: int) -> Decimal:
    total, power, n = Decimal(0), Decimal(1) / x, 1
    while power > Decimal(10) ** -490:
        total += power / n if n % 4 == 1 else -power / n
        power /= x * x
        n += 2
    return total


def keyness_order(
    rows: Iterable[tuple[str, int, int]],
    n1: int,
    n2: int,
    measure: Callable[[str, int, int], Decimal] | None = None,
) -> list[str]:
    """Tokens of (token, count, reference count): frequent ones first, then those at the same rate, then the rest; each
    by the measure (of negative ones the smallest first), G2, count, code points."""

    def key(row: tuple[str, int, int]) -> tuple[int, Decimal, Decimal, int, str]:
        token, a, b = row
        direction = (a * n2 > b * n1) - (a * n2 < b * n1)
        strength = direction * (measure(*row) if measure else Decimal(0))
        return -direction, -strength, -dunning_g2(a, b, n1, n2), -a, token

    return [row[0] for row in sorted(rows, key=key)]


def token_entropy(tokens: Sequence[str]) -> float:
    """Nats per token."""
    return -sum(math.log(c / len(tokens)) * c / len(tokens) for c in Counter(tokens).values())


def zipf_log_likelihood(counts: Sequence[int], alpha: float) -> float:
    """ln of the probability of tokens whose ranks, from 1, have these counts, under p(r) ~ r**-alpha."""
    ranks = range(1, len(counts) + 1)
    norm = math.log(math.fsum(rank**-alpha for rank in ranks))
    return math.fsum(-n * (alpha * math.log(rank) + norm) for rank, n in zip(ranks, counts, strict=True))


def best_zipf_exponent(counts: Iterable[int]) -> float:
    """Where the likelihood is largest, by ternary search; good to some six digits."""
    falling = sorted(counts, reverse=True)
    low, high = 0.0, 64.0
    while high - low > 1e-9:
        third = (high - low) / 3
        if zipf_log_likelihood(falling, low + third) < zipf_log_likelihood(falling, high - third):
            low += third
        else:
            high -= third
    return (low + high) / 2


def vocabulary_growth(tokens: Sequence[str], points: Iterable[int]) -> list[int]:
    """Types among the first so many tokens."""
    return [len(set(tokens[:point])) for point in points]


# ---- frequencies of tokens


class Frequencies(NamedTuple):
    """counts: in the order of a list. df: documents that a string is in. firsts: how many tokens come before the one
    with which it first ends."""

    counts: dict[str, int]
    tokens: int
    df: dict[str, int]
    documents: int
    firsts: dict[str, int]


def lines_of(text: str) -> list[str]:
    """What stands before each line feed, and behind the last one unless that is nothing."""
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def characters_of(line: str) -> list[str | None]:
    """A token each; None for white space, which parts n-grams of characters."""
    return [None if char.isspace() else char for char in line]


def matches_of(pattern: str, line: str) -> list[str | None]:
    """What a regular expression of `re`, or its one group, finds in a line. A CR at its end does not count.

    None where anything but white space stands between two of them, for no n-gram goes on there.
    """
    line = line[:-1] if line.endswith("\r") else line
    group = re.compile(pattern).groups
    found = [match for match in re.finditer(pattern, line) if match.group(group) and match.group(group).strip()]
    tokens: list[str | None] = []
    for number, match in enumerate(found):
        if number and line[found[number - 1].end(group) : match.start(group)].strip():
            tokens.append(None)
        tokens.append(match.group(group))
    return tokens


def filter_tokens(
    tokens: Iterable[str | None],
    normalize: bool = False,
    casefold: bool = False,
    match: str | None = None,
    stopwords: Iterable[str] = (),
    min_length: int = 1,
) -> list[str | None]:
    """What each token counts as; None for those that are taken out, which part n-grams."""

    def form(token: str) -> str:
        token = unicodedata.normalize("NFKC", token) if normalize else token
        return token.casefold() if casefold else token

    stops = {form(word) for word in stopwords}
    kept: list[str | None] = []
    for token in tokens:
        counted = None if token is None else form(token)
        if counted is not None and match is not None and not regex.search(match, counted):
            counted = None
        if counted is not None and (counted in stops or len(counted) < min_length or not counted.strip()):
            counted = None
        kept.append(counted)
    return kept


def count_documents(
    documents: Iterable[Iterable[Sequence[str | None]]], lowest: int = 1, highest: int = 1, separator: str = " "
) -> Frequencies:
    """Counts n-grams of the tokens of each line of each document; None parts them."""
    counts: Counter[str] = Counter()
    df: Counter[str] = Counter()
    firsts: dict[str, int] = {}
    tokens = size = 0
    for lines in documents:
        size += 1
        here: set[str] = set()
        for line in lines:
            run: list[str] = []
            for token in line:
                if token is None:
                    run = []
                    continue
                run.append(token)
                for order in range(lowest, highest + 1):
                    if order <= len(run):
                        gram = separator.join(run[-order:])
                        counts[gram] += 1
                        here.add(gram)
                        firsts.setdefault(gram, tokens)
                tokens += 1
        df.update(here)
    ordered = sorted(counts, key=lambda gram: (-counts[gram], [ord(char) for char in gram]))
    return Frequencies({gram: counts[gram] for gram in ordered}, tokens, dict(df), size, firsts)


# ---- keywords of documents


def document_keywords(
    documents: Sequence[Sequence[str]], top: int | None
) -> list[list[tuple[int, str, int, float, float, float]]]:
    """(rank, word, count, share, IDF, weight) of the best words of each document, which is given as its tokens.

    Words have two characters or more. Documents without words do not count.
    """
    kept = [[token for token in tokens if len(token) > 1] for tokens in documents]
    found = []
    for tokens in kept:
        rows = []
        for word in dict.fromkeys(tokens):
            times = tokens.count(word)
            idf = math.log(sum(map(bool, kept)) / sum(word in other for other in kept))
            rows.append((word, times, times / len(tokens), idf, times * (idf / len(tokens))))
        rows.sort(key=lambda row: -row[-1])
        found.append([(rank, *row) for rank, row in enumerate(rows[:top], 1)])
    return found
