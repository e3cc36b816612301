"""A slow twin of `nlpkit concordance`: texts of files -> rows, with str and lists alone.

Written from the definitions in the docstring of `nlpkit.concordance`, and sharing no code with the package.
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import jieba
import regex

#: file, line, offset, left, hit, right
Row = tuple[str, int, int, str, str, str]
Span = tuple[int, int]


def tokens_of(tokenizer: str, line: str, pattern: str = "") -> list[Span]:
    """Where the tokens of a line are, in characters; white space is none."""
    if tokenizer == "char":
        spans = [(i, i + 1) for i in range(len(line))]
    elif tokenizer == "regex":
        spans = [found.span() for found in regex.finditer(pattern, line)]
    elif tokenizer == "space":
        spans = between_spaces(line)
    else:
        spans, at = [], 0
        for word in jieba.cut(line, HMM=False):
            spans.append((at, at + len(word)))
            at += len(word)
    return [(a, b) for a, b in spans if line[a:b].strip()]


def between_spaces(line: str) -> list[Span]:
    found: list[Span] = []
    for i, character in enumerate(line):
        if character.isspace():
            continue
        if found and found[-1][1] == i:
            found[-1] = (found[-1][0], i + 1)
        else:
            found.append((i, i + 1))
    return found


def strings(line: str, query: str, casefold: bool) -> list[Span]:
    form = str.casefold if casefold else str
    found: list[Span] = []
    at = 0
    while at < len(line):
        ends = [stop for stop in range(at + 1, len(line) + 1) if form(line[at:stop]) == form(query)]
        if ends:
            found.append((at, ends[0]))
            at = ends[0]
        else:
            at += 1
    return found


def phrases(line: str, wanted: Sequence[str], spans: Sequence[Span], form: Callable[[str], str]) -> list[Span]:
    found: list[Span] = []
    at = 0
    while at + len(wanted) <= len(spans):
        some = spans[at : at + len(wanted)]
        gaps = [line[a[1] : b[0]].strip() for a, b in pairwise(some)]
        if [form(line[a:b]) for a, b in some] == [form(word) for word in wanted] and not any(gaps):
            found.append((some[0][0], some[-1][1]))
            at += len(wanted)
        else:
            at += 1
    return found


def concordance(
    files: Sequence[tuple[str, str]],
    query: str,
    *,
    kind: str = "string",
    tokenizer: str = "words",
    pattern: str = "",
    normalize: bool = False,
    casefold: bool = False,
    context: int | str = 30,
    sort: str | None = None,
    by_frequency: bool = False,
    sample: int | None = None,
    seed: int | None = None,
    top: int | None = None,
) -> list[Row]:
    """The rows for texts: (name of the file, its text) in order."""

    def form(token: str) -> str:
        token = unicodedata.normalize("NFKC", token) if normalize else token
        return token.casefold() if casefold else token

    places = [(1 if name[0] == "R" else -1, int(name[1:])) for name in (sort.split(",") if sort else [])]
    found: list[tuple[tuple[Any, ...], tuple[int, int, int], Row]] = []
    for number, (name, text) in enumerate((name, text) for name, text in files if text):
        offset = 0
        for count, whole in enumerate(text.split("\n"), 1):
            line = whole.removesuffix("\r")
            spans = tokens_of(tokenizer, line, pattern)
            if kind == "string":
                hits = strings(line, query, casefold)
            elif kind == "regex":
                hits = [hit.span() for hit in regex.finditer(query, line, regex.IGNORECASE if casefold else 0)]
            else:
                words = query.split() if kind == "phrase" else [query]
                if kind == "phrase" and len(words) == 1:
                    words = [query[a:b] for a, b in tokens_of(tokenizer, query, pattern)]
                hits = phrases(line, words, spans, form)
            for begin, end in hits:
                lefts = [(a, min(b, begin)) for a, b in spans if a < begin]
                rights = [(max(a, end), b) for a, b in spans if b > end]
                words = [[(a, b) for a, b in side if any(map(str.isalnum, line[a:b]))] for side in (lefts, rights)]
                if isinstance(context, int):
                    low, high = max(0, begin - context), min(len(line), end + context)
                else:
                    near = int(context.removesuffix("w"))
                    low = (words[0][-near:] if len(words[0]) >= near else lefts)[0][0] if lefts else begin
                    high = (words[1][:near] if len(words[1]) >= near else rights)[-1][1] if rights else end
                beside: list[str] = []
                for side, far in places:
                    some = words[1] if side > 0 else words[0][::-1]
                    beside.append(form(line[slice(*some[far - 1])]) if far <= len(some) else "")
                place = offset + len(line[:begin].encode())
                row = (name, count, place, line[low:begin], line[begin:end], line[end:high])
                found.append((tuple(beside), (number, count, place), row))
            offset += len(whole.encode()) + 1
    if sample is not None:
        found.sort(key=lambda hit: (chance(seed or 0, hit[1]), hit[1]))
        found = found[:sample]
    often = Counter(beside[:1] for beside, _, _ in found if beside[:1] != ("",))
    found.sort(key=lambda hit: (-often[hit[0][:1]] if by_frequency else 0, hit[0], hit[1]))
    return [row for _, _, row in found][:top]


def chance(seed: int, place: tuple[int, int, int]) -> bytes:
    """By which a sample is chosen: the smallest ones."""
    return hashlib.blake2b(",".join(map(str, (seed, *place))).encode(), digest_size=8).digest()
