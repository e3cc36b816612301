"""Finds sentences that terms occur in: for each term the first ones of the corpus that differ."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Corpus
from nlpkit.discovery.candidates import Index
from nlpkit.executors import Executor, undisturbed
from nlpkit.frequencies.counting import Item, items
from nlpkit.frequencies.feeding import feed_parts
from nlpkit.kernels import word_ngrams as kernel
from nlpkit.multiword.ngrams import WordNgrams
from nlpkit.multiword.stretches import extend_nodes
from nlpkit.multiword.units import UnitReader

_SENTENCE_END = re.compile(r"[。！？；!?;]+[」』”’\"')）]*|\.(?=\s)")
_AROUND = 60  # characters on each side of a term in a sentence that is too long
_LONGEST = 160  # characters of a sentence
_NUMBER = r"(?:N|\d[\d.,]*%?)"  # or the word N
_TRIED = 4  # lines for each sentence that is wanted, because sentences may be the same

Found = dict[int, list[str]]  # number of a term -> a sentence of each line that was tried, '' where there is none


def find_examples(
    corpus: Corpus,
    pool: Executor,
    reader: UnitReader,
    ngrams: WordNgrams,
    nodes: NDArray[np.int64],
    words: Sequence[str],
    wanted: int,
) -> NDArray[np.object_]:
    """Returns for each term a tuple of up to `wanted` sentences that it occurs in, in the order of the corpus.

    reader: of units, with lines as documents. nodes: of the terms. words: the words of each term with a space between
    them.
    """
    number_of = np.full(int(ngrams.levels[-1]), -1, np.int32)
    number_of[nodes] = np.arange(nodes.size)
    levels = [number_of[a:b] for a, b in zip(ngrams.levels[:-1], ngrams.levels[1:], strict=True)]
    work = items(corpus.chunks(in_order=True, own_files=not pool.shares_files), True)
    task = partial(examples_of_item, reader=reader, indexes=ngrams.indexes, levels=levels, words=words, wanted=wanted)
    found = pool.map_merge(task, work, partial(_add_examples, wanted=wanted)) or {}
    out = np.empty(nodes.size, np.object_)
    for number in range(nodes.size):
        out[number] = tuple(filter(None, dict.fromkeys(found.get(number, ()))))[:wanted]
    return out


def examples_of_item(
    item: Item,
    reader: UnitReader,
    indexes: Sequence[Index],
    levels: Sequence[NDArray[np.int32]],
    words: Sequence[str],
    wanted: int,
) -> Found:
    """Finds examples in an item; the arguments are those of find_examples, levels: the number of the term of each node,
    -1 for none, by order."""
    lines = undisturbed(_lines_with_terms, item, reader, indexes, levels, _TRIED * wanted)
    found: Found = {}
    patterns: dict[int, re.Pattern[str]] = {}
    for line, text in _lines(item, lines):
        ends = [match.end() for match in _SENTENCE_END.finditer(text)]
        for term in lines[line]:
            if term not in patterns:
                patterns[term] = _pattern(words[term].split(" "), reader)
            found.setdefault(term, []).append(_sentence(text, ends, patterns[term]))
    return found


def _lines_with_terms(
    item: Item, reader: UnitReader, indexes: Sequence[Index], levels: Sequence[NDArray[np.int32]], most: int
) -> dict[int, list[int]]:
    """Line -> the terms that occur in it; of each term its first `most` lines."""
    units = reader.read(item)
    line_of = np.cumsum(units == kernel.DOCUMENT)
    lines: dict[int, list[int]] = {}  # line -> terms that are looked for in it
    nodes = kernel.first_nodes(units)
    tried: Counter[int] = Counter()
    for order, numbers in enumerate(levels, 1):
        if order > 1:
            extend_nodes(units, nodes, order, indexes[order - 2])
        places = np.flatnonzero(nodes >= 0)
        terms = numbers[nodes[places]]
        pairs = np.stack([terms, line_of[places]], axis=1)[terms >= 0]
        for term, line in np.unique(pairs, axis=0).tolist():
            if tried[term] < most:
                tried[term] += 1
                lines.setdefault(line, []).append(term)
    return lines


def _lines(item: Item, wanted: dict[int, list[int]]) -> Iterator[tuple[int, str]]:
    """Yields the lines of an item with these numbers, counted from 0."""
    found: list[tuple[int, str]] = []
    number = 0

    def feed(data: bytes, _final: bool) -> int:
        nonlocal number
        used = data.rfind(b"\n") + 1
        for line in data[:used].split(b"\n")[:-1]:
            if number in wanted:
                found.append((number, line.decode()))
            number += 1
        return used

    feed_parts(item.chunk.parts, item.chunk.block_size, feed, Counter())
    return iter(found)


def _pattern(words: Sequence[str], reader: UnitReader) -> re.Pattern[str]:
    """Finds words beside each other in a line."""
    parts = [_NUMBER if word == "N" else _any_mark(re.escape(word)) for word in words]
    if reader.tokenizer.keep_space:
        return re.compile(r"\s*".join(parts))
    between = r"\s+".join(parts)
    return re.compile(rf"(?<!\w){between}(?!\w)", re.IGNORECASE if reader.language.casefold else 0)


def _any_mark(pattern: str) -> str:
    """The same pattern for any apostrophe and any hyphen."""
    return pattern.replace("'", "['\u2019]").replace(r"\-", r"[\-\u2010\u2011]")


def _sentence(line: str, ends: Sequence[int], pattern: re.Pattern[str]) -> str:
    """The first sentence of a line in which a pattern is found; '' if there is none. ends: of its sentences."""
    hit = pattern.search(line)
    if hit is None:
        return ""
    number = bisect_right(ends, hit.start())
    begin = ends[number - 1] if number else 0
    end = ends[number] if number < len(ends) else len(line)
    sentence = line[begin:end].strip()
    if len(sentence) <= _LONGEST:
        return sentence
    first, last = max(begin, hit.start() - _AROUND), min(end, hit.end() + _AROUND)
    return "…" * (first > begin) + line[first:last].strip() + "…" * (last < end)


def _add_examples(parts: Sequence[Found], wanted: int) -> Found:
    first, *others = parts
    for other in others:
        for term, sentences in other.items():
            first[term] = [*first.get(term, ()), *sentences][: _TRIED * wanted]
    return first
